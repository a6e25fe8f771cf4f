//! The request went out, and its answer was lost: what is concluded from the source cluster's restore jobs (S5).
//!
//! Which answers to the request leave the outcome open, whatever was done:
//!
//! | the answer | conclusion |
//! |---|---|
//! | 2xx and a restore job | started: followed |
//! | 4xx with JSON or without a body, but 401 and 408 | refused, nothing was started: back to the review |
//! | 401 | refused: sign in, then confirm again |
//! | any status, JSON with a `type` of the gateway's that says that nothing was sent | refused, nothing was started |
//! | none, and nothing left the browser | refused, nothing was started |
//! | none: dropped, aborted, no network, a redirect | unknown |
//! | none within the time limit | unknown |
//! | HTML, or anything else that is no JSON, whatever its status (but 401) | unknown |
//! | 2xx and cut JSON, or JSON that is no job | unknown |
//! | 5xx, 408, or a status that says nothing | unknown |
//!
//! A page of HTML leaves it open with a 4xx too: filters that look at answers write such pages after the backend has
//! acted. A portal whose own refusals (of a CSRF token, say) are JSON or empty has them shown as what they are.
//!
//! While it is unknown, the jobs are read: at once, then every ten seconds, and at "Check again".
//!
//! | the list read now | the list read just before the request | conclusion |
//! |---|---|---|
//! | has a job of this snapshot into this target, whose id was not there before | was read | it is ours: followed |
//! | has several of them | either | the first of them: others come later |
//! | has only such jobs whose ids were there before | was read | none of ours |
//! | has such a job, its ObjectId's time not before the request (server's clock) | could not be read | it is ours: followed |
//! | has only such jobs that are older than the request | could not be read | none of ours |
//! | has no such job | either | none of ours |
//! | could not be read | either | still unknown: looked at again, not before the server's `Retry-After`; "Check again" |
//!
//! And when the restore can be tried again:
//!
//! | looks that found none of ours | the last of them | a look failed after it | "Try again" |
//! |---|---|---|---|
//! | one | any | no | no |
//! | two or more | began less than 30 s after the request | no | no |
//! | two or more | began 30 s after the request, or later | no | yes: the name is asked for again, the Idempotency-Key stays |
//! | any | any | yes | no |
//!
//! The request may be acted on later still, so that it is not forgotten: until its job was shown, the first table holds
//! for each reading of the source's jobs, at the review, at the click and after opening anew. A job of ours is then
//! followed, ended or not, instead of sending again; at the click, jobs that cannot be read stop the request.
//!
//! A refusal that says that a restore runs into the target may answer a second copy of the request, which browsers send
//! where a connection closes: that request is looked for in the same way, until the source's jobs were read to their end.
//!
//! Half a minute is measured by the browser's clock, from the request to the beginning of the look; where that clock is set back meanwhile, from
//! then on. By the server's clock, too, where answers have a `Date`: the browser's may have been put forward. The time of the request on the server's clock is the `Date` of what was read again at the click; without any
//! `Date`, the browser's.

use super::effect::{Effect, Timer};
use super::follow::not_before;
use super::stage::{ReviewStage, Stage, Trace, UnknownStage};
use super::{Announcement, Dialog, Focus};
use crate::model::{ClusterRef, Failure, RestoreJob, Timestamp};

/// How long a request may take to show up among the jobs.
const SETTLED_MS: i64 = 30_000;
/// Reads that must find no job of ours.
const READS_NEEDED: u32 = 2;
/// Between two looks that nobody asked for.
const LOOK_AGAIN_MS: u32 = 10_000;

impl UnknownStage {
    /// Whether the restore can be tried again.
    pub(super) fn can_try_again(&self) -> bool {
        self.reads_without >= READS_NEEDED && self.settled && !self.read_failed && !self.checking
    }

    /// The jobs were read, and none is ours.
    fn found_none(&mut self, now: Timestamp, date: Option<Timestamp>) {
        self.reads_without = self.reads_without.saturating_add(1);
        self.last_read_at = Some(now);
        // An answer may be late, so that the look's beginning counts.
        let late = |asked: i64, sent: Timestamp| asked.saturating_sub(sent.0) >= SETTLED_MS;
        let took = now.0.saturating_sub(self.asked_at.0).max(0);
        self.settled = late(self.asked_at.0, self.sent_at)
            && match (date, self.sent_date) {
                (Some(date), Some(sent)) => late(date.0.saturating_sub(took), sent),
                _ => true,
            };
    }
}

