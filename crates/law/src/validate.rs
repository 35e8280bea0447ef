//! `incident.toml` -> `Incident`, and what is wrong with it, place by place, with the next step.
//!
//! Parsing tells line and column. Checking finds dates in an order that cannot
//! be, and facts without which no law can be chosen; it never mends them.

use jiff::civil::Date;
use whose_model::{
    Contact, Custodian, CustodianKind, Incident, IncidentKind, Judgement, Jurisdiction, Language,
    Offer, Organisation,
};

use crate::error::LawError;
use crate::history::History;
use crate::library::{Library, NATIVE_JUDGEMENTS};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The assessment goes on; something will be missing.
    Warning,
    /// The assessment would be wrong.
    Error,
}

/// Something wrong with an incident file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentProblem {
    /// How bad.
    pub severity: Severity,
    /// The field, as `custodian.kinds`.
    pub place: String,
    /// What is wrong.
    pub what: String,
    /// What to do next.
    pub next: String,
}

impl std::fmt::Display for IncidentProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Reads `incident.toml` with everything that is known; [`History`] gives what was known on a day.
pub fn parse_incident(text: &str) -> Result<Incident, LawError> {
    History::parse(text)?.latest()
}

/// The day whose law governs an incident: determination when it is known, else discovery.
///
/// Later law does not reach back; an old incident is assessed under the law of its time.
pub fn governing_day(incident: &Incident) -> Date {
    incident.determined.unwrap_or(incident.discovered)
}

/// What is wrong with an incident by itself.
pub fn check_incident(incident: &Incident) -> Vec<IncidentProblem> {
    let mut problems = Vec::new();
    dates(incident, &mut problems);
    custodian(incident, &mut problems);
    missing_kinds(incident, &mut problems);
    judgements(incident, &mut problems);
    texts(incident, &mut problems);
    problems
}

/// What names in an incident the rules do not know.
pub fn check_incident_against(library: &Library, incident: &Incident) -> Vec<IncidentProblem> {
    let mut problems = Vec::new();
    for id in incident.judgements.keys() {
        if NATIVE_JUDGEMENTS.contains(&id.as_str()) {
            problems.push(error(
                &format!("judgements.{id}"),
                "has a field of its own",
                &format!("Move it out of [judgements] to `{}`.", id.replace('-', "_")),
            ));
        } else if library.question(id).is_none() {
            problems.push(error(
                &format!("judgements.{id}"),
                "no rule asks for this",
                "Take an id from docs/reference/incident.md.",
            ));
        }
    }
    for key in incident.answers.keys() {
        if !library.facts.contains_key(key) {
            problems.push(error(
                &format!("answers.{key}"),
                "no report asks for this",
                "Take a key from docs/reference/incident.md.",
            ));
        }
    }
    for key in incident.notified.keys() {
        let known = [
            "individuals",
            "media",
            "custodian",
            "others",
            "college",
            "assessment",
        ];
        if !known.contains(&key.as_str()) && library.regulator(key).is_none() {
            problems.push(error(
                &format!("notified.{key}"),
                "nobody has this code",
                "Write `individuals` or a regulator's code as `on-ipc`.",
            ));
        }
    }
    problems
}

fn dates(incident: &Incident, problems: &mut Vec<IncidentProblem>) {
    let discovered = Some(incident.discovered);
    let order = [
        ("ended", incident.ended, "began", incident.began),
        ("discovered", discovered, "began", incident.began),
        ("discovered", discovered, "suspected", incident.suspected),
        ("suspected", incident.suspected, "began", incident.began),
        ("determined", incident.determined, "discovered", discovered),
        ("contained", incident.contained, "began", incident.began),
    ];
    for (late, late_day, early, early_day) in order {
        if let (Some(late_day), Some(early_day)) = (late_day, early_day)
            && late_day < early_day
        {
            problems.push(error(
                late,
                &format!("{late_day} is before `{early}`, {early_day}"),
                &format!("Correct `{late}` or `{early}`; leave out a day that is not known."),
            ));
        }
    }
    for (whom, day) in &incident.notified {
        if *day < incident.discovered {
            problems.push(error(
                &format!("notified.{whom}"),
                &format!("{day} is before `discovered`, {}", incident.discovered),
                "Correct one of the two.",
            ));
        }
    }
    let told = incident
        .service_provider
        .as_ref()
        .and_then(|provider| provider.told_custodian);
    if let (Some(told), Some(began)) = (told, incident.began)
        && told < began
    {
        problems.push(error(
            "service_provider.told_custodian",
            &format!("{told} is before `began`, {began}"),
            "Correct one of the two.",
        ));
    }
    if jiff::tz::TimeZone::get(&incident.time_zone).is_err() {
        problems.push(error(
            "time_zone",
            "is not an IANA time zone",
            "Write for example \"America/Regina\".",
        ));
    }
}

