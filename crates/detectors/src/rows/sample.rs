//! What a column's values look like: shares of the first rows that have a form or stand in a lexicon.

use whose_model::{DataElement, Jurisdiction, Rows};

use crate::{
    elements::{
        address, clinical, contact,
        date::{self, Order},
        demographics, name, numbers,
    },
    interpret::is_empty,
    lexicon::{ALLERGEN, DIAGNOSIS, DRUG, FAMILY, GIVEN, PLACE, PROCEDURE, TEST, lexicon},
    sense::{Part, Sense},
    text::{digits, n_digits},
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

impl Sample {
    /// Looks at the first filled cells of a column.
    pub(crate) fn of(rows: &Rows, column: usize) -> Self {
        let mut sample = Self::default();
        let mut distinct = std::collections::BTreeSet::new();
        let lexicon = lexicon();
        let kinds = ["ca-on", "ca-bc", "ca-sin", "payment-card"].map(whose_identifiers::kind);
        let holds =
            |at: usize, cell: &str| kinds[at].is_some_and(|kind| (kind.parse)(cell).is_ok());
        for row in 0..rows.len() {
            let cell = rows.cell(row, column).trim();
            if is_empty(cell) && demographics::parse_sex(cell).is_none() {
                continue;
            }
            sample.n += 1;
            distinct.insert(cell);
            let n = n_digits(cell);
            let add = |share: &mut f32, is: bool| *share += f32::from(u8::from(is));
            add(
                &mut sample.email,
                cell.contains('@') && contact::parse_email(cell).is_some(),
            );
            add(
                &mut sample.sex,
                cell.len() <= 12
                    && !cell.as_bytes()[0].is_ascii_digit()
                    && demographics::parse_sex(cell).is_some(),
            );
            if n > 0 {
                add(
                    &mut sample.phone,
                    contact::scan_phone(cell)
                        .is_some_and(|phone| phone.is_formatted && phone.len == cell.len()),
                );
                add(
                    &mut sample.postal,
                    cell.len() <= 8 && address::format_postal_code(cell).is_some(),
                );
                if let Some(date) = date::parse(cell, Order::MonthFirst) {
                    let is_day = date.day != 0;
                    add(&mut sample.date, is_day);
                    let (least, most) = sample.years.unwrap_or((date.year, date.year));
                    sample.years = Some((least.min(date.year), most.max(date.year)));
                    let parts: Vec<u32> = cell
                        .split(['/', '-', '.', ' '])
                        .filter_map(|part| part.parse().ok())
                        .take(2)
                        .collect();
                    if let [first, second] = parts[..] {
                        sample.day_first |= (13..=31).contains(&first);
                        sample.month_first |= first <= 12 && (13..=31).contains(&second);
                    }
                }
                add(
                    &mut sample.street,
                    n < 12
                        && cell.split_whitespace().count() > 1
                        && cell.bytes().filter(u8::is_ascii_alphabetic).count() >= 3
                        && !lexicon.is_term(cell)
                        && address::parse(cell).is_some_and(|address| !address.street.is_empty()),
                );
                add(
                    &mut sample.ramq,
                    n == 8 && cell.len() >= 12 && numbers::is_ramq(cell),
                );
                let bare = digits(cell);
                let is_number = cell
                    .bytes()
                    .all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-'))
                    || bare.len() == 10 && cell.len() <= 15 && contact::parse_email(cell).is_none();
                add(&mut sample.ontario, is_number && n == 10 && holds(0, cell));
                add(&mut sample.bc, is_number && n == 10 && holds(1, cell));
                add(&mut sample.sin, is_number && n == 9 && holds(2, cell));
                add(&mut sample.card, is_number && n >= 13 && holds(3, cell));
                add(
                    &mut sample.icd,
                    clinical::icd10_len(cell) == Some(cell.len())
                        || cell.len() >= 4
                            && !cell.as_bytes()[0].is_ascii_digit()
                            && clinical::is_diagnosis_code(cell),
                );
            } else {
                let flags = lexicon.look_up(cell);
                let parts = name::name_flags(cell);
                let n_words = cell
                    .split([' ', ','])
                    .filter(|word| !word.is_empty())
                    .count();
                add(&mut sample.given, n_words <= 2 && parts & GIVEN != 0);
                add(&mut sample.family, n_words <= 3 && parts & FAMILY != 0);
                add(&mut sample.many_words, n_words > 1);
                add(
                    &mut sample.whole_name,
                    (2..=5).contains(&n_words) && looks_like_a_name(cell),
                );
                add(&mut sample.city, flags & PLACE != 0);
                add(
                    &mut sample.province,
                    cell.len() <= 28
                        && (Jurisdiction::parse_province(cell).is_some()
                            || address::is_us_state(cell)),
                );
            }
            let folded_flags = lexicon.look_up(
                cell.split([',', '(', '-', ';'])
                    .next()
                    .unwrap_or(cell)
                    .trim_end_matches(|ch: char| !ch.is_alphabetic()),
            );
            let first_word = crate::text::words(cell)
                .next()
                .map_or(0, |range| lexicon.look_up(&cell[range]));
            add(&mut sample.drug, (folded_flags | first_word) & DRUG != 0);
            add(&mut sample.diagnosis, folded_flags & DIAGNOSIS != 0);
            add(
                &mut sample.clinical,
                (folded_flags | first_word) & (DRUG | DIAGNOSIS | PROCEDURE | ALLERGEN | TEST) != 0,
            );
            if sample.n == MAX_SAMPLES {
                break;
            }
        }
        sample.n_distinct = distinct.len();
        if sample.n > 0 {
            let n = sample.n as f32;
            for share in [
                &mut sample.email,
                &mut sample.phone,
                &mut sample.postal,
                &mut sample.date,
                &mut sample.sex,
                &mut sample.given,
                &mut sample.family,
                &mut sample.whole_name,
                &mut sample.many_words,
                &mut sample.street,
                &mut sample.city,
                &mut sample.province,
                &mut sample.ramq,
                &mut sample.ontario,
                &mut sample.bc,
                &mut sample.sin,
                &mut sample.card,
                &mut sample.icd,
                &mut sample.drug,
                &mut sample.diagnosis,
                &mut sample.clinical,
            ] {
                *share /= n;
            }
        }
        sample
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
