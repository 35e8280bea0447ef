//! A message's compressed RTF in; the RTF, and the HTML or the text that stands encapsulated in it, out.
//!
//! Outlook keeps the body of many messages in this form only. `fromhtml` RTF
//! holds the HTML it was made from in groups that an RTF reader passes over;
//! what only the RTF reader is to see stands between `htmlrtf` and `htmlrtf0`.
//!
//! Format: [MS-OXRTFCP] 2.1 and 3.1 (compression), [MS-OXRTFEX] 2.1.3 and 2.2
//! (encapsulation), RTF 1.9.1.

use std::collections::HashMap;

use super::value::charset_of;

/// What the dictionary holds at the beginning ([MS-OXRTFCP] 2.1.2.1).
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// Groups inside each other.
const MAX_NESTED: usize = 4096;

/// The RTF, and whether all of it came; `None` when these bytes are no compressed RTF.
pub(crate) fn decompress(bytes: &[u8], max: usize) -> Option<(Vec<u8>, bool)> {
    let packed_len = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    let raw_len = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?) as usize;
    let body = bytes.get(16..)?;
    match bytes.get(8..12)? {
        b"MELA" => {
            let end = body.len().min(raw_len).min(max);
            // Some programs count the head in both lengths; then the first one tells.
            let is_all = body.len() <= max && bytes.len() - 4 >= packed_len;
            return Some((body[..end].to_vec(), end == raw_len || is_all));
        }
        b"LZFu" => {}
        _ => return None,
    }
    let mut dictionary = [b' '; 4096];
    dictionary[..DICTIONARY.len()].copy_from_slice(DICTIONARY);
    let mut at = DICTIONARY.len();
    let mut out = Vec::new();
    let mut rest = body.iter().copied();
    loop {
        // Some programs leave out the mark of the end.
        let Some(control) = rest.next() else {
            let is_whole = out.len() >= raw_len;
            return Some((out, is_whole));
        };
        for bit in 0..8 {
            if out.len() >= max {
                return Some((out, false));
            }
            if control & (1 << bit) == 0 {
                let Some(byte) = rest.next() else {
                    let is_whole = out.len() >= raw_len;
                    return Some((out, is_whole));
                };
                out.push(byte);
                dictionary[at] = byte;
                at = (at + 1) % 4096;
                continue;
            }
            let (Some(high), Some(low)) = (rest.next(), rest.next()) else {
                let is_whole = out.len() >= raw_len;
                return Some((out, is_whole));
            };
            let pair = usize::from(high) << 8 | usize::from(low);
            let (from, n) = (pair >> 4, (pair & 15) + 2);
            if from == at {
                return Some((out, true));
            }
            for step in 0..n {
                let byte = dictionary[(from + step) % 4096];
                out.push(byte);
                dictionary[at] = byte;
                at = (at + 1) % 4096;
            }
        }
    }
}

/// What the RTF was made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Made {
    FromHtml,
    FromText,
    /// It is RTF of its own.
    AsRtf,
}

/// What the RTF was made from, as its first words say ([MS-OXRTFEX] 2.2.3.1).
pub(crate) fn made(rtf: &[u8]) -> Made {
    let head = &rtf[..rtf.len().min(2048)];
    if memchr::memmem::find(head, b"\\fromhtml").is_some() {
        Made::FromHtml
    } else if memchr::memmem::find(head, b"\\fromtext").is_some() {
        Made::FromText
    } else {
        Made::AsRtf
    }
}

#[derive(Clone, Copy)]
struct Group {
    is_passed_over: bool,
    /// Within `\*\htmltag`.
    is_tag: bool,
    /// Between `htmlrtf` and `htmlrtf0`.
    is_rtf_only: bool,
    in_fonts: bool,
    is_starred: bool,
    page: Option<u32>,
    n_stand_ins: usize,
}

