//! Tokens of an OpenID provider: signed by one of its keys, from this issuer, for us, and of this time. Keys are read
//! once in a while, and again when a token names one that we don't know: that is how a provider changes them.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::{Mutex, RwLock};
use tokio::time::Instant;

use super::{Claimed, is_username, the_one, unknown};
use crate::answer::Problem;
use crate::config::{Oidc, is_safe};

/// Keys are read again after this time.
const LIFE: Duration = Duration::from_secs(600);
/// But not more often than this, however many tokens name unknown ones.
const AT_MOST: Duration = Duration::from_secs(10);
/// Seconds that clocks may differ by.
const LEEWAY: u64 = 30;
/// A provider has a handful of keys; more than this is no key set.
const LARGEST: usize = 1024 * 1024;

#[derive(Debug, Default)]
struct Keys {
    set: Option<Arc<JwkSet>>,
    read_at: Option<Instant>,
}

/// An OpenID provider.
#[derive(Debug)]
pub struct Provider {
    oidc: Oidc,
    client: reqwest::Client,
    keys: RwLock<Keys>,
    /// Held by the one who reads them.
    reading: Mutex<()>,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

/// A key set as published: of its keys some may be of kinds that nobody here knows.
#[derive(Deserialize)]
struct Published {
    keys: Vec<Map<String, Value>>,
}

impl Published {
    /// The keys that sign. Others are left out: they must not spoil these (RFC 7517, section 5).
    fn signing(self) -> JwkSet {
        let known = self.keys.into_iter().filter_map(|key| {
            let key: Jwk = serde_json::from_value(Value::Object(key)).ok()?;
            matches!(
                key.common.public_key_use,
                None | Some(PublicKeyUse::Signature)
            )
            .then_some(key)
        });
        JwkSet {
            keys: known.collect(),
        }
    }
}

impl Provider {
    /// A provider whose keys are read when the first token comes.
    pub fn new(oidc: Oidc, client: reqwest::Client) -> Self {
        Provider {
            oidc,
            client,
            keys: RwLock::default(),
            reading: Mutex::default(),
        }
    }

    /// The person whose token the request carries.
    ///
    /// # Errors
    /// 401 without a good token; 503 where the keys can't be had.
    pub async fn of(&self, headers: &HeaderMap) -> Result<Claimed, Problem> {
        let value = the_one(headers, &self.oidc.token_header)
            .ok_or_else(|| unknown("Nobody is signed in."))?;
        let token = match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            Some(_) => return Err(unknown("A Bearer token is expected.")),
            None if self.oidc.token_header == "authorization" => {
                return Err(unknown("A Bearer token is expected."));
            }
            None => value,
        };
        // Which of its checks a token failed is for the log, not for whoever sent it.
        let refuse = |why: &str| {
            tracing::debug!(why, "a token was refused");
            unknown("The sign-in is not valid, or has ended.")
        };
        let header = decode_header(token).map_err(|error| refuse(&error.to_string()))?;
        if !self.oidc.algorithms.contains(&header.alg) {
            return Err(refuse("algorithm"));
        }
        let key = self
            .key(header.kid.as_deref())
            .await?
            .ok_or_else(|| refuse("unknown key"))?;
        let key = DecodingKey::from_jwk(&key).map_err(|error| refuse(&error.to_string()))?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.oidc.issuer]);
        validation.set_audience(&[&self.oidc.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY;
        let claims = decode::<Map<String, Value>>(token, &key, &validation)
            .map_err(|error| refuse(&error.to_string()))?
            .claims;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        // Some providers write it as text. What is neither is no yes.
        let verified = match claims.get("email_verified") {
            None | Some(Value::Bool(true)) => true,
            Some(Value::String(text)) => text == "true",
            Some(_) => false,
        };
        let unverified = self.oidc.username_claim == "email" && !verified;
        let username = text(&self.oidc.username_claim)
            .filter(|name| is_username(name) && !unverified)
            .ok_or_else(|| refuse("no username"))?;
        Ok(Claimed {
            username: username.to_owned(),
            name: text(&self.oidc.name_claim).map(str::to_owned),
        })
    }

    async fn key(&self, kid: Option<&str>) -> Result<Option<Jwk>, Problem> {
        let (found, age) = self.known(kid).await;
        if found.is_some() && age.is_some_and(|age| age < LIFE) {
            return Ok(found);
        }
        let _reading = match self.reading.try_lock() {
            Ok(reading) => reading,
            // Old keys are better than a wait for who reads them anew.
            Err(_) if found.is_some() => return Ok(found),
            Err(_) => self.reading.lock().await,
        };
        // Somebody else may have read them meanwhile.
        let (found, age) = self.known(kid).await;
        if age.is_none_or(|age| age >= if found.is_some() { LIFE } else { AT_MOST }) {
            let read = self.read().await;
            let mut keys = self.keys.write().await;
            match read {
                Ok(set) => keys.set = Some(Arc::new(set)),
                // Old keys are better than none.
                Err(why) => tracing::warn!(why, "the identity provider's keys cannot be read"),
            }
            // Whatever came of it: the provider is not asked for each request.
            keys.read_at = Some(Instant::now());
        }
        if self.keys.read().await.set.is_none() {
            let detail = "The identity provider cannot be reached.";
            return Err(Problem::new(503, "identity-unavailable", detail).retry_after(AT_MOST));
        }
        Ok(self.known(kid).await.0)
    }

    async fn known(&self, kid: Option<&str>) -> (Option<Jwk>, Option<Duration>) {
        let keys = self.keys.read().await;
        let found = keys.set.as_ref().and_then(|set| match kid {
            Some(kid) => set.find(kid),
            None => match set.keys.as_slice() {
                [only] => Some(only),
                _ => None,
            },
        });
        (found.cloned(), keys.read_at.map(|at| at.elapsed()))
    }

    async fn read(&self) -> Result<JwkSet, &'static str> {
        let url = match &self.oidc.jwks_url {
            Some(url) => url.clone(),
            None => {
                let issuer = self.oidc.issuer.trim_end_matches('/');
                let url = format!("{issuer}/.well-known/openid-configuration");
                let found: Discovery = self.get(&url).await?;
                if found.issuer != self.oidc.issuer {
                    return Err("the discovery document is of another issuer");
                }
                if !reqwest::Url::parse(&found.jwks_uri).is_ok_and(|url| is_safe(&url)) {
                    return Err("the discovery document's keys are not read by https");
                }
                found.jwks_uri
            }
        };
        self.get(&url).await.map(Published::signing)
    }

    async fn get<T: for<'de> Deserialize<'de>>(&self, url: &str) -> Result<T, &'static str> {
        let mut response = self.client.get(url).send().await.map_err(|_| "no answer")?;
        if !response.status().is_success() {
            return Err("refused");
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| "the answer broke off")? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                return Err("the answer is too large");
            }
        }
        serde_json::from_slice(&body).map_err(|_| "the answer cannot be read")
    }
}
