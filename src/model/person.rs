//! Who is at the dialog, and what the backend says of the session.

use std::collections::BTreeMap;

use super::Policy;

/// The signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// Login name.
    pub username: Option<String>,
    /// The name that people see.
    pub name: Option<String>,
}

/// Roles by project and by organization. Unknown only if both are `None` (contract section 2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles {
    /// Project id to role names, such as `GROUP_OWNER`.
    pub roles: Option<BTreeMap<String, Vec<String>>>,
    /// Organization id to role names, such as `ORG_OWNER`.
    pub org_roles: Option<BTreeMap<String, Vec<String>>>,
}

/// What `GET {backend}/session` answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// With which roles.
    pub roles: Roles,
    /// Replaces the page's policy as a whole.
    pub policy: Option<Policy>,
    /// Names of policy values that were not understood and fell back to the default.
    pub policy_warnings: Vec<String>,
    /// To be sent as `X-CSRF-Token` with the POST.
    pub csrf_token: Option<String>,
}
