//! Who is at the dialog, and what the backend says of the session.

use super::{Policy, order, places};

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
    pub roles: Option<RolesById>,
    /// Organization id to role names, such as `ORG_OWNER`.
    pub org_roles: Option<RolesById>,
}

/// Role names by the id of a project or an organization.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RolesById(Vec<(String, Vec<String>)>);

impl RolesById {
    /// The roles in this one; `None` where it is not among them.
    pub fn get(&self, id: &str) -> Option<&[String]> {
        let place = self.0.binary_search_by(|(known, _)| known.as_str().cmp(id));
        let (_, roles) = self.0.get(place.ok()?)?;
        Some(roles)
    }

    /// All of them, ordered by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        let pairs = self.0.iter();
        pairs.map(|(id, roles)| (id.as_str(), roles.as_slice()))
    }

    /// An id that came twice.
    pub fn repeated(&self) -> Option<&str> {
        let mut pairs = self.0.iter().zip(self.0.iter().skip(1));
        let ((id, _), _) = pairs.find(|((id, _), (next, _))| id == next)?;
        Some(id)
    }
}

impl FromIterator<(String, Vec<String>)> for RolesById {
    fn from_iter<T: IntoIterator<Item = (String, Vec<String>)>>(given: T) -> Self {
        let mut given: Vec<_> = given.into_iter().collect();
        let id = |place: usize| given.get(place).map(|(id, _)| id);
        let places = order(places(0..given.len()).collect(), &|a, b| id(a).cmp(&id(b)));
        let taken = |place| given.get_mut(place as usize).map(std::mem::take);
        RolesById(places.into_iter().filter_map(taken).collect())
    }
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
