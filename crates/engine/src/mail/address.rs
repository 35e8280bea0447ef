//! A postal address in; what a mail house would stumble over, and where it stands in postal order, out.
//!
//! Nothing is corrected: an address that looks wrong is shown to a person. The
//! first letter of a Canadian postal code names its province, save at borders,
//! so a mismatch is something to look at and not an error.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use whose_model::{Jurisdiction, PostalAddress};

use crate::residence::{country, of_postal_code};

/// Longer lines do not fit a window.
const LONGEST_LINE: usize = 45;

/// Something to look at before an address is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// No street, box or rural route.
    NoStreet,
    /// No city.
    NoCity,
    /// No postal code.
    NoPostalCode,
    /// The postal code has not the form of its country.
    PostalCodeForm,
    /// The postal code is another province's.
    PostalCodeProvince,
    /// No province or state.
    NoProvince,
    /// A line is too long for the window.
    LongLine,
    /// A country that nobody wrote as we know it.
    UnknownCountry,
    /// In another country than Canada and the United States: other postage, other machines.
    Abroad,
    /// Others in this building have a unit in their address; this one has none.
    NoUnit,
}

impl Problem {
    /// Its id in lists.
    pub const fn id(self) -> &'static str {
        match self {
            Self::NoStreet => "no-street",
            Self::NoCity => "no-city",
            Self::NoPostalCode => "no-postal-code",
            Self::PostalCodeForm => "postal-code-form",
            Self::PostalCodeProvince => "postal-code-of-another-province",
            Self::NoProvince => "no-province",
            Self::LongLine => "long-line",
            Self::UnknownCountry => "unknown-country",
            Self::Abroad => "abroad",
            Self::NoUnit => "no-unit",
        }
    }
}

/// What is to be looked at.
pub fn problems(address: &PostalAddress) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut note = |problem, is_given: bool| {
        if is_given {
            found.push(problem);
        }
    };
    let code: String = compact(&address.postal_code);
    let home = country_of(address);
    note(Problem::NoStreet, address.street.trim().is_empty());
    note(Problem::NoCity, address.city.trim().is_empty());
    note(Problem::NoPostalCode, code.is_empty());
    let written = !address.country.trim().is_empty();
    note(
        Problem::UnknownCountry,
        written && country(&address.country).is_none(),
    );
    note(
        Problem::Abroad,
        home.is_some_and(|home| !["ca", "us"].contains(&home)),
    );
    if home == Some("ca") {
        note(
            Problem::NoProvince,
            Jurisdiction::parse_province(&address.province).is_none(),
        );
        let of_code = of_postal_code(&code);
        note(
            Problem::PostalCodeForm,
            !code.is_empty() && of_code.is_none(),
        );
        let province = Jurisdiction::parse_province(&address.province);
        note(
            Problem::PostalCodeProvince,
            of_code.is_some() && province.is_some() && of_code != province,
        );
    }
    if home == Some("us") {
        note(Problem::NoProvince, address.province.trim().is_empty());
        let digits = code.chars().filter(char::is_ascii_digit).count();
        let is_zip = digits == code.len() && (digits == 5 || digits == 9);
        note(Problem::PostalCodeForm, !code.is_empty() && !is_zip);
    }
    let place = format!(
        "{} {} {}",
        address.city, address.province, address.postal_code
    );
    let lines = address.street.lines().chain([place.as_str()]);
    let longest = lines.map(|line| line.trim().chars().count()).max();
    note(Problem::LongLine, longest.unwrap_or(0) > LONGEST_LINE);
    found
}

/// Words before the number of a unit, in both languages.
const UNITS: &str =
    "apt apartment app appt appartement unit unité suite ste bureau bur local room rm chambre ch";

/// Buildings in which somebody of a mailing has a unit.
#[derive(Debug, Default)]
pub(super) struct Buildings {
    with_units: BTreeSet<(String, String)>,
}

impl Buildings {
    pub(super) fn of<'a>(addresses: impl Iterator<Item = &'a PostalAddress>) -> Self {
        let with_units = addresses
            .filter_map(|address| {
                let (street, has_unit) = building(&address.street);
                has_unit.then(|| (street, compact(&address.postal_code)))
            })
            .filter(|(street, code)| !street.is_empty() && !code.is_empty())
            .collect();
        Self { with_units }
    }

    /// What is to be looked at in an address, beside those of the others.
    pub(super) fn problems(&self, address: &PostalAddress) -> Vec<Problem> {
        let mut found = problems(address);
        let (street, has_unit) = building(&address.street);
        let key = (street, compact(&address.postal_code));
        if !has_unit && self.with_units.contains(&key) {
            found.push(Problem::NoUnit);
        }
        found
    }
}

/// A street without its unit, small and without marks; and whether it had one: `4-12 Elm St`, `12 Elm St Apt 4`, `12 Elm St #4`.
fn building(street: &str) -> (String, bool) {
    let street = street.to_lowercase();
    let is_number = |text: &str| text.starts_with(|ch: char| ch.is_ascii_digit());
    let is_unit = |text: &str| {
        text.len() <= 6
            && (text.chars().count() == 1 || text.contains(|ch: char| ch.is_ascii_digit()))
    };
    let mut words = Vec::new();
    let mut has_unit = false;
    let mut parts = street
        .split(|ch: char| ch.is_whitespace() || ch == ',')
        .map(|part| part.trim_matches('.'))
        .filter(|part| !part.is_empty())
        .peekable();
    while let Some(part) = parts.next() {
        if words.is_empty()
            && let Some((unit, house)) = part.split_once('-')
            && is_unit(unit)
            && is_number(house)
        {
            has_unit = true;
            words.push(house);
        } else if (part.len() > 1 && part.starts_with('#'))
            || (!words.is_empty()
                && UNITS.split(' ').any(|word| word == part)
                && parts
                    .next_if(|next| is_unit(next.trim_start_matches('#')))
                    .is_some())
        {
            has_unit = true;
        } else {
            words.push(part);
        }
    }
    (words.join(" "), has_unit)
}

