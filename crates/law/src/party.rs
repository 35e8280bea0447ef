//! Each organisation of an incident for itself: custodian, service provider, affiliate, parent -> its own duties.
//!
//! Who had the information in custody or under control answers for it. A
//! service provider tells the custodian; a company of the same group has the
//! duties of a custodian only if it had the information itself, and while
//! nobody has said whether it had, that is asked.

use jiff::civil::Date;
use whose_model::{
    Incident, Judgement, Obligation, ObligationStatus, Party, PartyRole, ServiceProvider,
};

use crate::assess::Assessment;
use crate::library::Library;
use crate::tally::Tally;

/// What one organisation owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyDuties {
    /// Its name.
    pub name: String,
    /// What it was to the information; `None` for the custodian of the incident.
    pub role: Option<PartyRole>,
    /// Why it owes what it owes, or nothing.
    pub because: Vec<String>,
    /// Duties about the incident.
    pub obligations: Vec<Obligation>,
}

/// The duties about the incident, organisation by organisation; the custodian's come first.
pub fn assess_parties(
    library: &Library,
    incident: &Incident,
    tally: &Tally,
    as_of: Date,
) -> Vec<PartyDuties> {
    let own = Assessment::new(library, incident, as_of).incident(tally);
    let mut duties = vec![PartyDuties {
        name: incident.custodian.organisation.name.clone(),
        role: None,
        because: vec!["the custodian of the incident".to_owned()],
        // What a provider owes to the custodian is the provider's.
        obligations: own
            .into_iter()
            .filter(|one| one.addressee != "custodian")
            .collect(),
    }];
    duties.extend(
        incident
            .parties
            .iter()
            .map(|party| of_party(library, incident, party, tally, as_of)),
    );
    duties
}

fn of_party(
    library: &Library,
    incident: &Incident,
    party: &Party,
    tally: &Tally,
    as_of: Date,
) -> PartyDuties {
    let mut because = Vec::new();
    let mut obligations = Vec::new();
    if party.role == PartyRole::ServiceProvider {
        because.push("held the information for the custodian, and tells it".to_owned());
        let mut seen = incident.clone();
        seen.service_provider
            .get_or_insert_with(ServiceProvider::default)
            .told_custodian = party.told_custodian;
        own_days(&mut seen, party);
        obligations.extend(
            Assessment::new(library, &seen, as_of)
                .incident(tally)
                .into_iter()
                .filter(|one| one.addressee == "custodian"),
        );
    }
    match party.had_control {
        Judgement::No => because.push(
            "did not have the information in its own custody or under its control".to_owned(),
        ),
        answer => {
            let question = format!(
                "did {} have the information in its own custody or under its own control?",
                party.name
            );
            because.push(match answer {
                Judgement::Yes => {
                    "had the information in its own custody or under its control".to_owned()
                }
                _ => question.clone(),
            });
            let seen = as_custodian(incident, party);
            let as_if = Assessment::new(library, &seen, as_of).incident(tally);
            obligations.extend(
                as_if
                    .into_iter()
                    .filter(|one| one.addressee != "custodian")
                    .map(|mut one| {
                        if answer != Judgement::Yes {
                            one.status = ObligationStatus::Ask;
                            one.because.insert(0, question.clone());
                        }
                        one
                    }),
            );
        }
    }
    PartyDuties {
        name: party.name.clone(),
        role: Some(party.role),
        because,
        obligations,
    }
}

/// The incident as the party's own.
fn as_custodian(incident: &Incident, party: &Party) -> Incident {
    let mut seen = incident.clone();
    seen.custodian.organisation.name = party.name.clone();
    seen.custodian.kinds = party.kinds.clone();
    if !party.operates_in.is_empty() {
        seen.custodian.operates_in = party.operates_in.clone();
    }
    seen.service_provider = None;
    own_days(&mut seen, party);
    seen
}

fn own_days(seen: &mut Incident, party: &Party) {
    if let Some(day) = party.discovered {
        seen.discovered = day;
    }
    if party.determined.is_some() {
        seen.determined = party.determined;
    }
    // Whom the custodian told, the party has not told.
    seen.notified.clear();
    seen.parties.clear();
}
