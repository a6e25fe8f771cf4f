//! The allow-list: which of Atlas's operations are passed on, with which query. Everything else does not exist here.
//!
//! A path is taken apart and put together anew from what was understood, so nothing that was not understood can reach
//! Atlas: ids and names must be what Atlas documents, and neither holds a character that would have to be encoded.

use atlas_restore_dialog::atlas::{self as calls, Call};
use atlas_restore_dialog::model::ClusterRef;

/// One of Atlas's operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// The projects.
    Groups,
    /// One project.
    Group(String),
    /// A project's keys.
    Encryption(String),
    /// A project's clusters.
    Clusters(String),
    /// One cluster.
    Cluster(ClusterRef),
    /// Its settings.
    ProcessArgs(ClusterRef),
    /// A replica set's snapshots.
    Snapshots(ClusterRef),
    /// One of them.
    Snapshot(ClusterRef, String),
    /// A sharded cluster's snapshots.
    ShardedSnapshots(ClusterRef),
    /// One of them.
    ShardedSnapshot(ClusterRef, String),
    /// Restore jobs of a source cluster.
    Jobs(ClusterRef),
    /// One of them.
    Job(ClusterRef, String),
    /// The one unsafe call: a restore of this cluster's snapshot.
    Restore(ClusterRef),
}

/// Why a path or query is not passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nothing is here.
    NotFound,
    /// Something is, for these methods.
    Method(&'static str),
    /// A query parameter that is not on the list, or whose value is not.
    Query(String),
}

/// What stands below `…/api/atlas/v2`, beginning with a slash and still encoded.
///
/// # Errors
/// What is not on the list.
pub fn operation(method: &str, path: &str) -> Result<Operation, Refused> {
    let path = path.strip_prefix('/').ok_or(Refused::NotFound)?;
    let segments: Vec<&str> = path.split('/').collect();
    let (readable, writable) = (read(&segments), write(&segments));
    match method {
        "GET" if readable.is_some() => readable.ok_or(Refused::NotFound),
        "POST" if writable.is_some() => writable.ok_or(Refused::NotFound),
        _ => Err(match (readable, writable) {
            (Some(_), Some(_)) => Refused::Method("GET, POST"),
            (Some(_), None) => Refused::Method("GET"),
            (None, Some(_)) => Refused::Method("POST"),
            (None, None) => Refused::NotFound,
        }),
    }
}

fn read(segments: &[&str]) -> Option<Operation> {
    Some(match segments {
        ["groups"] => Operation::Groups,
        ["groups", group] => Operation::Group(object_id(group)?),
        ["groups", group, "encryptionAtRest"] => Operation::Encryption(object_id(group)?),
        ["groups", group, "clusters"] => Operation::Clusters(object_id(group)?),
        ["groups", group, "clusters", name, rest @ ..] => {
            let cluster = cluster(group, name)?;
            match rest {
                [] => Operation::Cluster(cluster),
                ["processArgs"] => Operation::ProcessArgs(cluster),
                ["backup", "snapshots"] => Operation::Snapshots(cluster),
                ["backup", "snapshots", "shardedClusters"] => Operation::ShardedSnapshots(cluster),
                ["backup", "snapshots", "shardedCluster", id] => {
                    Operation::ShardedSnapshot(cluster, object_id(id)?)
                }
                ["backup", "snapshots", id] => Operation::Snapshot(cluster, object_id(id)?),
                ["backup", "restoreJobs"] => Operation::Jobs(cluster),
                ["backup", "restoreJobs", id] => Operation::Job(cluster, object_id(id)?),
                _ => return None,
            }
        }
        _ => return None,
    })
}

fn write(segments: &[&str]) -> Option<Operation> {
    match segments {
        ["groups", group, "clusters", name, "backup", "restoreJobs"] => {
            Some(Operation::Restore(cluster(group, name)?))
        }
        _ => None,
    }
}

fn cluster(group: &str, name: &str) -> Option<ClusterRef> {
    Some(ClusterRef {
        project_id: object_id(group)?,
        name: is_cluster_name(name).then(|| name.to_owned())?,
    })
}

