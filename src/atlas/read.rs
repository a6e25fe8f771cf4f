//! From bytes to the model, with errors that name the place.

use super::fields::Fields;
use super::json::{Broken, Json, Keep, Parser, parse};
use super::{Page, ReadError};
use crate::model::{around, holds};

/// What is read of a page besides its results.
const PAGE: &[&str] = &["links", "rel", "results", "totalCount"];

/// Reads a whole answer, an object.
pub(super) fn one<T>(
    body: &[u8],
    keep: Keep,
    convert: fn(&mut Fields) -> T,
) -> Result<T, ReadError> {
    let node = parse(body, keep).map_err(|error| *error)?;
    let mut from = Fields::of(&node);
    if node.given().is_none() {
        from.fail("", node.unlike("an object"));
    }
    let value = convert(&mut from);
    from.end(value).map_err(|error| *error)
}

/// Reads one page of a list. A null among the results is nothing; results that are missing altogether are an error, as
/// "none" may be what a rule wants to hear.
pub(super) fn page<T>(
    body: &[u8],
    keep: Keep,
    convert: fn(&mut Fields) -> T,
) -> Result<Page<T>, ReadError> {
    let mut results = Vec::new();
    let (more, total_count) =
        walk(body, keep, &mut |from| results.push(convert(from))).map_err(|error| *error)?;
    Ok(Page {
        results,
        more,
        total_count,
    })
}

/// Gives one result after the other, so that never more than one is in memory twice; says whether there are more pages,
/// and the count.
fn walk(
    body: &[u8],
    keep: Keep,
    convert: &mut dyn FnMut(&mut Fields),
) -> Result<(bool, Option<u64>), Broken> {
    let mut parser = Parser::new(body);
    let mut count = 0;
    let mut others = Vec::new();
    if parser.peek() == b'{' {
        parser.members(&mut |parser, name| {
            let name = parser.text(name)?;
            if !PAGE.contains(&&*name) {
                return parser.skip();
            }
            let value = if name == "results" && parser.peek() == b'[' {
                parser.entries(&mut |parser, number| {
                    count = number + 1;
                    let node = parser.value(keep)?;
                    let Some(node) = node.given() else {
                        return Ok(());
                    };
                    let mut from = Fields::of(node);
                    convert(&mut from);
                    from.end(())
                })?;
                // That there were some is all that is left to say.
                Json::List(Vec::new())
            } else {
                parser.value(Keep::Named(PAGE))?
            };
            others.push((name, value));
            Ok(())
        })?;
    } else {
        let other = parser.value(Keep::Named(PAGE))?;
        Fields::of(&other).end(())?;
    }
    parser.end()?;
    let page = Json::Object(others);
    let mut from = Fields::of(&page);
    if from.list("results").is_none() {
        from.missing("results", "an array");
    }
    let total_count = from.count("totalCount");
    let mut more = false;
    if from.member("links").is_some() {
        from.each("links", &mut |link| {
            more |= link.text("rel") == Some("next")
        });
    } else {
        // A proxy that drops the links leaves the count; one page too many is empty and ends it.
        more = total_count.map_or(count >= 500, |total| total > count as u64);
    }
    from.end((more && count > 0, total_count))
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
        None if holds(&content_type.to_ascii_lowercase(), "json") => Ok(()),
        None => refuse(format!(
            "expected JSON, the answer is declared as {content_type}"
        )),
    }
}

/// The date in `application/vnd.atlas.<date>+json`.
pub(super) fn version_of(media_type: &str) -> Option<&str> {
    let (_, rest) = around(media_type, "vnd.atlas.")?;
    Some(rest.split_once('+')?.0)
}

/// Says so by name.
pub(super) fn other_version(what: &str, version: &str, expected: &str) -> String {
    format!("this is {what} of version {version}, and {expected} was asked for")
}
