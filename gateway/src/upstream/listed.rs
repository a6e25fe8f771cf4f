//! Whole lists of Atlas's, page by page.

use atlas_restore_dialog::atlas::{Call, ReadError};
use atlas_restore_dialog::model::{Failure, Page};
use serde_json::Value;

use super::{Atlas, Patience};

/// No list that is read whole is longer; one without an end is Atlas's fault, and ends here.
const MOST_PAGES: u32 = 200;

/// An entry of a list, and Atlas's words for it.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// As the rules see it.
    pub value: T,
    /// As Atlas wrote it.
    pub json: Value,
}

type Reader<T> = fn(&[u8]) -> Result<T, ReadError>;

impl Atlas {
    /// Reads all pages: `call` gives each page's, and the readers read a page and an entry.
    ///
    /// # Errors
    /// As the dialog would see them.
    pub async fn all<T>(
        &self,
        call: impl Fn(u32) -> Call,
        read_page: Reader<Page<T>>,
        read_entry: Reader<T>,
        request_id: &str,
        patience: Patience,
    ) -> Result<Vec<Listed<T>>, Failure> {
        let mut entries = Vec::new();
        for page in 1..=MOST_PAGES {
            let call = call(page);
            let sent = self.send_with(&call, request_id, patience).await;
            let received = sent.map_err(|trouble| Failure::NoAnswer {
                message: trouble.to_string(),
            })?;
            let more = received.read(&call, read_page)?.more;
            let body: Value = serde_json::from_slice(&received.body).unwrap_or_default();
            let results = body.get("results").and_then(Value::as_array);
            for json in results
                .into_iter()
                .flatten()
                .filter(|json| json.is_object())
            {
                entries.push(Listed {
                    value: read_entry(json.to_string().as_bytes())?,
                    json: json.clone(),
                });
            }
            if !more {
                break;
            }
        }
        Ok(entries)
    }
}
