//! Tables of comments as a stream of rows: CSV, TSV and JSON Lines behind one reader.
//!
//! Memory stays bounded, however large the table: each row is read into the caller's [`Row`], which is reused. An
//! unusable row is handed out as [`Refused`], and reading goes on.

use std::fmt;

use crate::thread::columns::{ColumnMap, Columns};
use crate::thread::comment::Thread;
use crate::thread::delimited::Delimited;
use crate::thread::delimiter;
use crate::thread::document_rows::DocumentRows;
use crate::thread::error::ThreadError;
use crate::thread::export::Input;
use crate::thread::flaw::Flaw;
use crate::thread::format::Format;
use crate::thread::formats::doccano::DOCCANO;
use crate::thread::header::refuse_duplicates;
use crate::thread::input::Source;
use crate::thread::json::mapped;
use crate::thread::jsonl::JsonLines;
use crate::thread::kind::Kind;
use crate::thread::known::Known;
use crate::thread::label_column::{Asked, LabelColumn};
use crate::thread::mapping::Mapping;
use crate::thread::mojibake::Mender;
use crate::thread::no_comment;
use crate::thread::opened::{Opened, lone_line};
use crate::thread::read_ahead::ReadAhead;
use crate::thread::remark::Remark;
use crate::thread::row::{Next, Row};
use crate::thread::row_source::RowSource;
use crate::thread::told::Told;
use crate::thread::usual;
use crate::thread::usual::Guessed;

/// How the columns of a table are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// Every mapping, guessed ones included.
    pub map: ColumnMap,
    /// The positions of the known columns.
    pub columns: Columns,
    /// The headers taken for known columns that were missing.
    pub guessed: Option<Guessed>,
}

/// Reads a table row by row.
pub(crate) struct TableReader {
    file: String,
    format: Format,
    header: Vec<String>,
    present: Vec<String>,
    rows: Rows,
    /// What was found out while it was unpacked.
    told: Told,
    /// How many rows have been read.
    count: u64,
    /// Mends texts, once the columns are known.
    mender: Mender,
    /// The only line, if there is no more than one as far as was inspected.
    lone: Option<String>,
}

enum Rows {
    Delimited(Box<Delimited>),
    Lines(Box<JsonLines>),
    /// Another program's format.
    Export(Box<dyn RowSource>),
}

impl TableReader {
    /// Opens a table and reads its header. Without a `format`, the name or the first bytes identify it. `wanted` are
    /// columns that the caller will look for: in JSON Lines, where a line may omit keys, they always become columns.
    ///
    /// # Errors
    /// When it cannot be opened, is empty, binary or not a table, or its header names a column twice or cannot be read.
    pub(crate) fn open(source: &Source, format: Option<Format>, wanted: &[String]) -> Result<Self, ThreadError> {
        Self::from_opened(Opened::new(source, format)?, wanted)
    }

