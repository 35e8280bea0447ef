//! `Record`: an incident as its entries make it, on a day.
//!
//! There are two clocks. A source may have said in 2020 what the register
//! learned in 2026: `AsOf::known` asks what the world knew on a day,
//! `AsOf::recorded` what this register held at a moment.
//!
//! Where facts of one slot contradict each other, all stand. One is used: the
//! one a person chose, else the one of the source that stands nearest to the
//! evidence, else the newest; the reason is said in words.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::{
    Attribute, Entry, Event, Fact, FactId, IncidentId, Source, SourceId, SourceKind, Value, When,
};

/// The day for which a record is folded. Without limits: now.
#[derive(Clone, Copy, Debug, Default)]
pub struct AsOf {
    /// Only what had become known by this day.
    pub known: Option<Date>,
    /// Only what had been written into the register by this moment.
    pub recorded: Option<Timestamp>,
}

/// Where a fact stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A program proposes it.
    Proposed,
    /// A person or the evidence stands behind it.
    Accepted,
    /// A person rejected it.
    Rejected {
        /// Why.
        why: String,
    },
    /// It was corrected.
    Replaced {
        /// By what.
        by: Option<FactId>,
        /// Why.
        why: String,
    },
}

/// A fact with its number and where it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    /// Its number.
    pub id: FactId,
    /// What it says.
    pub fact: Fact,
    /// Where it stands.
    pub standing: Standing,
    /// When the register learned it.
    pub recorded: Timestamp,
    /// Who brought it.
    pub by: String,
}

/// Why one of several facts is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// A person chose it, and said why.
    ByPerson(String),
    /// Its kind of source stands nearer to the evidence than the other's.
    Nearer(SourceKind, SourceKind),
    /// Its source is newer.
    Newer,
    /// One source says both; the last said.
    LastSaid,
}

impl std::fmt::Display for Chosen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ByPerson(why) => write!(f, "chosen by a person: {why}"),
            Self::Nearer(one, two) => write!(
                f,
                "nobody has chosen; a source of kind `{}` stands before `{}`",
                one.id(),
                two.id()
            ),
            Self::Newer => f.write_str("nobody has chosen; the newer source is used"),
            Self::LastSaid => {
                f.write_str("nobody has chosen; one source says both, the last said is used")
            }
        }
    }
}

/// Facts that cannot all be true.
#[derive(Clone, Debug, Serialize)]
pub struct Conflict {
    /// What they are about.
    pub attribute: Attribute,
    /// Which of several.
    pub scope: String,
    /// All that stand.
    pub facts: Vec<FactId>,
    /// The one that is used.
    pub used: FactId,
    /// Why that one.
    #[serde(serialize_with = "as_words")]
    pub why: Chosen,
}

fn as_words<S: serde::Serializer>(why: &Chosen, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(why)
}

/// An incident, folded.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Its number.
    pub id: String,
    /// Its short name.
    pub name: String,
    /// Where facts come from.
    pub sources: Vec<Source>,
    /// Every fact, the replaced and the rejected too.
    pub facts: Vec<Held>,
    /// What people chose.
    #[serde(skip)]
    chosen: BTreeMap<FactId, String>,
    /// Documents kept whole: form and body.
    #[serde(skip)]
    pub kept: Vec<(String, String)>,
    /// Records that were joined into this one, and why.
    pub joined: Vec<(String, String)>,
    /// Where it went, when it was joined into another.
    pub moved: Option<String>,
    /// When it was opened.
    pub opened: Option<Timestamp>,
    /// The last change.
    pub changed: Option<Timestamp>,
}

impl Record {
    /// The record that these entries make, in their order.
    pub fn fold(id: IncidentId, entries: &[Entry], as_of: AsOf) -> Self {
        let mut record = Self {
            id: id.to_string(),
            name: String::new(),
            sources: Vec::new(),
            facts: Vec::new(),
            chosen: BTreeMap::new(),
            kept: Vec::new(),
            joined: Vec::new(),
            moved: None,
            opened: None,
            changed: None,
        };
        // Numbers count every fact, so that they are the same on every day.
        let mut n_facts = 0;
        for entry in entries {
            let is_late = as_of.recorded.is_some_and(|limit| entry.at > limit);
            record.apply(entry, is_late, as_of, &mut n_facts);
        }
        record
    }

