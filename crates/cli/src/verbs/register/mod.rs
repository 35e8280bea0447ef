//! `whose register`: incidents as records, from reports, from cases and from what people type.

mod add;
pub(crate) mod args;
mod case;
mod clock;
mod lists;
mod port;
mod read;
mod show;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use whose_register::{Entry, Event, FactId, IncidentId, Query, Record, Register, RegisterError};

use self::args::{FilterArgs, JudgeArgs, RegisterArgs, RegisterVerb};
use crate::args::Cli;
use crate::front::{Done, Failure, say};

pub(crate) fn run(cli: &Cli, args: &RegisterArgs) -> Result<Done, Failure> {
    if let RegisterVerb::Read(read) = &args.verb
        && read.dry_run
    {
        return read::look(cli, read);
    }
    let mut register = open(cli, args)?;
    let register = &mut register;
    match &args.verb {
        RegisterVerb::Add(add) => add::run(cli, register, add),
        RegisterVerb::Read(read) => read::run(cli, register, read),
        RegisterVerb::Judge(judge) => self::judge(register, judge),
        RegisterVerb::Choose {
            incident,
            fact,
            why,
        } => {
            let id = register.find(incident).map_err(failure)?;
            has_fact(register, id, *fact)?;
            write(
                register,
                id,
                vec![Event::Chosen {
                    fact: FactId(*fact),
                    why: why.clone(),
                }],
            )
        }
        RegisterVerb::Correct {
            incident,
            fact,
            to,
            why,
        } => add::correct(register, incident, *fact, to.as_deref(), why),
        RegisterVerb::Show(args) => show::run(cli, register, args),
        RegisterVerb::List(filter) => lists::list(cli, register, &query(filter, "")?),
        RegisterVerb::Search { words, filter } => {
            lists::list(cli, register, &query(filter, &words.join(" "))?)
        }
        RegisterVerb::Stats { filter, beside } => {
            lists::stats(cli, register, &query(filter, "")?, beside)
        }
        RegisterVerb::Export(args) => port::export(register, args),
        RegisterVerb::Import { file, form } => port::import(register, file, form.as_deref()),
        RegisterVerb::Case { case } => case::run(cli, register, case),
        RegisterVerb::Rebuild => {
            let n = register.rebuild().map_err(failure)?;
            say(&format!("  {n} incidents are listed anew"));
            Ok(Done::Whole)
        }
    }
}

/// Opens the register of the command line, the environment or this user; makes it where it is not there.
fn open(cli: &Cli, args: &RegisterArgs) -> Result<Register, Failure> {
    let folder = folder(args.register.as_deref()).ok_or_else(|| {
        Failure::new(
            "there is no home folder to keep a register in",
            "add `--register DIR`",
        )
    })?;
    let is_new = !folder.exists();
    let key = crate::secrets::register_key(&folder, &cli.secrets)?;
    if is_new {
        say(&format!("  made a register: {}", folder.display()));
    }
    with_key(&folder, args.store.as_deref(), &key)
}

/// Opens the register that is there already; none where there is none. Nobody is asked for a passphrase.
pub(crate) fn open_there(
    cli: &Cli,
    given: Option<&Path>,
    store: Option<&str>,
) -> Result<Option<Register>, Failure> {
    let Some(folder) = folder(given) else {
        return Ok(None);
    };
    match crate::secrets::register_key_there(&folder, &cli.secrets)? {
        Some(key) => with_key(&folder, store, &key).map(Some),
        None => Ok(None),
    }
}

/// At the end of a run: the case's own record, brought up to date where a register is kept. Says what went wrong and goes on.
pub(crate) fn keep_up(cli: &Cli, case: &whose_engine::store::Case) {
    let kept = open_there(cli, None, None).and_then(|register| match register {
        Some(mut register) => case::record(&mut register, case).map(Some),
        None => Ok(None),
    });
    match kept {
        Ok(Some((id, n))) if n > 0 => say(&format!(
            "  the register's record of this case is up to date: {n} changes ({})",
            id.to_string().get(..8).unwrap_or("")
        )),
        Ok(_) => {}
        Err(failure) => say(&format!(
            "  the register's record of this case was not brought up to date: {}\n  `whose register case {}` does it",
            failure.what,
            case.dir().display()
        )),
    }
}

