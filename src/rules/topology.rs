//! Replica sets and sharded clusters.

use super::report::Report;
use super::report::Value::{Number, Text, Written};
use super::{Code, Source};
use crate::model::{Cluster, ClusterType, ConfigServerType, Policy, SnapshotKind, Topology};

/// It says so, or its cluster is known to be something else than a replica set (a single member's snapshot is no
/// restore source).
pub fn snapshot_is_sharded(source: &Source) -> bool {
    let cluster_type = source
        .cluster
        .and_then(|cluster| cluster.cluster_type.as_ref());
    source.snapshot.kind == Some(SnapshotKind::ShardedCluster)
        || cluster_type.is_some_and(|known| *known != ClusterType::ReplicaSet)
}

/// `snapshot.sharded`. Parameters: `clusterType` of the source, as Atlas writes it; empty where unknown.
pub(super) fn snapshot_fits_policy(source: &Source, policy: &Policy, report: &mut Report) {
    if policy.topology != Topology::Matching && snapshot_is_sharded(source) {
        report(
            Code::SnapshotSharded,
            &[Written(source.cluster.map(type_name))],
        );
    }
}

/// `target.not-replica-set`. Parameters: `clusterType`, as Atlas writes it; empty where absent.
pub(super) fn target_fits_policy(target: &Cluster, policy: &Policy, report: &mut Report) {
    if policy.topology == Topology::ReplicaSet && !is_replica_set(target) {
        report(Code::TargetNotReplicaSet, &[Text(type_name(target))]);
    }
}

/// `target.topology-differs`. Parameters: `differs`, the first of `type`, `source-unknown`, `shards` and
/// `config-server` that does; `snapshotTopology` (`REPLICASET` or `SHARDED`), `targetTopology` (`clusterType` as Atlas
/// writes it); `sourceShards`, `targetShards` (numbers); `sourceConfigServer`, `targetConfigServer`. What is unknown is
/// empty.
pub(super) fn target_matches(
    source: &Source,
    target: &Cluster,
    policy: &Policy,
    report: &mut Report,
) {
    if policy.topology != Topology::Matching {
        return;
    }
    let Some(differs) = difference(source, target) else {
        return;
    };
    let sharded = snapshot_is_sharded(source);
    let shards = |cluster: &Cluster| Number(cluster.shard_count() as u64);
    report(
        Code::TargetTopologyDiffers,
        &[
            Text(differs),
            Text(if sharded { "SHARDED" } else { "REPLICASET" }),
            Text(type_name(target)),
            source.cluster.map_or(Written(None), shards),
            shards(target),
            Written(source.cluster.map(config_server_name)),
            Text(config_server_name(target)),
        ],
    );
}

fn difference(source: &Source, target: &Cluster) -> Option<&'static str> {
    if !snapshot_is_sharded(source) {
        return (!is_replica_set(target)).then_some("type");
    }
    match target.cluster_type {
        Some(ClusterType::Sharded | ClusterType::GeoSharded) => {}
        // A type that Atlas did not name, or that we don't know, can't be shown to match.
        Some(ClusterType::ReplicaSet | ClusterType::Unknown(_)) | None => return Some("type"),
    }
    let Some(cluster) = source.cluster else {
        return Some("source-unknown");
    };
    if cluster.shard_count() != target.shard_count() {
        Some("shards")
    } else if cluster.config_server_type != target.config_server_type {
        Some("config-server")
    } else {
        None
    }
}

fn is_replica_set(cluster: &Cluster) -> bool {
    cluster.cluster_type == Some(ClusterType::ReplicaSet)
}

fn type_name(cluster: &Cluster) -> &str {
    match &cluster.cluster_type {
        Some(ClusterType::ReplicaSet) => "REPLICASET",
        Some(ClusterType::Sharded) => "SHARDED",
        Some(ClusterType::GeoSharded) => "GEOSHARDED",
        Some(ClusterType::Unknown(text)) => text,
        None => "",
    }
}

fn config_server_name(cluster: &Cluster) -> &str {
    match &cluster.config_server_type {
        Some(ConfigServerType::Embedded) => "EMBEDDED",
        Some(ConfigServerType::Dedicated) => "DEDICATED",
        Some(ConfigServerType::Unknown(text)) => text,
        None => "",
    }
}
