//! X12 segments in, one after the other; records out, each under the subject that its loop is about.
//!
//! A transaction is not held: what is remembered is which level of the hierarchy
//! stands for whom, and the record that is open.
//!
//! Format: X12 loops by HL (837, 270/271, 276/277, 278), INS (834), CLP (835), ENT (820), as in the guides named in `mod.rs`.

use std::collections::HashMap;

use whose_model::{Cause, Field, Locator, PassageKind, Record, RecordKind};

use super::{Segment, words};
use crate::exhibit::Reading;

/// Levels of one hierarchy that are remembered.
const MAX_LEVELS: usize = 1_000_000;
/// Bytes of one record; a longer one is handed over in parts with the same subject.
const MAX_RECORD: usize = 1 << 20;

/// A level of the hierarchy: what it is, and whose.
struct Level {
    /// 20 payer, 21 receiver, 22 subscriber, 23 dependent, 19 provider, EV event, SS service ...
    is_person: bool,
    subject: Option<String>,
}

#[derive(Default)]
struct Open {
    name: &'static str,
    subject: Option<String>,
    prefix: String,
    fields: Vec<Field>,
    n_bytes: usize,
}

#[derive(Default)]
pub(super) struct Loops {
    n_interchanges: u32,
    n_sets: u32,
    /// `837`, `835` ...
    set: String,
    n_segments: u64,
    levels: HashMap<String, Level>,
    /// Who the loops are about now.
    subject: Option<String>,
    n_subjects: u32,
    n_others: u32,
    in_claim: bool,
    has_patient: bool,
    n_attached: u32,
    open: Open,
    is_in_set: bool,
}

impl Loops {
    /// Where the reading is, for places.
    pub(super) fn place(&self) -> String {
        let mut place = String::new();
        if self.n_interchanges > 1 {
            place = format!("interchange[{}].", self.n_interchanges);
        }
        if self.n_sets > 0 {
            place.push_str(&format!("{}[{}].", self.set, self.n_sets));
        }
        place
    }

    /// The name of the attachment that comes next.
    pub(super) fn attachment(&mut self) -> String {
        self.n_attached += 1;
        self.n_segments += 1;
        format!("attached-{}.bin", self.n_attached)
    }

    /// The bytes end, or an interchange does.
    pub(super) fn end(&mut self, reading: &mut Reading<'_>) {
        if self.is_in_set {
            let place = Locator::Field {
                path: self.place().trim_end_matches('.').to_owned(),
            };
            reading.gap_at(
                place,
                Cause::Truncated,
                "a transaction has no end; the file may be cut off",
            );
            self.is_in_set = false;
        }
        self.close(reading);
        self.set.clear();
        self.subject = None;
        self.levels.clear();
    }

    /// Hands over the record that is open.
    fn close(&mut self, reading: &mut Reading<'_>) {
        let open = std::mem::take(&mut self.open);
        reading.record(Record {
            kind: RecordKind::X12,
            name: open.name.to_owned(),
            fields: open.fields,
            subject: open.subject,
        });
    }

    fn begin(
        &mut self,
        name: &'static str,
        subject: Option<String>,
        prefix: &str,
        reading: &mut Reading<'_>,
    ) {
        self.close(reading);
        self.open = Open {
            name,
            subject,
            prefix: prefix.to_owned(),
            ..Open::default()
        };
    }

    /// A new subject of this transaction.
    fn new_subject(&mut self, kind: &str) -> String {
        self.n_subjects += 1;
        format!("{}{kind} {}", self.place(), self.n_subjects)
    }

    fn other_subject(&mut self, kind: &str) -> String {
        self.n_others += 1;
        format!("{}{kind} {}", self.place(), self.n_others)
    }

    /// Takes a segment.
    pub(super) fn segment(&mut self, segment: &Segment<'_>, reading: &mut Reading<'_>) {
        self.n_segments += 1;
        match segment.name {
            "ISA" => {
                self.n_interchanges += 1;
                self.n_sets = 0;
                self.begin("interchange", None, "", reading);
            }
            "GS" => self.begin("group", None, "", reading),
            "ST" => self.start(segment, reading),
            "SE" => {
                let promised = segment.number(1);
                self.is_in_set = false;
                if promised.is_some_and(|promised| promised > self.n_segments) {
                    let place = Locator::Field {
                        path: self.place().trim_end_matches('.').to_owned(),
                    };
                    let detail = "a transaction says it has more segments than were found in it";
                    reading.gap_at(place, Cause::Corrupt, detail);
                }
                self.begin("trailer", None, "", reading);
            }
            "GE" | "IEA" => self.begin("trailer", None, "", reading),
            "HL" => self.level(segment, reading),
            "INS" => {
                self.in_claim = false;
                self.subject = Some(self.new_subject("member"));
                self.begin("member", self.subject.clone(), "", reading);
            }
            "ENT" => {
                self.subject = Some(self.new_subject("entity"));
                self.begin("entity", self.subject.clone(), "", reading);
            }
            "CLP" => {
                self.in_claim = true;
                self.has_patient = false;
                self.subject = Some(self.new_subject("claim"));
                self.begin("claim", self.subject.clone(), "", reading);
            }
            "CLM" => {
                self.in_claim = true;
                self.begin("claim", self.subject.clone(), "", reading);
            }
            // Another insurance of the same patient, or what was paid by it.
            "SBR" if self.in_claim => {
                self.begin("other insurance", self.subject.clone(), "", reading)
            }
            "LX" | "SVC" | "HD" | "EB" | "TRN" | "STC" if self.subject.is_some() => {
                let name = match segment.name {
                    "HD" => "coverage",
                    "EB" => "benefit",
                    "TRN" | "STC" => "status",
                    _ => "service",
                };
                if segment.name != "STC" || self.open.name != "status" {
                    self.begin(name, self.subject.clone(), "", reading);
                }
            }
            "LS" | "LE" => self.begin("loop", self.subject.clone(), "", reading),
            "NM1" | "N1" => self.entity(segment, reading),
            // What follows the names in a claim is of the claim again.
            "HI" | "SV1" | "SV2" | "SV3" | "SV5" | "DTP" | "DTM" | "CAS" | "NTE" | "OI" | "RMR"
                if !self.open.prefix.is_empty() =>
            {
                self.begin("claim", self.subject.clone(), "", reading);
            }
            _ => {}
        }
        if matches!(segment.name, "NTE" | "MSG" | "K3") {
            self.note(segment, reading);
            return;
        }
        let mut place = self.place();
        if let Some(subject) = &self.open.subject {
            place = format!("{subject}.");
        }
        let before = self.open.fields.len();
        let prefix = std::mem::take(&mut self.open.prefix);
        words::fields(segment, &prefix, &place, &mut self.open.fields);
        self.open.prefix = prefix;
        let added = &self.open.fields[before..];
        self.open.n_bytes += added
            .iter()
            .map(|field| field.name.len() + field.value.len() + 64)
            .sum::<usize>();
        if self.open.n_bytes > MAX_RECORD {
            let (name, subject, prefix) = (
                self.open.name,
                self.open.subject.clone(),
                self.open.prefix.clone(),
            );
            self.begin(name, subject, &prefix, reading);
        }
    }

