//! Reading and the steps of the linkage as functions of a query: a ticket and the number of a part in, that number out when its result is on the shelf.
//!
//! `whose_keys`, `whose_levels`, `whose_weights`, `whose_guard`: what
//! `whose_linkage::Records` has as pure functions, registered on the executors.
//! `whose_scan` has files read by the `whose` of the executor (`readers.rs`).
//! Nothing of the records and no result passes through the query itself. A part
//! whose result is there is not worked again, so a query may be asked twice.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use datafusion::arrow::array::{ArrayRef, UInt64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::{as_string_array, as_uint64_array};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use whose_linkage::{Component, Keyed, Model, Near, Records, Weighed};

use crate::error::Failure;
use crate::readers::Readers;
use crate::seal::Secret;
use crate::shelf::{Shelf, Storage};
use crate::ticket::{Step, Ticket, given};

/// So long after its last part, a linkage's records are dropped from an executor's memory.
const FORGET_AFTER: Duration = Duration::from_secs(300);

/// An executor's place of work: where the shelf is, and what it has read from it.
pub(crate) struct Desk {
    storage: Storage,
    secret: Secret,
    held: Mutex<Option<Held>>,
    readers: Readers,
}

/// What is held of the linkage that was worked on last.
struct Held {
    linkage: String,
    used: Instant,
    records: Arc<Records>,
    model: Arc<Model>,
    estimated: Option<Arc<Model>>,
    keyed: Option<Arc<Keyed>>,
    stretches: Vec<Range<u32>>,
    near: Option<(Whose, Arc<Near>)>,
}

/// Of which records blocks are held: looking through all blocks takes longer than a part.
#[derive(Clone, PartialEq, Eq)]
enum Whose {
    Every(u32),
    Stretch(Range<u32>),
}

impl Desk {
    pub(crate) fn new(storage: Storage, secret: Secret, readers: Readers) -> Arc<Self> {
        let desk = Arc::new(Self {
            storage,
            secret,
            held: Mutex::new(None),
            readers,
        });
        let forgetful = Arc::downgrade(&desk);
        std::thread::spawn(move || {
            while let Some(desk) = forgetful.upgrade() {
                let mut held = desk.held.lock().unwrap_or_else(PoisonError::into_inner);
                if held
                    .as_ref()
                    .is_some_and(|held| held.used.elapsed() > FORGET_AFTER)
                {
                    *held = None;
                }
                drop(held);
                desk.readers.forget(FORGET_AFTER);
                drop(desk);
                std::thread::sleep(FORGET_AFTER / 10);
            }
        });
        desk
    }

    /// Works a part and puts its result on the shelf, as long as somebody waits for it.
    fn work(&self, ticket: &Ticket, part: u64) -> std::result::Result<(), Failure> {
        let shelf = ticket.shelf(&self.storage, &self.secret)?;
        if shelf.is_open()? {
            let worked = self.work_on(&shelf, ticket, part);
            if shelf.is_open()? {
                return worked;
            }
        }
        // Who asked has taken everything away, but perhaps not what was put here since.
        shelf.clear()?;
        Err(Failure::new(
            "who asked for this has gone",
            "nothing need be done: its objects are deleted",
        ))
    }

    fn work_on(
        &self,
        shelf: &Shelf,
        ticket: &Ticket,
        part: u64,
    ) -> std::result::Result<(), Failure> {
        let result = ticket.step.result(part);
        if shelf.has(&result)? {
            return Ok(());
        }
        let range = |per_part: u32, n: u32| {
            let start = u32::try_from(part).map_or(n, |part| part.saturating_mul(per_part).min(n));
            start..start.saturating_add(per_part).min(n)
        };
        match ticket.step {
            Step::Keys => {
                let rule = (part as usize).min(Records::N_RULES - 1);
                let (records, model) = self.hold(ticket, shelf, |held| {
                    Ok((held.records.clone(), held.model.clone()))
                })?;
                shelf.put(&result, &records.keys(&model, rule))
            }
            Step::Levels { step, per_part } => {
                let step = step.max(1);
                let (records, model, near) = self.hold(ticket, shelf, |held| {
                    let near = held.near(shelf, Whose::Every(step))?;
                    Ok((held.records.clone(), held.model.clone(), near))
                })?;
                let chosen = range(per_part, records.n().div_ceil(step));
                let nodes: Vec<u32> = chosen.map(|nth| nth * step).collect();
                shelf.put(&result, &records.levels(&model, &near, &nodes))
            }
            Step::Weights { per_part } => {
                let (records, model, stretches) = self.hold(ticket, shelf, |held| {
                    let model = held.estimated(shelf)?;
                    held.keyed(shelf)?;
                    Ok((held.records.clone(), model, held.stretches.clone()))
                })?;
                let part = range(per_part, records.n());
                let mut weighed: Vec<Weighed> = Vec::new();
                for stretch in stretches {
                    let nodes: Vec<u32> =
                        (part.start.max(stretch.start)..part.end.min(stretch.end)).collect();
                    if nodes.is_empty() {
                        continue;
                    }
                    let near = self.hold(ticket, shelf, |held| {
                        held.near(shelf, Whose::Stretch(stretch))
                    })?;
                    weighed.push(records.weights(&model, &near, &nodes));
                }
                shelf.put(&result, &weighed)
            }
            Step::Guard { unseen, batch } => {
                let name = given::components(batch, part);
                let components: Vec<Component> = shelf.get(&name)?;
                let (records, model) = self.hold(ticket, shelf, |held| {
                    Ok((held.records.clone(), held.estimated(shelf)?))
                })?;
                shelf.put(&result, &records.guard(&model, &components, unseen))
            }
            Step::Scan { wave } => {
                let files = shelf.get_bytes(&given::files(wave, part))?;
                let said = self.readers.read(&ticket.linkage, shelf, &files)?;
                shelf.put(&result, &said)
            }
        }
    }

