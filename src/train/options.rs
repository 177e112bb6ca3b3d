//! How to train.

use crate::dataset::decided::Decisions;
use crate::dataset::label::Label;
use crate::dataset::train_settings::{BaseRate, TrainSettings};
use crate::features::blocks::Block;
use crate::features::options::Options;
use crate::learn::class_rule::Decide;
use crate::learn::class_weight::ClassWeight;
use crate::learn::crossval::Solver;
use crate::learn::policy::Policy;
use crate::model::model::Model;

/// How to train.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TrainOptions {
    /// How text becomes features. Blocks are those to choose from if `choose_blocks`.
    pub features: Options,
    /// Whether cross-validation may leave blocks out.
    pub choose_blocks: bool,
    /// Labels whose blocks are not chosen: with these at their usual scales.
    pub label_blocks: Vec<(String, Vec<Block>)>,
    /// `None` takes dual coordinate descent up to 60 million stored values.
    pub solver: Option<Solver>,
    /// `None` chooses by cross-validation.
    pub cost: Option<f32>,
    /// How rows are weighted by their class.
    pub class_weight: ClassWeight,
    /// The class rule of stance labels.
    pub decide: Decide,
    /// Labels with a policy of their own; of a stance it can only be `error<=`.
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
            label_blocks: Vec::new(),
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

/// Settings that do not go together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("--without cannot be used with {0}")]
    Without(&'static str),
    #[error(
        "--base keeps the model's way of reading text: leave --blocks, --ngrams, --chars, --hash-bits and --stem out"
    )]
    Base,
}

impl TrainOptions {
    /// The usual options but for what is said, where training goes on from `base` if there is one.
    pub(crate) fn of_settings(said: &TrainSettings, base: Option<&Model>) -> Result<Self, SettingsError> {
        let usual = Self::default();
        if said.without.is_some() && (said.blocks.is_some() || base.is_some()) {
            return Err(SettingsError::Without(if said.blocks.is_some() { "--blocks" } else { "--base" }));
        }
        let min_df = said.min_df.unwrap_or(usual.features.min_df).max(1);
        let features = match base {
            None => Options { min_df, ..features(said, usual.features) },
            Some(base) if reads_as_before(said) => Options { min_df, ..base.metadata.options.clone() },
            Some(_) => return Err(SettingsError::Base),
        };
        Ok(Self {
            features,
            choose_blocks: said.blocks.is_none() && base.is_none(),
            label_blocks: said.label_blocks.clone().into_iter().collect(),
            solver: said.solver.and_then(Into::into),
            cost: said.cost,
            class_weight: said.class_weight.unwrap_or(usual.class_weight),
            decide: said.decide.unwrap_or(usual.decide),
            policies: said.threshold.clone(),
            base_rates: said.base_rate.iter().map(|(label, BaseRate(rate))| (label.clone(), *rate)).collect(),
            folds: said.folds.unwrap_or(usual.folds),
            seed: said.seed.unwrap_or(usual.seed),
            replicates: said.replicates.unwrap_or(usual.replicates),
            regroup: true,
        })
    }

    /// Takes the shares of flags that are learnt from decisions, but for those that are known already: the decided comments
    /// are no fair sample, but their weights tell of the shares.
    pub(crate) fn learn(&mut self, decided: &Decisions, flags: &[String]) {
        let known = |flag: &String| self.base_rates.iter().any(|(own, _)| own == flag);
        let rates = decided.rates.iter().filter(|(flag, _)| flags.contains(flag) && !known(flag));
        let rates: Vec<(String, f32)> = rates.cloned().collect();
        self.base_rates.extend(rates);
    }

    /// Asks of the stances among `labels` what the model that training goes on from guarantees, unless something is asked of
    /// them: else they would be given without a guarantee from now on.
    pub(crate) fn keep_guarantees(&mut self, base: &Model, labels: &[Label]) {
        for own in &base.metadata.labels {
            let Some(guarantee) = &own.guarantee else { continue };
            let is_asked = self.policies.iter().any(|(name, _)| *name == own.label.name);
            if !is_asked && labels.contains(&own.label) {
                let policy = Policy::Error(guarantee.error, guarantee.confidence);
                self.policies.push((own.label.name.clone(), policy));
            }
        }
    }

    /// Forgets what was asked of a label that is not learnt.
    pub(crate) fn leave_out(&mut self, left_out: &str) {
        self.policies.retain(|(label, _)| label != left_out);
        self.base_rates.retain(|(label, _)| label != left_out);
        self.label_blocks.retain(|(label, _)| label != left_out);
    }
}

fn features(said: &TrainSettings, usual: Options) -> Options {
    let mut blocks = said.blocks.clone().unwrap_or(usual.blocks);
    blocks.retain(|block| !said.without.iter().flatten().any(|without| without == block));
    Options {
        blocks,
        ngrams: said.ngrams.unwrap_or(usual.ngrams),
        chars: said.chars.unwrap_or(usual.chars),
        hash_bits: said.hash_bits,
        stem: said.stem,
        language: said.language.unwrap_or(usual.language),
        ..usual
    }
}

/// Whether nothing is said of how text is read.
fn reads_as_before(said: &TrainSettings) -> bool {
    let own = said.blocks.is_some() || said.ngrams.is_some() || said.chars.is_some();
    !own && said.hash_bits.is_none() && said.stem.is_none()
}
