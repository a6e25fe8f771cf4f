//! How a call can go wrong, whatever the wire looks like.

use super::Timestamp;

/// A refusal that the server put into words: Atlas's error shape or `application/problem+json` (RFC 9457).
/// All texts are the server's and are shown as text, never as markup.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// Atlas's `errorCode`.
    pub error_code: Option<String>,
    /// RFC 9457 `type`.
    pub kind: Option<String>,
    /// RFC 9457 `title`, or Atlas's `reason`.
    pub title: Option<String>,
    /// `detail`.
    pub detail: Option<String>,
    /// RFC 9457 `instance`.
    pub instance: Option<String>,
    /// Our codes, or a server's own, with severity and parameters as written.
    pub findings: Vec<ServerFinding>,
    /// Fields that Atlas names in `badRequestDetail`: field and description.
    pub fields: Vec<(String, String)>,
    /// Other members, each with its value as JSON text.
    pub extra: Vec<(String, String)>,
    /// A request id header of the answer, for support.
    pub request_id: Option<String>,
    /// `Retry-After`, in milliseconds from the answer.
    pub retry_after_ms: Option<u64>,
}

impl Problem {
    /// Atlas answers 401, too, where a credential may not see a project or there is none (FACTS section 9): signing in
    /// again would not help there.
    pub fn lacks_access(&self) -> bool {
        self.status == 403
            || self.status == 401
                && matches!(
                    self.error_code.as_deref(),
                    Some("NOT_IN_GROUP" | "USER_CANNOT_ACCESS_GROUP" | "USER_UNAUTHORIZED")
                )
    }

    /// The gateway says that it sent nothing to Atlas. Of its types (`gateway/README.md`) two don't: one says that nobody
    /// knows, one that Atlas's answer could not be read.
    pub fn was_not_sent(&self) -> bool {
        let kind = self.kind.as_deref();
        kind.and_then(|kind| kind.strip_prefix("urn:atlas-restore-gateway:"))
            .is_some_and(|code| !matches!(code, "outcome-unknown" | "atlas-unreadable"))
    }
}

/// A finding of the server's, whose code may be unknown to us.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerFinding {
    /// Its name.
    pub code: String,
    /// `blocker`, `warning`, `notice`, or as written.
    pub severity: String,
    /// Names and values as text.
    pub parameters: Vec<(String, String)>,
}

/// Why a call brought no usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// An answer with a 4xx or 5xx status whose body could be read, or was empty.
    Refused(Box<Problem>),
    /// An answer that is no JSON where JSON was due: a proxy's login page, say.
    NotJson {
        /// HTTP status.
        status: u16,
        /// It declared or looked like HTML.
        html: bool,
        /// A request id header of the answer.
        request_id: Option<String>,
    },
    /// JSON that is cut, or is not what Atlas documents.
    Unreadable {
        /// Where in the answer, and what was expected.
        message: String,
    },
    /// No answer within the time given.
    TimedOut,
    /// Nothing left the browser: the page's `headers` failed, or there is nowhere to send it.
    NotSent {
        /// What the page or we ourselves said.
        message: String,
    },
    /// No answer: refused, dropped, offline, blocked by the browser, or the page's own function failed.
    NoAnswer {
        /// What the browser or the page said.
        message: String,
    },
}

impl Failure {
    /// The status of the answer, where there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Failure::Refused(problem) => Some(problem.status),
            Failure::NotJson { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The person must sign in again.
    pub fn is_unauthenticated(&self) -> bool {
        self.status() == Some(401) && !self.lacks_access()
    }

    /// Asking again does not help: a role is missing (F2).
    pub fn lacks_access(&self) -> bool {
        matches!(self, Failure::Refused(problem) if problem.lacks_access())
    }

    /// `Retry-After`, in milliseconds from the answer.
    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Failure::Refused(problem) => problem.retry_after_ms,
            _ => None,
        }
    }

    /// Atlas's `errorCode`, where there was one.
    pub fn error_code(&self) -> Option<&str> {
        match self {
            Failure::Refused(problem) => problem.error_code.as_deref(),
            _ => None,
        }
    }
}

/// An answer's value with the server's clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated<T> {
    /// The value.
    pub value: T,
    /// The answer's `Date`.
    pub date: Option<Timestamp>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// What was on it.
    pub results: Vec<T>,
    /// There are more pages.
    pub more: bool,
    /// Atlas's estimate of all results.
    pub total_count: Option<u64>,
}
