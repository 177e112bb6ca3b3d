//! Reads the article of a page, once the comments are cut out.

use std::cell::{Cell, RefCell};

use dom_smoothie::{Config, Readability, TextMode};
use ego_tree::NodeId;
use rustc_hash::FxHashSet;
use scraper::{ElementRef, Html, Node, Selector};

use crate::thread::comment::Article;
use crate::thread::page_html::around::is_around;
use crate::thread::page_html::beside::Beside;
use crate::thread::page_html::called::is_list_of_comments;
use crate::thread::page_html::dom::{Ref, has_word, left, line, select, text, walk};
use crate::thread::page_html::headline;
use crate::thread::page_html::left_out::LeftOut;
use crate::thread::page_html::marked::Marked;
use crate::thread::page_html::path::path;

/// The shortest text of an article, in bytes.
const LEAST: usize = 40;

/// Pages with more or deeper elements are not passed to `dom_smoothie`, which looks at every element and all its
/// ancestors many times (100,000 list items 1,000 deep took it 15 seconds).
const MOST_ELEMENTS: usize = 50_000;
const DEEPEST: usize = 200;
/// Neither are pages with a longer text, in bytes.
const LONGEST: usize = 16 << 20;
/// Neither are pages where the bytes of text, times those among them that HTML escapes, exceed this: when writing the
/// page, `html5ever` scans the rest of a text once for each of them (1 MB of `&` took it 12 seconds).
const MOST_ESCAPES: usize = 100_000_000_000;

/// An article, with descriptions of where its title and its text were found.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub(crate) article: Article,
    pub(crate) title_from: String,
    pub(crate) text_from: String,
}

/// Reads the article of a page whose comments were found. Whatever neither the page's comment system nor `linked`
/// provides is taken from the page, without the comments and what surrounds the text.
pub(crate) fn read(html: &mut Html, beside: &Beside, marked: &mut Marked, linked: Article, left_out: &LeftOut) -> Read {
    let of_system = marked.article.take();
    let is_whole = of_system.is_some();
    let mut read = Read::default();
    let mut at_title = |article: &mut Article, found: Option<(String, String)>| {
        if let Some((title, from)) = found.filter(|(title, _)| article.title.is_none() && !title.is_empty()) {
            article.title = Some(title);
            read.title_from = from;
        }
    };
    let at = |html: &Html, node: Option<NodeId>| node.and_then(|node| path(html.tree.get(node)?)).unwrap_or_default();
    let mut article = Article { id: linked.id, url: linked.url, ..Article::default() };
    if let Some((known, (title, text))) = of_system {
        at_title(&mut article, known.title.map(|known| (known, at(html, title))));
        article.text = known.text;
        read.text_from = at(html, text);
    }
    at_title(&mut article, linked.title.map(|title| (title, "JSON-LD".to_owned())));
    if article.text.is_none() && linked.text.is_some() {
        (article.text, read.text_from) = (linked.text, "JSON-LD".to_owned());
    }
    take_out(html, beside, &marked.nodes, left_out);
    let titled = |node: ElementRef| Some((line(*node, |_| false), path(*node)?));
    // The site's name may be marked as a headline too.
    let is_heading = |node: &ElementRef| matches!(node.value().name(), "h1" | "h2" | "h3");
    let marked_headline = marked_as(html, "headline");
    at_title(&mut article, marked_headline.filter(is_heading).and_then(titled));
    at_title(&mut article, headline::headline(html).and_then(titled));
    at_title(&mut article, marked_headline.and_then(titled));
    if article.text.is_none() && !is_whole {
        if let Some(node) = marked_as(html, "articleBody").or_else(|| question(html)).or_else(|| called_body(html)) {
            (article.text, read.text_from) = (Some(text(*node, |_| false)), path(*node).unwrap_or_default());
        }
        if article.title.is_none() || article.text.is_none() {
            let (title, body) = readable(html).unwrap_or_default();
            at_title(&mut article, title.map(|title| (title, "title".to_owned())));
            let body = body.filter(|body| !is_elsewhere(html, body));
            if article.text.is_none() && body.is_some() {
                (article.text, read.text_from) = (body, "what reads like an article".to_owned());
            }
        }
        for in_article in [true, false] {
            if article.text.is_none() {
                article.text = paragraphs(html, in_article);
                if in_article { "paragraphs in article" } else { "paragraphs" }.clone_into(&mut read.text_from);
            }
        }
    }
    at_title(&mut article, select(html, "title").and_then(titled));
    if !is_whole && let (Some(title), Some(text)) = (&article.title, &mut article.text) {
        drop_title(text, title);
    }
    // The frame that Disqus inserts has a title of its own.
    if article.title.as_deref() == Some("Disqus Comments") {
        (article.title, article.text) = (None, None);
    }
    if article.url.is_none() {
        let canonical = select(html, "link[rel='canonical']");
        article.url = canonical.and_then(|node| node.attr("href")).map(str::to_owned);
    }
    let filled = |value: Option<String>| value.filter(|value| !value.trim().is_empty());
    read.article = Article {
        id: filled(article.id),
        title: filled(article.title),
        text: filled(article.text),
        url: filled(article.url),
    };
    read
}

