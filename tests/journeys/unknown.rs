//! The tables of `dialog::unknown`, row by row: what an answer that was lost leaves open, and what is then concluded.

use atlas_restore_dialog::dialog::{
    Announcement, Body, CloseReason, Config, Event, Outcome, Read, Signal, Step, SubmitError,
};
use atlas_restore_dialog::model::{Dated, Failure, JobState, Problem, Timestamp};
use serde_json::{Value, json};

use crate::atlas::{Journey, SNAPSHOT, STAGING, STOREFRONT, config, world};

/// What the person sees after an answer to the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Started,
    Refused,
    SignIn,
    Unknown,
}

fn seen(journey: &Journey) -> Seen {
    let view = journey.view();
    match view.body {
        Body::Progress(progress) if progress.ours => Seen::Started,
        Body::Review(_) if view.sign_in_needed => Seen::SignIn,
        Body::Review(review) if review.error.is_some() => Seen::Refused,
        Body::Unknown(_) => Seen::Unknown,
        body => panic!("{body:?}"),
    }
}

/// At the click, with everything but the request itself answered.
fn sending(world: &Value) -> Journey {
    let mut journey = Journey::opened(world);
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.press_restore();
    while journey.sent.is_empty() {
        assert!(journey.answer_one(), "{:?}", journey.view().body);
    }
    journey
}

/// The answer to the request is this one, whatever was done.
fn lose(journey: &mut Journey, failure: Failure) {
    let place = journey
        .waiting
        .iter()
        .position(|(_, read, _)| read.is_none());
    let (id, ..) = journey.waiting.remove(place.unwrap()).unwrap();
    journey.send(Event::Replied {
        id,
        reply: Err(failure),
    });
}

#[test]
fn each_answer_to_the_request_leaves_open_what_it_must() {
    let refusal =
        |status: u16| json!({"status": status, "body": {"error": status, "detail": "No."}});
    let html = |status: u16| json!({"status": status, "headers": {"Content-Type": "text/html"}, "body": "<html>No</html>"});
    let mut rows = vec![
        (json!(null), Seen::Started),
        (
            json!({"status": 200, "body": {"id": "6b05f0000a1b2c3d4e5f6299", "deliveryType": "automated"}}),
            Seen::Started,
        ),
        (refusal(401), Seen::SignIn),
        (html(401), Seen::SignIn),
        (json!("drop"), Seen::Unknown),
        (json!("drop-before"), Seen::Unknown),
        (json!("html"), Seen::Unknown),
        (json!("malformed"), Seen::Unknown),
        (json!({"status": 200, "body": []}), Seen::Unknown),
        (json!({"status": 200, "body": {"no": "job"}}), Seen::Unknown),
        (refusal(408), Seen::Unknown),
    ];
    rows.extend([400, 403, 404, 409, 410, 422, 429].map(|status| (refusal(status), Seen::Refused)));
    let gateway = |status: u16, code: &str| {
        let kind = format!("urn:atlas-restore-gateway:{code}");
        json!({"status": status, "headers": {"Content-Type": "application/problem+json"},
            "body": {"type": kind, "title": "No", "status": status, "detail": "Nothing was sent."}})
    };
    rows.extend(
        [
            (503, "atlas-unreachable"),
            (503, "facts-unreadable"),
            (503, "busy"),
            (408, "too-slow"),
            (403, "csrf-token-invalid"),
        ]
        .map(|(status, code)| (gateway(status, code), Seen::Refused)),
    );
    rows.extend([
        (gateway(504, "outcome-unknown"), Seen::Unknown),
        (gateway(502, "atlas-unreadable"), Seen::Unknown),
        // Somebody else's type says nothing of what was sent.
        (json!({"status": 503, "body": {"type": "urn:atlas-restore", "detail": "Nothing was sent."}}), Seen::Unknown),
    ]);
    rows.extend([500, 502, 503, 504].map(|status| (refusal(status), Seen::Unknown)));
    rows.extend([200, 403, 404, 413, 502].map(|status| (html(status), Seen::Unknown)));
    for (fault, expected) in rows {
        let mut world = world();
        world["restoreSeconds"] = json!(null);
        if !fault.is_null() {
            world["faults"] = json!([{"method": "POST", "path": "restoreJobs", "do": fault}]);
        }
        let mut journey = sending(&world);
        // The request alone is answered: what the jobs then tell is another table's.
        while journey.waiting.iter().any(|(_, read, _)| read.is_none()) {
            assert!(journey.answer_one());
        }
        assert_eq!(seen(&journey), expected, "{fault}");
        assert_eq!(journey.sent.len(), 1, "{fault}");
    }
    for failure in [
        Failure::TimedOut,
        Failure::NoAnswer {
            message: "aborted".to_owned(),
        },
    ] {
        let mut journey = sending(&world());
        lose(&mut journey, failure);
        assert_eq!(seen(&journey), Seen::Unknown);
    }
}

