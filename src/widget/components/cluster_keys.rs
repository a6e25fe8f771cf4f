//! The keys of the ARIA practices' combobox, for a list that is always open. Esc empties the filter and leaves the list;
//! where there is nothing to empty or leave it is the dialog's.

/// How many rows a page is.
const PAGE: usize = 8;

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// Goes to this row.
    Go(usize),
    /// Takes the row where it is.
    Choose,
    /// Back to the text of the filter.
    Leave,
    /// The browser's own business.
    Other,
}

/// What a key means while Alt is held: Alt+Up goes back to the text, as where a list is closed. Alt+Down would open it.
pub fn alt(key: &str) -> &'static str {
    if key == "ArrowUp" { "ArrowLeft" } else { "" }
}

/// What `key` does at row `active` of `count`; `moved`: the arrow keys are in use, so that Home, End and the sideward
/// arrows mean the list and not the text.
pub fn press(key: &str, active: Option<usize>, moved: bool, count: usize) -> Press {
    let Some(last) = count.checked_sub(1) else {
        return Press::Other;
    };
    // The first match is marked while a filter is typed; the first arrow key goes on from there.
    match (key, active) {
        ("ArrowDown", Some(at)) if at < last => Press::Go(at + 1),
        ("ArrowDown", _) => Press::Go(0),
        ("ArrowUp", Some(at)) if at > 0 => Press::Go(at - 1),
        ("ArrowUp", _) => Press::Go(last),
        ("PageDown", Some(at)) => Press::Go((at + PAGE).min(last)),
        ("PageUp", Some(at)) => Press::Go(at.saturating_sub(PAGE)),
        ("PageDown" | "PageUp", None) => Press::Go(0),
        ("Home", _) if moved => Press::Go(0),
        ("End", _) if moved => Press::Go(last),
        ("ArrowLeft" | "ArrowRight", _) if moved => Press::Leave,
        ("Enter", _) => Press::Choose,
        _ => Press::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_move_through_the_list_and_around_its_ends() {
        for (key, active, to) in [
            ("ArrowDown", None, 0),
            ("ArrowDown", Some(0), 1),
            ("ArrowDown", Some(29), 0),
            ("ArrowUp", None, 29),
            ("ArrowUp", Some(0), 29),
            ("ArrowUp", Some(5), 4),
            ("PageDown", Some(25), 29),
            ("PageUp", Some(3), 0),
            ("Home", Some(3), 0),
            ("End", Some(3), 29),
        ] {
            assert_eq!(
                press(key, active, true, 30),
                Press::Go(to),
                "{key} at {active:?}"
            );
        }
    }

    #[test]
    fn keys_leave_the_text_alone_until_the_arrows_are_in_use() {
        for key in [
            "Home",
            "End",
            "ArrowLeft",
            "ArrowRight",
            "a",
            "Escape",
            "Tab",
        ] {
            assert_eq!(press(key, Some(0), false, 30), Press::Other, "{key}");
        }
        assert_eq!(press("ArrowLeft", Some(0), true, 30), Press::Leave);
        assert_eq!(press(alt("ArrowUp"), Some(3), true, 30), Press::Leave);
        assert_eq!(press(alt("ArrowDown"), Some(3), true, 30), Press::Other);
        assert_eq!(press("ArrowDown", None, false, 0), Press::Other);
        assert_eq!(press("Enter", None, false, 3), Press::Choose);
    }
}
