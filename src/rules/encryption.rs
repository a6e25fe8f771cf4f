//! Encryption with customer keys: is the snapshot encrypted, is the target, and by the same provider?

use super::report::Report;
use super::report::Value::{Text, Written};
use super::{Code, Known, Source};
use crate::model::{Cluster, ClusterEncryption, KeyProvider, Policy};

/// Whether a snapshot is encrypted with a customer's key, as well as can be told (contract section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotEncryption {
    /// With this provider's key.
    Encrypted(KeyProvider, EncryptionBasis),
    /// It is not. `aws_now`: its cluster is encrypted with AWS now, and Atlas reported no key for this snapshot.
    NotEncrypted {
        /// See above.
        aws_now: bool,
    },
    /// It cannot be told.
    Unknown,
}

/// What an encryption was concluded from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncryptionBasis {
    /// The backend's own record, or the key that Atlas reports.
    Reported,
    /// The provider of the source cluster now: a guess.
    Assumed,
}

impl SnapshotEncryption {
    /// Whose key, where it is encrypted.
    pub fn provider(&self) -> Option<KeyProvider> {
        match self {
            SnapshotEncryption::Encrypted(provider, _) => Some(*provider),
            _ => None,
        }
    }
}

/// Contract section 3, first match wins.
pub fn snapshot_encryption(source: &Source) -> SnapshotEncryption {
    use EncryptionBasis::{Assumed, Reported};
    use SnapshotEncryption::{Encrypted, NotEncrypted, Unknown};
    let snapshot = source.snapshot;
    let record = snapshot.encryption_record.as_ref();
    if let Some(recorded) = record.and_then(|record| record.provider) {
        return recorded.map_or(NotEncrypted { aws_now: false }, |provider| {
            Encrypted(provider, Reported)
        });
    }
    if snapshot
        .master_key_uuid
        .as_deref()
        .is_some_and(|uuid| !uuid.is_empty())
    {
        return Encrypted(KeyProvider::Aws, Reported);
    }
    match source.cluster.map(|cluster| &cluster.encryption) {
        Some(ClusterEncryption::None) => NotEncrypted { aws_now: false },
        Some(ClusterEncryption::Provider(KeyProvider::Aws)) => NotEncrypted { aws_now: true },
        Some(ClusterEncryption::Provider(provider)) => Encrypted(*provider, Assumed),
        Some(ClusterEncryption::Absent | ClusterEncryption::Unknown(_)) | None => Unknown,
    }
}

/// `snapshot.not-encrypted`: where the policy wants encryption, or the target has it. Parameters: `case`, which is
/// `none` (it is not), `aws-now` (it is not, though its cluster is encrypted with AWS now: Atlas reported no key for
/// this snapshot) or `unknown` (we cannot tell; under the policy only).
pub(super) fn snapshot_encrypted(
    known: &Known,
    target: Option<&Cluster>,
    policy: &Policy,
    report: &mut Report,
) {
    let (case, refused) = match known.encryption {
        SnapshotEncryption::Encrypted(..) => return,
        SnapshotEncryption::NotEncrypted { aws_now } => (
            if aws_now { "aws-now" } else { "none" },
            policy.require_encryption || target.is_some_and(is_encrypted),
        ),
        SnapshotEncryption::Unknown => ("unknown", policy.require_encryption),
    };
    if refused {
        report(Code::SnapshotNotEncrypted, &[Text(case)]);
    }
}

/// `snapshot.encryption-assumed`. Parameters: `provider`, the one assumed; empty where even that is unknown.
pub(super) fn not_assumed(known: &Known, report: &mut Report) {
    let assumed = match known.encryption {
        SnapshotEncryption::Encrypted(provider, EncryptionBasis::Assumed) => provider.as_str(),
        SnapshotEncryption::Unknown => "",
        _ => return,
    };
    report(Code::SnapshotEncryptionAssumed, &[Text(assumed)]);
}

/// `target.not-encrypted`: where the policy wants encryption, or the snapshot has it. Parameters: `snapshotProvider`,
/// empty where it has none that we know of.
pub(super) fn target_encrypted(
    known: &Known,
    target: &Cluster,
    policy: &Policy,
    report: &mut Report,
) {
    let provider = known.encryption.provider();
    if !is_encrypted(target) && (policy.require_encryption || provider.is_some()) {
        report(
            Code::TargetNotEncrypted,
            &[Written(provider.map(KeyProvider::as_str))],
        );
    }
}

/// `target.provider-mismatch`: a provider that we don't know is another one. Parameters: `snapshotProvider`,
/// `targetProvider` (as Atlas writes it).
pub(super) fn same_provider(known: &Known, target: &Cluster, report: &mut Report) {
    let Some(of_snapshot) = known.encryption.provider() else {
        return;
    };
    if is_encrypted(target) && target.encryption != ClusterEncryption::Provider(of_snapshot) {
        report(
            Code::TargetProviderMismatch,
            &[Text(of_snapshot.as_str()), Text(provider_name(target))],
        );
    }
}

/// It has a key provider now, be it one that we don't know.
pub(super) fn is_encrypted(cluster: &Cluster) -> bool {
    match cluster.encryption {
        ClusterEncryption::Absent | ClusterEncryption::None => false,
        ClusterEncryption::Provider(_) | ClusterEncryption::Unknown(_) => true,
    }
}

/// As Atlas writes it; empty where absent.
pub(super) fn provider_name(cluster: &Cluster) -> &str {
    match &cluster.encryption {
        ClusterEncryption::Absent => "",
        ClusterEncryption::None => "NONE",
        ClusterEncryption::Provider(provider) => provider.as_str(),
        ClusterEncryption::Unknown(text) => text,
    }
}
