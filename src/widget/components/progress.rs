//! Following a job: where it stands, what is known of it, what to do next.

use yew::prelude::*;

use super::Ctx;
use super::parts::{
    Tone, button, clocks, copy, drawing, fact, icon, id, name, name_or_unknown, panel,
};
use crate::dialog::{Event, ProgressView};
use crate::model::{JobState, Timestamp};
use crate::widget::text::{Key, Value, Values, english, texts, visible};

/// The step.
pub fn progress(view: &ProgressView, ctx: &Ctx) -> Html {
    let target = view.job.target_cluster_name.as_deref().unwrap_or_default();
    let cluster = [("cluster", Value::Name(target))];
    let running = view.state == JobState::Running;
    let (_, text, state, tone) = words(view);
    let bar = if running {
        html! {
            <>
                <progress class="bar" aria-label={ctx.words.text(english::PROGRESS_BAR, &cluster)} />
                <p class="hint">{ ctx.say(english::PERCENT_UNKNOWN) }</p>
            </>
        }
    } else {
        Html::default()
    };
    html! {
        <div class="stack" data-testid="receipt">
            <div class={tone.class()} part="state" data-testid="job-state" data-state={view.state.as_str()}>
                { if running { html! { <span class="spinner" aria-hidden="true" /> } } else { icon(tone) } }
                <div class="panel-text">
                    <p class="panel-title">{ ctx.say(state) }</p>
                    <p>{ ctx.rich(text, &cluster) }</p>
                    { bar }
                </div>
            </div>
            { stale(view, ctx) }
            { facts(view, ctx) }
            { next(view, &cluster, ctx) }
            { if running { html! { <p class="hint closing">{ drawing("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.5v.5") }<span>{ ctx.say(english::CLOSING_IS_SAFE) }</span></p> } } else { Html::default() } }
        </div>
    }
}

/// What the step is called in this state.
pub fn heading(view: &ProgressView) -> Key {
    words(view).0
}

fn words(view: &ProgressView) -> (Key, Key, Key, Tone) {
    match view.state {
        JobState::Running if view.ours => (
            english::RUNNING_HEADING,
            english::RUNNING_TEXT,
            english::RUNNING,
            Tone::Info,
        ),
        JobState::Running => (
            english::RUNNING_OTHER_HEADING,
            english::RUNNING_OTHER_TEXT,
            english::RUNNING,
            Tone::Info,
        ),
        JobState::Completed => (
            english::COMPLETED_HEADING,
            english::COMPLETED_TEXT,
            english::COMPLETED,
            Tone::Good,
        ),
        JobState::Failed => (
            english::FAILED_JOB_HEADING,
            english::FAILED_TEXT,
            english::FAILED,
            Tone::Danger,
        ),
        JobState::Cancelled => (
            english::CANCELLED_HEADING,
            english::CANCELLED_TEXT,
            english::CANCELLED,
            Tone::Warning,
        ),
        JobState::Expired => (
            english::EXPIRED_HEADING,
            english::EXPIRED_TEXT,
            english::EXPIRED,
            Tone::Warning,
        ),
    }
}

/// S10, S16: what is shown may be old, or takes long.
fn stale(view: &ProgressView, ctx: &Ctx) -> Html {
    let refresh = if view.stalled {
        html! {
            <div class="panel-actions">
                { button(Some("check-again-button"), ctx.say(english::CHECK_AGAIN), ctx.send(Event::CheckAgainPressed)) }
            </div>
        }
    } else {
        Html::default()
    };
    let old = if view.failed_polls > 0 {
        let time = Value::Text(ctx.words.formats.utc(view.updated_at));
        panel(
            Tone::Warning,
            ctx.rich(english::NOT_UPDATED, &[("time", time)]),
            refresh,
        )
    } else {
        Html::default()
    };
    let long = if view.longer_than_usual && view.state == JobState::Running {
        panel(
            Tone::Warning,
            ctx.say(english::LONGER).into(),
            Html::default(),
        )
    } else {
        Html::default()
    };
    html! { <>{ old }{ long }</> }
}

fn facts(view: &ProgressView, ctx: &Ctx) -> Html {
    let job = view.job;
    let finished = job.finished_at.as_ref().and_then(|time| time.value);
    let end = finished.unwrap_or(ctx.now);
    let elapsed = match (view.started_at, view.state) {
        (Some(start), JobState::Running) => Some(end.0 - start.0),
        (Some(start), _) if finished.is_some() => Some(end.0 - start.0),
        _ => None,
    };
    let elapsed = elapsed.map(|ms| fact(ctx, english::ELAPSED, ctx.words.formats.duration(ms)));
    let target = html! {
        <>
            { name_or_unknown(ctx, job.target_cluster_name.as_deref()) }
            { view.target_project_name.map(|project| html! { <span class="sub">{ name(project) }</span> }).unwrap_or_default() }
            { job.target_group_id.as_deref().map(|project| html! { <span class="sub">{ id(project) }</span> }).unwrap_or_default() }
        </>
    };
    html! {
        <section class="card">
            <dl class="facts">
                { fact(ctx, english::JOB_ID, html! { <>{ id(&job.id) }{ " " }{ copy(ctx, "job", english::COPY_ID, &job.id) }</> }) }
                { fact(ctx, english::TARGET, target) }
                { fact(ctx, english::FROM, name(&view.source.name)) }
                { job.snapshot_id.as_deref().map(|snapshot| fact(ctx, english::SNAPSHOT_ID, id(snapshot))).unwrap_or_default() }
                { view.started_at.map(|at| moment(ctx, english::STARTED, at)).unwrap_or_default() }
                { finished.map(|at| moment(ctx, english::FINISHED, at)).unwrap_or_default() }
                { elapsed.unwrap_or_default() }
                { moment(ctx, english::UPDATED, view.updated_at) }
                { view.reason.map(|reason| fact(ctx, english::REASON, visible(reason))).unwrap_or_default() }
            </dl>
        </section>
    }
}

fn moment(ctx: &Ctx, label: Key, at: Timestamp) -> Html {
    fact(ctx, label, clocks(ctx, at))
}

/// S13: what to do, or what there will be to do.
fn next(view: &ProgressView, cluster: Values, ctx: &Ctx) -> Html {
    let keys: &[Key] = match view.state {
        JobState::Running => &[english::NEXT_LATER_RESTART, english::NEXT_LATER_KEY],
        JobState::Completed => &[english::NEXT_RESTART, english::NEXT_KEY],
        _ => &[english::NEXT_LOOK],
    };
    let lines: Html = keys
        .iter()
        .map(|key| html! { <li>{ ctx.rich(*key, cluster) }</li> })
        .collect();
    let concern = match view.write_concern {
        Some(finding) if matches!(view.state, JobState::Running | JobState::Completed) => html! {
            <li data-code={finding.code.as_str()}>{ ctx.words.finding(texts(finding.code).message, finding) }</li>
        },
        _ => Html::default(),
    };
    html! {
        <section>
            <h4 class="section-title">{ ctx.say(english::NEXT_STEPS) }</h4>
            <ul class="bullets">{ lines }{ concern }</ul>
        </section>
    }
}
