//! Decisions as rows to learn from, with weights that make up for how they were chosen.
//!
//! A comment is reviewed because of its score, so decided comments do not represent all comments. Each answer is
//! weighted by the inverse of its chance of being asked for (Horvitz and Thompson, A generalization of sampling without
//! replacement from a finite universe, 1952), by strata: how the comment came (flagged, audit sample, other) and the
//! tenth of [0, 1] that contains its score of the label. The weight is the number of comments in the stratum over the
//! number of decided ones.
//!
//! If none of the other comments was decided, those of the audit sample represent them too. Weights have mean 1 for
//! each label; none is above [`MOST`], so that a few answers do not outweigh all others (Ionides, Truncated importance
//! sampling, 2008).

use std::collections::BTreeMap;

use crate::dataset::decided::{Answered, DecidedRow, Shown};
use crate::queue::decided::DecidedComment;
use crate::queue::decision::Answer;
use crate::queue::error::ReviewError;
use crate::queue::scored::Score;
use crate::queue::sql::PURGED;
use crate::queue::state::Selection;
use crate::queue::store::Store;

/// No answer weighs more than this many answers of mean weight.
const MOST: f64 = 20.0;

/// The number of strata that scores are divided into.
const DECILES: usize = 10;

/// The stratum of a comment: how it came, and the tenth of its score; only one for labels that the model does not know.
type Stratum = (Selection, usize);

/// The model's scores of a comment, by label.
type Scores = Vec<(String, Score)>;

/// The size of a stratum: all comments, and the decided ones.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    all: f64,
    decided: f64,
}

impl Store {
    /// The decided comments, with their answers and weights. Approval and rejection are the flag `reject`.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn training(&self) -> Result<Vec<DecidedRow>, ReviewError> {
        let standing = self.standing()?;
        let mut rows = Vec::new();
        let mut strata: BTreeMap<String, Vec<Stratum>> = BTreeMap::new();
        for decisions in standing.chunk_by(|a, b| a.comment == b.comment) {
            let mut said: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
            for decision in decisions {
                for (label, answer) in decision.logged.decision.taught() {
                    said.entry(label).or_default().push(answer);
                }
            }
            let Some(first) = decisions.first() else { continue };
            let Some(comment) = self.decided(first.comment)? else { continue };
            let scores: Scores = serde_json::from_str(&comment.shown)?;
            let (mut row, way) = row(comment);
            if way == Selection::AuditSample {
                let logged = first.logged.shown.iter();
                row.shown = Some(logged.map(|(label, score)| (label.clone(), shown(score))).collect());
            }
            for (label, answers) in said {
                let Some(target) = target(&answers) else { continue };
                let p = scores.iter().find(|(name, _)| *name == label).map(|(_, score)| score.p());
                strata.entry(label.clone()).or_default().push((way, p.map_or(0, decile)));
                row.answers.insert(label, (target, 1.0));
            }
            if !row.answers.is_empty() {
                rows.push(row);
            }
        }
        let mut weights = BTreeMap::new();
        for (label, strata) in strata {
            weights.insert(label.clone(), self.weigh(&label, &strata)?.into_iter());
        }
        for row in &mut rows {
            for (label, (_, weight)) in &mut row.answers {
                *weight = weights.get_mut(label).and_then(Iterator::next).unwrap_or(1.0);
            }
        }
        Ok(rows)
    }

    /// The weights of the decided comments of a label, which are in `decided`.
    fn weigh(&self, label: &str, decided: &[Stratum]) -> Result<Vec<f64>, ReviewError> {
        let mut shares: BTreeMap<Stratum, Share> = BTreeMap::new();
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT c.way, s.p FROM comment c
             LEFT JOIN score s ON s.comment = c.id AND s.label = (SELECT id FROM label WHERE name = ?)
             WHERE c.state <> {PURGED}"
        ))?;
        let mut rows = query.query([label])?;
        while let Some(row) = rows.next()? {
            let p: Option<f32> = row.get(1)?;
            shares.entry((row.get(0)?, p.map_or(0, decile))).or_default().all += 1.0;
        }
        for stratum in decided {
            shares.entry(*stratum).or_default().decided += 1.0;
        }
        anchor(&mut shares);
        let weights = decided.iter().map(|stratum| shares.get(stratum).map_or(1.0, |share| share.all / share.decided));
        Ok(bounded(weights.collect()))
    }
}

