//! XML in (C-CDA or of no known standard), records and passages out; streaming.
//!
//! A path is made of element names without prefixes; the second of two siblings
//! of one name is `name[2]`, an attribute stands after its element:
//! `patientRole.id[2].extension`. In a clinical document the patient is the
//! record `recordTarget`, every other role (author, performer, guardian) is a
//! record under its own name and a subject of its own, and the text of each
//! section is a passage.
//!
//! Format: XML 1.0; HL7 CDA R2 (C-CDA R2.1).

mod emr;
mod token;

use std::collections::BTreeMap;

use whose_model::{Cause, Locator, PassageKind, Record, RecordKind};

pub(crate) use self::{
    emr::{begins as begins_chart, read as read_chart},
    token::{Token, Tokens},
};
use crate::{
    exhibit::{Body, Reading},
    leaves::{Leaf, Leaves, field},
    mail::base64,
    source::Source,
};

/// Elements inside each other.
const MAX_NESTED: usize = 256;

/// Elements of a clinical document that speak of somebody, each a subject of its own.
const ROLES: &[&str] = &[
    "author",
    "dataEnterer",
    "informant",
    "custodian",
    "informationRecipient",
    "legalAuthenticator",
    "authenticator",
    "participant",
    "performer",
    "responsibleParty",
    "encounterParticipant",
    "guardian",
    "providerOrganization",
    "relatedSubject",
    "healthCareFacility",
];

/// Reads XML of no known standard.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    Walk::new(false).read(source, reading);
}

/// Reads a clinical document.
pub(crate) fn read_cda(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    Walk::new(true).read(source, reading);
}

struct Element {
    name: String,
    path_len: usize,
    text: String,
    n_children: BTreeMap<String, u32>,
    /// How many of this name its parent had with it.
    nth: u32,
    has_leaves: bool,
    /// For an attached document: how it is encoded, and its type.
    is_base64: bool,
    media_type: String,
}

struct Walk {
    is_cda: bool,
    elements: Vec<Element>,
    leaves: Leaves,
    n_roles: BTreeMap<&'static str, u32>,
    n_targets: u32,
    n_sections: u32,
    n_attached: u32,
    section_title: String,
    /// The running text of a section while it is open, and the depth at which it began.
    narrative: Option<(usize, String)>,
}

impl Walk {
    fn new(is_cda: bool) -> Self {
        Self {
            is_cda,
            elements: Vec::new(),
            leaves: Leaves::new(RecordKind::Xml),
            n_roles: BTreeMap::new(),
            n_targets: 0,
            n_sections: 0,
            n_attached: 0,
            section_title: String::new(),
            narrative: None,
        }
    }

    fn read(mut self, source: &mut Source<'_>, reading: &mut Reading<'_>) {
        let max = usize::try_from(reading.limits().max_held_bytes).unwrap_or(usize::MAX);
        let mut tokens = Tokens::new(source, max);
        // Elements below the deepest one that is kept.
        let mut n_below = 0_u64;
        let mut is_reported = false;
        loop {
            match tokens.next(source) {
                Token::Start { is_empty, .. } if n_below > 0 => n_below += u64::from(!is_empty),
                Token::Start { .. } if self.elements.len() >= MAX_NESTED => {
                    n_below = 1;
                    if !is_reported {
                        is_reported = true;
                        reading.gap_at(
                            self.place(),
                            Cause::TooDeep,
                            "elements nested deeper than allowed were passed over",
                        );
                    }
                }
                Token::Start {
                    name,
                    attributes,
                    is_empty,
                } => {
                    self.open(name, attributes);
                    if is_empty {
                        self.close(reading);
                    }
                }
                Token::End(_) if n_below > 0 => n_below -= 1,
                Token::End(name) => self.end(&name, reading),
                Token::Text(text) if n_below == 0 => self.text(&text),
                Token::Text(_) => {}
                Token::TooLong => reading.gap_at(
                    self.place(),
                    Cause::TooLarge,
                    "a text longer than may be held was passed over",
                ),
                Token::CutOff => {
                    reading.gap_at(self.place(), Cause::Truncated, "the file ends inside a tag");
                    break;
                }
                Token::Done => {
                    if !self.elements.is_empty() {
                        reading.gap_at(
                            self.place(),
                            Cause::Truncated,
                            "the file ends before its elements close",
                        );
                    }
                    break;
                }
            }
        }
        while !self.elements.is_empty() {
            self.close(reading);
        }
        tokens.tell(reading);
    }

