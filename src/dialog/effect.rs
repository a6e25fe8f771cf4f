//! What the dialog wants done. The driver does it and answers with events.

use super::event::CloseReason;
use crate::model::{ClusterRef, RestoreJob, RestoreRequest};
use crate::rules::Finding;

/// Names a request, so that late answers can be told from awaited ones. Never used twice by one dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// Something to read. Repeating it is safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// The backend's session.
    Session,
    /// A page of projects, from 1.
    Projects {
        /// From 1.
        page: u32,
    },
    /// One project.
    Project {
        /// Its id.
        id: String,
    },
    /// A page of a project's clusters, from 1.
    Clusters {
        /// Whose.
        project_id: String,
        /// From 1.
        page: u32,
    },
    /// One cluster.
    Cluster(ClusterRef),
    /// A cluster's settings.
    ProcessArgs(ClusterRef),
    /// A project's keys.
    Encryption {
        /// Whose.
        project_id: String,
    },
    /// A page of a replica set's snapshots, from 1.
    Snapshots {
        /// Whose.
        cluster: ClusterRef,
        /// From 1.
        page: u32,
    },
    /// A sharded cluster's snapshots: this list has no pages.
    ShardedSnapshots {
        /// Whose.
        cluster: ClusterRef,
    },
    /// One snapshot.
    Snapshot {
        /// Whose.
        cluster: ClusterRef,
        /// Its id.
        id: String,
        /// From the sharded cluster's list.
        sharded: bool,
    },
    /// The newest snapshots of the target, a few at most; of a sharded cluster all.
    NewestSnapshots {
        /// Whose.
        cluster: ClusterRef,
        /// From the sharded cluster's list.
        sharded: bool,
    },
    /// A page of the restore jobs of a source cluster, from 1.
    Jobs {
        /// Whose.
        cluster: ClusterRef,
        /// From 1.
        page: u32,
    },
    /// One restore job.
    Job {
        /// The source cluster, under which Atlas lists it.
        cluster: ClusterRef,
        /// Its id.
        id: String,
    },
}

/// A timer of the dialog's. At most one of each runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// Time to poll the job that is followed.
    Poll,
    /// Time to look once more for a job of ours.
    Reconcile,
    /// Ages and elapsed times on screen are a while old.
    Clock,
}

/// Something to do. Named in the imperative.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read this and answer with [`super::Event::Replied`]; retrying a read is the driver's business.
    Read {
        /// Goes back with the answer.
        id: RequestId,
        /// What.
        read: Read,
    },
    /// Send the restore request, once, and answer with [`super::Event::Replied`]. Never retry it.
    Restore {
        /// Goes back with the answer.
        id: RequestId,
        /// What.
        request: Box<RestoreRequest>,
        /// `Idempotency-Key`.
        key: String,
        /// The session's token, read at this click.
        csrf_token: Option<String>,
    },
    /// Nobody waits for this read any more.
    Abort(RequestId),
    /// Start this timer anew.
    Schedule {
        /// Which.
        timer: Timer,
        /// In so many milliseconds.
        after_ms: u32,
    },
    /// Stop this timer.
    Unschedule(Timer),
    /// Say this to a screen reader.
    Announce(Announcement),
    /// Move the focus.
    Focus(Focus),
    /// Tell the page.
    Emit(Signal),
    /// Settle the promise of `show()`.
    Resolve(Outcome),
    /// Take the dialog off the screen.
    Close,
}

/// What to say to a screen reader; the words are the widget's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Announcement {
    /// A cluster was refused; the findings are its blockers. Assertive.
    ClusterRefused {
        /// Its name.
        name: String,
        /// Why.
        findings: Vec<Finding>,
    },
    /// A cluster was chosen.
    ClusterChosen {
        /// Its name.
        name: String,
    },
    /// Another project was chosen; cluster and confirmation are empty again.
    ProjectChanged,
    /// All projects of the source step are there: so many.
    ProjectsLoaded(usize),
    /// All snapshots of the source cluster are there: so many.
    SnapshotsLoaded(usize),
    /// The snapshot cannot be restored at all.
    Blocked,
    /// The list is complete.
    ClustersLoaded {
        /// How many there are.
        total: usize,
        /// How many can be chosen.
        eligible: usize,
    },
    /// So many match the filter. To be said after a pause of 500 ms.
    Matches(usize),
    /// Facts changed for the worse. Assertive.
    FactsChanged,
    /// Everything was checked once more, and nothing stands in the way.
    CheckPassed,
    /// The request was refused, and nothing was started. Assertive.
    Refused,
    /// Nobody knows whether the restore was started. Assertive.
    OutcomeUnknown,
    /// The job's state changed.
    JobChanged(crate::model::JobState),
    /// The field for the name was left, and what was typed is another name.
    NameDiffers(super::Confirmation),
    /// The jobs were read so many times, and none of them is ours.
    NotFound(usize),
    /// The person must sign in again. Assertive.
    SignInNeeded,
    /// A read failed, and can be tried again.
    ReadFailed,
    /// The network is gone.
    Offline,
    /// It is back.
    Online,
}

/// Where the focus goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The heading of the step.
    Heading,
    /// The summary of errors at the top.
    ErrorSummary,
    /// The filter of the clusters.
    ClusterFilter,
    /// The field for the name.
    Confirmation,
    /// The refusal or veto beside the button.
    SubmitError,
}

/// What the page is told (`restore-…`).
#[derive(Debug, Clone, PartialEq)]
pub enum Signal {
    /// `restore-select`: source, snapshot or target changed.
    Select {
        /// What is chosen now.
        source_project: Option<String>,
        /// What is chosen now.
        source_cluster: Option<String>,
        /// What is chosen now.
        snapshot: Option<String>,
        /// What is chosen now.
        target_project: Option<String>,
        /// What is chosen now.
        target_cluster: Option<String>,
    },
    /// `restore-before-submit`: answer with `SubmitAllowed` or `SubmitVetoed`.
    BeforeSubmit(Box<RestoreRequest>),
    /// `restore-take-snapshot`, of this cluster: answer with `SnapshotTaken`.
    TakeSnapshot(ClusterRef),
    /// `restore-started`, once for each job that this dialog started.
    Started {
        /// The job.
        job: Box<RestoreJob>,
        /// What was asked for.
        request: Box<RestoreRequest>,
    },
    /// `restore-progress`: a poll brought a change, or a job was adopted.
    Progress(Box<RestoreJob>),
    /// `restore-finished`: the job ended, in whatever way.
    Finished(Box<RestoreJob>),
    /// `restore-close`.
    Close(CloseReason),
    /// `restore-auth-required`: answer with `SignedIn`.
    AuthRequired,
    /// `restore-error`, with a code.
    Error(&'static str),
}

/// What `show()` resolves with.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// The job is known.
    Started(Box<RestoreJob>),
    /// Closed by the Cancel button.
    Cancelled,
    /// Closed by Esc, the X or the page.
    Dismissed,
    /// Something stands in the way.
    Error(String),
}
