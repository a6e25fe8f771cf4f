//! Can this snapshot be restored at all?

use super::report::Report;
use super::report::Value::{Text, Written};
use super::{Code, Known};
use crate::model::{Snapshot, SnapshotStatus, SnapshotType, Timestamp};

/// `snapshot.fallback`: it may be inconsistent.
pub(super) fn not_fallback(snapshot: &Snapshot, report: &mut Report) {
    if snapshot.snapshot_type == Some(SnapshotType::Fallback) {
        report(Code::SnapshotFallback, &[]);
    }
}

/// `snapshot.not-completed`. Parameters: `status`, as Atlas writes it; empty where absent.
pub(super) fn is_completed(snapshot: &Snapshot, report: &mut Report) {
    let status = match &snapshot.status {
        Some(SnapshotStatus::Completed) => return,
        Some(SnapshotStatus::Queued) => "queued",
        Some(SnapshotStatus::InProgress) => "inProgress",
        Some(SnapshotStatus::Failed) => "failed",
        Some(SnapshotStatus::Unknown(text)) => text,
        None => "",
    };
    report(Code::SnapshotNotCompleted, &[Text(status)]);
}

/// `snapshot.expired`: a time that cannot be read counts as past. Parameters: `expiresAt`, as written.
pub(super) fn is_not_expired(snapshot: &Snapshot, now: Timestamp, report: &mut Report) {
    if let Some(expires_at) = &snapshot.expires_at
        && expires_at.value.is_none_or(|time| time <= now)
    {
        report(Code::SnapshotExpired, &[Text(&expires_at.text)]);
    }
}

/// `snapshot.key-not-present`: said by the extension field, whether or not it knows the provider.
/// Parameters: `provider`, `AWS`, `AZURE` or `GCP`; empty where unknown.
pub(super) fn key_is_present(known: &Known, report: &mut Report) {
    let record = known.source.snapshot.encryption_record.as_ref();
    if record.and_then(|record| record.key_present) == Some(false) {
        report(
            Code::SnapshotKeyNotPresent,
            &[Written(
                known.encryption.provider().map(|known| known.as_str()),
            )],
        );
    }
}
