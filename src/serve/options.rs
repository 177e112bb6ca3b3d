//! The options of a server at its start.

use std::net::SocketAddr;
use std::path::PathBuf;

/// The options of a server at its start; everything has a default.
#[derive(Clone, Debug, Default)]
pub struct ServeOptions {
    /// The address to listen on; port 0 picks a free one. By default as in `[serve]` of the policy file, or
    /// `127.0.0.1:8475`. On an address that others can reach, it does not start without keys.
    pub listen: Option<SocketAddr>,
    /// The model file; by default the one that the queue has learnt, or the shipped one.
    pub model: Option<PathBuf>,
    /// The review queue that stores decisions. By default `ombud.db`, which is opened when there is something to write.
    pub db: Option<PathBuf>,
    /// The policy file; by default `ombud.toml` in the current folder, if there is one.
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
