//! A label's probabilities beside its annotations, and what they are worth.

use ndarray::{Array1, Array2, ArrayView2};
use rayon::prelude::*;

use crate::dataset::dataset::{Annotations, Dataset};
use crate::dataset::error::TrainError;
use crate::dataset::label::{Kind, Label};
use crate::learn::calibrate::Calibration;
use crate::learn::class_rule::{Decide, class_weights, decide};
use crate::learn::error::LearnError;
use crate::learn::folds::Folds;
use crate::learn::policy::{Policy, PolicyError, Threshold};
use crate::metrics::abstention;
use crate::metrics::abstention::Abstention;
use crate::metrics::error::MetricsError;
use crate::metrics::figures::Figures;
use crate::metrics::flag::flag_figures;
use crate::metrics::stance::stance_figures;
use crate::model::scorer::Scorer;
use crate::train::confined::{Confined, nothing_to_measure};

/// What annotators said of the rows that they annotated.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    /// Of a stance label: class numbers.
    Classes(Vec<usize>),
    /// Of a flag: the share of yes.
    Shares(Vec<f32>),
}

/// The annotated rows of one label.
#[derive(Clone, Debug)]
pub struct Annotated {
    /// Row numbers, increasing.
    pub rows: Vec<usize>,
    /// One for each of `rows`.
    pub truth: Truth,
}

impl Annotated {
    /// Leaves out what is missing.
    #[must_use]
    pub fn new(annotations: &Annotations) -> Self {
        match annotations {
            Annotations::Stance(classes) => {
                let known = classes.iter().enumerate().filter_map(|(row, class)| Some((row, usize::from((*class)?))));
                let (rows, classes) = known.unzip();
                Self { rows, truth: Truth::Classes(classes) }
            }
            Annotations::Flag(shares) => {
                let known = shares.iter().copied().enumerate().filter(|(_, share)| !share.is_nan());
                let (rows, shares) = known.unzip();
                Self { rows, truth: Truth::Shares(shares) }
            }
        }
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// No row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The same without the rows for which `out` holds.
    pub(crate) fn without(&self, out: impl Fn(usize) -> bool) -> Self {
        self.at(&self.places(|row| !out(row)))
    }

    /// The rows at these places alone.
    fn at(&self, places: &[usize]) -> Self {
        let truth = match &self.truth {
            Truth::Classes(classes) => Truth::Classes(places.iter().map(|at| classes[*at]).collect()),
            Truth::Shares(shares) => Truth::Shares(places.iter().map(|at| shares[*at]).collect()),
        };
        Self { rows: places.iter().map(|at| self.rows[*at]).collect(), truth }
    }

    /// Of the rows at `places`, the share of yes for each of a label's outputs.
    fn shares_of_outputs(&self, label: &Label, places: &[usize]) -> Vec<f32> {
        let n = places.len().max(1) as f32;
        let of_class = |classes: &[usize], class| places.iter().filter(|at| classes[**at] == class).count() as f32 / n;
        match &self.truth {
            Truth::Shares(shares) => vec![places.iter().map(|at| shares[*at]).sum::<f32>() / n],
            Truth::Classes(classes) if label.n_outputs() == 1 => vec![of_class(classes, 1)],
            Truth::Classes(classes) => (0..label.n_outputs()).map(|class| of_class(classes, class)).collect(),
        }
    }

    /// The places in `rows` for which `keep` holds of the row.
    fn places(&self, keep: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.rows.len()).filter(|at| keep(self.rows[*at])).collect()
    }
}

/// How decision values become probabilities, and probabilities verdicts.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Decision values to probabilities.
    pub calibration: Calibration,
    /// One for each class of a stance label.
    pub class_weights: Vec<f32>,
    /// Of a flag.
    pub threshold: Option<Threshold>,
}

/// What a rule is to be fitted for.
#[derive(Clone, Copy, Debug)]
pub struct Aim {
    /// Of a stance label.
    pub decide: Decide,
    /// Of a flag.
    pub policy: Policy,
    /// Comments a day, where that is known.
    pub per_day: Option<f64>,
}

impl Rule {
    /// Takes decision values as log-odds, the likeliest class, and 0.5.
    #[must_use]
    pub fn plain(label: &Label) -> Self {
        let threshold = (label.kind == Kind::Flag).then_some(Threshold::unmeasured(Policy::At(0.5), 0.5));
        Self {
            calibration: Calibration::none(label.n_outputs()),
            class_weights: vec![1.0; label.classes().len()],
            threshold,
        }
    }

