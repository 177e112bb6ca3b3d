//! SQL shared by several queries, and the codes of states and selections.
//!
//! Codes are written into the text of a query rather than bound to it: the index of the audit sample has one in its condition.
//! Only the migrations write them as digits, because the schema of a version never changes.

use crate::queue::state::{Selection, State};

/// `comment.state` of comments that wait.
pub(crate) const OPEN: i64 = State::Open.code();
/// `comment.state` of comments that are decided.
pub(crate) const DONE: i64 = State::Done.code();
/// `comment.state` of comments that await somebody else.
pub(crate) const ESCALATED: i64 = State::Escalated.code();
/// `comment.state` of comments that are erased.
pub(crate) const PURGED: i64 = State::Purged.code();

/// `comment.way` of comments that are neither flagged nor drawn.
pub(crate) const ASKED: i64 = Selection::Asked.code();
/// `comment.way` of comments that are flagged.
pub(crate) const FLAGGED: i64 = Selection::Flagged.code();
/// `comment.way` of comments of the audit sample.
pub(crate) const AUDIT_SAMPLE: i64 = Selection::AuditSample.code();

/// Whether decision `d` applies to the present text of comment `c`.
pub(crate) const STANDS: &str = "d.live = 1 AND d.seq > c.edited";

/// The body of the last decision on comment `c`; NULL where it is open, so that a second reviewer stays blind.
pub(crate) fn last_decision() -> String {
    format!(
        "(SELECT l.body FROM decision d JOIN log l ON l.seq = d.seq
          WHERE d.comment = c.id AND {STANDS} AND c.state <> {OPEN} ORDER BY d.seq DESC LIMIT 1)"
    )
}
