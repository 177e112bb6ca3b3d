//! Excel workbooks, `.xlsx`: a zip archive of XML, whose structure `calamine` handles.

use std::io::{Cursor, Read, copy, sink};

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetVisible, Xlsx, XlsxError};
use quick_xml::events::Event;
use zip::ZipArchive;

use crate::thread::error::ThreadError;
use crate::thread::export::{Export, Input};
use crate::thread::formats::sheet::{Content, Sheets};
use crate::thread::formats::zip_head::members;
use crate::thread::head::Head;
use crate::thread::input::read_limited;
use crate::thread::limits::{DOCUMENT_LIMIT, PARTS_LIMIT};
use crate::thread::row_source::RowSource;

pub(crate) static XLSX: Export = Export {
    name: "xlsx",
    what: "a workbook of Excel (.xlsx)",
    recognised: "a zip archive with members in `xl/`",
    is_document: false,
    is,
    open,
};

/// What a workbook may begin with.
const BEGINNINGS: [&[u8]; 6] =
    [b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"customXml/", b"docMetadata/"];

fn is(head: &Head<'_>) -> bool {
    let mut all = members(head.bytes);
    let is_package = |name: &[u8]| BEGINNINGS.iter().any(|begin| name.starts_with(begin));
    let Some(first) = all.next().filter(|first| is_package(first.name)) else { return false };
    first.name.starts_with(b"xl/") || all.any(|member| member.name.starts_with(b"xl/"))
}

fn open(input: Input) -> Result<Box<dyn RowSource>, ThreadError> {
    let file = input.file;
    let bytes = read_limited(input.reader, &file, DOCUMENT_LIMIT)?;
    check(&bytes, &file)?;
    let failed = |error: XlsxError| ThreadError::Document { file: file.clone(), reason: told(&error) };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(failed)?;
    let mut sheets = Sheets::new(file.clone(), input.sheet, input.wanted);
    let metadata = book.sheets_metadata().iter();
    let hidden: Vec<String> =
        metadata.filter(|sheet| sheet.visible != SheetVisible::Visible).map(|sheet| sheet.name.clone()).collect();
    for name in book.sheet_names() {
        let is_settled = sheets.is_settled();
        let mut cells = match book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            // A chart sheet has no cells.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(failed(error)),
        };
        let (mut sheet, mut line) = (sheets.sheet(name.clone()), 0);
        sheet.is_hidden = hidden.contains(&name);
        while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(failed)? {
            let (row, column) = cell.pos;
            if u64::from(row) + 1 != line {
                sheet.end_row(line, 1, &file)?;
                line = u64::from(row) + 1;
            }
            let unsolved = || cell.formula.is_some().then_some(Content::Unsolved);
            if let Some(content) = content(&cell.value).or_else(unsolved) {
                sheet.cell(column, content, (line, &file))?;
                if is_settled {
                    break;
                }
            }
        }
        sheet.end_row(line, 1, &file)?;
        drop(cells);
        if !is_settled {
            sheet.end();
            let merged = book.merge_cells_by_sheet_name(&name).map_err(failed)?;
            sheet.merged(merged.iter().map(|cells| (u64::from(cells.start.0) + 1, u64::from(cells.end.0) + 1)));
        }
        sheets.add(sheet);
    }
    sheets.open()
}

/// The content of a cell, if it has any.
fn content(value: &DataRef<'_>) -> Option<Content> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(text) => Content::Text(text.clone()),
        DataRef::SharedString(text) => Content::Text((*text).to_owned()),
        DataRef::Int(number) => Content::Number(*number as f64),
        DataRef::Float(number) => Content::Number(*number),
        DataRef::Bool(truth) => Content::Truth(*truth),
        DataRef::DateTime(time) => time_of(*time),
        DataRef::DateTimeIso(time) if time.contains('T') => Content::Time(time.clone()),
        DataRef::DateTimeIso(day) => Content::Day(day.clone()),
        DataRef::DurationIso(duration) => Content::Text(duration.clone()),
        DataRef::Error(_) => Content::Error,
    })
}

/// A date, a time of day, or both, in ISO 8601.
fn time_of(time: ExcelDateTime) -> Content {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    if time.is_duration() {
        let hours = (time.as_f64().max(0.0).floor() as u64).saturating_mul(24).saturating_add(u64::from(hour));
        return Content::Text(format!("{hours:02}:{minute:02}:{second:02}{fraction}"));
    }
    let clock = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    if time.as_f64() < 1.0 {
        return Content::Text(clock);
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if clock == "00:00:00" { Content::Day(date) } else { Content::Time(format!("{date}T{clock}")) }
}

fn told(error: &XlsxError) -> String {
    match error {
        XlsxError::Password => "it has a password: save it without one".to_owned(),
        XlsxError::FileNotFound(part) if part.contains("workbook") => {
            "it has no workbook that is read; a binary one (.xlsb) is to be saved as .xlsx".to_owned()
        }
        other => format!("it is no workbook that can be read: {other}"),
    }
}

/// Refuses an archive whose parts are too long to keep in memory, or that claims more strings than it can contain.
fn check(bytes: &[u8], file: &str) -> Result<(), ThreadError> {
    let failed = |reason: String| ThreadError::Document { file: file.to_owned(), reason };
    let not_whole = |error: &dyn std::fmt::Display| failed(format!("it is no whole zip archive: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| not_whole(&error))?;
    let mut left = PARTS_LIMIT;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| not_whole(&error))?;
        let is_strings = part.name_raw().to_ascii_lowercase().ends_with(b"sharedstrings.xml");
        let is_read = [&b".xml"[..], b".rels"].iter().any(|end| part.name_raw().to_ascii_lowercase().ends_with(end));
        if !is_read {
            continue;
        }
        let mut part = part.take(left.saturating_add(1));
        let claimed = if is_strings { claimed_strings(&mut part) } else { 0 };
        let not_read = |error: std::io::Error| not_whole(&error);
        copy(&mut part, &mut sink()).map_err(not_read)?;
        let length = left.saturating_add(1) - part.limit();
        left = left
            .checked_sub(length)
            .ok_or_else(|| ThreadError::TooLarge { file: file.to_owned(), limit_mib: PARTS_LIMIT >> 20 })?;
        // A string takes at least five bytes, and room is allocated for as many as claimed.
        if claimed > length {
            return Err(failed(format!("it claims to hold {claimed} strings, and is too short for them")));
        }
    }
    Ok(())
}

/// The number of strings that a list of strings claims to have.
fn claimed_strings(part: &mut impl Read) -> u64 {
    let mut begin = Vec::new();
    // Unreadable data are reported when the file is read in full.
    if part.take(4096).read_to_end(&mut begin).is_err() {
        return 0;
    }
    let begin = String::from_utf8_lossy(&begin);
    let mut reader = quick_xml::Reader::from_str(&begin);
    loop {
        match reader.read_event() {
            Ok(Event::Start(list) | Event::Empty(list)) => {
                let mut counts = list.attributes().flatten().filter(|own| own.key.0 == "uniqueCount");
                return counts.next().and_then(|count| count.value.trim().parse().ok()).unwrap_or(0);
            }
            Ok(Event::Eof) | Err(_) => return 0,
            Ok(_) => {}
        }
    }
}
