//! Why: the additive shares behind a score.

use std::collections::BTreeMap;

use crate::dataset::label::outputs;
use crate::features::blocks::Block;
use crate::features::describe::ContextValue;
use crate::features::extract::{Span, fixed_name};
use crate::model::model::Model;
use crate::model::verdict::{Outcome, Reason};

/// The score of a comment without any feature.
const INTERCEPT: &str = "intercept";

/// Something that adds to the log-odds of a comment's labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// The block and, unless it is a piece of text, a description: `words`, `shape: sentences`, `intercept`, `context:
    /// little in common with the article: 0.04`.
    pub feature: String,
    /// Bytes of the text, where it is a piece of it.
    pub span: Option<(usize, usize)>,
    /// What it adds to each output's calibrated log-odds, shape `(n_outputs,)`.
    pub shares: Vec<f64>,
}

/// Everything that adds to the log-odds of a comment; the shares of an output add up to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// In the order of the text; the intercept last.
    pub contributions: Vec<Contribution>,
}

impl Explanation {
    /// The calibrated log-odds of an output.
    #[must_use]
    pub fn total(&self, output: usize) -> f64 {
        self.contributions.iter().map(|contribution| contribution.shares[output]).sum()
    }

    /// Takes what adds to some outputs from another explanation of the same comment.
    pub(crate) fn take_over(&mut self, mut other: Self, outputs: &[usize]) {
        let keep = |contributions: &mut Vec<Contribution>, theirs: bool| {
            for contribution in contributions.iter_mut() {
                let shares = contribution.shares.iter_mut().enumerate();
                shares.filter(|(output, _)| outputs.contains(output) != theirs).for_each(|(_, share)| *share = 0.0);
            }
            contributions.retain(|own| own.feature == INTERCEPT || own.shares.iter().any(|share| *share != 0.0));
        };
        keep(&mut self.contributions, false);
        keep(&mut other.contributions, true);
        self.contributions.append(&mut other.contributions);
        self.contributions.sort_by(|a, b| {
            let rank = |own: &Contribution| (own.feature == INTERCEPT, own.span.is_none(), own.span);
            rank(a).cmp(&rank(b)).then(a.feature.cmp(&b.feature))
        });
        self.contributions.dedup_by(|next, kept| {
            let same = (&next.feature, next.span) == (&kept.feature, kept.span);
            if same {
                add(&mut kept.shares, &next.shares);
            }
            same
        });
    }
}

