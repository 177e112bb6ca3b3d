//! Who calls, and what they may do.

use std::borrow::Cow;
use std::convert::Infallible;
use std::iter::once_with;
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

/// Who calls, and the model in use: the same for a whole request, even if another is loaded meanwhile.
pub(crate) struct Caller {
    pub(crate) loaded: Arc<Loaded>,
    who: Who,
}

enum Who {
    /// There are no keys.
    Anyone,
    /// There are no keys, and a browser sends this from a page of another site.
    OtherOrigin,
    /// There are no keys, and a proxy on this machine forwards a request of another machine.
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

    /// The same for several at once, as in a batch.
    pub(crate) fn may_all(&self, scope: Scope, n: usize) -> Result<(), Refusal> {
        self.count(scope, n, 0)
    }

    /// The same for the remaining comments of a request that has been counted: before its body is read, their number is
    /// not known.
    pub(crate) fn may_rest(&self, scope: Scope, n: usize) -> Result<(), Refusal> {
        self.count(scope, n.saturating_sub(1), 1)
    }

    fn count(&self, scope: Scope, n: usize, before: u32) -> Result<(), Refusal> {
        match &self.who {
            Who::Anyone => Ok(()),
            Who::OtherOrigin => Err(Refusal::OtherOrigin),
            Who::OtherMachine => Err(Refusal::OtherMachine),
            Who::Nobody => Err(Refusal::NoKey),
            Who::Unknown => Err(Refusal::UnknownKey),
            Who::Key(key) => key.may(scope, u32::try_from(n).unwrap_or(u32::MAX), before),
        }
    }

    /// How many comments the caller's key may have scored at once; none if it has no rate.
    pub(crate) fn burst(&self) -> Option<usize> {
        match &self.who {
            Who::Key(key) => key.burst().map(|burst| burst.get() as usize),
            Who::Anyone | Who::OtherOrigin | Who::OtherMachine | Who::Nobody | Who::Unknown => None,
        }
    }

    /// The name of the caller's key; `anyone` on a server without keys. Decisions get it as their reviewer.
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
    let mut presented = presented(headers, uri).peekable();
    if presented.peek().is_none() {
        return Who::Nobody;
    }
    let known = presented.find_map(|key| keys.find(key.trim()));
    known.map_or(Who::Unknown, |key| Who::Key(Arc::clone(key)))
}

/// The keys in a request: in headers, which are not logged along the way as addresses are, and in `?key=`. Some of them
/// may be for others, such as a token for a proxy in the place of a key.
fn presented<'r>(headers: &'r HeaderMap, uri: &'r Uri) -> impl Iterator<Item = Cow<'r, str>> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text(AUTHORIZATION.as_str()).and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(key)
    });
    let in_headers = [bearer, text("x-api-key"), text("x-goog-api-key")].map(|key| key.map(Cow::Borrowed));
    let in_query = || {
        let mut pairs = form_urlencoded::parse(uri.query()?.as_bytes());
        pairs.find_map(|(name, value)| (name == "key").then_some(value))
    };
    in_headers.into_iter().chain(once_with(in_query)).flatten().filter(|key| !key.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(headers: &[(&'static str, &'static str)], uri: &'static str) -> Vec<String> {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        presented(&headers, &Uri::from_static(uri)).map(Cow::into_owned).collect()
    }

    #[test]
    fn a_key_comes_in_a_header_or_in_the_query() {
        assert!(keys(&[], "/v1/score").is_empty());
        assert_eq!(keys(&[], "/v1/score?alt=json&key=a%2Bb&key=c"), ["a+b"]);
        assert!(keys(&[], "/v1/score?key=").is_empty());
        assert_eq!(keys(&[("authorization", "bearer abc")], "/?key=x"), ["abc", "x"]);
        assert_eq!(keys(&[("authorization", "Basic abc")], "/?key=x"), ["x"]);
        assert_eq!(keys(&[("x-api-key", "abc"), ("x-goog-api-key", "def")], "/"), ["abc", "def"]);
    }
}
