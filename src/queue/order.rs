//! Which comment comes first, and the places of the learning order, which depend on all comments.

use std::fmt;
use std::str::FromStr;

use rusqlite::{Connection, OptionalExtension};

use crate::queue::error::ReviewError;
use crate::queue::scored::Score;
use crate::queue::sql::{PURGED, STANDS};
use crate::queue::store::Store;
use crate::score::thread_stance::Sides;
use crate::text::hash;

/// The order of the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    /// The expected cost of missing the comment: the sum of cost times probability over the flags that are raised or
    /// left to a person. See [`Costs`](super::Costs).
    #[default]
    Severity,
    /// The flag that is furthest above its threshold, on the scale of log-odds: `logit(p) - logit(threshold)`.
    Risk,
    /// The flag that is nearest to its threshold, on the same scale, from either side. Without flags, the stance whose two
    /// likeliest classes are nearest to each other: `ln(p1 / p2)`.
    Uncertainty,
    /// The newest comment.
    Newest,
    /// Thread by thread, in the order in which they came in.
    Thread,
    /// Uncertain and varied. The distance of [`Order::Uncertainty`] is multiplied by the comment's rank among the
    /// comments of its thread that are in doubt for the same label, and by its rank among those with a similar text:
    /// the third doubtful comment of a thread counts as three times as certain, and a repeated text as twice as
    /// certain. If the sides of a thread are not learnt yet, the most informative comments come first: the distance is
    /// divided by the number of the author's comments in the thread (half of that for the second comment, and so on)
    /// plus the number of replies.
    Learning,
}

impl Order {
    pub(crate) const ALL: [Self; 6] =
        [Self::Severity, Self::Risk, Self::Uncertainty, Self::Newest, Self::Thread, Self::Learning];

    /// The word that options and messages use.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Risk => "risk",
            Self::Uncertainty => "uncertainty",
            Self::Newest => "newest",
            Self::Thread => "thread",
            Self::Learning => "learning",
        }
    }

    /// The column that sorts ascending, and its index.
    pub(crate) const fn column(self) -> (&'static str, &'static str) {
        match self {
            Self::Severity => ("by_severity", "comment_severity"),
            Self::Risk => ("by_risk", "comment_risk"),
            Self::Uncertainty => ("by_doubt", "comment_doubt"),
            Self::Newest => ("by_new", "comment_new"),
            Self::Thread => ("thread", "comment_thread"),
            Self::Learning => ("by_learning", "comment_learning"),
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Order {
    type Err = ReviewError;

    fn from_str(name: &str) -> Result<Self, ReviewError> {
        Self::ALL.into_iter().find(|order| order.name() == name).ok_or_else(|| ReviewError::Order(name.to_owned()))
    }
}

/// What sorts a comment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Margins {
    /// How far the most pressing flag is below its threshold; negative above it.
    pub(crate) risk: f64,
    /// How far the label in doubt is from being decided the other way.
    pub(crate) doubt: f64,
    /// Which label that is, by its place; 0 without labels.
    pub(crate) nearest: usize,
}

/// Further than any probability is from any threshold: comments without scores come last.
const FAR: f64 = 100.0;

impl Margins {
    pub(crate) fn of<'s>(scores: impl Iterator<Item = &'s Score> + Clone) -> Self {
        let (mut risk, mut doubt, mut nearest) = (FAR, FAR, 0);
        let any_flag = scores.clone().any(|score| matches!(score, Score::Flag { .. }));
        for (place, score) in scores.enumerate() {
            let margin = match score {
                Score::Flag { p, threshold, .. } => {
                    let below = logit(f64::from(*threshold)) - logit(f64::from(*p));
                    risk = f64::min(risk, below);
                    below.abs()
                }
                Score::Stance { .. } if any_flag => continue,
                Score::Stance { p, .. } => between_likeliest(p.values().map(|p| f64::from(*p))),
            };
            if margin < doubt {
                (doubt, nearest) = (margin, place);
            }
        }
        Self { risk, doubt, nearest }
    }
}

/// Log-odds; probabilities and thresholds are clamped to one millionth from 0 and 1.
fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-6, 1.0 - 1e-6);
    (p / (1.0 - p)).ln()
}

fn between_likeliest(p: impl Iterator<Item = f64>) -> f64 {
    let (mut first, mut second) = (1e-6, 1e-6);
    for p in p {
        if p > first {
            (first, second) = (p, first);
        } else if p > second {
            second = p;
        }
    }
    f64::ln(first / second)
}

/// Shorter words say little about the topic of a text.
const SHORTEST: usize = 4;

