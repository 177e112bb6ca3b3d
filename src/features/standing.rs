//! A training comment with its target, from which profiles are built.

use crate::features::text_vector::TextVector;

/// A training comment with its target.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) target: u64,
    /// The text of the target.
    pub(crate) about: TextVector,
    /// The text of the comment.
    pub(crate) comment: TextVector,
    pub(crate) row: usize,
    /// Comments of one group are left out of the profiles that they are compared to.
    pub(crate) group: u32,
}
