//! `Tally`: people, one by one -> sums by place, standing and element, small enough to keep for any number of people.
//!
//! People are added as they stream past and forgotten; what the laws ask about
//! the whole (how many, of whom in Quebec, which kinds of information) is kept
//! per group. Tallies of parts can be merged. No value of a person is here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use whose_model::{DataElement, Jurisdiction, Obligation, ObligationStatus};

use crate::library::Library;
use crate::person::{PersonFacts, PersonStanding};
use crate::scope::Ruling;

/// People who are alike before the law.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// How many.
    pub people: u64,
    /// Of them minors.
    pub minors: u64,
    /// Of them dead.
    pub deceased: u64,
    /// How many of them had this element exposed.
    pub elements: BTreeMap<DataElement, u64>,
}

impl Group {
    pub(crate) fn merge(&mut self, other: &Self) {
        self.people += other.people;
        self.minors += other.minors;
        self.deceased += other.deceased;
        for (&element, n) in &other.elements {
            *self.elements.entry(element).or_default() += n;
        }
    }
}

/// How many people have a duty owed to them, by where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyCount {
    /// The duty applies.
    pub due: u64,
    /// A fact is missing.
    pub ask: u64,
    /// Expected by the regulator.
    pub expected: u64,
    /// On hold.
    pub on_hold: u64,
}

/// Sums over the people of an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// By code of the place of residence (empty when not known) and standing.
    groups: BTreeMap<String, BTreeMap<PersonStanding, Group>>,
    /// By regime, then duty.
    duties: BTreeMap<String, BTreeMap<String, DutyCount>>,
    /// By rule and place of residence, where the answer to its harm test differs from person to person.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    harm: BTreeMap<String, BTreeMap<String, HarmCount>>,
}

/// How many people meet a harm test, and of how many it is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HarmCount {
    /// They do.
    pub met: u64,
    /// Nobody has decided.
    pub open: u64,
    /// They do not.
    pub not_met: u64,
}

impl Tally {
    /// Adds one person and what `assess_person` said about them.
    pub fn add(&mut self, library: &Library, person: &PersonFacts<'_>, obligations: &[Obligation]) {
        let standing = PersonStanding::of(library, person);
        let home = person
            .residence
            .map_or("", |residence| residence.jurisdiction.code());
        change(&mut self.groups, home, |by_standing| {
            let group = by_standing.entry(standing).or_default();
            group.people += 1;
            group.minors += u64::from(person.is_minor);
            group.deceased += u64::from(person.is_deceased);
            for &element in person.elements {
                *group.elements.entry(element).or_default() += 1;
            }
        });
        for obligation in obligations {
            change(&mut self.duties, &obligation.regime, |duties| {
                change(duties, &obligation.duty, |count| match obligation.status {
                    ObligationStatus::Due => count.due += 1,
                    ObligationStatus::Ask => count.ask += 1,
                    ObligationStatus::Expected => count.expected += 1,
                    ObligationStatus::OnHold => count.on_hold += 1,
                });
            });
        }
    }

    /// Adds what the harm test of a rule says of one person.
    pub(crate) fn add_harm(&mut self, rule: &str, home: &str, ruling: Ruling) {
        change(&mut self.harm, rule, |places| {
            change(places, home, |count| match ruling {
                Ruling::Holds => count.met += 1,
                Ruling::Asks => count.open += 1,
                Ruling::Fails => count.not_met += 1,
            });
        });
    }

    /// What the harm test of a rule says of the people who live in these places; `None` when it was not asked person by person.
    pub(crate) fn harm(&self, rule: &str, is_in: &dyn Fn(&str) -> bool) -> Option<HarmCount> {
        let places = self.harm.get(rule)?;
        let mut sum = HarmCount::default();
        for count in places
            .iter()
            .filter(|(place, _)| is_in(place))
            .map(|(_, count)| count)
        {
            sum.met += count.met;
            sum.open += count.open;
            sum.not_met += count.not_met;
        }
        Some(sum)
    }

    /// Adds another part's sums.
    pub fn merge(&mut self, other: &Self) {
        for (home, by_standing) in &other.groups {
            let mine = self.groups.entry(home.clone()).or_default();
            for (&standing, group) in by_standing {
                mine.entry(standing).or_default().merge(group);
            }
        }
        for (rule, places) in &other.harm {
            let mine = self.harm.entry(rule.clone()).or_default();
            for (place, count) in places {
                let mine = mine.entry(place.clone()).or_default();
                mine.met += count.met;
                mine.open += count.open;
                mine.not_met += count.not_met;
            }
        }
        for (regime, duties) in &other.duties {
            let mine = self.duties.entry(regime.clone()).or_default();
            for (duty, count) in duties {
                let mine = mine.entry(duty.clone()).or_default();
                mine.due += count.due;
                mine.ask += count.ask;
                mine.expected += count.expected;
                mine.on_hold += count.on_hold;
            }
        }
    }

    /// Everybody who was added.
    pub fn people(&self) -> u64 {
        self.groups().map(|(_, _, group)| group.people).sum()
    }

    /// Whether nobody was added.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// People by place of residence; `None` when it is not known.
    pub fn by_residence(&self) -> BTreeMap<Option<Jurisdiction>, u64> {
        let mut sums = BTreeMap::new();
        for (home, _, group) in self.groups() {
            *sums.entry(home).or_default() += group.people;
        }
        sums
    }

    /// People by element exposed.
    pub fn by_element(&self) -> BTreeMap<DataElement, u64> {
        let mut sums = BTreeMap::new();
        for (_, _, group) in self.groups() {
            for (&element, n) in &group.elements {
                *sums.entry(element).or_default() += n;
            }
        }
        sums
    }

    /// People by regime, then duty.
    pub fn by_duty(&self) -> &BTreeMap<String, BTreeMap<String, DutyCount>> {
        &self.duties
    }

    /// The groups, in order.
    pub fn groups(&self) -> impl Iterator<Item = (Option<Jurisdiction>, PersonStanding, &Group)> {
        self.groups.iter().flat_map(|(home, by_standing)| {
            by_standing.iter().map(move |(&standing, group)| {
                let home = (!home.is_empty()).then(|| Jurisdiction::from_code(home));
                (home, standing, group)
            })
        })
    }
}

/// Changes the entry of a name, which is copied only when it is new.
fn change<T: Default>(map: &mut BTreeMap<String, T>, name: &str, with: impl FnOnce(&mut T)) {
    if let Some(value) = map.get_mut(name) {
        with(value);
    } else {
        with(map.entry(name.to_owned()).or_default());
    }
}
