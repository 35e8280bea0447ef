//! Duties: obligations in, rows for people to read out, with the law's names in the page's language.

use std::collections::BTreeMap;

use jiff::Unit;
use jiff::civil::Date;
use serde::Serialize;
use whose_model::{Certainty, Obligation, ObligationStatus};

use super::people::{PersonRow, rows_of};
use super::{Ask, Choice, Made, PAGE, Paging, Said, skip};
use crate::error::Problem;
use crate::index::duties::{DutyGroup, is_question};
use crate::index::rows;
use crate::query::Query;

/// One duty.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DutyRow {
    pub(crate) regime: String,
    pub(crate) regime_name: Option<String>,
    pub(crate) duty: String,
    pub(crate) summary: Option<String>,
    pub(crate) citation: String,
    pub(crate) addressee: String,
    pub(crate) addressee_name: String,
    pub(crate) status: &'static str,
    /// Last day, when the law gives a number and the starting event is known.
    pub(crate) due: Option<String>,
    /// Days from today; below zero when late. None when there is no day, or it was done.
    pub(crate) days_left: Option<i32>,
    /// The law's words.
    pub(crate) clock: Option<String>,
    pub(crate) clock_start: &'static str,
    pub(crate) certainty: &'static str,
    /// The day on which they were told.
    pub(crate) told: Option<String>,
    pub(crate) because: Vec<Said>,
    pub(crate) questions: Vec<Said>,
    /// To how many individuals it is owed; None for a duty about the incident.
    pub(crate) n_individuals: Option<u64>,
    pub(crate) href: Option<String>,
}

impl DutyRow {
    /// A duty as a row.
    pub(crate) fn new(ask: &Ask<'_>, duty: &Obligation) -> Self {
        let words = ask.words;
        let law = &ask.shared.law;
        let day = ask.shared.as_of(ask.today);
        let explained = law.explain(&format!("{}.{}", duty.regime, duty.duty), day);
        let told = ask
            .shared
            .incident
            .as_ref()
            .and_then(|incident| {
                let key = if duty.addressee == "individual" {
                    "individuals"
                } else {
                    &duty.addressee
                };
                incident.notified.get(key)
            })
            .copied();
        let counts = told.is_none() && duty.status != ObligationStatus::OnHold;
        let clock = duty
            .clock_words
            .as_ref()
            // "No time is set" is no clock.
            .filter(|id| id.0 != "no-clock")
            .and_then(|id| law.clock_words(&id.0))
            .map(|clock| words.pick(&clock.en, &clock.fr).to_owned());
        let (questions, because): (Vec<&String>, Vec<&String>) =
            duty.because.iter().partition(|line| is_question(line));
        Self {
            regime_name: explained
                .as_ref()
                .map(|one| words.pick(&one.regime.en, &one.regime.fr).to_owned()),
            summary: explained
                .as_ref()
                .map(|one| words.pick(&one.summary.en, &one.summary.fr).to_owned()),
            regime: duty.regime.clone(),
            duty: duty.duty.clone(),
            citation: duty.citation.clone(),
            addressee_name: words.addressee(law, &duty.addressee),
            addressee: duty.addressee.clone(),
            status: duty.status.id(),
            due: duty.due.map(|day| day.to_string()),
            days_left: duty
                .due
                .filter(|_| counts)
                .and_then(|due| days(ask.today, due)),
            clock: clock.filter(|text| !text.is_empty()),
            clock_start: duty.clock_start.id(),
            certainty: certainty(duty.certainty),
            told: told.map(|day| day.to_string()),
            because: because
                .iter()
                .map(|line| Said::clause(words, line))
                .collect(),
            questions: questions
                .iter()
                .map(|line| Said::clause(words, line))
                .collect(),
            n_individuals: None,
            href: None,
        }
    }

    /// A duty towards people.
    pub(crate) fn group(ask: &Ask<'_>, group: &DutyGroup) -> Self {
        let mut row = Self::new(ask, &group.duty);
        row.n_individuals = Some(group.rows.len() as u64);
        row.questions = group
            .questions
            .keys()
            .map(|line| Said::clause(ask.words, line))
            .collect();
        // Reasons differ from person to person; each person's page has them.
        row.because.clear();
        let query = Query::default()
            .with("status", row.status)
            .with("certainty", row.certainty)
            .with("due", row.due.as_deref().unwrap_or(""));
        row.href = Some(query.href(&ask.href(&format!("duties/{}/{}", row.regime, row.duty))));
        row
    }

