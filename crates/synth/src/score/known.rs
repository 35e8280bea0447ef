//! The truth as the scorer holds it: sorted tables of hashes, so that a million people fit in memory.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use whose_model::DataElement;

use crate::{
    SynthError,
    ledger::{Note, Spot, element_bit, io},
    numbers::fold,
    truth::TruePerson,
};

/// What a person is in the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    Patient,
    Relative,
    Clinician,
}

/// A person in an exhibit.
pub(crate) struct Unit {
    pub(crate) exhibit: u32,
    pub(crate) person: u32,
    pub(crate) standing: Standing,
    pub(crate) elements: u64,
    pub(crate) may: u64,
}

/// A text, or a row, that stands in an exhibit for a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: u64,
    unit: u32,
    element: u8,
}

/// Everything under `truth/`.
pub(crate) struct Truth {
    /// True people; further persons (relatives, clinicians) have higher numbers.
    pub(crate) n_people: u32,
    pub(crate) n_clinicians: u64,
    pub(crate) household: Vec<u64>,
    pub(crate) twin: Vec<bool>,
    pub(crate) namesake: Vec<bool>,
    pub(crate) duties: Vec<u16>,
    pub(crate) duty_sets: Vec<(Vec<String>, Vec<String>)>,
    pub(crate) units: Vec<Unit>,
    entries: Vec<Entry>,
    rows: Vec<Entry>,
    exhibit_ids: HashMap<String, u32>,
    pub(crate) patients_of: Vec<(u32, u32)>,
    pub(crate) readable: BTreeMap<String, bool>,
    pub(crate) causes: BTreeMap<String, String>,
    copies: HashMap<String, String>,
}

