//! The frame: title, steps, body, footer.

use super::parts::{TICK, Tone, action, busy, drawing, panel};
use super::{Ui, destination, footer, progress, review, source, status, unknown};
use crate::dialog::{Body, CloseReason, Event, Step, View};
use crate::model::around;
use crate::widget::text::{Key, Value, english};

/// Everything inside the native dialog but the live regions.
pub fn frame(view: &View, ui: &mut Ui) {
    ui.tag("div.frame", |ui| {
        header(view, ui);
        ui.tag("div.body part=body", |ui| {
            heading(view, ui);
            ui.group(|ui| banners(view, ui));
            ui.group(|ui| body(view, ui));
        });
        footer::footer(view, ui);
    });
}

fn header(view: &View, ui: &mut Ui) {
    let place = view.steps.iter().position(|step| *step == view.step);
    ui.tag("div.header part=header", |ui| {
        ui.tag("h2.title id=title", |ui| title(view, place, ui));
        // In the page there is Cancel, as in any form.
        if !ui.local.inline {
            ui.tag("button.close type=button part=close", |ui| {
                let label = ui.words.say(english::CLOSE);
                ui.attr("aria-label", label);
                ui.send(Event::Closed(CloseReason::X));
                drawing(ui, "M6 6l12 12M18 6 6 18");
            });
        }
        ui.group(|ui| steps(view, place.unwrap_or(0), ui));
    });
}

/// The title's words, with the step set apart where the catalogue puts it.
fn title(view: &View, place: Option<usize>, ui: &mut Ui) {
    let template = ui.words.say(english::TITLE);
    let (before, after) = around(&template, "{step}").unwrap_or((&template, ""));
    ui.text(before.to_owned());
    ui.text(if before.len() == template.len() {
        " "
    } else {
        ""
    });
    ui.tag("span.title-step", |ui| {
        if let Some(place) = place {
            let step = ui.words.say(step_name(view.step)).to_string();
            let values = [
                ("step", Value::Text(step)),
                ("n", Value::Count(place + 1)),
                ("m", Value::Count(view.steps.len())),
            ];
            let text = ui.words.text(english::TITLE_STEP, &values);
            ui.text(text);
        }
    });
    ui.text(after.to_owned());
}

fn steps(view: &View, place: usize, ui: &mut Ui) {
    if view.steps.len() < 2 {
        return;
    }
    ui.tag("ol.steps part=steps", |ui| {
        let label = ui.words.say(english::STEPS);
        ui.attr("aria-label", label);
        for (index, step) in view.steps.iter().enumerate() {
            let done = index < place;
            ui.tag("li", |ui| {
                if done {
                    ui.attr("class", "step done");
                } else if index == place {
                    ui.attr("class", "step now");
                    ui.attr("aria-current", "step");
                } else {
                    ui.attr("class", "step");
                }
                ui.tag("span.step-mark aria-hidden=true", |ui| {
                    if done {
                        drawing(ui, TICK);
                    } else {
                        let number = ui.words.formats.number((index + 1) as f64);
                        ui.text(number);
                    }
                });
                ui.put("span.step-name", step_name(*step));
                ui.group(|ui| {
                    if done {
                        ui.put("span.unseen", english::STEP_DONE);
                    }
                });
            });
        }
    });
}

fn step_name(step: Step) -> Key {
    match step {
        Step::Source => english::STEP_SOURCE,
        Step::Destination => english::STEP_DESTINATION,
        Step::Review => english::STEP_REVIEW,
        Step::Progress => english::STEP_PROGRESS,
    }
}

fn banners(view: &View, ui: &mut Ui) {
    ui.group(|ui| {
        if view.sign_in_needed {
            ui.tag("div id=sign-in tabindex=-1", |ui| {
                panel(ui, Tone::Warning, english::SIGN_IN_TITLE, |ui| {
                    ui.put("p", english::SIGN_IN);
                    let markup = "button.button data-testid=signed-in-button";
                    action(ui, markup, english::SIGNED_IN, Event::SignedIn);
                });
            });
        }
    });
    ui.group(|ui| {
        if view.offline {
            ui.tag("div id=offline tabindex=-1", |ui| {
                panel(ui, Tone::Warning, english::OFFLINE_TITLE, |ui| {
                    ui.put("p", english::OFFLINE);
                });
            });
        }
    });
}

fn body(view: &View, ui: &mut Ui) {
    match &view.body {
        // Nothing is read before somebody has signed in.
        Body::Loading if view.sign_in_needed => {}
        Body::Loading => loading(ui),
        Body::Failed { what, failure } => status::failed(*what, failure, view.sent_before, ui),
        Body::Source(source) => source::source(source, ui),
        Body::Destination(destination) => destination::destination(destination, ui),
        Body::Review(review) => review::review(review, ui),
        Body::Unknown(view) => unknown::unknown(view, ui),
        Body::Progress(progress) => progress::progress(progress, ui),
    }
}

fn loading(ui: &mut Ui) {
    ui.tag("div.stack aria-busy=true", |ui| {
        busy(ui, |ui| ui.say(english::LOADING));
        ui.tag("div.skeleton aria-hidden=true", |ui| {
            for _ in 0..3 {
                ui.leaf("span");
            }
        });
    });
}

/// The heading of what is shown, on which the focus is put when a step opens. It is one element from the first
/// loading on, so that the focus stays while its words change.
fn heading(view: &View, ui: &mut Ui) {
    let key = match &view.body {
        Body::Loading if !view.sign_in_needed => english::LOADING_HEADING,
        Body::Loading | Body::Failed { .. } => english::FAILED_HEADING,
        Body::Source(_) => english::SOURCE_HEADING,
        Body::Destination(destination) if destination.blocked => english::BLOCKED_TITLE,
        Body::Destination(_) => english::DESTINATION_HEADING,
        Body::Review(_) => english::REVIEW_HEADING,
        Body::Unknown(_) => english::UNKNOWN_HEADING,
        Body::Progress(view) => progress::heading(view),
    };
    ui.put("h3.heading id=heading tabindex=-1", key);
}
