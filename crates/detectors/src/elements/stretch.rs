//! How far an address goes in running text, over one or several lines, from its street number on.
//!
//! `scan` gives a length; what the parts of that text are is in `address`.

use super::{
    address::{find_postal_code, postal_code_len, split_zip},
    locality::{
        before_unit, code_and_city, is_rural, is_sign, is_station, is_town_before, unit_len,
    },
    region::{is_country, is_province, is_us_state},
    street::{is_direction, is_leading_street_word, is_street_word, is_unit_word},
    town,
};
use crate::{
    lexicon::{PLACE, lexicon},
    text::words,
};

/// How many bytes an address takes that begins here with a street number; at least a number, a name and a kind of street.
pub(crate) fn scan(text: &str) -> Option<usize> {
    let number = text.bytes().take_while(|b| b.is_ascii_digit()).count();
    let is_decimal = matches!(&text.as_bytes()[number..], [b'.', b'0'..=b'9', ..]);
    if number == 0 || number > 6 || is_decimal {
        return None;
    }
    let line_end = floor(text, text.len().min(160));
    let line_end = memchr::memchr2(b'\n', b'\t', &text.as_bytes()[..line_end]).unwrap_or(line_end);
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
        if leading {
            // `route 132, Montréal`: the number is the street's name, and a comma ends it.
            if end.is_none() {
                end = numbered(line, last_end);
            }
            if end.is_some() && between.contains(',') {
                break;
            }
        }
        last_end = range.end;
        let gap = between.trim_start_matches(|ch: char| ch.is_ascii_digit());
        if n_words > 1 && gap.contains('.') && gap.contains(' ') && gap.len() > 2
            || between.chars().any(is_sign)
            // `K 4, Na 138, Cr 98`: no street goes on behind a comma.
            || n_words > 1 && end.is_none() && between.contains(',')
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
    if end.is_none() && leading {
        end = numbered(line, last_end);
    }
    let mut end = match end {
        Some(end) => end,
        None => before_unit(text, number)?,
    };
    // `Range Road 132`, `Concession Road 4`
    if !leading && text[..end].ends_with("Road") {
        end = numbered(line, end).unwrap_or(end);
    }
    if text.as_bytes().get(end) == Some(&b'.') {
        end += 1;
    }
    Some(extend(text, end))
}

/// Where the number ends that names a road, right behind the road's word: `route 132`, `Highway 7`.
fn numbered(line: &str, after: usize) -> Option<usize> {
    let digits = line[after..].strip_prefix(' ')?;
    let n_digits = digits.bytes().take_while(u8::is_ascii_digit).count();
    let is_over = !digits[n_digits..].starts_with(|ch: char| ch.is_alphanumeric() || ch == '-');
    ((1..=4).contains(&n_digits) && is_over).then_some(after + 1 + n_digits)
}

/// From the end of a street on: unit, city, province, postal code and country, on the same or the next two lines.
pub(crate) fn extend(text: &str, street_end: usize) -> usize {
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
        let ends = |b: u8| matches!(b, b',' | b'\n' | b'\t' | b'(' | b')' | b';' | b':' | b'|');
        let piece_len = piece.bytes().position(ends).unwrap_or(piece.len());
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
        let is_unit = (is_unit_word(first_word) || is_rural(first_word))
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
            || is_station(body)
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
            (
                "14, rue Saint-Denis, Montréal, QC H2J 2J5.",
                "14, rue Saint-Denis, Montréal, QC H2J 2J5",
            ),
            (
                "4614, route 132, Montréal, QC H2J 2J5. Dre Roy",
                "4614, route 132, Montréal, QC H2J 2J5",
            ),
            (
                "4614, Highway 132, Regina, SK S4P 3Y2.",
                "4614, Highway 132, Regina, SK S4P 3Y2",
            ),
            (
                "4614 Range Road 132, Regina, SK S4P 3Y2. Thank you",
                "4614 Range Road 132, Regina, SK S4P 3Y2",
            ),
            ("46, route 132", "46, route 132"),
            (
                "42 rue de Belleville, 2B363 Paris et",
                "42 rue de Belleville, 2B363 Paris",
            ),
            (
                "7 rue Mozart, STUDIO 25, 92 100 BOULOGNE",
                "7 rue Mozart, STUDIO 25, 92 100 BOULOGNE",
            ),
            (
                "2992, rue Saint-Denis, Lyon 69017, France\nTél",
                "2992, rue Saint-Denis, Lyon 69017, France",
            ),
            (
                "3863-4, rue de Bretagne, Saint-Étienne 42085, France",
                "3863-4, rue de Bretagne, Saint-Étienne 42085, France",
            ),
            (
                "12 Main Street, PO Box 220, Stn Main, Estevan SK S4A 2A3",
                "12 Main Street, PO Box 220, Stn Main, Estevan SK S4A 2A3",
            ),
            (
                "12 Main Street\nSite 5 Comp 12\nCochrane, AB T4C 1A2 is",
                "12 Main Street\nSite 5 Comp 12\nCochrane, AB T4C 1A2",
            ),
            (
                "12 rue de la Montagne, Laval, QC H7N 1A1",
                "12 rue de la Montagne, Laval, QC H7N 1A1",
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
            "4.1, Na 138, Cr 98",
            "4, Na 138, Cr 98",
            "3 Aspirin tablets",
            "2024 in review",
            "10 mg daily",
        ] {
            assert!(scan(text).is_none());
        }
    }
}
