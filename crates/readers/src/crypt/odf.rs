//! The manifest of an OpenDocument package and a password in, its parts unlocked out.
//!
//! Each part is locked by itself, with its own salt. The first kibibyte of
//! each has a checksum, by which a password is known to fit.
//!
//! Format: OpenDocument 1.3 part 2, sections 3.4 to 3.8 and chapter 4.

use std::{collections::HashMap, io::Read};

use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::{
    affordable,
    blocks::{Aes, base64, blowfish_cfb},
};
use crate::package::{Xml, attribute, events};

/// Parts whose locks are kept.
const MAX_PARTS: usize = 100_000;

#[derive(Clone, Default)]
struct Lock {
    algorithm: String,
    start: Vec<u8>,
    salt: Vec<u8>,
    n_rounds: u64,
    n_key: usize,
    /// The password is hashed by SHA-256 first, else by SHA-1.
    is_sha256: bool,
    checksum: Vec<u8>,
    checksum_type: String,
}

/// The locks of a package and, once found, the password.
#[derive(Default)]
pub(crate) struct Locks {
    parts: HashMap<String, Lock>,
    password: Option<String>,
}

/// Whether the whole package is one locked part, as LibreOffice 24 may write it.
pub(crate) fn is_wholly_locked(manifest: &[u8]) -> bool {
    memchr::memmem::find(manifest, b"encrypted-package").is_some()
}

impl Locks {
    /// The locks that a manifest names.
    pub(crate) fn parse(manifest: &[u8]) -> Self {
        let mut locks = Self::default();
        let mut path = String::new();
        let mut lock: Option<Lock> = None;
        events(manifest, |event| match event {
            Xml::Start("file-entry", start) => {
                path = attribute(start, "full-path").unwrap_or_default();
            }
            Xml::Start("encryption-data", start) => {
                lock = Some(Lock {
                    checksum: base64(&attribute(start, "checksum").unwrap_or_default()),
                    checksum_type: attribute(start, "checksum-type").unwrap_or_default(),
                    n_key: 16,
                    ..Lock::default()
                });
            }
            Xml::Start(name, start) => {
                let Some(lock) = &mut lock else { return };
                let text = |name: &str| attribute(start, name).unwrap_or_default();
                match name {
                    "algorithm" => {
                        lock.algorithm = text("algorithm-name");
                        lock.start = base64(&text("initialisation-vector"));
                    }
                    "key-derivation" => {
                        lock.salt = base64(&text("salt"));
                        lock.n_rounds = text("iteration-count").parse().unwrap_or(u64::MAX);
                        lock.n_key = text("key-size").parse().unwrap_or(lock.n_key);
                    }
                    "start-key-generation" => {
                        lock.is_sha256 = text("start-key-generation-name").contains("256");
                    }
                    _ => {}
                }
            }
            Xml::End("file-entry") => {
                if let Some(lock) = lock.take()
                    && locks.parts.len() < MAX_PARTS
                {
                    locks.parts.insert(std::mem::take(&mut path), lock);
                }
            }
            _ => {}
        });
        locks
    }

    /// Whether a part is locked.
    pub(crate) fn has(&self, part: &str) -> bool {
        self.parts.contains_key(part)
    }

    /// Looks for the password by a part that is locked with it; whether it was found.
    pub(crate) fn try_all(&mut self, part: &str, bytes: &[u8], candidates: &[String]) -> bool {
        let Some(lock) = self.parts.get(part) else {
            return false;
        };
        let fitting = candidates
            .iter()
            .take(affordable(lock.n_rounds.saturating_mul(2)))
            .find(|password| lock.open(password, bytes, 1 << 20).is_some());
        self.password = fitting.cloned();
        self.password.is_some()
    }

    /// A locked part's content, unpacked; at most `max` bytes.
    pub(crate) fn open(&self, part: &str, bytes: &[u8], max: u64) -> Option<Vec<u8>> {
        let lock = self.parts.get(part)?;
        // Every part has its own salt, so hashing costs once a part.
        if lock.n_rounds > 1_000_000 {
            return None;
        }
        lock.open(self.password.as_deref()?, bytes, max)
    }
}

impl Lock {
    fn open(&self, password: &str, bytes: &[u8], max: u64) -> Option<Vec<u8>> {
        let start_key: Vec<u8> = if self.is_sha256 {
            Sha256::digest(password).to_vec()
        } else {
            Sha1::digest(password).to_vec()
        };
        let key = pbkdf2(&start_key, &self.salt, self.n_rounds, self.n_key.min(64))?;
        let name = self.algorithm.to_ascii_lowercase();
        let packed = if name.contains("blowfish") {
            let mut start = [0; 8];
            start.copy_from_slice(self.start.get(..8)?);
            blowfish_cfb(&key, &start, bytes)?
        } else if name.contains("aes") && name.ends_with("cbc") {
            let mut start = [0; 16];
            start.copy_from_slice(self.start.get(..16)?);
            let mut clear = Aes::new(&key)?.cbc(&start, bytes);
            let n_fill = usize::from(clear.last().copied().unwrap_or(0));
            if n_fill == 0 || n_fill > 16 {
                return None;
            }
            clear.truncate(clear.len().saturating_sub(n_fill));
            clear
        } else {
            return None;
        };
        let near = &packed[..packed.len().min(1024)];
        let near = if self.checksum_type.to_ascii_lowercase().contains("1k") {
            near
        } else {
            &packed
        };
        let fits = if self.checksum_type.contains("256") {
            Sha256::digest(near)[..] == self.checksum
        } else {
            Sha1::digest(near)[..] == self.checksum
        };
        // Some programs took a wrong checksum of long parts by SHA-1; then it must at least unpack.
        let mut out = Vec::new();
        let result = flate2::read::DeflateDecoder::new(packed.as_slice())
            .take(max)
            .read_to_end(&mut out);
        (fits || result.is_ok() && !out.is_empty()).then_some(out)
    }
}

/// PBKDF2 with HMAC-SHA1 (RFC 8018 section 5.2).
fn pbkdf2(password: &[u8], salt: &[u8], n_rounds: u64, n_key: usize) -> Option<Vec<u8>> {
    if n_rounds == 0 || n_rounds > super::MAX_ROUNDS_EACH {
        return None;
    }
    let mut block = [0; 64];
    if password.len() > 64 {
        return None;
    }
    block[..password.len()].copy_from_slice(password);
    let keyed = |fill: u8| Sha1::new().chain_update(block.map(|byte| byte ^ fill));
    let (inner, outer) = (keyed(0x36), keyed(0x5C));
    let mac = |parts: &[&[u8]]| -> [u8; 20] {
        let mut hasher = inner.clone();
        for part in parts {
            hasher.update(part);
        }
        outer
            .clone()
            .chain_update(hasher.finalize())
            .finalize()
            .into()
    };
    let mut key = Vec::with_capacity(n_key + 20);
    let mut number = 1_u32;
    while key.len() < n_key {
        let mut state = mac(&[salt, &number.to_be_bytes()]);
        let mut sum = state;
        for _ in 1..n_rounds {
            state = mac(&[&state]);
            for (sum, byte) in sum.iter_mut().zip(state) {
                *sum ^= byte;
            }
        }
        key.extend(sum);
        number += 1;
    }
    key.truncate(n_key);
    Some(key)
}

#[test]
fn the_derived_key_is_that_of_rfc_6070() {
    let key = pbkdf2(b"password", b"salt", 2, 20).unwrap();
    assert_eq!(key[..4], [0xEA, 0x6C, 0x01, 0x4D]);
}
