//! What somebody might try.

use std::time::Duration;

use atlas_restore_gateway::config::Identity;

use tokio::io::AsyncWriteExt;

use super::operation::{raw, served};
use super::support::*;

async fn refused(gateway: &Gateway, got: Got, status: u16, code: &str) {
    assert_eq!(got.refusal(), (status, code.into()));
    assert_eq!(gateway.posts(), 0);
}

#[tokio::test]
async fn post_from_another_site_is_refused() {
    let gateway = Gateway::over(&world());
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://portal.example.com.evil.example"),
    ] {
        let got = gateway
            .restore(with(post("k", "orders-staging"), name, value))
            .await;
        refused(&gateway, got, 403, "cross-site").await;
    }
    let mut config = config(&world());
    config.public_origin = Some("https://other.example.com".into());
    let gateway = Gateway::new(config);
    let got = gateway.restore(post("k", "orders-staging")).await;
    refused(&gateway, got, 403, "cross-site").await;
}

#[tokio::test]
async fn token_of_another_person_or_none_is_refused() {
    let mut config = config(&world());
    config.identity = by_header();
    let gateway = Gateway::new(config);
    let session = |name: &str| with(get("/restore/session"), "x-user", name);
    let kims = gateway.call(session("kim@example.com")).await.json()["csrfToken"].clone();
    let send = || with(post("k", "orders-staging"), "x-user", PERSON);
    let got = gateway
        .call(with(send(), "x-csrf-token", kims.as_str().unwrap()))
        .await;
    refused(&gateway, got, 403, "csrf-token-invalid").await;
    let got = gateway.call(send()).await;
    refused(&gateway, got, 403, "csrf-token-invalid").await;
    let got = gateway.call(with(send(), "x-csrf-token", "1.x")).await;
    refused(&gateway, got, 403, "csrf-token-invalid").await;
    let own = gateway.call(session(PERSON)).await.json()["csrfToken"].clone();
    let got = gateway
        .call(with(send(), "x-csrf-token", own.as_str().unwrap()))
        .await;
    assert_eq!(got.status, 200);
}

