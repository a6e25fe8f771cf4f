//! What a portal may widen.

/// The policy (contract section 2). [`Policy::default`] is what the customer's page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Any of these roles in a project will do; `ORG_OWNER` always does.
    pub accepted_roles: Vec<String>,
    /// Source and target must be encrypted with customer keys.
    pub require_encryption: bool,
    /// Which kinds of cluster may be restored to.
    pub topology: Topology,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            accepted_roles: vec!["GROUP_OWNER".to_owned()],
            require_encryption: true,
            topology: Topology::ReplicaSet,
        }
    }
}

/// Which kinds of cluster may be restored to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topology {
    /// Replica sets only.
    ReplicaSet,
    /// The same topology as the source's.
    Matching,
}
