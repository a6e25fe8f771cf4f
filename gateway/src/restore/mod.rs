//! The one unsafe call. Belongs here: the law on the POST, and that a confirmed attempt starts at most one job,
//! whatever gets lost. No database: what has happened is read from Atlas.
//!
//! Three things keep an attempt from starting two jobs:
//! - this process remembers each `Idempotency-Key`'s outcome (`once`);
//! - a job that Atlas lists for the same snapshot and target, created since the person's session was read (the CSRF
//!   token's time), is this attempt's: another replica started it, or its answer was lost (`reconcile`);
//! - Atlas itself refuses a second restore into a cluster while the first runs, and that refusal is read the same way.
//!
//! So whoever restores the same snapshot into the same cluster again must read the session anew, as the dialog does.

mod attempt;
mod body;
mod facts;
mod once;
mod reconcile;
mod record;

pub use attempt::{Attempt, refuse_unread, restore};
pub use body::read_body;
pub use once::Once;
pub use record::Caller;
