//! Reads the comments of a page made by a known system.

use std::cell::RefCell;

use ego_tree::NodeId;
use rustc_hash::{FxHashMap, FxHashSet};
use scraper::{ElementRef, Html, Selector};

use crate::thread::comment::{Article, Comment};
use crate::thread::limits::{MOST_COMMENTS, MoreThan, more_than};
use crate::thread::page_html::dom::{Ref, quoting, short_line, walk};
use crate::thread::page_html::found::{FIRST_POST, Found, How, Origin, Placed, take_opening};
use crate::thread::page_html::left_out::LeftOut;
use crate::thread::page_html::level;
use crate::thread::page_html::marked::Marked;
use crate::thread::page_html::own::{Own, own};
use crate::thread::page_html::systems::{Head, Nesting, SYSTEMS, System};
use crate::thread::page_html::time;

/// The longest name or time, in bytes.
const SHORT: usize = 200;

/// The comments of the page's system, if it is a known one, and what it says about the article.
///
/// # Errors
/// When there are more than one document may have.
pub(crate) fn find(html: &Html, left_out: &LeftOut) -> Result<Option<Marked>, MoreThan> {
    let Some(rules) = made_by(html).and_then(Rules::of) else { return Ok(None) };
    let items = rules.items(html);
    if items.len() > MOST_COMMENTS {
        return Err(more_than(MOST_COMMENTS, "comments"));
    }
    if items.is_empty() {
        return Ok(None);
    }
    Ok(Some(rules.read(html, &items, left_out)))
}

/// The system whose mark occurs most often.
fn made_by(html: &Html) -> Option<&'static System> {
    let mut counts = [0_usize; SYSTEMS.len()];
    for node in html.tree.nodes() {
        let Some(element) = node.value().as_element() else { continue };
        for (system, count) in SYSTEMS.iter().zip(&mut counts) {
            let is_marked = element.name() == system.mark || element.classes().any(|class| class == system.mark);
            *count += usize::from(is_marked);
        }
    }
    let most = SYSTEMS.iter().zip(counts).filter(|(_, count)| *count > 0).rev().max_by_key(|(_, count)| *count);
    most.map(|(system, _)| system)
}

/// A system with its compiled selectors.
struct Rules {
    system: &'static System,
    item: Selector,
    never: Option<Selector>,
    author: Vec<Selector>,
    time: Vec<Selector>,
    text: Vec<Selector>,
    drop: Option<Selector>,
    answered: Option<(Selector, Selector)>,
}

/// A comment element before it is read.
struct Item<'h> {
    node: Ref<'h>,
    above: Option<usize>,
    /// The id of the comment that it answers, from the list that it is in.
    listed: Option<String>,
}

impl Rules {
    fn of(system: &'static System) -> Option<Self> {
        let one = |css: &str| Selector::parse(css).ok();
        let all = |css: &[&str]| css.iter().filter_map(|css| Selector::parse(css).ok()).collect();
        let answered = match system.nesting {
            Nesting::Flat(author, quoted) => one(author).zip(one(quoted)),
            _ => None,
        };
        Some(Self {
            item: one(system.item)?,
            never: system.never.and_then(|(css, _)| one(css)),
            author: all(system.author),
            time: all(system.time),
            text: all(system.text),
            drop: one(system.drop),
            answered,
            system,
        })
    }

