//! `whose law check`: every example of every rule, run; every day, one version; every id, once.
//!
//! An example that comes out otherwise than written is a problem of the rule
//! or of the engine, and either must be mended before a letter is sent.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use whose_model::{
    Certainty, Custodian, DataElement, Incident, IncidentKind, Jurisdiction, ObligationStatus,
    PersonId, Residence, ResidenceBasis, Role, ServiceProvider,
};

use crate::assess::Assessment;
use crate::library::{Duty, Library};
use crate::person::PersonFacts;
use crate::source::{Example, Expect, RegimeFile, Unit};
use crate::tally::Tally;

/// Something wrong with the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File below `law/`.
    pub file: String,
    /// What is wrong, in a sentence.
    pub what: String,
}

impl Library {
    /// All problems of the rules, with the days up to two years after `today` looked at.
    pub fn check(&self, today: Date) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.check_days(today, &mut problems);
        self.check_shared(&mut problems);
        for duty in &self.duties {
            self.check_texts(duty, &mut problems);
            let examples = duty.file.examples.iter().map(|one| (one, one.expect));
            let counter = duty
                .file
                .counterexamples
                .iter()
                .map(|one| (one, Expect::DoesNotApply));
            for (example, expect) in examples.chain(counter) {
                self.check_example(duty, example, expect, &mut problems);
            }
        }
        problems
    }

    /// Exactly one version of each duty each day, from its first day to two years ahead.
    fn check_days(&self, today: Date, problems: &mut Vec<Problem>) {
        let mut versions: BTreeMap<&str, Vec<&Duty>> = BTreeMap::new();
        for duty in &self.duties {
            versions.entry(&duty.file.id).or_default().push(duty);
        }
        let Ok(end) = today.checked_add(2.years()) else {
            return;
        };
        for (id, versions) in versions {
            let Some(first) = versions.iter().map(|duty| duty.file.in_force.from).min() else {
                continue;
            };
            // The last version may end: then the duty is no longer law.
            let last = versions
                .iter()
                .map(|duty| duty.file.in_force.to.unwrap_or(end))
                .max()
                .unwrap_or(end);
            let mut day = first;
            while day <= last.min(end) {
                let n = versions
                    .iter()
                    .filter(|duty| duty.file.in_force.covers(day))
                    .count();
                if n != 1 {
                    problems.push(Problem {
                        file: versions[0].path.clone(),
                        what: format!("{n} versions of {id} are in force on {day}, not one"),
                    });
                    break;
                }
                let Ok(next) = day.tomorrow() else { break };
                day = next;
            }
        }
    }

    /// What all rules share: sources that exist, factors, holidays, time zones.
    fn check_shared(&self, problems: &mut Vec<Problem>) {
        let mut problem = |file: String, what: String| problems.push(Problem { file, what });
        for regime in &self.regimes {
            let file = format!("{}/regime.toml", regime.id);
            for id in self.unknown_sources(&regime.verified.source) {
                problem(file.clone(), format!("source {id} is not in sources.toml"));
            }
            if !regime.time_zone.is_empty() && jiff::tz::TimeZone::get(&regime.time_zone).is_err() {
                problem(
                    file.clone(),
                    format!("{} is not an IANA time zone", regime.time_zone),
                );
            }
            if regime.name.en.is_empty() || regime.name.fr.is_empty() {
                problem(file.clone(), "the name is not in both languages".to_owned());
            }
            if !self
                .duties
                .iter()
                .any(|duty| self.regimes[duty.regime].id == regime.id)
            {
                problem(file, "there is no duty".to_owned());
            }
        }
        let touched = self.open.iter().flat_map(|one| &one.regimes);
        let touched = touched.chain(self.not_found.iter().flat_map(|one| &one.regimes));
        for id in touched {
            if !self.regimes.iter().any(|regime| regime.id == *id) {
                problem(
                    "upcoming.toml".to_owned(),
                    format!("there is no regime {id}"),
                );
            }
        }
        for calendar in &self.calendars {
            if calendar
                .day
                .iter()
                .any(|day| day.en.is_empty() || day.fr.is_empty())
            {
                problem(
                    "holidays.toml".to_owned(),
                    format!("{}: a holiday is not named in both languages", calendar.id),
                );
            }
            for day in calendar.day.iter().filter(|day| !day.is_understood()) {
                problem(
                    "holidays.toml".to_owned(),
                    format!("{}: the rule `{}` gives no day", day.en, day.rule),
                );
            }
        }
        for (file, source) in self
            .calendars
            .iter()
            .map(|one| ("holidays.toml", &one.source))
            .chain(
                self.findings
                    .iter()
                    .map(|one| ("findings.toml", &one.source)),
            )
            .chain(
                self.upcoming
                    .iter()
                    .map(|one| ("upcoming.toml", &one.source)),
            )
            .chain(
                self.expectations
                    .iter()
                    .map(|one| ("expectations.toml", &one.source)),
            )
        {
            for id in self.unknown_sources(source) {
                problem(
                    file.to_owned(),
                    format!("source {id} is not in sources.toml"),
                );
            }
        }
    }

    fn unknown_sources<'a>(&self, text: &'a str) -> Vec<&'a str> {
        crate::cite::ids(text)
            .into_iter()
            .filter(|id| self.source(id).is_none())
            .collect()
    }

    fn check_texts(&self, duty: &Duty, problems: &mut Vec<Problem>) {
        let file = &duty.file;
        let mut problem = |what: String| {
            problems.push(Problem {
                file: duty.path.clone(),
                what,
            });
        };
        let folder = duty.path.split('/').next().unwrap_or_default();
        if file.id.split('.').next() != Some(folder) {
            problem(format!("the id {} does not begin with its folder", file.id));
        }
        if file.citation.is_empty() {
            problem("the citation is missing".to_owned());
        }
        if file.verified.source.is_empty() {
            problem("no source is named".to_owned());
        }
        let named = crate::cite::ids(&file.verified.source);
        for id in self.unknown_sources(&file.verified.source) {
            problem(format!("source {id} is not in sources.toml"));
        }
        let has_read = matches!(
            file.verified.level,
            Certainty::Primary | Certainty::Secondary
        );
        if has_read && named.is_empty() {
            problem("it claims that a source was read and names none".to_owned());
        }
        if let Some(harm) = &file.when.harm
            && self
                .regime_of(duty)
                .factor
                .iter()
                .all(|factor| factor.test != harm.test && !harm.met_by.contains(&factor.test))
            && file.then.notify == "individual"
        {
            problem(format!("no factor is given for its test {}", harm.test));
        }
        let clock = &file.then.clock;
        if clock.unit == Some(Unit::BusinessDays) && self.regime_of(duty).calendar.is_empty() {
            problem("it counts business days of no calendar".to_owned());
        }
        if clock.max.is_some() != clock.unit.is_some() {
            problem("a number without a unit, or a unit without a number".to_owned());
        }
        if file.summary.en.is_empty() || file.summary.fr.is_empty() {
            problem("the summary is not in both languages".to_owned());
        }
        if file.then.clock.words.is_none()
            && file.then.clock.max.is_none()
            && file.then.clock.day.is_none()
            && file.register.is_none()
        {
            problem("the clock has neither words nor a number".to_owned());
        }
        if file.examples.is_empty() {
            problem("there is no example".to_owned());
        }
        if file.counterexamples.is_empty() {
            problem("there is no counterexample".to_owned());
        }
        for question in file.report.iter().flat_map(|report| &report.questions) {
            if question.en.is_empty() || question.fr.is_empty() {
                problem("a question of the report is not in both languages".to_owned());
            }
        }
    }

    fn check_example(
        &self,
        duty: &Duty,
        example: &Example,
        expect: Expect,
        problems: &mut Vec<Problem>,
    ) {
        let incident = example_incident(self.regime_of(duty), example);
        let (found, due) = self.run_example(duty, example, &incident);
        if found != expect {
            problems.push(Problem {
                file: duty.path.clone(),
                what: format!(
                    "example \"{}\" gives {found:?}, not {expect:?}",
                    example.text
                ),
            });
        } else if example.due.is_some() && example.due != due {
            problems.push(Problem {
                file: duty.path.clone(),
                what: format!(
                    "example \"{}\" is due {}, not {}",
                    example.text,
                    due.map_or_else(|| "on no day".to_owned(), |day| day.to_string()),
                    example.due.map_or_else(String::new, |day| day.to_string()),
                ),
            });
        }
    }

    fn run_example(
        &self,
        duty: &Duty,
        example: &Example,
        incident: &Incident,
    ) -> (Expect, Option<Date>) {
        let facts = &example.facts;
        let id = PersonId("P-EXAMPLE00000".to_owned());
        let home = facts.lives_in.clone().or_else(|| {
            incident
                .custodian
                .operates_in
                .first()
                .map(|one| one.code().to_owned())
        });
        let residence = home.filter(|code| !code.is_empty()).map(|code| Residence {
            jurisdiction: Jurisdiction::from_code(&code),
            basis: ResidenceBasis::Address,
        });
        let elements = if facts.elements.is_empty() {
            vec![
                DataElement::Name,
                DataElement::BirthDate,
                DataElement::Diagnosis,
            ]
        } else {
            facts.elements.clone()
        };
        let person = PersonFacts {
            id: &id,
            residence: residence.as_ref(),
            elements: &elements,
            is_minor: false,
            is_deceased: false,
            role: facts.role.unwrap_or(Role::Patient),
        };
        let assessment = Assessment::new(self, incident, example.on);
        let towards_person = assessment.person(&person);
        let obligations = if duty.file.then.notify == "individual" {
            towards_person
        } else {
            let mut tally = Tally::default();
            for _ in 0..facts.people.unwrap_or(1) {
                tally.add(self, &person, &towards_person);
            }
            assessment.incident(&tally)
        };
        let found = obligations.iter().find(|obligation| {
            obligation.regime == self.regime_of(duty).id && obligation.duty == duty.name()
        });
        match found {
            None => (Expect::DoesNotApply, None),
            Some(obligation) => (
                match obligation.status {
                    ObligationStatus::Due => Expect::Applies,
                    ObligationStatus::Ask => Expect::Ask,
                    ObligationStatus::Expected => Expect::Expected,
                    ObligationStatus::OnHold => Expect::OnHold,
                },
                obligation.due,
            ),
        }
    }
}

