//! How an Office package is locked since 2010 and a password in, the package out.
//!
//! Format: [MS-OFFCRYPTO] sections 2.3.4.10 to 2.3.4.15.

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{
    blocks::{Aes, base64},
    wide,
};
use crate::{
    ole::bytes::u64_at,
    package::{Xml, attribute, events},
};

const SEGMENT: usize = 4096;
const FOR_INPUT: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
const FOR_VALUE: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
const FOR_KEY: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];

#[derive(Clone, Copy, Default)]
enum Hash {
    #[default]
    Sha1,
    Sha256,
    Sha384,
    Sha512,
    Md5,
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().replace('-', "").as_str() {
            "SHA1" => Self::Sha1,
            "SHA256" => Self::Sha256,
            "SHA384" => Self::Sha384,
            "SHA512" => Self::Sha512,
            "MD5" => Self::Md5,
            _ => return None,
        })
    }

    fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn run<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut hasher = D::new();
            for part in parts {
                hasher.update(part);
            }
            hasher.finalize().to_vec()
        }
        match self {
            Self::Sha1 => run::<Sha1>(parts),
            Self::Sha256 => run::<Sha256>(parts),
            Self::Sha384 => run::<Sha384>(parts),
            Self::Sha512 => run::<Sha512>(parts),
            Self::Md5 => run::<md5::Md5>(parts),
        }
    }
}

/// One way of locking: of the package, or of its key with a password.
#[derive(Default)]
struct Way {
    salt: Vec<u8>,
    hash: Hash,
    n_key: usize,
    is_cfb: bool,
}

/// The lock of a package.
pub(super) struct Agile {
    data: Way,
    password: Way,
    n_rounds: u64,
    input: Vec<u8>,
    value: Vec<u8>,
    key: Vec<u8>,
}

impl Agile {
    /// Reads the XML that describes the lock.
    pub(super) fn parse(xml: &[u8]) -> Option<Self> {
        let mut data = None;
        let mut lock = None;
        events(xml, |event| {
            let Xml::Start(name, start) = event else {
                return;
            };
            let text = |name: &str| attribute(start, name).unwrap_or_default();
            let way = || {
                let is_aes = text("cipherAlgorithm").eq_ignore_ascii_case("AES");
                let n_key = text("keyBits").parse::<usize>().ok()? / 8;
                (is_aes && matches!(n_key, 16 | 24 | 32)).then_some(Way {
                    salt: base64(&text("saltValue")),
                    hash: Hash::named(&text("hashAlgorithm"))?,
                    n_key,
                    is_cfb: text("cipherChaining").ends_with("CFB"),
                })
            };
            match name {
                "keyData" => data = way(),
                // A package may also be locked with certificates; only passwords are tried.
                "encryptedKey" if lock.is_none() && attribute(start, "spinCount").is_some() => {
                    lock = way().and_then(|password| {
                        Some(Self {
                            data: Way::default(),
                            password,
                            n_rounds: text("spinCount").parse().ok()?,
                            input: base64(&text("encryptedVerifierHashInput")),
                            value: base64(&text("encryptedVerifierHashValue")),
                            key: base64(&text("encryptedKeyValue")),
                        })
                    });
                }
                _ => {}
            }
        });
        Some(Self {
            data: data?,
            ..lock?
        })
    }

    /// How often a password is hashed.
    pub(super) fn n_rounds(&self) -> u64 {
        self.n_rounds
    }

    /// The package, when the password opens it.
    pub(super) fn open(&self, password: &str, package: &[u8]) -> Option<Vec<u8>> {
        let hash = self.password.hash;
        let mut state = hash.of(&[&self.password.salt, &wide(password)]);
        for round in 0..u32::try_from(self.n_rounds).ok()? {
            state = hash.of(&[&round.to_le_bytes(), &state]);
        }
        let start = fitted(&self.password.salt);
        let unlock = |purpose: &[u8; 8], bytes: &[u8]| {
            let mut key = hash.of(&[&state, purpose]);
            key.resize(self.password.n_key, 0x36);
            let aes = Aes::new(&key)?;
            Some(if self.password.is_cfb {
                aes.cfb(&start, bytes)
            } else {
                aes.cbc(&start, bytes)
            })
        };
        let mut input = unlock(&FOR_INPUT, &self.input)?;
        input.truncate(self.password.salt.len());
        let expected = hash.of(&[&input]);
        let value = unlock(&FOR_VALUE, &self.value)?;
        if value.len() < expected.len() || value[..expected.len()] != expected {
            return None;
        }
        let mut key = unlock(&FOR_KEY, &self.key)?;
        key.truncate(self.data.n_key);
        let aes = Aes::new(&key)?;
        let size = usize::try_from(u64_at(package, 0)?).ok()?;
        let mut out = Vec::new();
        for (index, segment) in package[8..].chunks(SEGMENT).enumerate() {
            let number = u32::try_from(index).ok()?.to_le_bytes();
            let start = fitted(&self.data.hash.of(&[&self.data.salt, &number]));
            out.extend(if self.data.is_cfb {
                aes.cfb(&start, segment)
            } else {
                aes.cbc(&start, segment)
            });
        }
        out.truncate(size);
        Some(out)
    }
}

/// 16 bytes, cut or filled.
fn fitted(bytes: &[u8]) -> [u8; 16] {
    let mut out = [0x36; 16];
    let n = bytes.len().min(16);
    out[..n].copy_from_slice(&bytes[..n]);
    out
}
