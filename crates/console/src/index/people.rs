//! People in, an index to search, filter and sort them; numbers of rows out.
//!
//! One text holds what people can be found by, folded (no accents, no
//! capitals, no separators), one line a person; sixteen bytes a person hold
//! what lists filter by. A million people are about 120 MB and a search is one
//! pass over the text. The index lives in memory only and is never written.

use std::collections::BTreeMap;

use memchr::memmem;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use whose_model::{AffectedIndividual, DataElement, Language, Phi, RepresentativeKind};

const FRENCH: u8 = 1;
const NO_ADDRESS: u8 = 2;
const NOTES: u8 = 4;
const MINOR: u8 = 8;
const ESTATE: u8 = 16;
const SUBSTITUTE: u8 = 32;
const OTHER_LANGUAGE: u8 = 64;
const ASK_FIRST: u8 = 128;

/// What the list filters by.
#[derive(Clone, Copy)]
struct Compact {
    elements: u64,
    n_exhibits: u32,
    place: u16,
    flags: u8,
}

/// In which order a list stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// By family name.
    #[default]
    Name,
    /// By id.
    Id,
    /// Those with most kinds of information first.
    Elements,
    /// Those in most exhibits first.
    Exhibits,
    /// By place of residence, then by name.
    Place,
}

impl Sort {
    /// Every order.
    pub(crate) const ALL: [Self; 5] = [
        Self::Name,
        Self::Id,
        Self::Elements,
        Self::Exhibits,
        Self::Place,
    ];

    /// The id used in addresses.
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Id => "id",
            Self::Elements => "elements",
            Self::Exhibits => "exhibits",
            Self::Place => "place",
        }
    }
}

/// Which people a list shows. Everything empty means all of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// Place of residence, by code; `unknown` for none.
    pub(crate) place: Option<String>,
    /// A kind of information.
    pub(crate) element: Option<DataElement>,
    /// Language of the letter; any that is neither English nor French stands for all of those.
    pub(crate) language: Option<Language>,
    /// `any`, or the id of a kind of representative.
    pub(crate) representative: Option<String>,
    /// Only those without a postal address.
    pub(crate) no_address: bool,
    /// Only those to whose home nothing goes before they were asked.
    pub(crate) ask_first: bool,
    /// Only those with notes.
    pub(crate) with_notes: bool,
    /// What was searched for.
    pub(crate) search: Option<Phi<String>>,
}

/// The people of a case, ready to be found.
pub(crate) struct PeopleIndex {
    rows: Vec<Compact>,
    places: Vec<String>,
    text: Phi<String>,
    /// Where each person's line begins in `text`.
    starts: Vec<u64>,
    orders: [Vec<u32>; 5],
    replaced: BTreeMap<String, u32>,
}

/// Gathers people one by one.
#[derive(Default)]
pub(crate) struct Builder {
    rows: Vec<Compact>,
    places: Vec<String>,
    text: String,
    starts: Vec<u64>,
    /// Where the part of each line that names are sorted by begins and ends.
    names: Vec<(u32, u32)>,
    replaced: BTreeMap<String, u32>,
}

impl Builder {
    /// Adds the person of the table's next row.
    pub(crate) fn push(&mut self, person: &AffectedIndividual) {
        let row = self.rows.len() as u32;
        self.starts.push(self.text.len() as u64);
        let begin = self.text.len();
        self.text.push_str(&person.id.0.to_lowercase());
        let name = |name: &whose_model::PersonName, text: &mut String| {
            for part in [&name.family, &name.given, &name.middle, &name.suffix] {
                if !part.is_empty() {
                    fold_into(part, text);
                    text.push(' ');
                }
            }
        };
        self.text.push('\t');
        let from = self.text.len() - begin;
        name(person.name.reveal(), &mut self.text);
        let to = self.text.len() - begin;
        self.names.push((from as u32, to as u32));
        for other in &person.other_names {
            self.text.push('\t');
            name(other.reveal(), &mut self.text);
        }
        for email in &person.emails {
            self.text.push('\t');
            self.text.push_str(&email.reveal().to_lowercase());
        }
        let numbers = person.health_numbers.iter().map(|one| &one.number);
        for number in numbers.chain(&person.phones).chain(&person.roster_id) {
            self.text.push('\t');
            compact_into(number.reveal(), &mut self.text);
        }
        self.text.push('\n');

        let code = person
            .residence
            .as_ref()
            .map_or("unknown", |residence| residence.jurisdiction.code());
        let place = match self.places.iter().position(|known| known == code) {
            Some(place) => place,
            None => {
                self.places.push(code.to_owned());
                self.places.len() - 1
            }
        };
        let kind = person.representative.as_ref().map(|one| one.kind);
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        self.rows.push(Compact {
            elements: person.elements.iter().fold(0, |bits, &one| bits | bit(one)),
            n_exhibits: u32::try_from(person.n_exhibits).unwrap_or(u32::MAX),
            place: u16::try_from(place).unwrap_or(u16::MAX),
            flags: flag(person.language == Language::Fr, FRENCH)
                | flag(
                    matches!(person.language, Language::Other(_)),
                    OTHER_LANGUAGE,
                )
                | flag(person.address.is_none(), NO_ADDRESS)
                | flag(!person.notes.is_empty(), NOTES)
                | flag(person.is_ask_first, ASK_FIRST)
                | kind.map_or(0, flag_of),
        });
        for old in &person.replaces {
            self.replaced.insert(old.0.to_lowercase(), row);
        }
    }

