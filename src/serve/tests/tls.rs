//! TLS, and a certificate that takes another's place.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rcgen::generate_simple_self_signed;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::serve::fixture::served;
use crate::serve::tls::{Tls, TlsError};

/// Puts a new certificate and its key into a folder.
fn certificate(folder: &Path) -> CertificateDer<'static> {
    let made = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().clone()
}

/// What a client is answered that trusts this certificate alone.
fn get(port: u16, trusted: &CertificateDer<'static>) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let asked = async {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(asked)
}

#[test]
fn it_serves_by_tls_and_takes_a_new_certificate_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let first = certificate(folder.path());
    let path = |name: &str| folder.path().join(name).display().to_string();
    let [cert, key] = ["cert.pem", "key.pem"].map(path);
    let mut served = served(&format!("[serve]\ntls-certificate = {cert:?}\ntls-key = {key:?}"));
    served.run();
    let port = served.app().address.port();
    assert!(get(port, &first).unwrap().starts_with("HTTP/1.1 200 OK"));
    let second = certificate(folder.path());
    get(port, &second).unwrap_err();
    served.handle.reload().unwrap();
    assert!(get(port, &second).unwrap().starts_with("HTTP/1.1 200 OK"));
    fs::write(&cert, "no certificate").unwrap();
    served.handle.reload().unwrap_err();
    assert!(get(port, &second).unwrap().starts_with("HTTP/1.1 200 OK"));
    assert!(served.get("/metrics").body.contains("ombud_reloads_total{outcome=\"refused\"} 1"));
    // One that waits for another puts to use what is there when it is its turn.
    let reloading = served.app().reloading.lock().unwrap();
    let handle = served.handle.clone();
    let waits = std::thread::spawn(move || handle.reload());
    std::thread::sleep(Duration::from_millis(300));
    let third = certificate(folder.path());
    drop(reloading);
    waits.join().unwrap().unwrap();
    assert!(get(port, &third).unwrap().starts_with("HTTP/1.1 200 OK"));
}

#[test]
fn what_is_no_pair_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let open = |cert: Option<&Path>, key: Option<&Path>| Tls::open(cert.map(Into::into), key.map(Into::into)).map(drop);
    certificate(folder.path());
    assert!(matches!(open(Some(&cert), None), Err(TlsError::Half)));
    assert!(matches!(open(Some(&key), Some(&key)), Err(TlsError::NoCertificate { .. })));
    assert!(matches!(open(Some(&cert), Some(&cert)), Err(TlsError::File { .. })));
    let other = tempfile::tempdir().unwrap();
    certificate(other.path());
    assert!(matches!(open(Some(&cert), Some(&other.path().join("key.pem"))), Err(TlsError::Pair { .. })));
}
