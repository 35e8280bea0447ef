//! Numbers issued to people: labels that do not say which kind, and the choice of the kind.
//!
//! Eight Canadian schemes, the SIN and the SSN have nine digits, so a number's
//! kind is chosen from its label, the province that stands near it, its form and
//! its check digit, and the kinds that were not chosen are kept as alternatives.
//! A number that fails its check is kept as malformed. Forms and checks are
//! those of `whose-identifiers`.

use std::collections::BTreeMap;

use whose_identifiers::{Check, Family, Invalid, Kind};
use whose_model::DataElement;

use super::about::{About, about};

use crate::{
    sense::{Label, Part, Sense},
    text::{alphanumeric_upper, trimmed},
};

const HEALTH: Sense = Sense::whole(DataElement::HealthNumber);
const MRN: Sense = Sense::number(DataElement::MedicalRecordNumber, "mrn");
const PATIENT: Sense = Sense::number(DataElement::PatientNumber, "patient-number");
const SIN: Sense = Sense::number(DataElement::SocialInsuranceNumber, "ca-sin");
const SSN: Sense = Sense::number(DataElement::SocialInsuranceNumber, "us-ssn");
const LICENCE: Sense = Sense::whole(DataElement::DriversLicence);
const PASSPORT: Sense = Sense::whole(DataElement::Passport);
const GOVERNMENT: Sense = Sense::whole(DataElement::GovernmentId);
const PRACTITIONER: Sense = Sense::whole(DataElement::PractitionerNumber);

