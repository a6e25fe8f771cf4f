//! Projects, their keys, and a cluster's settings.

use super::body::Body;
use super::fields::Fields;
use super::json::Keep;
use super::read::{one, other_version, page};
use super::{Page, ReadError};
use crate::model::{KeyConfig, ProcessArgs, Project, ProjectEncryption};

const PROJECT: &[&str] = &["id", "name", "orgId", "clusterCount", "kind"];

const ENCRYPTION: &[&str] = &[
    "awsKms",
    "azureKeyVault",
    "googleCloudKms",
    "enabled",
    "valid",
    "region",
];

/// Members that only the older version has, null or not: there they are null where nobody set them.
const OLD_ARGS: [&str; 2] = ["defaultReadConcern", "failIndexKeyTooLong"];
const ARGS: &[&str] = &["defaultWriteConcern", OLD_ARGS[0], OLD_ARGS[1]];

/// Reads one project.
pub fn read_project(body: &[u8]) -> Result<Project, ReadError> {
    one(body, Keep::Named(PROJECT), project)
}

/// Reads one page of projects.
pub fn read_projects(body: impl Body) -> Result<Page<Project>, ReadError> {
    page(body, Keep::Named(PROJECT), project)
}

/// Reads a project's keys. `{}` is a document with no entries.
pub fn read_encryption(body: &[u8]) -> Result<ProjectEncryption, ReadError> {
    one(body, Keep::Named(ENCRYPTION), |from| ProjectEncryption {
        aws: key(from, "awsKms"),
        azure: key(from, "azureKeyVault"),
        gcp: key(from, "googleCloudKms"),
    })
}

/// Reads a cluster's settings.
pub fn read_process_args(body: &[u8]) -> Result<ProcessArgs, ReadError> {
    one(body, Keep::Named(ARGS), |from| {
        let old = from.all().find(|(name, _)| OLD_ARGS.contains(name));
        if let Some((name, _)) = old {
            let message = other_version("a document of settings", "2023-01-01", "2024-08-05");
            from.fail(name, message);
        }
        ProcessArgs {
            default_write_concern: from.filled("defaultWriteConcern").map(Box::from),
        }
    })
}

fn project(from: &mut Fields) -> Project {
    Project {
        id: from.identifier("id"),
        name: from.kept("name").unwrap_or_default(),
        org_id: from.kept("orgId"),
        cluster_count: from.count("clusterCount"),
        cloud_manager: from.text("kind") == Some("CLOUD_MANAGER"),
    }
}

fn key(from: &mut Fields, name: &str) -> Option<KeyConfig> {
    let mut key = None;
    from.inside(name, &mut |entry| {
        key = Some(KeyConfig {
            enabled: entry.flag("enabled"),
            valid: entry.flag("valid"),
            region: entry.filled("region").map(Box::from),
        });
    });
    key
}
