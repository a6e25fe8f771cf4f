//! The law on the POST: facts are read again, and the rules decide.

use serde_json::{Value, json};

use super::support::*;

#[tokio::test]
async fn restore_that_the_rules_allow_is_started() {
    let gateway = Gateway::over(&world());
    let got = gateway.restore(post("k1", "orders-staging")).await;
    assert_eq!(got.status, 200, "{got:?}");
    assert_eq!(got.header("content-type"), format!("{V1};charset=utf-8"));
    let job = atlas_restore_dialog::atlas::read_job(&got.bytes).unwrap();
    assert_eq!(job.target_cluster_name.as_deref(), Some("orders-staging"));
    assert_eq!(gateway.jobs().len(), 1);
    let log = gateway.log();
    let sent = log.iter().rfind(|entry| entry["method"] == "POST").unwrap();
    let body_sent: Value = serde_json::from_str(sent["body"].as_str().unwrap()).unwrap();
    let asked: Value = serde_json::from_str(&body(SNAPSHOT, TARGET, "orders-staging")).unwrap();
    assert_eq!(body_sent, asked);
    let headers = sent["headers"].as_object().unwrap();
    for name in [
        "idempotency-key",
        "x-csrf-token",
        "origin",
        "restore-reason",
    ] {
        assert!(!headers.contains_key(name), "{name} reached Atlas");
    }
}

