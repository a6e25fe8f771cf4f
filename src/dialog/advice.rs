//! Taking a snapshot of the target first, where its newest is old and the page wants that said (C11). It is advice:
//! nothing here stops a restore, and where the snapshots cannot be read nothing is said.

use super::effect::{Effect, Read, Signal};
use super::facts::Recent;
use super::read::snapshots;
use super::stage::Stage;
use super::{Advice, Answer, Dialog, Focus, SubmitError};
use crate::model::{ClusterRef, ClusterType, Failure, SnapshotStatus, Timestamp};

const HOUR_MS: i64 = 3_600_000;

impl Dialog {
    /// Asks for the target's newest snapshots, at each review: one read.
    pub(super) fn read_newest_snapshots(&mut self) {
        let (Some(_), Some(cluster), Some(target)) = (
            self.config.snapshot_advice_hours,
            self.choice.target(),
            self.chosen_cluster(),
        ) else {
            return;
        };
        let sharded = target.cluster_type != Some(ClusterType::ReplicaSet);
        self.ask(Read::NewestSnapshots { cluster, sharded });
    }

    pub(super) fn newest_snapshots_read(
        &mut self,
        cluster: ClusterRef,
        reply: Result<Answer, Failure>,
    ) {
        let Ok(page) = snapshots(reply) else {
            return;
        };
        // Atlas promises no order.
        let newest = page
            .results
            .iter()
            .filter(|snapshot| snapshot.status == Some(SnapshotStatus::Completed))
            .filter_map(|snapshot| snapshot.created_at.as_ref()?.value)
            .max();
        self.facts.newest_snapshot = Some((cluster, newest));
    }

    /// What the review says of it; `None`: nothing.
    pub(super) fn advice(&self, now: Timestamp, taking: bool) -> Option<Advice<'_>> {
        let hours = self.config.snapshot_advice_hours?;
        let (cluster, newest) = self.facts.newest_snapshot.as_ref()?;
        let is_old = newest.is_none_or(|newest| {
            let age = self.server_time(now).0.saturating_sub(newest.0);
            age > i64::from(hours) * HOUR_MS
        });
        let advises = is_old && self.choice.target().as_ref() == Some(cluster);
        advises.then_some(Advice {
            newest: *newest,
            action: self.config.snapshot_action.as_deref(),
            taking,
        })
    }

    pub(super) fn snapshot_pressed(&mut self) {
        let target = self.choice.target();
        if let (Stage::Review(review), Some(target)) = (&mut self.stage, target)
            && !review.taking_snapshot
        {
            review.taking_snapshot = true;
            self.effect(Effect::Emit(Signal::TakeSnapshot(target)));
        }
    }

    /// The page is done, or says why not. Time has passed: everything is read again.
    pub(super) fn snapshot_taken(&mut self, problem: Option<String>) {
        let Stage::Review(review) = &mut self.stage else {
            return;
        };
        review.taking_snapshot = false;
        if problem.is_some() {
            review.error = Some(SubmitError::Vetoed(problem));
            self.effect(Effect::Focus(Focus::SubmitError));
            return;
        }
        self.read_newest_snapshots();
        self.reread_all_but(Recent::NOTHING, false);
    }
}
