//! The records of one document in, for each the record of the same document that it is a piece of.
//!
//! A reader may see one person as two subjects: a family name on one line and
//! the rest on the next, a certificate number below an address, a first name in
//! the story of a letter. Seen from the whole pile such a piece fits many
//! people or nobody; seen from its document it fits one. Whether two whole
//! records are one person's is not decided here, and rows of tables never are.

use whose_model::{PersonName, PersonRecord, Role, Standard};

use crate::{compact::World, names, text::fold};

/// More records than this are a list of people, in which nearness says nothing.
const MOST_RECORDS: usize = 40;

/// Why a record is a piece of another of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Its name is a part of one name in the document only.
    PartOfName,
    /// It has no name, and the document speaks of one patient only.
    OnlyPatient,
    /// It has no name, and another file of the same export names whom its reference means.
    OneExport,
}

impl Piece {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::PartOfName => "part-of-name",
            Self::OnlyPatient => "only-patient",
            Self::OneExport => "one-export",
        }
    }
}

/// For each record, the record that it is a piece of, and why. A record that is given as a whole is no piece.
pub fn pieces(records: &[PersonRecord]) -> Vec<Option<(usize, Piece)>> {
    let mut found = vec![None; records.len()];
    if records.len() < 2
        || records.len() > MOST_RECORDS
        || records
            .iter()
            .any(|record| record.standard == Standard::Roster)
    {
        return found;
    }
    let seen: Vec<Seen> = records.iter().map(Seen::new).collect();
    for (index, piece) in seen.iter().enumerate() {
        if piece.names.is_empty() {
            continue;
        }
        let mut fits = (0..seen.len()).filter(|&other| {
            other != index
                && seen[other].is_whole
                // Of two whole names (Xiu Ying; Xiu Ying Wang) the shorter may be two given names alone.
                && (!piece.is_whole
                    || (!piece.is_known && piece.most_words() < seen[other].most_words()))
                && piece.is_part_of(&seen[other])
                && !contradict(&records[index], &records[other])
        });
        if let (Some(other), None) = (fits.next(), fits.next()) {
            found[index] = Some((other, Piece::PartOfName));
        }
    }
    let is_subject = |index: &usize| {
        found[*index].is_none()
            && seen[*index].world == World::People
            && !seen[*index].is_relative
            && !seen[*index].names.is_empty()
    };
    let subjects: Vec<usize> = (0..seen.len()).filter(is_subject).collect();
    let mut patients = subjects
        .iter()
        .copied()
        .filter(|&index| records[index].role == Role::Patient);
    let only = match (patients.next(), patients.next(), subjects.as_slice()) {
        (Some(patient), None, _) => patient,
        (None, _, [subject]) => *subject,
        _ => return found,
    };
    for (index, piece) in seen.iter().enumerate() {
        if piece.names.is_empty()
            && piece.world == World::People
            && !piece.is_relative
            && !is_contact(&records[index])
            && !contradict(&records[index], &records[only])
        {
            found[index] = Some((only, Piece::OnlyPatient));
        }
    }
    found
}

/// Adds to a record what a piece of it says; the record's own values stay first.
pub fn join(record: &mut PersonRecord, piece: PersonRecord) {
    fn add<T: PartialEq>(to: &mut Vec<T>, from: Vec<T>) {
        for value in from {
            if !to.contains(&value) {
                to.push(value);
            }
        }
    }
    if record.role == Role::Unknown {
        record.role = piece.role;
    }
    add(&mut record.names, piece.names);
    add(&mut record.birth_dates, piece.birth_dates);
    add(&mut record.health_numbers, piece.health_numbers);
    add(&mut record.numbers, piece.numbers);
    add(&mut record.phones, piece.phones);
    add(&mut record.emails, piece.emails);
    add(&mut record.addresses, piece.addresses);
    record.death_date = record.death_date.take().or(piece.death_date);
    record.sex = record.sex.take().or(piece.sex);
    record.born = record.born.take().or(piece.born);
    record.language = record.language.or(piece.language);
    record.is_ask_first |= piece.is_ask_first;
}

/// Nothing but ways to reach somebody: as often the office's as the patient's.
fn is_contact(record: &PersonRecord) -> bool {
    (!record.phones.is_empty() || !record.emails.is_empty() || !record.addresses.is_empty())
        && record.health_numbers.is_empty()
        && record.numbers.is_empty()
        && record.birth_dates.is_empty()
}

/// A record's names in words.
struct Seen {
    names: Vec<Vec<String>>,
    /// It has a full given name and a family name.
    is_whole: bool,
    /// It has a date or a number of its own.
    is_known: bool,
    world: World,
    is_relative: bool,
}

impl Seen {
    fn new(record: &PersonRecord) -> Self {
        let names: Vec<Vec<String>> = record
            .names
            .iter()
            .map(|name| words(name.reveal()))
            .filter(|words| words.iter().any(|word| word.chars().count() > 1))
            .collect();
        let is_long = |text: &str| text.chars().filter(|ch| ch.is_alphabetic()).count() > 1;
        Self {
            names,
            is_whole: record
                .names
                .iter()
                .any(|name| is_long(&name.reveal().given) && is_long(&name.reveal().family)),
            is_known: !record.birth_dates.is_empty()
                || !record.health_numbers.is_empty()
                || !record.numbers.is_empty(),
            world: World::of(record.role),
            is_relative: record.role == Role::Relative,
        }
    }

