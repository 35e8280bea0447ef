//! `whose letters` and `whose reports`: papers out of a case, on purpose, into a folder.

use serde_json::json;
use whose_engine::store::Entry;
use whose_engine::{Letters, View};

use crate::args::{Cli, LettersArgs, OutArgs};
use crate::front::{Bars, Done, Failure, number, print, say};

pub(crate) fn letters(cli: &Cli, args: &LettersArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let papers = Letters::new(View::new(&case), args.date.unwrap_or_else(super::today))?;
    let n = super::workers(&args.work)?.n;
    let written = papers.write(&args.out, args.person.as_deref(), n, &Bars::new(cli.quiet))?;
    log(&case, "letters", json!({ "letters": written.n_papers }))?;
    if cli.json {
        print(&format!(
            "{}\n",
            json!({ "letters": written.n_papers, "without_address": written.n_without_address })
        ))?;
    } else {
        say(&format!(
            "  {} letters and manifest.csv in {}",
            number(written.n_papers),
            args.out.display()
        ));
        if written.n_without_address > 0 {
            say(&format!(
                "  {} of them have no address to go to",
                number(written.n_without_address)
            ));
        }
        say("  they are drafts: read some before anything is sent");
    }
    Ok(Done::Whole)
}

pub(crate) fn reports(cli: &Cli, args: &OutArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let papers = Letters::new(View::new(&case), args.date.unwrap_or_else(super::today))?;
    let written = papers.write_reports(&args.out)?;
    log(&case, "reports", json!({ "papers": written.n_papers }))?;
    if cli.json {
        print(&format!("{}\n", json!({ "papers": written.n_papers })))?;
    } else {
        say(&format!(
            "  {} papers in {}",
            number(written.n_papers),
            args.out.display()
        ));
        say("  they are drafts: what is missing is marked in them");
    }
    Ok(Done::Whole)
}

/// Notes in the case's log that something left it.
pub(crate) fn log(
    case: &whose_engine::store::Case,
    verb: &str,
    what: serde_json::Value,
) -> Result<(), Failure> {
    case.log(Entry {
        at: super::now(),
        verb: verb.to_owned(),
        what,
    })
    .map_err(crate::secrets::failure)
}
