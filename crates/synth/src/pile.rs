//! The pile: which person stands in which kinds of files, and the files, kind by kind.
//!
//! Who stands where is decided before a file is opened: eight bytes a person.
//! Then each kind goes over the people that it holds, makes them again from the
//! seed, writes them and notes them. Nothing else is kept.

mod archives;
mod broken;
pub(crate) mod dump;
mod fhir;
mod folders;
mod hl7;
mod images;
mod letters;
mod mail;
mod noise;
mod scans;
mod secured;
mod sql;
mod tables;

use whose_model::Language;

use crate::{
    SynthError,
    chance::Chance,
    ledger::{Ledger, Note},
    lists::LISTS,
    person::Person,
    seen::Seen,
    style::Style,
    world::World,
};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    Extract,
    Appointments,
    Registry,
    Infusion,
    LetterDocx,
    LetterPdf,
    LetterText,
    Mail,
    MailList,
    Adt,
    Oru,
    FhirBundle,
    FhirLines,
    MySql,
    Postgres,
    Json,
    Form,
    Invoice,
    Lab,
    Nested,
    Headerless,
    Pair,
}

use Kind as K;

const KINDS: [(Kind, u64); 21] = [
    (K::Extract, 30),
    (K::Appointments, 20),
    (K::Registry, 12),
    (K::Infusion, 10),
    (K::LetterDocx, 14),
    (K::LetterPdf, 12),
    (K::LetterText, 12),
    (K::Mail, 8),
    (K::MailList, 8),
    (K::Adt, 18),
    (K::Oru, 16),
    (K::FhirBundle, 8),
    (K::FhirLines, 10),
    (K::MySql, 16),
    (K::Postgres, 12),
    (K::Json, 8),
    (K::Form, 10),
    (K::Invoice, 6),
    (K::Lab, 10),
    (K::Nested, 5),
    (K::Headerless, 3),
];

/// Where somebody stands who stands in one place only.
const ALONE: [Kind; 8] = [
    K::LetterDocx,
    K::LetterPdf,
    K::LetterText,
    K::Mail,
    K::Adt,
    K::Oru,
    K::Extract,
    K::Form,
];

/// What every kind of file is written from.
pub(crate) struct Pile<'a> {
    pub(crate) world: &'a World,
    pub(crate) ledger: &'a mut Ledger,
    /// For each person, the kinds of files as bits, and the site in the highest byte.
    who: Vec<u64>,
}

/// Writes the files of some kinds.
type Step = fn(&mut Pile<'_>) -> Result<(), SynthError>;

/// Writes the whole pile.
pub(crate) fn write(
    world: &World,
    ledger: &mut Ledger,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), SynthError> {
    let mut pile = Pile {
        who: (0..world.people)
            .map(|index| placement(world, index))
            .collect(),
        world,
        ledger,
    };
    let steps: [Step; 15] = [
        noise::write,
        tables::write,
        letters::write,
        hl7::write,
        fhir::write,
        sql::write,
        dump::write,
        mail::write,
        folders::write,
        archives::write,
        secured::write,
        scans::write,
        images::write,
        broken::write,
        noise::copies,
    ];
    let n = steps.len() as u64;
    for (i, step) in steps.into_iter().enumerate() {
        progress(i as u64 * world.people / n, world.people);
        step(&mut pile)?;
    }
    progress(world.people, world.people);
    Ok(())
}

fn placement(world: &World, index: u64) -> u64 {
    let mut chance = Chance::new(world.seed, "placement", index);
    let mut bits = 0_u64;
    if chance.percent(12) {
        bits |= 1 << ALONE[chance.index(ALONE.len())] as u8;
    } else {
        let n = match chance.below(100) {
            0..80 => 2 + chance.below(5),
            80..95 => 5 + chance.below(6),
            _ => 9 + chance.below(8),
        };
        while u64::from(bits.count_ones()) < n {
            let at = chance.weighted(KINDS.iter().map(|kind| kind.1));
            bits |= 1 << KINDS[at].0 as u8;
        }
    }
    let (first, end) = world.members(index);
    if index == first && end - first >= 2 && end <= world.people && chance.percent(7) {
        bits |= 1 << K::Pair as u8;
    }
    bits | (LISTS.places[world.place(index)].site as u64) << 56
}

impl Pile<'_> {
    /// People who stand in a kind of file, in order.
    pub(crate) fn of(&self, kind: Kind) -> Vec<u64> {
        let bit = 1 << kind as u8;
        (0_u64..)
            .zip(&self.who)
            .filter(|(_, bits)| **bits & bit != 0)
            .map(|(index, _)| index)
            .collect()
    }

    /// The same, those of one site only.
    pub(crate) fn of_site(&self, kind: Kind, site: usize) -> Vec<u64> {
        let bit = 1 << kind as u8;
        (0_u64..)
            .zip(&self.who)
            .filter(|(_, bits)| **bits & bit != 0 && (**bits >> 56) as usize == site)
            .map(|(index, _)| index)
            .collect()
    }

    /// The site of a person.
    pub(crate) fn site(&self, index: u64) -> &'static str {
        let bits = self.who.get(index as usize).copied().unwrap_or(0);
        LISTS
            .sites
            .get((bits >> 56) as usize)
            .copied()
            .unwrap_or("")
    }

    /// Chance of its own for a file or a person in a kind of file.
    pub(crate) fn chance(&self, name: &str, index: u64) -> Chance {
        Chance::new(self.world.seed, name, index)
    }

    /// A person as an exhibit of this style knows them.
    pub(crate) fn seen(&self, index: u64, style: &Style, chance: &mut Chance) -> Seen {
        Seen::new(self.world.person(index), style, chance)
    }

    /// Notes people in the exhibit noted last.
    pub(crate) fn note_all(&mut self, notes: &[(Note, u64)]) -> Result<(), SynthError> {
        for (note, index) in notes {
            self.ledger.note(note, Some(*index))?;
        }
        Ok(())
    }
}

/// A note of a patient in an exhibit, still without items.
pub(crate) fn patient_note(exhibit: &str, index: u64) -> Note {
    Note {
        exhibit: exhibit.to_owned(),
        person: Person::id(index),
        role: "patient".to_owned(),
        items: Vec::new(),
        may: Vec::new(),
    }
}

/// The language a site works in.
pub(crate) fn site_language(site: &str) -> Language {
    if ["Montréal", "Québec"].contains(&site) {
        Language::Fr
    } else {
        Language::En
    }
}
