//! From a cluster of records to an affected individual: which name, which address, who receives.
//!
//! The custodian's own index wins over the evidence; among the evidence the
//! value that most records state wins, the longest and then the first in the
//! alphabet among equals, so that the list never depends on the order of
//! reading. What records disagree on is a note, not a secret.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;
use whose_model::{
    AffectedIndividual, DataElement, IssuedNumber, Jurisdiction, Language, PartialDate, PersonId,
    PersonName, PersonRecord, Phi, PostalAddress, Representative, RepresentativeKind, Residence,
    Role, Standard,
};

use crate::residence;
use crate::roster::RosterExtra;

/// Makes the person of a cluster. `records` is not empty and in the order of ids.
pub(crate) fn assemble(
    id: PersonId,
    records: &[&PersonRecord],
    extra: Option<&RosterExtra>,
    elements: &[DataElement],
    as_of: Date,
) -> AffectedIndividual {
    let mut ordered: Vec<&PersonRecord> = records.to_vec();
    ordered.sort_by_key(|record| (record.standard, record.id));
    let mut notes = Vec::new();

    let names = rank_names(&ordered);
    let name = names.first().cloned().unwrap_or_default();
    if name.family.is_empty() && name.given.is_empty() {
        notes.push("no name was found".to_owned());
    }
    let birth_dates = rank(
        ordered
            .iter()
            .filter_map(|r| r.birth_dates.first().map(|d| (r.standard, *d.reveal()))),
        |date| usize::from(date.month > 0) + usize::from(date.day > 0),
    );
    if birth_dates
        .iter()
        .filter(|date| date.full().is_some())
        .count()
        > 1
    {
        notes.push("records give different birth dates".to_owned());
    }
    let birth_date = birth_dates.first().copied();
    let sexes = rank(
        ordered
            .iter()
            .filter_map(|r| r.sex.as_ref().map(|sex| (r.standard, *sex.reveal()))),
        |_| 0,
    );
    if sexes.len() > 1 {
        notes.push("records give different sexes".to_owned());
    }
    let of_roster =
        best_address(&ordered, None).filter(|(_, standard)| *standard == Standard::Roster);
    let residence = match residence::of(&ordered, of_roster.as_ref().map(|(address, _)| address)) {
        residence::Found::Home(residence) => Some(residence),
        residence::Found::Contradicted => {
            notes.push(CONTRADICTED.to_owned());
            None
        }
        residence::Found::Nowhere => {
            notes.push("no residence could be concluded".to_owned());
            None
        }
    };
    let address = best_address(&ordered, residence.as_ref());
    if address.is_none() {
        notes.push("no postal address was found".to_owned());
    }
    let death_date = ordered.iter().find_map(|record| record.death_date.clone());
    let is_deceased = death_date.is_some() || extra.is_some_and(|extra| extra.deceased);
    let jurisdiction = residence.as_ref().map(|residence| &residence.jurisdiction);
    let age = birth_date.and_then(|date| age_at(date, as_of));
    let representative = representative(is_deceased, age, jurisdiction, extra, &mut notes);
    let is_asked_by_roster = extra.is_some_and(|extra| extra.safe_contact);
    let is_asked_by_evidence = ordered.iter().any(|record| record.is_ask_first);
    if is_asked_by_roster {
        notes.push("the roster asks for a safe contact: nothing goes to the address before the person was asked".to_owned());
    }
    if is_asked_by_evidence {
        notes.push(ASK_FIRST.to_owned());
    }
    let health_numbers = health_numbers(&ordered, &mut notes);

    AffectedIndividual {
        id,
        role: role(&ordered),
        other_names: names.into_iter().skip(1).map(Phi::new).collect(),
        name: Phi::new(name),
        birth_date: birth_date.map(Phi::new),
        death_date,
        sex: sexes.first().copied().map(Phi::new),
        language: language(&ordered, jurisdiction),
        address: address.map(|(address, _)| Phi::new(address)),
        residence,
        health_numbers,
        emails: distinct(
            ordered
                .iter()
                .flat_map(|record| record.emails.iter().cloned()),
        ),
        phones: distinct(
            ordered
                .iter()
                .flat_map(|record| record.phones.iter().cloned()),
        ),
        representative,
        records: records
            .iter()
            .filter(|r| r.standard == Standard::Evidence)
            .map(|r| r.id)
            .collect(),
        roster_id: extra.and_then(|extra| extra.roster_id.clone()),
        n_exhibits: 0,
        elements: elements.to_vec(),
        replaces: Vec::new(),
        split_from: Vec::new(),
        notes,
        is_ask_first: is_asked_by_roster || is_asked_by_evidence,
    }
}

