//! Step Destination: what is restored, what that means, and into which cluster.

use yew::prelude::*;

use super::parts::{Tone, icon, name, panel};
use super::picker::Picker;
use super::{Ctx, cluster_field, findings, footer, snapshot, source, status};
use crate::dialog::{Changed, DestinationView, Event, Missing};
use crate::rules::{Code, Finding, Severity};
use crate::widget::app::Msg;
use crate::widget::text::{Value, english, texts};

/// The step.
pub fn destination(view: &DestinationView, ctx: &Ctx) -> Html {
    if view.blocked {
        return blocked(view, ctx);
    }
    let warned: Vec<&Finding> = view
        .source_findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Warning)
        .collect();
    html! {
        <div class="stack">
            { footer::summary(view.show_missing, &view.missing, ctx) }
            { view.changed.map(|what| changed(what, ctx)).unwrap_or_default() }
            <div class="choosing">
                <div class="aside stack">
                    { consequences(view, ctx) }
                    { snapshot::summary(&view.summary, ctx) }
                    { if warned.is_empty() { Html::default() } else { findings::list(ctx, warned) } }
                </div>
                <div class="stack">
                    { project(view, ctx) }
                    { cluster_field::cluster(view, ctx) }
                </div>
                { view.chosen.as_ref().map(|chosen| cluster_field::chosen(chosen, view, ctx)).unwrap_or_default() }
            </div>
        </div>
    }
}

/// C1: what a restore means, in plain words, with the name once there is one.
fn consequences(view: &DestinationView, ctx: &Ctx) -> Html {
    let cluster = view
        .chosen
        .as_ref()
        .map(|chosen| chosen.cluster.name.as_str());
    let line = |code: Code, general| match cluster {
        Some(cluster) => ctx.rich(texts(code).message, &[("cluster", Value::Name(cluster))]),
        None => ctx.say(general).into(),
    };
    let lines = html! {
        <ul class="bullets">
            <li data-code="data.deleted">{ line(Code::DataDeleted, english::CONSEQUENCE_DELETED) }</li>
            <li data-code="target.unavailable-during-restore">
                { line(Code::TargetUnavailableDuringRestore, english::CONSEQUENCE_UNAVAILABLE) }
            </li>
        </ul>
    };
    html! {
        <div data-testid="warning">
            { panel(Tone::Warning, ctx.say(english::CONSEQUENCES).into(), lines) }
        </div>
    }
}

/// V1, V2 and their like: no form at all.
fn blocked(view: &DestinationView, ctx: &Ctx) -> Html {
    let (blockers, others): (Vec<&Finding>, Vec<&Finding>) = view
        .source_findings
        .iter()
        .partition(|finding| finding.severity() == Severity::Blocker);
    let others: Vec<&Finding> = others
        .into_iter()
        .filter(|finding| finding.severity() == Severity::Warning)
        .collect();
    html! {
        <div class="stack">
            { view.changed.map(|what| changed(what, ctx)).unwrap_or_default() }
            <div class="panel danger" data-testid="snapshot-error">
                { icon(Tone::Danger) }
                <div class="panel-text">{ findings::list(ctx, blockers) }</div>
            </div>
            { snapshot::summary(&view.summary, ctx) }
            { if others.is_empty() { Html::default() } else { findings::list(ctx, others) } }
        </div>
    }
}

fn project(view: &DestinationView, ctx: &Ctx) -> Html {
    let refused = view.project_missing || !view.project_findings.is_empty();
    let invalid = refused || (view.show_missing && view.missing.contains(&Missing::Project));
    let described_by = if invalid {
        "project-hint project-error"
    } else {
        "project-hint"
    };
    let picker = Picker {
        id: "project",
        testid: "project-picker",
        option: ("project-option", "data-project-id"),
        label: ctx.say(english::TARGET_PROJECT),
        placeholder: ctx.say(english::CHOOSE_PROJECT),
        chosen: view.project,
        filter: (&ctx.local.project_filter, Msg::ProjectFilter),
        event: Event::ProjectChosen,
        loading: status::is_loading(&view.projects_state),
        described_by: Some(AttrValue::Static(described_by)),
        invalid,
    };
    let error = if view.project_missing {
        ctx.rich(
            english::TARGET_PROJECT_MISSING,
            &[("id", Value::Name(view.project.unwrap_or_default()))],
        )
    } else if refused {
        findings::list(ctx, &view.project_findings)
    } else if invalid {
        ctx.say(english::MISSING_PROJECT).into()
    } else {
        Html::default()
    };
    html! {
        <div class="field">
            { picker.html(ctx, view.projects.iter().map(|option| source::project_entry(option, true, ctx)).collect()) }
            <p id="project-hint" class="hint">{ ctx.say(english::TARGET_PROJECT_HINT) }</p>
            <div id="project-error" class="wrong">{ error }</div>
            { status::list(&view.projects_state, ctx) }
        </div>
    }
}

/// T17: why the dialog came back here by itself.
fn changed(changed: &Changed, ctx: &Ctx) -> Html {
    let mut lines: Vec<AttrValue> = Vec::new();
    if changed.target_replaced {
        lines.push(ctx.say(english::CHANGED_REPLACED));
    }
    if changed.write_concern {
        lines.push(ctx.say(english::CHANGED_WRITE_CONCERN));
    }
    if changed.unreadable {
        lines.push(ctx.say(english::CHANGED_UNREADABLE));
    }
    let lines: Html = lines
        .into_iter()
        .map(|line| html! { <p>{ line }</p> })
        .collect();
    let added = if changed.added.is_empty() {
        Html::default()
    } else {
        findings::list(ctx, &changed.added)
    };
    let content =
        html! { <>{ lines }{ added }<p>{ ctx.say(english::CHANGED_NOTHING_SENT) }</p></> };
    html! {
        <div data-testid="changed">{ panel(Tone::Danger, ctx.say(english::CHANGED_TITLE).into(), content) }</div>
    }
}

/// How many clusters were not asked for restores into the target.
pub fn not_looked_at(count: usize, ctx: &Ctx) -> Html {
    if count == 0 {
        return Html::default();
    }
    html! { <p class="hint">{ ctx.rich(english::NOT_LOOKED_AT, &[("count", Value::Count(count))]) }</p> }
}

/// T12: project and id tell clusters of one name apart.
pub fn project_line(project: Option<&str>, cluster_id: &str) -> Html {
    html! {
        <span class="meta">
            { project.map(|project| html! { <span>{ name(project) }</span> }).unwrap_or_default() }
            <span>{ super::parts::id(cluster_id) }</span>
        </span>
    }
}
