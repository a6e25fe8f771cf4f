//! The job to its end. Closing the dialog or losing a poll changes nothing about it.

use super::effect::{Effect, Read, Signal, Timer};
use super::stage::{Follow, Stage, Trace};
use super::{Announcement, Dialog, Focus, Pending};
use crate::model::{ClusterRef, Failure, JobState, RestoreJob, RestoreRequest, Timestamp};

/// The first poll comes after so long (S8).
pub(super) const FIRST_POLL_MS: u32 = 5_000;
/// And none comes later than this.
const SLOWEST_POLL_MS: u32 = 30_000;
/// From so many failed polls on a manual refresh is offered (S10).
const STALLED_AFTER: u32 = 3;
/// "Longer than usual" (S16), unless the page says otherwise (`long-after`).
const LONG_MS: i64 = 3_600_000;

impl Follow {
    pub(super) fn runs(&self) -> bool {
        self.job.state() == JobState::Running
    }

    fn read(&self) -> Read {
        Read::Job {
            cluster: self.source.clone(),
            id: self.job.id.clone(),
        }
    }

    pub(super) fn is_stalled(&self) -> bool {
        self.failed_polls >= STALLED_AFTER
    }

    /// Nothing changed for an hour, or for so many minutes: by the browser's clock since it was followed, or by the
    /// server's since it began.
    pub(super) fn takes_long(
        &self,
        minutes: Option<u32>,
        now: Timestamp,
        server: Timestamp,
    ) -> bool {
        let long_ms = minutes.map_or(LONG_MS, |minutes| i64::from(minutes) * 60_000);
        let began = Timestamp::of_object_id(&self.job.id).unwrap_or(server);
        self.runs()
            && (now.0.saturating_sub(self.changed_at.0) >= long_ms
                || server.0.saturating_sub(began.0) >= long_ms)
    }

    /// Nothing was read yet: only the id is known, from the page.
    pub(super) fn is_unread(&self) -> bool {
        self.updated_at.0 == i64::MIN
    }
}

/// A pause, or the longer one that the server asked for.
pub(super) fn not_before(after_ms: u32, asked: Option<u64>) -> u32 {
    after_ms.max(u32::try_from(asked.unwrap_or(0)).unwrap_or(u32::MAX))
}

impl Dialog {
    pub(super) fn follow(
        &mut self,
        source: ClusterRef,
        job: RestoreJob,
        request: Option<RestoreRequest>,
    ) {
        let state = job.state();
        let request = self.take_back(&job.id).or(request);
        Trace::keep(&mut self.traces, &|trace| !trace.leads_to(&job));
        if let Some((confirmed, _)) = &self.attempt
            && confirmed.is_done_by(&job)
        {
            // The next restore is another one, even of the same snapshot into the same cluster.
            self.attempt = None;
        }
        self.stage = Stage::Following(Box::new(Follow {
            source,
            job,
            request,
            updated_at: self.now,
            changed_at: self.now,
            failed_polls: 0,
            failure: None,
        }));
        self.announce(Announcement::JobChanged(state));
        self.effect(Effect::Focus(Focus::Heading));
        self.read_settings_of_job();
        self.poll_ms = FIRST_POLL_MS;
        self.tell_end();
        self.poll_later(None);
        self.schedule_clock();
    }

    /// What was asked for with a job that was followed aside; it is so no more.
    pub(super) fn take_back(&mut self, id: &str) -> Option<RestoreRequest> {
        let place = self.aside.iter().position(|follow| follow.job.id == id)?;
        self.aside.remove(place).request
    }

    /// The settings of the job's target tell which write concern applies in the end.
    pub(super) fn read_settings_of_job(&mut self) {
        let Some(target) = self.target_of_job().filter(|_| self.open) else {
            return;
        };
        if !self.facts.process_args.at(&target).was_asked() {
            self.ask(Read::ProcessArgs(target));
        }
    }

    /// Where the followed job writes.
    pub(super) fn target_of_job(&self) -> Option<ClusterRef> {
        let Stage::Following(follow) = &self.stage else {
            return None;
        };
        Some(ClusterRef {
            project_id: follow.job.target_group_id.clone()?,
            name: follow.job.target_cluster_name.clone()?,
        })
    }

    /// Somebody's restore runs into the chosen or prefilled target: it is shown instead of an armed form (S2).
    /// True too where it is followed already.
    pub(super) fn follow_running_into_choice(&mut self) -> bool {
        if matches!(self.stage, Stage::Following(_)) {
            return true;
        }
        let name = self
            .choice
            .cluster
            .as_ref()
            .or(self.choice.prefill.as_ref());
        let prefilled = self.choice.refused.is_some()
            && self.choice.refused == self.config.target_cluster
            && self.choice.project
                == self
                    .config
                    .target_project
                    .clone()
                    .or_else(|| self.config.source_project.clone());
        let name = name.or(self.choice.refused.as_ref().filter(|_| prefilled));
        let Some(target) = name.and_then(|name| self.choice.in_target_project(name)) else {
            return false;
        };
        let Some((source, job)) = self.facts.running_into(&target) else {
            return false;
        };
        let (source, job) = (source.clone(), job.clone());
        self.adopt(source, job);
        true
    }

    /// Follows a restore that may be anybody's.
    fn adopt(&mut self, source: ClusterRef, job: RestoreJob) {
        if job.state() == JobState::Running {
            self.effect(Effect::Emit(Signal::Progress(Box::new(job.clone()))));
        }
        self.follow(source, job, None);
    }

