//! Sent mailings and the list in, on which day each person was told out; and the day on which everybody had been.
//!
//! A clock that counts from "individuals notified", or stops there, must see
//! the letters that went out. A letter that came back told nobody. A day that
//! the custodian wrote in the incident file goes before what is found here:
//! they may have told people by telephone or by public notice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;
use whose_model::{Incident, Obligation, ObligationStatus, PersonId};
use whose_store::Case;

use super::{Batch, Mail};
use crate::error::EngineError;
use crate::lists::View;

/// The key under which an incident says on which day people were told.
const INDIVIDUALS: &str = "individuals";

/// Who was told by letter, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// People to whom a duty or an expectation stands.
    pub owed: u64,
    /// Of them, people with a letter that was sent and did not come back.
    pub told: u64,
    /// The day of the first such letter.
    pub first: Option<Date>,
    /// The day on which the last of them was told for the first time.
    pub last: Option<Date>,
    /// By person.
    #[serde(skip)]
    by_person: BTreeMap<PersonId, Date>,
}

impl Reached {
    /// Looks through the mailings of a case that were sent by a day.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn of(case: &Case, by: Option<Date>) -> Result<Self, EngineError> {
        let mail = Mail::of(case)?;
        let told = told(mail.batches(), by);
        if told.is_empty() {
            return Ok(Self::default());
        }
        let view = View::new(case);
        // Who is told depends on what stands; where nothing is decided yet, on whoever may be owed.
        let (mut sure, mut perhaps) = (BTreeSet::new(), BTreeSet::new());
        view.each_obligation(|obligation: Obligation| {
            if let Some(id) = obligation.person_id {
                if obligation.status != ObligationStatus::Ask {
                    sure.insert(id.clone());
                }
                perhaps.insert(id);
            }
        })?;
        let owed = if sure.is_empty() { perhaps } else { sure };
        let mut by_person = BTreeMap::new();
        view.people(|person| {
            // A letter to one of two people who turned out to be one was a letter to them.
            let ids = std::iter::once(&person.id).chain(&person.replaces);
            if let Some(day) = ids.filter_map(|id| told.get(id)).min() {
                by_person.insert(person.id.clone(), *day);
            }
        })?;
        Ok(Self::sum(&owed, by_person))
    }

    fn sum(owed: &BTreeSet<PersonId>, by_person: BTreeMap<PersonId, Date>) -> Self {
        let days: Vec<Date> = owed
            .iter()
            .filter_map(|id| by_person.get(id))
            .copied()
            .collect();
        Self {
            owed: owed.len() as u64,
            told: days.len() as u64,
            first: days.iter().min().copied(),
            last: days.iter().max().copied(),
            by_person,
        }
    }

    /// On which day this person was told.
    pub fn day(&self, person: &PersonId) -> Option<Date> {
        self.by_person.get(person).copied()
    }

    /// The day on which everybody who is owed had been told; `None` while somebody is not.
    pub fn everybody(&self) -> Option<Date> {
        self.last.filter(|_| self.told == self.owed)
    }

    /// Puts the day into an incident that says none itself.
    pub(crate) fn fill(&self, incident: &mut Incident) {
        if let Some(day) = self.everybody()
            && !incident.notified.contains_key(INDIVIDUALS)
        {
            incident.notified.insert(INDIVIDUALS.to_owned(), day);
        }
    }

    /// Adds to what is owed to a person that they have been told.
    pub(crate) fn note(&self, obligation: &mut Obligation) {
        let day = obligation.person_id.as_ref().and_then(|id| self.day(id));
        if let Some(day) = day {
            let line = format!("told on {day}");
            if !obligation.because.contains(&line) {
                obligation.because.push(line);
            }
        }
    }
}

