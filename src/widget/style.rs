//! The look: one constructed style sheet, shared by every element of the page. `style.css` says it, `build.rs` makes it
//! small.

#[cfg(test)]
mod minify;
#[cfg(test)]
mod widths;

use std::cell::OnceCell;

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::ShadowRoot;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = CSSStyleSheet)]
    type Sheet;
    #[wasm_bindgen(constructor, js_class = "CSSStyleSheet", catch)]
    fn new() -> Result<Sheet, JsValue>;
    #[wasm_bindgen(method, catch, js_name = replaceSync)]
    fn replace_sync(this: &Sheet, text: &str) -> Result<(), JsValue>;
}

thread_local! {
    static SHEET: OnceCell<Option<Sheet>> = const { OnceCell::new() };
}

/// Gives `root` the sheet, beside those that it has already.
pub fn adopt(root: &ShadowRoot) {
    SHEET.with(|cell| {
        let sheet = cell.get_or_init(|| {
            let sheet = Sheet::new().ok()?;
            sheet
                .replace_sync(include_str!(concat!(env!("OUT_DIR"), "/style.css")))
                .ok()?;
            Some(sheet)
        });
        let Some(sheet) = sheet else { return };
        let name = JsValue::from_str("adoptedStyleSheets");
        let before = Reflect::get(root, &name).unwrap_or_default();
        let all = Array::from(&before);
        if !all.includes(sheet, 0) {
            all.push(sheet);
            // An engine without constructed sheets shows the dialog unstyled, which works.
            let _ = Reflect::set(root, &name, &all);
        }
    });
}
