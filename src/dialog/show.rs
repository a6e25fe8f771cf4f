//! The view: what stands on screen, worked out from the state at the moment of drawing.

use super::destination::is_gone;
use super::facts::{Facts, ListState};
use super::review::compare;
use super::stage::{DestinationStage, Follow, ReviewStage, SourceStage, Stage, UnknownStage};
use super::view::{
    Body, ChosenCluster, ClusterRow, DestinationView, ProgressView, ProjectOption, RefusedCluster,
    ReviewView, SnapshotOption, SnapshotSummary, SourceClusterOption, SourceView, Step, Subject,
    UnknownView, View,
};
use super::{Dialog, Submitting};
use crate::model::{Cluster, Failure, Project, Snapshot, Timestamp, order, places, sorted};
use crate::rules::{self, Code, Finding, Severity};

/// A project in a picker, kept until projects, roles or choices change: sorting and judging thousands takes longer than
/// a key.
#[derive(Debug)]
pub(super) struct Listed {
    /// In the list that was read; behind its end: the chosen one, which the list does not have.
    place: u32,
    ambiguous: bool,
    findings: Vec<Finding>,
}

impl Facts {
    pub(super) fn session_is_settled(&self) -> bool {
        self.session.value().is_some() && !self.session.in_flight()
    }
}

