//! `Cluster`: the executors as hands of the linkage; puts what they need on the shelf, asks, and reads what they put there.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::config::{BALLISTA_CLIENT_PULL, BALLISTA_SCHEDULER_MAX_PARTITIONS_PER_TASK};
use ballista_core::extension::{SessionConfigExt, SessionStateExt};
use datafusion::common::DataFusionError;
use datafusion::execution::{FunctionRegistry, SessionStateBuilder};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, Union, lit};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::future::select_all;
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tonic::transport::Endpoint;
use whose_linkage::{Compared, Component, Group, Hands, Model, Records, Weighed};

use crate::error::Failure;
use crate::functions::functions;
use crate::keys::Keys;
use crate::seal::{Secret, unique};
use crate::shelf::{Shelf, Storage};
use crate::ticket::{Step, Ticket, given};

/// A step is cut into about so many parts, so that a lost executor costs little and none waits long for the last one.
const PARTS: u32 = 256;
/// Smaller parts cost more to hand out than to work.
const LEAST_PER_PART: u32 = 1024;
/// How often is looked whether who started this program is still there.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// So often in a row a query may end without a single new result.
const MOST_ATTEMPTS: u32 = 3;

/// See the top.
pub(crate) struct Cluster {
    context: SessionContext,
    runtime: Runtime,
    pub(crate) shelf: Shelf,
    linkage: String,
    key: Secret,
    secret: Secret,
    n_batches: u32,
}

impl From<Infallible> for Failure {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Cluster {
    /// Opens a new piece of work on the cluster, with a key and a shelf of its own.
    pub(crate) fn open(url: &str, keys: &Keys, storage: &Storage) -> Result<Self, Failure> {
        let secret = keys.secret()?;
        let runtime = Runtime::new().map_err(|error| {
            Failure::new(
                format!("no threads: {}", error.kind()),
                "check the limits of this machine",
            )
        })?;
        runtime.block_on(knock(url, keys))?;
        let key = Secret::make().map_err(Failure::of_random)?;
        let linkage = unique().map_err(Failure::of_random)?;
        let config = SessionConfig::new_with_ballista()
            .with_ballista_use_tls(true)
            .with_ballista_override_create_grpc_client_endpoint(keys.endpoints())
            // Asked for, not told: a word of the scheduler that finds its listener busy is dropped.
            .set_bool(BALLISTA_CLIENT_PULL, true)
            // One part, one task: a lost one is worked again alone.
            .set_usize(BALLISTA_SCHEDULER_MAX_PARTITIONS_PER_TASK, 1);
        let upgraded = SessionStateBuilder::new()
            .with_default_features()
            .with_config(config)
            .build()
            .upgrade_for_ballista(url.to_owned());
        let mut state = upgraded.map_err(|error| unreached(&error))?;
        for function in functions(None) {
            state
                .register_udf(function)
                .map_err(|error| unreached(&error))?;
        }
        let shelf = storage.shelf(&linkage, key.clone());
        shelf.open()?;
        runtime.spawn(interrupted(shelf.clone()));
        Ok(Self {
            context: SessionContext::new_with_state(state),
            runtime,
            shelf,
            linkage,
            key,
            secret,
            n_batches: 0,
        })
    }

    /// Has every part of a step worked.
    pub(crate) fn work(&self, step: Step, n_parts: u64) -> Result<(), Failure> {
        let mut missing: Vec<u64> = (0..n_parts).collect();
        let mut attempts = 0;
        while !missing.is_empty() {
            let asked = self.ask(step, &missing);
            let there = self.shelf.names()?;
            let before = missing.len();
            missing.retain(|part| !there.contains(&step.result(*part)));
            attempts = if missing.len() < before {
                0
            } else {
                attempts + 1
            };
            // An executor may be lost with the word that a part is done, though the part is done.
            if let Err(error) = asked
                && attempts >= MOST_ATTEMPTS
            {
                return Err(error);
            }
            if attempts > MOST_ATTEMPTS {
                return Err(Failure::new(
                    format!("{} parts came back without a result", missing.len()),
                    "all executors must see the shared storage that was named here",
                ));
            }
        }
        Ok(())
    }

    /// One query: for each part a row.
    fn ask(&self, step: Step, parts: &[u64]) -> Result<(), Failure> {
        let ticket = Ticket::new(&self.linkage, &self.key, &self.secret, step)?.text()?;
        let plan = self
            .plan(step, &ticket, parts)
            .map_err(|error| unreached(&error))?;
        self.runtime
            .block_on(async {
                let rows = self.context.execute_logical_plan(plan).await?;
                rows.collect().await
            })
            .map(drop)
            .map_err(|error| unreached(&error))
    }

    fn plan(
        &self,
        step: Step,
        ticket: &str,
        parts: &[u64],
    ) -> Result<LogicalPlan, DataFusionError> {
        let function = self.context.udf(step.function())?;
        let mut rows = parts
            .iter()
            .map(|part| {
                LogicalPlanBuilder::empty(true)
                    .project([function.call(vec![lit(ticket), lit(*part)]).alias("part")])?
                    .build()
                    .map(Arc::new)
            })
            .collect::<Result<Vec<_>, _>>()?;
        match rows.pop() {
            Some(row) if rows.is_empty() => Ok(Arc::unwrap_or_clone(row)),
            last => {
                rows.extend(last);
                Ok(LogicalPlan::Union(Union::try_new(rows)?))
            }
        }
    }

