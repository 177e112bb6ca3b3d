//! What a server is given when it starts.

use std::net::SocketAddr;
use std::path::PathBuf;

/// What a server is given when it starts; everything has a default.
#[derive(Clone, Debug, Default)]
pub struct ServeOptions {
    /// Where it listens; port 0 takes any that is free. Else as in `[serve]` of the policy file, else `127.0.0.1:8475`. At an
    /// address that others reach it does not start without keys.
    pub listen: Option<SocketAddr>,
    /// The model file; else the one that the queue has learnt, else the one inside.
    pub model: Option<PathBuf>,
    /// The review queue that decisions go to. Else `ombud.db`, which is opened when there is something to write.
    pub db: Option<PathBuf>,
    /// The policy file; else `ombud.toml` in the current folder, if there is one.
    pub config: Option<PathBuf>,
    /// A certificate chain, in PEM, to serve by TLS.
    pub tls_certificate: Option<PathBuf>,
    /// Its private key, in PEM.
    pub tls_key: Option<PathBuf>,
    /// How many threads serve; else as many as there are cores.
    pub threads: Option<usize>,
    /// Whether each request is logged, by [`tracing`].
    pub log_requests: bool,
}
