//! `whose law assess`: an incident file -> who is told by when, what is open, how long it took; without a case.
//!
//! For the first hour, for a table exercise, and to print again what was known
//! on a day. People are numbers by place here; a case counts them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;
use whose_engine::View;
use whose_law::{
    Assessment, History, Library, Severity, Story, Timeline, residence_in, some_patient,
};
use whose_model::{DataElement, Incident, Jurisdiction, PersonId};

use crate::args::Cli;
use crate::front::{Done, Failure, print, say};

/// What was asked on the command line.
pub(crate) struct Asked<'a> {
    pub incident: &'a PathBuf,
    pub as_of: Option<Date>,
    pub people: &'a [String],
    pub elements: &'a [String],
    pub why: bool,
    pub ics: Option<&'a Path>,
}

pub(crate) fn run(cli: &Cli, library: &Library, asked: &Asked<'_>) -> Result<Done, Failure> {
    let as_of = asked.as_of.unwrap_or_else(super::today);
    let incident = incident_of(asked.incident, as_of)?;
    check(library, &incident)?;
    let people = places(asked.people, &incident)?;
    let elements = elements(asked.elements)?;
    let now = moment(&incident, asked.as_of);
    let story = Story::of(library, incident, &people, &elements, as_of, now);
    write_calendar(&story.timeline, &story.incident.name, now, asked.ics)?;
    if cli.json {
        let by_place: BTreeMap<&str, _> = story
            .by_place
            .iter()
            .map(|(place, _, towards)| {
                (
                    place.as_ref().map_or("unknown", Jurisdiction::code),
                    towards,
                )
            })
            .collect();
        print(&format!(
            "{}\n",
            json!({
                "as_of": as_of.to_string(),
                "by_place": by_place,
                "incident": story.obligations,
                "parties": story.parties.iter().map(|one| json!({
                    "name": one.name, "role": one.role, "because": one.because, "obligations": one.obligations,
                })).collect::<Vec<_>>(),
            })
        ))?;
    } else {
        print(&story.page(library, 2))?;
        if asked.why {
            print(&why(library, &story, &elements))?;
        }
    }
    Ok(Done::Whole)
}

/// The incident as it was known on a day.
fn incident_of(file: &Path, as_of: Date) -> Result<Incident, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            format!("{}: {}", file.display(), error.kind()),
            "give the path of an incident file; docs/reference/incident.md shows one",
        )
    })?;
    let broken = |error: whose_law::LawError| {
        Failure::new(
            error.to_string(),
            "docs/reference/incident.md lists every field",
        )
    };
    let history = History::parse(&text).map_err(broken)?;
    history.as_of(as_of).map_err(broken)
}

/// Now, or the end of the day that was asked for, where the incident is.
fn moment(incident: &Incident, as_of: Option<Date>) -> Timestamp {
    as_of
        .and_then(|day| {
            let zone = TimeZone::get(&incident.time_zone).ok()?;
            let end = day.at(23, 59, 59, 0).to_zoned(zone).ok()?;
            Some(end.timestamp())
        })
        .unwrap_or_else(super::now)
}

fn write_calendar(
    timeline: &Timeline,
    name: &str,
    now: Timestamp,
    place: Option<&Path>,
) -> Result<(), Failure> {
    if let Some(place) = place {
        std::fs::write(place, timeline.icalendar(name, now))?;
        say(&format!("  calendar written to {}", place.display()));
    }
    Ok(())
}

