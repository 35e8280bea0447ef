//! What a column's values look like: shares of the first rows that have a form or stand in a lexicon.

use std::ops::Range;

use whose_model::{DataElement, Jurisdiction, Role, Rows};

use crate::{
    elements::{
        address, clinical, contact,
        date::{self, Order},
        demographics, numbers, region,
    },
    interpret::is_empty,
    lexicon::{
        ALLERGEN, CLINICAL_TERMS, DIAGNOSIS, DRUG, FAMILY, Flags, GIVEN, PLACE, PROCEDURE, TEST,
        lexicon,
    },
    sense::{Part, Sense},
    text::{WordHash, n_digits, quick_hash, trimmed, words},
};

/// How many filled cells are looked at.
const MAX_SAMPLES: usize = 160;

/// Shares (0 to 1) of a column's filled cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    pub(crate) n: usize,
    pub(crate) n_distinct: usize,
    pub(crate) email: f32,
    pub(crate) phone: f32,
    /// Telephone numbers also without signs between their digits.
    pub(crate) bare_phone: f32,
    pub(crate) postal: f32,
    pub(crate) date: f32,
    pub(crate) sex: f32,
    pub(crate) given: f32,
    pub(crate) family: f32,
    pub(crate) whole_name: f32,
    pub(crate) many_words: f32,
    pub(crate) street: f32,
    pub(crate) city: f32,
    pub(crate) province: f32,
    pub(crate) ramq: f32,
    pub(crate) ontario: f32,
    pub(crate) bc: f32,
    /// Of any plan of Canada.
    pub(crate) plan: f32,
    pub(crate) sin: f32,
    pub(crate) card: f32,
    pub(crate) icd: f32,
    pub(crate) drug: f32,
    pub(crate) diagnosis: f32,
    pub(crate) clinical: f32,
    pub(crate) years: Option<(i16, i16)>,
    pub(crate) day_first: bool,
    pub(crate) month_first: bool,
}

/// What one cell looks like, a bit for each share of `Sample`.
#[derive(Clone, Copy, Default)]
struct Looks {
    bits: u32,
    year: Option<i16>,
    day_first: bool,
    month_first: bool,
}

const EMAIL: usize = 0;
const PHONE: usize = 1;
const POSTAL: usize = 2;
const DATE: usize = 3;
const SEX: usize = 4;
const GIVEN_NAME: usize = 5;
const FAMILY_NAME: usize = 6;
const WHOLE_NAME: usize = 7;
const MANY_WORDS: usize = 8;
const STREET: usize = 9;
const CITY: usize = 10;
const PROVINCE: usize = 11;
const RAMQ: usize = 12;
const ONTARIO: usize = 13;
const BC: usize = 14;
const SIN: usize = 15;
const CARD: usize = 16;
const ICD: usize = 17;
const A_DRUG: usize = 18;
const A_DIAGNOSIS: usize = 19;
const CLINICAL: usize = 20;
const BARE_PHONE: usize = 21;
const PLAN: usize = 22;
const N_LOOKS: usize = 23;

/// Looks that a column is asked for, a bit for each.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted(u32);

const fn looks(all: &[usize]) -> Wanted {
    let mut bits = 0;
    let mut at = 0;
    while at < all.len() {
        bits |= 1 << all[at];
        at += 1;
    }
    Wanted(bits)
}

impl Wanted {
    /// Every one.
    pub(crate) const ALL: Self = Self((1 << N_LOOKS) - 1);
    /// None: only whether anything stands there.
    const NONE: Self = Self(0);
    /// What `Sample::speaks_for_itself` asks for.
    pub(crate) const SPEAKING: Self = looks(&[EMAIL, RAMQ, PHONE, CARD, ONTARIO, A_DRUG, ICD]);
    /// What needs the lexicon's word on each word.
    const OF_WORDS: Self = looks(&[
        GIVEN_NAME,
        FAMILY_NAME,
        STREET,
        CITY,
        A_DRUG,
        A_DIAGNOSIS,
        CLINICAL,
    ]);

