//! The scheduler: takes queries, hands their parts to executors, and gives the parts of a lost executor to another.

use std::net::SocketAddr;
use std::sync::Arc;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::extension::SessionConfigExt;
use ballista_core::serde::protobuf::scheduler_grpc_server::SchedulerGrpcServer;
use ballista_core::utils::default_session_builder;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::create_scheduler;
use datafusion::execution::FunctionRegistry;
use datafusion::prelude::SessionConfig;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use tonic::transport::Server;

use crate::error::Failure;
use crate::functions::functions;
use crate::keys::Keys;

/// Listens until it is stopped.
pub(crate) async fn run(
    listen: SocketAddr,
    name: &str,
    keys: &Keys,
    lost_after: u64,
) -> Result<(), Failure> {
    let (endpoints, tasks_endpoints) = (keys.endpoints(), keys.endpoints());
    let config = SchedulerConfig {
        external_host: name.to_owned(),
        bind_host: listen.ip().to_string(),
        bind_port: listen.port(),
        use_tls: true,
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        override_create_grpc_client_endpoint: Some(endpoints),
        override_config_producer: Some(Arc::new(move || {
            SessionConfig::new_with_ballista()
                .with_ballista_use_tls(true)
                .with_ballista_override_create_grpc_client_endpoint(tasks_endpoints.clone())
        })),
        override_session_builder: Some(Arc::new(|config| {
            let mut state = default_session_builder(config)?;
            for function in functions(None) {
                state.register_udf(function)?;
            }
            Ok(state)
        })),
        executor_timeout_seconds: lost_after,
        expire_dead_executor_interval_seconds: (lost_after / 4).max(1),
        no_executors_grace_period_seconds: lost_after.saturating_mul(4),
        // Results lie on shared storage: what a query leaves behind is of no use.
        finished_job_data_clean_up_interval_seconds: 60,
        finished_job_state_clean_up_interval_seconds: 60,
        ..SchedulerConfig::default()
    };
    let stopped = |error: &dyn std::fmt::Display| {
        Failure::new(
            format!("the scheduler stopped: {error}"),
            "check that the address is free and the keys are this machine's",
        )
    };
    let cluster = BallistaCluster::new_from_config(&config)
        .await
        .map_err(|error| stopped(&error))?;
    let scheduler =
        create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config))
            .await
            .map_err(|error| stopped(&error))?;
    Server::builder()
        .tls_config(keys.server())
        .map_err(|error| stopped(&error))?
        .add_service(SchedulerGrpcServer::new(scheduler))
        .serve(listen)
        .await
        .map_err(|error| stopped(&error))
}
