//! `whose law explain`: a rule and a day -> everything a reader needs to judge it.

use jiff::civil::Date;
use whose_model::{Certainty, ClockStart};

use crate::letter::ContentElement;
use crate::library::Library;
use crate::shared::SourceFile;
use crate::source::{
    Bilingual, Example, Expect, FactorFile, Force, InForce, LawStanding, Penalty, Register, Unit,
    Verified,
};

/// A rule, laid open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// `ca-on-phipa.notify-individual`.
    pub id: String,
    /// File below `law/`.
    pub file: String,
    /// The law's name.
    pub regime: Bilingual,
    /// Section.
    pub citation: String,
    /// The duty in a sentence.
    pub summary: Bilingual,
    /// Law, or what the regulator expects.
    pub force: Force,
    /// Days in force of this version.
    pub in_force: InForce,
    /// Who was bound: ids of custodian kinds.
    pub binds: Vec<String>,
    /// The conditions, one by one.
    pub conditions: Vec<String>,
    /// Whom to tell.
    pub addressee: String,
    /// The event the clock counts from.
    pub clock_start: ClockStart,
    /// The clock in words.
    pub clock: Bilingual,
    /// Which source was read.
    pub verified: Verified,
    /// The same for who is bound and what displaces the regime.
    pub regime_verified: Verified,
    /// How sure we are on the whole.
    pub certainty: Certainty,
    /// Who signed it; empty means that no lawyer has.
    pub signed: String,
    /// What a failure may cost.
    pub penalties: Vec<Penalty>,
    /// What is written down and how long it is kept, for a duty to keep a register.
    pub register: Option<Register>,
    /// The factors of its harm test, as its own law and those that it follows give them.
    pub factors: Vec<FactorFile>,
    /// What stops or puts off the clock.
    pub pauses: Vec<Bilingual>,
    /// The time zone in which its days end; the custodian's when empty.
    pub time_zone: String,
    /// Whether its law is in force, enacted, a policy or guidance.
    pub standing: LawStanding,
    /// What the letter must say, what it should say, and how it is delivered.
    pub notice: Option<NoticeInWords>,
    /// The sources that the rule names.
    pub sources: Vec<(String, SourceFile)>,
    /// What else to know, of the rule and of its regime.
    pub notes: Vec<String>,
    /// Examples and counterexamples.
    pub examples: Vec<ExplainedExample>,
}

/// What a letter must have, in the ids of its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeInWords {
    /// Section.
    pub citation: String,
    /// Parts that the law requires.
    pub required: Vec<ContentElement>,
    /// Parts that guidance or practice adds.
    pub guidance: Vec<ContentElement>,
    /// How it is delivered.
    pub direct: Bilingual,
    /// When notice is public instead.
    pub indirect: Vec<Bilingual>,
    /// Rules on language.
    pub language: Bilingual,
}

/// An example of a rule, with what it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedExample {
    /// The case in a sentence.
    pub text: String,
    /// The day it is judged on.
    pub on: Date,
    /// What follows: `applies`, `ask`, `expected`, `on-hold`, `does-not-apply`.
    pub gives: &'static str,
    /// Who decided it so; empty for a case of our own.
    pub source: String,
}

impl ExplainedExample {
    fn new(example: &Example, expect: Expect) -> Self {
        Self {
            text: example.text.clone(),
            on: example.on,
            gives: match expect {
                Expect::Applies => "applies",
                Expect::Ask => "ask",
                Expect::Expected => "expected",
                Expect::OnHold => "on-hold",
                Expect::DoesNotApply => "does-not-apply",
            },
            source: example.source.clone(),
        }
    }
}

