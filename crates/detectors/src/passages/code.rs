//! What a labelled value is not: a piece of a program, a size on a screen, the address of a machine.
//!
//! Source, settings and manuals are full of `state: u32` and `height: 50px`. Each
//! rule here looks at the value alone, so that a real value beside a label of a
//! program (`"phone": "416-555-0199"`) still counts.

use super::weigh::has_capital_inside;

/// Whether a value is a piece of a program: `&S) -> Result<Self, Error> {`, `self.state.clone()`, `u32 = 33`.
pub(super) fn is_code(value: &str) -> bool {
    let bytes = value.as_bytes();
    let has = |at: usize, sign: &[u8]| bytes[at..].starts_with(sign);
    value.ends_with('{')
        || value.starts_with('&')
        || (0..bytes.len()).any(|at| match bytes[at] {
            b'-' => has(at, b"->"),
            b'=' => has(at, b"=>") || has(at, b"=="),
            b'(' => has(at, b"()"),
            b'!' => has(at, b"!(") || has(at, b"!="),
            b'&' => has(at, b"&[") || has(at, b"&mut "),
            b'$' => has(at, b"${"),
            b'<' => has(at, b"</") || has(at, b"<<"),
            b'>' => has(at, b">>"),
            b'+' => has(at, b"+="),
            b'*' => has(at, b"*)"),
            b'.' => has(at, b".to_"),
            b':' => has(at, b"::"),
            b' ' => has(at, b" = "),
            b')' => has(at, b")?"),
            b']' => has(at, b"]("),
            _ => false,
        })
}

/// Whether a value begins with a word that a compiler reads: `u32`, `c_int`, `Option<State>`, `read_u8(reader)`.
pub(super) fn is_word_of_code(value: &str) -> bool {
    let bytes = value.as_bytes();
    let word = value.split([' ', ';', ',', '=']).next().unwrap_or("");
    let is_type = matches!(
        word,
        "u8" | "u16"
            | "u32"
            | "u64"
            | "u128"
            | "usize"
            | "i8"
            | "i16"
            | "i32"
            | "i64"
            | "i128"
            | "isize"
            | "f32"
            | "f64"
            | "bool"
            | "char"
            | "str"
            | "String"
            | "string"
            | "int"
            | "integer"
            | "number"
            | "boolean"
            | "float"
            | "double"
            | "void"
            | "None"
            | "null"
            | "undefined"
    );
    let is_call = bytes
        .iter()
        .position(|b| matches!(b, b'(' | b'<' | b'['))
        .is_some_and(|at| {
            at > 0 && bytes[at - 1].is_ascii_alphanumeric() && !value[..at].contains(' ')
        });
    let is_snake = word.contains('_')
        && !word.contains('@')
        && word.bytes().any(|b| b.is_ascii_lowercase())
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
    is_type || is_call || is_snake
}

/// Whether what stands for a secret or a user's name is a program's word for it: `config.get(server,`,
/// `_ALLOWED_KEY_TYPES`, `payload.username`, `[u16]`, `password]`.
pub(super) fn is_reference(value: &str) -> bool {
    let bare = value.trim_matches(['"', '\'', ',', ';']);
    let is_name = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let is_word = |word: &str| {
        matches!(
            word.to_ascii_lowercase().as_str(),
            "password"
                | "passwd"
                | "username"
                | "user_name"
                | "user"
                | "secret"
                | "token"
                | "key"
                | "none"
                | "null"
                | "true"
                | "false"
                | "string"
                | "str"
                | "bytes"
                | "bytearray"
                | "any"
                | "optional"
                | "unicode"
        )
    };
    // What is in quotes is a value, unless it is the word itself.
    let is_quoted = bare.len() + 2 <= value.len();
    let (path, is_call) = match bare.split_once('(') {
        Some((path, _)) => (path, true),
        None => (bare, false),
    };
    let is_path = path.contains('.') && path.split('.').all(is_name);
    // `"_PrivateKey"`: a type of a program, in quotes where it is named before it is known.
    let is_private = bare.starts_with('_') && is_name(bare) && has_capital_inside(bare);
    let is_constant =
        bare.contains('_') && bare.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    // `Option<String>`, `typing.Optional[bytes]`: a type that holds another.
    let is_type = bare.split_once(['<', '[']).is_some_and(|(head, rest)| {
        !head.is_empty()
            && head
                .split(['.', ':'])
                .all(|part| part.is_empty() || is_name(part))
            && rest.trim_end_matches([':', ')']).ends_with(['>', ']'])
    });
    let is_record = bare.contains(':')
        && bare.contains('_')
        && bare
            .bytes()
            .all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b':'));
    is_word(bare.trim_end_matches([']', ')', '}', ':']))
        || is_private
        || !is_quoted
            && (value.starts_with(['[', '(', '<', '{'])
                || is_call && path.split('.').all(is_name)
                || is_path
                    && (path.starts_with("self.")
                        // `rsa.RSAPrivateKey`: a type of a module.
                        || path.rsplit('.').next().is_some_and(has_capital_inside)
                        || path
                            .rsplit('.')
                            .next()
                            .is_some_and(|last| last.split('_').any(is_word)))
                || is_constant
                || is_type
                || is_record)
}

