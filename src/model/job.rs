//! A restore job, and the target's settings that outlive it.

use super::WrittenTime;

/// A restore job as Atlas lists it, under the source cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RestoreJob {
    /// An ObjectId: its first eight hex digits are the time of creation, in seconds.
    pub id: String,
    /// `automated`, `download` or `pointInTime`, as written.
    pub delivery_type: Option<Box<str>>,
    /// The snapshot; absent for a point in time.
    pub snapshot_id: Option<String>,
    /// The project restored into.
    pub target_group_id: Option<String>,
    /// The cluster restored into.
    pub target_cluster_name: Option<String>,
    /// It failed.
    pub failed: bool,
    /// It was cancelled.
    pub cancelled: bool,
    /// Its download link ran out.
    pub expired: bool,
    /// When it ended well.
    pub finished_at: Option<WrittenTime>,
}

/// Where a job stands (FACTS section 5). Queued and running can't be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Not ended.
    Running,
    /// `finishedAt` is there.
    Completed,
    /// `failed`.
    Failed,
    /// `cancelled`.
    Cancelled,
    /// `expired`.
    Expired,
}

impl JobState {
    /// Lower-case word, as in `data-state`.
    pub fn as_str(self) -> &'static str {
        match self {
            JobState::Running => "running",
            JobState::Completed => "completed",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
            JobState::Expired => "expired",
        }
    }
}

impl RestoreJob {
    /// First match wins: failed, cancelled, expired, completed, running.
    pub fn state(&self) -> JobState {
        if self.failed {
            JobState::Failed
        } else if self.cancelled {
            JobState::Cancelled
        } else if self.expired {
            JobState::Expired
        } else if self.finished_at.is_some() {
            JobState::Completed
        } else {
            JobState::Running
        }
    }

    /// It writes into this cluster and has not ended.
    pub fn runs_into(&self, group_id: &str, cluster_name: &str) -> bool {
        self.state() == JobState::Running
            && self.target_group_id.as_deref() == Some(group_id)
            && self.target_cluster_name.as_deref() == Some(cluster_name)
    }
}

/// What `processArgs` says that matters here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProcessArgs {
    /// `defaultWriteConcern`; absent, null and empty are one.
    pub default_write_concern: Option<Box<str>>,
}
