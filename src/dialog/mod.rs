//! What happens: the dialog as a state machine. [`Dialog::update`] takes an event and gives effects as data.
//!
//! Belongs here: which step comes when, what is asked, what an answer changes, when a restore may be sent. Does not
//! belong here: a browser, a clock (every event comes with the time), randomness, words, and what must hold
//! ([`crate::rules`]).
//!
//! | file | what happens there |
//! |---|---|
//! | `open` | opening, closing, signing in |
//! | `read` | asking, and where each answer goes |
//! | `source`, `destination`, `review` | the steps before a request |
//! | `submit` | from the click to the answer |
//! | `unknown` | an answer was lost: the table of what is then concluded |
//! | `advice` | a snapshot of the target first |
//! | `follow` | the job to its end |
//! | `check` | the same reads and rules without a person |
//! | `show` | the view |

mod advice;
mod basis;
mod check;
mod clusters;
mod destination;
mod effect;
mod event;
mod facts;
mod follow;
mod keyed;
mod open;
mod read;
mod review;
mod show;
mod source;
mod stage;
mod submit;
mod unknown;
mod view;

pub use effect::{Announcement, Effect, Focus, Outcome, Read, RequestId, Signal, Timer};
pub use event::{Answer, CloseReason, Config, Event, ReasonMode};
pub use facts::ListState;
pub use view::{
    Advice, Body, Changed, Check, ChosenCluster, ClusterRow, Confirmation, DestinationView,
    Missing, ProgressView, ProjectOption, RefusedCluster, ReviewView, SnapshotOption,
    SnapshotSummary, SourceClusterOption, SourceView, Step, Subject, SubmitError, Submitting,
    UnknownView, View,
};

use std::cell::OnceCell;

use crate::model::{Policy, RestoreRequest, Timestamp};
use basis::Basis;
use clusters::ClusterList;
use facts::Facts;
use keyed::Keyed;
use show::Listed;
use stage::{Choice, Follow, SourceStage, Stage, Trace};

/// Facts older than this are read again before the review (T17), unless the page says otherwise (`fresh-for`).
const FRESH_MS: i64 = 60_000;
/// From this difference on the server's clock counts (F12).
const CLOCKS_DIFFER_MS: i64 = 300_000;

/// What the dialog needs to know of texts, which the browser knows already.
#[derive(Debug, Clone, Copy)]
pub struct Unicode {
    /// Normalization Form C.
    pub nfc: fn(&str) -> String,
    /// For searching: lower case, without diacritics.
    pub fold: fn(&str) -> String,
    /// Whether a text is, as a whole, of the form that a regular expression describes: expression, text.
    pub fits: fn(&str, &str) -> bool,
}

/// The dialog.
#[derive(Debug)]
pub struct Dialog {
    unicode: Unicode,
    default_policy: Policy,
    open: bool,
    /// The promise of the last `show()` is settled.
    resolved: bool,
    config: Config,
    hidden: bool,
    offline: bool,
    sign_in_needed: bool,
    /// The browser's time of the event at hand.
    now: Timestamp,
    /// Server's clock minus the browser's, from the last answer that said.
    clock_offset_ms: Option<i64>,
    /// What the last answer that said it gave as its time: no clock of ours has a part in it.
    last_date: Option<Timestamp>,
    /// The time that the answer at hand gives, if it does.
    date: Option<Timestamp>,
    next_request: u64,
    pending: Keyed<RequestId, Pending>,
    facts: Facts,
    clusters: ClusterList,
    /// What the pickers of projects list, worked out when it is drawn.
    source_projects: OnceCell<Vec<Listed>>,
    target_projects: OnceCell<Vec<Listed>>,
    choice: Choice,
    stage: Stage,
    reason: String,
    /// The request that was last confirmed, and its key: kept as long as the request stays the same.
    attempt: Option<(RestoreRequest, String)>,
    /// Requests of ours whose job may turn up yet, and is shown then: those that met a running restore, perhaps their
    /// own, and those whose answer was lost, which are kept when the person tries again or opens the dialog anew.
    traces: Vec<Trace>,
    /// Restores of ours that run while something else is shown: the page is told how they end.
    aside: Vec<Follow>,
    /// The poll on its way, if it still is: one at a time, of whatever job.
    poll: Option<RequestId>,
    /// The next pause between polls.
    poll_ms: u32,
    snapshot_is_sharded: bool,
    /// How answers came that told something of the backend's nature.
    backend: BackendSeen,
    effects: Vec<Effect>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pending {
    Read(Read),
    Restore,
}

/// A plain proxy has no session; a login page answers HTML everywhere (contract section 4).
#[derive(Debug, Default)]
struct BackendSeen {
    session_html: bool,
    atlas_json: bool,
    atlas_html: bool,
}

impl Dialog {
    /// A dialog that is not open.
    pub fn new(unicode: Unicode) -> Self {
        Dialog {
            unicode,
            default_policy: Policy::default(),
            open: false,
            resolved: true,
            config: Config::default(),
            hidden: false,
            offline: false,
            sign_in_needed: false,
            now: Timestamp::default(),
            clock_offset_ms: None,
            last_date: None,
            date: None,
            next_request: 1,
            pending: Keyed::default(),
            facts: Facts::default(),
            clusters: ClusterList::default(),
            source_projects: OnceCell::new(),
            target_projects: OnceCell::new(),
            choice: Choice::default(),
            stage: Stage::Source(SourceStage::default()),
            reason: String::new(),
            attempt: None,
            traces: Vec::new(),
            aside: Vec::new(),
            poll: None,
            poll_ms: follow::FIRST_POLL_MS,
            snapshot_is_sharded: false,
            backend: BackendSeen::default(),
            effects: Vec::new(),
        }
    }

