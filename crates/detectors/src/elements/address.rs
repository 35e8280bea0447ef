//! Postal addresses: labels, the words of streets in both languages, and addresses in one piece.
//!
//! `parse` splits `12-4567 rue Saint-Denis, app. 3, Montréal (Québec) H2J 2L1`
//! into its parts; `scan` finds where such an address begins and ends in running
//! text, over one or several lines, starting from its street number or postal code.

use whose_model::{DataElement, Jurisdiction, PostalAddress};

use super::{
    about::{About, about},
    town,
};

use super::locality::{before_unit, code_and_city, is_sign, is_town_before, unit_len};
use crate::{
    lexicon::{PLACE, lexicon},
    sense::{Label, Part, Sense},
    text::{short, words},
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

/// A Canadian postal code at the start of the text: its length.
pub(crate) fn postal_code_len(text: &str) -> Option<usize> {
    let b = text.as_bytes();
    let letter = |at: usize, set: &[u8]| {
        b.get(at)
            .is_some_and(|c| set.contains(&c.to_ascii_uppercase()))
    };
    let digit = |at: usize| b.get(at).is_some_and(u8::is_ascii_digit);
    const FIRST: &[u8] = b"ABCEGHJKLMNPRSTVXY";
    const LATER: &[u8] = b"ABCEGHJKLMNPRSTVWXYZ";
    if !(letter(0, FIRST) && digit(1) && letter(2, LATER)) {
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
    let bare: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_uppercase();
    (bare.len() == 6 && postal_code_len(&bare) == Some(6))
        .then(|| format!("{} {}", &bare[..3], &bare[3..]))
}

/// Whether the word names a kind of street, in either language.
pub(crate) fn is_street_word(word: &str) -> bool {
    if word.len() > 12 {
        return false;
    }
    matches!(
        short(word.trim_end_matches('.')).as_str(),
        "street"
            | "st"
            | "avenue"
            | "ave"
            | "av"
            | "road"
            | "rd"
            | "drive"
            | "dr"
            | "boulevard"
            | "blvd"
            | "boul"
            | "bd"
            | "crescent"
            | "cres"
            | "cr"
            | "court"
            | "crt"
            | "ct"
            | "lane"
            | "ln"
            | "way"
            | "place"
            | "pl"
            | "terrace"
            | "terr"
            | "trail"
            | "circle"
            | "cir"
            | "highway"
            | "hwy"
            | "parkway"
            | "pkwy"
            | "square"
            | "sq"
            | "gate"
            | "grove"
            | "heights"
            | "hts"
            | "close"
            | "rue"
            | "chemin"
            | "ch"
            | "route"
            | "rte"
            | "rang"
            | "montee"
            | "cote"
            | "allee"
            | "impasse"
            | "croissant"
            | "ruelle"
            | "quai"
            | "cours"
            | "sentier"
            | "autoroute"
            | "concession"
            | "line"
            | "sideroad"
            | "mews"
            | "row"
            | "walk"
            | "bay"
            | "cove"
            | "ridge"
            | "park"
            | "loop"
            | "point"
            | "turnpike"
            | "pike"
            | "plaza"
            | "villas"
            | "faubourg"
            | "voie"
            | "passage"
            | "promenade"
            | "prom"
            | "strasse"
            | "straat"
            | "calle"
            | "via"
            | "rua"
    )
}

/// Street words that stand before the name, as in French.
pub(crate) fn is_leading_street_word(word: &str) -> bool {
    matches!(
        short(word.trim_end_matches('.')).as_str(),
        "rue"
            | "avenue"
            | "av"
            | "ave"
            | "boulevard"
            | "boul"
            | "bd"
            | "blvd"
            | "chemin"
            | "ch"
            | "route"
            | "rte"
            | "rang"
            | "montee"
            | "cote"
            | "allee"
            | "impasse"
            | "croissant"
            | "place"
            | "quai"
            | "cours"
            | "sentier"
            | "highway"
            | "hwy"
            | "promenade"
            | "prom"
            | "square"
            | "passage"
            | "voie"
            | "calle"
            | "via"
            | "rua"
            | "faubourg"
    )
}

/// `N`, `NW`, `West`, `Est`: which end of a street.
fn is_direction(word: &str) -> bool {
    matches!(
        word,
        "N" | "S"
            | "E"
            | "W"
            | "O"
            | "NE"
            | "NW"
            | "SE"
            | "SW"
            | "NO"
            | "SO"
            | "North"
            | "South"
            | "East"
            | "West"
            | "Nord"
            | "Sud"
            | "Est"
            | "Ouest"
    )
}

pub(super) fn is_unit_word(word: &str) -> bool {
    matches!(
        short(word.trim_end_matches('.')).as_str(),
        "apt"
            | "apartment"
            | "unit"
            | "suite"
            | "ste"
            | "app"
            | "appt"
            | "appartement"
            | "bureau"
            | "floor"
            | "rm"
            | "room"
            | "porte"
            | "po"
            | "cp"
            | "rr"
            | "box"
            | "casier"
    )
}

/// The country, when the text is one.
pub(crate) fn is_country(text: &str) -> bool {
    matches!(
        short(text.trim().trim_end_matches('.')).as_str(),
        "canada"
            | "can"
            | "ca"
            | "usa"
            | "us"
            | "u.s.a"
            | "u.s"
            | "united states"
            | "united states of america"
            | "etats-unis"
            | "france"
            | "united kingdom"
            | "uk"
            | "royaume-uni"
            | "england"
            | "mexico"
            | "mexique"
            | "germany"
            | "allemagne"
            | "belgium"
            | "belgique"
            | "switzerland"
            | "suisse"
            | "china"
            | "chine"
            | "india"
            | "inde"
            | "australia"
            | "australie"
            | "ireland"
            | "irlande"
            | "italy"
            | "italie"
            | "spain"
            | "espagne"
            | "portugal"
            | "haiti"
            | "lebanon"
            | "liban"
            | "morocco"
            | "maroc"
            | "algeria"
            | "algerie"
            | "tunisia"
            | "tunisie"
            | "philippines"
            | "pakistan"
            | "jamaica"
            | "jamaique"
            | "japan"
            | "japon"
            | "brazil"
            | "bresil"
    )
}

/// Whether the text is a province, in full or short; what is longer than any is not looked at.
pub(crate) fn is_province(text: &str) -> bool {
    text.len() <= MAX_PROVINCE && Jurisdiction::parse_province(text).is_some()
}

/// Bytes of the longest name of a province, and as many again of signs between its words.
const MAX_PROVINCE: usize = 64;

/// Two letters of a state of the United States.
pub(crate) fn is_us_state(text: &str) -> bool {
    const STATES: &str = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC";
    text.len() == 2 && STATES.split(' ').any(|state| state == text)
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

fn find_postal_code(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    (0..bytes.len())
        .filter(|&at| {
            bytes[at].is_ascii_alphabetic() && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric())
        })
        .find_map(|at| postal_code_len(&text[at..]).map(|len| (at, len)))
}

fn split_zip(text: &str) -> Option<(&str, &str)> {
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

/// How many bytes an address takes that begins here with a street number; at least a number, a name and a kind of street.
pub(crate) fn scan(text: &str) -> Option<usize> {
    let number = text.bytes().take_while(|b| b.is_ascii_digit()).count();
    if number == 0 || number > 6 {
        return None;
    }
    let line_end = floor(text, text.len().min(160));
    let line_end = text[..line_end].find(['\n', '\t']).unwrap_or(line_end);
    let line = &text[..line_end];
    let mut end = None;
    let mut n_words = 0;
    let mut leading = false;
    let mut last_end = 0;
    for range in words(line) {
        n_words += 1;
        if n_words > 6 {
            break;
        }
        let word = &line[range.clone()];
        // From the word before to this one: signs that stand in no address end it.
        let between = &line[last_end..range.start];
        last_end = range.end;
        let gap = between.trim_start_matches(|ch: char| ch.is_ascii_digit());
        if n_words > 1 && gap.contains('.') && gap.contains(' ') && gap.len() > 2
            || between.chars().any(is_sign)
            || n_words == 1 && range.start > number + 8
        {
            break;
        }
        if n_words == 1 {
            if number == range.start {
                // `1er`, `12A`
                if !(word.len() == 1 || matches!(word, "st" | "nd" | "rd" | "th" | "bis" | "ter")) {
                    return None;
                }
                n_words = 0;
                continue;
            }
            if is_leading_street_word(word) || matches!(word, "bis" | "ter") {
                leading = leading || is_leading_street_word(word);
                n_words = usize::from(leading);
                continue;
            }
            if !word.chars().next().is_some_and(char::is_uppercase) {
                return None;
            }
        } else if leading {
            if word.chars().next().is_some_and(char::is_uppercase) {
                end = Some(range.end);
            } else if end.is_some()
                || !(super::name::is_particle(word) || matches!(word, "aux" | "les" | "a" | "et"))
            {
                break;
            }
        } else if is_street_word(word) && word.chars().next().is_some_and(|c| c.is_uppercase()) {
            end = Some(range.end);
            // `12 rue X Dr Roy`: a doctor, not a drive.
            let goes_on = line[range.end..]
                .trim_start_matches(['.', ' '])
                .chars()
                .next()
                .is_some_and(char::is_uppercase);
            if word == "Dr" && goes_on {
                end = None;
                break;
            }
            // `St` may begin the name: `12 St Clair Avenue`.
            if !(word == "St" && n_words == 1)
                && line[range.end..]
                    .trim_start_matches(['.', ' '])
                    .chars()
                    .next()
                    .is_none_or(|ch| !ch.is_uppercase())
            {
                break;
            }
        } else if end.is_some() && is_direction(word) {
            // `Centre Street N`, `King Street West`.
            end = Some(range.end);
            break;
        } else if word == "s" && matches!(gap, "'" | "") && n_words > 1 {
            // `St. Mary's Road`.
        } else if end.is_some()
            || !word
                .chars()
                .next()
                .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
                && !super::name::is_particle(word)
        {
            break;
        }
    }
    let mut end = match end {
        Some(end) => end,
        None => before_unit(text, number)?,
    };
    if text.as_bytes().get(end) == Some(&b'.') {
        end += 1;
    }
    Some(extend(text, end))
}

/// From the end of a street on: unit, city, province, postal code and country, on the same or the next two lines.
fn extend(text: &str, street_end: usize) -> usize {
    let limit = floor(text, (street_end + 140).min(text.len()));
    let mut end = street_end;
    let mut at = street_end;
    let mut n_lines = 0;
    while at < limit {
        let rest = &text[at..limit];
        let trimmed = rest.trim_start_matches([' ', ',', '\t', '\r', '(', ')', '#', '-', '.', '–']);
        let mut skipped = rest.len() - trimmed.len();
        if let Some(after) = trimmed.strip_prefix('\n') {
            n_lines += 1;
            if n_lines > 2 || after.starts_with('\n') {
                break;
            }
            skipped += 1;
            at += skipped;
            continue;
        }
        let piece_at = at + skipped;
        let piece = &text[piece_at..limit];
        if let Some(len) = postal_code_len(piece) {
            end = piece_at + len;
            at = end;
            // Only a country may follow.
            let tail = text[at..limit].trim_start_matches([' ', ',', '\n']);
            let offset = limit - at - tail.len();
            let word_len = tail
                .find(|ch: char| !ch.is_alphabetic())
                .unwrap_or(tail.len());
            if word_len > 2 && is_country(&tail[..word_len]) {
                end = at + offset + word_len;
            }
            break;
        }
        let piece_len = piece
            .find([',', '\n', '\t', '(', ')', ';', ':', '|'])
            .unwrap_or(piece.len());
        // A postal code inside the piece ends it.
        let piece_text = &piece[..piece_len];
        let inner = find_postal_code(piece_text);
        let body = inner
            .map_or(piece_text, |(at, _)| &piece_text[..at])
            .trim_end();
        if body.is_empty() {
            break;
        }
        let first_word = body.split([' ', '.']).next().unwrap_or("");
        let is_unit = is_unit_word(first_word)
            && body.bytes().any(|b| b.is_ascii_digit())
            && body.len() <= 24;
        if is_unit
            && let Some(len) = unit_len(body)
            && len < body.len()
        {
            // `Apt. 862 and`: a sentence goes on.
            end = piece_at + len;
            at = end;
            let tail = body[len..].trim_start();
            if !tail.starts_with(|ch: char| ch.is_uppercase() || ch.is_ascii_digit()) {
                break;
            }
            continue;
        }
        let is_bare_unit = body.len() <= 5
            && body.bytes().all(|b| b.is_ascii_alphanumeric())
            && body.bytes().any(|b| b.is_ascii_digit())
            && n_lines == 0
            && text[..piece_at].ends_with('#');
        // `75013 Paris`: in France the postal code stands before the city.
        if let Some(len) = code_and_city(body) {
            end = piece_at + len;
            break;
        }
        let zip = split_zip(body);
        let bare = zip.map_or(body, |(head, _)| head);
        if is_unit
            || is_bare_unit
            || inner.is_some() && body.split(' ').count() <= 6
            || is_locality(bare)
        {
            end = piece_at + body.len();
            at = end;
            if inner.is_none() && piece.as_bytes().get(body.len()) == Some(&b')') {
                end += 1;
                at = end;
            }
            continue;
        }
        // A town of no lexicon, proven by its province and postal code.
        let line = &piece[..piece.find('\n').unwrap_or(piece.len())];
        if let Some((code, _)) = find_postal_code(line)
            && town::before_code_len(&line[..code]) >= code
        {
            end = piece_at + code;
            at = end;
            continue;
        }
        // A town that no lexicon has, before a country or a code on the next line or behind a comma.
        if is_town_before(body, &text[piece_at + body.len()..limit]) {
            end = piece_at + body.len();
            at = end;
            continue;
        }
        // A locality that a sentence goes on after: `Montréal and works`.
        if let Some(len) = locality_prefix(body) {
            end = piece_at + len;
        }
        break;
    }
    end
}

/// A city, a province, a country, or a city with its province.
fn is_locality(text: &str) -> bool {
    let text = text.trim();
    if text.chars().next().is_some_and(char::is_uppercase) && is_province(text)
        || is_us_state(text)
        || is_country(text) && text.len() > 3
    {
        return true;
    }
    if !text.chars().next().is_some_and(char::is_uppercase) || text.len() > 50 {
        return false;
    }
    if lexicon().look_up(text) & PLACE != 0 {
        return true;
    }
    text.rsplit_once(' ').is_some_and(|(head, last)| {
        (is_province(last) && last.chars().next().is_some_and(char::is_uppercase)
            || is_us_state(last))
            && head.split([' ', '-']).count() <= 4
    })
}

fn locality_prefix(text: &str) -> Option<usize> {
    let ends: Vec<usize> = words(text).map(|range| range.end).take(4).collect();
    ends.into_iter()
        .rev()
        .find(|&end| is_locality(&text[..end]))
}

pub(super) fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
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

    #[test]
    fn an_address_ends_where_the_sentence_goes_on() {
        for (text, expected) in [
            (
                "45 Oakwood Avenue, Toronto, ON M6E 2W4 and works",
                "45 Oakwood Avenue, Toronto, ON M6E 2W4",
            ),
            (
                "12 Main Street\nRegina, SK S4P 3Y2\nPhone: 306",
                "12 Main Street\nRegina, SK S4P 3Y2",
            ),
            (
                "123 rue Principale, Saguenay (Québec) G7H 1A1",
                "123 rue Principale, Saguenay (Québec) G7H 1A1",
            ),
        ] {
            assert_eq!(&text[..scan(text).unwrap()], expected);
        }
        for (text, expected) in [
            ("22 Castelao 71 Apt. 862 and", "22 Castelao 71 Apt. 862"),
            (
                "16 rue Paul Desmerau,97319 Dijon et",
                "16 rue Paul Desmerau,97319 Dijon",
            ),
        ] {
            assert_eq!(&text[..scan(text).unwrap()], expected);
        }
        for text in [
            "12 Patients were seen in room 4",
            "0 <NEXT LINE>",
            "13.1] LOW LINE",
            "12 patients were seen",
            "3 Aspirin tablets",
            "2024 in review",
            "10 mg daily",
        ] {
            assert!(scan(text).is_none());
        }
    }
}
