//! Mentions of one subject of one exhibit in, one `PersonRecord` out.
//!
//! Where a subject has several names or birth dates, the one that most and
//! surest mentions give comes first. A Quebec health number encodes letters of
//! the name, the birth date and the sex; it breaks ties between several values
//! and stands in for a missing sex or an unambiguous birth date, but never
//! overrules what is written.
//!
//! Source for the form of the Quebec number: public validators (structure
//! only); the century is not in it, so a two-digit year that could lie in
//! either century gives no date.

use std::collections::BTreeMap;

use whose_model::{
    Assertion, DataElement, IssuedNumber, Language, Mention, Normal, PartialDate, PersonName,
    PersonRecord, Phi, PostalAddress, REACH_ASK_FIRST, RecordId, Role, Scheme, Sex, Standard,
};

use crate::{
    born::{Age, born},
    parts,
};

/// Gathers the mentions of one subject of one exhibit into a record.
pub fn record(
    id: RecordId,
    standard: Standard,
    mentions: &mut dyn Iterator<Item = &Mention>,
) -> PersonRecord {
    let mut names: BTreeMap<PersonName, f64> = BTreeMap::new();
    let mut births: BTreeMap<PartialDate, f64> = BTreeMap::new();
    let mut deaths: BTreeMap<PartialDate, f64> = BTreeMap::new();
    let mut sexes: BTreeMap<Sex, f64> = BTreeMap::new();
    let mut titles: BTreeMap<Sex, f64> = BTreeMap::new();
    let mut languages: BTreeMap<Language, f64> = BTreeMap::new();
    let mut health: BTreeMap<(Scheme, String), (bool, f64)> = BTreeMap::new();
    let mut numbers: BTreeMap<(Scheme, String), (bool, f64)> = BTreeMap::new();
    let mut phones: BTreeMap<String, f64> = BTreeMap::new();
    let mut emails: BTreeMap<String, f64> = BTreeMap::new();
    let mut addresses: Vec<(PostalAddress, f64)> = Vec::new();
    let mut roles: BTreeMap<Role, f64> = BTreeMap::new();
    let mut ages: Vec<Option<Age>> = Vec::new();
    let mut said: Vec<PartialDate> = Vec::new();
    let mut is_ask_first = false;

    for mention in mentions {
        let weight = if mention.confidence.0.is_finite() {
            f64::from(mention.confidence.0.clamp(0.01, 1.0))
        } else {
            0.01
        };
        *roles.entry(mention.role).or_default() += weight;
        let normal = mention.normal.reveal();
        match (mention.element, normal) {
            (DataElement::Name, Normal::Name(name)) => {
                // The name in use stands first, a maiden name or an alias after it: that decides between equals.
                let is_first =
                    names.is_empty() && !name.given.is_empty() && !name.family.is_empty();
                *names.entry(name.clone()).or_default() +=
                    weight * if is_first { 1.05 } else { 1.0 };
                if let Some(sex) = titled(mention.value.reveal(), name) {
                    *titles.entry(sex).or_default() += weight;
                }
            }
            (DataElement::BirthDate, Normal::Date(date)) => {
                *births.entry(*date).or_default() += weight;
            }
            (DataElement::DeathDate, Normal::Date(date)) => {
                *deaths.entry(*date).or_default() += weight;
            }
            (DataElement::ServiceDate, Normal::Date(date)) => said.push(*date),
            (DataElement::Age, Normal::Text(text) | Normal::Number(text))
                if mention.assertion == Assertion::Stated =>
            {
                ages.push(Age::read(text));
            }
            (DataElement::Sex, Normal::Sex(sex)) => {
                *sexes.entry(*sex).or_default() += weight;
            }
            (DataElement::SpokenLanguage, Normal::Text(text) | Normal::Number(text)) => {
                if let Some(language) = Language::parse(text) {
                    *languages.entry(language).or_default() += weight;
                }
            }
            (DataElement::Address, Normal::Address(address)) => {
                addresses.push((address.clone(), weight));
            }
            (DataElement::Phone, Normal::Number(text) | Normal::Text(text)) => {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                if digits.len() >= 7 {
                    *phones.entry(digits).or_default() += weight;
                }
            }
            (DataElement::Email, Normal::Number(text) | Normal::Text(text))
                if text.contains('@') =>
            {
                *emails.entry(text.trim().to_lowercase()).or_default() += weight;
            }
            (DataElement::ContactPreference, Normal::Text(text)) => {
                is_ask_first |= text == REACH_ASK_FIRST;
            }
            (DataElement::Email, _) => {}
            (element, Normal::Number(text) | Normal::Text(text)) => {
                let Some(default_scheme) = scheme_of(element) else {
                    continue;
                };
                let number = bare(text);
                if number.is_empty() {
                    continue;
                }
                let scheme = mention
                    .scheme
                    .clone()
                    .unwrap_or(Scheme::new(default_scheme));
                let kept = if element == DataElement::HealthNumber {
                    &mut health
                } else {
                    &mut numbers
                };
                let entry = kept.entry((scheme, number)).or_insert((false, 0.0));
                entry.0 |= !mention.malformed;
                entry.1 += weight;
            }
            _ => {}
        }
    }

    let mut record = PersonRecord::new(id, standard);
    record.role = surest_role(&roles);
    record.is_ask_first = is_ask_first;
    record.health_numbers = issued(health);
    record.numbers = issued(numbers);
    // A newborn stands under the mother's number, which says her birth date and not the child's.
    let is_newborn = names.keys().any(|name| crate::names::parts(name).4);
    let quebec: Vec<Quebec> = record
        .health_numbers
        .iter()
        .filter(|number| number.scheme.id() == "ca-qc" && number.holds && !is_newborn)
        .filter_map(|number| Quebec::read(number.number.reveal()))
        .collect();
    for (name, weight) in &mut names {
        // A name with both parts beats a bare family name said as often.
        if !name.given.is_empty() && !name.family.is_empty() {
            *weight *= 1.5;
        }
        if quebec.iter().any(|number| number.fits_name(name)) {
            *weight *= 1.5;
        }
    }
    for (date, weight) in &mut births {
        if date.month != 0 && date.day != 0 {
            *weight *= 1.5;
        }
        if quebec.iter().any(|number| number.fits_date(*date)) {
            *weight *= 1.5;
        }
    }
    record.names = surest(names);
    record.birth_dates = surest(births);
    record.death_date = surest(deaths).into_iter().next();
    // A title says the sex where nothing else does, and nothing where a letter gives two.
    if titles.len() == 1 && sexes.is_empty() {
        sexes = titles;
    }
    record.sex = surest(sexes).into_iter().next();
    record.language = surest(languages).into_iter().next().map(Phi::into_revealed);
    record.phones = surest(phones);
    record.emails = surest(emails);
    record.addresses = surest(parts::together(addresses));
    // Two ages are of two days, and no telling which of which.
    ages.dedup();
    if let [Some(age)] = ages.as_slice() {
        record.born = born(*age, said.into_iter()).map(Phi::new);
    }
    if let [number] = quebec.as_slice() {
        if record.sex.is_none() {
            record.sex = Some(Phi::new(number.sex));
        }
        if record.birth_dates.is_empty()
            && let Some(date) = number.unambiguous_date()
        {
            record.birth_dates.push(Phi::new(date));
        }
    }
    record
}

