//! Atlas's clock: every `Date` that it sends says how far ours is off.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use atlas_restore_dialog::model::Timestamp;
use axum::http::header;

use super::Received;

/// `Date` has whole seconds: a smaller difference says nothing.
const NOTICED_MS: i64 = 2_000;

/// Our clock, put right by Atlas's.
#[derive(Debug, Default)]
pub struct Clock {
    ahead_ms: AtomicI64,
}

impl Clock {
    /// The time now.
    pub fn now(&self) -> Timestamp {
        Timestamp(ours().saturating_add(self.ahead_ms.load(Ordering::Relaxed)))
    }

    /// Takes an answer's `Date` in.
    pub fn learn(&self, received: &Received) {
        let date = received
            .header(header::DATE)
            .and_then(Timestamp::parse_http_date);
        if let Some(date) = date {
            let off = date.0.saturating_sub(self.now().0);
            if off.abs() >= NOTICED_MS {
                self.ahead_ms
                    .store(date.0.saturating_sub(ours()), Ordering::Relaxed);
            }
        }
    }
}

fn ours() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