    /// Like [`open`](Self::open), with labels, which are columns too; in JSON Lines their values may be lists and
    /// objects, which become cells holding their JSON.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn open_labelled(
        source: &Source,
        format: Option<Format>,
        wanted: &[String],
        labels: &[String],
    ) -> Result<Self, ThreadError> {
        Self::labelled(Opened::new(source, format)?, wanted, labels)
    }

    /// Like [`open`](Self::open), from a reader of decompressed and transcoded bytes; `file` is its name in messages.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    #[cfg(test)]
    pub(crate) fn from_reader(
        file: &str,
        format: Option<Format>,
        reader: impl std::io::Read + Send + 'static,
        wanted: &[String],
    ) -> Result<Self, ThreadError> {
        let opened = Opened::from_reader(file.to_owned(), format, Box::new(reader))?;
        Self::from_opened(opened, wanted)
    }

    pub(crate) fn from_opened(opened: Opened, wanted: &[String]) -> Result<Self, ThreadError> {
        Self::labelled(opened, wanted, &[])
    }

    /// Like [`open_labelled`](Self::open_labelled), for an opened input.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub(crate) fn labelled(opened: Opened, wanted: &[String], labels: &[String]) -> Result<Self, ThreadError> {
        // Whoever needs a table can use any array of comments.
        let opened = if opened.format == Format::Json { opened.with_elements_as_lines()? } else { opened };
        let Opened { file, format, head, reader, separator, sheet, told, path, seems } = opened;
        let lone = (format == Format::Jsonl).then(|| lone_line(&head).map(str::to_owned)).flatten();
        let own_line = delimiter::of_own_line(&head);
        let named = separator.map(|separator| separator.0).or(own_line);
        let delimiter = match format {
            Format::Csv => named.unwrap_or_else(|| delimiter::of_header(&head)),
            Format::Tsv => named.unwrap_or(b'\t'),
            Format::Jsonl => {
                let mut lines = JsonLines::new(file.clone(), reader);
                // How much of a pipe has arrived by now is chance, and the columns must not depend on it.
                let head = if path.is_some() { &head[..] } else { &[] };
                let (header, present) = lines.header(wanted, labels, head)?;
                return Ok(Self {
                    file,
                    format,
                    header,
                    present,
                    rows: Rows::Lines(Box::new(lines)),
                    told,
                    count: 0,
                    mender: Mender::default(),
                    lone,
                });
            }
            Format::Export(export) => {
                let other = |error: ThreadError| error.seeming(seems);
                let rows = (export.open)(Input { file: file.clone(), reader, path, sheet, wanted: wanted.to_vec() })
                    .map_err(other)?;
                return Self::of_rows((file, format), rows, told).map_err(other);
            }
            Format::Mapped(map) => {
                let rows =
                    mapped::open(map, Input { file: file.clone(), reader, path, sheet, wanted: wanted.to_vec() })?;
                return Self::of_rows((file, format), rows, told);
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
        if own_line.is_some() {
            rows.skip_line()?;
        }
        let (header, line) = rows.header(wanted)?;
        refuse_duplicates(&file, line, &header)?;
        Ok(Self {
            file,
            format,
            present: header.clone(),
            header,
            rows: Rows::Delimited(Box::new(rows)),
            told,
            count: 0,
            mender: Mender::default(),
            lone,
        })
    }

    fn of_rows((file, format): (String, Format), rows: Box<dyn RowSource>, told: Told) -> Result<Self, ThreadError> {
        // If it has labels, its rows depend on which of them are wanted.
        let rows = if rows.labels().is_empty() { Box::new(ReadAhead::new(rows)?) } else { rows };
        let header = rows.header().to_vec();
        let (present, mender) = (header.clone(), Mender::default());
        Ok(Self { file, format, header, present, rows: Rows::Export(rows), told, count: 0, mender, lone: None })
    }

    /// The comments of a document as a table.
    pub(crate) fn of_document(file: String, format: Format, threads: Vec<Thread>) -> Self {
        let rows = Box::new(DocumentRows::new(threads));
        let header = rows.header().to_vec();
        let (present, mender, told) = (header.clone(), Mender::default(), Told::default());
        Self { file, format, header, present, rows: Rows::Export(rows), told, count: 0, mender, lone: None }
    }

    /// The columns that hold labels, if the format says which those are.
    pub(crate) fn labels(&self) -> &[LabelColumn] {
        match &self.rows {
            Rows::Delimited(_) | Rows::Lines(_) => &[],
            Rows::Export(rows) => rows.labels(),
        }
    }

    /// States which labels are wanted, as the content of an annotation file can be read as labels of different kinds.
    /// The header may change.
    pub(crate) fn ask(&mut self, asked: Asked<'_>) {
        if let Rows::Export(rows) = &mut self.rows {
            rows.ask(asked);
            self.header = rows.header().to_vec();
            self.present.clone_from(&self.header);
        }
    }

    /// The caller wants every column, so keys that are not columns are reported at the end.
    pub(crate) fn want_all(&mut self) {
        if let Rows::Lines(rows) = &mut self.rows {
            rows.want_all();
        }
    }

    /// From now on, each row is one annotator's annotation of a comment, if a file has several annotators.
    pub(crate) fn by_annotator(&mut self) {
        if let Rows::Export(rows) = &mut self.rows {
            rows.by_annotator();
        }
    }

    /// Whether its program exports a separate file for each annotator, with the same comments.
    pub(crate) fn is_of_one_annotator(&self) -> bool {
        matches!(self.format, Format::Export(export) if export.name == DOCCANO.name)
    }

    /// Whether its format is another program's.
    pub(crate) fn is_export(&self) -> bool {
        matches!(self.format, Format::Export(_) | Format::Mapped(_))
    }

    /// The table's name in messages.
    #[must_use]
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// The names of the columns, in the order of a row's cells. For JSON Lines: the known names, the wanted ones, then
    /// the other keys of the first lines.
    #[must_use]
    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// The columns that the file itself shows: the header, or the keys of the first JSON line. A column looked for
    /// ([`ColumnMap::resolve`](super::ColumnMap::resolve)) that is not among them can be reported missing.
    #[must_use]
    pub(crate) fn present(&self) -> &[String] {
        &self.present
    }

    /// What the cells of a column hold, if the file says so.
    #[must_use]
    pub(crate) fn kind(&self, column: usize) -> Kind {
        match &self.rows {
            Rows::Delimited(_) | Rows::Lines(_) => Kind::Text,
            Rows::Export(rows) => rows.kind(column),
        }
    }

    /// Whether a column exists: in the header, or among the keys of the lines read so far.
    #[must_use]
    pub(crate) fn has(&self, column: &str) -> bool {
        let at = || self.header.iter().position(|there| there == column);
        match &self.rows {
            Rows::Delimited(_) | Rows::Export(_) => at().is_some(),
            Rows::Lines(rows) => at().is_some_and(|at| rows.has_met(at)),
        }
    }

    /// Finds the known columns: by the mappings `given`, by those `remembered` (a model's) whose headers are present,
    /// by their own names, and by other common names, unless those are `taken` for something else.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub(crate) fn columns(
        &mut self,
        given: &ColumnMap,
        remembered: &ColumnMap,
        taken: &[String],
    ) -> Result<Resolved, ThreadError> {
        let map = self.needed(given).or_remembered(remembered, &self.present);
        let is_plain = |header: &&str| match &self.rows {
            Rows::Delimited(_) | Rows::Export(_) => true,
            Rows::Lines(lines) => !lines.is_nested(header) || usual::likeliest(Known::Author, &[header]).is_some(),
        };
        let offer: Vec<&str> = self.present.iter().map(String::as_str).filter(is_plain).collect();
        let guessed = map.guess(&offer, taken);
        self.refuse_answer(&guessed)?;
        let map = map.with(&guessed);
        let columns = self.resolve(&map)?;
        self.mender = Mender::of(&columns);
        if let Rows::Lines(lines) = &mut self.rows {
            guessed.iter().filter_map(|mapping| columns.index(mapping.name)).for_each(|at| lines.demand_plain(at));
            columns.index(Known::Author).into_iter().for_each(|at| lines.take_names(at));
        }
        let file = self.file.clone();
        let guessed = (!guessed.is_empty()).then_some(Guessed { file, mappings: guessed });
        Ok(Resolved { map, columns, guessed })
    }

    /// Refuses an interface's answer whose message would be taken for a comment.
    fn refuse_answer(&self, guessed: &[Mapping]) -> Result<(), ThreadError> {
        let text = guessed.iter().find(|mapping| mapping.name == Known::Text);
        let lone = self.lone.as_deref().zip(text);
        match lone.and_then(|(line, text)| no_comment::within_line(line, &text.header)) {
            Some(why) => Err(ThreadError::NoComment { file: self.file.clone(), why }),
            None => Ok(()),
        }
    }

    /// The mappings that are needed: the reader of another program's format already maps that format's own keys to
    /// known names.
    fn needed(&self, given: &ColumnMap) -> ColumnMap {
        let is_there = |name: &str| self.present.iter().any(|there| there == name);
        match &self.rows {
            Rows::Delimited(_) | Rows::Lines(_) => given.clone(),
            Rows::Export(_) => given.without(|mapping| !is_there(&mapping.header) && is_there(mapping.name.name())),
        }
    }

    /// Finds the known columns by a final mapping.
    ///
    /// # Errors
    /// When the text column is missing, or one that the caller maps. In JSON Lines only the text must be there, since
    /// other keys may first appear on a later line; and not even that if the first line has no keys, as that line is
    /// refused by itself.
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
    /// When reading fails, or a record is longer than [`RECORD_LIMIT`]; after that there are no more rows.
    pub(crate) fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        let next = match &mut self.rows {
            Rows::Delimited(rows) => rows.read(row),
            Rows::Lines(rows) => rows.read(row),
            Rows::Export(rows) => rows.read(row),
        };
        self.count += 1;
        row.number = self.count;
        if matches!(next, Ok(Next::Row)) {
            self.mender.mend(row);
        }
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
            Rows::Export(rows) => rows.has_row(),
        }
    }

    /// The 1-based last line of the last row or refusal.
    #[must_use]
    #[cfg(test)]
    pub(crate) fn last_line(&self) -> u64 {
        match &self.rows {
            Rows::Delimited(rows) => rows.last_line(),
            Rows::Lines(rows) => rows.line(),
            Rows::Export(_) => 0,
        }
    }

    /// What is odd about the quotes of the last row.
    #[must_use]
    pub(crate) fn flaw(&self) -> Option<Flaw> {
        match &self.rows {
            Rows::Delimited(rows) => rows.flaw(),
            Rows::Lines(_) | Rows::Export(_) => None,
        }
    }

    /// Remarks about the whole file, once it is read to its end; each is given only once.
    pub(crate) fn remarks(&mut self) -> Vec<Remark> {
        let (mut remarks, doubts) = match &mut self.rows {
            Rows::Delimited(rows) => (rows.remarks(), rows.doubts()),
            Rows::Lines(rows) => (rows.remark().into_iter().collect(), Vec::new()),
            Rows::Export(rows) => (rows.remarks(), rows.doubts()),
        };
        remarks.extend(self.mender.remark());
        let doubts = doubts.into_iter().map(|what| Remark::doubt(&self.file, what));
        let remarks = doubts.chain(remarks.into_iter().map(|what| Remark::new(&self.file, what)));
        Remark::of_encoding(&self.file, &std::mem::take(&mut self.told)).into_iter().chain(remarks).collect()
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
