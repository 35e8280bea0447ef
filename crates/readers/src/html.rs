//! HTML in, its visible text out: blocks on lines of their own, cells set apart by tabs, entities undone.
//!
//! Nothing is built in memory but the text, so no nesting can be too deep.
//! Scripts and styles are passed over, but for scripts that hold nothing but
//! data; title, alternative texts, form values and what the head says of the
//! page are kept, since they may name people.
//!
//! Format: HTML Living Standard, section 13.2.5 (simplified: tags are found, not a tree).

use memchr::{memchr, memmem};
use whose_model::{Cause, PassageKind};

use crate::{
    encoding::{self, Charset},
    exhibit::Reading,
    text as plain,
};

/// Reads an HTML file.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let charset = charset(bytes);
    let start = encoding::mark_len(bytes);
    let mut decoded = String::with_capacity(bytes.len());
    let mut decoded_runs = Vec::new();
    let bytes = &bytes[start..];
    if bytes.len() > u32::MAX as usize / 4 {
        reading.gap(Cause::TooLarge, "an HTML file larger than can be placed");
        return;
    }
    charset.decode_with_runs(bytes, start as u64, &mut decoded, &mut decoded_runs);
    let (text, runs) = text_with_runs(&decoded);
    let runs = compose(&runs, &decoded_runs, text.len());
    let max = reading.limits().max_passage_bytes.max(16);
    plain::put_pieces(&text, &runs, max, PassageKind::Body, reading);
}

/// The encoding that an HTML file names in its head, or shows.
pub(crate) fn charset(bytes: &[u8]) -> Charset {
    if encoding::mark_len(bytes) == 0 && encoding::utf16(bytes).is_none() {
        let head = bytes[..bytes.len().min(4096)].to_ascii_lowercase();
        if let Some(at) = memmem::find(&head, b"charset=") {
            let rest = &head[at + 8..];
            let label: Vec<u8> = rest
                .iter()
                .skip_while(|byte| matches!(byte, b'"' | b'\'' | b' '))
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_:".contains(byte))
                .copied()
                .collect();
            let named = encoding::named(&String::from_utf8_lossy(&label));
            if !matches!(named, Charset::Utf8 | Charset::Utf16 { .. }) {
                return named;
            }
        }
    }
    encoding::detect(bytes)
}

/// Joins "text to decoded" with "decoded to file".
fn compose(text_runs: &[(u32, u64)], decoded_runs: &[(u32, u64)], len: usize) -> Vec<(u32, u64)> {
    let mut out = Vec::with_capacity(text_runs.len());
    for (index, &(text_at, decoded_at)) in text_runs.iter().enumerate() {
        let text_end = text_runs.get(index + 1).map_or(len as u32, |run| run.0);
        let decoded_end = decoded_at + u64::from(text_end - text_at);
        let first = decoded_runs
            .partition_point(|run| u64::from(run.0) <= decoded_at)
            .saturating_sub(1);
        for &(at, file) in &decoded_runs[first..] {
            let at = u64::from(at);
            if at >= decoded_end && at > decoded_at {
                break;
            }
            match at.checked_sub(decoded_at) {
                Some(offset) => out.push((text_at + offset as u32, file)),
                None => out.push((text_at, file + (decoded_at - at))),
            }
        }
    }
    out.dedup_by_key(|run| run.0);
    if out.first().is_none_or(|run| run.0 > 0) {
        out.insert(0, (0, 0));
    }
    out
}

/// The visible text.
pub(crate) fn text(html: &str) -> String {
    text_with_runs(html).0
}

struct Writer {
    text: String,
    runs: Vec<(u32, u64)>,
    /// A blank is owed before the next word.
    owes_space: bool,
}

impl Writer {
    /// Writes a piece that stands in the source at `at`, white space folded.
    fn words(&mut self, piece: &str, at: usize) {
        let mut from = at;
        for word in piece.split_inclusive(|ch: char| ch.is_ascii_whitespace()) {
            let trimmed = word.trim_end_matches(|ch: char| ch.is_ascii_whitespace());
            if !trimmed.is_empty() {
                self.verbatim(trimmed, from);
            }
            if trimmed.len() < word.len() {
                self.owes_space = true;
            }
            from += word.len();
        }
    }

    fn verbatim(&mut self, piece: &str, at: usize) {
        if self.owes_space && !self.text.is_empty() && !self.text.ends_with(['\n', '\t', ' ']) {
            // The blank leads back to the byte before.
            self.run(at.saturating_sub(1));
            self.text.push(' ');
        }
        self.owes_space = false;
        self.run(at);
        self.text.push_str(piece);
    }