impl Trace {
    /// Forgets all but these.
    pub(super) fn keep(traces: &mut Vec<Trace>, wanted: &dyn Fn(&Trace) -> bool) {
        traces.retain(wanted);
    }

    /// Whether the request can have left this job.
    pub(super) fn leads_to(&self, job: &RestoreJob) -> bool {
        self.request.is_done_by(job)
            && match &self.jobs_before {
                Some(before) => !before.contains(&job.id),
                // Ids carry whole seconds.
                None => Timestamp::of_object_id(&job.id).is_some_and(|created| {
                    created.0 >= self.sent_at_server.0 - self.sent_at_server.0.rem_euclid(1_000)
                }),
            }
    }

    /// The job that the request has most likely left: of those that it can have, the first, since others come later.
    pub(super) fn job_among(&self, jobs: &[RestoreJob]) -> Option<RestoreJob> {
        let jobs = jobs.iter().filter(|job| self.leads_to(job));
        jobs.min_by(|a, b| a.id.cmp(&b.id)).cloned()
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
        let now = self.now;
        let Stage::Unknown(unknown) = &mut self.stage else {
            return;
        };
        if unknown.checking || self.sign_in_needed {
            return;
        }
        unknown.checking = true;
        unknown.asked_at = now;
        unknown.sent_at = unknown.sent_at.min(now);
        let source = unknown.trace.request.source.clone();
        self.effect(Effect::Unschedule(Timer::Reconcile));
        self.reread_jobs(source);
    }

    /// A list of jobs was read to its end, or could not be.
    pub(super) fn jobs_read(&mut self, cluster: &ClusterRef, failed: bool) {
        let (now, date) = (self.now, self.date);
        let Some(list) = self.facts.jobs.get(cluster) else {
            return;
        };
        if !failed && list.is_complete() && !list.in_flight() {
            // A refused request that has left no job by now leaves none any more.
            Trace::keep(&mut self.traces, &|trace| {
                trace.lost
                    || trace.request.source != *cluster
                    || list.items().iter().any(|job| trace.leads_to(job))
            });
        }
        let Stage::Unknown(unknown) = &mut self.stage else {
            return;
        };
        if !unknown.checking || unknown.trace.request.source != *cluster {
            return;
        }
        if failed {
            unknown.checking = false;
            unknown.read_failed = true;
            let after_ms = not_before(
                LOOK_AGAIN_MS,
                list.failure().and_then(Failure::retry_after_ms),
            );
            self.look_again_later(after_ms);
            return;
        }
        if !list.is_complete() || list.in_flight() {
            return;
        }
        unknown.checking = false;
        unknown.read_failed = false;
        match unknown.trace.job_among(list.items()) {
            Some(ours) => {
                let request = unknown.trace.request.clone();
                self.started(ours, request);
            }
            None => {
                unknown.found_none(now, date);
                let times = unknown.reads_without as usize;
                self.announce(Announcement::NotFound(times));
                self.look_again_later(LOOK_AGAIN_MS);
            }
        }
    }

    /// A request of ours was sent, and nobody knows what became of it.
    pub(super) fn sent_before(&self) -> bool {
        self.traces.iter().any(|trace| trace.lost)
    }

    /// The same of a request for what is chosen now: then nobody may say that its restore was not started.
    pub(super) fn may_run(&self) -> bool {
        let chosen = self.request();
        self.traces.iter().any(|trace| {
            let earlier = &trace.request;
            trace.lost
                && chosen.as_ref().is_some_and(|chosen| {
                    (&earlier.snapshot_id, &earlier.target) == (&chosen.snapshot_id, &chosen.target)
                })
        })
    }

    fn look_again_later(&mut self, after_ms: u32) {
        let Stage::Unknown(unknown) = &self.stage else {
            return;
        };
        if !self.open || unknown.can_try_again() {
            return;
        }
        self.effect(Effect::Schedule {
            timer: Timer::Reconcile,
            after_ms,
        });
    }

    /// A new confirmation: the name has to be typed again. What the first request left is looked for at each reading of
    /// the jobs from now on.
    pub(super) fn try_again(&mut self) {
        let Stage::Unknown(unknown) = &self.stage else {
            return;
        };
        if !unknown.can_try_again() {
            return;
        }
        self.traces.push(unknown.trace.clone());
        self.effect(Effect::Unschedule(Timer::Reconcile));
        self.stage = Stage::Review(ReviewStage::default());
        self.effect(Effect::Focus(Focus::Heading));
        self.read_newest_snapshots();
        // Somebody's restore into the target may have been found meanwhile.
        self.facts_changed();
    }
}
