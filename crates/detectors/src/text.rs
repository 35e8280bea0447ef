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
    let mut rest = text;
    while !rest.is_empty() {
        let n_ascii = rest.bytes().take_while(u8::is_ascii).count();
        let (plain, other) = rest.split_at(n_ascii);
        let from = folded.len();
        folded.push_str(plain);
        folded[from..].make_ascii_lowercase();
        rest = other;
        if let Some(ch) = rest.chars().next() {
            match fold_char(ch) {
                Some((first, second)) => {
                    folded.push(first);
                    folded.extend(second);
                }
                None => folded.push(ch),
            }
            rest = &rest[ch.len_utf8()..];
        }
    }
    folded
}

/// A short text folded in place, to be compared with known words; no heap is touched.
pub(crate) enum Short<'t> {
    /// It is folded as it stands: most words are.
    Same(&'t str),
    Folded {
        bytes: [u8; MOST_OF_A_SHORT],
        len: usize,
    },
}

impl Short<'_> {
    /// The folded text; empty when it was longer than any word that is compared.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Same(text) => text,
            Self::Folded { bytes, len } => std::str::from_utf8(&bytes[..*len]).unwrap_or(""),
        }
    }
}

/// No word that is compared is longer, in bytes.
const MOST_OF_A_SHORT: usize = 40;

/// As `fold`, of a word that is only compared.
pub(crate) fn short(text: &str) -> Short<'_> {
    let from = text.as_bytes();
    let (mut all, mut has_capital) = (0, false);
    for b in from {
        all |= b;
        has_capital |= b.is_ascii_uppercase();
    }
    if !all.is_ascii() {
        return short_accented(text);
    }
    if !has_capital {
        return Short::Same(if from.len() > MOST_OF_A_SHORT {
            ""
        } else {
            text
        });
    }
    let mut bytes = [0; MOST_OF_A_SHORT];
    if from.len() > MOST_OF_A_SHORT {
        return Short::Folded { bytes, len: 0 };
    }
    for (place, b) in bytes.iter_mut().zip(from) {
        *place = b.to_ascii_lowercase();
    }
    Short::Folded {
        bytes,
        len: from.len(),
    }
}

/// As `short`, of any letters.
#[inline(never)]
fn short_accented(text: &str) -> Short<'_> {
    let mut bytes = [0; MOST_OF_A_SHORT];
    let mut len = 0;
    for ch in text.chars() {
        let (first, second) = fold_char(ch).unwrap_or((ch, None));
        for letter in std::iter::once(first).chain(second) {
            let end = len + letter.len_utf8();
            match bytes.get_mut(len..end) {
                Some(place) => {
                    letter.encode_utf8(place);
                    len = end;
                }
                None => return Short::Same(""),
            }
        }
    }
    Short::Folded { bytes, len }
}

/// Gives a text as `fold` would to `to`; a short one without accents touches no heap.
pub(crate) fn with_folded<T>(text: &str, to: impl FnOnce(&str) -> T) -> T {
    let mut room = [0_u8; 128];
    match room.get_mut(..text.len()) {
        Some(place) if text.is_ascii() => {
            place.copy_from_slice(text.as_bytes());
            place.make_ascii_lowercase();
            to(std::str::from_utf8(place).unwrap_or(""))
        }
        _ => to(&fold(text)),
    }
}

/// A hash of a word's folded letters; those of a phrase's words are joined in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WordHash(pub(crate) u64);

/// For maps whose keys are hashes already.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hashed(u64);

