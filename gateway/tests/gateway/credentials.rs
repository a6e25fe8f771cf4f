//! The service account's token.

use std::time::Duration;

use atlas_restore_gateway::config::Atlas;
use atlas_restore_gateway::secret::Secret;
use serde_json::json;

use super::support::*;

fn tokens(gateway: &Gateway) -> usize {
    let asked = gateway.asked();
    asked
        .iter()
        .filter(|(_, path)| path == "/api/oauth/token")
        .count()
}

fn path() -> String {
    format!("{API}/groups/{SOURCE}/clusters/orders")
}

#[tokio::test(start_paused = true)]
async fn token_is_used_until_shortly_before_its_end() {
    let gateway = Gateway::over(&world_with(json!({"tokenSeconds": 3600})));
    gateway.read(&path()).await;
    tokio::time::advance(Duration::from_secs(3_500)).await;
    gateway.read(&path()).await;
    assert_eq!(tokens(&gateway), 1);
    tokio::time::advance(Duration::from_secs(60)).await;
    gateway.read(&path()).await;
    assert_eq!(tokens(&gateway), 2);
}

#[tokio::test]
async fn token_that_atlas_refuses_is_fetched_anew_once() {
    let refuse = json!({"status": 401, "body": {"error": 401, "errorCode": "UNEXPECTED_ERROR"}});
    let faults = json!([{"method": "GET", "path": "clusters/orders", "nth": 1, "do": refuse}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    gateway.read(&path()).await;
    assert_eq!(tokens(&gateway), 2);
    // Refused for ever: asked twice for each call, and no oftener.
    let faults = json!([{"method": "GET", "path": "clusters/orders", "do": refuse}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    let got = gateway.call(get(&path())).await;
    assert_eq!(got.refusal(), (502, "atlas-refuses-account".into()));
    let asked = gateway.asked();
    let times = asked
        .iter()
        .filter(|(_, path)| path.ends_with("/orders"))
        .count();
    assert_eq!((times, tokens(&gateway)), (2, 2));
}

#[tokio::test]
async fn refused_restore_is_sent_again_with_a_new_token() {
    let refuse = json!({"status": 401, "body": {"error": 401, "errorCode": "UNEXPECTED_ERROR"}});
    let faults = json!([{"method": "POST", "path": "restoreJobs", "nth": 1, "do": refuse}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    assert_eq!(
        gateway.restore(post("k", "orders-staging")).await.status,
        200
    );
    assert_eq!(gateway.jobs().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn account_that_is_refused_is_said_and_not_asked_all_the_time() {
    let faults = json!([{"path": "oauth/token", "do": {"status": 401, "body": {"error": "invalid_client"}}}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    for _ in 0..5 {
        let got = gateway.call(get(&path())).await;
        assert_eq!(got.refusal(), (503, "atlas-unreachable".into()));
    }
    assert!(tokens(&gateway) <= 2, "{}", tokens(&gateway));
    assert_eq!(gateway.call(get("/readyz")).await.status, 503);
}

#[tokio::test(start_paused = true)]
async fn wait_that_atlas_asks_for_before_a_token_is_kept_and_passed_on() {
    let limited = json!({"status": 429, "headers": {"retry-after": "42"}});
    let faults = json!([{"path": "oauth/token", "nth": 1, "do": limited}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    for _ in 0..3 {
        let got = gateway.call(get("/restore/session")).await;
        assert_eq!(got.refusal(), (429, "rate-limited-by-atlas".into()));
        assert_eq!(got.header("retry-after"), "42");
        assert_eq!(tokens(&gateway), 1);
    }
    let metrics = String::from_utf8(gateway.call(get("/metrics")).await.bytes).unwrap();
    let counted = "restore_gateway_atlas_requests_total{method=\"POST\",status=\"429\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
    tokio::time::advance(Duration::from_secs(43)).await;
    assert_eq!(gateway.call(get("/restore/session")).await.status, 200);
}

#[tokio::test]
async fn account_is_sent_as_oauth_wants_it() {
    let atlas = atlas_server(&world()).await;
    let gateway = Gateway::new(remote(&atlas));
    gateway.read(&path()).await;
    let log = fetch(&format!("{atlas}/sandbox/log")).await;
    let asked = &log[0];
    assert_eq!(asked["path"], "/api/oauth/token");
    assert_eq!(asked["body"], "grant_type=client_credentials");
    let basic = asked["headers"]["authorization"].as_str().unwrap();
    assert!(basic.starts_with("Basic "), "{basic}");
}

#[tokio::test]
async fn gateway_without_atlas_says_so_and_lives() {
    let mut config = remote("http://127.0.0.1:1");
    config.atlas = Atlas::Remote {
        base_url: "http://127.0.0.1:1".into(),
        client_id: Secret::new("i"),
        client_secret: Secret::new("s"),
        ca: None,
    };
    let gateway = Gateway::new(config);
    assert_eq!(gateway.call(get("/healthz")).await.status, 200);
    assert_eq!(gateway.call(get("/readyz")).await.status, 503);
    let got = gateway.call(get("/restore/session")).await;
    assert_eq!(got.refusal(), (503, "atlas-unreachable".into()));
}
