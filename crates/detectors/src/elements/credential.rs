//! Passwords, keys and tokens: labels, forms that nothing else has, and settings that hold a password.
//!
//! Keys in the pile open other doors, so they are told whatever else a file
//! holds. Forms are those that their issuers publish, with a fixed beginning and
//! a fixed length; where a program's text could look alike, the value must look
//! made by chance. The value is never shown, not even when others are.
//!
//! Source: the issuers' own pages on their token formats (GitHub, GitLab, AWS,
//! Google, Slack, Stripe and so on) as kept by the rules of Nosey Parker
//! (Apache-2.0) and gitleaks (MIT), RFC 7468 (PEM), RFC 7519 (JWT), RFC 3986
//! (user information of an address).

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};
use whose_model::DataElement;

use super::about::{About, about};
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
    ("temporary password", CREDENTIAL),
    ("temp password", CREDENTIAL),
    ("default password", CREDENTIAL),
    ("pin code", CREDENTIAL),
    ("mot de passe", CREDENTIAL),
    ("mot de passe temporaire", CREDENTIAL),
    ("mdp", CREDENTIAL),
    ("nip", CREDENTIAL.weak()),
    ("api key", CREDENTIAL),
    ("apikey", CREDENTIAL),
    ("api token", CREDENTIAL),
    ("secret key", CREDENTIAL),
    ("access key", CREDENTIAL),
    ("secret access key", CREDENTIAL),
    ("client secret", CREDENTIAL),
    ("access token", CREDENTIAL),
    ("auth token", CREDENTIAL),
    ("bearer token", CREDENTIAL),
    ("private key", CREDENTIAL),
    ("encryption key", CREDENTIAL),
    ("security answer", CREDENTIAL),
    ("secret answer", CREDENTIAL),
    ("reponse de securite", CREDENTIAL),
    ("reponse secrete", CREDENTIAL),
    ("cle api", CREDENTIAL),
    ("cle secrete", CREDENTIAL),
    ("cle privee", CREDENTIAL),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[about(
    DataElement::Credential,
    "A private key, a token of a published form, a password in a setting or in an address (`user:password@host`), a signed token (JWT), or a label or column that says so. Never shown, also with `--values`.",
    &[
        "Password: Tr0ub4dor&3",
        "Mot de passe : Soleil-2026!",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
        "aws_access_key_id = AKIAQYLPMN5HHHFPZAM2",
        "postgres://emr:v3ry-S3cret@db.example.org/emr",
        "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    ],
    &[
        "Password: ********",
        "Your password must be changed every 90 days.",
        "password = get_password(user)",
        "https://user:password@host/",
        "AKIA is a prefix",
    ],
)
.from("RFC 7468; RFC 7519; RFC 3986, 3.2.1; the issuers' pages of token formats")];

/// How the text after a known beginning must go on.
#[derive(Clone, Copy)]
enum Form {
    /// So many letters, digits, `_` and `-`, at least and at most.
    Token(usize, usize),
    /// The same with points.
    Dotted(usize, usize),
    /// So many capitals and digits.
    Upper(usize),
    /// A PEM block, if its label says that it is private.
    Pem,
    /// A signed token: two more parts.
    Jwt,
    /// The rest of an address: `user:password@`.
    Address,
    /// A setting: `=` or `:` and a value.
    Setting,
}

/// Beginnings, the scheme of what follows, and its form. Settings are found in any case.
const FORMS: &[(&str, &str, Form)] = &[
    ("-----BEGIN ", "private-key", Form::Pem),
    ("PuTTY-User-Key-File-", "private-key", Form::Token(1, 4)),
    ("AGE-SECRET-KEY-1", "private-key", Form::Upper(58)),
    ("AKIA", "api-token", Form::Upper(16)),
    ("ASIA", "api-token", Form::Upper(16)),
    ("ghp_", "api-token", Form::Token(36, 36)),
    ("gho_", "api-token", Form::Token(36, 36)),
    ("ghu_", "api-token", Form::Token(36, 36)),
    ("ghs_", "api-token", Form::Token(36, 36)),
    ("ghr_", "api-token", Form::Token(36, 76)),
    ("github_pat_", "api-token", Form::Token(60, 100)),
    ("glpat-", "api-token", Form::Token(20, 40)),
    ("sk_live_", "api-token", Form::Token(20, 110)),
    ("rk_live_", "api-token", Form::Token(20, 110)),
    ("sk-ant-", "api-token", Form::Token(32, 130)),
    ("sk-proj-", "api-token", Form::Token(32, 200)),
    ("xoxb-", "api-token", Form::Token(20, 90)),
    ("xoxp-", "api-token", Form::Token(20, 90)),
    ("xoxa-", "api-token", Form::Token(20, 90)),
    ("xapp-", "api-token", Form::Token(20, 120)),
    ("AIza", "api-token", Form::Token(35, 35)),
    ("GOCSPX-", "api-token", Form::Token(28, 28)),
    ("ya29.", "api-token", Form::Dotted(40, 300)),
    ("SG.", "api-token", Form::Dotted(66, 66)),
    ("npm_", "api-token", Form::Token(36, 36)),
    ("pypi-AgEIcHlwaS5vcmc", "api-token", Form::Token(50, 300)),
    ("dckr_pat_", "api-token", Form::Token(27, 27)),
    ("hf_", "api-token", Form::Token(34, 34)),
    ("shpat_", "api-token", Form::Token(32, 32)),
    ("sq0atp-", "api-token", Form::Token(22, 22)),
    ("sq0csp-", "api-token", Form::Token(43, 43)),
    ("AccountKey=", "connection-string", Form::Setting),
    ("eyJ", "jwt", Form::Jwt),
    ("://", "connection-string", Form::Address),
    ("password", "password", Form::Setting),
    ("passwd", "password", Form::Setting),
    ("pwd", "password", Form::Setting),
    ("secret", "password", Form::Setting),
    ("api_key", "api-token", Form::Setting),
    ("apikey", "api-token", Form::Setting),
    ("access_token", "api-token", Form::Setting),
    ("auth_token", "api-token", Form::Setting),
    ("mot_de_passe", "password", Form::Setting),
    ("motdepasse", "password", Form::Setting),
];

/// The beginnings in small letters. Of a text in small letters the library looks at many bytes at once,
/// which it does not when case is left open.
static STARTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(FORMS.iter().map(|(start, ..)| start.to_ascii_lowercase()))
        .ok()
});

