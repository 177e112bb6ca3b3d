//! What the decisions show about the model, the reviewers and the queue.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::metrics::agreement::{cohen_kappa, krippendorff_alpha};
use crate::metrics::confusion::Confusion;
use crate::metrics::estimate::Estimate;
use crate::metrics::threshold::wilson;
use crate::queue::codes::{Json, YesNo};
use crate::queue::date;
use crate::queue::decide::Logged;
use crate::queue::decision::Answer;
use crate::queue::error::ReviewError;
use crate::queue::known_codes;
use crate::queue::scored::Score;
use crate::queue::sql::{ASKED, DONE, ESCALATED, OPEN, PURGED};
use crate::queue::state::Selection;
use crate::queue::store::Store;

/// What the dashboard shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// Comments in the queue that wait.
    pub open: u64,
    /// Comments that are decided.
    pub done: u64,
    /// Comments that await somebody else.
    pub escalated: u64,
    /// Comments that are erased.
    pub purged: u64,
    /// Decisions by day (UTC) and reviewer.
    pub days: Vec<DayFigures>,
    /// For each flag, the decisions on it.
    pub flags: BTreeMap<String, FlagFigures>,
    /// For each label, how far two reviewers agree.
    pub agreement: BTreeMap<String, AgreementFigures>,
}

/// A reviewer's decisions on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct DayFigures {
    /// In UTC: `2026-11-25`.
    pub day: String,
    pub reviewer: String,
    /// Decisions that stand.
    pub decisions: u64,
}

/// The decisions on a flag. The flag `reject`, taught by approval and rejection, counts as raised if any flag was.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct FlagFigures {
    /// Raised, and decided.
    pub raised: u64,
    /// The share of these that was confirmed, with Wilson's 95 % interval.
    pub precision: Option<Estimate>,
    /// Decided comments of the audit sample.
    pub slice: u64,
    /// The share of these that should have been raised, with Wilson's 95 % interval.
    pub miss_rate: Option<Estimate>,
}

/// How far two reviewers agree on a label, beyond chance.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct AgreementFigures {
    /// Comments that two or more reviewers answered.
    pub comments: u64,
    /// Cohen's kappa of the first and the second answer.
    pub kappa: Option<f64>,
    /// Krippendorff's alpha of all answers.
    pub alpha: Option<f64>,
}

/// A week of scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct WeekFigures {
    /// Its Monday: `2026-11-23`.
    pub week: String,
    /// Comments written in it.
    pub comments: u64,
    /// Their mean probability; for a stance, of the chosen class.
    pub mean: f64,
}

/// A decision in force, with its comment.
pub(crate) struct Standing {
    pub(crate) comment: i64,
    pub(crate) reviewer: String,
    pub(crate) at: i64,
    pub(crate) batch: bool,
    pub(crate) logged: Logged,
}

