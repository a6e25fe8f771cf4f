//! Opening, closing, signing in.

use super::effect::{Effect, Outcome, Read, Signal, Timer};
use super::event::{CloseReason, Config};
use super::facts::Facts;
use super::stage::{Choice, DestinationStage, Follow, SourceStage, Stage};
use super::{BackendSeen, Dialog, Focus, SubmitError, Submitting};
use crate::model::{ClusterRef, RestoreJob};

/// How often ages and elapsed time are drawn anew while a job runs.
const CLOCK_MS: u32 = 1_000;

impl Dialog {
    pub(super) fn opened(&mut self, config: Config) {
        self.open = true;
        self.resolved = false;
        if self.keeps_outcome(&config) {
            self.resume();
        } else {
            self.start(config);
        }
        self.poll_now();
        self.effect(Effect::Focus(Focus::Heading));
    }

    /// An attempt whose outcome is open is shown whatever the page asks for; a running job, if it is asked for (D6).
    pub fn keeps_outcome(&self, config: &Config) -> bool {
        match &self.stage {
            Stage::Submitting(_) | Stage::Unknown(_) => true,
            // Closing leaves no review: this one came with a refusal, when nobody saw it.
            Stage::Review(_) => true,
            Stage::Following(follow) => {
                let same = |given: &Option<String>, ours: &str| {
                    given.as_deref().is_none_or(|given| given == ours)
                };
                follow.runs()
                    && same(&config.source_project, &follow.source.project_id)
                    && same(&config.source_cluster, &follow.source.name)
                    && same(
                        &config.snapshot,
                        follow.job.snapshot_id.as_deref().unwrap_or_default(),
                    )
                    && same(&config.job, &follow.job.id)
            }
            _ => false,
        }
    }

    fn resume(&mut self) {
        match &self.stage {
            Stage::Unknown(_) => self.look_for_our_job(),
            Stage::Review(_) => self.look_for_conflict(),
            _ => {}
        }
        self.read_settings_of_job();
        self.schedule_clock();
    }

    /// What runs for us is followed on, whatever is shown from now on; nobody answers for the job of another backend.
    fn set_aside(&mut self, other_backend: bool) {
        let nothing = Stage::Source(SourceStage::default());
        let stage = std::mem::replace(&mut self.stage, nothing);
        if other_backend {
            self.aside.clear();
        } else if let Stage::Following(follow) = stage
            && follow.runs()
            && follow.request.is_some()
        {
            self.aside.push(*follow);
        }
    }

    fn start(&mut self, config: Config) {
        self.set_aside(config.other_backend);
        self.give_up_reads();
        self.give_up_poll();
        self.effect(Effect::Unschedule(Timer::Poll));
        self.effect(Effect::Unschedule(Timer::Reconcile));
        self.facts = Facts::default();
        self.clusters.clear();
        self.backend = BackendSeen::default();
        self.sign_in_needed = false;
        self.snapshot_is_sharded = false;
        self.reason.clear();
        self.choice = Choice {
            source_project: config.source_project.clone(),
            source_cluster: config.source_cluster.clone(),
            snapshot: config.snapshot.clone(),
            project: config
                .target_project
                .clone()
                .or_else(|| config.source_project.clone()),
            prefill: config.target_cluster.clone(),
            ..Choice::default()
        };
        let source = self.choice.source();
        self.config = config;
        match (self.config.job.clone(), source) {
            (Some(job_id), Some(source)) => self.follow_known(source, job_id),
            (None, Some(_)) if self.choice.snapshot.is_some() => {
                self.stage = Stage::Destination(DestinationStage::default());
                self.read_for_destination();
            }
            _ => {
                self.stage = Stage::Source(SourceStage::default());
                self.read_for_source();
            }
        }
    }

    /// The page named a job: its progress is shown, whoever started it (S14).
    fn follow_known(&mut self, source: ClusterRef, id: String) {
        let job = RestoreJob {
            id: id.clone(),
            ..RestoreJob::default()
        };
        self.poll_ms = super::follow::FIRST_POLL_MS;
        self.stage = Stage::Following(Box::new(Follow {
            source: source.clone(),
            job,
            request: self.take_back(&id),
            // Nothing was read yet: `show` tells by this that there is nothing to show.
            updated_at: crate::model::Timestamp(i64::MIN),
            changed_at: self.now,
            failed_polls: 0,
            failure: None,
        }));
        self.ask(Read::Job {
            cluster: source,
            id,
        });
    }

    pub(super) fn closed(&mut self, reason: CloseReason) {
        if !self.open {
            return;
        }
        self.open = false;
        self.abandon_unsent();
        if !self.resolved {
            self.resolved = true;
            self.effect(Effect::Resolve(match reason {
                CloseReason::Cancel => Outcome::Cancelled,
                _ => Outcome::Dismissed,
            }));
        }
        self.effect(Effect::Unschedule(Timer::Clock));
        self.effect(Effect::Unschedule(Timer::Reconcile));
        // Nothing is asked for while closed, but for the job that runs on (D15, S8).
        self.give_up_reads();
        if let Stage::Unknown(unknown) = &mut self.stage {
            unknown.checking = false;
        }
        self.effect(Effect::Close);
        self.effect(Effect::Emit(Signal::Close(reason)));
    }

    /// A confirmation, and an attempt that has not been sent, end with the closing; one that was sent goes on.
    fn abandon_unsent(&mut self) {
        let unsent = match &self.stage {
            Stage::Review(_) => true,
            Stage::Submitting(submission) => submission.phase != Submitting::Sending,
            _ => false,
        };
        if unsent {
            self.stage = Stage::Destination(DestinationStage::default());
        }
    }

    pub(super) fn disconnected(&mut self) {
        self.abandon_unsent();
        self.give_up_reads();
        self.give_up_poll();
        if let Stage::Unknown(unknown) = &mut self.stage {
            unknown.checking = false;
        }
        for timer in [Timer::Poll, Timer::Reconcile, Timer::Clock] {
            self.effect(Effect::Unschedule(timer));
        }
        if self.open {
            self.open = false;
            if !self.resolved {
                self.resolved = true;
                self.effect(Effect::Resolve(Outcome::Error(
                    "the element was removed from the document".to_owned(),
                )));
            }
            self.effect(Effect::Close);
        }
    }

    /// Everything that failed is read again. The restore request is never repeated by itself (F1).
    pub(super) fn signed_in(&mut self) {
        if !self.sign_in_needed {
            return;
        }
        self.sign_in_needed = false;
        self.backend = BackendSeen::default();
        // "Your session has ended" is not so any more (V8).
        if let Stage::Review(review) = &mut self.stage
            && let Some(SubmitError::Refused(failure) | SubmitError::RecheckFailed(failure)) =
                &review.error
            && failure.is_unauthenticated()
        {
            review.error = None;
        }
        self.ask(Read::Session);
        match &self.stage {
            Stage::Unknown(_) => self.look_for_our_job(),
            Stage::Source(_) | Stage::Destination(_) | Stage::Review(_) => self.retry(),
            Stage::Following(_) | Stage::Submitting(_) => {}
        }
        self.poll_now();
    }

    pub(super) fn schedule_clock(&mut self) {
        let runs = matches!(&self.stage, Stage::Following(follow) if follow.runs());
        if self.open && !self.hidden && (runs || matches!(self.stage, Stage::Unknown(_))) {
            self.effect(Effect::Schedule {
                timer: Timer::Clock,
                after_ms: CLOCK_MS,
            });
        }
    }
}
