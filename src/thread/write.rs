//! Writes threads in any of the forms that they are read from.
//!
//! Reading them back gives the same threads, as far as the form can carry them: a table has no place for an article's
//! address or a thread without comments, a page has none for ids and holds one thread, and text on a page loses white
//! space around its lines.

use std::io::{self, Write};

use crate::thread::comment::Thread;
use crate::thread::fields::Fields;
use crate::thread::format::Format;
use crate::thread::kind::Kind;
use crate::thread::known::Known;
use crate::thread::known_cells::{cell, rows, used};
use crate::thread::no_page::NoPage;
use crate::thread::tree::Tree;
use crate::thread::write_rows::{RowWriter, Used};
use crate::thread::{write_html, write_text};

/// Checks whether the form can hold the threads.
///
/// # Errors
/// Why it cannot, and which form can.
pub(crate) fn check(threads: &[Thread], format: Format) -> Result<(), NoPage> {
    if matches!(
        format,
        Format::Csv | Format::Tsv | Format::Jsonl | Format::Json | Format::Export(_) | Format::Mapped(_)
    ) {
        return Ok(());
    }
    let [thread] = threads else {
        let count = threads.len();
        return Err(NoPage::Threads(count));
    };
    if thread.unrelated && thread.article.title.is_none() && thread.article.text.is_none() {
        return Err(NoPage::Unrelated);
    }
    match format {
        Format::PageText => write_text::check(thread),
        _ => Ok(()),
    }
}

/// Writes threads in a format.
///
/// # Errors
/// When writing fails; also when a page is requested and there is not exactly one thread, or it is too deep for text.
pub fn write_all(threads: &[Thread], format: Format, mut out: impl Write + Send) -> io::Result<()> {
    check(threads, format).map_err(io::Error::other)?;
    match format {
        Format::Csv | Format::Tsv | Format::Jsonl => write_table(threads, format, &mut out)?,
        Format::Export(_) if format.is_written() => write_table(threads, format, &mut out)?,
        Format::Json => write_json(threads, &mut out)?,
        Format::Export(_) | Format::Mapped(_) => {
            return Err(io::Error::other(format!("{} is read, but not written", format.name())));
        }
        Format::PageText | Format::PageHtml => {
            for thread in threads {
                match format {
                    Format::PageText => write_text::write(thread, &mut out)?,
                    _ => write_html::write(thread, &mut out)?,
                }
            }
        }
    }
    out.flush()
}

fn write_table(threads: &[Thread], format: Format, out: &mut (impl Write + Send)) -> io::Result<()> {
    let used = Used { known: used(threads), others: Vec::new() };
    let mut table = RowWriter::new(out, format, &used, |_| Kind::Text)?;
    for (thread, comment) in rows(threads) {
        table.comment(|column| cell(thread, comment, column))?;
    }
    table.finish()?;
    Ok(())
}

/// Writes one thread as an object, several as an array. Nesting is written as it occurs, without recursion. No threads
/// are written as one without comments: an empty array does not say what it lists.
fn write_json(threads: &[Thread], out: &mut impl Write) -> io::Result<()> {
    if let [] | [_] = threads {
        write_nested(threads.first().unwrap_or(&Thread::default()), out)?;
    } else {
        out.write_all(b"[")?;
        for (i, thread) in threads.iter().enumerate() {
            out.write_all(if i > 0 { b",\n" } else { b"\n" })?;
            write_nested(thread, out)?;
        }
        out.write_all(b"]")?;
    }
    out.write_all(b"\n")
}

fn write_nested(thread: &Thread, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"{")?;
    match &thread.id {
        Some(id) => write!(out, "\"thread_id\":{},\n ", json(id))?,
        // Explicit, so that the comments are not taken for a thread.
        None if thread.unrelated => out.write_all(b"\"thread_id\":null,\n ")?,
        None => {}
    }
    out.write_all(b"\"article\":")?;
    let mut fields = Fields::open(out)?;
    fields.add("id", thread.article.id.as_deref())?;
    fields.add("title", thread.article.title.as_deref())?;
    fields.add("text", thread.article.text.as_deref())?;
    fields.add("url", thread.article.url.as_deref())?;
    fields.close()?;
    out.write_all(b",\n \"comments\":[")?;
    let (tree, _) = Tree::new(&thread.comments);
    let bare = Thread::default();
    let mut before = None;
    for i in tree.order() {
        let depth = tree.depth(i);
        match before {
            None => {}
            Some(above) if depth > above => out.write_all(b",\"replies\":[")?,
            Some(above) => {
                out.write_all(b"}")?;
                for _ in depth..above {
                    out.write_all(b"]}")?;
                }
                out.write_all(b",")?;
            }
        }
        before = Some(depth);
        out.write_all(b"\n  ")?;
        if let Some(comment) = thread.comments.get(i) {
            let mut fields = Fields::open(out)?;
            fields.add("id", Some(&comment.id))?;
            // Nesting shows the parent, unless it is missing.
            let is_top = tree.parents.get(i).copied().flatten().is_none();
            fields.add("parent_id", comment.parent_id.as_deref().filter(|_| is_top))?;
            fields.add("author", comment.author.as_deref())?;
            fields.add("created_at", comment.created_at.as_deref())?;
            fields.add("text", Some(&comment.text))?;
            let beside = [
                Known::ArticleId,
                Known::ArticleTitle,
                Known::ArticleText,
                Known::Target,
                Known::ParentText,
                Known::Context,
                Known::Language,
            ];
            for column in beside {
                let own = cell(&bare, comment, column);
                fields.add(column.name(), own)?;
            }
        }
    }
    if let Some(depth) = before {
        out.write_all(b"}")?;
        for _ in 0..depth {
            out.write_all(b"]}")?;
        }
    }
    out.write_all(b"]}")
}

fn json(text: &str) -> serde_json::Value {
    serde_json::Value::from(text)
}
