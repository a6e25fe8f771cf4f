//! From bytes to wire objects, with errors that name the place.

use serde::de::{Deserialize, Deserializer, MapAccess};
use serde_json::error::Category;

use super::wire::{List, Number, Object, Text, object, once, skip, wire};
use super::{Page, ReadError, place};

/// Reads a whole answer.
pub(super) fn decode<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, ReadError> {
    serde_json::from_slice(body).map_err(|error| {
        let message = match error.classify() {
            Category::Eof => "the answer ends early".to_owned(),
            category => {
                let said = error.to_string();
                // serde_json appends the position, which the path replaces.
                let said = said
                    .rsplit_once(" at line ")
                    .map_or(&*said, |(said, _)| said);
                match category {
                    Category::Syntax => format!("no JSON: {said}"),
                    _ => said.to_owned(),
                }
            }
        };
        ReadError {
            path: place::path(body, error.line(), error.column()),
            message,
        }
    })
}

/// A value that must be there.
pub(super) fn required<T>(value: Option<T>, path: &str, expected: &str) -> Result<T, ReadError> {
    value.ok_or_else(|| ReadError {
        path: path.to_owned(),
        message: format!("missing, expected {expected}"),
    })
}

/// An identifier: a string that must be there and not be empty.
pub(super) fn identifier(value: Option<Text>, path: &str) -> Result<String, ReadError> {
    let text = value.filter(|text| !text.0.is_empty());
    Ok(required(text, path, "a string that is not empty")?.into_string())
}

/// The same text, or `None` where it says nothing.
pub(super) fn filled(value: Option<Text<'_>>) -> Option<Text<'_>> {
    value.filter(|text| !text.0.is_empty())
}

wire! {
    /// An entry of `links`.
    WireLink { rel: Text<'a> = "rel", }
}

struct WirePage<'a, W> {
    links: Option<List<WireLink<'a>>>,
    results: Option<List<W>>,
    total_count: Option<Number>,
}

impl<W> Default for WirePage<'_, W> {
    fn default() -> Self {
        WirePage {
            links: None,
            results: None,
            total_count: None,
        }
    }
}

impl<'de, W: Deserialize<'de>> Object<'de> for WirePage<'de, W> {
    fn member<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "links" => once(&mut self.links, "links", map),
            "results" => once(&mut self.results, "results", map),
            "totalCount" => once(&mut self.total_count, "totalCount", map),
            _ => skip(map),
        }
    }
}

impl<'de, W: Deserialize<'de>> Deserialize<'de> for WirePage<'de, W> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        object(from)
    }
}

/// Reads one page of a list. A null among the results is nothing; results that are missing altogether are an error, as
/// "none" may be what a rule wants to hear.
pub(super) fn page<'a, W: Deserialize<'a>, T>(
    body: &'a [u8],
    convert: fn(W) -> Result<T, ReadError>,
) -> Result<Page<T>, ReadError> {
    let wire: WirePage<W> = decode(body)?;
    let entries = required(wire.results, "results", "an array")?;
    let total_count = wire.total_count.and_then(Number::count);
    let count = entries.len();
    let more = match wire.links {
        Some(links) => links
            .iter()
            .flatten()
            .any(|link| link.rel.as_ref().is_some_and(|rel| rel.0 == "next")),
        // A proxy that drops the links leaves the count; one page too many is empty and ends it.
        None => total_count.map_or(count >= 500, |total| total > count as u64),
    };
    let mut results = Vec::with_capacity(count);
    for (number, wire) in entries.into_iter().enumerate() {
        let Some(wire) = wire else { continue };
        results.push(convert(wire).map_err(|error| ReadError {
            path: format!("results[{number}].{}", error.path),
            message: error.message,
        })?);
    }
    Ok(Page {
        results,
        more: more && count > 0,
        total_count,
    })
}

/// Refuses an answer of another version than the one asked for, such as `2024-08-05`: its members mean other things.
/// Plain `application/json` passes, since proxies rewrite it; the readers know the older bodies by their members.
pub fn check_media_type(content_type: &str, expected_version: &str) -> Result<(), ReadError> {
    let refuse = |message| {
        Err(ReadError {
            path: String::new(),
            message,
        })
    };
    match version_of(content_type) {
        Some(version) if version == expected_version => Ok(()),
        Some(version) => refuse(other_version("an answer", version, expected_version)),
        None if content_type.to_ascii_lowercase().contains("json") => Ok(()),
        None => refuse(format!(
            "expected JSON, the answer is declared as {content_type}"
        )),
    }
}

/// The date in `application/vnd.atlas.<date>+json`.
pub(super) fn version_of(media_type: &str) -> Option<&str> {
    let (_, rest) = media_type.split_once("vnd.atlas.")?;
    Some(rest.split_once('+')?.0)
}

/// Says so by name.
pub(super) fn other_version(what: &str, version: &str, expected: &str) -> String {
    format!("this is {what} of version {version}, and {expected} was asked for")
}
