//! The list of gaps: what was not read, by cause.

use serde::Serialize;
use whose_model::{Cause, Gap};

use super::{Ask, Choice, Made, PAGE, Paging, Said, skip};
use crate::error::Problem;
use crate::index::rows;
use crate::state::cause_class;

#[derive(Serialize)]
struct Gaps {
    gaps: Vec<GapRow>,
    paging: Paging,
    causes: Vec<Choice>,
}

#[derive(Serialize)]
struct GapRow {
    exhibit: String,
    /// None for the whole of it.
    place: Option<String>,
    cause: &'static str,
    detail: Said,
    bytes: Option<u64>,
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>) -> Result<Made, Problem> {
    let chosen = Cause::ALL
        .iter()
        .copied()
        .find(|one| ask.query.get("cause") == Some(one.id()));
    let (page, n) = ask
        .shared
        .gaps
        .page(chosen.map(cause_class), skip(ask.query), PAGE);
    let found: Vec<Gap> = rows::read(&ask.shared.case, "gaps", &page)?;
    let facts = Gaps {
        gaps: found
            .into_iter()
            .map(|gap| GapRow {
                exhibit: gap.exhibit.0,
                place: gap.place.map(|place| place.to_string()),
                cause: gap.cause.id(),
                detail: Said::clause(ask.words, &gap.detail),
                bytes: gap.bytes,
            })
            .collect(),
        paging: Paging::new(ask.query, &ask.query.only(&["cause"]), &ask.href("gaps"), n),
        causes: Cause::ALL
            .iter()
            .filter(|cause| ask.shared.summary.by_cause.contains_key(cause.id()))
            .map(|one| {
                Choice::new(
                    ask.query,
                    "cause",
                    one.id(),
                    ask.words.id("cause", one.id()),
                )
            })
            .collect(),
    };
    Made::new(ask.words.say("gaps.title"), "gaps.html", &facts)
}
