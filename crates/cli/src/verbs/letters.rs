//! `whose letters` and `whose reports`: papers out of a case, on purpose, into a folder.

use serde_json::json;
use whose_engine::store::Entry;
use whose_engine::{Letters, ReportFormat, ReportOptions, View};
use whose_model::Language;

use crate::args::{Cli, LettersArgs, ReportsArgs};
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
            json!({ "letters": written.n_papers, "without_address": written.n_without_address, "ask_first": written.n_ask_first })
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
        if written.n_ask_first > 0 {
            say(&format!(
                "  {} of them carry no address: a file or the roster asks that nothing goes to the home before the person was asked; `whose mail contacts` takes where it may go",
                number(written.n_ask_first)
            ));
        }
        say("  they are drafts: read some before anything is sent");
    }
    Ok(Done::Whole)
}

pub(crate) fn reports(cli: &Cli, args: &ReportsArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let papers = Letters::new(View::new(&case), args.date.unwrap_or_else(super::today))?;
    if let (Some(on), Some(code)) = (args.filed, &args.regulator) {
        let n = papers.file_reports(code, on)?;
        let what = json!({ "regulator": code, "on": on.to_string(), "reports": n });
        log(&case, "reports-filed", what.clone())?;
        if cli.json {
            print(&format!("{what}\n"))?;
        } else {
            say(&format!(
                "  {n} reports to {code} kept as filed on {on}; the next ones show what changed"
            ));
        }
    }
    let Some(out) = &args.out else {
        return Ok(Done::Whole);
    };
    let options = ReportOptions {
        regulator: args.regulator.clone(),
        languages: args
            .language
            .iter()
            .map(|code| match code.as_str() {
                "fr" => Language::Fr,
                _ => Language::En,
            })
            .collect(),
        formats: args
            .format
            .iter()
            .map(|ending| match ending.as_str() {
                "docx" => ReportFormat::Docx,
                "txt" => ReportFormat::Text,
                _ => ReportFormat::Pdf,
            })
            .collect(),
    };
    let written = papers.write_reports(out, &options)?;
    log(&case, "reports", json!({ "papers": written.n_papers }))?;
    if cli.json {
        print(&format!("{}\n", json!({ "papers": written.n_papers })))?;
    } else {
        say(&format!(
            "  {} papers in {}",
            number(written.n_papers),
            out.display()
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
