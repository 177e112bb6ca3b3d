//! The forms of verdicts, and which one an output has.

use std::path::Path;

use crate::report::scored_threads::Shape;
use crate::thread::extension;
use crate::thread::format::Format;

/// A form of verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Form {
    /// The tree of comments, for people
    Thread,
    /// One line per comment, for people
    Table,
    /// Comma-separated values
    Csv,
    /// One JSON object per comment
    Jsonl,
    /// Parquet, with typed columns
    #[cfg(feature = "parquet")]
    Parquet,
    /// A self-contained HTML page
    Html,
}

/// Extensions of outputs and their forms.
const EXTENSIONS: &[(&str, Form)] = &[
    ("csv", Form::Csv),
    ("tsv", Form::Csv),
    ("jsonl", Form::Jsonl),
    ("ndjson", Form::Jsonl),
    #[cfg(feature = "parquet")]
    ("parquet", Form::Parquet),
    ("html", Form::Html),
    ("htm", Form::Html),
    ("txt", Form::Thread),
];

impl Form {
    /// The extensions allowed for an output: any that has a form; with another form requested, not `.parquet`, because
    /// programs that open it read nothing else.
    pub(crate) fn extensions(asked: Option<Self>) -> impl Iterator<Item = &'static str> {
        let is_fit =
            move |extension: &str, form: Self| extension != "parquet" || asked.is_none_or(|asked| asked == form);
        EXTENSIONS.iter().filter(move |(extension, form)| is_fit(extension, *form)).map(|(extension, _)| *extension)
    }

    /// The requested form, or that of the output's name, or that of the input; and whether cells are separated by tabs.
    pub(crate) fn of(asked: Option<Self>, output: Option<&Path>, input: Option<Format>) -> (Self, bool) {
        let extension = output.and_then(extension::of);
        let known = |extension: &String| EXTENSIONS.iter().find(|(known, _)| known == extension).map(|(_, form)| *form);
        let by_input = match input {
            Some(Format::Jsonl) => Self::Jsonl,
            Some(format) if format.has_own_columns() => Self::Csv,
            Some(format) if !format.is_document() => Self::Jsonl,
            _ => Self::Thread,
        };
        let form = asked.or(extension.as_ref().and_then(known)).unwrap_or(by_input);
        let tabs = match extension.as_deref() {
            Some(extension) => extension == "tsv",
            None => asked.is_none() && input == Some(Format::Tsv),
        };
        (form, form == Self::Csv && tabs)
    }

    /// Whether it has columns, so that input columns can be kept.
    pub(crate) fn has_columns(self) -> bool {
        match self {
            #[cfg(feature = "parquet")]
            Self::Parquet => true,
            _ => self == Self::Csv,
        }
    }

    /// The shape of a form for people.
    pub(crate) fn shape(self) -> Option<Shape> {
        match self {
            Self::Thread => Some(Shape::Tree),
            Self::Table => Some(Shape::Table),
            Self::Html => Some(Shape::Page),
            Self::Csv | Self::Jsonl => None,
            #[cfg(feature = "parquet")]
            Self::Parquet => None,
        }
    }
}
