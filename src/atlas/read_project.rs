//! Projects, their keys, and a cluster's settings.

use serde::de::{Deserialize, Deserializer, MapAccess};

use super::read::{decode, filled, identifier, other_version, page};
use super::wire::{Number, Object, Present, Text, object, once, skip, wire};
use super::{Page, ReadError};
use crate::model::{KeyConfig, ProcessArgs, Project, ProjectEncryption};

wire! {
    WireProject {
        id: Text<'a> = "id",
        name: Text<'a> = "name",
        org_id: Text<'a> = "orgId",
        cluster_count: Number = "clusterCount",
        kind: Text<'a> = "kind",
    }
}

wire! {
    WireEncryption {
        aws: WireKey<'a> = "awsKms",
        azure: WireKey<'a> = "azureKeyVault",
        gcp: WireKey<'a> = "googleCloudKms",
    }
}

wire! {
    WireKey {
        enabled: bool = "enabled",
        valid: bool = "valid",
        region: Text<'a> = "region",
    }
}

/// Reads one project.
pub fn read_project(body: &[u8]) -> Result<Project, ReadError> {
    project(decode(body)?)
}

/// Reads one page of projects.
pub fn read_projects(body: &[u8]) -> Result<Page<Project>, ReadError> {
    page(body, project)
}

/// Reads a project's keys. `{}` is a document with no entries.
pub fn read_encryption(body: &[u8]) -> Result<ProjectEncryption, ReadError> {
    let wire: WireEncryption = decode(body)?;
    let key = |entry: Option<WireKey>| {
        entry.map(|entry| KeyConfig {
            enabled: entry.enabled,
            valid: entry.valid,
            region: filled(entry.region).map(Text::into_box),
        })
    };
    Ok(ProjectEncryption {
        aws: key(wire.aws),
        azure: key(wire.azure),
        gcp: key(wire.gcp),
    })
}

/// Reads a cluster's settings.
pub fn read_process_args(body: &[u8]) -> Result<ProcessArgs, ReadError> {
    let wire: WireProcessArgs = decode(body)?;
    if let Some(member) = wire.old_member {
        return Err(ReadError {
            path: member.to_owned(),
            message: other_version("a document of settings", "2023-01-01", "2024-08-05"),
        });
    }
    Ok(ProcessArgs {
        default_write_concern: filled(wire.default_write_concern).map(Text::into_box),
    })
}

fn project(wire: WireProject) -> Result<Project, ReadError> {
    Ok(Project {
        id: identifier(wire.id, "id")?,
        name: wire.name.map(Text::into_string).unwrap_or_default(),
        org_id: filled(wire.org_id).map(Text::into_string),
        cluster_count: wire.cluster_count.and_then(Number::count),
        cloud_manager: wire.kind.is_some_and(|kind| kind.0 == "CLOUD_MANAGER"),
    })
}

#[derive(Default)]
struct WireProcessArgs<'a> {
    default_write_concern: Option<Text<'a>>,
    /// One that only the older version has, null or not: there it is null where nobody set it.
    old_member: Option<&'static str>,
}

impl<'de> Object<'de> for WireProcessArgs<'de> {
    fn member<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let old = match key {
            "defaultWriteConcern" => {
                return once(&mut self.default_write_concern, "defaultWriteConcern", map);
            }
            "defaultReadConcern" => "defaultReadConcern",
            "failIndexKeyTooLong" => "failIndexKeyTooLong",
            _ => return skip(map),
        };
        let Present = map.next_value()?;
        self.old_member.get_or_insert(old);
        Ok(())
    }
}

impl<'de> Deserialize<'de> for WireProcessArgs<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        object(from)
    }
}