/// Removes the comments, their list and what surrounds the text from the page.
fn take_out(html: &mut Html, beside: &Beside, comments: &[NodeId], left_out: &LeftOut) {
    let mut around: FxHashSet<NodeId> = FxHashSet::default();
    for comment in comments.iter().filter_map(|comment| html.tree.get(*comment)) {
        // Up to where an earlier comment has been.
        for node in comment.ancestors() {
            if !around.insert(node.id()) {
                break;
            }
        }
    }
    let mut out = Vec::new();
    let taken: FxHashSet<NodeId> = comments.iter().copied().collect();
    let (entered, last_main, titled) = (Cell::new(0_usize), Cell::new(0_usize), Cell::new(false));
    let open: RefCell<Vec<(NodeId, usize)>> = RefCell::default();
    walk(
        html.tree.root(),
        |node| {
            let Some(element) = node.value().as_element().filter(|_| !taken.contains(&node.id())) else { return false };
            entered.set(entered.get() + 1);
            // Only the first heading is the article's: a list of comments may have its own.
            let is_title = element.name() == "h1" && !titled.replace(true);
            if is_title || element.name() == "article" || has_word(element, "itemprop", "articleBody") {
                last_main.set(entered.get());
            }
            let is_kept = matches!(element.name(), "head" | "script" | "style" | "template");
            let is_list = around.contains(&node.id()) && is_list_of_comments(element);
            let is_out = || beside.has(node, element) || is_around(node, element, titled.get());
            if !is_kept && !is_title && (is_list || is_out()) {
                open.borrow_mut().push((node.id(), entered.get()));
            }
            !is_kept
        },
        |node| {
            if let Some((_, begin)) = open.borrow_mut().pop_if(|(id, _)| *id == node.id())
                && last_main.get() <= begin
            {
                left_out.add(node);
                out.push(node.id());
            }
        },
    );
    for node in comments.iter().chain(&out) {
        if let Some(mut node) = html.tree.get_mut(*node) {
            node.detach();
        }
    }
}

/// Whether a text lacks the longest paragraph of the page's `<article>`.
fn is_elsewhere(html: &Html, body: &str) -> bool {
    let Some(own) = paragraphs(html, true).filter(|own| own.len() >= LEAST) else { return false };
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = words(body);
    own.split("\n\n").max_by_key(|paragraph| paragraph.len()).is_some_and(|longest| !body.contains(longest))
}

/// Removes the title from the start of the text.
fn drop_title(text: &mut String, title: &str) {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let title = words(title);
    if let Some((_, rest)) = text.trim_start().split_once('\n').filter(|(first, _)| words(first) == title) {
        *text = rest.trim_start().to_owned();
    }
}

/// The only element named as an article's body, if there is exactly one and it has a text.
fn called_body(html: &Html) -> Option<ElementRef<'_>> {
    const NAMES: &str = ".entry-content, .wp-block-post-content, .post-content, .article-body, .article__body, .article-content, \
                         .story-body, .story-content, .post-body, .node-body, .field-name-body";
    let all = Selector::parse(NAMES).ok()?;
    let mut found = left(html)?.select(&all);
    let one = found.next().filter(|_| found.next().is_none())?;
    // It may be only the beginning, with more of the text elsewhere.
    (line(*one, |_| false).len() >= LEAST).then_some(one)
}

