//! RTF in, its text out with byte-exact places; pictures and embedded files as members.
//!
//! Text goes to one of four streams: the body, page headers and footers, notes of
//! reviewers, and the document's properties. A byte written as `\'e9` is read in
//! the code page of its font, else of the document; `\u233?` is a character
//! itself and its stand-in is passed over. Cells end in a tab, rows in a line.
//! Nothing recurses: groups are a stack, bounded.
//!
//! Format: Rich Text Format (RTF) Specification, version 1.9.1 (Microsoft, 2008).

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};
use whose_model::{Cause, PassageKind};

use crate::{
    container::code_page_437,
    exhibit::{Body, Reading},
    ole::objects,
    text as plain,
};

/// Groups inside each other.
const MAX_NESTED: usize = 4096;
/// Bytes of one character in a code page of several bytes.
const MAX_PENDING: usize = 4096;

/// Reads an RTF file.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    if bytes.len() > u32::MAX as usize / 4 {
        reading.gap(Cause::TooLarge, "an RTF file larger than can be placed");
        return;
    }
    let mut walk = Walk::new();
    walk.read(bytes, reading);
    let is_cut_off = !walk.groups.is_empty() || walk.n_below > 0;
    let max = reading.limits().max_passage_bytes.max(16);
    for (stream, kind) in walk.streams.iter().zip(KINDS) {
        plain::put_pieces(&stream.text, &stream.runs, max, *kind, reading);
    }
    if walk.is_too_deep {
        reading.gap(
            Cause::TooDeep,
            "groups nested deeper than allowed were passed over",
        );
    }
    if is_cut_off {
        reading.gap(Cause::Truncated, "the file ends before its groups close");
    }
}

const KINDS: &[PassageKind] = &[
    PassageKind::Title,
    PassageKind::Margin,
    PassageKind::Body,
    PassageKind::Comment,
];
const TITLE: usize = 0;
const MARGIN: usize = 1;
const BODY: usize = 2;
const COMMENT: usize = 3;

/// How bytes above ASCII are read.
#[derive(Clone, Copy)]
enum Page {
    Known(&'static Encoding),
    /// The page of the first IBM PC, which the encodings of the web leave out.
    Oem,
}

/// What a group's content is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text(usize),
    Fonts,
    /// A picture or object in hexadecimal.
    Data,
    Nothing,
}

#[derive(Clone, Copy)]
struct Group {
    place: Place,
    page: Page,
    /// How many stand-ins follow a character given by number.
    n_stand_ins: usize,
    /// Something other than `\*` has come.
    has_begun: bool,
    is_starred: bool,
}

#[derive(Default)]
struct Stream {
    text: String,
    runs: Vec<(u32, u64)>,
}

impl Stream {
    fn push(&mut self, text: &str, at: usize) {
        let (here, at) = (self.text.len() as u32, at as u64);
        match self.runs.last() {
            Some(&(text, file)) if u64::from(here - text) + file == at => {}
            _ => self.runs.push((here, at)),
        }
        self.text.push_str(text);
    }

    fn line(&mut self, at: usize) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.push("\n", at);
        }
    }
}

struct Walk {
    groups: Vec<Group>,
    /// Groups below the deepest that is kept.
    n_below: u64,
    is_too_deep: bool,
    page: Page,
    fonts: HashMap<i32, Page>,
    /// The font that the font table is at.
    font: i32,
    streams: [Stream; 4],
    /// Bytes that wait to be read in their code page, and where the first stands.
    pending: Vec<u8>,
    pending_at: usize,
    /// The first half of a character beyond the first plane.
    half: Option<u16>,
    n_skipped: usize,
    /// Hexadecimal digits of the picture or object that is open.
    data: Vec<u8>,
    digit: Option<u8>,
    ending: &'static str,
    n_data: u32,
}

impl Walk {
    fn new() -> Self {
        Self {
            groups: Vec::new(),
            n_below: 0,
            is_too_deep: false,
            page: Page::Known(WINDOWS_1252),
            fonts: HashMap::new(),
            font: 0,
            streams: Default::default(),
            pending: Vec::new(),
            pending_at: 0,
            half: None,
            n_skipped: 0,
            data: Vec::new(),
            digit: None,
            ending: "bin",
            n_data: 0,
        }
    }

