//! The tables of a case: their names, the rows that only the engine knows, and small readers and writers.
//!
//! Shared rows (people, exposures, gaps, exhibits, obligations) are those of
//! the model. Every table is written as a whole, in an order that does not
//! depend on how the work was split.

use std::borrow::Cow;
use std::collections::HashMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use whose_model::{
    Digest, Incident, IssuedNumber, Language, PartialDate, PersonId, PersonName, PersonRecord, Phi,
    PostalAddress, RecordId, Role, Sex, Standard,
};
use whose_store::{Case, Row, StoreError};

use whose_linkage::Rival;

use crate::error::EngineError;
use crate::part::Key;
use crate::replay::Link;
use crate::roster::{Roster, RosterExtra};

pub(crate) const EXHIBITS: &str = "exhibits";
pub(crate) const GAPS: &str = "gaps";
/// The table of people; another form of its rows gets another name.
pub const PEOPLE: &str = "people-3";
pub(crate) const EXPOSURES: &str = "exposures";
pub(crate) const OBLIGATIONS: &str = "obligations";
pub(crate) const RECORDS: &str = "records";
pub(crate) const MERGES: &str = "merges-2";
pub(crate) const QUESTIONS: &str = "questions-2";
pub(crate) const NOTES: &str = "notes";
/// The table of the summary.
pub const SUMMARY: &str = "summary-4";
pub(crate) const INCIDENT: &str = "incident";
/// The roster as it was read; what earlier versions kept of it said nothing of safe contacts.
const ROSTER: &str = "roster-2";
const EARLIER_ROSTER: &str = "roster";
/// The table of the roster's rows, each with whose it is in the pile.
pub const ROSTER_ROWS: &str = "roster-rows";
/// The custodian's own detectors, as their file.
pub(crate) const DETECTORS: &str = "detectors";
pub(crate) const TALLY: &str = "tally";
pub(crate) const FINISHED: &str = "finished";

/// A record and the person it was linked to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkedRecord {
    /// Whose.
    pub person_id: PersonId,
    /// Which record.
    pub record: RecordId,
    /// Whether that person is on the list, or is only named in the pile.
    pub is_affected: bool,
}

impl Row for LinkedRecord {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.person_id.0)
    }
}

/// One step of a merge's waterfall: field, level, bits.
pub type Reason = (String, String, f32);

/// Why two records are one person's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergeRow {
    /// Whose.
    pub person_id: PersonId,
    /// One record.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
    /// Match probability.
    pub probability: f32,
    /// Match weight in bits, prior included.
    pub weight_bits: f32,
    /// Against whom was weighed; none where nothing was.
    pub rival: Option<Rival>,
    /// The share of the prior: how many more pairs there are of one person than of such two.
    pub prior_bits: f32,
    /// The share of each comparison.
    pub reasons: Vec<Reason>,
}

impl Row for MergeRow {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.person_id.0)
    }
}

/// Two records that look alike and were left apart, for a person to decide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QuestionRow {
    /// Whose record `a` is.
    pub person_id: PersonId,
    /// One record.
    pub a: RecordId,
    /// The other, of somebody else.
    pub b: RecordId,
    /// The question, in words.
    pub asked: String,
    /// Match probability.
    pub probability: f32,
    /// Match weight in bits, prior included.
    pub weight_bits: f32,
    /// Against whom was weighed; none where nothing was.
    pub rival: Option<Rival>,
    /// The share of the prior: how many more pairs there are of one person than of such two.
    pub prior_bits: f32,
    /// The share of each comparison.
    pub reasons: Vec<Reason>,
}

impl Row for QuestionRow {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.person_id.0)
    }
}

/// What a letter may add to an element.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonNote {
    /// Whose.
    pub person_id: PersonId,
    /// First and last day of service found.
    pub service: Option<(String, String)>,
    /// Results of reading that hold something of theirs.
    pub keys: Vec<[u8; 16]>,
}

impl Row for PersonNote {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.person_id.0)
    }
}

/// A result of reading that the last run used, and the parts that hold it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Finished {
    pub(crate) key: Key,
    /// The digest of the file itself, which a reader that died could not give.
    pub(crate) digest: Digest,
    pub(crate) chain: Vec<Link>,
}

