//! `whose law`: the rules alone.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde_json::json;
use whose_law::{Explanation, Library};

use crate::args::{Cli, LawVerb};
use crate::front::{Done, Failure, print, say};

pub(crate) fn run(cli: &Cli, verb: &LawVerb) -> Result<Done, Failure> {
    let library = Library::embedded().map_err(|error| {
        Failure::new(error.to_string(), "the program was built with broken rules")
    })?;
    match verb {
        LawVerb::Check => check(cli, &library),
        LawVerb::List => list(cli, &library, ""),
        LawVerb::Coverage => print(&library.coverage()).map(|()| Done::Whole),
        LawVerb::Assess {
            incident,
            as_of,
            people,
            elements,
            why,
            ics,
        } => super::law_assess::run(
            cli,
            &library,
            &super::law_assess::Asked {
                incident,
                as_of: *as_of,
                people,
                elements,
                why: *why,
                ics: ics.as_deref(),
            },
        ),
        LawVerb::Timeline {
            what,
            as_of,
            people,
            ics,
        } => super::law_assess::timeline(cli, &library, what, *as_of, people, ics.as_deref()),
        LawVerb::Explain { rule, as_of } => {
            explain(cli, &library, rule, as_of.unwrap_or_else(super::today))
        }
    }
}

fn check(cli: &Cli, library: &Library) -> Result<Done, Failure> {
    let problems = library.check(super::today());
    if cli.json {
        let list: Vec<_> = problems
            .iter()
            .map(|one| json!({ "file": one.file, "what": one.what }))
            .collect();
        print(&format!(
            "{}\n",
            json!({ "rules": library.rule_ids().len(), "problems": list })
        ))?;
    } else {
        for problem in &problems {
            print(&format!("law/{}: {}\n", problem.file, problem.what))?;
        }
        say(&format!(
            "  {} rules, {} problems",
            library.rule_ids().len(),
            problems.len()
        ));
    }
    if problems.is_empty() {
        Ok(Done::Whole)
    } else {
        Err(Failure::new(
            format!("{} problems in the rules", problems.len()),
            "mend the files named above",
        ))
    }
}

fn list(cli: &Cli, library: &Library, regime: &str) -> Result<Done, Failure> {
    let ids: Vec<&str> = library
        .rule_ids()
        .into_iter()
        .filter(|id| id.starts_with(regime))
        .collect();
    if cli.json {
        print(&format!("{}\n", json!(ids)))?;
    } else {
        for id in &ids {
            let text = library.explain(id, super::today());
            let summary =
                text.map_or_else(|| "not in force today".to_owned(), |text| text.summary.en);
            print(&format!("{id:44} {summary}\n"))?;
        }
    }
    Ok(Done::Whole)
}

fn explain(cli: &Cli, library: &Library, rule: &str, as_of: Date) -> Result<Done, Failure> {
    if !rule.contains('.')
        && library
            .rule_ids()
            .iter()
            .any(|id| id.split('.').next() == Some(rule))
    {
        return list(cli, library, &format!("{rule}."));
    }
    if !library.rule_ids().contains(&rule) {
        return Err(Failure::usage(
            format!("there is no rule `{rule}`"),
            "`whose law list` shows every rule",
        ));
    }
    let Some(text) = library.explain(rule, as_of) else {
        return Err(Failure::new(
            format!("no version of `{rule}` is in force on {as_of}"),
            "give another day with `--as-of`",
        ));
    };
    if cli.json {
        let value = json!({
            "id": text.id, "file": text.file, "law": { "en": text.regime.en, "fr": text.regime.fr },
            "citation": text.citation, "summary": { "en": text.summary.en, "fr": text.summary.fr },
            "binds": text.binds, "conditions": text.conditions, "addressee": text.addressee,
            "clock": { "en": text.clock.en, "fr": text.clock.fr, "from": text.clock_start },
            "factors": text.factors.iter().map(|one| json!({ "id": one.id, "en": one.en, "fr": one.fr, "citation": one.citation, "certainty": one.certainty })).collect::<Vec<_>>(),
            "pauses": text.pauses, "time_zone": text.time_zone, "standing": text.standing.words(),
            "sources": text.sources.iter().map(|(id, one)| json!({ "id": id, "what": one.what, "url": one.url })).collect::<Vec<_>>(),
            "certainty": text.certainty, "signed": text.signed, "notes": text.notes, "as_of": as_of.to_string(),
            "in_force": { "from": text.in_force.from.to_string(), "to": text.in_force.to.map(|day| day.to_string()) },
        });
        print(&format!("{value}\n"))?;
    } else {
        print(&words(&text, as_of))?;
    }
    Ok(Done::Whole)
}

