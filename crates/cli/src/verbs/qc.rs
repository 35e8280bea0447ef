//! `whose qc`: a random sample to look at by hand, the reviewer's answers, and what follows for the whole case.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;
use whose_engine::qc::{self, Answer, Item, QcReport, Rate, Share, Stratum, Verdict};
use whose_engine::store::Case;
use whose_model::Phi;

use crate::args::{Cli, QcAnswerArgs, QcDrawArgs, QcReportArgs, QcVerb};
use crate::front::{Done, Failure, number, print, say};
use crate::verbs::lists::Masker;

/// The sheet's columns; a reviewer fills the last.
const COLUMNS: [&str; 10] = [
    "item",
    "stratum",
    "exhibit",
    "place",
    "other_exhibit",
    "other_place",
    "value",
    "person_id",
    "question",
    "answer",
];

pub(crate) fn run(cli: &Cli, verb: &QcVerb) -> Result<Done, Failure> {
    match verb {
        QcVerb::Draw(args) => draw(cli, args),
        QcVerb::Answer(args) => answer(cli, args),
        QcVerb::Report(args) => report(cli, args),
    }
}

fn draw(cli: &Cli, args: &QcDrawArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let mut seed = [0; 16];
    getrandom::fill(&mut seed)
        .map_err(|_| Failure::new("the operating system gave no random numbers", "try again"))?;
    let margin = args.margin / 100.0;
    let (drawn, items) = qc::draw(&case, seed, margin, args.confidence / 100.0)?;
    let seed: String = drawn
        .seed
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let of_each = |stratum: &Stratum| items.iter().filter(|item| item.stratum == *stratum).count();
    let strata: serde_json::Map<String, serde_json::Value> = drawn
        .n_of
        .iter()
        .map(|(stratum, n)| (stratum.id(), json!({ "all": n, "drawn": of_each(stratum) })))
        .collect();
    super::letters::log(
        &case,
        "qc-draw",
        json!({ "seed": seed, "margin": margin, "strata": strata, "values-shown": args.values }),
    )?;
    let show = Masker {
        values: args.values,
    };
    write_sheet(&args.out, &case, &items, show)?;
    if cli.json {
        print(&format!("{}\n", json!({ "seed": seed, "strata": strata })))?;
        return Ok(Done::Whole);
    }
    for (stratum, n) in &drawn.n_of {
        say(&format!(
            "  {:>6} of {:>9}  {}",
            number(of_each(stratum) as u64),
            number(*n),
            stratum.id()
        ));
    }
    say(&format!(
        "  wrote {} ({} to look at): fill the last column with yes, no or unsure, from the top",
        args.out.display(),
        number(items.len() as u64)
    ));
    say("  then: whose qc answer CASE SHEET --by NAME");
    Ok(Done::Whole)
}

/// The sheet, written whole: beside its place first.
fn write_sheet(out: &Path, case: &Case, items: &[Item], show: Masker) -> Result<(), Failure> {
    let fail = |error: &dyn std::fmt::Display| {
        Failure::new(
            format!("cannot write {}: {error}", out.display()),
            "check the folder and the space left on its disk",
        )
    };
    let answered: std::collections::BTreeMap<String, Verdict> = qc::answers(case)?
        .into_iter()
        .map(|answer| (answer.item, answer.verdict))
        .collect();
    let part = out.with_extension("part");
    let mut sheet = csv::Writer::from_path(&part).map_err(|error| fail(&error))?;
    sheet.write_record(COLUMNS).map_err(|error| fail(&error))?;
    for item in items {
        let (other, other_place) = item
            .other
            .as_ref()
            .map_or(("", ""), |(path, place)| (path.0.as_str(), place.as_str()));
        let value = item
            .value
            .as_ref()
            .map_or_else(String::new, |value: &Phi<String>| show.text(value));
        let row = [
            item.id.as_str(),
            &item.stratum.id(),
            &item.exhibit.0,
            &item.place,
            other,
            other_place,
            &value,
            item.person.as_ref().map_or("", |id| id.0.as_str()),
            item.stratum.question(),
            answered.get(&item.id).map_or("", |verdict| word(*verdict)),
        ];
        // A cell that a spreadsheet would run as a formula is only text here.
        let row = row.map(|cell| {
            if cell.starts_with(['=', '+', '-', '@']) {
                format!("'{cell}")
            } else {
                cell.to_owned()
            }
        });
        sheet.write_record(row).map_err(|error| fail(&error))?;
    }
    sheet.flush().map_err(|error| fail(&error))?;
    drop(sheet);
    std::fs::rename(&part, out).map_err(|error| fail(&error))
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Yes => "yes",
        Verdict::No => "no",
        Verdict::Unsure => "unsure",
    }
}

fn answer(cli: &Cli, args: &QcAnswerArgs) -> Result<Done, Failure> {
    let by = args.by.trim();
    if by.is_empty() {
        return Err(Failure::usage(
            "no name of the reviewer",
            "give it: `--by \"Anne Roy\"`",
        ));
    }
    let at = super::now();
    let answers = read_sheet(&args.sheet, by, &at.to_string())?;
    let case = crate::secrets::open_to_write(&args.case, &cli.secrets)?;
    let n_given = answers.len() as u64;
    let n_new = qc::answer(&case, answers)?;
    super::letters::log(
        &case,
        "qc-answer",
        json!({ "by": by, "given": n_given, "new": n_new }),
    )?;
    if cli.json {
        print(&format!("{}\n", json!({ "given": n_given, "new": n_new })))?;
    } else {
        say(&format!(
            "  {} answers in the sheet, {} of them new or changed",
            number(n_given),
            number(n_new)
        ));
        say("  then: whose qc report CASE");
    }
    Ok(Done::Whole)
}

