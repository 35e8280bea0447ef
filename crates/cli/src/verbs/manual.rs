//! `whose completions` and `whose man`: made from the same definitions as the command line.

use std::path::Path;

use clap::CommandFactory;

use crate::args::Cli;
use crate::front::{Done, Failure, print};

pub(crate) fn completions(shell: clap_complete::Shell) -> Result<Done, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "whose", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Done::Whole)
}

pub(crate) fn pages(out: &Path) -> Result<Done, Failure> {
    std::fs::create_dir_all(out)?;
    clap_mangen::generate_to(Cli::command(), out)?;
    Ok(Done::Whole)
}