/// A key found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// Where all of it stands.
    pub(crate) range: Range<usize>,
    /// What to keep of it: of a block its first line.
    pub(crate) value: Range<usize>,
    /// Which kind.
    pub(crate) scheme: &'static str,
}

/// Calls `each` with every key and password of a known form in a text, which `lower` has in small letters; one pass, nothing is looked at twice.
pub(crate) fn find(text: &str, lower: &str, mut each: impl FnMut(Key)) {
    let Some(starts) = STARTS.as_ref() else {
        return;
    };
    let bytes = text.as_bytes();
    let mut done = 0;
    for found in starts.find_iter(lower) {
        if found.start() < done {
            continue;
        }
        let (start, scheme, form) = FORMS[found.pattern().as_usize()];
        let is_setting = matches!(form, Form::Setting);
        let is_joined = found.start().checked_sub(1).is_some_and(|at| {
            // Inside a longer token nothing begins, and nothing is tried again.
            bytes[at].is_ascii_alphanumeric()
                || matches!(form, Form::Jwt) && matches!(bytes[at], b'_' | b'-' | b'.')
        });
        if !is_setting
            && (&text[found.range()] != start || is_joined && !matches!(form, Form::Address))
        {
            continue;
        }
        let key = match form {
            Form::Token(least, most) => token(text, found.range(), least, most, |b| {
                b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')
            }),
            Form::Dotted(least, most) => token(text, found.range(), least, most, |b| {
                b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
            }),
            Form::Upper(len) => token(text, found.range(), len, len, |b| {
                b.is_ascii_uppercase() || b.is_ascii_digit()
            }),
            Form::Pem => pem(text, found.start()),
            Form::Jwt => jwt(text, found.start()),
            Form::Address => address(text, found.range()),
            Form::Setting => setting(text, found.end()),
        };
        if let Some((range, value)) = key {
            done = range.end;
            each(Key {
                range,
                value,
                scheme,
            });
        }
    }
}

type Ranges = (Range<usize>, Range<usize>);

fn token(
    text: &str,
    start: Range<usize>,
    least: usize,
    most: usize,
    belongs: impl Fn(u8) -> bool,
) -> Option<Ranges> {
    let rest = &text.as_bytes()[start.end..];
    let n = rest
        .iter()
        .take(most + 1)
        .take_while(|b| belongs(**b))
        .count();
    let is_short = most < 8;
    let range = start.start..start.end + n;
    // Amazon's manuals end the keys of their examples so: `AKIAIOSFODNN7EXAMPLE`.
    let is_example = text[..range.end].ends_with("EXAMPLE");
    (!is_example
        && (least..=most).contains(&n)
        && (is_short || looks_random(&text[start.end..range.end])))
    .then(|| (range.clone(), range))
}

