//! What the person sees, as plain data. The widget turns it into elements and words.

use super::event::ReasonMode;
use super::facts::ListState;
pub use super::stage::Check;
use crate::model::{
    Cluster, ClusterRef, Failure, JobState, Project, RestoreJob, RestoreRequest, Snapshot,
    Timestamp,
};
use crate::rules::{Code, CodeSet, Finding};

/// A step of the wizard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Project, cluster and snapshot, where the page did not give them.
    Source,
    /// Target project and cluster.
    Destination,
    /// What will be lost, and the name typed.
    Review,
    /// Submitting, following the job, its end.
    Progress,
}

/// The whole dialog at one moment.
#[derive(Debug)]
pub struct View<'a> {
    /// The steps of this journey, in order.
    pub steps: &'static [Step],
    /// The step that is shown.
    pub step: Step,
    /// The server's time, for ages.
    pub now: Timestamp,
    /// The person must sign in again; everything else stays as it is.
    pub sign_in_needed: bool,
    /// The browser has no network: the destructive button is off, with that reason.
    pub offline: bool,
    /// Name of the project whose facts are read just now, else its id; empty where none is chosen. A read that is
    /// forbidden names it (F2).
    pub concerned: &'a str,
    /// A request was sent whose outcome is open still: then nobody may say that nothing was restored.
    pub sent_before: bool,
    /// What is shown below the heading.
    pub body: Body<'a>,
}

/// What is shown below the heading.
#[derive(Debug)]
pub enum Body<'a> {
    /// The first facts are on their way.
    Loading,
    /// They could not be had: the failure, with Retry. No form.
    Failed {
        /// What could not be read.
        what: Subject,
        /// Why.
        failure: &'a Failure,
    },
    /// Picking the source.
    Source(SourceView<'a>),
    /// Choosing the target.
    Destination(DestinationView<'a>),
    /// Review and confirmation.
    Review(ReviewView<'a>),
    /// Nobody knows whether the restore was started.
    Unknown(UnknownView<'a>),
    /// Following a job, or its end.
    Progress(ProgressView<'a>),
}

/// What could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The session.
    Session,
    /// The source project.
    SourceProject,
    /// The source cluster.
    SourceCluster,
    /// The snapshot.
    Snapshot,
    /// The list of projects.
    Projects,
    /// The job that the page named.
    Job,
}

/// Step Source.
#[derive(Debug)]
pub struct SourceView<'a> {
    /// All projects, by name.
    pub projects: Vec<ProjectOption<'a>>,
    /// How the list stands.
    pub projects_state: ListState<'a>,
    /// The chosen project's id.
    pub project: Option<&'a str>,
    /// Its clusters, by name.
    pub clusters: Vec<SourceClusterOption<'a>>,
    /// How that list stands.
    pub clusters_state: ListState<'a>,
    /// The chosen cluster's name.
    pub cluster: Option<&'a str>,
    /// Its snapshots, newest first.
    pub snapshots: Vec<SnapshotOption<'a>>,
    /// How that list stands.
    pub snapshots_state: ListState<'a>,
    /// The chosen snapshot's id.
    pub snapshot: Option<&'a str>,
    /// `source.backups-off`, where it holds: there is nothing to restore, and why.
    pub no_backups: Option<Finding>,
    /// The list is complete and empty though backups are on.
    pub no_snapshots: bool,
    /// What stops Next. Empty: it can be pressed.
    pub missing: Vec<Missing>,
    /// Next was pressed while something was missing: show the summary.
    pub show_missing: bool,
}

/// A project in a picker.
#[derive(Debug)]
pub struct ProjectOption<'a> {
    /// The project.
    pub project: &'a Project,
    /// It is the source's: badge "Source".
    pub is_source: bool,
    /// Another project of the list has the same name: show the id too.
    pub ambiguous: bool,
    /// Blockers: it is listed and can't be chosen.
    pub findings: &'a [Finding],
}

/// A cluster in the picker of sources.
#[derive(Debug)]
pub struct SourceClusterOption<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Why nothing of it can be restored (`target.not-dedicated` among sources: no snapshots to restore).
    pub findings: Vec<Finding>,
}

/// A snapshot in the picker.
#[derive(Debug)]
pub struct SnapshotOption<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// All findings about it; with a blocker it can't be restored.
    pub findings: Vec<Finding>,
    /// No blocker is among them.
    pub eligible: bool,
}

/// The chosen snapshot and where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct SnapshotSummary<'a> {
    /// Source project.
    pub project: &'a Project,
    /// Source cluster's name.
    pub cluster_name: &'a str,
    /// The source cluster, where it could be read.
    pub cluster: Option<&'a Cluster>,
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// Its encryption as the rules derive it: `AWS`, `AZURE`, `GCP`, `NONE`; `None` is unknown.
    pub encryption: Option<&'static str>,
}

