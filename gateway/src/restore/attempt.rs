//! One attempt, from the checked request to the answer. It runs in a task of its own, so that a browser that goes away
//! changes nothing.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use atlas_restore_dialog::atlas::{self as calls, read_job};
use atlas_restore_dialog::model::{Failure, RestoreJob, Timestamp};
use atlas_restore_dialog::rules::{self, Context, Finding, Severity};
use serde_json::Value;
use tokio::time::Instant;

use super::facts::{self, Facts, Unread};
use super::once::{Begun, Sent, Ticket};
use super::reconcile::{self, Listed};
use super::record::{Caller, Record};
use crate::answer::{Answer, Problem};
use crate::app::App;
use crate::people;
use crate::redact;
use crate::upstream::{Patience, Received, Trouble};

/// Atlas's version of restore jobs.
const JOB: &str = "application/vnd.atlas.2023-01-01+json;charset=utf-8";
/// So long after its arrival nothing is sent any more: the dialog, which waits no longer than half a minute for an attempt
/// to show up in Atlas, may have told the person by then that it did not.
const LATEST: Duration = Duration::from_secs(25);
/// Between two looks for a lost answer's job, at first; each time twice as long.
const FIRST_LOOK: Duration = Duration::from_millis(250);

/// A request to restore that has been read and comes from our own page.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Who and what.
    pub record: Record,
    /// When the person's session was read: this attempt's job can't be older.
    pub since: Timestamp,
    /// When the request arrived, by our clock.
    pub arrived: Instant,
}

impl Attempt {
    /// See the fields.
    pub fn new(
        person: crate::identity::Claimed,
        request: atlas_restore_dialog::model::RestoreRequest,
        key: String,
        request_id: String,
        since: Timestamp,
        arrived: Instant,
    ) -> Self {
        Attempt {
            record: Record {
                person,
                request,
                key,
                request_id,
            },
            since,
            arrived,
        }
    }
}

/// Carries an attempt out, or gives the answer that it has had.
pub async fn restore(app: &Arc<App>, attempt: Attempt) -> Answer {
    let record = &attempt.record;
    let username = &record.person.username;
    // Who asks again what became of a restore asks for no other.
    if !app.once.knows(username, &record.key)
        && let Err(wait) = app.restores.take(username, std::time::Instant::now())
    {
        return refuse(app, record, &[], crate::http::too_often(wait)).await;
    }
    let begun = app
        .once
        .begin(username, &record.key, &record.request, Instant::now());
    match begun {
        Begun::Known(answer) => {
            replayed(app, record).await;
            answer
        }
        Begun::Waiting(mut told) => {
            replayed(app, record).await;
            let told = told.wait_for(Option::is_some).await;
            match told.ok().and_then(|answer| answer.clone()) {
                Some(answer) => answer,
                None => outcome_unknown().into(),
            }
        }
        Begun::Reused => {
            let detail = "This Idempotency-Key was used for another restore.";
            let problem = Problem::new(422, "idempotency-key-reused", detail);
            refuse(app, record, &[], problem).await
        }
        Begun::Full => {
            let problem =
                Problem::new(503, "too-many-attempts", "Too many restores are under way.")
                    .retry_after(Duration::from_secs(10));
            refuse(app, record, &[], problem).await
        }
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
        Err(problem) => {
            let findings = problem.findings.clone();
            return give_up(app, record, ticket, &findings, problem).await;
        }
    };
    // Who may not restore there is not told what others have started. Who has sent this before may have been allowed to.
    if unsettled.is_none() && findings.iter().any(is_about_the_person) {
        return blocked(app, record, ticket, findings).await;
    }

    // A job that is there already, started by another replica or by a request whose answer was lost.
    let since = unsettled
        .as_ref()
        .map_or(attempt.since, |sent| sent.at.min(attempt.since));
    let jobs = match &facts.jobs {
        Ok(jobs) => jobs,
        Err(failure) => {
            // Without them nobody can tell whether this attempt has started one before.
            let problem = unreadable("the restore jobs", failure);
            return give_up(app, record, ticket, &findings, problem).await;
        }
    };
    let found = reconcile::started_since(jobs, &record.request, since, app.atlas.now(), |job| {
        app.once.is_anothers(job, &ticket)
    });
    if let Some(found) = found {
        if let Err(refused) = write_attempt(app, record, "reconciled", None, &findings).await {
            return unsent(ticket, refused);
        }
        return started(app, record, ticket, "reconciled", found).await;
    }
    if let Some(sent) = unsettled
        && sent.since.elapsed() < app.config.limits.reconcile
    {
        let left = app
            .config
            .limits
            .reconcile
            .saturating_sub(sent.since.elapsed());
        let problem = outcome_unknown().retry_after(left);
        app.metrics.restore("unknown");
        // Written down or not: nothing is sent, and it stays unknown.
        let _ = write_attempt(app, record, "unknown", Some(problem.code), &findings).await;
        return ticket.unknown(problem.into());
    }

    if findings.iter().any(is_blocker) {
        return blocked(app, record, ticket, findings).await;
    }
    if let Err(refused) = write_attempt(app, record, "allowed", None, &findings).await {
        return unsent(ticket, refused);
    }

    let jobs_before: HashSet<String> = jobs.iter().map(|listed| listed.value.id.clone()).collect();
    let sent = Sent {
        at: app.atlas.now(),
        since: Instant::now(),
        jobs_before,
    };
    let sent = ticket.about_to_send(sent);
    send(app, attempt, ticket, sent, since).await
}

