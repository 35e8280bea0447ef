//! A labelled value becomes a draft: the one place where a `Sense` meets a value.
//!
//! Used for cells, fields, form values and labelled text alike. What the value
//! cannot be gives nothing; a number that fails its check stays, as malformed.

use std::borrow::Cow;

use whose_model::{Assertion, Confidence, DataElement, Normal, PostalAddress, Scheme};

use crate::{
    draft::Draft,
    elements::{
        address, assertion,
        clinical::FAMILY,
        contact, credential,
        date::{self, Order},
        demographics, name, numbers, online, reach,
    },
    sense::{Part, Sense},
    slate::Slate,
    text::{alphanumeric_upper, fold, n_digits, trimmed},
};

/// What stands around a value and helps to read it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around<'a> {
    /// How ambiguous dates are read.
    pub(crate) order: Order,
    /// The code of a province that stands near, as `ca-on`.
    pub(crate) province: Option<&'a str>,
}

/// What people and programs write when there is nothing to say.
const NOTHING: &[&str] = &[
    "null",
    "\\n",
    "n/a",
    "na",
    "none",
    "nil",
    "unknown",
    "unk",
    "-",
    "--",
    "---",
    ".",
    "?",
    "inconnu",
    "inconnue",
    "aucun",
    "aucune",
    "s/o",
    "nd",
    "n.d.",
    "tbd",
    "not on file",
    "nan",
    "undefined",
    "x",
    "xx",
    "xxx",
    "0000-00-00",
    "\"\"",
    "non disponible",
    "not available",
    "vide",
    "[redacted]",
    "same",
    "idem",
    "not provided",
];

/// How long those are that begin with this byte, a bit for each length.
static NOTHING_BEGINS: [u32; 256] = {
    let mut begins = [0; 256];
    let mut at = 0;
    while at < NOTHING.len() {
        let word = NOTHING[at].as_bytes();
        begins[word[0] as usize] |= 1 << word.len();
        begins[word[0].to_ascii_uppercase() as usize] |= 1 << word.len();
        at += 1;
    }
    begins
};

/// Whether a cell says that there is nothing to say.
#[inline]
pub(crate) fn is_empty(value: &str) -> bool {
    let value = trimmed(value);
    if value.is_empty() {
        return true;
    }
    if value.len() > 16 {
        return false;
    }
    // Of most cells none of these has the first letter or digit and the length.
    NOTHING_BEGINS[usize::from(value.as_bytes()[0])] & 1 << value.len() != 0
        && NOTHING
            .iter()
            .any(|word| word.len() == value.len() && word.eq_ignore_ascii_case(value))
}

/// `is_encoding_problem: false`: whether something is so is no diagnosis, medication or allergy.
fn says_only_whether(element: DataElement, value: &str) -> bool {
    matches!(
        element,
        DataElement::Diagnosis
            | DataElement::Medication
            | DataElement::Allergy
            | DataElement::Procedure
            | DataElement::Immunization
            | DataElement::MedicalHistory
            | DataElement::LabResult
    ) && ["true", "false", "vrai", "faux"]
        .iter()
        .any(|word| value.trim().eq_ignore_ascii_case(word))
}

/// The draft that this sense makes of this value.
pub(crate) fn interpret(sense: Sense, value: &str, around: Around<'_>) -> Option<Draft> {
    if sense.part == Part::Whole && says_only_whether(sense.element, value) {
        return None;
    }
    let mut draft = read(sense, value, around)?;
    if !sense.words.is_empty() {
        draft.why.push(Cow::Borrowed(sense.words));
    }
    if !draft.alternatives.is_empty() {
        draft.why.push(Cow::Borrowed(OTHERS_FIT));
    }
    if sense.scheme == FAMILY {
        draft.assertion = Assertion::OfFamily;
    }
    if matches!(
        draft.element,
        DataElement::Diagnosis
            | DataElement::Medication
            | DataElement::Allergy
            | DataElement::Procedure
            | DataElement::Immunization
            | DataElement::MedicalHistory
            | DataElement::Pregnancy
            | DataElement::Lifestyle
            | DataElement::CriminalRecord
    ) {
        // The first words tell: `no known allergies`, `aucune`.
        let head = draft
            .value
            .char_indices()
            .nth(24)
            .map_or(draft.value.len(), |(at, _)| at);
        match assertion::of_value(&fold(&draft.value[..head])) {
            Assertion::Stated => {}
            said => {
                draft.assertion = said;
                draft.why.push(match said {
                    Assertion::Denied => Cow::Borrowed("against: the value denies it"),
                    _ => Cow::Borrowed("against: only suspected"),
                });
            }
        }
    }
    Some(draft)
}

