//! Asking, and where each answer goes. Answers to requests that nobody waits for are dropped here.

use super::effect::{Effect, Read, RequestId, Signal};
use super::event::Answer;
use super::facts::Slot;
use super::{Announcement, Dialog, Pending, Stage};
use crate::model::{ClusterRef, Dated, Failure, Page, Session};

impl Dialog {
    pub(super) fn next_id(&mut self) -> RequestId {
        let id = RequestId(self.next_request);
        self.next_request += 1;
        id
    }

    /// Asks for something. An earlier request for the same slot is given up.
    pub(super) fn ask(&mut self, read: Read) {
        let id = self.next_id();
        let abandoned = match &read {
            Read::Session => self.facts.session.asked(id),
            Read::Project { id: project } => {
                if self.choice.source_project.as_ref() == Some(project)
                    && !self.facts.source_project.was_asked()
                {
                    self.facts.source_project.asked(id)
                } else {
                    self.facts.target_project.asked(id)
                }
            }
            Read::Cluster(cluster) => {
                if self.wants_as_source(cluster) {
                    self.facts.source_cluster.asked(id)
                } else {
                    self.facts.target_cluster.asked(id)
                }
            }
            Read::ProcessArgs(cluster) => self.facts.process_args.at(cluster).asked(id),
            Read::Encryption { project_id } => self.facts.encryption.at(project_id).asked(id),
            Read::Snapshot { .. } => self.facts.snapshot.asked(id),
            Read::Job { .. } => self.poll.replace(id),
            Read::Projects { page } => {
                self.facts.projects.asked(id, *page);
                None
            }
            Read::Clusters { project_id, page } => {
                if self.is_target_list(project_id) {
                    self.clusters.list.asked(id, *page);
                } else {
                    self.facts.source_clusters.asked(id, *page);
                }
                None
            }
            Read::Snapshots { page, .. } => {
                self.facts.snapshots.asked(id, *page);
                None
            }
            Read::ShardedSnapshots { .. } => {
                self.facts.snapshots.asked(id, 1);
                None
            }
            Read::NewestSnapshots { .. } => None,
            Read::Jobs { cluster, page } => {
                self.facts.jobs.at(cluster).asked(id, *page);
                None
            }
        };
        if let Some(abandoned) = abandoned {
            self.give_up(abandoned);
        }
        self.pending.insert(id, Pending::Read(read.clone()));
        self.effect(Effect::Read { id, read });
    }

    /// While the source is picked, lists of clusters are of sources; afterwards of targets.
    fn is_target_list(&self, project_id: &str) -> bool {
        !matches!(self.stage, Stage::Source(_))
            && self.choice.project.as_deref() == Some(project_id)
    }

    /// The source is read alone once; every later reading of a single cluster is of a target.
    fn wants_as_source(&self, cluster: &ClusterRef) -> bool {
        self.choice.source().as_ref() == Some(cluster) && !self.facts.source_cluster.was_asked()
    }

    pub(super) fn give_up(&mut self, id: RequestId) {
        if self.pending.remove(&id).is_some() {
            self.effect(Effect::Abort(id));
        }
    }

    /// Reads a list from its start; what is there stays until the new reading is complete.
    pub(super) fn reread_jobs(&mut self, cluster: ClusterRef) {
        let abandoned = self.facts.jobs.at(&cluster).restart();
        for id in abandoned {
            self.give_up(id);
        }
        self.ask(Read::Jobs { cluster, page: 1 });
    }

    /// Gives up every read but the poll of a job, and lets the slots know that nobody will answer.
    pub(super) fn give_up_reads(&mut self) {
        let reads: Vec<RequestId> = self
            .pending
            .iter()
            .filter(|(_, pending)| {
                matches!(pending, Pending::Read(read) if !matches!(read, Read::Job { .. }))
            })
            .map(|(id, _)| *id)
            .collect();
        for id in reads {
            self.give_up(id);
        }
        let facts = &mut self.facts;
        facts.session.forget_request();
        facts.source_project.forget_request();
        facts.source_cluster.forget_request();
        facts.snapshot.forget_request();
        facts.target_project.forget_request();
        facts.target_cluster.forget_request();
        for (_, slot) in facts.encryption.iter_mut() {
            slot.forget_request();
        }
        for (_, slot) in facts.process_args.iter_mut() {
            slot.forget_request();
        }
        for (_, list) in facts.jobs.iter_mut() {
            list.forget_requests();
        }
        facts.projects.forget_requests();
        facts.source_clusters.forget_requests();
        facts.snapshots.forget_requests();
        self.clusters.list.forget_requests();
    }

