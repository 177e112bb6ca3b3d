//! The whole thread around a comment, as a tree.

use ratatui::crossterm::event::KeyCode;

use crate::screen::app::{App, Effect, Mode};
use crate::screen::keymap::Command;
use crate::screen::lookup::InThread;
use crate::thread::comment::Comment;
use crate::thread::tree::Tree;

/// So many comments of a thread are read.
const COMMENTS: usize = 5_000;
/// And so many characters of each.
const CHARS: usize = 1_500;

/// The thread, in the order of its tree.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    /// Depths and comments.
    pub(crate) lines: Vec<(usize, InThread)>,
    /// The line that is looked at.
    pub(crate) at: usize,
    /// The comment that is being reviewed.
    pub(crate) current: i64,
    /// The thread has more than are shown.
    pub(crate) cut: bool,
}

impl Reading {
    fn new(comments: Vec<InThread>, current: i64) -> Self {
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
        let mut comments: Vec<Option<InThread>> = comments.into_iter().map(Some).collect();
        let taken = |place: usize| Some((tree.depth(place), comments.get_mut(place)?.take()?));
        let lines: Vec<(usize, InThread)> = tree.order().into_iter().filter_map(taken).collect();
        let at = lines.iter().position(|(_, one)| one.id == current).unwrap_or(0);
        Self { lines, at, current, cut }
    }

    fn go(&mut self, by: isize) {
        self.at = self.at.saturating_add_signed(by).min(self.lines.len().saturating_sub(1));
    }
}

impl App {
    pub(crate) fn open_thread(&mut self) {
        let Some(id) = self.desk.id() else { return };
        let found = self.store.in_thread(id, CHARS, COMMENTS);
        if let Some(comments) = self.said_if_failed("reading the thread", found) {
            self.mode = Mode::Thread(Reading::new(comments, id));
        }
    }

    pub(crate) fn on_thread_key(&mut self, mut reading: Reading, code: KeyCode) -> Effect {
        let page = self.room.get().height.max(2).cast_signed() - 1;
        self.message = None;
        match self.options.keymap.command(code) {
            Some(Command::Next) => reading.go(1),
            Some(Command::Previous) => reading.go(-1),
            Some(Command::PageDown) => reading.go(page),
            Some(Command::PageUp) => reading.go(-page),
            Some(Command::Thread | Command::Quit) => return self.redraw(Mode::Desk),
            // The comment that is looked at is reviewed next.
            Some(Command::Save) => {
                if let Some((_, one)) = reading.lines.get(reading.at) {
                    self.show(one.id);
                }
                return self.redraw(Mode::Desk);
            }
            _ if code == KeyCode::Esc => return self.redraw(Mode::Desk),
            _ => {}
        }
        self.redraw(Mode::Thread(reading))
    }
}
