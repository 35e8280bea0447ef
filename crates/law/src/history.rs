//! What was known when: `incident.toml` with `[[learned]]` entries and a day -> the incident as it was known that day.
//!
//! The file begins with what was known at first. Each entry says on which day
//! something became known, what it rests on, and which fields it sets. Nothing
//! that was learned later reaches an earlier day, so what was decided at hour
//! 72 can be printed again. Lists are replaced, except decisions on harm and
//! parties, which are added.

use jiff::civil::Date;
use serde::Deserialize;
use toml::{Table, Value};
use whose_model::{Incident, Learned};

use crate::error::LawError;
use crate::toml_file;

/// An incident with the days on which its facts became known.
#[derive(Clone, Debug)]
pub struct History {
    base: Table,
    /// In the order of their days.
    learned: Vec<(Learned, Table)>,
}

/// `[[learned]]` as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    on: Date,
    #[serde(default)]
    what: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    set: Table,
}

impl History {
    /// Reads the file; every day of it must give a whole incident.
    pub fn parse(text: &str) -> Result<Self, LawError> {
        let mut base: Table = toml_file::read("incident.toml", text)?;
        let entries = match base.remove("learned") {
            Some(list) => list
                .try_into::<Vec<Entry>>()
                .map_err(|error| broken(error.message()))?,
            None => {
                // Without a history the file is read directly, for the sake of line and column.
                toml_file::read::<Incident>("incident.toml", text)?;
                Vec::new()
            }
        };
        let mut learned: Vec<(Learned, Table)> = entries
            .into_iter()
            .map(|entry| {
                let learned = Learned {
                    on: entry.on,
                    what: entry.what,
                    source: entry.source,
                    by: entry.by,
                    fields: entry.set.keys().cloned().collect(),
                };
                (learned, entry.set)
            })
            .collect();
        learned.sort_by_key(|(one, _)| one.on);
        let history = Self { base, learned };
        history.at(None)?;
        for day in history.days() {
            history.as_of(day)?;
        }
        Ok(history)
    }

    /// The incident with everything that was known on this day.
    pub fn as_of(&self, day: Date) -> Result<Incident, LawError> {
        self.at(Some(day))
    }

    /// The incident with everything that is known.
    pub fn latest(&self) -> Result<Incident, LawError> {
        match self.learned.last() {
            Some((last, _)) => self.as_of(last.on),
            None => self.at(None),
        }
    }

    /// The days on which something became known, each once, in order.
    pub fn days(&self) -> Vec<Date> {
        let mut days: Vec<Date> = self.learned.iter().map(|(one, _)| one.on).collect();
        days.dedup();
        days
    }

    fn at(&self, day: Option<Date>) -> Result<Incident, LawError> {
        let mut table = self.base.clone();
        let mut known = Vec::new();
        for (learned, set) in &self.learned {
            if day.is_none_or(|day| learned.on > day) {
                continue;
            }
            merge(&mut table, set);
            known.push(learned.clone());
        }
        let mut incident: Incident = table
            .try_into()
            .map_err(|error: toml::de::Error| broken(error.message()))?;
        incident.learned = known;
        Ok(incident)
    }
}

/// Fields that an entry adds to instead of replacing.
const ADDED: &[&str] = &["harm", "party"];

fn merge(table: &mut Table, set: &Table) {
    for (key, value) in set {
        match (table.get_mut(key), value) {
            (Some(Value::Table(old)), Value::Table(new)) => merge(old, new),
            (Some(Value::Array(old)), Value::Array(new)) if ADDED.contains(&key.as_str()) => {
                old.extend(new.iter().cloned());
            }
            _ => {
                table.insert(key.clone(), value.clone());
            }
        }
    }
}

fn broken(reason: &str) -> LawError {
    LawError::History(reason.trim().replace('\n', "; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use whose_model::Judgement;

    const FILE: &str = r#"
name = "made-up"
kind = "theft"
discovered = 2024-02-21
[custodian]
kinds = ["trustee"]
operates_in = ["ca-sk"]

[[learned]]
on = 2024-04-10
what = "health information was among the files"
source = "forensic report, page 3"
[learned.set]
determined = 2024-04-10
exfiltrated = "yes"

[[learned]]
on = 2024-05-31
[learned.set.notified]
individuals = 2024-05-31
"#;

    fn known(day: &str) -> Incident {
        History::parse(FILE)
            .unwrap()
            .as_of(day.parse().unwrap())
            .unwrap()
    }

    #[test]
    fn what_was_learned_later_does_not_reach_an_earlier_day() {
        let before = known("2024-04-09");
        assert_eq!(before.determined, None);
        assert_eq!(before.exfiltrated, Judgement::Undecided);
        assert!(before.learned.is_empty());
        let after = known("2024-04-10");
        assert_eq!(after.determined, Some("2024-04-10".parse().unwrap()));
        assert_eq!(after.exfiltrated, Judgement::Yes);
        assert!(after.notified.is_empty());
        assert_eq!(after.learned[0].fields, ["determined", "exfiltrated"]);
        assert_eq!(known("2024-06-01").notified.len(), 1);
    }

    #[test]
    fn an_entry_that_breaks_the_incident_is_refused() {
        let text = FILE.replace("exfiltrated = \"yes\"", "exfiltrated = \"perhaps\"");
        let error = History::parse(&text).unwrap_err().to_string();
        assert!(error.contains("unknown variant"), "{error}");
        let text = FILE.replace("source =", "sorce =");
        assert!(History::parse(&text).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[a-z0-9\\[\\]= \"\n.-]{0,200}") {
            let _ = History::parse(&text);
            let _ = History::parse(&format!("{FILE}\n{text}"));
        }
    }
}
