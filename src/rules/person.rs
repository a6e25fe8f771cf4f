//! May this person restore? Owner of both projects, as the policy understands it.

use super::report::Report;
use super::report::Value::{List, Text};
use super::{Code, Context, Source};
use crate::model::{Project, Roles};

/// In an organization, stands above every role in its projects.
const ORG_OWNER: &str = "ORG_OWNER";

/// `person.not-owner-of-source`. Parameters: `project` (name, or id where it has none), `projectId`, `acceptedRoles`
/// (separated by `, `).
pub(super) fn owns_source(source: &Source, context: &Context, report: &mut Report) {
    owns(
        source.project,
        context,
        Code::PersonNotOwnerOfSource,
        report,
    );
}

/// `person.not-owner-of-target`. Parameters as for the source.
pub(super) fn owns_target(project: &Project, context: &Context, report: &mut Report) {
    owns(project, context, Code::PersonNotOwnerOfTarget, report);
}

/// `person.role-unknown`: nobody said anything of roles, so the server decides.
pub(super) fn roles_known(context: &Context, report: &mut Report) {
    if !known(context.roles) {
        report(Code::PersonRoleUnknown, &[]);
    }
}

fn owns(project: &Project, context: &Context, code: Code, report: &mut Report) {
    if known(context.roles) && !is_accepted(project, context) {
        report(
            code,
            &[
                super::project::shown(project),
                Text(&project.id),
                List(&context.policy.accepted_roles),
            ],
        );
    }
}

/// Unknown only if neither kind was given: else a project that is not among them has none.
fn known(roles: &Roles) -> bool {
    roles.roles.is_some() || roles.org_roles.is_some()
}

fn is_accepted(project: &Project, context: &Context) -> bool {
    let roles = context.roles;
    let owns_organization = || {
        let of_organization = roles.org_roles.as_ref()?.get(project.org_id.as_deref()?)?;
        Some(of_organization.iter().any(|role| role == ORG_OWNER))
    };
    let has_role = || {
        let of_project = roles.roles.as_ref()?.get(&project.id)?;
        let accepted = &context.policy.accepted_roles;
        Some(of_project.iter().any(|role| accepted.contains(role)))
    };
    has_role().unwrap_or(false) || owns_organization().unwrap_or(false)
}