const ASK_FIRST: &str =
    "a file asks that nothing goes to the home: ask the person first how to reach them";

const CONTRADICTED: &str = "where does this person live? the addresses are in one province, health number and telephone of another";

const HOUSEHOLD: &str = "of one household with others on the list: may one envelope hold their letters? each has a letter of their own";

/// Notes who shares a home with others of one family name; gives the number of such households.
///
/// Whether an envelope may hold the letters of several is a question for people;
/// a letter is always one person's.
pub(crate) fn mark_households(people: &mut [AffectedIndividual]) -> u64 {
    let mut homes: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (at, person) in people.iter().enumerate() {
        // Whoever has something to fear at home shares no envelope, and nobody is asked whether they would.
        if person.is_ask_first {
            continue;
        }
        let address = person.address.as_ref().map(Phi::reveal);
        if let Some(home) =
            address.and_then(|address| whose_linkage::household(person.name.reveal(), address))
        {
            homes.entry(home).or_default().push(at);
        }
    }
    homes.retain(|_, members| members.len() > 1);
    for at in homes.values().flatten() {
        if let Some(person) = people.get_mut(*at) {
            person.notes.push(HOUSEHOLD.to_owned());
            person.notes.sort();
        }
    }
    homes.len() as u64
}

/// Distinct values with the roster's first, then by how many records state them, then by `weight`, then in order.
fn rank<T: Ord + Clone>(
    values: impl Iterator<Item = (Standard, T)>,
    weight: impl Fn(&T) -> usize,
) -> Vec<T> {
    let mut counts: BTreeMap<T, (bool, usize)> = BTreeMap::new();
    for (standard, value) in values {
        let entry = counts.entry(value).or_default();
        entry.0 |= standard == Standard::Roster;
        entry.1 += 1;
    }
    let mut ranked: Vec<_> = counts.into_iter().collect();
    // A fuller value beats a more frequent one: a year alone is no rival to the whole date.
    ranked
        .sort_by_key(|(value, (is_roster, n))| std::cmp::Reverse((*is_roster, weight(value), *n)));
    ranked.into_iter().map(|(value, _)| value).collect()
}

fn rank_names(records: &[&PersonRecord]) -> Vec<PersonName> {
    let names = records.iter().flat_map(|record| {
        record
            .names
            .iter()
            .enumerate()
            .flat_map(move |(index, name)| {
                // Of a record's several names only the first may stand for the roster.
                let standard = if index == 0 {
                    record.standard
                } else {
                    Standard::Evidence
                };
                // The name in use stands first in a record; a maiden name or alias must not win by the alphabet.
                std::iter::repeat_n(
                    (standard, tidy(name.reveal())),
                    if index == 0 { 2 } else { 1 },
                )
            })
    });
    rank(
        names.filter(|(_, name)| !(name.given.is_empty() && name.family.is_empty())),
        |name| {
            let is_full = |part: &str| part.chars().filter(|ch| ch.is_alphabetic()).count() > 1;
            let is_mixed_case = |part: &str| part.chars().any(char::is_lowercase);
            4 * usize::from(is_full(&name.given) && is_full(&name.family))
                + 2 * usize::from(!is_placeholder(&name.given))
                + usize::from(is_mixed_case(&name.family))
        },
    )
}

/// A newborn's stand-in for a given name.
fn is_placeholder(given: &str) -> bool {
    let given = given.to_lowercase();
    ["baby", "bébé", "bebe", "newborn", "nouveau-né"]
        .iter()
        .any(|word| given.starts_with(word))
}

