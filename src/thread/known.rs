//! The columns of a table of comments that have a meaning.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A column with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// The comment's own key; the row number stands in if there is none.
    Id,
    /// The `id` of the comment that this one answers.
    ParentId,
    /// The thread that the comment belongs to.
    ThreadId,
    /// The article's own key.
    ArticleId,
    /// The headline of the article.
    ArticleTitle,
    /// The article's text.
    ArticleText,
    /// What a stance is towards, if not the headline.
    Target,
    /// The text of the parent, if that is not a row of its own.
    ParentText,
    /// Anything else about the comment's surroundings that a reader would know.
    Context,
    /// Who wrote it.
    Author,
    /// When it was written.
    CreatedAt,
    /// Its text, the only required column.
    Text,
    /// The language it is written in.
    Language,
}

impl Known {
    /// Every known column, in output order.
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

    /// Its name in headers, JSON keys and options.
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

    /// The column with this name.
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
