//! The session ends: the choices stay, the confirmation goes, and nothing is sent by itself.

use atlas_restore_dialog::dialog::{Body, CloseReason, Event, Missing, Signal};
use atlas_restore_dialog::model::{Failure, JobState, Problem};
use serde_json::json;

use crate::atlas::{Journey, config, world};

fn ended() -> Failure {
    Failure::Refused(Box::new(Problem {
        status: 401,
        ..Problem::default()
    }))
}

fn asked_to_sign_in(journey: &Journey) -> usize {
    journey
        .signals
        .iter()
        .filter(|signal| **signal == Signal::AuthRequired)
        .count()
}

/// Signing in while the facts of the click are still on their way must not let the click go through.
#[test]
fn signing_in_during_the_check_at_the_click_sends_nothing() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.press_restore();
    let (id, ..) = journey.waiting.pop_front().expect("a read at the click");
    journey.send(Event::Replied {
        id,
        reply: Err(ended()),
    });
    assert!(journey.view().sign_in_needed);
    assert_eq!(asked_to_sign_in(&journey), 1);
    journey.send(Event::SignedIn);
    journey.settle();
    assert!(journey.sent.is_empty(), "the click is over");
    match journey.view().body {
        Body::Review(view) => {
            assert_eq!((view.expected, view.typed), ("orders-copy", ""));
            assert_eq!(view.missing, [Missing::Confirmation]);
        }
        body => panic!("{body:?}"),
    }
}

#[test]
fn an_approval_that_comes_after_the_session_ended_sends_nothing() {
    let mut world = world();
    world["faults"] = json!([{"method": "GET", "path": "groups?", "nth": 1, "do": {"status": 401, "body": {"error": 401}}}]);
    let mut journey = Journey::new(&world);
    journey.send(Event::Opened(Box::new(config())));
    // The list of projects is slow; everything else is there.
    let slow = journey
        .waiting
        .iter()
        .position(|(_, _, call)| call.path.contains("groups?"))
        .and_then(|place| journey.waiting.remove(place))
        .expect("the list of projects");
    journey.settle();
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    let effects = journey.dialog.update(
        Event::RestorePressed {
            key: "k".to_owned(),
        },
        atlas_restore_dialog::model::Timestamp(journey.now),
    );
    assert_eq!(effects.len(), 1, "the page is asked: {effects:?}");
    journey.send(Event::Replied {
        id: slow.0,
        reply: Err(ended()),
    });
    journey.send(Event::SubmitAllowed);
    journey.send(Event::SignedIn);
    journey.send(Event::SubmitAllowed);
    journey.settle();
    assert!(journey.sent.is_empty());
    assert!(matches!(journey.view().body, Body::Review(view) if view.typed.is_empty()));
}

#[test]
fn at_an_unknown_outcome_signing_in_goes_on_looking() {
    let mut world = world();
    world["faults"] = json!([
        {"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop"},
        {"method": "GET", "path": "clusters/orders/backup/restoreJobs", "nth": 3, "do": {"status": 401, "body": {"error": 401}}}
    ]);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    assert!(matches!(journey.view().body, Body::Unknown(view) if view.read_failed));
    assert!(journey.view().sign_in_needed);
    journey.send(Event::CheckAgainPressed);
    assert!(journey.waiting.is_empty(), "nothing is asked before that");
    journey.close(CloseReason::Escape);
    journey.send(Event::Opened(Box::new(config())));
    assert!(
        journey.view().sign_in_needed,
        "opened again it still says so"
    );
    journey.send(Event::SignedIn);
    journey.settle();
    assert!(matches!(journey.view().body, Body::Progress(view) if view.ours));
    assert_eq!(journey.sent.len(), 1);
}

#[test]
fn while_a_job_is_followed_signing_in_goes_on_following() {
    let mut world = world();
    world["faults"] = json!([{"method": "GET", "path": "restoreJobs/", "nth": 1, "do": {"status": 401, "body": {"error": 401}}}]);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    journey.pass(60_000);
    assert!(journey.view().sign_in_needed);
    assert!(
        matches!(journey.view().body, Body::Progress(view) if view.state == JobState::Running && view.failed_polls == 1)
    );
    journey.send(Event::SignedIn);
    journey.settle();
    journey.pass(30_000);
    assert!(
        matches!(journey.view().body, Body::Progress(view) if view.state == JobState::Completed)
    );
}

/// What is on screen says that the session has ended; once it has not, that must go.
#[test]
fn signing_in_takes_the_ended_session_off_the_review() {
    let mut world = world();
    world["faults"] = json!([{"method": "POST", "path": "restoreJobs", "nth": 1, "do": {"status": 401, "body": {"error": 401}}}]);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    let has_error = |journey: &Journey| match journey.view().body {
        Body::Review(view) => view.error.is_some(),
        body => panic!("{body:?}"),
    };
    assert!(journey.view().sign_in_needed && has_error(&journey));
    journey.send(Event::SignedIn);
    assert!(!has_error(&journey), "at once");
    journey.settle();
    assert!(!has_error(&journey));
    assert_eq!(journey.missing(), [Missing::Confirmation]);
}
