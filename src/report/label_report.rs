//! The report of a training or an evaluation: one struct for the terminal, the page, the model card and `--json`.

use ndarray::ArrayView2;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::dataset::annotations::Truth;
use crate::dataset::label::{Kind, Label};
use crate::dataset::votes::Agreement;
use crate::learn::policy::Threshold;
use crate::learn::side_guarantee::SideGuarantee;
use crate::metrics::abstention::{Abstention, SideFigures};
use crate::metrics::calibration::{BINS, Bin, reliability};
use crate::metrics::estimate::unweighted;
use crate::metrics::figures::Figures;
use crate::metrics::ranking::Sorted;
use crate::metrics::threshold::{ThresholdPoint, threshold_curve};
use crate::train::bias::Audit;

/// All labels of one model.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report<'a> {
    /// Its subject, such as the model's name.
    #[serde(skip)]
    pub title: String,
    /// How the figures were made, in a sentence: by cross-validation, or on which rows.
    #[serde(skip)]
    pub method: String,
    /// Names and values: data, rows, options, versions.
    #[serde(skip)]
    pub provenance: Vec<(String, String)>,
    /// One for each label.
    pub labels: Vec<LabelReport<'a>>,
    /// What concerns no single label.
    pub warnings: Vec<String>,
    /// How flags treat identities and names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bias: Option<Audit>,
}

/// What is reported of one label.
#[derive(Clone, Debug)]
pub(crate) struct LabelReport<'a> {
    pub label: &'a Label,
    pub figures: &'a Figures,
    /// The same with nothing recurring across folds: the column that was kept together, and the figures.
    pub regrouped: Option<(&'a str, &'a Figures)>,
    /// Where a flag is raised, why, and what `figures` show about that.
    pub threshold: Option<Threshold>,
    /// The figures of a flag that leaves comments to a person.
    pub abstention: Option<&'a Abstention>,
    /// The guarantee of a stance's policy.
    pub guarantee: Option<SideGuarantee>,
    /// The figures of a stance that leaves comments to a person.
    pub sides: Option<&'a SideFigures>,
    /// The figures of each source of a recipe.
    pub by_source: Vec<(String, Figures)>,
    /// The mean of the AUC within each of them, where there are several.
    pub auc_within_sources: Option<f64>,
    /// Rows used only for training and in no figure, by source.
    pub teaching: Vec<(String, usize)>,
    /// The choices: blocks, C, class weight.
    pub settings: Vec<(String, String)>,
    /// For each class, or for the flag, the features that speak for it and their weights, in the order of weight times spread.
    pub strongest: Vec<(String, Vec<(String, f32)>)>,
    /// Annotations likely to be wrong, likeliest first.
    pub suspects: Vec<Suspect>,
    /// What a reader of the figures should know.
    pub warnings: Vec<String>,
    /// How far annotators agree, where comments have several.
    pub agreement: Option<&'a Agreement>,
    /// What curves are drawn from; none are without.
    pub scores: Option<Scores<'a>>,
}

/// An annotation that is likely to be wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Suspect {
    /// The place of the row, as `file:line`.
    pub place: String,
    pub id: String,
    /// The annotation.
    pub annotated: String,
    /// The prediction of a model that has not seen it.
    pub predicted: String,
    /// The probability that this model gives to the annotation.
    pub p: f32,
    /// The text of the comment.
    pub text: String,
}

/// Probabilities of the annotated rows, and their annotations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scores<'a> {
    /// Shape `(n_annotated, n_probabilities)`.
    pub p: ArrayView2<'a, f32>,
    /// One for each row.
    pub truth: &'a Truth,
}

/// Probabilities of one class, or of a flag, with the truth.
#[derive(Clone, Debug)]
pub(crate) struct Against {
    /// The class, or the name of the flag.
    pub name: String,
    /// Shape `(n_annotated,)`.
    pub p: Vec<f32>,
    /// Shares of yes, shape `(n_annotated,)`.
    pub y: Vec<f32>,
    /// The same, sorted.
    pub sorted: Sorted,
}

impl Against {
    /// How well probabilities are met, in [`BINS`] bins.
    #[must_use]
    pub(crate) fn bins(&self) -> Vec<Bin> {
        reliability(&self.p, &self.y, unweighted, BINS)
    }

    /// What each threshold would bring, in at most `at_most` points.
    #[must_use]
    pub(crate) fn thresholds(&self, at_most: usize) -> Vec<ThresholdPoint> {
        threshold_curve(&self.sorted, unweighted, at_most)
    }
}

