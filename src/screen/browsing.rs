//! Going through the queue list, comment by comment.

use crate::queue::comment_view::CommentView;
use crate::queue::error::ReviewError;
use crate::queue::filter::View;
use crate::queue::learnt::LearntComment;
use crate::queue::state::State;
use crate::screen::app::{App, Effect, Mode};
use crate::screen::comment_pane::CommentPane;
use crate::screen::keymap::Command;
use crate::screen::layout::Anchor;
use crate::screen::layout::Layout;
use crate::screen::queue_list::Entry;

impl App {
    pub(crate) fn act(&mut self, command: Command) {
        match command {
            Command::Next => self.step(true),
            Command::Previous => self.step(false),
            Command::PageDown => self.scroll(true),
            Command::PageUp => self.scroll(false),
            Command::Order => self.next_order(),
            Command::Refresh => self.search_again(),
            Command::Filter => self.open_form(),
            Command::Batch => self.open_batch(),
            Command::Dashboard => self.open_dashboard(),
            Command::Learn => self.learn(),
            Command::Help => self.mode = Mode::Help(0),
            Command::Undo => self.undo(),
            Command::Quit => {}
            command if self.list.pane.is_some() => self.on_comment(command),
            _ => self.say("there is no comment here"),
        }
    }

    fn step(&mut self, down: bool) {
        self.list.waiting = false;
        if down && self.list.at + 1 < self.list.entries.len() {
            self.go(self.list.at + 1);
        } else if !down && self.list.at > 0 {
            self.go(self.list.at - 1);
        } else if !down {
            self.say("this is the first");
        } else if self.list.loading {
            self.list.waiting = true;
        } else {
            self.end();
        }
    }

    /// Goes on to the next comment with which nothing was done.
    pub(crate) fn advance(&mut self) {
        let mut from = self.list.at + 1;
        while let Some(place) = self.list.open_from(from) {
            self.go(place);
            if !self.taken_meanwhile() {
                return;
            }
            from = place + 1;
        }
        if self.list.ended { self.end() } else { self.list.waiting = true }
    }

    /// Whether somebody else decided the current comment since the list was made: if only waiting comments are listed,
    /// a key meant for the next open comment must not apply to it.
    fn taken_meanwhile(&self) -> bool {
        let decided = self.list.pane.as_ref().is_some_and(|pane| pane.view.state != State::Open);
        self.search.filter.view == View::Open && decided
    }

    fn end(&mut self) {
        let refresh = self.options.keymap.shown(Command::Refresh);
        let said = self.message.take().map(|message| format!("{} · ", message.text)).unwrap_or_default();
        let skipped = self.store.skipped(&self.options.reviewer);
        self.list.skipped = self.said_if_failed("counting skipped comments", skipped).unwrap_or_default().since;
        let skipped = self.skipped().map(|skipped| format!("; {skipped}")).unwrap_or_default();
        let text = match (self.list.left_above(), self.held()) {
            (0, Some(held)) => format!("{said}nothing else is free: {held}{skipped}; {refresh} refreshes"),
            (0, None) => format!("{said}that was the last{skipped}; {refresh} refreshes"),
            (1, _) => format!("{said}that was the last; one above is left"),
            (left, _) => format!("{said}that was the last; {left} above are left"),
        };
        self.say(text);
    }

    /// Shows the comment on a line.
    pub(crate) fn go(&mut self, place: usize) {
        let Some(id) = self.list.entries.get(place).map(|entry| entry.item.id) else { return };
        let loaded = self.load(id, |_| None);
        if let Some(pane) = self.said_if_failed("reading the comment", loaded) {
            self.list.at = place;
            self.list.waiting = false;
            self.come_up();
            self.set_pane(pane);
        }
    }

    /// Reads a comment. Its stances are those last learnt from its thread, unless `before` holds others.
    fn load(
        &self,
        comment: i64,
        before: impl FnOnce(&CommentView) -> Option<Option<LearntComment>>,
    ) -> Result<CommentPane, ReviewError> {
        let mut view = self.store.comment_view(comment, &self.options.reviewer)?;
        let own = view.scores.clone();
        match before(&view) {
            Some(before) => before.iter().for_each(|learnt| learnt.apply(&mut view)),
            None => self.thread_learning.learnt.apply(&mut view),
        }
        CommentPane::load(&self.store, (view, own), &self.options.reviewer, &self.options.words)
    }

    fn set_pane(&mut self, pane: CommentPane) {
        if let Some(entry) = self.list.entry() {
            entry.item.state = pane.view.state;
            entry.item.scores.clone_from(&pane.own_scores);
        }
        self.learn_thread(&pane.view);
        self.list.pane = Some(pane);
    }

    /// Reads the current comment again, and keeps the reviewer's answers so far.
    pub(crate) fn reload(&mut self) {
        self.read_anew(true);
    }

    /// The same; learnt stances stay as shown if they are to be `kept` and nothing else has changed.
    pub(crate) fn read_anew(&mut self, kept: bool) {
        let Some(pane) = &self.list.pane else { return };
        let (id, seen, learnt) = (pane.view.id, pane.view.seen, pane.view.learnt.clone());
        match self.load(id, |view| (kept && view.seen == seen).then_some(learnt)) {
            Ok(mut pane) => {
                if let Some(before) = &self.list.pane {
                    pane.draft.carry_over(&before.draft);
                    (pane.scroll, pane.scroll_beside) = (before.scroll, before.scroll_beside);
                }
                self.set_pane(pane);
            }
            Err(error) => self.warn(format!("reading the comment failed: {error}")),
        }
    }

    /// Shows a comment that need not be in the list; it is then added. It is leased like those of the list.
    pub(crate) fn show(&mut self, comment: i64) {
        if let Some(place) = self.list.entries.iter().position(|entry| entry.item.id == comment) {
            self.go(place);
        } else {
            let loaded = self.load(comment, |_| None);
            let Some(pane) = self.said_if_failed("reading the comment", loaded) else { return };
            self.list.at = self.list.at.min(self.list.entries.len());
            self.list.entries.insert(self.list.at, Entry::of(&pane.view));
            self.list.waiting = false;
            self.come_up();
            self.set_pane(pane);
        }
        if self.list.pane.as_ref().is_some_and(|pane| pane.view.state == State::Open) {
            let until = self.now + self.options.lease;
            let held = self.store.hold(comment, &self.options.reviewer, self.now, until);
            self.said_if_failed("holding the comment", held);
        }
    }

    /// The text and its surroundings scroll together, each as far as it goes.
    fn scroll(&mut self, down: bool) {
        let room = self.room.get();
        let Some(pane) = &mut self.list.pane else { return };
        let page = |layout: &Layout, at: Anchor, width: usize, height: usize| {
            let step = height.saturating_sub(1).max(1);
            if down { layout.down(at, width, step, height) } else { layout.up(at, width, step) }
        };
        let layout = if room.beside.is_some() { &pane.text } else { &pane.whole };
        pane.scroll = page(layout, pane.scroll, room.width, room.height);
        if let Some((width, height)) = room.beside {
            pane.scroll_beside = page(&pane.beside, pane.scroll_beside, width, height);
        }
    }

    /// To the top of the text.
    pub(crate) fn unscroll(&mut self) {
        if let Some(pane) = &mut self.list.pane {
            (pane.scroll, pane.scroll_beside) = (Anchor::default(), Anchor::default());
        }
    }

    /// Nothing happened, except that the screen must be redrawn.
    pub(crate) fn redraw(&mut self, mode: Mode) -> Effect {
        self.mode = mode;
        Effect::Redraw
    }
}
