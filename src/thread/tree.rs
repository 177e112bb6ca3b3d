//! Comments as a tree of who answers whom, and what is wrong with it.
//!
//! Nothing here recurses: a chain of 100,000 replies and a comment with as many are both read in linear time.

use std::fmt;

use crate::text::no_text::{has_text, is_null_word};
use crate::thread::comment::Comment;
use crate::thread::flaw::Flaw;
use crate::thread::joined::Joined;

/// Who answers whom. A comment is identified by its index in the slice that the tree was built from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The parent of each comment; `None` for one at the top, including one whose parent is missing or where a loop was
    /// cut.
    pub parents: Vec<Option<usize>>,
    /// The comments at the top, in order.
    pub roots: Vec<usize>,
    depths: Vec<usize>,
    /// The children of comment `i` are `children[starts[i]..starts[i + 1]]`.
    children: Vec<usize>,
    starts: Vec<usize>,
}

impl Tree {
    /// Builds the tree, and reports what is wrong with it. Of several comments with one id, the first is the parent.
    #[must_use]
    pub fn new(comments: &[Comment]) -> (Self, Vec<Warning>) {
        Self::placed(comments, |_| Place::default())
    }

    /// Like [`new`](Self::new), with warnings that say where each comment was read; `place` maps an index to its place.
    #[must_use]
    pub fn placed(comments: &[Comment], place: impl Fn(usize) -> Place) -> (Self, Vec<Warning>) {
        let mut joined = Joined::of(&comments.iter().map(Comment::node).collect::<Vec<_>>());
        let mut warnings = Vec::new();
        let mut twice = joined.twice.iter().peekable();
        for (i, comment) in comments.iter().enumerate() {
            if twice.next_if(|at| **at as usize == i).is_some() {
                warnings.push(Warning::DuplicateId { id: comment.id.clone(), place: place(i) });
            }
            if !has_text(&comment.text) {
                warnings.push(Warning::EmptyText { id: comment.id.clone(), place: place(i) });
            } else if is_null_word(&comment.text) {
                warnings.push(Warning::NullText { id: comment.id.clone(), place: place(i) });
            }
        }
        let named = |at: &u32| Some((*at as usize, comments.get(*at as usize)?));
        warnings.extend(
            joined
                .rounded
                .iter()
                .filter_map(named)
                .map(|(i, comment)| Warning::RoundedId { id: comment.id.clone(), place: place(i) }),
        );
        warnings.extend(joined.missing.iter().filter_map(named).map(|(i, comment)| Warning::MissingParent {
            id: comment.id.clone(),
            parent_id: comment.parent_id.clone().unwrap_or_default(),
            place: place(i),
        }));
        for (oldest, length) in joined.cut_loops(|at| comments.get(at)?.created_at.clone()) {
            if let Some(comment) = comments.get(oldest) {
                warnings.push(Warning::Loop { id: comment.id.clone(), length, place: place(oldest) });
            }
        }
        let parents = joined.parents.into_iter().map(|parent| parent.map(|at| at as usize)).collect();
        (Self::of_parents(parents), warnings)
    }

    /// Builds the tree from parents without loops.
    fn of_parents(parents: Vec<Option<usize>>) -> Self {
        let count = parents.len();
        let mut starts = vec![0; count + 1];
        for parent in parents.iter().flatten() {
            if let Some(start) = starts.get_mut(parent + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut children = vec![0; sum];
        let mut roots = Vec::new();
        for (i, parent) in parents.iter().enumerate() {
            let Some(parent) = parent else {
                roots.push(i);
                continue;
            };
            if let Some(at) = next.get_mut(*parent) {
                if let Some(child) = children.get_mut(*at) {
                    *child = i;
                }
                *at += 1;
            }
        }
        let mut tree = Self { depths: vec![0; count], parents, roots, children, starts };
        for i in tree.order() {
            let above = tree.parents.get(i).copied().flatten();
            let depth = above.map_or(0, |parent| tree.depth(parent) + 1);
            if let Some(slot) = tree.depths.get_mut(i) {
                *slot = depth;
            }
        }
        tree
    }

    /// The replies to a comment, in order.
    #[must_use]
    pub fn children(&self, comment: usize) -> &[usize] {
        let bounds = (self.starts.get(comment)).zip(self.starts.get(comment + 1));
        bounds.and_then(|(&begin, &end)| self.children.get(begin..end)).unwrap_or_default()
    }

    /// The number of comments above it; 0 at the top.
    #[must_use]
    pub fn depth(&self, comment: usize) -> usize {
        self.depths.get(comment).copied().unwrap_or(0)
    }

    /// Every comment once, each followed by its replies: page order.
    #[must_use]
    pub fn order(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.parents.len());
        let mut waiting: Vec<usize> = self.roots.iter().rev().copied().collect();
        while let Some(comment) = waiting.pop() {
            order.push(comment);
            waiting.extend(self.children(comment).iter().rev());
        }
        order
    }
}

/// Where a comment was read, as far as known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The path, or `standard input`.
    pub file: Option<String>,
    /// The 1-based line.
    pub line: Option<u64>,
}

