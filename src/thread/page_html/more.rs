//! Detects comments that a page mentions but does not contain: buttons and links that load more, other pages, and a
//! stated number of comments greater than the number found.

use std::cell::RefCell;

use ego_tree::NodeId;
use rustc_hash::{FxHashMap, FxHashSet};
use scraper::node::Element;
use scraper::{ElementRef, Html, Node, Selector};

use crate::thread::page_html::beside::Beside;
use crate::thread::page_html::dom::{Ref, classes, has_word, walk};
use crate::thread::page_html::marked::Marked;
use crate::thread::page_html::wording::{More, count, of_anything, of_comments, pages};

/// The longest text of a control, in bytes.
const SHORT: usize = 100;
/// How many of its nodes are inspected.
const NODES: usize = 48;
/// If there is more text than this, in bytes, since the last comment or before the first, a control that does not
/// mention comments belongs to something else.
const APART: usize = 300;

/// What a page says about comments that it does not contain.
#[derive(Debug, Default)]
struct Missing {
    /// The number of places that offer more.
    places: usize,
    /// How many more those places state in total.
    more: usize,
    /// Some place does not state how many more it has.
    has_untold: bool,
    /// Some control says that what it offers are comments.
    is_named: bool,
    /// How many comments there are in all.
    all: Option<usize>,
    /// There are comments on other pages.
    has_pages: bool,
    /// The number of this page, and the number of pages.
    pages: Option<(usize, usize)>,
}

impl Missing {
    fn add(&mut self, more: More) {
        match more {
            More::Some(number) => {
                self.places += 1;
                self.more = self.more.saturating_add(number.unwrap_or(0));
                self.has_untold |= number.is_none();
            }
            More::All(number) => self.all = self.all.max(Some(number)),
            More::Replies(_) => {}
            More::Page => self.has_pages = true,
        }
    }

    fn add_named(&mut self, more: More) {
        self.is_named = true;
        self.add(more);
    }

    fn join(&mut self, other: &Self) {
        self.is_named |= other.is_named;
        self.places += other.places;
        self.more = self.more.saturating_add(other.more);
        self.has_untold |= other.has_untold;
        self.all = self.all.max(other.all);
        self.has_pages |= other.has_pages;
        self.pages = self.pages.or(other.pages);
    }

    fn told(&self, found: usize) -> Vec<String> {
        let mut told = Vec::new();
        // If all comments that the page counts were found, controls that do not mention comments belong to something
        // else.
        let is_whole = self.more == 0 && !self.is_named && self.all.is_some_and(|all| all > 0 && found >= all);
        match (self.places, self.more) {
            (0, _) => {}
            (_, 0) if is_whole => {}
            (places, 0) => told.push(format!(
                "in {places} {} more comments are not in the page: open them before saving it",
                if places == 1 { "place" } else { "places" }
            )),
            (_, more) if self.has_untold => {
                told.push(format!("at least {more} more comments are not in the page: open them before saving it"));
            }
            (_, 1) => told.push("1 more comment is not in the page: open it before saving".to_owned()),
            (_, more) => told.push(format!("{more} more comments are not in the page: open them before saving it")),
        }
        match self.pages {
            // There are no other pages.
            Some((_, 0 | 1)) => {}
            Some((this, all)) => told.push(format!(
                "this is page {this} of {all} of the comments: save the other pages, too, to have all comments"
            )),
            None if self.has_pages && !is_whole => {
                told.push("more comments are on other pages: save those, too, to have all comments".to_owned());
            }
            None => {}
        }
        if let Some(all) = self.all.filter(|&all| all > found.saturating_add(self.more)) {
            let (has, were) = if found == 1 { ("1", "was") } else { (&*found.to_string(), "were") };
            told.push(format!(
                "the page says {all} comments, {has} {were} found: perhaps not all of them were shown when it was saved"
            ));
        }
        told
    }
}

/// The remarks about comments missing from the page, if any comments were found.
pub(crate) fn told(html: &Html, beside: &Beside, marked: &Marked) -> Vec<String> {
    if marked.comments.is_empty() {
        return Vec::new();
    }
    let place = Place::new(marked, beside);
    walk(html.tree.root(), |node| place.enter(node), |node| place.leave(node));
    let found = marked.comments.len() + marked.left_out;
    place.state.into_inner().missing.told(found)
}

/// The walk through the page.
struct Place<'b> {
    beside: &'b Beside,
    items: FxHashSet<NodeId>,
    /// Elements that hold the texts of comments.
    texts: FxHashSet<NodeId>,
    /// How many replies in the page each item has.
    answers: FxHashMap<NodeId, usize>,
    /// Matches the placeholders for comments of a known system.
    known: Option<Selector>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    missing: Missing,
    /// Signs that count only if another comment follows.
    pending: Missing,
    /// The enclosing comments.
    open: Vec<NodeId>,
    has_begun: bool,
    /// How much text there was since the last comment or heading, in bytes.
    said: usize,
    /// The comments have ended, unless another follows.
    has_ended: bool,
}