impl LabelReport<'_> {
    /// Whether it is a flag.
    #[must_use]
    pub(crate) fn is_flag(&self) -> bool {
        self.label.kind == Kind::Flag
    }

    /// What curves are drawn of: the flag, or each class against the rest. Empty without scores, or with such as have
    /// no order.
    #[must_use]
    pub(crate) fn against(&self) -> Vec<Against> {
        let Some(scores) = self.scores else { return Vec::new() };
        let one = |name: &str, column: usize, y: Vec<f32>| {
            let p: Vec<f32> = (scores.p.outer_iter()).filter_map(|row| row.get(column).copied()).collect();
            let sorted = Sorted::new(&p, &y)?;
            (!y.is_empty()).then(|| Against { name: name.to_owned(), p, y, sorted })
        };
        match scores.truth {
            Truth::Shares(shares) => one(&self.label.name, 0, shares.clone()).into_iter().collect(),
            Truth::Classes(truth) => {
                let is = |class: usize| truth.iter().map(|own| f32::from(u8::from(*own == class))).collect();
                let classes = self.label.classes().iter().enumerate();
                classes.filter_map(|(class, name)| one(name, class, is(class))).collect()
            }
        }
    }

    /// The names of the classes in truths and verdicts: a flag's sides are called `no` and `yes`.
    #[must_use]
    pub(crate) fn class_names(&self) -> Vec<&str> {
        if self.is_flag() {
            return vec!["no", "yes"];
        }
        self.figures.per_class.iter().map(|class| class.class.as_str()).collect()
    }
}

impl Serialize for LabelReport<'_> {
    /// `name, kind`, the keys of [`Figures`], `regrouped, policy, abstention, promise, sides, by_source, auc_within_sources, teaching,
    /// agreement, settings, strongest, suspects, warnings`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            name: &'a str,
            kind: &'static str,
            #[serde(flatten)]
            figures: &'a Figures,
            #[serde(skip_serializing_if = "Option::is_none")]
            regrouped: Option<Regrouped<'a>>,
            policy: Option<&'a Threshold>,
            #[serde(skip_serializing_if = "Option::is_none")]
            abstention: Option<&'a Abstention>,
            #[serde(skip_serializing_if = "Option::is_none")]
            promise: Option<&'a SideGuarantee>,
            #[serde(skip_serializing_if = "Option::is_none")]
            sides: Option<&'a SideFigures>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            by_source: Vec<OfSource<'a>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            auc_within_sources: Option<f64>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            teaching: Vec<Teaching<'a>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            agreement: Option<&'a Agreement>,
            settings: Pairs<'a>,
            strongest: Strongest<'a>,
            suspects: &'a [Suspect],
            warnings: &'a [String],
        }
        let kind = if self.is_flag() { "flag" } else { "stance" };
        Whole {
            name: &self.label.name,
            kind,
            figures: self.figures,
            regrouped: self.regrouped.map(|(by, figures)| Regrouped { by, figures }),
            policy: self.threshold.as_ref(),
            abstention: self.abstention,
            promise: self.guarantee.as_ref(),
            sides: self.sides,
            by_source: self.by_source.iter().map(|(source, figures)| OfSource { source, figures }).collect(),
            auc_within_sources: self.auc_within_sources,
            teaching: self.teaching.iter().map(|(source, rows)| Teaching { source, rows: *rows }).collect(),
            agreement: self.agreement,
            settings: Pairs(&self.settings),
            strongest: Strongest(&self.strongest),
            suspects: &self.suspects,
            warnings: &self.warnings,
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct Regrouped<'a> {
    by: &'a str,
    #[serde(flatten)]
    figures: &'a Figures,
}

#[derive(Serialize)]
struct OfSource<'a> {
    source: &'a str,
    #[serde(flatten)]
    figures: &'a Figures,
}

#[derive(Serialize)]
struct Teaching<'a> {
    source: &'a str,
    rows: usize,
}

struct Pairs<'a>(&'a [(String, String)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

struct Strongest<'a>(&'a [(String, Vec<(String, f32)>)]);

impl Serialize for Strongest<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Feature<'a> {
            feature: &'a str,
            weight: f32,
        }
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (class, features) in self.0 {
            let features = features.iter().map(|(feature, weight)| Feature { feature, weight: *weight });
            map.serialize_entry(class, &features.collect::<Vec<_>>())?;
        }
        map.end()
    }
}
