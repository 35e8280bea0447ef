//! The first lines of a text in, the columns of a fixed-width table out, when it is one.
//!
//! Columns are told by what is blank in nearly all lines at once: prose, poems
//! and source code have blanks, but not under each other for long. A line of
//! dashes under the header says the columns by itself. Rather no table than a
//! wrong one: prose cut into cells loses who it speaks of.

use std::ops::Range;

/// Lines that are looked at.
const LOOKED_AT: usize = 400;
/// Lines above the first row.
const MAX_ABOVE: usize = 12;
/// Rows at least, and with a line of dashes.
const MIN_ROWS: usize = 8;
const MIN_UNDERLINED: usize = 2;
/// Columns at least.
const MIN_COLUMNS: usize = 3;
/// Characters of a line; longer ones are no lines of a table.
pub(super) const MAX_LINE: usize = 32 << 10;

/// The columns of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    /// Where each column lies, in characters; the last goes on to the end of the line.
    pub(super) columns: Vec<Range<usize>>,
    /// Lines above the first row.
    pub(super) n_above: usize,
    /// The line among those that names the columns.
    pub(super) header: Option<usize>,
    /// Rows fill their lines with blanks to one length: cells may touch.
    pub(super) is_padded: bool,
}

/// The shape of the table that the lines are, if they are one.
pub(crate) fn shape(lines: &[&str]) -> Option<Shape> {
    let lines: Vec<Vec<char>> = lines
        .iter()
        .take(LOOKED_AT)
        .map(|line| line.chars().collect())
        .collect();
    if lines
        .iter()
        .any(|line| line.len() > MAX_LINE || line.contains(&'\t'))
    {
        return None;
    }
    underlined(&lines).or_else(|| by_blanks(&lines))
}

/// The table under a line of dashes.
fn underlined(lines: &[Vec<char>]) -> Option<Shape> {
    let at = lines
        .iter()
        .take(MAX_ABOVE)
        .position(|line| is_underline(line))?;
    let runs = runs(lines.get(at)?, |ch| ch != ' ');
    let header = at.checked_sub(1)?;
    if runs.len() < MIN_COLUMNS || !lines.get(header)?.iter().any(|ch| ch.is_alphabetic()) {
        return None;
    }
    let columns: Vec<Range<usize>> = runs;
    let rows: Vec<&Vec<char>> = lines
        .get(at + 1..)?
        .iter()
        .filter(|it| !is_blank(it))
        .collect();
    let gutters = gutters(&columns);
    let n_fit = rows.iter().filter(|row| fits(row, &gutters)).count();
    (rows.len() >= MIN_UNDERLINED && n_fit * 10 >= rows.len() * 6).then_some(Shape {
        columns,
        n_above: at + 1,
        header: Some(header),
        is_padded: false,
    })
}

/// Nothing but dashes, in several groups.
pub(super) fn is_underline(line: &[char]) -> bool {
    let n = line.iter().filter(|ch| matches!(ch, '-' | '=')).count();
    n >= 6 && line.iter().all(|ch| matches!(ch, '-' | '=' | ' '))
}

fn is_blank(line: &[char]) -> bool {
    line.iter().all(|ch| ch.is_whitespace())
}

/// Where stretches of characters lie that are so.
fn runs(line: &[char], is_so: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, &ch) in line.iter().enumerate() {
        if !is_so(ch) {
            continue;
        }
        match runs.last_mut().filter(|run| run.end == at) {
            Some(run) => run.end = at + 1,
            None => runs.push(at..at + 1),
        }
    }
    runs
}

/// What lies between columns.
pub(super) fn gutters(columns: &[Range<usize>]) -> Vec<Range<usize>> {
    columns
        .iter()
        .zip(columns.iter().skip(1))
        .map(|(left, right)| left.end..right.start)
        .filter(|gutter| !gutter.is_empty())
        .collect()
}

/// Whether a line leaves the gutters blank and reaches beyond the first.
pub(super) fn fits(line: &[char], gutters: &[Range<usize>]) -> bool {
    gutters.iter().all(|gutter| {
        let within = line.get(gutter.start.min(line.len())..gutter.end.min(line.len()));
        within.is_some_and(|chars| chars.iter().all(|ch| *ch == ' '))
    })
}

fn by_blanks(lines: &[Vec<char>]) -> Option<Shape> {
    // What more lines leave blank, fewer do: most texts are told by this one look.
    if let Some(rows) = lines.get(MAX_ABOVE..).filter(|rows| rows.len() >= MIN_ROWS) {
        let rows: Vec<&Vec<char>> = rows.iter().filter(|it| !is_blank(it)).collect();
        if rows.len() >= MIN_ROWS && columns(&rows).0.len() < MIN_COLUMNS {
            return None;
        }
    }
    let most = MAX_ABOVE.min(lines.len());
    (0..=most)
        .filter(|&above| lines.get(above).is_some_and(|line| !is_blank(line)))
        .find_map(|above| table_from(lines, above))
}

/// The table whose rows begin at a line.
fn table_from(lines: &[Vec<char>], above: usize) -> Option<Shape> {
    let rows: Vec<&Vec<char>> = lines
        .get(above..)?
        .iter()
        .filter(|it| !is_blank(it))
        .collect();
    if rows.len() < MIN_ROWS.max(above * 3) {
        return None;
    }
    let (columns, is_padded) = columns(&rows);
    let gutters = gutters(&columns);
    let n_fit = rows.iter().filter(|row| fits(row, &gutters)).count();
    if columns.len() < MIN_COLUMNS || n_fit * 100 < rows.len() * 95 {
        return None;
    }
    let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, &columns)).collect();
    if !is_table(&cells, is_padded) {
        return None;
    }
    let header = header(lines, above, &columns, &cells);
    Some(Shape {
        columns,
        n_above: above + usize::from(header == Some(above)),
        header,
        is_padded,
    })
}

