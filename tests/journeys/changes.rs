//! Between two looks things change: facts are read again in time, and what is worse is named (T17).

use atlas_restore_dialog::dialog::{Announcement, Body, Changed, Config, Event, SubmitError};
use atlas_restore_dialog::rules::Code;
use serde_json::{Value, json};

use crate::atlas::{Journey, STOREFRONT, cluster_with, codes, config, keys, snapshot, world};

/// What the dialog says on coming back to the destination.
fn changed(journey: &Journey) -> Changed {
    match journey.view().body {
        Body::Destination(view) => view.changed.cloned().expect("a message that names it"),
        body => panic!("{body:?}"),
    }
}

/// Reviewed and confirmed, then this happens, then Restore is pressed.
fn clicked_after(merge: Value) -> Journey {
    let mut world = world();
    world["changes"] = json!([{"afterMs": 1_000, "merge": merge}]);
    let mut journey = Journey::opened(&world);
    journey.review("orders-copy");
    journey.pass(2_000);
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert!(journey.sent.is_empty());
    journey
}

#[test]
fn every_fact_that_adds_a_blocker_at_the_click_is_named() {
    let target = |members: Value| {
        let mut cluster = json!({"groupId": STOREFRONT, "name": "orders-copy"});
        crate::atlas::merge(&mut cluster, members);
        json!({"clusters": [cluster]})
    };
    let mut expired = snapshot();
    expired["expiresAt"] = json!("2026-11-24T10:00:01Z");
    let mut broken = keys();
    broken["awsKms"]["valid"] = json!(false);
    for (merge, code) in [
        (
            json!({"person": {"roles": {STOREFRONT: ["GROUP_READ_ONLY"]}}}),
            "person.not-owner-of-target",
        ),
        (
            json!({"snapshots": [{"groupId": STOREFRONT, "clusterName": "orders", "snapshot": expired}]}),
            "snapshot.expired",
        ),
        (
            json!({"encryptionAtRest": {STOREFRONT: broken}}),
            "target.key-invalid",
        ),
        (target(json!({"paused": true})), "target.unavailable"),
        (
            target(json!({"encryptionAtRestProvider": "NONE"})),
            "target.not-encrypted",
        ),
        (
            target(json!({"mongoDBVersion": "8.0.11"})),
            "target.version-too-old",
        ),
    ] {
        let journey = clicked_after(merge.clone());
        let named = codes(&changed(&journey).added);
        assert!(named.contains(&code), "{code} in {named:?} after {merge}");
    }
}

#[test]
fn another_write_concern_at_the_click_is_named() {
    let journey = clicked_after(
        json!({"processArgs": {format!("{STOREFRONT}/orders-copy"): {"defaultWriteConcern": "majority"}}}),
    );
    assert!(changed(&journey).write_concern);
}

#[test]
fn a_warning_that_is_new_at_the_click_is_named_and_can_then_be_accepted() {
    let mut journey = clicked_after(
        json!({"clusters": [{"groupId": STOREFRONT, "name": "orders-copy", "stateName": "UPDATING"}]}),
    );
    assert_eq!(codes(&changed(&journey).added), ["target.busy"]);
    journey.send(Event::NextPressed);
    journey.settle();
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(journey.sent.len(), 1);
}

#[test]
fn another_cluster_of_the_same_name_on_the_way_to_the_review_is_named() {
    let mut world = world();
    let other = cluster_with("orders-copy", json!({"id": "64f1c0de0a1b2c3d4e5f6eee"}));
    world["faults"] = json!([{"method": "GET", "path": "clusters/orders-copy", "nth": 3, "do": {"status": 200, "body": other}}]);
    let mut journey = Journey::opened(&world);
    journey.choose("orders-copy");
    journey.pass(61_000);
    journey.send(Event::NextPressed);
    journey.settle();
    assert!(changed(&journey).target_replaced);
    assert!(matches!(journey.view().body, Body::Destination(view) if view.chosen.is_none()));
}