    fn items<'h>(&self, html: &'h Html) -> Vec<Item<'h>> {
        let items: RefCell<Vec<Item>> = RefCell::default();
        let open: RefCell<Vec<(NodeId, usize)>> = RefCell::default();
        let lists: RefCell<Vec<(NodeId, String)>> = RefCell::default();
        walk(
            html.tree.root(),
            |node| {
                let Some(element) = ElementRef::wrap(node) else { return true };
                // Shadow DOM is saved as a template.
                let is_drawn = ["shadowrootmode", "shadowroot"].iter().any(|name| element.value().attr(name).is_some());
                if matches!(element.value().name(), "head" | "script")
                    || (element.value().name() == "template" && !is_drawn)
                {
                    return false;
                }
                if let Nesting::Lists(names) = self.system.nesting
                    && let Some(id) = list_of(element, names)
                {
                    lists.borrow_mut().push((node.id(), id));
                }
                if self.item.matches(&element) {
                    let mut items = items.borrow_mut();
                    let mut open = open.borrow_mut();
                    let listed = lists.borrow().last().map(|(_, id)| id.clone());
                    items.push(Item { node, above: open.last().map(|&(_, item)| item), listed });
                    open.push((node.id(), items.len() - 1));
                }
                true
            },
            |node| {
                open.borrow_mut().pop_if(|(id, _)| *id == node.id());
                lists.borrow_mut().pop_if(|(id, _)| *id == node.id());
            },
        );
        items.into_inner()
    }

    fn read(&self, html: &Html, items: &[Item], left_out: &LeftOut) -> Marked {
        let nodes: FxHashSet<NodeId> = items.iter().map(|item| item.node.id()).collect();
        let mut marked = Marked::by(How::Markup(self.system.name));
        let mut kept: Vec<Option<usize>> = Vec::with_capacity(items.len());
        let mut levels = Vec::new();
        let mut answered = Vec::new();
        let mut never = 0;
        for item in items {
            marked.nodes.push(item.node.id());
            let own = own(item.node, &nodes);
            let is_never = |own: &Own| self.never.as_ref().is_some_and(|never| matches(never, own.node));
            let is_never =
                own.iter().any(is_never) || self.never.as_ref().is_some_and(|never| matches(never, item.node));
            if is_never {
                never += 1;
                kept.push(None);
                continue;
            }
            let mut found = self.read_one(item, &own, left_out);
            found.above = item.above.and_then(|above| kept.get(above).copied().flatten());
            kept.push(Some(marked.comments.len()));
            levels.push(level_of(item, &own));
            answered.push(self.answered(&own));
            marked.comments.push(found);
        }
        marked.left_out = never;
        if never > 0
            && let Some((_, (one, many))) = self.system.never
        {
            marked.remarks.push(if never == 1 {
                format!("1 {one} is no comment")
            } else {
                format!("{never} {many} are no comments")
            });
        }
        match self.system.nesting {
            Nesting::Inside(_) => {}
            Nesting::Level => place(&mut marked.comments, &levels),
            // The lists are reliable if there are any.
            Nesting::Lists(_) => {
                if marked.comments.iter().all(|found| found.answers.is_none() && found.above.is_none()) {
                    place(&mut marked.comments, &levels);
                }
            }
            Nesting::Flat(..) => answer(&mut marked.comments, answered),
        }
        self.head(html, &nodes, &mut marked);
        marked.more = self.system.more;
        marked
    }

    fn read_one(&self, item: &Item, own: &[Own], left_out: &LeftOut) -> Found {
        let element = item.node.value().as_element();
        let text = first(&self.text, own);
        let is_text = |node: Ref| text.is_some_and(|text| text.id() == node.id());
        // Names and times inside the text are other people's.
        let within =
            own.iter().position(|own| is_text(own.node)).map_or(0..0, |at| at..own.get(at).map_or(at, |own| own.end));
        let around: Vec<&Own> =
            own.iter().enumerate().filter(|(at, _)| !within.contains(at)).map(|(_, own)| own).collect();
        let name = |node: Ref| short_line(node, SHORT, |_| false).filter(|name| !name.is_empty());
        let author = best(&self.author, &around, |node| name(node).map(|name| (node, name)));
        let when = best(&self.time, &around, |node| time::of(node).map(|time| (node, time)));
        let drop = |node: Ref| {
            let is_out = self.drop.as_ref().is_some_and(|drop| matches(drop, node));
            if is_out {
                left_out.add(node);
            }
            is_out
        };
        let id = self.system.id.iter().find_map(|(name, before)| {
            let of_item = element.and_then(|element| element.attr(name));
            let inside = own.iter().take(FIRST).filter_map(|own| own.element.attr(name));
            of_item.into_iter().chain(inside).find_map(|id| id.trim().strip_prefix(before))
        });
        let named = match self.system.nesting {
            Nesting::Inside(names) => names.iter().find_map(|name| element?.attr(name)).map(str::to_owned),
            Nesting::Lists(_) => item.listed.clone(),
            _ => None,
        };
        let parent_link =
            own.iter().find(|own| own.element.has_class("parent-link", scraper::CaseSensitivity::CaseSensitive));
        let linked =
            parent_link.and_then(|own| own.element.attr("href")?.rsplit_once("#comment-")).map(|(_, id)| id.to_owned());
        let of_attribute = || element?.attr("author").or_else(|| element?.attr("data-author")).map(str::to_owned);
        let answers = named.or(linked);
        Found {
            placed: if answers.is_some() { Placed::Named } else { Placed::Nested },
            answers,
            from: Origin {
                item: Some(item.node.id()),
                author: author.as_ref().map(|(node, _)| node.id()),
                time: when.as_ref().map(|(node, _)| node.id()),
                text: text.map(|node| node.id()),
            },
            comment: Comment {
                id: id.unwrap_or_default().to_owned(),
                text: text.map(|node| quoting(node, drop)).unwrap_or_default(),
                author: author.map(|(_, name)| name).or_else(of_attribute),
                created_at: when.map(|(_, time)| time),
                ..Comment::default()
            },
            above: None,
        }
    }

    /// The id and the author that a post in a flat list answers.
    fn answered(&self, own: &[Own]) -> (Option<String>, Option<String>) {
        let Some((author, quoted)) = &self.answered else { return (None, None) };
        // A quotation may come from another topic.
        let topic = own.iter().take(FIRST).find_map(|own| own.element.attr("data-topic-id"));
        let is_here = |own: &&Own| {
            let of = own.element.attr("data-topic");
            of.is_none() || topic.is_none() || of == topic
        };
        let quote = own.iter().filter(|own| matches(quoted, own.node)).find(is_here);
        let id = quote.and_then(|own| {
            let names = ["data-post", "data-post-id", "data-source"];
            names.iter().find_map(|name| own.element.attr(name)).map(|id| id.trim_start_matches("post: "))
        });
        let named =
            own.iter().find(|own| matches(author, own.node)).and_then(|own| short_line(own.node, SHORT, |_| false));
        (id.map(str::to_owned), named)
    }

    /// Reads the title and text of the article.
    fn head(&self, html: &Html, nodes: &FxHashSet<NodeId>, marked: &mut Marked) {
        let select = |css: &str| {
            let selector = Selector::parse(css).ok()?;
            let is_in_comment = |node: &Ref| node.ancestors().any(|above| nodes.contains(&above.id()));
            html.select(&selector).map(|element| *element).find(|node| !is_in_comment(node))
        };
        let title = self.system.title.iter().find_map(|css| {
            let node = select(css)?;
            Some((node.id(), short_line(node, 1_000, |_| false).filter(|title| !title.is_empty())?))
        });
        let mut article = Article { title: title.as_ref().map(|(_, title)| title.clone()), ..Article::default() };
        let mut from = (title.map(|(node, _)| node), None);
        match self.system.article {
            Head::Page => return,
            Head::Element(css) => {
                if let Some(node) = select(css) {
                    article.text = Some(quoting(node, |_| false)).filter(|text| !text.is_empty());
                    from.1 = Some(node.id());
                }
            }
            Head::FirstPost => {
                if is_first_page(html, &marked.comments)
                    && let Some(opening) = take_opening(&mut marked.comments)
                {
                    from.1 = opening.from.text;
                    article.text = Some(opening.comment.text).filter(|text| !text.is_empty());
                    marked.remarks.push(FIRST_POST.to_owned());
                }
            }
        }
        marked.article = Some((article, from));
    }
}

