//! The short way for records with nothing to undo, beside the long way for all.

use std::sync::Arc;

use proptest::prelude::*;
use whose_model::{Column, Rows, TableHead};

use super::{Cell, Dialect, Found, push_plain, push_str, split};

fn batch(n_columns: usize) -> Rows {
    Rows::new(Arc::new(TableHead {
        name: String::new(),
        index: 0,
        columns: vec![Column::default(); n_columns],
        is_sheet: true,
    }))
}

proptest! {
    #[test]
    fn a_record_that_goes_the_short_way_comes_out_as_by_the_long_way(
        text in "[a,b,c ,;,é,\n\n\r\"\"\\\\.]{0,60}",
        n_columns in 1_usize..5,
        has_quotes in any::<bool>(),
    ) {
        let dialect = Dialect { delimiter: b',', terminator: b'\n', has_quotes };
        let (mut short, mut long) = (batch(n_columns), batch(n_columns));
        // Something stands in the batch already.
        short.push(1, ["x"]);
        long.push(1, ["x"]);
        if let Some((len, n_lines)) = push_plain(&mut short, &text, dialect, 2) {
            let mut cells: Vec<Cell> = Vec::new();
            let found = split(text.as_bytes(), false, dialect, &mut cells);
            prop_assert_eq!(found, Found::Record { len, n_lines });
            push_str(&mut long, &text[..len], &cells, 2);
        }
        prop_assert_eq!(short.text, long.text);
        prop_assert_eq!(short.ends, long.ends);
        prop_assert_eq!(short.numbers, long.numbers);
    }
}

#[test]
fn plain_records_and_plain_quotes_go_the_short_way() {
    let dialect = Dialect {
        delimiter: b',',
        terminator: b'\n',
        has_quotes: true,
    };
    let mut rows = batch(3);
    for (text, expected) in [
        ("a, b ,c\r\nd", Some((9, 1))),
        ("a\nb", Some((2, 1))),
        ("\"a, \n\" x", None),
        ("\"a, \nb\",,\"\"\nc", Some((12, 2))),
        ("a,b,c,d\n", None),
        ("\n", None),
        ("\"a\"\"b\"\"\",c\n", Some((11, 1))),
        ("\"a\\\"b\",c\n", None),
        ("a,b", None),
    ] {
        assert_eq!(
            push_plain(&mut rows, text, dialect, 1),
            expected,
            "{text:?}"
        );
    }
    assert_eq!(rows.text, "abcaa, \nba\"b\"c");
    assert_eq!(rows.ends, [1, 2, 3, 4, 4, 4, 9, 9, 9, 13, 14, 14]);
}
