//! Step Source: project, cluster, snapshot.

use yew::prelude::*;

use super::cluster_row::version;
use super::parts::{Tone, id, panel, time};
use super::picker::{Entry, Picker};
use super::{Ctx, findings, footer, status};
use crate::dialog::{Event, Missing, ProjectOption, SnapshotOption, SourceView};
use crate::rules::{Finding, Severity};
use crate::widget::app::Msg;
use crate::widget::text::{Value, english, project_name, texts};

/// So many snapshots are shown at first, and so many more each time.
const SNAPSHOTS: usize = 50;

/// The step.
pub fn source(view: &SourceView, ctx: &Ctx) -> Html {
    let invalid = |missing| view.show_missing && view.missing.contains(&missing);
    html! {
        <div class="stack">
            { footer::summary(view.show_missing, &view.missing, ctx) }
            <div class="field">
                { projects(view, invalid(Missing::SourceProject), ctx) }
                { status::list(&view.projects_state, ctx) }
            </div>
            { if view.project.is_some() { clusters(view, invalid(Missing::SourceCluster), ctx) } else { Html::default() } }
            { if view.cluster.is_some() { snapshots(view, invalid(Missing::Snapshot), ctx) } else { Html::default() } }
        </div>
    }
}

fn projects(view: &SourceView, invalid: bool, ctx: &Ctx) -> Html {
    Picker {
        id: "source-project",
        testid: "source-project-picker",
        option: ("source-project-option", "data-project-id"),
        label: ctx.say(english::SOURCE_PROJECT),
        placeholder: ctx.say(english::CHOOSE_PROJECT),
        chosen: view.project,
        filter: (&ctx.local.source_project_filter, Msg::SourceProjectFilter),
        event: Event::SourceProjectChosen,
        loading: status::is_loading(&view.projects_state),
        described_by: None,
        invalid,
    }
    .html(
        ctx,
        view.projects
            .iter()
            .map(|option| project_entry(option, false, ctx))
            .collect(),
    )
}

/// A project in a picker, with the reason where it can't be chosen.
pub fn project_entry<'a>(option: &ProjectOption<'a>, badged: bool, ctx: &Ctx) -> Entry<'a> {
    let project = option.project;
    let mut text = crate::widget::text::visible(project_name(project));
    if option.ambiguous {
        text = ctx.words.text(
            english::OPTION_ID,
            &[
                ("name", Value::Text(text)),
                ("id", Value::Name(&project.id)),
            ],
        );
    }
    if badged && option.is_source {
        text = ctx
            .words
            .text(english::OPTION_SOURCE, &[("name", Value::Text(text))]);
    }
    entry(&project.id, text, &option.findings, ctx)
}

fn entry<'a>(value: &'a str, text: String, found: &[Finding], ctx: &Ctx) -> Entry<'a> {
    let blockers: Vec<&Finding> = found
        .iter()
        .filter(|finding| finding.severity() == Severity::Blocker)
        .collect();
    if blockers.is_empty() {
        return Entry {
            value,
            text,
            codes: None,
        };
    }
    let reasons: Vec<String> = blockers
        .iter()
        .map(|finding| ctx.words.finding_text(texts(finding.code).short, finding))
        .collect();
    let codes: Vec<&str> = blockers
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    let reason = Value::Text(ctx.words.formats.all_of(&reasons));
    Entry {
        value,
        text: ctx.words.text(
            english::OPTION_REASON,
            &[("name", Value::Text(text)), ("reason", reason)],
        ),
        codes: Some(codes.join(" ")),
    }
}

