//! The last day of a duty: a clock of a rule and the dates of an incident -> a civil day, or none.
//!
//! A day is computed only when the law gives a number and the event it counts
//! from has a date. Words stay words. Days are civil days in the custodian's
//! time zone, the first day not counted.

use jiff::ToSpan;
use jiff::civil::Date;
use whose_model::{ClockStart, Incident};

use crate::source::{Clock, Unit};

/// The day on which the starting event happened, when the incident tells it.
pub(crate) fn start(incident: &Incident, from: ClockStart) -> Option<Date> {
    match from {
        ClockStart::Incident => incident.began,
        ClockStart::Suspicion => incident.suspected,
        ClockStart::Discovery | ClockStart::Awareness => Some(incident.discovered),
        ClockStart::BreachDetermined => incident.determined,
        ClockStart::IndividualsNotified => incident.notified.get("individuals").copied(),
        ClockStart::EndOfYearOfDiscovery => Date::new(incident.discovered.year(), 12, 31).ok(),
        ClockStart::RiskDetermined
        | ClockStart::FactsEstablished
        | ClockStart::EmployeeDisciplined
        | ClockStart::RegulatorAsked => None,
    }
}

/// The last day, when the law gives a number and the start is known.
pub(crate) fn due(clock: &Clock, incident: &Incident) -> Option<Date> {
    let start = start(incident, clock.from)?;
    if let Some(day) = &clock.day {
        let (month, day) = day.split_once('-')?;
        return Date::new(
            start.year().checked_add(1)?,
            month.parse().ok()?,
            day.parse().ok()?,
        )
        .ok();
    }
    let max = clock.max?;
    match clock.unit? {
        Unit::CalendarDays => start.checked_add(max.days()).ok(),
    }
}

#[test]
fn sixty_calendar_days_are_counted_from_the_day_after_discovery() {
    let clock: Clock =
        toml::from_str("from = 'discovery'\nmax = 60\nunit = 'calendar-days'").unwrap();
    let incident = crate::validate::sample("2024-02-21");
    assert_eq!(due(&clock, &incident).unwrap().to_string(), "2024-04-21");
}

#[test]
fn a_clock_with_words_only_has_no_last_day() {
    let clock: Clock = toml::from_str("from = 'discovery'\nwords = 'as-soon-as-feasible'").unwrap();
    assert_eq!(due(&clock, &crate::validate::sample("2024-02-21")), None);
}

#[test]
fn a_yearly_return_is_due_in_the_year_after_discovery() {
    let clock: Clock = toml::from_str("from = 'end-of-year-of-discovery'\nday = '03-01'").unwrap();
    let incident = crate::validate::sample("2024-02-21");
    assert_eq!(due(&clock, &incident).unwrap().to_string(), "2025-03-01");
}
