//! Rows of tables that are scored: how they are read, and what the model gets from them.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use crate::features::input::Input;
use crate::score::input_file::InputFile;
use crate::score::job::Job;
use crate::thread::columns::{ColumnMap, Columns};
use crate::thread::comment::Article;
use crate::thread::error::{ThreadError, meant};
use crate::thread::flaw::{Flaw, Flaws};
use crate::thread::format::Format;
use crate::thread::input::Source;
use crate::thread::kind::Kind;
use crate::thread::known::Known;
use crate::thread::remark::Remark;
use crate::thread::row::{Next, Refused, Row};
use crate::thread::strict::flawed_rows;
use crate::thread::table::{Resolved, TableReader};
use crate::thread::tree_check::TreeCheck;
use crate::thread::usual::Guessed;

/// Rows in a batch.
pub(crate) const BATCH: usize = 1024;
/// A batch is also full when it holds this much text.
pub(crate) const BATCH_BYTES: usize = 1 << 18;

/// A table that is read row by row, and what is odd about its rows.
pub(crate) struct Table {
    reader: TableReader,
    pub(crate) columns: Columns,
    /// The positions of the kept columns; none if the table does not have one.
    pub(crate) kept: Vec<Option<usize>>,
    /// The headers of its columns.
    map: ColumnMap,
    /// More of the input may come much later.
    is_live: bool,
    /// What was used in place of known columns that are missing.
    pub(crate) guessed: Option<Guessed>,
    /// Flaws of rows, by their numbers, that `--strict` refuses.
    strict: HashMap<u64, Flaw>,
    check: TreeCheck,
}

impl Table {
    /// The comments of a document were mapped when it was read.
    pub(crate) fn new(
        job: &Job,
        mut reader: TableReader,
        (source, format): (&Source, Format),
        kept: &[String],
    ) -> Result<Self, ThreadError> {
        let Resolved { map, columns, guessed } = if format.is_table() {
            let model = job.scorer.model();
            let labels: Vec<String> = model.labels().into_iter().map(|label| label.name).collect();
            reader.columns(&job.columns, &model.metadata.columns, &labels)?
        } else {
            let map = ColumnMap::default();
            Resolved { columns: reader.resolve(&map)?, map, guessed: None }
        };
        // The first of a name; there may be as many columns as rows.
        let header = if kept.is_empty() { &[] } else { reader.header() };
        let places: FxHashMap<&str, usize> =
            header.iter().enumerate().rev().map(|(at, name)| (name.as_str(), at)).collect();
        let at = |name: &String| places.get(name.as_str()).copied();
        if let Some(missing) = kept.iter().find(|name| at(name).is_none()) {
            return Err(ThreadError::Document {
                file: reader.file().to_owned(),
                reason: format!(
                    "there is no column {missing:?} to keep{}; the columns are {}",
                    meant(missing, reader.header()),
                    reader.header().join(", ")
                ),
            });
        }
        let kept = kept.iter().map(at).collect();
        let is_live = format.is_table() && source.len_hint().is_none();
        let (strict, check) = (HashMap::default(), TreeCheck::default());
        Ok(Self { reader, columns, kept, map, is_live, guessed, strict, check })
    }

    /// Finds the rows that `--strict` refuses; flawed comments of a document were removed when it was read.
    pub(crate) fn refuse_flawed(&mut self, job: &Job, input: &InputFile) -> Result<(), ThreadError> {
        if job.strict && input.format.is_table() {
            self.strict = flawed_rows(&input.source, Some(input.format), &self.map)?;
        }
        Ok(())
    }

    /// What to report once it has been read to its end.
    pub(crate) fn remarks(&mut self) -> Vec<Remark> {
        self.reader.remarks()
    }

    /// The kinds of cells in the kept columns.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        self.kept.iter().map(|at| at.map(|at| self.reader.kind(at)).unwrap_or_default()).collect()
    }

    /// What messages call it.
    pub(crate) fn file(&self) -> &str {
        self.reader.file()
    }

    /// Whether what was read should be answered now, because the next row may come much later.
    pub(crate) fn is_dry(&self) -> bool {
        self.is_live && !self.reader.has_line()
    }

    /// The next row that is used, or that is refused.
    pub(crate) fn read(&mut self, row: &mut Row) -> Result<Next, ThreadError> {
        let next = self.reader.read(row)?;
        if next == Next::Row {
            if let Some(flaw) = self.strict.get(&row.number) {
                let (file, reason) = (self.file().to_owned(), flaw.to_string());
                return Ok(Next::Refused(Refused { file, line: row.line, reason }));
            }
            self.check(row);
        }
        Ok(next)
    }

    fn check(&mut self, row: &Row) {
        let cell = |known| self.columns.cell(&row.cells, known);
        let text = cell(Known::Text).unwrap_or_default();
        let thread = cell(Known::ThreadId).unwrap_or_default();
        match cell(Known::Id) {
            Some(id) => self.check.row(row.line, thread, id, cell(Known::ParentId), text),
            None => self.check.row(row.line, thread, &row.number.to_string(), cell(Known::ParentId), text),
        }
        self.check.quotes(row.line, self.reader.flaw());
    }

    /// What was odd about its rows, with its name.
    pub(crate) fn flaws(&mut self) -> Option<(String, Flaws)> {
        let found = std::mem::take(&mut self.check).finish();
        let any = !found.found.is_empty() || found.unchecked > 0;
        any.then(|| (self.file().to_owned(), found))
    }
}

/// A row on its own, as the model reads it. A given article overrides the row's.
pub(crate) fn input<'a>(columns: &Columns, row: &'a Row, article: Option<&'a Article>) -> Input<'a> {
    let cell = |known| columns.cell(&row.cells, known);
    Input {
        text: cell(Known::Text).unwrap_or_default(),
        target: cell(Known::Target),
        parent_text: cell(Known::ParentText),
        article_title: article.map_or_else(|| cell(Known::ArticleTitle), |article| article.title.as_deref()),
        article_text: article.map_or_else(|| cell(Known::ArticleText), |article| article.text.as_deref()),
        context: cell(Known::Context),
        ..Input::default()
    }
}
