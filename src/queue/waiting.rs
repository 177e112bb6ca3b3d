//! The queue: page by page, with the audit sample woven in.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::queue::error::ReviewError;
use crate::queue::filter::Prepared;
use crate::queue::filter::{Filter, View};
use crate::queue::order::Order;
use crate::queue::scored::Score;
use crate::queue::state::{Selection, State};
use crate::queue::store::Store;
use crate::queue::window::Window;

/// Where in the queue a page ended. The next page begins behind it, whatever was decided in between.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Cursor {
    /// Sort key and number of the last comment that was not of the sample.
    main: Option<Place>,
    /// The same for the sample.
    sample: Option<Place>,
    /// How many came before.
    served: u64,
}

/// A line of the queue.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// The comment's number in this database.
    pub id: i64,
    /// How it came here.
    pub way: Selection,
    /// Its state.
    pub state: State,
    /// The thread's id.
    pub thread_id: String,
    /// The comment's id.
    pub source_id: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// Its first 200 characters.
    pub excerpt: String,
    /// The model's scores, by label.
    pub scores: Vec<(String, Score)>,
}

/// Which page is wanted, by whom and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageRequest<'a> {
    /// What comes first.
    pub order: Order,
    pub filter: &'a Filter,
    /// Who asks: waiting comments are those that await this reviewer.
    pub reviewer: &'a str,
    /// Where the page before ended; [`Cursor::default`] is the beginning.
    pub cursor: Cursor,
    /// How many comments at most.
    pub limit: usize,
    /// The time, by which leases run out.
    pub now: i64,
}

/// A page of the queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Page {
    pub items: Vec<Item>,
    /// Where the next page begins.
    pub next: Cursor,
}

/// A comment's sort key and number.
type Place = (f64, i64);

/// An open queue has one comment of the audit sample in this many, so that its share of the shown comments equals its
/// share of the drawn ones. None without such a sample.
fn every(sample: f64) -> u64 {
    if sample > 0.0 { ((1.0 / sample).round() as u64).max(2) } else { u64::MAX }
}

/// What a page is made from.
struct PageQuery<'a> {
    connection: &'a Connection,
    filter: &'a Filter,
    prepared: Prepared,
    order: Order,
    window: Window<'a>,
    now: i64,
}