/// The HTML in RTF that was made from HTML; else its text.
pub(crate) fn unwrap(rtf: &[u8], made: Made) -> String {
    let mut walk = Walk {
        is_html: made == Made::FromHtml,
        out: String::with_capacity(rtf.len() / 2),
        groups: Vec::new(),
        n_below: 0,
        fonts: HashMap::new(),
        font: 0,
        page: Some(1252),
        pending: Vec::new(),
        half: None,
        n_skipped: 0,
    };
    walk.read(rtf);
    walk.out
}

struct Walk {
    is_html: bool,
    out: String,
    groups: Vec<Group>,
    n_below: u64,
    fonts: HashMap<i64, Option<u32>>,
    font: i64,
    page: Option<u32>,
    /// Bytes that wait to be read in their code page.
    pending: Vec<u8>,
    half: Option<u16>,
    n_skipped: usize,
}

impl Walk {
    fn read(&mut self, rtf: &[u8]) {
        let mut at = 0;
        while let Some(&byte) = rtf.get(at) {
            match byte {
                b'{' => {
                    self.open();
                    at += 1;
                }
                b'}' => {
                    self.flush();
                    self.n_skipped = 0;
                    if self.n_below > 0 {
                        self.n_below -= 1;
                    } else {
                        self.groups.pop();
                    }
                    at += 1;
                }
                b'\\' => at = self.control(rtf, at),
                b'\r' | b'\n' | 0 => at += 1,
                _ => {
                    self.byte(byte);
                    at += 1;
                }
            }
        }
        self.flush();
    }

    fn open(&mut self) {
        self.flush();
        self.n_skipped = 0;
        if self.n_below > 0 || self.groups.len() >= MAX_NESTED {
            self.n_below += 1;
            return;
        }
        let outer = self.groups.last().copied().unwrap_or(Group {
            is_passed_over: false,
            is_tag: false,
            is_rtf_only: false,
            in_fonts: false,
            is_starred: false,
            page: self.page,
            n_stand_ins: 1,
        });
        self.groups.push(Group {
            is_starred: false,
            ..outer
        });
    }

    /// Whether text that stands here is part of what is wanted.
    fn is_wanted(&self) -> bool {
        self.n_below == 0
            && self.groups.last().is_some_and(|group| {
                !(group.is_passed_over || group.in_fonts || self.is_html && group.is_rtf_only)
            })
    }

    fn control(&mut self, rtf: &[u8], at: usize) -> usize {
        let Some(&first) = rtf.get(at + 1) else {
            return at + 1;
        };
        if !first.is_ascii_alphabetic() {
            return self.symbol(rtf, at, first);
        }
        let rest = &rtf[at + 1..];
        let n_word = rest
            .iter()
            .take(32)
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        let word = std::str::from_utf8(&rest[..n_word]).unwrap_or("");
        let is_negative = rest.get(n_word) == Some(&b'-');
        let digits_at = n_word + usize::from(is_negative);
        let n_digits = rest[digits_at..]
            .iter()
            .take(10)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (mut end, mut number) = (at + 1 + n_word, None);
        if n_digits > 0 {
            let value = rest[digits_at..digits_at + n_digits]
                .iter()
                .fold(0_i64, |value, digit| value * 10 + i64::from(digit - b'0'));
            number = Some(if is_negative { -value } else { value });
            end = at + 1 + digits_at + n_digits;
        }
        if rtf.get(end) == Some(&b' ') {
            end += 1;
        }
        self.word(word, number);
        if word == "bin" {
            let n = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            end = end.saturating_add(n).min(rtf.len());
        }
        end
    }

