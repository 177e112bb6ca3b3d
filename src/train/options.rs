//! How to train.

use crate::features::options::Options;
use crate::learn::class_rule::Decide;
use crate::learn::crossval::Solver;
use crate::learn::policy::Policy;

/// How rows are weighted by their class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClassWeight {
    /// Every row counts the same.
    None,
    /// Both sides of an output count the same.
    Balanced,
    /// What cross-validation finds better.
    #[default]
    Auto,
}

/// How to train.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TrainOptions {
    /// How text becomes features. Blocks are those to choose from if `choose_blocks`.
    pub features: Options,
    /// Whether cross-validation may leave blocks out.
    pub choose_blocks: bool,
    /// `None` takes dual coordinate descent up to 60 million stored values.
    pub solver: Option<Solver>,
    /// `None` chooses by cross-validation.
    pub cost: Option<f32>,
    /// How rows are weighted by their class.
    pub class_weight: ClassWeight,
    /// The class rule of stance labels.
    pub decide: Decide,
    /// Flags with a policy of their own.
    pub policies: Vec<(String, Policy)>,
    /// Flags whose share where the model is to be used is known, each above 0 and below 1: scores, thresholds and figures
    /// are for that share.
    pub base_rates: Vec<(String, f32)>,
    /// How many folds; below 2 there is no cross-validation.
    pub folds: usize,
    /// Of folds, rows and draws.
    pub seed: u64,
    /// How often rows are drawn anew for an interval; 0 for no intervals.
    pub replicates: usize,
    /// Whether to look for what recurs across folds, and to cross-validate once more without it.
    pub regroup: bool,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            features: Options::default(),
            choose_blocks: true,
            solver: None,
            cost: None,
            class_weight: ClassWeight::Auto,
            decide: Decide::MacroF1,
            policies: Vec::new(),
            base_rates: Vec::new(),
            folds: 5,
            seed: 1,
            replicates: 1000,
            regroup: true,
        }
    }
}
