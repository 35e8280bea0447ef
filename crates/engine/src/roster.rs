//! The roster: the custodian's own index of people, read like any table, then as one person a row.
//!
//! Its columns are recognised by the same detectors as the evidence's; three
//! that only an index has (deceased, representative, its own id) are found by
//! header. It is the custodian's own file, yet read in the same confined process.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use whose_model::{
    DataElement, Locator, Mention, Normal, PersonId, PersonName, PersonRecord, Phi, RecordId, Role,
    Standard,
};
use whose_store::Row;
use whose_store::export::{Cell, Column, Listed, Values};

use crate::tables::LinkedRecord;

/// What a roster row says beyond a person record.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct RosterExtra {
    pub(crate) roster_id: Option<Phi<String>>,
    pub(crate) deceased: bool,
    pub(crate) representative: Option<Phi<PersonName>>,
    /// Nobody else at home may learn of it: nothing is sent to the address before it is asked.
    pub(crate) safe_contact: bool,
}

/// The people of a roster, in the order of rows.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    pub(crate) people: Vec<PersonRecord>,
    pub(crate) extra: BTreeMap<RecordId, RosterExtra>,
}

/// What became of somebody in the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    /// On the list of affected individuals.
    Listed,
    /// Named in the pile, with nothing that puts them on the list.
    NamedOnly,
    /// Not in the pile, as far as it was read.
    Untouched,
}

impl Status {
    const fn id(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::NamedOnly => "named-only",
            Self::Untouched => "not-in-the-pile",
        }
    }
}

/// A person of the roster, and who in the pile that is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RosterRow {
    pub(crate) roster_id: Phi<String>,
    pub(crate) name: Phi<String>,
    pub(crate) status: Status,
    pub(crate) person_id: Option<PersonId>,
}

impl Row for RosterRow {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.person_id.as_ref().map_or("", |id| &id.0))
    }
}

impl Listed for RosterRow {
    const COLUMNS: &'static [Column] = &[
        Column::text("roster_id"),
        Column::text("name"),
        Column::text("status"),
        Column::text("person_id"),
    ];

    fn cells(&self, values: Values) -> Vec<Cell<'_>> {
        let phi = |value: &Phi<String>| {
            Cell::text(match values {
                Values::Shown => value.reveal().clone(),
                Values::Masked => value.masked(),
            })
        };
        vec![
            phi(&self.roster_id),
            phi(&self.name),
            Cell::text(self.status.id()),
            Cell::text(self.person_id.as_ref().map_or("", |id| id.0.as_str())),
        ]
    }
}

impl Roster {
    /// Each person of the roster, in its order, and who of those found in the pile that is.
    pub(crate) fn standing(&self, found: &[LinkedRecord]) -> Vec<RosterRow> {
        let found: HashMap<RecordId, &LinkedRecord> =
            found.iter().map(|row| (row.record, row)).collect();
        self.people
            .iter()
            .map(|person| {
                let row = found.get(&person.id);
                let name = person.names.first().map(Phi::reveal);
                RosterRow {
                    roster_id: self
                        .extra
                        .get(&person.id)
                        .and_then(|extra| extra.roster_id.clone())
                        .unwrap_or_else(|| Phi::new(String::new())),
                    name: Phi::new(name.map_or_else(String::new, |name| {
                        format!("{} {}", name.given, name.family)
                    })),
                    status: match row {
                        Some(row) if row.is_affected => Status::Listed,
                        Some(_) => Status::NamedOnly,
                        None => Status::Untouched,
                    },
                    person_id: row.map(|row| row.person_id.clone()),
                }
            })
            .collect()
    }
}

/// Makes people of the mentions found in a roster, and of the columns only a roster has.
pub(crate) fn gather(exhibit: [u8; 16], mentions: Vec<Mention>, bytes: &[u8]) -> Roster {
    let side = side_columns(bytes);
    let mut rows: BTreeMap<u64, (u64, Vec<Mention>)> = BTreeMap::new();
    for mention in mentions {
        // In an index each row is one person; relatives and doctors named in it have their own subject.
        let (Some(subject), Locator::Cell { row, .. }) = (mention.subject, &mention.place) else {
            continue;
        };
        if matches!(mention.role, Role::Relative | Role::Clinician | Role::Staff) {
            continue;
        }
        rows.entry(subject)
            .or_insert_with(|| (*row, Vec::new()))
            .1
            .push(mention);
    }
    let mut roster = Roster::default();
    for (subject, (row, mentions)) in rows {
        let id = RecordId { exhibit, subject };
        let mut record = whose_linkage::record(id, Standard::Roster, &mut mentions.iter());
        if record.names.is_empty() {
            continue;
        }
        record.role = Role::Patient;
        let mut extra = side.get(&row).cloned().unwrap_or_default();
        extra.roster_id = mentions
            .iter()
            .find(|m| {
                matches!(
                    m.element,
                    DataElement::PatientNumber | DataElement::MedicalRecordNumber
                )
            })
            .map(|m| m.value.clone())
            .or(extra.roster_id)
            .or_else(|| Some(Phi::new(format!("row {row}"))));
        extra.deceased |= mentions.iter().any(|m| {
            m.element == DataElement::DeathDate && matches!(m.normal.reveal(), Normal::Date(_))
        });
        roster.people.push(record);
        roster.extra.insert(id, extra);
    }
    roster
}

