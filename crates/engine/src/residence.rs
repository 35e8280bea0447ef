//! Residence: where a person lives, from the surest sign there is, and what that sign was.
//!
//! An address says more than a postal code, that more than the issuer of a
//! health number, that more than an area code; a first letter of a postal code
//! is a hint for border communities (`law.md` 7.2 marks the map unverified).
//! Most provinces' numbers have no check digit that is known, so that the same
//! digits fit several: there the area code says which of them it is.
//!
//! Where number and telephone are of one province and most addresses in
//! another, nothing is concluded: somebody who knows the person must say.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use whose_identifiers::{Check, Family, Kind};
use whose_model::{Jurisdiction, PersonRecord, PostalAddress, Residence, ResidenceBasis};

/// What a person's records say of where they live.
#[derive(Debug, PartialEq)]
pub(crate) enum Found {
    /// Here.
    Home(Residence),
    /// Their addresses are in one province; health number and telephone are of another, where no address is.
    Contradicted,
    /// Nothing.
    Nowhere,
}

/// Concludes a residence from a person's records; `roster` is the address in the custodian's index.
///
/// Of addresses in several provinces the one that most records give counts,
/// among as many the one of the health number, then of the telephone. Whoever
/// moves keeps the telephone, and an old address stands in old records: where
/// number and telephone both speak against most addresses, people must decide.
pub(crate) fn of(records: &[&PersonRecord], roster: Option<&PostalAddress>) -> Found {
    if let Some((jurisdiction, _)) = roster.and_then(of_address) {
        return home(jurisdiction, ResidenceBasis::Roster);
    }
    let mut provinces: BTreeMap<String, (usize, ResidenceBasis)> = BTreeMap::new();
    for record in records {
        let of_record: BTreeMap<String, ResidenceBasis> = record
            .addresses
            .iter()
            .filter_map(|address| of_address(address.reveal()))
            .map(|(jurisdiction, basis)| (jurisdiction.code().to_owned(), basis))
            .collect();
        for (code, basis) in of_record {
            let said = provinces.entry(code).or_insert((0, basis));
            said.0 += 1;
            if basis == ResidenceBasis::Address {
                said.1 = basis;
            }
        }
    }
    let phones = || {
        records
            .iter()
            .flat_map(|record| &record.phones)
            .filter_map(|phone| of_phone(phone.reveal()))
    };
    let phone = most(phones().filter(|areas| !areas.contains(' ')).cloned());
    let rings_in = |code: &str| phones().any(|areas| areas.split(' ').any(|one| one == code));
    let numbers = || {
        records
            .iter()
            .flat_map(|record| &record.health_numbers)
            .filter(|number| number.holds)
    };
    let is_numbered_in = |province: &str| {
        numbers().any(|number| could_be_of(number.scheme.id(), number.number.reveal(), province))
    };
    let number = most(numbers().filter_map(|number| {
        let kind = whose_identifiers::kind(number.scheme.id())?;
        kind.jurisdiction
            .starts_with("ca-")
            .then(|| kind.jurisdiction.to_owned())
    }));
    // The same digits may be another province's number; a telephone there says which.
    let number = number.map(|number| {
        let beside = phone.clone().filter(|province| is_numbered_in(province));
        beside.unwrap_or(number)
    });
    let of_number = |code: &str| number.as_deref() == Some(code) || is_numbered_in(code);
    let likeliest = provinces.iter().max_by(|(a, (n_a, _)), (b, (n_b, _))| {
        let signs = |code: &str| (of_number(code), phone.as_deref() == Some(code));
        n_a.cmp(n_b)
            .then_with(|| signs(a).cmp(&signs(b)))
            .then_with(|| b.cmp(a))
    });
    if let Some((code, (_, basis))) = likeliest {
        let is_elsewhere = code.starts_with("ca-")
            && !of_number(code)
            && !rings_in(code)
            && number.as_deref().is_some_and(rings_in);
        return match is_elsewhere {
            true => Found::Contradicted,
            false => home(Jurisdiction::from_code(code), *basis),
        };
    }
    match (number, phone) {
        (Some(code), _) => home(Jurisdiction::from_code(&code), ResidenceBasis::HealthNumber),
        (None, Some(code)) => home(Jurisdiction::from_code(&code), ResidenceBasis::Phone),
        (None, None) => Found::Nowhere,
    }
}

