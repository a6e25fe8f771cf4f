//! The service account: a token is fetched with client credentials, kept until shortly before it ends, and fetched by
//! one caller at a time.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{Clock, LONGEST_PAUSE, NoAnswer, PAUSE, Request, Transport};
use crate::metrics::Metrics;
use crate::secret::Secret;

/// So long before its end a token is no longer used, or a tenth of its life.
const MARGIN: Duration = Duration::from_secs(60);
/// So long after a failure nobody asks again.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// A service account, and its token.
#[derive(Debug)]
pub struct Account {
    id: Secret,
    secret: Secret,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    None,
    Has {
        token: Secret,
        until: Instant,
    },
    Failed {
        error: TokenError,
        until: Instant,
    },
}

/// Why there is no token. Says nothing of what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Atlas refused the account.
    Refused(u16),
    /// Its answer holds no token.
    Unreadable,
    /// Atlas wants us to wait for so long.
    Limited(Duration),
    /// There was no answer.
    NoAnswer(String),
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TokenError::Refused(status) => {
                write!(f, "the service account was refused (status {status})")
            }
            TokenError::Limited(_) => f.write_str("Atlas's rate limit is used up"),
            TokenError::Unreadable => f.write_str("the token's answer cannot be read"),
            TokenError::NoAnswer(why) => f.write_str(why),
        }
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<u64>,
}

impl Account {
    /// An account that has no token yet.
    pub fn new(id: Secret, secret: Secret) -> Self {
        Account {
            id,
            secret,
            state: Mutex::default(),
        }
    }

    /// A token that lasts for a while.
    ///
    /// # Errors
    /// None can be had.
    pub async fn token(
        &self,
        transport: &Transport,
        clock: &Clock,
        metrics: &Metrics,
    ) -> Result<Secret, TokenError> {
        // Whoever waits here finds what the one before has fetched.
        let mut state = self.state.lock().await;
        match &*state {
            State::Has { token, until } if Instant::now() < *until => return Ok(token.clone()),
            State::Failed { error, until } if Instant::now() < *until => {
                return Err(match error {
                    TokenError::Limited(_) => TokenError::Limited(*until - Instant::now()),
                    error => error.clone(),
                });
            }
            _ => {}
        }
        match self.fetch(transport, clock, metrics).await {
            Ok((token, life)) => {
                *state = State::Has {
                    token: token.clone(),
                    until: Instant::now() + life.saturating_sub(MARGIN.min(life / 10)),
                };
                Ok(token)
            }
            Err(error) => {
                let wait = match &error {
                    TokenError::Limited(wait) => *wait,
                    _ => AFTER_FAILURE,
                };
                *state = State::Failed {
                    error: error.clone(),
                    until: Instant::now() + wait,
                };
                Err(error)
            }
        }
    }

    /// Atlas no longer takes this token. A newer one stays.
    pub async fn forget(&self, refused: &Secret) {
        let mut state = self.state.lock().await;
        if matches!(&*state, State::Has { token, .. } if token == refused) {
            *state = State::None;
        }
    }

    async fn fetch(
        &self,
        transport: &Transport,
        clock: &Clock,
        metrics: &Metrics,
    ) -> Result<(Secret, Duration), TokenError> {
        let pair = format!("{}:{}", self.id.reveal(), self.secret.reveal());
        let started = Instant::now();
        let sent = transport
            .send(Request {
                method: "POST",
                path: "/api/oauth/token".to_owned(),
                headers: vec![
                    ("authorization", format!("Basic {}", STANDARD.encode(pair))),
                    ("accept", "application/json".to_owned()),
                    (
                        "content-type",
                        "application/x-www-form-urlencoded".to_owned(),
                    ),
                ],
                body: Some("grant_type=client_credentials".to_owned()),
            })
            .await;
        let status = sent.as_ref().map_or(0, |received| received.status);
        metrics.atlas("POST", status, started.elapsed());
        let received = sent.map_err(|error| match error {
            NoAnswer::NotSent(why) | NoAnswer::Lost(why) => TokenError::NoAnswer(why),
            NoAnswer::NoRoom => TokenError::Unreadable,
        })?;
        clock.learn(&received);
        if received.status == 429 {
            let wait = received.retry_after(clock.now()).unwrap_or(PAUSE);
            return Err(TokenError::Limited(wait.min(LONGEST_PAUSE)));
        }
        if received.status != 200 {
            return Err(TokenError::Refused(received.status));
        }
        let granted: Granted =
            serde_json::from_slice(&received.body).map_err(|_| TokenError::Unreadable)?;
        let life = Duration::from_secs(granted.expires_in.unwrap_or(3600));
        Ok((Secret::new(granted.access_token), life))
    }
}
