//! What a person types of a small incident in, its facts out: a command line and a page ask the same.

use jiff::Timestamp;
use jiff::civil::Date;
use whose_model::{DataElement, IncidentKind, Language};

use crate::{
    AsOf, Attribute, Bound, Entry, Event, Fact, IncidentId, Record, Register, RegisterError,
    Source, SourceId, SourceKind, Value, When,
};

/// What was typed; what is empty is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// A short name.
    pub name: String,
    /// The organisation whose data it was.
    pub victim: String,
    /// Where, as `ca-on`.
    pub place: String,
    /// The kind, by its id.
    pub cause: String,
    /// What happened.
    pub what: String,
    /// When it began.
    pub began: String,
    /// When it was discovered.
    pub discovered: String,
    /// How many people, as people write numbers.
    pub people: String,
    /// What of theirs, by the elements' ids.
    pub elements: Vec<String>,
    /// Whether it reaches the risk that the law asks for: `yes` or `no`.
    pub risk: String,
    /// Why.
    pub why: String,
    /// When the regulator was told.
    pub regulator_told: String,
    /// When the people were told.
    pub people_told: String,
    /// What was done about it.
    pub done: String,
}

/// A field that holds what it cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistyped {
    /// Its name, as `Typed` has it.
    pub field: &'static str,
    /// What stands in it.
    pub value: String,
}

/// A number as people type it: `7,293`, `7 293`.
pub fn number_typed(text: &str) -> Option<u64> {
    text.replace([',', ' ', '\u{a0}', '\u{202f}'], "")
        .parse()
        .ok()
}

impl Typed {
    /// Its facts, of no source yet.
    ///
    /// # Errors
    /// The first field that cannot be what it says.
    pub fn facts(&self) -> Result<Vec<Fact>, Mistyped> {
        let mut facts = Vec::new();
        let mut push = |attribute, value, scope: &str| {
            facts.push(Fact::new(attribute, value, SourceId(0)).scoped(scope))
        };
        let wrong = |field, value: &str| Mistyped {
            field,
            value: value.to_owned(),
        };
        let text = |text: &str| Value::Text(text.to_owned());
        let term = |text: &str| Value::Term(text.to_owned());
        if !self.victim.is_empty() {
            push(Attribute::Victim, text(&self.victim), "");
        }
        if !self.place.is_empty() {
            push(Attribute::Place, term(&self.place.to_lowercase()), "");
        }
        if !self.cause.is_empty() {
            IncidentKind::from_id(&self.cause).ok_or_else(|| wrong("cause", &self.cause))?;
            push(Attribute::Cause, term(&self.cause), "");
        }
        if !self.what.is_empty() {
            push(Attribute::Summary, text(&self.what), "");
        }
        for (attribute, field, day) in [
            (Attribute::Began, "began", &self.began),
            (Attribute::Discovered, "discovered", &self.discovered),
            (
                Attribute::RegulatorTold,
                "regulator_told",
                &self.regulator_told,
            ),
            (Attribute::PeopleTold, "people_told", &self.people_told),
        ] {
            if !day.is_empty() {
                let when: When = day.parse().map_err(|_| wrong(field, day))?;
                push(attribute, Value::When(when), "");
            }
        }
        if !self.people.is_empty() {
            let n = number_typed(&self.people).ok_or_else(|| wrong("people", &self.people))?;
            let bound = Bound::Exactly;
            push(Attribute::People, Value::Count { n, bound }, "");
        }
        for element in &self.elements {
            let element = element.trim();
            DataElement::from_id(element).ok_or_else(|| wrong("elements", element))?;
            push(Attribute::Element, term(element), element);
        }
        match self.risk.as_str() {
            "" => {}
            risk @ ("yes" | "no") => push(Attribute::Risk, term(risk), ""),
            other => return Err(wrong("risk", other)),
        }
        if !self.why.is_empty() {
            push(Attribute::Note, text(&self.why), "risk");
        }
        if !self.done.is_empty() {
            push(Attribute::Response, text(&self.done), "measures");
        }
        Ok(facts)
    }

    /// A name for the incident.
    pub fn name(&self) -> String {
        [&self.name, &self.victim, &self.what]
            .into_iter()
            .find(|one| !one.is_empty())
            .map_or_else(
                || "incident".to_owned(),
                |one| one.chars().take(60).collect(),
            )
    }
}

/// Who types, and when.
#[derive(Clone, Copy, Debug)]
pub struct Typist<'t> {
    /// Who.
    pub by: &'t str,
    /// Now.
    pub at: Timestamp,
    /// Today, where they are.
    pub today: Date,
}

impl Register {
    /// Writes down what a person typed, as a source of its own: of a new incident, or of one that is there.
    ///
    /// # Errors
    /// When the register cannot be read or written.
    pub fn type_in(
        &mut self,
        name: &str,
        mut facts: Vec<Fact>,
        into: Option<IncidentId>,
        typist: Typist<'_>,
    ) -> Result<IncidentId, RegisterError> {
        let id = into.unwrap_or_else(|| IncidentId::of(&format!("typed {}", typist.at)));
        let entries = self.entries(id)?;
        let record = Record::fold(id, &entries, AsOf::default());
        for fact in &mut facts {
            fact.source = SourceId(record.sources.len() as u32);
        }
        let mut events = Vec::new();
        if entries.is_empty() {
            events.push(Event::Opened {
                name: name.to_owned(),
            });
        }
        events.push(Event::Sourced(Source {
            kind: SourceKind::Person,
            title: format!("typed by {}", typist.by),
            publisher: String::new(),
            published: Some(When::day(typist.today)),
            language: Language::En,
            digest: String::new(),
            is_corrected: false,
        }));
        events.push(Event::Stated(facts));
        let entry = |event| Entry {
            at: typist.at,
            by: typist.by.to_owned(),
            event,
        };
        self.append(id, events.into_iter().map(entry).collect())?;
        Ok(id)
    }
}

#[test]
fn what_is_typed_becomes_facts_and_what_cannot_be_is_named() {
    let typed = Typed {
        victim: "Northfield Dental".into(),
        place: "CA-ON".into(),
        people: "1,204".into(),
        discovered: "2026-02".into(),
        elements: vec!["name".into(), " diagnosis".into()],
        risk: "no".into(),
        ..Typed::default()
    };
    let facts = typed.facts().unwrap();
    let values: Vec<String> = facts.iter().map(|fact| fact.value.to_string()).collect();
    assert_eq!(
        values,
        [
            "Northfield Dental",
            "ca-on",
            "2026-02",
            "1204",
            "name",
            "diagnosis",
            "no"
        ]
    );
    assert_eq!(typed.name(), "Northfield Dental");
    let wrong = |change: fn(&mut Typed)| {
        let mut typed = typed.clone();
        change(&mut typed);
        typed.facts().unwrap_err().field
    };
    assert_eq!(wrong(|one| one.people = "many".into()), "people");
    assert_eq!(wrong(|one| one.people_told = "soon".into()), "people_told");
    assert_eq!(wrong(|one| one.cause = "bad luck".into()), "cause");
    assert_eq!(wrong(|one| one.risk = "perhaps".into()), "risk");
    assert_eq!(
        wrong(|one| one.elements.push("shoe-size".into())),
        "elements"
    );
}