fn words(text: &Explanation, as_of: Date) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}\n{}\n", text.id, text.summary.en);
    let until = text
        .in_force
        .to
        .map_or_else(String::new, |day| format!(" to {day}"));
    let rows = [
        ("law", text.regime.en.clone()),
        ("section", text.citation.clone()),
        (
            "in force",
            format!("from {}{until}; asked as of {as_of}", text.in_force.from),
        ),
        ("binds", text.binds.join(", ")),
        ("tell", text.addressee.clone()),
        (
            "clock",
            format!("{}, from {}", text.clock.en, text.clock_start.id()),
        ),
        (
            "days end",
            if text.time_zone.is_empty() {
                "in the custodian's time zone".to_owned()
            } else {
                format!("in {}", text.time_zone)
            },
        ),
        ("standing", text.standing.words().to_owned()),
        (
            "how sure",
            if text.verified.except.is_empty() {
                text.certainty.id().to_owned()
            } else {
                format!("{}, except {}", text.certainty.id(), text.verified.except)
            },
        ),
        (
            "signed by",
            if text.signed.is_empty() {
                "nobody: a draft rule".to_owned()
            } else {
                text.signed.clone()
            },
        ),
        ("file", format!("law/{}", text.file)),
    ];
    for (name, value) in rows {
        let _ = writeln!(out, "  {name:10} {value}");
    }
    let factors: Vec<String> = text
        .factors
        .iter()
        .map(|one| format!("{} ({}, {})", one.en, one.citation, one.certainty.id()))
        .collect();
    let pauses: Vec<String> = text.pauses.iter().map(|one| one.en.clone()).collect();
    let penalties: Vec<String> = text
        .penalties
        .iter()
        .map(|one| format!("{} ({}, {})", one.text, one.citation, one.certainty.id()))
        .collect();
    let sources: Vec<String> = text
        .sources
        .iter()
        .map(|(id, one)| format!("{id}: {} {}", one.what, one.url.join(" ")))
        .collect();
    let (letter, register) = (letter(text), register(text));
    for (title, lines) in [
        ("applies when", &text.conditions),
        ("factors of the harm test", &factors),
        ("stopped or put off by", &pauses),
        ("the letter", &letter),
        ("the register", &register),
        ("penalties", &penalties),
        ("notes", &text.notes),
        ("sources", &sources),
    ] {
        if !lines.is_empty() {
            let _ = writeln!(out, "\n  {title}");
            for line in lines {
                let _ = writeln!(out, "    - {line}");
            }
        }
    }
    if !text.examples.is_empty() {
        let _ = writeln!(out, "\n  examples");
        for example in &text.examples {
            let _ = writeln!(out, "    - {}: {}", example.text, example.gives);
        }
    }
    out
}

/// What the letter must say and how it is delivered.
fn letter(text: &Explanation) -> Vec<String> {
    let Some(notice) = &text.notice else {
        return Vec::new();
    };
    let names = |parts: &[whose_law::ContentElement]| {
        parts
            .iter()
            .filter_map(|part| serde_json::to_value(part).ok())
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut lines = Vec::new();
    if !notice.required.is_empty() {
        lines.push(format!(
            "must have: {} ({})",
            names(&notice.required),
            notice.citation
        ));
    }
    if !notice.guidance.is_empty() {
        lines.push(format!("should have: {}", names(&notice.guidance)));
    }
    if !notice.direct.en.is_empty() {
        lines.push(format!("form: {}", notice.direct.en));
    }
    lines.extend(
        notice
            .indirect
            .iter()
            .map(|one| format!("public instead: {}", one.en)),
    );
    if !notice.language.en.is_empty() {
        lines.push(format!("language: {}", notice.language.en));
    }
    lines
}

/// What is written down and how long it is kept.
fn register(text: &Explanation) -> Vec<String> {
    let Some(register) = &text.register else {
        return Vec::new();
    };
    let mut lines: Vec<String> = register.content.iter().map(|one| one.en.clone()).collect();
    if !register.words.en.is_empty() {
        lines.push(register.words.en.clone());
    }
    if let Some(months) = register.keep_months {
        let from = register
            .keep_from
            .map_or_else(String::new, |from| format!(" from {}", from.id()));
        lines.push(format!("kept for {months} months{from}"));
    }
    lines
}
