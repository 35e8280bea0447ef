//! A reading in, entries of the right incident out: new, or joined to the one it is about.
//!
//! Two reports are of one incident when they name the same victim, or one that
//! belongs to it, and nothing else speaks against it. The reason is kept in
//! words, and a person can part them again by rejecting the source's facts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::read::Reading;
use crate::words::fold;
use crate::{
    AsOf, Attribute, Change, Entry, Event, Fact, FactId, IncidentId, Query, Record, Register,
    RegisterError, SourceId, Value, When,
};

/// Points from which two reports are of one incident.
const SAME: i32 = 5;
/// Days by which two sources may disagree about one event.
const CLOSE: i32 = 14;

/// What became of a reading.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The incident it belongs to.
    pub id: IncidentId,
    /// Why it was joined to one that was there.
    pub joined: Option<String>,
    /// The very same text was read before: nothing was added.
    pub was_known: bool,
    /// Numbers of its facts.
    pub facts: Vec<FactId>,
    /// Facts that it corrects.
    pub n_corrected: usize,
}

/// What became of a file of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// Incidents that were not there.
    pub n_new: u64,
    /// Incidents that were there and have one source more.
    pub n_joined: u64,
    /// Incidents about which it says nothing that is not there.
    pub n_known: u64,
}

/// Who takes it in, when, and whether its facts count at once.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Now.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// A person stands behind every fact unread.
    pub accept: bool,
    /// Which incident, where a person says so.
    pub into: Option<IncidentId>,
}

impl Register {
    /// Takes a reading in.
    ///
    /// # Errors
    /// When the register cannot be read or written.
    pub fn take(&mut self, reading: Reading, intake: &Intake) -> Result<Taken, RegisterError> {
        let found = match intake.into {
            Some(id) => Some((id, "a person says so".to_owned())),
            None => self.same_as(&reading)?,
        };
        let (id, entries, joined) = match found {
            Some((id, why)) => (id, self.entries(id)?, Some(why)),
            None => {
                let id = IncidentId::of(&format!("{}\n{}", reading.source.digest, reading.name));
                (id, self.entries(id)?, None)
            }
        };
        let record = Record::fold(id, &entries, AsOf::default());
        if record
            .sources
            .iter()
            .any(|source| !source.digest.is_empty() && source.digest == reading.source.digest)
        {
            return Ok(Taken {
                id,
                joined: None,
                was_known: true,
                facts: Vec::new(),
                n_corrected: 0,
            });
        }
        let entry = |event| Entry {
            at: intake.at,
            by: intake.by.clone(),
            event,
        };
        let mut new = Vec::new();
        if entries.is_empty() {
            new.push(entry(Event::Opened {
                name: reading.name.clone(),
            }));
        }
        let source = SourceId(record.sources.len() as u32);
        let mut facts = reading.facts;
        for fact in &mut facts {
            fact.source = source;
        }
        let first = Record::next_fact(&entries);
        let corrections = corrections(&record, &facts, first);
        let n_corrected = corrections.len();
        let numbers: Vec<FactId> = (0..facts.len() as u32).map(|n| FactId(first + n)).collect();
        new.push(entry(Event::Sourced(reading.source)));
        new.push(entry(if intake.accept {
            Event::Stated(facts)
        } else {
            Event::Proposed(facts)
        }));
        new.extend(corrections.into_iter().map(entry));
        let is_joined = joined.is_some() && !entries.is_empty();
        self.append(id, new)?;
        Ok(Taken {
            id,
            joined: joined.filter(|_| is_joined),
            was_known: false,
            facts: numbers,
            n_corrected,
        })
    }

    /// Takes in what came from a file of records: an incident that is there gets the sources that it has not yet.
    ///
    /// # Errors
    /// When the register cannot be read or written.
    pub fn take_in(&mut self, changes: Vec<Change>) -> Result<TakenIn, RegisterError> {
        let mut done = TakenIn::default();
        let mut new: Vec<Change> = Vec::new();
        let mut places: BTreeMap<IncidentId, usize> = BTreeMap::new();
        for (id, more) in changes {
            let mut kept = self.entries(id)?;
            let is_there = !kept.is_empty();
            let place = places.get(&id).copied();
            if let Some((_, waiting)) = place.and_then(|place| new.get(place)) {
                kept.extend(waiting.iter().cloned());
            }
            let more = join(&kept, more);
            match place.and_then(|place| new.get_mut(place)) {
                _ if more.is_empty() => done.n_known += u64::from(place.is_none()),
                Some((_, waiting)) => waiting.extend(more),
                None => {
                    done.n_joined += u64::from(is_there);
                    done.n_new += u64::from(!is_there);
                    places.insert(id, new.len());
                    new.push((id, more));
                }
            }
        }
        self.append_all(new)?;
        Ok(done)
    }

