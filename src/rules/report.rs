//! How a rule says what it found.

use super::Code;

/// A value for a finding's text, where it stands: it is copied for who wants the finding, and not for a list of
/// thousands, which wants codes alone.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    /// As Atlas wrote it, or one of the words that the rule documents.
    Text(&'a str),
    /// As Atlas wrote it; empty where absent.
    Written(Option<&'a str>),
    /// A count, or bytes.
    Number(u64),
    /// With commas between.
    List(&'a [String]),
}

impl Value<'_> {
    /// A copy that lives on.
    pub(super) fn to_text(self) -> String {
        match self {
            Value::Text(text) => text.to_owned(),
            Value::Written(text) => text.unwrap_or_default().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::List(words) => words.join(", "),
        }
    }
}

/// Where findings go: the code, and values for its text by name.
pub(super) type Report<'r> = dyn FnMut(Code, &[(&'static str, Value)]) + 'r;
