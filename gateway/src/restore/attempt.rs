//! One attempt, from the checked request to the answer. It runs in a task of its own, so that a browser that goes away
//! changes nothing.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use atlas_restore_dialog::atlas::{self as calls, read_job};
use atlas_restore_dialog::model::{Failure, RestoreJob, Timestamp};
use atlas_restore_dialog::rules::{self, Context, Finding, Severity};
use tokio::time::Instant;

use super::facts::{self, Facts, Unread};
use super::once::{Begun, Sent, Ticket};
use super::reconcile::{self, Listed};
use super::record::Record;
use crate::answer::{Answer, Problem};
use crate::app::App;
use crate::people;
use crate::upstream::{Received, Trouble};

/// Atlas's version of restore jobs.
const JOB: &str = "application/vnd.atlas.2023-01-01+json;charset=utf-8";
/// Between two looks for a lost answer's job, at first; each time twice as long.
const FIRST_LOOK: Duration = Duration::from_millis(250);

/// A request to restore that has been read and comes from our own page.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Who and what.
    pub record: Record,
    /// When the person's session was read: this attempt's job can't be older.
    pub since: Timestamp,
}

impl Attempt {
    /// See the fields.
    pub fn new(
        person: crate::identity::Claimed,
        request: atlas_restore_dialog::model::RestoreRequest,
        key: String,
        request_id: String,
        since: Timestamp,
    ) -> Self {
        Attempt {
            record: Record {
                person,
                request,
                key,
                request_id,
            },
            since,
        }
    }
}

/// Carries an attempt out, or gives the answer that it has had.
pub async fn restore(app: &Arc<App>, attempt: Attempt) -> Answer {
    let record = &attempt.record;
    let begun = app.once.begin(
        &record.person.username,
        &record.key,
        &record.request,
        Instant::now(),
    );
    match begun {
        Begun::Known(answer) => {
            app.metrics.restore("replayed");
            answer
        }
        Begun::Waiting(mut told) => {
            let told = told.wait_for(Option::is_some).await;
            match told.ok().and_then(|answer| answer.clone()) {
                Some(answer) => answer,
                None => outcome_unknown().into(),
            }
        }
        Begun::Reused => Problem::new(
            422,
            "idempotency-key-reused",
            "This Idempotency-Key was used for another restore.",
        )
        .into(),
        Begun::Full => Problem::new(503, "too-many-attempts", "Too many restores are under way.")
            .retry_after(Duration::from_secs(10))
            .into(),
        Begun::First(ticket, unsettled) => {
            let app = Arc::clone(app);
            let tasks = app.tasks.clone();
            let carried_out =
                tasks.spawn(async move { carry_out(&app, &attempt, ticket, unsettled).await });
            match carried_out.await {
                Ok(answer) => answer,
                Err(_) => outcome_unknown().into(),
            }
        }
    }
}

fn outcome_unknown() -> Problem {
    Problem::new(
        504,
        "outcome-unknown",
        "Atlas did not answer. The restore may have started: look at the list of restores before another attempt.",
    )
}

async fn carry_out(
    app: &App,
    attempt: &Attempt,
    mut ticket: Ticket,
    unsettled: Option<Sent>,
) -> Answer {
    let record = &attempt.record;
    let (facts, findings) = match read_everything(app, attempt).await {
        Ok(read) => read,
        Err(answer) => return give_up(ticket, unsettled.is_some(), answer),
    };

    // A job that is there already, started by another replica or by a request whose answer was lost.
    let since = unsettled
        .as_ref()
        .map_or(attempt.since, |sent| sent.at.min(attempt.since));
    let jobs = match &facts.jobs {
        Ok(jobs) => jobs,
        Err(failure) => {
            // Without them nobody can tell whether this attempt has started one before.
            if let Err(refused) = write_attempt(app, record, "refused", &findings).await {
                return give_up(ticket, unsettled.is_some(), refused.into());
            }
            let answer = unreadable("the restore jobs", failure);
            return give_up(ticket, unsettled.is_some(), answer);
        }
    };
    let found = reconcile::started_since(jobs, &record.request, since, app.atlas.now(), |job| {
        app.once.is_anothers(job, &ticket)
    });
    if let Some(found) = found {
        if let Err(refused) = write_attempt(app, record, "reconciled", &findings).await {
            return give_up(ticket, unsettled.is_some(), refused.into());
        }
        return started(app, record, ticket, "reconciled", found).await;
    }
    if let Some(sent) = unsettled
        && sent.since.elapsed() < app.config.limits.reconcile
    {
        let left = app.config.limits.reconcile - sent.since.elapsed();
        return ticket.unknown(outcome_unknown().retry_after(left).into());
    }

    let blockers: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Blocker)
        .collect();
    if !blockers.is_empty() {
        for finding in blockers {
            app.metrics.blocked(finding.code.as_str());
        }
        app.metrics.restore("refused");
        let answer = match write_attempt(app, record, "refused", &findings).await {
            Ok(()) => Problem {
                findings,
                ..Problem::new(422, "rules", "This snapshot cannot be restored there.")
            },
            Err(refused) => refused,
        };
        return ticket.refused(answer.into());
    }
    if let Err(refused) = write_attempt(app, record, "allowed", &findings).await {
        return ticket.refused(refused.into());
    }

    let jobs_before: HashSet<String> = jobs.iter().map(|listed| listed.value.id.clone()).collect();
    let sent = Sent {
        at: app.atlas.now(),
        since: Instant::now(),
        jobs_before,
    };
    ticket.about_to_send(sent.clone());
    send(app, attempt, ticket, sent).await
}

