//! Formats of other programs, one a file.

pub(crate) mod registry;
pub(crate) mod remark42;
