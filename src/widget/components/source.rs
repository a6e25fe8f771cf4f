//! Step Source: project, cluster, snapshot.

use super::action::Action;
use super::cluster_row::{truth, version};
use super::confirm::wrong;
use super::parts::{Tone, id, panel, time};
use super::picker::{Entry, Picker};
use super::{Ui, findings, footer, status};
use crate::dialog::{Event, Missing, ProjectOption, SnapshotOption, SourceView};
use crate::rules::{Finding, Severity};
use crate::widget::app::Msg;
use crate::widget::text::{COMMA, Value, Words, english, facts_line, project_name, texts, visible};

/// So many snapshots are shown at first, and so many more each time.
const SNAPSHOTS: usize = 50;

/// The step.
pub fn source(view: &SourceView, ui: &mut Ui) {
    let invalid = |missing| view.show_missing && view.missing.contains(&missing);
    ui.tag("div.stack", |ui| {
        footer::summary(view.show_missing, &view.missing, None, ui);
        ui.tag("div.field", |ui| {
            projects(view, invalid(Missing::SourceProject), ui);
            status::list(&view.projects_state, ui);
        });
        // What comes below must not take the place of what has the focus.
        ui.group(|ui| {
            if view.project.is_some() {
                clusters(view, invalid(Missing::SourceCluster), ui);
            }
        });
        ui.group(|ui| {
            if view.cluster.is_some() {
                snapshots(view, invalid(Missing::Snapshot), ui);
            }
        });
    });
}

fn projects(view: &SourceView, invalid: bool, ui: &mut Ui) {
    let picker = Picker {
        id: "source-project",
        testid: "source-project-picker",
        option: ("source-project-option", "data-project-id"),
        label: english::PROJECT,
        placeholder: english::CHOOSE_PROJECT,
        chosen: view.project,
        filter: (&ui.local.source_project_filter, Msg::SourceProjectFilter),
        event: Event::SourceProjectChosen,
        loading: status::is_loading(&view.projects_state),
        described_by: "source-project-error",
        invalid,
    };
    draw_projects(picker, &view.projects, false, ui);
    let text = invalid.then_some(english::MISSING_SOURCE_PROJECT);
    wrong(ui, "div.wrong id=source-project-error", text);
}

/// Projects in a picker; the source's may have its badge.
pub fn draw_projects(picker: Picker, projects: &[ProjectOption], badged: bool, ui: &mut Ui) {
    let ids = projects.iter().map(|option| option.project.id.as_str());
    let ids: Vec<&str> = ids.collect();
    let words = ui.words;
    let entry = |place: usize| Some(project_entry(projects.get(place)?, badged, words));
    picker.draw(ui, &ids, &entry);
}

/// A project in a picker, with the reason where it can't be chosen.
fn project_entry<'a>(option: &ProjectOption<'a>, badged: bool, words: &Words) -> Entry<'a> {
    let project = option.project;
    let mut text = visible(project_name(project));
    if option.ambiguous {
        let id = Value::Name(&project.id);
        text = words.text(
            english::OPTION_ID,
            &[("name", Value::Text(text)), ("id", id)],
        );
    }
    if badged && option.is_source {
        text = words.text(english::OPTION_SOURCE, &[("name", Value::Text(text))]);
    }
    entry(&project.id, text, option.findings, words)
}

fn entry<'a>(value: &'a str, mut text: String, found: &[Finding], words: &Words) -> Entry<'a> {
    let mut reasons = Vec::new();
    let mut codes = String::new();
    for finding in found {
        if finding.severity() == Severity::Blocker {
            reasons.push(words.finding_text(texts(finding.code).short, finding));
            if !codes.is_empty() {
                codes.push(' ');
            }
            codes.push_str(finding.code.as_str());
        }
    }
    if !reasons.is_empty() {
        let reason = Value::Text(words.formats.all_of(&reasons));
        let values = [("name", Value::Text(text)), ("reason", reason)];
        text = words.text(english::OPTION_REASON, &values);
    }
    Entry { value, text, codes }
}