    /// Fits on decision values of unseen rows, shape `(n_samples, n_outputs)`; of the annotated rows those at `places`. `folds`
    /// are those by which the rows were unseen.
    ///
    /// Nothing is fitted to classes that are confined to one fold, as their decision values come from fits without them: such
    /// a class is never given, and of a flag or where fewer than two classes are left the scores stay uncalibrated, drawn
    /// halfway towards the share of each class.
    ///
    /// # Errors
    /// When the policy cannot be applied.
    pub fn fit(
        label: &Label,
        decisions: ArrayView2<'_, f32>,
        annotated: &Annotated,
        places: &[usize],
        folds: &Folds,
        confined: &[Confined],
        aim: Aim,
    ) -> Result<Self, PolicyError> {
        let is_confined = |class: usize| confined.iter().any(|confined| confined.class == class);
        let all = places;
        let places: Vec<usize> = match &annotated.truth {
            Truth::Classes(classes) => all.iter().copied().filter(|at| !is_confined(classes[*at])).collect(),
            Truth::Shares(_) => all.to_vec(),
        };
        let rows: Vec<usize> = places.iter().map(|at| annotated.rows[*at]).collect();
        let own = decisions.select(ndarray::Axis(0), &rows);
        let mut rule = Self::plain(label);
        if nothing_to_measure(label, confined) {
            rule.calibration = Calibration::shrunk(&annotated.shares_of_outputs(label, all));
            rule.class_weights
                .iter_mut()
                .enumerate()
                .for_each(|(class, weight)| *weight *= f32::from(!is_confined(class)));
            rule.threshold = rule.threshold.map(|_| Threshold::never(aim.policy));
            return Ok(rule);
        }
        match &annotated.truth {
            Truth::Shares(shares) => {
                let shares: Array1<f32> = places.iter().map(|at| shares[*at]).collect();
                let ones = Array1::ones(shares.len());
                rule.calibration = Calibration::platt(own.column(0), shares.view(), ones.view());
                let p = rule.probabilities(label, own.view());
                rule.threshold = Some(Threshold::choose(aim.policy, &column(&p), &shares.to_vec(), aim.per_day)?);
            }
            Truth::Classes(classes) => {
                let classes: Vec<usize> = places.iter().map(|at| classes[*at]).collect();
                let some: Vec<Option<usize>> = classes.iter().map(|class| Some(*class)).collect();
                rule.calibration = if label.n_outputs() == 1 {
                    let second: Array1<f32> = classes.iter().map(|class| f32::from(u8::from(*class == 1))).collect();
                    Calibration::platt(own.column(0), second.view(), Array1::ones(second.len()).view())
                } else {
                    Calibration::classes(own.view(), &some)
                };
                let p = rule.probabilities(label, own.view());
                let folds: Vec<u16> = rows.iter().map(|row| folds.of[*row]).collect();
                rule.class_weights = class_weights(p.view(), &some, &folds, aim.decide);
                confined.iter().for_each(|confined| rule.class_weights[confined.class] = 0.0);
            }
        }
        Ok(rule)
    }

    /// Probabilities, shape `(n_samples, n_probabilities)`, of decision values, shape `(n_samples, n_outputs)`.
    #[must_use]
    pub fn probabilities(&self, label: &Label, decisions: ArrayView2<'_, f32>) -> Array2<f32> {
        let mut p = Array2::zeros((decisions.nrows(), label.n_probabilities()));
        let mut values = vec![0.0; decisions.ncols()];
        for (mut p, decisions) in p.outer_iter_mut().zip(decisions.outer_iter()) {
            values.iter_mut().zip(decisions).for_each(|(to, from)| *to = *from);
            self.calibration.apply(&mut values);
            if label.classes().len() == 2 {
                (p[0], p[1]) = (1.0 - values[0], values[0]);
            } else {
                p.iter_mut().zip(&values).for_each(|(to, from)| *to = *from);
            }
        }
        p
    }

    /// The class, or for a flag 1 where it is raised.
    #[must_use]
    pub fn decide(&self, p: &[f32]) -> usize {
        match &self.threshold {
            Some(threshold) => usize::from(p.first().is_some_and(|p| *p >= threshold.value)),
            None => decide(p, &self.class_weights),
        }
    }

    /// Whether a flag is left to a person.
    fn unsure(&self, p: &[f32]) -> bool {
        self.threshold.as_ref().zip(p.first()).is_some_and(|(threshold, p)| threshold.unsure(*p))
    }

    /// Whether a flag may be left to a person.
    fn abstains(&self) -> bool {
        self.threshold.as_ref().is_some_and(|threshold| threshold.promise.is_some())
    }
}

fn column(p: &Array2<f32>) -> Vec<f32> {
    p.column(0).to_vec()
}