impl std::hash::Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        // Keys are numbers; whatever else comes is mixed in.
        for byte in bytes {
            self.0 = mix(self.0, u64::from(*byte));
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

/// A map whose keys are hashes already, of words that are ours: whoever writes the evidence does not choose them.
pub(crate) type ByHash<T> =
    std::collections::HashMap<u64, T, std::hash::BuildHasherDefault<Hashed>>;

/// Letters on their way to a `WordHash`, eight at a time.
pub(crate) struct Letters {
    hash: u64,
    block: u64,
    n: u64,
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// What makes small letters of capitals, eight at a time.
const LOWER: u64 = 0x2020_2020_2020_2020;

#[inline]
const fn mix(hash: u64, block: u64) -> u64 {
    let mixed = (hash ^ block).wrapping_mul(0x517c_c1b7_2722_0a95);
    mixed ^ (mixed >> 32)
}

impl Letters {
    pub(crate) const fn new() -> Self {
        Self {
            hash: SEED,
            block: 0,
            n: 0,
        }
    }

    #[inline]
    fn push_byte(&mut self, byte: u8) {
        self.block |= u64::from(byte) << (8 * (self.n & 7));
        self.n += 1;
        if self.n & 7 == 0 {
            self.hash = mix(self.hash, self.block);
            self.block = 0;
        }
    }

    /// Adds a folded letter.
    #[inline]
    pub(crate) fn push(&mut self, letter: char) {
        if letter.is_ascii() {
            return self.push_byte(letter as u8);
        }
        let mut utf8 = [0; 4];
        for &byte in letter.encode_utf8(&mut utf8).as_bytes() {
            self.push_byte(byte);
        }
    }

    /// Adds a text as it is.
    pub(crate) fn push_str(&mut self, text: &str) {
        let at = self.n & 7;
        let bytes = text.as_bytes();
        // A word that fits into the block that is open is put there in one.
        if bytes.len() as u64 + at < 8 {
            let word = bytes
                .iter()
                .rev()
                .fold(0, |block, b| block << 8 | u64::from(*b));
            self.block |= word << (8 * at);
            self.n += bytes.len() as u64;
            return;
        }
        bytes.iter().for_each(|byte| self.push_byte(*byte));
    }

    /// The hash of all of it.
    pub(crate) const fn end(self) -> WordHash {
        WordHash(mix(self.hash.wrapping_add(self.n), self.block))
    }
}

/// The hash of a text as it is: of a folded word, or of folded words written together.
#[inline]
pub(crate) fn hash_of(text: &str) -> u64 {
    hash_in_blocks(text.as_bytes(), 0).0
}

/// The hash of bytes eight at a time, with these bits set in each block.
#[inline]
fn hash_in_blocks(bytes: &[u8], bits: u64) -> WordHash {
    let (whole, rest) = bytes.as_chunks::<8>();
    let hash = whole.iter().fold(SEED, |hash, block| {
        mix(hash, u64::from_le_bytes(*block) | bits)
    });
    let block = rest
        .iter()
        .rev()
        .fold(0, |block, b| block << 8 | u64::from(*b) | bits & 0xff);
    WordHash(mix(hash.wrapping_add(bytes.len() as u64), block))
}

/// A hash of a text to look it up by within one run; whoever writes the evidence can make two texts share one.
#[inline]
pub(crate) fn quick_hash(seed: u64, text: &str) -> u64 {
    let (whole, rest) = text.as_bytes().as_chunks::<8>();
    let mut hash = mix(SEED, seed ^ ((text.len() as u64) << 32));
    for chunk in whole {
        hash = mix(hash, u64::from_le_bytes(*chunk));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(hash, u64::from_le_bytes(last))
}

/// As `str::trim`; most texts have nothing to take off.
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        [only] if only.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

impl WordHash {
    /// Of one word; letters are folded, what is no letter does not count.
    pub(crate) fn of(word: &str) -> Self {
        if word.bytes().all(|b| b.is_ascii_alphabetic()) {
            return hash_in_blocks(word.as_bytes(), LOWER);
        }
        let mut letters = Letters::new();
        for ch in word.chars() {
            if let Some((first, second)) = fold_char(ch) {
                letters.push(first);
                if let Some(second) = second {
                    letters.push(second);
                }
            }
        }
        letters.end()
    }

    /// Of the ASCII letters at `range`, eight at a time: the same as `of` gives.
    #[inline]
    pub(crate) fn of_ascii(bytes: &[u8], range: std::ops::Range<usize>) -> Self {
        let Some(word) = bytes.get(range.clone()) else {
            return Self(0);
        };
        let mut hash = SEED;
        let (whole, rest) = word.as_chunks::<8>();
        for chunk in whole {
            hash = mix(hash, u64::from_le_bytes(*chunk) | LOWER);
        }
        let n_rest = rest.len();
        let block = if n_rest == 0 {
            0
        } else {
            let at = range.end - n_rest;
            let mask = !0_u64 >> (64 - 8 * n_rest);
            match bytes.get(at..at + 8).and_then(|wide| wide.first_chunk()) {
                Some(wide) => (u64::from_le_bytes(*wide) | LOWER) & mask,
                None => rest
                    .iter()
                    .rev()
                    .fold(0, |block, b| block << 8 | u64::from(b | 0x20)),
            }
        };
        Self(mix(hash.wrapping_add(word.len() as u64), block))
    }

    /// Of a phrase: this one, and one more word.
    #[inline]
    pub(crate) const fn join(self, word: Self) -> Self {
        Self(mix(self.0.rotate_left(23), word.0))
    }

    /// Of the words of a text in order; `None` when it has none.
    pub(crate) fn of_phrase(text: &str) -> Option<Self> {
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic()) {
            return Some(hash_in_blocks(text.as_bytes(), LOWER));
        }
        words(text)
            .map(|range| Self::of(&text[range]))
            .reduce(Self::join)
    }
}

/// The words of a text: runs of letters, with their ranges; hyphens and apostrophes end a word.
pub(crate) fn words(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        let start = loop {
            let b = *bytes.get(at)?;
            if b.is_ascii() {
                if b.is_ascii_alphabetic() {
                    break at;
                }
                at += 1;
            } else {
                let (len, is_letter) = beyond_ascii(text, at, true);
                if is_letter {
                    break at;
                }
                at += len;
            }
        };
        while let Some(b) = bytes.get(at) {
            let (len, is_letter) = if b.is_ascii() {
                (1, b.is_ascii_alphabetic())
            } else {
                beyond_ascii(text, at, at == start)
            };
            if !is_letter {
                break;
            }
            at += len;
        }
        Some(start..at)
    })
}

