//! The words on a small picture in, the kind of card out: health card, driver's licence, passport.
//!
//! A card is told by what is printed on it, in English or French, and by its
//! few words; its numbers and names are found like any other text's. A letter
//! that mentions a health card has too many words to be one.
//!
//! Sources: ISO/IEC 7810 (ID-1 cards are 85.6 by 54 mm); ICAO Doc 9303 for the
//! machine-readable lines of passports.

/// Words on a card; a letter has more.
const MAX_WORDS: usize = 110;
/// How far from a card's shape the picture may be: a photograph shows the table, too.
const SHAPE: std::ops::RangeInclusive<f32> = 1.2..=2.1;

/// What is printed on cards, folded to small letters without accents, and what they are.
const PRINTED: &[(&str, &str)] = &[
    ("driver s licence", "driver's licence"),
    ("drivers licence", "driver's licence"),
    ("driver licence", "driver's licence"),
    ("driver s license", "driver's licence"),
    ("drivers license", "driver's licence"),
    ("driver license", "driver's licence"),
    ("permis de conduire", "driver's licence"),
    ("health card", "health card"),
    ("health insurance card", "health card"),
    ("carte sante", "health card"),
    ("carte d assurance maladie", "health card"),
    ("assurance maladie", "health card"),
    ("regie de l assurance maladie", "health card"),
    ("personal health number", "health card"),
    ("medicare", "health card"),
    ("carecard", "health card"),
    ("passport", "passport"),
    ("passeport", "passport"),
];

/// The kind of card that a picture of these words shows; `ratio` is its longer side by its shorter one.
pub(super) fn kind(words: &[&str], ratio: f32) -> Option<&'static str> {
    if words.len() > MAX_WORDS {
        return None;
    }
    if words
        .iter()
        .any(|word| word.starts_with("P<") && word.len() > 20)
    {
        return Some("passport");
    }
    if !SHAPE.contains(&ratio) {
        return None;
    }
    let text = folded(words);
    let has = |phrase: &str| text.contains(&format!(" {phrase} "));
    let printed = PRINTED.iter().find(|(phrase, _)| has(phrase));
    if let Some((_, kind)) = printed {
        return Some(kind);
    }
    // Ontario's card says it in one word of each language, beside the province's name.
    (has("health") && has("sante") && words.len() < 40).then_some("health card")
}

/// Small letters without accents, one blank between words and at both ends.
fn folded(words: &[&str]) -> String {
    let mut text = String::from(" ");
    for ch in words.join(" ").to_lowercase().chars() {
        let ch = match ch {
            '\u{e0}' | '\u{e2}' | '\u{e4}' => 'a',
            '\u{e8}'..='\u{eb}' => 'e',
            '\u{ee}' | '\u{ef}' => 'i',
            '\u{f4}' => 'o',
            '\u{e7}' => 'c',
            ch if ch.is_alphanumeric() => ch,
            _ => ' ',
        };
        if ch != ' ' || !text.ends_with(' ') {
            text.push(ch);
        }
    }
    if !text.ends_with(' ') {
        text.push(' ');
    }
    text
}

#[test]
fn a_card_is_told_by_what_is_printed_on_it_and_a_letter_is_none() {
    let split = |text: &'static str| text.split(' ').collect::<Vec<_>>();
    let card = split("Ontario Health \u{b7} Sant\u{e9} ANNE ROY 9876 543 217 - AB");
    assert_eq!(kind(&card, 1.58), Some("health card"));
    let licence = split("Permis de conduire / Driver's Licence R1234-56789-01234");
    assert_eq!(kind(&licence, 1.5), Some("driver's licence"));
    assert_eq!(kind(&licence, 3.0), None);
    assert_eq!(kind(&["P<CANROY<<ANNE<<<<<<<<<<<<"], 1.3), Some("passport"));
    let letter = ["please", "bring", "your", "health", "card"].repeat(40);
    assert_eq!(kind(&letter, 1.3), None);
    assert_eq!(kind(&split("a mental health note"), 1.5), None);
}
