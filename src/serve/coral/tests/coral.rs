//! A Coral that answers GraphQL, and a site that its stories are on.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::sync::oneshot;

pub(crate) const TOKEN: &str = "signed.token.of-an-administrator";

/// What it has, by id.
#[derive(Default)]
pub(crate) struct Has {
    pub(crate) stories: BTreeMap<String, Value>,
    pub(crate) comments: BTreeMap<String, Value>,
    /// What it was asked for.
    pub(crate) asked: Vec<String>,
}

pub(crate) struct FakeCoral {
    pub(crate) address: SocketAddr,
    pub(crate) has: Arc<Mutex<Has>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl FakeCoral {
    pub(crate) fn start() -> Self {
        let has = Arc::<Mutex<Has>>::default();
        let router = Router::new()
            .route("/api/graphql", post(graphql))
            .route("/library", get(async || Html(PAGE)))
            .route("/old/library", get(async || Redirect::permanent("/library")))
            // It is wherever the query says.
            .route("/moved", get(async |url: Uri| Redirect::permanent(url.query().unwrap())))
            .with_state(Arc::clone(&has));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    served = axum::serve(listener, router) => served.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        Self { address, has, stop: Some(stop), thread: Some(thread) }
    }

    /// What `[serve.coral]` says of it.
    pub(crate) fn settings(&self) -> String {
        format!("graphql = \"http://{}/api/graphql\"\ntoken = \"{TOKEN}\"", self.address)
    }

    pub(crate) fn story(&self, path: &str, metadata: &Value) -> Value {
        json!({ "id": "s1", "url": format!("http://{}{path}", self.address), "metadata": metadata })
    }
}

impl Drop for FakeCoral {
    fn drop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
        let _ = self.thread.take().unwrap().join();
    }
}

async fn graphql(State(has): State<Arc<Mutex<Has>>>, headers: HeaderMap, question: axum::Json<Value>) -> Response {
    if headers.get("authorization").is_none_or(|own| *own != format!("Bearer {TOKEN}")) {
        let error = json!({ "errors": [{ "message": "?", "extensions": { "code": "RAW_QUERY_NOT_AUTHORIZED" } }] });
        return (StatusCode::OK, axum::Json(error)).into_response();
    }
    let mut has = has.lock().unwrap();
    let (query, id) = (question["query"].as_str().unwrap(), question["variables"]["id"].as_str().unwrap());
    let (name, all) = if query.contains(" comment(id: $id)") {
        ("comment", &has.comments)
    } else {
        assert!(query.contains(" story(id: $id)"), "{query}");
        ("story", &has.stories)
    };
    let found = all.get(id).cloned();
    has.asked.push(format!("{name} {id}"));
    axum::Json(json!({ "data": { name: found } })).into_response()
}

const PAGE: &str = "<!DOCTYPE html><html><head><title>Library | News</title></head><body><nav>Home Sport</nav><article>
    <h1>Council votes to close the Harbour Road library</h1>
    <p>The council voted on Tuesday to close the Harbour Road library, which opened in 1931 and lends 40,000 books a year.</p>
    <p>Its books go to the central library. A campaign of readers, who had collected 9,000 signatures, will go to court.</p>
    </article></body></html>";
