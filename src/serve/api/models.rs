//! `GET /v1/models`: the model in use, what it was trained on, and its figures.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::metrics::figures::Figures;
use crate::model::metadata::{ModelLabel, Provenance, SourceRecord};
use crate::serve::access::Caller;
use crate::serve::api::answer::json;
use crate::serve::api::fault::refuse;
use crate::serve::loaded::Loaded;
use crate::serve::settings::Scope;

/// The models that answer: one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Models)]
pub(crate) struct ModelsAnswer<'a> {
    #[schema(value_type = Vec<ModelAnswer>)]
    models: [ModelAnswer<'a>; 1],
}

/// A model: what `ombud inspect` says of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Model)]
pub(crate) struct ModelAnswer<'a> {
    #[schema(value_type = String, example = "news-en")]
    name: &'a str,
    /// First 16 hexadecimal digits of the SHA-256 of its file.
    #[schema(value_type = String)]
    hash: &'a str,
    /// The version of ombud that trained it.
    #[schema(value_type = String)]
    ombud: &'a str,
    /// Rows that it was trained on.
    rows: usize,
    /// SHA-256 of their texts and annotations.
    #[schema(value_type = String)]
    data_sha256: &'a str,
    /// The hash of the model that training went on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    base: Option<&'a str>,
    /// Folds of its cross-validation; 0 for none.
    folds: usize,
    /// What it was trained on.
    #[schema(value_type = Vec<SourceAnswer>)]
    sources: Vec<SourceAnswer<'a>>,
    /// Its labels, with their figures.
    #[schema(value_type = Vec<LabelFigures>)]
    labels: Vec<LabelFigures<'a>>,
}

/// Something that a model was trained on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Source)]
pub(crate) struct SourceAnswer<'a> {
    #[schema(value_type = String)]
    file: &'a str,
    /// Rows that were taken of it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<usize>,
    /// As its source states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    licence: Option<&'a str>,
    /// How its makers ask to be cited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    citation: Option<&'a str>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    url: Option<&'a str>,
}

/// The figures of a label from cross-validation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LabelFigures<'a> {
    #[schema(value_type = String, example = "toxicity")]
    name: &'a str,
    /// As `ombud evaluate --json` writes them, with 95 % intervals; null where nothing was measured.
    #[schema(value_type = Option<Object>)]
    figures: Option<&'a Figures>,
}

/// The model in use, what it was trained on, and its figures from cross-validation.
#[utoipa::path(
    get,
    path = "/v1/models",
    tag = "model",
    responses((status = 200, description = "Names, hashes, provenance, figures", body = ModelsAnswer))
)]
pub(crate) async fn models(caller: Caller) -> Response {
    match caller.may(Scope::Score) {
        Ok(()) => json(StatusCode::OK, &ModelsAnswer { models: [model(&caller.loaded)] }),
        Err(refusal) => refuse(&refusal),
    }
}

fn model<'a>(loaded: &'a Loaded) -> ModelAnswer<'a> {
    let Provenance { ombud, sources, rows, sha256, base, folds, recipe, .. } = &loaded.model.metadata.provenance;
    let named = |file| SourceAnswer { file, rows: None, licence: None, citation: None, url: None };
    let of_recipe = |source: &'a SourceRecord| SourceAnswer {
        file: &source.file,
        rows: Some(source.rows),
        licence: source.licence.as_deref(),
        citation: source.citation.as_deref(),
        url: source.url.as_deref(),
    };
    let figures = |own: &'a ModelLabel| LabelFigures { name: &own.label.name, figures: own.figures.as_ref() };
    ModelAnswer {
        name: loaded.name(),
        hash: loaded.hash(),
        ombud,
        rows: *rows,
        data_sha256: sha256,
        base: base.as_deref(),
        folds: *folds,
        sources: match recipe {
            Some(recipe) => recipe.sources.iter().map(of_recipe).collect(),
            None => sources.iter().map(|file| named(file)).collect(),
        },
        labels: loaded.model.metadata.labels.iter().map(figures).collect(),
    }
}
