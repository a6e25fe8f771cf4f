//! What must hold at every step, whatever happened: of each request, and of each thing on the screen.

use std::collections::{BTreeMap, BTreeSet};

use atlas_restore_dialog::atlas::Call;
use atlas_restore_dialog::dialog::{Body, Dialog, Event, Read, Subject};
use atlas_restore_dialog::model::{JobState, RestoreJob, Timestamp};
use serde_json::Value;

use crate::atlas::{Answer, Atlas, CLUSTERS, End, SNAPSHOT, Says};
use crate::page::Parcel;

/// A restore request that went out.
#[derive(Debug, Clone)]
struct Post {
    key: String,
    /// How many there were by then.
    confirmations: usize,
    /// Body and reason: what is asked for.
    asked: String,
    target: String,
    at: i64,
    /// The source's jobs as last read, if that was at the click.
    before: Option<Vec<String>>,
    /// The latest `Date` before it.
    date: i64,
}

/// What was last read of something.
#[derive(Debug, Clone, Copy)]
struct Fact {
    number: u64,
    /// `None`: it could not be read.
    blocks: Option<bool>,
}

#[derive(Debug, Clone)]
struct Jobs {
    number: u64,
    failed: bool,
    ids: Vec<String>,
    running: Vec<&'static str>,
}

#[derive(Debug, Default)]
pub struct Checks {
    /// Presses of Restore with everything in place and the name typed since the last request.
    confirmations: usize,
    posts: Vec<Post>,
    typed: Option<String>,
    /// Number of the last request before the click.
    click: u64,
    facts: BTreeMap<String, Fact>,
    lists: BTreeMap<String, Jobs>,
    ended: BTreeSet<String>,
    last_date: i64,
    /// Requests since the last click.
    since_click: Vec<usize>,
    /// A job was on the screen since the last request.
    job_shown: bool,
    /// Jobs that the page was told of, or that were on the screen.
    shown: BTreeSet<String>,
    /// The first request that the dialog can know of: it remembers none of an earlier page, and a stranger's job that
    /// looks like ours ends the search for ours.
    first_post: usize,
    /// The first request of this page.
    of_this_page: usize,
    /// Jobs that were started here and whose end the page was not told of yet.
    pub untold: BTreeSet<String>,
    /// How often what was on the screen.
    pub seen: BTreeMap<&'static str, usize>,
}

impl Checks {
    pub fn before(&mut self, event: &Event, dialog: &Dialog, _: &Atlas, now: Timestamp) {
        let Body::Review(view) = dialog.view(now).body else {
            return;
        };
        if !dialog.is_open() || view.submitting.is_some() {
            return;
        }
        match event {
            Event::ConfirmationTyped(text) => self.typed = Some(text.clone()),
            Event::RestorePressed { .. } => {
                let confirmed = self.typed.as_deref() == Some(view.expected);
                if confirmed && view.missing.is_empty() {
                    self.confirmations += 1;
                    // Whatever is said from here on is said of another attempt.
                    self.since_click.clear();
                }
            }
            _ => {}
        }
    }

    /// The page approved: from here on everything is read again.
    pub fn clicked(&mut self, number: u64) {
        self.click = number;
        self.since_click.clear();
    }

    /// A restore request goes out.
    pub fn sent(&mut self, call: &Call, atlas: &Atlas) -> usize {
        assert!(
            self.posts.len() < self.confirmations,
            "{} confirmations, and one request more",
            self.confirmations
        );
        let body: Value = serde_json::from_str(call.body.as_deref().unwrap()).unwrap();
        let target = body["targetClusterName"].as_str().unwrap().to_owned();
        assert_eq!(
            self.typed.take(),
            Some(target.clone()),
            "the name that was typed"
        );
        assert_eq!(body["snapshotId"], SNAPSHOT);
        assert_eq!(
            call.path.split('/').nth(7),
            Some(CLUSTERS[0]),
            "{}",
            call.path
        );
        let cluster = format!("cluster {target}");
        for subject in ["session", "snapshot", &cluster, "keys"] {
            let fact = self.facts.get(subject).copied();
            let fresh = fact.is_some_and(|fact| fact.number > self.click);
            assert!(
                fresh,
                "a request though the {subject} was not read again at the click"
            );
            let blocks = fact.and_then(|fact| fact.blocks);
            let unreadable = subject == "keys" && blocks.is_none();
            assert!(
                unreadable || blocks == Some(false),
                "a request with a blocker in the {subject} as last read"
            );
        }
        for (under, jobs) in &self.lists {
            let running = jobs.running.contains(&target.as_str());
            assert!(
                !running,
                "a request though {under} has a job that runs into {target}"
            );
        }
        let jobs = self
            .lists
            .get(CLUSTERS[0])
            .filter(|jobs| jobs.number > self.click && !jobs.failed);
        for job in &atlas.jobs {
            let read = jobs.is_some_and(|jobs| jobs.ids.contains(&job.id));
            let ours = job.by.is_some_and(|by| by >= self.first_post);
            assert!(
                !(read && ours) || self.shown.contains(&job.id),
                "a request though {job:?} of an earlier one was found, and never shown"
            );
        }
        let reason = call.header("Restore-Reason").unwrap_or_default();
        let asked = format!("{body} {reason}");
        let key = call.header("Idempotency-Key").unwrap().to_owned();
        if let Some(last) = self.posts.last().filter(|_| !self.job_shown) {
            let (same, kept) = (last.asked == asked, last.key == key);
            // Another attempt that was confirmed in between, and never sent, makes a new key too.
            let next = self.confirmations == last.confirmations + 1;
            assert!(same || !kept, "a key belongs to one attempt");
            assert!(!same || kept || !next, "an attempt keeps its key");
        }
        let before = jobs.map(|jobs| jobs.ids.clone());
        self.posts.push(Post {
            key,
            confirmations: self.confirmations,
            asked,
            target,
            at: atlas.now,
            before,
            date: self.last_date,
        });
        self.job_shown = false;
        self.since_click.push(self.posts.len() - 1);
        self.count("requests");
        self.posts.len() - 1
    }

