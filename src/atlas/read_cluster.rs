//! Clusters (`ClusterDescription20240805`).

use serde::de::IgnoredAny;

use super::read::{decode, filled, identifier, other_version, page};
use super::wire::{List, Number, Text, wire};
use super::{Page, ReadError};
use crate::model::{
    CloudProvider, Cluster, ClusterEncryption, ClusterState, ClusterType, ConfigServerType,
    KeyProvider, RegionConfig, ReplicationSpec,
};

wire! {
    WireCluster {
        id: Text<'a> = "id",
        group_id: Text<'a> = "groupId",
        name: Text<'a> = "name",
        cluster_type: Text<'a> = "clusterType",
        mongodb_version: Text<'a> = "mongoDBVersion",
        feature_compatibility_version: Text<'a> = "featureCompatibilityVersion",
        encryption: Text<'a> = "encryptionAtRestProvider",
        state: Text<'a> = "stateName",
        paused: bool = "paused",
        backup_enabled: bool = "backupEnabled",
        replication_specs: List<WireSpec<'a>> = "replicationSpecs",
        config_server_type: Text<'a> = "configServerType",
        edition: Text<'a> = "effectiveDatabaseEdition",
        old_disk_size: IgnoredAny = "diskSizeGB",
    }
}

wire! {
    WireSpec {
        region_configs: List<WireRegion<'a>> = "regionConfigs",
        old_shard_count: IgnoredAny = "numShards",
    }
}

wire! {
    WireRegion {
        provider: Text<'a> = "providerName",
        region: Text<'a> = "regionName",
        electable: WireHardware<'a> = "electableSpecs",
    }
}

wire! {
    WireHardware {
        instance_size: Text<'a> = "instanceSize",
        disk_size_gb: Number = "diskSizeGB",
    }
}

/// Reads one cluster.
pub fn read_cluster(body: &[u8]) -> Result<Cluster, ReadError> {
    cluster(decode(body)?)
}

/// Reads one page of a project's clusters.
pub fn read_clusters(body: &[u8]) -> Result<Page<Cluster>, ReadError> {
    page(body, cluster)
}

fn cluster(wire: WireCluster) -> Result<Cluster, ReadError> {
    if wire.old_disk_size.is_some() {
        return Err(old("diskSizeGB".to_owned()));
    }
    let specs = wire.replication_specs.unwrap_or_default();
    let mut replication_specs = Vec::with_capacity(specs.len());
    for (number, spec) in specs.into_iter().enumerate() {
        // A null is still a shard, of which nothing is known.
        let spec = spec.unwrap_or_default();
        if spec.old_shard_count.is_some() {
            return Err(old(format!("replicationSpecs[{number}].numShards")));
        }
        let regions = spec.region_configs.unwrap_or_default();
        replication_specs.push(ReplicationSpec {
            region_configs: regions
                .into_iter()
                .map(|region| region_config(region.unwrap_or_default()))
                .collect(),
        });
    }
    Ok(Cluster {
        id: identifier(wire.id, "id")?,
        group_id: wire.group_id.map(Text::into_string).unwrap_or_default(),
        name: identifier(wire.name, "name")?,
        cluster_type: wire.cluster_type.map(|text| match &*text.0 {
            "REPLICASET" => ClusterType::ReplicaSet,
            "SHARDED" => ClusterType::Sharded,
            "GEOSHARDED" => ClusterType::GeoSharded,
            _ => ClusterType::Unknown(text.into_box()),
        }),
        mongodb_version: wire.mongodb_version.map(Text::into_box),
        feature_compatibility_version: wire.feature_compatibility_version.map(Text::into_box),
        encryption: match filled(wire.encryption) {
            None => ClusterEncryption::Absent,
            Some(text) => match (&*text.0, key_provider(&text.0)) {
                ("NONE", _) => ClusterEncryption::None,
                (_, Some(provider)) => ClusterEncryption::Provider(provider),
                _ => ClusterEncryption::Unknown(text.into_box()),
            },
        },
        state: wire.state.map(|text| match &*text.0 {
            "IDLE" => ClusterState::Idle,
            "CREATING" => ClusterState::Creating,
            "UPDATING" => ClusterState::Updating,
            "DELETING" => ClusterState::Deleting,
            "REPAIRING" => ClusterState::Repairing,
            _ => ClusterState::Unknown(text.into_box()),
        }),
        paused: wire.paused.unwrap_or(false),
        backup_enabled: wire.backup_enabled,
        replication_specs,
        config_server_type: wire.config_server_type.map(|text| match &*text.0 {
            "EMBEDDED" => ConfigServerType::Embedded,
            "DEDICATED" => ConfigServerType::Dedicated,
            _ => ConfigServerType::Unknown(text.into_box()),
        }),
        edition: wire.edition.map(Text::into_box),
    })
}

/// `AWS`, `AZURE` or `GCP`, spelled so.
pub(super) fn key_provider(text: &str) -> Option<KeyProvider> {
    match text {
        "AWS" => Some(KeyProvider::Aws),
        "AZURE" => Some(KeyProvider::Azure),
        "GCP" => Some(KeyProvider::Gcp),
        _ => None,
    }
}

fn region_config(wire: WireRegion) -> RegionConfig {
    let provider = wire.provider.unwrap_or_default();
    let hardware = wire.electable.unwrap_or_default();
    RegionConfig {
        provider: match &*provider.0 {
            "AWS" => CloudProvider::Aws,
            "AZURE" => CloudProvider::Azure,
            "GCP" => CloudProvider::Gcp,
            "TENANT" => CloudProvider::Tenant,
            _ => CloudProvider::Unknown(provider.into_box()),
        },
        region: wire.region.map(Text::into_box),
        instance_size: hardware.instance_size.map(Text::into_box),
        disk_size_gb: hardware.disk_size_gb.map(|size| size.0),
    }
}

/// The older version has one entry for each zone, with its number of shards, and one disk size for all: read as the
/// newer one, a sharded cluster would look like another.
fn old(path: String) -> ReadError {
    ReadError {
        path,
        message: other_version("a cluster", "2023-02-01", "2024-08-05"),
    }
}