    fn run(&mut self, at: usize) {
        let here = self.text.len() as u32;
        let at = at as u64;
        match self.runs.last() {
            Some(&(text, source)) if u64::from(here - text) + source == at => {}
            Some(&(text, _)) if text == here => {
                self.runs.pop();
                self.runs.push((here, at));
            }
            _ => self.runs.push((here, at)),
        }
    }

    fn separator(&mut self, mark: char, at: usize) {
        self.owes_space = false;
        let is_needed = match mark {
            '\t' => !self.text.is_empty() && !self.text.ends_with('\n'),
            _ => !self.text.is_empty() && !self.text.ends_with("\n\n"),
        };
        if is_needed && !(mark == '\n' && self.text.ends_with('\n')) {
            self.run(at);
            self.text.push(mark);
        }
    }
}

fn text_with_runs(html: &str) -> (String, Vec<(u32, u64)>) {
    let bytes = html.as_bytes();
    let mut out = Writer {
        text: String::with_capacity(html.len() / 2),
        runs: Vec::new(),
        owes_space: false,
    };
    // Whether comments still end, and which elements do not: what never ends is read, rather than all that follows lost.
    let mut has_ends = true;
    let mut has_conditions = true;
    let mut endless: Vec<String> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr(b'<', &bytes[at..]).map_or(bytes.len(), |found| at + found);
        put_text(&html[at..end], at, &mut out);
        at = end;
        if at >= bytes.len() {
            break;
        }
        let rest = &html[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = if has_ends { comment.find("-->") } else { None };
            has_ends = end.is_some();
            at += match end {
                Some(end) => end + 7,
                None => 4 + condition_len(comment, &mut has_conditions),
            };
            continue;
        }
        let second = bytes.get(at + 1).copied().unwrap_or(b' ');
        if !(second.is_ascii_alphabetic() || matches!(second, b'/' | b'!' | b'?')) {
            out.words("<", at);
            at += 1;
            continue;
        }
        let Some(len) = tag_len(&bytes[at..]) else {
            put_text(&html[at + 1..], at + 1, &mut out);
            break;
        };
        let tag = &html[at..at + len];
        let is_closing = second == b'/';
        let name: String = tag[1..]
            .trim_start_matches('/')
            .chars()
            .take_while(|ch| ch.is_ascii_alphanumeric())
            .map(|ch| ch.to_ascii_lowercase())
            .collect();
        put_tag(&name, is_closing, tag, at, &mut out);
        at += len;
        if matches!(name.as_str(), "script" | "style" | "template")
            && !is_closing
            && !tag.ends_with("/>")
            && !endless.contains(&name)
        {
            match end_of_raw(&bytes[at..], &name) {
                Some(end) => {
                    if name == "script" && is_data(tag, &html[at..at + end]) {
                        out.separator('\n', at);
                        out.words(&html[at..at + end], at);
                        out.separator('\n', at + end);
                    }
                    at += end;
                }
                None => endless.push(name),
            }
        }
    }
    (out.text, out.runs)
}

/// The length of what Outlook writes for itself at the beginning of a comment that never closes: one that closes nowhere hides
/// nothing else.
fn condition_len(comment: &str, has_ends: &mut bool) -> usize {
    const END: &str = "<![endif]";
    if !comment.starts_with("[if") {
        return 0;
    }
    let end = if *has_ends { comment.find(END) } else { None };
    *has_ends = end.is_some();
    let head = || memchr(b'>', comment.as_bytes()).map(|found| found + 1);
    end.map(|found| found + END.len())
        .or_else(head)
        .unwrap_or(0)
}

/// Whether a script holds what a page shows rather than how: JSON, alone or given to a name.
fn is_data(tag: &str, script: &str) -> bool {
    let begins = |text: &str| {
        let text = text.trim_start();
        let rest = text.strip_prefix(['{', '[']).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with('"') || rest.starts_with("{\""))
    };
    let head = &script[..script.floor_char_boundary(200)];
    tag.to_ascii_lowercase().contains("json")
        || begins(head)
        || head.split_once('=').is_some_and(|(_, value)| begins(value))
}

fn begins_tag(second: Option<&u8>) -> bool {
    second.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'/')
}

