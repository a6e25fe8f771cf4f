//! What the backend says of the session, and what a page supplies in its place.

use std::collections::BTreeMap;

use super::ReadError;
use super::loose::Loose;
use super::read::{decode, filled};
use super::wire::{List, Text, wire};
use crate::model::{Person, Policy, Roles, Session, Topology};

wire! {
    WireSession {
        person: WirePerson<'a> = "person",
        roles: WireRoles = "roles",
        org_roles: WireRoles = "orgRoles",
        policy: Loose = "policy",
        csrf_token: Text<'a> = "csrfToken",
    }
}

wire! {
    WirePerson {
        username: Text<'a> = "username",
        name: Text<'a> = "name",
    }
}

wire! {
    WireBothRoles {
        roles: WireRoles = "roles",
        org_roles: WireRoles = "orgRoles",
    }
}

/// Id to role names.
type WireRoles = BTreeMap<String, Option<List<String>>>;

/// Reads the session.
pub fn read_session(body: &[u8]) -> Result<Session, ReadError> {
    let wire: WireSession = decode(body)?;
    let person = wire.person.unwrap_or_default();
    let (policy, policy_warnings) = match wire.policy {
        None => (None, Vec::new()),
        Some(value) => {
            let (policy, warnings) = policy(&value);
            (Some(policy), warnings)
        }
    };
    Ok(Session {
        person: Person {
            username: filled(person.username).map(Text::into_string),
            name: filled(person.name).map(Text::into_string),
        },
        roles: Roles {
            roles: wire.roles.map(roles),
            org_roles: wire.org_roles.map(roles),
        },
        policy,
        policy_warnings,
        csrf_token: filled(wire.csrf_token).map(Text::into_string),
    })
}

/// Reads `{"roles": …, "orgRoles": …}` as a page gives it: each absent or null where nothing is known.
pub fn read_roles(body: &[u8]) -> Result<Roles, ReadError> {
    let wire: WireBothRoles = decode(body)?;
    Ok(Roles {
        roles: wire.roles.map(roles),
        org_roles: wire.org_roles.map(roles),
    })
}

/// Reads a policy. A key that is missing or null takes the default; so does one whose value is not understood, with a
/// warning that names it.
pub fn read_policy(body: &[u8]) -> (Policy, Vec<String>) {
    match decode::<Loose>(body) {
        Ok(value) => policy(&value),
        Err(error) => (Policy::default(), vec![format!("policy: {error}")]),
    }
}

fn roles(wire: WireRoles) -> BTreeMap<String, Vec<String>> {
    wire.into_iter()
        .map(|(id, names)| (id, names.into_iter().flatten().flatten().collect()))
        .collect()
}

fn policy(value: &Loose) -> (Policy, Vec<String>) {
    let mut policy = Policy::default();
    let mut warnings = Vec::new();
    let mut warn = |key: &str, value: &Loose, allowed: &str| {
        warnings.push(format!(
            "policy{key}: {} is not understood, the default is used; allowed: {allowed}",
            value.json()
        ));
    };
    if !matches!(value, Loose::Object(_) | Loose::Null) {
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
            Loose::Bool(required) => policy.require_encryption = *required,
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

fn role_names(value: &Loose) -> Option<Vec<String>> {
    let Loose::List(entries) = value else {
        return None;
    };
    entries
        .iter()
        .map(|entry| match entry {
            Loose::Text(name) => Some(name.clone()),
            _ => None,
        })
        .collect()
}