/// `fresh-for`: so many seconds, in place of a minute. At the click everything is read all the same.
#[test]
fn how_long_facts_are_believed_before_the_review_is_the_pages_to_say() {
    for (seconds, waited, read_again) in [
        (None, 59_000, false),
        (None, 61_000, true),
        (Some(5), 4_000, false),
        (Some(5), 6_000, true),
        (Some(600), 599_000, false),
        (Some(600), 601_000, true),
    ] {
        let config = Config {
            fresh_seconds: seconds,
            ..config()
        };
        let mut journey = Journey::opened_with(&world(), config);
        let sessions = |journey: &Journey| journey.sandbox.log().matches("/session\"").count();
        journey.choose("orders-copy");
        journey.pass(waited);
        let before = sessions(&journey);
        journey.send(Event::NextPressed);
        journey.settle();
        assert!(matches!(journey.view().body, Body::Review(_)));
        let after = before + usize::from(read_again);
        assert_eq!(sessions(&journey), after, "{seconds:?} after {waited} ms");
        journey.type_name("orders-copy");
        journey.press_restore();
        journey.settle();
        assert_eq!(sessions(&journey), after + 1);
        assert_eq!(journey.sent.len(), 1);
    }
}

/// A target that is gone takes nothing else with it: the list is read anew, and another one will do.
#[test]
fn after_a_target_was_deleted_another_can_be_chosen() {
    let mut world = world();
    world["faults"] = json!([{"method": "GET", "path": "clusters/orders-copy", "from": 1, "do": {"status": 404, "body": {"error": 404, "errorCode": "CLUSTER_NOT_FOUND"}}}]);
    let mut journey = Journey::opened(&world);
    let lists = |journey: &Journey| journey.sandbox.log().matches("/clusters\"").count();
    journey.review("orders-copy");
    journey.type_name("orders-copy");
    let before = lists(&journey);
    journey.press_restore();
    journey.settle();
    assert!(changed(&journey).target_replaced);
    assert_eq!(lists(&journey), before + 1, "the list is read anew");
    journey.restore("orders");
    assert_eq!(journey.sent.len(), 1);
    assert!(matches!(journey.view().body, Body::Progress(_)));
}

#[test]
fn a_clock_set_back_makes_no_fact_young() {
    let mut journey = Journey::opened(&world());
    journey.choose("orders-copy");
    journey.now -= 3_600_000;
    journey.send(Event::NextPressed);
    assert!(
        journey.waiting.len() >= 6,
        "everything is read again: {}",
        journey.waiting.len()
    );
    journey.settle();
    assert!(matches!(journey.view().body, Body::Review(_)));
}

/// One fact cannot be read again and another stops the restore: the form is not armed again.
#[test]
fn a_blocker_counts_more_than_a_read_that_failed() {
    let mut world = world();
    world["changes"] = json!([{"afterMs": 1_000, "merge": {"person": {"roles": {STOREFRONT: ["GROUP_READ_ONLY"]}}}}]);
    world["faults"] = json!([{"method": "GET", "path": "snapshots/", "from": 2, "do": {"status": 500, "body": {"error": 500}}}]);
    let mut journey = Journey::opened(&world);
    journey.review("orders-copy");
    journey.pass(2_000);
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert!(journey.sent.is_empty());
    assert!(codes(&changed(&journey).added).contains(&"person.not-owner-of-target"));
}

