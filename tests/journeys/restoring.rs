//! From the review to the end of the job.

use atlas_restore_dialog::dialog::{
    Announcement, Body, CloseReason, Config, Confirmation, Event, Focus, Missing, Outcome,
    ReasonMode, Signal, Step, SubmitError, Submitting, Timer,
};
use atlas_restore_dialog::model::JobState;
use serde_json::json;

use crate::atlas::{
    Journey, SNAPSHOT, STAGING, STOREFRONT, cluster_with, codes, config, merge, world, world_with,
};

fn job_state(journey: &Journey) -> JobState {
    match journey.view().body {
        Body::Progress(view) => view.state,
        body => panic!("no progress: {body:?}"),
    }
}

#[test]
fn restore_runs_from_the_click_to_the_finished_job() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    match journey.view().body {
        Body::Review(view) => {
            assert_eq!(view.expected, "orders-copy");
            let codes = codes(&view.findings);
            for code in [
                "data.deleted",
                "target.unavailable-during-restore",
                "key.rotated-after",
                "application.restart",
                "rw-concern.kept",
            ] {
                assert!(codes.contains(&code), "{code} in {codes:?}");
            }
            assert_eq!(view.missing, [Missing::Confirmation]);
        }
        body => panic!("{body:?}"),
    }
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();

    assert_eq!(journey.sent.len(), 1);
    let call = &journey.sent[0];
    assert_eq!(
        call.path,
        format!("/api/atlas/v2/groups/{STOREFRONT}/clusters/orders/backup/restoreJobs")
    );
    assert_eq!(call.header("Idempotency-Key"), Some("key-1"));
    assert_eq!(call.header("X-CSRF-Token"), Some("token-1"));
    let body: serde_json::Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
    assert_eq!(
        body,
        json!({"deliveryType": "automated", "snapshotId": SNAPSHOT, "targetClusterName": "orders-copy", "targetGroupId": STOREFRONT})
    );
    assert_eq!(job_state(&journey), JobState::Running);
    assert!(matches!(journey.outcomes.as_slice(), [Outcome::Started(_)]));

    journey.pass(60_000);
    assert_eq!(job_state(&journey), JobState::Completed);
    let told: Vec<_> = journey
        .signals
        .iter()
        .filter_map(|signal| match signal {
            Signal::BeforeSubmit(_) => Some("before-submit"),
            Signal::Started { .. } => Some("started"),
            Signal::Finished(_) => Some("finished"),
            _ => None,
        })
        .collect();
    assert_eq!(told, ["before-submit", "started", "finished"]);
    assert!(!journey.has_timer(Timer::Poll) && !journey.has_timer(Timer::Clock));
    journey.close(CloseReason::Cancel);
    assert_eq!(journey.outcomes.len(), 1, "the promise settles once");
}

#[test]
fn every_end_of_a_job_is_told_as_what_it_is() {
    for (outcome, state) in [
        ("completed", JobState::Completed),
        ("failed", JobState::Failed),
        ("cancelled", JobState::Cancelled),
        ("expired", JobState::Expired),
    ] {
        let mut world = world();
        world["restoreOutcome"] = json!(outcome);
        let mut journey = Journey::opened(&world);
        journey.restore("orders-copy");
        journey.pass(60_000);
        assert_eq!(job_state(&journey), state);
        assert_eq!(
            journey
                .signals
                .iter()
                .filter(|signal| matches!(signal, Signal::Finished(_)))
                .count(),
            1
        );
    }
}

#[test]
fn twenty_clicks_send_one_request() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    for _ in 0..20 {
        journey.press_restore();
    }
    journey.settle();
    for _ in 0..20 {
        journey.press_restore();
    }
    journey.settle();
    assert_eq!(journey.log("POST"), 1);
}

#[test]
fn restore_needs_the_exact_name() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    for (typed, expected) in [
        ("Orders-copy", Confirmation::CaseDiffers),
        (
            "orders",
            Confirmation::LengthDiffers {
                typed: 6,
                expected: 11,
            },
        ),
        ("orders-cope", Confirmation::Differs),
    ] {
        journey.type_name(typed);
        journey.press_restore();
        journey.settle();
        match journey.view().body {
            Body::Review(view) => {
                assert_eq!(view.confirmation, expected);
                assert!(view.show_missing && view.show_difference);
            }
            body => panic!("{body:?}"),
        }
        assert_eq!(journey.focus.last(), Some(&Focus::ErrorSummary));
    }
    assert_eq!(journey.log("POST"), 0);
}

