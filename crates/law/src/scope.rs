//! Whether a regime binds this custodian for this person: regime, incident, person's place -> yes, no or a question.
//!
//! A law of a province binds the custodian for what is in its custody there.
//! Where a person was served is seldom known, so it is concluded: at home when
//! the custodian works there, else at the custodian's only place, else it is
//! asked. Whether another law stands in place of this one is decided by the
//! `displaced` tables, which name the order that says so.

use jiff::civil::Date;
use whose_model::{Certainty, Incident, Judgement, Jurisdiction, Residence};

use crate::harm;
use crate::person::PersonStanding;
use crate::source::{About, Reach, RegimeFile};

/// The answer to a question of law: yes, no, or a question back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ruling {
    Holds,
    Asks,
    Fails,
}

/// A ruling with its reasons.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub ruling: Ruling,
    pub because: Vec<String>,
    pub questions: Vec<String>,
    pub certainty: Certainty,
}

impl Finding {
    pub(crate) fn new() -> Self {
        Self {
            ruling: Ruling::Holds,
            because: Vec::new(),
            questions: Vec::new(),
            certainty: Certainty::Primary,
        }
    }

    pub(crate) fn fails(&mut self) {
        self.ruling = Ruling::Fails;
    }

    pub(crate) fn ask(&mut self, question: impl Into<String>) {
        if self.ruling == Ruling::Holds {
            self.ruling = Ruling::Asks;
        }
        let question = question.into();
        if !self.questions.contains(&question) {
            self.questions.push(question);
        }
    }

    /// This and another: both must hold.
    pub(crate) fn and(&mut self, other: Self) {
        match other.ruling {
            Ruling::Fails => self.ruling = Ruling::Fails,
            Ruling::Asks if self.ruling == Ruling::Holds => self.ruling = Ruling::Asks,
            _ => {}
        }
        for question in other.questions {
            if !self.questions.contains(&question) {
                self.questions.push(question);
            }
        }
        self.because.extend(other.because);
        self.less_sure(other.certainty);
    }

    pub(crate) fn less_sure(&mut self, certainty: Certainty) {
        self.certainty = self.certainty.max(certainty);
    }
}

/// Where the person was served, as far as it can be concluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// In this jurisdiction.
    In(&'a Jurisdiction),
    /// In one of the custodian's places.
    OneOf(&'a [Jurisdiction]),
}

impl<'a> Place<'a> {
    pub(crate) fn of(incident: &'a Incident, residence: Option<&'a Jurisdiction>) -> Self {
        let places = incident.custodian.operates_in.as_slice();
        if let Some(home) = residence.filter(|home| places.contains(home)) {
            return Self::In(home);
        }
        match places {
            [only] => Self::In(only),
            _ => Self::OneOf(places),
        }
    }
}

/// Whether the duty is asked for one person or once for the incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Person,
    Incident,
}

/// The incident and the day, as every question of scope sees them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub incident: &'a Incident,
    pub as_of: Date,
}

/// The answer of the custodian's people to a judgement.
pub(crate) fn judgement(incident: &Incident, id: &str) -> Judgement {
    let field = match id {
        "exfiltrated" => incident.exfiltrated,
        "encrypted" => incident.encrypted,
        "altered" => incident.altered,
        "real-risk-of-significant-harm" => incident.real_risk_of_significant_harm,
        "notice-could-harm" => incident.notice_could_harm,
        other => incident.judgements.get(other).copied().unwrap_or_default(),
    };
    if field != Judgement::Undecided {
        return field;
    }
    harm::decision(incident, id, None).map_or(field, |decision| decision.decided)
}

/// What does not depend on the person: whether the regime binds such a custodian at all.
pub(crate) fn binds(regime: &RegimeFile, facts: Facts<'_>) -> Finding {
    let mut finding = Finding::new();
    let kinds = &facts.incident.custodian.kinds;
    if let Some(id) = regime
        .requires_stated
        .iter()
        .find(|id| judgement(facts.incident, id) != Judgement::Yes)
    {
        finding.because.push(format!("{id}: not answered with yes"));
        finding.fails();
        return finding;
    }
    if let Some(kind) = regime.bound.iter().find(|kind| kinds.contains(kind)) {
        finding.because.push(format!(
            "{} binds the custodian as {}",
            regime.name.en,
            kind.id()
        ));
        return finding;
    }
    let unsure = regime.bound_unsure.iter().find(|unsure| {
        kinds.contains(&unsure.custodian)
            && unsure.until.is_none_or(|until| facts.as_of <= until)
            && unsure
                .unless_no
                .as_ref()
                .is_none_or(|id| judgement(facts.incident, id) != Judgement::No)
    });
    match unsure {
        Some(unsure) => {
            finding.less_sure(Certainty::Unverified);
            finding.ask(unsure.question.clone());
        }
        None => {
            finding.because.push(format!(
                "the custodian is none of: {}",
                regime
                    .bound
                    .iter()
                    .map(|kind| kind.id())
                    .collect::<Vec<_>>()
                    .join(", ")
            ));
            finding.fails();
        }
    }
    finding
}

