//! The property sets of an old Office file in, a form of title, author, dates and own properties out.
//!
//! Only text, numbers and dates are given; pictures of the first page and
//! sizes of windows are no evidence of a person.
//!
//! Format: [MS-OLEPS] sections 2.15 to 2.21; [MS-OSHARED] section 2.3.3.2 (names of the properties).

use std::collections::HashMap;

use whose_model::{Field, Locator, Record, RecordKind};

use super::{
    bytes::{f64_at, slice, u16_at, u32_at, u64_at, utf16},
    compound::Compound,
};
use crate::{encoding, exhibit::Reading, table};

/// Properties of one set that are looked at.
const MAX_PROPERTIES: usize = 4096;
/// Bytes of one value.
const MAX_VALUE: usize = 64 << 10;

/// Hands over the document properties of a compound file.
pub(crate) fn put(file: &Compound<'_>, storage: usize, reading: &mut Reading<'_>) {
    for stream in ["\u{5}SummaryInformation", "\u{5}DocumentSummaryInformation"] {
        let Some(at) = file.find(storage, stream) else {
            continue;
        };
        let fields = fields(&file.read(at), stream.trim_start_matches('\u{5}'));
        reading.record(Record {
            kind: RecordKind::Form,
            name: "document properties".to_owned(),
            fields,
            subject: None,
        });
    }
}

/// The properties of a stream of property sets.
pub(crate) fn fields(stream: &[u8], part: &str) -> Vec<Field> {
    let mut out = Vec::new();
    let n_sets = u32_at(stream, 24).unwrap_or(0).min(4) as usize;
    for set in 0..n_sets {
        let Some(start) = u32_at(stream, 28 + set * 20 + 16) else {
            break;
        };
        let Some(bytes) = stream.get(start as usize..) else {
            continue;
        };
        let is_summary = part.starts_with("Summary");
        // The second set of a document summary holds the user's own properties, with a list of their names.
        one_set(bytes, is_summary, set > 0, part, &mut out);
    }
    out
}

fn one_set(set: &[u8], is_summary: bool, is_own: bool, part: &str, out: &mut Vec<Field>) {
    let n = (u32_at(set, 4).unwrap_or(0) as usize).min(MAX_PROPERTIES);
    let places: Vec<(u32, usize)> = (0..n)
        .map_while(|at| Some((u32_at(set, 8 + at * 8)?, u32_at(set, 12 + at * 8)? as usize)))
        .collect();
    let at_of = |id: u32| {
        places
            .iter()
            .find(|place| place.0 == id)
            .map(|place| place.1)
    };
    let page = at_of(1).and_then(|at| u16_at(set, at + 4)).unwrap_or(1252);
    let own = if is_own {
        at_of(0).map(|at| names(set, at, page))
    } else {
        None
    };
    for &(id, at) in &places {
        let name = match &own {
            Some(names) => names.get(&id).cloned(),
            None => known_name(id, is_summary).map(str::to_owned),
        };
        let Some(name) = name else { continue };
        for value in values(set, at, page, 0) {
            if out.len() >= MAX_PROPERTIES {
                return;
            }
            out.push(Field {
                name: name.clone(),
                value,
                place: Locator::Part {
                    part: part.to_owned(),
                    start: 0,
                    end: 0,
                },
            });
        }
    }
}

fn known_name(id: u32, is_summary: bool) -> Option<&'static str> {
    let name = if is_summary {
        match id {
            2 => "title",
            3 => "subject",
            4 => "author",
            5 => "keywords",
            6 => "comments",
            7 => "template",
            8 => "last author",
            11 => "last printed",
            12 => "created",
            13 => "last saved",
            18 => "application",
            _ => return None,
        }
    } else {
        match id {
            2 => "category",
            13 => "part title",
            14 => "manager",
            15 => "company",
            26 => "content type",
            27 => "content status",
            28 => "language",
            _ => return None,
        }
    };
    Some(name)
}

/// The names of the user's own properties.
fn names(set: &[u8], at: usize, page: u16) -> HashMap<u32, String> {
    let mut names = HashMap::new();
    let n = (u32_at(set, at).unwrap_or(0) as usize).min(MAX_PROPERTIES);
    let mut at = at + 4;
    for _ in 0..n {
        let (Some(id), Some(len)) = (u32_at(set, at), u32_at(set, at + 4)) else {
            break;
        };
        let n_bytes = if page == 1200 {
            (len as usize)
                .saturating_mul(2)
                .div_ceil(4)
                .saturating_mul(4)
        } else {
            len as usize
        };
        names.insert(id, text(slice(set, at + 8, n_bytes.min(MAX_VALUE)), page));
        at = at.saturating_add(8).saturating_add(n_bytes);
    }
    names
}

fn text(bytes: &[u8], page: u16) -> String {
    let text = if page == 1200 {
        utf16(bytes)
    } else {
        encoding::of_code_page(page, bytes)
    };
    let end = text.find('\0').unwrap_or(text.len());
    text[..end].trim().to_owned()
}

