//! `whose register list`, `search`, `stats`: many incidents at a glance.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::json;
use whose_register::{DATES, INTERVALS, Query, Register, Statistics, value_at};

use super::clock::Beside;
use super::failure;
use crate::args::Cli;
use crate::front::{Done, Failure, number, print};

pub(crate) fn list(cli: &Cli, register: &mut Register, query: &Query) -> Result<Done, Failure> {
    let mut found = register.search(query).map_err(failure)?;
    // The newest first; without a day last.
    found.sort_by(|a, b| b.day().cmp(&a.day()).then_with(|| a.name.cmp(&b.name)));
    let mut text = String::new();
    for sketch in &found {
        if cli.json {
            let mut line = json!({
                "incident": sketch.id.to_string(), "name": sketch.name, "victim": sketch.victim, "places": sketch.places,
                "people": sketch.people, "causes": sketch.causes, "actions": sketch.actions, "sources": sketch.n_sources,
                "conflicts": sketch.n_conflicts, "proposed": sketch.n_proposed,
                "elements": sketch.elements().map(|element| element.id()).collect::<Vec<_>>(),
            });
            for attribute in DATES {
                line[attribute.id()] = json!(sketch.date(attribute).map(|date| date.to_string()));
            }
            let _ = writeln!(text, "{line}");
            continue;
        }
        let id = sketch.id.to_string();
        let day = sketch
            .day()
            .map_or_else(|| "-".to_owned(), |date| date.to_string());
        let people = sketch.people.map_or_else(|| "?".to_owned(), number);
        let mut marks = String::new();
        if sketch.n_conflicts > 0 {
            let _ = write!(marks, " {} disputed", sketch.n_conflicts);
        }
        if sketch.n_proposed > 0 {
            let _ = write!(marks, " {} proposed", sketch.n_proposed);
        }
        let _ = writeln!(
            text,
            "{}  {day:10} {people:>11}  {:10} {}{marks}",
            id.get(..8).unwrap_or(""),
            sketch.places,
            sketch.name
        );
    }
    print(&text)?;
    Ok(Done::Whole)
}

pub(crate) fn stats(
    cli: &Cli,
    register: &mut Register,
    query: &Query,
    beside: &[PathBuf],
) -> Result<Done, Failure> {
    let all = register.statistics(query).map_err(failure)?;
    let others = match beside {
        [] => None,
        files => Some(Beside::of(register, files)?),
    };
    if cli.json {
        let mut all = serde_json::to_value(&*all).map_err(std::io::Error::from)?;
        if let Some(others) = &others {
            all["beside"] =
                serde_json::to_value(&*others.statistics).map_err(std::io::Error::from)?;
        }
        print(&format!("{all}\n"))?;
        return Ok(Done::Whole);
    }
    let mut text = format!(
        "{} incidents; {} people in the {} that give a number; {} disputed, {} wait for a person\n",
        number(all.n_incidents),
        number(all.n_people),
        number(all.n_with_people),
        number(all.n_disputed),
        number(all.n_waiting)
    );
    let mut part = |title: &str, rows: Vec<(String, u64)>| {
        if rows.is_empty() {
            return;
        }
        let _ = writeln!(text, "\n  {title}");
        let most = rows.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1);
        for (name, n) in rows.iter().take(20) {
            let bar = "█".repeat((n * 30 / most) as usize);
            let _ = writeln!(text, "    {name:28} {:>9}  {bar}", number(*n));
        }
    };
    let sorted = |map: &std::collections::BTreeMap<String, u64>| {
        let mut rows: Vec<(String, u64)> = map.iter().map(|(name, n)| (name.clone(), *n)).collect();
        rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        rows
    };
    part(
        "Years",
        all.years
            .iter()
            .map(|(year, n)| (year.to_string(), *n))
            .collect(),
    );
    part("Places", sorted(&all.places));
    part("Kinds", sorted(&all.causes));
    part("Actions", sorted(&all.actions));
    part("Actors", sorted(&all.actors));
    part(
        "Elements",
        all.elements
            .iter()
            .map(|(name, n)| ((*name).to_owned(), *n))
            .collect(),
    );
    intervals(&mut text, "Days between", &all);
    if let Some(others) = &others {
        let n = number(others.statistics.n_incidents);
        let title = format!("The same in {n} {}", others.name);
        intervals(&mut text, &title, &others.statistics);
        if others.statistics.intervals.is_empty() {
            let _ = writeln!(
                text,
                "\n  {title}\n    none of them gives two days, so there is nothing to compare with"
            );
        }
    }
    print(&text)?;
    Ok(Done::Whole)
}

fn intervals(text: &mut String, title: &str, all: &Statistics) {
    if all.intervals.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n  {title}\n    {:28} {:>6} {:>8} {:>8} {:>8}",
        "", "n", "10 %", "median", "90 %"
    );
    for (name, _, _) in &INTERVALS {
        let Some(days) = all.intervals.get(name) else {
            continue;
        };
        let at = |percent| value_at(days, percent).unwrap_or(0);
        let _ = writeln!(
            text,
            "    {name:28} {:>6} {:>8} {:>8} {:>8}",
            days.len(),
            at(10),
            at(50),
            at(90)
        );
    }
}
