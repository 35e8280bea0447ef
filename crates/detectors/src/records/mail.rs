//! A mail's header: the correspondents by name and address. Nobody is a patient for having written a mail.
//!
//! Who writes from a personal mail provider may be anybody (`Unknown`); who
//! writes from an organisation's own domain works there (`Staff`).

use whose_model::{DataElement, Mention, Normal, Record, Role};

use crate::{
    draft::{Draft, hashed_subject},
    elements::{contact, name},
};

const PERSONAL: &[&str] = &[
    "gmail.",
    "googlemail.",
    "hotmail.",
    "outlook.",
    "live.",
    "yahoo.",
    "icloud.",
    "me.com",
    "msn.com",
    "aol.",
    "videotron.",
    "bell.net",
    "sympatico.",
    "rogers.com",
    "shaw.ca",
    "telus.net",
    "cogeco.",
    "sasktel.net",
    "eastlink.ca",
    "proton",
    "gmx.",
    "mail.com",
    "orange.fr",
    "free.fr",
    "xplornet.",
];

/// The correspondents.
pub(crate) fn detect(record: &Record, emit: &mut dyn FnMut(&Mention)) {
    for field in &record.fields {
        if !matches!(
            field.name.to_ascii_lowercase().as_str(),
            "from" | "to" | "cc" | "bcc" | "reply-to" | "sender" | "resent-from" | "resent-to"
        ) {
            continue;
        }
        for part in split(&field.value) {
            let Some(at) = part.find('@') else { continue };
            let Some(range) = contact::email_around(part, at) else {
                continue;
            };
            let address = &part[range.clone()];
            let lower = address.to_lowercase();
            let domain = lower.rsplit('@').next().unwrap_or("");
            let local = lower.split('@').next().unwrap_or("");
            if [
                "noreply",
                "no-reply",
                "donotreply",
                "mailer-daemon",
                "postmaster",
                "info",
                "admin",
                "support",
                "newsletter",
                "notifications",
            ]
            .contains(&local)
            {
                continue;
            }
            let role = if PERSONAL.iter().any(|provider| domain.starts_with(provider)) {
                Role::Unknown
            } else {
                Role::Staff
            };
            let subject = Some(hashed_subject(&[b"mail", lower.as_bytes()]));
            let shown = part[..range.start]
                .trim()
                .trim_matches(['"', '\'', '<', ' ', '('])
                .trim();
            if shown.contains(char::is_alphabetic)
                && let Some(parsed) = name::parse(shown)
                && shown.contains([' ', ','])
            {
                let draft = Draft::new(
                    DataElement::Name,
                    shown,
                    Normal::Name(parsed),
                    0.8,
                    "mail header",
                );
                emit(&draft.at(field.place.clone(), subject, role));
            }
            let draft = Draft::new(
                DataElement::Email,
                address,
                Normal::Text(lower.clone()),
                0.98,
                "mail header",
            );
            emit(&draft.at(field.place.clone(), subject, role));
        }
    }
}

/// Addresses are separated by commas, but a comma may stand in a quoted name.
fn split(value: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut in_quotes, mut in_angle) = (0, false, false);
    let mut has_at = false;
    for (at, b) in value.bytes().enumerate() {
        match b {
            b'"' => in_quotes = !in_quotes,
            b'<' => in_angle = true,
            b'>' => in_angle = false,
            b'@' => has_at = true,
            b',' | b';' if !in_quotes && !in_angle && has_at => {
                parts.push(value[start..at].trim());
                start = at + 1;
                has_at = false;
            }
            _ => {}
        }
    }
    parts.push(value[start..].trim());
    parts
}
