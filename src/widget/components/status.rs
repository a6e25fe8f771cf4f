//! What went wrong with a read, and how lists stand.

use super::Ui;
use super::parts::{Tone, action, busy, panel};
use super::problem::failure as explain;
use crate::dialog::{Event, ListState, Subject};
use crate::model::Failure;
use crate::widget::text::english;

/// The first facts could not be had: no form.
pub fn failed(what: Subject, failure: &Failure, sent_before: bool, ui: &mut Ui) {
    let key = match what {
        Subject::Session => english::FAILED_SESSION,
        Subject::SourceProject => english::FAILED_SOURCE_PROJECT,
        Subject::SourceCluster => english::FAILED_SOURCE_CLUSTER,
        Subject::Snapshot => english::FAILED_SNAPSHOT,
        Subject::Projects => english::FAILED_PROJECTS,
        Subject::Job => english::FAILED_JOB,
    };
    ui.tag("div.stack", |ui| {
        panel(ui, Tone::Danger, key, |ui| {
            explain(failure, ui);
            // A job that was started and cannot be read is no proof of that.
            if what != Subject::Job && !sent_before {
                ui.put("p", english::NOTHING_STARTED);
            }
            retry(failure, ui);
        });
    });
}

/// F2: asking again does not give anybody a role.
fn retry(failure: &Failure, ui: &mut Ui) {
    if !failure.lacks_access() {
        let markup = "button.button data-testid=retry-button";
        action(ui, markup, english::RETRY, Event::RetryPressed);
    }
}

/// A line below a field: its list is loading, or could not be read to the end.
pub fn list(state: &ListState, ui: &mut Ui) {
    ui.group(|ui| match state {
        ListState::NotAsked | ListState::Complete => {}
        ListState::Loading => busy(ui, |ui| ui.say(english::LIST_LOADING)),
        ListState::LoadingMore => busy(ui, |ui| ui.say(english::LIST_MORE)),
        ListState::Failed(failure) => panel(ui, Tone::Warning, english::LIST_FAILED, |ui| {
            explain(failure, ui);
            retry(failure, ui);
        }),
    });
}

/// A list is on its way.
pub fn is_loading(state: &ListState) -> bool {
    matches!(state, ListState::Loading | ListState::LoadingMore)
}
