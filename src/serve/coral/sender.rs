//! Whether a request is from Coral, or from somebody who may ask the same.

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

/// Coral sends what one comment says, and a little beside it: bytes of a body.
const MOST_BYTES: usize = 256 << 10;

/// The body of a request by somebody who may send it. Nothing is read of others, as far as that can be told without.
///
/// Where there are secrets, only a signature says who sends it. Without any a key may, and without keys the server is one
/// that this machine alone reaches.
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

/// What a body says. JSON is UTF-8 also where nobody reads it.
pub(crate) fn parse<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, CoralError> {
    let body = str::from_utf8(body).map_err(|_| CoralError::NotUtf8)?;
    let Object(said) = serde_json::from_str(body)?;
    Ok(said)
}