    /// Gives up the poll, too.
    pub(super) fn give_up_poll(&mut self) {
        if let Some(id) = self.poll.take() {
            self.give_up(id);
        }
    }

    pub(super) fn replied(&mut self, id: RequestId, reply: Result<Dated<Answer>, Failure>) {
        let Some(pending) = self.pending.remove(&id) else {
            return; // Late: nobody waits for it any more.
        };
        self.date = reply.as_ref().ok().and_then(|dated| dated.date);
        let reply = reply.map(|dated| {
            if let Some(date) = dated.date {
                self.clock_offset_ms = Some(date.0.saturating_sub(self.now.0));
                self.last_date = Some(date);
            }
            dated.value
        });
        match pending {
            Pending::Restore => self.restore_answered(reply),
            Pending::Read(read) => {
                self.watch_backend(&read, &reply);
                // Warnings say what is not known of jobs, keys and settings; a failed poll changes nothing.
                let in_the_way = !matches!(
                    read,
                    Read::Job { .. }
                        | Read::Jobs { .. }
                        | Read::Encryption { .. }
                        | Read::ProcessArgs(_)
                        | Read::NewestSnapshots { .. }
                );
                let failed = reply.is_err() && in_the_way;
                let in_verdicts = matches!(
                    read,
                    Read::Session
                        | Read::Project { .. }
                        | Read::Cluster(_)
                        | Read::Snapshot { .. }
                        | Read::Encryption { .. }
                        | Read::Jobs { .. }
                );
                // A list of projects may have another description of the target's.
                let before = matches!(read, Read::Projects { .. })
                    .then(|| self.target_project().cloned())
                    .flatten();
                self.settle(read.clone(), reply);
                if in_verdicts || before.is_some() && before.as_ref() != self.target_project() {
                    self.clusters.outdate();
                }
                self.say_listed(&read);
                if failed && self.open && !self.sign_in_needed {
                    self.announce(Announcement::ReadFailed);
                }
                // Closed, nothing follows from a poll but the next one.
                if self.open {
                    self.facts_changed();
                }
            }
        }
    }

    /// HTML at the session alone is a plain proxy; HTML there and at Atlas's reads, or 401, is a lost login.
    fn watch_backend(&mut self, read: &Read, reply: &Result<Answer, Failure>) {
        let html = matches!(reply, Err(Failure::NotJson { html: true, .. }));
        let unauthenticated = matches!(reply, Err(failure) if failure.is_unauthenticated());
        match read {
            Read::Session => {
                self.backend.session_html = html && !unauthenticated;
                let had_session = self
                    .facts
                    .session
                    .value()
                    .is_some_and(|s| *s != Session::default());
                if html && had_session {
                    // A backend that had a session is no plain proxy: only JSON from now on would make it one.
                    self.backend.atlas_json = false;
                }
            }
            _ if html => {
                self.backend.atlas_html = true;
                // A login page in the middle: the session tells whether it is one.
                if !self.backend.session_html && !self.facts.session.in_flight() {
                    self.ask(Read::Session);
                }
            }
            _ => {
                if matches!(reply, Ok(_) | Err(Failure::Refused(_))) {
                    self.backend.atlas_json = true;
                    self.backend.atlas_html = false;
                }
            }
        }
        if unauthenticated || (self.backend.session_html && self.backend.atlas_html) {
            self.need_sign_in();
        } else if self.backend.session_html
            && self.backend.atlas_json
            && self.facts.session.failure().is_some()
        {
            self.facts.session.set(Session::default(), self.now);
        }
    }

    pub(super) fn need_sign_in(&mut self) {
        if let Stage::Review(review) = &mut self.stage {
            review.typed.clear();
        }
        if !self.sign_in_needed {
            self.sign_in_needed = true;
            self.announce(Announcement::SignInNeeded);
            self.effect(Effect::Emit(Signal::AuthRequired));
        }
        // An attempt that was not sent is over: signing in must not send it.
        if !self.is_sending() {
            self.back_to_review(None, false);
        }
    }

