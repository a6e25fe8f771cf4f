//! What must hold: facts in, findings out.
//!
//! Belongs here: one file per subject, each rule a predicate with its source. Does not belong here: a clock (the time
//! now is an argument), a browser, a sentence that a person reads.

mod always;
mod availability;
mod capacity;
mod encryption;
mod finding;
mod key;
mod person;
mod project;
mod report;
mod rw_concern;
mod snapshot;
mod topology;
mod version;

pub use encryption::{EncryptionBasis, SnapshotEncryption, snapshot_encryption};
pub use finding::{Code, CodeSet, Field, Finding, Severity};
pub use topology::snapshot_is_sharded;

use report::Report;

use crate::model::{
    Cluster, Fact, Policy, ProcessArgs, Project, ProjectEncryption, RestoreJob, Roles, Snapshot,
    Timestamp,
};

/// Everything known of where the data comes from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The source project.
    pub project: &'a Project,
    /// The source cluster, where it could be read.
    pub cluster: Option<&'a Cluster>,
    /// Its name, known with or without its description.
    pub cluster_name: Option<&'a str>,
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// The source project's keys.
    pub encryption: Fact<&'a ProjectEncryption>,
}

/// Everything known of where the data goes.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The target project.
    pub project: &'a Project,
    /// The target cluster.
    pub cluster: &'a Cluster,
    /// The target project's keys.
    pub encryption: Fact<&'a ProjectEncryption>,
    /// The target cluster's settings.
    pub process_args: Fact<&'a ProcessArgs>,
    /// Restore jobs that may write into it; those that name another target don't count.
    pub jobs: Fact<&'a [RestoreJob]>,
}

/// Who asks, under which policy, and when.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The person's roles.
    pub roles: &'a Roles,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The server's time.
    pub now: Timestamp,
}

/// Everything: all findings about this pair, in the order of [`Code`].
pub fn assess(source: &Source, target: &Target, context: &Context) -> Vec<Finding> {
    collect(|report| pair(source, target, context, report))
}

/// The codes of [`assess`] alone, without notices and without an allocation: for lists of thousands.
pub fn verdict(source: &Source, target: &Target, context: &Context) -> CodeSet {
    let mut codes = CodeSet::default();
    pair(source, target, context, &mut |code, _| {
        if code.severity() != Severity::Notice {
            codes.insert(code);
        }
    });
    codes
}

/// What can be said before a target is known: person and source, snapshot, key.
/// `snapshot.not-encrypted` appears only where the policy requires encryption.
pub fn assess_source(source: &Source, context: &Context) -> Vec<Finding> {
    collect(|report| {
        person::owns_source(source, context, report);
        person::roles_known(context, report);
        snapshot::all_but_version(source, None, context, report);
        version::snapshot_known(source.snapshot, report);
        topology::snapshot_fits_policy(source, context.policy, report);
        snapshot::not_fallback(source.snapshot, report);
        key::source_key_valid(source, report);
    })
}

/// What can be said of a target project before one of its clusters is chosen: the findings of its own field.
/// `person.role-unknown` belongs to no project and is [`assess_source`]'s.
pub fn assess_project(source: &Project, target: &Project, context: &Context) -> Vec<Finding> {
    collect(|report| {
        person::owns_target(target, context, report);
        project::is_atlas(target, report);
        project::same_organization(source, target, report);
    })
}

/// Which write concern applies after a restore into the cluster with these settings: one of the `rw-concern` notices.
pub fn write_concern(settings: Fact<&ProcessArgs>) -> Option<Finding> {
    collect(|report| rw_concern::after_restore(settings, report)).pop()
}

/// The one list of rules, in the order of [`Code`].
fn pair(source: &Source, target: &Target, context: &Context, report: &mut Report) {
    person::owns_source(source, context, report);
    person::owns_target(target.project, context, report);
    person::roles_known(context, report);
    snapshot::all_but_version(source, Some(target.cluster), context, report);
    version::snapshot_known(source.snapshot, report);
    version::target_known(target.cluster, report);
    topology::snapshot_fits_policy(source, context.policy, report);
    snapshot::not_fallback(source.snapshot, report);
    key::source_key_valid(source, report);
    project::is_atlas(target.project, report);
    project::same_organization(source.project, target.project, report);
    capacity::is_dedicated(target.cluster, report);
    topology::target_fits_policy(target.cluster, context.policy, report);
    topology::target_matches(source, target.cluster, context.policy, report);
    encryption::target_encrypted(source, target.cluster, context.policy, report);
    encryption::same_provider(source, target.cluster, report);
    key::target_key_valid(target, report);
    key::same_region(source, target, report);
    version::target_not_older(source.snapshot, target.cluster, report);
    version::target_not_far_ahead(source.snapshot, target.cluster, report);
    availability::is_available(target.cluster, report);
    availability::is_idle(target.cluster, report);
    availability::no_restore_running(target, report);
    capacity::has_room(source.snapshot, target.cluster, report);
    capacity::known_edition(target.cluster, report);
    always::is_source(source, target, report);
    rw_concern::after_restore(target.process_args, report);
    always::consequences(target, report);
}

fn collect(rules: impl FnOnce(&mut Report)) -> Vec<Finding> {
    let mut findings = Vec::new();
    rules(&mut |code, parameters| {
        findings.push(Finding {
            code,
            parameters: parameters(),
        });
    });
    findings
}
