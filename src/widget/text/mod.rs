//! Words: every sentence that a person reads comes from here, by a stable key that a portal can override.
//!
//! Belongs here: the catalogue, how values get into sentences, and making what others wrote safe to show. Does not
//! belong here: numbers and dates ([`super::format`]), elements.

#[cfg(test)]
mod catalogues;
pub mod english;
mod findings;
#[cfg(test)]
mod literals;
mod message;
mod names;

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use yew::AttrValue;

pub use findings::texts;
pub use names::{COMMA, facts_line, project_name, visible};

use super::format::Formats;
use super::host::PageSettings;
use super::log;
use crate::model::Timestamp;
use crate::rules::{Code, Finding};
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
    /// A moment.
    Time(Timestamp),
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
    /// A moment.
    Time(Timestamp),
}

/// The words and formats in use.
pub struct Words {
    /// Numbers, dates, lists.
    pub formats: Formats,
    /// Every sentence, by its place.
    texts: Vec<AttrValue>,
    is_translated: bool,
}

impl Words {
    /// The page's own texts, else those of the language's catalogue, else English.
    pub fn new(page: &PageSettings) -> Self {
        let mut texts = Vec::new();
        let mut lacking = String::new();
        let is_translated = page.catalogue.is_object();
        for catalogue in [english::LINES, findings::LINES] {
            for line in catalogue.split_terminator('\n') {
                let (name, english) = match line.split_once('\t') {
                    Some((name, english)) => (name.to_owned(), english),
                    None => (findings::name(texts.len()), line),
                };
                // Asking what is no object throws, which takes its time where it is done for every sentence.
                let given = |by: &JsValue| match by.is_object() {
                    true => Reflect::get(by, &JsValue::from_str(&name))
                        .ok()?
                        .as_string(),
                    false => None,
                };
                let text = given(&page.messages).or_else(|| given(&page.catalogue));
                if is_translated && text.is_none() {
                    lacking.push(' ');
                    lacking.push_str(&name);
                }
                texts.push(text.map_or(AttrValue::Static(english), AttrValue::from));
            }
        }
        if !lacking.is_empty() {
            log::warn(&["English stands for what the language lacks:", &lacking].concat());
        }
        Words {
            formats: Formats::new(&page.lang),
            texts,
            is_translated,
        }
    }

    /// A text without values.
    pub fn say(&self, Key(place): Key) -> AttrValue {
        let text = self.texts.get(usize::from(place));
        text.cloned().unwrap_or_default()
    }

    /// MongoDB's own message, word for word, where it is said in another language.
    pub fn documented(&self, code: Code) -> Option<&'static str> {
        (self.is_translated && findings::is_documented(code))
            .then(|| findings::english(code))
            .flatten()
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
                        Some(Value::Time(at)) => Part::Time(*at),
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
            Part::Time(at) => out.push_str(&self.formats.utc(at)),
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

    fn category(&self, name: &str) -> (String, String) {
        match find(self.values, name) {
            Some(Value::Count(count)) => {
                (count.to_string(), self.words.formats.plural(*count as f64))
            }
            _ => Default::default(),
        }
    }
}

fn find<'v>(values: Values<'v>, name: &str) -> Option<&'v Value<'v>> {
    values
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
