//! Every call that the dialog makes, as data.

use super::Call;
use super::json::quote;
use crate::model::{ClusterRef, RestoreRequest, around};

/// Version of projects, keys, snapshots and restore jobs.
const COMMON: &str = "application/vnd.atlas.2023-01-01+json";
/// Version of clusters and their settings: the first with one `replicationSpecs` entry for each shard.
const CLUSTERS: &str = "application/vnd.atlas.2024-08-05+json";

/// `GET /session`: the person, roles and policy.
pub fn session() -> Call {
    get("/session".to_owned(), "application/json")
}

/// One page of the projects, from page 1.
pub fn groups(page: u32) -> Call {
    get(paged(api(&["groups"]), page), COMMON)
}

/// One project.
pub fn group(id: &str) -> Call {
    get(api(&["groups", id]), COMMON)
}

/// One page of a project's clusters, from page 1.
pub fn clusters(project_id: &str, page: u32) -> Call {
    get(
        paged(api(&["groups", project_id, "clusters"]), page),
        CLUSTERS,
    )
}

/// One cluster.
pub fn cluster(cluster: &ClusterRef) -> Call {
    get(below(cluster, &[]), CLUSTERS)
}

/// A cluster's settings.
pub fn process_args(cluster: &ClusterRef) -> Call {
    get(below(cluster, &["processArgs"]), CLUSTERS)
}

/// A project's keys. Atlas validates the key at each call: once for each project, not for each key press.
pub fn encryption_at_rest(project_id: &str) -> Call {
    get(api(&["groups", project_id, "encryptionAtRest"]), COMMON)
}

/// One page of a replica set's snapshots, from page 1.
pub fn snapshots(cluster: &ClusterRef, page: u32) -> Call {
    get(
        paged(below(cluster, &["backup", "snapshots"]), page),
        COMMON,
    )
}

/// One snapshot of a replica set.
pub fn snapshot(cluster: &ClusterRef, id: &str) -> Call {
    get(below(cluster, &["backup", "snapshots", id]), COMMON)
}

/// A few of a replica set's newest snapshots: the newest may be under way.
pub fn newest_snapshots(cluster: &ClusterRef) -> Call {
    let mut call = get(below(cluster, &["backup", "snapshots"]), COMMON);
    call.path.push_str("?itemsPerPage=5");
    call
}

/// All snapshots of a sharded cluster: Atlas does not page this list.
pub fn sharded_snapshots(cluster: &ClusterRef) -> Call {
    get(
        below(cluster, &["backup", "snapshots", "shardedClusters"]),
        COMMON,
    )
}

/// One snapshot of a sharded cluster (singular in the path).
pub fn sharded_snapshot(cluster: &ClusterRef, id: &str) -> Call {
    get(
        below(cluster, &["backup", "snapshots", "shardedCluster", id]),
        COMMON,
    )
}

/// One page of the restore jobs, listed under the source cluster, from page 1.
pub fn restore_jobs(source: &ClusterRef, page: u32) -> Call {
    get(
        paged(below(source, &["backup", "restoreJobs"]), page),
        COMMON,
    )
}

/// One restore job, under its source cluster.
pub fn restore_job(source: &ClusterRef, id: &str) -> Call {
    get(below(source, &["backup", "restoreJobs", id]), COMMON)
}

/// The one unsafe call: starts a restore, and with it deletes the target's data.
pub fn create_restore_job(
    request: &RestoreRequest,
    idempotency_key: &str,
    csrf_token: Option<&str>,
) -> Call {
    let mut call = get(below(&request.source, &["backup", "restoreJobs"]), COMMON);
    call.method = "POST";
    call.headers.push(("Content-Type", COMMON.to_owned()));
    call.headers
        .push(("Idempotency-Key", idempotency_key.to_owned()));
    if let Some(token) = csrf_token {
        call.headers.push(("X-CSRF-Token", token.to_owned()));
    }
    if let Some(reason) = &request.reason {
        let mut value = String::with_capacity(reason.len());
        percent_encode(reason, &mut value);
        call.headers.push(("Restore-Reason", value));
    }
    call.body = Some(restore_body(request));
    call
}

/// The body of [`create_restore_job`], as sent.
pub fn restore_body(request: &RestoreRequest) -> String {
    let mut body = String::new();
    for (name, value) in [
        ("{\"deliveryType\":", "automated"),
        (",\"snapshotId\":", &request.snapshot_id),
        (",\"targetClusterName\":", &request.target.name),
        (",\"targetGroupId\":", &request.target.project_id),
    ] {
        body.push_str(name);
        quote(value, &mut body);
    }
    body.push('}');
    body
}

fn get(path: String, accept: &str) -> Call {
    Call {
        method: "GET",
        path,
        headers: vec![("Accept", accept.to_owned())],
        body: None,
    }
}

fn paged(path: String, page: u32) -> String {
    format!("{path}?itemsPerPage=500&pageNum={page}&includeCount=true")
}

fn below(cluster: &ClusterRef, more: &[&str]) -> String {
    let mut path = api(&["groups", &cluster.project_id, "clusters", &cluster.name]);
    push_segments(&mut path, more);
    path
}

fn api(segments: &[&str]) -> String {
    let mut path = "/api/atlas/v2".to_owned();
    push_segments(&mut path, segments);
    path
}

/// The address of the portal's own page about a job: `template` (`job-link`), in which `{project}` and `{cluster}` are
/// where the job is listed and `{job}` is its id, percent-encoded.
pub fn job_page(template: &str, cluster: &ClusterRef, job: &str) -> String {
    let mut address = template.to_owned();
    for (place, value) in [
        ("{project}", cluster.project_id.as_str()),
        ("{cluster}", &cluster.name),
        ("{job}", job),
    ] {
        // What is encoded has no braces.
        while let Some((before, after)) = around(&address, place) {
            let mut next = before.to_owned();
            percent_encode(value, &mut next);
            next.push_str(after);
            address = next;
        }
    }
    address
}

/// Each text stays one segment, whatever is in it. Browsers resolve `..` and `%2E%2E` alike and servers drop empty
/// segments, either of which would make it another operation; so these three, which name nothing in Atlas, are sent as
/// names that cannot exist, and Atlas says that it finds nothing.
fn push_segments(path: &mut String, segments: &[&str]) {
    for segment in segments {
        path.push('/');
        match *segment {
            "" => path.push('_'),
            "." => path.push_str("%252E"),
            ".." => path.push_str("%252E%252E"),
            text => percent_encode(text, path),
        }
    }
}

/// Everything but RFC 3986's unreserved characters.
fn percent_encode(text: &str, to: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            to.push(char::from(byte));
        } else {
            to.push('%');
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(u32::from(digit), 16).unwrap_or('0');
                to.push(digit.to_ascii_uppercase());
            }
        }
    }
}
