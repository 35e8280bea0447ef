//! A root hash in, a signed checkpoint out, and back to a root hash that is believed.
//!
//! Formats: C2SP signed-note (Ed25519, type 0x01) and tlog-checkpoint. Read
//! strictly: only the bytes that `sign` would have written are accepted, so
//! that no byte can be changed unseen. Further signatures of witnesses may
//! follow the log's own in a proof; they are not looked at here.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use super::merkle::Hash;

/// Type of Ed25519 signatures in signed notes.
const ED25519: u8 = 1;

/// The public key of a log with its name, which is the log's origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogKey {
    pub(crate) origin: String,
    key: VerifyingKey,
}

impl LogKey {
    /// The public half of a signing key.
    pub(crate) fn new(origin: &str, key: &SigningKey) -> Self {
        Self {
            origin: origin.to_owned(),
            key: key.verifying_key(),
        }
    }

    /// `name+keyid+base64(type || key)`, the form in which Go's note package writes it.
    pub(crate) fn text(&self) -> String {
        let mut encoded = vec![ED25519];
        encoded.extend_from_slice(self.key.as_bytes());
        let id = u32::from_be_bytes(self.id());
        format!("{}+{id:08x}+{}", self.origin, BASE64.encode(encoded))
    }

    /// Reads what `text` writes, and nothing else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '+');
        let (origin, _, encoded) = (parts.next()?, parts.next()?, parts.next()?);
        let bytes = BASE64.decode(encoded).ok()?;
        let (&kind, key) = bytes.split_first()?;
        let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
        let parsed = Self {
            origin: origin.to_owned(),
            key,
        };
        (kind == ED25519 && !origin.is_empty() && parsed.text() == text).then_some(parsed)
    }

    fn id(&self) -> [u8; 4] {
        let mut hasher = Sha256::new();
        hasher.update(self.origin.as_bytes());
        hasher.update([b'\n', ED25519]);
        hasher.update(self.key.as_bytes());
        let hash: Hash = hasher.finalize().into();
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

/// A tree head: how many entries, and their root hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) size: u64,
    pub(crate) root: Hash,
}

/// The signed checkpoint of a tree head.
pub(crate) fn sign(head: Head, origin: &str, key: &SigningKey) -> String {
    let text = body(head, origin);
    let mut signature = LogKey::new(origin, key).id().to_vec();
    signature.extend_from_slice(&key.sign(text.as_bytes()).to_bytes());
    format!("{text}\n\u{2014} {origin} {}\n", BASE64.encode(signature))
}

/// The tree head of a checkpoint, if its first signature is this log's and holds.
pub(crate) fn open(checkpoint: &str, key: &LogKey) -> Option<Head> {
    let (text, signatures) = checkpoint.split_once("\n\n")?;
    let mut lines = text.lines();
    let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
    let head = Head {
        size: size.parse().ok()?,
        root: decode_hash(root)?,
    };
    // Written again and compared: this refuses other spellings of the same numbers.
    let text = body(head, origin);
    if origin != key.origin || !checkpoint.starts_with(&text) || lines.next().is_some() {
        return None;
    }
    let line = signatures.strip_suffix('\n')?.split('\n').next()?;
    let encoded = line
        .strip_prefix("\u{2014} ")?
        .strip_prefix(origin)?
        .strip_prefix(' ')?;
    let bytes = BASE64.decode(encoded).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    let signature = Signature::from_bytes(signature.try_into().ok()?);
    let holds = *id == key.id() && key.key.verify_strict(text.as_bytes(), &signature).is_ok();
    (holds && BASE64.encode(&bytes) == encoded).then_some(head)
}

/// A hash in base 64.
pub(crate) fn encode_hash(hash: &Hash) -> String {
    BASE64.encode(hash)
}

/// A hash from base 64, in its one spelling.
pub(crate) fn decode_hash(text: &str) -> Option<Hash> {
    let hash: Hash = BASE64.decode(text).ok()?.try_into().ok()?;
    (BASE64.encode(hash) == text).then_some(hash)
}

fn body(head: Head, origin: &str) -> String {
    format!("{origin}\n{}\n{}\n", head.size, BASE64.encode(head.root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_accepted() {
        // C2SP tlog-checkpoint, with the verifier key of the same origin, is not
        // published with its key; the note of Go's package `note` is.
        let key =
            LogKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
                .unwrap();
        assert_eq!(key.origin, "PeterNeumann");
        let note = "If you think cryptography is the answer to your problem,\n\
            then you don't know what your problem is.\n";
        let signature = BASE64
            .decode("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=")
            .unwrap();
        let (id, signature) = signature.split_first_chunk::<4>().unwrap();
        assert_eq!(*id, key.id());
        let signature = Signature::from_bytes(signature.try_into().unwrap());
        assert!(key.key.verify_strict(note.as_bytes(), &signature).is_ok());
    }

    #[test]
    fn a_checkpoint_opens_with_its_key_and_no_changed_byte_passes() {
        let secret = SigningKey::from_bytes(&[3; 32]);
        let key = LogKey::new("whose.case/0123", &secret);
        assert_eq!(LogKey::parse(&key.text()), Some(key.clone()));
        let head = Head {
            size: 42,
            root: [9; 32],
        };
        let checkpoint = sign(head, &key.origin, &secret);
        assert_eq!(open(&checkpoint, &key), Some(head));
        for i in 0..checkpoint.len() {
            for bit in 0..8 {
                let mut bytes = checkpoint.clone().into_bytes();
                bytes[i] ^= 1 << bit;
                if let Ok(text) = String::from_utf8(bytes) {
                    assert_eq!(open(&text, &key), None, "byte {i}");
                }
            }
        }
        let other = LogKey::new("whose.case/0123", &SigningKey::from_bytes(&[4; 32]));
        assert_eq!(open(&checkpoint, &other), None);
    }
}
