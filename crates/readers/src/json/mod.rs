//! JSON in (one value, many, one a line, or FHIR), records out; streaming.
//!
//! A number of lines or gigabytes in one list makes no difference: an element is
//! handed over when it closes. FHIR resources are recognised by `resourceType`
//! and go through `fhir.rs`.
//!
//! Format: RFC 8259; NDJSON; broken JSON as far as it can be followed.

mod fhir;
mod fhir_xml;
mod token;

use whose_model::{Cause, Locator, RecordKind};

pub(crate) use self::fhir_xml::read as read_fhir_xml;
use self::{
    fhir::Fhir,
    token::{Token, Tokens},
};
use crate::{encoding, exhibit::Reading, leaves::Leaves, source::Source};

/// Objects and lists inside each other.
const MAX_NESTED: usize = 256;
/// Broken lines that are gaps one by one.
const MAX_BROKEN: u64 = 100;
/// Strange tokens in a row after which the rest is given up.
const MAX_STRANGE: u32 = 64;

/// Reads JSON of no known standard.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    Reader::new(false, false).read(source, reading);
}

/// Reads JSON of which each line is a value.
pub(crate) fn read_lines(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    Reader::new(true, false).read(source, reading);
}

/// Reads FHIR resources: one, a bundle, or one a line.
pub(crate) fn read_fhir(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(64 << 10);
    let is_lines = crate::sniff::is_json_lines(head);
    Reader::new(is_lines, true).read(source, reading);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Object,
    Array,
}

struct Level {
    open: Open,
    /// Length of the path of this value.
    path_len: usize,
    /// Elements so far, of a list.
    n: usize,
    /// Whether it is held by `Leaves` as an object.
    is_framed: bool,
}

struct Reader {
    is_lines: bool,
    fhir: Option<Fhir>,
    levels: Vec<Level>,
    leaves: Leaves,
    n_values: u64,
}

impl Reader {
    fn new(is_lines: bool, is_fhir: bool) -> Self {
        let kind = if is_fhir {
            RecordKind::Fhir
        } else {
            RecordKind::Json
        };
        Self {
            is_lines,
            fhir: is_fhir.then(Fhir::default),
            levels: Vec::new(),
            leaves: Leaves::new(kind),
            n_values: 0,
        }
    }

    fn read(mut self, source: &mut Source<'_>, reading: &mut Reading<'_>) {
        let mark = encoding::mark_len(source.ahead(4));
        source.pass(mark);
        let max_text = usize::try_from(reading.limits().max_held_bytes).unwrap_or(usize::MAX);
        let mut tokens = Tokens::new(max_text, self.is_lines);
        let mut n_strange = 0;
        let mut n_broken = 0_u64;
        let mut is_corrupt = false;
        // Whether the last string in an object is a key that waits for its value.
        let mut expects_key = false;
        loop {
            let token = tokens.next(source);
            if token != Token::Strange {
                n_strange = 0;
            }
            if self.is_lines && self.is_broken(token, source) {
                // A line that is broken costs itself.
                n_broken += 1;
                if n_broken <= MAX_BROKEN {
                    self.corrupt(source, reading);
                }
                if token == Token::CutOff && !expects_key {
                    let text = std::mem::take(&mut tokens.text);
                    self.value(text, reading);
                }
                while !self.levels.is_empty() {
                    self.close(reading);
                }
                tokens.pass_line(source);
                expects_key = false;
                continue;
            }
            match token {
                Token::OpenObject | Token::OpenArray => {
                    let open = if token == Token::OpenObject {
                        Open::Object
                    } else {
                        Open::Array
                    };
                    if self.levels.len() >= MAX_NESTED {
                        reading.gap_at(
                            self.place(),
                            Cause::TooDeep,
                            "a value nested deeper than allowed was passed over",
                        );
                        skip(open, &mut tokens, source);
                        self.after_value();
                    } else {
                        self.open(open);
                    }
                    expects_key = self.in_object();
                }
                Token::CloseObject | Token::CloseArray => {
                    let open = if token == Token::CloseObject {
                        Open::Object
                    } else {
                        Open::Array
                    };
                    if self.levels.last().is_some_and(|level| level.open == open) {
                        self.close(reading);
                    } else if !is_corrupt {
                        is_corrupt = true;
                        self.corrupt(source, reading);
                    }
                    expects_key = self.in_object();
                }
                Token::Comma => expects_key = self.in_object(),
                Token::Colon => expects_key = false,
                Token::Text | Token::Bare | Token::TooLong | Token::CutOff if expects_key => {
                    self.key(&tokens.text);
                    expects_key = false;
                }
                Token::Text | Token::Bare | Token::TooLong | Token::CutOff => {
                    match token {
                        Token::TooLong => reading.gap_at(
                            self.place(),
                            Cause::TooLarge,
                            "a value longer than may be held was not read to its end",
                        ),
                        Token::CutOff => reading.gap_at(
                            self.place(),
                            Cause::Truncated,
                            "the file ends inside a value",
                        ),
                        _ => {}
                    }
                    let text = std::mem::take(&mut tokens.text);
                    self.value(text, reading);
                    expects_key = self.in_object();
                }
                Token::Null => {
                    self.after_value();
                    expects_key = self.in_object();
                }
                Token::Strange => {
                    n_strange += 1;
                    if !is_corrupt {
                        is_corrupt = true;
                        self.corrupt(source, reading);
                    }
                    if n_strange > MAX_STRANGE {
                        break;
                    }
                }
                Token::End => break,
            }
        }
        if !self.levels.is_empty() && !is_corrupt {
            reading.gap_at(
                self.place(),
                Cause::Truncated,
                "the file ends before its objects close",
            );
        }
        while !self.levels.is_empty() {
            self.close(reading);
        }
    }

