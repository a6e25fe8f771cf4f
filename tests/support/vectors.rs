//! The rules as data (contract section 7): reading a vector and running it, natively and in the browser.
//!
//! Included by `mod` from the test crates that need it; Atlas's objects go through the same readers as Atlas's answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    missing_docs
)]

use std::collections::BTreeSet;

use atlas_restore_dialog::atlas;
use atlas_restore_dialog::model::{
    Cluster, Fact, Policy, ProcessArgs, Project, ProjectEncryption, RestoreJob, Roles, Snapshot,
    Timestamp,
};
use atlas_restore_dialog::rules::{
    self, Code, CodeSet, Context, Finding, Severity, Source, Target,
};
use serde_json::Value;

/// The vectors of this repository: file name and text. A test compares the list with the folder.
pub const FILES: [(&str, &str); 10] = [
    (
        "availability.json",
        include_str!("../vectors/availability.json"),
    ),
    (
        "encryption.json",
        include_str!("../vectors/encryption.json"),
    ),
    ("key.json", include_str!("../vectors/key.json")),
    ("person.json", include_str!("../vectors/person.json")),
    ("project.json", include_str!("../vectors/project.json")),
    (
        "rw-concern.json",
        include_str!("../vectors/rw-concern.json"),
    ),
    ("snapshot.json", include_str!("../vectors/snapshot.json")),
    ("target.json", include_str!("../vectors/target.json")),
    ("topology.json", include_str!("../vectors/topology.json")),
    ("version.json", include_str!("../vectors/version.json")),
];

/// One case: facts, and what the rules must say of them.
#[derive(Debug)]
pub struct Vector {
    pub name: String,
    pub now: Timestamp,
    pub policy: Policy,
    pub policy_warnings: Vec<String>,
    pub roles: Roles,
    pub source_project: Project,
    pub source_cluster: Option<Cluster>,
    pub source_cluster_name: Option<String>,
    pub snapshot: Snapshot,
    pub source_encryption: Fact<ProjectEncryption>,
    pub target_project: Project,
    pub target_cluster: Cluster,
    pub target_encryption: Fact<ProjectEncryption>,
    pub process_args: Fact<ProcessArgs>,
    pub jobs: Fact<Vec<RestoreJob>>,
    pub blockers: BTreeSet<String>,
    pub warnings: BTreeSet<String>,
    pub notices: Option<BTreeSet<String>>,
    /// As written, for comparing vectors with each other.
    pub json: Value,
}

/// Reads a file of vectors.
pub fn read(file: &str, text: &str) -> Result<Vec<Vector>, String> {
    let vectors: Vec<Value> =
        serde_json::from_str(text).map_err(|error| format!("{file}: {error}"))?;
    vectors
        .iter()
        .enumerate()
        .map(|(number, value)| {
            let name = value["name"].as_str().unwrap_or("(no name)");
            vector(value).map_err(|error| format!("{file}, vector {number}, {name}: {error}"))
        })
        .collect()
}

impl Vector {
    pub fn source(&self) -> Source<'_> {
        Source {
            project: &self.source_project,
            cluster: self.source_cluster.as_ref(),
            cluster_name: self.source_cluster_name.as_deref(),
            snapshot: &self.snapshot,
            encryption: self.source_encryption.as_ref(),
        }
    }

    pub fn target(&self) -> Target<'_> {
        Target {
            project: &self.target_project,
            cluster: &self.target_cluster,
            encryption: self.target_encryption.as_ref(),
            process_args: self.process_args.as_ref(),
            jobs: match &self.jobs {
                Fact::NotAsked => Fact::NotAsked,
                Fact::Unreadable => Fact::Unreadable,
                Fact::Known(jobs) => Fact::Known(jobs),
            },
        }
    }

    pub fn context(&self) -> Context<'_> {
        Context {
            roles: &self.roles,
            policy: &self.policy,
            now: self.now,
        }
    }

    pub fn assess(&self) -> Vec<Finding> {
        rules::assess(&self.source(), &self.target(), &self.context())
    }

    /// Both lists where they differ, or where the shapes of the answer disagree with each other.
    pub fn check(&self) -> Result<(), String> {
        let findings = self.assess();
        let of = |severity| -> BTreeSet<String> {
            findings
                .iter()
                .filter(|finding| finding.severity() == severity)
                .map(|finding| finding.code.as_str().to_owned())
                .collect()
        };
        let mut complaints = String::new();
        let mut compare = |what: &str, expected: &BTreeSet<String>, found: BTreeSet<String>| {
            if *expected != found {
                complaints +=
                    &format!("\n  {what} expected: {expected:?}\n  {what} found:    {found:?}");
            }
        };
        compare("blockers", &self.blockers, of(Severity::Blocker));
        compare("warnings", &self.warnings, of(Severity::Warning));
        if let Some(notices) = &self.notices {
            compare("notices", notices, of(Severity::Notice));
        }
        if let Err(complaint) = consistent(&self.source(), &self.target(), &self.context()) {
            complaints += &format!("\n  {complaint}");
        }
        if complaints.is_empty() {
            Ok(())
        } else {
            Err(format!("{:?}{complaints}", self.name))
        }
    }
}

