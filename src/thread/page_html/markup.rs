//! Reads comment elements: text, author, time, id.

use ego_tree::NodeId;
use rustc_hash::{FxHashMap, FxHashSet};
use scraper::Html;
use scraper::node::Element;

use crate::thread::comment::Comment;
use crate::thread::limits::MoreThan;
use crate::thread::page_html::author::{author, before, is_saying};
use crate::thread::page_html::beside::Beside;
use crate::thread::page_html::byline;
use crate::thread::page_html::called::is_comment_id;
use crate::thread::page_html::content::content;
use crate::thread::page_html::controls::{is_control, is_reader_control};
use crate::thread::page_html::dom::{Ref, classes, has_word, is_emoji, quoting};
use crate::thread::page_html::found::{Found, How, Origin, Placed};
use crate::thread::page_html::items;
use crate::thread::page_html::items::{Item, is_listed_below, is_reply};
use crate::thread::page_html::left_out::LeftOut;
use crate::thread::page_html::level;
use crate::thread::page_html::level::Level;
use crate::thread::page_html::marked::Marked;
use crate::thread::page_html::mistaken;
use crate::thread::page_html::opinion;
use crate::thread::page_html::own::{Own, own};
use crate::thread::page_html::parts;
use crate::thread::page_html::unfold::is_unfolding;
use crate::thread::page_html::when::{bare_time_in, when};

/// Finds the comments in a page's markup by common names.
///
/// # Errors
/// When there are more than one document may have.
pub(crate) fn find(html: &Html, beside: &Beside, left_out: &LeftOut) -> Result<Marked, MoreThan> {
    let found = read_found(items::find(html, beside)?, left_out);
    if found.comments.is_empty() {
        return Ok(read_found(items::listed(html, beside)?, left_out));
    }
    Ok(found)
}

fn read_found(items: Vec<Item>, left_out: &LeftOut) -> Marked {
    let nodes: FxHashSet<NodeId> = items.iter().map(|item| item.node.id()).collect();
    let opinions: Vec<bool> = items.iter().map(|item| opinion::is_one(item, &own(item.node, &nodes))).collect();
    let items = items::without(items, |i| opinions.get(i) == Some(&true));
    let parts = parts::of(&items);
    let mut items = items::without(items, |i| parts.get(i) == Some(&true));
    items::answer_siblings(&mut items);
    let how = if items.iter().any(|item| is_wordpress(item.node)) { How::Markup("WordPress") } else { How::Names };
    read_all(&mut items, how, left_out)
}

/// Reads the items that were found.
pub(crate) fn read_all(items: &mut [Item], how: How, left_out: &LeftOut) -> Marked {
    let nodes: FxHashSet<NodeId> = items.iter().map(|item| item.node.id()).collect();
    let mut levels = Vec::with_capacity(items.len());
    let mut around: FxHashMap<NodeId, usize> = FxHashMap::default();
    for item in items.iter() {
        item.node.ancestors().take(level::AROUND).for_each(|node| *around.entry(node.id()).or_default() += 1);
    }
    let mut read: Vec<Option<Found>> = Vec::with_capacity(items.len());
    let mut notices: Vec<bool> = Vec::with_capacity(items.len());
    for item in items.iter() {
        let own = own(item.node, &nodes);
        levels.push(Level::of(item.node, &own, |node| around.get(&node.id()) == Some(&1)));
        let is_in_notice = |above: &Item| !is_listed_below(item.node, above.node);
        let is_notice = item.node.value().as_element().is_some_and(is_pingback)
            || mistaken::is_notice(item.node, &own)
            || item.above.is_some_and(|at| notices.get(at) == Some(&true) && items.get(at).is_some_and(is_in_notice));
        notices.push(is_notice);
        read.push((!is_notice).then(|| read_one(*item, &own, &nodes, left_out)));
    }
    fold_wrappers(items, &mut read);
    leave_mistaken(items, &mut read);
    // The new index of each, or of the one around it that is left.
    let mut places: Vec<Option<usize>> = Vec::with_capacity(read.len());
    let mut left = 0;
    for (found, item) in read.iter().zip(items.iter()) {
        let above = || item.above.and_then(|above| places.get(above).copied().flatten());
        let place = if found.is_some() { Some(left) } else { above() };
        places.push(place);
        left += usize::from(found.is_some());
    }
    for (found, item) in read.iter_mut().zip(items.iter()) {
        if let Some(found) = found {
            found.above = item.above.and_then(|above| places.get(above).copied().flatten());
        }
    }
    let mut marked = Marked::by(how);
    marked.nodes = items.iter().map(|item| item.node.id()).collect();
    // A notice may have been read as several elements.
    let is_whole =
        |(item, is_notice): &(&Item, bool)| *is_notice && item.above.is_none_or(|at| notices.get(at) != Some(&true));
    let notices = items.iter().zip(notices.iter().copied()).filter(is_whole).count();
    marked.left_out = notices;
    if notices > 0 {
        let what = if notices == 1 { "1 pingback was".to_owned() } else { format!("{notices} pingbacks were") };
        marked.remarks.push(format!("{what} left out"));
    }
    let levels: Vec<Level> =
        levels.into_iter().zip(&read).filter(|(_, found)| found.is_some()).map(|(level, _)| level).collect();
    // In place, since there may be very many.
    read.retain(Option::is_some);
    marked.comments = read.into_iter().map(Option::unwrap_or_default).collect();
    let is_flat = marked.comments.iter().all(|found| found.above.is_none() && found.answers.is_none());
    if is_flat && let Some((parents, placed)) = level::parents(&levels) {
        for (found, above) in marked.comments.iter_mut().zip(parents) {
            (found.above, found.placed) = (above, placed);
        }
    }
    without_answered(&mut marked.comments);
    marked
}

