//! How Office 2007 locks a package and a password in, the package out; and the header that RC4 with CryptoAPI shares with it.
//!
//! Format: [MS-OFFCRYPTO] sections 2.3.2, 2.3.3, 2.3.4.5 to 2.3.4.9.

use sha1::{Digest, Sha1};

use super::{blocks::Aes, wide};
use crate::ole::bytes::{slice, u32_at, u64_at};

const N_ROUNDS: u32 = 50_000;

/// What the header of a lock says.
pub(super) struct Standard {
    pub(super) algorithm: u32,
    /// Bytes of the key.
    pub(super) n_key: usize,
    pub(super) salt: Vec<u8>,
    pub(super) verifier: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

impl Standard {
    /// Reads the header, from its flags on.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let header_len = u32_at(bytes, 4)? as usize;
        let header = bytes.get(8..8_usize.checked_add(header_len)?)?;
        let check = bytes.get(8 + header_len..)?;
        let n_salt = (u32_at(check, 0)? as usize).min(64);
        let bits = u32_at(header, 16)? as usize;
        Some(Self {
            algorithm: u32_at(header, 8)?,
            n_key: if bits == 0 { 5 } else { (bits / 8).min(64) },
            salt: slice(check, 4, n_salt).to_vec(),
            verifier: slice(check, 4 + n_salt, 16).to_vec(),
            hash: slice(check, 4 + n_salt + 20, 32).to_vec(),
        })
    }

    fn key(&self, password: &str) -> Option<Vec<u8>> {
        let mut state = Sha1::new()
            .chain_update(&self.salt)
            .chain_update(wide(password))
            .finalize();
        for round in 0..N_ROUNDS {
            state = Sha1::new()
                .chain_update(round.to_le_bytes())
                .chain_update(state)
                .finalize();
        }
        let state = Sha1::new()
            .chain_update(state)
            .chain_update([0; 4])
            .finalize();
        let half = |fill: u8| {
            let mut block = [fill; 64];
            for (byte, state) in block.iter_mut().zip(state) {
                *byte ^= state;
            }
            Sha1::digest(block)
        };
        let mut key = half(0x36).to_vec();
        key.extend(half(0x5C));
        (self.n_key <= key.len()).then(|| {
            key.truncate(self.n_key);
            key
        })
    }

    /// The package, when the password opens it.
    pub(super) fn open(&self, password: &str, package: &[u8]) -> Option<Vec<u8>> {
        let aes = Aes::new(&self.key(password)?)?;
        let expected = Sha1::digest(aes.ecb(&self.verifier));
        let hash = aes.ecb(&self.hash);
        if hash.len() < 20 || hash[..20] != expected[..] {
            return None;
        }
        let size = usize::try_from(u64_at(package, 0)?).ok()?;
        let mut out = aes.ecb(&package[8..]);
        out.truncate(size);
        Some(out)
    }
}
