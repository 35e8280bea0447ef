//! Who is in a mailing and in which order, and who is not and why.
//!
//! First letters, supplements and letters that go again differ only in whom
//! they are for. People in, letters in postal order out, large print and plain
//! envelopes apart, because a machine that folds takes them apart.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;
use whose_letters::LetterKind;
use whose_model::{AffectedIndividual, PersonId, PostalAddress};

use super::batch::short;
use super::{Batch, Choice, Format, Mail, Purpose, Route, SentLetter, order};
use crate::letters::Loaded;

/// Why somebody with a letter is not in a mailing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unmailed {
    /// Somebody asked to wait.
    Held,
    /// No address is known: reach them otherwise, or by public notice.
    NoAddress,
    /// They asked for e-mail and none is known.
    NoEmail,
    /// Their letter came back and there is no other address.
    SameAddress,
    /// No name is known.
    NoName,
    /// The roster or a file asks that nothing goes to the home, and the table of contacts does not say yet where it may go.
    AskFirst,
}

impl Unmailed {
    /// Its id in lists.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::NoAddress => "no-address",
            Self::NoEmail => "no-email",
            Self::SameAddress => "same-address-as-the-one-returned",
            Self::NoName => "no-name",
            Self::AskFirst => "ask-first",
        }
    }
}

/// A letter with the order in which it is printed.
pub(super) struct Item<'p> {
    pub(super) person: &'p AffectedIndividual,
    pub(super) kind: LetterKind,
    pub(super) route: Route,
    /// Large print and plain envelopes are handled apart.
    pub(super) lot: Lot,
    pub(super) order: (u8, String),
}

/// What a machine that folds handles in one go.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lot {
    Ordinary,
    PlainEnvelope,
    Large,
    LargePlainEnvelope,
    NotPrinted,
}

impl Lot {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "letters",
            Self::PlainEnvelope => "plain-envelope",
            Self::Large => "large-print",
            Self::LargePlainEnvelope => "large-print-plain-envelope",
            Self::NotPrinted => "",
        }
    }

    fn of(route: Route, choice: Option<&Choice>, is_ask_first: bool) -> Self {
        if route != Route::Post {
            return Self::NotPrinted;
        }
        let large = choice.is_some_and(|one| one.format == Format::LargePrint);
        let plain = is_ask_first || choice.is_some_and(|one| one.discreet);
        match (large, plain) {
            (false, false) => Self::Ordinary,
            (false, true) => Self::PlainEnvelope,
            (true, false) => Self::Large,
            (true, true) => Self::LargePlainEnvelope,
        }
    }
}

