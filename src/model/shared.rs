//! What was read lately and is likely to be read again: the clusters of a project have a few versions, regions and sizes
//! between them, and there can be 10,000.

use std::cell::RefCell;
use std::sync::Arc;
use std::thread::LocalKey;

use super::ReplicationSpec;

/// So many are remembered, each in a place that its content decides; a later one takes the place of an earlier.
const REMEMBERED: usize = 512;

type Known<T> = RefCell<Vec<Option<Arc<T>>>>;

thread_local! {
    static TEXTS: Known<str> = const { RefCell::new(Vec::new()) };
    static SPECS: Known<[ReplicationSpec]> = const { RefCell::new(Vec::new()) };
}

/// A text of which there are few, in memory once as a rule.
pub fn shared(text: &str) -> Arc<str> {
    remembered(&TEXTS, mix(0, text.as_bytes()), text)
}

/// The same for where a cluster's nodes are, and how large.
pub fn shared_specs(specs: &[ReplicationSpec]) -> Arc<[ReplicationSpec]> {
    let mut hash = 0;
    for config in specs.iter().flat_map(|spec| &spec.region_configs) {
        for text in [&config.region, &config.instance_size]
            .into_iter()
            .flatten()
        {
            hash = mix(hash, text.as_bytes());
        }
        let disk = config.disk_size_gb.unwrap_or_default();
        hash = mix(hash, &disk.to_bits().to_le_bytes());
    }
    remembered(&SPECS, hash, specs)
}

/// FNV-1a.
fn mix(hash: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(hash ^ 0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

fn remembered<'a, T: ?Sized + PartialEq>(
    known: &'static LocalKey<Known<T>>,
    hash: u32,
    value: &'a T,
) -> Arc<T>
where
    Arc<T>: From<&'a T>,
{
    known.with(|known| {
        let mut known = known.borrow_mut();
        known.resize(REMEMBERED, None);
        let place = known.get_mut(hash as usize % REMEMBERED);
        if let Some(Some(same)) = &place
            && **same == *value
        {
            return same.clone();
        }
        let made = Arc::from(value);
        if let Some(place) = place {
            *place = Some(Arc::clone(&made));
        }
        made
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one_and_others_stay_apart() {
        let texts: Vec<String> = (0..2_000).map(|n| format!("8.0.{n}")).collect();
        for text in &texts {
            assert_eq!(*shared(text), **text);
        }
        assert!(Arc::ptr_eq(&shared("US_EAST_1"), &shared("US_EAST_1")));
        assert!(!Arc::ptr_eq(&shared("US_EAST_1"), &shared("US_EAST_2")));
    }
}