/// Decision values of rows by fits that had not seen them. What was chosen need not be the same for all: a row is to be
/// measured by the table of what was chosen without it, and is found in the others as they are used on it.
#[derive(Clone, Debug)]
pub struct Unseen {
    /// Each of shape `(n_samples, n_outputs)`.
    pub tables: Vec<Array2<f32>>,
    /// By which of them a row is measured; shape `(n_samples,)`.
    pub of: Vec<u16>,
}

impl Unseen {
    /// One table for all rows.
    #[must_use]
    pub fn of_all(decisions: Array2<f32>) -> Self {
        Self { of: vec![0; decisions.nrows()], tables: vec![decisions] }
    }
}

/// Probabilities and verdicts of a label's annotated rows, and their figures.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// The label.
    pub label: Label,
    /// Its annotated rows.
    pub annotated: Annotated,
    /// Shape `(n_annotated, n_probabilities)`.
    pub p: Array2<f32>,
    /// The class, or for a flag 1 where it was raised.
    pub decided: Vec<usize>,
    /// What they are worth; a flag that is left to a person counts as not raised.
    pub figures: Figures,
    /// What those are worth that are not left to a person, where the policy leaves any.
    pub abstention: Option<Abstention>,
    /// Classes that the folds could not measure.
    pub confined: Vec<Confined>,
}

/// How sure figures are to be said to be.
#[derive(Clone, Copy, Debug)]
pub struct Bootstrap<'a> {
    /// Rows that are drawn together; one number for each row of the data.
    pub groups: Option<&'a [u32]>,
    /// How often rows are drawn; 0 for no intervals.
    pub replicates: usize,
    /// Of the draws.
    pub seed: u64,
}

impl Evaluated {
    /// Measures probabilities and verdicts of `annotated`. `threshold` is only reported.
    ///
    /// # Errors
    /// When the parts do not fit together.
    pub fn new(
        label: Label,
        annotated: Annotated,
        p: Array2<f32>,
        decided: Vec<usize>,
        threshold: Option<f32>,
        bootstrap: Bootstrap<'_>,
    ) -> Result<Self, MetricsError> {
        let groups: Option<Vec<u32>> =
            bootstrap.groups.map(|groups| annotated.rows.iter().map(|row| groups[*row]).collect());
        let (groups, replicates, seed) = (groups.as_deref(), bootstrap.replicates, bootstrap.seed);
        let figures = match &annotated.truth {
            Truth::Shares(shares) => {
                let raised: Vec<bool> = decided.iter().map(|decided| *decided == 1).collect();
                flag_figures(&column(&p), shares, &raised, threshold, groups, replicates, seed)?
            }
            Truth::Classes(classes) => {
                stance_figures(p.view(), &decided, classes, label.classes(), groups, replicates, seed)?
            }
        };
        Ok(Self { label, annotated, p, decided, figures, abstention: None, confined: Vec::new() })
    }

    /// The same, and what that is worth which a flag's policy does not leave to a person; `unsure` has one entry for each
    /// annotated row.
    fn abstaining(mut self, unsure: &[bool], bootstrap: Bootstrap<'_>) -> Self {
        if let Truth::Shares(shares) = &self.annotated.truth {
            let raised: Vec<bool> = self.decided.iter().map(|decided| *decided == 1).collect();
            let groups: Option<Vec<u32>> =
                bootstrap.groups.map(|groups| self.annotated.rows.iter().map(|row| groups[*row]).collect());
            let (replicates, seed) = (bootstrap.replicates, bootstrap.seed);
            self.abstention =
                Some(abstention::abstention(shares, &raised, unsure, groups.as_deref(), replicates, seed));
        }
        self
    }

    /// How rows are ranked is told by those of classes that could be measured alone: the others came last in their own fold,
    /// as nothing like them had been learnt, and the only ones in others' folds.
    fn rank_without_confined(&mut self, bootstrap: Bootstrap<'_>) -> Result<(), MetricsError> {
        if self.confined.is_empty() {
            return Ok(());
        }
        (self.figures.auc, self.figures.average_precision) = (None, None);
        if let (false, Truth::Classes(classes)) =
            (nothing_to_measure(&self.label, &self.confined), &self.annotated.truth)
        {
            let is_confined = |at: usize| self.confined.iter().any(|confined| confined.class == classes[at]);
            let places: Vec<usize> = (0..classes.len()).filter(|at| !is_confined(*at)).collect();
            let annotated = self.annotated.at(&places);
            let p = self.p.select(ndarray::Axis(0), &places);
            let decided = places.iter().map(|at| self.decided[*at]).collect();
            let others = Self::new(self.label.clone(), annotated, p, decided, None, bootstrap)?.figures;
            (self.figures.auc, self.figures.average_precision) = (others.auc, others.average_precision);
        }
        Ok(())
    }