impl Library {
    /// The version of a rule in force on a day; `None` when there is none.
    pub fn explain(&self, rule_id: &str, as_of: Date) -> Option<Explanation> {
        let duty = self.version(rule_id, as_of)?;
        let (file, regime) = (&duty.file, self.regime_of(duty));
        let binds = if file.when.custodian.is_empty() {
            &regime.bound
        } else {
            &file.when.custodian
        };
        Some(Explanation {
            id: file.id.clone(),
            file: duty.path.clone(),
            regime: regime.name.clone(),
            citation: file.citation.clone(),
            summary: file.summary.clone(),
            force: file.force,
            in_force: file.in_force.clone(),
            binds: binds.iter().map(|kind| kind.id().to_owned()).collect(),
            conditions: self.conditions(duty),
            addressee: file.then.notify.clone(),
            clock_start: file.then.clock.from,
            clock: self.clock_in_words(duty),
            verified: file.verified.clone(),
            regime_verified: regime.verified.clone(),
            register: file.register.clone(),
            factors: file
                .when
                .harm
                .iter()
                .flat_map(|harm| {
                    regime
                        .factor
                        .iter()
                        .filter(|factor| factor.test == harm.test)
                })
                .cloned()
                .collect(),
            pauses: file
                .then
                .clock
                .pause
                .iter()
                .filter_map(|id| self.pauses.get(id).cloned())
                .collect(),
            time_zone: regime.time_zone.clone(),
            standing: regime.standing,
            notice: file.notice.as_ref().map(|notice| NoticeInWords {
                citation: notice.citation.clone(),
                required: notice.required.clone(),
                guidance: notice.guidance.clone(),
                direct: notice.direct.clone(),
                indirect: notice.indirect.iter().map(|one| one.text.clone()).collect(),
                language: notice.language.clone(),
            }),
            sources: crate::cite::ids(&file.verified.source)
                .into_iter()
                .filter_map(|id| Some((id.to_owned(), self.source(id)?.clone())))
                .collect(),
            certainty: duty.certainty(),
            signed: file.signed.clone(),
            penalties: regime.penalty.clone(),
            notes: file.notes.iter().chain(&regime.notes).cloned().collect(),
            examples: file
                .examples
                .iter()
                .map(|one| ExplainedExample::new(one, one.expect))
                .chain(
                    file.counterexamples
                        .iter()
                        .map(|one| ExplainedExample::new(one, Expect::DoesNotApply)),
                )
                .collect(),
        })
    }

    fn conditions(&self, duty: &crate::library::Duty) -> Vec<String> {
        let when = &duty.file.when;
        let regime = self.regime_of(duty);
        let mut conditions = vec![format!("the custodian works in {}", regime.jurisdiction)];
        if !when.kinds.is_empty() {
            let ids: Vec<&str> = when.kinds.iter().map(|kind| kind.id()).collect();
            conditions.push(format!("the incident is one of: {}", ids.join(", ")));
        }
        if let Some(harm) = &when.harm {
            conditions.push(if harm.presumed {
                format!("not {} (a breach is presumed)", harm.test)
            } else {
                format!("{}: yes", harm.test)
            });
        }
        for id in when.requires.iter().chain(&when.requires_stated) {
            conditions.push(format!("{id}: yes"));
        }
        for id in &when.requires_no {
            conditions.push(format!("{id}: no"));
        }
        for id in &when.unless {
            conditions.push(format!("not {id}"));
        }
        for one in &when.circumstances {
            conditions.push(format!("or, circumstance {}: {}", one.id, one.text));
        }
        if let Some(count) = &when.count {
            let place = if count.each_place {
                " in one place"
            } else {
                ""
            };
            if let Some(min) = count.min {
                conditions.push(format!("at least {min} people{place}"));
            }
            if let Some(max) = count.max {
                conditions.push(format!("at most {max} people{place}"));
            }
        }
        for displaced in &regime.displaced {
            conditions.push(format!(
                "displaced in {} by {} ({}) from {}",
                displaced.within.join(", "),
                displaced.by,
                displaced.citation,
                displaced.from
            ));
        }
        conditions
    }

    fn clock_in_words(&self, duty: &crate::library::Duty) -> Bilingual {
        let clock = &duty.file.then.clock;
        let mut text = clock
            .words
            .as_ref()
            .and_then(|id| self.words.get(id))
            .map(|words| Bilingual {
                en: words.en.clone(),
                fr: words.fr.clone(),
            })
            .unwrap_or_default();
        let mut add = |en: String, fr: String| {
            for (text, more) in [(&mut text.en, en), (&mut text.fr, fr)] {
                if !text.is_empty() {
                    text.push_str(", ");
                }
                text.push_str(&more);
            }
        };
        if let Some(max) = clock.max {
            add(
                format!("at most {max} {}", unit(clock.unit, false)),
                format!("au plus {max} {}", unit(clock.unit, true)),
            );
        }
        if let Some(day) = &clock.day {
            add(
                format!("on or before {day} of the next year"),
                format!("au plus tard le {day} de l'année suivante"),
            );
        }
        text
    }
}

fn unit(unit: Option<Unit>, french: bool) -> &'static str {
    match (unit, french) {
        (Some(Unit::Hours), false) => "hours",
        (Some(Unit::Hours), true) => "heures",
        (Some(Unit::BusinessDays), false) => "business days",
        (Some(Unit::BusinessDays), true) => "jours ouvrables",
        (_, false) => "calendar days",
        (_, true) => "jours civils",
    }
}
