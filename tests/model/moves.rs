//! What a person, the network, the clock, the session and strangers can do.

use atlas_restore_dialog::dialog::{Body, CloseReason, Config, Event, ReasonMode, Step, Timer};
use proptest::prelude::*;

use crate::atlas::{CLUSTERS, End, OTHER_SNAPSHOT, PROJECT, SNAPSHOT};
use crate::page::{Loss, Page};

#[derive(Debug, Clone)]
pub enum Move {
    Open,
    OpenOnJob(u8),
    OpenPrefilled,
    Close(u8),
    Reload,
    Disconnect,
    Choose(u8),
    Next,
    Back,
    Type(u8),
    Reason(u8),
    Restore(u8),
    Approve(bool),
    CheckOnly,
    CheckAgain,
    TryAgain,
    Retry,
    SignIn,
    Follow(u8),
    Deliver(u8),
    Reply(u8),
    ReplyTwice(u8),
    Lose(u8, Loss),
    LosePost(Loss),
    Settle,
    SettleReads,
    Pass(u16),
    PassLong(u8),
    Jump(i32),
    Hidden(bool),
    Offline(bool),
    StaleTimer(u8),
    SignedInAtAtlas(bool),
    Owner(bool),
    SnapshotGood(bool),
    KeyValid(bool),
    Paused(u8, bool),
    Stranger(bool, u8, u8),
    Jobs(u8, u8),
}

pub fn any_move() -> impl Strategy<Value = Move> {
    let loss = prop_oneof![
        1 => Just(Loss::Request),
        2 => Just(Loss::Answer),
        2 => any::<u8>().prop_map(Loss::TimedOut),
        1 => Just(Loss::Html),
        1 => Just(Loss::Cut),
        1 => Just(Loss::BadGateway),
        1 => Just(Loss::Unavailable),
        1 => Just(Loss::TooMany),
        1 => Just(Loss::NotSent),
        1 => Just(Loss::Resent),
    ];
    let loss_of_post = loss.clone();
    let person = prop_oneof![
        3 => Just(Move::Open),
        1 => any::<u8>().prop_map(Move::OpenOnJob),
        1 => Just(Move::OpenPrefilled),
        2 => (0..5_u8).prop_map(Move::Close),
        1 => Just(Move::Reload),
        1 => Just(Move::Disconnect),
        4 => (0..3_u8).prop_map(Move::Choose),
        4 => Just(Move::Next),
        1 => Just(Move::Back),
        6 => (0..4_u8).prop_map(Move::Type),
        1 => (0..3_u8).prop_map(Move::Reason),
        6 => (1..4_u8).prop_map(Move::Restore),
        6 => (0..6_u8).prop_map(|odds| Move::Approve(odds > 0)),
        1 => Just(Move::CheckOnly),
        2 => Just(Move::CheckAgain),
        3 => Just(Move::TryAgain),
        1 => Just(Move::Retry),
        2 => Just(Move::SignIn),
        1 => any::<u8>().prop_map(Move::Follow),
    ];
    let network = prop_oneof![
        4 => any::<u8>().prop_map(Move::Deliver),
        8 => any::<u8>().prop_map(Move::Reply),
        1 => any::<u8>().prop_map(Move::ReplyTwice),
        2 => (any::<u8>(), loss).prop_map(|(place, loss)| Move::Lose(place, loss)),
        3 => loss_of_post.prop_map(Move::LosePost),
        5 => Just(Move::Settle),
        5 => Just(Move::SettleReads),
        1 => any::<bool>().prop_map(Move::Offline),
    ];
    let time = prop_oneof![
        5 => any::<u16>().prop_map(Move::Pass),
        2 => (0..120_u8).prop_map(Move::PassLong),
        1 => (-7_200..7_200_i32).prop_map(Move::Jump),
        1 => any::<bool>().prop_map(Move::Hidden),
        1 => (0..3_u8).prop_map(Move::StaleTimer),
    ];
    let others = prop_oneof![
        1 => any::<bool>().prop_map(Move::SignedInAtAtlas),
        1 => any::<bool>().prop_map(Move::Owner),
        1 => any::<bool>().prop_map(Move::SnapshotGood),
        1 => any::<bool>().prop_map(Move::KeyValid),
        2 => (0..3_u8, any::<bool>()).prop_map(|(place, paused)| Move::Paused(place, paused)),
        3 => (any::<bool>(), 0..3_u8, 0..4_u8).prop_map(|(same, target, under)| Move::Stranger(same, target, under)),
        1 => (any::<u8>(), 0..4_u8).prop_map(|(seconds, end)| Move::Jobs(seconds, end)),
    ];
    prop_oneof![5 => person, 5 => network, 3 => time, 1 => others]
}

