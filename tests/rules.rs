//! The rules, checked against the vectors of this repository and of the folder that `VECTORS_DIR` names.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/vectors.rs"]
mod vectors;

use std::collections::BTreeMap;
use std::path::Path;

use atlas_restore_dialog::model::{Fact, ProcessArgs};
use atlas_restore_dialog::rules::{Code, Field, Finding};
use serde_json::Value;
use vectors::Vector;

fn own() -> Vec<Vector> {
    vectors::FILES
        .iter()
        .flat_map(|(file, text)| vectors::read(file, text).unwrap())
        .collect()
}

fn check(all: &[Vector]) {
    let failures: Vec<String> = all
        .iter()
        .filter_map(|vector| vector.check().err())
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} vectors fail:\n{}",
        failures.len(),
        all.len(),
        failures.join("\n")
    );
    println!("{} vectors hold", all.len());
}

#[test]
fn vectors_of_the_repository_hold() {
    check(&own());
}

#[test]
fn vectors_of_the_named_folder_hold() {
    let Some(folder) = std::env::var_os("VECTORS_DIR") else {
        println!("skipped: VECTORS_DIR is not set");
        return;
    };
    let all: Vec<Vector> = json_files(Path::new(&folder))
        .iter()
        .flat_map(|(file, text)| vectors::read(file, text).unwrap())
        .collect();
    assert!(!all.is_empty(), "VECTORS_DIR holds no vector");
    check(&all);
}

#[test]
fn vector_files_are_all_in_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let in_folder: Vec<String> = json_files(&folder).into_keys().collect();
    let in_list: Vec<&str> = vectors::FILES.iter().map(|(file, _)| *file).collect();
    assert_eq!(in_folder, in_list);
}

#[test]
fn vector_names_are_unique() {
    let mut seen = BTreeMap::new();
    for vector in own() {
        let before = seen.insert(vector.name.clone(), ());
        assert!(before.is_none(), "{} comes twice", vector.name);
    }
}

/// The four consequences are always reported, and the dialog finds the other two.
const WITHOUT_NEAR_MISS: [Code; 4] = [
    Code::DataDeleted,
    Code::TargetUnavailableDuringRestore,
    Code::KeyRotatedAfter,
    Code::ApplicationRestart,
];
const OF_THE_DIALOG: [Code; 2] = [Code::SourceBackupsOff, Code::TargetNoneEligible];

