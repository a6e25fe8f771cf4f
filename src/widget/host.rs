//! Stub until the driver's own is merged.
use wasm_bindgen::JsValue;
/// Light, dark, or as the page has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the page.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}
/// How the page wants things said and shown.
#[derive(Debug, Clone, PartialEq)]
pub struct PageSettings {
    /// A BCP 47 tag.
    pub lang: String,
    /// The theme.
    pub theme: Theme,
    /// Overrides of texts by key.
    pub messages: JsValue,
}
