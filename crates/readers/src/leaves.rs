//! A stream of paths and values in, records about one subject each out: what JSON and XML have in common.
//!
//! The element of the outermost list is a record. A list inside it belongs to it,
//! unless its elements look like people of their own (a name together with a
//! birth date, a personal number or a way to reach them): then each is a record
//! and a subject. What is not in any list becomes one record at the end, unless
//! it is a table kept column by column (`{"a": [1, 2, 3], "b": [4, 5, 6]}`): then
//! each row is a record.

use std::collections::{BTreeMap, BTreeSet};

use whose_model::{Field, Locator, Record, RecordKind};

use crate::exhibit::Reading;

/// Bytes of one record; a longer one is handed over in parts with the same subject.
const MAX_RECORD: usize = 1 << 20;

/// Bytes that wait for the end of a table kept column by column.
const MAX_COLUMNAR: usize = 32 << 20;
/// Rows of such a table at least: two lists of two values are no table yet.
const MIN_ROWS: usize = 3;

/// A value and its path from the root.
pub(crate) struct Leaf {
    pub(crate) path: String,
    pub(crate) value: String,
}

struct Frame {
    /// Length of the path at this element.
    path_len: usize,
    /// First leaf that belongs to it.
    first: usize,
    /// Whether it is an element of a list.
    is_element: bool,
}

/// Leaves on their way to records.
pub(crate) struct Leaves {
    kind: RecordKind,
    /// Written before each path, as `line[17].`.
    prefix: String,
    pub(crate) path: String,
    frames: Vec<Frame>,
    leaves: Vec<Leaf>,
    n_bytes: usize,
}

impl Leaves {
    pub(crate) fn new(kind: RecordKind) -> Self {
        Self {
            kind,
            prefix: String::new(),
            path: String::new(),
            frames: Vec::new(),
            leaves: Vec::new(),
            n_bytes: 0,
        }
    }

    /// What stands before each path from now on.
    pub(crate) fn set_prefix(&mut self, prefix: String) {
        self.prefix = prefix;
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// An object opens at the current path.
    pub(crate) fn open(&mut self, is_element: bool) {
        self.frames.push(Frame {
            path_len: self.path.len(),
            first: self.leaves.len(),
            is_element,
        });
    }

    /// A value at the current path.
    pub(crate) fn leaf(&mut self, value: String) {
        self.n_bytes += self.path.len() + value.len() + 48;
        self.leaves.push(Leaf {
            path: self.path.clone(),
            value,
        });
    }

    /// The object opened last closes: it may become a record.
    pub(crate) fn close(&mut self, reading: &mut Reading<'_>) {
        let Some(frame) = self.frames.pop() else {
            return;
        };
        let is_outermost = !self.frames.iter().any(|outer| outer.is_element);
        let is_root = self.frames.is_empty();
        if frame.first >= self.leaves.len() {
            return;
        }
        let is_record = is_root
            || frame.is_element
                && (is_outermost || looks_like_person(&self.leaves[frame.first..], frame.path_len));
        let is_long = self.n_bytes > MAX_RECORD;
        // Columns may be objects: their rows are known at the end only.
        let may_wait = is_long
            && self.n_bytes < MAX_COLUMNAR
            && !self.frames.iter().any(|outer| outer.is_element)
            && self
                .leaves
                .iter()
                .all(|leaf| in_column(&leaf.path).is_some());
        if is_record || is_long && !may_wait {
            // A part of a long element belongs to that element.
            let owner = if is_record {
                frame.path_len
            } else {
                let outer = self.frames.iter().rev().find(|outer| outer.is_element);
                outer.map_or(0, |outer| outer.path_len)
            };
            let first = if is_record { frame.first } else { 0 };
            let mut leaves = self.take(first);
            if is_root && is_record && !frame.is_element {
                leaves = self.put_rows(leaves, reading);
            }
            let owner = self.path.get(..owner).unwrap_or("").to_owned();
            self.put(leaves, &owner, reading);
        }
    }

    /// Hands over what is held when it is too much, as a part of what is open: a list without an end.
    pub(crate) fn relieve(&mut self, reading: &mut Reading<'_>) {
        if self.n_bytes > MAX_COLUMNAR {
            let leaves = self.take(0);
            let leaves = self.put_rows(leaves, reading);
            self.put(leaves, "", reading);
        }
    }

    /// Hands over the rows of a table kept column by column; what belongs to none is given back.
    fn put_rows(&self, leaves: Vec<Leaf>, reading: &mut Reading<'_>) -> Vec<Leaf> {
        let mut n_rows: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, row) in leaves.iter().filter_map(|leaf| in_column(&leaf.path)) {
            let n = n_rows.entry(name).or_default();
            *n = row.saturating_add(1).max(*n);
        }
        // A column is a little shorter when nothing stands in its last rows.
        let n = n_rows.values().copied().max().unwrap_or(0);
        n_rows.retain(|_, len| *len + 1 + n / 10 >= n);
        let names: BTreeSet<String> = n_rows.into_keys().map(str::to_owned).collect();
        let is_columnar = names.len() >= 2 && n >= MIN_ROWS && n <= leaves.len();
        let n_in = leaves
            .iter()
            .filter(|leaf| in_column(&leaf.path).is_some_and(|(name, _)| names.contains(name)));
        if !is_columnar || n_in.count() * 10 < leaves.len() * 8 {
            return leaves;
        }
        let mut rows: Vec<Vec<Field>> = Vec::new();
        rows.resize_with(n, Vec::new);
        let mut rest = Vec::new();
        for leaf in leaves {
            let place = in_column(&leaf.path).filter(|(name, _)| names.contains(*name));
            let Some((name, row)) = place.map(|(name, row)| (name.to_owned(), row)) else {
                rest.push(leaf);
                continue;
            };
            if let Some(fields) = rows.get_mut(row) {
                fields.push(Field {
                    name,
                    place: Locator::Field {
                        path: format!("{}{}", self.prefix, leaf.path),
                    },
                    value: leaf.value,
                });
            }
        }
        for (row, fields) in rows.into_iter().enumerate() {
            reading.record(Record {
                kind: self.kind,
                name: "$[]".to_owned(),
                fields,
                subject: Some(format!("{}[{row}]", self.prefix)),
            });
        }
        rest
    }

