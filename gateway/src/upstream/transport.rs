//! The wire to Atlas: HTTP, or the sandbox in this process.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use atlas_restore_dialog::atlas::read_retry_after;
use atlas_restore_dialog::model::Timestamp;
use atlas_sandbox::{Answer, Sandbox};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use bytes::{Bytes, BytesMut};

/// No answer of Atlas's is larger: 500 clusters are 2 MB. Answers are held whole, and some once more
/// as values.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

/// What is sent.
#[derive(Debug)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Below Atlas's origin, with its query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// With a POST.
    pub body: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Received {
    /// HTTP status.
    pub status: u16,
    /// As Atlas sent them.
    pub headers: HeaderMap,
    /// All of it.
    pub body: Bytes,
}

/// Nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// It was certainly not sent.
    NotSent(String),
    /// It may have arrived.
    Lost(String),
}

/// How Atlas is reached.
pub enum Transport {
    /// Over the network.
    Http {
        /// Keeps connections open.
        client: reqwest::Client,
        /// Origin, without a slash at its end.
        base_url: String,
    },
    /// In this process.
    Sandbox(Box<Mutex<Sandbox>>),
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Transport::Http { base_url, .. } => write!(f, "Http({base_url})"),
            Transport::Sandbox(_) => f.write_str("Sandbox"),
        }
    }
}

/// A client for calls to other servers: no redirects, no proxy of its own choosing, within this time.
///
/// # Errors
/// The certificate authority can't be read.
pub fn client(timeout: Duration, ca: Option<&[u8]>) -> Result<reqwest::Client, reqwest::Error> {
    let mut builder = reqwest::Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(10)))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("atlas-restore-gateway/", env!("CARGO_PKG_VERSION")));
    if let Some(pem) = ca {
        for certificate in reqwest::Certificate::from_pem_bundle(pem)? {
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build()
}

impl Transport {
    /// Sends a request and waits for all of the answer.
    ///
    /// # Errors
    /// There is none.
    pub async fn send(&self, request: Request) -> Result<Received, NoAnswer> {
        match self {
            Transport::Http { client, base_url } => over_http(client, base_url, request).await,
            Transport::Sandbox(sandbox) => in_process(sandbox, &request).await,
        }
    }

    /// The sandbox's own answer to a request of its control or of a test; nothing with a remote Atlas.
    pub fn sandbox(&self) -> Option<&Mutex<Sandbox>> {
        match self {
            Transport::Http { .. } => None,
            Transport::Sandbox(sandbox) => Some(sandbox),
        }
    }
}

async fn over_http(
    client: &reqwest::Client,
    base_url: &str,
    request: Request,
) -> Result<Received, NoAnswer> {
    let url = format!("{base_url}{}", request.path);
    let mut builder = match request.method {
        "POST" => client.post(url),
        _ => client.get(url),
    };
    for (name, value) in request.headers {
        let secret = name == "authorization";
        let Ok(mut value) = HeaderValue::try_from(value) else {
            return Err(NoAnswer::NotSent(format!("{name} cannot be a header")));
        };
        value.set_sensitive(secret);
        builder = builder.header(name, value);
    }
    if let Some(body) = request.body {
        builder = builder.body(body);
    }
    // An error of reqwest's names the URL, which holds ids; the cause is enough.
    let why = |error: reqwest::Error| {
        let cause = if error.is_timeout() {
            "timed out"
        } else if error.is_connect() {
            "no connection"
        } else {
            "the connection broke off"
        };
        if error.is_connect() || error.is_builder() {
            NoAnswer::NotSent(cause.to_owned())
        } else {
            NoAnswer::Lost(cause.to_owned())
        }
    };
    let mut response = builder.send().await.map_err(why)?;
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(why)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(NoAnswer::Lost("the answer is too large".to_owned()));
        }
        if body.is_empty() && response.content_length() == Some(chunk.len() as u64) {
            return Ok(Received {
                status,
                headers,
                body: chunk,
            });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Received {
        status,
        headers,
        body: body.freeze(),
    })
}

async fn in_process(sandbox: &Mutex<Sandbox>, request: &Request) -> Result<Received, NoAnswer> {
    let mut asked = atlas_sandbox::Request::new(request.method, &request.path);
    for (name, value) in &request.headers {
        asked = asked.with_header(name, value);
    }
    if let Some(body) = &request.body {
        asked = asked.with_body(body.as_bytes());
    }
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
    let outcome = sandbox
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .handle(&asked, now);
    if outcome.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(outcome.delay_ms)).await;
    }
    match outcome.answer {
        Answer::Dropped => Err(NoAnswer::Lost("the connection broke off".to_owned())),
        Answer::Response(response) => Ok(Received {
            status: response.status,
            headers: response
                .headers
                .iter()
                .filter_map(|(name, value)| {
                    Some((
                        HeaderName::try_from(name).ok()?,
                        HeaderValue::try_from(value).ok()?,
                    ))
                })
                .collect(),
            body: Bytes::from(response.body),
        }),
    }
}

impl Received {
    /// A header as text.
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// What Atlas would say while its rate limit has us wait.
    pub fn rate_limited(wait: Duration) -> Self {
        let seconds = wait.as_secs_f64().ceil().max(1.0) as u64;
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        headers.insert("x-error-code", HeaderValue::from_static("RATE_LIMITED"));
        let body = serde_json::json!({
            "detail": "Atlas's rate limit is used up.",
            "error": 429,
            "errorCode": "RATE_LIMITED",
            "parameters": [],
            "reason": "Too Many Requests",
        });
        Received {
            status: 429,
            headers,
            body: Bytes::from(body.to_string()),
        }
    }

    /// How long Atlas asks to wait.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let value = self.header(header::RETRY_AFTER)?;
        read_retry_after(value, now).map(Duration::from_millis)
    }

    /// Atlas's `errorCode`.
    pub fn error_code(&self) -> Option<String> {
        if let Some(code) = self.headers.get("x-error-code") {
            return code.to_str().ok().map(str::to_owned);
        }
        let body: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        Some(body.get("errorCode")?.as_str()?.to_owned())
    }

    /// A 401 that is about a project and not about the token (FACTS section 9).
    pub fn names_a_project(&self) -> bool {
        matches!(
            self.error_code().as_deref(),
            Some("NOT_IN_GROUP" | "USER_CANNOT_ACCESS_GROUP" | "USER_UNAUTHORIZED")
        )
    }
}
