//! Which roles a person has, as Atlas says (FACTS section 4): the user of each organization, and for who is in a team
//! the users of each project with teams flattened. Believed for a short time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use atlas_restore_dialog::atlas::{Call, ReadError};
use atlas_restore_dialog::model::{Failure, Project, Roles};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::projects::Entry;
use crate::upstream::Atlas;

/// The first version that tells roles apart.
const USERS: &str = "application/vnd.atlas.2025-02-19+json";
/// Projects that are asked about at the same time.
const AT_ONCE: usize = 6;
/// People are forgotten when there are more than this and nobody believes their roles any more.
const MOST_PEOPLE: usize = 10_000;

type Slot = Arc<Mutex<Option<(Instant, Arc<Roles>)>>>;

/// Roles by person.
#[derive(Debug)]
pub struct People {
    life: Duration,
    slots: std::sync::Mutex<HashMap<String, Slot>>,
}

impl People {
    /// Asked again after this time.
    pub fn new(life: Duration) -> Self {
        People {
            life,
            slots: std::sync::Mutex::default(),
        }
    }

    /// The person's roles; asked for by one caller at a time.
    ///
    /// # Errors
    /// They could not be read.
    pub async fn roles(
        &self,
        atlas: &Arc<Atlas>,
        projects: &[Entry],
        username: &str,
        request_id: &str,
    ) -> Result<Arc<Roles>, Failure> {
        let slot = self.slot(username);
        let mut slot = slot.lock().await;
        if let Some((at, roles)) = &*slot
            && at.elapsed() < self.life
        {
            return Ok(Arc::clone(roles));
        }
        let asked = projects.iter().map(|entry| &entry.value).collect();
        let roles = Arc::new(look_up(atlas, projects, asked, username, request_id).await?);
        *slot = Some((Instant::now(), Arc::clone(&roles)));
        Ok(roles)
    }

    /// They have proved to be out of date: the next to ask asks Atlas.
    pub fn forget(&self, username: &str) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.remove(username);
    }

    fn slot(&self, username: &str) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST_PEOPLE && !slots.contains_key(username) {
            slots.retain(|_, slot| match slot.try_lock() {
                Ok(slot) => slot
                    .as_ref()
                    .is_some_and(|(at, _)| at.elapsed() < self.life),
                Err(_) => true,
            });
        }
        Arc::clone(slots.entry(username.to_owned()).or_default())
    }
}

/// Asks Atlas now: the organizations of all projects, and the teams of those in `asked`.
///
/// # Errors
/// They could not be read.
pub async fn look_up(
    atlas: &Arc<Atlas>,
    projects: &[Entry],
    asked: Vec<&Project>,
    username: &str,
    request_id: &str,
) -> Result<Roles, Failure> {
    let orgs: BTreeSet<&str> = projects
        .iter()
        .filter_map(|entry| entry.value.org_id.as_deref())
        .collect();
    let mut roles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut org_roles = BTreeMap::new();
    let mut in_teams = Vec::new();
    for org in orgs {
        let call = users_of(&["orgs", org, "users"], username, "");
        let users = atlas.read(&call, request_id, read::<OrgUser>).await?;
        let Some(user) = users.into_iter().find(|user| user.is(username)) else {
            continue;
        };
        if !user.teams().is_empty() {
            in_teams.push(org);
        }
        let given = user.roles.unwrap_or_default();
        for assignment in given.group_role_assignments.into_iter().flatten() {
            roles
                .entry(assignment.group_id)
                .or_default()
                .extend(assignment.group_roles.into_iter().flatten());
        }
        org_roles.insert(org.to_owned(), given.org_roles.unwrap_or_default());
    }
    let mut waiting: Vec<String> = asked
        .into_iter()
        .filter(|project| {
            project
                .org_id
                .as_deref()
                .is_some_and(|org| in_teams.contains(&org))
        })
        .map(|project| project.id.clone())
        .collect();
    let mut asking = JoinSet::new();
    loop {
        while asking.len() < AT_ONCE
            && let Some(group) = waiting.pop()
        {
            let (atlas, username) = (Arc::clone(atlas), username.to_owned());
            let request_id = request_id.to_owned();
            asking.spawn(async move {
                let more = "&flattenTeams=true&includeOrgUsers=true";
                let call = users_of(&["groups", &group, "users"], &username, more);
                let users = atlas.read(&call, &request_id, read::<GroupUser>).await?;
                let user = users.into_iter().find(|user| user.is(&username));
                let found = user.and_then(|user| user.roles).unwrap_or_default();
                Ok::<_, Failure>((group, found))
            });
        }
        match asking.join_next().await {
            None => break,
            Some(Ok(answer)) => {
                let (group, found) = answer?;
                let known = roles.entry(group).or_default();
                for role in found {
                    if !known.contains(&role) {
                        known.push(role);
                    }
                }
            }
            Some(Err(error)) => {
                return Err(Failure::NoAnswer {
                    message: error.to_string(),
                });
            }
        }
    }
    roles.retain(|_, names| !names.is_empty());
    Ok(Roles {
        roles: Some(roles.into_iter().collect()),
        org_roles: Some(org_roles.into_iter().collect()),
    })
}

