//! The cluster field: combobox, what is wrong with a refused cluster, the chosen one with its warnings.

use super::cluster_row::meta;
use super::parts::{TICK, Tone, action, drawing, icon, id, name, panel, panel_of, source_badge};
use super::{Ui, destination, findings, snapshot, status};
use crate::dialog::{ChosenCluster, DestinationView, Event, ListState, Missing, RefusedCluster};
use crate::rules::{Code, CodeSet, Finding, Severity};
use crate::widget::text::{Value, english, texts};

/// The whole field; nothing before a project is chosen.
pub fn cluster(view: &DestinationView, ui: &mut Ui) {
    if view.project.is_none() || view.project_missing || !view.project_findings.is_empty() {
        return;
    }
    let empty =
        view.total == 0 && view.clusters_state == ListState::Complete && view.refused.is_none();
    ui.tag("div.field", |ui| {
        ui.group(|ui| none_eligible(view, ui));
        ui.tag("div.label-line", |ui| {
            ui.put("label.label for=cluster-filter", english::TARGET_CLUSTER);
            ui.tag("span.quiet", |ui| eligible(view, ui));
        });
        ui.put("p.hint id=cluster-hint", english::TARGET_CLUSTER_HINT);
        ui.group(|ui| {
            if empty {
                panel(ui, Tone::Info, english::NO_CLUSTERS, |_| ());
            } else {
                let missing = view.show_missing && view.missing.contains(&Missing::Cluster);
                let list = ui.list;
                if let Ok(mut list) = list.try_borrow_mut() {
                    list.draw(view, view.refused.is_some() || missing, ui, |ui| {
                        error(view, missing, ui);
                    });
                }
            }
        });
        status::list(&view.clusters_state, ui);
    });
}

fn eligible(view: &DestinationView, ui: &mut Ui) {
    if view.total > 0 {
        ui.rich(
            english::ELIGIBLE,
            &[
                ("eligible", Value::Count(view.eligible)),
                ("total", Value::Count(view.total)),
            ],
        );
    }
}

/// Between input and list: why a cluster will not do.
fn error(view: &DestinationView, missing: bool, ui: &mut Ui) {
    if view.refused.is_none() && !missing {
        return;
    }
    ui.tag(
        "div id=cluster-error data-testid=cluster-error",
        |ui| match &view.refused {
            Some(cluster) => refused(cluster, ui),
            None => ui.tag("p.wrong-line", |ui| {
                icon(ui, Tone::Danger);
                ui.put("span", english::MISSING_CLUSTER);
            }),
        },
    );
}

fn refused(refused: &RefusedCluster, ui: &mut Ui) {
    let cluster = [("name", Value::Name(refused.name))];
    panel_of(
        ui,
        Tone::Danger,
        |ui| ui.rich(english::REFUSED, &cluster),
        |ui| {
            if refused.findings.is_empty() {
                ui.put_rich("p", english::CLUSTER_GONE, &cluster);
            } else {
                let shown = refused.findings.iter();
                findings::list(
                    ui,
                    shown.filter(|finding| finding.severity() != Severity::Notice),
                );
            }
            if let Some(job) = refused.running_job {
                let event = Event::FollowPressed {
                    job_id: job.id.clone(),
                };
                let markup = "button.button data-testid=follow-button";
                action(ui, markup, english::FOLLOW, event);
            }
        },
    );
}

/// T15: no cluster of the project will do, with how often each reason holds.
fn none_eligible(view: &DestinationView, ui: &mut Ui) {
    let Some(counts) = &view.none_eligible else {
        return;
    };
    ui.tag("div.before data-testid=no-eligible", |ui| {
        ui.attr("data-code", Code::TargetNoneEligible.as_str());
        panel(ui, Tone::Warning, english::NONE_ELIGIBLE_TITLE, |ui| {
            ui.tag("ul.bullets", |ui| {
                for (code, count) in counts {
                    let reason = {
                        let finding = Finding::new(*code);
                        ui.words.finding_text(texts(*code).short, &finding)
                    };
                    ui.tag("li", |ui| {
                        ui.attr("data-code", code.as_str());
                        ui.rich(
                            english::NONE_ELIGIBLE_COUNT,
                            &[
                                ("count", Value::Count(*count)),
                                ("reason", Value::Text(reason)),
                            ],
                        );
                    });
                }
            });
            ui.put("p", texts(Code::TargetNoneEligible).remedy);
        });
    });
}

/// The chosen cluster with its warnings.
pub fn chosen(chosen: &ChosenCluster, view: &DestinationView, ui: &mut Ui) {
    let cluster = chosen.cluster;
    let says_source = |finding: &&Finding| finding.code == Code::TargetIsSource;
    let is_source = chosen.findings.iter().any(|one| says_source(&one));
    let shown = chosen
        .findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Warning || says_source(finding));
    let shown: Vec<&Finding> = shown.collect();
    ui.tag("div.card.chosen-card part=chosen", |ui| {
        ui.tag("p.card-title", |ui| {
            drawing(ui, TICK);
            ui.say(english::CHOSEN);
        });
        ui.tag("p.option-title", |ui| {
            name(ui, &cluster.name);
            if is_source {
                source_badge(ui);
            }
        });
        meta(cluster, CodeSet::default(), ui);
        // T12: the id tells clusters of one name apart.
        ui.tag("span.meta", |ui| id(ui, &cluster.id));
        findings::list_if_any(ui, &shown);
        ui.group(|ui| {
            if is_source {
                snapshot::newer_lost(ui, "p.after", &view.summary);
            }
        });
        let not_looked_at = view.jobs_not_looked_at;
        destination::not_looked_at(not_looked_at, not_looked_at > 0, ui);
    });
}
