//! Tells what stands beside article and comments: menus, side bars, advertisements, forms, lists of other things.
//!
//! The name of an element is not enough. Themes call the box of a whole blog `widget`, put the whole page into an
//! element named after the advertisement behind it, and wrap comments in a form or an `<aside>`. What is beside is
//! small, and has no comments that the page has nowhere else.

use std::cell::{Cell, RefCell};

use ego_tree::NodeId;
use rustc_hash::FxHashSet;
use scraper::node::Element;
use scraper::{Html, Node};

use crate::thread::page_html::author::author_rank;
use crate::thread::page_html::called::{is_comment_class, is_named, kind};
use crate::thread::page_html::dom::{Ref, classes, short_line, walk};
use crate::thread::page_html::when::time_rank;

/// The longest heading of a side bar, in bytes.
const HEADING: usize = 60;

/// What stands beside the contents of a page.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// Elements that are called as if they stood beside the contents, but hold them.
    kept: FxHashSet<NodeId>,
}

impl Beside {
    /// Looks for elements that hold most of the page's text, or its only comments.
    pub(crate) fn of(html: &Html) -> Self {
        let survey = Survey::default();
        walk(html.tree.root(), |node| survey.enter(node), |node| survey.leave(node));
        survey.told()
    }

    /// Whether an element holds neither the article nor comments of the page.
    pub(crate) fn has(&self, node: Ref, element: &Element) -> bool {
        is_always_beside(element) || (is_called_beside(node, element) && !self.kept.contains(&node.id()))
    }
}

/// An element that is called as if it stood beside the contents.
#[derive(Debug)]
struct Container {
    id: NodeId,
    /// Bytes of words outside links.
    said: usize,
    comments: usize,
    /// The page that its comments link to.
    page: Option<String>,
    /// It lists the newest comments of the site.
    is_of_site: bool,
}

impl Container {
    fn new(id: NodeId) -> Self {
        Self { id, said: 0, comments: 0, page: None, is_of_site: false }
    }

    /// Adds a container inside this one.
    fn add(&mut self, inner: &Self) {
        self.said += inner.said;
        // A list of the site's newest comments says nothing about what is around it.
        if !inner.is_of_site {
            self.comments += inner.comments;
            if let Some(page) = &inner.page {
                self.link(page);
            }
        }
    }

    /// Notes a link to a comment. Those on an article link to one page.
    fn link(&mut self, page: &str) {
        self.is_of_site |= self.page.as_ref().is_some_and(|other| other != page);
        self.page.get_or_insert_with(|| page.to_owned());
    }
}

/// A walk through a page.
#[derive(Default)]
struct Survey {
    open: RefCell<Vec<Container>>,
    done: RefCell<Vec<Container>>,
    /// Open elements that are called comments, and whether each is surely one, or has an author or a time.
    comments: RefCell<Vec<(NodeId, bool)>>,
    /// How many links are open.
    links: Cell<usize>,
    /// Bytes of words outside links on the whole page.
    said: Cell<usize>,
    /// Comments that are in no container.
    outside: Cell<usize>,
}

impl Survey {
    fn enter(&self, node: Ref) -> bool {
        let open = &mut *self.open.borrow_mut();
        let element = match node.value() {
            Node::Element(element) => element,
            Node::Text(said) if self.links.get() == 0 => {
                let said = said.split_ascii_whitespace().map(str::len).sum::<usize>();
                self.said.set(self.said.get() + said);
                open.last_mut().into_iter().for_each(|container| container.said += said);
                return false;
            }
            _ => return false,
        };
        if is_always_beside(element) || matches!(element.name(), "noscript" | "textarea" | "select" | "button" | "svg")
        {
            return false;
        }
        if is_called_beside(node, element) {
            open.push(Container::new(node.id()));
        }
        let comments = &mut *self.comments.borrow_mut();
        if let Some(is_sure) = kind(element) {
            comments.push((node.id(), is_sure));
        } else if let Some((_, is_signed)) = comments.last_mut() {
            *is_signed |=
                author_rank(element).is_some_and(|rank| rank <= 4) || time_rank(element).is_some_and(|rank| rank <= 1);
        }
        self.links.set(self.links.get() + usize::from(element.name() == "a"));
        if let Some(container) = open.last_mut() {
            let page = element.attr("href").filter(|_| element.name() == "a").and_then(page_of_comment);
            page.into_iter().for_each(|page| container.link(page));
            container.is_of_site |= is_heading_of_newest(node, element);
        }
        true
    }

    fn leave(&self, node: Ref) {
        let is_link = node.value().as_element().is_some_and(|element| element.name() == "a");
        self.links.set(self.links.get().saturating_sub(usize::from(is_link)));
        let mut open = self.open.borrow_mut();
        if let Some((_, true)) = self.comments.borrow_mut().pop_if(|(id, _)| *id == node.id()) {
            match open.last_mut() {
                Some(container) => container.comments += 1,
                None => self.outside.set(self.outside.get() + 1),
            }
        }
        if let Some(container) = open.pop_if(|container| container.id == node.id()) {
            open.last_mut().into_iter().for_each(|around| around.add(&container));
            self.done.borrow_mut().push(container);
        }
    }