/// How many beginnings [`begin`] knows.
pub const BEGINNINGS: usize = 10;

/// How far the person gets before anything goes wrong: until the request is on its way, or was given up for another try,
/// before or after it arrives at last.
pub fn begin(page: &mut Page, beginning: usize) {
    let way = [
        Move::Open,
        Move::Settle,
        Move::Choose(1),
        Move::Settle,
        Move::Next,
        Move::Type(1),
        Move::Restore(1),
        Move::Approve(true),
        Move::SettleReads,
        Move::LosePost(Loss::TimedOut(60)),
        Move::Settle,
        Move::PassLong(35),
        // What the timer asked for was asked too early.
        Move::Settle,
        Move::CheckAgain,
        Move::Settle,
        Move::TryAgain,
        Move::Settle,
        Move::PassLong(30),
    ];
    for one in way
        .iter()
        .take([0, 1, 2, 5, 6, 8, 8, 9, 9, 17, 18][beginning.min(BEGINNINGS)])
    {
        play(page, one);
    }
}

pub fn config() -> Config {
    Config {
        source_project: Some(PROJECT.to_owned()),
        source_cluster: Some(CLUSTERS[0].to_owned()),
        snapshot: Some(SNAPSHOT.to_owned()),
        reason: ReasonMode::Optional,
        ..Config::default()
    }
}

fn open(page: &mut Page, config: Config) {
    if !page.dialog.is_open() {
        page.send(Event::Opened(Box::new(config)));
    }
}

/// The place of a message that travels.
fn pick(page: &Page, pick: u8) -> Option<usize> {
    let count = page.wire.len();
    (count > 0).then(|| usize::from(pick) % count)
}

pub fn type_name(page: &mut Page, wrong: bool) {
    let expected = match page.dialog.view(page.now()).body {
        Body::Review(view) => view.expected.to_owned(),
        _ => CLUSTERS[1].to_owned(),
    };
    let text = if wrong { "wrong".to_owned() } else { expected };
    page.send(Event::ConfirmationTyped(text));
}

