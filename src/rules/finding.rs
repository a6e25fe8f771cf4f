//! Codes and findings: the vocabulary that other programs rely on (contract section 2).

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Stops the restore.
    Blocker,
    /// Never stops it, and wants to be read.
    Warning,
    /// What will happen anyway.
    Notice,
}

impl Severity {
    /// `blocker`, `warning` or `notice`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Blocker => "blocker",
            Severity::Warning => "warning",
            Severity::Notice => "notice",
        }
    }
}

/// The field of the dialog that a finding belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The snapshot.
    Snapshot,
    /// The target project.
    Project,
    /// The target cluster.
    Cluster,
}

/// A rule's stable name. The order of declaration is the order of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// Roles are known, and none that the policy accepts is among those in the source project.
    PersonNotOwnerOfSource,
    /// Roles are known, and none that the policy accepts is among those in the target project.
    PersonNotOwnerOfTarget,
    /// No roles are known at all: the server decides.
    PersonRoleUnknown,
    /// `status` is not `completed`.
    SnapshotNotCompleted,
    /// `expiresAt` is not after now.
    SnapshotExpired,
    /// Not encrypted, where the policy or the target demands it; documented message.
    SnapshotNotEncrypted,
    /// The extension field says `keyPresent: false`; documented message.
    SnapshotKeyNotPresent,
    /// The encryption or its provider is a guess.
    SnapshotEncryptionAssumed,
    /// Absent, empty or unparsable.
    SnapshotVersionUnknown,
    /// Absent, empty or unparsable.
    TargetVersionUnknown,
    /// A sharded cluster's snapshot, unless the policy's topology is `matching`.
    SnapshotSharded,
    /// `snapshotType` is `fallback`.
    SnapshotFallback,
    /// The snapshot's provider is AWS and the source project's `awsKms.valid` is false.
    SourceKeyInvalid,
    /// The target project is a Cloud Manager project.
    TargetCloudManager,
    /// Both `orgId` are known and differ.
    TargetOtherOrganization,
    /// A region config that is not dedicated, or none at all.
    TargetNotDedicated,
    /// Policy `replica-set`, and the cluster is none.
    TargetNotReplicaSet,
    /// Policy `matching`, and the topologies differ.
    TargetTopologyDiffers,
    /// Provider `NONE` or absent where one is needed; documented message.
    TargetNotEncrypted,
    /// Both encrypted, by different providers; documented message.
    TargetProviderMismatch,
    /// The project's key for the target's provider is off, invalid or missing.
    TargetKeyInvalid,
    /// The project's `encryptionAtRest` could not be read.
    TargetKeyUnknown,
    /// Both AWS, another project, and the keys are of different regions.
    TargetKeyRegionDiffers,
    /// The target's version is below the snapshot's.
    TargetVersionTooOld,
    /// The target's release series is more than one major ahead.
    TargetVersionFarAhead,
    /// `paused`, or being created or deleted.
    TargetUnavailable,
    /// `stateName` is `UPDATING`, `REPAIRING`, absent or unknown.
    TargetBusy,
    /// A known restore job into it has not ended.
    TargetRestoreRunning,
    /// Restore jobs could not be read.
    TargetRestoreUnknown,
    /// Its disks are smaller than the snapshot.
    TargetStorageTooSmall,
    /// `effectiveDatabaseEdition` is there and not `CORE`.
    TargetUnknownEdition,
    /// Same project and name as the source: newer data than the snapshot's is lost.
    TargetIsSource,
    /// The target has a default write concern: it wins where they differ.
    RwConcernOverridden,
    /// The target has none: the snapshot's is kept.
    RwConcernKept,
    /// `processArgs` was not read.
    RwConcernUnknown,
    /// All data on the target is deleted first.
    DataDeleted,
    /// The target can't be used meanwhile.
    TargetUnavailableDuringRestore,
    /// Atlas rotates the encryption key afterwards.
    KeyRotatedAfter,
    /// The application must be restarted and pointed at the target.
    ApplicationRestart,
    /// Dialog-level: backups are off and there is no snapshot.
    SourceBackupsOff,
    /// Dialog-level: no cluster of the project will do.
    TargetNoneEligible,
}

