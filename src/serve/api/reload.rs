//! `POST /v1/admin/reload`: model and settings are reloaded, as on SIGHUP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use tokio::task::spawn_blocking;
use utoipa::ToSchema;

use crate::serve::access::Caller;
use crate::serve::api::answer::json;
use crate::serve::api::fault::{ApiError, Fault, refuse};
use crate::serve::api::schema::ModelRef;
use crate::serve::live::told;
use crate::serve::refusal::Refusal;
use crate::serve::settings::Scope;
use crate::serve::state::App;

/// The model now in use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reloaded)]
pub(crate) struct ReloadAnswer<'a> {
    #[schema(value_type = ModelRef)]
    model: ModelRef<'a>,
    /// What the user should know about the settings.
    #[schema(value_type = Vec<String>)]
    notes: &'a [String],
}

/// Reloads model, policy, keys, settings and certificate. If anything is wrong with them, the answer says what, and the
/// previous ones stay in use.
#[utoipa::path(
    post,
    path = "/v1/admin/reload",
    tag = "operation",
    responses(
        (status = 200, description = "The model now in use", body = ReloadAnswer),
        (status = 422, description = "Model or settings cannot be used; nothing has changed", body = super::fault::ErrorBody),
    )
)]
pub(crate) async fn reload(State(app): State<App>, caller: Caller) -> Response {
    if let Err(refusal) = caller.may(Scope::Admin) {
        return refuse(&refusal);
    }
    let loading = spawn_blocking(move || app.reload());
    match loading.await {
        Ok(Ok(loaded)) => json(StatusCode::OK, &ReloadAnswer { model: ModelRef::of(&loaded), notes: &loaded.notes }),
        Ok(Err(error)) => ApiError::from(Fault::Settings(told(&error))).answer(),
        Err(_) => refuse(&Refusal::Broken),
    }
}
