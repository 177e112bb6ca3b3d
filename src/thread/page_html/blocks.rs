//! Finds comments on sites with unknown names: repeated blocks, each with an author, a time and a text.
//!
//! Lists of other things repeat as well. Blocks with a heading that leads elsewhere are a list of articles. If nothing
//! else marks blocks as comments (a link to reply, the name of their container, a heading), there must be at least
//! three, they must not link elsewhere, and the page must have a word for comments or replies somewhere.

use std::cell::RefCell;

use ego_tree::NodeId;
use rustc_hash::{FxHashMap, FxHashSet};
use scraper::node::Element;
use scraper::{Html, Node};

use crate::thread::limits::{MOST_COMMENTS, MoreThan, more_than};
use crate::thread::page_html::about::is_fact;
use crate::thread::page_html::author::{author_rank, is_profile};
use crate::thread::page_html::beside::Beside;
use crate::thread::page_html::controls::command;
use crate::thread::page_html::dom::{Ref, classes, short_line, walk};
use crate::thread::page_html::found::How;
use crate::thread::page_html::items::{Item, collect};
use crate::thread::page_html::left_out::LeftOut;
use crate::thread::page_html::level;
use crate::thread::page_html::marked::Marked;
use crate::thread::page_html::markup::read_all;
use crate::thread::page_html::speaking::{is_called, speaks_of_comments};
use crate::thread::page_html::time;
use crate::thread::page_html::when::time_rank;

/// The longest name or time, in bytes, and the most elements that it may be in.
const SHORT: usize = 60;
const FEW: usize = 6;
/// The shortest comment, in bytes.
const LEAST: usize = 8;
/// The kind of the pairs that were joined.
const JOINED: &str = "div.joined";
/// How many kinds of blocks are tried.
const TRIED: usize = 8;

/// Counts of what an element contains.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    /// Bytes of words outside links.
    said: usize,
    elements: usize,
    authors: usize,
    /// Bold words and small headings, which may be an author.
    bold: usize,
    times: usize,
    /// Texts outside elements of their own that look like a time.
    bare: usize,
    /// What is said about the author, such as a number of posts.
    facts: usize,
    commands: usize,
    /// Headings with links that lead elsewhere.
    titles: usize,
    headings: usize,
    /// Other links that lead elsewhere.
    elsewhere: usize,
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.said += other.said;
        self.elements += other.elements;
        self.authors += other.authors;
        self.bold += other.bold;
        self.times += other.times;
        self.bare += other.bare;
        self.facts += other.facts;
        self.commands += other.commands;
        self.titles += other.titles;
        self.headings += other.headings;
        self.elsewhere += other.elsewhere;
    }

    fn has_all(&self) -> bool {
        self.said >= LEAST && self.titles == 0 && self.times + self.bare > 0 && self.authors + self.bold > 0
    }

    fn has_some(&self) -> bool {
        self.commands > 0 && self.is_signed()
    }

    fn is_signed(&self) -> bool {
        self.said >= LEAST && self.titles == 0 && self.times + self.authors > 0
    }
}

/// Elements of one kind in the same parent.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    blocks: usize,
    all: usize,
    some: usize,
    /// How many say something about their author.
    about: usize,
    sums: Sums,
}

impl Group {
    fn is_candidate(&self) -> bool {
        let fit = self.all.max(self.some);
        fit >= 2 && fit * 10 >= self.blocks * 6
    }
}

struct Frame<'h> {
    node: Ref<'h>,
    sums: Sums,
    groups: FxHashMap<String, Group>,
}

struct Candidate<'h> {
    around: Ref<'h>,
    kind: String,
    group: Group,
}

/// Finds blocks that are probably comments.
///
/// # Errors
/// When there are more than one document may have.
pub(crate) fn find(html: &Html, beside: &Beside, left_out: &LeftOut) -> Result<Option<Marked>, MoreThan> {
    let (mut candidates, blocks) = survey(html, beside);
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.group.sums.said));
    let mut speaks = None;
    for candidate in candidates.iter().take(TRIED) {
        if !is_likely(candidate, || *speaks.get_or_insert_with(|| speaks_of_comments(html))) {
            continue;
        }
        // What is around the list is none of its entries, and in a table within a row only what is whole.
        let around: FxHashSet<NodeId> = candidate.around.ancestors().map(|node| node.id()).collect();
        let is_one = |node: Ref, element: &Element| {
            let sums = blocks.get(&node.id()).filter(|_| kind(element).as_deref() == Some(&candidate.kind))?;
            let is_in_list = node.parent().is_some_and(|parent| parent.id() == candidate.around.id());
            let is_around = node.id() == candidate.around.id() || around.contains(&node.id());
            (!is_around && (element.name() != "tr" || is_in_list || sums.has_all())).then_some(false)
        };
        let mut items = collect(html, beside, |node, element, _| is_one(node, element));
        if items.len() > MOST_COMMENTS {
            return Err(more_than(MOST_COMMENTS, "comments"));
        }
        if items.len() >= 2 && are_single(&items, &blocks) {
            let marked = read_all(&mut items, How::Blocks, left_out);
            let silent = marked.comments.iter().filter(|found| says_nothing(&found.comment.text)).count();
            if silent * 2 <= marked.comments.len() {
                return Ok(Some(marked));
            }
        }
    }
    Ok(None)
}