/// Answers of a sheet; rows without one are passed over.
fn read_sheet(sheet: &Path, by: &str, at: &str) -> Result<Vec<Answer>, Failure> {
    let fail = |what: String| {
        Failure::new(
            what,
            "give the sheet that `whose qc draw` wrote, saved as CSV, with yes, no or unsure in its last column",
        )
    };
    let bytes = std::fs::read(sheet)
        .map_err(|error| fail(format!("cannot read {}: {}", sheet.display(), error.kind())))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    // A spreadsheet of a French desk saves with semicolons.
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
    let count = |sign: u8| first.iter().filter(|byte| **byte == sign).count();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|sign| count(*sign))
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(bytes);
    let header = reader
        .byte_headers()
        .map_err(|error| fail(format!("{}: {error}", sheet.display())))?;
    let find = |name: &str| header.iter().position(|cell| cell == name.as_bytes());
    let (Some(item), Some(given)) = (find("item"), find("answer")) else {
        return Err(fail(format!(
            "{} has no columns `item` and `answer`",
            sheet.display()
        )));
    };
    let mut answers = Vec::new();
    for (number, row) in reader.byte_records().enumerate() {
        let row = row.map_err(|error| fail(format!("{}: {error}", sheet.display())))?;
        let cell = |at: usize| String::from_utf8_lossy(row.get(at).unwrap_or(&[])).into_owned();
        let verdict = Verdict::parse(&cell(given)).map_err(|word| {
            fail(format!(
                "{}, row {}: `{word}` is no answer",
                sheet.display(),
                number + 2
            ))
        })?;
        if let Some(verdict) = verdict {
            answers.push(Answer {
                item: cell(item).trim_start_matches('\'').trim().to_owned(),
                verdict,
                by: by.to_owned(),
                at: at.to_owned(),
            });
        }
    }
    Ok(answers)
}

fn report(cli: &Cli, args: &QcReportArgs) -> Result<Done, Failure> {
    let case = crate::secrets::open(&args.case, &cli.secrets)?;
    let report = qc::report(&case, args.confidence / 100.0)?.ok_or_else(|| {
        Failure::new(
            "nothing was drawn yet",
            "draw a sample: `whose qc draw CASE --out sheet.csv`",
        )
    })?;
    if cli.json {
        print(&format!("{:#}\n", value(&report)))?;
    } else {
        print(&words(&report))?;
    }
    let is_done = report
        .strands
        .iter()
        .all(|strand| strand.n_counted >= strand.n_drawn);
    Ok(if is_done && !report.is_stale {
        Done::Whole
    } else {
        Done::WithGaps
    })
}

fn value(report: &QcReport) -> serde_json::Value {
    let share = |share: &Option<Share>| {
        share.map(
            |share| json!({ "estimate": share.estimate, "low": share.low, "high": share.high }),
        )
    };
    let strata: Vec<_> = report
        .strands
        .iter()
        .map(|strand| {
            json!({
                "stratum": strand.stratum.id(), "rate": strand.rate.id(), "all": strand.n_all, "drawn": strand.n_drawn,
                "counted": strand.n_counted, "waiting": strand.n_waiting, "yes": strand.n_yes, "no": strand.n_no,
                "unsure": strand.n_unsure, "share": share(&strand.share),
            })
        })
        .collect();
    json!({
        "confidence": report.confidence, "stale": report.is_stale, "strata": strata,
        "recall_of_files": share(&report.recall), "not_read": report.n_unread,
    })
}

fn words(report: &QcReport) -> String {
    let percent = |share: Option<Share>| {
        share.map_or_else(
            || "not looked at yet".to_owned(),
            |share| {
                format!(
                    "{:6.2} %  ({:.2} to {:.2} %)",
                    share.estimate * 100.0,
                    share.low * 100.0,
                    share.high * 100.0
                )
            },
        )
    };
    let mut text = format!(
        "  Quality, from what was looked at by hand; limits at {} % confidence, exact\n\n",
        report.confidence * 100.0
    );
    if report.is_stale {
        text += "  The list has changed since this sample was drawn: draw again. Answers that still fit are kept.\n\n";
    }
    for strand in &report.strands {
        let said = match strand.rate {
            Rate::Elusion => "of files said to hold nothing, hold something",
            Rate::WronglyApart => "of pairs left apart, are one person",
            Rate::Right => "right",
        };
        let _ = writeln!(
            text,
            "  {:<28} {:>5} of {:>5} looked at, of {:>9}  {}  {said}",
            strand.stratum.id(),
            number(strand.n_counted),
            number(strand.n_drawn),
            number(strand.n_all),
            percent(strand.share),
        );
        if strand.n_waiting > 0 {
            let _ = writeln!(
                text,
                "    {} answers wait for an open one before them",
                number(strand.n_waiting)
            );
        }
        if strand.n_unsure > 0 {
            let _ = writeln!(
                text,
                "    {} could not be told, and count against us",
                number(strand.n_unsure)
            );
        }
    }
    let _ = writeln!(
        text,
        "\n  Of the files that hold something about a person, found: {}",
        percent(report.recall)
    );
    let _ = writeln!(
        text,
        "  {} files were not read, whole or in part: none of this is about them (`whose gaps`)",
        number(report.n_unread)
    );
    text
}
