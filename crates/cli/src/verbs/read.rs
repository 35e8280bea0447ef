//! `whose __read`: the confined reading process.

use crate::front::{Done, Failure};

pub(crate) fn run() -> Result<Done, Failure> {
    whose_engine::work()
        .map_err(|error| Failure::new(format!("reading process: {}", error.kind()), ""))?;
    Ok(Done::Whole)
}
