//! A data set's elements in, named fields out: every value that is text or a short number, sequences too.
//!
//! A field is named by its keyword, `PatientName`, within a sequence
//! `OtherPatientIDsSequence[2].PatientID`; a private one by its tag. A person
//! name gives a field for each of its three writings. Binary values that carry a
//! document or a run of text are set aside for the caller.
//!
//! Format: DICOM PS3.5, 6.2 (value representations), 6.4 (several values).

use whose_model::{Field, Locator};

use super::{
    charset::Charset,
    dictionary,
    parse::{Element, Value, Vr},
};

/// Numbers of one value that are listed.
const MAX_NUMBERS: usize = 16;
/// Values of one attribute that are listed one by one.
const MAX_VALUES: usize = 1000;
/// Bytes from which a binary value may be a document of its own.
const MIN_DOCUMENT: usize = 64;

pub(super) const SPECIFIC_CHARACTER_SET: u32 = 0x0008_0005;
pub(super) const CONTENT_SEQUENCE: u32 = 0x0040_A730;
const ENCAPSULATED_DOCUMENT: u32 = 0x0042_0011;

/// A binary value that may hold something to read.
pub(super) struct Binary<'a> {
    pub(super) name: String,
    pub(super) bytes: &'a [u8],
}

/// Fields of one data set.
pub(super) struct Fields<'a> {
    is_big: bool,
    pub(super) fields: Vec<Field>,
    pub(super) binaries: Vec<Binary<'a>>,
    in_content: bool,
}