    /// Free text belongs to whoever the loop is about.
    fn note(&mut self, segment: &Segment<'_>, reading: &mut Reading<'_>) {
        let number = if segment.name == "NTE" { 2 } else { 1 };
        let part = format!("{}{}-{number:02}", self.place(), segment.name);
        reading.text_of(self.subject.clone());
        reading.part(&part, segment.element(number), PassageKind::Comment);
        reading.text_of(None);
    }

    fn start(&mut self, segment: &Segment<'_>, reading: &mut Reading<'_>) {
        self.close(reading);
        self.n_sets += 1;
        self.set = segment
            .element(1)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(3)
            .collect();
        self.n_segments = 1;
        self.is_in_set = true;
        self.levels.clear();
        self.subject = None;
        self.n_subjects = 0;
        self.n_others = 0;
        self.in_claim = false;
        self.has_patient = false;
        reading.next_document();
        self.begin("transaction", None, "", reading);
    }

    fn level(&mut self, segment: &Segment<'_>, reading: &mut Reading<'_>) {
        self.in_claim = false;
        self.has_patient = false;
        let code = segment.element(3);
        let parent = segment.element(2);
        let is_person = matches!(code, "22" | "23" | "PT");
        let subject = if is_person {
            Some(self.new_subject(if code == "22" {
                "subscriber"
            } else {
                "patient"
            }))
        } else {
            // An event or a service is of the person above it.
            self.levels
                .get(parent)
                .filter(|level| level.is_person || level.subject.is_some())
                .and_then(|level| level.subject.clone())
        };
        self.subject.clone_from(&subject);
        if self.levels.len() < MAX_LEVELS {
            let level = Level {
                is_person,
                subject: subject.clone(),
            };
            self.levels.insert(segment.element(1).to_owned(), level);
        }
        let name = match code {
            "22" => "subscriber",
            "23" | "PT" => "patient",
            _ => "level",
        };
        self.begin(name, subject, "", reading);
    }

    /// NM1 and N1: somebody, or an organisation, who has a part in the loop.
    fn entity(&mut self, segment: &Segment<'_>, reading: &mut Reading<'_>) {
        let code = segment.element(1);
        let is_person = segment.name == "NM1" && segment.element(2) == "1";
        let own = self.subject.clone();
        match code {
            "QC" | "74" | "03" | "EY" | "70" | "31" | "1I" if own.is_some() => {
                self.has_patient |= code == "QC";
                self.begin("patient", own, "", reading);
            }
            "IL" => {
                // Beside a patient, or as another insurance's, the insured may be somebody else.
                let is_other = own.is_some()
                    && (self.has_patient || self.in_claim && self.set != "835")
                    || own.is_none();
                if is_other {
                    let subject = self.other_subject("insured");
                    self.begin("insured", Some(subject), "", reading);
                } else {
                    self.begin("subscriber", own, "", reading);
                }
            }
            "QE" | "QD" | "GD" | "S3" | "X4" | "E1" | "EI" | "LR" | "QB" if is_person => {
                let subject = self.other_subject("relative");
                self.begin(
                    if code == "GD" {
                        "guardian"
                    } else {
                        "responsible"
                    },
                    Some(subject),
                    "",
                    reading,
                );
            }
            "QC" | "74" | "03" | "EY" if is_person => {
                let subject = self.new_subject("patient");
                self.subject = Some(subject.clone());
                self.begin("patient", Some(subject), "", reading);
            }
            _ if is_person && own.is_some() => {
                // Who treated this patient: of the claim, under a role.
                self.begin("claim", own, &format!("{}.", provider(code)), reading);
            }
            _ if is_person => {
                let subject = self.other_subject("provider");
                self.begin("provider", Some(subject), "", reading);
            }
            _ => self.begin("organization", None, "", reading),
        }
    }
}

/// NM101 of those who treat, refer and bill.
fn provider(code: &str) -> &'static str {
    match code {
        "DN" | "P3" | "DK" => "referringProvider",
        "82" => "renderingProvider",
        "71" => "attendingPhysician",
        "72" | "73" | "ZZ" => "operatingPhysician",
        "DQ" => "supervisingProvider",
        "85" | "87" => "billingProvider",
        _ => "provider",
    }
}
