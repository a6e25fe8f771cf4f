//! What stands around every answer: its request id, Atlas's time, the headers that browsers heed, counters, and a limit
//! on how many requests run at the same time and for how long.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::RequestId;
use crate::answer::{Problem, Refusal};
use crate::app::{App, random_id};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Sent with everything.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Left with an answer for whoever counts: which operation it was.
#[derive(Clone, Copy, Debug)]
pub struct Called(pub &'static str);

/// Around everything.
pub async fn around(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request
        .headers()
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| is_id(id))
        .map_or_else(random_id, str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let is_probe = matches!(path.as_str(), "/healthz" | "/readyz" | "/metrics");
    // A restore has its own limits, and must not be cut off in the middle.
    let limit = (method != axum::http::Method::POST).then_some(app.config.limits.request);

    let mut response = match app.slots.try_acquire() {
        Err(_) if !is_probe => Problem::new(503, "busy", "Too many requests at the same time.")
            .retry_after(Duration::from_secs(1))
            .into_response(),
        _slot => match limit {
            None => next.run(request).await,
            Some(limit) => match tokio::time::timeout(limit, next.run(request)).await {
                Ok(response) => response,
                Err(_) => {
                    Problem::new(504, "too-slow", "Atlas did not answer in time.").into_response()
                }
            },
        },
    };

    let status = response.status().as_u16();
    let called = response
        .extensions()
        .get::<Called>()
        .map_or("other", |called| called.0);
    if !is_probe {
        app.metrics.answered(called, status, started.elapsed());
        // Neither the query nor a header: what a log holds may be read by many.
        tracing::info!(
            request_id = id,
            method = method.as_str(),
            path,
            status,
            ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
    }
    if let Some(Refusal(code)) = response.extensions().get::<Refusal>() {
        app.metrics.refused(code);
    }
    let now = atlas_sandbox::http_date(app.atlas.now().0);
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if let Ok(date) = HeaderValue::try_from(now) {
        headers.entry(header::DATE).or_insert(date);
    }
    if app
        .config
        .public_origin
        .as_deref()
        .is_some_and(|origin| origin.starts_with("https://"))
    {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    if let Ok(id) = HeaderValue::try_from(id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// What somebody before us may have given it.
fn is_id(text: &str) -> bool {
    (8..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}
