//! Incident, obligations and a moment -> what happened when, when each duty ends in its own time zone, and how long everything took.
//!
//! A duty that has only words has no end here; its days are counted and shown
//! beside what regulators said of others' days. The moment is an argument:
//! nothing here reads a clock.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Unit as SpanUnit};
use whose_model::{Certainty, ClockStart, Incident, Obligation, ObligationStatus};

use crate::clock;
use crate::library::Library;
use crate::shared::{DelayFinding, Verdict};
use crate::source::Unit;

/// Something that happened on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The day.
    pub on: Date,
    /// The time, where it was written down.
    pub at: Option<Time>,
    /// The field or the code of who was told: `discovered`, `individuals`, `sk-ipc`.
    pub key: String,
    /// In words, for an event that became known later: what was learned.
    pub what: String,
}

/// Where a clock stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// Done; so many days before the last, or after it when negative.
    Done {
        /// The day.
        on: Date,
        /// Days to spare, when the law gives a number.
        spare: Option<i64>,
    },
    /// It runs; so many hours are left.
    Running {
        /// Hours, rounded down.
        hours_left: i64,
    },
    /// It ended so many hours ago.
    Overdue {
        /// Hours, rounded down.
        hours: i64,
    },
    /// The law has words and no number; so many days since it began.
    Words {
        /// Days since the event it counts from, when that is known.
        days_since: Option<i64>,
    },
    /// The event it counts from has not happened, or nobody wrote it down.
    NotStarted,
    /// On hold until a day.
    OnHold {
        /// The day.
        until: Option<Date>,
    },
    /// Whether the duty is owed at all is open.
    Open,
}

/// When one duty ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// `ca-on-phipa.notify-individual`.
    pub rule: String,
    /// Section.
    pub citation: String,
    /// Whom to tell.
    pub addressee: String,
    /// Where the duty stands.
    pub status: ObligationStatus,
    /// How sure we are.
    pub certainty: Certainty,
    /// The event it counts from.
    pub starts: ClockStart,
    /// Its day.
    pub started: Option<Date>,
    /// The law's words, English and French; empty when it has none.
    pub words: (String, String),
    /// The last day.
    pub last_day: Option<Date>,
    /// The end of it, as a moment.
    pub ends: Option<Timestamp>,
    /// The time zone in which the day ends.
    pub zone: String,
    /// What stops it or puts it off.
    pub stops: Vec<String>,
    /// Where it stands now.
    pub state: ClockState,
}

/// How long something took, and what stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delay {
    /// From which event.
    pub from: ClockStart,
    /// Its day.
    pub from_on: Date,
    /// To the telling of whom: `individuals` or a regulator's code.
    pub to: String,
    /// Its day; `None` when they have not been told.
    pub to_on: Option<Date>,
    /// Days between, or until now.
    pub days: i64,
    /// What a law's number allows, with the rule that gives it.
    pub allowed: Vec<(String, i64)>,
    /// What regulators said of others.
    pub findings: Vec<DelayFinding>,
}

/// The whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// In order.
    pub events: Vec<Event>,
    /// By rule.
    pub deadlines: Vec<Deadline>,
    /// By addressee, then event.
    pub delays: Vec<Delay>,
}

/// What happened when, when each duty ends, and how long everything took, as of a moment.
pub fn timeline(
    library: &Library,
    incident: &Incident,
    obligations: &[Obligation],
    as_of: Date,
    now: Timestamp,
) -> Timeline {
    let mut deadlines: Vec<Deadline> = obligations
        .iter()
        .filter_map(|one| deadline(library, incident, one, as_of, now))
        .collect();
    deadlines.sort_by(|a, b| (&a.rule, a.status, a.last_day).cmp(&(&b.rule, b.status, b.last_day)));
    deadlines.dedup_by(|a, b| a.rule == b.rule && a.status == b.status && a.ends == b.ends);
    let delays = delays(library, incident, &deadlines, as_of);
    Timeline {
        events: events(incident),
        deadlines,
        delays,
    }
}

