//! A row in, sealed bytes out, and back: everything that rests in a store goes through here.
//!
//! XChaCha20-Poly1305 under keys derived from the register's key. The place of
//! a row (which table, which key, which number) is bound into the seal, so that
//! a row moved elsewhere does not open. The nonce is a keyed digest of place
//! and content, so no chance is needed: the same row sealed twice gives the same
//! bytes and shows that and nothing more. Words to search by are found through
//! keyed digests, never in the clear.
//!
//! Format: `docs/spec/register-store.md`.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::RegisterError;

const NONCE: usize = 24;

/// The register's key: 32 random bytes that a front door brings.
#[derive(Clone)]
pub(crate) struct Key {
    cipher: XChaCha20Poly1305,
    nonce: [u8; 32],
    words: [u8; 32],
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    /// The key made of these bytes.
    pub(crate) fn new(bytes: &[u8; 32]) -> Self {
        let derive = |context: &str| blake3::derive_key(context, bytes);
        Self {
            cipher: XChaCha20Poly1305::new(&derive("whose 2026 register v1: rows").into()),
            nonce: derive("whose 2026 register v1: nonces"),
            words: derive("whose 2026 register v1: words"),
        }
    }

    /// Seals a row for its place.
    pub(crate) fn seal(&self, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, RegisterError> {
        let mut hasher = blake3::Hasher::new_keyed(&self.nonce);
        hasher.update(&(place.len() as u64).to_le_bytes());
        hasher.update(place);
        hasher.update(plain);
        let digest = hasher.finalize();
        let (nonce, _) = digest.as_bytes().split_at(NONCE);
        let sealed = self
            .cipher
            .encrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: plain,
                    aad: place,
                },
            )
            .map_err(|_| RegisterError::TooLarge)?;
        let mut bytes = Vec::with_capacity(NONCE + sealed.len());
        bytes.extend_from_slice(nonce);
        bytes.extend_from_slice(&sealed);
        Ok(bytes)
    }

    /// Opens a row at its place.
    pub(crate) fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, RegisterError> {
        let (nonce, sealed) = sealed
            .split_at_checked(NONCE)
            .ok_or(RegisterError::Damaged)?;
        self.cipher
            .decrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: sealed,
                    aad: place,
                },
            )
            .map_err(|_| RegisterError::Damaged)
    }

    /// The keyed digest under which words of one beginning are kept.
    pub(crate) fn bucket(&self, beginning: &str) -> [u8; 8] {
        let digest = blake3::keyed_hash(&self.words, beginning.as_bytes());
        let mut bucket = [0; 8];
        for (to, from) in bucket.iter_mut().zip(digest.as_bytes()) {
            *to = *from;
        }
        bucket
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_row_opens_at_its_place_and_nowhere_else(plain in proptest::collection::vec(any::<u8>(), 0..300), at in 0usize..400, bit in 0u8..8) {
            let key = Key::new(&[7; 32]);
            let sealed = key.seal(b"here", &plain).unwrap();
            prop_assert_eq!(key.open(b"here", &sealed).unwrap(), plain);
            prop_assert!(key.open(b"there", &sealed).is_err());
            prop_assert!(Key::new(&[8; 32]).open(b"here", &sealed).is_err());
            let mut changed = sealed.clone();
            let at = at % changed.len();
            changed[at] ^= 1 << bit;
            prop_assert!(key.open(b"here", &changed).is_err());
        }

        #[test]
        fn bytes_of_any_kind_do_not_make_it_panic(sealed in proptest::collection::vec(any::<u8>(), 0..80)) {
            prop_assert!(Key::new(&[7; 32]).open(b"", &sealed).is_err());
        }
    }
}
