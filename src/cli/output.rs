//! Where results and notes go: results to standard output or a file that appears whole or not at all, notes to
//! standard error.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use anyhow::Context as _;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::report::sanitize::{Lines, Sanitized, Screen};
use crate::thread::WholeFile;

static QUIET: AtomicBool = AtomicBool::new(false);
static INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

pub(super) fn set_quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
}

pub(super) fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Says something to the person; a standard error that is closed is no reason to stop.
pub(super) fn note(text: fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr().lock(), "{}", Lines(&text.to_string()));
}

/// The same unless `--quiet`.
pub(super) fn remark(text: fmt::Arguments<'_>) {
    if !is_quiet() {
        note(text);
    }
}

/// Says what is wrong with the command line, or its help; names that it repeats may hold escapes.
pub(super) fn usage(error: &clap::Error) {
    let plain = error.render().to_string();
    if error.use_stderr() && Lines(&plain).to_string() != plain {
        return note(format_args!("{}", plain.trim_end()));
    }
    // As with any note.
    let _ = error.print();
}

/// From now on Ctrl-C only raises a flag, which [`interrupted`] reads: work ends at the next good place.
///
/// No thread waits for it: one that cannot be started would leave a program that nothing ends.
pub(super) fn watch_interrupts() {
    const SIGNALS: &[i32] = &[
        SIGINT,
        SIGTERM,
        #[cfg(unix)]
        signal_hook::consts::SIGHUP,
    ];
    for signal in SIGNALS {
        // A second press ends the program at once; temporary files are then left to the system. A signal that cannot be
        // watched ends it at the first.
        let second =
            flag::register_conditional_shutdown(*signal, super::Exit::Interrupted as i32, Arc::clone(&INTERRUPTED));
        if second.is_ok() {
            let _ = flag::register(*signal, Arc::clone(&INTERRUPTED));
        }
    }
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
    /// Standard output where somebody looks at it: text of strangers must not steer the terminal.
    Terminal(Sanitized<BufWriter<io::Stdout>>),
    File {
        path: PathBuf,
        file: WholeFile,
    },
}

impl Output {
    /// `-` and nothing are standard output. What is written is for a file: on a terminal nothing of it is obeyed.
    pub(super) fn create(path: Option<&Path>) -> anyhow::Result<Self> {
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

    /// For JSON, which stays JSON on a terminal.
    pub(super) fn json(self) -> Self {
        match self {
            Self::Terminal(out) => Self::Terminal(Sanitized::new(out.into_inner(), Screen::Json)),
            other => other,
        }
    }

    /// For a form with colours of its own, which makes the text of strangers safe itself.
    pub(super) fn painted(self) -> Self {
        match self {
            Self::Terminal(out) => Self::Stdout(out.into_inner()),
            other => other,
        }
    }

    /// Makes the file appear under its name.
    pub(super) fn finish(self) -> anyhow::Result<()> {
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
