//! Unicode by the browser, which has the tables already.

use js_sys::{JsString, RegExp};
use wasm_bindgen::prelude::*;

use crate::dialog::Unicode;

#[wasm_bindgen]
extern "C" {
    /// A regular expression of the page's, which may be none.
    type Pattern;
    #[wasm_bindgen(constructor, js_class = "RegExp", catch)]
    fn new(source: &str, flags: &str) -> Result<Pattern, JsValue>;
    #[wasm_bindgen(method)]
    fn test(this: &Pattern, text: &str) -> bool;
}

thread_local! {
    static MARKS: RegExp = RegExp::new("\\p{M}", "gu");
}

/// The browser's Unicode, for [`crate::dialog::Dialog::new`].
pub const UNICODE: Unicode = Unicode { nfc, fold, fits };

/// The expression, for whole texts.
fn whole(pattern: &str) -> Option<Pattern> {
    Pattern::new(&["^(?:", pattern, ")$"].concat(), "u").ok()
}

/// Whether this is a regular expression.
pub fn is_pattern(pattern: &str) -> bool {
    whole(pattern).is_some()
}

/// Whether the whole text is of this form.
pub fn fits(pattern: &str, text: &str) -> bool {
    whole(pattern).is_none_or(|pattern| pattern.test(text))
}

/// Normalization Form C.
pub fn nfc(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    JsString::from(text).normalize("NFC").into()
}

/// For searching: lower case, compatibility forms unified, without diacritics.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let apart = JsString::from(text).normalize("NFKD");
    MARKS
        .with(|marks| apart.replace_by_pattern(marks, ""))
        .to_lower_case()
        .into()
}