fn events(incident: &Incident) -> Vec<Event> {
    let days = [
        ("began", incident.began),
        ("ended", incident.ended),
        ("suspected", incident.suspected),
        ("discovered", Some(incident.discovered)),
        ("contained", incident.contained),
        ("determined", incident.determined),
    ];
    let at = |key: &str| incident.times.get(key).copied();
    let mut events: Vec<Event> = days
        .into_iter()
        .filter_map(|(key, day)| Some((key, day?)))
        .chain(incident.dates.iter().map(|(key, &day)| (key.as_str(), day)))
        .chain(
            incident
                .notified
                .iter()
                .map(|(key, &day)| (key.as_str(), day)),
        )
        .map(|(key, on)| Event {
            on,
            at: at(key),
            key: key.to_owned(),
            what: String::new(),
        })
        .collect();
    if let Some(on) = incident
        .service_provider
        .as_ref()
        .and_then(|provider| provider.told_custodian)
    {
        events.push(Event {
            on,
            at: at("custodian"),
            key: "custodian".to_owned(),
            what: String::new(),
        });
    }
    events.extend(incident.learned.iter().map(|one| Event {
        on: one.on,
        at: None,
        key: "learned".to_owned(),
        what: one.what.clone(),
    }));
    let rank = |event: &Event| {
        [
            "began",
            "suspected",
            "discovered",
            "ended",
            "contained",
            "determined",
            "learned",
        ]
        .iter()
        .position(|key| *key == event.key)
        .unwrap_or(usize::MAX)
    };
    events.sort_by(|a, b| (a.on, a.at, rank(a), &a.key).cmp(&(b.on, b.at, rank(b), &b.key)));
    events
}

/// On which day an addressee was told.
fn told(incident: &Incident, addressee: &str) -> Option<Date> {
    match addressee {
        "individual" => incident.notified.get("individuals").copied(),
        "custodian" => incident
            .service_provider
            .as_ref()
            .and_then(|provider| provider.told_custodian)
            .or_else(|| incident.notified.get("custodian").copied()),
        other => incident.notified.get(other).copied(),
    }
}

fn deadline(
    library: &Library,
    incident: &Incident,
    obligation: &Obligation,
    as_of: Date,
    now: Timestamp,
) -> Option<Deadline> {
    let rule = format!("{}.{}", obligation.regime, obligation.duty);
    let duty = library.version(&rule, as_of)?;
    let regime = library.regime_of(duty);
    let clock = &duty.file.then.clock;
    let zone = if regime.time_zone.is_empty() {
        incident.time_zone.clone()
    } else {
        regime.time_zone.clone()
    };
    let due = clock::due(clock, incident, library.calendar(&regime.calendar));
    // A hold moves the last day; what the obligation says goes before the bare clock.
    let last_day = obligation.due.or(due.map(|due| due.day));
    let moment = due
        .filter(|due| Some(due.day) == last_day)
        .and_then(|due| due.moment)
        // The moment of the event is told in the custodian's zone, not the regulator's.
        .and_then(|moment| instant(moment, &incident.time_zone));
    let ends = moment.or_else(|| {
        let day = last_day?;
        instant(day.tomorrow().ok()?.to_datetime(Time::midnight()), &zone)
    });
    let words = clock
        .words
        .as_ref()
        .and_then(|id| library.clock_words(id))
        .map(|words| (words.en.clone(), words.fr.clone()))
        .unwrap_or_default();
    let started = clock::start(incident, clock);
    let state = state(incident, obligation, started, last_day, ends, now, as_of);
    Some(Deadline {
        rule,
        citation: obligation.citation.clone(),
        addressee: obligation.addressee.clone(),
        status: obligation.status,
        certainty: obligation.certainty,
        starts: clock.from,
        started,
        words,
        last_day,
        ends,
        zone,
        stops: clock
            .pause
            .iter()
            .filter_map(|id| library.pauses.get(id))
            .map(|pause| pause.en.clone())
            .collect(),
        state,
    })
}

fn instant(moment: DateTime, zone: &str) -> Option<Timestamp> {
    let zone = TimeZone::get(zone).ok()?;
    Some(moment.to_zoned(zone).ok()?.timestamp())
}

fn state(
    incident: &Incident,
    obligation: &Obligation,
    started: Option<Date>,
    last_day: Option<Date>,
    ends: Option<Timestamp>,
    now: Timestamp,
    as_of: Date,
) -> ClockState {
    // A second telling of the same office is not done by the first.
    let again = matches!(
        obligation.clock_start,
        ClockStart::RegulatorAsked
            | ClockStart::RegulatorNotified
            | ClockStart::EndOfYearOfDiscovery
            | ClockStart::EmployeeDisciplined
    );
    let told = told(incident, &obligation.addressee)
        .filter(|on| !again || started.is_some_and(|started| *on >= started));
    if let Some(on) = told {
        let spare = last_day.map(|last| days(on, last));
        return ClockState::Done { on, spare };
    }
    match obligation.status {
        ObligationStatus::Ask => return ClockState::Open,
        ObligationStatus::OnHold => {
            return ClockState::OnHold {
                until: incident.hold_until,
            };
        }
        _ => {}
    }
    match (ends, started) {
        (Some(ends), _) => {
            let hours = ends.duration_since(now).as_hours();
            if ends > now {
                ClockState::Running { hours_left: hours }
            } else {
                ClockState::Overdue { hours: -hours }
            }
        }
        (None, Some(started)) => ClockState::Words {
            days_since: Some(days(started, as_of)),
        },
        (None, None) if last_day.is_none() && !has_number(obligation) => {
            ClockState::Words { days_since: None }
        }
        (None, None) => ClockState::NotStarted,
    }
}

