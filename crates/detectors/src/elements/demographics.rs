//! Age, sex, language and signature: labels and values in both languages.

use whose_model::{DataElement, Language, Sex};

use super::about::{About, about};

use crate::{
    sense::{Label, Sense},
    text::{fold, short},
};

const AGE: Sense = Sense::whole(DataElement::Age);
const SEX: Sense = Sense::whole(DataElement::Sex);
const LANGUAGE: Sense = Sense::whole(DataElement::SpokenLanguage);
const SIGNATURE: Sense = Sense::whole(DataElement::Signature);

/// Labels of age, sex, language and signature.
pub(crate) const LABELS: &[Label] = &[
    ("age", AGE),
    ("age years", AGE),
    ("age in years", AGE),
    ("age at visit", AGE),
    ("age ans", AGE),
    ("current age", AGE),
    ("sex", SEX),
    ("sexe", SEX),
    ("gender", SEX),
    ("genre", SEX),
    ("sex at birth", SEX),
    ("birth sex", SEX),
    ("gender identity", SEX),
    ("gender code", SEX),
    ("sex code", SEX),
    ("code sexe", SEX),
    ("administrative sex", SEX),
    ("administrative gender", SEX),
    ("sex gender", SEX),
    ("identite genre", SEX),
    ("language", LANGUAGE.weak()),
    ("lang", LANGUAGE.weak()),
    ("langue", LANGUAGE.weak()),
    ("preferred language", LANGUAGE),
    ("language preference", LANGUAGE),
    ("language preferred", LANGUAGE),
    ("pref lang", LANGUAGE),
    ("primary language", LANGUAGE),
    ("spoken language", LANGUAGE),
    ("language spoken", LANGUAGE),
    ("official language", LANGUAGE),
    ("language code", LANGUAGE.weak()),
    ("mother tongue", LANGUAGE),
    ("langue preferee", LANGUAGE),
    ("langue parlee", LANGUAGE),
    ("langue de correspondance", LANGUAGE),
    ("langue maternelle", LANGUAGE),
    ("langue d'usage", LANGUAGE),
    ("communication language", LANGUAGE),
    ("signature", SIGNATURE),
    ("signature of patient", SIGNATURE),
    ("signed", SIGNATURE.weak()),
    ("signed by", SIGNATURE),
    ("electronically signed by", SIGNATURE),
    ("e signature", SIGNATURE),
    ("digital signature", SIGNATURE),
    ("signe par", SIGNATURE),
    ("signature du patient", SIGNATURE),
    ("signature electronique", SIGNATURE),
    ("signe electroniquement par", SIGNATURE),
    ("client signature", SIGNATURE),
    ("applicant signature", SIGNATURE),
    ("signature of client", SIGNATURE),
    ("signature of applicant", SIGNATURE),
    ("signature of parent or guardian", SIGNATURE),
    ("signature de l'usager", SIGNATURE),
    ("signature du client", SIGNATURE),
    ("signe", SIGNATURE.weak()),
    ("signature image", SIGNATURE),
    ("signature file", SIGNATURE),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::Age,
        "A number with words of age, or behind a label or in a column that says so.",
        &[
            "This 43-year-old was seen today.",
            "Elle a 72 ans et vit seule.",
            "Age | 35",
            "She is 35 y, F, and well.",
        ],
        &[
            "The building is 3 storeys high.",
            "Il travaille ici depuis 12 ans.",
        ],
    )
    .from("45 CFR 164.514(b)(2)(i)(C)"),
    about(
        DataElement::Sex,
        "A label or a column says so, or a letter or word stands right after a name or an age.",
        &["Sex: F", "Sexe : masculin", "Gender | Female"],
        &["Vitamin F is a historical name."],
    ),
    about(
        DataElement::SpokenLanguage,
        "A label or a column says so, and the value is a language or its code.",
        &[
            "Preferred language: Punjabi",
            "Langue parlée : français",
            "Language | EN",
        ],
        &["Language: C++"],
    ),
    about(
        DataElement::Signature,
        "A label says that something is signed, or names the file of the signature.",
        &[
            "Signature: /s/ Marie T.",
            "Signé électroniquement par : Marie T.",
            "signature_file | sig_88213.png",
        ],
        &["The signature dish was excellent."],
    ),
];

/// Sex or gender as records write it.
pub(crate) fn parse_sex(text: &str) -> Option<Sex> {
    let text = text.trim().trim_matches(['"', '.', '(', ')', '[', ']']);
    if text.is_empty() || text.len() > 24 {
        return None;
    }
    Some(match short(text).as_str() {
        "f" | "female" | "femme" | "feminin" | "fem" | "woman" | "girl" | "fille" | "feminine"
        | "2" => Sex::Female,
        "m" | "male" | "homme" | "masculin" | "masc" | "man" | "boy" | "garcon" | "masculine"
        | "h" | "1" => Sex::Male,
        "x" | "other" | "autre" | "o" | "u" | "a" | "non-binary" | "nonbinary" | "non binary"
        | "non binaire" | "non-binaire" | "undetermined" | "indetermine" | "intersex"
        | "intersexe" | "transgender" | "trans" | "two-spirit" | "bispirituel" | "genderfluid"
        | "nb" => Sex::Other,
        _ => return None,
    })
}

