//! The log: what was done, in order, each entry bound to all earlier ones by a hash.
//!
//! The hash of an entry is the SHA-256 over these parts, each preceded by its length as eight bytes (big-endian): the
//! words `ombud log 1`; the hash of the previous entry (32 zero bytes for the first); `seq` and `at` (milliseconds
//! since 1970, UTC), each as eight bytes (big-endian, two's complement); `kind`; `reviewer`; `comment`, `batch` and
//! `target`, each as eight bytes or, if missing, as none; `body`, the UTF-8 of its JSON as stored. Entries are numbered
//! from 1 without gaps.
//!
//! It contains nothing that a person wrote, only digests with salts that a purge erases.
//!
//! A chain shows that no entry was changed, put in or taken out between others. That the last ones were not cut off is shown by
//! the tables, which must agree with it, and by a hash noted elsewhere.

use rusqlite::{Connection, OptionalExtension, params};

use crate::queue::digest;
use crate::queue::digest::Hash;
use crate::queue::error::ReviewError;

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A decision on a comment.
    Decide,
    /// A reviewer leaves a comment to others.
    Skip,
    /// A note on a comment.
    Note,
    /// The head of a batch; its decisions follow and refer to it.
    Batch,
    /// The entry `target` is undone.
    Undo,
    /// The text of a comment changed.
    Edit,
    /// A comment was erased.
    Purge,
    /// Rows were written that follow from no other entry; see `bound`.
    Bind,
}

impl Kind {
    const ALL: [Self; 8] =
        [Self::Decide, Self::Skip, Self::Note, Self::Batch, Self::Undo, Self::Edit, Self::Purge, Self::Bind];

    /// The word in the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Decide => "decide",
            Self::Skip => "skip",
            Self::Note => "note",
            Self::Batch => "batch",
            Self::Undo => "undo",
            Self::Edit => "edit",
            Self::Purge => "purge",
            Self::Bind => "bind",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// An entry, without its number and hash.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) at: i64,
    pub(crate) kind: &'a str,
    /// Who; empty if the program did it by itself.
    pub(crate) reviewer: &'a str,
    pub(crate) comment: Option<i64>,
    pub(crate) batch: Option<i64>,
    pub(crate) target: Option<i64>,
    pub(crate) body: &'a str,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(kind: Kind, reviewer: &'a str, at: i64, body: &'a str) -> Self {
        Self { at, kind: kind.name(), reviewer, comment: None, batch: None, target: None, body }
    }

    /// Its hash, behind an entry of hash `before`.
    pub(crate) fn hash(&self, before: &Hash, seq: i64) -> Hash {
        let [comment, batch, target] = [self.comment, self.batch, self.target].map(|id| id.map(i64::to_be_bytes));
        digest::hash([
            &b"ombud log 1"[..],
            before,
            &seq.to_be_bytes(),
            &self.at.to_be_bytes(),
            self.kind.as_bytes(),
            self.reviewer.as_bytes(),
            comment.as_ref().map_or(&[], |bytes| bytes),
            batch.as_ref().map_or(&[], |bytes| bytes),
            target.as_ref().map_or(&[], |bytes| bytes),
            self.body.as_bytes(),
        ])
    }
}

/// The end of the log, where entries are put. Only to be used under the write lock.
#[derive(Debug)]
pub(crate) struct Log<'c> {
    connection: &'c Connection,
    seq: i64,
    hash: Hash,
}

impl<'c> Log<'c> {
    pub(crate) fn end(connection: &'c Connection) -> Result<Self, ReviewError> {
        let last = "SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1";
        let last = connection.prepare_cached(last)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (seq, hash) = last.unwrap_or((0, Hash::default()));
        Ok(Self { connection, seq, hash })
    }

    /// Appends an entry and gives its number.
    pub(crate) fn append(&mut self, entry: &Entry<'_>) -> Result<i64, ReviewError> {
        let seq = self.seq + 1;
        let hash = entry.hash(&self.hash, seq);
        let Entry { at, kind, reviewer, comment, batch, target, body } = entry;
        self.connection
            .prepare_cached("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?
            .execute(params![seq, at, kind, reviewer, comment, batch, target, body, hash])?;
        (self.seq, self.hash) = (seq, hash);
        Ok(seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_over_the_bytes_that_are_written_down() {
        // hashlib.sha256 of the parts, each behind struct.pack(">Q", len(part)).
        let note = Entry { comment: Some(7), ..Entry::new(Kind::Note, "ann", 1_714_564_800_000, r#"{"key":"k"}"#) };
        let first = note.hash(&Hash::default(), 1);
        assert_eq!(digest::hex(&first), "5759ff4cc745386ef536b310a73fdfca02246c4974baa271107e12bf8f0a7096");
        let undo = Entry { target: Some(1), ..Entry::new(Kind::Undo, "", -1, "{}") };
        assert_eq!(
            digest::hex(&undo.hash(&first, 2)),
            "237e18535e5d58a866a2e920ee3cae1090a02594d17e1fda5885763a576d02af"
        );
    }

    #[test]
    fn kinds_have_names() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_name(kind.name()), Some(kind));
        }
        assert_eq!(Kind::of_name("else"), None);
    }
}