    /// The incident that a reading is about, and why.
    fn same_as(
        &mut self,
        reading: &Reading,
    ) -> Result<Option<(IncidentId, String)>, RegisterError> {
        let names = names_of(&reading.facts);
        let mut seen = BTreeSet::new();
        let mut best: Option<(i32, IncidentId, String)> = None;
        for name in &names {
            // The longest word of a name is the rarest.
            let Some(word) = key_words(name).into_iter().max_by_key(|word| word.len()) else {
                continue;
            };
            let query = Query {
                words: word,
                ..Query::default()
            };
            for sketch in self.search(&query)? {
                if !seen.insert(sketch.id) || seen.len() > 200 {
                    continue;
                }
                let record = self.record(sketch.id, AsOf::default())?;
                let (points, why) = alike(&record, &reading.facts, &names);
                if points >= SAME && best.as_ref().is_none_or(|(most, _, _)| points > *most) {
                    best = Some((points, sketch.id, why));
                }
            }
        }
        Ok(best.map(|(_, id, why)| (id, why)))
    }
}

/// What entries of one incident add to those that are kept: nothing when their source is there already, or does not say which it is.
pub(crate) fn join(kept: &[Entry], more: Vec<Entry>) -> Vec<Entry> {
    if kept.is_empty() {
        return more;
    }
    let sources = |entries: &[Entry]| -> Vec<String> {
        entries
            .iter()
            .filter_map(|entry| match &entry.event {
                Event::Sourced(source) => Some(source.digest.clone()),
                _ => None,
            })
            .collect()
    };
    let there = sources(kept);
    let is_new = sources(&more)
        .iter()
        .any(|digest| !digest.is_empty() && !there.contains(digest));
    if !is_new {
        return Vec::new();
    }
    let n_there = there.len() as u32;
    more.into_iter()
        .filter(|entry| !matches!(entry.event, Event::Opened { .. }))
        .map(|mut entry| {
            if let Event::Stated(facts) | Event::Proposed(facts) = &mut entry.event {
                for fact in facts {
                    fact.source.0 += n_there;
                }
            }
            entry
        })
        .collect()
}

/// Victims first, then those that belong to them.
fn names_of(facts: &[Fact]) -> Vec<String> {
    let mut names = Vec::new();
    for fact in facts {
        match (fact.attribute, &fact.value) {
            (Attribute::Victim, Value::Text(name)) => names.insert(0, name.clone()),
            (Attribute::Relation, Value::Relation { of, to, .. }) => {
                names.push(of.clone());
                names.push(to.clone());
            }
            _ => {}
        }
    }
    names
}

/// Words of a name that tell it from others.
fn key_words(name: &str) -> Vec<String> {
    const COMMON: &[&str] = &[
        "inc",
        "ltd",
        "llc",
        "corp",
        "corporation",
        "company",
        "group",
        "groupe",
        "health",
        "healthcare",
        "sante",
        "hospital",
        "hopital",
        "clinic",
        "clinique",
        "centre",
        "center",
        "medical",
        "medicale",
        "services",
        "service",
        "the",
        "of",
        "and",
        "de",
        "du",
        "des",
        "la",
        "le",
        "care",
        "system",
        "systems",
        "university",
        "general",
        "regional",
        "saint",
        "st",
        "imaging",
        "imagerie",
        "irm",
        "dental",
        "associates",
        "partners",
        "network",
        "authority",
    ];
    fold(name)
        .split(|ch: char| !ch.is_alphanumeric())
        .filter(|word| word.len() > 2 && !COMMON.contains(word))
        .map(ToOwned::to_owned)
        .collect()
}

fn share_name(one: &str, two: &str) -> bool {
    let (one, two) = (key_words(one), key_words(two));
    if one.is_empty() || two.is_empty() {
        return false;
    }
    let n_common = one.iter().filter(|word| two.contains(word)).count();
    n_common == one.len().min(two.len())
}

