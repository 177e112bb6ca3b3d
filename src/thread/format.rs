//! The format of a file, identified by its name or else by its first bytes.

use std::path::Path;
use std::str::FromStr;

use crate::thread::delimiter;
use crate::thread::export::Export;
use crate::thread::formats::registry::{EXPORTS, TABLES, WRITTEN};
use crate::thread::head::Head;
use crate::thread::json::map::JsonMap;
use crate::thread::known::Known;

/// A format that holds comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table with a header, separated by commas (or by semicolons, tabs or bars, if its header is).
    Csv,
    /// A table with a header, separated by tabs.
    Tsv,
    /// One JSON object per line.
    Jsonl,
    /// One JSON document: an article and its nested comments.
    Json,
    /// An article followed by its comments, as text.
    PageText,
    /// An article followed by its comments, as HTML.
    PageHtml,
    /// The format of another program.
    Export(&'static Export),
    /// JSON in which the user's map says where the comments are.
    Mapped(&'static JsonMap),
}

impl Format {
    /// Every format that is written as well as read, tables first.
    pub const OWN: [Self; 6] = [Self::Csv, Self::Tsv, Self::Jsonl, Self::Json, Self::PageText, Self::PageHtml];

    /// Every format.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::OWN.into_iter().chain(EXPORTS.iter().map(|export| Self::Export(export)))
    }

    /// The name that options and messages use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::PageText => "text",
            Self::PageHtml => "html",
            Self::Export(export) => export.name,
            Self::Mapped(_) => "map",
        }
    }

    /// What such a file is, after "it is".
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Csv => "a table separated by commas, semicolons or bars",
            Self::Tsv => "a table separated by tabs",
            Self::Jsonl => "lines of JSON, one comment each",
            Self::Json => "nested JSON: an article and its comments",
            Self::PageText => "a page as text: an article and its comments",
            Self::PageHtml => "a saved page: an article and its comments",
            Self::Export(export) => export.what,
            Self::Mapped(_) => "JSON, as a map says where its comments stand",
        }
    }

    /// How it is recognised.
    #[must_use]
    pub const fn recognised(self) -> &'static str {
        match self {
            Self::Csv => ".csv, a line `sep=;`, or a header with a known column",
            Self::Tsv => ".tsv, .tab, or lines with equally many tabs",
            Self::Jsonl => ".jsonl, .ndjson, or an object on the first line",
            Self::Json => ".json, or text that begins with [ or {",
            Self::PageText => ".txt, or text with bullets before its comments",
            Self::PageHtml => {
                ".html, .htm, .xhtml, text that begins with a tag, or a page saved as a single file (MHTML)"
            }
            Self::Export(export) => export.recognised,
            Self::Mapped(_) => "a map",
        }
    }

    /// Whether it is read as a stream of rows rather than as one document.
    #[must_use]
    pub const fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Tsv | Self::Jsonl | Self::Export(_) | Self::Mapped(_))
    }

    /// Whether it is shown as threads: a page, nested JSON, or an export of whole threads.
    #[must_use]
    pub const fn is_document(self) -> bool {
        match self {
            Self::Csv | Self::Tsv | Self::Jsonl => false,
            Self::Json | Self::PageText | Self::PageHtml => true,
            Self::Export(export) => export.is_document,
            Self::Mapped(map) => map.is_document(),
        }
    }

    /// Whether it is one of ombud's own formats, all of which are text.
    pub(crate) const fn is_text(self) -> bool {
        !matches!(self, Self::Export(_))
    }

    /// Whether it is a spreadsheet with sheets.
    pub(crate) fn has_sheets(self) -> bool {
        matches!(self, Self::Export(export) if ["xlsx", "ods"].contains(&export.name))
    }

    /// Whether its columns are free, as in CSV: any names, any number.
    pub(crate) fn has_own_columns(self) -> bool {
        match self {
            Self::Csv | Self::Tsv | Self::Jsonl => true,
            Self::Json | Self::PageText | Self::PageHtml | Self::Mapped(_) => false,
            Self::Export(export) => TABLES.contains(&export),
        }
    }

    /// The format for an output of this name.
    pub(crate) fn of_output(name: &str) -> Option<Self> {
        Self::of_name(name).or_else(|| {
            let written = |export: &&&Export| {
                Path::new(name).extension().is_some_and(|own| own.eq_ignore_ascii_case(export.name))
            };
            WRITTEN.iter().find(written).map(|export| Self::Export(export))
        })
    }

    /// Whether it is written as well as read.
    pub(crate) fn is_written(self) -> bool {
        match self {
            Self::Export(export) => WRITTEN.contains(&export),
            _ => true,
        }
    }

    /// The other program's format that a file certainly has if it begins like this.
    pub(crate) fn of_export(start: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(start);
        let head = Head::new(start, &text);
        EXPORTS.iter().find(|export| (export.is)(&head)).map(|export| Self::Export(export))
    }

    /// The format by the extension of `name`, ignoring `.gz`, `.zst` and `.zip`.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name =
            [".gz", ".zst", ".zstd", ".zip"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(&name);
        let (_, extension) = name.rsplit_once('.')?;
        Some(match extension {
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "jsonl" | "ndjson" => Self::Jsonl,
            "json" => Self::Json,
            "txt" | "text" => Self::PageText,
            "html" | "htm" | "xhtml" => Self::PageHtml,
            _ => return None,
        })
    }

    /// The format by the first bytes alone.
    pub(crate) fn of_content(start: &[u8]) -> Option<Self> {
        of_content(start)
    }
}

