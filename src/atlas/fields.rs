//! An object's members by name: null for absent, and the first that is not what it should be.

use super::ReadError;
use super::json::{self, Broken, Json};

/// A reader's view of an object. What cannot be read is as absent, and the first error is kept until [`Fields::end`]:
/// readers need not stop at each member.
pub(super) struct Fields<'n, 'a> {
    node: &'n Json<'a>,
    error: Option<Broken>,
}

impl<'n, 'a> Fields<'n, 'a> {
    /// A null has no members.
    pub(super) fn of(node: &'n Json<'a>) -> Self {
        let mut fields = Fields { node, error: None };
        if !matches!(node, Json::Null | Json::Object(_)) {
            fields.fail("", node.unlike("an object"));
        }
        fields
    }

    /// What was read, if all of it could be.
    pub(super) fn end<T>(self, value: T) -> Result<T, Broken> {
        match self.error {
            None => Ok(value),
            Some(error) => Err(error),
        }
    }

    /// Keeps an error, unless there was one before.
    pub(super) fn fail(&mut self, path: &str, message: String) {
        self.error.get_or_insert_with(|| {
            Box::new(ReadError {
                path: path.to_owned(),
                message,
            })
        });
    }

    /// Says that something must be there.
    pub(super) fn missing(&mut self, name: &str, expected: &str) {
        self.fail(name, format!("missing, expected {expected}"));
    }

    /// All members.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'n str, &'n Json<'a>)> + use<'n, 'a> {
        let members = self.node.members().iter();
        members.map(|(name, value)| (&**name, value))
    }

    /// A member of any type. One that comes twice is an error: which of the two counts is not for us to guess.
    pub(super) fn member(&mut self, name: &str) -> Option<&'n Json<'a>> {
        let mut named = self.node.members().iter().filter(|(key, _)| key == name);
        let (_, value) = named.next()?;
        if named.next().is_some() {
            self.repeated(name);
        }
        value.given()
    }

    /// Says that a member came twice.
    pub(super) fn repeated(&mut self, name: &str) {
        self.fail(name, format!("duplicate field `{name}`"));
    }

    /// A string.
    pub(super) fn text(&mut self, name: &str) -> Option<&'n str> {
        match self.member(name)? {
            Json::Text(text) => Some(text),
            other => {
                self.fail(name, other.unlike("a string"));
                None
            }
        }
    }

    /// A string, to keep.
    pub(super) fn written(&mut self, name: &str) -> Option<Box<str>> {
        self.text(name).map(Box::from)
    }

    /// A string that says something.
    pub(super) fn filled(&mut self, name: &str) -> Option<&'n str> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// A string that says something, to keep.
    pub(super) fn kept(&mut self, name: &str) -> Option<String> {
        self.filled(name).map(str::to_owned)
    }

    /// A string that must be there and not be empty.
    pub(super) fn identifier(&mut self, name: &str) -> String {
        let text = self.kept(name);
        if text.is_none() {
            self.missing(name, "a string that is not empty");
        }
        text.unwrap_or_default()
    }

    /// True or false.
    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        match self.member(name)? {
            Json::Bool(value) => Some(*value),
            other => {
                self.fail(name, other.unlike("a boolean"));
                None
            }
        }
    }

    /// A number, whole or not: Atlas writes sizes as both.
    pub(super) fn number(&mut self, name: &str) -> Option<f64> {
        let value = self.member(name)?;
        let Json::Number(text) = value else {
            self.fail(name, value.unlike("a number"));
            return None;
        };
        let number = json::number(text);
        if number.is_none() {
            self.fail(name, format!("expected a number, {text} is out of range"));
        }
        number
    }

    /// A count of things; `None` where it is negative.
    pub(super) fn count(&mut self, name: &str) -> Option<u64> {
        let number = self.number(name)?;
        // `as` saturates.
        (number >= 0.0).then_some(number as u64)
    }

    /// A list.
    pub(super) fn list(&mut self, name: &str) -> Option<&'n [Json<'a>]> {
        let value = self.member(name)?;
        Some(self.entries(name, value))
    }

    /// The entries of a member; null has none.
    pub(super) fn entries(&mut self, name: &str, value: &'n Json<'a>) -> &'n [Json<'a>] {
        if !matches!(value, Json::Null | Json::List(_)) {
            self.fail(name, value.unlike("a sequence"));
        }
        value.entries()
    }

    /// Reads an object, where it is there.
    pub(super) fn inside(&mut self, name: &str, read: &mut dyn FnMut(&mut Fields<'n, 'a>)) {
        if let Some(node) = self.member(name) {
            self.descend(name, None, node, read);
        }
    }

    /// Reads every object of a list. A null among them is one that says nothing.
    pub(super) fn each(&mut self, name: &str, read: &mut dyn FnMut(&mut Fields<'n, 'a>)) {
        for (number, node) in self.list(name).into_iter().flatten().enumerate() {
            self.descend(name, Some(number), node, read);
        }
    }

    fn descend(
        &mut self,
        name: &str,
        number: Option<usize>,
        node: &'n Json<'a>,
        read: &mut dyn FnMut(&mut Fields<'n, 'a>),
    ) {
        let mut inner = Fields::of(node);
        read(&mut inner);
        if let (Some(mut error), None) = (inner.error, &self.error) {
            if let Some(number) = number {
                error = error.within(&json::place(number));
            }
            self.error = Some(error.within(name));
        }
    }
}
