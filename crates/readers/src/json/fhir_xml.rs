//! FHIR resources in XML in, the same records out as from their JSON.
//!
//! Elements become paths as in JSON: `name.family`, a repeated element's second
//! `name[1].family`; the resources of a bundle, of a parameter and contained ones
//! are always numbered. A primitive's `value` is the value; the narrative keeps
//! its markup. What it all means is left to `fhir.rs`.
//!
//! Format: HL7 FHIR DSTU2 to R5, "XML representation".

use std::collections::BTreeMap;

use whose_model::{Cause, Locator, RecordKind};

use super::fhir::Fhir;
use crate::{
    exhibit::Reading,
    leaves::Leaves,
    source::Source,
    xml::{Token, Tokens},
};

/// Elements inside each other.
const MAX_NESTED: usize = 256;
/// Elements that are lists wherever they stand: they hold resources.
const LISTS: &[&str] = &["entry", "contained", "parameter"];

struct Level {
    name: String,
    path_len: usize,
    /// How often each child came.
    n_children: BTreeMap<String, u32>,
    /// Whether a frame was opened for it.
    is_framed: bool,
}

/// Reads resources in XML: one, a bundle, or several under any root.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let max = usize::try_from(reading.limits().max_held_bytes).unwrap_or(usize::MAX);
    let tokens = Tokens::new(source, max);
    Walk {
        tokens,
        fhir: Fhir::default(),
        leaves: Leaves::new(RecordKind::Fhir),
        levels: Vec::new(),
        narrative: None,
        n_roots: 0,
    }
    .read(source, reading);
}

struct Walk {
    tokens: Tokens,
    fhir: Fhir,
    leaves: Leaves,
    levels: Vec<Level>,
    /// The markup of a narrative, and how deep it is open.
    narrative: Option<(usize, String)>,
    n_roots: u32,
}

/// A resource's element is capitalised, all others are not.
fn is_resource(name: &str) -> bool {
    name.starts_with(|ch: char| ch.is_ascii_uppercase())
}

impl Walk {
    fn read(mut self, source: &mut Source<'_>, reading: &mut Reading<'_>) {
        let mut n_below = 0_u64;
        loop {
            match self.tokens.next(source) {
                Token::Start { is_empty, .. } if n_below > 0 => n_below += u64::from(!is_empty),
                Token::Start { is_empty, .. } if self.levels.len() >= MAX_NESTED => {
                    n_below = u64::from(!is_empty);
                    let detail = "elements nested deeper than allowed were passed over";
                    reading.gap_at(self.place(), Cause::TooDeep, detail);
                }
                Token::Start {
                    name,
                    attributes,
                    is_empty,
                } => {
                    if let Some((depth, markup)) = &mut self.narrative {
                        markup.push_str(&format!("<{name}>"));
                        if is_empty {
                            markup.push_str(&format!("</{name}>"));
                        } else {
                            *depth += 1;
                        }
                        continue;
                    }
                    self.open(&name, &attributes);
                    if is_empty {
                        self.close(reading);
                    }
                }
                Token::End(_) if n_below > 0 => n_below -= 1,
                Token::End(name) => self.end(&name, reading),
                Token::Text(text) => {
                    if let Some((_, markup)) = &mut self.narrative {
                        markup.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
                    } else if !text.trim().is_empty() && n_below == 0 && !self.levels.is_empty() {
                        self.leaves.leaf(text.trim().to_owned());
                    }
                }
                Token::TooLong => {
                    let detail = "a text longer than may be held was passed over";
                    reading.gap_at(self.place(), Cause::TooLarge, detail);
                }
                Token::CutOff => {
                    reading.gap_at(self.place(), Cause::Truncated, "the file ends inside a tag");
                    break;
                }
                Token::Done => {
                    if !self.levels.is_empty() {
                        let detail = "the file ends before its elements close";
                        reading.gap_at(self.place(), Cause::Truncated, detail);
                    }
                    break;
                }
            }
        }
        self.end_narrative();
        while !self.levels.is_empty() {
            self.close(reading);
        }
        self.tokens.tell(reading);
    }

    fn place(&self) -> Locator {
        let path = format!("{}{}", self.leaves.prefix(), self.leaves.path);
        Locator::Field {
            path: if path.is_empty() {
                "/".to_owned()
            } else {
                path
            },
        }
    }

