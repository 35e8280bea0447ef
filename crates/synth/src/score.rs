//! A case and the truth become a `Scorecard`: who was found, what of theirs, where, and what was not.
//!
//! Listed people are matched to true people through what they hold: a mention
//! in an exhibit at a place (or, where places of two readers do not compare,
//! with a text that stands in that exhibit for one person only). Names and
//! numbers of the list itself are never compared, so a lucky guess earns nothing.

mod card;
mod held;
mod judge;
mod known;

use std::path::Path;

use whose_model::{
    AffectedIndividual, DataElement, Exhibit, ExhibitPath, Gap, Locator, Obligation, PersonId, Phi,
    Role,
};

pub use card::{Duties, ElementScore, Gaps, People, Roles, Scorecard, Tally};

use self::{held::Held, known::Truth};
use crate::SynthError;

/// What the case's own trouble is.
pub type CaseError = Box<dyn std::error::Error + Send + Sync>;

/// A mention that the case ties to a listed person.
#[derive(Clone, Debug)]
pub struct HeldMention {
    /// Whose, according to the case.
    pub person: PersonId,
    /// In which exhibit. A copy may be left out: the scorer knows copies.
    pub exhibit: ExhibitPath,
    /// What.
    pub element: DataElement,
    /// Where.
    pub place: Locator,
    /// As written.
    pub value: Phi<String>,
    /// In which role the subject stands in this exhibit.
    pub role: Role,
}

/// A case as the scorer sees it; the engine implements it.
///
/// Each function hands over its rows one by one, in any order, so that nothing need be held.
pub trait CaseView {
    /// Every row of the people list.
    fn people(&mut self, each: &mut dyn FnMut(&AffectedIndividual)) -> Result<(), CaseError>;
    /// Every mention tied to a row of the people list.
    fn mentions(&mut self, each: &mut dyn FnMut(&HeldMention)) -> Result<(), CaseError>;
    /// Every exhibit.
    fn exhibits(&mut self, each: &mut dyn FnMut(&Exhibit)) -> Result<(), CaseError>;
    /// Every gap.
    fn gaps(&mut self, each: &mut dyn FnMut(&Gap)) -> Result<(), CaseError>;
    /// Every obligation.
    fn obligations(&mut self, each: &mut dyn FnMut(&Obligation)) -> Result<(), CaseError>;
}

/// Returns how `case` did against the truth in the folder `truth`.
pub fn score(truth: &Path, case: &mut dyn CaseView) -> Result<Scorecard, SynthError> {
    let truth = Truth::read(truth)?;
    let held = Held::collect(&truth, case)?;
    judge::judge(&truth, &held, case)
}
