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
use yew::prelude::*;

pub use findings::texts;
pub use names::{project_name, visible};

use super::format::Formats;
use crate::rules::Finding;
use message::{Chooser, Piece, pieces};

/// A sentence's stable name and its English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// What `messages` overrides it by.
    pub name: &'static str,
    /// The English text.
    pub english: &'static str,
}

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

/// The words and formats in use.
pub struct Words {
    /// Numbers, dates, lists.
    pub formats: Formats,
    overrides: JsValue,
}

impl Words {
    /// For a language, with the page's own texts by key.
    pub fn new(language: &str, overrides: JsValue) -> Self {
        Words {
            formats: Formats::new(language),
            overrides,
        }
    }

    /// A text without values.
    pub fn say(&self, key: Key) -> AttrValue {
        self.overridden(key)
            .map_or(AttrValue::Static(key.english), AttrValue::from)
    }

    /// A text with values, for attributes and announcements.
    pub fn text(&self, key: Key, values: Values) -> String {
        let template = self.say(key);
        let mut out = String::new();
        for piece in pieces(
            &template,
            &Choice {
                words: self,
                values,
            },
        ) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Number(name) => out.push_str(&self.number(values, name)),
                Piece::Value(name) => out.push_str(&self.plain(values, name)),
            }
        }
        out
    }

    /// A text with values, each name isolated from the sentence around it.
    pub fn rich(&self, key: Key, values: Values) -> Html {
        let template = self.say(key);
        pieces(
            &template,
            &Choice {
                words: self,
                values,
            },
        )
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned().into(),
            Piece::Number(name) => self.number(values, name).into(),
            Piece::Value(name) => {
                let text = self.plain(values, name);
                match find(values, name) {
                    Some(Value::Name(raw)) if !raw.is_empty() => isolated(text),
                    Some(Value::Text(_)) => html! { <bdi>{ text }</bdi> },
                    _ => text.into(),
                }
            }
        })
        .collect()
    }

    /// A finding's text: its message, remedy or short form.
    pub fn finding(&self, key: Key, finding: &Finding) -> Html {
        let values = self.parameters(finding);
        self.rich(key, &values)
    }

    /// The same as plain text.
    pub fn finding_text(&self, key: Key, finding: &Finding) -> String {
        let values = self.parameters(finding);
        self.text(key, &values)
    }

    fn overridden(&self, key: Key) -> Option<String> {
        if self.overrides.is_undefined() || self.overrides.is_null() {
            return None;
        }
        Reflect::get(&self.overrides, &key.name.into())
            .ok()?
            .as_string()
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

/// A name or id, isolated and left to right.
pub fn isolated(text: String) -> Html {
    html! { <bdi class="name" dir="ltr">{ text }</bdi> }
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