/// Removes the line above a reply that only names the author it answers, in comments without an element for the text
/// alone.
fn without_answered(comments: &mut [Found]) {
    for i in 0..comments.len() {
        let parent = comments.get(i).and_then(|found| comments.get(found.above?)?.comment.author.clone());
        let (Some(name), Some(found)) = (parent, comments.get_mut(i)) else { continue };
        if found.from.text == found.from.item
            && let Some((first, rest)) = found.comment.text.split_once('\n')
            && first.trim() == name
        {
            found.comment.text = rest.trim_start().to_owned();
        }
    }
}

/// Whether the comment is marked as `WordPress` does in all themes.
fn is_wordpress(item: Ref) -> bool {
    let element = item.value().as_element();
    let is_numbered = element.and_then(Element::id).is_some_and(is_comment_id);
    let is_deep = element.is_some_and(|element| classes(element).any(|class| class.starts_with("depth-")));
    is_numbered && is_deep
}

/// Whether an element is a notice that another site links here.
fn is_pingback(element: &Element) -> bool {
    classes(element).any(|class| matches!(class.rsplit(['-', '_']).next(), Some("pingback" | "trackback")))
}

/// Removes items that are no comments, now that it is known what they say.
fn leave_mistaken(items: &[Item], read: &mut [Option<Found>]) {
    let mut is_answered = vec![false; items.len()];
    // The last first, so that one whose replies are none has none.
    for (i, (item, found)) in items.iter().zip(read.iter_mut()).enumerate().rev() {
        let answered = is_answered.get(i) == Some(&true);
        if found.as_ref().is_some_and(|found| mistaken::is_one(item, found, answered)) {
            *found = None;
        }
        if (found.is_some() || answered)
            && let Some(above) = item.above.and_then(|above| is_answered.get_mut(above))
        {
            *above = true;
        }
    }
}

