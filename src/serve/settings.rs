//! `[serve]` of `ombud.toml`, as far as it can be checked without a model.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use axum::http::Uri;
use serde::Deserialize;

use crate::serve::limits::Limits;
use crate::serve::machine::is_here;
use crate::serve::policy::Rule;
use crate::serve::secret::{Digest, Secret, SecretError};

/// A site's settings for its server; without `[serve]` everything has a default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Settings {
    /// The address to listen on, unless the command line has one.
    pub(crate) listen: Option<SocketAddr>,
    /// The address that clients know it by.
    pub(crate) public_url: Option<PublicUrl>,
    /// PEM files.
    pub(crate) tls_certificate: Option<PathBuf>,
    pub(crate) tls_key: Option<PathBuf>,
    pub(crate) keys: Vec<KeySettings>,
    pub(crate) limits: Limits,
    pub(crate) perspective: PerspectiveSettings,
    pub(crate) coral: CoralSettings,
    /// From scores to actions, in order.
    pub(crate) policy: Vec<Rule>,
}

/// What a caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scope {
    /// Perspective's `comments:analyze`.
    Analyze,
    /// Perspective's `comments:suggestscore`.
    Suggest,
    /// Scores of our own API.
    Score,
    /// Decisions on comments.
    Decide,
    /// Reloading model and settings.
    Admin,
    /// Figures for Prometheus.
    Metrics,
}

impl Scope {
    /// As settings write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Analyze => "analyze",
            Self::Suggest => "suggest",
            Self::Score => "score",
            Self::Decide => "decide",
            Self::Admin => "admin",
            Self::Metrics => "metrics",
        }
    }
}

/// A key of the API.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "KeyEntry")]
pub(crate) struct KeySettings {
    pub(crate) name: String,
    pub(crate) secret: KeySecret,
    pub(crate) scopes: BTreeSet<Scope>,
    /// Requests per second, and how many at once after a pause.
    pub(crate) rate: Option<(NonZeroU32, NonZeroU32)>,
}

/// Where the secret of a key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeySecret {
    Digest(Digest),
    /// The first line of a file.
    File(PathBuf),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct KeyEntry {
    name: String,
    key: Option<Secret>,
    key_sha256: Option<String>,
    key_file: Option<PathBuf>,
    scopes: BTreeSet<Scope>,
    rate: Option<NonZeroU32>,
    burst: Option<NonZeroU32>,
}

/// An entry of a key that is not valid.
#[derive(Debug, thiserror::Error)]
enum KeyError {
    #[error("a key needs a name")]
    Unnamed,
    #[error("key {0:?} needs exactly one of key, key-sha256 and key-file")]
    OneSecret(String),
    #[error(
        "key {0:?} is shorter than 16 characters: use one that nobody can guess, such as from openssl rand -hex 32"
    )]
    Short(String),
    #[error("key-sha256 of {0:?} is not 64 hexadecimal digits, as printed by sha256sum")]
    Digest(String),
    #[error("key {0:?} has no scopes: use analyze, suggest, score, decide, admin or metrics")]
    NoScope(String),
    #[error("key {0:?} has a burst but no rate")]
    Burst(String),
}

/// A key that is shorter can be guessed.
const SHORTEST: usize = 16;

impl TryFrom<KeyEntry> for KeySettings {
    type Error = KeyError;

    fn try_from(entry: KeyEntry) -> Result<Self, KeyError> {
        let KeyEntry { name, key, key_sha256, key_file, scopes, rate, burst } = entry;
        if name.trim().is_empty() {
            return Err(KeyError::Unnamed);
        }
        let secret = match (key, key_sha256, key_file) {
            (Some(key), None, None) if key.expose().len() < SHORTEST => return Err(KeyError::Short(name)),
            (Some(key), None, None) => KeySecret::Digest(key.digest()),
            (None, Some(hex), None) => match from_hex(&hex) {
                Some(digest) => KeySecret::Digest(digest),
                None => return Err(KeyError::Digest(name)),
            },
            (None, None, Some(file)) => KeySecret::File(file),
            (None, None, None) | (Some(_), Some(_), _) | (Some(_), _, Some(_)) | (_, Some(_), Some(_)) => {
                return Err(KeyError::OneSecret(name));
            }
        };
        if scopes.is_empty() {
            return Err(KeyError::NoScope(name));
        }
        let rate = match (rate, burst) {
            (Some(rate), burst) => Some((rate, burst.unwrap_or_else(|| rate.saturating_mul(TWICE)))),
            (None, None) => None,
            (None, Some(_)) => return Err(KeyError::Burst(name)),
        };
        Ok(Self { name, secret, scopes, rate })
    }
}

/// The default burst of a key is this many times its rate.
const TWICE: NonZeroU32 = NonZeroU32::MIN.saturating_add(1);