impl<'b> Place<'b> {
    fn new(marked: &Marked, beside: &'b Beside) -> Self {
        let items: FxHashSet<NodeId> = marked.nodes.iter().copied().collect();
        let from = |i: usize| marked.comments.get(i).and_then(|found| found.from.item);
        let mut below = vec![0_usize; marked.comments.len()];
        for (i, found) in marked.comments.iter().enumerate().rev() {
            let own = below.get(i).copied().unwrap_or(0) + 1;
            if let Some(above) = found.above.filter(|above| *above < i).and_then(|above| below.get_mut(above)) {
                *above += own;
            }
        }
        let texts = marked.comments.iter().filter_map(|found| found.from.text).filter(|text| !items.contains(text));
        Self {
            texts: texts.collect(),
            answers: below.iter().enumerate().filter_map(|(i, below)| Some((from(i)?, *below))).collect(),
            known: Selector::parse(marked.more).ok(),
            items,
            beside,
            state: RefCell::default(),
        }
    }

    fn enter(&self, node: Ref) -> bool {
        let state = &mut *self.state.borrow_mut();
        let element = match node.value() {
            Node::Element(element) => element,
            Node::Text(said) => {
                if state.open.is_empty() {
                    state.said += said.trim().len();
                    if state.said > APART {
                        state.part();
                    }
                }
                return false;
            }
            _ => return false,
        };
        if is_unseen(element) || is_hidden_control(element) || self.texts.contains(&node.id()) {
            return false;
        }
        if self.known.as_ref().is_some_and(|known| ElementRef::wrap(node).is_some_and(|node| known.matches(&node))) {
            let said = said(node).unwrap_or_default();
            let digits: String = said.chars().filter(char::is_ascii_digit).take(9).collect();
            state.missing.add_named(More::Some(digits.parse().ok()));
            return false;
        }
        if self.items.contains(&node.id()) {
            state.begin(node.id());
            return true;
        }
        if state.open.is_empty() {
            state.enter_beside(node, element, self.beside)
        } else {
            self.enter_inside(state, node, element)
        }
    }

    /// Handles an element in a comment, outside its text.
    fn enter_inside(&self, state: &mut State, node: Ref, element: &Element) -> bool {
        if matches!(element.name(), "p" | "blockquote" | "pre") {
            return false;
        }
        if !is_control(element) {
            return true;
        }
        let Some(said) = said(node) else { return false };
        let answers = state.open.last().and_then(|item| self.answers.get(item)).copied();
        match (of_comments(&said), answers) {
            (Some(More::Replies(number) | More::All(number)), Some(0)) => state.missing.add(More::Some(Some(number))),
            (Some(more @ More::Some(_)), _) => state.missing.add_named(more),
            // As in `Show 3 more`. Without a number, it shows the rest of a long comment.
            _ => {
                if let Some(more @ More::Some(Some(_))) = of_anything(&said) {
                    state.missing.add(more);
                }
            }
        }
        false
    }

    fn leave(&self, node: Ref) {
        let state = &mut *self.state.borrow_mut();
        if state.open.pop_if(|item| *item == node.id()).is_some() && state.open.is_empty() {
            (state.said, state.has_ended) = (0, false);
        } else if state.open.is_empty() && state.has_begun && node.value().as_element().is_some_and(is_section) {
            state.has_ended = true;
        }
    }
}

impl State {
    fn begin(&mut self, item: NodeId) {
        self.open.push(item);
        let pending = std::mem::take(&mut self.pending);
        self.missing.join(&pending);
        self.has_begun = true;
    }

    /// From here on, nothing belongs to the surrounding comments.
    fn part(&mut self) {
        if self.has_begun {
            self.has_ended = true;
        } else {
            let all = self.pending.all;
            self.pending = Missing { all, ..Missing::default() };
        }
    }

    /// Whether a control that does not mention comments may still mean them. A carousel's buttons say `Next` too, and
    /// before the comments, "more" refers to the article.
    fn is_apt(&self, more: More, element: &Element) -> bool {
        if more == More::Page { element.name() == "a" } else { self.has_begun }
    }

