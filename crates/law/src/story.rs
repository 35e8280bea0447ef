//! An incident as it was known on a day -> a page: what happened when, who is told by when, how long it took, who else answers.
//!
//! People are numbers by place here; the page serves before anybody has been
//! counted (a table exercise, the first hour) and for cases of others. With a
//! case of one's own the same questions are answered person by person.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use whose_model::{
    DataElement, Incident, Jurisdiction, Obligation, ObligationStatus, PersonId, Residence,
    ResidenceBasis, Role,
};

use crate::assess::Assessment;
use crate::library::Library;
use crate::party::{PartyDuties, assess_parties};
use crate::person::PersonFacts;
use crate::tally::Tally;
use crate::timeline::{ClockState, Deadline, Delay, Event, Timeline, timeline};

/// How many people live where; `None` for a place that is not known.
pub type People = [(Option<Jurisdiction>, u64)];

/// What follows from an incident for so many people, as of a day.
#[derive(Debug)]
pub struct Story {
    /// The facts of the day.
    pub incident: Incident,
    /// The day whose law and facts these are.
    pub as_of: Date,
    /// Duties towards somebody in each place, then those about the incident.
    pub by_place: Vec<(Option<Jurisdiction>, u64, Vec<Obligation>)>,
    /// Duties about the incident.
    pub obligations: Vec<Obligation>,
    /// What the other organisations of the incident owe.
    pub parties: Vec<PartyDuties>,
    /// The clocks.
    pub timeline: Timeline,
}

/// Living in a place, by an address there.
pub fn residence_in(place: Option<&Jurisdiction>) -> Option<Residence> {
    place.map(|place| Residence {
        jurisdiction: place.clone(),
        basis: ResidenceBasis::Address,
    })
}

/// A patient of whom nothing is known but where they live and what was exposed: of age, alive.
pub fn some_patient<'a>(
    id: &'a PersonId,
    residence: Option<&'a Residence>,
    elements: &'a [DataElement],
) -> PersonFacts<'a> {
    PersonFacts {
        id,
        residence,
        elements,
        is_minor: false,
        is_deceased: false,
        role: Role::Patient,
    }
}

impl Story {
    /// Assesses so many patients in each place, all with these elements.
    pub fn of(
        library: &Library,
        incident: Incident,
        people: &People,
        elements: &[DataElement],
        as_of: Date,
        now: Timestamp,
    ) -> Self {
        let assessment = Assessment::new(library, &incident, as_of);
        let mut tally = Tally::default();
        let mut by_place = Vec::new();
        let id = PersonId("P-STORY0000000".to_owned());
        for (place, n) in people {
            let residence = residence_in(place.as_ref());
            let person = some_patient(&id, residence.as_ref(), elements);
            let mut obligations = assessment.person(&person);
            // Whatever is asked of the number, a thousand alike are a thousand times the same.
            for _ in 0..*n {
                assessment.add(&mut tally, &person, &obligations);
            }
            for one in &mut obligations {
                one.person_id = None;
            }
            by_place.push((place.clone(), *n, obligations));
        }
        let mut parties = assess_parties(library, &incident, &tally, as_of);
        let own = parties.remove(0);
        // What a provider owes to the custodian is on the custodian's page, too: somebody must watch it.
        let mut obligations = own.obligations;
        obligations.extend(
            assessment
                .incident(&tally)
                .into_iter()
                .filter(|one| one.addressee == "custodian"),
        );
        let all: Vec<Obligation> = by_place
            .iter()
            .flat_map(|(_, _, towards)| towards.clone())
            .chain(obligations.iter().cloned())
            .collect();
        let timeline = timeline(library, &incident, &all, as_of, now);
        Self {
            by_place,
            obligations,
            parties,
            timeline,
            as_of,
            incident,
        }
    }

    /// The page, as Markdown, with headings of this level.
    pub fn page(&self, library: &Library, level: usize) -> String {
        let mut out = self.timeline.events_page(library, level, self.as_of);
        out.push('\n');
        out.push_str(&self.timeline.deadlines_page(level, self.as_of));
        let heading = "#".repeat(level);
        let questions = self.questions();
        if !questions.is_empty() {
            let _ = writeln!(out, "\n{heading} What must be answered\n");
            for (question, rules) in questions {
                let _ = writeln!(out, "- {question} ({})", rules.join(", "));
            }
        }
        if !self.parties.is_empty() {
            let _ = writeln!(out, "\n{heading} Who else answers\n");
            for party in &self.parties {
                let _ = writeln!(out, "- {}", party_line(party));
            }
        }
        out.push('\n');
        out.push_str(&self.timeline.delays_page(library, level));
        out
    }

    /// What is open, with the rules that ask it.
    fn questions(&self) -> Vec<(String, Vec<String>)> {
        let mut questions: Vec<(String, Vec<String>)> = Vec::new();
        let towards = self.by_place.iter().flat_map(|(_, _, one)| one);
        for one in towards.chain(&self.obligations) {
            if one.status != ObligationStatus::Ask {
                continue;
            }
            let rule = format!("{}.{}", one.regime, one.duty);
            for question in one.because.iter().filter(|line| line.contains('?')) {
                match questions.iter_mut().find(|(known, _)| known == question) {
                    Some((_, rules)) if rules.contains(&rule) => {}
                    Some((_, rules)) => rules.push(rule.clone()),
                    None => questions.push((question.clone(), vec![rule.clone()])),
                }
            }
        }
        questions
    }
}

