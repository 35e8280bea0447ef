//! Addresses of one subject in the order of their mentions in, whole addresses out.
//!
//! A form asks for the street on one line and for the town, province and
//! postal code on the next; each is a mention of its own, and a letter needs
//! them together.

use std::collections::BTreeMap;

use whose_model::PostalAddress;

/// Puts a street and what follows it together; weights of equal addresses add up.
pub(crate) fn together(
    addresses: impl IntoIterator<Item = (PostalAddress, f64)>,
) -> BTreeMap<PostalAddress, f64> {
    let mut whole: BTreeMap<PostalAddress, f64> = BTreeMap::new();
    let mut open: Option<(PostalAddress, f64)> = None;
    for (address, weight) in addresses {
        if let Some((street, so_far)) = &mut open
            && goes_on(street, &address)
        {
            take(street, address);
            *so_far = so_far.max(weight);
            continue;
        }
        if let Some((before, weight)) = open.replace((address, weight)) {
            *whole.entry(before).or_default() += weight;
        }
    }
    if let Some((last, weight)) = open {
        *whole.entry(last).or_default() += weight;
    }
    whole
}

/// Whether a street lacks what the next address says, and they contradict each other in nothing.
fn goes_on(street: &PostalAddress, next: &PostalAddress) -> bool {
    let agrees = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
    !street.street.is_empty()
        && next.street.is_empty()
        && (street.city.is_empty() || street.postal_code.is_empty())
        && agrees(&street.city, &next.city)
        && agrees(&street.province, &next.province)
        && agrees(&street.postal_code, &next.postal_code)
        && agrees(&street.country, &next.country)
}

fn take(street: &mut PostalAddress, next: PostalAddress) {
    let fill = |to: &mut String, from: String| {
        if to.is_empty() {
            *to = from;
        }
    };
    fill(&mut street.city, next.city);
    fill(&mut street.province, next.province);
    fill(&mut street.postal_code, next.postal_code);
    fill(&mut street.country, next.country);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(street: &str, city: &str, province: &str, postal_code: &str) -> PostalAddress {
        PostalAddress {
            street: street.into(),
            city: city.into(),
            province: province.into(),
            postal_code: postal_code.into(),
            ..PostalAddress::default()
        }
    }

    fn keys(addresses: &[PostalAddress]) -> Vec<PostalAddress> {
        together(addresses.iter().map(|address| (address.clone(), 1.0)))
            .into_keys()
            .collect()
    }

    #[test]
    fn a_street_and_the_lines_below_it_are_one_address() {
        let whole = address("12 Main Street", "La Ronge", "SK", "S0J 5L2");
        let street = address("12 Main Street", "", "", "");
        assert_eq!(
            keys(&[street.clone(), address("", "La Ronge", "SK", "S0J 5L2")]),
            std::slice::from_ref(&whole)
        );
        assert_eq!(
            keys(&[
                street,
                address("", "La Ronge", "", ""),
                address("", "", "SK", ""),
                address("", "", "", "S0J 5L2"),
            ]),
            [whole]
        );
    }

    #[test]
    fn what_contradicts_or_is_whole_stays_apart() {
        let whole = address("12 Main Street", "Regina", "SK", "S4P 3Y2");
        let elsewhere = address("", "Saskatoon", "SK", "");
        assert_eq!(keys(&[whole.clone(), elsewhere.clone()]).len(), 2);
        let half = address("12 Main Street", "Regina", "", "");
        assert_eq!(keys(&[half, elsewhere.clone()]).len(), 2);
        assert_eq!(keys(&[elsewhere, whole]).len(), 2);
    }
}
