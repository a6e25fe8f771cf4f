//! Which of Atlas's jobs is an attempt's own. Pure but for the reading.

use std::collections::HashSet;

use atlas_restore_dialog::atlas::{self as calls, read_job, read_jobs};
use atlas_restore_dialog::model::{
    ClusterRef, Failure, JobState, RestoreJob, RestoreRequest, Timestamp,
};

use crate::upstream::{self, Atlas, Patience};

/// An ObjectId's time has whole seconds, and clocks are never quite the same.
const SLACK_MS: i64 = 2_000;
/// So far may Atlas's clock run ahead of what we know of it.
const AHEAD_MS: i64 = 60_000;
/// A job, and Atlas's words for it.
pub type Listed = upstream::Listed<RestoreJob>;

/// All jobs under a source cluster. There may be none where the cluster is gone.
///
/// # Errors
/// They could not be read.
pub async fn jobs(
    atlas: &Atlas,
    source: &ClusterRef,
    request_id: &str,
    patience: Patience,
) -> Result<Vec<Listed>, Failure> {
    let call = |page| calls::restore_jobs(source, page);
    atlas
        .all(call, |body| read_jobs(body), read_job, request_id, patience)
        .await
}

fn does_the_same(job: &RestoreJob, request: &RestoreRequest) -> bool {
    job.snapshot_id.as_deref() == Some(&request.snapshot_id)
        && job.target_group_id.as_deref() == Some(&request.target.project_id)
        && job.target_cluster_name.as_deref() == Some(&request.target.name)
}

/// A job of the future is nobody's: its id says something else than a time.
fn created_within(job: &RestoreJob, since: Timestamp, now: Timestamp) -> bool {
    let at = Timestamp::of_object_id(&job.id);
    at.is_some_and(|at| (since.0 - SLACK_MS..=now.0 + AHEAD_MS).contains(&at.0))
}

fn newest<'a>(jobs: impl Iterator<Item = &'a Listed>) -> Option<&'a Listed> {
    jobs.max_by_key(|listed| Timestamp::of_object_id(&listed.value.id))
}

/// The job that this attempt has started, as another replica or a lost answer would have left it: it does the same, and
/// was created since the attempt can have begun. One that is over and is known to be another attempt's is not it.
pub fn started_since<'a>(
    jobs: &'a [Listed],
    request: &RestoreRequest,
    since: Timestamp,
    now: Timestamp,
    is_anothers: impl Fn(&str) -> bool,
) -> Option<&'a Listed> {
    newest(jobs.iter().filter(|listed| {
        let job = &listed.value;
        does_the_same(job, request)
            && created_within(job, since, now)
            && (job.state() == JobState::Running || !is_anothers(&job.id))
    }))
}

/// The job that a request without an answer has started: it does the same, and was not there before.
pub fn started_by<'a>(
    jobs: &'a [Listed],
    request: &RestoreRequest,
    sent_at: Timestamp,
    now: Timestamp,
    before: &HashSet<String>,
) -> Option<&'a Listed> {
    newest(jobs.iter().filter(|listed| {
        let job = &listed.value;
        does_the_same(job, request)
            && created_within(job, sent_at, now)
            && !before.contains(&job.id)
    }))
}

/// Whether a job is listed that restores into this cluster and has not ended.
pub fn one_runs_into(jobs: &[Listed], target: &ClusterRef) -> bool {
    jobs.iter().any(|Listed { value: job, .. }| {
        job.target_group_id.as_deref() == Some(&target.project_id)
            && job.target_cluster_name.as_deref() == Some(&target.name)
            && job.state() == JobState::Running
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const SNAPSHOT: &str = "999999999999999999999991";
    /// What `6b000001…` says, in seconds.
    const AT: i64 = 0x6b00_0001 * 1_000;

    fn request() -> RestoreRequest {
        let cluster = |name: &str| ClusterRef {
            project_id: "p".to_owned(),
            name: name.to_owned(),
        };
        RestoreRequest {
            source: cluster("orders"),
            snapshot_id: SNAPSHOT.to_owned(),
            target: cluster("copy"),
            reason: None,
        }
    }

    fn job(id: &str, more: Value) -> Listed {
        let mut json = json!({"id": id, "snapshotId": SNAPSHOT, "targetGroupId": "p", "targetClusterName": "copy"});
        for (name, value) in more.as_object().unwrap() {
            json[name] = value.clone();
        }
        Listed {
            value: read_job(json.to_string().as_bytes()).unwrap(),
            json,
        }
    }

    const OLD: &str = "6b0000000000000000000001";
    const NEW: &str = "6b0000010000000000000001";
    const NEWER: &str = "6b0000050000000000000001";

    fn since<'a>(jobs: &'a [Listed], ms: i64, others: &[&str]) -> Option<&'a str> {
        let now = Timestamp(AT + 10_000);
        started_since(jobs, &request(), Timestamp(ms), now, |id| {
            others.contains(&id)
        })
        .map(|listed| listed.value.id.as_str())
    }

    #[test]
    fn job_since_the_session_is_ours() {
        let jobs = [
            job(OLD, json!({})),
            job(NEWER, json!({})),
            job(NEW, json!({})),
        ];
        assert_eq!(since(&jobs, AT, &[]), Some(NEWER));
        assert_eq!(since(&jobs, AT + 7_000, &[]), None);
        assert_eq!(since(&jobs[..1], AT + 1_001, &[]), None);
    }

    #[test]
    fn job_of_the_future_is_nobodys() {
        assert_eq!(
            since(&[job("cccccccccccccccccccccccc", json!({}))], AT, &[]),
            None
        );
    }

    #[test]
    fn job_of_another_kind_is_not_ours() {
        for other in [
            json!({"snapshotId": "999999999999999999999992"}),
            json!({"targetGroupId": "q"}),
            json!({"targetClusterName": "copy2"}),
            json!({"targetClusterName": null}),
        ] {
            assert_eq!(since(&[job(NEW, other)], AT, &[]), None);
        }
    }

    #[test]
    fn ended_job_of_another_attempt_is_not_ours() {
        let ended = [job(NEW, json!({"failed": true}))];
        assert_eq!(since(&ended, AT, &[NEW]), None);
        assert_eq!(since(&ended, AT, &[]), Some(NEW));
        assert_eq!(since(&[job(NEW, json!({}))], AT, &[NEW]), Some(NEW));
    }

    #[test]
    fn lost_answers_job_was_not_there_before() {
        let jobs = [job(NEW, json!({})), job(NEWER, json!({}))];
        let before = HashSet::from([NEWER.to_owned()]);
        let found = started_by(&jobs, &request(), Timestamp(AT), Timestamp(AT), &before);
        assert_eq!(found.map(|listed| listed.value.id.as_str()), Some(NEW));
    }
}
