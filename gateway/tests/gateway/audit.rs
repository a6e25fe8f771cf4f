//! What is written down, and that nothing happens without.

use serde_json::json;

use super::support::*;

#[tokio::test]
async fn attempt_and_outcome_are_written_down() {
    let gateway = Gateway::over(&world());
    let request = with(
        post("key-1", "orders-staging"),
        "restore-reason",
        "Drill%20of%20November%0A%7B%22forged%22%3A1%7D",
    );
    let request = with(request, "x-request-id", "request-0001");
    let got = gateway.restore(request).await;
    assert_eq!(got.status, 200);
    let lines = gateway.audit();
    assert_eq!(lines.len(), 2);
    for line in &lines {
        assert_eq!(
            line["person"],
            json!({"username": PERSON, "name": "Maya Okafor"})
        );
        assert_eq!(line["reason"], "Drill of November\n{\"forged\":1}");
        assert_eq!(
            line["source"],
            json!({"projectId": SOURCE, "cluster": "orders"})
        );
        assert_eq!(line["snapshotId"], SNAPSHOT);
        assert_eq!(
            line["target"],
            json!({"projectId": TARGET, "cluster": "orders-staging"})
        );
        assert_eq!(line["requestId"], "request-0001");
        assert_eq!(line["idempotencyKey"], "key-1");
        assert!(line["time"].as_str().unwrap().starts_with("2026-11-24T10:"));
    }
    assert_eq!(
        (&lines[0]["event"], &lines[0]["decision"]),
        (&json!("attempt"), &json!("allowed"))
    );
    assert!(
        lines[0]["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|finding| finding["code"] == "data.deleted")
    );
    assert_eq!(
        (&lines[1]["event"], &lines[1]["decision"]),
        (&json!("outcome"), &json!("started"))
    );
    assert_eq!(lines[1]["jobId"], got.json()["id"]);
    assert_eq!(lines[1]["status"], 200);
}

#[tokio::test]
async fn refusal_is_written_down_with_its_findings() {
    let gateway = Gateway::over(&world());
    gateway.restore(post("k", "catalog-staging")).await;
    let request = with_body(post("k2", "x"), body(SNAPSHOT, STRANGE, "board"));
    gateway.restore(request).await;
    let lines = gateway.audit();
    assert_eq!(lines.len(), 2);
    for (line, code) in lines
        .iter()
        .zip(["target.not-encrypted", "person.not-owner-of-target"])
    {
        assert_eq!(
            (&line["event"], &line["decision"]),
            (&json!("attempt"), &json!("refused"))
        );
        assert!(
            line["findings"]
                .as_array()
                .unwrap()
                .iter()
                .any(|finding| finding["code"] == code)
        );
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn nothing_is_sent_where_nothing_can_be_written() {
    let mut config = config(&world());
    // Can be opened, and is always full.
    config.audit.file = Some("/dev/full".into());
    let gateway = Gateway::new(config);
    for target in ["orders-staging", "catalog-staging"] {
        let got = gateway.restore(post(target, target)).await;
        assert_eq!(got.refusal(), (503, "audit-unavailable".into()));
        assert_ne!(got.header("retry-after"), "");
    }
    assert_eq!(gateway.posts(), 0);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn file_is_its_owners_and_may_be_rotated() {
    use std::os::unix::fs::PermissionsExt;

    let gateway = Gateway::over(&world());
    let file = gateway.app.config.audit.file.clone().unwrap();
    gateway.restore(post("a", "catalog-staging")).await;
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let old = file.with_extension("1");
    std::fs::rename(&file, &old).unwrap();
    gateway.restore(post("b", "catalog-staging")).await;
    assert_eq!(gateway.audit()[0]["idempotencyKey"], "b");
    assert_eq!(std::fs::read_to_string(&old).unwrap().lines().count(), 1);
}

#[tokio::test]
async fn torn_line_spoils_no_other() {
    let config = config(&world());
    std::fs::write(config.audit.file.as_ref().unwrap(), "{\"time\":\"20").unwrap();
    let gateway = Gateway::new(config);
    let file = gateway.app.config.audit.file.clone().unwrap();
    gateway.restore(post("k", "catalog-staging")).await;
    let text = std::fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    let line: serde_json::Value = serde_json::from_str(lines[1]).unwrap();
    assert_eq!(line["idempotencyKey"], "k");
}

#[tokio::test]
async fn every_attempt_is_written_down_whatever_becomes_of_it() {
    let said = |gateway: &Gateway| -> Vec<String> {
        let lines = gateway.audit();
        let of = |line: &serde_json::Value| {
            let refusal = line["refusal"].as_str().unwrap_or("-").to_owned();
            format!("{} {} {refusal}", line["event"], line["decision"]).replace('"', "")
        };
        lines.iter().map(of).collect()
    };
    let faults =
        json!([{"method": "GET", "path": "clusters/orders-rehearsal", "do": {"status": 500}}]);
    let gateway = Gateway::over(&world_with(json!({ "faults": faults })));
    gateway.restore(post("unread", "orders-rehearsal")).await;
    let mut of_others = post("others", "orders-staging");
    let path = JOBS.replace(SOURCE, STRANGE);
    *of_others.uri_mut() = path.parse().unwrap();
    assert_eq!(gateway.restore(of_others).await.status, 404);
    gateway.restore(post("k", "orders-staging")).await;
    gateway.restore(post("k", "orders-staging")).await;
    gateway.restore(post("k", "orders-rehearsal")).await;
    assert_eq!(
        said(&gateway),
        [
            "attempt refused facts-unreadable",
            "attempt refused not-found",
            "attempt allowed -",
            "outcome started -",
            "attempt replayed -",
            "attempt refused idempotency-key-reused",
        ]
    );

    let faults = json!([{"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop-before"}]);
    let mut config = config(&world_with(json!({ "faults": faults })));
    config.limits.reconcile = std::time::Duration::from_secs(600);
    config.limits.remembered_attempts = 1;
    let gateway = Gateway::new(config);
    tokio::time::pause();
    for key in ["k", "k", "full"] {
        gateway.restore(post(key, "orders-staging")).await;
    }
    assert_eq!(
        said(&gateway)[1..],
        [
            "outcome unknown -",
            "attempt unknown outcome-unknown",
            "attempt refused too-many-attempts",
        ]
    );
}

/// A body of which nothing ever comes.
struct Silent;

impl axum::body::HttpBody for Silent {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<bytes::Bytes>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test]
async fn who_was_refused_unread_is_written_down_and_not_what_was_sent() {
    let mut config = config(&world());
    config.limits.body = std::time::Duration::ZERO;
    let slow = Gateway::new(config);
    let gateway = Gateway::over(&world());
    let good = || post("key-1", "orders-staging");
    let bodied = |text: String| with_body(good(), text);
    let long = "x".repeat(201);
    let huge = format!("{{\"hidden\": \"{}\"}}", "x".repeat(65 * 1024));
    for (request, refusal, key) in [
        (
            with(good(), "origin", "https://evil.example"),
            "cross-site",
            json!("key-1"),
        ),
        (
            with(good(), "content-type", "text/hidden"),
            "media-type",
            json!("key-1"),
        ),
        (
            with(good(), "restore-reason", "%hidden"),
            "restore-reason",
            json!("key-1"),
        ),
        (
            with(good(), "idempotency-key", &long),
            "idempotency-key",
            json!(null),
        ),
        (
            without(good(), "idempotency-key"),
            "idempotency-key",
            json!(null),
        ),
        (bodied(huge), "too-large", json!("key-1")),
        (bodied("hidden".into()), "body-invalid", json!("key-1")),
        (
            bodied(r#"{"hidden": 1}"#.into()),
            "body-invalid",
            json!("key-1"),
        ),
    ] {
        let request = with(request, "x-request-id", "request-0001");
        let got = gateway.restore(request).await;
        assert_eq!(got.refusal().1, refusal);
        let line = gateway.audit().pop().unwrap();
        assert!(line["time"].as_str().unwrap().starts_with("2026-11-24T10:"));
        let mut rest = line.clone();
        rest.as_object_mut().unwrap().remove("time");
        assert_eq!(
            rest,
            json!({"event": "attempt", "decision": "refused", "refusal": refusal, "findings": [],
                "requestId": "request-0001", "idempotencyKey": key, "reason": null,
                "person": {"username": PERSON, "name": "Maya Okafor"},
                "source": {"projectId": SOURCE, "cluster": "orders"}, "snapshotId": null, "target": null})
        );
        assert!(!line.to_string().contains("hidden"));
    }
    assert_eq!(gateway.audit().len(), 8);
    // What was said well is kept.
    let request = with(good(), "restore-reason", "A%20drill");
    gateway.call(request).await;
    let line = gateway.audit().pop().unwrap();
    assert_eq!(line["refusal"], "csrf-token-invalid");
    assert_eq!(line["reason"], "A drill");
    assert_eq!(gateway.posts(), 0);

    let silent = axum::body::Body::new(Silent);
    let got = slow.restore(with_body(good(), silent)).await;
    assert_eq!(got.refusal().1, "too-slow");
    assert_eq!(slow.audit()[0]["refusal"], "too-slow");
}

#[tokio::test]
async fn restore_too_many_is_written_down_and_a_stranger_is_not() {
    let mut limited = config(&world());
    limited.limits.restores_per_minute = 1;
    let gateway = Gateway::new(limited);
    gateway.restore(post("a", "catalog-staging")).await;
    let got = gateway.restore(post("b", "orders-staging")).await;
    assert_eq!(got.refusal(), (429, "rate-limited".into()));
    let line = gateway.audit().pop().unwrap();
    assert_eq!(line["decision"], "refused");
    assert_eq!(line["refusal"], "rate-limited");
    assert_eq!(
        line["target"],
        json!({"projectId": TARGET, "cluster": "orders-staging"})
    );

    let mut strange = config(&world());
    strange.identity = by_header();
    let gateway = Gateway::new(strange);
    let got = gateway.call(post("k", "orders-staging")).await;
    assert_eq!(got.refusal(), (401, "not-signed-in".into()));
    assert!(gateway.audit().is_empty());
}
