//! What was found in a document.

use crate::thread::comment::Thread;
use crate::thread::known::Known;
use crate::thread::mapping::Mapping;

/// The threads of a document, and what became of the rest.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) threads: Vec<Thread>,
    /// The line of each comment, by thread.
    pub(crate) lines: Vec<Vec<Option<u64>>>,
    /// The lines of objects in a comment's place that are not comments.
    pub(crate) refused: Vec<u64>,
    /// Whether there are comments, or empty lists of them.
    pub(crate) has_comments: bool,
    /// A mapping whose key no comment has.
    pub(crate) missing: Option<Mapping>,
    /// The keys taken for known ones that no comment has.
    pub(crate) guessed: Vec<Mapping>,
    /// Which columns occur in any object.
    pub(crate) present: [bool; Known::ALL.len()],
    /// Keys that could stand for known ones.
    pub(crate) offer: Vec<Offer>,
}

/// A key that often stands for a known one.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) key: String,
    /// How many objects have it.
    pub(crate) count: usize,
    /// Whether some of its values are lists or objects.
    pub(crate) is_nested: bool,
}

impl Found {
    /// The key taken for the text of the only comment, if that was guessed.
    pub(crate) fn only_guessed(&self) -> Option<&str> {
        let text = self.guessed.iter().find(|mapping| mapping.name == Known::Text)?;
        let count: usize = self.threads.iter().map(|thread| thread.comments.len()).sum();
        (count == 1).then_some(&text.header)
    }

    /// The result for a page.
    pub(crate) fn of(thread: Thread) -> Self {
        let has_comments = !thread.comments.is_empty();
        Self { threads: vec![thread], lines: vec![Vec::new()], has_comments, ..Self::default() }
    }
}
