//! HTML with bounds on its depth, its nodes and the attributes of a tag.
//!
//! The rules of HTML make a parser look up through all open elements at many tags, so that a page of 100,000 nested
//! elements takes quadratic time; and what walks the tree later may recurse. Browsers stop nesting at 512; so does
//! this: tags below the bound are dropped, their text is kept. Each attribute of a tag is compared with
//! those before it, and each node takes memory: a page with too many of either is refused while it is parsed.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{LocalName, TokenizerResult};
use rustc_hash::FxHashMap;
use scraper::{Html, HtmlTreeSink};

use crate::thread::limits::{MOST_ATTRIBUTES, MOST_NODES, MoreThan, more_than};
use crate::thread::page_html::attributes;

/// Elements deeper than this are not nested further.
const DEEPEST: usize = 512;

/// A tag that is longer (in bytes) is looked into before all of it is read.
const LONG_TAG: usize = 2 << 10;

/// Parses a page; never deeper than [`DEEPEST`] and a little.
///
/// # Errors
/// When it has more nodes, or a tag has more attributes, than there may be.
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
    // Where the tag starts that is not read to its end yet, and how long it may get before it is looked into.
    let (mut tag, mut long) = (0, LONG_TAG);
    for (begin, end) in pieces(page) {
        let tokens = tokenizer.sink.tokens.get();
        input.push_back(whole.subtendril(begin as u32, (end - begin) as u32));
        // It stops at scripts and where the page names its encoding.
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        // Nobody reads them, and a page can be nothing but errors.
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

/// Where pieces of the page begin and end: each but perhaps the first starts with `<`, and none is so long that a tag
/// with too many attributes would be read before it is looked into.
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
    /// How many elements of each name are open.
    open: RefCell<FxHashMap<LocalName, Count>>,
    depth: Cell<usize>,
    /// How many attributes all tags have had.
    attributes: Cell<usize>,
    /// How many those of `<html>` and `<body>` have had: all of them are given to one element.
    of_page: Cell<usize>,
    /// How many tokens were read, errors not counted.
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
    /// Whether the tag goes on to the tree.
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

/// Elements without content, and those that end where the next of their kind starts: pages leave out their end tags.
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
