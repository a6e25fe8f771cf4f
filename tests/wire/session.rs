//! The session, roles and policies.

use atlas_restore_dialog::atlas;
use atlas_restore_dialog::model::{Policy, Roles, Session, Topology};
use serde_json::json;

use crate::bytes;

#[test]
fn session_is_read_whole() {
    let session = atlas::read_session(&bytes(&json!({
        "person": { "username": "ada@example.com", "name": "Ada" },
        "roles": { "g": ["GROUP_OWNER", null, "OTHER"], "h": null },
        "orgRoles": { "o": ["ORG_OWNER"] },
        "policy": { "topology": "matching", "requireEncryption": false, "acceptedRoles": ["A", "B"] },
        "csrfToken": "t",
        "colour": { "any": [1, 2] }
    })))
    .unwrap();
    assert_eq!(session.person.username.as_deref(), Some("ada@example.com"));
    assert_eq!(session.person.name.as_deref(), Some("Ada"));
    let roles = session.roles.roles.unwrap();
    assert_eq!(roles.get("g").unwrap(), ["GROUP_OWNER", "OTHER"]);
    assert_eq!(roles.get("h").unwrap(), [""; 0]);
    assert_eq!(roles.get("i"), None);
    assert_eq!(
        session.roles.org_roles.unwrap().get("o").unwrap(),
        ["ORG_OWNER"]
    );
    assert_eq!(
        session.policy,
        Some(Policy {
            accepted_roles: vec!["A".to_owned(), "B".to_owned()],
            require_encryption: false,
            topology: Topology::Matching,
        })
    );
    assert_eq!(session.policy_warnings, [""; 0]);
    assert_eq!(session.csrf_token.as_deref(), Some("t"));
}

#[test]
fn session_of_nothing_knows_nothing() {
    let nulls = json!({
        "person": null, "roles": null, "orgRoles": null, "policy": null, "csrfToken": null
    });
    for body in [json!({}), nulls] {
        assert_eq!(atlas::read_session(&bytes(&body)), Ok(Session::default()));
    }
    assert_eq!(atlas::read_roles(b"{}"), Ok(Roles::default()));
}

#[test]
fn session_of_another_shape_names_the_place() {
    for (body, path) in [
        (json!([]), ""),
        (json!({ "person": "Ada" }), "person"),
        (json!({ "person": { "name": 7 } }), "person.name"),
        (json!({ "roles": ["GROUP_OWNER"] }), "roles"),
        (json!({ "roles": { "g": "GROUP_OWNER" } }), "roles.g"),
        (json!({ "orgRoles": { "o": ["A", 2] } }), "orgRoles.o[1]"),
        (json!({ "csrfToken": true }), "csrfToken"),
    ] {
        assert_eq!(
            atlas::read_session(&bytes(&body)).unwrap_err().path,
            path,
            "{body}"
        );
    }
    assert_eq!(
        atlas::read_roles(br#"{"roles":7}"#).unwrap_err().path,
        "roles"
    );
    let twice = atlas::read_session(br#"{"roles": {"g": ["A"], "h": [], "g": ["B"]}}"#);
    let error = twice.unwrap_err();
    assert_eq!(
        (error.path.as_str(), error.message.as_str()),
        ("roles.g", "duplicate field `g`")
    );
}

#[test]
fn policy_takes_the_default_for_what_it_does_not_understand() {
    let policy = |value| atlas::read_policy(&bytes(&value));
    for silent in [
        json!({}),
        json!(null),
        json!({ "topology": null, "requireEncryption": null, "acceptedRoles": null }),
        json!({ "topology": "replica-set", "requireEncryption": true, "acceptedRoles": ["GROUP_OWNER"] }),
        json!({ "colour": "blue" }),
    ] {
        assert_eq!(policy(silent), (Policy::default(), vec![]));
    }
    for (value, warning) in [
        (
            json!({ "topology": "ring" }),
            r#"policy.topology: "ring" is not understood, the default is used; allowed: "replica-set", "matching""#,
        ),
        (
            json!({ "requireEncryption": "false" }),
            r#"policy.requireEncryption: "false" is not understood, the default is used; allowed: true, false"#,
        ),
        (
            json!({ "requireEncryption": 0 }),
            "policy.requireEncryption: 0 is not understood, the default is used; allowed: true, false",
        ),
        (
            json!({ "acceptedRoles": ["A", { "b": [1.5, true, null] }] }),
            r#"policy.acceptedRoles: ["A",{"b":[1.5,true,null]}] is not understood, the default is used; allowed: a list of role names"#,
        ),
        (
            json!("matching"),
            r#"policy: "matching" is not understood, the default is used; allowed: an object"#,
        ),
    ] {
        assert_eq!(policy(value), (Policy::default(), vec![warning.to_owned()]));
    }
    let (defaulted, warnings) = atlas::read_policy(b"{");
    assert_eq!((defaulted, warnings.len()), (Policy::default(), 1));
    let (partly, warnings) = policy(json!({ "topology": "matching", "acceptedRoles": 3 }));
    assert_eq!(partly.topology, Topology::Matching);
    assert_eq!(partly.accepted_roles, ["GROUP_OWNER"]);
    assert_eq!(warnings.len(), 1);
}

#[test]
fn policy_of_a_session_warns_too() {
    let session = atlas::read_session(br#"{"policy":{"topology":5}}"#).unwrap();
    assert_eq!(session.policy, Some(Policy::default()));
    assert_eq!(session.policy_warnings.len(), 1);
}