/// Deceased flag, representative and id by row number, of a roster that is delimited text.
fn side_columns(bytes: &[u8]) -> BTreeMap<u64, RosterExtra> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let Some(header) = text.lines().next() else {
        return BTreeMap::new();
    };
    let delimiter = [b',', b';', b'\t', b'|']
        .into_iter()
        .max_by_key(|&delimiter| header.bytes().filter(|&byte| byte == delimiter).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let Ok(headers) = reader.headers().cloned() else {
        return BTreeMap::new();
    };
    let find = |words: &[&str]| {
        headers.iter().position(|name| {
            let name = name.trim().to_lowercase();
            words.iter().any(|word| name.contains(word))
        })
    };
    let deceased = find(&["deceased", "décédé", "decede", "dead"]);
    let safe = find(&[
        "safe contact",
        "safe_contact",
        "do not mail",
        "do_not_mail",
        "no mail",
        "no_mail",
        "confidential",
        "contact sécuritaire",
        "contact_securitaire",
        "ne pas écrire",
        "ne_pas_ecrire",
        "confidentiel",
    ]);
    let representative = find(&[
        "representative",
        "représentant",
        "representant",
        "guardian",
        "tuteur",
        "parent",
        "executor",
    ]);
    let id = headers.iter().position(|name| {
        matches!(
            name.trim().to_lowercase().as_str(),
            "id" | "roster_id" | "patient_id" | "client_id" | "person_id" | "index_id" | "no"
        )
    });
    let mut rows = BTreeMap::new();
    for result in reader.into_records() {
        let Ok(row) = result else { continue };
        let Some(line) = row.position().map(csv::Position::line) else {
            continue;
        };
        let cell = |at: Option<usize>| {
            at.and_then(|at| row.get(at))
                .map(str::trim)
                .filter(|text| !text.is_empty())
        };
        let extra = RosterExtra {
            roster_id: cell(id).map(|text| Phi::new(text.to_owned())),
            deceased: cell(deceased).is_some_and(is_yes),
            representative: cell(representative).map(|text| Phi::new(split_name(text))),
            safe_contact: cell(safe).is_some_and(is_yes),
        };
        rows.insert(line, extra);
    }
    rows
}

fn is_yes(text: &str) -> bool {
    let text = text.to_lowercase();
    matches!(
        text.as_str(),
        "y" | "yes" | "true" | "1" | "o" | "oui" | "vrai" | "x" | "deceased" | "décédé" | "décédée"
    ) || text.starts_with(|ch: char| ch.is_ascii_digit()) && text.len() >= 8
}

fn split_name(text: &str) -> PersonName {
    let (given, family) = match text.split_once(',') {
        Some((family, given)) => (given.trim(), family.trim()),
        None => text.rsplit_once(' ').unwrap_or(("", text)),
    };
    PersonName {
        given: given.to_owned(),
        family: family.to_owned(),
        ..PersonName::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_only_an_index_has_are_found_by_header_in_either_language() {
        let text = "\u{feff}id;Nom;Décédé;Représentant;Contact sécuritaire\nA1;Roy;oui;Luc Roy;\nA2;Côté;non;;oui\n";
        let rows = side_columns(text.as_bytes());
        assert!(rows[&2].deceased && !rows[&3].deceased);
        assert_eq!(
            rows[&2].representative.as_ref().unwrap().reveal().family,
            "Roy"
        );
        assert!(rows[&3].representative.is_none());
        assert!(rows[&3].safe_contact && !rows[&2].safe_contact);
    }
    #[test]
    fn each_row_of_the_roster_is_listed_named_only_or_not_in_the_pile() {
        let mut roster = Roster::default();
        for (subject, given) in [(1, "Ana"), (2, "Luc"), (3, "Eve")] {
            let id = RecordId {
                exhibit: [1; 16],
                subject,
            };
            let mut person = PersonRecord::new(id, Standard::Roster);
            person
                .names
                .push(Phi::new(split_name(&format!("{given} Roy"))));
            roster.people.push(person);
        }
        let found = |subject: usize, is_affected| LinkedRecord {
            person_id: PersonId(format!("P-{subject}")),
            record: roster.people[subject - 1].id,
            is_affected,
        };
        let rows = roster.standing(&[found(1, true), found(2, false)]);
        assert_eq!(rows[0].name.reveal(), "Ana Roy");
        let status: Vec<(&str, &str)> = rows
            .iter()
            .map(|row| {
                (
                    row.status.id(),
                    row.person_id.as_ref().map_or("", |id| &id.0),
                )
            })
            .collect();
        let expected = [
            ("listed", "P-1"),
            ("named-only", "P-2"),
            ("not-in-the-pile", ""),
        ];
        assert_eq!(status, expected);
    }
}
