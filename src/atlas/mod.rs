//! How Atlas says it: wire shapes read tolerantly into the model, and calls as data.
//!
//! Belongs here: paths, media types, headers, JSON. Does not belong here: sending anything, and what must hold.
//! Paths are below the backend's base URL.

mod body;
mod call;
mod command;
mod fields;
mod json;
mod problem;
mod read;
mod read_backup;
mod read_cluster;
mod read_project;
mod read_session;

use std::fmt;

pub use crate::model::Page;
pub use body::Body;
pub use call::{
    cluster, clusters, create_restore_job, encryption_at_rest, group, groups, job_page,
    newest_snapshots, process_args, restore_body, restore_job, restore_jobs, session,
    sharded_snapshot, sharded_snapshots, snapshot, snapshots,
};
pub use command::restore_command;
pub use problem::{looks_like_html, pause_ms, read_problem, read_retry_after};
pub use read::check_media_type;
pub use read_backup::{read_job, read_jobs, read_snapshot, read_snapshots};
pub use read_cluster::{read_cluster, read_clusters};
pub use read_project::{read_encryption, read_process_args, read_project, read_projects};
pub use read_session::{read_policy, read_roles, read_session};

use crate::model::Failure;

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

impl Call {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The version date that it asks Atlas for, such as `2024-08-05`; `None` for the session.
    pub fn version(&self) -> Option<&str> {
        read::version_of(self.header("Accept")?)
    }
}

/// An answer that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Where, such as `results[3].mongoDBVersion`; empty for the whole answer.
    pub path: String,
    /// What was expected and what was found.
    pub message: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Failure::Unreadable {
            message: if error.path.is_empty() {
                error.message
            } else {
                [&error.path, ": ", &error.message].concat()
            },
        }
    }
}
