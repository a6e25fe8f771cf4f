//! The way of a request through the sandbox: log, faults, credentials, the operation, changes. Belongs here:
//! that order, and what `/sandbox/…` offers to tests; not: what Atlas answers.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::api;
use crate::faults::{self, Deed, Progress};
use crate::http::{Answer, Outcome, Request, Response, pairs};
use crate::jobs::new_id;
use crate::time::{http_date, rfc3339_ms};
use crate::world::{World, WorldError, text};

/// One world, and all that has happened in it.
///
/// It has no clock and does no I/O: every call says what time it really is. The world's own clock starts at
/// its `now`, if it has one, and runs on from there.
///
/// Besides what Atlas offers, it answers for tests and for the demo page, without a trace in the log:
///
/// | call | what it does |
/// |---|---|
/// | `GET /sandbox/log` | an array of every request received: `time`, `method`, `path`, `query`, `headers`, `body`, `status` (null where no answer was sent), `fault` (its `do`, or null) |
/// | `POST /sandbox/reset` | the world begins again, with an empty log |
/// | `PUT /sandbox/world` | the body is the world from now on, with an empty log; 400 says what is wrong with it |
/// | `GET /sandbox/world` | the world as it is now |
/// | `POST /sandbox/advance?ms=20000` | puts the clock forward |
#[derive(Clone, Debug)]
pub struct Sandbox {
    /// As it was when it began.
    original: World,
    state: State,
}

#[derive(Clone, Debug)]
pub(crate) struct State {
    pub world: World,
    /// The world's time when it began.
    pub started: i64,
    /// When each job began to run, by its id.
    pub jobs_started: BTreeMap<String, i64>,
    pub ids_given: u64,
    began_really: i64,
    put_forward: i64,
    /// When each token ends.
    tokens: BTreeMap<String, i64>,
    faults_seen: Vec<u64>,
    changes: Vec<Progress>,
    log: Vec<Value>,
}

impl Sandbox {
    /// A sandbox that serves this world from now on.
    ///
    /// # Errors
    /// Says where the text is no world, and what was expected there.
    pub fn new(world_json: &str, real_now_ms: i64) -> Result<Sandbox, WorldError> {
        let original = World::parse(world_json)?;
        let state = State::begin(&original, real_now_ms);
        Ok(Sandbox { original, state })
    }

    /// Answers one request. `path_and_query` begins with `/restore`, `/api` or `/sandbox`: see [`crate::below_mount`].
    pub fn handle(&mut self, request: &Request, real_now_ms: i64) -> Outcome {
        if let Some(rest) = request.path().strip_prefix("/sandbox/") {
            let mut response = self.control(rest, request, real_now_ms);
            response
                .headers
                .push(("date".into(), http_date(self.now(real_now_ms))));
            return Outcome {
                delay_ms: 0,
                answer: Answer::Response(response),
            };
        }
        self.state.receive(request, real_now_ms)
    }

    /// The log as `GET /sandbox/log` gives it.
    pub fn log(&self) -> String {
        Value::Array(self.state.log.clone()).to_string()
    }

    /// The time in this world.
    pub fn now(&self, real_now_ms: i64) -> i64 {
        self.state.now(real_now_ms)
    }

    /// Begins the world again, as if nothing had happened.
    pub fn reset(&mut self, real_now_ms: i64) {
        self.state = State::begin(&self.original, real_now_ms);
    }

    fn control(&mut self, what: &str, request: &Request, real_now_ms: i64) -> Response {
        match (request.method.as_str(), what) {
            ("GET", "log") => Response::bytes(200, "application/json", self.log().into_bytes()),
            ("GET", "world") => api::world_as_is(&self.state.world),
            ("POST", "reset") => {
                self.reset(real_now_ms);
                Response::empty(204)
            }
            ("PUT", "world") => {
                match Sandbox::new(&String::from_utf8_lossy(&request.body), real_now_ms) {
                    Ok(sandbox) => {
                        *self = sandbox;
                        Response::empty(204)
                    }
                    Err(error) => api::refusal(400, "INVALID_WORLD", &error.to_string()),
                }
            }
            ("POST", "advance") => match request
                .parameter("ms")
                .and_then(|ms| ms.parse::<u32>().ok())
            {
                Some(ms) => {
                    self.state.put_forward = self.state.put_forward.saturating_add(i64::from(ms));
                    Response::empty(204)
                }
                None => api::refusal(
                    400,
                    "INVALID_ATTRIBUTE",
                    "ms must be a whole number of milliseconds.",
                ),
            },
            _ => api::refusal(
                404,
                "RESOURCE_NOT_FOUND",
                "The sandbox has log, world, reset and advance.",
            ),
        }
    }
}