fn from_hex(text: &str) -> Option<Digest> {
    let mut digest = [0; 32];
    let bytes = text.trim().as_bytes();
    if bytes.len() != 2 * digest.len() {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(bytes.chunks(2)) {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        *byte = (digit(pair[0])? * 16 + digit(pair[1])?) as u8;
    }
    Some(digest)
}

/// The address that clients know a server by: scheme and host, perhaps with a path, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct PublicUrl(String);

impl PublicUrl {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether only this machine can mean itself by it.
    pub(crate) fn is_here(&self) -> bool {
        self.0.parse::<Uri>().is_ok_and(|url| url.host().is_some_and(is_here))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not an address like https://ombud.example")]
pub(crate) struct UrlError(String);

impl TryFrom<String> for PublicUrl {
    type Error = UrlError;

    fn try_from(text: String) -> Result<Self, UrlError> {
        let is_http = |url: &Uri| matches!(url.scheme_str(), Some("http" | "https")) && url.query().is_none();
        match text.parse::<Uri>() {
            Ok(url) if is_http(&url) => Ok(Self(text.trim_end_matches('/').to_owned())),
            Ok(_) | Err(_) => Err(UrlError(text)),
        }
    }
}

/// `[serve.perspective]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct PerspectiveSettings {
    /// Further names of attributes, each with its label.
    pub(crate) aliases: BTreeMap<String, String>,
}

/// `[serve.coral]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct CoralSettings {
    /// What Coral signs its requests with; several while one is replaced.
    secrets: OneOrMore,
    /// A file with them, one a line.
    secrets_file: Option<PathBuf>,
    /// Where articles and comments are fetched from that webhooks name.
    pub(crate) graphql: Option<PublicUrl>,
    /// A token for that, of an administrator.
    token: Option<Secret>,
    /// A file with the token.
    token_file: Option<PathBuf>,
    /// Whether to read the pages of stories for the articles' texts; Coral knows only their titles and descriptions.
    pub(crate) read_articles: bool,
    /// Whether comments that are flagged come into the review queue.
    pub(crate) queue: bool,
}

/// Secrets. A single one is accepted as well, because an error about a missing list would print it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(Secret),
    More(Vec<Secret>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        Self::More(Vec::new())
    }
}

impl CoralSettings {
    /// What the user should know about these settings.
    pub(crate) fn notes(&self, has_secrets: bool, has_policy: bool) -> impl Iterator<Item = String> {
        let asks = |what: &str| format!("ombud.toml: [serve.coral] {what} has no effect without graphql");
        let notes = [
            (has_secrets && !has_policy).then(|| {
                "ombud.toml: Coral's moderation phase is set up, but no [[serve.policy]] acts on comments".to_owned()
            }),
            (self.queue && self.graphql.is_none()).then(|| asks("queue")),
            (self.read_articles && self.graphql.is_none()).then(|| asks("read-articles")),
        ];
        notes.into_iter().flatten()
    }

    /// What requests may be signed with.
    pub(crate) fn secrets(&self) -> Result<Vec<Secret>, SecretError> {
        let mut secrets = match &self.secrets {
            OneOrMore::One(secret) => vec![secret.clone()],
            OneOrMore::More(secrets) => secrets.clone(),
        };
        if let Some(path) = &self.secrets_file {
            secrets.extend(Secret::read_all(path)?);
        }
        // Anybody can sign with nothing.
        if secrets.iter().any(|secret| secret.expose().trim().is_empty()) {
            return Err(SecretError::Blank);
        }
        Ok(secrets)
    }

    /// The token for Coral's GraphQL, if one is named.
    pub(crate) fn token(&self) -> Result<Option<Secret>, SecretError> {
        match (&self.token_file, &self.token) {
            (Some(path), _) => Secret::read(path).map(Some),
            (None, token) => Ok(token.clone()),
        }
    }
}

/// Why `[serve]` of a policy file cannot be used. The message names file and line, but never quotes the line, which may
/// be a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("cannot read {}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{}{}: {message}", path.display(), line.map_or_else(String::new, |line| format!(", line {line}")))]
    Entry { path: PathBuf, line: Option<usize>, message: String },
}