/// The length of the tag at the beginning, quotes respected.
fn tag_len(bytes: &[u8]) -> Option<usize> {
    // The quote that is open, and whether a line ended in it.
    let mut quote: Option<(u8, bool)> = None;
    // A tag longer than this lost its end.
    for (index, &byte) in bytes.iter().enumerate().take(64 << 10) {
        match (byte, &mut quote) {
            (b'>', None) => return Some(index + 1),
            (b'"' | b'\'', None) if bytes[..index].trim_ascii_end().ends_with(b"=") => {
                quote = Some((byte, false));
            }
            (byte, Some((open, _))) if byte == *open => quote = None,
            (b'\n', Some((_, has_line))) => *has_line = true,
            // Another tag on a later line: the quote lost its end.
            (b'<', Some((_, true))) if begins_tag(bytes.get(index + 1)) => break,
            _ => {}
        }
    }
    // A quote that never closes was not meant.
    memchr(b'>', bytes).map(|found| found + 1)
}

fn end_of_raw(bytes: &[u8], name: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = memmem::find(&bytes[at..], b"</") {
        let here = at + found;
        let after = &bytes[here + 2..];
        if after.len() >= name.len() && after[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
            return Some(here);
        }
        at = here + 2;
    }
    None
}

fn put_tag(name: &str, is_closing: bool, tag: &str, at: usize, out: &mut Writer) {
    match name {
        "td" | "th" if !is_closing => out.separator('\t', at),
        "br" | "p" | "div" | "tr" | "li" | "ul" | "ol" | "h1" | "h2" | "h3" | "h4" | "h5"
        | "h6" | "table" | "tbody" | "thead" | "section" | "article" | "header" | "footer"
        | "blockquote" | "pre" | "hr" | "dl" | "dt" | "dd" | "title" | "body" | "head"
        | "option" | "form" | "fieldset" | "caption" | "address" | "center" | "main" | "nav" => {
            out.separator('\n', at);
        }
        _ => {}
    }
    if is_closing {
        return;
    }
    if !matches!(name, "img" | "input" | "a" | "meta") {
        return;
    }
    // Byte for byte, so that offsets in one hold in the other.
    let lower = tag.to_ascii_lowercase();
    let says = [
        "name=\"author",
        "name=\"description",
        "name=\"keywords",
        "name=\"subject",
    ];
    let attributes: &[&str] = match name {
        "img" => &["alt="],
        "input" => &["value="],
        "a" => &["href=\"mailto:", "href=\"tel:"],
        "meta" if says.iter().any(|mark| lower.contains(mark)) => &["content="],
        _ => return,
    };
    for attribute in attributes {
        let found = lower
            .match_indices(attribute)
            .find(|(found, _)| lower[..*found].ends_with(|ch: char| ch.is_ascii_whitespace()));
        let Some((found, _)) = found else { continue };
        let start = found + attribute.len();
        let value = &tag[start..];
        let (open, close): (usize, &[char]) = match value.chars().next() {
            Some('"') => (1, &['"']),
            Some('\'') => (1, &['\'']),
            _ => (0, &['"', ' ', '>', '?']),
        };
        let value = &value[open..];
        let value = &value[..value.find(close).unwrap_or(value.len())];
        out.owes_space = true;
        put_text(value, at + start + open, out);
        out.owes_space = true;
    }
}

/// Writes text with its entities undone.
fn put_text(text: &str, at: usize, out: &mut Writer) {
    let mut rest = text;
    let mut here = at;
    while let Some(found) = memchr(b'&', rest.as_bytes()) {
        out.words(&rest[..found], here);
        let entity = &rest[found..];
        match undo_entity(entity) {
            Some((ch, len)) => {
                if ch == '\u{a0}' {
                    out.owes_space = true;
                } else {
                    out.verbatim(ch.encode_utf8(&mut [0; 4]), here + found);
                }
                rest = &entity[len..];
                here += found + len;
            }
            None => {
                out.words("&", here + found);
                rest = &entity[1..];
                here += found + 1;
            }
        }
    }
    out.words(rest, here);
}