/// A click that failed has read things all the same: the list knows them.
#[test]
fn going_back_after_a_click_the_list_knows_what_was_read() {
    let mut world = world();
    world["faults"] = json!([{"method": "GET", "path": "clusters/orders-copy", "from": 3, "do": {"status": 500, "body": {"error": 500}}}]);
    let mut broken = keys();
    broken["awsKms"]["valid"] = json!(false);
    world["changes"] =
        json!([{"afterMs": 1_000, "merge": {"encryptionAtRest": {STOREFRONT: broken}}}]);
    let mut journey = Journey::opened(&world);
    journey.review("orders-copy");
    journey.pass(2_000);
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    journey.send(Event::BackPressed);
    assert!(matches!(journey.view().body, Body::Destination(view) if view.eligible == 0));
    assert!((0..2).all(|row| !journey.dialog.cluster_row(row).unwrap().eligible));
}

/// A backend that judges again refuses: what it saw is read again, and stands at its field (V9).
#[test]
fn refusal_by_the_rules_is_said_at_its_field() {
    let mut world = world();
    let refusal = json!({"status": 422, "headers": {"Content-Type": "application/problem+json"}, "body": {"status": 422, "findings": [
        {"code": "target.unavailable", "severity": "blocker", "parameters": {}}]}});
    world["faults"] = json!([{"method": "POST", "path": "restoreJobs", "do": refusal}]);
    let paused = cluster_with("orders-copy", json!({"paused": true}));
    world["changes"] = json!([{"after": {"method": "POST", "path": "restoreJobs", "nth": 1}, "merge": {"clusters": [paused]}}]);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    assert_eq!(
        changed(&journey).added.first().map(|finding| finding.code),
        Some(Code::TargetUnavailable)
    );
    match journey.view().body {
        Body::Destination(view) => {
            assert!(view.chosen.is_none());
            let refused = view.refused.expect("the cluster is refused");
            assert_eq!(refused.name, "orders-copy");
            assert_eq!(refused.findings[0].code, Code::TargetUnavailable);
        }
        body => panic!("{body:?}"),
    }
    // Where nothing of it can be seen from here, the refusal stays where it is.
    world["changes"] = json!([]);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    assert!(
        matches!(journey.view().body, Body::Review(view) if matches!(view.error, Some(SubmitError::Refused(_))))
    );
}

/// A warning that is new, or another write concern, is no "nothing stands in the way": it is named, and the confirmation
/// is gone with the review.
#[test]
fn what_is_new_at_check_only_is_named() {
    let busy = json!({"clusters": [{"groupId": STOREFRONT, "name": "orders-copy", "stateName": "UPDATING"}]});
    let settings = json!({"processArgs": {format!("{STOREFRONT}/orders-copy"): {"defaultWriteConcern": "majority"}}});
    for (merge, warns) in [(busy, true), (settings, false)] {
        let mut world = world();
        world["changes"] = json!([{"afterMs": 1_000, "merge": merge}]);
        let mut journey = Journey::opened(&world);
        journey.review("orders-copy");
        journey.pass(2_000);
        journey.type_name("orders-copy");
        journey.send(Event::CheckOnlyPressed);
        journey.settle();
        let changed = changed(&journey);
        assert_eq!(changed.write_concern, !warns);
        assert_eq!(codes(&changed.added).contains(&"target.busy"), warns);
        assert!(!journey.announcements.contains(&Announcement::CheckPassed));
        journey.send(Event::NextPressed);
        journey.settle();
        assert!(matches!(journey.view().body, Body::Review(view) if view.typed.is_empty()));
    }
}

/// The same where facts of more than a minute ago are read again on the way to the review.
#[test]
fn what_is_new_on_the_way_to_the_review_is_named() {
    let mut world = world();
    world["changes"] = json!([{"afterMs": 1_000, "merge": {"clusters": [{"groupId": STOREFRONT, "name": "orders-copy", "stateName": "UPDATING"}]}}]);
    let mut journey = Journey::opened(&world);
    journey.choose("orders-copy");
    journey.pass(61_000);
    journey.send(Event::NextPressed);
    journey.settle();
    assert_eq!(codes(&changed(&journey).added), ["target.busy"]);
    journey.send(Event::NextPressed);
    journey.settle();
    assert!(matches!(journey.view().body, Body::Review(_)));
}
