//! A backend that fails, in every way that `contract.md` section 6 knows, and what the person then sees.

use atlas_restore_dialog::dialog::{
    Announcement, Body, CloseReason, Event, Missing, Outcome, Signal, Subject, SubmitError,
};
use atlas_restore_dialog::model::JobState;
use serde_json::{Value, json};

use crate::atlas::{Journey, config, world};

fn with_fault(fault: Value) -> Value {
    let mut world = world();
    world["faults"] = json!([fault]);
    world
}

fn is_unknown(journey: &Journey) -> bool {
    matches!(journey.view().body, Body::Unknown(_))
}

#[test]
fn a_session_that_cannot_be_read_shows_an_error_with_retry_and_no_form() {
    for fault in [
        json!({"status": 500, "body": {"error": 500, "errorCode": "UNEXPECTED_ERROR", "detail": "Boom."}}),
        json!({"status": 403, "body": {"error": 403}}),
        json!({"status": 429, "headers": {"Retry-After": "7"}, "body": {"error": 429}}),
        json!("malformed"),
        json!("drop"),
        json!("drop-before"),
    ] {
        let mut journey = Journey::opened(&with_fault(
            json!({"method": "GET", "path": "session", "nth": 1, "do": fault}),
        ));
        match journey.view().body {
            Body::Failed { what, .. } => assert_eq!(what, Subject::Session, "{fault}"),
            body => panic!("{fault}: {body:?}"),
        }
        journey.send(Event::RetryPressed);
        journey.settle();
        assert!(
            matches!(journey.view().body, Body::Destination(_)),
            "{fault}"
        );
    }
}

#[test]
fn html_at_the_session_alone_is_a_plain_proxy() {
    let journey = Journey::opened(&with_fault(
        json!({"method": "GET", "path": "session", "do": "html"}),
    ));
    assert!(
        matches!(journey.view().body, Body::Destination(_)),
        "{:?}",
        journey.view().body
    );
    assert!(!journey.view().sign_in_needed);
}

#[test]
fn html_everywhere_is_a_login_page() {
    let journey = Journey::opened(&with_fault(json!({"do": "html"})));
    assert!(journey.view().sign_in_needed);
    assert_eq!(
        journey
            .signals
            .iter()
            .filter(|signal| **signal == Signal::AuthRequired)
            .count(),
        1
    );
}

#[test]
fn an_ended_session_keeps_choices_and_clears_the_confirmation() {
    let mut world = world();
    world["faults"] = json!([{"method": "GET", "path": "session", "nth": 2, "do": {"status": 401, "body": {"error": 401}}}]);
    let mut journey = Journey::opened(&world);
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert!(journey.view().sign_in_needed);
    assert_eq!(journey.log("POST"), 0);
    match journey.view().body {
        Body::Review(view) => {
            assert_eq!(view.expected, "orders-copy");
            assert_eq!(view.typed, "");
            assert!(view.missing.contains(&Missing::SignIn));
        }
        body => panic!("{body:?}"),
    }
    journey.send(Event::SignedIn);
    journey.settle();
    assert!(!journey.view().sign_in_needed);
    assert_eq!(journey.log("POST"), 0, "nothing is replayed by itself");
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.log("POST"), 1);
}

#[test]
fn a_401_at_the_request_is_a_definite_no() {
    let mut journey = Journey::opened(&with_fault(
        json!({"method": "POST", "path": "restoreJobs", "do": {"status": 401, "body": {"error": 401}}}),
    ));
    journey.restore("orders-copy");
    assert!(journey.view().sign_in_needed);
    assert!(matches!(journey.view().body, Body::Review(view) if view.typed.is_empty()));
    assert_eq!(journey.sent.len(), 1);
}

#[test]
fn a_lost_answer_is_reconciled_with_the_job_that_runs() {
    let mut journey = Journey::opened(&with_fault(
        json!({"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop"}),
    ));
    journey.restore("orders-copy");
    match journey.view().body {
        Body::Progress(view) => assert!(view.ours && view.state == JobState::Running),
        body => panic!("{body:?}"),
    }
    assert!(matches!(journey.outcomes.as_slice(), [Outcome::Started(_)]));
    assert_eq!(journey.log("POST"), 1);
}

