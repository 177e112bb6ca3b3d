//! Whether a window that holds comments is still there.
//!
//! A window of the screen locks its own file next to the database. The system releases the lock when the process ends,
//! however it ends: a lease of a window whose file exists and is not locked holds nothing. Without such a file (the
//! file system has no locks, or a program without a window holds comments), a lease ends with its time.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// The file of an open window.
#[derive(Debug)]
pub(crate) struct Presence {
    /// Locked as long as it is open.
    _file: File,
    pub(crate) path: PathBuf,
}

/// Stands between the name of the database and the window's number.
const MARK: &str = "-window-";

pub(crate) fn file_of(db: &str, session: i64) -> PathBuf {
    format!("{db}{MARK}{session:016x}").into()
}

/// Whether a file exists and is not locked.
fn is_deserted(path: &Path) -> bool {
    // Shared, so that two simultaneous checks do not take each other for the window.
    File::open(path).is_ok_and(|file| file.try_lock_shared().is_ok())
}

/// Whether a window may still be there.
pub(crate) fn may_be_there(db: &str, session: i64) -> bool {
    !is_deserted(&file_of(db, session))
}

/// The windows at this database that ended without cleaning up.
pub(crate) fn deserted(db: &str) -> Vec<(i64, PathBuf)> {
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

/// Creates and locks the file of a window; `None` if that is impossible.
pub(crate) fn present(path: &Path) -> Option<Presence> {
    let file = File::create(path).ok()?;
    match file.try_lock() {
        // Somebody who asks right now.
        Err(TryLockError::WouldBlock) => file.lock().ok()?,
        Err(TryLockError::Error(_)) => {
            drop(file);
            // An empty file that cannot be locked would mean that the window is gone.
            let _ = std::fs::remove_file(path);
            return None;
        }
        Ok(()) => {}
    }
    Some(Presence { _file: file, path: path.to_owned() })
}