    /// Handles an element outside all comments.
    fn enter_beside(&mut self, node: Ref, element: &Element, beside: &Beside) -> bool {
        if is_aside(node, element, beside) {
            return false;
        }
        let is_heading = matches!(element.name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        if is_heading || element.name() == "footer" {
            self.part();
            self.said = 0;
        }
        if self.has_ended && !is_control(element) {
            return true;
        }
        let Some(said) = said(node) else { return true };
        if is_control(element) {
            let is_here = !self.has_ended;
            if let Some(more) = of_comments(&said).filter(|_| !is_on_page(element)) {
                self.missing.add_named(more);
            } else if let Some(more) = of_anything(&said).filter(|more| self.is_apt(*more, element)) {
                let at = if self.has_begun && is_here { &mut self.missing } else { &mut self.pending };
                at.add(more);
            } else if is_link_to_next(element, &said) {
                let at = if self.has_begun && is_here { &mut self.missing } else { &mut self.pending };
                at.add(More::Page);
            }
        }
        if said.contains(|char: char| char.is_ascii_digit())
            && let Some(pages) = pages(&said)
        {
            let at = if self.has_begun { &mut self.missing } else { &mut self.pending };
            at.pages = Some(pages);
        }
        // After the comments, a number counts something else.
        if !self.has_begun
            && (is_heading || names_comments(element))
            && let Some(all) = count(&said)
        {
            self.pending.all = Some(all);
        }
        true
    }
}

/// Whether an element is a link, a button or acts as one.
fn is_control(element: &Element) -> bool {
    matches!(element.name(), "a" | "button" | "summary") || has_word(element, "role", "button")
}

/// Whether an element is shown by a script when needed.
fn is_hidden_control(element: &Element) -> bool {
    is_control(element)
        && (has_word(element, "aria-hidden", "true")
            || element.classes().any(|class| class.eq_ignore_ascii_case("hidden")))
}

/// Whether an element is the section of the comments: anything after it is separate.
fn is_section(element: &Element) -> bool {
    element.name() == "section" && names_comments(element)
}

/// Whether this is a link to the next page, such as `›`.
fn is_link_to_next(element: &Element, said: &str) -> bool {
    let is_next = || has_word(element, "rel", "next") && !said.chars().any(char::is_alphabetic);
    // `XenForo`, in any language.
    let is_pager = || element.classes().any(|class| class == "pageNav-jump--next");
    element.name() == "a" && (is_next() || is_pager())
}

/// Whether it only leads to a place on the page.
fn is_on_page(element: &Element) -> bool {
    element.name() == "a" && element.attr("href").is_some_and(|href| href.len() > 1 && href.starts_with('#'))
}

/// Whether browsers hide an element, or it cannot be used.
pub(crate) fn is_unseen(element: &Element) -> bool {
    let is_hidden = || {
        let style = element.attr("style").unwrap_or_default().replace(' ', "");
        element.attr("hidden").is_some() || element.attr("disabled").is_some() || style.contains("display:none")
    };
    let is_off = || has_word(element, "aria-disabled", "true") || classes(element).any(|class| class == "disabled");
    // Shadow DOM is saved as a template.
    let is_drawn = || ["shadowrootmode", "shadowroot"].iter().any(|name| element.attr(name).is_some());
    matches!(element.name(), "head" | "script" | "style" | "noscript" | "svg" | "textarea" | "select")
        || (element.name() == "template" && !is_drawn())
        || is_hidden()
        || is_off()
}

/// Whether an element is a side bar or leads to other articles; other menus may belong to the comments.
fn is_aside(node: Ref, element: &Element, beside: &Beside) -> bool {
    let is_of_articles = |name: &str| {
        ["post-nav", "posts-nav", "nav-single", "post-pagination", "carousel", "slider"]
            .iter()
            .any(|part| name.contains(part))
    };
    let names = || element.id().into_iter().map(|id| id.to_ascii_lowercase().into()).chain(classes(element));
    let is_menu = matches!(element.name(), "nav" | "form");
    (!is_menu && beside.has(node, element)) || names().any(|name| is_of_articles(&name))
}

pub(crate) fn names_comments(element: &Element) -> bool {
    let is = |name: &str| ["comment", "respon", "discuss", "kommentar", "repl"].iter().any(|part| name.contains(part));
    element.id().is_some_and(|id| is(&id.to_ascii_lowercase())) || classes(element).any(|class| is(&class))
}

/// The text of an element on one line, or a button's label; `None` if it is long.
pub(crate) fn said(node: Ref) -> Option<String> {
    let mut said = String::new();
    for (i, inside) in node.descendants().enumerate() {
        if i > NODES || said.len() > SHORT {
            return None;
        }
        if let Node::Text(text) = inside.value() {
            // A long text is not a control's, as its beginning shows.
            said.push(' ');
            said.extend(text.trim().chars().take(SHORT + 1));
        }
    }
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    (said.len() <= SHORT && !said.is_empty()).then_some(said)
}