    fn told(self) -> Beside {
        let (said, outside) = (self.said.get(), self.outside.get());
        let is_kept = |container: &Container| {
            let has_the_comments = outside == 0 && container.comments > 0 && !container.is_of_site;
            has_the_comments || container.said * 2 > said
        };
        let kept = self.done.into_inner().into_iter().filter(is_kept).map(|container| container.id);
        Beside { kept: kept.collect() }
    }
}

/// The page of the comment that a link leads to, without its query: Blogger's has the time of the comment.
fn page_of_comment(href: &str) -> Option<&str> {
    let (page, place) = href.split_once('#')?;
    let page = page.split(['?', ';']).next().unwrap_or_default();
    // Long comments sections are split into pages.
    let page = page.split_once("/comment-page-").map_or(page, |(page, _)| page).trim_end_matches('/');
    (!page.is_empty() && place.starts_with(['c', 'C'])).then_some(page)
}

/// Whether this is a heading such as `Recent comments`.
fn is_heading_of_newest(node: Ref, element: &Element) -> bool {
    const NEWEST: [&str; 14] = [
        "recent", "latest", "newest", "neueste", "letzte", "aktuelle", "récent", "dernier", "reciente", "último",
        "recenti", "ultimi", "nieuwste", "senaste",
    ];
    let is_heading = matches!(element.name(), "h2" | "h3" | "h4" | "h5");
    is_heading
        && short_line(node, HEADING, |_| false)
            .is_some_and(|said| NEWEST.iter().any(|word| said.to_lowercase().contains(word)))
}

/// Whether an element is beside whatever is in it.
fn is_always_beside(element: &Element) -> bool {
    matches!(element.name(), "nav" | "head" | "script" | "style" | "template") || is_of_newest(element)
}

/// Whether an element is called a list of the site's newest comments, or the form for a new one.
fn is_of_newest(element: &Element) -> bool {
    let is = |name: &str| {
        let name = name.replace('_', "-");
        let is_newest = ["recent", "latest"].iter().any(|newest| name.contains(newest)) && name.contains("comment");
        // `body` has classes for what the whole site shows.
        is_newest
            || matches!(name.as_str(), "comment-respond" | "wp-block-latest-posts" | "sharedaddy" | "share-buttons")
    };
    !matches!(element.name(), "html" | "body" | "main") && is_named(element, is)
}

/// Whether the name of an element says that it stands beside the contents. A form that is all of the page does not.
fn is_called_beside(node: Ref, element: &Element) -> bool {
    let is_of_page = || {
        let parent = node.parent().and_then(|parent| parent.value().as_element());
        parent.is_some_and(|parent| parent.name() == "body")
    };
    match element.name() {
        "form" => !is_of_page(),
        "aside" => !is_called_comments(element) || is_side(element),
        _ => is_side(element),
    }
}

/// Whether a name says that an element holds comments.
fn is_called_comments(element: &Element) -> bool {
    is_named(element, |name| name.contains("comment") || name.contains("discuss") || name == "quote")
}

/// Whether an element is named as a side bar or as a list of other things.
fn is_side(element: &Element) -> bool {
    let is = |name: &str| {
        matches!(
            name.replace('_', "-").as_str(),
            "sidebar"
                | "side-bar"
                | "widget"
                | "widget-area"
                | "related"
                | "related-posts"
                | "related-articles"
                | "jp-relatedposts"
                | "yarpp-related"
                | "breadcrumb"
                | "breadcrumbs"
                | "comment-form"
                | "site-footer"
                | "newsletter-signup"
        )
    };
    if matches!(element.name(), "html" | "body" | "main") {
        return false;
    }
    is_named(element, is)
        || (element.classes().any(is_advertisement) && !classes(element).any(|class| is_comment_class(&class)))
}

/// Whether a class marks an advertisement: `ad-slot`, `sponsored`, but not `no-ads`.
fn is_advertisement(class: &str) -> bool {
    let class = class.to_lowercase();
    let mut words = class.split(['-', '_']);
    let is_ad = |word: &str| {
        matches!(
            word,
            "ad" | "ads"
                | "advert"
                | "adverts"
                | "advertisement"
                | "advertising"
                | "adslot"
                | "adunit"
                | "adsbygoogle"
                | "sponsored"
                | "annons"
                | "annonse"
                | "werbung"
                | "publicite"
                | "publicité"
                | "publicidad"
                | "pubblicita"
                | "advertentie"
                | "reklam"
                | "reklame"
                | "reklama"
                | "taboola"
                | "outbrain"
        )
    };
    let is_other = |word: &str| {
        matches!(
            word,
            "no" | "has" | "with" | "without" | "is" | "show" | "hide" | "free" | "before" | "after" | "below"
                // Classes that `WordPress` gives an article.
                | "category" | "tag" | "type" | "term" | "author"
        )
    };
    let first = words.clone().next().unwrap_or_default();
    let last = words.clone().next_back().unwrap_or_default();
    (is_ad(first) || is_ad(last) || matches!(class.as_str(), "promo" | "anzeige")) && !words.any(is_other)
}