#[test]
fn vectors_show_every_code_firing_and_missing_by_one_member() {
    let all = own();
    let mut lacking = Vec::new();
    for code in Code::ALL {
        if OF_THE_DIALOG.contains(&code) {
            continue;
        }
        // A vector that does not list notices says nothing of them.
        let fires = |vector: &Vector| -> Option<bool> {
            let name = code.as_str();
            let said = vector.blockers.contains(name) || vector.warnings.contains(name);
            match code.severity().as_str() {
                "notice" => vector
                    .notices
                    .as_ref()
                    .map(|notices| notices.contains(name)),
                _ => Some(said),
            }
        };
        let firing: Vec<_> = all
            .iter()
            .filter(|vector| fires(vector) == Some(true))
            .collect();
        let missing: Vec<_> = all
            .iter()
            .filter(|vector| fires(vector) == Some(false))
            .collect();
        if firing.is_empty() {
            lacking.push(format!("{}: no vector fires", code.as_str()));
        } else if !WITHOUT_NEAR_MISS.contains(&code)
            && !firing.iter().any(|fired| {
                missing.iter().any(|missed| {
                    let facts = ["now", "policy", "person", "source", "target"];
                    let differences: usize = facts
                        .iter()
                        .map(|part| differences(&fired.json[*part], &missed.json[*part]))
                        .sum();
                    differences == 1
                })
            })
        {
            lacking.push(format!(
                "{}: no near miss differs in one member",
                code.as_str()
            ));
        }
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
}

/// Vector, code, and the parameters in the order in which the rule documents them.
type Told = (&'static str, Code, &'static [(&'static str, &'static str)]);

#[test]
fn findings_of_vectors_say_what_their_text_needs() {
    let names: &[(&str, &str)] = &[("project", "Staging"), ("cluster", "orders-copy")];
    let expected: Vec<Told> = vec![
        (
            "not owner of the source project",
            Code::PersonNotOwnerOfSource,
            &[
                ("project", "Storefront"),
                ("projectId", "aaaaaaaaaaaaaaaaaaaaaaaa"),
                ("acceptedRoles", "GROUP_OWNER"),
            ],
        ),
        (
            "no accepted roles: an owner is none",
            Code::PersonNotOwnerOfTarget,
            &[
                ("project", "Staging"),
                ("projectId", "bbbbbbbbbbbbbbbbbbbbbbbb"),
                ("acceptedRoles", ""),
            ],
        ),
        ("roles unknown: neither given", Code::PersonRoleUnknown, &[]),
        (
            "snapshot status inProgress",
            Code::SnapshotNotCompleted,
            &[("status", "inProgress")],
        ),
        (
            "snapshot status queued",
            Code::SnapshotNotCompleted,
            &[("status", "queued")],
        ),
        (
            "snapshot status failed",
            Code::SnapshotNotCompleted,
            &[("status", "failed")],
        ),
        (
            "snapshot status resting",
            Code::SnapshotNotCompleted,
            &[("status", "resting")],
        ),
        (
            "snapshot status null",
            Code::SnapshotNotCompleted,
            &[("status", "")],
        ),
        (
            "expiry unparsable",
            Code::SnapshotExpired,
            &[("expiresAt", "soon")],
        ),
        (
            "snapshot not encrypted: no key, source NONE",
            Code::SnapshotNotEncrypted,
            &[("case", "none")],
        ),
        (
            "snapshot recorded as not encrypted, though it has a key",
            Code::SnapshotNotEncrypted,
            &[("case", "none")],
        ),
        (
            "snapshot not encrypted: no key, source AWS now",
            Code::SnapshotNotEncrypted,
            &[("case", "aws-now")],
        ),
        (
            "source cluster unknown, no key: cannot tell",
            Code::SnapshotNotEncrypted,
            &[("case", "unknown")],
        ),
        (
            "source cluster unknown, no key: cannot tell",
            Code::SnapshotEncryptionAssumed,
            &[("provider", "")],
        ),
        (
            "Azure assumed from the source cluster",
            Code::SnapshotEncryptionAssumed,
            &[("provider", "AZURE")],
        ),
        (
            "snapshot key deleted",
            Code::SnapshotKeyNotPresent,
            &[("provider", "AWS")],
        ),
        (
            "snapshot key deleted, and not encrypted by the same record",
            Code::SnapshotKeyNotPresent,
            &[("provider", "")],
        ),
        (
            "snapshot version is a word",
            Code::SnapshotVersionUnknown,
            &[("version", "latest")],
        ),
        (
            "target version null",
            Code::TargetVersionUnknown,
            &[("version", "")],
        ),
        (
            "sharded snapshot by its source cluster: geosharded",
            Code::SnapshotSharded,
            &[("clusterType", "GEOSHARDED")],
        ),
        ("fallback snapshot", Code::SnapshotFallback, &[]),
        (
            "source key invalid",
            Code::SourceKeyInvalid,
            &[("project", "Storefront")],
        ),
        (
            "target project of Cloud Manager",
            Code::TargetCloudManager,
            &[("project", "Staging")],
        ),
        (
            "target project in another organization",
            Code::TargetOtherOrganization,
            &[
                ("project", "Staging"),
                ("sourceOrganization", "dddddddddddddddddddddddd"),
                ("targetOrganization", "eeeeeeeeeeeeeeeeeeeeeeee"),
            ],
        ),
        (
            "target with TENANT",
            Code::TargetNotDedicated,
            &[("provider", "TENANT"), ("instanceSize", "M30")],
        ),
        (
            "target with one dedicated and one shared region",
            Code::TargetNotDedicated,
            &[("provider", "TENANT"), ("instanceSize", "M30")],
        ),
        (
            "target with FLEX",
            Code::TargetNotDedicated,
            &[("provider", "FLEX"), ("instanceSize", "M30")],
        ),
        (
            "target without region configs",
            Code::TargetNotDedicated,
            &[("provider", ""), ("instanceSize", "")],
        ),
        (
            "target type unknown to us",
            Code::TargetNotReplicaSet,
            &[("clusterType", "RING")],
        ),
        (
            "matching: one shard more",
            Code::TargetTopologyDiffers,
            &[
                ("differs", "shards"),
                ("snapshotTopology", "SHARDED"),
                ("targetTopology", "SHARDED"),
                ("sourceShards", "2"),
                ("targetShards", "3"),
                ("sourceConfigServer", "DEDICATED"),
                ("targetConfigServer", "DEDICATED"),
            ],
        ),
        (
            "matching: another config server type",
            Code::TargetTopologyDiffers,
            &[
                ("differs", "config-server"),
                ("snapshotTopology", "SHARDED"),
                ("targetTopology", "SHARDED"),
                ("sourceShards", "2"),
                ("targetShards", "2"),
                ("sourceConfigServer", "DEDICATED"),
                ("targetConfigServer", "EMBEDDED"),
            ],
        ),
        (
            "matching: sharded snapshot, source cluster unknown",
            Code::TargetTopologyDiffers,
            &[
                ("differs", "source-unknown"),
                ("snapshotTopology", "SHARDED"),
                ("targetTopology", "SHARDED"),
                ("sourceShards", ""),
                ("targetShards", "2"),
                ("sourceConfigServer", ""),
                ("targetConfigServer", "DEDICATED"),
            ],
        ),
        (
            "matching: replica set to geosharded",
            Code::TargetTopologyDiffers,
            &[
                ("differs", "type"),
                ("snapshotTopology", "REPLICASET"),
                ("targetTopology", "GEOSHARDED"),
                ("sourceShards", "1"),
                ("targetShards", "1"),
                ("sourceConfigServer", ""),
                ("targetConfigServer", ""),
            ],
        ),
        (
            "target not encrypted: NONE",
            Code::TargetNotEncrypted,
            &[("snapshotProvider", "AWS")],
        ),
        (
            "snapshot not encrypted, target neither, encryption required",
            Code::TargetNotEncrypted,
            &[("snapshotProvider", "")],
        ),
        (
            "provider mismatch: AWS to Azure",
            Code::TargetProviderMismatch,
            &[("snapshotProvider", "AWS"), ("targetProvider", "AZURE")],
        ),
        (
            "provider mismatch: a provider unknown to us is another one",
            Code::TargetProviderMismatch,
            &[("snapshotProvider", "AWS"), ("targetProvider", "HSM")],
        ),
        (
            "target key invalid",
            Code::TargetKeyInvalid,
            &[
                ("project", "Staging"),
                ("provider", "AWS"),
                ("reason", "invalid"),
            ],
        ),
        (
            "target key disabled",
            Code::TargetKeyInvalid,
            &[
                ("project", "Staging"),
                ("provider", "AWS"),
                ("reason", "disabled"),
            ],
        ),
        (
            "target key entry missing",
            Code::TargetKeyInvalid,
            &[
                ("project", "Staging"),
                ("provider", "AWS"),
                ("reason", "missing"),
            ],
        ),
        (
            "target keys unreadable",
            Code::TargetKeyUnknown,
            &[("project", "Staging"), ("provider", "AWS")],
        ),
        (
            "key regions differ",
            Code::TargetKeyRegionDiffers,
            &[("sourceRegion", "EU_WEST_1"), ("targetRegion", "US_EAST_1")],
        ),
        (
            "target a patch older",
            Code::TargetVersionTooOld,
            &[("snapshotVersion", "8.0.12"), ("targetVersion", "8.0.11")],
        ),
        (
            "target two majors ahead",
            Code::TargetVersionFarAhead,
            &[("snapshotVersion", "6.0.5"), ("targetVersion", "8.0.12")],
        ),
        (
            "target paused",
            Code::TargetUnavailable,
            &[("paused", "true"), ("state", "IDLE")],
        ),
        (
            "target being created",
            Code::TargetUnavailable,
            &[("paused", "false"), ("state", "CREATING")],
        ),
        (
            "target paused and being deleted",
            Code::TargetUnavailable,
            &[("paused", "true"), ("state", "DELETING")],
        ),
        (
            "target updating",
            Code::TargetBusy,
            &[("state", "UPDATING")],
        ),
        (
            "target repairing",
            Code::TargetBusy,
            &[("state", "REPAIRING")],
        ),
        (
            "target state unknown to us",
            Code::TargetBusy,
            &[("state", "DREAMING")],
        ),
        ("target state null", Code::TargetBusy, &[("state", "")]),
        (
            "an ended restore and a running one",
            Code::TargetRestoreRunning,
            &[
                ("jobId", "888888888888888888888888"),
                ("snapshotId", "999999999999999999999999"),
            ],
        ),
        (
            "a point in time restore into the target",
            Code::TargetRestoreRunning,
            &[("jobId", "777777777777777777777777"), ("snapshotId", "")],
        ),
        ("restore jobs unreadable", Code::TargetRestoreUnknown, &[]),
        (
            "storage: one byte too small",
            Code::TargetStorageTooSmall,
            &[
                ("sizeBytes", "40000000001"),
                ("capacityBytes", "40000000000"),
            ],
        ),
        (
            "edition unknown to us",
            Code::TargetUnknownEdition,
            &[("edition", "INFINITE")],
        ),
        (
            "target is the source",
            Code::TargetIsSource,
            &[("project", "Staging"), ("cluster", "orders")],
        ),
        (
            "write concern overridden: majority",
            Code::RwConcernOverridden,
            &[("value", "majority")],
        ),
        ("write concern kept: null", Code::RwConcernKept, &[]),
        (
            "write concern unknown: unreadable",
            Code::RwConcernUnknown,
            &[],
        ),
        ("a dedicated target", Code::DataDeleted, names),
        (
            "a dedicated target",
            Code::TargetUnavailableDuringRestore,
            names,
        ),
        ("a dedicated target", Code::KeyRotatedAfter, names),
        ("a dedicated target", Code::ApplicationRestart, names),
    ];
    let all = own();
    for (name, code, parameters) in &expected {
        let vector = all
            .iter()
            .find(|vector| vector.name == *name)
            .unwrap_or_else(|| panic!("no vector {name:?}"));
        let findings = vector.assess();
        let finding = findings
            .iter()
            .find(|finding| finding.code == *code)
            .unwrap_or_else(|| panic!("{name:?} does not fire {}", code.as_str()));
        let told: Vec<(&str, &str)> = finding.parameters().collect();
        assert_eq!(told, *parameters, "{name:?}, {}", code.as_str());
        assert_eq!(told.len(), code.parameters().len(), "{}", code.as_str());
    }
    for code in Code::ALL {
        let said = expected.iter().any(|(_, expected, _)| *expected == code);
        assert!(said || OF_THE_DIALOG.contains(&code), "{}", code.as_str());
    }
}

/// In how many members two values differ.
fn differences(one: &Value, other: &Value) -> usize {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
            keys.into_iter()
                .map(|key| match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => differences(one, other),
                    _ => 1,
                })
                .sum()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .map(|(one, other)| differences(one, other))
            .sum(),
        _ => usize::from(one != other),
    }
}

