//! What the pages of a thread and of a batch request of the screen, and how they are opened and closed.

use ratatui::crossterm::event::KeyCode;

use crate::queue::batch::Applied;
use crate::queue::error::ReviewError;
use crate::screen::app::{App, Effect, Mode};
use crate::screen::batch_page::{self, BatchPage, Stage};
use crate::screen::keymap::Command;
use crate::screen::thread_page::{self, CHARS, COMMENTS, ThreadPage};
use crate::screen::worker::{Job, Search};

impl App {
    pub(crate) fn open_thread(&mut self) {
        let Some(id) = self.list.id() else { return };
        let found = self.store.in_thread(id, CHARS, COMMENTS);
        if let Some(comments) = self.said_if_failed("reading the thread", found) {
            self.mode = Mode::Thread(ThreadPage::new(comments, id));
        }
    }

    pub(crate) fn on_thread_key(&mut self, mut page: ThreadPage, code: KeyCode) -> Effect {
        let lines = self.room.get().height.max(2).cast_signed() - 1;
        self.message = None;
        match page.on_key(code, &self.options.keymap, lines) {
            thread_page::Step::Stay => return self.redraw(Mode::Thread(page)),
            thread_page::Step::Close => {}
            thread_page::Step::Review(comment) => self.show(comment),
        }
        self.redraw(Mode::List)
    }

    pub(crate) fn on_batch_key(&mut self, mut page: BatchPage, code: KeyCode) -> Effect {
        self.message = None;
        match page.on_key(code, &self.options.keymap, Self::confirms(code)) {
            batch_page::Step::Stay => {}
            batch_page::Step::Say(text) => self.say(text),
            batch_page::Step::Close => return self.redraw(Mode::List),
            batch_page::Step::Apply => self.apply(&mut page),
        }
        self.redraw(Mode::Batch(page))
    }

    fn apply(&mut self, batch: &mut BatchPage) {
        let Some(preview) = &batch.preview else { return };
        batch.stage = Stage::Writing;
        let search = Search { number: batch.search, ..self.search.clone() };
        let (decision, expected) = (batch.decision(), preview.count);
        self.worker.ask(Job::Apply { search, decision, expected, now: self.now });
    }

    pub(crate) fn applied(&mut self, applied: Result<Applied, ReviewError>) {
        let Mode::Batch(batch) = std::mem::replace(&mut self.mode, Mode::List) else { return };
        match applied {
            Ok(Applied { count, .. }) => {
                self.decided += count;
                self.unlearnt += count;
                let said = self.options.words.describe(&batch.decision());
                let undo = self.options.keymap.shown(Command::Undo);
                self.search_again();
                self.say(format!("{said}: {count} comments · {undo} takes all of it back"));
            }
            // The choice stays, and its matches are searched again.
            Err(error) => {
                self.preview(batch);
                self.warn(format!("nothing was decided: {error}"));
            }
        }
    }
}