#[test]
fn going_back_and_a_changed_reason_empty_the_confirmation() {
    let mut journey = Journey::opened_with(
        &world(),
        Config {
            reason: ReasonMode::Required,
            ..config()
        },
    );
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    assert_eq!(journey.missing(), [Missing::Reason { at_most: 500 }]);
    journey.send(Event::ReasonTyped("INC-42: bad deploy".to_owned()));
    assert_eq!(journey.missing(), [Missing::Confirmation]);
    journey.type_name("orders-copy");
    journey.send(Event::ChangePressed(Step::Destination));
    journey.send(Event::NextPressed);
    journey.settle();
    assert_eq!(journey.missing(), [Missing::Confirmation]);
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(
        journey.sent[0].header("Restore-Reason"),
        Some("INC-42%3A%20bad%20deploy")
    );
}

#[test]
fn a_change_for_the_worse_before_the_click_goes_back_and_names_it() {
    let mut world = world();
    // The target is paused after the list was read.
    world["changes"] = json!([{"afterMs": 1_000, "merge": {"clusters": [
        {"groupId": STOREFRONT, "name": "orders-copy", "paused": true}
    ]}}]);
    let mut journey = Journey::opened(&world);
    journey.review("orders-copy");
    journey.pass(2_000);
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.log("POST"), 0);
    match journey.view().body {
        Body::Destination(view) => {
            let changed = view.changed.expect("a message that names the change");
            assert_eq!(codes(&changed.added), ["target.unavailable"]);
            assert!(view.chosen.is_none());
        }
        body => panic!("{body:?}"),
    }
}

#[test]
fn another_cluster_of_the_same_name_is_not_what_was_confirmed() {
    let mut world = world();
    let replacement = cluster_with("orders-copy", json!({"id": "64f1c0de0a1b2c3d4e5f6eee"}));
    world["faults"] = json!([{"method": "GET", "path": "clusters/orders-copy", "nth": 3, "do": {"status": 200, "body": replacement}}]);
    let mut journey = Journey::opened(&world);
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.log("POST"), 0);
    assert!(
        matches!(journey.view().body, Body::Destination(view) if view.changed.unwrap().target_replaced)
    );
}

#[test]
fn facts_older_than_a_minute_are_read_again_before_the_review() {
    let mut journey = Journey::opened(&world());
    journey.choose("orders-copy");
    journey.send(Event::NextPressed);
    assert!(journey.waiting.is_empty(), "fresh facts are not read again");
    journey.send(Event::BackPressed);
    journey.pass(61_000);
    journey.send(Event::NextPressed);
    let asked = journey.waiting.len();
    assert!(
        asked >= 6,
        "session, snapshot, target, keys, settings and jobs: {asked}"
    );
    assert!(matches!(journey.view().body, Body::Destination(view) if view.checking));
    journey.settle();
    assert!(matches!(journey.view().body, Body::Review(_)));
}

#[test]
fn the_page_can_veto() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    let effects = journey.dialog.update(
        Event::RestorePressed {
            key: "k".to_owned(),
        },
        atlas_restore_dialog::model::Timestamp(journey.now),
    );
    assert_eq!(
        effects.len(),
        1,
        "the page is asked before anything else: {effects:?}"
    );
    assert!(
        matches!(journey.view().body, Body::Review(view) if view.submitting == Some(Submitting::AskingPage))
    );
    journey.send(Event::SubmitVetoed(Some(
        "Change freeze until Monday".to_owned(),
    )));
    match journey.view().body {
        Body::Review(view) => {
            assert_eq!(
                view.error,
                Some(&SubmitError::Vetoed(Some(
                    "Change freeze until Monday".to_owned()
                )))
            );
            assert_eq!(view.typed, "orders-copy", "nothing changed");
        }
        body => panic!("{body:?}"),
    }
    assert_eq!(journey.log("POST"), 0);
}