    fn read(&mut self, bytes: &[u8], reading: &mut Reading<'_>) {
        let mut at = 0;
        let mut next_pulse = 0;
        while let Some(&byte) = bytes.get(at) {
            if at >= next_pulse {
                next_pulse = at + (16 << 20);
                reading.pulse();
            }
            match byte {
                b'{' => {
                    self.open();
                    at += 1;
                }
                b'}' => {
                    self.close(at, reading);
                    at += 1;
                }
                b'\\' => at = self.control(bytes, at, reading),
                b'\r' | b'\n' | 0 => at += 1,
                _ => {
                    self.sign(byte, at);
                    at += 1;
                }
            }
        }
        self.flush();
    }

    fn group(&mut self) -> Option<&mut Group> {
        if self.n_below > 0 {
            return None;
        }
        self.groups.last_mut()
    }

    fn open(&mut self) {
        self.flush();
        self.n_skipped = 0;
        if self.n_below > 0 || self.groups.len() >= MAX_NESTED {
            self.n_below += 1;
            self.is_too_deep = true;
            return;
        }
        let outer = self.groups.last().copied().unwrap_or(Group {
            place: Place::Text(BODY),
            page: self.page,
            n_stand_ins: 1,
            has_begun: false,
            is_starred: false,
        });
        self.groups.push(Group {
            has_begun: false,
            is_starred: false,
            ..outer
        });
    }

    fn close(&mut self, at: usize, reading: &mut Reading<'_>) {
        self.flush();
        self.n_skipped = 0;
        if self.n_below > 0 {
            self.n_below -= 1;
            return;
        }
        let Some(inner) = self.groups.pop() else {
            return;
        };
        let outer = self.groups.last().map(|group| group.place);
        if inner.place == Place::Data && outer != Some(Place::Data) {
            self.put_data(reading);
        }
        // A note or a property is a line of its own.
        if let Place::Text(stream) = inner.place
            && stream != BODY
        {
            let is_property = stream == TITLE;
            if is_property || outer != Some(inner.place) {
                self.streams[stream].line(at);
            }
        }
    }

    /// Takes the control at `at`; gives where what follows it begins.
    fn control(&mut self, bytes: &[u8], at: usize, reading: &mut Reading<'_>) -> usize {
        let Some(&first) = bytes.get(at + 1) else {
            return at + 1;
        };
        if !first.is_ascii_alphabetic() {
            return self.symbol(bytes, at, first);
        }
        let rest = &bytes[at + 1..];
        let n_word = rest
            .iter()
            .take(32)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let word = &rest[..n_word];
        let is_negative = rest.get(n_word) == Some(&b'-');
        let digits_at = n_word + usize::from(is_negative);
        let n_digits = rest[digits_at..]
            .iter()
            .take(10)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let mut end = at + 1 + n_word;
        let mut number = None;
        if n_digits > 0 {
            let digits = &rest[digits_at..digits_at + n_digits];
            let value = digits
                .iter()
                .fold(0_i64, |value, digit| value * 10 + i64::from(digit - b'0'));
            let value = if is_negative { -value } else { value };
            number = Some(value.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32);
            end = at + 1 + digits_at + n_digits;
        }
        if bytes.get(end) == Some(&b' ') {
            end += 1;
        }
        if word == b"bin" {
            let n = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            let data_end = end.saturating_add(n).min(bytes.len());
            if self.group().is_some_and(|group| group.place == Place::Data) {
                self.data.extend_from_slice(&bytes[end..data_end]);
            }
            return data_end;
        }
        if word != b"u" {
            self.flush();
        }
        let Ok(word) = std::str::from_utf8(word) else {
            return end;
        };
        self.word(word, number, at, reading);
        end
    }

    fn symbol(&mut self, bytes: &[u8], at: usize, symbol: u8) -> usize {
        match symbol {
            b'\'' => {
                let digits = bytes.get(at + 2..at + 4);
                let byte = digits.and_then(|digits| Some((hex(digits[0])? << 4) | hex(digits[1])?));
                match byte {
                    Some(byte) => {
                        self.byte(byte, at);
                        at + 4
                    }
                    None => at + 2,
                }
            }
            b'*' => {
                if let Some(group) = self.group()
                    && !group.has_begun
                {
                    group.is_starred = true;
                }
                at + 2
            }
            b'~' => self.put(" ", at, 2),
            b'_' => self.put("-", at, 2),
            b'\\' | b'{' | b'}' => {
                self.sign(symbol, at);
                at + 2
            }
            b'\r' | b'\n' => {
                self.flush();
                self.put("\n", at, 2)
            }
            _ => at + 2,
        }
    }

