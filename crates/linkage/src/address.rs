//! Postal addresses as they are compared: written lines in, civic number, street words, unit, city and postal code out.
//!
//! Words for the kind of street (`rue`, `street`, `boul.`) come and go between
//! two writings of one address and are left out; directions are kept as one
//! letter. A unit stands before the civic number (`4-120 Main`) or after a word
//! (`app. 4`). Boxes and rural routes are street words with their number.

use serde::{Deserialize, Serialize};
use whose_model::{PersonName, PostalAddress};

use crate::{
    names,
    strings::{Sym, hash, mix},
    text::fold,
};

/// An address in numbers.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Address {
    /// Civic number and words together.
    pub(crate) street: Sym,
    /// Civic number.
    pub(crate) number: Sym,
    /// Street words.
    pub(crate) words: Sym,
    /// Unit.
    pub(crate) unit: Sym,
    /// City.
    pub(crate) city: Sym,
    /// Postal code.
    pub(crate) postal: Sym,
}

impl Address {
    /// Every number in it.
    pub(crate) const fn syms(self) -> [Sym; 6] {
        [
            self.street,
            self.number,
            self.words,
            self.unit,
            self.city,
            self.postal,
        ]
    }
}

/// An address in words.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    number: String,
    words: String,
    unit: String,
    city: String,
    postal: String,
}

impl Parts {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn texts(&self) -> [&str; 5] {
        [
            &self.number,
            &self.words,
            &self.unit,
            &self.city,
            &self.postal,
        ]
    }

    /// The texts that an [`Address`] numbers, in its order, each under a letter for its kind; empty where there is none.
    pub(crate) fn keyed(&self) -> [String; 6] {
        let keyed = |kind: char, text: &str| match text {
            "" => String::new(),
            text => format!("{kind}{text}"),
        };
        let street = match self.words.as_str() {
            "" => String::new(),
            words => format!("s{} {words}", self.number),
        };
        [
            street,
            keyed('d', &self.number),
            keyed('w', &self.words),
            keyed('u', &self.unit),
            keyed('c', &self.city),
            keyed('z', &self.postal),
        ]
    }
}

/// What people of one family name at one address share, and nobody else but by chance; none without a street and a place.
///
/// However the address is written: `12 Elm Street` is `12 ELM ST`.
pub fn household(name: &PersonName, address: &PostalAddress) -> Option<u64> {
    let (parts, (_, _, family, ..)) = (parts(address), names::parts(name));
    let place = match parts.postal.as_str() {
        "" => &parts.city,
        postal => postal,
    };
    let has_number = format!("{}{}", parts.number, parts.words)
        .bytes()
        .any(|byte| byte.is_ascii_digit());
    if parts.words.is_empty() || !has_number || place.is_empty() || family.is_empty() {
        return None;
    }
    let texts = [&parts.number, &parts.words, &parts.unit, place, &family];
    Some(texts.iter().fold(texts.len() as u64, |state, text| {
        mix(state, hash(text.as_bytes()))
    }))
}

/// What people of one given and one family name share; none without either.
///
/// However it is written: `MARIE EVE` is `Marie-Ève`.
pub fn namesake(name: &PersonName) -> Option<u64> {
    let (given, _, family, ..) = names::parts(name);
    (!given.is_empty() && !family.is_empty())
        .then(|| mix(hash(given.as_bytes()), hash(family.as_bytes())))
}

