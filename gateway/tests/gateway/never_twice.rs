//! One confirmed attempt starts at most one job, and its outcome is not lost.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::support::*;

fn id(got: &Got) -> String {
    assert_eq!(got.status, 200, "{got:?}");
    got.json()["id"].as_str().unwrap().to_owned()
}

fn fault(what: Value) -> Value {
    json!([{"method": "POST", "path": "restoreJobs", "nth": 1, "do": what}])
}

#[tokio::test]
async fn same_key_gives_the_same_answer() {
    let gateway = Gateway::over(&world());
    let first = gateway.restore(post("k", "orders-staging")).await;
    let second = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(id(&first), id(&second));
    assert_eq!(first.bytes, second.bytes);
    assert_eq!(gateway.posts(), 1);
}

#[tokio::test]
async fn same_key_at_the_same_time_gives_the_same_answer() {
    let gateway = Gateway::over(&world());
    let token = gateway.token().await;
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let (gateway, token) = (gateway.clone(), token.clone());
            tokio::spawn(async move {
                let request = with(post("k", "orders-staging"), "x-csrf-token", &token);
                gateway.call(request).await
            })
        })
        .collect();
    let mut ids = BTreeSet::new();
    for call in calls {
        ids.insert(id(&call.await.unwrap()));
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(gateway.posts(), 1);
}

#[tokio::test]
async fn key_of_another_restore_is_refused() {
    let gateway = Gateway::over(&world());
    id(&gateway.restore(post("k", "orders-staging")).await);
    let got = gateway.restore(post("k", "orders-rehearsal")).await;
    assert_eq!(got.refusal(), (422, "idempotency-key-reused".into()));
    assert_eq!(gateway.posts(), 1);
}

#[tokio::test(start_paused = true)]
async fn lost_answers_job_is_found() {
    for what in [json!("drop"), json!("malformed")] {
        let gateway = Gateway::over(&world_with(json!({ "faults": fault(what) })));
        let got = gateway.restore(post("k", "orders-staging")).await;
        let jobs = gateway.jobs();
        assert_eq!(jobs.len(), 1);
        assert_eq!(jobs[0]["job"]["id"], id(&got));
        let outcome = gateway.audit().pop().unwrap();
        assert_eq!(outcome["decision"], "reconciled");
        assert_eq!(outcome["jobId"], id(&got));
    }
}

#[tokio::test(start_paused = true)]
async fn outcome_that_nobody_knows_is_said_so_and_settled_later() {
    // The job is there, and the list of jobs fails until later.
    let faults = json!([
        {"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop"},
        {"method": "GET", "path": "restoreJobs", "nth": 3, "do": {"status": 500}},
    ]);
    let mut world = world_with(json!({ "faults": faults }));
    for nth in 4..20 {
        world["faults"].as_array_mut().unwrap().push(
            json!({"method": "GET", "path": "restoreJobs", "nth": nth, "do": {"status": 500}}),
        );
    }
    let mut config = config(&world);
    config.limits.reconcile = Duration::from_secs(2);
    let gateway = Gateway::new(config);
    let token = gateway.token().await;
    let send = || with(post("k", "orders-staging"), "x-csrf-token", &token);
    let got = gateway.call(send()).await;
    assert_eq!(got.refusal(), (504, "outcome-unknown".into()));
    assert_eq!(gateway.audit().pop().unwrap()["decision"], "unknown");
    let mut last = gateway.call(send()).await;
    // Nothing is sent meanwhile, and what was sent before is still unknown: that is what has to be said.
    while last.status != 200 {
        assert_eq!(last.refusal(), (504, "outcome-unknown".into()));
        last = gateway.call(send()).await;
    }
    assert_eq!(gateway.jobs()[0]["job"]["id"], id(&last));
    assert_eq!(gateway.posts(), 1);
}

