//! One line of JSON for each attempt and each outcome, on the disk before anything is sent to Atlas.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::config;

/// Where lines go.
#[derive(Debug)]
pub struct Audit {
    file: Arc<Mutex<Option<File>>>,
    sync: bool,
}

impl Audit {
    /// Opens the file for appending.
    ///
    /// # Errors
    /// It can't be opened.
    pub fn open(config: &config::Audit) -> io::Result<Self> {
        let file = match &config.file {
            None => None,
            Some(path) => Some(OpenOptions::new().append(true).create(true).open(path)?),
        };
        Ok(Audit {
            file: Arc::new(Mutex::new(file)),
            sync: config.sync,
        })
    }

    /// Appends a line; comes back when it is written.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn write(&self, record: &Value) -> io::Result<()> {
        let mut line = record.to_string();
        line.push('\n');
        let (file, sync) = (Arc::clone(&self.file), self.sync);
        tokio::task::spawn_blocking(move || {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            match &mut *file {
                Some(file) => {
                    file.write_all(line.as_bytes())?;
                    if sync { file.sync_data() } else { Ok(()) }
                }
                None => {
                    let mut out = io::stdout().lock();
                    out.write_all(line.as_bytes())?;
                    out.flush()
                }
            }
        })
        .await
        .map_err(io::Error::other)?
    }
}
