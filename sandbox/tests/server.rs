//! The server over a real socket.
// Helpers of tests fail as tests do.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod common;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use atlas_sandbox::Sandbox;
use atlas_sandbox::server::{Options, real_now_ms, serve};
use common::*;
use serde_json::{Value, json};

/// A server on a port of its own, for as long as the test lasts.
fn start(world: &Value, options: Options) -> SocketAddr {
    let sandbox = Sandbox::new(&world.to_string(), real_now_ms()).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            serve(listener, sandbox, options).await.unwrap();
        });
    });
    address
}

/// All that comes back, with head and body apart.
fn call(address: SocketAddr, head: &str, body: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "{head}\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    match all.windows(4).position(|four| four == b"\r\n\r\n") {
        Some(at) => (
            String::from_utf8(all[..at].to_vec())
                .unwrap()
                .to_ascii_lowercase(),
            all[at + 4..].to_vec(),
        ),
        None => (String::from_utf8(all).unwrap(), Vec::new()),
    }
}

#[test]
fn server_serves_the_world_with_its_clock() {
    let address = start(&world(), Options::default());
    let (head, body) = call(address, "GET /restore/api/atlas/v2/groups HTTP/1.1", "");
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(
        head.contains("content-type: application/vnd.atlas.2023-01-01+json;charset=utf-8"),
        "{head}"
    );
    assert_eq!(head.matches("\r\ndate: ").count(), 1, "{head}");
    assert!(head.contains("date: tue, 24 nov 2026 10:0"), "{head}");
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap()["totalCount"],
        2
    );
    let (_, log) = call(address, "GET /sandbox/log HTTP/1.1", "");
    assert_eq!(
        serde_json::from_slice::<Value>(&log).unwrap()[0]["headers"]["host"],
        "localhost"
    );
}

#[test]
fn server_replaces_its_world() {
    let address = start(&world(), Options::default());
    let (head, _) = call(address, "PUT /sandbox/world HTTP/1.1", r#"{"groups": []}"#);
    assert!(head.starts_with("http/1.1 204"), "{head}");
    let (_, body) = call(address, "GET /restore/api/atlas/v2/groups HTTP/1.1", "");
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap()["totalCount"],
        0
    );
}

#[test]
fn dropped_call_gets_no_answer_at_all() {
    let world = world_with(json!({"faults": [
        {"method": "POST", "path": "restoreJobs", "do": "drop"}, {"path": "session", "nth": 1, "do": {"delayMs": 1}}
    ]}));
    let address = start(&world, Options::default());
    let body = json!({"deliveryType": "automated", "snapshotId": SNAPSHOT, "targetGroupId": TARGET, "targetClusterName": "copy"});
    let (answer, _) = call(
        address,
        &format!("POST {JOBS} HTTP/1.1\r\nContent-Type: {V1}"),
        &body.to_string(),
    );
    assert_eq!(answer, "");
    let (_, jobs) = call(address, &format!("GET {JOBS} HTTP/1.1"), "");
    assert_eq!(
        serde_json::from_slice::<Value>(&jobs).unwrap()["totalCount"],
        1
    );
    let (head, _) = call(address, "GET /restore/session HTTP/1.1", "");
    assert!(head.starts_with("http/1.1 200"), "{head}");
}

#[test]
fn static_files_have_their_types_and_nothing_outside_is_read() {
    let folder = std::env::temp_dir().join(format!("atlas-sandbox-{}", std::process::id()));
    let public = folder.join("public");
    std::fs::create_dir_all(public.join("sub")).unwrap();
    std::fs::write(folder.join("secret.txt"), "secret").unwrap();
    for name in [
        "index.html",
        "a.js",
        "a.css",
        "a.wasm",
        "a.json",
        "a.svg",
        "sub/index.html",
        "with space.txt",
    ] {
        std::fs::write(public.join(name), name).unwrap();
    }
    let csp = Some("default-src 'none'".to_owned());
    let address = start(
        &world(),
        Options {
            static_dir: Some(public),
            csp,
        },
    );
    for (path, content, kind) in [
        ("/", "index.html", "text/html; charset=utf-8"),
        (
            "/?scenario=eligible",
            "index.html",
            "text/html; charset=utf-8",
        ),
        ("/a.js", "a.js", "text/javascript; charset=utf-8"),
        ("/a.css", "a.css", "text/css; charset=utf-8"),
        ("/a.wasm", "a.wasm", "application/wasm"),
        ("/a.json", "a.json", "application/json"),
        ("/a.svg", "a.svg", "image/svg+xml"),
        ("/sub/", "sub/index.html", "text/html; charset=utf-8"),
        (
            "/with%20space.txt",
            "with space.txt",
            "text/plain; charset=utf-8",
        ),
    ] {
        let (head, body) = call(address, &format!("GET {path} HTTP/1.1"), "");
        assert!(head.starts_with("http/1.1 200"), "{path}: {head}");
        assert!(
            head.contains(&format!("content-type: {kind}")),
            "{path}: {head}"
        );
        assert!(
            head.contains("content-security-policy: default-src 'none'"),
            "{path}: {head}"
        );
        assert_eq!(String::from_utf8(body).unwrap(), content, "{path}");
    }
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/sub/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/..%5csecret.txt",
        "/none",
        "/%00",
    ] {
        let (head, body) = call(address, &format!("GET {path} HTTP/1.1"), "");
        assert!(head.starts_with("http/1.1 404"), "{path}: {head}");
        assert!(
            !String::from_utf8(body).unwrap().contains("secret"),
            "{path}"
        );
    }
    let (head, body) = call(address, "HEAD /a.js HTTP/1.1", "");
    assert!(
        head.starts_with("http/1.1 200") && head.contains("content-length: 4") && body.is_empty(),
        "{head}"
    );
    let (head, _) = call(address, "POST /a.js HTTP/1.1", "");
    assert!(head.starts_with("http/1.1 405"), "{head}");
    let (head, _) = call(address, "GET /restore/session HTTP/1.1", "");
    assert!(!head.contains("content-security-policy"), "{head}");
    std::fs::remove_dir_all(folder).unwrap();
}