#[test]
fn a_refusal_is_shown_and_the_name_asked_for_again() {
    let mut world = world();
    world["faults"] = json!([{"method": "POST", "path": "restoreJobs", "nth": 1, "do": {"status": 400, "body": {
        "error": 400, "errorCode": "INVALID_SNAPSHOT_RESTORE_ENCRYPTION", "detail": "Encryption settings differ.", "reason": "Bad Request", "parameters": null
    }}}]);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    match journey.view().body {
        Body::Review(view) => {
            let Some(SubmitError::Refused(failure)) = view.error else {
                panic!("{:?}", view.error)
            };
            assert_eq!(
                failure.error_code(),
                Some("INVALID_SNAPSHOT_RESTORE_ENCRYPTION")
            );
            assert_eq!(view.typed, "");
        }
        body => panic!("{body:?}"),
    }
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(job_state(&journey), JobState::Running);
    let keys: Vec<_> = journey
        .sent
        .iter()
        .map(|call| call.header("Idempotency-Key"))
        .collect();
    assert_eq!(
        keys,
        [Some("key-1"), Some("key-1")],
        "the same attempt keeps its key"
    );
}

#[test]
fn another_target_gets_another_key() {
    let mut world = world();
    world["faults"] = json!([{"method": "POST", "path": "restoreJobs", "nth": 1, "do": {"status": 403, "body": {"error": 403, "errorCode": "CANNOT_RESTORE_TO_TARGET"}}}]);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    journey.send(Event::BackPressed);
    journey.restore("orders");
    let keys: Vec<_> = journey
        .sent
        .iter()
        .map(|call| call.header("Idempotency-Key"))
        .collect();
    assert_eq!(keys, [Some("key-1"), Some("key-2")]);
}

#[test]
fn a_running_restore_into_the_prefilled_target_is_followed_instead_of_an_armed_form() {
    let mut world = world();
    world["restoreJobs"] = json!([{"groupId": STOREFRONT, "clusterName": "orders", "job": {
        "id": "6b05f0000a1b2c3d4e5f6201", "deliveryType": "automated", "snapshotId": SNAPSHOT,
        "targetGroupId": STOREFRONT, "targetClusterName": "orders-copy",
        "cancelled": false, "expired": false, "failed": false
    }}]);
    world["restoreSeconds"] = json!(null);
    let journey = Journey::opened_with(
        &world,
        Config {
            target_cluster: Some("orders-copy".to_owned()),
            ..config()
        },
    );
    match journey.view().body {
        Body::Progress(view) => assert!(!view.ours && view.job.id == "6b05f0000a1b2c3d4e5f6201"),
        body => panic!("{body:?}"),
    }
    let told = journey
        .signals
        .iter()
        .filter(|signal| matches!(signal, Signal::Progress(_)));
    assert_eq!(told.count(), 1, "told once");
    let mut journey = Journey::opened(&world);
    journey.choose("orders-copy");
    match journey.view().body {
        Body::Destination(view) => {
            let refused = view.refused.expect("a refused cluster");
            assert_eq!(codes(&refused.findings), ["target.restore-running"]);
            assert_eq!(refused.running_job.unwrap().id, "6b05f0000a1b2c3d4e5f6201");
        }
        body => panic!("{body:?}"),
    }
    journey.send(Event::FollowPressed {
        job_id: "6b05f0000a1b2c3d4e5f6201".to_owned(),
    });
    assert_eq!(job_state(&journey), JobState::Running);
    assert_eq!(journey.log("POST"), 0);
}

#[test]
fn job_that_the_page_names_is_followed_after_a_reload() {
    let mut world = world();
    world["restoreJobs"] = json!([{"groupId": STOREFRONT, "clusterName": "orders", "job": {
        "id": "6b05f0000a1b2c3d4e5f6201", "deliveryType": "automated", "snapshotId": SNAPSHOT,
        "targetGroupId": STAGING, "targetClusterName": "trial",
        "cancelled": false, "expired": false, "failed": false, "finishedAt": "2026-11-24T09:00:00Z"
    }}]);
    let journey = Journey::opened_with(
        &world,
        Config {
            job: Some("6b05f0000a1b2c3d4e5f6201".to_owned()),
            ..config()
        },
    );
    assert_eq!(job_state(&journey), JobState::Completed);
}

