//! The projects that the service account can see: one list for everybody, read at most every so often, of which each
//! person gets the part that his roles open. Atlas's own pages would show holes, and a page of nothing ends a list.

use std::sync::Arc;
use std::time::Duration;

use atlas_restore_dialog::atlas::{self as calls, read_project, read_projects};
use atlas_restore_dialog::model::{Failure, Project};
use serde_json::{Map, Value, json};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::allow::Paging;
use crate::upstream::{Atlas, Listed, Patience};

/// Where Atlas's own links lead.
const LINKS: &str = "https://cloud.mongodb.com/api/atlas/v2/groups";
/// A project, and Atlas's words for it.
pub type Entry = Listed<Project>;

/// So long after a failure nobody asks again: whoever waited meanwhile gets it, too.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

type Read = Result<Arc<Vec<Entry>>, Failure>;

/// The list.
#[derive(Debug)]
pub struct Projects {
    life: Duration,
    read: Mutex<Option<(Instant, Read)>>,
}

impl Projects {
    /// Read again after this time.
    pub fn new(life: Duration) -> Self {
        Projects {
            life,
            read: Mutex::default(),
        }
    }

    /// The list, read by one caller at a time.
    ///
    /// # Errors
    /// It could not be read.
    pub async fn all(&self, atlas: &Atlas, request_id: &str) -> Read {
        let mut last = self.read.lock().await;
        if let Some((at, read)) = &*last
            && at.elapsed() < read.as_ref().map_or(AFTER_FAILURE, |_| self.life)
        {
            return read.clone();
        }
        let read = atlas
            .all(
                calls::groups,
                |body| read_projects(body),
                read_project,
                request_id,
                Patience::Waits,
            )
            .await
            .map(Arc::new);
        *last = Some((Instant::now(), read.clone()));
        read
    }
}

/// One page of these projects, as Atlas would write it.
pub fn page(entries: &[&Entry], paging: Paging) -> Value {
    let first = (paging.page - 1).saturating_mul(paging.items);
    let end = first.saturating_add(paging.items).min(entries.len());
    let link = |rel: &str, number: usize| {
        let query = format!(
            "includeCount={}&itemsPerPage={}&pageNum={number}",
            paging.count, paging.items
        );
        json!({ "href": format!("{LINKS}?{query}"), "rel": rel })
    };
    let mut links = vec![link("self", paging.page)];
    if paging.page > 1 {
        links.push(link("previous", paging.page - 1));
    }
    if end < entries.len() && first < end {
        links.push(link("next", paging.page + 1));
    }
    let results = entries.get(first..end).unwrap_or_default();
    let mut body = Map::new();
    body.insert("links".into(), Value::Array(links));
    body.insert(
        "results".into(),
        results.iter().map(|entry| entry.json.clone()).collect(),
    );
    if paging.count {
        body.insert("totalCount".into(), json!(entries.len()));
    }
    Value::Object(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end_where_the_list_does() {
        let entries: Vec<Entry> = (0..5)
            .map(|number| Entry {
                value: read_project(br#"{"id": "64f1c0de0a1b2c3d4e5f6001"}"#).unwrap(),
                json: json!(number),
            })
            .collect();
        let entries: Vec<&Entry> = entries.iter().collect();
        let of = |page| {
            let paging = Paging {
                items: 2,
                page,
                count: true,
            };
            let body = super::page(&entries, paging);
            let next = body["links"]
                .as_array()
                .unwrap()
                .iter()
                .any(|link| link["rel"] == "next");
            (body["results"].clone(), next)
        };
        assert_eq!(of(1), (json!([0, 1]), true));
        assert_eq!(of(3), (json!([4]), false));
        assert_eq!(of(4), (json!([]), false));
        assert_eq!(of(1_000_000), (json!([]), false));
    }
}
