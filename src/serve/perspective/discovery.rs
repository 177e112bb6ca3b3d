//! The discovery document: what Google's own clients read to know the API, and where it is.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::serve::access::Caller;
use crate::serve::perspective::error::Problem;
use crate::serve::perspective::json;
use crate::serve::state::App;

/// All of it but the address.
const DOCUMENT: &str = include_str!("discovery.json");
/// The position of the address in it.
const ROOT: &str = "\"ROOT\"";
const VERSION: &str = "v1alpha1";

pub(crate) async fn discovery(State(app): State<App>, caller: Caller, headers: HeaderMap, uri: Uri) -> Response {
    let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    match pairs.find(|(name, _)| name == "version") {
        Some((_, version)) if version != VERSION => Problem::UnknownVersion(version.into_owned()).into_response(),
        Some(_) | None => {
            let root = Value::String(format!("{}/", app.public_url(&caller.loaded, &headers)));
            json::answer(StatusCode::OK, DOCUMENT.replace(ROOT, &root.to_string()).into_bytes())
        }
    }
}
