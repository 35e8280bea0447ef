//! HL7 v2 feeds: ADT and ORU messages, a file for some hundred messages, one batch with delimiters of its own.
//!
//! Format: HL7 v2.5, chapters 2, 3 and 7; PID-3 repeats with types MR and JHN (table 0203).

use jiff::civil::Date;
use whose_model::DataElement as E;

use super::{Kind, Pile, patient_note};
use crate::{
    SynthError,
    chance::Chance,
    columns::visit,
    draft::{drug, misc, test_number},
    ledger::{Item, Note, Spot},
    lists::LISTS,
    person::{Kin, Person},
    seen::Seen,
    style::{Dates, Numbers, Phones, Style},
};

/// What separates fields, components, repetitions; what escapes; what separates parts of components.
struct Delimiters([char; 5]);

/// Writes both feeds.
pub(crate) fn write(pile: &mut Pile<'_>) -> Result<(), SynthError> {
    for (kind, name) in [(Kind::Adt, "ADT"), (Kind::Oru, "ORU")] {
        let people = pile.of(kind);
        for (n, chunk) in people.chunks(250).enumerate() {
            let path = format!(
                "interfaces/HL7/{name}/{name}_2026{:02}_{:03}.hl7",
                n % 7 + 1,
                n
            );
            let odd = kind == Kind::Oru && n == 0;
            feed(pile, kind, &path, chunk, n as u64, odd)?;
        }
    }
    Ok(())
}

fn feed(
    pile: &mut Pile<'_>,
    kind: Kind,
    path: &str,
    people: &[u64],
    n: u64,
    odd: bool,
) -> Result<(), SynthError> {
    let mut chance = pile.chance(path, n);
    let mut style = Style::table(&mut chance, whose_model::Language::En);
    style.dates = Dates::Compact;
    style.numbers = Numbers::Plain;
    style.phones = [Phones::Brackets, Phones::Plain, Phones::Dashes][chance.index(3)];
    style.upper = true;
    let marks = Delimiters(if odd {
        ['#', '@', '!', '\\', '%']
    } else {
        ['|', '^', '~', '\\', '&']
    });
    let end = if n.is_multiple_of(2) { "\r" } else { "\r\n" };
    let mut file = pile.ledger.open(path)?;
    pile.ledger.exhibit(path, "hl7v2")?;
    let mut message_number = 0;
    for &index in people {
        let mut own = pile.chance(path, index);
        let seen = pile.seen(index, &style, &mut own);
        for _ in 0..1 + own.below(if kind == Kind::Oru { 2 } else { 3 }) {
            message_number += 1;
            let mut message = Message {
                text: String::new(),
                marks: &marks,
                end,
                note: patient_note(path, index),
                kin: None,
            };
            let day = visit(&seen, &mut own);
            message.header(kind, message_number, &mut own);
            message.pid(&seen, &style, odd);
            if kind == Kind::Adt {
                message.adt(pile, &seen, &style, day, &mut own);
            } else {
                message.oru(pile, &seen, &style, day, &mut own);
            }
            file.write(message.text.as_bytes())?;
            message.note.may = vec![
                E::ServiceDate,
                E::ServiceLocation,
                E::PatientNumber,
                E::Procedure,
            ];
            pile.ledger.note(&message.note, Some(index))?;
            if let Some((note, kin)) = message.kin {
                pile.ledger.note(&note, Some(kin))?;
            }
        }
    }
    pile.ledger.close(file)
}

struct Message<'a> {
    text: String,
    marks: &'a Delimiters,
    end: &'a str,
    note: Note,
    kin: Option<(Note, u64)>,
}