impl Code {
    /// Every code, in the order of report.
    pub const ALL: [Code; 41] = [
        Code::PersonNotOwnerOfSource,
        Code::PersonNotOwnerOfTarget,
        Code::PersonRoleUnknown,
        Code::SnapshotNotCompleted,
        Code::SnapshotExpired,
        Code::SnapshotNotEncrypted,
        Code::SnapshotKeyNotPresent,
        Code::SnapshotEncryptionAssumed,
        Code::SnapshotVersionUnknown,
        Code::TargetVersionUnknown,
        Code::SnapshotSharded,
        Code::SnapshotFallback,
        Code::SourceKeyInvalid,
        Code::TargetCloudManager,
        Code::TargetOtherOrganization,
        Code::TargetNotDedicated,
        Code::TargetNotReplicaSet,
        Code::TargetTopologyDiffers,
        Code::TargetNotEncrypted,
        Code::TargetProviderMismatch,
        Code::TargetKeyInvalid,
        Code::TargetKeyUnknown,
        Code::TargetKeyRegionDiffers,
        Code::TargetVersionTooOld,
        Code::TargetVersionFarAhead,
        Code::TargetUnavailable,
        Code::TargetBusy,
        Code::TargetRestoreRunning,
        Code::TargetRestoreUnknown,
        Code::TargetStorageTooSmall,
        Code::TargetUnknownEdition,
        Code::TargetIsSource,
        Code::RwConcernOverridden,
        Code::RwConcernKept,
        Code::RwConcernUnknown,
        Code::DataDeleted,
        Code::TargetUnavailableDuringRestore,
        Code::KeyRotatedAfter,
        Code::ApplicationRestart,
        Code::SourceBackupsOff,
        Code::TargetNoneEligible,
    ];