fn clusters(view: &SourceView, invalid: bool, ctx: &Ctx) -> Html {
    let picker = Picker {
        id: "source-cluster",
        testid: "source-cluster-picker",
        option: ("source-cluster-option", "data-cluster-name"),
        label: ctx.say(english::SOURCE_CLUSTER),
        placeholder: ctx.say(english::CHOOSE_CLUSTER),
        chosen: view.cluster,
        filter: (&ctx.local.source_cluster_filter, Msg::SourceClusterFilter),
        event: Event::SourceClusterChosen,
        loading: status::is_loading(&view.clusters_state),
        described_by: Some(AttrValue::Static("source-cluster-hint")),
        invalid,
    };
    let entries = view
        .clusters
        .iter()
        .map(|option| {
            let name = &option.cluster.name;
            entry(
                name,
                crate::widget::text::visible(name),
                &option.findings,
                ctx,
            )
        })
        .collect();
    html! {
        <div class="field">
            { picker.html(ctx, entries) }
            <p id="source-cluster-hint" class="hint">{ ctx.say(english::SOURCE_FLEX) }</p>
            { status::list(&view.clusters_state, ctx) }
        </div>
    }
}

fn snapshots(view: &SourceView, invalid: bool, ctx: &Ctx) -> Html {
    if let Some(finding) = &view.no_backups {
        let content = findings::list(ctx, [finding]);
        return html! {
            <div data-testid="no-backups" data-code={finding.code.as_str()}>
                { panel(Tone::Warning, ctx.say(english::NO_BACKUPS_TITLE).into(), content) }
            </div>
        };
    }
    if view.no_snapshots {
        let content = html! { <p>{ ctx.say(english::NO_SNAPSHOTS) }</p> };
        return panel(
            Tone::Info,
            ctx.say(english::NO_BACKUPS_TITLE).into(),
            content,
        );
    }
    let most = SNAPSHOTS * (ctx.local.more_snapshots + 1);
    let rows: Html = view
        .snapshots
        .iter()
        .take(most)
        .map(|option| snapshot(option, view.snapshot, ctx))
        .collect();
    let more = if view.snapshots.len() > most {
        super::parts::button(
            None,
            ctx.say(english::SNAPSHOTS_MORE),
            ctx.tell(|| Msg::MoreSnapshots),
        )
    } else {
        Html::default()
    };
    html! {
        <fieldset
            id="snapshots"
            class="field"
            tabindex="-1"
            data-testid="snapshot-picker"
            aria-busy={super::aria_true(status::is_loading(&view.snapshots_state))}
            aria-describedby="snapshots-hint"
        >
            <legend class="label">{ ctx.say(english::SNAPSHOTS) }</legend>
            <p id="snapshots-hint" class={if invalid { "hint wrong" } else { "hint" }}>
                { ctx.say(if invalid { english::MISSING_SNAPSHOT } else { english::SNAPSHOTS_HINT }) }
            </p>
            <div class="choices">{ rows }</div>
            { more }
            { status::list(&view.snapshots_state, ctx) }
        </fieldset>
    }
}

fn snapshot(option: &SnapshotOption, chosen: Option<&str>, ctx: &Ctx) -> Html {
    let snapshot = option.snapshot;
    let checked = chosen == Some(snapshot.id.as_str());
    let reasons: Html = option
        .findings
        .iter()
        .filter(|finding| finding.severity() != Severity::Notice)
        .map(|finding| super::cluster_row::reason(ctx, finding))
        .collect();
    html! {
        <label
            key={snapshot.id.as_str()}
            class={classes!("choice", (!option.eligible).then_some("off"))}
            data-testid="snapshot-option"
            data-snapshot-id={snapshot.id.clone()}
            data-eligible={if option.eligible { "true" } else { "false" }}
        >
            <input
                type="radio"
                name="snapshot"
                value={snapshot.id.clone()}
                {checked}
                disabled={!option.eligible}
                onchange={ctx.picked(Event::SnapshotChosen)}
            />
            <span class="choice-text">
                <span class="choice-title">{ time(ctx, snapshot.created_at.as_ref()) }</span>
                <span class="meta">
                    <span>{ ctx.words.snapshot_type(snapshot) }</span>
                    <span>{ version(ctx.words, snapshot.mongodb_version.as_deref()) }</span>
                    <span>{ ctx.words.size(snapshot.storage_size_bytes) }</span>
                    <span>{ id(&snapshot.id) }</span>
                </span>
                { if option.findings.is_empty() { Html::default() } else { html! { <span class="reasons">{ reasons }</span> } } }
            </span>
        </label>
    }
}