    fn apply(&mut self, entry: &Entry, is_late: bool, as_of: AsOf, n_facts: &mut u32) {
        match &entry.event {
            Event::Proposed(facts) | Event::Stated(facts) => {
                for fact in facts {
                    let id = FactId(*n_facts);
                    *n_facts += 1;
                    let is_unknown = as_of.known.is_some_and(|day| {
                        let known = fact.known.or_else(|| self.source(fact.source)?.published);
                        known.is_some_and(|known| known.first > day)
                    });
                    if is_late || is_unknown {
                        continue;
                    }
                    let standing = if fact.is_withdrawn {
                        Standing::Replaced {
                            by: None,
                            why: "the source itself corrects it".to_owned(),
                        }
                    } else if matches!(entry.event, Event::Stated(_)) {
                        Standing::Accepted
                    } else {
                        Standing::Proposed
                    };
                    self.facts.push(Held {
                        id,
                        fact: fact.clone(),
                        standing,
                        recorded: entry.at,
                        by: entry.by.clone(),
                    });
                }
            }
            _ if is_late => return,
            Event::Opened { name } => {
                self.name.clone_from(name);
                self.opened.get_or_insert(entry.at);
            }
            Event::Sourced(source) => self.sources.push(source.clone()),
            Event::Judged {
                facts,
                is_accepted,
                why,
            } => {
                for id in facts {
                    if let Some(held) = self.find(*id)
                        && !held.fact.is_withdrawn
                    {
                        held.standing = if *is_accepted {
                            Standing::Accepted
                        } else {
                            Standing::Rejected { why: why.clone() }
                        };
                    }
                }
            }
            Event::Chosen { fact, why } => {
                // A later choice for the same slot takes the earlier one's place.
                if let Some(slot) = self.slot_of(*fact) {
                    let stale: Vec<FactId> = self
                        .chosen
                        .keys()
                        .copied()
                        .filter(|id| self.slot_of(*id).as_ref() == Some(&slot))
                        .collect();
                    for id in stale {
                        self.chosen.remove(&id);
                    }
                    self.chosen.insert(*fact, why.clone());
                }
            }
            Event::Corrected { fact, by, why } => {
                // A correction that rests on something not known yet has not happened yet.
                if by.is_some_and(|by| !self.facts.iter().any(|held| held.id == by)) {
                    return;
                }
                if let Some(held) = self.find(*fact) {
                    held.standing = Standing::Replaced {
                        by: *by,
                        why: why.clone(),
                    };
                }
            }
            Event::Joined { other, why } => self.joined.push((other.to_string(), why.clone())),
            Event::Moved { into } => self.moved = Some(into.to_string()),
            Event::Kept { form, body } => self.kept.push((form.clone(), body.clone())),
        }
        if !is_late {
            self.changed = Some(entry.at);
        }
    }

    fn find(&mut self, id: FactId) -> Option<&mut Held> {
        self.facts.iter_mut().find(|held| held.id == id)
    }

    fn slot_of(&self, id: FactId) -> Option<(Attribute, String)> {
        let held = self.facts.iter().find(|held| held.id == id)?;
        Some((held.fact.attribute, held.fact.scope.clone()))
    }

