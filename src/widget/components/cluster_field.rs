//! The cluster field: combobox, what is wrong with a refused cluster, the chosen one with its warnings.

use yew::prelude::*;

use super::cluster_list::ClusterList;
use super::cluster_row::meta;
use super::parts::{Tone, button, drawing, name, panel, source_badge};
use super::{Ctx, destination, findings, status};
use crate::dialog::{ChosenCluster, DestinationView, Event, ListState, Missing, RefusedCluster};
use crate::rules::{Code, Finding, Severity};
use crate::widget::text::{Value, english, texts};

/// The whole field; nothing before a project is chosen.
pub fn cluster(view: &DestinationView, ctx: &Ctx) -> Html {
    if view.project.is_none() || view.project_missing || !view.project_findings.is_empty() {
        return Html::default();
    }
    let missing = view.show_missing && view.missing.contains(&Missing::Cluster);
    let invalid = view.refused.is_some() || missing;
    let list = if view.total == 0
        && view.clusters_state == ListState::Complete
        && view.refused.is_none()
    {
        panel(
            Tone::Info,
            ctx.say(english::NO_CLUSTERS).into(),
            Html::default(),
        )
    } else {
        html! {
            <ClusterList
                handle={ctx.handle.clone()}
                words={ctx.words.clone()}
                revision={ctx.revision}
                filter={view.filter.to_owned()}
                matches={view.matches}
                {invalid}
                loading={status::is_loading(&view.clusters_state)}
                chosen={view.chosen.as_ref().map(|chosen| chosen.cluster.id.clone())}
                error={error(view, missing, ctx)}
                count={count(view, ctx)}
            />
        }
    };
    html! {
        <div class="field">
            { none_eligible(view, ctx) }
            <div class="label-line">
                <label class="label" for="cluster-filter">{ ctx.say(english::TARGET_CLUSTER) }</label>
                <span class="quiet">{ eligible(view, ctx) }</span>
            </div>
            <p id="cluster-hint" class="hint">{ ctx.say(english::TARGET_CLUSTER_HINT) }</p>
            { list }
            { status::list(&view.clusters_state, ctx) }
        </div>
    }
}

fn eligible(view: &DestinationView, ctx: &Ctx) -> Html {
    if view.total == 0 {
        return Html::default();
    }
    ctx.rich(
        english::ELIGIBLE,
        &[
            ("eligible", Value::Count(view.eligible)),
            ("total", Value::Count(view.total)),
        ],
    )
}

/// How many match, beside the filter.
fn count(view: &DestinationView, ctx: &Ctx) -> Html {
    html! {
        <span id="cluster-count" class="count" data-testid="cluster-count" data-count={view.matches.to_string()}>
            { ctx.rich(english::MATCHES, &[("count", Value::Count(view.matches))]) }
        </span>
    }
}

/// Between input and list: why a cluster will not do.
fn error(view: &DestinationView, missing: bool, ctx: &Ctx) -> Html {
    let content = match &view.refused {
        Some(cluster) => refused(cluster, ctx),
        None if missing => html! {
            <p class="wrong-line">{ super::parts::icon(Tone::Danger) }<span>{ ctx.say(english::MISSING_CLUSTER) }</span></p>
        },
        None => return Html::default(),
    };
    html! { <div id="cluster-error" data-testid="cluster-error">{ content }</div> }
}

fn refused(refused: &RefusedCluster, ctx: &Ctx) -> Html {
    let follow = match refused.running_job {
        Some(job) => html! {
            <div class="panel-actions">
                { button(
                    Some("follow-button"),
                    ctx.say(english::FOLLOW),
                    ctx.send(Event::FollowPressed { job_id: job.id.clone() }),
                ) }
            </div>
        },
        None => Html::default(),
    };
    let shown = refused
        .findings
        .iter()
        .filter(|finding| finding.severity() != Severity::Notice);
    let content = if refused.findings.is_empty() {
        html! { <p>{ ctx.rich(english::CLUSTER_GONE, &[("name", Value::Name(refused.name))]) }</p> }
    } else {
        findings::list(ctx, shown)
    };
    panel(
        Tone::Danger,
        ctx.rich(english::REFUSED, &[("name", Value::Name(refused.name))]),
        html! { <>{ content }{ follow }</> },
    )
}

/// T15: no cluster of the project will do, with how often each reason holds.
fn none_eligible(view: &DestinationView, ctx: &Ctx) -> Html {
    let Some(counts) = &view.none_eligible else {
        return Html::default();
    };
    let rows: Html = counts
        .iter()
        .map(|(code, count)| {
            let finding = Finding::new(*code);
            let reason = Value::Text(ctx.words.finding_text(texts(*code).short, &finding));
            html! {
                <li data-code={code.as_str()}>
                    { ctx.rich(english::NONE_ELIGIBLE_COUNT, &[("count", Value::Count(*count)), ("reason", reason)]) }
                </li>
            }
        })
        .collect();
    let remedy = texts(Code::TargetNoneEligible).remedy;
    let content = html! { <><ul class="bullets">{ rows }</ul><p>{ ctx.say(remedy) }</p></> };
    html! {
        <div class="before" data-testid="no-eligible" data-code={Code::TargetNoneEligible.as_str()}>
            { panel(Tone::Warning, ctx.say(english::NONE_ELIGIBLE_TITLE).into(), content) }
        </div>
    }
}

/// The chosen cluster with its warnings.
pub fn chosen(chosen: &ChosenCluster, view: &DestinationView, ctx: &Ctx) -> Html {
    let cluster = chosen.cluster;
    let is_source = chosen
        .findings
        .iter()
        .any(|finding| finding.code == Code::TargetIsSource);
    let shown: Vec<&Finding> = chosen
        .findings
        .iter()
        .filter(|finding| {
            finding.severity() == Severity::Warning || finding.code == Code::TargetIsSource
        })
        .collect();
    let newer = match super::snapshot::age(&view.summary, ctx) {
        Some(age) if is_source => {
            html! { <p class="after">{ ctx.rich(english::NEWER_LOST, &[("age", age)]) }</p> }
        }
        _ => Html::default(),
    };
    html! {
        <div class="card chosen-card" part="chosen">
            <p class="card-title">{ drawing("M5 12.5l4.5 4.5L19 7.5") }{ ctx.say(english::CHOSEN) }</p>
            <p class="option-title">
                { name(&cluster.name) }
                { if is_source { source_badge(ctx) } else { Html::default() } }
            </p>
            { meta(ctx.words, cluster) }
            { destination::project_line(None, &cluster.id) }
            { if shown.is_empty() { Html::default() } else { findings::list(ctx, shown) } }
            { newer }
            { destination::not_looked_at(view.jobs_not_looked_at, ctx) }
        </div>
    }
}
