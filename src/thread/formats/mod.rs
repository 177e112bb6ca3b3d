//! Formats of other programs, one a file.

pub(crate) mod disqus;
pub(crate) mod registry;
pub(crate) mod remark42;
pub(crate) mod wxr;
