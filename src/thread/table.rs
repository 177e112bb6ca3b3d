//! Tables of comments as a stream of rows: CSV, TSV and JSON Lines behind one reader.
//!
//! However large the table, memory stays bounded: a row is read into the caller's [`Row`], which is used again. A row
//! that cannot be used is handed out as [`Refused`], and reading goes on.

use std::fmt;
use std::io::Read;

use crate::thread::columns::{ColumnMap, Columns};
use crate::thread::delimited::Delimited;
use crate::thread::error::ThreadError;
use crate::thread::exports;
use crate::thread::flaw::Flaw;
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::jsonl::JsonLines;
use crate::thread::known::Known;
use crate::thread::opened::Opened;
use crate::thread::row::{Next, Row};
use crate::thread::usual::Guessed;

/// How the columns of a table are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// Every mapping, also those that were guessed.
    pub map: ColumnMap,
    /// Where the known columns stand.
    pub columns: Columns,
    /// What was taken for known columns that were missing.
    pub guessed: Option<Guessed>,
}

/// Reads a table row by row.
pub(crate) struct TableReader {
    file: String,
    format: Format,
    header: Vec<String>,
    present: Vec<String>,
    rows: Rows,
    /// How many rows have been read.
    count: u64,
}

enum Rows {
    Delimited(Box<Delimited>),
    Lines(Box<JsonLines>),
}

impl TableReader {
    /// Opens a table and reads its header. With no `format`, the name or the first bytes tell it. `wanted` are columns
    /// that the caller will look for: in JSON Lines, where keys may be left out of a line, they are made columns.
    ///
    /// # Errors
    /// When it cannot be opened, is empty, binary or no table, or has a header that names a column twice or cannot be
    /// read.
    pub(crate) fn open(
        source: &Source,
        format: Option<Format>,
        encoding: Option<&str>,
        wanted: &[String],
    ) -> Result<Self, ThreadError> {
        Self::from_opened(Opened::new(source, format, encoding)?, wanted)
    }

