//! Archives of Reddit comments, one comment per line, as written by Pushshift and Arctic Shift. They have hundreds of
//! millions of lines, so each line is read straight into a row.

use std::borrow::Cow;

use crate::thread::comments::{Comments, Shared};
use crate::thread::error::ThreadError;
use crate::thread::export::{Export, Input};
use crate::thread::formats::articles::Articles;
use crate::thread::formats::pushshift_keys::is_reddits;
use crate::thread::formats::pushshift_line::{Thing, Value};
use crate::thread::formats::reddit::{base36, gone_author};
use crate::thread::formats::reddit_text::{gone, unescaped};
use crate::thread::head::Head;
use crate::thread::lines::{Line, Lines};
use crate::thread::row::{Next, Refused, Row};
use crate::thread::row_error::RowError;
use crate::thread::row_source::RowSource;

pub(crate) static PUSHSHIFT: Export = Export {
    name: "pushshift",
    what: "an archive of Reddit",
    recognised: "lines of JSON, the first with `body`, `link_id`, `parent_id` and `created_utc` (or a post with `selftext`)",
    is_document: false,
    is: is_archive,
    open,
};

fn is_archive(head: &Head<'_>) -> bool {
    let is_comment = head.tops_have(&["body", "link_id", "parent_id", "created_utc"]);
    let is_post = || head.tops_have(&["title", "selftext", "num_comments", "created_utc", "subreddit"]);
    head.is_lines() && (is_comment || is_post())
}

const COLUMNS: &[&str] = &[
    "id",
    "parent_id",
    "thread_id",
    "article_title",
    "article_text",
    "article_url",
    "author",
    "created_at",
    "text",
    "status",
    "score",
    "subreddit",
];

/// Columns filled from a post.
const TITLE: usize = 3;
const TEXT: usize = 4;
const URL: usize = 5;

struct Archive {
    file: String,
    lines: Lines,
    /// The line in `lines`, if the header has read ahead.
    ahead: Option<Line>,
    header: Vec<String>,
    /// Keys that are not Reddit's, such as labels that somebody added. They become columns after the others.
    added: Vec<String>,
    posts: Articles,
    post_count: u64,
    has_comment: bool,
    /// Builds the values that posts share with their comments.
    shares: Comments,
    has_ended: bool,
    scratch: String,
}

fn open(input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let Input { file, reader, .. } = input;
    let mut lines = Lines::new(file.clone(), reader);
    let ahead = lines.next_line()?;
    let added = if ahead == Some(Line::Whole) { added(lines.bytes()) } else { Vec::new() };
    let header = COLUMNS.iter().map(ToString::to_string).chain(added.iter().cloned()).collect();
    let shares = Comments::new(file.clone(), COLUMNS);
    Ok(Box::new(Archive {
        file,
        lines,
        ahead,
        header,
        added,
        posts: Articles::default(),
        post_count: 0,
        has_comment: false,
        shares,
        has_ended: false,
        scratch: String::new(),
    }))
}

/// Keys of the first line that are not Reddit's.
fn added(line: &[u8]) -> Vec<String> {
    let Ok(keys) = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(line) else {
        return Vec::new();
    };
    let is_ours = |key: &String| COLUMNS.contains(&key.as_str());
    keys.into_iter().map(|(key, _)| key).filter(|key| !is_reddits(key) && !is_ours(key)).collect()
}

