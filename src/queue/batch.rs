//! One decision on everything that a filter matches: previewed first, then applied and undone as a whole.

use serde::Serialize;

use crate::queue::decide::{Subject, check_answers};
use crate::queue::decision::Decision;
use crate::queue::error::ReviewError;
use crate::queue::filter::{Filter, Scope, View};
use crate::queue::log::{Entry, Kind, Log};
use crate::queue::order;
use crate::queue::order::Order;
use crate::queue::store::Store;
use crate::queue::waiting::matching;
use crate::queue::waiting::{Cursor, Item, PageRequest};

/// What a batch would decide.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Preview {
    /// How many comments.
    pub count: usize,
    /// The first of them, most pressing first.
    pub first: Vec<Item>,
}

/// What a batch decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Applied {
    /// The number of its entry, which every decision of it names.
    pub batch: i64,
    /// How many comments.
    pub count: usize,
}

/// The body of a batch's entry. Names and search words are left out, because nothing could erase them from the log.
#[derive(Serialize)]
struct Body<'a> {
    count: usize,
    scope: Scope,
    raised: &'a [String],
    score: Option<&'a (String, f32, f32)>,
    by_thread: bool,
    by_author: bool,
    by_text: bool,
    decision: &'a Decision,
}

impl<'a> Body<'a> {
    fn new(filter: &'a Filter, count: usize, decision: &'a Decision) -> Self {
        Self {
            count,
            scope: filter.scope,
            raised: &filter.raised,
            score: filter.score.as_ref(),
            by_thread: filter.thread.is_some(),
            by_author: filter.author.is_some(),
            by_text: filter.text.is_some(),
            decision,
        }
    }
}

impl Store {
    /// What a batch on `filter` would decide for this reviewer: open comments only, whatever the filter shows.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn preview(
        &self,
        filter: &Filter,
        reviewer: &str,
        first: usize,
        now: i64,
    ) -> Result<Preview, ReviewError> {
        let filter = Filter { view: View::Open, ..filter.clone() };
        let cursor = Cursor::default();
        let page =
            self.page(PageRequest { order: Order::default(), filter: &filter, reviewer, cursor, limit: first, now })?;
        Ok(Preview { count: self.count(&filter, reviewer, now)?, first: page.items })
    }

    /// Decides all of them, in one transaction and as one step to undo. `expected` is the count of the preview.
    ///
    /// Such decisions train the model, but do not count where somebody must have read the comment: the miss rate,
    /// agreement.
    ///
    /// # Errors
    /// When the filter has come to match another number of comments, an answer does not fit its label, or the database fails;
    /// nothing is decided then.
    pub(crate) fn apply(
        &mut self,
        filter: &Filter,
        reviewer: &str,
        decision: &Decision,
        expected: usize,
        now: i64,
    ) -> Result<Applied, ReviewError> {
        let filter = Filter { view: View::Open, ..filter.clone() };
        let (seed, window) = (self.settings.seed.clone(), self.window(reviewer));
        let transaction = self.begin()?;
        check_answers(&transaction, &seed, decision, now)?;
        let mut comments = matching(&transaction, &filter, window, now, "c.id", |row| row.get::<_, i64>(0))?;
        comments.sort_unstable();
        let count = comments.len();
        if count != expected {
            return Err(ReviewError::BatchChanged { expected, found: count });
        }
        let body = serde_json::to_string(&Body::new(&filter, count, decision))?;
        let mut log = Log::end(&transaction)?;
        let batch = log.append(&Entry::new(Kind::Batch, reviewer, now, &body))?;
        for comment in comments {
            let subject = Subject::load(&transaction, &seed, comment)?;
            subject.decide(&transaction, &mut log, reviewer, (decision, None), (Some(batch), now))?;
        }
        // It may span many threads: finding out is not worth the cost.
        if decision.has_stance() {
            order::mark_stale(&transaction)?;
        }
        transaction.commit()?;
        Ok(Applied { batch, count })
    }
}
