//! `GET /openapi.json`: this API as `OpenAPI` 3.1, made from the types that it reads and writes.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};

use crate::serve::api::answer::written;
use crate::serve::api::{decisions, fault, labels, models, reload, samples, score, stream};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "ombud",
        description = "Classifies reader comments: where they stand, whether they are speculative, off-topic or toxic, how sure that is and why.",
    ),
    paths(
        score::score,
        stream::stream,
        decisions::decisions,
        labels::labels,
        models::models,
        reload::reload,
        healthz,
        readyz,
        metrics
    ),
    components(schemas(fault::ErrorBody)),
    tags(
        (name = "scores", description = "Verdicts on comments"),
        (name = "decisions", description = "People's decisions"),
        (name = "model", description = "The model in use"),
        (name = "operation", description = "The server itself"),
    ),
    security((), ("bearer" = []), ("header" = []), ("query" = []))
)]
struct Document;

/// Whether the server is running.
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operation",
    security(()),
    responses((status = 200, description = "It is", content_type = "text/plain", body = String))
)]
#[expect(dead_code, reason = "only its description is of use")]
fn healthz() {}

/// Whether the server takes requests and can store decisions.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operation",
    security(()),
    responses(
        (status = 200, description = "It does", content_type = "application/json", body = Object),
        (status = 503, description = "It does not; `why` says why", content_type = "application/json", body = Object),
    )
)]
#[expect(dead_code, reason = "only its description is of use")]
fn readyz() {}

/// Figures for Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operation",
    responses(
        (status = 200, description = "Figures in Prometheus's text format", content_type = "text/plain", body = String),
        (status = 401, description = "A key is needed, or the key is not known", body = fault::ErrorBody),
        (status = 403, description = "The key does not have the scope for this", body = fault::ErrorBody),
        (status = 429, description = "The key exceeded its rate: `Retry-After` says when to try again", body = fault::ErrorBody),
    )
)]
#[expect(dead_code, reason = "only its description is of use")]
fn metrics() {}

/// Needs no key: it says nothing of this site.
pub(crate) async fn openapi() -> Response {
    static TEXT: LazyLock<Bytes> = LazyLock::new(|| document().to_string().into());
    written(StatusCode::OK, TEXT.clone())
}

/// The document.
pub(crate) fn document() -> Value {
    let mut document = Document::openapi();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    components.add_security_scheme("header", SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-Api-Key"))));
    components.add_security_scheme("query", SecurityScheme::ApiKey(ApiKey::Query(ApiKeyValue::new("key"))));
    let mut document = serde_json::to_value(&document).unwrap_or_else(|error| {
        tracing::error!(%error, "the document of the API cannot be written");
        json!({})
    });
    refuse_everywhere(&mut document);
    samples::add(&mut document);
    document
}

/// What any request may be refused for.
const REFUSALS: [(&str, &str); 7] = [
    ("401", "A key is needed, or the key is not known"),
    ("403", "The key does not have the scope for this"),
    ("408", "The request did not arrive or was not completed in time"),
    ("413", "The body is too large"),
    ("429", "The key exceeded its rate: `Retry-After` says when to try again"),
    ("500", "Internal error, which is a bug"),
    (
        "503",
        "Too many requests at once, the server is stopping, or the disk cannot be written: `Retry-After` says when to try again",
    ),
];

/// Adds the refusals that are the same for all of `/v1`.
fn refuse_everywhere(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    let own = paths.iter_mut().filter(|(path, _)| path.starts_with("/v1/"));
    for operation in own.filter_map(|(_, methods)| methods.as_object_mut()).flat_map(|methods| methods.values_mut()) {
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for (status, description) in REFUSALS {
            let schema = json!({ "$ref": "#/components/schemas/Error" });
            let answer = json!({
                "description": description,
                "content": { "application/json": { "schema": schema } },
            });
            responses.entry(status).or_insert(answer);
        }
    }
}
