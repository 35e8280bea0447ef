//! The law's timeline in, rows for a page out: what happened when, when each duty ends, how long everything took.
//!
//! The case's own page and the page of any incident of the register show the
//! same rows. Places on the axis are numbers in percent; the picture says
//! nothing that the words beside it do not.

use jiff::civil::Date;
use jiff::{Timestamp, Unit};
use serde::Serialize;
use whose_engine::law::{ClockState, Deadline, Delay, Timeline, Verdict};
use whose_model::ObligationStatus;

use super::{Ask, Said};

/// Days that an axis shows at most; what lies beyond is cut at its edge.
const MAX_AXIS: i32 = 800;

/// The days that a picture spans.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    first: Date,
    days: i32,
}

/// The axis in words, for the picture's edges.
#[derive(Debug, Serialize)]
pub(crate) struct AxisRow {
    pub(crate) first: String,
    pub(crate) last: String,
    /// Where today stands.
    pub(crate) today: Option<f64>,
}

impl Axis {
    /// The axis of these days; `None` without any.
    pub(crate) fn of(days: impl IntoIterator<Item = Date>) -> Option<Self> {
        let mut days: Vec<Date> = days.into_iter().collect();
        days.sort_unstable();
        let (first, last) = (*days.first()?, *days.last()?);
        Some(Self {
            first,
            days: between(first, last).clamp(1, MAX_AXIS),
        })
    }

    /// Where a day stands, in percent of the width; at an edge when it lies beyond.
    pub(crate) fn at(&self, day: Date) -> f64 {
        let share = f64::from(between(self.first, day)) / f64::from(self.days);
        (share.clamp(0.0, 1.0) * 1000.0).round() / 10.0
    }

    /// Whether a day lies on it.
    pub(crate) fn has(&self, day: Date) -> bool {
        (0..=self.days).contains(&between(self.first, day))
    }

    /// In words, with today on it.
    pub(crate) fn row(&self, today: Date) -> AxisRow {
        use jiff::ToSpan;
        let last = self
            .first
            .checked_add(self.days.days())
            .unwrap_or(self.first);
        AxisRow {
            first: self.first.to_string(),
            last: last.to_string(),
            today: self.has(today).then(|| self.at(today)),
        }
    }
}

/// Days from one day to another.
pub(crate) fn between(from: Date, to: Date) -> i32 {
    from.until((Unit::Day, to))
        .map_or(0, |span| span.get_days())
}

/// Something that happened.
#[derive(Debug, Serialize)]
pub(crate) struct EventRow {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) date: String,
    pub(crate) time: Option<String>,
    /// What was learned, as somebody wrote it.
    pub(crate) what: String,
    pub(crate) at: f64,
}

/// When one duty ends.
#[derive(Debug, Serialize)]
pub(crate) struct DeadlineRow {
    pub(crate) rule: String,
    pub(crate) regime_name: String,
    pub(crate) citation: String,
    pub(crate) addressee: String,
    pub(crate) addressee_name: String,
    pub(crate) starts: &'static str,
    pub(crate) started: Option<String>,
    pub(crate) last_day: Option<String>,
    /// The moment, where it is not the end of the last day.
    pub(crate) ends: Option<String>,
    pub(crate) zone: String,
    pub(crate) clock: Option<String>,
    pub(crate) stops: Vec<Said>,
    pub(crate) certainty: &'static str,
    pub(crate) state: &'static str,
    pub(crate) state_words: String,
    /// `late`, `soon`, `done`, or nothing.
    pub(crate) mark: &'static str,
    /// The bar from the day it counts from to the last, in percent.
    pub(crate) from: Option<f64>,
    pub(crate) width: f64,
}

/// How long something took.
#[derive(Debug, Serialize)]
pub(crate) struct DelayRow {
    pub(crate) to: String,
    pub(crate) to_name: String,
    pub(crate) from: &'static str,
    pub(crate) from_on: String,
    pub(crate) to_on: Option<String>,
    pub(crate) days: i64,
    pub(crate) allowed: Vec<Allowed>,
    pub(crate) findings: Vec<FindingRow>,
}

/// What a law's number allows.
#[derive(Debug, Serialize)]
pub(crate) struct Allowed {
    pub(crate) rule: String,
    pub(crate) days: i64,
    pub(crate) words: String,
    pub(crate) is_late: bool,
}

/// What a regulator said of others.
#[derive(Debug, Serialize)]
pub(crate) struct FindingRow {
    pub(crate) id: String,
    pub(crate) days: i32,
    pub(crate) verdict: &'static str,
    pub(crate) words: String,
    pub(crate) text: String,
    pub(crate) certainty: &'static str,
}

