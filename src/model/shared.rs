//! What was read lately and is likely to be read again: the clusters of a project have a few versions, regions and sizes
//! between them, and there can be 10,000.

use std::cell::RefCell;
use std::ops::Deref;
use std::sync::Arc;

/// A word of Atlas's that is none of those we know. Hardly any cluster has one, and each has room for several: so it is one
/// pointer, to the text and its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word(Box<Box<str>>);

impl From<&str> for Word {
    /// In one place: it is rare, and no reader is faster for having it inside.
    #[inline(never)]
    fn from(text: &str) -> Self {
        Word(Box::new(text.into()))
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// So many are remembered, each in a place that its content decides; a later one takes the place of an earlier.
const REMEMBERED: usize = 512;

thread_local! {
    static KNOWN: RefCell<Vec<Option<Arc<str>>>> = const { RefCell::new(Vec::new()) };
}

/// A text of which there are few, in memory once as a rule.
pub fn shared(text: &str) -> Arc<str> {
    // FNV-1a.
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    KNOWN.with(|known| {
        let mut known = known.borrow_mut();
        known.resize(REMEMBERED, None);
        let Some(place) = known.get_mut(hash as usize % REMEMBERED) else {
            return Arc::from(text);
        };
        match place {
            Some(same) if **same == *text => same.clone(),
            _ => place.insert(Arc::from(text)).clone(),
        }
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
