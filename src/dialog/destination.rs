//! Choosing the target.

use super::effect::{Effect, Read};
use super::facts::Recent;
use super::show::blocks;
use super::stage::{DestinationStage, ReviewStage, Stage};
use super::{Announcement, Basis, Changed, Dialog, FRESH_MS, Focus, Missing};
use crate::model::{Cluster, ClusterRef, Failure, Project, Timestamp};
use crate::rules::{Finding, Severity};

/// How many clusters beside source and target are asked for restores into the target (S2).
const OTHERS_LOOKED_AT: usize = 20;

impl Dialog {
    /// Asks for whatever the destination needs and nobody asked for yet, the most needed first.
    pub(super) fn read_for_destination(&mut self) {
        let choice = self.choice.clone();
        if !self.facts.session.was_asked() {
            self.ask(Read::Session);
        }
        if let Some(source) = choice.source() {
            if let (false, Some(id)) = (self.facts.snapshot.was_asked(), choice.snapshot) {
                self.ask(Read::Snapshot {
                    cluster: source.clone(),
                    id,
                    sharded: false,
                });
            }
            if !self.facts.source_cluster.was_asked() {
                self.ask(Read::Cluster(source.clone()));
            }
            if !self.facts.source_project.was_asked() {
                self.ask(Read::Project {
                    id: source.project_id.clone(),
                });
            }
        }
        if let Some(project_id) = choice.project {
            self.read_target_project(project_id);
        }
        if !self.facts.projects.was_asked() {
            self.ask(Read::Projects { page: 1 });
        }
        if let Some(project_id) = choice.source_project {
            self.read_encryption(project_id);
        }
        if let Some(source) = self.choice.source()
            && self.facts.jobs.get(&source).is_none()
        {
            self.ask(Read::Jobs {
                cluster: source,
                page: 1,
            });
        }
    }

    fn read_encryption(&mut self, project_id: String) {
        let asked = self
            .facts
            .encryption
            .get(&project_id)
            .is_some_and(super::facts::Slot::was_asked);
        if !asked {
            self.ask(Read::Encryption { project_id });
        }
    }

    fn read_target_project(&mut self, project_id: String) {
        self.ask(Read::Clusters {
            project_id: project_id.clone(),
            page: 1,
        });
        self.read_encryption(project_id);
    }

    pub(super) fn project_chosen(&mut self, id: String) {
        if !matches!(self.stage, Stage::Destination(_)) || self.choice.project.as_ref() == Some(&id)
        {
            return;
        }
        for request in self.clusters.list.restart() {
            self.give_up(request);
        }
        self.forget_target_cluster();
        self.clusters.clear();
        self.choice.project = Some(id.clone());
        self.choice.cluster = None;
        self.choice.refused = None;
        self.choice.prefill = None;
        self.stage = Stage::Destination(DestinationStage::default());
        if let Some(request) = self.facts.target_project.reset() {
            self.give_up(request);
        }
        self.read_target_project(id);
        self.announce(Announcement::ProjectChanged);
        self.emit_select();
        self.facts_changed();
    }

    pub(super) fn forget_target_cluster(&mut self) {
        if let Some(id) = self.facts.target_cluster.reset() {
            self.give_up(id);
        }
    }

    pub(super) fn filter_changed(&mut self, text: String) {
        if text == self.clusters.filter() {
            return;
        }
        self.clusters.set_filter(text, self.unicode);
        let matches = self.clusters.matches();
        self.announce(Announcement::Matches(matches));
    }

    /// All that verdicts need is known, so that an empty verdict means that nothing stands in the way.
    pub(super) fn is_ready(&self) -> bool {
        let facts = &self.facts;
        facts.session.value().is_some()
            && facts.source_project.value().is_some()
            && facts.snapshot.value().is_some()
            && (facts.source_cluster.value().is_some() || self.source_cluster_is_unknown())
            && self.target_project().is_some()
    }

    /// The chosen target project, as far as it is known.
    pub(super) fn target_project(&self) -> Option<&Project> {
        self.facts.project(self.choice.project.as_deref()?)
    }

