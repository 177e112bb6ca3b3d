//! Whether a window that holds comments is still there.
//!
//! A window of the screen locks a file of its own beside the database. The system gives the lock back when the process ends,
//! however it ends: a lease of a window whose file is there and not locked holds nothing. Where there is no such file (the file
//! system knows no locks, or a program without a window holds comments), a lease ends with its time.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::queue::error::ReviewError;
use crate::queue::store::Store;

/// The file of a window that is open.
#[derive(Debug)]
pub(crate) struct Presence {
    /// Locked as long as it is open.
    _file: File,
    path: PathBuf,
}

/// Stands between the name of the database and the window's number.
const MARK: &str = "-window-";

fn file_of(db: &str, session: i64) -> PathBuf {
    format!("{db}{MARK}{session:016x}").into()
}

/// Whether a file is there that nobody locks.
fn is_deserted(path: &Path) -> bool {
    // Shared, so that two who ask at once do not take each other for the window.
    File::open(path).is_ok_and(|file| file.try_lock_shared().is_ok())
}

/// Whether a window may still be there.
pub(crate) fn may_be_there(db: &str, session: i64) -> bool {
    !is_deserted(&file_of(db, session))
}

/// The windows beside a database that ended without a word.
fn deserted(db: &str) -> Vec<(i64, PathBuf)> {
    let db = Path::new(db);
    let (Some(folder), Some(name)) = (db.parent(), db.file_name().and_then(|name| name.to_str())) else {
        return Vec::new();
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let windows = std::fs::read_dir(folder).into_iter().flatten().flatten().filter_map(|entry| {
        let file = entry.file_name();
        let number = file.to_str()?.strip_prefix(name)?.strip_prefix(MARK)?;
        Some((u64::from_str_radix(number, 16).ok()?.cast_signed(), entry.path()))
    });
    windows.filter(|(_, path)| is_deserted(path)).collect()
}

impl Store {
    /// Shows that this window is there until [`leave`](Self::leave), or until its process ends; and puts away what windows left
    /// behind that were killed.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn attend(&mut self) -> Result<(), ReviewError> {
        let Some(db) = self.connection.path().map(str::to_owned) else { return Ok(()) };
        for (session, path) in deserted(&db) {
            // In this order: without its file, nobody knows that the window is gone.
            self.connection.execute("DELETE FROM lease WHERE session = ?", [session])?;
            // Somebody else may have been quicker.
            let _ = std::fs::remove_file(path);
        }
        self.presence = present(&file_of(&db, self.session));
        Ok(())
    }

    /// Gives back all that this window holds, and goes.
    ///
    /// # Errors
    /// When the database fails; what is held is free when the process ends.
    pub(crate) fn leave(&mut self, reviewer: &str) -> Result<(), ReviewError> {
        self.release(reviewer, None)?;
        if let Some(Presence { path, .. }) = self.presence.take() {
            // Nothing is held by it any more.
            let _ = std::fs::remove_file(path);
        }
        Ok(())
    }
}

/// Makes and locks the file of a window; `None` where that cannot be.
fn present(path: &Path) -> Option<Presence> {
    let file = File::create(path).ok()?;
    match file.try_lock() {
        // Somebody who asks right now.
        Err(TryLockError::WouldBlock) => file.lock().ok()?,
        Err(TryLockError::Error(_)) => {
            drop(file);
            // An empty file that nobody can lock would say that the window is gone.
            let _ = std::fs::remove_file(path);
            return None;
        }
        Ok(()) => {}
    }
    Some(Presence { _file: file, path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use crate::queue::decision::Action;
    use crate::queue::error::{Conflict, ReviewError};
    use crate::queue::filter::Filter;
    use crate::queue::fixture::{Scratch, act, made};
    use crate::queue::order::Order;
    use crate::queue::store::Store;
    use crate::queue::waiting::Cursor;

    fn claim(store: &mut Store, reviewer: &str) -> usize {
        let start = Cursor::default();
        store.claim(Order::Risk, &Filter::default(), reviewer, start, 9, 0, 600_000).unwrap().items.len()
    }

    #[test]
    fn what_a_killed_window_held_is_free_at_once() {
        let mut scratch = Scratch::with(&[made("a", 0.9), made("b", 0.8)]);
        let mut window = Store::open(&scratch.path).unwrap();
        window.attend().unwrap();
        assert_eq!(claim(&mut window, "ann"), 2);
        let filter = Filter::default();
        assert_eq!((claim(&mut scratch.store, "bob"), scratch.store.count(&filter, "bob", 1).unwrap()), (0, 0));
        assert_eq!(scratch.store.held(&filter, "bob", 1).unwrap()[0].comments, 2);
        let (a, seen) = (scratch.id("a"), scratch.seen("a", "bob"));
        let held = scratch.store.decide(a, "bob", &act(Action::Reject), &seen, 1).unwrap_err();
        assert!(matches!(held, ReviewError::Conflict(conflict) if matches!(*conflict, Conflict::Held { .. })));
        // As a kill leaves it: the lock is given back, and the file and the leases stay.
        drop(window);
        assert_eq!(scratch.store.holder(a, "bob", 1).unwrap(), None);
        assert_eq!((scratch.store.held(&filter, "bob", 1).unwrap(), claim(&mut scratch.store, "bob")), (vec![], 2));
        scratch.store.decide(a, "bob", &act(Action::Reject), &seen, 1).unwrap();
        // The next window clears up.
        let files = || std::fs::read_dir(scratch.path.parent().unwrap()).unwrap().count();
        let before = files();
        let mut next = Store::open(&scratch.path).unwrap();
        next.attend().unwrap();
        assert_eq!(files(), before, "one file went, one came");
        next.leave("eve").unwrap();
        assert_eq!(files(), before - 1);
    }

    #[test]
    fn a_lease_of_a_program_without_a_window_ends_with_its_time() {
        let mut scratch = Scratch::with(&[made("a", 0.9)]);
        let mut other = Store::open(&scratch.path).unwrap();
        assert_eq!(claim(&mut other, "ann"), 1);
        drop(other);
        assert_eq!(claim(&mut scratch.store, "bob"), 0);
    }
}