fn read(sense: Sense, value: &str, around: Around<'_>) -> Option<Draft> {
    let value = trimmed(value);
    if sense.element != DataElement::Sex && is_empty(value) || value.is_empty() {
        return None;
    }
    let confidence = confidence_of(sense);
    let make = |normal| {
        Some(Draft::new(
            sense.element,
            value,
            normal,
            confidence,
            "label",
        ))
    };
    let text = || Normal::Text(value.to_owned());
    match sense.element {
        DataElement::Name => match sense.part {
            Part::Whole => make(Normal::Name(name::parse(value)?)),
            _ => None,
        },
        DataElement::BirthDate | DataElement::DeathDate | DataElement::ServiceDate => {
            if sense.part != Part::Whole && sense.part != Part::When {
                return None;
            }
            make(Normal::Date(date::parse(value, around.order)?))
        }
        DataElement::Age => {
            demographics::parse_age(value)?;
            make(text())
        }
        DataElement::Sex => make(Normal::Sex(demographics::parse_sex(value)?)),
        DataElement::SpokenLanguage => make(Normal::Text(demographics::parse_language(value)?)),
        DataElement::Address => make(Normal::Address(address_part(sense.part, value)?)),
        DataElement::Phone => {
            if sense.part != Part::Whole {
                return None;
            }
            make(Normal::Number(contact::parse_phone(value)?))
        }
        DataElement::Email => make(Normal::Text(contact::parse_email(value)?)),
        element if is_number(element) => number(sense, value, around, confidence),
        DataElement::InsurancePolicy => match sense.part {
            Part::Whole if numbers::is_plausible(value) => {
                make(Normal::Number(alphanumeric_upper(value)))
            }
            _ => None,
        },
        DataElement::EmployeeNumber
        | DataElement::StudentNumber
        | DataElement::VehicleId
        | DataElement::DeviceId
        | DataElement::ClaimNumber => match sense.part {
            Part::Whole if numbers::is_plausible_id(value) => {
                make(Normal::Number(alphanumeric_upper(value)))
            }
            _ => None,
        },
        DataElement::IpAddress => make(Normal::Text(online::parse_ip(value)?)),
        DataElement::UserName => online::is_user_name(value).then(|| make(text()))?,
        DataElement::Billing => {
            let is_amount = n_digits(value) > 0
                && value.len() <= 24
                && value.chars().filter(|ch| ch.is_alphabetic()).count() <= 4;
            is_amount.then(|| make(text()))?
        }
        DataElement::Income => {
            (n_digits(value) > 0 || value.len() > 3 && value.len() <= 40).then(|| make(text()))?
        }
        DataElement::Credential => credential::is_plausible(value).then(|| make(text()))?,
        DataElement::Medication if sense.part == Part::Code => {
            let digits = n_digits(value);
            (4..=8).contains(&digits).then(|| {
                let mut draft = Draft::new(
                    sense.element,
                    value,
                    Normal::Number(alphanumeric_upper(value)),
                    confidence,
                    "label",
                );
                draft.scheme = "ca-din";
                draft
            })
        }
        DataElement::Height | DataElement::Weight => {
            (n_digits(value) > 0 && value.len() <= 24).then(|| make(text()))?
        }
        DataElement::Signature => make(text()),
        DataElement::ContactPreference => {
            let reach = reach::of_value(sense.scheme, &fold(value))?;
            make(Normal::Text(reach::normal(reach, value)))
        }
        DataElement::ConsultationReport | DataElement::MedicalHistory => {
            (value.len() >= 3).then(|| make(text()))?
        }
        DataElement::Diagnosis if sense.part == Part::Code => {
            (value.len() <= 12 && n_digits(value) > 0).then(|| {
                let mut draft = Draft::new(
                    sense.element,
                    value,
                    Normal::Number(alphanumeric_upper(value)),
                    confidence,
                    "label",
                );
                draft.scheme = "icd-10";
                draft
            })
        }
        _ => match sense.part {
            Part::Whole | Part::Term | Part::Code => {
                (value.chars().any(char::is_alphanumeric)).then(|| make(text()))?
            }
            Part::When => {
                let date = date::parse(value, around.order)?;
                Some(Draft::new(
                    DataElement::ServiceDate,
                    value,
                    Normal::Date(date),
                    0.85,
                    "label",
                ))
            }
            Part::Value => make(text()),
            _ => None,
        },
    }
}

