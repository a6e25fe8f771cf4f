//! Findings as text: each carries its code, says what is the matter and what can be done.

use super::Ui;
use super::parts::{Tone, icon};
use crate::rules::{Code, Finding, Severity};
use crate::widget::text::{Key, english, texts};

/// The weight of a finding as a tone.
pub fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Blocker => Tone::Danger,
        Severity::Warning => Tone::Warning,
        Severity::Notice => Tone::Info,
    }
}

/// The word that a finding begins with, so that colour is not alone.
fn word(severity: Severity) -> Key {
    match severity {
        Severity::Blocker => english::ERROR,
        Severity::Warning => english::WARNING,
        Severity::Notice => english::NOTE,
    }
}

/// A list of findings, each with message and remedy.
pub fn list<'f>(ui: &mut Ui, findings: impl IntoIterator<Item = &'f Finding>) {
    ui.tag("ul.findings", |ui| {
        for finding in findings {
            item(ui, finding);
        }
    });
}

/// The same, or nothing where there are none.
pub fn list_if_any(ui: &mut Ui, findings: &[&Finding]) {
    ui.group(|ui| {
        if !findings.is_empty() {
            list(ui, findings.iter().copied());
        }
    });
}

fn item(ui: &mut Ui, finding: &Finding) {
    let texts = texts(finding.code);
    let severity = finding.severity();
    ui.tag("li", |ui| {
        ui.attr("class", ["finding ", severity.as_str()].concat());
        ui.attr("data-code", finding.code.as_str());
        icon(ui, tone(severity));
        ui.tag("div", |ui| {
            ui.tag("p.message", |ui| {
                said_to_be(ui, word(severity));
                ui.tag("span", |ui| ui.finding(texts.message, finding));
            });
            if let Some(english) = ui.words.documented(finding.code) {
                let markup = "bdi lang=en";
                ui.tag("p.hint", |ui| ui.put_text(markup, english.to_owned()));
            }
            if !ui.words.say(texts.remedy).is_empty() {
                ui.tag("p.remedy", |ui| ui.finding(texts.remedy, finding));
            }
        });
    });
}

/// What colour and icon say, for those who don't see them.
pub fn said_to_be(ui: &mut Ui, word: Key) {
    ui.tag("span.unseen", |ui| {
        ui.say(word);
        ui.text(" ");
    });
}

/// Those findings as plain sentences, for what happens in any case.
pub fn sentences(ui: &mut Ui, findings: &[Finding], wanted: fn(Code) -> bool) {
    ui.group(|ui| {
        for finding in findings {
            if wanted(finding.code) {
                sentence(ui, finding);
            }
        }
    });
}

/// A finding as a plain sentence of a list.
pub fn sentence(ui: &mut Ui, finding: &Finding) {
    ui.tag("li", |ui| {
        ui.attr("data-code", finding.code.as_str());
        ui.finding(texts(finding.code).message, finding);
    });
}
