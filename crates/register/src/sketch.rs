//! `Sketch`: what a list, a filter and a statistic need of a record, in a hundred bytes.
//!
//! Sketches rest in sealed blocks, and their words stay in the opened block's
//! bytes, so that a hundred thousand of them are looked through in a few dozen
//! milliseconds. They are made from records and can be made again.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use whose_model::DataElement;

use crate::{Attribute, IncidentId, Record};

/// Sketches that are sealed together.
pub(crate) const A_BLOCK: u32 = 512;

/// What a list, a filter and a statistic need of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch<'b> {
    /// Which incident.
    pub id: IncidentId,
    /// Its name.
    #[serde(borrow)]
    pub name: Cow<'b, str>,
    /// The first victim; empty when unknown.
    #[serde(borrow)]
    pub victim: Cow<'b, str>,
    /// Codes of places, separated by spaces.
    #[serde(borrow)]
    pub places: Cow<'b, str>,
    /// What the victim does; empty when unknown.
    #[serde(borrow)]
    pub industry: Cow<'b, str>,
    /// Days since 1970 of began, discovered, determined, regulator told, people told: the first each can be.
    pub days: [Option<i32>; 5],
    /// Whether each of those is one day and not a span.
    pub exact: [bool; 5],
    /// People, where a number is known.
    pub people: Option<u64>,
    /// Elements exposed: one bit for each of `DataElement::ALL`.
    pub elements: u64,
    /// Causes, separated by spaces.
    #[serde(borrow)]
    pub causes: Cow<'b, str>,
    /// Families of actions, separated by spaces: `hacking malware`.
    #[serde(borrow)]
    pub actions: Cow<'b, str>,
    /// Sorts of actors, separated by spaces.
    #[serde(borrow)]
    pub actors: Cow<'b, str>,
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

impl Sketch<'_> {
    /// The sketch of a record. What is only proposed counts, marked as such.
    pub fn of(id: IncidentId, record: &Record) -> Sketch<'static> {
        let join = |attribute| Cow::Owned(record.terms(attribute, true).join(" "));
        let first = |attribute| {
            let terms = record.terms(attribute, true);
            Cow::Owned(terms.first().copied().unwrap_or("").to_owned())
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
            .filter_map(bit_of)
            .fold(0, |mask, bit| mask | 1u64 << bit);
        Sketch {
            id,
            name: Cow::Owned(record.name.clone()),
            victim: first(Attribute::Victim),
            places: record
                .terms(Attribute::Place, true)
                .into_iter()
                .filter(|place| place.len() <= 6 && !place.contains(char::is_uppercase))
                .collect::<Vec<_>>()
                .join(" ")
                .into(),
            industry: first(Attribute::Industry),
            days,
            exact,
            people: record.people(true),
            elements,
            causes: join(Attribute::Cause),
            actions: families.join(" ").into(),
            actors: join(Attribute::Actor),
            n_sources: record.sources.len() as u32,
            n_conflicts: record.conflicts(true).len() as u32,
            n_proposed: record.n_proposed() as u32,
            is_moved: record.moved.is_some(),
        }
    }

    /// The same with words of its own.
    pub fn into_owned(self) -> Sketch<'static> {
        let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Sketch {
            id: self.id,
            name: own(self.name),
            victim: own(self.victim),
            places: own(self.places),
            industry: own(self.industry),
            days: self.days,
            exact: self.exact,
            people: self.people,
            elements: self.elements,
            causes: own(self.causes),
            actions: own(self.actions),
            actors: own(self.actors),
            n_sources: self.n_sources,
            n_conflicts: self.n_conflicts,
            n_proposed: self.n_proposed,
            is_moved: self.is_moved,
        }
    }

    /// The date of one of `DATES`.
    pub fn date(&self, attribute: Attribute) -> Option<Date> {
        let index = DATES.iter().position(|one| *one == attribute)?;
        date_of(self.days[index]?)
    }

    /// The first of `DATES` that is known: when it began, else was discovered, and so on.
    pub fn day(&self) -> Option<Date> {
        self.days
            .iter()
            .flatten()
            .next()
            .and_then(|day| date_of(*day))
    }

    /// Whether this element was exposed.
    pub fn has(&self, element: DataElement) -> bool {
        element_in(self.elements, element)
    }

    /// Exposed elements.
    pub fn elements(&self) -> impl Iterator<Item = DataElement> {
        DataElement::ALL
            .iter()
            .copied()
            .filter(|element| self.has(*element))
    }
}

/// Whether an element's bit is set.
pub(crate) fn element_in(elements: u64, element: DataElement) -> bool {
    bit_of(element).is_some_and(|bit| elements >> bit & 1 == 1)
}

/// The place of an element among all of them. There are no more than bits: the model's own test.
fn bit_of(element: DataElement) -> Option<u32> {
    let bit = DataElement::ALL.iter().position(|one| *one == element)?;
    u32::try_from(bit).ok().filter(|bit| *bit < u64::BITS)
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