/// The name with capitals as people write them, if the record had it all in capitals.
fn tidy(name: &PersonName) -> PersonName {
    PersonName {
        given: from_capitals(&name.given),
        middle: from_capitals(&name.middle),
        family: from_capitals(&name.family),
        suffix: name.suffix.clone(),
    }
}

fn from_capitals(text: &str) -> String {
    let n_letters = text.chars().filter(|ch| ch.is_alphabetic()).count();
    if n_letters < 2 || text.chars().any(char::is_lowercase) {
        return text.to_owned();
    }
    let mut is_start = true;
    text.chars()
        .flat_map(|ch| {
            let shown = if is_start {
                ch.to_string()
            } else {
                ch.to_lowercase().to_string()
            };
            is_start = !ch.is_alphabetic();
            shown.chars().collect::<Vec<_>>()
        })
        .collect()
}

/// The roster's, then one where the person lives, then the fullest, then the most frequent.
fn best_address(
    records: &[&PersonRecord],
    home: Option<&Residence>,
) -> Option<(PostalAddress, Standard)> {
    // What can be written on an envelope: a street and where it is.
    const ENOUGH: usize = 5;
    let fullness = |address: &PostalAddress| {
        3 * usize::from(!address.street.is_empty())
            + 2 * usize::from(!address.city.is_empty())
            + 2 * usize::from(!address.postal_code.is_empty())
            + usize::from(!address.province.is_empty())
    };
    let mut counts: BTreeMap<(&PostalAddress, Standard), usize> = BTreeMap::new();
    for record in records {
        for address in &record.addresses {
            *counts
                .entry((address.reveal(), record.standard))
                .or_default() += 1;
        }
    }
    counts
        .into_iter()
        .filter(|((address, _), _)| fullness(address) > 0)
        .max_by_key(|((address, standard), n)| {
            let fullness = fullness(address);
            let is_home =
                fullness >= ENOUGH && home.is_some_and(|home| residence::is_in(address, home));
            (*standard == Standard::Roster, is_home, fullness, *n)
        })
        .map(|((address, standard), _)| (address.clone(), standard))
}

fn distinct(values: impl Iterator<Item = Phi<String>>) -> Vec<Phi<String>> {
    values
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn health_numbers(records: &[&PersonRecord], notes: &mut Vec<String>) -> Vec<IssuedNumber> {
    let all: std::collections::BTreeSet<IssuedNumber> = records
        .iter()
        .flat_map(|record| record.health_numbers.iter().cloned())
        .collect();
    let n_holding = all.iter().filter(|number| number.holds).count();
    if n_holding < all.len() {
        notes.push("a health number does not hold: mistyped, or another kind of number".to_owned());
    }
    let (mut holding, malformed): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|number| number.holds);
    holding.extend(malformed);
    holding
}

/// Patient wins: whoever is a patient anywhere is one, even if elsewhere only a relative or a nurse.
fn role(records: &[&PersonRecord]) -> Role {
    let has = |role| {
        records
            .iter()
            .any(|record| record.standard == Standard::Evidence && record.role == role)
    };
    [
        Role::Patient,
        Role::Clinician,
        Role::Staff,
        Role::Relative,
        Role::Organisation,
    ]
    .into_iter()
    .find(|&role| has(role))
    .unwrap_or(Role::Unknown)
}

fn language(records: &[&PersonRecord], jurisdiction: Option<&Jurisdiction>) -> Language {
    let stated = rank(
        records
            .iter()
            .filter_map(|r| r.language.map(|language| (r.standard, language))),
        |_| 0,
    );
    let usual = || crate::languages::usual(jurisdiction);
    stated.first().copied().unwrap_or_else(usual)
}

/// Full years at a day; a date without month or day counts as late in its span, so that a child is not missed.
fn age_at(birth: PartialDate, day: Date) -> Option<i16> {
    let month = if birth.month == 0 { 12 } else { birth.month };
    let in_month = if birth.day == 0 { 31 } else { birth.day };
    let had_birthday = (day.month().unsigned_abs(), day.day().unsigned_abs()) >= (month, in_month);
    let age = day.year() - birth.year - i16::from(!had_birthday);
    (0..=130).contains(&age).then_some(age)
}

