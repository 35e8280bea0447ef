//! How hard a text is to read: Flesch-Kincaid for English, Kandel and Moles for French.
//!
//! English: grade = 0.39 words/sentence + 11.8 syllables/word - 15.59
//! (Kincaid and others, 1975). French: 207 - 1.015 words/sentence - 73.6
//! syllables/word is ease (Kandel and Moles, 1958), where 100 is easiest.
//! Syllables are counted by groups of vowels: good to a few per cent over a letter.

use unicode_normalization::UnicodeNormalization;
use whose_model::Language;

/// How hard a text is to read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readability {
    /// Words.
    pub n_words: usize,
    /// Sentences.
    pub n_sentences: usize,
    /// Syllables.
    pub n_syllables: usize,
    /// School grade: Flesch-Kincaid's own in English; in French the grade of the same ease.
    pub grade: f64,
    /// Ease, 100 easiest: Flesch in English, Kandel and Moles in French.
    pub ease: f64,
}

/// Measures a text. Every line is at least one sentence, as a list item is.
pub fn readability(text: &str, language: Language) -> Readability {
    let mut n_words = 0;
    let mut n_sentences = 0;
    let mut n_syllables = 0;
    for line in text.lines() {
        let mut is_open = false;
        for token in line.split(|ch: char| ch.is_whitespace() || matches!(ch, '/' | '-' | '–')) {
            let word: String = token.chars().filter(|ch| ch.is_alphanumeric()).collect();
            if !word.is_empty() {
                n_words += 1;
                n_syllables += syllables(&word, language);
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
    let (grade, ease) = match language {
        Language::En => (
            0.39 * words_per_sentence + 11.8 * syllables_per_word - 15.59,
            206.835 - 1.015 * words_per_sentence - 84.6 * syllables_per_word,
        ),
        Language::Fr => {
            let ease = 207.0 - 1.015 * words_per_sentence - 73.6 * syllables_per_word;
            // Flesch's bands: 60 to 70 is grade 8 to 9, and ten points are a grade around there.
            (8.0 + (65.0 - ease) / 10.0, ease)
        }
    };
    Readability {
        n_words,
        n_sentences,
        n_syllables,
        grade,
        ease,
    }
}

/// Groups of vowels, with what each language leaves silent at the end of a word.
fn syllables(word: &str, language: Language) -> usize {
    if word.chars().all(|ch| ch.is_ascii_digit()) {
        // Read aloud a number has about one syllable a digit; nobody finds it hard.
        return 1;
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
    let silent = match language {
        // "like", "used", "files"; but "table", "needed", "boxes".
        Language::En => {
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
        Language::Fr => {
            let before = |n: usize| word.len().checked_sub(n).and_then(|i| word.get(i)).copied();
            (ends("e") && !before(2).is_some_and(is_vowel))
                || (ends("es") && !before(3).is_some_and(is_vowel))
                || (ends("ent")
                    && word.len() > 5
                    && !before(4).is_some_and(is_vowel)
                    && ends_as_verb(&word))
        }
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
            assert_eq!(syllables(word, Language::En), n, "{word}");
        }
        for (word, n) in [
            ("lettre", 1),
            ("santé", 2),
            ("renseignements", 4),
            ("peuvent", 1),
            ("vous", 1),
        ] {
            assert_eq!(syllables(word, Language::Fr), n, "{word}");
        }
    }

    #[test]
    fn long_words_and_sentences_are_harder() {
        let easy = readability("We lost a file. We are sorry.", Language::En);
        let hard = readability(
            "Notwithstanding appropriate organizational safeguards, unauthorized individuals obtained confidential documentation.",
            Language::En,
        );
        assert!(easy.grade < 3.0 && hard.grade > 14.0, "{easy:?} {hard:?}");
    }
}
