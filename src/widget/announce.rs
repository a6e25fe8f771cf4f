//! What is said to a screen reader, by two live regions inside the dialog.

use super::components::{Ui, differs};
use super::text::Value::{Count, Name};
use super::text::{Key, Value, Words, english, texts};
use crate::dialog::Announcement;
use crate::rules::Severity;

/// What a live region says; the number makes the same text new.
#[derive(Default)]
pub struct Spoken {
    text: String,
    times: u32,
}

impl Spoken {
    /// Says this next.
    pub fn say(&mut self, text: String) {
        self.text = text;
        self.times = self.times.wrapping_add(1);
    }

    /// Puts into the region what it says.
    pub fn draw(&self, ui: &mut Ui) {
        if !self.text.is_empty() {
            ui.tag("span", |ui| {
                ui.key(self.times);
                ui.text(self.text.clone());
            });
        }
    }
}

/// The words of an announcement, and whether they may interrupt.
pub fn words(words: &Words, announcement: &Announcement) -> (String, bool) {
    let mut assertive = false;
    let text = match announcement {
        Announcement::ClusterRefused { name, findings } => {
            assertive = true;
            let reasons: Vec<String> = findings
                .iter()
                .filter(|finding| finding.severity() == Severity::Blocker)
                .map(|finding| words.finding_text(texts(finding.code).message, finding))
                .collect();
            let reasons = Value::Text(reasons.join(" "));
            words.text(
                english::SAY_REFUSED,
                &[("cluster", Name(name)), ("reasons", reasons)],
            )
        }
        Announcement::ClusterChosen { name } => {
            words.text(english::SAY_CHOSEN, &[("cluster", Name(name))])
        }
        Announcement::ClustersLoaded { total, eligible } => words.text(
            english::SAY_LOADED,
            &[("total", Count(*total)), ("eligible", Count(*eligible))],
        ),
        Announcement::SnapshotsLoaded(0) => words.say(english::NO_BACKUPS_TITLE).to_string(),
        Announcement::ProjectsLoaded(count) => listed(words, english::PROJECT, *count),
        Announcement::SnapshotsLoaded(count) => listed(words, english::SNAPSHOTS, *count),
        Announcement::Blocked => words.say(english::BLOCKED_TITLE).to_string(),
        Announcement::Matches(count) => words.text(english::MATCHES, &[("count", Count(*count))]),
        Announcement::JobChanged(state) => {
            words.text(english::SAY_STATE, &[("state", Name(state.as_str()))])
        }
        Announcement::NameDiffers(confirmation) => differs(confirmation, words),
        Announcement::NotFound(count) => {
            words.text(english::UNKNOWN_NONE, &[("count", Count(*count))])
        }
        Announcement::ProjectChanged => words.say(english::SAY_PROJECT).to_string(),
        Announcement::CheckPassed => words.say(english::CHECK_PASSED).to_string(),
        Announcement::Offline => words.say(english::OFFLINE).to_string(),
        Announcement::Online => words.say(english::SAY_ONLINE).to_string(),
        Announcement::ReadFailed => words.say(english::SAY_READ_FAILED).to_string(),
        Announcement::FactsChanged
        | Announcement::Refused
        | Announcement::OutcomeUnknown
        | Announcement::SignInNeeded => {
            assertive = true;
            let key = match announcement {
                Announcement::FactsChanged => english::SAY_CHANGED,
                Announcement::Refused => english::SAY_REFUSED_REQUEST,
                Announcement::OutcomeUnknown => english::SAY_UNKNOWN,
                _ => english::SAY_SIGN_IN,
            };
            words.say(key).to_string()
        }
    };
    (text, assertive)
}

/// So many have come into the list of this label.
fn listed(words: &Words, list: Key, count: usize) -> String {
    let list = Value::Text(words.say(list).to_string());
    words.text(
        english::SAY_LISTED,
        &[("list", list), ("count", Count(count))],
    )
}
