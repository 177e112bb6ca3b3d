//! What comments, articles and threads are; one file per format they are read from.

mod cells;
mod columns;
mod day;
mod delimited;
mod error;
mod exports;
mod format;
mod gather;
mod ids;
mod input;
mod joined;
mod json;
mod jsonl;
mod limits;
mod nearest;
mod packed;
mod page_html;
mod page_text;
mod quotes;
#[cfg(test)]
mod quotes_test;
mod relations;
mod replay;
#[cfg(test)]
mod round_trip;
mod scratch;
mod seems;
mod stop;
mod strict;
mod survey;
mod table;
mod threads;
mod tree;
mod tree_check;
mod usual;
mod whole_file;
mod window;
mod write;
mod write_html;
mod write_rows;
mod write_text;

pub use cells::Cells;
pub use columns::{ColumnMap, Columns, Known, Mapping};
pub use day::Day;
pub use error::ThreadError;
pub(crate) use error::{Listed, meant};
pub use format::{Format, Opened};
pub use input::Source;
pub use limits::{DOCUMENT_LIMIT, HTML_LIMIT, MOST_COMMENTS};
pub use nearest::nearest;
pub use packed::Packed;
pub use relations::{Node, Relations, RelationsBuilder};
pub use replay::Replay;
pub use scratch::{ScratchFolder, has_unfinished, remove_unfinished};
pub use stop::{is_stopped, stop};
pub use strict::{flawed_lines, flawed_lines_of, take_out_flawed};
pub use table::{Next, RECORD_LIMIT, Refused, Resolved, Row, TableReader};
pub use threads::{Reading, Rows, read_article, read_bounded, read_opened, read_thread, read_thread_from, rows};
pub use tree::{Place, Tree, Warning};
pub use tree_check::{CHECKED_ROWS, Flaw, Flaws, TreeCheck};
pub use usual::Guessed;
pub use whole_file::{WholeFile, destination};
pub use write::{check as check_form, write_all, write_file};
pub use write_rows::{RowWriter, used_columns};

/// A reader's comment, as it came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment {
    /// Unique within its thread.
    pub id: String,
    /// The comment that this one answers.
    pub parent_id: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When, as the source writes it.
    pub created_at: Option<String>,
    /// What it says, unchanged.
    pub text: String,
    /// What else its row says of where it stands.
    pub beside: Beside,
}

/// What the row of a comment says beside the thread; a page has none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// What its stance is towards, where that is not the article's title.
    pub target: Option<String>,
    /// What its parent says, where that is no comment of the thread.
    pub parent_text: Option<String>,
    /// Anything else that a reader of the comment would know.
    pub context: Option<String>,
    /// The article's key, where that is not the thread's.
    pub article_id: Option<String>,
    /// The headline, where that is not the thread's.
    pub article_title: Option<String>,
    /// The article's body, where that is not the thread's.
    pub article_text: Option<String>,
}

impl Comment {
    /// What places it in its thread.
    #[must_use]
    pub fn node(&self) -> Node<'_> {
        Node { id: &self.id, parent_id: self.parent_id.as_deref(), created_at: self.created_at.as_deref() }
    }
}

/// What the comments stand under.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// The source's own key.
    pub id: Option<String>,
    /// The headline; a comment's stance is towards it unless another target is given.
    pub title: Option<String>,
    /// The body, paragraphs separated by a blank line.
    pub text: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
}

/// An article and its comments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// The source's key of the thread, where it has one.
    pub id: Option<String>,
    /// What the comments stand under.
    pub article: Article,
    /// In the order of the page.
    pub comments: Vec<Comment>,
    /// They are no thread: rows of which nobody says that they belong together. They may answer each other.
    pub unrelated: bool,
}