    fn open(&mut self, name: &str, attributes: &[(String, String)]) {
        let is_resource = is_resource(name);
        let is_root = self.levels.is_empty() || self.levels.iter().all(|level| !level.is_framed);
        if is_root && !is_resource {
            // Something around the resources.
            self.push(name, false);
            return;
        }
        if is_root {
            self.n_roots += 1;
            self.leaves.path.clear();
            if self.n_roots > 1 {
                self.leaves
                    .set_prefix(format!("resource[{}].", self.n_roots));
            }
        } else if let Some(parent) = self.levels.last_mut() {
            self.leaves.path.truncate(parent.path_len);
            // `<resource><Patient>` is one step.
            if !is_resource {
                let has_room = parent.n_children.len() < 1000;
                let n = match parent.n_children.get_mut(name) {
                    Some(n) => {
                        *n += 1;
                        *n
                    }
                    None => {
                        if has_room {
                            parent.n_children.insert(name.to_owned(), 0);
                        }
                        0
                    }
                };
                if !self.leaves.path.is_empty() {
                    self.leaves.path.push('.');
                }
                let end = name.floor_char_boundary(200);
                self.leaves.path.push_str(&name[..end]);
                if n > 0 || LISTS.contains(&name) {
                    self.leaves.path.push_str(&format!("[{n}]"));
                }
            }
        }
        self.leaves.open(false);
        self.push(name, true);
        if is_resource {
            self.leaf("resourceType", name);
        }
        for (key, value) in attributes {
            match key.as_str() {
                "value" => self.leaves.leaf(value.clone()),
                "xmlns" => {}
                _ => self.leaf(key, value),
            }
        }
        if name == "div" {
            self.narrative = Some((0, String::new()));
        }
    }

    fn leaf(&mut self, key: &str, value: &str) {
        let len = self.leaves.path.len();
        if len > 0 {
            self.leaves.path.push('.');
        }
        self.leaves.path.push_str(key);
        self.leaves.leaf(value.to_owned());
        self.leaves.path.truncate(len);
    }

    fn push(&mut self, name: &str, is_framed: bool) {
        self.levels.push(Level {
            name: name.to_owned(),
            path_len: self.leaves.path.len(),
            n_children: BTreeMap::new(),
            is_framed,
        });
    }

    fn end(&mut self, name: &str, reading: &mut Reading<'_>) {
        if let Some((depth, markup)) = &mut self.narrative {
            if *depth > 0 {
                *depth -= 1;
                markup.push_str(&format!("</{name}>"));
                return;
            }
            self.end_narrative();
        }
        let recent = self.levels.iter().rev().take(32);
        let Some(n_inner) = recent
            .map(|level| &level.name)
            .position(|open| open == name)
        else {
            return;
        };
        for _ in 0..=n_inner {
            self.close(reading);
        }
    }

    fn end_narrative(&mut self) {
        if let Some((_, markup)) = self.narrative.take() {
            self.leaves.leaf(format!("<div>{markup}</div>"));
        }
    }

    fn close(&mut self, reading: &mut Reading<'_>) {
        let Some(level) = self.levels.pop() else {
            return;
        };
        self.leaves.path.truncate(level.path_len);
        if level.is_framed {
            self.fhir.close(&mut self.leaves, reading);
        }
        if let Some(parent) = self.levels.last() {
            self.leaves.path.truncate(parent.path_len);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testkit::{fields, read_bytes};

    const BUNDLE: &str = "<?xml version='1.0'?><Bundle xmlns='http://hl7.org/fhir'><entry><fullUrl value='urn:uuid:u1'/><resource><Patient><id value='p1'/><text><div xmlns='http://www.w3.org/1999/xhtml'><p>Roy &amp; co</p><br/></div></text><name><family value='Roy'/><given value='Anna'/><given value='M'/></name></Patient></resource></entry><entry><resource><Condition><code><text value='asthma'/></code><subject><reference value='Patient/p1'/></subject></Condition></resource></entry><entry><resource><DocumentReference><subject><reference value='Patient/p1'/></subject><content><attachment><contentType value='application/pdf'/><data value='JVBERi0='/></attachment></content></DocumentReference></resource></entry></Bundle>";

    #[test]
    fn resources_are_those_of_json() {
        let given = read_bytes("a.xml", BUNDLE.as_bytes());
        assert_eq!(given.end_of("a.xml").format, "fhir-xml");
        let subjects: Vec<_> = given
            .records()
            .filter(|record| record.name != "Bundle")
            .map(|record| (record.name.as_str(), record.subject.as_deref().unwrap()))
            .collect();
        assert_eq!(
            subjects,
            [
                ("Patient", "Patient/u1"),
                ("Condition", "Patient/u1"),
                ("DocumentReference", "Patient/u1"),
            ]
        );
        let patient = fields(&given, "Patient");
        assert!(patient.contains(&("name.given[1]".into(), "M".into())));
        assert!(given.text().contains("Roy & co"));
        assert!(given.ended.iter().any(|(path, _)| path.0.ends_with(".pdf")));
    }

    proptest::proptest! {
        #[test]
        fn any_change_ends_balanced(at in 0..800_usize, with: String, cut in 0..300_usize) {
            let mut text = BUNDLE.to_owned();
            let at = text.floor_char_boundary(at);
            text.insert_str(at, &with);
            text.truncate(text.floor_char_boundary(text.len().saturating_sub(cut)));
            read_bytes("a.xml", text.as_bytes());
        }
    }
}
