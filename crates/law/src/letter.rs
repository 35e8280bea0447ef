//! Which parts a person's letter must have: obligations -> `LetterDuties`, part by part with the laws that ask for it.
//!
//! Several laws may ask for one letter; it then carries the union of their
//! parts, and each part says which law wants it. Wording is in `letters/`,
//! except the sentence on the right to complain, which is law.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use whose_model::{Certainty, Incident, Judgement, Obligation, ObligationStatus};

use crate::library::Library;
use crate::person::PersonFacts;
use crate::scope::judgement;
use crate::shared::Expectation;
use crate::source::{Bilingual, NoticeFile, RegimeFile};

/// A part of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContentElement {
    /// What happened.
    WhatHappened,
    /// The day or period.
    When,
    /// When the custodian learned of it.
    Discovered,
    /// What information, element by element, or why it is not known.
    Information,
    /// What harm may follow.
    Harm,
    /// What the custodian did to contain it and to reduce harm.
    WhatWeDid,
    /// What it does to prevent another.
    Prevention,
    /// What the person can do.
    WhatYouCanDo,
    /// Whom to call.
    Contact,
    /// The right to complain.
    Complaint,
    /// That the regulator was or will be told.
    RegulatorTold,
    /// An apology.
    Apology,
}

/// A part of a letter, and who wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which part.
    pub element: ContentElement,
    /// A law requires it; otherwise it is a regulator's guidance.
    pub required: bool,
    /// The sections that ask for it.
    pub by: Vec<String>,
    /// How sure we are.
    pub certainty: Certainty,
}

/// The right to complain, as one law gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The regulator's code.
    pub to: String,
    /// The sentence for the letter.
    pub text: Bilingual,
    /// The letter must state it.
    pub required: bool,
    /// The letter must say how to reach the regulator.
    pub contact_required: bool,
    /// Section.
    pub citation: String,
    /// How sure we are.
    pub certainty: Certainty,
}

/// Why the notice may or must be public instead of by letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indirect {
    /// The case, in both languages.
    pub text: Bilingual,
    /// Section.
    pub citation: String,
    /// The law says must.
    pub must: bool,
    /// The facts say that the case is given; otherwise it is one to think of.
    pub given: bool,
}

/// A regulator, and whether it has been told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Code.
    pub regulator: String,
    /// On which day; `None` when not yet.
    pub on: Option<Date>,
}

/// What one person's letter must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LetterDuties {
    /// The laws that call for the letter: names in both languages.
    pub laws: Vec<Bilingual>,
    /// Its parts, in the order of a letter.
    pub parts: Vec<Part>,
    /// Where the person may complain.
    pub complaints: Vec<Complaint>,
    /// How the letter may be delivered, law by law.
    pub direct: Vec<Bilingual>,
    /// When notice is public instead.
    pub indirect: Vec<Indirect>,
    /// Rules on language.
    pub language: Vec<Bilingual>,
    /// The regulators of these laws, for the part that says who was told.
    pub told: Vec<Told>,
    /// What regulators are likely to ask beyond the law: credit monitoring, timing.
    pub expectations: Vec<Expectation>,
    /// Where the notice stands: due before on hold before expected before ask.
    pub status: Option<ObligationStatus>,
    /// No lawyer has signed one of the rules: the letter says that it is a draft.
    pub draft: bool,
}