#[derive(Deserialize)]
struct Majority {
    ask_from: i16,
    default: i16,
    age: BTreeMap<String, i16>,
}

static MAJORITY: LazyLock<Majority> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../law/majority.toml")).unwrap_or(Majority {
        ask_from: 14,
        default: 19,
        age: BTreeMap::new(),
    })
});

fn representative(
    is_deceased: bool,
    age: Option<i16>,
    jurisdiction: Option<&Jurisdiction>,
    extra: Option<&RosterExtra>,
    notes: &mut Vec<String>,
) -> Option<Representative> {
    let name = extra.and_then(|extra| extra.representative.clone());
    if is_deceased {
        return Some(Representative {
            kind: RepresentativeKind::Estate,
            name,
        });
    }
    let majority = jurisdiction
        .and_then(|jurisdiction| MAJORITY.age.get(jurisdiction.code()))
        .copied()
        .unwrap_or(MAJORITY.default);
    match age {
        Some(age) if age < majority => {
            if age >= MAJORITY.ask_from {
                notes.push("a young person: decide whether the letter goes to them or to a parent or guardian".to_owned());
            }
            Some(Representative {
                kind: RepresentativeKind::ParentOrGuardian,
                name,
            })
        }
        // The roster says that somebody receives for this adult.
        _ => name.map(|name| Representative {
            kind: RepresentativeKind::SubstituteDecisionMaker,
            name: Some(name),
        }),
    }
}

/// Whether a listed person counts as affected, by what of theirs was found and in which role.
///
/// A doctor's or colleague's name, office telephone and licence number in a
/// patient's letter, or a correspondent's address in a mail header, is no
/// exposure of their personal information to be told; their own birth date or
/// social insurance number is. A bare family or given name with nothing that is
/// theirs says of nobody in particular that they were there.
pub(crate) fn is_affected(person: &AffectedIndividual, elements: &[DataElement]) -> bool {
    use DataElement as E;
    let name = person.name.reveal();
    let is_whole = !name.given.is_empty() && !name.family.is_empty();
    let says_nothing = |element: &E| {
        matches!(
            element,
            E::Name
                | E::Sex
                | E::SpokenLanguage
                | E::ServiceDate
                | E::ServiceLocation
                | E::Clinician
        )
    };
    if !is_whole && person.roster_id.is_none() && elements.iter().all(says_nothing) {
        return false;
    }
    affects(person.role, elements)
}

/// Whether these elements of somebody in this role put them on the list.
pub(crate) fn affects(role: Role, elements: &[DataElement]) -> bool {
    use DataElement as E;
    let any_but = |professional: &[E]| {
        elements
            .iter()
            .any(|element| !professional.contains(element))
    };
    match role {
        Role::Patient => true,
        Role::Clinician | Role::Staff | Role::Organisation => any_but(&[
            E::Name,
            E::Phone,
            E::Email,
            E::Address,
            E::Clinician,
            E::PractitionerNumber,
            E::ServiceDate,
            E::ServiceLocation,
            E::Signature,
            E::SpokenLanguage,
            E::Sex,
            E::ConsultationReport,
            E::PatientNumber,
            E::Consent,
            E::EmployeeNumber,
            E::Employment,
            E::UserName,
            E::IpAddress,
            E::DeviceId,
        ]),
        Role::Relative => any_but(&[
            E::Name,
            E::Phone,
            E::Email,
            E::Address,
            E::Sex,
            E::SpokenLanguage,
        ]),
        Role::Unknown => any_but(&[
            E::Name,
            E::Email,
            E::Clinician,
            E::ServiceLocation,
            E::ServiceDate,
            E::SpokenLanguage,
            E::Employment,
            E::UserName,
            E::IpAddress,
            E::DeviceId,
        ]),
    }
}

#[cfg(test)]
mod tests {
    use whose_model::RecordId;

    use super::*;

