//! An Atlas in memory.
//!
//! It serves one *world*: projects, clusters, snapshots, jobs and a person, written as JSON in Atlas's own
//! shapes, with faults and changes that happen on cue. The dialog's tests, its demo page and anybody who
//! builds against the same backend use it instead of a paid account.
//!
//! ```
//! use atlas_sandbox::{Request, Sandbox};
//!
//! let world = r#"{"groups": [{"id": "64f1c0de0a1b2c3d4e5f6001", "name": "Storefront"}]}"#;
//! let mut sandbox = Sandbox::new(world, 0)?;
//! let outcome = sandbox.handle(&Request::new("GET", "/restore/api/atlas/v2/groups"), 0);
//! assert_eq!(outcome.response().map(|response| response.status), Some(200));
//! # Ok::<(), atlas_sandbox::WorldError>(())
//! ```
//!
//! The core ([`Sandbox`]) is a pure function of the requests and of the time that it is told. Around it stand
//! two thin shells: a server (`server`, binary `atlas-sandbox`) and a class for JavaScript (`web`, binary
//! `sandbox-web`). It shares no code with the dialog, so that a misreading of Atlas in one is not a
//! misreading in both.
//!
//! | module | question |
//! |---|---|
//! | `world` | what is a world? |
//! | `sandbox` | which way does a request go? |
//! | `api` | what does Atlas answer? |
//! | `jobs` | what becomes of a restore? |
//! | `users` | who has which roles? |
//! | `faults`, `merge` | what goes wrong, and what changes meanwhile? |
//! | [`mod@generate`] | what do synthetic projects and clusters look like? |
//! | `page`, `error`, `http`, `time` | how are lists, errors, requests and times written? |

mod api;
mod error;
mod faults;
pub mod generate;
mod http;
mod jobs;
mod merge;
mod page;
mod sandbox;
#[cfg(feature = "server")]
pub mod server;
mod time;
mod users;
#[cfg(feature = "web")]
pub mod web;
mod world;

pub use http::{Answer, Outcome, Request, Response, below_mount};
pub use sandbox::Sandbox;
pub use time::{http_date, parse_rfc3339, rfc3339};
pub use world::WorldError;
