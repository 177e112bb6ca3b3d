//! Where results and notes go: results to standard output or a file that appears whole or not at all, notes to
//! standard error.

use std::fmt;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;

use crate::thread::WholeFile;

static QUIET: AtomicBool = AtomicBool::new(false);
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

pub(super) fn set_quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
}

pub(super) fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Says something to the person; a standard error that is closed is no reason to stop.
pub(super) fn note(text: fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr().lock(), "{}", Printable(&text.to_string()));
}

/// The same unless `--quiet`.
pub(super) fn remark(text: fmt::Arguments<'_>) {
    if !is_quiet() {
        note(text);
    }
}

/// Text from a file, safe to send to a terminal: control characters are shown, not obeyed.
pub(super) struct Printable<'a>(pub(super) &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '\n' => f.write_str("\n"),
            c if c.is_control()
                || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}') =>
            {
                write!(f, "{}", c.escape_unicode())
            }
            c => write!(f, "{c}"),
        })
    }
}

/// From now on Ctrl-C only raises a flag, which [`interrupted`] reads: work ends at the next good place.
pub(super) fn watch_interrupts() {
    // A second press ends the program at once; temporary files are then left to the system.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(super::Exit::Interrupted as i32);
        }
    });
}

/// Whether Ctrl-C was pressed.
pub(super) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Refuses to write over what is read.
pub(super) fn refuse_overwriting(output: &Path, inputs: &[PathBuf]) -> anyhow::Result<()> {
    let Ok(own) = output.canonicalize() else { return Ok(()) };
    match inputs.iter().find(|input| input.canonicalize().is_ok_and(|input| input == own)) {
        Some(input) => {
            let reason = format!("-o {} would write over the input {}", output.display(), input.display());
            Err(super::exit::Usage(reason).into())
        }
        None => Ok(()),
    }
}

/// Standard output, or a file.
pub(super) enum Output {
    Stdout(BufWriter<io::Stdout>),
    File { path: PathBuf, file: WholeFile },
}

impl Output {
    /// `-` and nothing are standard output.
    pub(super) fn create(path: Option<&Path>) -> anyhow::Result<Self> {
        match path {
            None => Ok(Self::Stdout(BufWriter::with_capacity(1 << 16, io::stdout()))),
            Some(path) if path == Path::new("-") => Self::create(None),
            Some(path) => {
                let file = WholeFile::create(path).with_context(|| format!("cannot write {}", path.display()))?;
                Ok(Self::File { path: path.to_owned(), file })
            }
        }
    }

    /// Makes the file appear under its name.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Stdout(mut out) => out.flush()?,
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
            Self::Stdout(out) => out.write(bytes),
            Self::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::File { file, .. } => file.flush(),
        }
    }
}