impl Truth {
    pub(crate) fn read(folder: &Path) -> Result<Self, SynthError> {
        let mut truth = Self {
            n_people: 0,
            n_clinicians: 0,
            household: Vec::new(),
            twin: Vec::new(),
            namesake: Vec::new(),
            duties: Vec::new(),
            duty_sets: Vec::new(),
            units: Vec::new(),
            entries: Vec::new(),
            rows: Vec::new(),
            exhibit_ids: HashMap::new(),
            patients_of: Vec::new(),
            readable: BTreeMap::new(),
            causes: BTreeMap::new(),
            copies: HashMap::new(),
        };
        lines(folder, "people.jsonl", |line| {
            let person: TruePerson = serde_json::from_str(line).ok()?;
            truth.household.push(person.household);
            truth.twin.push(person.traits.iter().any(|t| t == "twin"));
            truth
                .namesake
                .push(person.traits.iter().any(|t| t == "namesake"));
            truth.n_people += 1;
            Some(())
        })?;
        cells(folder, "exhibits.csv", |row| {
            truth
                .readable
                .insert(canonical(row.first()?), row.get(2)? == "yes");
            Some(())
        })?;
        cells(folder, "unreadable.csv", |row| {
            truth
                .causes
                .insert(canonical(row.first()?), row.get(1)?.clone());
            Some(())
        })?;
        cells(folder, "copies.csv", |row| {
            truth
                .copies
                .insert(canonical(row.first()?), canonical(row.get(1)?));
            Some(())
        })?;
        cells(folder, "obligations.csv", |row| {
            let words = |text: &str| {
                text.split(' ')
                    .filter(|w| !w.is_empty())
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            let set = (words(row.get(2)?), words(row.get(3)?));
            let at = match truth.duty_sets.iter().position(|known| *known == set) {
                Some(at) => at,
                None => {
                    truth.duty_sets.push(set);
                    truth.duty_sets.len() - 1
                }
            };
            truth.duties.push(at as u16);
            Some(())
        })?;
        let mut others: HashMap<String, u32> = HashMap::new();
        let mut units: HashMap<(u32, u32), u32> = HashMap::new();
        lines(folder, "mentions.jsonl", |line| {
            let note: Note = serde_json::from_str(line).ok()?;
            truth.add(&note, &mut others, &mut units)
        })?;
        truth.entries.sort_unstable();
        truth.entries.dedup();
        truth.rows.sort_unstable();
        truth.rows.dedup();
        truth.patients_of = vec![(0, 0); truth.exhibit_ids.len()];
        for (i, unit) in truth.units.iter().enumerate() {
            if unit.standing == Standing::Patient
                && let Some((n, last)) = truth.patients_of.get_mut(unit.exhibit as usize)
            {
                *n += 1;
                *last = i as u32;
            }
        }
        Ok(truth)
    }

    fn add(
        &mut self,
        note: &Note,
        others: &mut HashMap<String, u32>,
        units: &mut HashMap<(u32, u32), u32>,
    ) -> Option<()> {
        let n = self.exhibit_ids.len() as u32;
        let exhibit = *self
            .exhibit_ids
            .entry(canonical(&note.exhibit))
            .or_insert(n);
        let own: Option<u32> = note.person.strip_prefix('T').and_then(|n| n.parse().ok());
        let person = match own {
            Some(index) if index < self.n_people => index,
            _ => {
                let next = self.n_people + others.len() as u32;
                if !others.contains_key(&note.person) && note.person.starts_with('C') {
                    self.n_clinicians += 1;
                }
                *others.entry(note.person.clone()).or_insert(next)
            }
        };
        let standing = match note.role.as_str() {
            "patient" => Standing::Patient,
            "relative" => Standing::Relative,
            "clinician" | "staff" => Standing::Clinician,
            _ => return None,
        };
        let at = *units.entry((exhibit, person)).or_insert_with(|| {
            self.units.push(Unit {
                exhibit,
                person,
                standing,
                elements: 0,
                may: 0,
            });
            self.units.len() as u32 - 1
        });
        let unit = self.units.get_mut(at as usize)?;
        // Somebody who is patient and relative in one exhibit is a patient there.
        unit.standing = unit.standing.min(standing);
        for element in &note.may {
            unit.may |= 1 << element_bit(*element);
        }
        for item in &note.items {
            let bit = element_bit(item.element);
            if standing == Standing::Patient {
                unit.elements |= 1 << bit;
            } else {
                unit.may |= 1 << bit;
            }
            let mut entry = |key| {
                self.entries.push(Entry {
                    key,
                    unit: at,
                    element: bit as u8,
                });
            };
            let plain = plain(&item.value);
            if !plain.is_empty() {
                entry(key(exhibit, "=", &plain));
            }
            if let Some(Spot::Cell { sheet, row, .. }) = &item.spot {
                self.rows.push(Entry {
                    key: row_key(exhibit, sheet, *row),
                    unit: at,
                    element: 0,
                });
            } else {
                for token in tokens(&item.value) {
                    entry(key(exhibit, "~", &token));
                }
            }
        }
        Some(())
    }

    /// The exhibit with this path, of which a copy may be meant.
    pub(crate) fn exhibit(&self, path: &str) -> Option<u32> {
        let path = canonical(path);
        self.exhibit_ids
            .get(self.copies.get(&path).unwrap_or(&path))
            .copied()
    }

    /// The path of an exhibit.
    pub(crate) fn path(&self, exhibit: u32) -> &str {
        self.exhibit_ids
            .iter()
            .find(|(_, number)| **number == exhibit)
            .map_or("", |(path, _)| path)
    }

    /// The units whose row this is.
    pub(crate) fn at_row(&self, exhibit: u32, sheet: &str, row: u64) -> Vec<u32> {
        let mut units = distinct(find(&self.rows, row_key(exhibit, sheet, row)));
        if units.is_empty() && !sheet.is_empty() {
            units = distinct(find(&self.rows, row_key(exhibit, "", row)));
        }
        units
    }

    /// The units for which this text stands in the exhibit; those with the element first, alone if there are any.
    pub(crate) fn with_value(
        &self,
        exhibit: u32,
        value: &str,
        element: DataElement,
    ) -> (Vec<u32>, bool) {
        let bit = element_bit(element) as u8;
        let plain = plain(value);
        if plain.is_empty() {
            return (Vec::new(), false);
        }
        let found = find(&self.entries, key(exhibit, "=", &plain));
        let same: Vec<Entry> = found
            .iter()
            .copied()
            .filter(|entry| entry.element == bit)
            .collect();
        if !same.is_empty() {
            return (distinct(&same), true);
        }
        if !found.is_empty() {
            return (distinct(found), false);
        }
        // Parts of a name or an address: the units that have most of them.
        let mut count: BTreeMap<u32, u32> = BTreeMap::new();
        for token in tokens(value) {
            let entries: Vec<Entry> = find(&self.entries, key(exhibit, "~", &token))
                .iter()
                .copied()
                .filter(|entry| entry.element == bit)
                .collect();
            for unit in distinct(&entries) {
                *count.entry(unit).or_default() += 1;
            }
        }
        let most = count.values().copied().max().unwrap_or(0);
        let best = count
            .into_iter()
            .filter(|(_, n)| *n == most && most > 0)
            .map(|(unit, _)| unit)
            .collect();
        (best, true)
    }
}

fn find(entries: &[Entry], key: u64) -> &[Entry] {
    let start = entries.partition_point(|entry| entry.key < key);
    let n = entries
        .get(start..)
        .map_or(0, |rest| rest.partition_point(|entry| entry.key == key));
    entries.get(start..start + n).unwrap_or(&[])
}

fn distinct(entries: &[Entry]) -> Vec<u32> {
    let mut units: Vec<u32> = entries.iter().map(|entry| entry.unit).collect();
    units.sort_unstable();
    units.dedup();
    units
}

/// Letters and digits alone, in lower case, without accents.
fn plain(text: &str) -> String {
    fold(text)
        .chars()
        .filter(|ch| ch.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = fold(text)
        .split(|ch: char| !ch.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|token| token.len() >= 3 && token.chars().any(char::is_alphabetic))
        .collect();
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

fn key(exhibit: u32, kind: &str, text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in exhibit
        .to_le_bytes()
        .iter()
        .chain(kind.as_bytes())
        .chain(text.as_bytes())
    {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

fn row_key(exhibit: u32, sheet: &str, row: u64) -> u64 {
    key(exhibit, "#", &format!("{row}#{}", plain(sheet)))
}

/// A path without a leading `./` or `evidence/` and without the step of a `.tar` inside its `.tar.gz`.
pub(crate) fn canonical(path: &str) -> String {
    let path = path.trim_start_matches("./");
    let path = path.strip_prefix("evidence/").unwrap_or(path);
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        let before = parts.last().copied().unwrap_or("");
        if part.ends_with(".tar") && (before.ends_with(".tar.gz") || before.ends_with(".tgz")) {
            continue;
        }
        parts.push(part);
    }
    parts.join("/")
}

fn lines(
    folder: &Path,
    name: &str,
    mut each: impl FnMut(&str) -> Option<()>,
) -> Result<(), SynthError> {
    let file = File::open(folder.join(name)).map_err(|e| io(&format!("truth/{name}"), e))?;
    for (i, line) in BufReader::with_capacity(1 << 20, file).lines().enumerate() {
        let line = line.map_err(|e| io(&format!("truth/{name}"), e))?;
        each(&line).ok_or_else(|| SynthError::Truth {
            what: name.to_owned(),
            line: i as u64 + 1,
        })?;
    }
    Ok(())
}

/// Rows of a comma-separated file as `ledger::row` writes them, without the header.
fn cells(
    folder: &Path,
    name: &str,
    mut each: impl FnMut(&[String]) -> Option<()>,
) -> Result<(), SynthError> {
    let mut first = true;
    lines(folder, name, |line| {
        if std::mem::take(&mut first) {
            return Some(());
        }
        let mut row = vec![String::new()];
        let mut quoted = false;
        for ch in line.chars() {
            match ch {
                '"' => quoted = !quoted,
                ',' if !quoted => row.push(String::new()),
                _ => row.last_mut()?.push(ch),
            }
        }
        each(&row)
    })
}

#[test]
fn a_path_is_compared_without_the_steps_that_readers_may_add() {
    assert_eq!(
        canonical("evidence/a/b.tar.gz/b.tar/c.csv"),
        "a/b.tar.gz/c.csv"
    );
    assert_eq!(canonical("./a.tar/c"), "a.tar/c");
}
