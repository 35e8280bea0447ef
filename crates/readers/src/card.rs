//! Contact and calendar cards (vCard, iCalendar) in, one record a card out; streaming.
//!
//! A field is named as the card names it, with its first type: `TEL`, `TEL;TYPE=WORK`.
//! Structured values keep their order: `N.1` is the family name, `ADR.3` the street.
//!
//! Format: RFC 2426, RFC 6350 (vCard), RFC 5545 (iCalendar).

use whose_model::{Field, Locator, Record, RecordKind};

use crate::{
    encoding,
    exhibit::{Body, Reading},
    mail::base64,
    source::Source,
};

/// Longest unfolded line.
const MAX_LINE: usize = 32 << 20;
/// Fields of one card.
const MAX_FIELDS: usize = 10_000;

/// Reads cards.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(64 << 10);
    let charset = encoding::detect(head);
    let mark = encoding::mark_len(head);
    source.pass(mark);
    let mut n_cards = 0_u32;
    let mut open: Option<(String, Vec<Field>)> = None;
    while let Some(line) = unfolded(source) {
        let line = charset.decode(&line);
        let Some((name, value)) = split_name(&line) else {
            continue;
        };
        let name = name.trim();
        let value = value.trim();
        match name.to_ascii_uppercase().as_str() {
            "BEGIN" => {
                let kind = value.to_ascii_uppercase();
                // A calendar holds events; each event is a card.
                if kind != "VCALENDAR" && open.is_none() {
                    n_cards += 1;
                    open = Some((kind, Vec::new()));
                }
            }
            "END" => {
                if open
                    .as_ref()
                    .is_some_and(|(kind, _)| value.eq_ignore_ascii_case(kind))
                {
                    put(open.take(), n_cards, reading);
                }
            }
            _ => {
                if let Some((_, fields)) = &mut open
                    && fields.len() < MAX_FIELDS
                {
                    add(name, value, n_cards, fields, reading);
                }
            }
        }
    }
    put(open, n_cards, reading);
}

/// The name with its parameters, and the value: a colon in quotes belongs to a parameter.
fn split_name(line: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    let colon = line.bytes().position(|byte| {
        is_quoted ^= byte == b'"';
        byte == b':' && !is_quoted
    });
    match colon {
        Some(at) => Some((&line[..at], &line[at + 1..])),
        // A quote that never closes.
        None => line.split_once(':'),
    }
}

/// The name that a parameter gives to whom an invitation names by address.
fn common_name(parameters: &str) -> Option<&str> {
    let mut is_quoted = false;
    let mut parts = parameters.split(|ch| {
        is_quoted ^= ch == '"';
        ch == ';' && !is_quoted
    });
    let name = parts.find(|part| {
        part.get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("CN="))
    })?;
    Some(name[3..].trim_matches('"').trim()).filter(|name| !name.is_empty())
}

fn put(card: Option<(String, Vec<Field>)>, number: u32, reading: &mut Reading<'_>) {
    if let Some((name, fields)) = card {
        reading.record(Record {
            kind: RecordKind::Card,
            name,
            fields,
            subject: Some(format!("card {number}")),
        });
    }
}

