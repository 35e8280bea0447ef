//! Passphrases and age recipients in, the case key out, and from it every other key.
//!
//! The case key is 32 random bytes. It is sealed with age, so that `age -d`
//! opens it without this program. age allows a passphrase only alone in its
//! file: recipients share `key.age`, each further passphrase has a file of its
//! own. Everything else (the key of each file, the log's signing key, the
//! blinding of rows) is derived from the case key with BLAKE3's key derivation.
//!
//! Formats: `age-encryption.org/v1` (C2SP age), `docs/spec/case-format.md`.

use std::io::{Read, Write};
use std::str::FromStr;

use age::secrecy::SecretString;
use ed25519_dalek::SigningKey;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::StoreError;

/// The work factor (log2 of scrypt's N) that age itself uses: about a second, 256 MiB.
pub const DEFAULT_WORK_FACTOR: u8 = 18;
/// A key file that asks for more work than this is refused: 4 GiB.
pub(crate) const MAX_WORK_FACTOR: u8 = 22;
const FIRST_LINE: &str = "whose case key, version 1";

/// Something that opens a case.
#[derive(Clone)]
pub enum Secret {
    /// A passphrase.
    Passphrase(String),
    /// An age identity, as `AGE-SECRET-KEY-1...`.
    Identity(String),
}

/// Somebody who may open a case.
#[derive(Clone)]
pub enum Recipient {
    /// Whoever knows the passphrase.
    Passphrase {
        /// The passphrase.
        passphrase: String,
        /// log2 of scrypt's N; `DEFAULT_WORK_FACTOR` outside tests.
        work_factor: u8,
    },
    /// Whoever holds the identity of this age recipient, `age1...`.
    Age(String),
}

impl Drop for Secret {
    fn drop(&mut self) {
        match self {
            Self::Passphrase(text) | Self::Identity(text) => text.zeroize(),
        }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Passphrase(_) => "Passphrase(..)",
            Self::Identity(_) => "Identity(..)",
        })
    }
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Passphrase { .. } => f.write_str("Passphrase(..)"),
            Self::Age(recipient) => write!(f, "Age({recipient})"),
        }
    }
}

/// The case key and the id of the case it belongs to.
#[derive(Clone, ZeroizeOnDrop)]
pub(crate) struct CaseKey {
    #[zeroize(skip)]
    pub(crate) case_id: String,
    key: [u8; 32],
}

impl CaseKey {
    /// A new case's id and key, from the entropy the front door brought.
    pub(crate) fn new(entropy: &[u8; 32]) -> Self {
        let id = blake3::derive_key("whose 2026 case v1: id of a new case", entropy);
        Self {
            case_id: hex(&id[..8]),
            key: blake3::derive_key("whose 2026 case v1: key of a new case", entropy),
        }
    }

    /// The key of one sealed file, bound to its salt, its case and its place.
    pub(crate) fn of_file(&self, salt: &[u8; 32], path: &str) -> [u8; 32] {
        self.derive(
            "whose 2026 case v1: key of a sealed file",
            &[salt, path.as_bytes()],
        )
    }

    /// The secret number that blinds one row's digest in proofs.
    pub(crate) fn blinding(
        &self,
        purpose: &[u8],
        table_salt: &[u8],
        n_row: u64,
        content: &[u8],
    ) -> [u8; 32] {
        self.derive(
            "whose 2026 case v1: blinding of a row",
            &[purpose, table_salt, &n_row.to_be_bytes(), content],
        )
    }

    /// The key for something that is no case, by the name of its purpose.
    pub(crate) fn for_purpose(&self, purpose: &str) -> [u8; 32] {
        self.derive(
            "whose 2026 case v1: key for another purpose",
            &[purpose.as_bytes()],
        )
    }

    /// The key that signs the log's checkpoints.
    pub(crate) fn signing(&self) -> SigningKey {
        SigningKey::from_bytes(&self.derive("whose 2026 case v1: log signing key", &[]))
    }

