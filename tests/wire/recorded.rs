//! Recorded answers of the real Atlas.

use std::path::Path;

use atlas_restore_dialog::atlas;
use atlas_restore_dialog::model::{
    CloudProvider, Cluster, ClusterEncryption, ClusterState, ClusterType, Failure, Project,
    RestoreJob, Snapshot, SnapshotKind, SnapshotStatus,
};
use serde_json::Value;

use crate::bytes;

struct Recording {
    file: String,
    request: String,
    status: u16,
    content_type: String,
    body: Value,
}

fn recordings() -> Option<Vec<Recording>> {
    let Some(folder) = std::env::var_os("RECORDED_DIR") else {
        println!("skipped: RECORDED_DIR is not set");
        return None;
    };
    let entries = std::fs::read_dir(Path::new(&folder))
        .unwrap_or_else(|error| panic!("RECORDED_DIR {}: {error}", folder.display()));
    let mut all: Vec<Recording> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let mut value: Value = serde_json::from_str(&text).unwrap();
            let content_type = value["headers"].as_object().and_then(|headers| {
                let mut headers = headers.iter();
                let (_, value) =
                    headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"))?;
                value.as_str().map(str::to_owned)
            });
            Recording {
                file: path.file_name().unwrap().to_string_lossy().into_owned(),
                request: value["request"].as_str().unwrap().to_owned(),
                status: value["status"].as_u64().unwrap().try_into().unwrap(),
                content_type: content_type.unwrap_or_default(),
                body: value["body"].take(),
            }
        })
        .collect();
    assert!(!all.is_empty(), "RECORDED_DIR holds no recording");
    all.sort_by(|one, other| one.file.cmp(&other.file));
    Some(all)
}

type Check = fn(&Value) -> Result<(), String>;

/// The version that we ask for and the reader's check, where it is an operation that we read.
fn operation(request: &str) -> Option<(&'static str, Check)> {
    let (method, path) = request.split_once(' ').unwrap();
    let path = path.split('?').next().unwrap();
    let segments: Vec<&str> = path.strip_prefix("/api/atlas/v2/")?.split('/').collect();
    let (common, clusters) = ("2023-01-01", "2024-08-05");
    Some(match (method, &*segments) {
        ("GET", ["groups"]) => (common, |body| {
            list(body, |body| atlas::read_projects(body), same_project)
        }),
        ("GET", ["groups", _]) => (common, |body| one(body, atlas::read_project, same_project)),
        ("GET", ["groups", _, "clusters"]) => (clusters, |body| {
            list(body, |body| atlas::read_clusters(body), same_cluster)
        }),
        ("GET", ["groups", _, "clusters", _]) => (clusters, |body| {
            one(body, atlas::read_cluster, same_cluster)
        }),
        ("GET", ["groups", _, "encryptionAtRest"]) => {
            (common, |body| one(body, atlas::read_encryption, |_, _| {}))
        }
        ("GET", ["groups", _, "clusters", _, "processArgs"]) => (clusters, |body| {
            one(body, atlas::read_process_args, |args, body| {
                let written = body["defaultWriteConcern"].as_str();
                assert_eq!(args.default_write_concern.as_deref(), written);
            })
        }),
        ("GET", ["groups", _, "clusters", _, "backup", "snapshots"])
        | (
            "GET",
            [
                "groups",
                _,
                "clusters",
                _,
                "backup",
                "snapshots",
                "shardedClusters",
            ],
        ) => (common, |body| {
            list(body, |body| atlas::read_snapshots(body), same_snapshot)
        }),
        ("GET", ["groups", _, "clusters", _, "backup", "snapshots", _])
        | (
            "GET",
            [
                "groups",
                _,
                "clusters",
                _,
                "backup",
                "snapshots",
                "shardedCluster",
                _,
            ],
        ) => (common, |body| {
            one(body, atlas::read_snapshot, same_snapshot)
        }),
        ("GET", ["groups", _, "clusters", _, "backup", "restoreJobs"]) => (common, |body| {
            list(body, |body| atlas::read_jobs(body), same_job)
        }),
        ("GET", ["groups", _, "clusters", _, "backup", "restoreJobs", _])
        | ("POST", ["groups", _, "clusters", _, "backup", "restoreJobs"]) => {
            (common, |body| one(body, atlas::read_job, same_job))
        }
        _ => return None,
    })
}