fn add(name: &str, value: &str, card: u32, fields: &mut Vec<Field>, reading: &mut Reading<'_>) {
    let mut parts = name.split(';');
    let property = parts.next().unwrap_or("").to_ascii_uppercase();
    // `item1.TEL` groups properties.
    let property = property.rsplit('.').next().unwrap_or("").to_owned();
    let parameters: Vec<String> = parts.map(str::to_ascii_uppercase).collect();
    if matches!(property.as_str(), "VERSION" | "PRODID" | "REV") || value.is_empty() {
        return;
    }
    let is_base64 = parameters
        .iter()
        .any(|parameter| parameter.ends_with("=B") || parameter.ends_with("BASE64"));
    if is_base64 || value.starts_with("data:") {
        let data = value.split_once(";base64,").map_or(value, |(_, data)| data);
        let bytes = base64(data.as_bytes());
        reading.member(
            &format!("card-{card}-{}", property.to_lowercase()),
            Body::Memory(&bytes),
        );
        return;
    }
    let person = matches!(property.as_str(), "ATTENDEE" | "ORGANIZER").then(|| {
        let address = match value.get(..7) {
            Some(start) if start.eq_ignore_ascii_case("mailto:") => &value[7..],
            _ => value,
        };
        match common_name(name) {
            Some(name) if name != address => format!("{name} <{address}>"),
            _ => address.to_owned(),
        }
    });
    let value = person.as_deref().unwrap_or(value);
    let value = if parameters.iter().any(|p| p.contains("QUOTED-PRINTABLE")) {
        let bytes = crate::mail::quoted_printable(value.as_bytes());
        encoding::detect(&bytes).decode(&bytes).into_owned()
    } else {
        value.to_owned()
    };
    let kind = parameters
        .iter()
        .find(|parameter| parameter.starts_with("TYPE=") || !parameter.contains('='));
    let label = match kind {
        Some(kind) => format!("{property};{kind}"),
        None => property.clone(),
    };
    let mut push = |suffix: String, value: &str| {
        let value = value
            .replace("\\n", "\n")
            .replace("\\N", "\n")
            .replace("\\,", ",")
            .replace("\\;", ";");
        let value = value.trim();
        if !value.is_empty() {
            fields.push(Field {
                name: format!("{label}{suffix}"),
                value: value.to_owned(),
                place: Locator::Field {
                    path: format!("card[{card}].{label}{suffix}"),
                },
            });
        }
    };
    if matches!(property.as_str(), "N" | "ADR" | "ORG") {
        for (index, part) in split_unescaped(&value).into_iter().enumerate() {
            push(format!(".{}", index + 1), part);
        }
    } else {
        push(String::new(), &value);
    }
}

fn split_unescaped(value: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in value.match_indices(';') {
        if !value[..at].ends_with('\\') {
            parts.push(&value[start..at]);
            start = at + 1;
        }
    }
    parts.push(&value[start..]);
    parts
}

/// The next line with its continuations, or `None` at the end.
fn unfolded(source: &mut Source<'_>) -> Option<Vec<u8>> {
    let mut line = next_line(source)?;
    loop {
        let is_soft = line.ends_with(b"=")
            && line
                .windows(16)
                .any(|w| w.eq_ignore_ascii_case(b"QUOTED-PRINTABLE"));
        match source.ahead(1).first() {
            Some(b' ' | b'\t') if line.len() < MAX_LINE => {
                source.pass(1);
                line.extend(next_line(source)?);
            }
            Some(_) if is_soft && line.len() < MAX_LINE => {
                line.pop();
                line.extend(next_line(source)?);
            }
            _ => return Some(line),
        }
    }
}

fn next_line(source: &mut Source<'_>) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    loop {
        let ahead = source.ahead(1);
        if ahead.is_empty() {
            return (!line.is_empty()).then_some(line);
        }
        let end = memchr::memchr(b'\n', ahead);
        let n = end.unwrap_or(ahead.len());
        if line.len() < MAX_LINE {
            line.extend_from_slice(&ahead[..n]);
        }
        source.pass(n + usize::from(end.is_some()));
        if end.is_some() {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            return Some(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testkit::{fields, read_bytes};

    #[test]
    fn an_appointment_names_who_was_invited() {
        let event = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Follow-up\\, ward 3\r\nORGANIZER;CN=\"Roy: Anna; MD\":MAILTO:anna@clinic.example\r\nATTENDEE;ROLE=REQ-PARTICIPANT;CN=Leo Cy:mailto:leo@home.\r\n example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let given = read_bytes("a.ics", event);
        let known = fields(&given, "VEVENT");
        for (name, value) in [
            ("SUMMARY", "Follow-up, ward 3"),
            ("ORGANIZER", "Roy: Anna; MD <anna@clinic.example>"),
            ("ATTENDEE", "Leo Cy <leo@home.example>"),
        ] {
            assert!(
                known.iter().any(|(n, v)| n.starts_with(name) && v == value),
                "{name}: {known:?}"
            );
        }
    }

    #[test]
    fn a_card_becomes_a_record() {
        let card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Roy;Anna;;;\r\nitem1.TEL;TYPE=WORK:613-555-\r\n 0123\r\nADR:;;1 rue A\\, app. 2;Laval;QC;H7A 0A1;Canada\r\nEND:VCARD\r\n";
        let given = read_bytes("a.vcf", card);
        let known = fields(&given, "VCARD");
        for (name, value) in [
            ("N.1", "Roy"),
            ("N.2", "Anna"),
            ("TEL;TYPE=WORK", "613-555-0123"),
            ("ADR.3", "1 rue A, app. 2"),
        ] {
            assert!(known.contains(&(name.into(), value.into())), "{name}");
        }
    }
}