/// What holds of any facts: findings in the order of report, none twice, and every other question answered as by
/// `assess`.
pub fn consistent(source: &Source, target: &Target, context: &Context) -> Result<(), String> {
    let findings = rules::assess(source, target, context);
    let codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
    if !codes.is_sorted_by(|a, b| a < b) {
        return Err(format!("not in the order of report: {codes:?}"));
    }
    let mut expected = CodeSet::default();
    for code in codes
        .iter()
        .filter(|code| code.severity() != Severity::Notice)
    {
        expected.insert(*code);
    }
    let verdict = rules::verdict(source, target, context);
    if verdict != expected {
        let verdict: Vec<Code> = verdict.iter().collect();
        return Err(format!("assess says {codes:?}, verdict {verdict:?}"));
    }
    let blocks = findings
        .iter()
        .any(|finding| finding.severity() == Severity::Blocker);
    if verdict.blocks() != blocks {
        return Err("verdict and assess differ in whether they block".to_owned());
    }
    let project = rules::assess_project(source.project, target.project, context);
    let of_project = [
        Code::PersonNotOwnerOfTarget,
        Code::TargetCloudManager,
        Code::TargetOtherOrganization,
    ];
    let expected: Vec<_> = findings
        .iter()
        .filter(|finding| of_project.contains(&finding.code))
        .collect();
    if project.iter().collect::<Vec<_>>() != expected {
        return Err(format!(
            "assess says {expected:?} of the project, assess_project {project:?}"
        ));
    }
    // The source's findings are the pair's; an unencrypted snapshot may be refused for the target's sake alone.
    let of_source = rules::assess_source(source, context);
    let expected: Vec<_> = findings
        .iter()
        .filter(|finding| {
            let name = finding.code.as_str();
            let named = name.starts_with("snapshot.") || name.starts_with("source.");
            match finding.code {
                Code::PersonNotOwnerOfSource | Code::PersonRoleUnknown => true,
                Code::SnapshotNotEncrypted => context.policy.require_encryption,
                _ => named,
            }
        })
        .collect();
    if of_source.iter().collect::<Vec<_>>() != expected {
        return Err(format!(
            "assess says {expected:?} of the source, assess_source {of_source:?}"
        ));
    }
    Ok(())
}

fn vector(value: &Value) -> Result<Vector, String> {
    let (source, target, expect) = (&value["source"], &value["target"], &value["expect"]);
    let now = value["now"].as_str().and_then(Timestamp::parse);
    let (policy, policy_warnings) = match value.get("policy") {
        None | Some(Value::Null) => (Policy::default(), Vec::new()),
        Some(policy) => atlas::read_policy(&bytes(policy)),
    };
    Ok(Vector {
        name: value["name"].as_str().ok_or("no name")?.to_owned(),
        now: now.ok_or("no time now")?,
        policy,
        policy_warnings,
        roles: match value.get("person") {
            None | Some(Value::Null) => Roles::default(),
            Some(person) => said(atlas::read_roles(&bytes(person)))?,
        },
        source_project: said(atlas::read_project(&with_id(&source["group"])))?,
        source_cluster: match source.get("cluster") {
            None | Some(Value::Null) => None,
            Some(cluster) => Some(said(atlas::read_cluster(&with_id(cluster)))?),
        },
        source_cluster_name: source["clusterName"].as_str().map(str::to_owned),
        snapshot: said(atlas::read_snapshot(&with_id(&source["snapshot"])))?,
        source_encryption: fact(source.get("encryptionAtRest"), atlas::read_encryption)?,
        target_project: said(atlas::read_project(&with_id(&target["group"])))?,
        target_cluster: said(atlas::read_cluster(&with_id(&target["cluster"])))?,
        target_encryption: fact(target.get("encryptionAtRest"), atlas::read_encryption)?,
        process_args: fact(target.get("processArgs"), atlas::read_process_args)?,
        jobs: match target.get("runningJobs") {
            None => Fact::NotAsked,
            Some(Value::Null) => Fact::Unreadable,
            Some(jobs) => Fact::Known(
                jobs.as_array()
                    .ok_or("runningJobs is no array")?
                    .iter()
                    .map(|job| said(atlas::read_job(&with_id(job))))
                    .collect::<Result<_, _>>()?,
            ),
        },
        blockers: codes(&expect["blockers"])?.ok_or("no expected blockers")?,
        warnings: codes(&expect["warnings"])?.ok_or("no expected warnings")?,
        notices: codes(&expect["notices"])?,
        json: value.clone(),
    })
}

fn fact<T>(
    value: Option<&Value>,
    read: fn(&[u8]) -> Result<T, atlas::ReadError>,
) -> Result<Fact<T>, String> {
    match value {
        None => Ok(Fact::NotAsked),
        Some(Value::Null) => Ok(Fact::Unreadable),
        Some(value) => said(read(&bytes(value))).map(Fact::Known),
    }
}

fn codes(value: &Value) -> Result<Option<BTreeSet<String>>, String> {
    let Value::Array(codes) = value else {
        return Ok(None);
    };
    codes
        .iter()
        .map(|code| {
            let code = code.as_str().ok_or("a code is no text")?;
            Code::from_name(code).ok_or_else(|| format!("no such code: {code}"))?;
            Ok(code.to_owned())
        })
        .collect::<Result<_, String>>()
        .map(Some)
}

/// Ids play no part in most rules, so a vector may leave them out.
fn with_id(value: &Value) -> Vec<u8> {
    let mut value = value.clone();
    if let Value::Object(members) = &mut value {
        members
            .entry("id")
            .or_insert("000000000000000000000000".into());
    }
    bytes(&value)
}

fn bytes(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

fn said<T>(read: Result<T, atlas::ReadError>) -> Result<T, String> {
    read.map_err(|error| error.to_string())
}