/// A name that is not a format's.
#[derive(Debug, thiserror::Error)]
#[error("{name:?} is none of {}", Format::all().map(Format::name).collect::<Vec<_>>().join(", "))]
pub struct NoFormat {
    name: String,
}

impl FromStr for Format {
    type Err = NoFormat;

    fn from_str(name: &str) -> Result<Self, NoFormat> {
        Self::all().find(|format| format.name() == name).ok_or_else(|| NoFormat { name: name.to_owned() })
    }
}

fn of_content(start: &[u8]) -> Option<Format> {
    let text = String::from_utf8_lossy(start);
    let text = text.trim_start();
    let line = text.lines().next()?;
    match text.as_bytes().first()? {
        b'[' if is_json_list(text) => Some(Format::Json),
        b'{' => Some(if is_json_line(text, line) { Format::Jsonl } else { Format::Json }),
        b'<' => (text.as_bytes().get(1))
            .is_some_and(|next| next.is_ascii_alphabetic() || *next == b'!' || *next == b'?')
            .then_some(Format::PageHtml),
        _ => of_header(line).or_else(|| has_bullet(text).then_some(Format::PageText)),
    }
}

/// Whether a text in brackets can be a list of JSON, and not the time of a chat's message or a bracketed word.
fn is_json_list(text: &str) -> bool {
    text.get(1..)
        .is_some_and(|rest| rest.trim_start().is_empty() || rest.trim_start().starts_with(['{', '[', '"', ']']))
}

/// Whether the first line is a complete object, and not a whole thread.
fn is_json_line(text: &str, line: &str) -> bool {
    let is_thread = line.contains("\"comments\"") || line.contains("\"article\"");
    let is_closed = serde_json::from_str::<&serde_json::value::RawValue>(line).is_ok();
    let is_cut_off = line.len() == text.len();
    !is_thread && (is_closed || (is_cut_off && line.len() > 2))
}

fn of_header(line: &str) -> Option<Format> {
    let knows =
        |separator: char| line.split(separator).any(|cell| Known::of_name(cell.trim().trim_matches('"')).is_some());
    if delimiter::of_own_line(line.as_bytes()).is_some() {
        Some(Format::Csv)
    } else if line.contains('\t') && knows('\t') {
        Some(Format::Tsv)
    } else {
        [',', ';', '|'].into_iter().any(knows).then_some(Format::Csv)
    }
}

fn has_bullet(text: &str) -> bool {
    text.lines().any(|line| crate::thread::page_text::bullet(line).is_some())
}
