//! What the numbers mean, over what they were counted, and as of which day.

use serde::Serialize;

use super::{Ask, Made};
use crate::error::Problem;

#[derive(Serialize)]
struct About {
    n_individuals: u64,
    n_exposures: u64,
    n_mentions: u64,
    n_exhibits: u64,
    n_not_read: u64,
    n_with_gaps: u64,
    /// People of the roster found and not found; None without a roster.
    roster: Option<(u64, u64)>,
    as_of: String,
    today: String,
    has_incident: bool,
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>) -> Result<Made, Problem> {
    let summary = &ask.shared.summary;
    let of = |outcome: &str| summary.by_outcome.get(outcome).copied().unwrap_or(0);
    let facts = About {
        n_individuals: summary.n_individuals,
        n_exposures: summary.n_exposures,
        n_mentions: summary.n_mentions,
        n_exhibits: summary.n_exhibits,
        n_not_read: of("not-read"),
        n_with_gaps: of("read-with-gaps"),
        roster: summary.roster,
        as_of: summary.as_of.clone(),
        today: ask.today.to_string(),
        has_incident: summary.has_incident,
    };
    Made::new(ask.words.say("about.title"), "about.html", &facts)
}