/// `whose law timeline`: of a case with its own people, or of an incident file alone.
pub(crate) fn timeline(
    cli: &Cli,
    library: &Library,
    what: &Path,
    asked: Option<Date>,
    people: &[String],
    ics: Option<&Path>,
) -> Result<Done, Failure> {
    let as_of = asked.unwrap_or_else(super::today);
    let (timeline, name, now) = if what.is_dir() {
        let case = crate::secrets::open(what, &cli.secrets)?;
        let view = View::new(&case);
        let incident = view.incident_as_of(as_of)?.ok_or_else(|| {
            Failure::new(
                "this case has no incident yet",
                "run `whose run` again with `--incident FILE`",
            )
        })?;
        let mut obligations = Vec::new();
        // One of each is enough: people are alike here but for the day on which theirs ends.
        let mut seen = std::collections::BTreeSet::new();
        view.obligations(|one| {
            let of = (
                one.regime.clone(),
                one.duty.clone(),
                one.status.id(),
                one.due,
            );
            if seen.insert(of) {
                obligations.push(one);
            }
        })?;
        let now = moment(&incident, asked);
        let timeline = whose_law::timeline(library, &incident, &obligations, as_of, now);
        (timeline, incident.name, now)
    } else {
        let incident = incident_of(what, as_of)?;
        check(library, &incident)?;
        let people = places(people, &incident)?;
        let now = moment(&incident, asked);
        let story = Story::of(library, incident, &people, &elements(&[])?, as_of, now);
        (story.timeline, story.incident.name, now)
    };
    write_calendar(&timeline, &name, now, ics)?;
    print(&timeline.page(library, 2, as_of))?;
    Ok(Done::Whole)
}

fn check(library: &Library, incident: &Incident) -> Result<(), Failure> {
    let mut problems = whose_law::check_incident(incident);
    problems.extend(whose_law::check_incident_against(library, incident));
    for problem in &problems {
        say(&format!("  {problem}. {}", problem.next));
    }
    if problems.iter().any(|one| one.severity == Severity::Error) {
        return Err(Failure::new(
            "the incident file has errors",
            "mend the fields named above",
        ));
    }
    Ok(())
}

/// `ca-sk=7293` each; one person in each of the custodian's places when nobody is named.
fn places(
    written: &[String],
    incident: &Incident,
) -> Result<Vec<(Option<Jurisdiction>, u64)>, Failure> {
    if written.is_empty() {
        let places = incident.custodian.operates_in.iter();
        return Ok(places.map(|place| (Some(place.clone()), 1)).collect());
    }
    written
        .iter()
        .map(|one| {
            let (code, n) = one.split_once('=').unwrap_or((one.as_str(), "1"));
            let n: u64 = n.replace([',', ' '], "").parse().map_err(|_| {
                Failure::usage(
                    format!("`{one}` has no number of people"),
                    "write a place and a number, as `ca-sk=7293`",
                )
            })?;
            if n > 50_000_000 {
                return Err(Failure::usage(
                    format!("`{one}` is more than fifty million people"),
                    "check the number",
                ));
            }
            let place = (code != "unknown").then(|| Jurisdiction::from_code(code));
            Ok((place, n))
        })
        .collect()
}

fn elements(written: &[String]) -> Result<Vec<DataElement>, Failure> {
    if written.is_empty() {
        return Ok(vec![
            DataElement::Name,
            DataElement::BirthDate,
            DataElement::HealthNumber,
            DataElement::Diagnosis,
        ]);
    }
    written
        .iter()
        .map(|id| {
            DataElement::from_id(id.trim()).ok_or_else(|| {
                Failure::usage(
                    format!("there is no data element `{id}`"),
                    "write ids as `name,birth-date,diagnosis`",
                )
            })
        })
        .collect()
}

/// Why each duty towards somebody in each place is owed or not.
fn why(library: &Library, story: &Story, elements: &[DataElement]) -> String {
    let assessment = Assessment::new(library, &story.incident, story.as_of);
    let id = PersonId("P-0000000000AA".to_owned());
    let mut out = String::new();
    for (place, _, _) in &story.by_place {
        let residence = residence_in(place.as_ref());
        let person = some_patient(&id, residence.as_ref(), elements);
        let code = place
            .as_ref()
            .map_or("a place not known", Jurisdiction::code);
        out.push_str(&format!("\n## Why, for a patient in {code}\n\n"));
        for tree in assessment.why(&person) {
            for line in tree.lines() {
                out.push_str(&line);
                out.push('\n');
            }
        }
    }
    out
}
