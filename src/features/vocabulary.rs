//! Which n-gram has which column. An n-gram is its 64-bit hash; strings play no part.

use rayon::prelude::*;

/// An open-addressing table from n-gram hash to column.
///
/// A slot is the hash's upper half and the column; the lower half chooses the slot. Two n-grams are confused only when
/// the upper halves are equal and their slots meet: for a million n-grams, about once in 4,000 million unknown ones.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    slots: Vec<u64>,
    keys: Vec<u64>,
}

const EMPTY: u64 = u64::MAX;

impl Default for Vocabulary {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Vocabulary {
    /// `keys[column]` is the hash of the n-gram in that column.
    ///
    /// # Panics
    /// With `u32::MAX` keys or more, which do not fit into a column number.
    #[must_use]
    pub fn new(keys: Vec<u64>) -> Self {
        assert!(keys.len() < u32::MAX as usize, "more than 4 billion n-grams");
        // At most two thirds full: probes stay within a cache line or two, and the table is as small as may be.
        let size = (keys.len() * 3 / 2).next_power_of_two().max(16);
        let mut slots = vec![EMPTY; size];
        for (column, key) in keys.iter().enumerate() {
            let mut at = *key as usize & (size - 1);
            while slots[at] != EMPTY {
                at = (at + 1) & (size - 1);
            }
            slots[at] = (key >> 32) << 32 | column as u64;
        }
        Self { slots, keys }
    }

    /// The hashes of the n-grams, by column.
    #[must_use]
    pub fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// How many n-grams there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// No n-gram at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The column of an n-gram.
    #[must_use]
    pub fn find(&self, key: u64) -> Option<u32> {
        self.resolve(key, self.slots[key as usize & (self.slots.len() - 1)])
    }

    /// Calls `found(column, count)` for each key that has a column, in order.
    ///
    /// The first slots are gathered before any is examined: the loads do not wait for one another, which is most of the
    /// cost if the table is larger than the cache.
    #[inline]
    pub fn find_all(&self, counts: &[(u64, u32)], slots: &mut Vec<u64>, mut found: impl FnMut(u32, u32)) {
        let mask = self.slots.len() - 1;
        slots.clear();
        slots.extend(counts.iter().map(|(key, _)| self.slots[*key as usize & mask]));
        for (&(key, count), &slot) in counts.iter().zip(slots.iter()) {
            if let Some(column) = self.resolve(key, slot) {
                found(column, count);
            }
        }
    }

    #[inline]
    fn resolve(&self, key: u64, first: u64) -> Option<u32> {
        let mut slot = first;
        let mut at = key as usize;
        while slot != EMPTY {
            if slot >> 32 == key >> 32 {
                return Some(slot as u32);
            }
            at += 1;
            slot = self.slots[at & (self.slots.len() - 1)];
        }
        None
    }
}

/// Keys are spread over this many parts by their upper bits, each small enough to be counted within the cache.
const PARTS: usize = 256;
/// How many keys are distributed at once; bounds the memory of counting.
const SWEEP: usize = 1 << 25;

/// The keys that occur in at least `min` of the rows (each at most once a row), most frequent first, ties by hash.
#[must_use]
pub(crate) fn frequent(rows: &[&[u64]], min: u32) -> Vec<u64> {
    let total: usize = rows.iter().map(|keys| keys.len()).sum();
    let sweeps = total.div_ceil(SWEEP).max(1).next_power_of_two();
    let bits = (PARTS * sweeps).trailing_zeros();
    let mut kept: Vec<(u64, u32)> = Vec::new();
    for sweep in 0..sweeps {
        let mut parts: Vec<Vec<u64>> = (0..PARTS).map(|_| Vec::with_capacity(total / sweeps / PARTS * 9 / 8)).collect();
        for key in rows.iter().copied().flatten() {
            let part = (key >> (64 - bits)) as usize;
            if part / PARTS == sweep {
                parts[part % PARTS].push(*key);
            }
        }
        kept.par_extend(parts.into_par_iter().flat_map_iter(|keys| count(&keys, bits, min)));
    }
    kept.par_sort_unstable_by_key(|(key, df)| (u32::MAX - df, *key));
    kept.into_iter().map(|(key, _)| key).collect()
}

/// Keys, all equal in their upper `bits`, that occur at least `min` times, and how often.
fn count(keys: &[u64], bits: u32, min: u32) -> Vec<(u64, u32)> {
    let mut slots: Vec<(u64, u32)> = vec![(0, 0); 1 << 12];
    let mut used = 0;
    for &key in keys {
        if add(&mut slots, bits, key, 1) {
            used += 1;
            if used * 2 > slots.len() {
                let larger = vec![(0, 0); slots.len() * 4];
                for (key, count) in std::mem::replace(&mut slots, larger) {
                    if count > 0 {
                        add(&mut slots, bits, key, count);
                    }
                }
            }
        }
    }
    slots.retain(|(_, count)| *count >= min.max(1));
    slots
}

/// Adds to a key's count; true if the key is new.
#[inline]
fn add(slots: &mut [(u64, u32)], bits: u32, key: u64, more: u32) -> bool {
    let mask = slots.len() - 1;
    let mut at = (key << bits >> 40) as usize & mask;
    loop {
        let slot = &mut slots[at];
        if slot.1 == 0 {
            *slot = (key, more);
            return true;
        }
        if slot.0 == key {
            slot.1 += more;
            return false;
        }
        at = (at + 1) & mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::hash;

    #[test]
    fn every_key_has_its_column_and_others_have_none() {
        let keys: Vec<u64> = (0..5000).map(|i| hash::mix(i, 1)).collect();
        let vocabulary = Vocabulary::new(keys.clone());
        for (column, key) in keys.iter().enumerate() {
            assert_eq!(vocabulary.find(*key), Some(column as u32));
        }
        assert!((0..5000).all(|i| vocabulary.find(hash::mix(i, 2)).is_none()));
        assert_eq!(Vocabulary::default().find(7), None);
    }

    #[test]
    fn frequent_keys_come_most_frequent_first() {
        let [a, b, c, d] = [1, 2, 3, 4].map(|i| hash::mix(i, 0));
        let rows: [&[u64]; 3] = [&[a, b], &[b, c, a], &[b, d]];
        assert_eq!(frequent(&rows, 2), [b, a]);
        let mut ties = [c, d];
        ties.sort_unstable();
        assert_eq!(frequent(&rows, 1)[2..], ties);
    }

    #[test]
    fn many_keys_are_counted_as_a_plain_map_counts_them() {
        let keys: Vec<u64> = (0..300_000_u64).map(|i| hash::mix(i * i % 90_001, 3)).collect();
        let mut plain = std::collections::BTreeMap::new();
        for key in &keys {
            *plain.entry(*key).or_insert(0_u32) += 1;
        }
        let mut expected: Vec<u64> = plain.iter().filter(|(_, n)| **n >= 4).map(|(key, _)| *key).collect();
        let mut found = frequent(&[&keys], 4);
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}
