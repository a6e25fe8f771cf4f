//! May anything be restored into this project?

use super::Code;
use super::report::Value::Text;
use super::report::{Report, Value};
use crate::model::Project;

/// `target.cloud-manager`. Parameters: `project`.
pub(super) fn is_atlas(target: &Project, report: &mut Report) {
    if target.cloud_manager {
        report(Code::TargetCloudManager, &[shown(target)]);
    }
}

/// `target.other-organization`: Atlas's API restores within one organization only. Where either is unknown, the server
/// decides. Parameters: `project`, `sourceOrganization`, `targetOrganization` (ids).
pub(super) fn same_organization(source: &Project, target: &Project, report: &mut Report) {
    if let (Some(from), Some(to)) = (&source.org_id, &target.org_id)
        && from != to
    {
        report(
            Code::TargetOtherOrganization,
            &[shown(target), Text(from), Text(to)],
        );
    }
}

/// Its name, or its id where it has none.
pub(super) fn shown(project: &Project) -> Value<'_> {
    if project.name.is_empty() {
        Text(&project.id)
    } else {
        Text(&project.name)
    }
}
