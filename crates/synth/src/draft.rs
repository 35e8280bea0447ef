//! A template and a person become a text of which every value is noted: whose, what, from where to where.
//!
//! In `data/letters_*.txt`: `{slot}` is filled, a line with a slot that the
//! person has nothing for is left out, `%60 ` keeps a line 60 times in a
//! hundred, `<a|b>` is one of its choices, `{s.slot}` speaks of the second person.

use std::sync::LazyLock;

use jiff::civil::Date;
use whose_model::{DataElement, Language, Sex};

use crate::{
    chance::Chance,
    ledger::{Item, Note, Spot},
    lists::{Drug, LISTS},
    numbers,
    person::{Kin, Person},
    seen::Seen,
    style::Style,
    world::{Clinician, TODAY, World, day_before},
};

/// A template of a kind in a language.
pub(crate) struct Template {
    pub(crate) kind: &'static str,
    requires: Option<DataElement>,
    lines: Vec<&'static str>,
}

static TEMPLATES: LazyLock<[Vec<Template>; 2]> = LazyLock::new(|| {
    [
        parse(include_str!("../data/letters_en.txt")),
        parse(include_str!("../data/letters_fr.txt")),
    ]
});

fn parse(text: &'static str) -> Vec<Template> {
    let mut all: Vec<Template> = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("=== ") {
            let mut words = head.split(' ');
            all.push(Template {
                kind: words.next().unwrap_or(""),
                requires: words.next().and_then(DataElement::from_id),
                lines: Vec::new(),
            });
        } else if let Some(template) = all.last_mut() {
            template.lines.push(line);
        }
    }
    all
}

/// A template of this kind, drawn.
pub(crate) fn template(kind: &str, language: Language, chance: &mut Chance) -> &'static Template {
    let all = &TEMPLATES[usize::from(language == Language::Fr)];
    let n = all.iter().filter(|t| t.kind == kind).count();
    let wanted = chance.index(n);
    all.iter()
        .filter(|t| t.kind == kind)
        .nth(wanted)
        .unwrap_or(&all[0])
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Who {
    First,
    Second,
    Kin,
}

struct Said {
    who: Who,
    element: DataElement,
    start: usize,
    end: usize,
}

/// A text with what it says of whom.
pub(crate) struct Draft {
    pub(crate) text: String,
    said: Vec<Said>,
    people: Vec<(Who, u64)>,
    requires: Option<DataElement>,
    pub(crate) subject: String,
}

/// Elements that a careful reader of a letter may list or not: pronouns tell sex, a letterhead a place.
pub(crate) const MAY: &[DataElement] = &[
    DataElement::Age,
    DataElement::Sex,
    DataElement::SpokenLanguage,
    DataElement::Signature,
    DataElement::Procedure,
    DataElement::ConsultationReport,
    DataElement::MedicalHistory,
    DataElement::ServiceDate,
    DataElement::ServiceLocation,
    DataElement::Clinician,
    DataElement::Consent,
    DataElement::InsurancePolicy,
    DataElement::MedicalImage,
];

/// What a letter is written from.
pub(crate) struct Facts<'a> {
    seed: u64,
    pub(crate) style: &'a Style,
    pub(crate) first: &'a Seen,
    pub(crate) second: Option<&'a Seen>,
    pub(crate) doctor: Clinician,
    pub(crate) family_doctor: Clinician,
    pub(crate) kin: Option<(Kin, Person)>,
    visit: Date,
    visit2: Date,
    date: Date,
    site: &'static str,
    tests: [usize; 3],
}

impl<'a> Facts<'a> {
    pub(crate) fn new(
        world: &'a World,
        style: &'a Style,
        first: &'a Seen,
        second: Option<&'a Seen>,
        chance: &mut Chance,
    ) -> Self {
        let person = &first.person;
        let oldest = (TODAY
            .since(person.born)
            .map_or(900, |span| i64::from(span.get_days()))
            - 1)
        .clamp(2, 900);
        let back = chance.range(1, oldest);
        let visit = person.died.map_or_else(
            || day_before(TODAY, back),
            |died| day_before(died, back.min(40)),
        );
        Self {
            doctor: world.clinician(person.specialist),
            family_doctor: world.clinician(person.clinician),
            kin: (!person.kin.is_empty()).then(|| {
                let kin = person.kin[chance.index(person.kin.len())];
                (kin, world.person(kin.index()))
            }),
            visit,
            visit2: day_before(visit, chance.range(1, 40)).max(person.born),
            date: jiff::ToSpan::days(2).pipe_add(visit).min(TODAY),
            site: LISTS.sites[LISTS.places[person.place].site],
            tests: [
                chance.index(LISTS.tests.len() / 2),
                LISTS.tests.len() / 2 + chance.index(LISTS.tests.len() / 2),
                chance.index(LISTS.tests.len()),
            ],
            seed: world.seed,
            style,
            first,
            second,
        }
    }
}