fn is_blocker(finding: &Finding) -> bool {
    finding.severity() == Severity::Blocker
}

fn is_about_the_person(finding: &Finding) -> bool {
    is_blocker(finding) && finding.code.as_str().starts_with("person.")
}

/// Fresh roles, fresh facts, and what the rules say of them. Refuses as a read would where the person sees no project.
async fn read_everything(app: &App, attempt: &Attempt) -> Result<(Facts, Vec<Finding>), Problem> {
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
        return Err(Problem::not_found());
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
        for finding in &findings {
            app.metrics.blocked(finding.code.as_str());
        }
        return Err(Problem {
            findings,
            ..Problem::new(422, "rules", "You may not restore into this project.")
        });
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
fn unreadable(what: &str, failure: &Failure) -> Problem {
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
        problem
    } else {
        let asked = match failure {
            Failure::Refused(problem) => problem.retry_after_ms,
            _ => None,
        };
        problem.retry_after(Duration::from_millis(asked.unwrap_or(5_000)))
    }
}

/// Nothing was sent this time. What was sent before stays unknown, and that is what the person has to know: a browser
/// may send a request again by itself when its connection closes, so that this may be the only answer they see.
fn unsent(ticket: Ticket, problem: Problem) -> Answer {
    if ticket.sent_before() {
        ticket.unknown(outcome_unknown().into())
    } else {
        ticket.refused(problem.into())
    }
}

/// The same, written down.
async fn give_up(
    app: &App,
    record: &Record,
    ticket: Ticket,
    findings: &[Finding],
    problem: Problem,
) -> Answer {
    let decision = if ticket.sent_before() {
        "unknown"
    } else {
        "refused"
    };
    app.metrics.restore(decision);
    let written = write_attempt(app, record, decision, Some(problem.code), findings).await;
    unsent(ticket, written.err().unwrap_or(problem))
}

/// Refuses, and writes that down.
async fn refuse(app: &App, record: &Record, findings: &[Finding], problem: Problem) -> Answer {
    app.metrics.restore("refused");
    let written = write_attempt(app, record, "refused", Some(problem.code), findings).await;
    written.err().unwrap_or(problem).into()
}

/// Refuses what could not be read or is not this person's, and writes down who tried.
pub async fn refuse_unread(app: &App, caller: &Caller, problem: Problem) -> Problem {
    app.metrics.restore("refused");
    let line = caller.refused(problem.code, app.atlas.now());
    write(app, &line).await.err().unwrap_or(problem)
}

/// Refuses as the rules say.
async fn blocked(app: &App, record: &Record, ticket: Ticket, findings: Vec<Finding>) -> Answer {
    for finding in findings.iter().filter(|finding| is_blocker(finding)) {
        app.metrics.blocked(finding.code.as_str());
    }
    let problem = Problem {
        findings: findings.clone(),
        ..Problem::new(422, "rules", "This snapshot cannot be restored there.")
    };
    ticket.refused(refuse(app, record, &findings, problem).await)
}

/// The answer is another request's. It stands whether this one can be written down or not.
async fn replayed(app: &App, record: &Record) {
    app.metrics.restore("replayed");
    let _ = write_attempt(app, record, "replayed", None, &[]).await;
}

