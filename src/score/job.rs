//! How comments are scored: the same for every input.

use std::sync::Arc;

use crate::model::scorer::Scorer;
use crate::score::decided::Decided;
use crate::thread::columns::ColumnMap;
use crate::thread::comment::Article;

/// How comments are scored: the same for every input.
pub(crate) struct Job {
    pub(crate) scorer: Scorer,
    /// The most reasons for each label.
    pub(crate) reasons: usize,
    /// Known columns under other headers.
    pub(crate) columns: ColumnMap,
    /// Comments with a flaw are refused.
    pub(crate) strict: bool,
    /// The article of all comments, whatever the input says.
    pub(crate) article: Option<Article>,
    /// Decided stances, from which the rest of their threads is learnt.
    pub(crate) decided: Option<Arc<Decided>>,
    /// How many threads work.
    pub(crate) threads: usize,
}

impl Job {
    /// Scores comments in their present form, on one thread.
    pub(crate) fn new(scorer: Scorer) -> Self {
        let (columns, article) = (ColumnMap::default(), None);
        Self { scorer, reasons: 0, columns, strict: false, article, decided: None, threads: 1 }
    }
}
