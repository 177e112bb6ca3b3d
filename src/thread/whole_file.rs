//! A file that appears under its name complete or not at all: it is written to a temporary file in the same folder,
//! which is renamed at the end. A pipe or a device is written to directly.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::thread::scratch;
use crate::thread::scratch::Listing;
use crate::thread::stop;

const BUFFER: usize = 1 << 16;
/// The longest chain of links that Linux follows.
const MOST_LINKS: usize = 40;

/// A file being written; an existing file stays in place until [`WholeFile::finish`].
pub(crate) struct WholeFile {
    /// The final path; the target of any links, so that a link stays a link.
    path: PathBuf,
    sink: Sink,
}

enum Sink {
    Beside(BufWriter<NamedTempFile>, Listing),
    Straight(BufWriter<File>),
}

impl WholeFile {
    /// Begins a file. All objections of the system come up here, before anything is written.
    ///
    /// # Errors
    /// When the folder does not exist or is not writable, or the name belongs to a folder or a read-only file.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let ends_in_separator = path.to_string_lossy().ends_with(std::path::is_separator);
        let path = destination(path);
        let there = path.metadata().ok();
        if ends_in_separator || there.as_ref().is_some_and(Metadata::is_dir) {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "that is a folder; name a file"));
        }
        if there.as_ref().is_some_and(|there| !there.is_file()) {
            let file = OpenOptions::new().write(true).open(&path)?;
            return Ok(Self { path, sink: Sink::Straight(BufWriter::with_capacity(BUFFER, file)) });
        }
        let folder = folder_of(&path);
        if !folder.is_dir() {
            let reason = format!("there is no folder {}; make it first", folder.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, reason));
        }
        if let Some(there) = &there {
            refuse_protected(&path, there)?;
        }
        scratch::sweep(folder);
        let make =
            || scratch::hold(|| beside(folder, there.as_ref()), |made| Some(made.as_file()), NamedTempFile::path);
        let (file, listing) = Listing::of(make, NamedTempFile::path)?;
        Ok(Self { path, sink: Sink::Beside(BufWriter::with_capacity(BUFFER, file), listing) })
    }

    /// Makes the file appear under its name once its bytes are on the disk: after a crash there is either the old file
    /// or the complete new one.
    ///
    /// # Errors
    /// When the rest cannot be written, the file cannot be renamed, or the program was told to end.
    pub(crate) fn finish(self) -> io::Result<()> {
        stop::go_on()?;
        match self.sink {
            Sink::Beside(file, _listing) => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.as_file().sync_all()?;
                file.persist(&self.path).map_err(|error| error.error)?;
                sync_folder(folder_of(&self.path));
                Ok(())
            }
            Sink::Straight(mut file) => file.flush(),
        }
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        stop::go_on()?;
        match &mut self.sink {
            Sink::Beside(file, _) => file.write(bytes),
            Sink::Straight(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Beside(file, _) => file.flush(),
            Sink::Straight(file) => file.flush(),
        }
    }
}

