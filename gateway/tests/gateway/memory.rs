//! Large answers of Atlas's, many at the same time: they take turns, and what nobody takes stays counted.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};

use super::support::*;

/// Enough clusters for an answer that counts as large.
fn estate() -> Value {
    let mut world = world();
    let clusters = world["clusters"].as_array_mut().unwrap();
    let copy = clusters
        .iter()
        .find(|cluster| cluster["name"] == "orders-staging")
        .unwrap()
        .clone();
    for number in 0..150 {
        let mut cluster = copy.clone();
        cluster["name"] = json!(format!("target-{number}"));
        cluster["id"] = json!(format!("64f5aaa0{number:016x}"));
        clusters.push(cluster);
    }
    world
}

fn large() -> Request<Body> {
    get(&format!("{API}/groups/{TARGET}/clusters"))
}

fn small() -> Request<Body> {
    get(&format!("{API}/groups/{TARGET}"))
}

/// A gateway with room for one of these answers at a time.
async fn gateway() -> Gateway {
    let atlas = atlas_server(&estate()).await;
    let path = format!("{atlas}/restore/api/atlas/v2/groups/{TARGET}/clusters");
    let client = reqwest::Client::new();
    let accept = "application/vnd.atlas.2024-08-05+json";
    let answer = client.get(path).header("accept", accept).send();
    let length = answer.await.unwrap().bytes().await.unwrap().len();
    assert!(length > 64 * 1024, "{length}");
    let mut config = remote(&atlas);
    config.limits.answers = 8 * length;
    Gateway::new(config)
}

async fn gauge(gateway: &Gateway, name: &str) -> usize {
    let text = String::from_utf8(gateway.call(get("/metrics")).await.bytes).unwrap();
    let start = format!("restore_gateway_{name} ");
    let line = text.lines().find_map(|line| line.strip_prefix(&start));
    line.unwrap_or_else(|| panic!("{text}")).parse().unwrap()
}

#[tokio::test]
async fn large_answers_take_turns() {
    let gateway = gateway().await;
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let gateway = gateway.clone();
            tokio::spawn(async move {
                let response = gateway.response(large()).await;
                // Each looks when most is held: all others wait, or have their answer or none yet.
                let held = gauge(&gateway, "answer_bytes").await;
                let status = response.status();
                let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
                let list: Value = serde_json::from_slice(&bytes).unwrap();
                (status, list["results"].as_array().unwrap().len(), held)
            })
        })
        .collect();
    for caller in callers {
        let (status, found, held) = caller.await.unwrap();
        assert_eq!(status, 200);
        assert!(found >= 100, "{found}");
        assert!(held > 0 && held <= gateway.app.config.limits.answers);
    }
    assert_eq!(gauge(&gateway, "answer_bytes").await, 0);
    assert_eq!(gauge(&gateway, "answers_waiting").await, 0);
}

/// Somebody has an answer and does not read it; somebody else waits for room.
async fn one_holds_and_one_waits(
    gateway: &Gateway,
) -> (axum::response::Response, tokio::task::JoinHandle<Got>) {
    let held = gateway.response(large()).await;
    assert_eq!(held.status(), 200);
    let next = tokio::spawn({
        let gateway = gateway.clone();
        async move { gateway.call(large()).await }
    });
    while gauge(gateway, "answers_waiting").await == 0 {
        assert!(!next.is_finished(), "there is room for two");
        tokio::task::yield_now().await;
    }
    (held, next)
}

#[tokio::test]
async fn answer_that_nobody_reads_keeps_others_waiting_but_no_small_ones() {
    let gateway = gateway().await;
    let (held, next) = one_holds_and_one_waits(&gateway).await;
    assert_eq!(gateway.call(small()).await.status, 200);
    assert!(!next.is_finished());
    // The text alone, and no longer what it was made of.
    let taken = gauge(&gateway, "answer_bytes").await;
    let body = to_bytes(held.into_body(), usize::MAX).await.unwrap();
    assert_eq!(taken, body.len());
    drop(body);
    assert_eq!(next.await.unwrap().status, 200);
    assert_eq!(gauge(&gateway, "answer_bytes").await, 0);
}

#[tokio::test]
async fn nobody_waits_for_room_without_end() {
    let gateway = gateway().await;
    let (held, next) = one_holds_and_one_waits(&gateway).await;
    tokio::time::pause();
    tokio::time::advance(gateway.app.config.limits.atlas + Duration::from_secs(1)).await;
    tokio::time::resume();
    let got = next.await.unwrap();
    assert_eq!(got.refusal(), (503, "busy".into()));
    assert_ne!(got.header("retry-after"), "");
    // Whoever goes away without reading leaves room as well.
    drop(held);
    assert_eq!(gateway.call(large()).await.status, 200);
}