    /// Sorts what was gathered.
    pub(crate) fn finish(self) -> PeopleIndex {
        let Self {
            rows,
            places,
            text,
            starts,
            names,
            replaced,
        } = self;
        let line = |row: u32| line_of(&text, &starts, row as usize);
        let name = |row: u32| {
            let (from, to) = names.get(row as usize).copied().unwrap_or_default();
            line(row).get(from as usize..to as usize).unwrap_or("")
        };
        let all = || (0..rows.len() as u32).collect::<Vec<u32>>();
        let get = |row: u32| rows.get(row as usize);
        let mut by_name = all();
        by_name.sort_by(|&a, &b| {
            name(a)
                .is_empty()
                .cmp(&name(b).is_empty())
                .then_with(|| name(a).cmp(name(b)))
        });
        let mut by_id = all();
        by_id.sort_by(|&a, &b| line(a).cmp(line(b)));
        let mut by_elements = by_name.clone();
        by_elements.sort_by_key(|&row| {
            std::cmp::Reverse(get(row).map_or(0, |one| one.elements.count_ones()))
        });
        let mut by_exhibits = by_name.clone();
        by_exhibits.sort_by_key(|&row| std::cmp::Reverse(get(row).map_or(0, |one| one.n_exhibits)));
        let mut by_place = by_name.clone();
        by_place.sort_by_key(|&row| get(row).and_then(|one| places.get(usize::from(one.place))));
        PeopleIndex {
            orders: [by_name, by_id, by_elements, by_exhibits, by_place],
            text: Phi::new(text),
            rows,
            places,
            starts,
            replaced,
        }
    }
}

impl PeopleIndex {
    /// The codes of the places where people live, in order.
    pub(crate) fn places(&self) -> Vec<&str> {
        let mut places: Vec<&str> = self.places.iter().map(String::as_str).collect();
        places.sort_unstable();
        places
    }

    /// The row of the person with this id, or of the one who replaced it.
    pub(crate) fn row_of(&self, id: &str) -> Option<u32> {
        let id = id.trim().to_lowercase();
        let by_id = &self.orders[1];
        let text = self.text.reveal();
        let own = |row: u32| {
            line_of(text, &self.starts, row as usize)
                .split('\t')
                .next()
                .unwrap_or("")
        };
        // Lines are sorted with the tab that ends the id, which is below every letter of one.
        let found = by_id.binary_search_by(|&row| own(row).cmp(id.as_str()));
        match found {
            Ok(at) => by_id.get(at).copied(),
            Err(_) => self.replaced.get(&id).copied(),
        }
    }

    /// The rows of one page of a list, and how many there are in all.
    pub(crate) fn page(
        &self,
        filter: &Filter,
        sort: Sort,
        skip: usize,
        take: usize,
    ) -> (Vec<u32>, usize) {
        let found = filter
            .search
            .as_ref()
            .filter(|search| !search.reveal().trim().is_empty())
            .map(|search| self.search(search.reveal()));
        let keep = Keep::of(filter, &self.places);
        let order = Sort::ALL
            .iter()
            .position(|one| *one == sort)
            .and_then(|at| self.orders.get(at))
            .map_or(&[][..], Vec::as_slice);
        let mut page = Vec::with_capacity(take);
        let mut n = 0;
        for &row in order {
            let fits = found
                .as_ref()
                .is_none_or(|found| found.get(row as usize).copied().unwrap_or(false))
                && self
                    .rows
                    .get(row as usize)
                    .is_some_and(|one| keep.fits(one));
            if fits {
                if n >= skip && page.len() < take {
                    page.push(row);
                }
                n += 1;
            }
        }
        (page, n)
    }