    fn word(&mut self, word: &str, number: Option<i64>) {
        if word != "u" {
            self.flush();
        }
        let is_html = self.is_html;
        let font = self.font;
        let fonts = &mut self.fonts;
        let Some(group) = self.groups.last_mut().filter(|_| self.n_below == 0) else {
            return;
        };
        match word {
            "htmlrtf" => group.is_rtf_only = number != Some(0),
            "htmltag" if group.is_starred => {
                group.is_tag = true;
                group.is_passed_over = !is_html;
            }
            "ansicpg" => {
                let page = number.and_then(|page| u32::try_from(page).ok());
                self.page = page;
                for group in &mut self.groups {
                    group.page = page;
                }
            }
            "fonttbl" => group.in_fonts = true,
            "f" if group.in_fonts => self.font = number.unwrap_or(0),
            "fcharset" if group.in_fonts => {
                let page = page_of_charset(number.unwrap_or(0)).or(self.page);
                fonts.insert(font, page);
            }
            "f" => {
                group.page = fonts
                    .get(&number.unwrap_or(0))
                    .copied()
                    .unwrap_or(self.page)
            }
            "plain" => group.page = self.page,
            "uc" => {
                group.n_stand_ins = number
                    .and_then(|n| usize::try_from(n).ok())
                    .unwrap_or(1)
                    .min(16)
            }
            "u" => {
                self.unicode(number.unwrap_or(0));
                return;
            }
            "colortbl" | "stylesheet" | "info" | "pict" | "objdata" | "listtable"
            | "listoverridetable" | "header" | "footer" => group.is_passed_over = true,
            _ if group.is_starred && !matches!(word, "htmltag" | "htmlbase" | "shppict") => {
                group.is_passed_over = true;
            }
            _ => {}
        }
        group_text(word, is_html)
            .into_iter()
            .for_each(|text| self.put(text));
    }

    fn symbol(&mut self, rtf: &[u8], at: usize, first: u8) -> usize {
        match first {
            b'\'' => {
                let hex = |at: usize| rtf.get(at).and_then(|byte| char::from(*byte).to_digit(16));
                match (hex(at + 2), hex(at + 3)) {
                    (Some(high), Some(low)) => {
                        self.byte((high << 4 | low) as u8);
                        return at + 4;
                    }
                    _ => return at + 2,
                }
            }
            b'*' => {
                if let Some(group) = self.groups.last_mut() {
                    group.is_starred = true;
                }
            }
            b'~' => self.put(if self.is_html { "&nbsp;" } else { "\u{a0}" }),
            b'_' => self.put("-"),
            b'{' | b'}' | b'\\' => self.byte(first),
            b'\r' | b'\n' => self.put("\n"),
            _ => {}
        }
        at + 2
    }

    fn put(&mut self, text: &str) {
        self.flush();
        if self.is_wanted() {
            self.out.push_str(text);
        }
    }

    fn unicode(&mut self, number: i64) {
        self.flush();
        let unit = (number & 0xFFFF) as u16;
        let ch = match (self.half.take(), unit) {
            (_, 0xD800..=0xDBFF) => {
                self.half = Some(unit);
                None
            }
            (Some(high), low) => char::decode_utf16([high, low]).next().and_then(Result::ok),
            (None, unit) => char::from_u32(u32::from(unit)),
        };
        if let Some(ch) = ch.filter(|ch| *ch != '\0')
            && self.is_wanted()
        {
            self.out.push(ch);
        }
        self.n_skipped = self.groups.last().map_or(0, |group| group.n_stand_ins);
    }

