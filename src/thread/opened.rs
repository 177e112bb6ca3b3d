//! An opened source; its format is identified by its name or else by its first bytes.

use std::io::{Cursor, Read};
use std::path::PathBuf;

use crate::thread::dumps::dump;
use crate::thread::error::ThreadError;
use crate::thread::format::Format;
use crate::thread::input::{Source, Unpacked};
use crate::thread::json::elements;
use crate::thread::json::elements::Elements;
use crate::thread::json::error_answer;
use crate::thread::mhtml::is_mhtml;
use crate::thread::no_comment;
use crate::thread::seems;
use crate::thread::seems::Table;
use crate::thread::storage::Separator;
use crate::thread::told::Told;

impl Format {
    /// Identifies the format by the name, else by the first bytes (decompressed, without byte order mark; a few
    /// thousand are enough).
    ///
    /// # Errors
    /// When the file is empty or not text, or neither the name nor the content identifies the format.
    pub fn detect(name: &str, start: &[u8]) -> Result<Self, ThreadError> {
        if start.is_empty() {
            return Err(ThreadError::Empty { file: name.to_owned() });
        }
        if let Some(format) = Self::of_export(start) {
            return Ok(format);
        }
        refuse_binary(name, start)?;
        let text = String::from_utf8_lossy(start);
        let by_name = Self::of_name(name);
        if is_mhtml(&text) {
            return Ok(Self::PageHtml);
        }
        // Whoever saves a page names it as they like.
        if by_name.is_some_and(|format| is_page_named(format, &text)) {
            return Ok(Self::PageHtml);
        }
        // Spreadsheets also save tables as .txt.
        if by_name == Some(Self::PageText)
            && let Some(format) = seems::certain_table(&text)
        {
            return Ok(format);
        }
        match by_name.or_else(|| Self::of_content(start)) {
            // Most programs call every JSON file .json.
            Some(Self::Json) if elements::is_table(&text) || is_json_lines(start, &text) => return Ok(Self::Jsonl),
            Some(format) => return Ok(format),
            None => {}
        }
        match seems::foreign(&text, &[]) {
            Some(what) => Err(ThreadError::Foreign { file: name.to_owned(), what }),
            None => Table::of(&text)
                .map(|table| table.format)
                .ok_or_else(|| ThreadError::UnknownFormat { file: name.to_owned() }),
        }
    }
}

/// Whether the first two lines are objects, and not whole threads.
fn is_json_lines(start: &[u8], text: &str) -> bool {
    Format::of_content(start) == Some(Format::Jsonl) && seems::lines(text).is_some()
}

/// Whether a text is a page although its name states another format. JSON never begins with a tag; a table or a text
/// page might, but not with the tags of a whole page.
fn is_page_named(format: Format, text: &str) -> bool {
    let text = text.trim_start();
    let begins = |with: &str| text.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with));
    match format {
        Format::Json | Format::Jsonl => Format::of_content(text.as_bytes()) == Some(Format::PageHtml),
        Format::Csv | Format::Tsv | Format::PageText => begins("<!doctype html") || begins("<html"),
        _ => false,
    }
}

/// How many bytes are inspected, unless the first line is enough.
const HEAD: usize = 64 << 10;

/// An opened source and its format.
pub(crate) struct Opened {
    pub(crate) file: String,
    pub(crate) format: Format,
    /// Its first bytes, which `reader` yields again.
    pub(crate) head: Vec<u8>,
    pub(crate) reader: Box<dyn Read + Send>,
    /// What separates the cells of a table, if stated.
    pub(crate) separator: Option<Separator>,
    /// The sheet of a spreadsheet, if named.
    pub(crate) sheet: Option<String>,
    /// What is found out while it is read.
    pub(crate) told: Told,
    /// Its path, if it is a regular file.
    pub(crate) path: Option<PathBuf>,
    /// What the content seems to be, if it is another program's format and not the format given.
    pub(crate) seems: Option<&'static str>,
}

impl Opened {
    /// Opens a source and identifies its format, if that is not given.
    ///
    /// # Errors
    /// When it cannot be opened, is empty or not text, or neither the name nor the content identifies its format.
    pub(crate) fn new(source: &Source, format: Option<Format>) -> Result<Self, ThreadError> {
        let Unpacked { reader, member, told } = source.open()?;
        let separator = source.storage.separator;
        // Only a table has a separator.
        let format = format.or(separator.map(|separator| match separator {
            Separator(b'\t') => Format::Tsv,
            Separator(_) => Format::Csv,
        }));
        let path = source.len_hint().map(|_| source.path.clone());
        let opened = Self::named(member.as_deref(), source.name(), format, reader)?;
        let sheet = source.storage.sheet.clone();
        if sheet.is_some() && !opened.format.has_sheets() {
            let reason = format!("it is no spreadsheet, and has no sheets: it is read as {}", opened.format.name());
            return Err(ThreadError::Document { file: opened.file, reason });
        }
        Ok(Self { separator, sheet, told, path, ..opened })
    }