    /// Takes what a part needs; the first part that needs it reads it, the others wait for that.
    fn hold<T>(
        &self,
        ticket: &Ticket,
        shelf: &Shelf,
        take: impl FnOnce(&mut Held) -> std::result::Result<T, Failure>,
    ) -> std::result::Result<T, Failure> {
        let mut slot = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if slot
            .as_ref()
            .is_none_or(|held| held.linkage != ticket.linkage)
        {
            // Before the next is read, not after: two piles of records may not fit.
            *slot = None;
            *slot = Some(Held {
                linkage: ticket.linkage.clone(),
                used: Instant::now(),
                records: Arc::new(shelf.get(given::RECORDS)?),
                model: Arc::new(shelf.get(given::MODEL)?),
                estimated: None,
                keyed: None,
                stretches: Vec::new(),
                near: None,
            });
        }
        let Some(held) = slot.as_mut() else {
            return Err(Failure::new("nothing is held", "try again"));
        };
        held.used = Instant::now();
        take(held)
    }
}

impl Held {
    fn keyed(&mut self, shelf: &Shelf) -> std::result::Result<Arc<Keyed>, Failure> {
        if let Some(keyed) = &self.keyed {
            return Ok(keyed.clone());
        }
        let found = (0..Records::N_RULES as u64)
            .map(|rule| shelf.get(&Step::Keys.result(rule)))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let keyed = Arc::new(self.records.keyed(found));
        self.stretches = keyed.stretches();
        self.keyed = Some(keyed.clone());
        Ok(keyed)
    }

    fn near(&mut self, shelf: &Shelf, whose: Whose) -> std::result::Result<Arc<Near>, Failure> {
        if let Some((held, near)) = &self.near
            && *held == whose
        {
            return Ok(near.clone());
        }
        let keyed = self.keyed(shelf)?;
        self.near = None;
        let near = Arc::new(match &whose {
            Whose::Every(step) => keyed.near_every(*step),
            Whose::Stretch(stretch) => keyed.near(stretch.clone()),
        });
        self.near = Some((whose, near.clone()));
        Ok(near)
    }

    fn estimated(&mut self, shelf: &Shelf) -> std::result::Result<Arc<Model>, Failure> {
        if let Some(model) = &self.estimated {
            return Ok(model.clone());
        }
        let model: Arc<Model> = Arc::new(shelf.get(given::ESTIMATED)?);
        self.estimated = Some(model.clone());
        Ok(model)
    }
}

const NAMES: [&str; 5] = [
    "whose_keys",
    "whose_levels",
    "whose_weights",
    "whose_guard",
    "whose_scan",
];

/// One of our functions; with a desk on executors, by name alone on the scheduler and with who asks.
struct Worked {
    name: &'static str,
    signature: Signature,
    desk: Option<Arc<Desk>>,
}

/// All functions.
pub(crate) fn functions(desk: Option<&Arc<Desk>>) -> Vec<Arc<ScalarUDF>> {
    NAMES
        .into_iter()
        .map(|name| {
            Arc::new(ScalarUDF::from(Worked {
                name,
                // Volatile: it is worked where the query sends it, never ahead of that.
                signature: Signature::exact(
                    vec![DataType::Utf8, DataType::UInt64],
                    Volatility::Volatile,
                ),
                desk: desk.cloned(),
            }))
        })
        .collect()
}

impl ScalarUDFImpl for Worked {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::UInt64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(desk) = &self.desk else {
            return Err(DataFusionError::Execution(format!(
                "{} is worked on executors only",
                self.name
            )));
        };
        let failed = |failure: Failure| DataFusionError::Execution(failure.to_string());
        let [tickets, parts] = <[ArrayRef; 2]>::try_from(ColumnarValue::values_to_arrays(
            &args.args,
        )?)
        .map_err(|_| DataFusionError::Execution("a ticket and a part are needed".to_owned()))?;
        let parts = as_uint64_array(&parts)?;
        for (text, part) in as_string_array(&tickets)?.iter().zip(parts) {
            let (Some(text), Some(part)) = (text, part) else {
                continue;
            };
            let ticket = Ticket::read(text).map_err(failed)?;
            if ticket.step.function() != self.name {
                return Err(DataFusionError::Execution(format!(
                    "a ticket for {} came to {}",
                    ticket.step.function(),
                    self.name
                )));
            }
            desk.work(&ticket, part).map_err(failed)?;
        }
        Ok(ColumnarValue::Array(Arc::new(UInt64Array::from_iter(
            parts.iter(),
        ))))
    }
}

impl fmt::Debug for Worked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Worked {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Worked {}

impl Hash for Worked {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_work_that_nobody_waits_for_no_part_is_begun_and_nothing_stays() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::open(folder.path().to_str().unwrap()).unwrap();
        let (key, cluster) = (Secret::new([1; 32]), Secret::new([2; 32]));
        let ticket = Ticket::new(&"0f".repeat(16), &key, &cluster, Step::Keys).unwrap();
        let shelf = ticket.shelf(&storage, &cluster).unwrap();
        let desk = Desk::new(storage, cluster, Readers::new(None));

        shelf.open().unwrap();
        // There are no records, which an executor that begins complains of.
        let said = desk.work(&ticket, 0).unwrap_err().to_string();
        assert!(said.contains(given::RECORDS), "{said}");

        shelf.clear().unwrap();
        shelf.put("words-late-0", &1).unwrap();
        let said = desk.work(&ticket, 0).unwrap_err().to_string();
        assert!(said.contains("who asked for this has gone"), "{said}");
        assert!(!shelf.has("words-late-0").unwrap());
    }
}
