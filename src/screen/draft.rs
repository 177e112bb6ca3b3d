//! The decision that is being made: an answer to each label, or none.

use std::collections::BTreeMap;

use crate::queue::comment_view::CommentView;
use crate::queue::decision::{Action, Answer, Decision};
use crate::queue::scored::Score;

/// The number of labels that have a key at the same time.
const KEYS: usize = 9;

/// The answer to a label so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Draft {
    pub(crate) answers: Vec<Open>,
    /// The label that the first key answers.
    first: usize,
}

/// A label and the answer to it so far.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Open {
    pub(crate) label: String,
    /// In order; a flag has none.
    pub(crate) classes: Vec<String>,
    /// The class that the model chose.
    class: Option<String>,
    /// The answer; `None` for no answer.
    pub(crate) answer: Option<Answer>,
    /// The reviewer gave it.
    pub(crate) own: bool,
}

impl Open {
    fn of(label: &str, score: &Score) -> Self {
        let (classes, class) = match score {
            Score::Flag { .. } => (Vec::new(), None),
            Score::Stance { class, p, .. } => (p.keys().cloned().collect(), class.clone()),
        };
        Self { label: label.to_owned(), classes, class, answer: None, own: false }
    }

    pub(crate) fn is_stance(&self) -> bool {
        !self.classes.is_empty()
    }

    /// Moves to the next answer: for a flag yes, no, none; for a stance the model's class, the others, none.
    fn turn(&mut self) {
        self.own = true;
        if !self.is_stance() {
            self.answer = match self.answer {
                None => Some(Answer::Flag(true)),
                Some(Answer::Flag(true)) => Some(Answer::Flag(false)),
                Some(_) => None,
            };
            return;
        }
        let others = self.classes.iter().filter(|other| Some(*other) != self.class.as_ref());
        let mut turns = self.class.iter().chain(others);
        let next = match &self.answer {
            Some(Answer::Stance(now)) => turns.skip_while(|class| *class != now).nth(1),
            _ => turns.next(),
        };
        self.answer = next.cloned().map(Answer::Stance);
    }
}

impl Draft {
    /// The reviewer's earlier decision or, without one, the model's: the flags that it raised, and the stance. If it
    /// raised nothing, that is all there is to confirm: every flag is answered with no.
    pub(crate) fn new(view: &CommentView, reviewer: &str) -> Self {
        let mut answers: Vec<Open> = view.scores.iter().map(|(label, score)| Open::of(label, score)).collect();
        let before = view.decisions.iter().rev().find(|past| past.reviewer == reviewer);
        let quiet = !view.scores.iter().any(|(_, score)| score.calls());
        for (open, (label, score)) in answers.iter_mut().zip(&view.scores) {
            open.answer = match (before, score) {
                (Some(past), _) => past.decision.labels.get(label).cloned(),
                (None, Score::Flag { raised: true, .. }) => Some(Answer::Flag(true)),
                (None, Score::Flag { .. }) if quiet => Some(Answer::Flag(false)),
                (None, Score::Flag { .. }) => None,
                (None, Score::Stance { class, .. }) => class.clone().map(Answer::Stance),
            };
        }
        Self { answers, first: 0 }
    }

    /// With no answers, for labels of these names and classes.
    pub(crate) fn blank(labels: &[(String, Score)]) -> Self {
        Self { answers: labels.iter().map(|(label, score)| Open::of(label, score)).collect(), first: 0 }
    }

    /// Carries over answers to labels that still exist.
    pub(crate) fn carry_over(&mut self, other: &Self) {
        self.first = if other.first < self.answers.len() { other.first } else { 0 };
        for own in &mut self.answers {
            if let Some(kept) = other.answers.iter().find(|open| open.own && open.label == own.label) {
                (own.answer, own.own) = (kept.answer.clone(), true);
            }
        }
    }

    /// The number, from 1, of the key that answers the label at this place; `None` if it has none now.
    pub(crate) fn number(&self, place: usize) -> Option<u8> {
        place.checked_sub(self.first).filter(|key| *key < KEYS).map(|key| key as u8 + 1)
    }

    /// Answers the label of a key.
    pub(crate) fn turn(&mut self, number: u8) -> bool {
        let place = self.first + usize::from(number) - 1;
        self.answers.get_mut(place).map(Open::turn).is_some()
    }

    /// Moves the keys to the next labels, and after the last ones back to the first. False if every label has a key
    /// already.
    pub(crate) fn turn_keys(&mut self) -> bool {
        let next = self.first + KEYS;
        self.first = if next < self.answers.len() { next } else { 0 };
        self.answers.len() > KEYS
    }

    pub(crate) fn turn_stance(&mut self) -> bool {
        self.answers.iter_mut().find(|open| open.is_stance()).map(Open::turn).is_some()
    }

    /// The labels as shown, without an action.
    pub(crate) fn shown(&self) -> Decision {
        Decision { labels: self.labels(|_| true), action: None }
    }

    /// An action, and the labels that the reviewer answered: an approval says nothing about what the model raised.
    pub(crate) fn with(&self, action: Action) -> Decision {
        Decision { labels: self.labels(|open| open.own), action: Some(action) }
    }

    fn labels(&self, wanted: impl Fn(&Open) -> bool) -> BTreeMap<String, Answer> {
        let wanted = self.answers.iter().filter(|open| wanted(open));
        wanted.filter_map(|open| Some((open.label.clone(), open.answer.clone()?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Vec<(String, Score)> {
        let p = ["against", "favor", "none"].map(|class| (class.to_owned(), 0.3)).into();
        let flag = Score::Flag { raised: true, unsure: false, p: 0.9, threshold: 0.5 };
        vec![
            ("toxicity".to_owned(), flag),
            ("stance".to_owned(), Score::Stance { class: Some("favor".to_owned()), why: None, p }),
        ]
    }

    #[test]
    fn answers_go_round() {
        let mut draft = Draft::blank(&labels());
        let mut said = Vec::new();
        for _ in 0..4 {
            assert!(draft.turn(1) && draft.turn_stance());
            said.push(draft.shown().to_string());
        }
        let expected =
            ["stance: favor, toxicity: yes", "stance: against, toxicity: no", "stance: none", "toxicity: yes"];
        assert_eq!(said, expected);
        assert!(!draft.turn(3) && !draft.turn_keys());
    }

    #[test]
    fn nine_keys_answer_any_number_of_labels() {
        let flag = Score::Flag { raised: false, unsure: false, p: 0.1, threshold: 0.5 };
        let labels: Vec<(String, Score)> = (1..=20).map(|i| (format!("l{i}"), flag.clone())).collect();
        let mut draft = Draft::blank(&labels);
        for first in [1, 10, 19, 1] {
            let number = |label: usize| draft.number(label - 1);
            assert_eq!((number(first), first > 1 && number(first - 1).is_some()), (Some(1), false));
            assert_eq!((number(first + 8), number(first + 9)), (Some(9), None));
            assert_eq!(draft.turn(3), first + 2 <= 20);
            assert!(draft.turn_keys());
        }
        assert_eq!(draft.shown().to_string(), "l12: yes, l3: no");
    }

    #[test]
    fn an_action_takes_only_what_was_said() {
        let mut draft = Draft::blank(&labels());
        draft.answers[0].answer = Some(Answer::Flag(true));
        assert_eq!(draft.with(Action::Approve).to_string(), "approve");
        draft.turn(1);
        assert_eq!(draft.with(Action::Approve).to_string(), "approve; toxicity: no");
    }
}
