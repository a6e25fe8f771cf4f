//! How often one person may call: a bucket of tokens for each, filled evenly.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Buckets are thrown away when there are more than this and they are full again.
const MOST_BUCKETS: usize = 10_000;

/// Buckets by person.
#[derive(Debug)]
pub struct RateLimit {
    per_minute: u64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl RateLimit {
    /// So many calls each minute, and as many at once; 0: without limit.
    pub fn new(per_minute: u64) -> Self {
        RateLimit {
            per_minute,
            buckets: Mutex::default(),
        }
    }

    /// Takes one; or says how long to wait for it.
    ///
    /// # Errors
    /// The time until there is one.
    pub fn take(&self, person: &str, now: Instant) -> Result<(), Duration> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let most = self.per_minute as f64;
        let each_second = most / 60.0;
        let refilled = |bucket: &Bucket| {
            let since = now.saturating_duration_since(bucket.filled).as_secs_f64();
            (bucket.tokens + since * each_second).min(most)
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(person) {
            buckets.retain(|_, bucket| refilled(bucket) < most);
        }
        let bucket = buckets.entry(person.to_owned()).or_insert(Bucket {
            tokens: most,
            filled: now,
        });
        bucket.tokens = refilled(bucket);
        bucket.filled = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - bucket.tokens) / each_second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_empties_and_fills_for_each_person() {
        let limit = RateLimit::new(2);
        let start = Instant::now();
        assert_eq!(limit.take("maya", start), Ok(()));
        assert_eq!(limit.take("maya", start), Ok(()));
        let wait = limit.take("maya", start).unwrap_err();
        assert_eq!(wait.as_secs(), 30);
        assert_eq!(limit.take("kim", start), Ok(()));
        assert_eq!(limit.take("maya", start + wait), Ok(()));
        assert!(limit.take("maya", start + wait).is_err());
    }

    #[test]
    fn zero_is_no_limit() {
        let limit = RateLimit::new(0);
        let now = Instant::now();
        assert!((0..1_000).all(|_| limit.take("maya", now).is_ok()));
    }
}
