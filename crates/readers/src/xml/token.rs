//! XML bytes in, one token at a time out; streaming, without a stack, and not put off by broken markup.
//!
//! Nothing is expanded but the five named entities, HTML's, and numbers: a
//! document type cannot make the text grow.

use std::hash::{DefaultHasher, Hash, Hasher};

use memchr::{memchr, memmem};
use whose_model::Cause;

use crate::{
    encoding::{self, Charset},
    exhibit::Reading,
    html::undo_entity,
    source::Source,
};

/// Elements of HTML that have no end: Office writes them so into the text of its drawings (VML).
const ENDLESS: [&str; 4] = ["br", "hr", "img", "col"];
/// Open elements that are held against their ends.
const MAX_OPEN: usize = 4096;

/// A token; texts and names are decoded.
#[derive(Debug, PartialEq)]
pub(crate) enum Token {
    /// Start of an element, and whether it ends at once.
    Start {
        name: String,
        attributes: Vec<(String, String)>,
        is_empty: bool,
    },
    End(String),
    Text(String),
    /// A token longer than may be held was passed over.
    TooLong,
    /// The bytes end inside a token.
    CutOff,
    Done,
}

pub(crate) struct Tokens {
    charset: Charset,
    max_token: usize,
    /// The names of open elements.
    open: Vec<u64>,
    /// A tag lost its end, or the end of an element does not fit its start.
    is_broken: bool,
}

