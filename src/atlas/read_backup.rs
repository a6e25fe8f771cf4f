//! Snapshots of replica sets and of sharded clusters, and restore jobs.

use super::read::{decode, filled, identifier, page};
use super::read_cluster::key_provider;
use super::wire::{Number, Text, wire};
use super::{Page, ReadError};
use crate::model::{
    EncryptionRecord, RestoreJob, Snapshot, SnapshotKind, SnapshotStatus, SnapshotType, WrittenTime,
};

wire! {
    WireSnapshot {
        id: Text<'a> = "id",
        status: Text<'a> = "status",
        snapshot_type: Text<'a> = "snapshotType",
        kind: Text<'a> = "type",
        created_at: Text<'a> = "createdAt",
        expires_at: Text<'a> = "expiresAt",
        mongodb_version: Text<'a> = "mongodVersion",
        storage_size_bytes: Number = "storageSizeBytes",
        master_key_uuid: Text<'a> = "masterKeyUUID",
        description: Text<'a> = "description",
        frequency_type: Text<'a> = "frequencyType",
        cloud_provider: Text<'a> = "cloudProvider",
        encryption_record: WireRecord<'a> = "encryptionAtRest",
    }
}

wire! {
    /// The extension field of contract section 3.
    WireRecord {
        provider: Text<'a> = "provider",
        key_present: bool = "keyPresent",
    }
}

wire! {
    WireJob {
        id: Text<'a> = "id",
        delivery_type: Text<'a> = "deliveryType",
        snapshot_id: Text<'a> = "snapshotId",
        target_group_id: Text<'a> = "targetGroupId",
        target_cluster_name: Text<'a> = "targetClusterName",
        failed: bool = "failed",
        cancelled: bool = "cancelled",
        expired: bool = "expired",
        finished_at: Text<'a> = "finishedAt",
    }
}

/// Reads one snapshot, of a replica set or of a sharded cluster.
pub fn read_snapshot(body: &[u8]) -> Result<Snapshot, ReadError> {
    snapshot(decode(body)?)
}

/// Reads one page of snapshots, of a replica set or of a sharded cluster.
pub fn read_snapshots(body: &[u8]) -> Result<Page<Snapshot>, ReadError> {
    page(body, snapshot)
}

/// Reads one restore job.
pub fn read_job(body: &[u8]) -> Result<RestoreJob, ReadError> {
    job(decode(body)?)
}

/// Reads one page of restore jobs.
pub fn read_jobs(body: &[u8]) -> Result<Page<RestoreJob>, ReadError> {
    page(body, job)
}

fn snapshot(wire: WireSnapshot) -> Result<Snapshot, ReadError> {
    Ok(Snapshot {
        id: identifier(wire.id, "id")?,
        status: wire.status.map(|text| match &*text.0 {
            "queued" => SnapshotStatus::Queued,
            "inProgress" => SnapshotStatus::InProgress,
            "completed" => SnapshotStatus::Completed,
            "failed" => SnapshotStatus::Failed,
            _ => SnapshotStatus::Unknown(text.into_box()),
        }),
        snapshot_type: wire.snapshot_type.map(|text| match &*text.0 {
            "onDemand" => SnapshotType::OnDemand,
            "scheduled" => SnapshotType::Scheduled,
            "fallback" => SnapshotType::Fallback,
            _ => SnapshotType::Unknown(text.into_box()),
        }),
        kind: wire.kind.map(|text| match &*text.0 {
            "replicaSet" => SnapshotKind::ReplicaSet,
            "shardedCluster" => SnapshotKind::ShardedCluster,
            _ => SnapshotKind::Unknown(text.into_box()),
        }),
        created_at: wire.created_at.map(time),
        expires_at: wire.expires_at.map(time),
        mongodb_version: wire.mongodb_version.map(Text::into_box),
        storage_size_bytes: wire.storage_size_bytes.and_then(Number::count),
        master_key_uuid: filled(wire.master_key_uuid).map(Text::into_box),
        description: wire.description.map(Text::into_box),
        frequency_type: wire.frequency_type.map(Text::into_box),
        cloud_provider: wire.cloud_provider.map(Text::into_box),
        encryption_record: wire.encryption_record.map(|record| EncryptionRecord {
            provider: record.provider.and_then(|text| match &*text.0 {
                "NONE" => Some(None),
                other => key_provider(other).map(Some),
            }),
            key_present: record.key_present,
        }),
    })
}

fn job(wire: WireJob) -> Result<RestoreJob, ReadError> {
    Ok(RestoreJob {
        id: identifier(wire.id, "id")?,
        delivery_type: wire.delivery_type.map(Text::into_box),
        snapshot_id: filled(wire.snapshot_id).map(Text::into_string),
        target_group_id: filled(wire.target_group_id).map(Text::into_string),
        target_cluster_name: filled(wire.target_cluster_name).map(Text::into_string),
        failed: wire.failed.unwrap_or(false),
        cancelled: wire.cancelled.unwrap_or(false),
        expired: wire.expired.unwrap_or(false),
        finished_at: filled(wire.finished_at).map(time),
    })
}

fn time(text: Text) -> WrittenTime {
    WrittenTime::read(&text.0)
}
