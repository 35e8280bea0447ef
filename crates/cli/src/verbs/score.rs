//! `whose score`: a case against the truth of a made-up breach.

use std::path::Path;

use whose_engine::View;
use whose_model::{AffectedIndividual, Assertion, Exhibit, Gap, Obligation};
use whose_synth::score::{CaseError, CaseView, HeldMention, Scorecard, score};

use crate::args::{Cli, ScoreArgs};
use crate::front::{Done, Failure, print};

pub(crate) fn run(cli: &Cli, args: &ScoreArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open(&args.case, &cli.secrets)?;
    let card = card(&case, &args.truth)?;
    if cli.json {
        print(&format!(
            "{}\n",
            serde_json::to_value(&card).unwrap_or_default()
        ))?;
    } else {
        print(&text(&card))?;
    }
    Ok(Done::Whole)
}

/// A scorecard as a table.
pub(crate) fn text(card: &Scorecard) -> String {
    format!("{}\n", card.table())
}

/// How a case did.
pub(crate) fn card(case: &whose_engine::store::Case, truth: &Path) -> Result<Scorecard, Failure> {
    score(truth, &mut Scored(View::new(case))).map_err(|error| {
        Failure::new(
            error.to_string(),
            "give the `truth` folder that `whose synth` wrote beside this evidence",
        )
    })
}

/// A case as the scorer sees it.
struct Scored<'c>(View<'c>);

impl CaseView for Scored<'_> {
    fn people(&mut self, each: &mut dyn FnMut(&AffectedIndividual)) -> Result<(), CaseError> {
        Ok(self.0.people(|person| each(&person))?)
    }

    fn mentions(&mut self, each: &mut dyn FnMut(&HeldMention)) -> Result<(), CaseError> {
        Ok(self.0.mentions(|owner, exhibit, mention| {
            // What a text denies is not exposed.
            if let Some(person) = owner
                && mention.assertion != Assertion::Denied
            {
                each(&HeldMention {
                    person: person.clone(),
                    exhibit: exhibit.clone(),
                    element: mention.element,
                    place: mention.place.clone(),
                    value: mention.value.clone(),
                    role: mention.role,
                });
            }
        })?)
    }

    fn exhibits(&mut self, each: &mut dyn FnMut(&Exhibit)) -> Result<(), CaseError> {
        Ok(self.0.exhibits(|exhibit| each(&exhibit))?)
    }

    fn gaps(&mut self, each: &mut dyn FnMut(&Gap)) -> Result<(), CaseError> {
        Ok(self.0.gaps(|gap| each(&gap))?)
    }

    fn obligations(&mut self, each: &mut dyn FnMut(&Obligation)) -> Result<(), CaseError> {
        Ok(self.0.obligations(|obligation| each(&obligation))?)
    }
}
