//! What became of each `Idempotency-Key`, as long as this process remembers it. Pure: time is an argument.
//!
//! An outcome that started a job is remembered, and one that nobody knows yet. A refusal started nothing: the same key
//! may try again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use atlas_restore_dialog::model::{RestoreRequest, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::answer::Answer;

/// How long an outcome is remembered.
const LIFE: Duration = Duration::from_secs(24 * 3_600);

/// A person's key: another person's is another.
type Key = (String, String);

/// When a request went to Atlas whose answer is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// By Atlas's clock.
    pub at: Timestamp,
    /// By ours.
    pub since: Instant,
    /// The jobs that were there before.
    pub jobs_before: HashSet<String>,
}

#[derive(Debug)]
enum State {
    Running(watch::Receiver<Option<Answer>>),
    Started { answer: Answer, job: String },
    Unknown(Sent),
}

#[derive(Debug)]
struct Slot {
    request: RestoreRequest,
    state: State,
    at: Instant,
}

/// The memory.
#[derive(Debug)]
pub struct Once {
    most: usize,
    slots: Mutex<HashMap<Key, Slot>>,
}

/// What is known of a key.
#[derive(Debug)]
pub enum Begun {
    /// Nothing: it is ours to carry out. With a request that was sent before and whose outcome nobody knows.
    First(Ticket, Option<Sent>),
    /// Somebody carries it out: wait for the answer.
    Waiting(watch::Receiver<Option<Answer>>),
    /// It started a job, and this was the answer.
    Known(Answer),
    /// It was another request's.
    Reused,
    /// No room: too many attempts are under way.
    Full,
}

impl Once {
    /// Remembers at most so many.
    pub fn new(most: usize) -> Self {
        Once {
            most,
            slots: Mutex::default(),
        }
    }

    /// Takes a key up.
    pub fn begin(
        self: &Arc<Self>,
        person: &str,
        key: &str,
        request: &RestoreRequest,
        now: Instant,
    ) -> Begun {
        let key = (person.to_owned(), key.to_owned());
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unsettled = None;
        if let Some(slot) = slots.get(&key) {
            if !same(&slot.request, request) {
                return Begun::Reused;
            }
            match &slot.state {
                State::Running(answer) => return Begun::Waiting(answer.clone()),
                State::Started { answer, .. } => return Begun::Known(answer.clone()),
                State::Unknown(sent) => unsettled = Some(sent.clone()),
            }
        } else if slots.len() >= self.most && !make_room(&mut slots, now) {
            return Begun::Full;
        }
        let (tell, told) = watch::channel(None);
        slots.insert(
            key.clone(),
            Slot {
                request: request.clone(),
                state: State::Running(told),
                at: now,
            },
        );
        Begun::First(
            Ticket {
                once: Arc::clone(self),
                key,
                tell,
                before: unsettled.clone(),
                sent: unsettled.clone(),
                settled: false,
            },
            unsettled,
        )
    }

    /// Whether this person's key has been taken up before.
    pub fn knows(&self, person: &str, key: &str) -> bool {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.contains_key(&(person.to_owned(), key.to_owned()))
    }

    /// Whether a job is the outcome of an attempt with another key.
    pub fn is_anothers(&self, job: &str, ticket: &Ticket) -> bool {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.iter().any(|(key, slot)| {
            *key != ticket.key
                && matches!(&slot.state, State::Started { job: started, .. } if started == job)
        })
    }
}

/// The reason plays no part: it may be written anew.
fn same(a: &RestoreRequest, b: &RestoreRequest) -> bool {
    (&a.source, &a.snapshot_id, &a.target) == (&b.source, &b.snapshot_id, &b.target)
}

