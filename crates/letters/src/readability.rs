//! How hard a text is to read: Flesch-Kincaid for English, Kandel and Moles for French, or what a language's file says.
//!
//! English: grade = 0.39 words/sentence + 11.8 syllables/word - 15.59
//! (Kincaid and others, 1975). French: 207 - 1.015 words/sentence - 73.6
//! syllables/word is ease (Kandel and Moles, 1958), where 100 is easiest.
//! Syllables are counted by groups of vowels: good to a few per cent over a letter.

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

/// How a language is measured.
#[derive(Clone, Debug)]
pub(crate) enum Formula {
    /// Flesch-Kincaid.
    English,
    /// Kandel and Moles.
    French,
    /// As the language's file says.
    Linear(Linear),
    /// There is none for this language.
    None,
}

/// A formula of words per sentence and syllables per word, as a language's file gives it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Linear {
    /// What it is called.
    pub(crate) name: String,
    base: f64,
    /// Taken off for each word of the mean sentence.
    words_per_sentence: f64,
    /// Taken off for each syllable of the mean word.
    syllables_per_word: f64,
    /// The least ease of a plain letter.
    at_least: f64,
    /// Letters that sound a syllable; neighbours make one.
    vowels: String,
    /// Vowels of which two beside each other make two.
    #[serde(default)]
    strong: String,
}

impl Linear {
    fn syllables(&self, word: &str) -> usize {
        let mut n = 0;
        let mut before = None;
        let mut letters = word.chars().peekable();
        while let Some(ch) = letters.next() {
            // A final y is a vowel: "muy", "hay".
            let vowel = self.vowels.contains(ch) || (ch == 'y' && letters.peek().is_none());
            let apart =
                before.is_some_and(|one| self.strong.contains(one)) && self.strong.contains(ch);
            n += usize::from(vowel && (before.is_none() || apart));
            before = vowel.then_some(ch);
        }
        n.max(1)
    }
}

/// How hard a text is to read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readability {
    /// Words.
    pub n_words: usize,
    /// Sentences.
    pub n_sentences: usize,
    /// Syllables.
    pub n_syllables: usize,
    /// School grade: Flesch-Kincaid's own in English; elsewhere the grade of the same ease.
    pub grade: f64,
    /// Ease, 100 easiest: Flesch in English, Kandel and Moles in French, else by the formula of the language's file.
    pub ease: f64,
    /// Whether that is plain: at most grade 8 in English, an ease of 60 in French, else what the language's file asks.
    pub is_plain: bool,
}

/// Measures a text; `None` where the language has no formula. Every line is at least one sentence, as a list item is.
pub(crate) fn readability(text: &str, formula: &Formula) -> Option<Readability> {
    let mut n_words = 0;
    let mut n_sentences = 0;
    let mut n_syllables = 0;
    for line in text.lines() {
        let mut is_open = false;
        for token in line.split(|ch: char| ch.is_whitespace() || matches!(ch, '/' | '-' | '–')) {
            let word: String = token.chars().filter(|ch| ch.is_alphanumeric()).collect();
            if !word.is_empty() {
                n_words += 1;
                n_syllables += syllables(&word, formula);
                is_open = true;
            }
            let ends = token.trim_end_matches([')', '»', '”', '"']);
            if is_open && ends.ends_with(['.', '!', '?', ':', ';']) {
                n_sentences += 1;
                is_open = false;
            }
        }
        n_sentences += usize::from(is_open);
    }
    let words_per_sentence = n_words as f64 / n_sentences.max(1) as f64;
    let syllables_per_word = n_syllables as f64 / n_words.max(1) as f64;
    // Flesch's bands: 60 to 70 is grade 8 to 9, and ten points are a grade around there.
    let grade_of = |ease: f64| 8.0 + (65.0 - ease) / 10.0;
    let (grade, ease, is_plain) = match formula {
        Formula::English => {
            let grade = 0.39 * words_per_sentence + 11.8 * syllables_per_word - 15.59;
            let ease = 206.835 - 1.015 * words_per_sentence - 84.6 * syllables_per_word;
            (grade, ease, grade <= 8.0)
        }
        Formula::French => {
            let ease = 207.0 - 1.015 * words_per_sentence - 73.6 * syllables_per_word;
            (grade_of(ease), ease, ease >= 60.0)
        }
        Formula::Linear(linear) => {
            let ease = linear.base
                - linear.words_per_sentence * words_per_sentence
                - linear.syllables_per_word * syllables_per_word;
            (grade_of(ease), ease, ease >= linear.at_least)
        }
        Formula::None => return None,
    };
    Some(Readability {
        n_words,
        n_sentences,
        n_syllables,
        grade,
        ease,
        is_plain,
    })
}