/// The first letter of each person that was sent and did not come back.
fn told(batches: &[Batch], by: Option<Date>) -> BTreeMap<PersonId, Date> {
    let mut told: BTreeMap<PersonId, Date> = BTreeMap::new();
    for batch in batches {
        let Some(sent) = &batch.sent else { continue };
        if by.is_some_and(|by| sent.on > by) {
            continue;
        }
        for letter in &batch.letters {
            if batch.returned.contains_key(&letter.person.0) {
                continue;
            }
            let day = told.entry(letter.person.clone()).or_insert(sent.on);
            *day = (*day).min(sent.on);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use whose_model::Language;

    use super::super::{Purpose, Returned, Route, Sent, SentLetter};
    use super::*;

    fn mailing(name: &str, on: Option<Date>, to: &[&str], back: &[&str]) -> Batch {
        let letter = |id: &&str| SentLetter {
            person: PersonId((*id).to_owned()),
            route: Route::Post,
            language: Language::En,
            elements: Vec::new(),
            words: [0; 16],
            address: [0; 16],
            problems: Vec::new(),
        };
        let returned = |id: &&str| {
            let why = Returned {
                on: date(2026, 6, 1),
                why: "moved".to_owned(),
            };
            ((*id).to_owned(), why)
        };
        Batch {
            name: name.to_owned(),
            purpose: Purpose::First,
            dated: date(2026, 5, 1),
            letters: to.iter().map(letter).collect(),
            lacks: None,
            approvals: Vec::new(),
            printed: None,
            sent: on.map(|on| Sent {
                on,
                by: "A".to_owned(),
                proof: "receipt".to_owned(),
                proof_digest: None,
            }),
            returned: back.iter().map(returned).collect(),
        }
    }

    fn owed(ids: &[&str]) -> BTreeSet<PersonId> {
        ids.iter().map(|id| PersonId((*id).to_owned())).collect()
    }

    #[test]
    fn everybody_is_told_when_the_last_letter_that_did_not_come_back_was_sent() {
        let (may, june, july) = (date(2026, 5, 4), date(2026, 6, 8), date(2026, 7, 1));
        let first = mailing("may", Some(may), &["P-1", "P-2"], &["P-2"]);
        let again = mailing("june", Some(june), &["P-2"], &[]);
        let more = mailing("july", Some(july), &["P-1"], &[]);
        let unsent = mailing("later", None, &["P-3"], &[]);
        let both = owed(&["P-1", "P-2"]);
        let reached = |batches: &[Batch], by| Reached::sum(&both, told(batches, by));

        let one = reached(std::slice::from_ref(&first), None);
        assert_eq!((one.told, one.everybody()), (1, None));
        assert_eq!(one.day(&PersonId("P-1".to_owned())), Some(may));
        let all = [first, again, more, unsent];
        let two = reached(&all, None);
        assert_eq!((two.first, two.everybody()), (Some(may), Some(june)));
        // As of the day before, the second letter is not known.
        assert_eq!(reached(&all, Some(date(2026, 6, 7))).everybody(), None);
        // Somebody without a letter keeps it open.
        let three = owed(&["P-1", "P-2", "P-3"]);
        assert_eq!(Reached::sum(&three, told(&all, None)).everybody(), None);
    }

    #[test]
    fn what_the_custodian_wrote_goes_before_the_mailings() {
        let day = date(2026, 5, 4);
        let reached = Reached::sum(
            &owed(&["P-1"]),
            told(&[mailing("may", Some(day), &["P-1"], &[])], None),
        );
        let text = "name = \"x\"\nkind = \"theft\"\ndiscovered = 2026-03-02\n[custodian]\nkinds = []\noperates_in = []\n";
        let mut incident = whose_law::parse_incident(text).unwrap();
        reached.fill(&mut incident);
        assert_eq!(incident.notified[INDIVIDUALS], day);
        incident
            .notified
            .insert(INDIVIDUALS.to_owned(), date(2026, 4, 1));
        reached.fill(&mut incident);
        assert_eq!(incident.notified[INDIVIDUALS], date(2026, 4, 1));
    }
}