#[test]
fn failed_polls_keep_the_last_state_and_offer_a_refresh() {
    let mut world = world();
    world["restoreSeconds"] = json!(null);
    world["faults"] = json!([{"method": "GET", "path": "restoreJobs/", "from": 2, "do": {"status": 500, "body": {"error": 500}}}]);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    journey.pass(90_000);
    match journey.view().body {
        Body::Progress(view) => {
            assert_eq!(view.state, JobState::Running);
            assert!(view.stalled && view.failed_polls >= 3);
        }
        body => panic!("{body:?}"),
    }
}

#[test]
fn polling_pauses_while_hidden_and_goes_on_at_once_when_shown() {
    let mut journey = Journey::opened(&world());
    journey.restore("orders-copy");
    journey.send(Event::Hidden(true));
    let before = journey.log("GET");
    journey.pass(120_000);
    assert_eq!(journey.log("GET"), before);
    journey.send(Event::Hidden(false));
    journey.settle();
    assert_eq!(job_state(&journey), JobState::Completed);
}

#[test]
fn closing_a_running_job_leaves_it_running_and_tells_its_end() {
    let mut journey = Journey::opened(&world());
    journey.restore("orders-copy");
    journey.close(CloseReason::Escape);
    assert!(!journey.dialog.is_open());
    journey.pass(60_000);
    assert!(
        journey
            .signals
            .iter()
            .any(|signal| matches!(signal, Signal::Finished(_)))
    );
    journey.send(Event::Opened(Box::new(config())));
    journey.settle();
    assert!(
        matches!(journey.view().body, Body::Destination(_)),
        "a finished job does not block the next restore"
    );
    assert_eq!(journey.log("POST"), 1);
}

#[test]
fn closing_settles_the_promise_and_stops_everything() {
    for (reason, expected) in [
        (CloseReason::Cancel, Outcome::Cancelled),
        (CloseReason::X, Outcome::Dismissed),
        (CloseReason::Escape, Outcome::Dismissed),
        (CloseReason::Host, Outcome::Dismissed),
    ] {
        let mut journey = Journey::opened(&world());
        journey.review("orders-copy");
        journey.type_name("orders-copy");
        journey.close(reason);
        assert_eq!(journey.outcomes, [expected]);
        assert_eq!(journey.closes, 1);
        assert!(journey.waiting.is_empty());
        journey.send(Event::Opened(Box::new(config())));
        journey.settle();
        journey.review("orders-copy");
        assert!(
            matches!(journey.view().body, Body::Review(view) if view.typed.is_empty() && !view.show_missing)
        );
    }
}

#[test]
fn restoring_into_the_source_says_that_newer_data_is_lost() {
    let mut journey = Journey::opened(&world());
    journey.review("orders");
    assert!(
        matches!(journey.view().body, Body::Review(view) if codes(&view.findings).contains(&"target.is-source"))
    );
}

#[test]
fn targets_with_a_write_concern_keep_it() {
    let mut world = world_with(cluster_with("wc", json!({})));
    merge(
        &mut world,
        json!({"processArgs": {format!("{STOREFRONT}/wc"): {"defaultWriteConcern": "majority"}}}),
    );
    let mut journey = Journey::opened(&world);
    journey.review("wc");
    assert!(
        matches!(journey.view().body, Body::Review(view) if codes(&view.findings).contains(&"rw-concern.overridden"))
    );
}

/// Whoever does not see the field hears what is wrong with the name once it was left, and once.
#[test]
fn another_name_is_said_when_the_field_is_left() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    journey.announcements.clear();
    for (typed, said) in [
        ("", vec![]),
        ("Orders-Copy", vec![Confirmation::CaseDiffers]),
        ("orders-copy", vec![]),
    ] {
        journey.type_name(typed);
        assert_eq!(journey.announcements, [], "nothing while it is typed");
        journey.send(Event::ConfirmationLeft);
        journey.send(Event::ConfirmationLeft);
        let said: Vec<_> = said.into_iter().map(Announcement::NameDiffers).collect();
        assert_eq!(journey.announcements, said, "{typed}");
        journey.announcements.clear();
    }
}
