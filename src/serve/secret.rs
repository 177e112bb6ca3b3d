//! Texts that are never shown: keys and what signatures are made with.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

/// A file from which a secret cannot be taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    #[error("cannot read {}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}: the file is empty", path.display())]
    Empty { path: PathBuf },
    #[error("one of the secrets is empty")]
    Blank,
}

/// The SHA-256 of a secret.
pub(crate) type Digest = [u8; 32];

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Its SHA-256.
    pub(crate) fn digest(&self) -> Digest {
        digest(self.0.as_bytes())
    }

    /// The secrets in a file, one per line.
    pub(crate) fn read_all(path: &Path) -> Result<Vec<Self>, SecretError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SecretError::Unreadable { path: path.to_owned(), source })?;
        let secrets: Vec<Self> = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(Self::new).collect();
        if secrets.is_empty() { Err(SecretError::Empty { path: path.to_owned() }) } else { Ok(secrets) }
    }

    /// The one secret in a file: its first line.
    pub(crate) fn read(path: &Path) -> Result<Self, SecretError> {
        Ok(Self::read_all(path)?.swap_remove(0))
    }
}

/// SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown_and_a_file_has_one_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets");
        std::fs::write(&path, "\n empsec_one \r\n\nempsec_two").unwrap();
        let secrets = Secret::read_all(&path).unwrap();
        assert_eq!(secrets, [Secret::new("empsec_one"), Secret::new("empsec_two")]);
        assert_eq!(format!("{secrets:?}"), "[(secret), (secret)]");
        std::fs::write(&path, " \n").unwrap();
        assert!(matches!(Secret::read(&path), Err(SecretError::Empty { .. })));
    }
}