    /// What a column is asked for whose header says this: no more than `columns::confirm` and the order of dates turn on.
    pub(crate) fn of(header: Sense) -> Self {
        use DataElement as E;
        if header.role == Some(Role::Organisation) {
            return Self::NONE;
        }
        let is_dated = matches!(header.element, E::BirthDate | E::DeathDate | E::ServiceDate)
            || header.part == Part::When;
        match header.element {
            E::Name => looks(&[
                WHOLE_NAME,
                GIVEN_NAME,
                FAMILY_NAME,
                EMAIL,
                PHONE,
                MANY_WORDS,
                DATE,
            ]),
            E::Phone if header.is_sure => looks(&[DATE]),
            _ if header.is_sure && is_dated => looks(&[DATE]),
            _ if header.is_sure => Self::NONE,
            _ => {
                let more = match (header.element, header.part) {
                    (E::Phone, _) => looks(&[PHONE, BARE_PHONE]),
                    (E::Email, _) => looks(&[EMAIL]),
                    (E::Address, Part::PostalCode) => looks(&[POSTAL]),
                    (E::Address, Part::Province) => looks(&[PROVINCE]),
                    (E::Address, _) => looks(&[STREET, CITY]),
                    (E::Diagnosis | E::Medication | E::Procedure | E::Allergy, _) => {
                        looks(&[CLINICAL, ICD])
                    }
                    (E::PaymentCard, _) => looks(&[CARD]),
                    (E::HealthNumber, _) => looks(&[ONTARIO, BC, RAMQ, MANY_WORDS]),
                    (E::MedicalHistory | E::ConsultationReport, _) => looks(&[MANY_WORDS]),
                    _ => Self::NONE,
                };
                // A number that may be a date is read in the column's order.
                Self(more.0 | 1 << DATE)
            }
        }
    }

    const fn has(self, which: usize) -> bool {
        self.0 >> which & 1 != 0
    }

    const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Places for the values of a sample, by their hashes.
const PLACES: usize = 512;

/// The values of a sample, each with how it looks; of two that share a place the later stands behind.
struct Seen<'r> {
    /// The number of a value, from 1.
    places: [u8; PLACES],
    values: Vec<(&'r str, Looks)>,
}

const _: () = assert!(MAX_SAMPLES <= u8::MAX as usize && MAX_SAMPLES * 2 <= PLACES);

impl Default for Seen<'_> {
    fn default() -> Self {
        Self {
            places: [0; PLACES],
            values: Vec::new(),
        }
    }
}

impl<'r> Seen<'r> {
    /// How this value looks; only one that was not seen before is looked at.
    fn looks(&mut self, value: &'r str, look: impl FnOnce() -> Looks) -> Looks {
        let mut at = quick_hash(0, value) as usize % PLACES;
        while let Some(number) = usize::from(self.places[at]).checked_sub(1) {
            let (known, looks) = self.values[number];
            if known == value {
                return looks;
            }
            at = (at + 1) % PLACES;
        }
        let looks = look();
        self.values.push((value, looks));
        self.places[at] = self.values.len() as u8;
        looks
    }
}

#[test]
fn each_value_of_a_sample_is_looked_at_once() {
    let values: Vec<String> = (0..MAX_SAMPLES).map(|n| format!("value {n}")).collect();
    let (mut seen, mut n_looked) = (Seen::default(), 0);
    for round in 0..3 {
        for (bits, value) in (0..).zip(&values) {
            let looks = seen.looks(value, || {
                n_looked += 1;
                Looks {
                    bits,
                    ..Looks::default()
                }
            });
            assert_eq!(looks.bits, bits, "{round}");
        }
    }
    assert_eq!((n_looked, seen.values.len()), (MAX_SAMPLES, MAX_SAMPLES));
}

impl Looks {
    fn add(&mut self, which: usize, is: bool) {
        self.bits |= u32::from(is) << which;
    }

