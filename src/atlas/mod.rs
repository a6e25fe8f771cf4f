//! How Atlas says it: wire shapes read tolerantly into the model, and calls as data.
//!
//! Belongs here: paths, media types, headers, JSON. Does not belong here: sending anything, and what must hold.
//! Paths are below the backend's base URL.

use crate::model::{
    Cluster, ClusterRef, ProcessArgs, Project, ProjectEncryption, RestoreJob, RestoreRequest,
    Session, Snapshot,
};

/// A call as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path and query below the backend's base URL, percent-encoded, such as `/api/atlas/v2/groups?itemsPerPage=500`.
    pub path: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// JSON, with the POST.
    pub body: Option<String>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// What was on it.
    pub results: Vec<T>,
    /// There are more pages.
    pub more: bool,
    /// Atlas's estimate of all results.
    pub total_count: Option<u64>,
}

/// An answer that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Where, such as `results[3].mongoDBVersion`; empty for the whole answer.
    pub path: String,
    /// What was expected and what was found.
    pub message: String,
}
