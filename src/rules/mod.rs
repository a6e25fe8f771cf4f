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
    Timestamp, Version,
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

/// What follows from a source alone, worked out once for any number of targets.
#[derive(Debug, Clone, Copy)]
struct Known<'a> {
    source: &'a Source<'a>,
    encryption: SnapshotEncryption,
    version: Option<Version>,
}

impl<'a> Known<'a> {
    fn of(source: &'a Source) -> Self {
        Known {
            source,
            encryption: snapshot_encryption(source),
            version: version::of(source.snapshot.mongodb_version.as_deref()),
        }
    }
}

/// Everything: all findings about this pair, in the order of [`Code`].
pub fn assess(source: &Source, target: &Target, context: &Context) -> Vec<Finding> {
    let known = Known::of(source);
    collect(|report| {
        of_source(&known, context, report);
        of_project(source.project, target.project, context, report);
        of_cluster(&known, target, context, report);
        notices(source, target, report);
    })
}

/// Judges the clusters of one project for one source: for lists of thousands.
#[derive(Debug)]
pub struct Judge<'a> {
    known: Known<'a>,
    context: &'a Context<'a>,
    /// What is found whichever cluster it is.
    common: CodeSet,
}

impl<'a> Judge<'a> {
    /// A judge of that project's clusters.
    pub fn new(source: &'a Source, project: &Project, context: &'a Context) -> Self {
        let known = Known::of(source);
        Judge {
            known,
            context,
            common: codes(|report| {
                of_source(&known, context, report);
                of_project(source.project, project, context, report);
            }),
        }
    }

    /// The codes of [`assess`] alone, without notices and without an allocation.
    pub fn verdict(&self, target: &Target) -> CodeSet {
        let own = codes(|report| of_cluster(&self.known, target, self.context, report));
        self.common.with(own)
    }
}

/// The verdict of a [`Judge`] on one cluster.
pub fn verdict(source: &Source, target: &Target, context: &Context) -> CodeSet {
    Judge::new(source, target.project, context).verdict(target)
}

/// What can be said before a target is known: person and source, snapshot, key.
/// `snapshot.not-encrypted` appears only where the policy requires encryption.
pub fn assess_source(source: &Source, context: &Context) -> Vec<Finding> {
    let known = Known::of(source);
    collect(|report| {
        of_source(&known, context, report);
        encryption::snapshot_encrypted(&known, None, context.policy, report);
    })
}

/// What can be said of a target project before one of its clusters is chosen: the findings of its own field.
/// `person.role-unknown` belongs to no project and is [`assess_source`]'s.
pub fn assess_project(source: &Project, target: &Project, context: &Context) -> Vec<Finding> {
    collect(|report| of_project(source, target, context, report))
}

/// Which write concern applies after a restore into the cluster with these settings: one of the `rw-concern` notices.
pub fn write_concern(settings: Fact<&ProcessArgs>) -> Option<Finding> {
    collect(|report| rw_concern::after_restore(settings, report)).pop()
}

/// The rules that look at no target.
fn of_source(known: &Known, context: &Context, report: &mut Report) {
    let source = known.source;
    person::owns_source(source, context, report);
    person::roles_known(context, report);
    snapshot::is_completed(source.snapshot, report);
    snapshot::is_not_expired(source.snapshot, context.now, report);
    snapshot::key_is_present(known, report);
    encryption::not_assumed(known, report);
    version::snapshot_known(known, report);
    topology::snapshot_fits_policy(source, context.policy, report);
    snapshot::not_fallback(source.snapshot, report);
    key::source_key_valid(known, report);
}

/// The rules that look at the target's project, and at none of its clusters.
fn of_project(source: &Project, target: &Project, context: &Context, report: &mut Report) {
    person::owns_target(target, context, report);
    project::is_atlas(target, report);
    project::same_organization(source, target, report);
}

/// The rules that look at the target cluster and may refuse it, or warn of it.
fn of_cluster(known: &Known, target: &Target, context: &Context, report: &mut Report) {
    let (source, cluster, policy) = (known.source, target.cluster, context.policy);
    encryption::snapshot_encrypted(known, Some(cluster), policy, report);
    version::target_fits(known, cluster, report);
    capacity::is_dedicated(cluster, report);
    topology::target_fits_policy(cluster, policy, report);
    topology::target_matches(source, cluster, policy, report);
    encryption::target_encrypted(known, cluster, policy, report);
    encryption::same_provider(known, cluster, report);
    key::target_key_valid(target, report);
    key::same_region(known, target, report);
    availability::is_available(cluster, report);
    availability::is_idle(cluster, report);
    availability::no_restore_running(target, report);
    capacity::has_room(source.snapshot, cluster, report);
    capacity::known_edition(cluster, report);
}

/// What happens in any case.
fn notices(source: &Source, target: &Target, report: &mut Report) {
    always::is_source(source, target, report);
    rw_concern::after_restore(target.process_args, report);
    always::consequences(target, report);
}

/// The findings, in the order of [`Code`] whatever that of the rules.
fn collect(rules: impl FnOnce(&mut Report)) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    rules(&mut |code, values| {
        let mut finding = Finding::new(code);
        for value in values {
            finding.tell(|text| value.write(text));
        }
        if findings.is_empty() {
            // The notices alone are five; few pairs have more than three findings beside them.
            findings.reserve_exact(8);
        }
        let place = findings.partition_point(|known| known.code < code);
        findings.insert(place, finding);
    });
    findings
}

/// The codes of the findings alone.
fn codes(rules: impl FnOnce(&mut Report)) -> CodeSet {
    let mut codes = CodeSet::default();
    rules(&mut |code, _| codes.insert(code));
    codes
}