/// Whether the regime covers a person of this residence and standing, given that it binds the custodian.
pub(crate) fn covers(
    regime: &RegimeFile,
    facts: Facts<'_>,
    residence: Option<&Residence>,
    standing: PersonStanding,
    level: Level,
    ask_of: &dyn Fn(&str) -> String,
) -> Finding {
    let mut finding = Finding::new();
    if regime.about == About::TheIncident {
        finding
            .because
            .push("it is about the incident, wherever people live".to_owned());
        return finding;
    }
    match (regime.about, standing) {
        (_, PersonStanding::Nothing | PersonStanding::BusinessContact)
        | (About::PersonalHealthInformation, PersonStanding::PersonalInformation) => {
            finding.because.push(
                match standing {
                    PersonStanding::Nothing => "nothing of theirs was exposed",
                    PersonStanding::BusinessContact => {
                        "only what a business card tells was exposed"
                    }
                    _ => "what was exposed is not health information",
                }
                .to_owned(),
            );
            finding.fails();
            return finding;
        }
        (About::PersonalHealthInformation, PersonStanding::Doubtful) => finding.ask(
            "is what is recorded about this person, who stands in a patient's records, health information?",
        ),
        _ => {}
    }
    let home = residence.map(|residence| &residence.jurisdiction);
    let place = Place::of(facts.incident, home);
    match regime.reach {
        Reach::Custody => locate(regime, facts, residence, place, &mut finding),
        Reach::Residents => reside(regime, facts, residence, ask_of, &mut finding),
        Reach::Either => {
            let mut by_custody = finding.clone();
            locate(regime, facts, residence, place, &mut by_custody);
            if by_custody.ruling == Ruling::Holds {
                finding = by_custody;
            } else {
                reside(regime, facts, residence, ask_of, &mut finding);
                if finding.ruling == Ruling::Fails && by_custody.ruling == Ruling::Asks {
                    finding = by_custody;
                }
            }
        }
    }
    if finding.ruling == Ruling::Fails {
        return finding;
    }
    displace(
        regime,
        facts,
        home,
        standing,
        place,
        level,
        ask_of,
        &mut finding,
    );
    if finding.ruling == Ruling::Fails {
        return finding;
    }
    if let Place::In(there) = place {
        for doubt in &regime.doubt {
            let kinds = &facts.incident.custodian.kinds;
            if doubt.within.iter().any(|code| code == there.code())
                && doubt.custodian.iter().any(|kind| kinds.contains(kind))
            {
                finding.because.push(doubt.text.clone());
                finding.less_sure(doubt.certainty);
            }
        }
    }
    finding
}

/// `ca-on` lies within `ca-on` and within `ca`.
pub(crate) fn within(code: &str, area: &str) -> bool {
    code == area
        || code
            .strip_prefix(area)
            .is_some_and(|rest| rest.starts_with('-'))
}

/// Whether a place is the regime's own, or one of the members it covers.
pub(crate) fn is_in(regime: &RegimeFile, code: &str) -> bool {
    within(code, &regime.jurisdiction) || regime.places.iter().any(|place| within(code, place))
}

/// Whether a place has a regime of its own here: a country's law alone does not answer for a state's.
pub(crate) fn is_own_law(regime: &RegimeFile, code: &str) -> bool {
    regime.jurisdiction == code || regime.places.iter().any(|place| within(code, place))
}

/// The judgement that ties a custodian from elsewhere to a law that follows residence.
pub(crate) const TIED_TO_RESIDENCE: &str = "business-where-people-live";

/// A law that follows the residence of people, and asks whether the custodian has to do with the place.
fn reside(
    regime: &RegimeFile,
    facts: Facts<'_>,
    residence: Option<&Residence>,
    ask_of: &dyn Fn(&str) -> String,
    finding: &mut Finding,
) {
    let works_there = facts
        .incident
        .custodian
        .operates_in
        .iter()
        .any(|place| is_in(regime, place.code()));
    let Some(home) = residence else {
        if works_there {
            finding.ask(format!(
                "residence is not known: does this person live in {}?",
                regime.jurisdiction
            ));
        } else {
            finding.because.push(format!(
                "residence is not known, and the custodian does not work in {}",
                regime.jurisdiction
            ));
            finding.fails();
        }
        return;
    };
    if !is_in(regime, home.jurisdiction.code()) {
        finding
            .because
            .push(format!("lives in {}", home.jurisdiction.code()));
        finding.fails();
        return;
    }
    finding.because.push(format!(
        "lives in {} ({})",
        home.jurisdiction.code(),
        home.basis.id()
    ));
    if works_there {
        finding
            .because
            .push(format!("the custodian works in {}", regime.jurisdiction));
        return;
    }
    match judgement(facts.incident, TIED_TO_RESIDENCE) {
        Judgement::Yes => finding.because.push(format!("{TIED_TO_RESIDENCE}: yes")),
        Judgement::No => {
            finding.because.push(format!("{TIED_TO_RESIDENCE}: no"));
            finding.fails();
        }
        Judgement::Undecided => finding.ask(ask_of(TIED_TO_RESIDENCE)),
    }
}

