//! What goes wrong, and what happens meanwhile. Belongs here: how faults and changes are written and which
//! call they meet; not: what a call does otherwise.

use serde_json::Value;

use crate::http::{Request, Response};
use crate::world::{LONGEST_SECONDS, WorldError, expected, text};

/// Which calls: all whose method and path match, or one of them.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    method: Option<String>,
    path: String,
    nth: Option<u64>,
    from: Option<u64>,
}

impl Matcher {
    fn parse(value: &Value, path: &str) -> Result<Matcher, WorldError> {
        let string = |key: &str| match value.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            other => Err(expected(&format!("{path}.{key}"), "a string", other)),
        };
        let count = |key: &str| match value.get(key) {
            None => Ok(None),
            Some(found) => found.as_u64().filter(|n| *n >= 1).map(Some).ok_or_else(|| {
                expected(
                    &format!("{path}.{key}"),
                    "a whole number from 1",
                    Some(found),
                )
            }),
        };
        Ok(Matcher {
            method: string("method")?,
            path: string("path")?.unwrap_or_default(),
            nth: count("nth")?,
            from: count("from")?,
        })
    }

    fn matches(&self, request: &Request) -> bool {
        self.method
            .as_ref()
            .is_none_or(|method| method.eq_ignore_ascii_case(&request.method))
            && request.searched().contains(&self.path)
    }

    /// Counts a call that matches, and says whether it is one of those meant.
    fn strikes(&self, request: &Request, seen: &mut u64) -> bool {
        if !self.matches(request) {
            return false;
        }
        *seen += 1;
        self.nth.is_none_or(|nth| nth == *seen) && self.from.is_none_or(|from| *seen >= from)
    }
}

/// What a fault does to the call that it meets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deed {
    /// Answers without acting.
    Answer(Response),
    /// A login page, without acting.
    Html,
    /// Acts, then sends half of the answer.
    Malformed,
    /// Acts, then sends nothing.
    Drop,
    /// Sends nothing and doesn't act.
    DropBefore,
}

/// One entry of `faults`.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    matcher: Matcher,
    delay_ms: u64,
    deed: Option<Deed>,
    /// `do` as written, for the log.
    written: Value,
}

impl Fault {
    pub fn parse(value: &Value, path: &str) -> Result<Fault, WorldError> {
        if !value.is_object() {
            return Err(expected(path, "an object", Some(value)));
        }
        let path_of_do = format!("{path}.do");
        let written = value.get("do").cloned().unwrap_or(Value::Null);
        let what =
            "{\"status\"}, {\"delayMs\"}, \"drop\", \"drop-before\", \"html\" or \"malformed\"";
        let (delay_ms, deed) = match &written {
            Value::String(name) => {
                let deed = match name.as_str() {
                    "drop" => Deed::Drop,
                    "drop-before" => Deed::DropBefore,
                    "html" => Deed::Html,
                    "malformed" => Deed::Malformed,
                    _ => return Err(expected(&path_of_do, what, Some(&written))),
                };
                (0, Some(deed))
            }
            Value::Object(members)
                if members.contains_key("status") || members.contains_key("delayMs") =>
            {
                let delay = match members.get("delayMs") {
                    None => 0,
                    Some(found) => found
                        .as_u64()
                        .filter(|ms| *ms as f64 <= LONGEST_SECONDS * 1000.0)
                        .ok_or_else(|| {
                            expected(
                                &format!("{path_of_do}.delayMs"),
                                "milliseconds",
                                Some(found),
                            )
                        })?,
                };
                let answer = members
                    .contains_key("status")
                    .then(|| answer(&written, &path_of_do))
                    .transpose()?;
                (delay, answer.map(Deed::Answer))
            }
            other => return Err(expected(&path_of_do, what, value.get("do").map(|_| other))),
        };
        Ok(Fault {
            matcher: Matcher::parse(value, path)?,
            delay_ms,
            deed,
            written,
        })
    }
}

