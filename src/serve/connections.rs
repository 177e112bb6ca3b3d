//! Connections: how many there may be, and how each is served.

use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutWriter;

use crate::serve::api;
use crate::serve::limits::Limits;
use crate::serve::refusal::Refusal;
use crate::serve::state::App;
use crate::serve::tls::Tls;

/// TLS has to be agreed upon in that time.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// If too many connections are open, or the server is stopping, this many more get an answer that says so.
const TURNED_AWAY: usize = 64;
/// And have so long to ask.
const TURNED_AWAY_TIME: Duration = Duration::from_secs(1);
/// The pause before accepting another connection when there are no file descriptors left.
const RETRY: Duration = Duration::from_millis(50);

/// A connection from the listener.
type Accepted = io::Result<(TcpStream, SocketAddr)>;

/// Serves connections.
pub(crate) struct Connections {
    door: Door,
    router: Router,
    graceful: GracefulShutdown,
    free: Arc<Semaphore>,
}

/// Where connections arrive, and where those that are not served are sent.
struct Door {
    app: App,
    turned_away: Arc<Semaphore>,
}

impl Connections {
    pub(crate) fn new(app: &App, router: Router) -> Self {
        let [free, turned_away] = [app.limits.connections, TURNED_AWAY].map(|n| Arc::new(Semaphore::new(n)));
        Self { door: Door { app: Arc::clone(app), turned_away }, router, graceful: GracefulShutdown::new(), free }
    }

    /// Serves a connection on its own.
    pub(crate) async fn take(&self, accepted: Accepted) {
        let Some(stream) = self.door.let_in(accepted).await else { return };
        let app = Arc::clone(&self.door.app);
        let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() else {
            app.meters.refused_connections.increment(1);
            return self.door.turn_away(stream, Refusal::Overloaded);
        };
        let answers = Answers::All { router: self.router.clone(), watcher: self.graceful.watcher() };
        Open { app, answers, _permit: permit }.start(stream);
    }

    /// How many are served.
    pub(crate) fn open(&self) -> usize {
        self.graceful.count()
    }

    /// Lets all connections finish what they have begun. New ones are told that the server is stopping.
    pub(crate) async fn drain(self, listener: &TcpListener) {
        let Self { door, graceful, .. } = self;
        let mut ended = pin!(graceful.shutdown());
        loop {
            tokio::select! {
                () = &mut ended => break,
                accepted = listener.accept() => {
                    if let Some(stream) = door.let_in(accepted).await {
                        door.turn_away(stream, Refusal::Stopping);
                    }
                }
            }
        }
    }
}

impl Door {
    async fn let_in(&self, accepted: Accepted) -> Option<TcpStream> {
        match accepted {
            Ok((stream, _)) => {
                // An answer is written at once, without waiting.
                let _ = stream.set_nodelay(true);
                Some(stream)
            }
            Err(error) => {
                tracing::warn!(error = error.to_string(), "a connection was not accepted");
                sleep(RETRY).await;
                None
            }
        }
    }

    /// Says why it is not served; closes it if too many are told already.
    fn turn_away(&self, stream: TcpStream, refusal: Refusal) {
        let Ok(permit) = Arc::clone(&self.turned_away).try_acquire_owned() else { return };
        Open { app: Arc::clone(&self.app), answers: Answers::None(refusal), _permit: permit }.start(stream);
    }
}

/// A connection.
struct Open {
    app: App,
    answers: Answers,
    _permit: OwnedSemaphorePermit,
}

/// What is answered on a connection.
enum Answers {
    All {
        router: Router,
        watcher: Watcher,
    },
    /// It is turned away.
    None(Refusal),
}

impl Open {
    fn start(self, stream: TcpStream) {
        match self.app.tls.as_ref().map(Tls::acceptor) {
            None => drop(tokio::spawn(self.serve(stream))),
            Some(acceptor) => drop(tokio::spawn(async move {
                if let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await {
                    self.serve(stream).await;
                }
            })),
        }
    }

    async fn serve<S: AsyncRead + AsyncWrite + Send + 'static>(self, stream: S) {
        let Self { app, answers, _permit } = self;
        // An answer that nobody reads is not kept for ever.
        let mut stream = TimeoutWriter::new(stream);
        stream.set_timeout(Some(app.limits.write_time));
        let io = TokioIo::new(Box::pin(stream));
        // What goes wrong with a connection is its client's business, who learns of it first.
        match answers {
            Answers::All { router, watcher } => {
                app.meters.connections.increment(1.0);
                let http = protocol(&app.limits, app.limits.header_time);
                let _ = watcher.watch(http.serve_connection(io, TowerToHyperService::new(router))).await;
                app.meters.connections.decrement(1.0);
            }
            Answers::None(refusal) => {
                let answer = service_fn(|_: Request<Incoming>| ready(Ok::<_, Infallible>(api::refuse(&refusal))));
                let mut http = protocol(&app.limits, TURNED_AWAY_TIME);
                let _ = http.keep_alive(false).serve_connection(io, answer).await;
            }
        }
    }
}

fn protocol(limits: &Limits, header_time: Duration) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(header_time)
        .max_header_size(limits.header_bytes)
        .max_buf_size(limits.header_bytes);
    http
}
