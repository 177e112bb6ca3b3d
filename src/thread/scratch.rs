//! Temporary files with a name. Destructors do not run when a program is ended at once, as by a second Ctrl-C, so these
//! files are listed, and the code that ends the program removes them first. Anything left after SIGKILL or a power
//! failure is removed by the next run that writes to the same folder: a live run holds a lock on its own files.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static LISTED: Mutex<Listed> = Mutex::new(Listed { paths: BTreeSet::new(), is_closed: false });

struct Listed {
    paths: BTreeSet<PathBuf>,
    /// The program is about to end, so no new file may be created.
    is_closed: bool,
}

fn listed() -> MutexGuard<'static, Listed> {
    LISTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a temporary path listed until dropped.
pub(crate) struct Listing(PathBuf);

impl Listing {
    /// Creates something temporary and lists its path. The program cannot end between the two.
    pub(crate) fn of<T>(make: impl FnOnce() -> io::Result<T>, path: impl FnOnce(&T) -> &Path) -> io::Result<(T, Self)> {
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

/// The prefix of temporary names; [`BETWEEN`] characters and the suffix follow.
pub(crate) const PREFIX: &str = ".ombud-";
pub(crate) const SUFFIX: &str = ".tmp";
/// How many letters and digits make a name unique.
pub(crate) const BETWEEN: usize = 6;

/// Creates something temporary and locks its `file` until that is closed. On a file system without locks there is no
/// lock, and [`sweep`] removes nothing.
pub(crate) fn hold<T>(
    make: impl Fn() -> io::Result<T>,
    file: impl Fn(&T) -> Option<&File>,
    path: impl Fn(&T) -> &Path,
) -> io::Result<T> {
    // Another run may remove it before it is locked.
    const TRIES: usize = 8;
    for _ in 1..TRIES {
        let made = make()?;
        let is_taken = file(&made).is_some_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)));
        if !is_taken && path(&made).exists() {
            return Ok(made);
        }
    }
    make()
}

/// Removes what killed runs have left in a folder.
pub(crate) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| is_temporary(&entry.file_name())) {
        let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
        let file = if kind.is_dir() {
            File::open(&path)
        } else if kind.is_file() {
            OpenOptions::new().write(true).open(&path)
        } else {
            continue;
        };
        // A file that cannot be opened or locked belongs to someone else. One that cannot be removed must not stop the
        // output.
        let is_left = file.as_ref().is_ok_and(|file| file.try_lock().is_ok());
        if is_left {
            let _ = if kind.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}

fn is_temporary(name: &OsStr) -> bool {
    let between = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    between.is_some_and(|between| between.len() == BETWEEN && between.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Whether any named temporary file or folder exists.
#[must_use]
pub(crate) fn has_unfinished() -> bool {
    !listed().paths.is_empty()
}

/// Removes all named temporary files and folders and prevents new ones, for a program that is about to end at once.
pub(crate) fn remove_unfinished() {
    let mut listed = listed();
    listed.is_closed = true;
    for path in std::mem::take(&mut listed.paths) {
        // Finished files are already gone, and there is no time left to report other failures.
        let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_folder_that_is_in_use_is_not_swept_away() {
        let place = tempfile::tempdir().unwrap();
        let left = place.path().join(".ombud-a1b2c3.tmp");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("rows"), "half").unwrap();
        let opened = File::open(&left).unwrap();
        opened.lock().unwrap();
        sweep(place.path());
        assert!(left.exists());
        drop(opened);
        sweep(place.path());
        assert!(!left.exists());
    }
}
