//! Any JSON value, for the few answers whose shape is not ours to rely on: errors and policies.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Any JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Loose {
    Null,
    Bool(bool),
    /// As text.
    Number(String),
    Text(String),
    List(Vec<Loose>),
    /// In the order of the text.
    Object(Vec<(String, Loose)>),
}

impl Loose {
    /// The member of an object, where it is there and not null.
    pub(super) fn member(&self, name: &str) -> Option<&Loose> {
        let (_, value) = self.members().iter().find(|(key, _)| key == name)?;
        (*value != Loose::Null).then_some(value)
    }

    /// The members of an object; nothing else has any.
    pub(super) fn members(&self) -> &[(String, Loose)] {
        match self {
            Loose::Object(members) => members,
            _ => &[],
        }
    }

    /// The entries of a list; nothing else has any.
    pub(super) fn entries(&self) -> &[Loose] {
        match self {
            Loose::List(entries) => entries,
            _ => &[],
        }
    }

    /// Null, or a list of nothing.
    pub(super) fn says_nothing(&self) -> bool {
        match self {
            Loose::Null => true,
            Loose::List(entries) => entries.is_empty(),
            _ => false,
        }
    }

    /// As a person would write it: strings as they are, the rest as JSON.
    pub(super) fn text(&self) -> String {
        match self {
            Loose::Text(text) => text.clone(),
            other => other.json(),
        }
    }

    /// As JSON.
    pub(super) fn json(&self) -> String {
        match self {
            Loose::Null => "null".to_owned(),
            Loose::Bool(value) => value.to_string(),
            Loose::Number(number) => number.clone(),
            Loose::Text(text) => quoted(text),
            Loose::List(entries) => {
                let entries: Vec<_> = entries.iter().map(Loose::json).collect();
                format!("[{}]", entries.join(","))
            }
            Loose::Object(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| format!("{}:{}", quoted(key), value.json()))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Loose;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_unit<E: Error>(self) -> Result<Loose, E> {
                Ok(Loose::Null)
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Loose, E> {
                Ok(Loose::Bool(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Loose, E> {
                Ok(Loose::Number(value.to_string()))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Loose, E> {
                Ok(Loose::Number(value.to_string()))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Loose, E> {
                Ok(Loose::Number(value.to_string()))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Loose, E> {
                Ok(Loose::Text(value.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Loose, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = seq.next_element()? {
                    entries.push(entry);
                }
                Ok(Loose::List(entries))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Loose::Object(members))
            }
        }
        from.deserialize_any(Any)
    }
}
