//! What a server or the network said, in our words, with theirs beside them as plain text.

use yew::prelude::*;

use super::Ctx;
use super::parts::id;
use crate::model::{Failure, Problem, ServerFinding};
use crate::rules::{Code, Finding};
use crate::widget::text::{Key, Value, english, visible};

/// Why a read brought nothing.
pub fn failure(failure: &Failure, ctx: &Ctx) -> Html {
    let status = failure
        .status()
        .map(|status| status.to_string())
        .unwrap_or_default();
    let key = match failure {
        Failure::Refused(problem) => match problem.status {
            401 => english::FAILURE_401,
            403 => english::FAILURE_403,
            404 | 410 => english::FAILURE_404,
            429 => english::FAILURE_429,
            _ => english::FAILURE_STATUS,
        },
        Failure::NotJson { .. } => english::FAILURE_NOT_JSON,
        Failure::Unreadable { .. } => english::FAILURE_UNREADABLE,
        Failure::TimedOut => english::FAILURE_TIMED_OUT,
        Failure::NoAnswer { .. } => english::FAILURE_NO_ANSWER,
    };
    html! {
        <>
            <p>{ ctx.rich(key, &[("status", Value::Name(&status))]) }</p>
            { said(failure, ctx) }
        </>
    }
}

/// Everything that came with a failure: the server's own words and what support will ask for.
pub fn said(failure: &Failure, ctx: &Ctx) -> Html {
    match failure {
        Failure::Refused(problem) => of_server(problem, ctx),
        Failure::NotJson { request_id, .. } => request(request_id.as_deref(), ctx),
        Failure::Unreadable { message } | Failure::NoAnswer { message } => {
            details(&[(english::TECHNICAL, message)], &[], ctx)
        }
        Failure::TimedOut => Html::default(),
    }
}

fn of_server(problem: &Problem, ctx: &Ctx) -> Html {
    let words = [problem.title.as_deref(), problem.detail.as_deref()];
    let words: Vec<&str> = words
        .into_iter()
        .flatten()
        .filter(|text| !text.is_empty())
        .collect();
    let quote = if words.is_empty() {
        Html::default()
    } else {
        let lines: Html = words
            .iter()
            .map(|text| html! { <p dir="auto">{ visible(text) }</p> })
            .collect();
        html! {
            <>
                <p class="server-says">{ ctx.say(english::SERVER_SAYS) }</p>
                <blockquote class="quote">{ lines }</blockquote>
            </>
        }
    };
    let mut extra: Vec<(&str, &str)> = Vec::new();
    let named = [
        ("errorCode", &problem.error_code),
        ("type", &problem.kind),
        ("instance", &problem.instance),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            extra.push((name, value));
        }
    }
    extra.extend(
        problem
            .fields
            .iter()
            .chain(&problem.extra)
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    html! {
        <>
            { quote }
            { request(problem.request_id.as_deref(), ctx) }
            { details(&[], &extra, ctx) }
        </>
    }
}

fn request(request_id: Option<&str>, ctx: &Ctx) -> Html {
    match request_id {
        Some(text) => html! {
            <dl class="facts line"><div class="fact"><dt>{ ctx.say(english::REQUEST_ID) }</dt><dd>{ id(text) }</dd></div></dl>
        },
        None => Html::default(),
    }
}

fn details(ours: &[(Key, &String)], theirs: &[(&str, &str)], ctx: &Ctx) -> Html {
    if ours.is_empty() && theirs.is_empty() {
        return Html::default();
    }
    let ours: Html = ours
        .iter()
        .map(|(_, text)| html! { <p dir="auto">{ visible(text) }</p> })
        .collect();
    let rows: Html = theirs
        .iter()
        .map(|(name, value)| {
            html! { <div class="fact"><dt dir="auto">{ visible(name) }</dt><dd dir="auto">{ visible(value) }</dd></div> }
        })
        .collect();
    let rows = if theirs.is_empty() {
        Html::default()
    } else {
        html! { <dl class="facts line">{ rows }</dl> }
    };
    html! {
        <details class="details">
            <summary>{ ctx.say(english::TECHNICAL) }</summary>
            { ours }
            { rows }
        </details>
    }
}

/// The server's findings: in our words where we know the code, else verbatim under "Other".
pub fn server_findings(found: &[ServerFinding], ctx: &Ctx) -> Html {
    let known: Vec<Finding> = found.iter().filter_map(ours).collect();
    let other: Vec<&ServerFinding> = found
        .iter()
        .filter(|finding| Code::from_name(&finding.code).is_none())
        .collect();
    let known = if known.is_empty() {
        Html::default()
    } else {
        super::findings::list(ctx, &known)
    };
    let other = if other.is_empty() {
        Html::default()
    } else {
        let items: Html = other.iter().map(|finding| foreign(finding)).collect();
        html! { <><p class="server-says">{ ctx.say(english::OTHER) }</p><ul class="bullets">{ items }</ul></> }
    };
    html! { <>{ known }{ other }</> }
}

fn foreign(finding: &ServerFinding) -> Html {
    let rows: Html = finding
        .parameters
        .iter()
        .map(|(name, value)| html! { <>{ " · " }{ visible(name) }{ ": " }<bdi>{ visible(value) }</bdi></> })
        .collect();
    html! { <li data-code={finding.code.clone()}><bdi dir="ltr">{ visible(&finding.code) }</bdi>{ rows }</li> }
}

/// A server's finding as one of ours. Its parameters' names are static with us, so those that we know are taken over.
fn ours(finding: &ServerFinding) -> Option<Finding> {
    const NAMES: [&str; 32] = [
        "project",
        "projectId",
        "acceptedRoles",
        "status",
        "expiresAt",
        "case",
        "provider",
        "version",
        "clusterType",
        "sourceOrganization",
        "targetOrganization",
        "instanceSize",
        "differs",
        "snapshotTopology",
        "targetTopology",
        "sourceShards",
        "targetShards",
        "sourceConfigServer",
        "targetConfigServer",
        "snapshotProvider",
        "targetProvider",
        "reason",
        "sourceRegion",
        "targetRegion",
        "snapshotVersion",
        "targetVersion",
        "paused",
        "state",
        "jobId",
        "sizeBytes",
        "capacityBytes",
        "edition",
    ];
    let mut known = Finding::new(Code::from_name(&finding.code)?);
    for (name, value) in &finding.parameters {
        let name = NAMES
            .into_iter()
            .chain(["cluster", "value"])
            .find(|ours| ours == name);
        if let Some(name) = name {
            known = known.with(name, value.clone());
        }
    }
    Some(known)
}
