//! Telephone numbers and e-mail addresses: labels, and readers that take no part of a longer number.

use whose_model::DataElement;

use super::about::{About, about};

use crate::sense::{Label, Part, Sense};

const PHONE: Sense = Sense::whole(DataElement::Phone);
const EMAIL: Sense = Sense::whole(DataElement::Email);

/// Labels of telephone and e-mail.
pub(crate) const LABELS: &[Label] = &[
    ("phone", PHONE),
    ("phone number", PHONE),
    ("telephone", PHONE),
    ("telephone number", PHONE),
    ("tel", PHONE),
    ("tel number", PHONE),
    ("tel home", PHONE),
    ("tel res", PHONE),
    ("tel maison", PHONE),
    ("tel domicile", PHONE),
    ("tel bureau", PHONE),
    ("tel travail", PHONE),
    ("tel cell", PHONE),
    ("tel cellulaire", PHONE),
    ("telephone maison", PHONE),
    ("telephone domicile", PHONE),
    ("telephone residence", PHONE),
    ("telephone travail", PHONE),
    ("telephone bureau", PHONE),
    ("telephone cellulaire", PHONE),
    ("telephone principal", PHONE),
    ("numero de telephone", PHONE),
    ("cell", PHONE.weak()),
    ("cell phone", PHONE),
    ("cellphone", PHONE),
    ("cellulaire", PHONE),
    ("mobile", PHONE.weak()),
    ("desk", PHONE.weak()),
    ("landline", PHONE.weak()),
    ("direct line", PHONE.weak()),
    ("mobile phone", PHONE),
    ("mobile number", PHONE),
    ("portable", PHONE.weak()),
    ("home phone", PHONE),
    ("phone home", PHONE),
    ("home tel", PHONE),
    ("work phone", PHONE),
    ("phone work", PHONE),
    ("business phone", PHONE),
    ("day phone", PHONE),
    ("daytime phone", PHONE),
    ("evening phone", PHONE),
    ("alternate phone", PHONE),
    ("alt phone", PHONE),
    ("other phone", PHONE),
    ("primary phone", PHONE),
    ("secondary phone", PHONE),
    ("main phone", PHONE),
    ("phone cell", PHONE),
    ("phone mobile", PHONE),
    ("contact number", PHONE),
    ("contact phone", PHONE),
    ("call back number", PHONE),
    ("callback", PHONE.weak()),
    ("ph", PHONE),
    ("ph number", PHONE),
    ("hphone", PHONE),
    ("wphone", PHONE),
    ("cphone", PHONE),
    ("fax", PHONE),
    ("fax number", PHONE),
    ("telecopieur", PHONE),
    ("telec", PHONE.weak()),
    ("home", PHONE.weak()),
    ("work", PHONE.weak()),
    ("residence", PHONE.weak()),
    ("domicile", PHONE.weak()),
    ("travail", PHONE.weak()),
    (
        "poste",
        Sense::part(DataElement::Phone, Part::Suffix).weak(),
    ),
    (
        "extension",
        Sense::part(DataElement::Phone, Part::Suffix).weak(),
    ),
    ("ext", Sense::part(DataElement::Phone, Part::Suffix).weak()),
    ("email", EMAIL),
    ("e mail", EMAIL),
    ("email address", EMAIL),
    ("e mail address", EMAIL),
    ("emailaddr", EMAIL),
    ("email addr", EMAIL),
    ("mail", EMAIL.weak()),
    ("home email", EMAIL),
    ("personal email", EMAIL),
    ("work email", EMAIL),
    ("primary email", EMAIL),
    ("courriel", EMAIL),
    ("adresse courriel", EMAIL),
    ("adresse electronique", EMAIL),
    ("courrier electronique", EMAIL),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::Phone,
        "Ten digits as people write telephone numbers, or behind a label; area codes are checked.",
        &[
            "Call 416-555-0199 after five.",
            "Tél. : 514 555-0123",
            "Home phone | (902) 555-0144",
        ],
        &["Lot 4165550199X", "Version 416.555"],
    )
    .from("45 CFR 164.514(b)(2)(i)(D)"),
    about(
        DataElement::Email,
        "The form of an address: a local part, `@`, a domain with a top level.",
        &[
            "Write to marie.t@example.org.",
            "Courriel : mtremblay@exemple.qc.ca",
            "Email | m@example.com",
        ],
        &["@everyone please read", "user@localhost"],
    )
    .from("45 CFR 164.514(b)(2)(i)(F); RFC 5322"),
];

