//! `Query`: which incidents; and `Statistics`: how many of what.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::Serialize;
use whose_model::DataElement;

use crate::sketch::{Sketch, day_number, element_in};
use crate::words::fold;

/// Which incidents. Empty parts ask nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// What stands in the victim's name.
    pub victim: String,
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
    pub fn fits(&self, sketch: &Sketch<'_>) -> bool {
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
            && (self.victim.is_empty() || fold(&sketch.victim).contains(&fold(&self.victim)))
            && self.element.is_none_or(|element| sketch.has(element))
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
pub const INTERVALS: [(&str, usize, usize); 9] = [
    ("access to discovery", 0, 1),
    ("access to determination", 0, 2),
    ("access to regulator", 0, 3),
    ("access to people", 0, 4),
    ("discovery to determination", 1, 2),
    ("discovery to regulator", 1, 3),
    ("discovery to people", 1, 4),
    ("determination to regulator", 2, 3),
    ("determination to people", 2, 4),
];

impl Statistics {
    /// Counts.
    pub fn of<'s, 'b: 's>(sketches: impl IntoIterator<Item = &'s Sketch<'b>>) -> Self {
        let mut counter = Counter::default();
        for sketch in sketches {
            counter.add(sketch);
        }
        counter.finish()
    }
}

/// Sketches in, one after the other, statistics out. Lists of words are counted whole and taken apart at the end.
#[derive(Default)]
pub(crate) struct Counter {
    all: Statistics,
    years: HashMap<i16, u64>,
    places: HashMap<Box<str>, u64>,
    causes: HashMap<Box<str>, u64>,
    actions: HashMap<Box<str>, u64>,
    actors: HashMap<Box<str>, u64>,
    industries: HashMap<Box<str>, u64>,
    elements: HashMap<u64, u64>,
    intervals: [Vec<i32>; INTERVALS.len()],
}

impl Counter {
    pub(crate) fn add(&mut self, sketch: &Sketch<'_>) {
        let all = &mut self.all;
        all.n_incidents += 1;
        if let Some(people) = sketch.people {
            all.n_with_people += 1;
            all.n_people = all.n_people.saturating_add(people);
        }
        all.n_disputed += u64::from(sketch.n_conflicts > 0);
        all.n_waiting += u64::from(sketch.n_proposed > 0);
        if let Some(day) = sketch.day() {
            *self.years.entry(day.year()).or_default() += 1;
        }
        bump(&mut self.places, &sketch.places);
        bump(&mut self.causes, &sketch.causes);
        bump(&mut self.actions, &sketch.actions);
        bump(&mut self.actors, &sketch.actors);
        bump(&mut self.industries, &sketch.industry);
        *self.elements.entry(sketch.elements).or_default() += 1;
        for ((_, from, to), into) in INTERVALS.iter().zip(&mut self.intervals) {
            into.extend(interval(sketch, *from, *to));
        }
    }

    pub(crate) fn finish(self) -> Statistics {
        let mut all = self.all;
        all.years = self.years.into_iter().collect();
        all.places = taken_apart(self.places);
        all.causes = taken_apart(self.causes);
        all.actions = taken_apart(self.actions);
        all.actors = taken_apart(self.actors);
        all.industries = taken_apart(self.industries);
        for element in DataElement::ALL {
            let has = |mask: &u64| element_in(*mask, *element);
            let n: u64 = self
                .elements
                .iter()
                .filter(|(mask, _)| has(mask))
                .map(|(_, n)| n)
                .sum();
            if n > 0 {
                all.elements.insert(element.id(), n);
            }
        }
        for ((name, _, _), mut days) in INTERVALS.iter().zip(self.intervals) {
            if !days.is_empty() {
                days.sort_unstable();
                all.intervals.insert(name, days);
            }
        }
        all
    }
}

fn bump(into: &mut HashMap<Box<str>, u64>, list: &str) {
    if list.is_empty() {
        return;
    }
    match into.get_mut(list) {
        Some(n) => *n += 1,
        None => {
            into.insert(list.into(), 1);
        }
    }
}

fn taken_apart(lists: HashMap<Box<str>, u64>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    lists.into_iter().for_each(|(list, n)| {
        for one in list.split(' ').filter(|one| !one.is_empty()) {
            *counts.entry(one.to_owned()).or_default() += n;
        }
    });
    counts
}

/// The days between two of `DATES`, where both are known as days.
fn interval(sketch: &Sketch<'_>, from: usize, to: usize) -> Option<i32> {
    let known = *sketch.exact.get(from)? && *sketch.exact.get(to)?;
    let days = (*sketch.days.get(to)?)? - (*sketch.days.get(from)?)?;
    known.then_some(days)
}

/// The intervals of one incident, in days, where both ends are known as days.
pub fn intervals(sketch: &Sketch<'_>) -> impl Iterator<Item = (&'static str, i32)> {
    INTERVALS
        .iter()
        .filter_map(|(name, from, to)| Some((*name, interval(sketch, *from, *to)?)))
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
