//! Height, weight and laboratory results: labels, units, and values with their unit.

use whose_model::DataElement;

use super::about::{About, about};

use crate::sense::{Label, Part, Sense};

const HEIGHT: Sense = Sense::whole(DataElement::Height);
const WEIGHT: Sense = Sense::whole(DataElement::Weight);
const LAB: Sense = Sense::whole(DataElement::LabResult);

/// Labels of measures and results.
pub(crate) const LABELS: &[Label] = &[
    ("height", HEIGHT),
    ("height cm", HEIGHT),
    ("height in", HEIGHT),
    ("height m", HEIGHT),
    ("ht", HEIGHT.weak()),
    ("ht cm", HEIGHT),
    ("body height", HEIGHT),
    ("taille", HEIGHT),
    ("taille cm", HEIGHT),
    ("grandeur", HEIGHT.weak()),
    ("weight", WEIGHT),
    ("weight kg", WEIGHT),
    ("weight lb", WEIGHT),
    ("weight lbs", WEIGHT),
    ("wt", WEIGHT.weak()),
    ("wt kg", WEIGHT),
    ("body weight", WEIGHT),
    ("poids", WEIGHT),
    ("poids kg", WEIGHT),
    ("lab result", LAB),
    ("lab results", LAB),
    (
        "result",
        Sense::part(DataElement::LabResult, Part::Value).weak(),
    ),
    (
        "result value",
        Sense::part(DataElement::LabResult, Part::Value),
    ),
    ("test result", LAB),
    ("test results", LAB),
    (
        "observation value",
        Sense::part(DataElement::LabResult, Part::Value),
    ),
    (
        "lab value",
        Sense::part(DataElement::LabResult, Part::Value),
    ),
    ("results", LAB),
    (
        "resultat",
        Sense::part(DataElement::LabResult, Part::Value).weak(),
    ),
    ("resultats", LAB),
    ("resultat de laboratoire", LAB),
    ("resultats de laboratoire", LAB),
    ("resultat analyse", LAB),
    (
        "valeur",
        Sense::part(DataElement::LabResult, Part::Value).weak(),
    ),
    (
        "value",
        Sense::part(DataElement::LabResult, Part::Value).weak(),
    ),
    (
        "test",
        Sense::part(DataElement::LabResult, Part::Term).weak(),
    ),
    ("test name", Sense::part(DataElement::LabResult, Part::Term)),
    ("test code", Sense::part(DataElement::LabResult, Part::Code)),
    ("lab test", Sense::part(DataElement::LabResult, Part::Term)),
    (
        "analyse",
        Sense::part(DataElement::LabResult, Part::Term).weak(),
    ),
    ("analyte", Sense::part(DataElement::LabResult, Part::Term)),
    (
        "examen",
        Sense::part(DataElement::LabResult, Part::Term).weak(),
    ),
    (
        "epreuve",
        Sense::part(DataElement::LabResult, Part::Term).weak(),
    ),
    ("loinc", Sense::part(DataElement::LabResult, Part::Code)),
    (
        "loinc code",
        Sense::part(DataElement::LabResult, Part::Code),
    ),
    (
        "unit",
        Sense::part(DataElement::LabResult, Part::Measure).weak(),
    ),
    (
        "units",
        Sense::part(DataElement::LabResult, Part::Measure).weak(),
    ),
    (
        "unite",
        Sense::part(DataElement::LabResult, Part::Measure).weak(),
    ),
    (
        "unites",
        Sense::part(DataElement::LabResult, Part::Measure).weak(),
    ),
    (
        "collected",
        Sense::part(DataElement::LabResult, Part::When).weak(),
    ),
    (
        "collection date",
        Sense::part(DataElement::LabResult, Part::When),
    ),
    (
        "result date",
        Sense::part(DataElement::LabResult, Part::When),
    ),
    (
        "date prelevement",
        Sense::part(DataElement::LabResult, Part::When),
    ),
    (
        "date resultat",
        Sense::part(DataElement::LabResult, Part::When),
    ),
    ("a1c", LAB),
    ("hba1c", LAB),
    ("hemoglobin", LAB),
    ("glucose", LAB),
    ("creatinine", LAB),
    ("cholesterol", LAB),
    ("tsh", LAB),
    ("blood type", LAB),
    ("blood pressure", LAB),
    ("bp", LAB.weak()),
    ("tension arterielle", LAB),
    ("groupe sanguin", LAB),
    ("bmi", LAB),
    ("imc", LAB),
    ("egfr", LAB),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::Height,
        "A length with its unit behind a label, or a column that says so.",
        &["Height: 172 cm", "Taille 129 cm", "Height (cm) | 165"],
        &["The table is 172 cm long."],
    ),
    about(
        DataElement::Weight,
        "A mass with its unit behind a label, or a column that says so.",
        &["Wt 60.0 kg", "Poids : 35,5 kg", "Weight | 82 kg"],
        &["The parcel is 60 kg."],
    ),
    about(
        DataElement::LabResult,
        "A test of the lexicon with a value, a value with a laboratory unit, or a label or column that says so.",
        &[
            "Creatinine 93 umol/L",
            "Hémoglobine : 133 g/L",
            "HbA1c | 7.2 %",
        ],
        &["The route is 93 km."],
    ),
];