/// The key by which a mail house sorts: at home by postal code, then the United States, then abroad.
pub fn order(address: &PostalAddress) -> (u8, String) {
    let code = compact(&address.postal_code);
    match country_of(address) {
        Some("ca") => (0, code),
        Some("us") => (1, code),
        _ => (
            2,
            format!("{} {code}", address.country.trim().to_uppercase()),
        ),
    }
}

/// The country, when it is written or the province says it.
fn country_of(address: &PostalAddress) -> Option<&'static str> {
    if address.country.trim().is_empty() {
        let is_canadian = Jurisdiction::parse_province(&address.province).is_some()
            || of_postal_code(&compact(&address.postal_code)).is_some();
        let code = compact(&address.postal_code);
        let is_zip = code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit());
        return if is_canadian || !is_zip {
            Some("ca")
        } else {
            Some("us")
        };
    }
    country(&address.country)
}

fn compact(code: &str) -> String {
    code.chars()
        .filter(|ch| ch.is_alphanumeric())
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(
        street: &str,
        city: &str,
        province: &str,
        code: &str,
        country: &str,
    ) -> PostalAddress {
        PostalAddress {
            street: street.into(),
            city: city.into(),
            province: province.into(),
            postal_code: code.into(),
            country: country.into(),
        }
    }

    #[test]
    fn an_address_is_looked_at_part_by_part() {
        let of = |address: PostalAddress| problems(&address);
        assert!(of(address("1 Elm St", "Regina", "SK", "s4p 3y2", "")).is_empty());
        assert_eq!(
            of(address("1 Elm St", "Regina", "SK", "M5G 1X8", "")),
            [Problem::PostalCodeProvince]
        );
        assert_eq!(
            of(address("", "", "", "", "Canada")),
            [
                Problem::NoStreet,
                Problem::NoCity,
                Problem::NoPostalCode,
                Problem::NoProvince
            ]
        );
        assert_eq!(
            of(address("1 Elm St", "Regina", "SK", "S4P", "")),
            [Problem::PostalCodeForm]
        );
        assert!(of(address("1 Elm St", "Fargo", "ND", "58102-1234", "USA")).is_empty());
        assert_eq!(
            of(address("1 Elm St", "Fargo", "ND", "5810", "USA")),
            [Problem::PostalCodeForm]
        );
        assert_eq!(
            of(address("1 Elm St", "Oz", "", "1", "Emerald City")),
            [Problem::UnknownCountry]
        );
    }

    #[test]
    fn an_address_abroad_is_named_and_one_at_home_is_not() {
        let france = address("1 rue Neuve", "Paris", "", "75001", "France");
        assert_eq!(problems(&france), [Problem::Abroad]);
    }

    #[test]
    fn a_unit_is_missed_where_others_in_the_building_have_one() {
        let at = |street: &str, code: &str| address(street, "Regina", "SK", code, "");
        let all = [
            at("4-12 Elm St", "S4P 3Y2"),
            at("12 Elm St., Apt. 9", "s4p3y2"),
            at("12 ELM ST", "S4P 3Y2"),
            at("12 Elm St", "S4N 0A1"),
            at("30 rue Ste Anne", "S4P 3Y2"),
            at("30, rue Ste Anne, app. 2B", "S4P 3Y2"),
            at("7 Main St #5", "S4P 3Y2"),
            at("8 Main St", "S4P 3Y2"),
        ];
        let buildings = Buildings::of(all.iter());
        let missed: Vec<_> = all
            .iter()
            .filter(|one| buildings.problems(one).contains(&Problem::NoUnit))
            .map(|one| one.street.as_str())
            .collect();
        assert_eq!(missed, ["12 ELM ST", "30 rue Ste Anne"]);
    }

    proptest::proptest! {
        #[test]
        fn no_street_stops_it_and_a_unit_is_never_missed_in_the_address_that_has_it(street in ".{0,40}") {
            let one = address(&street, "Regina", "SK", "S4P 3Y2", "");
            let buildings = Buildings::of(std::iter::once(&one));
            proptest::prop_assert!(!buildings.problems(&one).contains(&Problem::NoUnit));
        }
    }

    #[test]
    fn home_comes_before_abroad_and_codes_in_their_order() {
        let mut list = [
            address("1", "Paris", "", "75001", "France"),
            address("1", "Fargo", "ND", "58102", "USA"),
            address("1", "Regina", "SK", "S4P 3Y2", ""),
            address("1", "Halifax", "NS", "b3j2y3", "Canada"),
        ];
        list.sort_by_key(order);
        let cities: Vec<_> = list.iter().map(|one| one.city.as_str()).collect();
        assert_eq!(cities, ["Halifax", "Regina", "Fargo", "Paris"]);
    }
}
