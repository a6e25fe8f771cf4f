//! Is the target there, and is it left alone?

use super::report::Report;
use super::report::Value::{Text, Written};
use super::{Code, Target};
use crate::model::{Cluster, ClusterState, Fact};

/// `target.unavailable`. Parameters: `paused` (`true` or `false`), `state` (`stateName` as Atlas writes it; empty where
/// absent).
pub(super) fn is_available(target: &Cluster, report: &mut Report) {
    let not_there = matches!(
        target.state,
        Some(ClusterState::Creating | ClusterState::Deleting)
    );
    if target.paused || not_there {
        report(
            Code::TargetUnavailable,
            &[
                Text(if target.paused { "true" } else { "false" }),
                Text(state_name(target)),
            ],
        );
    }
}

/// `target.busy`: also where Atlas does not say, or says something that we don't know. Parameters: `state`, as Atlas
/// writes it; empty where absent.
pub(super) fn is_idle(target: &Cluster, report: &mut Report) {
    let busy = match target.state {
        Some(ClusterState::Updating | ClusterState::Repairing | ClusterState::Unknown(_))
        | None => true,
        Some(ClusterState::Idle | ClusterState::Creating | ClusterState::Deleting) => false,
    };
    if busy {
        report(Code::TargetBusy, &[Text(state_name(target))]);
    }
}

/// `target.restore-running` (parameters: `jobId`, `snapshotId`, empty where the job has none) and
/// `target.restore-unknown`.
pub(super) fn no_restore_running(target: &Target, report: &mut Report) {
    match target.jobs {
        Fact::NotAsked => {}
        Fact::Unreadable => report(Code::TargetRestoreUnknown, &[]),
        Fact::Known(jobs) => {
            let running = jobs
                .iter()
                .find(|job| job.runs_into(&target.project.id, &target.cluster.name));
            if let Some(job) = running {
                report(
                    Code::TargetRestoreRunning,
                    &[Text(&job.id), Written(job.snapshot_id.as_deref())],
                );
            }
        }
    }
}

fn state_name(cluster: &Cluster) -> &str {
    match &cluster.state {
        Some(ClusterState::Idle) => "IDLE",
        Some(ClusterState::Creating) => "CREATING",
        Some(ClusterState::Updating) => "UPDATING",
        Some(ClusterState::Deleting) => "DELETING",
        Some(ClusterState::Repairing) => "REPAIRING",
        Some(ClusterState::Unknown(text)) => text,
        None => "",
    }
}
