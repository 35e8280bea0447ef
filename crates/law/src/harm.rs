//! Decisions on harm tests: incident and person -> the answer that a human gave, with its reasons.
//!
//! A decision may speak of everybody or of some (by elements exposed and by
//! residence); for a person the one that speaks of them goes before the one
//! that speaks of all, and a later one before an earlier. Nothing is decided
//! here. A factor that the law names and nobody weighed is named as missing.

use whose_model::{DataElement, HarmDecision, Incident, Judgement, Jurisdiction};

use crate::library::Library;
use crate::scope::judgement;
use crate::source::{FactorFile, RegimeFile};

/// Of whom a test is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whom<'a> {
    pub elements: &'a [DataElement],
    pub home: Option<&'a Jurisdiction>,
}

/// The decision that stands for a test: of somebody, or of everybody when nobody is named.
pub(crate) fn decision<'a>(
    incident: &'a Incident,
    test: &str,
    whom: Option<Whom<'_>>,
) -> Option<&'a HarmDecision> {
    let of_test = || incident.harm.iter().rev().filter(|one| one.test == test);
    if let Some(whom) = whom
        && let Some(own) =
            of_test().find(|one| !one.is_of_everybody() && one.is_of(whom.elements, whom.home))
    {
        return Some(own);
    }
    of_test().find(|one| one.is_of_everybody())
}

/// The answer to a test.
pub(crate) fn answer(incident: &Incident, test: &str, whom: Option<Whom<'_>>) -> Judgement {
    match decision(incident, test, whom) {
        Some(decision) if !decision.is_of_everybody() => decision.decided,
        // The field and the decision of everybody are one answer; the field goes first.
        _ => judgement(incident, test),
    }
}

/// Whether people of one incident may have different answers.
pub(crate) fn differs_by_person(incident: &Incident, test: &str) -> bool {
    incident
        .harm
        .iter()
        .any(|one| one.test == test && !one.is_of_everybody())
}

/// The reasons of a decision, line by line.
pub(crate) fn reasons(regime: &RegimeFile, decision: &HarmDecision) -> Vec<String> {
    let by = if decision.by.is_empty() {
        "nobody's name stands behind it".to_owned()
    } else {
        format!("decided by {}", decision.by)
    };
    let on = decision
        .on
        .map_or_else(String::new, |on| format!(" on {on}"));
    let mut lines = vec![format!(
        "{}: {}; {by}{on}",
        decision.test,
        decision.decided.id()
    )];
    for reason in &decision.factors {
        let mut line = format!("{}: {}", reason.weighs.id(), reason.factor);
        if !reason.because.is_empty() {
            line.push_str(": ");
            line.push_str(&reason.because);
        }
        if !reason.evidence.is_empty() {
            line.push_str(&format!(" [{}]", reason.evidence.join("; ")));
        }
        lines.push(line);
    }
    lines.extend(
        unweighed(regime, decision)
            .map(|factor| format!("not weighed: {} ({})", factor.en, factor.citation)),
    );
    lines
}

/// The factors that the law names and the decision does not.
pub(crate) fn unweighed<'a>(
    regime: &'a RegimeFile,
    decision: &'a HarmDecision,
) -> impl Iterator<Item = &'a FactorFile> {
    regime.factor.iter().filter(|factor| {
        factor.test == decision.test && !decision.factors.iter().any(|one| one.factor == factor.id)
    })
}

impl Library {
    /// The factors of a harm test, law by law, as a form to fill in.
    pub fn factors(&self, test: &str) -> Vec<(&str, &FactorFile)> {
        self.regimes
            .iter()
            .flat_map(|regime| regime.factor.iter().map(|one| (regime.id.as_str(), one)))
            .filter(|(_, factor)| factor.test == test)
            .collect()
    }
}
