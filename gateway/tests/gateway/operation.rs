//! What those see who run it.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use atlas_restore_gateway::http::serve::serve;
use serde_json::json;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::support::*;

/// A gateway behind a socket: its address, how to end it, and its end.
pub async fn served(gateway: &Gateway) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel();
    let app = gateway.app.clone();
    let task = tokio::spawn(async move {
        let until = async {
            let _ = ended.await;
        };
        serve(listener, app, until).await.unwrap();
    });
    (address, end, task)
}

/// Sends bytes, and reads until the end.
pub async fn raw(address: SocketAddr, bytes: impl Into<Vec<u8>>) -> String {
    let bytes = bytes.into();
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(300)))
            .unwrap();
        // Whoever is refused early may find that nobody reads the rest.
        let _ = stream.write_all(&bytes);
        let mut answer = Vec::new();
        // A connection that is reset has said what it had to say; one that stays open has not ended.
        if let Err(error) = stream.read_to_end(&mut answer) {
            let open = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
            assert!(!open, "the connection is still open");
        }
        String::from_utf8_lossy(&answer).into_owned()
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn probes_and_metrics_answer() {
    let gateway = Gateway::over(&world());
    assert_eq!(gateway.call(get("/healthz")).await.bytes, b"ok\n");
    assert_eq!(gateway.call(get("/readyz")).await.status, 200);
    gateway.read("/restore/session").await;
    gateway.call(get(&format!("{API}/groups/{STRANGE}"))).await;
    gateway.restore(post("k", "catalog-staging")).await;
    let text = String::from_utf8(gateway.call(get("/metrics")).await.bytes).unwrap();
    for line in [
        "restore_gateway_requests_total{operation=\"session\",status=\"200\"} 2",
        "restore_gateway_requests_total{operation=\"group\",status=\"404\"} 1",
        "restore_gateway_refusals_total{code=\"not-found\"} 1",
        "restore_gateway_blockers_total{code=\"target.not-encrypted\"} 1",
        "restore_gateway_restores_total{code=\"refused\"} 1",
        "restore_gateway_atlas_requests_total{method=\"GET\",status=\"200\"}",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains(PERSON) && !text.contains(SOURCE));
}

#[tokio::test]
async fn every_answer_has_an_id_and_the_headers_that_browsers_heed() {
    let gateway = Gateway::over(&world());
    for path in [
        "/restore/session",
        "/nothing",
        "/restore/api/atlas/v2/groups/x",
    ] {
        let got = gateway.call(get(path)).await;
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert_eq!(got.header("x-frame-options"), "DENY");
        assert_eq!(got.header("referrer-policy"), "no-referrer");
        assert_eq!(got.header("x-request-id").len(), 32, "{path}");
        assert_eq!(got.header("access-control-allow-origin"), "");
    }
    let odd = with(get("/nothing"), "x-request-id", "a b;c");
    assert_eq!(gateway.call(odd).await.header("x-request-id").len(), 32);
}

#[tokio::test]
async fn page_is_served_with_its_policy_and_compressed_ahead() {
    let folder = temporary("site");
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    std::fs::write(folder.join("index.html"), "<!doctype html><title>t</title>").unwrap();
    std::fs::write(folder.join("assets/a.wasm"), b"\0asm plain").unwrap();
    std::fs::write(folder.join("assets/a.wasm.br"), b"compressed ahead").unwrap();
    let mut config = config(&world());
    config.static_dir = Some(folder);
    let gateway = Gateway::new(config);
    let got = gateway.call(get("/")).await;
    assert_eq!(got.status, 200);
    assert!(
        got.header("content-security-policy")
            .contains("'wasm-unsafe-eval'")
    );
    assert!(
        got.header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
    let got = gateway.call(get("/assets/a.wasm")).await;
    assert_eq!(got.header("content-type"), "application/wasm");
    assert_eq!(got.bytes, b"\0asm plain");
    let got = gateway
        .call(with(get("/assets/a.wasm"), "accept-encoding", "gzip, br"))
        .await;
    assert_eq!(got.header("content-encoding"), "br");
    assert_eq!(got.bytes, b"compressed ahead");
    for path in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/assets/..%2f..%2fetc/passwd",
    ] {
        assert_eq!(gateway.call(get(path)).await.status, 404, "{path}");
    }
}

/// The line that is a policy.
fn policy_in(readme: &str) -> &str {
    let mut lines = readme.lines().map(str::trim);
    lines
        .find(|line| line.starts_with("default-src 'none';"))
        .unwrap()
}

