//! `Query`: which incidents; and `Statistics`: how many of what.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use whose_model::DataElement;

use crate::sketch::{Sketch, date_of, day_number};

/// Which incidents. Empty parts ask nothing.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Words that must all stand in it, or words that begin so.
    pub words: String,
    /// A code of a place: `ca-sk`; `ca` for all of the country.
    pub place: String,
    /// An element that was exposed.
    pub element: Option<DataElement>,
    /// A cause.
    pub cause: String,
    /// A family of actions: `hacking`.
    pub action: String,
    /// What the victim does.
    pub industry: String,
    /// Known to have happened on this day or later.
    pub since: Option<Date>,
    /// Known to have happened on this day or before.
    pub until: Option<Date>,
    /// At least so many people.
    pub people: Option<u64>,
    /// Only with conflicts.
    pub disputed: bool,
    /// Only with facts that wait for a person.
    pub waiting: bool,
}

impl Query {
    /// Whether a sketch has what is asked for, but for the words.
    pub fn fits(&self, sketch: &Sketch) -> bool {
        let has = |list: &str, wanted: &str| {
            wanted.is_empty() || list.split(' ').any(|one| one == wanted)
        };
        let in_place = self.place.is_empty()
            || sketch.places.split(' ').any(|place| {
                place == self.place
                    || place
                        .strip_prefix(self.place.as_str())
                        .is_some_and(|rest| rest.starts_with('-'))
            });
        let day = sketch.days.iter().flatten().next().copied();
        in_place
            && has(&sketch.causes, &self.cause)
            && has(&sketch.actions, &self.action)
            && (self.industry.is_empty() || sketch.industry == self.industry)
            && self
                .element
                .is_none_or(|element| sketch.elements().any(|one| one == element))
            && self
                .since
                .is_none_or(|since| day.is_some_and(|day| day >= day_number(since)))
            && self
                .until
                .is_none_or(|until| day.is_some_and(|day| day <= day_number(until)))
            && self
                .people
                .is_none_or(|n| sketch.people.is_some_and(|people| people >= n))
            && (!self.disputed || sketch.n_conflicts > 0)
            && (!self.waiting || sketch.n_proposed > 0)
    }
}

/// How many of what, over the incidents of a query.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Statistics {
    /// Incidents.
    pub n_incidents: u64,
    /// Of those, with a known number of people.
    pub n_with_people: u64,
    /// People, over those.
    pub n_people: u64,
    /// By year.
    pub years: BTreeMap<i16, u64>,
    /// By place.
    pub places: BTreeMap<String, u64>,
    /// By cause.
    pub causes: BTreeMap<String, u64>,
    /// By family of actions.
    pub actions: BTreeMap<String, u64>,
    /// By sort of actor.
    pub actors: BTreeMap<String, u64>,
    /// By industry.
    pub industries: BTreeMap<String, u64>,
    /// By exposed element.
    pub elements: BTreeMap<&'static str, u64>,
    /// Days between two dates, over the incidents where both are known as days, sorted.
    pub intervals: BTreeMap<&'static str, Vec<i32>>,
    /// With conflicts.
    pub n_disputed: u64,
    /// With facts that wait for a person.
    pub n_waiting: u64,
}

/// Intervals that are compared: their name, from which of `DATES` to which.
pub const INTERVALS: [(&str, usize, usize); 6] = [
    ("access to discovery", 0, 1),
    ("discovery to determination", 1, 2),
    ("discovery to regulator", 1, 3),
    ("discovery to people", 1, 4),
    ("determination to people", 2, 4),
    ("access to people", 0, 4),
];

impl Statistics {
    /// Counts.
    pub fn of<'s>(sketches: impl IntoIterator<Item = &'s Sketch>) -> Self {
        let mut all = Self::default();
        for sketch in sketches {
            all.add(sketch);
        }
        for days in all.intervals.values_mut() {
            days.sort_unstable();
        }
        all
    }

    fn add(&mut self, sketch: &Sketch) {
        self.n_incidents += 1;
        if let Some(people) = sketch.people {
            self.n_with_people += 1;
            self.n_people = self.n_people.saturating_add(people);
        }
        if let Some(year) = sketch
            .days
            .iter()
            .flatten()
            .next()
            .and_then(|day| date_of(*day))
        {
            *self.years.entry(year.year()).or_default() += 1;
        }
        count(&mut self.places, &sketch.places);
        count(&mut self.causes, &sketch.causes);
        count(&mut self.actions, &sketch.actions);
        count(&mut self.actors, &sketch.actors);
        if !sketch.industry.is_empty() {
            bump(&mut self.industries, &sketch.industry);
        }
        for element in sketch.elements() {
            *self.elements.entry(element.id()).or_default() += 1;
        }
        for (name, days) in intervals(sketch) {
            self.intervals.entry(name).or_default().push(days);
        }
        self.n_disputed += u64::from(sketch.n_conflicts > 0);
        self.n_waiting += u64::from(sketch.n_proposed > 0);
    }
}

fn count(into: &mut BTreeMap<String, u64>, list: &str) {
    for one in list.split(' ').filter(|one| !one.is_empty()) {
        bump(into, one);
    }
}

fn bump(into: &mut BTreeMap<String, u64>, one: &str) {
    match into.get_mut(one) {
        Some(n) => *n += 1,
        None => {
            into.insert(one.to_owned(), 1);
        }
    }
}

/// The intervals of one incident, in days, where both ends are known as days.
pub fn intervals(sketch: &Sketch) -> impl Iterator<Item = (&'static str, i32)> {
    INTERVALS.iter().filter_map(|(name, from, to)| {
        let known = *sketch.exact.get(*from)? && *sketch.exact.get(*to)?;
        let days = (*sketch.days.get(*to)?)? - (*sketch.days.get(*from)?)?;
        known.then_some((*name, days))
    })
}

/// The share of a sorted list that is at most this, from 0 to 100.
pub fn percentile_of(sorted: &[i32], days: i32) -> Option<f64> {
    if sorted.is_empty() {
        return None;
    }
    let n = sorted.partition_point(|one| *one <= days);
    Some(n as f64 * 100.0 / sorted.len() as f64)
}

/// The value below which this share of a sorted list lies (nearest rank).
pub fn value_at(sorted: &[i32], percent: u32) -> Option<i32> {
    let rank = (sorted.len() * percent as usize).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[test]
fn percentiles_are_the_nearest_rank() {
    let days: Vec<i32> = (1..=10).collect();
    assert_eq!(value_at(&days, 50), Some(5));
    assert_eq!(value_at(&days, 90), Some(9));
    assert_eq!(value_at(&days, 100), Some(10));
    assert_eq!(value_at(&[], 50), None);
    assert_eq!(percentile_of(&days, 5), Some(50.0));
}