fn home(jurisdiction: Jurisdiction, basis: ResidenceBasis) -> Found {
    Found::Home(Residence {
        jurisdiction,
        basis,
    })
}

/// Whether an address is in a place of residence, as far as it says.
pub(crate) fn is_in(address: &PostalAddress, residence: &Residence) -> bool {
    of_address(address).is_some_and(|(jurisdiction, _)| jurisdiction == residence.jurisdiction)
}

/// Whether a number may be one of a province's health plan as well as of its own scheme: by a check digit, if its own has one.
fn could_be_of(scheme: &str, number: &str, province: &str) -> bool {
    let is_checked = |kind: &Kind| matches!(kind.check, Check::Confirmed(_));
    let must_hold = whose_identifiers::kind(scheme).is_some_and(is_checked);
    whose_identifiers::all().iter().any(|kind| {
        kind.family == Family::HealthNumber
            && kind.jurisdiction == province
            && (is_checked(kind) || !must_hold)
            && (kind.parse)(number).is_ok()
    })
}

/// The most frequent code, the first in the alphabet among equals.
fn most(codes: impl Iterator<Item = String>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for code in codes {
        *counts.entry(code).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))
        .map(|(code, _)| code)
}

fn of_address(address: &PostalAddress) -> Option<(Jurisdiction, ResidenceBasis)> {
    let country = country(&address.country);
    if let Some(code) = country
        && code != "ca"
    {
        let region = address.province.trim().to_ascii_lowercase();
        let is_state = code == "us"
            && region.len() == 2
            && region.bytes().all(|byte| byte.is_ascii_lowercase());
        let code = if is_state {
            format!("us-{region}")
        } else {
            code.to_owned()
        };
        return Some((Jurisdiction::from_code(&code), ResidenceBasis::Address));
    }
    if let Some(province) = Jurisdiction::parse_province(&address.province) {
        return Some((province, ResidenceBasis::Address));
    }
    if let Some(province) = of_postal_code(&address.postal_code) {
        return Some((province, ResidenceBasis::PostalCode));
    }
    let region = address.province.trim();
    if US_STATES.contains(&region.to_ascii_uppercase().as_str()) {
        return Some((
            Jurisdiction::from_code(&format!("us-{}", region.to_ascii_lowercase())),
            ResidenceBasis::Address,
        ));
    }
    None
}

/// ISO 3166 code of a country as addresses write it; `None` for none or an unknown one.
pub(crate) fn country(text: &str) -> Option<&'static str> {
    let text = text.trim().trim_matches('.').to_lowercase();
    Some(match text.as_str() {
        "ca" | "can" | "canada" => "ca",
        "us"
        | "usa"
        | "u.s.a"
        | "u.s"
        | "united states"
        | "united states of america"
        | "états-unis"
        | "etats-unis"
        | "é.-u" => "us",
        "uk" | "gb" | "gbr" | "united kingdom" | "great britain" | "england" | "scotland"
        | "wales" | "royaume-uni" => "gb",
        "fr" | "fra" | "france" => "fr",
        "au" | "aus" | "australia" | "australie" => "au",
        "ie" | "irl" | "ireland" | "irlande" => "ie",
        "de" | "deu" | "germany" | "allemagne" => "de",
        "be" | "bel" | "belgium" | "belgique" => "be",
        "ch" | "che" | "switzerland" | "suisse" => "ch",
        "mx" | "mex" | "mexico" | "mexique" => "mx",
        "in" | "ind" | "india" | "inde" => "in",
        "nz" | "nzl" | "new zealand" | "nouvelle-zélande" => "nz",
        _ => return None,
    })
}

