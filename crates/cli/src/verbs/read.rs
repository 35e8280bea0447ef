//! `whose __read`: the confined reading process; `whose __tell`: one that hands over text; `whose __lend`: the broker that runs programs for it.

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
