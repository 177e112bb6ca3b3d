//! The state of a comment, from the decisions in force.

use crate::queue::decision::Action;
use crate::queue::state::State;

/// A decision that was not undone and is not about an earlier text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Vote<R> {
    pub(crate) reviewer: R,
    pub(crate) action: Option<Action>,
}

/// The state of a comment that needs `seats` reviewers, by its decisions in order.
///
/// It is open until that many have decided. If they then disagree on the action, or one escalated it, it is escalated.
/// A further decision, made with the others in view, settles it.
pub(crate) fn state<R: PartialEq>(votes: &[Vote<R>], seats: i64) -> State {
    let seats = seats.max(1) as usize;
    let first = |place: usize, vote: &Vote<R>| !votes.iter().take(place).any(|other| other.reviewer == vote.reviewer);
    let reviewers = votes.iter().enumerate().filter(|(place, vote)| first(*place, vote)).count();
    if reviewers < seats {
        return State::Open;
    }
    let counted = if votes.len() > seats { votes.len() - 1..votes.len() } else { 0..votes.len() };
    let counted = votes.get(counted).unwrap_or_default();
    let passed_on = counted.iter().any(|vote| vote.action == Some(Action::Escalate));
    let differ = counted.windows(2).any(|pair| matches!(pair, [a, b] if a.action != b.action));
    if passed_on || differ { State::Escalated } else { State::Done }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(votes: &str, seats: i64) -> State {
        let votes: Vec<Vote<char>> = votes
            .split_whitespace()
            .map(|vote| {
                let mut chars = vote.chars();
                let reviewer = chars.next().unwrap();
                let action = match chars.next() {
                    Some('+') => Some(Action::Approve),
                    Some('-') => Some(Action::Reject),
                    Some('!') => Some(Action::Escalate),
                    _ => None,
                };
                Vote { reviewer, action }
            })
            .collect();
        state(&votes, seats)
    }

    #[test]
    fn one_reviewer_settles_one_seat() {
        assert_eq!(of("", 1), State::Open);
        assert_eq!(of("a", 1), State::Done);
        assert_eq!(of("a!", 1), State::Escalated);
        assert_eq!(of("a! b+", 1), State::Done);
    }

    #[test]
    fn two_seats_need_two_reviewers_who_agree() {
        assert_eq!(of("a+", 2), State::Open);
        assert_eq!(of("a+ a+", 2), State::Open);
        assert_eq!(of("a+ b+", 2), State::Done);
        assert_eq!(of("a+ b-", 2), State::Escalated);
        assert_eq!(of("a+ b!", 2), State::Escalated);
        assert_eq!(of("a+ b- a-", 2), State::Done);
        assert_eq!(of("a+ b- c!", 2), State::Escalated);
    }
}
