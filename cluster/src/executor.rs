//! An executor: fetches parts from the scheduler and works them with our functions.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_flight::flight_service_server::FlightServiceServer;
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::BallistaError;
use ballista_core::extension::SessionConfigExt;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_executor::ArrowFlightServerProvider;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_executor::flight_service::BallistaFlightService;
use datafusion::prelude::SessionConfig;
use tonic::transport::Server;

use crate::error::Failure;
use crate::functions::{Desk, functions};
use crate::keys::Keys;
use crate::readers::Readers;
use crate::shelf::Storage;

/// What an executor is told.
pub(crate) struct Told<'a> {
    pub(crate) listen: SocketAddr,
    pub(crate) name: &'a str,
    pub(crate) scheduler: (&'a str, u16),
    pub(crate) keys: Keys,
    pub(crate) storage: Storage,
    pub(crate) threads: usize,
    pub(crate) work: &'a Path,
    /// The `whose` that reads.
    pub(crate) whose: Option<PathBuf>,
}

/// Works until it is stopped.
pub(crate) async fn run(told: Told<'_>) -> Result<(), Failure> {
    let keys = told.keys;
    let desk = Desk::new(told.storage, keys.secret()?, Readers::new(told.whose));
    let mut registry = BallistaFunctionRegistry::default();
    for function in functions(Some(&desk)) {
        registry
            .scalar_functions
            .insert(function.name().to_owned(), function);
    }
    let tasks_endpoints = keys.endpoints();
    let config = ExecutorProcessConfig {
        bind_host: told.listen.ip().to_string(),
        port: told.listen.port(),
        external_host: Some(told.name.to_owned()),
        scheduler_host: told.scheduler.0.to_owned(),
        scheduler_port: told.scheduler.1,
        scheduler_connect_timeout_seconds: 60,
        vcores: told.threads,
        // Executors ask for work. Where work is pushed to them they open a port without TLS.
        task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
        work_dir: Some(told.work.display().to_string()),
        override_function_registry: Some(Arc::new(registry)),
        override_config_producer: Some(Arc::new(move || {
            SessionConfig::new_with_ballista()
                .with_ballista_use_tls(true)
                .with_ballista_override_create_grpc_client_endpoint(tasks_endpoints.clone())
        })),
        override_create_grpc_client_endpoint: Some(keys.endpoints()),
        override_arrow_flight_service: Some(flight(keys)),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config))
        .await
        .map_err(|error| {
            Failure::new(
                format!("the executor stopped: {error}"),
                "check the scheduler's address, that it runs, and that the keys were made together",
            )
        })
}

/// What a query gives back is fetched here, by who has keys of this cluster.
fn flight(keys: Keys) -> Arc<ArrowFlightServerProvider> {
    Arc::new(move |work, address, mut shutdown, _| {
        let keys = keys.server();
        tokio::spawn(async move {
            Server::builder()
                .tls_config(keys)
                .map_err(BallistaError::TonicError)?
                .add_service(FlightServiceServer::new(BallistaFlightService::new(work)))
                .serve_with_shutdown(address, shutdown.recv())
                .await
                .map_err(BallistaError::TonicError)
        })
    })
}
