//! `Sketch`: what a list, a filter and a statistic need of a record, in a hundred bytes.
//!
//! Sketches rest in sealed blocks, so that a hundred thousand of them are
//! opened in a few dozen milliseconds. They are made from records and can be
//! made again.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use whose_model::DataElement;

use crate::{Attribute, IncidentId, Record};

/// Sketches that are sealed together.
pub(crate) const A_BLOCK: u32 = 512;

/// What a list, a filter and a statistic need of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    /// Which incident.
    pub id: IncidentId,
    /// Its name.
    pub name: String,
    /// The first victim; empty when unknown.
    pub victim: String,
    /// Codes of places, separated by spaces.
    pub places: String,
    /// What the victim does; empty when unknown.
    pub industry: String,
    /// Days since 1970 of began, discovered, determined, regulator told, people told: the first each can be.
    pub days: [Option<i32>; 5],
    /// Whether each of those is one day and not a span.
    pub exact: [bool; 5],
    /// People, where a number is known.
    pub people: Option<u64>,
    /// Elements exposed: one bit for each of `DataElement::ALL`.
    pub elements: u64,
    /// Causes, separated by spaces.
    pub causes: String,
    /// Families of actions, separated by spaces: `hacking malware`.
    pub actions: String,
    /// Sorts of actors, separated by spaces.
    pub actors: String,
    /// Sources.
    pub n_sources: u32,
    /// Conflicts.
    pub n_conflicts: u32,
    /// Facts that wait for a person.
    pub n_proposed: u32,
    /// Joined into another: no longer listed.
    pub is_moved: bool,
}

/// The dates of a sketch, in their order.
pub const DATES: [Attribute; 5] = [
    Attribute::Began,
    Attribute::Discovered,
    Attribute::Determined,
    Attribute::RegulatorTold,
    Attribute::PeopleTold,
];

impl Sketch {
    /// The sketch of a record. What is only proposed counts, marked as such.
    pub fn of(id: IncidentId, record: &Record) -> Self {
        let join = |attribute| record.terms(attribute, true).join(" ");
        let first = |attribute| {
            record
                .terms(attribute, true)
                .first()
                .copied()
                .unwrap_or("")
                .to_owned()
        };
        let mut families: Vec<&str> = record
            .terms(Attribute::Action, true)
            .iter()
            .map(|action| action.split('/').next().unwrap_or(""))
            .collect();
        families.sort_unstable();
        families.dedup();
        let mut days = [None; 5];
        let mut exact = [false; 5];
        for ((attribute, day), exact) in DATES.iter().zip(&mut days).zip(&mut exact) {
            if let Some(when) = record.date(*attribute, true) {
                *day = Some(day_number(when.first));
                *exact = when.is_day();
            }
        }
        let elements = record
            .terms(Attribute::Element, true)
            .iter()
            .filter_map(|term| DataElement::from_id(term))
            .filter_map(|element| DataElement::ALL.iter().position(|one| *one == element))
            .fold(0, |mask, bit| {
                mask | 1u64.checked_shl(bit as u32).unwrap_or(0)
            });
        Self {
            id,
            name: record.name.clone(),
            victim: first(Attribute::Victim),
            places: record
                .terms(Attribute::Place, true)
                .into_iter()
                .filter(|place| place.len() <= 6 && !place.contains(char::is_uppercase))
                .collect::<Vec<_>>()
                .join(" "),
            industry: first(Attribute::Industry),
            days,
            exact,
            people: record.people(true),
            elements,
            causes: join(Attribute::Cause),
            actions: families.join(" "),
            actors: join(Attribute::Actor),
            n_sources: record.sources.len() as u32,
            n_conflicts: record.conflicts(true).len() as u32,
            n_proposed: record.n_proposed() as u32,
            is_moved: record.moved.is_some(),
        }
    }

    /// The date of one of `DATES`.
    pub fn date(&self, attribute: Attribute) -> Option<Date> {
        let index = DATES.iter().position(|one| *one == attribute)?;
        date_of(self.days[index]?)
    }

    /// The year in which it began, else was discovered, else people were told.
    pub fn year(&self) -> Option<i16> {
        self.days
            .iter()
            .flatten()
            .next()
            .and_then(|day| date_of(*day))
            .map(|date| date.year())
    }

    /// Exposed elements.
    pub fn elements(&self) -> impl Iterator<Item = DataElement> {
        DataElement::ALL
            .iter()
            .enumerate()
            .filter(|(bit, _)| self.elements >> (*bit as u32).min(63) & 1 == 1)
            .map(|(_, element)| *element)
    }
}

/// Days since 1970-01-01.
pub(crate) fn day_number(date: Date) -> i32 {
    (date - Date::constant(1970, 1, 1)).get_days()
}

/// The date of a number of days.
pub(crate) fn date_of(day: i32) -> Option<Date> {
    use jiff::ToSpan;
    Date::constant(1970, 1, 1).checked_add(day.days()).ok()
}
