//! A font of a PDF: codes in a shown string to characters and widths.
//!
//! Characters come from the `ToUnicode` map where there is one, else from the
//! font's encoding; a font that has neither leaves its codes unread, and they are
//! counted. Widths of the fourteen standard fonts, which files may leave out, are
//! those of Helvetica, Times and Courier; they only place what follows on the line.
//!
//! Sources: ISO 32000-1, 9.6 to 9.10; Adobe core 14 font metrics.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Encoding, Object};

use super::{array, dict, number, resolve};

/// Most bytes of a `ToUnicode` map or font program looked at.
const MAX_MAP: usize = 8 << 20;
/// Codes of one map that are kept.
const MAX_CODES: usize = 1 << 17;

/// How to read strings shown in one font.
pub(super) struct Font {
    /// Two bytes a code, else one.
    is_wide: bool,
    /// Characters of each code.
    map: HashMap<u32, String>,
    /// Characters of one-byte codes that the map leaves out.
    table: Vec<Option<char>>,
    widths: HashMap<u32, f32>,
    default_width: f32,
}

/// One code of a shown string.
pub(super) struct Shown<'f> {
    /// Its characters; `None` when the font does not say.
    pub(super) text: Option<&'f str>,
    /// A character of a one-byte encoding, when `text` is not in the map.
    pub(super) ch: Option<char>,
    /// Its width, in thousandths of the font's size.
    pub(super) width: f32,
    /// It is the one-byte code 32, which word spacing widens.
    pub(super) is_space: bool,
}

impl Font {
    /// A font that says nothing of itself.
    pub(super) fn unknown() -> Self {
        Self {
            is_wide: false,
            map: HashMap::new(),
            table: standard_table(),
            widths: HashMap::new(),
            default_width: 500.0,
        }
    }

    pub(super) fn new(doc: &Document, font: &Dictionary) -> Self {
        let subtype = font
            .get(b"Subtype")
            .and_then(Object::as_name)
            .unwrap_or(b"");
        let map = font
            .get(b"ToUnicode")
            .ok()
            .and_then(|object| resolve(doc, object).as_stream().ok())
            .and_then(|stream| stream.get_plain_content_with_limit(MAX_MAP).ok())
            .map(|bytes| to_unicode(&bytes));
        let (map, code_len) = map.unwrap_or_default();
        if subtype == b"Type0" {
            return Self::composite(doc, font, map, code_len);
        }
        let name = font
            .get(b"BaseFont")
            .and_then(Object::as_name)
            .unwrap_or(b"");
        let mut widths = HashMap::new();
        let first = font
            .get(b"FirstChar")
            .ok()
            .and_then(|object| resolve(doc, object).as_i64().ok())
            .unwrap_or(0);
        let scale = match array(doc, font, b"FontMatrix") {
            Some(matrix) if subtype == b"Type3" => {
                matrix
                    .first()
                    .and_then(|it| number(doc, it))
                    .unwrap_or(0.001)
                    * 1000.0
            }
            _ => 1.0,
        };
        if let Some(listed) = array(doc, font, b"Widths") {
            for (width, code) in listed.iter().zip(first..first + 256) {
                if let (Some(width), Ok(code)) = (number(doc, width), u32::try_from(code)) {
                    widths.insert(code, width * scale);
                }
            }
        } else {
            standard_widths(name, &mut widths);
        }
        let missing = dict(doc, font, b"FontDescriptor")
            .and_then(|descriptor| descriptor.get(b"MissingWidth").ok())
            .and_then(|width| number(doc, width))
            .filter(|width| *width > 0.0);
        Self {
            is_wide: false,
            map,
            table: table(doc, font, name),
            widths,
            default_width: missing.unwrap_or(500.0),
        }
    }

    fn composite(
        doc: &Document,
        font: &Dictionary,
        map: HashMap<u32, String>,
        code_len: usize,
    ) -> Self {
        let mut widths = HashMap::new();
        let mut default_width = 1000.0;
        let descendant = array(doc, font, b"DescendantFonts")
            .and_then(|fonts| resolve(doc, fonts.first()?).as_dict().ok());
        if let Some(descendant) = descendant {
            if let Some(width) = descendant.get(b"DW").ok().and_then(|it| number(doc, it)) {
                default_width = width;
            }
            if let Some(listed) = array(doc, descendant, b"W") {
                cid_widths(doc, listed, &mut widths);
            }
        }
        Self {
            is_wide: code_len != 1,
            map,
            table: Vec::new(),
            widths,
            default_width,
        }
    }

    /// Calls `each` for each code of a shown string.
    pub(super) fn read<'f>(&'f self, bytes: &[u8], mut each: impl FnMut(Shown<'f>)) {
        let step = if self.is_wide { 2 } else { 1 };
        for code in bytes.chunks(step) {
            let code = code.iter().fold(0_u32, |n, &byte| n << 8 | u32::from(byte));
            let text = self.map.get(&code).map(String::as_str);
            each(Shown {
                text,
                ch: self.table.get(code as usize).copied().flatten(),
                width: self
                    .widths
                    .get(&code)
                    .copied()
                    .unwrap_or(self.default_width),
                is_space: !self.is_wide && code == 32,
            });
        }
    }
}

