//! `whose summary`: the incident at a glance, from a case.

use whose_engine::View;

use crate::args::{CaseArgs, Cli};
use crate::front::{Done, Failure, print};

pub(crate) fn run(cli: &Cli, args: &CaseArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open(&args.case, &cli.secrets)?;
    let view = View::new(&case);
    let summary = view.summary()?;
    if cli.json {
        print(&format!(
            "{}\n",
            serde_json::to_value(&summary).unwrap_or_default()
        ))?;
    } else {
        print(&crate::summary::words(
            &summary,
            &view.incident_obligations()?,
            &view.requests()?,
        ))?;
        print(&format!(
            "\n  Log: checkpoint signed with {}\n",
            case.public_key()
        ))?;
    }
    Ok(if summary.by_cause.is_empty() {
        Done::Whole
    } else {
        Done::WithGaps
    })
}
