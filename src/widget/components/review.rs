//! Step Review: what goes where, what is lost, what happens afterwards, and the confirmation.

use yew::prelude::*;

use super::parts::{Tone, fact, id, link, name, name_or_unknown, panel, time, unknown};
use super::{Ctx, confirm, destination, findings, footer, problem, snapshot};
use crate::dialog::{Event, ReviewView, Step, SubmitError};
use crate::model::{Cluster, Failure, Problem};
use crate::rules::{Code, Finding, Severity};
use crate::widget::text::{Value, english, project_name, visible};

/// The step.
pub fn review(view: &ReviewView, ctx: &Ctx) -> Html {
    let warned: Vec<&Finding> = view
        .findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Warning)
        .collect();
    let warnings = if warned.is_empty() {
        Html::default()
    } else {
        html! {
            <section>
                <h4 class="section-title">{ ctx.say(english::WARNINGS) }</h4>
                { findings::list(ctx, warned) }
            </section>
        }
    };
    html! {
        <div class="stack" data-testid="review" aria-busy={super::aria_true(view.submitting.is_some())}>
            { footer::summary(view.show_missing, &view.missing, ctx) }
            { view.error.map(|error| refused(error, view, ctx)).unwrap_or_default() }
            { lost(view, ctx) }
            <div class="compare">
                { from(view, ctx) }
                <span class="arrow" aria-hidden="true">{ super::parts::drawing("M4 12h15M13 6l6 6-6 6") }</span>
                { to(view, ctx) }
            </div>
            { warnings }
            { afterwards(view, ctx) }
            { destination::not_looked_at(view.jobs_not_looked_at, ctx) }
            { confirm::confirm(view, ctx) }
        </div>
    }
}

fn from(view: &ReviewView, ctx: &Ctx) -> Html {
    let summary = &view.summary;
    // Where the page gave the snapshot there is no step to go back to.
    let change = ctx.steps.contains(&Step::Source).then(|| {
        link(
            ctx.say(english::CHANGE_SNAPSHOT),
            ctx.send(Event::ChangePressed(Step::Source)),
        )
    });
    html! {
        <section class="card" aria-labelledby="from-title">
            <div class="card-head">
                <h4 id="from-title" class="card-title">{ ctx.say(english::REVIEW_FROM) }</h4>
                { change.unwrap_or_default() }
            </div>
            <dl class="facts line">
                { fact(ctx, english::CLUSTER, html! { <><strong>{ name(summary.cluster_name) }</strong>{ " " }{ super::parts::source_badge(ctx) }</> }) }
                { fact(ctx, english::PROJECT, html! { <>{ name(project_name(summary.project)) }<span class="sub">{ id(&summary.project.id) }</span></> }) }
                { fact(ctx, english::SNAPSHOT_ID, id(&summary.snapshot.id)) }
                { fact(ctx, english::VERSION, name_or_unknown(ctx, summary.snapshot.mongodb_version.as_deref())) }
                { fact(ctx, english::ENCRYPTION, snapshot::encryption(summary, ctx)) }
                { fact(ctx, english::CREATED, time(ctx, summary.snapshot.created_at.as_ref())) }
                { fact(ctx, english::TYPE, ctx.words.snapshot_type(summary.snapshot)) }
                { fact(ctx, english::SIZE, ctx.words.size(summary.snapshot.storage_size_bytes)) }
            </dl>
        </section>
    }
}

fn to(view: &ReviewView, ctx: &Ctx) -> Html {
    let target = view.target;
    let project = view.target_project;
    html! {
        <section class="card target" aria-labelledby="to-title">
            <div class="card-head">
                <h4 id="to-title" class="card-title">{ ctx.say(english::REVIEW_TO) }</h4>
                { link(ctx.say(english::CHANGE_TARGET), ctx.send(Event::ChangePressed(Step::Destination))) }
            </div>
            <dl class="facts line">
                { fact(ctx, english::CLUSTER, html! { <strong>{ name(&target.name) }</strong> }) }
                { fact(ctx, english::PROJECT, html! { <>{ name(project_name(project)) }<span class="sub">{ id(&project.id) }</span></> }) }
                { fact(ctx, english::CLUSTER_ID, id(&target.id)) }
                { fact(ctx, english::VERSION, name_or_unknown(ctx, target.mongodb_version.as_deref())) }
                { fact(ctx, english::ENCRYPTION, ctx.words.encryption(&target.encryption)) }
                { fact(ctx, english::TIER, place(target, ctx)) }
                { fact(ctx, english::STATE, ctx.words.state(target.paused, target.state.as_ref())) }
            </dl>
        </section>
    }
}

