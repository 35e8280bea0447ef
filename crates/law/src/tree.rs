//! Why a duty is owed, or is not: a rule, an incident and a person -> a tree of questions, each answered yes, no or open.
//!
//! It asks the same functions as the assessment, part by part, so that a yes
//! here is an obligation there; a property test holds the two together. Duties
//! that are not owed have a tree as well: silence is never the answer.

use jiff::civil::Date;
use whose_model::{Jurisdiction, Residence};

use crate::assess::Assessment;
use crate::conditions;
use crate::harm::Whom;
use crate::library::Duty;
use crate::person::{PersonFacts, PersonStanding};
use crate::scope::{self, Finding, Level, Ruling};
use crate::source::Force;

/// The answer at one point of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// A fact is missing.
    Open,
}

impl Answer {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Open => "open",
        }
    }
}

/// One question of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What is asked, as a statement that is true, false or open.
    pub says: String,
    /// The answer.
    pub answer: Answer,
    /// Why.
    pub because: Vec<String>,
    /// What must be answered to close it.
    pub questions: Vec<String>,
    /// What it rests on, in the order in which it is asked.
    pub parts: Vec<Node>,
}

impl Node {
    fn of(says: impl Into<String>, finding: Finding) -> Self {
        Self {
            says: says.into(),
            answer: match finding.ruling {
                Ruling::Holds => Answer::Yes,
                Ruling::Asks => Answer::Open,
                Ruling::Fails => Answer::No,
            },
            because: finding.because,
            questions: finding.questions,
            parts: Vec::new(),
        }
    }

    /// A no among the parts is a no, an open one leaves it open.
    fn all(says: String, parts: Vec<Self>) -> Self {
        let has = |answer| parts.iter().any(|part| part.answer == answer);
        Self {
            says,
            answer: if has(Answer::No) {
                Answer::No
            } else if has(Answer::Open) {
                Answer::Open
            } else {
                Answer::Yes
            },
            because: Vec::new(),
            questions: Vec::new(),
            parts,
        }
    }

    /// The tree as lines of text.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        self.write(0, &mut lines);
        lines
    }

    fn write(&self, depth: usize, lines: &mut Vec<String>) {
        let indent = "  ".repeat(depth);
        lines.push(format!("{indent}{}: {}", self.answer.word(), self.says));
        for question in &self.questions {
            lines.push(format!("{indent}  ? {question}"));
        }
        for reason in &self.because {
            lines.push(format!("{indent}  - {reason}"));
        }
        for part in &self.parts {
            part.write(depth + 1, lines);
        }
    }
}

impl Assessment<'_> {
    /// Why each duty towards an individual is owed to this person or is not, rule by rule.
    pub fn why(&self, person: &PersonFacts<'_>) -> Vec<Node> {
        let standing = PersonStanding::of(self.library, person);
        let whom = Whom {
            elements: person.elements,
            home: person.residence.map(|home| &home.jurisdiction),
        };
        self.library
            .rule_ids()
            .into_iter()
            .filter(|id| {
                self.library
                    .duties
                    .iter()
                    .any(|duty| &duty.file.id == id && duty.file.then.notify == "individual")
            })
            .map(|id| self.tree(id, person.residence, standing, Some(whom), Level::Person))
            .collect()
    }

    /// Why a duty about the incident is owed or not, taken for somebody whose health information it is and who lives there.
    pub fn why_incident(&self, home: Option<&Jurisdiction>) -> Vec<Node> {
        let residence = home.map(|jurisdiction| Residence {
            jurisdiction: jurisdiction.clone(),
            basis: whose_model::ResidenceBasis::Address,
        });
        self.library
            .rule_ids()
            .into_iter()
            .filter(|id| {
                self.library
                    .duties
                    .iter()
                    .any(|duty| &duty.file.id == id && duty.file.then.notify != "individual")
            })
            .map(|id| {
                self.tree(
                    id,
                    residence.as_ref(),
                    PersonStanding::HealthInformation,
                    None,
                    Level::Incident,
                )
            })
            .collect()
    }

    fn tree(
        &self,
        id: &str,
        residence: Option<&Residence>,
        standing: PersonStanding,
        whom: Option<Whom<'_>>,
        level: Level,
    ) -> Node {
        let day = self.facts.as_of;
        let Some(duty) = self.library.version(id, day) else {
            return not_in_force(
                self.library.duties.iter().filter(|duty| duty.file.id == id),
                id,
                day,
            );
        };
        let regime = self.library.regime_of(duty);
        let what = match duty.file.force {
            Force::Duty => "is a duty",
            Force::Expected => "is expected by the regulator",
        };
        let says = format!("{id} {what} ({})", duty.file.citation);
        let mut parts = Vec::new();
        let mut force = Finding::new();
        force.because.push(match duty.file.in_force.to {
            Some(to) => format!("in force from {} to {to}", duty.file.in_force.from),
            None => format!("in force from {}", duty.file.in_force.from),
        });
        if !regime.in_force.covers(day) {
            force.fails();
        }
        parts.push(Node::of(format!("it is the law on {day}"), force));
        let binds = scope::binds(regime, self.facts);
        let bound = binds.ruling != Ruling::Fails;
        parts.push(Node::of(
            format!("{} binds the custodian", regime.name.en),
            binds,
        ));
        if bound {
            let ask = |id: &str| conditions::question(self.library, id);
            let covers = scope::covers(regime, self.facts, residence, standing, level, &ask);
            parts.push(Node::of("it covers this person", covers));
            for (says, finding) in conditions::parts(self.library, duty, self.facts) {
                parts.push(Node::of(says, finding));
            }
            if let Some(harm) = &duty.file.when.harm {
                let finding = conditions::harm_of(self.library, duty, self.facts.incident, whom);
                parts.push(Node::of(
                    format!("its harm test is met: {}", harm.test),
                    finding,
                ));
            }
        }
        Node::all(says, parts)
    }
}

/// The node of a duty that is not the law on a day.
fn not_in_force<'a>(versions: impl Iterator<Item = &'a Duty>, id: &str, day: Date) -> Node {
    let mut finding = Finding::new();
    finding.fails();
    for duty in versions {
        finding.because.push(format!(
            "in force from {}{}",
            duty.file.in_force.from,
            duty.file
                .in_force
                .to
                .map_or_else(String::new, |to| format!(" to {to}"))
        ));
    }
    Node::all(
        format!("{id} is a duty"),
        vec![Node::of(format!("it is the law on {day}"), finding)],
    )
}