/// Forgets what is old, else the oldest outcome; never an attempt under way, nor one whose outcome nobody knows.
fn make_room(slots: &mut HashMap<Key, Slot>, now: Instant) -> bool {
    let before = slots.len();
    slots.retain(|_, slot| {
        matches!(slot.state, State::Running(_)) || now.saturating_duration_since(slot.at) < LIFE
    });
    if slots.len() < before {
        return true;
    }
    let oldest = slots
        .iter()
        .filter(|(_, slot)| matches!(slot.state, State::Started { .. }))
        .min_by_key(|(_, slot)| slot.at)
        .map(|(key, _)| key.clone());
    oldest.is_some_and(|key| slots.remove(&key).is_some())
}

/// The right to carry an attempt out, and the duty to say what became of it. Dropped without a word, what was sent stays
/// unknown, and what was not is forgotten.
#[derive(Debug)]
pub struct Ticket {
    once: Arc<Once>,
    key: Key,
    tell: watch::Sender<Option<Answer>>,
    /// An earlier request of the same attempt, whose outcome nobody knows.
    before: Option<Sent>,
    sent: Option<Sent>,
    settled: bool,
}

impl Ticket {
    /// From now on the outcome is unknown until it is known. A job of the earlier request is this attempt's as well.
    pub fn about_to_send(&mut self, sent: Sent) -> Sent {
        let sent = match &self.before {
            Some(before) => Sent {
                at: before.at.min(sent.at),
                since: sent.since,
                jobs_before: before.jobs_before.clone(),
            },
            None => sent,
        };
        self.sent = Some(sent.clone());
        sent
    }

    /// Whether an earlier request of the same attempt was sent, and nobody knows what became of it.
    pub fn sent_before(&self) -> bool {
        self.before.is_some()
    }

    /// A job is running.
    pub fn started(mut self, answer: Answer, job: String) -> Answer {
        self.end(Some(State::Started {
            answer: answer.clone(),
            job,
        }));
        self.tell(answer)
    }

    /// Nothing was started by this request. Of an earlier one nobody knows still.
    pub fn refused(mut self, answer: Answer) -> Answer {
        let before = self.before.take().map(State::Unknown);
        self.end(before);
        self.tell(answer)
    }

    /// Nobody knows yet.
    pub fn unknown(self, answer: Answer) -> Answer {
        // Dropping says so.
        self.tell(answer)
    }

    fn tell(&self, answer: Answer) -> Answer {
        let _ = self.tell.send(Some(answer.clone()));
        answer
    }

