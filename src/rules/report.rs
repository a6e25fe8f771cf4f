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
    /// Copies it to the end of a text.
    pub(super) fn write(self, to: &mut String) {
        match self {
            Value::Text(text) | Value::Written(Some(text)) => to.push_str(text),
            Value::Written(None) => {}
            Value::Number(number) => to.push_str(&number.to_string()),
            Value::List(words) => to.push_str(&words.join(", ")),
        }
    }
}

/// Where findings go: the code, and a value for each of its [`Code::parameters`].
pub(super) type Report<'r> = dyn FnMut(Code, &[Value]) + 'r;