/// The character of the entity at the beginning, and the entity's length.
pub(crate) fn undo_entity(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix, skipped) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16, 3),
            None => (number, 10, 2),
        };
        let n = digits
            .bytes()
            .take(8)
            .take_while(|byte| (*byte as char).is_digit(radix))
            .count();
        let code = u32::from_str_radix(digits.get(..n)?, radix).ok()?;
        let ch = match code {
            // What the numbers 128 to 159 mean in practice.
            0x80..=0x9F => Charset::Single(encoding_rs::WINDOWS_1252)
                .decode(&[code as u8])
                .chars()
                .next()?,
            _ => char::from_u32(code).filter(|ch| *ch != '\0')?,
        };
        let has_end = digits[n..].starts_with(';');
        return Some((ch, skipped + n + usize::from(has_end)));
    }
    let n = body
        .bytes()
        .take(10)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    let name = body.get(..n)?;
    let has_end = body[n..].starts_with(';');
    let ch = named_entity(name)?;
    // Without a semicolon only the old short ones count, so that `&copy` in an address stays.
    (has_end || matches!(name, "amp" | "lt" | "gt" | "quot" | "nbsp"))
        .then_some((ch, 1 + n + usize::from(has_end)))
}

/// Latin-1 letters in the order of their code, from U+00A0.
const LATIN_1: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf",
    "laquo", "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro",
    "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest",
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute",
    "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute",
    "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute",
    "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil",
    "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde",
    "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc",
    "uuml", "yacute", "thorn", "yuml",
];

fn named_entity(name: &str) -> Option<char> {
    let ch = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "OElig" => 'Œ',
        "oelig" => 'œ',
        "Scaron" => 'Š',
        "scaron" => 'š',
        "Yuml" => 'Ÿ',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "sbquo" => '‚',
        "ldquo" => '“',
        "rdquo" => '”',
        "bdquo" => '„',
        "hellip" => '…',
        "bull" => '•',
        "euro" => '€',
        "trade" => '™',
        "ensp" | "emsp" | "thinsp" => ' ',
        "zwnj" => '\u{200c}',
        "zwj" => '\u{200d}',
        "minus" => '−',
        "le" => '≤',
        "ge" => '≥',
        "ne" => '≠',
        "alpha" => 'α',
        "beta" => 'β',
        "mu" => 'μ',
        "rarr" => '→',
        "larr" => '←',
        "commat" => '@',
        "period" => '.',
        "comma" => ',',
        "colon" => ':',
        "sol" => '/',
        "lowbar" => '_',
        "hyphen" | "dash" => '‐',
        "num" => '#',
        "Tab" => '\t',
        "NewLine" => '\n',
        _ => {
            let index = LATIN_1.iter().position(|known| *known == name)?;
            char::from_u32(0xA0 + index as u32)?
        }
    };
    Some(ch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(text(html).trim(), expected);
    }

    #[test]
    fn blocks_cells_and_entities_become_text() {
        check(
            "<p>Pr&eacute;nom:&nbsp;<b>L&#233;o</b></p><p>x</p>",
            "Prénom: Léo\nx",
        );
        check(
            "<table><tr><td>a<td>b</tr><tr><th>c</th></table>",
            "a\tb\nc",
        );
        check("<style>p{}</style><script>if(a<b)</script>text", "text");
        check(
            "<meta name=\"author\" content=\"Anne Roy\"><meta charset=\"x\"><td>c",
            "Anne Roy\tc",
        );
        check(
            "<script>let p = [{\"mrn\": 17}];</script><script type=\"application/ld+json\">{ \"a\": 1 }</script>x",
            "let p = [{\"mrn\": 17}];\n{ \"a\": 1 }\nx",
        );
        check("<!-- a --><!--b<p>MRN 17</p>", "b\nMRN 17");
        check("a<!--[if gte mso 9]><p>MRN 17</p>", "a\nMRN 17");
        check("<!--[if gte mso 9]><x y='z' <![endif]MRN 17", "MRN 17");
        check("<style>p{}<p>MRN 17</p>", "p{}\nMRN 17");
        check("<img src=\"a\n<p>MRN 17</p>\n<img alt=\"x\">", "MRN 17\nx");
        check("<a title=\"1 <b> 2\">x</a>", "x");
        check("1 < 2 & 3 &copy=4", "1 < 2 & 3 &copy=4");
        check("<a title=\"x>y\" href='z'>link</a>", "link");
        check("<!-- no -->yes<br/>line", "yes\nline");
        check("<input name=n value=\"Roy\">", "Roy");
        check("open <b", "open b");
    }

    #[test]
    fn text_leads_back_to_its_bytes() {
        let html = "<p>n&eacute; <b>Roy</b>";
        let (text, runs) = text_with_runs(html);
        let at = text.find("Roy").unwrap() as u32;
        let run = runs.iter().rev().find(|run| run.0 <= at).unwrap();
        assert_eq!(
            run.1 + u64::from(at - run.0),
            html.find("Roy").unwrap() as u64
        );
    }
}
