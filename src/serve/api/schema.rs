//! What answers look like, for the document of this API: verdicts are written by `report`, which knows nothing of it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::serve::loaded::Loaded;

/// The model that spoke.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelRef<'a> {
    #[schema(value_type = String, example = "news-en")]
    name: &'a str,
    /// First 16 hexadecimal digits of the SHA-256 of its file.
    #[schema(value_type = String, example = "0123456789abcdef")]
    hash: &'a str,
}

impl<'a> ModelRef<'a> {
    pub(crate) fn of(loaded: &'a Loaded) -> Self {
        Self { name: loaded.name(), hash: loaded.hash() }
    }
}

/// One verdict, where one comment was asked about; else all, in the order of the comments.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) enum ScoreAnswer {
    One(Box<Verdict>),
    Several(Verdicts),
}

/// A line of a stream.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) enum StreamLine {
    Verdict(Box<Verdict>),
    Error(super::fault::ErrorBody),
}

/// Verdicts in the order of the comments.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) struct Verdicts {
    verdicts: Vec<Verdict>,
}

/// The verdict on a comment: a row of `ombud score --format jsonl`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) struct Verdict {
    /// The comment's id, or the number of its place.
    id: String,
    #[schema(required)]
    thread_id: Option<String>,
    #[schema(required)]
    parent_id: Option<String>,
    /// What its stance is towards, where that is not the article's title.
    #[schema(nullable = false)]
    towards: Option<String>,
    /// The outcome of each label, by name.
    labels: BTreeMap<String, Outcome>,
    /// Why, strongest first within each label; as many as were asked for.
    reasons: Vec<Reason>,
    /// Terms of the comment that the site has muted, where there are some.
    #[schema(nullable = false)]
    muted: Option<Vec<String>>,
    /// Where the comment seems to be in another language than the model's, so that all this is unreliable.
    #[schema(nullable = false)]
    language: Option<OtherLanguage>,
    #[schema(value_type = ModelRef)]
    model: ModelRef<'static>,
    /// The verdict of the site's rules, if there are any (`[[serve.policy]]`).
    #[schema(nullable = false)]
    policy: Option<Policy>,
}

/// The outcome of a label.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) enum Outcome {
    Flag(FlagOutcome),
    Stance(StanceOutcome),
}

/// The outcome of a flag.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) struct FlagOutcome {
    /// Its probability is at least the threshold.
    raised: bool,
    /// It is left to a person.
    unsure: bool,
    #[schema(required)]
    why: Option<Why>,
    /// The calibrated probability; null without a text.
    #[schema(required)]
    p: Option<f32>,
    threshold: f32,
}

/// The outcome of a stance.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) struct StanceOutcome {
    /// Null where none is given.
    #[schema(required)]
    class: Option<String>,
    /// It is left to a person.
    unsure: bool,
    #[schema(required)]
    why: Option<Why>,
    /// The calibrated probability of each class; null without a text.
    #[schema(required)]
    p: Option<BTreeMap<String, f32>>,
}

/// Why nothing is decided.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) enum Why {
    Unsure,
    NoText,
    NoTarget,
}

/// Evidence for a raised flag, or for the class of a stance.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) struct Reason {
    label: String,
    #[schema(required)]
    class: Option<String>,
    /// Its kind: `words`, `shape: sentences`.
    feature: String,
    /// The piece of the comment, where it is one.
    #[schema(required)]
    text: Option<String>,
    /// Where it begins, in Unicode scalar values.
    #[schema(required)]
    begin: Option<usize>,
    #[schema(required)]
    end: Option<usize>,
    /// What it adds to the log-odds.
    share: f32,
}

/// Two languages, by their codes.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) struct OtherLanguage {
    /// That which the comment seems to be in.
    detected: String,
    /// That of the model.
    model: String,
}

/// The site's rules that apply to a verdict. The server does nothing about it: that is up to the client.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) struct Policy {
    /// The rule that wins; null where none applies.
    #[schema(required)]
    rule: Option<PolicyRule>,
    /// The rule in shadow mode that would have won; it is only counted and logged.
    #[schema(required)]
    shadow: Option<PolicyRule>,
}

/// A rule, and what it requests, in Coral's terms.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is of use")]
pub(crate) struct PolicyRule {
    #[schema(example = "toxicity")]
    label: String,
    #[schema(nullable = false)]
    class: Option<String>,
    #[schema(nullable = false, example = "SYSTEM_WITHHELD")]
    status: Option<String>,
    #[schema(nullable = false, example = "COMMENT_DETECTED_TOXIC")]
    flag: Option<String>,
    #[schema(nullable = false, example = "ABUSIVE")]
    rejection: Option<String>,
}
