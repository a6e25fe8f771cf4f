//! A person, a dialog and an Atlas in memory: everything between them but the browser.

use std::collections::{BTreeMap, VecDeque};

use atlas_restore_dialog::atlas::Call;
use atlas_restore_dialog::dialog::{
    Announcement, Body, CloseReason, Config, Dialog, Effect, Event, Focus, Missing, Outcome, Read,
    RequestId, Signal, Timer, Unicode, View,
};
use atlas_restore_dialog::model::{Dated, Failure, Timestamp};
use atlas_restore_dialog::port;
use atlas_sandbox::{Answer, Request, Sandbox};
use serde_json::{Value, json};

pub const STOREFRONT: &str = "64f1c0de0a1b2c3d4e5f6001";
pub const STAGING: &str = "64f1c0de0a1b2c3d4e5f6002";
pub const ORG: &str = "64f1c0de0a1b2c3d4e5f60aa";
pub const SNAPSHOT: &str = "6b05a0000a1b2c3d4e5f6101";
/// 2026-11-24T10:00:00Z.
pub const START: i64 = 1_795_514_400_000;

/// A person at the dialog. Everything that was done on the way is kept.
pub struct Journey {
    pub dialog: Dialog,
    pub sandbox: Sandbox,
    pub now: i64,
    timers: BTreeMap<Timer, i64>,
    /// Calls on their way, answered in order by [`Journey::settle`].
    pub waiting: VecDeque<(RequestId, Option<Read>, Call)>,
    pub signals: Vec<Signal>,
    pub announcements: Vec<Announcement>,
    pub focus: Vec<Focus>,
    pub outcomes: Vec<Outcome>,
    pub sent: Vec<Call>,
    pub closes: usize,
    keys: u32,
}

pub const UNICODE: Unicode = Unicode {
    nfc: str::to_owned,
    fold: str::to_lowercase,
    // The browser's regular expressions, for the one that is used here.
    fits: |pattern, text| match pattern {
        "INC-[0-9]+" => text
            .strip_prefix("INC-")
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit())),
        other => panic!("{other}"),
    },
};

impl Journey {
    pub fn new(world: &Value) -> Self {
        let sandbox = Sandbox::new(&world.to_string(), START).expect("a world");
        Journey {
            dialog: Dialog::new(UNICODE),
            sandbox,
            now: START,
            timers: BTreeMap::new(),
            waiting: VecDeque::new(),
            signals: Vec::new(),
            announcements: Vec::new(),
            focus: Vec::new(),
            outcomes: Vec::new(),
            sent: Vec::new(),
            closes: 0,
            keys: 0,
        }
    }

    /// Opened on the usual snapshot, everything read.
    pub fn opened(world: &Value) -> Self {
        Journey::opened_with(world, config())
    }

    pub fn opened_with(world: &Value, config: Config) -> Self {
        let mut journey = Journey::new(world);
        journey.send(Event::Opened(Box::new(config)));
        journey.settle();
        journey
    }

    /// Lets something happen, and does what the dialog wants done, but answers no call.
    pub fn send(&mut self, event: Event) {
        let effects = self.dialog.update(event, Timestamp(self.now));
        for effect in effects {
            self.run(effect);
        }
    }

    fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Read { id, read } => {
                let call = port::call(&read);
                assert_eq!(call.method, "GET", "reads are safe");
                self.waiting.push_back((id, Some(read), call));
            }
            Effect::Restore { id, .. } => {
                let call = port::restore_call(&effect).expect("a restore");
                self.sent.push(call.clone());
                self.waiting.push_back((id, None, call));
            }
            Effect::Abort(id) => self.waiting.retain(|(waiting, ..)| *waiting != id),
            Effect::Schedule { timer, after_ms } => {
                self.timers.insert(timer, self.now + i64::from(after_ms));
            }
            Effect::Unschedule(timer) => {
                self.timers.remove(&timer);
            }
            Effect::Announce(announcement) => self.announcements.push(announcement),
            Effect::Focus(focus) => self.focus.push(focus),
            Effect::Emit(Signal::BeforeSubmit(request)) => {
                self.signals.push(Signal::BeforeSubmit(request));
                self.send(Event::SubmitAllowed);
            }
            Effect::Emit(signal) => self.signals.push(signal),
            Effect::Resolve(outcome) => self.outcomes.push(outcome),
            Effect::Close => self.closes += 1,
        }
    }

    /// Asks the sandbox; a dropped connection is no answer.
    pub fn ask(
        &mut self,
        read: Option<&Read>,
        call: &Call,
    ) -> Result<Dated<port_answer::Answer>, Failure> {
        let mut request = Request::new(call.method, &format!("/restore{}", call.path));
        for (name, value) in &call.headers {
            request = request.with_header(name, value);
        }
        if let Some(body) = &call.body {
            request = request.with_body(body.as_bytes());
        }
        let outcome = self.sandbox.handle(&request, self.now);
        match &outcome.answer {
            Answer::Dropped => Err(Failure::NoAnswer {
                message: "Failed to fetch".to_owned(),
            }),
            Answer::Response(response) => {
                let value = port::answer(
                    read,
                    response.status,
                    response.header("content-type"),
                    &response.body,
                )?;
                Ok(Dated {
                    value,
                    date: response.header("date").and_then(Timestamp::parse_http_date),
                })
            }
        }
    }

    /// Answers the oldest call.
    pub fn answer_one(&mut self) -> bool {
        let Some((id, read, call)) = self.waiting.pop_front() else {
            return false;
        };
        let reply = self.ask(read.as_ref(), &call);
        self.send(Event::Replied { id, reply });
        true
    }

    /// Answers every call until nothing is on its way.
    pub fn settle(&mut self) {
        let mut left = 2_000;
        while self.answer_one() {
            left -= 1;
            assert!(left > 0, "the dialog never stops asking");
        }
    }

    /// Lets time pass, with timers and answers at their time.
    pub fn pass(&mut self, ms: i64) {
        let until = self.now + ms;
        while let Some((timer, at)) = self
            .timers
            .iter()
            .map(|(timer, at)| (*timer, *at))
            .filter(|(_, at)| *at <= until)
            .min_by_key(|(_, at)| *at)
        {
            self.timers.remove(&timer);
            self.now = at;
            self.send(Event::TimerFired(timer));
            self.settle();
        }
        self.now = until;
    }

    /// Whether this timer has run out; it is then gone.
    pub fn take_due(&mut self, timer: Timer) -> bool {
        let due = self.timers.get(&timer).is_some_and(|at| *at <= self.now);
        if due {
            self.timers.remove(&timer);
        }
        due
    }

    pub fn has_timer(&self, timer: Timer) -> bool {
        self.timers.contains_key(&timer)
    }

    pub fn view(&self) -> View<'_> {
        self.dialog.view(Timestamp(self.now))
    }

    pub fn choose(&mut self, name: &str) {
        let id = self.cluster_id(name);
        self.send(Event::ClusterChosen(id));
        self.settle();
    }

    pub fn cluster_id(&self, name: &str) -> String {
        (0..)
            .map_while(|index| self.dialog.cluster_row(index))
            .find(|row| row.cluster.name == name)
            .map(|row| row.cluster.id.clone())
            .unwrap_or_else(|| panic!("{name} is not in the list"))
    }

    /// Chooses a target and goes to the review.
    pub fn review(&mut self, name: &str) {
        self.choose(name);
        self.send(Event::NextPressed);
        self.settle();
        assert!(
            matches!(self.view().body, Body::Review(_)),
            "{:?}",
            self.view().body
        );
    }

    pub fn type_name(&mut self, text: &str) {
        self.send(Event::ConfirmationTyped(text.to_owned()));
    }

    /// Presses Restore with a key of its own, and answers nothing yet.
    pub fn press_restore(&mut self) {
        self.keys += 1;
        let key = format!("key-{}", self.keys);
        self.send(Event::RestorePressed { key });
    }

    /// From the list to the request: reviews, types the name, presses Restore, all answered.
    pub fn restore(&mut self, name: &str) {
        self.review(name);
        self.type_name(name);
        self.press_restore();
        self.settle();
    }

    pub fn close(&mut self, reason: CloseReason) {
        self.send(Event::Closed(reason));
    }

    /// Codes shown for a refused target.
    pub fn refused_codes(&self) -> Vec<&'static str> {
        match self.view().body {
            Body::Destination(view) => view
                .refused
                .map(|refused| codes(&refused.findings))
                .unwrap_or_default(),
            body => panic!("{body:?}"),
        }
    }

    pub fn missing(&self) -> Vec<Missing> {
        match self.view().body {
            Body::Source(view) => view.missing,
            Body::Destination(view) => view.missing,
            Body::Review(view) => view.missing,
            body => panic!("{body:?}"),
        }
    }

    /// Requests that Atlas received, by method.
    pub fn log(&self, method: &str) -> usize {
        let log: Value = serde_json::from_str(&self.sandbox.log()).expect("a log");
        let requests = log.as_array().or_else(|| log["requests"].as_array());
        requests
            .expect("a list of requests")
            .iter()
            .filter(|request| request["method"] == method)
            .count()
    }
}

