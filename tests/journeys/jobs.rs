//! Restores that somebody else started, and a job's way to its end.

use atlas_restore_dialog::dialog::{
    Announcement, Body, Config, Event, ProgressView, Signal, Timer,
};
use atlas_restore_dialog::model::{Failure, JobState, Problem};
use serde_json::{Value, json};

use crate::atlas::{Journey, SNAPSHOT, STAGING, STOREFRONT, cluster, config, world, world_with};

const THEIRS: &str = "6b05f0000a1b2c3d4e5f6201";

/// A running restore into a cluster of Storefront's, listed under a cluster.
fn theirs(listed_under: &str, target: &str) -> Value {
    json!({"groupId": STOREFRONT, "clusterName": listed_under, "job": {
        "id": THEIRS, "deliveryType": "automated", "snapshotId": "6b05a0000a1b2c3d4e5f6109",
        "targetGroupId": STOREFRONT, "targetClusterName": target,
        "cancelled": false, "expired": false, "failed": false
    }})
}

fn progress<T>(journey: &Journey, read: impl FnOnce(ProgressView<'_>) -> T) -> T {
    match journey.view().body {
        Body::Progress(view) => read(view),
        body => panic!("{body:?}"),
    }
}

#[test]
fn losing_the_race_leads_to_the_running_job() {
    for listed_under in ["orders", "orders-copy", "third"] {
        let mut world = world_with(cluster("third"));
        world["restoreSeconds"] = json!(null);
        world["changes"] = json!([{"after": {"method": "POST", "path": "restoreJobs", "nth": 1}, "merge": {"restoreJobs": [theirs(listed_under, "orders-copy")]}}]);
        world["faults"] = json!([{"method": "POST", "path": "restoreJobs", "nth": 1, "do": {"status": 409, "body": {
            "error": 409, "errorCode": "ATLAS_CLUSTER_RESTORE_IN_PROGRESS", "detail": "A restore is in progress."
        }}}]);
        let mut journey = Journey::opened(&world);
        journey.restore("orders-copy");
        progress(&journey, |view| {
            assert_eq!(view.job.id, THEIRS);
            assert!(!view.ours);
            assert_eq!(view.source.name, listed_under);
        });
        assert_eq!(journey.sent.len(), 1);
        assert!(
            !journey
                .signals
                .iter()
                .any(|signal| matches!(signal, Signal::Started { .. })),
            "it is not what we asked for"
        );
    }
}

/// A restore that begins between the review and the click is found at the click.
#[test]
fn a_restore_that_began_meanwhile_is_followed_instead_of_sending() {
    for listed_under in ["orders", "orders-copy", "third"] {
        let mut world = world_with(cluster("third"));
        world["restoreSeconds"] = json!(null);
        world["changes"] = json!([{"afterMs": 1_000, "merge": {"restoreJobs": [theirs(listed_under, "orders-copy")]}}]);
        let mut journey = Journey::opened(&world);
        journey.review("orders-copy");
        journey.pass(2_000);
        journey.type_name("orders-copy");
        journey.press_restore();
        journey.settle();
        assert!(journey.sent.is_empty(), "{listed_under}");
        progress(&journey, |view| assert_eq!(view.job.id, THEIRS));
    }
}

#[test]
fn a_running_restore_into_another_cluster_stands_in_nobodys_way() {
    let mut world = world();
    world["restoreSeconds"] = json!(null);
    world["restoreJobs"] = json!([theirs("orders", "orders")]);
    let mut journey = Journey::opened(&world);
    assert!(matches!(journey.view().body, Body::Destination(view) if view.eligible == 1));
    journey.restore("orders-copy");
    assert_eq!(journey.sent.len(), 1);
    progress(&journey, |view| assert!(view.ours));
}

#[test]
fn never_are_more_than_twenty_two_lists_of_jobs_read_and_the_rest_is_counted() {
    let mut world = world();
    let clusters = world["clusters"].as_array_mut().unwrap();
    clusters.extend((0..300).map(|number| cluster(&format!("many-{number:03}"))));
    let mut journey = Journey::opened(&world);
    let lists = |journey: &Journey| journey.sandbox.log().matches("restoreJobs\"").count();
    assert_eq!(lists(&journey), 1, "at opening the source's alone");
    journey.review("orders-copy");
    assert_eq!(lists(&journey), 22);
    let not_looked_at = match journey.view().body {
        Body::Review(view) => view.jobs_not_looked_at,
        body => panic!("{body:?}"),
    };
    assert_eq!(not_looked_at, 302 - 22);
    journey.type_name("orders-copy");
    journey.press_restore();
    journey.settle();
    assert_eq!(
        lists(&journey) - journey.sent.len(),
        44,
        "once more at the click"
    );
}

#[test]
fn a_job_that_the_page_names_ends_with_the_write_concern_that_applies() {
    let mut world = world();
    world["processArgs"] = json!({format!("{STAGING}/trial"): {"defaultWriteConcern": "majority"}});
    world["restoreJobs"] = json!([{"groupId": STOREFRONT, "clusterName": "orders", "job": {
        "id": "6b0413400a1b2c3d4e5f6201", "deliveryType": "automated", "snapshotId": SNAPSHOT,
        "targetGroupId": STAGING, "targetClusterName": "trial",
        "cancelled": false, "expired": false, "failed": false
    }}]);
    let named = Config {
        job: Some("6b0413400a1b2c3d4e5f6201".to_owned()),
        ..config()
    };
    let mut journey = Journey::opened_with(&world, named);
    journey.pass(60_000);
    progress(&journey, |view| {
        assert_eq!(view.state, JobState::Completed);
        let concern = view.write_concern.expect("a notice");
        assert_eq!(concern.code.as_str(), "rw-concern.overridden");
        assert_eq!(concern.parameters[0].1, "majority");
    });
}

/// S16: an hour without a change, counted from the job's beginning, whoever looks at it and since when.
#[test]
fn a_job_that_began_long_ago_takes_longer_than_usual_after_a_reload_too() {
    for (id, long) in [
        // 08:59:59 and 09:00:01 of that day; now it is ten.
        (format!("{:08x}0a1b2c3d4e5f6201", 1_795_510_799), true),
        (format!("{:08x}0a1b2c3d4e5f6201", 1_795_510_801), false),
    ] {
        let mut world = world();
        world["restoreSeconds"] = json!(null);
        let mut job = theirs("orders", "orders-copy");
        job["job"]["id"] = json!(id);
        world["restoreJobs"] = json!([job]);
        let named = Config {
            job: Some(id),
            ..config()
        };
        let journey = Journey::opened_with(&world, named);
        progress(&journey, |view| assert_eq!(view.longer_than_usual, long));
    }
}

#[test]
fn polls_come_after_five_seconds_first_and_never_more_than_thirty_apart() {
    let mut world = world();
    world["restoreSeconds"] = json!(null);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    let polls = |journey: &Journey| journey.sandbox.log().matches("restoreJobs/").count();
    let mut gaps = Vec::new();
    let (mut seen, mut last) = (0, journey.now);
    for _ in 0..400 {
        journey.pass(1_000);
        assert!(journey.waiting.is_empty());
        if polls(&journey) > seen {
            assert_eq!(polls(&journey), seen + 1, "one at a time");
            seen += 1;
            gaps.push(journey.now - last);
            last = journey.now;
        }
    }
    assert_eq!(gaps[0], 5_000);
    assert!(
        gaps.windows(2).all(|pair| pair[0] <= pair[1] + 1_000),
        "{gaps:?}"
    );
    assert!(gaps.iter().all(|gap| *gap <= 31_000), "{gaps:?}");
    assert!(gaps.last().unwrap() >= &29_000, "{gaps:?}");
}

/// One poll in flight, however often the person asks and the page is hidden and shown.
/// Whoever kept its id forgets it then, and only then.
#[test]
fn a_named_job_that_does_not_exist_is_told_to_the_page() {
    for (answer, told) in [
        (
            json!({"status": 404, "body": {"error": 404, "errorCode": "RESTORE_JOB_NOT_FOUND"}}),
            true,
        ),
        (json!("html"), false),
        (json!({"status": 500, "body": {"error": 500}}), false),
        (json!({"status": 401, "body": {"error": 401}}), false),
        (json!("drop-before"), false),
    ] {
        let mut world = world();
        world["faults"] =
            json!([{"method": "GET", "path": format!("restoreJobs/{THEIRS}"), "do": answer}]);
        let named = Config {
            job: Some(THEIRS.to_owned()),
            ..config()
        };
        let journey = Journey::opened_with(&world, named);
        let signals = &journey.signals;
        let gone = |signal: &&Signal| matches!(signal, Signal::Error("job-not-found"));
        assert_eq!(
            signals.iter().filter(gone).count(),
            usize::from(told),
            "{signals:?}"
        );
    }
}

#[test]
fn one_poll_is_on_its_way_at_a_time() {
    let mut world = world();
    world["restoreSeconds"] = json!(null);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    for _ in 0..5 {
        journey.send(Event::Hidden(true));
        journey.send(Event::Hidden(false));
        journey.send(Event::CheckAgainPressed);
        journey.send(Event::TimerFired(atlas_restore_dialog::dialog::Timer::Poll));
    }
    assert_eq!(journey.waiting.len(), 1);
}

/// Browsers send a request again when a connection that they had used before closes without an answer. The second one
/// meets the restore of the first; what becomes of that is not lost, even if it has ended before the jobs are read.
#[test]
fn a_request_that_met_its_own_restore_leads_to_it() {
    for ended in [false, true] {
        let mut journey = Journey::opened(&world());
        journey.review("orders-copy");
        journey.type_name("orders-copy");
        journey.press_restore();
        while journey.sent.is_empty() {
            assert!(journey.answer_one());
        }
        let (id, read, call) = journey.waiting.pop_front().expect("the request");
        let first = journey.ask(read.as_ref(), &call);
        assert!(first.is_ok(), "acted on, and its answer is lost");
        let second = journey.ask(read.as_ref(), &call);
        journey.send(Event::Replied { id, reply: second });
        match journey.view().body {
            Body::Review(view) => assert!(view.error.is_some_and(|error| error.is_running())),
            body => panic!("{body:?}"),
        }
        assert!(
            !journey.announcements.contains(&Announcement::Refused),
            "nobody says that nothing was started"
        );
        if ended {
            journey.now += 60_000;
        }
        journey.settle();
        let state = progress(&journey, |view| view.state);
        assert_eq!(state == JobState::Completed, ended);
        assert_eq!(journey.sent.len(), 1);
    }
}

/// The page is told of each restore that it did not start and that is shown all the same.
#[test]
fn the_page_is_told_of_a_restore_that_is_followed_on_request() {
    let mut world = world();
    world["restoreSeconds"] = json!(null);
    world["restoreJobs"] = json!([theirs("orders", "orders-copy")]);
    let mut journey = Journey::opened(&world);
    journey.choose("orders-copy");
    journey.send(Event::FollowPressed {
        job_id: THEIRS.to_owned(),
    });
    progress(&journey, |view| assert_eq!(view.job.id, THEIRS));
    let told = journey.signals.iter();
    let progress =
        told.filter(|signal| matches!(signal, Signal::Progress(job) if job.id == THEIRS));
    assert_eq!(progress.count(), 1);
}

/// S12: one announcement for each change, and none for a poll that brings nothing new.
#[test]
fn polls_that_bring_no_change_are_silent() {
    let mut journey = Journey::opened(&world());
    journey.restore("orders-copy");
    journey.pass(60_000);
    progress(&journey, |view| {
        assert_eq!(view.state, JobState::Completed);
    });
    assert!(journey.sandbox.log().matches("restoreJobs/").count() > 2);
    let said: Vec<_> = journey
        .announcements
        .iter()
        .filter(|said| matches!(said, Announcement::JobChanged(_)))
        .collect();
    assert_eq!(
        said,
        [
            &Announcement::JobChanged(JobState::Running),
            &Announcement::JobChanged(JobState::Completed)
        ]
    );
}

/// S4, F5: asked to slow down, the next poll waits as long as that.
#[test]
fn a_poll_does_not_come_before_the_server_wants_it() {
    let mut world = world();
    world["restoreSeconds"] = json!(null);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    journey.now += 5_000;
    assert!(journey.take_due(Timer::Poll));
    journey.send(Event::TimerFired(Timer::Poll));
    let (id, ..) = journey.waiting.pop_front().expect("a poll");
    let failure = Failure::Refused(Box::new(Problem {
        status: 429,
        retry_after_ms: Some(90_000),
        ..Problem::default()
    }));
    let reply = Err(failure);
    journey.send(Event::Replied { id, reply });
    let polls = |journey: &Journey| journey.sandbox.log().matches("restoreJobs/").count();
    journey.pass(89_000);
    assert_eq!(polls(&journey), 0);
    journey.pass(2_000);
    assert_eq!(polls(&journey), 1);
}