    fn byte(&mut self, byte: u8) {
        if self.n_skipped > 0 {
            self.n_skipped -= 1;
            return;
        }
        if !self.is_wanted() {
            return;
        }
        if byte < 0x80 && self.pending.is_empty() {
            self.out.push(char::from(byte));
        } else {
            self.pending.push(byte);
            // A single byte of ASCII after whole characters need not wait any longer.
            if byte < 0x40 || self.pending.len() > 4096 {
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        let page = self.groups.last().map_or(self.page, |group| group.page);
        let page = page.or(Some(1252));
        self.out
            .push_str(&charset_of(page, &pending).decode(&pending));
    }
}

/// What a word stands for in the text.
fn group_text(word: &str, is_html: bool) -> Option<&'static str> {
    Some(match word {
        "par" | "line" | "row" => "\r\n",
        "tab" | "cell" => "\t",
        "lquote" => "\u{2018}",
        "rquote" => "\u{2019}",
        "ldblquote" => "\u{201c}",
        "rdblquote" => "\u{201d}",
        "bullet" => "\u{2022}",
        "endash" => "\u{2013}",
        "emdash" => "\u{2014}",
        "emspace" | "enspace" if !is_html => " ",
        "emspace" => "&emsp;",
        "enspace" => "&ensp;",
        _ => return None,
    })
}

/// Character sets of fonts (RTF 1.9.1, table of `\fcharset`).
fn page_of_charset(number: i64) -> Option<u32> {
    Some(match number {
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
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_is_the_one_of_the_format() {
        assert_eq!(DICTIONARY.len(), 207);
    }

    #[test]
    fn the_examples_of_the_specification_come_out() {
        // [MS-OXRTFCP] 3.1.1 and 3.1.2.
        let simple = b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";
        let (rtf, is_whole) = decompress(simple, 1 << 20).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&rtf),
            "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
        );
        assert!(is_whole);
        let crossing =
            b"\x1a\0\0\0\x1c\0\0\0LZFu\xe2\xd4\x4b\x51\x41\0\x04\x20WXYZ\x0d\x6e\x7d\x01\x0e\xb0";
        let (rtf, _) = decompress(crossing, 1 << 20).unwrap();
        assert_eq!(rtf, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
        assert!(decompress(simple, 10).is_some_and(|(rtf, is_whole)| rtf.len() < 40 && !is_whole));
    }

    #[test]
    fn what_is_not_packed_is_whole_also_when_its_head_is_counted_in() {
        let stored = |raw: u32, body: &[u8]| {
            let mut bytes = (body.len() as u32 + 12).to_le_bytes().to_vec();
            bytes.extend(raw.to_le_bytes());
            bytes.extend(b"MELA\0\0\0\0");
            bytes.extend(body);
            bytes
        };
        let rtf = b"{\\rtf1 x}";
        let n = rtf.len() as u32;
        for raw in [n, n + 12] {
            let bytes = stored(raw, rtf);
            assert_eq!(decompress(&bytes, 99), Some((rtf.to_vec(), true)));
            assert_eq!(
                decompress(&bytes[..bytes.len() - 1], 99).map(|all| all.1),
                Some(false)
            );
            assert_eq!(decompress(&bytes, 4).map(|all| all.1), Some(false));
        }
    }

    #[test]
    fn html_stands_as_it_was_before_it_became_rtf() {
        let rtf = br"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}{\f1\fcharset128 MS;}}
{\*\htmltag19 <html>}{\*\htmltag50 <p title='\'e9'>}\htmlrtf {\htmlrtf0 Ren\'e9e{\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 Roy\htmlrtf }\htmlrtf0 \htmlrtf\par\htmlrtf0
{\*\htmltag58 </p>}{\*\mhtmltag1 x}{\f1 \'93\'fa}\u233?{\*\htmltag27 </html>}}";
        assert_eq!(made(rtf), Made::FromHtml);
        let html = unwrap(rtf, Made::FromHtml);
        assert_eq!(html, "<html><p title='é'>Renée&nbsp;Roy</p>日é</html>");
    }

    #[test]
    fn text_made_into_rtf_is_text_again() {
        let rtf = br"{\rtf1\ansi\fromtext {\fonttbl{\f0 Courier;}}\f0 Dear Ren\'e9e,\par see \{1\}\tab x\par}";
        assert_eq!(made(rtf), Made::FromText);
        assert_eq!(unwrap(rtf, Made::FromText), "Dear Renée,\r\nsee {1}\tx\r\n");
    }
}
