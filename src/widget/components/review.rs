//! Step Review: what goes where, what is lost, what happens afterwards, and the confirmation.

use super::parts::{
    Tone, busy, drawing, fact, fact_text, id, id_below, name, name_or_unknown, panel_of,
    source_badge, time, unknown,
};
use super::{Ui, confirm, destination, findings, footer, handover, problem, snapshot};
use crate::dialog::{Confirmation, Event, ReviewView, Step, SubmitError};
use crate::model::{Cluster, Failure, Problem, Project, holds};
use crate::rules::{Code, Finding, Severity};
use crate::widget::text::{Key, Value, english, project_name, visible};

/// The step.
pub fn review(view: &ReviewView, ui: &mut Ui) {
    ui.tag("div.stack data-testid=review", |ui| {
        ui.flag("aria-busy", view.submitting.is_some());
        let is_typed = view.confirmation != Confirmation::Empty;
        let wrong = confirm::difference(view, ui.words).filter(|_| is_typed);
        footer::summary(view.show_missing, &view.missing, wrong, ui);
        ui.group(|ui| {
            if let Some(error) = view.error {
                refused(error, view, ui);
            }
        });
        lost(view, ui);
        ui.group(|ui| advice(view, ui));
        ui.tag("div.compare", |ui| {
            from(view, ui);
            ui.tag("span.arrow aria-hidden=true", |ui| {
                drawing(ui, "M4 12h15M13 6l6 6-6 6");
            });
            to(view, ui);
        });
        ui.group(|ui| {
            if view.findings.iter().any(warns) {
                ui.tag("div", |ui| {
                    ui.put("h4.section-title", english::WARNINGS);
                    findings::list(ui, view.findings.iter().filter(|one| warns(one)));
                });
            }
        });
        afterwards(view, ui);
        destination::not_looked_at(view.jobs_not_looked_at, true, ui);
        handover::handover(view, ui);
        confirm::confirm(view, ui);
    });
}

fn warns(finding: &Finding) -> bool {
    finding.severity() == Severity::Warning
}

/// The head of a card: its title, and a way back to where it was chosen.
fn head(ui: &mut Ui, title_id: &'static str, title: Key, change: Option<(Key, Step)>) {
    ui.attr("aria-labelledby", title_id);
    ui.tag("div.card-head", |ui| {
        ui.tag("h4.card-title", |ui| {
            ui.attr("id", title_id);
            ui.say(title);
        });
        ui.group(|ui| {
            if let Some((text, step)) = change {
                ui.tag("button.link type=button", |ui| {
                    ui.send(Event::ChangePressed(step));
                    ui.say(text);
                });
            }
        });
    });
}

fn project_fact(ui: &mut Ui, project: &Project) {
    fact(ui, english::PROJECT, |ui| {
        name(ui, project_name(project));
        id_below(ui, &project.id);
    });
}

fn version_fact(ui: &mut Ui, version: Option<&str>) {
    fact(ui, english::VERSION, |ui| name_or_unknown(ui, version));
}

fn from(view: &ReviewView, ui: &mut Ui) {
    let summary = &view.summary;
    let snapshot = summary.snapshot;
    // Where the page gave the snapshot there is no step to go back to.
    let change = ui.steps.contains(&Step::Source);
    let change = change.then_some((english::CHANGE_SNAPSHOT, Step::Source));
    ui.tag("section.card", |ui| {
        head(ui, "from-title", english::REVIEW_FROM, change);
        ui.tag("dl.facts.line", |ui| {
            fact(ui, english::CLUSTER, |ui| {
                ui.tag("strong", |ui| name(ui, summary.cluster_name));
                ui.text(" ");
                source_badge(ui);
            });
            project_fact(ui, summary.project);
            fact(ui, english::SNAPSHOT_ID, |ui| id(ui, &snapshot.id));
            version_fact(ui, snapshot.mongodb_version.as_deref());
            fact(ui, english::ENCRYPTION, |ui| {
                snapshot::encryption(summary, ui);
            });
            fact(ui, english::CREATED, |ui| {
                time(ui, snapshot.created_at.as_ref());
            });
            fact_text(ui, english::TYPE, ui.words.snapshot_type(snapshot));
            fact_text(
                ui,
                english::SIZE,
                ui.words.size(snapshot.storage_size_bytes),
            );
        });
    });
}

fn to(view: &ReviewView, ui: &mut Ui) {
    let target = view.target;
    let change = Some((english::CHANGE_TARGET, Step::Destination));
    ui.tag("section.card.target", |ui| {
        head(ui, "to-title", english::REVIEW_TO, change);
        ui.tag("dl.facts.line", |ui| {
            fact(ui, english::CLUSTER, |ui| {
                ui.tag("strong", |ui| name(ui, &target.name));
            });
            project_fact(ui, view.target_project);
            fact(ui, english::CLUSTER_ID, |ui| id(ui, &target.id));
            version_fact(ui, target.mongodb_version.as_deref());
            fact_text(
                ui,
                english::ENCRYPTION,
                ui.words.encryption(&target.encryption),
            );
            fact(ui, english::TIER, |ui| place(target, ui));
            let state = ui.words.state(target.paused, target.state.as_ref());
            fact_text(ui, english::STATE, state);
        });
    });
}

fn place(target: &Cluster, ui: &mut Ui) {
    let parts = super::cluster_row::size_and_place(target);
    if parts.is_empty() {
        unknown(ui);
    }
    for part in parts {
        ui.tag("span.part", |ui| {
            ui.put_text("bdi dir=ltr", part);
            ui.text(" ");
        });
    }
}

