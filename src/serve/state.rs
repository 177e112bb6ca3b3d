//! What all requests share.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::header::HOST;
use tokio::sync::Semaphore;

use crate::serve::coral::shared::Coral;
use crate::serve::error::ServeError;
use crate::serve::limits::Limits;
use crate::serve::live::{Live, told};
use crate::serve::loaded::Loaded;
use crate::serve::scoring::Scoring;
use crate::serve::store::Writer;
use crate::serve::telemetry::Meters;
use crate::serve::tls::Tls;

/// What all requests share; the state of every router.
pub(crate) type App = Arc<Shared>;

pub(crate) struct Shared {
    pub(crate) live: Live,
    pub(crate) scoring: Scoring,
    pub(crate) writer: Writer,
    pub(crate) coral: Coral,
    pub(crate) meters: Arc<Meters>,
    pub(crate) limits: Limits,
    /// Requests that may be served at once; taken by `guard`.
    pub(crate) requests: Semaphore,
    /// Bulk requests that may be streamed at once; each is held until its answer is complete.
    pub(crate) streams: Arc<Semaphore>,
    /// A line for each request.
    pub(crate) log_requests: bool,
    pub(crate) address: SocketAddr,
    pub(crate) tls: Option<Tls>,
    pub(crate) stopping: AtomicBool,
    /// Held while everything is reloaded.
    pub(crate) reloading: Mutex<()>,
}

impl Shared {
    /// No request is taken on any more.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Reloads model, policy, keys, settings and certificate. It takes a while: not for a thread that serves.
    ///
    /// # Errors
    /// When anything is wrong with any of them: then nothing changes.
    pub(crate) fn reload(&self) -> Result<Arc<Loaded>, ServeError> {
        // One at a time, or an older state could replace a newer one.
        let _one = self.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let certificate = self.tls.as_ref().map(Tls::read).transpose().map_err(|error| {
            tracing::error!(
                error = told(&error),
                "reload failed: the certificate; the previous model and settings stay in use"
            );
            self.meters.failed_reloads.increment(1);
            ServeError::new(error)
        })?;
        let loaded = self.live.reload().map_err(ServeError::new)?;
        self.tls.iter().zip(certificate).for_each(|(tls, certificate)| tls.put_to_use(certificate));
        Ok(loaded)
    }

    /// `http` or `https`.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// The address at which clients reach it: as set by the site, otherwise its own. Without a slash at its end.
    pub(crate) fn public_url(&self, loaded: &Loaded, headers: &HeaderMap) -> String {
        if let Some(url) = &loaded.settings.public_url {
            return url.as_str().to_owned();
        }
        let scheme = self.scheme();
        match headers.get(HOST).and_then(|host| host.to_str().ok()) {
            Some(host) => format!("{scheme}://{host}"),
            None => format!("{scheme}://{}", self.address),
        }
    }
}
