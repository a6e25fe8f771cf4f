//! What the gateway answers: Atlas's own answers passed on, and its own refusals as `application/problem+json`.

use atlas_restore_dialog::rules::Finding;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Map, Value, json};

/// An answer as values, so that it can be given twice.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// What is said beside the body.
    pub headers: HeaderMap,
    /// The body as sent.
    pub body: Bytes,
    /// For metrics: the problem's code.
    pub refusal: Option<&'static str>,
}

impl Answer {
    /// JSON of our own making.
    pub fn json(status: u16, media_type: &'static str, body: &Value) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        Answer {
            status,
            headers,
            body: Bytes::from(body.to_string()),
            refusal: None,
        }
    }

    /// The same with one header more; a value that can't be one is left out.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::try_from(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_GATEWAY);
        *response.headers_mut() = self.headers;
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(code) = self.refusal {
            response.extensions_mut().insert(Refusal(code));
        }
        response
    }
}

/// Left with an answer for whoever counts refusals.
#[derive(Clone, Copy, Debug)]
pub struct Refusal(pub &'static str);

/// A refusal of the gateway's own (RFC 9457). Its `type` is `urn:atlas-restore-gateway:<code>`.
#[derive(Clone, Debug)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Our name for it.
    pub code: &'static str,
    /// A sentence for the person.
    pub detail: String,
    /// What the rules said, where they refused.
    pub findings: Vec<Finding>,
    /// Seconds.
    pub retry_after: Option<u64>,
    /// The methods that there are.
    pub allow: Option<&'static str>,
}

impl Problem {
    /// A refusal without more to say.
    pub fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Problem {
            status,
            code,
            detail: detail.into(),
            findings: Vec::new(),
            retry_after: None,
            allow: None,
        }
    }

    /// Nothing is here, or nothing for this person: the two look the same.
    pub fn not_found() -> Self {
        Problem::new(404, "not-found", "Nothing is here.")
    }

    /// Says when to come back; at least a second.
    #[must_use]
    pub fn retry_after(mut self, wait: std::time::Duration) -> Self {
        self.retry_after = Some(wait.as_secs_f64().ceil().max(1.0) as u64);
        self
    }

    fn title(&self) -> &'static str {
        StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Error")
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Answer {
        let mut body = Map::new();
        let code = problem.code;
        body.insert(
            "type".into(),
            json!(format!("urn:atlas-restore-gateway:{code}")),
        );
        body.insert("title".into(), json!(problem.title()));
        body.insert("status".into(), json!(problem.status));
        body.insert("detail".into(), json!(problem.detail));
        if !problem.findings.is_empty() {
            body.insert("findings".into(), findings(&problem.findings));
        }
        let mut answer = Answer::json(
            problem.status,
            "application/problem+json",
            &Value::Object(body),
        );
        answer.refusal = Some(code);
        if let Some(seconds) = problem.retry_after {
            answer = answer.with(header::RETRY_AFTER, &seconds.to_string());
        }
        if let Some(allow) = problem.allow {
            answer = answer.with(header::ALLOW, allow);
        }
        answer
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        Answer::from(self).into_response()
    }
}

/// Findings as the contract writes them: `[{"code", "severity", "parameters"}]`.
pub fn findings(findings: &[Finding]) -> Value {
    findings
        .iter()
        .map(|finding| {
            let parameters: Map<String, Value> = finding
                .parameters()
                .map(|(name, value)| (name.to_owned(), json!(value)))
                .collect();
            json!({
                "code": finding.code.as_str(),
                "severity": finding.severity().as_str(),
                "parameters": parameters,
            })
        })
        .collect()
}