fn custodian(incident: &Incident, problems: &mut Vec<IncidentProblem>) {
    let custodian = &incident.custodian;
    if custodian.kinds.is_empty() {
        problems.push(error(
            "custodian.kinds",
            "is empty, so no law can be chosen",
            "List what the law takes the custodian for, for example \"private-organization\".",
        ));
    }
    if custodian.operates_in.is_empty() {
        problems.push(error(
            "custodian.operates_in",
            "is empty, so no law can be chosen",
            "List the provinces and states, for example \"ca-sk\".",
        ));
    }
    for place in &custodian.operates_in {
        if matches!(place.code(), "ca" | "us") {
            problems.push(error(
                "custodian.operates_in",
                &format!(
                    "`{}` is a country; its provinces or states have laws of their own",
                    place.code()
                ),
                "List each of them, for example \"ca-on\", \"ca-qc\".",
            ));
        } else if place.code().starts_with("ca-") && matches!(place, Jurisdiction::Other(_)) {
            problems.push(error(
                "custodian.operates_in",
                &format!("`{}` is not a province or territory", place.code()),
                "Write for example \"ca-on\".",
            ));
        }
    }
    for (kind, code) in [
        (CustodianKind::HealthInformationCustodian, "ca-on"),
        (CustodianKind::HealthAndSocialServicesBody, "ca-qc"),
        (CustodianKind::Enterprise, "ca-qc"),
        (CustodianKind::AlbertaCustodian, "ca-ab"),
        (CustodianKind::Trustee, "ca-sk"),
    ] {
        let works_there = custodian.operates_in.iter().any(|one| one.code() == code);
        if custodian.kinds.contains(&kind) && !works_there && !custodian.operates_in.is_empty() {
            problems.push(error(
                "custodian.kinds",
                &format!(
                    "`{}` exists only in {code}, where the custodian does not work",
                    kind.id()
                ),
                &format!("Add \"{code}\" to `custodian.operates_in` or remove the kind."),
            ));
        }
    }
}

/// A private health organisation usually is something more in each province.
fn missing_kinds(incident: &Incident, problems: &mut Vec<IncidentProblem>) {
    let custodian = &incident.custodian;
    if !custodian
        .kinds
        .contains(&CustodianKind::PrivateOrganization)
    {
        return;
    }
    for (code, kinds) in [
        (
            "ca-on",
            [CustodianKind::HealthInformationCustodian].as_slice(),
        ),
        ("ca-sk", [CustodianKind::Trustee].as_slice()),
        ("ca-ab", [CustodianKind::AlbertaCustodian].as_slice()),
        (
            "ca-qc",
            [CustodianKind::HealthAndSocialServicesBody].as_slice(),
        ),
    ] {
        let works_there = custodian.operates_in.iter().any(|one| one.code() == code);
        if works_there && !kinds.iter().any(|kind| custodian.kinds.contains(kind)) {
            let ids: Vec<&str> = kinds.iter().map(|kind| kind.id()).collect();
            problems.push(IncidentProblem {
                severity: Severity::Warning,
                place: "custodian.kinds".to_owned(),
                what: format!("works in {code} but is not `{}`", ids.join("` or `")),
                next: "Add the kind if the organisation gives health care there; its law then applies too."
                    .to_owned(),
            });
        }
    }
}

fn judgements(incident: &Incident, problems: &mut Vec<IncidentProblem>) {
    if incident.kind == IncidentKind::RansomwareWithoutExfiltration
        && incident.exfiltrated == Judgement::Yes
    {
        problems.push(error(
            "kind",
            "says that nothing was copied out, but `exfiltrated` is yes",
            "Write kind = \"theft\", or correct `exfiltrated`.",
        ));
    }
}

fn texts(incident: &Incident, problems: &mut Vec<IncidentProblem>) {
    for (place, en, fr) in [
        (
            "what_happened",
            &incident.what_happened_en,
            &incident.what_happened_fr,
        ),
        (
            "what_we_did",
            &incident.what_we_did_en,
            &incident.what_we_did_fr,
        ),
    ] {
        for (text, language) in [(en, "en"), (fr, "fr")] {
            if text.trim().is_empty() {
                problems.push(IncidentProblem {
                    severity: Severity::Warning,
                    place: format!("{place}_{language}"),
                    what: "is empty; letters in this language stay drafts".to_owned(),
                    next: "Write it in plain words, without names of people.".to_owned(),
                });
            }
        }
    }
    let contact = &incident.custodian.contact;
    if contact.phone.is_empty() && contact.email.is_empty() && contact.address.is_empty() {
        problems.push(IncidentProblem {
            severity: Severity::Warning,
            place: "custodian.contact".to_owned(),
            what: "is empty; every law asks for somebody to call".to_owned(),
            next: "Give a telephone number, an e-mail address or a postal address.".to_owned(),
        });
    }
}

