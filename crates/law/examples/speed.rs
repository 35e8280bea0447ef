//! How many people a second one core assesses and tallies: `cargo run --release -p whose-law --example speed`.

use std::time::Instant;

use whose_law::{Assessment, LawError, Library, PersonFacts, Tally, parse_incident};
use whose_model::{DataElement, Jurisdiction, PersonId, Residence, ResidenceBasis, Role};

#[allow(clippy::print_stdout)]
fn main() -> Result<(), LawError> {
    let library = Library::embedded()?;
    let incident = parse_incident(
        r#"
name = "speed"
kind = "theft"
discovered = 2025-02-21
exfiltrated = "yes"
[custodian]
kinds = ["private-organization", "trustee", "health-information-custodian", "alberta-custodian", "health-and-social-services-body"]
operates_in = ["ca-ab", "ca-bc", "ca-on", "ca-qc", "ca-sk"]
"#,
    )?;
    let as_of = incident.discovered;
    let assessment = Assessment::new(&library, &incident, as_of);
    let elements: Vec<DataElement> = DataElement::ALL.iter().copied().take(20).collect();
    let homes: Vec<Residence> = [
        "ca-ab", "ca-bc", "ca-on", "ca-qc", "ca-sk", "ca-ns", "us-ny",
    ]
    .iter()
    .map(|code| Residence {
        jurisdiction: Jurisdiction::from_code(code),
        basis: ResidenceBasis::Address,
    })
    .collect();
    let id = PersonId("P-0123456789AB".to_owned());
    let n_people = 1_000_000_usize;
    let mut tally = Tally::default();
    let mut n_obligations = 0_usize;
    let start = Instant::now();
    for n in 0..n_people {
        let n_elements = 5 + n % 15;
        let person = PersonFacts {
            id: &id,
            residence: homes.get(n % homes.len()),
            elements: elements.get(..n_elements).unwrap_or_default(),
            is_minor: n % 9 == 0,
            is_deceased: false,
            role: Role::Patient,
        };
        let obligations = assessment.person(&person);
        n_obligations += obligations.len();
        tally.add(&library, &person, &obligations);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "people: {n_people}, obligations: {n_obligations}, people a second: {:.0}",
        n_people as f64 / seconds
    );
    Ok(())
}
