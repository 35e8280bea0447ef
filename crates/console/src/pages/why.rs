//! Why each duty is owed or is not: the law's questions with their answers, as trees; for the incident in one place, or for one person.

use serde::Serialize;
use whose_engine::law::{Answer, Assessment, Node, PersonFacts};
use whose_engine::person_facts;
use whose_model::{DataElement, Jurisdiction, PersonId, Residence, ResidenceBasis, Role};

use super::{Ask, Choice, Made, Said};
use crate::error::Problem;

/// One question of a tree.
#[derive(Debug, Serialize)]
struct Question {
    says: String,
    /// The language of `says`, when it is not the page's.
    lang: Option<&'static str>,
    answer: &'static str,
    because: Vec<Said>,
    questions: Vec<Said>,
    parts: Vec<Question>,
}

/// The tree of one duty.
#[derive(Debug, Serialize)]
struct Tree {
    rule: String,
    regime_name: Option<String>,
    summary: Option<String>,
    root: Question,
}

#[derive(Serialize)]
struct Why {
    has_incident: bool,
    /// Of one person; None for the incident.
    person: Option<String>,
    places: Vec<Choice>,
    answers: Vec<Choice>,
    as_of: String,
    incident: Vec<Tree>,
    people: Vec<Tree>,
    n_yes: usize,
    n_open: usize,
    n_no: usize,
}

/// Which answers are shown.
fn wanted(ask: &Ask<'_>) -> impl Fn(&Tree) -> bool + use<> {
    let answer = ask.query.get("answer").map(str::to_owned);
    move |tree| match answer.as_deref() {
        // What is not owed is most of the world's law; it is there for the asking.
        None => tree.root.answer != Answer::No.word(),
        Some("all") => true,
        Some(answer) => tree.root.answer == answer,
    }
}

/// The page of the incident, for somebody who lives in one place.
pub(crate) fn make(ask: &Ask<'_>) -> Result<Made, Problem> {
    let shared = ask.shared;
    let mut codes: Vec<&str> = shared
        .summary
        .by_jurisdiction
        .keys()
        .map(String::as_str)
        .filter(|code| *code != "unknown")
        .collect();
    if let Some(incident) = &shared.incident {
        codes.extend(
            incident
                .custodian
                .operates_in
                .iter()
                .map(Jurisdiction::code),
        );
    }
    codes.sort_unstable();
    codes.dedup();
    let chosen = ask
        .query
        .get("place")
        .filter(|place| codes.contains(place))
        // Else where most of the people live.
        .or_else(|| {
            let n = |code: &str| shared.summary.by_jurisdiction.get(code).copied();
            codes.iter().copied().max_by_key(|code| n(code))
        })
        .unwrap_or("unknown");
    let residence = (chosen != "unknown").then(|| Residence {
        jurisdiction: Jurisdiction::from_code(chosen),
        basis: ResidenceBasis::Address,
    });
    let elements: Vec<DataElement> = shared
        .summary
        .by_element
        .keys()
        .filter_map(|id| DataElement::from_id(id))
        .collect();
    let id = PersonId("P-000000000000".to_owned());
    let anybody = PersonFacts {
        id: &id,
        residence: residence.as_ref(),
        elements: &elements,
        is_minor: false,
        is_deceased: false,
        role: Role::Patient,
    };
    let places = codes
        .iter()
        .map(|code| Choice {
            id: (*code).to_owned(),
            name: ask.words.place(code),
            chosen: *code == chosen,
        })
        .collect();
    let home = residence.as_ref().map(|one| &one.jurisdiction);
    page(ask, None, places, &anybody, |assessment| {
        assessment.why_incident(home)
    })
}

/// The page of one person.
pub(crate) fn person(ask: &Ask<'_>, id: &str) -> Result<Made, Problem> {
    let id = super::person::find(ask.shared, id)?;
    let person = ask.shared.view().find(&id)?;
    let facts = person_facts(&person);
    let mut made = page(ask, Some(id.clone()), Vec::new(), &facts, |_| Vec::new())?;
    made.moved = Some(format!("person/{id}/why"));
    Ok(made)
}

fn page(
    ask: &Ask<'_>,
    id: Option<String>,
    places: Vec<Choice>,
    person: &PersonFacts<'_>,
    about_incident: impl Fn(&Assessment<'_>) -> Vec<Node>,
) -> Result<Made, Problem> {
    let words = ask.words;
    let as_of = ask.shared.as_of(ask.today);
    let (mut incident, mut people) = (Vec::new(), Vec::new());
    if let Some(about) = &ask.shared.incident {
        let assessment = Assessment::new(&ask.shared.law, about, as_of);
        incident = trees(ask, about_incident(&assessment));
        people = trees(ask, assessment.why(person));
    }
    let count = |answer: Answer| {
        incident
            .iter()
            .chain(&people)
            .filter(|tree| tree.root.answer == answer.word())
            .count()
    };
    let (n_yes, n_open, n_no) = (count(Answer::Yes), count(Answer::Open), count(Answer::No));
    let wanted = wanted(ask);
    incident.retain(&wanted);
    people.retain(&wanted);
    let facts = Why {
        has_incident: ask.shared.incident.is_some(),
        answers: ["yes", "open", "no", "all"]
            .into_iter()
            .map(|one| Choice::new(ask.query, "answer", one, words.id("why", one)))
            .collect(),
        places,
        as_of: as_of.to_string(),
        incident,
        people,
        n_yes,
        n_open,
        n_no,
        person: id,
    };
    let title = match &facts.person {
        Some(id) => words.fill("why.title-person", &[("id", id)]),
        None => words.say("why.title").to_owned(),
    };
    Made::new(title, "why.html", &facts)
}

fn trees(ask: &Ask<'_>, nodes: Vec<Node>) -> Vec<Tree> {
    let as_of = ask.shared.as_of(ask.today);
    let rank = |tree: &Tree| match tree.root.answer {
        "yes" => 0,
        "open" => 1,
        _ => 2,
    };
    let mut trees: Vec<Tree> = nodes
        .into_iter()
        .map(|node| {
            // A tree begins with the id of its rule.
            let rule = node.says.split(' ').next().unwrap_or("").to_owned();
            let explained = ask.shared.law.explain(&rule, as_of);
            Tree {
                regime_name: explained
                    .as_ref()
                    .map(|one| ask.words.pick(&one.regime.en, &one.regime.fr).to_owned()),
                summary: explained
                    .as_ref()
                    .map(|one| ask.words.pick(&one.summary.en, &one.summary.fr).to_owned()),
                rule,
                root: question(ask, node),
            }
        })
        .collect();
    trees.sort_by_key(rank);
    trees
}

fn question(ask: &Ask<'_>, node: Node) -> Question {
    let said = |lines: Vec<String>| -> Vec<Said> {
        lines
            .iter()
            .map(|line| Said::clause(ask.words, line))
            .collect()
    };
    let says = Said::clause(ask.words, &node.says);
    Question {
        answer: node.answer.word(),
        because: said(node.because),
        questions: said(node.questions),
        parts: node
            .parts
            .into_iter()
            .map(|part| question(ask, part))
            .collect(),
        says: says.text,
        lang: says.lang,
    }
}