    fn place(&self) -> Locator {
        let path = self.leaves.path.clone();
        Locator::Field {
            path: if path.is_empty() {
                "/".to_owned()
            } else {
                path
            },
        }
    }

    fn open(&mut self, name: String, attributes: Vec<(String, String)>) {
        if let Some((_, text)) = &mut self.narrative {
            match name.as_str() {
                "td" | "th" if !text.is_empty() && !text.ends_with('\n') => text.push('\t'),
                "tr" | "paragraph" | "item" | "br" | "list" | "table" | "caption" | "thead"
                | "tbody"
                    if !text.is_empty() && !text.ends_with('\n') =>
                {
                    text.push('\n');
                }
                _ => {}
            }
        }
        let mut nth = 1;
        if let Some(parent) = self.elements.last_mut() {
            self.leaves.path.truncate(parent.path_len);
            // Names beyond number are all counted as one.
            let key = if parent.n_children.len() < 1000 {
                name.clone()
            } else {
                String::new()
            };
            let n = parent.n_children.entry(key).or_insert(0);
            *n += 1;
            nth = *n;
            if !self.leaves.path.is_empty() {
                self.leaves.path.push('.');
            }
        } else {
            self.leaves.path.clear();
        }
        let end = name.floor_char_boundary(200);
        self.leaves.path.push_str(&name[..end]);
        if nth > 1 {
            self.leaves.path.push_str(&format!("[{nth}]"));
        }
        let is_list_element = nth > 1
            || self.elements.len() == 1
            || self.elements.last().is_some_and(|parent| {
                parent.name.len() > name.len()
                    && parent.name.to_lowercase().starts_with(&name.to_lowercase())
            });
        self.leaves.open(is_list_element);
        let path_len = self.leaves.path.len();
        let mut element = Element {
            name,
            path_len,
            text: String::new(),
            n_children: BTreeMap::new(),
            nth,
            has_leaves: false,
            is_base64: false,
            media_type: String::new(),
        };
        for (name, value) in attributes {
            if name == "representation" && value.eq_ignore_ascii_case("B64") {
                element.is_base64 = true;
            }
            if name == "mediaType" {
                element.media_type.clone_from(&value);
            }
            // Marks of the schema say nothing about anybody.
            let is_mark = self.is_cda
                && matches!(
                    name.as_str(),
                    "classCode"
                        | "moodCode"
                        | "typeCode"
                        | "determinerCode"
                        | "type"
                        | "codeSystemName"
                        | "codeSystemVersion"
                );
            if value.is_empty() || is_mark || self.narrative.is_some() {
                continue;
            }
            self.leaves.path.push('.');
            self.leaves.path.push_str(&name);
            self.leaves.leaf(value);
            self.leaves.path.truncate(path_len);
            element.has_leaves = true;
        }
        if self.is_cda && self.narrative.is_none() && element.name == "text" && !element.is_base64 {
            let in_section = self
                .elements
                .last()
                .is_some_and(|parent| parent.name == "section");
            if in_section {
                self.narrative = Some((self.elements.len(), String::new()));
            }
        }
        if element.name == "section" {
            self.n_sections += 1;
            self.section_title.clear();
        }
        self.elements.push(element);
    }

    fn text(&mut self, text: &str) {
        if let Some((_, narrative)) = &mut self.narrative {
            let mut words = text.split_whitespace();
            if text.starts_with(char::is_whitespace)
                && !narrative.is_empty()
                && !narrative.ends_with([' ', '\n', '\t'])
            {
                narrative.push(' ');
            }
            if let Some(first) = words.next() {
                narrative.push_str(first);
                for word in words {
                    narrative.push(' ');
                    narrative.push_str(word);
                }
                if text.ends_with(char::is_whitespace) {
                    narrative.push(' ');
                }
            }
            return;
        }
        if let Some(element) = self.elements.last_mut()
            && (!element.text.is_empty() || !text.trim().is_empty())
        {
            element.text.push_str(text);
        }
    }

