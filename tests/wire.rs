//! What is asked of Atlas and how its answers are read: against recorded answers (`RECORDED_DIR`), against the API's
//! own description (`ATLAS_OPENAPI`), and against answers that nobody should give.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "wire/calls.rs"]
mod calls;
#[path = "wire/json.rs"]
mod json;
#[path = "wire/openapi.rs"]
mod openapi;
#[path = "wire/problems.rs"]
mod problems;
#[path = "wire/reading.rs"]
mod reading;
#[path = "wire/recorded.rs"]
mod recorded;
#[path = "wire/session.rs"]
mod session;
#[path = "support/vectors.rs"]
mod vectors;

use serde_json::Value;

/// The facts of the first vector: one of each of Atlas's objects.
fn sample() -> Value {
    let (_, text) = vectors::FILES
        .iter()
        .find(|(file, _)| *file == "person.json")
        .unwrap();
    serde_json::from_str::<Value>(text).unwrap()[0].take()
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}