/// Step Destination.
#[derive(Debug)]
pub struct DestinationView<'a> {
    /// What is restored.
    pub summary: SnapshotSummary<'a>,
    /// Findings about person, source and snapshot. With a blocker there is no form (`blocked`).
    pub source_findings: Vec<Finding>,
    /// A blocker is among `source_findings`: show the panel, no target field, no Next.
    pub blocked: bool,
    /// All projects, by name.
    pub projects: Vec<ProjectOption<'a>>,
    /// How the list stands.
    pub projects_state: ListState<'a>,
    /// The chosen project's id, listed or not.
    pub project: Option<&'a str>,
    /// Why the chosen project won't do (prefilled ones can be wrong).
    pub project_findings: Vec<Finding>,
    /// The chosen project could not be found.
    pub project_missing: bool,
    /// How the list of clusters stands.
    pub clusters_state: ListState<'a>,
    /// Clusters in the project, read so far.
    pub total: usize,
    /// Of these, how many can be chosen.
    pub eligible: usize,
    /// Of these, how many match the filter. Rows: [`super::Dialog::cluster_row`], 0-based below this.
    pub matches: usize,
    /// The filter's text.
    pub filter: &'a str,
    /// The chosen, eligible cluster.
    pub chosen: Option<ChosenCluster<'a>>,
    /// A cluster that was clicked or prefilled and will not do: shown in `cluster-error`.
    pub refused: Option<RefusedCluster<'a>>,
    /// `target.none-eligible`: no cluster of the project will do; counts by code, most first.
    pub none_eligible: Option<Vec<(Code, usize)>>,
    /// What stops Next. Empty: it can be pressed.
    pub missing: Vec<Missing>,
    /// Next was pressed while something was missing: show the summary.
    pub show_missing: bool,
    /// Facts are being read again before the review.
    pub checking: bool,
    /// Why the dialog came back here by itself.
    pub changed: Option<&'a Changed>,
    /// How many clusters were not asked for restores into the target (S2).
    pub jobs_not_looked_at: usize,
}

/// The chosen target.
#[derive(Debug)]
pub struct ChosenCluster<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Warnings and notices about it.
    pub findings: Vec<Finding>,
}

/// A target that will not do.
#[derive(Debug)]
pub struct RefusedCluster<'a> {
    /// Its name, or the name or id that the page gave.
    pub name: &'a str,
    /// The cluster; `None`: there is none of that name in the project, or it is a flex cluster (then with findings).
    pub cluster: Option<&'a Cluster>,
    /// Every blocker, then warnings.
    pub findings: Vec<Finding>,
    /// A restore into it that has not ended, to be followed.
    pub running_job: Option<&'a RestoreJob>,
}

/// One row of the list of clusters.
#[derive(Debug, Clone, Copy)]
pub struct ClusterRow<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Its blockers and warnings.
    pub verdict: CodeSet,
    /// It can be chosen.
    pub eligible: bool,
    /// It is the source: badge "Source".
    pub is_source: bool,
    /// It is the chosen one.
    pub chosen: bool,
}

/// Facts that changed between two looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed {
    /// Blockers and warnings that were not there before.
    pub added: Vec<Finding>,
    /// The target is another cluster now, or is gone.
    pub target_replaced: bool,
    /// The write concern that will apply is another now.
    pub write_concern: bool,
    /// Something could not be read again, so nothing was sent.
    pub unreadable: bool,
    /// An earlier request was sent whose outcome is open still: then nobody may say that nothing was.
    pub sent_before: bool,
}

/// Step Review.
#[derive(Debug)]
pub struct ReviewView<'a> {
    /// What is restored.
    pub summary: SnapshotSummary<'a>,
    /// Into which project.
    pub target_project: &'a Project,
    /// Into which cluster.
    pub target: &'a Cluster,
    /// Warnings and notices.
    pub findings: Vec<Finding>,
    /// What would be sent.
    pub request: RestoreRequest,
    /// What must be typed: the target's name.
    pub expected: &'a str,
    /// What was typed.
    pub typed: &'a str,
    /// How the two compare.
    pub confirmation: Confirmation,
    /// The field was left: say what differs.
    pub show_difference: bool,
    /// Whether and how a reason is asked for.
    pub reason_mode: ReasonMode,
    /// The reason so far.
    pub reason: &'a str,
    /// A snapshot of the target should be taken first.
    pub advice: Option<Advice<'a>>,
    /// "Check only".
    pub check: Check,
    /// What stops Restore. Empty: it can be pressed.
    pub missing: Vec<Missing>,
    /// Restore was pressed while something was missing: show the summary.
    pub show_missing: bool,
    /// Between the click and the answer.
    pub submitting: Option<Submitting>,
    /// The last attempt was refused, or vetoed by the page: it started nothing.
    pub error: Option<&'a SubmitError>,
    /// An earlier request for this very restore was sent whose outcome is open still: it may have been started.
    pub may_run: bool,
    /// How many clusters were not asked for restores into the target (S2).
    pub jobs_not_looked_at: usize,
}