    /// Closes the innermost element of this name; an end without a start is passed over.
    fn end(&mut self, name: &str, reading: &mut Reading<'_>) {
        let recent = self.elements.iter().rev().take(32);
        let Some(n_inner) = recent
            .map(|element| &element.name)
            .position(|open| open == name)
        else {
            return;
        };
        for _ in 0..=n_inner {
            self.close(reading);
        }
    }

    fn close(&mut self, reading: &mut Reading<'_>) {
        let Some(mut element) = self.elements.pop() else {
            return;
        };
        self.leaves.path.truncate(element.path_len);
        if let Some((depth, _)) = self.narrative {
            self.leaves.pop();
            if self.elements.len() <= depth {
                self.put_narrative(reading);
            }
            return;
        }
        let text = element.text.trim();
        if element.is_base64 && !text.is_empty() {
            self.n_attached += 1;
            let ending = element.media_type.rsplit('/').next().unwrap_or("");
            let ending = if ending.is_empty() { "bin" } else { ending };
            let name = format!("attached-{}.{ending}", self.n_attached);
            reading.member(&name, Body::Memory(&base64(text.as_bytes())));
            element.text.clear();
        } else if self.is_cda && element.name == "text" && text.len() > 80 {
            // A body that is no markup, or an entry's own words.
            let part = self.leaves.path.clone();
            reading.text_of(Some(patient(1)));
            reading.part(&part, text, PassageKind::Body);
            reading.text_of(None);
        } else if !text.is_empty() {
            if self.is_cda && element.name == "title" {
                text.clone_into(&mut self.section_title);
            }
            self.put_text(&element, reading);
        }
        if self.is_cda {
            self.close_cda(&element, reading);
        } else {
            self.leaves.close(reading);
        }
    }

    /// Text among elements is one running text with them.
    fn put_text(&mut self, element: &Element, reading: &mut Reading<'_>) {
        let text = element.text.trim();
        let parent_is_mixed = self
            .elements
            .last()
            .is_some_and(|parent| !parent.text.trim().is_empty());
        if parent_is_mixed && !self.is_cda && !element.has_leaves {
            if let Some(parent) = self.elements.last_mut() {
                parent.text.push(' ');
                parent.text.push_str(text);
                parent.text.push(' ');
            }
            return;
        }
        let max = reading.limits().max_passage_bytes;
        if text.len() > max {
            let part = self.leaves.path.clone();
            reading.part(&part, text, PassageKind::Body);
        } else {
            self.leaves.leaf(text.to_owned());
        }
        if let Some(parent) = self.elements.last_mut() {
            parent.has_leaves = true;
        }
    }

    fn put_narrative(&mut self, reading: &mut Reading<'_>) {
        let Some((_, text)) = self.narrative.take() else {
            return;
        };
        let part = format!("section {} text", self.n_sections);
        reading.text_of(self.is_cda.then(|| patient(1)));
        reading.part(&part, text.trim(), PassageKind::Body);
        reading.text_of(None);
    }

    fn close_cda(&mut self, element: &Element, reading: &mut Reading<'_>) {
        let name = element.name.as_str();
        let subject = match name {
            "recordTarget" => {
                self.n_targets = self.n_targets.max(1);
                if element.nth > 1 {
                    self.n_targets = element.nth;
                }
                Some(patient(element.nth))
            }
            // The root of release 1 is called a level.
            "entry" | "ClinicalDocument" | "levelone" => Some(patient(1)),
            _ => ROLES.iter().find(|role| **role == name).map(|&role| {
                let n = self.n_roles.entry(role).or_insert(0);
                *n += 1;
                format!("{role} {n}")
            }),
        };
        let first = self.leaves.first_of_innermost();
        self.leaves.pop();
        let Some(subject) = subject else {
            return;
        };
        let owner = self.leaves.path.clone();
        let mut leaves = self.leaves.take(first);
        if name == "entry" && !self.section_title.is_empty() && !leaves.is_empty() {
            leaves.push(Leaf {
                path: format!("{owner}.section.title"),
                value: self.section_title.clone(),
            });
        }
        reading.record(Record {
            kind: RecordKind::Xml,
            name: name.to_owned(),
            fields: leaves
                .into_iter()
                .map(|leaf| field(leaf, &owner, ""))
                .collect(),
            subject: Some(subject),
        });
    }
}

