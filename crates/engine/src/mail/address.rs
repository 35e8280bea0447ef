//! A postal address in; what a mail house would stumble over, and where it stands in postal order, out.
//!
//! Nothing is corrected: an address that looks wrong is shown to a person. The
//! first letter of a Canadian postal code names its province, save at borders,
//! so a mismatch is something to look at and not an error.

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
