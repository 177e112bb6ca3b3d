//! The screen apart from the terminal: what each key does, and what time brings.

use std::cell::Cell;
use std::path::Path;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::queue::error::ReviewError;
use crate::queue::store::Store;
use crate::screen::batch_page::BatchPage;
use crate::screen::dashboard::Dashboard;
use crate::screen::field::Field;
use crate::screen::form::Form;
use crate::screen::keymap::Command;
use crate::screen::options::Options;
use crate::screen::queue_list::QueueList;
use crate::screen::retraining::{Candidate, Progress, Retraining};
use crate::screen::thread_learnt::ThreadLearning;
use crate::screen::thread_page::ThreadPage;
use crate::screen::worker::{Search, Worker};

/// What to do after a key or a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Nothing,
    /// Redraw the screen.
    Redraw,
    /// The reviewer wants to go.
    Quit,
}

/// A key that comes again within this many milliseconds is being held down, by a hand or by something lying on it.
const HELD_DOWN: i64 = 80;

/// In a window of fewer columns or lines than these no comment can be judged.
pub(crate) const LEAST: (u16, u16) = (40, 12);

/// The message on the line below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) text: String,
    pub(crate) is_bad: bool,
}

/// Which page is up.
#[derive(Clone, Debug)]
pub(crate) enum Mode {
    /// The list and the comment.
    List,
    /// A note is typed.
    Note(Field),
    /// The whole thread.
    Thread(ThreadPage),
    /// The form that says which comments are listed.
    Filter(Form),
    /// One decision on all of them.
    Batch(BatchPage),
    /// The figures, scrolled down by this many lines.
    Dashboard(usize),
    /// The keys, the same.
    Help(usize),
    /// Two models side by side.
    Learn(Candidate),
}

/// How much room the drawing had, for scrolling.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Room {
    /// Of the text.
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Lines of a read-only page.
    pub(crate) lines: usize,
    /// Width and height of the surroundings of the comment, unless they are below it.
    pub(crate) beside: Option<(usize, usize)>,
    /// Not every label of the comment found room.
    pub(crate) cut: bool,
}

/// The state of the screen.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) worker: Worker,
    pub(crate) retraining: Box<dyn Retraining>,
    pub(crate) options: Options,
    pub(crate) search: Search,
    /// The number of the last search, for the list or for a batch.
    pub(crate) asked: u64,
    pub(crate) list: QueueList,
    pub(crate) mode: Mode,
    pub(crate) message: Option<Message>,
    /// Why the worker ended, where that was an error of the program.
    broken: Option<String>,
    pub(crate) dashboard: Dashboard,
    pub(crate) thread_learning: ThreadLearning,
    pub(crate) progress: Progress,
    /// How many match, as far as that is known.
    pub(crate) count: Option<usize>,
    /// Decisions since the screen was opened, and since the model last learnt.
    pub(crate) decided: usize,
    pub(crate) unlearnt: usize,
    /// A batch is being taken back; no other step may come between.
    pub(crate) undoing: bool,
    pub(crate) room: Cell<Room>,
    /// The window is smaller than [`LEAST`].
    pub(crate) is_cramped: Cell<bool>,
    /// The last key, and when it came.
    last: (KeyCode, i64),
    pub(crate) now: i64,
    pub(crate) renewed: i64,
    pub(crate) counted: i64,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("mode", &self.mode).field("message", &self.message).finish_non_exhaustive()
    }
}