impl State {
    fn begin(world: &World, real_now_ms: i64) -> State {
        let mut state = State {
            started: world.now.unwrap_or(real_now_ms),
            jobs_started: BTreeMap::new(),
            ids_given: 0,
            began_really: real_now_ms,
            put_forward: 0,
            tokens: BTreeMap::new(),
            faults_seen: vec![0; world.faults.len()],
            changes: world.changes.iter().map(|change| change.start()).collect(),
            log: Vec::new(),
            world: world.clone(),
        };
        state.note_jobs(state.started);
        state
    }

    fn running_ms(&self, real_now_ms: i64) -> i64 {
        // A clock set back must not make the world's own run backwards past its beginning.
        real_now_ms
            .saturating_sub(self.began_really)
            .max(0)
            .saturating_add(self.put_forward)
    }

    fn now(&self, real_now_ms: i64) -> i64 {
        self.started.saturating_add(self.running_ms(real_now_ms))
    }

    /// Listed jobs run from when they are first seen.
    fn note_jobs(&mut self, now: i64) {
        for (_, _, job) in self.world.jobs() {
            if let Some(id) = text(job, "id")
                && !self.jobs_started.contains_key(id)
            {
                self.jobs_started.insert(id.to_owned(), now);
            }
        }
    }

    fn receive(&mut self, request: &Request, real_now_ms: i64) -> Outcome {
        let now = self.now(real_now_ms);
        self.make_due_changes(real_now_ms);
        self.log.push(log_entry(request, now));
        let at = self.log.len() - 1;

        let strike = faults::strike(&self.world.faults, &mut self.faults_seen, request);
        let answer = match strike.deed {
            None => Answer::Response(self.act(request, now)),
            Some(Deed::Answer(response)) => Answer::Response(response),
            Some(Deed::Html) => Answer::Response(api::login_page()),
            Some(Deed::Malformed) => Answer::Response(cut(self.act(request, now))),
            Some(Deed::Drop) => {
                self.act(request, now);
                Answer::Dropped
            }
            Some(Deed::DropBefore) => Answer::Dropped,
        };

        let running = self.running_ms(real_now_ms);
        for (change, progress) in self.world.changes.iter().zip(&mut self.changes) {
            change.note(progress, request, running);
        }
        self.make_due_changes(real_now_ms);

        let answer = match answer {
            Answer::Response(mut response) => {
                if response.header("date").is_none() {
                    response.headers.push(("date".into(), http_date(now)));
                }
                Answer::Response(response)
            }
            Answer::Dropped => Answer::Dropped,
        };
        if let Some(entry) = self.log.get_mut(at).and_then(Value::as_object_mut) {
            let status = match &answer {
                Answer::Response(response) => json!(response.status),
                Answer::Dropped => Value::Null,
            };
            entry.insert("status".into(), status);
            entry.insert("fault".into(), strike.written.unwrap_or(Value::Null));
        }
        Outcome {
            delay_ms: strike.delay_ms,
            answer,
        }
    }

    fn make_due_changes(&mut self, real_now_ms: i64) {
        let running = self.running_ms(real_now_ms);
        let due: Vec<Value> = self
            .world
            .changes
            .iter()
            .zip(&mut self.changes)
            .filter_map(|(change, progress)| {
                progress.falls_due(running).then(|| change.merge.clone())
            })
            .collect();
        for merge in due {
            // Each was tried when the world was read. In another order one may still fail: then it does not happen.
            let _ = self.world.merge(&merge);
            self.note_jobs(self.now(real_now_ms));
        }
    }

