//! A project, which Atlas's API calls a group.

/// An Atlas project, or a Cloud Manager one where the backend says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// 24 hex digits.
    pub id: String,
    /// The name that people see; empty where Atlas gave none.
    pub name: String,
    /// The organization it belongs to, where known.
    pub org_id: Option<String>,
    /// How many clusters Atlas counts in it, where known.
    pub cluster_count: Option<u64>,
    /// The extension field `"kind": "CLOUD_MANAGER"` was there.
    pub cloud_manager: bool,
}