impl Message<'_> {
    /// Writes a segment; `|` and `^` and `~` stand for the feed's own delimiters.
    fn segment(&mut self, text: &str) {
        let [field, component, repetition, ..] = self.marks.0;
        for ch in text.chars() {
            self.text.push(match ch {
                '|' => field,
                '^' => component,
                '~' => repetition,
                other => other,
            });
        }
        self.text += self.end;
    }

    /// Notes a value and gives it with the delimiters in it escaped.
    fn say(&mut self, element: E, value: &str, path: &str) -> String {
        if !value.is_empty() {
            self.note.items.push(Item {
                element,
                value: value.to_owned(),
                spot: Some(Spot::Field {
                    path: path.to_owned(),
                }),
            });
        }
        self.escape(value)
    }

    fn escape(&self, value: &str) -> String {
        let [field, component, repetition, escape, sub] = self.marks.0;
        let mut out = String::new();
        for ch in value.chars() {
            let code = match ch {
                ch if ch == field => "F",
                ch if ch == component => "S",
                ch if ch == repetition => "R",
                ch if ch == escape => "E",
                ch if ch == sub => "T",
                _ => {
                    out.push(ch);
                    continue;
                }
            };
            out.push(escape);
            out += code;
            out.push(escape);
        }
        out
    }

    fn header(&mut self, kind: Kind, number: u64, chance: &mut Chance) {
        let [field, component, repetition, escape, sub] = self.marks.0;
        self.text += &format!("MSH{field}{component}{repetition}{escape}{sub}");
        let event = if kind == Kind::Adt {
            ["ADT^A08", "ADT^A04", "ADT^A01"][chance.index(3)]
        } else {
            "ORU^R01"
        };
        // Processing id T: test data, as the whole feed is.
        self.segment(&format!(
            "|SYNTH|NORTHERNBIRCH|EMR|NBC|20260801{:02}{:02}00||{event}|WS{number:06}|T|2.5||||||UNICODE UTF-8",
            chance.below(24),
            chance.below(60)
        ));
    }

    fn pid(&mut self, seen: &Seen, style: &Style, odd: bool) {
        let person = &seen.person;
        let mrn = self.say(E::MedicalRecordNumber, &person.mrn, "PID-3.1");
        let mut ids = format!("{mrn}^^^NBC^MR");
        if let Some(number) = &seen.health {
            let text = self.say(E::HealthNumber, &number.text, "PID-3[2].1");
            ids += &format!("~{text}^^^{}^JHN", authority(number.scheme));
        }
        let family = self.say(E::Name, &seen.family, "PID-5.1");
        let given = self.say(E::Name, &seen.given, "PID-5.2");
        let middle = if seen.middle.is_empty() {
            String::new()
        } else {
            self.say(E::Name, &seen.middle, "PID-5.3")
        };
        let born = self.say(E::BirthDate, &style.date(seen.born), "PID-7");
        let sex = self.say(E::Sex, person.sex.letter(), "PID-8");
        let home = &seen.home;
        let street = self.say(E::Address, &home.street, "PID-11.1");
        let city = self.say(E::Address, &style.text(home.city), "PID-11.3");
        let region = self.say(E::Address, &home.region, "PID-11.4");
        let code = self.say(E::Address, &home.code, "PID-11.5");
        let country = if home.country.is_empty() {
            "CAN"
        } else {
            home.country
        };
        let phone = self.say(E::Phone, &style.phone(&person.phone), "PID-13.1");
        let language = self.say(E::SpokenLanguage, person.language.code(), "PID-15");
        let sin = match (&person.sin, odd || person.index.is_multiple_of(6)) {
            (Some(sin), true) => self.say(E::SocialInsuranceNumber, &sin.text, "PID-19"),
            _ => String::new(),
        };
        let died = match person.died {
            Some(died) => {
                let day = self.say(E::DeathDate, &style.date(died), "PID-29");
                format!("||||||||||{day}|Y")
            }
            None => String::new(),
        };
        self.segment(&format!(
            "PID|1||{ids}||{family}^{given}^{middle}^{}||{born}|{sex}|||{street}^^{city}^{region}^{code}^{country}||{phone}||{language}||||{sin}{died}",
            seen.suffix
        ));
    }

    fn doctor(&mut self, pile: &Pile<'_>, person: &Person, style: &Style, path: &str) -> String {
        let doctor = pile.world.clinician(person.specialist);
        let family = style.text(doctor.family).to_uppercase();
        let given = style.text(doctor.given);
        let family = self.say(E::Clinician, &family, &format!("{path}.2"));
        let given = self.say(E::Clinician, &given, &format!("{path}.3"));
        format!("{}^{family}^{given}^^^DR", doctor.number)
    }

    fn adt(&mut self, pile: &Pile<'_>, seen: &Seen, style: &Style, day: Date, chance: &mut Chance) {
        let person = &seen.person;
        if let Some(&kin) = person.kin.first()
            && chance.percent(50)
        {
            let other = pile.world.person(kin.index());
            let mut note = patient_note(&self.note.exhibit, other.index);
            note.role = "relative".to_owned();
            let family = style.family(&other.family);
            let given = style.text(&other.given);
            let phone = style.phone(other.mobile.as_ref().unwrap_or(&other.phone));
            for (element, value, path) in [
                (E::Name, &family, "NK1-2.1"),
                (E::Name, &given, "NK1-2.2"),
                (E::Phone, &phone, "NK1-5.1"),
            ] {
                note.items.push(Item {
                    element,
                    value: value.clone(),
                    spot: Some(Spot::Field {
                        path: path.to_owned(),
                    }),
                });
            }
            let relation = match kin {
                Kin::Spouse(_) => "SPO",
                Kin::Mother(_) => "MTH",
                Kin::Father(_) => "FTH",
                Kin::Child(_) => "CHD",
            };
            let (family, given, phone) = (
                self.escape(&family),
                self.escape(&given),
                self.escape(&phone),
            );
            self.segment(&format!("NK1|1|{family}^{given}|{relation}||{phone}"));
            self.kin = Some((note, other.index));
        }
        let doctor = self.doctor(pile, person, style, "PV1-7");
        let admitted = self.say(E::ServiceDate, &style.date(day), "PV1-44");
        self.segment(&format!(
            "PV1|1|O|NBC^{}||||{doctor}|||||||||||||||||||||||||||||||||||||{admitted}",
            style.text(pile.site(person.index))
        ));
        if person.index.is_multiple_of(3)
            && let Some((allergy, _)) = misc("allergies", person.index)
        {
            let allergy = self.say(E::Allergy, allergy, "AL1-3.2");
            self.segment(&format!("AL1|1|DA|^{allergy}"));
        }
        let condition = &LISTS.conditions[person.conditions[0]];
        let code = self.say(E::Diagnosis, condition.icd, "DG1-3.1");
        let text = self.say(E::Diagnosis, condition.en, "DG1-3.2");
        self.segment(&format!("DG1|1||{code}^{text}^I10CA|||W"));
        if let Some(policy) = &person.policy
            && chance.percent(60)
        {
            let certificate = self.say(E::InsurancePolicy, &policy.certificate, "IN1-36");
            let group = self.say(E::InsurancePolicy, &policy.group, "IN1-8");
            self.segment(&format!(
                "IN1|1|PLAN||{}||||{group}||||||||||||||||||||||||||||{certificate}",
                policy.insurer.0
            ));
        }
    }

    fn oru(&mut self, pile: &Pile<'_>, seen: &Seen, style: &Style, day: Date, chance: &mut Chance) {
        let person = &seen.person;
        let doctor = self.doctor(pile, person, style, "OBR-16");
        let taken = self.say(E::ServiceDate, &style.date(day), "OBR-7");
        self.segment(&format!(
            "OBR|1|{}|{}|CBC^Panel^L|||{taken}|||||||||{doctor}",
            chance.digits(7),
            chance.digits(8)
        ));
        let first = chance.index(LISTS.tests.len());
        for i in 0..1 + chance.index(4) {
            let test = (first + i) % LISTS.tests.len();
            let of = &LISTS.tests[test];
            let value = self.say(
                E::LabResult,
                &test_number(person, test, whose_model::Language::En),
                "OBX-5",
            );
            let low = format!("{:.*}", of.decimals, of.low + (of.high - of.low) * 0.2);
            let high = format!("{:.*}", of.decimals, of.low + (of.high - of.low) * 0.8);
            let unit = self.escape(of.unit);
            self.segment(&format!(
                "OBX|{}|NM|{}^{}^LN||{value}|{unit}|{low}-{high}||||F",
                i + 1,
                of.loinc,
                of.en
            ));
        }
        if let Some(drug) = drug(person, 0)
            && chance.percent(30)
        {
            let name = self.say(E::Medication, drug.en, "NTE-3");
            self.segment(&format!("NTE|1||Patient on {name} since last visit"));
        }
    }
}

/// The assigning authority of a health number as feeds write it.
fn authority(scheme: &str) -> String {
    match scheme.split_once('-') {
        Some(("ca", province)) => province.to_uppercase(),
        Some((country, _)) => country.to_uppercase(),
        None => scheme.to_uppercase(),
    }
}
