//! `whose synth`: only makes the breach.

use std::path::Path;

use whose_synth::Plan;

use crate::args::{Cli, SynthArgs};
use crate::front::{Done, Failure, number, print, say};

pub(crate) fn run(cli: &Cli, args: &SynthArgs) -> Result<Done, Failure> {
    let summary = make(cli, args.people, args.seed, &args.out)?;
    if cli.json {
        print(&format!(
            "{}\n",
            serde_json::to_value(&summary).unwrap_or_default()
        ))?;
    }
    Ok(Done::Whole)
}

/// Writes the breach into a folder.
pub(crate) fn make(
    cli: &Cli,
    people: u64,
    seed: u64,
    out: &Path,
) -> Result<whose_synth::Summary, Failure> {
    let since = std::time::Instant::now();
    let plan = Plan { people, seed };
    let summary = whose_synth::write(&plan, out, &mut |_, _| ()).map_err(|error| {
        Failure::new(
            error.to_string(),
            "check the folder and the space left on its disk",
        )
    })?;
    if !cli.quiet {
        say(&format!(
            "  made up {} people in {:.1} s: {}",
            number(people),
            since.elapsed().as_secs_f64(),
            out.display()
        ));
    }
    Ok(summary)
}
