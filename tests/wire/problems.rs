//! Refusals.

use atlas_restore_dialog::atlas::{looks_like_html, pause_ms, read_problem, read_retry_after};
use atlas_restore_dialog::model::{Failure, Problem, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use crate::bytes;

fn refused(status: u16, content_type: Option<&str>, body: &[u8]) -> Problem {
    match read_problem(status, content_type, body) {
        Failure::Refused(problem) => *problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn problem_of_atlas_is_read_whole() {
    let body = json!({
        "detail": "No.", "error": 400, "errorCode": "INVALID_ATTRIBUTE", "reason": "Bad Request",
        "parameters": ["a", 1],
        "badRequestDetail": { "fields": [{ "description": "too long", "field": "name" }] }
    });
    let problem = refused(400, Some("application/json"), &bytes(&body));
    assert_eq!(problem.status, 400);
    assert_eq!(problem.error_code.as_deref(), Some("INVALID_ATTRIBUTE"));
    assert_eq!(problem.title.as_deref(), Some("Bad Request"));
    assert_eq!(problem.detail.as_deref(), Some("No."));
    assert_eq!(problem.fields, [("name".to_owned(), "too long".to_owned())]);
    assert_eq!(
        problem.extra,
        [("parameters".to_owned(), r#"["a",1]"#.to_owned())]
    );
}

#[test]
fn problem_of_ours_is_read_whole() {
    let body = json!({
        "type": "https://example.com/blocked", "title": "Blocked", "status": 409, "detail": "Two reasons.",
        "instance": "/x/1",
        "findings": [
            { "code": "target.version-too-old", "severity": "blocker",
              "parameters": { "list": [1, "a"], "n": 2, "snapshotVersion": "9.0.0" } },
            { "code": "house.freeze", "severity": "stop" },
            { "severity": "blocker" }, null, "text"
        ],
        "ticket": { "id": 7, "text": "a \"b\"" }
    });
    let problem = refused(409, Some("application/problem+json"), &bytes(&body));
    assert_eq!(problem.kind.as_deref(), Some("https://example.com/blocked"));
    assert_eq!(problem.title.as_deref(), Some("Blocked"));
    assert_eq!(problem.instance.as_deref(), Some("/x/1"));
    let codes: Vec<&str> = problem
        .findings
        .iter()
        .map(|finding| &*finding.code)
        .collect();
    assert_eq!(codes, ["target.version-too-old", "house.freeze"]);
    let first = &problem.findings[0];
    assert_eq!(first.severity, "blocker");
    let parameters = [
        ("list", r#"[1,"a"]"#),
        ("n", "2"),
        ("snapshotVersion", "9.0.0"),
    ];
    let parameters = parameters.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(first.parameters, parameters);
    assert_eq!(problem.findings[1].severity, "stop");
    let extra = (
        "ticket".to_owned(),
        r#"{"id":7,"text":"a \"b\""}"#.to_owned(),
    );
    assert_eq!(problem.extra, [extra]);
}

#[test]
fn problem_of_any_shape_keeps_what_it_can() {
    let body = json!({
        "detail": 5, "errorCode": null, "parameters": null, "findings": "none", "badRequestDetail": [], "reason": ["x"]
    });
    let problem = refused(500, None, &bytes(&body));
    assert_eq!(problem.detail.as_deref(), Some("5"));
    assert_eq!(problem.error_code, None);
    assert_eq!(problem.title.as_deref(), Some(r#"["x"]"#));
    assert!(problem.findings.is_empty() && problem.fields.is_empty() && problem.extra.is_empty());
}

#[test]
fn problem_without_a_readable_body_is_still_a_refusal() {
    let only_status = |status| Problem {
        status,
        ..Problem::default()
    };
    let deep = "[".repeat(100_000);
    for body in [
        "",
        " \n",
        r#"{"detail": "cu"#,
        "{",
        "[]",
        "null",
        "7",
        &deep,
    ] {
        assert_eq!(
            refused(401, Some("application/json"), body.as_bytes()),
            only_status(401),
            "{body}"
        );
    }
    assert_eq!(refused(429, None, b""), only_status(429));
    assert_eq!(refused(502, Some("text/html"), b""), only_status(502));
    assert_eq!(
        refused(403, Some("text/plain"), br#"{"detail":"#),
        only_status(403)
    );
}

#[test]
fn problem_that_is_no_json_comes_from_somebody_else() {
    let not_json = |status, html| Failure::NotJson {
        status,
        html,
        request_id: None,
    };
    let page = b"<!doctype html><title>Sign in</title>";
    assert_eq!(
        read_problem(401, Some("text/html; charset=utf-8"), page),
        not_json(401, true)
    );
    assert_eq!(read_problem(502, None, b"  <html>"), not_json(502, true));
    assert_eq!(
        read_problem(502, Some("application/json"), page),
        not_json(502, true)
    );
    assert_eq!(
        read_problem(502, Some("text/plain"), b"Bad Gateway"),
        not_json(502, false)
    );
    assert_eq!(read_problem(502, None, b"\xff\xfe"), not_json(502, false));
    assert!(read_problem(401, None, page).is_unauthenticated());
}

#[test]
fn html_is_known_by_its_type_or_its_beginning() {
    assert!(looks_like_html(Some("Text/HTML"), b""));
    assert!(looks_like_html(Some("application/json"), b"\n <div>"));
    assert!(!looks_like_html(Some("application/json"), b"{}"));
    assert!(!looks_like_html(None, b""));
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now = Timestamp::parse("2026-11-24T10:00:00Z").unwrap();
    assert_eq!(read_retry_after("120", now), Some(120_000));
    assert_eq!(read_retry_after(" 0 ", now), Some(0));
    assert_eq!(
        read_retry_after("Tue, 24 Nov 2026 10:01:00 GMT", now),
        Some(60_000)
    );
    assert_eq!(
        read_retry_after("Tue, 24 Nov 2026 09:01:00 GMT", now),
        Some(0)
    );
    for text in ["", "soon", "-1", "1.5", "99999999999"] {
        assert_eq!(read_retry_after(text, now), None, "{text}");
    }
}

proptest! {
    /// S4: repetitions of many pages at once spread out, and none comes before the server wants it.
    #[test]
    fn pause_keeps_to_its_bounds_and_to_what_the_server_asks(
        backoff in prop_oneof![Just(300_u32), Just(1_000), Just(3_000)],
        random in 0.0..1.0,
        asked in proptest::option::of(0..70_000_u64),
    ) {
        let pause = pause_ms(backoff, random, asked, 30_000);
        let wanted = asked.unwrap_or(0);
        prop_assert_eq!(pause.is_none(), wanted > 30_000, "longer than a person waits");
        if let Some(pause) = pause.map(u64::from) {
            let backoff = u64::from(backoff);
            prop_assert!(pause >= wanted.max(backoff / 2), "{}", pause);
            prop_assert!(pause <= wanted.max(backoff * 3 / 2), "{}", pause);
        }
    }
}

#[test]
fn pause_is_spread_over_a_whole_backoff() {
    assert_eq!(pause_ms(1_000, 0.0, None, 30_000), Some(500));
    assert_eq!(pause_ms(1_000, 0.75, None, 30_000), Some(1_250));
    assert_eq!(pause_ms(1_000, 0.75, Some(30_000), 30_000), Some(30_000));
    assert_eq!(pause_ms(1_000, 0.75, Some(u64::MAX), 30_000), None);
}
