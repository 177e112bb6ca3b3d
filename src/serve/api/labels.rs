//! `GET /v1/labels`: the model's labels and their thresholds.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::dataset::label::Kind;
use crate::features::input::Input;
use crate::model::metadata::ModelLabel;
use crate::model::verdict::{Outcome, Verdict};
use crate::serve::access::Caller;
use crate::serve::api::answer::json;
use crate::serve::api::fault::refuse;
use crate::serve::api::schema::ModelRef;
use crate::serve::loaded::Loaded;
use crate::serve::settings::Scope;

/// The labels of the model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Labels)]
pub(crate) struct LabelsAnswer<'a> {
    #[schema(value_type = ModelRef)]
    model: ModelRef<'a>,
    /// In the order of the labels in a verdict.
    #[schema(value_type = Vec<LabelAnswer>)]
    labels: Vec<LabelAnswer<'a>>,
}

/// One thing that the model decides.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[schema(as = Label)]
pub(crate) enum LabelAnswer<'a> {
    /// It is raised or not.
    Flag {
        #[schema(value_type = String, example = "toxicity")]
        name: &'a str,
        /// It is raised where its probability is at least this; above 1 where nothing is raised without a person.
        #[schema(example = 0.5)]
        threshold: f32,
        /// The model leaves comments to a person when it is not certain enough.
        abstains: bool,
        /// From this probability on, up to the threshold, it is left to a person.
        #[serde(skip_serializing_if = "Option::is_none")]
        unsure_from: Option<f32>,
        /// The share of comments for which it is yes, among those for which its probabilities are calibrated.
        #[schema(example = 0.08)]
        base_rate: Option<f32>,
    },
    /// It takes one of several classes, or none where that is not certain enough.
    Stance {
        #[schema(value_type = String, example = "stance")]
        name: &'a str,
        #[schema(value_type = Vec<String>)]
        classes: &'a [String],
        /// The model leaves comments to a person when it is not certain enough.
        abstains: bool,
        /// It gives no class where nothing is known that the stance could be towards.
        needs_target: bool,
        /// The share of each class in the training data.
        #[schema(value_type = BTreeMap<String, f32>)]
        base_rates: BTreeMap<&'a str, f32>,
    },
}

/// The model's labels, and their thresholds.
#[utoipa::path(
    get,
    path = "/v1/labels",
    tag = "model",
    responses((status = 200, description = "Labels, classes, thresholds, base rates", body = LabelsAnswer))
)]
pub(crate) async fn labels(caller: Caller) -> Response {
    if let Err(refusal) = caller.may(Scope::Score) {
        return refuse(&refusal);
    }
    let loaded = &*caller.loaded;
    // A verdict on nothing says which thresholds hold here.
    let (verdict, abstains) =
        loaded.scorers.with(false, |scorer| (scorer.verdict(&Input::of(""), 0), scorer.abstains()));
    json(StatusCode::OK, &LabelsAnswer { model: ModelRef::of(loaded), labels: list(loaded, &verdict, &abstains) })
}

fn list<'a>(loaded: &'a Loaded, verdict: &Verdict, abstains: &[bool]) -> Vec<LabelAnswer<'a>> {
    let of = |((own, outcome), abstains): ((&'a ModelLabel, &Outcome), &bool)| {
        let (name, abstains) = (own.label.name.as_str(), *abstains);
        match (&own.label.kind, outcome) {
            (Kind::Flag, Outcome::Flag { threshold, .. }) => {
                let guarantee = own.threshold.as_ref().and_then(|own| own.guarantee.as_ref());
                LabelAnswer::Flag {
                    name,
                    threshold: *threshold,
                    abstains,
                    unsure_from: guarantee.filter(|_| abstains).map(|guarantee| guarantee.low),
                    base_rate: own.base_rate.or(own.base_rates.first().copied()),
                }
            }
            (Kind::Stance { .. } | Kind::Flag, _) => LabelAnswer::Stance {
                name,
                classes: own.label.classes(),
                abstains,
                needs_target: loaded.model.needs_target(own),
                base_rates: own
                    .label
                    .classes()
                    .iter()
                    .map(String::as_str)
                    .zip(own.base_rates.iter().copied())
                    .collect(),
            },
        }
    };
    loaded.model.metadata.labels.iter().zip(&verdict.outcomes).zip(abstains).map(of).collect()
}