    fn put(&mut self, text: &str, at: usize, len: usize) -> usize {
        self.flush();
        if let Some(group) = self.group() {
            group.has_begun = true;
            if let Place::Text(stream) = group.place {
                self.streams[stream].push(text, at);
            }
        }
        at + len
    }

    fn word(&mut self, word: &str, number: Option<i32>, at: usize, reading: &mut Reading<'_>) {
        let Some(group) = self.group() else { return };
        let is_first = !std::mem::replace(&mut group.has_begun, true);
        let was_starred = group.is_starred;
        if is_first && let Some(place) = destination(word) {
            // Nothing within what is passed over is read after all.
            if group.place != Place::Nothing {
                group.place = place;
                if place == Place::Data {
                    self.data.clear();
                    self.digit = None;
                    self.ending = "bin";
                }
            }
            return;
        }
        if is_first && was_starred && !is_kept(word) {
            group.place = Place::Nothing;
            return;
        }
        let text = match word {
            "par" | "line" | "sect" | "page" | "row" | "nestrow" | "softline" => "\n",
            "tab" | "cell" | "nestcell" => "\t",
            "emdash" => "—",
            "endash" => "–",
            "lquote" => "‘",
            "rquote" => "’",
            "ldblquote" => "“",
            "rdblquote" => "”",
            "bullet" => "•",
            "emspace" | "enspace" | "qmspace" => " ",
            _ => {
                self.setting(word, number, at, reading);
                return;
            }
        };
        self.put(text, at, 0);
    }

    fn setting(&mut self, word: &str, number: Option<i32>, at: usize, _: &mut Reading<'_>) {
        let (document, fonts) = (self.page, &self.fonts);
        let font = match word {
            "f" => fonts.get(&number.unwrap_or(0)).copied().unwrap_or(document),
            _ => document,
        };
        let Some(group) = self.groups.last_mut() else {
            return;
        };
        match (word, number) {
            ("u", Some(unit)) => self.character(unit, at),
            ("uc", Some(n)) => group.n_stand_ins = usize::try_from(n).unwrap_or(1).min(16),
            ("f", Some(n)) if group.place == Place::Fonts => self.font = n,
            ("f", _) | ("plain", _) => group.page = font,
            ("fcharset", Some(n)) if group.place == Place::Fonts => {
                if let Some(page) = page_of_charset(n)
                    && self.fonts.len() < 10_000
                {
                    self.fonts.insert(self.font, page);
                }
            }
            ("ansicpg", Some(n)) => self.document_page(page_of_number(n)),
            ("mac", None) => self.document_page(page_of_number(10_000)),
            ("pc", None) | ("pca", None) => self.document_page(Some(Page::Oem)),
            ("pngblip", _) => self.ending = "png",
            ("jpegblip", _) => self.ending = "jpg",
            ("emfblip", _) => self.ending = "emf",
            ("wmetafile", _) => self.ending = "wmf",
            ("dibitmap" | "wbitmap", _) => self.ending = "bmp",
            _ => {}
        }
    }

    fn document_page(&mut self, page: Option<Page>) {
        if let Some(page) = page {
            self.page = page;
            for group in &mut self.groups {
                group.page = page;
            }
        }
    }

    /// A character given by number.
    fn character(&mut self, unit: i32, at: usize) {
        self.flush();
        // Numbers above 32767 are written negative.
        let unit = (unit & 0xFFFF) as u16;
        let half = self.half.take();
        let ch = match (half, unit) {
            (_, 0xD800..=0xDBFF) => {
                self.half = Some(unit);
                None
            }
            (Some(high), low) => char::decode_utf16([high, low]).next().and_then(Result::ok),
            (None, unit) => char::from_u32(u32::from(unit)),
        };
        if let Some(ch) = ch.filter(|ch| *ch != '\0') {
            self.put(ch.encode_utf8(&mut [0; 4]), at, 0);
        }
        self.n_skipped = self.group().map_or(0, |group| group.n_stand_ins);
    }

    /// A byte written as it is.
    fn sign(&mut self, byte: u8, at: usize) {
        let Some(group) = self.group() else { return };
        if byte != b' ' {
            group.has_begun = true;
        }
        if group.place == Place::Data {
            if let Some(digit) = hex(byte) {
                match self.digit.take() {
                    Some(high) => self.data.push((high << 4) | digit),
                    None => self.digit = Some(digit),
                }
            }
            return;
        }
        self.byte(byte, at);
    }