    /// Of a cell that is filled. Its words are looked up once, for whoever asks.
    fn of(
        cell: &str,
        wanted: Wanted,
        looked_up: &mut Vec<(Range<usize>, WordHash, Flags)>,
    ) -> Self {
        let mut looks = Self::default();
        let lexicon = lexicon();
        looked_up.clear();
        if wanted.meets(Wanted::OF_WORDS) {
            looked_up.extend(words(cell).map(|range| {
                let hash = WordHash::of(&cell[range.clone()]);
                (range, hash, lexicon.flags(hash))
            }));
        }
        let first_word = looked_up.first().map_or(0, |(.., flags)| *flags);
        let phrase = |end: usize| {
            let mut words = looked_up.iter().take_while(|(range, ..)| range.end <= end);
            let first = words.next()?;
            // Of one word the flags are known.
            let mut rest = words.peekable();
            if rest.peek().is_none() {
                return Some(first.2);
            }
            Some(lexicon.flags(rest.fold(first.1, |hash, word| hash.join(word.1))))
        };
        let n = n_digits(cell);
        let first_is_digit = cell.as_bytes()[0].is_ascii_digit();
        if wanted.has(EMAIL) {
            let is_email = cell.contains('@') && contact::parse_email(cell).is_some();
            looks.add(EMAIL, is_email);
        }
        if wanted.has(SEX) {
            let is_sex =
                cell.len() <= 12 && !first_is_digit && demographics::parse_sex(cell).is_some();
            looks.add(SEX, is_sex);
        }
        if n > 0 {
            looks.numbers(cell, n, wanted, first_word);
        } else {
            let parts = looked_up
                .iter()
                .filter(|(range, ..)| range.len() > 1)
                .fold(0, |all, (.., flags)| all | flags);
            let n_words = cell
                .split([' ', ','])
                .filter(|word| !word.is_empty())
                .count();
            looks.add(GIVEN_NAME, n_words <= 2 && parts & GIVEN != 0);
            looks.add(FAMILY_NAME, n_words <= 3 && parts & FAMILY != 0);
            looks.add(MANY_WORDS, n_words > 1);
            if wanted.has(WHOLE_NAME) {
                let is_name = (2..=5).contains(&n_words) && looks_like_a_name(cell);
                looks.add(WHOLE_NAME, is_name);
            }
            if wanted.has(CITY) {
                looks.add(CITY, phrase(cell.len()).unwrap_or(0) & PLACE != 0);
            }
            if wanted.has(PROVINCE) {
                let is_province = cell.len() <= 28
                    && (Jurisdiction::parse_province(cell).is_some() || region::is_us_state(cell));
                looks.add(PROVINCE, is_province);
            }
        }
        if !looked_up.is_empty() {
            let head_end = cell.find([',', '(', '-', ';']).unwrap_or(cell.len());
            let head = phrase(head_end).unwrap_or(0);
            looks.add(A_DRUG, (head | first_word) & DRUG != 0);
            looks.add(A_DIAGNOSIS, head & DIAGNOSIS != 0);
            looks.add(
                CLINICAL,
                (head | first_word) & (DRUG | DIAGNOSIS | PROCEDURE | ALLERGEN | TEST) != 0,
            );
        }
        looks
    }