/// Labels of numbers. Those of single kinds stand with the kinds and are added by the label engine.
pub(crate) const LABELS: &[Label] = &[
    ("health number", HEALTH),
    ("health card", HEALTH),
    ("health card number", HEALTH),
    ("health care number", HEALTH),
    ("healthcare number", HEALTH),
    ("health insurance number", HEALTH),
    ("health insurance", HEALTH.weak()),
    ("health id", HEALTH),
    ("health services number", HEALTH),
    ("provincial health number", HEALTH),
    ("provincial health card", HEALTH),
    ("hcn", HEALTH),
    ("hc number", HEALTH),
    ("hin", HEALTH),
    ("hn", HEALTH.weak()),
    ("phn", HEALTH),
    ("phin", HEALTH),
    ("personal health number", HEALTH),
    ("medicare number", HEALTH),
    ("medicare", HEALTH.weak()),
    ("medicare card", HEALTH),
    ("healthnum", HEALTH),
    ("health num", HEALTH),
    ("health card no", HEALTH),
    ("healthcard", HEALTH),
    ("health card num", HEALTH),
    ("carte sante", HEALTH),
    ("numero de carte sante", HEALTH),
    ("numero carte sante", HEALTH),
    (
        "numero d'assurance maladie",
        Sense::number(DataElement::HealthNumber, "ca-qc").weak(),
    ),
    ("numero assurance maladie", HEALTH),
    ("no assurance maladie", HEALTH),
    ("assurance maladie", HEALTH),
    ("carte d'assurance maladie", HEALTH),
    ("nam", HEALTH),
    ("numero sante", HEALTH),
    ("no sante", HEALTH),
    ("nas sante", HEALTH),
    (
        "nhs number",
        Sense::number(DataElement::HealthNumber, "uk-nhs"),
    ),
    (
        "version code",
        Sense::part(DataElement::HealthNumber, Part::Version),
    ),
    (
        "health card version",
        Sense::part(DataElement::HealthNumber, Part::Version),
    ),
    (
        "hcn version",
        Sense::part(DataElement::HealthNumber, Part::Version),
    ),
    (
        "hc version",
        Sense::part(DataElement::HealthNumber, Part::Version),
    ),
    (
        "ver",
        Sense::part(DataElement::HealthNumber, Part::Version).weak(),
    ),
    (
        "vc",
        Sense::part(DataElement::HealthNumber, Part::Version).weak(),
    ),
    (
        "code version",
        Sense::part(DataElement::HealthNumber, Part::Version),
    ),
    (
        "health card province",
        Sense::part(DataElement::HealthNumber, Part::Issuer),
    ),
    (
        "hc province",
        Sense::part(DataElement::HealthNumber, Part::Issuer),
    ),
    (
        "hc prov",
        Sense::part(DataElement::HealthNumber, Part::Issuer),
    ),
    (
        "hc type",
        Sense::part(DataElement::HealthNumber, Part::Issuer),
    ),
    (
        "hcn province",
        Sense::part(DataElement::HealthNumber, Part::Issuer),
    ),
    (
        "issuing province",
        Sense::part(DataElement::HealthNumber, Part::Issuer),
    ),
    (
        "province emettrice",
        Sense::part(DataElement::HealthNumber, Part::Issuer),
    ),
    ("mrn", MRN),
    ("mr number", MRN),
    ("medical record", MRN),
    ("medical record number", MRN),
    ("med rec number", MRN),
    ("medrec", MRN),
    ("chart", MRN.weak()),
    ("chart number", MRN),
    ("chart id", MRN),
    ("hospital number", MRN),
    ("hospital id", MRN.weak()),
    ("unit record number", MRN),
    ("urn", MRN.weak()),
    ("file number", MRN.weak()),
    ("numero de dossier", MRN),
    ("no de dossier", MRN),
    ("dossier", MRN.weak()),
    ("dossier medical", MRN.weak()),
    ("numero dossier medical", MRN),
    ("dossier number", MRN),
    ("ipp", MRN),
    ("nip patient", MRN),
    ("patient number", PATIENT),
    ("patient id", PATIENT),
    ("patientid", PATIENT),
    ("patient identifier", PATIENT),
    ("pt id", PATIENT),
    ("pid", PATIENT.weak()),
    ("client number", PATIENT),
    ("client id", PATIENT),
    ("case number", PATIENT.weak()),
    ("account number", PATIENT.weak()),
    ("acct number", PATIENT.weak()),
    ("acct", PATIENT.weak()),
    ("account", PATIENT.weak()),
    ("visit number", PATIENT.weak()),
    ("encounter number", PATIENT.weak()),
    ("encounter id", PATIENT.weak()),
    ("episode number", PATIENT.weak()),
    ("nda", PATIENT.weak()),
    ("enrolment number", PATIENT.weak()),
    ("enrollment id", PATIENT.weak()),
    ("demographic number", PATIENT),
    ("numero de patient", PATIENT),
    ("no patient", PATIENT),
    ("numero patient", PATIENT),
    ("numero de client", PATIENT),
    ("no client", PATIENT),
    ("id patient", PATIENT),
    ("identification patient", PATIENT),
    ("identification du patient", PATIENT),
    ("numero identification patient", PATIENT),
    ("numero d'identification", PATIENT.weak()),
    ("reference interne de la patiente", PATIENT),
    ("reference interne du patient", PATIENT),
    ("id client", PATIENT),
    ("id usager", PATIENT),
    ("identifiant client", PATIENT),
    ("identifiant usager", PATIENT),
    ("numero usager", PATIENT),
    ("identifiant patient", PATIENT),
    ("numero de compte", PATIENT.weak()),
    ("sin", SIN),
    ("sin number", SIN),
    ("social insurance", SIN),
    ("social insurance number", SIN),
    ("nas", SIN),
    ("numero d'assurance sociale", SIN),
    ("numero assurance sociale", SIN),
    ("assurance sociale", SIN),
    ("ssn", SSN),
    ("social security", SSN),
    ("social security number", SSN),
    ("soc sec number", SSN),
    ("drivers licence", LICENCE),
    ("driver licence", LICENCE),
    ("driver's licence", LICENCE),
    ("drivers license", LICENCE),
    ("driver's license", LICENCE),
    ("driver license", LICENCE),
    ("driver licence number", LICENCE),
    ("driver's licence number", LICENCE),
    ("drivers licence number", LICENCE),
    ("drivers license number", LICENCE),
    ("driver's license number", LICENCE),
    ("driver license number", LICENCE),
    ("driving licence", LICENCE),
    ("driver's lic", LICENCE),
    ("drivers lic", LICENCE),
    ("driver lic", LICENCE),
    ("driver's lic number", LICENCE),
    ("driver's licence id", LICENCE),
    ("driving licence number", LICENCE),
    ("operator licence", LICENCE),
    ("operator licence number", LICENCE),
    ("dln", LICENCE.weak()),
    ("dlid", LICENCE.weak()),
    ("permis cond", LICENCE),
    ("permis conduire", LICENCE),
    ("permis de cond", LICENCE),
    ("no permis de conduire", LICENCE),
    ("dl number", LICENCE),
    ("dl", LICENCE.weak()),
    ("permis de conduire", LICENCE),
    ("numero de permis de conduire", LICENCE),
    ("numero permis conduire", LICENCE),
    ("passport", PASSPORT),
    ("passport number", PASSPORT),
    ("passeport", PASSPORT),
    ("numero de passeport", PASSPORT),
    ("status card", GOVERNMENT),
    ("status number", GOVERNMENT.weak()),
    ("indian status number", GOVERNMENT),
    ("treaty number", GOVERNMENT),
    ("band number", GOVERNMENT),
    ("immigration number", GOVERNMENT),
    ("uci", GOVERNMENT),
    ("permanent resident card", GOVERNMENT),
    ("work permit", GOVERNMENT),
    ("study permit", GOVERNMENT),
    ("numero de statut", GOVERNMENT),
    ("billing number", PRACTITIONER),
    ("provider number", PRACTITIONER),
    ("provider id", PRACTITIONER.weak()),
    ("practitioner number", PRACTITIONER),
    ("prescriber number", PRACTITIONER),
    ("physician number", PRACTITIONER),
    ("doctor number", PRACTITIONER),
    ("license number", PRACTITIONER.weak()),
    ("licence number", PRACTITIONER.weak()),
    (
        "cpso",
        Sense::number(DataElement::PractitionerNumber, "ca-cpso"),
    ),
    (
        "cpso number",
        Sense::number(DataElement::PractitionerNumber, "ca-cpso"),
    ),
    (
        "npi",
        Sense::number(DataElement::PractitionerNumber, "us-npi"),
    ),
    (
        "npi number",
        Sense::number(DataElement::PractitionerNumber, "us-npi"),
    ),
    (
        "dea",
        Sense::number(DataElement::PractitionerNumber, "us-dea"),
    ),
    (
        "dea number",
        Sense::number(DataElement::PractitionerNumber, "us-dea"),
    ),
    ("numero de permis", PRACTITIONER.weak()),
    ("no de permis", PRACTITIONER.weak()),
    ("oiiq", PRACTITIONER),
    ("permis oiiq", PRACTITIONER),
    ("no oiiq", PRACTITIONER),
    ("oiiaq", PRACTITIONER),
    ("otstcfq", PRACTITIONER),
    ("permis otstcfq", PRACTITIONER),
    ("oppq", PRACTITIONER),
    ("oeq", PRACTITIONER),
    ("cmq", PRACTITIONER.weak()),
    ("permis cmq", PRACTITIONER),
    ("college no", PRACTITIONER),
    ("college number", PRACTITIONER),
    ("college registration", PRACTITIONER),
    ("crpo", PRACTITIONER),
    ("ocswssw", PRACTITIONER),
    ("numero de pratique", PRACTITIONER),
    ("no pratique", PRACTITIONER),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::HealthNumber,
        "A label, a column or a form that only one plan has; the check digit where its rule is confirmed. Nine and ten digits fit several plans: label, province and check digits decide, and the mention says what else it could be.",
        &["Health card: 6012-345-671", "NAM : GAGJ 5103 1512", "HCN | 9698 658 215"],
        &["Order 6012345672 was shipped."],
    )
    .from("45 CFR 164.514(b)(2)(i)(I)"),
    about(
        DataElement::MedicalRecordNumber,
        "A label or a column says so, and the value can be a number.",
        &["MRN 2932241", "No de dossier : 2932241", "Chart # | A-88213"],
        &["See the chart on page 4."],
    )
    .from("45 CFR 164.514(b)(2)(i)(H)"),
    about(
        DataElement::PatientNumber,
        "A label or a column says so, and the value can be a number. Keys that only tie the tables of a database together are none.",
        &["Client no: NB-666361", "No de client : NB-235401", "Patient ID | 88213"],
        &["Account of the meeting"],
    )
    .from("45 CFR 164.514(b)(2)(i)(J)"),
    about(
        DataElement::SocialInsuranceNumber,
        "Nine digits whose check digit (SIN) or areas (SSN, ITIN) hold and a label or a column that says so; a column of nine digits alone only when nearly all of them hold.",
        &["SIN: 046 454 286", "NAS : 046-454-286", "SSN | 123-45-6789"],
        &["Part number 046 454 286"],
    )
    .from("45 CFR 164.514(b)(2)(i)(G)"),
    about(
        DataElement::DriversLicence,
        "A label or a column says so and the value has digits; the form of the province decides the scheme. A word is never a licence number.",
        &["Driver's licence: D6101-40706-60905", "Permis de conduire : T1234-150485-06", "Driver's lic. 899364032"],
        &["Driver's licence: INTRODUCTORY", "INTRODUCTORY"],
    )
    .from("45 CFR 164.514(b)(2)(i)(K)"),
    about(
        DataElement::Passport,
        "A label or a column says so, and the value can be a number.",
        &["Passport: GA302922", "Numéro de passeport : AB123456"],
        &["The passport office is closed."],
    )
    .from("45 CFR 164.514(b)(2)(i)(K)"),
    about(
        DataElement::GovernmentId,
        "A label or a column says so: status cards, residence cards, UCI, ITIN.",
        &["UCI: 8123-4567", "Status card 1230045601"],
        &["UCI will host the race."],
    )
    .from("45 CFR 164.514(b)(2)(i)(K)"),
    about(
        DataElement::PractitionerNumber,
        "A label or a column says so; the scheme by its form. Says who treats, not who is treated.",
        &["CPSO 61234", "NPI: 1234567893", "Billing number: 123456"],
        &["Page number 61234"],
    ),
];

