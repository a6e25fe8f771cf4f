//! Facts and choices put before the rules.

use super::event::Config;
use super::facts::{Facts, Slot};
use super::stage::Choice;
use crate::model::{Cluster, ClusterRef, Fact, Policy, Project, RestoreJob, Roles, Timestamp};
use crate::rules::{self, CodeSet, Context, Finding, Judge, Source, Target};

/// All that a verdict depends on, borrowed for a moment.
pub(super) struct Basis<'a> {
    facts: &'a Facts,
    choice: &'a Choice,
    roles: &'a Roles,
    policy: &'a Policy,
    now: Timestamp,
    /// Jobs that have not ended, from every list that was read.
    running: Vec<RestoreJob>,
    source_jobs: Fact<()>,
    /// A list that matters to the chosen target could not be read.
    target_jobs_failed: bool,
}

impl<'a> Basis<'a> {
    pub(super) fn new(
        facts: &'a Facts,
        choice: &'a Choice,
        config: &'a Config,
        default_policy: &'a Policy,
        now: Timestamp,
    ) -> Self {
        let session = facts.session.value();
        let session_roles = session
            .map(|session| &session.roles)
            .filter(|roles| roles.roles.is_some() || roles.org_roles.is_some());
        let policy = session
            .and_then(|session| session.policy.as_ref())
            .or(config.policy.as_ref());
        let source_list = choice.source().and_then(|source| facts.jobs.get(&source));
        Basis {
            facts,
            choice,
            roles: session_roles.unwrap_or(&config.roles),
            policy: policy.unwrap_or(default_policy),
            now,
            running: facts
                .jobs
                .iter()
                .flat_map(|(_, list)| list.items())
                .filter(|job| job.state() == crate::model::JobState::Running)
                .cloned()
                .collect(),
            source_jobs: match source_list {
                Some(list) if list.failure().is_some() => Fact::Unreadable,
                Some(list) if list.is_complete() => Fact::Known(()),
                _ => Fact::NotAsked,
            },
            target_jobs_failed: facts.jobs.iter().any(|(_, list)| list.failure().is_some()),
        }
    }

    pub(super) fn policy(&self) -> &'a Policy {
        self.policy
    }

    fn context(&self) -> Context<'a> {
        Context {
            roles: self.roles,
            policy: self.policy,
            now: self.now,
        }
    }

    /// `None` until the source project and the snapshot are known.
    pub(super) fn source(&self) -> Option<Source<'a>> {
        let project = self.facts.source_project.value()?;
        Some(Source {
            project,
            cluster: self.facts.source_cluster.value(),
            cluster_name: self.choice.source_cluster.as_deref(),
            snapshot: self.facts.snapshot.value()?,
            encryption: self.encryption(&project.id),
        })
    }

    fn encryption(&self, project_id: &String) -> Fact<&'a crate::model::ProjectEncryption> {
        self.facts
            .encryption
            .get(project_id)
            .map_or(Fact::NotAsked, Slot::fact)
    }

    fn is_chosen(&self, project: &Project, cluster: &Cluster) -> bool {
        self.choice.cluster.as_deref() == Some(cluster.name.as_str())
            && self.choice.project.as_deref() == Some(project.id.as_str())
    }

    fn jobs_into(&self, project: &Project, cluster: &Cluster) -> Fact<&[RestoreJob]> {
        let running_into = self
            .running
            .iter()
            .any(|job| job.runs_into(&project.id, &cluster.name));
        match self.source_jobs {
            _ if running_into => Fact::Known(self.running.as_slice()),
            _ if self.target_jobs_failed && self.is_chosen(project, cluster) => Fact::Unreadable,
            Fact::Unreadable => Fact::Unreadable,
            // None of them is into this one.
            Fact::Known(()) => Fact::Known(&[]),
            Fact::NotAsked => Fact::NotAsked,
        }
    }

    fn target<'b>(&'b self, project: &'b Project, cluster: &'b Cluster) -> Target<'b> {
        // Only the chosen target's settings are read: keys are made for it alone.
        let process_args = if self.is_chosen(project, cluster) {
            let key = ClusterRef {
                project_id: project.id.clone(),
                name: cluster.name.clone(),
            };
            self.facts
                .process_args
                .get(&key)
                .map_or(Fact::NotAsked, Slot::fact)
        } else {
            Fact::NotAsked
        };
        Target {
            project,
            cluster,
            encryption: self.encryption(&project.id),
            process_args,
            jobs: self.jobs_into(project, cluster),
        }
    }

    /// The chosen target project, as far as it is known. Its id alone will do until its description is there.
    pub(super) fn target_project(&self) -> Option<&'a Project> {
        self.facts.project(self.choice.project.as_deref()?)
    }

    /// Everything about one cluster of the target project. Empty while the source is unknown.
    pub(super) fn assess(&self, cluster: &Cluster) -> Vec<Finding> {
        match (self.source(), self.target_project()) {
            (Some(source), Some(project)) => {
                rules::assess(&source, &self.target(project, cluster), &self.context())
            }
            _ => Vec::new(),
        }
    }

    /// Hands over a function that gives each cluster's verdict, once enough is known for one.
    pub(super) fn judge(&self, with: impl FnOnce(&dyn Fn(&Cluster) -> CodeSet)) {
        if let (Some(source), Some(project)) = (self.source(), self.target_project()) {
            let context = self.context();
            let judge = Judge::new(&source, project, &context);
            let encryption = self.encryption(&project.id);
            with(&|cluster| {
                judge.verdict(&Target {
                    project,
                    cluster,
                    encryption,
                    // Only notices look at it.
                    process_args: Fact::NotAsked,
                    jobs: self.jobs_into(project, cluster),
                })
            });
        }
    }

    /// What can be said of the source alone.
    pub(super) fn assess_source(&self) -> Vec<Finding> {
        self.source()
            .map(|source| rules::assess_source(&source, &self.context()))
            .unwrap_or_default()
    }

    /// What can be said of one snapshot in the picker.
    pub(super) fn assess_snapshot(&self, snapshot: &crate::model::Snapshot) -> Vec<Finding> {
        let Some(project) = self.facts.source_project.value() else {
            return Vec::new();
        };
        let source = Source {
            project,
            cluster: self.facts.source_cluster.value(),
            cluster_name: self.choice.source_cluster.as_deref(),
            snapshot,
            encryption: self.encryption(&project.id),
        };
        rules::assess_source(&source, &self.context())
    }

    /// What can be said of a target project alone.
    pub(super) fn assess_project(&self, project: &Project) -> Vec<Finding> {
        // Without a description of the source its own project stands in: organizations are then not compared.
        let source = self.facts.source_project.value().unwrap_or(project);
        rules::assess_project(source, project, &self.context())
    }
}
