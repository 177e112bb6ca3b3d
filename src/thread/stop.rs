//! Whether the program was told to end. Reading a [`Source`](super::Source) and writing a
//! [`WholeFile`](super::WholeFile) then fail, so loops over them need not check.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

static STOPPED: AtomicBool = AtomicBool::new(false);

#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
struct Stopped;

/// Tells the whole program to end; returns whether it had been told before.
pub(crate) fn stop() -> bool {
    STOPPED.swap(true, Ordering::SeqCst)
}

/// Whether the program was told to end.
#[must_use]
pub(crate) fn is_stopped() -> bool {
    STOPPED.load(Ordering::Relaxed)
}

/// An error once the program was told to end. Its kind is not `Interrupted`, after which reads and writes are retried.
pub(crate) fn go_on() -> io::Result<()> {
    if is_stopped() { Err(io::Error::other(Stopped)) } else { Ok(()) }
}