fn place(target: &Cluster, ctx: &Ctx) -> Html {
    let parts = super::cluster_row::size_and_place(target);
    if parts.is_empty() {
        return unknown(ctx);
    }
    parts
        .into_iter()
        .map(|part| html! { <span class="part"><bdi dir="ltr">{ part }</bdi>{ " " }</span> })
        .collect()
}

/// C1, C3: what is lost, with the name; what we cannot know is said to be unknown.
fn lost(view: &ReviewView, ctx: &Ctx) -> Html {
    let stated = view.findings.iter().filter(|finding| {
        matches!(
            finding.code,
            Code::DataDeleted | Code::TargetUnavailableDuringRestore
        )
    });
    // T11: restoring over its own source loses what is newer than the snapshot.
    let source = view
        .findings
        .iter()
        .filter(|finding| finding.code == Code::TargetIsSource);
    let newer = source.clone().next().and(snapshot::age(&view.summary, ctx));
    let newer = newer.map(|age| {
        html! { <li>{ ctx.rich(english::NEWER_LOST, &[("age", age)]) }</li> }
    });
    let content = html! {
        <>
            <ul class="bullets">
                { findings::sentences(ctx, stated) }
                { findings::sentences(ctx, source) }
                { newer.unwrap_or_default() }
            </ul>
            <p class="hint">{ ctx.say(english::LOST_UNKNOWN) }</p>
        </>
    };
    let title = ctx.rich(
        english::LOST,
        &[("cluster", Value::Name(&view.target.name))],
    );
    html! { <div data-testid="warning">{ panel(Tone::Danger, title, content) }</div> }
}

fn afterwards(view: &ReviewView, ctx: &Ctx) -> Html {
    let stated = view.findings.iter().filter(|finding| {
        matches!(
            finding.code,
            Code::RwConcernOverridden
                | Code::RwConcernKept
                | Code::RwConcernUnknown
                | Code::KeyRotatedAfter
                | Code::ApplicationRestart
        )
    });
    html! {
        <section>
            <h4 class="section-title">{ ctx.say(english::AFTERWARDS) }</h4>
            <ul class="bullets">{ findings::sentences(ctx, stated) }</ul>
        </section>
    }
}

/// Nothing was started, and why.
fn refused(error: &SubmitError, view: &ReviewView, ctx: &Ctx) -> Html {
    let content = match error {
        SubmitError::Vetoed(message) => match message.as_deref() {
            Some(message) if !message.is_empty() => {
                html! { <p dir="auto">{ visible(message) }</p> }
            }
            _ => html! { <p>{ ctx.say(english::VETOED) }</p> },
        },
        SubmitError::RecheckFailed(failure) => html! {
            <><p>{ ctx.say(english::RECHECK_FAILED) }</p>{ problem::failure(failure, ctx) }</>
        },
        SubmitError::Refused(Failure::Refused(problem)) => html! {
            <>
                <p>{ own_words(problem, view, ctx) }</p>
                { problem::server_findings(&problem.findings, ctx) }
                { problem::said(&Failure::Refused(problem.clone()), ctx) }
            </>
        },
        SubmitError::Refused(failure) => problem::failure(failure, ctx),
    };
    html! {
        <div id="submit-error" tabindex="-1" data-testid="submit-error">
            { panel(Tone::Danger, ctx.say(english::REFUSED_TITLE).into(), content) }
        </div>
    }
}

/// F1 to F6: what a refusal means here.
fn own_words(problem: &Problem, view: &ReviewView, ctx: &Ctx) -> Html {
    let csrf = [
        &problem.error_code,
        &problem.kind,
        &problem.title,
        &problem.detail,
    ]
    .into_iter()
    .flatten()
    .any(|text| text.to_ascii_lowercase().contains("csrf"));
    let key = match problem.status {
        401 => english::SUBMIT_401,
        403 if csrf => english::SUBMIT_CSRF,
        403 => english::SUBMIT_403,
        404 | 410 => english::SUBMIT_404,
        409 => english::SUBMIT_409,
        429 if problem.retry_after_ms.is_some() => english::SUBMIT_429_WAIT,
        429 => english::SUBMIT_429,
        _ => english::SUBMIT_400,
    };
    let wait = problem
        .retry_after_ms
        .and_then(|ms| i64::try_from(ms).ok())
        .unwrap_or_default();
    ctx.rich(
        key,
        &[
            ("cluster", Value::Name(&view.target.name)),
            ("project", Value::Name(project_name(view.target_project))),
            ("wait", Value::Text(ctx.words.formats.duration(wait))),
        ],
    )
}
