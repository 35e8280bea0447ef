//! Records in, distinct contents as numbers out: about a hundred bytes each.
//!
//! A pile holds the same row many times over: exports of exports, attachments
//! of attachments. Records that say exactly the same are one *node*, compared
//! once; whether they are one person's is still asked. Rows of the roster are
//! never put together.

use std::ops::Range;

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use whose_model::{IssuedNumber, PersonRecord, Role, Sex, Standard};

use crate::{
    address::{self, Address},
    names::{self, Name},
    record::Quebec,
    strings::{Strings, Sym, hash, mix},
};

/// Which numbers are compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub(crate) enum NumberKind {
    Health,
    Life,
    Chart,
}

/// A number in numbers.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Number {
    pub(crate) scheme: Sym,
    pub(crate) number: Sym,
    pub(crate) kind: NumberKind,
    pub(crate) holds: bool,
    /// The scheme is not known, so that it may be any.
    pub(crate) any_scheme: bool,
}

/// A birth date; month and day are 0 when not known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(crate) struct Birth {
    pub(crate) year: i16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

impl Birth {
    /// Day and month are given and possible.
    pub(crate) fn is_full(self) -> bool {
        (1..=12).contains(&self.month)
            && (1..=31).contains(&self.day)
            && (1850..=2100).contains(&self.year)
    }

    pub(crate) fn code(self) -> u32 {
        (self.year as u16 as u32) << 16 | u32::from(self.month) << 8 | u32::from(self.day)
    }

    /// A date that stands for "not known" in many systems.
    fn is_default(self) -> bool {
        self.year <= 1
            || self.year >= 9999
            || matches!(
                (self.year, self.month, self.day),
                (1800 | 1850 | 1899 | 1900 | 1901, 0 | 1, 0 | 1)
                    | (1899, 12, 30 | 31)
                    | (1111, 11, 11)
                    | (2222, 22, 22)
            )
    }
}

/// In which world a record stands; records of different worlds are not one person's by name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub(crate) enum World {
    /// Patients, relatives, and whoever's role is not told.
    People,
    /// Clinicians and staff.
    Professionals,
    /// Not persons.
    Organisations,
}

impl World {
    /// The world of a role.
    pub(crate) const fn of(role: Role) -> Self {
        match role {
            Role::Patient | Role::Relative | Role::Unknown => Self::People,
            Role::Clinician | Role::Staff => Self::Professionals,
            Role::Organisation => Self::Organisations,
        }
    }
}

/// What every node has.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Head {
    /// Of the content, and of the id for a roster row: the order in which nodes are worked on.
    pub(crate) order: u128,
    pub(crate) world: World,
    pub(crate) is_roster: bool,
    /// 0 unknown, 1 female, 2 male.
    pub(crate) sex: u8,
}

/// Names, births, numbers, phones, emails, addresses.
const N_LISTS: usize = 6;

/// All distinct contents, and which record has which.
pub(crate) struct Nodes {
    pub(crate) heads: Vec<Head>,
    names: Vec<Name>,
    births: Vec<Birth>,
    numbers: Vec<Number>,
    phones: Vec<Sym>,
    emails: Vec<Sym>,
    addresses: Vec<Address>,
    /// For each node where its values end in the six lists above: one look-up in memory instead of six.
    ends: Vec<[u32; N_LISTS]>,
    /// Folded names.
    pub(crate) name_strings: Strings,
    /// Everything else; the first letter tells the kind.
    pub(crate) strings: Strings,
    /// For each record the node, or `UNLINKABLE`.
    pub(crate) node_of: Vec<u32>,
    /// For each record a hash of its id: orders records of one node.
    pub(crate) id_of: Vec<u64>,
    table: HashTable<u32>,
}

/// Where the values of a node stand in one of the lists.
fn span(ends: &[[u32; N_LISTS]], node: u32, list: usize) -> Range<usize> {
    let node = node as usize;
    let start = match node {
        0 => 0,
        node => ends[node - 1][list],
    };
    start as usize..ends[node][list] as usize
}

/// Marks a record without anything identifying.
pub(crate) const UNLINKABLE: u32 = u32::MAX;

/// At most this many values of a kind are kept from one record; more come from a faulty reading.
const MOST_VALUES: usize = 6;

