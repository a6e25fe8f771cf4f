//! What the tests share: a small world, and short words for asking it.
#![allow(dead_code)]

use atlas_sandbox::{Outcome, Request, Sandbox};
use serde_json::{Value, json};

pub const NOW: i64 = 1_000_000;
pub const SOURCE: &str = "aaaaaaaaaaaaaaaaaaaaaaaa";
pub const TARGET: &str = "bbbbbbbbbbbbbbbbbbbbbbbb";
pub const SNAPSHOT: &str = "999999999999999999999991";
pub const V1: &str = "application/vnd.atlas.2023-01-01+json";
pub const V2: &str = "application/vnd.atlas.2024-08-05+json";
pub const JOBS: &str =
    "/restore/api/atlas/v2/groups/aaaaaaaaaaaaaaaaaaaaaaaa/clusters/orders/backup/restoreJobs";

pub fn cluster(group: &str, name: &str, provider: &str) -> Value {
    json!({
        "id": format!("{:024x}", name.bytes().fold(1_u64, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into()))),
        "groupId": group, "name": name, "clusterType": "REPLICASET", "mongoDBVersion": "8.0.29",
        "encryptionAtRestProvider": provider, "stateName": "IDLE", "paused": false, "backupEnabled": true,
        "unknownMember": {"kept": [1, 2.0]},
        "replicationSpecs": [{"regionConfigs": [{"providerName": "AWS", "regionName": "EU_WEST_1", "priority": 7,
            "electableSpecs": {"instanceSize": "M30", "diskSizeGB": 40.0, "nodeCount": 3}}]}]
    })
}

pub fn snapshot(id: &str) -> Value {
    json!({
        "id": id, "status": "completed", "snapshotType": "scheduled", "type": "replicaSet",
        "createdAt": "2026-11-23T22:00:00Z", "expiresAt": "2026-12-01T22:00:00Z", "mongodVersion": "8.0.29",
        "masterKeyUUID": "1c3f9a52-0d0b-4b6c-9a55-6f3c3f6a9e01", "storageSizeBytes": 5_000_000_000_u64
    })
}

pub fn world() -> Value {
    json!({
        "now": "2026-11-24T10:00:00Z",
        "person": {"username": "maya@example.com", "name": "Maya", "roles": {SOURCE: ["GROUP_OWNER"]}},
        "groups": [
            {"id": SOURCE, "name": "Storefront", "orgId": "dddddddddddddddddddddddd", "clusterCount": 1, "created": "2024-01-01T00:00:00Z"},
            {"id": TARGET, "name": "Staging", "orgId": "dddddddddddddddddddddddd", "clusterCount": 3, "created": "2024-01-01T00:00:00Z"}
        ],
        "clusters": [
            cluster(SOURCE, "orders", "AWS"), cluster(TARGET, "copy", "AWS"),
            cluster(TARGET, "plain", "NONE"), cluster(TARGET, "azure", "AZURE")
        ],
        "snapshots": [{"groupId": SOURCE, "clusterName": "orders", "snapshot": snapshot(SNAPSHOT)}],
        "restoreSeconds": 20
    })
}

/// The small world with members replaced.
pub fn world_with(members: Value) -> Value {
    let mut world = world();
    for (key, value) in members.as_object().unwrap() {
        world[key] = value.clone();
    }
    world
}

pub fn sandbox(world: &Value) -> Sandbox {
    Sandbox::new(&world.to_string(), NOW).unwrap()
}

pub fn get(path: &str) -> Request {
    Request::new("GET", &format!("/restore{path}"))
}

pub fn atlas(path: &str) -> Request {
    get(&format!("/api/atlas/v2{path}"))
}

pub fn restore(target_group: &str, target: &str) -> Request {
    post(&json!({
        "deliveryType": "automated", "snapshotId": SNAPSHOT, "targetGroupId": target_group, "targetClusterName": target
    }))
}

pub fn post(body: &Value) -> Request {
    Request::new("POST", JOBS)
        .with_header("Accept", V1)
        .with_header("Content-Type", V1)
        .with_body(body.to_string())
}

/// Status and body.
pub fn seen(outcome: &Outcome) -> (u16, Value) {
    let response = outcome.response().expect("an answer");
    (
        response.status,
        serde_json::from_slice(&response.body).unwrap_or(Value::Null),
    )
}

pub fn ask(sandbox: &mut Sandbox, request: &Request) -> (u16, Value) {
    ask_at(sandbox, request, 0)
}

pub fn ask_at(sandbox: &mut Sandbox, request: &Request, after_ms: i64) -> (u16, Value) {
    seen(&sandbox.handle(request, NOW + after_ms))
}

/// Status and error code; the header must say the same.
pub fn error(sandbox: &mut Sandbox, request: &Request) -> (u16, String) {
    let outcome = sandbox.handle(request, NOW);
    let (status, body) = seen(&outcome);
    let code = body["errorCode"].as_str().unwrap_or_default().to_owned();
    assert_eq!(body["error"], status, "{body}");
    assert_eq!(
        outcome.response().unwrap().header("x-error-code"),
        Some(code.as_str())
    );
    assert!(
        body["detail"].is_string() && body["reason"].is_string() && body["parameters"].is_array(),
        "{body}"
    );
    (status, code)
}
