//! Spreadsheets of `LibreOffice` and similar programs, `.ods`: a zip archive whose `content.xml` has the cells of every
//! sheet.
//!
//! A cell may declare that it repeats a million times, so a file of a few bytes could fill any memory if read into a
//! grid. Cells are therefore processed as they come.

use std::io::{BufRead, BufReader, Cursor, Read};

use jiff::SignedDuration;
use jiff::civil::DateTime;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::thread::error::ThreadError;
use crate::thread::export::{Export, Input};
use crate::thread::formats::sheet::{Content, Sheet, Sheets};
use crate::thread::formats::zip_head::members;
use crate::thread::input::read_limited;
use crate::thread::limits::{DOCUMENT_LIMIT, PARTS_LIMIT};
use crate::thread::row_source::RowSource;

pub(crate) static ODS: Export = Export {
    name: "ods",
    what: "a spreadsheet of OpenDocument (.ods)",
    recognised: "a zip archive that begins with `mimetype` and that of a spreadsheet",
    is_document: false,
    is: |head| {
        let first = members(head.bytes).next();
        first.is_some_and(|first| first.name == b"mimetype" && first.stored.starts_with(MIME))
    },
    open,
};

const MIME: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// The most columns that any program allows; a repeated cell beyond them is not data.
const MOST_COLUMNS: u32 = 16_384;

fn open(input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let file = input.file;
    let bytes = read_limited(input.reader, &file, DOCUMENT_LIMIT)?;
    let failed = |reason: String| ThreadError::Document { file: file.clone(), reason };
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| failed(format!("it is no whole zip archive: {error}")))?;
    let content =
        archive.by_name("content.xml").map_err(|error| failed(format!("its sheets cannot be read: {error}")))?;
    let mut content = BufReader::new(content.take(PARTS_LIMIT));
    let sheets = read(&mut content, Sheets::new(file.clone(), input.sheet, input.wanted), &file);
    if content.get_ref().limit() == 0 {
        return Err(ThreadError::TooLarge { file, limit_mib: PARTS_LIMIT >> 20 });
    }
    sheets?.open()
}

/// Reads every sheet.
fn read(content: impl BufRead, sheets: Sheets, file: &str) -> Result<Sheets, ThreadError> {
    let mut xml = quick_xml::Reader::from_reader(content);
    xml.config_mut().expand_empty_elements = true;
    let mut walk = Walk { file, sheets, sheet: None, line: 1, rows: 1, column: 0, cell: None, merged: Vec::new() };
    let (mut buffer, mut passed_over) = (Vec::new(), 0_u64);
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(|error| broken(file, &error))?;
        match event {
            Event::Eof => return Ok(walk.sheets),
            // Drawings on a sheet and notes on a cell are not part of the cell's content.
            Event::Start(_) if passed_over > 0 => passed_over += 1,
            Event::End(_) if passed_over > 0 => passed_over -= 1,
            _ if passed_over > 0 => {}
            Event::Start(start) if walk.is_beside(start.name().0) => passed_over = 1,
            Event::Start(start) => walk.start(&start),
            Event::End(end) => walk.end(end.name().0)?,
            Event::Text(text) => walk.text(&text.xml10_content()),
            Event::CData(text) => walk.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|error| broken(file, &error))?;
                let mut room = [0; 4];
                let text = match character {
                    Some(character) => Some(&*character.encode_utf8(&mut room)),
                    None => quick_xml::escape::resolve_xml_entity(&reference.xml10_content()),
                };
                walk.text(text.unwrap_or_default());
            }
            _ => {}
        }
    }
}

fn broken(file: &str, error: &dyn std::fmt::Display) -> ThreadError {
    ThreadError::Document { file: file.to_owned(), reason: format!("its sheets are broken XML: {error}") }
}

/// The reader's position in the sheets.
struct Walk<'f> {
    file: &'f str,
    sheets: Sheets,
    sheet: Option<Sheet>,
    /// The row being read, from 1, and how often it repeats.
    line: u64,
    rows: u64,
    column: u32,
    cell: Option<Cell>,
    /// The first and last row of each cell of the sheet that is merged over several rows.
    merged: Vec<(u64, u64)>,
}

/// A cell being read.
struct Cell {
    /// How often it repeats.
    times: u32,
    /// The value in its attributes; if there is none, its content is the text shown.
    content: Option<Content>,
    shown: String,
    paragraphs: u32,
    /// It is hidden under a cell that it was merged with.
    is_covered: bool,
}

