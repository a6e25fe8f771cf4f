//! The snapshot that is restored, in a few facts.

use super::Ui;
use super::parts::{fact, fact_text, name, name_or_unknown, source_badge, time, unknown};
use crate::dialog::SnapshotSummary;
use crate::widget::text::{Value, english, project_name};

/// The summary above the choice of a target.
pub fn summary(summary: &SnapshotSummary, ui: &mut Ui) {
    let snapshot = summary.snapshot;
    ui.tag(
        "section.card part=snapshot data-testid=snapshot-summary aria-labelledby=summary-title",
        |ui| {
            ui.put("h4.card-title id=summary-title", english::SUMMARY);
            ui.tag("dl.facts", |ui| {
                fact(ui, english::CLUSTER, |ui| {
                    name(ui, summary.cluster_name);
                    ui.text(" ");
                    source_badge(ui);
                    ui.tag("span.sub", |ui| name(ui, project_name(summary.project)));
                });
                fact(ui, english::CREATED, |ui| {
                    time(ui, snapshot.created_at.as_ref());
                });
                fact_text(ui, english::TYPE, ui.words.snapshot_type(snapshot));
                fact(ui, english::VERSION, |ui| {
                    name_or_unknown(ui, snapshot.mongodb_version.as_deref());
                });
                fact_text(
                    ui,
                    english::SIZE,
                    ui.words.size(snapshot.storage_size_bytes),
                );
                fact(ui, english::ENCRYPTION, |ui| encryption(summary, ui));
            });
        },
    );
}

/// How the snapshot is encrypted, as far as is known.
pub fn encryption(summary: &SnapshotSummary, ui: &mut Ui) {
    match summary.encryption {
        None => unknown(ui),
        Some("NONE") => ui.say(english::NOT_ENCRYPTED),
        Some(provider) => {
            let provider = ui.words.provider(provider);
            ui.text(provider);
        }
    }
}

/// How old the snapshot is, where that is known: so much is lost of its own source.
pub fn newer_lost(ui: &mut Ui, markup: &'static str, summary: &SnapshotSummary) {
    let taken = summary.snapshot.created_at.as_ref();
    if let Some(taken) = taken.and_then(|taken| taken.value) {
        let age = Value::Text(ui.words.formats.age(taken, ui.now));
        ui.put_rich(markup, english::NEWER_LOST, &[("age", age)]);
    }
}
