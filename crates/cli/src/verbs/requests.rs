//! `whose requests`: sentences that ask that nothing goes to a home, tied to nobody on the list; read, then settled.

use serde_json::json;
use whose_engine::settle;

use crate::args::{Cli, RequestsArgs};
use crate::front::{Done, Failure, number, print, say};

pub(crate) fn run(cli: &Cli, args: &RequestsArgs) -> Result<Done, Failure> {
    if args.settle.is_empty() {
        return super::lists::requests(cli, &args.list);
    }
    if args.about.is_none() && !args.nobody {
        return Err(Failure::new(
            "it is not said whom the requests are about",
            "give `--about PERSON` with an id of the list, or `--nobody`",
        ));
    }
    let case = crate::secrets::open_to_write(&args.list.case, &cli.secrets)?;
    let by = args.by.as_deref().unwrap_or_default();
    let n_open = settle(
        &case,
        &args.settle,
        args.about.as_deref(),
        by,
        super::today(),
    )?;
    super::letters::log(
        &case,
        "requests-settled",
        json!({ "requests": args.settle, "about": args.about, "by": by }),
    )?;
    let settled = args.settle.len() as u64;
    if cli.json {
        print(&format!(
            "{}\n",
            json!({ "settled": settled, "open": n_open })
        ))?;
        return Ok(Done::Whole);
    }
    say(&format!(
        "  {} settled, {} open",
        number(settled),
        number(n_open)
    ));
    if args.about.is_some() {
        say(
            "  nothing goes to that home before the table of contacts says where: `whose mail contacts`",
        );
    }
    Ok(Done::Whole)
}