#[tokio::test]
async fn started_job_comes_without_links_to_download() {
    let job = json!({"id": "6b0400000000000000000001", "deliveryType": "automated", "snapshotId": SNAPSHOT,
        "targetGroupId": TARGET, "targetClusterName": "orders-staging", "cancelled": false, "expired": false,
        "failed": false, "deliveryUrl": ["https://hidden.example/1"],
        "components": [{"downloadUrl": "https://hidden.example/2", "replicaSetName": "rs0"}]});
    let headers = json!({"content-type": format!("{V1};charset=utf-8")});
    let faults = json!([{"method": "POST", "path": "restoreJobs", "do": {"status": 200, "headers": headers, "body": job}}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(got.status, 200, "{got:?}");
    assert_eq!(got.json()["id"], job["id"]);
    assert!(!String::from_utf8_lossy(&got.bytes).contains("hidden"));
}

#[tokio::test]
async fn blockers_are_said_in_the_contracts_shape() {
    let gateway = Gateway::over(&world());
    for (target, code) in [
        ("catalog-staging", "target.not-encrypted"),
        ("pricing-azure", "target.provider-mismatch"),
        ("reports-sharded", "target.not-replica-set"),
    ] {
        let got = gateway.restore(post(target, target)).await;
        assert_eq!(got.refusal(), (422, "rules".into()), "{target}");
        assert!(
            got.blockers().contains(&code.to_owned()),
            "{target}: {got:?}"
        );
        // The dialog reads it.
        let failure = atlas_restore_dialog::atlas::read_problem(
            422,
            Some(got.header("content-type")),
            &got.bytes,
        );
        let atlas_restore_dialog::model::Failure::Refused(problem) = failure else {
            panic!("{failure:?}");
        };
        assert!(problem.findings.iter().any(|finding| finding.code == code));
    }
    assert_eq!(gateway.posts(), 0);
    assert_eq!(gateway.jobs().len(), 0);
}

#[tokio::test]
async fn facts_are_those_of_the_moment() {
    // The target is paused after the session was read and the dialog was content.
    let gateway = Gateway::over(&world_with(json!({
        "changes": [{"after": {"method": "GET", "path": "users", "nth": 1},
            "merge": {"clusters": [{"groupId": TARGET, "name": "orders-staging", "paused": true}]}}]
    })));
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(got.status, 422);
    assert!(got.blockers().contains(&"target.unavailable".to_owned()));
}

#[tokio::test]
async fn roles_are_those_of_the_moment() {
    let gateway = Gateway::over(&world_with(json!({
        "changes": [{"after": {"method": "GET", "path": "users", "nth": 1},
            "merge": {"person": {"roles": {TARGET: ["GROUP_READ_ONLY"]}}}}]
    })));
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(got.status, 422);
    assert_eq!(got.blockers(), ["person.not-owner-of-target"]);
    assert_eq!(gateway.posts(), 0);
}

#[tokio::test]
async fn project_that_the_person_cannot_see_is_not_described() {
    let gateway = Gateway::over(&world());
    let request = with_body(post("k", "x"), body(SNAPSHOT, STRANGE, "board"));
    let got = gateway.restore(request).await;
    assert_eq!(got.status, 422);
    assert_eq!(got.blockers(), ["person.not-owner-of-target"]);
    let text = String::from_utf8(got.bytes).unwrap();
    assert!(!text.contains("Board only"), "{text}");
    // One that does not exist looks the same.
    let absent = "64f1c0de0a1b2c3d4e5fffff";
    let request = with_body(post("k2", "x"), body(SNAPSHOT, absent, "board"));
    let other = gateway.restore(request).await;
    let other = String::from_utf8(other.bytes).unwrap();
    assert_eq!(other.replace(absent, STRANGE), text);
}

#[tokio::test]
async fn policy_is_the_gateways_own() {
    let mut config = config(&world());
    config.policy.accepted_roles = vec!["GROUP_BACKUP_MANAGER".into()];
    let gateway = Gateway::new(config);
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(
        got.blockers(),
        ["person.not-owner-of-source", "person.not-owner-of-target"]
    );
}

#[tokio::test]
async fn refusal_of_atlas_is_passed_on_and_not_remembered() {
    let faults = json!([{"method": "POST", "path": "restoreJobs", "nth": 1, "do": {"status": 400, "headers": {"content-type": "application/json"}, "body": {"errorCode": "CLUSTER_PAUSED_CANNOT_RESTORE", "error": 400, "detail": "paused"}}}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(got.status, 400);
    assert_eq!(got.json()["errorCode"], "CLUSTER_PAUSED_CANNOT_RESTORE");
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(got.status, 200);
}

#[tokio::test]
async fn unreadable_fact_stops_the_restore() {
    let end = |path: &str| json!([{"method": "GET", "path": path, "do": {"status": 500}}]);
    for path in [
        "clusters/orders-staging",
        "backup/snapshots/",
        "restoreJobs",
    ] {
        let gateway = Gateway::over(&world_with(json!({ "faults": end(path) })));
        let got = gateway.restore(post("k", "orders-staging")).await;
        assert_eq!(got.refusal(), (503, "facts-unreadable".into()), "{path}");
        assert_eq!(gateway.posts(), 0, "{path}");
    }
}

#[tokio::test]
async fn wait_that_atlas_asks_for_is_passed_on() {
    let limited = json!({"status": 429, "headers": {"retry-after": "42", "content-type": "application/json"}, "body": {"errorCode": "RATE_LIMITED", "error": 429}});
    for (method, path) in [("GET", "backup/snapshots/"), ("POST", "restoreJobs")] {
        let faults = json!([{"method": method, "path": path, "do": limited}]);
        let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
        let got = gateway.restore(post("k", "orders-staging")).await;
        assert_eq!((got.status, got.header("retry-after")), (429, "42"));
        assert_eq!(gateway.jobs().len(), 0);
    }
}

#[tokio::test]
async fn session_after_a_refusal_has_the_roles_of_the_moment() {
    let gateway = Gateway::over(&world_with(json!({
        "changes": [{"after": {"method": "GET", "path": "users", "nth": 1},
            "merge": {"person": {"roles": {TARGET: ["GROUP_READ_ONLY"]}}}}]
    })));
    let before = gateway.read("/restore/session").await;
    assert_eq!(before["roles"][TARGET], json!(["GROUP_OWNER"]));
    gateway.restore(post("k", "orders-staging")).await;
    let after = gateway.read("/restore/session").await;
    assert_eq!(after["roles"][TARGET], json!(["GROUP_READ_ONLY"]));
}

#[tokio::test]
async fn body_must_be_the_dialogs() {
    let gateway = Gateway::over(&world());
    let good = body(SNAPSHOT, TARGET, "orders-staging");
    for wrong in [
        String::new(),
        good.replacen('{', "{\"oplogTs\":1,", 1),
        good.replace("automated", "download"),
        good[..good.len() / 2].to_owned(),
    ] {
        let got = gateway
            .restore(with_body(post("k", "x"), wrong.clone()))
            .await;
        assert_eq!(got.refusal(), (400, "body-invalid".into()), "{wrong}");
    }
    let got = gateway
        .restore(with(
            post("k", "orders-staging"),
            "content-type",
            "text/plain",
        ))
        .await;
    assert_eq!(got.refusal(), (415, "media-type".into()));
    let got = gateway
        .restore(without(post("k", "orders-staging"), "idempotency-key"))
        .await;
    assert_eq!(got.refusal(), (400, "idempotency-key".into()));
    let huge = format!("{good}{}", " ".repeat(65 * 1024));
    let got = gateway.restore(with_body(post("k", "x"), huge)).await;
    assert_eq!(got.refusal(), (413, "too-large".into()));
    assert_eq!(gateway.posts(), 0);
}
