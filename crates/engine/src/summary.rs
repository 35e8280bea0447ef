//! `Summary`: a run in numbers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use whose_model::{DataElement, Exhibit, Gap, Outcome};

use crate::bounds::{self, Bounds};
use crate::collect::Collected;
use crate::roster::Status;
use crate::run::People;

/// What a run found, in numbers without values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Files under the evidence, and files inside them.
    pub n_exhibits: u64,
    /// Of those, how many of each outcome: read, read-with-gaps, not-read.
    pub by_outcome: BTreeMap<String, u64>,
    /// Bytes of the files under the evidence.
    pub n_bytes: u64,
    /// Places where a data element is stated.
    pub n_mentions: u64,
    /// Person times element.
    pub n_exposures: u64,
    /// Affected individuals.
    pub n_individuals: u64,
    /// Individuals by place of residence; `unknown` for none.
    pub by_jurisdiction: BTreeMap<String, u64>,
    /// Individuals by data element.
    pub by_element: BTreeMap<String, u64>,
    /// Individuals whose letter goes to somebody else, by kind.
    pub by_representative: BTreeMap<String, u64>,
    /// Individuals by language of the letter.
    pub by_language: BTreeMap<String, u64>,
    /// Individuals without a postal address.
    pub n_without_address: u64,
    /// Individuals to whose home nothing goes before they were asked.
    pub n_ask_first: u64,
    /// Gaps by cause.
    pub by_cause: BTreeMap<String, u64>,
    /// Mentions tied to nobody, by element.
    pub unattributed: BTreeMap<String, u64>,
    /// Clinicians and staff named, who are not affected.
    pub n_clinicians: u64,
    /// Others named without anything of theirs that counts.
    pub n_named_only: u64,
    /// People on the list who are in the roster, and people of the roster who are not in the pile.
    pub roster: Option<(u64, u64)>,
    /// People of the roster who are named in the pile, but with nothing that puts them on the list.
    pub n_roster_named: u64,
    /// Households: people of one family name at one address, of whom more than one is on the list.
    pub n_households: u64,
    /// Pairs a reviewer should look at.
    pub n_questions: u64,
    /// Obligations by status.
    pub by_status: BTreeMap<String, u64>,
    /// The incident file was given.
    pub has_incident: bool,
    /// The day whose law applies.
    pub as_of: String,
    /// Between how many and how many people it is.
    pub bounds: Bounds,
}

/// The numbers of what was found.
pub(crate) fn summarise(collected: &Collected, linked: &People, n_bytes: u64) -> Summary {
    fn count(map: &mut BTreeMap<String, u64>, key: &str) {
        *map.entry(key.to_owned()).or_default() += 1;
    }
    let found = |status: Status| {
        let rows = linked.roster.iter().filter(|row| row.status == status);
        rows.count() as u64
    };
    let mut summary = Summary {
        n_exhibits: collected.exhibits.len() as u64,
        n_bytes,
        n_mentions: collected.n_mentions,
        n_exposures: linked.exposures.len() as u64,
        n_individuals: linked.people.len() as u64,
        n_clinicians: linked.named.n_clinicians,
        n_named_only: linked.named.n_others,
        n_questions: linked.n_questions,
        roster: (!linked.roster.is_empty())
            .then(|| (found(Status::Listed), found(Status::Untouched))),
        n_roster_named: found(Status::NamedOnly),
        n_households: linked.n_households,
        bounds: bounds::of_run(collected, linked),
        ..Summary::default()
    };
    for outcome in [Outcome::Read, Outcome::ReadWithGaps, Outcome::NotRead] {
        summary.by_outcome.insert(outcome.id().to_owned(), 0);
    }
    let exhibits: &[Exhibit] = &collected.exhibits;
    exhibits
        .iter()
        .for_each(|exhibit| count(&mut summary.by_outcome, exhibit.outcome.id()));
    let gaps: &[Gap] = &collected.gaps;
    gaps.iter()
        .for_each(|gap| count(&mut summary.by_cause, gap.cause.id()));
    for (element, n) in &collected.unattributed {
        summary
            .unattributed
            .insert(DataElement::id(*element).to_owned(), *n);
    }
    for person in &linked.people {
        let place = person
            .residence
            .as_ref()
            .map_or("unknown", |residence| residence.jurisdiction.code());
        count(&mut summary.by_jurisdiction, place);
        person
            .elements
            .iter()
            .for_each(|element| count(&mut summary.by_element, element.id()));
        if let Some(representative) = &person.representative {
            count(&mut summary.by_representative, representative.kind.id());
        }
        count(&mut summary.by_language, person.language.code());
        summary.n_without_address += u64::from(person.address.is_none());
        summary.n_ask_first += u64::from(person.is_ask_first);
    }
    summary
}