/// A clock without words must have a number, which waits for its event.
fn has_number(obligation: &Obligation) -> bool {
    obligation.clock_words.is_none()
}

fn days(from: Date, to: Date) -> i64 {
    from.until((SpanUnit::Day, to))
        .map_or(0, |span: Span| i64::from(span.get_days()))
}

fn delays(
    library: &Library,
    incident: &Incident,
    deadlines: &[Deadline],
    as_of: Date,
) -> Vec<Delay> {
    let starts = [
        (ClockStart::Incident, incident.began),
        (ClockStart::Suspicion, incident.suspected),
        (ClockStart::Discovery, Some(incident.discovered)),
        (ClockStart::BreachDetermined, incident.determined),
    ];
    let mut whom: Vec<&str> = deadlines
        .iter()
        .map(|one| one.addressee.as_str())
        .filter(|one| {
            *one == "individual" || *one == "custodian" || library.regulator(one).is_some()
        })
        .collect();
    whom.extend(incident.notified.keys().map(|key| {
        if key == "individuals" {
            "individual"
        } else {
            key.as_str()
        }
    }));
    whom.sort_unstable();
    whom.dedup();
    let mut delays = Vec::new();
    for addressee in whom {
        let to_on = told(incident, addressee);
        let to = if addressee == "individual" {
            "individuals"
        } else {
            addressee
        };
        for (from, from_on) in starts {
            let Some(from_on) = from_on.filter(|day| *day <= to_on.unwrap_or(as_of)) else {
                continue;
            };
            delays.push(Delay {
                from,
                from_on,
                to: to.to_owned(),
                to_on,
                days: days(from_on, to_on.unwrap_or(as_of)),
                allowed: allowed(library, deadlines, addressee, from, as_of),
                findings: library
                    .findings
                    .iter()
                    .filter(|finding| {
                        finding.from == from
                            && (finding.to == to
                                || (to != "individuals" && finding.to != "individuals"))
                    })
                    .cloned()
                    .collect(),
            });
        }
    }
    delays
}

/// The numbers of days that laws allow from this event to this telling.
fn allowed(
    library: &Library,
    deadlines: &[Deadline],
    addressee: &str,
    from: ClockStart,
    as_of: Date,
) -> Vec<(String, i64)> {
    deadlines
        .iter()
        .filter(|one| one.addressee == addressee)
        .filter_map(|one| {
            let clock = &library.version(&one.rule, as_of)?.file.then.clock;
            let same = clock.from == from
                || (clock.from == ClockStart::Awareness && from == ClockStart::Discovery);
            match (same, clock.unit?, clock.max?) {
                (true, Unit::CalendarDays, max) => Some((one.rule.clone(), i64::from(max))),
                (true, Unit::Hours, max) => Some((one.rule.clone(), i64::from(max) / 24)),
                _ => None,
            }
        })
        .collect()
}

impl Delay {
    /// What the days mean beside the law's number and what regulators said, in sentences.
    pub fn says(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (rule, max) in &self.allowed {
            lines.push(match self.days - max {
                late if late > 0 => format!("{late} days more than {rule} allows ({max})"),
                spare => format!("{} days less than {rule} allows ({max})", -spare),
            });
        }
        for finding in &self.findings {
            let beside = match (finding.verdict, i64::from(finding.days)) {
                (Verdict::Delay, known) if self.days >= known => {
                    format!("{} days or more were called a delay", finding.days)
                }
                (Verdict::Delay, _) => format!(
                    "{} days were called a delay; of fewer nothing is known",
                    finding.days
                ),
                (Verdict::Prompt, known) if self.days <= known => {
                    format!("{} days were called prompt", finding.days)
                }
                (Verdict::Prompt, _) => format!(
                    "{} days were called prompt; of more nothing is known",
                    finding.days
                ),
                (Verdict::NotJudged, _) => {
                    format!(
                        "others took {} days, of which nothing was said",
                        finding.days
                    )
                }
            };
            lines.push(format!("{beside} ({})", finding.id));
        }
        lines
    }
}
