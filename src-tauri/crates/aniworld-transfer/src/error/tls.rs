//! Why a safe connection did not come about, as far as a person can do something about it. Judges by
//! type, never by words.

use std::error::Error;
use std::fmt;
use std::io;

use rustls::{AlertDescription, CertificateError};
use serde::{Deserialize, Serialize};

/// What is wrong with a certificate or a handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsReason {
    /// The certificate is too old, or this computer's clock is fast.
    Expired,
    /// The certificate is not valid yet, or this computer's clock is slow.
    NotYetValid,
    /// Nobody whom this computer trusts signed the certificate.
    UnknownIssuer,
    /// The certificate belongs to another host.
    WrongName,
    /// The certificate was called back.
    Revoked,
    /// Anything else: no common version or cipher, a wrong signature, no TLS at all.
    #[default]
    Handshake,
    /// The certificates to trust that were given to this program are none.
    OwnCertificates,
}

impl TlsReason {
    /// Every reason, for lists and tests.
    pub const ALL: [Self; 7] = [
        Self::Expired,
        Self::NotYetValid,
        Self::UnknownIssuer,
        Self::WrongName,
        Self::Revoked,
        Self::Handshake,
        Self::OwnCertificates,
    ];

    /// The reason that one link of a chain of causes gives; `None` where it has nothing to do with TLS.
    /// An I/O error that wraps another one hides it from `source`, so it is looked into.
    pub fn of(cause: &(dyn Error + 'static)) -> Option<Self> {
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let tls = match wrapped {
            Some(wrapped) => wrapped.downcast_ref(),
            None => cause.downcast_ref(),
        };
        tls.map(reason)
    }

    /// Its stable name, in `snake_case`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "tls_expired",
            Self::NotYetValid => "tls_not_yet_valid",
            Self::UnknownIssuer => "tls_unknown_issuer",
            Self::WrongName => "tls_wrong_name",
            Self::Revoked => "tls_revoked",
            Self::Handshake => "tls",
            Self::OwnCertificates => "tls_own_certificates",
        }
    }
}

impl fmt::Display for TlsReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "its certificate has expired",
            Self::NotYetValid => "its certificate is not valid yet",
            Self::UnknownIssuer => "its certificate is signed by nobody whom this computer trusts",
            Self::WrongName => "its certificate belongs to another host",
            Self::Revoked => "its certificate was revoked",
            Self::Handshake => "the two do not agree on how to talk",
            Self::OwnCertificates => "the extra certificates to trust cannot be read",
        })
    }
}

fn reason(error: &rustls::Error) -> TlsReason {
    match error {
        rustls::Error::InvalidCertificate(wrong) => of_certificate(wrong),
        rustls::Error::AlertReceived(AlertDescription::CertificateRevoked) => TlsReason::Revoked,
        _ => TlsReason::Handshake,
    }
}

fn of_certificate(wrong: &CertificateError) -> TlsReason {
    use CertificateError as E;
    match wrong {
        E::Expired | E::ExpiredContext { .. } => TlsReason::Expired,
        E::NotValidYet | E::NotValidYetContext { .. } => TlsReason::NotYetValid,
        E::UnknownIssuer => TlsReason::UnknownIssuer,
        E::NotValidForName | E::NotValidForNameContext { .. } => TlsReason::WrongName,
        E::Revoked => TlsReason::Revoked,
        _ => TlsReason::Handshake,
    }
}
