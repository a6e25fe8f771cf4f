//! The browser's console: for the page's developer, never for the person. Holds no names, tokens or answers.

use wasm_bindgen::JsValue;

const PREFIX: &str = "<atlas-restore-dialog> ";

/// Something that the page's developer should put right.
pub fn warn(message: &str) {
    web_sys::console::warn_1(&JsValue::from_str(&[PREFIX, message].concat()));
}

/// Something that went wrong in here.
pub fn error(message: &str) {
    web_sys::console::error_1(&JsValue::from_str(&[PREFIX, message].concat()));
}
