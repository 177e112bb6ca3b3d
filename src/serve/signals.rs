//! Signals to a server: SIGTERM and Ctrl-C stop it, a second one stops it at once, SIGHUP reloads everything.

use std::io;

use crate::serve::handle::ServerHandle;

/// Handles signals from now on, for as long as the runtime lives.
#[cfg(unix)]
pub(crate) fn heed(handle: ServerHandle) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut hang_up = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = hang_up.recv() => {
                    let handle = handle.clone();
                    // Whether it did, the log says.
                    drop(tokio::task::spawn_blocking(move || handle.reload()));
                }
                _ = terminate.recv() => handle.stop(),
                _ = interrupt.recv() => handle.stop(),
            }
        }
    });
    Ok(())
}

/// Handles signals from now on, for as long as the runtime lives.
#[cfg(not(unix))]
pub(crate) fn heed(handle: ServerHandle) -> io::Result<()> {
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            handle.stop();
        }
    });
    Ok(())
}