    /// Which rows a search finds: all its words, or all of it as one number.
    fn search(&self, search: &str) -> Vec<bool> {
        let mut found = vec![false; self.rows.len()];
        let mut folded = String::new();
        fold_into(search, &mut folded);
        // An address is searched for as it is written; its dots and hyphens are no spaces.
        let mail = search.trim().to_lowercase();
        let mut words: Vec<&str> = if mail.contains('@') {
            mail.split_whitespace().collect()
        } else if mail.starts_with("p-") {
            vec![mail.as_str()]
        } else {
            folded.split_whitespace().collect()
        };
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        self.mark(&words, &mut found);
        let mut compact = String::new();
        compact_into(search, &mut compact);
        if compact.bytes().filter(u8::is_ascii_digit).count() >= 4 {
            self.mark(&[compact.as_str()], &mut found);
            // A telephone number with or without the country's 1.
            if let Some(rest) = compact.strip_prefix('1').filter(|rest| rest.len() == 10) {
                self.mark(&[rest], &mut found);
            }
        }
        found
    }

    /// Marks the rows whose line holds all of the words; the longest comes first.
    fn mark(&self, words: &[&str], found: &mut [bool]) {
        let Some((first, others)) = words.split_first() else {
            return;
        };
        let text = self.text.reveal();
        let finder = memmem::Finder::new(first.as_bytes());
        let (mut at, mut row) = (0, 0);
        while let Some(hit) = text.as_bytes().get(at..).and_then(|rest| finder.find(rest)) {
            let place = (at + hit) as u64;
            // Hits only go up: look ahead a little before halving what is left.
            row += self.starts.get(row..).map_or(0, |rest| {
                let near = rest
                    .iter()
                    .take(16)
                    .take_while(|&&start| start <= place)
                    .count();
                if near < 16 {
                    near
                } else {
                    rest.partition_point(|&start| start <= place)
                }
            });
            row = row.saturating_sub(1);
            let line = line_of(text, &self.starts, row);
            if others.iter().all(|word| line.contains(word))
                && let Some(mark) = found.get_mut(row)
            {
                *mark = true;
            }
            row += 1;
            at = self
                .starts
                .get(row)
                .map_or(text.len(), |&start| start as usize);
        }
    }
}

/// A filter as bits.
struct Keep {
    elements: u64,
    place: Option<u16>,
    set: u8,
    any: u8,
    clear: u8,
    nobody: bool,
}

impl Keep {
    fn of(filter: &Filter, places: &[String]) -> Self {
        let place = filter
            .place
            .as_ref()
            .map(|code| places.iter().position(|known| known == code));
        let mut keep = Self {
            elements: filter.element.map_or(0, bit),
            place: place.flatten().and_then(|at| u16::try_from(at).ok()),
            set: 0,
            any: 0,
            clear: 0,
            nobody: place == Some(None),
        };
        match filter.language {
            Some(Language::Fr) => keep.set |= FRENCH,
            Some(Language::En) => keep.clear |= FRENCH | OTHER_LANGUAGE,
            Some(Language::Other(_)) => keep.set |= OTHER_LANGUAGE,
            None => {}
        }
        keep.set |= if filter.no_address { NO_ADDRESS } else { 0 };
        keep.set |= if filter.ask_first { ASK_FIRST } else { 0 };
        keep.set |= if filter.with_notes { NOTES } else { 0 };
        keep.any = match filter.representative.as_deref() {
            None => 0,
            Some("parent-or-guardian") => MINOR,
            Some("estate") => ESTATE,
            Some("substitute-decision-maker") => SUBSTITUTE,
            Some(_) => MINOR | ESTATE | SUBSTITUTE,
        };
        keep
    }

    fn fits(&self, one: &Compact) -> bool {
        !self.nobody
            && one.elements & self.elements == self.elements
            && self.place.is_none_or(|place| place == one.place)
            && one.flags & self.set == self.set
            && one.flags & self.clear == 0
            && (self.any == 0 || one.flags & self.any != 0)
    }
}

fn bit(element: DataElement) -> u64 {
    1_u64.checked_shl(element as u32).unwrap_or(0)
}

