//! The gateway as its callers see it: most tests ask it in this process, some over a socket.
// Helpers of tests fail as tests do.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod attacks;
mod audit;
mod conformance;
mod credentials;
mod deploy;
#[path = "../../../sandbox/tests/common/document.rs"]
mod document;
mod identity;
mod law;
mod memory;
mod never_twice;
mod openapi;
mod operation;
mod process;
mod reads;
mod replicas;
mod rs256;
mod support;
mod vectors;