/// A key as text.
pub(crate) fn key_text(key: &Key) -> String {
    format!("{:032x}", u128::from_be_bytes(*key))
}

impl Row for Finished {
    fn key(&self) -> Cow<'_, str> {
        Cow::Owned(key_text(&self.key))
    }
}

/// A table of one value.
#[derive(Serialize, Deserialize)]
struct One(Vec<u8>);

impl Row for One {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
}

pub(crate) fn write<T: Row>(case: &Case, name: &str, rows: &[T]) -> Result<(), StoreError> {
    let mut writer = case.table_writer::<T>(name)?;
    for row in rows {
        writer.push(row)?;
    }
    writer.finish().map(drop)
}

/// Values of one table: pieces of at most a quarter of a mebibyte.
pub(crate) fn write_one<T: Serialize>(
    case: &Case,
    name: &str,
    value: &T,
) -> Result<(), StoreError> {
    let bytes = postcard::to_stdvec(value).map_err(|_| StoreError::BadRow(name.to_owned()))?;
    let mut writer = case.table_writer::<One>(name)?;
    for piece in bytes.chunks(256 << 10) {
        writer.push(&One(piece.to_vec()))?;
    }
    writer.finish().map(drop)
}

pub(crate) fn read_one<T: DeserializeOwned>(
    case: &Case,
    name: &str,
) -> Result<Option<T>, StoreError> {
    if !case.has_table(name) {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    for piece in case.table_reader::<One>(name)?.iter() {
        bytes.extend(piece?.0);
    }
    postcard::from_bytes(&bytes)
        .map(Some)
        .map_err(|_| StoreError::BadRow(name.to_owned()))
}

/// Calls `each` with every row; a table that was never written has none.
pub(crate) fn each<T: Row>(
    case: &Case,
    name: &str,
    mut each: impl FnMut(T),
) -> Result<(), StoreError> {
    if case.has_table(name) {
        for row in case.table_reader::<T>(name)?.iter() {
            each(row?);
        }
    }
    Ok(())
}

/// The rows of one key.
pub(crate) fn of<T: Row>(case: &Case, name: &str, key: &str) -> Result<Vec<T>, StoreError> {
    if case.has_table(name) {
        case.table_reader::<T>(name)?.get(key)
    } else {
        Ok(Vec::new())
    }
}

/// The incident of the case as it was known on a day.
pub(crate) fn incident_as_of(case: &Case, day: Date) -> Result<Option<Incident>, EngineError> {
    let Some(text) = read_one::<String>(case, INCIDENT)? else {
        return Ok(None);
    };
    whose_law::History::parse(&text)
        .and_then(|history| history.as_of(day))
        .map(Some)
        .map_err(|error| EngineError::Law(error.to_string()))
}

/// The incident of the case, with everything that is known.
pub(crate) fn incident(case: &Case) -> Result<Option<Incident>, EngineError> {
    let Some(text) = read_one::<String>(case, INCIDENT)? else {
        return Ok(None);
    };
    whose_law::parse_incident(&text)
        .map(Some)
        .map_err(|error| EngineError::Law(error.to_string()))
}

/// Which id each record had after the last run.
pub(crate) fn person_ids(case: &Case) -> Result<HashMap<RecordId, PersonId>, StoreError> {
    let mut ids = HashMap::new();
    each::<LinkedRecord>(case, RECORDS, |row| {
        ids.insert(row.record, row.person_id);
    })?;
    Ok(ids)
}

pub(crate) fn reason(comparison: &whose_linkage::Comparison) -> Reason {
    (
        comparison.field.id().to_owned(),
        comparison.level.id().to_owned(),
        comparison.bits,
    )
}

/// A roster's side columns in the form in which they were kept.
type EarlierExtra = (Option<Phi<String>>, bool, Option<Phi<PersonName>>);

/// A roster's row as it is kept: all of a record but what an age says of it, which no index needs, and whether to ask first, which a column of its own says.
type KeptRow<'a> = (
    RecordId,
    Standard,
    Role,
    Cow<'a, [Phi<PersonName>]>,
    Cow<'a, [Phi<PartialDate>]>,
    Option<Phi<PartialDate>>,
    Option<Phi<Sex>>,
    Option<Language>,
    Cow<'a, [IssuedNumber]>,
    Cow<'a, [IssuedNumber]>,
    Cow<'a, [Phi<String>]>,
    Cow<'a, [Phi<String>]>,
    Cow<'a, [Phi<PostalAddress>]>,
);

