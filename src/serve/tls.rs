//! TLS by rustls: its certificate can be another without a new start.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{Error as PemError, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// The certificate and its key, as last read.
#[derive(Debug)]
pub(crate) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    config: ArcSwap<ServerConfig>,
}

/// A certificate that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    #[error("a certificate and a key go together: give both --tls-certificate and --tls-key")]
    Half,
    #[error("cannot read {}", path.display())]
    File { path: PathBuf, source: PemError },
    #[error("{}: the file contains no certificate", path.display())]
    NoCertificate { path: PathBuf },
    #[error("{} and {} do not go together", certificate.display(), key.display())]
    Pair { certificate: PathBuf, key: PathBuf, source: rustls::Error },
}

impl Tls {
    /// Reads certificate and key, if they are named.
    pub(crate) fn open(certificate: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<Self>, TlsError> {
        match (certificate, key) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => {
                let config = ArcSwap::from_pointee(read(&certificate, &key)?);
                Ok(Some(Self { certificate, key, config }))
            }
            (Some(_), None) | (None, Some(_)) => Err(TlsError::Half),
        }
    }

    /// Reads both again.
    pub(crate) fn read(&self) -> Result<ServerConfig, TlsError> {
        read(&self.certificate, &self.key)
    }

    /// From now on, new connections get this; open ones keep what they have.
    pub(crate) fn put_to_use(&self, read: ServerConfig) {
        self.config.store(Arc::new(read));
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.config.load_full())
    }
}

fn read(certificate: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let file = |path: &Path| {
        let path = path.to_owned();
        move |source| TlsError::File { path, source }
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(file(certificate))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate { path: certificate.to_owned() });
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(file(key))?;
    let pair = |source| TlsError::Pair { certificate: certificate.to_owned(), key: key.to_owned(), source };
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().map_err(pair)?;
    let mut config = config.with_no_client_auth().with_single_cert(chain, private).map_err(pair)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