/// The page's `headers` failed, say: nobody has to wait for what was never sent.
#[test]
fn what_never_left_the_browser_is_no_unknown_outcome() {
    let mut journey = sending(&world());
    let message = "The headers callback failed.".to_owned();
    lose(&mut journey, Failure::NotSent { message });
    journey.settle();
    assert_eq!(seen(&journey), Seen::Refused);
    assert!(!journey.dialog.is_unsure());
}

/// D6: the answer comes when nobody looks, so the page is told what became of the request.
#[test]
fn the_page_is_told_what_a_request_came_to_while_closed() {
    let bad = Failure::Refused(Box::new(Problem {
        status: 400,
        ..Problem::default()
    }));
    for (failure, code) in [(Failure::TimedOut, "outcome-unknown"), (bad, "refused")] {
        for open in [false, true] {
            let mut journey = sending(&world());
            assert!(journey.dialog.is_unsure());
            if !open {
                journey.close(CloseReason::Forced);
            }
            lose(&mut journey, failure.clone());
            assert_eq!(journey.dialog.is_unsure(), code == "outcome-unknown");
            let told = journey.signals.contains(&Signal::Error(code));
            assert_eq!(told, !open, "{code}");
        }
    }
}

/// The gateway said that nothing was sent: no half minute has to pass before the next try.
#[test]
fn what_was_not_sent_can_be_tried_again_at_once() {
    let mut world = world();
    world["faults"] = json!([{"method": "POST", "path": "restoreJobs", "nth": 1, "do": {"status": 503, "body": {
        "type": "urn:atlas-restore-gateway:atlas-unreachable", "title": "Service Unavailable", "status": 503,
        "detail": "Nothing was sent: Atlas cannot be reached."}}}]);
    let mut journey = sending(&world);
    journey.settle();
    assert_eq!(seen(&journey), Seen::Refused);
    let key = journey.sent[0].header("Idempotency-Key").map(str::to_owned);
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.sent.len(), 2);
    assert_eq!(journey.sent[1].header("Idempotency-Key"), key.as_deref());
    assert_eq!(seen(&journey), Seen::Started);
}

/// A job of the same snapshot into the same target, created then.
fn job(created: i64, number: u32) -> Value {
    json!({"groupId": STOREFRONT, "clusterName": "orders", "job": {
        "id": format!("{:08x}0a1b2c3d{number:08x}", created / 1_000),
        "deliveryType": "automated", "snapshotId": SNAPSHOT,
        "targetGroupId": STOREFRONT, "targetClusterName": "orders-copy",
        "cancelled": false, "expired": false, "failed": false, "finishedAt": "2026-11-24T10:00:30Z"
    }})
}

const START: i64 = crate::atlas::START;

/// How the jobs stood just before the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Read,
    Unreadable,
}

