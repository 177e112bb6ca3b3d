//! Walks a document without recursion, and extracts text as a reader would see it.

use std::borrow::Cow;

use ego_tree::NodeRef;
use scraper::node::Element;
use scraper::{ElementRef, Html, Node, Selector};

use crate::thread::markup::link::Link;
use crate::thread::page_html::names::english;

pub(crate) type Ref<'h> = NodeRef<'h, Node>;

/// Visits the nodes in `root` in page order. If `enter` returns `false`, neither the node's contents nor `leave` are
/// visited.
pub(crate) fn walk<'h>(root: Ref<'h>, mut enter: impl FnMut(Ref<'h>) -> bool, leave: impl FnMut(Ref<'h>)) {
    walk_until(root, |node| Some(enter(node)), leave);
}

/// Like [`walk`], but stops where `enter` returns `None`.
fn walk_until<'h>(root: Ref<'h>, mut enter: impl FnMut(Ref<'h>) -> Option<bool>, mut leave: impl FnMut(Ref<'h>)) {
    let mut at = root.first_child();
    while let Some(node) = at {
        let Some(mut entered) = enter(node) else { return };
        if let Some(child) = node.first_child().filter(|_| entered) {
            at = Some(child);
            continue;
        }
        let mut done = node;
        at = loop {
            if entered {
                leave(done);
            }
            if let Some(next) = done.next_sibling() {
                break Some(next);
            }
            match done.parent() {
                Some(parent) if parent.id() != root.id() => done = parent,
                _ => break None,
            }
            entered = true;
        };
    }
}

/// What the element is called, in lower case and in [English](english): its classes, and the names that tests find it by,
/// which tell where a build made classes of letters and digits.
pub(crate) fn classes(element: &Element) -> impl Iterator<Item = Cow<'_, str>> {
    let for_tests = element.attrs().filter(|(name, _)| matches!(*name, "data-testid" | "data-test-id" | "data-qa"));
    let for_tests = for_tests.flat_map(|(_, value)| value.split_ascii_whitespace());
    element.classes().chain(for_tests).map(english)
}

/// Whether an attribute contains the word, in any case.
pub(crate) fn has_word(element: &Element, attribute: &str, word: &str) -> bool {
    let value = element.attr(attribute).unwrap_or_default();
    value.split_ascii_whitespace().any(|found| found.eq_ignore_ascii_case(word))
}

/// The text of a node without what `skip` matches: paragraphs separated by a blank line, lines by a line end.
pub(crate) fn text<'h>(root: Ref<'h>, skip: impl Fn(Ref<'h>) -> bool) -> String {
    read(root, skip, false)
}

/// The text of a node, with `> ` before each line of a quotation.
pub(crate) fn text_with_quotes(root: Ref<'_>) -> String {
    read(root, |_| false, true)
}

/// Like [`text_with_quotes`], without what `skip` matches.
pub(crate) fn quoting<'h>(root: Ref<'h>, skip: impl Fn(Ref<'h>) -> bool) -> String {
    read(root, skip, true)
}

fn read<'h>(root: Ref<'h>, skip: impl Fn(Ref<'h>) -> bool, marks_quotes: bool) -> String {
    let mut text = Text::default();
    let is_quote = |element: &Element| marks_quotes && is_quotation(element);
    let is_pre = |node: Ref| node.value().as_element().is_some_and(|element| element.name() == "pre");
    let text_cell = std::cell::RefCell::new(&mut text);
    let pre = std::cell::Cell::new(usize::from(is_pre(root)));
    walk(
        root,
        |node| {
            let mut text = text_cell.borrow_mut();
            match node.value() {
                Node::Text(_) if skip(node) => return false,
                Node::Text(said) if pre.get() > 0 => text.push_lines(said),
                Node::Text(said) => text.push(said),
                Node::Element(element) => {
                    if is_unseen(element.name()) || skip(node) {
                        return false;
                    }
                    if element.name() == "br" {
                        text.line_end();
                    }
                    text.part(gap(element.name()));
                    text.quotes += usize::from(is_quote(element));
                    match element.name() {
                        "img" if marks_quotes => text.image(element),
                        "ul" | "ol" if marks_quotes => text.lists += 1,
                        "li" if marks_quotes => text.is_item = true,
                        "a" if marks_quotes => text.link = Some(text.out.len()),
                        _ => {}
                    }
                    pre.set(pre.get() + usize::from(is_pre(node)));
                }
                _ => {}
            }
            true
        },
        |node| {
            if let Node::Element(element) = node.value() {
                let mut text = text_cell.borrow_mut();
                match element.name() {
                    "ul" | "ol" => (text.lists, text.is_item) = (text.lists.saturating_sub(1), false),
                    "li" => text.is_item = false,
                    "a" => text.close_link(element),
                    // Whose words follow, unless it is among them.
                    "cite" if text.quotes > 0 && is_first(node) => text.part(Gap::Line),
                    _ => {}
                }
                text.part(gap(element.name()));
                text.quotes = text.quotes.saturating_sub(usize::from(is_quote(element)));
                pre.set(pre.get().saturating_sub(usize::from(is_pre(node))));
            }
        },
    );
    text.out
}

