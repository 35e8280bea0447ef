//! The days that an incident took, beside the law in force then, beside what regulators said of others, and beside a cohort.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use whose_law::{Library, Story, governing_day};
use whose_register::{
    Assumed, Compared, IncidentId, Query, Record, Register, Sketch, Statistics, assumed, cohort,
    compared,
};

use super::failure;
use crate::front::{Failure, number};

/// Characters of a picture.
const WIDTH: i32 = 40;

/// With whom days are compared: a file that somebody brings, else the register's own incidents.
pub(super) struct Beside {
    pub(super) statistics: Arc<Statistics>,
    pub(super) name: String,
    is_own: bool,
}

impl Beside {
    pub(super) fn of(register: &mut Register, files: &[PathBuf]) -> Result<Self, Failure> {
        if files.is_empty() {
            return Ok(Self {
                statistics: register.statistics(&Query::default()).map_err(failure)?,
                name: "incidents of this register".to_owned(),
                is_own: true,
            });
        }
        let read = |file: &PathBuf| {
            std::fs::read(file).map_err(|error| {
                Failure::new(
                    format!("cannot read {}: {}", file.display(), error.kind()),
                    "check the path and that you may read it",
                )
            })
        };
        let bytes: Vec<Vec<u8>> = files.iter().map(read).collect::<Result<_, _>>()?;
        let statistics = cohort(bytes.iter().map(Vec::as_slice)).map_err(failure)?;
        let names: Vec<String> = files
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        Ok(Self {
            statistics: Arc::new(statistics),
            name: format!("incidents of {}", names.join(" and ")),
            is_own: false,
        })
    }

    /// Every interval of an incident beside these; with itself it is not compared.
    pub(super) fn rows(&self, id: IncidentId, record: &Record) -> Vec<Compared> {
        compared(&Sketch::of(id, record), &self.statistics, self.is_own)
    }

    pub(super) fn words(&self, rows: &[Compared]) -> String {
        let mut text = format!(
            "\n  The clock, beside {} {}\n",
            number(self.statistics.n_incidents),
            self.name
        );
        let is_mute = self.statistics.intervals.is_empty();
        if !self.is_own && is_mute {
            text.push_str(
                "    none of those gives two days, so there is nothing to compare with\n",
            );
        }
        for row in rows.iter().filter(|row| row.days.is_some()) {
            let days = row
                .days
                .map_or_else(String::new, |days| format!("{days} days"));
            let beside = match (row.share, row.p10, row.p50, row.p90) {
                (Some(share), Some(p10), Some(p50), Some(p90)) => format!(
                    "{share:3.0} % of {} took no longer; 10 %: {p10}, median {p50}, 90 %: {p90}",
                    number(row.n as u64)
                ),
                _ => "nobody to compare with".to_owned(),
            };
            let _ = writeln!(text, "    {:28} {days:>10}  {beside}", row.interval);
            if row.n > 0 {
                let _ = writeln!(text, "    {:28} {:>10}  {}", "", "", picture(row));
            }
        }
        text
    }
}

/// The tenth to the ninetieth percentile, the median, and this incident, in one line.
fn picture(row: &Compared) -> String {
    let (p10, p50, p90) = (
        row.p10.unwrap_or(0),
        row.p50.unwrap_or(0),
        row.p90.unwrap_or(0),
    );
    let most = p90.max(row.days.unwrap_or(0)).max(1);
    let at = |days: i32| i64::from(days.clamp(0, most)) * i64::from(WIDTH - 1) / i64::from(most);
    (0..i64::from(WIDTH))
        .map(|x| {
            if row.days.is_some_and(|days| at(days) == x) {
                '●'
            } else if x == at(p50) {
                '┃'
            } else if (at(p10)..=at(p90)).contains(&x) {
                '▒'
            } else {
                '·'
            }
        })
        .collect()
}

/// How long it took to tell each, with what the law in force then and regulators' findings say of it; or why no law is compared.
pub(super) struct BesideLaw {
    pub(super) title: String,
    pub(super) lines: Vec<(String, Vec<String>)>,
}

pub(super) fn law(record: &Record) -> Result<BesideLaw, Failure> {
    let mut found = match assumed(record) {
        Ok(found) => found,
        Err(lacks) => {
            return Ok(BesideLaw {
                title: format!("No law is compared: the {} is not known", lacks.id()),
                lines: Vec::new(),
            });
        }
    };
    let library = Library::embedded().map_err(|error| {
        Failure::new(
            error.to_string(),
            "`whose law check` says what is wrong with the rules",
        )
    })?;
    let as_of = governing_day(&found.incident);
    let story = |found: &Assumed| {
        let incident = found.incident.clone();
        let now = crate::verbs::now();
        Story::of(
            &library,
            incident,
            &found.people,
            &found.elements,
            as_of,
            now,
        )
    };
    let mut told = story(&found);
    let regulators = told
        .obligations
        .iter()
        .map(|one| one.addressee.as_str())
        .filter(|code| library.regulator(code).is_some());
    if found.tell(regulators) {
        told = story(&found);
    }
    let kinds: Vec<&str> = found
        .incident
        .custodian
        .kinds
        .iter()
        .map(|kind| kind.id())
        .collect();
    let lines = told
        .timeline
        .delays
        .iter()
        .filter_map(|delay| {
            let on = delay.to_on?;
            let whom = library
                .regulator(&delay.to)
                .map_or(delay.to.as_str(), |regulator| regulator.en.as_str());
            Some((
                format!(
                    "{whom} told on {on}: {} days from {} ({})",
                    delay.days,
                    delay.from.id(),
                    delay.from_on
                ),
                delay.says(),
            ))
        })
        .collect();
    Ok(BesideLaw {
        title: format!(
            "Beside the law of {as_of}, taken for {} and {}; whether it is, only counsel can say",
            found.incident.kind.id(),
            kinds.join(", ")
        ),
        lines,
    })
}

impl BesideLaw {
    pub(super) fn words(&self) -> String {
        let mut text = format!("\n  {}\n", self.title);
        for (line, says) in &self.lines {
            let _ = writeln!(text, "    {line}");
            for one in says {
                let _ = writeln!(text, "      {one}");
            }
        }
        text
    }
}

#[test]
fn a_picture_shows_the_middle_the_spread_and_this_one() {
    let row = Compared {
        interval: "access to people",
        days: Some(100),
        n: 3,
        p10: Some(10),
        p50: Some(50),
        p90: Some(80),
        share: Some(99.0),
    };
    let line = picture(&row);
    assert_eq!(line.chars().count(), WIDTH as usize);
    assert!(line.ends_with('●') && line.contains('┃') && line.starts_with('·'));
    assert!(!picture(&Compared { days: None, ..row }).contains('●'));
}
