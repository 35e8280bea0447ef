//! One pass over a text: words with what the lexicons know of them, numbers, and where lines begin.

use super::cues::{self, Cue};
use crate::{
    elements::morphology,
    lexicon::{
        CARE, CLOSING, CUE, ClassBits, Classes, DIAGNOSIS, DRUG, ENGLISH, FRENCH, Flags, KIN,
        KIND_WORD, Lexicon, MONTH, PHRASE_START, PROCEDURE, TEST, TEST_START, TITLE, VACCINE,
    },
    text::{Letters, WordHash, fold_char},
};

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Without a capital first.
    Lower,
    /// With a capital first.
    Capital,
    /// With capitals only, two or more.
    Capitals,
    /// With a digit in it.
    Number,
}

/// A run of letters and digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) line: u32,
    pub(crate) hash: WordHash,
    pub(crate) flags: Flags,
    /// How common the word is; asked through `Token::classes`.
    pub(crate) class_bits: ClassBits,
    /// Which of `cues` the word is.
    cue: u16,
    pub(crate) shape: Shape,
    /// Letters of ASCII alone, with a capital first, in all of them or nowhere.
    pub(crate) is_plain: bool,
}

impl Token {
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
    pub(crate) fn is_word(&self) -> bool {
        self.shape != Shape::Number
    }
    pub(crate) fn has(&self, flags: Flags) -> bool {
        self.flags & flags != 0
    }
    /// How common the word is, as a word and as a name.
    #[inline]
    pub(super) fn classes(&self) -> Classes {
        self.class_bits.classes()
    }
    /// What the word says of what stands beside it.
    #[inline]
    pub(super) fn cue(&self) -> Cue {
        if self.cue == 0 {
            // Most words.
            return Cue::default();
        }
        cues::cue(self.cue)
    }
    /// Whether the word is of one of these lists, but for its accents.
    #[inline]
    pub(super) fn is_of(&self, lists: u16) -> bool {
        self.cue != 0 && self.cue().bits & lists != 0
    }
}

/// What the pass over the bytes noticed beside the tokens, so that nobody looks for it again.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// Where lines begin.
    pub(crate) lines: Vec<u32>,
    /// Where `:` stands.
    pub(crate) colons: Vec<u32>,
    /// Where `@` stands.
    pub(crate) ats: Vec<u32>,
    /// Tokens that could begin something by their form: digits, months, a few capitals.
    pub(crate) forms: Vec<u32>,
    /// Words that could begin a name: capitals and titles.
    pub(crate) capitals: Vec<u32>,
    /// Titles and words of kinship.
    pub(crate) people: Vec<u32>,
    /// Words that could begin a clinical term.
    pub(crate) terms: Vec<u32>,
    /// Words of lines that say what a document is.
    pub(crate) kinds: Vec<u32>,
    /// Words that could begin a test's name.
    pub(crate) tests: Vec<u32>,
    /// Words of the names of places of care.
    pub(crate) cares: Vec<u32>,
    /// How many tokens are words.
    pub(crate) n_words: u32,
    /// How many words are of programs.
    pub(crate) n_of_programs: u32,
    /// Of which lists of `cues` there are words.
    pub(crate) cues: u16,
    /// Ordinary words of French and of English among the first tokens.
    pub(crate) n_french: u32,
    /// The same of English.
    pub(crate) n_english: u32,
    /// How many signs of programs there are.
    pub(crate) n_code: u32,
    /// Where the first closing words of a letter stand.
    pub(crate) closing_at: Option<u32>,
}

impl Marks {
    fn clear(&mut self) {
        for list in [
            &mut self.lines,
            &mut self.colons,
            &mut self.ats,
            &mut self.forms,
            &mut self.capitals,
            &mut self.people,
            &mut self.terms,
            &mut self.kinds,
            &mut self.tests,
            &mut self.cares,
        ] {
            list.clear();
        }
        (self.n_french, self.n_english, self.n_code) = (0, 0, 0);
        (self.n_words, self.n_of_programs, self.cues) = (0, 0, 0);
        self.closing_at = None;
    }

    /// The line that holds a position: where it begins and ends, without its end of line.
    pub(crate) fn line(&self, text: &str, at: usize) -> std::ops::Range<usize> {
        let next = self.lines.partition_point(|start| *start as usize <= at);
        let start = next
            .checked_sub(1)
            .map_or(0, |line| self.lines[line] as usize);
        let end = self
            .lines
            .get(next)
            .map_or(text.len(), |start| *start as usize - 1);
        start..end.max(start)
    }
}