/// How long the character here is, and whether it is one of a word.
#[inline(never)]
fn beyond_ascii(text: &str, at: usize, is_first: bool) -> (usize, bool) {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some(ch) => (
            ch.len_utf8(),
            ch.is_alphabetic() || !is_first && matches!(ch, '\u{300}'..='\u{36f}'),
        ),
        None => (1, false),
    }
}

/// Digits and letters alone, in upper case: a number as it is compared.
pub(crate) fn alphanumeric_upper(text: &str) -> String {
    let mut upper = String::with_capacity(text.len());
    push_alphanumeric_upper(text, &mut upper);
    upper
}

/// The same, at the end of another text.
pub(crate) fn push_alphanumeric_upper(text: &str, to: &mut String) {
    if text.is_ascii() {
        let (from, mut start) = (to.len(), 0);
        for (at, b) in text.bytes().enumerate() {
            if !b.is_ascii_alphanumeric() {
                to.push_str(&text[start..at]);
                start = at + 1;
            }
        }
        to.push_str(&text[start..]);
        to[from..].make_ascii_uppercase();
    } else {
        to.extend(
            text.chars()
                .filter(|ch| ch.is_alphanumeric())
                .flat_map(char::to_uppercase),
        );
    }
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
    let all = parts
        .iter()
        .fold(StableHash::new(), |all, part| all.and(part));
    all.end()
}

/// A stable hash on its way: what many begin with is hashed once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StableHash(u64);

impl StableHash {
    /// Of nothing yet.
    pub(crate) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// With one more part.
    #[must_use]
    pub(crate) fn and(self, part: &[u8]) -> Self {
        const PRIME: u64 = 0x0100_0000_01b3;
        let mut hash = self.0;
        for &byte in part {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
        Self((hash ^ 0xff).wrapping_mul(PRIME))
    }

    /// The hash.
    pub(crate) const fn end(self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

#[test]
fn words_are_runs_of_letters_with_their_accents() {
    let of = |text: &'static str| words(text).map(|range| &text[range]).collect::<Vec<_>>();
    assert_eq!(
        of("d'Été, A1B2 \u{301}x e\u{301}te \u{65e5}\u{672c} \u{2014} fin"),
        [
            "d",
            "Été",
            "A",
            "B",
            "x",
            "e\u{301}te",
            "\u{65e5}\u{672c}",
            "fin"
        ]
    );
    assert_eq!(of(" .-"), [""; 0]);
}

#[test]
fn accents_and_case_do_not_change_a_word() {
    assert_eq!(fold("NÉ à Œuvre"), "ne a oeuvre");
    assert_eq!(WordHash::of("Élève"), WordHash::of("eleve"));
    assert_eq!(
        WordHash::of_phrase("Type,  DIABÈTE"),
        Some(WordHash::of("type").join(WordHash::of("diabete")))
    );
    assert_ne!(
        WordHash::of_phrase("type diabete"),
        WordHash::of_phrase("diabete type")
    );
}

#[test]
fn a_text_hashes_the_same_in_one_and_letter_by_letter() {
    let text = "abcdefghijklmnopqrstuvwxyz";
    for start in 0..text.len() {
        for end in start..=text.len() {
            let mut one_by_one = Letters::new();
            text[start..end]
                .bytes()
                .for_each(|b| one_by_one.push_byte(b));
            let (mut in_two, middle) = (Letters::new(), (start + end) / 2);
            in_two.push_str(&text[start..middle]);
            in_two.push_str(&text[middle..end]);
            let hash = hash_of(&text[start..end]);
            assert_eq!(one_by_one.end().0, hash);
            assert_eq!(in_two.end().0, hash);
        }
    }
    assert_eq!(WordHash::of("O'Neil"), WordHash::of("oneil"));
}

#[test]
fn ascii_letters_hash_the_same_eight_at_a_time() {
    let text = "aBcdefGhijklmnopQrstuvwxyz";
    for start in 0..text.len() {
        for end in start..=text.len() {
            assert_eq!(
                WordHash::of_ascii(text.as_bytes(), start..end),
                WordHash::of(&text[start..end])
            );
        }
    }
}

#[test]
fn a_short_text_folds_as_a_long_one_does() {
    for text in [
        "",
        "Né(e) LE",
        "Œuvre d'Été",
        "İstanbul",
        "日本",
        "MÉDECIN traitant",
    ] {
        assert_eq!(short(text).as_str(), fold(text));
    }
    assert_eq!(short(&"é".repeat(41)).as_str(), "");
}
