//! The session ends: the choices stay, the confirmation goes, and nothing is sent by itself.

use atlas_restore_dialog::dialog::{
    Body, CloseReason, Config, Event, Missing, Signal, Subject, SubmitError,
};
use atlas_restore_dialog::model::{Failure, JobState, Problem};
use serde_json::json;

use crate::atlas::{Journey, SNAPSHOT, STOREFRONT, config, world};

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

/// Atlas says 401 as well where a role is missing, or there is no such project: signing in would lead nowhere (F2).
#[test]
fn a_401_for_want_of_access_asks_nobody_to_sign_in() {
    for code in [
        "NOT_IN_GROUP",
        "USER_CANNOT_ACCESS_GROUP",
        "USER_UNAUTHORIZED",
    ] {
        let refusal = json!({"status": 401, "body": {"error": 401, "errorCode": code}});
        let mut at_opening = world();
        at_opening["faults"] = json!([{"method": "GET", "path": format!("groups/{STOREFRONT}/clusters/orders"), "do": refusal}]);
        let mut journey = Journey::opened(&at_opening);
        for _ in 0..2 {
            let view = journey.view();
            assert!(!view.sign_in_needed, "{code}");
            assert_eq!(view.concerned, "Storefront");
            match view.body {
                Body::Failed { failure, .. } => {
                    assert!(failure.lacks_access() && !failure.is_unauthenticated());
                }
                body => panic!("{body:?}"),
            }
            journey.send(Event::RetryPressed);
            journey.settle();
        }
        assert_eq!(asked_to_sign_in(&journey), 0);

        let mut at_the_request = world();
        at_the_request["faults"] =
            json!([{"method": "POST", "path": "restoreJobs", "do": refusal}]);
        let mut journey = Journey::opened(&at_the_request);
        journey.restore("orders-copy");
        assert!(!journey.view().sign_in_needed, "{code}");
        match journey.view().body {
            Body::Review(view) => match view.error {
                Some(SubmitError::Refused(failure)) => assert!(failure.lacks_access()),
                error => panic!("{error:?}"),
            },
            body => panic!("{body:?}"),
        }
        assert_eq!(asked_to_sign_in(&journey), 0);
    }
}

/// After a reload the page names the job, and it cannot be read: nobody knows what became of it.
#[test]
fn a_job_that_the_page_names_and_nobody_can_read_is_said_to_be_that() {
    for status in [500, 401] {
        let mut world = world();
        world["restoreSeconds"] = json!(null);
        world["restoreJobs"] = json!([{"groupId": STOREFRONT, "clusterName": "orders", "job": {
            "id": "6b05f0000a1b2c3d4e5f6201", "deliveryType": "automated", "snapshotId": SNAPSHOT,
            "targetGroupId": STOREFRONT, "targetClusterName": "orders-copy",
            "cancelled": false, "expired": false, "failed": false
        }}]);
        world["faults"] = json!([{"method": "GET", "path": "restoreJobs/", "nth": 1, "do": {"status": status, "body": {"error": status}}}]);
        let named = Config {
            job: Some("6b05f0000a1b2c3d4e5f6201".to_owned()),
            ..config()
        };
        let mut journey = Journey::opened_with(&world, named);
        let failed = matches!(journey.view().body, Body::Failed { what: Subject::Job, failure } if failure.status() == Some(status));
        assert!(failed, "{:?}", journey.view().body);
        assert_eq!(journey.view().sign_in_needed, status == 401);
        journey.send(match status {
            401 => Event::SignedIn,
            _ => Event::RetryPressed,
        });
        journey.settle();
        assert!(
            matches!(journey.view().body, Body::Progress(view) if view.state == JobState::Running)
        );
    }
}