    /// Whether a token cannot stand here, where each line is a value.
    fn is_broken(&self, token: Token, source: &mut Source<'_>) -> bool {
        let innermost = self.levels.last().map(|level| level.open);
        match token {
            Token::Strange => true,
            Token::CutOff => !source.is_done(),
            Token::CloseObject => innermost != Some(Open::Object),
            Token::CloseArray => innermost != Some(Open::Array),
            _ => false,
        }
    }

    fn corrupt(&self, source: &Source<'_>, reading: &mut Reading<'_>) {
        let at = source.position();
        reading.gap_at(
            Locator::Bytes { start: at, end: at },
            Cause::Corrupt,
            "the JSON is broken here; what follows may be incomplete",
        );
    }

    fn place(&self) -> Locator {
        let path = format!("{}{}", self.leaves.prefix(), self.leaves.path);
        Locator::Field {
            path: if path.is_empty() {
                "$".to_owned()
            } else {
                path
            },
        }
    }

    fn in_object(&self) -> bool {
        self.levels
            .last()
            .is_some_and(|level| level.open == Open::Object)
    }

    /// The path of the value that comes next.
    fn enter(&mut self) {
        match self.levels.last_mut() {
            None => {
                self.leaves.path.clear();
                self.n_values += 1;
                if self.is_lines {
                    self.leaves.set_prefix(format!("line[{}].", self.n_values));
                }
            }
            Some(level) if level.open == Open::Array => {
                self.leaves.path.truncate(level.path_len);
                self.leaves.path.push_str(&format!("[{}]", level.n));
                level.n += 1;
            }
            // The key is in the path already.
            Some(_) => {}
        }
    }

    fn key(&mut self, key: &str) {
        if let Some(level) = self.levels.last() {
            self.leaves.path.truncate(level.path_len);
            if !self.leaves.path.is_empty() {
                self.leaves.path.push('.');
            }
            // A key may be a document of its own.
            let end = key.floor_char_boundary(200);
            self.leaves.path.push_str(&key[..end]);
        }
    }

    fn open(&mut self, open: Open) {
        self.enter();
        let in_array = self
            .levels
            .last()
            .is_some_and(|level| level.open == Open::Array);
        // A list inside a list is a row.
        let is_framed = open == Open::Object || in_array || self.levels.is_empty();
        if is_framed {
            self.leaves.open(in_array);
        }
        self.levels.push(Level {
            open,
            path_len: self.leaves.path.len(),
            n: 0,
            is_framed,
        });
    }

    fn close(&mut self, reading: &mut Reading<'_>) {
        let Some(level) = self.levels.pop() else {
            return;
        };
        self.leaves.path.truncate(level.path_len);
        if !level.is_framed {
            return;
        }
        match &mut self.fhir {
            Some(fhir) => fhir.close(&mut self.leaves, reading),
            None => self.leaves.close(reading),
        }
    }

    fn value(&mut self, text: String, reading: &mut Reading<'_>) {
        self.enter();
        if self.levels.is_empty() {
            // A value by itself.
            self.leaves.open(false);
            self.leaves.leaf(text);
            self.leaves.close(reading);
        } else if !text.is_empty() {
            self.leaves.leaf(text);
            if self.fhir.is_none() {
                self.leaves.relieve(reading);
            }
        }
    }

    fn after_value(&mut self) {
        self.enter();
    }
}

