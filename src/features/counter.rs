//! Counts keys of one row, in the order in which they first occur.

/// Reused from row to row: starting afresh costs nothing.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    /// Open addressing; a slot is taken if it bears the current stamp.
    slots: Vec<Slot>,
    stamp: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    stamp: u32,
    index: u32,
}

impl Counter {
    /// Begins a new row.
    pub(crate) fn start(&mut self) {
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 || self.slots.is_empty() {
            self.slots.clear();
            self.slots.resize(self.slots.capacity().max(512).next_power_of_two(), Slot::default());
            self.stamp = 1;
        }
    }

    /// Counts `key` this many times; `counts` are the row's keys so far.
    #[inline]
    pub(crate) fn add(&mut self, key: u64, times: u32, counts: &mut Vec<(u64, u32)>) {
        let mask = self.slots.len() - 1;
        let mut at = key as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.stamp != self.stamp {
                break;
            }
            let known = &mut counts[slot.index as usize];
            if known.0 == key {
                known.1 += times;
                return;
            }
            at = (at + 1) & mask;
        }
        self.slots[at] = Slot { stamp: self.stamp, index: counts.len() as u32 };
        counts.push((key, times));
        if counts.len() * 2 > self.slots.len() {
            self.grow(counts);
        }
    }

    #[cold]
    fn grow(&mut self, counts: &[(u64, u32)]) {
        let size = self.slots.len() * 4;
        self.slots.clear();
        self.slots.resize(size, Slot::default());
        self.stamp = 1;
        for (index, (key, _)) in counts.iter().enumerate() {
            let mut at = *key as usize & (size - 1);
            while self.slots[at].stamp == self.stamp {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = Slot { stamp: self.stamp, index: index as u32 };
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn counts_are_those_of_a_plain_map(rows in prop::collection::vec(prop::collection::vec(0_u64..700, 0..1500), 1..4)) {
            let mut counter = Counter::default();
            for keys in rows {
                let mut counts = Vec::new();
                counter.start();
                for key in &keys {
                    // All in one corner of the table, so that probing is put to work.
                    counter.add(key << 20, 1, &mut counts);
                }
                let mut expected = std::collections::BTreeMap::new();
                for key in keys {
                    *expected.entry(key << 20).or_insert(0) += 1;
                }
                counts.sort_unstable();
                prop_assert_eq!(counts, expected.into_iter().collect::<Vec<_>>());
            }
        }
    }
}
