//! Words: every sentence that a person reads comes from here, by a stable key that a portal can override.
//!
//! Belongs here: the catalogue, how values get into sentences, and making what others wrote safe to show. Does not
//! belong here: numbers and dates ([`super::format`]), elements.

pub mod english;
mod findings;
mod message;
mod names;

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use yew::AttrValue;

pub use findings::texts;
pub use names::{project_name, visible};

use super::format::Formats;
use crate::rules::Finding;
use message::{Chooser, Piece, pieces};

/// A sentence, by its place in the catalogue: its English ([`english`], then those about findings) and the stable name
/// that `messages` overrides it by.
///
/// The catalogue is one text with a line for each sentence, since a table of names and sentences would cost users more
/// bytes than the sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(u16);

/// A value for a place in a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// A name, an id, a version: isolated, left to right, with hidden characters made visible.
    Name(&'a str),
    /// Text of ours, such as a date.
    Text(String),
    /// A number.
    Count(usize),
}

/// Values by name.
pub type Values<'a> = &'a [(&'a str, Value<'a>)];

/// A part of a sentence whose values are in their places.
pub enum Part<'a> {
    /// The sentence's own words.
    Own(&'a str),
    /// A number, or nothing that needs to be kept apart.
    Number(String),
    /// A name or an id.
    Name(String),
    /// A date and the like.
    Text(String),
}

/// The words and formats in use.
pub struct Words {
    /// Numbers, dates, lists.
    pub formats: Formats,
    overrides: JsValue,
    /// Name and sentence, with a tab between them; then the texts of the findings, whose names are their codes'.
    lines: Vec<&'static str>,
}

impl Words {
    /// For a language, with the page's own texts by key.
    pub fn new(language: &str, overrides: JsValue) -> Self {
        let mut lines = Vec::new();
        for catalogue in [english::LINES, findings::LINES] {
            lines.extend(catalogue.split_terminator('\n'));
        }
        Words {
            formats: Formats::new(language),
            overrides,
            lines,
        }
    }

    /// A text without values.
    pub fn say(&self, Key(place): Key) -> AttrValue {
        let place = usize::from(place);
        let line = self.lines.get(place).copied().unwrap_or_default();
        let (name, english) = line.split_once('\t').unwrap_or(("", line));
        if !self.overrides.is_object() {
            return AttrValue::Static(english);
        }
        let name = match place.checked_sub(usize::from(english::COUNT)) {
            Some(place) => JsValue::from_str(&findings::name(place)),
            None => JsValue::from_str(name),
        };
        let own = Reflect::get(&self.overrides, &name).unwrap_or_default();
        own.as_string()
            .map_or(AttrValue::Static(english), AttrValue::from)
    }

    /// Gives the parts of a text with values, one after another.
    pub fn write(&self, key: Key, values: Values, out: &mut dyn FnMut(Part)) {
        let template = self.say(key);
        let words = Choice {
            words: self,
            values,
        };
        for piece in pieces(&template, &words) {
            out(match piece {
                Piece::Text(text) => Part::Own(text),
                Piece::Number(name) => Part::Number(self.number(values, name)),
                Piece::Value(name) => {
                    let text = self.plain(values, name);
                    match find(values, name) {
                        Some(Value::Name(raw)) if !raw.is_empty() => Part::Name(text),
                        Some(Value::Text(_)) => Part::Text(text),
                        _ => Part::Number(text),
                    }
                }
            });
        }
    }

    /// A text with values, for attributes and announcements.
    pub fn text(&self, key: Key, values: Values) -> String {
        let mut out = String::new();
        self.write(key, values, &mut |part| match part {
            Part::Own(text) => out.push_str(text),
            Part::Number(text) | Part::Name(text) | Part::Text(text) => out.push_str(&text),
        });
        out
    }

    /// A finding's text as plain text: its message, remedy or short form.
    pub fn finding_text(&self, key: Key, finding: &Finding) -> String {
        let values = self.parameters(finding);
        self.text(key, &values)
    }

    fn plain(&self, values: Values, name: &str) -> String {
        match find(values, name) {
            Some(Value::Name(raw)) if !raw.is_empty() => visible(raw),
            Some(Value::Text(text)) if !text.is_empty() => text.clone(),
            Some(Value::Count(_)) => self.number(values, name),
            _ => self.say(english::UNKNOWN).to_string(),
        }
    }

    fn number(&self, values: Values, name: &str) -> String {
        match find(values, name) {
            Some(Value::Count(count)) => self.formats.number(*count as f64),
            _ => self.plain_word(values, name).to_owned(),
        }
    }

    fn plain_word<'v>(&self, values: Values<'v>, name: &str) -> &'v str {
        match find(values, name) {
            Some(Value::Name(raw)) => raw,
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }
}

struct Choice<'a> {
    words: &'a Words,
    values: Values<'a>,
}

impl Chooser for Choice<'_> {
    fn word(&self, name: &str) -> &str {
        self.words.plain_word(self.values, name)
    }

    fn category(&self, name: &str) -> (String, &'static str) {
        match find(self.values, name) {
            Some(Value::Count(count)) => {
                (count.to_string(), self.words.formats.plural(*count as f64))
            }
            _ => (String::new(), "other"),
        }
    }
}

fn find<'v>(values: Values<'v>, name: &str) -> Option<&'v Value<'v>> {
    values
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
