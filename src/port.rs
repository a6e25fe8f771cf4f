//! Where the dialog's questions become Atlas's calls, and answers its answers: the one place that knows both
//! [`crate::dialog`] and [`crate::atlas`]. The widget's driver and the journeys of the tests send through it.

use crate::atlas::{self, Body, Call, ReadError};
use crate::dialog::{Answer, Effect, Read};
use crate::model::Failure;

/// The call that reads this.
pub fn call(read: &Read) -> Call {
    match read {
        Read::Session => atlas::session(),
        Read::Projects { page } => atlas::groups(*page),
        Read::Project { id } => atlas::group(id),
        Read::Clusters { project_id, page } => atlas::clusters(project_id, *page),
        Read::Cluster(cluster) => atlas::cluster(cluster),
        Read::ProcessArgs(cluster) => atlas::process_args(cluster),
        Read::Encryption { project_id } => atlas::encryption_at_rest(project_id),
        Read::Snapshots { cluster, page } => atlas::snapshots(cluster, *page),
        Read::ShardedSnapshots { cluster } => atlas::sharded_snapshots(cluster),
        Read::Snapshot {
            cluster,
            id,
            sharded: true,
        } => atlas::sharded_snapshot(cluster, id),
        Read::Snapshot { cluster, id, .. } => atlas::snapshot(cluster, id),
        Read::NewestSnapshots {
            cluster,
            sharded: true,
        } => atlas::sharded_snapshots(cluster),
        Read::NewestSnapshots { cluster, .. } => atlas::newest_snapshots(cluster),
        Read::Jobs { cluster, page } => atlas::restore_jobs(cluster, *page),
        Read::Job { cluster, id } => atlas::restore_job(cluster, id),
    }
}

/// The restore request of [`Effect::Restore`]; `None` for any other effect.
pub fn restore_call(effect: &Effect) -> Option<Call> {
    match effect {
        Effect::Restore {
            request,
            key,
            csrf_token,
            ..
        } => Some(atlas::create_restore_job(
            request,
            key,
            csrf_token.as_deref(),
        )),
        _ => None,
    }
}

/// Reads the answer to a call that read `read`, or to the restore request (`None`).
///
/// # Errors
/// A status of 4xx or 5xx, HTML, cut JSON, or JSON that is not what Atlas documents.
pub fn answer(
    read: Option<&Read>,
    status: u16,
    content_type: Option<&str>,
    mut body: impl Body,
) -> Result<Answer, Failure> {
    answer_to(None, read, status, content_type, &mut body)
}

/// The same, where the answer must be of the version that the call asked for ([`Call::version`]).
///
/// # Errors
/// As of [`answer`], and an answer of another version.
pub fn answer_to(
    version: Option<&str>,
    read: Option<&Read>,
    status: u16,
    content_type: Option<&str>,
    body: &mut dyn Body,
) -> Result<Answer, Failure> {
    if !(200..300).contains(&status) {
        return Err(atlas::read_problem(status, content_type, whole(body)));
    }
    if atlas::looks_like_html(content_type, body.window(0, 1).0) {
        return Err(Failure::NotJson {
            status,
            html: true,
            request_id: None,
        });
    }
    if let (Some(declared), Some(version)) = (content_type, version) {
        atlas::check_media_type(declared, version)?;
    }
    Ok(read_answer(read, body)?)
}

fn whole(body: &mut dyn Body) -> &[u8] {
    body.window(0, usize::MAX).0
}

fn read_answer(read: Option<&Read>, body: &mut dyn Body) -> Result<Answer, ReadError> {
    Ok(match read {
        Some(Read::Projects { .. }) => Answer::Projects(atlas::read_projects(body)?),
        Some(Read::Clusters { .. }) => Answer::Clusters(atlas::read_clusters(body)?),
        Some(
            Read::Snapshots { .. } | Read::ShardedSnapshots { .. } | Read::NewestSnapshots { .. },
        ) => Answer::Snapshots(atlas::read_snapshots(body)?),
        Some(Read::Jobs { .. }) => Answer::Jobs(atlas::read_jobs(body)?),
        one => read_one(one, whole(body))?,
    })
}

/// Reads what is no list.
fn read_one(read: Option<&Read>, body: &[u8]) -> Result<Answer, ReadError> {
    Ok(match read {
        Some(Read::Session) => Answer::Session(Box::new(atlas::read_session(body)?)),
        Some(Read::Project { .. }) => Answer::Project(Box::new(atlas::read_project(body)?)),
        Some(Read::Cluster(_)) => Answer::Cluster(Box::new(atlas::read_cluster(body)?)),
        Some(Read::ProcessArgs(_)) => Answer::ProcessArgs(atlas::read_process_args(body)?),
        Some(Read::Encryption { .. }) => Answer::Encryption(atlas::read_encryption(body)?),
        Some(Read::Snapshot { .. }) => Answer::Snapshot(Box::new(atlas::read_snapshot(body)?)),
        _ => Answer::Job(Box::new(atlas::read_job(body)?)),
    })
}
