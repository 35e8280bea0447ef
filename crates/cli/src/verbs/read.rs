//! `whose __read`: the confined reading process; `whose __tell`: one that hands over text; `whose __lend`: the broker that runs programs for it; `whose __abroad`: what reads for another machine.

use crate::args::WorkArgs;
use crate::front::{Done, Failure};

pub(crate) fn run() -> Result<Done, Failure> {
    whose_engine::work()
        .map_err(|error| Failure::new(format!("reading process: {}", error.kind()), ""))?;
    Ok(Done::Whole)
}

pub(crate) fn tell() -> Result<Done, Failure> {
    whose_engine::tell()
        .map_err(|error| Failure::new(format!("reading process: {}", error.kind()), ""))?;
    Ok(Done::Whole)
}

pub(crate) fn lend() -> Result<Done, Failure> {
    whose_engine::lend_programs()
        .map_err(|error| Failure::new(format!("broker: {}", error.kind()), ""))?;
    Ok(Done::Whole)
}

pub(crate) fn abroad() -> Result<Done, Failure> {
    // An executor works one part a thread, and each has one of these.
    let workers = super::workers(&WorkArgs { jobs: Some(1) })?;
    let (mut asked, mut answers) = (std::io::stdin().lock(), std::io::stdout());
    whose_engine::read_for_others(&workers, &mut asked, &mut answers)
        .map_err(|error| Failure::new(format!("reading for others: {}", error.kind()), ""))?;
    Ok(Done::Whole)
}
