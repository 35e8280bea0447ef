//! Names of files in one folder in, the sets that they may make out: parts of a split file, a database beside its log.
//!
//! Only names and sizes are looked at: the reading process decides from the
//! bytes whether a set is one (`readers::Beside`), alike for each of its files.
//! The first file's job carries all of them; the job of any other carries the
//! first two, which is enough to know that it has nothing of its own to give.

mod naming;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use whose_model::{Digest, Exhibit, Outcome, SetKind};

use self::naming::{LAST, Naming, Style};
use crate::collect::Seized;
use crate::part::Key;
use crate::seize::Found;

/// Files of one set: each is held open while the first is read.
const MAX_PARTS: usize = 900;

/// Files that may make one thing.
#[derive(Debug, PartialEq)]
pub(crate) struct Group {
    kind: SetKind,
    /// What they are called together.
    whole: String,
    /// What one more would be called.
    next: Option<String>,
    /// In order: the name, and the number of the file when it is there.
    parts: Vec<(String, Option<usize>)>,
}

/// A file's place in a set.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    group: Arc<Group>,
    index: usize,
}

/// The files that go with a job, as the reading process is told of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Company {
    pub(crate) kind: SetKind,
    pub(crate) is_first: bool,
    pub(crate) is_behind: bool,
    pub(crate) whole: String,
    pub(crate) next: Option<String>,
    pub(crate) names: Vec<String>,
}

/// The same, and where each file is on this machine, for whoever opens them.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    pub(crate) company: Company,
    pub(crate) places: Vec<Option<PathBuf>>,
}

impl Place {
    fn first(&self) -> Option<usize> {
        self.group.parts.iter().find_map(|(_, file)| *file)
    }

    fn is_first(&self) -> bool {
        let before = self.group.parts.iter().take(self.index);
        before.into_iter().all(|(_, file)| file.is_none())
    }

    /// The parts that go with the job: all with the first, else the first two.
    fn carried(&self) -> &[(String, Option<usize>)] {
        let n = if self.is_first() { usize::MAX } else { 2 };
        self.group.parts.get(..n).unwrap_or(&self.group.parts)
    }

    /// What the job of this file carries.
    fn company(&self) -> Company {
        let group = &self.group;
        let before = group.parts.get(..self.index).unwrap_or(&[]);
        let names = self.carried().iter().map(|(name, _)| name.clone());
        Company {
            kind: group.kind,
            is_first: self.is_first(),
            is_behind: before.iter().any(|(_, file)| file.is_none()),
            whole: group.whole.clone(),
            next: group.next.clone(),
            names: names.collect(),
        }
    }

    fn beside(&self, place: &dyn Fn(usize) -> Option<PathBuf>) -> Beside {
        let files = self.carried().iter().map(|(_, file)| *file);
        Beside {
            company: self.company(),
            places: files.map(|file| file.and_then(place)).collect(),
        }
    }

    /// A file's key, changed by whatever of the set decides what is found in it.
    fn key(&self, own: &Key, digest: &dyn Fn(usize) -> Option<Digest>) -> Key {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"set").update(own);
        let mut put = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        let company = self.company();
        put(&format!(
            "{:?} {} {}",
            company.kind, company.is_first, company.is_behind
        ));
        if company.is_first {
            put(&company.whole);
            put(company.next.as_deref().unwrap_or(""));
        }
        for (name, file) in self.carried() {
            match file.and_then(digest) {
                Some(digest) => hasher.update(&digest.blake3),
                None => hasher.update(name.as_bytes()).update(b"\0missing"),
            };
        }
        let mut key = [0; 16];
        key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        key
    }
}

/// Finds the sets among all files, and gives each file of one its place and its key.
pub(crate) fn bind(seized: &mut [Seized]) {
    let there: Vec<Option<&Found>> = seized
        .iter()
        .map(|file| file.digest.is_some().then_some(&file.found))
        .collect();
    let mut keys: BTreeMap<usize, (Place, Option<Key>)> = BTreeMap::new();
    for (number, place) in places(&there) {
        let digest = |at: usize| Some(seized.get(at)?.digest?.0);
        let key = seized
            .get(number)
            .and_then(|file| file.key)
            .map(|own| place.key(&own, &digest));
        keys.insert(number, (place, key));
    }
    for (number, (place, key)) in keys {
        if let Some(file) = seized.get_mut(number) {
            file.key = key;
            file.place = Some(place);
        }
    }
}

/// What the job of a file carries beyond the file.
pub(crate) fn beside(seized: &[Seized], file: &Seized) -> Option<Beside> {
    let place = |at: usize| Some(seized.get(at)?.found.place.clone());
    Some(file.place.as_ref()?.beside(&place))
}

