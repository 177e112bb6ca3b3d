//! The columns of a table of comments that have a meaning.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A column that has a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// The comment's own key; without it the row number stands in.
    Id,
    /// The `id` of the comment that this one answers.
    ParentId,
    /// Which comments belong together.
    ThreadId,
    /// The article's own key.
    ArticleId,
    /// The headline of its article.
    ArticleTitle,
    /// The article's body.
    ArticleText,
    /// What a stance is towards, where it is not the headline.
    Target,
    /// What the parent says, where it is no row of its own.
    ParentText,
    /// Anything else that the comment stands in.
    Context,
    /// Who wrote it.
    Author,
    /// When it was written.
    CreatedAt,
    /// What it says. The one column that is required.
    Text,
    /// The language that it is written in.
    Language,
}

impl Known {
    /// Every known column, in the order in which they are written.
    pub const ALL: [Self; 13] = [
        Self::Id,
        Self::ParentId,
        Self::ThreadId,
        Self::ArticleId,
        Self::ArticleTitle,
        Self::ArticleText,
        Self::Target,
        Self::ParentText,
        Self::Context,
        Self::Author,
        Self::CreatedAt,
        Self::Text,
        Self::Language,
    ];

    /// The name in headers, JSON keys and options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::ParentId => "parent_id",
            Self::ThreadId => "thread_id",
            Self::ArticleId => "article_id",
            Self::ArticleTitle => "article_title",
            Self::ArticleText => "article_text",
            Self::Target => "target",
            Self::ParentText => "parent_text",
            Self::Context => "context",
            Self::Author => "author",
            Self::CreatedAt => "created_at",
            Self::Text => "text",
            Self::Language => "language",
        }
    }

    /// The column of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
