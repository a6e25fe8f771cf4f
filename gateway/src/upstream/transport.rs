//! The wire to Atlas: HTTP, or the sandbox in this process.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use atlas_restore_dialog::atlas::read_retry_after;
use atlas_restore_dialog::model::Timestamp;
use atlas_sandbox::{Answer, Sandbox};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use bytes::{Bytes, BytesMut};

use super::room::{Held, Room, SMALL, WEIGHT};

/// No answer of Atlas's is larger: 500 clusters are 2 MB.
pub const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

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
#[derive(Debug)]
pub struct Received {
    /// HTTP status.
    pub status: u16,
    /// As Atlas sent them.
    pub headers: HeaderMap,
    /// All of it.
    pub body: Bytes,
    /// What a large one takes.
    pub room: Option<Held>,
}

/// Nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// It was certainly not sent.
    NotSent(String),
    /// It may have arrived.
    Lost(String),
    /// The same; there was an answer, and no room for it.
    NoRoom,
}

/// How Atlas is reached.
pub enum Transport {
    /// Over the network.
    Http {
        /// Keeps connections open.
        client: reqwest::Client,
        /// Origin, without a slash at its end.
        base_url: String,
        /// For the answers.
        room: Room,
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
            Transport::Http {
                client,
                base_url,
                room,
            } => over_http(client, base_url, room, request).await,
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
    room: &Room,
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
    let length = response
        .content_length()
        .map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    let too_large = || NoAnswer::Lost("the answer is too large".to_owned());
    if length.is_some_and(|length| length > LARGEST_ANSWER) {
        return Err(too_large());
    }
    let mut held = match length {
        Some(length) if length > SMALL => Some(room.take(length).await.ok_or(NoAnswer::NoRoom)?),
        _ => None,
    };
    let mut body = BytesMut::with_capacity(length.unwrap_or_default());
    while let Some(chunk) = response.chunk().await.map_err(why)? {
        let so_far = body.len() + chunk.len();
        if so_far > LARGEST_ANSWER {
            return Err(too_large());
        }
        // One that does not say how long it is may be as long as any.
        if so_far > SMALL && held.is_none() {
            held = Some(room.take(LARGEST_ANSWER).await.ok_or(NoAnswer::NoRoom)?);
        }
        body.extend_from_slice(&chunk);
    }
    if let Some(held) = &mut held {
        held.keep(body.len() * WEIGHT);
    }
    Ok(Received {
        status,
        headers,
        body: body.freeze(),
        room: held,
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
            room: None,
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
            room: None,
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::metrics::Metrics;

    /// What comes of one call to a server that answers this and closes, and how much is set aside for it.
    async fn answered(answer: Vec<u8>) -> (Result<Received, NoAnswer>, i64) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(&answer).await;
        });
        let minute = Duration::from_secs(60);
        let metrics = Arc::new(Metrics::default());
        let transport = Transport::Http {
            client: client(minute, None).unwrap(),
            base_url,
            room: Room::new(LARGEST_ANSWER * WEIGHT, minute, Arc::clone(&metrics)),
        };
        let request = Request {
            method: "GET",
            path: "/".to_owned(),
            headers: Vec::new(),
            body: None,
        };
        let received = transport.send(request).await;
        (received, metrics.answer_bytes.get())
    }

    fn whole(length: usize) -> Vec<u8> {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        [head.into_bytes(), vec![b'x'; length]].concat()
    }

    fn in_parts(length: usize) -> Vec<u8> {
        let mut answer = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
        for part in vec![b'x'; length].chunks(50_000) {
            answer.extend(format!("{:x}\r\n", part.len()).into_bytes());
            answer.extend(part);
            answer.extend(b"\r\n");
        }
        answer.extend(b"0\r\n\r\n");
        answer
    }

    #[tokio::test]
    async fn room_is_set_aside_for_what_an_answer_turns_out_to_be() {
        for answer in [whole, in_parts] {
            for (length, set_aside) in [(0, 0), (SMALL, 0), (150_000, 150_000 * WEIGHT)] {
                let (received, taken) = answered(answer(length)).await;
                assert_eq!(received.unwrap().body.len(), length);
                assert_eq!(taken, i64::try_from(set_aside).unwrap(), "{length}");
            }
            let (received, taken) = answered(answer(LARGEST_ANSWER)).await;
            assert_eq!(received.unwrap().body.len(), LARGEST_ANSWER);
            assert_eq!(taken, i64::try_from(LARGEST_ANSWER * WEIGHT).unwrap());
            let (received, taken) = answered(answer(LARGEST_ANSWER + 1)).await;
            let refused = Err(NoAnswer::Lost("the answer is too large".to_owned()));
            assert_eq!(received.map(|_| ()), refused);
            assert_eq!(taken, 0);
        }
    }

    #[tokio::test]
    async fn room_is_given_back_where_an_answer_breaks_off() {
        for mut answer in [whole(150_000), in_parts(150_000)] {
            answer.truncate(100_000);
            let (received, taken) = answered(answer).await;
            assert!(matches!(received, Err(NoAnswer::Lost(_))), "{received:?}");
            assert_eq!(taken, 0);
        }
    }
}
