//! What is lost, and what happens in any case.

use super::report::Value::Text;
use super::report::{Report, Value};
use super::{Code, Source, Target, project};

/// `target.is-source`: whatever is newer than the snapshot is lost. Its name is enough to tell. Parameters: `project`,
/// `cluster`.
pub(super) fn is_source(source: &Source, target: &Target, report: &mut Report) {
    let name = source
        .cluster_name
        .or(source.cluster.map(|cluster| cluster.name.as_str()));
    if source.project.id == target.project.id && name == Some(target.cluster.name.as_str()) {
        report(Code::TargetIsSource, &names(target));
    }
}

/// `data.deleted`, `target.unavailable-during-restore`, `key.rotated-after`, `application.restart`. Parameters:
/// `project`, `cluster`, the target's.
pub(super) fn consequences(target: &Target, report: &mut Report) {
    for code in [
        Code::DataDeleted,
        Code::TargetUnavailableDuringRestore,
        Code::KeyRotatedAfter,
        Code::ApplicationRestart,
    ] {
        report(code, &names(target));
    }
}

fn names<'a>(target: &Target<'a>) -> [Value<'a>; 2] {
    [project::shown(target.project), Text(&target.cluster.name)]
}
