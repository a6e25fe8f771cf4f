//! What can be done with a restore besides starting it here: check it, or hand it to somebody else.

use super::Ui;
use super::parts::{busy, button, copy, moment};
use crate::atlas;
use crate::dialog::{Check, Event, ReviewView};
use crate::widget::text::{english, visible};

/// The part of the review above the confirmation.
pub fn handover(view: &ReviewView, ui: &mut Ui) {
    let body = atlas::restore_body(&view.request);
    ui.tag("div", |ui| {
        ui.put("h4.section-title", english::HANDOVER);
        ui.tag("div.panel-actions", |ui| {
            let markup = "button.button.small";
            button(ui, markup, english::CHECK_ONLY, Event::CheckOnlyPressed);
            if let Some(command) = atlas::restore_command(&view.request) {
                copy(ui, "command", english::COPY_COMMAND, &command);
            }
        });
        ui.group(|ui| match view.check {
            Check::NotAsked => {}
            Check::Running => busy(ui, |ui| ui.say(english::CHECKING)),
            Check::Passed(at) => ui.tag("p.hint", |ui| {
                ui.say(english::CHECK_PASSED);
                ui.text(" ");
                moment(ui, at);
            }),
        });
        ui.tag("details.details", |ui| {
            ui.put("summary", english::SHOW_REQUEST);
            ui.put_text("p.id dir=ltr", visible(&body));
            copy(ui, "request", english::COPY_REQUEST, &body);
        });
    });
}