impl fmt::Display for Place {
    /// Writes as much of `FILE:LINE: ` as is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}: "),
            (Some(file), None) => write!(f, "{file}: "),
            (None, Some(line)) => write!(f, "line {line}: "),
            (None, None) => Ok(()),
        }
    }
}

/// Something wrong with a thread that does not prevent reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The comment that it answers is missing; it stands at the top of the tree.
    MissingParent {
        /// The id of the comment.
        id: String,
        /// The missing parent's id.
        parent_id: String,
        /// Where it was read.
        place: Place,
    },
    /// An id that another comment of the thread has too; the warning is about the later one.
    DuplicateId {
        /// The duplicate id.
        id: String,
        /// Where the later one was read.
        place: Place,
    },
    /// A comment whose id or parent is a number rounded by a spreadsheet, so it is unclear which comment is meant.
    RoundedId {
        /// The id of the comment.
        id: String,
        /// Where it was read.
        place: Place,
    },
    /// Comments that answer each other in a circle.
    Loop {
        /// The oldest comment of the loop, which now stands at the top.
        id: String,
        /// The number of comments in the loop.
        length: usize,
        /// Where the oldest comment was read.
        place: Place,
    },
    /// A comment that is empty, deleted or only markup.
    EmptyText {
        /// The id of the comment.
        id: String,
        /// Where it was read.
        place: Place,
    },
    /// A comment whose text is `nan`, `null` or similar.
    NullText {
        /// The id of the comment.
        id: String,
        /// Where it was read.
        place: Place,
    },
    /// A comment of a row whose quotes do not pair up.
    Quotes {
        /// The id of the comment.
        id: String,
        /// What is wrong with the quotes.
        flaw: Flaw,
        /// Where it was read.
        place: Place,
    },
}

