//! The `whose` command: verbs in, exit codes out. One file a verb in `verbs/`.
//!
//! This is a front door: it may ask the clock, the environment and the
//! terminal, and hands what it learns to the crates below as arguments.
#![allow(
    clippy::disallowed_methods,
    reason = "a front door asks the clock and the environment for everybody below"
)]

use std::process::ExitCode;

use clap::Parser;

mod args;
mod front;
mod secrets;
mod summary;
mod verbs;

use args::{Cli, Verb};
use front::{Done, Failure};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 64 } else { 0 });
        }
    };
    // Evidence may be in a panic's message, so a panic says only where it was.
    std::panic::set_hook(Box::new(|info| {
        let place = info
            .location()
            .map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        front::say(&format!(
            "error: an unexpected condition at {place}\nhint: nothing that was finished is lost; run the same command again, and report this place"
        ));
    }));
    match run(&cli) {
        Ok(Done::Whole) => ExitCode::SUCCESS,
        Ok(Done::WithGaps) => ExitCode::from(1),
        Err(failure) => {
            report(&failure);
            ExitCode::from(failure.code)
        }
    }
}

fn report(failure: &Failure) {
    front::say(&format!("error: {}", failure.what));
    if !failure.hint.is_empty() {
        front::say(&format!("hint: {}", failure.hint));
    }
}

fn run(cli: &Cli) -> Result<Done, Failure> {
    match &cli.verb {
        Verb::Demo(args) => verbs::demo::run(cli, args),
        Verb::Synth(args) => verbs::synth::run(cli, args),
        Verb::Run(args) => verbs::run::run(cli, args),
        Verb::Scan(args) => verbs::scan::run(cli, args),
        Verb::Link(args) => verbs::link::run(cli, args),
        Verb::People(args) => verbs::lists::people(cli, args),
        Verb::Exposures(args) => verbs::lists::exposures(cli, args),
        Verb::Gaps(args) => verbs::lists::gaps(cli, args),
        Verb::Requests(args) => verbs::requests::run(cli, args),
        Verb::Passwords(args) => verbs::passwords::run(cli, args),
        Verb::Exhibits(args) => verbs::lists::exhibits(cli, args),
        Verb::Roster(args) => verbs::lists::roster(cli, args),
        Verb::Obligations(args) => verbs::lists::obligations(cli, args),
        Verb::Person(args) => verbs::person::run(cli, args),
        Verb::Letters(args) => verbs::letters::letters(cli, args),
        Verb::Reports(args) => verbs::letters::reports(cli, args),
        Verb::Mail { verb } => verbs::mail::run(cli, verb),
        Verb::Summary(args) => verbs::summary::run(cli, args),
        Verb::Verify(args) => verbs::verify::verify(cli, args),
        Verb::Prove(args) => verbs::verify::prove(cli, args),
        Verb::Score(args) => verbs::score::run(cli, args),
        Verb::Qc { verb } => verbs::qc::run(cli, verb),
        Verb::Serve(args) => verbs::serve::run(cli, args),
        Verb::Law { verb } => verbs::law::run(cli, verb),
        Verb::Detect { verb } => verbs::detect::run(cli, verb),
        Verb::Id { verb } => verbs::id::run(cli, verb),
        Verb::Completions { shell } => verbs::manual::completions(*shell),
        Verb::Man { out } => verbs::manual::pages(out),
        Verb::Read => verbs::read::run(),
        Verb::Register(args) => verbs::register::run(cli, args),
        Verb::Tell => verbs::read::tell(),
        Verb::Lend => verbs::read::lend(),
        Verb::Abroad => verbs::read::abroad(),
    }
}
