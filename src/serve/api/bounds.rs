//! The limits of one request, besides the bytes of its body.

/// Comments of a batch or a thread; for more, use a stream.
pub(crate) const MOST_COMMENTS: usize = 10_000;
/// Decisions of one request.
pub(crate) const MOST_DECISIONS: usize = 1_000;
/// Decisions that are written together; others come between.
pub(crate) const DECISIONS_TOGETHER: usize = 100;
/// Bytes of a comment's text.
pub(crate) const TEXT_BYTES: usize = 256 << 10;
/// Replies below each other.
pub(crate) const DEPTH: usize = 50;
/// Reasons for each label, times comments, of a batch or a thread: each takes about a hundred bytes of the answer.
pub(crate) const MOST_REASONS_TOGETHER: usize = 50_000;
/// Reasons for each label.
pub(crate) const MOST_REASONS: usize = 100;