/// `^[a-f0-9]{24}$`, as Atlas documents ids.
pub fn is_object_id(text: &str) -> bool {
    text.len() == 24
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn object_id(text: &str) -> Option<String> {
    is_object_id(text).then(|| text.to_owned())
}

/// `^[a-zA-Z0-9][a-zA-Z0-9-]*$`, of at most 64 characters, as Atlas documents names.
pub fn is_cluster_name(text: &str) -> bool {
    text.len() <= 64
        && text
            .bytes()
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// 1 to 500.
    pub items: usize,
    /// From 1.
    pub page: usize,
    /// Whether the count is wanted.
    pub count: bool,
}

impl Default for Paging {
    fn default() -> Self {
        Paging {
            items: 100,
            page: 1,
            count: true,
        }
    }
}

impl Operation {
    /// The project whose role opens it; none for the list of projects.
    pub fn project(&self) -> Option<&str> {
        match self {
            Operation::Groups => None,
            Operation::Group(id) | Operation::Encryption(id) | Operation::Clusters(id) => Some(id),
            Operation::Cluster(cluster)
            | Operation::ProcessArgs(cluster)
            | Operation::Snapshots(cluster)
            | Operation::Snapshot(cluster, _)
            | Operation::ShardedSnapshots(cluster)
            | Operation::ShardedSnapshot(cluster, _)
            | Operation::Jobs(cluster)
            | Operation::Job(cluster, _)
            | Operation::Restore(cluster) => Some(&cluster.project_id),
        }
    }

    /// A short name, for metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Operation::Groups => "groups",
            Operation::Group(_) => "group",
            Operation::Encryption(_) => "encryptionAtRest",
            Operation::Clusters(_) => "clusters",
            Operation::Cluster(_) => "cluster",
            Operation::ProcessArgs(_) => "processArgs",
            Operation::Snapshots(_) => "snapshots",
            Operation::Snapshot(..) => "snapshot",
            Operation::ShardedSnapshots(_) => "shardedSnapshots",
            Operation::ShardedSnapshot(..) => "shardedSnapshot",
            Operation::Jobs(_) => "restoreJobs",
            Operation::Job(..) => "restoreJob",
            Operation::Restore(_) => "restore",
        }
    }

    fn is_paged(&self) -> bool {
        matches!(
            self,
            Operation::Groups
                | Operation::Clusters(_)
                | Operation::Snapshots(_)
                | Operation::Jobs(_)
        )
    }

    /// Reads the query; every parameter at most once.
    ///
    /// # Errors
    /// Names the parameter that is not allowed.
    pub fn paging(&self, query: &str) -> Result<Paging, Refused> {
        let mut paging = Paging::default();
        let mut seen = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let refuse = || Refused::Query(name.chars().take(60).collect());
            if !self.is_paged() || seen.contains(&name) {
                return Err(refuse());
            }
            seen.push(name);
            let number = |most: usize| {
                let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
                let number = value.parse().ok().filter(|n| (1..=most).contains(n));
                number.filter(|_| digits).ok_or_else(refuse)
            };
            match name {
                "itemsPerPage" => paging.items = number(500)?,
                "pageNum" => paging.page = number(1_000_000)?,
                "includeCount" => paging.count = value.parse().map_err(|_| refuse())?,
                _ => return Err(refuse()),
            }
        }
        Ok(paging)
    }

    /// The call that asks Atlas, in the version that the dialog reads; none for [`Operation::Restore`].
    pub fn call(&self, paging: Paging) -> Option<Call> {
        let mut call = match self {
            Operation::Groups => calls::groups(1),
            Operation::Group(id) => calls::group(id),
            Operation::Encryption(id) => calls::encryption_at_rest(id),
            Operation::Clusters(id) => calls::clusters(id, 1),
            Operation::Cluster(cluster) => calls::cluster(cluster),
            Operation::ProcessArgs(cluster) => calls::process_args(cluster),
            Operation::Snapshots(cluster) => calls::snapshots(cluster, 1),
            Operation::Snapshot(cluster, id) => calls::snapshot(cluster, id),
            Operation::ShardedSnapshots(cluster) => calls::sharded_snapshots(cluster),
            Operation::ShardedSnapshot(cluster, id) => calls::sharded_snapshot(cluster, id),
            Operation::Jobs(cluster) => calls::restore_jobs(cluster, 1),
            Operation::Job(cluster, id) => calls::restore_job(cluster, id),
            Operation::Restore(_) => return None,
        };
        if self.is_paged() {
            let path = call.path.split('?').next().unwrap_or_default();
            call.path = format!(
                "{path}?itemsPerPage={}&pageNum={}&includeCount={}",
                paging.items, paging.page, paging.count
            );
        }
        Some(call)
    }
}

