//! What is asked of Atlas in the end.

use super::RestoreJob;

/// A cluster by where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterRef {
    /// Its project.
    pub project_id: String,
    /// Its name.
    pub name: String,
}

/// A restore of one snapshot into one cluster (`deliveryType: automated`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreRequest {
    /// Whose snapshot.
    pub source: ClusterRef,
    /// Which snapshot.
    pub snapshot_id: String,
    /// Into which cluster.
    pub target: ClusterRef,
    /// Why, where the portal asks (`Restore-Reason`).
    pub reason: Option<String>,
}

impl RestoreRequest {
    /// This job restores the same snapshot into the same cluster. (Whether it is the one that was asked for is another
    /// question.)
    pub fn is_done_by(&self, job: &RestoreJob) -> bool {
        job.snapshot_id.as_deref() == Some(self.snapshot_id.as_str())
            && job.target_group_id.as_deref() == Some(self.target.project_id.as_str())
            && job.target_cluster_name.as_deref() == Some(self.target.name.as_str())
    }
}
