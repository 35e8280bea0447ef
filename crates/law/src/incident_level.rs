//! The tally of an incident and a day -> the duties that are not owed to one person: regulators, ministers, registers, media.
//!
//! A regulator is told when its law covers at least one of the people, so each
//! group of the tally is asked in turn and the people are summed. Before
//! anybody has been found, the custodian's places stand in for the people, and
//! `because` says that the number is not known yet.

use std::collections::BTreeMap;

use jiff::civil::Date;
use whose_model::{
    Certainty, ClockStart, Incident, Jurisdiction, Obligation, ObligationStatus, Residence,
    ResidenceBasis,
};

use crate::assess::{Assessment, Weighed};
use crate::conditions;
use crate::library::Library;
use crate::person::PersonStanding;
use crate::scope::{self, Finding, Level, Ruling};
use crate::source::Count;
use crate::tally::{Group, Tally};

/// The duties about the incident as a whole.
pub fn assess_incident(
    library: &Library,
    incident: &Incident,
    tally: &Tally,
    as_of: Date,
) -> Vec<Obligation> {
    Assessment::new(library, incident, as_of).incident(tally)
}

/// The people of an incident whom one regime covers.
#[derive(Debug, Default)]
pub(crate) struct Covered {
    /// Surely.
    pub sure: u64,
    /// If the questions are answered so.
    pub possible: u64,
    /// By place of residence, sure and possible.
    pub by_place: BTreeMap<String, (u64, u64)>,
    /// People by element.
    pub group: Group,
    pub findings: Vec<Finding>,
    /// Nobody has been counted yet.
    pub hypothetical: bool,
}