    /// Like [`Opened::new`], from any reader.
    ///
    /// # Errors
    /// As [`Opened::new`].
    pub(crate) fn from_reader(
        file: String,
        format: Option<Format>,
        reader: Box<dyn Read + Send>,
    ) -> Result<Self, ThreadError> {
        Self::named(None, file, format, reader)
    }

    /// Reads content stored under `name`, which may differ from the name in messages. If the first line is enough, it
    /// waits for no more: the rest may come much later.
    fn named(
        name: Option<&str>,
        file: String,
        format: Option<Format>,
        mut reader: Box<dyn Read + Send>,
    ) -> Result<Self, ThreadError> {
        let name = name.unwrap_or(&file);
        let mut head = Vec::new();
        read_head(&mut reader, &mut head, &file, true)?;
        if !is_line(&head) || (format.is_none() && Format::of_name(name) == Some(Format::PageText)) {
            read_head(&mut reader, &mut head, &file, false)?;
        }
        let detect = |head: &[u8]| Format::detect(name, head).map_err(|error| error.of_file(&file));
        let mut detected = detect(&head);
        if format.is_none() && matches!(detected, Err(ThreadError::UnknownFormat { .. } | ThreadError::Foreign { .. }))
        {
            read_head(&mut reader, &mut head, &file, false)?;
            detected = detect(&head);
        }
        if error_answer(&head).is_some() || is_answer_line(&head) {
            // A line by itself is an interface's answer; as the first of many, it may be a comment.
            read_head(&mut reader, &mut head, &file, false)?;
        }
        if let Some(why) = error_answer(&head) {
            return Err(ThreadError::NoComment { file, why });
        }
        if let Some(what) = dump_in_json(&head) {
            return Err(ThreadError::Foreign { file, what });
        }
        let seems = match (format, &detected) {
            (Some(given), Ok(found @ Format::Export(export))) if given != *found => Some(export.what),
            _ => None,
        };
        let format = match (format, detected) {
            (Some(given), Ok(Format::Export(export))) if given.is_text() && refuse_binary(&file, &head).is_err() => {
                return Err(ThreadError::WrongFormat { file, found: export.what, wanted: given.name() });
            }
            (Some(given), Ok(_) | Err(ThreadError::UnknownFormat { .. } | ThreadError::Foreign { .. })) => given,
            (None, Ok(detected)) => detected,
            (_, Err(error)) => return Err(error),
        };
        let reader = Box::new(Cursor::new(head.clone()).chain(reader));
        let told = Told::default();
        let opened = Self { reader, file, format, head, separator: None, sheet: None, told, path: None, seems };
        if format == Format::Jsonl { opened.with_elements_as_lines() } else { Ok(opened) }
    }

    /// Makes JSON Lines of a JSON array; anything else stays as it is.
    ///
    /// # Errors
    /// When reading fails, or its beginning is not JSON.
    pub(crate) fn with_elements_as_lines(self) -> Result<Self, ThreadError> {
        if !self.head.trim_ascii_start().starts_with(b"[") {
            return Ok(self);
        }
        let (mut lines, mut head) = (Elements::new(self.reader), Vec::new());
        read_head(&mut lines, &mut head, &self.file, false)?;
        let reader = Box::new(Cursor::new(head.clone()).chain(lines));
        Ok(Self { reader, head, format: Format::Jsonl, ..self })
    }
}

/// The message for an error answer, if `head` is one. No error answer is as long as all that is inspected.
fn error_answer(head: &[u8]) -> Option<String> {
    if head.len() < HEAD { error_answer::of_document(head) } else { None }
}

/// What JSON is if it holds a database rather than comments.
fn dump_in_json(head: &[u8]) -> Option<String> {
    if head.trim_ascii_start().starts_with(b"[") { dump(&String::from_utf8_lossy(head)) } else { None }
}

/// Whether the head is one line, which would be no comment if the text's key in it were only guessed.
fn is_answer_line(head: &[u8]) -> bool {
    lone_line(head).is_some_and(|line| no_comment::within_line(line, "").is_some())
}

/// The line that is all of the head, if it is JSON.
pub(crate) fn lone_line(head: &[u8]) -> Option<&str> {
    let line = head.trim_ascii();
    let is_lone = line.starts_with(b"{") && !line.contains(&b'\n');
    // A long line is cut off anywhere, and its beginning tells enough.
    let text = |line| match std::str::from_utf8(line) {
        Ok(text) => Some(text),
        Err(error) => std::str::from_utf8(line.get(..error.valid_up_to())?).ok(),
    };
    if is_lone { text(line) } else { None }
}

/// Whether the first line is enough to tell a table: the rest may come much later.
fn is_line(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    match head.first() {
        Some(b'{') => serde_json::from_slice::<&serde_json::value::RawValue>(line).is_ok(),
        Some(b'[' | b'<') => false,
        // A zip archive and a Parquet file need more than the bytes before a chance line break.
        Some(b'P') if head.starts_with(b"PK") || head.starts_with(b"PAR1") => false,
        _ => true,
    }
}