/// A telephone number read at the start of a text.
pub(crate) struct ScannedPhone {
    /// How many bytes it takes, extension included.
    pub(crate) len: usize,
    /// Digits alone, country code 1 taken off, extension not included.
    pub(crate) digits: String,
    /// Written as only telephone numbers are: brackets, hyphens in the right places, a plus.
    pub(crate) is_formatted: bool,
}

/// A telephone number at the start of the text: North American or international.
pub(crate) fn scan_phone(text: &str) -> Option<ScannedPhone> {
    let bytes = text.as_bytes();
    let mut at = 0;
    // Most texts that are tried are none, so the digits wait here.
    let mut held = [0_u8; 16];
    let mut n_held = 0;
    let mut groups: [u8; 8] = [0; 8];
    let mut n_groups = 0;
    let mut has_plus = false;
    let mut has_bracket = false;
    let mut separators = [0u8; 8];
    if bytes.first() == Some(&b'+') {
        has_plus = true;
        at = 1;
    }
    let mut end = 0;
    loop {
        if bytes.get(at) == Some(&b'(') {
            if has_bracket {
                break;
            }
            has_bracket = true;
            at += 1;
        }
        let n = bytes[at..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        if n == 0 || n_groups == groups.len() || n_held + n > 15 {
            break;
        }
        held[n_held..n_held + n].copy_from_slice(&bytes[at..at + n]);
        n_held += n;
        groups[n_groups] = n as u8;
        n_groups += 1;
        at += n;
        end = at;
        if bytes.get(at) == Some(&b')') {
            at += 1;
        }
        let separator = bytes.get(at).copied().unwrap_or(0);
        let mut width = match separator {
            b'-' | b'.' | b' ' | b'/' => 1,
            _ if text[at..].starts_with(['\u{2011}', '\u{2013}', '\u{a0}', '\u{2010}']) => {
                text[at..].chars().next().map_or(0, char::len_utf8)
            }
            _ => 0,
        };
        if width == 0 && bytes.get(at.wrapping_sub(1)) != Some(&b')') {
            break;
        }
        if separator == b' ' && bytes.get(at + 1) == Some(&b'-') && bytes.get(at + 2) == Some(&b' ')
        {
            width = 3;
        }
        if let Some(slot) = separators.get_mut(n_groups - 1) {
            *slot = separator;
        }
        at += width;
        // A complete North American number does not go on into another number after a space.
        let n_national = n_held - usize::from(held[0] == b'1');
        if !has_plus && n_national == 10 && !held.starts_with(b"00") {
            break;
        }
    }
    if n_held < 8 {
        return None;
    }
    let digits = std::str::from_utf8(&held[..n_held]).ok()?.to_owned();
    let groups = &groups[..n_groups];
    // `+47.7199-117.4931` is a place on a map, `+1441497364.649` a time, `+12345-03-04` a day.
    let is_signed = has_plus && {
        let between = &separators[..n_groups - 1];
        between.contains(&b'.') && between.contains(&b'-')
            || n_groups > 1 && groups[0] >= 9
            || matches!(groups, [year, 1 | 2, 1 | 2] if *year >= 5)
            // `+9999-365 23`: no country begins with 999.
            || digits.starts_with("999")
    };
    if is_signed {
        return None;
    }
    let national = match digits.strip_prefix('1') {
        Some(rest) if rest.len() == 10 => rest,
        _ => &digits,
    };
    let is_nanp = national.len() == 10 && is_nanp(national);
    let core: &[u8] = match groups {
        [1, rest @ ..] if digits.len() == 11 => rest,
        all => all,
    };
    let (is_formatted, digits) = if has_plus {
        if is_nanp && digits.len() == 11 {
            (true, national.to_owned())
        } else if (8..=15).contains(&digits.len()) && !digits.starts_with('0') {
            (true, digits)
        } else {
            return None;
        }
    } else if is_nanp {
        match core {
            [3, 3, 4] => (true, national.to_owned()),
            [3, 7] if has_bracket => (true, national.to_owned()),
            [10] => (false, national.to_owned()),
            _ => return None,
        }
    } else if n_groups == 5
        && groups == [2, 2, 2, 2, 2]
        && digits.starts_with('0')
        && separators[..4]
            .iter()
            .all(|separator| *separator == separators[0])
        && !goes_on_in_pairs(&bytes[end..])
    {
        // As in France.
        (true, digits)
    } else if starts_with_code(bytes) && (8..=13).contains(&digits.len()) {
        // `(33) 5 17 10 45 02`, `(03) 5327 5996`: an area or a country in brackets.
        (true, digits)
    } else {
        return None;
    };
    if bytes.get(end).is_some_and(|b| b.is_ascii_digit()) {
        return None;
    }
    let end = end + extension_len(&text[end..]);
    Some(ScannedPhone {
        len: end,
        digits,
        is_formatted,
    })
}

/// Whether pairs of digits go on: `01 02 03 04 05 06` is a list.
fn goes_on_in_pairs(rest: &[u8]) -> bool {
    rest.len() > 2
        && matches!(rest[0], b' ' | b'-' | b'.' | b'/' | b',')
        && rest[1..3].iter().all(u8::is_ascii_digit)
        && !rest.get(3).is_some_and(u8::is_ascii_digit)
}

/// Whether a text begins with two to four digits in brackets that are no year.
fn starts_with_code(text: &[u8]) -> bool {
    let n = text
        .iter()
        .skip(1)
        .take_while(|b| b.is_ascii_digit())
        .count();
    text.first() == Some(&b'(')
        && (2..=4).contains(&n)
        && text.get(n + 1) == Some(&b')')
        && !(n == 4 && matches!(&text[1..3], b"19" | b"20"))
}

/// Ten digits as France writes them in one: a region or a mobile's 6 and 7 after the 0.
///
/// Source: ARCEP's numbering plan, 01 to 09.
pub(crate) fn is_french(digits: &str) -> bool {
    digits.len() == 10
        && digits.starts_with('0')
        && digits.as_bytes().get(1).is_some_and(|b| *b != b'0')
}

/// Ten digits that the North American plan allows.
pub(crate) fn is_ten_digits(digits: &str) -> bool {
    is_nanp(digits)
}

/// A number as a sentence about calling may have it.
pub(crate) struct Loose {
    /// How many bytes it takes, extension included.
    pub(crate) len: usize,
    /// Digits alone, extension not included.
    pub(crate) digits: String,
    /// How many groups of digits.
    pub(crate) n_groups: usize,
}

/// Six to fifteen digits at the start of a text, in groups with one separator between them.
pub(crate) fn scan_loose(text: &str) -> Option<Loose> {
    let bytes = text.as_bytes();
    let mut digits = String::new();
    let (mut at, mut end, mut n_groups) = (0, 0, 0);
    if matches!(bytes.first(), Some(b'+' | b'(')) {
        at = 1;
    }
    while let n = bytes[at.min(bytes.len())..]
        .iter()
        .take(16)
        .take_while(|b| b.is_ascii_digit())
        .count()
        && n > 0
    {
        if digits.len() + n > 15 {
            break;
        }
        digits.push_str(&text[at..at + n]);
        n_groups += 1;
        at += n;
        end = at;
        if bytes.get(at) == Some(&b')') {
            at += 1;
        }
        if matches!(bytes.get(at), Some(b' ' | b'-' | b'.')) {
            at += 1;
        } else if bytes.get(at.wrapping_sub(1)) != Some(&b')') {
            break;
        }
    }
    let goes_on = bytes.get(end).is_some_and(|b| {
        b.is_ascii_alphanumeric() && *b != b'x' || matches!(b, b'/' | b'%' | b':' | b'_')
    });
    (digits.len() >= 6 && !goes_on).then(|| Loose {
        len: end + extension_len(&text[end..]),
        digits,
        n_groups,
    })
}

/// The length of ` ext. 123`, ` x123`, ` poste 4567`.
fn extension_len(text: &str) -> usize {
    let trimmed = text.trim_start_matches([' ', ',']);
    let skipped = text.len() - trimmed.len();
    let n_word = trimmed.bytes().take_while(u8::is_ascii_alphabetic).count();
    if !matches!(
        trimmed[..n_word].to_ascii_lowercase().as_str(),
        "x" | "ext" | "extension" | "poste" | "p" | "loc" | "local"
    ) {
        return 0;
    }
    let rest = trimmed[n_word..].trim_start_matches(['.', ' ', ':', '#']);
    let n = rest.bytes().take_while(u8::is_ascii_digit).count();
    if n == 0 || n > 7 {
        return 0;
    }
    skipped + trimmed.len() - rest.len() + n
}

/// Area and exchange of ten digits as the North American plan allows them.
fn is_nanp(digits: &str) -> bool {
    let b = digits.as_bytes();
    b.len() == 10
        && (b'2'..=b'9').contains(&b[0])
        && (b'2'..=b'9').contains(&b[3])
        && !(b[1] == b'1' && b[2] == b'1')
        && !(b[4] == b'1' && b[5] == b'1')
}

/// The number that a cell or field holds: digits alone. Local numbers of seven digits are kept.
pub(crate) fn parse_phone(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(scanned) = scan_phone(text) {
        return Some(scanned.digits);
    }
    let digits: String = text
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(char::from)
        .collect();
    let has_letters = text.chars().any(|ch| ch.is_alphabetic());
    match digits.len() {
        7 | 10..=15 if !has_letters => Some(match digits.strip_prefix('1') {
            Some(rest) if rest.len() == 10 => rest.to_owned(),
            _ => digits,
        }),
        11..=20 => {
            // With an extension in words.
            let head = text.find(|ch: char| ch.is_alphabetic())?;
            scan_phone(text[..head].trim()).map(|scanned| scanned.digits)
        }
        _ => None,
    }
}

/// The range of the e-mail address around an `@`.
pub(crate) fn email_around(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let is_local = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'.' | b'_' | b'%' | b'+' | b'-' | b'\'')
            || b >= 0x80
    };
    let is_domain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-') || b >= 0x80;
    let mut start = at;
    while start > 0 && at - start < 64 && is_local(bytes[start - 1]) {
        start -= 1;
    }
    let mut end = at + 1;
    while end < bytes.len() && end - at < 255 && is_domain(bytes[end]) {
        end += 1;
    }
    while start < at && matches!(bytes[start], b'.' | b'-' | b'\'') {
        start += 1;
    }
    while end > at + 1 && matches!(bytes[end - 1], b'.' | b'-') {
        end -= 1;
    }
    if !text.is_char_boundary(start) || !text.is_char_boundary(end) || start == at {
        return None;
    }
    let domain = &text[at + 1..end];
    let (name, top) = domain.rsplit_once('.')?;
    (!name.is_empty()
        && !name.starts_with('.')
        && !domain.contains("..")
        && (2..=24).contains(&top.len())
        && top.bytes().all(|b| b.is_ascii_alphabetic()))
    .then_some(start..end)
}