const fn flag_of(kind: RepresentativeKind) -> u8 {
    match kind {
        RepresentativeKind::ParentOrGuardian => MINOR,
        RepresentativeKind::Estate => ESTATE,
        RepresentativeKind::SubstituteDecisionMaker => SUBSTITUTE,
    }
}

/// The line of a row, without its end.
fn line_of<'t>(text: &'t str, starts: &[u64], row: usize) -> &'t str {
    let Some(&start) = starts.get(row) else {
        return "";
    };
    let end = starts.get(row + 1).map_or(text.len(), |&end| end as usize);
    text.get(start as usize..end.saturating_sub(1))
        .unwrap_or("")
}

/// Lower case without accents; hyphens are spaces and apostrophes nothing.
fn fold_into(text: &str, out: &mut String) {
    for ch in text.nfd().filter(|ch| !is_combining_mark(*ch)) {
        match ch {
            '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '.' => {}
            'œ' | 'Œ' => out.push_str("oe"),
            'æ' | 'Æ' => out.push_str("ae"),
            'ø' | 'Ø' => out.push('o'),
            'ł' | 'Ł' => out.push('l'),
            'đ' | 'Đ' => out.push('d'),
            'ß' => out.push_str("ss"),
            ch if ch.is_alphanumeric() => out.extend(ch.to_lowercase()),
            _ => {
                if !out.ends_with([' ', '\t', '\n']) {
                    out.push(' ');
                }
            }
        }
    }
}