impl Nodes {
    pub(crate) fn new() -> Self {
        Self {
            heads: Vec::new(),
            names: Vec::new(),
            births: Vec::new(),
            numbers: Vec::new(),
            phones: Vec::new(),
            emails: Vec::new(),
            addresses: Vec::new(),
            ends: Vec::new(),
            name_strings: Strings::new(),
            strings: Strings::new(),
            node_of: Vec::new(),
            id_of: Vec::new(),
            table: HashTable::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.heads.len()
    }

    fn end_node(&mut self) {
        self.ends.push([
            self.names.len() as u32,
            self.births.len() as u32,
            self.numbers.len() as u32,
            self.phones.len() as u32,
            self.emails.len() as u32,
            self.addresses.len() as u32,
        ]);
    }

    fn span(&self, node: u32, list: usize) -> Range<usize> {
        span(&self.ends, node, list)
    }

    /// About how much memory this takes.
    pub(crate) fn bytes(&self) -> u64 {
        let sum = size_of_val(self.heads.as_slice())
            + size_of_val(self.names.as_slice())
            + size_of_val(self.births.as_slice())
            + size_of_val(self.numbers.as_slice())
            + size_of_val(self.phones.as_slice())
            + size_of_val(self.emails.as_slice())
            + size_of_val(self.addresses.as_slice())
            + size_of_val(self.ends.as_slice())
            + size_of_val(self.node_of.as_slice())
            + size_of_val(self.id_of.as_slice())
            + self.name_strings.bytes()
            + self.strings.bytes();
        sum as u64
    }

    pub(crate) fn names(&self, node: u32) -> &[Name] {
        &self.names[self.span(node, 0)]
    }

    pub(crate) fn births(&self, node: u32) -> &[Birth] {
        &self.births[self.span(node, 1)]
    }

    pub(crate) fn numbers(&self, node: u32) -> &[Number] {
        &self.numbers[self.span(node, 2)]
    }

    pub(crate) fn phones(&self, node: u32) -> &[Sym] {
        &self.phones[self.span(node, 3)]
    }

    pub(crate) fn emails(&self, node: u32) -> &[Sym] {
        &self.emails[self.span(node, 4)]
    }

    pub(crate) fn addresses(&self, node: u32) -> &[Address] {
        &self.addresses[self.span(node, 5)]
    }

    /// Gives back what only `push` needs.
    pub(crate) fn freeze(&mut self) {
        self.table = HashTable::new();
        self.name_strings.freeze();
        self.strings.freeze();
    }

    /// Puts the nodes in an order made from their contents, which no order of pushing changes.
    ///
    /// Nodes of one family name and date stand together, because they are
    /// compared with each other: neighbours in memory are read fast.
    pub(crate) fn sort(&mut self) {
        let near = |node: u32| {
            let family = self.names(node).first().map_or(0, |name| {
                let text = self.name_strings.get(name.family);
                if text.is_empty() {
                    0
                } else {
                    hash(text.as_bytes())
                }
            });
            (
                family,
                self.births(node).first().map_or(0, |birth| birth.code()),
            )
        };
        let mut order: Vec<((u64, u32), u128, u32)> = (0..self.heads.len() as u32)
            .map(|node| (near(node), self.heads[node as usize].order, node))
            .collect();
        order.sort_unstable();
        let order: Vec<u32> = order.into_iter().map(|(.., node)| node).collect();
        // One list after the other, so that only one of them stands twice in memory.
        fn arranged<T: Copy>(list: &mut Vec<T>, spans: impl Iterator<Item = Range<usize>>) {
            let mut sorted = Vec::with_capacity(list.len());
            for span in spans {
                sorted.extend_from_slice(&list[span]);
            }
            *list = sorted;
        }
        let ends = std::mem::take(&mut self.ends);
        let spans = |at: usize| {
            let ends = &ends;
            order.iter().map(move |node| span(ends, *node, at))
        };
        arranged(&mut self.names, spans(0));
        arranged(&mut self.births, spans(1));
        arranged(&mut self.numbers, spans(2));
        arranged(&mut self.phones, spans(3));
        arranged(&mut self.emails, spans(4));
        arranged(&mut self.addresses, spans(5));
        let mut sum = [0_u32; N_LISTS];
        self.ends = order
            .iter()
            .map(|node| {
                for (at, sum) in sum.iter_mut().enumerate() {
                    *sum += span(&ends, *node, at).len() as u32;
                }
                sum
            })
            .collect();
        drop(ends);
        arranged(
            &mut self.heads,
            order.iter().map(|node| *node as usize..*node as usize + 1),
        );
        let mut place = vec![0_u32; order.len()];
        for (new, old) in (0_u32..).zip(&order) {
            place[*old as usize] = new;
        }
        for node in &mut self.node_of {
            if let Some(new) = place.get(*node as usize) {
                *node = *new;
            }
        }
    }

    /// The records of each node, in the order of their ids, back to back, with one more end than nodes.
    pub(crate) fn records(&self) -> (Vec<u32>, Vec<u32>) {
        let linkable = || {
            (0_u32..)
                .zip(&self.node_of)
                .filter(|(_, node)| **node != UNLINKABLE)
        };
        let mut ends = vec![0_u32; self.len() + 1];
        for (_, node) in linkable() {
            ends[*node as usize + 1] += 1;
        }
        for node in 0..self.len() {
            ends[node + 1] += ends[node];
        }
        let mut next = ends.clone();
        let mut records = vec![0_u32; ends[self.len()] as usize];
        for (record, node) in linkable() {
            let at = &mut next[*node as usize];
            records[*at as usize] = record;
            *at += 1;
        }
        for node in 0..self.len() {
            records[ends[node] as usize..ends[node + 1] as usize]
                .sort_unstable_by_key(|record| (self.id_of[*record as usize], *record));
        }
        (records, ends)
    }

    pub(crate) fn push(&mut self, record: &PersonRecord) {
        let id = mix(hash(&record.id.exhibit), record.id.subject);
        let mut order = Content(1, 2);
        let world = World::of(record.role);
        order.add(0, &[world as u8]);
        let is_roster = record.standard == Standard::Roster;
        if is_roster {
            order.add(1, &id.to_le_bytes());
        }

        let mut names: Vec<Name> = Vec::new();
        for name in record.names.iter().take(MOST_VALUES) {
            let (given, middle, family, suffix, is_newborn) = names::parts(name.reveal());
            if given.is_empty() && family.is_empty() {
                continue;
            }
            order.add(2, given.as_bytes());
            order.add(3, middle.as_bytes());
            order.add(4, family.as_bytes());
            order.add(5, &[suffix, u8::from(is_newborn)]);
            let name = Name {
                given: self.name_strings.intern(&given),
                middle: self.name_strings.intern(&middle),
                family: self.name_strings.intern(&family),
                suffix,
                is_newborn,
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let mut births: Vec<Birth> = Vec::new();
        for date in record.birth_dates.iter().take(MOST_VALUES) {
            let date = *date.reveal();
            let birth = Birth {
                year: date.year,
                month: date.month,
                day: date.day,
            };
            if !birth.is_default() && !births.contains(&birth) {
                order.add(6, &birth.code().to_le_bytes());
                births.push(birth);
            }
        }
        let sex = match record.sex.as_ref().map(whose_model::Phi::reveal) {
            Some(Sex::Female) => 1,
            Some(Sex::Male) => 2,
            // `Other` is as often "not asked" as an answer.
            Some(Sex::Other) | None => 0,
        };
        order.add(7, &[sex]);
        let mut numbers: Vec<Number> = Vec::new();
        for (issued, is_health) in record
            .health_numbers
            .iter()
            .take(MOST_VALUES)
            .map(|issued| (issued, true))
            .chain(
                record
                    .numbers
                    .iter()
                    .take(MOST_VALUES)
                    .map(|issued| (issued, false)),
            )
        {
            if let Some((number, text)) = self.number(issued, is_health)
                && numbers
                    .iter()
                    .all(|other| other.number != number.number || other.scheme != number.scheme)
            {
                order.add(8, text.as_bytes());
                order.add(9, issued.scheme.id().as_bytes());
                order.add(10, &[u8::from(number.holds)]);
                numbers.push(number);
            }
        }
        // Where nothing else says it, a Quebec number says the birth date but for the century, and the sex.
        // A newborn stands under the mother's.
        let is_newborn = names.iter().any(|name| name.is_newborn);
        let quebec = record
            .health_numbers
            .iter()
            .filter(|_| !is_newborn)
            .filter(|issued| matches!(issued.scheme.id(), "ca-qc" | "health-number"))
            .find_map(|issued| Quebec::read(issued.number.reveal()));
        let mut sex = sex;
        if let Some(quebec) = quebec {
            if births.is_empty() {
                for year in quebec.years() {
                    births.push(Birth {
                        year,
                        month: quebec.month,
                        day: quebec.day,
                    });
                }
            }
            if sex == 0 {
                sex = if quebec.sex == Sex::Female { 1 } else { 2 };
            }
        }
        let mut phones: Vec<Sym> = Vec::new();
        for phone in record.phones.iter().take(MOST_VALUES) {
            if let Some(text) = phone_text(phone.reveal()) {
                order.add(11, text.as_bytes());
                let phone = self.strings.intern(&text);
                if !phones.contains(&phone) {
                    phones.push(phone);
                }
            }
        }
        let mut emails: Vec<Sym> = Vec::new();
        for email in record.emails.iter().take(MOST_VALUES) {
            if let Some(text) = email_text(email.reveal()) {
                order.add(12, text.as_bytes());
                let email = self.strings.intern(&text);
                if !emails.contains(&email) {
                    emails.push(email);
                }
            }
        }
        let mut addresses: Vec<Address> = Vec::new();
        for address in record.addresses.iter().take(MOST_VALUES) {
            let parts = address::parts(address.reveal());
            if parts.is_empty() {
                continue;
            }
            for text in parts.texts() {
                order.add(13, text.as_bytes());
            }
            let address = parts.intern(&mut self.strings);
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }

        if names.is_empty() && numbers.is_empty() && phones.is_empty() && emails.is_empty() {
            self.node_of.push(UNLINKABLE);
            self.id_of.push(id);
            return;
        }
        let order = order.value();
        let hashed = order as u64;
        let found = self.table.find(hashed, |node| {
            self.heads
                .get(*node as usize)
                .is_some_and(|head| head.order == order)
        });
        let node = match found {
            Some(node) => *node,
            None => {
                let node = self.heads.len() as u32;
                self.heads.push(Head {
                    order,
                    world,
                    is_roster,
                    sex,
                });
                self.names.extend_from_slice(&names);
                self.births.extend_from_slice(&births);
                self.numbers.extend_from_slice(&numbers);
                self.phones.extend_from_slice(&phones);
                self.emails.extend_from_slice(&emails);
                self.addresses.extend_from_slice(&addresses);
                self.end_node();
                let heads = &self.heads;
                self.table.insert_unique(hashed, node, |node| {
                    heads
                        .get(*node as usize)
                        .map_or(0, |head| head.order as u64)
                });
                node
            }
        };
        self.node_of.push(node);
        self.id_of.push(id);
    }

    fn number(&mut self, issued: &IssuedNumber, is_health: bool) -> Option<(Number, String)> {
        let scheme = issued.scheme.id();
        let mut text: String = issued
            .number
            .reveal()
            .chars()
            .filter(|ch| ch.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect();
        let any_scheme = is_health && scheme == "health-number";
        if scheme == "ca-on" || any_scheme {
            strip_version(&mut text);
        }
        let first = text.chars().next()?;
        // 0000000000 and 9999999999 are typed to get past a form.
        if text.len() < 2 || text.chars().all(|ch| ch == first) {
            return None;
        }
        let kind = if is_health {
            NumberKind::Health
        } else if is_for_life(scheme) {
            NumberKind::Life
        } else {
            NumberKind::Chart
        };
        let keyed = if is_health {
            format!("h{text}")
        } else {
            format!("n{scheme} {text}")
        };
        let number = Number {
            scheme: self.strings.intern(&format!("k{scheme}")),
            number: self.strings.intern(&keyed),
            kind,
            holds: issued.holds,
            any_scheme,
        };
        Some((number, text))
    }
}

/// All that comparing reads, in the order of the fields. Which record is which node stays where the records are.
type Sent<'a> = (
    &'a [Head],
    &'a [Name],
    &'a [Birth],
    &'a [Number],
    &'a [Sym],
    &'a [Sym],
    &'a [Address],
    &'a [[u32; N_LISTS]],
    &'a Strings,
    &'a Strings,
);

impl Serialize for Nodes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sent: Sent<'_> = (
            &self.heads,
            &self.names,
            &self.births,
            &self.numbers,
            &self.phones,
            &self.emails,
            &self.addresses,
            &self.ends,
            &self.name_strings,
            &self.strings,
        );
        sent.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Nodes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (heads, names, births, numbers, phones, emails, addresses, ends, name_strings, strings) =
            Deserialize::deserialize(deserializer)?;
        let nodes = Self {
            heads,
            names,
            births,
            numbers,
            phones,
            emails,
            addresses,
            ends,
            name_strings,
            strings,
            ..Self::new()
        };
        if !nodes.is_whole() {
            return Err(serde::de::Error::custom("the records are not whole"));
        }
        Ok(nodes)
    }
}

