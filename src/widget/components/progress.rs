//! Following a job: where it stands, what is known of it, what to do next.

use super::parts::{
    Tone, action, copy, fact, fact_text, icon, id, id_below, moment, name, name_or_unknown, panel,
    panel_of, spinner,
};
use super::{Ui, findings};
use crate::atlas::job_page;
use crate::dialog::{Event, ProgressView};
use crate::model::JobState;
use crate::widget::format::iso;
use crate::widget::host::set;
use crate::widget::text::{Key, Value, Values, english, visible};
use crate::widget::{VERSION, signals};

/// The step.
pub fn progress(view: &ProgressView, ui: &mut Ui) {
    let target = view.job.target_cluster_name.as_deref().unwrap_or_default();
    let cluster = [("cluster", Value::Name(target))];
    let running = view.state == JobState::Running;
    let (_, text, state, tone) = words(view);
    ui.tag("div.stack data-testid=receipt", |ui| {
        ui.tag("div part=state data-testid=job-state", |ui| {
            ui.attr("class", tone.class());
            ui.attr("data-state", view.state.as_str());
            ui.group(|ui| {
                if running {
                    spinner(ui);
                } else {
                    icon(ui, tone);
                }
            });
            ui.tag("div.panel-text", |ui| {
                ui.put("p.panel-title", state);
                ui.put_rich("p", text, &cluster);
                if running {
                    ui.tag("progress.bar", |ui| {
                        let label = ui.words.text(english::PROGRESS_BAR, &cluster);
                        ui.attr("aria-label", label);
                    });
                    ui.put("p.hint", english::PERCENT_UNKNOWN);
                }
            });
        });
        ui.group(|ui| stale(view, ui));
        ui.tag("div.card", |ui| {
            ui.tag("dl.facts", |ui| facts(view, ui));
        });
        next(view, &cluster, ui);
        ui.group(|ui| {
            if running {
                ui.tag("p.hint.closing", |ui| {
                    icon(ui, Tone::Info);
                    ui.put("span", english::CLOSING_IS_SAFE);
                });
            }
        });
    });
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
fn stale(view: &ProgressView, ui: &mut Ui) {
    ui.group(|ui| {
        if view.failed_polls > 0 {
            let time = [("time", Value::Time(view.updated_at))];
            panel_of(
                ui,
                Tone::Warning,
                |ui| ui.rich(english::NOT_UPDATED, &time),
                |ui| {
                    if view.stalled {
                        let markup = "button.button data-testid=check-again-button";
                        action(ui, markup, english::CHECK_AGAIN, Event::CheckAgainPressed);
                    }
                },
            );
        }
    });
    if view.longer_than_usual && view.state == JobState::Running {
        let details = details(view, ui);
        panel(ui, Tone::Warning, english::LONGER, |ui| {
            ui.put_text(
                "p.id dir=ltr data-testid=support-details",
                visible(&details),
            );
            copy(ui, "details", english::COPY_DETAILS, &details);
        });
    }
}

/// What support will ask for (S16), in nobody's language: JSON.
fn details(view: &ProgressView, ui: &Ui) -> String {
    let details = signals::job_data(view.job);
    for (name, value) in [
        ("sourceProject", view.source.project_id.clone()),
        ("sourceCluster", view.source.name.clone()),
        ("startedAt", view.started_at.map(iso).unwrap_or_default()),
        ("readAt", iso(view.updated_at)),
        ("now", iso(ui.now)),
        ("requestId", ui.handle.last_request_id()),
        ("version", VERSION.to_owned()),
    ] {
        set(&details, name, value);
    }
    let text = js_sys::JSON::stringify(&details).map(String::from);
    text.unwrap_or_default()
}

fn facts(view: &ProgressView, ui: &mut Ui) {
    let job = view.job;
    let finished = job.finished_at.as_ref().and_then(|time| time.value);
    let end = finished.unwrap_or(ui.now);
    fact(ui, english::JOB_ID, |ui| {
        id(ui, &job.id);
        ui.text(" ");
        copy(ui, "job", english::COPY_ID, &job.id);
        if let Some(template) = view.link {
            let address = job_page(template, view.source, &job.id);
            ui.tag(
                "a.link target=_blank rel=noopener data-testid=job-link",
                |ui| {
                    ui.attr("href", address);
                    ui.say(english::JOB_LINK);
                },
            );
        }
    });
    fact(ui, english::TARGET, |ui| {
        name_or_unknown(ui, job.target_cluster_name.as_deref());
        if let Some(project) = view.target_project_name {
            ui.tag("span.sub", |ui| name(ui, project));
        }
        if let Some(project) = job.target_group_id.as_deref() {
            id_below(ui, project);
        }
    });
    fact(ui, english::FROM, |ui| name(ui, &view.source.name));
    if let Some(snapshot) = job.snapshot_id.as_deref() {
        fact(ui, english::SNAPSHOT_ID, |ui| id(ui, snapshot));
    }
    for (label, at) in [
        (english::STARTED, view.started_at),
        (english::FINISHED, finished),
    ] {
        if let Some(at) = at {
            fact(ui, label, |ui| moment(ui, at));
        }
    }
    if let Some(start) = view.started_at
        && (view.state == JobState::Running || finished.is_some())
    {
        let elapsed = ui.words.formats.duration(end.0 - start.0);
        fact_text(ui, english::ELAPSED, elapsed);
    }
    fact(ui, english::UPDATED, |ui| moment(ui, view.updated_at));
    if let Some(reason) = view.reason {
        fact_text(ui, english::REASON_LABEL, visible(reason));
    }
}

/// S13: what to do, or what there will be to do.
fn next(view: &ProgressView, cluster: Values, ui: &mut Ui) {
    let keys: &[Key] = match view.state {
        JobState::Running => &[english::NEXT_LATER_RESTART, english::NEXT_LATER_KEY],
        JobState::Completed => &[english::NEXT_RESTART, english::NEXT_KEY],
        _ => &[english::NEXT_LOOK],
    };
    ui.tag("div", |ui| {
        ui.put("h4.section-title", english::NEXT_STEPS);
        ui.tag("ul.bullets", |ui| {
            for key in keys {
                ui.put_rich("li", *key, cluster);
            }
            if let Some(finding) = &view.write_concern
                && matches!(view.state, JobState::Running | JobState::Completed)
            {
                findings::sentence(ui, finding);
            }
        });
    });
}
