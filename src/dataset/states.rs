//! Moderators' decisions, as the states of comments in comment systems, from which the flag `reject` is learnt.

use std::collections::BTreeMap;

/// The flag made from them, and the name of a column that already has it.
pub(crate) const REJECT: &str = "reject";

/// Columns that hold states: letters only, since case and separators make no difference.
const COLUMNS: [&str; 8] = [
    "status",
    "state",
    "moderationstatus",
    "moderationstate",
    "commentstatus",
    "commentapproved",
    "approvalstatus",
    "decision",
];

/// A person let the comment stand.
const APPROVED: [&str; 11] = [
    "approved",
    "approve",
    "accepted",
    "accept",
    "published",
    "publish",
    "visible",
    "public",
    "allowed",
    "kept",
    "restored",
];

/// A person removed it.
const REJECTED: [&str; 20] = [
    "rejected",
    "reject",
    "spam",
    "trash",
    "trashed",
    "post-trashed",
    "removed",
    "blocked",
    "banned",
    "declined",
    "disapproved",
    "hidden",
    "unpublished",
    "deleted by moderator",
    "removed by moderator",
    "removed by moderators",
    "moderator",
    "modremoved",
    "deleted by admin",
    "deleted by editor",
];

/// Nobody decided yet, or only a machine or the author did.
const UNDECIDED: [&str; 29] = [
    "none",
    "new",
    "pending",
    "hold",
    "on hold",
    "held",
    "unapproved",
    "unmoderated",
    "awaiting moderation",
    "premod",
    "queued",
    "flagged",
    "reported",
    "system withheld",
    "withheld",
    "deleted",
    "deleted by user",
    "deleted by author",
    "removed by author",
    "self-deleted",
    "user",
    "author",
    "draft",
    "open",
    "active",
    "edited",
    "null",
    "nan",
    "-",
];

/// The meaning of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// A person decided for the comment, or against it.
    Decided { against: bool },
    /// No person decided.
    Undecided,
    /// The state is not a known one.
    Unknown,
}

impl State {
    /// The meaning of a cell.
    pub(crate) fn of(cell: &str) -> Self {
        let cell = cell.trim();
        if cell.is_empty() {
            return Self::Undecided;
        }
        let words = cell.to_lowercase().replace('_', " ");
        let is = |list: &[&str]| list.contains(&words.as_str());
        // WordPress writes 1 for approved and 0 for not yet.
        if words == "1" || is(&APPROVED) {
            Self::Decided { against: false }
        } else if is(&REJECTED) {
            Self::Decided { against: true }
        } else if words == "0" || is(&UNDECIDED) {
            Self::Undecided
        } else {
            Self::Unknown
        }
    }

    /// The state as the cell of a flag.
    pub(crate) fn cell(self) -> &'static str {
        match self {
            Self::Decided { against: true } => "1",
            Self::Decided { against: false } => "0",
            Self::Undecided | Self::Unknown => "",
        }
    }
}

/// The index of the column of states, if there is one.
pub(crate) fn column(header: &[String]) -> Option<usize> {
    let letters = |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    COLUMNS.iter().find_map(|wanted| header.iter().position(|there| letters(there) == *wanted))
}

/// Whether any column records moderators' decisions.
pub(crate) fn are_in(header: &[String]) -> bool {
    column(header).is_some() || header.iter().any(|name| name == REJECT)
}

/// How many different states are reported.
const TOLD: usize = 12;

/// States in the tables from which nothing can be learnt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherStates {
    /// Undecided states, each with its number of rows; states beyond a dozen are counted together.
    pub undecided: BTreeMap<String, u64>,
    /// Unknown states, in the same way.
    pub unknown: BTreeMap<String, u64>,
}

impl OtherStates {
    /// Counts a cell without a decision.
    pub(crate) fn count(&mut self, cell: &str, is_unknown: bool) {
        let counts = if is_unknown { &mut self.unknown } else { &mut self.undecided };
        let cell: String = cell.trim().chars().take(40).collect();
        if let Some(count) = counts.get_mut(&cell) {
            *count += 1;
        } else {
            let cell = if counts.len() < TOLD { cell } else { "others".to_owned() };
            *counts.entry(cell).or_default() += 1;
        }
    }

    /// Adds the states of another table.
    pub(crate) fn add(&mut self, other: &Self) {
        for (own, other) in [(&mut self.undecided, &other.undecided), (&mut self.unknown, &other.unknown)] {
            other.iter().for_each(|(state, count)| *own.entry(state.clone()).or_default() += count);
        }
    }

    /// All of them in words.
    pub(crate) fn all(&self) -> String {
        let parts = [&self.undecided, &self.unknown].map(Self::listed);
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// The given states in words.
    pub(crate) fn listed(counts: &BTreeMap<String, u64>) -> String {
        let shown = counts.iter().map(|(state, count)| match state.as_str() {
            "" => format!("none at all ({count})"),
            state => format!("{state} ({count})"),
        });
        shown.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_of_people_are_told_from_all_else() {
        for (cells, expected) in [
            (&["APPROVED", "approved", "1", " Published "][..], "0"),
            (&["REJECTED", "spam", "Trash", "removed", "deleted by moderator", "deleted_by_moderator"], "1"),
            (&["NONE", "PREMOD", "SYSTEM_WITHHELD", "", "0", "deleted", "deleted by user"], ""),
        ] {
            for cell in cells {
                assert_eq!(State::of(cell).cell(), expected, "{cell}");
                assert_ne!(State::of(cell), State::Unknown, "{cell}");
            }
        }
        assert_eq!(State::of("purple"), State::Unknown);
    }

    #[test]
    fn columns_of_states_are_found_whatever_their_case() {
        let at = |names: &[&str]| column(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(at(&["id", "Moderation Status"]), Some(1));
        assert_eq!(at(&["state", "status"]), Some(1), "the likeliest is taken");
        assert_eq!(at(&["id", "text"]), None);
    }

    #[test]
    fn no_word_says_two_things() {
        let all: Vec<&str> = [&APPROVED[..], &REJECTED, &UNDECIDED].concat();
        assert!(all.iter().enumerate().all(|(at, word)| !all[..at].contains(word)));
    }
}