fn kept(person: &PersonRecord) -> KeptRow<'_> {
    (
        person.id,
        person.standard,
        person.role,
        Cow::Borrowed(&person.names),
        Cow::Borrowed(&person.birth_dates),
        person.death_date.clone(),
        person.sex.clone(),
        person.language,
        Cow::Borrowed(&person.health_numbers),
        Cow::Borrowed(&person.numbers),
        Cow::Borrowed(&person.phones),
        Cow::Borrowed(&person.emails),
        Cow::Borrowed(&person.addresses),
    )
}

fn of_kept(row: KeptRow<'_>) -> PersonRecord {
    let mut person = PersonRecord::new(row.0, row.1);
    person.role = row.2;
    person.names = row.3.into_owned();
    person.birth_dates = row.4.into_owned();
    person.death_date = row.5;
    person.sex = row.6;
    person.language = row.7;
    person.health_numbers = row.8.into_owned();
    person.numbers = row.9.into_owned();
    person.phones = row.10.into_owned();
    person.emails = row.11.into_owned();
    person.addresses = row.12.into_owned();
    person
}

/// Keeps the roster for runs to which it is not given again.
pub(crate) fn write_roster(case: &Case, roster: &Roster) -> Result<(), StoreError> {
    let rows: Vec<(KeptRow<'_>, RosterExtra)> = roster
        .people
        .iter()
        .map(|person| {
            let extra = roster.extra.get(&person.id).cloned();
            (kept(person), extra.unwrap_or_default())
        })
        .collect();
    write_one(case, ROSTER, &rows)
}

/// The roster that the case has kept; without one, nobody.
pub(crate) fn stored_roster(case: &Case) -> Result<Roster, StoreError> {
    let stored = match read_one::<Vec<(KeptRow<'static>, RosterExtra)>>(case, ROSTER)? {
        Some(stored) => stored,
        None => read_one::<Vec<(KeptRow<'static>, EarlierExtra)>>(case, EARLIER_ROSTER)?
            .unwrap_or_default()
            .into_iter()
            .map(|(person, (roster_id, deceased, representative))| {
                let extra = RosterExtra {
                    roster_id,
                    deceased,
                    representative,
                    safe_contact: false,
                };
                (person, extra)
            })
            .collect(),
    };
    let mut roster = Roster::default();
    for (person, extra) in stored {
        let person = of_kept(person);
        roster.extra.insert(person.id, extra);
        roster.people.push(person);
    }
    Ok(roster)
}

#[cfg(test)]
mod tests {
    use whose_model::Born;

    use super::*;

    #[test]
    fn a_kept_row_has_the_form_of_a_record_before_ages_were_in_it() {
        let id = RecordId {
            exhibit: [7; 16],
            subject: 3,
        };
        let day = |text: &str| PartialDate::parse_iso(text).unwrap();
        let mut person = PersonRecord::new(id, whose_model::Standard::Roster);
        person.names.push(Phi::new(PersonName {
            given: "Ana".into(),
            family: "Silva".into(),
            ..PersonName::default()
        }));
        person.birth_dates.push(Phi::new(day("1987-01-05")));
        person.phones.push(Phi::new("3065550142".into()));
        let bytes = postcard::to_stdvec(&kept(&person)).unwrap();
        let mut whole = bytes.clone();
        whole.extend([0, 0]); // no age, nothing asked
        assert_eq!(postcard::to_stdvec(&person).unwrap(), whole);
        assert!(of_kept(postcard::from_bytes(&bytes).unwrap()) == person);
        person.born = Some(Phi::new(Born {
            from: day("1986-02-22"),
            to: day("1987-02-22"),
        }));
        assert_eq!(postcard::to_stdvec(&kept(&person)).unwrap(), bytes);
    }
}
