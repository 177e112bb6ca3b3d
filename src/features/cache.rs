//! A cache for data on strings, by their hashes, in one flat table: one memory access per look-up, and bounded.

/// A value for each key; a full cache is emptied.
#[derive(Debug)]
pub(crate) struct Cache<T> {
    /// Open addressing; a slot with nothing in it is empty.
    slots: Vec<Option<(u64, T)>>,
    taken: usize,
}

/// The size at the start, and the most.
const SIZES: (usize, usize) = (1 << 10, 1 << 18);

impl<T: Copy> Cache<T> {
    pub(crate) fn new() -> Self {
        Self { slots: vec![None; SIZES.0], taken: 0 }
    }

    /// The value of `key`, which must be a good hash.
    #[inline]
    pub(crate) fn get(&self, key: u64) -> Option<T> {
        let mask = self.slots.len() - 1;
        let mut at = key as usize & mask;
        while let Some((known, value)) = self.slots[at] {
            if known == key {
                return Some(value);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Writes the slots where a search for each key begins to `slots`, for [`get_from`](Self::get_from).
    ///
    /// All are loaded before any is examined, so the loads do not wait for one another, which is most of the cost if
    /// the table is larger than the processor's cache.
    #[inline]
    pub(crate) fn gather(&self, keys: impl Iterator<Item = u64>, slots: &mut Vec<Option<(u64, T)>>) {
        let mask = self.slots.len() - 1;
        slots.clear();
        slots.extend(keys.map(|key| self.slots[key as usize & mask]));
    }

    /// The same as [`get`](Self::get) for a key whose first slot is known. If that was empty, the key may have been
    /// added since.
    #[inline]
    pub(crate) fn get_from(&self, key: u64, first: Option<(u64, T)>) -> Option<T> {
        match first {
            Some((known, value)) if known == key => Some(value),
            _ => self.get(key),
        }
    }

    /// Adds a key that is not in the cache.
    pub(crate) fn insert(&mut self, key: u64, value: T) {
        // At most half full: an unknown key is found to be unknown soon.
        if self.taken * 2 >= self.slots.len() {
            if self.slots.len() >= SIZES.1 {
                self.clear();
            } else {
                let larger = vec![None; self.slots.len() * 4];
                std::mem::replace(&mut self.slots, larger).into_iter().flatten().for_each(|slot| self.place(slot));
            }
        }
        self.taken += 1;
        self.place((key, value));
    }

    /// Empties the cache.
    pub(crate) fn clear(&mut self) {
        self.slots.fill(None);
        self.taken = 0;
    }

    fn place(&mut self, slot: (u64, T)) {
        let mask = self.slots.len() - 1;
        let mut at = slot.0 as usize & mask;
        while self.slots[at].is_some() {
            at = (at + 1) & mask;
        }
        self.slots[at] = Some(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::hash;

    #[test]
    fn gathered_slots_lead_to_the_same_values_also_where_they_are_out_of_date() {
        let mut cache = Cache::new();
        let keys: Vec<u64> = (0..500_u64).map(|number| hash::mix(number, 7)).collect();
        let mut slots = Vec::new();
        cache.gather(keys.iter().copied(), &mut slots);
        keys.iter().for_each(|key| cache.insert(*key, key / 2));
        assert!(keys.iter().zip(&slots).all(|(key, first)| cache.get_from(*key, *first) == Some(key / 2)));
        cache.gather(keys.iter().copied(), &mut slots);
        assert!(keys.iter().zip(&slots).all(|(key, first)| cache.get_from(*key, *first) == Some(key / 2)));
        assert_eq!(cache.get_from(hash::mix(0, 8), slots[0]), None);
    }

    #[test]
    fn what_was_inserted_last_is_there_and_memory_is_bounded() {
        let mut cache = Cache::new();
        for number in 0..200_000_u64 {
            let key = hash::mix(number, 5);
            assert_eq!(cache.get(key), None);
            cache.insert(key, number);
            assert_eq!(cache.get(key), Some(number));
        }
        assert!(cache.slots.len() <= SIZES.1);
        let taken = (0..200_000).filter(|number| cache.get(hash::mix(*number, 5)) == Some(*number)).count();
        assert_eq!(taken, cache.taken);
    }
}
