//! Whole threads, from whatever form they are stored in.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;
use std::path::Path;

use crate::thread::columns::ColumnMap;
use crate::thread::comment::{Article, Beside, Comment, Thread};
use crate::thread::error::ThreadError;
use crate::thread::format::Format;
use crate::thread::gather::{Entry, Gather};
use crate::thread::input::{Source, read_limited};
use crate::thread::json::found::Found;
use crate::thread::known::Known;
use crate::thread::limits::{DOCUMENT_LIMIT, HTML_LIMIT};
use crate::thread::mhtml;
use crate::thread::mhtml::is_mhtml;
use crate::thread::mojibake::mend_threads;
use crate::thread::opened::Opened;
use crate::thread::page_html::explanation::Explanation;
use crate::thread::page_html::saved::Saved;
use crate::thread::remark::{Remark, RemarkKind};
use crate::thread::row::{Next, Refused, Row};
use crate::thread::strict::take_out_flawed;
use crate::thread::table::{Resolved, TableReader};
use crate::thread::tree::{Place, Tree, Warning};
use crate::thread::usual::Guessed;
use crate::thread::{json, no_comment, page_text, seems};

/// The result of [`read_thread_from`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The threads, in file order.
    pub threads: Vec<Thread>,
    /// Table rows or JSON objects that are unusable.
    pub refused: Vec<Refused>,
    /// Oddities that were kept.
    pub warnings: Vec<Warning>,
    /// The comments (thread, and position in it) of rows whose quotes do not pair up; each has a warning too.
    pub misquoted: Vec<(usize, usize)>,
    /// The headers or keys taken for known columns that were missing.
    pub guessed: Option<Guessed>,
    /// Remarks about the whole file.
    pub remarks: Vec<Remark>,
}

impl Thread {
    /// Reads the threads of a file in any form that ombud knows: a text or HTML page, nested JSON, or a table,
    /// compressed or not.
    ///
    /// # Errors
    /// When the file cannot be read, or contains no comment.
    pub fn read(path: impl AsRef<Path>) -> Result<Vec<Self>, ThreadError> {
        let source = Source::new(path);
        let opened = Opened::new(&source, None)?;
        Ok(read_opened(opened, &ColumnMap::default(), &ColumnMap::default())?.threads)
    }
}

/// Reads every thread of a source into memory, from bytes that are decompressed and transcoded; `file` is its name in
/// messages. A table gives one thread for each `thread_id`, or a single one if it has no such column; a page gives one.
/// Without a `format`, the name or the first bytes identify it.
///
/// # Errors
/// When it cannot be read, does not conform to its format, or is a document without comments. An unusable row is only
/// refused.
pub fn read_thread_from(
    file: &str,
    format: Option<Format>,
    reader: impl Read + Send + 'static,
    columns: &ColumnMap,
) -> Result<Reading, ThreadError> {
    let opened = Opened::from_reader(file.to_owned(), format, Box::new(reader))?;
    read_opened(opened, columns, &ColumnMap::default())
}

/// The rows of a source, whatever its form.
pub(crate) struct Rows {
    /// The table itself, or the comments of a document as a table.
    pub table: TableReader,
    /// For a document, the number of comments in each thread, since its threads need no id, and whether they form a
    /// thread at all.
    pub threads: Option<Vec<(usize, bool)>>,
    /// Warnings about comments that were removed.
    pub taken: Vec<Warning>,
    /// JSON objects that are unusable.
    pub refused: Vec<Refused>,
    /// The keys taken for known JSON keys that were missing.
    pub guessed: Option<Guessed>,
    /// Remarks about a document; a table gives its own at its end.
    pub remarks: Vec<Remark>,
}

/// Reads the rows of a source. With `strict`, comments of a document that cause a warning are removed.
///
/// # Errors
/// As [`read_thread_from`].
pub(crate) fn rows(opened: Opened, wanted: &[String], columns: &ColumnMap, strict: bool) -> Result<Rows, ThreadError> {
    if opened.format.is_table() {
        return Ok(Rows {
            table: TableReader::from_opened(opened, wanted)?,
            threads: None,
            taken: Vec::new(),
            refused: Vec::new(),
            guessed: None,
            remarks: Vec::new(),
        });
    }
    let (file, format) = (opened.file.clone(), opened.format);
    let mut reading = read_opened(opened, columns, &ColumnMap::default())?;
    let mut taken = Vec::new();
    if strict && take_out_flawed(&mut reading.threads, &[]) > 0 {
        taken = std::mem::take(&mut reading.warnings);
    }
    let Reading { threads, refused, guessed, remarks, .. } = reading;
    let counts = threads.iter().map(|thread| (thread.comments.len(), !thread.unrelated)).collect();
    let table = TableReader::of_document(file, format, threads);
    let threads = Some(counts);
    Ok(Rows { table, threads, taken, refused, guessed, remarks })
}