/// Follows the links of a path to their end, even if nothing exists there yet.
#[must_use]
pub(crate) fn destination(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        if path.metadata().is_ok() {
            // Some existing things have no path, such as a pipe behind /dev/stdout.
            return path.canonicalize().unwrap_or(path);
        }
        match path.read_link() {
            Ok(target) => path = folder_of(&path).join(target),
            Err(_) => break,
        }
    }
    match (folder_of(&path).canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A rename over a file only needs a writable folder, but a file that someone protected must not be replaced.
fn refuse_protected(path: &Path, there: &Metadata) -> io::Result<()> {
    let refused = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    // An administrator may open any file.
    let is_protected =
        there.permissions().readonly() || OpenOptions::new().write(true).open(path).is_err_and(|e| refused(&e));
    if is_protected {
        let reason = "it is read-only; make it writable, or name another file";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
    }
    Ok(())
}

/// A temporary file with the permissions of the file it will replace, or those of a new file.
fn beside(folder: &Path, replaced: Option<&Metadata>) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(scratch::PREFIX).suffix(scratch::SUFFIX).rand_bytes(scratch::BETWEEN);
    #[cfg(unix)]
    {
        use std::fs::Permissions;
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
        // Never more permissive than the replaced file, even at first: the content may be as private.
        let mode = replaced.map_or(0o666, |replaced| replaced.permissions().mode() & 0o777);
        builder.permissions(Permissions::from_mode(mode));
        let file = builder.tempfile_in(folder)?;
        if let Some(replaced) = replaced {
            let own = file.as_file().metadata()?;
            if (own.uid(), own.gid()) != (replaced.uid(), replaced.gid()) {
                // Only an administrator can give files away; otherwise the new file belongs to the user.
                let _ = fchown(file.as_file(), Some(replaced.uid()), Some(replaced.gid()));
            }
            // Restores bits that the umask removed.
            if own.permissions() != replaced.permissions() {
                file.as_file().set_permissions(replaced.permissions())?;
            }
        }
        Ok(file)
    }
    #[cfg(not(unix))]
    {
        let _ = replaced;
        builder.tempfile_in(folder)
    }
}

/// Also syncs the file's new name to the disk. Not every system allows a folder to be opened or synced; the file itself
/// is safe already.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    #[cfg(not(unix))]
    let _ = folder;
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_there_stays_until_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        fs::write(&path, "old").unwrap();
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        file.flush().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        file.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        drop(WholeFile::create(&path).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_a_killed_run_has_left_is_removed_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let kept = [".ombud-notes.tmp", ".ombud-config", "ombud-a1b2c3.tmp", "a.csv"];
        for name in [".ombud-a1b2c3.tmp", ".ombud-Zz09xY.tmp"].iter().chain(&kept) {
            fs::write(at(name), "half").unwrap();
        }
        let one = WholeFile::create(&at("one.csv")).unwrap();
        let two = WholeFile::create(&at("two.csv")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), kept.len() + 2, "those that are being written stay");
        one.finish().unwrap();
        two.finish().unwrap();
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, [".ombud-config", ".ombud-notes.tmp", "a.csv", "ombud-a1b2c3.tmp", "one.csv", "two.csv"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = WholeFile::create(&folder.path().join("none/out.csv")).err().unwrap().to_string();
        assert!(error.contains("there is no folder") && !error.contains(".ombud-"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let mut file = WholeFile::create(&link).unwrap();
        file.write_all(b"new").unwrap();
        file.finish().unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
    }

    #[test]
    fn a_folder_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("new/")] {
            let error = WholeFile::create(&path).err().unwrap();
            assert!(error.to_string().contains("is a folder"), "{error}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_read_only_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        fs::write(&path, "old").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let error = WholeFile::create(&path).err().unwrap();
        assert!(error.to_string().contains("read-only"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_of_what_is_replaced_is_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        for wanted in [0o600, 0o640, 0o664, 0o666, 0o755] {
            let path = folder.path().join(format!("{wanted:o}"));
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(wanted)).unwrap();
            let mut file = WholeFile::create(&path).unwrap();
            file.write_all(b"new").unwrap();
            file.finish().unwrap();
            assert_eq!((mode(&path), fs::read_to_string(&path).unwrap().as_str()), (wanted, "new"));
        }
        let (new, plain) = (folder.path().join("new"), folder.path().join("plain"));
        WholeFile::create(&new).unwrap().finish().unwrap();
        fs::write(&plain, "").unwrap();
        assert_eq!(mode(&new), mode(&plain), "a new file is like any other");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_yet_leads_to_the_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        std::os::unix::fs::symlink("real", &link).unwrap();
        assert_eq!(destination(&link), destination(&real));
        WholeFile::create(&link).unwrap().finish().unwrap();
        assert!(link.is_symlink() && real.is_file());
        std::os::unix::fs::symlink("round", folder.path().join("round")).unwrap();
        let _ = destination(&folder.path().join("round"));
    }
}