fn json_files(folder: &Path) -> BTreeMap<String, String> {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files: BTreeMap<String, String> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    assert!(!files.is_empty(), "{} holds no vectors", folder.display());
    files
}

#[test]
fn empty_texts_count_as_absent_wherever_facts_come_from() {
    // Atlas's readers leave them out; a host that builds facts itself may not.
    let mut vector = own().remove(0);
    let settings = ProcessArgs {
        default_write_concern: Some("".into()),
    };
    vector.process_args = Fact::Known(settings);
    let codes = |vector: &Vector| -> Vec<Code> {
        let findings = vector.assess();
        findings.iter().map(|finding| finding.code).collect()
    };
    assert!(codes(&vector).contains(&Code::RwConcernKept));
    assert!(!codes(&vector).contains(&Code::SnapshotNotEncrypted));
    vector.snapshot.master_key_uuid = Some("".into());
    assert!(codes(&vector).contains(&Code::SnapshotNotEncrypted));
}

#[test]
fn codes_belong_to_the_field_that_the_contract_names() {
    for code in Code::ALL {
        let name = code.as_str();
        let expected = match (name, name.split('.').next()) {
            ("person.not-owner-of-source", _) | (_, Some("snapshot" | "source")) => {
                Some(Field::Snapshot)
            }
            (
                "person.not-owner-of-target" | "target.cloud-manager" | "target.other-organization",
                _,
            ) => Some(Field::Project),
            (_, Some("target")) => Some(Field::Cluster),
            _ => None,
        };
        assert_eq!(code.field(), expected, "{name}");
    }
}

#[test]
fn a_finding_gives_its_parameters_by_name() {
    let finding = Finding::new(Code::TargetVersionTooOld)
        .with("8.0.29")
        .with("7.0.24");
    assert_eq!(finding.parameter("targetVersion"), Some("7.0.24"));
    assert_eq!(finding.parameter("snapshotVersion"), Some("8.0.29"));
    assert_eq!(finding.parameter("version"), None);
}