impl PageQuery<'_> {
    /// The next comments of one state and way behind `after`.
    fn stream(
        &self,
        (state, way): (State, Selection),
        by_draw: bool,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Vec<Place>, ReviewError> {
        let (column, _) = if by_draw { ("draw", "") } else { self.order.column() };
        let mut query = self.prepared.query((!by_draw).then_some(self.order));
        if state == State::Open && self.filter.view == View::Open {
            query.may_take(self.window, self.now, self.filter.skipped);
        }
        if let Some((key, id)) = after {
            query.and(&format!("(c.{column}, c.id) > (?, ?)"), [Value::Real(key), Value::Integer(id)]);
        }
        query.values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        let sql = format!(
            "SELECT c.{column}, c.id FROM {} WHERE c.state = {} AND c.way = {}{} ORDER BY c.{column}, c.id LIMIT ?",
            query.from,
            state.code(),
            way.code(),
            query.conditions
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(&query.values), |row| {
            let key = match row.get_ref(0)? {
                rusqlite::types::ValueRef::Integer(key) => key as f64,
                other => other.as_f64()?,
            };
            Ok((key, row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Several streams as one, in order.
    fn merged(&self, ways: &[Selection], after: Option<Place>, limit: usize) -> Result<Vec<Place>, ReviewError> {
        let mut all = Vec::new();
        for &state in self.filter.view.states() {
            for &way in ways {
                all.extend(self.stream((state, way), false, after, limit)?);
            }
        }
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        all.truncate(limit);
        Ok(all)
    }

    /// The numbers of the next comments, and the cursor behind them.
    fn page(&self, cursor: Cursor, every: u64, limit: usize) -> Result<(Vec<i64>, Cursor), ReviewError> {
        let mut next = cursor;
        let mut ids = Vec::with_capacity(limit);
        if self.filter.view != View::Open {
            // Whatever is decided is shown in plain order.
            for place in self.merged(self.filter.scope.all(), cursor.main, limit)? {
                next.main = Some(place);
                ids.push(place.1);
            }
            return Ok((ids, next));
        }
        let mut main = self.merged(self.filter.scope.ways(), cursor.main, limit)?.into_iter().peekable();
        // The sample is walked in the order it was drawn, whatever the sort order, so its decided part is a fair sample
        // at any time.
        let mut sample =
            self.stream((State::Open, Selection::AuditSample), true, cursor.sample, limit)?.into_iter().peekable();
        while ids.len() < limit {
            let turn = next.served % every == every - 1;
            let from_slice = if turn { sample.peek().is_some() } else { main.peek().is_none() };
            let place = if from_slice { sample.next() } else { main.next() };
            let Some(place) = place else { break };
            *(if from_slice { &mut next.sample } else { &mut next.main }) = Some(place);
            next.served += 1;
            ids.push(place.1);
        }
        Ok((ids, next))
    }
}

impl Store {
    /// The next comments that match.
    ///
    /// In the open view one comment in 20 (with the default share of 5 %) is from the audit sample; when one of the two
    /// ends, the other continues. Pages are stable: no comment is repeated or left out, whatever is decided meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn page(&self, request: PageRequest<'_>) -> Result<Page, ReviewError> {
        let PageRequest { order, filter, reviewer, cursor, limit, now } = request;
        let prepared = filter.prepare(&self.connection)?;
        let query =
            PageQuery { connection: &self.connection, filter, prepared, order, window: self.window(reviewer), now };
        let (ids, next) = query.page(cursor, every(self.settings.audit_share), limit)?;
        Ok(Page { items: self.items(&ids)?, next })
    }

    /// How many comments match, for this reviewer.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn count(&self, filter: &Filter, reviewer: &str, now: i64) -> Result<usize, ReviewError> {
        let window = self.window(reviewer);
        Ok(matching(&self.connection, filter, window, now, "count(*)", |row| row.get::<_, usize>(0))?.into_iter().sum())
    }

    fn items(&self, ids: &[i64]) -> Result<Vec<Item>, ReviewError> {
        let mut query = self.connection.prepare_cached(
            "SELECT c.way, c.state, t.source_id, c.source_id, a.name, substr(b.text, 1, 200), b.shown
             FROM comment c JOIN thread t ON t.id = c.thread JOIN body b ON b.comment = c.id
             LEFT JOIN author a ON a.id = c.author WHERE c.id = ?",
        )?;
        let mut items = Vec::with_capacity(ids.len());
        for &id in ids {
            let (item, shown) = query.query_row([id], |row| {
                let item = Item {
                    id,
                    way: row.get(0)?,
                    state: row.get(1)?,
                    thread_id: row.get(2)?,
                    source_id: row.get(3)?,
                    author: row.get(4)?,
                    excerpt: row.get(5)?,
                    scores: Vec::new(),
                };
                Ok((item, row.get::<_, String>(6)?))
            })?;
            items.push(Item { scores: serde_json::from_str(&shown)?, ..item });
        }
        Ok(items)
    }
}

/// The columns `select` of the matching comments, for each requested state and way.
pub(crate) fn matching<T>(
    connection: &Connection,
    filter: &Filter,
    window: Window<'_>,
    now: i64,
    select: &str,
    read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, ReviewError> {
    let prepared = filter.prepare(connection)?;
    let mut found = Vec::new();
    for state in filter.view.states() {
        for way in filter.scope.all() {
            let mut query = prepared.query(None);
            if *state == State::Open && filter.view == View::Open {
                query.may_take(window, now, filter.skipped);
            }
            let (from, conditions) = (&query.from, &query.conditions);
            let (state, way) = (state.code(), way.code());
            let sql = format!("SELECT {select} FROM {from} WHERE c.state = {state} AND c.way = {way}{conditions}");
            let mut statement = connection.prepare_cached(&sql)?;
            for row in statement.query_map(params_from_iter(&query.values), |row| read(row))? {
                found.push(row?);
            }
        }
    }
    Ok(found)
}