/// Letters and digits alone, lower case.
fn compact_into(text: &str, out: &mut String) {
    out.extend(
        text.chars()
            .filter(|ch| ch.is_alphanumeric())
            .flat_map(char::to_lowercase),
    );
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use whose_model::*;

    pub(crate) fn person(id: &str, given: &str, family: &str) -> AffectedIndividual {
        AffectedIndividual {
            name: Phi::new(PersonName {
                given: given.to_owned(),
                family: family.to_owned(),
                ..PersonName::default()
            }),
            n_exhibits: 1,
            elements: vec![DataElement::Name],
            ..AffectedIndividual::unknown(PersonId(id.to_owned()))
        }
    }

    fn index(people: &[AffectedIndividual]) -> PeopleIndex {
        let mut builder = Builder::default();
        people.iter().for_each(|person| builder.push(person));
        builder.finish()
    }

    fn found(index: &PeopleIndex, search: &str) -> Vec<u32> {
        let filter = Filter {
            search: Some(Phi::new(search.to_owned())),
            ..Filter::default()
        };
        index.page(&filter, Sort::Id, 0, 100).0
    }

    #[test]
    fn a_search_forgives_accents_capitals_and_separators() {
        let mut people = vec![
            person("P-AAAAAAAAAAAA", "Marie-Ève", "Tremblay"),
            person("P-BBBBBBBBBBBB", "Liam", "O’Brien"),
            person("P-CCCCCCCCCCCC", "Łukasz", "Nowak"),
        ];
        people[0].health_numbers.push(IssuedNumber {
            scheme: Scheme::new("ca-qc"),
            number: Phi::new("TREM80010112".to_owned()),
            holds: true,
        });
        people[1].phones.push(Phi::new("4165550199".to_owned()));
        people[2]
            .emails
            .push(Phi::new("l.nowak@example.org".to_owned()));
        let index = index(&people);
        assert_eq!(found(&index, "MARIE eve"), [0]);
        assert_eq!(found(&index, "tremblay marie"), [0]);
        assert_eq!(found(&index, "trem 8001 0112"), [0]);
        assert_eq!(found(&index, "obrien"), [1]);
        assert_eq!(found(&index, "O'Brien"), [1]);
        assert_eq!(found(&index, "+1 (416) 555-0199"), [1]);
        assert_eq!(found(&index, "0199"), [1]);
        assert_eq!(found(&index, "lukasz"), [2]);
        assert_eq!(found(&index, "L.Nowak@example"), [2]);
        assert_eq!(found(&index, "p-bbbb"), [1]);
        assert_eq!(found(&index, "marie nowak"), [] as [u32; 0]);
        assert_eq!(found(&index, "\n\t "), [0, 1, 2]);
    }

    #[test]
    fn filters_and_orders_leave_exactly_those_asked_for() {
        let mut people: Vec<_> = ["Zoé", "Ana", "Émile"]
            .iter()
            .enumerate()
            .map(|(n, given)| person(&format!("P-{n:012}"), given, "Roy"))
            .collect();
        people[0].language = Language::Fr;
        people[0].elements.push(DataElement::Diagnosis);
        people[1].residence = Some(Residence {
            jurisdiction: Jurisdiction::Ontario,
            basis: ResidenceBasis::Address,
        });
        people[2].representative = Some(Representative {
            kind: RepresentativeKind::Estate,
            name: None,
        });
        people[2].n_exhibits = 9;
        let index = index(&people);
        let page = |filter: Filter, sort| index.page(&filter, sort, 0, 10).0;
        assert_eq!(page(Filter::default(), Sort::Name), [1, 2, 0]);
        assert_eq!(page(Filter::default(), Sort::Exhibits)[0], 2);
        assert_eq!(
            page(
                Filter {
                    place: Some("ca-on".into()),
                    ..Filter::default()
                },
                Sort::Id
            ),
            [1]
        );
        assert_eq!(
            page(
                Filter {
                    place: Some("unknown".into()),
                    ..Filter::default()
                },
                Sort::Id
            ),
            [0, 2]
        );
        assert_eq!(
            page(
                Filter {
                    place: Some("us-ny".into()),
                    ..Filter::default()
                },
                Sort::Id
            ),
            [] as [u32; 0]
        );
        assert_eq!(
            page(
                Filter {
                    element: Some(DataElement::Diagnosis),
                    ..Filter::default()
                },
                Sort::Id
            ),
            [0]
        );
        assert_eq!(
            page(
                Filter {
                    language: Some(Language::En),
                    ..Filter::default()
                },
                Sort::Id
            ),
            [1, 2]
        );
        assert_eq!(
            page(
                Filter {
                    representative: Some("any".into()),
                    ..Filter::default()
                },
                Sort::Id
            ),
            [2]
        );
        assert_eq!(
            index.page(&Filter::default(), Sort::Name, 1, 1),
            (vec![2], 3)
        );
    }

    #[test]
    fn an_id_that_was_replaced_leads_to_the_one_that_replaced_it() {
        let mut people = vec![
            person("P-AAAAAAAAAAAA", "A", "B"),
            person("P-AAAAAAAAAAAB", "C", "D"),
        ];
        people[1].replaces.push(PersonId("P-OLD".to_owned()));
        let index = index(&people);
        assert_eq!(index.row_of("P-AAAAAAAAAAAB"), Some(1));
        assert_eq!(index.row_of("P-OLD"), Some(1));
        assert_eq!(index.row_of("P-NOBODY"), None);
    }

    #[test]
    #[ignore = "a measurement: run with --release --ignored --nocapture"]
    fn a_million_people_are_searched_in_time() {
        use std::time::Instant;
        let since = Instant::now();
        let mut builder = Builder::default();
        for n in 0..1_000_000_u64 {
            let mut one = person(
                &format!("P-{n:012}"),
                &format!("Given{:x}", n.wrapping_mul(2_654_435_761) % 4096),
                &format!("Family{:x}", n.wrapping_mul(40_503) % 65_536),
            );
            one.phones.push(Phi::new(format!(
                "{:010}",
                n.wrapping_mul(7_919) % 10_000_000_000
            )));
            one.emails.push(Phi::new(format!("p{n}@example.org")));
            one.elements = DataElement::ALL
                .iter()
                .copied()
                .filter(|&e| (n >> (e as u64 % 20)) & 1 == 1)
                .collect();
            builder.push(&one);
        }
        println!("gathered in {:?}", since.elapsed());
        let since = Instant::now();
        let index = builder.finish();
        println!(
            "sorted in {:?}; text {} MB",
            since.elapsed(),
            index.text.reveal().len() / 1_000_000
        );
        for search in [
            "family12",
            "given1f family2",
            "e",
            "0199",
            "p999999@example.org",
            "nobody at all",
            "p-000000999999",
        ] {
            let filter = Filter {
                search: Some(Phi::new(search.to_owned())),
                ..Filter::default()
            };
            let mut times: Vec<_> = (0..20)
                .map(|_| {
                    let since = Instant::now();
                    let (_, n) = index.page(&filter, Sort::Name, 0, 50);
                    (since.elapsed(), n)
                })
                .collect();
            times.sort();
            println!("{search:24} {:>8} found, p95 {:?}", times[0].1, times[18].0);
        }
        let filter = Filter {
            element: Some(DataElement::Diagnosis),
            ..Filter::default()
        };
        let since = Instant::now();
        let n = index.page(&filter, Sort::Place, 400_000, 50).1;
        println!("filter {n}: {:?}", since.elapsed());
    }
}
