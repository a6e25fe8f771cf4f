//! Where the dialog stands.

use super::effect::RequestId;
use super::view::{Changed, SubmitError, Submitting};
use crate::model::{ClusterRef, Failure, RestoreJob, RestoreRequest, Timestamp};
use crate::rules::{Code, CodeSet};

/// What the person or the page has chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Choice {
    pub(super) source_project: Option<String>,
    pub(super) source_cluster: Option<String>,
    pub(super) snapshot: Option<String>,
    pub(super) project: Option<String>,
    /// Name of the chosen target, which had no blocker when it was chosen.
    pub(super) cluster: Option<String>,
    /// Name of a target that was clicked or prefilled, and will not do.
    pub(super) refused: Option<String>,
    /// Name of a target that the page gave, until its facts are there.
    pub(super) prefill: Option<String>,
}

impl Choice {
    pub(super) fn source(&self) -> Option<ClusterRef> {
        Some(ClusterRef {
            project_id: self.source_project.clone()?,
            name: self.source_cluster.clone()?,
        })
    }

    pub(super) fn target(&self) -> Option<ClusterRef> {
        self.in_target_project(self.cluster.as_ref()?)
    }

    pub(super) fn in_target_project(&self, name: &str) -> Option<ClusterRef> {
        Some(ClusterRef {
            project_id: self.project.clone()?,
            name: name.to_owned(),
        })
    }
}

/// One of these at any time.
#[derive(Debug)]
pub(super) enum Stage {
    Source(SourceStage),
    Destination(DestinationStage),
    Review(ReviewStage),
    Submitting(Box<Submission>),
    Unknown(Box<UnknownStage>),
    Following(Box<Follow>),
}

#[derive(Debug, Default)]
pub(super) struct SourceStage {
    pub(super) show_missing: bool,
}

#[derive(Debug, Default)]
pub(super) struct DestinationStage {
    pub(super) show_missing: bool,
    /// Facts are read again before the review.
    pub(super) checking: bool,
    /// What was known of the target before that, if it was all there.
    pub(super) shown: Option<Shown>,
    pub(super) changed: Option<Changed>,
}

/// Review and the confirmation, which lives and dies with it.
#[derive(Debug, Default)]
pub(super) struct ReviewStage {
    pub(super) typed: String,
    pub(super) left: bool,
    pub(super) show_missing: bool,
    pub(super) error: Option<SubmitError>,
    pub(super) check: Check,
    /// What the person saw when that was asked for.
    pub(super) shown: Option<Shown>,
    /// The page takes a snapshot of the target.
    pub(super) taking_snapshot: bool,
}

/// Whether everything was checked once more without sending anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Check {
    /// It was not.
    #[default]
    NotAsked,
    /// It is being done.
    Running,
    /// It was, at this time by the server's clock, and nothing stands in the way.
    Passed(Timestamp),
}

/// What the person saw when everything was read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) codes: CodeSet,
    pub(super) target_id: String,
    pub(super) write_concern: Option<(Code, String)>,
}

/// One confirmed attempt, from the click to the answer. While it exists no second one can begin.
#[derive(Debug)]
pub(super) struct Submission {
    pub(super) phase: Submitting,
    pub(super) trace: Trace,
    pub(super) key: String,
    pub(super) review: ReviewStage,
    pub(super) shown: Shown,
    /// When the request went out, on the browser's clock; until then, when the page let it.
    pub(super) sent_at: Timestamp,
    /// The same on the server's clock, where it has told it.
    pub(super) sent_date: Option<Timestamp>,
    /// The restore request, once it is on its way.
    pub(super) post: Option<RequestId>,
}

/// What tells the job of a request from others.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    pub(super) request: RestoreRequest,
    /// Ids of the source's jobs, read just before the request; `None`: could not be read.
    pub(super) jobs_before: Option<Vec<String>>,
    /// When the request went out, to the second, on the server's clock; on the browser's where answers have no `Date`.
    pub(super) sent_at_server: Timestamp,
    /// Its answer was lost: the job that it leads to is ours. Otherwise it was refused because a restore ran.
    pub(super) lost: bool,
}

/// The request went out and its answer was lost.
#[derive(Debug)]
pub(super) struct UnknownStage {
    pub(super) trace: Trace,
    pub(super) failure: Failure,
    /// On the browser's clock, or when that was first seen to stand before it: somebody set it back.
    pub(super) sent_at: Timestamp,
    /// On the server's clock, where it has told it.
    pub(super) sent_date: Option<Timestamp>,
    pub(super) reads_without: u32,
    pub(super) last_read_at: Option<Timestamp>,
    /// When the jobs were last asked for.
    pub(super) asked_at: Timestamp,
    /// The last look that found none began late enough for a request to have shown up.
    pub(super) settled: bool,
    pub(super) read_failed: bool,
    pub(super) checking: bool,
}

/// A job that is followed to its end.
#[derive(Debug)]
pub(super) struct Follow {
    pub(super) source: ClusterRef,
    pub(super) job: RestoreJob,
    /// What was asked for, where this dialog started it.
    pub(super) request: Option<RestoreRequest>,
    pub(super) updated_at: Timestamp,
    pub(super) changed_at: Timestamp,
    pub(super) failed_polls: u32,
    /// Why the last poll failed.
    pub(super) failure: Option<Failure>,
}