/// The target's newest snapshot is older than the page wants it (C11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice<'a> {
    /// When it was taken; `None`: there is none that is complete.
    pub newest: Option<Timestamp>,
    /// What the button says by which the page takes one; `None`: it has no such button.
    pub action: Option<&'a str>,
    /// The page is taking one.
    pub taking: bool,
}

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submitting {
    /// The page's handlers of `restore-before-submit` think.
    AskingPage,
    /// Facts are read again.
    Rechecking,
    /// The request is on its way.
    Sending,
}

/// How the typed text compares with the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// Nothing typed.
    Empty,
    /// The same.
    Matches,
    /// The same but for upper and lower case.
    CaseDiffers,
    /// Another length: how many characters were typed and expected.
    LengthDiffers {
        /// Characters typed.
        typed: usize,
        /// Characters expected.
        expected: usize,
    },
    /// The same length, other characters.
    Differs,
}

/// Why nothing was started, unless it [is running](SubmitError::is_running).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmitError {
    /// The server refused.
    Refused(Failure),
    /// The page refused, perhaps with a message.
    Vetoed(Option<String>),
    /// Facts could not be read again before the request.
    RecheckFailed(Failure),
}

impl SubmitError {
    /// A restore into the target runs already. It may be this very request's: browsers send a request again when a
    /// connection that they had used before closes without an answer, and the second one meets the first one's restore.
    pub fn is_running(&self) -> bool {
        matches!(self, SubmitError::Refused(failure)
            if failure.error_code() == Some("ATLAS_CLUSTER_RESTORE_IN_PROGRESS"))
    }
}

/// Something that stops Next or Restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Missing {
    /// No source project.
    SourceProject,
    /// No source cluster.
    SourceCluster,
    /// No snapshot, or one that can't be restored.
    Snapshot,
    /// No target project, or one that won't do.
    Project,
    /// No target cluster, or one that won't do.
    Cluster,
    /// Facts are still on their way.
    StillLoading,
    /// The name is not typed.
    Confirmation,
    /// A reason is required, or is too long.
    Reason {
        /// Characters.
        at_most: usize,
    },
    /// The reason has not the form that the page asks for.
    ReasonForm,
    /// The browser has no network.
    Offline,
    /// The person must sign in again.
    SignIn,
}

/// Nobody knows whether the restore was started.
#[derive(Debug)]
pub struct UnknownView<'a> {
    /// What was asked for.
    pub request: &'a RestoreRequest,
    /// How the answer was lost.
    pub failure: &'a Failure,
    /// Jobs are being read.
    pub checking: bool,
    /// How many reads found no job of ours.
    pub reads_without: u32,
    /// When the last of them came.
    pub last_read_at: Option<Timestamp>,
    /// The last read failed.
    pub read_failed: bool,
    /// Two reads, the last at least 30 s after the click, found none: "Try again" is offered.
    pub can_try_again: bool,
}

/// Following a job, or its end.
#[derive(Debug)]
pub struct ProgressView<'a> {
    /// The job as last read.
    pub job: &'a RestoreJob,
    /// Its state.
    pub state: JobState,
    /// The cluster that it is listed under.
    pub source: &'a ClusterRef,
    /// This dialog started it; otherwise somebody else did, or an earlier page.
    pub ours: bool,
    /// The reason given with our request.
    pub reason: Option<&'a str>,
    /// The target project's name, where known.
    pub target_project_name: Option<&'a str>,
    /// The page's own page about it: an address with the placeholders of `job-link`.
    pub link: Option<&'a str>,
    /// When it started, on the server's clock.
    pub started_at: Option<Timestamp>,
    /// When it was last read.
    pub updated_at: Timestamp,
    /// Polls that failed in a row.
    pub failed_polls: u32,
    /// Three polls failed in a row, or more: a manual refresh is offered.
    pub stalled: bool,
    /// Nothing changed for an hour, or for as long as the page says.
    pub longer_than_usual: bool,
    /// The write-concern notice that applies, where known.
    pub write_concern: Option<Finding>,
}
