//! A key that belongs to no case, sealed like a case's: entropy and recipients in, key files and a key out.
//!
//! The register rests under such a key. Its files are those of a case
//! (`keys.rs`), so that the same passphrases and age identities open them.

use crate::StoreError;
use crate::keys::{CaseKey, Recipient, Secret, Unsealed, seal, unseal};

/// A key file: its name and its bytes.
pub type KeyFile = (String, Vec<u8>);

/// A new key for this purpose, and the files that open it again.
///
/// # Errors
/// When there is no recipient, or one is none.
pub fn make_key(
    purpose: &str,
    entropy: &[u8; 32],
    recipients: &[Recipient],
) -> Result<(Vec<KeyFile>, [u8; 32]), StoreError> {
    let key = CaseKey::new(entropy);
    let files = seal(&key, recipients)?
        .into_iter()
        .map(|(name, _, bytes)| (name, bytes))
        .collect();
    Ok((files, key.for_purpose(purpose)))
}

/// The key that these files hold, opened with one of these secrets.
///
/// # Errors
/// When no secret opens any of them.
pub fn open_key(
    purpose: &str,
    files: &[Vec<u8>],
    secrets: &[Secret],
) -> Result<[u8; 32], StoreError> {
    if secrets.is_empty() {
        return Err(StoreError::NoSecret);
    }
    for file in files {
        if let Unsealed::Key(key) = unseal(file, secrets)? {
            return Ok(key.for_purpose(purpose));
        }
    }
    Err(StoreError::WrongSecret)
}

#[test]
fn a_key_is_the_same_again_for_its_purpose_and_no_other() {
    let recipient = Recipient::Passphrase {
        passphrase: "one".into(),
        work_factor: 2,
    };
    let (files, key) = make_key("register", &[7; 32], &[recipient]).unwrap();
    let files: Vec<Vec<u8>> = files.into_iter().map(|(_, bytes)| bytes).collect();
    let open =
        |purpose, word: &str| open_key(purpose, &files, &[Secret::Passphrase(word.to_owned())]);
    assert_eq!(open("register", "one").unwrap(), key);
    assert_ne!(open("other", "one").unwrap(), key);
    assert!(matches!(
        open("register", "two"),
        Err(StoreError::WrongSecret)
    ));
}
