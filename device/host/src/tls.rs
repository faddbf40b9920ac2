//! TLS to a broker: whom to trust, and why not.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, bail};
use goe_runtime::device::{Trust, Unreachable};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

/// The authorities there are.
#[derive(Debug)]
pub struct Tls {
    /// Those of a file, in place of the system's.
    given: Option<Arc<RootCertStore>>,
    /// Those of the system, once they were asked for.
    system: OnceLock<Arc<RootCertStore>>,
    provider: Arc<CryptoProvider>,
}

/// Why there is no encrypted connection.
#[derive(Debug)]
pub enum TlsError {
    /// Nobody is trusted.
    NoAuthority,
    /// The authorities cannot be read.
    Authorities,
    /// The host cannot stand in a certificate.
    Name,
    /// The broker was not accepted, or speaks no TLS.
    Handshake(io::Error),
}

impl TlsError {
    /// The same in one of the words that there are for it.
    pub fn reason(&self) -> Unreachable {
        let TlsError::Handshake(error) = self else {
            return match self {
                TlsError::NoAuthority => Unreachable::NoAuthority,
                TlsError::Authorities => Unreachable::Authorities,
                TlsError::Name | TlsError::Handshake(_) => Unreachable::WrongName,
            };
        };
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
        let Some(Error::InvalidCertificate(fault)) = inner else {
            return Unreachable::Handshake;
        };
        match fault {
            // Of one that only has the name of ours.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                Unreachable::UnknownAuthority
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Unreachable::WrongName
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Unreachable::Expired,
            _ => Unreachable::Certificate,
        }
    }
}

impl Tls {
    /// Reads the file of authorities, if there is one.
    pub fn new(file: Option<&Path>) -> anyhow::Result<Self> {
        let given = match file {
            None => None,
            Some(file) => Some(Arc::new(read(file).with_context(|| {
                format!("cannot use the authorities of {}", file.display())
            })?)),
        };
        Ok(Tls {
            given,
            system: OnceLock::new(),
            provider: Arc::new(ring::default_provider()),
        })
    }

    /// Encrypts a connection.
    pub async fn connect(
        &self,
        host: &str,
        trust: Trust,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, TlsError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| TlsError::Name)?;
        let config = ClientConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::Handshake(io::Error::other(error)))?
            .dangerous()
            .with_custom_certificate_verifier(self.verifier(trust)?)
            .with_no_client_auth();
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
            .map_err(TlsError::Handshake)
    }

    fn verifier(&self, trust: Trust) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
        if trust.anyone {
            return Ok(Arc::new(Lenient {
                strict: None,
                provider: self.provider.clone(),
            }));
        }
        let roots = match &self.given {
            Some(given) => given.clone(),
            None if trust.system => self.system()?,
            None => return Err(TlsError::NoAuthority),
        };
        let strict = WebPkiServerVerifier::builder_with_provider(roots, self.provider.clone())
            .build()
            .map_err(|_| TlsError::Authorities)?;
        if !trust.any_name {
            return Ok(strict);
        }
        Ok(Arc::new(Lenient {
            strict: Some(strict),
            provider: self.provider.clone(),
        }))
    }

    fn system(&self) -> Result<Arc<RootCertStore>, TlsError> {
        if let Some(roots) = self.system.get() {
            return Ok(roots.clone());
        }
        let found = rustls_native_certs::load_native_certs();
        for error in found.errors {
            tracing::debug!("tls: {error}");
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            return Err(TlsError::Authorities);
        }
        Ok(self.system.get_or_init(|| Arc::new(roots)).clone())
    }
}

fn read(file: &Path) -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file)? {
        roots.add(certificate?)?;
    }
    if roots.is_empty() {
        bail!("it has no certificate in PEM");
    }
    Ok(roots)
}

/// Looks away where it is told to; what is signed with the certificate's key is
/// checked all the same.
struct Lenient {
    /// Checks all but the name; `None` checks nothing.
    strict: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl fmt::Debug for Lenient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lenient(..)")
    }
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(strict) = &self.strict else {
            return Ok(ServerCertVerified::assertion());
        };
        match strict.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            // The name is looked at last.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls12_signature(
            message, certificate, signature, algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        tokio_rustls::rustls::crypto::verify_tls13_signature(
            message, certificate, signature, algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
