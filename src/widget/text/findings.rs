//! What each rule says: the message, what can be done, and a few words for a row of the list.
//!
//! The four messages that MongoDB documents stand here word for word. Values come from the finding's parameters, whose
//! names are documented with the rules; one that is missing reads "unknown".

use super::{Key, english};
use crate::rules::Code;

/// The texts of one code.
pub struct Texts {
    /// What is the matter.
    pub message: Key,
    /// What can be done about it; empty where there is nothing to say.
    pub remedy: Key,
    /// The same in a few words.
    pub short: Key,
}

macro_rules! findings {
    ($($code:ident: $short:literal, $message:literal, $remedy:literal;)*) => {
        // The place of a code's texts is its own.
        #[expect(clippy::indexing_slicing, reason = "the compiler evaluates it")]
        const _: () = {
            let order = [$(Code::$code),*];
            let mut place = 0;
            while place < Code::ALL.len() {
                assert!(order[place] as usize == place && Code::ALL[place] as usize == place);
                place += 1;
            }
        };

        /// Three lines for each.
        pub(super) const LINES: &str = concat!($($short, "\n", $message, "\n", $remedy, "\n"),*);
    };
}

/// The texts of `code`.
pub fn texts(code: Code) -> Texts {
    let first = english::COUNT + 3 * code as u16;
    Texts {
        short: Key(first),
        message: Key(first + 1),
        remedy: Key(first + 2),
    }
}

/// The message is MongoDB's own.
pub(super) fn is_documented(code: Code) -> bool {
    matches!(
        code,
        Code::SnapshotNotEncrypted
            | Code::SnapshotKeyNotPresent
            | Code::TargetNotEncrypted
            | Code::TargetProviderMismatch
    )
}

/// The English message.
pub(super) fn english(code: Code) -> Option<&'static str> {
    LINES.split('\n').nth(3 * code as usize + 1)
}

/// The name of the text at this place, counted with those of [`english`]: the code's, and which of its texts.
pub(super) fn name(place: usize) -> String {
    const KINDS: [&str; 3] = [".short", ".message", ".remedy"];
    let place = place.wrapping_sub(usize::from(english::COUNT));
    let code = Code::ALL.get(place / KINDS.len());
    [
        code.map_or("", |code| code.as_str()),
        KINDS.get(place % KINDS.len()).copied().unwrap_or_default(),
    ]
    .concat()
}