    /// The dialog is told something that it asked for: an answer and whether it is one, or nothing.
    pub fn told(&mut self, parcel: &Parcel, answer: Option<(&Answer, bool)>) {
        let Some(read) = &parcel.read else {
            if answer.is_some_and(|(answer, _)| answer.status == 409) {
                // "A restore is already running": nobody said that it is not this request's own.
                self.since_click.clear();
            }
            self.last_date = answer.map_or(self.last_date, |(answer, _)| answer.date);
            return;
        };
        self.last_date = answer.map_or(self.last_date, |(answer, _)| answer.date);
        let number = parcel.number;
        let says = match answer {
            Some((answer, true)) => answer.says.clone(),
            _ => Says::Nothing,
        };
        let mut fact = |subject: &str, blocks| {
            self.facts
                .insert(subject.to_owned(), Fact { number, blocks });
        };
        match (read, says) {
            (Read::Session, Says::Session { owner }) => fact("session", Some(!owner)),
            (Read::Session, _) => fact("session", None),
            (Read::Snapshot { .. }, Says::Snapshot { good }) => fact("snapshot", Some(!good)),
            (Read::Snapshot { .. }, _) => fact("snapshot", None),
            (Read::Cluster(_), Says::Cluster { name, paused }) => {
                fact(&format!("cluster {name}"), Some(paused));
            }
            (Read::Cluster(cluster), _) => fact(&format!("cluster {}", cluster.name), None),
            (Read::Encryption { .. }, Says::Keys { valid }) => fact("keys", Some(!valid)),
            (Read::Encryption { .. }, _) => fact("keys", None),
            (
                Read::Jobs { .. },
                Says::Jobs {
                    under,
                    ids,
                    running,
                },
            ) => {
                let jobs = Jobs {
                    number,
                    failed: false,
                    ids,
                    running,
                };
                self.lists.insert(under, jobs);
            }
            (Read::Jobs { cluster, .. }, _) => {
                if let Some(jobs) = self.lists.get_mut(&cluster.name) {
                    jobs.failed = true;
                }
            }
            (Read::Job { .. }, Says::Job { id, end: Some(_) }) => {
                self.ended.insert(id);
            }
            _ => {}
        }
    }

    /// The page is told that its restore was started.
    pub fn started(&mut self, id: &str, atlas: &Atlas) {
        let job = atlas
            .job(id)
            .unwrap_or_else(|| panic!("job {id} was never started"));
        self.job_shown = true;
        self.shown.insert(id.to_owned());
        self.untold.insert(id.to_owned());
        // Whatever is said from here on is said of another attempt.
        self.since_click.clear();
        if job.by.is_some() {
            return;
        }
        // Nobody can tell it from ours if it is of the same snapshot into the same target and came after the click.
        let may_be_ours = |post: &Post| {
            let alike =
                job.snapshot == SNAPSHOT && job.under == CLUSTERS[0] && job.target == post.target;
            let young = match &post.before {
                Some(before) => !before.contains(&job.id),
                None => job.created >= post.date,
            };
            alike && young
        };
        assert!(
            self.posts.iter().any(may_be_ours),
            "adopts a stranger's job: {job:?} for {:?}",
            self.posts
        );
        self.first_post = self.posts.len();
    }

