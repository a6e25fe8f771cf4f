//! The dialog and a small Atlas of its own, together through anything that can happen: a model of what must hold
//! (`checks.rs`) looks at every step. Mutants show that it bites.

#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod atlas;
mod checks;
mod moves;
mod page;
mod way_out;

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use moves::{Move, begin, play};
use page::{Loss, Mutant, Page};
use way_out::way_out;

fn sequences() -> impl Strategy<Value = (usize, Vec<Move>)> {
    (
        0..=moves::BEGINNINGS,
        proptest::collection::vec(moves::any_move(), 1..60),
    )
}

/// Plays so many sequences, all the way to a truthful end.
fn run(
    mutant: Mutant,
    cases: u32,
    rng: TestRng,
    shrink: u32,
) -> Result<BTreeMap<&'static str, usize>, String> {
    let settings = ProptestConfig {
        cases,
        max_shrink_iters: shrink,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let seen = RefCell::new(BTreeMap::<&'static str, usize>::new());
    TestRunner::new_with_rng(settings, rng)
        .run(&sequences(), |(beginning, moves)| {
            let mut page = Page::new(mutant);
            begin(&mut page, beginning);
            for one in &moves {
                play(&mut page, one);
            }
            way_out(&mut page);
            for (what, count) in &page.checks.seen {
                *seen.borrow_mut().entry(*what).or_default() += count;
            }
            Ok(())
        })
        .map_err(|failure| failure.to_string())?;
    Ok(seen.into_inner())
}

fn same_every_time() -> TestRng {
    TestRng::deterministic_rng(RngAlgorithm::ChaCha)
}

/// Seeded by the clock. The seed is printed, so that what it finds can be found again.
fn another_time() -> TestRng {
    let now = std::time::SystemTime::now();
    let nanos = now
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos();
    let seed = [nanos.to_le_bytes(); 2].concat();
    println!("seed: {seed:?}");
    TestRng::from_seed(RngAlgorithm::ChaCha, &seed)
}

#[test]
fn whatever_happens_no_restore_starts_twice_and_the_screen_never_lies() {
    let long = std::env::var_os("LONG_TESTS").is_some();
    // The ordinary run is the same every time; the long one looks elsewhere each time.
    let (cases, rng) = if long {
        (100_000, another_time())
    } else {
        (5_000, same_every_time())
    };
    let seen = run(Mutant::None, cases, rng, 20_000).unwrap_or_else(|failure| panic!("{failure}"));
    println!("{cases} sequences, on the screen: {seen:?}");
    // A run that never gets there proves nothing.
    for (what, times) in [
        ("requests", 100),
        ("running", 100),
        ("ended", 100),
        ("unknown", 100),
        ("try again", 100),
        ("not started", 100),
        ("changed", 100),
        ("changed after a lost request", 10),
        ("refused after a lost request", 10),
        ("nothing restored", 100),
    ] {
        assert!(
            seen.get(what).copied().unwrap_or(0) >= times,
            "{what}: {seen:?}"
        );
    }
}

/// What long runs have found, shrunk.
#[test]
fn what_was_found_stays_mended() {
    // The target that the page gave was paused when it was read alone, and is not when the list comes at last.
    let mut page = Page::new(Mutant::None);
    begin(&mut page, 0);
    for one in [
        Move::OpenPrefilled,
        Move::Reply(144),
        Move::Paused(1, true),
        Move::Lose(52, Loss::Request),
        Move::Settle,
    ] {
        play(&mut page, &one);
    }
    way_out(&mut page);

    // The target is paused when a lost request is tried again: nobody may say that nothing was sent.
    let mut page = Page::new(Mutant::None);
    begin(&mut page, 9);
    for one in [
        Move::Type(1),
        Move::Paused(1, true),
        Move::Restore(1),
        Move::Approve(true),
        Move::Settle,
    ] {
        play(&mut page, &one);
    }
    let seen = page.checks.seen.get("changed after a lost request");
    assert!(seen.is_some(), "{:?}", page.checks.seen);
    way_out(&mut page);

    // The target that the page gave has a stranger's restore by the time at which ours is found, which has ended.
    let mut page = Page::new(Mutant::None);
    begin(&mut page, 9);
    for one in [
        Move::PassLong(65),
        Move::Close(0),
        Move::OpenPrefilled,
        Move::Stranger(true, 1, 0),
        Move::Settle,
        Move::Close(0),
        Move::Pass(40_000),
    ] {
        play(&mut page, &one);
    }
    way_out(&mut page);

    // The browser has sent the request twice, and the second was refused: ours has ended, and a stranger's restore into
    // the same target is read first.
    let mut page = Page::new(Mutant::None);
    begin(&mut page, 5);
    for one in [
        Move::SettleReads,
        Move::LosePost(Loss::Resent),
        Move::Reply(10),
        Move::Pass(40_000),
        Move::Stranger(false, 1, 1),
        Move::Reply(112),
        Move::Close(0),
        Move::Pass(40_000),
    ] {
        play(&mut page, &one);
    }
    way_out(&mut page);

    // It cannot be checked whether it may be tried again, and meanwhile it arrives.
    let mut page = Page::new(Mutant::None);
    begin(&mut page, 9);
    for one in [
        Move::CheckOnly,
        Move::Lose(203, Loss::Request),
        Move::PassLong(25),
    ] {
        play(&mut page, &one);
    }
    way_out(&mut page);
}

/// A wrong dialog is noticed, and for the right reason.
fn is_caught(mutant: Mutant, reasons: &[&str]) {
    let failure = run(mutant, 5_000, same_every_time(), 0).expect_err("nobody noticed");
    let found = reasons.iter().any(|reason| failure.contains(reason));
    assert!(found, "{mutant:?} is noticed for another reason: {failure}");
}

#[test]
fn a_dialog_that_posts_twice_is_caught() {
    is_caught(Mutant::PostsTwice, &["and one request more"]);
}

#[test]
fn a_dialog_that_adopts_a_strangers_job_is_caught() {
    is_caught(Mutant::AdoptsStrangers, &["adopts a stranger's job"]);
}

#[test]
fn a_dialog_that_shows_failed_after_a_lost_answer_is_caught() {
    let reasons = ["says that nothing was", "was found, and never shown"];
    is_caught(Mutant::FailsAfterLoss, &reasons);
}

#[test]
fn a_dialog_that_ignores_the_second_look_is_caught() {
    is_caught(Mutant::IgnoresTheSecondLook, &["a blocker in the cluster"]);
}

#[test]
fn a_dialog_that_stops_polling_is_caught() {
    is_caught(Mutant::StopsPolling, &["no way out"]);
}