/// A timeline as rows.
#[derive(Debug, Serialize)]
pub(crate) struct Clocks {
    pub(crate) axis: Option<AxisRow>,
    pub(crate) events: Vec<EventRow>,
    pub(crate) deadlines: Vec<DeadlineRow>,
    pub(crate) delays: Vec<DelayRow>,
}

impl Clocks {
    /// The rows of a timeline. `only_told`: of an incident that others tell of, a duty of which nothing is told is not called late.
    pub(crate) fn of(ask: &Ask<'_>, timeline: &Timeline, as_of: Date, only_told: bool) -> Self {
        let days = timeline
            .events
            .iter()
            .map(|event| event.on)
            .chain(timeline.deadlines.iter().filter_map(|one| one.last_day))
            .chain((!only_told).then_some(ask.today));
        let axis = Axis::of(days);
        Self {
            events: timeline
                .events
                .iter()
                .map(|event| EventRow {
                    key: event.key.clone(),
                    name: event_name(ask, &event.key),
                    date: event.on.to_string(),
                    time: event.at.map(|time| time.strftime("%H:%M").to_string()),
                    what: event.what.clone(),
                    at: axis.map_or(0.0, |axis| axis.at(event.on)),
                })
                .collect(),
            deadlines: timeline
                .deadlines
                .iter()
                .map(|one| deadline(ask, one, axis, as_of, only_told))
                .collect(),
            delays: timeline
                .delays
                .iter()
                .filter(|delay| {
                    delay.to_on.is_some()
                        || !(only_told || delay.allowed.is_empty() && delay.findings.is_empty())
                })
                .map(|one| delay(ask, one, as_of))
                .collect(),
            axis: axis.map(|axis| axis.row(ask.today)),
        }
    }
}

fn event_name(ask: &Ask<'_>, key: &str) -> String {
    let words = ask.words;
    let known = |table: &str| words.find(&format!("{table}.{key}")).map(str::to_owned);
    let told = |whom: &str| words.fill("date-of.told", &[("whom", whom)]);
    match key {
        "individuals" => told(words.say("date-of.individuals")),
        "custodian" => words.id("date-of", "provider-told"),
        _ => known("date-of")
            .or_else(|| known("clock-start"))
            .unwrap_or_else(|| told(&words.addressee(&ask.shared.law, key))),
    }
}

/// The law of a rule, by name.
fn regime_name(ask: &Ask<'_>, rule: &str, as_of: Date) -> String {
    ask.shared.law.explain(rule, as_of).map_or_else(
        || rule.to_owned(),
        |one| ask.words.pick(&one.regime.en, &one.regime.fr).to_owned(),
    )
}

fn deadline(
    ask: &Ask<'_>,
    one: &Deadline,
    axis: Option<Axis>,
    as_of: Date,
    only_told: bool,
) -> DeadlineRow {
    let words = ask.words;
    let (state, state_words, mark) = state(ask, one, only_told);
    let from = one.started.zip(axis).map(|(day, axis)| axis.at(day));
    let to = one.last_day.zip(axis).map(|(day, axis)| axis.at(day));
    let clock = words.pick(&one.words.0, &one.words.1);
    DeadlineRow {
        regime_name: regime_name(ask, &one.rule, as_of),
        rule: one.rule.clone(),
        citation: one.citation.clone(),
        addressee_name: words.addressee(&ask.shared.law, &one.addressee),
        addressee: one.addressee.clone(),
        starts: one.starts.id(),
        started: one.started.map(|day| day.to_string()),
        last_day: one.last_day.map(|day| day.to_string()),
        ends: one.ends.and_then(|ends| hour(ends, &one.zone)),
        zone: one.zone.clone(),
        clock: (!clock.is_empty()).then(|| clock.to_owned()),
        stops: one
            .stops
            .iter()
            .map(|stop| Said::clause(words, stop))
            .collect(),
        certainty: one.certainty.id(),
        state,
        state_words,
        mark,
        from,
        width: from
            .zip(to)
            .map_or(0.0, |(from, to)| ((to - from) * 10.0).round() / 10.0)
            .max(0.4),
    }
}

/// The moment of an end that is not the end of a day.
fn hour(ends: Timestamp, zone: &str) -> Option<String> {
    let there = ends.in_tz(zone).ok()?;
    (there.hour() != 0 || there.minute() != 0).then(|| there.strftime("%Y-%m-%d %H:%M").to_string())
}

