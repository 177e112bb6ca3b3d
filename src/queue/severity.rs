//! What it costs to miss a comment, by flag, and the order that follows from it.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::queue::bound::Binding;
use crate::queue::codes::Json;
use crate::queue::error::ReviewError;
use crate::queue::log::Log;
use crate::queue::scored::Score;
use crate::queue::settings;
use crate::queue::store::Store;

/// The costs that nobody set, relative to each other. Places in the file follow from them and `verify` works them out again:
/// whoever changes one adds a migration that calls [`refresh`].
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

/// What it costs to miss any other flag.
const OTHER: f64 = 1.0;

/// A flag that costs more would drown all others.
pub(crate) const MOST_COST: f64 = 1000.0;

/// What it costs to miss a comment with a flag, by the flag's name. Only the ratios count.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Costs {
    /// Those that the site has set.
    own: BTreeMap<String, f64>,
}

impl Costs {
    /// The usual ones but for these.
    ///
    /// # Errors
    /// When one is not between 0 and [`MOST_COST`].
    pub(crate) fn new(own: BTreeMap<String, f64>) -> Result<Self, ReviewError> {
        match own.iter().find(|(_, cost)| !(0.0..=MOST_COST).contains(*cost)) {
            Some((label, cost)) => Err(ReviewError::Cost { label: label.clone(), cost: *cost }),
            None => Ok(Self { own }),
        }
    }

    /// As they stand in the file.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().and_then(|own| Self::new(own).ok())
    }

    /// What it costs to miss this flag.
    #[must_use]
    pub(crate) fn of(&self, label: &str) -> f64 {
        let usual = || USUAL.iter().find(|(name, _)| *name == label).map(|(_, cost)| *cost);
        self.own.get(label).copied().or_else(usual).unwrap_or(OTHER)
    }

    /// What it is expected to cost to miss the comment for this label: the cost times the probability. Nothing for a stance.
    #[must_use]
    pub(crate) fn expected(&self, label: &str, score: &Score) -> f64 {
        match score {
            Score::Flag { p, .. } => self.of(label) * f64::from(*p),
            Score::Stance { .. } => 0.0,
        }
    }

    /// The place of a comment in the order: what sorts ascending. A flag that neither is raised nor left to a person is not seen in
    /// the list and moves nothing there; those without any come behind all others, by what all their flags come to.
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

impl Store {
    /// What it costs to miss a flag here.
    #[must_use]
    pub(crate) fn costs(&self) -> &Costs {
        &self.settings.costs
    }

    /// Sets the costs, at a time, and puts all comments in order by them.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn set_costs(&mut self, costs: &Costs, now: i64) -> Result<(), ReviewError> {
        let seed = self.settings.seed.clone();
        let transaction = self.begin()?;
        let mut binding = Binding::new(&transaction, &seed);
        let json = serde_json::to_string(&costs.own)?;
        if settings::write(&transaction, settings::SEVERITY, &json)? {
            refresh(&transaction, costs)?;
            binding.body.settings.insert(settings::SEVERITY.to_owned(), json);
        }
        binding.log(&mut Log::end(&transaction)?, now)?;
        transaction.commit()?;
        self.settings.costs = costs.clone();
        Ok(())
    }
}