/// Whether a text is empty or only a time.
fn says_nothing(text: &str) -> bool {
    text.is_empty() || (!text.contains('\n') && time::is_time(text))
}

/// The groups that repeat, and the counts of each block that may be a comment.
fn survey<'h>(html: &'h Html, beside: &Beside) -> (Vec<Candidate<'h>>, FxHashMap<NodeId, Sums>) {
    let frames: RefCell<Vec<Frame>> = RefCell::default();
    let candidates: RefCell<Vec<Candidate>> = RefCell::default();
    let blocks: RefCell<FxHashMap<NodeId, Sums>> = RefCell::default();
    walk(
        html.tree.root(),
        |node| {
            let mut frames = frames.borrow_mut();
            match node.value() {
                Node::Text(said) => {
                    if let Some(frame) = frames.last_mut() {
                        frame.sums.said += said.split_ascii_whitespace().map(str::len).sum::<usize>();
                        // A time beside the author's name, without an element of its own.
                        let is_about = is_fact(said);
                        frame.sums.facts += usize::from(is_about);
                        frame.sums.bare += usize::from(said.len() <= SHORT && !is_about && time::is_time(said.trim()));
                    }
                    false
                }
                Node::Element(element) => {
                    let is_out = beside.has(node, element)
                        || matches!(element.name(), "noscript" | "textarea" | "select" | "svg");
                    if !is_out {
                        frames.push(Frame { node, sums: Sums::default(), groups: FxHashMap::default() });
                    }
                    !is_out
                }
                _ => false,
            }
        },
        |node| {
            let mut frames = frames.borrow_mut();
            let Some(mut frame) = frames.pop_if(|frame| frame.node.id() == node.id()) else { return };
            let Some(element) = node.value().as_element() else { return };
            look(node, element, &mut frame.sums);
            let sums = frame.sums;
            let found = frame.groups.into_iter().filter(|(_, group)| group.is_candidate());
            candidates.borrow_mut().extend(found.map(|(kind, group)| Candidate { around: node, kind, group }));
            let Some(above) = frames.last_mut() else { return };
            above.sums.add(&sums);
            if let Some(kind) = kind(element) {
                let group = above.groups.entry(kind).or_default();
                group.blocks += usize::from(!is_layout(node, element, &sums));
                group.all += usize::from(sums.has_all());
                // A nesting level is as good a sign as a link to reply.
                let is_deep = || level::number(element).is_some() && sums.is_signed();
                let has_some = sums.has_some() || is_deep();
                group.some += usize::from(has_some);
                group.about += usize::from(sums.facts > 0);
                group.sums.add(&sums);
                if sums.has_all() || has_some {
                    blocks.borrow_mut().insert(node.id(), sums);
                }
            }
        },
    );
    (candidates.into_inner(), blocks.into_inner())
}

/// Whether a row of a table is a heading, or is only there for the layout.
fn is_layout(node: Ref, element: &Element, sums: &Sums) -> bool {
    let is_heading = |node: Ref| node.value().as_element().is_some_and(|element| element.name() == "th");
    element.name() == "tr" && (sums.said < LEAST || node.children().any(is_heading))
}