#[tokio::test(start_paused = true)]
async fn request_that_never_arrived_may_be_sent_again_after_a_while() {
    let world = world_with(json!({ "faults": fault(json!("drop-before")) }));
    let gateway = Gateway::over(&world);
    let token = gateway.token().await;
    let send = || with(post("k", "orders-staging"), "x-csrf-token", &token);
    let got = gateway.call(send()).await;
    assert_eq!(got.refusal(), (504, "outcome-unknown".into()));
    assert_eq!(gateway.jobs().len(), 0);
    tokio::time::advance(Duration::from_secs(60)).await;
    id(&gateway.call(send()).await);
    assert_eq!(gateway.jobs().len(), 1);
}

#[tokio::test]
async fn another_replica_finds_the_job_in_atlas() {
    let atlas = atlas_server(&world()).await;
    let (one, two) = (Gateway::new(remote(&atlas)), Gateway::new(remote(&atlas)));
    let token = one.token().await;
    let send = || with(post("k", "orders-staging"), "x-csrf-token", &token);
    let first = id(&one.call(send()).await);
    assert_eq!(id(&two.call(send()).await), first);
    assert_eq!(two.audit().pop().unwrap()["decision"], "reconciled");
    // Another target is another attempt.
    let later = with(post("k2", "orders-rehearsal"), "x-csrf-token", &token);
    assert_ne!(id(&two.call(later).await), first);
}

#[tokio::test]
async fn replica_that_has_asked_nothing_yet_goes_by_atlas_clock() {
    let atlas = atlas_server(&world_with(json!({"now": "2031-01-01T00:00:00Z"}))).await;
    let (one, two) = (Gateway::new(remote(&atlas)), Gateway::new(remote(&atlas)));
    let token = one.token().await;
    let send = with(post("k", "orders-staging"), "x-csrf-token", &token);
    assert_ne!(two.call(send).await.status, 403);
}

