//! A cluster as a restore sees it. What is the same for many clusters stands in memory once: there can be 10,000.

use std::sync::Arc;

use super::{ClusterEncryption, Word};

/// A cluster (`ClusterDescription20240805`), reduced to what the rules and the list need.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// 24 hex digits.
    pub id: String,
    /// Unique within its project.
    pub name: String,
    /// `clusterType`, where given.
    pub cluster_type: Option<ClusterType>,
    /// `mongoDBVersion` as written, such as `8.0.29`.
    pub mongodb_version: Option<Arc<str>>,
    /// The key provider of the cluster now.
    pub encryption: ClusterEncryption,
    /// `stateName`, where given.
    pub state: Option<ClusterState>,
    /// Stopped by somebody; false where Atlas did not say.
    pub paused: bool,
    /// `backupEnabled`, where given.
    pub backup_enabled: Option<bool>,
    /// One for each shard.
    pub replication_specs: Box<[ReplicationSpec]>,
    /// Sharded clusters only.
    pub config_server_type: Option<ConfigServerType>,
    /// `effectiveDatabaseEdition` as written, such as `CORE`.
    pub edition: Option<Arc<str>>,
}

impl Cluster {
    /// How many shards: `replicationSpecs.length`.
    pub fn shard_count(&self) -> usize {
        self.replication_specs.len()
    }

    /// Every region config of every shard.
    pub fn region_configs(&self) -> impl Iterator<Item = &RegionConfig> {
        self.replication_specs
            .iter()
            .flat_map(|spec| spec.region_configs.iter())
    }

    /// M10 or larger: it has region configs, and each is with a cloud that hosts dedicated clusters.
    /// The size's number says nothing (`R40`, `M40_NVME`), so it isn't read.
    pub fn is_dedicated(&self) -> bool {
        let mut any = false;
        for config in self.region_configs() {
            match config.provider {
                CloudProvider::Aws | CloudProvider::Azure | CloudProvider::Gcp => any = true,
                _ => return false,
            }
        }
        any
    }

    /// Room for data in bytes: the largest electable disk × the number of shards, 1 GB = 10^9 bytes.
    pub fn capacity_bytes(&self) -> Option<f64> {
        let largest = self
            .region_configs()
            .filter_map(|config| config.disk_size_gb)
            .fold(None, |most: Option<f64>, size| {
                Some(most.map_or(size, |most| most.max(size)))
            })?;
        Some(largest * 1e9 * self.replication_specs.len() as f64)
    }
}

/// `clusterType`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterType {
    /// `REPLICASET`.
    ReplicaSet,
    /// `SHARDED`.
    Sharded,
    /// `GEOSHARDED`.
    GeoSharded,
    /// As Atlas wrote it.
    Unknown(Word),
}

/// `stateName`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterState {
    /// `IDLE`.
    Idle,
    /// `CREATING`.
    Creating,
    /// `UPDATING`.
    Updating,
    /// `DELETING`.
    Deleting,
    /// `REPAIRING`.
    Repairing,
    /// As Atlas wrote it.
    Unknown(Word),
}

/// `configServerType`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigServerType {
    /// `EMBEDDED`.
    Embedded,
    /// `DEDICATED`.
    Dedicated,
    /// As Atlas wrote it.
    Unknown(Word),
}

/// One shard, or the whole of a replica set.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReplicationSpec {
    /// Where its nodes are.
    pub region_configs: Box<[RegionConfig]>,
}

/// One region of a shard.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionConfig {
    /// `providerName`.
    pub provider: CloudProvider,
    /// `regionName`, such as `EU_WEST_1`.
    pub region: Option<Arc<str>>,
    /// `electableSpecs.instanceSize`, such as `M30`.
    pub instance_size: Option<Arc<str>>,
    /// `electableSpecs.diskSizeGB`, in GB of 10^9 bytes.
    pub disk_size_gb: Option<f64>,
}

/// `providerName` of a region config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloudProvider {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure.
    Azure,
    /// Google Cloud.
    Gcp,
    /// Shared: M0, M2, M5.
    Tenant,
    /// Anything else, `FLEX` and `SERVERLESS` among it, as Atlas wrote it; empty where absent.
    Unknown(Word),
}
