//! Postal addresses: labels, postal codes, and the parts of an address in one piece.
//!
//! `parse` splits `12-4567 rue Saint-Denis, app. 3, Montréal (Québec) H2J 2L1`
//! into its parts; where such an address begins and ends in running text is in `stretch`.

use whose_model::{DataElement, PostalAddress};

use super::{
    about::{About, about},
    region::{is_country, is_province, is_us_state},
    street::is_street_word,
};
use crate::{
    lexicon::{PLACE, lexicon},
    sense::{Label, Part, Sense},
};

const ADDRESS: Sense = Sense::whole(DataElement::Address);
const STREET: Sense = Sense::part(DataElement::Address, Part::Street);
const UNIT: Sense = Sense::part(DataElement::Address, Part::Unit);
const CITY: Sense = Sense::part(DataElement::Address, Part::City);
const PROVINCE: Sense = Sense::part(DataElement::Address, Part::Province);
const POSTAL: Sense = Sense::part(DataElement::Address, Part::PostalCode);
const COUNTRY: Sense = Sense::part(DataElement::Address, Part::Country);

/// Labels of addresses and their parts.
pub(crate) const LABELS: &[Label] = &[
    ("address", ADDRESS),
    ("full address", ADDRESS),
    ("home address", ADDRESS),
    ("mailing address", ADDRESS),
    ("postal address", ADDRESS),
    ("residential address", ADDRESS),
    ("current address", ADDRESS),
    ("residence address", ADDRESS),
    ("adresse", ADDRESS),
    ("adresse postale", ADDRESS),
    ("adresse complete", ADDRESS),
    ("adresse domicile", ADDRESS),
    ("adresse residence", ADDRESS),
    ("lives at", ADDRESS),
    ("residing at", ADDRESS),
    ("resides at", ADDRESS),
    ("demeurant au", ADDRESS),
    ("domicilie au", ADDRESS),
    ("habite au", ADDRESS),
    ("addr", ADDRESS),
    ("adr", ADDRESS),
    ("address line 1", STREET),
    ("address line", STREET),
    ("address line1", STREET),
    ("address1", STREET),
    ("addr1", STREET),
    ("addr line 1", STREET),
    ("adresse ligne 1", STREET),
    ("adresse 1", STREET),
    ("street", STREET),
    ("street address", STREET),
    ("street name", STREET),
    ("street line", STREET),
    ("rue", STREET),
    ("no civique et rue", STREET),
    ("numero et rue", STREET),
    ("civic address", STREET),
    ("adresse civique", STREET),
    ("address line 2", UNIT),
    ("address line2", UNIT),
    ("address2", UNIT),
    ("addr2", UNIT),
    ("addr line 2", UNIT),
    ("adresse ligne 2", UNIT),
    ("adresse 2", UNIT),
    ("apartment", UNIT),
    ("apt", UNIT),
    ("apt number", UNIT),
    ("unit number", UNIT),
    ("suite", UNIT.weak()),
    ("appartement", UNIT),
    ("app", UNIT.weak()),
    ("city", CITY),
    ("town", CITY),
    ("city town", CITY),
    ("municipality", CITY),
    ("ville", CITY),
    ("municipalite", CITY),
    ("localite", CITY),
    ("city name", CITY),
    ("address city", CITY),
    ("province", PROVINCE),
    ("prov", PROVINCE),
    ("state", PROVINCE.weak()),
    ("province state", PROVINCE),
    ("prov state", PROVINCE),
    ("state province", PROVINCE),
    ("province code", PROVINCE),
    ("prov code", PROVINCE),
    ("address province", PROVINCE),
    ("address state", PROVINCE),
    ("province of residence", PROVINCE),
    ("postal code", POSTAL),
    ("postalcode", POSTAL),
    ("postal", POSTAL),
    ("post code", POSTAL),
    ("postcode", POSTAL),
    ("pcode", POSTAL),
    ("p code", POSTAL),
    ("pc", POSTAL.weak()),
    ("zip", POSTAL),
    ("zip code", POSTAL),
    ("zipcode", POSTAL),
    ("postal zip", POSTAL),
    ("postal zip code", POSTAL),
    ("code postal", POSTAL),
    ("cp", POSTAL.weak()),
    ("c p", POSTAL.weak()),
    ("cd postal", POSTAL),
    ("country", COUNTRY),
    ("country code", COUNTRY),
    ("pays", COUNTRY),
];