/// The parts of an address.
pub(crate) fn parts(address: &PostalAddress) -> Parts {
    let mut parts = Parts {
        city: city(&fold(&address.city)),
        postal: address
            .postal_code
            .chars()
            .filter(|ch| ch.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect(),
        ..Parts::default()
    };
    let folded = fold(&address.street.replace('#', " unit "));
    let mut words: Vec<&str> = Vec::new();
    let mut tokens = folded
        .split(' ')
        .filter(|token| !token.is_empty())
        .peekable();
    let mut compound = String::new();
    let mut last = "";
    while let Some(token) = tokens.next() {
        let is_number = token.starts_with(|ch: char| ch.is_ascii_digit());
        let before = std::mem::replace(&mut last, token);
        match token {
            "unit" | "apt" | "apartment" | "suite" | "ste" | "app" | "appt" | "appartement"
            | "bureau" | "flat" | "unite" | "room" | "fl" | "floor" | "etage" | "lot"
                if tokens.peek().is_some_and(|next| next.len() <= 5) =>
            {
                parts.unit = tokens.next().unwrap_or("").to_owned();
            }
            "po" | "postale" | "rural" => {}
            "box" | "cp" | "case" | "casier" | "rr" | "route" | "site" | "comp" | "gd" => {
                if tokens
                    .peek()
                    .is_some_and(|next| next.starts_with(|ch: char| ch.is_ascii_digit()))
                {
                    let kind = match token {
                        "cp" | "case" | "casier" => "box",
                        "route" => "rr",
                        token => token,
                    };
                    compound.push_str(kind);
                    compound.push_str(tokens.next().unwrap_or(""));
                    compound.push(' ');
                } else if token == "route" {
                    // A kind of street.
                } else {
                    words.push(token);
                }
            }
            // `587 104 Street NW`, `3927 Highway 7`: the street has no other name.
            token
                if is_number
                    && words.is_empty()
                    && !parts.number.is_empty()
                    && (is_kind(before) || is_numbered_street(tokens.clone())) =>
            {
                words.push(token);
            }
            token if is_number && words.is_empty() => {
                // `4-120 Main`: what stood as the number was the unit.
                if !parts.number.is_empty() && parts.unit.is_empty() {
                    parts.unit = std::mem::take(&mut parts.number);
                }
                if parts.number.is_empty() {
                    parts.number = token.to_owned();
                } else {
                    words.push(token);
                }
            }
            token => match kind_of_street(token) {
                Kind::Left => {}
                Kind::Kept(word) => words.push(word),
            },
        }
    }
    parts.words = words.join(" ");
    if !compound.is_empty() {
        if !parts.words.is_empty() {
            parts.words.push(' ');
        }
        parts.words.push_str(compound.trim_end());
    }
    if parts.words.is_empty() {
        // `Main Street` is a name, `Rue` alone is better than nothing.
        parts.words = folded
            .split(' ')
            .filter(|token| !token.starts_with(|ch: char| ch.is_ascii_digit()))
            .collect::<Vec<_>>()
            .join(" ");
    }
    parts
}

/// A word for the kind of street, and no article.
fn is_kind(token: &str) -> bool {
    let is_article = matches!(token, "de" | "du" | "des" | "la" | "le" | "l" | "d" | "the");
    !is_article && matches!(kind_of_street(token), Kind::Left)
}

/// Whether a number stands before what is left of a street as its name: `Street`, `Avenue SW`, but not `rue Main`.
fn is_numbered_street<'a>(mut left: impl Iterator<Item = &'a str>) -> bool {
    left.next().is_some_and(is_kind)
        && left.next().is_none_or(|token| {
            matches!(token, "nw" | "ne" | "sw" | "se")
                || matches!(kind_of_street(token), Kind::Kept("n" | "s" | "e" | "w"))
                || matches!(
                    token,
                    "unit" | "apt" | "apartment" | "suite" | "ste" | "app"
                )
        })
}

enum Kind<'a> {
    Left,
    Kept(&'a str),
}

