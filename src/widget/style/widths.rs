//! `@wide` and `@narrow` in the style sheet: how things stand by the width of the form.
//!
//! In the page that is its own width, wherever it stands. The modal dialog's follows from the window's, so that it needs
//! no container: asking one costs a tenth of the work at each key that is typed. Containers of the page around it are
//! asked by neither.

/// A rule of ours, what it says of the window for the dialog, and what of the place for the form in the page. The dialog
/// is 34 pixels less wide than a wide window, and as wide as a narrow one.
const WIDTHS: [(&str, &str, &str); 2] = [
    ("@wide{", "(min-width:880px)", "(min-width:846px)"),
    ("@narrow{", "(max-width:600px)", "(max-width:600px)"),
];

/// Writes them out, in a sheet that is small already. What is inside counts as it did outside: nothing is more specific.
pub fn write_out(sheet: &str) -> String {
    let mut sheet = sheet.to_owned();
    for (rule, window, place) in WIDTHS {
        while let Some((before, rest)) = sheet.split_once(rule) {
            let end = end_of_block(rest);
            let (rules, after) = (
                rest.get(..end).unwrap_or(rest),
                rest.get(end..).unwrap_or_default(),
            );
            let after = after.strip_prefix('}').unwrap_or(after);
            sheet = [
                before,
                "@media ",
                window,
                "{:where(dialog){",
                rules,
                "}}@container ",
                place,
                "{:where(.inline){",
                rules,
                "}}",
                after,
            ]
            .concat();
        }
    }
    sheet
}

/// Where the block ends that `rest` is in.
fn end_of_block(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::write_out;

    #[test]
    fn rules_of_a_width_are_there_for_the_window_and_for_the_place() {
        assert_eq!(
            write_out(".a{b:c}@wide{.d{e:f}.g{h:i}}.j{k:l}@narrow{.m{n:o}}"),
            ".a{b:c}\
             @media (min-width:880px){:where(dialog){.d{e:f}.g{h:i}}}\
             @container (min-width:846px){:where(.inline){.d{e:f}.g{h:i}}}\
             .j{k:l}\
             @media (max-width:600px){:where(dialog){.m{n:o}}}\
             @container (max-width:600px){:where(.inline){.m{n:o}}}"
        );
    }

    #[test]
    fn sheet_without_them_or_cut_off_is_no_trouble() {
        assert_eq!(write_out(".a{b:c}"), ".a{b:c}");
        assert_eq!(
            write_out("@wide{.a{b:c}"),
            "@media (min-width:880px){:where(dialog){.a{b:c}}}@container (min-width:846px){:where(.inline){.a{b:c}}}"
        );
    }
}
