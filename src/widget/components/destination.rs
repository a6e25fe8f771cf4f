//! Step Destination: what is restored, what that means, and into which cluster.

use super::confirm::wrong_line;
use super::parts::{Tone, icon, panel};
use super::picker::Picker;
use super::{Ui, cluster_field, findings, footer, snapshot, source, status};
use crate::dialog::{Changed, DestinationView, Event, Missing};
use crate::rules::{Code, Finding, Severity};
use crate::widget::app::Msg;
use crate::widget::text::{Key, Value, english, texts};

/// The step.
pub fn destination(view: &DestinationView, ui: &mut Ui) {
    let found = &view.source_findings;
    let weighing = |severity| -> Vec<&Finding> {
        let wanted = |finding: &&Finding| finding.severity() == severity;
        found.iter().filter(wanted).collect()
    };
    ui.tag("div.stack", |ui| {
        if !view.blocked {
            footer::summary(view.show_missing, &view.missing, None, ui);
        }
        ui.group(|ui| {
            if let Some(what) = view.changed {
                changed(what, ui);
            }
        });
        if view.blocked {
            // V1, V2 and their like: no form at all.
            ui.tag("div.panel.danger data-testid=snapshot-error", |ui| {
                icon(ui, Tone::Danger);
                ui.tag("div.panel-text", |ui| {
                    findings::list(ui, weighing(Severity::Blocker));
                });
            });
            about(view, &weighing(Severity::Warning), ui);
            return;
        }
        ui.tag("div.choosing", |ui| {
            ui.tag("div.aside.stack", |ui| {
                consequences(view, ui);
                about(view, &weighing(Severity::Warning), ui);
            });
            ui.tag("div.stack", |ui| {
                project(view, ui);
                ui.group(|ui| cluster_field::cluster(view, ui));
            });
            ui.group(|ui| {
                if let Some(chosen) = &view.chosen {
                    cluster_field::chosen(chosen, view, ui);
                }
            });
        });
    });
}

/// The snapshot, and what else is to be known about it.
fn about(view: &DestinationView, warnings: &[&Finding], ui: &mut Ui) {
    snapshot::summary(&view.summary, ui);
    findings::list_if_any(ui, warnings);
}

/// C1: what a restore means, in plain words, with the name once there is one.
fn consequences(view: &DestinationView, ui: &mut Ui) {
    let cluster = view
        .chosen
        .as_ref()
        .map(|chosen| chosen.cluster.name.as_str());
    let line = |ui: &mut Ui, code: Code, general: Key| {
        ui.tag("li", |ui| {
            ui.attr("data-code", code.as_str());
            match cluster {
                Some(cluster) => ui.rich(texts(code).message, &[("cluster", Value::Name(cluster))]),
                None => ui.say(general),
            }
        });
    };
    ui.tag("div data-testid=warning", |ui| {
        panel(ui, Tone::Warning, english::CONSEQUENCES, |ui| {
            ui.tag("ul.bullets", |ui| {
                line(ui, Code::DataDeleted, english::CONSEQUENCE_DELETED);
                let code = Code::TargetUnavailableDuringRestore;
                line(ui, code, english::CONSEQUENCE_UNAVAILABLE);
            });
        });
    });
}

fn project(view: &DestinationView, ui: &mut Ui) {
    let refused = view.project_missing || !view.project_findings.is_empty();
    let invalid = refused || (view.show_missing && view.missing.contains(&Missing::Project));
    let picker = Picker {
        id: "project",
        testid: "project-picker",
        option: ("project-option", "data-project-id"),
        label: english::TARGET_PROJECT,
        placeholder: english::CHOOSE_PROJECT,
        chosen: view.project,
        filter: (&ui.local.project_filter, Msg::ProjectFilter),
        event: Event::ProjectChosen,
        loading: status::is_loading(&view.projects_state),
        described_by: if invalid {
            "project-hint project-error"
        } else {
            "project-hint"
        },
        invalid,
    };
    ui.tag("div.field", |ui| {
        source::draw_projects(picker, &view.projects, true, ui);
        ui.put("p.hint id=project-hint", english::TARGET_PROJECT_HINT);
        ui.tag("div.wrong id=project-error", |ui| {
            if view.project_missing {
                let id = Value::Name(view.project.unwrap_or_default());
                ui.rich(english::TARGET_PROJECT_MISSING, &[("id", id)]);
            } else if refused {
                findings::list(ui, &view.project_findings);
            } else if invalid {
                wrong_line(ui, |ui| ui.say(english::MISSING_PROJECT));
            }
        });
        status::list(&view.projects_state, ui);
    });
}

/// T17: why the dialog came back here by itself.
fn changed(changed: &Changed, ui: &mut Ui) {
    ui.tag("div data-testid=changed", |ui| {
        panel(ui, Tone::Danger, english::CHANGED_TITLE, |ui| {
            for (is_so, key) in [
                (changed.target_replaced, english::CHANGED_REPLACED),
                (changed.write_concern, english::CHANGED_WRITE_CONCERN),
                (changed.unreadable, english::CHANGED_UNREADABLE),
            ] {
                if is_so {
                    ui.put("p", key);
                }
            }
            if !changed.added.is_empty() {
                findings::list(ui, &changed.added);
            }
            if !changed.sent_before {
                ui.put("p", english::CHANGED_NOTHING_SENT);
            }
        });
    });
}

/// Which clusters were not asked for restores into the target. Those of other projects never are.
pub fn not_looked_at(count: usize, chosen: bool, ui: &mut Ui) {
    ui.group(|ui| {
        if chosen {
            let count = [("count", Value::Count(count))];
            ui.put_rich("p.hint", english::NOT_LOOKED_AT, &count);
        }
    });
}