    /// The code of a place whose law is not among the rules, when this is the question about it.
    pub(crate) fn elsewhere(&self) -> Option<&str> {
        (self.addressee == "counsel")
            .then(|| self.duty.strip_prefix("check-"))
            .flatten()
    }

    /// Whether the law's words say "now", without a day.
    pub(crate) fn is_now(&self) -> bool {
        self.status == "due" && self.due.is_none() && self.told.is_none() && self.clock.is_some()
    }

    /// Late ones first, then this week's, then those whose words say "now", then later days;
    /// questions last, for they stand on top of the page.
    fn order(&self) -> (u8, u8, Option<i32>, u8) {
        let status = match self.status {
            "due" => 0,
            "on-hold" => 1,
            "expected" => 2,
            _ => 3,
        };
        let urgency = match self.days_left {
            Some(..0) => 0,
            Some(0..=7) => 1,
            None if self.clock.is_some() => 2,
            Some(_) => 3,
            None => 4,
        };
        let whom = u8::from(matches!(
            self.addressee.as_str(),
            "register" | "media" | "custodian" | "others"
        ));
        let done = u8::from(self.told.is_some()) * 4;
        (done + status, urgency, self.days_left, whom)
    }
}

/// The duties about the incident, the most urgent first.
pub(crate) fn incident(ask: &Ask<'_>) -> Result<Vec<DutyRow>, Problem> {
    let mut rows: Vec<DutyRow> = ask
        .shared
        .duties()?
        .incident
        .iter()
        .map(|duty| DutyRow::new(ask, duty))
        .collect();
    rows.sort_by_key(DutyRow::order);
    Ok(rows)
}

/// The duties towards people, the most urgent first.
pub(crate) fn towards_people(ask: &Ask<'_>) -> Result<Vec<DutyRow>, Problem> {
    let mut rows: Vec<DutyRow> = ask
        .shared
        .duties()?
        .people
        .iter()
        .map(|group| DutyRow::group(ask, group))
        .collect();
    rows.sort_by_key(|row| (row.order(), std::cmp::Reverse(row.n_individuals)));
    Ok(rows)
}

/// A question that must be answered, and what waits for it.
#[derive(Debug, Serialize)]
pub(crate) struct Question {
    pub(crate) question: Said,
    /// `incident`: the incident file answers it; `person`: it is about where or how single people were served.
    pub(crate) about: &'static str,
    /// How many duties wait.
    pub(crate) n_duties: u64,
    /// Who would have to be told.
    pub(crate) addressees: Vec<String>,
}

/// The open questions, those of the laws that reach most people first. What counsel is asked stands in `elsewhere`.
pub(crate) fn questions<'d>(duties: impl Iterator<Item = &'d DutyRow> + Clone) -> Vec<Question> {
    let mut reach: BTreeMap<&str, u64> = BTreeMap::new();
    for duty in duties.clone() {
        let n = reach.entry(&duty.regime).or_default();
        *n = (*n).max(duty.n_individuals.unwrap_or(0));
    }
    let mut by_text: BTreeMap<&str, (u64, Question)> = BTreeMap::new();
    for duty in duties.filter(|duty| duty.status == "ask" && duty.elsewhere().is_none()) {
        for question in &duty.questions {
            let (n_people, entry) = by_text.entry(&question.text).or_insert_with(|| {
                let question = Question {
                    question: question.clone(),
                    about: if question.key.is_none() && question.text.contains("this person") {
                        "person"
                    } else {
                        "incident"
                    },
                    n_duties: 0,
                    addressees: Vec::new(),
                };
                (0, question)
            });
            *n_people = (*n_people).max(reach.get(duty.regime.as_str()).copied().unwrap_or(0));
            entry.n_duties += 1;
            if !entry.addressees.contains(&duty.addressee_name) {
                entry.addressees.push(duty.addressee_name.clone());
            }
        }
    }
    let mut questions: Vec<(u64, Question)> = by_text.into_values().collect();
    questions.sort_by_key(|(n_people, one)| std::cmp::Reverse((*n_people, one.n_duties)));
    questions.into_iter().map(|(_, one)| one).collect()
}

#[derive(Serialize)]
struct Duties {
    incident: Vec<DutyRow>,
    people: Vec<DutyRow>,
    regimes: Vec<Choice>,
    statuses: Vec<Choice>,
    has_incident: bool,
}