#[test]
fn every_lost_answer_is_unknown_and_never_sent_again() {
    for fault in [
        json!("drop-before"),
        json!("malformed"),
        json!("html"),
        json!({"status": 500, "body": {"error": 500}}),
        json!({"status": 503, "body": {"error": 503}}),
    ] {
        let mut world = world();
        // The jobs cannot be read either, so nothing can be concluded.
        world["faults"] = json!([
            {"method": "POST", "path": "restoreJobs", "do": fault},
            {"method": "GET", "path": "clusters/orders/backup/restoreJobs", "from": 3, "do": {"status": 500, "body": {"error": 500}}}
        ]);
        let mut journey = Journey::opened(&world);
        journey.restore("orders-copy");
        assert!(is_unknown(&journey), "{fault}: {:?}", journey.view().body);
        journey.pass(300_000);
        journey.send(Event::CheckAgainPressed);
        journey.settle();
        journey.send(Event::TryAgainPressed);
        journey.settle();
        match journey.view().body {
            Body::Unknown(view) => assert!(view.read_failed && !view.can_try_again, "{fault}"),
            body => panic!("{fault}: {body:?}"),
        }
        assert_eq!(journey.sent.len(), 1, "{fault}");
    }
}

#[test]
fn try_again_needs_two_reads_and_half_a_minute_and_the_name() {
    let mut journey = Journey::opened(&with_fault(
        json!({"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop-before"}),
    ));
    journey.restore("orders-copy");
    let can_try = |journey: &Journey| match journey.view().body {
        Body::Unknown(view) => view.can_try_again,
        body => panic!("{body:?}"),
    };
    for _ in 0..5 {
        journey.send(Event::CheckAgainPressed);
        journey.settle();
        assert!(
            !can_try(&journey),
            "too early: the request may still be on its way"
        );
    }
    journey.pass(31_000);
    journey.send(Event::CheckAgainPressed);
    journey.settle();
    assert!(can_try(&journey));
    journey.send(Event::TryAgainPressed);
    assert!(matches!(journey.view().body, Body::Review(view) if view.typed.is_empty()));
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.sent.len(), 1, "the name has to be typed again");
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    let keys: Vec<_> = journey
        .sent
        .iter()
        .map(|call| call.header("Idempotency-Key"))
        .collect();
    assert_eq!(keys, [Some("key-1"), Some("key-1")]);
    assert!(matches!(journey.view().body, Body::Progress(_)));
}

#[test]
fn an_unknown_outcome_survives_closing_and_reopening() {
    let mut journey = Journey::opened(&with_fault(
        json!({"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop-before"}),
    ));
    journey.restore("orders-copy");
    journey.close(CloseReason::Forced);
    assert_eq!(journey.outcomes, [Outcome::Dismissed]);
    journey.send(Event::Opened(Box::new(config())));
    journey.settle();
    assert!(is_unknown(&journey));
}

#[test]
fn closing_while_sending_keeps_the_outcome() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.press_restore();
    while journey.sent.is_empty() {
        assert!(journey.answer_one());
    }
    journey.close(CloseReason::Forced);
    journey.settle();
    assert!(
        journey
            .signals
            .iter()
            .any(|signal| matches!(signal, Signal::Started { .. }))
    );
    journey.send(Event::Opened(Box::new(config())));
    journey.settle();
    assert!(matches!(journey.view().body, Body::Progress(view) if view.ours));
    assert_eq!(journey.log("POST"), 1);
}

#[test]
fn what_is_pressed_after_closing_does_nothing() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.close(CloseReason::Escape);
    journey.press_restore();
    journey.send(Event::NextPressed);
    journey.send(Event::SubmitAllowed);
    assert!(journey.waiting.is_empty());
    journey.pass(60_000);
    assert_eq!(journey.log("POST"), 0);
    journey.send(Event::Opened(Box::new(config())));
    journey.settle();
    journey.review("orders-copy");
    assert_eq!(journey.missing(), [Missing::Confirmation]);
}

