//! Keys of a cluster: made together, read by each machine; nobody without them gets a word in or out.
//!
//! An authority is made, signs one certificate for each machine and is thrown
//! away: nobody can be added to a running cluster. All connections are mutual
//! TLS under it. The cluster's secret, which opens what lies on shared storage,
//! goes to the executors and to who asks, not to the scheduler.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use ballista_core::extension::EndpointOverrideFn;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};
use tonic::codegen::http::uri::{Scheme, Uri};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity, ServerTlsConfig};

use crate::error::Failure;
use crate::seal::Secret;

const AUTHORITY: &str = "authority.pem";
const CERTIFICATE: &str = "machine.pem";
const KEY: &str = "machine.key";
const SECRET: &str = "cluster.secret";

/// Whom a folder of keys is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// Sees queries and tickets, opens nothing.
    Scheduler,
    /// Works on records: executors, and who asks.
    Hands,
}

/// What one machine holds.
#[derive(Clone)]
pub(crate) struct Keys {
    authority: Certificate,
    identity: Identity,
    secret: Option<Secret>,
}

/// Makes the keys of a cluster: a folder for each machine below `out`.
pub(crate) fn make(out: &Path, machines: &[(String, For)], days: u32) -> Result<(), Failure> {
    let refused = |error: rcgen::Error| {
        Failure::new(
            format!("no certificate could be made: {error}"),
            "name machines by host name or address, as the others reach them",
        )
    };
    let from = OffsetDateTime::now_utc() - Duration::hours(1);
    let until = from + Duration::days(days.into());
    let mut params = CertificateParams::new(Vec::new()).map_err(refused)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "whose cluster");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    (params.not_before, params.not_after) = (from, until);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().map_err(refused)?)
        .map_err(refused)?;
    let secret = Secret::make().map_err(Failure::of_random)?;
    for (host, is_for) in machines {
        let mut params = CertificateParams::new(vec![host.clone()]).map_err(refused)?;
        params.distinguished_name.push(DnType::CommonName, host);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        (params.not_before, params.not_after) = (from, until);
        let key = KeyPair::generate().map_err(refused)?;
        let certificate = params.signed_by(&key, &authority).map_err(refused)?;
        let folder = out.join(match is_for {
            For::Scheduler => format!("scheduler-{host}"),
            For::Hands => host.clone(),
        });
        std::fs::create_dir_all(&folder).map_err(|error| Failure::of_file(&folder, &error))?;
        write(&folder.join(AUTHORITY), authority.pem().as_bytes())?;
        write(&folder.join(CERTIFICATE), certificate.pem().as_bytes())?;
        write(&folder.join(KEY), key.serialize_pem().as_bytes())?;
        if *is_for == For::Hands {
            let hex: String = secret
                .reveal()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            write(&folder.join(SECRET), hex.as_bytes())?;
        }
    }
    Ok(())
}

/// A new file that only its owner may read.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|mut file| file.write_all(bytes))
        .map_err(|error| Failure::of_file(path, &error))
}

impl Keys {
    /// Reads a machine's folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).map_err(|error| {
                Failure::new(
                    format!("{}: {}", path.display(), error.kind()),
                    "make keys with `whose-cluster keys` and copy each machine its folder",
                )
            })
        };
        let secret = match folder.join(SECRET).exists() {
            false => None,
            true => Some(secret(&read(SECRET)?).ok_or_else(|| {
                Failure::new(
                    format!("{}: not a secret", folder.join(SECRET).display()),
                    "copy the folder again, or make keys anew",
                )
            })?),
        };
        Ok(Self {
            authority: Certificate::from_pem(read(AUTHORITY)?),
            identity: Identity::from_pem(read(CERTIFICATE)?, read(KEY)?),
            secret,
        })
    }

    /// The cluster's secret, which a scheduler does not have.
    pub(crate) fn secret(&self) -> Result<Secret, Failure> {
        self.secret.clone().ok_or_else(|| {
            Failure::new(
                "this folder of keys is a scheduler's",
                "give the folder that `whose-cluster keys` made for this machine",
            )
        })
    }

    /// For who listens: shows this machine's certificate and wants one of this cluster.
    pub(crate) fn server(&self) -> ServerTlsConfig {
        ServerTlsConfig::new()
            .identity(self.identity.clone())
            .client_ca_root(self.authority.clone())
    }

    /// For who calls: the same the other way round, whatever address the caller was given.
    pub(crate) fn endpoints(&self) -> EndpointOverrideFn {
        let keys = self.clone();
        Arc::new(move |endpoint: Endpoint| {
            let mut parts = endpoint.uri().clone().into_parts();
            parts.scheme = Some(Scheme::HTTPS);
            let tls = ClientTlsConfig::new()
                .ca_certificate(keys.authority.clone())
                .identity(keys.identity.clone());
            let endpoint = Endpoint::from(Uri::from_parts(parts)?)
                .connect_timeout(std::time::Duration::from_secs(10))
                .tcp_nodelay(true)
                .http2_keep_alive_interval(std::time::Duration::from_secs(10))
                .keep_alive_timeout(std::time::Duration::from_secs(10))
                .keep_alive_while_idle(true);
            Ok(endpoint.tls_config(tls)?)
        })
    }
}

fn secret(hex: &[u8]) -> Option<Secret> {
    let hex = std::str::from_utf8(hex).ok()?.trim();
    let mut bytes = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(Secret::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheduler_is_not_given_the_secret() {
        let out = tempfile::tempdir().unwrap();
        let machines = [
            ("localhost".to_owned(), For::Scheduler),
            ("127.0.0.1".to_owned(), For::Hands),
        ];
        make(out.path(), &machines, 30).unwrap();
        let scheduler = Keys::read(&out.path().join("scheduler-localhost")).unwrap();
        assert!(scheduler.secret().is_err());
        let hands = Keys::read(&out.path().join("127.0.0.1")).unwrap();
        assert!(hands.secret().is_ok());
        // Keys that are there are never written over.
        assert!(make(out.path(), &machines, 30).is_err());
    }
}