    fn most_words(&self) -> usize {
        self.names.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// Every name of the piece is made of words of one name of the whole; a letter may stand for a word.
    fn is_part_of(&self, whole: &Self) -> bool {
        self.world == whole.world
            && self.is_relative == whole.is_relative
            && self.names.iter().all(|part| {
                whole.names.iter().any(|name| {
                    part.iter().all(|word| {
                        name.iter().any(|other| {
                            word == other
                                || (word.chars().count() == 1 && other.starts_with(word.as_str()))
                        })
                    })
                })
            })
    }
}

fn words(name: &PersonName) -> Vec<String> {
    let (given, middle, family, ..) = names::parts(name);
    [given, middle, family]
        .iter()
        .flat_map(|part| part.split(' '))
        .filter(|word| !word.is_empty())
        .map(fold)
        .collect()
}

/// Both say something that one person has once, and not the same.
fn contradict(a: &PersonRecord, b: &PersonRecord) -> bool {
    let births = !a.birth_dates.is_empty()
        && !b.birth_dates.is_empty()
        && !a.birth_dates.iter().any(|one| {
            b.birth_dates.iter().any(|other| {
                let (one, other) = (one.reveal(), other.reveal());
                let agrees = |a: u8, b: u8| a == 0 || b == 0 || a == b;
                one.year == other.year
                    && agrees(one.month, other.month)
                    && agrees(one.day, other.day)
            })
        });
    let numbers = a.health_numbers.iter().filter(|one| one.holds).any(|one| {
        let mut same_scheme = b
            .health_numbers
            .iter()
            .filter(|other| other.holds && other.scheme == one.scheme)
            .peekable();
        same_scheme.peek().is_some()
            && !a.health_numbers.iter().any(|one| {
                b.health_numbers
                    .iter()
                    .any(|other| one.number == other.number)
            })
    });
    let sexes = matches!((&a.sex, &b.sex), (Some(one), Some(other)) if one != other);
    births || numbers || sexes
}

#[cfg(test)]
mod tests {
    use whose_model::{IssuedNumber, PartialDate, Phi, RecordId, Scheme};

    use super::*;

    fn record(subject: u64, role: Role, given: &str, family: &str) -> PersonRecord {
        let id = RecordId {
            exhibit: [1; 16],
            subject,
        };
        let mut record = PersonRecord::new(id, Standard::Evidence);
        record.role = role;
        if !given.is_empty() || !family.is_empty() {
            record.names.push(Phi::new(PersonName {
                given: given.into(),
                family: family.into(),
                ..PersonName::default()
            }));
        }
        record
    }

    fn policy(subject: u64) -> PersonRecord {
        let mut record = record(subject, Role::Unknown, "", "");
        record.numbers.push(IssuedNumber {
            scheme: Scheme::new("insurance-policy"),
            number: Phi::new("4471902".into()),
            holds: true,
        });
        record
    }

    #[test]
    fn a_family_name_on_its_own_line_belongs_to_the_name_it_is_part_of() {
        let records = [
            record(1, Role::Patient, "", "D'Amours"),
            record(2, Role::Patient, "Luc", "D’Amours"),
            record(3, Role::Clinician, "Paul", "D'Amours"),
        ];
        assert_eq!(pieces(&records), [Some((1, Piece::PartOfName)), None, None]);
    }

    #[test]
    fn two_given_names_without_the_family_name_are_a_part_of_the_three() {
        let records = [
            record(1, Role::Patient, "Xiu Ying", "Wang"),
            record(2, Role::Patient, "Xiu", "Ying"),
        ];
        assert_eq!(pieces(&records), [None, Some((0, Piece::PartOfName))]);
    }

    #[test]
    fn between_two_children_of_one_name_a_family_name_decides_nothing() {
        let records = [
            record(1, Role::Patient, "", "Nguyen"),
            record(2, Role::Patient, "Linh", "Nguyen"),
            record(3, Role::Patient, "Minh", "Nguyen"),
            record(4, Role::Unknown, "Minh", ""),
        ];
        assert_eq!(
            pieces(&records),
            [None, None, None, Some((2, Piece::PartOfName))]
        );
    }

    #[test]
    fn a_nameless_number_belongs_to_the_only_patient_and_not_to_one_of_two() {
        let one = [
            policy(1),
            record(2, Role::Patient, "Ana", "Silva"),
            record(3, Role::Relative, "Rui", "Silva"),
            record(4, Role::Clinician, "", "Roy"),
        ];
        assert_eq!(
            pieces(&one),
            [Some((1, Piece::OnlyPatient)), None, None, None]
        );
        let two = [
            policy(1),
            record(2, Role::Patient, "Ana", "Silva"),
            record(3, Role::Patient, "Rui", "Silva"),
        ];
        assert_eq!(pieces(&two), [None, None, None]);
    }

    #[test]
    fn another_birth_date_or_only_a_telephone_is_no_piece() {
        let date = |text: &str| PartialDate::parse_iso(text).map(Phi::new);
        let mut whole = record(1, Role::Patient, "Ana", "Silva");
        whole.birth_dates.extend(date("1980-02-03"));
        let mut baby = record(2, Role::Patient, "", "Silva");
        baby.birth_dates.extend(date("2026-02-03"));
        let mut office = record(3, Role::Unknown, "", "");
        office.phones.push(Phi::new("3065550100".into()));
        assert_eq!(pieces(&[whole, baby, office]), [None, None, None]);
    }
}
