//! Picking project, cluster and snapshot, where the page did not give them.

use super::effect::Read;
use super::facts::List;
use super::show::not_dedicated;
use super::stage::{DestinationStage, SourceStage, Stage};
use super::{Announcement, Dialog, Effect, Focus, Missing, Step};
use crate::rules::Severity;

impl Dialog {
    pub(super) fn read_for_source(&mut self) {
        self.ask(Read::Session);
        self.ask(Read::Projects { page: 1 });
        if let Some(id) = self.choice.source_project.clone() {
            self.ask(Read::Project { id: id.clone() });
            self.read_source_project(id);
        }
        if let Some(cluster) = self.choice.source() {
            self.ask(Read::Cluster(cluster));
        }
    }

    fn read_source_project(&mut self, id: String) {
        self.ask(Read::Encryption {
            project_id: id.clone(),
        });
        self.ask(Read::Clusters {
            project_id: id,
            page: 1,
        });
    }

    pub(super) fn source_project_chosen(&mut self, id: String) {
        if !matches!(self.stage, Stage::Source(_))
            || self.choice.source_project.as_ref() == Some(&id)
        {
            return;
        }
        let known = self
            .facts
            .projects
            .items()
            .iter()
            .find(|project| project.id == id)
            .cloned();
        self.forget_source_cluster();
        for request in self.facts.source_clusters.restart() {
            self.give_up(request);
        }
        self.facts.source_clusters = List::default();
        if let Some(request) = self.facts.source_project.reset() {
            self.give_up(request);
        }
        self.choice.source_project = Some(id.clone());
        self.choice.project = Some(id.clone());
        match known {
            Some(project) => self.facts.source_project.set(project, self.now),
            None => self.ask(Read::Project { id: id.clone() }),
        }
        self.read_source_project(id);
        self.emit_select();
    }

    /// The cluster, its snapshots and what was chosen of them.
    fn forget_source_cluster(&mut self) {
        for request in self.facts.snapshots.restart() {
            self.give_up(request);
        }
        self.facts.snapshots = List::default();
        let abandoned = [
            self.facts.snapshot.reset(),
            self.facts.source_cluster.reset(),
        ];
        for request in abandoned.into_iter().flatten() {
            self.give_up(request);
        }
        self.forget_target_cluster();
        self.choice.source_cluster = None;
        self.choice.snapshot = None;
        self.choice.cluster = None;
        self.choice.refused = None;
    }

    pub(super) fn source_cluster_chosen(&mut self, name: String) {
        if !matches!(self.stage, Stage::Source(_))
            || self.choice.source_cluster.as_ref() == Some(&name)
        {
            return;
        }
        let known = self
            .facts
            .source_clusters
            .items()
            .iter()
            .find(|cluster| cluster.name == name)
            .cloned();
        self.forget_source_cluster();
        self.choice.source_cluster = Some(name);
        match (known, self.choice.source()) {
            (Some(cluster), _) => {
                self.facts.source_cluster.set(cluster, self.now);
                self.source_cluster_read();
            }
            (None, Some(cluster)) => self.ask(Read::Cluster(cluster)),
            (None, None) => {}
        }
        self.emit_select();
    }

    /// In which list its snapshots are depends on its topology, so they are asked for now.
    pub(super) fn source_cluster_read(&mut self) {
        if !matches!(self.stage, Stage::Source(_)) || self.facts.snapshots.was_asked() {
            return;
        }
        if let Some(cluster) = self.choice.source() {
            let read = self.snapshot_list(cluster);
            self.ask(read);
        }
    }

    /// What is picked from has come: nobody who does not see it waits in silence (A4).
    pub(super) fn say_listed(&mut self, read: &Read) {
        if !matches!(self.stage, Stage::Source(_)) {
            return;
        }
        let facts = &self.facts;
        let announcement = match read {
            Read::Projects { .. } => loaded(&facts.projects).map(Announcement::ProjectsLoaded),
            Read::Clusters { .. } => loaded(&facts.source_clusters).map(|total| {
                let clusters = facts.source_clusters.items().iter();
                let eligible = clusters.filter(|one| not_dedicated(one).is_empty()).count();
                Announcement::ClustersLoaded { total, eligible }
            }),
            Read::Snapshots { .. } | Read::ShardedSnapshots { .. } => {
                loaded(&facts.snapshots).map(Announcement::SnapshotsLoaded)
            }
            _ => None,
        };
        if let Some(announcement) = announcement {
            self.announce(announcement);
        }
    }