/// Removes elements that only wrap a comment or several.
fn fold_wrappers(items: &mut [Item], read: &mut [Option<Found>]) {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); items.len()];
    for (i, item) in items.iter().enumerate() {
        if let Some(children) = item.above.and_then(|above| children.get_mut(above)) {
            children.push(i);
        }
    }
    for i in 0..items.len() {
        let (Some(item), Some(Some(found))) = (items.get(i).copied(), read.get(i)) else {
            continue;
        };
        if found.comment.author.is_some() {
            continue;
        }
        let below = children.get(i).cloned().unwrap_or_default();
        let first = below.first().and_then(|&first| Some((first, *items.get(first)?)));
        // A wrapper may also hold a badge or similar.
        let is_wrapper = || {
            let (first, inner) = first?;
            let first = read.get(first)?.as_ref()?;
            let is_part = inner.node.value().as_element().is_some_and(parts::is_named_part);
            Some(is_part && first.comment.author.is_some())
        };
        if !found.comment.text.is_empty() && (found.comment.created_at.is_some() || is_wrapper() != Some(true)) {
            continue;
        }
        let content = first.filter(|(_, first)| {
            let parent = |item: &Item| item.node.parent().map(|node| node.id());
            let beside = below.iter().filter_map(|&other| items.get(other));
            // Replies may be siblings of the comment's content, which then has the comment's id.
            let id = |at: Option<usize>| Some(&read.get(at?)?.as_ref()?.comment.id).filter(|id| !id.is_empty());
            let is_named = id(Some(i)).is_some() && id(Some(i)) == id(below.first().copied());
            !is_listed_below(first.node, item.node)
                && (is_named || beside.filter(|other| parent(other) == parent(first)).count() == 1)
        });
        let has_id = (item.node.value().as_element()).is_some_and(|element| element.id().is_some());
        let is_answered = first.is_some_and(|(_, first)| is_reply(first.node, item.node));
        let heir = match content {
            // It wraps one comment, and perhaps its replies.
            Some((first, _)) => Some(first),
            // A comment without a text.
            None if item.is_sure || is_answered || (has_id && below.is_empty()) => continue,
            // It wraps several, or nothing.
            None => None,
        };
        let wrapper = read.get_mut(i).and_then(Option::take);
        if let (Some(heir), Some(wrapper)) = (heir, wrapper)
            && let Some(Some(found)) = read.get_mut(heir)
        {
            let is_better = is_comment_id(&wrapper.comment.id) || !is_comment_id(&found.comment.id);
            if !wrapper.comment.id.is_empty() && is_better {
                found.comment.id = wrapper.comment.id;
            }
            found.answers = found.answers.take().or(wrapper.answers);
            found.comment.created_at = found.comment.created_at.take().or(wrapper.comment.created_at);
            if let Some(children) = children.get_mut(heir) {
                children.extend(below.iter().filter(|&&child| child != heir));
                children.sort_unstable();
            }
        }
        for child in below {
            if let Some(below) = items.get_mut(child) {
                below.above = match heir {
                    Some(heir) if heir != child => Some(heir),
                    _ => item.above,
                };
            }
        }
    }
}

/// Reads one item, without the items in it.
fn read_one(item: Item, own: &[Own], items: &FxHashSet<NodeId>, left_out: &LeftOut) -> Found {
    let is_item = |node: Ref| items.contains(&node.id());
    let within = content(own);
    let outside: Vec<&Own> =
        own.iter().enumerate().filter(|(at, _)| !within.contains(at)).map(|(_, own)| own).collect();
    let inside: Vec<&Own> = own.get(within.clone()).unwrap_or_default().iter().collect();
    let mut when = when(&outside).or_else(|| bare_time_in(item.node)).or_else(|| when(&inside));
    let content = own.get(within.start).filter(|_| !within.is_empty()).map(|own| own.node);
    let is_out = |node: Ref| node.id() == item.node.id() || content.is_some_and(|content| content.id() == node.id());
    let byline = when.as_ref().and_then(|(node, _)| byline::around(*node, is_out));
    let named_beside = || byline.as_ref().map(|(node, byline)| (*node, byline.name.clone()));
    // An element of the whole line does not name the author alone.
    let is_line = |node: Ref| byline.as_ref().is_some_and(|(line, _)| node.id() == line.id());
    let author = author(&outside, &is_item)
        .filter(|(node, _)| !is_line(*node))
        .or_else(named_beside)
        .or_else(|| author(&inside, &is_item))
        .or_else(|| before(own, &within, when.as_ref().map(|(node, _)| *node)?));
    // An element that also holds the author is not the text alone.
    let holds = |node: Option<Ref>| node.is_some_and(|node| inside.iter().any(|own| own.node.id() == node.id()));
    let named = author.as_ref().map(|(node, _)| *node);
    let mut dated = byline.as_ref().map(|(node, _)| *node).or(when.as_ref().map(|(node, _)| *node));
    let is_alone = content.is_some() && !holds(named) && !holds(dated);
    let skip = |node: Ref, dated: Option<Ref>| {
        let is = |other: Option<Ref>| other.is_some_and(|other| other.id() == node.id());
        if is_item(node) || is(named) || is(dated) {
            return true;
        }
        let is_out = node.value().as_element().is_some_and(|element| {
            let is_control = if is_alone {
                is_reader_control(node, element)
            } else {
                // The picture may be the author's.
                is_control(node, element) || (element.name() == "img" && !is_emoji(element))
            };
            is_control || is_unfolding(node, element)
        });
        if is_out {
            left_out.add(node);
        }
        is_out
    };
    let text = |dated: Option<Ref>| {
        let text = quoting(content.unwrap_or(item.node), |node| skip(node, dated));
        if is_alone { text } else { without_rests(text) }
    };
    let mut said = text(dated);
    let says = |text: &str| text.chars().any(char::is_alphabetic);
    // What looks like a time and is called none may be all that somebody says: `I was there on 3 March`.
    if !says(&said) && byline.is_none() && dated.is_some_and(|node| node.value().is_text()) {
        let whole = text(None);
        if says(&whole) {
            (said, when, dated) = (whole, None, None);
        }
    }
    let own_element = item.node.value().as_element();
    let attribute =
        |names: &[&str]| names.iter().find_map(|name| own_element?.attr(name)).map(|value| value.trim().to_owned());
    let parent = own.iter().find(|own| has_word(own.element, "itemprop", "parentItem"));
    let answers =
        attribute(&["data-parent-id", "data-parent", "data-parent-comment-id", "data-parentid", "data-reply-to"])
            .or_else(|| parent.and_then(|own| own.element.attr("href")).map(str::to_owned))
            .map(|id| id.trim_start_matches('#').to_owned())
            .filter(|id| !id.is_empty() && id != "0");
    Found {
        above: item.above,
        placed: if answers.is_some() { Placed::Named } else { Placed::Nested },
        answers,
        from: Origin {
            item: Some(item.node.id()),
            author: named.map(|node| node.id()),
            time: dated.map(|node| node.id()),
            text: Some(content.unwrap_or(item.node).id()),
        },
        comment: Comment {
            id: attribute(&["id", "data-comment-id", "data-id"])
                .map(|id| plain_id(&id))
                .or_else(|| linked_id(own))
                .or_else(|| anchor_before(item.node))
                .unwrap_or_default(),
            parent_id: None,
            text: said,
            author: author
                .map(|(_, name)| name)
                .or_else(|| attribute(&["data-author", "data-comment-author", "data-username", "data-user"])),
            created_at: byline
                .map(|(_, byline)| byline.date)
                .or_else(|| when.map(|(_, time)| time))
                .or_else(|| attribute(&["data-created-at", "data-comment-timestamp", "data-date"])),
            ..Comment::default()
        },
    }
}

