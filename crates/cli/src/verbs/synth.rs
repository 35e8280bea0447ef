//! `whose synth`: only makes the breach.

use std::path::Path;

use whose_synth::Plan;

use crate::args::{Cli, SynthArgs};
use crate::front::{Done, Failure, number, print, say};

pub(crate) fn run(cli: &Cli, args: &SynthArgs) -> Result<Done, Failure> {
    if let Some(records) = args.records {
        return table(cli, args, records);
    }
    let summary = make(cli, args.people, args.seed, &args.out)?;
    if cli.json {
        print(&format!(
            "{}\n",
            serde_json::to_value(&summary).unwrap_or_default()
        ))?;
    }
    Ok(Done::Whole)
}

/// Writes one table of records into a folder.
fn table(cli: &Cli, args: &SynthArgs, records: u64) -> Result<Done, Failure> {
    let plan = Plan {
        people: 0,
        seed: args.seed,
    };
    let faults = whose_synth::Faults::from_id(&args.faults).unwrap_or_default();
    let people =
        whose_synth::write_records(&plan, records, faults, &args.out).map_err(no_folder)?;
    if cli.json {
        print(&format!(
            "{}\n",
            serde_json::json!({ "records": records, "people": people })
        ))?;
    } else if !cli.quiet {
        say(&format!(
            "  made up {} records of {} people: {}",
            number(records),
            number(people),
            args.out.display()
        ));
    }
    Ok(Done::Whole)
}

fn no_folder(error: whose_synth::SynthError) -> Failure {
    Failure::new(
        error.to_string(),
        "check the folder and the space left on its disk",
    )
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
    let summary = whose_synth::write(&plan, out, &mut |_, _| ()).map_err(no_folder)?;
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
