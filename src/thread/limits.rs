//! How large a document may be: a page or nested JSON is read whole, so that memory must follow these limits and not the
//! input. They are checked while it is read. Tables are streamed and have none of them.

/// Bytes of nested JSON and of a page as text, once decompressed.
pub(crate) const DOCUMENT_LIMIT: u64 = 256 << 20;
/// Bytes of an HTML page, of which a parser holds several copies.
pub(crate) const HTML_LIMIT: u64 = 64 << 20;
/// Bytes of all that a spreadsheet's archive holds, once unpacked: it is read as a stream, but for what of it is kept.
pub(crate) const PARTS_LIMIT: u64 = 1 << 30;
/// Comments, and the objects of nested JSON that could be some: up to 700 bytes each beside what they say.
pub(crate) const MOST_COMMENTS: usize = 1_000_000;
/// Elements, attributes and pieces of text of an HTML page: 130 bytes each.
pub(crate) const MOST_NODES: usize = 4_000_000;
/// Values of one JSON document that is read whole: 28 bytes each.
pub(crate) const MOST_VALUES: usize = 16_000_000;
/// Lines of a page as text that are not blank: 72 bytes each.
pub(crate) const MOST_LINES: usize = 4_000_000;
/// Attributes of one tag: each is compared with all before it.
pub(crate) const MOST_ATTRIBUTES: usize = 1_000;
/// Bytes of a page's JSON-LD, of which every value takes 32 bytes or more.
pub(crate) const LINKED_LIMIT: usize = 16 << 20;
/// Objects of a page's JSON-LD: 650 bytes each.
pub(crate) const MOST_LINKED: usize = 500_000;

/// Columns or keys that a message lists.
pub(crate) const SHOWN: usize = 12;

/// A document has more of something than a limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it has more than {most} {what}, which is the limit for a document that is read whole; \
     split it, or give its comments as CSV or JSONL, which are streamed"
)]
pub(crate) struct MoreThan {
    pub(crate) most: usize,
    pub(crate) what: &'static str,
}

/// The error of a document that has more.
pub(crate) fn more_than(most: usize, what: &'static str) -> MoreThan {
    MoreThan { most, what }
}
