//! Restores that somebody else started, and a job's way to its end.

use atlas_restore_dialog::dialog::{
    Announcement, Body, CloseReason, Config, Event, ProgressView, Read, Signal, Timer,
};
use atlas_restore_dialog::model::{Failure, JobState, Problem};
use serde_json::{Value, json};

use crate::atlas::{
    Journey, SNAPSHOT, STAGING, STOREFRONT, cluster, config, merge, snapshot, world, world_with,
};

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
        assert_eq!(concern.parameter("value"), Some("majority"));
    });
}

/// S16: an hour without a change, or as many minutes as the page says (`long-after`), counted from the job's beginning,
/// whoever looks at it and since when.
#[test]
fn a_job_that_began_long_ago_takes_longer_than_usual_after_a_reload_too() {
    for (began, minutes, long) in [
        // 08:59:59, 09:00:01, 09:50:01 and 09:59:59 of that day; now it is ten.
        (1_795_510_799, None, true),
        (1_795_510_801, None, false),
        (1_795_513_801, Some(9), true),
        (1_795_513_801, Some(10), false),
        (1_795_514_399, Some(1), false),
    ] {
        let id = format!("{began:08x}0a1b2c3d4e5f6201");
        let mut world = world();
        world["restoreSeconds"] = json!(null);
        let mut job = theirs("orders", "orders-copy");
        job["job"]["id"] = json!(id);
        world["restoreJobs"] = json!([job]);
        let named = Config {
            job: Some(id),
            long_minutes: minutes,
            ..config()
        };
        let journey = Journey::opened_with(&world, named);
        progress(&journey, |view| {
            assert_eq!(view.longer_than_usual, long, "{began}, {minutes:?}")
        });
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

/// One poll in flight, however often the person asks and the page is hidden and shown.
#[test]
fn one_poll_is_on_its_way_at_a_time() {
    let mut world = world();
    world["restoreSeconds"] = json!(null);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    journey.send(Event::CheckAgainPressed);
    let first = journey.waiting[0].0;
    for _ in 0..5 {
        journey.send(Event::Hidden(true));
        journey.send(Event::Hidden(false));
        journey.send(Event::CheckAgainPressed);
        journey.send(Event::TimerFired(atlas_restore_dialog::dialog::Timer::Poll));
    }
    assert_eq!(journey.waiting.len(), 1);
    assert_eq!(journey.waiting[0].0, first, "and is not asked anew");
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

const OTHER_SNAPSHOT: &str = "6b05a0000a1b2c3d4e5f6102";

/// The world with a second snapshot, and what a page asks for that opens on it.
fn two_snapshots() -> (Value, Config) {
    let mut world = world();
    let mut other = snapshot();
    merge(&mut other, json!({"id": OTHER_SNAPSHOT}));
    let snapshots = world["snapshots"].as_array_mut().unwrap();
    snapshots.push(json!({"groupId": STOREFRONT, "clusterName": "orders", "snapshot": other}));
    let other = Config {
        snapshot: Some(OTHER_SNAPSHOT.to_owned()),
        ..config()
    };
    (world, other)
}

fn open(journey: &mut Journey, config: &Config) {
    journey.send(Event::Opened(Box::new(config.clone())));
    journey.settle();
}

/// Jobs that the page was told of, by id: started here, and ended.
fn told(journey: &Journey) -> (Vec<String>, Vec<String>) {
    let (mut started, mut finished) = (Vec::new(), Vec::new());
    for signal in &journey.signals {
        match signal {
            Signal::Started { job, .. } => started.push(job.id.clone()),
            Signal::Finished(job) => finished.push(job.id.clone()),
            _ => {}
        }
    }
    finished.sort();
    (started, finished)
}

/// Lets time pass second by second; never is more than one poll on its way.
fn pass_with_one_poll_at_a_time(journey: &mut Journey, seconds: u32) {
    for _ in 0..seconds {
        journey.now += 1_000;
        for timer in [Timer::Poll, Timer::Clock] {
            if journey.take_due(timer) {
                journey.send(Event::TimerFired(timer));
            }
        }
        loop {
            let polls = journey.waiting.iter();
            let polls = polls.filter(|(_, read, _)| matches!(read, Some(Read::Job { .. })));
            assert!(polls.count() <= 1);
            if !journey.answer_one() {
                break;
            }
        }
    }
}

/// S8, S11: the page hears how each restore ended that was started here, whatever the dialog shows by then.
#[test]
fn the_end_of_our_restore_is_told_while_the_dialog_shows_something_else() {
    for stays_open in [true, false] {
        let (world, other) = two_snapshots();
        let mut journey = Journey::opened(&world);
        journey.restore("orders-copy");
        journey.close(CloseReason::Cancel);
        open(&mut journey, &other);
        assert!(matches!(journey.view().body, Body::Destination(_)));
        if !stays_open {
            journey.close(CloseReason::Escape);
        }
        let said = journey.announcements.len();
        pass_with_one_poll_at_a_time(&mut journey, 60);
        let (started, finished) = told(&journey);
        assert_eq!((started.len(), &finished), (1, &started), "{stays_open}");
        assert_eq!(journey.announcements.len(), said, "it is not on the screen");
        assert!(matches!(journey.view().body, Body::Destination(_)));
        let polls = journey.sandbox.log().matches("restoreJobs/").count();
        journey.pass(60_000);
        assert_eq!(
            journey.sandbox.log().matches("restoreJobs/").count(),
            polls,
            "nothing is left to ask"
        );
    }
}

#[test]
fn two_restores_of_ours_are_followed_to_their_ends_by_one_poll_at_a_time() {
    let (world, other) = two_snapshots();
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    journey.close(CloseReason::Cancel);
    open(&mut journey, &other);
    journey.send(Event::ProjectChosen(STAGING.to_owned()));
    journey.settle();
    journey.restore("trial");
    let second = progress(&journey, |view| view.job.id.clone());
    pass_with_one_poll_at_a_time(&mut journey, 60);
    let (started, finished) = told(&journey);
    assert_eq!((started.len(), &finished), (2, &started));
    progress(&journey, |view| {
        assert_eq!(
            (&view.job.id, view.state),
            (&second, JobState::Completed),
            "the screen shows the second one"
        );
    });
    assert!(!journey.has_timer(Timer::Poll));
}

/// What is followed aside comes back to the screen as what it is.
#[test]
fn our_restore_that_is_met_again_is_still_ours_and_its_end_is_told_once() {
    for by_job in [false, true] {
        let (world, other) = two_snapshots();
        let mut journey = Journey::opened(&world);
        journey.restore("orders-copy");
        let id = progress(&journey, |view| view.job.id.clone());
        journey.close(CloseReason::Cancel);
        let again = Config {
            job: by_job.then(|| id.clone()),
            target_cluster: Some("orders-copy".to_owned()),
            ..other
        };
        open(&mut journey, &again);
        progress(&journey, |view| {
            assert_eq!(view.job.id, id);
            assert!(view.ours, "{by_job}");
        });
        pass_with_one_poll_at_a_time(&mut journey, 60);
        assert_eq!(told(&journey).1, [id]);
    }
}

#[test]
fn what_is_followed_aside_rests_while_nobody_sees_the_page_or_the_element_is_gone() {
    for gone in [false, true] {
        let (world, other) = two_snapshots();
        let mut journey = Journey::opened(&world);
        journey.restore("orders-copy");
        journey.close(CloseReason::Cancel);
        open(&mut journey, &other);
        journey.send(match gone {
            true => Event::Disconnected,
            false => Event::Hidden(true),
        });
        let polls = |journey: &Journey| journey.sandbox.log().matches("restoreJobs/").count();
        let before = polls(&journey);
        journey.pass(60_000);
        journey.settle();
        assert_eq!(polls(&journey), before);
        match gone {
            true => open(&mut journey, &other),
            false => journey.send(Event::Hidden(false)),
        }
        journey.settle();
        let (started, finished) = told(&journey);
        assert_eq!(finished, started, "asked for at once");
    }
}

/// Nobody answers for a job of another backend.
#[test]
fn what_was_started_at_one_backend_is_not_asked_of_another() {
    let (world, other) = two_snapshots();
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    journey.close(CloseReason::Cancel);
    let elsewhere = Config {
        other_backend: true,
        ..other
    };
    let polls = |journey: &Journey| journey.sandbox.log().matches("restoreJobs/").count();
    let before = polls(&journey);
    open(&mut journey, &elsewhere);
    journey.pass(60_000);
    assert_eq!(polls(&journey), before);
}

/// The session ends while the dialog shows something else: after signing in, the restore is followed on.
#[test]
fn what_is_followed_aside_goes_on_after_signing_in() {
    let (mut world, other) = two_snapshots();
    world["faults"] = json!([{"method": "GET", "path": "restoreJobs/", "nth": 1, "do": {"status": 401, "body": {"error": 401}}}]);
    let mut journey = Journey::opened(&world);
    journey.restore("orders-copy");
    journey.close(CloseReason::Cancel);
    open(&mut journey, &other);
    assert!(journey.view().sign_in_needed);
    journey.pass(60_000);
    assert_eq!(told(&journey).1.len(), 0);
    journey.send(Event::SignedIn);
    journey.settle();
    let (started, finished) = told(&journey);
    assert_eq!(finished, started);
}

/// A job that cannot be read keeps no other from being read; and closed, the dialog asks for nothing else.
#[test]
fn a_poll_that_fails_leaves_the_others_alone() {
    for unreadable in 0..2 {
        let (world, other) = two_snapshots();
        let mut journey = Journey::opened(&world);
        journey.restore("orders-copy");
        journey.close(CloseReason::Cancel);
        open(&mut journey, &other);
        journey.send(Event::ProjectChosen(STAGING.to_owned()));
        journey.settle();
        journey.restore("trial");
        journey.close(CloseReason::Cancel);
        let (started, _) = told(&journey);
        for _ in 0..90 {
            journey.now += 1_000;
            if journey.take_due(Timer::Poll) {
                journey.send(Event::TimerFired(Timer::Poll));
            }
            while let Some((request, read, call)) = journey.waiting.pop_front() {
                let Some(Read::Job { id, .. }) = &read else {
                    panic!("{read:?}");
                };
                let reply = match *id == started[unreadable] {
                    true => Err(Failure::TimedOut),
                    false => journey.ask(read.as_ref(), &call),
                };
                journey.send(Event::Replied { id: request, reply });
            }
        }
        assert_eq!(told(&journey).1, [started[1 - unreadable].clone()]);
    }
}