/// What the manual says of them.
pub(crate) const ABOUT: &[About] = &[
    about(
        DataElement::Address,
        "A street with its number, a city with its province, or a Canadian postal code, in Canadian and American forms and in French; or a label or column says so.",
        &["She lives at 85 Dundas Street West, Toronto, ON M6H 0K8.", "Domicilié au 347, rue Notre-Dame, Sherbrooke (Québec) J1H 2M4", "Address | 12 Main St, Moncton NB E1C 1A1"],
        &["Section 85 of the Act applies.", "Type 2 diabetes"],
    )
    .from("45 CFR 164.514(b)(2)(i)(B)"),
];

/// A bit for each of these letters, in either case.
const fn letters(all: &[u8]) -> u32 {
    let (mut bits, mut at) = (0, 0);
    while at < all.len() {
        bits |= 1 << (all[at] & 31);
        at += 1;
    }
    bits
}

/// A Canadian postal code at the start of the text: its length.
pub(crate) fn postal_code_len(text: &str) -> Option<usize> {
    const FIRST: u32 = letters(b"ABCEGHJKLMNPRSTVXY");
    const LATER: u32 = letters(b"ABCEGHJKLMNPRSTVWXYZ");
    let b = text.as_bytes();
    let letter = |at: usize, set: u32| {
        b.get(at)
            .is_some_and(|c| c.is_ascii_alphabetic() && set >> (c & 31) & 1 == 1)
    };
    let digit = |at: usize| b.get(at).is_some_and(u8::is_ascii_digit);
    if !(digit(1) && letter(0, FIRST) && letter(2, LATER)) {
        return None;
    }
    let mut at = 3;
    if matches!(b.get(at), Some(b' ' | b'-')) {
        at += 1;
    } else if text[at..].starts_with('\u{a0}') {
        at += 2;
    }
    if b.get(at) == Some(&b' ') {
        at += 1;
    }
    (digit(at)
        && letter(at + 1, LATER)
        && digit(at + 2)
        && !b.get(at + 3).is_some_and(u8::is_ascii_alphanumeric))
    .then_some(at + 3)
}

/// `A1A 1A1`.
pub(crate) fn format_postal_code(text: &str) -> Option<String> {
    let mut bare = [0; 6];
    let mut n = 0;
    for byte in text.bytes().filter(u8::is_ascii_alphanumeric) {
        *bare.get_mut(n)? = byte.to_ascii_uppercase();
        n += 1;
    }
    let bare = std::str::from_utf8(&bare).ok().filter(|_| n == 6)?;
    (postal_code_len(bare) == Some(6)).then(|| [&bare[..3], " ", &bare[3..]].concat())
}

/// Whether what stands under the word `address` is one of mail: many programs call it so.
pub(crate) fn is_mail(text: &str) -> bool {
    text.contains('@') && super::contact::parse_email(text).is_some() && parse(text).is_none()
}

