//! What was learnt of one label.

use crate::dataset::label::Label;
use crate::learn::crossval::Candidate;
use crate::train::decision_rule::DecisionRule;
use crate::train::evaluated::Evaluated;

/// The C that is taken where there is no cross-validation to choose it.
pub(crate) const PLAIN_COST: f32 = 3.0;

/// A fit among those that are averaged: the average of linear models is one linear model, so it costs nothing to score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Member {
    /// Its blocks and class weight.
    pub candidate: Candidate,
    /// Its inverse regularisation strength C.
    pub cost: f32,
    /// Its share in the average.
    pub share: f32,
}

/// How one label was learnt.
#[derive(Clone, Debug)]
pub(crate) struct Learnt {
    pub label: Label,
    /// How its decision values are read.
    pub rule: DecisionRule,
    /// The fits whose weights are averaged.
    pub members: Vec<Member>,
    /// The share of each class, or of yes.
    pub base_rates: Vec<f32>,
    /// What cross-validation says of it; `None` without.
    pub evaluated: Option<Evaluated>,
}

/// A column and a row that it occurs in.
pub(crate) type Witness = (u32, u32);