fn locate(
    regime: &RegimeFile,
    facts: Facts<'_>,
    residence: Option<&Residence>,
    place: Place<'_>,
    finding: &mut Finding,
) {
    let area = regime.jurisdiction.as_str();
    match place {
        Place::In(there) => {
            if !is_in(regime, there.code()) {
                finding.because.push(format!(
                    "served in {}, as far as can be concluded, not in {area}",
                    there.code()
                ));
                finding.fails();
                return;
            }
            match residence {
                Some(home) if &home.jurisdiction == there => finding.because.push(format!(
                    "lives in {} ({}), where the custodian works",
                    there.code(),
                    home.basis.id()
                )),
                Some(home) => finding.because.push(format!(
                    "lives in {} ({}); the custodian works only in {}",
                    home.jurisdiction.code(),
                    home.basis.id(),
                    there.code()
                )),
                None => finding.because.push(format!(
                    "residence is not known; the custodian works only in {}",
                    there.code()
                )),
            }
        }
        Place::OneOf(places) => {
            let n_within = places
                .iter()
                .filter(|there| is_in(regime, there.code()))
                .count();
            if n_within == 0 {
                finding
                    .because
                    .push(format!("the custodian does not work in {area}"));
                finding.fails();
                return;
            }
            let lives = match residence {
                Some(home) => format!(
                    "lives in {} ({})",
                    home.jurisdiction.code(),
                    home.basis.id()
                ),
                None => "residence is not known".to_owned(),
            };
            if n_within == places.len() {
                finding.because.push(lives);
            } else {
                finding.ask(format!(
                    "{lives}: was this person served in {area}? The custodian works in {}",
                    codes(&facts.incident.custodian.operates_in)
                ));
            }
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn displace(
    regime: &RegimeFile,
    facts: Facts<'_>,
    home: Option<&Jurisdiction>,
    standing: PersonStanding,
    place: Place<'_>,
    level: Level,
    ask_of: &dyn Fn(&str) -> String,
    finding: &mut Finding,
) {
    let Place::In(there) = place else { return };
    let kinds = &facts.incident.custodian.kinds;
    let displaced = regime.displaced.iter().find(|displaced| {
        displaced.from <= facts.as_of
            && displaced.within.iter().any(|code| code == there.code())
            && (displaced.custodian.is_empty()
                || displaced.custodian.iter().any(|kind| kinds.contains(kind)))
            && !displaced
                .unless_custodian
                .iter()
                .any(|kind| kinds.contains(kind))
            && (!displaced.health_information_only
                || matches!(
                    standing,
                    PersonStanding::HealthInformation | PersonStanding::Doubtful
                ))
    });
    let Some(displaced) = displaced else { return };
    let in_its_place = format!(
        "within {} {} stands in its place ({})",
        there.code(),
        displaced.by,
        displaced.citation
    );
    let Some(undone_by) = &displaced.undone_by else {
        finding.because.push(in_its_place);
        finding.fails();
        return;
    };
    match judgement(facts.incident, undone_by) {
        Judgement::Yes => finding.because.push(format!(
            "{} ({}) would stand in its place, but {undone_by}: yes",
            displaced.by, displaced.citation
        )),
        Judgement::No => {
            finding.because.push(in_its_place);
            finding.fails();
        }
        // One place and everybody at home: nothing speaks for it, so the
        // question is put once for the incident and not to each person.
        Judgement::Undecided
            if level == Level::Person
                && facts.incident.custodian.operates_in.len() == 1
                && home.is_none_or(|home| home == there) =>
        {
            finding.because.push(in_its_place);
            finding.fails();
        }
        Judgement::Undecided => {
            finding.ask(ask_of(undone_by));
            finding.because.push(in_its_place);
            finding.less_sure(displaced.certainty);
        }
    }
}

pub(crate) fn codes(places: &[Jurisdiction]) -> String {
    places
        .iter()
        .map(Jurisdiction::code)
        .collect::<Vec<_>>()
        .join(", ")
}