/// The element that a family of identifiers states; `None` for what says nothing of a person.
pub(crate) const fn element_of(family: Family) -> Option<DataElement> {
    Some(match family {
        Family::HealthNumber => DataElement::HealthNumber,
        Family::SocialInsurance => DataElement::SocialInsuranceNumber,
        Family::DriversLicence => DataElement::DriversLicence,
        Family::Passport => DataElement::Passport,
        Family::GovernmentId => DataElement::GovernmentId,
        Family::Practitioner => DataElement::PractitionerNumber,
        Family::PaymentCard => DataElement::PaymentCard,
        Family::Bank => DataElement::BankAccount,
        Family::Drug => DataElement::Medication,
        Family::PostalCode | Family::Business => return None,
    })
}

/// A number with the kind that was chosen for it.
#[derive(Clone)]
pub(crate) struct Resolved {
    /// The kind; empty when none is known.
    pub(crate) scheme: &'static str,
    /// Without separators, upper case.
    pub(crate) normal: String,
    /// The form or the check digit does not hold.
    pub(crate) malformed: bool,
    /// What else it could be.
    pub(crate) alternatives: Vec<&'static str>,
    /// A confirmed check digit holds.
    pub(crate) is_checked: bool,
}

/// How many letters and digits a text has, for the kinds that can have as many.
fn n_signs(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_alphanumeric).count()
}

