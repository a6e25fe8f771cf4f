//! Who has which roles: Atlas's users of an organization and of a project. Belongs here: what the two lists hold; not:
//! which path leads to them.
//!
//! A world says nothing of users, or lists them in `users`: `[{"orgId", "user": {…}, "teamRoles": {"<groupId>": […]}?}]`
//! with `user` in Atlas's shape. The world's `person` is a user of every organization that a project names, unless the
//! list has that name.

use serde_json::{Map, Value, json};

use crate::error::AtlasError;
use crate::http::{Request, Response};
use crate::page::Page;
use crate::sandbox::State;
use crate::world::{World, text};

/// The first version in which roles through teams are told apart.
const VERSION: &str = "2025-02-19";

impl State {
    /// `GET /orgs/{orgId}/users`: roles that come through a team are not in it.
    pub(crate) fn list_org_users(
        &self,
        org: &str,
        request: &Request,
    ) -> Result<Response, AtlasError> {
        crate::api::accepts(request, VERSION)?;
        let users = self
            .users(org, request)
            .into_iter()
            .map(|entry| entry.user)
            .collect();
        page(request, &format!("/orgs/{org}/users"), users)
    }

    /// `GET /groups/{groupId}/users`: with `flattenTeams` also who is in it by a team, and with which roles.
    pub(crate) fn list_group_users(
        &self,
        group: &Value,
        request: &Request,
    ) -> Result<Response, AtlasError> {
        crate::api::accepts(request, VERSION)?;
        let (id, org) = (
            text(group, "id").unwrap_or_default(),
            text(group, "orgId").unwrap_or_default(),
        );
        let flatten = request.parameter("flattenTeams").as_deref() == Some("true");
        let mut users = Vec::new();
        for entry in self.users(org, request) {
            let mut roles = roles_in(&entry.user, id);
            if flatten {
                let of_teams = entry.team_roles.get(id).and_then(Value::as_array).cloned();
                for role in of_teams.into_iter().flatten() {
                    if !roles.contains(&role) {
                        roles.push(role);
                    }
                }
            }
            if roles.is_empty() {
                continue;
            }
            let mut user = entry.user;
            if let Some(members) = user.as_object_mut() {
                members.insert("roles".into(), Value::Array(roles));
                members.remove("teamIds");
            }
            users.push(user);
        }
        page(request, &format!("/groups/{id}/users"), users)
    }

    fn users(&self, org: &str, request: &Request) -> Vec<User> {
        let wanted = request.parameter("username");
        let mut users = listed(&self.world, org);
        if let Some(person) = person(&self.world, org)
            && !users
                .iter()
                .any(|user| text(&user.user, "username") == text(&person, "username"))
        {
            users.push(User {
                user: person,
                team_roles: Value::Null,
            });
        }
        users.retain(|entry| {
            wanted
                .as_deref()
                .is_none_or(|name| text(&entry.user, "username") == Some(name))
        });
        users
    }
}

struct User {
    user: Value,
    team_roles: Value,
}

fn listed(world: &World, org: &str) -> Vec<User> {
    let list = world.value().get("users").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter(|entry| text(entry, "orgId") == Some(org))
        .filter_map(|entry| {
            Some(User {
                user: entry.get("user")?.clone(),
                team_roles: entry.get("teamRoles").cloned().unwrap_or_default(),
            })
        })
        .collect()
}

/// The world's person as a user; nobody where its roles are unknown.
fn person(world: &World, org: &str) -> Option<Value> {
    let session = world.session()?;
    let username = text(session.get("person")?, "username")?.to_owned();
    let (roles, org_roles) = (session.get("roles"), session.get("orgRoles"));
    if roles.is_none_or(Value::is_null) && org_roles.is_none_or(Value::is_null) {
        return None;
    }
    let assignments: Vec<Value> = roles
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(group, _)| {
            world
                .group(group)
                .is_some_and(|group| text(&group, "orgId").unwrap_or_default() == org)
        })
        .map(|(group, roles)| json!({ "groupId": group, "groupRoles": roles }))
        .collect();
    let org_roles = org_roles
        .and_then(|roles| roles.get(org))
        .cloned()
        .unwrap_or_else(|| json!(["ORG_MEMBER"]));
    Some(json!({
        "country": "IE",
        "createdAt": "2024-01-01T00:00:00Z",
        "firstName": username.split(['.', '@']).next(),
        "id": "00000000000000000000face",
        "lastAuth": "2026-11-24T08:00:00Z",
        "lastName": "Person",
        "orgMembershipStatus": "ACTIVE",
        "roles": { "groupRoleAssignments": assignments, "orgRoles": org_roles },
        "teamIds": [],
        "username": username,
    }))
}

fn roles_in(user: &Value, group: &str) -> Vec<Value> {
    let empty = Map::new();
    let roles = user
        .get("roles")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let assignments = roles.get("groupRoleAssignments").and_then(Value::as_array);
    assignments
        .into_iter()
        .flatten()
        .filter(|entry| text(entry, "groupId") == Some(group))
        .filter_map(|entry| entry.get("groupRoles").and_then(Value::as_array))
        .flatten()
        .cloned()
        .collect()
}

fn page(request: &Request, path: &str, users: Vec<Value>) -> Result<Response, AtlasError> {
    let body = Page::of(request)?.body(path, users.len(), |at| users.get(at).cloned());
    Ok(crate::api::found(VERSION, &body))
}