    /// A source cluster that was deleted or is none of Atlas's cluster API: the rules then know less, and say so.
    pub(super) fn source_cluster_is_unknown(&self) -> bool {
        self.facts.source_cluster.failure().is_some_and(is_gone)
    }

    /// The page named a target project that there is not, or that the person may not see.
    pub(super) fn target_project_is_missing(&self) -> bool {
        let project = self.choice.project.as_deref();
        self.facts.target_project.failure().is_some()
            && project.is_some_and(|id| self.facts.project(id).is_none())
    }

    pub(super) fn judge_clusters(&mut self) {
        let ready = self.is_ready();
        let now = self.server_time(self.now);
        let basis = Basis::new(
            &self.facts,
            &self.choice,
            &self.config,
            &self.default_policy,
            now,
        );
        let blocked = blocks(&basis.assess_source());
        if ready {
            basis.judge(|verdict| self.clusters.judge(verdict, self.unicode));
        }
        if ready && self.clusters.list.is_complete() && !self.clusters.told {
            self.clusters.told = true;
            let (total, eligible) = (self.clusters.total(), self.clusters.eligible());
            // Nobody chooses among them where the snapshot itself cannot be restored.
            self.announce(if blocked {
                Announcement::Blocked
            } else {
                Announcement::ClustersLoaded { total, eligible }
            });
        }
        self.read_missing_project();
    }

    /// A project that the list does not have is asked for alone.
    fn read_missing_project(&mut self) {
        let projects = &self.facts.projects;
        let listed_all = projects.is_complete() || projects.failure().is_some();
        if let Some(id) = self.choice.project.clone()
            && listed_all
            && self.facts.project(&id).is_none()
            && !self.facts.target_project.was_asked()
            && !self.facts.source_project.in_flight()
        {
            self.ask(Read::Project { id });
        }
    }

    pub(super) fn cluster_chosen(&mut self, id: &str) {
        if !matches!(self.stage, Stage::Destination(_)) || !self.is_ready() {
            return;
        }
        let Some(cluster) = self.clusters.by_id(id).cloned() else {
            return;
        };
        self.choice.prefill = None;
        self.choose(&cluster);
    }

    /// Chooses it, or refuses it and clears an earlier choice (T3).
    fn choose(&mut self, cluster: &Cluster) {
        let blockers = blockers(self.basis().assess(cluster));
        let before = self.choice.cluster.take();
        self.choice.refused = None;
        // More is known of the chosen cluster than of the others.
        self.clusters.outdate();
        // What was read of another cluster says nothing of this one.
        self.forget_target_cluster();
        let stage = DestinationStage::default();
        self.stage = Stage::Destination(stage);
        let name = cluster.name.clone();
        if blockers.is_empty() {
            self.choice.cluster = Some(name.clone());
            self.announce(Announcement::ClusterChosen { name });
            self.read_for_target();
        } else {
            self.choice.refused = Some(name.clone());
            self.announce(Announcement::ClusterRefused {
                name,
                findings: blockers,
            });
        }
        if before != self.choice.cluster {
            self.emit_select();
        }
    }

    /// What is read of the chosen target alone: its settings, and the jobs that may write into it.
    fn read_for_target(&mut self) {
        let Some(target) = self.choice.target() else {
            return;
        };
        let args = self.facts.process_args.get(&target);
        if !args.is_some_and(super::facts::Slot::was_asked) {
            self.ask(Read::ProcessArgs(target));
        }
        let (scope, _) = self.jobs_scope();
        for cluster in scope {
            let list = self.facts.jobs.get(&cluster);
            if !list.is_some_and(super::facts::List::was_asked) {
                self.ask(Read::Jobs { cluster, page: 1 });
            }
        }
    }