/// Adds what the element itself is to the counts of its contents.
fn look(node: Ref, element: &Element, sums: &mut Sums) {
    sums.elements += 1;
    let is_link = element.name() == "a" && element.attr("href").is_some();
    if sums.elements <= FEW
        && sums.authors + sums.times + sums.commands == 0
        && let Some(said) = short_line(node, SHORT, |_| false).filter(|said| !said.is_empty())
    {
        let rank = author_rank(element).filter(|_| said.chars().any(char::is_alphabetic));
        if command(&said) && matches!(element.name(), "a" | "button" | "span" | "li" | "div") {
            sums.commands += 1;
        } else if time_rank(element).is_some_and(|rank| rank == 0 || time::is_time(&said)) && !is_fact(&said) {
            (sums.times, sums.bare) = (sums.times + 1, 0);
        } else if rank.is_some_and(|rank| rank < 7) {
            sums.authors += 1;
        } else if rank.is_some() || (element.name() == "a" && !is_link && said.chars().any(char::is_alphabetic)) {
            // If a script opens a person's profile, the link has no address.
            sums.bold += 1;
        }
    }
    // A button that shows only an icon has no text.
    if element.name() == "button" && sums.commands == 0 {
        let is_reply = element.attr("aria-label").or_else(|| element.attr("title")).is_some_and(command);
        sums.commands += usize::from(is_reply);
    }
    // The button may be a picture.
    if is_link && sums.commands == 0 {
        let picture = node.children().find_map(|inside| inside.value().as_element()?.attr("alt"));
        sums.commands += usize::from(picture.is_some_and(command));
    }
    if is_link {
        sums.said = 0;
        let href = element.attr("href").unwrap_or_default();
        let is_here = href.contains('#') || href.starts_with("javascript:") || is_profile(element);
        let is_used = sums.authors + sums.times + sums.commands > 0;
        sums.elsewhere += usize::from(!is_here && !is_used);
        sums.titles += usize::from(!is_here && sums.headings > 0);
    }
    if matches!(element.name(), "button" | "form" | "label") {
        sums.said = 0;
    }
    if matches!(element.name(), "h1" | "h2" | "h3" | "h4") {
        sums.headings += 1;
        sums.titles += usize::from(sums.elsewhere > 0 || element.name() == "h1");
    }
}

/// The kind of a block: its element name and first class, without the numbers that count blocks.
fn kind(element: &Element) -> Option<String> {
    let name = element.name();
    let is_block = matches!(name, "li" | "div" | "article" | "section" | "tr" | "dd" | "details" | "table" | "p")
        || name.contains('-');
    let class = element.attr("class").unwrap_or_default().split_ascii_whitespace().next().unwrap_or_default();
    let class: String = class.chars().filter(|char| !char.is_ascii_digit()).collect();
    is_block.then(|| format!("{name}.{}", class.trim_end_matches(['-', '_'])))
}

/// Whether blocks of this kind can be comments at all; `speaks_of_comments` is asked of the page if nothing else says so.
fn is_likely(candidate: &Candidate, speaks_of_comments: impl FnOnce() -> bool) -> bool {
    let Group { all, some, about, sums, .. } = candidate.group;
    let is_answered = some * 2 >= all.max(some);
    if !is_answered && is_of_articles(candidate) {
        return false;
    }
    // Only a forum says so much about each author.
    let is_said = is_answered || about * 2 > all.max(some) || is_called(candidate.around);
    // The list has the form of comments, whatever else the page says.
    let is_joined = candidate.kind == JOINED;
    if is_said {
        all >= 2 || some >= 2
    } else {
        all >= 3 && sums.elsewhere < all && (is_joined || speaks_of_comments())
    }
}

/// Whether the blocks, or their container, are named like links to other articles.
fn is_of_articles(candidate: &Candidate) -> bool {
    let is = |name: &str| {
        name.split(['-', '_', '.']).any(|word| {
            matches!(
                word,
                "teaser" | "teasers" | "story" | "stories" | "headline" | "headlines" | "articles" | "related"
            )
        })
    };
    let around = candidate.around.value().as_element();
    is(&candidate.kind.to_lowercase()) || around.is_some_and(|element| classes(element).any(|class| is(&class)))
}

/// Whether most items have one author and one time each: an item with more is a list of comments, or an article with
/// one.
fn are_single(items: &[Item], blocks: &FxHashMap<NodeId, Sums>) -> bool {
    let sums = |item: &Item| blocks.get(&item.node.id()).copied().unwrap_or_default();
    let mut own: Vec<(usize, usize)> = items.iter().map(|item| (sums(item).authors, sums(item).times)).collect();
    for item in items {
        if let Some((authors, times)) = item.above.and_then(|above| own.get_mut(above)) {
            *authors = authors.saturating_sub(sums(item).authors);
            *times = times.saturating_sub(sums(item).times);
        }
    }
    let single = own.iter().filter(|(authors, times)| *authors <= 3 && *times <= 2).count();
    single * 10 >= items.len() * 8
}