    /// The same with labels, which are columns too; in JSON Lines their values may be lists and objects, which are cells
    /// as they are written.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn open_labelled(
        source: &Source,
        encoding: Option<&str>,
        wanted: &[String],
        labels: &[String],
    ) -> Result<Self, ThreadError> {
        Self::labelled(Opened::new(source, None, encoding)?, wanted, labels)
    }

    /// The same from a reader of bytes that are decompressed and transcoded; `file` is what messages call it.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn from_reader(
        file: &str,
        format: Option<Format>,
        reader: impl Read + Send + 'static,
        wanted: &[String],
    ) -> Result<Self, ThreadError> {
        let opened = Opened::from_reader(file.to_owned(), format, Box::new(reader))?;
        Self::from_opened(opened, wanted)
    }

    pub(crate) fn from_opened(opened: Opened, wanted: &[String]) -> Result<Self, ThreadError> {
        Self::labelled(opened, wanted, &[])
    }

    fn labelled(opened: Opened, wanted: &[String], labels: &[String]) -> Result<Self, ThreadError> {
        let Opened { file, format, head, reader } = opened;
        let delimiter = match format {
            Format::Csv => delimiter_of(&head),
            Format::Tsv => b'\t',
            Format::Jsonl => {
                let mut lines = JsonLines::new(file.clone(), reader);
                let (header, present) = lines.header(wanted, labels)?;
                return Ok(Self { file, format, header, present, rows: Rows::Lines(Box::new(lines)), count: 0 });
            }
            Format::Json | Format::PageText | Format::PageHtml => {
                let texts: Vec<&str> =
                    [Known::Text.name()].into_iter().chain(wanted.iter().map(String::as_str)).collect();
                if let Some(what) = crate::thread::seems::foreign(&String::from_utf8_lossy(&head), &texts) {
                    return Err(ThreadError::Foreign { file, what });
                }
                return Err(ThreadError::WrongFormat {
                    file,
                    found: match format {
                        Format::Json => "one JSON document",
                        _ => "a page",
                    },
                    wanted: "a table (CSV, TSV or JSONL)",
                });
            }
        };
        let mut rows = Delimited::new(file.clone(), reader, delimiter);
        let (header, line) = rows.header()?;
        refuse_duplicates(&file, line, &header)?;
        Ok(Self { file, format, present: header.clone(), header, rows: Rows::Delimited(Box::new(rows)), count: 0 })
    }

    /// The same for a table that we wrote ourselves: nothing is odd about its quotes.
    pub(crate) fn believed(mut self) -> Self {
        if let Rows::Delimited(rows) = &mut self.rows {
            rows.believe();
        }
        self
    }

    /// What messages call the table.
    #[must_use]
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// The names of the columns, in the order of a row's cells. For JSON Lines: the known names, the wanted ones, then
    /// the other keys of the first line.
    #[must_use]
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// The columns that the file itself shows: the header, or the keys of the first JSON line. What is looked for
    /// there ([`ColumnMap::resolve`](super::ColumnMap::resolve)) and missing can be told to be missing.
    #[must_use]
    pub(crate) fn present(&self) -> &[String] {
        &self.present
    }

    /// Whether there is such a column: in the header, or among the keys of the lines read so far.
    #[must_use]
    pub(crate) fn has(&self, column: &str) -> bool {
        let at = || self.header.iter().position(|there| there == column);
        match &self.rows {
            Rows::Delimited(_) => at().is_some(),
            Rows::Lines(rows) => at().is_some_and(|at| rows.has_met(at)),
        }
    }

    /// Where the known columns stand: by the mappings `given`, by those `remembered` (a model's) whose headers are there, by
    /// their own names, and under other names that are often meant by them, unless those are `taken` for something else.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub(crate) fn columns(
        &mut self,
        given: &ColumnMap,
        remembered: &ColumnMap,
        taken: &[String],
    ) -> Result<Resolved, ThreadError> {
        let map = given.or_remembered(remembered, &self.present);
        let is_plain = |header: &&str| match &self.rows {
            Rows::Delimited(_) => true,
            Rows::Lines(lines) => !lines.is_nested(header),
        };
        let offer: Vec<&str> = self.present.iter().map(String::as_str).filter(is_plain).collect();
        let mut guessed = map.guess(&offer, taken);
        // What an export is is better told than guessed at.
        if exports::is_known(&self.present) {
            guessed.retain(|mapping| mapping.name != Known::Text);
        }
        let map = map.with(&guessed);
        let columns = self.resolve(&map)?;
        if let Rows::Lines(lines) = &mut self.rows {
            guessed.iter().filter_map(|mapping| columns.index(mapping.name)).for_each(|at| lines.demand_plain(at));
        }
        let file = self.file.clone();
        let guessed = (!guessed.is_empty()).then_some(Guessed { file, mappings: guessed });
        Ok(Resolved { map, columns, guessed })
    }

    /// Where the known columns stand by a mapping that is settled.
    ///
    /// # Errors
    /// When there is no text column, or none of those that the caller maps. Of JSON Lines only the text is asked for, as
    /// other keys may begin in a later line; and not where the first line shows no key, which is refused by itself.
    pub(crate) fn resolve(&self, map: &ColumnMap) -> Result<Columns, ThreadError> {
        let text = map.header(Known::Text);
        if !self.present.is_empty() && !self.present.iter().any(|there| there == text) {
            return Err(map.missing(&self.file, &self.present, Known::Text));
        }
        map.resolve(&self.file, &self.header, &[Known::Text])
    }

    /// Reads the next row into `row`.
    ///
    /// # Errors
    /// When reading breaks off, or a record is longer than [`RECORD_LIMIT`]; after that there are no more rows.
    pub(crate) fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        let next = match &mut self.rows {
            Rows::Delimited(rows) => rows.read(row),
            Rows::Lines(rows) => rows.read(row),
        };
        self.count += 1;
        row.number = self.count;
        let is_whole = row.cells.len() == self.header.len();
        debug_assert!(!matches!(next, Ok(Next::Row)) || is_whole, "a row has as many cells as the header");
        next
    }

    /// Whether there is another line without waiting for more of the input, which may come much later.
    #[must_use]
    pub(crate) fn has_line(&self) -> bool {
        match &self.rows {
            Rows::Delimited(rows) => rows.has_line(),
            Rows::Lines(rows) => rows.has_line(),
        }
    }

    /// The 1-based last line of the row or refusal that was read last.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn last_line(&self) -> u64 {
        match &self.rows {
            Rows::Delimited(rows) => rows.last_line(),
            Rows::Lines(rows) => rows.line(),
        }
    }

    /// What is odd about how the row that was read last is quoted.
    #[must_use]
    pub(crate) fn flaw(&self) -> Option<Flaw> {
        match &self.rows {
            Rows::Delimited(rows) => rows.flaw(),
            Rows::Lines(_) => None,
        }
    }
}

impl fmt::Debug for TableReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableReader")
            .field("file", &self.file)
            .field("format", &self.format)
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}

/// A comma, unless the header has none but semicolons or tabs, as spreadsheets export where the comma is decimal.
fn delimiter_of(head: &[u8]) -> u8 {
    let head = head.trim_ascii_start();
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or(head);
    if line.contains(&b',') {
        return b',';
    }
    let found = [b'\t', b';'].into_iter().find(|byte| line.contains(byte));
    found.unwrap_or(b',')
}