/// Removes the first and last lines that are remnants of separators between name and time.
fn without_rests(mut text: String) -> String {
    let is_rest = |line: &str| {
        line.chars().all(|char| {
            matches!(char, ',' | '|' | '·' | '•' | '-' | '–' | '—' | '(' | ')' | '[' | ']' | ':')
                || char.is_whitespace()
        }) || is_saying(line)
    };
    // A smiley is none, whether or not it has a nose.
    let is_joint = |char: char| matches!(char, ',' | '|' | '·' | '•' | '–' | '—') || char.is_whitespace();
    while let Some((before, _)) = text.rsplit_once('\n').filter(|(_, last)| last.chars().all(is_joint)) {
        text.truncate(before.trim_end().len());
    }
    match text.split_once('\n') {
        Some((first, _)) if is_rest(first) => {
            let begin = text.split_inclusive('\n').take_while(|line| is_rest(line)).map(str::len).sum::<usize>();
            text.get(begin..).unwrap_or_default().to_owned()
        }
        _ => text,
    }
}

/// Themes put `li-` in front of the id that links use.
fn plain_id(id: &str) -> String {
    let plain = ["li-", "div-"].iter().find_map(|before| id.strip_prefix(before)).filter(|id| is_comment_id(id));
    plain.unwrap_or(id).to_owned()
}

/// The id of an empty anchor right before the comment.
fn anchor_before(item: Ref) -> Option<String> {
    let before = item.prev_siblings().find(|node| node.value().is_element())?;
    let element = before.value().as_element().filter(|element| element.name() == "a")?;
    element.id().or_else(|| element.attr("name")).filter(|id| is_comment_id(id)).map(str::to_owned)
}

/// The id in a link to the comment, or in an anchor inside it.
fn linked_id(own: &[Own]) -> Option<String> {
    own.iter().find_map(|own| {
        let anchor = own.element.attr("name").or_else(|| own.element.id());
        let link = own.element.attr("href").and_then(|href| href.rsplit_once('#')).map(|(_, id)| id);
        let is_anchor = own.element.name() == "a";
        let ids = [anchor.filter(|_| is_anchor), link.filter(|_| is_anchor)];
        ids.into_iter().flatten().find(|id| is_comment_id(id)).map(str::to_owned)
    })
}