    pub(super) fn snapshot_chosen(&mut self, id: String) {
        let Stage::Source(stage) = &mut self.stage else {
            return;
        };
        let known = self
            .facts
            .snapshots
            .items()
            .iter()
            .find(|snapshot| snapshot.id == id)
            .cloned();
        let Some(snapshot) = known else {
            return;
        };
        stage.show_missing = false;
        self.snapshot_is_sharded = matches!(
            snapshot.kind,
            Some(crate::model::SnapshotKind::ShardedCluster)
        );
        self.facts.snapshot.set(snapshot, self.now);
        self.choice.snapshot = Some(id);
        self.emit_select();
    }

    pub(super) fn missing_at_source(&self) -> Vec<Missing> {
        let mut missing = Vec::new();
        if self.sign_in_needed {
            missing.push(Missing::SignIn);
        }
        if self.choice.source_project.is_none() {
            missing.push(Missing::SourceProject);
        } else if self.choice.source_cluster.is_none() {
            missing.push(Missing::SourceCluster);
        } else if self.facts.snapshot.value().is_none()
            || self
                .basis()
                .assess_source()
                .iter()
                .any(|finding| finding.severity() == Severity::Blocker)
        {
            missing.push(Missing::Snapshot);
        } else if self.facts.session.value().is_none()
            || self.facts.source_project.value().is_none()
        {
            missing.push(Missing::StillLoading);
        }
        missing
    }

    pub(super) fn next_at_source(&mut self) {
        if !self.missing_at_source().is_empty() {
            self.stage = Stage::Source(SourceStage { show_missing: true });
            self.effect(Effect::Focus(Focus::ErrorSummary));
            return;
        }
        self.stage = Stage::Destination(DestinationStage::default());
        if self.choice.project.is_none() {
            self.choice.project = self.choice.source_project.clone();
        }
        self.clusters.clear();
        self.read_for_destination();
        self.judge_clusters();
        self.effect(Effect::Focus(Focus::Heading));
    }

    pub(super) fn has_source_step(&self) -> bool {
        self.config.source_project.is_none()
            || self.config.source_cluster.is_none()
            || self.config.snapshot.is_none()
    }

    pub(super) fn go_back_to(&mut self, step: Step) {
        match (&self.stage, step) {
            (Stage::Review(_), Step::Destination) => {
                self.stage = Stage::Destination(DestinationStage::default());
                // What was read at a click is not in the list's verdicts yet.
                self.judge_clusters();
            }
            (Stage::Review(_) | Stage::Destination(_), Step::Source) if self.has_source_step() => {
                self.back_to_source();
            }
            _ => return,
        }
        self.effect(Effect::Focus(Focus::Heading));
    }

    fn back_to_source(&mut self) {
        self.stage = Stage::Source(SourceStage::default());
        self.choice.cluster = None;
        self.choice.refused = None;
        // Another source gives every cluster another verdict: its list is read anew with the next Next.
        for request in self.clusters.list.restart() {
            self.give_up(request);
        }
        self.clusters.clear();
        let Some(project_id) = self.choice.source_project.clone() else {
            return;
        };
        if !self.facts.source_clusters.was_asked() {
            self.ask(Read::Clusters {
                project_id,
                page: 1,
            });
        }
        self.source_cluster_read();
    }

    pub(super) fn back_pressed(&mut self) {
        match self.stage {
            Stage::Review(_) => self.go_back_to(Step::Destination),
            Stage::Destination(_) => self.go_back_to(Step::Source),
            _ => {}
        }
    }

    pub(super) fn next_pressed(&mut self) {
        match self.stage {
            Stage::Source(_) => self.next_at_source(),
            Stage::Destination(_) => self.next_at_destination(),
            _ => {}
        }
    }
}

/// How many there are, once all are there.
fn loaded<T>(list: &List<T>) -> Option<usize> {
    (list.is_complete() && !list.in_flight()).then(|| list.items().len())
}
