//! Facts and a day -> the obligations towards one person, each with its citation.
//!
//! The rules are weighed once for the incident (`Assessment`); a person then
//! costs only the question whether each regime covers them. `because` lists
//! questions first, then reasons; nothing in it identifies the person.
//! Duties towards regulators are in `incident_level`.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::civil::Date;
use whose_model::{
    Certainty, ClockStart, ClockWords, DataElement, Incident, Jurisdiction, Obligation,
    ObligationStatus, ResidenceBasis,
};

use crate::clock::{self, Due};
use crate::conditions;
use crate::harm::Whom;
use crate::library::{Duty, Library};
use crate::person::{PersonFacts, PersonStanding};
use crate::scope::{self, Facts, Finding, Level, Ruling};
use crate::source::{Force, RegimeFile};
use crate::tally::Tally;

/// The rules weighed for one incident on one day.
#[derive(Debug)]
pub struct Assessment<'l> {
    pub(crate) library: &'l Library,
    pub(crate) facts: Facts<'l>,
    pub(crate) rules: Vec<Weighed<'l>>,
    /// What people alike before the law are owed, worked out once.
    alike: RwLock<HashMap<Signature, Arc<[Obligation]>>>,
}

/// People with the same signature are owed the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Signature {
    home: Option<(Jurisdiction, ResidenceBasis)>,
    standing: PersonStanding,
    /// One bit for each element, in the order of `DataElement::ALL`.
    elements: u64,
    is_minor: bool,
    is_deceased: bool,
}

/// Beyond so many signatures nothing more is remembered, so that memory stays flat.
const MAX_SIGNATURES: usize = 1 << 14;

/// A duty as far as the incident alone decides it.
#[derive(Debug)]
pub(crate) struct Weighed<'l> {
    pub duty: &'l Duty,
    pub regime: &'l RegimeFile,
    pub finding: Finding,
    pub due: Option<Due>,
    pub on_hold: bool,
    pub harm_open: bool,
    /// The answer to the harm test may differ from person to person.
    pub harm_by_person: bool,
}

impl<'l> Assessment<'l> {
    /// Weighs every rule in force on the day for this incident.
    pub fn new(library: &'l Library, incident: &'l Incident, as_of: Date) -> Self {
        let facts = Facts { incident, as_of };
        let rules = library
            .duties
            .iter()
            .filter(|duty| duty.file.in_force.covers(as_of))
            .filter_map(|duty| weigh(library, duty, facts))
            .collect();
        Self {
            library,
            facts,
            rules,
            alike: RwLock::default(),
        }
    }

    /// The obligations towards one person.
    pub fn person(&self, person: &PersonFacts<'_>) -> Vec<Obligation> {
        self.alike(person)
            .iter()
            .map(|obligation| Obligation {
                person_id: Some(person.id.clone()),
                ..obligation.clone()
            })
            .collect()
    }

    /// The same without the person's id, shared by all who are alike before the law: for many people.
    pub fn alike(&self, person: &PersonFacts<'_>) -> Arc<[Obligation]> {
        let standing = PersonStanding::of(self.library, person);
        let Some(elements) = bits(person.elements) else {
            return self.towards(person, standing).into();
        };
        let signature = Signature {
            home: person
                .residence
                .map(|home| (home.jurisdiction.clone(), home.basis)),
            standing,
            elements,
            is_minor: person.is_minor,
            is_deceased: person.is_deceased,
        };
        // A writer that panicked leaves whole entries behind: the map is good.
        let known = self.alike.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(obligations) = known.get(&signature) {
            return Arc::clone(obligations);
        }
        let is_full = known.len() >= MAX_SIGNATURES;
        drop(known);
        // In the order of `DataElement::ALL`, whatever the order given.
        let sorted: Vec<DataElement> = DataElement::ALL
            .iter()
            .copied()
            .filter(|&element| elements >> (element as u32) & 1 == 1)
            .collect();
        let person = PersonFacts {
            elements: &sorted,
            ..*person
        };
        let obligations: Arc<[Obligation]> = self.towards(&person, standing).into();
        if !is_full {
            self.alike
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(signature, Arc::clone(&obligations));
        }
        obligations
    }

    fn towards(&self, person: &PersonFacts<'_>, standing: PersonStanding) -> Vec<Obligation> {
        let mut obligations = Vec::new();
        let mut covered: Option<(usize, Finding)> = None;
        for rule in self
            .rules
            .iter()
            .filter(|rule| rule.duty.file.then.notify == "individual")
        {
            let again = covered
                .as_ref()
                .is_some_and(|(regime, _)| *regime == rule.duty.regime);
            if !again {
                let finding = self.covers(rule, person, standing);
                covered = Some((rule.duty.regime, finding));
            }
            let Some((_, cover)) = &covered else { continue };
            if cover.ruling == Ruling::Fails {
                continue;
            }
            let whom = Some(Whom {
                elements: person.elements,
                home: person.residence.map(|home| &home.jurisdiction),
            });
            let harm = if rule.harm_by_person {
                conditions::harm_of(self.library, rule.duty, self.facts.incident, whom)
            } else {
                Finding::new()
            };
            if harm.ruling == Ruling::Fails {
                continue;
            }
            let mut obligation = rule.obligation(&[&rule.finding, cover, &harm]);
            if rule.harm_open || (rule.harm_by_person && harm.ruling == Ruling::Asks) {
                obligation
                    .because
                    .extend(conditions::element_factors(self.library, person.elements));
                obligation
                    .because
                    .extend(conditions::incident_factors(self.facts.incident));
            }
            obligation.because.push(exposed(person));
            if person.is_minor {
                obligation
                    .because
                    .push("a minor: the letter goes to a parent or guardian".to_owned());
            }
            if person.is_deceased {
                obligation
                    .because
                    .push("has died: the letter goes to the estate or the next of kin".to_owned());
            }
            obligations.push(obligation);
        }
        obligations
    }

