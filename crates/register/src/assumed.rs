//! A record in, the incident that the law's rules can be asked about out; with what had to be assumed.
//!
//! The rules ask what kind of custodian it was and what kind of incident. A
//! record of a published report seldom says, so the kinds are taken from the
//! places and from what was done, and whoever shows the answer says so. What
//! the record does not know stays unknown: no day is made up.

use jiff::civil::Date;
use whose_model::{
    Custodian, CustodianKind, DataElement, Incident, IncidentKind, Judgement, Jurisdiction,
    Language, Organisation, ServiceProvider,
};

use crate::{Attribute, Record, Value};

/// More people than this in one place count as so many: every threshold of a law lies below.
const MANY: u64 = 1_000_000;

/// An incident for the law's rules.
#[derive(Clone, Debug)]
pub struct Assumed {
    /// The incident.
    pub incident: Incident,
    /// How many people live where.
    pub people: Vec<(Option<Jurisdiction>, u64)>,
    /// What of theirs was exposed.
    pub elements: Vec<DataElement>,
    /// The day on which a regulator was told that no source names.
    pub told_somebody: Option<Date>,
}

impl Assumed {
    /// Takes the regulator that no source names for the one that the law names: the only one, else the only one of a place
    /// of the incident. Says whether it did.
    pub fn tell<'r>(&mut self, named: impl IntoIterator<Item = &'r str>) -> bool {
        let Some(told) = self.told_somebody else {
            return false;
        };
        let mut named: Vec<&str> = named.into_iter().collect();
        named.sort_unstable();
        named.dedup();
        if named.len() > 1 {
            named.retain(|code| {
                self.incident.custodian.operates_in.iter().any(|place| {
                    let part = place.code().rsplit('-').next().unwrap_or("");
                    code.strip_prefix(part)
                        .is_some_and(|rest| rest.starts_with('-'))
                })
            });
        }
        match named[..] {
            [only] => {
                let told_before = self.incident.notified.get(only).copied();
                self.incident.notified.insert(only.to_owned(), told);
                told_before != Some(told)
            }
            _ => false,
        }
    }
}

/// What a record lacks for the law's rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacks {
    /// The day of discovery, from which the laws count.
    Discovery,
    /// A place whose law could apply.
    Place,
    /// What kind of incident it was.
    Kind,
}

impl Lacks {
    /// The id used in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Place => "place",
            Self::Kind => "kind",
        }
    }
}

/// The incident of a record, as the rules ask for it. Days that are not known as days are left out.
///
/// # Errors
/// What the record lacks.
pub fn assumed(record: &Record) -> Result<Assumed, Lacks> {
    let day = |attribute| record.date(attribute, true).and_then(|when| when.exact());
    let discovered = day(Attribute::Discovered).ok_or(Lacks::Discovery)?;
    let places = places(record);
    if places.is_empty() {
        return Err(Lacks::Place);
    }
    let kind = kind(record).ok_or(Lacks::Kind)?;
    let text = |attribute| {
        let terms = record.terms(attribute, true);
        terms.first().copied().unwrap_or("").to_owned()
    };
    let mut kinds: Vec<CustodianKind> = places.iter().flat_map(kinds_in).copied().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut incident = Incident {
        in_language: std::collections::BTreeMap::new(),
        name: record.name.clone(),
        kind,
        time_zone: "America/Toronto".to_owned(),
        began: day(Attribute::Began),
        ended: day(Attribute::Ended),
        suspected: None,
        discovered,
        determined: day(Attribute::Determined),
        contained: day(Attribute::Contained),
        exfiltrated: judged(is_exfiltrated(record)),
        encrypted: Judgement::Undecided,
        altered: Judgement::Undecided,
        real_risk_of_significant_harm: risk(record),
        notice_could_harm: Judgement::Undecided,
        hold_until: None,
        what_happened_en: String::new(),
        what_happened_fr: String::new(),
        what_we_did_en: String::new(),
        what_we_did_fr: String::new(),
        custodian: Custodian {
            organisation: Organisation {
                name: text(Attribute::Victim),
                ..Organisation::default()
            },
            kinds,
            operates_in: places.clone(),
            contact: whose_model::Contact::default(),
            signatory: whose_model::Contact::default(),
        },
        service_provider: provider(record),
        offer: whose_model::Offer::default(),
        language: Language::En,
        judgements: std::collections::BTreeMap::new(),
        answers: std::collections::BTreeMap::new(),
        notified: std::collections::BTreeMap::new(),
        times: std::collections::BTreeMap::new(),
        dates: std::collections::BTreeMap::new(),
        harm: Vec::new(),
        parties: Vec::new(),
        learned: Vec::new(),
    };
    if let Some(told) = day(Attribute::PeopleTold) {
        incident.notified.insert("individuals".to_owned(), told);
    }
    let mut told_somebody = None;
    for scope in scopes(record, Attribute::RegulatorTold) {
        let told = record
            .used(Attribute::RegulatorTold, scope, true)
            .and_then(|(held, _)| match held.fact.value {
                Value::When(when) if !held.fact.is_not => when.exact(),
                _ => None,
            });
        match told {
            Some(told) if scope.is_empty() => told_somebody = Some(told),
            Some(told) => {
                incident.notified.insert(scope.to_owned(), told);
            }
            None => {}
        }
    }
    Ok(Assumed {
        people: people(record, &places),
        elements: record
            .terms(Attribute::Element, true)
            .into_iter()
            .filter_map(DataElement::from_id)
            .collect(),
        incident,
        told_somebody,
    })
}

