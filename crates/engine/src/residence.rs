//! Residence: where a person lives, from the surest sign there is, and what that sign was.
//!
//! An address says more than a postal code, that more than the issuer of a
//! health number, that more than an area code; a first letter of a postal code
//! is a hint for border communities (`law.md` 7.2 marks the map unverified).
//! Most provinces' numbers have no check digit that is known, so that the same
//! digits fit several: there the area code says which of them it is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use whose_identifiers::{Check, Family, Kind};
use whose_model::{Jurisdiction, PersonRecord, PostalAddress, Residence, ResidenceBasis, Standard};

/// Concludes a residence from a person's records; roster rows come first.
pub(crate) fn of(
    records: &[&PersonRecord],
    address: Option<(&PostalAddress, Standard)>,
) -> Option<Residence> {
    if let Some((address, standard)) = address
        && let Some((jurisdiction, basis)) = of_address(address)
    {
        let basis = if standard == Standard::Roster {
            ResidenceBasis::Roster
        } else {
            basis
        };
        return Some(Residence {
            jurisdiction,
            basis,
        });
    }
    // The fullest address may lack what a shorter one has: its province.
    let other = records
        .iter()
        .flat_map(|record| &record.addresses)
        .filter_map(|address| of_address(address.reveal()))
        .map(|(jurisdiction, _)| jurisdiction.code().to_owned());
    if let Some(code) = most(other) {
        return Some(Residence {
            jurisdiction: Jurisdiction::from_code(&code),
            basis: ResidenceBasis::Address,
        });
    }
    let phone = most(
        records
            .iter()
            .flat_map(|record| &record.phones)
            .filter_map(|phone| of_phone(phone.reveal())),
    );
    let numbers = || {
        records
            .iter()
            .flat_map(|record| &record.health_numbers)
            .filter(|number| number.holds)
    };
    let number = most(numbers().filter_map(|number| {
        let kind = whose_identifiers::kind(number.scheme.id())?;
        kind.jurisdiction
            .starts_with("ca-")
            .then(|| kind.jurisdiction.to_owned())
    }));
    // The same digits may be another province's number; a telephone there says which.
    let beside = phone.clone().filter(|province| {
        numbers().any(|number| could_be_of(number.scheme.id(), number.number.reveal(), province))
    });
    if let Some(code) = number.map(|number| beside.unwrap_or(number)) {
        return Some(Residence {
            jurisdiction: Jurisdiction::from_code(&code),
            basis: ResidenceBasis::HealthNumber,
        });
    }
    phone.map(|code| Residence {
        jurisdiction: Jurisdiction::from_code(&code),
        basis: ResidenceBasis::Phone,
    })
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

fn of_phone(digits: &str) -> Option<String> {
    let digits: String = digits.chars().filter(char::is_ascii_digit).collect();
    let national = if digits.len() == 11 {
        digits.strip_prefix('1')?
    } else {
        &digits
    };
    if national.len() != 10 {
        return None;
    }
    AREA_CODES.get(&national.get(..3)?.parse().ok()?).cloned()
}

const US_STATES: [&str; 52] = [
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA",
    "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM",
    "NY", "NC", "ND", "OH", "OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA",
    "WA", "WV", "WI", "WY",
];

#[cfg(test)]
mod tests {
    use whose_model::{IssuedNumber, Phi, RecordId, Scheme};

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

    #[test]
    fn digits_that_hold_in_two_provinces_are_of_the_one_where_the_telephone_rings() {
        let made = |scheme: &str| (whose_identifiers::kind(scheme).unwrap().make)(7);
        let number = made("ca-ab");
        let at = |phones: &[&str]| {
            let record = record(&[("ca-ab", &number)], phones);
            let residence = of(&[&record], None).unwrap();
            (residence.jurisdiction.code().to_owned(), residence.basis)
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
        let residence = of(&[&record], Some((&street, Standard::Evidence))).unwrap();
        assert_eq!(residence.jurisdiction.code(), "ca-sk");
    }

    #[test]
    fn an_area_code_of_one_province_tells_it_and_a_shared_one_nothing() {
        assert_eq!(of_phone("+1 (306) 555-0100").as_deref(), Some("ca-sk"));
        assert_eq!(of_phone("9025550100"), None);
        assert_eq!(of_phone("5550100"), None);
    }
}