/// More letters and digits than any number has.
const TOO_LONG: usize = 42;

/// The kinds that state an element and can have as many letters and digits as a text.
fn kinds_of(element: DataElement, text: &str) -> &'static [&'static Kind] {
    type ByLength = [Vec<&'static Kind>; TOO_LONG];
    static KINDS: std::sync::LazyLock<BTreeMap<DataElement, ByLength>> =
        std::sync::LazyLock::new(|| {
            let mut kinds: BTreeMap<DataElement, ByLength> = BTreeMap::new();
            for n in 0..TOO_LONG {
                for kind in whose_identifiers::of_length(n) {
                    if let Some(element) = element_of(kind.family) {
                        let of = kinds
                            .entry(element)
                            .or_insert_with(|| std::array::from_fn(|_| Vec::new()));
                        of[n].push(kind);
                    }
                }
            }
            kinds
        });
    KINDS
        .get(&element)
        .and_then(|by_length| by_length.get(n_signs(text)))
        .map_or(&[], Vec::as_slice)
}

/// How a kind takes a text.
fn fit(kind: &Kind, text: &str) -> Option<(String, bool)> {
    match (kind.parse)(text) {
        Ok(parsed) => Some((parsed.normal, true)),
        Err(Invalid::CheckDigit) => Some((alphanumeric_upper(text), false)),
        Err(_) => None,
    }
}

/// `SIN 046 454 286`: a part that is never issued, and a label that leaves nothing else.
fn as_labelled(kind: &Kind, text: &str) -> Option<(String, bool)> {
    let is_never_issued = kind.family == Family::SocialInsurance
        && matches!((kind.parse)(text), Err(Invalid::Component));
    is_never_issued.then(|| (alphanumeric_upper(text), false))
}

/// The most other kinds that are named.
const MAX_OTHERS: usize = 8;

/// Other kinds of numbers of people that this could be, confirmed check digits first.
fn others(not: &Kind, value: &str) -> Vec<&'static str> {
    let mut fitting: Vec<(bool, &'static str)> = whose_identifiers::of_length(n_signs(value))
        .iter()
        .filter(|kind| {
            kind.id != not.id
                && matches!(
                    kind.family,
                    Family::HealthNumber | Family::SocialInsurance | Family::GovernmentId
                )
                && (kind.parse)(value).is_ok()
        })
        .map(|kind| (!matches!(kind.check, Check::Confirmed(_)), kind.id))
        .collect();
    fitting.sort_unstable();
    fitting.truncate(MAX_OTHERS);
    fitting.into_iter().map(|(_, id)| id).collect()
}

/// The province of a Canadian postal code by its first letter (Canada Post, Addressing Guidelines).
pub(crate) fn province_of_postal_code(text: &str) -> Option<&'static str> {
    let mut chars = text.trim().chars();
    let first = chars.next()?.to_ascii_uppercase();
    if !chars.next()?.is_ascii_digit() {
        return None;
    }
    Some(match first {
        'A' => "ca-nl",
        'B' => "ca-ns",
        'C' => "ca-pe",
        'E' => "ca-nb",
        'G' | 'H' | 'J' => "ca-qc",
        'K' | 'L' | 'M' | 'N' | 'P' => "ca-on",
        'R' => "ca-mb",
        'S' => "ca-sk",
        'T' => "ca-ab",
        'V' => "ca-bc",
        'Y' => "ca-yt",
        _ => return None,
    })
}