fn scopes(record: &Record, attribute: Attribute) -> std::collections::BTreeSet<&str> {
    record
        .standing(true)
        .filter(|held| held.fact.attribute == attribute)
        .map(|held| held.fact.scope.as_str())
        .collect()
}

/// The narrowest places: `ca` says nothing where `ca-sk` is said as well.
fn places(record: &Record) -> Vec<Jurisdiction> {
    let mut codes: Vec<&str> = record
        .terms(Attribute::Place, true)
        .into_iter()
        .chain(scopes(record, Attribute::People))
        .filter(|place| is_code(place))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    codes
        .iter()
        .filter(|code| {
            !codes.iter().any(|other| {
                other
                    .strip_prefix(**code)
                    .is_some_and(|rest| rest.starts_with('-'))
            })
        })
        .map(|code| Jurisdiction::from_code(code))
        .collect()
}

fn is_code(place: &str) -> bool {
    let mut parts = place.split('-');
    let is_part = |part: Option<&str>| {
        part.is_some_and(|part| {
            (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
        })
    };
    is_part(parts.next()) && (place.len() == 2 || is_part(parts.next())) && parts.next().is_none()
}

fn people(record: &Record, places: &[Jurisdiction]) -> Vec<(Option<Jurisdiction>, u64)> {
    let of = |place: &Jurisdiction| match record.used(Attribute::People, place.code(), true)?.0 {
        held if held.fact.is_not => None,
        held => match held.fact.value {
            Value::Count { n, .. } => Some(n.clamp(1, MANY)),
            _ => None,
        },
    };
    let all = record.people(true).unwrap_or(1).clamp(1, MANY);
    places
        .iter()
        .map(|place| {
            // The number of all is the place's own where there is no other place.
            let n = of(place).unwrap_or(if places.len() == 1 { all } else { 1 });
            (Some(place.clone()), n)
        })
        .collect()
}

/// What the law of a place would take a health organisation for.
const fn kinds_in(place: &Jurisdiction) -> &'static [CustodianKind] {
    use CustodianKind::*;
    match place {
        Jurisdiction::Ontario => &[HealthInformationCustodian, PrivateOrganization],
        Jurisdiction::Quebec => &[HealthAndSocialServicesBody, Enterprise],
        Jurisdiction::Alberta => &[AlbertaCustodian, PrivateOrganization],
        Jurisdiction::Saskatchewan => &[Trustee, PrivateOrganization],
        Jurisdiction::Other(code) => match code.as_bytes() {
            [b'u', b's', ..] => &[CoveredEntity],
            [b'a', b'u', ..] => &[PrinciplesEntity],
            [b'c', b'a', ..] => &[PrivateOrganization],
            _ => &[Controller],
        },
        _ => &[HealthCustodian, PrivateOrganization],
    }
}

fn is_exfiltrated(record: &Record) -> bool {
    record
        .terms(Attribute::Stage, true)
        .contains(&"exfiltration")
        || record.date(Attribute::Taken, true).is_some()
}

const fn judged(is_so: bool) -> Judgement {
    if is_so {
        Judgement::Yes
    } else {
        Judgement::Undecided
    }
}

