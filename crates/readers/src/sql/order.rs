//! Tables that point to each other in, the order out in which a row comes after the row that it points to.
//!
//! Who a row belongs to is known from the row that it points to. Dumps write
//! tables by name, so that a result may come before its visit and the visit
//! before its patient: rows of such a table wait until what they point to was read.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::schema::Schema;

/// More runs of rows than any real dump has; what comes after them is read where it stands.
const MAX_WAITING: usize = 1 << 20;

/// Rows that wait: of one table, from the beginning of a statement to the end of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: u64,
    pub(super) end: u64,
}

/// What was read and what waits.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// Tables of which a row was read.
    seen: BTreeSet<String>,
    /// Tables that wait, in the order in which they came, with their rows.
    tables: BTreeMap<String, (usize, Vec<Stretch>)>,
    n_stretches: usize,
    /// The table of the last stretch, when nothing but more of its rows followed.
    open: Option<String>,
}

impl Waiting {
    /// Whether rows of a table must wait; if not, it counts as read.
    pub(super) fn holds(&mut self, table: &str, schema: &Schema) -> bool {
        let key = schema.whole(table).to_lowercase();
        if self.seen.contains(&key) {
            return false;
        }
        let waits = self.tables.contains_key(&key)
            || self.n_stretches < MAX_WAITING
                && schema
                    .targets(&key)
                    .any(|target| target != key && !self.seen.contains(&target));
        if !waits {
            self.seen.insert(key);
        }
        waits
    }

    /// Notes rows that wait.
    pub(super) fn add(&mut self, table: &str, schema: &Schema, stretch: Stretch) {
        let key = schema.whole(table).to_lowercase();
        let n = self.tables.len();
        let (_, stretches) = self.tables.entry(key.clone()).or_insert((n, Vec::new()));
        match stretches.last_mut() {
            Some(last) if self.open.as_ref() == Some(&key) => last.end = stretch.end,
            _ => {
                stretches.push(stretch);
                self.n_stretches += 1;
            }
        }
        self.open = Some(key);
    }

    /// Something else than more rows of the same table came.
    pub(super) fn close(&mut self) {
        self.open = None;
    }

    /// What waited, each table after those that it points to.
    pub(super) fn take(&mut self, schema: &Schema) -> Vec<Stretch> {
        let mut tables: Vec<_> = std::mem::take(&mut self.tables).into_iter().collect();
        tables.sort_by_key(|(_, (n, _))| *n);
        let names: Vec<String> = tables.iter().map(|(name, _)| name.clone()).collect();
        let order = in_order(&names, schema);
        order
            .into_iter()
            .filter_map(|at| tables.get_mut(at).map(|(_, (_, it))| std::mem::take(it)))
            .flatten()
            .collect()
    }
}

/// Positions of the tables (in lower case), each after those that it points to; a circle stays as it came.
pub(super) fn in_order(names: &[String], schema: &Schema) -> Vec<usize> {
    let position: BTreeMap<&str, usize> = names
        .iter()
        .enumerate()
        .map(|(at, name)| (name.as_str(), at))
        .collect();
    let mut n_open = vec![0_usize; names.len()];
    let mut pointed_from: Vec<Vec<usize>> = vec![Vec::new(); names.len()];
    for (at, name) in names.iter().enumerate() {
        let targets: BTreeSet<String> = schema.targets(name).collect();
        for target in targets {
            if let Some(&to) = position.get(target.as_str())
                && to != at
            {
                n_open[at] += 1;
                pointed_from[to].push(at);
            }
        }
    }
    let mut order = Vec::with_capacity(names.len());
    let mut is_done = vec![false; names.len()];
    let mut ready: VecDeque<usize> = (0..names.len()).filter(|&at| n_open[at] == 0).collect();
    let mut next_of_circle = 0;
    while order.len() < names.len() {
        let Some(at) = ready.pop_front() else {
            // Only circles are left: the first table of one goes first.
            while is_done.get(next_of_circle) == Some(&true) {
                next_of_circle += 1;
            }
            if next_of_circle >= names.len() {
                break;
            }
            ready.push_back(next_of_circle);
            continue;
        };
        if std::mem::replace(&mut is_done[at], true) {
            continue;
        }
        order.push(at);
        for &from in &pointed_from[at] {
            n_open[from] = n_open[from].saturating_sub(1);
            if n_open[from] == 0 {
                ready.push_back(from);
            }
        }
    }
    order
}
