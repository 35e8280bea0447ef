//! Bytes and a name in, sealed bytes out, and back: what lies on shared storage is never readable there.
//!
//! XChaCha20-Poly1305 with a random nonce; the name is bound in, so that one
//! object put in another's place does not open.

use chacha20poly1305::aead::AeadInPlace;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

const NONCE: usize = 24;
const TAG: usize = 16;

/// A name that nothing else has.
pub(crate) fn unique() -> Result<String, getrandom::Error> {
    let mut name = [0; 16];
    getrandom::fill(&mut name)?;
    Ok(name.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A secret of 32 bytes. Never printed.
#[derive(Clone)]
pub(crate) struct Secret([u8; 32]);

/// The bytes were not sealed with this secret under this name.
#[derive(Debug, thiserror::Error)]
#[error("does not open: made with other keys, moved or damaged")]
pub(crate) struct NotOurs;

impl Secret {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn make() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub(crate) fn reveal(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals in place: nonce, ciphertext, tag.
    pub(crate) fn seal(&self, name: &str, mut plain: Vec<u8>) -> Result<Vec<u8>, getrandom::Error> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce)?;
        let tag = XChaCha20Poly1305::new(&self.0.into())
            .encrypt_in_place_detached(XNonce::from_slice(&nonce), name.as_bytes(), &mut plain)
            // Only more than 256 GB in one object could fail.
            .map_err(|_| getrandom::Error::UNEXPECTED)?;
        let mut sealed = Vec::with_capacity(NONCE + plain.len() + TAG);
        sealed.extend_from_slice(&nonce);
        sealed.append(&mut plain);
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    pub(crate) fn open(&self, name: &str, sealed: &[u8]) -> Result<Vec<u8>, NotOurs> {
        let (nonce, rest) = sealed.split_at_checked(NONCE).ok_or(NotOurs)?;
        let body = rest.len().checked_sub(TAG).ok_or(NotOurs)?;
        let (body, tag) = rest.split_at(body);
        let mut plain = body.to_vec();
        XChaCha20Poly1305::new(&self.0.into())
            .decrypt_in_place_detached(
                XNonce::from_slice(nonce),
                name.as_bytes(),
                &mut plain,
                tag.into(),
            )
            .map_err(|_| NotOurs)?;
        Ok(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_under_its_name_and_key_only() {
        let (key, other) = (Secret::new([1; 32]), Secret::new([2; 32]));
        let sealed = key.seal("pile.0", b"Tremblay".to_vec()).unwrap();
        assert!(!sealed.windows(8).any(|bytes| bytes == b"Tremblay"));
        assert_eq!(key.open("pile.0", &sealed).unwrap(), b"Tremblay");
        assert!(key.open("pile.1", &sealed).is_err());
        assert!(other.open("pile.0", &sealed).is_err());
        let mut bent = sealed.clone();
        bent[30] ^= 1;
        assert!(key.open("pile.0", &bent).is_err());
        for cut in 0..sealed.len() {
            assert!(key.open("pile.0", &sealed[..cut]).is_err());
        }
    }
}
