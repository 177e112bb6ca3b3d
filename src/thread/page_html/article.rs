//! The article of a page, once the comments are cut out of it.

use std::cell::Cell;

use dom_smoothie::{Config, Readability, TextMode};
use ego_tree::NodeId;
use scraper::{ElementRef, Html, Selector};

use super::super::Article;
use super::dom::{has_word, line, text, walk};

/// Pages with more elements, or deeper ones, are not given to `dom_smoothie`: it looks at every element and all that
/// stands above it many times (100,000 list items 1,000 deep took it 15 seconds).
const MOST_ELEMENTS: usize = 50_000;
const DEEPEST: usize = 200;

/// What `linked` does not say is taken from the page, without the `comments`.
pub(super) fn read(html: &mut Html, comments: &[NodeId], linked: Article) -> Article {
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
    article.text = article.text.or_else(|| paragraphs(html, "article p")).or_else(|| paragraphs(html, "p"));
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
fn readable(html: &Html) -> Option<(Option<String>, Option<String>)> {
    if !is_reasonable(html) {
        return None;
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
    walk(
        html.tree.root(),
        |_| {
            elements.set(elements.get() + 1);
            depth.set(depth.get() + 1);
            is_deep.set(is_deep.get() || depth.get() > DEEPEST);
            true
        },
        |_| depth.set(depth.get().saturating_sub(1)),
    );
    !is_deep.get() && elements.get() <= MOST_ELEMENTS
}

fn paragraphs(html: &Html, selector: &str) -> Option<String> {
    let selector = Selector::parse(selector).ok()?;
    let said = html.select(&selector).map(|node| line(*node, |_| false));
    let said: Vec<String> = said.filter(|line| !line.is_empty()).collect();
    (!said.is_empty()).then(|| said.join("\n\n"))
}
