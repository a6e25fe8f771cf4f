//! Answers with a 4xx or 5xx status.

use super::json::{Json, Keep, parse};
use crate::model::{Failure, Problem, ServerFinding, Timestamp, holds};

/// Members that have a place of their own in [`Problem`], or repeat the status.
const KNOWN: [&str; 10] = [
    "detail",
    "error",
    "errorCode",
    "reason",
    "badRequestDetail",
    "type",
    "title",
    "status",
    "instance",
    "findings",
];

/// Reads a refusal: Atlas's error shape or `application/problem+json`. The status alone is a refusal, so an empty body
/// and JSON that is cut or of another shape still count as one; anything that is no JSON at all comes from somebody
/// else (a proxy, say). The headers' `request_id` and `retry_after_ms` are the caller's to add.
pub fn read_problem(status: u16, content_type: Option<&str>, body: &[u8]) -> Failure {
    let text = body.trim_ascii();
    let looks_like_json = matches!(text.first(), None | Some(b'{' | b'[' | b'"'));
    let declared_json =
        content_type.is_some_and(|declared| holds(&declared.to_ascii_lowercase(), "json"));
    let read = parse(text, Keep::All).ok();
    if read.is_none() && !text.is_empty() {
        let html = looks_like_html(content_type, body);
        if html || !(looks_like_json || declared_json) {
            return Failure::NotJson {
                status,
                html,
                request_id: None,
            };
        }
    }
    Failure::Refused(Box::new(match read {
        Some(value) => problem(status, &value),
        None => Problem {
            status,
            ..Problem::default()
        },
    }))
}

/// It says that it is HTML, or begins like it: a login page, say.
pub fn looks_like_html(content_type: Option<&str>, body: &[u8]) -> bool {
    content_type.is_some_and(|declared| holds(&declared.to_ascii_lowercase(), "html"))
        || body.trim_ascii_start().first() == Some(&b'<')
}

/// The pause before a read is repeated: the backoff give or take a half, by a random number from 0 to 1, and never less
/// than the server `asked` for. `None`: it asked for longer than `longest_ms`, so that nothing is repeated.
pub fn pause_ms(backoff_ms: u32, random: f64, asked: Option<u64>, longest_ms: u32) -> Option<u32> {
    let asked = u32::try_from(asked.unwrap_or(0)).ok()?;
    let jittered = f64::from(backoff_ms) * (0.5 + random);
    (asked <= longest_ms).then(|| asked.max(jittered as u32))
}

/// `Retry-After` in milliseconds: seconds, or an HTTP date seen from `now`.
pub fn read_retry_after(value: &str, now: Timestamp) -> Option<u64> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(u64::from(seconds) * 1_000);
    }
    let until = Timestamp::parse_http_date(value)?;
    Some(u64::try_from(until.0.saturating_sub(now.0)).unwrap_or(0))
}

fn problem(status: u16, value: &Json) -> Problem {
    let text = |name| value.member(name).map(Json::text);
    Problem {
        status,
        error_code: text("errorCode"),
        kind: text("type"),
        title: text("title").or_else(|| text("reason")),
        detail: text("detail"),
        instance: text("instance"),
        findings: list(value, "findings").filter_map(finding).collect(),
        fields: value
            .member("badRequestDetail")
            .into_iter()
            .flat_map(|detail| list(detail, "fields"))
            .map(|entry| {
                let text = |name| entry.member(name).map(Json::text).unwrap_or_default();
                (text("field"), text("description"))
            })
            .collect(),
        extra: value
            .members()
            .iter()
            .filter(|(key, value)| !KNOWN.contains(&&**key) && !says_nothing(value))
            .map(|(key, value)| (key.to_string(), value.json()))
            .collect(),
        request_id: None,
        retry_after_ms: None,
    }
}

/// Null, or a list of nothing.
fn says_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::List(entries) => entries.is_empty(),
        _ => false,
    }
}

fn list<'n, 'a>(value: &'n Json<'a>, name: &str) -> impl Iterator<Item = &'n Json<'a>> {
    value
        .member(name)
        .map(Json::entries)
        .unwrap_or_default()
        .iter()
}

fn finding(value: &Json) -> Option<ServerFinding> {
    let parameters = value.member("parameters");
    Some(ServerFinding {
        code: value.member("code")?.text(),
        severity: value.member("severity").map(Json::text).unwrap_or_default(),
        parameters: parameters
            .map(Json::members)
            .unwrap_or_default()
            .iter()
            .map(|(key, value)| (key.to_string(), value.text()))
            .collect(),
    })
}