    fn act(&mut self, request: &Request, now: i64) -> Response {
        let path = request.path().to_owned();
        if let Some(rest) = path.strip_prefix("/restore") {
            let safe = matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS");
            let token = self.world.csrf_token();
            if !safe && token.is_some() && request.header("x-csrf-token") != token {
                return api::refusal(
                    403,
                    "CSRF_TOKEN_INVALID",
                    "The header X-CSRF-Token is missing or wrong.",
                );
            }
            if rest == "/session" {
                return match (request.method.as_str(), self.world.session()) {
                    ("GET", Some(session)) => Response::json(200, "application/json", &session),
                    ("GET", None) => {
                        api::refusal(404, "RESOURCE_NOT_FOUND", "This backend has no sessions.")
                    }
                    _ => api::refusal(405, "METHOD_NOT_ALLOWED", "A session can only be read."),
                };
            }
            if let Some(rest) = below(rest, "/api/atlas/v2") {
                return self.atlas(rest, request, now);
            }
        } else if path == "/api/oauth/token" {
            return self.token(request, now);
        } else if let Some(rest) = below(&path, "/api/atlas/v2") {
            let bearer = request
                .header("authorization")
                .and_then(|value| value.split_once(' '));
            let known = bearer.is_some_and(|(scheme, token)| {
                scheme.eq_ignore_ascii_case("bearer")
                    && self.tokens.get(token.trim()).is_some_and(|end| now < *end)
            });
            return if known {
                self.atlas(rest, request, now)
            } else {
                api::unauthorized()
            };
        }
        api::refusal(404, "RESOURCE_NOT_FOUND", "Nothing is served here.")
    }

    /// A service account's token, as OAuth's client credentials give it; any account will do.
    fn token(&mut self, request: &Request, now: i64) -> Response {
        let refuse = |status: u16, error: &str| {
            Response::json(status, "application/json", &json!({ "error": error }))
        };
        if request.method != "POST" {
            return refuse(405, "invalid_request");
        }
        let form = pairs(&String::from_utf8_lossy(&request.body));
        let given = |name: &str| {
            form.iter()
                .any(|(key, value)| key == name && !value.is_empty())
        };
        let basic = request
            .header("authorization")
            .and_then(|value| value.split_once(' '))
            .is_some_and(|(scheme, account)| {
                scheme.eq_ignore_ascii_case("basic") && !account.trim().is_empty()
            });
        let in_form = given("client_id") && given("client_secret");
        if !(basic || in_form) {
            return refuse(401, "invalid_client");
        }
        if !form
            .iter()
            .any(|(key, value)| key == "grant_type" && value == "client_credentials")
        {
            return refuse(400, "unsupported_grant_type");
        }
        self.ids_given += 1;
        let token = format!("sandbox-{}", new_id(now, self.ids_given));
        let life = self.world.token_ms();
        self.tokens.insert(token.clone(), now.saturating_add(life));
        let body =
            json!({ "access_token": token, "expires_in": life / 1000, "token_type": "Bearer" });
        Response::json(200, "application/json", &body)
    }
}

/// What stands below a path, `/` or empty at its start.
fn below<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    path.strip_prefix(base)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn cut(mut response: Response) -> Response {
    let half = response.body.len() / 2;
    response.body.truncate(half);
    if response.body.is_empty() {
        response.body = b"{".to_vec();
        response.status = 200;
    }
    response
}

fn log_entry(request: &Request, now: i64) -> Value {
    let mut headers = Map::new();
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        let joined = match headers.get(&name).and_then(Value::as_str) {
            Some(earlier) => format!("{earlier}, {value}"),
            None => value.clone(),
        };
        headers.insert(name, Value::String(joined));
    }
    json!({
        "time": rfc3339_ms(now),
        "method": request.method,
        "path": request.path(),
        "query": request.query(),
        "headers": headers,
        "body": String::from_utf8_lossy(&request.body),
        "status": null,
        "fault": null,
    })
}
