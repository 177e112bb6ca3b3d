//! A comment's decision values, probabilities and verdict.

use std::sync::Arc;

use crate::dataset::towards::Towards;
use crate::features::blocks::Block;
use crate::features::extract::{Extracted, Extractor};
use crate::features::input::Input;
use crate::features::thread_summary::ThreadSummary;
use crate::model::base_rate::shift;
use crate::model::explain;
use crate::model::metadata::ModelLabel;
use crate::model::model::Model;
use crate::model::mute::Muter;
use crate::model::narrowed::Narrowed;
use crate::model::site::{Asked, Site, SiteError};
use crate::model::verdict::{OtherLanguage, Outcome, Verdict, Why};
use crate::text::detect::Detected;
use crate::text::no_text::has_text;

/// Scores comments one by one. Holds scratch space: one per thread. A score depends on the comment alone.
#[derive(Debug)]
pub struct Scorer {
    model: Arc<Model>,
    thresholds: Arc<[f32]>,
    /// From where on a flag that is not raised is left to a person; infinite where its policy leaves none.
    floors: Arc<[f32]>,
    /// What is added to each label's log-odds for the site's base rate.
    priors: Arc<[f32]>,
    muter: Option<Box<Muter>>,
    towards: Option<Arc<Towards>>,
    extractor: Extractor,
    extracted: Extracted,
    slots: Vec<u64>,
    columns: Vec<(u32, f32)>,
    /// Where the columns of each block end.
    ends: [usize; Block::ALL.len()],
    /// How many different words and word pairs the comment has, with nothing muted, and how many of them the model knows.
    words: (usize, usize),
    /// Every label of the model.
    all: Narrowed,
    sums: Vec<f32>,
    values: Vec<f32>,
    p: Vec<f32>,
}

impl Clone for Scorer {
    fn clone(&self) -> Self {
        Self {
            thresholds: Arc::clone(&self.thresholds),
            floors: Arc::clone(&self.floors),
            priors: Arc::clone(&self.priors),
            muter: self.muter.clone(),
            towards: self.towards.clone(),
            ..Self::plain(Arc::clone(&self.model))
        }
    }
}

impl Scorer {
    /// A scorer with the site's thresholds and base rates.
    ///
    /// # Errors
    /// When the site asks for a flag that the model does not have.
    pub fn new(model: Arc<Model>, site: &Site) -> Result<Self, SiteError> {
        let mut scorer = Self::plain(model);
        let labels = &scorer.model.metadata.labels;
        let flag = |asked: Asked, name: &String| {
            let flags = || labels.iter().filter(|label| label.threshold.is_some());
            let place = labels.iter().position(|own| own.label.name == *name);
            place.filter(|at| labels[*at].threshold.is_some()).ok_or_else(|| {
                if place.is_some() {
                    return SiteError::Stance { asked, name: name.clone() };
                }
                let flags = flags().map(|own| own.label.name.clone()).collect();
                SiteError::NoFlag { asked, name: name.clone(), flags }
            })
        };
        let mut thresholds = scorer.thresholds.to_vec();
        let mut floors = scorer.floors.to_vec();
        for (name, threshold) in &site.thresholds {
            let at = flag(Asked::Threshold, name)?;
            if !(0.0..=1.0).contains(threshold) {
                return Err(SiteError::Threshold { name: name.clone(), threshold: *threshold });
            }
            // A single threshold leaves nothing between.
            (thresholds[at], floors[at]) = (*threshold, f32::INFINITY);
        }
        let mut priors = scorer.priors.to_vec();
        for (name, share) in &site.base_rates {
            let at = flag(Asked::BaseRate, name)?;
            if !(*share > 0.0 && *share < 1.0) {
                return Err(SiteError::Share { name: name.clone(), share: *share });
            }
            let fitted = labels[at].base_rate.or(labels[at].base_rates.first().copied()).unwrap_or(0.5);
            priors[at] = shift(fitted, *share);
        }
        for name in site.muted.iter().filter_map(|muted| muted.flag.as_ref()) {
            flag(Asked::Mute, name)?;
        }
        let muter = Muter::new(&site.muted, &scorer.model.labels(), &scorer.model.featurizer.options)?;
        scorer.muter = muter.map(Box::new);
        (scorer.thresholds, scorer.floors, scorer.priors) = (thresholds.into(), floors.into(), priors.into());
        if let Some(towards) = &site.towards {
            scorer.towards = Some(Arc::new(towards.clone()));
        }
        Ok(scorer)
    }

    fn plain(model: Arc<Model>) -> Self {
        let labels = &model.metadata.labels;
        let threshold = |label: &ModelLabel| label.threshold.as_ref().map_or(0.5, |threshold| threshold.value);
        let floor = |label: &ModelLabel| {
            let guarantee = label.threshold.as_ref().and_then(|threshold| threshold.guarantee.as_ref());
            guarantee.map_or(f32::INFINITY, |guarantee| guarantee.low)
        };
        Self {
            thresholds: labels.iter().map(threshold).collect(),
            floors: labels.iter().map(floor).collect(),
            priors: labels.iter().map(|_| 0.0).collect(),
            muter: None,
            towards: model.metadata.towards.clone().map(Arc::new),
            extractor: model.featurizer.extractor(),
            extracted: Extracted::default(),
            slots: Vec::new(),
            columns: Vec::new(),
            ends: [0; Block::ALL.len()],
            words: (0, 0),
            all: Narrowed::all(&model),
            sums: Vec::new(),
            values: Vec::new(),
            p: Vec::new(),
            model,
        }
    }

