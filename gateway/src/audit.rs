//! One line of JSON for each attempt and each outcome, on the disk before anything is sent to Atlas.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use crate::config;

/// Where lines go.
#[derive(Debug)]
pub struct Audit {
    /// None: standard output.
    log: Option<Arc<Mutex<Log>>>,
    sync: bool,
}

/// A file that is only ever added to.
#[derive(Debug)]
struct Log {
    path: PathBuf,
    file: File,
    /// The last line has no end: the disk was full, or the process was killed.
    torn: bool,
}

impl Audit {
    /// Opens the file for appending. A new one is for its owner alone: it says who restored what.
    ///
    /// # Errors
    /// It can't be opened.
    pub fn open(config: &config::Audit) -> io::Result<Self> {
        let log = config.file.as_deref().map(Log::open).transpose()?;
        Ok(Audit {
            log: log.map(|log| Arc::new(Mutex::new(log))),
            sync: config.sync,
        })
    }

    /// Appends a line; comes back when it is written.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn write(&self, record: &Value) -> io::Result<()> {
        let line = format!("{record}\n");
        let (log, sync) = (self.log.clone(), self.sync);
        tokio::task::spawn_blocking(move || match log {
            Some(log) => {
                let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                log.append(&line, sync)
            }
            None => {
                let mut out = io::stdout().lock();
                out.write_all(line.as_bytes())?;
                out.flush()
            }
        })
        .await
        .map_err(io::Error::other)?
    }
}

impl Log {
    fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(0o600);
        let file = options.open(path)?;
        // What can't be read, a pipe for one, has no torn line to be told from another.
        let torn = File::open(path)
            .and_then(|mut file| {
                let mut last = [0];
                file.seek(SeekFrom::End(-1))?;
                file.read_exact(&mut last)?;
                Ok(last != *b"\n")
            })
            .unwrap_or(false);
        Ok(Log {
            path: path.to_owned(),
            file,
            torn,
        })
    }

    fn append(&mut self, line: &str, sync: bool) -> io::Result<()> {
        // Rotated away by its name: what follows belongs into the new file.
        let there = std::fs::metadata(&self.path).map(|there| (there.dev(), there.ino()));
        let ours = self.file.metadata()?;
        if there.ok() != Some((ours.dev(), ours.ino())) {
            *self = Log::open(&self.path)?;
        }
        let start = if self.torn { "\n" } else { "" };
        self.torn = true;
        self.file.write_all(format!("{start}{line}").as_bytes())?;
        self.torn = false;
        if sync { self.file.sync_data() } else { Ok(()) }
    }
}