/// How sure a label makes us.
const fn confidence_of(sense: Sense) -> f32 {
    if sense.is_sure { 0.95 } else { 0.75 }
}

fn number(sense: Sense, value: &str, around: Around<'_>, confidence: f32) -> Option<Draft> {
    let resolved = number_of(sense, value, around)?;
    let mut draft = Draft::new(
        sense.element,
        value,
        Normal::Number(resolved.normal),
        confidence,
        "label",
    );
    draft.scheme = resolved.scheme;
    draft.malformed = resolved.malformed;
    draft.alternatives = resolved.alternatives;
    if let Some((confidence, why)) = weighed(confidence, resolved.malformed, resolved.is_checked) {
        draft.confidence = confidence;
        draft.why.push(Cow::Borrowed(why));
    }
    Some(draft)
}

/// What its form and check digit make of a number's confidence, and the reason.
fn weighed(confidence: f32, malformed: bool, is_checked: bool) -> Option<(f32, &'static str)> {
    if malformed {
        Some((
            (confidence - 0.25).max(0.3),
            "against: form or check digit does not hold",
        ))
    } else {
        is_checked.then(|| ((confidence + 0.04).min(0.99), "check digit holds"))
    }
}

/// The number that a labelled value is; `None` when it can be none of this kind.
fn number_of(sense: Sense, value: &str, around: Around<'_>) -> Option<numbers::Resolved> {
    if sense.part != Part::Whole {
        return None;
    }
    if !numbers::is_plausible(value) {
        return None;
    }
    if !sense.is_sure
        && date::parse(value, around.order).is_some()
        && !(value.bytes().all(|b| b.is_ascii_digit())
            && matches!(sense.scheme, "mrn" | "patient-number"))
    {
        return None;
    }
    let n = n_digits(value);
    if matches!(sense.element, DataElement::HealthNumber) && n < 5 {
        return None;
    }
    let is_social = match sense.scheme {
        "fr-nir" => matches!(n, 12..=15),
        // The label of more than one country: `Numéro de sécurité sociale`.
        "" => (7..=15).contains(&n),
        _ => (7..=12).contains(&n),
    };
    if matches!(sense.element, DataElement::SocialInsuranceNumber) && !is_social
        || matches!(sense.element, DataElement::PaymentCard) && !(12..=19).contains(&n)
        || matches!(sense.element, DataElement::BankAccount) && n < 3
    {
        return None;
    }
    let resolved = numbers::resolve(sense, value, around.province);
    if !sense.is_sure && resolved.malformed && !matches!(sense.scheme, "mrn" | "patient-number") {
        return None;
    }
    Some(resolved)
}

const OTHERS_FIT: &str = "against: other schemes fit as well";

/// Whether values of this kind come back; what becomes of them depends on nothing but the value and its label,
/// and for a clinician's number on the province near.
pub(crate) fn comes_back(sense: Sense) -> bool {
    !matches!(
        sense.element,
        DataElement::BirthDate
            | DataElement::DeathDate
            | DataElement::ServiceDate
            | DataElement::Phone
            | DataElement::Email
            | DataElement::Sex
    ) && (!is_number(sense.element) || sense.element == DataElement::PractitionerNumber)
}

fn is_number(element: DataElement) -> bool {
    matches!(
        element,
        DataElement::HealthNumber
            | DataElement::SocialInsuranceNumber
            | DataElement::MedicalRecordNumber
            | DataElement::PatientNumber
            | DataElement::DriversLicence
            | DataElement::Passport
            | DataElement::GovernmentId
            | DataElement::PaymentCard
            | DataElement::BankAccount
            | DataElement::PractitionerNumber
    )
}