    fn end(&mut self, state: Option<State>) {
        self.settled = true;
        let mut slots = self
            .once
            .slots
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match state {
            Some(state) => {
                if let Some(slot) = slots.get_mut(&self.key) {
                    slot.state = state;
                }
            }
            None => {
                slots.remove(&self.key);
            }
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.settled {
            let state = self.sent.take().map(State::Unknown);
            self.end(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atlas_restore_dialog::model::ClusterRef;
    use serde_json::json;

    fn request(target: &str) -> RestoreRequest {
        let cluster = |name: &str| ClusterRef {
            project_id: "p".to_owned(),
            name: name.to_owned(),
        };
        RestoreRequest {
            source: cluster("orders"),
            snapshot_id: "s".to_owned(),
            target: cluster(target),
            reason: None,
        }
    }

    fn answer(status: u16) -> Answer {
        Answer::json(status, "application/json", &json!({}))
    }

    fn first(begun: Begun) -> (Ticket, Option<Sent>) {
        match begun {
            Begun::First(ticket, sent) => (ticket, sent),
            other => panic!("{other:?}"),
        }
    }

    fn sent() -> Sent {
        Sent {
            at: Timestamp(5),
            since: Instant::now(),
            jobs_before: HashSet::new(),
        }
    }

    #[tokio::test]
    async fn same_key_gives_the_same_answer() {
        let once = Arc::new(Once::new(10));
        let now = Instant::now();
        let (ticket, unsettled) = first(once.begin("maya", "k", &request("copy"), now));
        assert_eq!(unsettled, None);
        let Begun::Waiting(mut told) = once.begin("maya", "k", &request("copy"), now) else {
            panic!("not waiting");
        };
        ticket.started(answer(200), "job".into());
        let told = told.wait_for(Option::is_some).await.unwrap();
        assert_eq!(told.as_ref().unwrap().status, 200);
        let Begun::Known(known) = once.begin("maya", "k", &request("copy"), now) else {
            panic!("not known");
        };
        assert_eq!(known.status, 200);
    }

    #[test]
    fn key_is_one_persons_and_one_requests() {
        let once = Arc::new(Once::new(10));
        let now = Instant::now();
        let (ticket, _) = first(once.begin("maya", "k", &request("copy"), now));
        ticket.started(answer(200), "job".into());
        assert!(matches!(
            once.begin("maya", "k", &request("other"), now),
            Begun::Reused
        ));
        let (kims, _) = first(once.begin("kim", "k", &request("other"), now));
        assert!(once.is_anothers("job", &kims));
    }

    #[test]
    fn refusal_is_forgotten_and_an_unknown_outcome_is_not() {
        let once = Arc::new(Once::new(10));
        let now = Instant::now();
        let (ticket, _) = first(once.begin("maya", "k", &request("copy"), now));
        ticket.refused(answer(422));
        let (mut ticket, unsettled) = first(once.begin("maya", "k", &request("copy"), now));
        assert_eq!(unsettled, None);
        let sent = sent();
        ticket.about_to_send(sent.clone());
        ticket.unknown(answer(504));
        let (ticket, unsettled) = first(once.begin("maya", "k", &request("copy"), now));
        assert_eq!(unsettled, Some(sent.clone()));
        // A second look that ends without a word changes nothing.
        drop(ticket);
        let (_ticket, unsettled) = first(once.begin("maya", "k", &request("copy"), now));
        assert_eq!(unsettled, Some(sent));
    }

    #[test]
    fn second_request_does_not_hide_the_first() {
        let once = Arc::new(Once::new(10));
        let now = Instant::now();
        let (mut ticket, _) = first(once.begin("maya", "k", &request("copy"), now));
        ticket.about_to_send(sent());
        drop(ticket);
        let (mut ticket, _) = first(once.begin("maya", "k", &request("copy"), now));
        let later = Sent {
            at: Timestamp(9),
            since: now + Duration::from_secs(20),
            jobs_before: HashSet::from(["job".to_owned()]),
        };
        let both = ticket.about_to_send(later.clone());
        assert_eq!((both.at, both.since), (Timestamp(5), later.since));
        assert!(both.jobs_before.is_empty());
        drop(ticket);
        let (ticket, unsettled) = first(once.begin("maya", "k", &request("copy"), now));
        assert_eq!(unsettled, Some(both.clone()));
        // That nothing comes of a third says nothing of the first.
        ticket.refused(answer(422));
        let (ticket, unsettled) = first(once.begin("maya", "k", &request("copy"), now));
        assert_eq!(unsettled, Some(both));
        ticket.started(answer(200), "job".into());
        assert!(matches!(
            once.begin("maya", "k", &request("copy"), now),
            Begun::Known(_)
        ));
    }

    #[test]
    fn memory_has_an_end_but_not_for_what_is_unknown() {
        let once = Arc::new(Once::new(2));
        let now = Instant::now();
        let (mut lost, _) = first(once.begin("maya", "lost", &request("copy"), now));
        lost.about_to_send(sent());
        drop(lost);
        let (old, _) = first(once.begin("maya", "old", &request("copy"), now));
        old.started(answer(200), "job".into());
        let later = now + Duration::from_secs(1);
        let (_running, _) = first(once.begin("maya", "new", &request("copy"), later));
        assert!(matches!(
            once.begin("maya", "newer", &request("copy"), later),
            Begun::Full
        ));
        let (_, unsettled) = first(once.begin("maya", "lost", &request("copy"), later));
        assert!(unsettled.is_some());
    }
}