    /// A byte of text in the code page of its place.
    fn byte(&mut self, byte: u8, at: usize) {
        if self.n_skipped > 0 {
            self.n_skipped -= 1;
            return;
        }
        let Some(group) = self.group() else { return };
        group.has_begun = true;
        let (place, page) = (group.place, group.page);
        let Place::Text(stream) = place else { return };
        self.half = None;
        if byte < 0x80 && self.pending.is_empty() {
            let sign = [byte];
            self.streams[stream].push(std::str::from_utf8(&sign).unwrap_or(""), at);
            return;
        }
        match page {
            Page::Oem => {
                let ch = code_page_437(byte);
                self.streams[stream].push(ch.encode_utf8(&mut [0; 4]), at);
            }
            Page::Known(page) if page.is_single_byte() => {
                let bytes = [byte];
                let (text, _) = page.decode_without_bom_handling(&bytes);
                self.streams[stream].push(&text, at);
            }
            Page::Known(_) => {
                if self.pending.is_empty() {
                    self.pending_at = at;
                }
                self.pending.push(byte);
                if self.pending.len() >= MAX_PENDING {
                    self.flush();
                }
            }
        }
    }

    /// Reads the bytes that wait.
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        let at = self.pending_at;
        if let Some(group) = self.group()
            && let (Place::Text(stream), Page::Known(page)) = (group.place, group.page)
        {
            let (text, _) = page.decode_without_bom_handling(&pending);
            self.streams[stream].push(&text, at);
        }
    }

    /// Hands over the picture or object that ended.
    fn put_data(&mut self, reading: &mut Reading<'_>) {
        let data = std::mem::take(&mut self.data);
        self.digit = None;
        if data.is_empty() {
            return;
        }
        self.n_data += 1;
        let (label, content) = match objects::ole1(&data) {
            Some((label, content)) if !content.is_empty() => (label, content),
            _ => (None, data.as_slice()),
        };
        let name = match label {
            Some(label) => format!("embedded-{}/{label}", self.n_data),
            None => format!("embedded-{}.{}", self.n_data, self.ending),
        };
        reading.member(&name, Body::Memory(content));
    }
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// What a group that begins with this word holds, when it is not more of what stands around it.
fn destination(word: &str) -> Option<Place> {
    Some(match word {
        "fonttbl" => Place::Fonts,
        "pict" | "objdata" => Place::Data,
        "title" | "subject" | "author" | "manager" | "company" | "operator" | "category"
        | "keywords" | "doccomm" => Place::Text(TITLE),
        "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl" | "footerr"
        | "footerf" | "footnote" => Place::Text(MARGIN),
        "annotation" | "atnauthor" => Place::Text(COMMENT),
        "colortbl" | "stylesheet" | "filetbl" | "nonshppict" | "sp" | "listtable"
        | "listoverridetable" | "revtbl" | "rsidtbl" | "creatim" | "revtim" | "printim"
        | "buptim" | "xe" | "tc" | "themedata" | "datastore" => Place::Nothing,
        _ => return None,
    })
}

/// Groups marked as new since the first version that hold text after all.
fn is_kept(word: &str) -> bool {
    matches!(
        word,
        "shppict" | "shpinst" | "shptxt" | "pn" | "revtbl" | "ud" | "cs" | "ds" | "ts"
    )
}

fn page_of_number(number: i32) -> Option<Page> {
    let label = match number {
        437 | 850 | 858 => return Some(Page::Oem),
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        1250..=1258 => {
            return Encoding::for_label(format!("windows-{number}").as_bytes()).map(Page::Known);
        }
        10_000 => "macintosh",
        65_001 => "utf-8",
        _ => return None,
    };
    Encoding::for_label(label.as_bytes()).map(Page::Known)
}

