//! The HTTP client that Coral and its stories are asked with: hyper's, with the certificates of the system.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use axum::http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Body;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use tower::ServiceExt as _;
use tower_http::follow_redirect::FollowRedirect;
use tower_http::follow_redirect::policy::{self, PolicyExt};

use crate::serve::coral::addresses::{Addresses, on_own_host};
use crate::serve::secret::Secret;

type Http = legacy::Client<HttpsConnector<HttpConnector<Addresses>>, Full<Bytes>>;

/// Asks by HTTP and HTTPS; made when something is first asked.
#[derive(Debug, Default)]
pub(crate) struct Client {
    coral: OnceLock<Http>,
    pages: OnceLock<Http>,
}

const CONNECT: Duration = Duration::from_secs(3);
/// From the question to the end of the answer.
const WHOLE: Duration = Duration::from_secs(10);
/// An answer is not read any further.
const MOST_BYTES: usize = 4 << 20;
/// A page may redirect within its host this many times.
const REDIRECTS: usize = 3;
const NAME: HeaderValue = HeaderValue::from_static(concat!("ombud/", env!("CARGO_PKG_VERSION")));

/// Why there is no answer. Nothing in it is secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("{0:?} is not an address that can be requested")]
    Address(String, #[source] axum::http::Error),
    #[error("no connection")]
    Connection(#[from] legacy::Error),
    #[error("it took longer than {} seconds", WHOLE.as_secs())]
    TooSlow,
    #[error("the answer has more than {MOST_BYTES} bytes")]
    TooLong,
    #[error("the answer was cut short")]
    BrokenOff(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("it answered {0}")]
    Status(StatusCode),
    #[error("it answered {0} and redirects to another host, or too many times")]
    Elsewhere(StatusCode),
    #[error("it answered with {0:?}, which is not a page")]
    NoPage(String),
}

impl Client {
    /// The answer to JSON that is posted. A redirection is not followed: the token is for this address alone.
    pub(crate) async fn post(&self, url: &str, token: Option<&Secret>, json: Vec<u8>) -> Result<Bytes, ClientError> {
        let mut request = Request::post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, NAME);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        let request = request.body(Full::from(json)).map_err(|error| ClientError::Address(url.to_owned(), error))?;
        let http = self.coral.get_or_init(|| http(Addresses::All));
        let asked = async { all(http.request(request).await?).await };
        timeout(WHOLE, asked).await.map_err(|_| ClientError::TooSlow)?
    }

    /// A page, of the host that its address names and no other.
    pub(crate) async fn page(&self, url: &str) -> Result<String, ClientError> {
        let request = Request::get(url).header(ACCEPT, "text/html").header(USER_AGENT, NAME);
        let request = request.body(Full::default()).map_err(|error| ClientError::Address(url.to_owned(), error))?;
        let asked = async {
            let http = self.pages.get_or_init(|| http(Addresses::Public));
            let limited = policy::Limited::new(REDIRECTS);
            let own_host = policy::redirect_fn(|attempt: &policy::Attempt<'_>| Ok(on_own_host(attempt)));
            let redirects = PolicyExt::and::<_, Full<Bytes>, legacy::Error>(limited, own_host);
            let response = FollowRedirect::with_policy(http.clone(), redirects).oneshot(request).await?;
            if response.status().is_redirection() {
                return Err(ClientError::Elsewhere(response.status()));
            }
            let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            if response.status().is_success() && !kind.to_ascii_lowercase().contains("html") {
                return Err(ClientError::NoPage(kind.to_owned()));
            }
            all(response).await
        };
        let page = timeout(WHOLE, asked).await.map_err(|_| ClientError::TooSlow)??;
        Ok(String::from_utf8_lossy(&page).into_owned())
    }
}

fn http(addresses: Addresses) -> Http {
    let mut tcp = HttpConnector::new_with_resolver(addresses);
    tcp.enforce_http(false);
    tcp.set_connect_timeout(Some(CONNECT));
    let https = HttpsConnectorBuilder::new().with_tls_config(tls()).https_or_http().enable_http1();
    legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_mins(1))
        .build(https.wrap_connector(tcp))
}

/// TLS with the certificates of the system. Without any, HTTP still works.
fn tls() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        tracing::warn!("the system has no CA certificates: Coral cannot be reached over HTTPS");
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    match builder.with_safe_default_protocol_versions() {
        Ok(builder) => builder,
        // It knows all versions, so that this does not happen.
        Err(_) => ClientConfig::builder(),
    }
    .with_root_certificates(roots)
    .with_no_client_auth()
}

async fn all<B>(response: Response<B>) -> Result<Bytes, ClientError>
where
    B: Body,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    if response.status() != StatusCode::OK {
        return Err(ClientError::Status(response.status()));
    }
    match Limited::new(response.into_body(), MOST_BYTES).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ClientError::TooLong),
        Err(error) => Err(ClientError::BrokenOff(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::coral::tests::coral::FakeCoral;

    #[test]
    fn a_page_is_read_from_its_own_host_and_from_no_other() {
        let (site, other) = (FakeCoral::start(), FakeCoral::start());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let client = Client::default();
        let read = |url: String| runtime.block_on(client.page(&url));
        let (here, port) = (site.address, site.address.port());
        for url in ["library", "old/library", &format!("moved?http://{here}/library"), "moved?/library"] {
            assert!(read(format!("http://{here}/{url}")).unwrap().contains("Harbour Road"), "{url}");
        }
        for url in [
            format!("moved?http://{}/library", other.address),
            format!("moved?http://localhost:{port}/library"),
            format!("moved?https://{here}/library"),
            "moved?/moved?/moved?/moved?/library".to_owned(),
        ] {
            let read = read(format!("http://{here}/{url}"));
            assert!(matches!(read, Err(ClientError::Elsewhere(_))), "{url}: {read:?}");
        }
        // A name that is found, and leads to this machine without saying so.
        assert!(matches!(read(format!("http://127.1:{port}/library")), Err(ClientError::Connection(_))));
        assert!(read(format!("http://localhost:{port}/library")).is_ok());
    }
}