    /// Of a cell with so many digits.
    fn numbers(&mut self, cell: &str, n: usize, wanted: Wanted, first_word: Flags) {
        if wanted.meets(looks(&[PHONE, BARE_PHONE])) {
            let phone = contact::scan_phone(cell).filter(|phone| phone.len == cell.len());
            self.add(
                PHONE,
                phone.as_ref().is_some_and(|phone| phone.is_formatted),
            );
            self.add(BARE_PHONE, phone.is_some());
        }
        if wanted.has(POSTAL) {
            let is_code = cell.len() <= 8 && address::format_postal_code(cell).is_some();
            self.add(POSTAL, is_code);
        }
        if wanted.has(DATE)
            && let Some(date) = date::parse(cell, Order::MonthFirst)
        {
            self.add(DATE, date.day != 0);
            self.year = Some(date.year);
            let mut parts = cell
                .split(['/', '-', '.', ' '])
                .filter_map(|part| part.parse::<u32>().ok());
            if let (Some(first), Some(second)) = (parts.next(), parts.next()) {
                self.day_first = (13..=31).contains(&first);
                self.month_first = first <= 12 && (13..=31).contains(&second);
            }
        }
        if wanted.has(STREET) {
            let is_term = first_word & CLINICAL_TERMS != 0 && first_word & PLACE == 0;
            let is_street = n < 12
                && cell.split_whitespace().count() > 1
                && cell.bytes().filter(u8::is_ascii_alphabetic).count() >= 3
                && !is_term
                && address::parse(cell).is_some_and(|address| !address.street.is_empty());
            self.add(STREET, is_street);
        }
        if wanted.has(RAMQ) {
            self.add(RAMQ, n == 8 && cell.len() >= 12 && numbers::is_ramq(cell));
        }
        if wanted.meets(looks(&[ONTARIO, BC, SIN, CARD])) {
            let is_number = cell
                .bytes()
                .all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-'))
                || n == 10 && cell.len() <= 15 && contact::parse_email(cell).is_none();
            let holds = |id: &str| {
                whose_identifiers::kind(id).is_some_and(|kind| (kind.parse)(cell).is_ok())
            };
            self.add(ONTARIO, is_number && n == 10 && holds("ca-on"));
            self.add(BC, is_number && n == 10 && holds("ca-bc"));
            self.add(SIN, is_number && n == 9 && holds("ca-sin"));
            self.add(CARD, is_number && n >= 13 && holds("payment-card"));
        }
        if wanted.has(PLAN) {
            let is_of_a_plan =
                (7..=12).contains(&n) && cell.len() <= 16 && numbers::is_of_a_plan(cell);
            self.add(PLAN, is_of_a_plan);
        }
        if wanted.has(ICD) {
            let is_code = clinical::icd10_len(cell) == Some(cell.len())
                || cell.len() >= 4
                    && !cell.as_bytes()[0].is_ascii_digit()
                    && clinical::is_diagnosis_code(cell);
            self.add(ICD, is_code);
        }
    }
}

impl Sample {
    /// Looks at the first filled cells of a column; at what stands in it again and again, once.
    ///
    /// Shares that are not wanted may be 0 or not, and of what is not looked at all it is only known whether it is empty.
    pub(crate) fn of(rows: &Rows, column: usize, wanted: Wanted) -> Self {
        let mut sample = Self::default();
        let mut seen = Seen::default();
        let mut counts = [0_u32; N_LOOKS];
        let mut looked_up = Vec::new();
        for row in 0..rows.len() {
            let cell = trimmed(rows.cell(row, column));
            if is_empty(cell) && demographics::parse_sex(cell).is_none() {
                continue;
            }
            sample.n += 1;
            if wanted == Wanted::NONE {
                return sample;
            }
            let looks = seen.looks(cell, || Looks::of(cell, wanted, &mut looked_up));
            let mut bits = looks.bits;
            while bits != 0 {
                counts[bits.trailing_zeros() as usize] += 1;
                bits &= bits - 1;
            }
            if let Some(year) = looks.year {
                let (least, most) = sample.years.unwrap_or((year, year));
                sample.years = Some((least.min(year), most.max(year)));
            }
            sample.day_first |= looks.day_first;
            sample.month_first |= looks.month_first;
            if sample.n == MAX_SAMPLES {
                break;
            }
        }
        sample.n_distinct = seen.values.len();
        let share = |which: usize| counts[which] as f32 / sample.n.max(1) as f32;
        Self {
            email: share(EMAIL),
            phone: share(PHONE),
            bare_phone: share(BARE_PHONE),
            postal: share(POSTAL),
            date: share(DATE),
            sex: share(SEX),
            given: share(GIVEN_NAME),
            family: share(FAMILY_NAME),
            whole_name: share(WHOLE_NAME),
            many_words: share(MANY_WORDS),
            street: share(STREET),
            city: share(CITY),
            province: share(PROVINCE),
            ramq: share(RAMQ),
            ontario: share(ONTARIO),
            bc: share(BC),
            plan: share(PLAN),
            sin: share(SIN),
            card: share(CARD),
            icd: share(ICD),
            drug: share(A_DRUG),
            diagnosis: share(A_DIAGNOSIS),
            clinical: share(CLINICAL),
            ..sample
        }
    }

    /// Forms that nothing else has, whatever the header says.
    pub(crate) fn speaks_for_itself(&self) -> bool {
        self.email >= 0.8
            || self.ramq >= 0.7
            || self.phone >= 0.9 && self.n >= 3
            || self.card >= 0.95 && self.n >= 5
            || self.ontario >= 0.95 && self.n >= 10
            || self.drug >= 0.6 && self.n >= 3
            || self.icd >= 0.9 && self.n >= 3
    }

