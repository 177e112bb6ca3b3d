//! Why a model file cannot be read or written.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::metadata::FORMAT;

/// Why a model file cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The file system's own error.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file at fault.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Not a model, or a broken one.
    #[error("{}: not an ombud model: {reason}", path.display())]
    NotAModel {
        /// The file at fault.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no shipped model in the program.
    #[error(
        "there is no model inside this ombud: it was built without the feature `shipped`, or from a package without the model"
    )]
    NotShipped,
    /// An older ombud made it.
    #[error("{}: made by an older ombud ({version}): this one reads format {FORMAT}, the file is format {format}; train it again", path.display())]
    Older {
        /// The file at fault.
        path: PathBuf,
        /// What made it.
        version: String,
        /// The format that the file names.
        format: u32,
    },
    /// Its word vectors are not those inside this program.
    #[error("{}: trained with other word vectors ({digest}) than those inside this ombud; train it again", path.display())]
    OtherVectors {
        /// The file at fault.
        path: PathBuf,
        /// The digest of the vectors that it needs.
        digest: String,
    },
    /// A model that cannot be written: a fault of this program, not of the disk.
    #[error("internal error: the model cannot be written: {0}")]
    Unwritable(String),
    /// A newer ombud made it.
    #[error("{}: made by a newer ombud ({version}): this one reads format {FORMAT}, the file is format {format}", path.display())]
    Newer {
        /// The file at fault.
        path: PathBuf,
        /// The version that made it.
        version: String,
        /// The format that the file names.
        format: u32,
    },
}

/// What is wrong with a file's bytes; the path is added where it is known.
pub(crate) enum Broken {
    Io(io::Error),
    Reason(String),
    Newer { version: String, format: u32 },
    Older { version: String, format: u32 },
    OtherVectors { digest: String },
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Reason("it is cut short".to_owned()),
            _ => Self::Io(error),
        }
    }
}

pub(crate) fn broken<T>(reason: impl Into<String>) -> Result<T, Broken> {
    Err(Broken::Reason(reason.into()))
}

impl Broken {
    pub(crate) fn at(self, path: &Path) -> FileError {
        let path = path.to_owned();
        match self {
            Self::Io(source) => FileError::Io { path, source },
            Self::Reason(reason) => FileError::NotAModel { path, reason },
            Self::Newer { version, format } => FileError::Newer { path, version, format },
            Self::Older { version, format } => FileError::Older { path, version, format },
            Self::OtherVectors { digest } => FileError::OtherVectors { path, digest },
        }
    }
}