/// How much speaks for one incident, and what.
fn alike(record: &Record, facts: &[Fact], names: &[String]) -> (i32, String) {
    let mut points = 0;
    let mut why = Vec::new();
    let theirs = record.terms(Attribute::Victim, true);
    let victim = facts
        .iter()
        .find_map(|fact| match (fact.attribute, &fact.value) {
            (Attribute::Victim, Value::Text(name)) => Some(name.as_str()),
            _ => None,
        });
    if let Some(one) = victim
        && let Some(two) = theirs.iter().find(|two| share_name(one, two))
    {
        points += 3;
        why.push(if one == *two {
            format!("the same victim, {one}")
        } else {
            format!("the same victim, {one} and {two}")
        });
    } else {
        let related: Vec<String> = record
            .standing(true)
            .filter_map(|held| match &held.fact.value {
                Value::Relation { of, to, .. } => Some([of.clone(), to.clone()]),
                _ => None,
            })
            .flatten()
            .chain(theirs.iter().map(|name| (*name).to_owned()))
            .collect();
        if let Some(name) = names
            .iter()
            .find(|name| related.iter().any(|other| share_name(name, other)))
        {
            points += 2;
            why.push(format!("an organisation in common, {name}"));
        } else {
            return (0, String::new());
        }
    }
    let days = |attribute| {
        facts.iter().find_map(|fact| match &fact.value {
            Value::When(when) if fact.attribute == attribute && !fact.is_withdrawn => Some(*when),
            _ => None,
        })
    };
    let mut n_dates = 0;
    let all = [
        Attribute::Began,
        Attribute::Taken,
        Attribute::Discovered,
        Attribute::Determined,
        Attribute::RegulatorTold,
        Attribute::PeopleTold,
    ];
    // Reports call the same day by different events: taken or discovered.
    let ours: Vec<When> = all
        .iter()
        .filter_map(|attribute| days(*attribute))
        .collect();
    let known: Vec<When> = all
        .iter()
        .filter_map(|attribute| record.date(*attribute, true))
        .collect();
    for day in &ours {
        let fits = known.iter().filter(|other| other.may_be(day));
        let is_same = |other: &When| other.exact().is_some() && other.exact() == day.exact();
        let (n_fit, is_same) = fits.fold((0, false), |(n, same), other| {
            (n + 1, same || is_same(other))
        });
        if n_dates < 2 && n_fit > 0 {
            n_dates += 1;
            points += 2;
            why.push(if is_same {
                format!("a day in common, {day}")
            } else {
                format!("a day that fits, {day}")
            });
        }
    }
    // Sources that disagree by some days of the same event speak of one incident all the same.
    let is_close = n_dates == 0
        && all.iter().any(|attribute| {
            let other = record.date(*attribute, true);
            days(*attribute).zip(other).is_some_and(|(one, two)| {
                one.is_day() && two.is_day() && (one.first - two.first).get_days().abs() <= CLOSE
            })
        });
    if is_close {
        points += 1;
        why.push("days of the same event that lie close together".to_owned());
    }
    let year = |days: &[When]| days.iter().map(|day| day.first.year()).min();
    match (year(&ours), year(&known)) {
        (Some(one), Some(two)) if one == two => points += 1,
        (Some(one), Some(two)) if (one - two).abs() > 1 => points -= 4,
        _ => {}
    }
    let far = ours.iter().all(|day| {
        known
            .iter()
            .all(|other| (day.first - other.first).get_days().abs() > 200)
    });
    if far && !ours.is_empty() && !known.is_empty() {
        points -= 3;
    }
    let count = |fact: &Fact| match fact.value {
        Value::Count { n, .. } => Some(n),
        _ => None,
    };
    let counts: Vec<u64> = record
        .standing(true)
        .filter_map(|held| count(&held.fact))
        .collect();
    if facts.iter().filter_map(count).any(|n| counts.contains(&n)) {
        points += 2;
        why.push("the same number of people".to_owned());
    }
    (points, why.join("; "))
}

/// A report that withdraws what an earlier version said corrects it wherever it stands.
fn corrections(record: &Record, facts: &[Fact], first: u32) -> Vec<Event> {
    let mut events = Vec::new();
    for (n, old) in facts
        .iter()
        .enumerate()
        .filter(|(_, fact)| fact.is_withdrawn)
    {
        let by = facts
            .iter()
            .position(|new| !new.is_withdrawn && replaces(new, old))
            .map(|n| FactId(first + n as u32));
        let why = "the source corrects what an earlier version of it said".to_owned();
        events.push(Event::Corrected {
            fact: FactId(first + n as u32),
            by,
            why: why.clone(),
        });
        for held in record.standing(true) {
            if says_the_same(&held.fact, old) {
                events.push(Event::Corrected {
                    fact: held.id,
                    by,
                    why: why.clone(),
                });
            }
        }
    }
    events
}