fn refuse_duplicates(file: &str, line: u64, header: &[String]) -> Result<(), ThreadError> {
    let mut seen = rustc_hash::FxHashSet::default();
    for name in header.iter().filter(|name| !name.is_empty()) {
        if !seen.insert(name) {
            return Err(ThreadError::Header {
                file: file.to_owned(),
                line,
                reason: format!("the column `{name}` is there twice; rename one of them"),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn open(format: Format, bytes: &[u8]) -> Result<TableReader, ThreadError> {
        let wanted = ["stance".to_owned()];
        TableReader::from_reader("t", Some(format), Cursor::new(bytes.to_vec()), &wanted)
    }

    /// Every row as `line: cells` or `line! reason`.
    fn rows(format: Format, bytes: &[u8]) -> Vec<String> {
        let mut reader = open(format, bytes).unwrap();
        let mut row = Row::default();
        let mut rows = Vec::new();
        loop {
            match reader.read(&mut row).unwrap() {
                Next::Row => {
                    let cells: Vec<&str> = row.cells.iter().collect();
                    rows.push(format!("{}: {}", row.line, cells.join("|")));
                }
                Next::Refused(refused) => {
                    rows.push(format!("{}! {}", refused.line, refused.reason));
                }
                Next::End => return rows,
            }
        }
    }

    #[test]
    fn lines_are_counted_through_quotes_blank_lines_and_crlf() {
        let bytes = b"id,text\r\n1,\"a\r\nb\"\r\n\r\n2,c\r\n";
        assert_eq!(rows(Format::Csv, bytes), ["2: 1|a\r\nb", "5: 2|c"]);
        assert_eq!(rows(Format::Csv, b"\n\nid,text\n1,a\n\n\n2,\"b\"\"c\""), ["4: 1|a", "7: 2|b\"c"]);
    }

    #[test]
    fn bad_rows_are_refused_with_line_and_reason_and_the_rest_is_read() {
        let bytes = b"id,text\n1\n2,caf\xe9\n3,a\0b\n4,a,b\n5,ok\n";
        let expected = [
            "2! 1 cell, but the header has 2",
            "3! cell 2 is not UTF-8; if the file has another encoding, name it with --encoding",
            "4! cell 2 holds a NUL character",
            "5! 3 cells, but the header has 2",
            "6: 5|ok",
        ];
        assert_eq!(rows(Format::Csv, bytes), expected);
    }

    #[test]
    fn a_quote_that_is_never_closed_swallows_nothing() {
        for bytes in [&b"id,text\n1,a\n2,\"b\n3,c\n4,d\n"[..], b"id,text\n1,a\n2,\"b\n3,c\n4,d"] {
            assert_eq!(rows(Format::Csv, bytes), ["2: 1|a", "3: 2|\"b", "4: 3|c", "5: 4|d"]);
        }
        assert_eq!(
            rows(Format::Csv, b"id,text\n1,a\n2,\"b\n"),
            ["2: 1|a", "3! a quote is opened in this row and never closed"]
        );
        assert_eq!(rows(Format::Csv, b"id,text\n1,\"b\""), ["2: 1|b"]);
        assert_eq!(rows(Format::Csv, b"id,text\n1,"), ["2: 1|"]);
    }

    #[test]
    fn a_record_without_end_fails_and_is_not_held() {
        let start = Cursor::new(b"id,text\n1,\"".to_vec());
        let endless = start.chain(std::io::repeat(b'a'));
        let mut reader = TableReader::from_reader("t.csv", None, endless, &[]).unwrap();
        let mut row = Row::default();
        let error = reader.read(&mut row).unwrap_err().to_string();
        assert!(error.starts_with("t.csv:2: the record that starts here is longer than 16 MiB"), "{error}");
        assert_eq!(reader.read(&mut row).unwrap(), Next::End);
    }

    #[test]
    fn a_json_line_without_end_is_passed_over() {
        let start = Cursor::new(b"{\"text\":\"a\"}\n{\"text\":\"".to_vec());
        let long =
            start.chain(std::io::repeat(b'a').take(40 << 20)).chain(Cursor::new(b"\"}\n{\"text\":\"b\"}".to_vec()));
        let mut reader = TableReader::from_reader("t.jsonl", None, long, &[]).unwrap();
        let mut row = Row::default();
        assert_eq!(reader.read(&mut row).unwrap(), Next::Row);
        let Next::Refused(refused) = reader.read(&mut row).unwrap() else { panic!("not refused") };
        assert_eq!(refused.to_string(), "t.jsonl:2: the line is longer than 16 MiB");
        assert_eq!(reader.read(&mut row).unwrap(), Next::Row);
        assert_eq!(row.line, 3);
    }

    #[test]
    fn headers_are_trimmed_and_semicolons_and_tabs_are_seen() {
        let header = |bytes: &[u8]| open(Format::Csv, bytes).unwrap().header().join("|");
        assert_eq!(header(b"id, text \n"), "id|text");
        assert_eq!(header(b"id;text\n1;a,b\n"), "id|text");
        assert_eq!(header(b"id\ttext\n"), "id|text");
        assert_eq!(header(b"text\na;b\n"), "text");
        assert_eq!(rows(Format::Csv, b"id;text\n1;a,b\n"), ["2: 1|a,b"]);
    }

    #[test]
    fn a_header_that_cannot_be_used_is_an_error() {
        let error = |bytes: &[u8]| open(Format::Csv, bytes).unwrap_err().to_string();
        assert_eq!(error(b""), "t is empty");
        assert_eq!(error(b"\n\n"), "t is empty");
        assert_eq!(error(b"\nid,text,id\n"), "t:2: the column `id` is there twice; rename one of them");
        assert!(error(b"id,t\xe9xt\n").contains("the header cannot be read"));
        assert!(error(b"PK\x03\x04").contains("not text"));
        assert_eq!(rows(Format::Csv, b"id,text\n"), Vec::<String>::new());
        assert!(open(Format::Csv, b"id,text,,\n").is_ok());
    }

    #[test]
    fn a_page_is_no_table() {
        let error = open(Format::PageText, b"A title").unwrap_err().to_string();
        assert_eq!(error, "t is a page, but a table (CSV, TSV or JSONL) is needed here");
    }

    #[test]
    fn json_lines_have_the_known_the_wanted_and_the_first_keys() {
        let bytes = b"{\"text\":\"a\",\"x\":[1,{\"y\":2}],\"id\":7}\n\n{\"text\":\"b\\nc\",\"stance\":true,\"x\":1.50,\"z\":0}\n";
        let reader = open(Format::Jsonl, bytes).unwrap();
        assert_eq!(reader.header().len(), 15);
        assert_eq!(reader.header()[13..], ["stance", "x"]);
        assert_eq!(reader.present(), ["text", "x", "id"]);
        let expected = ["1: 7|||||||||||a|||[1,{\"y\":2}]", "3: |||||||||||b\nc||true|1.50"];
        assert_eq!(rows(Format::Jsonl, bytes), expected);
    }

    #[test]
    fn json_lines_that_are_no_plain_object_are_refused() {
        let bytes = b"{\"text\":\"a\"}\n[1]\n{\"text\":{}}\n{\"text\":\"a\",\"text\":\"b\"}\n{\"text\":\"\\u0000\"}\n{\"text\":\"caf\xe9\"}\n{\"text\":\"\\ud800\"}\n{\"text\":null} x\nnull";
        let rows = rows(Format::Jsonl, bytes);
        assert_eq!(rows[0], "1: |||||||||||a||");
        assert!(rows[1].starts_with("2! invalid type: sequence, expected a JSON object"), "{}", rows[1]);
        assert!(rows[2].starts_with("3! the value of `text` is nested"));
        assert!(rows[3].starts_with("4! the key `text` stands there twice"));
        assert!(rows[4].starts_with("5! a value holds a NUL"));
        assert!(rows[5].starts_with("6! byte 13 of the line is not UTF-8"), "{}", rows[5]);
        assert!(rows[6].starts_with("7! the value of `text`"), "{}", rows[6]);
        assert!(rows[7].starts_with("8! trailing characters"), "{}", rows[7]);
        assert!(rows[8].starts_with("9! "));
        assert_eq!(rows.len(), 9);
    }

    #[test]
    fn what_python_writes_for_no_number_is_named() {
        let bytes = b"{\"text\":\"NaN\",\"x\":NaN,\"stance\":[NaN, \"\\\"NaN\"]}\n{\"x\": -Infinity}\n{\"x\":[Infinity]}\n{\"x\":Nan}\n";
        let rows = rows(Format::Jsonl, bytes);
        assert_eq!(rows[0], "1! the value of `stance` is nested, where a plain one is needed at column 48");
        assert!(
            super::tests::rows(Format::Jsonl, b"{\"text\":\"NaN\",\"x\":NaN}\n")[0].starts_with("1: |||||||||||NaN|")
        );
        assert!(rows[1].starts_with("2! -Infinity at column"), "{}", rows[1]);
        assert!(rows[2].starts_with("3! Infinity at column"), "{}", rows[2]);
        assert!(rows[3].starts_with("4! expected"), "{}", rows[3]);
    }

    #[test]
    fn other_names_are_tried_where_the_known_one_is_missing() {
        let read = |format, bytes: &[u8], taken: &[&str]| {
            let mut reader = open(format, bytes).unwrap();
            let (none, taken) = (ColumnMap::default(), taken.iter().map(ToString::to_string).collect::<Vec<_>>());
            let resolved = reader.columns(&none, &none, &taken).map_err(|error| error.to_string())?;
            let mut row = Row::default();
            let mut texts = Vec::new();
            loop {
                match reader.read(&mut row).unwrap() {
                    Next::Row => texts.push(resolved.columns.cell(&row.cells, Known::Text).unwrap_or("-").to_owned()),
                    Next::Refused(refused) => texts.push(refused.reason),
                    Next::End => break,
                }
            }
            Ok::<_, String>((resolved.guessed.map(|guessed| guessed.to_string()).unwrap_or_default(), texts.join("|")))
        };
        let (told, texts) = read(Format::Csv, b"Title,Comment Text\na,b\n", &[]).unwrap();
        let expected =
            "t: `Title` is read as article_title, `Comment Text` as text; --column NAME=HEADER says otherwise";
        assert_eq!((told.as_str(), texts.as_str()), (expected, "b"));
        assert!(read(Format::Csv, b"Title,comment\na,b\n", &["comment"]).is_err());
        let lines = b"{\"user\":{\"name\":\"a\"},\"body\":\"b\"}\n{\"body\":{}}\n{\"text\":\"c\"}\n";
        let (told, texts) = read(Format::Jsonl, lines, &[]).unwrap();
        assert_eq!(told, "t: `body` is read as text; --column NAME=HEADER says otherwise");
        assert!(texts.starts_with("b|the value of `body` is nested") && texts.ends_with("|-"), "{texts}");
        assert!(read(Format::Jsonl, b"{\"content\":{\"rendered\":\"a\"}}\n", &[]).is_err());
        let coral = read(Format::Jsonl, b"{\"storyID\":1,\"revisions\":[],\"body\":\"a\"}\n", &[]).unwrap_err();
        assert!(coral.contains("comments of Coral"), "{coral}");
    }

    #[test]
    fn labels_may_be_nested_and_are_known_by_any_line() {
        let bytes = b"{\"text\":\"a\"}\n{\"text\":\"b\",\"label\":[\"x\", {}],\"stance\":null}\n";
        let labels = ["label", "stance", "spam"].map(str::to_owned);
        let opened = Opened::from_reader("t.jsonl".to_owned(), None, Box::new(Cursor::new(bytes.to_vec()))).unwrap();
        let mut reader = TableReader::labelled(opened, &[], &labels).unwrap();
        let mut row = Row::default();
        assert_eq!(reader.read(&mut row).unwrap(), Next::Row);
        assert!(!reader.has("label"));
        assert_eq!(reader.read(&mut row).unwrap(), Next::Row);
        assert_eq!(row.cells.get(13), Some("[\"x\", {}]"));
        assert_eq!(labels.map(|label| reader.has(&label)), [true, true, false]);
    }

    #[test]
    fn deep_nesting_in_a_json_line_does_not_overflow() {
        let deep = format!("{{\"x\":{}{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(rows(Format::Jsonl, deep.as_bytes()).len(), 1);
    }

    proptest! {
        #[test]
        fn never_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200), jsonl: bool) {
            let format = if jsonl { Format::Jsonl } else { Format::Csv };
            let bytes = [&b"{\"text\":1}\n"[..], &bytes].concat();
            if let Ok(mut reader) = open(format, &bytes) {
                let mut row = Row::default();
                while !matches!(reader.read(&mut row), Ok(Next::End) | Err(_)) {}
            }
        }

        #[test]
        fn csv_written_by_the_csv_crate_is_read_back(cells in prop::collection::vec(["[^\0]{0,9}", "[\",\n\r; ]{0,5}"], 1..20)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["id", "text"]).unwrap();
            for row in &cells {
                writer.write_record(row).unwrap();
            }
            let mut reader = open(Format::Csv, &writer.into_inner().unwrap()).unwrap();
            let mut row = Row::default();
            for cells in &cells {
                prop_assert_eq!(reader.read(&mut row).unwrap(), Next::Row);
                prop_assert_eq!(row.cells.iter().collect::<Vec<_>>(), cells);
            }
            prop_assert_eq!(reader.read(&mut row).unwrap(), Next::End);
        }
    }
}
