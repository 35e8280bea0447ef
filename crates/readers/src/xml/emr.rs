//! Exports of patients' whole charts in XML in (Ontario's CDS as OSCAR and others write it, HRM reports, CCR), a record for each part of a chart out.
//!
//! All parts of one chart have one subject; long texts are passages of that
//! subject, enclosed documents members. Names are those of forms where the
//! schema's own say too little (`HealthCard.Number`, `FirstName.Part`).
//! In a CCR people stand in a list of actors, and the patient is the one that
//! the header names.
//!
//! Format: OntarioMD EMR CDS data migration schema (`ontariomd_cds.xsd`, `ontariomd_cds_dt.xsd`),
//! HRM (`ontariomd_hrm.xsd`), read in the public sources of OSCAR; ASTM E2369 (CCR), as exporters write it.

use whose_model::{Cause, Field, Locator, PassageKind, Record, RecordKind};

use super::{Token, Tokens};
use crate::{
    exhibit::{Body, Reading},
    mail::base64,
    source::Source,
};

/// Elements inside each other.
const MAX_NESTED: usize = 64;
/// Fields of one record; a longer one is handed over in parts with the same subject.
const MAX_FIELDS: usize = 4096;
/// Bytes from which a text is a passage.
const LONG: usize = 120;

/// Roots of charts of Ontario's schemas.
const CHARTS: &[&[u8]] = &[b"OmdCds", b"OmdHrm", b"OmdDiabetes", b"OmdDataMigration"];

/// Whether markup begins like such an export.
pub(crate) fn begins(near: &[u8]) -> bool {
    let has = |name: &[u8]| {
        memchr::memmem::find_iter(near, name)
            .any(|at| at > 0 && matches!(near[at - 1], b'<' | b':'))
    };
    CHARTS.iter().any(|name| has(name)) || has(b"ContinuityOfCareRecord")
}

struct Level {
    name: String,
    text: String,
    has_children: bool,
    /// How many siblings of this name came before, and it.
    nth: u32,
    children: Vec<(String, u32)>,
}

#[derive(Default)]
struct Walk {
    levels: Vec<Level>,
    fields: Vec<Field>,
    texts: Vec<(String, String)>,
    n_patients: u32,
    n_actors: u32,
    n_attached: u32,
    is_ccr: bool,
    /// The actor that is the patient (CCR).
    patient: String,
    /// The ending of the document that comes next (CDS).
    ending: String,
}

/// Reads a chart export.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let max = usize::try_from(reading.limits().max_held_bytes).unwrap_or(usize::MAX);
    let mut tokens = Tokens::new(source, max);
    let mut walk = Walk::default();
    let mut n_below = 0_u64;
    loop {
        match tokens.next(source) {
            Token::Start { is_empty, .. } if n_below > 0 => n_below += u64::from(!is_empty),
            Token::Start { is_empty, .. } if walk.levels.len() >= MAX_NESTED => {
                n_below = u64::from(!is_empty);
                reading.gap(
                    Cause::TooDeep,
                    "elements nested deeper than allowed were passed over",
                );
            }
            Token::Start {
                name,
                attributes,
                is_empty,
            } => {
                walk.open(name);
                for (key, value) in attributes {
                    walk.put(&key, &value);
                }
                if is_empty {
                    walk.close(reading);
                }
            }
            Token::End(_) if n_below > 0 => n_below -= 1,
            Token::End(name) => {
                let recent = walk.levels.iter().rev().take(32);
                if let Some(n) = recent
                    .map(|level| &level.name)
                    .position(|open| *open == name)
                {
                    for _ in 0..=n {
                        walk.close(reading);
                    }
                }
            }
            Token::Text(text) => {
                if n_below == 0
                    && let Some(level) = walk.levels.last_mut()
                {
                    level.text.push_str(&text);
                }
            }
            Token::TooLong => reading.gap(
                Cause::TooLarge,
                "a text longer than may be held was passed over",
            ),
            Token::CutOff => {
                reading.gap(Cause::Truncated, "the file ends inside a tag");
                break;
            }
            Token::Done => {
                if !walk.levels.is_empty() {
                    reading.gap(Cause::Truncated, "the file ends before its elements close");
                }
                break;
            }
        }
    }
    while !walk.levels.is_empty() {
        walk.close(reading);
    }
    tokens.tell(reading);
}

impl Walk {
    fn open(&mut self, name: String) {
        let mut nth = 1;
        if let Some(parent) = self.levels.last_mut() {
            parent.has_children = true;
            let has_room = parent.children.len() < 256;
            let known = parent.children.iter_mut();
            match known.into_iter().find(|(known, _)| *known == name) {
                Some((_, n)) => {
                    *n += 1;
                    nth = *n;
                }
                None if has_room => parent.children.push((name.clone(), 1)),
                None => {}
            }
        }
        if self.levels.is_empty() {
            self.is_ccr = name == "ContinuityOfCareRecord";
        }
        if name == "PatientRecord" {
            self.n_patients += 1;
        }
        self.levels.push(Level {
            name,
            text: String::new(),
            has_children: false,
            nth,
            children: Vec::new(),
        });
    }

