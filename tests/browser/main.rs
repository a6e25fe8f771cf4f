//! What only a browser can show.
#![cfg(target_family = "wasm")]
#![allow(missing_docs)]

mod driver;
mod http;
mod page;
mod panel;
mod small;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
