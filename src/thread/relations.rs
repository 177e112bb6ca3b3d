//! Who answers whom among the comments of one thread, as a model sees it: the same for a page, for the rows of a table,
//! and for training rows.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::thread::joined::{Joined, Keys};
use crate::thread::node::Node;

/// The parent, depth and position of each comment of one thread.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relations {
    /// Empty if no comment answers another.
    parents: Vec<Option<u32>>,
    depths: Vec<u32>,
    /// Whether they are a thread, not only comments that refer to each other.
    is_thread: bool,
}

impl Relations {
    /// Builds the relations of a thread's comments, in order. If `is_thread` is false, nothing ties the comments into a
    /// thread: they have parents, but no position.
    #[must_use]
    pub(crate) fn new(nodes: &[Node<'_>], is_thread: bool) -> Self {
        if nodes.iter().all(|node| node.parent_id.is_none()) {
            return Self { is_thread, ..Self::default() };
        }
        let mut joined = Joined::of(nodes);
        joined.cut_loops(|at| nodes.get(at)?.created_at.map(str::to_owned));
        Self::of_joined(joined, is_thread)
    }

    fn of_joined(joined: Joined, is_thread: bool) -> Self {
        if joined.has_replies() {
            Self::of_parents(joined.parents, is_thread)
        } else {
            Self { is_thread, ..Self::default() }
        }
    }

    fn of_parents(parents: Vec<Option<u32>>, is_thread: bool) -> Self {
        Self { depths: depths(&parents), parents, is_thread }
    }

    /// Whether no comment answers another.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.parents.is_empty()
    }

    /// The comment that `comment` answers.
    #[must_use]
    pub(crate) fn parent(&self, comment: usize) -> Option<usize> {
        self.parents.get(comment).copied().flatten().map(|parent| parent as usize)
    }

    /// The number of comments above it; `None` if no comment in the thread is a reply.
    #[must_use]
    pub(crate) fn depth(&self, comment: usize) -> Option<usize> {
        self.depths.get(comment).map(|depth| *depth as usize)
    }

    /// The number of comments before it in the thread; `None` if the comments are not a thread.
    #[must_use]
    pub(crate) fn position(&self, comment: usize) -> Option<usize> {
        self.is_thread.then_some(comment)
    }
}

/// Builds [`Relations`] when not all ids are in memory: it keeps two hashes for each comment.
///
/// Ids are compared by 64-bit hashes (SipHash-1-3 with fixed keys, so that every run gives the same result); among ten
/// million ids the chance that any two collide is 1 in 370,000.
#[derive(Clone, Debug, Default)]
pub(crate) struct RelationsBuilder {
    keys: Keys,
}

impl RelationsBuilder {
    /// Adds the next comment.
    pub(crate) fn push(&mut self, id: &str, parent_id: Option<&str>) {
        self.keys.push(id, parent_id, |id| {
            let mut hasher = DefaultHasher::new();
            id.hash(&mut hasher);
            hasher.finish()
        });
    }

    /// The relations. `created_at` is called for comments whose parents form a loop.
    #[must_use]
    pub(crate) fn finish(self, is_thread: bool, created_at: impl FnMut(usize) -> Option<String>) -> Relations {
        if !self.keys.any_asked() {
            return Relations { is_thread, ..Relations::default() };
        }
        let mut joined = self.keys.join();
        joined.cut_loops(created_at);
        Relations::of_joined(joined, is_thread)
    }
}