/// `columns` are the comment's unweighted columns in the order of blocks, `spans` its n-grams.
pub(crate) fn explain(model: &Model, columns: &[(u32, f32)], spans: &[Span], priors: &[f32]) -> Explanation {
    let layout = &model.featurizer.layout;
    let n_outputs = model.intercepts.len();
    let slopes: Vec<f64> = model.slopes().collect();
    // What one occurrence of a column adds; n-grams that occur several times share it equally.
    let mut occurrences: BTreeMap<u32, f64> = BTreeMap::new();
    let placed: Vec<(u32, &Span)> =
        spans.iter().filter_map(|span| Some((model.featurizer.column(span.ngram, span.key)?, span))).collect();
    for (column, _) in &placed {
        *occurrences.entry(*column).or_insert(0.0) += 1.0;
    }
    let mut norms = [0.0_f64; Block::ALL.len()];
    for (column, value) in columns {
        let value = f64::from(*value) * f64::from(model.factor(*column));
        norms[layout.block(*column).index()] += value * value;
    }
    let mut each: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    let mut named: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut context: BTreeMap<(Block, String), (ContextValue, Vec<f64>)> = BTreeMap::new();
    for (column, own) in columns {
        let block = layout.block(*column);
        let mut value = f64::from(*own) * f64::from(model.factor(*column));
        if Block::NGRAMS.contains(&block) {
            value /= norms[block.index()].sqrt().max(f64::from(f32::MIN_POSITIVE));
        }
        let weights = model.weights(*column).iter().zip(&slopes);
        let shares: Vec<f64> = weights.map(|(weight, slope)| value * f64::from(*weight) * slope).collect();
        if Block::NGRAMS.contains(&block) {
            match occurrences.get(column) {
                Some(times) => drop(each.insert(*column, shares.iter().map(|share| share / times).collect())),
                None if block == Block::Target => {
                    add(named.entry(format!("{block}: what the comment is about")).or_default(), &shares);
                }
                None => add(named.entry(format!("{block}: further on in a long text")).or_default(), &shares),
            }
        } else {
            let within = (*column - layout.columns(block).start) as usize;
            let name = fixed_name(block, within).map_or_else(String::new, |(_, group)| group);
            if ContextValue::BLOCKS.contains(&block) {
                let (measured, sum) = context.entry((block, name)).or_default();
                measured.add(block, within, *own);
                add(sum, &shares);
            } else {
                add(named.entry(format!("{block}: {name}")).or_default(), &shares);
            }
        }
    }
    let mut pieces: BTreeMap<(usize, usize, &'static str), Vec<f64>> = BTreeMap::new();
    for (column, span) in placed {
        if let Some(shares) = each.get(&column) {
            let name = Block::NGRAMS[span.ngram].name();
            add(pieces.entry((span.begin, span.end, name)).or_default(), shares);
        }
    }
    let mut contributions: Vec<Contribution> = pieces
        .into_iter()
        .map(|((begin, end, name), shares)| Contribution { feature: name.to_owned(), span: Some((begin, end)), shares })
        .chain(context.into_iter().map(|((block, name), (measured, shares))| {
            let feature = format!("{block}: {}", measured.describe(&name));
            Contribution { feature, span: None, shares }
        }))
        .chain(named.into_iter().map(|(feature, shares)| Contribution { feature, span: None, shares }))
        .collect();
    let offsets = model.offsets(priors);
    let intercept = (0..n_outputs).map(|at| f64::from(model.intercepts[at]) * slopes[at] + offsets[at]).collect();
    contributions.push(Contribution { feature: INTERCEPT.to_owned(), span: None, shares: intercept });
    Explanation { contributions }
}

fn add(sum: &mut Vec<f64>, shares: &[f64]) {
    sum.resize(shares.len(), 0.0);
    sum.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
}

/// What a contribution adds to a label's log-odds of `class` (or of the flag).
///
/// The probabilities of three and more classes depend on differences only, so a class's share is taken against the
/// mean of all classes.
#[must_use]
pub(crate) fn share(shares: &[f64], outputs: std::ops::Range<usize>, class: Option<usize>) -> f64 {
    let own = &shares[outputs];
    match (class, own.len()) {
        (Some(0), 1) => -own[0],
        (_, 1) => own[0],
        (class, n) => own[class.unwrap_or(0)] - own.iter().sum::<f64>() / n as f64,
    }
}

/// The strongest reasons for each raised flag and for each stance, at most `most` for each label.
///
/// N-grams of one and the same piece of text are one reason.
pub(crate) fn reasons(model: &Model, explanation: &Explanation, outcomes: &[Outcome], most: usize) -> Vec<Reason> {
    let mut all = Vec::new();
    for (at, (outcome, outputs)) in outcomes.iter().zip(outputs(&model.labels())).enumerate() {
        let class = match outcome {
            Outcome::Flag { raised: false, unsure: false, .. } | Outcome::Stance { class: Err(_), .. } => continue,
            Outcome::Flag { .. } => None,
            Outcome::Stance { class: Ok(class), .. } => Some(*class),
        };
        let mut found: Vec<Reason> = Vec::new();
        for contribution in explanation.contributions.iter().filter(|c| c.feature != INTERCEPT) {
            let share = share(&contribution.shares, outputs.clone(), class) as f32;
            match found.last_mut() {
                Some(last) if last.span.is_some() && last.span == contribution.span => {
                    last.share += share;
                    "words".clone_into(&mut last.feature);
                }
                _ => found.push(Reason {
                    label: at,
                    class,
                    feature: contribution.feature.clone(),
                    span: contribution.span,
                    share,
                }),
            }
        }
        found.retain(|reason| reason.share > 0.0);
        found.sort_by(|a, b| b.share.total_cmp(&a.share));
        found.truncate(most);
        all.append(&mut found);
    }
    all
}
