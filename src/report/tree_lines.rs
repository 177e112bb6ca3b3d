//! The lines that lead from comments to their replies.

/// The lines to the left of a comment.
#[derive(Debug, Default)]
pub(crate) struct TreeLines {
    /// For each level from 1 to that of the comment: whether another comment of that level follows below.
    follows: Vec<bool>,
}

impl TreeLines {
    /// The next comment is at `level`.
    pub(crate) fn enter(&mut self, level: usize, follows: bool) {
        self.follows.truncate(level.saturating_sub(1));
        if level > 0 {
            self.follows.push(follows);
        }
    }

    /// How deep the comment stands.
    pub(crate) fn level(&self) -> usize {
        self.follows.len()
    }

    /// Before the line above a comment, its first line, or its others.
    pub(crate) fn prefix(&self, line: Place) -> String {
        let mut prefix = String::with_capacity(4 * self.follows.len());
        let last = self.follows.len().saturating_sub(1);
        for (level, follows) in self.follows.iter().enumerate() {
            prefix.push_str(match (level == last, line, follows) {
                (true, Place::Above, _) => "│",
                (true, Place::First, true) => "├ ",
                (true, Place::First, false) => "└ ",
                (_, _, true) => "│ ",
                (_, _, false) => "  ",
            });
        }
        prefix
    }
}

/// Where a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Between a comment and its parent.
    Above,
    /// A comment's first line.
    First,
    /// One of its others.
    Other,
}
