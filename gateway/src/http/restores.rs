//! What a POST must look like before anybody thinks about carrying it out.

use std::net::IpAddr;
use std::sync::Arc;

use atlas_restore_dialog::model::ClusterRef;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderName, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::answer::{Answer, Problem};
use crate::app::App;
use crate::csrf::same_origin;
use crate::restore::{Attempt, Caller, read_body, refuse_unread, restore as carry_out};

/// The dialog's body has some 150 bytes.
const LARGEST_BODY: usize = 64 * 1024;
/// A reason is a sentence or two.
const LONGEST_REASON: usize = 2_000;
/// A UUID has 36.
const LONGEST_KEY: usize = 200;

/// Checks the request, and carries it out.
///
/// # Errors
/// What is wrong with it; nothing was sent to Atlas then.
pub async fn restore(
    app: &Arc<App>,
    head: &Parts,
    body: Body,
    source: ClusterRef,
    peer: IpAddr,
    request_id: String,
) -> Result<Answer, Problem> {
    let arrived = tokio::time::Instant::now();
    let person = super::person(app, &head.headers, peer).await?;
    let caller = Caller {
        person,
        source,
        key: idempotency_key(&head.headers).ok(),
        reason: reason(&head.headers).ok().flatten(),
        request_id,
    };
    match understand(app, head, body, &caller, arrived).await {
        Ok(attempt) => Ok(carry_out(app, attempt).await),
        Err(problem) => Err(refuse_unread(app, &caller, problem).await),
    }
}

async fn understand(
    app: &App,
    head: &Parts,
    body: Body,
    caller: &Caller,
    arrived: tokio::time::Instant,
) -> Result<Attempt, Problem> {
    let headers = &head.headers;
    let person = &caller.person;
    let own = same_origin(
        super::text(headers, HeaderName::from_static("sec-fetch-site")),
        headers
            .get(header::ORIGIN)
            .map(|origin| origin.to_str().unwrap_or("?")),
        super::text(headers, header::HOST),
        app.config.public_origin.as_deref(),
    );
    if !own {
        let detail = "The request comes from another site.";
        return Err(Problem::new(403, "cross-site", detail));
    }
    // The token's time is by Atlas's clock, which a replica that has asked Atlas nothing yet doesn't know. Where Atlas
    // gives no token for its API, the reads of the facts say so.
    let _ = app.atlas.ready().await;
    let since = super::text(headers, HeaderName::from_static("x-csrf-token"))
        .and_then(|token| app.csrf.check(token, &person.username, app.atlas.now()))
        .ok_or_else(|| {
            let detail = "The header X-CSRF-Token is missing, too old, or not this person's.";
            Problem::new(403, "csrf-token-invalid", detail)
        })?;
    if let Some(query) = head.uri.query().filter(|query| !query.is_empty()) {
        let name = query.split(['=', '&']).next().unwrap_or_default();
        let refused = crate::allow::Refused::Query(name.chars().take(60).collect());
        return Err(super::refusal(refused));
    }
    check_media_type(super::text(headers, header::CONTENT_TYPE))?;
    let key = idempotency_key(headers)?;
    let reason = reason(headers)?;
    let body = collect(app, head, body).await?;
    let mut request = read_body(&body, caller.source.clone())
        .map_err(|why| Problem::new(400, "body-invalid", format!("The body: {why}.")))?;
    request.reason = reason;
    let (person, request_id) = (person.clone(), caller.request_id.clone());
    Ok(Attempt::new(
        person, request, key, request_id, since, arrived,
    ))
}

fn check_media_type(sent: Option<&str>) -> Result<(), Problem> {
    let media_type = sent
        .and_then(|sent| sent.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match media_type.as_str() {
        "application/vnd.atlas.2023-01-01+json" | "application/json" => Ok(()),
        _ => Err(Problem::new(
            415,
            "media-type",
            "The body must be application/vnd.atlas.2023-01-01+json.",
        )),
    }
}

fn idempotency_key(headers: &axum::http::HeaderMap) -> Result<String, Problem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let key = values.next().and_then(|value| value.to_str().ok());
    let key = key.filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
    match (key, values.next()) {
        (Some(key), None) => Ok(key.to_owned()),
        _ => Err(Problem::new(
            400,
            "idempotency-key",
            "One header Idempotency-Key of 1 to 200 characters is needed.",
        )),
    }
}

/// The dialog sends it percent-encoded.
fn reason(headers: &axum::http::HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("restore-reason") else {
        return Ok(None);
    };
    let decoded = value.to_str().ok().and_then(percent_decode);
    match decoded {
        Some(reason) if reason.chars().count() <= LONGEST_REASON => Ok(Some(reason)),
        _ => Err(Problem::new(
            400,
            "restore-reason",
            "The header Restore-Reason must be percent-encoded UTF-8 of at most 2000 characters.",
        )),
    }
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let value = digit(bytes.next()?)? * 16 + digit(bytes.next()?)?;
        decoded.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(decoded).ok()
}

async fn collect(app: &App, head: &Parts, body: Body) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(413, "too-large", "The body is larger than 64 kB.");
    let declared = super::text(&head.headers, header::CONTENT_LENGTH);
    if declared.is_some_and(|length| {
        length
            .parse()
            .is_ok_and(|length: u64| length > LARGEST_BODY as u64)
    }) {
        return Err(too_large());
    }
    let collected = Limited::new(body, LARGEST_BODY).collect();
    match tokio::time::timeout(app.config.limits.body, collected).await {
        Err(_) => Err(Problem::new(
            408,
            "too-slow",
            "The body did not arrive in time.",
        )),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Problem::new(400, "body-broken", "The body broke off.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_is_decoded() {
        assert_eq!(percent_decode("a%20b%C3%A4").as_deref(), Some("a bä"));
        for wrong in ["%", "%4", "%zz", "%ff"] {
            assert_eq!(percent_decode(wrong), None, "{wrong}");
        }
    }
}
