//! `whose mail`: mailings prepared, approved by two, printed, sent with proof, returned and made again.
//!
//! Nothing is sent from here: a mail house or the custodian's own mailbox does.

pub(crate) mod args;
mod language;

use std::path::Path;

use serde_json::{Value, json};
use whose_engine::mail::{self, Batch, Mail, Purpose, Reached, Returned, Sent};
use whose_engine::store::Case;
use whose_engine::{Letters, View};
use whose_model::PersonId;

use self::args::{
    ApproveArgs, CodesArgs, ContactsArgs, MailVerb, PrepareArgs, PrintArgs, ReturnedArgs, SentArgs,
    StatusArgs,
};
use super::letters::log;
use crate::args::Cli;
use crate::front::{Bars, Done, Failure, number, print, say};

/// Lists of codes and contacts are small; more than this is another file.
const LARGEST: u64 = 256 << 20;

pub(crate) fn run(cli: &Cli, verb: &MailVerb) -> Result<Done, Failure> {
    match verb {
        MailVerb::Codes(args) => codes(cli, args),
        MailVerb::Contacts(args) => contacts(cli, args),
        MailVerb::Language { verb } => language::run(cli, verb),
        MailVerb::Prepare(args) => prepare(cli, args),
        MailVerb::Approve(args) => approve(cli, args),
        MailVerb::Print(args) => print_mailing(cli, args),
        MailVerb::Sent(args) => sent(cli, args),
        MailVerb::Returned(args) => returned(cli, args),
        MailVerb::Status(args) => status(cli, args),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let trouble = |error: std::io::Error| {
        Failure::new(
            format!("{}: {}", file.display(), error.kind()),
            "give the path of a file that can be read",
        )
    };
    if std::fs::metadata(file).map_err(trouble)?.len() > LARGEST {
        return Err(Failure::new(
            format!("{} is too large", file.display()),
            "give the list itself",
        ));
    }
    std::fs::read(file).map_err(trouble)
}

/// Says a result as one line of JSON or as words.
fn tell(cli: &Cli, value: &Value, words: &[String]) -> Result<Done, Failure> {
    if cli.json {
        print(&format!("{value}\n"))?;
    } else {
        words.iter().for_each(|line| say(&format!("  {line}")));
    }
    Ok(Done::Whole)
}

fn codes(cli: &Cli, args: &CodesArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let mut words = Vec::new();
    if let Some(file) = &args.add {
        let text = String::from_utf8(read(file)?).map_err(|_| {
            Failure::new(
                format!("{} is not text", file.display()),
                "write one code a line",
            )
        })?;
        let imported = mail::import_codes(&case, &text)?;
        log(
            &case,
            "mail-codes",
            json!({ "new": imported.new, "again": imported.again }),
        )?;
        words.push(format!(
            "{} new codes, {} that were there before",
            number(imported.new),
            number(imported.again)
        ));
    }
    let account = Mail::of(&case)?.account(&case)?;
    words.push(format!(
        "{} codes: {} given ({} to people no longer on the list), {} left",
        number(account.imported),
        number(account.given),
        number(account.given_elsewhere),
        number(account.free)
    ));
    tell(cli, &json!(account), &words)
}

fn contacts(cli: &Cli, args: &ContactsArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let n = mail::import_choices(&case, &read(&args.table)?)?;
    log(&case, "mail-contacts", json!({ "people": n }))?;
    tell(
        cli,
        &json!({ "people": n }),
        &[format!("how {} people are reached is kept", number(n))],
    )
}

fn prepare(cli: &Cli, args: &PrepareArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let letters = Letters::new(View::new(&case), args.date.unwrap_or_else(super::today))?;
    let purpose = match args.to.as_str() {
        "supplement" => Purpose::Supplement,
        "again" => Purpose::Again,
        _ => Purpose::First,
    };
    let n = super::workers(&args.work)?.n;
    let bars = Bars::new(cli.quiet);
    let made = letters.prepare_mailing(&args.out, &args.name, purpose, n, &bars)?;
    log(
        &case,
        "mail-prepared",
        json!({ "mailing": args.name, "to": purpose.id(), "letters": made.letters }),
    )?;
    let mut words = vec![format!(
        "{} letters, mailing.csv and not-mailed.csv in {}",
        number(made.letters),
        args.out.display()
    )];
    if made.codes_given > 0 {
        words.push(format!("{} codes given", number(made.codes_given)));
    }
    if made.addresses_to_look_at > 0 {
        words.push(format!(
            "{} addresses to look at: column address_quality",
            number(made.addresses_to_look_at)
        ));
    }
    for (why, n) in &made.not_mailed {
        words.push(format!("{} not mailed: {why}", number(*n)));
    }
    words.push(match &made.lacks {
        Some(lacks) => format!("it cannot be approved: {lacks}"),
        None => "drafts: read them, then two people approve with `whose mail approve`".to_owned(),
    });
    tell(cli, &json!(made), &words)
}

fn approve(cli: &Cli, args: &ApproveArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let batch = mail::approve(&case, &args.name, &args.by, super::today())?;
    log(
        &case,
        "mail-approved",
        json!({ "mailing": batch.name, "by": args.by, "digest": hex(&batch.digest()) }),
    )?;
    let next = if batch.is_approved() {
        format!("approved: `whose mail print CASE {}` writes it", batch.name)
    } else {
        "a second person must approve".to_owned()
    };
    tell(cli, &said(&batch), &[next])
}

fn print_mailing(cli: &Cli, args: &PrintArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let letters = Letters::new(View::new(&case), super::today())?;
    let n = super::workers(&args.work)?.n;
    let n = letters.print_mailing(&args.out, &args.name, n, &Bars::new(cli.quiet))?;
    log(
        &case,
        "mail-printed",
        json!({ "mailing": args.name, "letters": n }),
    )?;
    tell(
        cli,
        &json!({ "letters": n }),
        &[format!(
            "{} letters as approved, with mailing.csv, in {}",
            number(n),
            args.out.display()
        )],
    )
}

fn sent(cli: &Cli, args: &SentArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let file = Path::new(&args.proof);
    let proof_digest = if file.is_file() {
        Some(mail::proof_digest(&read(file)?))
    } else {
        None
    };
    let proof = file
        .file_name()
        .map_or_else(|| args.proof.clone(), |name| name.to_string_lossy().into());
    let batch = mail::mark_sent(
        &case,
        &args.name,
        Sent {
            on: args.on,
            by: args.by.clone(),
            proof,
            proof_digest,
        },
    )?;
    log(
        &case,
        "mail-sent",
        json!({ "mailing": batch.name, "on": args.on.to_string(), "by": args.by,
            "letters": batch.letters.len(), "digest": hex(&batch.digest()),
            "proof": proof_digest.map(|digest| hex(&digest)) }),
    )?;
    tell(
        cli,
        &said(&batch),
        &[format!(
            "{} letters marked as sent on {}",
            number(batch.letters.len() as u64),
            args.on
        )],
    )
}

fn returned(cli: &Cli, args: &ReturnedArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    for id in &args.person {
        mail::mark_returned(
            &case,
            &args.name,
            &PersonId(id.clone()),
            Returned {
                on: args.on,
                why: args.why.clone(),
            },
        )?;
    }
    let n = args.person.len();
    log(
        &case,
        "mail-returned",
        json!({ "mailing": args.name, "letters": n }),
    )?;
    tell(
        cli,
        &json!({ "returned": n }),
        &[format!(
            "{n} noted; give a new address with `whose mail contacts`, then `whose mail prepare --to again`"
        )],
    )
}

fn status(cli: &Cli, args: &StatusArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open(&args.case, &cli.secrets)?;
    let mail = Mail::of(&case)?;
    match &args.person {
        Some(id) => of_person(cli, &case, &mail, id),
        None => {
            let all: Vec<Value> = mail.batches().iter().map(said).collect();
            let mut words: Vec<String> = mail.batches().iter().map(in_words).collect();
            words.extend(told_in_words(&Reached::of(&case, None)?));
            tell(cli, &json!(all), &words)
        }
    }
}

fn of_person(cli: &Cli, case: &Case, mail: &Mail, id: &str) -> Result<Done, Failure> {
    let person = View::new(case).find(id)?;
    let history = mail.of_person(&person.id);
    let mut words = Vec::new();
    for one in &history {
        let state = match (&one.sent, &one.returned) {
            (_, Some(back)) => format!("came back on {} ({})", back.on, back.why),
            (Some(sent), None) => format!("sent on {}, proof: {}", sent.on, sent.proof),
            (None, None) => "not sent".to_owned(),
        };
        words.push(format!(
            "{} ({}, {}): {state}",
            one.batch,
            one.purpose.id(),
            one.letter.route.id()
        ));
    }
    if words.is_empty() {
        words.push("no letter is in a mailing".to_owned());
    }
    tell(cli, &json!(history), &words)
}

fn said(batch: &Batch) -> Value {
    json!({
        "mailing": batch.name, "to": batch.purpose.id(), "dated": batch.dated.to_string(),
        "letters": batch.letters.len(), "approved_by": batch.approved_by(), "approved": batch.is_approved(),
        "lacks": batch.lacks, "printed": batch.printed == Some(batch.digest()),
        "sent": batch.sent.as_ref().map(|sent| json!({ "on": sent.on.to_string(), "by": sent.by, "proof": sent.proof })),
        "returned": batch.returned.len(), "digest": hex(&batch.digest()),
    })
}

fn in_words(batch: &Batch) -> String {
    let state = match &batch.sent {
        Some(sent) => format!("sent on {}, proof: {}", sent.on, sent.proof),
        None if batch.is_approved() => "approved, not sent".to_owned(),
        None => format!("approved by {} of 2", batch.approved_by().len()),
    };
    format!(
        "{} ({}): {} letters, {state}, {} came back",
        batch.name,
        batch.purpose.id(),
        number(batch.letters.len() as u64),
        number(batch.returned.len() as u64)
    )
}

/// How many of those who are owed were told; nothing before the first mailing went out.
fn told_in_words(reached: &Reached) -> Option<String> {
    let (first, last) = reached.first.zip(reached.last)?;
    let days = if first == last {
        format!("on {first}")
    } else {
        format!("from {first} to {last}")
    };
    Some(format!(
        "{} of {} people told by letter, {days}",
        number(reached.told),
        number(reached.owed)
    ))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
