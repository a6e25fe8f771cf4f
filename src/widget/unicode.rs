//! Unicode by the browser, which has the tables already.

use js_sys::{JsString, RegExp};

use crate::dialog::Unicode;

thread_local! {
    static MARKS: RegExp = RegExp::new("\\p{M}", "gu");
}

/// The browser's Unicode, for [`crate::dialog::Dialog::new`].
pub const UNICODE: Unicode = Unicode { nfc, fold };

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
