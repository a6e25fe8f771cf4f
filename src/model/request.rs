//! What is asked of Atlas in the end.

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
