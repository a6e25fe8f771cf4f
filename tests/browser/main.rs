//! What only a browser can show.
#![cfg(target_family = "wasm")]
#![allow(missing_docs)]
// Helpers of tests are tests too, which clippy does not see.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod drawing;
mod driver;
mod http;
mod page;
mod panel;
mod small;
mod vectors;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