impl Settings {
    /// The settings of a policy file; defaults if there is none. Paths in it are relative to the file.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self, SettingsError> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path)
            .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
        let mut settings = Self::parse(&text).map_err(|(line, message)| {
            let path = path.to_owned();
            SettingsError::Entry { path, line, message }
        })?;
        if let Some(folder) = path.parent() {
            settings.paths().for_each(|own| *own = folder.join(&*own));
        }
        Ok(settings)
    }

    /// Parses a policy file; an error with its line.
    fn parse(text: &str) -> Result<Self, (Option<usize>, String)> {
        #[derive(Deserialize)]
        struct File {
            #[serde(default)]
            serve: Settings,
        }
        let file: File = toml::from_str(text).map_err(|error| {
            let line =
                error.span().map(|span| 1 + text.as_bytes().iter().take(span.start).filter(|b| **b == b'\n').count());
            (line, error.message().to_owned())
        })?;
        let settings = file.serve;
        let mut names = BTreeSet::new();
        match settings.keys.iter().find(|key| !names.insert(key.name.as_str())) {
            Some(twice) => Err((None, format!("two keys under [[serve.keys]] have the name {:?}", twice.name))),
            None => Ok(settings),
        }
    }

    /// The files that they name.
    fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let keys = self.keys.iter_mut().filter_map(|key| match &mut key.secret {
            KeySecret::File(path) => Some(path),
            KeySecret::Digest(_) => None,
        });
        let Self { tls_certificate, tls_key, coral, .. } = self;
        let named = [tls_certificate, tls_key, &mut coral.secrets_file, &mut coral.token_file];
        named.into_iter().flatten().chain(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
        [thresholds]
        spam = 0.3
        [serve]
        listen = "127.0.0.1:8475"
        public-url = "https://ombud.example/"
        tls-certificate = "cert.pem"
        [serve.limits]
        body-bytes = 1000
        [[serve.keys]]
        name = "coral"
        key = "not to be guessed"
        scopes = ["analyze", "suggest"]
        rate = 100
        [[serve.keys]]
        name = "prometheus"
        key-sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852B855"
        scopes = ["metrics"]
        [serve.perspective]
        aliases = { LIKELY_TO_REJECT = "reject" }
        [serve.coral]
        secrets = ["empsec_1"]
        [[serve.policy]]
        label = "toxicity"
        at = 0.9
        status = "SYSTEM_WITHHELD"
        flag = "COMMENT_DETECTED_TOXIC"
        shadow = true
    "#;

    #[test]
    fn all_that_can_be_settled_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ombud.toml");
        std::fs::write(&path, WHOLE).unwrap();
        let settings = Settings::read(Some(&path)).unwrap();
        assert_eq!(settings.public_url.unwrap().as_str(), "https://ombud.example");
        assert_eq!(settings.tls_certificate.unwrap(), folder.path().join("cert.pem"));
        assert_eq!(settings.limits.body_bytes, 1000);
        assert_eq!(settings.keys[0].rate.map(|(rate, burst)| (rate.get(), burst.get())), Some((100, 200)));
        assert_eq!(settings.keys[1].secret, KeySecret::Digest(Secret::new("").digest()));
        assert_eq!(settings.perspective.aliases["LIKELY_TO_REJECT"], "reject");
        assert_eq!(settings.coral.secrets().unwrap(), [Secret::new("empsec_1")]);
        assert!(settings.policy[0].shadow);
        assert_eq!(settings.coral.notes(true, true).count(), 0);
        let eager = CoralSettings { queue: true, read_articles: true, ..CoralSettings::default() };
        assert_eq!(eager.notes(true, false).count(), 3);
        let blank = CoralSettings { secrets: OneOrMore::One(Secret::new(" ")), ..CoralSettings::default() };
        assert!(matches!(blank.secrets(), Err(SecretError::Blank)));
        let settings = Settings::read(None).unwrap();
        assert!(settings.keys.is_empty() && settings.listen.is_none());
    }

    fn error(text: &str) -> String {
        let (line, message) = Settings::parse(text).unwrap_err();
        format!("{}: {message}", line.unwrap_or(0))
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_line_and_without_its_secret() {
        let key = |entries: &str| format!("[serve]\n[[serve.keys]]\nname = \"a\"\nscopes = [\"score\"]\n{entries}\n");
        insta::assert_snapshot!([
            error("[serve]\nlisten = \"localhost\""),
            error("[serve]\nlisen = \"127.0.0.1:80\""),
            error("[serve]\npublic-url = \"ombud.example\""),
            error(&key("")),
            error(&key("key = \"short\"")),
            error(&key("key = \"long enough to be one\"\nkey-file = \"x\"")),
            error(&key("key-sha256 = \"zz\"")),
            error(&key("key-file = \"x\"\nburst = 3")),
            error(&key("key-file = \"x\"\nrate = 0")),
            error(&(key("key-file = \"x\"") + &key("key-file = \"x\"").replace("[serve]", ""))),
            error("[[serve.policy]]\nlabel = \"toxicity\"\nstatus = \"DELETED\""),
            error("[[serve.policy]]\nlabel = \"toxicity\"\nat = 1.5\nstatus = \"PREMOD\""),
            error("[serve.limits]\n\nbody-bytes = 0"),
        ].join("\n"), @r#"
        2: invalid socket address syntax
        2: unknown field `lisen`, expected one of `listen`, `public-url`, `tls-certificate`, `tls-key`, `keys`, `limits`, `perspective`, `coral`, `policy`
        2: "ombud.example" is not an address like https://ombud.example
        2: key "a" needs exactly one of key, key-sha256 and key-file
        2: key "a" is shorter than 16 characters: use one that nobody can guess, such as from openssl rand -hex 32
        2: key "a" needs exactly one of key, key-sha256 and key-file
        2: key-sha256 of "a" is not 64 hexadecimal digits, as printed by sha256sum
        2: key "a" has a burst but no rate
        6: invalid value: integer `0`, expected a nonzero u32
        0: two keys under [[serve.keys]] have the name "a"
        3: unknown variant `DELETED`, expected one of `NONE`, `APPROVED`, `REJECTED`, `PREMOD`, `SYSTEM_WITHHELD`
        1: the policy for toxicity has at = 1.5: a probability must be between 0 and 1
        3: invalid value: integer `0`, expected a nonzero u32
        "#);
    }
}
