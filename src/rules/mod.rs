//! What must hold: facts in, findings out.
//!
//! Belongs here: one file per subject, each rule a predicate with its source. Does not belong here: a clock (the time
//! now is an argument), a browser, a sentence that a person reads.

mod finding;

pub use finding::{Code, CodeSet, Field, Finding, Severity};

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
    let _ = (source, target, context);
    Vec::new()
}

/// The codes of [`assess`] alone, without notices and without an allocation: for lists of thousands.
pub fn verdict(source: &Source, target: &Target, context: &Context) -> CodeSet {
    let _ = (source, target, context);
    CodeSet::default()
}

/// What can be said before a target is known: person and source, snapshot, key.
/// `snapshot.not-encrypted` appears only where the policy requires encryption.
pub fn assess_source(source: &Source, context: &Context) -> Vec<Finding> {
    let _ = (source, context);
    Vec::new()
}

/// What can be said of a target project before one of its clusters is chosen.
pub fn assess_project(source: &Project, target: &Project, context: &Context) -> Vec<Finding> {
    let _ = (source, target, context);
    Vec::new()
}