fn kind_of_street(token: &str) -> Kind<'_> {
    match token {
        "street" | "st" | "rue" | "avenue" | "ave" | "av" | "boulevard" | "boul" | "blvd"
        | "bd" | "road" | "rd" | "chemin" | "ch" | "drive" | "dr" | "crescent" | "cres" | "cr"
        | "court" | "crt" | "ct" | "lane" | "ln" | "place" | "pl" | "way" | "circuit" | "cct"
        | "close" | "cl" | "terrace" | "terr" | "tce" | "rang" | "montee" | "cote"
        | "croissant" | "impasse" | "allee" | "promenade" | "prom" | "circle" | "cir" | "trail"
        | "trl" | "parkway" | "pkwy" | "highway" | "hwy" | "autoroute" | "square" | "sq"
        | "grove" | "gardens" | "gdns" | "gate" | "heights" | "hts" | "de" | "du" | "des"
        | "la" | "le" | "l" | "d" | "the" => Kind::Left,
        "north" | "nord" | "n" => Kind::Kept("n"),
        "south" | "sud" | "s" => Kind::Kept("s"),
        "east" | "est" | "e" => Kind::Kept("e"),
        "west" | "ouest" | "w" => Kind::Kept("w"),
        "saint" => Kind::Kept("st"),
        "sainte" => Kind::Kept("ste"),
        token => Kind::Kept(token),
    }
}

fn city(folded: &str) -> String {
    folded
        .split(' ')
        .map(|word| match word {
            "saint" => "st",
            "sainte" => "ste",
            "fort" => "ft",
            "mount" => "mt",
            word => word,
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(street: &str, number: &str, words: &str, unit: &str) {
        let parts = parts(&PostalAddress {
            street: street.into(),
            ..PostalAddress::default()
        });
        assert_eq!(
            (
                parts.number.as_str(),
                parts.words.as_str(),
                parts.unit.as_str()
            ),
            (number, words, unit),
            "{street}"
        );
    }

    #[test]
    fn one_address_written_in_many_ways_has_the_same_parts() {
        check("120 Main Street", "120", "main", "");
        check("120 main st., apt 4", "120", "main", "4");
        check("4-120 Main St", "120", "main", "4");
        check("120 rue Main, app. 4", "120", "main", "4");
        check(
            "1455 boul. De Maisonneuve Ouest",
            "1455",
            "maisonneuve w",
            "",
        );
        check("4-120 rue Main", "120", "main", "4");
        check("587 104 Street NW", "587", "104 nw", "");
        check("1834-587 104 Street NW", "587", "104 nw", "1834");
        check("587 7 Avenue, Unit 3", "587", "7", "3");
        check("3927 Highway 7", "3927", "7", "");
        check("2-3927 Hwy 7", "3927", "7", "2");
        check("12 Range Road 215", "12", "range 215", "");
        check("P.O. Box 12, RR 2", "", "box12 rr2", "");
        check("C.P. 12", "", "box12", "");
        check("", "", "", "");
    }
    #[test]
    fn a_household_is_one_family_name_at_one_address_however_they_are_written() {
        let of = |family: &str, street: &str, postal: &str| {
            let name = PersonName {
                given: "Ana".to_owned(),
                family: family.to_owned(),
                ..PersonName::default()
            };
            let address = PostalAddress {
                street: street.to_owned(),
                city: "Regina".to_owned(),
                postal_code: postal.to_owned(),
                ..PostalAddress::default()
            };
            household(&name, &address)
        };
        let one = of("Côté", "12 Elm Street", "S4P 3Y2");
        assert!(one.is_some());
        assert_eq!(one, of("COTE", "12 ELM ST.", "s4p3y2"));
        assert_ne!(one, of("Côté", "12 Elm Street, apt 4", "S4P 3Y2"));
        assert_ne!(one, of("Roy", "12 Elm Street", "S4P 3Y2"));
        assert_ne!(one, of("Côté", "12 Elm Street", "H2J 7J2"));
        assert!(of("Roy", "P.O. Box 12", "S4P 3Y2").is_some());
        for nowhere in [
            of("Roy", "", "S4P 3Y2"),
            of("", "12 Elm", "S4P 3Y2"),
            of("Roy", "Elm", ""),
        ] {
            assert_eq!(nowhere, None);
        }
    }
}