const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const UPPER: u8 = 4;
/// A sign that is noted: the end of a line, `:`, `@`.
const SIGN: u8 = 8;
const HIGH: u8 = 16;
/// A sign that programs have more of than people write.
const CODE: u8 = 32;

const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut b = 0;
    while b < 256 {
        class[b] = match b as u8 {
            b'a'..=b'z' => LETTER,
            b'A'..=b'Z' => LETTER | UPPER,
            b'0'..=b'9' => DIGIT,
            b'\n' | b':' | b'@' => SIGN,
            b'{' | b'}' | b'(' | b')' | b'[' | b']' | b';' | b'=' | b'_' | b'\\' | b'`' | b'$'
            | b'<' => CODE,
            0x80.. => HIGH,
            _ => 0,
        };
        b += 1;
    }
    class
};

/// No test with a digit in its name is longer.
const LONGEST_TEST: usize = 6;
/// Ordinary words are counted among so many tokens from the top.
const MAX_COUNTED: usize = 400;

/// Fills `tokens` with the words and numbers of `text`, and `marks` with what else was seen on the way.
pub(crate) fn tokenize(text: &str, lexicon: &Lexicon, tokens: &mut Vec<Token>, marks: &mut Marks) {
    tokens.clear();
    marks.clear();
    marks.lines.push(0);
    // A word and what follows it take more than four bytes as a rule.
    tokens.reserve(text.len() / 4 + 4);
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut line = 0;
    while let Some(&b) = bytes.get(at) {
        let first = CLASS[b as usize];
        if first & (LETTER | DIGIT | HIGH) == 0 {
            marks.n_code += u32::from(first / CODE);
            if first & SIGN != 0 {
                match b {
                    b'\n' => {
                        line += 1;
                        marks.lines.push(at as u32 + 1);
                    }
                    b':' => marks.colons.push(at as u32),
                    _ => marks.ats.push(at as u32),
                }
            }
            at += 1;
            continue;
        }
        let start = at;
        // Of all but the first, and common to all.
        let (mut rest, mut all) = (0, first);
        let mut last = first;
        if first & HIGH == 0 {
            loop {
                at += 1;
                last = bytes.get(at).map_or(0, |b| CLASS[*b as usize]);
                if last & (LETTER | DIGIT) == 0 {
                    break;
                }
                rest |= last;
                all &= last;
            }
        }
        let any = first | rest;
        let mut is_plain = false;
        let (shape, hash, is_word) = if last & HIGH != 0 {
            let (end, shape, hash, is_word) = accented(text, start);
            if end == start {
                // A sign outside ASCII that is no letter.
                at += text[at..].chars().next().map_or(1, char::len_utf8);
                continue;
            }
            at = end;
            (shape, hash, is_word)
        } else if any & DIGIT != 0 {
            (Shape::Number, WordHash(0), false)
        } else {
            let shape = if first & UPPER == 0 {
                Shape::Lower
            } else if all & UPPER != 0 && at - start > 1 {
                Shape::Capitals
            } else {
                Shape::Capital
            };
            is_plain = rest & UPPER == 0 || shape == Shape::Capitals;
            (shape, WordHash::of_ascii(bytes, start..at), at - start > 1)
        };
        let (mut flags, mut class_bits) = (0, ClassBits::default());
        let mut cue = 0;
        if shape != Shape::Number || hash.0 != 0 {
            let (known, classes, number) = lexicon.look(hash);
            if known & CUE != 0 {
                cue = number;
                let lists = cues::cue(cue).bits;
                marks.cues |= lists;
                marks.n_of_programs += u32::from(lists & cues::OF_PROGRAMS != 0);
            }
            if is_word {
                flags = known & !CUE;
            }
            if at - start > 1 {
                class_bits = classes;
            }
        } else if first & LETTER != 0 && at - start <= LONGEST_TEST {
            // `HbA1c`, `A1c`: the names of some tests have a digit in them.
            let known = lexicon.look(WordHash::of_ascii(bytes, start..at)).0;
            flags = known & (TEST | TEST_START);
        }
        let index = tokens.len() as u32;
        marks.n_words += u32::from(shape != Shape::Number);
        match shape {
            Shape::Number => marks.forms.push(index),
            Shape::Capital => marks.capitals.push(index),
            Shape::Capitals => {
                marks.capitals.push(index);
                if flags & MONTH == 0 && at - start <= 5 {
                    marks.forms.push(index);
                }
            }
            Shape::Lower => {
                if flags & TITLE != 0 {
                    marks.capitals.push(index);
                }
            }
        }
        if flags & NOTED != 0 {
            if flags & MONTH != 0 {
                marks.forms.push(index);
            }
            if flags & (TITLE | KIN) != 0 {
                marks.people.push(index);
            }
            if flags & (TERMS | PHRASE_START) != 0 {
                marks.terms.push(index);
            }
            if flags & TEST_START != 0 {
                marks.tests.push(index);
            }
            if flags & CARE != 0 && shape != Shape::Lower {
                marks.cares.push(index);
            }
            if flags & KIND_WORD != 0 {
                marks.kinds.push(index);
            }
            if flags & CLOSING != 0 && marks.closing_at.is_none() {
                marks.closing_at = Some(start as u32);
            }
            if flags & (FRENCH | ENGLISH) != 0 && tokens.len() < MAX_COUNTED {
                marks.n_french += u32::from(flags & FRENCH != 0);
                marks.n_english += u32::from(flags & ENGLISH != 0);
            }
        }
        // A word that no lexicon knows may still be a drug or a disease by its ending.
        if flags == 0
            && is_word
            && at - start >= morphology::LEAST
            && morphology::may_end(bytes[at - 1])
        {
            marks.terms.push(index);
        }
        tokens.push(Token {
            start: start as u32,
            end: at as u32,
            line,
            hash,
            flags,
            class_bits,
            cue,
            shape,
            is_plain,
        });
    }
}

