//! The cost of missing a comment, by flag, and the order that follows from it.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::queue::codes::Json;
use crate::queue::scored::Score;

/// The default costs, relative to each other. Places in the file follow from them and `verify` recomputes them: whoever
/// changes one adds a migration that calls [`refresh`].
const USUAL: [(&str, f64); 8] = [
    ("threat", 10.0),
    ("severe_toxicity", 8.0),
    ("identity_attack", 6.0),
    ("toxicity", 5.0),
    ("reject", 5.0),
    ("insult", 4.0),
    ("profanity", 2.0),
    ("spam", 2.0),
];

/// The cost of missing any other flag.
const OTHER: f64 = 1.0;

/// A flag that costs more would drown all others.
const MOST_COST: f64 = 1000.0;

/// A cost that cannot be meant.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("severity: {label} = {cost}: the cost of missing a flag must be between 0 and {MOST_COST}")]
pub(crate) struct CostError {
    label: String,
    cost: f64,
}

/// The cost of missing a comment with a flag, by the flag's name. Only the ratios count.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Costs {
    /// Those that the site has set.
    pub(crate) own: BTreeMap<String, f64>,
}

impl Costs {
    /// The defaults, except for these.
    ///
    /// # Errors
    /// When one is not between 0 and [`MOST_COST`].
    pub(crate) fn new(own: BTreeMap<String, f64>) -> Result<Self, CostError> {
        match own.iter().find(|(_, cost)| !(0.0..=MOST_COST).contains(*cost)) {
            Some((label, cost)) => Err(CostError { label: label.clone(), cost: *cost }),
            None => Ok(Self { own }),
        }
    }

    /// As stored in the file.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().and_then(|own| Self::new(own).ok())
    }

    /// The cost of missing this flag.
    #[must_use]
    pub(crate) fn of(&self, label: &str) -> f64 {
        let usual = || USUAL.iter().find(|(name, _)| *name == label).map(|(_, cost)| *cost);
        self.own.get(label).copied().or_else(usual).unwrap_or(OTHER)
    }

    /// The expected cost of missing the comment for this label: the cost times the probability. Zero for a stance.
    #[must_use]
    pub(crate) fn expected(&self, label: &str, score: &Score) -> f64 {
        match score {
            Score::Flag { p, .. } => self.of(label) * f64::from(*p),
            Score::Stance { .. } => 0.0,
        }
    }

    /// The place of a comment in the order, sorted ascending. A flag that is neither raised nor left to a person is not
    /// shown in the list and changes nothing there; comments without any such flag come after all others, sorted by the
    /// sum over all their flags.
    pub(crate) fn place<'s>(&self, scores: impl Iterator<Item = (&'s str, &'s Score)>) -> f64 {
        let (mut calls, mut called, mut all) = (false, 0.0, 0.0);
        for (label, score) in scores {
            let expected = self.expected(label, score);
            all += expected;
            if score.calls() {
                (calls, called) = (true, called + expected);
            }
        }
        if calls { 0.0 - called } else { 1.0 / (1.0 + all) }
    }
}

/// Recomputes the places of all comments.
pub(crate) fn refresh(connection: &Connection, costs: &Costs) -> rusqlite::Result<()> {
    let mut query = connection.prepare("SELECT comment, shown FROM body")?;
    let mut write = connection.prepare("UPDATE comment SET by_severity = ?2 WHERE id = ?1 AND by_severity <> ?2")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        // Scores that cannot be read are for verify to report, which it could not if the file did not open.
        let Ok(Json(shown)) = row.get::<_, Json<Vec<(String, Score)>>>(1) else { continue };
        let place = costs.place(shown.iter().map(|(label, score)| (label.as_str(), score)));
        write.execute((row.get::<_, i64>(0)?, place))?;
    }
    Ok(())
}
