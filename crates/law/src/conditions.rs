//! The conditions of a duty that the incident alone decides: kind, circumstances, judgements, harm test.
//!
//! Each condition holds, fails or asks. One that fails ends the duty; one that
//! asks leaves it open, with the question. Nothing is decided for the
//! custodian's people: an undecided harm test is a question with the factors
//! that the evidence shows.

use whose_model::{DataElement, Incident, Judgement};

use crate::harm::{self, Whom};
use crate::library::{Duty, Library};
use crate::scope::{Facts, Finding, Ruling, judgement};
use crate::shared::HarmKind;

/// The judgement that answers a kind of incident which a law may or may not mean.
const KIND_JUDGEMENT: &str = "unauthorized-access-took-place";

/// What the incident says about a duty, before any person is looked at.
///
/// The harm test is weighed here unless its answer may differ from person to
/// person; then it is weighed with the person, by [`harm_of`].
pub(crate) fn of_incident(library: &Library, duty: &Duty, facts: Facts<'_>) -> Finding {
    let (when, incident) = (&duty.file.when, facts.incident);
    let mut finding = Finding::new();
    let kinds = &incident.custodian.kinds;
    if !when.custodian.is_empty() && !when.custodian.iter().any(|kind| kinds.contains(kind)) {
        finding.fails();
        return finding;
    }
    if when.service_provider && incident.service_provider.is_none() {
        finding.fails();
        return finding;
    }
    if when
        .requires_stated
        .iter()
        .any(|id| judgement(incident, id) != Judgement::Yes)
        || when
            .unless
            .iter()
            .any(|id| judgement(incident, id) == Judgement::Yes)
    {
        finding.fails();
        return finding;
    }
    kind(duty, incident, &mut finding);
    for id in &when.requires {
        decide(library, incident, id, Judgement::Yes, &mut finding);
    }
    for id in &when.requires_no {
        decide(library, incident, id, Judgement::No, &mut finding);
    }
    circumstances(library, duty, incident, &mut finding);
    if !harm_differs_by_person(duty, incident) {
        harm(library, duty, incident, None, &mut finding);
    }
    finding
}

/// The harm test of a duty for one person, or for everybody.
pub(crate) fn harm_of(
    library: &Library,
    duty: &Duty,
    incident: &Incident,
    whom: Option<Whom<'_>>,
) -> Finding {
    let mut finding = Finding::new();
    harm(library, duty, incident, whom, &mut finding);
    finding
}

/// Whether the answer to the harm test of a duty may differ from person to person.
pub(crate) fn harm_differs_by_person(duty: &Duty, incident: &Incident) -> bool {
    duty.file.when.harm.as_ref().is_some_and(|harm| {
        std::iter::once(&harm.test)
            .chain(&harm.met_by)
            .any(|test| harm::differs_by_person(incident, test))
    })
}

fn kind(duty: &Duty, incident: &Incident, finding: &mut Finding) {
    let when = &duty.file.when;
    if when.kinds.is_empty() || when.kinds.contains(&incident.kind) {
        finding
            .because
            .push(format!("incident: {}", incident.kind.id()));
    } else if when.kinds_unsure.contains(&incident.kind) {
        match judgement(incident, KIND_JUDGEMENT) {
            Judgement::Yes => finding.because.push(format!(
                "incident: {}; {KIND_JUDGEMENT}: yes",
                incident.kind.id()
            )),
            Judgement::No => finding.fails(),
            Judgement::Undecided => {
                finding.ask(format!("{} [{KIND_JUDGEMENT}]", when.kinds_question));
            }
        }
    } else {
        finding.fails();
    }
}

fn decide(
    library: &Library,
    incident: &Incident,
    id: &str,
    wanted: Judgement,
    finding: &mut Finding,
) {
    match judgement(incident, id) {
        Judgement::Undecided => finding.ask(question(library, id)),
        answer if answer == wanted => finding.because.push(format!("{id}: {}", answer.id())),
        _ => finding.fails(),
    }
}

fn circumstances(library: &Library, duty: &Duty, incident: &Incident, finding: &mut Finding) {
    let circumstances = &duty.file.when.circumstances;
    if circumstances.is_empty() || finding.ruling == Ruling::Fails {
        return;
    }
    let mut open = Vec::new();
    let mut holds = false;
    for one in circumstances {
        if !one.kinds.is_empty() && !one.kinds.contains(&incident.kind) {
            continue;
        }
        let answers: Vec<(&String, Judgement)> = one
            .requires
            .iter()
            .map(|id| (id, judgement(incident, id)))
            .collect();
        if answers.iter().all(|(_, answer)| *answer == Judgement::Yes) {
            finding
                .because
                .push(format!("circumstance {}: {}", one.id, one.text));
            holds = true;
        } else if !answers.iter().any(|(_, answer)| *answer == Judgement::No) {
            open.extend(
                answers
                    .iter()
                    .filter(|(_, answer)| *answer == Judgement::Undecided)
                    .map(|(id, _)| question(library, id)),
            );
        }
    }
    if holds {
        return;
    }
    if open.is_empty() {
        finding.fails();
    }
    for question in open {
        finding.ask(question);
    }
}