/// Language as records write it: code, name in either language. The folded text of other languages is kept by the caller.
pub(crate) fn parse_language(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > 30 {
        return None;
    }
    if let Some(language) = Language::parse(text) {
        return Some(language.code().to_owned());
    }
    let folded = fold(text);
    // What has no code among the model's languages.
    const OTHER: &[&str] = &[
        "innu",
        "asl",
        "lsq",
        "other",
        "autre",
        "dene",
        "atikamekw",
        "bilingual",
        "bilingue",
    ];
    let head = folded.split(['-', '_']).next().unwrap_or("");
    (OTHER.contains(&folded.as_str()) || OTHER.contains(&head)).then_some(folded)
}

/// The words after a number that make it an age, at the start of the text: `year-old`, `ans`, `y` before a sex.
pub(crate) fn age_unit(tail: &str) -> Option<&'static str> {
    const UNITS: &[&str] = &[
        "year-old",
        "years-old",
        "year old",
        "years old",
        "years of age",
        "yr-old",
        "yr old",
        "yrs old",
        "yo",
        "y/o",
        "y.o",
        "months-old",
        "month-old",
        "months old",
        "month old",
        "months of age",
        "week-old",
        "week old",
        "weeks old",
        "day-old",
        "day old",
        "days old",
        "ans",
        "mois",
    ];
    let ends = |len: usize| {
        !tail
            .get(len..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(char::is_alphanumeric)
    };
    let starts = |unit: &str| {
        tail.get(..unit.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(unit))
            && ends(unit.len())
    };
    // Most numbers are no age.
    if !matches!(
        tail.as_bytes().first().map(|b| b | 0x20),
        Some(b'a' | b'd' | b'm' | b'w' | b'y')
    ) {
        return None;
    }
    if let Some(unit) = UNITS.iter().find(|unit| starts(unit)) {
        return Some(unit);
    }
    // `35 y, F` and `35 yrs M`: what follows is a sex.
    let unit = ["yrs", "yr", "y"].into_iter().find(|unit| starts(unit))?;
    let rest = tail[unit.len()..].trim_start_matches(['.', ',', ';', '/', ' ']);
    let word: &str = rest
        .split(|ch: char| !ch.is_alphabetic())
        .next()
        .unwrap_or("");
    (rest.len() < tail.len() - unit.len() && word.len() <= 6 && parse_sex(word).is_some())
        .then_some(unit)
}

/// Age in years or months, as `45`, `45 y`, `45 ans`, `6 mois`.
pub(crate) fn parse_age(text: &str) -> Option<String> {
    let text = text.trim();
    let n = text.bytes().take_while(u8::is_ascii_digit).count();
    if n == 0 || n > 3 {
        return None;
    }
    let years: u32 = text[..n].parse().ok()?;
    let unit = fold(text[n..].trim_start_matches([' ', '-', '.']));
    let is_unit = matches!(
        unit.trim_end_matches('.'),
        "" | "y"
            | "yr"
            | "yrs"
            | "yo"
            | "y/o"
            | "y o"
            | "years"
            | "year"
            | "years old"
            | "year old"
            | "year-old"
            | "ans"
            | "an"
            | "a"
            | "m"
            | "mo"
            | "months"
            | "month"
            | "mois"
            | "0"
            | "weeks"
            | "semaines"
            | "days"
            | "jours"
            | "d"
            | "w"
    );
    (is_unit && years <= 125).then(|| text.to_owned())
}

#[test]
fn sex_language_and_age_are_read_as_records_write_them() {
    for (written, letter) in [
        ("Femme", "F"),
        ("male", "M"),
        ("X", "X"),
        ("H", "M"),
        ("Féminin", "F"),
    ] {
        assert_eq!(parse_sex(written).unwrap().letter(), letter);
    }
    assert!(parse_sex("Smith").is_none());
    assert_eq!(parse_language("Français").as_deref(), Some("fr"));
    // One language, however the record calls it.
    assert_eq!(parse_language("Punjabi").as_deref(), Some("pa"));
    assert_eq!(parse_language("pendjabi").as_deref(), Some("pa"));
    assert_eq!(parse_language("LSQ").as_deref(), Some("lsq"));
    assert!(parse_language("Toronto").is_none());
    assert!(parse_age("45 ans").is_some());
    assert!(parse_age("1985").is_none());
}

#[test]
fn an_age_is_known_by_the_words_that_follow() {
    for (tail, unit) in [
        ("year-old man", Some("year-old")),
        ("y, F", Some("y")),
        ("yrs M)", Some("yrs")),
        ("ans,", Some("ans")),
        ("ansible", None),
        ("y axis", None),
        ("yo.", Some("yo")),
        ("york", None),
        ("weeks ago", None),
    ] {
        assert_eq!(age_unit(tail), unit, "{tail}");
    }
}