    /// Whose restore jobs are read for the chosen target, and how many clusters of its project are not looked at:
    /// the source's, the target's, and up to 20 more of the target's project that have backups (S2).
    pub(super) fn jobs_scope(&self) -> (Vec<ClusterRef>, usize) {
        let mut scope: Vec<ClusterRef> = self.choice.source().into_iter().collect();
        let Some(target) = self.choice.target() else {
            return (scope, 0);
        };
        if !scope.contains(&target) {
            scope.push(target.clone());
        }
        let (first, count) = self.clusters.backed_up();
        let is_known = |name: &str| {
            let known = scope
                .iter()
                .filter(|known| known.project_id == target.project_id);
            known.into_iter().any(|known| known.name == name)
        };
        let others: Vec<ClusterRef> = first
            .filter(|cluster| !is_known(&cluster.name))
            .take(OTHERS_LOOKED_AT)
            .map(|cluster| ClusterRef {
                project_id: target.project_id.clone(),
                name: cluster.name.clone(),
            })
            .collect();
        let asked_anyway = scope.iter().filter(|known| {
            known.project_id == target.project_id
                && self
                    .clusters
                    .by_name(&known.name)
                    .is_some_and(|cluster| cluster.backup_enabled == Some(true))
        });
        let left_out = count.saturating_sub(asked_anyway.count() + others.len());
        scope.extend(others);
        (scope, left_out)
    }

    /// Chooses or refuses the target that the page gave, once what its verdict needs is there (T5).
    pub(super) fn resolve_prefill(&mut self) {
        let Some(name) = self.choice.prefill.clone() else {
            return;
        };
        if !self.is_ready() || self.waits_for_verdicts() {
            return;
        }
        if let Some(cluster) = self.clusters.by_name(&name).cloned() {
            self.choice.prefill = None;
            self.choose(&cluster);
            return;
        }
        let list = &self.clusters.list;
        if !(list.is_complete() || list.failure().is_some()) {
            return;
        }
        let slot = &self.facts.target_cluster;
        if !slot.was_asked() {
            if let Some(cluster) = self.choice.in_target_project(&name) {
                self.ask(Read::Cluster(cluster));
            }
        } else if slot.failure().is_some() && !slot.in_flight() {
            self.choice.prefill = None;
            self.choice.refused = Some(name.clone());
            let findings = self.refused_findings(&name, self.now);
            self.announce(Announcement::ClusterRefused { name, findings });
        }
    }

    /// Facts that every verdict depends on are on their way.
    fn waits_for_verdicts(&self) -> bool {
        let in_flight = |id: &Option<String>| {
            id.as_ref()
                .and_then(|id| self.facts.encryption.get(id))
                .is_some_and(super::facts::Slot::in_flight)
        };
        in_flight(&self.choice.project)
            || in_flight(&self.choice.source_project)
            || self
                .choice
                .source()
                .and_then(|source| self.facts.jobs.get(&source))
                .is_some_and(super::facts::List::in_flight)
    }

    /// Why a cluster that was refused will not do. A flex cluster is none of Atlas's cluster API (FACTS section 2).
    pub(super) fn refused_findings(&self, name: &str, now: Timestamp) -> Vec<Finding> {
        if let Some(cluster) = self.clusters.by_name(name) {
            return self.basis_at(now).assess(cluster);
        }
        let flex = self
            .facts
            .target_cluster
            .failure()
            .and_then(Failure::error_code)
            == Some("CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API");
        if flex {
            vec![Finding::new(crate::rules::Code::TargetNotDedicated).with("FLEX")]
        } else {
            Vec::new()
        }
    }

    /// The chosen target's verdict can change while facts come in: it is then refused, or its restore followed (S2).
    pub(super) fn watch_target(&mut self) {
        if self.follow_trace() || self.follow_running_into_choice() || !self.is_ready() {
            return;
        }
        let Some(cluster) = self.chosen_cluster().cloned() else {
            return;
        };
        let blockers = blockers(self.basis().assess(&cluster));
        if blockers.is_empty() {
            return;
        }
        self.choice.cluster = None;
        self.choice.refused = Some(cluster.name);
        self.come_back_to_destination(Changed {
            added: blockers,
            ..Changed::default()
        });
        self.emit_select();
    }

    pub(super) fn chosen_cluster(&self) -> Option<&Cluster> {
        self.clusters.by_name(self.choice.cluster.as_deref()?)
    }

