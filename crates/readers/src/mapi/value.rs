//! A property of a message: its type and bytes in, its value out; names of properties that have no number of their own.
//!
//! PST, MSG and TNEF keep the same properties in different wrappings. Text in
//! a code page stays bytes until the message has said which page it is.
//!
//! Format: [MS-OXCDATA] 2.11 (types), [MS-OXPROPS] (numbers), [MS-PST] 2.4.7 and
//! [MS-OXMSG] 2.2.3 (names).

use std::{borrow::Cow, collections::BTreeMap};

use crate::encoding::{self, Charset};

/// Values of one property.
const MAX_VALUES: usize = 4096;

/// A property's value.
#[derive(Clone)]
pub(crate) enum Value {
    Int(i64),
    Float(f64),
    Bool(bool),
    /// Ticks of 100 ns since 1601.
    Time(u64),
    Text(String),
    /// Text in the message's code page.
    Narrow(Vec<u8>),
    Bytes(Vec<u8>),
    Many(Vec<Value>),
}

/// Types of properties ([MS-OXCDATA] 2.11.1).
pub(crate) mod kind {
    pub(crate) const INT16: u16 = 0x02;
    pub(crate) const INT32: u16 = 0x03;
    pub(crate) const FLOAT32: u16 = 0x04;
    pub(crate) const FLOAT64: u16 = 0x05;
    pub(crate) const CURRENCY: u16 = 0x06;
    pub(crate) const DAY: u16 = 0x07;
    pub(crate) const ERROR: u16 = 0x0A;
    pub(crate) const BOOL: u16 = 0x0B;
    pub(crate) const OBJECT: u16 = 0x0D;
    pub(crate) const INT64: u16 = 0x14;
    pub(crate) const NARROW: u16 = 0x1E;
    pub(crate) const WIDE: u16 = 0x1F;
    pub(crate) const TIME: u16 = 0x40;
    pub(crate) const GUID: u16 = 0x48;
    pub(crate) const BYTES: u16 = 0x0102;
    /// This bit says that there are several values.
    pub(crate) const MANY: u16 = 0x1000;
}

/// How many bytes a value of this type takes; `None` when that varies.
pub(crate) fn fixed_len(of: u16) -> Option<usize> {
    Some(match of {
        kind::INT16 | kind::BOOL => 2,
        kind::INT32 | kind::FLOAT32 | kind::ERROR => 4,
        kind::FLOAT64 | kind::CURRENCY | kind::DAY | kind::INT64 | kind::TIME => 8,
        kind::GUID => 16,
        _ => return None,
    })
}

impl Value {
    /// A value from its bytes; `None` when they are too few or the type is not known.
    pub(crate) fn parse(of: u16, bytes: &[u8]) -> Option<Self> {
        let u16_at = || Some(u16::from_le_bytes(bytes.get(..2)?.try_into().ok()?));
        let u32_at = || Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?));
        let u64_at = || Some(u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?));
        Some(match of {
            kind::INT16 => Self::Int(i64::from(u16_at()? as i16)),
            kind::INT32 | kind::ERROR => Self::Int(i64::from(u32_at()? as i32)),
            kind::INT64 => Self::Int(u64_at()? as i64),
            kind::CURRENCY => Self::Float(u64_at()? as i64 as f64 / 10_000.0),
            kind::FLOAT32 => Self::Float(f64::from(f32::from_bits(u32_at()?))),
            kind::FLOAT64 => Self::Float(f64::from_bits(u64_at()?)),
            kind::DAY => {
                // Days since 30 December 1899, which is day 109,205 of 1601's count.
                let days = f64::from_bits(u64_at()?) + 109_205.0;
                Self::Time((days.max(0.0) * 864e9) as u64)
            }
            kind::BOOL => Self::Bool(*bytes.first()? != 0),
            kind::TIME => Self::Time(u64_at()?),
            kind::WIDE => Self::Text(wide(bytes)),
            kind::NARROW => Self::Narrow(until_zero(bytes).to_vec()),
            kind::BYTES | kind::OBJECT | kind::GUID => Self::Bytes(bytes.to_vec()),
            _ => return None,
        })
    }

    /// Several values of a type that has a fixed size.
    pub(crate) fn parse_many(of: u16, bytes: &[u8]) -> Option<Self> {
        let size = fixed_len(of)?;
        let values = bytes
            .chunks_exact(size)
            .take(MAX_VALUES)
            .filter_map(|bytes| Self::parse(of, bytes));
        Some(Self::Many(values.collect()))
    }
}

