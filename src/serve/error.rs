//! Why a server does not start, or does not go on.

use std::io;
use std::net::SocketAddr;

use crate::queue::error::ReviewError;
use crate::serve::live::ReloadError;
use crate::serve::loaded::LoadError;
use crate::serve::tls::TlsError;

/// Why a server does not start, or does not reload.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ServeError(Box<Cause>);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error(transparent)]
    Reload(#[from] ReloadError),
    #[error(transparent)]
    Queue(#[from] ReviewError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("cannot listen on {address}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error(
        "{address} can be reached from other machines, but there are no keys: add keys to ombud.toml under [[serve.keys]], or \
         listen on 127.0.0.1"
    )]
    NoKeys { address: SocketAddr },
    #[error("cannot start threads")]
    Threads(#[source] io::Error),
    #[error("cannot catch signals")]
    Signals(#[source] io::Error),
}

impl ServeError {
    pub(crate) fn new(cause: impl Into<Cause>) -> Self {
        Self(Box::new(cause.into()))
    }

    /// Whether the server's settings or options are at fault.
    pub(crate) fn is_usage(&self) -> bool {
        matches!(*self.0, Cause::NoKeys { .. })
    }
}
