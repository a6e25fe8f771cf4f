//! Atlas as the gateway calls it: with a token, within its rate limits, on its clock. Belongs here: how a call is sent
//! and what is tried again; not: which calls a person may make.

mod account;
mod clock;
mod listed;
mod room;
mod transport;

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use atlas_restore_dialog::atlas::{self, Call, ReadError};
use atlas_restore_dialog::model::{Failure, Timestamp};
use axum::http::header;
use tokio::time::Instant;

pub use account::{Account, TokenError};
pub use clock::Clock;
pub use listed::Listed;
pub use room::{Room, WEIGHT};
pub use transport::{LARGEST_ANSWER, NoAnswer, Received, Request, Transport, client};

use crate::metrics::Metrics;
use std::sync::Arc;

/// How long calls of its kind pause after a 429 that doesn't say.
const PAUSE: Duration = Duration::from_secs(2);
/// No pause is longer, whatever Atlas says.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Before a read is sent a second time.
const SECOND_TRY: Duration = Duration::from_millis(150);

/// Why Atlas gave no answer that could be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The call was not sent, or certainly did nothing.
    NotSent(String),
    /// It may have been carried out.
    Lost(String),
    /// The same; it had an answer, and there was no room for it.
    NoRoom,
    /// No token could be had.
    NoToken(String),
    /// It could not be sent in time, and was not sent.
    TooLate,
}

/// What a call does about a wait that Atlas's rate limit asks for, or about the time.
#[derive(Clone, Copy, Debug)]
pub enum Patience {
    /// It is not sent meanwhile.
    Waits,
    /// It is sent all the same: for the few reads that a restore's outcome depends on.
    AtOnce,
    /// Not sent meanwhile, nor after this moment.
    Until(Instant),
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::NotSent(why) => write!(f, "Atlas cannot be reached: {why}"),
            Trouble::Lost(why) => write!(f, "Atlas did not answer: {why}"),
            Trouble::NoToken(why) => write!(f, "no token for Atlas: {why}"),
            Trouble::NoRoom => f.write_str("there was no room for Atlas's answer"),
            Trouble::TooLate => f.write_str("there was no time left to send it"),
        }
    }
}

/// The one way to Atlas.
#[derive(Debug)]
pub struct Atlas {
    transport: Transport,
    account: Account,
    clock: Clock,
    /// Until when Atlas wants us to wait, by kind of call.
    pauses: Mutex<HashMap<String, Instant>>,
    metrics: Arc<Metrics>,
}

impl Atlas {
    /// Over this transport, with this account.
    pub fn new(transport: Transport, account: Account, metrics: Arc<Metrics>) -> Self {
        Atlas {
            transport,
            account,
            clock: Clock::default(),
            pauses: Mutex::default(),
            metrics,
        }
    }

    /// The time by Atlas's clock, as far as it is known.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether a token is at hand or can be had.
    ///
    /// # Errors
    /// Why not.
    pub async fn ready(&self) -> Result<(), Trouble> {
        let token = self.token().await;
        token
            .map(|_| ())
            .map_err(|error| Trouble::NoToken(error.to_string()))
    }

    async fn token(&self) -> Result<crate::secret::Secret, TokenError> {
        self.account
            .token(&self.transport, &self.clock, &self.metrics)
            .await
    }

