//! `GET {backend}/session`: who the person is, with which roles, under which policy (contract section 4).

use std::sync::Arc;

use atlas_restore_dialog::model::{Policy, RolesById, Topology};
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{Called, Peer, RequestId};
use crate::answer::{Answer, Problem};
use crate::app::App;

/// Answers it.
pub async fn session(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    headers: HeaderMap,
) -> Response {
    let mut response = match answer(&app, &headers, peer, &request_id).await {
        Ok(answer) => answer.into_response(),
        Err(problem) => problem.into_response(),
    };
    response.extensions_mut().insert(Called("session"));
    response
}

async fn answer(
    app: &App,
    headers: &HeaderMap,
    peer: std::net::IpAddr,
    request_id: &str,
) -> Result<Answer, Problem> {
    let person = super::person(app, headers, peer).await?;
    let (_, roles) = super::reads::roles(app, &person.username, request_id).await?;
    let token = app.csrf.token(&person.username, app.atlas.now());
    let body = json!({
        "person": { "username": person.username, "name": person.name },
        "roles": by_id(roles.roles.as_ref()),
        "orgRoles": by_id(roles.org_roles.as_ref()),
        "policy": policy(&app.config.policy),
        "csrfToken": token,
    });
    Ok(Answer::json(200, "application/json", &body))
}

fn by_id(roles: Option<&RolesById>) -> Value {
    let pairs = roles.into_iter().flat_map(RolesById::iter);
    pairs
        .map(|(id, names)| (id.to_owned(), json!(names)))
        .collect()
}

fn policy(policy: &Policy) -> Value {
    json!({
        "acceptedRoles": policy.accepted_roles,
        "requireEncryption": policy.require_encryption,
        "topology": match policy.topology {
            Topology::ReplicaSet => "replica-set",
            Topology::Matching => "matching",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialog_reads_our_policy() {
        let ours = Policy {
            accepted_roles: vec!["GROUP_OWNER".into(), "GROUP_BACKUP_MANAGER".into()],
            require_encryption: false,
            topology: Topology::Matching,
        };
        let (read, warnings) =
            atlas_restore_dialog::atlas::read_policy(policy(&ours).to_string().as_bytes());
        assert_eq!((read, warnings.len()), (ours, 0));
    }
}
