//! The model learns from the decisions while the reviewer continues; the reviewer then decides whether to use the new
//! one.

use ratatui::crossterm::event::KeyCode;

use crate::screen::app::{App, Effect, Mode};
use crate::screen::keymap::Command;
use crate::screen::retraining::{Candidate, Progress};

impl App {
    /// Begins, or shows the result.
    pub(crate) fn learn(&mut self) {
        match &self.progress {
            Progress::Ready(candidate) => self.mode = Mode::Learn(candidate.clone()),
            Progress::Running { seconds } => {
                let text = format!("the model has been learning for {seconds:.0} s; you can go on");
                self.say(text);
            }
            Progress::Scoring { .. } => self.say("the queue is being scored with the new model; you can go on"),
            Progress::Idle | Progress::Scored(_) | Progress::Failed(_) => match self.retraining.start() {
                Ok(()) => {
                    self.progress = Progress::Running { seconds: 0.0 };
                    self.say("the model is learning from the decisions; you can go on");
                }
                Err(error) => self.warn(error.to_string()),
            },
        }
    }

    /// Whether something changed.
    pub(crate) fn poll_training(&mut self) -> bool {
        let progress = self.retraining.poll();
        let changed = match (&self.progress, &progress) {
            // A second is soon enough.
            (Progress::Running { seconds: before }, Progress::Running { seconds }) => before.floor() < seconds.floor(),
            (before, now) => before != now,
        };
        if !changed {
            return false;
        }
        self.progress = progress;
        match &self.progress {
            Progress::Ready(candidate) => {
                let (key, queue) = (self.options.keymap.shown(Command::Learn), candidate.queue);
                self.say(format!("a new model is ready (queue: {queue}): {key} compares it with the old one"));
            }
            Progress::Failed(error) => {
                let error = error.clone();
                self.warn(error);
            }
            Progress::Scored(count) => {
                // The current comment stays, with the reviewer's answers; new scores appear with the next ones.
                let key = self.options.keymap.shown(Command::Refresh);
                self.say(format!("the new model is in use; {count} comments are rescored: {key} puts them in order"));
            }
            Progress::Idle | Progress::Running { .. } | Progress::Scoring { .. } => {}
        }
        true
    }

    pub(crate) fn on_learn_key(&mut self, candidate: Candidate, code: KeyCode) -> Effect {
        match code {
            code if Self::confirms(code) => match self.retraining.accept() {
                Ok(()) => {
                    self.progress = self.retraining.poll();
                    self.unlearnt = 0;
                    self.say("the queue is being scored with the new model; you can go on");
                }
                Err(error) => {
                    self.warn(format!("the old model stays: {error}"));
                    self.progress = self.retraining.poll();
                }
            },
            KeyCode::Char('n' | 'N') => {
                self.retraining.discard();
                self.progress = self.retraining.poll();
                self.say("the old model stays; the new one is discarded");
            }
            KeyCode::Esc => {
                let key = self.options.keymap.shown(Command::Learn);
                self.say(format!("the old model stays for now; {key} asks again"));
            }
            _ => self.mode = Mode::Learn(candidate),
        }
        Effect::Redraw
    }

    /// Begins by itself after each time that many decisions. Nothing is switched without a person.
    pub(crate) fn learn_in_time(&mut self) {
        let Some(after) = self.options.learn_after.filter(|after| *after > 0) else { return };
        let idle = matches!(self.progress, Progress::Idle | Progress::Scored(_) | Progress::Failed(_));
        if idle && self.unlearnt > 0 && self.unlearnt.is_multiple_of(after) {
            let said = self.message.take().map(|message| format!("{} · ", message.text)).unwrap_or_default();
            match self.retraining.start() {
                Ok(()) => {
                    self.progress = Progress::Running { seconds: 0.0 };
                    self.say(format!("{said}{} decisions: the model is learning from them", self.unlearnt));
                }
                Err(error) => self.warn(format!("{said}{error}")),
            }
        }
    }
}
