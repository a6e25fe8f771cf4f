//! Reads that are passed on: to whom, and what of the answer.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use atlas_restore_dialog::model::{Failure, Roles};
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::allow::{Operation, accepts};
use crate::answer::{Answer, Problem};
use crate::app::App;
use crate::people::may_see;
use crate::projects::{self, Entry};
use crate::redact;
use crate::upstream::{Received, Trouble};

/// What Atlas says beside its body that is of use to the caller.
const PASSED_ON: [&str; 8] = [
    "content-type",
    "date",
    "x-error-code",
    "retry-after",
    "deprecation",
    "sunset",
    "ratelimit-limit",
    "ratelimit-remaining",
];

/// Answers a read.
///
/// # Errors
/// What the person may not, or what Atlas could not.
pub async fn read(
    app: &App,
    head: &Parts,
    operation: Operation,
    peer: IpAddr,
    request_id: &str,
) -> Result<Answer, Problem> {
    let person = super::person(app, &head.headers, peer).await?;
    let paging = operation
        .paging(head.uri.query().unwrap_or_default())
        .map_err(super::refusal)?;
    let call = operation.call(paging).ok_or_else(Problem::not_found)?;
    let media_type = call.header("Accept").unwrap_or_default();
    if !accepts(super::text(&head.headers, header::ACCEPT), media_type) {
        let detail = format!("This is answered as {media_type} only.");
        return Err(Problem::new(406, "not-acceptable", detail));
    }
    let (all, roles) = roles(app, &person.username, request_id).await?;
    let seen = |entry: &&Entry| may_see(&roles, &entry.value);
    let Some(project) = operation.project() else {
        let theirs: Vec<&Entry> = all.iter().filter(seen).collect();
        let body = projects::page(&theirs, paging);
        let media_type = "application/vnd.atlas.2023-01-01+json;charset=utf-8";
        return Ok(Answer::json(200, media_type, &body));
    };
    // A project that is not there and one that is not the person's look the same.
    all.iter()
        .filter(seen)
        .find(|entry| entry.value.id == project)
        .ok_or_else(Problem::not_found)?;
    let received = app.atlas.send(&call, request_id).await.map_err(|trouble| {
        tracing::warn!(%trouble, operation = operation.name(), "no answer");
        match trouble {
            Trouble::NoRoom => {
                Problem::new(503, "busy", "Too many large answers at the same time.")
                    .retry_after(Duration::from_secs(5))
            }
            _ => unavailable(),
        }
    })?;
    Ok(pass_on(&operation, received))
}

/// The projects, and the person's roles.
///
/// # Errors
/// They could not be read.
pub async fn roles(
    app: &App,
    username: &str,
    request_id: &str,
) -> Result<(Arc<Vec<Entry>>, Arc<Roles>), Problem> {
    let wrong = |what: &'static str| {
        move |failure: Failure| {
            tracing::warn!(what, failure = ?failure.status(), code = failure.error_code(), "cannot be read");
            match failure {
                Failure::Refused(problem) if problem.status == 429 => Problem::new(
                    429,
                    "rate-limited-by-atlas",
                    "Atlas's rate limit is used up.",
                )
                .retry_after(Duration::from_millis(
                    problem.retry_after_ms.unwrap_or(5_000),
                )),
                _ => unavailable(),
            }
        }
    };
    let all = app
        .projects
        .all(&app.atlas, request_id)
        .await
        .map_err(wrong("the projects"))?;
    let roles = app
        .people
        .roles(&app.atlas, &all, username, request_id)
        .await
        .map_err(wrong("the person's roles"))?;
    Ok((all, roles))
}

fn unavailable() -> Problem {
    Problem::new(503, "atlas-unreachable", "Atlas cannot be reached.")
        .retry_after(Duration::from_secs(5))
}

fn unreadable() -> Problem {
    Problem::new(502, "atlas-unreadable", "Atlas's answer cannot be read.")
}

fn pass_on(operation: &Operation, mut received: Received) -> Answer {
    let room = received.room.take();
    let mut answer = changed(operation, &received);
    drop(received);
    if let Some(room) = room {
        answer.body = room.around(answer.body);
    }
    answer
}

fn changed(operation: &Operation, received: &Received) -> Answer {
    if !(200..300).contains(&received.status) {
        return pass_on_refusal(received);
    }
    let declared = received.header(header::CONTENT_TYPE).unwrap_or_default();
    if !declared.contains("json") {
        return unreadable().into();
    }
    let changed = |change: fn(&mut Value)| {
        serde_json::from_slice::<Value>(&received.body).map(|mut document| {
            change(&mut document);
            document.to_string().into()
        })
    };
    let body = match operation {
        Operation::Encryption(_) => changed(|document| *document = redact::encryption(document)),
        Operation::Clusters(_) | Operation::Cluster(_) => changed(redact::clusters),
        Operation::Jobs(_) | Operation::Job(..) => changed(redact::jobs),
        _ => serde_json::from_slice::<IgnoredAny>(&received.body).map(|_| received.body.clone()),
    };
    match body {
        Ok(body) => with_headers(received, received.status, body),
        Err(_) => unreadable().into(),
    }
}

/// Atlas's refusal, as it says it. A 401 is about the gateway's own account: the person must not be told to sign in.
pub(crate) fn pass_on_refusal(received: &Received) -> Answer {
    let is_json = received
        .header(header::CONTENT_TYPE)
        .is_some_and(|declared| declared.contains("json"))
        && serde_json::from_slice::<IgnoredAny>(&received.body).is_ok();
    match received.status {
        401 if is_json && received.names_a_project() => {
            with_headers(received, 403, received.body.clone())
        }
        401 => {
            tracing::error!("Atlas refuses the service account");
            Problem::new(
                502,
                "atlas-refuses-account",
                "Atlas refuses the gateway's service account.",
            )
            .into()
        }
        400..=599 if is_json => with_headers(received, received.status, received.body.clone()),
        _ => unreadable().into(),
    }
}

fn with_headers(received: &Received, status: u16, body: bytes::Bytes) -> Answer {
    let headers = PASSED_ON
        .iter()
        .filter_map(|name| {
            let name = HeaderName::from_static(name);
            let value = received.headers.get(&name)?.clone();
            Some((name, value))
        })
        .collect();
    Answer {
        status,
        headers,
        body,
        refusal: None,
    }
}
