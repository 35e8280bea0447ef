//! A word that no lexicon knows goes in, what its ending says comes out: a drug, an operation, a disease.
//!
//! Nonproprietary names of drugs end in stems that tell the class, and names of
//! operations and diseases are built from Greek and Latin endings, so that a
//! drug registered after the lexicon was made, or an operation on an organ that
//! nobody listed, is still known. Only long words count, and never one that a
//! lexicon of names or of common words holds.
//!
//! Source: World Health Organization, The use of stems in the selection of
//! International Nonproprietary Names, WHO/EMP/RHT/TSN/2018.1.

use crate::{
    lexicon::{DIAGNOSIS, DRUG, Flags, PROCEDURE},
    text::fold,
};

/// Shorter words say nothing by their ending.
pub(crate) const LEAST: usize = 8;

/// Endings with the fewest letters a word must have before them.
const ENDINGS: &[(&str, usize, Flags)] = &[
    // Drugs, in English and French.
    ("olol", 3, DRUG),
    ("pril", 4, DRUG),
    ("prilat", 4, DRUG),
    ("sartan", 3, DRUG),
    ("vastatin", 2, DRUG),
    ("vastatine", 2, DRUG),
    ("prazole", 3, DRUG),
    ("conazole", 2, DRUG),
    ("nidazole", 3, DRUG),
    ("bendazole", 2, DRUG),
    ("gliptin", 2, DRUG),
    ("gliptine", 2, DRUG),
    ("gliflozin", 2, DRUG),
    ("gliflozine", 2, DRUG),
    ("glutide", 3, DRUG),
    ("glitazone", 2, DRUG),
    ("tinib", 3, DRUG),
    ("ciclib", 3, DRUG),
    ("zomib", 3, DRUG),
    ("parib", 3, DRUG),
    ("rafenib", 2, DRUG),
    ("lisib", 3, DRUG),
    ("mab", 5, DRUG),
    ("umab", 3, DRUG),
    ("ximab", 2, DRUG),
    ("zumab", 2, DRUG),
    ("cillin", 3, DRUG),
    ("cilline", 3, DRUG),
    ("floxacin", 2, DRUG),
    ("floxacine", 2, DRUG),
    ("thromycin", 3, DRUG),
    ("thromycine", 3, DRUG),
    ("cycline", 4, DRUG),
    ("oxetine", 3, DRUG),
    ("triptan", 3, DRUG),
    ("setron", 4, DRUG),
    ("dipine", 3, DRUG),
    ("azepam", 2, DRUG),
    ("zolam", 3, DRUG),
    ("barbital", 3, DRUG),
    ("lukast", 3, DRUG),
    ("xaban", 3, DRUG),
    ("gatran", 3, DRUG),
    ("grelor", 3, DRUG),
    ("parinux", 3, DRUG),
    ("parin", 4, DRUG),
    ("tegravir", 2, DRUG),
    ("buvir", 3, DRUG),
    ("previr", 3, DRUG),
    ("asvir", 3, DRUG),
    ("ciclovir", 2, DRUG),
    ("navir", 4, DRUG),
    ("dronate", 3, DRUG),
    ("dronic", 3, DRUG),
    ("terol", 4, DRUG),
    ("tropium", 2, DRUG),
    ("sidone", 4, DRUG),
    ("peridone", 2, DRUG),
    ("piprazole", 3, DRUG),
    ("tidine", 4, DRUG),
    ("fibrate", 3, DRUG),
    ("lutamide", 3, DRUG),
    ("platin", 3, DRUG),
    ("platine", 3, DRUG),
    ("rubicin", 2, DRUG),
    ("rubicine", 2, DRUG),
    ("trexate", 3, DRUG),
    ("profen", 3, DRUG),
    ("profene", 3, DRUG),
    ("coxib", 3, DRUG),
    ("sone", 8, DRUG),
    ("solone", 4, DRUG),
    ("metasone", 2, DRUG),
    ("vaptan", 3, DRUG),
    ("citinib", 2, DRUG),
    ("limod", 3, DRUG),
    ("rolimus", 2, DRUG),
    ("gepant", 3, DRUG),
    ("orexant", 2, DRUG),
    // Operations.
    ("ectomy", 3, PROCEDURE),
    ("ectomie", 3, PROCEDURE),
    ("ostomy", 3, PROCEDURE),
    ("ostomie", 3, PROCEDURE),
    ("otomy", 4, PROCEDURE),
    ("otomie", 4, PROCEDURE),
    ("oplasty", 3, PROCEDURE),
    ("oplastie", 3, PROCEDURE),
    ("oscopy", 4, PROCEDURE),
    ("oscopie", 4, PROCEDURE),
    ("centesis", 3, PROCEDURE),
    ("centese", 4, PROCEDURE),
    ("rrhaphy", 3, PROCEDURE),
    ("rraphie", 3, PROCEDURE),
    ("opexy", 4, PROCEDURE),
    ("opexie", 4, PROCEDURE),
    ("desis", 6, PROCEDURE),
    ("odese", 6, PROCEDURE),
    // Diseases.
    ("itis", 5, DIAGNOSIS),
    ("opathy", 4, DIAGNOSIS),
    ("opathie", 4, DIAGNOSIS),
    ("emia", 5, DIAGNOSIS),
    ("aemia", 4, DIAGNOSIS),
    ("emie", 6, DIAGNOSIS),
    ("openia", 4, DIAGNOSIS),
    ("openie", 4, DIAGNOSIS),
    ("algia", 4, DIAGNOSIS),
    ("algie", 4, DIAGNOSIS),
    ("omegaly", 4, DIAGNOSIS),
    ("omegalie", 4, DIAGNOSIS),
    ("plegia", 4, DIAGNOSIS),
    ("plegie", 4, DIAGNOSIS),
    ("sarcoma", 3, DIAGNOSIS),
    ("sarcome", 3, DIAGNOSIS),
    ("carcinoma", 3, DIAGNOSIS),
    ("carcinome", 3, DIAGNOSIS),
    ("blastoma", 3, DIAGNOSIS),
    ("blastome", 3, DIAGNOSIS),
    ("dystrophy", 3, DIAGNOSIS),
    ("dystrophie", 3, DIAGNOSIS),
    ("sclerosis", 4, DIAGNOSIS),
    ("nephrosis", 3, DIAGNOSIS),
];

