//! What Coral asks of an external moderation phase.

use std::borrow::Cow;

use serde::Deserialize;

use crate::serve::object::{object, one};

/// A comment that was written or edited. The rest of what Coral sends (author, site, tenant) is not used: a comment is
/// scored by its text and its parent.
#[derive(Debug, Deserialize)]
pub(crate) struct PhaseRequest<'r> {
    #[serde(borrow, deserialize_with = "one")]
    pub(crate) comment: CommentBody<'r>,
    #[serde(borrow, default, deserialize_with = "object")]
    pub(crate) story: Option<StoryRef<'r>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CommentBody<'r> {
    /// HTML or plain text.
    #[serde(borrow)]
    pub(crate) body: Cow<'r, str>,
    #[serde(borrow, rename = "parentID", default)]
    pub(crate) parent_id: Option<Cow<'r, str>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct StoryRef<'r> {
    #[serde(borrow)]
    pub(crate) id: Cow<'r, str>,
    #[serde(borrow, default)]
    pub(crate) url: Option<Cow<'r, str>>,
}
