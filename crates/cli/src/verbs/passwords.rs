//! `whose passwords`: the case's password bank, what is still locked, and words in the pile that may open it.
//!
//! A password found in the pile is shown, and used only when asked for.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use serde_json::json;
use whose_engine::{Locked, View};
use whose_model::Phi;

use crate::args::{Cli, PasswordsArgs};
use crate::front::{Done, Failure, number, print};
use crate::verbs::lists::Masker;
use crate::verbs::scan::place;

/// A list of passwords that is longer is taken for another file.
const MAX_BYTES: u64 = 16 << 20;

/// Passwords from a file, one a line; `-` is standard input.
pub(crate) fn from_file(file: Option<&Path>) -> Result<Vec<Phi<String>>, Failure> {
    let Some(file) = file else {
        return Ok(Vec::new());
    };
    let fail = |what: String| Failure::new(what, "give a text file with one password a line");
    let mut bytes = Vec::new();
    let result = if file == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(MAX_BYTES + 1).read_to_end(&mut bytes))
    };
    result.map_err(|error| fail(format!("cannot read {}: {}", file.display(), error.kind())))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(fail(format!(
            "{} is too large for a list of passwords",
            file.display()
        )));
    }
    let text =
        String::from_utf8(bytes).map_err(|_| fail(format!("{} is not UTF-8", file.display())))?;
    // A password may begin or end with a space; only the line's end is cut off.
    Ok(text
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| Phi::new(line.to_owned()))
        .collect())
}

pub(crate) fn run(cli: &Cli, args: &PasswordsArgs) -> Result<Done, Failure> {
    let mut more = from_file(args.add.as_deref())?;
    let writes = args.values || args.accept || !more.is_empty();
    let case = if writes {
        crate::secrets::open_to_write(&args.case, &cli.secrets)?
    } else {
        crate::secrets::open(&args.case, &cli.secrets)?
    };
    if args.values {
        super::letters::log(&case, "values-shown", json!({ "list": "passwords" }))?;
    }
    let mut locked = View::new(&case).locked()?;
    if args.accept {
        more.extend(locked.proposals.drain(..).map(|proposal| proposal.password));
    }
    if !more.is_empty() {
        locked.n_passwords = whose_engine::add_passwords(&case, &more)?;
        super::letters::log(&case, "passwords-added", json!({ "n": more.len() }))?;
    }
    let show = Masker {
        values: args.values,
    };
    if cli.json {
        print(&format!("{}\n", value(&locked, show)))?;
    } else {
        print(&words(&locked, show, &args.case, !more.is_empty()))?;
    }
    Ok(if locked.exhibits.is_empty() {
        Done::Whole
    } else {
        Done::WithGaps
    })
}

fn value(locked: &Locked, show: Masker) -> serde_json::Value {
    let proposals: Vec<_> = locked
        .proposals
        .iter()
        .map(|proposal| {
            json!({
                "password": show.text(&proposal.password), "exhibit": proposal.exhibit.0,
                "place": place(&proposal.place), "n_places": proposal.n_places,
            })
        })
        .collect();
    let exhibits: Vec<_> = locked.exhibits.iter().map(|path| path.0.as_str()).collect();
    json!({ "n_passwords": locked.n_passwords, "locked": exhibits, "proposals": proposals })
}

fn words(locked: &Locked, show: Masker, case: &Path, is_changed: bool) -> String {
    let mut text = format!(
        "  {} passwords in the bank of this case\n  {} exhibits are locked\n",
        number(locked.n_passwords),
        number(locked.exhibits.len() as u64)
    );
    for path in &locked.exhibits {
        let _ = writeln!(text, "    {path}");
    }
    if !locked.proposals.is_empty() {
        text.push_str("  words in the pile that may be passwords (not used unless you say so)\n");
        for proposal in &locked.proposals {
            let _ = writeln!(
                text,
                "    {}  {}, {} ({} places)",
                show.text(&proposal.password),
                proposal.exhibit,
                proposal.place,
                number(proposal.n_places)
            );
        }
        let _ = writeln!(
            text,
            "\n  whose passwords {} --accept    puts these in the bank",
            case.display()
        );
    }
    if is_changed && !locked.exhibits.is_empty() {
        text.push_str("\n  Run the case again to try them: only what is locked is read again.\n");
    }
    text
}
