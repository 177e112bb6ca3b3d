//! The article of a page, once the comments are cut out of it.

use std::cell::Cell;

use dom_smoothie::{Config, Readability, TextMode};
use ego_tree::NodeId;
use scraper::{ElementRef, Html, Node, Selector};

use crate::thread::comment::Article;
use crate::thread::page_html::dom::{Ref, has_word, line, text, walk};

/// Pages with more elements, or deeper ones, are not given to `dom_smoothie`: it looks at every element and all that
/// stands above it many times (100,000 list items 1,000 deep took it 15 seconds).
const MOST_ELEMENTS: usize = 50_000;
const DEEPEST: usize = 200;
/// Nor are pages that say more (in bytes).
const LONGEST: usize = 16 << 20;
/// Nor those where the bytes that are said, times those among them that HTML escapes, are more: `html5ever` looks at the
/// rest of a text once for each when it writes the page (1 MB of `&` took it 12 seconds).
const MOST_ESCAPES: usize = 100_000_000_000;

/// What `linked` does not say is taken from the page, without the `comments`.
pub(crate) fn read(html: &mut Html, comments: &[NodeId], linked: Article) -> Article {
    for &comment in comments {
        if let Some(mut node) = html.tree.get_mut(comment) {
            node.detach();
        }
    }
    let mut article = linked;
    let headline = marked(html, "headline").map(|node| line(*node, |_| false));
    let heading = select(html, "h1").map(|node| line(*node, |_| false)).filter(|title| !title.is_empty());
    article.title = article.title.or(headline).or(heading);
    if article.text.is_none() {
        article.text = marked(html, "articleBody").map(|node| text(*node, |_| false));
    }
    if article.title.is_none() || article.text.is_none() {
        let (title, body) = readable(html).unwrap_or_default();
        article.title = article.title.or(title);
        article.text = article.text.or(body);
    }
    article.title = article.title.or_else(|| select(html, "title").map(|node| line(*node, |_| false)));
    article.text = article.text.or_else(|| paragraphs(html, true)).or_else(|| paragraphs(html, false));
    if article.url.is_none() {
        let canonical = select(html, "link[rel='canonical']");
        article.url = canonical.and_then(|node| node.attr("href")).map(str::to_owned);
    }
    let filled = |value: Option<String>| value.filter(|value| !value.trim().is_empty());
    Article {
        id: filled(article.id),
        title: filled(article.title),
        text: filled(article.text),
        url: filled(article.url),
    }
}

fn select<'h>(html: &'h Html, selector: &str) -> Option<ElementRef<'h>> {
    html.select(&Selector::parse(selector).ok()?).next()
}

fn marked<'h>(html: &'h Html, property: &str) -> Option<ElementRef<'h>> {
    let all = Selector::parse("[itemprop]").ok()?;
    html.select(&all).find(|node| has_word(node.value(), "itemprop", property))
}

/// Title and text as `dom_smoothie` sees them.
fn readable(html: &mut Html) -> Option<(Option<String>, Option<String>)> {
    if !is_reasonable(html) {
        return None;
    }
    // Nobody reads what a page comments out, and its parser keeps an error for each odd one.
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
        // The first byte of a non-breaking space, and of the other characters up to U+00BF.
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
