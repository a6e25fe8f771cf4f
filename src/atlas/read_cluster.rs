//! Clusters (`ClusterDescription20240805`).

use super::body::Body;
use super::fields::Fields;
use super::json::Keep;
use super::read::{one, other_version, page};
use super::{Page, ReadError};
use crate::model::{
    CloudProvider, Cluster, ClusterEncryption, ClusterState, ClusterType, ConfigServerType,
    KeyProvider, RegionConfig, ReplicationSpec, shared,
};

const CLUSTER: &[&str] = &[
    "id",
    "name",
    "clusterType",
    "mongoDBVersion",
    "encryptionAtRestProvider",
    "stateName",
    "paused",
    "backupEnabled",
    "replicationSpecs",
    "numShards",
    "regionConfigs",
    "providerName",
    "regionName",
    "electableSpecs",
    "instanceSize",
    "diskSizeGB",
    "configServerType",
    "effectiveDatabaseEdition",
];

/// Reads one cluster.
pub fn read_cluster(body: &[u8]) -> Result<Cluster, ReadError> {
    one(body, Keep::Named(CLUSTER), cluster)
}

/// Reads one page of a project's clusters.
pub fn read_clusters(body: impl Body) -> Result<Page<Cluster>, ReadError> {
    page(body, Keep::Named(CLUSTER), cluster)
}

fn cluster(from: &mut Fields) -> Cluster {
    refuse_old(from, "diskSizeGB");
    let mut replication_specs = Vec::new();
    // A null is still a shard, of which nothing is known.
    from.each("replicationSpecs", &mut |spec| {
        refuse_old(spec, "numShards");
        let mut region_configs = Vec::new();
        spec.each("regionConfigs", &mut |region| {
            region_configs.push(region_config(region));
        });
        replication_specs.push(ReplicationSpec {
            region_configs: region_configs.into(),
        });
    });
    Cluster {
        id: from.identifier("id"),
        name: from.identifier("name"),
        cluster_type: from.text("clusterType").map(|text| match text {
            "REPLICASET" => ClusterType::ReplicaSet,
            "SHARDED" => ClusterType::Sharded,
            "GEOSHARDED" => ClusterType::GeoSharded,
            _ => ClusterType::Unknown(text.into()),
        }),
        mongodb_version: from.text("mongoDBVersion").map(shared),
        encryption: match from.filled("encryptionAtRestProvider") {
            None => ClusterEncryption::Absent,
            Some("NONE") => ClusterEncryption::None,
            Some(text) => match key_provider(text) {
                Some(provider) => ClusterEncryption::Provider(provider),
                None => ClusterEncryption::Unknown(text.into()),
            },
        },
        state: from.text("stateName").map(|text| match text {
            "IDLE" => ClusterState::Idle,
            "CREATING" => ClusterState::Creating,
            "UPDATING" => ClusterState::Updating,
            "DELETING" => ClusterState::Deleting,
            "REPAIRING" => ClusterState::Repairing,
            _ => ClusterState::Unknown(text.into()),
        }),
        paused: from.flag("paused").unwrap_or(false),
        backup_enabled: from.flag("backupEnabled"),
        replication_specs: replication_specs.into(),
        config_server_type: from.text("configServerType").map(|text| match text {
            "EMBEDDED" => ConfigServerType::Embedded,
            "DEDICATED" => ConfigServerType::Dedicated,
            _ => ConfigServerType::Unknown(text.into()),
        }),
        edition: from.text("effectiveDatabaseEdition").map(shared),
    }
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

fn region_config(from: &mut Fields) -> RegionConfig {
    let (mut instance_size, mut disk_size_gb) = (None, None);
    from.inside("electableSpecs", &mut |hardware| {
        instance_size = hardware.text("instanceSize").map(shared);
        disk_size_gb = hardware.number("diskSizeGB");
    });
    RegionConfig {
        provider: match from.text("providerName").unwrap_or_default() {
            "AWS" => CloudProvider::Aws,
            "AZURE" => CloudProvider::Azure,
            "GCP" => CloudProvider::Gcp,
            "TENANT" => CloudProvider::Tenant,
            text => CloudProvider::Unknown(text.into()),
        },
        region: from.text("regionName").map(shared),
        instance_size,
        disk_size_gb,
    }
}

/// The older version has one entry for each zone, with its number of shards, and one disk size for all: read as the
/// newer one, a sharded cluster would look like another.
fn refuse_old(from: &mut Fields, name: &str) {
    if from.member(name).is_some() {
        let message = other_version("a cluster", "2023-02-01", "2024-08-05");
        from.fail(name, message);
    }
}