async fn write_attempt(
    app: &App,
    record: &Record,
    decision: &str,
    refusal: Option<&str>,
    findings: &[Finding],
) -> Result<(), Problem> {
    let line = record.attempt(decision, refusal, findings, app.atlas.now());
    write(app, &line).await
}

/// Before anything is sent.
async fn write(app: &App, line: &Value) -> Result<(), Problem> {
    app.audit.write(line).await.map_err(|error| {
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

/// `since`: a job of this attempt's can't be older.
async fn send(
    app: &App,
    attempt: &Attempt,
    ticket: Ticket,
    sent: Sent,
    since: Timestamp,
) -> Answer {
    let record = &attempt.record;
    let request = &record.request;
    let call = calls::create_restore_job(request, &record.key, None);
    let until = attempt.arrived + LATEST;
    match app.atlas.send_until(&call, &record.request_id, until).await {
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
            whose_is_it(app, record, ticket, since, &received).await
        }
        Ok(received) if (400..500).contains(&received.status) && received.status != 408 => {
            refused(app, record, ticket, &received).await
        }
        Ok(_) | Err(Trouble::Lost(_) | Trouble::NoRoom) => {
            look_for_it(app, record, ticket, &sent).await
        }
        Err(trouble @ (Trouble::NotSent(_) | Trouble::NoToken(_) | Trouble::TooLate)) => {
            tracing::warn!(%trouble, "a restore was not sent");
            write_outcome(app, record, "not-sent", 503, None).await;
            let (code, detail) = match trouble {
                Trouble::TooLate => ("too-late", "Nothing was sent: Atlas took too long before."),
                _ => (
                    "atlas-unreachable",
                    "Nothing was sent: Atlas cannot be reached.",
                ),
            };
            let problem = Problem::new(503, code, detail);
            unsent(ticket, problem.retry_after(Duration::from_secs(5)))
        }
    }
}

/// The jobs, whether Atlas's rate limit has us wait or not: somebody waits to hear what became of his restore.
async fn jobs_now(app: &App, record: &Record) -> Result<Vec<Listed>, Failure> {
    let source = &record.request.source;
    reconcile::jobs(&app.atlas, source, &record.request_id, Patience::AtOnce).await
}

/// Atlas's word for a restore into the same cluster that has not ended.
const RUNNING: &str = "ATLAS_CLUSTER_RESTORE_IN_PROGRESS";

/// A restore into the cluster is running: another replica may have been faster with this very attempt, or an earlier
/// request of ours. It is another's if Atlas lists another, or lists none of ours for a while.
async fn whose_is_it(
    app: &App,
    record: &Record,
    ticket: Ticket,
    since: Timestamp,
    received: &Received,
) -> Answer {
    let request = &record.request;
    let until = Instant::now() + app.config.limits.reconcile;
    let mut wait = FIRST_LOOK;
    loop {
        let jobs = jobs_now(app, record).await;
        let found = jobs.as_ref().ok().and_then(|jobs| {
            reconcile::started_since(jobs, request, since, app.atlas.now(), |job| {
                app.once.is_anothers(job, &ticket)
            })
        });
        if let Some(found) = found {
            return started(app, record, ticket, "reconciled", found).await;
        }
        let others = jobs
            .as_ref()
            .is_ok_and(|jobs| reconcile::one_runs_into(jobs, &request.target));
        let last = Instant::now() + wait > until;
        if others || (last && jobs.is_ok() && !ticket.sent_before()) {
            return refused(app, record, ticket, received).await;
        }
        if last {
            write_outcome(app, record, "unknown", 504, None).await;
            return ticket.unknown(outcome_unknown().into());
        }
        tokio::time::sleep(wait).await;
        wait *= 2;
    }
}

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
    let mut job = listed.json.clone();
    redact::jobs(&mut job);
    let answer = Answer::json(200, JOB, &job);
    ticket.started(answer, id.clone())
}

/// The request may have arrived: Atlas's list of jobs says so, sooner or later.
async fn look_for_it(app: &App, record: &Record, ticket: Ticket, sent: &Sent) -> Answer {
    let request = &record.request;
    let until = Instant::now() + app.config.limits.reconcile;
    let mut wait = FIRST_LOOK;
    loop {
        let jobs = jobs_now(app, record).await;
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