/// Loses the answer to a request that was not acted on, and lets the jobs be what they are then.
fn reconciled(before: Before, old: &[Value], new: &[Value], readable: bool) -> Journey {
    let mut world = world();
    world["restoreJobs"] = Value::Array(old.to_vec());
    world["changes"] = json!([{"after": {"method": "POST", "path": "restoreJobs", "nth": 1}, "merge": {"restoreJobs": new}}]);
    let mut faults =
        vec![json!({"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop-before"})];
    let broken = json!({"status": 400, "body": {"error": 400}});
    let path = "clusters/orders/backup/restoreJobs";
    if before == Before::Unreadable {
        // At opening, at the choice of the target, at the click: whatever comes before the request.
        for nth in 1..=4 {
            faults.push(json!({"method": "GET", "path": path, "nth": nth, "do": broken}));
        }
    }
    if !readable {
        faults.push(json!({"method": "GET", "path": path, "from": 1, "do": broken}));
    }
    world["faults"] = Value::Array(faults);
    let mut journey = Journey::opened(&world);
    journey.pass(1_500);
    journey.review("orders-copy");
    for _ in 0..2 {
        // What can't be read is a warning that was not there before, so it is reviewed once more.
        if !matches!(journey.view().body, Body::Review(_)) {
            journey.send(Event::NextPressed);
            journey.settle();
        }
        journey.type_name("orders-copy");
        journey.press_restore();
        while journey.sent.is_empty() && journey.answer_one() {}
    }
    assert_eq!(journey.sent.len(), 1, "{:?}", journey.view().body);
    // Whatever of the faults is meant for the time before the request is over now.
    if before == Before::Unreadable && readable {
        let asked = journey
            .sandbox
            .log()
            .matches("clusters/orders/backup/restoreJobs\"")
            .count();
        for _ in asked..4 {
            let read = atlas_restore_dialog::dialog::Read::Jobs {
                cluster: atlas_restore_dialog::model::ClusterRef {
                    project_id: STOREFRONT.to_owned(),
                    name: "orders".to_owned(),
                },
                page: 1,
            };
            let call = atlas_restore_dialog::port::call(&read);
            let _ = journey.ask(Some(&read), &call);
        }
    }
    journey.settle();
    journey
}

fn followed(journey: &Journey) -> Option<String> {
    match journey.view().body {
        Body::Progress(view) => {
            assert!(view.ours);
            assert!(
                journey
                    .signals
                    .iter()
                    .any(|signal| matches!(signal, Signal::Started { .. }))
            );
            assert!(matches!(journey.outcomes.as_slice(), [Outcome::Started(_)]));
            Some(view.job.id.clone())
        }
        Body::Unknown(_) => None,
        body => panic!("{body:?}"),
    }
}

/// No job of ours was found in the last look.
fn none_of_ours(journey: &Journey) -> bool {
    match journey.view().body {
        Body::Unknown(view) => view.reads_without > 0 && !view.read_failed,
        _ => false,
    }
}

#[test]
fn a_job_that_was_not_in_the_list_before_is_ours() {
    let new = job(START, 7);
    let journey = reconciled(
        Before::Read,
        &[job(START - 60_000, 1)],
        std::slice::from_ref(&new),
        true,
    );
    assert_eq!(followed(&journey).as_deref(), new["job"]["id"].as_str());
}

#[test]
fn a_job_that_was_in_the_list_before_is_none_of_ours_however_young() {
    let journey = reconciled(Before::Read, &[job(START + 3_000, 1)], &[], true);
    assert!(none_of_ours(&journey), "{:?}", journey.view().body);
}

#[test]
fn without_the_list_before_a_job_not_older_than_the_request_is_ours() {
    // The request went out a second and a half after the start; ids carry whole seconds.
    let new = job(START + 1_000, 7);
    let journey = reconciled(Before::Unreadable, &[], std::slice::from_ref(&new), true);
    assert_eq!(followed(&journey).as_deref(), new["job"]["id"].as_str());
}

#[test]
fn without_the_list_before_an_older_job_is_none_of_ours() {
    let journey = reconciled(Before::Unreadable, &[], &[job(START, 7)], true);
    assert!(none_of_ours(&journey), "{:?}", journey.view().body);
}