#[test]
fn a_refusal_that_came_while_closed_is_shown_once_it_is_open_again() {
    let mut journey = Journey::opened(&with_fault(
        json!({"method": "POST", "path": "restoreJobs", "do": {"status": 400, "body": {"error": 400, "errorCode": "CLUSTER_PAUSED_CANNOT_RESTORE"}}}),
    ));
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.press_restore();
    while journey.sent.is_empty() {
        assert!(journey.answer_one());
    }
    journey.close(CloseReason::Forced);
    journey.settle();
    assert!(journey.waiting.is_empty(), "closed, it asks for nothing");
    journey.send(Event::Opened(Box::new(config())));
    journey.settle();
    match journey.view().body {
        Body::Review(view) => {
            assert!(matches!(view.error, Some(SubmitError::Refused(_))));
            assert_eq!(view.typed, "");
        }
        body => panic!("{body:?}"),
    }
    journey.close(CloseReason::Cancel);
    journey.send(Event::Opened(Box::new(config())));
    journey.settle();
    assert!(
        matches!(journey.view().body, Body::Destination(_)),
        "once is enough"
    );
}

#[test]
fn closing_before_the_request_sends_nothing() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.press_restore();
    assert!(!journey.waiting.is_empty(), "facts are being read again");
    journey.close(CloseReason::Escape);
    journey.settle();
    journey.pass(60_000);
    assert_eq!(journey.log("POST"), 0);
}

#[test]
fn facts_that_cannot_be_read_again_stop_the_request() {
    let mut journey = Journey::opened(&with_fault(
        json!({"method": "GET", "path": "clusters/orders-copy", "from": 1, "do": {"status": 500, "body": {"error": 500}}}),
    ));
    journey.choose("orders-copy");
    journey.send(Event::NextPressed);
    journey.settle();
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.log("POST"), 0);
    assert!(matches!(
        journey.view().body,
        Body::Review(view) if matches!(view.error, Some(SubmitError::RecheckFailed(_)))
    ));
}

#[test]
fn lists_that_fail_say_so_and_keep_the_rest() {
    let mut journey = Journey::opened(&with_fault(
        json!({"method": "GET", "path": "clusters?", "nth": 1, "do": {"status": 500, "body": {"error": 500}}}),
    ));
    assert!(matches!(
        journey.view().body,
        Body::Destination(view) if matches!(view.clusters_state, atlas_restore_dialog::dialog::ListState::Failed(_))
    ));
    journey.send(Event::RetryPressed);
    journey.settle();
    assert!(matches!(journey.view().body, Body::Destination(view) if view.total == 2));
}

#[test]
fn jobs_that_cannot_be_read_are_a_warning_and_not_none_running() {
    let mut journey = Journey::opened(&with_fault(
        json!({"method": "GET", "path": "restoreJobs", "do": {"status": 403, "body": {"error": 403}}}),
    ));
    journey.choose("orders-copy");
    assert!(matches!(
        journey.view().body,
        Body::Destination(view) if crate::atlas::codes(&view.chosen.as_ref().unwrap().findings).contains(&"target.restore-unknown")
    ));
}

#[test]
fn a_deleted_target_is_explained_and_its_choice_undone() {
    let mut journey = Journey::opened(&with_fault(
        json!({"method": "GET", "path": "clusters/orders-copy", "from": 1, "do": {"status": 404, "body": {"error": 404, "errorCode": "CLUSTER_NOT_FOUND"}}}),
    ));
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.log("POST"), 0);
    assert!(matches!(
        journey.view().body,
        Body::Destination(view) if view.changed.is_some_and(|changed| changed.target_replaced) && view.chosen.is_none()
    ));
}

#[test]
fn ages_and_expiry_follow_the_servers_clock_once_it_differs() {
    let mut world = world();
    // The browser believes that it is ten days earlier: for it the snapshot has not expired yet.
    world["now"] = json!("2026-12-04T10:00:00Z");
    let journey = Journey::opened(&world);
    assert_eq!(journey.view().now.0 - journey.now, 10 * 86_400_000);
    match journey.view().body {
        Body::Destination(view) => {
            assert_eq!(
                crate::atlas::codes(&view.source_findings),
                ["snapshot.expired"]
            );
        }
        body => panic!("{body:?}"),
    }
}

#[test]
fn no_network_disarms_the_button() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.announcements.clear();
    journey.send(Event::Offline(true));
    journey.send(Event::Offline(true));
    assert_eq!(journey.announcements, [Announcement::Offline], "said once");
    assert_eq!(journey.missing(), [Missing::Offline]);
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.log("POST"), 0);
    journey.announcements.clear();
    journey.send(Event::Offline(false));
    journey.send(Event::Offline(false));
    assert_eq!(journey.announcements, [Announcement::Online], "said once");
    assert_eq!(journey.missing(), []);
}