/// Flags of clinical terms.
pub(crate) const TERMS: Flags = DRUG | DIAGNOSIS | PROCEDURE | VACCINE;
const NOTED: Flags = MONTH
    | TITLE
    | KIN
    | TERMS
    | PHRASE_START
    | TEST_START
    | CARE
    | KIND_WORD
    | CLOSING
    | FRENCH
    | ENGLISH;

/// A word with letters outside ASCII: where it ends, its shape, its hash, and whether it is more than a letter.
///
/// It ends where it starts when it is none.
fn accented(text: &str, start: usize) -> (usize, Shape, WordHash, bool) {
    let rest = &text[start..];
    let (mut n_letters, mut n_upper, mut n_digits) = (0u32, 0u32, 0u32);
    let mut starts_upper = false;
    let mut end = rest.len();
    // As `WordHash::of`, on the way.
    let mut letters = Letters::new();
    for (at, ch) in rest.char_indices() {
        if ch.is_ascii_digit() {
            n_digits += 1;
        } else if matches!(ch, '\u{300}'..='\u{36f}') {
            continue;
        } else if let Some((first, second)) = fold_char(ch) {
            letters.push(first);
            if let Some(second) = second {
                letters.push(second);
            }
            let is_upper = ch.is_uppercase();
            starts_upper |= is_upper && n_letters == 0;
            n_upper += u32::from(is_upper);
            n_letters += 1;
        } else {
            end = at;
            break;
        }
    }
    let shape = if n_digits > 0 {
        Shape::Number
    } else if n_upper == n_letters && n_letters > 1 {
        Shape::Capitals
    } else if starts_upper {
        Shape::Capital
    } else {
        Shape::Lower
    };
    (
        start + end,
        shape,
        letters.end(),
        n_letters > 1 && n_digits == 0,
    )
}

#[test]
fn a_word_with_accents_is_hashed_as_any_other() {
    for word in ["Née", "OŒUVRÉ", "e\u{301}té2", "Straße", "日本é", "Nguyễn"] {
        let (end, _, hash, _) = accented(word, 0);
        assert_eq!((end, hash), (word.len(), WordHash::of(word)), "{word}");
    }
}

#[test]
fn words_numbers_and_lines_are_told_apart() {
    let (mut tokens, mut marks) = (Vec::new(), Marks::default());
    tokenize(
        "Née le 3\nTREM85521017 €",
        crate::lexicon::lexicon(),
        &mut tokens,
        &mut marks,
    );
    let shapes: Vec<_> = tokens
        .iter()
        .map(|token| (token.shape, token.line))
        .collect();
    assert_eq!(
        shapes,
        [
            (Shape::Capital, 0),
            (Shape::Lower, 0),
            (Shape::Number, 0),
            (Shape::Number, 1)
        ]
    );
}