/// Reads until a line that is not blank is complete (if that is enough), [`HEAD`] bytes are read, or the input ends.
fn read_head(reader: &mut impl Read, head: &mut Vec<u8>, file: &str, line_is_enough: bool) -> Result<(), ThreadError> {
    let mut chunk = vec![0; HEAD];
    while head.len() < HEAD && !(line_is_enough && head.trim_ascii_start().contains(&b'\n')) {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => head.extend_from_slice(chunk.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(source) => {
                return Err(ThreadError::Read { file: file.to_owned(), line: 1, source });
            }
        }
    }
    Ok(())
}

/// The first bytes of files often mistaken for tables.
const MAGIC: [(&[u8], &str); 9] = [
    (
        b"PK\x03\x04",
        "it is a zip archive, and neither a spreadsheet (.xlsx, .ods) nor anything else that is read: unpack it",
    ),
    (b"\xd0\xcf\x11\xe0", "it is an old Office document (.xls), or one with a password: save it as .xlsx without one"),
    (
        b"bplist00",
        "it is a web archive of Safari: open it there and save it as page source, or from another browser as HTML",
    ),
    (b"%PDF", "it is a PDF: copy its text out"),
    (b"SQLite format 3\0", "it is an SQLite database: export a table of it as CSV"),
    (b"PAR1", "it is a Parquet file, which this program was built without: export it as CSV or JSONL"),
    (b"\xfd7zXZ\0", "it is xz-compressed: unpack it first"),
    (b"BZh", "it is bzip2-compressed: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive: unpack it first"),
];

/// Refuses what is clearly not text: a known binary format, or many control characters.
pub(crate) fn refuse_binary(name: &str, start: &[u8]) -> Result<(), ThreadError> {
    let known = MAGIC.iter().find(|(magic, _)| start.starts_with(magic));
    let control =
        start.iter().filter(|&&byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)).count();
    let what = match known {
        Some((_, what)) => what,
        None if control > 8 && control * 10 > start.len() => {
            "more than a tenth of its first bytes are control characters; if it is text in another encoding, \
             such as utf-16le, name that encoding"
        }
        None => return Ok(()),
    };
    Err(ThreadError::Binary { file: name.to_owned(), what })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Option<Format> {
        Format::detect("standard input", text.as_bytes()).ok()
    }

    #[test]
    fn names_win_and_compression_is_looked_through() {
        for (name, format) in [
            ("a.csv", Format::Csv),
            ("A.TSV.gz", Format::Tsv),
            ("x/y.ndjson.zst", Format::Jsonl),
            ("t.json", Format::Json),
            ("t.txt", Format::PageText),
            ("t.HTM", Format::PageHtml),
        ] {
            assert_eq!(Format::detect(name, b"anything").unwrap(), format, "{name}");
        }
    }

    #[test]
    fn a_page_is_one_whatever_its_name() {
        for name in ["a.json", "a.jsonl", "a.txt", "a.csv", "a.tsv"] {
            assert_eq!(Format::detect(name, b"\n<!DOCTYPE HTML><p>a").unwrap(), Format::PageHtml, "{name}");
        }
        assert_eq!(Format::detect("a.json", b"<p>a").unwrap(), Format::PageHtml);
        assert_eq!(Format::detect("a.csv", b"<b>,text\n1,2").unwrap(), Format::Csv);
    }

    #[test]
    fn content_tells_where_the_name_does_not() {
        assert_eq!(content("id,text\n1,a"), Some(Format::Csv));
        assert_eq!(content("\"id\";\"text\"\n"), Some(Format::Csv));
        assert_eq!(content("id\ttext\n1\ta"), Some(Format::Tsv));
        assert_eq!(content("{\"id\":\"1\",\"text\":\"a\"}\n{"), Some(Format::Jsonl));
        assert_eq!(content("{\"article\":{},\"comments\":[]}"), Some(Format::Json));
        assert_eq!(content("{\n  \"comments\": []\n}"), Some(Format::Json));
        assert_eq!(content("[{\"text\":\"a\"}]"), Some(Format::Jsonl));
        assert_eq!(content("[{\"text\":\"a\",\"replies\":[]}]"), Some(Format::Json));
        assert_eq!(Format::detect("a.json", b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n").unwrap(), Format::Jsonl);
        assert_eq!(content("<!DOCTYPE html><p>"), Some(Format::PageHtml));
        assert_eq!(content("A title\n\nText.\n\n  • Rosa M\n    Hello"), Some(Format::PageText));
    }

    #[test]
    fn what_cannot_be_told_is_a_clear_error() {
        assert!(matches!(Format::detect("standard input", b"hello there"), Err(ThreadError::UnknownFormat { .. })));
        assert!(matches!(Format::detect("a.csv", b""), Err(ThreadError::Empty { .. })));
        let error = Format::detect("a.csv", b"PK\x03\x04....").unwrap_err();
        assert!(error.to_string().contains("unpack it"), "{error}");
        assert!(Format::detect("a.csv", &[0, 1, 2, 3].repeat(9)).is_err());
    }
}