/// A number that similar texts are likely to share: the least hash among their words.
///
/// The chance is the share of words that two texts have in common (Broder, On the resemblance and containment of documents,
/// 1997).
pub(crate) fn sketch(text: &str) -> i64 {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= SHORTEST);
    let least = words.map(|word| hash::bytes(word.to_lowercase().as_bytes())).min();
    least.unwrap_or_default().cast_signed()
}

/// The place of each comment in the learning order.
fn places(connection: &Connection) -> Result<String, ReviewError> {
    let sided = sided_labels(connection)?.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let learnt = learnt_threads("");
    Ok(format!(
        "(SELECT id, by_doubt
            * row_number() OVER (PARTITION BY nearest, thread ORDER BY by_doubt, id)
            * row_number() OVER (PARTITION BY nearest, sketch ORDER BY by_doubt, id)
            / iif(teaches, ifnull(replies, 0) + iif(author IS NULL, 1.0, 1.0 * count(*) OVER (PARTITION BY thread, author)
                / row_number() OVER (PARTITION BY thread, author ORDER BY by_doubt, id)), 1.0) AS value
          FROM (
            SELECT id, thread, source_id, author, by_doubt, nearest, sketch, thread NOT IN ({learnt})
              AND EXISTS (SELECT 1 FROM score s WHERE s.comment = comment.id AND s.label IN ({sided})) AS teaches
            FROM comment
          ) LEFT JOIN (
            SELECT thread AS of_thread, parent_id, count(*) AS replies FROM comment WHERE parent_id IS NOT NULL GROUP BY 1, 2
          ) ON of_thread = thread AND parent_id = source_id)"
    ))
}

/// The stances that have two sides, which a thread can teach.
fn sided_labels(connection: &Connection) -> Result<Vec<i64>, ReviewError> {
    let mut labels = connection.prepare_cached("SELECT id, name FROM label WHERE stance = 1 ORDER BY id")?;
    let mut shown = connection.prepare_cached(
        "SELECT b.shown FROM score s JOIN body b ON b.comment = s.comment WHERE s.label = ? ORDER BY s.comment LIMIT 1",
    )?;
    let mut sided = Vec::new();
    let mut rows = labels.query([])?;
    while let Some(row) = rows.next()? {
        let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
        let first: Option<String> = shown.query_row([id], |row| row.get(0)).optional()?;
        // Damaged scores are for `verify` to report.
        let scores: Vec<(String, Score)> =
            first.and_then(|first| serde_json::from_str(&first).ok()).unwrap_or_default();
        let has_sides = |(label, score): &(String, Score)| match score {
            Score::Stance { p, .. } => *label == name && Sides::of(&p.keys().cloned().collect::<Vec<_>>()).is_some(),
            Score::Flag { .. } => false,
        };
        if scores.iter().any(has_sides) {
            sided.push(id);
        }
    }
    Ok(sided)
}

/// The sides of a thread count as learnt once this many of its comments are decided for a side,
const LEARNT: usize = 20;
/// and at least this many for each side.
const OF_EACH: usize = 3;

/// The threads, among those that meet a condition, whose sides are learnt.
fn learnt_threads(condition: &str) -> String {
    format!(
        "SELECT thread FROM (
           SELECT c.thread AS thread, answer.key AS label, count(DISTINCT c.id) AS decided
           FROM comment c JOIN decision d ON d.comment = c.id JOIN log l ON l.seq = d.seq,
             json_each(iif(json_valid(l.body), l.body, '{{}}'), '$.labels') AS answer
           WHERE {STANDS} AND c.state <> {PURGED} AND answer.type = 'text' AND answer.value <> 'none' {condition}
           GROUP BY c.thread, answer.key, answer.value
         ) GROUP BY thread, label HAVING sum(decided >= {OF_EACH}) >= 2 AND sum(decided) >= {LEARNT}"
    )
}

/// Whether the sides of a comment's thread are learnt. Whoever changes that marks the order as stale.
pub(crate) fn is_learnt(connection: &Connection, comment: i64) -> Result<bool, ReviewError> {
    Ok(connection.prepare_cached(&learnt_thread())?.exists([comment])?)
}

/// The thread of a comment, if its sides are learnt.
fn learnt_thread() -> String {
    learnt_threads("AND c.thread = (SELECT thread FROM comment WHERE id = ?)")
}

/// How often that was asked on a connection.
#[cfg(test)]
pub(crate) fn looked_for_learnt(connection: &Connection) -> i32 {
    connection.prepare_cached(&learnt_thread()).unwrap().get_status(rusqlite::StatementStatus::Run)
}

