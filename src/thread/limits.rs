//! Limits on the size of a document. A page or nested JSON is read whole, so these bound the memory, whatever the
//! input. They are checked during reading. Tables are streamed and need none of them.

/// Bytes of nested JSON or of a text page, once decompressed.
pub(crate) const DOCUMENT_LIMIT: u64 = 256 << 20;
/// Bytes of an HTML page; the parser holds several copies of it.
pub(crate) const HTML_LIMIT: u64 = 64 << 20;
/// Unpacked bytes of all parts of a spreadsheet's archive. It is streamed, except for the parts that are kept.
pub(crate) const PARTS_LIMIT: u64 = 1 << 30;
/// Comments, and objects of nested JSON that could be comments: up to 700 bytes each besides their text.
pub(crate) const MOST_COMMENTS: usize = 1_000_000;
/// Elements, attributes and pieces of text of an HTML page: 130 bytes each.
pub(crate) const MOST_NODES: usize = 4_000_000;
/// Values of one JSON document that is read whole: 28 bytes each.
pub(crate) const MOST_VALUES: usize = 16_000_000;
/// Lines of a text page that are not blank: 72 bytes each.
pub(crate) const MOST_LINES: usize = 4_000_000;
/// Attributes of one tag; each is compared with all before it.
pub(crate) const MOST_ATTRIBUTES: usize = 1_000;
/// Bytes of JSON-LD in a page, every value of which takes 32 bytes or more.
pub(crate) const LINKED_LIMIT: usize = 16 << 20;
/// JSON-LD objects in a page: 650 bytes each.
pub(crate) const MOST_LINKED: usize = 500_000;

/// Columns or keys that a message lists.
pub(crate) const SHOWN: usize = 12;

/// A document exceeds a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it has more than {most} {what}, which is the limit for a document that is read whole; \
     split it, or give its comments as CSV or JSONL, which are streamed"
)]
pub(crate) struct MoreThan {
    pub(crate) most: usize,
    pub(crate) what: &'static str,
}

/// The error for a document that has more than `most` of `what`.
pub(crate) fn more_than(most: usize, what: &'static str) -> MoreThan {
    MoreThan { most, what }
}
