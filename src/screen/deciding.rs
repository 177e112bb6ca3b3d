//! What is done with the comment that is up.

use ratatui::crossterm::event::KeyCode;

use crate::queue::decision::{Action, Decision};
use crate::queue::error::{Conflict, ReviewError};
use crate::queue::state::State;
use crate::queue::undo::{Step, Undone};
use crate::screen::app::{App, Mode};
use crate::screen::comment_pane::when;
use crate::screen::field::Field;
use crate::screen::keymap::Command;
use crate::screen::worker::Job;

impl App {
    pub(crate) fn on_comment(&mut self, command: Command) {
        match command {
            Command::Approve => self.decide_with(Action::Approve),
            Command::Reject => self.decide_with(Action::Reject),
            Command::Escalate => self.decide_with(Action::Escalate),
            Command::Save if self.room.get().cut => {
                self.warn("not saved: this window does not show every label; make it larger");
            }
            Command::Save => {
                let decision = self.list.pane.as_ref().map(|pane| pane.draft.shown());
                self.decide(&decision.unwrap_or_default());
            }
            Command::Skip => self.skip(),
            Command::Label(number) => self.answer(number),
            Command::Labels => {
                let turned = self.list.pane.as_mut().is_some_and(|pane| pane.draft.turn_keys());
                if !turned {
                    self.say("all labels already have a key");
                }
            }
            Command::Stance => {
                let turned = self.list.pane.as_mut().is_some_and(|pane| pane.draft.turn_stance());
                if !turned {
                    self.say("the model has no stance");
                }
            }
            Command::Note => self.mode = Mode::Note(Field::default()),
            Command::Thread => self.open_thread(),
            _ => {}
        }
    }

    fn answer(&mut self, number: u8) {
        let turned = self.list.pane.as_mut().is_some_and(|pane| pane.draft.turn(number));
        if !turned {
            self.say(format!("there is no label {number}"));
        }
    }

    fn decide_with(&mut self, action: Action) {
        let decision = self.list.pane.as_ref().map(|pane| pane.draft.with(action));
        self.decide(&decision.unwrap_or_default());
    }

    fn decide(&mut self, decision: &Decision) {
        let Some(pane) = &self.list.pane else { return };
        let (id, seen, was_open) = (pane.view.id, pane.view.seen, pane.view.state == State::Open);
        if decision.is_empty() {
            let key = |command| self.options.keymap.shown(command);
            let text = format!(
                "nothing is decided yet: press {} to {}, {} to {}, or answer a label",
                key(Command::Approve),
                self.options.words.approve,
                key(Command::Reject),
                self.options.words.reject
            );
            return self.say(text);
        }
        let learnt = pane.view.learnt.as_ref();
        // After a new decision, the earlier answers may not count any more.
        let teaches = !pane.view.decisions.is_empty() || decision.has_stance();
        match self.store.decide_in_sight(id, &self.options.reviewer, (decision, learnt), &seen, self.now) {
            Ok(_) => {
                if teaches {
                    self.learn_thread_anew();
                }
                let said = self.options.words.describe(decision);
                self.decided += 1;
                self.unlearnt += 1;
                if was_open {
                    self.count = self.count.map(|count| count.saturating_sub(1));
                }
                if decision.action.is_some() {
                    self.finish(&said, &said);
                } else {
                    self.finish(&said, &format!("labels saved, nothing published or removed: {said}"));
                }
                self.learn_in_time();
            }
            Err(ReviewError::Conflict(conflict)) => self.conflict(&conflict),
            Err(error) => self.warn(format!("not saved: {error}")),
        }
    }

    /// Somebody was first. Nothing was written; the comment is shown in its present state and stays current.
    fn conflict(&mut self, conflict: &Conflict) {
        let text = match conflict {
            Conflict::Decided { by, at, decision } if *by == self.options.reviewer => {
                let (said, undo) = (self.options.words.describe(decision), self.options.keymap.shown(Command::Undo));
                format!("not saved: you decided this at {}: {said}. {undo} takes back your last step", when(*at))
            }
            Conflict::Decided { by, at, decision } => {
                let said = self.options.words.describe(decision);
                if let Some(entry) = self.list.entry() {
                    entry.done = Some(format!("{by}: {said}"));
                }
                format!("not saved: {by} decided this at {}: {said}. Decide again to disagree, or go on", when(*at))
            }
            Conflict::Held { by, until } if *by == self.options.reviewer => {
                format!("not saved: you hold this comment in another window until {}", when(*until))
            }
            Conflict::Held { by, until } => format!("not saved: {by} holds this comment until {}", when(*until)),
            Conflict::Edited { at } => {
                format!("not saved: the comment was edited at {}; this is the new text", when(*at))
            }
            Conflict::Rescored { model } => format!("not saved: {model} rescored it; these are the new scores"),
        };
        let edited = matches!(conflict, Conflict::Edited { .. });
        self.reload();
        if edited {
            self.unscroll();
        }
        self.warn(text);
    }