impl Warning {
    /// The id of the comment that the warning is about.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::MissingParent { id, .. }
            | Self::DuplicateId { id, .. }
            | Self::RoundedId { id, .. }
            | Self::Loop { id, .. }
            | Self::EmptyText { id, .. }
            | Self::NullText { id, .. }
            | Self::Quotes { id, .. } => id,
        }
    }

    /// The kind of problem, without the comment.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::MissingParent { .. } => "the parent is missing from the thread",
            Self::DuplicateId { .. } => "the id occurs more than once in the thread",
            Self::RoundedId { .. } => "the id was rounded by a spreadsheet",
            Self::Loop { .. } => "the parents form a loop",
            Self::EmptyText { .. } => "there is no text",
            Self::NullText { .. } => "the text is a word that programs write for a missing value",
            Self::Quotes { .. } => "the quotes do not pair up",
        }
    }

    /// Where it was read.
    #[must_use]
    pub fn place(&self) -> &Place {
        match self {
            Self::MissingParent { place, .. }
            | Self::DuplicateId { place, .. }
            | Self::RoundedId { place, .. }
            | Self::Loop { place, .. }
            | Self::EmptyText { place, .. }
            | Self::NullText { place, .. }
            | Self::Quotes { place, .. } => place,
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place())?;
        match self {
            Self::MissingParent { id, parent_id, .. } => {
                write!(f, "comment `{id}` answers `{parent_id}`, which is not there; it stands at the top")
            }
            Self::DuplicateId { id, .. } => {
                write!(f, "the id `{id}` occurs more than once in the thread")
            }
            Self::RoundedId { .. } => Flaw::RoundedId.fmt(f),
            Self::Loop { id, length: 1, .. } => {
                write!(f, "comment `{id}` answers itself; it stands at the top")
            }
            Self::Loop { id, length, .. } => {
                write!(f, "{length} comments answer each other in a circle; it is cut at the oldest, `{id}`")
            }
            Self::EmptyText { id, .. } => write!(f, "comment `{id}` has no text"),
            Self::NullText { id, .. } => {
                write!(f, "the text of comment `{id}` is a word that programs write for a missing value")
            }
            Self::Quotes { id, flaw, .. } => write!(f, "comment `{id}`: {flaw}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comments(pairs: &[(&str, &str)]) -> Vec<Comment> {
        let comment = |&(id, parent): &(&str, &str)| Comment {
            id: id.to_owned(),
            parent_id: (!parent.is_empty()).then(|| parent.to_owned()),
            text: "a".to_owned(),
            ..Comment::default()
        };
        pairs.iter().map(comment).collect()
    }

    #[test]
    fn children_stand_in_order_and_depth_is_counted() {
        let (tree, warnings) = Tree::new(&comments(&[("a", ""), ("c", "b"), ("b", "a"), ("d", "a"), ("e", "")]));
        assert!(warnings.is_empty());
        assert_eq!(tree.parents, [None, Some(2), Some(0), Some(0), None]);
        assert_eq!(tree.roots, [0, 4]);
        assert_eq!(tree.children(0), [2, 3]);
        assert_eq!(tree.order(), [0, 2, 1, 3, 4]);
        assert_eq!([0, 1, 2, 3, 4].map(|i| tree.depth(i)), [0, 2, 1, 1, 0]);
    }

    #[test]
    fn what_is_wrong_is_told_and_the_comment_kept() {
        let mut list = comments(&[("a", "x"), ("b", ""), ("b", "a"), ("c", "c")]);
        list[1].text = " \n".to_owned();
        let place = |i| Place { file: Some("t.csv".to_owned()), line: Some(i as u64 + 2) };
        let (tree, warnings) = Tree::placed(&list, place);
        assert_eq!(tree.parents, [None, None, Some(0), None]);
        let told: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        let expected = [
            "t.csv:3: comment `b` has no text",
            "t.csv:4: the id `b` occurs more than once in the thread",
            "t.csv:2: comment `a` answers `x`, which is not there; it stands at the top",
            "t.csv:5: comment `c` answers itself; it stands at the top",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_loop_is_cut_at_its_oldest() {
        let mut list = comments(&[("a", "c"), ("b", "a"), ("c", "b"), ("d", "c")]);
        let (tree, warnings) = Tree::new(&list);
        assert_eq!(tree.parents, [None, Some(0), Some(1), Some(2)]);
        assert!(matches!(&warnings[..], [Warning::Loop { id, length: 3, .. }] if id == "a"));
        for (comment, time) in list.iter_mut().zip(["2024-05-02T10:00:00Z", "2024-05-01", "2024-05-01T09:00:00Z"]) {
            comment.created_at = Some(time.to_owned());
        }
        assert_eq!(Tree::new(&list).0.roots, [0], "zones that differ cannot be compared");
        list[1].created_at = Some("2024-05-01T08:00:00Z".to_owned());
        assert_eq!(Tree::new(&list).0.roots, [1]);
        for (comment, time) in list.iter_mut().zip(["1000", "999.5", "2"]) {
            comment.created_at = Some(time.to_owned());
        }
        assert_eq!(Tree::new(&list).0.roots, [2]);
        list[0].created_at = None;
        assert_eq!(Tree::new(&list).0.roots, [0]);
    }

    #[test]
    fn deep_chains_and_wide_trees_take_linear_time() {
        let count = 100_000;
        let chain = |i: usize| {
            if i == 0 { String::new() } else { (i - 1).to_string() }
        };
        for wide in [false, true] {
            let list: Vec<Comment> = (0..count)
                .map(|i| Comment {
                    id: i.to_string(),
                    parent_id: Some(if wide && i > 0 { "0".to_owned() } else { chain(i) }).filter(|id| !id.is_empty()),
                    text: "a".to_owned(),
                    ..Comment::default()
                })
                .collect();
            let (tree, warnings) = Tree::new(&list);
            assert!(warnings.is_empty());
            assert_eq!(tree.depth(count - 1), if wide { 1 } else { count - 1 });
        }
    }
}
