//! Finds each comment's parent by id, for comments in memory and for comments of which only hashes are kept.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::thread::comment::{Comment, Thread};
use crate::thread::ids;
use crate::thread::loops::cut_loops;
use crate::thread::node::Node;

/// The parents of comments, found by their ids.
///
/// A parent is the comment with that very id, else the one whose id differs only in what programs do to ids
/// ([`ids::plain`]). An id rounded by a spreadsheet matches nothing if several comments have it: wrong context is worse
/// than none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Joined {
    pub(crate) parents: Vec<Option<u32>>,
    /// Comments whose parent is missing.
    pub(crate) missing: Vec<u32>,
    /// Comments with an id that an earlier comment has.
    pub(crate) twice: Vec<u32>,
    /// Comments whose id or parent is a rounded number, so it is unclear which comment is meant.
    pub(crate) rounded: Vec<u32>,
}

impl Joined {
    /// Joins comments whose ids are in memory.
    pub(crate) fn of(nodes: &[Node<'_>]) -> Self {
        let mut joined = Self::default();
        let mut first: FxHashMap<&str, u32> = FxHashMap::default();
        let mut shared: FxHashSet<&str> = FxHashSet::default();
        for (node, at) in nodes.iter().zip(0..) {
            if *first.entry(node.id).or_insert(at) == at {
                continue;
            }
            if ids::is_rounded(node.id) {
                shared.insert(node.id);
                joined.rounded.push(at);
            } else {
                joined.twice.push(at);
            }
        }
        // Built only when needed.
        let mut plain: Option<FxHashMap<&str, u32>> = None;
        for (node, at) in nodes.iter().zip(0..) {
            let asked = node.parent_id.filter(|parent| !ids::is_missing(parent));
            let parent = asked.and_then(|parent| match first.get(parent) {
                Some(found) if ids::is_rounded(parent) && (shared.contains(parent) || *found == at) => {
                    joined.rounded.push(at);
                    None
                }
                Some(found) => Some(*found),
                None => {
                    let plain = plain.get_or_insert_with(|| {
                        let mut plain = FxHashMap::default();
                        nodes.iter().zip(0..).for_each(|(node, at)| _ = plain.entry(ids::plain(node.id)).or_insert(at));
                        plain
                    });
                    let found = plain.get(ids::plain(parent)).copied();
                    joined.lost(at, found, ids::is_nobody(parent), ids::is_rounded(parent));
                    found
                }
            });
            joined.parents.push(parent);
        }
        joined.ordered()
    }

    /// Records a parent that matches no id exactly; `found` is its match by plain form, if any.
    fn lost(&mut self, at: u32, found: Option<u32>, is_nobody: bool, is_rounded: bool) {
        if found.is_none() && !is_nobody {
            (if is_rounded { &mut self.rounded } else { &mut self.missing }).push(at);
        }
    }

    fn ordered(mut self) -> Self {
        for list in [&mut self.missing, &mut self.twice, &mut self.rounded] {
            list.sort_unstable();
            list.dedup();
        }
        self
    }

    /// Whether any comment is a reply, as far as can be known.
    pub(crate) fn has_replies(&self) -> bool {
        !self.missing.is_empty() || self.parents.iter().any(Option::is_some)
    }

    /// Cuts each loop at its oldest member; gives that member and the loop's length.
    pub(crate) fn cut_loops(&mut self, created_at: impl FnMut(usize) -> Option<String>) -> Vec<(usize, usize)> {
        cut_loops(&mut self.parents, created_at)
    }
}

impl Thread {
    /// Sets each parent id to the exact id of the comment answered, where a program has rewritten it, and to none where
    /// it means no comment: for code that looks parents up by exact id.
    pub fn settle_parents(&mut self) {
        let parents: Vec<Option<u32>> =
            Joined::of(&self.comments.iter().map(Comment::node).collect::<Vec<_>>()).parents;
        let is_odd = |id: &str| ids::plain(id) != id || ids::is_rounded(id) || ids::is_nobody(id);
        let odd = |parent: &Option<u32>, comment: &Comment| {
            let named = comment.parent_id.as_deref()?;
            let found = parent.and_then(|parent| self.comments.get(parent as usize));
            match found {
                Some(found) => (found.id != named).then(|| Some(found.id.clone())),
                None => is_odd(named).then_some(None),
            }
        };
        let settled: Vec<Option<Option<String>>> =
            parents.iter().zip(&self.comments).map(|(parent, comment)| odd(parent, comment)).collect();
        for (comment, settled) in self.comments.iter_mut().zip(settled) {
            if let Some(parent) = settled {
                comment.parent_id = parent;
            }
        }
    }
}

/// Ids and parents as 64-bit hashes, for comments whose ids are not all in memory.
///
/// Ids that programs may have rewritten take additional entries; most comments need none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    own: Vec<u64>,
    asked: Vec<u64>,
    /// The plain forms of ids and of parents that differ from them, by row.
    plain_own: Vec<(u64, u32)>,
    plain_asked: Vec<(u32, u64)>,
    /// Rows whose id, or whose parent, is rounded.
    rounded_own: Vec<u32>,
    rounded_asked: Vec<u32>,
    /// Rows whose parent means no comment, unless a comment has that id.
    nobody: Vec<u32>,
}

/// Stands for no id.
const NOBODY: u64 = 0;

