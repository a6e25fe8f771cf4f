//! The target runs the same version as the snapshot, or a greater one.

use super::Code;
use super::report::{Parameters, Report, written};
use crate::model::{Cluster, Snapshot, Version};

/// `snapshot.version-unknown`: absent, empty or no version. Parameters: `version`, as written.
pub(super) fn snapshot_known(snapshot: &Snapshot, report: &mut Report) {
    is_known(
        snapshot.mongodb_version.as_deref(),
        Code::SnapshotVersionUnknown,
        report,
    );
}

/// `target.version-unknown`. Parameters: `version`, as written.
pub(super) fn target_known(target: &Cluster, report: &mut Report) {
    is_known(
        target.mongodb_version.as_deref(),
        Code::TargetVersionUnknown,
        report,
    );
}

/// `target.version-too-old`: field by field, patch included. Parameters: `snapshotVersion`, `targetVersion`, as written.
pub(super) fn target_not_older(snapshot: &Snapshot, target: &Cluster, report: &mut Report) {
    if let Some((of_snapshot, of_target)) = both(snapshot, target)
        && of_target < of_snapshot
    {
        report(Code::TargetVersionTooOld, &|| as_written(snapshot, target));
    }
}

/// `target.version-far-ahead`: the first numbers are more than one apart. Parameters as above.
pub(super) fn target_not_far_ahead(snapshot: &Snapshot, target: &Cluster, report: &mut Report) {
    if let Some((of_snapshot, of_target)) = both(snapshot, target)
        && of_target.major.saturating_sub(of_snapshot.major) > 1
    {
        report(Code::TargetVersionFarAhead, &|| {
            as_written(snapshot, target)
        });
    }
}

fn is_known(text: Option<&str>, code: Code, report: &mut Report) {
    if text.and_then(Version::parse).is_none() {
        report(code, &|| vec![("version", written(text))]);
    }
}

fn both(snapshot: &Snapshot, target: &Cluster) -> Option<(Version, Version)> {
    let of_snapshot = Version::parse(snapshot.mongodb_version.as_deref()?)?;
    let of_target = Version::parse(target.mongodb_version.as_deref()?)?;
    Some((of_snapshot, of_target))
}

fn as_written(snapshot: &Snapshot, target: &Cluster) -> Parameters {
    vec![
        (
            "snapshotVersion",
            written(snapshot.mongodb_version.as_deref()),
        ),
        ("targetVersion", written(target.mongodb_version.as_deref())),
    ]
}