/// The text of the question that readers answer on this page, if it is of that kind. The questions of an FAQ, which the page
/// answers itself, have none.
fn question(html: &Html) -> Option<ElementRef<'_>> {
    let all = Selector::parse("[itemtype$='schema.org/Question']").ok()?;
    let text = Selector::parse("[itemprop='text']").ok()?;
    let mut found = left(html)?.select(&all);
    let question = found.next().filter(|_| found.next().is_none())?;
    let is_answer = |node: Ref| {
        let kind = node.value().as_element().and_then(|element| element.attr("itemtype"));
        kind.is_some_and(|kind| kind.ends_with("schema.org/Answer"))
    };
    let of_question =
        |node: &ElementRef| !node.ancestors().take_while(|node| node.id() != question.id()).any(is_answer);
    question.select(&text).find(of_question)
}

fn marked_as<'h>(html: &'h Html, property: &str) -> Option<ElementRef<'h>> {
    let all = Selector::parse("[itemprop]").ok()?;
    left(html)?.select(&all).find(|node| has_word(node.value(), "itemprop", property))
}

/// Title and text according to `dom_smoothie`.
fn readable(html: &mut Html) -> Option<(Option<String>, Option<String>)> {
    if !is_reasonable(html) {
        return None;
    }
    // HTML comments are not shown, and the parser keeps an error for each odd one.
    let is_comment = |node: &Ref| matches!(node.value(), Node::Comment(_));
    let unread: Vec<NodeId> = html.tree.nodes().filter(is_comment).map(|node| node.id()).collect();
    for node in unread {
        if let Some(mut node) = html.tree.get_mut(node) {
            node.detach();
        }
    }
    let page = html.html();
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    let article = Readability::new(page, None, Some(config)).ok()?.parse().ok()?;
    let text: Vec<&str> = article.text_content.lines().map(str::trim).collect();
    let some = |text: String| (!text.is_empty()).then_some(text);
    Some((some(article.title.trim().to_owned()), some(text.join("\n").trim().to_owned())))
}

fn is_reasonable(html: &Html) -> bool {
    let elements = Cell::new(0_usize);
    let depth = Cell::new(0_usize);
    let is_deep = Cell::new(false);
    let (bytes, escapes) = (Cell::new(0_usize), Cell::new(0_usize));
    let add = |said: &str| {
        bytes.set(bytes.get() + said.len());
        // 0xC2 is the first byte of a non-breaking space, and of the other characters up to U+00BF.
        let is_escaped = |byte: &&u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | 0xC2);
        escapes.set(escapes.get() + said.as_bytes().iter().filter(is_escaped).count());
    };
    walk(
        html.tree.root(),
        |node| {
            match node.value() {
                Node::Text(said) => add(said),
                Node::Element(element) => element.attrs().for_each(|(_, value)| add(value)),
                _ => {}
            }
            elements.set(elements.get() + 1);
            depth.set(depth.get() + 1);
            is_deep.set(is_deep.get() || depth.get() > DEEPEST);
            true
        },
        |_| depth.set(depth.get().saturating_sub(1)),
    );
    !is_deep.get()
        && elements.get() <= MOST_ELEMENTS
        && bytes.get() <= LONGEST
        && bytes.get().saturating_mul(escapes.get()) <= MOST_ESCAPES
}

/// The paragraphs of the page, or those in an `<article>`.
fn paragraphs(html: &Html, in_article: bool) -> Option<String> {
    let articles = Cell::new(0_usize);
    let is_article = |node: Ref| node.value().as_element().is_some_and(|element| element.name() == "article");
    let mut said = Vec::new();
    walk(
        html.tree.root(),
        |node| {
            articles.set(articles.get() + usize::from(is_article(node)));
            let is_paragraph = node.value().as_element().is_some_and(|element| element.name() == "p");
            if is_paragraph && (articles.get() > 0 || !in_article) {
                said.push(line(node, |_| false));
            }
            !is_paragraph
        },
        |node| articles.set(articles.get().saturating_sub(usize::from(is_article(node)))),
    );
    said.retain(|line| !line.is_empty());
    (!said.is_empty()).then(|| said.join("\n\n"))
}
