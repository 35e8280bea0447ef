//! `whose serve`: the console on this machine.

use whose_console::Hooks;

use crate::args::{Cli, ServeArgs};
use crate::front::{Done, Failure, say};

pub(crate) fn run(cli: &Cli, args: &ServeArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let register =
        match super::register::open_there(cli, args.register.as_deref(), args.store.as_deref()) {
            Ok(None) if args.register.is_some() => {
                return Err(Failure::new(
                    "there is no register in that folder",
                    "`whose register --register DIR add` makes one",
                ));
            }
            // A register that was asked for must open; one that only happens to be there need not.
            Err(failure) if args.register.is_some() || args.store.is_some() => return Err(failure),
            Err(failure) => {
                say(&format!("  the register is not shown: {}", failure.what));
                None
            }
            Ok(register) => register,
        };
    let hooks = Hooks {
        today: &super::today,
        now: &super::now,
        by: &super::register::by,
        end_of: &super::end_of,
        report: &|text| say(&format!("  {text}")),
    };
    whose_console::serve(case, register, args.port, hooks, &|address| {
        say(&format!(
            "  the console is at\n\n    {address}\n\n  Only this machine reaches it, and only with the key in that address: do not pass it on.\n  Stop it with Ctrl-C."
        ));
    })
    .map_err(|error| Failure::new(error.to_string(), error.hint()))?;
    Ok(Done::Whole)
}