/// The number of ancestors of each comment, without recursion and in linear time; `parents` must have no loops.
fn depths(parents: &[Option<u32>]) -> Vec<u32> {
    const UNKNOWN: u32 = u32::MAX;
    let mut depths = vec![UNKNOWN; parents.len()];
    let mut path = Vec::new();
    for start in 0..parents.len() {
        let mut next = Some(start);
        let mut depth = 0;
        while let Some(at) = next {
            match depths.get(at) {
                Some(&UNKNOWN) => path.push(at),
                known => {
                    depth = known.map_or(0, |depth| depth + 1);
                    break;
                }
            }
            next = parents.get(at).copied().flatten().map(|parent| parent as usize);
        }
        for (at, depth) in path.drain(..).rev().zip(depth..) {
            if let Some(own) = depths.get_mut(at) {
                *own = depth;
            }
        }
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relations(nodes: &[(&'static str, &'static str)], is_thread: bool) -> Relations {
        let nodes: Vec<Node<'_>> = (nodes.iter())
            .map(|(id, parent)| Node { id, parent_id: Some(*parent).filter(|id| !id.is_empty()), created_at: None })
            .collect();
        let all = Relations::new(&nodes, is_thread);
        let mut builder = RelationsBuilder::default();
        nodes.iter().for_each(|node| builder.push(node.id, node.parent_id));
        let by_keys = builder.finish(is_thread, |_| None);
        assert_eq!(told(&by_keys, nodes.len()), told(&all, nodes.len()));
        all
    }

    fn told(relations: &Relations, n: usize) -> Vec<(Option<usize>, Option<usize>, Option<usize>)> {
        (0..n).map(|at| (relations.parent(at), relations.depth(at), relations.position(at))).collect()
    }

    #[test]
    fn parents_depth_and_place_are_those_of_the_thread() {
        // A missing parent, a duplicate id, and a parent further down.
        let thread = relations(&[("a", ""), ("b", "c"), ("c", "a"), ("a", "gone"), ("d", "a")], true);
        let expected = [
            (None, Some(0), Some(0)),
            (Some(2), Some(2), Some(1)),
            (Some(0), Some(1), Some(2)),
            (None, Some(0), Some(3)),
            (Some(0), Some(1), Some(4)),
        ];
        assert_eq!(told(&thread, 5), expected);
    }

    #[test]
    fn a_parent_is_found_under_an_id_that_a_program_has_rewritten() {
        let parents = |nodes: &[(&'static str, &'static str)]| {
            let thread = relations(nodes, true);
            (0..nodes.len()).map(|at| thread.parent(at)).collect::<Vec<_>>()
        };
        assert_eq!(parents(&[("101", ""), ("102", "101.0"), ("103", "102.0")]), [None, Some(0), Some(1)]);
        assert_eq!(parents(&[("101.0", ""), ("102.0", "101")]), [None, Some(0)]);
        assert_eq!(parents(&[("101", ""), ("101.0", ""), ("102", "101.0")]), [None, None, Some(1)], "the very id wins");
        assert_eq!(
            parents(&[("a", "t3_p"), ("b", "t1_a"), ("t1_c", "t1_b"), ("d", "c")]),
            [None, Some(0), Some(1), Some(2)]
        );
        assert_eq!(parents(&[("t3_p", ""), ("a", "t3_p")]), [None, Some(0)]);
    }

    #[test]
    fn rounded_ids_name_nobody_where_several_have_them() {
        let rounded = "1.29403E+18";
        let thread = relations(&[(rounded, ""), (rounded, rounded), ("1.3E+18", rounded), ("a", "1.3E+18")], true);
        assert_eq!((0..4).map(|at| thread.parent(at)).collect::<Vec<_>>(), [None, None, None, Some(2)]);
        assert!(relations(&[(rounded, ""), (rounded, rounded)], true).is_empty(), "nobody is known to answer anybody");
        assert!(relations(&[("a", "t3_p"), ("b", "nan")], true).is_empty());
    }

    #[test]
    fn a_loop_is_cut_at_its_oldest() {
        let thread = relations(&[("a", "c"), ("b", "a"), ("c", "b"), ("d", "d")], true);
        assert_eq!(
            told(&thread, 4).into_iter().map(|(parent, depth, _)| (parent, depth)).collect::<Vec<_>>(),
            [(None, Some(0)), (Some(0), Some(1)), (Some(1), Some(2)), (None, Some(0))]
        );
    }

    #[test]
    fn where_nobody_replies_depth_is_not_known_and_without_a_thread_no_place() {
        assert_eq!(told(&relations(&[("a", ""), ("b", "")], true), 2), [(None, None, Some(0)), (None, None, Some(1))]);
        assert_eq!(
            told(&relations(&[("a", ""), ("b", "a")], false), 2),
            [(None, Some(0), None), (Some(0), Some(1), None)]
        );
    }
}
