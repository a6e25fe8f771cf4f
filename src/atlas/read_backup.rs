//! Snapshots of replica sets and of sharded clusters, and restore jobs.

use super::body::Body;
use super::fields::Fields;
use super::json::Keep;
use super::read::{one, page};
use super::read_cluster::key_provider;
use super::{Page, ReadError};
use crate::model::{
    EncryptionRecord, RestoreJob, Snapshot, SnapshotKind, SnapshotStatus, SnapshotType, WrittenTime,
};

const SNAPSHOT: &[&str] = &[
    "id",
    "status",
    "snapshotType",
    "type",
    "createdAt",
    "expiresAt",
    "mongodVersion",
    "storageSizeBytes",
    "masterKeyUUID",
    "description",
    "frequencyType",
    "cloudProvider",
    "encryptionAtRest",
    "provider",
    "keyPresent",
];

const JOB: &[&str] = &[
    "id",
    "deliveryType",
    "snapshotId",
    "targetGroupId",
    "targetClusterName",
    "failed",
    "cancelled",
    "expired",
    "finishedAt",
];

/// Reads one snapshot, of a replica set or of a sharded cluster.
pub fn read_snapshot(body: &[u8]) -> Result<Snapshot, ReadError> {
    one(body, Keep::Named(SNAPSHOT), snapshot)
}

/// Reads one page of snapshots, of a replica set or of a sharded cluster.
pub fn read_snapshots(body: impl Body) -> Result<Page<Snapshot>, ReadError> {
    page(body, Keep::Named(SNAPSHOT), snapshot)
}

/// Reads one restore job.
pub fn read_job(body: &[u8]) -> Result<RestoreJob, ReadError> {
    one(body, Keep::Named(JOB), job)
}

/// Reads one page of restore jobs.
pub fn read_jobs(body: impl Body) -> Result<Page<RestoreJob>, ReadError> {
    page(body, Keep::Named(JOB), job)
}

fn snapshot(from: &mut Fields) -> Snapshot {
    // The extension field of contract section 3.
    let mut encryption_record = None;
    from.inside("encryptionAtRest", &mut |record| {
        encryption_record = Some(EncryptionRecord {
            provider: match record.text("provider") {
                Some("NONE") => Some(None),
                other => other.and_then(key_provider).map(Some),
            },
            key_present: record.flag("keyPresent"),
        });
    });
    Snapshot {
        id: from.identifier("id"),
        status: from.text("status").map(|text| match text {
            "queued" => SnapshotStatus::Queued,
            "inProgress" => SnapshotStatus::InProgress,
            "completed" => SnapshotStatus::Completed,
            "failed" => SnapshotStatus::Failed,
            _ => SnapshotStatus::Unknown(text.into()),
        }),
        snapshot_type: from.text("snapshotType").map(|text| match text {
            "onDemand" => SnapshotType::OnDemand,
            "scheduled" => SnapshotType::Scheduled,
            "fallback" => SnapshotType::Fallback,
            _ => SnapshotType::Unknown(text.into()),
        }),
        kind: from.text("type").map(|text| match text {
            "replicaSet" => SnapshotKind::ReplicaSet,
            "shardedCluster" => SnapshotKind::ShardedCluster,
            _ => SnapshotKind::Unknown(text.into()),
        }),
        created_at: from.text("createdAt").map(WrittenTime::read),
        expires_at: from.text("expiresAt").map(WrittenTime::read),
        mongodb_version: from.written("mongodVersion"),
        storage_size_bytes: from.count("storageSizeBytes"),
        master_key_uuid: from.filled("masterKeyUUID").map(Box::from),
        description: from.written("description"),
        frequency_type: from.written("frequencyType"),
        cloud_provider: from.written("cloudProvider"),
        encryption_record,
    }
}

fn job(from: &mut Fields) -> RestoreJob {
    RestoreJob {
        id: from.identifier("id"),
        delivery_type: from.written("deliveryType"),
        snapshot_id: from.kept("snapshotId"),
        target_group_id: from.kept("targetGroupId"),
        target_cluster_name: from.kept("targetClusterName"),
        failed: from.flag("failed").unwrap_or(false),
        cancelled: from.flag("cancelled").unwrap_or(false),
        expired: from.flag("expired").unwrap_or(false),
        finished_at: from.filled("finishedAt").map(WrittenTime::read),
    }
}
