//! Requests and answers as plain values, and how a path is read. Belongs here: what HTTP says; not: what Atlas says.

use serde_json::Value;

/// One request, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query as sent, percent-encoded, without origin: `/restore/session`.
    pub path_and_query: String,
    /// Names in any case.
    pub headers: Vec<(String, String)>,
    /// Empty where there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: &str, path_and_query: &str) -> Self {
        Request {
            method: method.into(),
            path_and_query: path_and_query.into(),
            ..Request::default()
        }
    }

    /// The same request with one header more.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same request with this body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The path alone, still percent-encoded.
    pub fn path(&self) -> &str {
        self.path_and_query
            .split_once('?')
            .map_or(self.path_and_query.as_str(), |(path, _)| path)
    }

    /// The query alone, without its question mark.
    pub fn query(&self) -> &str {
        self.path_and_query
            .split_once('?')
            .map_or("", |(_, query)| query)
    }

    /// The last value that the query gives for `name`.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        pairs(self.query())
            .into_iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// What `path` of faults and changes is looked for in: the path decoded, then the query.
    pub(crate) fn searched(&self) -> String {
        let path = percent_decode(self.path()).unwrap_or_else(|| self.path().to_owned());
        format!("{path}?{}", self.query())
    }
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// 200 to 599.
    pub status: u16,
    /// Names in lower case, `date` always among them.
    pub headers: Vec<(String, String)>,
    /// The bytes as sent.
    pub body: Vec<u8>,
}

impl Response {
    pub(crate) fn json(status: u16, media_type: &str, body: &Value) -> Self {
        Response::bytes(status, media_type, body.to_string().into_bytes())
    }

    pub(crate) fn bytes(status: u16, media_type: &str, body: Vec<u8>) -> Self {
        Response {
            status,
            headers: vec![
                ("content-type".into(), media_type.into()),
                // A browser that answered from its cache would show yesterday's clusters.
                ("cache-control".into(), "no-store".into()),
            ],
            body,
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Response {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// The first header of that name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// What the caller sees in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An answer to send.
    Response(Response),
    /// None at all: close the connection.
    Dropped,
}

/// The outcome of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How long to hold the answer back. What the request does is done already.
    pub delay_ms: u64,
    /// What to send then.
    pub answer: Answer,
}

impl Outcome {
    /// The answer, unless the connection is to be closed without one.
    pub fn response(&self) -> Option<&Response> {
        match &self.answer {
            Answer::Response(response) => Some(response),
            Answer::Dropped => None,
        }
    }
}

/// Cuts off whatever the sandbox is mounted below: `/demo/restore/session` is `/restore/session`. The
/// query stays. Nothing where the path leads elsewhere.
pub fn below_mount(path_and_query: &str) -> Option<&str> {
    let path_length = path_and_query.find('?').unwrap_or(path_and_query.len());
    let path = path_and_query.get(..path_length)?;
    let at = ["/restore/api/", "/restore/session", "/sandbox/"]
        .iter()
        .filter_map(|mark| {
            let at = path.find(mark)?;
            let whole = mark.ends_with('/') || path.len() == at + mark.len();
            whole.then_some(at)
        })
        .min()
        .or_else(|| {
            ["/api/atlas/v2", "/api/oauth/"]
                .iter()
                .filter_map(|mark| path.find(mark))
                .min()
        })?;
    path_and_query.get(at..)
}

/// Decodes `%41`; nothing where what comes out is not UTF-8 or a percent sign stands alone.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let (high, low) = (bytes.next()?, bytes.next()?);
            let digit = |b: u8| (b as char).to_digit(16).and_then(|d| u8::try_from(d).ok());
            decoded.push(digit(high)? * 16 + digit(low)?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

/// Encodes all but the unreserved characters.
pub(crate) fn percent_encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(byte as char);
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

/// The pairs of a query or a form.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| {
        let spaced = part.replace('+', " ");
        percent_decode(&spaced).unwrap_or(spaced)
    };
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mount_is_cut_off_and_nothing_else() {
        for (whole, rest) in [
            ("/restore/session", Some("/restore/session")),
            (
                "/a/b/restore/api/atlas/v2/groups?pageNum=2",
                Some("/restore/api/atlas/v2/groups?pageNum=2"),
            ),
            ("/restore/restore/session", Some("/restore/session")),
            ("/x/sandbox/log", Some("/sandbox/log")),
            (
                "/restore/api/atlas/v2/groups/1/clusters/restore/api",
                Some("/restore/api/atlas/v2/groups/1/clusters/restore/api"),
            ),
            ("/restore/sessions", None),
            ("/index.html?next=/restore/session", None),
        ] {
            assert_eq!(below_mount(whole), rest, "{whole}");
        }
    }

    #[test]
    fn percent_code_survives_both_ways() {
        for text in ["orders", "a b/c?d=ü%", "<b>\"'"] {
            assert_eq!(percent_decode(&percent_encode(text)).as_deref(), Some(text));
        }
        assert_eq!(percent_decode("%"), None);
        assert_eq!(percent_decode("%zz"), None);
        assert_eq!(percent_decode("%ff"), None);
    }
}