/// The parts of an address written in one piece; `None` when there is no street and no postal code.
pub(crate) fn parse(text: &str) -> Option<PostalAddress> {
    let text = text.trim();
    if text.is_empty() || text.len() > 300 {
        return None;
    }
    let mut address = PostalAddress::default();
    let mut rest = text.to_owned();
    if let Some((at, len)) = find_postal_code(text) {
        address.postal_code = format_postal_code(&text[at..at + len])?;
        rest.replace_range(at..at + len, ",");
    }
    let mut pieces: Vec<String> = rest
        .split([',', '\n', '\t', '(', ')', ';', '^', '|'])
        .map(|piece| piece.trim().trim_matches(['.', '-']).trim().to_owned())
        .filter(|piece| !piece.is_empty())
        .collect();
    if pieces.last().is_some_and(|piece| {
        is_country(piece) && (pieces.len() > 1 || !address.postal_code.is_empty())
    }) {
        address.country = pieces.pop().unwrap_or_default();
    }
    if let Some(last) = pieces.last_mut() {
        if address.postal_code.is_empty()
            && let Some((head, zip)) = split_zip(last)
        {
            address.postal_code = zip.to_owned();
            *last = head.to_owned();
        }
        take_province(last, &mut address);
        if last.is_empty() {
            pieces.pop();
        }
    }
    let is_street = |piece: &str| {
        piece.bytes().any(|b| b.is_ascii_digit())
            || piece
                .split_whitespace()
                .any(|w| is_street_word(w) && w.len() > 2)
    };
    if let Some(last) = pieces.last()
        && (!is_street(last) || pieces.len() > 1 && !last.bytes().any(|b| b.is_ascii_digit()))
        && (pieces.len() > 1 || !address.province.is_empty() || !address.postal_code.is_empty())
    {
        address.city = pieces.pop().unwrap_or_default();
    }
    if pieces.len() == 1 && address.city.is_empty() {
        // `45 Oakwood Avenue Toronto`: what follows the kind of street is the city, if a lexicon knows it.
        if let Some((street, city)) = split_after_street(&pieces[0]) {
            address.city = city;
            pieces[0] = street;
        }
    }
    address.street = pieces.join(", ");
    let has_street =
        address.street.bytes().any(|b| b.is_ascii_digit()) || is_street(&address.street);
    (has_street
        || !address.postal_code.is_empty()
        || !address.city.is_empty() && !address.province.is_empty())
    .then_some(address)
}

pub(super) fn find_postal_code(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    (0..bytes.len())
        .filter(|&at| {
            bytes[at].is_ascii_alphabetic() && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric())
        })
        .find_map(|at| postal_code_len(&text[at..]).map(|len| (at, len)))
}

pub(super) fn split_zip(text: &str) -> Option<(&str, &str)> {
    let (head, zip) = text.rsplit_once(' ')?;
    let digits = zip.split('-').next()?;
    (digits.len() == 5
        && zip.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        && head.bytes().any(|b| b.is_ascii_alphabetic()))
    .then(|| (head.trim(), zip))
}

fn take_province(piece: &mut String, address: &mut PostalAddress) {
    if is_province(piece) || is_us_state(piece) {
        address.province = std::mem::take(piece);
        return;
    }
    // `Toronto ON`, `Montréal Québec`.
    if let Some((head, last)) = piece.rsplit_once(' ')
        && (is_province(last) || is_us_state(last))
        && !(last.len() == 2 && last.bytes().any(|b| b.is_ascii_lowercase()))
    {
        address.province = last.to_owned();
        *piece = head.trim().to_owned();
    }
}

fn split_after_street(piece: &str) -> Option<(String, String)> {
    let words: Vec<&str> = piece.split(' ').collect();
    for n_city in 1..=3.min(words.len().saturating_sub(2)) {
        let (street, city) = words.split_at(words.len() - n_city);
        let city = city.join(" ");
        if street.last().is_some_and(|word| is_street_word(word))
            && lexicon().look_up(&city) & PLACE != 0
        {
            return Some((street.join(" "), city));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, street: &str, city: &str, province: &str, postal: &str) {
        let a = parse(written).unwrap();
        assert_eq!(
            (
                a.street.as_str(),
                a.city.as_str(),
                a.province.as_str(),
                a.postal_code.as_str()
            ),
            (street, city, province, postal)
        );
    }

    #[test]
    fn an_address_in_one_piece_is_split_into_its_parts() {
        check(
            "45 Oakwood Avenue, Toronto, ON M6E 2W4",
            "45 Oakwood Avenue",
            "Toronto",
            "ON",
            "M6E 2W4",
        );
        check(
            "4567 rue Saint-Denis, app. 3, Montréal (Québec)  H2J 2L1",
            "4567 rue Saint-Denis, app. 3",
            "Montréal",
            "Québec",
            "H2J 2L1",
        );
        check(
            "12 Main St\nRegina SK  s4p3y2\nCanada",
            "12 Main St",
            "Regina",
            "SK",
            "S4P 3Y2",
        );
        check(
            "350 Fifth Ave, New York, NY 10118",
            "350 Fifth Ave",
            "New York",
            "NY",
            "10118",
        );
    }
}