fn risk(record: &Record) -> Judgement {
    match record.terms(Attribute::Risk, true)[..] {
        ["yes", ..] => Judgement::Yes,
        ["no", ..] => Judgement::No,
        _ => Judgement::Undecided,
    }
}

/// The kind that is stated, else the one that what was done amounts to.
fn kind(record: &Record) -> Option<IncidentKind> {
    use IncidentKind::*;
    let stated = record.terms(Attribute::Cause, true);
    if let Some(kind) = IncidentKind::ALL
        .into_iter()
        .find(|kind| stated.contains(&kind.id()))
    {
        return Some(kind);
    }
    let actions = record.terms(Attribute::Action, true);
    let has = |action: &str| actions.iter().any(|one| one.starts_with(action));
    let is_breached = is_exfiltrated(record)
        || record
            .terms(Attribute::Confidentiality, true)
            .contains(&"breached");
    let is_attack = has("hacking/") || has("malware/") || has("social/");
    Some(if has("physical/Theft") || is_attack && is_breached {
        Theft
    } else if has("malware/Ransomware") {
        RansomwareWithoutExfiltration
    } else if has("misuse/") || is_attack {
        UnauthorizedAccess
    } else if has("error/Misdelivery") || has("error/Publishing") || has("error/Misconfig") {
        UnauthorizedDisclosure
    } else if has("error/Disposal") {
        ImproperDisposal
    } else if has("error/Loss") {
        Loss
    } else {
        return None;
    })
}

fn provider(record: &Record) -> Option<ServiceProvider> {
    record
        .standing(true)
        .find_map(|held| match &held.fact.value {
            Value::Relation { of, kind, .. } if kind == "service-provider" && !held.fact.is_not => {
                Some(ServiceProvider {
                    organisation: Organisation {
                        name: of.clone(),
                        ..Organisation::default()
                    },
                    told_custodian: None,
                })
            }
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AsOf, Entry, Event, Fact, IncidentId, SourceId, When};

    fn record(facts: Vec<Fact>) -> Record {
        let entry = Entry {
            at: jiff::Timestamp::UNIX_EPOCH,
            by: String::new(),
            event: Event::Proposed(facts),
        };
        Record::fold(IncidentId::of("x"), &[entry], AsOf::default())
    }

    fn fact(attribute: Attribute, value: &str) -> Fact {
        let value = match value.parse::<When>() {
            Ok(when) => Value::When(when),
            Err(_) => Value::Term(value.to_owned()),
        };
        Fact::new(attribute, value, SourceId(0))
    }

    #[test]
    fn what_the_record_lacks_is_said_and_not_made_up() {
        let mut facts = vec![fact(Attribute::Discovered, "2024-03")];
        let lacks = |facts: &[Fact]| assumed(&record(facts.to_vec())).map(drop);
        assert_eq!(lacks(&facts), Err(Lacks::Discovery));
        facts.push(fact(Attribute::Discovered, "2024-03-02"));
        assert_eq!(lacks(&facts), Err(Lacks::Place));
        facts.push(fact(Attribute::Place, "ca"));
        facts.push(fact(Attribute::Place, "ca-sk"));
        facts.push(fact(Attribute::Place, "Regina"));
        assert_eq!(lacks(&facts), Err(Lacks::Kind));
        facts.push(fact(Attribute::Action, "error/Loss"));
        facts.push(fact(Attribute::RegulatorTold, "2024-03-09").scoped("sk-ipc"));
        facts.push(fact(Attribute::PeopleTold, "~2024-05-09"));
        let found = assumed(&record(facts)).unwrap();
        assert_eq!(found.incident.kind, IncidentKind::Loss);
        assert_eq!(
            found.incident.custodian.operates_in,
            [Jurisdiction::Saskatchewan]
        );
        assert_eq!(found.people, [(Some(Jurisdiction::Saskatchewan), 1)]);
        let told: Vec<&str> = found.incident.notified.keys().map(String::as_str).collect();
        assert_eq!(told, ["sk-ipc"], "a day that is about is no day");
        let mut found = found;
        assert!(!found.tell(["sk-ipc"]), "every regulator is named");
        found.told_somebody = "2024-03-11".parse().ok();
        assert!(
            !found.tell(["ca-opc", "on-ipc"]),
            "none of them is of the place"
        );
        assert!(found.tell(["ca-opc", "sk-ipc"]));
        assert_eq!(found.incident.notified["sk-ipc"].to_string(), "2024-03-11");
    }
}