/// The value or values of a property, as a person would write them.
fn values(set: &[u8], at: usize, page: u16, depth: u8) -> Vec<String> {
    let Some(kind) = u32_at(set, at) else {
        return Vec::new();
    };
    let at = at + 4;
    if kind & 0x1000 != 0 && depth == 0 {
        return vector(set, at, kind & 0xFFF, page);
    }
    let value = match kind & 0xFFF {
        2 => u16_at(set, at).map(|n| (n as i16).to_string()),
        3 | 22 => u32_at(set, at).map(|n| (n as i32).to_string()),
        19 | 23 => u32_at(set, at).map(|n| n.to_string()),
        5 => f64_at(set, at).map(|n| n.to_string()),
        11 => u16_at(set, at).map(|n| if n == 0 { "false" } else { "true" }.to_owned()),
        20 | 21 => u64_at(set, at).map(|n| n.to_string()),
        30 | 8 => {
            u32_at(set, at).map(|n| text(slice(set, at + 4, (n as usize).min(MAX_VALUE)), page))
        }
        31 => u32_at(set, at).map(|n| {
            text(
                slice(set, at + 4, (n as usize).min(MAX_VALUE / 2) * 2),
                1200,
            )
        }),
        64 => u64_at(set, at).and_then(file_time),
        _ => None,
    };
    value
        .into_iter()
        .filter(|value| !value.is_empty())
        .collect()
}

fn vector(set: &[u8], at: usize, kind: u32, page: u16) -> Vec<String> {
    let n = (u32_at(set, at).unwrap_or(0) as usize).min(MAX_PROPERTIES);
    let mut at = at + 4;
    let mut out = Vec::new();
    for _ in 0..n {
        let (bytes, page) = match kind {
            30 => (1, page),
            31 => (2, 1200),
            12 => {
                // Each with its own kind; only names are of use.
                let Some(inner) = u32_at(set, at) else { break };
                let Some(len) = u32_at(set, at + 4) else {
                    break;
                };
                if inner == 30 {
                    out.push(text(
                        slice(set, at + 8, (len as usize).min(MAX_VALUE)),
                        page,
                    ));
                    at = at.saturating_add(8).saturating_add(len as usize);
                } else {
                    at += 8;
                }
                continue;
            }
            _ => break,
        };
        let Some(len) = u32_at(set, at) else { break };
        let len = (len as usize).saturating_mul(bytes);
        out.push(text(slice(set, at + 4, len.min(MAX_VALUE)), page));
        at = at.saturating_add(4).saturating_add(len);
        if bytes == 2 {
            at = at.next_multiple_of(4);
        }
    }
    out.retain(|value| !value.is_empty());
    out
}

/// A time in steps of 100 ns since 1601 as a date and time; durations and zero are none.
pub(crate) fn file_time(ticks: u64) -> Option<String> {
    let seconds = ticks / 10_000_000;
    // Editing times stand in the same kind of field.
    if seconds < 86_400 * 365 * 300 {
        return None;
    }
    let days = i64::try_from(seconds / 86_400).ok()?;
    let (year, month, day) = civil(days - 134_774)?;
    let of_day = seconds % 86_400;
    Some(format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}",
        of_day / 3600,
        of_day / 60 % 60
    ))
}

/// The date so many days after 1970-01-01, in the calendar of today; `None` beyond the year 9999.
pub(crate) fn civil(days: i64) -> Option<(i64, i64, i64)> {
    // 719,162 days from 0001-01-01 to 1970-01-01.
    table::civil(days.checked_add(719_162)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_that_of_the_calendar() {
        assert_eq!(civil(0), Some((1970, 1, 1)));
        assert_eq!(civil(19_782), Some((2024, 2, 29)));
        assert_eq!(
            file_time(132_539_328_000_000_000).unwrap(),
            "2021-01-01 00:00"
        );
        assert_eq!(file_time(600_000_000), None);
    }

    #[test]
    fn a_title_and_an_author_are_fields() {
        let mut set = Vec::new();
        let title = b"Chart\0\0\0";
        set.extend(0_u32.to_le_bytes());
        set.extend(2_u32.to_le_bytes());
        for (id, at) in [(2_u32, 24_u32), (1, 40)] {
            set.extend(id.to_le_bytes());
            set.extend(at.to_le_bytes());
        }
        set.extend(30_u32.to_le_bytes());
        set.extend(8_u32.to_le_bytes());
        set.extend(title);
        set.extend(2_u32.to_le_bytes());
        set.extend(1252_u32.to_le_bytes());
        let mut stream = vec![0; 24];
        stream.extend(1_u32.to_le_bytes());
        stream.extend([0; 16]);
        stream.extend(48_u32.to_le_bytes());
        stream.extend(set);
        let fields = fields(&stream, "SummaryInformation");
        assert_eq!(
            (fields[0].name.as_str(), fields[0].value.as_str()),
            ("title", "Chart")
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
            let mut head = vec![0; 24];
            head.extend(1_u32.to_le_bytes());
            head.extend([0; 16]);
            head.extend(48_u32.to_le_bytes());
            head.extend(bytes);
            fields(&head, "SummaryInformation");
        }
    }
}
