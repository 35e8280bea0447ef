//! One file a verb.

pub(crate) mod cluster;
pub(crate) mod demo;
pub(crate) mod detect;
pub(crate) mod id;
pub(crate) mod law;
pub(crate) mod law_assess;
pub(crate) mod letters;
pub(crate) mod link;
pub(crate) mod lists;
pub(crate) mod mail;
pub(crate) mod manual;
pub(crate) mod passwords;
pub(crate) mod person;
pub(crate) mod qc;
pub(crate) mod read;
pub(crate) mod register;
pub(crate) mod requests;
pub(crate) mod run;
pub(crate) mod scan;
pub(crate) mod score;
pub(crate) mod serve;
pub(crate) mod summary;
pub(crate) mod synth;
pub(crate) mod verify;

use whose_engine::Workers;

use crate::args::WorkArgs;
use crate::front::Failure;

/// How to start reading processes: this very program.
pub(crate) fn workers(work: &WorkArgs) -> Result<Workers, Failure> {
    let program = std::env::current_exe().map_err(|error| {
        Failure::new(
            format!("cannot find this program: {}", error.kind()),
            "run it by its full path",
        )
    })?;
    let n = work
        .jobs
        .or_else(|| std::thread::available_parallelism().ok().map(Into::into))
        .unwrap_or(2);
    Ok(Workers {
        program,
        arguments: vec!["__read".to_owned()],
        broker_arguments: vec!["__lend".to_owned()],
        n: n.max(1),
    })
}

/// Today in this machine's time zone.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

/// The last moment of a day, where this machine is; none outside of the calendar.
pub(crate) fn end_of(day: jiff::civil::Date) -> Option<jiff::Timestamp> {
    day.at(23, 59, 59, 999_999_999)
        .to_zoned(jiff::tz::TimeZone::system())
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// Now.
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