    fn settle(&mut self, read: Read, reply: Result<Answer, Failure>) {
        let now = self.now;
        match read {
            Read::Session => {
                let session_html = self.backend.session_html && self.backend.atlas_json;
                let reply = match one(reply, session) {
                    // A plain proxy: it knows no session (contract section 4).
                    Err(failure) if failure.status() == Some(404) && !is_html(&failure) => {
                        Ok(Session::default())
                    }
                    Err(failure) if is_html(&failure) && session_html => Ok(Session::default()),
                    reply => reply,
                };
                self.facts.session.settle(reply, now);
            }
            Read::Project { id } => {
                let reply = one(reply, project);
                let as_source = self.choice.source_project.as_ref() == Some(&id)
                    && self.facts.source_project.in_flight();
                if as_source {
                    self.facts.source_project.settle(reply, now);
                } else {
                    self.facts.target_project.settle(reply, now);
                }
            }
            Read::Cluster(cluster) => {
                let reply = one(reply, single_cluster);
                let as_source = self.choice.source().as_ref() == Some(&cluster)
                    && self.facts.source_cluster.in_flight();
                if as_source {
                    self.facts.source_cluster.settle(reply, now);
                    self.source_cluster_read();
                } else {
                    self.target_cluster_read(&cluster, reply);
                }
            }
            Read::ProcessArgs(cluster) => {
                let reply = one(reply, |answer| match answer {
                    Answer::ProcessArgs(value) => Some(value),
                    _ => None,
                });
                self.facts.process_args.at(&cluster).settle(reply, now);
            }
            Read::Encryption { project_id } => {
                let reply = one(reply, |answer| match answer {
                    Answer::Encryption(value) => Some(value),
                    _ => None,
                });
                self.facts.encryption.at(&project_id).settle(reply, now);
            }
            Read::Snapshot {
                cluster,
                id,
                sharded,
            } => self.snapshot_read(cluster, id, sharded, reply),
            Read::Job { id, .. } => self.poll_answered(&id, one(reply, single_job)),
            Read::Projects { page } => {
                let reply = one(reply, |answer| match answer {
                    Answer::Projects(value) => Some(value),
                    _ => None,
                });
                for page in self.facts.projects.settle(page, reply, now) {
                    self.ask(Read::Projects { page });
                }
            }
            Read::Clusters { project_id, page } => {
                let reply = one(reply, |answer| match answer {
                    Answer::Clusters(value) => Some(value),
                    _ => None,
                });
                let list = if self.is_target_list(&project_id) {
                    &mut self.clusters.list
                } else {
                    &mut self.facts.source_clusters
                };
                for page in list.settle(page, reply, now) {
                    self.ask(Read::Clusters {
                        project_id: project_id.clone(),
                        page,
                    });
                }
            }
            Read::Snapshots { cluster, page } => {
                for page in self.facts.snapshots.settle(page, snapshots(reply), now) {
                    self.ask(Read::Snapshots {
                        cluster: cluster.clone(),
                        page,
                    });
                }
            }
            Read::ShardedSnapshots { .. } => {
                let reply = snapshots(reply).map(|page| Page {
                    more: false,
                    ..page
                });
                self.facts.snapshots.settle(1, reply, now);
            }
            Read::NewestSnapshots { cluster, .. } => self.newest_snapshots_read(cluster, reply),
            Read::Jobs { cluster, page } => {
                let reply = one(reply, |answer| match answer {
                    Answer::Jobs(value) => Some(value),
                    _ => None,
                });
                let failed = reply.is_err();
                let list = self.facts.jobs.at(&cluster);
                for page in list.settle(page, reply, now) {
                    self.ask(Read::Jobs {
                        cluster: cluster.clone(),
                        page,
                    });
                }
                self.jobs_read(&cluster, failed);
            }
        }
    }

    fn snapshot_read(
        &mut self,
        cluster: ClusterRef,
        id: String,
        sharded: bool,
        reply: Result<Answer, Failure>,
    ) {
        let reply = one(reply, |answer| match answer {
            Answer::Snapshot(value) => Some(*value),
            _ => None,
        });
        // Which list it stands in depends on the cluster, which may not be known yet: try the other one.
        let elsewhere = matches!(
            reply.as_ref().map_err(Failure::status),
            Err(Some(400 | 404))
        );
        if elsewhere && !self.snapshot_is_sharded && !sharded {
            self.snapshot_is_sharded = true;
            self.facts.snapshot.forget_request();
            self.ask(Read::Snapshot {
                cluster,
                id,
                sharded: true,
            });
            return;
        }
        self.snapshot_is_sharded = sharded;
        self.facts.snapshot.settle(reply, self.now);
    }

    /// Asks once more for everything that could not be read.
    pub(super) fn retry(&mut self) {
        for read in self.failed_reads() {
            self.ask(read);
        }
        self.poll_now();
    }