    /// Marks the current comment as done, reports it, and moves on.
    fn finish(&mut self, done: &str, said: &str) {
        let who = self.list.pane.as_ref().and_then(|pane| pane.view.author.clone());
        if let Some(entry) = self.list.entry() {
            entry.done = Some(done.to_owned());
        }
        let undo = self.options.keymap.shown(Command::Undo);
        let of = who.map(|who| format!(" of {who}")).unwrap_or_default();
        self.say(format!("{said}: the comment{of} · {undo} takes it back"));
        let reload = self.list.at;
        self.advance();
        if self.list.at == reload {
            self.reload();
        }
    }

    fn skip(&mut self) {
        let Some(pane) = &self.list.pane else { return };
        if pane.view.state != State::Open {
            return self.advance();
        }
        let skipped = self.store.skip(pane.view.id, &self.options.reviewer, self.now);
        if self.said_if_failed("skipping", skipped).is_some() {
            self.count = self.count.map(|count| count.saturating_sub(1));
            self.finish("skipped", "skipped until the next start");
        }
    }

    pub(crate) fn save_note(&mut self, field: Field) {
        let (Some(text), Some(id)) = (field.given(), self.list.id()) else {
            return self.say("no note");
        };
        match self.store.note(id, &self.options.reviewer, &text, self.now) {
            Ok(_) => {
                self.reload();
                self.say("noted");
            }
            Err(error) => {
                self.warn(format!("not saved: {error}"));
                self.mode = Mode::Note(field);
            }
        }
    }

    /// Undoes the last step, whoever was at the screen since; can be repeated.
    pub(crate) fn undo(&mut self) {
        let next = self.store.next_undo(&self.options.reviewer);
        match self.said_if_failed("taking back", next) {
            // A batch takes longer than a key may.
            Some(Some(Step::Batch)) => {
                self.undoing = true;
                self.worker.ask(Job::Undo { now: self.now });
                self.say("taking back …");
            }
            Some(_) => {
                let undone = self.store.undo(&self.options.reviewer, self.now);
                self.undone(undone);
            }
            None => {}
        }
    }

    pub(crate) fn undone(&mut self, undone: Result<Undone, ReviewError>) {
        let Some(undone) = self.said_if_failed("taking back", undone) else { return };
        let Undone { target, step, comments } = undone;
        if matches!(step, Step::Decision | Step::Batch) {
            self.forget_thread();
        }
        let what = match step {
            Step::Batch => format!("took back one decision on {} comments", comments.len()),
            Step::Skip => "it is no longer skipped".to_owned(),
            Step::Note => "took back the note".to_owned(),
            Step::Decision => "took back the decision".to_owned(),
        };
        if matches!(step, Step::Decision | Step::Batch) {
            self.decided = self.decided.saturating_sub(comments.len());
            self.unlearnt = self.unlearnt.saturating_sub(comments.len());
        }
        match (step, comments.as_slice()) {
            (Step::Decision | Step::Skip | Step::Note, &[comment]) => {
                // What was skipped before the start is waiting already.
                let waits_anew = step == Step::Decision || (step == Step::Skip && target > self.store.since);
                self.bring_back(comment, step != Step::Note, waits_anew);
            }
            _ => self.search_again(),
        }
        // What went wrong on the way is more to the point.
        if !self.message.as_ref().is_some_and(|message| message.is_bad) {
            self.say(what);
        }
    }

    fn bring_back(&mut self, comment: i64, waits: bool, waits_anew: bool) {
        if let Some(entry) = self.list.entries.iter_mut().find(|entry| entry.item.id == comment && waits) {
            entry.done = None;
        }
        self.show(comment);
        if waits_anew {
            self.count = self.count.map(|count| count + 1);
        }
    }

    /// Whether a key confirms: only a typed y does.
    pub(crate) fn confirms(code: KeyCode) -> bool {
        matches!(code, KeyCode::Char('y' | 'Y'))
    }
}
