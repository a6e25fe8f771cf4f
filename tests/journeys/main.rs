//! Journeys through the dialog against the Atlas in memory: what a person does, and what the person then sees.

#![cfg(not(target_family = "wasm"))]

mod atlas;
mod choosing;
mod faults;
mod random;
mod restoring;
