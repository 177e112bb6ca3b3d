//! Decisions as rows, for others to read: who decided what and when, and what was shown.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use crate::queue::comment_view::Note;
use crate::queue::date;
use crate::queue::decision::{Action, Answer};
use crate::queue::error::ReviewError;
use crate::queue::figures::Standing;
use crate::queue::learnt::LearntComment;
use crate::queue::scored::Score;
use crate::queue::state::Selection;
use crate::queue::store::Store;
use crate::report::spreadsheet::protect;

/// In which form rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub(crate) enum ExportForm {
    // If a spreadsheet would read a cell, or a part of it after `;`, a tab or a line break, as a formula, an apostrophe
    // is put before it: such a text is not exactly the comment's. In JSONL it is.
    /// Comma-separated values, safe to open in a spreadsheet
    Csv,
    /// One JSON object per decision
    Jsonl,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exported {
    /// One for each decision in force.
    pub rows: usize,
    /// Decisions on comments that are erased; they are left out.
    pub purged: usize,
}

/// A decision with the comment it is about. As JSON the keys in this order.
#[derive(Clone, Debug, Serialize)]
struct ExportRow<'a> {
    id: String,
    thread_id: Option<String>,
    parent_id: Option<String>,
    author: Option<String>,
    created_at: Option<String>,
    text: String,
    article_title: Option<String>,
    parent_text: Option<String>,
    target: Option<String>,
    context: Option<String>,
    notes: Vec<ExportNote>,
    reviewer: &'a str,
    decided_at: String,
    action: Option<Action>,
    labels: &'a BTreeMap<String, Answer>,
    selected: Selection,
    batch: bool,
    model: &'a str,
    shown: BTreeMap<&'a str, &'a Score>,
    /// Stances that were learnt from the thread and shown in place of the model's.
    #[serde(skip_serializing_if = "Option::is_none")]
    learnt: Option<&'a LearntComment>,
    /// What the decision teaches, by label, where training looks for it.
    #[serde(flatten)]
    taught: BTreeMap<String, Answer>,
}

/// A note on the comment.
#[derive(Clone, Debug, Serialize)]
struct ExportNote {
    reviewer: String,
    at: String,
    text: String,
}

/// The columns before those of labels. No label may have one of these names.
const COLUMNS: [&str; 17] = [
    "id",
    "thread_id",
    "parent_id",
    "author",
    "created_at",
    "text",
    "article_title",
    "parent_text",
    "target",
    "context",
    "notes",
    "reviewer",
    "decided_at",
    "action",
    "selected",
    "batch",
    "model",
];

impl Store {
    /// Writes a row for each decision in force; if flags are named, only where any of them was raised at the time. A
    /// comment that two reviewers decided has two rows.
    ///
    /// CSV has the columns `id, thread_id, parent_id, author, created_at, text, article_title, parent_text, target,
    /// context, notes, reviewer, decided_at, action, selected, batch, model`, then for each label `L` that anybody
    /// answered the answer in `L` (1, 0 or the class, empty without an answer), and for each label that was shown its
    /// score in `L.p`. Approval and rejection are answers to the flag `reject`. `selected` is why the comment was
    /// reviewed: `flagged`, `slice`, `asked`. Training looks for these names, so it can use the rows unchanged.
    ///
    /// # Errors
    /// When the database fails, or the rows cannot be written.
    pub(crate) fn export(
        &self,
        form: ExportForm,
        raised: &[String],
        out: &mut dyn Write,
    ) -> Result<Exported, ReviewError> {
        let mut standing = self.standing()?;
        if !raised.is_empty() {
            let is_raised = |(label, score): &(String, Score)| {
                raised.contains(label) && matches!(score, Score::Flag { raised: true, .. })
            };
            standing.retain(|decision| decision.logged.shown.iter().any(is_raised));
        }
        let mut exported = Exported::default();
        let mut csv = CsvRows::new(&standing);
        let mut buffer = Vec::new();
        if form == ExportForm::Csv {
            csv.header(&mut buffer);
        }
        for decision in &standing {
            let Some(row) = self.row(decision)? else {
                exported.purged += 1;
                continue;
            };
            exported.rows += 1;
            match form {
                ExportForm::Csv => csv.row(&mut buffer, &row),
                ExportForm::Jsonl => {
                    serde_json::to_writer(&mut buffer, &row)?;
                    buffer.push(b'\n');
                }
            }
            out.write_all(&buffer)?;
            buffer.clear();
        }
        out.write_all(&buffer)?;
        out.flush()?;
        Ok(exported)
    }

