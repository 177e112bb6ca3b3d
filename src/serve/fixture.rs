//! Servers for tests: the whole router without a network, and a server with one.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::JoinHandle;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::serve::error::ServeError;
use crate::serve::handle::ServerHandle;
use crate::serve::options::ServeOptions;
use crate::serve::router;
use crate::serve::server::Server;
use crate::serve::state::App;

/// A server of its own folder, with the model inside.
pub(crate) struct Served {
    pub(crate) handle: ServerHandle,
    pub(crate) folder: tempfile::TempDir,
    server: Option<Server>,
    running: Option<JoinHandle<Result<(), ServeError>>>,
    /// What asks the router.
    runtime: Runtime,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// A server with this `ombud.toml`; its queue is `ombud.db` in its folder.
pub(crate) fn served(config: &str) -> Served {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ombud.toml");
    std::fs::write(&path, config).unwrap();
    let options = ServeOptions {
        listen: Some("127.0.0.1:0".parse().unwrap()),
        db: Some(folder.path().join("ombud.db")),
        config: Some(path),
        threads: Some(2),
        ..ServeOptions::default()
    };
    let server = Server::bind(options).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    Served { handle: server.handle(), folder, server: Some(server), running: None, runtime }
}

impl Served {
    pub(crate) fn app(&self) -> &App {
        &self.handle.app
    }

    /// The router's answer to a request, without a network.
    pub(crate) fn send(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(method).uri(path).body(body.into()).unwrap();
        self.ask(&router::router(self.app()), request)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "")
    }

    pub(crate) fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(Method::POST, path, body)
    }

    /// A router's answer to a request.
    pub(crate) fn ask(&self, router: &Router, request: Request<Body>) -> Answer {
        let asked = async {
            let response = router.clone().oneshot(request).await.unwrap();
            let (status, headers) = (response.status(), response.headers().clone());
            let body = response.into_body().collect().await.unwrap().to_bytes();
            Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
        };
        self.runtime.block_on(asked)
    }

    /// Lets it serve, at its address.
    pub(crate) fn run(&mut self) {
        let server = self.server.take().unwrap();
        self.running = Some(std::thread::spawn(move || server.run()));
    }

    /// Sends bytes to its address, and gives all that comes back until it closes the connection.
    pub(crate) fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.app().address).unwrap();
        let mut answer = Vec::new();
        // It may close before it has read all.
        let _ = stream.write_all(bytes).and_then(|()| stream.read_to_end(&mut answer));
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The answer to a request over the network.
    pub(crate) fn http(&self, head: &str, body: &str) -> String {
        let mut request = format!("{head} HTTP/1.1\r\nHost: ombud\r\nConnection: close\r\n");
        write!(request, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.raw(request.as_bytes())
    }

    /// Stops it, and says how it ended.
    pub(crate) fn stop(&mut self) -> Result<(), ServeError> {
        self.handle.stop();
        self.ended()
    }

    /// Waits until it has ended, and says how.
    pub(crate) fn ended(&mut self) -> Result<(), ServeError> {
        self.running.take().unwrap().join().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.handle.stop();
        if let Some(running) = self.running.take() {
            let _ = running.join();
        }
        self.handle.app.writer.stop();
    }
}
