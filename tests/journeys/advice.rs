//! A snapshot of the target first, where its newest is old (C11).

use atlas_restore_dialog::dialog::{Advice, Body, Config, Event, Focus, Signal, SubmitError};
use atlas_restore_dialog::model::Timestamp;
use serde_json::{Value, json};

use crate::atlas::{Journey, START, STOREFRONT, config, merge, snapshot, world};

const HOUR: i64 = 3_600_000;

fn of_target(number: u32, members: Value) -> Value {
    let mut snapshot = snapshot();
    snapshot["id"] = json!(format!("6b05a0000a1b2c3d4e5f62{number:02}"));
    merge(&mut snapshot, members);
    json!({"groupId": STOREFRONT, "clusterName": "orders-copy", "snapshot": snapshot})
}

fn world_with(snapshots: &[Value]) -> Value {
    let mut world = world();
    let all = world["snapshots"].as_array_mut().unwrap();
    all.extend(snapshots.iter().cloned());
    world
}

fn advised() -> Config {
    Config {
        snapshot_advice_hours: Some(24),
        snapshot_action: Some("Back it up".to_owned()),
        ..config()
    }
}

/// At the review of this world, where the page wants snapshots of a day at most.
fn reviewed(world: &Value) -> Journey {
    let mut journey = Journey::opened_with(world, advised());
    journey.review("orders-copy");
    journey
}

fn advice(journey: &Journey) -> Option<Advice<'_>> {
    match journey.view().body {
        Body::Review(view) => view.advice,
        body => panic!("{body:?}"),
    }
}

/// Requests for the target's snapshots.
fn asked(journey: &Journey) -> usize {
    let log: Value = serde_json::from_str(&journey.sandbox.log()).unwrap();
    let of_target = |entry: &&Value| {
        let path = entry["path"].as_str().unwrap();
        path.contains("clusters/orders-copy/backup/snapshots")
    };
    log.as_array().unwrap().iter().filter(of_target).count()
}

#[test]
fn an_old_snapshot_is_named_and_a_young_one_is_not() {
    for (created, expected) in [
        ("2026-11-23T10:00:01Z", None),
        ("2026-11-23T09:59:00Z", Some(START - 24 * HOUR - 60_000)),
        ("2026-01-01T00:00:00Z", Some(1_767_225_600_000)),
    ] {
        let snapshots = [of_target(1, json!({"createdAt": created}))];
        let journey = reviewed(&world_with(&snapshots));
        let expected = expected.map(|at| Advice {
            newest: Some(Timestamp(at)),
            action: Some("Back it up"),
            taking: false,
        });
        assert_eq!(advice(&journey), expected, "{created}");
        assert_eq!(asked(&journey), 1);
    }
}

#[test]
fn only_completed_snapshots_count_in_whatever_order() {
    let old = of_target(1, json!({"createdAt": "2026-11-20T00:00:00Z"}));
    let older = of_target(2, json!({"createdAt": "2026-11-10T00:00:00Z"}));
    let under_way = of_target(
        3,
        json!({"status": "inProgress", "createdAt": "2026-11-24T09:59:00Z"}),
    );
    let failed = of_target(
        4,
        json!({"status": "failed", "createdAt": "2026-11-24T09:00:00Z"}),
    );
    let journey = reviewed(&world_with(&[older, under_way, old, failed]));
    let newest = advice(&journey).unwrap().newest;
    assert_eq!(newest, Timestamp::parse("2026-11-20T00:00:00Z"));
    assert_eq!(advice(&reviewed(&world())).unwrap().newest, None);
}

#[test]
fn nothing_is_asked_for_where_the_page_wants_no_advice() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    assert_eq!((advice(&journey), asked(&journey)), (None, 0));
}

/// It is advice: a restore goes on without it, and a backend that does not know the snapshots is no failure.
#[test]
fn advice_stops_nothing() {
    let mut world = world();
    world["faults"] = json!([{"method": "GET", "path": "clusters/orders-copy/backup/snapshots", "do": {"status": 403, "body": {"error": 403}}}]);
    let mut journey = reviewed(&world);
    assert_eq!(advice(&journey), None);
    assert!(
        journey
            .announcements
            .iter()
            .all(|one| !format!("{one:?}").contains("ReadFailed"))
    );
    journey.type_name("orders-copy");
    assert!(journey.missing().is_empty());

    let mut journey = reviewed(&crate::atlas::world());
    assert!(advice(&journey).is_some());
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.sent.len(), 1);
}

#[test]
fn another_target_is_asked_for_its_own() {
    let young = of_target(1, json!({"createdAt": "2026-11-24T09:00:00Z"}));
    let mut journey = reviewed(&world_with(&[young]));
    assert_eq!(advice(&journey), None);
    journey.send(Event::BackPressed);
    journey.choose("orders");
    journey.send(Event::NextPressed);
    assert_eq!(
        advice(&journey),
        None,
        "nothing is said of what is not known yet"
    );
    journey.settle();
    // The source's snapshot is of this morning.
    assert_eq!(advice(&journey), None);
    journey.now += 20 * HOUR;
    assert!(
        advice(&journey).is_some(),
        "it grows old while it is looked at"
    );
}

#[test]
fn a_snapshot_that_the_page_takes_is_seen_and_everything_is_read_again() {
    let mut world = world_with(&[of_target(1, json!({"createdAt": "2026-11-01T00:00:00Z"}))]);
    let taken = of_target(2, json!({"createdAt": "2026-11-24T10:05:00Z"}));
    world["changes"] = json!([{"afterMs": 300_000, "merge": {"snapshots": [taken]}}]);
    let mut journey = reviewed(&world);
    journey.type_name("orders-copy");
    journey.send(Event::SnapshotPressed);
    assert!(advice(&journey).unwrap().taking);
    journey.send(Event::SnapshotPressed);
    let asked = |signal: &&Signal| matches!(signal, Signal::TakeSnapshot(target) if target.name == "orders-copy");
    assert_eq!(
        journey.signals.iter().filter(asked).count(),
        1,
        "one at a time"
    );
    journey.now += 301_000;
    let before = journey.log("GET");
    journey.send(Event::SnapshotTaken(None));
    journey.settle();
    assert_eq!(advice(&journey), None);
    assert!(journey.log("GET") > before + 5, "the facts are read again");
    assert!(journey.missing().is_empty(), "{:?}", journey.missing());
}

#[test]
fn a_page_that_cannot_take_one_says_why() {
    let mut journey = reviewed(&world());
    journey.send(Event::SnapshotPressed);
    let why = "The quota is used up.".to_owned();
    journey.send(Event::SnapshotTaken(Some(why.clone())));
    match journey.view().body {
        Body::Review(view) => {
            assert_eq!(view.error, Some(&SubmitError::Vetoed(Some(why))));
            assert!(view.advice.is_some_and(|advice| !advice.taking));
        }
        body => panic!("{body:?}"),
    }
    assert_eq!(journey.focus.last(), Some(&Focus::SubmitError));
}