    /// The result of a part that was worked.
    pub(crate) fn result<T: DeserializeOwned>(&self, step: Step, part: u64) -> Result<T, Failure> {
        self.shelf.get(&step.result(part))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // What is left behind cannot be opened by anyone: its key ends here too.
        let _ = self.shelf.clear();
    }
}

/// When this program is interrupted, or who started it is gone, nothing of its own stays on shared storage.
async fn interrupted(shelf: Shelf) {
    let signals = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let Ok(mut signals) = signals
        .into_iter()
        .map(signal)
        .collect::<std::io::Result<Vec<_>>>()
    else {
        return;
    };
    let parent = std::os::unix::process::parent_id();
    loop {
        let any = select_all(signals.iter_mut().map(|signal| Box::pin(signal.recv())));
        let is_told = tokio::time::timeout(LOOK_EVERY, any).await.is_ok();
        if is_told || std::os::unix::process::parent_id() != parent {
            shelf.shut();
            std::process::exit(130);
        }
    }
}

/// Whether there is a scheduler with keys of this cluster, before anything is put anywhere.
async fn knock(url: &str, keys: &Keys) -> Result<(), Failure> {
    let endpoint = Endpoint::from_shared(url.to_owned())
        .ok()
        .filter(|endpoint| endpoint.uri().scheme_str() == Some("https"))
        .ok_or_else(|| {
            Failure::new(
                format!("{url} is no address of a scheduler"),
                "give it as https://HOST:PORT",
            )
        })?;
    let endpoint = keys.endpoints()(endpoint).map_err(|error| {
        Failure::new(
            format!("the keys cannot be used: {error}"),
            "give the folder that `whose-cluster keys` made for this machine",
        )
    })?;
    let Err(error) = endpoint.connect().await else {
        return Ok(());
    };
    let mut why = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(deeper) = cause {
        why = deeper.to_string();
        cause = deeper.source();
    }
    let hint = if why.contains("certificate") {
        "the scheduler shows keys of another cluster: use keys that were made together, for the names by which machines are called"
    } else {
        "check the address, and that the scheduler runs"
    };
    Err(Failure::new(format!("no scheduler at {url}: {why}"), hint))
}

fn unreached(error: &DataFusionError) -> Failure {
    Failure::new(
        format!("the cluster did not answer the query: {error}"),
        "check that the scheduler and at least one executor run, and that all keys were made together",
    )
}

/// How many things a part has, and how many parts that makes.
fn cut(n: u32) -> (u32, u64) {
    let per_part = n.div_ceil(PARTS).max(LEAST_PER_PART);
    (per_part, n.div_ceil(per_part).into())
}

impl Hands for Cluster {
    type Error = Failure;
    const BATCH: usize = 1 << 22;

    fn keys(&mut self, records: &Records, model: &Model) -> Result<(), Failure> {
        self.shelf.put(given::RECORDS, records)?;
        self.shelf.put(given::MODEL, model)?;
        self.work(Step::Keys, Records::N_RULES as u64)
    }

    fn levels(
        &mut self,
        records: &Records,
        _: &Model,
        step: usize,
    ) -> Result<Vec<Compared>, Failure> {
        let step = u32::try_from(step).unwrap_or(u32::MAX).max(1);
        let (per_part, n_parts) = cut(records.n().div_ceil(step));
        let step = Step::Levels { step, per_part };
        self.work(step, n_parts)?;
        let mut levels = Vec::new();
        for part in 0..n_parts {
            levels.extend(self.result::<Vec<Compared>>(step, part)?);
        }
        Ok(levels)
    }

    fn weights(
        &mut self,
        records: &Records,
        model: &Model,
        see: &mut dyn FnMut(Weighed) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.shelf.put(given::ESTIMATED, model)?;
        let (per_part, n_parts) = cut(records.n());
        let step = Step::Weights { per_part };
        self.work(step, n_parts)?;
        for part in 0..n_parts {
            let weighed: Vec<Weighed> = self.result(step, part)?;
            weighed.into_iter().try_for_each(&mut *see)?;
        }
        Ok(())
    }

    fn guard(
        &mut self,
        _: &Records,
        _: &Model,
        components: &[Component],
        unseen: f32,
    ) -> Result<Vec<Group>, Failure> {
        let batch = self.n_batches;
        self.n_batches += 1;
        let (per_part, n_parts) = cut(u32::try_from(components.len()).unwrap_or(u32::MAX));
        for (part, components) in (0..).zip(components.chunks(per_part as usize)) {
            self.shelf
                .put(&given::components(batch, part), &components)?;
        }
        let step = Step::Guard { unseen, batch };
        self.work(step, n_parts)?;
        let mut groups = Vec::new();
        for part in 0..n_parts {
            groups.extend(self.result::<Vec<Group>>(step, part)?);
        }
        Ok(groups)
    }
}