/// Whether a caller that sends this `Accept` takes this media type.
pub fn accepts(accept: Option<&str>, media_type: &str) -> bool {
    let Some(accept) = accept else { return true };
    accept.split(',').any(|range| {
        let range = range.split(';').next().unwrap_or_default().trim();
        range.eq_ignore_ascii_case(media_type)
            || matches!(range, "" | "*/*" | "application/*" | "application/json")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const G: &str = "64f1c0de0a1b2c3d4e5f6001";

    fn orders() -> ClusterRef {
        ClusterRef {
            project_id: G.to_owned(),
            name: "orders".to_owned(),
        }
    }

    #[test]
    fn every_call_of_the_dialog_is_on_the_list() {
        let id = "6b04efa0066650660db4c887";
        for call in [
            calls::groups(2),
            calls::group(G),
            calls::encryption_at_rest(G),
            calls::clusters(G, 1),
            calls::cluster(&orders()),
            calls::process_args(&orders()),
            calls::snapshots(&orders(), 3),
            calls::snapshot(&orders(), id),
            calls::sharded_snapshots(&orders()),
            calls::sharded_snapshot(&orders(), id),
            calls::restore_jobs(&orders(), 1),
            calls::restore_job(&orders(), id),
        ] {
            let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
            let below = path.strip_prefix("/api/atlas/v2").unwrap();
            let operation = operation(call.method, below).unwrap();
            let paging = operation.paging(query).unwrap();
            assert_eq!(operation.call(paging).unwrap(), call, "{operation:?}");
        }
    }

    #[test]
    fn other_paths_do_not_exist() {
        for path in [
            "",
            "/",
            "groups",
            "//groups",
            "/groups/",
            "/groups/x",
            "/groups/..",
            "/groups/%2e%2e",
            "/groups/64F1C0DE0A1B2C3D4E5F6001",
            "/groups/64f1c0de0a1b2c3d4e5f6001/",
            "/groups/64f1c0de0a1b2c3d4e5f6001/databaseUsers",
            "/groups/64f1c0de0a1b2c3d4e5f6001/clusters/..",
            "/groups/64f1c0de0a1b2c3d4e5f6001/clusters/a%2Fb",
            "/groups/64f1c0de0a1b2c3d4e5f6001/clusters/a%5cb",
            "/groups/64f1c0de0a1b2c3d4e5f6001/clusters/-a",
            "/groups/64f1c0de0a1b2c3d4e5f6001/clusters/orders;x",
            "/groups/64f1c0de0a1b2c3d4e5f6001/clusters/orders/backup/snapshots/..%2f..",
            "/groups/64f1c0de0a1b2c3d4e5f6001/clusters/orders/backup/exports",
            "/groups/64f1c0de0a1b2c3d4e5f6001/users",
            "/orgs/5f3a1c9be4b0a1d2c3e4f501/users",
        ] {
            for method in ["GET", "POST", "DELETE"] {
                assert_eq!(operation(method, path), Err(Refused::NotFound), "{path}");
            }
        }
    }

    #[test]
    fn other_methods_are_refused_with_the_allowed_ones() {
        let jobs = format!("/groups/{G}/clusters/orders/backup/restoreJobs");
        assert_eq!(operation("POST", &jobs), Ok(Operation::Restore(orders())));
        assert_eq!(operation("PUT", &jobs), Err(Refused::Method("GET, POST")));
        for method in ["POST", "DELETE", "HEAD", "OPTIONS", "PATCH"] {
            assert_eq!(operation(method, "/groups"), Err(Refused::Method("GET")));
        }
        let job = format!("{jobs}/6b04efa0066650660db4c887");
        assert_eq!(operation("DELETE", &job), Err(Refused::Method("GET")));
    }

    #[test]
    fn query_is_on_the_list_or_refused() {
        let refused = |operation: &Operation, query: &str, name: &str| {
            assert_eq!(
                operation.paging(query),
                Err(Refused::Query(name.to_owned())),
                "{query}"
            );
        };
        for (query, name) in [
            ("envelope=true", "envelope"),
            ("pageNum=0", "pageNum"),
            ("pageNum=+1", "pageNum"),
            ("pageNum=1&pageNum=2", "pageNum"),
            ("itemsPerPage=501", "itemsPerPage"),
            ("includeCount=maybe", "includeCount"),
            ("page%4eum=1", "page%4eum"),
        ] {
            refused(&Operation::Groups, query, name);
        }
        refused(&Operation::Group(G.to_owned()), "pageNum=1", "pageNum");
        assert_eq!(
            Operation::Groups.paging("itemsPerPage=5&pageNum=2&includeCount=false"),
            Ok(Paging {
                items: 5,
                page: 2,
                count: false
            })
        );
    }

    #[test]
    fn accept_must_take_what_atlas_sends() {
        let ours = "application/vnd.atlas.2023-01-01+json";
        for accept in [
            None,
            Some("*/*"),
            Some(ours),
            Some("text/html, application/json;q=0.9"),
        ] {
            assert!(accepts(accept, ours), "{accept:?}");
        }
        for accept in ["text/html", "application/vnd.atlas.2024-08-05+json"] {
            assert!(!accepts(Some(accept), ours), "{accept}");
        }
    }
}