trait PipeAdd {
    fn pipe_add(self, date: Date) -> Date;
}

impl PipeAdd for jiff::Span {
    fn pipe_add(self, date: Date) -> Date {
        date.checked_add(self).unwrap_or(date)
    }
}

/// Fills a template.
pub(crate) fn fill(template: &Template, facts: &Facts<'_>, chance: &mut Chance) -> Draft {
    let mut draft = Draft {
        text: String::new(),
        said: Vec::new(),
        people: vec![(Who::First, facts.first.person.index)],
        requires: template.requires,
        subject: String::new(),
    };
    if let Some(second) = facts.second {
        draft.people.push((Who::Second, second.person.index));
    }
    if let Some((kin, _)) = facts.kin {
        draft.people.push((Who::Kin, kin.index()));
    }
    for line in &template.lines {
        let mut line = *line;
        if let Some(rest) = line.strip_prefix('%') {
            let (percent, rest) = rest.split_once(' ').unwrap_or(("100", rest));
            if !chance.percent(percent.parse().unwrap_or(100)) {
                continue;
            }
            line = rest;
        }
        let (text_before, said_before) = (draft.text.len(), draft.said.len());
        if draft.line(line, facts, chance).is_none() {
            draft.text.truncate(text_before);
            draft.said.truncate(said_before);
        } else {
            draft.text.push('\n');
        }
    }
    draft
}

impl Draft {
    fn line(&mut self, line: &str, facts: &Facts<'_>, chance: &mut Chance) -> Option<()> {
        let mut rest = line;
        while let Some(at) = rest.find(['{', '<']) {
            let (before, tail) = rest.split_at(at);
            self.text += &facts.style.text(before);
            if let Some(tail) = tail.strip_prefix('{') {
                let (slot, tail) = tail.split_once('}')?;
                self.slot(slot, facts)?;
                rest = tail;
            } else {
                let (choices, tail) = tail[1..].split_once('>')?;
                let choices: Vec<&str> = choices.split('|').collect();
                let choice = choices[chance.index(choices.len())].to_owned();
                self.line(&choice, facts, chance)?;
                rest = tail;
            }
        }
        self.text += &facts.style.text(rest);
        Some(())
    }

    fn say(&mut self, who: Who, element: DataElement, value: &str) -> Option<()> {
        if value.is_empty() {
            return None;
        }
        let start = self.text.len();
        self.text += value;
        self.said.push(Said {
            who,
            element,
            start,
            end: self.text.len(),
        });
        Some(())
    }

