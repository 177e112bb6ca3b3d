//! Everything about a model but its numbers: labels, how text becomes features, where it comes from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dataset::label::Label;
use crate::dataset::towards::Towards;
use crate::features::blocks::Block;
use crate::features::options::Options;
use crate::learn::calibrate::Calibration;
use crate::learn::policy::Threshold;
use crate::learn::side_guarantee::SideGuarantee;
use crate::metrics::figures::Figures;
use crate::thread::columns::ColumnMap;

/// The latest version of the model file's format that this program writes and reads.
pub(crate) const FORMAT: u32 = 5;

/// The version written for a model whose stances are all given by their class rule, so that older programs can read it
/// too; they would ignore what they do not know.
pub(crate) const WITHOUT_SIDES: u32 = 4;

/// The oldest version that it reads.
pub(crate) const OLDEST: u32 = 2;

/// The oldest version with today's profiles.
pub(crate) const PROFILES: u32 = 3;

/// Everything about a model but its numbers; the JSON string in its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// The version of the file format; see [`format_for`].
    pub format: u32,
    /// Its name in results.
    pub name: String,
    /// First 16 hexadecimal digits of the SHA-256 of everything else in the file.
    #[serde(default)]
    pub hash: String,
    /// In the order of its outputs.
    pub labels: Vec<ModelLabel>,
    /// How text becomes features.
    pub options: Options,
    /// Known columns under other headers, as in the training data.
    pub columns: ColumnMap,
    /// What stances are towards, where training chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub towards: Option<Towards>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// The version of the file format for such labels.
pub(crate) fn format_for(labels: &[ModelLabel]) -> u32 {
    if labels.iter().any(|own| own.guarantee.is_some()) { FORMAT } else { WITHOUT_SIDES }
}

/// A label of a model, and how to read its decision values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelLabel {
    /// The label.
    #[serde(flatten)]
    pub label: Label,
    /// Decision values to probabilities.
    pub calibration: Calibration,
    /// For a stance, one for each class.
    pub class_weights: Vec<f32>,
    /// Of a flag.
    pub threshold: Option<Threshold>,
    /// For a stance whose policy leaves comments to a person.
    #[serde(rename = "promise", default, skip_serializing_if = "Option::is_none")]
    pub guarantee: Option<SideGuarantee>,
    /// In the training data: the share of each class, or of yes.
    pub base_rates: Vec<f32>,
    /// For a flag: the share of yes that its scores and threshold are corrected to, if it differs from the training
    /// data's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_rate: Option<f32>,
    /// For a stance: most comments that it was learnt from had a target. Old files do not have this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub towards: Option<bool>,
    /// The fits whose weights were averaged.
    pub members: Vec<ModelMember>,
    /// Its figures from cross-validation.
    pub figures: Option<Figures>,
}

/// How one of the averaged fits was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelMember {
    /// Its share in the average.
    pub share: f32,
    /// Its inverse regularisation strength C.
    pub cost: f32,
    /// Rows were weighted so that both sides count the same.
    pub balanced: bool,
    /// The blocks that were taken, with their scales.
    pub blocks: BTreeMap<Block, f32>,
}

/// Where a model comes from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// The version of the program that made it.
    pub ombud: String,
    /// Seconds since 1970, where `SOURCE_DATE_EPOCH` says so; a model bears no other date, so that it can be made again.
    pub created: Option<u64>,
    /// Names of the files that it was trained on.
    pub sources: Vec<String>,
    /// Rows that it was trained on.
    pub rows: usize,
    /// SHA-256 of their texts and annotations.
    pub sha256: String,
    /// Hash of the model that training went on from.
    pub base: Option<String>,
    /// The name of the solver that fitted it.
    pub solver: String,
    /// Folds of cross-validation; 0 for none.
    pub folds: usize,
    /// For folds and the order of rows.
    pub seed: u64,
    /// The recipe, if it was made by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipe: Option<RecipeRecord>,
}

/// The sources that a model was made from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecipeRecord {
    /// The name of its file.
    pub file: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// What was used of each of its sources.
    pub sources: Vec<SourceRecord>,
}

/// A source that a model was trained on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// The name of its file, as the recipe has it.
    pub file: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// The tables that its texts are from, where it has only their SHA-256.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<TextsRecord>,
    /// Rows that were taken of it.
    pub rows: usize,
    /// Nothing was chosen or measured on them, where a label has others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub teaches_only: bool,
    /// Rows that were made up from them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub negatives: usize,
    /// How much each row counts.
    pub weight: f32,
    /// As its source states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// How its makers ask to be cited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A table that holds the texts of a source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TextsRecord {
    /// The name of its file, as the recipe has it.
    pub file: String,
    /// SHA-256 of its file.
    pub sha256: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}