pub mod port_answer {
    pub use atlas_restore_dialog::dialog::Answer;
}

pub fn codes(findings: &[atlas_restore_dialog::rules::Finding]) -> Vec<&'static str> {
    findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect()
}

pub fn config() -> Config {
    Config {
        source_project: Some(STOREFRONT.to_owned()),
        source_cluster: Some("orders".to_owned()),
        snapshot: Some(SNAPSHOT.to_owned()),
        ..Config::default()
    }
}

/// A cluster of Storefront's that takes an AWS-encrypted snapshot of 8.0.12.
pub fn cluster(name: &str) -> Value {
    let id = name.bytes().fold(0_u64, |sum, byte| {
        sum.wrapping_mul(131).wrapping_add(u64::from(byte))
    });
    json!({
        "id": format!("64f1c0de{id:016x}"),
        "groupId": STOREFRONT,
        "name": name,
        "clusterType": "REPLICASET",
        "mongoDBVersion": "8.0.12",
        "mongoDBMajorVersion": "8.0",
        "encryptionAtRestProvider": "AWS",
        "stateName": "IDLE",
        "paused": false,
        "backupEnabled": true,
        "effectiveDatabaseEdition": "CORE",
        "replicationSpecs": [{"id": "64f1c0de0a1b2c3d4e5f6301", "zoneName": "Zone 1", "regionConfigs": [{
            "providerName": "AWS", "regionName": "EU_WEST_1", "priority": 7,
            "electableSpecs": {"instanceSize": "M30", "nodeCount": 3, "diskSizeGB": 40.0}
        }]}]
    })
}

/// The same with other members.
pub fn cluster_with(name: &str, members: Value) -> Value {
    let mut cluster = cluster(name);
    merge(&mut cluster, members);
    cluster
}

pub fn merge(into: &mut Value, members: Value) {
    if let (Some(into), Value::Object(members)) = (into.as_object_mut(), members) {
        into.extend(members);
    }
}

pub fn snapshot() -> Value {
    json!({
        "id": SNAPSHOT,
        "status": "completed",
        "snapshotType": "scheduled",
        "type": "replicaSet",
        "createdAt": "2026-11-24T00:00:00Z",
        "expiresAt": "2026-12-01T00:00:00Z",
        "mongodVersion": "8.0.12",
        "cloudProvider": "AWS",
        "storageSizeBytes": 5_000_000_000_u64,
        "masterKeyUUID": "1c3f9a52-0d0b-4b6c-9a55-6f3c3f6a9e01",
        "replicaSetName": "orders",
        "copyRegions": [],
        "policyItems": []
    })
}

pub fn keys() -> Value {
    let key = json!({"enabled": true, "valid": true, "region": "EU_WEST_1"});
    json!({"awsKms": key, "azureKeyVault": key, "googleCloudKms": key})
}

/// Storefront with `orders` (the source) and `orders-copy`, Staging with `trial`; the person owns both.
pub fn world() -> Value {
    let mut trial = cluster("trial");
    trial["groupId"] = json!(STAGING);
    json!({
        "now": "2026-11-24T10:00:00Z",
        "person": {
            "username": "ada@example.com", "name": "Ada",
            "roles": {STOREFRONT: ["GROUP_OWNER"], STAGING: ["GROUP_OWNER"]}, "orgRoles": {}
        },
        "groups": [
            {"id": STOREFRONT, "name": "Storefront", "orgId": ORG, "clusterCount": 2, "created": "2024-01-01T00:00:00Z"},
            {"id": STAGING, "name": "Staging", "orgId": ORG, "clusterCount": 1, "created": "2024-01-01T00:00:00Z"}
        ],
        "clusters": [cluster("orders"), cluster("orders-copy"), trial],
        "snapshots": [{"groupId": STOREFRONT, "clusterName": "orders", "snapshot": snapshot()}],
        "encryptionAtRest": {STOREFRONT: keys(), STAGING: keys()},
        "processArgs": {},
        "restoreJobs": [],
        "restoreSeconds": 20,
        "csrfToken": "token-1"
    })
}

/// The world with one more cluster in Storefront.
pub fn world_with(extra: Value) -> Value {
    let mut world = world();
    world["clusters"]
        .as_array_mut()
        .expect("clusters")
        .push(extra);
    world
}