impl Dialog {
    /// What the person sees at the browser's time `now`.
    pub fn view(&self, now: Timestamp) -> View<'_> {
        View {
            steps: if self.has_source_step() {
                &[
                    Step::Source,
                    Step::Destination,
                    Step::Review,
                    Step::Progress,
                ]
            } else {
                &[Step::Destination, Step::Review, Step::Progress]
            },
            step: match &self.stage {
                Stage::Source(_) => Step::Source,
                Stage::Destination(_) => Step::Destination,
                Stage::Review(_) | Stage::Submitting(_) => Step::Review,
                Stage::Unknown(_) | Stage::Following(_) => Step::Progress,
            },
            now: self.server_time(now),
            sign_in_needed: self.sign_in_needed,
            offline: self.offline,
            concerned: self.concerned(),
            sent_before: self.sent_before(),
            body: self.body(now),
        }
    }

    /// The project that is read just now (F2).
    fn concerned(&self) -> &str {
        let id = match &self.stage {
            Stage::Destination(_) if self.base_failure().is_none() => &self.choice.project,
            _ => &self.choice.source_project,
        };
        let id = id.as_deref().unwrap_or_default();
        self.facts
            .project(id)
            .map_or(id, |project| match project.name.as_str() {
                "" => id,
                name => name,
            })
    }

    fn body(&self, now: Timestamp) -> Body<'_> {
        match &self.stage {
            Stage::Source(stage) => match self.source_step_failure() {
                Some((what, failure)) => Body::Failed { what, failure },
                None if self.facts.session.value().is_none() => Body::Loading,
                None => Body::Source(self.source_view(stage, now)),
            },
            Stage::Destination(stage) => match self.base_failure() {
                Some((what, failure)) => Body::Failed { what, failure },
                None => match self.summary() {
                    Some(summary) => Body::Destination(self.destination_view(stage, summary, now)),
                    None => Body::Loading,
                },
            },
            Stage::Review(review) => self.review_body(review, None, now),
            Stage::Submitting(submission) => {
                self.review_body(&submission.review, Some(submission.phase), now)
            }
            Stage::Unknown(unknown) => Body::Unknown(self.unknown_view(unknown)),
            Stage::Following(follow) if follow.is_unread() => match &follow.failure {
                Some(failure) => Body::Failed {
                    what: Subject::Job,
                    failure,
                },
                None => Body::Loading,
            },
            Stage::Following(follow) => Body::Progress(self.progress_view(follow, now)),
        }
    }

    /// While the person must sign in, what failed for that reason is no failure of its own.
    fn counts<'a>(&self, failure: Option<&'a Failure>) -> Option<&'a Failure> {
        failure.filter(|failure| {
            !(self.sign_in_needed
                && (failure.is_unauthenticated() || matches!(failure, Failure::NotJson { .. })))
        })
    }

    fn source_step_failure(&self) -> Option<(Subject, &Failure)> {
        let session = &self.facts.session;
        let failure = self
            .counts(session.failure())
            .filter(|_| session.value().is_none() && !self.may_be_plain_proxy())?;
        Some((Subject::Session, failure))
    }

    /// HTML at the session says nothing before Atlas's own reads have answered.
    fn may_be_plain_proxy(&self) -> bool {
        self.backend.session_html
            && !self.backend.atlas_html
            && !self.backend.atlas_json
            && self
                .pending
                .iter()
                .any(|(_, pending)| matches!(pending, super::Pending::Read(_)))
    }

    /// What stands in the way of any form.
    pub(super) fn base_failure(&self) -> Option<(Subject, &Failure)> {
        let facts = &self.facts;
        if let Some(found) = self.source_step_failure() {
            return Some(found);
        }
        if facts.source_project.value().is_none()
            && let Some(failure) = self.counts(facts.source_project.failure())
        {
            return Some((Subject::SourceProject, failure));
        }
        let no_snapshot = facts.snapshot.value().is_none();
        let snapshot = self
            .counts(facts.snapshot.failure())
            .filter(|_| no_snapshot);
        if facts.source_cluster.value().is_none()
            && let Some(failure) = self.counts(facts.source_cluster.failure())
            && (!is_gone(failure) || snapshot.is_some())
        {
            return Some((Subject::SourceCluster, failure));
        }
        snapshot.map(|failure| (Subject::Snapshot, failure))
    }

    fn summary(&self) -> Option<SnapshotSummary<'_>> {
        self.facts.session.value()?;
        let source = self.basis().source()?;
        if source.cluster.is_none() && !self.source_cluster_is_unknown() {
            return None;
        }
        Some(SnapshotSummary {
            project: self.facts.source_project.value()?,
            cluster_name: self.choice.source_cluster.as_deref()?,
            cluster: self.facts.source_cluster.value(),
            snapshot: self.facts.snapshot.value()?,
            encryption: encryption_word(&source),
        })
    }

    fn project_options(&self, targets: bool, now: Timestamp) -> Vec<ProjectOption<'_>> {
        // A chosen project stands in the list even while the list is on its way, or does not have it.
        let chosen = if targets {
            self.choice.project.as_deref()
        } else {
            self.choice.source_project.as_deref()
        };
        let chosen = chosen.and_then(|id| self.facts.project(id));
        let projects = || self.facts.projects.items().iter();
        let listed = if targets {
            &self.target_projects
        } else {
            &self.source_projects
        };
        let listed = listed.get_or_init(|| {
            let mut projects: Vec<&Project> = projects().collect();
            if let Some(chosen) = chosen
                && !projects.iter().any(|project| project.id == chosen.id)
            {
                projects.push(chosen);
            }
            self.list_projects(&projects, targets, now)
        });
        let project = |place: usize| projects().chain(chosen).nth(place);
        listed
            .iter()
            .filter_map(|listed| {
                let project = project(listed.place as usize)?;
                Some(ProjectOption {
                    project,
                    is_source: self.choice.source_project.as_ref() == Some(&project.id),
                    ambiguous: listed.ambiguous,
                    findings: &listed.findings,
                })
            })
            .collect()
    }

    /// These projects once each, by name, with what stands against each.
    fn list_projects(&self, projects: &[&Project], targets: bool, now: Timestamp) -> Vec<Listed> {
        let basis = self.basis_at(now);
        let folded: Vec<String> = projects
            .iter()
            .map(|project| (self.unicode.fold)(&project.name))
            .collect();
        let at = |place: u32| projects.get(place as usize).copied();
        let id = |place: u32| at(place).map(|project| &project.id);
        let name = |place: &u32| at(*place).map(|project| &project.name);
        let mut by_name = order(places(0..projects.len()).collect(), &|a, b| {
            let by_id = || id(a as u32).cmp(&id(b as u32));
            folded.get(a).cmp(&folded.get(b)).then_with(by_id)
        });
        by_name.dedup_by(|a, b| id(*a) == id(*b));
        let twin = |place: usize, other: Option<usize>| {
            let other = other.and_then(|other| by_name.get(other));
            other.is_some_and(|other| by_name.get(place).and_then(name) == name(other))
        };
        let places = by_name.iter().enumerate();
        places
            .filter_map(|(number, place)| {
                let project = at(*place)?;
                Some(Listed {
                    place: *place,
                    ambiguous: twin(number, number.checked_sub(1))
                        || twin(number, number.checked_add(1)),
                    findings: if targets {
                        super::destination::blockers(basis.assess_project(project))
                    } else {
                        Vec::new()
                    },
                })
            })
            .collect()
    }

    fn source_view(&self, stage: &SourceStage, now: Timestamp) -> SourceView<'_> {
        let facts = &self.facts;
        let basis = self.basis_at(now);
        let clusters: Vec<&Cluster> = facts.source_clusters.items().iter().collect();
        let clusters = sorted(&clusters, &|a, b| a.name.cmp(&b.name))
            .into_iter()
            .map(|cluster| SourceClusterOption {
                cluster,
                findings: not_dedicated(cluster),
            })
            .collect();
        let snapshots: Vec<&Snapshot> = facts.snapshots.items().iter().collect();
        let snapshots = sorted(&snapshots, &|a, b| created(b).cmp(&created(a)));
        let no_list = facts.snapshots.is_complete() && snapshots.is_empty();
        let backups_off =
            facts.source_cluster.value().and_then(|c| c.backup_enabled) == Some(false);
        SourceView {
            projects: self.project_options(false, now),
            projects_state: facts.projects.state(),
            project: self.choice.source_project.as_deref(),
            clusters,
            clusters_state: facts.source_clusters.state(),
            cluster: self.choice.source_cluster.as_deref(),
            snapshots: snapshots
                .into_iter()
                .map(|snapshot| {
                    let findings = basis.assess_snapshot(snapshot);
                    SnapshotOption {
                        snapshot,
                        eligible: !blocks(&findings),
                        findings,
                    }
                })
                .collect(),
            snapshots_state: match (facts.snapshots.state(), facts.source_cluster.failure()) {
                (ListState::NotAsked, Some(failure)) => ListState::Failed(failure),
                (state, _) => state,
            },
            snapshot: self.choice.snapshot.as_deref(),
            no_backups: (no_list && backups_off).then(|| Finding::new(Code::SourceBackupsOff)),
            no_snapshots: no_list && !backups_off,
            missing: self.missing_at_source(),
            show_missing: stage.show_missing,
        }
    }

    fn destination_view<'a>(
        &'a self,
        stage: &'a DestinationStage,
        summary: SnapshotSummary<'a>,
        now: Timestamp,
    ) -> DestinationView<'a> {
        let basis = self.basis_at(now);
        let source_findings = basis.assess_source();
        let ready = self.is_ready();
        let list = &self.clusters.list;
        let complete = list.is_complete() && ready;
        DestinationView {
            summary,
            blocked: blocks(&source_findings),
            source_findings,
            projects: self.project_options(true, now),
            projects_state: self.facts.projects.state(),
            project: self.choice.project.as_deref(),
            project_findings: basis
                .target_project()
                .map(|project| super::destination::blockers(basis.assess_project(project)))
                .unwrap_or_default(),
            project_missing: self.target_project_is_missing(),
            clusters_state: match list.state() {
                ListState::Complete | ListState::LoadingMore if !ready => ListState::Loading,
                state => state,
            },
            total: if ready { self.clusters.total() } else { 0 },
            eligible: if ready { self.clusters.eligible() } else { 0 },
            matches: if ready { self.clusters.matches() } else { 0 },
            filter: self.clusters.filter(),
            chosen: self.chosen_cluster().map(|cluster| ChosenCluster {
                cluster,
                findings: basis.assess(cluster),
            }),
            refused: self.refused_view(now),
            none_eligible: (complete && self.clusters.eligible() == 0)
                .then(|| self.clusters.blockers_by_count()),
            missing: self.missing_at_destination(now),
            show_missing: stage.show_missing,
            checking: stage.checking,
            changed: stage.changed.as_ref(),
            jobs_not_looked_at: self.jobs_scope().1,
        }
    }

    fn refused_view(&self, now: Timestamp) -> Option<RefusedCluster<'_>> {
        let name = self.choice.refused.as_deref()?;
        let running = self
            .choice
            .in_target_project(name)
            .and_then(|target| self.facts.running_into(&target));
        let mut findings = self.refused_findings(name, now);
        let warnings: Vec<Finding> = findings
            .extract_if(.., |finding| finding.severity() != Severity::Blocker)
            .filter(|finding| finding.severity() == Severity::Warning)
            .collect();
        findings.extend(warnings);
        Some(RefusedCluster {
            name,
            cluster: self.clusters.by_name(name),
            findings,
            running_job: running.map(|(_, job)| job),
        })
    }

    fn review_body<'a>(
        &'a self,
        review: &'a ReviewStage,
        submitting: Option<Submitting>,
        now: Timestamp,
    ) -> Body<'a> {
        let basis = self.basis_at(now);
        let (Some(summary), Some(target_project), Some(target), Some(request)) = (
            self.summary(),
            basis.target_project(),
            self.chosen_cluster(),
            self.request(),
        ) else {
            return Body::Loading;
        };
        Body::Review(ReviewView {
            summary,
            target_project,
            target,
            findings: basis.assess(target),
            request,
            expected: &target.name,
            typed: &review.typed,
            confirmation: compare(&review.typed, &target.name, self.unicode),
            show_difference: review.left,
            reason_mode: self.config.reason,
            reason: &self.reason,
            advice: self.advice(now, review.taking_snapshot),
            check: review.check,
            missing: self.missing_at_review(&review.typed),
            show_missing: review.show_missing,
            submitting,
            error: review.error.as_ref(),
            may_run: self.may_run(),
            jobs_not_looked_at: self.jobs_scope().1,
        })
    }

    fn unknown_view<'a>(&self, unknown: &'a UnknownStage) -> UnknownView<'a> {
        UnknownView {
            request: &unknown.trace.request,
            failure: &unknown.failure,
            checking: unknown.checking,
            reads_without: unknown.reads_without,
            last_read_at: unknown.last_read_at.map(|at| self.server_time(at)),
            read_failed: unknown.read_failed,
            can_try_again: unknown.can_try_again(),
        }
    }

    fn progress_view<'a>(&'a self, follow: &'a Follow, now: Timestamp) -> ProgressView<'a> {
        ProgressView {
            job: &follow.job,
            state: follow.job.state(),
            source: &follow.source,
            ours: follow.request.is_some(),
            reason: follow
                .request
                .as_ref()
                .and_then(|request| request.reason.as_deref()),
            target_project_name: follow
                .job
                .target_group_id
                .as_deref()
                .and_then(|id| self.facts.project(id))
                .map(|project| project.name.as_str()),
            link: self.config.job_link.as_deref(),
            started_at: Timestamp::of_object_id(&follow.job.id),
            updated_at: self.server_time(follow.updated_at),
            failed_polls: follow.failed_polls,
            stalled: follow.is_stalled(),
            longer_than_usual: follow.takes_long(
                self.config.long_minutes,
                now,
                self.server_time(now),
            ),
            write_concern: self
                .target_of_job()
                .and_then(|target| self.facts.process_args.get(&target))
                .and_then(|settings| rules::write_concern(settings.fact())),
        }
    }

    /// Row `index` (0-based) of the clusters that match the filter: eligible ones first, by name.
    pub fn cluster_row(&self, index: usize) -> Option<ClusterRow<'_>> {
        let (cluster, verdict) = self.clusters.row(index)?;
        let same_project = self.choice.project == self.choice.source_project;
        Some(ClusterRow {
            cluster,
            verdict,
            // No row is drawn as eligible before its verdict could be worked out.
            eligible: !verdict.blocks() && self.is_ready(),
            is_source: same_project && self.choice.source_cluster.as_deref() == Some(&cluster.name),
            chosen: self.choice.cluster.as_deref() == Some(&cluster.name),
        })
    }

    /// All findings about a cluster of the list, for its row.
    pub fn cluster_findings(&self, cluster: &Cluster, now: Timestamp) -> Vec<Finding> {
        self.basis_at(now).assess(cluster)
    }
}