/// The characters of each one-byte code, by the font's encoding.
fn table(doc: &Document, font: &Dictionary, name: &[u8]) -> Vec<Option<char>> {
    let character = |unit: u16| char::from_u32(u32::from(unit)).filter(|ch| *ch != '\0');
    let mut table = match font.get_font_encoding_with_limit(doc, MAX_MAP) {
        Ok(Encoding::OneByteEncoding(set)) if font.get(b"Encoding").is_ok() => set
            .iter()
            .map(|glyph| glyph.and_then(|glyph| character(glyph.utf16_code_unit())))
            .collect(),
        Ok(Encoding::Differences(differences)) => {
            let mut table: Vec<Option<char>> = match *differences.base {
                Encoding::OneByteEncoding(set) => set
                    .iter()
                    .map(|glyph| glyph.and_then(|glyph| character(glyph.utf16_code_unit())))
                    .collect(),
                _ => standard_table(),
            };
            for (code, glyph) in &differences.map {
                if let Some(place) = table.get_mut(usize::from(*code)) {
                    *place = character(glyph.utf16_code_unit());
                }
            }
            table
        }
        _ if name.ends_with(b"Symbol") || name.ends_with(b"ZapfDingbats") => vec![None; 256],
        _ => standard_table(),
    };
    by_name(doc, font, &mut table);
    table
}

/// Glyph names that say their character themselves: `uni00E9`, `u1F600`.
fn by_name(doc: &Document, font: &Dictionary, table: &mut [Option<char>]) {
    let differences =
        dict(doc, font, b"Encoding").and_then(|encoding| array(doc, encoding, b"Differences"));
    let mut code = 0_usize;
    for item in differences.into_iter().flatten() {
        match resolve(doc, item) {
            Object::Integer(n) => code = usize::try_from(*n).unwrap_or(usize::MAX),
            Object::Name(name) => {
                let text = std::str::from_utf8(name).unwrap_or("");
                let hex = text.strip_prefix("uni").or_else(|| text.strip_prefix('u'));
                let hex = hex.and_then(|hex| hex.get(..hex.len().min(6)));
                let ch = hex
                    .filter(|hex| hex.len() >= 4)
                    .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                    .and_then(char::from_u32);
                // Doses, tests and genes have Greek letters; the names are those of Adobe's list.
                let ch = ch.or_else(|| {
                    let at = GREEK.iter().position(|known| *known == text)?;
                    char::from_u32(0x3b1 + at as u32)
                });
                if let (Some(ch), Some(place)) = (ch, table.get_mut(code)) {
                    *place = Some(ch);
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
}

/// Names of the small Greek letters in the order of their code points, from U+03B1.
const GREEK: [&str; 25] = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma1", "sigma", "tau", "upsilon", "phi",
    "chi", "psi", "omega",
];

/// Latin text as most programs write it when they say nothing: Windows-1252.
fn standard_table() -> Vec<Option<char>> {
    (0..=255_u8)
        .map(|byte| {
            let bytes = [byte];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
            text.chars().next().filter(|ch| !ch.is_control())
        })
        .collect()
}

/// Widths of a composite font: `c [w1 w2 ..]` and `first last w`.
fn cid_widths(doc: &Document, listed: &[Object], widths: &mut HashMap<u32, f32>) {
    let mut items = listed.iter().map(|item| resolve(doc, item));
    while let Some(first) = items.next() {
        let Ok(first) = first.as_i64().map(|n| n.clamp(0, 65_535) as u32) else {
            return;
        };
        match items.next() {
            Some(Object::Array(each)) => {
                for (width, code) in each.iter().zip(first..) {
                    if let Some(width) = number(doc, width) {
                        widths.insert(code, width);
                    }
                }
            }
            Some(last) => {
                let Ok(last) = last.as_i64().map(|n| n.clamp(0, 65_535) as u32) else {
                    return;
                };
                let Some(width) = items.next().and_then(|it| number(doc, it)) else {
                    return;
                };
                for code in first..=last {
                    widths.insert(code, width);
                }
            }
            None => return,
        }
        if widths.len() > MAX_CODES {
            return;
        }
    }
}

/// The characters of each code, and how many bytes a code has (0 when it is not said).
fn to_unicode(bytes: &[u8]) -> (HashMap<u32, String>, usize) {
    let mut map = HashMap::new();
    let mut code_len = 0;
    let mut pending: Vec<Item> = Vec::new();
    let mut items = Items { bytes, at: 0 };
    while let Some(item) = items.next() {
        let Item::Word(word) = &item else {
            if pending.len() < MAX_CODES {
                pending.push(item);
            }
            continue;
        };
        match *word {
            b"endcodespacerange" => {
                if let Some(Item::Hex(hex)) = pending.first() {
                    code_len = hex.len();
                }
            }
            b"endbfchar" => {
                for pair in pending.chunks_exact(2) {
                    if let [Item::Hex(code), Item::Hex(text)] = pair {
                        map.insert(code_of(code), utf16(text));
                    }
                }
            }
            b"endbfrange" => ranges(&pending, &mut map),
            b"]" | b"[" => {
                pending.push(item);
                continue;
            }
            _ => {}
        }
        pending.clear();
        if map.len() > MAX_CODES {
            break;
        }
    }
    (map, code_len)
}

fn ranges(pending: &[Item<'_>], map: &mut HashMap<u32, String>) {
    let mut at = 0;
    while let (Some(Item::Hex(low)), Some(Item::Hex(high)), Some(target)) =
        (pending.get(at), pending.get(at + 1), pending.get(at + 2))
    {
        let (low, high) = (code_of(low), code_of(high).min(code_of(low) + 65_535));
        at += 3;
        match target {
            Item::Hex(text) => {
                let mut text = text.clone();
                for code in low..=high {
                    if map.len() > MAX_CODES {
                        return;
                    }
                    map.insert(code, utf16(&text));
                    // The last two bytes count up.
                    for byte in text.iter_mut().rev().take(2) {
                        *byte = byte.wrapping_add(1);
                        if *byte != 0 {
                            break;
                        }
                    }
                }
            }
            Item::Word(b"[") => {
                let mut code = low;
                while let Some(Item::Hex(text)) = pending.get(at) {
                    if code <= high {
                        map.insert(code, utf16(text));
                    }
                    code = code.saturating_add(1);
                    at += 1;
                }
                at += 1;
            }
            Item::Word(_) => return,
        }
    }
}

fn code_of(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .take(4)
        .fold(0, |n, &byte| n << 8 | u32::from(byte))
}

fn utf16(bytes: &[u8]) -> String {
    if let [byte] = bytes {
        return char::from(*byte).to_string();
    }
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from(pair[0]) << 8 | u16::from(pair[1]));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .filter(|ch| *ch != '\0')
        .collect()
}

/// Parts of a character map that matter here.
enum Item<'a> {
    Hex(Vec<u8>),
    Word(&'a [u8]),
}

struct Items<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Items<'a> {
    fn next(&mut self) -> Option<Item<'a>> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            let start = self.at;
            self.at += 1;
            match byte {
                b'<' if self.bytes.get(self.at) != Some(&b'<') => {
                    let rest = self.bytes.get(self.at..)?;
                    let end = memchr::memchr(b'>', rest)?;
                    self.at += end + 1;
                    let digits = rest
                        .get(..end)?
                        .iter()
                        .filter_map(|byte| char::from(*byte).to_digit(16));
                    let digits: Vec<u8> = digits.map(|digit| digit as u8).collect();
                    let hex = digits
                        .chunks(2)
                        .map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0));
                    return Some(Item::Hex(hex.collect()));
                }
                b'[' | b']' => return Some(Item::Word(self.bytes.get(start..self.at)?)),
                b'%' => {
                    let rest = self.bytes.get(self.at..)?;
                    self.at += memchr::memchr2(b'\n', b'\r', rest)?;
                }
                byte if byte.is_ascii_alphabetic() => {
                    let rest = self.bytes.get(start..)?;
                    let n = rest
                        .iter()
                        .take_while(|byte| byte.is_ascii_alphanumeric())
                        .count();
                    self.at = start + n;
                    return Some(Item::Word(rest.get(..n)?));
                }
                _ => {}
            }
        }
    }
}