/// Who is in a mailing, in postal order lot by lot; and who is not, and why.
pub(super) fn choose<'p>(
    mail: &Mail,
    loaded: &'p Loaded,
    purpose: Purpose,
) -> (Vec<Item<'p>>, Vec<(PersonId, Unmailed)>) {
    // The last letter of each person; the last that was sent and did not come back; who waits for one.
    let mut last: BTreeMap<&PersonId, (&Batch, &SentLetter)> = BTreeMap::new();
    let mut told: BTreeMap<&PersonId, (Date, &SentLetter)> = BTreeMap::new();
    let mut waiting: BTreeSet<&PersonId> = BTreeSet::new();
    for batch in &mail.batches {
        for letter in &batch.letters {
            last.insert(&letter.person, (batch, letter));
            match &batch.sent {
                None => {
                    waiting.insert(&letter.person);
                }
                Some(sent) if !batch.returned.contains_key(&letter.person.0) => {
                    told.insert(&letter.person, (sent.on, letter));
                }
                Some(_) => {}
            }
        }
    }
    let came_back = |id: &PersonId| {
        let (batch, letter) = last.get(id)?;
        batch.returned.contains_key(&id.0).then_some(*letter)
    };
    let mut items = Vec::new();
    let mut not_mailed = Vec::new();
    for person in &loaded.people {
        let choice = mail.choices.get(&person.id.0);
        let kind = match purpose {
            Purpose::First if last.contains_key(&person.id) => continue,
            Purpose::First => LetterKind::First,
            _ if waiting.contains(&person.id) => continue,
            Purpose::Supplement => match told.get(&person.id) {
                Some((first_on, letter))
                    if person
                        .elements
                        .iter()
                        .any(|one| !letter.elements.contains(one)) =>
                {
                    LetterKind::Supplement {
                        first_on: *first_on,
                        known: letter.elements.clone(),
                    }
                }
                _ => continue,
            },
            Purpose::Again if came_back(&person.id).is_none() => continue,
            Purpose::Again => LetterKind::First,
        };
        let own = choice.and_then(|choice| choice.address.as_ref());
        let address = own.or(person.address.as_ref()).map(|one| one.reveal());
        let address =
            address.filter(|one| !one.street.trim().is_empty() || !one.city.trim().is_empty());
        let email = choice.and_then(|choice| choice.email.as_ref());
        let format = choice.map(|choice| choice.format).unwrap_or_default();
        let route = match format {
            Format::Letter | Format::LargePrint => Route::Post,
            Format::Email => Route::Email,
            Format::Text => Route::Text,
        };
        let from = came_back(&person.id).filter(|_| purpose == Purpose::Again);
        let why = if choice.is_some_and(|choice| choice.hold) {
            Some(Unmailed::Held)
        } else if person.name.reveal().family.trim().is_empty()
            && person.name.reveal().given.trim().is_empty()
        {
            Some(Unmailed::NoName)
        } else if person.is_ask_first && !mail.says_where(&person.id) {
            Some(Unmailed::AskFirst)
        } else if route == Route::Post && address.is_none() {
            Some(Unmailed::NoAddress)
        } else if route == Route::Email && email.is_none() {
            Some(Unmailed::NoEmail)
        } else if from.is_some_and(|letter| {
            let here = place(address, email.map(|email| email.reveal().as_str()));
            letter.address == here && letter.route == route
        }) {
            Some(Unmailed::SameAddress)
        } else {
            None
        };
        if let Some(why) = why {
            not_mailed.push((person.id.clone(), why));
            continue;
        }
        items.push(Item {
            person,
            kind,
            route,
            lot: Lot::of(route, choice, person.is_ask_first),
            order: address.map_or_else(|| (9, String::new()), order),
        });
    }
    items.sort_by(|a, b| (a.lot, &a.order, &a.person.id).cmp(&(b.lot, &b.order, &b.person.id)));
    (items, not_mailed)
}

