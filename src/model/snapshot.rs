//! A snapshot, of a replica set or of a sharded cluster.

use super::{KeyProvider, WrittenTime};

/// A backup snapshot (`DiskBackupReplicaSet` or `DiskBackupShardedClusterSnapshot`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// 24 hex digits.
    pub id: String,
    /// Where it stands; only `completed` can be restored.
    pub status: Option<SnapshotStatus>,
    /// How it came about.
    pub snapshot_type: Option<SnapshotType>,
    /// Of what kind of cluster.
    pub kind: Option<SnapshotKind>,
    /// When it was completed.
    pub created_at: Option<WrittenTime>,
    /// When Atlas deletes it; absent: never.
    pub expires_at: Option<WrittenTime>,
    /// `mongodVersion` as written; absent while queued.
    pub mongodb_version: Option<Box<str>>,
    /// Bytes; 0 until completed.
    pub storage_size_bytes: Option<u64>,
    /// The AWS KMS key that it was encrypted with; absent, null and empty are one.
    pub master_key_uuid: Option<Box<str>>,
    /// What somebody wrote about it.
    pub description: Option<Box<str>>,
    /// `frequencyType` as written, such as `daily`.
    pub frequency_type: Option<Box<str>>,
    /// Where it is stored (`cloudProvider`), as written: not the key's provider.
    pub cloud_provider: Option<Box<str>>,
    /// The extension field that a backend with its own records may add.
    pub encryption_record: Option<EncryptionRecord>,
}

/// The extension field `encryptionAtRest` of a snapshot (contract section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EncryptionRecord {
    /// `Some(None)`: `NONE`. `None`: absent, or a provider that we don't know.
    pub provider: Option<Option<KeyProvider>>,
    /// Whether the key that it was encrypted with still exists.
    pub key_present: Option<bool>,
}

/// `status` of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotStatus {
    /// `queued`.
    Queued,
    /// `inProgress`.
    InProgress,
    /// `completed`.
    Completed,
    /// `failed`.
    Failed,
    /// As Atlas wrote it.
    Unknown(Box<str>),
}

/// `snapshotType`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotType {
    /// `onDemand`.
    OnDemand,
    /// `scheduled`.
    Scheduled,
    /// `fallback`: may be inconsistent.
    Fallback,
    /// As Atlas wrote it.
    Unknown(Box<str>),
}

/// `type` of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapshotKind {
    /// `replicaSet`.
    ReplicaSet,
    /// `shardedCluster`.
    ShardedCluster,
    /// As Atlas wrote it.
    Unknown(Box<str>),
}
