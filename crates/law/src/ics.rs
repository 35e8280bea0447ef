//! A timeline -> a calendar file (RFC 5545): an event for each duty that has a last day, a task for each that has only words.
//!
//! An entry that ends with its day is an all-day entry on that day; one that
//! ends at an hour is written in universal time, so that every program shows
//! the same moment. The stamp is an argument. No name of a person is here.
//! Written by hand: the crates that write calendars bring a second library of
//! dates, and what is needed is folding and escaping.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use whose_model::ObligationStatus;

use crate::timeline::{ClockState, Deadline, Timeline};

impl Timeline {
    /// The deadlines as a calendar; `name` is the case's, and `stamp` the moment of writing.
    pub fn icalendar(&self, name: &str, stamp: Timestamp) -> String {
        let mut out = String::new();
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//whose//duties//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
        ] {
            fold(line, &mut out);
        }
        fold(&format!("X-WR-CALNAME:{}", escape(name)), &mut out);
        for (n, deadline) in self.deadlines.iter().enumerate() {
            entry(deadline, name, n, stamp, &mut out);
        }
        if self.deadlines.is_empty() {
            // A calendar must hold something; and that nothing was found is worth a look.
            let words = "No duty with a clock was found: check the facts of the incident";
            for line in [
                "BEGIN:VTODO".to_owned(),
                format!("UID:none@{}", slug(name)),
                format!("DTSTAMP:{}", utc(stamp)),
                format!("SUMMARY:{}", escape(words)),
                "END:VTODO".to_owned(),
            ] {
                fold(&line, &mut out);
            }
        }
        fold("END:VCALENDAR", &mut out);
        out
    }
}

fn entry(deadline: &Deadline, name: &str, n: usize, stamp: Timestamp, out: &mut String) {
    let Some(day) = deadline.last_day else {
        task(deadline, name, n, stamp, out);
        return;
    };
    // A day that ends in its own zone ends at midnight there; an hour is a moment.
    let at_an_hour = deadline.ends.filter(|ends| {
        TimeZone::get(&deadline.zone)
            .is_ok_and(|zone| ends.to_zoned(zone).time() != jiff::civil::Time::midnight())
    });
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}-{n}@{}", deadline.rule, slug(name)),
        format!("DTSTAMP:{}", utc(stamp)),
    ];
    match at_an_hour {
        Some(ends) => {
            lines.push(format!("DTSTART:{}", utc(ends)));
            lines.push(format!("DTEND:{}", utc(ends)));
        }
        None => {
            lines.push(format!("DTSTART;VALUE=DATE:{}", day.strftime("%Y%m%d")));
            if let Ok(next) = day.tomorrow() {
                lines.push(format!("DTEND;VALUE=DATE:{}", next.strftime("%Y%m%d")));
            }
        }
    }
    lines.push(format!(
        "SUMMARY:{}",
        escape(&format!(
            "Last day: tell {}{}",
            deadline.addressee,
            doubt(deadline)
        ))
    ));
    lines.push(format!("DESCRIPTION:{}", escape(&describe(deadline))));
    let done = matches!(deadline.state, ClockState::Done { .. });
    lines.push(format!(
        "STATUS:{}",
        if done { "CANCELLED" } else { "CONFIRMED" }
    ));
    if !done {
        for line in [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "DESCRIPTION:Three days are left",
            "TRIGGER:-P3D",
            "END:VALARM",
        ] {
            lines.push(line.to_owned());
        }
    }
    lines.push("END:VEVENT".to_owned());
    for line in lines {
        fold(&line, out);
    }
}

/// A duty that the law puts in words and no number: to be done, without a day.
fn task(deadline: &Deadline, name: &str, n: usize, stamp: Timestamp, out: &mut String) {
    let done = match deadline.state {
        ClockState::Done { on, .. } => Some(on),
        _ => None,
    };
    let summary = format!("Tell {}{}", deadline.addressee, doubt(deadline));
    let mut lines = vec![
        "BEGIN:VTODO".to_owned(),
        format!("UID:{}-{n}@{}", deadline.rule, slug(name)),
        format!("DTSTAMP:{}", utc(stamp)),
        format!("SUMMARY:{}", escape(&summary)),
        format!("DESCRIPTION:{}", escape(&describe(deadline))),
    ];
    if let Some(started) = deadline.started {
        lines.push(format!("DTSTART;VALUE=DATE:{}", started.strftime("%Y%m%d")));
    }
    lines.push(match done {
        Some(_) => "STATUS:COMPLETED".to_owned(),
        None => "STATUS:NEEDS-ACTION".to_owned(),
    });
    lines.push("END:VTODO".to_owned());
    for line in lines {
        fold(&line, out);
    }
}

fn utc(moment: Timestamp) -> String {
    moment
        .to_zoned(TimeZone::UTC)
        .strftime("%Y%m%dT%H%M%SZ")
        .to_string()
}

const fn doubt(deadline: &Deadline) -> &'static str {
    match deadline.status {
        ObligationStatus::Ask => " (if it is owed)",
        ObligationStatus::Expected => " (expected, no duty)",
        ObligationStatus::OnHold => " (on hold)",
        ObligationStatus::Due => "",
    }
}

fn describe(deadline: &Deadline) -> String {
    let mut text = format!(
        "{}; {}; counted from {}; ends in {}; how sure: {}",
        deadline.rule,
        deadline.citation,
        deadline.starts.id(),
        deadline.zone,
        deadline.certainty.id()
    );
    if !deadline.words.0.is_empty() {
        let _ = write!(text, "; and: {}", deadline.words.0);
    }
    text
}

/// RFC 5545, 3.3.11.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(ch);
            }
            '\n' => out.push_str("\\n"),
            ch if ch.is_control() => {}
            ch => out.push(ch),
        }
    }
    out
}

fn slug(name: &str) -> String {
    let slug: String = name
        .chars()
        .map(|ch| if ch.is_ascii_alphanumeric() { ch } else { '-' })
        .take(48)
        .collect();
    let slug = slug.trim_matches('-').to_ascii_lowercase();
    if slug.is_empty() {
        return "case.invalid".to_owned();
    }
    format!("{slug}.invalid")
}

/// RFC 5545, 3.1: no line over 75 octets; the rest goes on the next, after a space.
fn fold(line: &str, out: &mut String) {
    let mut width = 0;
    for ch in line.chars() {
        if width + ch.len_utf8() > 75 {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(ch);
        width += ch.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_line_is_too_long_and_unfolding_gives_the_text_back(text in "\\PC{0,300}") {
            let mut out = String::new();
            fold(&text, &mut out);
            prop_assert!(out.split("\r\n").all(|line| line.len() <= 75));
            prop_assert_eq!(out.replace("\r\n ", ""), format!("{text}\r\n"));
        }

        #[test]
        fn an_escaped_text_holds_no_bare_separator(text in "\\PC{0,80}") {
            let escaped = escape(&text);
            let mut before = None;
            let mut slashes = 0;
            for ch in escaped.chars() {
                if matches!(ch, ';' | ',') {
                    prop_assert!(slashes % 2 == 1, "{:?}", before);
                }
                slashes = if ch == '\\' { slashes + 1 } else { 0 };
                before = Some(ch);
            }
        }
    }
}