/// Whether an element is a quotation, including those marked as forums do.
pub(crate) fn is_quotation(element: &Element) -> bool {
    // Some sites mark up comments themselves as quotations.
    let is_said = || classes(element).any(|class| class.contains("content") || class.contains("message"));
    (element.name() == "blockquote" && !is_said())
        || (element.name() == "aside" && classes(element).any(|class| class == "quote"))
        || (element.name() == "div" && classes(element).any(|class| class == "bbcode_quote"))
        || (element.name() == "td" && classes(element).any(|class| class == "quote"))
}

/// Whether nothing is said before a node in the element around it.
fn is_first(node: Ref) -> bool {
    node.prev_siblings().all(|before| before.value().as_text().is_some_and(|said| said.trim().is_empty()))
}

/// Whether an element's name calls it a quotation, or part of one.
pub(crate) fn is_called_quote(element: &Element) -> bool {
    let is = |class: Cow<str>| class.split(['-', '_']).any(|word| matches!(word, "quote" | "quoted" | "quotation"));
    matches!(element.name(), "div" | "aside" | "section" | "blockquote") && classes(element).any(is)
}

/// Whether an image stands for a character.
pub(crate) fn is_emoji(element: &Element) -> bool {
    let is = |class: &str| matches!(class, "emoji" | "emoticon" | "smile" | "smiley" | "smilies" | "wp-smiley");
    element.name() == "img" && classes(element).any(|class| is(&class))
}

/// Whether an image is an author's picture.
fn is_avatar(element: &Element) -> bool {
    ["class", "src", "alt"].into_iter().filter_map(|name| element.attr(name)).any(|value| {
        // A data URL may be long.
        let value = value.get(..value.floor_char_boundary(SHORT)).unwrap_or(value).to_ascii_lowercase();
        value.contains("avatar") || value.contains("userpic")
    })
}

/// How many bytes of an attribute are inspected.
const SHORT: usize = 200;

/// What is left of a page: removed elements are only detached.
pub(crate) fn left(html: &Html) -> Option<ElementRef<'_>> {
    html.tree.root().children().find_map(ElementRef::wrap)
}

/// The first element that a selector names.
pub(crate) fn select<'h>(html: &'h Html, selector: &str) -> Option<ElementRef<'h>> {
    left(html)?.select(&Selector::parse(selector).ok()?).next()
}

/// The text of a node on one line.
pub(crate) fn line<'h>(root: Ref<'h>, skip: impl Fn(Ref<'h>) -> bool) -> String {
    let text = text(root, skip);
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The text of a node on one line, unless it is longer than `most` bytes; a longer text is not read to its end.
pub(crate) fn short_line<'h>(root: Ref<'h>, most: usize, skip: impl Fn(Ref<'h>) -> bool) -> Option<String> {
    let (mut bytes, mut nodes) = (0, 0);
    let mut is_short = true;
    walk_until(
        root,
        |node| {
            nodes += 1;
            let is_seen = match node.value() {
                Node::Text(said) => {
                    // A long text is not read to its end.
                    let mut words = said.split_ascii_whitespace();
                    while bytes <= most
                        && let Some(word) = words.next()
                    {
                        bytes += word.len();
                    }
                    true
                }
                Node::Element(element) => !is_unseen(element.name()) && !skip(node),
                _ => true,
            };
            is_short = bytes <= most && nodes <= MOST_OF_LINE;
            is_short.then_some(is_seen)
        },
        |_| {},
    );
    if !is_short {
        return None;
    }
    Some(line(root, skip)).filter(|line| line.len() <= most)
}

/// A node with more nodes than this is not a short line, however little text it has.
const MOST_OF_LINE: usize = 256;

/// The separation between two pieces of text, widest last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
    Paragraph,
}

