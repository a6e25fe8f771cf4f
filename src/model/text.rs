//! Finding a text in a text, for all of the dialog: the standard library's searcher is of several kB of wasm.

/// Where `needle` begins in `text`, in bytes.
pub fn find(text: &str, needle: &str) -> Option<usize> {
    let (bytes, needle) = (text.as_bytes(), needle.as_bytes());
    let Some(first) = needle.first() else {
        return Some(0);
    };
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        from += rest.iter().position(|byte| byte == first)?;
        if bytes.get(from..)?.starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
}

/// Whether `needle` is in `text`.
pub fn holds(text: &str, needle: &str) -> bool {
    find(text, needle).is_some()
}

/// What stands before the first `separator`, and what after it.
pub fn around<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, separator)?;
    Some((text.get(..at)?, text.get(at + separator.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_finds_what_the_standard_library_finds() {
        for text in ["", "a", "aab", "ababac", "über über", "a, b, c"] {
            for needle in [
                "", "a", "b", "ab", "abac", "aab", "ü", "r ü", ", ", "zz", "ababacx",
            ] {
                assert_eq!(find(text, needle), text.find(needle), "{needle} in {text}");
                assert_eq!(around(text, needle), text.split_once(needle));
            }
        }
    }
}
