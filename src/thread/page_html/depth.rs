//! HTML with a bound on its depth.
//!
//! The rules of HTML make a parser look up through all open elements at many tags, so that a page of 100,000 nested
//! elements takes quadratic time; and what walks the tree later may recurse. Browsers stop nesting at 512; so does
//! this, with more room: tags below the bound are dropped, their text is kept.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{LocalName, TokenizerResult};
use rustc_hash::FxHashMap;
use scraper::{Html, HtmlTreeSink};

/// Elements deeper than this are not nested further.
const DEEPEST: usize = 1024;

/// Parses a page; never deeper than [`DEEPEST`] and a little.
pub(super) fn document(page: &str) -> Html {
    let sink = HtmlTreeSink::new(Html::new_document());
    let bounded = Bounded {
        builder: TreeBuilder::new(sink, TreeBuilderOpts::default()),
        open: RefCell::default(),
        depth: Cell::new(0),
    };
    let tokenizer = Tokenizer::new(bounded, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    // It stops at scripts and where the page names its encoding.
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}

struct Bounded<S: TreeSink> {
    builder: TreeBuilder<S::Handle, S>,
    /// How many elements of each name are open.
    open: RefCell<FxHashMap<LocalName, Count>>,
    depth: Cell<usize>,
}

#[derive(Clone, Copy, Default)]
struct Count {
    kept: usize,
    dropped: usize,
}

impl<S: TreeSink> Bounded<S> {
    /// Whether the tag goes on to the tree.
    fn passes(&self, tag: &Tag) -> bool {
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
        "html"
            | "head"
            | "body"
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