/// [`read_thread_from`] for an opened source, with a limit on the memory of a table, in bytes.
///
/// # Errors
/// As [`read_thread_from`]; also when the table exceeds the limit.
pub(crate) fn read_bounded(opened: Opened, columns: &ColumnMap, most: u64) -> Result<Reading, ThreadError> {
    if opened.format.is_table() {
        read_table(opened, columns, &ColumnMap::default(), Some(most))
    } else {
        read_opened(opened, columns, &ColumnMap::default())
    }
}

/// [`read_thread_from`] for an opened source. `remembered` is a model's mapping, used if a table has its headers.
///
/// # Errors
/// As [`read_thread_from`].
pub(crate) fn read_opened(opened: Opened, columns: &ColumnMap, remembered: &ColumnMap) -> Result<Reading, ThreadError> {
    if opened.format.is_table() {
        return read_table(opened, columns, remembered, None);
    }
    let (reading, none) = read_document(opened, columns)?;
    none.map_or(Ok(reading), Err)
}

/// The article at the head of a page or of nested JSON, which may have no comments.
///
/// # Errors
/// As [`read_thread_from`], except that comments may be missing.
pub(crate) fn read_article(source: &Source) -> Result<Option<Article>, ThreadError> {
    let opened = Opened::new(source, None)?;
    let columns = ColumnMap::default();
    let reading = if opened.format.is_table() {
        read_table(opened, &columns, &columns, None)?
    } else {
        read_document(opened, &columns)?.0
    };
    Ok(reading.threads.into_iter().next().map(|thread| thread.article))
}

/// Explains which element of an HTML page was read as what.
///
/// # Errors
/// When the source cannot be read, or is not an HTML page.
pub(crate) fn explain_reading(opened: Opened) -> Result<Explanation, ThreadError> {
    let file = opened.file.clone();
    let fail = |reason: &dyn fmt::Display| ThreadError::Document { file: file.clone(), reason: reason.to_string() };
    if opened.format != Format::PageHtml {
        return Err(fail(&"only the reading of a page in HTML is explained"));
    }
    let bytes = read_limited(opened.reader, &file, limit(opened.format, &opened.head))?;
    let saved = saved(text(&bytes).map_err(|error| fail(&error))?, &file)?;
    let mut explanation = saved.explain().map_err(|error| fail(&error))?;
    if explanation.comments.is_empty() {
        explanation.remarks.push(format!("no comment was found: {}", seems::html(&saved.page)));
    }
    Ok(explanation)
}

/// How long a document may be that begins like this: a parser holds a page several times, but not the images in its file.
fn limit(format: Format, head: &[u8]) -> u64 {
    let is_page = format == Format::PageHtml && !is_mhtml(&String::from_utf8_lossy(head));
    if is_page { HTML_LIMIT } else { DOCUMENT_LIMIT }
}

/// A page, with its frames if they were saved with it.
fn saved<'d>(document: &'d str, file: &str) -> Result<Saved<'d>, ThreadError> {
    if !is_mhtml(document) {
        return Ok(Saved { page: Cow::Borrowed(document), frames: Vec::new(), is_cut_off: false });
    }
    let mhtml::Pages { pages, is_cut_off } = mhtml::pages(document.as_bytes());
    let mut pages = pages.into_iter();
    let file = || file.to_owned();
    if pages.as_slice().iter().any(|page| page.len() as u64 > HTML_LIMIT) {
        return Err(ThreadError::TooLarge { file: file(), limit_mib: HTML_LIMIT >> 20 });
    }
    let page = pages.next().ok_or_else(|| ThreadError::Document {
        file: file(),
        reason: "it is a web archive (MHTML) that holds no page".to_owned(),
    })?;
    Ok(Saved { page: Cow::Owned(page), frames: pages.collect(), is_cut_off })
}

