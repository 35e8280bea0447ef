//! Strings made comparable, and how far two of them are apart.
//!
//! Folding takes away case, accents and separators. Distances are
//! Jaro-Winkler for names and the restricted Damerau-Levenshtein distance for
//! numbers; both work on bytes, which for folded text are nearly always letters.
//!
//! Source: Winkler (1990), "String comparator metrics"; Damerau (1964).

use unicode_normalization::UnicodeNormalization;

/// Lower case words without accents, separated by single spaces: `St-Étienne` is `st etienne`.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let push = |ch: char, folded: &mut String| match ch {
        'a'..='z' | '0'..='9' => folded.push(ch),
        'A'..='Z' => folded.push(ch.to_ascii_lowercase()),
        // O'Brien, d'Amour, J.-P.: no word ends here.
        '\'' | '\u{2019}' | '\u{2018}' | '`' | '.' => {}
        'ø' | 'Ø' => folded.push('o'),
        'ł' | 'Ł' => folded.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
        'ß' => folded.push_str("ss"),
        'æ' | 'Æ' => folded.push_str("ae"),
        'œ' | 'Œ' => folded.push_str("oe"),
        'ı' => folded.push('i'),
        'þ' | 'Þ' => folded.push_str("th"),
        ch if ch.is_alphanumeric() => folded.extend(ch.to_lowercase()),
        _ => {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        }
    };
    if text.is_ascii() {
        text.chars().for_each(|ch| push(ch, &mut folded));
    } else {
        for ch in text.nfkd().filter(|ch| !is_mark(*ch)) {
            push(ch, &mut folded);
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

fn is_mark(ch: char) -> bool {
    matches!(ch, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{20d0}'..='\u{20ff}')
}

/// Letters and digits alone: `St-Étienne` is `stetienne`.
pub(crate) fn letters(text: &str) -> String {
    let mut folded = fold(text);
    folded.retain(|ch| ch != ' ');
    folded
}

/// Jaro-Winkler similarity, 0 to 1.
pub(crate) fn jaro_winkler(a: &[u8], b: &[u8]) -> f32 {
    const MOST: usize = 64;
    if a == b {
        return if a.is_empty() { 0.0 } else { 1.0 };
    }
    let (a, b) = (&a[..a.len().min(MOST)], &b[..b.len().min(MOST)]);
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut in_a, mut in_b) = (0_u64, 0_u64);
    for (i, byte) in a.iter().enumerate() {
        let from = i.saturating_sub(reach);
        let to = (i + reach + 1).min(b.len());
        for (j, other) in b.iter().enumerate().take(to).skip(from) {
            if in_b >> j & 1 == 0 && byte == other {
                in_a |= 1 << i;
                in_b |= 1 << j;
                break;
            }
        }
    }
    let n_common = in_a.count_ones();
    if n_common == 0 {
        return 0.0;
    }
    let mut n_moved = 0_u32;
    let mut left = in_b;
    for (i, byte) in a.iter().enumerate() {
        if in_a >> i & 1 == 1 {
            let j = left.trailing_zeros() as usize;
            left &= left - 1;
            n_moved += u32::from(b.get(j) != Some(byte));
        }
    }
    let common = n_common as f32;
    let jaro = (common / a.len() as f32
        + common / b.len() as f32
        + (common - (n_moved / 2) as f32) / common)
        / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    jaro + prefix as f32 * 0.1 * (1.0 - jaro)
}

/// Insertions, deletions, substitutions and swaps of neighbours, at most `most`; `most + 1` when there are more.
pub(crate) fn damerau(a: &[u8], b: &[u8], most: usize) -> usize {
    const LONGEST: usize = 40;
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    // Equal ends cost nothing and are most of what is compared.
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    if short == 0 {
        return long.min(most + 1);
    }
    if most <= 1 {
        let is_one = long == 1 || (short == 2 && long == 2 && a[0] == b[1] && a[1] == b[0]);
        return if is_one && most == 1 { 1 } else { most + 1 };
    }
    if long > LONGEST {
        return most + 1;
    }
    let mut rows = [[0_u8; LONGEST + 1]; 3];
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j as u8;
    }
    for i in 1..=a.len() {
        let (this, last, before) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[this][0] = i as u8;
        let mut best = i as u8;
        for j in 1..=b.len() {
            let cost = u8::from(a[i - 1] != b[j - 1]);
            let mut cell = (rows[last][j] + 1)
                .min(rows[this][j - 1] + 1)
                .min(rows[last][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cell = cell.min(rows[before][j - 2] + 1);
            }
            rows[this][j] = cell;
            best = best.min(cell);
        }
        if usize::from(best) > most {
            return most + 1;
        }
    }
    usize::from(rows[a.len() % 3][b.len()]).min(most + 1)
}

/// Which letters and digits stand in a folded text, as bits.
pub(crate) fn mask(folded: &str) -> u64 {
    folded.bytes().fold(0, |mask, byte| {
        mask | match byte {
            b'a'..=b'z' => 1 << (byte - b'a'),
            b'0'..=b'9' => 1 << (26 + byte - b'0'),
            b' ' => 0,
            other => 1 << (36 + other % 28),
        }
    })
}

/// Whether Jaro-Winkler could reach 0.84: a quick bound from the letters they do not share.
pub(crate) fn may_be_similar(a: &str, mask_a: u64, b: &str, mask_b: u64) -> bool {
    let common_a = a.len() - ((mask_a & !mask_b).count_ones() as usize).min(a.len());
    let common_b = b.len() - ((mask_b & !mask_a).count_ones() as usize).min(b.len());
    let common = common_a.min(common_b) as f32;
    // 0.84 with the longest prefix bonus needs a Jaro similarity of 0.73.
    common * (1.0 / a.len().max(1) as f32 + 1.0 / b.len().max(1) as f32) >= 1.19
}

/// How a name sounds, roughly and in any language: its first sound and up to five consonant sounds after it.
///
/// Vowels after the first letter go, doubled sounds are one, and letters that
/// are written for each other share a class.
pub(crate) fn sound(folded: &str) -> u64 {
    let bytes: Vec<u8> = folded.bytes().filter(|byte| *byte != b' ').collect();
    let mut code = 0_u64;
    let mut n_sounds = 0;
    let mut last = 0_u8;
    let mut i = 0;
    while i < bytes.len() && n_sounds < 6 {
        let next = bytes.get(i + 1).copied().unwrap_or(0);
        let (class, used) = match (bytes[i], next) {
            (b'p', b'h') => (b'f', 2),
            (b's' | b'c', b'h') => (b's', 2),
            (b't', b'h') => (b't', 2),
            (b'g', b'h') => (b'g', 2),
            (b'c', b'k') => (b'k', 2),
            (b'k' | b'w', b'n' | b'r') if i == 0 => (next, 2),
            (b'c', b'e' | b'i' | b'y') => (b's', 1),
            (b'c' | b'q' | b'k', _) => (b'k', 1),
            (b'x', _) => (b'k', 1),
            (b'z' | b's', _) => (b's', 1),
            (b'd' | b't', _) => (b't', 1),
            (b'b' | b'p', _) => (b'p', 1),
            (b'v' | b'f', _) => (b'f', 1),
            (b'm' | b'n', _) => (b'n', 1),
            (b'j' | b'g', _) => (b'g', 1),
            (b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'h' | b'w', _) => {
                (if i == 0 { b'a' } else { 0 }, 1)
            }
            (other, _) => (other, 1),
        };
        if class != 0 && class != last {
            code = code << 8 | u64::from(class);
            n_sounds += 1;
        }
        last = class;
        i += used;
    }
    code
}

/// Letters that a reading machine puts in a digit's place, as that digit.
pub(crate) fn as_digits(number: &str) -> Vec<u8> {
    number
        .bytes()
        .map(|byte| match byte {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            b'S' => b'5',
            b'B' => b'8',
            byte => byte,
        })
        .collect()
}

/// A slip apart, or one mailbox's name at another provider; with the same digits.
pub(crate) fn email_close(a: &str, b: &str) -> bool {
    let (Some((one, _)), Some((other, _))) = (a.rsplit_once('@'), b.rsplit_once('@')) else {
        return false;
    };
    if one.len().min(other.len()) < 6 {
        return false;
    }
    if one == other {
        return true;
    }
    let digits = |text: &str| -> Vec<u8> { text.bytes().filter(u8::is_ascii_digit).collect() };
    let most = if a.len() > 16 { 2 } else { 1 };
    damerau(a.as_bytes(), b.as_bytes(), most) <= most && digits(one) == digits(other)
}

/// Words run together, left out, or nearly the same.
pub(crate) fn street_alike(a: &str, b: &str) -> bool {
    if a.is_empty() || b.is_empty() {
        return false;
    }
    // Words run together, words left out.
    let without = |text: &str| {
        text.bytes()
            .filter(|byte| *byte != b' ')
            .collect::<Vec<u8>>()
    };
    let (one, other) = (without(a), without(b));
    if one == other || jaro_winkler(&one, &other) >= 0.88 {
        return true;
    }
    let n_shared = a
        .split(' ')
        .filter(|word| word.len() >= 4 && b.split(' ').any(|other| other == *word))
        .count();
    n_shared >= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_takes_away_case_accents_and_separators() {
        assert_eq!(fold("  O'Brien-St-Étienne "), "obrien st etienne");
        assert_eq!(fold("Łukasz Ørsted"), "lukasz orsted");
        assert_eq!(letters("Jean-Luc"), "jeanluc");
    }

    #[test]
    fn jaro_winkler_gives_the_published_values() {
        for (a, b, expected) in [
            ("martha", "marhta", 0.961),
            ("dwayne", "duane", 0.84),
            ("dixon", "dicksonx", 0.813),
        ] {
            let found = jaro_winkler(a.as_bytes(), b.as_bytes());
            assert!((found - expected).abs() < 0.001, "{a} {b} {found}");
        }
        assert_eq!(jaro_winkler(b"", b"a"), 0.0);
    }

    #[test]
    fn a_swap_of_neighbours_is_one_slip() {
        assert_eq!(damerau(b"1234", b"1243", 2), 1);
        assert_eq!(damerau(b"1234", b"124", 2), 1);
        assert_eq!(damerau(b"1234", b"4321", 2), 3);
    }

    #[test]
    fn names_that_sound_alike_share_a_sound() {
        assert_eq!(sound("philippe"), sound("filip"));
        assert_eq!(sound("nguyen"), sound("nguyen"));
        assert_ne!(sound("roy"), sound("roux"));
    }

    #[test]
    fn mailboxes_of_one_name_with_other_digits_are_two_peoples() {
        for (a, b, close) in [
            ("john.roy362@example.org", "john.roy502@example.org", false),
            ("john.roy362@example.org", "john.roy363@example.org", false),
            ("john.roy362@example.org", "jhon.roy362@example.org", true),
            ("john.roy362@example.org", "john.roy362@example.net", true),
            ("info@example.org", "infos@example.org", false),
        ] {
            assert_eq!(email_close(a, b), close, "{a} {b}");
        }
    }
}
