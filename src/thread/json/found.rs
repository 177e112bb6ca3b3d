//! What a document holds.

use crate::thread::comment::Thread;
use crate::thread::known::Known;
use crate::thread::mapping::Mapping;

/// The threads of a document, and what became of the rest of it.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) threads: Vec<Thread>,
    /// The line of each comment, by thread.
    pub(crate) lines: Vec<Vec<Option<u64>>>,
    /// The lines of objects that stand where comments do and are none.
    pub(crate) refused: Vec<u64>,
    /// Whether there are comments, or lists of them that are empty.
    pub(crate) has_comments: bool,
    /// A mapping whose key no comment has.
    pub(crate) missing: Option<Mapping>,
    /// What was taken for known keys that no comment has.
    pub(crate) guessed: Vec<Mapping>,
    /// Which columns any object has.
    pub(crate) present: [bool; Known::ALL.len()],
    /// Other names of known keys that could be meant by them.
    pub(crate) offer: Vec<Offer>,
}

/// A key that is often meant by a known one.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) key: String,
    /// How many objects have it.
    pub(crate) count: usize,
    /// In some of them it holds a list or an object.
    pub(crate) is_nested: bool,
}

impl Found {
    /// The key that was taken for the text of the only comment, if that was guessed.
    pub(crate) fn only_guessed(&self) -> Option<&str> {
        let text = self.guessed.iter().find(|mapping| mapping.name == Known::Text)?;
        let count: usize = self.threads.iter().map(|thread| thread.comments.len()).sum();
        (count == 1).then_some(&text.header)
    }

    /// What a page holds.
    pub(crate) fn of(thread: Thread) -> Self {
        let has_comments = !thread.comments.is_empty();
        Self { threads: vec![thread], lines: vec![Vec::new()], has_comments, ..Self::default() }
    }
}