    fn failed_reads(&mut self) -> Vec<Read> {
        let choice = self.choice.clone();
        let source = choice.source();
        let mut reads = Vec::new();
        if self.facts.session.failure().is_some() {
            reads.push(Read::Session);
        }
        if let Some(page) = self.facts.projects.retry_page() {
            reads.push(Read::Projects { page });
        }
        if let (Some(_), Some(id)) = (self.facts.source_project.failure(), &choice.source_project) {
            reads.push(Read::Project { id: id.clone() });
            self.facts.source_project = Slot::default();
        }
        if let (Some(_), Some(source)) = (self.facts.source_cluster.failure(), &source) {
            reads.push(Read::Cluster(source.clone()));
            self.facts.source_cluster = Slot::default();
        }
        if let (Some(_), Some(cluster), Some(id)) =
            (self.facts.snapshot.failure(), &source, &choice.snapshot)
        {
            reads.push(Read::Snapshot {
                cluster: cluster.clone(),
                id: id.clone(),
                sharded: false,
            });
            self.snapshot_is_sharded = false;
        }
        if let (Some(_), Some(id)) = (self.facts.target_project.failure(), &choice.project) {
            reads.push(Read::Project { id: id.clone() });
        }
        if let (Some(page), Some(project_id)) = (
            self.facts.source_clusters.retry_page(),
            choice.source_project.clone(),
        ) {
            reads.push(Read::Clusters { project_id, page });
        }
        if let (Some(page), Some(project_id)) = (self.clusters.list.retry_page(), &choice.project) {
            reads.push(Read::Clusters {
                project_id: project_id.clone(),
                page,
            });
        }
        if let (Some(_), Some(cluster)) = (self.facts.snapshots.failure(), &source) {
            self.facts.snapshots.restart();
            reads.push(self.snapshot_list(cluster.clone()));
        }
        for (project_id, slot) in self.facts.encryption.iter() {
            if slot.failure().is_some() {
                reads.push(Read::Encryption {
                    project_id: project_id.clone(),
                });
            }
        }
        for (cluster, slot) in self.facts.process_args.iter() {
            if slot.failure().is_some() {
                reads.push(Read::ProcessArgs(cluster.clone()));
            }
        }
        for (cluster, list) in self.facts.jobs.iter_mut() {
            if let Some(page) = list.retry_page() {
                reads.push(Read::Jobs {
                    cluster: cluster.clone(),
                    page,
                });
            }
        }
        reads
    }

    /// Which list holds a cluster's snapshots depends on its topology.
    pub(super) fn snapshot_list(&self, cluster: ClusterRef) -> Read {
        let sharded = self
            .facts
            .source_cluster
            .value()
            .and_then(|cluster| cluster.cluster_type.as_ref())
            .is_some_and(|kind| *kind != crate::model::ClusterType::ReplicaSet);
        if sharded {
            Read::ShardedSnapshots { cluster }
        } else {
            Read::Snapshots { cluster, page: 1 }
        }
    }

    /// Something is known that was not before: verdicts, waiting choices and steps may follow from it.
    pub(super) fn facts_changed(&mut self) {
        match &self.stage {
            Stage::Source(_) => {}
            Stage::Destination(_) | Stage::Review(_) => {
                if matches!(self.stage, Stage::Review(_)) && self.target_or_snapshot_gone() {
                    return;
                }
                self.judge_clusters();
                self.resolve_prefill();
                self.watch_target();
                self.finish_check_before_review();
                self.finish_check_only();
            }
            Stage::Submitting(_) => self.finish_recheck(),
            Stage::Unknown(_) | Stage::Following(_) => {}
        }
    }
}

/// The value in an answer of the expected kind. Another kind can only be a fault of the driver's.
fn one<T>(
    reply: Result<Answer, Failure>,
    pick: impl FnOnce(Answer) -> Option<T>,
) -> Result<T, Failure> {
    pick(reply?).ok_or_else(|| Failure::Unreadable {
        message: "an answer of another kind was expected".to_owned(),
    })
}

fn session(answer: Answer) -> Option<Session> {
    match answer {
        Answer::Session(value) => Some(*value),
        _ => None,
    }
}

fn project(answer: Answer) -> Option<crate::model::Project> {
    match answer {
        Answer::Project(value) => Some(*value),
        _ => None,
    }
}

fn single_cluster(answer: Answer) -> Option<crate::model::Cluster> {
    match answer {
        Answer::Cluster(value) => Some(*value),
        _ => None,
    }
}

pub(super) fn single_job(answer: Answer) -> Option<crate::model::RestoreJob> {
    match answer {
        Answer::Job(value) => Some(*value),
        _ => None,
    }
}

pub(super) fn snapshots(
    reply: Result<Answer, Failure>,
) -> Result<Page<crate::model::Snapshot>, Failure> {
    one(reply, |answer| match answer {
        Answer::Snapshots(value) => Some(value),
        _ => None,
    })
}

fn is_html(failure: &Failure) -> bool {
    matches!(failure, Failure::NotJson { html: true, .. })
}
