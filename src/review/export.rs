//! Decisions as rows, for others to read: who decided what, when, and what was shown.

use std::collections::BTreeSet;
use std::io::Write;

use rusqlite::params;
use serde::Serialize;

use super::figures::Standing;
use super::{Action, Answer, Decision, ReviewError, Score, State, Store, Way, date};
use crate::report::spreadsheet::protect;

/// In which form rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportForm {
    /// Comma-separated values. Where a spreadsheet would take a cell, or a part of it behind `;`, a tab or a line break, for a
    /// formula, an apostrophe stands before it: such a text is not quite the comment's. JSONL is.
    Csv,
    /// One JSON object a line, every text as it is.
    Jsonl,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// One for each decision that stands.
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
    reviewer: &'a str,
    decided_at: String,
    action: Option<Action>,
    labels: &'a std::collections::BTreeMap<String, Answer>,
    selected: Way,
    batch: bool,
    model: &'a str,
    shown: std::collections::BTreeMap<&'a str, &'a Score>,
}

/// The columns before those of labels.
const COLUMNS: [&str; 12] = [
    "id",
    "thread_id",
    "parent_id",
    "author",
    "created_at",
    "text",
    "reviewer",
    "decided_at",
    "action",
    "selected",
    "batch",
    "model",
];

impl Store {
    /// Writes a row for each decision that stands. A comment that two reviewers decided has two rows.
    ///
    /// CSV has the columns `id, thread_id, parent_id, author, created_at, text, reviewer, decided_at, action, selected,
    /// batch, model`, then for each label `L` what was decided in `L` (1, 0 or the class, empty where nothing was said) and the
    /// score that was shown in `L.p`. `selected` is how the comment came before the reviewer: `flagged`, `slice`, `asked`.
    ///
    /// # Errors
    /// When the database fails, or the rows cannot be written.
    pub fn export(&self, form: ExportForm, out: &mut dyn Write) -> Result<Exported, ReviewError> {
        let standing = self.standing()?;
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
                ExportForm::Csv => csv.row(&mut buffer, &row, &decision.logged.decision),
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
        let mut query = self.connection.prepare_cached(
            "SELECT c.source_id, t.source_id, c.parent_id, a.name, c.created_at, b.text, c.state
             FROM comment c JOIN thread t ON t.id = c.thread JOIN body b ON b.comment = c.id
             LEFT JOIN author a ON a.id = c.author WHERE c.id = ?",
        )?;
        let (row, state) = query.query_row(params![decision.comment], |row| {
            let thread: String = row.get(1)?;
            let made = ExportRow {
                id: row.get(0)?,
                thread_id: (!thread.is_empty()).then_some(thread),
                parent_id: row.get(2)?,
                author: row.get(3)?,
                created_at: row.get(4)?,
                text: row.get(5)?,
                reviewer: &decision.reviewer,
                decided_at: date::iso(decision.at),
                action: decision.logged.decision.action,
                labels: &decision.logged.decision.labels,
                selected: decision.logged.selected,
                batch: decision.batch,
                model: &decision.logged.model,
                shown: decision.logged.shown.iter().map(|(label, score)| (label.as_str(), score)).collect(),
            };
            Ok((made, State::of_code(row.get(6)?)))
        })?;
        Ok((state != State::Purged).then_some(row))
    }
}

/// Rows of comma-separated values.
struct CsvRows {
    labels: BTreeSet<String>,
    writer: csv_core::Writer,
}

impl CsvRows {
    /// With columns for every label that was decided or shown.
    fn new(standing: &[Standing]) -> Self {
        let mut labels = BTreeSet::new();
        for decision in standing {
            labels.extend(decision.logged.decision.labels.keys().cloned());
            labels.extend(decision.logged.shown.iter().map(|(label, _)| label.clone()));
        }
        Self { labels, writer: csv_core::Writer::new() }
    }

    fn header(&self, out: &mut Vec<u8>) {
        let mut cells: Vec<String> = COLUMNS.map(str::to_owned).to_vec();
        for label in &self.labels {
            cells.extend([label.clone(), format!("{label}.p")]);
        }
        self.line(out, &cells);
    }

    fn row(&mut self, out: &mut Vec<u8>, row: &ExportRow<'_>, decision: &Decision) {
        let optional = |cell: &Option<String>| cell.clone().unwrap_or_default();
        let mut cells = vec![
            row.id.clone(),
            optional(&row.thread_id),
            optional(&row.parent_id),
            optional(&row.author),
            optional(&row.created_at),
            row.text.clone(),
            row.reviewer.to_owned(),
            row.decided_at.clone(),
            row.action.map_or("", Action::name).to_owned(),
            row.selected.name().to_owned(),
            u8::from(row.batch).to_string(),
            row.model.to_owned(),
        ];
        for label in &self.labels {
            cells.push(match decision.labels.get(label) {
                Some(Answer::Flag(yes)) => u8::from(*yes).to_string(),
                Some(Answer::Stance(class)) => class.clone(),
                None => String::new(),
            });
            cells.push(row.shown.get(label.as_str()).map_or_else(String::new, |score| format!("{:.6}", score.p())));
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
