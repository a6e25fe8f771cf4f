//! Journeys through the dialog against the Atlas in memory: what a person does, and what the person then sees.

#![cfg(not(target_family = "wasm"))]
// A test that fails is how these say so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod advice;
mod atlas;
mod changes;
mod choosing;
mod faults;
mod handover;
mod jobs;
mod random;
mod restoring;
mod sessions;
mod unknown;
