//! The request went out, and its answer was lost: what is concluded from the source cluster's restore jobs (S5).
//!
//! | the list read now | the list read just before the request | conclusion |
//! |---|---|---|
//! | has a job of this snapshot into this target, whose id was not there before | was read | it is ours: followed |
//! | has only such jobs whose ids were there before | was read | none of ours |
//! | has such a job, its ObjectId's time not before the click (server's clock) | could not be read | it is ours: followed |
//! | has only such jobs that are older than the click | could not be read | none of ours |
//! | has no such job | either | none of ours |
//! | could not be read | either | still unknown: "Check again" |
//!
//! "None of ours" twice, the last time at least 30 s after the click, allows "Try again": the name is asked for again,
//! and the Idempotency-Key stays while the request stays the same.

use super::effect::{Effect, Timer};
use super::stage::{ReviewStage, Stage, UnknownStage};
use super::{Dialog, Focus};
use crate::model::{ClusterRef, RestoreJob, Timestamp};

/// How long a request may take to show up among the jobs.
const SETTLED_MS: i64 = 30_000;
/// Reads that must find no job of ours.
const READS_NEEDED: u32 = 2;
/// Between two looks that nobody asked for.
const LOOK_AGAIN_MS: u32 = 10_000;

impl UnknownStage {
    /// Whether the restore can be tried again.
    pub(super) fn can_try_again(&self) -> bool {
        let settled = self
            .last_read_at
            .is_some_and(|at| at.0.saturating_sub(self.clicked_at.0) >= SETTLED_MS);
        self.reads_without >= READS_NEEDED && settled && !self.read_failed && !self.checking
    }

    fn is_ours(&self, job: &RestoreJob) -> bool {
        let same = job.snapshot_id.as_deref() == Some(self.request.snapshot_id.as_str())
            && job.target_group_id.as_deref() == Some(self.request.target.project_id.as_str())
            && job.target_cluster_name.as_deref() == Some(self.request.target.name.as_str());
        same && match &self.jobs_before {
            Some(before) => !before.contains(&job.id),
            // Ids carry whole seconds.
            None => Timestamp::of_object_id(&job.id).is_some_and(|created| {
                created.0 >= self.clicked_at_server.0 - self.clicked_at_server.0.rem_euclid(1_000)
            }),
        }
    }
}

impl Dialog {
    pub(super) fn check_again(&mut self) {
        match &self.stage {
            Stage::Unknown(_) => self.look_for_our_job(),
            Stage::Following(_) => self.poll_now(),
            _ => {}
        }
    }

    pub(super) fn look_for_our_job(&mut self) {
        let Stage::Unknown(unknown) = &mut self.stage else {
            return;
        };
        if unknown.checking || self.sign_in_needed {
            return;
        }
        unknown.checking = true;
        let source = unknown.request.source.clone();
        self.effect(Effect::Unschedule(Timer::Reconcile));
        self.reread_jobs(source);
    }

    /// A list of jobs was read to its end, or could not be.
    pub(super) fn jobs_read(&mut self, cluster: &ClusterRef, failed: bool) {
        let now = self.now;
        let Stage::Unknown(unknown) = &mut self.stage else {
            return;
        };
        if !unknown.checking || unknown.request.source != *cluster {
            return;
        }
        let Some(list) = self.facts.jobs.get(cluster) else {
            return;
        };
        if failed {
            unknown.checking = false;
            unknown.read_failed = true;
            return;
        }
        if !list.is_complete() || list.in_flight() {
            return;
        }
        unknown.checking = false;
        unknown.read_failed = false;
        match list
            .items()
            .iter()
            .find(|job| unknown.is_ours(job))
            .cloned()
        {
            Some(ours) => self.started(ours),
            None => {
                unknown.reads_without = unknown.reads_without.saturating_add(1);
                unknown.last_read_at = Some(now);
                self.look_again_later();
            }
        }
    }

    fn look_again_later(&mut self) {
        let Stage::Unknown(unknown) = &self.stage else {
            return;
        };
        if !self.open || unknown.can_try_again() {
            return;
        }
        self.effect(Effect::Schedule {
            timer: Timer::Reconcile,
            after_ms: LOOK_AGAIN_MS,
        });
    }

    /// A new confirmation: the name has to be typed again.
    pub(super) fn try_again(&mut self) {
        let Stage::Unknown(unknown) = &self.stage else {
            return;
        };
        if !unknown.can_try_again() {
            return;
        }
        self.effect(Effect::Unschedule(Timer::Reconcile));
        self.stage = Stage::Review(ReviewStage::default());
        self.effect(Effect::Focus(Focus::Heading));
    }
}