#[test]
fn jobs_of_another_snapshot_or_target_are_none_of_ours() {
    for before in [Before::Read, Before::Unreadable] {
        for (member, value) in [
            ("snapshotId", json!("6b05a0000a1b2c3d4e5f6109")),
            ("snapshotId", json!(null)),
            ("targetClusterName", json!("orders")),
            ("targetGroupId", json!("64f1c0de0a1b2c3d4e5f6002")),
        ] {
            let mut other = job(START + 5_000, 7);
            other["job"][member] = value;
            let journey = reconciled(before, &[], &[other.clone()], true);
            assert!(none_of_ours(&journey), "{before:?} {other}");
        }
    }
}

#[test]
fn a_list_that_cannot_be_read_leaves_it_unknown() {
    for before in [Before::Read, Before::Unreadable] {
        let mut journey = match before {
            Before::Read => sending(&world()),
            Before::Unreadable => reconciled(before, &[], &[job(START + 5_000, 7)], false),
        };
        if before == Before::Read {
            lose(&mut journey, Failure::TimedOut);
        }
        for _ in 0..5 {
            while let Some((id, ..)) = journey.waiting.pop_front() {
                let reply = Err(Failure::TimedOut);
                journey.send(Event::Replied { id, reply });
            }
            match journey.view().body {
                Body::Unknown(view) => {
                    assert!(view.read_failed && !view.can_try_again && view.reads_without == 0);
                }
                body => panic!("{body:?}"),
            }
            journey.now += 40_000;
            journey.send(Event::CheckAgainPressed);
            assert_eq!(journey.waiting.len(), 1, "Check again asks for the jobs");
        }
        assert_eq!(journey.sent.len(), 1);
    }
}

fn can_try(journey: &Journey) -> bool {
    match journey.view().body {
        Body::Unknown(view) => view.can_try_again,
        body => panic!("{body:?}"),
    }
}

fn look(journey: &mut Journey) {
    journey.send(Event::CheckAgainPressed);
    journey.settle();
}

/// The request was lost on its way, and the jobs were looked at once since.
fn lost() -> Journey {
    lost_in(world())
}

fn lost_in(mut world: Value) -> Journey {
    let mut faults = world["faults"].as_array().cloned().unwrap_or_default();
    faults.push(json!({"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop-before"}));
    world["faults"] = Value::Array(faults);
    let mut journey = sending(&world);
    journey.settle();
    assert!(none_of_ours(&journey));
    journey
}

#[test]
fn one_look_is_not_enough_however_late() {
    let mut journey = sending(&{
        let mut world = world();
        world["faults"] =
            json!([{"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop-before"}]);
        world
    });
    // It took a minute until the answer was given up.
    journey.now += 60_000;
    journey.settle();
    match journey.view().body {
        Body::Unknown(view) => assert_eq!(view.reads_without, 1),
        body => panic!("{body:?}"),
    }
    assert!(!can_try(&journey));
    look(&mut journey);
    assert!(can_try(&journey));
}

#[test]
fn many_looks_are_not_enough_before_half_a_minute() {
    let mut journey = lost();
    for _ in 0..6 {
        look(&mut journey);
    }
    journey.now += 29_900;
    look(&mut journey);
    assert!(!can_try(&journey));
    journey.now += 1_100;
    look(&mut journey);
    assert!(can_try(&journey));
}

/// What an answer tells is as old as the question: a slow one says nothing of the time at which it comes.
#[test]
fn a_look_that_began_too_early_is_not_enough_however_late_it_ends() {
    let mut journey = lost();
    journey.send(Event::CheckAgainPressed);
    let (id, read, call) = journey.waiting.pop_front().expect("a look");
    let reply = journey.ask(read.as_ref(), &call);
    journey.now += 40_000;
    journey.send(Event::Replied { id, reply });
    assert!(none_of_ours(&journey) && !can_try(&journey));
    let said = journey.announcements.len();
    look(&mut journey);
    assert!(can_try(&journey));
    // What a look found is said: nothing else tells somebody who does not see it.
    assert!(matches!(
        journey.announcements[said..],
        [Announcement::NotFound(3)]
    ));
}