    /// The model that it scores with.
    #[must_use]
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// For each label whether it may be left to a person.
    #[must_use]
    pub fn abstains(&self) -> Vec<bool> {
        let labels = self.model.metadata.labels.iter();
        labels.zip(self.floors.iter()).map(|(own, floor)| floor.is_finite() || own.guarantee.is_some()).collect()
    }

    /// What stances are towards, where that was chosen.
    #[must_use]
    pub fn towards(&self) -> Option<&Towards> {
        self.towards.as_deref()
    }

    /// The decision values of a comment, shape `(n_outputs,)`.
    pub fn decisions(&mut self, input: &Input<'_>) -> &[f32] {
        self.decide(input, None);
        &self.values
    }

    /// Writes the decision values of a comment to `values`: for some labels, or for all.
    fn decide(&mut self, input: &Input<'_>, asked: Option<&Narrowed>) {
        self.sum(input, asked);
        let words = Block::Words.index();
        self.words = (self.extracted.ngrams[0].len(), self.ends[words] - self.ends[words - 1]);
        if let Some(mut muter) = self.muter.take() {
            let rules = muter.read(input.text);
            let mut values = Vec::new();
            for (text, outputs) in rules {
                let place = |output| asked.map_or(Some(output), |asked| asked.place(output));
                let places: Vec<usize> = outputs.into_iter().filter_map(place).collect();
                if !places.is_empty() {
                    if values.is_empty() {
                        values.clone_from(&self.values);
                    }
                    self.sum(&Input { text: &text, ..*input }, asked);
                    places.into_iter().for_each(|place| values[place] = self.values[place]);
                }
            }
            if !values.is_empty() {
                self.values = values;
            }
            self.muter = Some(muter);
        }
    }

    /// Writes the decision values of a comment to `values`, and its columns to `columns`.
    fn sum(&mut self, input: &Input<'_>, asked: Option<&Narrowed>) {
        let Self { model, towards, extractor, extracted, slots, columns, ends, all, sums, values, .. } = self;
        let asked = asked.unwrap_or(all);
        extractor.extract_blocks(&Towards::set(towards.as_deref(), input), asked.reads(), extracted);
        *ends = model.featurizer.columns(extracted, slots, columns);
        asked.sum(model, columns, ends, sums, values);
    }

    /// Appends the probabilities of a comment to `out`: one for each class of a stance, one for a flag.
    pub fn probabilities(&mut self, input: &Input<'_>, out: &mut Vec<f32>) {
        self.probabilities_of(input, None, out);
    }

    fn probabilities_of(&mut self, input: &Input<'_>, asked: Option<&Narrowed>, out: &mut Vec<f32>) {
        self.decide(input, asked);
        let Self { model, priors, all, values, .. } = self;
        let mut begin = 0;
        for label in asked.unwrap_or(all).labels() {
            let (own, prior) = (&model.metadata.labels[*label], priors[*label]);
            let end = begin + own.label.n_outputs();
            let values = &mut values[begin..end];
            if prior == 0.0 {
                own.calibration.apply(values);
                if own.label.classes().len() == 2 {
                    out.push(1.0 - values[0]);
                }
                out.extend_from_slice(values);
            } else {
                // In log-odds, before the logistic function.
                let calibrated = values[0] * own.calibration.slopes[0] + own.calibration.offsets[0] + prior;
                out.push(1.0 / (1.0 + (-calibrated).exp()));
            }
            begin = end;
        }
    }

    /// The verdict on a comment, with up to `reasons` reasons for each raised flag and each stance.
    pub fn verdict(&mut self, input: &Input<'_>, reasons: usize) -> Verdict {
        let mut verdict = Verdict::default();
        self.verdict_into(input, reasons, &mut verdict);
        verdict
    }

    /// The same, reusing a verdict.
    pub fn verdict_into(&mut self, input: &Input<'_>, reasons: usize, verdict: &mut Verdict) {
        self.judge(input, None, verdict);
        if reasons > 0 && has_text(input.text) {
            let explained = self.explain(input);
            verdict.reasons = explain::reasons(&self.model, &explained, &verdict.outcomes, reasons);
        }
    }

    /// The outcomes of some labels, in their order, without reasons: identical to those of [`verdict`](Self::verdict),
    /// to the last bit.
    pub(crate) fn verdict_on(&mut self, input: &Input<'_>, asked: &Narrowed) -> Verdict {
        let mut verdict = Verdict::default();
        self.judge(input, Some(asked), &mut verdict);
        verdict
    }

