//! The last moment of a duty: a clock of a rule and the dates of an incident -> a civil day, sometimes an hour, or none.
//!
//! A day is computed only when the law gives a number and the event it counts
//! from has a date. Words stay words. The first day is not counted. Where a
//! law counts hours and the time of the event is not known, they run from the
//! beginning of its day: the earliest reading, never a later one.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use whose_model::{ClockStart, Incident, Judgement};

use crate::shared::CalendarFile;
use crate::source::{Clock, Unit};

/// When a duty is due, in the time zone of its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    /// The last day.
    pub day: Date,
    /// The last moment of it, where the law counts hours.
    pub moment: Option<DateTime>,
    /// The time of the starting event was not known.
    pub cautious: bool,
}

/// The day on which the starting event happened, when the incident tells it.
pub(crate) fn start(incident: &Incident, clock: &Clock) -> Option<Date> {
    let given = || incident.dates.get(clock.from.id()).copied();
    match clock.from {
        ClockStart::Incident => incident.began,
        ClockStart::Suspicion => incident.suspected,
        ClockStart::Discovery | ClockStart::Awareness => Some(incident.discovered),
        ClockStart::BreachDetermined => incident.determined,
        ClockStart::IndividualsNotified => incident.notified.get("individuals").copied(),
        ClockStart::EndOfYearOfDiscovery => Date::new(incident.discovered.year(), 12, 31).ok(),
        ClockStart::RegulatorNotified => clock
            .after
            .as_ref()
            .and_then(|code| incident.notified.get(code).copied()),
        ClockStart::RiskDetermined => given().or_else(|| {
            let decided = incident
                .harm
                .iter()
                .filter(|one| one.decided == Judgement::Yes);
            decided.filter_map(|one| one.on).min()
        }),
        ClockStart::FactsEstablished
        | ClockStart::EmployeeDisciplined
        | ClockStart::RegulatorAsked
        | ClockStart::MaterialityDetermined
        | ClockStart::StatementPrepared => given(),
    }
}

/// The time of day of the starting event, when somebody wrote it down.
fn time(incident: &Incident, clock: &Clock) -> Option<Time> {
    let key = match clock.from {
        ClockStart::Incident => "began",
        ClockStart::Suspicion => "suspected",
        ClockStart::Discovery | ClockStart::Awareness => "discovered",
        ClockStart::BreachDetermined => "determined",
        ClockStart::IndividualsNotified => "individuals",
        other => other.id(),
    };
    incident.times.get(key).copied()
}

/// When it is due, when the law gives a number and the start is known.
pub(crate) fn due(
    clock: &Clock,
    incident: &Incident,
    calendar: Option<&CalendarFile>,
) -> Option<Due> {
    let start = start(incident, clock)?;
    let on = |day| Due {
        day,
        moment: None,
        cautious: false,
    };
    if let Some(day) = &clock.day {
        let (month, day) = day.split_once('-')?;
        let year = start.year().checked_add(1)?;
        return Date::new(year, month.parse().ok()?, day.parse().ok()?)
            .ok()
            .map(on);
    }
    let max = clock.max?;
    match clock.unit? {
        Unit::CalendarDays => start.checked_add(max.days()).ok().map(on),
        Unit::BusinessDays => match calendar {
            Some(calendar) => calendar.add_business_days(start, max).map(on),
            None => None,
        },
        Unit::Hours => {
            let known = time(incident, clock);
            let begins = start.to_datetime(known.unwrap_or(Time::midnight()));
            // Hours are hours, also over the night on which the clocks change.
            let moment = match TimeZone::get(&incident.time_zone) {
                Ok(zone) => begins
                    .to_zoned(zone)
                    .ok()?
                    .checked_add(max.hours())
                    .ok()?
                    .datetime(),
                Err(_) => begins.checked_add(max.hours()).ok()?,
            };
            // Midnight ends the day before.
            let day = if moment.time() == Time::midnight() {
                moment.date().yesterday().ok()?
            } else {
                moment.date()
            };
            Some(Due {
                day,
                moment: Some(moment),
                cautious: known.is_none(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(text: &str) -> Clock {
        toml::from_str(text).unwrap()
    }

    fn day_of(text: &str) -> Option<String> {
        let incident = crate::validate::sample("2024-02-21");
        due(&clock(text), &incident, None).map(|due| due.day.to_string())
    }

    #[test]
    fn sixty_calendar_days_are_counted_from_the_day_after_discovery() {
        assert_eq!(
            day_of("from = 'discovery'\nmax = 60\nunit = 'calendar-days'").as_deref(),
            Some("2024-04-21")
        );
    }

    #[test]
    fn a_clock_with_words_only_has_no_last_day() {
        assert_eq!(
            day_of("from = 'discovery'\nwords = 'as-soon-as-feasible'"),
            None
        );
    }

    #[test]
    fn a_yearly_return_is_due_in_the_year_after_discovery() {
        assert_eq!(
            day_of("from = 'end-of-year-of-discovery'\nday = '03-01'").as_deref(),
            Some("2025-03-01")
        );
    }

    #[test]
    fn hours_run_from_the_beginning_of_the_day_until_the_time_is_known() {
        let clock = clock("from = 'awareness'\nmax = 72\nunit = 'hours'");
        let mut incident = crate::validate::sample("2024-02-21");
        let early = due(&clock, &incident, None).unwrap();
        assert_eq!(early.moment.unwrap().to_string(), "2024-02-24T00:00:00");
        assert_eq!(early.day.to_string(), "2024-02-23");
        assert!(early.cautious);
        incident
            .times
            .insert("discovered".to_owned(), "14:30".parse().unwrap());
        let known = due(&clock, &incident, None).unwrap();
        assert_eq!(known.moment.unwrap().to_string(), "2024-02-24T14:30:00");
        assert!(!known.cautious && known.moment > early.moment);
    }

    #[test]
    fn seventy_two_hours_are_hours_when_the_clocks_change() {
        let clock = clock("from = 'awareness'\nmax = 72\nunit = 'hours'");
        let mut incident = crate::validate::sample("2024-03-08");
        incident
            .times
            .insert("discovered".to_owned(), "14:30".parse().unwrap());
        // In Toronto the clocks went forward on March 10.
        assert_eq!(
            due(&clock, &incident, None)
                .unwrap()
                .moment
                .unwrap()
                .to_string(),
            "2024-03-11T15:30:00"
        );
    }

    #[test]
    fn business_days_without_a_calendar_give_no_day() {
        assert_eq!(
            day_of("from = 'discovery'\nmax = 4\nunit = 'business-days'"),
            None
        );
    }

    #[test]
    fn a_clock_that_counts_from_a_decision_waits_for_it() {
        let clock = clock("from = 'materiality-determined'\nmax = 7\nunit = 'calendar-days'");
        let mut incident = crate::validate::sample("2024-02-21");
        assert_eq!(due(&clock, &incident, None), None);
        incident.dates.insert(
            "materiality-determined".to_owned(),
            "2024-03-01".parse().unwrap(),
        );
        assert_eq!(
            due(&clock, &incident, None).unwrap().day.to_string(),
            "2024-03-08"
        );
    }
}