fn harm(
    library: &Library,
    duty: &Duty,
    incident: &Incident,
    whom: Option<Whom<'_>>,
    finding: &mut Finding,
) {
    let Some(test) = &duty.file.when.harm else {
        return;
    };
    let regime = library.regime_of(duty);
    let reasons = |id: &str| {
        harm::decision(incident, id, whom)
            .map(|decision| harm::reasons(regime, decision))
            .unwrap_or_default()
    };
    let answer = harm::answer(incident, &test.test, whom);
    if test.presumed {
        match answer {
            Judgement::Yes => finding.fails(),
            _ => finding.because.push(format!(
                "the duty stands unless {}: {}",
                test.test,
                answer.id()
            )),
        }
        finding.because.extend(reasons(&test.test));
        return;
    }
    if test.inverse {
        let met = answer == Judgement::Yes
            || (answer == Judgement::Undecided
                && test
                    .met_by
                    .iter()
                    .any(|id| harm::answer(incident, id, whom) == Judgement::Yes));
        if met {
            finding.fails();
        } else if answer == Judgement::No {
            finding.because.push(format!("{}: no", test.test));
            finding.because.extend(reasons(&test.test));
        } else {
            finding.ask(question(library, &test.test));
        }
        return;
    }
    match answer {
        Judgement::Yes => {
            let reasons = reasons(&test.test);
            if reasons.is_empty() {
                finding.because.push(format!("{}: yes", test.test));
            }
            finding.because.extend(reasons);
        }
        Judgement::No => finding.fails(),
        Judgement::Undecided => {
            let met = test
                .met_by
                .iter()
                .find(|id| harm::answer(incident, id, whom) == Judgement::Yes);
            match met {
                Some(id) => {
                    finding.because.push(format!(
                        "{}: not answered apart; taken as met, since {id}: yes",
                        test.test
                    ));
                    finding.because.extend(reasons(id));
                }
                None => finding.ask(question(library, &test.test)),
            }
        }
    }
}

/// Whether the open question of a duty is its harm test, so that the factors help to answer it.
pub(crate) fn harm_is_open(duty: &Duty, incident: &Incident, whom: Option<Whom<'_>>) -> bool {
    duty.file.when.harm.as_ref().is_some_and(|test| {
        !test.presumed
            && harm::answer(incident, &test.test, whom) == Judgement::Undecided
            && !test
                .met_by
                .iter()
                .any(|id| harm::answer(incident, id, whom) == Judgement::Yes)
    })
}

/// The question that a judgement answers, with the id under which the answer is written.
pub(crate) fn question(library: &Library, id: &str) -> String {
    library
        .judgements
        .get(id)
        .map_or_else(|| id.to_owned(), |file| format!("{} [{id}]", file.en))
}

/// The factors of a harm test that the incident shows: the likelihood of misuse.
pub(crate) fn incident_factors(incident: &Incident) -> Vec<String> {
    let mut factors = Vec::new();
    factors.push(
        match incident.exfiltrated {
            Judgement::Yes => "for: files were copied out",
            Judgement::No => "against: no files were copied out",
            Judgement::Undecided => "open: whether files were copied out",
        }
        .to_owned(),
    );
    match incident.encrypted {
        Judgement::Yes => {
            factors.push("against: the data was encrypted and the key is safe".to_owned());
        }
        Judgement::No => factors.push("for: the data was not encrypted".to_owned()),
        Judgement::Undecided => {}
    }
    for (id, yes) in [
        ("recovered", "against: the data was recovered"),
        ("ill-intent", "for: whoever has the data means harm"),
        ("misused", "for: the data has been misused"),
    ] {
        if judgement(incident, id) == Judgement::Yes {
            factors.push(yes.to_owned());
        }
    }
    if incident.kind == whose_model::IncidentKind::Theft {
        factors.push("for: the data was stolen".to_owned());
    }
    factors
}

/// The factors that a person's elements show: sensitivity.
pub(crate) fn element_factors(library: &Library, elements: &[DataElement]) -> Vec<String> {
    let mut by_harm: Vec<(HarmKind, Vec<&str>)> = Vec::new();
    for element in elements {
        let harm = library
            .elements
            .element
            .get(element.id())
            .and_then(|file| file.harm);
        if let Some(harm) = harm {
            match by_harm.iter_mut().find(|(known, _)| *known == harm) {
                Some((_, ids)) => ids.push(element.id()),
                None => by_harm.push((harm, vec![element.id()])),
            }
        }
    }
    by_harm.sort();
    let mut factors: Vec<String> = by_harm
        .iter()
        .map(|(harm, ids)| format!("for: {} can lead to {}", ids.join(", "), harm.words()))
        .collect();
    factors.extend(
        library
            .elements
            .combination
            .iter()
            .filter(|combination| combination.all.iter().all(|one| elements.contains(one)))
            .map(|combination| format!("for: {}", combination.text)),
    );
    factors
}
