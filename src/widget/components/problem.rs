//! What a server or the network said, in our words, with theirs beside them as plain text.

use super::parts::{fact, id};
use super::{Ui, findings};
use crate::model::{Failure, Problem, ServerFinding};
use crate::rules::{Code, Finding};
use crate::widget::text::{Value, english, visible};

/// Why a read brought nothing, and everything that came with it: the server's own words and what support will ask for.
pub fn failure(failure: &Failure, ui: &mut Ui) {
    let status = failure
        .status()
        .map(|status| status.to_string())
        .unwrap_or_default();
    let key = match failure {
        Failure::Refused(problem) => match problem.status {
            _ if problem.lacks_access() && !ui.concerned.is_empty() => english::FAILURE_403,
            401 if !problem.lacks_access() => english::FAILURE_401,
            404 | 410 => english::FAILURE_404,
            429 if problem.retry_after_ms.is_some() => english::SUBMIT_429_WAIT,
            429 => english::FAILURE_429,
            _ => english::FAILURE_STATUS,
        },
        Failure::NotJson { .. } => english::FAILURE_NOT_JSON,
        Failure::Unreadable { .. } => english::FAILURE_UNREADABLE,
        Failure::TimedOut => english::FAILURE_TIMED_OUT,
        Failure::NotSent { .. } => english::SUBMIT_NOT_SENT,
        Failure::NoAnswer { .. } => english::FAILURE_NO_ANSWER,
    };
    let project = ui.concerned.clone();
    let values = [
        ("status", Value::Name(&status)),
        ("project", Value::Name(&project)),
        ("wait", wait(failure.retry_after_ms(), ui)),
    ];
    ui.put_rich("p", key, &values);
    match failure {
        Failure::Refused(problem) => of_server(problem, ui),
        Failure::NotJson { request_id, .. } => request(request_id.as_deref(), ui),
        Failure::Unreadable { message }
        | Failure::NotSent { message }
        | Failure::NoAnswer { message } => technical(message, ui),
        Failure::TimedOut => {}
    }
}

/// What the browser, the page or a reader said.
pub fn technical(message: &str, ui: &mut Ui) {
    details(ui, |ui| theirs(ui, "p dir=auto lang=en", message));
}

/// How long the server asks to wait (F5).
pub fn wait(ms: Option<u64>, ui: &Ui) -> Value<'static> {
    let ms = ms.and_then(|ms| i64::try_from(ms).ok()).unwrap_or_default();
    Value::Text(ui.words.formats.duration(ms))
}

/// What somebody else wrote.
fn theirs(ui: &mut Ui, markup: &'static str, text: &str) {
    ui.put_text(markup, visible(text));
}

/// The server's own words and what support will ask for.
pub fn of_server(problem: &Problem, ui: &mut Ui) {
    let words = [&problem.title, &problem.detail];
    let words = || {
        let written = words.into_iter().flatten();
        written.filter(|text| !text.is_empty())
    };
    if words().next().is_some() {
        ui.put("p.server-says", english::SERVER_SAYS);
        ui.tag("blockquote.quote", |ui| {
            for text in words() {
                theirs(ui, "p dir=auto lang=en", text);
            }
        });
    }
    request(problem.request_id.as_deref(), ui);
    let mut extra: Vec<(&str, &str)> = Vec::new();
    for (name, value) in [
        ("errorCode", &problem.error_code),
        ("type", &problem.kind),
        ("instance", &problem.instance),
    ] {
        if let Some(value) = value {
            extra.push((name, value));
        }
    }
    for (name, value) in problem.fields.iter().chain(&problem.extra) {
        extra.push((name, value));
    }
    if !extra.is_empty() {
        details(ui, |ui| {
            ui.tag("dl.facts.line", |ui| {
                for (name, value) in extra {
                    ui.tag("div.fact", |ui| {
                        theirs(ui, "dt dir=auto", name);
                        theirs(ui, "dd dir=auto", value);
                    });
                }
            });
        });
    }
}

fn request(request_id: Option<&str>, ui: &mut Ui) {
    if let Some(text) = request_id {
        ui.tag("dl.facts.line", |ui| {
            fact(ui, english::REQUEST_ID, |ui| id(ui, text));
        });
    }
}

fn details(ui: &mut Ui, inside: impl FnOnce(&mut Ui)) {
    ui.tag("details.details", |ui| {
        ui.put("summary", english::TECHNICAL);
        inside(ui);
    });
}

/// The server's findings: in our words where we know the code, else verbatim under "Other".
pub fn server_findings(found: &[ServerFinding], ui: &mut Ui) {
    let known: Vec<Finding> = found.iter().filter_map(ours).collect();
    if !known.is_empty() {
        findings::list(ui, &known);
    }
    if known.len() < found.len() {
        ui.put("p.server-says", english::OTHER);
        ui.tag("ul.bullets", |ui| {
            for finding in found {
                if Code::from_name(&finding.code).is_none() {
                    foreign(finding, ui);
                }
            }
        });
    }
}

fn foreign(finding: &ServerFinding, ui: &mut Ui) {
    ui.tag("li", |ui| {
        ui.attr("data-code", finding.code.clone());
        theirs(ui, "bdi dir=ltr", &finding.code);
        for (name, value) in &finding.parameters {
            ui.text([" · ", &visible(name), ": "].concat());
            theirs(ui, "bdi", value);
        }
    });
}

/// A server's finding as one of ours.
fn ours(finding: &ServerFinding) -> Option<Finding> {
    let code = Code::from_name(&finding.code)?;
    let mut known = Finding::new(code);
    if !finding.parameters.is_empty() {
        for name in code.parameters() {
            let mut given = finding.parameters.iter();
            let value = given.find(|(key, _)| key == name);
            known = known.with(value.map_or("", |(_, value)| value));
        }
    }
    Some(known)
}
