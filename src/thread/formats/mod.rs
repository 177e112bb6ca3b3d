//! Formats of other programs, one a file.

pub(crate) mod activitystreams;
pub(crate) mod bluesky;
pub(crate) mod commento;
pub(crate) mod facebook;
pub(crate) mod isso;
pub(crate) mod json_ld;
pub(crate) mod lemmy;
pub(crate) mod mastodon;
pub(crate) mod registry;
pub(crate) mod remark42;
pub(crate) mod wordpress_rest;
pub(crate) mod youtube;