/// What a page or nested JSON holds, and the error that it is if that is no comment.
fn read_document(opened: Opened, columns: &ColumnMap) -> Result<(Reading, Option<ThreadError>), ThreadError> {
    let (file, format, told) = (opened.file, opened.format, opened.told);
    let bytes = read_limited(opened.reader, &file, limit(format, &opened.head))?;
    let fail = |reason: &dyn fmt::Display| ThreadError::Document { file: file.clone(), reason: reason.to_string() };
    let document = text(&bytes).map_err(|error| fail(&error))?;
    if format != Format::Json
        && let Some(what) = seems::foreign(document, &columns.text_names())
    {
        return Err(ThreadError::Foreign { file, what });
    }
    if format == Format::Json
        && let Some(what) = seems::lines(document)
    {
        return Err(ThreadError::Foreign { file, what });
    }
    let mut remarks: Vec<Remark> = Remark::of_encoding(&file, &told).into_iter().collect();
    let mut why_no_page = None;
    let mut found = match format {
        Format::Json => json::read(document, columns).map_err(|error| fail(&error))?,
        Format::PageHtml => {
            let saved = saved(document, &file)?;
            let page = saved.read().map_err(|error| fail(&error))?;
            if page.how.is_none() {
                why_no_page = Some(seems::html(&saved.page));
            }
            let remark = |what: String| Remark::new(&file, what);
            if let Some(how) = page.how {
                let kind = if how.is_sure() { RemarkKind::Content } else { RemarkKind::Doubt };
                remarks.push(Remark { kind, ..remark(how.told(page.thread.comments.len())) });
            }
            remarks.extend(page.remarks.into_iter().map(remark));
            Found::of(page.thread)
        }
        _ => Found::of(page_text::parse(document).map_err(|error| fail(&error))?),
    };
    let why = match (found.has_comments, format) {
        (true, Format::Json) => found.only_guessed().and_then(|text| no_comment::within(document, text)),
        (true, _) => None,
        (false, Format::Json) => Some(no_comment::why(document, columns.header(Known::Text), found.missing.as_ref())),
        (false, Format::PageHtml) => why_no_page,
        (false, _) => Some(seems::text(document)),
    };
    if let (None, Some(mapping)) = (&why, &found.missing) {
        return Err(fail(&no_comment::missing(document, mapping)));
    }
    drop(bytes);
    let mended = mend_threads(&mut found.threads);
    let mut warnings = Vec::new();
    for (thread, lines) in found.threads.iter().zip(&found.lines) {
        let place = |i: usize| Place { file: Some(file.clone()), line: lines.get(i).copied().flatten() };
        warnings.extend(Tree::placed(&thread.comments, place).1);
    }
    let reason = || format!("the object has no `{}`, no id and no replies", columns.header(Known::Text));
    let refused =
        found.refused.into_iter().map(|line| Refused { file: file.clone(), line, reason: reason() }).collect();
    let guessed = (!found.guessed.is_empty()).then(|| Guessed { file: file.clone(), mappings: found.guessed });
    remarks.extend(mended.map(|what| Remark::new(&file, what)));
    let none = why.map(|why| ThreadError::NoComment { file, why });
    Ok((Reading { threads: found.threads, refused, warnings, guessed, remarks, ..Reading::default() }, none))
}

/// Why bytes are not text, and on which line.
#[derive(Debug, thiserror::Error)]
enum NoText {
    #[error("line {0} holds a NUL character")]
    Nul(usize),
    #[error("line {0} is not UTF-8; if the file has another encoding, name it with --encoding")]
    NotUtf8(usize),
}

/// The bytes as text, if they are UTF-8 without a NUL.
fn text(bytes: &[u8]) -> Result<&str, NoText> {
    let line = |at: usize| bytes.get(..at).unwrap_or_default().split(|&byte| byte == b'\n').count();
    if let Some(at) = bytes.iter().position(|&byte| byte == 0) {
        return Err(NoText::Nul(line(at)));
    }
    std::str::from_utf8(bytes).map_err(|error| NoText::NotUtf8(line(error.valid_up_to())))
}

/// The column for the address of an article.
const ARTICLE_URL: &str = "article_url";