impl Store {
    /// The decisions in force on the present texts, by comment and in order.
    pub(crate) fn standing(&self) -> Result<Vec<Standing>, ReviewError> {
        known_codes::check(&self.connection)?;
        let mut query = self.connection.prepare_cached(
            "SELECT d.comment, d.reviewer, l.at, l.batch IS NOT NULL, l.body, d.live
             FROM decision d JOIN log l ON l.seq = d.seq JOIN comment c ON c.id = d.comment
             WHERE d.live <> 0 AND d.seq > c.edited ORDER BY d.comment, d.seq",
        )?;
        let rows = query.query_map([], |row| {
            let (Json(logged), YesNo(_)) = (row.get(4)?, row.get(5)?);
            Ok(Standing { comment: row.get(0)?, reviewer: row.get(1)?, at: row.get(2)?, batch: row.get(3)?, logged })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Works out the dashboard.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn figures(&self) -> Result<Figures, ReviewError> {
        let standing = self.standing()?;
        let mut figures = Figures { days: days(&standing), ..Figures::default() };
        let states = format!(
            "SELECT count(*) FILTER (WHERE state = {OPEN} AND way <> {ASKED}), count(*) FILTER (WHERE state = {DONE}),
               count(*) FILTER (WHERE state = {ESCALATED}), count(*) FILTER (WHERE state = {PURGED}) FROM comment"
        );
        (figures.open, figures.done, figures.escalated, figures.purged) =
            self.connection.query_row(&states, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        let mut agreement: BTreeMap<String, Agreement> = BTreeMap::new();
        for decisions in standing.chunk_by(|a, b| a.comment == b.comment) {
            count(decisions, &mut counts);
            compare(decisions, &mut agreement);
        }
        figures.flags = counts.into_iter().map(|(label, counts)| (label, counts.figures())).collect();
        figures.agreement = (agreement.into_iter())
            .filter(|(_, agreement)| !agreement.units.is_empty())
            .map(|(label, agreement)| (label, agreement.figures()))
            .collect();
        Ok(figures)
    }

    /// The mean probability of each label week by week: the model or the site may drift.
    ///
    /// It goes through all scores: a second for 100,000 comments.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn drift(&self) -> Result<BTreeMap<String, Vec<WeekFigures>>, ReviewError> {
        // Weeks begin on Mondays; see `date::monday`.
        let mut query = self.connection.prepare_cached(
            "SELECT l.name, min(c.created), count(*), avg(s.p)
             FROM comment c JOIN score s ON s.comment = c.id JOIN label l ON l.id = s.label
             GROUP BY l.id, (c.created - 345600000 + 604800000 * 100000) / 604800000 ORDER BY 1, 2",
        )?;
        let mut weeks: BTreeMap<String, Vec<WeekFigures>> = BTreeMap::new();
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let week = date::day(date::monday(row.get(1)?));
            weeks.entry(row.get(0)?).or_default().push(WeekFigures { week, comments: row.get(2)?, mean: row.get(3)? });
        }
        Ok(weeks)
    }
}

fn days(standing: &[Standing]) -> Vec<DayFigures> {
    let mut days: BTreeMap<(String, &str), u64> = BTreeMap::new();
    for decision in standing {
        *days.entry((date::day(decision.at), &decision.reviewer)).or_default() += 1;
    }
    let day = |((day, reviewer), decisions): ((String, &str), u64)| DayFigures {
        day,
        reviewer: reviewer.to_owned(),
        decisions,
    };
    days.into_iter().map(day).collect()
}

/// For one flag: raised and confirmed; in the audit sample and missed.
#[derive(Default)]
struct Counts {
    raised: u64,
    confirmed: u64,
    slice: u64,
    missed: u64,
}

impl Counts {
    fn figures(&self) -> FlagFigures {
        FlagFigures {
            raised: self.raised,
            precision: wilson(self.confirmed as f64, self.raised as f64),
            slice: self.slice,
            miss_rate: wilson(self.missed as f64, self.slice as f64),
        }
    }
}

/// Counts a comment once, by the last decision on it that says something of the flag.
fn count(decisions: &[Standing], counts: &mut BTreeMap<String, Counts>) {
    let mut last: BTreeMap<String, (bool, &Standing)> = BTreeMap::new();
    for decision in decisions {
        for (label, answer) in decision.logged.decision.taught() {
            if let Answer::Flag(yes) = answer {
                last.insert(label, (yes, decision));
            }
        }
    }
    for (label, (yes, decision)) in last {
        let shown = &decision.logged.shown;
        let raised = |score: &Score| matches!(score, Score::Flag { raised: true, .. });
        let own = shown.iter().find(|(name, _)| *name == label);
        let raised = own.map_or_else(|| shown.iter().any(|(_, score)| raised(score)), |(_, score)| raised(score));
        let counts = counts.entry(label).or_default();
        if raised {
            counts.raised += 1;
            counts.confirmed += u64::from(yes);
        }
        // Nobody read the comments decided by a batch.
        if decision.logged.selected == Selection::AuditSample && !decision.batch {
            counts.slice += 1;
            counts.missed += u64::from(yes);
        }
    }
}

/// The answers of two and more reviewers to one label, by comment.
#[derive(Default)]
struct Agreement {
    classes: FxHashMap<Answer, usize>,
    units: Vec<Vec<Option<usize>>>,
}

impl Agreement {
    fn figures(&self) -> AgreementFigures {
        let classes = self.classes.len();
        let pair = |unit: &Vec<Option<usize>>| Some(((*unit.first()?)?, (*unit.get(1)?)?));
        let (first, second): (Vec<usize>, Vec<usize>) = self.units.iter().filter_map(pair).unzip();
        let confusion = Confusion::of(classes, &first, &second, crate::metrics::estimate::unweighted).ok();
        AgreementFigures {
            comments: self.units.len() as u64,
            kappa: confusion.as_ref().and_then(cohen_kappa),
            alpha: krippendorff_alpha(&self.units),
        }
    }
}

/// Adds the blind answers to a comment that needed two reviewers: the first of each reviewer, none from a batch, and
/// none made with the others in view.
fn compare(decisions: &[Standing], agreement: &mut BTreeMap<String, Agreement>) {
    let seats = decisions.first().map_or(1, |decision| decision.logged.seats) as usize;
    let blind = decisions.get(..seats).unwrap_or_default();
    if seats < 2 || blind.iter().any(|decision| decision.batch) {
        return;
    }
    let mut answers: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
    for decision in blind {
        for (label, answer) in decision.logged.decision.taught() {
            answers.entry(label).or_default().push(answer);
        }
    }
    for (label, answers) in answers.into_iter().filter(|(_, answers)| answers.len() > 1) {
        let agreement = agreement.entry(label).or_default();
        let unit = answers.into_iter().map(|answer| {
            let next = agreement.classes.len();
            Some(*agreement.classes.entry(answer).or_insert(next))
        });
        let unit = unit.collect();
        agreement.units.push(unit);
    }
}
