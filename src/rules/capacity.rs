//! What the target is made of: dedicated, with room, of an edition that we know.

use super::Code;
use super::report::Report;
use super::report::Value::{Number, Text, Written};
use crate::model::{CloudProvider, Cluster, Snapshot};

/// `target.not-dedicated`. Parameters: `provider` (the first that hosts no dedicated clusters, as Atlas writes it; empty
/// where there is no region config), `instanceSize` (empty where absent).
pub(super) fn is_dedicated(target: &Cluster, report: &mut Report) {
    if target.is_dedicated() {
        return;
    }
    let shared = target
        .region_configs()
        .find_map(|config| match &config.provider {
            CloudProvider::Aws | CloudProvider::Azure | CloudProvider::Gcp => None,
            CloudProvider::Tenant => Some((config, "TENANT")),
            CloudProvider::Unknown(text) => Some((config, &**text)),
        });
    report(
        Code::TargetNotDedicated,
        &[
            Written(shared.map(|(_, provider)| provider)),
            Written(shared.and_then(|(config, _)| config.instance_size.as_deref())),
        ],
    );
}

/// `target.storage-too-small`: a size of nothing, on either side, says nothing. Parameters: `sizeBytes`,
/// `capacityBytes` (whole numbers).
pub(super) fn has_room(snapshot: &Snapshot, target: &Cluster, report: &mut Report) {
    let size = snapshot.storage_size_bytes.unwrap_or(0);
    let capacity = target.capacity_bytes().unwrap_or(0.0);
    if capacity > 0.0 && capacity < size as f64 {
        report(
            Code::TargetStorageTooSmall,
            &[Number(size), Number(capacity as u64)],
        );
    }
}

/// `target.unknown-edition`: other editions have other rules. Parameters: `edition`, as Atlas writes it.
pub(super) fn known_edition(target: &Cluster, report: &mut Report) {
    if let Some(edition) = &target.edition
        && &**edition != "CORE"
    {
        report(Code::TargetUnknownEdition, &[Text(edition)]);
    }
}