impl Nodes {
    /// Whether every number in it points at something.
    fn is_whole(&self) -> bool {
        let lens = [
            self.names.len(),
            self.births.len(),
            self.numbers.len(),
            self.phones.len(),
            self.emails.len(),
            self.addresses.len(),
        ];
        let in_order = |list: usize| {
            self.ends.is_sorted_by_key(|ends| ends[list])
                && self
                    .ends
                    .last()
                    .is_none_or(|ends| ends[list] as usize == lens[list])
        };
        let (n_names, n_strings) = (self.name_strings.len(), self.strings.len());
        let mut of_names = self
            .names
            .iter()
            .flat_map(|name| [name.given, name.middle, name.family]);
        let mut of_strings = self
            .numbers
            .iter()
            .flat_map(|number| [number.scheme, number.number])
            .chain(self.phones.iter().copied())
            .chain(self.emails.iter().copied())
            .chain(self.addresses.iter().flat_map(|address| address.syms()));
        self.ends.len() == self.heads.len()
            && (0..lens.len()).all(in_order)
            && of_names.all(|sym| (sym as usize) < n_names)
            && of_strings.all(|sym| (sym as usize) < n_strings)
    }
}

/// Takes the version of an Ontario card away: it changes, the number does not.
fn strip_version(text: &mut String) {
    if text.len() > 10
        && text.is_char_boundary(10)
        && let (number, version) = text.split_at(10)
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'O' | b'I' | b'L' | b'S' | b'B'))
        && number.bytes().filter(u8::is_ascii_digit).count() >= 8
        && version.len() <= 2
        && version.bytes().all(|byte| byte.is_ascii_alphabetic())
    {
        text.truncate(10);
    }
}

