//! The server: it binds, serves and drains.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};

use crate::queue::policy_file::PolicyFile;
use crate::serve::connections::Connections;
use crate::serve::coral::shared::Coral;
use crate::serve::error::{Cause, ServeError};
use crate::serve::handle::{Phase, ServerHandle};
use crate::serve::live::Live;
use crate::serve::loaded::{LoadError, Sources};
use crate::serve::options::ServeOptions;
use crate::serve::router::router;
use crate::serve::scoring::Scoring;
use crate::serve::settings::Settings;
use crate::serve::signals;
use crate::serve::state::{App, Shared};
use crate::serve::store::{self, Writer};
use crate::serve::telemetry::Meters;
use crate::serve::tls::Tls;

/// The default address to listen on.
const USUAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8475);
/// The default queue.
const USUAL_DB: &str = "ombud.db";
/// What is not done in that time after draining is left.
const LEAVE: Duration = Duration::from_secs(1);

/// A server that listens, and serves once it [runs](Self::run).
///
/// ```no_run
/// use ombud::{ServeOptions, Server};
///
/// let server = Server::bind(ServeOptions { listen: Some("127.0.0.1:0".parse()?), ..ServeOptions::default() })?;
/// println!("http://{}/v1/score", server.address());
/// server.run()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Server {
    handle: ServerHandle,
    listener: TcpListener,
    runtime: Runtime,
    phase: watch::Receiver<Phase>,
}

impl Server {
    /// Loads the model, opens the queue if one is named, and listens; nothing is answered yet.
    ///
    /// # Errors
    /// When any of that fails, or others could reach it without a key.
    pub fn bind(options: ServeOptions) -> Result<Self, ServeError> {
        let db = options.db.clone().unwrap_or_else(|| PathBuf::from(USUAL_DB));
        let sources = Sources { model: options.model, db: db.clone(), config: options.config };
        let meters = Arc::new(Meters::new());
        let live = Live::new(sources.clone(), &meters).map_err(ServeError::new)?;
        let now = live.now();
        let Settings { listen, tls_certificate, tls_key, limits, .. } = &now.settings;
        let address = options.listen.or(*listen).unwrap_or(USUAL);
        if !address.ip().to_canonical().is_loopback() && now.keys.is_empty() {
            return Err(ServeError::new(Cause::NoKeys { address }));
        }
        let certificate = options.tls_certificate.or_else(|| tls_certificate.clone());
        let tls = Tls::open(certificate, options.tls_key.or_else(|| tls_key.clone())).map_err(ServeError::new)?;
        let policy =
            PolicyFile::find(sources.config.as_ref()).map_err(LoadError::from).map_err(ServeError::new)?.review;
        // A queue given by name must be writable: errors must show at the start.
        let open = options.db.map(|db| store::open(&db, &policy)).transpose().map_err(ServeError::new)?;
        let listener = listen_at(address)?;
        let address = listener.local_addr().map_err(|source| ServeError::new(Cause::Listen { address, source }))?;
        let threads =
            options.threads.unwrap_or_else(|| available_parallelism().map_or(1, std::num::NonZero::get)).max(1);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("serve")
            .enable_all()
            .build()
            .map_err(|error| ServeError::new(Cause::Threads(error)))?;
        let writer = Writer::start(db, open, policy, Arc::clone(&meters));
        let writer = writer.map_err(|error| ServeError::new(Cause::Threads(error)))?;
        let app = Arc::new(Shared {
            scoring: Scoring::new(threads),
            writer,
            coral: Coral::default(),
            meters,
            limits: limits.clone(),
            requests: Semaphore::new(limits.requests),
            streams: Arc::new(Semaphore::new(limits.streams)),
            log_requests: options.log_requests,
            address,
            tls,
            stopping: AtomicBool::new(false),
            reloading: Mutex::new(()),
            live,
        });
        let (sender, phase) = watch::channel(Phase::Serving);
        let handle = ServerHandle { app, phase: sender };
        Ok(Self { handle, listener, runtime, phase })
    }

    /// The same server, which SIGTERM and Ctrl-C now stop and SIGHUP reloads.
    ///
    /// # Errors
    /// When the system does not let it.
    pub fn with_signals(self) -> Result<Self, ServeError> {
        let inside = self.runtime.enter();
        let heeded = signals::heed(self.handle.clone());
        drop(inside);
        heeded.map_err(|error| ServeError::new(Cause::Signals(error)))?;
        Ok(self)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.handle.app.address
    }

    /// Its address as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        let app = &self.handle.app;
        format!("{}://{}", app.scheme(), app.address)
    }

    /// The name and the hash of the model that answers.
    #[must_use]
    pub fn model(&self) -> (String, String) {
        let now = self.handle.app.live.now();
        (now.name().to_owned(), now.hash().to_owned())
    }

    /// What the user should know about the policy file and the model.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        self.handle.app.live.now().notes.clone()
    }

    /// Reaches it while it runs.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.handle.clone()
    }

    /// Serves until it is told to [stop](ServerHandle::stop). It then finishes what it has begun, within the time set
    /// in the settings; changes to the queue are written.
    ///
    /// # Errors
    /// When it cannot begin.
    pub fn run(self) -> Result<(), ServeError> {
        let Self { handle, listener, runtime, phase } = self;
        let address = handle.app.address;
        let app = Arc::clone(&handle.app);
        let served = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener);
            let listener = listener.map_err(|source| ServeError::new(Cause::Listen { address, source }))?;
            tokio::spawn(upkeep(Arc::clone(&app)));
            let connections = Connections::new(&app, router(&app));
            serve(listener, connections, &app, phase).await;
            Ok(())
        });
        app.writer.stop();
        runtime.shutdown_timeout(LEAVE);
        served
    }
}

fn listen_at(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let listen = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    listen().map_err(|source| ServeError::new(Cause::Listen { address, source }))
}

async fn upkeep(app: App) {
    let mut every = tokio::time::interval(Duration::from_secs(1));
    loop {
        every.tick().await;
        app.meters.upkeep();
    }
}

/// Accepts connections until it is told to stop, and then waits for those that are open.
async fn serve(
    listener: tokio::net::TcpListener,
    connections: Connections,
    app: &App,
    mut phase: watch::Receiver<Phase>,
) {
    loop {
        tokio::select! {
            accepted = listener.accept() => connections.take(accepted).await,
            // An error means that nobody is left to receive it.
            _ = phase.wait_for(|phase| *phase > Phase::Serving) => break,
        }
    }
    app.stopping.store(true, Ordering::Relaxed);
    tracing::info!("stopping: finishing the requests in progress");
    let open = connections.open();
    tokio::select! {
        () = connections.drain(&listener) => {}
        () = tokio::time::sleep(app.limits.drain_time) => {
            tracing::warn!(open, "not all requests finished in time");
        }
        _ = phase.wait_for(|phase| *phase == Phase::Leaving) => {}
    }
}