/// Fresh roles, fresh facts, and what the rules say of them. Refuses as a read would where the person sees no project.
async fn read_everything(app: &App, attempt: &Attempt) -> Result<(Facts, Vec<Finding>), Answer> {
    let record = &attempt.record;
    let request = &record.request;
    let (username, request_id) = (&record.person.username, &record.request_id);
    let projects = app
        .projects
        .all(&app.atlas, request_id)
        .await
        .map_err(|failure| unreadable("the projects", &failure))?;
    let find = |id: &str| projects.iter().find(|entry| entry.value.id == id);
    let source = find(&request.source.project_id).map(|entry| &entry.value);
    let target = find(&request.target.project_id).map(|entry| &entry.value);
    let asked = source.into_iter().chain(target).collect();
    let roles = people::look_up(&app.atlas, &projects, asked, username, request_id)
        .await
        .map_err(|failure| unreadable("the person's roles", &failure))?;
    // What a session says from now on is not older than what is judged here.
    app.people.forget(username);
    let Some(source) = source.filter(|project| people::may_see(&roles, project)) else {
        return Err(Problem::not_found().into());
    };
    // What the person can't see must not be described in the refusal.
    if !target.is_some_and(|project| people::may_see(&roles, project)) {
        let mut unseen = source.clone();
        unseen.id.clone_from(&request.target.project_id);
        unseen.name.clear();
        let context = Context {
            roles: &roles,
            policy: &app.config.policy,
            now: app.atlas.now(),
        };
        let findings = rules::assess_project(source, &unseen, &context);
        let refusal = write_attempt(app, record, "refused", &findings).await;
        for finding in &findings {
            app.metrics.blocked(finding.code.as_str());
        }
        let problem = match refusal {
            Ok(()) => Problem {
                findings,
                ..Problem::new(422, "rules", "You may not restore into this project.")
            },
            Err(refused) => refused,
        };
        return Err(problem.into());
    }
    let facts = facts::read(&app.atlas, request, request_id)
        .await
        .map_err(|Unread { what, failure }| unreadable(what, &failure))?;
    let findings = facts.assess(
        &request.source.name,
        &roles,
        &app.config.policy,
        app.atlas.now(),
    );
    Ok((facts, findings))
}

/// What can't be read stops the restore; what is not there is said as Atlas says it.
fn unreadable(what: &str, failure: &Failure) -> Answer {
    let (status, code) = match failure.status() {
        Some(404 | 410) => (404, "gone"),
        Some(429) => (429, "rate-limited-by-atlas"),
        _ => (503, "facts-unreadable"),
    };
    let why = match failure {
        Failure::Refused(problem) => problem.detail.clone().unwrap_or_default(),
        Failure::Unreadable { message }
        | Failure::NotSent { message }
        | Failure::NoAnswer { message } => message.clone(),
        Failure::NotJson { .. } => "the answer is no JSON".to_owned(),
        Failure::TimedOut => "no answer in time".to_owned(),
    };
    tracing::warn!(what, why, "a fact could not be read");
    let detail = if status == 404 {
        why
    } else {
        format!("Nothing was sent: {what} could not be read.")
    };
    let problem = Problem::new(status, code, detail);
    if status == 404 {
        problem.into()
    } else {
        let asked = match failure {
            Failure::Refused(problem) => problem.retry_after_ms,
            _ => None,
        };
        problem
            .retry_after(Duration::from_millis(asked.unwrap_or(5_000)))
            .into()
    }
}

/// Nothing was sent this time. What was sent before stays unknown, and that is what the person has to know: a browser
/// may send a request again by itself when its connection closes, so that this may be the only answer they see.
fn give_up(ticket: Ticket, sent_before: bool, answer: Answer) -> Answer {
    if sent_before {
        ticket.unknown(outcome_unknown().into())
    } else {
        ticket.refused(answer)
    }
}

