//! `WordList`: folded words known when the program is compiled, of which most that are asked for are none.
//!
//! Whether a word is one of sixty is asked at almost every word around a finding. A
//! bit for the length and three letters of each of the list says no at once nine times
//! in ten; the words themselves are compared only where it does not.

/// Bits: eight or more for each word of most lists.
const N_BITS: usize = 512;

/// A list of folded words.
pub(crate) struct WordList {
    words: &'static str,
    marks: [u64; N_BITS / 64],
}

impl WordList {
    /// Of words with one space between.
    pub(crate) const fn new(words: &'static str) -> Self {
        let bytes = words.as_bytes();
        let mut marks = [0; N_BITS / 64];
        let (mut start, mut at) = (0, 0);
        while at <= bytes.len() {
            if at == bytes.len() || bytes[at] == b' ' {
                let bit = bit(bytes, start, at);
                marks[bit / 64] |= 1 << (bit % 64);
                start = at + 1;
            }
            at += 1;
        }
        Self { words, marks }
    }

    /// Whether this folded word is one of them.
    #[inline]
    pub(crate) fn has(&self, word: &str) -> bool {
        let bit = bit(word.as_bytes(), 0, word.len());
        self.marks[bit / 64] & 1 << (bit % 64) != 0 && self.is_one(word)
    }

    #[inline(never)]
    fn is_one(&self, word: &str) -> bool {
        let bytes = self.words.as_bytes();
        let is_end = |b: Option<&u8>| b.is_none_or(|b| *b == b' ');
        !word.is_empty()
            && !word.contains(' ')
            && memchr::memmem::find_iter(bytes, word).any(|at| {
                is_end(at.checked_sub(1).and_then(|at| bytes.get(at)))
                    && is_end(bytes.get(at + word.len()))
            })
    }
}

/// Which bit is that of the word from one place to another: by its length and its first, middle and last letters.
#[inline]
const fn bit(text: &[u8], start: usize, end: usize) -> usize {
    if start >= end {
        return 0;
    }
    let n = end - start;
    let (first, middle, last) = (text[start], text[start + n / 2], text[end - 1]);
    (n * 181 + first as usize * 67 + middle as usize * 31 + last as usize) % N_BITS
}

#[test]
fn a_list_has_its_words_and_no_other() {
    static LIST: WordList = WordList::new("mother mere a cousine");
    for word in ["mother", "mere", "a", "cousine"] {
        assert!(LIST.has(word), "{word}");
    }
    for word in [
        "",
        "moher",
        "mothre",
        "b",
        "mer",
        "cousines",
        "moth-er",
        "m\u{e8}re",
        "mother mere",
        " ",
    ] {
        assert!(!LIST.has(word), "{word}");
    }
}
