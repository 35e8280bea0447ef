//! `whose serve`: the console on this machine.

use whose_console::Hooks;

use crate::args::{Cli, ServeArgs};
use crate::front::{Done, Failure, say};

pub(crate) fn run(cli: &Cli, args: &ServeArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let hooks = Hooks {
        today: &super::today,
        now: &super::now,
        report: &|text| say(&format!("  {text}")),
    };
    whose_console::serve(case, args.port, hooks, &|address| {
        say(&format!(
            "  the console is at\n\n    {address}\n\n  Only this machine reaches it, and only with the key in that address: do not pass it on.\n  Stop it with Ctrl-C."
        ));
    })
    .map_err(|error| Failure::new(error.to_string(), error.hint()))?;
    Ok(Done::Whole)
}
