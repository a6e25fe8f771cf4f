//! Room for Atlas's answers. They are held whole, each until its caller has taken it: many at the same time, to callers
//! that are slow, must not be more than the memory that there is. So whoever reads a large one waits until there is room.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use bytes::Bytes;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::metrics::Metrics;

/// An answer that is no longer needs none: there are no more of them than calls and connections.
pub const SMALL: usize = 64 * 1024;
/// So many times its length an answer takes while it is made into values, and these into text again.
pub const WEIGHT: usize = 8;

/// The room.
#[derive(Debug)]
pub struct Room {
    free: Arc<Semaphore>,
    bytes: usize,
    patience: Duration,
    metrics: Arc<Metrics>,
}

impl Room {
    /// So many bytes, for which nobody waits longer than this.
    pub fn new(bytes: usize, patience: Duration, metrics: Arc<Metrics>) -> Self {
        let bytes = bytes.min(u32::MAX as usize);
        Room {
            free: Arc::new(Semaphore::new(bytes)),
            bytes,
            patience,
            metrics,
        }
    }

    /// Room for an answer of this length; nothing where there is none in time. Whoever waits must hold none.
    pub async fn take(&self, length: usize) -> Option<Held> {
        let needed = length.saturating_mul(WEIGHT).min(self.bytes);
        let needed = u32::try_from(needed).unwrap_or(u32::MAX);
        let free = Arc::clone(&self.free);
        let waiting = Counted::new(&self.metrics.answers_waiting, 1);
        let taken = tokio::time::timeout(self.patience, free.acquire_many_owned(needed)).await;
        drop(waiting);
        let permit = taken.ok()?.ok()?;
        Some(Held {
            counted: Counted::new(&self.metrics.answer_bytes, i64::from(needed)),
            permit,
        })
    }
}

/// What one answer takes of the room, until it is dropped.
#[derive(Debug)]
pub struct Held {
    permit: OwnedSemaphorePermit,
    counted: Counted,
}

impl Held {
    /// Gives back what is more than this.
    pub fn keep(&mut self, bytes: usize) {
        let more = self.permit.num_permits().saturating_sub(bytes);
        drop(self.permit.split(more));
        self.counted
            .set(i64::try_from(self.permit.num_permits()).unwrap_or(i64::MAX));
    }

    /// The body that is passed on takes its length, for as long as somebody has it.
    pub fn around(mut self, body: Bytes) -> Bytes {
        struct Kept {
            body: Bytes,
            _held: Held,
        }
        impl AsRef<[u8]> for Kept {
            fn as_ref(&self) -> &[u8] {
                &self.body
            }
        }
        self.keep(body.len());
        Bytes::from_owner(Kept { body, _held: self })
    }
}

/// A part of a gauge, for as long as it is held.
#[derive(Debug)]
struct Counted {
    gauge: Gauge<i64, AtomicI64>,
    part: i64,
}

impl Counted {
    fn new(gauge: &Gauge<i64, AtomicI64>, part: i64) -> Self {
        gauge.inc_by(part);
        Counted {
            gauge: gauge.clone(),
            part,
        }
    }

    fn set(&mut self, part: i64) {
        self.gauge.inc_by(part - self.part);
        self.part = part;
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.gauge.dec_by(self.part);
    }
}