/// The columns that the blanks leave, and whether all lines are filled to one length.
fn columns(rows: &[&Vec<char>]) -> (Vec<Range<usize>>, bool) {
    let mut lens: Vec<usize> = rows.iter().map(|row| row.len()).collect();
    lens.sort_unstable();
    let usual = lens.get(lens.len() / 2).copied().unwrap_or(0);
    let n_usual = lens.iter().filter(|len| **len == usual).count();
    let is_padded = n_usual * 100 >= rows.len() * 97 && usual >= 20;
    let mut n_filled = vec![0_usize; lens.last().copied().unwrap_or(0)];
    for row in rows {
        for (n, ch) in n_filled.iter_mut().zip(row.iter()) {
            *n += usize::from(*ch != ' ');
        }
    }
    // The title of a page now and then leaves no blank.
    let allowed = rows.len() / 20;
    let mut columns: Vec<Range<usize>> = Vec::new();
    for (at, n) in n_filled.into_iter().enumerate() {
        if n <= allowed {
            continue;
        }
        match columns.last_mut().filter(|column| column.end == at) {
            Some(column) => column.end = at + 1,
            None => columns.push(at..at + 1),
        }
    }
    if is_padded {
        columns = columns
            .into_iter()
            .flat_map(|column| where_digits_end(column, rows))
            .collect();
    }
    (columns, is_padded)
}

/// Parts of a column that touch: digits in nearly all rows, then letters in nearly all, or the other way round.
fn where_digits_end(column: Range<usize>, rows: &[&Vec<char>]) -> Vec<Range<usize>> {
    let share = |at: usize, is_so: fn(char) -> bool| {
        let n = rows
            .iter()
            .filter(|row| row.get(at).is_some_and(|ch| is_so(*ch)));
        n.count() * 100 >= rows.len() * 98
    };
    let mut parts = Vec::new();
    let mut start = column.start;
    for at in column.start + 1..column.end {
        let is_digit = |ch: char| ch.is_ascii_digit();
        let turns = share(at - 1, is_digit) && share(at, char::is_alphabetic)
            || share(at - 1, char::is_alphabetic) && share(at, is_digit);
        // A number of an identity may have letters: only long parts are told apart.
        if turns && at - start >= 4 {
            parts.push(start..at);
            start = at;
        }
    }
    parts.push(start..column.end);
    parts
}

/// What a line holds under each column.
pub(super) fn cells(line: &[char], columns: &[Range<usize>]) -> Vec<String> {
    let last = columns.len().saturating_sub(1);
    columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let end = if index == last {
                line.len()
            } else {
                column.end
            };
            let cell = line.get(
                column.start.min(line.len())..end.min(line.len()).max(column.start.min(line.len())),
            );
            let cell: String = cell.unwrap_or(&[]).iter().collect();
            cell.trim().to_owned()
        })
        .collect()
}

/// Whether cells under each other are alike, as in a table, and not by chance.
fn is_table(rows: &[Vec<String>], is_padded: bool) -> bool {
    let n_columns = rows.first().map_or(0, Vec::len);
    let n_cells = rows
        .iter()
        .flatten()
        .filter(|cell| !cell.is_empty())
        .count();
    if n_cells * 10 < rows.len() * n_columns * 5 {
        return false;
    }
    let (mut n_typed, mut n_hex, mut n_signs, mut n_same) = (0, 0, 0, 0);
    for column in 0..n_columns {
        let cells: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .collect();
        let most = |n: usize| n * 10 >= cells.len() * 9 && cells.len() * 2 > rows.len();
        let has_digit = |cell: &&&str| cell.bytes().any(|byte| byte.is_ascii_digit());
        n_typed += usize::from(most(cells.iter().filter(has_digit).count()));
        let is_hex = |cell: &&&str| {
            matches!(cell.len(), 2 | 4) && cell.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        n_hex += usize::from(most(cells.iter().filter(is_hex).count()));
        let is_word = |cell: &&&str| cell.len() > 1 && cell.chars().all(char::is_alphabetic);
        let first = cells.first().copied().unwrap_or("");
        let is_same = |cell: &&&str| **cell == first && is_word(cell);
        n_same += usize::from(most(cells.iter().filter(is_same).count()));
        let is_sign = |cell: &&&str| !cell.chars().any(char::is_alphanumeric);
        n_signs += usize::from(most(cells.iter().filter(is_sign).count()));
    }
    // A dump of bytes, a drawing, or one sentence said again and again.
    if n_hex >= 6 || n_signs * 3 > n_columns || n_same >= 3 {
        return false;
    }
    // A log: what it tells is prose behind a few marks.
    let words = |row: &Vec<String>| row.last().map_or(0, |cell| cell.split_whitespace().count());
    let n_words: usize = rows.iter().map(words).sum();
    n_typed >= 1 && (is_padded || n_words < rows.len() * 5)
}

/// Which line names the columns: the first row, or the line above it.
fn header(
    lines: &[Vec<char>],
    above: usize,
    columns: &[Range<usize>],
    rows: &[Vec<String>],
) -> Option<usize> {
    let gutters = gutters(columns);
    let fitting = |at: usize| lines.get(at).filter(|line| fits(line, &gutters));
    if fitting(above).is_some() && crate::csv::has_header(rows) {
        return Some(above);
    }
    let before = above.checked_sub(1)?;
    let line = fitting(before)?;
    let names = cells(line, columns);
    let mut with: Vec<Vec<String>> = vec![names];
    with.extend(rows.iter().take(50).cloned());
    crate::csv::has_header(&with).then_some(before)
}