impl Keys {
    /// Adds the next comment. `hash` must give equal ids equal numbers.
    pub(crate) fn push(&mut self, id: &str, parent: Option<&str>, hash: impl Fn(&str) -> u64) {
        let parent = parent.filter(|parent| !ids::is_missing(parent));
        let key = |id: &str| hash(id).max(NOBODY + 1);
        let row = self.own.len() as u32;
        self.own.push(key(id));
        self.asked.push(parent.map_or(NOBODY, key));
        let plain = ids::plain(id);
        if plain.len() < id.len() {
            self.plain_own.push((key(plain), row));
        } else if ids::is_rounded(id) {
            self.rounded_own.push(row);
        }
        let Some(parent) = parent else { return };
        let plain = ids::plain(parent);
        if plain.len() < parent.len() {
            self.plain_asked.push((row, key(plain)));
        } else if ids::is_rounded(parent) {
            self.rounded_asked.push(row);
        } else if ids::is_nobody(parent) {
            self.nobody.push(row);
        }
    }

    /// The number of comments.
    pub(crate) fn len(&self) -> usize {
        self.own.len()
    }

    /// Whether any comment names a parent.
    pub(crate) fn any_asked(&self) -> bool {
        self.asked.iter().any(|key| *key != NOBODY)
    }

    /// Finds the parents.
    pub(crate) fn join(self) -> Joined {
        let mut joined = Joined { parents: vec![None; self.own.len()], ..Joined::default() };
        let own = sorted(self.own);
        for pair in own.windows(2) {
            if let &[(before, _), (own, row)] = pair
                && before == own
            {
                let is_rounded = self.rounded_own.binary_search(&row).is_ok();
                (if is_rounded { &mut joined.rounded } else { &mut joined.twice }).push(row);
            }
        }
        let is_rounded = |row: u32| self.rounded_asked.binary_search(&row).is_ok();
        let mut asked: Vec<(u64, u32)> = self.asked.into_iter().zip(0..).filter(|(key, _)| *key != NOBODY).collect();
        asked.sort_unstable();
        let mut lost = Vec::new();
        // Both are sorted by key, so one walk along the two finds every match.
        let mut at = 0;
        for (key, row) in asked {
            while own.get(at).is_some_and(|(own, _)| *own < key) {
                at += 1;
            }
            let Some((_, first)) = own.get(at).filter(|(own, _)| *own == key) else {
                lost.push((key, row));
                continue;
            };
            let is_shared = || *first == row || own.get(at + 1).is_some_and(|(own, _)| *own == key);
            if is_rounded(row) && is_shared() {
                joined.rounded.push(row);
            } else if let Some(parent) = joined.parents.get_mut(row as usize) {
                *parent = Some(*first);
            }
        }
        let mut plain = self.plain_own;
        plain.sort_unstable();
        for (key, row) in lost {
            let of_row = self.plain_asked.binary_search_by_key(&row, |(row, _)| *row);
            let key = of_row.ok().and_then(|at| self.plain_asked.get(at)).map_or(key, |(_, key)| *key);
            let first = |keys: &[(u64, u32)]| {
                let at = keys.partition_point(|(own, _)| *own < key);
                keys.get(at).filter(|(own, _)| *own == key).map(|(_, first)| *first)
            };
            let found = [first(&own), first(&plain)].into_iter().flatten().min();
            joined.lost(row, found, self.nobody.binary_search(&row).is_ok(), is_rounded(row));
            if let Some(parent) = joined.parents.get_mut(row as usize) {
                *parent = found;
            }
        }
        joined.ordered()
    }
}

/// The keys in order, each with its row; equal keys are ordered by row.
fn sorted(keys: Vec<u64>) -> Vec<(u64, u32)> {
    let mut sorted: Vec<(u64, u32)> = keys.into_iter().zip(0..).collect();
    sorted.sort_unstable();
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_are_settled_for_who_looks_them_up_by_id() {
        let nodes = [("101", "t3_p"), ("102", "101.0"), ("1E+18", ""), ("1E+18", "1E+18"), ("a", "gone"), ("b", "a")];
        let comment = |(id, parent): (&str, &str)| Comment {
            id: id.to_owned(),
            parent_id: Some(parent.to_owned()).filter(|parent| !parent.is_empty()),
            ..Comment::default()
        };
        let mut thread = Thread { comments: nodes.into_iter().map(comment).collect(), ..Thread::default() };
        thread.settle_parents();
        let parents: Vec<Option<&str>> = thread.comments.iter().map(|comment| comment.parent_id.as_deref()).collect();
        assert_eq!(parents, [None, Some("101"), None, None, Some("gone"), Some("a")]);
    }

    /// Data frames have `NaN` wherever a value is missing, even in ids.
    #[test]
    fn a_missing_parent_is_not_the_comment_with_a_missing_id() {
        let nodes = [("1", "NaN"), ("NaN", "1"), ("2", "None"), ("3", "nan"), ("None", "2")];
        let of_memory = {
            let node =
                |(id, parent): &(&'static str, &'static str)| Node { id, parent_id: Some(parent), created_at: None };
            Joined::of(&nodes.iter().map(node).collect::<Vec<_>>())
        };
        let mut keys = Keys::default();
        let hash = |id: &str| id.bytes().fold(7, |hash, byte| hash * 31 + u64::from(byte));
        nodes.iter().for_each(|(id, parent)| keys.push(id, Some(parent), hash));
        for joined in [of_memory, keys.join()] {
            assert_eq!(joined.parents, [None, Some(0), None, None, Some(2)]);
            assert!(joined.missing.is_empty(), "{:?}", joined.missing);
        }
    }
}