/// As `bind` and `beside`, for files that are only scanned.
pub(crate) fn all_beside(found: &[Found]) -> BTreeMap<usize, Beside> {
    let there: Vec<Option<&Found>> = found
        .iter()
        .map(|file| file.refused.is_none().then_some(file))
        .collect();
    let place = |at: usize| Some(found.get(at)?.place.clone());
    places(&there)
        .into_iter()
        .map(|(number, it)| (number, it.beside(&place)))
        .collect()
}

/// Says of each file that was read as a part of another, of which; exhibits are in the order of paths.
pub(crate) fn mark(exhibits: &mut [Exhibit], seized: &[Seized]) {
    for file in seized {
        let Some(place) = file.place.as_ref().filter(|place| !place.is_first()) else {
            continue;
        };
        let first = place.first().and_then(|first| seized.get(first));
        let at = exhibits.binary_search_by(|exhibit| exhibit.path.cmp(&file.found.path));
        if let Ok(at) = at
            && let Some(exhibit) = exhibits.get_mut(at)
            && matches!(exhibit.format.as_str(), "part" | "added")
            && exhibit.outcome == Outcome::Read
        {
            exhibit.part_of = first.map(|first| first.found.path.clone());
        }
    }
}

/// The place of each file that is in a set.
fn places(found: &[Option<&Found>]) -> BTreeMap<usize, Place> {
    let mut places = BTreeMap::new();
    for group in groups(found) {
        let numbers: Vec<(usize, usize)> = group
            .parts
            .iter()
            .enumerate()
            .filter_map(|(index, (_, file))| Some((index, (*file)?)))
            .collect();
        // A file is in one set only.
        if numbers.iter().any(|(_, file)| places.contains_key(file)) {
            continue;
        }
        let group = Arc::new(group);
        for (index, file) in numbers {
            let group = Arc::clone(&group);
            places.insert(file, Place { group, index });
        }
    }
    places
}

fn groups(found: &[Option<&Found>]) -> Vec<Group> {
    let mut by_name: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut families: BTreeMap<(SetKind, String, String), Family> = BTreeMap::new();
    for (number, file) in found.iter().enumerate() {
        let Some(file) = file else { continue };
        let path = file.path.0.as_str();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        by_name
            .entry((folder.to_owned(), name.to_ascii_lowercase()))
            .or_insert(number);
        if let Some((naming, n)) = Naming::of(name) {
            let family = naming.stem.to_ascii_lowercase() + naming.suffix();
            families
                .entry((naming.kind(), folder.to_owned(), family))
                .or_insert_with(|| Family {
                    naming,
                    files: BTreeMap::new(),
                })
                .files
                .entry(n)
                .or_insert((number, file.bytes));
        }
    }
    let mut groups: Vec<Group> = families.into_values().filter_map(Family::group).collect();
    let name_of = |number: usize| {
        let path = found.get(number).copied().flatten().map(|file| &file.path);
        path.map_or("", |path| path.file_name()).to_owned()
    };
    for ((folder, name), &number) in &by_name {
        let mut add = |kind, other: String| {
            if let Some(&addition) = by_name.get(&(folder.clone(), other)) {
                groups.push(Group {
                    kind,
                    whole: name_of(number),
                    next: None,
                    parts: vec![
                        (name_of(number), Some(number)),
                        (name_of(addition), Some(addition)),
                    ],
                });
            }
        };
        if let Some(stem) = name.strip_suffix(".dbf") {
            add(SetKind::Memo, format!("{stem}.fpt"));
            add(SetKind::Memo, format!("{stem}.dbt"));
        }
        add(SetKind::Log, format!("{name}-wal"));
    }
    groups
}

/// Files of one folder whose names differ in the number only.
struct Family {
    naming: Naming,
    /// By number: which file, and its size.
    files: BTreeMap<u32, (usize, u64)>,
}

impl Family {
    fn group(self) -> Option<Group> {
        let lowest = self.files.keys().next().copied()?;
        let highest = self.files.keys().rev().find(|n| **n != LAST).copied()?;
        let first = self.naming.first(lowest);
        let is_zip = matches!(self.naming.style, Style::Zip);
        let n_there = self.files.len();
        let n_named = usize::try_from(highest.checked_sub(first)?).ok()? + 1 + usize::from(is_zip);
        let n_missing = n_named.checked_sub(n_there)?;
        if n_there < 2 || n_named > MAX_PARTS || n_missing > n_there {
            return None;
        }
        let mut numbers: Vec<u32> = (first..=highest).collect();
        if is_zip {
            numbers.push(LAST);
        }
        if self.naming.kind() == SetKind::Pieces && !self.naming.is_sure() && !self.is_even() {
            return None;
        }
        let next = (self.naming.kind() != SetKind::Zip).then(|| self.naming.name(highest + 1));
        Some(Group {
            kind: self.naming.kind(),
            whole: self.naming.whole(),
            next,
            parts: numbers
                .into_iter()
                .map(|n| {
                    let file = self.files.get(&n).map(|(number, _)| *number);
                    (self.naming.name(n), file)
                })
                .collect(),
        })
    }

