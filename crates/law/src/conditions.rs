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
    let mut whole = Finding::new();
    for (_, part) in parts(library, duty, facts) {
        whole.and(part);
        if whole.ruling == Ruling::Fails {
            return whole;
        }
    }
    if !harm_differs_by_person(duty, facts.incident) {
        whole.and(harm_of(library, duty, facts.incident, None));
    }
    whole
}

/// The conditions of a duty that the incident decides, one by one, without the harm test.
pub(crate) fn parts(
    library: &Library,
    duty: &Duty,
    facts: Facts<'_>,
) -> Vec<(&'static str, Finding)> {
    let (when, incident) = (&duty.file.when, facts.incident);
    let mut parts = Vec::new();
    if !when.custodian.is_empty() {
        let mut finding = Finding::new();
        if !when
            .custodian
            .iter()
            .any(|kind| incident.custodian.kinds.contains(kind))
        {
            finding.fails();
        }
        parts.push(("the custodian is of a kind that this duty binds", finding));
    }
    if when.service_provider {
        let mut finding = Finding::new();
        if incident.service_provider.is_none() {
            finding.fails();
        }
        parts.push((
            "a service provider held the information for the custodian",
            finding,
        ));
    }
    if !when.requires_stated.is_empty() || !when.unless.is_empty() {
        let mut finding = Finding::new();
        let unstated = when
            .requires_stated
            .iter()
            .find(|id| judgement(incident, id) != Judgement::Yes);
        let ended = when
            .unless
            .iter()
            .find(|id| judgement(incident, id) == Judgement::Yes);
        if unstated.is_some() || ended.is_some() {
            finding.fails();
        }
        // Reasons of a failed part are shown in a tree; a duty that holds does not repeat what did not end it.
        finding.because.extend(
            unstated
                .map(|id| format!("{id}: not answered with yes"))
                .into_iter()
                .chain(ended.map(|id| format!("{id}: yes, which ends the duty"))),
        );
        parts.push(("nothing ends it that the law names", finding));
    }
    let mut finding = Finding::new();
    kind(duty, incident, &mut finding);
    parts.push(("the law names this kind of incident", finding));
    if !when.requires.is_empty() || !when.requires_no.is_empty() {
        let mut finding = Finding::new();
        for id in &when.requires {
            decide(library, incident, id, Judgement::Yes, &mut finding);
        }
        for id in &when.requires_no {
            decide(library, incident, id, Judgement::No, &mut finding);
        }
        parts.push(("what the law asks is answered so", finding));
    }
    if !when.circumstances.is_empty() {
        let mut finding = Finding::new();
        circumstances(library, duty, incident, &mut finding);
        parts.push(("one of the circumstances is given", finding));
    }
    parts
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
        finding.because.push(format!(
            "incident: {}, which it does not name",
            incident.kind.id()
        ));
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
        answer => {
            finding.because.push(format!("{id}: {}", answer.id()));
            if answer != wanted {
                finding.fails();
            }
        }
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
        finding
            .because
            .push("none of the circumstances is given".to_owned());
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
            Judgement::Yes => {
                finding.because.push(format!("{}: yes", test.test));
                finding.fails();
            }
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
            finding.because.push(format!("not {}: no", test.test));
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
        Judgement::No => {
            let reasons = reasons(&test.test);
            if reasons.is_empty() {
                finding.because.push(format!("{}: no", test.test));
            }
            finding.because.extend(reasons);
            finding.fails();
        }
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
