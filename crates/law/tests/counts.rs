//! For any list of people: everybody is assessed, every duty has a reason, and the counts add up to the list.

use jiff::civil::date;
use proptest::prelude::*;
use whose_law::{Assessment, Library, PersonFacts, Tally};
use whose_model::{DataElement, Incident, Jurisdiction, PersonId, Residence, ResidenceBasis, Role};

const PLACES: [&str; 18] = [
    "ca-on", "ca-qc", "ca-ab", "ca-bc", "ca-sk", "ca-mb", "ca-nb", "ca-ns", "ca-nl", "ca-pe",
    "ca-yt", "ca-nt", "ca-nu", "us-ca", "us-tx", "fr", "gb", "au",
];

const KINDS: [&str; 8] = [
    "theft",
    "loss",
    "ransomware-without-exfiltration",
    "unauthorized-access",
    "unauthorized-use",
    "unauthorized-disclosure",
    "improper-disposal",
    "alteration",
];

fn incident(kind: &str, custodian: &str, place: &str, harm: &str) -> Incident {
    toml::from_str(&format!(
        "name = \"any\"\nkind = \"{kind}\"\ndiscovered = \"2025-09-01\"\nreal_risk_of_significant_harm = \"{harm}\"\n[custodian]\nkinds = [\"{custodian}\"]\noperates_in = [\"{place}\"]\n"
    ))
    .expect("a well-formed incident")
}

type Made = (Option<usize>, Vec<usize>, bool, bool, bool);

fn people() -> impl Strategy<Value = Vec<Made>> {
    let one = (
        proptest::option::of(0..PLACES.len()),
        proptest::collection::vec(0..DataElement::ALL.len(), 1..6),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    proptest::collection::vec(one, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn everybody_is_assessed_with_reasons_and_the_counts_add_up(
        people in people(),
        kind in proptest::sample::select(KINDS.as_slice()),
        custodian in proptest::sample::select(["private-organization", "health-information-custodian", "enterprise", "trustee", "public-body", "covered-entity"].as_slice()),
        place in proptest::sample::select(["ca-on", "ca-qc", "ca-sk", "us-ca"].as_slice()),
        harm in proptest::sample::select(["yes", "no", "undecided"].as_slice()),
    ) {
        let library = Library::embedded().unwrap();
        let incident = incident(kind, custodian, place, harm);
        let assessment = Assessment::new(&library, &incident, date(2025, 10, 1));
        let mut tally = Tally::default();
        let mut owed = 0;
        let mut by_element = std::collections::BTreeMap::new();
        for (at, (home, elements, is_minor, is_deceased, is_staff)) in people.iter().enumerate() {
            let id = PersonId(format!("P-{at}"));
            let residence = home.map(|at| Residence {
                jurisdiction: Jurisdiction::from_code(PLACES[at]),
                basis: ResidenceBasis::Address,
            });
            let mut elements: Vec<DataElement> = elements.iter().map(|at| DataElement::ALL[*at]).collect();
            elements.sort();
            elements.dedup();
            let person = PersonFacts {
                id: &id,
                residence: residence.as_ref(),
                elements: &elements,
                is_minor: *is_minor,
                is_deceased: *is_deceased,
                role: if *is_staff { Role::Staff } else { Role::Patient },
            };
            // Every rule that is in force says yes, no or ask about this person, with its parts.
            let trees = assessment.why(&person);
            prop_assert!(!trees.is_empty());
            let obligations = assessment.person(&person);
            for one in &obligations {
                prop_assert!(!one.because.is_empty(), "{}.{}", one.regime, one.duty);
                prop_assert!(one.because.iter().all(|why| !why.trim().is_empty()));
                prop_assert!(!one.citation.is_empty());
                prop_assert_eq!(one.person_id.as_ref(), Some(&id));
            }
            owed += obligations.len() as u64;
            for element in elements.iter().copied() {
                *by_element.entry(element).or_insert(0_u64) += 1;
            }
            tally.add(&library, &person, &obligations);
        }
        let n = people.len() as u64;
        prop_assert_eq!(tally.people(), n);
        prop_assert_eq!(tally.by_residence().values().sum::<u64>(), n);
        prop_assert_eq!(tally.groups().map(|(_, _, group)| group.people).sum::<u64>(), n);
        prop_assert_eq!(tally.by_element(), by_element);
        let counted: u64 = tally
            .by_duty()
            .values()
            .flat_map(|duties| duties.values())
            .map(|count| count.due + count.ask + count.expected + count.on_hold)
            .sum();
        prop_assert_eq!(counted, owed);
        // A duty about the incident has a reason, too.
        for one in assessment.incident(&tally) {
            prop_assert!(!one.because.is_empty(), "{}.{}", one.regime, one.duty);
        }
    }
}