#[test]
fn a_look_that_failed_takes_the_offer_back() {
    let mut world = world();
    world["faults"] = json!([{"method": "GET", "path": "clusters/orders/backup/restoreJobs", "nth": 6, "do": {"status": 400, "body": {"error": 400}}}]);
    let mut journey = lost_in(world);
    let mut offered = Vec::new();
    journey.now += 31_000;
    for _ in 0..6 {
        look(&mut journey);
        offered.push(can_try(&journey));
    }
    let failed = offered.iter().rposition(|offer| !offer).unwrap();
    assert!(failed > 0, "{offered:?}");
    assert!(
        offered[..failed].contains(&true) && offered[failed + 1..].iter().all(|offer| *offer),
        "{offered:?}"
    );
}

#[test]
fn a_clock_set_back_costs_no_more_than_half_a_minute() {
    let mut journey = lost();
    let server = journey.now;
    journey.now -= 86_400_000;
    for seconds in [1, 31, 33] {
        journey.now += 31_000;
        journey.send(Event::CheckAgainPressed);
        while let Some((id, read, call)) = journey.waiting.pop_front() {
            let browser = std::mem::replace(&mut journey.now, server + seconds * 1_000);
            let reply = journey.ask(read.as_ref(), &call);
            journey.now = browser;
            journey.send(Event::Replied { id, reply });
        }
    }
    assert!(can_try(&journey));
}

/// Without the list before, ownership is by the server's clock, whatever the browser's does meanwhile.
#[test]
fn a_clock_that_jumps_adopts_no_older_job() {
    let mut world = world();
    world["faults"] = json!([
        {"method": "POST", "path": "restoreJobs", "nth": 1, "do": "drop-before"},
        {"method": "GET", "path": "clusters/orders/backup/restoreJobs", "do": {"status": 400, "body": {"error": 400}}}
    ]);
    let mut journey = Journey::opened(&world);
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.press_restore();
    while journey.sent.is_empty() {
        assert!(journey.answer_one());
    }
    // The browser's clock is put an hour forward while the request is on its way: the answers' dates are an hour behind.
    journey.now += 3_600_000;
    let older = job(START - 1_800_000, 7);
    while let Some((id, read, _)) = journey.waiting.pop_front() {
        let reply = match read {
            None => Err(Failure::TimedOut),
            Some(_) => {
                let body = json!({"results": [older["job"]], "totalCount": 1});
                let value = atlas_restore_dialog::port::answer(
                    read.as_ref(),
                    200,
                    None,
                    body.to_string().as_bytes(),
                );
                Ok(Dated {
                    value: value.unwrap(),
                    date: Some(Timestamp(START + 2_000)),
                })
            }
        };
        journey.send(Event::Replied { id, reply });
    }
    assert!(none_of_ours(&journey), "{:?}", journey.view().body);
}

#[test]
fn trying_again_meets_somebodys_restore_that_was_found_meanwhile() {
    let mut world = world();
    let mut strangers = job(START, 9);
    strangers["job"]["snapshotId"] = json!("6b05a0000a1b2c3d4e5f6109");
    strangers["job"]["finishedAt"] = json!(null);
    world["restoreSeconds"] = json!(null);
    world["changes"] = json!([{"after": {"method": "POST", "path": "restoreJobs", "nth": 1}, "merge": {"restoreJobs": [strangers]}}]);
    let mut journey = lost_in(world);
    journey.now += 31_000;
    look(&mut journey);
    journey.send(Event::TryAgainPressed);
    match journey.view().body {
        Body::Progress(view) => {
            assert!(!view.ours && view.state == JobState::Running);
            assert_eq!(Some(view.job.id.as_str()), strangers["job"]["id"].as_str());
        }
        body => panic!("an armed form: {body:?}"),
    }
}