/// The character set of a data set: its own, or that of the one around it.
pub(super) fn charset_of(elements: &[Element<'_>], around: Charset) -> Charset {
    super::parse::bytes_of(elements, SPECIFIC_CHARACTER_SET)
        .and_then(Charset::of)
        .unwrap_or(around)
}

/// A value as text without its padding.
pub(super) fn text(element: &Element<'_>, charset: Charset) -> String {
    let Value::Bytes(bytes) = element.value else {
        return String::new();
    };
    let is_coded = is_coded_text(&element.vr) || element.vr == *b"UN";
    let text = if is_coded {
        charset.decode(bytes, element.vr == *b"PN")
    } else {
        Charset::Default.decode(bytes, false)
    };
    trim(&text).to_owned()
}

fn trim(text: &str) -> &str {
    text.trim_matches(|ch: char| ch == '\0' || ch == ' ')
        .trim_end_matches(['\r', '\n', '\0', ' '])
}

/// Text whose characters depend on the data set's sets.
fn is_coded_text(vr: &Vr) -> bool {
    matches!(vr, b"LO" | b"LT" | b"PN" | b"SH" | b"ST" | b"UC" | b"UT")
}

/// Text of any kind.
fn is_text(vr: &Vr) -> bool {
    is_coded_text(vr)
        || matches!(
            vr,
            b"AE" | b"AS" | b"CS" | b"DA" | b"DS" | b"DT" | b"IS" | b"TM" | b"UI" | b"UR"
        )
}

/// Text that a backslash does not divide.
fn is_single(vr: &Vr) -> bool {
    matches!(vr, b"LT" | b"ST" | b"UT" | b"UR")
}

/// Curves, pictures, tables of colours and the like: no text, and read elsewhere or not at all.
fn is_samples(tag: u32) -> bool {
    let (group, element) = (tag >> 16, tag & 0xFFFF);
    matches!(group & 0xFF00, 0x5000 | 0x6000) && matches!(element, 0x3000 | 0x200C)
        || group == 0x7FE0
        || group == 0x0028 && matches!(element, 0x1101..=0x1103 | 0x1201..=0x1224 | 0x2000 | 0x3006)
        || matches!(tag, 0x5400_1010 | 0x0008_041B | 0x0002_0001)
}

impl<'a> Fields<'a> {
    pub(super) fn new(is_big: bool) -> Self {
        Self {
            is_big,
            fields: Vec::new(),
            binaries: Vec::new(),
            in_content: false,
        }
    }

    /// Takes the elements of a data set and of all sequences in it.
    pub(super) fn walk(&mut self, elements: &[Element<'a>], charset: Charset) {
        self.step(elements, charset, "", "");
    }

    fn step(&mut self, elements: &[Element<'a>], around: Charset, name: &str, place: &str) {
        let charset = charset_of(elements, around);
        for element in elements {
            let is_group_length = element.tag & 0xFFFF == 0;
            if is_group_length || is_samples(element.tag) || self.is_rendered(element.tag) {
                continue;
            }
            let own = dictionary::name_of(element.tag);
            let name = format!("{name}{own}");
            let place = format!("{place}{}", dictionary::written(element.tag));
            match &element.value {
                Value::Items(items) => {
                    let was = self.in_content;
                    self.in_content |= element.tag == CONTENT_SEQUENCE;
                    for (index, item) in items.iter().enumerate() {
                        let n = index + 1;
                        self.step(
                            &item.elements,
                            charset,
                            &format!("{name}[{n}]."),
                            &format!("{place}[{n}]."),
                        );
                    }
                    self.in_content = was;
                }
                Value::Bytes(bytes) => self.value(element, bytes, charset, &name, &place),
                Value::Fragments(_) => {}
            }
        }
    }

    /// What a report's content tree says is in its text already (`report.rs`).
    fn is_rendered(&self, tag: u32) -> bool {
        self.in_content
            && matches!(
                tag,
                0x0008_0104 | 0x0040_A160 | 0x0040_A123 | 0x0040_A30A | 0x0040_A120..=0x0040_A122
            )
    }

    fn value(
        &mut self,
        element: &Element<'a>,
        bytes: &'a [u8],
        charset: Charset,
        name: &str,
        place: &str,
    ) {
        if bytes.is_empty() {
            return;
        }
        if is_text(&element.vr) {
            let text = text(element, charset);
            self.put_text(&element.vr, &text, name, place);
            return;
        }
        if let Some(text) = self.numbers(&element.vr, bytes) {
            self.put(name.to_owned(), place.to_owned(), &text);
            return;
        }
        if matches!(
            &element.vr,
            b"US"
                | b"SS"
                | b"UL"
                | b"SL"
                | b"FL"
                | b"FD"
                | b"SV"
                | b"UV"
                | b"AT"
                | b"OF"
                | b"OD"
                | b"OL"
                | b"OV"
        ) {
            return;
        }
        if element.tag != ENCAPSULATED_DOCUMENT && looks_like_text(bytes) {
            let text = charset.decode(bytes, true);
            let text = trim(&text);
            if text.len() < 64 << 10 && !(bytes.len() >= MIN_DOCUMENT && is_document(bytes)) {
                self.put_text(b"UN", text, name, place);
                return;
            }
        }
        if bytes.len() >= MIN_DOCUMENT || element.tag == ENCAPSULATED_DOCUMENT {
            self.binaries.push(Binary {
                name: name.to_owned(),
                bytes,
            });
        }
    }

    fn put_text(&mut self, vr: &Vr, text: &str, name: &str, place: &str) {
        let looks_like_name = *vr == *b"UN" && text.contains('^') && text.len() <= 192;
        if *vr == *b"PN" || looks_like_name {
            for (index, value) in text.split('\\').take(MAX_VALUES).enumerate() {
                let nth = if index == 0 {
                    String::new()
                } else {
                    format!("[{}]", index + 1)
                };
                for (group, writing) in
                    value
                        .split('=')
                        .zip(["", "[ideographic]", "[phonetic]", "[further]"])
                {
                    let whole = trim(group).trim_end_matches(['^', ' ']);
                    self.put(
                        format!("{name}{nth}{writing}"),
                        format!("{place}{nth}{writing}"),
                        whole,
                    );
                }
            }
            return;
        }
        if is_single(vr) || !text.contains('\\') {
            self.put(name.to_owned(), place.to_owned(), text);
            return;
        }
        let values: Vec<&str> = text.split('\\').collect();
        if values.len() > MAX_VALUES || matches!(vr, b"DS" | b"IS" | b"UN") {
            self.put(name.to_owned(), place.to_owned(), text);
            return;
        }
        for (index, value) in values.into_iter().enumerate() {
            let nth = if index == 0 {
                String::new()
            } else {
                format!("[{}]", index + 1)
            };
            self.put(format!("{name}{nth}"), format!("{place}{nth}"), trim(value));
        }
    }

    fn put(&mut self, name: String, place: String, value: &str) {
        if !value.trim().is_empty() {
            self.fields.push(Field {
                name,
                value: value.to_owned(),
                place: Locator::Field { path: place },
            });
        }
    }

    /// A short list of numbers as text.
    fn numbers(&self, vr: &Vr, bytes: &[u8]) -> Option<String> {
        let size = match vr {
            b"US" | b"SS" => 2,
            b"UL" | b"SL" | b"FL" | b"AT" => 4,
            b"FD" | b"SV" | b"UV" => 8,
            _ => return None,
        };
        if bytes.len() > size * MAX_NUMBERS {
            return None;
        }
        let numbers: Vec<String> = bytes
            .chunks_exact(size)
            .map(|chunk| {
                let mut unit = [0_u8; 8];
                for (index, &byte) in chunk.iter().enumerate() {
                    let at = if self.is_big { size - 1 - index } else { index };
                    unit[at] = byte;
                }
                let value = u64::from_le_bytes(unit);
                match vr {
                    b"SS" => i16::from_le_bytes([unit[0], unit[1]]).to_string(),
                    b"SL" => (value as u32 as i32).to_string(),
                    b"FL" => f32::from_bits(value as u32).to_string(),
                    b"FD" => f64::from_bits(value).to_string(),
                    b"SV" => (value as i64).to_string(),
                    b"AT" if self.is_big => dictionary::written(value as u32),
                    b"AT" => dictionary::written((value as u32).rotate_left(16)),
                    _ => value.to_string(),
                }
            })
            .collect();
        (!numbers.is_empty()).then(|| numbers.join("\\"))
    }
}

/// Printable, in one byte a character or in UTF-8, with the escapes of character sets.
fn looks_like_text(bytes: &[u8]) -> bool {
    let end = bytes
        .iter()
        .rposition(|byte| !matches!(byte, 0 | b' '))
        .map_or(0, |at| at + 1);
    let body = &bytes[..end];
    let n_letters = body
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .count();
    let has_high = body.iter().any(|byte| *byte >= 0x80);
    !body.is_empty()
        && body
            .iter()
            .all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B | 0x20..=0x7E | 0x80..))
        && (!has_high
            || std::str::from_utf8(body).is_ok() && n_letters > 0
            || n_letters * 2 > body.len())
        && (n_letters > 0 || has_high)
}

/// Text that is a document in itself: markup, mail, a rich text.
fn is_document(bytes: &[u8]) -> bool {
    let start = bytes.trim_ascii_start();
    start.starts_with(b"<") || start.starts_with(b"{\\rtf") || start.starts_with(b"%PDF")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(vr: &Vr, tag: u32, value: &[u8]) -> Vec<(String, String)> {
        let mut fields = Fields::new(false);
        let elements = [Element {
            tag,
            vr: *vr,
            value: Value::Bytes(value),
        }];
        fields.walk(&elements, Charset::Default);
        let pairs = fields.fields.into_iter();
        pairs.map(|field| (field.name, field.value)).collect()
    }

    #[test]
    fn a_name_has_up_to_three_writings() {
        assert_eq!(
            fields(b"PN", 0x0010_0010, "Roy^Anna^^^=王^小東 ".as_bytes()),
            [
                ("PatientName".to_owned(), "Roy^Anna".to_owned()),
                ("PatientName[ideographic]".to_owned(), "王^小東".to_owned()),
            ]
        );
    }

    #[test]
    fn text_under_an_unknown_representation_is_read_and_numbers_are_listed() {
        assert_eq!(
            fields(b"UN", 0x0009_1010, b"ROY^ANNA"),
            [("(0009,1010)".to_owned(), "ROY^ANNA".to_owned())]
        );
        assert!(fields(b"UN", 0x0009_1010, &[1, 2, 3, 200]).is_empty());
        assert_eq!(
            fields(b"US", 0x0028_0010, &[0, 2]),
            [("Rows".to_owned(), "512".to_owned())]
        );
        assert_eq!(
            fields(b"LO", 0x0010_1000, b"1\\2 ")[1].0,
            "OtherPatientIDs[2]"
        );
    }
}