/// As `interpret`, over a slate and with this for the first reason; numbers, dates and ways to reach somebody take no new room.
pub(crate) fn interpret_over(
    slate: &mut Slate,
    sense: Sense,
    value: &str,
    around: Around<'_>,
    why: &'static str,
) -> bool {
    let value = trimmed(value);
    let confidence = confidence_of(sense);
    if sense.element != DataElement::Sex && is_empty(value) || value.is_empty() {
        return false;
    }
    // What has one reading, or none and is nothing.
    let read = match sense.element {
        DataElement::BirthDate | DataElement::DeathDate | DataElement::ServiceDate
            if matches!(sense.part, Part::Whole | Part::When) =>
        {
            Some(date::parse(value, around.order).map(Normal::Date))
        }
        DataElement::Sex => Some(demographics::parse_sex(value).map(Normal::Sex)),
        DataElement::Phone if sense.part == Part::Whole => {
            Some(contact::parse_phone(value).map(Normal::Number))
        }
        DataElement::Email => Some(contact::parse_email(value).map(Normal::Text)),
        _ => None,
    };
    match read {
        Some(None) => return false,
        Some(Some(normal)) => {
            slate.begin(sense.element, value, confidence, why);
            slate.normal(normal);
        }
        None if is_number(sense.element) => {
            let Some(resolved) = number_of(sense, value, around) else {
                return false;
            };
            slate.begin(sense.element, value, confidence, why);
            slate.normal(Normal::Number(resolved.normal));
            let mention = &mut slate.mention;
            mention.scheme = (!resolved.scheme.is_empty()).then(|| Scheme::new(resolved.scheme));
            mention.malformed = resolved.malformed;
            mention
                .alternatives
                .extend(resolved.alternatives.into_iter().map(Scheme::new));
            if let Some((confidence, why)) =
                weighed(confidence, resolved.malformed, resolved.is_checked)
            {
                mention.confidence = Confidence(confidence);
                slate.because(why);
            }
        }
        None => {
            let Some(mut draft) = interpret(sense, value, around) else {
                return false;
            };
            draft.why[0] = Cow::Borrowed(why);
            slate.take(draft);
            return true;
        }
    }
    if !sense.words.is_empty() {
        slate.because(sense.words);
    }
    if !slate.mention.alternatives.is_empty() {
        slate.because(OTHERS_FIT);
    }
    if sense.scheme == FAMILY {
        slate.mention.assertion = Assertion::OfFamily;
    }
    true
}

fn address_part(part: Part, value: &str) -> Option<PostalAddress> {
    let mut address = PostalAddress::default();
    if !value.chars().any(char::is_alphanumeric) {
        return None;
    }
    let text = value.to_owned();
    match part {
        Part::Whole => {
            if let Some(parsed) = address::parse(value) {
                return Some(parsed);
            }
            if value.len() > 160
                || n_digits(value) == 0
                || !value.chars().any(char::is_alphabetic)
                || value.contains('@')
            {
                return None;
            }
            address.street = text;
        }
        Part::Street | Part::Unit => address.street = text,
        Part::City => address.city = text,
        Part::Province => address.province = text,
        Part::PostalCode => {
            if n_digits(value) == 0 {
                return None;
            }
            match address::format_postal_code(value) {
                Some(code) => address.postal_code = code,
                // `City, province, postal code: La Ronge, SK S0J 5L2`
                None => match address::parse(value) {
                    Some(parsed) if !parsed.postal_code.is_empty() => return Some(parsed),
                    _ => address.postal_code = text,
                },
            }
        }
        Part::Country => address.country = text,
        _ => return None,
    }
    Some(address)
}

#[test]
fn a_value_that_cannot_be_what_the_label_says_gives_nothing() {
    let birth = Sense::whole(DataElement::BirthDate);
    assert!(interpret(birth, "unknown", Around::default()).is_none());
    assert!(interpret(birth, "1985-02-10", Around::default()).is_some());
    let mrn = Sense::number(DataElement::MedicalRecordNumber, "mrn");
    assert!(interpret(mrn, "see chart", Around::default()).is_none());
    assert!(interpret(mrn, "MRN#982231", Around::default()).is_some());
}

#[test]
fn a_line_for_the_town_and_the_code_gives_both() {
    let sense = Sense::part(DataElement::Address, Part::PostalCode);
    let of = |value| match interpret(sense, value, Around::default()).map(|draft| draft.normal) {
        Some(Normal::Address(address)) => (address.city, address.province, address.postal_code),
        _ => Default::default(),
    };
    let is = |city: &str, province: &str, code: &str| {
        (city.to_owned(), province.to_owned(), code.to_owned())
    };
    assert_eq!(of("La Ronge, SK S0J 5L2"), is("La Ronge", "SK", "S0J 5L2"));
    assert_eq!(of("s0j5l2"), is("", "", "S0J 5L2"));
    assert_eq!(of("75013"), is("", "", "75013"));
}