    /// Sends a call; a read is sent once more where it had no answer. While Atlas's rate limit has us wait, the answer
    /// is its 429 without asking.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn send(&self, call: &Call, request_id: &str) -> Result<Received, Trouble> {
        self.send_with(call, request_id, Patience::Waits).await
    }

    /// The same, but nothing is sent after this moment.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn send_until(
        &self,
        call: &Call,
        request_id: &str,
        until: Instant,
    ) -> Result<Received, Trouble> {
        self.send_with(call, request_id, Patience::Until(until))
            .await
    }

    async fn send_with(
        &self,
        call: &Call,
        request_id: &str,
        patience: Patience,
    ) -> Result<Received, Trouble> {
        let first = self.once(call, request_id, patience).await;
        let again = call.method == "GET"
            && match &first {
                Ok(received) => matches!(received.status, 502..=504),
                Err(Trouble::NotSent(_) | Trouble::Lost(_)) => true,
                Err(Trouble::NoRoom | Trouble::NoToken(_) | Trouble::TooLate) => false,
            };
        if !again {
            return first;
        }
        // An answer must not hold room while the next waits for some.
        drop(first);
        tokio::time::sleep(SECOND_TRY).await;
        self.once(call, request_id, patience).await
    }

    async fn once(
        &self,
        call: &Call,
        request_id: &str,
        patience: Patience,
    ) -> Result<Received, Trouble> {
        if !matches!(patience, Patience::AtOnce)
            && let Some(wait) = self.paused(call)
        {
            return Ok(Received::rate_limited(wait));
        }
        let in_time = || match patience {
            Patience::Until(until) if Instant::now() >= until => Err(Trouble::TooLate),
            _ => Ok(()),
        };
        let token = match self.token().await {
            Ok(token) => token,
            Err(TokenError::Limited(wait)) => return Ok(Received::rate_limited(wait)),
            Err(error) => return Err(Trouble::NoToken(error.to_string())),
        };
        in_time()?;
        let received = self.with_token(call, request_id, &token).await?;
        // Atlas also answers 401 where the account may not see a project: a new token would not help there.
        if received.status != 401 || received.names_a_project() {
            return Ok(received);
        }
        drop(received);
        self.account.forget(&token).await;
        let token = self
            .token()
            .await
            .map_err(|error| Trouble::NoToken(error.to_string()))?;
        in_time()?;
        self.with_token(call, request_id, &token).await
    }

    async fn with_token(
        &self,
        call: &Call,
        request_id: &str,
        token: &crate::secret::Secret,
    ) -> Result<Received, Trouble> {
        let mut headers: Vec<(&'static str, String)> = vec![
            ("authorization", format!("Bearer {}", token.reveal())),
            ("x-request-id", request_id.to_owned()),
        ];
        for name in ["Accept", "Content-Type"] {
            if let Some(value) = call.header(name) {
                let name = if name == "Accept" {
                    "accept"
                } else {
                    "content-type"
                };
                headers.push((name, value.to_owned()));
            }
        }
        let started = Instant::now();
        let sent = self
            .transport
            .send(Request {
                method: call.method,
                path: call.path.clone(),
                headers,
                body: call.body.clone(),
            })
            .await;
        let status = sent.as_ref().map_or(0, |received| received.status);
        self.metrics.atlas(call.method, status, started.elapsed());
        let received = sent.map_err(|error| match error {
            NoAnswer::NotSent(why) => Trouble::NotSent(why),
            NoAnswer::Lost(why) => Trouble::Lost(why),
            NoAnswer::NoRoom => Trouble::NoRoom,
        })?;
        self.clock.learn(&received);
        if received.status == 429 {
            self.pause_for(call, received.retry_after(self.now()).unwrap_or(PAUSE));
        }
        Ok(received)
    }

    /// How long Atlas wants calls of this kind to wait still.
    fn paused(&self, call: &Call) -> Option<Duration> {
        let pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        let left = pauses
            .get(&kind(&call.path))?
            .saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    fn pause_for(&self, call: &Call, wait: Duration) {
        let mut pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        pauses.retain(|_, until| *until > now);
        pauses.insert(kind(&call.path), now + wait.min(LONGEST_PAUSE));
    }

    /// Reads something with the dialog's own readers.
    ///
    /// # Errors
    /// As the dialog would see them.
    pub async fn read<T>(
        &self,
        call: &Call,
        request_id: &str,
        reader: fn(&[u8]) -> Result<T, ReadError>,
    ) -> Result<T, Failure> {
        let received = self
            .send(call, request_id)
            .await
            .map_err(|trouble| Failure::NoAnswer {
                message: trouble.to_string(),
            })?;
        received.read(call, reader)
    }
}

/// Which of Atlas's limits a call counts against (FACTS section 11): each project has its own, and so have clusters,
/// backups, keys and people.
fn kind(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let below = path.strip_prefix("/api/atlas/v2/").unwrap_or(path);
    let mut parts = below.split('/');
    let (scope, id) = (parts.next(), parts.next());
    let what = if parts.clone().any(|part| part == "backup") {
        Some("backup")
    } else {
        parts.next()
    };
    [scope, id, what].map(Option::unwrap_or_default).join("/")
}

impl Received {
    /// Reads the body as the answer to this call.
    ///
    /// # Errors
    /// A refusal, HTML, another version, or JSON that is not what Atlas documents.
    pub fn read<T>(
        &self,
        call: &Call,
        reader: fn(&[u8]) -> Result<T, ReadError>,
    ) -> Result<T, Failure> {
        let content_type = self.header(header::CONTENT_TYPE);
        if !(200..300).contains(&self.status) {
            let mut failure = atlas::read_problem(self.status, content_type, &self.body);
            if let Failure::Refused(problem) = &mut failure {
                let date = self
                    .header(header::DATE)
                    .and_then(Timestamp::parse_http_date);
                let wait = self.retry_after(date.unwrap_or(Timestamp(i64::MAX)));
                problem.retry_after_ms =
                    wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
            }
            return Err(failure);
        }
        if let (Some(declared), Some(version)) = (content_type, call.version()) {
            atlas::check_media_type(declared, version)?;
        }
        Ok(reader(&self.body)?)
    }
}

impl Atlas {
    /// The sandbox, where Atlas is one.
    pub fn sandbox(&self) -> Option<&Mutex<atlas_sandbox::Sandbox>> {
        self.transport.sandbox()
    }
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn kinds_of_calls_wait_for_themselves() {
        let of = |below: &str| kind(&format!("/api/atlas/v2/{below}"));
        assert_eq!(of("groups?pageNum=1"), of("groups?pageNum=2"));
        assert_eq!(
            of("groups/a/clusters/x/backup/snapshots/1"),
            of("groups/a/clusters/y/backup/restoreJobs?pageNum=1")
        );
        assert_eq!(
            of("groups/a/clusters"),
            of("groups/a/clusters/x/processArgs")
        );
        for (one, other) in [
            ("groups", "groups/a"),
            ("groups/a/clusters", "groups/b/clusters"),
            (
                "groups/a/clusters/x",
                "groups/a/clusters/x/backup/snapshots",
            ),
            ("groups/a/clusters/x", "groups/a/encryptionAtRest"),
            ("groups/a/users", "orgs/a/users"),
        ] {
            assert_ne!(of(one), of(other));
        }
    }
}
