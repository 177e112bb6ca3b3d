//! The forms in which [`score::stream`](crate::score::stream) writes rows.

use crate::dataset::label::Label;
use crate::dataset::towards::Towards;
use crate::model::scorer::Scorer;
use crate::report::csv::{CsvForm, CsvOptions};
use crate::report::jsonl::{ModelId, Scored};
use crate::report::only::Only;
use crate::score::row_form::{RowForm, ScoredRow};
use crate::thread::kind::Kind;
use crate::thread::known::Known;

/// Rows as comma-separated values.
pub(crate) struct CsvRows<'a> {
    form: CsvForm<'a>,
    only: Option<Only>,
}

impl<'a> CsvRows<'a> {
    pub(crate) fn new(labels: &'a [Label], options: CsvOptions<'a>, only: Option<Only>) -> Self {
        Self { form: CsvForm::new(labels, &[], options), only }
    }
}

impl RowForm for CsvRows<'_> {
    fn begin(&mut self, kept: &[String], _kinds: &[Kind], out: &mut Vec<u8>) {
        self.form.keep(kept);
        self.form.header(out);
    }

    fn row(&self, row: &ScoredRow<'_>, out: &mut Vec<u8>) {
        if self.only.is_none_or(|only| only.holds(row.verdict)) {
            self.form.row(out, &row.id(), row.kept(), row.input.text, row.verdict);
        }
    }
}

/// Rows as JSON, one object a line; columns are not kept.
pub(crate) struct JsonRows<'a> {
    labels: &'a [Label],
    scorer: &'a Scorer,
    only: Option<Only>,
}

impl<'a> JsonRows<'a> {
    pub(crate) fn new(labels: &'a [Label], scorer: &'a Scorer, only: Option<Only>) -> Self {
        Self { labels, scorer, only }
    }
}

impl RowForm for JsonRows<'_> {
    fn begin(&mut self, _kept: &[String], _kinds: &[Kind], _out: &mut Vec<u8>) {}

    fn row(&self, row: &ScoredRow<'_>, out: &mut Vec<u8>) {
        if self.only.is_some_and(|only| !only.holds(row.verdict)) {
            return;
        }
        let model = self.scorer.model();
        let towards = model.reads_context().then(|| Towards::describe(self.scorer.towards(), row.input)).flatten();
        let scored = Scored {
            id: &row.id(),
            thread_id: row.cell(Known::ThreadId),
            parent_id: row.cell(Known::ParentId),
            text: row.input.text,
            labels: self.labels,
            towards: towards.as_deref(),
            verdict: row.verdict,
            model: ModelId { name: &model.metadata.name, hash: &model.metadata.hash },
        };
        // Writing to memory does not fail.
        let _ = scored.write(out);
    }
}