    /// A source by its number.
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }

    /// Facts that count: accepted ones; where `drafts`, those only proposed too.
    pub fn standing(&self, drafts: bool) -> impl Iterator<Item = &Held> {
        self.facts.iter().filter(move |held| match held.standing {
            Standing::Accepted => true,
            Standing::Proposed => drafts,
            _ => false,
        })
    }

    /// How many facts wait for a person.
    pub fn n_proposed(&self) -> usize {
        self.facts
            .iter()
            .filter(|held| held.standing == Standing::Proposed)
            .count()
    }

    /// The fact that is used for a slot, and why, when others contradict it.
    pub fn used(
        &self,
        attribute: Attribute,
        scope: &str,
        drafts: bool,
    ) -> Option<(&Held, Option<Chosen>)> {
        let slot: Vec<&Held> = self
            .standing(drafts)
            .filter(|held| held.fact.attribute == attribute && held.fact.scope == scope)
            .collect();
        let best = slot.iter().copied().min_by_key(|held| self.rank(held))?;
        let is_disputed = slot.iter().any(|held| !held.fact.agrees_with(&best.fact));
        Some((best, is_disputed.then(|| self.reason(best, &slot))))
    }

    /// Chosen first, then the source nearest to the evidence, then the newest source, then the exactest, then the last said.
    #[allow(clippy::type_complexity, reason = "a key to sort by, used once")]
    fn rank(
        &self,
        held: &Held,
    ) -> (
        bool,
        crate::SourceKind,
        std::cmp::Reverse<Option<Date>>,
        i64,
        std::cmp::Reverse<u32>,
    ) {
        let source = self.source(held.fact.source);
        let width = match &held.fact.value {
            Value::When(when) => {
                i64::from((when.last - when.first).get_days()) * 2 + i64::from(when.is_about)
            }
            Value::Count { bound, .. } => i64::from(*bound != crate::Bound::Exactly),
            _ => 0,
        };
        (
            !self.chosen.contains_key(&held.id),
            source.map_or(crate::SourceKind::Database, |source| source.kind),
            std::cmp::Reverse(
                source
                    .and_then(|source| source.published)
                    .map(|when| when.last),
            ),
            width,
            std::cmp::Reverse(held.id.0),
        )
    }

    fn reason(&self, best: &Held, slot: &[&Held]) -> Chosen {
        if let Some(why) = self.chosen.get(&best.id) {
            return Chosen::ByPerson(why.clone());
        }
        let source = self.source(best.fact.source);
        let rival = slot
            .iter()
            .find(|held| !held.fact.agrees_with(&best.fact))
            .and_then(|held| self.source(held.fact.source));
        match (source, rival) {
            (Some(one), Some(two)) if one.kind != two.kind => Chosen::Nearer(one.kind, two.kind),
            (Some(one), Some(two)) if one.published != two.published => Chosen::Newer,
            _ => Chosen::LastSaid,
        }
    }

    /// Every slot in which standing facts contradict each other.
    pub fn conflicts(&self, drafts: bool) -> Vec<Conflict> {
        let mut slots: BTreeMap<(Attribute, &str), Vec<&Held>> = BTreeMap::new();
        for held in self.standing(drafts) {
            slots
                .entry((held.fact.attribute, &held.fact.scope))
                .or_default()
                .push(held);
        }
        let mut found = Vec::new();
        for ((attribute, scope), facts) in slots {
            let Some((used, Some(why))) = self.used(attribute, scope, drafts) else {
                continue;
            };
            found.push(Conflict {
                attribute,
                scope: scope.to_owned(),
                facts: facts.iter().map(|held| held.id).collect(),
                used: used.id,
                why,
            });
        }
        found
    }

    /// The date that is used for an attribute.
    pub fn date(&self, attribute: Attribute, drafts: bool) -> Option<When> {
        let of = |scope: &str| match &self.used(attribute, scope, drafts)?.0.fact {
            Fact {
                value: Value::When(when),
                is_not: false,
                ..
            } => Some(*when),
            _ => None,
        };
        of("").or_else(|| {
            // A regulator by name: the first one told counts.
            let scopes: std::collections::BTreeSet<&str> = self
                .standing(drafts)
                .filter(|held| held.fact.attribute == attribute)
                .map(|held| held.fact.scope.as_str())
                .collect();
            scopes
                .into_iter()
                .filter_map(of)
                .min_by_key(|when| when.first)
        })
    }

    /// The number of people that is used: for all places, else the sum over places.
    pub fn people(&self, drafts: bool) -> Option<u64> {
        let of = |scope: &str| match self.used(Attribute::People, scope, drafts)?.0.fact.value {
            Value::Count { n, .. } => Some(n),
            _ => None,
        };
        of("").or_else(|| {
            let scopes: std::collections::BTreeSet<&str> = self
                .standing(drafts)
                .filter(|held| held.fact.attribute == Attribute::People)
                .map(|held| held.fact.scope.as_str())
                .collect();
            scopes
                .into_iter()
                .filter_map(of)
                .reduce(u64::saturating_add)
        })
    }

    /// What is said of an attribute with several values: the terms and texts that hold.
    pub fn terms(&self, attribute: Attribute, drafts: bool) -> Vec<&str> {
        let mut terms: Vec<&str> =
            self.standing(drafts)
                .filter(|held| held.fact.attribute == attribute && !held.fact.is_not)
                .filter(|held| {
                    // Of a disputed slot only what is used.
                    !attribute.is_single()
                        || self.used(attribute, &held.fact.scope, drafts).is_some_and(
                            |(used, _)| used.fact.value == held.fact.value && !used.fact.is_not,
                        )
                })
                .filter_map(|held| match &held.fact.value {
                    Value::Term(text) | Value::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect();
        let mut seen = std::collections::BTreeSet::new();
        terms.retain(|term| seen.insert(*term));
        terms
    }

    /// The next free number of a fact, given every entry.
    pub fn next_fact(entries: &[Entry]) -> u32 {
        entries
            .iter()
            .map(|entry| match &entry.event {
                Event::Proposed(facts) | Event::Stated(facts) => facts.len() as u32,
                _ => 0,
            })
            .sum()
    }
}