/// The request was slower than the half minute: its restore begins, and perhaps ends, while the next try is reviewed.
#[test]
fn a_restore_that_turns_up_after_the_last_look_is_followed_instead_of_sending_again() {
    for ended in [false, true] {
        let mut late = job(START + 40_000, 7);
        if !ended {
            late["job"]["finishedAt"] = json!(null);
        }
        let mut world = world();
        world["restoreSeconds"] = json!(null);
        world["changes"] = json!([{"afterMs": 40_000, "merge": {"restoreJobs": [late]}}]);
        let mut journey = lost_in(world);
        journey.now += 31_000;
        look(&mut journey);
        journey.send(Event::TryAgainPressed);
        journey.settle();
        journey.now += 20_000;
        journey.type_name("orders-copy");
        journey.press_restore();
        journey.settle();
        assert_eq!(journey.sent.len(), 1, "no second request");
        assert_eq!(followed(&journey).as_deref(), late["job"]["id"].as_str());
        let told = journey.signals.iter();
        let finished = told.filter(|signal| matches!(signal, Signal::Finished(_)));
        assert_eq!(finished.count(), usize::from(ended));
    }
}

/// The same after the dialog was closed and opened again.
#[test]
fn a_restore_that_turns_up_after_reopening_is_ours_too() {
    let mut world = world();
    world["changes"] =
        json!([{"afterMs": 40_000, "merge": {"restoreJobs": [job(START + 40_000, 7)]}}]);
    let mut journey = lost_in(world);
    journey.now += 31_000;
    look(&mut journey);
    journey.send(Event::TryAgainPressed);
    journey.settle();
    journey.close(CloseReason::Cancel);
    journey.now += 60_000;
    journey.send(Event::Opened(Box::new(config())));
    journey.settle();
    match journey.view().body {
        Body::Progress(view) => assert!(view.ours && view.state == JobState::Completed),
        body => panic!("an armed form: {body:?}"),
    }
}

/// Somebody restored the same after ours had ended: the page that opens on the target hears of ours, not of that one.
#[test]
fn a_restore_that_turns_up_behind_a_strangers_is_found_where_the_target_is_prefilled() {
    let mut theirs = job(START + 85_000, 8);
    theirs["job"].as_object_mut().unwrap().remove("finishedAt");
    let mut world = world();
    world["changes"] = json!([
        {"afterMs": 40_000, "merge": {"restoreJobs": [job(START + 40_000, 7)]}},
        {"afterMs": 85_000, "merge": {"restoreJobs": [theirs]}}
    ]);
    let mut journey = lost_in(world);
    journey.now += 31_000;
    look(&mut journey);
    journey.send(Event::TryAgainPressed);
    journey.settle();
    journey.close(CloseReason::Cancel);
    journey.now += 60_000;
    let prefilled = Config {
        target_cluster: Some("orders-copy".to_owned()),
        ..config()
    };
    journey.send(Event::Opened(Box::new(prefilled)));
    journey.settle();
    match journey.view().body {
        Body::Progress(view) => {
            assert!(view.ours);
            assert_eq!(view.job.id, job(START + 40_000, 7)["job"]["id"]);
            assert_eq!(view.state, JobState::Completed);
        }
        body => panic!("{body:?}"),
    }
}

/// Only a look at the jobs tells whether the first request was acted on in the end.
#[test]
fn nothing_is_sent_again_while_the_jobs_cannot_be_read() {
    let mut journey = lost();
    journey.now += 31_000;
    look(&mut journey);
    journey.send(Event::TryAgainPressed);
    journey.settle();
    journey.type_name("orders-copy");
    journey.press_restore();
    while let Some((id, read, call)) = journey.waiting.pop_front() {
        let reply = match &read {
            Some(Read::Jobs { cluster, .. }) if cluster.name == "orders" => Err(Failure::TimedOut),
            _ => journey.ask(read.as_ref(), &call),
        };
        journey.send(Event::Replied { id, reply });
    }
    assert_eq!(journey.sent.len(), 1);
    match journey.view().body {
        Body::Review(view) => assert!(matches!(view.error, Some(SubmitError::RecheckFailed(_)))),
        body => panic!("{body:?}"),
    }
    let said = &journey.announcements;
    assert_eq!(said.last(), Some(&Announcement::OutcomeUnknown));
    assert!(!said.contains(&Announcement::Refused), "{said:?}");
}