    fn slot(&mut self, slot: &str, facts: &Facts<'_>) -> Option<()> {
        use DataElement as E;
        if let Some(slot) = slot.strip_prefix("b.") {
            // Said of both: the same words are the other's as well.
            self.slot(slot, facts)?;
            if let (Some(said), Some(_)) = (self.said.last(), facts.second) {
                let (element, start, end) = (said.element, said.start, said.end);
                self.said.push(Said {
                    who: Who::Second,
                    element,
                    start,
                    end,
                });
            }
            return Some(());
        }
        let (who, seen, slot) = match slot.strip_prefix("s.") {
            Some(slot) => (Who::Second, facts.second?, slot),
            None => (Who::First, facts.first, slot),
        };
        let person = &seen.person;
        let style = facts.style;
        let fr = style.language == Language::Fr;
        let word =
            |pair: (&'static str, &'static str)| style.text(if fr { pair.1 } else { pair.0 });
        let female = person.sex == Sex::Female;
        let condition = |i: usize| &LISTS.conditions[person.conditions[i]];
        let minor = person.is_minor(TODAY);
        let plain: Option<String> = match slot {
            "date" => Some(style.date(facts.date)),
            "clinic" => Some(style.text(&clinic(facts.site, style.language))),
            "clinicaddr" => Some(style.text(&clinic_address(facts.site))),
            "clinicphone" => Some(style.phone("8005550142")),
            "gpname" => {
                let gp = &facts.family_doctor;
                return self.say(
                    who,
                    E::Clinician,
                    &style.text(&format!("{} {}", gp.given, gp.family)),
                );
            }
            "specialty" => Some(word(facts.doctor.specialty)),
            "notdx" | "notdxart" => {
                let n = LISTS.conditions.len() - 1;
                let at = (0..n)
                    .map(|k| (person.index as usize * 5 + 3 + k) % n)
                    .find(|at| !person.conditions.contains(at))?;
                let c = &LISTS.conditions[at];
                Some(word((c.en, c.fr)))
            }
            "invoice" => Some(format!("F-{:06}", person.index % 1_000_000)),
            "he" => Some(if female { "she" } else { "he" }.to_owned()),
            "He" => Some(if female { "She" } else { "He" }.to_owned()),
            "His" => Some(if female { "Her" } else { "His" }.to_owned()),
            "Il" => Some(if female { "Elle" } else { "Il" }.to_owned()),
            "e" => Some(if female { "e" } else { "" }.to_owned()),
            "vu" | "suivi" | "admis" => Some(format!("{slot}{}", if female { "e" } else { "" })),
            "Cher" => Some("Cher".to_owned()),
            "Titled" => Some(if female { "Madame" } else { "Monsieur" }.to_owned()),
            "kinword" => facts.kin.as_ref().map(|(kin, _)| word(kin.words())),
            "docgiven" => Some(style.text(facts.doctor.given)),
            _ => None,
        };
        if let Some(plain) = plain {
            self.text += &plain;
            return Some(());
        }
        let test = |i: usize| -> (String, String) {
            let test = &LISTS.tests[facts.tests[i]];
            (
                word((test.en, test.fr)),
                test_value(person, facts.tests[i], style.language),
            )
        };
        let (element, value) = match slot {
            "name" => (E::Name, seen.name(person.index % 3 == 0)),
            "NAME" => (E::Name, seen.name_reversed()),
            "given" => (E::Name, seen.given.clone()),
            "family" => (E::Name, seen.family.clone()),
            "titled" => {
                if person.traits.newborn || minor {
                    (E::Name, seen.name(false))
                } else {
                    self.text += match (fr, female) {
                        (false, true) => "Ms. ",
                        (false, false) => "Mr. ",
                        (true, true) => "Mme ",
                        (true, false) => "M. ",
                    };
                    (E::Name, seen.family.clone())
                }
            }
            "dob" => (E::BirthDate, style.date(seen.born)),
            "age" => (E::Age, person.age(facts.visit).to_string()),
            "sex" => (E::Sex, style.sex(person, true).to_owned()),
            "sexletter" => (E::Sex, style.sex(person, false).to_owned()),
            "hn" => (E::HealthNumber, style.number(seen.health.as_ref()?)),
            "mrn" => (E::MedicalRecordNumber, person.mrn.clone()),
            "pno" => (E::PatientNumber, person.patient_number.clone()),
            "addr" => (E::Address, seen.home.line()),
            "addr1" => (E::Address, seen.home.street.clone()),
            "addr2" => {
                let line = seen.home.line();
                (
                    E::Address,
                    line.get(seen.home.street.len() + 2..)?.to_owned(),
                )
            }
            "phone" => (E::Phone, style.phone(&person.phone)),
            "mobile" => (E::Phone, style.phone(person.mobile.as_ref()?)),
            "email" => (E::Email, person.email.clone()?),
            "lang" => (
                E::SpokenLanguage,
                language_word(person.language, style.language).to_owned(),
            ),
            "sin" => (E::SocialInsuranceNumber, style.number(person.sin.as_ref()?)),
            "dl" => (E::DriversLicence, person.licence.as_ref()?.text.clone()),
            "passport" => (
                E::Passport,
                numbers::make("ca-passport", facts.seed, person.index)?.text,
            ),
            "uci" => (
                E::GovernmentId,
                numbers::make("ca-uci", facts.seed, person.index)?.text,
            ),
            "insurer" => {
                let insurer = word(person.policy.as_ref()?.insurer);
                self.text += &insurer;
                return Some(());
            }
            "group" => (E::InsurancePolicy, person.policy.as_ref()?.group.clone()),
            "cert" => (
                E::InsurancePolicy,
                person.policy.as_ref()?.certificate.clone(),
            ),
            "card" => (E::PaymentCard, grouped(person.card.as_ref()?)),
            "transit" => (E::BankAccount, person.bank.as_ref()?.0.clone()),
            "bankno" => (E::BankAccount, person.bank.as_ref()?.1.clone()),
            "account" => (E::BankAccount, person.bank.as_ref()?.2.clone()),
            "ht" => (E::Height, format!("{} cm", person.height_cm)),
            "wt" => (E::Weight, weight(person, style.language)),
            "dx" => (E::Diagnosis, word((condition(0).en, condition(0).fr))),
            "dx2" => (E::Diagnosis, word((condition(1).en, condition(1).fr))),
            "dxart" => {
                let fr = condition(0).fr;
                self.text += "une condition connue, soit ";
                (E::Diagnosis, style.text(fr))
            }
            "icd" => (E::Diagnosis, condition(0).icd.to_owned()),
            "med" => (E::Medication, medication(person, 0, true, style)?),
            "med2" => (E::Medication, medication(person, 1, false, style)?),
            "drug" => (E::Medication, medication(person, 0, false, style)?),
            "lab" | "lab2" => {
                let (name, value) = test(usize::from(slot == "lab2"));
                self.text += &name;
                self.text.push(' ');
                (E::LabResult, value)
            }
            "labrow" | "labrow2" | "labrow3" => {
                let i = match slot {
                    "labrow" => 0,
                    "labrow2" => 1,
                    _ => 2,
                };
                let (name, _) = test(i);
                let of = &LISTS.tests[facts.tests[i]];
                self.text += &format!("{name:<30}");
                self.say(
                    who,
                    E::LabResult,
                    &test_number(person, facts.tests[i], style.language),
                )?;
                self.text += &format!("      {}", of.unit);
                return Some(());
            }
            "labname" => {
                self.text += &test(0).0;
                return Some(());
            }
            "labvalue" => (E::LabResult, test(0).1),
            "proc" => (E::Procedure, word(misc("procedures", person.index)?)),
            "allergy" => (E::Allergy, word(misc("allergies", person.index)?)),
            "imm" => (E::Immunization, word(misc("immunizations", person.index)?)),
            "hx" => (E::MedicalHistory, word(misc("histories", person.index)?)),
            "visit" => (E::ServiceDate, style.date(facts.visit)),
            "visit2" => (E::ServiceDate, style.date(facts.visit2)),
            "loc" => (E::ServiceLocation, style.text(facts.site)),
            "doc" => (
                E::Clinician,
                style.text(&facts.doctor.titled(style.language)),
            ),
            "gp" => (
                E::Clinician,
                style.text(&facts.family_doctor.titled(style.language)),
            ),
            "docfamily" => {
                self.text += facts.doctor.title(style.language);
                self.text.push(' ');
                (E::Clinician, style.text(facts.doctor.family))
            }
            "gpfamily" => (E::Clinician, style.text(facts.family_doctor.family)),
            "kin" => {
                let (_, kin) = facts.kin.as_ref()?;
                let name = style.text(&format!("{} {}", kin.given, kin.family));
                return self.say(Who::Kin, E::Name, &name);
            }
            "kinphone" => {
                let (_, kin) = facts.kin.as_ref()?;
                let phone = style.phone(kin.mobile.as_ref().unwrap_or(&kin.phone));
                return self.say(Who::Kin, E::Phone, &phone);
            }
            "signed" => {
                let name = if minor {
                    let (_, kin) = facts.kin.as_ref()?;
                    style.text(&format!("{} {}", kin.given, kin.family))
                } else {
                    seen.name(false)
                };
                self.text += "/s/ ";
                (E::Signature, name)
            }
            _ => return None,
        };
        self.say(who, element, &value)
    }