/// The list of duties.
pub(crate) fn make(ask: &Ask<'_>) -> Result<Made, Problem> {
    let (mut incident, mut people) = (incident(ask)?, towards_people(ask)?);
    let mut regimes: BTreeMap<String, String> = BTreeMap::new();
    for row in incident.iter().chain(&people) {
        let name = row
            .regime_name
            .clone()
            .unwrap_or_else(|| row.regime.clone());
        regimes.insert(row.regime.clone(), name);
    }
    let fits = |row: &DutyRow| {
        ask.query
            .get("regime")
            .is_none_or(|regime| row.regime == regime)
            && ask
                .query
                .get("status")
                .is_none_or(|status| row.status == status)
    };
    incident.retain(fits);
    people.retain(fits);
    let facts = Duties {
        incident,
        people,
        regimes: regimes
            .into_iter()
            .map(|(id, name)| Choice::new(ask.query, "regime", &id, name))
            .collect(),
        statuses: ["due", "ask", "expected", "on-hold"]
            .into_iter()
            .map(|id| Choice::new(ask.query, "status", id, ask.words.id("status", id)))
            .collect(),
        has_incident: ask.shared.summary.has_incident,
    };
    Made::new(ask.words.say("duties.title"), "duties.html", &facts)
}

#[derive(Serialize)]
struct Owed {
    duty: DutyRow,
    people: Vec<PersonRow>,
    paging: Paging,
}

/// The individuals to whom one duty is owed.
pub(crate) fn one(ask: &Ask<'_>, regime: &str, duty: &str) -> Result<Made, Problem> {
    let query = ask.query;
    let group = ask
        .shared
        .duties()?
        .people
        .iter()
        .find(|group| {
            let of = &group.duty;
            of.regime == regime
                && of.duty == duty
                && query
                    .get("status")
                    .is_none_or(|status| status == of.status.id())
                && query
                    .get("certainty")
                    .is_none_or(|level| level == certainty(of.certainty))
                && query
                    .get("due")
                    .is_none_or(|day| of.due.is_some_and(|due| due.to_string() == day))
        })
        .ok_or(Problem::NotThere)?;
    let numbers: Vec<u32> = group
        .rows
        .iter()
        .skip(skip(query))
        .take(PAGE)
        .copied()
        .collect();
    let owed: Vec<Obligation> = rows::read(&ask.shared.case, "obligations", &numbers)?;
    let people: Vec<u32> = owed
        .iter()
        .filter_map(|one| one.person_id.as_ref())
        .filter_map(|id| ask.shared.people.row_of(&id.0))
        .collect();
    let path = ask.href(&format!("duties/{regime}/{duty}"));
    let facts = Owed {
        duty: DutyRow::group(ask, group),
        people: rows_of(ask, &people)?,
        paging: Paging::new(
            query,
            &query.only(&["status", "certainty", "due"]),
            &path,
            group.rows.len(),
        ),
    };
    Made::new(ask.words.say("duties.by-person"), "duty.html", &facts)
}

fn days(from: Date, to: Date) -> Option<i32> {
    from.until((Unit::Day, to)).ok().map(|span| span.get_days())
}

const fn certainty(level: Certainty) -> &'static str {
    level.id()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(regime: &str, n_individuals: Option<u64>, question: &str) -> DutyRow {
        DutyRow {
            regime: regime.to_owned(),
            regime_name: None,
            duty: "tell".to_owned(),
            summary: None,
            citation: String::new(),
            addressee: "individual".to_owned(),
            addressee_name: String::new(),
            status: "ask",
            due: None,
            days_left: None,
            clock: None,
            clock_start: "discovery",
            certainty: "verified",
            told: None,
            because: Vec::new(),
            questions: vec![Said {
                text: question.to_owned(),
                lang: None,
                key: None,
            }],
            n_individuals,
            href: None,
        }
    }

    #[test]
    fn what_the_law_of_most_people_asks_stands_first() {
        let rows = [
            waits("far", Some(1), "a question of the law of one person"),
            waits("far", None, "a question of the law of one person"),
            waits("near", None, "the incident's question of the law of forty"),
            waits(
                "near",
                Some(40),
                "the persons' question of the law of forty",
            ),
        ];
        let order: Vec<String> = questions(rows.iter())
            .into_iter()
            .map(|one| one.question.text)
            .collect();
        assert_eq!(order[2], "a question of the law of one person");
    }
}