/// The level of a comment, 0 at the top.
fn level_of(item: &Item, own: &[Own]) -> i64 {
    let of = |node: Ref| {
        node.value().as_element().and_then(|element| level::number(element).or_else(|| level::numbered(element)))
    };
    // In Hacker News' old markup, only the width of an empty image shows the level.
    let width = |own: &Own| {
        let is_spacer = own.element.name() == "img" && own.element.attr("height") == Some("1");
        own.element.attr("width").filter(|_| is_spacer)?.parse().ok()
    };
    let around = || item.node.ancestors().take(2).find_map(of);
    let inside = || own.iter().take(FIRST).find_map(|own| of(own.node).or_else(|| width(own)));
    of(item.node).or_else(inside).or_else(around).unwrap_or(0)
}

/// How many of an item's elements are searched for its id or level.
const FIRST: usize = 8;

fn matches(selector: &Selector, node: Ref) -> bool {
    ElementRef::wrap(node).is_some_and(|element| selector.matches(&element))
}

/// The first element matching the first selector that matches any.
fn first<'h>(selectors: &[Selector], own: &[Own<'h>]) -> Option<Ref<'h>> {
    selectors.iter().find_map(|selector| own.iter().find(|own| matches(selector, own.node)).map(|own| own.node))
}

/// What `read` makes of the first readable element that matches the first selector, else of those that match the next.
fn best<'h, T>(selectors: &[Selector], own: &[&Own<'h>], read: impl Fn(Ref<'h>) -> Option<T>) -> Option<T> {
    selectors
        .iter()
        .find_map(|selector| own.iter().filter(|own| matches(selector, own.node)).find_map(|own| read(own.node)))
}