/// The address that a cell or field holds, in lower case.
pub(crate) fn parse_email(text: &str) -> Option<String> {
    let text = text.trim();
    let at = text.find('@')?;
    let range = email_around(text, at)?;
    let address = &text[range];
    Some(if address.is_ascii() {
        address.to_ascii_lowercase()
    } else {
        address.to_lowercase()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_are_read_as_people_write_them() {
        for (written, digits, len) in [
            ("(416) 555-0199", "4165550199", 14),
            ("416-555-0199 ext. 23", "4165550199", 20),
            ("+1 514 555 0142", "5145550142", 15),
            ("1-800-555-0100", "8005550100", 14),
            ("514.555.0142 poste 4567", "5145550142", 23),
            ("+33 6 12 34 56 78", "33612345678", 17),
            ("08 02 27 31 85", "0802273185", 14),
            ("02-12-05-76-57", "0212057657", 14),
            ("(33) 5 17 10 45 02", "33517104502", 18),
            ("(03) 5327 5996", "0353275996", 14),
            ("4165550199", "4165550199", 10),
        ] {
            let scanned = scan_phone(written).unwrap();
            assert_eq!((scanned.digits.as_str(), scanned.len), (digits, len));
        }
    }

    #[test]
    fn a_part_of_a_longer_number_is_no_telephone_number() {
        for written in [
            "41655501991",
            "416-555-01995",
            "1234-567-890",
            "2024-01-02",
            "555-0199",
            "111-555-0199",
            "01 02 03 04 05 06",
            "(2019) 394-1234",
        ] {
            assert!(scan_phone(written).is_none());
        }
    }

    #[test]
    fn an_email_address_ends_where_its_domain_ends() {
        let text = "write to m.jenkins78@example.com. Thanks";
        let range = email_around(text, text.find('@').unwrap()).unwrap();
        assert_eq!(&text[range], "m.jenkins78@example.com");
        assert!(parse_email("@handle").is_none());
        assert!(parse_email("user@host").is_none());
    }
}
