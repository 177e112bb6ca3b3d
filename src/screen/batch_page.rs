//! One decision on everything that the filter matches: seen first, confirmed by a typed y, taken back by one undo.

use ratatui::crossterm::event::KeyCode;

use crate::queue::batch::Preview;
use crate::queue::decision::{Action, Decision};
use crate::queue::scored::Score;
use crate::screen::draft::Draft;
use crate::screen::keymap::{Command, Keymap};

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The decision.
    Choosing,
    /// Whether it is meant.
    Asking,
    /// It is being written.
    Writing,
}

/// What a key on the page requests of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Stay,
    /// Show the reviewer a message.
    Say(String),
    /// Back to the queue list.
    Close,
    /// Write the decision.
    Apply,
}

/// One decision on many comments, in progress.
#[derive(Clone, Debug)]
pub(crate) struct BatchPage {
    /// The number of its search.
    pub(crate) search: u64,
    /// How many, and the first of them.
    pub(crate) preview: Option<Preview>,
    pub(crate) draft: Draft,
    pub(crate) action: Option<Action>,
    pub(crate) stage: Stage,
}

impl BatchPage {
    pub(crate) fn new(labels: &[(String, Score)]) -> Self {
        Self { search: 0, preview: None, draft: Draft::blank(labels), action: None, stage: Stage::Choosing }
    }

    pub(crate) fn decision(&self) -> Decision {
        Decision { action: self.action, ..self.draft.shown() }
    }

    fn toggle(&mut self, action: Action) {
        self.action = (self.action != Some(action)).then_some(action);
    }

    /// `confirms` says whether the key would confirm the question.
    pub(crate) fn on_key(&mut self, code: KeyCode, keymap: &Keymap, confirms: bool) -> Step {
        match self.stage {
            Stage::Writing => return Step::Say("still deciding; you can undo it when it is done".to_owned()),
            Stage::Asking => {
                self.stage = Stage::Choosing;
                return if confirms { Step::Apply } else { Step::Say("nothing was decided".to_owned()) };
            }
            Stage::Choosing if code == KeyCode::Esc => return Step::Close,
            Stage::Choosing => {}
        }
        match keymap.command(code) {
            Some(Command::Approve) => self.toggle(Action::Approve),
            Some(Command::Reject) => self.toggle(Action::Reject),
            Some(Command::Escalate) => self.toggle(Action::Escalate),
            Some(Command::Label(number)) if self.draft.turn(number) => {}
            Some(Command::Label(number)) => return Step::Say(format!("there is no label {number}")),
            Some(Command::Labels) => drop(self.draft.turn_keys()),
            Some(Command::Stance) => drop(self.draft.turn_stance()),
            Some(Command::Batch | Command::Quit) => return Step::Close,
            Some(Command::Save) => return self.ask(),
            _ => {}
        }
        Step::Stay
    }

    /// Asks whether the decision is meant, if there is one and something to decide.
    fn ask(&mut self) -> Step {
        let why_not = match &self.preview {
            _ if self.decision().is_empty() => "nothing is chosen yet: choose an action or answer a label",
            None => "still counting",
            Some(preview) if preview.count == 0 => "there is nothing to decide",
            Some(_) => {
                self.stage = Stage::Asking;
                return Step::Stay;
            }
        };
        Step::Say(why_not.to_owned())
    }
}
