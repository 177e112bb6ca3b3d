//! Parses HTML with limits on depth, nodes and attributes per tag.
//!
//! At many tags, the rules of HTML make a parser look up through all open elements, so a page of 100,000 nested
//! elements takes quadratic time, and code that walks the tree later may recurse. Browsers stop nesting at 512, and so
//! does this parser: below that, tags are dropped and their text is kept. Each attribute of a tag is compared with
//! those before it, and each node takes memory, so a page with too many of either is refused during parsing.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{LocalName, TokenizerResult};
use rustc_hash::FxHashMap;
use scraper::{Html, HtmlTreeSink};

use crate::thread::limits::{MOST_ATTRIBUTES, MOST_NODES, MoreThan, more_than};
use crate::thread::page_html::attributes;

/// Deeper elements are not nested further.
const DEEPEST: usize = 512;

/// A tag longer than this, in bytes, is inspected before it is read in full.
const LONG_TAG: usize = 2 << 10;

/// Parses a page, nested hardly deeper than [`DEEPEST`].
///
/// # Errors
/// When it has more nodes, or a tag has more attributes, than allowed.
pub(crate) fn document(page: &str) -> Result<Html, MoreThan> {
    let sink = HtmlTreeSink::new(Html::new_document());
    let bounded = Bounded {
        builder: TreeBuilder::new(sink, TreeBuilderOpts::default()),
        open: RefCell::default(),
        depth: Cell::new(0),
        attributes: Cell::new(0),
        of_page: Cell::new(0),
        tokens: Cell::new(0),
    };
    let tokenizer = Tokenizer::new(bounded, TokenizerOpts::default());
    let whole = StrTendril::from(page);
    let input = BufferQueue::default();
    // The start of the tag being read, and how long it may get before it is inspected.
    let (mut tag, mut long) = (0, LONG_TAG);
    for (begin, end) in pieces(page) {
        let tokens = tokenizer.sink.tokens.get();
        input.push_back(whole.subtendril(begin as u32, (end - begin) as u32));
        // It pauses at scripts and where the page names its encoding.
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        // The errors are not used, and a page can consist of nothing else.
        tokenizer.sink.builder.sink.0.borrow_mut().errors.clear();
        if tokenizer.sink.nodes() > MOST_NODES {
            return Err(more_than(MOST_NODES, "elements, attributes and pieces of text"));
        }
        if tokenizer.sink.tokens.get() > tokens {
            (tag, long) = (end, LONG_TAG);
        } else if end - tag >= long {
            if attributes::count(page.get(tag..end).unwrap_or_default()) > MOST_ATTRIBUTES {
                return Err(more_than(MOST_ATTRIBUTES, "attributes in one tag"));
            }
            long = 2 * (end - tag);
        }
    }
    tokenizer.end();
    Ok(tokenizer.sink.builder.sink.finish())
}

/// The ranges of the page's pieces: each, except perhaps the first, starts with `<`, and none is long enough for a tag
/// with too many attributes to be read before it is inspected.
fn pieces(page: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut begin = 0;
    std::iter::from_fn(move || {
        let rest = page.get(begin..).filter(|rest| !rest.is_empty())?;
        let piece = rest.get(..rest.ceil_char_boundary(LONG_TAG)).unwrap_or(rest);
        let next = piece.bytes().skip(1).position(|byte| byte == b'<');
        let end = begin + next.map_or(piece.len(), |at| at + 1);
        Some((std::mem::replace(&mut begin, end), end))
    })
}

struct Bounded<S: TreeSink> {
    builder: TreeBuilder<S::Handle, S>,
    /// The number of open elements by name.
    open: RefCell<FxHashMap<LocalName, Count>>,
    depth: Cell<usize>,
    /// The number of attributes of all tags.
    attributes: Cell<usize>,
    /// The number of attributes of `<html>` and `<body>` tags, which all end up on one element.
    of_page: Cell<usize>,
    /// The number of tokens read, not counting errors.
    tokens: Cell<usize>,
}

impl Bounded<HtmlTreeSink> {
    fn nodes(&self) -> usize {
        self.builder.sink.0.borrow().tree.values().len() + self.attributes.get()
    }
}

#[derive(Clone, Copy, Default)]
struct Count {
    kept: usize,
    dropped: usize,
}

impl<S: TreeSink> Bounded<S> {
    /// Whether a tag is passed on to the tree builder.
    fn passes(&self, tag: &Tag) -> bool {
        self.attributes.set(self.attributes.get() + tag.attrs.len());
        if matches!(&*tag.name, "html" | "body") {
            self.of_page.set(self.of_page.get() + tag.attrs.len());
            return self.of_page.get() <= MOST_ATTRIBUTES;
        }
        if never_nests(&tag.name) {
            return true;
        }
        let mut open = self.open.borrow_mut();
        let count = open.entry(tag.name.clone()).or_default();
        match tag.kind {
            TagKind::StartTag if self.depth.get() >= DEEPEST => {
                count.dropped += 1;
                false
            }
            TagKind::StartTag => {
                count.kept += 1;
                self.depth.set(self.depth.get() + 1);
                true
            }
            TagKind::EndTag if count.dropped > 0 => {
                count.dropped -= 1;
                false
            }
            TagKind::EndTag => {
                if count.kept > 0 {
                    count.kept -= 1;
                    self.depth.set(self.depth.get().saturating_sub(1));
                }
                true
            }
        }
    }
}

/// Whether elements of this name have no content, or end where the next one starts, as pages omit their end tags.
fn never_nests(name: &str) -> bool {
    matches!(
        name,
        "head"
            | "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
            | "a"
            | "button"
            | "p"
            | "li"
            | "dt"
            | "dd"
            | "option"
            | "optgroup"
            | "tr"
            | "td"
            | "th"
            | "tbody"
            | "thead"
            | "tfoot"
            | "colgroup"
            | "caption"
            | "nobr"
            | "script"
            | "style"
            | "title"
            | "textarea"
            | "noscript"
            | "template"
    )
}

impl<S: TreeSink> TokenSink for Bounded<S>
where
    S::Handle: Clone,
{
    type Handle = S::Handle;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<Self::Handle> {
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.tokens.set(self.tokens.get() + 1);
        match &token {
            Token::TagToken(tag) if !self.passes(tag) => TokenSinkResult::Continue,
            _ => self.builder.process_token(token, line_number),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