#[tokio::test]
async fn paths_that_mean_something_else_lead_nowhere() {
    let gateway = Gateway::over(&world());
    let (address, end, task) = served(&gateway).await;
    gateway.read("/restore/session").await;
    let asked = gateway.asked().len();
    for path in [
        "/restore/api/atlas/v2/../../../../api/atlas/v2/groups",
        "/restore/api/atlas/v2/groups/../orgs",
        "/restore/api/atlas/v2/groups/%2e%2e/orgs",
        "/restore/api/atlas/v2//groups",
        "/restore/api/atlas/v2/groups/64f1c0de0a1b2c3d4e5f6001%2Fclusters",
        "/restore/api/atlas/v2/groups/64f1c0de0a1b2c3d4e5f6001%00",
        "/restore/api/atlas/v2/groups/64f1c0de0a1b2c3d4e5f6001/clusters/orders%2f..%2fcatalog",
        "/restore/api/atlas/v2/groups/64f1c0de0a1b2c3d4e5f6001/clusters/orders%3fenvelope=true",
        "/restore/api/atlas/v2/groups/64f1c0de0a1b2c3d4e5f6001/clusters/orders%0d%0aX:1",
        "/restore/api/atlas/v2/groups/64f1c0de0a1b2c3d4e5f6001;x",
        "/restore/%61pi/atlas/v2/groups/x",
        "/RESTORE/api/atlas/v2/groups",
        "http://elsewhere.example/restore/api/atlas/v2/groups/x",
    ] {
        let answer = raw(
            address,
            format!("GET {path} HTTP/1.1\r\nhost: p\r\nconnection: close\r\n\r\n"),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    assert_eq!(gateway.asked().len(), asked, "something reached Atlas");
    end.send(()).unwrap();
    task.await.unwrap();
}

#[tokio::test]
async fn smuggled_requests_are_refused() {
    let gateway = Gateway::over(&world());
    let (address, end, task) = served(&gateway).await;
    let start = format!("POST {JOBS} HTTP/1.1\r\nhost: p\r\n");
    let hidden = format!("GET {API}/groups HTTP/1.1\r\nhost: p\r\n\r\n");
    for head in [
        format!("{start}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{start}content-length: 5\r\ncontent-length: 6\r\n\r\nhello"),
        format!("{start}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        format!("{start}transfer-encoding : chunked\r\n\r\n0\r\n\r\n"),
        format!("{start}content-length: +5\r\n\r\nhello"),
        format!("{start}x: a\rtransfer-encoding: chunked\r\n\r\n"),
        "GET / HTTP/1.1\r\nhost: p\r\n folded: x\r\n\r\n".to_owned(),
    ] {
        let answer = raw(address, head.clone()).await;
        // Refused as broken, or read as one request that is not allowed: never as two.
        let answers = answer.matches("HTTP/1.1 ").count();
        assert!(answers <= 1, "{head:?}: {answer}");
        assert!(!answer.starts_with("HTTP/1.1 2"), "{head:?}: {answer}");
    }
    assert_eq!(gateway.posts(), 0);
    end.send(()).unwrap();
    task.await.unwrap();
}

#[tokio::test]
async fn identity_cannot_be_forged_past_the_proxy() {
    let mut config = config(&world());
    config.identity = by_header();
    let gateway = Gateway::new(config);
    // Over a socket the peer is this machine, which is not the proxy.
    let (address, end, task) = served(&gateway).await;
    for more in [
        "",
        "x-forwarded-for: 10.9.8.7\r\nforwarded: for=10.9.8.7\r\n",
    ] {
        let head = format!(
            "GET /restore/session HTTP/1.1\r\nhost: p\r\nconnection: close\r\nx-user: {PERSON}\r\n{more}\r\n"
        );
        let answer = raw(address, head).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    }
    let mut twice = with(get("/restore/session"), "x-user", PERSON);
    twice
        .headers_mut()
        .append("x-user", "owner@example.com".parse().unwrap());
    assert_eq!(gateway.call(twice).await.status, 401);
    end.send(()).unwrap();
    task.await.unwrap();
}

#[tokio::test]
async fn head_that_never_ends_is_not_waited_for() {
    let mut config = config(&world());
    config.limits.header = Duration::from_millis(100);
    let gateway = Gateway::new(config);
    let (address, end, task) = served(&gateway).await;
    // The connection is closed, or `raw` would wait in vain.
    let answer = raw(address, "GET / HTTP/1.1\r\nhost: p\r\n").await;
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    end.send(()).unwrap();
    task.await.unwrap();
}

/// The head of a restore, but for what it says of the body.
fn head_of_a_restore(token: &str) -> String {
    format!(
        "POST {JOBS} HTTP/1.1\r\nhost: p\r\nconnection: close\r\ncontent-type: {V1}\r\nidempotency-key: k\r\nx-csrf-token: {token}\r\n"
    )
}

#[tokio::test]
async fn body_that_never_ends_is_not_waited_for() {
    let mut config = config(&world());
    config.limits.body = Duration::from_millis(100);
    let gateway = Gateway::new(config);
    let head = head_of_a_restore(&gateway.token().await);
    let (address, end, task) = served(&gateway).await;
    let answer = raw(address, format!("{head}content-length: 100\r\n\r\n{{")).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert_eq!(gateway.posts(), 0);
    end.send(()).unwrap();
    task.await.unwrap();
}

#[tokio::test]
async fn huge_requests_are_refused() {
    let mut config = config(&world());
    // Longer than `raw` waits: what ends here was refused for its size.
    config.limits.header = Duration::from_secs(600);
    config.limits.body = Duration::from_secs(600);
    let gateway = Gateway::new(config);
    let head = head_of_a_restore(&gateway.token().await);
    let (address, end, task) = served(&gateway).await;
    let answer = raw(address, format!("{head}content-length: 9999999999\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
    let answer = raw(
        address,
        format!("{head}transfer-encoding: chunked\r\n\r\n{chunk}{chunk}0\r\n\r\n"),
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let answer = raw(
        address,
        format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(200_000)),
    )
    .await;
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    assert_eq!(gateway.posts(), 0);
    end.send(()).unwrap();
    task.await.unwrap();
}

#[tokio::test]
async fn caller_that_does_not_read_is_left() {
    let mut config = config(&world());
    config.limits.request = Duration::from_millis(100);
    let gateway = Gateway::new(config);
    let (address, end, task) = served(&gateway).await;
    let path = format!("{API}/groups/{SOURCE}/clusters");
    let mut caller = tokio::net::TcpStream::connect(address).await.unwrap();
    let asking = async {
        // More than all buffers on the way hold, until the gateway takes no more of it.
        let request = format!("GET {path} HTTP/1.1\r\nhost: p\r\n\r\n").repeat(100);
        while caller.write_all(request.as_bytes()).await.is_ok() {}
    };
    tokio::time::timeout(Duration::from_secs(600), asking)
        .await
        .expect("the connection is still open");
    end.send(()).unwrap();
    task.await.unwrap();
}

#[tokio::test]
async fn fixed_identity_needs_the_sandbox() {
    let mut settings = atlas_restore_gateway::settings::Settings::default();
    settings.add("identity.source", "fixed").unwrap();
    settings.add("audit.file", "-").unwrap();
    let error =
        atlas_restore_gateway::config::Config::check(&settings, |_| Some("s".into())).unwrap_err();
    assert_eq!(error.key, "identity.source");
    assert!(matches!(config(&world()).identity, Identity::Fixed { .. }));
}
