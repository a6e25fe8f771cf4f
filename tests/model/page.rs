//! A page with the dialog on it, a network that may do anything to a message, and the truth behind it.

use std::collections::BTreeMap;

use atlas_restore_dialog::atlas::Call;
use atlas_restore_dialog::dialog::{
    Answer as Reply, Dialog, Effect, Event, Outcome, Read, RequestId, Signal, Timer, Unicode,
};
use atlas_restore_dialog::model::{Dated, Failure, Timestamp};
use atlas_restore_dialog::port;

use crate::atlas::{Answer, Atlas};
use crate::checks::Checks;

/// How a message comes to grief. Each says whether Atlas acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It never arrives.
    Request,
    /// It arrives; the answer does not.
    Answer,
    /// Nobody waits any longer; it may still arrive, so many seconds later.
    TimedOut(u8),
    /// It arrives; a proxy answers with a login page.
    Html,
    /// It arrives; the answer is cut.
    Cut,
    /// It arrives; a proxy answers 502.
    BadGateway,
    /// A proxy answers 503 and passes nothing on.
    Unavailable,
    /// A proxy answers 429 and passes nothing on.
    TooMany,
    /// The gateway answers 503, says that it sent nothing, and is right.
    NotSent,
    /// The connection closed after it arrived, and the browser sent it once more: the second answer comes back.
    Resent,
}

/// A dialog that is wrong in a way that must be noticed: faults put in between it and the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutant {
    None,
    /// Sends the request again when its answer is lost.
    PostsTwice,
    /// Takes any restore into the target for its own.
    AdoptsStrangers,
    /// Takes a lost answer for a refusal.
    FailsAfterLoss,
    /// Forgets what was read again at the click.
    IgnoresTheSecondLook,
    /// Never reads a job to its end.
    StopsPolling,
}

#[derive(Debug, Clone)]
pub struct Parcel {
    pub id: RequestId,
    pub read: Option<Read>,
    pub call: Call,
    /// Counts all requests.
    pub number: u64,
    pub sent_at: i64,
    /// Which restore request it is.
    pub post: Option<usize>,
    pub back: Option<Answer>,
}

pub struct Page {
    pub dialog: Dialog,
    pub atlas: Atlas,
    pub checks: Checks,
    pub mutant: Mutant,
    /// Browser's clock minus Atlas's.
    pub offset: i64,
    pub wire: Vec<Parcel>,
    /// Nobody waits for these, and they arrive at that time.
    strays: Vec<(i64, Parcel)>,
    timers: BTreeMap<Timer, i64>,
    pub asked_for_approval: bool,
    pub hidden: bool,
    pub offline: bool,
    pub numbers: u64,
    keys: u32,
}

const UNICODE: Unicode = Unicode {
    nfc: str::to_owned,
    fold: str::to_lowercase,
    fits: |_, _| true,
};
/// No request travels longer than this: longer than the half minute after which trying again is offered.
const LONGEST_WAY_MS: i64 = 90_000;

impl Page {
    pub fn new(mutant: Mutant) -> Self {
        Page {
            dialog: Dialog::new(UNICODE),
            atlas: Atlas::new(),
            checks: Checks::default(),
            mutant,
            offset: 400,
            wire: Vec::new(),
            strays: Vec::new(),
            timers: BTreeMap::new(),
            asked_for_approval: false,
            hidden: false,
            offline: false,
            numbers: 0,
            keys: 0,
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.atlas.now + self.offset)
    }

    pub fn key(&mut self) -> String {
        self.keys += 1;
        format!("key-{}", self.keys)
    }

    /// Lets something happen, and looks at everything that follows.
    pub fn send(&mut self, event: Event) {
        self.checks
            .before(&event, &self.dialog, &self.atlas, self.now());
        if matches!(event, Event::SubmitAllowed) && self.asked_for_approval {
            self.checks.clicked(self.numbers);
        }
        if matches!(event, Event::SubmitAllowed | Event::SubmitVetoed(_)) {
            self.asked_for_approval = false;
        }
        let effects = self.dialog.update(event, self.now());
        for effect in effects {
            self.run(effect);
        }
        self.checks.look(&self.dialog, &self.atlas, self.now());
    }