    /// Whether the text names its patient and says something else about them.
    pub(crate) fn says_something(&self) -> bool {
        let of_first = |name: bool| {
            self.said
                .iter()
                .any(|said| said.who == Who::First && (said.element == DataElement::Name) == name)
        };
        of_first(true) && of_first(false)
    }

    /// The notes for the truth. `spot` turns a range of the text into a place where that is known.
    pub(crate) fn notes(
        &self,
        exhibit: &str,
        spot: &dyn Fn(usize, usize) -> Option<Spot>,
    ) -> Vec<(Note, u64)> {
        let mut notes = Vec::new();
        for &(who, index) in &self.people {
            let mut items: Vec<Item> = self
                .said
                .iter()
                .filter(|said| said.who == who)
                .map(|said| Item {
                    element: said.element,
                    value: self.text[said.start..said.end].to_owned(),
                    spot: spot(said.start, said.end),
                })
                .collect();
            if items.is_empty() {
                continue;
            }
            if who != Who::Kin
                && let Some(element) = self.requires
            {
                items.push(Item {
                    element,
                    value: String::new(),
                    spot: None,
                });
            }
            notes.push((
                Note {
                    exhibit: exhibit.to_owned(),
                    person: Person::id(index),
                    role: if who == Who::Kin {
                        "relative"
                    } else {
                        "patient"
                    }
                    .to_owned(),
                    items,
                    may: MAY.to_vec(),
                },
                index,
            ));
        }
        notes
    }
}