impl Store {
    /// Recomputes the [`Learning`](Order::Learning) order if anything was imported or the sides of a thread were learnt
    /// since; until then new comments come last. The order is stable between calls.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn update_learning_order(&mut self) -> Result<(), ReviewError> {
        if is_learning_order_fresh(&self.connection)? {
            return Ok(());
        }
        let transaction = self.begin()?;
        let places = places(&transaction)?;
        transaction.execute_batch(&format!(
            "UPDATE comment SET by_learning = place.value FROM {places} AS place
             WHERE comment.id = place.id AND by_learning <> place.value;
             DELETE FROM setting WHERE name = 'unranked';",
        ))?;
        transaction.commit()?;
        Ok(())
    }
}

/// Whether every place of the learning order is worked out.
fn is_learning_order_fresh(connection: &Connection) -> Result<bool, ReviewError> {
    let marked = "SELECT EXISTS (SELECT 1 FROM setting WHERE name = 'unranked')";
    Ok(!connection.query_row(marked, [], |row| row.get::<_, bool>(0))?)
}

/// The comments whose place does not follow from all of them. While the order is stale, this is unknown.
pub(crate) fn misplaced(connection: &Connection) -> Result<Vec<i64>, ReviewError> {
    if !is_learning_order_fresh(connection)? {
        return Ok(Vec::new());
    }
    let places = places(connection)?;
    let mut query = connection.prepare(&format!(
        "SELECT comment.id FROM comment JOIN {places} AS place ON comment.id = place.id
         WHERE by_learning <> place.value ORDER BY 1"
    ))?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The learning order must be recomputed: comments were added or removed, or whether a thread is learnt has changed.
pub(crate) fn mark_stale(connection: &Connection) -> Result<(), ReviewError> {
    connection.execute("INSERT OR IGNORE INTO setting VALUES ('unranked', x'')", [])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn flag(p: f32, threshold: f32) -> Score {
        Score::Flag { raised: p >= threshold, unsure: false, p, threshold }
    }

    fn stance(p: &[f32]) -> Score {
        let p = p.iter().enumerate().map(|(i, p)| (i.to_string(), *p)).collect();
        Score::Stance { class: Some("0".to_owned()), why: None, p }
    }

    #[test]
    fn risk_is_the_furthest_above_its_threshold() {
        let scores = [flag(0.6, 0.5), flag(0.2, 0.05), flag(0.9, 0.95), stance(&[0.5, 0.5])];
        let margins = Margins::of(scores.iter());
        // logit(0.2) - logit(0.05), and logit(0.6) - logit(0.5).
        assert!((margins.risk + 1.558_144_618).abs() < 1e-6, "{margins:?}");
        assert!((margins.doubt - 0.405_465_108).abs() < 1e-6, "{margins:?}");
        assert_eq!(margins.nearest, 0);
    }

    #[test]
    fn stances_are_in_doubt_where_there_are_no_flags() {
        let margins = Margins::of([stance(&[0.8, 0.1, 0.1]), stance(&[0.3, 0.4, 0.3])].iter());
        assert!((margins.doubt - (4.0_f64 / 3.0).ln()).abs() < 1e-6, "{margins:?}");
        assert_eq!((margins.nearest, margins.risk), (1, FAR));
        assert_eq!(Margins::of([].iter()), Margins { risk: FAR, doubt: FAR, nearest: 0 });
    }

    #[test]
    fn similar_texts_share_a_sketch() {
        let text = "They never asked anyone who uses the library about closing it";
        assert_eq!(sketch(text), sketch("they NEVER asked anyone who uses the library, about closing it!!"));
        assert_ne!(sketch(text), sketch("Buy cheap watches here"));
        assert_eq!(sketch(""), sketch("a b c"));
    }

    #[test]
    fn orders_have_names() {
        for order in Order::ALL {
            assert_eq!(order.name().parse::<Order>().unwrap(), order);
        }
        assert_eq!(
            "worst".parse::<Order>().unwrap_err().to_string(),
            "unknown order \"worst\": use severity, risk, uncertainty, newest, thread or learning"
        );
    }

    proptest! {
        #[test]
        fn margins_are_numbers(p: f32, threshold: f32) {
            prop_assume!(p.is_finite() && threshold.is_finite());
            let margins = Margins::of([flag(p, threshold)].iter());
            prop_assert!(margins.risk.is_finite() && margins.doubt.is_finite() && margins.doubt >= 0.0);
        }
    }
}