/// The ordinary incident of a regime, changed by what the example says.
fn example_incident(regime: &RegimeFile, example: &Example) -> Incident {
    let facts = &example.facts;
    let mut incident = crate::validate::blank(facts.discovered.unwrap_or(example.on));
    incident.kind = facts.kind.unwrap_or(IncidentKind::Theft);
    incident.determined = facts.determined;
    incident.hold_until = facts.hold_until;
    incident.dates = facts.dates.clone();
    incident.times = facts.times.clone();
    incident.notified = facts.notified.clone();
    incident.service_provider = facts.service_provider.then(ServiceProvider::default);
    incident.custodian = Custodian {
        kinds: if facts.custodian.is_empty() {
            regime.bound.iter().take(1).copied().collect()
        } else {
            facts.custodian.clone()
        },
        operates_in: if facts.operates_in.is_empty() {
            vec![Jurisdiction::from_code(ordinary_place(
                &regime.jurisdiction,
            ))]
        } else {
            facts
                .operates_in
                .iter()
                .map(|code| Jurisdiction::from_code(code))
                .collect()
        },
        ..incident.custodian
    };
    for (id, &answer) in &facts.judgements {
        match id.as_str() {
            "exfiltrated" => incident.exfiltrated = answer,
            "encrypted" => incident.encrypted = answer,
            "altered" => incident.altered = answer,
            "real-risk-of-significant-harm" => incident.real_risk_of_significant_harm = answer,
            "notice-could-harm" => incident.notice_could_harm = answer,
            _ => {
                incident.judgements.insert(id.clone(), answer);
            }
        }
    }
    incident
}

