//! Whatever the incident and whoever the people: nobody without an assessment, no duty without a reason, sums that add up.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use proptest::prelude::*;
use whose_law::{
    Answer, Assessment, Library, PersonFacts, Tally, assess_parties, parse_incident, timeline,
};
use whose_model::{
    CustodianKind, DataElement, HarmDecision, Incident, IncidentKind, Judgement, Jurisdiction,
    ObligationStatus, Party, PartyRole, PersonId, Residence, ResidenceBasis, Role, ServiceProvider,
};

static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::embedded().unwrap());

const PLACES: &[&str] = &[
    "ca-ab", "ca-bc", "ca-mb", "ca-nb", "ca-nl", "ca-ns", "ca-nt", "ca-nu", "ca-on", "ca-pe",
    "ca-qc", "ca-sk", "ca-yt", "us-tx", "us-ca", "us-ny", "us-nv", "fr", "gb", "au", "br",
];
const KINDS: &[CustodianKind] = &[
    CustodianKind::PrivateOrganization,
    CustodianKind::HealthInformationCustodian,
    CustodianKind::HealthAndSocialServicesBody,
    CustodianKind::Enterprise,
    CustodianKind::AlbertaCustodian,
    CustodianKind::Trustee,
    CustodianKind::PublicBody,
    CustodianKind::CoveredEntity,
    CustodianKind::HealthCustodian,
    CustodianKind::FederalInstitution,
    CustodianKind::Controller,
    CustodianKind::LicensedFacility,
    CustodianKind::PrinciplesEntity,
    CustodianKind::SecuritiesRegistrant,
];
const INCIDENTS: &[IncidentKind] = &[
    IncidentKind::Theft,
    IncidentKind::Loss,
    IncidentKind::RansomwareWithoutExfiltration,
    IncidentKind::UnauthorizedAccess,
    IncidentKind::UnauthorizedUse,
    IncidentKind::UnauthorizedDisclosure,
    IncidentKind::ImproperDisposal,
    IncidentKind::Alteration,
];
const TESTS: &[&str] = &[
    "real-risk-of-significant-harm",
    "risk-of-serious-injury",
    "risk-of-harm",
    "significant-harm",
    "potential-for-harm-or-embarrassment",
    "no-adverse-impact",
    "no-adverse-impact-nor-identification",
    "high-risk-to-individuals",
    "crossed-border",
    "gives-health-care",
    "municipal-institution",
    "business-where-people-live",
];
const ELEMENTS: &[DataElement] = &[
    DataElement::Name,
    DataElement::Address,
    DataElement::BirthDate,
    DataElement::HealthNumber,
    DataElement::Diagnosis,
    DataElement::LabResult,
    DataElement::SocialInsuranceNumber,
    DataElement::BankAccount,
];

fn judgement() -> impl Strategy<Value = Judgement> {
    prop_oneof![
        Just(Judgement::Yes),
        Just(Judgement::No),
        Just(Judgement::Undecided)
    ]
}

fn some<T: Clone + std::fmt::Debug + 'static>(
    from: &'static [T],
    most: usize,
) -> impl Strategy<Value = Vec<T>> {
    proptest::sample::subsequence(from, 0..=most.min(from.len()))
}