fn folder(given: Option<&Path>) -> Option<PathBuf> {
    given
        .map(Path::to_owned)
        .or_else(|| std::env::var_os("WHOSE_REGISTER").map(PathBuf::from))
        .or_else(own_folder)
}

fn with_key(folder: &Path, store: Option<&str>, key: &[u8; 32]) -> Result<Register, Failure> {
    let url = store
        .map(ToOwned::to_owned)
        .or_else(|| std::env::var("WHOSE_REGISTER_URL").ok());
    match url {
        Some(url) => Register::connect(&url, key),
        None => Register::open(&folder.join("register.db"), key),
    }
    .map_err(failure)
}

fn own_folder() -> Option<PathBuf> {
    let data = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| {
            std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"))
        })?;
    Some(data.join("whose/register"))
}

fn failure(error: RegisterError) -> Failure {
    let hint = error.hint();
    Failure::new(error.to_string(), hint)
}

/// Who writes: the name this user has on this machine.
pub(crate) fn by() -> String {
    std::env::var("WHOSE_NAME")
        .or_else(|_| std::env::var("USER"))
        .unwrap_or_else(|_| "somebody".to_owned())
}

fn entry(event: Event) -> Entry {
    Entry {
        at: now(),
        by: by(),
        event,
    }
}

fn now() -> Timestamp {
    super::now()
}

fn write(register: &mut Register, id: IncidentId, events: Vec<Event>) -> Result<Done, Failure> {
    register
        .append(id, events.into_iter().map(entry).collect())
        .map_err(failure)?;
    Ok(Done::Whole)
}

fn has_fact(register: &mut Register, id: IncidentId, fact: u32) -> Result<(), Failure> {
    let entries = register.entries(id).map_err(failure)?;
    if fact >= Record::next_fact(&entries) {
        return Err(failure(RegisterError::NoFact(fact)));
    }
    Ok(())
}

fn judge(register: &mut Register, args: &JudgeArgs) -> Result<Done, Failure> {
    let id = register.find(&args.incident).map_err(failure)?;
    let record = register
        .record(id, whose_register::AsOf::default())
        .map_err(failure)?;
    let facts: Vec<FactId> = if args.facts.is_empty() {
        record
            .facts
            .iter()
            .filter(|held| held.standing == whose_register::Standing::Proposed)
            .map(|held| held.id)
            .collect()
    } else {
        for fact in &args.facts {
            has_fact(register, id, *fact)?;
        }
        args.facts.iter().map(|fact| FactId(*fact)).collect()
    };
    say(&format!(
        "  {} facts {}",
        facts.len(),
        if args.reject { "rejected" } else { "accepted" }
    ));
    let event = Event::Judged {
        facts,
        is_accepted: !args.reject,
        why: args.why.clone(),
    };
    write(register, id, vec![event])
}

fn query(filter: &FilterArgs, words: &str) -> Result<Query, Failure> {
    let element = match &filter.element {
        Some(id) => Some(whose_model::DataElement::from_id(id).ok_or_else(|| {
            Failure::usage(
                format!("there is no element `{id}`"),
                "`whose scan --help` names them",
            )
        })?),
        None => None,
    };
    Ok(Query {
        words: words.to_owned(),
        place: filter.place.to_lowercase(),
        element,
        cause: filter.cause.clone(),
        action: filter.action.clone(),
        industry: filter.industry.clone(),
        victim: filter.victim.clone(),
        since: filter.since,
        until: filter.until,
        people: filter.people,
        disputed: filter.disputed,
        waiting: filter.waiting,
    })
}