/// Does it, and looks.
pub fn play(page: &mut Page, one: &Move) {
    match one {
        Move::Open => open(page, config()),
        Move::OpenPrefilled => {
            let target_cluster = Some(CLUSTERS[1].to_owned());
            open(
                page,
                Config {
                    target_cluster,
                    ..config()
                },
            );
        }
        Move::OpenOnJob(which) => {
            let jobs: Vec<_> = page
                .atlas
                .jobs
                .iter()
                .filter(|job| job.under == CLUSTERS[0])
                .collect();
            if !jobs.is_empty() {
                let job = Some(jobs[usize::from(*which) % jobs.len()].id.clone());
                open(page, Config { job, ..config() });
            }
        }
        Move::Close(reason) => page.send(Event::Closed(match reason {
            0 => CloseReason::Cancel,
            1 => CloseReason::Escape,
            2 => CloseReason::X,
            3 => CloseReason::Host,
            _ => CloseReason::Forced,
        })),
        Move::Reload => page.reload(),
        Move::Disconnect => page.send(Event::Disconnected),
        Move::Choose(which) => choose(page, CLUSTERS[usize::from(*which)]),
        Move::Next => page.send(Event::NextPressed),
        Move::Back => page.send(Event::ChangePressed(Step::Destination)),
        Move::Type(which) => type_name(page, *which == 0),
        Move::Reason(which) => {
            page.send(Event::ReasonTyped(
                ["", "INC-1", "INC-2"][usize::from(*which)].to_owned(),
            ));
        }
        Move::Restore(clicks) => {
            for _ in 0..*clicks {
                let key = page.key();
                page.send(Event::RestorePressed { key });
            }
        }
        Move::Approve(yes) if page.asked_for_approval => page.send(if *yes {
            Event::SubmitAllowed
        } else {
            Event::SubmitVetoed(None)
        }),
        Move::Approve(_) => {}
        Move::CheckOnly => page.send(Event::CheckOnlyPressed),
        Move::CheckAgain => page.send(Event::CheckAgainPressed),
        Move::TryAgain => page.send(Event::TryAgainPressed),
        Move::Retry => page.send(Event::RetryPressed),
        Move::SignIn => {
            page.atlas.signed_in = true;
            page.send(Event::SignedIn);
        }
        Move::Follow(which) => {
            if !page.atlas.jobs.is_empty() {
                let place = usize::from(*which) % page.atlas.jobs.len();
                let job_id = page.atlas.jobs[place].id.clone();
                page.send(Event::FollowPressed { job_id });
            }
        }
        Move::Deliver(which) => {
            if let Some(place) = pick(page, *which) {
                page.deliver(place);
            }
        }
        Move::Reply(which) => {
            if let Some(place) = pick(page, *which) {
                page.reply(place, 1);
            }
        }
        Move::ReplyTwice(which) => {
            if let Some(place) = pick(page, *which) {
                page.reply(place, 2);
            }
        }
        Move::Lose(which, loss) => {
            if let Some(place) = pick(page, *which) {
                page.lose(place, *loss);
            }
        }
        Move::LosePost(loss) => {
            if let Some(place) = page.wire.iter().position(|parcel| parcel.post.is_some()) {
                page.lose(place, *loss);
            }
        }
        Move::Settle => page.settle(false),
        Move::SettleReads => page.settle(true),
        Move::Pass(ms) => page.pass(i64::from(*ms)),
        Move::PassLong(seconds) => page.pass(i64::from(*seconds) * 1_000),
        Move::Jump(seconds) => page.jump(i64::from(*seconds) * 1_000),
        Move::Hidden(hidden) => {
            page.hidden = *hidden;
            page.send(Event::Hidden(*hidden));
        }
        Move::Offline(offline) => {
            page.offline = *offline;
            page.send(Event::Offline(*offline));
        }
        Move::StaleTimer(which) => {
            let timers = [Timer::Poll, Timer::Reconcile, Timer::Clock];
            page.send(Event::TimerFired(timers[usize::from(*which)]));
        }
        Move::SignedInAtAtlas(yes) => page.atlas.signed_in = *yes,
        Move::Owner(yes) => page.atlas.owner = *yes,
        Move::SnapshotGood(yes) => page.atlas.snapshot_good = *yes,
        Move::KeyValid(yes) => page.atlas.key_valid = *yes,
        Move::Paused(place, yes) => page.atlas.paused[usize::from(*place)] = *yes,
        Move::Stranger(same, target, under) => {
            let snapshot = if *same { SNAPSHOT } else { OTHER_SNAPSHOT };
            let under = if *same { 0 } else { usize::from(*under) };
            page.atlas.start(
                snapshot,
                CLUSTERS[usize::from(*target)],
                CLUSTERS[under],
                None,
            );
        }
        Move::Jobs(seconds, end) => {
            page.atlas.next_seconds = i64::from(*seconds);
            page.atlas.next_end =
                [End::Completed, End::Failed, End::Cancelled, End::Expired][usize::from(*end)];
        }
    }
}

fn choose(page: &mut Page, name: &str) {
    let id = (0..CLUSTERS.len())
        .filter_map(|index| page.dialog.cluster_row(index))
        .find(|row| row.cluster.name == name)
        .map(|row| row.cluster.id.clone());
    if let Some(id) = id {
        page.send(Event::ClusterChosen(id));
    }
}