    /// A file is cut into pieces of one size, the last of which may be shorter.
    fn is_even(&self) -> bool {
        let mut sizes = self.files.values().map(|(_, size)| *size);
        let last = sizes.next_back().unwrap_or(0);
        let mut sizes = sizes.peekable();
        let first = sizes.peek().copied().unwrap_or(0);
        last > 0 && last <= first && sizes.all(|size| size == first)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use whose_model::ExhibitPath;

    use super::*;

    fn found(names: &[&str]) -> Vec<Found> {
        let mut found: Vec<Found> = names
            .iter()
            .map(|name| {
                let (name, bytes) = name.split_once('*').unwrap_or((name, "9"));
                Found {
                    path: ExhibitPath(name.to_owned()),
                    place: PathBuf::from(name),
                    bytes: bytes.parse().unwrap(),
                    refused: None,
                }
            })
            .collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    #[track_caller]
    fn check(names: &[&str], expected: &[&str]) {
        let found = found(names);
        let there: Vec<Option<&Found>> = found.iter().map(Some).collect();
        let said: Vec<String> = groups(&there)
            .into_iter()
            .map(|group| {
                let parts: Vec<String> = group
                    .parts
                    .iter()
                    .map(|(name, file)| match file {
                        Some(at) => {
                            let real = found[*at].path.file_name();
                            assert!(real.eq_ignore_ascii_case(name), "{real} {name}");
                            name.clone()
                        }
                        None => format!("no {name}"),
                    })
                    .collect();
                format!("{:?} {}: {}", group.kind, group.whole, parts.join(", "))
            })
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn parts_are_found_by_their_names_and_a_missing_one_is_named() {
        check(
            &["f/a.7z.001", "f/a.7z.002", "f/a.7z.004*3"],
            &["Pieces a.7z: a.7z.001, a.7z.002, no a.7z.003, a.7z.004"],
        );
        check(
            &["d.tgz.aa", "d.tgz.ab", "d.tgz.ac*1"],
            &["Pieces d.tgz: d.tgz.aa, d.tgz.ab, d.tgz.ac"],
        );
        check(
            &["m.zip.001*5", "m.zip.002*7"],
            &["Pieces m.zip: m.zip.001, m.zip.002"],
        );
        check(&["xaa", "xab*8"], &["Pieces x: xaa, xab"]);
        check(
            &["b.tar.part1", "b.tar.part2"],
            &["Pieces b.tar: b.tar.part1, b.tar.part2"],
        );
        check(
            &["A.ZIP", "a.z01", "a.z03", "b.zip"],
            &["Zip A.zip: A.z01, no A.z02, A.z03, A.zip"],
        );
        check(
            &["k/c.E01", "k/c.E02", "c.E03"],
            &["Ewf c.ewf: c.E01, c.E02"],
        );
        check(
            &["r.part1.rar", "r.part2.rar", "r.part3.rar*2"],
            &["Rar r.rar: r.part1.rar, r.part2.rar, r.part3.rar"],
        );
        check(
            &["o.r00", "o.r01", "o.rar"],
            &["Rar o.rar: o.rar, o.r00, o.r01"],
        );
        check(
            &["v-s001.vmdk", "v-s002.vmdk", "v.vmdk"],
            &["Vmdk v.vmdk: v-s001.vmdk, v-s002.vmdk"],
        );
        check(
            &["x.db", "x.db-wal", "t.DBF", "t.fpt"],
            &["Memo t.DBF: t.DBF, t.fpt", "Log x.db: x.db, x.db-wal"],
        );
    }

    #[test]
    fn files_that_only_have_numbers_are_left_apart() {
        // Of any sizes, far from each other, alone, or in two folders.
        check(&["im.001*5", "im.002*7", "im.003*6"], &[]);
        check(&["visits.2019", "visits.2020"], &[]);
        check(&["a.7z.001", "b.7z.002"], &[]);
        check(&["x/a.7z.001", "y/a.7z.002"], &[]);
        check(&["a.zip", "b.rar", "c.e01", "list.db", "t.dbf"], &[]);
    }

    proptest! {
        #[test]
        fn each_file_is_in_one_set_at_most(
            names in prop::collection::btree_set("[ab]\\.(part|7z\\.|z|r|e|-s)?[0-9a]{1,3}(\\.rar|\\.vmdk|-wal)?|[ab]\\.(zip|rar|dbf|fpt)", 0..40)
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let found = found(&names);
            let there: Vec<Option<&Found>> = found.iter().map(Some).collect();
            for (number, place) in places(&there) {
                prop_assert_eq!(place.group.parts[place.index].1, Some(number));
            }
        }
    }
}