/// Whether two facts say the same, whatever form a name has in either.
fn says_the_same(one: &Fact, two: &Fact) -> bool {
    if one.attribute != two.attribute || one.scope != two.scope || one.is_not != two.is_not {
        return false;
    }
    match (&one.value, &two.value) {
        (
            Value::Relation {
                of: a,
                kind: k,
                to: b,
                since: s,
            },
            Value::Relation {
                of: c,
                kind: l,
                to: d,
                since: t,
            },
        ) => k == l && s == t && share_name(a, c) && share_name(b, d),
        (a, b) => a == b,
    }
}

/// Whether a new fact says of the same thing what an old one said.
fn replaces(new: &Fact, old: &Fact) -> bool {
    if new.attribute != old.attribute || new.scope != old.scope {
        return false;
    }
    match (&new.value, &old.value) {
        (
            Value::Relation {
                of: a,
                kind: one,
                since: Some(_),
                ..
            },
            Value::Relation {
                of: b, kind: two, ..
            },
        ) => a == b && one == two,
        (Value::Relation { .. }, _) => false,
        _ => new.value != old.value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{Given, read};
    use crate::{Standing, When};

    fn register() -> (tempfile::TempDir, Register) {
        let folder = tempfile::tempdir().unwrap();
        let register = Register::open(&folder.path().join("register.db"), &[3; 32]).unwrap();
        (folder, register)
    }

    fn take(register: &mut Register, text: &str, published: &str) -> Taken {
        let given = Given {
            published: published.parse().ok(),
            ..Given::default()
        };
        let intake = Intake {
            at: Timestamp::UNIX_EPOCH,
            by: "tester".into(),
            accept: false,
            into: None,
        };
        register.take(read(text, &given).unwrap(), &intake).unwrap()
    }

    const ONE: &str = "Breach at Northfield Dental\nNorthfield Dental Group learned on March 3, 2022, that files of 4,100 patients were stolen. Northfield was bought by Brightco in 2012.";
    const TWO: &str = "Northfield patients get letters\nNorthfield Dental Group Inc. discovered the theft on March 3, 2022 and notified patients on May 9, 2022. Northfield Dental was bought by Brightco in 2019.\nThis is a corrected story. An earlier version said Brightco bought Northfield Dental in 2012.";
    /// Two days off, and no other day in common.
    const CLOSE_BY: &str = "Theft at Northfield Dental\nNorthfield Dental Group discovered on March 5, 2022, that files were stolen.";
    const OTHER: &str = "Breach at Eastfield Eye Clinic\nEastfield Eye Clinic learned on March 3, 2022, that files of 900 patients were stolen.";
    const LATER: &str = "Again a breach at Northfield Dental\nNorthfield Dental Group learned on July 9, 2025, that a laptop with files of 80 patients was lost.";

    #[test]
    fn two_reports_of_one_incident_are_joined_and_others_are_not() {
        let (_folder, mut register) = register();
        let one = take(&mut register, ONE, "2022-04-01");
        let two = take(&mut register, TWO, "2022-05-20");
        assert_eq!(two.id, one.id);
        assert!(two.joined.unwrap().contains("the same victim"));
        let close = take(&mut register, CLOSE_BY, "2022-04-03");
        assert_eq!(close.id, one.id);
        assert_ne!(take(&mut register, OTHER, "2022-04-02").id, one.id);
        assert_ne!(take(&mut register, LATER, "2025-08-02").id, one.id);
        assert!(take(&mut register, ONE, "2022-04-01").was_known);
        assert_eq!(register.search(&Query::default()).unwrap().len(), 3);
    }

    #[test]
    fn a_correction_reaches_what_an_earlier_version_said() {
        let (_folder, mut register) = register();
        let one = take(&mut register, ONE, "2022-04-01");
        let two = take(&mut register, TWO, "2022-05-20");
        assert_eq!(two.n_corrected, 2);
        let record = register.record(one.id, AsOf::default()).unwrap();
        let since: Vec<(String, bool)> = record
            .facts
            .iter()
            .filter_map(|held| match &held.fact.value {
                Value::Relation {
                    since: Some(since), ..
                } => Some((
                    since.to_string(),
                    matches!(held.standing, Standing::Replaced { .. }),
                )),
                _ => None,
            })
            .collect();
        assert_eq!(
            since,
            [
                ("2012".into(), true),
                ("2019".into(), false),
                ("2012".into(), true)
            ]
        );
        // Before the correction was published, the world knew it otherwise.
        let before = AsOf {
            known: "2022-04-15".parse::<When>().ok().map(|when| when.first),
            recorded: None,
        };
        let record = register.record(one.id, before).unwrap();
        assert!(record.facts.iter().any(|held| held.standing == Standing::Proposed
            && matches!(&held.fact.value, Value::Relation { since: Some(since), .. } if since.to_string() == "2012")));
    }
}
