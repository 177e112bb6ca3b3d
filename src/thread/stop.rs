//! Whether the program was told to end. Reading a [`Source`](super::Source) and writing a
//! [`WholeFile`](super::WholeFile) then fail, so loops over them need not check.

use std::io;
use std::io::Read;
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

/// A reader that fails once the program was told to end.
pub(crate) struct Stoppable<R>(pub(crate) R);

impl<R: Read> Read for Stoppable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        go_on()?;
        self.0.read(buffer)
    }
}
