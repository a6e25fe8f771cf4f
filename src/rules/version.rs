//! The target runs the same version as the snapshot, or a greater one.

use super::report::Report;
use super::report::Value::Written;
use super::{Code, Known};
use crate::model::{Cluster, Version};

/// The version that was written; `None` where that is none.
pub(super) fn of(written: Option<&str>) -> Option<Version> {
    Version::parse(written?)
}

/// `snapshot.version-unknown`: absent, empty or no version. Parameters: `version`, as written.
pub(super) fn snapshot_known(known: &Known, report: &mut Report) {
    if known.version.is_none() {
        unknown(
            Code::SnapshotVersionUnknown,
            known.source.snapshot.mongodb_version.as_deref(),
            report,
        );
    }
}

/// `target.version-unknown` (parameters: `version`, as written), `target.version-too-old`: field by field, patch included,
/// and `target.version-far-ahead`: the first numbers are more than one apart (parameters: `snapshotVersion`,
/// `targetVersion`, as written).
pub(super) fn target_fits(known: &Known, target: &Cluster, report: &mut Report) {
    let version = target.mongodb_version.as_deref();
    let Some(of_target) = of(version) else {
        return unknown(Code::TargetVersionUnknown, version, report);
    };
    let Some(of_snapshot) = known.version else {
        return;
    };
    let code = if of_target < of_snapshot {
        Code::TargetVersionTooOld
    } else if of_target.major.saturating_sub(of_snapshot.major) > 1 {
        Code::TargetVersionFarAhead
    } else {
        return;
    };
    report(
        code,
        &[
            Written(known.source.snapshot.mongodb_version.as_deref()),
            Written(version),
        ],
    );
}

fn unknown(code: Code, version: Option<&str>, report: &mut Report) {
    report(code, &[Written(version)]);
}