    /// The page is told that a job ended.
    pub fn finished(&mut self, job: &RestoreJob, atlas: &Atlas) {
        self.job_shown = true;
        self.shown.insert(job.id.clone());
        self.untold.remove(&job.id);
        let truth = atlas.job(&job.id).expect("a job that was started");
        assert_eq!(state(job.state()), atlas.end_of(truth), "{job:?}");
    }

    /// A new page knows nothing of the earlier one.
    pub fn reloaded(&mut self) {
        self.typed = None;
        self.since_click.clear();
        self.facts.clear();
        self.lists.clear();
        self.job_shown = true;
        self.first_post = self.posts.len();
        self.of_this_page = self.posts.len();
        self.untold.clear();
    }

    /// What is on the screen is not contradicted by the truth.
    pub fn look(&mut self, dialog: &Dialog, atlas: &Atlas, now: Timestamp) {
        if !dialog.is_open() {
            return;
        }
        let ours = |posts: &[usize]| {
            let mut jobs = atlas.jobs.iter();
            jobs.find(|job| job.by.is_some_and(|by| posts.contains(&by)))
        };
        let view = dialog.view(now);
        let sent_before = view.sent_before;
        match view.body {
            Body::Progress(view) => {
                let truth = atlas.job(&view.job.id);
                let truth = truth.unwrap_or_else(|| panic!("{} was never started", view.job.id));
                self.job_shown = true;
                self.shown.insert(truth.id.clone());
                match state(view.state) {
                    None => {
                        self.count("running");
                        let known = self.ended.contains(&truth.id);
                        assert!(!known, "shows as running what it knows to have ended");
                    }
                    end => {
                        self.count("ended");
                        assert_eq!(end, atlas.end_of(truth), "shows another end of {truth:?}");
                    }
                }
            }
            Body::Unknown(view) => {
                self.count("unknown");
                if view.can_try_again {
                    self.count("try again");
                    let post = self.posts.last().expect("a request");
                    let passed = atlas.now - post.at;
                    // Where the browser's clock has jumped, the server's counts, which tells whole seconds.
                    assert!(passed > 29_000, "offers to try again after {passed} ms");
                    // What begins after the last look is found at the next click.
                    let read = self.lists.get(CLUSTERS[0]);
                    let found = ours(&self.since_click)
                        .filter(|job| read.is_some_and(|jobs| jobs.ids.contains(&job.id)));
                    assert!(
                        found.is_none(),
                        "offers to try again though {found:?} was started"
                    );
                }
            }
            Body::Review(view) if view.error.is_some_and(|error| !error.is_running()) => {
                let target = view.target.name.as_str();
                if view.may_run {
                    self.count("refused after a lost request");
                    let posts = self.posts.iter().skip(self.of_this_page);
                    let earlier = posts.filter(|post| post.target == target).count();
                    assert!(earlier > 0, "tells of an earlier request that never was");
                } else {
                    self.count("not started");
                    let found = ours(&self.since_click).filter(|job| job.target == target);
                    assert!(found.is_none(), "says that nothing was started: {found:?}");
                }
            }
            Body::Review(_) => self.count("review"),
            Body::Destination(view) => match view.changed {
                Some(changed) if changed.sent_before => {
                    self.count("changed after a lost request");
                    assert!(
                        self.posts.len() > self.of_this_page,
                        "tells of an earlier request that never was"
                    );
                    // Its job is looked for in each list that is read, and shown once it is found.
                    let earlier: Vec<usize> = (self.first_post..self.posts.len()).collect();
                    let read = self.lists.get(CLUSTERS[0]);
                    let found = ours(&earlier).filter(|job| {
                        let read = read.is_some_and(|jobs| jobs.ids.contains(&job.id));
                        read && !self.shown.contains(&job.id)
                    });
                    assert!(found.is_none(), "was read, and is not shown: {found:?}");
                }
                Some(_) => {
                    self.count("changed");
                    let found = ours(&self.since_click);
                    assert!(found.is_none(), "says that nothing was sent: {found:?}");
                }
                None => self.count("destination"),
            },
            Body::Failed { what, .. } if what != Subject::Job && !sent_before => {
                self.count("nothing restored");
                let found = ours(&self.since_click);
                assert!(found.is_none(), "says that nothing was restored: {found:?}");
            }
            Body::Loading | Body::Failed { .. } | Body::Source(_) => self.count("other"),
        }
    }

    fn count(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }
}

fn state(state: JobState) -> Option<End> {
    match state {
        JobState::Running => None,
        JobState::Completed => Some(End::Completed),
        JobState::Failed => Some(End::Failed),
        JobState::Cancelled => Some(End::Cancelled),
        JobState::Expired => Some(End::Expired),
    }
}
