//! Whatever happens in whatever order: no request without a confirmation, no second one, no panic, a way out.

use std::collections::{BTreeMap, BTreeSet};

use atlas_restore_dialog::dialog::{
    Body, CloseReason, Effect, Event, ReasonMode, Signal, Step, Timer,
};
use atlas_restore_dialog::model::{Failure, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{TestRng, TestRunner};
use serde_json::{Value, json};

use crate::atlas::{Journey, SNAPSHOT, STAGING, STOREFRONT, cluster_with, config, world};

/// What a person, the network or the clock can do.
#[derive(Debug, Clone)]
enum Move {
    Open,
    Close(u8),
    Project(bool),
    Cluster(u8),
    Filter(u8),
    Next,
    Back,
    Change,
    Type(u8),
    Leave,
    Reason(u8),
    Restore,
    Veto,
    CheckAgain,
    TryAgain,
    Retry,
    SignIn,
    Follow,
    Answer(u8),
    Lose(u8),
    Twice,
    Settle,
    /// Answers reads until a restore is on its way, or nothing is.
    SettleReads,
    Pass(u16),
    Hidden(bool),
    Offline(bool),
    Disconnect,
    SourceStep(u8),
}

fn step() -> impl Strategy<Value = Move> {
    prop_oneof![
        2 => Just(Move::Open),
        1 => (0..5_u8).prop_map(Move::Close),
        1 => any::<bool>().prop_map(Move::Project),
        4 => (0..6_u8).prop_map(Move::Cluster),
        1 => (0..3_u8).prop_map(Move::Filter),
        4 => Just(Move::Next),
        1 => Just(Move::Back),
        1 => Just(Move::Change),
        5 => (0..4_u8).prop_map(Move::Type),
        1 => Just(Move::Leave),
        1 => (0..3_u8).prop_map(Move::Reason),
        5 => Just(Move::Restore),
        1 => Just(Move::Veto),
        1 => Just(Move::CheckAgain),
        1 => Just(Move::TryAgain),
        1 => Just(Move::Retry),
        1 => Just(Move::SignIn),
        1 => Just(Move::Follow),
        16 => any::<u8>().prop_map(Move::Answer),
        2 => any::<u8>().prop_map(Move::Lose),
        1 => Just(Move::Twice),
        3 => Just(Move::Settle),
        3 => any::<u16>().prop_map(Move::Pass),
        1 => any::<bool>().prop_map(Move::Hidden),
        1 => any::<bool>().prop_map(Move::Offline),
        1 => Just(Move::Disconnect),
        1 => (0..4_u8).prop_map(Move::SourceStep),
    ]
}

const NAMES: [&str; 6] = ["orders-copy", "orders", "old", "plain", "trial", "flips"];

fn stormy_world(faults: Vec<Value>) -> Value {
    let mut world = world();
    let clusters = world["clusters"].as_array_mut().unwrap();
    clusters.push(cluster_with("old", json!({"mongoDBVersion": "7.0.1"})));
    clusters.push(cluster_with(
        "plain",
        json!({"encryptionAtRestProvider": "NONE"}),
    ));
    clusters.push(cluster_with("flips", json!({})));
    world["changes"] = json!([
        {"afterMs": 20_000, "merge": {"clusters": [{"groupId": STOREFRONT, "name": "flips", "paused": true}]}},
        {"afterMs": 70_000, "merge": {"clusters": [{"groupId": STOREFRONT, "name": "orders-copy", "mongoDBVersion": "7.0.1"}]}}
    ]);
    world["faults"] = Value::Array(faults);
    world["restoreSeconds"] = json!(90);
    world
}

fn fault() -> impl Strategy<Value = Value> {
    let what = prop_oneof![
        Just(json!("drop")),
        Just(json!("drop-before")),
        Just(json!("html")),
        Just(json!("malformed")),
        Just(json!({"status": 401, "body": {"error": 401}})),
        Just(json!({"status": 404, "body": {"error": 404}})),
        Just(
            json!({"status": 409, "body": {"error": 409, "errorCode": "ATLAS_CLUSTER_RESTORE_IN_PROGRESS"}})
        ),
        Just(json!({"status": 500, "body": {"error": 500}})),
    ];
    let path = prop_oneof![
        Just("POST restoreJobs"),
        Just("GET restoreJobs"),
        Just("GET session"),
        Just("GET clusters/"),
        Just("GET encryptionAtRest"),
    ];
    (path, 1..5_u32, what).prop_map(|(path, nth, what)| {
        let (method, path) = path.split_once(' ').unwrap();
        json!({"method": method, "path": path, "nth": nth, "do": what})
    })
}

/// Watches every effect for what must never happen.
struct Watch {
    journey: Journey,
    /// Presses of Restore with the exact name typed since the last one.
    confirmations: usize,
    posts: usize,
    typed: String,
    /// Kinds of body that were on screen.
    seen: BTreeSet<&'static str>,
}

fn kind(body: &Body<'_>) -> &'static str {
    match body {
        Body::Loading => "loading",
        Body::Failed { .. } => "failed",
        Body::Source(_) => "source",
        Body::Destination(_) => "destination",
        Body::Review(_) => "review",
        Body::Unknown(_) => "unknown",
        Body::Progress(_) => "progress",
    }
}

impl Watch {
    fn send(&mut self, event: Event) {
        self.confirmations += usize::from(self.is_confirmation(&event));
        let before = self.journey.sent.len();
        self.journey.send(event);
        let sent = self.journey.sent.len() - before;
        self.posts += sent;
        assert!(sent <= 1, "two requests at once");
        assert!(
            self.posts <= self.confirmations,
            "{} requests for {} confirmations",
            self.posts,
            self.confirmations
        );
        if sent > 0 {
            self.check_request();
        }
        self.check_view();
    }

    /// Restore pressed in an armed review: the one way to a request.
    fn is_confirmation(&self, event: &Event) -> bool {
        let pressed = matches!(event, Event::RestorePressed { .. });
        pressed
            && match self.journey.view().body {
                Body::Review(view) => {
                    view.submitting.is_none()
                        && view.typed.trim() == view.expected
                        && view.missing.is_empty()
                }
                _ => false,
            }
    }

    /// A request goes out only for what was last read: no blocker, and the target that was typed.
    fn check_request(&self) {
        let call = self.journey.sent.last().unwrap();
        let body: Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
        let name = body["targetClusterName"].as_str().unwrap();
        assert_eq!(name, self.typed.trim(), "the name that was typed");
        assert_eq!(body["snapshotId"], SNAPSHOT);
        match self.journey.view().body {
            Body::Review(view) => {
                assert_eq!(view.target.name, name);
                let blockers: Vec<_> = view
                    .findings
                    .iter()
                    .filter(|finding| {
                        finding.severity() == atlas_restore_dialog::rules::Severity::Blocker
                    })
                    .collect();
                assert!(blockers.is_empty(), "{blockers:?}");
            }
            body => panic!("a request from {body:?}"),
        }
    }

    fn check_view(&mut self) {
        self.seen.insert(kind(&self.journey.view().body));
        match self.journey.view().body {
            Body::Destination(view) => {
                assert!(view.matches <= view.total && view.eligible <= view.total);
                for index in 0..view.matches {
                    assert!(self.journey.dialog.cluster_row(index).is_some());
                }
            }
            Body::Review(view) if view.submitting.is_some() && self.journey.dialog.is_sending() => {
                assert!(view.typed.is_empty(), "a used confirmation is gone");
            }
            _ => {}
        }
    }

    fn answer(&mut self, pick: u8, lose: bool) {
        if self.journey.waiting.is_empty() {
            return;
        }
        // The answer that hurts most when it is lost is the restore's.
        let restore = self
            .journey
            .waiting
            .iter()
            .position(|(_, read, _)| read.is_none());
        let place = restore
            .filter(|_| lose)
            .unwrap_or(usize::from(pick) % self.journey.waiting.len());
        let (id, read, call) = self.journey.waiting.remove(place).unwrap();
        // A lost answer was acted upon all the same.
        let reply = self.journey.ask(read.as_ref(), &call);
        let reply = if lose { Err(Failure::TimedOut) } else { reply };
        self.send(Event::Replied { id, reply });
    }

    fn step(&mut self, step: &Move) {
        let event = match step {
            Move::Open if self.journey.dialog.is_open() => return,
            Move::Open => {
                let mut config = config();
                config.reason = ReasonMode::Optional;
                Event::Opened(Box::new(config))
            }
            Move::Close(reason) => Event::Closed(match reason {
                0 => CloseReason::Cancel,
                1 => CloseReason::Escape,
                2 => CloseReason::X,
                3 => CloseReason::Host,
                _ => CloseReason::Forced,
            }),
            Move::Project(staging) => {
                Event::ProjectChosen(if *staging { STAGING } else { STOREFRONT }.to_owned())
            }
            Move::Cluster(which) => {
                let name = NAMES[usize::from(*which)];
                let id = (0..100)
                    .map_while(|index| self.journey.dialog.cluster_row(index))
                    .find(|row| row.cluster.name == name)
                    .map(|row| row.cluster.id.clone());
                Event::ClusterChosen(id.unwrap_or_else(|| "64f1c0de0a1b2c3d4e5f6fff".to_owned()))
            }
            Move::Filter(which) => {
                Event::FilterChanged(["", "orders", "zzz"][usize::from(*which)].to_owned())
            }
            Move::Next => Event::NextPressed,
            Move::Back => Event::BackPressed,
            Move::Change => Event::ChangePressed(Step::Destination),
            Move::Type(which) => {
                let expected = match self.journey.view().body {
                    Body::Review(view) => view.expected.to_owned(),
                    _ => "orders-copy".to_owned(),
                };
                let text = if *which == 0 {
                    "wrong".to_owned()
                } else {
                    expected
                };
                if let Body::Review(view) = self.journey.view().body
                    && view.submitting.is_none()
                {
                    self.typed.clone_from(&text);
                }
                Event::ConfirmationTyped(text)
            }
            Move::Leave => Event::ConfirmationLeft,
            Move::Reason(which) => {
                Event::ReasonTyped(["", "INC-1", "INC-2"][usize::from(*which)].to_owned())
            }
            Move::Restore => Event::RestorePressed {
                key: format!("key-{}", self.journey.now),
            },
            Move::Veto => Event::SubmitVetoed(None),
            Move::CheckAgain => Event::CheckAgainPressed,
            Move::TryAgain => Event::TryAgainPressed,
            Move::Retry => Event::RetryPressed,
            Move::SignIn => Event::SignedIn,
            Move::Follow => Event::FollowPressed {
                job_id: "none".to_owned(),
            },
            Move::Answer(pick) => return self.answer(*pick, false),
            Move::Lose(pick) => return self.answer(*pick, true),
            Move::SettleReads => {
                for _ in 0..200 {
                    let sending = self
                        .journey
                        .waiting
                        .iter()
                        .any(|(_, read, _)| read.is_none());
                    if !sending {
                        self.answer(0, false);
                    }
                }
                return;
            }
            Move::Settle => {
                for _ in 0..200 {
                    self.answer(0, false);
                }
                return;
            }
            Move::Twice => {
                // The same answer twice: the second one is late.
                if let Some((id, read, call)) = self.journey.waiting.pop_front() {
                    let reply = self.journey.ask(read.as_ref(), &call);
                    self.send(Event::Replied {
                        id,
                        reply: reply.clone(),
                    });
                    self.send(Event::Replied { id, reply });
                }
                return;
            }
            Move::Pass(ms) => {
                self.journey.now += i64::from(*ms);
                for timer in [Timer::Poll, Timer::Reconcile, Timer::Clock] {
                    if self.journey.take_due(timer) {
                        self.send(Event::TimerFired(timer));
                    }
                }
                return;
            }
            Move::Hidden(hidden) => Event::Hidden(*hidden),
            Move::Offline(offline) => Event::Offline(*offline),
            Move::Disconnect => Event::Disconnected,
            Move::SourceStep(which) => match which {
                0 => Event::SourceProjectChosen(STOREFRONT.to_owned()),
                1 => Event::SourceClusterChosen("orders".to_owned()),
                2 => Event::SnapshotChosen(SNAPSHOT.to_owned()),
                _ => Event::ChangePressed(Step::Source),
            },
        };
        self.send(event);
    }

    /// From wherever it is: cancel takes it off the screen and settles the promise.
    fn check_way_out(&mut self) {
        if !self.journey.dialog.is_open() {
            return;
        }
        let closes = self.journey.closes;
        self.send(Event::Closed(CloseReason::Cancel));
        assert!(!self.journey.dialog.is_open());
        assert_eq!(self.journey.closes, closes + 1);
        let opened = self
            .journey
            .signals
            .iter()
            .filter(|signal| matches!(signal, Signal::Close(_)))
            .count();
        assert!(opened >= 1);
    }
}

fn cases() -> u32 {
    if std::env::var_os("LONG_TESTS").is_some() {
        100_000
    } else {
        5_000
    }
}

#[test]
fn random_events_never_start_a_restore_that_was_not_confirmed() {
    let settings = ProptestConfig {
        cases: cases(),
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    // The ordinary run is the same every time; the long one looks elsewhere each time.
    let mut runner = if std::env::var_os("LONG_TESTS").is_some() {
        TestRunner::new(settings)
    } else {
        let seed = proptest::test_runner::RngAlgorithm::ChaCha;
        TestRunner::new_with_rng(settings, TestRng::deterministic_rng(seed))
    };
    let reached = std::cell::RefCell::new(BTreeMap::<&str, usize>::new());
    let strategy = (
        proptest::collection::vec(fault(), 0..3),
        proptest::collection::vec(step(), 1..120),
        any::<bool>(),
        // How far the person gets before anything is random.
        0..6_usize,
    );
    runner
        .run(&strategy, |(faults, steps, calm, start)| {
            let world = stormy_world(if calm { Vec::new() } else { faults });
            let mut watch = Watch {
                journey: Journey::new(&world),
                confirmations: 0,
                posts: 0,
                typed: String::new(),
                seen: BTreeSet::new(),
            };
            watch.step(&Move::Open);
            let way = [
                Move::Settle,
                Move::Cluster(0),
                Move::Settle,
                Move::Next,
                Move::Settle,
                Move::Type(1),
                Move::Restore,
                Move::SettleReads,
            ];
            for step in way.iter().take([0, 3, 5, 6, 7, 8][start]) {
                watch.step(step);
            }
            for step in &steps {
                watch.step(step);
            }
            for kind in &watch.seen {
                *reached.borrow_mut().entry(*kind).or_default() += 1;
            }
            *reached.borrow_mut().entry("requests").or_default() += watch.posts;
            watch.check_way_out();
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    let reached = reached.into_inner();
    // A test that never gets to a request proves nothing.
    for state in ["destination", "review", "unknown", "progress", "requests"] {
        assert!(
            reached.get(state).copied().unwrap_or(0) > 10,
            "{state}: {reached:?}"
        );
    }
    println!("seen: {reached:?}");
}

/// The watch must bite: a dialog that forgot to ask would be caught by these very checks.
#[test]
fn a_request_without_a_confirmation_would_be_caught() {
    let mut journey = Journey::opened(&world());
    journey.review("orders-copy");
    let effects = journey.dialog.update(
        Event::RestorePressed {
            key: "k".to_owned(),
        },
        Timestamp(journey.now),
    );
    assert!(
        !effects.iter().any(|effect| matches!(
            effect,
            Effect::Restore { .. } | Effect::Emit(Signal::BeforeSubmit(_))
        )),
        "{effects:?}"
    );
}