/// The sex that a title before a name says: `Mr. Roy`, `Mme Côté`.
fn titled(written: &str, name: &PersonName) -> Option<Sex> {
    let (title, _) = written.trim_start().split_once([' ', '.', '\u{a0}'])?;
    // `M. Roy` is a man; of `M. Roy`, read as a given name and a family name, the letter is Marie's as well.
    let is_initial = name.given.trim_end_matches('.').eq_ignore_ascii_case(title);
    Sex::of_title(&crate::text::fold(title)).filter(|_| !is_initial)
}

/// What a Quebec health number says of its holder.
pub(crate) struct Quebec {
    letters: [u8; 4],
    year: u8,
    pub(crate) month: u8,
    pub(crate) day: u8,
    pub(crate) sex: Sex,
}

impl Quebec {
    pub(crate) fn read(number: &str) -> Option<Self> {
        let bytes = number.as_bytes();
        if bytes.len() != 12 || !bytes[4..].iter().all(u8::is_ascii_digit) {
            return None;
        }
        let two = |at: usize| (bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0');
        let (year, coded_month, day) = (two(4), two(6), two(8));
        let (sex, month) = if coded_month > 50 {
            (Sex::Female, coded_month - 50)
        } else {
            (Sex::Male, coded_month)
        };
        let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
        let letters = [bytes[0], bytes[1], bytes[2], bytes[3]];
        (fits && letters.iter().all(u8::is_ascii_alphabetic)).then_some(Self {
            letters: letters.map(|letter| letter.to_ascii_lowercase()),
            year,
            month,
            day,
            sex,
        })
    }

    fn fits_date(&self, date: PartialDate) -> bool {
        date.year.rem_euclid(100) == i16::from(self.year)
            && (date.month == 0 || date.month == self.month)
            && (date.day == 0 || date.day == self.day)
    }

    fn fits_name(&self, name: &PersonName) -> bool {
        let family = crate::text::letters(&name.family);
        let given = crate::text::letters(&name.given);
        family.len() >= 3
            && family.as_bytes()[..3] == self.letters[..3]
            && given.as_bytes().first() == Some(&self.letters[3])
    }

    /// The years that its two digits may stand for.
    pub(crate) fn years(&self) -> impl Iterator<Item = i16> {
        let year = i16::from(self.year);
        std::iter::once(1900 + year).chain((self.year <= 35).then_some(2000 + year))
    }

    /// The birth date, when the two digits of the year leave no doubt about the century.
    fn unambiguous_date(&self) -> Option<PartialDate> {
        // Nobody born in 2036 or later has a card; up to 35 the holder may be a child or very old.
        (self.year > 35).then(|| PartialDate {
            year: 1900 + i16::from(self.year),
            month: self.month,
            day: self.day,
        })
    }
}

/// The scheme of a number whose mention names none; `None` for elements that do not identify a person.
fn scheme_of(element: DataElement) -> Option<&'static str> {
    Some(match element {
        DataElement::HealthNumber => "health-number",
        DataElement::MedicalRecordNumber => "mrn",
        DataElement::PatientNumber => "patient-number",
        DataElement::SocialInsuranceNumber => "social-insurance-number",
        DataElement::DriversLicence => "drivers-licence",
        DataElement::Passport => "passport",
        DataElement::GovernmentId => "government-id",
        DataElement::InsurancePolicy => "insurance-policy",
        DataElement::PractitionerNumber => "practitioner-number",
        _ => return None,
    })
}

