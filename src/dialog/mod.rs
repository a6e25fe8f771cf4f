//! What happens: the dialog as a state machine. [`Dialog::update`] takes an event and gives effects as data.
//!
//! Belongs here: which step comes when, what is asked, what an answer changes, when a restore may be sent. Does not
//! belong here: a browser, a clock (every event comes with the time), randomness, words, and what must hold
//! ([`crate::rules`]).

mod effect;
mod event;
mod facts;
mod view;

pub use effect::{Announcement, Effect, Focus, Outcome, Read, RequestId, Signal, Timer};
pub use event::{Answer, CloseReason, Config, Event, ReasonMode};
pub use facts::ListState;
pub use view::{
    Body, Changed, ChosenCluster, ClusterRow, Confirmation, DestinationView, Missing, ProgressView,
    ProjectOption, RefusedCluster, ReviewView, SnapshotOption, SnapshotSummary,
    SourceClusterOption, SourceView, Step, Subject, SubmitError, Submitting, UnknownView, View,
};

use crate::model::{Failure, Timestamp};
use crate::rules::Finding;

/// What the dialog needs to know of Unicode, which the browser knows already.
#[derive(Debug, Clone, Copy)]
pub struct Unicode {
    /// Normalization Form C.
    pub nfc: fn(&str) -> String,
    /// For searching: lower case, without diacritics.
    pub fold: fn(&str) -> String,
}

/// The dialog.
#[derive(Debug)]
pub struct Dialog {
    unicode: Unicode,
}

impl Dialog {
    /// A dialog that is not open.
    pub fn new(unicode: Unicode) -> Self {
        Dialog { unicode }
    }

    /// Takes what happened, at the browser's time `now`, and says what is to be done.
    pub fn update(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        let _ = (event, now, self.unicode);
        Vec::new()
    }

    /// Whether it is on the screen.
    pub fn is_open(&self) -> bool {
        false
    }

    /// What the person sees at the browser's time `now`.
    pub fn view(&self, now: Timestamp) -> View<'_> {
        View {
            steps: &[],
            step: Step::Destination,
            now,
            sign_in_needed: false,
            offline: false,
            body: Body::Loading,
        }
    }

    /// Row `index` (0-based) of the clusters that match the filter: eligible ones first, by name.
    pub fn cluster_row(&self, index: usize) -> Option<ClusterRow<'_>> {
        let _ = index;
        None
    }

    /// All findings about the cluster with this id, for its row.
    pub fn cluster_findings(&self, cluster_id: &str, now: Timestamp) -> Vec<Finding> {
        let _ = (cluster_id, now);
        Vec::new()
    }

    /// The result of a check without a person (`check()`): `None` while reads are under way, then all findings that
    /// can be had, or what could not be read.
    pub fn check_report(&self, now: Timestamp) -> Option<Result<Vec<Finding>, Failure>> {
        let _ = now;
        None
    }
}