/// Digest of where a letter goes.
pub(super) fn place(address: Option<&PostalAddress>, email: Option<&str>) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_derive_key("whose 2026 where a letter goes");
    let parts = address.map(|one| {
        [
            one.street.as_str(),
            one.city.as_str(),
            one.province.as_str(),
            one.postal_code.as_str(),
            one.country.as_str(),
        ]
    });
    for part in parts.into_iter().flatten().chain(email) {
        hasher.update(part.trim().to_lowercase().as_bytes());
        hasher.update(&[0]);
    }
    short(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use whose_model::{DataElement, Language, PersonName, Phi};

    use super::super::{Returned, Sent};
    use super::*;

    fn person(id: &str, code: &str, elements: &[DataElement]) -> AffectedIndividual {
        AffectedIndividual {
            name: Phi::new(PersonName {
                family: "Made-Up".to_owned(),
                ..PersonName::default()
            }),
            address: (!code.is_empty()).then(|| {
                Phi::new(PostalAddress {
                    street: "1 Elm St".to_owned(),
                    city: "Regina".to_owned(),
                    province: "SK".to_owned(),
                    postal_code: code.to_owned(),
                    country: String::new(),
                })
            }),
            n_exhibits: 1,
            elements: elements.to_vec(),
            ..AffectedIndividual::unknown(PersonId(id.to_owned()))
        }
    }

    fn sent(name: &str, of: &[&AffectedIndividual], returned: &[&str]) -> Batch {
        Batch {
            name: name.to_owned(),
            purpose: Purpose::First,
            dated: date(2026, 5, 1),
            letters: of
                .iter()
                .map(|person| SentLetter {
                    person: person.id.clone(),
                    route: Route::Post,
                    language: Language::En,
                    elements: person.elements.clone(),
                    words: [0; 16],
                    address: place(person.address.as_ref().map(|one| one.reveal()), None),
                    problems: Vec::new(),
                })
                .collect(),
            lacks: None,
            approvals: Vec::new(),
            printed: None,
            sent: Some(Sent {
                on: date(2026, 5, 4),
                by: "A".to_owned(),
                proof: "receipt".to_owned(),
                proof_digest: None,
            }),
            returned: returned
                .iter()
                .map(|id| {
                    let back = Returned {
                        on: date(2026, 5, 20),
                        why: "moved".to_owned(),
                    };
                    ((*id).to_owned(), back)
                })
                .collect(),
        }
    }

    fn chosen(
        mail: &Mail,
        people: Vec<AffectedIndividual>,
        purpose: Purpose,
    ) -> (Vec<String>, Vec<(String, Unmailed)>, Vec<LetterKind>) {
        let loaded = Loaded {
            people,
            obligations: BTreeMap::new(),
            notes: BTreeMap::new(),
        };
        let (items, not) = choose(mail, &loaded, purpose);
        (
            items.iter().map(|item| item.person.id.0.clone()).collect(),
            not.into_iter().map(|(id, why)| (id.0, why)).collect(),
            items.into_iter().map(|item| item.kind).collect(),
        )
    }

    #[test]
    fn first_letters_go_in_postal_order_to_those_who_have_none_and_an_address() {
        let one = person("P-1", "S4P 3Y2", &[DataElement::Name]);
        let mail = Mail {
            batches: vec![sent("may", &[&one], &[])],
            ..Mail::default()
        };
        let people = vec![
            one,
            person("P-2", "S7K 1A1", &[DataElement::Name]),
            person("P-3", "S0A 0A1", &[DataElement::Name]),
            person("P-4", "", &[DataElement::Name]),
        ];
        let (to, not, _) = chosen(&mail, people, Purpose::First);
        assert_eq!(to, ["P-3", "P-2"]);
        assert_eq!(not, [("P-4".to_owned(), Unmailed::NoAddress)]);
    }

    #[test]
    fn nothing_goes_home_to_who_must_be_asked_first_until_the_table_says_where() {
        let ask = |id: &str| AffectedIndividual {
            is_ask_first: true,
            ..person(id, "S4P 3Y2", &[DataElement::Name])
        };
        let people = vec![ask("P-1"), ask("P-2"), ask("P-3"), ask("P-4")];
        let table = "person_id,format,email,language,street,city,province,postal_code\n\
                     P-2,,,,2 Safe Road,Regina,SK,S4P 3Y3\n\
                     P-3,email,safe@example.ca,,,,,\n\
                     P-4,large-print,,fr,,,,\n";
        let mail = Mail {
            choices: crate::mail::parse(table.as_bytes()).unwrap(),
            ..Mail::default()
        };
        let (mut to, not, _) = chosen(&mail, people, Purpose::First);
        to.sort();
        assert_eq!(to, ["P-2", "P-3"]);
        assert_eq!(
            not,
            [
                ("P-1".to_owned(), Unmailed::AskFirst),
                ("P-4".to_owned(), Unmailed::AskFirst)
            ]
        );
    }

    #[test]
    fn a_supplement_goes_to_those_of_whom_more_was_found_since_a_letter_that_arrived() {
        let before = person("P-1", "S4P 3Y2", &[DataElement::Name]);
        let same = person("P-2", "S4P 3Y2", &[DataElement::Name]);
        let back = person("P-3", "S4P 3Y2", &[DataElement::Name]);
        let mail = Mail {
            batches: vec![sent("may", &[&before, &same, &back], &["P-3"])],
            ..Mail::default()
        };
        let more = [DataElement::Name, DataElement::SocialInsuranceNumber];
        let people = vec![
            person("P-1", "S4P 3Y2", &more),
            same,
            person("P-3", "S4P 3Y2", &more),
        ];
        let (to, _, kinds) = chosen(&mail, people, Purpose::Supplement);
        assert_eq!(to, ["P-1"]);
        assert_eq!(
            kinds,
            [LetterKind::Supplement {
                first_on: date(2026, 5, 4),
                known: vec![DataElement::Name]
            }]
        );
    }

    #[test]
    fn a_letter_that_came_back_goes_again_only_to_another_place() {
        let same = person("P-1", "S4P 3Y2", &[DataElement::Name]);
        let moved = person("P-2", "S4P 3Y2", &[DataElement::Name]);
        let mail = Mail {
            batches: vec![sent("may", &[&same, &moved], &["P-1", "P-2"])],
            ..Mail::default()
        };
        let people = vec![same, person("P-2", "S7K 1A1", &[DataElement::Name])];
        let (to, not, _) = chosen(&mail, people, Purpose::Again);
        assert_eq!(to, ["P-2"]);
        assert_eq!(not, [("P-1".to_owned(), Unmailed::SameAddress)]);
    }
}
