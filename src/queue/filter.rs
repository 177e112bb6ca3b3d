//! Which comments are shown, as conditions of a query.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use crate::queue::error::ReviewError;
use crate::queue::known_codes;
use crate::queue::order::Order;
use crate::queue::sql::STANDS;
use crate::queue::state::{Selection, State};
use crate::queue::window::Window;

/// Comments in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub(crate) enum View {
    // Open, not held by others, not skipped, not decided by him already.
    /// Waiting for this reviewer
    #[default]
    Open,
    /// Decided
    Done,
    /// Passed on, or disputed between two reviewers
    Escalated,
    /// All but erased ones
    All,
}

impl View {
    pub(crate) const fn states(self) -> &'static [State] {
        match self {
            Self::Open => &[State::Open],
            Self::Done => &[State::Done],
            Self::Escalated => &[State::Escalated],
            Self::All => &[State::Open, State::Done, State::Escalated],
        }
    }
}

/// Comments that came which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Scope {
    /// The queue: flagged comments, and the audit sample of the others.
    #[default]
    Queue,
    /// Every comment. For uncertainty and learning, because scores just below a threshold are in doubt too.
    Everything,
}

impl Scope {
    /// All ways but the audit sample, which is woven in.
    pub(crate) const fn ways(self) -> &'static [Selection] {
        match self {
            Self::Queue => &[Selection::Flagged],
            Self::Everything => &[Selection::Flagged, Selection::Asked],
        }
    }

    /// Every way in which they came, the audit sample too.
    pub(crate) const fn all(self) -> &'static [Selection] {
        match self {
            Self::Queue => &[Selection::Flagged, Selection::AuditSample],
            Self::Everything => &Selection::ALL,
        }
    }
}

/// Which comments are shown. All conditions must hold; by default the whole queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    /// In which state.
    pub view: View,
    /// Which way they came.
    pub scope: Scope,
    /// Flags of which any is raised; empty for no condition.
    pub raised: Vec<String>,
    /// A label whose probability is in a range, ends included; for a stance, the probability of its class.
    pub score: Option<(String, f32, f32)>,
    /// The thread's id.
    pub thread: Option<String>,
    /// The author's name.
    pub author: Option<String>,
    /// Words in the text, in any case.
    pub text: Option<String>,
    /// Also what this reviewer skipped.
    pub skipped: bool,
}

/// Up to this many comments are gathered and sorted; with more, the index of the order is walked until a page is full.
const GATHERED: usize = 20_000;

/// A query of comments `c` under conditions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    /// What follows FROM.
    pub(crate) from: String,
    /// Conditions, each beginning with AND.
    pub(crate) conditions: String,
    /// The values of both, in order.
    pub(crate) values: Vec<Value>,
}

impl Query {
    pub(crate) fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.conditions.push_str(" AND ");
        self.conditions.push_str(condition);
        self.values.extend(values);
    }

    /// Only open comments that this window may take: that its reviewer may decide, with a seat that is free.
    pub(crate) fn may_take(&mut self, window: Window<'_>, now: i64, skipped: bool) {
        self.may_decide(window, skipped);
        self.is_free(window, now, true);
    }

    /// Only comments that this reviewer neither skipped since the window was opened (unless that is asked for) nor decided.
    pub(crate) fn may_decide(&mut self, window: Window<'_>, skipped: bool) {
        let reviewer = || Value::Text(window.reviewer.to_owned());
        if !skipped {
            let skip = "NOT EXISTS (SELECT 1 FROM skip s WHERE s.comment = c.id AND s.reviewer = ? AND s.seq > ?)";
            self.and(skip, [reviewer(), Value::Integer(window.since)]);
        }
        let decided =
            format!("NOT EXISTS (SELECT 1 FROM decision d WHERE d.comment = c.id AND d.reviewer = ? AND {STANDS})");
        self.and(&decided, [reviewer()]);
    }

    /// Only comments with a seat that no other has decided or holds, and that no other window of the reviewer holds; or, where
    /// not `free`, all but those.
    pub(crate) fn is_free(&mut self, window: Window<'_>, now: i64, free: bool) {
        let condition = format!(
            "(c.seats > (SELECT count(*) FROM lease o WHERE o.comment = c.id AND o.reviewer <> ? AND o.until > ?
                 AND alive(o.session))
               + (SELECT count(*) FROM decision d WHERE d.comment = c.id AND {STANDS})
             AND NOT EXISTS (SELECT 1 FROM lease o WHERE o.comment = c.id AND o.reviewer = ? AND o.session <> ? AND o.until > ?
               AND alive(o.session)))"
        );
        let condition = if free { condition } else { format!("NOT {condition}") };
        let (reviewer, now) = (Value::Text(window.reviewer.to_owned()), Value::Integer(now));
        self.and(&condition, [reviewer.clone(), now.clone(), reviewer, Value::Integer(window.session), now]);
    }
}

