//! Health coverage that the federal government gives: veterans, police, armed forces, refugees, prisoners.
//!
//! None has a check digit, and several look like other numbers (a claimant's
//! client id is eight or ten digits), so a label or a `system` must say what
//! they are. Since 2013 police members use the plans of the provinces.
//!
//! Source: the armed forces' form from an example in HL7 Canada Baseline; the rest is not confirmed.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

const fn federal(
    id: &'static str,
    names: [&'static str; 2],
    labels: &'static [&'static str],
    parse: fn(&str) -> Result<Parsed, Invalid>,
    make: fn(u64) -> String,
) -> Kind {
    let [name_en, name_fr] = names;
    Kind {
        id,
        name_en,
        name_fr,
        jurisdiction: "ca",
        family: Family::HealthNumber,
        check: Check::None,
        labels,
        source: "not confirmed",
        sure: "unverified",
        parse,
        make,
    }
}

/// Veterans Affairs Canada client number: K and seven digits.
pub const VAC: Kind = federal(
    "ca-vac",
    [
        "Veterans Affairs Canada client number",
        "Numéro de client d'Anciens Combattants Canada",
    ],
    &[
        "vac",
        "vac number",
        "k number",
        "k-number",
        "veterans affairs",
        "veterans affairs number",
        "anciens combattants",
        "numéro k",
    ],
    |text| Ok(compact(text)?.fits(&["k9999999"])?.shown("________")),
    |seed| scatter::of_form("K9999999", seed),
);

/// Royal Canadian Mounted Police regimental number: five or six digits, an officer's with an O before.
pub const RCMP: Kind = federal(
    "ca-rcmp",
    ["RCMP regimental number", "Numéro de régiment de la GRC"],
    &[
        "rcmp",
        "regimental number",
        "regimental no",
        "reg no",
        "rcmp number",
        "grc",
        "numéro de régiment",
        "matricule grc",
    ],
    |text| {
        let forms = ["99999", "999999", "o9999", "o99999"];
        Ok(compact(text)?.fits(&forms)?.shown("______"))
    },
    |seed| scatter::digits(seed, 6),
);

/// Canadian Armed Forces service number: a letter and eight digits.
pub const CAF: Kind = Kind {
    source: "https://github.com/HL7-Canada/ca-baseline (example)",
    sure: "primary",
    ..federal(
        "ca-caf",
        [
            "Canadian Armed Forces service number",
            "Numéro matricule des Forces armées canadiennes",
        ],
        &[
            "service number",
            "service no",
            "caf",
            "caf number",
            "canadian forces number",
            "armed forces",
            "numéro matricule",
            "matricule",
            "forces armées canadiennes",
        ],
        |text| Ok(compact(text)?.fits(&["A99999999"])?.shown("___ ___ ___")),
        |seed| scatter::of_form("A99999999", seed),
    )
};

/// Interim Federal Health Program: the unique client identifier, eight or ten digits.
pub const IFHP: Kind = federal(
    "ca-ifhp",
    [
        "Interim Federal Health Program client ID",
        "Identificateur de client du Programme fédéral de santé intérimaire",
    ],
    &[
        "ifhp",
        "ifh",
        "interim federal health",
        "ifhp number",
        "pfsi",
        "santé intérimaire",
        "refugee",
    ],
    |text| {
        let number = compact(text)?.fits(&["99999999", "9999999999"])?;
        let is_short = number.len() == 8;
        Ok(number.shown(if is_short {
            "____-____"
        } else {
            "__-____-____"
        }))
    },
    |seed| scatter::digits(seed, 8),
);

/// Correctional Service Canada fingerprint (FPS) number: six digits and a letter.
pub const CSC: Kind = federal(
    "ca-csc",
    [
        "Correctional Service Canada FPS number",
        "Numéro SED du Service correctionnel du Canada",
    ],
    &[
        "fps",
        "fps number",
        "fingerprint number",
        "offender id",
        "inmate number",
        "csc number",
        "sed",
        "numéro sed",
        "service correctionnel",
    ],
    |text| Ok(compact(text)?.fits(&["999999A"])?.shown("_______")),
    |seed| scatter::of_form("999999A", seed),
);

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(VAC.parse, "k1234567", "K1234567");
    check(VAC.parse, "M1234567", "Character");
    check(RCMP.parse, "12345", "12345");
    check(RCMP.parse, "O1234", "O1234");
    check(CAF.parse, "A98765439", "A98 765 439");
    check(IFHP.parse, "12345678", "1234-5678");
    check(IFHP.parse, "11-2345-6789", "11-2345-6789");
    check(CSC.parse, "123456a", "123456A");
    check(CSC.parse, "1234567", "Character");
}
