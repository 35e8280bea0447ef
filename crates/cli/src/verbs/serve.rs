//! `whose serve`: the console on this machine.

use crate::args::{Cli, ServeArgs};
use crate::front::{Done, Failure, say};

pub(crate) fn run(cli: &Cli, args: &ServeArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    whose_console::serve(
        case,
        args.port,
        super::today(),
        &super::now,
        &|address| say(&format!("  the console is at http://{address}/ (only on this machine; stop it with Ctrl-C)")),
    )
    .map_err(|error| Failure::new(error.to_string(), "another program may use the port: try `--port 0`"))?;
    Ok(Done::Whole)
}
