//! Passwords, keys and tokens: labels, and forms that nothing else has.

use whose_model::DataElement;

use crate::sense::{Label, Sense};

const CREDENTIAL: Sense = Sense::whole(DataElement::Credential);

/// Labels of credentials.
pub(crate) const LABELS: &[Label] = &[
    ("password", CREDENTIAL),
    ("passwd", CREDENTIAL),
    ("pwd", CREDENTIAL),
    ("passphrase", CREDENTIAL),
    ("pass word", CREDENTIAL),
    ("password hash", CREDENTIAL),
    ("pin code", CREDENTIAL),
    ("mot de passe", CREDENTIAL),
    ("mdp", CREDENTIAL),
    ("nip", CREDENTIAL.weak()),
    ("api key", CREDENTIAL),
    ("apikey", CREDENTIAL),
    ("secret key", CREDENTIAL),
    ("access key", CREDENTIAL),
    ("client secret", CREDENTIAL),
    ("access token", CREDENTIAL),
    ("auth token", CREDENTIAL),
    ("private key", CREDENTIAL),
    ("security answer", CREDENTIAL),
    ("reponse de securite", CREDENTIAL),
];

/// The length of a key or token that begins here and has a form nothing else has.
pub(crate) fn scan(text: &str) -> Option<usize> {
    let run = text
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        .count();
    let token = &text[..run];
    let fits = |prefix: &str, least: usize, most: usize| {
        token
            .strip_prefix(prefix)
            .is_some_and(|rest| (least..=most).contains(&rest.len()))
    };
    if fits("AKIA", 16, 16)
        && token
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        || fits("ghp_", 36, 36)
        || fits("github_pat_", 60, 100)
        || fits("sk_live_", 20, 60)
        || fits("xoxb-", 20, 80)
        || fits("xoxp-", 20, 80)
        || fits("glpat-", 20, 40)
        || fits("AIza", 35, 35)
    {
        return Some(run);
    }
    if text.starts_with("-----BEGIN ") {
        let head = text
            .get(..64.min(text.len()))
            .or_else(|| text.get(..32))
            .unwrap_or("");
        if head.contains("PRIVATE KEY-----") {
            return head.find("KEY-----").map(|at| at + 8);
        }
    }
    None
}

/// Whether a labelled value can be a password: one word, not a sentence, not a placeholder.
pub(crate) fn is_plausible(value: &str) -> bool {
    let value = value.trim();
    (4..=200).contains(&value.len())
        && !value.contains(char::is_whitespace)
        && !value
            .bytes()
            .all(|b| b == b'*' || b == b'x' || b == b'.' || b == b'-')
        && !matches!(
            value.to_ascii_lowercase().as_str(),
            "null"
                | "none"
                | "true"
                | "false"
                | "required"
                | "string"
                | "expired"
                | "changed"
                | "incorrect"
                | "reset"
        )
}

#[test]
fn keys_are_known_by_their_form() {
    assert_eq!(scan("AKIAABCDEFGHIJKLMNOP and"), Some(20));
    assert_eq!(scan("AKIA is a prefix"), None);
    assert!(is_plausible("Tr0ub4dor&3"));
    assert!(!is_plausible("must be changed"));
}
