//! Rows of one thread, as the model reads each of them.

use std::sync::{Arc, OnceLock};

use crate::features::input::Input;
use crate::features::place::Place;
use crate::features::thread_rows::Voice;
use crate::features::thread_summary::ThreadSummary;
use crate::model::scorer::Scorer;
use crate::score::decided::{Decided, ThreadStances};
use crate::score::rows;
use crate::thread::columns::Columns;
use crate::thread::comment::Article;
use crate::thread::known::Known;
use crate::thread::node::Node;
use crate::thread::relations::Relations;
use crate::thread::row::Row;

/// Rows that are read together: all of them, or a piece if they are too many for memory.
pub(crate) struct Group {
    pub(crate) rows: Vec<Row>,
    /// How many come before them.
    pub(crate) begin: usize,
    /// The parent of each; empty if there are no replies.
    pub(crate) parents: Vec<Parent>,
    /// The depth of each; empty likewise.
    pub(crate) depths: Vec<u32>,
    /// Of a thread.
    pub(crate) about: Option<Arc<About>>,
    /// What its decided comments teach; learnt by the worker who comes first.
    pub(crate) stances: OnceLock<ThreadStances>,
}

/// The parent of a row.
pub(crate) enum Parent {
    Nobody,
    /// The row at that place of the group.
    Row(usize),
    /// One that is not in memory, of this text.
    Text(Arc<str>),
}

/// What all comments of a thread have in common.
#[derive(Default)]
pub(crate) struct About {
    /// The text of the first one.
    first: Option<String>,
    /// The title and text of the article, from the first rows that have them.
    article: [Option<String>; 2],
    /// Made by the worker who comes first, or before.
    pub(crate) summary: OnceLock<ThreadSummary>,
}

impl About {
    /// Takes the next row.
    pub(crate) fn add(&mut self, row: &Row, columns: &Columns) {
        let cell = |known| cell(columns, row, known).map(str::to_owned);
        if self.first.is_none() {
            self.first = Some(cell(Known::Text).unwrap_or_default());
        }
        for (told, known) in self.article.iter_mut().zip([Known::ArticleTitle, Known::ArticleText]) {
            if told.is_none() {
                *told = cell(known);
            }
        }
    }
}

impl Group {
    pub(crate) fn new(rows: Vec<Row>, columns: &Columns, kind: Kind) -> Self {
        let mut group =
            Self { rows, begin: 0, parents: Vec::new(), depths: Vec::new(), about: None, stances: OnceLock::new() };
        if kind == Kind::Alone {
            return group;
        }
        let rows = &group.rows;
        let cell = |row, known| cell(columns, row, known);
        let numbers: Vec<String> = rows.iter().map(|row| row.number.to_string()).collect();
        let nodes = rows.iter().zip(&numbers).map(|(row, number)| Node {
            id: cell(row, Known::Id).unwrap_or(number),
            parent_id: cell(row, Known::ParentId),
            created_at: cell(row, Known::CreatedAt),
        });
        let relations = Relations::new(&nodes.collect::<Vec<_>>(), kind == Kind::Thread);
        if !relations.is_empty() {
            let parent = |at| relations.parent(at).map_or(Parent::Nobody, Parent::Row);
            group.parents = (0..rows.len()).map(parent).collect();
            group.depths = (0..rows.len()).filter_map(|at| relations.depth(at)).map(|depth| depth as u32).collect();
        }
        if kind == Kind::Thread {
            let mut about = About::default();
            rows.iter().for_each(|row| about.add(row, columns));
            group.about = Some(Arc::new(about));
        }
        group
    }

    /// A row as the model reads it.
    pub(crate) fn input<'a>(
        &'a self,
        at: usize,
        columns: &Columns,
        article: Option<&'a Article>,
        summary: Option<&'a ThreadSummary>,
    ) -> Input<'a> {
        let about = self.about.as_deref();
        let parent_text = match self.parents.get(at) {
            None | Some(Parent::Nobody) => None,
            Some(Parent::Row(parent)) => {
                self.rows.get(*parent).map(|row| cell(columns, row, Known::Text).unwrap_or_default())
            }
            Some(Parent::Text(text)) => Some(&**text),
        };
        let [article_title, article_text] = match article {
            Some(article) => [article.title.as_deref(), article.text.as_deref()],
            None => about.map_or([None, None], |about| about.article.each_ref().map(Option::as_deref)),
        };
        let place = Place {
            parent_text,
            article_title,
            article_text,
            first: about.and_then(|about| about.first.as_deref()),
            thread: summary,
            position: about.map(|_| self.begin + at),
            depth: self.depths.get(at).map(|depth| *depth as usize),
        };
        place.of(rows::input(columns, &self.rows[at], article))
    }

    /// Nothing is learnt from a piece of a thread: the decided comments may be in another piece.
    pub(crate) fn nothing_learnt() -> OnceLock<ThreadStances> {
        OnceLock::from(ThreadStances::default())
    }

    /// What the decided comments of the thread teach about all its comments.
    pub(crate) fn stances(
        &self,
        decided: &Decided,
        scorer: &mut Scorer,
        columns: &Columns,
        article: Option<&Article>,
    ) -> &ThreadStances {
        self.stances.get_or_init(|| {
            let numbers: Vec<String> = self.rows.iter().map(|row| row.number.to_string()).collect();
            let parent = |at| match self.parents.get(at) {
                Some(Parent::Row(parent)) => Some(*parent),
                _ => None,
            };
            let rows = self.rows.iter().enumerate();
            let comments = rows.map(|(at, row)| {
                let text = cell(columns, row, Known::Text).unwrap_or_default();
                let voice = Voice { text, author: cell(columns, row, Known::Author), parent: parent(at) };
                (cell(columns, row, Known::Id).unwrap_or(&numbers[at]), voice)
            });
            let comments: Vec<(&str, Voice<'_>)> = comments.collect();
            let thread_id = self.rows.first().and_then(|row| cell(columns, row, Known::ThreadId));
            let (labels, language) = (scorer.model().labels(), scorer.model().featurizer.options.language);
            decided.learn((&labels, language), thread_id, &comments, |at, verdict| {
                let summary = self.about.as_ref().and_then(|about| about.summary.get());
                scorer.verdict_into(&self.input(at, columns, article, summary), 0, verdict);
            })
        })
    }

    /// The topic of the thread's comments, if they are one thread.
    pub(crate) fn summarise(&self, scorer: &mut Scorer, columns: &Columns) -> Option<&ThreadSummary> {
        let texts = || self.rows.iter().map(|row| cell(columns, row, Known::Text).unwrap_or_default());
        self.about.as_ref().map(|about| about.summary.get_or_init(|| scorer.summarise(texts())))
    }
}

pub(crate) fn cell<'a>(columns: &Columns, row: &'a Row, known: Known) -> Option<&'a str> {
    columns.cell(&row.cells, known)
}

/// How rows are related.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Thread,
    /// They have no thread, but answer each other.
    Together,
    /// They have nothing to do with each other.
    Alone,
}
