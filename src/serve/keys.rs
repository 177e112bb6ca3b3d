//! The API keys of a site: who has a key, what it may do and how often.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::DefaultClock;
use subtle::ConstantTimeEq as _;

use crate::serve::allowance::Allowance;
use crate::serve::refusal::Refusal;
use crate::serve::secret::{Digest, Secret, SecretError};
use crate::serve::settings::{KeySecret, KeySettings, Scope};

/// All keys. Without any, whoever reaches the server may do everything.
#[derive(Debug, Default)]
pub(crate) struct Keys(Vec<Arc<Key>>);

/// A key.
#[derive(Debug)]
pub(crate) struct Key {
    name: String,
    digest: Digest,
    scopes: BTreeSet<Scope>,
    rate: Option<(NonZeroU32, NonZeroU32)>,
    allowance: Option<Allowance>,
}

/// Keys that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    #[error("key {name:?}")]
    Secret { name: String, source: SecretError },
    #[error("the keys {0:?} and {1:?} are the same")]
    Same(String, String),
}

impl Keys {
    /// Reads the keys. A key that existed `before` with the same name and rate keeps what it has used.
    pub(crate) fn new(settings: &[KeySettings], before: Option<&Self>) -> Result<Self, KeysError> {
        let mut keys: Vec<Arc<Key>> = Vec::new();
        for own in settings {
            let digest = match &own.secret {
                KeySecret::Digest(digest) => *digest,
                KeySecret::File(path) => {
                    Secret::read(path).map_err(|source| KeysError::Secret { name: own.name.clone(), source })?.digest()
                }
            };
            if let Some(same) = keys.iter().find(|key| key.digest == digest) {
                return Err(KeysError::Same(same.name.clone(), own.name.clone()));
            }
            let key = Key::new(own, digest);
            let past = before.iter().flat_map(|before| &before.0).find(|past| past.is_as(&key));
            keys.push(past.map_or_else(|| Arc::new(key), Arc::clone));
        }
        Ok(Self(keys))
    }

    /// There are none: everything is open.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whose key that is. It takes equally long whichever it is, and if it is none.
    pub(crate) fn find(&self, presented: &str) -> Option<&Arc<Key>> {
        let digest = crate::serve::secret::digest(presented.as_bytes());
        self.0.iter().fold(None, |found, key| if key.digest.ct_eq(&digest).into() { Some(key) } else { found })
    }
}

impl Key {
    fn new(settings: &KeySettings, digest: Digest) -> Self {
        let KeySettings { name, scopes, rate, .. } = settings;
        let allowance = rate.map(|(rate, burst)| Allowance::new(rate, burst, DefaultClock::default()));
        Self { name: name.clone(), digest, scopes: scopes.clone(), rate: *rate, allowance }
    }

    fn is_as(&self, other: &Self) -> bool {
        (&self.name, &self.digest, &self.scopes, self.rate) == (&other.name, &other.digest, &other.scopes, other.rate)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many requests it may make at once, after a pause; none if it has no rate.
    pub(crate) fn burst(&self) -> Option<NonZeroU32> {
        self.rate.map(|(_, burst)| burst)
    }

    /// Whether it may do that at all.
    pub(crate) fn has(&self, scope: Scope) -> Result<(), Refusal> {
        if self.scopes.contains(&scope) { Ok(()) } else { Err(Refusal::OutOfScope(scope)) }
    }

    /// Whether it may do that now. The call counts as `n` requests, besides the `before` that were counted for it.
    pub(crate) fn may(&self, scope: Scope, n: u32, before: u32) -> Result<(), Refusal> {
        self.has(scope)?;
        let (Some(allowance), Some((rate, _))) = (&self.allowance, self.rate) else { return Ok(()) };
        allowance.take(n, before).map_err(|wait| Refusal::TooMany { rate: rate.get(), wait })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(name: &str, secret: KeySecret, rate: Option<u32>) -> KeySettings {
        let rate = rate.and_then(NonZeroU32::new).map(|rate| (rate, rate));
        KeySettings { name: name.to_owned(), secret, scopes: BTreeSet::from([Scope::Score]), rate }
    }

    fn digest(key: &str) -> KeySecret {
        KeySecret::Digest(Secret::new(key).digest())
    }

    #[test]
    fn a_key_is_known_and_does_what_its_scopes_allow_as_often_as_its_rate_allows() {
        let keys =
            Keys::new(&[settings("a", digest("one"), Some(2)), settings("b", digest("two"), None)], None).unwrap();
        assert!(keys.find("three").is_none());
        let [a, b] = ["one", "two"].map(|key| keys.find(key).unwrap());
        assert_eq!((a.name(), b.name()), ("a", "b"));
        assert_eq!(b.may(Scope::Admin, 1, 0), Err(Refusal::OutOfScope(Scope::Admin)));
        assert_eq!([a.may(Scope::Score, 1, 0), a.may(Scope::Score, 1, 1)], [Ok(()), Ok(())]);
        assert!(matches!(a.may(Scope::Score, 1, 0), Err(Refusal::TooMany { rate: 2, .. })));
        assert_eq!(b.may(Scope::Score, 1, 0), Ok(()));
    }

    #[test]
    fn reloading_gives_no_key_a_new_allowance_unless_it_changed() {
        let before = Keys::new(&[settings("a", digest("one"), Some(1))], None).unwrap();
        assert_eq!(before.find("one").unwrap().may(Scope::Score, 1000, 0), Ok(()));
        let may = |rate| {
            let keys = Keys::new(&[settings("a", digest("one"), Some(rate))], Some(&before)).unwrap();
            keys.find("one").unwrap().may(Scope::Score, 1, 0)
        };
        assert!(may(1).is_err());
        assert_eq!(may(2), Ok(()));
    }

    #[test]
    fn keys_that_are_the_same_or_cannot_be_read_are_refused() {
        let twice = [settings("a", digest("one"), None), settings("b", digest("one"), None)];
        assert!(matches!(Keys::new(&twice, None), Err(KeysError::Same(..))));
        let missing = [settings("a", KeySecret::File("/nowhere/at/all".into()), None)];
        assert!(matches!(Keys::new(&missing, None), Err(KeysError::Secret { .. })));
    }
}