/// One condition, in two forms that take the same values.
struct Part {
    /// The ids of the comments that meet it, where they are quickly found.
    source: Option<&'static str>,
    /// Whether comment `c` meets it.
    condition: &'static str,
    values: Vec<Value>,
}

/// A filter, made ready for several queries.
pub(crate) struct Prepared {
    /// The ids of the few comments that one condition picks out, as a list in JSON.
    picked: Option<String>,
    /// The other conditions.
    parts: Vec<Part>,
}

impl Prepared {
    /// The query for the matching comments, apart from state and way. `order` is the order they are wanted in, if any.
    pub(crate) fn query(&self, order: Option<Order>) -> Query {
        let (from, values) = if let Some(picked) = &self.picked {
            // CROSS JOIN keeps the order of the loops.
            let from = "json_each(?) AS picked CROSS JOIN comment c ON c.id = picked.value".to_owned();
            (from, vec![Value::Text(picked.clone())])
        } else {
            let index = |order: Order| format!("comment c INDEXED BY {}", order.column().1);
            (order.map_or("comment c".to_owned(), index), Vec::new())
        };
        let mut query = Query { from, conditions: String::new(), values };
        for part in &self.parts {
            query.and(part.condition, part.values.iter().cloned());
        }
        query
    }
}

impl Filter {
    pub(crate) fn prepare(&self, connection: &Connection) -> Result<Prepared, ReviewError> {
        known_codes::check(connection)?;
        let mut parts = self.parts();
        for place in 0..parts.len() {
            let Some(ids) = parts.get(place).map(|part| picked(connection, part)).transpose()?.flatten() else {
                continue;
            };
            parts.remove(place);
            return Ok(Prepared { picked: Some(serde_json::to_string(&ids)?), parts });
        }
        Ok(Prepared { picked: None, parts })
    }

    fn parts(&self) -> Vec<Part> {
        let text = |text: &str| Value::Text(text.to_owned());
        let mut parts = Vec::new();
        if let Some(author) = &self.author {
            parts.push(Part {
                source: Some("SELECT id FROM comment WHERE author = (SELECT id FROM author WHERE name = ?)"),
                condition: "c.author = (SELECT id FROM author WHERE name = ?)",
                values: vec![text(author)],
            });
        }
        if let Some(thread) = &self.thread {
            parts.push(Part {
                source: Some("SELECT id FROM comment WHERE thread = (SELECT id FROM thread WHERE source_id = ?)"),
                condition: "c.thread = (SELECT id FROM thread WHERE source_id = ?)",
                values: vec![text(thread)],
            });
        }
        if !self.raised.is_empty() {
            parts.push(Part {
                source: Some(
                    "SELECT DISTINCT comment AS id FROM score WHERE raised = 1
                     AND label IN (SELECT id FROM label WHERE name IN (SELECT value FROM json_each(?)))",
                ),
                condition: "EXISTS (SELECT 1 FROM score s WHERE s.comment = c.id AND s.raised = 1
                            AND s.label IN (SELECT id FROM label WHERE name IN (SELECT value FROM json_each(?))))",
                values: vec![Value::Text(serde_json::Value::from(self.raised.clone()).to_string())],
            });
        }
        if let Some((label, low, high)) = &self.score {
            parts.push(Part {
                // It has no index, which would be a third of the time of an import; going through all is quick enough.
                source: Some(
                    "SELECT comment AS id FROM score WHERE label = (SELECT id FROM label WHERE name = ?)
                     AND p BETWEEN ? AND ?",
                ),
                condition: "EXISTS (SELECT 1 FROM score s WHERE s.comment = c.id
                            AND s.label = (SELECT id FROM label WHERE name = ?) AND s.p BETWEEN ? AND ?)",
                values: vec![text(label), Value::Real(f64::from(*low)), Value::Real(f64::from(*high))],
            });
        }
        if let Some(words) = &self.text {
            parts.push(Part {
                source: None,
                condition: "holds((SELECT text FROM body WHERE comment = c.id), ?)",
                values: vec![Value::Text(words.to_lowercase())],
            });
        }
        parts
    }
}

/// The comments that meet a condition, if they are few.
fn picked(connection: &Connection, part: &Part) -> Result<Option<Vec<i64>>, ReviewError> {
    let Some(source) = part.source else { return Ok(None) };
    let mut query = connection.prepare_cached(&format!("{source} LIMIT {GATHERED}"))?;
    let ids: Vec<i64> = query.query_map(params_from_iter(&part.values), |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok((ids.len() < GATHERED).then_some(ids))
}
