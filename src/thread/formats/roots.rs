//! Finds the root above each item when items name only their parents.

use rustc_hash::{FxHashMap, FxHashSet};

/// The most items tracked, at up to 40 bytes each.
const MOST: usize = 2_000_000;

/// Finds roots in nearly constant time: each path is shortened once it was walked.
#[derive(Debug, Default)]
pub(crate) struct Roots {
    /// The parent of each item; the item itself if it has none.
    up: FxHashMap<u64, u64>,
    /// Items at which a loop was cut.
    loops: FxHashSet<u64>,
}

impl Roots {
    /// Records that an item has no parent.
    pub(crate) fn root(&mut self, id: u64) {
        if !self.is_full() {
            self.up.insert(id, id);
        }
    }

    /// Records the parent of an item.
    pub(crate) fn below(&mut self, id: u64, above: u64) {
        if self.is_full() || self.up.contains_key(&id) {
            return;
        }
        if self.of(above) == id {
            self.loops.insert(id);
            self.up.insert(id, id);
        } else {
            self.up.insert(id, above);
        }
    }

    /// The root above an item, as far as known.
    pub(crate) fn of(&mut self, id: u64) -> u64 {
        let mut top = id;
        while let Some(&above) = self.up.get(&top)
            && above != top
        {
            top = above;
        }
        let mut at = id;
        while let Some(above) = self.up.get_mut(&at)
            && *above != top
            && *above != at
        {
            at = std::mem::replace(above, top);
        }
        top
    }

    /// Whether an item is known.
    pub(crate) fn has(&self, id: u64) -> bool {
        self.up.contains_key(&id)
    }

    /// Whether the root above an item is known to have no parent.
    pub(crate) fn is_rooted(&mut self, id: u64) -> bool {
        let top = self.of(id);
        self.has(top) && !self.is_loop(top)
    }

    /// Whether an item is a root only because a loop was cut there.
    pub(crate) fn is_loop(&self, id: u64) -> bool {
        self.loops.contains(&id)
    }

    /// Whether the limit on items is reached.
    pub(crate) fn is_full(&self) -> bool {
        self.up.len() >= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tops_are_found_whatever_comes_first() {
        let mut roots = Roots::default();
        roots.below(3, 2);
        assert_eq!((roots.of(3), roots.is_rooted(3)), (2, false));
        roots.below(2, 1);
        roots.root(1);
        roots.below(4, 3);
        assert_eq!([4, 3, 2, 1, 9].map(|id| roots.of(id)), [1, 1, 1, 1, 9]);
        assert!(roots.is_rooted(4) && roots.has(4) && !roots.has(9));
    }

    #[test]
    fn loops_are_cut_and_long_ways_are_short() {
        let mut roots = Roots::default();
        roots.below(7, 7);
        (0..200_000).for_each(|id| roots.below(1_000 + id, 1_001 + id));
        roots.below(201_000, 1_000);
        (0..200_000).for_each(|id| assert_eq!(roots.of(1_000 + id), 201_000));
        assert!(roots.is_loop(7) && roots.is_loop(201_000) && !roots.is_rooted(1_000));
    }
}