#[test]
fn recorded_answers_are_read_or_refused_by_version() {
    let Some(all) = recordings() else { return };
    let (mut read, mut refused, mut others) = (0, 0, 0);
    for recording in all.iter().filter(|recording| recording.status / 100 == 2) {
        let Some((version, check)) = operation(&recording.request) else {
            others += 1;
            continue;
        };
        println!("{}", recording.file);
        match atlas::check_media_type(&recording.content_type, version) {
            Ok(()) => {
                check(&recording.body).unwrap();
                read += 1;
            }
            Err(error) => {
                // Its body tells as well, where a proxy rewrites the media type.
                for message in [error.to_string(), check(&recording.body).unwrap_err()] {
                    assert!(message.contains("of version 2023-"), "{message}");
                    assert!(message.contains("2024-08-05 was asked for"), "{message}");
                }
                refused += 1;
            }
        }
    }
    println!(
        "{read} read, {refused} refused by version, {others} of operations that we don't read"
    );
    assert!(read > 0);
}

#[test]
fn recorded_errors_give_their_detail_and_code() {
    let Some(all) = recordings() else { return };
    let mut read = 0;
    for recording in all.iter().filter(|recording| recording.status >= 400) {
        println!("{}", recording.file);
        let (content_type, body) = (Some(&*recording.content_type), bytes(&recording.body));
        match atlas::read_problem(recording.status, content_type, &body) {
            Failure::Refused(problem) => {
                assert_eq!(problem.status, recording.status);
                assert_eq!(problem.detail.as_deref(), recording.body["detail"].as_str());
                assert_eq!(
                    problem.error_code.as_deref(),
                    recording.body["errorCode"].as_str()
                );
                assert_eq!(problem.title.as_deref(), recording.body["reason"].as_str());
            }
            other => panic!("{other:?}"),
        }
        read += 1;
    }
    assert!(read > 0);
}

fn one<T>(
    body: &Value,
    read: fn(&[u8]) -> Result<T, atlas::ReadError>,
    same: fn(&T, &Value),
) -> Result<(), String> {
    let value = read(&bytes(body)).map_err(|error| error.to_string())?;
    same(&value, body);
    Ok(())
}

fn list<T>(
    body: &Value,
    read: fn(&[u8]) -> Result<atlas::Page<T>, atlas::ReadError>,
    same: fn(&T, &Value),
) -> Result<(), String> {
    let page = read(&bytes(body)).map_err(|error| error.to_string())?;
    let results = body["results"].as_array().unwrap();
    assert_eq!(page.results.len(), results.len());
    for (value, body) in page.results.iter().zip(results) {
        same(value, body);
    }
    let mut links = body["links"].as_array().unwrap().iter();
    assert_eq!(page.more, links.any(|link| link["rel"] == "next"));
    assert_eq!(page.total_count, body["totalCount"].as_u64());
    Ok(())
}

fn same_project(project: &Project, body: &Value) {
    assert_eq!(project.id, body["id"].as_str().unwrap());
    assert_eq!(project.name, body["name"].as_str().unwrap());
    assert_eq!(project.org_id.as_deref(), body["orgId"].as_str());
    assert_eq!(project.cluster_count, body["clusterCount"].as_u64());
    assert!(!project.cloud_manager);
}