    fn row<'a>(&self, decision: &'a Standing) -> Result<Option<ExportRow<'a>>, ReviewError> {
        let Some(comment) = self.decided(decision.comment)? else { return Ok(None) };
        let Standing { reviewer, at, batch, logged, .. } = decision;
        let mut taught = logged.decision.taught();
        taught.retain(|label, _| !is_taken(label));
        let note = |Note { reviewer, at, text }| ExportNote { reviewer, at: date::iso(at), text };
        let notes = self.notes(decision.comment)?.into_iter().map(note).collect();
        Ok(Some(ExportRow {
            id: comment.id,
            thread_id: comment.thread_id,
            parent_id: comment.parent_id,
            author: comment.author,
            created_at: comment.created_at,
            text: comment.text,
            article_title: comment.article_title,
            parent_text: comment.parent_text,
            target: comment.target,
            context: comment.context,
            notes,
            reviewer,
            decided_at: date::iso(*at),
            action: logged.decision.action,
            labels: &logged.decision.labels,
            selected: logged.selected,
            batch: *batch,
            model: &logged.model,
            shown: logged.shown.iter().map(|(label, score)| (label.as_str(), score)).collect(),
            learnt: logged.learnt.as_ref(),
            taught,
        }))
    }
}

/// Whether something else has this name.
fn is_taken(label: &str) -> bool {
    COLUMNS.contains(&label) || ["labels", "shown", "learnt"].contains(&label)
}

/// Rows of comma-separated values.
struct CsvRows {
    /// By label, whether anybody answered it and whether it was shown.
    labels: BTreeMap<String, (bool, bool)>,
    writer: csv_core::Writer,
}

impl CsvRows {
    /// With columns for every label that was answered or shown.
    fn new(standing: &[Standing]) -> Self {
        let mut labels: BTreeMap<String, (bool, bool)> = BTreeMap::new();
        for Standing { logged, .. } in standing {
            for label in logged.decision.taught().into_keys().filter(|label| !is_taken(label)) {
                labels.entry(label).or_default().0 = true;
            }
            for (label, _) in &logged.shown {
                labels.entry(label.clone()).or_default().1 = true;
            }
        }
        Self { labels, writer: csv_core::Writer::new() }
    }

    fn header(&self, out: &mut Vec<u8>) {
        let mut cells: Vec<String> = COLUMNS.map(str::to_owned).to_vec();
        for (label, (answered, shown)) in &self.labels {
            cells.extend(answered.then(|| label.clone()));
            cells.extend(shown.then(|| format!("{label}.p")));
        }
        self.line(out, &cells);
    }

    fn row(&mut self, out: &mut Vec<u8>, row: &ExportRow<'_>) {
        let optional = |cell: &Option<String>| cell.clone().unwrap_or_default();
        let notes: Vec<String> =
            row.notes.iter().map(|ExportNote { reviewer, text, .. }| format!("{reviewer}: {text}")).collect();
        let mut cells = vec![
            row.id.clone(),
            optional(&row.thread_id),
            optional(&row.parent_id),
            optional(&row.author),
            optional(&row.created_at),
            row.text.clone(),
            optional(&row.article_title),
            optional(&row.parent_text),
            optional(&row.target),
            optional(&row.context),
            notes.join("\n"),
            row.reviewer.to_owned(),
            row.decided_at.clone(),
            row.action.map_or("", Action::name).to_owned(),
            row.selected.name().to_owned(),
            u8::from(row.batch).to_string(),
            row.model.to_owned(),
        ];
        for (label, (answered, shown)) in &self.labels {
            cells.extend(answered.then(|| match row.taught.get(label) {
                Some(Answer::Flag(yes)) => u8::from(*yes).to_string(),
                Some(Answer::Stance(class)) => class.clone(),
                None => String::new(),
            }));
            let score = row.shown.get(label.as_str());
            cells.extend(shown.then(|| score.map_or_else(String::new, |score| format!("{:.6}", score.p()))));
        }
        self.line(out, &cells);
    }

    fn line(&self, out: &mut Vec<u8>, cells: &[String]) {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            self.cell(out, &protect(cell));
        }
        out.push(b'\n');
    }

    fn cell(&self, out: &mut Vec<u8>, cell: &str) {
        if !self.writer.should_quote(cell.as_bytes()) {
            out.extend_from_slice(cell.as_bytes());
            return;
        }
        out.push(b'"');
        for byte in cell.bytes() {
            if byte == b'"' {
                out.push(b'"');
            }
            out.push(byte);
        }
        out.push(b'"');
    }
}