    fn derive(&self, context: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key(context);
        hasher.update(&self.key);
        for part in [self.case_id.as_bytes()].iter().chain(parts) {
            // The length first, so that no two lists of parts give the same bytes.
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        *hasher.finalize().as_bytes()
    }

    /// What stands inside a key file.
    fn text(&self) -> String {
        format!("{FIRST_LINE}\n{}\n{}\n", self.case_id, hex(&self.key))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let case_id = lines.next()?.to_owned();
        let key = unhex(lines.next()?)?;
        lines.next().is_none().then_some(Self { case_id, key })
    }
}

/// A key file: its name, who it is for, its bytes.
pub(crate) type SealedKey = (String, Vec<String>, Vec<u8>);
/// Recipients that share a key file, with their names.
type Group = (Vec<String>, Vec<Box<dyn age::Recipient>>);

/// The key files for these recipients, each with its name and who it is for (recipients are public).
pub(crate) fn seal(key: &CaseKey, recipients: &[Recipient]) -> Result<Vec<SealedKey>, StoreError> {
    let mut groups: Vec<Group> = Vec::new();
    let mut shared: Group = (Vec::new(), Vec::new());
    for recipient in recipients {
        match recipient {
            Recipient::Passphrase {
                passphrase,
                work_factor,
            } => {
                if passphrase.is_empty() {
                    return Err(StoreError::EmptyPassphrase);
                }
                if !(1..=MAX_WORK_FACTOR).contains(work_factor) {
                    return Err(StoreError::BadWorkFactor(*work_factor));
                }
                let mut sealed =
                    age::scrypt::Recipient::new(SecretString::from(passphrase.clone()));
                sealed.set_work_factor(*work_factor);
                groups.push((vec!["passphrase".to_owned()], vec![Box::new(sealed)]));
            }
            Recipient::Age(text) => {
                let parsed = age::x25519::Recipient::from_str(text.trim())
                    .map_err(|_| StoreError::BadAgeKey("recipient"))?;
                shared.0.push(parsed.to_string());
                shared.1.push(Box::new(parsed));
            }
        }
    }
    if !shared.1.is_empty() {
        groups.insert(0, shared);
    }
    if groups.is_empty() {
        return Err(StoreError::NoRecipient);
    }
    groups
        .into_iter()
        .enumerate()
        .map(|(n, (names, group))| {
            let name = match n {
                0 => "key.age".to_owned(),
                n => format!("key-{}.age", n + 1),
            };
            Ok((name, names, seal_to(key, &group)?))
        })
        .collect()
}

fn seal_to(key: &CaseKey, group: &[Box<dyn age::Recipient>]) -> Result<Vec<u8>, StoreError> {
    let failed = |_| StoreError::BadMeta("key.age");
    let encryptor = age::Encryptor::with_recipients(group.iter().map(|one| &**one))
        .map_err(|_| StoreError::BadAgeKey("recipient"))?;
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(failed)?;
    let mut text = key.text();
    writer.write_all(text.as_bytes()).map_err(failed)?;
    writer.finish().map_err(failed)?;
    text.zeroize();
    Ok(sealed)
}

/// What trying a key file's bytes with some secrets gave.
pub(crate) enum Unsealed {
    /// The key.
    Key(CaseKey),
    /// No secret fits.
    WrongSecret,
    /// The bytes are not a key file that this program wrote.
    Damaged,
}

/// Tries each secret on one key file.
pub(crate) fn unseal(sealed: &[u8], secrets: &[Secret]) -> Result<Unsealed, StoreError> {
    let mut damaged = false;
    for secret in secrets {
        let identity: Box<dyn age::Identity> = match secret {
            Secret::Passphrase(text) => {
                let mut identity = age::scrypt::Identity::new(SecretString::from(text.clone()));
                identity.set_max_work_factor(MAX_WORK_FACTOR);
                Box::new(identity)
            }
            Secret::Identity(text) => Box::new(
                age::x25519::Identity::from_str(text.trim())
                    .map_err(|_| StoreError::BadAgeKey("identity"))?,
            ),
        };
        let Ok(decryptor) = age::Decryptor::new(sealed) else {
            return Ok(Unsealed::Damaged);
        };
        match decryptor.decrypt(std::iter::once(&*identity)) {
            Ok(mut reader) => {
                let mut text = String::new();
                let parsed = reader
                    .read_to_string(&mut text)
                    .ok()
                    .and_then(|_| CaseKey::parse(&text));
                text.zeroize();
                match parsed {
                    Some(key) => return Ok(Unsealed::Key(key)),
                    None => damaged = true,
                }
            }
            Err(
                age::DecryptError::NoMatchingKeys
                | age::DecryptError::KeyDecryptionFailed
                | age::DecryptError::DecryptionFailed,
            ) => {}
            Err(_) => damaged = true,
        }
    }
    Ok(if damaged {
        Unsealed::Damaged
    } else {
        Unsealed::WrongSecret
    })
}

/// Bytes as lower case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// 32 bytes from the form that `hex` writes, and from no other.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(text: &str) -> Recipient {
        Recipient::Passphrase {
            passphrase: text.to_owned(),
            work_factor: 2,
        }
    }

    #[test]
    fn each_passphrase_and_each_recipient_opens_the_key_and_no_other_does() {
        let identity = age::x25519::Identity::generate();
        let key = CaseKey::new(&[7; 32]);
        let files = seal(
            &key,
            &[
                passphrase("one"),
                Recipient::Age(identity.to_public().to_string()),
                passphrase("two"),
            ],
        )
        .unwrap();
        assert_eq!(files.len(), 3);
        let opens = |secret: Secret| {
            files.iter().any(|(_, _, sealed)| {
                matches!(
                    unseal(sealed, std::slice::from_ref(&secret)).unwrap(),
                    Unsealed::Key(opened) if opened.key == key.key && opened.case_id == key.case_id
                )
            })
        };
        assert!(opens(Secret::Passphrase("one".into())));
        assert!(opens(Secret::Passphrase("two".into())));
        use age::secrecy::ExposeSecret;
        assert!(opens(Secret::Identity(
            identity.to_string().expose_secret().to_owned()
        )));
        assert!(!opens(Secret::Passphrase("three".into())));
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        assert_eq!(
            format!("{:?}", Secret::Passphrase("hunter".into())),
            "Passphrase(..)"
        );
        assert_eq!(format!("{:?}", passphrase("hunter")), "Passphrase(..)");
    }

    #[test]
    fn a_case_nobody_could_open_is_not_made() {
        let key = CaseKey::new(&[7; 32]);
        assert!(matches!(seal(&key, &[]), Err(StoreError::NoRecipient)));
        assert!(matches!(
            seal(&key, &[passphrase("")]),
            Err(StoreError::EmptyPassphrase)
        ));
    }
}