    fn run(&mut self, effect: Effect) {
        match &effect {
            Effect::Read { id, read } => {
                if self.mutant == Mutant::StopsPolling && matches!(read, Read::Job { .. }) {
                    return;
                }
                let call = port::call(read);
                assert_eq!(call.method, "GET", "only a restore may change anything");
                let is_poll = |parcel: &Parcel| matches!(parcel.read, Some(Read::Job { .. }));
                let second = matches!(read, Read::Job { .. }) && self.wire.iter().any(is_poll);
                assert!(!second, "two polls at once");
                self.post_off(*id, Some(read.clone()), call, None);
            }
            Effect::Restore { id, .. } => {
                let call = port::restore_call(&effect).expect("a restore");
                let post = self.checks.sent(&call, &self.atlas);
                self.post_off(*id, None, call, Some(post));
            }
            Effect::Abort(id) => {
                assert!(
                    self.wire
                        .iter()
                        .all(|parcel| parcel.id != *id || parcel.post.is_none()),
                    "a restore request is aborted"
                );
                self.wire.retain(|parcel| parcel.id != *id);
            }
            Effect::Schedule { timer, after_ms } => {
                self.timers
                    .insert(*timer, self.atlas.now + i64::from(*after_ms));
            }
            Effect::Unschedule(timer) => {
                self.timers.remove(timer);
            }
            Effect::Emit(Signal::BeforeSubmit(_)) => self.asked_for_approval = true,
            Effect::Emit(Signal::Started { job, .. }) | Effect::Resolve(Outcome::Started(job)) => {
                self.checks.started(&job.id, &self.atlas);
            }
            Effect::Emit(Signal::Finished(job)) => self.checks.finished(job, &self.atlas),
            _ => {}
        }
    }

    fn post_off(&mut self, id: RequestId, read: Option<Read>, call: Call, post: Option<usize>) {
        self.numbers += 1;
        self.wire.push(Parcel {
            id,
            read,
            call,
            number: self.numbers,
            sent_at: self.atlas.now,
            post,
            back: None,
        });
    }

    fn act(&mut self, parcel: &Parcel) -> Answer {
        self.atlas
            .handle(&parcel.call.path, parcel.call.body.as_deref(), parcel.post)
    }

    /// Atlas acts on it; the answer is on its way.
    pub fn deliver(&mut self, place: usize) {
        if let Some(parcel) = self
            .wire
            .get(place)
            .filter(|parcel| parcel.back.is_none())
            .cloned()
        {
            let answer = self.act(&parcel);
            self.wire[place].back = Some(answer);
        }
    }

    /// The answer arrives, once or twice.
    pub fn reply(&mut self, place: usize, times: usize) {
        self.deliver(place);
        let Some(parcel) = (place < self.wire.len()).then(|| self.wire.remove(place)) else {
            return;
        };
        let answer = parcel.back.clone().expect("it was delivered");
        for _ in 0..times {
            self.bring(&parcel, &answer);
        }
    }

