//! HL7 version 2 messages in XML in, the same records out as from the usual encoding.
//!
//! `PID.5` is a field, the elements in it are its components by the number in
//! their own names: `PID.5/XPN.1/FN.1` is `PID-5.1.1`.
//!
//! Format: HL7 v2.xml, release 2, chapter 2 (representation of segments, fields, components).

use whose_model::{Cause, Field, Locator, Record, RecordKind};

use super::{State, is_composite};
use crate::{
    encoding::Charset,
    exhibit::Reading,
    source::Source,
    xml::{Token, Tokens},
};

/// Elements inside each other.
const MAX_NESTED: usize = 64;

struct Level {
    name: String,
    text: String,
}

/// Reads messages in XML: one, or several under any root.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let max = usize::try_from(reading.limits().max_held_bytes).unwrap_or(usize::MAX);
    let mut tokens = Tokens::new(source, max);
    let mut state = State::new(Charset::Utf8, false);
    let mut levels: Vec<Level> = Vec::new();
    let mut fields: Vec<Field> = Vec::new();
    // The segment that is open, and how often each of its fields came.
    let mut segment: Option<(usize, String, String)> = None;
    let mut counts: Vec<(String, u32)> = Vec::new();
    loop {
        match tokens.next(source) {
            Token::Start { name, is_empty, .. } => {
                if levels.len() >= MAX_NESTED {
                    reading.gap(
                        Cause::TooDeep,
                        "elements nested deeper than allowed were passed over",
                    );
                    break;
                }
                let is_segment = segment.is_none() && is_segment_name(&name) && !is_empty;
                if is_segment {
                    let path = state.begin_segment(&name, reading);
                    segment = Some((levels.len(), name.clone(), path));
                    fields.clear();
                    counts.clear();
                } else if let Some((depth, ..)) = &segment
                    && levels.len() == depth + 1
                {
                    match counts.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, n)) => *n += 1,
                        None => counts.push((name.clone(), 1)),
                    }
                }
                if !is_empty {
                    levels.push(Level {
                        name,
                        text: String::new(),
                    });
                }
            }
            Token::Text(text) => {
                if let Some(level) = levels.last_mut() {
                    level.text.push_str(&text);
                }
            }
            Token::End(name) => {
                let Some(at) = levels.iter().rposition(|level| level.name == name) else {
                    continue;
                };
                while levels.len() > at {
                    let Some(level) = levels.pop() else {
                        break;
                    };
                    close(
                        &level,
                        &levels,
                        &mut segment,
                        &counts,
                        &mut fields,
                        &mut state,
                        reading,
                    );
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
                if !levels.is_empty() {
                    reading.gap(Cause::Truncated, "the file ends before its elements close");
                }
                break;
            }
        }
    }
    while let Some(level) = levels.pop() {
        close(
            &level,
            &levels,
            &mut segment,
            &counts,
            &mut fields,
            &mut state,
            reading,
        );
    }
    state.end(reading);
    tokens.tell(reading);
}

/// Three capital letters or digits: `PID`, `NK1`, `ZPD`.
fn is_segment_name(name: &str) -> bool {
    name.len() == 3
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && name.as_bytes()[0].is_ascii_uppercase()
}

fn close(
    level: &Level,
    around: &[Level],
    segment: &mut Option<(usize, String, String)>,
    counts: &[(String, u32)],
    fields: &mut Vec<Field>,
    state: &mut State,
    reading: &mut Reading<'_>,
) {
    let Some((depth, name, path)) = segment else {
        return;
    };
    if around.len() == *depth {
        let fields = std::mem::take(fields);
        let subject = state.subject(name);
        state.collect_xml(name, path, &fields, subject.as_deref(), reading);
        reading.record(Record {
            kind: RecordKind::Hl7v2,
            name: name.clone(),
            fields,
            subject,
        });
        *segment = None;
        return;
    }
    let value = level.text.trim();
    if value.is_empty() {
        return;
    }
    // `PID.5`, then the number of each component within it.
    let steps = around
        .iter()
        .skip(*depth + 1)
        .map(|level| level.name.as_str());
    let steps: Vec<&str> = steps.chain([level.name.as_str()]).collect();
    let number = |step: &str| {
        step.rsplit_once('.')
            .and_then(|(_, n)| n.parse::<u16>().ok())
    };
    let Some(field) = steps.first().and_then(|step| number(step)) else {
        return;
    };
    let n = counts
        .iter()
        .find(|(known, _)| known == steps[0])
        .map_or(1, |(_, n)| *n);
    let mut suffix = format!("-{field}");
    if n > 1 {
        suffix.push_str(&format!("[{n}]"));
    }
    if steps.len() == 1 && is_composite(name, usize::from(field)) {
        suffix.push_str(".1");
    }
    for step in &steps[1..] {
        if let Some(number) = number(step) {
            suffix.push_str(&format!(".{number}"));
        }
    }
    fields.push(Field {
        name: format!("{name}{suffix}"),
        value: value.to_owned(),
        place: Locator::Field {
            path: format!("{path}{suffix}"),
        },
    });
}

impl State {
    /// Counts a segment that opens; its path.
    fn begin_segment(&mut self, name: &str, reading: &mut Reading<'_>) -> String {
        if name == "MSH" {
            self.put_text(reading);
            self.n_messages += 1;
            self.n_pids = 0;
            self.counts.clear();
            self.has_many |= self.n_messages > 1;
        }
        if name == "PID" {
            self.n_pids += 1;
        }
        let mut key = [0; 3];
        for (to, from) in key.iter_mut().zip(name.bytes()) {
            *to = from;
        }
        let count = self.counts.entry(key).or_insert(0);
        *count += 1;
        let count = *count;
        self.path(name, count)
    }

    /// As `collect`, from fields.
    fn collect_xml(
        &mut self,
        name: &str,
        path: &str,
        fields: &[Field],
        subject: Option<&str>,
        reading: &mut Reading<'_>,
    ) {
        let value = |wanted: &str| {
            let field = fields.iter().find(|field| field.name == wanted);
            field.map_or("", |field| field.value.as_str())
        };
        let parts = match name {
            "OBX" => vec!["", "", value("OBX-2"), value("OBX-3.1"), "", value("OBX-5")],
            "NTE" => vec!["", "", "", value("NTE-3")],
            _ => Vec::new(),
        };
        self.collect(name, path, &parts, subject, reading);
    }
}

#[test]
fn fields_have_the_names_of_the_usual_encoding() {
    let xml = b"<?xml version='1.0'?><ADT_A01 xmlns='urn:hl7-org:v2xml'><MSH><MSH.1>|</MSH.1><MSH.9><MSG.1>ADT</MSG.1></MSH.9></MSH><PID><PID.3><CX.1>77</CX.1><CX.4><HD.1>X</HD.1></CX.4></PID.3><PID.3><CX.1>78</CX.1></PID.3><PID.5><XPN.1><FN.1>Roy</FN.1></XPN.1><XPN.2>Anna</XPN.2></PID.5><PID.7>19500102</PID.7></PID></ADT_A01>";
    let given = crate::testkit::read_bytes("a.xml", xml);
    let pid = crate::testkit::fields(&given, "PID");
    for (name, value) in [
        ("PID-3.1", "77"),
        ("PID-3[2].1", "78"),
        ("PID-5.1.1", "Roy"),
        ("PID-5.2", "Anna"),
        ("PID-7", "19500102"),
    ] {
        assert!(pid.contains(&(name.to_owned(), value.to_owned())), "{name}");
    }
}
