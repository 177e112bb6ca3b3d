//! Which comments are listed, and the results of the search for them.

use ratatui::crossterm::event::KeyCode;

use crate::queue::filter::Scope;
use crate::queue::order::Order;
use crate::screen::app::{App, Effect, Mode};
use crate::screen::batch_page::{BatchPage, Stage};
use crate::screen::dashboard::Dashboard;
use crate::screen::form::{Answered, Form};
use crate::screen::keymap::Command;
use crate::screen::queue_list::{FEW, QueueList};
use crate::screen::worker::{Claimed, Done, Job, Part, Row, Search};

/// The queue is counted again after this many milliseconds: others work too.
const COUNT_AGAIN: i64 = 30_000;

impl App {
    /// Gives everything back and looks from the beginning.
    pub(crate) fn search_again(&mut self) {
        self.asked += 1;
        self.search.number = self.asked;
        self.learn_thread_anew();
        self.list = QueueList { waiting: true, ..QueueList::default() };
        self.count = None;
        self.ask_part(true);
        self.ask_count();
    }

    /// Asks for the next lines when few are left.
    pub(crate) fn load_more(&mut self) {
        let left = self.list.entries.len().saturating_sub(self.list.at + 1);
        if self.list.loading || self.list.ended || left >= FEW {
            return;
        }
        self.ask_part(false);
    }

    fn ask_part(&mut self, afresh: bool) {
        self.list.loading = true;
        let until = self.now + self.options.lease;
        let part = Part { cursor: self.list.next, limit: self.options.hold.max(1), now: self.now, until };
        self.worker.ask(Job::Claim { search: self.search.clone(), afresh, part });
    }

    fn ask_count(&mut self) {
        self.counted = self.now;
        self.worker.ask(Job::Count { search: self.search.clone(), now: self.now });
    }

    pub(crate) fn count_again(&mut self) -> bool {
        if self.now - self.counted >= COUNT_AGAIN && !self.worker.is_busy() {
            self.ask_count();
        }
        false
    }

    /// Takes in the results of work in the background.
    pub(crate) fn take(&mut self, done: Done) {
        match done {
            Done::Claimed { search, claimed } if search == self.search.number => {
                self.list.loading = false;
                match claimed {
                    Ok(Claimed { rows, next, ended, held }) => {
                        (self.list.next, self.list.ended, self.list.held) = (next, ended, held);
                        if ended {
                            let skipped = self.store.skipped(&self.options.reviewer);
                            let skipped = self.said_if_failed("counting skipped comments", skipped);
                            self.list.skipped = skipped.unwrap_or_default().since;
                        }
                        self.arrived(rows);
                    }
                    Err(error) => {
                        // Looked for again when the reviewer asks for it.
                        self.list.ended = true;
                        self.warn(format!("the search failed: {error}"));
                    }
                }
            }
            Done::Counted { search, count } if search == self.search.number => {
                if let Some(count) = self.said_if_failed("counting", count) {
                    self.count = Some(count);
                }
            }
            Done::Claimed { .. } | Done::Counted { .. } => {}
            Done::Previewed { search, preview } => {
                let preview = self.said_if_failed("the preview of the batch", preview);
                match &mut self.mode {
                    Mode::Batch(batch) if batch.search == search => batch.preview = preview,
                    _ => {}
                }
            }
            Done::Undone(undone) => {
                self.undoing = false;
                self.undone(undone);
            }
            Done::LearntThread { number, learnt } => self.learnt_thread(number, learnt),
            Done::Applied(applied) => self.applied(applied),
            Done::Broke { what, cause } => self.broke(what, &cause),
            Done::Figures(figures) => self.dashboard.figures = self.said_if_failed("counting the figures", figures),
            Done::Drift(drift) => {
                self.dashboard.drift = self.said_if_failed("counting the mean scores", drift).unwrap_or_default();
            }
        }
    }

    fn arrived(&mut self, rows: Vec<Row>) {
        let first = self.list.entries.len();
        self.list.extend(rows);
        let none_yet = self.list.pane.is_none();
        if self.list.waiting && first < self.list.entries.len() {
            let said = self.message.take();
            self.go(first);
            self.message = self.message.take().or(said);
        } else if self.list.waiting {
            self.list.waiting = false;
            if !none_yet {
                self.advance();
            }
        }
    }

    pub(crate) fn next_order(&mut self) {
        let place = Order::ALL.iter().position(|order| *order == self.search.order).unwrap_or(0);
        self.search.order = Order::ALL.get((place + 1) % Order::ALL.len()).copied().unwrap_or_default();
        self.search_again();
        let order = self.search.order;
        let wider = matches!(order, Order::Uncertainty | Order::Learning) && self.search.filter.scope == Scope::Queue;
        let hint = if wider {
            let key = self.options.keymap.shown(Command::Filter);
            format!("; {key} also shows comments without flags")
        } else {
            String::new()
        };
        self.say(format!("order: {order}{hint}"));
    }

    pub(crate) fn open_form(&mut self) {
        let labels = self.store.labels();
        let labels = self.said_if_failed("reading the labels", labels).unwrap_or_default();
        self.mode = Mode::Filter(Form::new(&self.search, &labels));
    }

    pub(crate) fn on_form_key(&mut self, mut form: Form, code: KeyCode) -> Effect {
        match form.on_key(code) {
            Answered::Open => self.mode = Mode::Filter(form),
            Answered::Left => self.message = None,
            Answered::Given(search) => match *search {
                Ok((order, filter)) => {
                    self.message = None;
                    self.search = Search { order, filter, ..self.search.clone() };
                    self.search_again();
                }
                Err(error) => {
                    self.warn(error.to_string());
                    self.mode = Mode::Filter(form);
                }
            },
        }
        Effect::Redraw
    }

    pub(crate) fn open_dashboard(&mut self) {
        self.dashboard = Dashboard::default();
        self.worker.ask(Job::Figures);
        self.mode = Mode::Dashboard(0);
    }

    pub(crate) fn open_batch(&mut self) {
        let labels = self.list.pane.as_ref().map(|pane| pane.view.scores.as_slice());
        self.preview(BatchPage::new(labels.unwrap_or_default()));
    }

    /// Previews a batch, and shows it.
    pub(crate) fn preview(&mut self, batch: BatchPage) {
        self.asked += 1;
        let search = Search { number: self.asked, ..self.search.clone() };
        self.mode = Mode::Batch(BatchPage { search: search.number, preview: None, stage: Stage::Choosing, ..batch });
        self.worker.ask(Job::Preview { search, now: self.now });
    }
}