fn incident() -> impl Strategy<Value = (Incident, Date)> {
    (
        proptest::sample::select(INCIDENTS),
        some(KINDS, 4),
        some(PLACES, 5),
        proptest::collection::vec(judgement(), TESTS.len()),
        (judgement(), judgement()),
        0_i32..4000,
        0_i32..120,
        any::<bool>(),
        any::<bool>(),
        some(ELEMENTS, 2),
    )
        .prop_map(
            |(kind, kinds, places, answers, (encrypted, exfiltrated), start, later, provider, scoped, few)| {
                let mut incident = parse_incident(
                    "name = \"x\"\nkind = \"theft\"\ndiscovered = 2016-01-01\n[custodian]\nkinds = []\noperates_in = []\n",
                )
                .unwrap();
                let discovered: Date = "2016-01-01".parse::<Date>().unwrap().checked_add(start.days()).unwrap();
                incident.kind = kind;
                incident.discovered = discovered;
                incident.custodian.kinds = kinds;
                incident.custodian.operates_in =
                    places.iter().map(|code| Jurisdiction::from_code(code)).collect();
                incident.encrypted = encrypted;
                incident.exfiltrated = exfiltrated;
                for (id, answer) in TESTS.iter().zip(answers) {
                    if *id == "real-risk-of-significant-harm" {
                        incident.real_risk_of_significant_harm = answer;
                    } else {
                        incident.judgements.insert((*id).to_owned(), answer);
                    }
                }
                incident.service_provider = provider.then(ServiceProvider::default);
                if provider {
                    incident.parties.push(Party {
                        name: "a provider".to_owned(),
                        role: PartyRole::ServiceProvider,
                        kinds: vec![CustodianKind::PrivateOrganization],
                        operates_in: Vec::new(),
                        had_control: encrypted,
                        discovered: None,
                        determined: None,
                        told_custodian: None,
                    });
                }
                if scoped {
                    incident.harm.push(HarmDecision {
                        test: "real-risk-of-significant-harm".to_owned(),
                        decided: exfiltrated,
                        by: "A. Example".to_owned(),
                        on: None,
                        any_element: few,
                        all_elements: Vec::new(),
                        lives_in: Vec::new(),
                        factors: Vec::new(),
                    });
                }
                let as_of = discovered.checked_add(later.days()).unwrap();
                (incident, as_of)
            },
        )
}

#[derive(Clone, Debug)]
struct Someone {
    home: Option<Residence>,
    elements: Vec<DataElement>,
    role: Role,
}

fn someone() -> impl Strategy<Value = Someone> {
    (
        proptest::option::weighted(0.85, proptest::sample::select(PLACES)),
        some(ELEMENTS, 5),
        prop_oneof![
            Just(Role::Patient),
            Just(Role::Staff),
            Just(Role::Relative),
            Just(Role::Clinician),
            Just(Role::Unknown)
        ],
    )
        .prop_map(|(home, elements, role)| Someone {
            home: home.map(|code| Residence {
                jurisdiction: Jurisdiction::from_code(code),
                basis: ResidenceBasis::Address,
            }),
            elements,
            role,
        })
}

fn facts<'a>(id: &'a PersonId, one: &'a Someone) -> PersonFacts<'a> {
    PersonFacts {
        id,
        residence: one.home.as_ref(),
        elements: &one.elements,
        is_minor: false,
        is_deceased: false,
        role: one.role,
    }
}