    /// How many levels stand around a record.
    fn record_depth(&self) -> usize {
        let name = |at: usize| self.levels.get(at).map_or("", |level| level.name.as_str());
        if self.is_ccr {
            // `Body/Problems/Problem`, `Actors/Actor`, and what stands in the header.
            match name(1) {
                "Body" => 3,
                "Actors" => 2,
                _ => 1,
            }
        } else {
            match self
                .levels
                .iter()
                .position(|level| level.name == "PatientRecord")
            {
                Some(at) => at + 1,
                None => 1,
            }
        }
    }

    fn path(&self, from: usize) -> String {
        let mut path = String::new();
        for level in self.levels.iter().skip(from) {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&level.name);
            if level.nth > 1 {
                path.push_str(&format!("[{}]", level.nth));
            }
        }
        path
    }

    fn put(&mut self, key: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let mut name = self.path(self.record_depth() + 1);
        let mut place = self.path(0);
        if !key.is_empty() {
            for path in [&mut name, &mut place] {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
        }
        if name.is_empty() {
            name = self
                .levels
                .last()
                .map_or_else(|| "value".to_owned(), |level| level.name.clone());
        }
        self.fields.push(Field {
            name: plain(
                &name,
                self.levels
                    .get(self.record_depth())
                    .map_or("", |level| &level.name),
            ),
            value: value.to_owned(),
            place: Locator::Field { path: place },
        });
    }

    fn subject(&self) -> String {
        format!("patient {}", self.n_patients.max(1))
    }

    fn close(&mut self, reading: &mut Reading<'_>) {
        let depth = self.record_depth();
        self.leaf(reading);
        let Some(level) = self.levels.pop() else {
            return;
        };
        let is_record = self.levels.len() <= depth;
        if is_record || self.fields.len() > MAX_FIELDS {
            self.put_record(&level.name, reading);
        }
    }

    /// The text of the innermost element.
    fn leaf(&mut self, reading: &mut Reading<'_>) {
        let Some(level) = self.levels.last_mut() else {
            return;
        };
        let text = std::mem::take(&mut level.text);
        let (name, has_children) = (level.name.clone(), level.has_children);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let parent = self
            .levels
            .len()
            .checked_sub(2)
            .map_or("", |at| &self.levels[at].name);
        match name.as_str() {
            "ActorID" if self.is_ccr && parent == "Patient" && self.patient.is_empty() => {
                text.clone_into(&mut self.patient);
            }
            "FileExtensionAndVersion" => {
                self.ending = text
                    .trim_start_matches('.')
                    .chars()
                    .take_while(char::is_ascii_alphanumeric)
                    .take(8)
                    .collect();
            }
            _ => {}
        }
        if name == "Media" && text.len() > 64 && !has_children {
            self.n_attached += 1;
            let ending = if self.ending.is_empty() {
                "bin"
            } else {
                &self.ending
            };
            let member = format!("attached-{}.{ending}", self.n_attached);
            reading.member(&member, Body::Memory(&base64(text.as_bytes())));
            return;
        }
        if text.len() >= LONG {
            self.texts.push((self.path(0), text.to_owned()));
        } else {
            self.put("", text);
        }
    }

    fn put_record(&mut self, name: &str, reading: &mut Reading<'_>) {
        let fields = std::mem::take(&mut self.fields);
        let has = |wanted: &str| fields.iter().find(|field| field.name.starts_with(wanted));
        let mut subject = Some(self.subject());
        let mut record = name.to_owned();
        if self.is_ccr && name == "Actor" {
            let id = has("ActorObjectID").map_or("", |field| field.value.as_str());
            if id == self.patient && !id.is_empty() {
                "patient".clone_into(&mut record);
            } else {
                self.n_actors += 1;
                subject = Some(format!("actor {}", self.n_actors));
                record = if has("Person").is_none() && has("name").is_none() {
                    "organization"
                } else if has("Relation").is_some() {
                    "relative"
                } else {
                    "provider"
                }
                .to_owned();
            }
        }
        for (part, text) in std::mem::take(&mut self.texts) {
            reading.text_of(subject.clone());
            reading.part(&part, &text, PassageKind::Body);
            reading.text_of(None);
        }
        reading.record(Record {
            kind: RecordKind::Xml,
            name: record,
            fields,
            subject,
        });
    }
}