/// A place within the regime's area, when the area is a country.
fn ordinary_place(area: &str) -> &str {
    match area {
        "ca" => "ca-mb",
        "us" => "us-ny",
        "eu" => "fr",
        other => other,
    }
}

#[test]
fn every_rule_holds_its_examples() {
    let library = Library::embedded().unwrap();
    let problems = library.check("2026-11-21".parse().unwrap());
    let lines: Vec<String> = problems
        .iter()
        .map(|one| format!("{}: {}", one.file, one.what))
        .collect();
    assert_eq!(lines, Vec::<String>::new());
}

/// Whoever leaves a rule to general knowledge says what text was looked for, and where.
#[test]
fn every_regime_with_a_doubtful_rule_names_the_text_that_was_not_found() {
    let library = Library::embedded().unwrap();
    let doubtful = library
        .duties
        .iter()
        .filter(|duty| duty.certainty() >= Certainty::Unverified);
    let mut silent: Vec<&str> = doubtful
        .map(|duty| library.regimes[duty.regime].id.as_str())
        .filter(|&id| {
            let mut named = library.not_found().iter().flat_map(|one| &one.regimes);
            !named.any(|one| one == id)
        })
        .collect();
    silent.dedup();
    assert_eq!(silent, Vec::<&str>::new());
}
