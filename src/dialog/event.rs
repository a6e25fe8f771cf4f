//! What can happen to the dialog.

use super::effect::{RequestId, Timer};
use crate::model::{
    Cluster, Dated, Failure, Page, Policy, ProcessArgs, Project, ProjectEncryption, RestoreJob,
    Roles, Session, Snapshot,
};

/// What the page asks for when it opens the dialog.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// `source-project`.
    pub source_project: Option<String>,
    /// `source-cluster`.
    pub source_cluster: Option<String>,
    /// `snapshot`.
    pub snapshot: Option<String>,
    /// `target-project`.
    pub target_project: Option<String>,
    /// `target-cluster`.
    pub target_cluster: Option<String>,
    /// `job`: opens on its progress.
    pub job: Option<String>,
    /// `backend` is another one than at the last opening.
    pub other_backend: bool,
    /// The page's roles, for a backend without a session.
    pub roles: Roles,
    /// The page's policy; a session's replaces it as a whole.
    pub policy: Option<Policy>,
    /// `reason`.
    pub reason: ReasonMode,
    /// `reason-pattern`: the form of a reason, as the browser's regular expression.
    pub reason_pattern: Option<String>,
    /// `reason-limit`: characters, where fewer than the dialog's own limit.
    pub reason_limit: Option<u32>,
    /// `snapshot-advice`: hours, from which on the target's newest snapshot is old.
    pub snapshot_advice_hours: Option<u32>,
    /// `snapshot-action`: what the button says by which the page takes one.
    pub snapshot_action: Option<String>,
    /// `fresh-for`: seconds for which a fact is believed on entering the review.
    pub fresh_seconds: Option<u32>,
    /// `long-after`: minutes from which on a restore takes longer than usual.
    pub long_minutes: Option<u32>,
    /// `job-link`: the address of the page's own page about a job, with `{project}`, `{cluster}` and `{job}` in it.
    pub job_link: Option<String>,
}

/// Whether the dialog asks why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReasonMode {
    /// It doesn't.
    #[default]
    Off,
    /// It does, and takes no answer too.
    Optional,
    /// It needs one.
    Required,
}

/// Something that happened. Named in the past tense.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// `show()` was called, and the dialog was not open.
    Opened(Box<Config>),
    /// A source project was picked.
    SourceProjectChosen(String),
    /// A source cluster was picked, by name.
    SourceClusterChosen(String),
    /// A snapshot was picked, by id.
    SnapshotChosen(String),
    /// A target project was picked.
    ProjectChosen(String),
    /// A target cluster was clicked, or Enter was pressed on it: its id. An ineligible one is refused.
    ClusterChosen(String),
    /// The filter's text changed.
    FilterChanged(String),
    /// Next was pressed.
    NextPressed,
    /// Back was pressed.
    BackPressed,
    /// A Change link of the review was pressed.
    ChangePressed(super::Step),
    /// The confirmation's text changed.
    ConfirmationTyped(String),
    /// The confirmation lost the focus.
    ConfirmationLeft,
    /// The reason's text changed.
    ReasonTyped(String),
    /// Restore was pressed. `key` is a fresh UUID, used unless this attempt has one.
    RestorePressed {
        /// The Idempotency-Key if a new one is needed.
        key: String,
    },
    /// "Check only" was pressed.
    CheckOnlyPressed,
    /// The page's `restore-before-submit` handlers are done.
    SubmitAllowed,
    /// The page vetoed, with a message, or by `preventDefault` without one.
    SubmitVetoed(Option<String>),
    /// Check again was pressed, at an unknown outcome or after failed polls.
    CheckAgainPressed,
    /// Try again was pressed at an unknown outcome.
    TryAgainPressed,
    /// "Follow this restore" was pressed beside a cluster with a running restore.
    FollowPressed {
        /// The job's id.
        job_id: String,
    },
    /// The page's button below the advice was pressed.
    SnapshotPressed,
    /// The page has taken one, or says why not.
    SnapshotTaken(Option<String>),
    /// Retry was pressed, after a read failed.
    RetryPressed,
    /// "Signed in, continue" was pressed, or the page's `waitUntil` resolved.
    SignedIn,
    /// The person or the page closes the dialog.
    Closed(CloseReason),
    /// A read or the restore request was answered.
    Replied {
        /// Which request.
        id: RequestId,
        /// Its answer, with the server's clock.
        reply: Result<Dated<Answer>, Failure>,
    },
    /// A timer ran out.
    TimerFired(Timer),
    /// The page was hidden (`true`) or shown.
    Hidden(bool),
    /// The browser lost the network (`true`) or has it again.
    Offline(bool),
    /// The element left the document: reads and timers are gone.
    Disconnected,
}

impl Event {
    /// It takes somebody who sees the dialog, or a page that was asked by it.
    pub(super) fn is_persons(&self) -> bool {
        !matches!(
            self,
            Event::Opened(_)
                | Event::SignedIn
                | Event::Replied { .. }
                | Event::TimerFired(_)
                | Event::Hidden(_)
                | Event::Offline(_)
                | Event::Disconnected
        )
    }
}

/// Who closed it, and how (`restore-close`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The Cancel or Close button.
    Cancel,
    /// Esc.
    Escape,
    /// The X.
    X,
    /// The page called `close()`.
    Host,
    /// The browser closed it without asking.
    Forced,
}

impl CloseReason {
    /// The word in the event's detail.
    pub fn as_str(self) -> &'static str {
        match self {
            CloseReason::Cancel => "cancel",
            CloseReason::Escape => "escape",
            CloseReason::X => "x",
            CloseReason::Host => "host",
            CloseReason::Forced => "forced",
        }
    }
}

/// What a request brought.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The session.
    Session(Box<Session>),
    /// One page of projects.
    Projects(Page<Project>),
    /// One project.
    Project(Box<Project>),
    /// One page of clusters.
    Clusters(Page<Cluster>),
    /// One cluster.
    Cluster(Box<Cluster>),
    /// A cluster's settings.
    ProcessArgs(ProcessArgs),
    /// A project's keys.
    Encryption(ProjectEncryption),
    /// One page of snapshots.
    Snapshots(Page<Snapshot>),
    /// One snapshot.
    Snapshot(Box<Snapshot>),
    /// One page of restore jobs.
    Jobs(Page<RestoreJob>),
    /// One restore job; also the answer to the restore request.
    Job(Box<RestoreJob>),
}