/// Canada Post's first letters; X is told apart by the next two characters.
pub(crate) fn of_postal_code(code: &str) -> Option<Jurisdiction> {
    let code: Vec<u8> = code
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_uppercase())
        .collect();
    let [first, second, third, rest @ ..] = code.as_slice() else {
        return None;
    };
    let is_canadian = rest.len() == 3
        && first.is_ascii_alphabetic()
        && second.is_ascii_digit()
        && third.is_ascii_alphabetic();
    if !is_canadian {
        return None;
    }
    Some(match first {
        b'A' => Jurisdiction::NewfoundlandAndLabrador,
        b'B' => Jurisdiction::NovaScotia,
        b'C' => Jurisdiction::PrinceEdwardIsland,
        b'E' => Jurisdiction::NewBrunswick,
        b'G' | b'H' | b'J' => Jurisdiction::Quebec,
        b'K' | b'L' | b'M' | b'N' | b'P' => Jurisdiction::Ontario,
        b'R' => Jurisdiction::Manitoba,
        b'S' => Jurisdiction::Saskatchewan,
        b'T' => Jurisdiction::Alberta,
        b'V' => Jurisdiction::BritishColumbia,
        b'X' if matches!((second, third), (b'0', b'A' | b'B' | b'C')) => Jurisdiction::Nunavut,
        b'X' if matches!((second, third), (b'0', b'E' | b'G') | (b'1', b'A')) => {
            Jurisdiction::NorthwestTerritories
        }
        b'Y' => Jurisdiction::Yukon,
        _ => return None,
    })
}

static AREA_CODES: LazyLock<BTreeMap<u16, String>> = LazyLock::new(|| {
    let table: BTreeMap<String, Vec<u16>> =
        toml::from_str(include_str!("../../../lexicons/area-codes.toml")).unwrap_or_default();
    table
        .into_iter()
        .flat_map(|(code, areas)| areas.into_iter().map(move |area| (area, code.clone())))
        .collect()
});

/// The provinces that the area code serves, with spaces between them.
fn of_phone(digits: &str) -> Option<&'static String> {
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let national = if digits.len() == 11 {
        digits.strip_prefix('1')?
    } else {
        &digits
    };
    if national.len() != 10 {
        return None;
    }
    AREA_CODES.get(&national.get(..3)?.parse().ok()?)
}

const US_STATES: [&str; 52] = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA",
    "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM",
    "NY", "NC", "ND", "OH", "OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA",
    "WA", "WV", "WI", "WY",
];

#[cfg(test)]
mod tests {
    use whose_model::{IssuedNumber, Phi, RecordId, Scheme, Standard};

    use super::*;

    fn address(province: &str, postal_code: &str, country: &str) -> PostalAddress {
        PostalAddress {
            province: province.into(),
            postal_code: postal_code.into(),
            country: country.into(),
            ..PostalAddress::default()
        }
    }

    #[test]
    fn the_surest_part_of_an_address_decides() {
        let cases = [
            (("Sask.", "S4P 3Y2", ""), "ca-sk", ResidenceBasis::Address),
            (("", "x0a0h0", ""), "ca-nu", ResidenceBasis::PostalCode),
            (
                ("", "X1A 2N3", "Canada"),
                "ca-nt",
                ResidenceBasis::PostalCode,
            ),
            (("NY", "10001", "USA"), "us-ny", ResidenceBasis::Address),
            (("WA", "98101", ""), "us-wa", ResidenceBasis::Address),
            (
                ("", "SW1A 1AA", "United Kingdom"),
                "gb",
                ResidenceBasis::Address,
            ),
        ];
        for ((province, code, country), expected, basis) in cases {
            let (jurisdiction, found) = of_address(&address(province, code, country)).unwrap();
            assert_eq!((jurisdiction.code(), found), (expected, basis));
        }
        assert!(of_address(&address("", "", "")).is_none());
    }

