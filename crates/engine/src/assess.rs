//! People to obligations: each person before the law, then the sums before each regulator.

use std::collections::BTreeMap;

use jiff::civil::Date;
use whose_law::{Assessment, Library, PersonFacts, Tally};
use whose_model::{AffectedIndividual, Incident, Obligation, RepresentativeKind};
use whose_store::Case;

use crate::error::EngineError;
use crate::progress::{Progress, Stage, Unit};
use crate::tables;

/// What the law asks about a person.
pub fn facts(person: &AffectedIndividual) -> PersonFacts<'_> {
    let kind = person
        .representative
        .as_ref()
        .map(|representative| representative.kind);
    PersonFacts {
        id: &person.id,
        residence: person.residence.as_ref(),
        elements: &person.elements,
        is_minor: kind == Some(RepresentativeKind::ParentOrGuardian),
        is_deceased: kind == Some(RepresentativeKind::Estate),
        role: person.role,
    }
}

/// Assesses everybody, writes the obligations and the tally; returns how many obligations have which status.
pub(crate) fn write(
    case: &Case,
    library: &Library,
    incident: &Incident,
    people: &[AffectedIndividual],
    as_of: Date,
    progress: &dyn Progress,
) -> Result<BTreeMap<String, u64>, EngineError> {
    progress.begin(Stage::Assess, people.len() as u64, Unit::Items);
    let assessment = Assessment::new(library, incident, as_of);
    let mut tally = Tally::default();
    let mut by_status = BTreeMap::new();
    let mut count = |obligation: &Obligation| {
        *by_status
            .entry(obligation.status.id().to_owned())
            .or_default() += 1;
    };
    let mut of_people = Vec::new();
    for person in people {
        let facts = facts(person);
        let obligations = assessment.person(&facts);
        assessment.add(&mut tally, &facts, &obligations);
        obligations.iter().for_each(&mut count);
        of_people.push(obligations);
        progress.advance(1);
    }
    let of_incident = assessment.incident(&tally);
    of_incident.iter().for_each(&mut count);
    let mut writer = case.table_writer::<Obligation>(tables::OBLIGATIONS)?;
    for obligation in of_incident.iter().chain(of_people.iter().flatten()) {
        writer.push(obligation)?;
    }
    writer.finish()?;
    // The tally's maps have keys that only text formats with string keys lack; JSON keeps it readable for years.
    let text =
        serde_json::to_string(&tally).map_err(|error| EngineError::Law(error.to_string()))?;
    tables::write_one(case, tables::TALLY, &text)?;
    progress.end();
    Ok(by_status)
}

/// The tally of the last run.
pub(crate) fn tally(case: &Case) -> Result<Tally, EngineError> {
    match tables::read_one::<String>(case, tables::TALLY)? {
        Some(text) => {
            serde_json::from_str(&text).map_err(|error| EngineError::Law(error.to_string()))
        }
        None => Ok(Tally::default()),
    }
}