/// The parts of one person's letter, from the obligations towards them.
pub fn letter_requirements(
    library: &Library,
    incident: &Incident,
    person: &PersonFacts<'_>,
    obligations: &[Obligation],
    as_of: Date,
) -> LetterDuties {
    let mut letter = LetterDuties::default();
    for obligation in obligations
        .iter()
        .filter(|obligation| obligation.addressee == "individual")
    {
        let id = format!("{}.{}", obligation.regime, obligation.duty);
        let Some(duty) = library.version(&id, as_of) else {
            continue;
        };
        let regime = library.regime_of(duty);
        letter.laws.push(regime.name.clone());
        letter.draft |= duty.file.signed.is_empty();
        letter.status = Some(match letter.status {
            Some(status) if rank(status) <= rank(obligation.status) => status,
            _ => obligation.status,
        });
        for other in library.duties.iter().filter(|other| {
            other.regime == duty.regime
                && other.file.report.is_some()
                && other.file.in_force.covers(as_of)
                && library.regulators.contains_key(&other.file.then.notify)
        }) {
            let regulator = other.file.then.notify.clone();
            if !letter.told.iter().any(|told| told.regulator == regulator) {
                letter.told.push(Told {
                    on: incident.notified.get(&regulator).copied(),
                    regulator,
                });
            }
        }
        if let Some(notice) = &duty.file.notice {
            add_notice(&mut letter, notice, incident, duty.certainty());
        }
        letter.expectations.extend(
            library
                .expectations
                .iter()
                .filter(|one| one.from <= as_of && is_for(one, regime, incident, person))
                .cloned(),
        );
    }
    letter.parts.sort_by_key(|part| part.element);
    letter.expectations.sort_by(|a, b| a.id.cmp(&b.id));
    letter.expectations.dedup();
    letter
}

const fn rank(status: ObligationStatus) -> u8 {
    match status {
        ObligationStatus::Due => 0,
        ObligationStatus::OnHold => 1,
        ObligationStatus::Expected => 2,
        ObligationStatus::Ask => 3,
    }
}

fn is_for(
    one: &Expectation,
    regime: &RegimeFile,
    incident: &Incident,
    person: &PersonFacts<'_>,
) -> bool {
    (one.jurisdiction.is_empty() || one.jurisdiction == regime.jurisdiction)
        && one
            .elements
            .iter()
            .all(|element| person.elements.contains(element))
        && (!one.exfiltrated || incident.exfiltrated == Judgement::Yes)
}

fn add_notice(
    letter: &mut LetterDuties,
    notice: &NoticeFile,
    incident: &Incident,
    certainty: Certainty,
) {
    let required = notice.required.iter().map(|element| (element, true));
    let guidance = notice.guidance.iter().map(|element| (element, false));
    for (&element, required) in required.chain(guidance) {
        let certainty = if notice.unverified.contains(&element) {
            certainty.max(Certainty::Unverified)
        } else {
            certainty
        };
        match letter.parts.iter_mut().find(|part| part.element == element) {
            Some(part) => {
                if required && !part.required {
                    part.certainty = certainty;
                } else if required == part.required {
                    part.certainty = part.certainty.min(certainty);
                }
                part.required |= required;
                if !part.by.contains(&notice.citation) {
                    part.by.push(notice.citation.clone());
                }
            }
            None => letter.parts.push(Part {
                element,
                required,
                by: vec![notice.citation.clone()],
                certainty,
            }),
        }
    }
    if let Some(complaint) = &notice.complaint
        && !letter
            .complaints
            .iter()
            .any(|known| known.to == complaint.to)
    {
        letter.complaints.push(Complaint {
            to: complaint.to.clone(),
            text: complaint.text.clone(),
            required: complaint.required,
            contact_required: complaint.contact_required,
            citation: complaint.citation.clone(),
            certainty: complaint.certainty,
        });
    }
    for (list, text) in [
        (&mut letter.direct, &notice.direct),
        (&mut letter.language, &notice.language),
    ] {
        if !text.en.is_empty() && !list.contains(text) {
            list.push(text.clone());
        }
    }
    letter.indirect.extend(notice.indirect.iter().map(|way| {
        Indirect {
            text: way.text.clone(),
            citation: way.citation.clone(),
            must: way.must,
            given: way
                .when
                .as_ref()
                .is_some_and(|id| judgement(incident, id) == Judgement::Yes),
        }
    }));
}