findings! {
    PersonNotOwnerOfSource:
        "You are not its owner",
        "You need the role {acceptedRoles} in the source project {project}.",
        "Ask an owner of {project} to give you this role, or to run the restore.";
    PersonNotOwnerOfTarget:
        "You are not its owner",
        "You need the role {acceptedRoles} in the target project {project}.",
        "Choose a project that you own, or ask an owner of {project} to give you this role.";
    PersonRoleUnknown:
        "Your role is not known",
        "Your roles are not known here, so the server decides whether you may restore.",
        "";
    SnapshotNotCompleted:
        "Not completed",
        "This snapshot is not completed, so it cannot be restored. Its status is {status}.",
        "Wait until it is completed, or choose another snapshot.";
    SnapshotExpired:
        "Expired",
        "This snapshot expired: {expiresAt}.",
        "Choose a snapshot that is still kept.";
    SnapshotNotEncrypted:
        "Not encrypted",
        "Cannot restore a non-encrypted snapshot to a cluster with Encryption at Rest enabled.",
        "{case, select, aws-now {This snapshot cannot be restored to Atlas here. Its cluster is encrypted with AWS KMS now, but Atlas did not report a key for this snapshot: a newer one may be encrypted.} unknown {We cannot tell whether this snapshot is encrypted, so it cannot be restored to Atlas here. Choose a snapshot whose encryption is known.} other {This snapshot cannot be restored to Atlas here. Choose one that was taken after Encryption at Rest was enabled.}}";
    SnapshotKeyNotPresent:
        "Encryption key deleted",
        "Encryption credentials on snapshot are not present.",
        "The key that encrypted this snapshot was deleted. It cannot be restored: choose another snapshot.";
    SnapshotEncryptionAssumed:
        "Encryption assumed",
        "Atlas does not say how this snapshot is encrypted. From its cluster as it is now, we assume: {provider}.",
        "If the cluster used another provider when the snapshot was taken, Atlas will refuse the restore.";
    SnapshotVersionUnknown:
        "Version unknown",
        "The MongoDB version of this snapshot is not known, so no cluster can be said to fit.",
        "Choose another snapshot.";
    TargetVersionUnknown:
        "MongoDB version unknown",
        "The MongoDB version of this cluster is not known, so it cannot be compared with the snapshot’s.",
        "Choose another cluster, or wait until Atlas reports its version.";
    SnapshotSharded:
        "Sharded cluster",
        "This is a snapshot of a sharded cluster, and only replica sets can be restored here.",
        "Choose a snapshot of a replica set.";
    SnapshotFallback:
        "Fallback snapshot",
        "This is a fallback snapshot: Atlas could not take a regular one, and its data may be inconsistent.",
        "Prefer a regular snapshot where there is one.";
    SourceKeyInvalid:
        "Source key not valid",
        "The AWS KMS key of the source project {project} is not valid now, and a restore needs it.",
        "Make the key valid again in the project’s Encryption at Rest settings.";
    TargetCloudManager:
        "Cloud Manager project",
        "{project} is a Cloud Manager project, which cannot take an encrypted snapshot.",
        "Choose an Atlas project.";
    TargetOtherOrganization:
        "In another organization",
        "{project} belongs to another organization than the source project.",
        "Choose a project of the same organization.";
    TargetNotDedicated:
        "Not a dedicated cluster",
        "This is not a dedicated cluster. Restores need tier M10 or larger.",
        "Choose a cluster of tier M10 or larger, or upgrade this one.";
    TargetNotReplicaSet:
        "Not a replica set",
        "This cluster is not a replica set. Its type is {clusterType}.",
        "Choose a replica set.";
    TargetTopologyDiffers:
        "Other topology than the snapshot",
        "{differs, select, shards {Number of shards: {targetShards} in the cluster, {sourceShards} in the snapshot’s.} config-server {The config servers differ: {targetConfigServer} here, {sourceConfigServer} with the snapshot’s cluster.} source-unknown {The snapshot’s cluster could not be read, so it is not known whether the topologies match.} other {The cluster’s topology is {targetTopology}, the snapshot’s {snapshotTopology}.}}",
        "Choose a cluster with the same topology as the snapshot’s.";
    TargetNotEncrypted:
        "No encryption",
        "Target cluster does not have encryption enabled.",
        "Deploy a new target cluster with Encryption at Rest, or enable it on this one.";
    TargetProviderMismatch:
        "Other encryption provider",
        "Encryption provider of target cluster does not match selected snapshot's encryption provider.",
        "The snapshot is encrypted with {snapshotProvider}, the cluster with {targetProvider}. Take a new snapshot with the same provider, or change the target’s provider.";
    TargetKeyInvalid:
        "Key not valid",
        "{reason, select, disabled {{provider} is switched off in the project {project}.} missing {The project {project} has no key for {provider}.} other {The key for {provider} in the project {project} is not valid.}}",
        "Repair the key in the project’s Encryption at Rest settings, or choose another cluster.";
    TargetKeyUnknown:
        "Key not checked",
        "Whether the project’s key for {provider} is valid could not be read.",
        "If it is not, Atlas will refuse the restore.";
    TargetKeyRegionDiffers:
        "Key in another region",
        "The projects’ AWS KMS keys are in different regions: {sourceRegion} and {targetRegion}.",
        "The target must be able to reach the key of the snapshot.";
    TargetVersionTooOld:
        "MongoDB version too old",
        "This cluster runs MongoDB {targetVersion}, older than the snapshot’s {snapshotVersion}.",
        "Upgrade the cluster to {snapshotVersion} or later, or choose another one.";
    TargetVersionFarAhead:
        "MongoDB version far ahead",
        "This cluster runs MongoDB {targetVersion}, more than one major version ahead of the snapshot’s {snapshotVersion}.",
        "Check that your applications work with it.";
    TargetUnavailable:
        "{paused, select, true {Paused} other {{state, select, CREATING {Being created} DELETING {Being deleted} other {Paused, being created or being deleted}}}}",
        "{paused, select, true {This cluster is paused.} other {{state, select, CREATING {This cluster is still being created.} DELETING {This cluster is being deleted.} other {This cluster is not available.}}}}",
        "{paused, select, true {Resume it, or choose another cluster.} other {{state, select, CREATING {Wait until it is ready, or choose another cluster.} other {Choose another cluster.}}}}";
    TargetBusy:
        "Busy",
        "{state, select, UPDATING {Atlas is changing this cluster now.} REPAIRING {Atlas is repairing this cluster now.} other {Atlas does not say that this cluster is idle.}}",
        "The restore may have to wait, or be refused.";
    TargetRestoreRunning:
        "A restore is running",
        "A restore into this cluster is running already.",
        "Follow it, and wait until it has ended.";
    TargetRestoreUnknown:
        "Running restores not known",
        "Whether a restore into this cluster is running could not be read.",
        "Make sure that nobody else is restoring into it.";
    TargetStorageTooSmall:
        "Storage may be too small",
        "The snapshot holds {sizeBytes}, and the cluster’s disks {capacityBytes}.",
        "Enlarge the cluster’s storage first.";
    TargetUnknownEdition:
        "Other database edition",
        "This cluster runs the edition {edition}, whose rules we do not know.",
        "";
    TargetIsSource:
        "",
        "{cluster} is the source cluster: everything written since the snapshot is lost.",
        "";
    RwConcernOverridden:
        "",
        "Default write concern: if snapshot and target differ, the target’s value {value} wins.",
        "";
    RwConcernKept:
        "",
        "Default write concern: the target has none configured, so the snapshot’s is kept, without being configured explicitly. It may differ from the default of this MongoDB version.",
        "";
    RwConcernUnknown:
        "",
        "Default write concern: the target’s could not be read. If it has one that differs from the snapshot’s, the target’s wins.",
        "";
    DataDeleted:
        "",
        "All data on {cluster} is deleted before the restore.",
        "";
    TargetUnavailableDuringRestore:
        "",
        "{cluster} is unavailable while the restore runs.",
        "";
    KeyRotatedAfter:
        "",
        "After the restore Atlas rotates the MongoDB encryption key of {cluster}.",
        "";
    ApplicationRestart:
        "",
        "After the restore, restart your applications and point them at {cluster}.",
        "";
    SourceBackupsOff:
        "",
        "Backups are off for this cluster, and it has no snapshots.",
        "Enable backups by modifying the cluster. Snapshots are taken from then on.";
    TargetNoneEligible:
        "",
        "No cluster of this project can take this snapshot.",
        "Deploy a cluster with Encryption at Rest, or enable it on an existing one.";
}
