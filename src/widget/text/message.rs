//! Messages with places for values: the part of ICU MessageFormat that our sentences need.
//!
//! `{name}` is a value, `{n, plural, =0 {none} one {# cluster} other {# clusters}}` picks by number, with `#` for the
//! number itself, and `{kind, select, a {…} other {…}}` picks by word. Branches may nest. What cannot be read is shown
//! as written, so that a slip in a portal's own text costs a sentence and not the dialog.

/// A piece of a formatted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text of the message itself.
    Text(&'a str),
    /// The value of this name goes here.
    Value(&'a str),
    /// The number of the innermost plural goes here.
    Number(&'a str),
}

/// How values pick branches.
pub trait Chooser {
    /// The value of that name as a plain word, for `select`.
    fn word(&self, name: &str) -> &str;
    /// The value of that name as written digits and its plural category (`one`, `few`, `other`, …).
    fn category(&self, name: &str) -> (String, String);
}

/// Cuts `message` into pieces, with branches chosen.
pub fn pieces<'a>(message: &'a str, chooser: &dyn Chooser) -> Vec<Piece<'a>> {
    let mut out = Vec::new();
    cut(message, "", chooser, &mut out);
    out
}

fn cut<'a>(message: &'a str, number: &'a str, chooser: &dyn Chooser, out: &mut Vec<Piece<'a>>) {
    let mut rest = message;
    while let Some(at) = rest.find(['{', '#']) {
        let Some((text, tail)) = rest.split_at_checked(at) else {
            break;
        };
        push_text(text, out);
        if let Some(after) = tail.strip_prefix('#') {
            out.push(if number.is_empty() {
                Piece::Text("#")
            } else {
                Piece::Number(number)
            });
            rest = after;
        } else if let Some((inside, after)) = braces(tail) {
            argument(inside, number, chooser, out);
            rest = after;
        } else {
            push_text(tail, out);
            return;
        }
    }
    push_text(rest, out);
}

fn argument<'a>(inside: &'a str, number: &'a str, chooser: &dyn Chooser, out: &mut Vec<Piece<'a>>) {
    let Some((name, rest)) = inside.split_once(',') else {
        out.push(Piece::Value(inside.trim()));
        return;
    };
    let name = name.trim();
    let Some((kind, branches)) = rest.split_once(',') else {
        out.push(Piece::Value(name));
        return;
    };
    let plural = kind.trim() == "plural";
    let chosen = if plural {
        let (digits, category) = chooser.category(name);
        branch(branches, &|key| {
            key.strip_prefix('=').is_some_and(|exact| exact == digits)
        })
        .or_else(|| branch(branches, &|key| key == category))
    } else {
        let word = chooser.word(name);
        branch(branches, &|key| key == word)
    };
    let chosen = chosen.or_else(|| branch(branches, &|key| key == "other"));
    if let Some(chosen) = chosen {
        cut(chosen, if plural { name } else { number }, chooser, out);
    }
}

/// The first branch whose key is accepted.
fn branch<'a>(mut branches: &'a str, accepts: &dyn Fn(&str) -> bool) -> Option<&'a str> {
    loop {
        let at = branches.find('{')?;
        let (key, tail) = branches.split_at_checked(at)?;
        let (inside, after) = braces(tail)?;
        if accepts(key.trim()) {
            return Some(inside);
        }
        branches = after;
    }
}

/// What stands between the brace that opens `text` and its partner, and what follows.
pub(super) fn braces(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some((text.get(1..at)?, text.get(at + 1..)?));
                }
            }
            _ => {}
        }
    }
    None
}

fn push_text<'a>(text: &'a str, out: &mut Vec<Piece<'a>>) {
    if !text.is_empty() {
        out.push(Piece::Text(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;
    impl Chooser for Fixed {
        fn word(&self, name: &str) -> &str {
            if name == "case" { "unknown" } else { "" }
        }
        fn category(&self, name: &str) -> (String, String) {
            let (digits, category) = match name {
                "none" => ("0", "other"),
                "single" => ("1", "one"),
                _ => ("7", "other"),
            };
            (digits.to_owned(), category.to_owned())
        }
    }

    fn flat(message: &str) -> String {
        pieces(message, &Fixed)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Value(name) => format!("<{name}>"),
                Piece::Number(name) => format!("[{name}]"),
            })
            .collect()
    }

    #[test]
    fn message_puts_values_in_their_places() {
        assert_eq!(
            flat("All data on {cluster} is lost."),
            "All data on <cluster> is lost."
        );
        assert_eq!(flat("no places, issue #4"), "no places, issue #4");
        assert_eq!(flat("{a}{b}"), "<a><b>");
    }

    #[test]
    fn message_chooses_branches() {
        let clusters = "{none, plural, =0 {None} one {# cluster} other {# clusters}}";
        assert_eq!(flat(clusters), "None");
        assert_eq!(
            flat(&clusters.replace("none,", "single,")),
            "[single] cluster"
        );
        assert_eq!(flat(&clusters.replace("none,", "many,")), "[many] clusters");
        assert_eq!(
            flat(
                "{case, select, none {No.} unknown {{many, plural, other {# of {x}}}} other {Other.}}"
            ),
            "[many] of <x>"
        );
        assert_eq!(flat("{else, select, a {A} other {O}}"), "O");
    }

    #[test]
    fn message_survives_what_it_cannot_read() {
        for broken in [
            "{",
            "{a",
            "}",
            "{a,",
            "{a, plural",
            "{a, plural,",
            "{a, select, x",
            "{}",
            "#}",
        ] {
            let _ = flat(broken);
        }
        assert_eq!(flat("an open { brace"), "an open { brace");
    }
}