fn bare(text: &str) -> String {
    text.chars()
        .filter(|ch| ch.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

/// Highest weight first; equal weights in the order of the values, so that the result does not depend on the mentions' order.
fn surest<T: Ord>(weighed: BTreeMap<T, f64>) -> Vec<Phi<T>> {
    let mut values: Vec<(T, f64)> = weighed.into_iter().collect();
    values.sort_by_key(|(_, weight)| std::cmp::Reverse(rounded(*weight)));
    values
        .into_iter()
        .map(|(value, _)| Phi::new(value))
        .collect()
}

/// Sums of the same numbers in another order differ in the last bits; these must not decide.
fn rounded(weight: f64) -> u64 {
    (weight * 1e4).round() as u64
}

fn issued(weighed: BTreeMap<(Scheme, String), (bool, f64)>) -> Vec<IssuedNumber> {
    let mut values: Vec<_> = weighed.into_iter().collect();
    values.sort_by_key(|(_, (holds, weight))| (!holds, u64::MAX - rounded(*weight)));
    values
        .into_iter()
        .map(|((scheme, number), (holds, _))| IssuedNumber {
            scheme,
            number: Phi::new(number),
            holds,
        })
        .collect()
}

/// The role most mentions give; `Unknown` only when no mention gives another.
fn surest_role(roles: &BTreeMap<Role, f64>) -> Role {
    roles
        .iter()
        .filter(|(role, _)| **role != Role::Unknown)
        .max_by_key(|(role, weight)| (rounded(**weight), std::cmp::Reverse(**role)))
        .map_or(Role::Unknown, |(role, _)| *role)
}

#[cfg(test)]
mod tests {
    use whose_model::{Confidence, Locator};

    use super::*;

    fn mention(element: DataElement, normal: Normal, confidence: f32) -> Mention {
        Mention {
            element,
            scheme: None,
            value: Phi::new(String::new()),
            normal: Phi::new(normal),
            place: Locator::Bytes { start: 0, end: 1 },
            confidence: Confidence(confidence),
            subject: Some(1),
            role: Role::Unknown,
            assertion: whose_model::Assertion::Stated,
            sensitive: Vec::new(),
            malformed: false,
            alternatives: Vec::new(),
            why: Vec::new(),
        }
    }

    fn gather(mentions: &[Mention]) -> PersonRecord {
        let id = RecordId {
            exhibit: [0; 16],
            subject: 1,
        };
        record(id, Standard::Evidence, &mut mentions.iter())
    }

    fn name(given: &str, family: &str) -> Normal {
        Normal::Name(PersonName {
            given: given.into(),
            family: family.into(),
            ..PersonName::default()
        })
    }

    #[test]
    fn the_name_that_most_mentions_give_comes_first() {
        let gathered = gather(&[
            mention(DataElement::Name, name("", "Tremblay"), 0.9),
            mention(DataElement::Name, name("Luc", "Tremblay"), 0.8),
            mention(DataElement::Name, name("Luc", "Tremblay"), 0.7),
            mention(DataElement::Name, name("Lucy", "Tremblay"), f32::NAN),
        ]);
        assert_eq!(gathered.names[0].reveal().given, "Luc");
        assert_eq!(gathered.names.len(), 3);
    }

    #[test]
    fn a_quebec_number_breaks_ties_and_fills_gaps_but_overrules_nothing() {
        let mut number = mention(
            DataElement::HealthNumber,
            Normal::Number("TREM85521017".into()),
            0.9,
        );
        number.scheme = Some(Scheme::new("ca-qc"));
        let alone = gather(std::slice::from_ref(&number));
        assert_eq!(alone.birth_dates[0].reveal().iso(), "1985-02-10");
        assert!(*alone.sex.as_ref().unwrap().reveal() == Sex::Female);

        let date = |text: &str| Normal::Date(PartialDate::parse_iso(text).unwrap());
        let written = gather(&[
            number,
            mention(DataElement::BirthDate, date("1958-02-10"), 0.9),
            mention(DataElement::BirthDate, date("1985-02-10"), 0.9),
            mention(DataElement::Sex, Normal::Sex(Sex::Male), 0.9),
        ]);
        assert_eq!(written.birth_dates[0].reveal().iso(), "1985-02-10");
        assert_eq!(written.birth_dates.len(), 2);
        assert!(*written.sex.as_ref().unwrap().reveal() == Sex::Male);
    }

    #[test]
    fn a_newborn_under_the_mothers_quebec_number_has_not_her_birth_date_nor_her_sex() {
        let number = mention(
            DataElement::HealthNumber,
            Normal::Number("ETHE77511150".into()),
            0.9,
        );
        let number = Mention {
            scheme: Some(Scheme::new("ca-qc")),
            ..number
        };
        let of = |given: &str| {
            let name = mention(DataElement::Name, name(given, "Ethier"), 0.9);
            gather(&[name, number.clone()])
        };
        let (mother, child) = (of("Elodie"), of("Bébé Garçon"));
        assert_eq!(mother.birth_dates.len(), 1);
        assert_eq!(mother.sex.map(Phi::into_revealed), Some(Sex::Female));
        assert!(child.birth_dates.is_empty() && child.sex.is_none());
    }

    #[test]
    fn a_title_says_the_sex_unless_something_else_does_or_two_titles_differ() {
        let titled = |written: &str, given: &str| Mention {
            value: Phi::new(written.to_owned()),
            ..mention(DataElement::Name, name(given, "Roy"), 0.9)
        };
        let sex = |mentions: &[Mention]| gather(mentions).sex.map(Phi::into_revealed);
        for (written, given, expected) in [
            ("Mr. Roy", "", Some(Sex::Male)),
            ("Mme Roy", "", Some(Sex::Female)),
            ("M. Roy", "", Some(Sex::Male)),
            ("M. Roy", "M", None),
            ("Dr. Roy", "", None),
            ("Marie Roy", "Marie", None),
        ] {
            assert_eq!(sex(&[titled(written, given)]), expected, "{written}");
        }
        let both = [titled("Mr. Roy", ""), titled("Mrs. Roy", "")];
        assert_eq!(sex(&both), None);
        let said = mention(DataElement::Sex, Normal::Sex(Sex::Female), 0.9);
        assert_eq!(sex(&[titled("Mr. Roy", ""), said]), Some(Sex::Female));
    }

    #[test]
    fn an_age_and_the_day_of_the_visit_say_when_somebody_was_born_and_two_ages_nothing() {
        let age = |text: &str| mention(DataElement::Age, Normal::Text(text.into()), 0.8);
        let visit = mention(
            DataElement::ServiceDate,
            Normal::Date(PartialDate::parse_iso("2025-02-22").unwrap()),
            0.6,
        );
        let born = gather(&[visit.clone(), age("38 y")]).born.unwrap();
        assert_eq!(born.reveal().from.iso(), "1986-02-22");
        assert_eq!(born.reveal().to.iso(), "1987-02-22");
        assert!(
            gather(&[visit.clone(), age("38 y"), age("52")])
                .born
                .is_none()
        );
        let mother = Mention {
            assertion: Assertion::OfFamily,
            ..age("64 y")
        };
        assert!(gather(&[visit, mother]).born.is_none());
    }

    #[test]
    fn a_malformed_number_is_kept_as_such() {
        let mut number = mention(
            DataElement::HealthNumber,
            Normal::Number("987-654".into()),
            0.5,
        );
        number.malformed = true;
        let gathered = gather(&[number]);
        assert!(!gathered.health_numbers[0].holds);
        assert_eq!(gathered.health_numbers[0].number.reveal(), "987654");
    }
}