fn clusters(view: &SourceView, invalid: bool, ui: &mut Ui) {
    let picker = Picker {
        id: "source-cluster",
        testid: "source-cluster-picker",
        option: ("source-cluster-option", "data-cluster-name"),
        label: english::CLUSTER,
        placeholder: english::CHOOSE_CLUSTER,
        chosen: view.cluster,
        filter: (&ui.local.source_cluster_filter, Msg::SourceClusterFilter),
        event: Event::SourceClusterChosen,
        loading: status::is_loading(&view.clusters_state),
        described_by: "source-cluster-hint source-cluster-error",
        invalid,
    };
    let names = view
        .clusters
        .iter()
        .map(|option| option.cluster.name.as_str());
    let names: Vec<&str> = names.collect();
    let words = ui.words;
    let entry = |place: usize| {
        let option = view.clusters.get(place)?;
        let name = &option.cluster.name;
        Some(entry(name, visible(name), &option.findings, words))
    };
    ui.tag("div.field", |ui| {
        picker.draw(ui, &names, &entry);
        ui.put("p.hint id=source-cluster-hint", english::SOURCE_FLEX);
        let text = invalid.then_some(english::MISSING_SOURCE_CLUSTER);
        wrong(ui, "div.wrong id=source-cluster-error", text);
        status::list(&view.clusters_state, ui);
    });
}

fn snapshots(view: &SourceView, invalid: bool, ui: &mut Ui) {
    if let Some(finding) = &view.no_backups {
        ui.tag("div data-testid=no-backups", |ui| {
            ui.attr("data-code", finding.code.as_str());
            panel(ui, Tone::Warning, english::NO_BACKUPS_TITLE, |ui| {
                findings::list(ui, [finding]);
            });
        });
        return;
    }
    if view.no_snapshots {
        panel(ui, Tone::Info, english::NO_BACKUPS_TITLE, |ui| {
            ui.put("p", english::NO_SNAPSHOTS);
        });
        return;
    }
    let most = SNAPSHOTS * (ui.local.more_snapshots + 1);
    ui.tag(
        "fieldset.field id=snapshots role=radiogroup tabindex=-1 data-testid=snapshot-picker",
        |ui| {
            ui.attr("aria-labelledby", "snapshots-label");
            ui.attr("aria-describedby", "snapshots-hint snapshots-error");
            ui.flag("aria-invalid", invalid);
            ui.flag("aria-busy", status::is_loading(&view.snapshots_state));
            ui.put("legend.label id=snapshots-label", english::SNAPSHOTS);
            ui.put("p.hint id=snapshots-hint", english::SNAPSHOTS_HINT);
            let text = invalid.then_some(english::MISSING_SNAPSHOT);
            wrong(ui, "div.wrong id=snapshots-error", text);
            ui.tag("div.choices", |ui| {
                for option in view.snapshots.iter().take(most) {
                    snapshot(option, view.snapshot, ui);
                }
            });
            ui.group(|ui| {
                if view.snapshots.len() > most {
                    ui.tag("button.button type=button", |ui| {
                        ui.click(Action::Tell(|_| Msg::MoreSnapshots));
                        ui.say(english::SNAPSHOTS_MORE);
                    });
                }
            });
            status::list(&view.snapshots_state, ui);
        },
    );
}

fn snapshot(option: &SnapshotOption, chosen: Option<&str>, ui: &mut Ui) {
    let snapshot = option.snapshot;
    let class = if option.eligible {
        "choice"
    } else {
        "choice off"
    };
    ui.tag("label data-testid=snapshot-option", |ui| {
        ui.key(snapshot.id.as_str());
        ui.attr("class", class);
        ui.attr("data-snapshot-id", snapshot.id.clone());
        ui.attr("data-eligible", truth(option.eligible));
        ui.tag("input type=radio name=snapshot", |ui| {
            ui.value(&snapshot.id);
            ui.checked(chosen == Some(snapshot.id.as_str()));
            if !option.eligible {
                ui.attr("disabled", "");
            }
            ui.on("change", Action::Picked(Event::SnapshotChosen));
        });
        ui.tag("span.choice-text", |ui| {
            ui.tag("span.choice-title", |ui| {
                time(ui, snapshot.created_at.as_ref());
            });
            // The reason is heard before an id of 24 digits.
            if !option.findings.is_empty() {
                ui.tag("span.reasons", |ui| {
                    for finding in &option.findings {
                        if finding.severity() != Severity::Notice {
                            super::cluster_row::reason(ui, finding);
                        }
                    }
                });
            }
            ui.tag("span.meta", |ui| {
                let facts = [
                    ui.words.snapshot_type(snapshot),
                    version(ui.words, snapshot.mongodb_version.as_deref()),
                    ui.words.size(snapshot.storage_size_bytes),
                ];
                ui.text(facts_line(facts.into_iter()) + COMMA);
                id(ui, &snapshot.id);
            });
        });
    });
}
