//! A native select over a list that may be long: above two hundred entries a filter comes before it.

use super::Ui;
use super::action::Action;
use super::parts::drawing;
use crate::dialog;
use crate::model::holds;
use crate::widget::app::Msg;
use crate::widget::text::{Key, Value, english};
use crate::widget::unicode::fold;

/// More than this, beside the chosen one, are not put into one select.
const MOST: usize = 200;

/// A select with a label.
pub struct Picker<'a> {
    /// Its id, which its label and its hint are named after.
    pub id: &'static str,
    /// Its test id.
    pub testid: &'static str,
    /// The test id of its options, and the attribute that holds their value.
    pub option: (&'static str, &'static str),
    /// Its label.
    pub label: Key,
    /// What stands where nothing is chosen.
    pub placeholder: Key,
    /// What is chosen.
    pub chosen: Option<&'a str>,
    /// The text that narrows a long list, and what to do when it changes.
    pub filter: (&'a str, fn(String) -> Msg),
    /// What a pick means.
    pub event: fn(String) -> dialog::Event,
    /// The list is on its way.
    pub loading: bool,
    /// Ids of what describes it; empty: nothing does.
    pub described_by: &'static str,
    /// It is wrong as it is.
    pub invalid: bool,
}

/// One entry.
pub struct Entry<'a> {
    /// What is sent when it is picked.
    pub value: &'a str,
    /// What is shown.
    pub text: String,
    /// Why it can't be picked: its codes, with spaces between; empty: it can.
    pub codes: String,
}

impl Picker<'_> {
    /// The select with its label and, for a long list, its filter: over things with these values, of which only those
    /// that are listed are written out.
    pub fn draw<'e>(
        self,
        ui: &mut Ui,
        values: &[&str],
        entry: &dyn Fn(usize) -> Option<Entry<'e>>,
    ) {
        let total = values.len();
        let long = total > MOST;
        let wanted = fold(self.filter.0.trim());
        let mut entries = Vec::new();
        let mut room = MOST;
        for (place, value) in values.iter().enumerate() {
            let chosen = self.chosen == Some(*value);
            if room == 0 && !chosen {
                continue;
            }
            let Some(entry) = entry(place) else { continue };
            if chosen || !long || wanted.is_empty() || holds(&fold(&entry.text), &wanted) {
                entries.push(entry);
                room -= usize::from(!chosen);
            }
        }
        ui.tag("label.label", |ui| {
            ui.attr("for", self.id);
            ui.say(self.label);
        });
        ui.group(|ui| {
            if long {
                self.narrow(ui, entries.len(), total);
            }
        });
        ui.tag("div.pick", |ui| {
            ui.tag("select.select", |ui| self.select(ui, &entries));
            drawing(ui, "M7 10l5 5 5-5");
        });
    }

    fn select(&self, ui: &mut Ui, entries: &[Entry]) {
        let listed = self
            .chosen
            .filter(|chosen| entries.iter().any(|entry| entry.value == *chosen));
        ui.attr("id", self.id);
        ui.attr("data-testid", self.testid);
        ui.attr("data-value", listed.unwrap_or_default().to_owned());
        ui.flag("aria-busy", self.loading);
        ui.flag("aria-invalid", self.invalid);
        if !self.described_by.is_empty() {
            ui.attr("aria-describedby", self.described_by);
        }
        ui.on("change", Action::Picked(self.event));
        ui.put("option value= disabled=", self.placeholder);
        ui.group(|ui| {
            for entry in entries {
                self.option(ui, entry);
            }
        });
    }

    fn option(&self, ui: &mut Ui, entry: &Entry) {
        let (testid, attribute) = self.option;
        ui.tag("option", |ui| {
            // Keyed: an option that somebody is about to pick must not become another one when the list grows.
            ui.key(entry.value);
            ui.attr("value", entry.value.to_owned());
            ui.attr("data-testid", testid);
            ui.attr(attribute, entry.value.to_owned());
            if !entry.codes.is_empty() {
                ui.attr("disabled", "");
                ui.attr("data-code", entry.codes.clone());
            }
            ui.text(entry.text.clone());
        });
    }

    fn narrow(&self, ui: &mut Ui, shown: usize, total: usize) {
        ui.tag(
            "input.input type=text autocomplete=off spellcheck=false",
            |ui| {
                let label = ui.words.say(english::NARROW);
                ui.attr("aria-label", label.clone());
                ui.attr("placeholder", label);
                ui.value(self.filter.0);
                ui.on("input", Action::TypedHere(self.filter.1));
            },
        );
        let values = [
            ("shown", Value::Count(shown)),
            ("total", Value::Count(total)),
        ];
        ui.put_rich("p.hint", english::NARROW_FIRST, &values);
    }
}
