//! What the screen knows about the current thread.

use crate::queue::learn_thread::LearntThread;

/// The current thread, as far as it is learnt.
#[derive(Debug, Default)]
pub(crate) struct ThreadLearning {
    pub(crate) learnt: LearntThread,
    /// The thread that was asked for last, unless something was decided since.
    pub(crate) asked: Option<String>,
    /// The number of that question.
    pub(crate) number: u64,
    /// When the comment that is up came up.
    pub(crate) up_since: i64,
}