    fn judge(&mut self, input: &Input<'_>, asked: Option<&Narrowed>, verdict: &mut Verdict) {
        verdict.muted.clear();
        verdict.reasons.clear();
        if !has_text(input.text) {
            verdict.language = None;
            self.no_outcomes(asked, &mut verdict.outcomes);
            return;
        }
        let mut p = std::mem::take(&mut self.p);
        p.clear();
        self.probabilities_of(input, asked, &mut p);
        let has_target = Towards::set(self.towards.as_deref(), input).towards().is_some();
        self.outcomes(&p, has_target, asked, &mut verdict.outcomes);
        self.p = p;
        verdict.muted.extend(self.muter.iter().flat_map(|muter| muter.found()).map(str::to_owned));
        verdict.language = self.other_language(input.text);
    }

    /// The language of the comment that was just scored, where it is not the model's.
    ///
    /// Detection takes several times as long as everything else, so it runs only on comments with few words and word
    /// pairs that the model knows: in its own language it knows most of them, no matter how many comments it learnt
    /// from.
    fn other_language(&self, text: &str) -> Option<OtherLanguage> {
        let options = &self.model.featurizer.options;
        let (all, known) = self.words;
        if options.hash_bits.is_some() || all == 0 || known as f32 >= KNOWN * all as f32 {
            return None;
        }
        let (detected, model) = (Detected::of(text)?, options.language);
        (detected.code() != model.code()).then_some(OtherLanguage { detected, model })
    }

    /// The outcomes of a comment without a text.
    fn no_outcomes(&self, asked: Option<&Narrowed>, outcomes: &mut Vec<Outcome>) {
        outcomes.clear();
        let labels = asked.unwrap_or(&self.all).labels().iter();
        outcomes.extend(labels.map(|label| match self.model.metadata.labels[*label].threshold {
            Some(_) => Outcome::Flag { raised: false, unsure: false, p: None, threshold: self.thresholds[*label] },
            None => Outcome::Stance { class: Err(Why::NoText), p: Vec::new() },
        }));
    }

    /// What probabilities mean, label by label.
    fn outcomes(&self, p: &[f32], has_target: bool, asked: Option<&Narrowed>, outcomes: &mut Vec<Outcome>) {
        let mut rest = p;
        let labels = asked.unwrap_or(&self.all).labels();
        outcomes.resize_with(labels.len(), || Outcome::Stance { class: Err(Why::NoText), p: Vec::new() });
        for (label, outcome) in labels.iter().zip(outcomes) {
            let own = &self.model.metadata.labels[*label];
            let (threshold, floor) = (self.thresholds[*label], self.floors[*label]);
            let (p, others) = rest.split_at(own.label.n_probabilities());
            rest = others;
            if own.threshold.is_some() {
                let raised = p[0] >= threshold;
                let unsure = !raised && p[0] >= floor;
                *outcome = Outcome::Flag { raised, unsure, p: Some(p[0]), threshold };
            } else {
                let mut kept = match outcome {
                    Outcome::Stance { p, .. } => std::mem::take(p),
                    Outcome::Flag { .. } => Vec::new(),
                };
                kept.clear();
                kept.extend_from_slice(p);
                let class = if !has_target && self.model.needs_target(own) {
                    Err(Why::NoTarget)
                } else if own.class_weights.iter().all(|weight| *weight <= 0.0) {
                    Err(Why::Unsure)
                } else {
                    let class = crate::learn::class_rule::decide(p, &own.class_weights);
                    let unsure = own.guarantee.as_ref().is_some_and(|guarantee| guarantee.unsure(class, p));
                    if unsure { Err(Why::Unsure) } else { Ok(class) }
                };
                *outcome = Outcome::Stance { class, p: kept };
            }
        }
    }

    /// Sums up the comments of a thread, for [`Input::thread`].
    pub fn summarise(&mut self, texts: impl IntoIterator<Item: AsRef<str>>) -> ThreadSummary {
        self.extractor.summarise(texts)
    }

    /// Everything that contributes to the decision values of a comment.
    pub fn explain(&mut self, input: &Input<'_>) -> explain::Explanation {
        let mut explanation = self.explain_all(input);
        if let Some(mut muter) = self.muter.take() {
            for (text, outputs) in muter.read(input.text) {
                explanation.take_over(self.explain_all(&Input { text: &text, ..*input }), &outputs);
            }
            self.muter = Some(muter);
        }
        explanation
    }

    /// The same with nothing muted.
    fn explain_all(&mut self, input: &Input<'_>) -> explain::Explanation {
        self.sum(input, None);
        let searched = input.text.floor_char_boundary(SEARCHED);
        let input = Towards::set(self.towards.as_deref(), input);
        let spans = self.extractor.spans(&Input { text: &input.text[..searched], ..input });
        explain::explain(&self.model, &self.columns, &spans, &self.priors)
    }
}

/// If a model knows this share of the words and word pairs of a comment, the comment is in its language.
const KNOWN: f32 = 0.4;

/// Reasons are searched for in this many bytes of a text; whatever contributes after that is one share.
const SEARCHED: usize = 1 << 16;
