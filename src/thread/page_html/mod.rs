//! A page as HTML: an article followed by its comments.
//!
//! Comments are found by the markup of known systems; in the page's JSON-LD (schema.org `Comment`) or by the names that
//! sites commonly give to comments, whichever gives more, since JSON-LD often has only the first few; and last, as
//! repeated blocks. Replies are recognised by nesting, by attributes that name the parent, or by levels and
//! indentation. The article comes from the same sources, else from `dom_smoothie` once the comments are cut out.

pub(crate) mod about;
pub(crate) mod added;
pub(crate) mod around;
pub(crate) mod article;
pub(crate) mod attributes;
pub(crate) mod author;
pub(crate) mod beside;
#[cfg(test)]
pub(crate) mod beside_tests;
pub(crate) mod blocks;
mod byline;
pub(crate) mod called;
pub(crate) mod content;
pub(crate) mod controls;
pub(crate) mod depth;
pub(crate) mod dom;
pub(crate) mod explanation;
pub(crate) mod forum;
#[cfg(test)]
pub(crate) mod forum_tests;
pub(crate) mod found;
pub(crate) mod headline;
pub(crate) mod items;
pub(crate) mod known;
pub(crate) mod left_out;
pub(crate) mod level;
pub(crate) mod linked;
pub(crate) mod marked;
pub(crate) mod markup;
pub(crate) mod mistaken;
#[cfg(test)]
pub(crate) mod mistaken_tests;
pub(crate) mod month;
pub(crate) mod more;
pub(crate) mod names;
pub(crate) mod none;
#[cfg(test)]
pub(crate) mod older_tests;
pub(crate) mod opinion;
pub(crate) mod own;
pub(crate) mod pairs;
pub(crate) mod parts;
pub(crate) mod path;
pub(crate) mod saved;
#[cfg(test)]
pub(crate) mod signed_tests;
pub(crate) mod speaking;
#[cfg(test)]
pub(crate) mod splitting_tests;
pub(crate) mod systems;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod time;
pub(crate) mod unfold;
pub(crate) mod when;
pub(crate) mod wording;
pub(crate) mod written_by;

use rustc_hash::FxHashMap;
use scraper::{Html, Selector};

use crate::thread::comment::{Article, Comment, Thread};
use crate::thread::json::node::name_comments;
use crate::thread::limits::MoreThan;
use crate::thread::page_html::beside::Beside;
use crate::thread::page_html::explanation::{Explanation, trace};
use crate::thread::page_html::found::{Found, How};
use crate::thread::page_html::left_out::LeftOut;
use crate::thread::page_html::linked::Linked;
use crate::thread::page_html::marked::Marked;
use crate::thread::page_html::more::told;

/// The contents of a page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) thread: Thread,
    /// How the comments were found, if there are any.
    pub(crate) how: Option<How>,
    /// Remarks for the user, without a full stop.
    pub(crate) remarks: Vec<String>,
}

/// Reads a page; if nothing looks like a comment, all of it is the article.
///
/// # Errors
/// When the page has more nodes, comments or JSON-LD than one document may have.
pub(crate) fn parse(page: &str) -> Result<Thread, MoreThan> {
    read(page).map(|page| page.thread)
}

/// Like [`parse`], with how the page was read.
///
/// # Errors
/// As [`parse`].
pub(crate) fn read(page: &str) -> Result<Page, MoreThan> {
    read_whole(page, LeftOut::default(), false).map(|(page, _)| page)
}

/// Explains which element of a page was read as what.
///
/// # Errors
/// As [`parse`].
pub(crate) fn explain(page: &str) -> Result<Explanation, MoreThan> {
    let (page, mut explanation) = read_whole(page, LeftOut::counting(), true)?;
    (explanation.how, explanation.remarks) = (page.how, page.remarks);
    Ok(explanation)
}

fn read_whole(page: &str, left_out: LeftOut, explains: bool) -> Result<(Page, Explanation), MoreThan> {
    let mut html = depth::document(page)?;
    if let Some(inner) = for_crawlers(&html) {
        html = depth::document(&inner)?;
    }
    let mut linked = linked::read(&html)?;
    let broken = linked.broken.take();
    let mut beside = Beside::of(&html);
    let (mut marked, linked) = find(&html, linked, &beside, &left_out)?;
    if (marked.comments.is_empty() || marked.how == How::Blocks)
        && let Some(joined) = pairs::joined(&html)
        && let beside_joined = Beside::of(&joined)
        && let Some(found) = find_joined(&joined, &beside_joined, &left_out)?
        && found.comments.len() >= marked.comments.len()
    {
        (html, beside, marked) = (joined, beside_joined, found);
    }
    forum::open(&html, &mut marked);
    let missing = told(&html, &beside, &marked);
    marked.remarks.extend(missing);
    marked.remarks.extend(broken);
    let mut explanation = Explanation::default();
    if explains {
        explanation.comments = marked.comments.iter().map(|found| trace(&html, found)).collect();
    }
    let read = article::read(&mut html, &beside, &mut marked, linked, &left_out);
    drop(html);
    let how = (!marked.comments.is_empty()).then_some(marked.how);
    let comments = name(marked.comments);
    if explains {
        explanation.add(&read, &comments, left_out.told());
    }
    Ok((
        Page { thread: Thread { article: read.article, comments, ..Thread::default() }, how, remarks: marked.remarks },
        explanation,
    ))
}

/// The comments by the best method, and what JSON-LD says about the article.
fn find(html: &Html, linked: Linked, beside: &Beside, left_out: &LeftOut) -> Result<(Marked, Article), MoreThan> {
    if let Some(known) = known::find(html, left_out)? {
        return Ok((known, linked.article));
    }
    let mut marked = markup::find(html, beside, left_out)?;
    if linked.comments.len() > marked.comments.len() {
        marked.comments = linked.comments;
        marked.how = How::Linked;
        marked.remarks.clear();
        return Ok((marked, linked.article));
    }
    // A single element with a comment's class may be the whole list.
    let is_doubtful = marked.comments.is_empty() || (marked.comments.len() == 1 && marked.how == How::Names);
    if is_doubtful
        && let Some(blocks) = blocks::find(html, beside, left_out)?
        && blocks.comments.len() > marked.comments.len()
    {
        return Ok((blocks, linked.article));
    }
    Ok((marked, linked.article))
}

/// The comments of a page whose pairs are joined.
fn find_joined(joined: &Html, beside: &Beside, left_out: &LeftOut) -> Result<Option<Marked>, MoreThan> {
    let named = markup::find(joined, beside, left_out)?;
    if named.comments.len() > 1 {
        return Ok(Some(named));
    }
    blocks::find(joined, beside, left_out)
}

/// The content that Discourse provides for clients without scripts, if a page has only that.
fn for_crawlers(html: &Html) -> Option<String> {
    let noscript = Selector::parse("noscript").ok()?;
    let shown = Selector::parse(".topic-post, .crawler-post").ok()?;
    let texts = html.select(&noscript).map(|node| node.text().collect::<String>());
    let found = texts.into_iter().find(|text| text.contains("crawler-post"))?;
    html.select(&shown).next().is_none().then_some(found)
}

/// Keeps unique ids, gives the other comments `c1`, `c2`, …, and sets parents accordingly.
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
    // In place, since there may be very many.
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
