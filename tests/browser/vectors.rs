//! The rules give the same verdicts in wasm as natively: the same vectors, the same reader.

use wasm_bindgen_test::wasm_bindgen_test;

#[path = "../support/vectors.rs"]
mod support;

#[wasm_bindgen_test]
fn vectors_hold_in_the_browser() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (file, text) in support::FILES {
        for vector in support::read(file, text).unwrap() {
            count += 1;
            failures.extend(vector.check().err());
        }
    }
    assert!(count > 300, "only {count} vectors were read");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