fn read_table(
    opened: Opened,
    columns: &ColumnMap,
    remembered: &ColumnMap,
    most: Option<u64>,
) -> Result<Reading, ThreadError> {
    let wanted: Vec<String> = columns.headers().chain(remembered.headers()).map(str::to_owned).collect();
    let mut table = TableReader::from_opened(opened, &wanted)?;
    let Resolved { columns: at, guessed, .. } = table.columns(columns, remembered, &[])?;
    // Only tables written by other programs have this column.
    let url = table.header().iter().position(|name| name == ARTICLE_URL);
    let mut gather = Gather::of_rows();
    let (mut refused, mut misquoted, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    let (mut row, mut taken) = (Row::default(), 0);
    loop {
        match table.read(&mut row)? {
            Next::End => break,
            Next::Refused(fault) => {
                refused.push(fault);
                continue;
            }
            Next::Row => {}
        }
        taken += (size_of::<Comment>() + row.cells.bytes()) as u64;
        if let Some(most) = most.filter(|most| taken > *most) {
            let (file, mib) = (table.file().to_owned(), most >> 20);
            let reason = format!(
                "line {}: the comments up to here take {mib} MiB of memory, more than one document may; a table (csv, tsv, jsonl) \
                 is written however large it is",
                row.line
            );
            return Err(ThreadError::Document { file, reason });
        }
        let cell = |known| at.cell(&row.cells, known);
        let owned = |known| cell(known).map(str::to_owned);
        let thread = gather.thread(cell(Known::ThreadId));
        let entry = Entry {
            article_id: cell(Known::ArticleId),
            article_title: cell(Known::ArticleTitle),
            article_text: cell(Known::ArticleText),
            article_url: url.and_then(|at| row.cells.get(at)).filter(|url| !url.is_empty()),
            comment: Comment {
                id: owned(Known::Id).unwrap_or_else(|| row.number.to_string()),
                parent_id: owned(Known::ParentId),
                author: owned(Known::Author),
                created_at: owned(Known::CreatedAt),
                text: owned(Known::Text).unwrap_or_default(),
                beside: Beside {
                    target: owned(Known::Target),
                    parent_text: owned(Known::ParentText),
                    context: owned(Known::Context),
                    language: owned(Known::Language),
                    ..Beside::default()
                },
            },
            line: Some(row.line),
        };
        let id = table.flaw().map(|_| entry.comment.id.clone());
        let at = gather.push(thread, entry);
        if let (Some(flaw), Some(id)) = (table.flaw(), id) {
            let place = Place { file: Some(table.file().to_owned()), line: Some(row.line) };
            warnings.push(Warning::Quotes { id, flaw, place });
            misquoted.push((thread, at));
        }
    }
    let (threads, lines) = gather.finish();
    for (thread, lines) in threads.iter().zip(lines) {
        let place = |i: usize| Place { file: Some(table.file().to_owned()), line: lines.get(i).copied().flatten() };
        warnings.extend(Tree::placed(&thread.comments, place).1);
    }
    Ok(Reading { threads, refused, warnings, misquoted, guessed, remarks: table.remarks() })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(name: &str, bytes: &[u8], columns: &[&str]) -> Result<Reading, ThreadError> {
        let columns = ColumnMap::parse(columns)?;
        read_thread_from(name, None, Cursor::new(bytes.to_vec()), &columns)
    }

    #[test]
    fn a_table_gives_a_thread_for_each_thread_id() {
        let bytes = b"id,thread_id,article_title,text\na,x,,one\nb,y,Y,two\nc,x,X,three\n";
        let threads = read("t.csv", bytes, &[]).unwrap().threads;
        let told: Vec<String> = (threads.iter())
            .map(|thread| format!("{:?} {:?} {}", thread.id, thread.article.title, thread.comments.len()))
            .collect();
        assert_eq!(told, ["Some(\"x\") Some(\"X\") 2", "Some(\"y\") Some(\"Y\") 1"]);
    }

    #[test]
    fn the_row_number_stands_in_for_an_id_and_counts_refused_rows() {
        let reading = read("t.csv", b"body,x\none,1\ntwo\nthree,3\n", &["text=body"]).unwrap();
        let ids: Vec<&str> = (reading.threads[0].comments.iter()).map(|comment| comment.id.as_str()).collect();
        assert_eq!(ids, ["1", "3"]);
        assert_eq!(reading.refused[0].to_string(), "t.csv:3: 1 cell, but the header has 2");
    }

    #[test]
    fn warnings_say_file_and_line() {
        let bytes = b"id,parent_id,text\na,b,\"x\ny\"\nc,,\n";
        let warnings = read("t.csv", bytes, &[]).unwrap().warnings;
        assert_eq!(
            warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "t.csv:4: comment `c` has no text",
                "t.csv:2: comment `a` answers `b`, which is not there; it stands at the top"
            ]
        );
    }

    #[test]
    fn json_lines_without_the_text_key_are_told_so() {
        let error = read("t.jsonl", b"{\"cooked\":\"a\"}", &[]).unwrap_err().to_string();
        assert!(error.starts_with("t.jsonl has no column `text`; its columns are cooked;"), "{error}");
        let reading = read("t.jsonl", b"{\"cooked\":\"a\"}", &["text=cooked"]).unwrap();
        assert_eq!(reading.threads[0].comments[0].text, "a");
        assert_eq!(reading.guessed, None);
    }

    #[test]
    fn every_form_is_told_by_its_content() {
        for page in [
            "id,text\n1,a\n",
            "id\ttext\n1\ta\n",
            "{\"id\":1,\"text\":\"a\"}\n",
            "{\"comments\":[{\"text\":\"a\"}]}",
            "Title\n\n  • A\n    a\n",
            "<!doctype html><div class=comment>a</div>",
        ] {
            let threads = read("standard input", page.as_bytes(), &[]).unwrap().threads;
            assert_eq!(threads[0].comments[0].text, "a", "{page}");
        }
    }

    #[test]
    fn a_document_without_comments_fails_and_says_what_it_seems_to_be() {
        for (name, document, said) in [
            ("t.json", "[{\"id\":1,\"raw\":\"a\"}]", "t.json: no comment is found: its objects have no `text`"),
            ("t.json", "{\"comments\":[]}\n{\"comments\":[]}\n", "t.json seems to be JSONL"),
            ("t.html", "<h1>T</h1><p>a", "t.html: no comment is found: no part of the page was recognised"),
            ("t.xml", "<?xml version=\"1.0\"?><rss version=\"2.0\"/>", "t.xml seems to be a feed (RSS)"),
            ("t.txt", "Title\n\nwords\n", "t.txt: no comment is found: it seems to be text"),
            ("t.txt", "id\twords\n1\ta\n", "t.txt has no column `text`; its columns are id, words"),
            ("t.txt", "nr,Words\n1,a\n2,b\n", "t.txt: no comment is found: it seems to be a table separated by commas"),
            ("t.vw", "1 |a b\n2 |a c\n", "t.vw seems to be a Vowpal Wabbit file"),
        ] {
            let error = read(name, document.as_bytes(), &[]).unwrap_err().to_string();
            assert!(error.starts_with(said), "{error}");
        }
        let error = read("t.json", b"[{\"text\":\"a\",\"replies\":[]}]", &["id=nr"]).unwrap_err().to_string();
        assert!(error.starts_with("t.json: no comment has the key `nr` (for `id`)"), "{error}");
        assert_eq!(read("t.json", b"{\"comments\":[]}", &["text=body"]).unwrap().threads.len(), 1);
        let table = read("t.txt", "id\ttext\n1\t• A\n".as_bytes(), &[]).unwrap();
        assert_eq!(table.threads[0].comments[0].text, "• A");
        let table = read("standard input", b"ID\tTweet\n1\ta\n", &["text=Tweet"]).unwrap();
        assert_eq!(table.threads[0].comments[0].text, "a");
    }

    #[test]
    fn objects_that_are_no_comments_are_refused_with_their_line() {
        let reading = read("t.json", b"[{\"text\":\"a\",\"replies\":[]},\n{\"id\":2},\n{\"ad\":1}]", &[]).unwrap();
        assert_eq!(reading.refused[0].to_string(), "t.json:3: the object has no `text`, no id and no replies");
        assert_eq!(reading.warnings[0].to_string(), "t.json:2: comment `2` has no text");
    }

    #[test]
    fn bad_bytes_in_a_document_are_told_with_their_line() {
        let error = |bytes: &[u8]| read("t.txt", bytes, &[]).unwrap_err().to_string();
        assert!(error(b"Title\ncaf\xe9").starts_with("t.txt: line 2 is not UTF-8"));
        assert_eq!(error(b"Title\n\na\0"), "t.txt: line 3 holds a NUL character");
        assert_eq!(error(b" \n"), "t.txt is empty");
    }
}
