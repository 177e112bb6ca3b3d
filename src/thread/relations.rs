//! Who answers whom among the comments of one thread, as a model reads it: the same for a page, for the rows of a table,
//! and for rows that are learnt from.

use rustc_hash::FxHashMap;

use super::tree::{Moment, Tree};

/// What places a comment among others.
#[derive(Clone, Copy, Debug, Default)]
pub struct Node<'a> {
    /// Unique within its thread; where it is not, its first bearer is meant.
    pub id: &'a str,
    /// The comment that it answers.
    pub parent_id: Option<&'a str>,
    /// When it was written.
    pub created_at: Option<&'a str>,
}

/// Where each comment of one thread stands.
#[derive(Clone, Debug, Default)]
pub struct Relations {
    /// Empty where nobody answers anybody.
    parents: Vec<Option<u32>>,
    depths: Vec<u32>,
    /// They are a thread, not just comments that name each other.
    is_thread: bool,
}

impl Relations {
    /// Of the comments of a thread in its order; or, where `is_thread` is false, of comments of which nobody says that they
    /// belong together: they have parents, but no place.
    #[must_use]
    pub fn new(nodes: &[Node<'_>], is_thread: bool) -> Self {
        if nodes.iter().all(|node| node.parent_id.is_none()) {
            return Self { is_thread, ..Self::default() };
        }
        let tree = Tree::of_nodes(nodes).0;
        let depths = (0..nodes.len()).map(|at| tree.depth(at) as u32).collect();
        Self { parents: tree.parents.iter().map(|parent| parent.map(|at| at as u32)).collect(), depths, is_thread }
    }

    /// The comment that a comment answers.
    #[must_use]
    pub fn parent(&self, comment: usize) -> Option<usize> {
        self.parents.get(comment).copied().flatten().map(|parent| parent as usize)
    }

    /// How many comments it is a reply to, one above the other; known where anybody in the thread replies.
    #[must_use]
    pub fn depth(&self, comment: usize) -> Option<usize> {
        self.depths.get(comment).map(|depth| *depth as usize)
    }

    /// How many comments of the thread come before it; known where there is a thread.
    #[must_use]
    pub fn position(&self, comment: usize) -> Option<usize> {
        self.is_thread.then_some(comment)
    }
}

/// The parent of each node, and where loops of parents were cut: the oldest of each, and how many there are.
pub(super) fn parents(nodes: &[Node<'_>]) -> (Vec<Option<usize>>, Vec<(usize, usize)>) {
    let mut first: FxHashMap<&str, usize> = FxHashMap::default();
    for (at, node) in nodes.iter().enumerate() {
        first.entry(node.id).or_insert(at);
    }
    let mut parents: Vec<Option<usize>> =
        nodes.iter().map(|node| node.parent_id.and_then(|id| first.get(id).copied())).collect();
    let mut cut = Vec::new();
    for members in loops(&parents) {
        if let Some(oldest) = oldest(nodes, &members)
            && let Some(parent) = parents.get_mut(oldest)
        {
            *parent = None;
            cut.push((oldest, members.len()));
        }
    }
    (parents, cut)
}

/// The loops among parents, each as its members.
pub(super) fn loops(parents: &[Option<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut seen_from = vec![NEW; parents.len()];
    let mut loops = Vec::new();
    for start in 0..parents.len() {
        let mut at = start;
        let entered = loop {
            match seen_from.get_mut(at) {
                Some(seen) if *seen == NEW => *seen = start,
                Some(seen) if *seen == start => break Some(at),
                _ => break None,
            }
            match parents.get(at) {
                Some(&Some(parent)) => at = parent,
                _ => break None,
            }
        };
        if let Some(entry) = entered {
            let mut members = vec![entry];
            let mut at = parents.get(entry).copied().flatten();
            while let Some(next) = at.filter(|&next| next != entry) {
                members.push(next);
                at = parents.get(next).copied().flatten();
            }
            loops.push(members);
        }
    }
    loops
}

/// The oldest of a loop's members: by their times if those can be compared, else the first of the file.
fn oldest(nodes: &[Node<'_>], members: &[usize]) -> Option<usize> {
    let first = members.iter().min().copied();
    let times: Option<Vec<Moment>> = (members.iter()).map(|&i| Moment::of(nodes.get(i)?.created_at?)).collect();
    let Some(times) = times else { return first };
    let Some(zone) = times.first().map(|time| time.zone) else {
        return first;
    };
    if times.iter().any(|time| time.zone != zone) {
        return first;
    }
    let oldest = (members.iter().zip(&times)).min_by(|(i, a), (j, b)| {
        (a.number.total_cmp(&b.number)).then_with(|| a.clock.cmp(b.clock)).then_with(|| i.cmp(j))
    });
    oldest.map(|(&i, _)| i)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relations(nodes: &[(&'static str, &'static str)], is_thread: bool) -> Relations {
        let nodes: Vec<Node<'_>> = (nodes.iter())
            .map(|(id, parent)| Node { id, parent_id: Some(*parent).filter(|id| !id.is_empty()), created_at: None })
            .collect();
        Relations::new(&nodes, is_thread)
    }

    fn told(relations: &Relations, n: usize) -> Vec<(Option<usize>, Option<usize>, Option<usize>)> {
        (0..n).map(|at| (relations.parent(at), relations.depth(at), relations.position(at))).collect()
    }

    #[test]
    fn parents_depth_and_place_are_those_of_the_thread() {
        // A parent that is not there; an id twice; a parent further down.
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