/// Widths of ` ` to `~` in Helvetica, thousandths of the size.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Widths of ` ` to `~` in Times-Roman.
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611,
    556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722,
    722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500,
    278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
];

/// Widths of a standard font that does not bring its own.
fn standard_widths(name: &[u8], widths: &mut HashMap<u32, f32>) {
    let has = |part: &[u8]| memchr::memmem::find(name, part).is_some();
    if has(b"Courier") || has(b"Mono") {
        widths.extend((32..256).map(|code| (code, 600.0)));
        return;
    }
    let (table, accented) = if has(b"Times") || has(b"Serif") || has(b"Roman") {
        (&TIMES, 480.0)
    } else {
        (&HELVETICA, 556.0)
    };
    let bold = if has(b"Bold") { 1.05 } else { 1.0 };
    widths.extend(
        (32..)
            .zip(table)
            .map(|(code, width)| (code, f32::from(*width) * bold)),
    );
    widths.extend((192..256).map(|code| (code, accented * bold)));
}

#[test]
fn a_map_gives_characters_for_codes_and_ranges() {
    let (map, len) = to_unicode(
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfchar <0003> <0020> endbfchar \
          2 beginbfrange <0010> <0012> <0041> <0020> <0021> [<0066006C> <00E9>] endbfrange",
    );
    assert_eq!(len, 2);
    let text: String = [0x10, 0x12, 0x3, 0x20, 0x21]
        .iter()
        .map(|code| map[code].as_str())
        .collect();
    assert_eq!(text, "AC fl\u{e9}");
}