/// Groups of vowels, with what each language leaves silent at the end of a word.
fn syllables(word: &str, formula: &Formula) -> usize {
    if word.chars().all(|ch| ch.is_ascii_digit()) {
        // Read aloud a number has about one syllable a digit; nobody finds it hard.
        return 1;
    }
    if let Formula::Linear(linear) = formula {
        return linear.syllables(&word.to_lowercase());
    }
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let is_vowel = |ch: char| {
        let base = ch.nfd().next().unwrap_or(ch);
        matches!(base, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'œ' | 'æ')
    };
    let mut n = 0;
    let mut was_vowel = false;
    for &ch in &word {
        let vowel = is_vowel(ch);
        n += usize::from(vowel && !was_vowel);
        was_vowel = vowel;
    }
    let ends = |end: &str| {
        let end: Vec<char> = end.chars().collect();
        word.len() > end.len() && word.ends_with(&end)
    };
    let silent = match formula {
        // "like", "used", "files"; but "table", "needed", "boxes".
        Formula::English => {
            let before = |n: usize| word.len().checked_sub(n).and_then(|i| word.get(i)).copied();
            (ends("e") && !ends("le") && !before(2).is_some_and(is_vowel))
                || (ends("ed")
                    && !matches!(before(3), Some('t' | 'd'))
                    && !before(3).is_some_and(is_vowel))
                || (ends("es")
                    && !matches!(before(3), Some('s' | 'x' | 'z' | 'c' | 'g' | 'h'))
                    && !before(3).is_some_and(is_vowel))
        }
        // "lettre", "lettres", "peuvent": a final e that is not sounded.
        Formula::French => {
            let before = |n: usize| word.len().checked_sub(n).and_then(|i| word.get(i)).copied();
            (ends("e") && !before(2).is_some_and(is_vowel))
                || (ends("es") && !before(3).is_some_and(is_vowel))
                || (ends("ent")
                    && word.len() > 5
                    && !before(4).is_some_and(is_vowel)
                    && ends_as_verb(&word))
        }
        Formula::Linear(_) | Formula::None => false,
    };
    (n - usize::from(silent && n > 1)).max(1)
}

/// Third person plural: `-ent` that is silent, unlike `document` or `souvent`.
fn ends_as_verb(word: &[char]) -> bool {
    let word: String = word.iter().collect();
    !(word.ends_with("ment") || word.ends_with("souvent") || word.ends_with("accident"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_counted_as_one_says_them() {
        for (word, n) in [
            ("information", 4),
            ("used", 1),
            ("needed", 2),
            ("table", 2),
            ("files", 1),
            ("the", 1),
        ] {
            assert_eq!(syllables(word, &Formula::English), n, "{word}");
        }
        for (word, n) in [
            ("lettre", 1),
            ("santé", 2),
            ("renseignements", 4),
            ("peuvent", 1),
            ("vous", 1),
        ] {
            assert_eq!(syllables(word, &Formula::French), n, "{word}");
        }
    }

    #[test]
    fn long_words_and_sentences_are_harder() {
        let easy = readability("We lost a file. We are sorry.", &Formula::English).unwrap();
        let hard = readability(
            "Notwithstanding appropriate organizational safeguards, unauthorized individuals obtained confidential documentation.",
            &Formula::English,
        )
        .unwrap();
        assert!(easy.grade < 3.0 && hard.grade > 14.0, "{easy:?} {hard:?}");
    }
}
