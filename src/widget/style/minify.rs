//! The style sheet without what only its readers need: comments, indentation, the last semicolon.
//!
//! The build script calls it. It knows no properties and changes no value, so whatever CSS may bring stays as it is.

/// Leaves out comments and the white space that separates nothing. Quoted text stays as it is.
pub fn minify(css: &str) -> String {
    let mut small = String::with_capacity(css.len());
    let mut rest = css;
    // White space was passed that counts if what stands on both sides of it can run together.
    let mut gap = false;
    while let Some(next) = rest.chars().next() {
        let taken = if rest.starts_with("/*") {
            gap = true;
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if next.is_ascii_whitespace() {
            gap = true;
            next.len_utf8()
        } else {
            if next == '}' && small.ends_with(';') {
                small.pop();
            }
            // A space before a colon is a descendant's, and one after a bracket may be a keyword's.
            let stands_alone = matches!(next, '{' | '}' | ';' | ',' | '>' | ')');
            if gap && !stands_alone && !small.is_empty() && !small.ends_with(is_end) {
                small.push(' ');
            }
            gap = false;
            let length = match next {
                '"' | '\'' => quoted(rest, next),
                _ => next.len_utf8(),
            };
            small.extend(rest.get(..length));
            length
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    small
}

/// After these a space says nothing.
fn is_end(c: char) -> bool {
    matches!(c, '{' | '}' | ';' | ',' | '>' | '(' | ':')
}

/// The length of the quoted text that `rest` begins with, in bytes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[test]
    fn what_only_readers_need_goes() {
        let css = "/* a > b; */\n.a,\n.b > .c {\n  color: red;\n  margin: 0 1px; /* last */\n}\n";
        assert_eq!(minify(css), ".a,.b>.c{color:red;margin:0 1px}");
    }

    #[test]
    fn what_separates_stays() {
        for css in [
            ".a .b",
            ".a :hover",
            ".a + .b",
            ":host([hidden]) .a",
            "@media (width>1px) and (height>1px){.a{top:calc(1px + var(--b))}}",
            "@layer base{.a{color:light-dark(#fff,#000);&:hover{inset:0 auto}}}",
            ".a{margin:0 -1px;font:1em/1.5 serif}",
        ] {
            assert_eq!(minify(css), css);
        }
    }

    #[test]
    fn quoted_text_stays() {
        let css = r#".a{content:'/* ; } */';font-family:"A  , B",'it\'s  '}"#;
        assert_eq!(minify(css), css);
    }

    #[test]
    fn sheet_that_breaks_off_is_no_trouble() {
        assert_eq!(minify(".a{content:'x"), ".a{content:'x");
        assert_eq!(minify(".a /* x"), ".a");
        assert_eq!(minify(""), "");
    }
}
