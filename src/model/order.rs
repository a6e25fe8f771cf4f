//! One sort for all: each sort of the standard library costs 4 kB of wasm for each type that it sorts.

use std::cmp::Ordering;
use std::ops::Range;

/// These numbers in the order that `compare` gives; equal ones stay in theirs. A merge sort, which looks at what is in
/// order already but once for each doubling: few that come to many cost little.
pub fn order(mut places: Vec<u32>, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<u32> {
    let mut merged = Vec::with_capacity(places.len());
    let mut run = 1;
    while run < places.len() {
        for runs in places.chunks(2 * run) {
            let (mut left, mut right) = runs.split_at_checked(run).unwrap_or((runs, &[]));
            let is_less = |a: u32, b: u32| compare(a as usize, b as usize) == Ordering::Less;
            if let (Some(last), Some(first)) = (left.last(), right.first())
                && is_less(*first, *last)
            {
                while let ([l, more_left @ ..], [r, more_right @ ..]) = (left, right) {
                    if is_less(*r, *l) {
                        merged.push(*r);
                        right = more_right;
                    } else {
                        merged.push(*l);
                        left = more_left;
                    }
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut places, &mut merged);
        merged.clear();
        run *= 2;
    }
    places
}

/// Places in a list, as short as they can be kept.
pub fn places(range: Range<usize>) -> impl Iterator<Item = u32> {
    let short = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    short(range.start)..short(range.end)
}

/// The same items, sorted.
pub fn sorted<T: Copy>(items: &[T], compare: &dyn Fn(T, T) -> Ordering) -> Vec<T> {
    let places = order(
        places(0..items.len()).collect(),
        &|a, b| match (items.get(a), items.get(b)) {
            (Some(a), Some(b)) => compare(*a, *b),
            _ => Ordering::Equal,
        },
    );
    places
        .into_iter()
        .filter_map(|place| items.get(place as usize).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn order_sorts_every_arrangement_and_keeps_equal_ones_in_theirs() {
        for length in 0..=7_u32 {
            for number in 0..3_u32.pow(length) {
                let keys: Vec<u32> = (0..length).map(|i| number / 3_u32.pow(i) % 3).collect();
                let mut expected: Vec<u32> = (0..length).collect();
                expected.sort_by_key(|place| keys[*place as usize]);
                assert_eq!(
                    order(places(0..keys.len()).collect(), &|a, b| keys[a]
                        .cmp(&keys[b])),
                    expected,
                    "{keys:?}"
                );
            }
        }
    }

    #[test]
    fn order_compares_little_for_many() {
        const MANY: usize = 10_000;
        let compared = Cell::new(0);
        let mut in_order = sorted(&Vec::from_iter(0..MANY), &|a, b| {
            compared.set(compared.get() + 1);
            a.cmp(&b)
        });
        assert_eq!(compared.get(), MANY - 1, "what is in order already");
        assert!(in_order.is_sorted());

        compared.set(0);
        let shuffled = Vec::from_iter((0..MANY).map(|n| n * 7_919 % MANY));
        in_order = sorted(&shuffled, &|a, b| {
            compared.set(compared.get() + 1);
            a.cmp(&b)
        });
        assert_eq!(in_order, Vec::from_iter(0..MANY));
        assert!(compared.get() < 15 * MANY, "{}", compared.get());

        compared.set(0);
        let mut more = order(places(0..MANY - 500).collect(), &|a, b| {
            shuffled[a].cmp(&shuffled[b])
        });
        more.extend(9_500..10_000);
        let all = order(more, &|a, b| {
            compared.set(compared.get() + 1);
            shuffled[a].cmp(&shuffled[b])
        });
        assert!(all.is_sorted_by_key(|place| shuffled[*place as usize]));
        assert!(compared.get() < 5 * MANY, "{}", compared.get());
    }
}