/// Words that end so by chance.
const OTHERS: &[&str] = &[
    "academie",
    "epidemie",
    "pandemie",
    "nostalgia",
    "nostalgie",
    "anatomie",
    "anatomy",
    "autonomie",
    "autotomy",
    "empathy",
    "economie",
    "dichotomy",
    "dichotomie",
    "astronomie",
    "gastronomie",
];

/// Whether any ending ends in this byte: a first look without the word.
pub(crate) const fn may_end(last: u8) -> bool {
    matches!(
        last | 0x20,
        b'l' | b't' | b'n' | b'e' | b'b' | b'r' | b'x' | b'm' | b'c' | b'd' | b's' | b'y' | b'a'
    )
}

/// What the ending of a word says; 0 when nothing.
pub(crate) fn flags(word: &str) -> Flags {
    if word.len() < LEAST || word.len() > 32 {
        return 0;
    }
    let folded = fold(word);
    debug_assert!(
        ENDINGS
            .iter()
            .all(|(ending, ..)| ending.bytes().last().is_some_and(may_end))
    );
    let last = folded.bytes().last();
    let ending = ENDINGS.iter().find(|(ending, least, _)| {
        ending.bytes().last() == last
            && folded
                .strip_suffix(ending)
                .is_some_and(|rest| rest.len() >= *least)
    });
    match ending {
        Some((.., flags)) if !OTHERS.contains(&folded.as_str()) => *flags,
        _ => 0,
    }
}

#[test]
fn endings_tell_drugs_operations_and_diseases_and_ordinary_words_have_none() {
    for (word, expected) in [
        ("nebivolol", DRUG),
        ("Tirzepatide", 0),
        ("semaglutide", DRUG),
        ("bimekizumab", DRUG),
        ("oméprazole", DRUG),
        ("pancreaticoduodenectomy", PROCEDURE),
        ("annexectomie", PROCEDURE),
        ("hidradenitis", DIAGNOSIS),
        ("myélofibropathie", DIAGNOSIS),
        ("autonomie", 0),
        ("introductory", 0),
        ("appointment", 0),
        ("visite", 0),
        ("april", 0),
    ] {
        assert_eq!(flags(word), expected, "{word}");
    }
}
