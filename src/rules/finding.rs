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

    /// The names of the values for its text. What they are stands with each rule; what is unknown is empty.
    pub fn parameters(self) -> &'static [&'static str] {
        match self {
            Code::PersonNotOwnerOfSource | Code::PersonNotOwnerOfTarget => {
                &["project", "projectId", "acceptedRoles"]
            }
            Code::SnapshotNotCompleted => &["status"],
            Code::SnapshotExpired => &["expiresAt"],
            Code::SnapshotNotEncrypted => &["case"],
            Code::SnapshotKeyNotPresent | Code::SnapshotEncryptionAssumed => &["provider"],
            Code::SnapshotVersionUnknown | Code::TargetVersionUnknown => &["version"],
            Code::SnapshotSharded | Code::TargetNotReplicaSet => &["clusterType"],
            Code::SourceKeyInvalid | Code::TargetCloudManager => &["project"],
            Code::TargetOtherOrganization => {
                &["project", "sourceOrganization", "targetOrganization"]
            }
            Code::TargetNotDedicated => &["provider", "instanceSize"],
            Code::TargetTopologyDiffers => &[
                "differs",
                "snapshotTopology",
                "targetTopology",
                "sourceShards",
                "targetShards",
                "sourceConfigServer",
                "targetConfigServer",
            ],
            Code::TargetNotEncrypted => &["snapshotProvider"],
            Code::TargetProviderMismatch => &["snapshotProvider", "targetProvider"],
            Code::TargetKeyInvalid => &["project", "provider", "reason"],
            Code::TargetKeyUnknown => &["project", "provider"],
            Code::TargetKeyRegionDiffers => &["sourceRegion", "targetRegion"],
            Code::TargetVersionTooOld | Code::TargetVersionFarAhead => {
                &["snapshotVersion", "targetVersion"]
            }
            Code::TargetUnavailable => &["paused", "state"],
            Code::TargetBusy => &["state"],
            Code::TargetRestoreRunning => &["jobId", "snapshotId"],
            Code::TargetStorageTooSmall => &["sizeBytes", "capacityBytes"],
            Code::TargetUnknownEdition => &["edition"],
            Code::RwConcernOverridden => &["value"],
            Code::TargetIsSource
            | Code::DataDeleted
            | Code::TargetUnavailableDuringRestore
            | Code::KeyRotatedAfter
            | Code::ApplicationRestart => &["project", "cluster"],
            _ => &[],
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

/// The most that a finding tells.
const MOST_PARAMETERS: usize = 7;
/// Room for the values of most findings.
const USUAL_BYTES: usize = 48;

/// What a rule found, with values for its text: names and versions as Atlas wrote them. The values stand one behind the
/// other, in one block of memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub code: Code,
    /// So many values are told.
    told: u8,
    /// Where each of them ends.
    ends: [u32; MOST_PARAMETERS],
    values: String,
}

impl Finding {
    /// A finding without values.
    pub fn new(code: Code) -> Self {
        Finding {
            code,
            told: 0,
            ends: [0; MOST_PARAMETERS],
            values: String::new(),
        }
    }

    /// The same with the next of its [`Code::parameters`].
    #[must_use]
    pub fn with(mut self, value: &str) -> Self {
        self.tell(|values| values.push_str(value));
        self
    }

    /// The next value, which `write` adds to the end.
    pub(super) fn tell(&mut self, write: impl FnOnce(&mut String)) {
        if self.values.is_empty() {
            self.values.reserve_exact(USUAL_BYTES);
        }
        write(&mut self.values);
        if let Some(end) = self.ends.get_mut(usize::from(self.told)) {
            *end = self.values.len() as u32;
            self.told += 1;
        }
    }

    /// Names and values, in the order of [`Code::parameters`].
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let names = self.code.parameters().iter();
        let mut start = 0;
        let ends = self.ends.iter().take(usize::from(self.told));
        names.zip(ends).map(move |(name, end)| {
            let end = *end as usize;
            let value = self.values.get(start..end).unwrap_or_default();
            start = end;
            (*name, value)
        })
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
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
