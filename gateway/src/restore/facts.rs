//! Everything that the rules want to know, read by the gateway itself at the moment of the POST.

use atlas_restore_dialog::atlas::{self as calls, Call, ReadError};
use atlas_restore_dialog::model::{
    Cluster, ClusterRef, Fact, Failure, Policy, ProcessArgs, Project, ProjectEncryption,
    RestoreJob, RestoreRequest, Roles, Snapshot, Timestamp,
};
use atlas_restore_dialog::rules::{self, Code, Context, Finding, Source, Target};

use super::reconcile::{self, Listed};
use crate::upstream::{Atlas, Patience};

/// The facts.
#[derive(Debug)]
pub struct Facts {
    source_project: Project,
    source_cluster: Option<Cluster>,
    source_encryption: Fact<ProjectEncryption>,
    snapshot: Snapshot,
    target_project: Project,
    /// `None`: a Flex cluster, of which Atlas says no more.
    target_cluster: Option<Cluster>,
    target_encryption: Fact<ProjectEncryption>,
    process_args: Fact<ProcessArgs>,
    /// Under the source cluster; under the target too, which may be another's source.
    pub jobs: Result<Vec<Listed>, Failure>,
}

/// What could not be read, and why.
#[derive(Debug)]
pub struct Unread {
    /// Such as `the snapshot`.
    pub what: &'static str,
    /// Why.
    pub failure: Failure,
}

struct Reader<'a> {
    atlas: &'a Atlas,
    request_id: &'a str,
}

impl Reader<'_> {
    async fn read<T>(
        &self,
        call: Call,
        reader: fn(&[u8]) -> Result<T, ReadError>,
    ) -> Result<T, Failure> {
        self.atlas.read(&call, self.request_id, reader).await
    }

    async fn fact<T>(&self, call: Call, reader: fn(&[u8]) -> Result<T, ReadError>) -> Fact<T> {
        match self.read(call, reader).await {
            Ok(value) => Fact::Known(value),
            Err(_) => Fact::Unreadable,
        }
    }

    async fn cluster(&self, cluster: &ClusterRef) -> Result<Cluster, Failure> {
        self.read(calls::cluster(cluster), calls::read_cluster)
            .await
    }

    /// Of a replica set or of a sharded cluster: who asks may not know which.
    async fn snapshot(&self, cluster: &ClusterRef, id: &str) -> Result<Snapshot, Failure> {
        let of_replica_set = calls::snapshot(cluster, id);
        match self.read(of_replica_set, calls::read_snapshot).await {
            Err(failure) if is_missing(&failure) => {
                let of_cluster = calls::sharded_snapshot(cluster, id);
                self.read(of_cluster, calls::read_snapshot)
                    .await
                    .map_err(|_| failure)
            }
            other => other,
        }
    }
}

fn is_missing(failure: &Failure) -> bool {
    matches!(failure.status(), Some(404 | 410))
}

fn is_flex(failure: &Failure) -> bool {
    failure.error_code() == Some("CANNOT_USE_FLEX_CLUSTER_IN_CLUSTER_API")
}

/// Reads them all, at the same time.
///
/// # Errors
/// A fact without which nothing can be said.
pub async fn read(
    atlas: &Atlas,
    request: &RestoreRequest,
    request_id: &str,
) -> Result<Facts, Unread> {
    let reader = Reader { atlas, request_id };
    let (source, target) = (&request.source, &request.target);
    let group = |id: &str| reader.read(calls::group(id), calls::read_project);
    let keys = |id: &str| reader.fact(calls::encryption_at_rest(id), calls::read_encryption);
    let jobs = async {
        let mut jobs = reconcile::jobs(atlas, source, request_id, Patience::Waits).await?;
        if target != source
            && let Ok(more) = reconcile::jobs(atlas, target, request_id, Patience::Waits).await
        {
            jobs.extend(more);
        }
        Ok(jobs)
    };
    let (
        source_project,
        target_project,
        source_cluster,
        target_cluster,
        snapshot,
        source_encryption,
        target_encryption,
        process_args,
        jobs,
    ) = tokio::join!(
        group(&source.project_id),
        group(&target.project_id),
        reader.cluster(source),
        reader.cluster(target),
        reader.snapshot(source, &request.snapshot_id),
        keys(&source.project_id),
        keys(&target.project_id),
        reader.fact(calls::process_args(target), calls::read_process_args),
        jobs,
    );
    let unread = |what| move |failure| Unread { what, failure };
    Ok(Facts {
        source_project: source_project.map_err(unread("the source project"))?,
        // Backups outlive their cluster.
        source_cluster: match source_cluster {
            Ok(cluster) => Some(cluster),
            Err(failure) if is_missing(&failure) || is_flex(&failure) => None,
            Err(failure) => return Err(unread("the source cluster")(failure)),
        },
        source_encryption,
        snapshot: snapshot.map_err(unread("the snapshot"))?,
        target_project: target_project.map_err(unread("the target project"))?,
        target_cluster: match target_cluster {
            Ok(cluster) => Some(cluster),
            Err(failure) if is_flex(&failure) => None,
            Err(failure) => return Err(unread("the target cluster")(failure)),
        },
        target_encryption,
        process_args,
        jobs,
    })
}

impl Facts {
    /// What the rules say, for somebody with these roles.
    pub fn assess(
        &self,
        source_cluster: &str,
        roles: &Roles,
        policy: &Policy,
        now: Timestamp,
    ) -> Vec<Finding> {
        let context = Context { roles, policy, now };
        let source = Source {
            project: &self.source_project,
            cluster: self.source_cluster.as_ref(),
            cluster_name: Some(source_cluster),
            snapshot: &self.snapshot,
            encryption: self.source_encryption.as_ref(),
        };
        let Some(cluster) = &self.target_cluster else {
            let mut findings = rules::assess_source(&source, &context);
            findings.extend(rules::assess_project(
                &self.source_project,
                &self.target_project,
                &context,
            ));
            findings.push(Finding::new(Code::TargetNotDedicated).with("FLEX"));
            findings.sort_by_key(|finding| finding.code);
            return findings;
        };
        let jobs: Fact<Vec<RestoreJob>> = match &self.jobs {
            Ok(jobs) => Fact::Known(jobs.iter().map(|listed| listed.value.clone()).collect()),
            Err(_) => Fact::Unreadable,
        };
        let target = Target {
            project: &self.target_project,
            cluster,
            encryption: self.target_encryption.as_ref(),
            process_args: self.process_args.as_ref(),
            jobs: match &jobs {
                Fact::Known(jobs) => Fact::Known(jobs.as_slice()),
                Fact::Unreadable => Fact::Unreadable,
                Fact::NotAsked => Fact::NotAsked,
            },
        };
        rules::assess(&source, &target, &context)
    }
}