/// Character sets of fonts (specification, table of `\fcharset`).
fn page_of_charset(number: i32) -> Option<Page> {
    page_of_number(match number {
        0 => 1252,
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        254 | 255 => 437,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use whose_model::{Cause, Locator, Outcome, PassageKind, Segment};

    use crate::testkit::{Given, read_bytes};

    #[track_caller]
    fn check(rtf: &str, expected: &str) {
        let given = read_bytes("a.rtf", rtf.as_bytes());
        assert_eq!(given.text().trim(), expected);
        assert_eq!(given.outcome("a.rtf"), Outcome::Read);
        assert_eq!(given.end_of("a.rtf").format, "rtf");
    }

    #[test]
    fn text_cells_and_signs_are_read() {
        check(
            r"{\rtf1\ansi Patient: {\b Roy}, L\'e9a\par Next}",
            "Patient: Roy, Léa\nNext",
        );
        check(r"{\rtf1 \trowd a\cell b\cell\row c}", "a\tb\t\nc");
        check(
            r"{\rtf1 \{x\}\\ a\~b\_c\ldblquote d\rdblquote}",
            "{x}\\ a b-c“d”",
        );
        check("{\\rtf1 one\r\ntwo\\\nthree}", "onetwo\nthree");
    }

    #[test]
    fn characters_by_number_stand_for_what_follows_them() {
        check(r"{\rtf1 L\u233?a \uc0\u233a {\uc2\u233 xxy}}", "Léa éa éy");
        check(r"{\rtf1\uc1 \u-10179?\u-8704? \u8217\'92s}", "😀 ’s");
    }

    #[test]
    fn each_font_has_its_code_page() {
        check(
            r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f1\fcharset238 Arial CE;}{\f2\fcharset128 M;}}\f0 \'e9 \f1 \'b3 \f2 \'93\'fa\f0 \'e8}",
            "é ł 日è",
        );
        check(r"{\rtf1\pc n\'82}", "né");
        check(r"{\rtf1\mac n\'8e}", "né");
    }

    #[test]
    fn what_is_no_text_is_passed_over() {
        check(
            r"{\rtf1{\stylesheet{\s1 Heading;}}{\*\generator X;}{\*\unknown{\b no}}{\field{\*\fldinst HYPERLINK x}{\fldrslt yes}}}",
            "yes",
        );
        check(
            r"{\rtf1{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt in a box}}}",
            "in a box",
        );
    }

    #[test]
    fn properties_headers_and_notes_are_kept_apart() {
        let given = read_bytes(
            "a.rtf",
            br"{\rtf1{\info{\title Chart}{\author Dr Cy}{\creatim\yr2024}}{\header Ward 3\par}Body{\*\annotation see}}",
        );
        let said: Vec<_> = given
            .segments
            .iter()
            .filter_map(|(_, segment)| match segment {
                Segment::Passage(passage) => Some((passage.kind, passage.text.trim())),
                _ => None,
            })
            .collect();
        assert_eq!(
            said,
            [
                (PassageKind::Title, "Chart\nDr Cy"),
                (PassageKind::Margin, "Ward 3"),
                (PassageKind::Body, "Body"),
                (PassageKind::Comment, "see"),
            ]
        );
    }

    #[test]
    fn pictures_are_members() {
        let given = read_bytes(
            "a.rtf",
            br"{\rtf1 a{\*\shppict{\pict\pngblip\picw5 89504e470d0a1a0a00}}{\nonshppict{\pict\wmetafile8 00}}b{\object{\*\objdata 6e616d65}{\result r}}}",
        );
        assert_eq!(given.end_of("a.rtf/embedded-1.png").format, "png");
        assert_eq!(given.end_of("a.rtf/embedded-2.bin").format, "text");
        assert!(given.text().ends_with("abr"));
        assert_eq!(given.ended.len(), 3);
    }

    #[test]
    fn text_leads_back_to_its_bytes() {
        let rtf = r"{\rtf1 L\'e9a {\b Roy}}";
        let given = read_bytes("a.rtf", rtf.as_bytes());
        let Some((_, Segment::Passage(passage))) = given.segments.first() else {
            panic!("there is text");
        };
        let at = passage.text.find("Roy").unwrap();
        let start = rtf.find("Roy").unwrap() as u64;
        let end = start + 3;
        assert_eq!(passage.locate(at..at + 3), Locator::Bytes { start, end });
        assert_eq!(passage.locate(0..1), Locator::Bytes { start: 7, end: 8 });
    }

    fn has(given: &Given, cause: Cause) -> bool {
        given.gaps.iter().any(|gap| gap.cause == cause)
    }

    #[test]
    fn depth_and_lost_ends_are_gaps() {
        let deep = "{\\rtf1 ".to_owned() + &"{".repeat(100_000) + "x" + &"}".repeat(100_001);
        let given = read_bytes("a.rtf", deep.as_bytes());
        assert!(has(&given, Cause::TooDeep) && !has(&given, Cause::Truncated));
        let given = read_bytes("a.rtf", b"{\\rtf1 Roy {\\b x");
        assert!(has(&given, Cause::Truncated));
        assert_eq!(given.text(), "Roy x");
        read_bytes("a.rtf", b"{\\rtf1 \\bin99999999999 x}}}}\\'\\u\\");
    }
}
