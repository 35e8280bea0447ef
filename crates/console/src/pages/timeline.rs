//! The case's own timeline under the law: what happened, when each duty ends in its own time zone, how long everything took.

use serde::Serialize;
use whose_engine::law::timeline;
use whose_model::Obligation;

use super::clocks::Clocks;
use super::{Ask, Made};
use crate::error::Problem;

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    clocks: Option<Clocks>,
    has_incident: bool,
    as_of: String,
    today: String,
}

/// The page.
pub(crate) fn make(ask: &Ask<'_>) -> Result<Made, Problem> {
    let shared = ask.shared;
    let as_of = shared.as_of(ask.today);
    let clocks = match &shared.incident {
        None => None,
        Some(incident) => {
            let duties = shared.duties()?;
            // One of each duty is enough: a clock is the same for everybody to whom it runs.
            let all: Vec<Obligation> = duties
                .incident
                .iter()
                .chain(duties.people.iter().map(|group| &group.duty))
                .cloned()
                .collect();
            let now = (shared.hooks.now)();
            let found = timeline(&shared.law, incident, &all, as_of, now);
            Some(Clocks::of(ask, &found, as_of, false))
        }
    };
    let facts = Shown {
        has_incident: clocks.is_some(),
        clocks,
        as_of: as_of.to_string(),
        today: ask.today.to_string(),
    };
    Made::new(ask.words.say("timeline.title"), "timeline.html", &facts)
}
