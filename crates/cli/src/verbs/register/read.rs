//! `whose register read`: published reports in, proposed facts out. The files are read in a confined process.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::json;
use whose_model::Limits;
use whose_register::read::{Given, Reading, read, unwrapped};
use whose_register::{Fact, Intake, Register, SourceKind};

use super::args::ReadArgs;
use super::{by, failure, now};
use crate::args::{Cli, WorkArgs};
use crate::front::{Done, Failure, print, say};

pub(crate) fn run(cli: &Cli, register: &mut Register, args: &ReadArgs) -> Result<Done, Failure> {
    let into = match &args.into {
        Some(text) => Some(register.find(text).map_err(failure)?),
        None => None,
    };
    let mut done = Done::Whole;
    for file in &args.files {
        let (reading, has_gaps) = reading(file, args)?;
        if has_gaps {
            done = Done::WithGaps;
        }
        let facts = reading.facts.clone();
        let name = reading.name.clone();
        let intake = Intake {
            at: now(),
            by: by(),
            accept: args.accept,
            into,
        };
        let taken = register.take(reading, &intake).map_err(failure)?;
        if cli.json {
            let numbered: Vec<_> = facts
                .iter()
                .zip(&taken.facts)
                .map(|(fact, id)| json!({ "id": id, "fact": fact }))
                .collect();
            let line = json!({
                "file": file.display().to_string(), "incident": taken.id.to_string(), "name": name, "joined": taken.joined,
                "known_before": taken.was_known, "corrected": taken.n_corrected, "facts": numbered,
            });
            print(&format!("{line}\n"))?;
            continue;
        }
        let mut text = format!("{}\n  incident {}  {name}\n", file.display(), taken.id);
        if taken.was_known {
            text.push_str("  this very text was read before; nothing was added\n");
        }
        if let Some(why) = &taken.joined {
            let _ = writeln!(text, "  joined to an incident that was there: {why}");
        }
        if taken.n_corrected > 0 {
            let _ = writeln!(text, "  corrections applied: {}", taken.n_corrected);
        }
        for (fact, id) in facts.iter().zip(&taken.facts) {
            let _ = writeln!(text, "  {:>4}  {}", id.0, line(fact));
        }
        print(&text)?;
        if !args.accept && !taken.was_known {
            say(&format!(
                "  nothing counts until you accept it: `whose register judge {}` takes all, with numbers only those",
                taken.id.to_string().get(..8).unwrap_or("")
            ));
        }
    }
    Ok(done)
}

/// Shows what a report gives and keeps nothing.
pub(crate) fn look(cli: &Cli, args: &ReadArgs) -> Result<Done, Failure> {
    let mut done = Done::Whole;
    for file in &args.files {
        let (reading, has_gaps) = reading(file, args)?;
        if has_gaps {
            done = Done::WithGaps;
        }
        if cli.json {
            let line = json!({ "file": file.display().to_string(), "name": reading.name, "source": reading.source, "facts": reading.facts });
            print(&format!("{line}\n"))?;
        } else {
            let mut text = format!("{}\n  {}\n", file.display(), reading.name);
            for fact in &reading.facts {
                let _ = writeln!(text, "  {}", line(fact));
            }
            print(&text)?;
        }
    }
    Ok(done)
}

fn reading(file: &Path, args: &ReadArgs) -> Result<(Reading, bool), Failure> {
    let workers = whose_engine::Workers {
        arguments: vec!["__tell".to_owned()],
        ..crate::verbs::workers(&WorkArgs { jobs: Some(1) })?
    };
    let told = whose_engine::told(file, &Limits::default(), &workers)?;
    for gap in &told.gaps {
        say(&format!(
            "  not read: {} ({})",
            gap.exhibit.0,
            gap.cause.id()
        ));
    }
    if told.text.trim().is_empty() {
        return Err(Failure::new(
            format!("{} gives no text", file.display()),
            "a scan needs Tesseract; a locked file its password",
        ));
    }
    let parse = |text: &String| {
        text.parse().map_err(|error| {
            Failure::usage(format!("{text}: {error}"), "as 2024-02-21, 2024-02 or 2024")
        })
    };
    let kind = match &args.kind {
        Some(id) => Some(SourceKind::from_id(id).ok_or_else(|| {
            Failure::usage(
                format!("there is no kind of source `{id}`"),
                "regulator, notice, news, database, person",
            )
        })?),
        None => None,
    };
    let given = Given {
        title: file
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        published: args.published.as_ref().map(parse).transpose()?,
        kind,
        language: None,
    };
    let reading = read(&unwrapped(&told.text), &given).map_err(failure)?;
    let has_gaps = !told.gaps.is_empty() || reading.n_left > 0;
    Ok((reading, has_gaps))
}

/// A fact in one line.
pub(crate) fn line(fact: &Fact) -> String {
    let mut text = format!("{:22} ", fact.attribute.id());
    if fact.is_withdrawn {
        text.push_str("withdrawn: ");
    }
    if fact.is_not {
        text.push_str("not ");
    }
    let value = fact.value.to_string();
    if !fact.scope.is_empty() && fact.scope != value {
        let _ = write!(text, "[{}] ", fact.scope);
    }
    let short: String = value.chars().take(90).collect();
    text.push_str(&short);
    if let Some(quote) = &fact.quote
        && !quote.sentence.starts_with(&short)
    {
        let sentence: String = quote.sentence.chars().take(70).collect();
        let _ = write!(text, "   “{sentence}…”");
    }
    text
}