/// Events and tasks of a calendar, read by the grammar of RFC 5545: unfolded lines, nested parts, names before a colon.
fn components(calendar: &str) -> Vec<BTreeMap<String, String>> {
    let text = calendar.replace("\r\n ", "");
    let mut open: Vec<String> = Vec::new();
    let mut parts: Vec<BTreeMap<String, String>> = Vec::new();
    for line in text
        .strip_suffix("\r\n")
        .expect("a last line end")
        .split("\r\n")
    {
        let (name, value) = line.split_once(':').expect("a name and a value");
        let name = name.split(';').next().expect("a name");
        assert!(
            name.chars().all(|ch| ch.is_ascii_uppercase() || ch == '-'),
            "{line}"
        );
        match name {
            "BEGIN" => {
                if matches!(value, "VEVENT" | "VTODO") {
                    parts.push(BTreeMap::new());
                }
                open.push(value.to_owned());
            }
            "END" => assert_eq!(open.pop().as_deref(), Some(value)),
            _ if matches!(open.last().map(String::as_str), Some("VEVENT" | "VTODO")) => {
                let part = parts.last_mut().expect("an open part");
                let twice = part.insert(name.to_owned(), value.to_owned());
                assert!(twice.is_none(), "{line}");
            }
            _ => {}
        }
    }
    assert!(open.is_empty());
    parts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_person_has_an_assessment_and_its_tree_says_the_same(
        (incident, as_of) in incident(), people in proptest::collection::vec(someone(), 1..8)
    ) {
        let assessment = Assessment::new(&LIBRARY, &incident, as_of);
        let id = PersonId("P-0123456789AB".to_owned());
        for one in &people {
            let person = facts(&id, one);
            let obligations = assessment.person(&person);
            let trees = assessment.why(&person);
            // A tree for each rule: somebody without any duty has a no with its reason for each.
            let rules: BTreeSet<&str> = LIBRARY.rule_ids().into_iter().collect();
            prop_assert!(!trees.is_empty() && trees.len() <= rules.len());
            let mut owed: BTreeMap<String, ObligationStatus> = obligations
                .iter()
                .map(|one| (format!("{}.{}", one.regime, one.duty), one.status))
                .collect();
            for tree in &trees {
                let rule = tree.says.split(' ').next().unwrap();
                let status = owed.remove(rule);
                match tree.answer {
                    Answer::No => prop_assert!(status.is_none(), "{:?}\n{}", status, tree.lines().join("\n")),
                    Answer::Open => prop_assert_eq!(status, Some(ObligationStatus::Ask), "{}", tree.lines().join("\n")),
                    Answer::Yes => prop_assert!(
                        matches!(status, Some(ObligationStatus::Due | ObligationStatus::Expected | ObligationStatus::OnHold)),
                        "{:?}\n{}", status, tree.lines().join("\n")
                    ),
                }
                prop_assert!(
                    tree.answer == Answer::Yes
                        || tree.parts.iter().any(|part| part.answer == tree.answer
                            && !(part.because.is_empty() && part.questions.is_empty() && part.answer == Answer::Open))
                );
            }
            prop_assert!(owed.is_empty(), "{owed:?}");
        }
    }

    #[test]
    fn no_duty_is_without_reason_citation_and_clock(
        (incident, as_of) in incident(), people in proptest::collection::vec(someone(), 0..8)
    ) {
        let assessment = Assessment::new(&LIBRARY, &incident, as_of);
        let id = PersonId("P-0123456789AB".to_owned());
        let mut tally = Tally::default();
        let mut all = Vec::new();
        for one in &people {
            let person = facts(&id, one);
            let obligations = assessment.person(&person);
            assessment.add(&mut tally, &person, &obligations);
            all.extend(obligations);
        }
        all.extend(assessment.incident(&tally));
        for party in assess_parties(&LIBRARY, &incident, &tally, as_of) {
            prop_assert!(!party.because.is_empty());
            all.extend(party.obligations);
        }
        for one in &all {
            prop_assert!(!one.because.is_empty(), "{}.{}", one.regime, one.duty);
            prop_assert!(!one.citation.is_empty());
            if one.status == ObligationStatus::Ask {
                prop_assert!(one.because[0].contains('?'), "{:?}", one.because);
            }
        }
        let now = as_of.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
        let timeline = timeline(&LIBRARY, &incident, &all, as_of, now);
        for deadline in &timeline.deadlines {
            prop_assert!(!deadline.zone.is_empty());
            prop_assert_eq!(deadline.last_day.is_some(), deadline.ends.is_some());
        }
        let calendar = timeline.icalendar("case", now);
        prop_assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.ends_with("END:VCALENDAR\r\n"));
        prop_assert_eq!(
            calendar.matches("BEGIN:VEVENT").count(),
            timeline.deadlines.iter().filter(|one| one.last_day.is_some()).count()
        );
        let parts = components(&calendar);
        let uids: std::collections::BTreeSet<&String> = parts.iter().map(|part| &part["UID"]).collect();
        prop_assert_eq!(uids.len(), parts.len());
        prop_assert_eq!(parts.len(), timeline.deadlines.len().max(1));
        prop_assert!(parts.iter().all(|part| part.contains_key("DTSTAMP") && part.contains_key("SUMMARY")));
    }

    #[test]
    fn the_counts_for_all_regulators_add_up_to_the_list(
        (incident, as_of) in incident(), people in proptest::collection::vec(someone(), 1..24)
    ) {
        let assessment = Assessment::new(&LIBRARY, &incident, as_of);
        let id = PersonId("P-0123456789AB".to_owned());
        let mut tally = Tally::default();
        let (mut left, mut right) = (Tally::default(), Tally::default());
        let mut told: BTreeMap<(String, String), u64> = BTreeMap::new();
        for (n, one) in people.iter().enumerate() {
            let person = facts(&id, one);
            let obligations = assessment.person(&person);
            assessment.add(&mut tally, &person, &obligations);
            assessment.add(if n % 2 == 0 { &mut left } else { &mut right }, &person, &obligations);
            for one in &obligations {
                *told.entry((one.regime.clone(), one.duty.clone())).or_default() += 1;
            }
        }
        let n = people.len() as u64;
        prop_assert_eq!(tally.people(), n);
        prop_assert_eq!(tally.by_residence().values().sum::<u64>(), n);
        // Parts that are merged are the whole.
        left.merge(&right);
        prop_assert_eq!(&left, &tally);
        // What the tally says of each duty is what each person was told.
        for (regime, duties) in tally.by_duty() {
            for (duty, count) in duties {
                let sum = count.due + count.ask + count.expected + count.on_hold;
                prop_assert_eq!(told.remove(&(regime.clone(), duty.clone())), Some(sum));
                prop_assert!(sum <= n);
            }
        }
        prop_assert!(told.is_empty());
        for one in assessment.incident(&tally) {
            if one.addressee == "counsel" || one.addressee == "media" {
                continue;
            }
            // "7,293 people: ca-sk 7,000, ca-on 293": the parts are the sum, and the sum is of the list.
            let line = one.because.iter().find(|line| line.contains(" people: ")).cloned();
            if let Some(line) = line {
                let (sum, parts) = line.split_once(" people: ").unwrap();
                let number = |text: &str| text.replace(',', "").parse::<u64>().unwrap();
                let parts: u64 = parts.split(", ").map(|part| number(part.rsplit(' ').next().unwrap())).sum();
                prop_assert_eq!(number(sum), parts);
                prop_assert!(parts <= n && parts > 0);
            }
        }
    }

    #[test]
    fn nobody_is_guessed_out_of_a_duty_by_what_is_not_decided(
        (incident, as_of) in incident(), one in someone()
    ) {
        // Every answer withdrawn: whatever was owed is still owed or asked.
        let id = PersonId("P-0123456789AB".to_owned());
        let person = facts(&id, &one);
        let owed = Assessment::new(&LIBRARY, &incident, as_of).person(&person);
        let mut open = incident.clone();
        open.harm.clear();
        open.real_risk_of_significant_harm = Judgement::Undecided;
        open.encrypted = Judgement::Undecided;
        for answer in open.judgements.values_mut() {
            *answer = Judgement::Undecided;
        }
        let asked: BTreeSet<(String, String)> = Assessment::new(&LIBRARY, &open, as_of)
            .person(&person)
            .into_iter()
            .map(|one| (one.regime, one.duty))
            .collect();
        for one in owed {
            // A border that was crossed is the one answer that undoes an exemption; within one province nobody is asked for it.
            if one.regime == "ca-pipeda" && open.custodian.operates_in.len() == 1 {
                continue;
            }
            prop_assert!(asked.contains(&(one.regime.clone(), one.duty.clone())), "{}.{}", one.regime, one.duty);
        }
    }
}
