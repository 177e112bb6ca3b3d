//! Where results and notes go: results to standard output or a file that appears whole or not at all, notes to
//! standard error.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;

use crate::cli::exit::Interrupted;
#[cfg(feature = "parquet")]
use crate::cli::exit::Usage;
use crate::report::notes::{Note, Notes};
use crate::report::sanitize::{Lines, Sanitized, Screen};
use crate::thread::scratch::{has_unfinished, remove_unfinished};
use crate::thread::stop::{is_stopped, stop};
use crate::thread::whole_file::WholeFile;

static QUIET: AtomicBool = AtomicBool::new(false);
static WATCHED: AtomicBool = AtomicBool::new(false);

pub(crate) fn set_quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
}

pub(crate) fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Prints a message; a closed standard error is no reason to stop.
pub(crate) fn note(text: fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr().lock(), "{}", Lines(&text.to_string()));
}

/// The same, but not with `--quiet`.
pub(crate) fn remark(text: fmt::Arguments<'_>) {
    if !is_quiet() {
        note(text);
    }
}

/// Says what `write` notes.
pub(crate) fn tell(write: impl FnOnce(&mut Notes)) {
    let mut notes = Notes::default();
    write(&mut notes);
    for told in notes.0 {
        match told {
            Note::Remark(text) => remark(format_args!("{text}")),
            Note::Error(text) => note(format_args!("{text}")),
        }
    }
}

/// Prints what is wrong with the command line, or its help; names that it repeats may contain escapes.
pub(crate) fn usage(error: &clap::Error) {
    let plain = error.render().to_string();
    if error.use_stderr() && Lines(&plain).to_string() != plain {
        return note(format_args!("{}", plain.trim_end()));
    }
    // As with any note.
    let _ = error.print();
}

/// Catches Ctrl-C, SIGTERM and SIGHUP for the whole program and tells [`stop`](thread::stop), which interrupts reading
/// and writing. Work that has nothing to clean up ends at once; so does everything after a second signal, or if it
/// takes too long. Temporary files are removed in any case.
pub(crate) fn catch_interrupts() {
    const PATIENCE: Duration = Duration::from_secs(2);
    // A thread waits for signals. If it cannot be started, nothing would end the program, so signals then end it at
    // once. The test thread must be gone first, or it may be what keeps the other from starting.
    match std::thread::Builder::new().spawn(|| ()) {
        Ok(tried) => drop(tried.join()),
        Err(_) => return,
    }
    // An error means that somebody else catches them, such as a program that uses this library.
    let _ = ctrlc::set_handler(|| {
        if stop() || !(WATCHED.load(Ordering::SeqCst) || has_unfinished()) {
            leave();
        }
        // Without it, work that does not check for a stop continues until the second signal.
        let _ = std::thread::Builder::new().spawn(|| {
            std::thread::sleep(PATIENCE);
            leave();
        });
    });
}

/// Ends the program at once, without a message: whoever waits for an answer may hold the lock on standard error.
fn leave() {
    remove_unfinished();
    std::process::exit(crate::cli::exit::Exit::Interrupted as i32);
}

/// From now on there is something to leave in order: work ends at the next good place after Ctrl-C.
pub(crate) fn watch_interrupts() {
    WATCHED.store(true, Ordering::SeqCst);
}

/// Whether the program was asked to end.
pub(crate) fn interrupted() -> bool {
    is_stopped()
}

/// Standard output, or a file.
pub(crate) enum Output {
    Stdout(BufWriter<io::Stdout>),
    /// Standard output on a terminal: text from strangers must not control the terminal.
    Terminal(Sanitized<BufWriter<io::Stdout>>),
    File {
        path: PathBuf,
        file: WholeFile,
    },
}

impl Output {
    /// `-` and nothing are standard output. What is written is for a file: on a terminal nothing of it is obeyed.
    pub(crate) fn create(path: Option<&Path>) -> anyhow::Result<Self> {
        match path {
            None => {
                let out = BufWriter::with_capacity(1 << 16, io::stdout());
                let is_terminal = out.get_ref().is_terminal();
                Ok(if is_terminal { Self::Terminal(Sanitized::new(out, Screen::File)) } else { Self::Stdout(out) })
            }
            Some(path) if path == Path::new("-") => Self::create(None),
            Some(path) => {
                let file = WholeFile::create(path).with_context(|| format!("cannot write {}", path.display()))?;
                Ok(Self::File { path: path.to_owned(), file })
            }
        }
    }

    /// The same for an optional output. Outputs are opened before the work, which may be long, so that one that cannot
    /// be written is known at once.
    pub(crate) fn create_all<const N: usize>(paths: [Option<&Path>; N]) -> anyhow::Result<[Option<Self>; N]> {
        let mut outputs = [const { None }; N];
        for (output, path) in outputs.iter_mut().zip(paths) {
            *output = path.map(|path| Self::create(Some(path))).transpose()?;
        }
        Ok(outputs)
    }

    /// What messages call it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdout(_) | Self::Terminal(_) => "standard output".to_owned(),
            Self::File { path, .. } => path.display().to_string(),
        }
    }

    /// Writes everything.
    pub(crate) fn fill(mut self, write: impl FnOnce(&mut Self) -> io::Result<()>) -> anyhow::Result<()> {
        write(&mut self).with_context(|| format!("cannot write {}", self.name()))?;
        self.finish()
    }

    /// For JSON, which stays JSON on a terminal.
    pub(crate) fn json(self) -> Self {
        match self {
            Self::Terminal(out) => Self::Terminal(Sanitized::new(out.into_inner(), Screen::Json)),
            other => other,
        }
    }

    /// For binary output, which a terminal cannot show.
    #[cfg(feature = "parquet")]
    pub(crate) fn binary(self) -> Result<Self, Usage> {
        match self {
            Self::Terminal(_) => Err(Usage("Parquet cannot be written to a terminal: give a file with -o".to_owned())),
            other => Ok(other),
        }
    }

    /// For a form with its own colours, which itself makes text from strangers safe.
    pub(crate) fn painted(self) -> Self {
        match self {
            Self::Terminal(out) => Self::Stdout(out.into_inner()),
            other => other,
        }
    }

    /// Makes the file appear under its name.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        if interrupted() {
            return Err(Interrupted.into());
        }
        match self {
            Self::Stdout(mut out) => out.flush()?,
            Self::Terminal(mut out) => out.flush()?,
            Self::File { path, file } => {
                file.finish().with_context(|| format!("cannot write {}", path.display()))?;
            }
        }
        Ok(())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(_) | Self::Terminal(_) if interrupted() => Err(io::Error::other(Interrupted)),
            Self::Stdout(out) => out.write(bytes),
            Self::Terminal(out) => out.write(bytes),
            Self::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Terminal(out) => out.flush(),
            Self::File { file, .. } => file.flush(),
        }
    }
}