/// The comment whose replies a list holds.
fn list_of(element: ElementRef, names: &[&str]) -> Option<String> {
    let values = ["data-testid", "id"].into_iter().filter_map(|name| element.value().attr(name));
    let mut ids = values.filter_map(|value| names.iter().find_map(|name| value.strip_prefix(name)));
    ids.next().map(str::to_owned)
}

fn place(comments: &mut [Found], levels: &[i64]) {
    for (found, above) in comments.iter_mut().zip(level::above(levels)) {
        found.above = above;
        found.placed = Placed::Level;
    }
}

/// Sets parents in a flat list: the post quoted by its id, else the last earlier post by the named author.
fn answer(comments: &mut [Found], answered: Vec<(Option<String>, Option<String>)>) {
    let mut last_of: FxHashMap<String, usize> = FxHashMap::default();
    for (i, (id, named)) in answered.into_iter().enumerate() {
        let Some(found) = comments.get_mut(i) else { return };
        let by_name = named.and_then(|named| {
            let whole = last_of.get(named.trim()).copied();
            // As in `Rosa wrote: ↑`
            let before = |said: &str| last_of.get(named.rsplit_once(said)?.0.trim()).copied();
            whole.or_else(|| before(" wrote")).or_else(|| before(" said"))
        });
        found.above = by_name;
        found.answers = id;
        if found.above.is_some() || found.answers.is_some() {
            found.placed = Placed::Quoted;
        }
        if let Some(author) = &found.comment.author {
            last_of.insert(author.clone(), i);
        }
    }
}

/// Whether the first post of the topic is on this page.
fn is_first_page(html: &Html, comments: &[Found]) -> bool {
    let first = comments.first().map(|found| found.comment.id.as_str());
    let is_numbered = html.select_first(".topic-post, .crawler-post").is_some();
    if is_numbered {
        return first == Some("1");
    }
    let page = html.select_first(".pagination .active, .pagination strong, .pageNav-page--current");
    let page = page.and_then(|node| short_line(node, SHORT, |_| false));
    page.is_none_or(|page| page.trim() == "1" || page.trim().parse::<u32>().is_err())
}

/// Finds the first element that matches a selector.
trait SelectFirst {
    fn select_first(&self, css: &str) -> Option<Ref<'_>>;
}

impl SelectFirst for Html {
    fn select_first(&self, css: &str) -> Option<Ref<'_>> {
        let selector = Selector::parse(css).ok()?;
        self.select(&selector).next().map(|element| *element)
    }
}