    /// Takes what happened, at the browser's time `now`, and says what is to be done, in this order.
    pub fn update(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        if !self.keeps_projects(&event) {
            self.source_projects = OnceCell::new();
            self.target_projects = OnceCell::new();
        }
        match event {
            // Nobody can press what is not on the screen.
            _ if !self.open && event.is_persons() => {}
            Event::Opened(config) => self.opened(*config),
            Event::Closed(reason) => self.closed(reason),
            Event::Disconnected => self.disconnected(),
            Event::SignedIn => self.signed_in(),
            Event::RetryPressed => self.retry(),
            Event::Offline(offline) => {
                if offline != self.offline && self.open {
                    self.announce(if offline {
                        Announcement::Offline
                    } else {
                        Announcement::Online
                    });
                }
                self.offline = offline;
            }
            Event::Hidden(hidden) => self.page_hidden(hidden),
            Event::Replied { id, reply } => self.replied(id, reply),
            Event::TimerFired(timer) => self.timer_fired(timer),
            Event::SourceProjectChosen(id) => self.source_project_chosen(id),
            Event::SourceClusterChosen(name) => self.source_cluster_chosen(name),
            Event::SnapshotChosen(id) => self.snapshot_chosen(id),
            Event::ProjectChosen(id) => self.project_chosen(id),
            Event::ClusterChosen(id) => self.cluster_chosen(&id),
            Event::FilterChanged(text) => self.filter_changed(text),
            Event::NextPressed => self.next_pressed(),
            Event::BackPressed => self.back_pressed(),
            Event::ChangePressed(step) => self.go_back_to(step),
            Event::ConfirmationTyped(text) => self.confirmation_typed(text),
            Event::ConfirmationLeft => self.confirmation_left(),
            Event::ReasonTyped(text) => self.reason_typed(text),
            Event::RestorePressed { key } => self.restore_pressed(key),
            Event::CheckOnlyPressed => self.check_only(),
            Event::SubmitAllowed => self.submit_allowed(),
            Event::SubmitVetoed(message) => self.submit_vetoed(message),
            Event::CheckAgainPressed => self.check_again(),
            Event::TryAgainPressed => self.try_again(),
            Event::FollowPressed { job_id } => self.follow_pressed(&job_id),
            Event::SnapshotPressed => self.snapshot_pressed(),
            Event::SnapshotTaken(problem) => self.snapshot_taken(problem),
        }
        std::mem::take(&mut self.effects)
    }

    /// Typing and pages of clusters change nothing that is listed of projects.
    fn keeps_projects(&self, event: &Event) -> bool {
        match event {
            Event::FilterChanged(_) | Event::ConfirmationTyped(_) | Event::ReasonTyped(_) => true,
            Event::Replied { id, .. } => matches!(
                self.pending.get(id),
                Some(Pending::Read(Read::Clusters { .. }))
            ),
            _ => false,
        }
    }

    /// Whether it is on the screen.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether a restore request is on its way whose outcome is not known yet.
    pub fn is_sending(&self) -> bool {
        matches!(&self.stage, Stage::Submitting(submission) if submission.phase == Submitting::Sending)
    }

    /// Whether a restore request went out and nobody knows yet what became of it.
    pub fn is_unsure(&self) -> bool {
        self.is_sending() || matches!(self.stage, Stage::Unknown(_))
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        self.basis().policy()
    }

    fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn announce(&mut self, announcement: Announcement) {
        self.effects.push(Effect::Announce(announcement));
    }

    fn basis(&self) -> Basis<'_> {
        self.basis_at(self.now)
    }

    fn basis_at(&self, now: Timestamp) -> Basis<'_> {
        Basis::new(
            &self.facts,
            &self.choice,
            &self.config,
            &self.default_policy,
            self.server_time(now),
        )
    }

    /// The time that ages and expiry follow: the server's once it differs by five minutes (F12).
    fn server_time(&self, browser: Timestamp) -> Timestamp {
        match self.clock_offset_ms {
            Some(offset) if offset.saturating_abs() >= CLOCKS_DIFFER_MS => {
                Timestamp(browser.0.saturating_add(offset))
            }
            _ => browser,
        }
    }

    fn timer_fired(&mut self, timer: Timer) {
        match timer {
            Timer::Poll => self.poll_due(),
            Timer::Reconcile => self.look_for_our_job(),
            // Being told is enough: the driver draws anew after each event.
            Timer::Clock => self.schedule_clock(),
        }
    }

    fn emit_select(&mut self) {
        let choice = self.choice.clone();
        self.effect(Effect::Emit(Signal::Select {
            source_project: choice.source_project,
            source_cluster: choice.source_cluster,
            snapshot: choice.snapshot,
            target_project: choice.project,
            target_cluster: choice.cluster,
        }));
    }
}
