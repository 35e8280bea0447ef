//! `Spotter`: whether any of a list of words can stand in a text, at a few instructions a byte.
//!
//! Most texts hold none, and whoever wants to know where a word stands asks a
//! heavier automaton only of the others. A step is one look: the states of
//! Aho and Corasick laid out in a table of rows, without prefilter and without
//! a word about which word it was.

/// No list has words of more different signs; of one that had, further signs would be taken for none.
const COLUMNS: usize = 64;

/// What follows a state: for each column another state.
type Row = [u16; COLUMNS];

/// An automaton that only says yes or no.
pub(crate) struct Spotter {
    /// Which column of a row a byte is; 0 for every byte of no word.
    columns: [u8; 256],
    rows: Vec<Row>,
    /// From this state on a word has ended.
    ends_from: u16,
}

impl Spotter {
    /// Of these words; letters of ASCII in either case when `any_case`.
    pub(crate) fn new<'w>(words: impl IntoIterator<Item = &'w str>, any_case: bool) -> Self {
        let words: Vec<&str> = words.into_iter().collect();
        let mut columns = [0_u8; 256];
        let mut n_columns = 1_u8;
        for b in words.iter().flat_map(|word| word.bytes()) {
            let b = if any_case { b.to_ascii_lowercase() } else { b };
            let column = &mut columns[usize::from(b)];
            if *column == 0 && usize::from(n_columns) < COLUMNS {
                *column = n_columns;
                n_columns += 1;
            }
        }
        if any_case {
            for b in b'A'..=b'Z' {
                columns[usize::from(b)] = columns[usize::from(b.to_ascii_lowercase())];
            }
        }
        let (rows, is_end) = rows(&words, &columns);
        // Rows in which a word has ended stand last, so that one comparison tells them.
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|at| is_end[*at]);
        let mut place = vec![0_u16; rows.len()];
        for (row, at) in (0..).zip(&order) {
            place[*at] = row;
        }
        Self {
            columns,
            ends_from: is_end.iter().filter(|is_end| !**is_end).count() as u16,
            rows: order
                .iter()
                .map(|at| rows[*at].map(|next| place[usize::from(next)]))
                .collect(),
        }
    }

    /// Whether one of the words stands in the text.
    pub(crate) fn is_in(&self, text: &[u8]) -> bool {
        let mut at = 0_u16;
        for b in text {
            let Some(row) = self.rows.get(usize::from(at)) else {
                return true;
            };
            at = row[usize::from(self.columns[usize::from(*b)]) % COLUMNS];
            if at >= self.ends_from {
                return true;
            }
        }
        self.ends_from == 0
    }
}

/// The states of the words, each with where every column leads: the longest beginning of a word that a text ends with.
fn rows(words: &[&str], columns: &[u8; 256]) -> (Vec<Row>, Vec<bool>) {
    const NONE: u16 = u16::MAX;
    let (mut rows, mut is_end) = (vec![[NONE; COLUMNS]], vec![false]);
    for word in words {
        let mut at = 0;
        for b in word.bytes() {
            let column = usize::from(columns[usize::from(b)]) % COLUMNS;
            if rows[at][column] == NONE {
                rows[at][column] = rows.len() as u16;
                rows.push([NONE; COLUMNS]);
                is_end.push(false);
            }
            at = usize::from(rows[at][column]);
        }
        is_end[at] = true;
    }
    // In the order of their length, so that what a shorter beginning leads to is known.
    let mut queue = std::collections::VecDeque::from([(0_usize, 0_usize)]);
    while let Some((at, shorter)) = queue.pop_front() {
        is_end[at] |= is_end[shorter];
        let belows = if at == 0 { [0; COLUMNS] } else { rows[shorter] };
        for (column, below) in belows.into_iter().enumerate() {
            let next = rows[at][column];
            if next == NONE {
                rows[at][column] = below;
            } else {
                queue.push_back((usize::from(next), usize::from(below)));
            }
        }
    }
    (rows, is_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_spotted_wherever_it_stands() {
        let spotter = Spotter::new(["she", "hers", "his", "e x"], false);
        for (text, is) in [
            ("ushe", true),
            ("hhhers", true),
            ("thi", false),
            ("this", true),
            ("he x", true),
            ("SHE", false),
            ("", false),
            ("hershe", true),
            ("he rs", false),
        ] {
            assert_eq!(spotter.is_in(text.as_bytes()), is, "{text}");
        }
        assert!(Spotter::new(["AKIA"], true).is_in(b"an akIa"));
        assert!(Spotter::new([""], false).is_in(b""));
    }

    proptest::proptest! {
        #[test]
        fn a_spotter_says_what_a_search_says(words in proptest::collection::vec("[abC_]{1,4}", 1..6), text in "[abcAC_ ]{0,30}", any_case in proptest::bool::ANY) {
            let spotter = Spotter::new(words.iter().map(String::as_str), any_case);
            let case = |text: &str| if any_case { text.to_ascii_lowercase() } else { text.to_owned() };
            let expected = words.iter().any(|word| case(&text).contains(&case(word)));
            proptest::prop_assert_eq!(spotter.is_in(text.as_bytes()), expected);
        }
    }
}