/// UTF-16 up to its closing zero.
pub(crate) fn wide(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .take_while(|unit| *unit != 0);
    char::decode_utf16(units)
        .map(|ch| ch.unwrap_or('\u{fffd}'))
        .collect()
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    &bytes[..memchr::memchr(0, bytes).unwrap_or(bytes.len())]
}

/// What a property without a number of its own is called: a set and a number or text in it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    Number(u32, u32),
    Text(u32, String),
}

/// Sets of names, by the first field of their GUID ([MS-OXPROPS] 1.3.2).
pub(crate) mod set {
    pub(crate) const MAPI: u32 = 0x0002_0328;
    pub(crate) const PUBLIC: u32 = 0x0002_0329;
    pub(crate) const APPOINTMENT: u32 = 0x0006_2002;
    pub(crate) const TASK: u32 = 0x0006_2003;
    pub(crate) const ADDRESS: u32 = 0x0006_2004;
    pub(crate) const COMMON: u32 = 0x0006_2008;
    pub(crate) const LOG: u32 = 0x0006_200A;
}

/// Which names the numbers from 0x8000 on stand for in one file.
#[derive(Default)]
pub(crate) struct Names(BTreeMap<u16, Name>);

impl Names {
    /// From the three streams that PST and MSG keep: sets, entries, texts.
    pub(crate) fn parse(sets: &[u8], entries: &[u8], texts: &[u8]) -> Self {
        let mut names = BTreeMap::new();
        for entry in entries.chunks_exact(8) {
            let what = u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
            let flags = u16::from_le_bytes([entry[4], entry[5]]);
            let index = u16::from_le_bytes([entry[6], entry[7]]);
            let set = match flags >> 1 {
                0 => 0,
                1 => set::MAPI,
                2 => set::PUBLIC,
                n => {
                    let at = (usize::from(n) - 3) * 16;
                    sets.get(at..at + 16).map_or(0, first_field)
                }
            };
            let name = if flags & 1 == 0 {
                Name::Number(set, what)
            } else {
                let at = what as usize;
                let Some(len) = texts.get(at..at.saturating_add(4)) else {
                    continue;
                };
                let len = first_field(len) as usize;
                let end = at.saturating_add(4).saturating_add(len.min(1024));
                let Some(text) = texts.get(at + 4..end.min(texts.len())) else {
                    continue;
                };
                Name::Text(set, wide(text))
            };
            names.insert(0x8000_u16.saturating_add(index), name);
        }
        Self(names)
    }

    pub(crate) fn get(&self, id: u16) -> Option<&Name> {
        self.0.get(&id)
    }
}

/// The first field of a GUID, which tells the sets apart.
pub(crate) fn first_field(guid: &[u8]) -> u32 {
    match guid {
        [a, b, c, d, ..] => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => 0,
    }
}

/// The properties of a message, recipient or attachment.
#[derive(Clone, Default)]
pub(crate) struct Props {
    by_id: BTreeMap<u16, Value>,
    named: BTreeMap<Name, Value>,
    /// The code page of its narrow text, when it is known from elsewhere.
    pub(crate) code_page: Option<u32>,
}

impl Props {
    /// Adds a property. What has a number from 0x8000 on is kept under its name.
    pub(crate) fn put(&mut self, id: u16, value: Value, names: &Names) {
        match names.get(id) {
            Some(name) => {
                self.named.insert(name.clone(), value);
            }
            None => {
                self.by_id.insert(id, value);
            }
        }
    }

    /// Adds a property under its name.
    pub(crate) fn put_named(&mut self, name: Name, value: Value) {
        self.named.insert(name, value);
    }

    pub(crate) fn has(&self, id: u16) -> bool {
        self.by_id.contains_key(&id)
    }

    pub(crate) fn take(&mut self, id: u16) -> Option<Value> {
        self.by_id.remove(&id)
    }

    pub(crate) fn int(&self, id: u16) -> Option<i64> {
        match self.by_id.get(&id)? {
            Value::Int(value) => Some(*value),
            Value::Bool(value) => Some(i64::from(*value)),
            _ => None,
        }
    }

    /// A property as text; empty when there is none.
    pub(crate) fn text(&self, id: u16) -> String {
        self.by_id
            .get(&id)
            .map_or_else(String::new, |value| self.shown(value))
    }

    /// A named property as text; empty when there is none.
    pub(crate) fn named(&self, set: u32, number: u32) -> String {
        self.named
            .get(&Name::Number(set, number))
            .map_or_else(String::new, |value| self.shown(value))
    }

    pub(crate) fn named_value(&self, name: &Name) -> Option<&Value> {
        self.named.get(name)
    }