    fn record(subject: u64, given: &str, family: &str, birth: &str) -> PersonRecord {
        let mut record = PersonRecord::new(
            RecordId {
                exhibit: [1; 16],
                subject,
            },
            Standard::Evidence,
        );
        record.role = Role::Patient;
        record.names.push(Phi::new(PersonName {
            given: given.into(),
            family: family.into(),
            ..PersonName::default()
        }));
        record
            .birth_dates
            .extend(PartialDate::parse_iso(birth).map(Phi::new));
        record
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_fuller_name_wins_over_initials_and_capitals() {
        let (a, b) = (
            record(1, "M", "TREMBLAY", ""),
            record(2, "MARIE-ÈVE", "TREMBLAY", "1980-01-02"),
        );
        let person = assemble(
            PersonId("P-1".into()),
            &[&a, &b],
            None,
            &[],
            day("2026-01-01"),
        );
        assert_eq!(person.name.reveal().given, "Marie-Ève");
        assert_eq!(person.name.reveal().family, "Tremblay");
    }

    #[test]
    fn the_name_in_use_wins_over_a_maiden_name() {
        let mut record = record(1, "Cathryn", "Windler", "1980-01-02");
        record.names.push(Phi::new(PersonName {
            given: "Cathryn".into(),
            family: "Kerluke".into(),
            ..PersonName::default()
        }));
        let person = assemble(
            PersonId("P-1".into()),
            &[&record],
            None,
            &[],
            day("2026-01-01"),
        );
        assert_eq!(person.name.reveal().family, "Windler");
        assert_eq!(person.other_names.len(), 1);
    }

    #[test]
    fn who_shares_a_home_and_a_family_name_is_a_household_and_nobody_else() {
        let mut people: Vec<AffectedIndividual> = [
            ("Ana", "Silva", "12 Elm Street"),
            ("Rui", "SILVA", "12 ELM ST"),
            ("Eve", "Silva", "14 Elm Street"),
            ("Luc", "Roy", "12 Elm Street"),
        ]
        .iter()
        .enumerate()
        .map(|(n, (given, family, street))| {
            let mut record = record(n as u64, given, family, "1980-05-02");
            record.addresses.push(Phi::new(PostalAddress {
                street: (*street).to_owned(),
                postal_code: "S4P 3Y2".to_owned(),
                ..PostalAddress::default()
            }));
            let id = PersonId(format!("P-{n}"));
            assemble(id, &[&record], None, &[], day("2026-01-01"))
        })
        .collect();
        assert_eq!(mark_households(&mut people), 1);
        let noted = |person: &AffectedIndividual| person.notes.iter().any(|note| note == HOUSEHOLD);
        let noted: Vec<bool> = people.iter().map(noted).collect();
        assert_eq!(noted, [true, true, false, false]);
    }

    #[test]
    fn a_child_is_written_to_through_a_parent_until_the_birthday() {
        let child = record(1, "Ana", "Silva", "2008-05-02");
        let on =
            |date| assemble(PersonId("P-1".into()), &[&child], None, &[], day(date)).representative;
        assert_eq!(
            on("2026-05-01").unwrap().kind,
            RepresentativeKind::ParentOrGuardian
        );
        assert!(on("2026-05-02").is_none());
    }

    #[test]
    fn a_doctor_in_a_letter_is_not_affected_but_one_with_a_birth_date_is() {
        assert!(!affects(
            Role::Clinician,
            &[DataElement::Name, DataElement::PractitionerNumber]
        ));
        assert!(affects(
            Role::Clinician,
            &[DataElement::Name, DataElement::BirthDate]
        ));
        assert!(affects(Role::Patient, &[DataElement::Name]));
        let bare = |given: &str| {
            let record = record(1, given, "Roy", "");
            let id = PersonId("P-1".into());
            assemble(id, &[&record], None, &[], day("2026-01-01"))
        };
        assert!(!is_affected(&bare(""), &[DataElement::Name]));
        assert!(is_affected(&bare("Luc"), &[DataElement::Name]));
        assert!(is_affected(
            &bare(""),
            &[DataElement::Name, DataElement::Diagnosis]
        ));
        assert!(!affects(
            Role::Unknown,
            &[DataElement::Name, DataElement::Email]
        ));
    }
}