    fn record(numbers: &[(&'static str, &str)], phones: &[&str]) -> PersonRecord {
        let id = RecordId {
            exhibit: [1; 16],
            subject: 1,
        };
        let mut record = PersonRecord::new(id, Standard::Evidence);
        record.health_numbers = numbers
            .iter()
            .map(|(scheme, number)| IssuedNumber {
                scheme: Scheme::new(scheme),
                number: Phi::new((*number).to_owned()),
                holds: true,
            })
            .collect();
        record.phones = phones
            .iter()
            .map(|phone| Phi::new((*phone).to_owned()))
            .collect();
        record
    }

    #[track_caller]
    fn lives(found: Found) -> (String, ResidenceBasis) {
        match found {
            Found::Home(residence) => (residence.jurisdiction.code().to_owned(), residence.basis),
            other => panic!("{other:?}"),
        }
    }

    fn at(mut record: PersonRecord, province: &str) -> PersonRecord {
        record.addresses.push(Phi::new(address(province, "", "")));
        record
    }

    #[test]
    fn addresses_against_which_number_and_telephone_both_speak_are_a_question() {
        let made = |scheme: &str| (whose_identifiers::kind(scheme).unwrap().make)(7);
        let number = made("ca-qc");
        let of_quebec = || record(&[("ca-qc", &number)], &["8195550100"]);
        let found = |records: &[PersonRecord]| {
            let records: Vec<&PersonRecord> = records.iter().collect();
            of(&records, None)
        };
        let toronto = at(of_quebec(), "ON");
        assert_eq!(found(std::slice::from_ref(&toronto)), Found::Contradicted);
        let gatineau = at(of_quebec(), "QC");
        assert_eq!(
            found(&[toronto.clone(), toronto.clone(), gatineau.clone()]),
            Found::Contradicted
        );
        // As many addresses here as there: number and telephone say which.
        let both = found(&[toronto.clone(), gatineau]);
        assert_eq!(lives(both).0, "ca-qc");
        // A telephone alone is taken along in a move; and the custodian's index knows better.
        let moved = at(record(&[("ca-on", &made("ca-on"))], &["8195550100"]), "ON");
        assert_eq!(lives(found(&[moved])).0, "ca-on");
        let index = of(&[&toronto], Some(&address("ON", "", "")));
        assert_eq!(lives(index), ("ca-on".to_owned(), ResidenceBasis::Roster));
    }

    #[test]
    fn digits_that_hold_in_two_provinces_are_of_the_one_where_the_telephone_rings() {
        let made = |scheme: &str| (whose_identifiers::kind(scheme).unwrap().make)(7);
        let number = made("ca-ab");
        let at = |phones: &[&str]| {
            let record = record(&[("ca-ab", &number)], phones);
            lives(of(&[&record], None))
        };
        let code = |code: &str| (code.to_owned(), ResidenceBasis::HealthNumber);
        assert_eq!(at(&["3065550100"]), code("ca-sk"));
        assert_eq!(at(&["4035550100"]), code("ca-ab"));
        // Ontario's numbers have ten digits.
        assert_eq!(at(&["4165550100"]), code("ca-ab"));
        assert_eq!(at(&[]), code("ca-ab"));
        // British Columbia's has a check digit, Nova Scotia's has none that is known.
        assert!(!could_be_of("ca-bc", &made("ca-bc"), "ca-ns"));
    }

    #[test]
    fn a_shorter_address_tells_the_province_that_the_fullest_lacks() {
        let mut record = record(&[], &[]);
        let street = PostalAddress {
            street: "PO Box 41".into(),
            ..address("", "", "")
        };
        record.addresses = [street.clone(), address("SK", "", "")].map(Phi::new).into();
        assert_eq!(lives(of(&[&record], None)).0, "ca-sk");
    }

    #[test]
    fn an_area_code_of_one_province_tells_it_and_a_shared_one_that_it_is_no_other() {
        let areas = |phone: &str| of_phone(phone).map(String::as_str);
        assert_eq!(areas("+1 (306) 555-0100"), Some("ca-sk"));
        assert_eq!(areas("9025550100"), Some("ca-ns ca-pe"));
        assert_eq!(areas("5550100"), None);
        let shared = record(&[], &["9025550100"]);
        assert_eq!(of(&[&shared], None), Found::Nowhere);
        let number = (whose_identifiers::kind("ca-ns").unwrap().make)(7);
        let here = at(record(&[("ca-ns", &number)], &["9025550100"]), "NS");
        assert_eq!(lives(of(&[&here], None)).0, "ca-ns");
        let there = at(record(&[("ca-ns", &number)], &["9025550100"]), "QC");
        assert_eq!(of(&[&there], None), Found::Contradicted);
    }
}
