//! Nested JSON: `{"article": {"id","title","text","url"}, "comments": [{"id","author","created_at","text","replies":
//! […]}]}`.
//!
//! Also read: an array of such threads, a bare array of comments, and flat comments that name their `parent_id` (and
//! their `thread_id`, as a table exported as JSON does). `"thread_id": null` beside `comments` says that these are not
//! a thread, only comments in one document, like the rows of a table. The document is walked with an explicit stack
//! over a streaming reader, so a level of depth costs a few bytes and no call stack.
//!
//! An object is a comment if it has a text, even a null or empty one. If other objects have one, an object without it
//! is kept if it has an id or replies, as a deleted comment keeps its place above its replies; otherwise it is refused.
//! At the top, an object without a text that holds comments is their article, if it has a title or is the only object.

pub(crate) mod arena;
pub(crate) mod elements;
pub(crate) mod error_answer;
pub(crate) mod export;
pub(crate) mod found;
pub(crate) mod items;
pub(crate) mod map;
pub(crate) mod mapped;
pub(crate) mod node;
pub(crate) mod shape;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod walk;

use crate::thread::columns::ColumnMap;
use crate::thread::json::found::Found;
use crate::thread::json::node::threads;
use crate::thread::json::walk::{JsonError, walk};
use crate::thread::known::Known;
use crate::thread::mapping::Mapping;

/// Reads a document. `columns` maps the keys of comments as it maps the headers of tables; for missing known keys,
/// common alternatives are tried.
///
/// # Errors
/// What is wrong with the document, with line and column.
pub(crate) fn read(document: &str, columns: &ColumnMap) -> Result<Found, JsonError> {
    let found = parse(document, columns)?;
    if found.offer.is_empty() {
        return Ok(found);
    }
    let most = found.offer.iter().map(|offer| offer.count).max().unwrap_or(0);
    // Keys that few objects have belong to their thread, not to comments.
    let usable = found.offer.iter().filter(|offer| !offer.is_nested && 2 * offer.count >= most);
    let present = Known::ALL.iter().zip(found.present).filter(|(_, present)| *present).map(|(known, _)| known.name());
    let offer: Vec<&str> = usable.map(|offer| offer.key.as_str()).chain(present).collect();
    let guessed = columns.guess(&offer, &[]);
    if guessed.is_empty() {
        return Ok(found);
    }
    match parse(document, &columns.with(&guessed)) {
        Ok(again) if again.has_comments => Ok(Found { guessed, ..again }),
        _ => Ok(found),
    }
}

fn parse(document: &str, columns: &ColumnMap) -> Result<Found, JsonError> {
    let walked = walk(document, columns)?;
    let mut found = threads(walked.nodes);
    let is_present = |mapping: &&Mapping| walked.present.get(mapping.name as usize) == Some(&true);
    if found.threads.iter().any(|thread| !thread.comments.is_empty()) || !found.has_comments {
        found.missing = columns.mappings().iter().find(|mapping| !is_present(mapping)).cloned();
    }
    (found.offer, found.present) = (walked.offer, walked.present);
    match walked.hidden {
        Some(hidden) if found.has_comments => Err(hidden),
        _ => Ok(found),
    }
}
