//! One decision on everything that the filter matches: seen first, confirmed by a typed y, taken back by one undo.

use ratatui::crossterm::event::KeyCode;

use crate::queue::batch::{Applied, Preview};
use crate::queue::decision::{Action, Decision};
use crate::queue::error::ReviewError;
use crate::queue::scored::Score;
use crate::screen::app::{App, Effect, Mode};
use crate::screen::draft::Draft;
use crate::screen::keymap::Command;
use crate::screen::worker::{Job, Look};

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// What is to be decided.
    Choosing,
    /// Whether it is meant.
    Asking,
    /// It is being written.
    Writing,
}

/// A batch.
#[derive(Clone, Debug)]
pub(crate) struct Bulk {
    /// The number of its look.
    pub(crate) look: u64,
    /// How many, and the first of them.
    pub(crate) preview: Option<Preview>,
    pub(crate) draft: Draft,
    pub(crate) action: Option<Action>,
    pub(crate) stage: Stage,
}

impl Bulk {
    pub(crate) fn new(labels: &[(String, Score)]) -> Self {
        Self { look: 0, preview: None, draft: Draft::blank(labels), action: None, stage: Stage::Choosing }
    }

    pub(crate) fn decision(&self) -> Decision {
        Decision { action: self.action, ..self.draft.shown() }
    }

    fn toggle(&mut self, action: Action) {
        self.action = (self.action != Some(action)).then_some(action);
    }
}

impl App {
    pub(crate) fn on_batch_key(&mut self, mut bulk: Bulk, code: KeyCode) -> Effect {
        if bulk.stage == Stage::Writing {
            self.say("still deciding; it can be taken back when it is done");
            return self.redraw(Mode::Batch(bulk));
        }
        self.message = None;
        if bulk.stage == Stage::Asking {
            bulk.stage = Stage::Choosing;
            if Self::confirms(code) {
                self.apply(&mut bulk);
            } else {
                self.say("nothing was decided");
            }
            return self.redraw(Mode::Batch(bulk));
        }
        if code == KeyCode::Esc {
            return self.redraw(Mode::Desk);
        }
        match self.options.keymap.command(code) {
            Some(Command::Approve) => bulk.toggle(Action::Approve),
            Some(Command::Reject) => bulk.toggle(Action::Reject),
            Some(Command::Escalate) => bulk.toggle(Action::Escalate),
            Some(Command::Label(number)) if bulk.draft.turn(number) => {}
            Some(Command::Label(number)) => self.say(format!("there is no label {number}")),
            Some(Command::Labels) => drop(bulk.draft.turn_keys()),
            Some(Command::Stance) => drop(bulk.draft.turn_stance()),
            Some(Command::Batch | Command::Quit) => return self.redraw(Mode::Desk),
            Some(Command::Save) => match &bulk.preview {
                _ if bulk.decision().is_empty() => {
                    self.say("nothing is chosen yet: an action, or an answer to a label");
                }
                None => self.say("still counting"),
                Some(preview) if preview.count == 0 => self.say("there is nothing to decide"),
                Some(_) => bulk.stage = Stage::Asking,
            },
            _ => {}
        }
        self.redraw(Mode::Batch(bulk))
    }

    fn apply(&mut self, bulk: &mut Bulk) {
        let Some(preview) = &bulk.preview else { return };
        bulk.stage = Stage::Writing;
        let look = Look { number: bulk.look, ..self.look.clone() };
        let (decision, expected) = (bulk.decision(), preview.count);
        self.backstage.ask(Job::Apply { look, decision, expected, now: self.now });
    }

    pub(crate) fn applied(&mut self, applied: Result<Applied, ReviewError>) {
        let Mode::Batch(bulk) = std::mem::replace(&mut self.mode, Mode::Desk) else { return };
        match applied {
            Ok(Applied { count, .. }) => {
                self.decided += count;
                self.unlearnt += count;
                let told = self.options.words.told(&bulk.decision());
                let undo = self.options.keymap.shown(Command::Undo);
                self.look_again();
                self.say(format!("{told}: {count} comments · {undo} takes all of it back"));
            }
            // What was chosen stays chosen, and is looked at anew.
            Err(error) => {
                self.preview(bulk);
                self.warn(format!("nothing was decided: {error}"));
            }
        }
    }
}