/// Whether a line is a program's documentation: what a parameter is, not what it was.
pub(super) fn is_documentation(line: &str) -> bool {
    let line = line
        .trim_start()
        .trim_start_matches(['*', '#', '/', '!', ' ']);
    [":param", "@param", ":type", "@return", ":return", "\\param"]
        .iter()
        .any(|mark| line.starts_with(mark))
}

/// Whether a line is a comment of a program.
pub(super) fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with("/*") || line.starts_with(".\\\"")
}

/// Whether a value is what a test gives: a measure, or one of the words that a laboratory reports.
pub(super) fn is_result(value: &str) -> bool {
    let folded = crate::text::fold(value);
    value.len() <= 60 && value.bytes().any(|b| b.is_ascii_digit())
        || [
            "positive", "negative", "normal", "detected", "reactive", "positif", "negatif", "high",
            "low", "eleve", "bas", "trace", "absent", "present", "growth", "culture",
        ]
        .iter()
        .any(|word| {
            folded
                .split([' ', '(', ')', '-'])
                .any(|part| part.starts_with(word))
        })
}

/// Whether a value begins as an address does: with a digit or a capital, and is no address of a network.
pub(super) fn is_written_as_an_address(value: &str) -> bool {
    let bare = value.trim_start_matches(['"', '\'', '#', '(', ' ']);
    let first = bare.split(['"', '\'', ',', ' ']).next().unwrap_or("");
    bare.starts_with(|ch: char| ch.is_ascii_digit() || ch.is_uppercase())
        && !bare.starts_with("0x")
        && crate::elements::online::parse_ip(first).is_none()
        // A type: `DWORD64`.
        && !is_type(bare)
        // A name of a program: `AppState`, `UTF8_ST`.
        && !(bare.contains('_') || !bare.contains(' ') && has_capital_inside(bare))
}

/// `DWORD64`, `PULONG32,`: capitals and then digits, in one word; a postal code has fewer letters.
fn is_type(value: &str) -> bool {
    let word = value.trim_end_matches([',', ';', ')', '}']);
    let n = word.bytes().take_while(u8::is_ascii_uppercase).count();
    n >= 4 && n < word.len() && word.bytes().skip(n).all(|b| b.is_ascii_digit())
}

/// Whether a bare number can be somebody's height or weight, in any unit; nobody is `3` of anything.
pub(super) fn is_of_a_body(value: &str) -> bool {
    let value = value.replace(',', ".");
    value.parse::<f32>().is_ok_and(|n| {
        value.contains('.') && (0.3..=3.0).contains(&n) || (12.0..=400.0).contains(&n)
    })
}

/// Whether a value is written as one, not as the name of one: in quotes, or with a digit, a space or a capital.
pub(super) fn is_literal(value: &str) -> bool {
    let value = value.trim().trim_end_matches([',', ';', '.']);
    if value.starts_with(['"', '\'']) {
        return true;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_hex = value.starts_with("0x");
    !is_hex && (digits >= 6 || value.contains('@') || value.contains(' ') && digits != value.len())
}

#[test]
fn a_piece_of_a_program_is_no_value() {
    for code in [
        "&S) -> Result<Self, Error> {",
        "self.state.clone()",
        "sizeof(T) == 8",
        "u32 = 33",
        "crate::in6_addr",
        "c_uchar = 0xfe",
        "Option<State>",
        "read_u8(reader)",
    ] {
        assert!(is_code(code) || is_word_of_code(code), "{code}");
    }
    for value in [
        "Anna Roy",
        "12 Main St (rear)",
        "HbA1c 7.1 % (high)",
        "roy_anna@example.org",
        "Montréal",
        "O'Neil {ward 3}",
    ] {
        assert!(!is_code(value) && !is_word_of_code(value), "{value}");
    }
}

#[test]
fn a_program_s_word_for_a_secret_is_none() {
    for reference in [
        "config.get(server,",
        "_ALLOWED_PRIVATE_KEY_TYPES,",
        "payload.username,",
        "[u16]",
        "password]",
        "\"username\"",
        "\"_DSAPrivateKey\",",
        "Option<String>,",
        "typing.Optional[bytes],",
        "bytes):",
        "self.token",
        "pw_uid:pw_gid:pw_gecos",
    ] {
        assert!(is_reference(reference), "{reference}");
    }
    assert!(is_reference("s.secret_access_key") && !is_written_as_an_address("DWORD64,"));
    assert!(is_written_as_an_address("H2X 1Y4") && is_written_as_an_address("12 Main St"));
    assert!(!is_of_a_body("3") && is_of_a_body("1,72") && is_of_a_body("172"));
    for value in [
        "hunter2",
        "\"config.get(server,\"",
        "S3cret_KEY",
        "anna.roy",
        "correct.horse.battery",
        "TREMBLAY",
        "p@ss(word)!",
    ] {
        assert!(!is_reference(value), "{value}");
    }
    assert!(is_documentation(
        "    :param client_secret: Unicode client secret."
    ));
    assert!(is_documentation(" * @param user the user"));
    assert!(!is_documentation("Password: hunter2"));
    assert!(is_comment("    /// fingerprint: what it is") && !is_comment("http://x"));
}