impl Timeline {
    /// What happened, who is told by when, and how long it took, as Markdown.
    pub fn page(&self, library: &Library, level: usize, as_of: Date) -> String {
        [
            self.events_page(library, level, as_of),
            self.deadlines_page(level, as_of),
            self.delays_page(library, level),
        ]
        .join("\n")
    }

    fn events_page(&self, library: &Library, level: usize, as_of: Date) -> String {
        let mut out = format!("{} What was known on {as_of}\n\n", "#".repeat(level));
        for event in &self.events {
            let _ = writeln!(out, "- {}", event_line(library, event));
        }
        out
    }

    fn deadlines_page(&self, level: usize, as_of: Date) -> String {
        let mut out = format!("{} Who is told, as of {as_of}\n\n", "#".repeat(level));
        let _ = writeln!(
            out,
            "| duty | tell | stands | counted from | last day | clock now | how sure |\n|---|---|---|---|---|---|---|"
        );
        for deadline in &self.deadlines {
            let _ = writeln!(out, "{}", deadline_row(deadline));
        }
        out
    }

    fn delays_page(&self, library: &Library, level: usize) -> String {
        let mut out = format!("{} How long it took\n\n", "#".repeat(level));
        let _ = writeln!(
            out,
            "| from | to | days | what stands beside it |\n|---|---|---|---|"
        );
        for delay in &self.delays {
            let _ = writeln!(out, "{}", delay_row(library, delay));
        }
        out
    }
}

/// The custodian's word for an event or an addressee.
fn whom(library: &Library, key: &str) -> String {
    match key {
        "individual" | "individuals" => "the people".to_owned(),
        "custodian" => "the custodian".to_owned(),
        "media" => "the media".to_owned(),
        "others" => "other organisations".to_owned(),
        "college" => "the college".to_owned(),
        "register" => "the register".to_owned(),
        "assessment" => "an assessment".to_owned(),
        "counsel" => "counsel".to_owned(),
        code => library
            .regulator(code)
            .map_or_else(|| code.to_owned(), |one| one.en.clone()),
    }
}

fn event_line(library: &Library, event: &Event) -> String {
    let what = match event.key.as_str() {
        "learned" => event.what.clone(),
        "began" => "unauthorized access began".to_owned(),
        "ended" => "unauthorized access ended".to_owned(),
        "suspected" => "first suspicion".to_owned(),
        "discovered" => "discovered".to_owned(),
        "contained" => "contained".to_owned(),
        "determined" => "determined that personal information was in it".to_owned(),
        key if library.regulator(key).is_some()
            || matches!(
                key,
                "individuals" | "custodian" | "media" | "others" | "college"
            ) =>
        {
            format!("told {}", whom(library, key))
        }
        key => key.replace('-', " "),
    };
    let at = event
        .at
        .map_or_else(String::new, |time| format!(" {}", time.strftime("%H:%M")));
    format!("{}{at}: {what}", event.on)
}

fn deadline_row(deadline: &Deadline) -> String {
    let last = match (deadline.last_day, deadline.words.0.as_str()) {
        (Some(day), "") => day.to_string(),
        (Some(day), words) => format!("{day} ({words})"),
        (None, "") => "a number of days, from an event that is not written down".to_owned(),
        (None, words) => words.to_owned(),
    };
    format!(
        "| {} | {} | {} | {} | {last} | {} | {} |",
        deadline.rule,
        deadline.addressee,
        deadline.status.id(),
        deadline.started.map_or_else(
            || deadline.starts.id().to_owned(),
            |day| format!("{}, {day}", deadline.starts.id())
        ),
        state_words(&deadline.state),
        deadline.certainty.id()
    )
}

fn state_words(state: &ClockState) -> String {
    let length = |hours: i64| {
        if hours.abs() < 96 {
            format!("{hours} hours")
        } else {
            format!("{} days", hours / 24)
        }
    };
    match state {
        ClockState::Done { on, spare: None } => format!("done on {on}"),
        ClockState::Done {
            on,
            spare: Some(spare),
        } if *spare >= 0 => format!("done on {on}, {spare} days early"),
        ClockState::Done {
            on,
            spare: Some(spare),
        } => format!("done on {on}, {} days late", -spare),
        ClockState::Running { hours_left } => format!("{} left", length(*hours_left)),
        ClockState::Overdue { hours } => format!("over for {}", length(*hours)),
        ClockState::Words {
            days_since: Some(days),
        } => format!("{days} days gone"),
        ClockState::Words { days_since: None } => "its event is not written down".to_owned(),
        ClockState::NotStarted => "has not begun".to_owned(),
        ClockState::OnHold { until: Some(day) } => format!("on hold until {day}"),
        ClockState::OnHold { until: None } => "on hold".to_owned(),
        ClockState::Open => "open".to_owned(),
    }
}

fn party_line(party: &PartyDuties) -> String {
    let role = party.role.map_or("custodian", |role| role.id());
    let mut rules: Vec<String> = party
        .obligations
        .iter()
        .map(|one| format!("{}.{} ({})", one.regime, one.duty, one.status.id()))
        .collect();
    rules.dedup();
    let owes = if rules.is_empty() {
        "no duty of its own follows".to_owned()
    } else {
        rules.join(", ")
    };
    format!(
        "{} ({role}): {}: {owes}",
        party.name,
        party.because.join("; ")
    )
}

fn delay_row(library: &Library, delay: &Delay) -> String {
    let until = match delay.to_on {
        Some(day) => format!("{} ({day})", whom(library, &delay.to)),
        None => format!("{}: not told yet", whom(library, &delay.to)),
    };
    format!(
        "| {} ({}) | {until} | {} | {} |",
        delay.from.id(),
        delay.from_on,
        delay.days,
        delay.says().join("; ")
    )
}
