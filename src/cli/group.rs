//! Rows of one thread, as the model reads each of them.

use std::sync::OnceLock;

use super::rows;
use crate::features::{Input, ThreadSummary};
use crate::model::Scorer;
use crate::thread::{Article, Columns, Known, Node, Relations, Row};

/// Rows that are read together.
pub(super) struct Group {
    pub(super) rows: Vec<Row>,
    /// None of rows that have nothing to do with each other.
    relations: Option<Relations>,
    /// They are a thread.
    pub(super) is_thread: bool,
    /// The rows that tell the article's title and text first.
    article: [Option<usize>; 2],
    /// Made by the worker who comes first.
    summary: OnceLock<ThreadSummary>,
}

impl Group {
    pub(super) fn new(rows: Vec<Row>, columns: &Columns, kind: Kind) -> Self {
        let cell = |row, known| cell(columns, row, known);
        let numbers: Vec<String> = match kind {
            Kind::Alone => Vec::new(),
            _ => rows.iter().map(|row| row.number.to_string()).collect(),
        };
        let nodes = rows.iter().zip(&numbers).map(|(row, number)| Node {
            id: cell(row, Known::Id).unwrap_or(number),
            parent_id: cell(row, Known::ParentId),
            created_at: cell(row, Known::CreatedAt),
        });
        let is_thread = kind == Kind::Thread;
        let relations = (kind != Kind::Alone).then(|| Relations::new(&nodes.collect::<Vec<_>>(), is_thread));
        let first = |known| rows.iter().position(|row| cell(row, known).is_some()).filter(|_| is_thread);
        let article = [first(Known::ArticleTitle), first(Known::ArticleText)];
        Self { relations, is_thread, article, summary: OnceLock::new(), rows }
    }

    /// A row as the model reads it.
    pub(super) fn input<'a>(
        &'a self,
        at: usize,
        columns: &Columns,
        article: Option<&'a Article>,
        summary: Option<&'a ThreadSummary>,
    ) -> Input<'a> {
        let alone = rows::input(columns, &self.rows[at], article);
        let Some(relations) = &self.relations else { return alone };
        let text = |at: usize| cell(columns, &self.rows[at], Known::Text).unwrap_or_default();
        let told = |at: Option<usize>, known| {
            at.filter(|_| article.is_none()).and_then(|at| cell(columns, &self.rows[at], known))
        };
        Input {
            parent_text: alone.parent_text.or_else(|| relations.parent(at).map(text)),
            article_title: alone.article_title.or_else(|| told(self.article[0], Known::ArticleTitle)),
            article_text: alone.article_text.or_else(|| told(self.article[1], Known::ArticleText)),
            first: self.is_thread.then(|| text(0)),
            thread: summary,
            position: relations.position(at),
            depth: relations.depth(at),
            ..alone
        }
    }

    /// What its comments are about.
    pub(super) fn summarise(&self, scorer: &mut Scorer, columns: &Columns) -> &ThreadSummary {
        self.summary.get_or_init(|| {
            scorer.summarise(self.rows.iter().map(|row| cell(columns, row, Known::Text).unwrap_or_default()))
        })
    }
}

pub(super) fn cell<'a>(columns: &Columns, row: &'a Row, known: Known) -> Option<&'a str> {
    columns.cell(&row.cells, known)
}

/// What rows are to each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Thread,
    /// They have no thread, but answer each other.
    Together,
    /// They have nothing to do with each other.
    Alone,
}
