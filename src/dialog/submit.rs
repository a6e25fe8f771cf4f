//! From the click to the answer. One confirmation, at most one request; it is never sent again by itself (S1, S4).

use super::destination::{blockers, is_gone};
use super::effect::{Effect, Outcome, Signal};
use super::event::Answer;
use super::facts::{List, Recent};
use super::read::single_job;
use super::stage::{Check, ReviewStage, Shown, Stage, Submission, Trace, UnknownStage};
use super::{Announcement, Changed, Dialog, Focus, Pending, SubmitError, Submitting};
use crate::model::{Failure, RestoreJob, RestoreRequest, Timestamp};
use crate::rules::{Finding, Severity};

/// From then on a click is no confirmation any more.
const OLD_CLICK_MS: i64 = 120_000;

impl Dialog {
    pub(super) fn restore_pressed(&mut self, key: String) {
        let Stage::Review(review) = &mut self.stage else {
            return; // Not there, or the attempt is under way: the guard stands before the first wait.
        };
        let review = std::mem::take(review);
        let missing = self.missing_at_review(&review.typed);
        let (Some(request), Some(shown), true) = (self.request(), self.shown(), missing.is_empty())
        else {
            self.stage = Stage::Review(ReviewStage {
                show_missing: true,
                left: true,
                ..review
            });
            self.effect(Effect::Focus(Focus::ErrorSummary));
            return;
        };
        let key = match &self.attempt {
            Some((confirmed, key)) if *confirmed == request => key.clone(),
            _ => key,
        };
        self.attempt = Some((request.clone(), key.clone()));
        self.stage = Stage::Submitting(Box::new(Submission {
            phase: Submitting::AskingPage,
            trace: Trace {
                request: request.clone(),
                jobs_before: None,
                sent_at_server: self.now,
                lost: false,
            },
            key,
            review: ReviewStage {
                error: None,
                show_missing: false,
                check: Check::NotAsked,
                ..review
            },
            shown,
            sent_at: self.now,
            sent_date: None,
            post: None,
        }));
        self.effect(Effect::Emit(Signal::BeforeSubmit(Box::new(request))));
    }

    /// The page refused: nothing was sent, and everything stays as it was (E5, C13).
    pub(super) fn submit_vetoed(&mut self, message: Option<String>) {
        if self.submitting_phase() == Some(Submitting::AskingPage) {
            self.back_to_review(Some(SubmitError::Vetoed(message)), true);
        }
    }

    pub(super) fn submit_allowed(&mut self) {
        let Stage::Submitting(submission) = &mut self.stage else {
            return;
        };
        if submission.phase != Submitting::AskingPage {
            return;
        }
        submission.phase = Submitting::Rechecking;
        submission.sent_at = self.now;
        // At the click everything is read again, however fresh it is (T17).
        self.reread_all_but(Recent::NOTHING, false);
        self.finish_recheck();
    }

    fn submitting_phase(&self) -> Option<Submitting> {
        match &self.stage {
            Stage::Submitting(submission) => Some(submission.phase),
            _ => None,
        }
    }

    /// Takes the review back, with or without what was typed.
    pub(super) fn back_to_review(&mut self, error: Option<SubmitError>, keep_typed: bool) {
        let Stage::Submitting(submission) = &mut self.stage else {
            return;
        };
        let mut review = std::mem::take(&mut submission.review);
        if !keep_typed || self.sign_in_needed {
            review.typed.clear();
        }
        review.left = false;
        let (failed, running) = match &error {
            Some(error) => (true, error.is_running()),
            None => (false, false),
        };
        review.error = error;
        self.stage = Stage::Review(review);
        if failed {
            if !running {
                self.announce(match self.may_run() {
                    true => Announcement::OutcomeUnknown,
                    false => Announcement::Refused,
                });
            }
            self.effect(Effect::Focus(Focus::SubmitError));
        } else {
            self.effect(Effect::Focus(Focus::Heading));
        }
    }