pub(super) fn blocks(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.severity() == Severity::Blocker)
}

fn created(snapshot: &Snapshot) -> Option<Timestamp> {
    // Without `createdAt` it is not completed yet: its id carries the time at which it was begun.
    snapshot
        .created_at
        .as_ref()
        .and_then(|time| time.value)
        .or_else(|| Timestamp::of_object_id(&snapshot.id))
}

pub(super) fn not_dedicated(cluster: &Cluster) -> Vec<Finding> {
    if cluster.is_dedicated() {
        return Vec::new();
    }
    let provider = cluster
        .region_configs()
        .find_map(|config| match &config.provider {
            crate::model::CloudProvider::Tenant => Some("TENANT"),
            crate::model::CloudProvider::Unknown(word) => Some(&**word),
            _ => None,
        });
    vec![Finding::new(Code::TargetNotDedicated).with(provider.unwrap_or_default())]
}

/// `AWS`, `AZURE`, `GCP` or `NONE`; `None` where it can't be told.
fn encryption_word(source: &rules::Source) -> Option<&'static str> {
    use rules::SnapshotEncryption::{Encrypted, NotEncrypted, Unknown};
    match rules::snapshot_encryption(source) {
        Encrypted(provider, _) => Some(provider.as_str()),
        NotEncrypted { .. } => Some("NONE"),
        Unknown => None,
    }
}