#[tokio::test]
async fn two_replicas_at_the_same_time_start_one_job() {
    let atlas = atlas_server(&world()).await;
    let (one, two) = (Gateway::new(remote(&atlas)), Gateway::new(remote(&atlas)));
    let token = one.token().await;
    two.token().await;
    let send = || with(post("k", "orders-staging"), "x-csrf-token", &token);
    let (first, second) = tokio::join!(one.call(send()), two.call(send()));
    assert_eq!(id(&first), id(&second));
    let world = fetch(&format!("{atlas}/sandbox/world")).await;
    assert_eq!(world["restoreJobs"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn running_restore_of_an_earlier_session_is_a_blocker() {
    let running = json!([{"groupId": SOURCE, "clusterName": "orders", "job": {
        "id": "6b0400000000000000000001", "deliveryType": "automated", "snapshotId": SNAPSHOT,
        "targetGroupId": TARGET, "targetClusterName": "orders-staging",
        "cancelled": false, "expired": false, "failed": false}}]);
    let world = world_with(json!({"restoreJobs": running, "restoreSeconds": null}));
    let gateway = Gateway::over(&world);
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(got.blockers(), ["target.restore-running"]);
}

#[tokio::test(start_paused = true)]
async fn browser_that_goes_away_changes_nothing() {
    let world = world_with(json!({ "faults": fault(json!({"delayMs": 50})) }));
    let gateway = Gateway::over(&world);
    let token = gateway.token().await;
    let request = with(post("k", "orders-staging"), "x-csrf-token", &token);
    // It goes while Atlas is at it.
    let arrived = async {
        while gateway.posts() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = arrived => {}
        got = gateway.call(request) => panic!("answered before: {got:?}"),
    }
    gateway.app.tasks.close();
    gateway.app.tasks.wait().await;
    let outcome = gateway.audit().pop().unwrap();
    assert_eq!(
        (&outcome["event"], &outcome["decision"]),
        (&json!("outcome"), &json!("started"))
    );
    assert_eq!(gateway.jobs().len(), 1);
}

const ANOTHER_REPLICAS: &str = "6b0560210000000000000001";

/// What another replica has started a second after the session was read.
fn another_replicas() -> Value {
    json!([{"groupId": SOURCE, "clusterName": "orders", "job": {
        "id": ANOTHER_REPLICAS, "deliveryType": "automated", "snapshotId": SNAPSHOT,
        "targetGroupId": TARGET, "targetClusterName": "orders-staging",
        "cancelled": false, "expired": false, "failed": false}}])
}

fn running() -> Value {
    json!({"status": 409, "headers": {"content-type": "application/json"},
        "body": {"errorCode": "ATLAS_CLUSTER_RESTORE_IN_PROGRESS", "error": 409}})
}

#[tokio::test(start_paused = true)]
async fn job_that_atlas_lists_late_is_found_after_its_refusal() {
    let gateway = Gateway::over(&world_with(json!({
        "faults": fault(running()),
        "changes": [{"after": {"method": "GET", "path": "restoreJobs", "nth": 4}, "merge": {"restoreJobs": another_replicas()}}],
        "restoreSeconds": null,
    })));
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(id(&got), ANOTHER_REPLICAS);
    assert_eq!(gateway.audit().pop().unwrap()["decision"], "reconciled");
}

#[tokio::test(start_paused = true)]
async fn refusal_is_no_outcome_while_the_jobs_cannot_be_read() {
    let mut faults =
        vec![json!({"method": "POST", "path": "restoreJobs", "nth": 1, "do": running()})];
    faults.extend((3..9).map(
        |nth| json!({"method": "GET", "path": "restoreJobs", "nth": nth, "do": {"status": 500}}),
    ));
    let mut config = config(&world_with(json!({
        "faults": faults,
        "changes": [{"after": {"method": "GET", "path": "restoreJobs", "nth": 8}, "merge": {"restoreJobs": another_replicas()}}],
        "restoreSeconds": null,
    })));
    config.limits.reconcile = Duration::from_secs(2);
    let gateway = Gateway::new(config);
    let token = gateway.token().await;
    let send = || with(post("k", "orders-staging"), "x-csrf-token", &token);
    let got = gateway.call(send()).await;
    assert_eq!(got.refusal(), (504, "outcome-unknown".into()));
    let mut last = gateway.call(send()).await;
    while last.status != 200 {
        assert_eq!(last.refusal(), (504, "outcome-unknown".into()));
        last = gateway.call(send()).await;
    }
    assert_eq!(id(&last), ANOTHER_REPLICAS);
    assert_eq!(gateway.posts(), 1);
}

#[tokio::test(start_paused = true)]
async fn refusal_for_a_restore_of_somebody_else_is_passed_on() {
    let gateway = Gateway::over(&world_with(json!({ "faults": fault(running()) })));
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(got.status, 409);
    let outcome = gateway.audit().pop().unwrap();
    assert_eq!(outcome["decision"], "refused-by-atlas");
}

#[tokio::test]
async fn restore_of_somebody_else_is_no_answer_to_who_may_not() {
    let mut world = world_with(json!({"restoreJobs": another_replicas(), "restoreSeconds": null}));
    let gateway = Gateway::over(&world);
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(id(&got), ANOTHER_REPLICAS);
    world["person"]["roles"][TARGET] = json!(["GROUP_READ_ONLY"]);
    let gateway = Gateway::over(&world);
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(got.refusal(), (422, "rules".into()));
    assert!(
        got.blockers()
            .contains(&"person.not-owner-of-target".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn lost_answers_job_is_found_while_atlas_has_others_wait() {
    let limited = json!({"status": 429, "headers": {"retry-after": "60", "content-type": "application/json"}, "body": {"errorCode": "RATE_LIMITED", "error": 429}});
    let gateway = Gateway::over(&world_with(json!({ "faults": [
        {"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop"},
        {"method": "GET", "path": "restoreJobs", "nth": 3, "do": limited},
    ]})));
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(gateway.jobs()[0]["job"]["id"], id(&got));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_once_the_dialog_may_have_given_up() {
    let faults = json!([{"method": "GET", "path": "clusters/orders-staging", "nth": 1, "do": {"delayMs": 26_000}}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    let got = gateway.restore(post("k", "orders-staging")).await;
    assert_eq!(got.refusal(), (503, "too-late".into()));
    assert_eq!((gateway.posts(), gateway.jobs().len()), (0, 0));
    assert_eq!(gateway.audit().pop().unwrap()["decision"], "not-sent");
    id(&gateway.restore(post("k", "orders-staging")).await);
}