    /// Back from wherever it was, with the confirmation gone and the reason on screen (T17).
    pub(super) fn come_back_to_destination(&mut self, mut changed: Changed) {
        changed.sent_before = self.sent_before();
        self.stage = Stage::Destination(DestinationStage {
            changed: Some(changed),
            ..DestinationStage::default()
        });
        self.announce(Announcement::FactsChanged);
        self.effect(Effect::Focus(Focus::Heading));
    }

    pub(super) fn target_cluster_read(
        &mut self,
        cluster: &ClusterRef,
        reply: Result<Cluster, Failure>,
    ) {
        let mut replaced = false;
        if self.choice.project.as_ref() == Some(&cluster.project_id)
            && let Ok(fresh) = &reply
        {
            // At the click it is compared with what was on screen; before that, with what was chosen.
            replaced = matches!(self.stage, Stage::Destination(_) | Stage::Review(_))
                && self.choice.cluster.as_ref() == Some(&fresh.name)
                && self
                    .chosen_cluster()
                    .is_some_and(|chosen| chosen.id != fresh.id);
            self.clusters.replace(fresh);
        }
        self.facts.target_cluster.settle(reply, self.now);
        if replaced {
            self.target_lost();
        }
    }

    /// The list is out of date: another one is read, under the same filter (F3).
    pub(super) fn reread_clusters(&mut self) {
        let Some(project_id) = self.choice.project.clone() else {
            return;
        };
        for request in self.clusters.list.restart() {
            self.give_up(request);
        }
        let filter = self.clusters.filter().to_owned();
        self.clusters.clear();
        self.clusters.set_filter(filter, self.unicode);
        self.ask(Read::Clusters {
            project_id,
            page: 1,
        });
    }

    pub(super) fn missing_at_destination(&self, now: Timestamp) -> Vec<Missing> {
        let mut missing = Vec::new();
        if self.sign_in_needed {
            missing.push(Missing::SignIn);
        }
        if !self.is_ready() {
            missing.push(
                if self.choice.project.is_none() || self.target_project_is_missing() {
                    Missing::Project
                } else {
                    Missing::StillLoading
                },
            );
            return missing;
        }
        let basis = self.basis_at(now);
        let blocks = |findings: Vec<Finding>| !blockers(findings).is_empty();
        if blocks(basis.assess_source()) {
            missing.push(Missing::Snapshot);
        }
        if basis
            .target_project()
            .is_some_and(|project| blocks(basis.assess_project(project)))
        {
            missing.push(Missing::Project);
        }
        if self.choice.cluster.is_none() {
            missing.push(Missing::Cluster);
        }
        // What is still read of the target holds nobody up: Next waits for it.
        missing
    }

    /// Something that the review shows or a verdict needs is on its way.
    pub(super) fn reads_about_target_in_flight(&self) -> bool {
        let facts = &self.facts;
        let args = self
            .choice
            .target()
            .and_then(|target| facts.process_args.get(&target));
        let (scope, _) = self.jobs_scope();
        facts.session.in_flight()
            || facts.snapshot.in_flight()
            || facts.target_cluster.in_flight()
            || args.is_some_and(super::facts::Slot::in_flight)
            || self.waits_for_verdicts()
            || scope.iter().any(|cluster| {
                facts
                    .jobs
                    .get(cluster)
                    .is_some_and(super::facts::List::in_flight)
            })
    }

    pub(super) fn next_at_destination(&mut self) {
        let missing = self.missing_at_destination(self.now);
        let shown = self
            .shown()
            .filter(|_| !self.reads_about_target_in_flight());
        let Stage::Destination(stage) = &mut self.stage else {
            return;
        };
        if stage.checking {
            return;
        }
        if !missing.is_empty() {
            stage.show_missing = true;
            self.effect(Effect::Focus(Focus::ErrorSummary));
            return;
        }
        stage.show_missing = false;
        stage.changed = None;
        stage.checking = true;
        stage.shown = shown;
        let fresh_ms = self
            .config
            .fresh_seconds
            .map_or(FRESH_MS, |seconds| i64::from(seconds) * 1_000);
        let recent = Recent {
            since: Timestamp(self.now.0.saturating_sub(fresh_ms)),
            until: self.now,
        };
        self.reread_all_but(recent, true);
        self.finish_check_before_review();
    }