    /// The stable name, such as `target.not-encrypted`.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::PersonNotOwnerOfSource => "person.not-owner-of-source",
            Code::PersonNotOwnerOfTarget => "person.not-owner-of-target",
            Code::PersonRoleUnknown => "person.role-unknown",
            Code::SnapshotNotCompleted => "snapshot.not-completed",
            Code::SnapshotExpired => "snapshot.expired",
            Code::SnapshotNotEncrypted => "snapshot.not-encrypted",
            Code::SnapshotKeyNotPresent => "snapshot.key-not-present",
            Code::SnapshotEncryptionAssumed => "snapshot.encryption-assumed",
            Code::SnapshotVersionUnknown => "snapshot.version-unknown",
            Code::TargetVersionUnknown => "target.version-unknown",
            Code::SnapshotSharded => "snapshot.sharded",
            Code::SnapshotFallback => "snapshot.fallback",
            Code::SourceKeyInvalid => "source.key-invalid",
            Code::TargetCloudManager => "target.cloud-manager",
            Code::TargetOtherOrganization => "target.other-organization",
            Code::TargetNotDedicated => "target.not-dedicated",
            Code::TargetNotReplicaSet => "target.not-replica-set",
            Code::TargetTopologyDiffers => "target.topology-differs",
            Code::TargetNotEncrypted => "target.not-encrypted",
            Code::TargetProviderMismatch => "target.provider-mismatch",
            Code::TargetKeyInvalid => "target.key-invalid",
            Code::TargetKeyUnknown => "target.key-unknown",
            Code::TargetKeyRegionDiffers => "target.key-region-differs",
            Code::TargetVersionTooOld => "target.version-too-old",
            Code::TargetVersionFarAhead => "target.version-far-ahead",
            Code::TargetUnavailable => "target.unavailable",
            Code::TargetBusy => "target.busy",
            Code::TargetRestoreRunning => "target.restore-running",
            Code::TargetRestoreUnknown => "target.restore-unknown",
            Code::TargetStorageTooSmall => "target.storage-too-small",
            Code::TargetUnknownEdition => "target.unknown-edition",
            Code::TargetIsSource => "target.is-source",
            Code::RwConcernOverridden => "rw-concern.overridden",
            Code::RwConcernKept => "rw-concern.kept",
            Code::RwConcernUnknown => "rw-concern.unknown",
            Code::DataDeleted => "data.deleted",
            Code::TargetUnavailableDuringRestore => "target.unavailable-during-restore",
            Code::KeyRotatedAfter => "key.rotated-after",
            Code::ApplicationRestart => "application.restart",
            Code::SourceBackupsOff => "source.backups-off",
            Code::TargetNoneEligible => "target.none-eligible",
        }
    }

    /// The code of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Code::ALL.into_iter().find(|code| code.as_str() == name)
    }

    /// How much it weighs.
    pub const fn severity(self) -> Severity {
        match self {
            Code::PersonRoleUnknown
            | Code::SnapshotEncryptionAssumed
            | Code::SnapshotFallback
            | Code::TargetKeyUnknown
            | Code::TargetKeyRegionDiffers
            | Code::TargetVersionFarAhead
            | Code::TargetBusy
            | Code::TargetRestoreUnknown
            | Code::TargetStorageTooSmall
            | Code::TargetUnknownEdition => Severity::Warning,
            Code::TargetIsSource
            | Code::RwConcernOverridden
            | Code::RwConcernKept
            | Code::RwConcernUnknown
            | Code::DataDeleted
            | Code::TargetUnavailableDuringRestore
            | Code::KeyRotatedAfter
            | Code::ApplicationRestart => Severity::Notice,
            _ => Severity::Blocker,
        }
    }

    /// The field it belongs to, which follows from the name.
    pub fn field(self) -> Option<Field> {
        let name = self.as_str();
        match self {
            Code::PersonNotOwnerOfSource => Some(Field::Snapshot),
            Code::PersonNotOwnerOfTarget
            | Code::TargetCloudManager
            | Code::TargetOtherOrganization => Some(Field::Project),
            _ if name.starts_with("snapshot.") || name.starts_with("source.") => {
                Some(Field::Snapshot)
            }
            _ if name.starts_with("target.") => Some(Field::Cluster),
            _ => None,
        }
    }
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub code: Code,
    /// Values for its text: names and versions as Atlas wrote them. Keys are documented with each rule.
    pub parameters: Vec<(&'static str, String)>,
}

impl Finding {
    /// A finding without parameters.
    pub fn new(code: Code) -> Self {
        Finding {
            code,
            parameters: Vec::new(),
        }
    }

    /// The same with one more parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.push((name, value.into()));
        self
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }

    /// How much it weighs.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// A set of codes in eight bytes: the verdict on a cluster, kept for each of thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CodeSet(u64);

/// Every blocker.
const BLOCKERS: u64 = {
    let (mut all, mut rest) = (0, Code::ALL.as_slice());
    while let [code, others @ ..] = rest {
        if matches!(code.severity(), Severity::Blocker) {
            all |= 1 << *code as u64;
        }
        rest = others;
    }
    all
};

impl CodeSet {
    /// Adds a code.
    pub fn insert(&mut self, code: Code) {
        self.0 |= 1 << code as u64;
    }

    /// The codes of both.
    #[must_use]
    pub fn with(self, other: CodeSet) -> Self {
        CodeSet(self.0 | other.0)
    }

    /// Whether the code is in it.
    pub fn contains(self, code: Code) -> bool {
        self.0 & (1 << code as u64) != 0
    }

    /// Whether any blocker is in it.
    pub fn blocks(self) -> bool {
        self.0 & BLOCKERS != 0
    }

    /// The blockers in it.
    #[must_use]
    pub fn blockers(self) -> Self {
        CodeSet(self.0 & BLOCKERS)
    }

    /// Its codes, in the order of report.
    pub fn iter(self) -> impl Iterator<Item = Code> {
        Code::ALL
            .into_iter()
            .filter(move |code| self.contains(*code))
    }
}
