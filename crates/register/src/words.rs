//! The words by which a record is found, without accents and in small letters.

use std::collections::BTreeSet;

use crate::{Record, Value};

/// Longer words are cut: nobody types more.
const MAX_WORD: usize = 24;
/// A record gives no more words than this.
const MAX_WORDS: usize = 4096;

/// A letter without its accent, in small; as French and English write.
pub(crate) fn plain(ch: char) -> char {
    match ch {
        'à' | 'â' | 'ä' | 'á' | 'À' | 'Â' | 'Ä' | 'Á' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => 'e',
        'î' | 'ï' | 'í' | 'Î' | 'Ï' => 'i',
        'ô' | 'ö' | 'ó' | 'Ô' | 'Ö' => 'o',
        'ù' | 'û' | 'ü' | 'ú' | 'Ù' | 'Û' | 'Ü' => 'u',
        'ç' | 'Ç' => 'c',
        'ñ' | 'Ñ' => 'n',
        '’' => '\'',
        other => other.to_lowercase().next().unwrap_or(other),
    }
}

/// A text without accents, in small letters.
pub(crate) fn fold(text: &str) -> String {
    text.chars().map(plain).collect()
}

/// The words of a text.
pub(crate) fn words_of(text: &str, into: &mut BTreeSet<String>) {
    for word in text.split(|ch: char| !ch.is_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        if into.len() >= MAX_WORDS {
            return;
        }
        into.insert(word.chars().map(plain).take(MAX_WORD).collect());
    }
}

/// The words of a record: its name, its sources, and what the facts that stand say, with their sentences.
pub(crate) fn words(record: &Record) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    words_of(&record.name, &mut found);
    for source in &record.sources {
        words_of(&source.title, &mut found);
        words_of(&source.publisher, &mut found);
    }
    for held in record.standing(true) {
        words_of(&held.fact.scope, &mut found);
        match &held.fact.value {
            Value::Term(text) | Value::Text(text) => words_of(text, &mut found),
            Value::Relation { of, to, kind, .. } => {
                words_of(of, &mut found);
                words_of(to, &mut found);
                words_of(kind, &mut found);
            }
            Value::When(when) => words_of(&format!("{:04}", when.first.year()), &mut found),
            Value::Count { n, .. } => words_of(&n.to_string(), &mut found),
            Value::Months(_) => {}
        }
        if let Some(quote) = &held.fact.quote {
            words_of(&quote.sentence, &mut found);
        }
    }
    found
}

/// The beginning under which a word is kept.
pub(crate) fn beginning(word: &str) -> &str {
    word.char_indices()
        .nth(3)
        .map_or(word, |(end, _)| word.get(..end).unwrap_or(word))
}

#[test]
fn words_are_found_with_and_without_their_accents() {
    let mut found = BTreeSet::new();
    words_of("Clinique d’imagerie Côté-Lévesque, 7,293", &mut found);
    let words: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(
        words,
        ["293", "7", "clinique", "cote", "d", "imagerie", "levesque"]
    );
    assert_eq!(beginning("levesque"), "lev");
    assert_eq!(beginning("d"), "d");
}
