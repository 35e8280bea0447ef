//! Clinicians' numbers: colleges, billing, prescriber and protective association.
//!
//! They stand in nearly every chart and name the clinician, not the patient, so
//! knowing them keeps a doctor out of the list of people. None has a known check
//! digit and most are bare digits, so a label must say what they are.
//!
//! Source: not confirmed by the issuers.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

const fn number(
    ids: [&'static str; 2],
    names: [&'static str; 2],
    labels: &'static [&'static str],
    parse: fn(&str) -> Result<Parsed, Invalid>,
    make: fn(u64) -> String,
) -> Kind {
    let [id, jurisdiction] = ids;
    let [name_en, name_fr] = names;
    Kind {
        id,
        name_en,
        name_fr,
        jurisdiction,
        family: Family::Practitioner,
        check: Check::None,
        labels,
        source: "not confirmed",
        sure: "unverified",
        parse,
        make,
    }
}

/// College of Physicians and Surgeons of Ontario: five or six digits.
pub const CPSO: Kind = number(
    ["ca-cpso", "ca-on"],
    ["CPSO registration number", "Numéro d'inscription à l'OMCO"],
    &[
        "cpso",
        "cpso number",
        "cpso no",
        "cpso #",
        "cpso registration",
        "omco",
    ],
    |text| Ok(compact(text)?.fits(&["99999", "999999"])?.shown("______")),
    |seed| scatter::digits(seed, 6),
);

/// OHIP billing number: six digits.
pub const OHIP_BILLING: Kind = number(
    ["ca-ohip-billing", "ca-on"],
    [
        "OHIP billing number",
        "Numéro de facturation de l'Assurance-santé de l'Ontario",
    ],
    &[
        "ohip billing",
        "ohip billing number",
        "billing number",
        "billing no",
        "billing #",
        "provider number",
        "physician billing number",
        "numéro de facturation",
    ],
    |text| Ok(compact(text)?.fits(&["999999"])?.shown("______")),
    |seed| scatter::digits(seed, 6),
);

/// RAMQ prescriber: six digits, the first a 1, shown 1-23-456.
pub const RAMQ_PRESCRIBER: Kind = number(
    ["ca-ramq-prescriber", "ca-qc"],
    [
        "RAMQ prescriber number",
        "Numéro de prescripteur de la RAMQ",
    ],
    &[
        "prescripteur",
        "no prescripteur",
        "numéro de prescripteur",
        "numéro de pratique",
        "no de pratique",
        "no permis",
        "numéro de permis d'exercice",
        "prescriber number",
        "license number",
    ],
    |text| Ok(compact(text)?.fits(&["199999"])?.shown("_-__-___")),
    |seed| format!("1{:05}", scatter::scatter(seed, 100_000)),
);

/// College of Physicians and Surgeons of British Columbia: five digits.
pub const CPSBC: Kind = number(
    ["ca-cpsbc", "ca-bc"],
    ["CPSBC number", "Numéro du CPSBC"],
    &[
        "cpsbc",
        "cpsbc number",
        "cpsid",
        "cps id",
        "college id",
        "msp billing number",
    ],
    |text| Ok(compact(text)?.fits(&["99999"])?.shown("_____")),
    |seed| scatter::digits(seed, 5),
);

/// Medical Identification Number for Canada: `CAMD-1234-5678`.
pub const MINC: Kind = number(
    ["ca-minc", "ca"],
    [
        "Medical Identification Number for Canada",
        "Numéro d'identification médicale du Canada",
    ],
    &[
        "minc",
        "minc number",
        "minc #",
        "nimc",
        "numéro d'identification médicale",
    ],
    |text| {
        Ok(compact(text)?
            .fits(&["camd99999999"])?
            .shown("____-____-____"))
    },
    |seed| format!("CAMD{:08}", scatter::scatter(seed, 100_000_000)),
);

/// Canadian Medical Protective Association; its form is not known here beyond digits.
pub const CMPA: Kind = number(
    ["ca-cmpa", "ca"],
    ["CMPA member number", "Numéro de membre de l'ACPM"],
    &[
        "cmpa",
        "cmpa number",
        "cmpa no",
        "cmpa #",
        "acpm",
        "no acpm",
    ],
    of_a_college,
    |seed| scatter::digits(seed, 8),
);

/// College of Nurses of Ontario; its form is not known here beyond digits, with two letters before or not.
pub const CNO: Kind = number(
    ["ca-cno", "ca-on"],
    [
        "College of Nurses of Ontario number",
        "Numéro de l'Ordre des infirmières et infirmiers de l'Ontario",
    ],
    &["cno", "cno number", "cno #", "cno registration", "oiio"],
    of_a_college,
    |seed| scatter::digits(seed, 8),
);

/// Ontario College of Pharmacists; its form is not known here beyond digits.
pub const OCP: Kind = number(
    ["ca-ocp", "ca-on"],
    [
        "Ontario College of Pharmacists number",
        "Numéro de l'Ordre des pharmaciens de l'Ontario",
    ],
    &["ocp", "ocp number", "ocp #", "opo", "pharmacist licence"],
    of_a_college,
    |seed| scatter::digits(seed, 6),
);

/// Reads four to eight digits, with up to two letters before them.
fn of_a_college(text: &str) -> Result<Parsed, Invalid> {
    let number = compact(text)?;
    let digits = number
        .text()
        .trim_start_matches(|ch: char| ch.is_ascii_uppercase());
    if number.len() - digits.len() > 2 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Invalid::Character);
    }
    if !(4..=8).contains(&digits.len()) {
        return Err(Invalid::Length);
    }
    Ok(number.shown(""))
}

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(CPSO.parse, "12345", "12345");
    check(CPSO.parse, "1234567", "Length");
    check(OHIP_BILLING.parse, "012345", "012345");
    check(RAMQ_PRESCRIBER.parse, "123456", "1-23-456");
    check(RAMQ_PRESCRIBER.parse, "1-23-456", "1-23-456");
    check(RAMQ_PRESCRIBER.parse, "223456", "Character");
    check(CPSBC.parse, "12345", "12345");
    check(MINC.parse, "CAMD-1234-5678", "CAMD-1234-5678");
    check(MINC.parse, "CABD-1234-5678", "Character");
    check(CNO.parse, "AB123456", "AB123456");
    check(OCP.parse, "123", "Length");
}
