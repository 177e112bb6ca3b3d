//! A comment of the training data beside what it is on: what profiles are gathered from.

use crate::features::text_vector::TextVector;

/// A comment of the training data and what it is on.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) target: u64,
    /// What the target says.
    pub(crate) about: TextVector,
    /// What the comment says.
    pub(crate) comment: TextVector,
    pub(crate) row: usize,
    /// Comments of one group are left out of the profiles that they are compared to.
    pub(crate) group: u32,
}
