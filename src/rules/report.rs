//! How a rule says what it found.

use super::Code;

/// Values for a finding's text.
pub(super) type Parameters = Vec<(&'static str, String)>;

/// Where findings go. The parameters are built only by who wants them: a list of thousands wants codes alone.
pub(super) type Report<'r> = dyn FnMut(Code, &dyn Fn() -> Parameters) + 'r;

/// For findings whose text needs no values.
pub(super) fn none() -> Parameters {
    Vec::new()
}

/// A text as Atlas wrote it; empty where absent.
pub(super) fn written(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}