impl App {
    /// Opens the store and starts the first search.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub(crate) fn new(
        path: &Path,
        options: Options,
        retraining: Box<dyn Retraining>,
        now: i64,
    ) -> Result<Self, ReviewError> {
        let mut store = Store::open(path)?;
        store.attend()?;
        // The worker checkpoints the database, so that no key waits for it.
        store.connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        let worker = Worker::new(path, &options.reviewer, &store)?;
        let search = Search { number: 0, order: options.order, filter: options.filter.clone() };
        let mut app = Self {
            store,
            worker,
            retraining,
            options,
            search,
            asked: 0,
            list: QueueList::default(),
            mode: Mode::List,
            message: None,
            broken: None,
            dashboard: Dashboard::default(),
            thread_learning: ThreadLearning::default(),
            progress: Progress::Idle,
            count: None,
            decided: 0,
            unlearnt: 0,
            undoing: false,
            room: Cell::default(),
            is_cramped: Cell::default(),
            last: (KeyCode::Null, now),
            now,
            renewed: now,
            counted: now,
        };
        app.search_again();
        match app.store.skipped(&app.options.reviewer)?.before {
            0 => {}
            1 => app.say("one that you skipped before is back"),
            count => app.say(format!("{count} that you skipped before are back")),
        }
        Ok(app)
    }

    /// Handles a key. Keys with Control, Alt or the like do nothing; Control-C quits. In a window too small to show the
    /// comment, only the key that quits works.
    pub(crate) fn on_key(&mut self, key: KeyEvent, now: i64) -> Effect {
        self.now = now;
        if key.kind == KeyEventKind::Release {
            return Effect::Nothing;
        }
        let held = key.modifiers.difference(KeyModifiers::SHIFT);
        if held == KeyModifiers::CONTROL && matches!(key.code, KeyCode::Char('c' | 'C')) {
            return Effect::Quit;
        }
        // AltGr, with which some layouts type @ and the like, comes as both.
        let alt_gr = held == KeyModifiers::CONTROL | KeyModifiers::ALT && self.is_typing();
        if !held.is_empty() && !alt_gr {
            return Effect::Nothing;
        }
        let code = key.code;
        if self.is_cramped.get() {
            let quits = !self.is_typing() && self.options.keymap.command(code) == Some(Command::Quit);
            return if quits { Effect::Quit } else { Effect::Nothing };
        }
        let (before, at) = std::mem::replace(&mut self.last, (code, now));
        let held_down = key.kind == KeyEventKind::Repeat || (code == before && now - at < HELD_DOWN);
        if held_down
            && matches!(self.mode, Mode::List)
            && self.options.keymap.command(code).is_some_and(Command::decides)
        {
            self.say("a key that is held down decides only once");
            return Effect::Redraw;
        }
        let effect = match std::mem::replace(&mut self.mode, Mode::List) {
            Mode::List => self.on_list_key(code),
            Mode::Note(field) => self.on_note_key(field, code),
            Mode::Thread(thread) => self.on_thread_key(thread, code),
            Mode::Filter(form) => self.on_form_key(form, code),
            Mode::Batch(batch) => self.on_batch_key(batch, code),
            Mode::Dashboard(top) => self.on_page_key(top, code, Mode::Dashboard),
            Mode::Help(top) => self.on_page_key(top, code, Mode::Help),
            Mode::Learn(candidate) => self.on_learn_key(candidate, code),
        };
        self.load_more();
        effect
    }

    /// Pasted text goes into the field that is typed in, and nowhere else: it presses no keys.
    pub(crate) fn on_paste(&mut self, text: &str) -> Effect {
        match &mut self.mode {
            _ if self.is_cramped.get() => return Effect::Nothing,
            Mode::Note(field) => field.paste(text),
            Mode::Filter(form) => form.paste(text),
            _ => return Effect::Nothing,
        }
        Effect::Redraw
    }

    /// What time brings: results, leases to be renewed, a model that is ready. Called several times a second.
    pub(crate) fn tick(&mut self, now: i64) -> Effect {
        self.now = now;
        let mut changed = false;
        while let Some(done) = self.worker.poll() {
            self.take(done);
            changed = true;
        }
        self.undoing &= self.worker.is_busy();
        if self.worker.is_gone() && !self.list.ended {
            (self.list.loading, self.list.ended, changed) = (false, true, true);
            self.warn_broken();
        }
        if now - self.renewed >= self.options.lease / 3 {
            self.renewed = now;
            changed |= self.renew();
        }
        changed |= self.count_again() | self.poll_training();
        self.load_more();
        if changed { Effect::Redraw } else { Effect::Nothing }
    }

    /// Gives leases back. Decisions are already in the store.
    ///
    /// # Errors
    /// When the database fails; the leases then end by themselves.
    pub(crate) fn close(&mut self) -> Result<(), ReviewError> {
        self.worker.close();
        self.store.leave(&self.options.reviewer)
    }

    /// Whether keys are text now.
    fn is_typing(&self) -> bool {
        matches!(self.mode, Mode::Note(_) | Mode::Filter(_))
    }

    pub(crate) fn say(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), is_bad: false });
    }

    pub(crate) fn warn(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), is_bad: true });
    }

    /// The value, or a message of what failed, and why.
    pub(crate) fn said_if_failed<T>(&mut self, what: &str, result: Result<T, ReviewError>) -> Option<T> {
        match result {
            Ok(value) => return Some(value),
            // This is not a failure but a message of its own.
            Err(error @ (ReviewError::NothingToUndo(_) | ReviewError::Conflict(_))) => self.warn(error.to_string()),
            Err(error) => self.warn(format!("{what} failed: {error}")),
        }
        None
    }

    /// The worker met an error of the program: at what, and why. Nothing is searched for any more.
    pub(crate) fn broke(&mut self, what: &str, cause: &str) {
        self.broken = Some(format!("{what} stopped because of a program error ({cause})"));
        self.undoing = false;
        (self.list.loading, self.list.ended) = (false, true);
        // A batch that is being written would wait for its end.
        if matches!(self.mode, Mode::Batch(_)) {
            self.mode = Mode::List;
        }
        self.warn_broken();
    }

    fn warn_broken(&mut self) {
        let broken = self.broken.as_deref().unwrap_or("a program error ended the search");
        let quit = self.options.keymap.shown(Command::Quit);
        self.warn(format!("{broken}; your decisions are saved: quit with {quit} and start again"));
    }

    fn on_list_key(&mut self, code: KeyCode) -> Effect {
        if code == KeyCode::Esc {
            self.message = None;
            return Effect::Redraw;
        }
        let Some(command) = self.options.keymap.command(code) else { return Effect::Nothing };
        if command == Command::Quit {
            return Effect::Quit;
        }
        let looks = matches!(command, Command::Next | Command::Previous | Command::PageDown | Command::PageUp);
        if self.undoing && !looks {
            return Effect::Nothing;
        }
        self.message = None;
        self.act(command);
        Effect::Redraw
    }

    fn on_note_key(&mut self, mut field: Field, code: KeyCode) -> Effect {
        match code {
            KeyCode::Esc => self.message = None,
            KeyCode::Enter => self.save_note(field),
            code => {
                field.on_key(code);
                self.mode = Mode::Note(field);
            }
        }
        Effect::Redraw
    }

    /// Keys of a read-only page.
    fn on_page_key(&mut self, top: usize, code: KeyCode, page: fn(usize) -> Mode) -> Effect {
        let room = self.room.get();
        let step = room.height.saturating_sub(1).max(1);
        let page = |top: usize| page(top.min(room.lines.saturating_sub(room.height)));
        self.mode = match self.options.keymap.command(code) {
            Some(Command::PageDown) => page(top + step),
            Some(Command::PageUp) => page(top.saturating_sub(step)),
            Some(Command::Next) => page(top + 1),
            Some(Command::Previous) => page(top.saturating_sub(1)),
            Some(Command::Quit | Command::Help | Command::Dashboard) => Mode::List,
            _ if code == KeyCode::Esc => Mode::List,
            _ => page(top),
        };
        Effect::Redraw
    }
}
