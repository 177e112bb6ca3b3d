//! Who calls, and whether he may.

use std::borrow::Cow;
use std::convert::Infallible;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};

use crate::serve::keys::{Key, Keys};
use crate::serve::loaded::Loaded;
use crate::serve::machine::{is_from_elsewhere, is_passed_on};
use crate::serve::refusal::Refusal;
use crate::serve::settings::Scope;
use crate::serve::state::App;

/// Who calls, and the model that answers: one for all of a request, also where another is loaded meanwhile.
pub(crate) struct Caller {
    pub(crate) loaded: Arc<Loaded>,
    who: Who,
}

enum Who {
    /// There are no keys.
    Anyone,
    /// There are no keys, and a browser sends this from a page of another site.
    OtherOrigin,
    /// There are no keys, and a proxy on this machine passes on what another one sends.
    OtherMachine,
    Nobody,
    Unknown,
    Key(Arc<Key>),
}

impl Caller {
    /// Whether the caller may do that at all; nothing is counted.
    pub(crate) fn has(&self, scope: Scope) -> Result<(), Refusal> {
        match &self.who {
            Who::Key(key) => key.has(scope),
            Who::Anyone | Who::OtherOrigin | Who::OtherMachine | Who::Nobody | Who::Unknown => self.may(scope),
        }
    }

    /// Whether the caller may do that, now. It counts as a request of its key.
    pub(crate) fn may(&self, scope: Scope) -> Result<(), Refusal> {
        self.may_all(scope, 1)
    }

    /// The same of so many at once, as in a batch.
    pub(crate) fn may_all(&self, scope: Scope, n: usize) -> Result<(), Refusal> {
        match &self.who {
            Who::Anyone => Ok(()),
            Who::OtherOrigin => Err(Refusal::OtherOrigin),
            Who::OtherMachine => Err(Refusal::OtherMachine),
            Who::Nobody => Err(Refusal::NoKey),
            Who::Unknown => Err(Refusal::UnknownKey),
            Who::Key(key) => {
                let n =
                    u32::try_from(n).ok().map_or(NonZeroU32::MAX, |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN));
                key.may(scope, n)
            }
        }
    }

    /// What the caller's key is called; of a server without keys `anyone`. Decisions that it makes are put down to it.
    pub(crate) fn name(&self) -> &str {
        match &self.who {
            Who::Key(key) => key.name(),
            Who::Anyone | Who::OtherOrigin | Who::OtherMachine | Who::Nobody | Who::Unknown => "anyone",
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // Put there by `observe`, which names it in the answer.
        let loaded = parts.extensions.get::<Arc<Loaded>>().map_or_else(|| app.live.now(), Arc::clone);
        let who = who(&loaded.keys, &parts.headers, &parts.uri);
        Ok(Self { loaded, who })
    }
}

fn who(keys: &Keys, headers: &HeaderMap, uri: &Uri) -> Who {
    if keys.is_empty() {
        // It listens to this machine alone; but who sends from there is not always who asks.
        return if is_passed_on(headers) {
            Who::OtherMachine
        } else if is_from_elsewhere(headers) {
            Who::OtherOrigin
        } else {
            Who::Anyone
        };
    }
    match presented(headers, uri) {
        None => Who::Nobody,
        Some(key) => keys.find(key.trim()).map_or(Who::Unknown, |key| Who::Key(Arc::clone(key))),
    }
}

/// The key of a request: of headers, which are not written down on the way as addresses are, or `?key=`.
fn presented<'r>(headers: &'r HeaderMap, uri: &'r Uri) -> Option<Cow<'r, str>> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text(AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key)
    });
    let header = bearer.or_else(|| text("x-api-key")).or_else(|| text("x-goog-api-key"));
    let in_query = || {
        let mut pairs = form_urlencoded::parse(uri.query()?.as_bytes());
        pairs.find_map(|(name, value)| (name == "key").then_some(value))
    };
    header.map(Cow::Borrowed).or_else(in_query).filter(|key| !key.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(headers: &[(&'static str, &'static str)], uri: &'static str) -> Option<String> {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        presented(&headers, &Uri::from_static(uri)).map(Cow::into_owned)
    }

    #[test]
    fn a_key_comes_in_a_header_or_in_the_query() {
        assert_eq!(key(&[], "/v1/score"), None);
        assert_eq!(key(&[], "/v1/score?alt=json&key=a%2Bb&key=c").as_deref(), Some("a+b"));
        assert_eq!(key(&[], "/v1/score?key="), None);
        assert_eq!(key(&[("authorization", "bearer abc")], "/?key=x").as_deref(), Some("abc"));
        assert_eq!(key(&[("authorization", "Basic abc")], "/?key=x").as_deref(), Some("x"));
        assert_eq!(key(&[("x-api-key", "abc")], "/").as_deref(), Some("abc"));
    }
}