fn answer(written: &Value, path: &str) -> Result<Response, WorldError> {
    let found = written.get("status");
    let status = found
        .and_then(Value::as_u64)
        .and_then(|status| u16::try_from(status).ok())
        .filter(|status| (200..=599).contains(status))
        .ok_or_else(|| expected(&format!("{path}.status"), "a status from 200 to 599", found))?;
    let mut response = match written.get("body") {
        None => Response::empty(status),
        // Text is sent as it stands: somebody else's error page, say.
        Some(Value::String(text)) => Response::bytes(
            status,
            "text/plain;charset=utf-8",
            text.clone().into_bytes(),
        ),
        Some(body) => Response::json(status, "application/json", body),
    };
    match written.get("headers") {
        None => {}
        Some(Value::Object(headers)) => {
            for (name, value) in headers {
                let path = format!("{path}.headers.{name}");
                let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
                if name.is_empty() || !name.bytes().all(token) {
                    return Err(expected(
                        &path,
                        "a header's name",
                        Some(&Value::String(name.clone())),
                    ));
                }
                let value = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(number) => number.to_string(),
                    other => return Err(expected(&path, "a string", Some(other))),
                };
                if !value.bytes().all(|b| (b' '..=b'~').contains(&b)) {
                    return Err(expected(
                        &path,
                        "visible ASCII",
                        Some(&Value::String(value)),
                    ));
                }
                let name = name.to_ascii_lowercase();
                response.headers.retain(|(existing, _)| *existing != name);
                response.headers.push((name, value));
            }
        }
        other => return Err(expected(&format!("{path}.headers"), "an object", other)),
    }
    // Atlas repeats the code in a header, so a fault in Atlas's shape does too.
    if response.header("x-error-code").is_none()
        && let Some(code) = written.get("body").and_then(|body| text(body, "errorCode"))
        && code.bytes().all(|b| b.is_ascii_graphic())
    {
        response
            .headers
            .push(("x-error-code".into(), code.to_owned()));
    }
    Ok(response)
}

/// What the faults make of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strike {
    pub delay_ms: u64,
    pub deed: Option<Deed>,
    /// `do` of the fault that decided, for the log.
    pub written: Option<Value>,
}

/// Lets all faults meet a call. Delays add up; of the rest, the first that is written decides.
pub(crate) fn strike(faults: &[Fault], seen: &mut [u64], request: &Request) -> Strike {
    let mut strike = Strike::default();
    for (fault, seen) in faults.iter().zip(seen) {
        if !fault.matcher.strikes(request, seen) {
            continue;
        }
        strike.delay_ms = strike.delay_ms.saturating_add(fault.delay_ms);
        if strike.deed.is_none() && (fault.deed.is_some() || strike.written.is_none()) {
            strike.deed.clone_from(&fault.deed);
            strike.written = Some(fault.written.clone());
        }
    }
    strike
}

/// One entry of `changes`.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    after: Option<Matcher>,
    after_ms: Option<i64>,
    pub merge: Value,
}

/// How far a change has come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    seen: u64,
    /// When it falls due, in milliseconds of the sandbox's own running time.
    due: Option<i64>,
    done: bool,
}

impl Change {
    pub fn parse(value: &Value, path: &str) -> Result<Change, WorldError> {
        if !value.is_object() {
            return Err(expected(path, "an object", Some(value)));
        }
        let merge = value
            .get("merge")
            .filter(|merge| merge.is_object())
            .ok_or_else(|| expected(&format!("{path}.merge"), "an object", value.get("merge")))?;
        for fixed in ["now", "generate", "changes", "faults"] {
            if let Some(found) = merge.get(fixed) {
                return Err(expected(
                    &format!("{path}.merge.{fixed}"),
                    "nothing: it cannot change",
                    Some(found),
                ));
            }
        }
        let after = match value.get("after") {
            None => None,
            Some(after) if after.is_object() => {
                Some(Matcher::parse(after, &format!("{path}.after"))?)
            }
            other => return Err(expected(&format!("{path}.after"), "an object", other)),
        };
        let after_ms = match value.get("afterMs") {
            None => None,
            Some(found) => Some(
                found
                    .as_f64()
                    .filter(|ms| (0.0..=LONGEST_SECONDS * 1000.0).contains(ms))
                    .ok_or_else(|| {
                        expected(&format!("{path}.afterMs"), "milliseconds", Some(found))
                    })? as i64,
            ),
        };
        if after.is_none() && after_ms.is_none() {
            return Err(expected(path, "afterMs or after", None));
        }
        Ok(Change {
            after,
            after_ms,
            merge: merge.clone(),
        })
    }

    /// Where it stands before anything has happened.
    pub fn start(&self) -> Progress {
        Progress {
            due: self.after_ms.filter(|_| self.after.is_none()),
            ..Progress::default()
        }
    }

    /// Notes that a call has been answered.
    pub fn note(&self, progress: &mut Progress, request: &Request, running_ms: i64) {
        if let Some(matcher) = &self.after
            && progress.due.is_none()
            && matcher.strikes(request, &mut progress.seen)
        {
            progress.due = Some(running_ms.saturating_add(self.after_ms.unwrap_or(0)));
        }
    }
}

impl Progress {
    /// Whether it falls due now: true once.
    pub fn falls_due(&mut self, running_ms: i64) -> bool {
        let falls = !self.done && self.due.is_some_and(|due| running_ms >= due);
        self.done |= falls;
        falls
    }
}