    /// What the values say without a header. `None` when they could be anything.
    pub(crate) fn sense(&self) -> Option<Sense> {
        if self.n == 0 {
            return None;
        }
        let enough = self.n >= 5;
        let found = if self.email >= 0.8 {
            Sense::whole(DataElement::Email)
        } else if self.ramq >= 0.7 {
            Sense::number(DataElement::HealthNumber, "ca-qc")
        } else if self.postal >= 0.9 {
            Sense::part(DataElement::Address, Part::PostalCode)
        } else if self.card >= 0.9 {
            Sense::number(DataElement::PaymentCard, "payment-card")
        } else if self.ontario >= 0.85 && enough {
            Sense::number(DataElement::HealthNumber, "ca-on")
        } else if self.bc >= 0.85 && enough {
            Sense::number(DataElement::HealthNumber, "ca-bc")
        } else if self.is_of_plans() && enough {
            Sense::whole(DataElement::HealthNumber)
        } else if self.phone >= 0.8 {
            Sense::whole(DataElement::Phone)
        } else if self.sin >= 0.95 && self.n >= 8 {
            Sense::number(DataElement::SocialInsuranceNumber, "ca-sin")
        } else if self.date >= 0.9 {
            if self.looks_like_births() {
                Sense::whole(DataElement::BirthDate)
            } else {
                return None;
            }
        } else if self.icd >= 0.8 {
            Sense::part(DataElement::Diagnosis, Part::Code)
        } else if self.sex >= 0.95 && self.n_distinct <= 4 && enough {
            Sense::whole(DataElement::Sex)
        } else if self.province >= 0.9 {
            Sense::part(DataElement::Address, Part::Province)
        } else if self.street >= 0.6 {
            Sense::part(DataElement::Address, Part::Street)
        } else if self.drug >= 0.6 {
            Sense::whole(DataElement::Medication)
        } else if self.diagnosis >= 0.5 {
            Sense::whole(DataElement::Diagnosis)
        } else if self.whole_name >= 0.6 {
            Sense::whole(DataElement::Name)
        } else if self.city >= 0.7
            && self.n_distinct * 3 < self.n * 2 + 6
            && self.city >= self.family
        {
            Sense::part(DataElement::Address, Part::City)
        } else if self.given >= 0.7 && self.given >= self.family * 0.95 && self.many_words < 0.4 {
            Sense::part(DataElement::Name, Part::Given)
        } else if self.family >= 0.7 && self.many_words < 0.4 {
            Sense::part(DataElement::Name, Part::Family)
        } else {
            return None;
        };
        Some(found.weak())
    }

    /// People of several provinces: their numbers hold the check digits of more plans than chance makes.
    fn is_of_plans(&self) -> bool {
        self.plan >= 0.9
            && self.ontario.max(self.bc) + self.ramq >= 0.4
            && self.phone < 0.2
            && self.date < 0.1
    }

    fn looks_like_births(&self) -> bool {
        self.years.is_some_and(|(least, most)| {
            least >= 1890
                && if self.n >= 5 {
                    most - least >= 20 && least < 1990
                } else {
                    most < 2008
                }
        })
    }

    /// In which order the column writes its dates.
    pub(crate) fn order(&self, is_french: bool) -> Order {
        if (self.day_first || is_french) && !self.month_first {
            Order::DayFirst
        } else {
            Order::MonthFirst
        }
    }
}

/// Two to five words of which a given and a family name are known, and no word that is never a name.
pub(crate) fn looks_like_a_name(text: &str) -> bool {
    let mut given = false;
    let mut known = 0;
    let mut n = 0;
    for range in crate::text::words(text) {
        let word = &text[range];
        let flags = lexicon().look_up(word);
        if flags & crate::lexicon::NEVER_NAME != 0 && flags & (GIVEN | FAMILY) == 0 {
            return false;
        }
        n += 1;
        given |= flags & GIVEN != 0;
        known += usize::from(flags & (GIVEN | FAMILY) != 0 || word.len() == 1);
    }
    n >= 2 && given && known * 2 >= n
}
