//! Lists as Atlas pages them: `itemsPerPage` 1 to 500, `pageNum` from 1, `includeCount`.

use serde_json::{Map, Value, json};

use crate::error::AtlasError;
use crate::http::Request;

const DEFAULT_ITEMS: usize = 100;
const MOST_ITEMS: usize = 500;
/// Where the links in answers lead. As with Atlas, it is not where the answer came from.
pub(crate) const ORIGIN: &str = "https://cloud.mongodb.com/api/atlas/v2";

/// Which page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    items: usize,
    number: usize,
    count: bool,
}

impl Page {
    pub fn of(request: &Request) -> Result<Page, AtlasError> {
        let number = |name: &str, default: usize, most: usize| {
            match request.parameter(name) {
            None => Ok(default),
            Some(text) => text.parse().ok().filter(|n| (1..=most).contains(n)).ok_or_else(|| {
                let detail = format!("The query parameter {name} must be a whole number from 1 to {most}, not {text}.");
                AtlasError::new(400, "VALIDATION_ERROR", &[name], detail).about(name)
            }),
        }
        };
        let count = match request.parameter("includeCount").as_deref() {
            None | Some("true") => true,
            Some("false") => false,
            Some(text) => {
                let detail =
                    format!("The query parameter includeCount must be true or false, not {text}.");
                let error = AtlasError::new(400, "VALIDATION_ERROR", &["includeCount"], detail);
                return Err(error.about("includeCount"));
            }
        };
        Ok(Page {
            items: number("itemsPerPage", DEFAULT_ITEMS, MOST_ITEMS)?,
            number: number("pageNum", 1, i32::MAX as usize)?,
            count,
        })
    }

    /// The body of a list of `total` items, of which only those on this page are made.
    pub fn body(self, path: &str, total: usize, item: impl Fn(usize) -> Option<Value>) -> Value {
        let first = (self.number - 1).saturating_mul(self.items);
        let end = first.saturating_add(self.items).min(total);
        let link = |rel: &str, number: usize| {
            let query = format!(
                "includeCount={}&itemsPerPage={}&pageNum={number}",
                self.count, self.items
            );
            json!({ "href": format!("{ORIGIN}{path}?{query}"), "rel": rel })
        };
        let mut links = vec![link("self", self.number)];
        if self.number > 1 {
            links.push(link("previous", self.number - 1));
        }
        if end < total && first < end {
            links.push(link("next", self.number + 1));
        }
        let mut body = Map::new();
        body.insert("links".into(), Value::Array(links));
        body.insert(
            "results".into(),
            Value::Array((first..end).filter_map(item).collect()),
        );
        if self.count {
            body.insert("totalCount".into(), json!(total));
        }
        Value::Object(body)
    }
}