fn error(place: &str, what: &str, next: &str) -> IncidentProblem {
    IncidentProblem {
        severity: Severity::Error,
        place: place.to_owned(),
        what: what.to_owned(),
        next: next.to_owned(),
    }
}

/// An incident of which only the day of discovery is known.
pub(crate) fn blank(discovered: Date) -> Incident {
    Incident {
        in_language: std::collections::BTreeMap::new(),
        name: String::new(),
        kind: IncidentKind::Theft,
        time_zone: "America/Toronto".to_owned(),
        began: None,
        ended: None,
        suspected: None,
        discovered,
        determined: None,
        contained: None,
        exfiltrated: Judgement::Undecided,
        encrypted: Judgement::Undecided,
        altered: Judgement::Undecided,
        real_risk_of_significant_harm: Judgement::Undecided,
        notice_could_harm: Judgement::Undecided,
        hold_until: None,
        what_happened_en: String::new(),
        what_happened_fr: String::new(),
        what_we_did_en: String::new(),
        what_we_did_fr: String::new(),
        custodian: Custodian {
            organisation: Organisation::default(),
            kinds: Vec::new(),
            operates_in: Vec::new(),
            contact: Contact::default(),
            signatory: Contact::default(),
        },
        service_provider: None,
        offer: Offer::default(),
        language: Language::En,
        judgements: Default::default(),
        answers: Default::default(),
        notified: Default::default(),
        times: Default::default(),
        dates: Default::default(),
        harm: Vec::new(),
        parties: Vec::new(),
        learned: Vec::new(),
    }
}

#[cfg(test)]
pub(crate) fn sample(discovered: &str) -> Incident {
    blank(discovered.parse().unwrap())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../../docs/reference/incident.example.toml");

    fn places(incident: &Incident) -> Vec<String> {
        check_incident(incident)
            .into_iter()
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| problem.to_string())
            .collect()
    }

    #[test]
    fn the_documented_example_has_no_problem() {
        let incident = parse_incident(FILE).unwrap();
        let library = Library::embedded().unwrap();
        assert_eq!(check_incident(&incident), Vec::new());
        assert_eq!(check_incident_against(&library, &incident), Vec::new());
    }

    #[test]
    fn a_syntax_error_names_line_and_column() {
        let text = FILE.replace("kind = \"theft\"", "kind = \"thefd\"");
        let error = parse_incident(&text).unwrap_err().to_string();
        assert!(
            error.starts_with("incident.toml, line 5, column 8: unknown variant"),
            "{error}"
        );
    }

    #[test]
    fn a_bare_day_that_does_not_exist_is_an_error_with_its_line() {
        let text = FILE.replace("discovered = 2024-02-21", "discovered = 2024-02-31");
        let error = parse_incident(&text).unwrap_err().to_string();
        assert!(error.starts_with("incident.toml, line 9"), "{error}");
    }

    #[test]
    fn days_in_an_order_that_cannot_be_are_found() {
        let mut incident = parse_incident(FILE).unwrap();
        incident.began = Some("2024-03-01".parse().unwrap());
        incident.ended = Some("2024-02-20".parse().unwrap());
        incident.determined = Some("2024-02-01".parse().unwrap());
        assert_eq!(
            places(&incident),
            [
                "ended: 2024-02-20 is before `began`, 2024-03-01",
                "discovered: 2024-02-21 is before `began`, 2024-03-01",
                "determined: 2024-02-01 is before `discovered`, 2024-02-21",
                "contained: 2024-02-22 is before `began`, 2024-03-01",
                "service_provider.told_custodian: 2024-02-21 is before `began`, 2024-03-01",
            ]
        );
    }

    #[test]
    fn without_kinds_or_places_no_law_can_be_chosen() {
        let mut incident = parse_incident(FILE).unwrap();
        incident.custodian.kinds.clear();
        incident.custodian.operates_in = vec![Jurisdiction::from_code("ca")];
        assert_eq!(
            places(&incident),
            [
                "custodian.kinds: is empty, so no law can be chosen",
                "custodian.operates_in: `ca` is a country; its provinces or states have laws of their own",
            ]
        );
    }

    #[test]
    fn an_unknown_judgement_is_found() {
        let mut incident = parse_incident(FILE).unwrap();
        incident
            .judgements
            .insert("risk-of-serius-injury".to_owned(), Judgement::Yes);
        let library = Library::embedded().unwrap();
        let problems = check_incident_against(&library, &incident);
        assert_eq!(
            problems[0].to_string(),
            "judgements.risk-of-serius-injury: no rule asks for this"
        );
    }
}
