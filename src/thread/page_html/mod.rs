//! A page as HTML: an article followed by its comments.
//!
//! Comments are looked for in the page's JSON-LD (schema.org `Comment`) and in its markup; whichever gives more is
//! taken, since JSON-LD often holds only the first few. Who answers whom follows from nesting, or from attributes that
//! name the parent. The article comes from the same two sources, else from `dom_smoothie` once the comments are cut out.

pub(crate) mod article;
pub(crate) mod attributes;
pub(crate) mod depth;
pub(crate) mod dom;
pub(crate) mod found;
pub(crate) mod items;
pub(crate) mod linked;
pub(crate) mod markup;
#[cfg(test)]
pub(crate) mod tests;

use rustc_hash::FxHashMap;

use crate::thread::comment::{Comment, Thread};
use crate::thread::json::node::name_comments;
use crate::thread::limits::MoreThan;
use crate::thread::page_html::found::Found;

/// Reads a page; without anything that looks like a comment, all is article.
///
/// # Errors
/// When the page has more nodes, comments or JSON-LD than are read of one document.
pub(crate) fn parse(page: &str) -> Result<Thread, MoreThan> {
    let mut html = crate::thread::page_html::depth::document(page)?;
    let linked = crate::thread::page_html::linked::read(&html)?;
    let found = crate::thread::page_html::markup::find(&html)?;
    let marked = found.comments;
    let article = crate::thread::page_html::article::read(&mut html, &found.nodes, linked.article);
    drop(html);
    let comments = if marked.len() >= linked.comments.len() { marked } else { linked.comments };
    Ok(Thread { article, comments: name(comments), ..Thread::default() })
}

/// Keeps ids that are there once, gives the others `c1`, `c2`, …, and names the parents by them.
fn name(mut found: Vec<Found>) -> Vec<Comment> {
    let mut times: FxHashMap<String, usize> = FxHashMap::default();
    for one in &found {
        *times.entry(one.comment.id.clone()).or_default() += 1;
    }
    let mut parents = Vec::with_capacity(found.len());
    for one in &mut found {
        if times.get(&one.comment.id) != Some(&1) {
            one.comment.id.clear();
        }
        parents.push((one.above, one.answers.take()));
    }
    // In place: there may be very many.
    let mut comments: Vec<Comment> = found.into_iter().map(|one| one.comment).collect();
    name_comments(&mut comments);
    let of_id: FxHashMap<String, usize> =
        (comments.iter().enumerate()).map(|(i, comment)| (comment.id.clone(), i)).collect();
    for (i, (above, answers)) in parents.into_iter().enumerate() {
        let named = answers.and_then(|id| {
            let prefixed = ["", "comment-", "comment_"].map(|prefix| format!("{prefix}{id}"));
            prefixed.iter().find_map(|id| of_id.get(id).copied())
        });
        let parent = named.filter(|&parent| parent != i).or(above);
        let id = parent.and_then(|parent| comments.get(parent)).map(|parent| parent.id.clone());
        if let Some(comment) = comments.get_mut(i) {
            comment.parent_id = id;
        }
    }
    comments
}