    /// The properties that were named by words, which is how forms and users name theirs.
    pub(crate) fn worded(&self) -> impl Iterator<Item = (u32, &str, String)> {
        self.named.iter().filter_map(|(name, value)| match name {
            Name::Text(set, name) => Some((*set, name.as_str(), self.shown(value))),
            Name::Number(..) => None,
        })
    }

    /// How narrow text of this message is read.
    pub(crate) fn charset(&self, bytes: &[u8]) -> Charset {
        // PidTagMessageCodepage, PidTagInternetCodepage.
        let said = self.code_page.or_else(|| {
            [0x3FFD, 0x3FDE]
                .iter()
                .filter_map(|id| self.int(*id))
                .find_map(|page| u32::try_from(page).ok())
        });
        charset_of(said, bytes)
    }

    /// A value as a person reads it.
    pub(crate) fn shown(&self, value: &Value) -> String {
        match value {
            Value::Int(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Time(ticks) => time(*ticks).unwrap_or_default(),
            Value::Text(text) => text.clone(),
            Value::Narrow(bytes) => self.charset(bytes).decode(bytes).into_owned(),
            Value::Bytes(_) => String::new(),
            Value::Many(values) => {
                let shown: Vec<String> = values.iter().map(|value| self.shown(value)).collect();
                shown.join(", ")
            }
        }
    }
}

/// How text is read in a Windows code page; where none is named or known, as it shows.
pub(crate) fn charset_of(page: Option<u32>, bytes: &[u8]) -> Charset {
    let label = match page {
        Some(1200) => return Charset::Utf16 { little: true },
        Some(874) => "windows-874".to_owned(),
        Some(932) => "shift_jis".to_owned(),
        Some(936) => "gbk".to_owned(),
        Some(949 | 51949) => "euc-kr".to_owned(),
        Some(950) => "big5".to_owned(),
        Some(page @ 1250..=1258) => format!("windows-{page}"),
        Some(10_000) => "macintosh".to_owned(),
        Some(20_866) => "koi8-r".to_owned(),
        Some(21_866) => "koi8-u".to_owned(),
        Some(page @ 28_591..=28_606) => format!("iso-8859-{}", page - 28_590),
        Some(50_220..=50_222) => "iso-2022-jp".to_owned(),
        Some(51_932) => "euc-jp".to_owned(),
        Some(54_936) => "gb18030".to_owned(),
        _ => return encoding::detect(bytes),
    };
    encoding::named(&label)
}

/// Ticks of 100 ns since 1601 as a date and time in UTC.
pub(crate) fn time(ticks: u64) -> Option<String> {
    let seconds = ticks / 10_000_000;
    // Outlook writes the year 4501 where there is no date.
    if seconds == 0 || seconds >= 91_515_139_200 {
        return None;
    }
    let (year, month, day) = civil(seconds / 86_400);
    let rest = seconds % 86_400;
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    ))
}

/// Year, month and day of a day counted from 1 January 1601.
fn civil(days: u64) -> (u64, u64, u64) {
    // A year that begins in March has its leap day last; 1 March 1600 is 306 days before 1601.
    let days = days + 306;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = 1600 + era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

/// A text's letters of its first line, for names.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    match text.find(['\r', '\n']) {
        Some(at) => Cow::Borrowed(text[..at].trim()),
        None => Cow::Borrowed(text.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_days_of_the_calendar() {
        for (ticks, said) in [
            (864_000_000_000, "1601-01-02T00:00:00Z"),
            (116_444_736_000_000_000, "1970-01-01T00:00:00Z"),
            (125_963_423_990_000_000, "2000-02-29T23:59:59Z"),
            (133_800_000_000_000_000, "2024-12-30T02:40:00Z"),
        ] {
            assert_eq!(time(ticks).as_deref(), Some(said));
        }
        assert_eq!(time(0), None);
        assert_eq!(time(u64::MAX), None);
    }

    #[test]
    fn narrow_text_is_read_in_the_messages_code_page() {
        let mut props = Props::default();
        props.put(
            0x0037,
            Value::Narrow(b"Ren\xe9e".to_vec()),
            &Names::default(),
        );
        props.put(0x3FFD, Value::Int(1252), &Names::default());
        assert_eq!(props.text(0x0037), "Renée");
        props.put(
            0x0037,
            Value::Narrow(b"\x93\xfa\x96{".to_vec()),
            &Names::default(),
        );
        props.put(0x3FFD, Value::Int(932), &Names::default());
        assert_eq!(props.text(0x0037), "日本");
    }
}
