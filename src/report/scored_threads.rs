//! Scored threads in the forms that people read: a tree, a table, a page.

use std::io::{self, Write};

use crate::dataset::label::Label;
use crate::dataset::towards::Towards;
use crate::model::scorer::Scorer;
use crate::model::verdict::Verdict;
use crate::report::html_thread::ThreadPage;
use crate::report::jsonl::ModelId;
use crate::report::only::Only;
use crate::report::table::{TableForm, TableRow};
use crate::report::thread::ThreadForm;
use crate::report::width::Width;
use crate::thread::comment::Thread;
use crate::thread::tree::Tree;

/// A form of threads that people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The tree of comments.
    Tree,
    /// One line for each comment.
    Table,
    /// A self-contained HTML page.
    Page,
}

/// How scored threads are written.
pub(crate) struct ThreadsForm<'a> {
    /// The scorer.
    pub(crate) scorer: &'a Scorer,
    pub(crate) shape: Shape,
    pub(crate) only: Option<Only>,
    /// Of the terminal.
    pub(crate) width: Width,
    pub(crate) color: bool,
}

impl ThreadsForm<'_> {
    /// Writes threads below each other.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn write(&self, out: &mut dyn Write, scored: &[(Thread, Vec<Verdict>)]) -> io::Result<()> {
        let labels = self.scorer.model().labels();
        if self.shape == Shape::Page {
            return self.page(out, scored, &labels);
        }
        let towards = self.scorer.towards().filter(|_| self.scorer.model().reads_context());
        let towards = towards.filter(|towards| **towards != Towards::Article).map(ToString::to_string);
        let tree =
            ThreadForm { width: self.width.prose, color: self.color, only: self.only, towards: towards.as_deref() };
        for (place, (thread, verdicts)) in scored.iter().enumerate() {
            if place > 0 {
                writeln!(out)?;
            }
            match self.shape {
                Shape::Table => self.table(out, thread, &labels, verdicts)?,
                _ => tree.write(out, thread, &Tree::new(&thread.comments).0, &labels, verdicts)?,
            }
        }
        Ok(())
    }

    fn page(&self, out: &mut dyn Write, scored: &[(Thread, Vec<Verdict>)], labels: &[Label]) -> io::Result<()> {
        let metadata = &self.scorer.model().metadata;
        let model = ModelId { name: &metadata.name, hash: &metadata.hash };
        let trees: Vec<Tree> = scored.iter().map(|(thread, _)| Tree::new(&thread.comments).0).collect();
        let pages: Vec<ThreadPage<'_>> = (scored.iter().zip(&trees))
            .map(|((thread, verdicts), tree)| ThreadPage { thread, tree, labels, verdicts, model, only: self.only })
            .collect();
        ThreadPage::write_all(&pages, out)
    }

    fn table(&self, out: &mut dyn Write, thread: &Thread, labels: &[Label], verdicts: &[Verdict]) -> io::Result<()> {
        let rows = thread.comments.iter().zip(verdicts);
        let rows: Vec<TableRow<'_>> = rows
            .filter(|(_, verdict)| self.only.is_none_or(|only| only.holds(verdict)))
            .map(|(comment, verdict)| TableRow {
                id: &comment.id,
                author: comment.author.as_deref(),
                text: &comment.text,
                verdict,
            })
            .collect();
        let form = TableForm::new(labels, self.width.rows, self.color, &rows);
        form.header(out)?;
        rows.iter().try_for_each(|row| form.row(out, row))
    }
}