/// A path in the words of forms, where the schema's own mean something only together.
fn plain(path: &str, record: &str) -> String {
    let path = path
        .trim_end_matches(".Part")
        .trim_end_matches(".ExactDateTime")
        .trim_end_matches(".FullDate")
        .trim_end_matches(".DateTime")
        .trim_end_matches(".Text");
    let path = path
        .replace(".Structured", "")
        .replace("PostalZipCode.", "");
    let last = path.rsplit('.').next().unwrap_or(&path);
    let last = last.split('[').next().unwrap_or(last);
    let head = path.strip_suffix(last).unwrap_or("").to_owned();
    let word = match (record, last) {
        (_, "Number") if path.contains("HealthCard") => "health card number",
        (_, "phoneNumber" | "PhoneNumber") => "phone",
        (_, "CountrySubdivisionCode") => "province",
        (_, "Formatted") => "full address",
        (_, "Line1") => "street",
        (_, "ProblemDiagnosisDescription" | "ProblemDescription" | "DiagnosisDescription") => {
            "diagnosis"
        }
        (_, "OffendingAgentDescription") => "allergy",
        (_, "ImmunizationName") => "vaccine",
        (
            _,
            "ProblemDiagnosisProcedureDescription" | "PastHealthProblemDescriptionOrProcedures",
        ) => "medical history",
        (_, "EnrollmentDate") => "enrolment date",
        ("Problem", "Description") => "diagnosis",
        ("Alert", "Description") => "allergy",
        ("Medication", "ProductName" | "BrandName") => "medication",
        ("Immunization", "ProductName" | "BrandName") => "vaccine",
        ("Procedure", "Description") => "procedure",
        ("FamilyProblemHistory" | "FamilyHistory" | "SocialHistoryElement", "Description") => {
            "medical history"
        }
        ("Encounter", "DateTime") => "service date",
        (_, "Given") => "first name",
        (_, "Family") => "last name",
        _ => return path,
    };
    format!("{head}{word}")
}

#[cfg(test)]
mod tests {
    use crate::testkit::{fields, read_bytes};

    #[test]
    fn a_chart_of_ontario_has_one_subject_and_its_parts_are_records() {
        let note = "Seen for asthma. ".repeat(12);
        let xml = format!(
            "<?xml version='1.0'?><OmdCds xmlns='cds' xmlns:cdsd='cds_dt'><PatientRecord><Demographics><Names><cdsd:LegalName namePurpose='L'><cdsd:FirstName><cdsd:Part>Anna</cdsd:Part><cdsd:PartType>GIV</cdsd:PartType></cdsd:FirstName><cdsd:LastName><cdsd:Part>Roy</cdsd:Part></cdsd:LastName></cdsd:LegalName></Names><DateOfBirth>1950-01-02</DateOfBirth><HealthCard><cdsd:Number>9876543217</cdsd:Number><cdsd:Version>AB</cdsd:Version></HealthCard><PrimaryPhysician><Name><cdsd:FirstName>Luc</cdsd:FirstName></Name></PrimaryPhysician></Demographics><ProblemList><ProblemDiagnosisDescription>Asthma</ProblemDiagnosisDescription></ProblemList><ClinicalNotes><MyClinicalNotesContent>{note}</MyClinicalNotesContent></ClinicalNotes><Reports><FileExtensionAndVersion>.txt</FileExtensionAndVersion><Content><cdsd:Media>{}</cdsd:Media></Content></Reports></PatientRecord></OmdCds>",
            "aGVsbG8g".repeat(12)
        );
        let given = read_bytes("a.xml", xml.as_bytes());
        assert_eq!(given.end_of("a.xml").format, "chart-xml");
        let demographics = fields(&given, "Demographics");
        for pair in [
            ("Names.LegalName.FirstName", "Anna"),
            ("DateOfBirth", "1950-01-02"),
            ("HealthCard.health card number", "9876543217"),
        ] {
            assert!(
                demographics.contains(&(pair.0.into(), pair.1.into())),
                "{}",
                pair.0
            );
        }
        assert!(fields(&given, "ProblemList").contains(&("diagnosis".into(), "Asthma".into())));
        let subjects = given.records().map(|record| record.subject.as_deref());
        assert!(
            subjects
                .into_iter()
                .all(|subject| subject == Some("patient 1"))
        );
        assert!(given.text().contains("Seen for asthma"));
        assert!(
            given
                .ended
                .iter()
                .any(|(path, _)| path.0 == "a.xml/attached-1.txt")
        );
    }

    #[test]
    fn of_the_actors_of_a_ccr_one_is_the_patient() {
        let xml = b"<ContinuityOfCareRecord xmlns='urn:astm-org:CCR'><Patient><ActorID>A1</ActorID></Patient><Body><Problems><Problem><Description><Text>Asthma</Text></Description></Problem></Problems></Body><Actors><Actor><ActorObjectID>A1</ActorObjectID><Person><Name><CurrentName><Given>Anna</Given><Family>Roy</Family></CurrentName></Name></Person></Actor><Actor><ActorObjectID>A2</ActorObjectID><Person><Name><CurrentName><Given>Luc</Given></CurrentName></Name></Person></Actor></Actors></ContinuityOfCareRecord>";
        let given = read_bytes("a.xml", xml);
        let named: Vec<_> = given
            .records()
            .map(|record| (record.name.as_str(), record.subject.as_deref().unwrap()))
            .filter(|(name, _)| *name != "Patient")
            .collect();
        assert_eq!(
            named,
            [
                ("Problem", "patient 1"),
                ("patient", "patient 1"),
                ("provider", "actor 1")
            ]
        );
        assert!(fields(&given, "Problem").contains(&("diagnosis".into(), "Asthma".into())));
    }

    proptest::proptest! {
        #[test]
        fn any_markup_ends_balanced(tail: String) {
            read_bytes("a.xml", format!("<OmdCds><PatientRecord><a>{tail}</a>").as_bytes());
        }
    }
}