    pub fn lose(&mut self, place: usize, loss: Loss) {
        let acted = self
            .wire
            .get(place)
            .is_some_and(|parcel| parcel.back.is_some());
        let never_acts = matches!(
            loss,
            Loss::Request | Loss::Unavailable | Loss::TooMany | Loss::NotSent
        );
        // What arrived cannot be kept from arriving any more.
        let loss = if acted && (never_acts || loss == Loss::Resent) {
            Loss::Answer
        } else {
            loss
        };
        if !never_acts && !matches!(loss, Loss::TimedOut(_)) {
            self.deliver(place);
        }
        let Some(parcel) = (place < self.wire.len()).then(|| self.wire.remove(place)) else {
            return;
        };
        let broken = |status: u16, kind: &'static str, body: &str, date: i64| Answer {
            status,
            kind,
            body: body.to_owned(),
            date,
            says: crate::atlas::Says::Nothing,
        };
        let now = self.atlas.now - self.atlas.now.rem_euclid(1_000);
        let none = Failure::NoAnswer {
            message: "Failed to fetch".to_owned(),
        };
        match loss {
            Loss::Request | Loss::Answer => self.lost(&parcel, none),
            Loss::TimedOut(seconds) => {
                if parcel.back.is_none() && parcel.post.is_some() && seconds < 200 {
                    let lands = self.atlas.now + i64::from(seconds % 90) * 1_000;
                    let latest = parcel.sent_at + LONGEST_WAY_MS;
                    self.strays
                        .push((lands.min(latest).max(self.atlas.now), parcel.clone()));
                }
                self.lost(&parcel, Failure::TimedOut);
            }
            Loss::Html => self.bring(&parcel, &broken(200, "text/html", "<!doctype html>", now)),
            Loss::Cut => {
                let mut answer = parcel.back.clone().expect("it was delivered");
                answer.body.truncate(answer.body.len() / 2);
                answer.says = crate::atlas::Says::Nothing;
                self.bring(&parcel, &answer);
            }
            Loss::BadGateway => self.bring(&parcel, &broken(502, "text/html", "<html>", now)),
            Loss::Unavailable => self.bring(&parcel, &broken(503, "application/json", "{}", now)),
            Loss::NotSent => {
                let body =
                    r#"{"type": "urn:atlas-restore-gateway:atlas-unreachable", "status": 503}"#;
                self.bring(&parcel, &broken(503, "application/problem+json", body, now));
            }
            Loss::TooMany => self.bring(&parcel, &broken(429, "application/json", "{}", now)),
            Loss::Resent => {
                let answer = self.act(&parcel);
                self.bring(&parcel, &answer);
            }
        }
    }

    fn lost(&mut self, parcel: &Parcel, failure: Failure) {
        self.checks.told(parcel, None);
        self.hand_over(parcel, Err(failure));
    }

    fn bring(&mut self, parcel: &Parcel, answer: &Answer) {
        let answer = &self.mutated(parcel, answer);
        let reply = port::answer(
            parcel.read.as_ref(),
            answer.status,
            Some(answer.kind),
            answer.body.as_bytes(),
        );
        let good = reply.is_ok();
        self.checks.told(parcel, Some((answer, good)));
        self.hand_over(
            parcel,
            reply.map(|value| Dated {
                value,
                date: Some(Timestamp(answer.date)),
            }),
        );
    }

    fn hand_over(&mut self, parcel: &Parcel, reply: Result<Dated<Reply>, Failure>) {
        let mut reply = reply;
        if parcel.post.is_some() && reply.is_err() {
            match self.mutant {
                Mutant::PostsTwice => {
                    let post = self.checks.sent(&parcel.call, &self.atlas);
                    let again = parcel.call.clone();
                    self.post_off(parcel.id, None, again, Some(post));
                    return;
                }
                Mutant::FailsAfterLoss => {
                    reply = Err(Failure::Refused(Box::default()));
                    if let Err(Failure::Refused(problem)) = &mut reply {
                        problem.status = 400;
                    }
                }
                _ => {}
            }
        }
        self.send(Event::Replied {
            id: parcel.id,
            reply,
        });
    }

    /// What a wrong dialog would make of an answer.
    fn mutated(&self, parcel: &Parcel, answer: &Answer) -> Answer {
        let mut answer = answer.clone();
        let looking = matches!(parcel.read, Some(Read::Jobs { .. }));
        match self.mutant {
            Mutant::AdoptsStrangers if looking => {
                answer.body = answer
                    .body
                    .replace(crate::atlas::OTHER_SNAPSHOT, crate::atlas::SNAPSHOT);
            }
            Mutant::IgnoresTheSecondLook if matches!(parcel.read, Some(Read::Cluster(_))) => {
                answer.body = answer.body.replace(r#""paused":true"#, r#""paused":false"#);
            }
            _ => {}
        }
        answer
    }

    /// Everything arrives and is answered, until nothing travels.
    pub fn settle(&mut self, reads_only: bool) {
        for _ in 0..400 {
            let next = self
                .wire
                .iter()
                .position(|parcel| !reads_only || parcel.post.is_none());
            match next {
                Some(place) => self.reply(place, 1),
                None => return,
            }
        }
        panic!("the dialog never stops asking");
    }

    /// Time passes, with timers and stray requests at theirs.
    pub fn pass(&mut self, ms: i64) {
        let until = self.atlas.now + ms;
        loop {
            let timer = self.timers.iter().map(|(timer, at)| (*at, *timer)).min();
            let stray = self.strays.iter().map(|(at, _)| *at).min();
            let late = self
                .wire
                .iter()
                .filter(|parcel| parcel.post.is_some() && parcel.back.is_none())
                .map(|parcel| parcel.sent_at + LONGEST_WAY_MS)
                .min();
            let next = [timer.map(|(at, _)| at), stray, late]
                .into_iter()
                .flatten()
                .min();
            let Some(at) = next.filter(|at| *at <= until) else {
                break;
            };
            self.atlas.now = at.max(self.atlas.now);
            if late == Some(at) {
                self.land();
            } else if stray == Some(at) {
                self.land_strays(self.atlas.now);
            } else if let Some((_, timer)) = timer {
                self.timers.remove(&timer);
                self.send(Event::TimerFired(timer));
            }
        }
        self.atlas.now = until;
    }

    /// Restore requests that travel arrive.
    fn land(&mut self) {
        for place in 0..self.wire.len() {
            if self.wire[place].post.is_some() {
                self.deliver(place);
            }
        }
    }

    fn land_strays(&mut self, now: i64) {
        let due: Vec<Parcel> = self
            .strays
            .extract_if(.., |(at, _)| *at <= now)
            .map(|(_, parcel)| parcel)
            .collect();
        for parcel in due {
            self.act(&parcel);
        }
    }

    /// The browser's clock jumps.
    pub fn jump(&mut self, ms: i64) {
        self.offset += ms;
    }

    /// The page is loaded anew: the dialog is gone, what it sent is not.
    pub fn reload(&mut self) {
        for parcel in std::mem::take(&mut self.wire) {
            if parcel.post.is_some() && parcel.back.is_none() {
                self.strays.push((parcel.sent_at + LONGEST_WAY_MS, parcel));
            }
        }
        self.timers.clear();
        self.asked_for_approval = false;
        self.dialog = Dialog::new(UNICODE);
        self.checks.reloaded();
    }
}
