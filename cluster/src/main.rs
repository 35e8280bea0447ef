//! `whose-cluster`: reading and the linkage of `whose` on a cluster of machines, with Apache DataFusion Ballista.
//!
//! `keys` makes the keys of a cluster; `scheduler` and `executor` run it;
//! `hands` and `eyes` are started by `whose link` and `whose run`, which are
//! told `--cluster`, and work on it the steps of their linkage and have their
//! files read. Start, security and sizing: `docs/guides/cluster.md`.

#![allow(
    clippy::disallowed_methods,
    reason = "a front door brings time, chance, environment and network"
)]

mod error;
mod executor;
mod eyes;
mod functions;
mod hands;
mod keys;
mod readers;
mod scheduler;
mod seal;
mod shelf;
mod ticket;

use std::io::{BufReader, BufWriter, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use error::Failure;
use keys::{For, Keys};
use shelf::Storage;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Reads and links a pile that outgrows one machine, on several
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Makes the keys of a cluster, a folder for each machine; whoever has none of them is refused
    Keys {
        /// Folder to make them in
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Host name or address of the scheduler, as the other machines reach it
        #[arg(long, value_name = "HOST")]
        scheduler: String,
        /// Host name or address of an executor, and of the machine that asks; once for each
        #[arg(long = "machine", value_name = "HOST", required = true)]
        machines: Vec<String>,
        /// How long they hold
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=825))]
        days: u32,
    },
    /// Hands out the work
    Scheduler {
        /// Address and port to listen on
        #[arg(long, value_name = "ADDRESS:PORT", default_value = "0.0.0.0:50050")]
        listen: SocketAddr,
        /// This machine, as its keys and the other machines name it
        #[arg(long, value_name = "HOST")]
        name: String,
        /// This machine's folder of keys
        #[arg(long, value_name = "DIR")]
        keys: PathBuf,
        /// An executor that is silent for so many seconds is given up, and its work handed out again
        #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(8..))]
        lost_after: u64,
    },
    /// Works
    Executor {
        /// The scheduler
        #[arg(long, value_name = "HOST:PORT")]
        scheduler: String,
        /// Address and port to listen on
        #[arg(long, value_name = "ADDRESS:PORT", default_value = "0.0.0.0:50051")]
        listen: SocketAddr,
        /// This machine, as its keys and the other machines name it
        #[arg(long, value_name = "HOST")]
        name: String,
        /// This machine's folder of keys
        #[arg(long, value_name = "DIR")]
        keys: PathBuf,
        /// Storage that all machines share: a folder, or s3://bucket/prefix
        #[arg(long, value_name = "PLACE")]
        store: String,
        /// Parts worked at once; by default one for each processor core
        #[arg(long, value_name = "N")]
        threads: Option<std::num::NonZeroUsize>,
        /// Folder for what queries give back (numbers of parts); by default a new one
        #[arg(long, value_name = "DIR")]
        work: Option<PathBuf>,
        /// The program that reads files; by default the `whose` beside this program
        #[arg(long, value_name = "FILE")]
        whose: Option<PathBuf>,
    },
    /// Started by `whose`: works on the cluster what is asked on standard input, and answers on standard output
    Hands(Asking),
    /// Started by `whose`: has the parts of the evidence on standard input read on the cluster, and answers on standard output
    Eyes(Asking),
}

/// The cluster that is asked.
#[derive(clap::Args)]
struct Asking {
    /// The scheduler
    #[arg(long, value_name = "https://HOST:PORT")]
    cluster: String,
    /// This machine's folder of keys
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// Storage that all machines share: a folder, or s3://bucket/prefix
    #[arg(long, value_name = "PLACE")]
    store: String,
}

impl Asking {
    fn open(&self) -> Result<hands::Cluster, Failure> {
        let (keys, storage) = (Keys::read(&self.keys)?, Storage::open(&self.store)?);
        hands::Cluster::open(&self.cluster, &keys, &storage)
    }
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    match cli.verb {
        Verb::Keys {
            out,
            scheduler,
            machines,
            days,
        } => {
            let mut all = vec![(scheduler, For::Scheduler)];
            all.extend(machines.into_iter().map(|host| (host, For::Hands)));
            keys::make(&out, &all, days)
        }
        Verb::Scheduler {
            listen,
            name,
            keys,
            lost_after,
        } => {
            let keys = Keys::read(&keys)?;
            serve(scheduler::run(listen, &name, &keys, lost_after))
        }
        Verb::Executor {
            scheduler,
            listen,
            name,
            keys,
            store,
            threads,
            work,
            whose,
        } => {
            let keys = Keys::read(&keys)?;
            let storage = Storage::open(&store)?;
            let (host, port) = scheduler
                .rsplit_once(':')
                .and_then(|(host, port)| Some((host, port.parse().ok()?)))
                .ok_or_else(|| {
                    Failure::new(
                        format!("{scheduler} is no HOST:PORT"),
                        "such as 10.0.0.1:50050",
                    )
                })?;
            let threads = match threads {
                Some(threads) => threads.get(),
                None => std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
            };
            let made;
            let work = match work {
                Some(work) => work,
                None => {
                    let folder = std::env::temp_dir();
                    made = tempfile::tempdir_in(&folder)
                        .map_err(|error| Failure::of_file(&folder, &error))?;
                    made.path().to_owned()
                }
            };
            serve(executor::run(executor::Told {
                listen,
                name: &name,
                scheduler: (host, port),
                keys,
                storage,
                threads,
                work: &work,
                whose: whose.or_else(beside),
            }))
        }
        // What stands in the way is answered, so that it stands where the user looks.
        Verb::Hands(asking) => {
            let (mut asked, mut answers) = (std::io::stdin().lock(), std::io::stdout().lock());
            whose_linkage::serve(asking.open(), &mut asked, &mut answers).map_err(unasked)
        }
        Verb::Eyes(asking) => {
            let mut asked = BufReader::new(std::io::stdin().lock());
            let mut answers = BufWriter::new(std::io::stdout().lock());
            eyes::serve(asking.open(), &mut asked, &mut answers).map_err(unasked)
        }
    }
}

fn unasked(error: std::io::Error) -> Failure {
    Failure::new(
        format!("whose stopped asking: {}", error.kind()),
        "start this through `whose link --cluster` or `whose run --cluster`, of the same version",
    )
}

/// The `whose` beside this program, if there is one.
fn beside() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    Some(program.with_file_name("whose")).filter(|whose| whose.is_file())
}

fn serve(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Runtime::new()
        .map_err(|error| {
            Failure::new(
                format!("no threads: {}", error.kind()),
                "check the limits of this machine",
            )
        })?
        .block_on(work)
}