/// A comment as training takes it, without answers, and how it came.
fn row(comment: DecidedComment) -> (DecidedRow, Selection) {
    let row = DecidedRow {
        id: comment.id,
        thread_id: comment.thread_id,
        author: comment.author,
        created_at: comment.created_at,
        text: comment.text,
        article_title: comment.article_title,
        article_text: comment.article_text,
        parent_text: comment.parent_text,
        target: comment.target,
        context: comment.context,
        shown: None,
        answers: BTreeMap::new(),
    };
    (row, comment.way)
}

/// Lets the audit sample represent the other comments of its decile if none of those was decided.
fn anchor(shares: &mut BTreeMap<Stratum, Share>) {
    for decile in 0..DECILES {
        let other = shares.get(&(Selection::Asked, decile)).copied().unwrap_or_default();
        if other.decided == 0.0
            && let Some(sample) = shares.get_mut(&(Selection::AuditSample, decile))
        {
            sample.all += other.all;
        }
    }
}

/// Scales weights to mean 1, with none above [`MOST`].
fn bounded(mut weights: Vec<f64>) -> Vec<f64> {
    scale(&mut weights);
    // What is cut off raises the rest, so it takes a few rounds.
    for _ in 0..20 {
        weights.iter_mut().for_each(|weight| *weight = weight.min(MOST));
        scale(&mut weights);
    }
    weights.iter_mut().for_each(|weight| *weight = weight.min(MOST));
    weights
}

fn scale(weights: &mut [f64]) {
    let mean = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
    if mean > 0.0 {
        weights.iter_mut().for_each(|weight| *weight /= mean);
    }
}

fn decile(p: f32) -> usize {
    ((f64::from(p) * DECILES as f64) as usize).min(DECILES - 1)
}

/// What a reviewer saw of a score.
fn shown(score: &Score) -> Shown {
    match score {
        Score::Flag { p, .. } => Shown::Flag { p: *p },
        Score::Stance { class, .. } => Shown::Stance { class: class.clone(), p: score.p() },
    }
}

/// What several answers come to.
pub(crate) fn target(answers: &[Answer]) -> Option<Answered> {
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut yes, mut flags, mut class) = (0.0, 0.0, None);
    for answer in answers {
        match answer {
            Answer::Flag(said) => {
                flags += 1.0;
                yes += f64::from(u8::from(*said));
            }
            Answer::Stance(said) => {
                let count = classes.entry(said).or_default();
                *count += 1;
                if class.is_none_or(|(most, _)| *count >= most) {
                    class = Some((*count, said));
                }
            }
        }
    }
    match class {
        Some((_, class)) => Some(Answered::Stance(class.clone())),
        None => (flags > 0.0).then(|| Answered::Flag(yes / flags)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn answers_come_to_a_share_or_to_the_class_that_most_said() {
        let stance = |class: &str| Answer::Stance(class.to_owned());
        assert_eq!(target(&[Answer::Flag(true), Answer::Flag(false)]), Some(Answered::Flag(0.5)));
        assert_eq!(target(&[stance("a"), stance("b"), stance("a")]), Some(Answered::Stance("a".to_owned())));
        assert_eq!(target(&[stance("a"), stance("b")]), Some(Answered::Stance("b".to_owned())));
        assert_eq!(target(&[]), None);
    }

    #[test]
    fn the_audit_sample_stands_for_what_nobody_asked_for() {
        let share = |all, decided| Share { all, decided };
        let mut shares = BTreeMap::from([
            ((Selection::Asked, 0), share(900.0, 0.0)),
            ((Selection::AuditSample, 0), share(50.0, 10.0)),
            ((Selection::Asked, 1), share(90.0, 9.0)),
            ((Selection::AuditSample, 1), share(5.0, 1.0)),
        ]);
        anchor(&mut shares);
        assert_eq!(shares.get(&(Selection::AuditSample, 0)).unwrap().all, 950.0);
        assert_eq!(shares.get(&(Selection::AuditSample, 1)).unwrap().all, 5.0);
    }

    #[test]
    fn deciles_are_within_bounds() {
        assert_eq!((decile(0.0), decile(0.1), decile(0.95), decile(1.0), decile(7.0)), (0, 1, 9, 9, 9));
    }

    proptest! {
        #[test]
        fn weights_are_bounded_and_of_mean_one(weights in prop::collection::vec(0.1..1e5_f64, 1..200)) {
            let bounded = bounded(weights);
            let mean = bounded.iter().sum::<f64>() / bounded.len() as f64;
            prop_assert!(bounded.iter().all(|weight| (0.0..=MOST).contains(weight)));
            prop_assert!((mean - 1.0).abs() < 0.05, "{}", mean);
        }
    }
}