async fn write_attempt(
    app: &App,
    record: &Record,
    decision: &str,
    findings: &[Finding],
) -> Result<(), Problem> {
    let line = record.attempt(decision, findings, app.atlas.now());
    app.audit.write(&line).await.map_err(|error| {
        tracing::error!(%error, "the audit cannot be written");
        Problem::new(
            503,
            "audit-unavailable",
            "Nothing was sent: the attempt could not be written down.",
        )
        .retry_after(Duration::from_secs(30))
    })
}

/// The outcome stands whether it can be written down or not.
async fn write_outcome(app: &App, record: &Record, decision: &str, status: u16, job: Option<&str>) {
    app.metrics.restore(decision);
    let line = record.outcome(decision, status, job, app.atlas.now());
    if let Err(error) = app.audit.write(&line).await {
        tracing::error!(%error, line = %line, "the audit cannot be written");
    }
}

async fn send(app: &App, attempt: &Attempt, ticket: Ticket, sent: Sent) -> Answer {
    let record = &attempt.record;
    let request = &record.request;
    let call = calls::create_restore_job(request, &record.key, None);
    match app.atlas.send(&call, &record.request_id).await {
        Ok(received) if (200..300).contains(&received.status) => {
            match received.read(&call, read_job) {
                Ok(job) => {
                    let json = serde_json::from_slice(&received.body).unwrap_or_default();
                    started(app, record, ticket, "started", &Listed { value: job, json }).await
                }
                Err(_) => look_for_it(app, record, ticket, &sent).await,
            }
        }
        Ok(received) if received.error_code().as_deref() == Some(RUNNING) => {
            // Another replica may have been faster with this very attempt.
            let jobs = reconcile::jobs(&app.atlas, &request.source, &record.request_id).await;
            let found = jobs.as_ref().ok().and_then(|jobs| {
                reconcile::started_since(jobs, request, attempt.since, app.atlas.now(), |job| {
                    app.once.is_anothers(job, &ticket)
                })
            });
            match found {
                Some(found) => started(app, record, ticket, "reconciled", found).await,
                None => refused(app, record, ticket, &received).await,
            }
        }
        Ok(received) if (400..500).contains(&received.status) && received.status != 408 => {
            refused(app, record, ticket, &received).await
        }
        Ok(_) | Err(Trouble::Lost(_)) => look_for_it(app, record, ticket, &sent).await,
        Err(trouble @ (Trouble::NotSent(_) | Trouble::NoToken(_))) => {
            tracing::warn!(%trouble, "a restore was not sent");
            write_outcome(app, record, "not-sent", 503, None).await;
            let problem = Problem::new(
                503,
                "atlas-unreachable",
                "Nothing was sent: Atlas cannot be reached.",
            );
            ticket.refused(problem.retry_after(Duration::from_secs(5)).into())
        }
    }
}

/// Atlas's word for a restore into the same cluster that has not ended.
const RUNNING: &str = "ATLAS_CLUSTER_RESTORE_IN_PROGRESS";

async fn refused(app: &App, record: &Record, ticket: Ticket, received: &Received) -> Answer {
    let answer = crate::http::pass_on_refusal(received);
    write_outcome(app, record, "refused-by-atlas", answer.status, None).await;
    ticket.refused(answer)
}

async fn started(
    app: &App,
    record: &Record,
    ticket: Ticket,
    decision: &str,
    listed: &Listed,
) -> Answer {
    let RestoreJob { id, .. } = &listed.value;
    write_outcome(app, record, decision, 200, Some(id)).await;
    let answer = Answer::json(200, JOB, &listed.json);
    ticket.started(answer, id.clone())
}

/// The request may have arrived: Atlas's list of jobs says so, sooner or later.
async fn look_for_it(app: &App, record: &Record, ticket: Ticket, sent: &Sent) -> Answer {
    let request = &record.request;
    let until = Instant::now() + app.config.limits.reconcile;
    let mut wait = FIRST_LOOK;
    loop {
        let jobs = reconcile::jobs(&app.atlas, &request.source, &record.request_id).await;
        let found = jobs.as_ref().ok().and_then(|jobs| {
            reconcile::started_by(jobs, request, sent.at, app.atlas.now(), &sent.jobs_before)
        });
        if let Some(found) = found {
            return started(app, record, ticket, "reconciled", found).await;
        }
        if Instant::now() + wait > until {
            break;
        }
        tokio::time::sleep(wait).await;
        wait *= 2;
    }
    write_outcome(app, record, "unknown", 504, None).await;
    ticket.unknown(outcome_unknown().into())
}