impl RowSource for Archive {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        loop {
            let ahead = self.ahead.take();
            let line = if ahead.is_some() { ahead } else { self.lines.next_line()? };
            let Some(line) = line else {
                self.has_ended = true;
                return self.end();
            };
            row.line = self.lines.line();
            let made = match line {
                Line::Whole => self.row(row),
                Line::TooLong => Err(RowError::TooLong.to_string()),
            };
            match made {
                Ok(true) => return Ok(Next::Row),
                Ok(false) => {}
                Err(reason) => return Ok(Next::Refused(Refused { file: self.file.clone(), line: row.line, reason })),
            }
        }
    }

    fn has_row(&self) -> bool {
        self.ahead.is_some() || self.lines.has_line()
    }

    fn remarks(&mut self) -> Vec<String> {
        if !std::mem::take(&mut self.has_ended) {
            return Vec::new();
        }
        let posts = match self.post_count {
            0 => None,
            1 => Some("1 post (submission), which is no comment".to_owned()),
            count => Some(format!("{count} posts (submissions), which are no comments")),
        };
        posts.into_iter().chain(self.posts.remark().map(str::to_owned)).collect()
    }
}

impl Archive {
    fn end(&self) -> Result<Next, ThreadError> {
        if self.has_comment || self.post_count == 0 {
            return Ok(Next::End);
        }
        let why = "it holds posts of Reddit (submissions) and no comments, which are in a file of their own".to_owned();
        Err(ThreadError::NoComment { file: self.file.clone(), why })
    }

    /// Makes a row of the line; `false` for a post, which is kept.
    fn row(&mut self, row: &mut Row) -> Result<bool, String> {
        let line = self.lines.bytes();
        let text =
            std::str::from_utf8(line).map_err(|error| RowError::LineNotUtf8(error.valid_up_to() + 1).to_string())?;
        let thing = Thing::of(text, &self.added)?;
        let Value::Text(body) = &thing.body else {
            let Value::Text(title) = &thing.title else {
                return Err("it is neither a comment (`body`) nor a post (`title`) of Reddit".to_owned());
            };
            self.post_count += 1;
            let selftext = thing.selftext.text();
            let selftext = if gone(selftext).is_some() { Cow::Borrowed("") } else { unescaped(selftext) };
            let told =
                [(COLUMNS[TITLE], &*unescaped(title)), (COLUMNS[TEXT], &*selftext), (COLUMNS[URL], thing.url.text())];
            let id = thing.id.text();
            let id = if id.starts_with("t3_") { Cow::Borrowed(id) } else { Cow::Owned(format!("t3_{id}")) };
            self.posts.insert(&id, self.shares.shared(&told));
            return Ok(false);
        };
        let thread = thing.link_id.text();
        let post = self.posts.get(thread);
        let cell = |column| post.map_or("", |post: &Shared| post.cell(column));
        let (cells, scratch) = (&mut row.cells, &mut self.scratch);
        cells.clear();
        scratch.clear();
        named(thing.id.text(), scratch);
        cells.push(scratch);
        scratch.clear();
        match &thing.parent_id {
            Value::Text(parent) if parent.starts_with("t3_") => {}
            Value::Text(parent) => named(parent, scratch),
            Value::Whole(number) => named(&u64::try_from(*number).map(base36).unwrap_or_default(), scratch),
            _ => {}
        }
        cells.push(scratch);
        cells.push(thread);
        [TITLE, TEXT, URL].into_iter().for_each(|column| cells.push(cell(column)));
        let author = thing.author.text();
        cells.push(if gone_author(author) { "" } else { author });
        scratch.clear();
        thing.created_utc.time(scratch);
        cells.push(scratch);
        let status = gone(body);
        if status.is_some() {
            cells.push("");
        } else {
            cells.push(&unescaped(body));
        }
        cells.push(status.unwrap_or_default());
        for value in [&thing.score, &thing.subreddit].into_iter().chain(&thing.added) {
            scratch.clear();
            value.cell(scratch);
            cells.push(scratch);
        }
        if cells.has_nul() {
            return Err(RowError::ValueWithNul.to_string());
        }
        self.has_comment = true;
        Ok(true)
    }
}

/// The full name of a comment.
fn named(id: &str, out: &mut String) {
    if !id.is_empty() && !id.starts_with("t1_") {
        out.push_str("t1_");
    }
    out.push_str(id);
}
