//! The list of exhibits: every file of the pile in one row, by outcome.

use serde::Serialize;
use whose_model::{Exhibit, Members, Outcome};

use super::{Ask, Choice, Made, PAGE, Paging, skip};
use crate::error::Problem;
use crate::index::rows;
use crate::state::outcome_class;

#[derive(Serialize)]
struct Exhibits {
    exhibits: Vec<ExhibitRow>,
    paging: Paging,
    outcomes: Vec<Choice>,
}

#[derive(Serialize)]
struct ExhibitRow {
    path: String,
    format: String,
    bytes: u64,
    outcome: &'static str,
    n_segments: u64,
    sha256: Option<String>,
    copy_of: Option<String>,
    near_copy_of: Option<String>,
    thread: Option<String>,
    part_of: Option<String>,
    /// Of a container only.
    members: Option<Members>,
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>) -> Result<Made, Problem> {
    let outcomes = [Outcome::Read, Outcome::ReadWithGaps, Outcome::NotRead];
    let chosen = outcomes
        .into_iter()
        .find(|one| ask.query.get("outcome") == Some(one.id()));
    let (page, n) = ask
        .shared
        .exhibits
        .page(chosen.map(outcome_class), skip(ask.query), PAGE);
    let found: Vec<Exhibit> = rows::read(&ask.shared.case, "exhibits", &page)?;
    let facts = Exhibits {
        exhibits: found
            .into_iter()
            .map(|exhibit| ExhibitRow {
                sha256: exhibit.digest.map(|digest| digest.sha256_hex()),
                path: exhibit.path.0,
                format: exhibit.format,
                bytes: exhibit.bytes,
                outcome: exhibit.outcome.id(),
                n_segments: exhibit.n_segments,
                copy_of: exhibit.copy_of.map(|path| path.0),
                near_copy_of: exhibit.near_copy_of.map(|path| path.0),
                thread: exhibit.thread,
                part_of: exhibit.part_of.map(|path| path.0),
                members: Some(exhibit.members).filter(|members| *members != Members::default()),
            })
            .collect(),
        paging: Paging::new(
            ask.query,
            &ask.query.only(&["outcome"]),
            &ask.href("exhibits"),
            n,
        ),
        outcomes: outcomes
            .into_iter()
            .map(|one| {
                Choice::new(
                    ask.query,
                    "outcome",
                    one.id(),
                    ask.words.id("outcome", one.id()),
                )
            })
            .collect(),
    };
    Made::new(ask.words.say("exhibits.title"), "exhibits.html", &facts)
}