    /// Once all is read again: sends, or goes back and says what changed.
    pub(super) fn finish_recheck(&mut self) {
        if self.submitting_phase() != Some(Submitting::Rechecking)
            || self.reads_about_target_in_flight()
        {
            return;
        }
        if self.follow_trace() || self.follow_running_into_choice() {
            return;
        }
        // Reads wait for a network as long as it takes: a click of long ago confirms nothing.
        let clicked = match &self.stage {
            Stage::Submitting(submission) => submission.sent_at.0,
            _ => self.now.0,
        };
        if self.now.0.saturating_sub(clicked).saturating_abs() > OLD_CLICK_MS {
            self.back_to_review(Some(SubmitError::RecheckFailed(Failure::TimedOut)), false);
            return;
        }
        if self.target_or_snapshot_gone() {
            return;
        }
        let changed = match &self.stage {
            Stage::Submitting(submission) => self.change_since(&submission.shown),
            _ => None,
        };
        let blocked = changed.as_ref().is_some_and(|changed| {
            let blocks = |finding: &Finding| finding.severity() == Severity::Blocker;
            changed.target_replaced || changed.added.iter().any(blocks)
        });
        // What stands in the way by now says more than what could not be read.
        if let Some(failure) = self.recheck_failure().filter(|_| !blocked) {
            self.back_to_review(Some(SubmitError::RecheckFailed(failure)), true);
            return;
        }
        match changed {
            Some(changed) => {
                if blocked {
                    self.choice.refused = self.choice.cluster.take();
                    self.emit_select();
                }
                self.judge_clusters();
                self.come_back_to_destination(changed);
            }
            None => self.send(),
        }
    }

    /// What had to be read again, and could not be.
    pub(super) fn recheck_failure(&self) -> Option<Failure> {
        let facts = &self.facts;
        [
            facts.session.failure(),
            facts.snapshot.failure(),
            facts.target_cluster.failure(),
            self.lost_request_failure(),
        ]
        .into_iter()
        .flatten()
        .next()
        .cloned()
    }

    /// While an earlier request may have been acted on yet, none goes out without a look at the jobs.
    fn lost_request_failure(&self) -> Option<&Failure> {
        let source = self.choice.source()?;
        let mut traces = self.traces.iter();
        traces.find(|trace| trace.lost && trace.request.source == source)?;
        self.facts.jobs.get(&source)?.failure()
    }

    /// Target or snapshot were deleted meanwhile: lists are read anew, and the field explains (F3).
    pub(super) fn target_or_snapshot_gone(&mut self) -> bool {
        let snapshot_gone = self.facts.snapshot.failure().is_some_and(is_gone);
        let target_gone = self.facts.target_cluster.failure().is_some_and(is_gone);
        if target_gone {
            self.target_lost();
        } else if snapshot_gone {
            self.come_back_to_destination(Changed {
                unreadable: true,
                ..Changed::default()
            });
        }
        target_gone || snapshot_gone
    }

    /// The chosen target is gone, or another cluster has its name now.
    pub(super) fn target_lost(&mut self) {
        self.choice.refused = self.choice.cluster.take();
        self.forget_target_cluster();
        self.emit_select();
        self.reread_clusters();
        self.come_back_to_destination(Changed {
            target_replaced: true,
            ..Changed::default()
        });
    }

    /// What is worse now, or lost otherwise, than what stood on screen before the facts were read again.
    pub(super) fn change_since(&self, before: &Shown) -> Option<Changed> {
        let now_shown = self.shown()?;
        let cluster = self.chosen_cluster()?;
        let added: Vec<_> = self
            .basis()
            .assess(cluster)
            .into_iter()
            .filter(|finding| {
                finding.severity() == Severity::Blocker
                    || (!before.codes.contains(finding.code) && changes_anything(finding.code))
            })
            .collect();
        let changed = Changed {
            target_replaced: now_shown.target_id != before.target_id,
            write_concern: now_shown.write_concern != before.write_concern,
            added,
            unreadable: false,
            sent_before: false,
        };
        (changed != Changed::default()).then_some(changed)
    }

    fn send(&mut self) {
        // Whatever else happens: no request while the facts at hand hold a blocker.
        let blocked = self
            .chosen_cluster()
            .is_none_or(|cluster| !blockers(self.basis().assess(cluster)).is_empty());
        if blocked || !self.is_ready() {
            self.back_to_review(None, false);
            return;
        }
        // What was read again since the click is dated by the server.
        let sent_at_server = self.last_date.unwrap_or(self.now);
        let offset = self.clock_offset_ms.unwrap_or(0);
        let since = Timestamp(self.now.0.saturating_add(offset));
        let sent_date = self.last_date.map(|date| date.max(since));
        let jobs_before = self.job_ids_of_source();
        let csrf_token = self
            .facts
            .session
            .value()
            .and_then(|session| session.csrf_token.clone());
        let id = self.next_id();
        let now = self.now;
        let Stage::Submitting(submission) = &mut self.stage else {
            return;
        };
        submission.phase = Submitting::Sending;
        // Later than the click, by what was read again.
        submission.sent_at = now;
        submission.sent_date = sent_date;
        submission.post = Some(id);
        submission.trace.jobs_before = jobs_before;
        submission.trace.sent_at_server = sent_at_server;
        // The confirmation is used up, whatever comes of it.
        submission.review.typed.clear();
        let effect = Effect::Restore {
            id,
            request: Box::new(submission.trace.request.clone()),
            key: submission.key.clone(),
            csrf_token,
        };
        self.pending.insert(id, Pending::Restore);
        self.effect(effect);
    }