/// The longest block that is looked at.
const MAX_BLOCK: usize = 16 << 10;

fn pem(text: &str, start: usize) -> Option<Ranges> {
    let rest = &text.as_bytes()[start..];
    let line = rest
        .iter()
        .take(80)
        .position(|b| *b == b'\n' || *b == b'\\');
    let head_len = line.unwrap_or(rest.len().min(80));
    let head = text.get(start..start + head_len)?.trim_end();
    if !head.contains("PRIVATE KEY") || !head.ends_with("-----") {
        return None;
    }
    let block = &rest[..rest.len().min(MAX_BLOCK)];
    // A heading without its block is talked about, not kept.
    let body = &block[head_len.min(block.len())..];
    let body = body.strip_prefix(b"\\r").unwrap_or(body);
    let body = body.strip_prefix(b"\\n").unwrap_or(body);
    let n_key = body
        .iter()
        .skip_while(|b| b.is_ascii_whitespace())
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'-' | b':'))
        .count();
    if n_key < 8 {
        return None;
    }
    let end = memchr::memmem::find(block, b"-----END ").map_or(head.len(), |at| {
        let tail = &block[at + 9..];
        at + 9 + memchr::memmem::find(tail, b"-----").map_or(0, |at| at + 5)
    });
    Some((start..start + end, start..start + head.len()))
}

fn jwt(text: &str, start: usize) -> Option<Ranges> {
    let rest = &text.as_bytes()[start..];
    let belongs = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let mut at = 0;
    for part in 0..3 {
        let n = rest[at..].iter().take(8192).take_while(belongs).count();
        if n < 10 || part == 1 && !rest[at..].starts_with(b"eyJ") {
            return None;
        }
        at += n;
        if part < 2 {
            if rest.get(at) != Some(&b'.') {
                return None;
            }
            at += 1;
        }
    }
    let range = start..start + at;
    Some((range.clone(), range))
}

/// `postgres://user:password@host`
fn address(text: &str, sign: Range<usize>) -> Option<Ranges> {
    let bytes = text.as_bytes();
    let n_scheme = bytes[..sign.start]
        .iter()
        .rev()
        .take(20)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'))
        .count();
    if n_scheme == 0 {
        return None;
    }
    let rest = &bytes[sign.end..];
    let n = rest.iter().take(200).position(|b| {
        matches!(
            b,
            b'@' | b'/' | b' ' | b'\n' | b'"' | b'\'' | b'<' | b'?' | b'#'
        )
    })?;
    if rest[n] != b'@' {
        return None;
    }
    let colon = rest[..n].iter().position(|b| *b == b':')?;
    let value = sign.end + colon + 1..sign.end + n;
    let password = text.get(value.clone())?;
    (colon > 0 && is_plausible(password) && !is_placeholder(password))
        .then(|| (sign.start - n_scheme..sign.end + n, value))
}

/// `password=...`, `"pwd": "..."`: a value that is neither code nor a placeholder.
fn setting(text: &str, end: usize) -> Option<Ranges> {
    let bytes = text.as_bytes();
    // What ends the word that was found: `password_hash`, `secret-key` go on to their sign.
    let mut at = end;
    at += bytes[at..]
        .iter()
        .take(24)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        .count();
    let ends_in_sign = bytes.get(end.checked_sub(1)?) == Some(&b'=');
    if !ends_in_sign {
        at += bytes[at..]
            .iter()
            .take(4)
            .take_while(|b| matches!(b, b'"' | b'\'' | b' '))
            .count();
        match bytes.get(at)? {
            b'=' if bytes.get(at + 1) != Some(&b'=') => at += 1,
            b':' if bytes.get(at + 1) != Some(&b':') => at += 1,
            _ => return None,
        }
        at += bytes[at..]
            .iter()
            .take(4)
            .take_while(|b| matches!(b, b'>' | b' '))
            .count();
    } else {
        at = end;
    }
    let quote = bytes.get(at).copied().filter(|b| matches!(b, b'"' | b'\''));
    let start = at + usize::from(quote.is_some());
    let n = bytes[start..]
        .iter()
        .take(201)
        .position(|b| match quote {
            Some(quote) => *b == quote || *b == b'\n',
            None => matches!(
                b,
                b' ' | b'\n' | b'\r' | b'\t' | b';' | b',' | b'"' | b'\'' | b'<' | b'&'
            ),
        })
        .unwrap_or_else(|| bytes.len().saturating_sub(start).min(201));
    let value = text.get(start..start + n)?.trim_end();
    let is_code = quote.is_none()
        && (value.contains(['(', '[', '$', '{'])
            || value.ends_with('.')
            || value.contains("->")
            || is_word_of_a_program(value));
    (value.len() >= 6
        && !is_code
        && is_plausible(value)
        && !is_placeholder(value)
        && is_mixed(value))
    .then(|| (start..start + value.len(), start..start + value.len()))
}

