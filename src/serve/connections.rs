//! Connections: how many there may be, and how each is served.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::serve::api;
use crate::serve::limits::Limits;
use crate::serve::refusal::Refusal;
use crate::serve::state::App;
use crate::serve::tls::Tls;

/// TLS has to be agreed upon in that time.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Where too many are open, so many more are told so.
const TURNED_AWAY: usize = 64;
/// And have so long to ask.
const TURNED_AWAY_TIME: Duration = Duration::from_secs(1);
/// Before it is tried again to take a connection, where there are no file descriptors left.
const RETRY: Duration = Duration::from_millis(50);

/// Serves connections.
pub(crate) struct Connections {
    app: App,
    router: Router,
    graceful: GracefulShutdown,
    free: Arc<Semaphore>,
    turned_away: Arc<Semaphore>,
}

impl Connections {
    pub(crate) fn new(app: &App, router: Router) -> Self {
        let [free, turned_away] = [app.limits.connections, TURNED_AWAY].map(|n| Arc::new(Semaphore::new(n)));
        Self { app: Arc::clone(app), router, graceful: GracefulShutdown::new(), free, turned_away }
    }

    /// Serves a connection on its own.
    pub(crate) async fn take(&self, accepted: io::Result<(TcpStream, SocketAddr)>) {
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(error = error.to_string(), "a connection was not taken");
                return sleep(RETRY).await;
            }
        };
        // An answer is written at once, and waits for nothing.
        let _ = stream.set_nodelay(true);
        let free = Arc::clone(&self.free).try_acquire_owned();
        let is_busy = free.is_err();
        if is_busy {
            self.app.meters.refused_connections.increment(1);
        }
        let Ok(permit) = free.or_else(|_| Arc::clone(&self.turned_away).try_acquire_owned()) else { return };
        let open = Open {
            app: Arc::clone(&self.app),
            router: self.router.clone(),
            watcher: self.graceful.watcher(),
            is_busy,
            _permit: permit,
        };
        match self.app.tls.as_ref().map(Tls::acceptor) {
            None => drop(tokio::spawn(open.serve(stream))),
            Some(acceptor) => drop(tokio::spawn(async move {
                if let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await {
                    open.serve(stream).await;
                }
            })),
        }
    }

    /// How many are open.
    pub(crate) fn open(&self) -> usize {
        self.graceful.count()
    }

    /// Lets all of them end what they have begun.
    pub(crate) async fn drain(self) {
        self.graceful.shutdown().await;
    }
}

/// A connection.
struct Open {
    app: App,
    router: Router,
    watcher: Watcher,
    /// Too many are open: it is told so.
    is_busy: bool,
    _permit: OwnedSemaphorePermit,
}

impl Open {
    async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(self, stream: S) {
        let http = protocol(&self.app.limits, self.is_busy);
        let io = TokioIo::new(stream);
        // What goes wrong with a connection is its client's business, who learns of it first.
        if self.is_busy {
            let busy = hyper::service::service_fn(turn_away);
            let _ = self.watcher.watch(http.serve_connection(io, busy)).await;
        } else {
            self.app.meters.connections.increment(1.0);
            let service = TowerToHyperService::new(self.router);
            let _ = self.watcher.watch(http.serve_connection(io, service)).await;
            self.app.meters.connections.decrement(1.0);
        }
    }
}

fn protocol(limits: &Limits, is_busy: bool) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(if is_busy { TURNED_AWAY_TIME } else { limits.header_time })
        .max_header_size(limits.header_bytes)
        .max_buf_size(limits.header_bytes)
        .keep_alive(!is_busy);
    http
}

async fn turn_away(_: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    Ok(api::refuse(&Refusal::Overloaded))
}
