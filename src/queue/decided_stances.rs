//! Decided stances, from a table or from a queue.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::dataset::decided::{Answered, DecidedRow};
use crate::dataset::label::Label;
use crate::queue::error::ReviewError;
use crate::queue::store::Store;
use crate::score::decided::{Decided, DecidedStance, ReadStances, is_class};
use crate::thread::columns::ColumnMap;
use crate::thread::error::ThreadError;
use crate::thread::file_name::file_name;
use crate::thread::input::Source;

/// Why decided stances cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecidedStancesError {
    /// A table that cannot be read or contains no decisions.
    #[error(transparent)]
    Table(#[from] ThreadError),
    /// A queue that cannot be read.
    #[error(transparent)]
    Queue(#[from] ReviewError),
}

/// Reads the stances among `labels` that tables and queues say were decided.
pub(crate) fn read(
    paths: &[PathBuf],
    columns: &ColumnMap,
    labels: &[Label],
) -> Result<ReadStances, DecidedStancesError> {
    let mut all = ReadStances::default();
    for path in paths {
        if is_database(path) {
            for stance in Store::open_to_read(path)?.decided_stances()? {
                // A stance that this model does not have may belong to an earlier model of the queue.
                let Some(label) = labels.iter().find(|label| label.name == stance.label) else { continue };
                match is_class(label, &stance.class) {
                    Ok(()) => all.decided.push(stance),
                    Err(reason) => all.unknown.push((file_name(path), reason)),
                }
            }
        } else {
            let read = Decided::read(&Source::new(path), columns, labels)?;
            all.decided.extend(read.decided);
            all.refused.extend(read.refused);
        }
    }
    Ok(all)
}

/// Whether a file is a database, by its first bytes.
fn is_database(path: &Path) -> bool {
    let mut head = [0; 16];
    // A pipe can be read only once.
    path.is_file()
        && File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok()
        && head == *b"SQLite format 3\0"
}

impl Store {
    /// The stances that were decided.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn decided_stances(&self) -> Result<Vec<DecidedStance>, ReviewError> {
        let of_row = |row: DecidedRow| {
            let DecidedRow { id, thread_id, answers, .. } = row;
            answers.into_iter().filter_map(move |(label, (answer, _))| match answer {
                Answered::Stance(class) => {
                    Some(DecidedStance { thread_id: thread_id.clone(), id: id.clone(), label, class })
                }
                Answered::Flag(_) => None,
            })
        };
        Ok(self.training()?.into_iter().flat_map(of_row).collect())
    }
}