/// Whether the person has any role in the project, or owns its organization.
pub fn may_see(roles: &Roles, project: &Project) -> bool {
    let has_role = roles
        .roles
        .as_ref()
        .and_then(|roles| roles.get(&project.id))
        .is_some_and(|names| !names.is_empty());
    let owns_organization = || {
        let of_org = roles.org_roles.as_ref()?.get(project.org_id.as_ref()?)?;
        Some(of_org.iter().any(|role| role == "ORG_OWNER"))
    };
    has_role || owns_organization() == Some(true)
}

fn users_of(segments: &[&str], username: &str, more: &str) -> Call {
    let mut url = reqwest::Url::parse("https://atlas/api/atlas/v2").ok();
    if let Some(url) = &mut url {
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(segments);
        }
        url.query_pairs_mut().append_pair("username", username);
    }
    let path = url.map_or_else(String::new, |url| {
        format!("{}?{}{more}", url.path(), url.query().unwrap_or_default())
    });
    Call {
        method: "GET",
        path,
        headers: vec![("Accept", USERS.to_owned())],
        body: None,
    }
}

#[derive(Deserialize)]
struct Users<T> {
    results: Vec<T>,
}

fn read<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<Vec<T>, ReadError> {
    let users: Users<T> = serde_json::from_slice(body).map_err(|error| ReadError {
        path: "users".to_owned(),
        message: error.to_string(),
    })?;
    Ok(users.results)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrgUser {
    username: Option<String>,
    org_membership_status: Option<String>,
    roles: Option<OrgRoles>,
    team_ids: Option<Vec<String>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct OrgRoles {
    org_roles: Option<Vec<String>>,
    group_role_assignments: Option<Vec<Assignment>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assignment {
    group_id: String,
    group_roles: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GroupUser {
    username: Option<String>,
    org_membership_status: Option<String>,
    roles: Option<Vec<String>>,
}

/// The same name, and an active member: an invitation gives no roles.
fn is_active(found: Option<&str>, status: Option<&str>, username: &str) -> bool {
    found.is_some_and(|found| found.eq_ignore_ascii_case(username)) && status == Some("ACTIVE")
}

impl OrgUser {
    fn is(&self, username: &str) -> bool {
        is_active(
            self.username.as_deref(),
            self.org_membership_status.as_deref(),
            username,
        )
    }

    fn teams(&self) -> &[String] {
        self.team_ids.as_deref().unwrap_or_default()
    }
}

impl GroupUser {
    fn is(&self, username: &str) -> bool {
        is_active(
            self.username.as_deref(),
            self.org_membership_status.as_deref(),
            username,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_stays_one_parameter() {
        let call = users_of(&["orgs", "o", "users"], "a&b=c#d/é@x", "");
        assert_eq!(
            call.path,
            "/api/atlas/v2/orgs/o/users?username=a%26b%3Dc%23d%2F%C3%A9%40x"
        );
    }

    #[test]
    fn only_active_members_of_that_very_name_count() {
        assert!(is_active(Some("Maya@x"), Some("ACTIVE"), "maya@x"));
        for (found, status) in [
            (Some("maya@x"), Some("PENDING")),
            (Some("maya@x"), None),
            (Some("maya@xy"), Some("ACTIVE")),
            (None, Some("ACTIVE")),
        ] {
            assert!(!is_active(found, status, "maya@x"), "{found:?} {status:?}");
        }
    }
}