    /// Adds one person to a tally, with what each harm test says of them.
    pub fn add(&self, tally: &mut Tally, person: &PersonFacts<'_>, obligations: &[Obligation]) {
        tally.add(self.library, person, obligations);
        let whom = Whom {
            elements: person.elements,
            home: person.residence.map(|home| &home.jurisdiction),
        };
        for rule in self.rules.iter().filter(|rule| rule.harm_by_person) {
            let harm =
                conditions::harm_of(self.library, rule.duty, self.facts.incident, Some(whom));
            let home = whom.home.map_or("", Jurisdiction::code);
            tally.add_harm(&rule.duty.file.id, home, harm.ruling);
        }
    }

    /// The day whose law and facts these are.
    pub fn as_of(&self) -> Date {
        self.facts.as_of
    }

    fn covers(
        &self,
        rule: &Weighed<'_>,
        person: &PersonFacts<'_>,
        standing: PersonStanding,
    ) -> Finding {
        scope::covers(
            rule.regime,
            self.facts,
            person.residence,
            standing,
            Level::Person,
            &|id| conditions::question(self.library, id),
        )
    }
}

/// The obligations towards one person, weighed anew; for many people use [`Assessment`].
pub fn assess_person(
    library: &Library,
    incident: &Incident,
    person: &PersonFacts<'_>,
    as_of: Date,
) -> Vec<Obligation> {
    Assessment::new(library, incident, as_of).person(person)
}

fn weigh<'l>(library: &'l Library, duty: &'l Duty, facts: Facts<'l>) -> Option<Weighed<'l>> {
    let regime = library.regime_of(duty);
    if !regime.in_force.covers(facts.as_of) {
        return None;
    }
    let mut finding = scope::binds(regime, facts);
    if finding.ruling == Ruling::Fails {
        return None;
    }
    let of_incident = conditions::of_incident(library, duty, facts);
    if of_incident.ruling == Ruling::Fails {
        return None;
    }
    for question in of_incident.questions {
        finding.ask(question);
    }
    finding.because.extend(of_incident.because);
    finding.less_sure(duty.certainty());
    let then = &duty.file.then;
    let until = facts
        .incident
        .hold_until
        .filter(|until| facts.as_of <= *until);
    if let (true, Some(until)) = (then.hold, until) {
        finding.because.push(format!(
            "the police or a prosecutor asked to wait until {until}"
        ));
    }
    let key = match then.notify.as_str() {
        "individual" => "individuals",
        other => other,
    };
    if let Some(day) = facts.incident.notified.get(key) {
        finding.because.push(format!("told on {day}"));
    }
    let calendar = library.calendar(&regime.calendar);
    let mut due = clock::due(&then.clock, facts.incident, calendar);
    if let (true, Some(until), Some(due)) = (then.hold, until, due.as_mut())
        && due.day < until
    {
        due.day = until;
        due.moment = None;
    }
    if due.is_some_and(|due| due.cautious) {
        finding.because.push(
            "the hour of the event is not known: counted from the beginning of its day".to_owned(),
        );
    }
    let harm_by_person = conditions::harm_differs_by_person(duty, facts.incident);
    Some(Weighed {
        due,
        on_hold: then.hold && until.is_some(),
        harm_open: !harm_by_person && conditions::harm_is_open(duty, facts.incident, None),
        harm_by_person,
        duty,
        regime,
        finding,
    })
}

impl Weighed<'_> {
    /// The obligation that follows when these findings hold or ask.
    pub(crate) fn obligation(&self, findings: &[&Finding]) -> Obligation {
        let file = &self.duty.file;
        let asks = findings.iter().any(|one| one.ruling == Ruling::Asks);
        let status = match (asks, file.force) {
            (true, _) => ObligationStatus::Ask,
            (false, Force::Expected) => ObligationStatus::Expected,
            (false, Force::Duty) if self.on_hold => ObligationStatus::OnHold,
            (false, Force::Duty) => ObligationStatus::Due,
        };
        let questions = findings.iter().flat_map(|one| &one.questions);
        let reasons = findings.iter().flat_map(|one| &one.because);
        Obligation {
            regime: self.regime.id.clone(),
            duty: self.duty.name().to_owned(),
            citation: file.citation.clone(),
            addressee: file.then.notify.clone(),
            person_id: None,
            due: self.due.map(|due| due.day),
            clock_start: self.clock_start(),
            clock_words: file.then.clock.words.clone().map(ClockWords),
            status,
            certainty: findings
                .iter()
                .map(|one| one.certainty)
                .max()
                .unwrap_or(Certainty::Unsure),
            because: questions.chain(reasons).cloned().collect(),
        }
    }

    fn clock_start(&self) -> ClockStart {
        self.duty.file.then.clock.from
    }
}

/// One bit for each element; `None` when an element has no bit.
fn bits(elements: &[DataElement]) -> Option<u64> {
    elements.iter().try_fold(0, |bits, &element| {
        1_u64.checked_shl(element as u32).map(|bit| bits | bit)
    })
}

fn exposed(person: &PersonFacts<'_>) -> String {
    let mut text = String::from("exposed: ");
    for (n, element) in person.elements.iter().enumerate() {
        if n > 0 {
            text.push_str(", ");
        }
        text.push_str(element.id());
    }
    text
}
