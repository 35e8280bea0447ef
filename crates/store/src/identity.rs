//! A new age identity, and the recipient that belongs to one.
//!
//! age takes its chance from the operating system itself, here as when it
//! seals; nothing else in this crate does.

use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::x25519;

use crate::StoreError;

/// A new identity, as `AGE-SECRET-KEY-1...`. Whoever has it opens what is sealed to it.
pub fn new_identity() -> String {
    x25519::Identity::generate()
        .to_string()
        .expose_secret()
        .to_owned()
}

/// The recipient, `age1...`, of an identity.
pub fn recipient_of(identity: &str) -> Result<String, StoreError> {
    x25519::Identity::from_str(identity)
        .map(|identity| identity.to_public().to_string())
        .map_err(|_| StoreError::BadAgeKey("identity"))
}

#[test]
fn an_identity_leads_to_its_recipient_and_other_text_does_not() {
    let recipient = recipient_of(&new_identity()).unwrap();
    assert!(recipient.starts_with("age1"));
    assert!(matches!(
        recipient_of("age1"),
        Err(StoreError::BadAgeKey(_))
    ));
}
