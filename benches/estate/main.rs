//! What 10,000 clusters cost beside the network and the browser: reading, rules, filter, sort; by `cargo bench`.
//! Wall-clock time on this machine: nothing here can fail, and the tests don't run it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

/// The sandbox and the clock are native alone; linting for wasm covers every target.
#[cfg(not(target_family = "wasm"))]
mod native;

fn main() {
    #[cfg(not(target_family = "wasm"))]
    divan::main();
}
