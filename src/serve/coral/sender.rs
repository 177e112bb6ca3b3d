//! Whether a request is from Coral, or from another sender who may ask the same.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde::Deserialize;

use crate::serve::access::Caller;
use crate::serve::coral::error::CoralError;
use crate::serve::coral::signature::Signatures;
use crate::serve::object::Object;
use crate::serve::payload::Payload;
use crate::serve::refusal::Refusal;
use crate::serve::settings::Scope;

/// The limit in bytes of a body: Coral sends the text of one comment, and a little more.
const MOST_BYTES: usize = 256 << 10;

/// The body of a request whose sender may send it. Other bodies are not read, as far as the sender can be recognised
/// without them.
///
/// With secrets, only a signature identifies the sender. Without any, a key may, and without keys only this machine
/// reaches the server.
pub(crate) async fn read(caller: &Caller, headers: &HeaderMap, payload: Payload) -> Result<Bytes, CoralError> {
    let secrets = &caller.loaded.coral_secrets;
    let payload = payload.at_most(MOST_BYTES);
    if secrets.is_empty() {
        caller.may(Scope::Score).map_err(|refusal| match refusal {
            Refusal::NoKey => CoralError::NoSecrets,
            other => other.into(),
        })?;
        return Ok(payload.read().await?);
    }
    let signatures = Signatures::of(headers)?;
    let body = payload.read().await?;
    signatures.check(&body, secrets)?;
    Ok(body)
}

/// The text of a body. JSON is UTF-8 even where nobody reads it.
pub(crate) fn parse<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, CoralError> {
    let body = str::from_utf8(body).map_err(|_| CoralError::NotUtf8)?;
    let Object(said) = serde_json::from_str(body)?;
    Ok(said)
}