/// The clinic group's site in a town.
pub(crate) fn clinic(site: &str, language: Language) -> String {
    match language {
        Language::En | Language::Other(_) => format!("Northern Birch Clinic {site}"),
        Language::Fr => format!("Clinique Bouleau du Nord {site}"),
    }
}

fn clinic_address(site: &str) -> String {
    format!("{} Clinic Way, {site}", 100 + site.len() * 7)
}

pub(crate) fn language_word(of: Language, written_in: Language) -> &'static str {
    match (of.is_french(), written_in.is_french()) {
        (false, false) => "English",
        (true, false) => "French",
        (false, true) => "anglais",
        (true, true) => "français",
    }
}

pub(crate) fn grouped(card: &str) -> String {
    let chars: Vec<char> = card.chars().collect();
    chars
        .chunks(4)
        .map(|chunk| chunk.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

pub(crate) fn misc(heading: &str, index: u64) -> Option<(&'static str, &'static str)> {
    let list = LISTS.misc(heading);
    list.get(index as usize % list.len().max(1)).copied()
}

pub(crate) fn weight(person: &Person, language: Language) -> String {
    let kilos = format!("{}.{} kg", person.weight_hg / 10, person.weight_hg % 10);
    match language {
        Language::En | Language::Other(_) => kilos,
        Language::Fr => kilos.replace('.', ","),
    }
}

/// What the person takes for a condition, with or without its dose.
pub(crate) fn medication(person: &Person, of: usize, dose: bool, style: &Style) -> Option<String> {
    let drug = drug(person, of)?;
    let name = style.text(if style.language == Language::Fr {
        drug.fr
    } else {
        drug.en
    });
    Some(if dose {
        format!(
            "{name} {}",
            drug.doses[person.index as usize % drug.doses.len()]
        )
    } else {
        name
    })
}

pub(crate) fn drug(person: &Person, of: usize) -> Option<&'static Drug> {
    let keys = &LISTS.conditions[person.conditions[of]].drugs;
    let key = keys[(person.index as usize / 7) % keys.len()];
    LISTS.drugs.iter().find(|drug| drug.key == key)
}

/// The person's value of a test: the same wherever it is written.
pub(crate) fn test_number(person: &Person, test: usize, language: Language) -> String {
    let of = &LISTS.tests[test];
    let mut chance = Chance::new(person.index, "test", test as u64);
    let value = of.low + (of.high - of.low) * (chance.below(1000) as f64 / 1000.0);
    let number = format!("{value:.*}", of.decimals);
    match language {
        Language::En | Language::Other(_) => number,
        Language::Fr => number.replace('.', ","),
    }
}

fn test_value(person: &Person, test: usize, language: Language) -> String {
    format!(
        "{} {}",
        test_number(person, test, language),
        LISTS.tests[test].unit
    )
}

#[test]
fn every_slot_of_every_template_is_known() {
    const KNOWN: &str = " date clinic clinicaddr clinicphone gpname specialty notdx notdxart invoice he He His Il e vu suivi admis Cher Titled kinword docgiven name NAME given family titled dob age sex sexletter hn mrn pno addr addr1 addr2 phone mobile email lang sin dl passport uci insurer group cert card transit bankno account ht wt dx dx2 dxart icd med med2 drug lab lab2 labrow labrow2 labrow3 labname labvalue proc allergy imm hx visit visit2 loc doc gp docfamily gpfamily kin kinphone signed ";
    for template in TEMPLATES.iter().flatten() {
        for line in &template.lines {
            for part in line.split('{').skip(1) {
                let slot = part.split('}').next().unwrap();
                let slot = slot.strip_prefix("b.").unwrap_or(slot);
                let slot = slot.strip_prefix("s.").unwrap_or(slot);
                assert!(KNOWN.contains(&format!(" {slot} ")), "{slot}");
            }
        }
    }
    for language in 0..2 {
        assert!(
            TEMPLATES[language]
                .iter()
                .filter(|t| t.kind == "letter")
                .count()
                >= 9
        );
        assert!(TEMPLATES[language].len() >= 12);
    }
}
