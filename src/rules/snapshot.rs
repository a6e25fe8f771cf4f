//! Can this snapshot be restored at all?

use super::encryption::{self, SnapshotEncryption};
use super::report::{Report, none, written};
use super::{Code, Context, Source};
use crate::model::{Cluster, Snapshot, SnapshotStatus, SnapshotType, Timestamp};

/// `snapshot.not-completed` to `snapshot.encryption-assumed`, in this order.
pub(super) fn all_but_version(
    source: &Source,
    target: Option<&Cluster>,
    context: &Context,
    report: &mut Report,
) {
    is_completed(source.snapshot, report);
    is_not_expired(source.snapshot, context.now, report);
    let derived = super::snapshot_encryption(source);
    encryption::snapshot_encrypted(&derived, target, context.policy, report);
    key_is_present(source.snapshot, &derived, report);
    encryption::not_assumed(&derived, report);
}

/// `snapshot.fallback`: it may be inconsistent.
pub(super) fn not_fallback(snapshot: &Snapshot, report: &mut Report) {
    if snapshot.snapshot_type == Some(SnapshotType::Fallback) {
        report(Code::SnapshotFallback, &none);
    }
}

/// `snapshot.not-completed`. Parameters: `status`, as Atlas writes it; empty where absent.
fn is_completed(snapshot: &Snapshot, report: &mut Report) {
    let status = match &snapshot.status {
        Some(SnapshotStatus::Completed) => return,
        Some(SnapshotStatus::Queued) => "queued",
        Some(SnapshotStatus::InProgress) => "inProgress",
        Some(SnapshotStatus::Failed) => "failed",
        Some(SnapshotStatus::Unknown(text)) => text,
        None => "",
    };
    report(Code::SnapshotNotCompleted, &|| {
        vec![("status", status.to_owned())]
    });
}

/// `snapshot.expired`: a time that cannot be read counts as past. Parameters: `expiresAt`, as written.
fn is_not_expired(snapshot: &Snapshot, now: Timestamp, report: &mut Report) {
    if let Some(expires_at) = &snapshot.expires_at
        && expires_at.value.is_none_or(|time| time <= now)
    {
        report(Code::SnapshotExpired, &|| {
            vec![("expiresAt", written(Some(&expires_at.text)))]
        });
    }
}

/// `snapshot.key-not-present`: said by the extension field, whether or not it knows the provider.
/// Parameters: `provider`, `AWS`, `AZURE` or `GCP`; empty where unknown.
fn key_is_present(snapshot: &Snapshot, derived: &SnapshotEncryption, report: &mut Report) {
    let record = snapshot.encryption_record.as_ref();
    if record.and_then(|record| record.key_present) == Some(false) {
        report(Code::SnapshotKeyNotPresent, &|| {
            vec![(
                "provider",
                written(derived.provider().map(|known| known.as_str())),
            )]
        });
    }
}