    /// Reads again what decides about this pair, where it was not read recently (T17). What is `on_its_way` may count
    /// before the review; at the click it does not, since it may have been written before.
    pub(super) fn reread_all_but(&mut self, recent: Recent, on_its_way: bool) {
        let (Some(source), Some(target)) = (self.choice.source(), self.choice.target()) else {
            return;
        };
        if !self.facts.session.is_fresh(recent, on_its_way) {
            self.ask(Read::Session);
        }
        if let (false, Some(id)) = (
            self.facts.snapshot.is_fresh(recent, on_its_way),
            self.choice.snapshot.clone(),
        ) {
            self.ask(Read::Snapshot {
                cluster: source,
                id,
                sharded: self.snapshot_is_sharded,
            });
        }
        let alone = &self.facts.target_cluster;
        let alone_is_fresh = alone.is_read(recent)
            && alone.value().map(|cluster| cluster.name.as_str()) == Some(&target.name);
        if !alone_is_fresh && !self.clusters.list.is_read(recent) {
            self.ask(Read::Cluster(target.clone()));
        }
        let projects = [
            Some(target.project_id.clone()),
            self.choice.source_project.clone(),
        ];
        let [target_project, source_project] = projects;
        let same = target_project == source_project;
        for project_id in [target_project, source_project.filter(|_| !same)]
            .into_iter()
            .flatten()
        {
            let fresh = self
                .facts
                .encryption
                .get(&project_id)
                .is_some_and(|slot| slot.is_fresh(recent, on_its_way));
            if !fresh {
                self.ask(Read::Encryption { project_id });
            }
        }
        let args = self.facts.process_args.get(&target);
        if !args.is_some_and(|slot| slot.is_fresh(recent, on_its_way)) {
            self.ask(Read::ProcessArgs(target));
        }
        let (scope, _) = self.jobs_scope();
        for cluster in scope {
            let list = self.facts.jobs.get(&cluster);
            if !list.is_some_and(|list| list.is_fresh(recent, on_its_way)) {
                self.reread_jobs(cluster);
            }
        }
    }

    /// The review begins when all is there; a blocker was already taken care of by [`Self::watch_target`].
    pub(super) fn finish_check_before_review(&mut self) {
        let shown = match &self.stage {
            Stage::Destination(destination) if destination.checking => &destination.shown,
            _ => return,
        };
        if self.reads_about_target_in_flight() {
            return;
        }
        let changed = shown.as_ref().and_then(|shown| self.change_since(shown));
        if self.sign_in_needed {
            self.stage = Stage::Destination(DestinationStage::default());
            return;
        }
        if self.facts.target_cluster.failure().is_some_and(is_gone) {
            self.target_lost();
            return;
        }
        let unreadable = self.facts.target_cluster.failure().is_some()
            || self.facts.session.failure().is_some()
            || self.facts.snapshot.failure().is_some();
        if unreadable || self.choice.cluster.is_none() || !self.is_ready() {
            self.come_back_to_destination(Changed {
                unreadable: true,
                ..Changed::default()
            });
            return;
        }
        if !blockers(self.basis().assess_source()).is_empty() {
            let added = blockers(self.basis().assess_source());
            self.come_back_to_destination(Changed {
                added,
                ..Changed::default()
            });
            return;
        }
        if let Some(changed) = changed {
            self.come_back_to_destination(changed);
            return;
        }
        self.stage = Stage::Review(ReviewStage::default());
        self.effect(Effect::Focus(Focus::Heading));
        self.read_newest_snapshots();
    }
}

/// The blockers among findings.
pub(super) fn blockers(findings: Vec<Finding>) -> Vec<Finding> {
    let mut findings = findings;
    findings.retain(|finding| finding.severity() == Severity::Blocker);
    findings
}

/// There is no such cluster, or it is none of this API's.
pub(super) fn is_gone(failure: &Failure) -> bool {
    matches!(failure.status(), Some(404 | 410))
        || failure.error_code() == Some("CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API")
}