/// The first request may be acted on yet: what cannot be checked now must not be called a restore that was not started.
/// Another restore is another matter.
#[test]
fn nobody_says_that_nothing_was_started_while_a_lost_request_is_open() {
    let mut journey = lost();
    journey.now += 31_000;
    look(&mut journey);
    journey.send(Event::TryAgainPressed);
    journey.settle();
    let cannot_check = |journey: &mut Journey| {
        journey.send(Event::CheckOnlyPressed);
        while let Some((id, read, call)) = journey.waiting.pop_front() {
            let reply = match &read {
                Some(Read::Session) => Err(Failure::TimedOut),
                _ => journey.ask(read.as_ref(), &call),
            };
            journey.send(Event::Replied { id, reply });
        }
        match journey.view().body {
            Body::Review(view) => {
                assert!(matches!(view.error, Some(SubmitError::RecheckFailed(_))));
                view.may_run
            }
            body => panic!("{body:?}"),
        }
    };
    assert!(cannot_check(&mut journey));
    journey.send(Event::ChangePressed(Step::Destination));
    journey.send(Event::ProjectChosen(STAGING.to_owned()));
    journey.send(Event::RetryPressed);
    journey.settle();
    journey.review("trial");
    assert!(!cannot_check(&mut journey), "nothing of that was sent");
    // Opened anew, with a session that cannot be read.
    journey.close(CloseReason::Cancel);
    journey.send(Event::Opened(Box::new(config())));
    let (id, ..) = journey.waiting.pop_front().expect("a question");
    let reply = Err(Failure::TimedOut);
    journey.send(Event::Replied { id, reply });
    let view = journey.view();
    assert!(matches!(view.body, Body::Failed { .. }) && view.sent_before);
}

/// Half a minute by a clock that was put forward is none: the server's tells.
#[test]
fn a_clock_put_forward_offers_nothing_early() {
    let mut journey = lost();
    let put_forward = 3_600_000;
    for (seconds, offered) in [(2, false), (20, false), (31, true)] {
        journey.now = START + put_forward + seconds * 1_000;
        journey.send(Event::CheckAgainPressed);
        while let Some((id, read, call)) = journey.waiting.pop_front() {
            let browser = std::mem::replace(&mut journey.now, START + seconds * 1_000);
            let reply = journey.ask(read.as_ref(), &call);
            journey.now = browser;
            journey.send(Event::Replied { id, reply });
        }
        assert_eq!(can_try(&journey), offered, "after {seconds} s");
    }
}

/// One look that failed is not the last: nobody has to press anything for the outcome to be found.
#[test]
fn looks_go_on_after_one_that_failed() {
    let mut journey = sending(&world());
    lose(&mut journey, Failure::TimedOut);
    let (id, ..) = journey.waiting.pop_front().expect("a look");
    let slow_down = Failure::Refused(Box::new(Problem {
        status: 429,
        retry_after_ms: Some(25_000),
        ..Problem::default()
    }));
    let reply = Err(slow_down);
    journey.send(Event::Replied { id, reply });
    assert!(matches!(journey.view().body, Body::Unknown(view) if view.read_failed));
    journey.pass(24_000);
    assert!(matches!(journey.view().body, Body::Unknown(view) if view.read_failed));
    journey.pass(2_000);
    assert!(none_of_ours(&journey), "looked again, as the server wished");
}

/// Without a network the facts of the click wait as long as it takes: by then it is no confirmation any more.
#[test]
fn a_click_of_long_ago_sends_nothing() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.now += 121_000;
    journey.settle();
    assert!(journey.sent.is_empty());
    match journey.view().body {
        Body::Review(view) => {
            assert!(matches!(view.error, Some(SubmitError::RecheckFailed(_))));
            assert_eq!(view.typed, "");
        }
        body => panic!("{body:?}"),
    }
}
