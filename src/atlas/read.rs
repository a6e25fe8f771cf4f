//! From bytes to the model, with errors that name the place.

use super::body::{Body, Steps};
use super::fields::Fields;
use super::json::{Broken, Json, Keep, Parser, parse, place};
use super::{Page, ReadError};
use crate::model::{around, holds};

/// What is read of a page.
const PAGE: &[&str] = &["links", "results", "totalCount"];

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
    mut body: impl Body,
    keep: Keep,
    convert: fn(&mut Fields) -> T,
) -> Result<Page<T>, ReadError> {
    let mut results = Vec::new();
    let (more, total_count) =
        walk(&mut body, keep, &mut |from| results.push(convert(from))).map_err(|error| *error)?;
    Ok(Page {
        results,
        more,
        total_count,
    })
}

/// Gives one result after the other, so that never more than one is in memory twice; says whether there are more pages,
/// and the count.
fn walk(
    body: &mut dyn Body,
    keep: Keep,
    convert: &mut dyn FnMut(&mut Fields),
) -> Result<(bool, Option<u64>), Broken> {
    let mut steps = Steps::new(body);
    let mut walked = Walked::default();
    loop {
        let depth = match walked.place {
            Place::Start => 0,
            Place::Member => 1,
            Place::Result => 2,
            Place::End => break,
        };
        let number = walked.count;
        let done = steps.step(depth, &mut |parser| {
            let mut further = walked;
            further.go_on(parser, keep, convert)?;
            walked = further;
            Ok(())
        });
        if let Err(error) = done {
            return Err(match walked.place {
                Place::Result => error.within(&place(number)).within("results"),
                _ => error,
            });
        }
    }
    steps.end()?;
    let (count, total) = (walked.count, walked.total);
    // A proxy that drops the links leaves the count; one page too many is empty and ends it.
    let more = walked
        .links
        .unwrap_or(total.map_or(count >= 500, |total| total > count as u64));
    let mut from = Fields::of(&Json::Null);
    if !walked.results {
        from.missing("results", "an array");
    }
    from.end((more && count > 0, total))
}

/// How far a page was read.
#[derive(Clone, Copy, Default)]
struct Walked {
    place: Place,
    /// A member was come upon: only an object without any may end before its next one.
    any: bool,
    /// These were come upon: a second one is an error.
    links_seen: bool,
    results_seen: bool,
    total_seen: bool,
    /// There are results, be it none.
    results: bool,
    /// So many of them were read.
    count: usize,
    /// Whether one of the links leads to the next page, where there are links.
    links: Option<bool>,
    total: Option<u64>,
}

#[derive(Clone, Copy, Default)]
enum Place {
    #[default]
    Start,
    /// Before a member, or the brace that closes.
    Member,
    /// Before a result, or the bracket that closes.
    Result,
    End,
}

impl Walked {
    /// Reads what comes next: a result, or another member.
    fn go_on(
        &mut self,
        parser: &mut Parser,
        keep: Keep,
        convert: &mut dyn FnMut(&mut Fields),
    ) -> Result<(), Broken> {
        match self.place {
            Place::Result => {
                let mut node = Json::Null;
                let is_last = if self.count == 0 && parser.takes(b']') {
                    true
                } else {
                    node = parser.value(keep)?;
                    self.count += 1;
                    parser.ends(b']')?
                };
                if is_last {
                    self.pass(parser)?;
                }
                // Last, since up to here it may be tried again.
                if let Some(node) = node.given() {
                    let mut from = Fields::of(node);
                    convert(&mut from);
                    from.end(())?;
                }
            }
            _ if self.any => return self.member(parser),
            Place::Start if parser.takes(b'{') => self.place = Place::Member,
            Place::Start => {
                let other = parser.value(Keep::Within(&[]))?;
                Fields::of(&other).end(())?;
                self.place = Place::End;
            }
            _ if parser.takes(b'}') => self.place = Place::End,
            _ => return self.member(parser),
        }
        Ok(())
    }

    fn member(&mut self, parser: &mut Parser) -> Result<(), Broken> {
        self.any = true;
        let name = parser.name()?;
        let Some(keep) = Keep::Within(PAGE).of(&name) else {
            parser.skip()?;
            return self.pass(parser);
        };
        let name = parser.text(name)?;
        let seen = match &*name {
            "results" => &mut self.results_seen,
            "links" => &mut self.links_seen,
            _ => &mut self.total_seen,
        };
        let was_seen = std::mem::replace(seen, true);
        if name == "results" && !was_seen && parser.takes(b'[') {
            self.results = true;
            self.place = Place::Result;
            return Ok(());
        }
        let value = parser.value(keep);
        let value = value.map_err(|error| error.within(&name))?;
        self.pass(parser)?;
        let page = Json::Object(vec![(name.clone(), value)]);
        let mut from = Fields::of(&page);
        if was_seen {
            from.repeated(&name);
        }
        match &*name {
            "results" => self.results = from.list(&name).is_some(),
            "links" => {
                let mut more = false;
                from.each(&name, &mut |link| more |= link.text("rel") == Some("next"));
                self.links = from.member(&name).map(|_| more);
            }
            _ => self.total = from.count(&name),
        }
        from.end(())
    }

    /// Passes over what follows a member.
    fn pass(&mut self, parser: &mut Parser) -> Result<(), Broken> {
        self.place = if parser.ends(b'}')? {
            Place::End
        } else {
            Place::Member
        };
        Ok(())
    }
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
