//! A map in little code: each `BTreeMap` of another type costs 4 to 6 kB of wasm, for a few entries.

/// A few values by key, in the order in which they came.
#[derive(Debug)]
pub(super) struct Keyed<K, V>(Vec<(K, V)>);

impl<K, V> Default for Keyed<K, V> {
    fn default() -> Self {
        Keyed(Vec::new())
    }
}

impl<K: PartialEq, V> Keyed<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.0
            .iter()
            .find(|(known, _)| known == key)
            .map(|(_, value)| value)
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        self.remove(&key);
        self.0.push((key, value));
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.0.iter().position(|(known, _)| known == key)?;
        Some(self.0.remove(place).1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }
}

impl<K: PartialEq + Clone, V: Default> Keyed<K, V> {
    /// The value of this key, which begins as the default.
    pub(super) fn at(&mut self, key: &K) -> &mut V {
        let place = self.0.iter().position(|(known, _)| known == key);
        let place = place.unwrap_or_else(|| {
            self.0.push((key.clone(), V::default()));
            self.0.len() - 1
        });
        // The place was found or made above.
        #[allow(clippy::indexing_slicing)]
        &mut self.0[place].1
    }
}
