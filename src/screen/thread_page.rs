//! The whole thread around a comment, as a tree.

use ratatui::crossterm::event::KeyCode;

use crate::queue::thread_view::ThreadComment;
use crate::screen::keymap::{Command, Keymap};
use crate::thread::comment::Comment;
use crate::thread::tree::Tree;

/// At most this many comments of a thread are read,
pub(crate) const COMMENTS: usize = 5_000;
/// and this many characters of each.
pub(crate) const CHARS: usize = 1_500;

/// What a key on the page requests of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Stay,
    /// Back to the queue list.
    Close,
    /// Back to the queue list, with this comment up.
    Review(i64),
}

/// The thread, in the order of its tree.
#[derive(Clone, Debug)]
pub(crate) struct ThreadPage {
    /// Depths and comments.
    pub(crate) lines: Vec<(usize, ThreadComment)>,
    /// The selected line.
    pub(crate) at: usize,
    /// The comment that is being reviewed.
    pub(crate) current: i64,
    /// The thread has more than are shown.
    pub(crate) cut: bool,
}

impl ThreadPage {
    pub(crate) fn new(comments: Vec<ThreadComment>, current: i64) -> Self {
        let cut = comments.len() >= COMMENTS;
        let bare: Vec<Comment> = comments
            .iter()
            .map(|one| Comment {
                id: one.comment.id.clone(),
                parent_id: one.comment.parent_id.clone(),
                created_at: one.comment.created_at.clone(),
                ..Comment::default()
            })
            .collect();
        let (tree, _) = Tree::new(&bare);
        let mut comments: Vec<Option<ThreadComment>> = comments.into_iter().map(Some).collect();
        let taken = |place: usize| Some((tree.depth(place), comments.get_mut(place)?.take()?));
        let lines: Vec<(usize, ThreadComment)> = tree.order().into_iter().filter_map(taken).collect();
        let at = lines.iter().position(|(_, one)| one.id == current).unwrap_or(0);
        Self { lines, at, current, cut }
    }

    fn go(&mut self, by: isize) {
        self.at = self.at.saturating_add_signed(by).min(self.lines.len().saturating_sub(1));
    }

    /// `page` is how many lines a page moves by.
    pub(crate) fn on_key(&mut self, code: KeyCode, keymap: &Keymap, page: isize) -> Step {
        match keymap.command(code) {
            Some(Command::Next) => self.go(1),
            Some(Command::Previous) => self.go(-1),
            Some(Command::PageDown) => self.go(page),
            Some(Command::PageUp) => self.go(-page),
            Some(Command::Thread | Command::Quit) => return Step::Close,
            // Review the selected comment next.
            Some(Command::Save) => return self.lines.get(self.at).map_or(Step::Close, |(_, one)| Step::Review(one.id)),
            _ if code == KeyCode::Esc => return Step::Close,
            _ => {}
        }
        Step::Stay
    }
}