impl Tokens {
    /// Looks at the beginning for the encoding that the document names.
    pub(crate) fn new(source: &mut Source<'_>, max_token: usize) -> Self {
        let head = source.ahead(64 << 10);
        let mark = encoding::mark_len(head);
        let mut charset = encoding::detect(head);
        let declaration = &head[..head.len().min(200)];
        if mark == 0
            && let Some(at) = memmem::find(declaration, b"encoding=")
        {
            let label: String = declaration[at + 9..]
                .iter()
                .skip(1)
                .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte))
                .map(|&byte| char::from(byte))
                .collect();
            let named = encoding::named(&label);
            // UTF-16 was already turned into UTF-8, whatever the declaration says.
            if !matches!(named, Charset::Utf8 | Charset::Utf16 { .. }) {
                charset = named;
            }
        }
        source.pass(mark);
        Self {
            charset,
            max_token,
            open: Vec::new(),
            is_broken: false,
        }
    }

    /// Tells, behind the last token, that the tags did not fit together.
    pub(crate) fn tell(&self, reading: &mut Reading<'_>) {
        if self.is_broken {
            let detail =
                "its tags do not fit together; a part of it is lost or stands in the wrong place";
            reading.gap(Cause::Corrupt, detail);
        }
    }

    /// Holds the end of an element against the starts before it.
    fn fit(&mut self, name: &str) {
        let name = name_key(name);
        if self.open.last() == Some(&name) {
            self.open.pop();
        } else if self.open.len() < MAX_OPEN {
            let at = self.open.iter().rposition(|it| *it == name);
            let is_endless = |it| ENDLESS.iter().any(|endless| name_key(endless) == it);
            let left = at.and_then(|at| self.open.get(at + 1..));
            self.is_broken |= !left.is_some_and(|left| left.iter().all(|it| is_endless(*it)));
            self.open.truncate(at.unwrap_or(self.open.len()));
        }
    }

    /// The length up to and with `mark`, searched from `from`; `Err(true)` when too long, `Err(false)` at the end.
    fn find(&self, source: &mut Source<'_>, from: usize, mark: &[u8]) -> Result<usize, bool> {
        let mut searched = from;
        loop {
            let ahead = source.buffered();
            if ahead.len() > searched
                && let Some(found) = memmem::find(&ahead[searched..], mark)
            {
                return Ok(searched + found + mark.len());
            }
            searched = ahead.len().saturating_sub(mark.len() - 1).max(from);
            if ahead.len() > self.max_token {
                return Err(true);
            }
            if !source.grow() {
                return Err(false);
            }
        }
    }

    pub(crate) fn next(&mut self, source: &mut Source<'_>) -> Token {
        loop {
            let ahead = source.ahead(12);
            let Some(&first) = ahead.first() else {
                return Token::Done;
            };
            if first != b'<' {
                return self.text(source);
            }
            let skipped: (usize, &[u8]) = if ahead.starts_with(b"<!--") {
                (4, b"-->")
            } else if ahead.starts_with(b"<![CDATA[") {
                return self.cdata(source);
            } else if ahead.starts_with(b"<?") {
                (2, b"?>")
            } else if ahead.starts_with(b"<!") {
                (2, b">")
            } else if ahead.get(1).is_some_and(|byte| {
                byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'_' | b':' | 0x80..)
            }) {
                return self.tag(source);
            } else {
                // A lone sign in text.
                source.pass(1);
                return Token::Text("<".to_owned());
            };
            let is_doctype = skipped.0 == 2 && skipped.1 == b">";
            match self.find(source, skipped.0, skipped.1) {
                Ok(len) => {
                    let has_subset =
                        is_doctype && memchr(b'[', &source.buffered()[..len]).is_some();
                    if has_subset && let Ok(len) = self.find(source, 2, b"]>") {
                        source.pass(len);
                    } else {
                        source.pass(len);
                    }
                }
                Err(is_too_long) => return self.give_up(source, is_too_long),
            }
        }
    }

    fn give_up(&self, source: &mut Source<'_>, is_too_long: bool) -> Token {
        let n = source.buffered().len();
        source.pass(n);
        if is_too_long {
            Token::TooLong
        } else {
            Token::CutOff
        }
    }

    fn text(&mut self, source: &mut Source<'_>) -> Token {
        let len = match self.find(source, 0, b"<") {
            Ok(len) => len - 1,
            Err(false) => source.buffered().len(),
            Err(true) => return self.give_up(source, true),
        };
        let text = self.decode(&source.buffered()[..len]);
        source.pass(len);
        Token::Text(text)
    }

    fn cdata(&mut self, source: &mut Source<'_>) -> Token {
        match self.find(source, 9, b"]]>") {
            Ok(len) => {
                let bytes = &source.buffered()[9..len - 3];
                let text = self.charset.decode(bytes).into_owned();
                source.pass(len);
                Token::Text(text)
            }
            Err(is_too_long) => self.give_up(source, is_too_long),
        }
    }

    fn tag(&mut self, source: &mut Source<'_>) -> Token {
        let mut from = 1;
        let len = loop {
            match self.find(source, from, b">") {
                Ok(len) => {
                    // Nowhere in a tag may another begin: it lost its end.
                    if let Some(next) = memchr(b'<', &source.buffered()[1..len]) {
                        self.is_broken = true;
                        break next + 1;
                    }
                    // A `>` inside a value does not end the tag.
                    if is_quote_open(&source.buffered()[..len - 1]) && len < 64 << 10 {
                        from = len;
                        continue;
                    }
                    break len;
                }
                Err(is_too_long) => return self.give_up(source, is_too_long),
            }
        };
        let tag = &source.buffered()[1..len];
        let tag = tag.strip_suffix(b">").unwrap_or(tag);
        let text = self.charset.decode(tag).into_owned();
        source.pass(len);
        if let Some(name) = text.strip_prefix('/') {
            let name = local(name.trim());
            self.fit(name);
            return Token::End(name.to_owned());
        }
        let is_empty = text.ends_with('/');
        let text = text.trim_end_matches('/');
        let end = text
            .find(|ch: char| ch.is_whitespace())
            .unwrap_or(text.len());
        let name = local(&text[..end]);
        if !is_empty && self.open.len() < MAX_OPEN {
            self.open.push(name_key(name));
        }
        Token::Start {
            name: name.to_owned(),
            attributes: attributes(&text[end..]),
            is_empty,
        }
    }

    fn decode(&self, bytes: &[u8]) -> String {
        undo_entities(&self.charset.decode(bytes))
    }
}

fn is_quote_open(tag: &[u8]) -> bool {
    let mut open = None;
    for &byte in tag {
        match open {
            None if byte == b'"' || byte == b'\'' => open = Some(byte),
            Some(quote) if quote == byte => open = None,
            _ => {}
        }
    }
    open.is_some()
}

fn name_key(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

/// A name without its namespace prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    let mut rest = text.trim_start();
    while let Some(equals) = rest.find('=') {
        let name = rest[..equals].trim();
        let name = name.rsplit(char::is_whitespace).next().unwrap_or(name);
        let value = rest[equals + 1..].trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let value = &value[1..];
                match value.find(quote) {
                    Some(end) => (&value[..end], &value[end + 1..]),
                    None => (value, ""),
                }
            }
            _ => {
                let end = value
                    .find(|ch: char| ch.is_whitespace())
                    .unwrap_or(value.len());
                (&value[..end], &value[end..])
            }
        };
        let is_namespace = name.starts_with("xmlns") || name.starts_with("xsi:schemaLocation");
        if !name.is_empty() && !is_namespace {
            attributes.push((local(name).to_owned(), undo_entities(value)));
        }
        rest = after.trim_start();
    }
    attributes
}

fn undo_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        match undo_entity(&rest[at..]) {
            Some((ch, len)) => {
                out.push(ch);
                rest = &rest[at + len..];
            }
            None => {
                out.push('&');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}
