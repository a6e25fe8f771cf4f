//! Nobody knows whether the restore was started.

use super::parts::{Tone, busy, button, fact, id, moment, name, panel};
use super::{Ui, problem};
use crate::dialog::{Event, UnknownView};
use crate::model::Failure;
use crate::widget::text::{Value, english};

/// What is known, and what can be done safely.
pub fn unknown(view: &UnknownView, ui: &mut Ui) {
    ui.tag("div.stack", |ui| {
        ui.tag("div data-testid=job-state data-state=unknown", |ui| {
            panel(ui, Tone::Warning, english::STATE_UNKNOWN, |ui| {
                known(view, ui);
            });
        });
        ui.tag("dl.facts", |ui| {
            fact(ui, english::TARGET, |ui| {
                name(ui, &view.request.target.name);
            });
            fact(ui, english::SNAPSHOT_ID, |ui| {
                id(ui, &view.request.snapshot_id);
            });
        });
    });
}

fn known(view: &UnknownView, ui: &mut Ui) {
    let cluster = [("cluster", Value::Name(view.request.target.name.as_str()))];
    let reads = [("count", Value::Count(view.reads_without as usize))];
    ui.put_rich("p", english::UNKNOWN_TEXT, &cluster);
    ui.group(|ui| match view.failure {
        // That it brought no answer is said above; it was sent, wherever it got to.
        Failure::NoAnswer { message } => problem::technical(message, ui),
        failure => problem::failure(failure, ui),
    });
    ui.put_rich("p", english::UNKNOWN_NONE, &reads);
    ui.group(|ui| {
        if view.read_failed {
            ui.put("p", english::UNKNOWN_READ_FAILED);
        }
        if let Some(at) = view.last_read_at {
            ui.tag("dl.facts.line", |ui| {
                fact(ui, english::UPDATED, |ui| moment(ui, at));
            });
        }
        if view.checking {
            busy(ui, |ui| {
                let source = [("cluster", Value::Name(&view.request.source.name))];
                let text = ui.words.text(english::UNKNOWN_CHECKING, &source);
                ui.text(text);
            });
        }
    });
    ui.put(
        "p",
        if view.can_try_again {
            english::UNKNOWN_CAN_TRY
        } else {
            english::UNKNOWN_WAIT
        },
    );
    ui.tag("div.panel-actions", |ui| {
        let markup = "button.button data-testid=check-again-button";
        button(ui, markup, english::CHECK_AGAIN, Event::CheckAgainPressed);
        ui.group(|ui| {
            if view.can_try_again {
                let markup = "button.button data-testid=try-again-button";
                button(ui, markup, english::TRY_AGAIN, Event::TryAgainPressed);
            }
        });
    });
    // Beside "very likely not started" there is nothing that closing could stop.
    ui.group(|ui| {
        if !view.can_try_again {
            ui.put("p.hint", english::CLOSING_IS_SAFE);
        }
    });
}