/// A value with its unit at the start of the text: `180 cm`, `5'11"`, `7.2 mmol/L`; the length and what it measures.
pub(crate) fn scan(text: &str) -> Option<(usize, Quantity)> {
    let bytes = text.as_bytes();
    let mut at = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if at == 0 || at > 5 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'.' | b','))
        && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    {
        at += 1 + bytes[at + 1..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
    }
    if at <= 1 && matches!(bytes.get(at), Some(b'\'')) || text[at..].starts_with('\u{2032}') {
        let rest = text[at..].trim_start_matches(['\'', '\u{2032}', ' ']);
        let n = rest.bytes().take_while(u8::is_ascii_digit).count();
        let end = text.len() - rest.len() + n;
        let tail = &text[end..];
        let quote = tail
            .chars()
            .next()
            .filter(|ch| matches!(ch, '"' | '\u{2033}' | '\u{201d}'))
            .map_or(0, char::len_utf8);
        return (n > 0 && n <= 2).then_some((end + quote, Quantity::Length));
    }
    if bytes.get(at) == Some(&b'/') {
        // Blood pressure: 123/86.
        let n = bytes[at + 1..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let end = at + 1 + n;
        let (upper, lower) = (
            text[..at].parse::<u32>().ok()?,
            text.get(at + 1..end)?.parse::<u32>().ok()?,
        );
        let is_pressure =
            (70..=260).contains(&upper) && (30..=160).contains(&lower) && upper > lower;
        let followed = bytes
            .get(end)
            .is_some_and(|b| b.is_ascii_digit() || *b == b'/');
        return (is_pressure && !followed && at == 3
            || is_pressure && !followed && at == 2 && n == 2)
            .then_some((end, Quantity::Pressure));
    }
    let rest = text[at..]
        .strip_prefix(' ')
        .or_else(|| text[at..].strip_prefix('\u{a0}'))
        .unwrap_or(&text[at..]);
    let unit_at = text.len() - rest.len();
    let n_unit = rest
        .char_indices()
        .find(|(_, ch)| !(ch.is_alphanumeric() || matches!(ch, '/' | '%' | 'µ' | '^' | '²' | '*')))
        .map_or(rest.len(), |(at, _)| at);
    let unit = &rest[..n_unit];
    let quantity = match unit.to_lowercase().as_str() {
        "cm" | "ft" | "feet" | "inches" => Quantity::Length,
        "kg" | "kgs" | "lb" | "lbs" | "pounds" | "livres" | "kilos" => Quantity::Mass,
        "mmol/l" | "umol/l" | "µmol/l" | "mg/dl" | "g/l" | "g/dl" | "mg/l" | "ug/l" | "µg/l"
        | "ng/ml" | "ng/l" | "pg/ml" | "pmol/l" | "nmol/l" | "miu/l" | "mu/l" | "iu/l" | "u/l"
        | "meq/l" | "x10^9/l" | "10^9/l" | "10*9/l" | "10*12/l" | "x10e9/l" | "ml/min"
        | "ml/min/1" | "mmhg" | "mm/h" | "mosm/kg" | "mmol" | "fl" | "ui/l" | "mui/l"
        | "g/100ml" | "giga/l" | "cells/ul" | "copies/ml" | "mg/mmol" => Quantity::Lab,
        "mg" | "mcg" | "µg" | "ug" | "g" | "ml" | "units" | "tabs" | "tablets" | "caps"
        | "capsules" | "ui" | "iu" | "puffs" | "comprimes" | "comprimés" | "drops" | "gouttes" => {
            Quantity::Dose
        }
        _ => return None,
    };
    Some((unit_at + n_unit, quantity))
}

/// What a value with a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantity {
    /// A length of a body.
    Length,
    /// A mass of a body.
    Mass,
    /// A laboratory value.
    Lab,
    /// Blood pressure.
    Pressure,
    /// A dose of a drug.
    Dose,
}

#[test]
fn a_value_is_read_with_its_unit() {
    for (text, len, quantity) in [
        ("180 cm tall", 6, Quantity::Length),
        ("5'11\" and", 5, Quantity::Length),
        ("82.5kg", 6, Quantity::Mass),
        ("7,2 mmol/L", 10, Quantity::Lab),
        ("123/86 (as", 6, Quantity::Pressure),
        ("500 mg", 6, Quantity::Dose),
    ] {
        assert_eq!(scan(text), Some((len, quantity)));
    }
    assert_eq!(scan("12/05/2024"), None);
    assert_eq!(scan("30 days"), None);
}