    /// Ids of the source's jobs, if their list could be read.
    fn job_ids_of_source(&self) -> Option<Vec<String>> {
        let list = self.facts.jobs.get(&self.choice.source()?)?;
        list.is_complete()
            .then(|| List::items(list).iter().map(|job| job.id.clone()).collect())
    }

    pub(super) fn restore_answered(&mut self, reply: Result<Answer, Failure>) {
        let Stage::Submitting(submission) = &self.stage else {
            return;
        };
        if submission.phase != Submitting::Sending {
            return;
        }
        let request = submission.trace.request.clone();
        let reply = reply.and_then(|answer| {
            single_job(answer).ok_or_else(|| Failure::Unreadable {
                message: "a restore job was expected".to_owned(),
            })
        });
        let failed = reply.is_err();
        match reply {
            Ok(job) => self.started(job, request),
            Err(failure) if failure.is_unauthenticated() => {
                self.need_sign_in();
                self.back_to_review(Some(SubmitError::Refused(failure)), false);
            }
            Err(failure) if outcome_is_unknown(&failure) => self.outcome_unknown(failure),
            Err(failure) => self.refused(failure),
        }
        // Nobody looks at it: the page is told (D6).
        if failed && !self.open {
            self.effect(Effect::Emit(Signal::Error(match self.is_unsure() {
                true => "outcome-unknown",
                false => "refused",
            })));
        }
    }

    /// Our job is known, by its answer or by the list of jobs.
    pub(super) fn started(&mut self, job: RestoreJob, request: RestoreRequest) {
        // The next restore is another one, even of the same snapshot into the same cluster.
        self.attempt = None;
        self.effect(Effect::Emit(Signal::Started {
            job: Box::new(job.clone()),
            request: Box::new(request.clone()),
        }));
        if !self.resolved {
            self.resolved = true;
            self.effect(Effect::Resolve(Outcome::Started(Box::new(job.clone()))));
        }
        let source = request.source.clone();
        self.follow(source, job, Some(request));
    }

    /// A definite no.
    fn refused(&mut self, failure: Failure) {
        // The server's rules, or what they stand on, differ from ours: what is read again says it at its field (V9).
        let outdated = matches!(failure.status(), Some(404 | 410 | 422));
        let error = SubmitError::Refused(failure);
        let running = error.is_running();
        if let (true, Stage::Submitting(submission)) = (running, &self.stage) {
            self.traces.push(submission.trace.clone());
        }
        self.back_to_review(Some(error), false);
        self.look_for_conflict();
        if outdated && self.open {
            self.reread_all_but(Recent::NOTHING, false);
        }
    }

    /// Somebody was faster, perhaps we ourselves: the jobs tell which, and the running one is then followed.
    pub(super) fn look_for_conflict(&mut self) {
        if self.open && !self.traces.is_empty() {
            let (scope, _) = self.jobs_scope();
            for cluster in scope {
                self.reread_jobs(cluster);
            }
        }
    }

    fn outcome_unknown(&mut self, failure: Failure) {
        let Stage::Submitting(submission) = &mut self.stage else {
            return;
        };
        submission.trace.lost = true;
        let unknown = UnknownStage {
            trace: submission.trace.clone(),
            failure,
            sent_at: submission.sent_at,
            sent_date: submission.sent_date,
            reads_without: 0,
            last_read_at: None,
            asked_at: submission.sent_at,
            settled: false,
            read_failed: false,
            checking: false,
        };
        self.stage = Stage::Unknown(Box::new(unknown));
        self.announce(Announcement::OutcomeUnknown);
        self.effect(Effect::Focus(Focus::Heading));
        if self.open {
            self.look_for_our_job();
        }
    }
}

/// A warning or notice that makes a difference to what happens; notices that always stand there do not.
fn changes_anything(code: crate::rules::Code) -> bool {
    code.severity() == Severity::Warning || code == crate::rules::Code::TargetIsSource
}

/// The request may or may not have reached Atlas (S5): see the first table of [`super::unknown`].
fn outcome_is_unknown(failure: &Failure) -> bool {
    match failure {
        Failure::Refused(problem) => {
            !problem.was_not_sent()
                && (problem.status >= 500 || problem.status == 408 || problem.status < 400)
        }
        Failure::NotSent { .. } => false,
        _ => true,
    }
}
