//! What comments have in the known columns.

use crate::thread::comment::{Comment, Thread};
use crate::thread::known::Known;

/// Columns that are written even if every cell is empty.
pub(crate) const ALWAYS: [Known; 2] = [Known::Id, Known::Text];

/// The known columns for which `is_used` holds, and those that are always written.
pub(crate) fn columns(is_used: impl Fn(Known) -> bool) -> Vec<Known> {
    Known::ALL.into_iter().filter(|column| ALWAYS.contains(column) || is_used(*column)).collect()
}

/// The columns that any comment has a value for, and those that a table always has.
pub(crate) fn used(threads: &[Thread]) -> Vec<Known> {
    columns(|column| rows(threads).any(|(thread, comment)| cell(thread, comment, column).is_some()))
}

/// Each comment with its thread.
pub(crate) fn rows(threads: &[Thread]) -> impl Iterator<Item = (&Thread, &Comment)> {
    threads.iter().flat_map(|thread| thread.comments.iter().map(move |comment| (thread, comment)))
}

/// The value that a comment has in a column, its own or its thread's.
pub(crate) fn cell<'t>(thread: &'t Thread, comment: &'t Comment, column: Known) -> Option<&'t str> {
    match column {
        Known::Id => Some(&comment.id),
        Known::Text => Some(&comment.text),
        Known::ParentId => comment.parent_id.as_deref(),
        Known::Author => comment.author.as_deref(),
        Known::CreatedAt => comment.created_at.as_deref(),
        Known::ThreadId => thread.id.as_deref(),
        Known::ArticleId => comment.beside.article_id.as_ref().or(thread.article.id.as_ref()).map(String::as_str),
        Known::ArticleTitle => {
            comment.beside.article_title.as_ref().or(thread.article.title.as_ref()).map(String::as_str)
        }
        Known::ArticleText => comment.beside.article_text.as_ref().or(thread.article.text.as_ref()).map(String::as_str),
        Known::Target => comment.beside.target.as_deref(),
        Known::ParentText => comment.beside.parent_text.as_deref(),
        Known::Context => comment.beside.context.as_deref(),
        Known::Language => comment.beside.language.as_deref(),
    }
}