impl Walk<'_> {
    /// Whether an element contains no cells and no cell text.
    fn is_beside(&self, name: &str) -> bool {
        let is_drawn = name.starts_with("draw:") || matches!(name, "office:annotation" | "table:shapes");
        is_drawn || (name == "table:table" && self.sheet.is_some())
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        let number = |name: &str| attribute(start, name).and_then(|text| text.trim().parse().ok()).unwrap_or(1_u64);
        match start.name().0 {
            "table:table" => {
                self.sheet = Some(self.sheets.sheet(attribute(start, "table:name").unwrap_or_default()));
                self.line = 1;
                self.merged.clear();
            }
            "table:table-row" => (self.rows, self.column) = (number("table:number-rows-repeated"), 0),
            name @ ("table:table-cell" | "table:covered-table-cell") => {
                let times = number("table:number-columns-repeated").min(MOST_COLUMNS.into()) as u32;
                let (shown, is_covered) = (String::new(), name == "table:covered-table-cell");
                let spanned = number("table:number-rows-spanned");
                if spanned > 1 {
                    self.merged.push((self.line, self.line.saturating_add(spanned - 1)));
                }
                self.cell = Some(Cell { times, content: content(start), shown, paragraphs: 0, is_covered });
            }
            "text:p" => {
                if let Some(cell) = &mut self.cell {
                    cell.paragraphs += 1;
                    if cell.paragraphs > 1 {
                        cell.shown.push('\n');
                    }
                }
            }
            "text:line-break" => self.text("\n"),
            "text:tab" => self.text("\t"),
            "text:s" => (0..number("text:c").min(MOST_SPACES)).for_each(|_| self.text(" ")),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.paragraphs > 0) {
            cell.shown.push_str(text);
        }
    }

    fn end(&mut self, name: &str) -> Result<(), ThreadError> {
        match name {
            "table:table-cell" | "table:covered-table-cell" => {
                let Some(cell) = self.cell.take() else { return Ok(()) };
                let begin = self.column;
                self.column = begin.saturating_add(cell.times).min(MOST_COLUMNS);
                let content = cell.content.unwrap_or(Content::Text(cell.shown));
                let is_empty = cell.is_covered || content == Content::Text(String::new());
                let is_settled = self.sheets.is_settled();
                // For other sheets it only matters whether they are empty.
                let is_wanted = |sheet: &&mut Sheet| !is_empty && (!is_settled || sheet.is_empty());
                if let Some(sheet) = self.sheet.as_mut().filter(is_wanted) {
                    for column in begin..self.column {
                        sheet.cell(column, content.clone(), (self.line, self.file))?;
                    }
                }
            }
            "table:table-row" => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.end_row(self.line, self.rows, self.file)?;
                }
                self.line = self.line.saturating_add(self.rows);
            }
            "table:table" => {
                if let Some(mut sheet) = self.sheet.take() {
                    if !self.sheets.is_settled() {
                        sheet.end();
                        sheet.merged(self.merged.drain(..));
                    }
                    self.sheets.add(sheet);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The most spaces that one element may stand for.
const MOST_SPACES: u64 = 1_000;

/// A cell's value from its attributes; `None` if the text shown is its content.
fn content(start: &BytesStart<'_>) -> Option<Content> {
    if attribute(start, "calcext:value-type").as_deref() == Some("error") {
        return Some(Content::Error);
    }
    let value = |name: &str| attribute(start, name);
    match value("office:value-type")?.as_str() {
        "float" | "percentage" | "currency" => value("office:value")?.trim().parse().ok().map(Content::Number),
        "boolean" => value("office:boolean-value").map(|truth| Content::Truth(truth.eq_ignore_ascii_case("true"))),
        "date" => value("office:date-value").map(|date| match date.strip_suffix("T00:00:00") {
            Some(day) => Content::Day(day.to_owned()),
            None if date.contains('T') => Content::Time(without_zeros(date)),
            None => Content::Day(date),
        }),
        "time" => value("office:time-value").map(|time| Content::Text(clock(&time).unwrap_or(time))),
        _ => value("office:string-value").map(Content::Text),
    }
}

/// A date and time without the zeros that some programs add after the seconds.
fn without_zeros(date: String) -> String {
    date.parse::<DateTime>().map_or(date, |time| time.to_string())
}

/// A time of day or a duration, as Excel would show it: `PT10H15M00S` is `10:15:00`.
fn clock(duration: &str) -> Option<String> {
    let seconds = duration.parse::<SignedDuration>().ok().filter(|duration| !duration.is_negative())?.as_secs();
    Some(format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60))
}

/// An attribute of an element, if present and readable.
fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok()??;
    Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::thread::row::{Next, Row};

    /// The rows of sheets in XML, and the remarks about them.
    fn rows(sheets: &str) -> Result<(Vec<String>, Vec<String>), ThreadError> {
        let begin = "<office:document-content><office:body><office:spreadsheet>";
        let end = "</office:spreadsheet></office:body></office:document-content>";
        let xml = format!("{begin}{sheets}{end}");
        let mut rows = read(xml.as_bytes(), Sheets::new("a.ods".to_owned(), None, Vec::new()), "a.ods")?.open()?;
        let (mut all, mut row) = (vec![rows.header().join("|")], Row::default());
        while rows.read(&mut row)? != Next::End {
            all.push(format!("{}: {}", row.line, row.cells.iter().collect::<Vec<_>>().join("|")));
        }
        Ok((all, rows.remarks()))
    }

    fn cell(text: &str) -> String {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    }

    fn sheet(name: &str, rows: &[&str]) -> String {
        let rows: Vec<String> = rows.iter().map(|row| format!("\n<table:table-row>{row}</table:table-row>")).collect();
        let rows = rows.concat();
        format!("<table:table table:name=\"{name}\">{rows}\n</table:table>")
    }

    #[test]
    fn cells_are_read_as_what_they_hold() {
        let header: String = ["id", "text", "date", "seen", "votes"].map(cell).concat();
        let values = [
            "<table:table-cell office:value-type=\"float\" office:value=\"12\"><text:p>12,00</text:p></table:table-cell>",
            "<table:table-cell office:value-type=\"string\"><text:p>one &amp; t<text:span>w</text:span>o\
             <text:s text:c=\"2\"/>x&#33;</text:p><office:annotation><text:p>a note</text:p></office:annotation>\
             <text:p>three</text:p></table:table-cell>",
            "<table:table-cell office:value-type=\"date\" office:date-value=\"2026-05-01T00:00:00\"/>",
            "<table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"/>",
            "<table:table-cell office:value-type=\"percentage\" office:value=\"0.25\"/>",
        ];
        let (rows, remarks) = rows(&sheet("S", &[&header, &values.concat()])).unwrap();
        assert_eq!(rows, ["id|text|date|seen|votes", "2: 12|one & two  x!\nthree|2026-05-01|true|0.25"]);
        assert!(remarks.is_empty(), "{remarks:?}");
    }

    #[test]
    fn what_is_repeated_stands_there_as_often_and_what_is_merged_once() {
        let header: String = ["id", "text", "a", "b"].map(cell).concat();
        let row = format!(
            "{}{}<table:table-cell table:number-columns-repeated=\"2\" office:value-type=\"float\" office:value=\"0\"/>\
             <table:table-cell table:number-columns-repeated=\"16380\"/>",
            cell("x"),
            cell("y")
        );
        let merged = format!("{}<table:covered-table-cell><text:p>z</text:p></table:covered-table-cell>", cell("only"));
        let text = sheet("S", &[&header, &row, &merged]).replacen(
            "<table:table-row>",
            "<table:table-row table:number-rows-repeated=\"5\"/><table:table-row>",
            1,
        );
        let twice = text.replacen(
            &format!("<table:table-row>{row}"),
            &format!("<table:table-row table:number-rows-repeated=\"2\">{row}"),
            1,
        );
        assert_eq!(rows(&twice).unwrap().0, ["id|text|a|b", "7: x|y|0|0", "8: x|y|0|0", "9: only|||"]);
    }

    #[test]
    fn a_cell_that_claims_to_be_everywhere_fills_no_memory() {
        let far = "<table:table-cell table:number-columns-repeated=\"4000000000\" office:value-type=\"string\"><text:p>text</text:p></table:table-cell>";
        let many = sheet("S", &[&cell("text"), far])
            .replace("<table:table-row>", "<table:table-row table:number-rows-repeated=\"4000000000\">");
        let error = rows(&many).unwrap_err();
        assert!(matches!(error, ThreadError::TooLarge { .. }), "{error}");
        let long = format!(
            "<table:table-cell table:number-columns-repeated=\"16384\"><text:p>{}</text:p></table:table-cell>",
            "x".repeat(4096)
        );
        let error = rows(&sheet("S", &[&cell("text"), &long])).unwrap_err();
        assert!(matches!(error, ThreadError::RecordTooLong { .. }), "{error}");
    }

    #[test]
    fn times_are_as_in_a_workbook_of_excel() {
        for (duration, expected) in [
            ("PT10H15M00S", Some("10:15:00")),
            ("PT26H00M01.5S", Some("26:00:01")),
            ("PT0S", Some("00:00:00")),
            ("-PT1H", None),
            ("soon", None),
        ] {
            assert_eq!(clock(duration).as_deref(), expected, "{duration}");
        }
        assert_eq!(without_zeros("2026-05-01T10:15:00.000000000".to_owned()), "2026-05-01T10:15:00");
        assert_eq!(without_zeros("2026-05-01T10:15".to_owned()), "2026-05-01T10:15:00");
        assert_eq!(without_zeros("Tuesday".to_owned()), "Tuesday");
    }

    #[test]
    fn the_sheet_with_comments_is_read_and_the_others_are_told() {
        let readme = sheet("Read me", &[&cell("Exported on Friday")]);
        let comments = sheet("Comments", &[&cell("Comment text"), &cell("hello")]);
        let (all, remarks) = rows(&format!("{readme}{}{comments}{readme}", sheet("Empty", &[""]))).unwrap();
        assert_eq!(all, ["Comment text", "2: hello"]);
        assert_eq!(
            remarks,
            ["the sheet `Comments` is read, the sheets `Read me`, `Read me` are not; --sheet names another"]
        );
        assert!(rows(&sheet("Empty", &[""])).unwrap_err().to_string().contains("no sheet of it has anything"));
        assert!(rows("<table:table><table:table-row></b>").unwrap_err().to_string().contains("broken XML"));
    }
}
