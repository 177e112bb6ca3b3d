//! The list, and the comment of it that lies before the reviewer.

use crate::queue::comment_view::CommentView;
use crate::queue::lease::Held;
use crate::queue::waiting::{Cursor, Item};
use crate::screen::comment_pane::CommentPane;
use crate::screen::worker::Row;

/// This many past lines are remembered.
const REMEMBERED: usize = 2_000;
/// The next ones are searched for when this few are left.
pub(crate) const FEW: usize = 8;

/// A line of the list.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) item: Item,
    pub(crate) time: Option<String>,
    /// The decision on it here, or by others meanwhile.
    pub(crate) done: Option<String>,
}

impl Entry {
    pub(crate) fn of(view: &CommentView) -> Self {
        let item = Item {
            id: view.id,
            way: view.way,
            state: view.state,
            thread_id: view.thread_id.clone(),
            source_id: view.source_id.clone(),
            author: view.author.clone(),
            excerpt: view.text.chars().take(200).collect(),
            scores: view.scores.clone(),
        };
        Self { item, time: view.created_at.clone(), done: None }
    }
}

/// The listed comments, and the current one.
#[derive(Clone, Debug, Default)]
pub(crate) struct QueueList {
    pub(crate) entries: Vec<Entry>,
    /// The one that is up.
    pub(crate) at: usize,
    pub(crate) pane: Option<CommentPane>,
    /// Behind the last line.
    pub(crate) next: Cursor,
    /// More are being searched for.
    pub(crate) loading: bool,
    /// There are no more.
    pub(crate) ended: bool,
    /// But for these, which others have before them.
    pub(crate) held: Vec<Held>,
    /// Apart from this many that the reviewer skipped since the start.
    pub(crate) skipped: usize,
    /// The reviewer waits for the next one.
    pub(crate) waiting: bool,
}

impl QueueList {
    pub(crate) fn extend(&mut self, rows: Vec<Row>) {
        let new = rows.into_iter().filter(|(item, _)| !self.entries.iter().any(|entry| entry.item.id == item.id));
        let new: Vec<Entry> = new.map(|(item, time)| Entry { item, time, done: None }).collect();
        self.entries.extend(new);
        let before = self.at.saturating_sub(REMEMBERED);
        self.entries.drain(..before);
        self.at -= before;
    }

    /// The comment that is up.
    pub(crate) fn id(&self) -> Option<i64> {
        self.pane.as_ref().map(|pane| pane.view.id)
    }

    pub(crate) fn entry(&mut self) -> Option<&mut Entry> {
        self.entries.get_mut(self.at)
    }

    /// The first line from `from` that is not done.
    pub(crate) fn open_from(&self, from: usize) -> Option<usize> {
        let rest = self.entries.iter().enumerate().skip(from);
        rest.into_iter().find(|(_, entry)| entry.done.is_none()).map(|(place, _)| place)
    }

    /// Comments above, with which nothing was done.
    pub(crate) fn left_above(&self) -> usize {
        self.entries.iter().take(self.at).filter(|entry| entry.done.is_none()).count()
    }
}
