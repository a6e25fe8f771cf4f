//! The rules, checked against the vectors of this repository and of the folder that `VECTORS_DIR` names.
#![cfg(not(target_family = "wasm"))]

#[path = "support/vectors.rs"]
mod vectors;

use std::collections::BTreeMap;
use std::path::Path;

use atlas_restore_dialog::rules::Code;
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