    /// From decision values of unseen rows, with rules fitted on the other folds: what is reported of training.
    ///
    /// # Errors
    /// When the policy cannot be applied.
    pub fn crossed(
        label: &Label,
        unseen: &Unseen,
        annotated: Annotated,
        folds: &Folds,
        aim: Aim,
        threshold: Option<f32>,
        bootstrap: Bootstrap<'_>,
    ) -> Result<Self, TrainError> {
        let mut p = Array2::zeros((annotated.len(), label.n_probabilities()));
        let mut decided = vec![0; annotated.len()];
        let mut unsure = vec![false; annotated.len()];
        let mut abstains = false;
        let confined = Confined::find(label, &annotated, folds, bootstrap.groups);
        let parts =
            (0..folds.n).flat_map(|fold| unseen.tables.iter().enumerate().map(move |(at, table)| (fold, at, table)));
        for (fold, at, decisions) in parts {
            let of_fold = |row: usize| usize::from(folds.of[row]) == fold;
            let held = annotated.places(|row| of_fold(row) && usize::from(unseen.of[row]) == at);
            if held.is_empty() {
                continue;
            }
            let others = annotated.places(|row| !of_fold(row));
            let rule = Rule::fit(label, decisions.view(), &annotated, &others, folds, &confined, aim)
                .map_err(|source| TrainError::Policy { label: label.name.clone(), source })?;
            abstains |= rule.abstains();
            let rows: Vec<usize> = held.iter().map(|at| annotated.rows[*at]).collect();
            let own = rule.probabilities(label, decisions.select(ndarray::Axis(0), &rows).view());
            for (at, own) in held.into_iter().zip(own.outer_iter()) {
                let values = own.to_vec();
                (decided[at], unsure[at]) = (rule.decide(&values), rule.unsure(&values));
                p.row_mut(at).assign(&own);
            }
        }
        let mut evaluated = Self::new(label.clone(), annotated, p, decided, threshold, bootstrap)?;
        evaluated.confined = confined;
        evaluated.rank_without_confined(bootstrap)?;
        Ok(if abstains { evaluated.abstaining(&unsure, bootstrap) } else { evaluated })
    }
}

/// How often rows are drawn anew, and from which seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draws {
    /// 0 for no intervals.
    pub replicates: usize,
    /// Of the draws.
    pub seed: u64,
}

/// Rows that are scored by one thread at a time.
const PART: usize = 512;

/// Evaluates a model on the labels that it shares with the data.
///
/// # Errors
/// When the parts do not fit together.
pub(crate) fn on(data: &Dataset, scorer: &Scorer, draws: Draws) -> Result<Vec<Evaluated>, TrainError> {
    let labels = &scorer.model().metadata.labels;
    let width: usize = labels.iter().map(|own| own.label.n_probabilities()).sum();
    let input = |row: usize| data.input(row);
    let summaries = scorer.model().featurizer().summaries(data.threads(), &input);
    let rows: Vec<f32> = (0..data.len().div_ceil(PART))
        .into_par_iter()
        .map_init(
            || scorer.clone(),
            |scorer, part| {
                let mut p = Vec::with_capacity(PART * width);
                for row in part * PART..data.len().min((part + 1) * PART) {
                    scorer.probabilities(&data.threads().place(row, input(row), &summaries), &mut p);
                }
                p
            },
        )
        .flatten_iter()
        .collect();
    let all = Array2::from_shape_vec((data.len(), width), rows).map_err(|error| LearnError::Linfa(error.into()))?;
    let mut begin = 0;
    let mut evaluated = Vec::new();
    for own in labels {
        let columns = begin..begin + own.label.n_probabilities();
        begin = columns.end;
        let Some(annotations) = data.annotations_of(&own.label) else { continue };
        let annotated = Annotated::new(&annotations);
        let p = all.slice(ndarray::s![.., columns]).select(ndarray::Axis(0), &annotated.rows);
        let rule = Rule {
            calibration: own.calibration.clone(),
            class_weights: own.class_weights.clone(),
            threshold: own.threshold.clone(),
        };
        let decided = p.outer_iter().map(|p| rule.decide(&p.to_vec())).collect();
        let threshold = own.threshold.as_ref().map(|threshold| threshold.value);
        let bootstrap = Bootstrap { groups: data.groups.as_deref(), replicates: draws.replicates, seed: draws.seed };
        let unsure: Vec<bool> = p.outer_iter().map(|p| rule.unsure(&p.to_vec())).collect();
        let own = Evaluated::new(own.label.clone(), annotated, p, decided, threshold, bootstrap)?;
        evaluated.push(if rule.abstains() { own.abstaining(&unsure, bootstrap) } else { own });
    }
    Ok(evaluated)
}