    /// The job, ended or not, of a request of ours whose answer was lost; or the restore that one met, which may be its
    /// own.
    pub(super) fn follow_trace(&mut self) -> bool {
        let found = self.traces.iter().find_map(|trace| {
            let list = self.facts.jobs.get(&trace.request.source)?;
            let job = trace.job_among(list.items())?;
            Some((trace.lost, trace.request.clone(), job))
        });
        let Some((lost, request, job)) = found else {
            return false;
        };
        if lost {
            self.started(job, request);
        } else {
            self.adopt(request.source, job);
        }
        true
    }

    pub(super) fn follow_pressed(&mut self, job_id: &str) {
        if !matches!(self.stage, Stage::Destination(_)) {
            return;
        }
        let Some((source, job)) = self.facts.job(job_id) else {
            return;
        };
        let (source, job) = (source.clone(), job.clone());
        self.adopt(source, job);
    }

    pub(super) fn poll_due(&mut self) {
        match &self.stage {
            _ if self.hidden => {}
            // It may not exist: Retry asks again.
            Stage::Following(follow) if follow.is_unread() => self.poll_on(0, None),
            _ => self.poll_now(),
        }
    }

    /// Asks for the job on the screen, else for the first that is followed aside.
    pub(super) fn poll_now(&mut self) {
        let shown = match &self.stage {
            Stage::Following(follow) if follow.runs() => Some(&**follow),
            _ => self.aside.first(),
        };
        if let Some(read) = shown.map(Follow::read) {
            self.poll(read);
        }
    }

    fn poll(&mut self, read: Read) {
        let asked = self.poll.and_then(|id| self.pending.get(&id));
        let asked = matches!(asked, Some(Pending::Read(asked)) if *asked == read);
        if asked || self.sign_in_needed {
            return;
        }
        self.effect(Effect::Unschedule(Timer::Poll));
        self.ask(read);
    }

    pub(super) fn page_hidden(&mut self, hidden: bool) {
        let shown_again = self.hidden && !hidden;
        self.hidden = hidden;
        if hidden {
            self.effect(Effect::Unschedule(Timer::Poll));
            self.effect(Effect::Unschedule(Timer::Clock));
        } else if shown_again {
            self.poll_now();
            self.schedule_clock();
        }
    }

    pub(super) fn poll_answered(&mut self, id: &str, reply: Result<RestoreJob, Failure>) {
        let now = self.now;
        let follow = match &mut self.stage {
            Stage::Following(follow) if follow.job.id == id => follow,
            _ => return self.poll_aside_answered(id, reply),
        };
        // Whoever named the job is told that there is none, and names it no more.
        let mut is_gone = false;
        let changed = match reply {
            Ok(job) => {
                let first = follow.is_unread();
                let changed = first || job.state() != follow.job.state();
                follow.failed_polls = 0;
                follow.failure = None;
                follow.updated_at = now;
                if changed {
                    follow.changed_at = now;
                }
                follow.job = job;
                changed
            }
            Err(failure) => {
                // A proxy's page of the same status says nothing about the job.
                is_gone = follow.is_unread()
                    && matches!(&failure, Failure::Refused(problem) if matches!(problem.status, 404 | 410));
                follow.failure = Some(failure);
                follow.failed_polls = follow.failed_polls.saturating_add(1);
                false
            }
        };
        if changed {
            let job = follow.job.clone();
            self.announce(Announcement::JobChanged(job.state()));
            if job.state() == JobState::Running {
                self.effect(Effect::Emit(Signal::Progress(Box::new(job))));
            }
        }
        if is_gone {
            self.effect(Effect::Emit(Signal::Error("job-not-found")));
        }
        self.read_settings_of_job();
        if changed {
            self.tell_end();
        }
        let asked = match &self.stage {
            Stage::Following(follow) => follow.failure.as_ref().and_then(Failure::retry_after_ms),
            _ => None,
        };
        self.poll_on(0, asked);
        self.schedule_clock();
    }

    /// The job is not on the screen: only its end is of interest.
    fn poll_aside_answered(&mut self, id: &str, reply: Result<RestoreJob, Failure>) {
        let Some(place) = self.aside.iter().position(|follow| follow.job.id == id) else {
            return;
        };
        match reply {
            Ok(job) if job.state() != JobState::Running => {
                self.aside.remove(place);
                self.effect(Effect::Emit(Signal::Finished(Box::new(job))));
                self.poll_on(place, None);
            }
            reply => {
                let asked = reply.err().and_then(|failure| failure.retry_after_ms());
                self.poll_on(place + 1, asked);
            }
        }
    }

    /// Tells the page that the job on the screen has ended, where it has.
    fn tell_end(&mut self) {
        if let Stage::Following(follow) = &self.stage
            && !follow.runs()
        {
            let job = follow.job.clone();
            self.effect(Effect::Unschedule(Timer::Clock));
            self.effect(Effect::Emit(Signal::Finished(Box::new(job))));
        }
    }

    /// One after another, those that are followed aside are asked for, too; after the last, or where the server asked
    /// to wait so long, comes a pause.
    fn poll_on(&mut self, place: usize, asked: Option<u64>) {
        match self.aside.get(place).map(Follow::read) {
            Some(read) if asked.is_none() && !self.hidden => self.poll(read),
            _ => self.poll_later(asked),
        }
    }

    fn poll_later(&mut self, asked: Option<u64>) {
        // A job that could not be read even once may not exist: Retry asks again.
        let shown =
            matches!(&self.stage, Stage::Following(follow) if follow.runs() && !follow.is_unread());
        if self.hidden || self.sign_in_needed || !shown && self.aside.is_empty() {
            return;
        }
        let after_ms = not_before(self.poll_ms, asked);
        self.poll_ms = (self.poll_ms + self.poll_ms / 4).min(SLOWEST_POLL_MS);
        self.effect(Effect::Schedule {
            timer: Timer::Poll,
            after_ms,
        });
    }
}