#[tokio::test]
async fn policy_that_the_readmes_write_down_is_served() {
    let mut config = config(&world());
    config.static_dir = Some(temporary("empty-site"));
    std::fs::create_dir_all(config.static_dir.as_ref().unwrap()).unwrap();
    let got = Gateway::new(config).call(get("/")).await;
    let served: Vec<&str> = got
        .headers
        .get_all("content-security-policy")
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect();
    assert_eq!(served, [policy_in(include_str!("../../README.md"))]);
    // It allows and forbids what the dialog asks for, and says more only of what the dialog leaves to the page.
    let parts = |policy: &'static str| policy.split(';').map(str::trim);
    let dialogs = parts(policy_in(include_str!("../../../README.md")));
    let pages = ["base-uri", "form-action", "frame-ancestors", "img-src"];
    let served = parts(policy_in(include_str!("../../README.md")));
    let rest: Vec<&str> = served
        .filter(|part| !pages.contains(&part.split(' ').next().unwrap()))
        .collect();
    assert_eq!(rest, dialogs.collect::<Vec<_>>());
}

#[tokio::test]
async fn browsers_are_told_to_stay_with_https_where_the_page_has_it() {
    for (origin, said) in [
        (Some("https://portal.example.com"), "max-age=31536000"),
        (Some("http://localhost:8080"), ""),
        (None, ""),
    ] {
        let mut config = config(&world());
        config.public_origin = origin.map(str::to_owned);
        let got = Gateway::new(config).call(get("/healthz")).await;
        assert_eq!(got.header("strict-transport-security"), said, "{origin:?}");
    }
}

#[tokio::test]
async fn long_answers_are_compressed_for_who_takes_it() {
    let gateway = Gateway::over(&world());
    let path = format!("{API}/groups/{SOURCE}/clusters");
    for encoding in ["br", "gzip"] {
        let got = gateway
            .call(with(get(&path), "accept-encoding", encoding))
            .await;
        assert_eq!(got.header("content-encoding"), encoding);
        assert!(got.bytes.len() < gateway.call(get(&path)).await.bytes.len() / 2);
    }
}

#[tokio::test]
async fn one_person_cannot_take_all() {
    let mut config = config(&world());
    config.limits.requests_per_minute = 3;
    config.identity = by_header();
    let gateway = Gateway::new(config);
    let ask = |name: &str| with(get("/restore/session"), "x-user", name);
    for _ in 0..3 {
        assert_eq!(gateway.call(ask(PERSON)).await.status, 200);
    }
    let got = gateway.call(ask(PERSON)).await;
    assert_eq!(got.refusal(), (429, "rate-limited".into()));
    assert_ne!(got.header("retry-after"), "");
    assert_eq!(gateway.call(ask("kim@example.com")).await.status, 200);
    let mut config = super::support::config(&world());
    config.limits.restores_per_minute = 1;
    let gateway = Gateway::new(config);
    gateway.restore(post("a", "catalog-staging")).await;
    let got = gateway.restore(post("b", "orders-staging")).await;
    assert_eq!(got.refusal(), (429, "rate-limited".into()));
    assert_eq!(gateway.posts(), 0);
    // Whoever asks again with the same key asks for no other restore.
    let mut config = super::support::config(&world());
    config.limits.restores_per_minute = 1;
    let gateway = Gateway::new(config);
    for _ in 0..3 {
        let got = gateway.restore(post("k", "orders-staging")).await;
        assert_eq!(got.status, 200);
    }
}

#[tokio::test]
async fn too_many_at_once_are_sent_away_but_probes_are_not() {
    let mut config = config(&world());
    config.limits.concurrent_requests = 1;
    let gateway = Gateway::new(config);
    let held = gateway.app.slots.acquire().await.unwrap();
    let got = gateway.call(get("/restore/session")).await;
    assert_eq!(got.refusal(), (503, "busy".into()));
    assert_eq!(gateway.call(get("/healthz")).await.status, 200);
    drop(held);
    assert_eq!(gateway.call(get("/restore/session")).await.status, 200);
}

#[tokio::test]
async fn atlas_that_is_slow_is_not_waited_for_without_end() {
    let faults = json!([{"path": "clusters/orders", "do": {"delayMs": 3_600_000}}]);
    let mut config = config(&world_with(json!({ "faults": faults })));
    config.limits.request = Duration::from_millis(50);
    let gateway = Gateway::new(config);
    let got = gateway
        .call(get(&format!("{API}/groups/{SOURCE}/clusters/orders")))
        .await;
    assert_eq!(got.refusal(), (504, "too-slow".into()));
}

#[tokio::test]
async fn restore_under_way_is_finished_before_the_end() {
    let faults = json!([{"method": "POST", "path": "restoreJobs", "do": {"delayMs": 300}}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    let token = gateway.token().await;
    let (address, end, task) = served(&gateway).await;
    let body = body(SNAPSHOT, TARGET, "orders-staging");
    let request = format!(
        "POST {JOBS} HTTP/1.1\r\nhost: p\r\ncontent-type: {V1}\r\nidempotency-key: k\r\nx-csrf-token: {token}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = tokio::spawn(raw(address, request));
    // The end comes while Atlas is at it.
    while gateway.posts() == 0 {
        tokio::task::yield_now().await;
    }
    end.send(()).unwrap();
    task.await.unwrap();
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(TcpStream::connect(address).is_err());
    assert_eq!(gateway.audit().pop().unwrap()["decision"], "started");
    assert_eq!(gateway.call(get("/readyz")).await.status, 503);
}
