//! A table longer than what is read at one time: whoever lends the threads, and however many, the list is the same.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;

use whose_linkage::{Model, Parallel, Sequential, table};

/// Parts on as many threads, the last part first.
struct Backwards(usize);

impl Parallel for Backwards {
    fn map(&self, n: usize, f: &(dyn Fn(usize) + Sync)) {
        let size = n.div_ceil(self.0).max(1);
        std::thread::scope(|scope| {
            for start in (0..n).step_by(size).rev() {
                scope.spawn(move || (start..(start + size).min(n)).rev().for_each(f));
            }
        });
    }
}

fn list(text: &str, map: &dyn Parallel) -> String {
    let inputs = vec![table::Input {
        name: "t.csv".into(),
        bytes: Box::new(text.as_bytes()),
    }];
    let mut out = Vec::new();
    let summary = table::link_within(inputs, Model::default(), map, None, &mut out).unwrap();
    assert_eq!(summary.n_rows, text.lines().count() as u64 - 1);
    String::from_utf8(out).unwrap()
}

#[test]
fn the_threads_that_read_a_table_change_neither_its_order_nor_its_people() {
    let mut text = "id,first_name,last_name,dob\n".to_owned();
    for n in 0..20_000_u32 {
        let (given, family) = (n % 71, n % 5003);
        let (year, month, day) = (1930 + n % 5003 % 90, 1 + n % 5003 % 12, 1 + n % 5003 % 28);
        writeln!(
            text,
            "r{n},Given{given},Family{family},{year}-{month:02}-{day:02}"
        )
        .unwrap();
    }
    let alone = list(&text, &Sequential);
    let ids = alone
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap());
    assert!(ids.eq((0..20_000).map(|n| format!("r{n}"))));
    for n in [2, 3, 8] {
        assert!(list(&text, &Backwards(n)) == alone, "{n} threads");
    }
}