fn patient(nth: u32) -> String {
    match nth {
        0 | 1 => "patient".to_owned(),
        n => format!("patient {n}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::testkit::{fields, read_bytes};
    use whose_model::Cause;

    #[test]
    fn each_child_of_the_root_is_a_record() {
        let xml = b"<?xml version='1.0' encoding='ISO-8859-1'?><list><p id='1'><n>B\xe9a</n><t>1</t><t>2</t></p><p id='2'/></list>";
        let given = read_bytes("a.xml", xml);
        let subjects: Vec<_> = given
            .records()
            .map(|r| r.subject.clone().unwrap())
            .collect();
        assert_eq!(subjects, ["list.p", "list.p[2]"]);
        let known = fields(&given, "$.list.p");
        assert_eq!(known[0], ("id".into(), "1".into()));
        assert_eq!(known[1], ("n".into(), "Béa".into()));
        assert_eq!(known[3], ("t[2]".into(), "2".into()));
    }

    #[test]
    fn roles_of_a_clinical_document_are_kept_apart() {
        let xml = b"<ClinicalDocument xmlns='urn:hl7-org:v3'><title>Note</title><recordTarget><patientRole><id extension='9'/><patient><name><given>Anna</given></name><guardian><name>M</name></guardian></patient></patientRole></recordTarget><author><name>Dr</name></author><component><section><title>Allergies</title><text><table><tr><td>Nuts</td><td>rash</td></tr></table><paragraph>a &amp; b</paragraph></text><entry><act><code code='1'/></act></entry></section></component></ClinicalDocument>";
        let given = read_bytes("a.xml", xml);
        let subjects: Vec<_> = given
            .records()
            .map(|r| (r.name.as_str(), r.subject.as_deref().unwrap()))
            .collect();
        assert_eq!(
            subjects,
            [
                ("guardian", "guardian 1"),
                ("recordTarget", "patient"),
                ("author", "author 1"),
                ("entry", "patient"),
                ("ClinicalDocument", "patient"),
            ]
        );
        assert_eq!(given.text(), "Nuts\trash\na & b");
        assert_eq!(given.end_of("a.xml").format, "cda");
    }

    #[test]
    fn a_tag_that_lost_its_end_swallows_nothing_and_is_told() {
        let whole = b"<r><id extension='111'/><name>Anne</name><city>Bytown</city></r>";
        assert!(read_bytes("a.xml", whole).gaps.is_empty());
        let of_html = b"<r><t>Anne<br>Roy<br></t></r>";
        assert!(read_bytes("a.xml", of_html).gaps.is_empty());
        let torn = b"<r><id extension='111<name>Anne</name><city>Bytown</city></r>";
        let given = read_bytes("a.xml", torn);
        let said: Vec<_> = given.records().flat_map(|it| &it.fields).collect();
        let values: Vec<&str> = said.iter().map(|it| it.value.as_str()).collect();
        assert!(
            values.contains(&"Anne") && values.contains(&"Bytown"),
            "{said:?}"
        );
        assert_eq!(given.gaps[0].cause, Cause::Corrupt);
        let given = read_bytes("a.xml", b"<r><a>1</b><c>2</c></r>");
        assert_eq!(given.gaps[0].cause, Cause::Corrupt);
    }

    #[test]
    fn depth_and_broken_ends_break_nothing() {
        let given = read_bytes("a.xml", "<a>".repeat(300_000).as_bytes());
        assert!(given.gaps.iter().any(|gap| gap.cause == Cause::TooDeep));
        read_bytes(
            "a.xml",
            b"<a><b></c></a></a><!DOCTYPE x [<!ENTITY y 'z'>]><d>&y;</d><e f='>'>",
        );
    }
}