/// The plan whose check digit nearly all numbers of a column hold, when only one does.
pub(crate) fn plan_of_column<'v>(values: impl Iterator<Item = &'v str>) -> Option<&'static str> {
    let kinds: Vec<&'static Kind> = whose_identifiers::all()
        .iter()
        .filter(|kind| {
            element_of(kind.family) == Some(DataElement::HealthNumber)
                && matches!(kind.check, Check::Confirmed(_))
                && kind.jurisdiction.starts_with("ca-")
        })
        .collect();
    let mut n = 0;
    let mut holds = vec![0; kinds.len()];
    for value in values {
        n += 1;
        for (kind, holds) in kinds.iter().zip(&mut holds) {
            *holds += usize::from((kind.parse)(value).is_ok());
        }
    }
    // A wrong rule holds for about one number in ten.
    let mut good = kinds
        .iter()
        .zip(&holds)
        .filter(|(_, holds)| n >= 8 && **holds * 10 >= n * 8);
    match (good.next(), good.next()) {
        (Some((kind, _)), None) => Some(kind.jurisdiction),
        _ => None,
    }
}

/// Chooses the kind of a labelled number. `province` is the code of one that stands near, as `ca-on`.
pub(crate) fn resolve(sense: Sense, value: &str, province: Option<&str>) -> Resolved {
    let value = trimmed(value);
    let bare = alphanumeric_upper(value);
    if matches!(sense.scheme, "mrn" | "patient-number") {
        return Resolved {
            scheme: sense.scheme,
            normal: bare,
            malformed: false,
            alternatives: Vec::new(),
            is_checked: false,
        };
    }
    if !sense.scheme.is_empty()
        && let Some(kind) = whose_identifiers::kind(sense.scheme)
        && let Some((normal, holds)) = fit(kind, value).or_else(|| as_labelled(kind, value))
        && (holds || sense.is_sure)
    {
        return Resolved {
            scheme: kind.id,
            normal,
            malformed: !holds,
            // A label may be wrong where the number is: what it would be elsewhere is said.
            alternatives: if holds {
                Vec::new()
            } else {
                others(kind, value)
            },
            is_checked: holds && matches!(kind.check, Check::Confirmed(_)),
        };
    }
    // Of a check digit that does not hold, the number as it is compared is `bare`.
    let fits = |kind: &Kind| match (kind.parse)(value) {
        Ok(parsed) => Some((Some(parsed.normal), true)),
        Err(Invalid::CheckDigit) => Some((None, false)),
        Err(_) => None,
    };
    let mut fitting: Vec<(i32, &'static Kind, Option<String>, bool)> =
        kinds_of(sense.element, value)
            .iter()
            .copied()
            .filter_map(|kind| {
                let (normal, holds) = fits(kind)?;
                let mut score = 0;
                if province.is_some_and(|code| code == kind.jurisdiction) {
                    score += 8;
                }
                score += match (kind.check, holds) {
                    (Check::Confirmed(_), true) => 6,
                    (Check::Confirmed(_), false) => -4,
                    _ => 1,
                };
                if kind.sure == "unverified" {
                    score -= 1;
                }
                // A form with letters, or a length no other plan has, tells more than nine digits.
                if matches!(kind.id, "ca-qc" | "ca-nl" | "ca-nt" | "ca-pe") {
                    score += 3;
                }
                // Federal plans are named when they are meant.
                if kind.jurisdiction == "ca" && kind.family == Family::HealthNumber
                    || kind.id.starts_with("uk")
                    || kind.id.starts_with("fr")
                    || kind.id.starts_with("au")
                {
                    score -= 6;
                }
                Some((score, kind, normal, holds))
            })
            .collect();
    fitting.sort_by_key(|(score, kind, ..)| (-score, kind.id));
    let mut fitting = fitting.into_iter();
    match fitting.next() {
        Some((score, kind, normal, holds)) => {
            let rest: Vec<_> = fitting
                .filter(|(other, ..)| score - other < 9)
                .map(|(_, kind, ..)| kind.id)
                .collect();
            // Several plans fit equally well and nothing near says which: the kind stays open.
            Resolved {
                scheme: kind.id,
                normal: normal.unwrap_or(bare),
                malformed: !holds,
                alternatives: rest,
                is_checked: holds && matches!(kind.check, Check::Confirmed(_)),
            }
        }
        None => Resolved {
            scheme: sense.scheme,
            normal: bare,
            malformed: !matches!(
                sense.element,
                DataElement::InsurancePolicy
                    | DataElement::PractitionerNumber
                    | DataElement::BankAccount
                    | DataElement::GovernmentId
                    | DataElement::Passport
                    | DataElement::DriversLicence
            ),
            alternatives: Vec::new(),
            is_checked: false,
        },
    }
}

/// Whether a labelled value can be a number at all: it has digits, and is neither a sentence nor a date.
pub(crate) fn is_plausible(value: &str) -> bool {
    let value = trimmed(value);
    if !(1..=40).contains(&value.len()) {
        return false;
    }
    let (mut n_digits, mut n_letters) = (0, 0);
    if value.is_ascii() {
        for byte in value.bytes() {
            match byte {
                b'0'..=b'9' => n_digits += 1,
                b'a'..=b'z' | b'A'..=b'Z' => n_letters += 1,
                b' ' | b'-' | b'.' | b'/' | b'#' | b'_' => {}
                _ => return false,
            }
        }
    } else {
        n_digits = value.bytes().filter(u8::is_ascii_digit).count();
        n_letters = value.chars().filter(|ch| ch.is_alphabetic()).count();
        let may_stand = |ch: char| {
            let is_sign = matches!(
                ch,
                ' ' | '-' | '.' | '/' | '#' | '_' | '\u{a0}' | '\u{2011}'
            );
            is_sign || ch.is_alphanumeric()
        };
        if !value.chars().all(may_stand) {
            return false;
        }
    }
    n_digits >= 2 && n_letters <= 8
}

/// Whether a labelled value can be a number with many letters: a serial number, a plate, a code of a school.
pub(crate) fn is_plausible_id(value: &str) -> bool {
    let value = value.trim();
    let n_words = value.split_whitespace().count();
    (3..=40).contains(&value.len())
        && value.bytes().any(|b| b.is_ascii_digit())
        && n_words <= 4
        && value.chars().all(|ch| {
            ch.is_ascii_uppercase()
                || ch.is_ascii_digit()
                || ch.is_ascii_lowercase() && n_words == 1
                || matches!(ch, ' ' | '-' | '.' | '/' | '#' | '_' | ':' | '(' | ')')
        })
}

/// Whether a RAMQ number stands here: four letters and eight digits with a month and a day that exist.
pub(crate) fn is_ramq(text: &str) -> bool {
    whose_identifiers::kind("ca-qc").is_some_and(|kind| (kind.parse)(text).is_ok())
}

/// Whether a number has the form, and the check digit where one is known, of a health plan of Canada.
pub(crate) fn is_of_a_plan(text: &str) -> bool {
    whose_identifiers::all().iter().any(|kind| {
        kind.family == Family::HealthNumber
            && kind.jurisdiction.starts_with("ca")
            && (kind.parse)(text).is_ok()
    })
}

/// Year (two digits), month and day of birth that a number of this scheme holds, as far as it does.
pub(crate) fn birth_of(scheme: &str, number: &str) -> Option<(i16, u8, Option<u8>)> {
    let two = |at: usize| number.get(at..at + 2)?.parse::<u8>().ok();
    match scheme {
        "ca-qc" => {
            let month = two(6)?;
            let month = if month > 50 { month - 50 } else { month };
            Some((i16::from(two(4)?), month, two(8)))
        }
        "fr-nir" => Some((i16::from(two(1)?), two(3)?, None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_digits_go_to_the_plan_whose_check_digit_holds() {
        assert_eq!(resolve(HEALTH, "6012-345-671", None).scheme, "ca-on");
        assert_eq!(resolve(HEALTH, "9698 658 215", None).scheme, "ca-bc");
        assert_eq!(resolve(HEALTH, "TREM 8552 1017", None).scheme, "ca-qc");
    }

    #[test]
    fn the_province_that_stands_near_decides_among_nine_digits() {
        for (province, scheme) in [("ca-sk", "ca-sk"), ("ca-ab", "ca-ab"), ("ca-mb", "ca-mb")] {
            let resolved = resolve(HEALTH, "123 456 789", Some(province));
            assert_eq!(resolved.scheme, scheme);
        }
        assert!(!resolve(HEALTH, "123456789", None).alternatives.is_empty());
    }

    #[test]
    fn a_column_says_which_plan_it_holds_by_its_check_digits() {
        let kind = whose_identifiers::kind("ca-bc").unwrap();
        let column: Vec<String> = (0..20).map(|seed| (kind.make)(seed)).collect();
        assert_eq!(
            plan_of_column(column.iter().map(String::as_str)),
            Some("ca-bc")
        );
        let mixed = ["123456789"; 20];
        assert_eq!(plan_of_column(mixed.into_iter()), None);
        assert_eq!(province_of_postal_code("s7k 0j5"), Some("ca-sk"));
        assert_eq!(province_of_postal_code("90210"), None);
    }

    #[test]
    fn a_number_that_fails_its_check_says_what_else_it_could_be() {
        let resolved = resolve(SIN, "123 456 783", None);
        assert!(resolved.malformed);
        assert!(
            resolved.alternatives.contains(&"ca-sk") || resolved.alternatives.contains(&"us-ssn"),
            "{:?}",
            resolved.alternatives
        );
    }

    #[test]
    fn a_number_that_fails_its_check_is_kept_as_malformed() {
        let resolved = resolve(SIN, "123 456 783", None);
        assert!(resolved.malformed);
        assert_eq!(resolved.normal, "123456783");
    }

    #[test]
    fn words_are_no_numbers() {
        for text in [
            "INTRODUCTORY",
            "pending",
            "n/a",
            "see attached file from 2019",
        ] {
            assert!(!is_plausible(text));
        }
    }
}
