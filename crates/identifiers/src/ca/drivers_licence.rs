//! Driver's licences of the provinces and territories but Ontario: forms only, none with a check digit.
//!
//! Several are nothing but five to ten digits, so a label must say what they are.
//!
//! Source: public code; no form is confirmed by its issuer.

use crate::{Check, Family, Invalid, Kind, Parsed, form::compact, scatter};

/// Context words for a driver's licence of anywhere.
pub(crate) const LABELS: &[&str] = &[
    "driver's licence",
    "drivers licence",
    "driver licence",
    "driver's license",
    "drivers license",
    "driver license",
    "driver's licence number",
    "driver licence number",
    "licence no",
    "license number",
    "dl",
    "dl #",
    "dl number",
    "dln",
    "permis de conduire",
    "no de permis de conduire",
    "numéro de permis de conduire",
    "no permis",
];

const fn licence(
    ids: [&'static str; 2],
    names: [&'static str; 2],
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
        family: Family::DriversLicence,
        check: Check::None,
        labels: LABELS,
        source: "public code, form only",
        sure: "secondary",
        parse,
        make,
    }
}

fn read(
    text: &str,
    forms: &[&str],
    mask: &'static str,
    province: &'static str,
) -> Result<Parsed, Invalid> {
    let mut parsed = compact(text)?.fits(forms)?.shown(mask);
    parsed.encodes.province = Some(province);
    Ok(parsed)
}

/// Alberta: nine digits, also written 6-3.
pub const AB: Kind = licence(
    ["ca-dl-ab", "ca-ab"],
    [
        "Alberta driver's licence",
        "Permis de conduire de l'Alberta",
    ],
    |text| read(text, &["999999999"], "______-___", "ca-ab"),
    |seed| scatter::digits(seed, 9),
);

/// British Columbia: seven digits.
pub const BC: Kind = licence(
    ["ca-dl-bc", "ca-bc"],
    [
        "British Columbia driver's licence",
        "Permis de conduire de la Colombie-Britannique",
    ],
    |text| read(text, &["9999999"], "_______", "ca-bc"),
    |seed| scatter::digits(seed, 7),
);

/// Manitoba: twelve letters and digits, of both kinds.
pub const MB: Kind = licence(
    ["ca-dl-mb", "ca-mb"],
    [
        "Manitoba driver's licence",
        "Permis de conduire du Manitoba",
    ],
    |text| {
        let parsed = read(text, &["************"], "__-__-__-______", "ca-mb")?;
        let n_digits = parsed.normal.bytes().filter(u8::is_ascii_digit).count();
        if n_digits == 0 || n_digits == parsed.normal.len() {
            return Err(Invalid::Character);
        }
        Ok(parsed)
    },
    |seed| scatter::of_form("AAAAA9999AAA", seed),
);

/// New Brunswick: five to seven digits.
pub const NB: Kind = licence(
    ["ca-dl-nb", "ca-nb"],
    [
        "New Brunswick driver's licence",
        "Permis de conduire du Nouveau-Brunswick",
    ],
    |text| read(text, &["99999", "999999", "9999999"], "_______", "ca-nb"),
    |seed| scatter::digits(seed, 7),
);

/// Newfoundland and Labrador: a letter and nine digits.
pub const NL: Kind = licence(
    ["ca-dl-nl", "ca-nl"],
    [
        "Newfoundland and Labrador driver's licence",
        "Permis de conduire de Terre-Neuve-et-Labrador",
    ],
    |text| read(text, &["A999999999"], "__________", "ca-nl"),
    |seed| scatter::of_form("A999999999", seed),
);

/// Nova Scotia: five letters and nine digits.
pub const NS: Kind = licence(
    ["ca-dl-ns", "ca-ns"],
    [
        "Nova Scotia driver's licence",
        "Permis de conduire de la Nouvelle-Écosse",
    ],
    |text| read(text, &["AAAAA999999999"], "_____ ______ ___", "ca-ns"),
    |seed| scatter::of_form("AAAAA999999999", seed),
);

/// Northwest Territories: six digits.
pub const NT: Kind = licence(
    ["ca-dl-nt", "ca-nt"],
    [
        "Northwest Territories driver's licence",
        "Permis de conduire des Territoires du Nord-Ouest",
    ],
    |text| read(text, &["999999"], "______", "ca-nt"),
    |seed| scatter::digits(seed, 6),
);

/// Nunavut: nine digits.
pub const NU: Kind = licence(
    ["ca-dl-nu", "ca-nu"],
    ["Nunavut driver's licence", "Permis de conduire du Nunavut"],
    |text| read(text, &["999999999"], "_________", "ca-nu"),
    |seed| scatter::digits(seed, 9),
);

/// Prince Edward Island: five or six digits.
pub const PE: Kind = licence(
    ["ca-dl-pe", "ca-pe"],
    [
        "Prince Edward Island driver's licence",
        "Permis de conduire de l'Île-du-Prince-Édouard",
    ],
    |text| read(text, &["99999", "999999"], "______", "ca-pe"),
    |seed| scatter::digits(seed, 6),
);

/// Quebec: a letter and twelve digits.
pub const QC: Kind = licence(
    ["ca-dl-qc", "ca-qc"],
    ["Quebec driver's licence", "Permis de conduire du Québec"],
    |text| read(text, &["A999999999999"], "_____-______-__", "ca-qc"),
    |seed| scatter::of_form("A999999999999", seed),
);

/// Saskatchewan: eight digits.
pub const SK: Kind = licence(
    ["ca-dl-sk", "ca-sk"],
    [
        "Saskatchewan driver's licence",
        "Permis de conduire de la Saskatchewan",
    ],
    |text| read(text, &["99999999"], "________", "ca-sk"),
    |seed| scatter::digits(seed, 8),
);

/// Yukon: ten digits; some sources say six.
pub const YT: Kind = licence(
    ["ca-dl-yt", "ca-yt"],
    ["Yukon driver's licence", "Permis de conduire du Yukon"],
    |text| read(text, &["9999999999", "999999"], "__________", "ca-yt"),
    |seed| scatter::digits(seed, 10),
);

#[test]
fn the_form_is_all_that_is_checked() {
    use crate::tests::check;
    check(AB.parse, "123456-789", "123456-789");
    check(BC.parse, "1234567", "1234567");
    check(MB.parse, "SMITH1234ABC", "SM-IT-H1-234ABC");
    check(MB.parse, "PHYSIOTHERAP", "Character");
    check(MB.parse, "123456789012", "Character");
    check(NB.parse, "12345", "12345");
    check(NB.parse, "1234", "Length");
    check(NL.parse, "A123456789", "A123456789");
    check(NS.parse, "SMITH 010180 123", "SMITH 010180 123");
    check(QC.parse, "T1234-100285-01", "T1234-100285-01");
    check(YT.parse, "123456", "123456");
    check(YT.parse, "12345678", "Length");
}
