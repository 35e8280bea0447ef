//! The days that an incident took beside those of others: a record's sketch and a cohort in, where it stands among them out.
//!
//! The cohort is the register's own incidents, or a file that somebody brings:
//! VERIS records or a public portal's table, read and counted, not kept.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::intake::join;
use crate::query::Counter;
use crate::{
    AsOf, Change, Entry, INTERVALS, IncidentId, Record, RegisterError, Sketch, Statistics,
    intervals, percentile_of, portal, value_at, veris,
};

/// One interval of an incident beside a cohort.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// Its name, one of `INTERVALS`.
    pub interval: &'static str,
    /// Its days in this incident; `None` where an end of it is not known as a day.
    pub days: Option<i32>,
    /// In how many incidents of the cohort it is known.
    pub n: usize,
    /// A tenth of them took no longer than this.
    pub p10: Option<i32>,
    /// The median.
    pub p50: Option<i32>,
    /// Nine tenths took no longer than this.
    pub p90: Option<i32>,
    /// The share of the cohort that took no longer than this incident, in percent.
    pub share: Option<f64>,
}

/// Every interval that this incident or the cohort knows. `is_member`: the cohort counts this incident, which is not compared with itself.
pub fn compared(sketch: &Sketch<'_>, cohort: &Statistics, is_member: bool) -> Vec<Compared> {
    INTERVALS
        .iter()
        .filter_map(|(name, _, _)| {
            let days = intervals(sketch)
                .find(|(one, _)| one == name)
                .map(|(_, days)| days);
            let mut all: Vec<i32> = cohort.intervals.get(name).cloned().unwrap_or_default();
            if is_member && let Some(Ok(own)) = days.map(|days| all.binary_search(&days)) {
                all.remove(own);
            }
            (days.is_some() || !all.is_empty()).then(|| Compared {
                interval: name,
                days,
                n: all.len(),
                p10: value_at(&all, 10),
                p50: value_at(&all, 50),
                p90: value_at(&all, 90),
                share: days.and_then(|days| percentile_of(&all, days)),
            })
        })
        .collect()
}

/// The statistics of files: tables of a public portal, or VERIS records in JSON. What stands in two of them is one incident.
///
/// # Errors
/// When one of them is neither.
pub fn cohort<'f>(files: impl IntoIterator<Item = &'f [u8]>) -> Result<Statistics, RegisterError> {
    let mut incidents: BTreeMap<IncidentId, Vec<Entry>> = BTreeMap::new();
    for bytes in files {
        for (id, more) in changes_in(bytes)? {
            let entries = incidents.entry(id).or_default();
            entries.extend(join(entries, more));
        }
    }
    let mut counter = Counter::default();
    for (id, entries) in &incidents {
        let record = Record::fold(*id, entries, AsOf::default());
        counter.add(&Sketch::of(*id, &record));
    }
    Ok(counter.finish())
}

fn changes_in(bytes: &[u8]) -> Result<Vec<Change>, RegisterError> {
    let is_json = bytes
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .is_some_and(|byte| matches!(byte, b'[' | b'{'));
    if is_json {
        veris::import_all(bytes, jiff::Timestamp::UNIX_EPOCH, "")
    } else {
        portal::import_without_text(bytes)
    }
}

#[test]
fn a_file_of_others_says_how_long_they_took() {
    let csv = b"Name of Covered Entity,Breach Start,Breach Submission Date\nA,2020-01-01,2020-01-11\nB,2020-01-01,2020-03-01\nC,,2020-03-01\n";
    let all = cohort([&csv[..]]).unwrap();
    assert_eq!(all.n_incidents, 3);
    assert_eq!(all.intervals["access to regulator"], [10, 60]);
    let json = br#" [{"timeline":{"incident":{"year":2020,"month":2,"day":3},"discovery":{"unit":"Days","value":4}}}]"#;
    let one = |bytes: &'static [u8]| cohort([bytes]);
    assert_eq!(one(json).unwrap().intervals["access to discovery"], [4]);
    assert!(one(b"{").is_err() && one(b"x").is_err());
    // One table has the first day, another the second.
    let began = b"Name_of_Covered_Entity,State,Individuals_Affected,breach_start\nA,TX,\"1,000\",2020-01-01\nA,TX,1000,2021-01-01\nB,TX,5,2020-01-01\n";
    let told = b"Name.of.Covered.Entity,State,Individuals.Affected,Breach.Submission.Date\nA,TX,1000,2021-01-06\nA,TX,1000,2020-01-11\nB,NY,5,2020-01-11\n";
    let both = cohort([&began[..], &told[..]]).unwrap();
    assert_eq!(both.n_incidents, 4);
    assert_eq!(both.intervals["access to regulator"], [5, 10]);
}
