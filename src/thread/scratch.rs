//! Temporary files that have a name. Destructors do not run when a program ends at once, as on a second Ctrl-C; so
//! these are listed, and whoever ends the program removes them first.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

static LISTED: Mutex<Listed> = Mutex::new(Listed { paths: BTreeSet::new(), is_closed: false });

struct Listed {
    paths: BTreeSet<PathBuf>,
    /// The program is about to end: nothing new may begin.
    is_closed: bool,
}

fn listed() -> MutexGuard<'static, Listed> {
    LISTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a temporary path listed until it is dropped.
pub(super) struct Listing(PathBuf);

impl Listing {
    /// Makes something temporary and lists its path, with no moment between in which the program could end.
    pub(super) fn of<T>(make: impl FnOnce() -> io::Result<T>, path: impl FnOnce(&T) -> &Path) -> io::Result<(T, Self)> {
        let mut listed = listed();
        if listed.is_closed {
            return Err(io::Error::other("the program is about to end"));
        }
        let made = make()?;
        let path = path(&made).to_owned();
        listed.paths.insert(path.clone());
        Ok((made, Self(path)))
    }
}

impl Drop for Listing {
    fn drop(&mut self) {
        listed().paths.remove(&self.0);
    }
}

/// Whether there is anything temporary that has a name.
#[must_use]
pub fn has_unfinished() -> bool {
    !listed().paths.is_empty()
}

/// Removes all temporary files and folders that have a name, and lets nobody make another: for a program that is to end
/// at once.
pub fn remove_unfinished() {
    let mut listed = listed();
    listed.is_closed = true;
    for path in std::mem::take(&mut listed.paths) {
        // What was finished meanwhile is no longer there; and there is no time left to tell of anything else.
        let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
    }
}

/// A temporary folder, gone when this is dropped or the program is interrupted.
pub struct ScratchFolder {
    folder: TempDir,
    _listing: Listing,
}

impl ScratchFolder {
    /// A folder in the system's place for temporary ones.
    ///
    /// # Errors
    /// When none can be made.
    pub fn new() -> io::Result<Self> {
        let make = || tempfile::Builder::new().prefix("ombud-").tempdir();
        let (folder, listing) = Listing::of(make, TempDir::path)?;
        Ok(Self { folder, _listing: listing })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}