fn gap(name: &str) -> Gap {
    match name {
        "p" | "blockquote" | "pre" | "ul" | "ol" | "dl" | "table" | "figure" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "hr" => Gap::Paragraph,
        "div" | "li" | "tr" | "dt" | "dd" | "section" | "article" | "header" | "footer" | "aside" | "main"
        | "address" | "figcaption" | "details" | "summary" => Gap::Line,
        "td" | "th" => Gap::Space,
        _ => Gap::None,
    }
}

fn is_unseen(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "noscript"
            | "button"
            | "form"
            | "select"
            | "textarea"
            | "svg"
            | "iframe"
            | "object"
            | "head"
    )
}

#[derive(Default)]
struct Text {
    out: String,
    gap: Gap,
    /// The number of open quotations to be marked.
    quotes: usize,
    /// The number of open lists whose items are to be marked, and whether the next words are the first of an item.
    lists: usize,
    is_item: bool,
    /// Where the open link begins.
    link: Option<usize>,
}

impl Text {
    fn push(&mut self, said: &str) {
        let is_space = |char: char| char.is_ascii_whitespace();
        if said.starts_with(is_space) {
            self.gap = self.gap.max(Gap::Space);
        }
        for word in said.split(is_space).filter(|word| !word.is_empty()) {
            self.begin();
            self.out.push_str(word);
            self.gap = Gap::Space;
        }
        if !said.ends_with(is_space) && !said.is_empty() {
            self.gap = Gap::None;
        }
    }

    /// Writes what precedes the next words.
    fn begin(&mut self) {
        let is_first = self.out.is_empty();
        if !is_first {
            self.out.push_str(match self.gap {
                Gap::None => "",
                Gap::Space => " ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
        if is_first || self.gap >= Gap::Line {
            if self.quotes > 0 {
                self.out.push_str("> ");
            }
            if std::mem::take(&mut self.is_item) {
                self.out.push_str("- ");
            }
        }
        self.gap = Gap::None;
    }

    /// Appends lines as they are, with indentation.
    fn push_lines(&mut self, said: &str) {
        for (i, line) in said.split('\n').enumerate() {
            if i > 0 {
                self.line_end();
            }
            // There is a space already.
            let line = if self.gap == Gap::Space { line.trim_start() } else { line };
            let words = line.trim_end();
            if !words.is_empty() {
                self.begin();
                self.out.push_str(words);
            }
            if words.len() < line.len() {
                self.gap = self.gap.max(Gap::Space);
            }
        }
    }

    /// Separates what is next from what precedes. The paragraphs of a list item stay close together.
    fn part(&mut self, gap: Gap) {
        let is_in_list = self.is_item || self.lists > 0;
        self.gap = self.gap.max(if is_in_list { gap.min(Gap::Line) } else { gap });
    }

    /// Appends the text that stands for an image. An emoji joins its word, as its character would.
    fn image(&mut self, element: &Element) {
        let alt = element.attr("alt").unwrap_or_default();
        let is_sign = is_emoji(element) || !alt.contains(char::is_alphanumeric);
        if is_sign {
            self.push(alt);
        } else if !is_avatar(element) {
            self.part(Gap::Space);
            self.push(alt);
            self.part(Gap::Space);
        }
    }

    /// Replaces words that abbreviate the link's address by the address.
    fn close_link(&mut self, element: &Element) {
        let words = self.link.take().and_then(|begin| self.out.get(begin..)).unwrap_or_default();
        let words = words.trim_start_matches(|char: char| char.is_whitespace() || matches!(char, '>' | '-'));
        let attribute = |name: &str| element.attr(name).unwrap_or_default().trim().to_owned();
        let link = Link { href: attribute("href"), title: attribute("title"), begin: 0, words: None };
        if let Some(address) = link.whole(words) {
            self.out.truncate(self.out.len() - words.len());
            self.out.push_str(address);
        }
    }

    /// Appends a line end; two in a row separate paragraphs.
    fn line_end(&mut self) {
        self.gap = match self.gap {
            Gap::None | Gap::Space => Gap::Line,
            Gap::Line | Gap::Paragraph => Gap::Paragraph,
        };
    }
}