impl Assessment<'_> {
    /// The duties about the incident as a whole.
    pub fn incident(&self, tally: &Tally) -> Vec<Obligation> {
        let mut obligations = Vec::new();
        let mut known: BTreeMap<usize, Covered> = BTreeMap::new();
        for rule in self
            .rules
            .iter()
            .filter(|rule| rule.duty.file.then.notify != "individual")
        {
            let covered = known
                .entry(rule.duty.regime)
                .or_insert_with(|| self.covered(rule, tally));
            self.about(rule, covered, tally, &mut obligations);
        }
        self.elsewhere(tally, &mut obligations);
        obligations
    }

    /// The people whom the regime of this rule covers.
    pub(crate) fn covered(&self, rule: &Weighed<'_>, tally: &Tally) -> Covered {
        let mut covered = Covered {
            hypothetical: tally.is_empty(),
            ..Covered::default()
        };
        let nobody = Group::default();
        let stand_ins = self
            .facts
            .incident
            .custodian
            .operates_in
            .iter()
            .map(|place| {
                (
                    Some(place.clone()),
                    PersonStanding::HealthInformation,
                    &nobody,
                )
            });
        let groups: Vec<_> = if covered.hypothetical {
            stand_ins.collect()
        } else {
            tally.groups().collect()
        };
        for (home, standing, group) in groups {
            let residence = home.map(|jurisdiction| Residence {
                jurisdiction,
                basis: ResidenceBasis::Address,
            });
            let finding = scope::covers(
                rule.regime,
                self.facts,
                residence.as_ref(),
                standing,
                Level::Incident,
                &|id| conditions::question(self.library, id),
            );
            let place = residence.map_or_else(
                || "unknown".to_owned(),
                |one| one.jurisdiction.code().to_owned(),
            );
            let by_place = covered.by_place.entry(place).or_default();
            match finding.ruling {
                Ruling::Holds => {
                    covered.sure += group.people;
                    by_place.0 += group.people;
                }
                Ruling::Asks => {
                    covered.possible += group.people;
                    by_place.1 += group.people;
                }
                Ruling::Fails => continue,
            }
            covered.group.merge(group);
            covered.findings.push(finding);
        }
        covered
            .by_place
            .retain(|_, (sure, possible)| *sure + *possible > 0);
        covered
    }

    /// Whether anybody whom the rule covers meets its harm test, where that differs from person to person.
    fn harm_of_people(&self, rule: &Weighed<'_>, covered: &Covered, tally: &Tally) -> Finding {
        let mut finding = Finding::new();
        if !rule.harm_by_person {
            return finding;
        }
        let places = &covered.by_place;
        let is_in = |place: &str| {
            let place = if place.is_empty() { "unknown" } else { place };
            places.contains_key(place)
        };
        let Some(count) = tally.harm(&rule.duty.file.id, &is_in) else {
            finding.ask(
                "how many of the people meet the harm test? They have not been weighed one by one",
            );
            return finding;
        };
        finding.because.push(format!(
            "the harm test was decided person by person: {} meet it, {} do not, {} are open",
            grouped(count.met),
            grouped(count.not_met),
            grouped(count.open)
        ));
        if count.met == 0 && count.open == 0 {
            finding.fails();
        } else if count.met == 0 {
            finding.ask("does anybody meet the harm test? Nobody has decided it for them");
        }
        finding
    }

    fn about(
        &self,
        rule: &Weighed<'_>,
        covered: &Covered,
        tally: &Tally,
        obligations: &mut Vec<Obligation>,
    ) {
        if covered.findings.is_empty() {
            return;
        }
        let harm = self.harm_of_people(rule, covered, tally);
        if harm.ruling == Ruling::Fails {
            return;
        }
        match &rule.duty.file.when.count {
            None => {
                let people = people_in_words(covered);
                obligations.extend(self.obligation(rule, covered, Ruling::Holds, people, &harm));
            }
            Some(count) if count.each_place => {
                for (place, &(sure, possible)) in &covered.by_place {
                    if !scope::is_in(rule.regime, place) {
                        continue;
                    }
                    let ruling = weigh_count(count, sure, possible, false);
                    let people = format!("{} people live in {place}", grouped(sure + possible));
                    obligations.extend(self.obligation(rule, covered, ruling, people, &harm));
                }
            }
            Some(count) => {
                let (sure, possible) = if count.residents {
                    residents(rule, covered)
                } else {
                    (covered.sure, covered.possible)
                };
                let ruling = weigh_count(count, sure, possible, covered.hypothetical);
                let people = people_in_words(covered);
                obligations.extend(self.obligation(rule, covered, ruling, people, &harm));
            }
        }
    }

    fn obligation(
        &self,
        rule: &Weighed<'_>,
        covered: &Covered,
        count: Ruling,
        people: String,
        harm: &Finding,
    ) -> Option<Obligation> {
        if count == Ruling::Fails {
            return None;
        }
        let mut scope = Finding::new();
        let any_sure = covered
            .findings
            .iter()
            .any(|finding| finding.ruling == Ruling::Holds);
        for finding in &covered.findings {
            // Questions about some people do not put in doubt a duty that others call for.
            if !any_sure {
                for question in &finding.questions {
                    scope.ask(question.clone());
                }
            }
            if finding.ruling == Ruling::Holds || !any_sure {
                for reason in &finding.because {
                    if !reason.contains("lives in")
                        && !reason.contains("residence is not known")
                        && !scope.because.contains(reason)
                    {
                        scope.because.push(reason.clone());
                    }
                }
                scope.less_sure(finding.certainty);
            }
        }
        if count == Ruling::Asks {
            scope.ask("how many people are affected? The duty depends on the number");
        }
        let mut obligation = rule.obligation(&[&rule.finding, &scope, harm]);
        if rule.harm_open {
            obligation
                .because
                .extend(conditions::incident_factors(self.facts.incident));
            let elements: Vec<_> = covered.group.elements.keys().copied().collect();
            obligation
                .because
                .extend(conditions::element_factors(self.library, &elements));
        }
        obligation.because.push(people);
        if any_sure && covered.possible > 0 {
            obligation.because.push(format!(
                "{} more may be covered, once the questions about them are answered",
                grouped(covered.possible)
            ));
        }
        Some(obligation)
    }

    /// One question for each place whose law is not among the rules.
    fn elsewhere(&self, tally: &Tally, obligations: &mut Vec<Obligation>) {
        for (home, people) in tally.by_residence() {
            let Some(home) = home else { continue };
            if self
                .library
                .regimes
                .iter()
                .any(|regime| scope::is_own_law(regime, home.code()))
            {
                continue;
            }
            let Some(place) = self
                .library
                .elsewhere
                .iter()
                .find(|place| place.codes.iter().any(|code| matches(code, &home)))
            else {
                continue;
            };
            obligations.push(Obligation {
                regime: "elsewhere".to_owned(),
                duty: format!("check-{}", home.code()),
                citation: place.citation.clone(),
                addressee: "counsel".to_owned(),
                person_id: None,
                due: None,
                clock_start: ClockStart::Discovery,
                clock_words: None,
                status: ObligationStatus::Ask,
                certainty: Certainty::Unverified,
                because: vec![
                    format!(
                        "does the law of {} ask for more? It is not among the rules of this program",
                        home.code()
                    ),
                    place.text.clone(),
                    format!("{} people live in {}", grouped(people), home.code()),
                ],
            });
        }
    }
}

fn matches(pattern: &str, home: &Jurisdiction) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => home.code().starts_with(start),
        None => home.code() == pattern,
    }
}

/// Of the people covered, those who live in the regime's place; where residence is not known, perhaps.
fn residents(rule: &Weighed<'_>, covered: &Covered) -> (u64, u64) {
    let mut sum = (0, 0);
    for (place, (sure, possible)) in &covered.by_place {
        if scope::is_in(rule.regime, place) {
            sum.0 += sure;
            sum.1 += possible;
        } else if place == "unknown" {
            sum.1 += sure + possible;
        }
    }
    sum
}

fn weigh_count(count: &Count, sure: u64, possible: u64, unknown: bool) -> Ruling {
    let fits =
        |n: u64| count.min.is_none_or(|min| n >= min) && count.max.is_none_or(|max| n <= max);
    if unknown {
        return Ruling::Asks;
    }
    match (fits(sure), fits(sure + possible)) {
        (true, true) => Ruling::Holds,
        (false, false) => Ruling::Fails,
        _ => Ruling::Asks,
    }
}

fn people_in_words(covered: &Covered) -> String {
    if covered.hypothetical {
        return "the number of people is not known yet".to_owned();
    }
    let places: Vec<String> = covered
        .by_place
        .iter()
        .map(|(place, (sure, possible))| format!("{place} {}", grouped(sure + possible)))
        .collect();
    format!(
        "{} people: {}",
        grouped(covered.sure + covered.possible),
        places.join(", ")
    )
}

/// `7293` as `7,293`.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
