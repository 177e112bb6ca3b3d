//! What a caller can observe while scoring runs.

use crate::thread::remark::Remark;
use crate::thread::row::Refused;
use crate::thread::threads::Reading;
use crate::thread::tree::Warning;
use crate::thread::usual::Guessed;

/// The amount of work in a phase.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Total {
    /// This many bytes of the input.
    Bytes(u64),
    /// This many of its rows.
    Rows(u64),
    /// Unknown, as with a pipe.
    Unknown,
}

impl From<Option<u64>> for Total {
    /// This many bytes of input.
    fn from(bytes: Option<u64>) -> Self {
        bytes.filter(|bytes| *bytes > 0).map_or(Self::Unknown, Self::Bytes)
    }
}

/// Something about the input that the user may want to know at once.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event<'a> {
    /// These columns or keys were used in place of known ones that are missing.
    Guessed(&'a Guessed),
    /// This row cannot be used.
    Refused(&'a Refused),
    /// These comments of a document were left out, as `strict` demands.
    LeftOut(&'a [Warning]),
    /// What to report about a file that was read to its end.
    Remarks(&'a [Remark]),
    /// A file has no comments.
    NoComments {
        /// What messages call the file.
        file: &'a str,
    },
    /// Of several columns without a name, only the first is kept.
    Nameless {
        /// What messages call the file.
        file: &'a str,
        /// How many there are.
        columns: usize,
    },
    /// The threads of a file were read into memory.
    Read {
        /// What messages call the file.
        file: &'a str,
        /// What was read; with `strict`, before flawed comments are left out.
        reading: &'a Reading,
        /// Flawed comments are about to be left out.
        strict: bool,
    },
}

/// Follows a scoring. By default it is ignored.
pub(crate) trait Watch {
    /// A phase begins, for one of several inputs (`place` counts from 1).
    fn phase(&self, name: &str, place: (usize, usize), total: Total) {
        let _ = (name, place, total);
    }

    /// This many rows of the phase are done, and this many bytes of the input are read.
    fn at(&self, total: Total, rows: u64, bytes: u64) {
        let _ = (total, rows, bytes);
    }

    /// Something was found in the input.
    fn event(&self, event: Event<'_>) {
        let _ = event;
    }
}

/// Watches nothing and never stops a run.
#[cfg(test)]
pub(crate) struct Unwatched;

#[cfg(test)]
impl Watch for Unwatched {}
