//! What the backend says of the session, and what a page supplies in its place.

use super::ReadError;
use super::fields::Fields;
use super::json::{Json, Keep, parse};
use super::read::one;
use crate::model::{Person, Policy, Roles, RolesById, Session, Topology};

const ROLES: &[&str] = &["roles", "orgRoles"];
const SESSION: &[&str] = &["person", "roles", "orgRoles", "policy", "csrfToken"];

/// Reads the session.
pub fn read_session(body: &[u8]) -> Result<Session, ReadError> {
    one(body, Keep::Within(SESSION), |from| {
        let mut person = Person::default();
        from.inside("person", &mut |from| {
            person.username = from.kept("username");
            person.name = from.kept("name");
        });
        let (policy, policy_warnings) = from.member("policy").map(policy).unzip();
        Session {
            person,
            roles: both_roles(from),
            policy,
            policy_warnings: policy_warnings.unwrap_or_default(),
            csrf_token: from.kept("csrfToken"),
        }
    })
}

/// Reads `{"roles": …, "orgRoles": …}` as a page gives it: each absent or null where nothing is known.
pub fn read_roles(body: &[u8]) -> Result<Roles, ReadError> {
    one(body, Keep::Within(ROLES), both_roles)
}

/// Reads a policy. A key that is missing or null takes the default; so does one whose value is not understood, with a
/// warning that names it.
pub fn read_policy(body: &[u8]) -> (Policy, Vec<String>) {
    match parse(body, Keep::All) {
        Ok(value) => policy(&value),
        Err(error) => (Policy::default(), vec![format!("policy: {error}")]),
    }
}

fn both_roles(from: &mut Fields) -> Roles {
    Roles {
        roles: roles(from, "roles"),
        org_roles: roles(from, "orgRoles"),
    }
}

/// Id to role names.
fn roles(from: &mut Fields, name: &str) -> Option<RolesById> {
    let mut roles = None;
    from.inside(name, &mut |from| {
        let mut of_all = Vec::new();
        for (id, node) in from.all() {
            let mut names = Vec::new();
            for (number, entry) in from.entries(id, node).iter().enumerate() {
                match entry {
                    Json::Null => {}
                    Json::Text(name) => names.push(name.to_string()),
                    other => from.fail(&format!("{id}[{number}]"), other.unlike("a string")),
                }
            }
            of_all.push((id.to_owned(), names));
        }
        let of_all = RolesById::from_iter(of_all);
        if let Some(id) = of_all.repeated() {
            from.repeated(id);
        }
        roles = Some(of_all);
    });
    roles
}

fn policy(value: &Json) -> (Policy, Vec<String>) {
    let mut policy = Policy::default();
    let mut warnings = Vec::new();
    let mut warn = |key: &str, value: &Json, allowed: &str| {
        warnings.push(format!(
            "policy{key}: {} is not understood, the default is used; allowed: {allowed}",
            value.json()
        ));
    };
    if !matches!(value, Json::Object(_) | Json::Null) {
        warn("", value, "an object");
    }
    if let Some(value) = value.member("acceptedRoles") {
        match role_names(value) {
            Some(names) => policy.accepted_roles = names,
            None => warn(".acceptedRoles", value, "a list of role names"),
        }
    }
    if let Some(value) = value.member("requireEncryption") {
        match value {
            Json::Bool(required) => policy.require_encryption = *required,
            _ => warn(".requireEncryption", value, "true, false"),
        }
    }
    if let Some(value) = value.member("topology") {
        match &*value.text() {
            "replica-set" => policy.topology = Topology::ReplicaSet,
            "matching" => policy.topology = Topology::Matching,
            _ => warn(".topology", value, "\"replica-set\", \"matching\""),
        }
    }
    (policy, warnings)
}

fn role_names(value: &Json) -> Option<Vec<String>> {
    let Json::List(entries) = value else {
        return None;
    };
    entries
        .iter()
        .map(|entry| match entry {
            Json::Text(name) => Some(name.to_string()),
            _ => None,
        })
        .collect()
}
