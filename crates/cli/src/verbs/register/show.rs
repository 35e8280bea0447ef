//! `whose register show`: one incident, on a day; and its page to print.

use std::fmt::Write as _;

use serde_json::json;
use whose_register::{AsOf, Attribute, Held, Record, Register, Standing, page, stix};

use super::args::ShowArgs;
use super::clock::{self, Beside};
use super::failure;
use super::read::line;
use crate::args::Cli;
use crate::front::{Done, Failure, print, say};

pub(crate) fn run(cli: &Cli, register: &mut Register, args: &ShowArgs) -> Result<Done, Failure> {
    let id = register.find(&args.incident).map_err(failure)?;
    let as_of = AsOf {
        known: args.known,
        recorded: match args.recorded {
            Some(day) => Some(crate::verbs::end_of(day).ok_or_else(|| {
                Failure::usage(
                    format!("{day} is outside of the calendar"),
                    "give a day as 2024-02-21",
                )
            })?),
            None => None,
        },
    };
    let record = register.record(id, as_of).map_err(failure)?;
    let beside = Beside::of(register, &args.beside)?;
    let rows = beside.rows(id, &record);
    let law = clock::law(&record)?;
    if let Some(file) = &args.page {
        std::fs::write(file, page::html(&record, &rows, &law.title, &law.lines))?;
        say(&format!("  wrote {}", file.display()));
        return Ok(Done::Whole);
    }
    if cli.json {
        let law: Vec<_> = law
            .lines
            .iter()
            .map(|(line, says)| json!({ "what": line, "beside": says }))
            .collect();
        let out = json!({
            "record": record, "conflicts": record.conflicts(true), "clock": rows, "law": law,
        });
        print(&format!("{out}\n"))?;
    } else {
        let mut text = words(&record);
        text.push_str(&beside.words(&rows));
        text.push_str(&law.words());
        print(&text)?;
    }
    Ok(Done::Whole)
}

fn words(record: &Record) -> String {
    let mut text = format!(
        "{}\n  incident {}   {} sources, {} facts, {} wait for a person\n",
        record.name,
        record.id,
        record.sources.len(),
        record.facts.len(),
        record.n_proposed()
    );
    if let Some(into) = &record.moved {
        let _ = writeln!(text, "  joined into {into}");
    }
    let conflicts = record.conflicts(true);
    if !conflicts.is_empty() {
        text.push_str("\n  Sources disagree\n");
        for conflict in &conflicts {
            let _ = writeln!(text, "    {} {}", conflict.attribute.id(), conflict.scope);
            for held in record
                .facts
                .iter()
                .filter(|held| conflict.facts.contains(&held.id))
            {
                let mark = if held.id == conflict.used { "used" } else { "" };
                let not = if held.fact.is_not { "not " } else { "" };
                let _ = writeln!(
                    text,
                    "      {mark:4} {:>4}  {not}{}",
                    held.id.0, held.fact.value
                );
            }
            let _ = writeln!(text, "      why: {}", conflict.why);
        }
    }
    let techniques = stix::techniques(record, true);
    if !techniques.is_empty() {
        text.push_str("\n  ATT&CK, by the mapping of VERIS 1.4.1 to ATT&CK 19.1 (CC BY-SA 4.0)\n");
        for (number, name, of) in techniques {
            let _ = writeln!(text, "    {number:9} {name}  ({of})");
        }
    }
    for (n, source) in record.sources.iter().enumerate() {
        let published = source
            .published
            .map_or_else(|| "without a date".to_owned(), |when| when.to_string());
        let corrected = if source.is_corrected {
            ", corrected"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "\n  Source {n}: {} ({}, {published}{corrected})",
            source.title,
            source.kind.id()
        );
        for attribute in Attribute::ALL {
            let of_it = record.facts.iter().filter(|held| {
                held.fact.source.0 as usize == n && held.fact.attribute == *attribute
            });
            for held in of_it {
                let _ = writeln!(
                    text,
                    "    {:>4} {:9} {}",
                    held.id.0,
                    standing(held),
                    line(&held.fact)
                );
            }
        }
    }
    text
}

fn standing(held: &Held) -> &'static str {
    match held.standing {
        Standing::Proposed => "proposed",
        Standing::Accepted => "accepted",
        Standing::Rejected { .. } => "rejected",
        Standing::Replaced { .. } => "replaced",
    }
}
