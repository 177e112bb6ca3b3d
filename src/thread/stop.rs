//! Whether the program was told to end. Reading a [`Source`](super::Source) and writing a
//! [`WholeFile`](super::WholeFile) then break off, so that no loop over either has to ask.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

static STOPPED: AtomicBool = AtomicBool::new(false);

#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
struct Stopped;

/// Tells the whole program to end; whether it had been told before.
pub(crate) fn stop() -> bool {
    STOPPED.swap(true, Ordering::SeqCst)
}

/// Whether it was told.
#[must_use]
pub(crate) fn is_stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// An error once it was told; not of the kind `Interrupted`, after which reading and writing are tried again.
pub(crate) fn go_on() -> io::Result<()> {
    if is_stopped() { Err(io::Error::other(Stopped)) } else { Ok(()) }
}