/// `_bindgen_ty_3`, `pw_uid:pw_gid:pw_shell`: what a program calls something.
fn is_word_of_a_program(value: &str) -> bool {
    let is_small = value
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b':'));
    is_small && (value.starts_with('_') || value.contains('_') && value.contains(':'))
}

/// Letters with digits or signs: not one word of a language.
fn is_mixed(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_alphabetic())
        && value.bytes().any(|b| {
            b.is_ascii_digit()
                || b.is_ascii_punctuation() && !matches!(b, b'.' | b'_' | b'-' | b'/')
        })
}

fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    value.starts_with(['<', '$', '{', '%', '*'])
        || [
            "password",
            "passwd",
            "passw0rd",
            "changeme",
            "example",
            "placeholder",
            "your_",
            "your-",
            "secret",
            "xxxx",
            "redacted",
            "env.",
        ]
        .iter()
        .any(|word| lower.contains(word))
}

/// Many different characters: made by a machine.
fn looks_random(text: &str) -> bool {
    let mut seen = [false; 128];
    let mut n = 0;
    for b in text.bytes() {
        if let Some(seen) = seen.get_mut(b as usize)
            && !*seen
        {
            *seen = true;
            n += 1;
        }
    }
    n >= 8
}

/// Whether a labelled value can be a password: one word, not a sentence, not a placeholder.
pub(crate) fn is_plausible(value: &str) -> bool {
    let value = value.trim();
    (4..=200).contains(&value.len())
        && !value.contains(char::is_whitespace)
        && !value
            .bytes()
            .all(|b| b == b'*' || b == b'x' || b == b'.' || b == b'-')
        && !value.starts_with("\u{2022}")
        && !["()", "::", "&", "self.", "...", "${", "{{", "None", "Some("]
            .iter()
            .any(|sign| value.starts_with(sign))
        && !value.contains("()")
        && !(value.contains("::") || value.ends_with(")") && value.contains('('))
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
                | "requis"
                | "obligatoire"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let mut found = Vec::new();
        find(text, &text.to_ascii_lowercase(), |key| {
            found.push((key.scheme, text[key.value].to_owned()))
        });
        let found: Vec<(&str, &str)> = found.iter().map(|(s, v)| (*s, v.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn keys_are_known_by_their_form() {
        check(
            "id AKIAQYLPMN5HHHFPZAM2 and",
            &[("api-token", "AKIAQYLPMN5HHHFPZAM2")],
        );
        check("AKIA is a prefix", &[]);
        check("AKIAAAAAAAAAAAAAAAAA", &[]);
        let token = "ghp_XIxB7KMNdAr3zqWtQqhE94qglHqOzn1D1stg";
        check(&format!("key={token}\n"), &[("api-token", token)]);
        check(
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n",
            &[("private-key", "-----BEGIN OPENSSH PRIVATE KEY-----")],
        );
        check(
            "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----",
            &[],
        );
    }

    #[test]
    fn settings_and_addresses_give_their_password() {
        check(
            "Server=db;Pwd=Zq8!kk21x;Database=emr",
            &[("password", "Zq8!kk21x")],
        );
        check(
            r#"{"db_password": "h7#Lw02mmQ"}"#,
            &[("password", "h7#Lw02mmQ")],
        );
        check(
            "mysql://root:k9-Trs04@10.1.1.1/emr",
            &[("connection-string", "k9-Trs04")],
        );
        for text in [
            "password = getpass.getpass()",
            "password: string",
            "if password == other_value1:",
            "https://example.org:8080/path@2x",
            "secret: ${{ secrets.TOKEN_1 }}",
            "pwd=$PASSWORD1",
            "the password is kept elsewhere",
            "16 => ConnectionTrafficSecrets::Aes128Gcm { key, iv }",
            "const STABLE_SECRET: _bindgen_ty_3 = 4;",
            "pw_name:pw_passwd:pw_uid:pw_gid:pw_shell",
            "key_id: \"AKIAIOSFODNN7EXAMPLE\"",
        ] {
            check(text, &[]);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_fall(text in "(?s).{0,60}(://|password|eyJ|-----BEGIN |ghp_)?.{0,80}") {
            find(&text, &text.to_ascii_lowercase(), |key| assert!(text.get(key.range).is_some() && text.get(key.value).is_some()));
        }
    }
}