/// Passes over a value that opened, however deep.
fn skip(open: Open, tokens: &mut Tokens, source: &mut Source<'_>) {
    let _ = open;
    let mut depth = 1_u64;
    while depth > 0 {
        match tokens.next(source) {
            Token::OpenObject | Token::OpenArray => depth += 1,
            Token::CloseObject | Token::CloseArray => depth -= 1,
            Token::End | Token::CutOff => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testkit::{fields, read_bytes, read_within};
    use whose_model::{Cause, Limits};

    #[test]
    fn each_element_of_a_list_is_a_record() {
        let json = br#"{"clinic":"X","patients":[{"name":{"first":"Anna"},"tags":["a","b"]},{"name":{"first":"B\u00e9a"}}]}"#;
        let given = read_bytes("a.json", json);
        let names: Vec<_> = given.records().map(|record| record.name.as_str()).collect();
        assert_eq!(names, ["$.patients[]", "$.patients[]", "$"]);
        let fields = fields(&given, "$.patients[]");
        assert_eq!(fields[0], ("name.first".into(), "Anna".into()));
        assert_eq!(fields[2], ("tags[1]".into(), "b".into()));
        assert_eq!(fields[3].1, "Béa");
    }

    #[test]
    fn a_nested_list_belongs_to_its_person_unless_it_holds_people() {
        let json = br#"[{"name":"A","dob":"2001-01-01","visits":[{"date":"2020-01-01"}],"contacts":[{"name":"B","phone":"1"}]}]"#;
        let given = read_bytes("a.json", json);
        let subjects: Vec<_> = given
            .records()
            .map(|record| (record.subject.clone().unwrap(), record.fields.len()))
            .collect();
        assert_eq!(subjects, [("[0].contacts[0]".into(), 2), ("[0]".into(), 3)]);
    }

    #[test]
    fn a_mark_of_the_encoding_in_front_is_no_damage() {
        for ending in ["json", "ndjson"] {
            let text = "\u{feff}{\"name\":\"Zo\u{e9}\"}\n{\"name\":\"Bo\"}\n";
            let given = read_bytes(&format!("a.{ending}"), text.as_bytes());
            assert!(given.gaps.is_empty(), "{:?}", given.gaps);
            assert_eq!(given.records().count(), 2);
        }
    }

    #[test]
    fn a_table_kept_column_by_column_gives_its_rows() {
        let lists = br#"{"made": "today", "name": ["Anna", "Bo", null], "dob": ["2000-01-01", null, "2002-03-04"]}"#;
        let objects = br#"{"name": {"0": "Anna", "1": "Bo", "2": "Cy"}, "dob": {"0": "2000-01-01", "1": "2001-02-03", "2": "2002-03-04"}}"#;
        for (json, n_fields) in [(&lists[..], [2, 1, 1]), (objects, [2, 2, 2])] {
            let given = read_bytes("a.json", json);
            let rows: Vec<_> = given
                .records()
                .filter(|record| record.name == "$[]")
                .map(|record| (record.subject.clone().unwrap(), record.fields.len()))
                .collect();
            let subjects = ["[0]", "[1]", "[2]"].map(str::to_owned);
            assert_eq!(
                rows,
                std::array::from_fn::<_, 3, _>(|at| (subjects[at].clone(), n_fields[at]))
            );
        }
        let json = br#"{"made": "today", "name": ["Anna", null, "Cy"], "dob": ["2000-01-01", "1", "2002-03-04"]}"#;
        let given = read_bytes("a.json", json);
        let all: Vec<_> = fields(&given, "$[]");
        assert_eq!(all[0], ("name".into(), "Anna".into()));
        assert_eq!(all.len(), 5);
        assert_eq!(fields(&given, "$"), [("made".into(), "today".into())]);
    }

    #[test]
    fn depth_breaks_nothing() {
        for open in ["[", "{\"a\":"] {
            let given = read_bytes("a.json", open.repeat(200_000).as_bytes());
            assert!(given.gaps.iter().any(|gap| gap.cause == Cause::TooDeep));
        }
    }

    #[test]
    fn lines_are_numbered_and_a_cut_line_is_a_gap() {
        let json = b"{\"a\":1}\n{\"a\":2}\n{\"a\":\"thr";
        let given = read_bytes("a.ndjson", json);
        let subjects: Vec<_> = given
            .records()
            .map(|record| record.subject.clone().unwrap())
            .collect();
        assert_eq!(subjects, ["line[1].", "line[2].", "line[3]."]);
        assert!(given.gaps.iter().any(|gap| gap.cause == Cause::Truncated));
    }

    #[test]
    fn a_broken_line_costs_itself() {
        let json = b"{\"a\":1}\n{\"a\":\"thr\n{\"a\":3]\n{\"a\":4}\n";
        let given = read_bytes("a.ndjson", json);
        let values: Vec<_> = given
            .records()
            .flat_map(|record| &record.fields)
            .map(|field| field.value.as_str())
            .collect();
        assert_eq!(values, ["1", "thr", "3", "4"]);
        assert_eq!(given.gaps.len(), 2);
    }

    #[test]
    fn comments_and_single_quotes_are_understood() {
        let json = b"{ // people\n 'name': 'Roy', /* born\n */ \"dob\": \"2000-01-01\", }";
        let given = read_bytes("a.json", json);
        let fields = fields(&given, "$");
        assert_eq!(fields[0], ("name".into(), "Roy".into()));
        assert_eq!(fields[1], ("dob".into(), "2000-01-01".into()));
        assert!(given.gaps.is_empty());
    }

    #[test]
    fn a_value_too_long_to_hold_is_a_gap() {
        let limits = Limits {
            max_held_bytes: 1000,
            ..Limits::default()
        };
        let json = format!("{{\"a\":\"{}\",\"b\":\"c\"}}", "x".repeat(5000));
        let given = read_within("a.json", json.as_bytes(), &limits);
        assert_eq!(given.gaps[0].cause, Cause::TooLarge);
        assert!(fields(&given, "$").contains(&("b".into(), "c".into())));
    }
}