fn state(ask: &Ask<'_>, one: &Deadline, only_told: bool) -> (&'static str, String, &'static str) {
    let words = ask.words;
    let count = |key: &str, n: i64| words.count(key, n.unsigned_abs());
    let unknown = || ("unknown", words.say("clocks.unknown").to_owned(), "");
    match &one.state {
        ClockState::Done { on, spare } => {
            let told = words.fill("duties.told", &[("day", &words.day(*on))]);
            let (more, mark) = match spare {
                Some(spare) if *spare < 0 => (count("duties.late", *spare), "late"),
                Some(spare) => (count("clocks.spare", *spare), "done"),
                None => (String::new(), "done"),
            };
            ("done", join(&told, &more), mark)
        }
        _ if only_told => unknown(),
        ClockState::Running { hours_left } => {
            let (text, mark) = if *hours_left < 72 {
                (count("clocks.hours-left", *hours_left), "soon")
            } else {
                let days = hours_left / 24;
                let mark = if days <= 7 { "soon" } else { "" };
                (count("duties.left", days), mark)
            };
            ("running", text, mark)
        }
        ClockState::Overdue { hours } => {
            let text = if *hours < 72 {
                count("clocks.hours-late", *hours)
            } else {
                count("duties.late", hours / 24)
            };
            ("overdue", text, "late")
        }
        ClockState::Words { .. } => {
            // Counted to today, whatever day's law it is.
            let text = one.started.map_or_else(
                || words.say("clocks.not-started").to_owned(),
                |started| count("clocks.since", i64::from(between(started, ask.today))),
            );
            ("words", text, "")
        }
        ClockState::NotStarted => (
            "not-started",
            words.say("clocks.not-started").to_owned(),
            "",
        ),
        ClockState::OnHold { until } => {
            let status = words.id("status", ObligationStatus::OnHold.id());
            let day = until.map_or_else(String::new, |day| words.day(day));
            ("on-hold", join(&status, &day), "")
        }
        ClockState::Open => ("open", words.say("clocks.open").to_owned(), "ask"),
    }
}

fn join(one: &str, two: &str) -> String {
    if two.is_empty() {
        one.to_owned()
    } else {
        format!("{one}; {two}")
    }
}

fn delay(ask: &Ask<'_>, one: &Delay, as_of: Date) -> DelayRow {
    let words = ask.words;
    let number = |n: i64| words.number(n.unsigned_abs());
    // Who has not been told yet waits until today, whatever day's law it is.
    let days = match one.to_on {
        Some(_) => one.days,
        None => i64::from(between(one.from_on, ask.today)),
    };
    DelayRow {
        to_name: match one.to.as_str() {
            "individuals" => words.say("date-of.individuals").to_owned(),
            to => words.addressee(&ask.shared.law, to),
        },
        to: one.to.clone(),
        from: one.from.id(),
        from_on: one.from_on.to_string(),
        to_on: one.to_on.map(|day| day.to_string()),
        days,
        allowed: one
            .allowed
            .iter()
            .map(|(rule, max)| {
                let more = days - max;
                let key = if more > 0 {
                    "clocks.more-than-allowed"
                } else {
                    "clocks.within-allowed"
                };
                let law = regime_name(ask, rule, as_of);
                Allowed {
                    rule: rule.clone(),
                    days: *max,
                    is_late: more > 0,
                    words: words.fill(
                        key,
                        &[("n", &number(more)), ("law", &law), ("max", &number(*max))],
                    ),
                }
            })
            .collect(),
        findings: one
            .findings
            .iter()
            .map(|finding| {
                let verdict = match finding.verdict {
                    Verdict::Delay => "delay",
                    Verdict::Prompt => "prompt",
                    Verdict::NotJudged => "not-judged",
                };
                FindingRow {
                    id: finding.id.clone(),
                    days: finding.days,
                    verdict,
                    words: words.fill(
                        &format!("clocks.finding-{verdict}"),
                        &[("n", &number(i64::from(finding.days)))],
                    ),
                    text: words.pick(&finding.text.en, &finding.text.fr).to_owned(),
                    certainty: finding.certainty.id(),
                }
            })
            .collect(),
    }
}

#[test]
fn days_beyond_an_axis_stand_at_its_edge() {
    let day = |text: &str| text.parse::<Date>().unwrap();
    let axis = Axis::of([day("2026-01-11"), day("2026-01-01")]).unwrap();
    assert_eq!(axis.at(day("2026-01-06")), 50.0);
    assert_eq!(axis.at(day("2025-01-06")), 0.0);
    assert_eq!(axis.at(day("2027-01-06")), 100.0);
    assert!(Axis::of([]).is_none());
    let long = Axis::of([day("2000-01-01"), day("2026-01-01")]).unwrap();
    assert!(!long.has(day("2026-01-01")));
}