    /// The leaves from `first` on.
    pub(crate) fn take(&mut self, first: usize) -> Vec<Leaf> {
        let leaves = self.leaves.split_off(first.min(self.leaves.len()));
        let n: usize = leaves
            .iter()
            .map(|leaf| leaf.path.len() + leaf.value.len() + 48)
            .sum();
        self.n_bytes = self.n_bytes.saturating_sub(n);
        for frame in &mut self.frames {
            frame.first = frame.first.min(first);
        }
        leaves
    }

    /// Leaves that were taken and belong to an outer object after all.
    pub(crate) fn put_back(&mut self, leaves: Vec<Leaf>) {
        let n = leaves
            .iter()
            .map(|leaf| leaf.path.len() + leaf.value.len() + 48);
        self.n_bytes += n.sum::<usize>();
        self.leaves.extend(leaves);
    }

    /// Where the innermost open object's leaves begin.
    pub(crate) fn first_of_innermost(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.first)
    }

    /// Forgets the innermost open object without making a record of it.
    pub(crate) fn pop(&mut self) {
        self.frames.pop();
    }

    /// How many objects are open.
    pub(crate) fn depth(&self) -> usize {
        self.frames.len()
    }

    pub(crate) fn n_bytes(&self) -> usize {
        self.n_bytes
    }

    /// Hands over leaves as one record about the element at `owner`.
    pub(crate) fn put(&self, leaves: Vec<Leaf>, owner: &str, reading: &mut Reading<'_>) {
        let fields = leaves
            .into_iter()
            .map(|leaf| field(leaf, owner, &self.prefix))
            .collect();
        reading.record(Record {
            kind: self.kind,
            name: record_name(owner),
            fields,
            subject: Some(format!("{}{owner}", self.prefix)),
        });
    }
}

/// The column and the row of a value: `name[3]`, or `name.3` as pandas writes it.
fn in_column(path: &str) -> Option<(&str, usize)> {
    // Most paths are seen not to be one by their last sign.
    if !path.ends_with(|ch: char| ch == ']' || ch.is_ascii_digit()) {
        return None;
    }
    let (name, row) = match path.strip_suffix(']') {
        Some(path) => path.rsplit_once('[')?,
        None => path.rsplit_once('.')?,
    };
    let is_one = !name.is_empty() && !name.contains(['[', '.']);
    let is_number = row.bytes().all(|byte| byte.is_ascii_digit());
    (is_one && is_number).then(|| Some((name, row.parse().ok()?)))?
}

/// A field named from `owner` on, placed from the root on.
pub(crate) fn field(leaf: Leaf, owner: &str, prefix: &str) -> Field {
    let name = leaf
        .path
        .strip_prefix(owner)
        .unwrap_or(&leaf.path)
        .trim_start_matches('.');
    let is_whole = name.len() == leaf.path.len() && !name.is_empty();
    let name = if name.is_empty() { "value" } else { name };
    // Every value of every JSON passes here, so it does without `format!`, and makes no text that it has.
    let (name, path) = if prefix.is_empty() {
        (name.to_owned(), leaf.path)
    } else {
        let mut path = String::with_capacity(prefix.len() + leaf.path.len());
        path.push_str(prefix);
        path.push_str(&leaf.path);
        let name = if is_whole { leaf.path } else { name.to_owned() };
        (name, path)
    };
    Field {
        name,
        place: Locator::Field { path },
        value: leaf.value,
    }
}

/// The path with numbers taken out: `$.patients[]`.
fn record_name(path: &str) -> String {
    let mut name = String::from("$");
    if !path.is_empty() && !path.starts_with('[') {
        name.push('.');
    }
    let mut in_brackets = false;
    for ch in path.chars() {
        match ch {
            '[' => {
                in_brackets = true;
                name.push('[');
            }
            ']' => {
                in_brackets = false;
                name.push(']');
            }
            ch if in_brackets && ch.is_ascii_digit() => {}
            ch => name.push(ch),
        }
    }
    name
}

/// Whether an object's own values are those of a person: a name, and what sets people apart.
fn looks_like_person(leaves: &[Leaf], path_len: usize) -> bool {
    let (mut has_name, mut has_more) = (false, false);
    for leaf in leaves {
        let Some(own) = leaf.path.get(path_len..) else {
            continue;
        };
        if own.contains('[') || leaf.value.is_empty() {
            continue;
        }
        let key: String = own
            .rsplit('.')
            .next()
            .unwrap_or(own)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|ch| ch.to_ascii_lowercase())
            .collect();
        let is = |words: &[&str]| words.iter().any(|word| key.contains(word));
        has_name |= is(&["name", "prenom", "given", "family", "surname"])
            || matches!(key.as_str(), "nom" | "first" | "last" | "patient");
        has_more |= is(&[
            "birth",
            "dob",
            "naissance",
            "ssn",
            "mrn",
            "hcn",
            "phn",
            "healthnumber",
            "healthcard",
            "ramq",
            "assurancemaladie",
            "email",
            "courriel",
            "phone",
            "mobile",
            "nas",
        ]) || matches!(key.as_str(), "sin" | "nam" | "ddn");
    }
    has_name && has_more
}
