//! The confirmation: the target's name, typed; and why, where the page asks.

use super::action::Action;
use super::findings::said_to_be;
use super::parts::{Tone, copy, icon};
use super::{Ui, footer};
use crate::dialog::{Confirmation, Event, Missing, ReasonMode, ReviewView};
use crate::widget::text::{Key, Value, Words, english, visible};

/// The fields below the review: why comes first, since another reason asks for the name again.
pub fn confirm(view: &ReviewView, ui: &mut Ui) {
    ui.group(|ui| reason(view, ui));
    name(view, ui);
}

fn name(view: &ReviewView, ui: &mut Ui) {
    let wrong = difference(view, ui.words);
    ui.tag("div.field", |ui| {
        let expected = [("name", Value::Name(view.expected))];
        let markup = "label.label for=confirm-input";
        ui.put_rich(markup, english::CONFIRM_LABEL, &expected);
        ui.tag("p.expected", |ui| {
            let markup = "bdi.expected-name id=confirm-hint dir=ltr";
            ui.put_text(markup, visible(view.expected));
            copy(ui, "name", english::COPY_NAME, view.expected);
        });
        ui.tag(
            "input.input id=confirm-input type=text dir=ltr data-testid=confirm-input \
             autocomplete=off autocapitalize=none autocorrect=off spellcheck=false",
            |ui| {
                ui.attr("aria-describedby", "confirm-hint confirm-error");
                ui.value(view.typed);
                read_only(view, ui);
                ui.flag("aria-invalid", wrong.is_some());
                ui.on("input", Action::Typed(Event::ConfirmationTyped));
                ui.on("blur", Action::Send(Event::ConfirmationLeft));
            },
        );
        ui.tag("div id=confirm-error", |ui| {
            if let Some(text) = wrong {
                wrong_line(ui, |ui| ui.text(text));
            }
        });
    });
}

fn read_only(view: &ReviewView, ui: &mut Ui) {
    if view.submitting.is_some() {
        ui.attr("readonly", "");
    }
}

/// What is wrong with a field, for its description.
pub fn wrong(ui: &mut Ui, markup: &'static str, text: Option<Key>) {
    ui.tag(markup, |ui| {
        if let Some(text) = text {
            wrong_line(ui, |ui| ui.say(text));
        }
    });
}

/// Its line.
pub fn wrong_line(ui: &mut Ui, text: impl FnOnce(&mut Ui)) {
    ui.tag("p.wrong-line", |ui| {
        icon(ui, Tone::Danger);
        ui.tag("span", |ui| {
            said_to_be(ui, english::ERROR);
            text(ui);
        });
    });
}

/// C7: what differs, once the field was left or the button pressed.
pub fn difference(view: &ReviewView, words: &Words) -> Option<String> {
    let is_shown = match view.confirmation {
        Confirmation::Matches => false,
        Confirmation::Empty => view.show_missing,
        _ => view.show_difference || view.show_missing,
    };
    is_shown.then(|| differs(&view.confirmation, words))
}

/// What is wrong with the name that was typed.
pub fn differs(confirmation: &Confirmation, words: &Words) -> String {
    let (key, typed, expected) = match confirmation {
        Confirmation::Empty | Confirmation::Matches => (english::CONFIRM_EMPTY, 0, 0),
        Confirmation::CaseDiffers => (english::CONFIRM_CASE, 0, 0),
        Confirmation::Differs => (english::CONFIRM_DIFFERS, 0, 0),
        Confirmation::LengthDiffers { typed, expected } => {
            (english::CONFIRM_LENGTH, *typed, *expected)
        }
    };
    let values = [
        ("typed", Value::Count(typed)),
        ("expected", Value::Count(expected)),
    ];
    words.text(key, &values)
}

fn reason(view: &ReviewView, ui: &mut Ui) {
    let label = match view.reason_mode {
        ReasonMode::Off => return,
        ReasonMode::Optional => english::REASON_OPTIONAL,
        ReasonMode::Required => english::REASON_LABEL,
    };
    let about_reason = |one: &&Missing| matches!(one, Missing::Reason { .. } | Missing::ReasonForm);
    let wrong = view.missing.iter().find(about_reason);
    let wrong = wrong.filter(|_| view.show_missing);
    ui.tag("div.field.reason-field", |ui| {
        ui.put("label.label for=reason", label);
        ui.put("p.hint id=reason-hint", english::REASON_HINT);
        ui.tag(
            "textarea.input id=reason rows=2 data-testid=reason-input",
            |ui| {
                ui.attr("aria-describedby", "reason-hint reason-error");
                ui.value(view.reason);
                read_only(view, ui);
                ui.flag("aria-required", view.reason_mode == ReasonMode::Required);
                ui.flag("aria-invalid", wrong.is_some());
                ui.on("input", Action::Typed(Event::ReasonTyped));
            },
        );
        ui.tag("div id=reason-error", |ui| {
            if let Some(wrong) = wrong {
                wrong_line(ui, |ui| footer::missing_text(*wrong, ui));
            }
        });
    });
}
