//! What has been read, and how well it is known.

use crate::model::Failure;

/// How a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListState<'a> {
    /// Nobody asked yet.
    NotAsked,
    /// Nothing is there yet.
    Loading,
    /// Some pages are there, more are on their way.
    LoadingMore,
    /// All is there.
    Complete,
    /// A page could not be read; what is there stays usable.
    Failed(&'a Failure),
}