fn same_cluster(cluster: &Cluster, body: &Value) {
    assert_eq!(cluster.id, body["id"].as_str().unwrap());
    assert_eq!(cluster.name, body["name"].as_str().unwrap());
    assert_eq!(
        cluster.mongodb_version.as_deref(),
        body["mongoDBVersion"].as_str()
    );
    assert_eq!(
        cluster.edition.as_deref(),
        body["effectiveDatabaseEdition"].as_str()
    );
    assert_eq!(cluster.backup_enabled, body["backupEnabled"].as_bool());
    assert_eq!(cluster.paused, body["paused"].as_bool().unwrap());
    let encryption = match &cluster.encryption {
        ClusterEncryption::Absent => None,
        ClusterEncryption::None => Some("NONE"),
        ClusterEncryption::Provider(provider) => Some(provider.as_str()),
        ClusterEncryption::Unknown(text) => Some(&**text),
    };
    assert_eq!(encryption, body["encryptionAtRestProvider"].as_str());
    let state = cluster.state.as_ref().map(|state| match state {
        ClusterState::Idle => "IDLE",
        ClusterState::Creating => "CREATING",
        ClusterState::Updating => "UPDATING",
        ClusterState::Deleting => "DELETING",
        ClusterState::Repairing => "REPAIRING",
        ClusterState::Unknown(text) => text,
    });
    assert_eq!(state, body["stateName"].as_str());
    let kind = cluster.cluster_type.as_ref().map(|kind| match kind {
        ClusterType::ReplicaSet => "REPLICASET",
        ClusterType::Sharded => "SHARDED",
        ClusterType::GeoSharded => "GEOSHARDED",
        ClusterType::Unknown(text) => text,
    });
    assert_eq!(kind, body["clusterType"].as_str());
    let specs = body["replicationSpecs"].as_array().unwrap();
    assert_eq!(cluster.shard_count(), specs.len());
    let regions: Vec<&Value> = specs
        .iter()
        .flat_map(|spec| spec["regionConfigs"].as_array().unwrap())
        .collect();
    assert_eq!(cluster.region_configs().count(), regions.len());
    for (config, region) in cluster.region_configs().zip(regions) {
        let provider = match &config.provider {
            CloudProvider::Aws => "AWS",
            CloudProvider::Azure => "AZURE",
            CloudProvider::Gcp => "GCP",
            CloudProvider::Tenant => "TENANT",
            CloudProvider::Unknown(text) => text,
        };
        let electable = &region["electableSpecs"];
        assert_eq!(provider, region["providerName"].as_str().unwrap());
        assert_eq!(config.region.as_deref(), region["regionName"].as_str());
        assert_eq!(
            config.instance_size.as_deref(),
            electable["instanceSize"].as_str()
        );
        assert_eq!(config.disk_size_gb, electable["diskSizeGB"].as_f64());
    }
}

fn same_snapshot(snapshot: &Snapshot, body: &Value) {
    assert_eq!(snapshot.id, body["id"].as_str().unwrap());
    assert_eq!(
        snapshot.mongodb_version.as_deref(),
        body["mongodVersion"].as_str()
    );
    assert_eq!(
        snapshot.cloud_provider.as_deref(),
        body["cloudProvider"].as_str()
    );
    assert_eq!(
        snapshot.storage_size_bytes,
        body["storageSizeBytes"].as_u64()
    );
    let status = snapshot.status.as_ref().map(|status| match status {
        SnapshotStatus::Queued => "queued",
        SnapshotStatus::InProgress => "inProgress",
        SnapshotStatus::Completed => "completed",
        SnapshotStatus::Failed => "failed",
        SnapshotStatus::Unknown(text) => text,
    });
    assert_eq!(status, body["status"].as_str());
    let kind = snapshot.kind.as_ref().map(|kind| match kind {
        SnapshotKind::ReplicaSet => "replicaSet",
        SnapshotKind::ShardedCluster => "shardedCluster",
        SnapshotKind::Unknown(text) => text,
    });
    assert_eq!(kind, body["type"].as_str());
    for (time, name) in [
        (&snapshot.created_at, "createdAt"),
        (&snapshot.expires_at, "expiresAt"),
    ] {
        assert_eq!(time.as_ref().map(|time| &*time.text), body[name].as_str());
        assert!(time.as_ref().is_none_or(|time| time.value.is_some()));
    }
    assert_eq!(
        snapshot.master_key_uuid.as_deref(),
        body["masterKeyUUID"].as_str()
    );
    assert_eq!(snapshot.encryption_record, None);
}

fn same_job(job: &RestoreJob, body: &Value) {
    assert_eq!(job.id, body["id"].as_str().unwrap());
    assert_eq!(job.delivery_type.as_deref(), body["deliveryType"].as_str());
    assert_eq!(job.snapshot_id.as_deref(), body["snapshotId"].as_str());
    assert_eq!(
        job.target_group_id.as_deref(),
        body["targetGroupId"].as_str()
    );
    assert_eq!(
        job.target_cluster_name.as_deref(),
        body["targetClusterName"].as_str()
    );
    assert_eq!(job.failed, body["failed"].as_bool().unwrap());
    assert_eq!(job.cancelled, body["cancelled"].as_bool().unwrap());
    assert_eq!(job.expired, body["expired"].as_bool().unwrap());
    let finished = job.finished_at.as_ref().map(|time| &*time.text);
    assert_eq!(finished, body["finishedAt"].as_str());
}