/// Works out the places of all comments anew.
pub(crate) fn refresh(connection: &Connection, costs: &Costs) -> Result<(), ReviewError> {
    let mut query = connection.prepare("SELECT comment, shown FROM body")?;
    let mut write = connection.prepare("UPDATE comment SET by_severity = ?2 WHERE id = ?1 AND by_severity <> ?2")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        // Scores that cannot be read are for verify to tell: it could not if the file did not open.
        let Ok(Json(shown)) = row.get::<_, Json<Vec<(String, Score)>>>(1) else { continue };
        let place = costs.place(shown.iter().map(|(label, score)| (label.as_str(), score)));
        write.execute((row.get::<_, i64>(0)?, place))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::filter::{Filter, Scope};
    use crate::queue::fixture::{Made, Scratch, flag, made};
    use crate::queue::order::Order;
    use crate::queue::verify::broken::Broken;
    use crate::queue::waiting::Cursor;

    fn with(id: &str, labels: &[(&'static str, f32)]) -> Made {
        Made { labels: labels.iter().map(|(label, p)| (*label, flag(*p))).collect(), ..made(id, 0.0) }
    }

    fn order(scratch: &Scratch) -> Vec<String> {
        let all = Filter { scope: Scope::Everything, ..Filter::default() };
        let page = scratch.store.page(Order::Severity, &all, "ann", Cursor::default(), 9, 5000).unwrap();
        page.items.into_iter().map(|item| item.source_id).collect()
    }

    fn costs(own: &[(&str, f64)]) -> Result<Costs, ReviewError> {
        Costs::new(own.iter().map(|(label, cost)| ((*label).to_owned(), *cost)).collect())
    }

    #[test]
    fn what_costs_most_to_miss_comes_first() {
        let mut scratch = Scratch::with(&[]);
        scratch.store.set_shares(0.0, 0.0, 1000).unwrap();
        scratch.import(&[
            with("drift", &[("off_topic", 0.98), ("threat", 0.3)]),
            with("threat", &[("off_topic", 0.1), ("threat", 0.6)]),
            with("insult", &[("insult", 0.9), ("profanity", 0.9)]),
            with("nothing", &[]),
            with("quiet", &[("off_topic", 0.4), ("threat", 0.01)]),
            with("nearly", &[("off_topic", 0.1), ("threat", 0.2)]),
        ]);
        assert_eq!(order(&scratch), ["threat", "insult", "drift", "nearly", "quiet", "nothing"]);
        // By risk a sure flag comes first, whatever it costs to miss it.
        let risk = scratch.store.page(Order::Risk, &Filter::default(), "ann", Cursor::default(), 9, 5000).unwrap();
        assert_eq!(risk.items[0].source_id, "drift");
        scratch.verified();
    }

    #[test]
    fn a_site_sets_its_own_costs_and_verify_works_them_out_again() {
        let comments = [with("a", &[("insult", 0.9)]), with("b", &[("spam", 0.8)]), with("c", &[("threat", 0.7)])];
        let mut scratch = Scratch::with(&comments);
        assert_eq!(order(&scratch), ["c", "a", "b"]);
        let own = costs(&[("spam", 20.0), ("threat", 0.0)]).unwrap();
        scratch.store.set_costs(&own, 2000).unwrap();
        assert_eq!(order(&scratch), ["b", "a", "c"]);
        let entries = scratch.verified().entries;
        scratch.store.set_costs(&own, 2000).unwrap();
        assert_eq!(scratch.verified().entries, entries, "nothing changed");
        // What another program has set in the meantime holds for what is imported.
        let mut other = Store::open(&scratch.path).unwrap();
        other.set_costs(&costs(&[("insult", 50.0)]).unwrap(), 2000).unwrap();
        scratch.import(&[with("d", &[("insult", 0.95)])]);
        assert_eq!(order(&scratch), ["d", "a", "c", "b"]);
        scratch.verified();
        scratch.store.connection.execute("UPDATE comment SET by_severity = -99 WHERE id = 2", []).unwrap();
        let broken = scratch.store.verify().unwrap().unwrap_err();
        assert_eq!(broken, [Broken::Derived { comment: 2, column: "by_severity", from: "scores and their costs" }]);
    }

    #[test]
    fn costs_that_cannot_be_meant_are_refused() {
        for cost in [-1.0, f64::NAN, f64::INFINITY, 1e9] {
            let error = costs(&[("spam", cost)]).unwrap_err().to_string();
            assert!(error.starts_with("severity: spam = ") && error.ends_with("lies between 0 and 1000"), "{error}");
        }
    }
}
