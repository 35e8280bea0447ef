//! Letters as they are compared: lower case, without accents, hashed word by word.
//!
//! Every lookup in this crate goes through `fold` or the hash of what it would
//! give, so that `NÉ`, `né` and `Ne` are one label and one name. Nothing here
//! allocates but `fold`.

/// The letter as it is compared, as up to two ASCII letters; `None` for what is no letter.
///
/// Latin letters lose their accents; letters of other scripts are kept as they are.
pub(crate) fn fold_char(ch: char) -> Option<(char, Option<char>)> {
    if ch.is_ascii() {
        return ch
            .is_ascii_alphabetic()
            .then(|| (ch.to_ascii_lowercase(), None));
    }
    let one = |letter| Some((letter, None));
    match ch {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' | 'ǎ' | 'Ǎ' | 'Ạ'..='ặ' => one('a'),
        'Ç' | 'ç' | 'Ć'..='č' => one('c'),
        'Ď'..='đ' | 'Ð' | 'ð' => one('d'),
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' | 'Ẹ'..='ệ' => one('e'),
        'Ĝ'..='ģ' => one('g'),
        'Ĥ'..='ħ' => one('h'),
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' | 'Ỉ'..='ị' => one('i'),
        'Ĵ' | 'ĵ' => one('j'),
        'Ķ' | 'ķ' => one('k'),
        'Ĺ'..='ł' => one('l'),
        'Ñ' | 'ñ' | 'Ń'..='ň' => one('n'),
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' | 'Ơ' | 'ơ' | 'Ọ'..='ợ' => {
            one('o')
        }
        'Ŕ'..='ř' => one('r'),
        'Ś'..='š' | 'Ș' | 'ș' => one('s'),
        'Ţ'..='ŧ' | 'Ț' | 'ț' => one('t'),
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' | 'Ư' | 'ư' | 'Ụ'..='ự' => one('u'),
        'Ŵ' | 'ŵ' => one('w'),
        'Ý' | 'ý' | 'ÿ' | 'Ÿ' | 'Ŷ' | 'ŷ' | 'Ỳ'..='ỹ' => one('y'),
        'Ź'..='ž' => one('z'),
        'Œ' | 'œ' => Some(('o', Some('e'))),
        'Æ' | 'æ' => Some(('a', Some('e'))),
        'ß' => Some(('s', Some('s'))),
        'Þ' | 'þ' => Some(('t', Some('h'))),
        _ => ch
            .is_alphabetic()
            .then(|| (ch.to_lowercase().next().unwrap_or(ch), None)),
    }
}

/// The text in lower case without accents; what is no letter stays.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    for ch in text.chars() {
        match fold_char(ch) {
            Some((first, second)) => {
                folded.push(first);
                folded.extend(second);
            }
            None => folded.push(ch),
        }
    }
    folded
}

/// A hash of folded letters, built letter by letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WordHash(pub(crate) u64);

impl WordHash {
    /// Of no letter at all.
    pub(crate) const EMPTY: Self = Self(0x9e37_79b9_7f4a_7c15);

    /// With one more letter (or the space between two words).
    #[inline]
    pub(crate) const fn push(self, letter: u32) -> Self {
        Self((self.0.rotate_left(5) ^ letter as u64).wrapping_mul(0x517c_c1b7_2722_0a95))
    }

    /// Of one word or phrase; letters are folded, other characters count as they are.
    pub(crate) fn of(text: &str) -> Self {
        let mut hash = Self::EMPTY;
        for ch in text.chars() {
            match fold_char(ch) {
                Some((first, second)) => {
                    hash = hash.push(first as u32);
                    if let Some(second) = second {
                        hash = hash.push(second as u32);
                    }
                }
                None => hash = hash.push(ch as u32),
            }
        }
        hash
    }

    /// Of a phrase: this hash, a space, and the letters of one more word.
    pub(crate) fn then(self, word: &str) -> Self {
        let mut hash = self.push(u32::from(b' '));
        for ch in word.chars() {
            if let Some((first, second)) = fold_char(ch) {
                hash = hash.push(first as u32);
                if let Some(second) = second {
                    hash = hash.push(second as u32);
                }
            }
        }
        hash
    }
}

/// The words of a text: runs of letters, with their ranges; hyphens and apostrophes end a word.
pub(crate) fn words(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let start = loop {
            let (at, ch) = chars.next()?;
            if ch.is_alphabetic() {
                break at;
            }
        };
        let mut end = text.len();
        while let Some(&(at, ch)) = chars.peek() {
            if !ch.is_alphabetic() && !matches!(ch, '\u{300}'..='\u{36f}') {
                end = at;
                break;
            }
            chars.next();
        }
        Some(start..end)
    })
}

/// Digits and letters alone, in upper case: a number as it is compared.
pub(crate) fn alphanumeric_upper(text: &str) -> String {
    if text.is_ascii() {
        return text
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|b| char::from(b.to_ascii_uppercase()))
            .collect();
    }
    text.chars()
        .filter(|ch| ch.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// Digits alone.
pub(crate) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// How many ASCII digits.
pub(crate) fn n_digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// Whether all letters are capitals, and there are at least two.
pub(crate) fn is_all_capitals(word: &str) -> bool {
    let mut n_letters = 0;
    word.chars().filter(|ch| ch.is_alphabetic()).all(|ch| {
        n_letters += 1;
        ch.is_uppercase()
    }) && n_letters >= 2
}

/// A small stable hash for subject ids: the same on every machine and in every run.
pub(crate) fn stable_hash(parts: &[&[u8]]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for &byte in *part {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        hash = (hash ^ 0xff).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^ (hash >> 29)
}

#[test]
fn accents_and_case_do_not_change_a_word() {
    assert_eq!(fold("NÉ à Œuvre"), "ne a oeuvre");
    assert_eq!(WordHash::of("Élève"), WordHash::of("eleve"));
    assert_eq!(
        WordHash::of("type").then("DIABÈTE"),
        WordHash::of("type diabete")
    );
}