/// C1, C3: what is lost, with the name; what we cannot know is said to be unknown.
fn lost(view: &ReviewView, ui: &mut Ui) {
    let title = [("cluster", Value::Name(&view.target.name))];
    ui.tag("div data-testid=warning", |ui| {
        panel_of(
            ui,
            Tone::Danger,
            |ui| ui.rich(english::LOST, &title),
            |ui| {
                ui.tag("ul.bullets", |ui| {
                    findings::sentences(ui, &view.findings, |code| {
                        matches!(
                            code,
                            Code::DataDeleted | Code::TargetUnavailableDuringRestore
                        )
                    });
                    // T11: restoring over its own source loses what is newer than the snapshot.
                    let is_source = |code| code == Code::TargetIsSource;
                    findings::sentences(ui, &view.findings, is_source);
                    if view.findings.iter().any(|found| is_source(found.code)) {
                        snapshot::newer_lost(ui, "li", &view.summary);
                    }
                });
                ui.put("p.hint", english::LOST_UNKNOWN);
            },
        );
    });
}

/// C11: a snapshot of the target first, where its newest is old; the button only where the page can take one.
fn advice(view: &ReviewView, ui: &mut Ui) {
    let Some(advice) = view.advice else {
        return;
    };
    let cluster = [("cluster", Value::Name(&view.target.name))];
    ui.tag("div data-testid=snapshot-advice", |ui| {
        panel_of(
            ui,
            Tone::Warning,
            |ui| ui.rich(english::ADVICE, &cluster),
            |ui| {
                ui.group(|ui| match advice.newest {
                    Some(newest) => {
                        let age = ui.words.formats.age(newest, ui.now);
                        ui.put_rich("p", english::ADVICE_OLD, &[("age", Value::Text(age))]);
                    }
                    None => ui.put("p", english::ADVICE_NONE),
                });
                ui.group(|ui| {
                    if advice.taking {
                        busy(ui, |ui| ui.say(english::ADVICE_TAKING));
                    }
                });
                if let Some(label) = advice.action {
                    let markup = "button.button type=button data-testid=take-snapshot-button";
                    ui.tag(markup, |ui| {
                        ui.send(Event::SnapshotPressed);
                        ui.text(label.to_owned());
                    });
                }
            },
        );
    });
}

fn afterwards(view: &ReviewView, ui: &mut Ui) {
    ui.tag("div", |ui| {
        ui.put("h4.section-title", english::AFTERWARDS);
        ui.tag("ul.bullets", |ui| {
            findings::sentences(ui, &view.findings, |code| {
                matches!(
                    code,
                    Code::RwConcernOverridden
                        | Code::RwConcernKept
                        | Code::RwConcernUnknown
                        | Code::KeyRotatedAfter
                        | Code::ApplicationRestart
                )
            });
        });
    });
}

/// This attempt started nothing, and why.
fn refused(error: &SubmitError, view: &ReviewView, ui: &mut Ui) {
    ui.tag(
        "section id=submit-error tabindex=-1 data-testid=submit-error",
        |ui| {
            ui.attr("aria-labelledby", "submit-title");
            ui.attr("aria-describedby", "submit-text");
            let title = if error.is_running() {
                english::RUNNING_OTHER_HEADING
            } else if view.may_run {
                english::UNKNOWN_HEADING
            } else {
                english::REFUSED_TITLE
            };
            panel_of(
                ui,
                Tone::Danger,
                |ui| ui.put("span id=submit-title", title),
                |ui| {
                    ui.tag("div.panel-text id=submit-text", |ui| match error {
                        SubmitError::Vetoed(message) => match message.as_deref() {
                            Some(message) if !message.is_empty() => {
                                ui.put_text("p dir=auto", visible(message));
                            }
                            _ => ui.put("p", english::VETOED),
                        },
                        SubmitError::RecheckFailed(failure) => {
                            ui.put("p", english::RECHECK_FAILED);
                            match failure {
                                // Whose project it is cannot be told from here: both are named.
                                Failure::Refused(problem) if problem.lacks_access() => {
                                    own_words(problem, view, ui);
                                    problem::of_server(problem, ui);
                                }
                                _ => problem::failure(failure, ui),
                            }
                        }
                        SubmitError::Refused(Failure::Refused(problem)) => {
                            own_words(problem, view, ui);
                            problem::server_findings(&problem.findings, ui);
                            problem::of_server(problem, ui);
                        }
                        SubmitError::Refused(failure) => problem::failure(failure, ui),
                    });
                },
            );
        },
    );
}

/// F1 to F6: what a refusal means here.
fn own_words(problem: &Problem, view: &ReviewView, ui: &mut Ui) {
    let csrf = [
        &problem.error_code,
        &problem.kind,
        &problem.title,
        &problem.detail,
    ]
    .into_iter()
    .flatten()
    .any(|text| holds(&text.to_ascii_lowercase(), "csrf"));
    let key = match problem.status {
        403 if csrf => english::SUBMIT_CSRF,
        _ if problem.lacks_access() => english::SUBMIT_403,
        401 => english::SUBMIT_401,
        404 | 410 => english::SUBMIT_404,
        409 => english::SUBMIT_409,
        429 if problem.retry_after_ms.is_some() => english::SUBMIT_429_WAIT,
        429 => english::SUBMIT_429,
        408 | 500.. => english::SUBMIT_NOT_SENT,
        _ => english::SUBMIT_400,
    };
    let wait = problem::wait(problem.retry_after_ms, ui);
    ui.put_rich(
        "p",
        key,
        &[
            ("cluster", Value::Name(&view.target.name)),
            ("project", Value::Name(project_name(view.target_project))),
            ("wait", wait),
        ],
    );
}