/// Numbers of which one has one for life, so that two of them speak for two people.
fn is_for_life(scheme: &str) -> bool {
    [
        "sin",
        "ssn",
        "social-insurance-number",
        "uci",
        "itin",
        "sns",
        "nino",
    ]
    .iter()
    .any(|word| {
        scheme == *word
            || scheme
                .strip_suffix(word)
                .is_some_and(|rest| rest.ends_with('-'))
    }) || scheme.contains("licence")
        || scheme.contains("license")
        || scheme.contains("-dl-")
        || scheme.ends_with("-dl")
}

fn phone_text(phone: &str) -> Option<String> {
    let mut digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if digits.len() == 11 && digits.starts_with('1') {
        digits.remove(0);
    }
    let first = digits.chars().next()?;
    if digits.len() < 7 || digits.chars().all(|ch| ch == first) {
        return None;
    }
    digits.insert(0, 'p');
    Some(digits)
}

fn email_text(email: &str) -> Option<String> {
    let email = email.trim().to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let local = local.split('+').next().unwrap_or(local);
    let is_nobody = matches!(
        local,
        "" | "none"
            | "noemail"
            | "no-email"
            | "noreply"
            | "no-reply"
            | "na"
            | "n/a"
            | "unknown"
            | "test"
            | "aucun"
    );
    (!is_nobody && !domain.is_empty()).then(|| format!("e{local}@{domain}"))
}

/// Two independent hashes of everything a record says.
struct Content(u64, u64);

impl Content {
    fn add(&mut self, kind: u64, bytes: &[u8]) {
        let hashed = hash(bytes);
        self.0 = mix(self.0 ^ kind, hashed);
        self.1 = mix(
            self.1.wrapping_add(kind),
            hashed.rotate_left(17) ^ bytes.len() as u64,
        );
    }

    fn value(&self) -> u128 {
        u128::from(self.0) << 64 | u128::from(self.1)
    }
}
