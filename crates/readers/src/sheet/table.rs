//! Windows of a sheet's rows in, its tables out: which rows and columns belong together, and which row names the columns.
//!
//! Empty rows and columns part the tables; two tables may stand side by side or
//! one under the other, each under titles of its own. A header may span several
//! rows, its upper cells merged. Rows that go on under the same columns after a
//! gap, or in the next window, belong to the table above.

use std::{collections::BTreeSet, ops::RangeInclusive, sync::Arc};

use whose_model::{Column, Field, Locator, PassageKind, Record, RecordKind, Rows, TableHead};

use crate::{columns::is_known_label, exhibit::Reading};

/// A batch is handed over when it has this many rows or this much text.
const BATCH_ROWS: usize = 2_048;
const BATCH_BYTES: usize = 256 << 10;
/// Cells that merging may fill, over a whole sheet; a hostile file merges everything.
const MAX_FILLED: usize = 1 << 20;
/// Merged cells of a sheet that are kept.
const MAX_MERGED: usize = 100_000;
/// Rows a header may span.
const MAX_HEADER_ROWS: usize = 4;
/// How deep tables are looked for between tables.
const MAX_CUTS: u8 = 12;

/// A cell that is not empty.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) column: u32,
    pub(super) text: String,
    pub(super) is_text: bool,
}

/// A row that is not empty, its cells from left to right.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) cells: Vec<Cell>,
}

/// Cells merged to one; rows from 1, columns from 0.
#[derive(Clone, Debug)]
pub(super) struct Merged {
    pub(super) rows: RangeInclusive<u64>,
    pub(super) columns: RangeInclusive<u32>,
}

/// One sheet, window by window.
pub(super) struct Sheet {
    name: String,
    merged: Vec<Merged>,
    n_filled: usize,
    /// Values of merged cells that reach below the window they began in.
    open_merged: Vec<(Merged, String, bool)>,
    n_tables: u32,
    /// Tables that may go on: their head and columns.
    known: Vec<Known>,
}

struct Known {
    head: Arc<TableHead>,
    columns: RangeInclusive<u32>,
    header: Vec<String>,
}

/// A rectangle of the window: positions of rows in it, and columns.
#[derive(Clone)]
struct Region {
    rows: std::ops::Range<usize>,
    columns: RangeInclusive<u32>,
}

impl Sheet {
    pub(super) fn new(name: &str, mut merged: Vec<Merged>, n_tables: u32) -> Self {
        merged.sort_by_key(|it| *it.rows.start());
        Self {
            name: name.to_owned(),
            merged,
            n_filled: 0,
            open_merged: Vec::new(),
            n_tables,
            known: Vec::new(),
        }
    }

    /// Notes a merged cell that no window above reaches.
    pub(super) fn merge(&mut self, merged: Merged) {
        if self.merged.len() < MAX_MERGED {
            self.merged.push(merged);
        }
    }

    /// How many tables there were on this sheet and those before it.
    pub(super) fn n_tables(&self) -> u32 {
        self.n_tables
    }

    /// Takes the next rows.
    pub(super) fn window(&mut self, mut rows: Vec<Row>, is_last: bool, reading: &mut Reading<'_>) {
        for row in &mut rows {
            row.cells.sort_by_key(|cell| cell.column);
        }
        self.fill_down(&mut rows);
        let columns = rows
            .iter()
            .flat_map(|row| row.cells.iter().map(|cell| cell.column));
        let Some((low, high)) = columns.fold(None, |range: Option<(u32, u32)>, column| {
            let (low, high) = range.unwrap_or((column, column));
            Some((low.min(column), high.max(column)))
        }) else {
            return;
        };
        let region = Region {
            rows: 0..rows.len(),
            columns: low..=high,
        };
        self.cut(&rows, region, 0, reading);
        if !is_last {
            reading.pulse();
        }
    }

    /// Puts the value of a cell that spans rows into each of them.
    fn fill_down(&mut self, rows: &mut [Row]) {
        let spans: Vec<Merged> = self
            .merged
            .iter()
            .filter(|it| it.rows.end() > it.rows.start())
            .cloned()
            .collect();
        if spans.is_empty() {
            return;
        }
        let mut next = 0;
        for row in rows {
            while let Some(span) = spans.get(next)
                && *span.rows.start() < row.number
            {
                next += 1;
            }
            self.open_merged
                .retain(|(it, _, _)| *it.rows.end() >= row.number);
            for (span, text, is_text) in &self.open_merged {
                let column = *span.columns.start();
                let at = row.cells.partition_point(|cell| cell.column < column);
                let is_taken = row.cells.get(at).is_some_and(|cell| cell.column == column);
                if !is_taken && self.n_filled < MAX_FILLED {
                    self.n_filled += 1;
                    row.cells.insert(
                        at,
                        Cell {
                            column,
                            text: text.clone(),
                            is_text: *is_text,
                        },
                    );
                }
            }
            while let Some(span) = spans.get(next)
                && *span.rows.start() == row.number
            {
                next += 1;
                let column = *span.columns.start();
                if let Some(cell) = row.cells.iter().find(|cell| cell.column == column)
                    && self.open_merged.len() < 4096
                {
                    self.open_merged
                        .push((span.clone(), cell.text.clone(), cell.is_text));
                }
            }
        }
    }

    /// Parts a region at empty columns and rows until none are left.
    fn cut(&mut self, rows: &[Row], region: Region, depth: u8, reading: &mut Reading<'_>) {
        let Some(region) = trim(rows, region) else {
            return;
        };
        if depth < MAX_CUTS {
            if let Some((left, right)) = side_by_side(rows, &region) {
                self.cut(rows, left, depth + 1, reading);
                return self.cut(rows, right, depth + 1, reading);
            }
            let parts = one_under_the_other(rows, &region);
            if parts.len() > 1 {
                for part in parts {
                    self.cut(rows, part, depth + 1, reading);
                }
                return;
            }
        }
        self.leaf(rows, region, reading);
    }

    /// Hands over a region without empty rows: titles, then a table or a form.
    fn leaf(&mut self, rows: &[Row], region: Region, reading: &mut Reading<'_>) {
        if let Some(record) = form(rows, &region, &self.name, true) {
            self.lone_labels(rows, &region, reading);
            return reading.record(record);
        }
        let Some(shape) = shape(rows, &region, &self.merged) else {
            // Rows of a table above, after a gap.
            if self.goes_on(rows, &region, reading) {
                return;
            }
            if let Some(record) = form(rows, &region, &self.name, false) {
                self.lone_labels(rows, &region, reading);
                return reading.record(record);
            }
            return self.titles(rows, &region, region.rows.clone(), reading);
        };
        if shape.header.is_empty() && self.goes_on(rows, &region, reading) {
            return;
        }
        if shape.header.is_empty()
            && let Some(record) = form(rows, &region, &self.name, false)
        {
            self.lone_labels(rows, &region, reading);
            return reading.record(record);
        }
        self.titles(rows, &region, region.rows.start..shape.first, reading);
        let header = names(rows, &region, &shape.header, &self.merged);
        let columns = region
            .columns
            .clone()
            .zip(&header)
            .map(|(index, name)| Column {
                name: name.clone(),
                index,
                ..Column::default()
            });
        let head = Arc::new(TableHead {
            name: self.name.clone(),
            index: self.n_tables,
            columns: columns.collect(),
            is_sheet: true,
        });
        self.n_tables += 1;
        let body = shape.first + shape.header.len()..region.rows.end;
        if put_rows(&head, &header, rows, &region, body.clone(), reading) == 0 {
            // A header without rows would be silence.
            self.titles(rows, &region, shape.first..body.start, reading);
        }
        self.known.retain(|known| {
            known.columns.end() < region.columns.start()
                || known.columns.start() > region.columns.end()
        });
        self.known.push(Known {
            head,
            columns: region.columns,
            header,
        });
    }

    /// Whether the rows went to a table above whose columns hold them all.
    fn goes_on(&mut self, rows: &[Row], region: &Region, reading: &mut Reading<'_>) -> bool {
        let width = |columns: &RangeInclusive<u32>| columns.end() - columns.start() + 1;
        let known = self.known.iter().find(|known| {
            known.columns.start() <= region.columns.start()
                && known.columns.end() >= region.columns.end()
                && (width(&region.columns) > 1 || width(&known.columns) == 1)
        });
        let Some(known) = known else {
            return false;
        };
        // A single line that speaks, between two tables, is a title.
        let n_filled = |row: &Row| inside(row, &region.columns).count();
        let is_title = region.rows.len() == 1
            && rows
                .get(region.rows.start)
                .is_some_and(|row| n_filled(row) * 3 < width(&known.columns) as usize);
        if is_title {
            return false;
        }
        let whole = Region {
            rows: region.rows.clone(),
            columns: known.columns.clone(),
        };
        put_rows(
            &known.head,
            &known.header,
            rows,
            &whole,
            region.rows.clone(),
            reading,
        );
        true
    }

    /// Hands over what a form leaves aside: labels without a value.
    fn lone_labels(&self, rows: &[Row], region: &Region, reading: &mut Reading<'_>) {
        for at in region.rows.clone() {
            let n = rows
                .get(at)
                .map_or(0, |row| inside(row, &region.columns).count());
            if n == 1 {
                self.titles(rows, region, at..at + 1, reading);
            }
        }
    }

    /// Hands over lines above or between tables, each with the cell it stands in.
    fn titles(
        &self,
        rows: &[Row],
        region: &Region,
        range: std::ops::Range<usize>,
        reading: &mut Reading<'_>,
    ) {
        let mut text = String::new();
        let mut first = None;
        for row in rows.get(range).unwrap_or(&[]) {
            for (n, cell) in inside(row, &region.columns).enumerate() {
                first.get_or_insert_with(|| {
                    let column = Locator::column_letters(cell.column as usize);
                    format!("sheet {}, from {column}{}", self.name, row.number)
                });
                if n > 0 {
                    text.push('\t');
                }
                text.push_str(&cell.text);
            }
            text.push('\n');
        }
        if let Some(part) = first {
            reading.part(&part, &text, PassageKind::Title);
        }
    }
}

fn put_rows(
    head: &Arc<TableHead>,
    header: &[String],
    rows: &[Row],
    region: &Region,
    body: std::ops::Range<usize>,
    reading: &mut Reading<'_>,
) -> usize {
    let mut n_put = 0;
    let mut batch = Rows::new(head.clone());
    let mut line: Vec<&str> = Vec::new();
    let first = *region.columns.start();
    for row in rows.get(body).unwrap_or(&[]) {
        line.clear();
        line.resize(head.columns.len(), "");
        let mut is_empty = true;
        for cell in inside(row, &region.columns) {
            if let Some(place) = line.get_mut((cell.column - first) as usize) {
                *place = &cell.text;
                is_empty = false;
            }
        }
        // Printed sheets repeat the header on each page.
        let is_header = line.iter().zip(header).all(|(cell, name)| cell == name);
        if is_empty || is_header {
            continue;
        }
        batch.push(row.number, &line);
        n_put += 1;
        if batch.len() >= BATCH_ROWS || batch.text.len() >= BATCH_BYTES {
            reading.rows(std::mem::replace(&mut batch, Rows::new(head.clone())));
        }
    }
    reading.rows(batch);
    n_put
}

/// The cells of a row that stand in these columns.
fn inside<'r>(row: &'r Row, columns: &RangeInclusive<u32>) -> impl Iterator<Item = &'r Cell> {
    let start = row
        .cells
        .partition_point(|cell| cell.column < *columns.start());
    let end = row
        .cells
        .partition_point(|cell| cell.column <= *columns.end());
    row.cells.get(start..end).unwrap_or(&[]).iter()
}

/// The region without empty rows and columns at its edges; `None` when nothing is left.
fn trim(rows: &[Row], region: Region) -> Option<Region> {
    let is_filled = |at: &usize| {
        rows.get(*at)
            .is_some_and(|row| inside(row, &region.columns).next().is_some())
    };
    let first = region.rows.clone().find(is_filled)?;
    let last = region.rows.clone().rev().find(is_filled)?;
    let columns = filled_columns(rows, &region);
    Some(Region {
        rows: first..last + 1,
        columns: *columns.first()?..=*columns.last()?,
    })
}

fn filled_columns(rows: &[Row], region: &Region) -> BTreeSet<u32> {
    let rows = rows.get(region.rows.clone()).unwrap_or(&[]);
    let cells = rows.iter().flat_map(|row| inside(row, &region.columns));
    cells.map(|cell| cell.column).collect()
}

/// The two halves of a region in which two tables stand side by side.
fn side_by_side(rows: &[Row], region: &Region) -> Option<(Region, Region)> {
    let columns = filled_columns(rows, region);
    let mut before = *columns.first()?;
    for &column in columns.iter().skip(1) {
        let gap = column - before - 1;
        if gap > 0 {
            let left = Region {
                rows: region.rows.clone(),
                columns: *region.columns.start()..=before,
            };
            let right = Region {
                rows: region.rows.clone(),
                columns: column..=*region.columns.end(),
            };
            if let (Some(a), Some(b)) = (trim(rows, left.clone()), trim(rows, right.clone()))
                && are_two(rows, &a, &b, gap)
            {
                return Some((left, right));
            }
        }
        before = column;
    }
    None
}

/// Whether what stands left and right of an empty column are two tables, not one with an empty column.
fn are_two(rows: &[Row], left: &Region, right: &Region, gap: u32) -> bool {
    let width = |region: &Region| region.columns.end() - region.columns.start() + 1;
    if gap >= 3 {
        return true;
    }
    // A lone column of remarks belongs to the table beside it.
    if width(left) == 1 || width(right) == 1 {
        return gap >= 2 && left.rows != right.rows && left.rows.start != right.rows.start;
    }
    let labels = |region: &Region| -> BTreeSet<String> {
        let row = rows.get(region.rows.start);
        row.into_iter()
            .flat_map(|row| inside(row, &region.columns))
            .map(|cell| cell.text.trim().to_lowercase())
            .collect()
    };
    left.rows != right.rows || !labels(left).is_disjoint(&labels(right))
}

/// The parts of a region that empty rows set apart. Rows not in the window are empty.
fn one_under_the_other(rows: &[Row], region: &Region) -> Vec<Region> {
    let mut parts: Vec<Region> = Vec::new();
    let mut before: Option<u64> = None;
    for at in region.rows.clone() {
        let Some(row) = rows.get(at) else { break };
        if inside(row, &region.columns).next().is_none() {
            continue;
        }
        let is_next = before.is_some_and(|before| row.number == before + 1);
        before = Some(row.number);
        match parts.last_mut() {
            Some(part) if is_next => part.rows.end = at + 1,
            _ => parts.push(Region {
                rows: at..at + 1,
                columns: region.columns.clone(),
            }),
        }
    }
    parts
}

/// Where a table in a region begins and which rows name its columns.
struct Shape {
    /// Position of the first row of the table, header or not.
    first: usize,
    /// Positions of the rows of its header.
    header: Vec<usize>,
}

/// The table in a region without empty rows; `None` when it is a few lines of text.
fn shape(rows: &[Row], region: &Region, merged: &[Merged]) -> Option<Shape> {
    let width = (region.columns.end() - region.columns.start() + 1) as usize;
    let n_filled = |at: usize| {
        rows.get(at)
            .map_or(0, |row| inside(row, &region.columns).count())
    };
    let mut counts: Vec<usize> = region.rows.clone().map(n_filled).collect();
    if width == 1 {
        let first = region.rows.start;
        let is_list = region.rows.len() > 2 && is_header(rows, region, first);
        return is_list.then(|| Shape {
            first,
            header: vec![first],
        });
    }
    counts.sort_unstable();
    // What a full row has: nine in ten rows have no more.
    let usual = counts.get(counts.len() * 9 / 10).copied().unwrap_or(width);
    let is_wide = |at: &usize| n_filled(*at) >= 2 && n_filled(*at) * 2 > usual;
    let wide = region.rows.clone().find(is_wide)?;
    let n_wide = region.rows.clone().filter(is_wide).count();
    if n_wide < 2 && region.rows.len() > 1 && width < 3 {
        return None;
    }
    if !is_header(rows, region, wide) {
        // Titles may look as wide as rows; the header may stand a little further down.
        let below = (wide + 1..region.rows.end.min(wide + 12)).find(|at| {
            n_filled(*at) * 5 >= usual * 4
                && is_header(rows, region, *at)
                && known(rows, region, *at)
        });
        let first = below.unwrap_or(wide);
        return Some(Shape {
            first,
            header: below.into_iter().collect(),
        });
    }
    let mut header = vec![wide];
    // Merged cells above name groups of columns, merged cells in it have their names below.
    while let Some(above) = header.first().and_then(|at| at.checked_sub(1))
        && above >= region.rows.start
        && header.len() < MAX_HEADER_ROWS
        && is_group(rows, region, above, merged)
    {
        header.insert(0, above);
    }
    while let Some(last) = header.last().copied()
        && header.len() < MAX_HEADER_ROWS
        && is_group(rows, region, last, merged)
        && last + 2 < region.rows.end
        && is_label_row(rows, region, last + 1)
    {
        header.push(last + 1);
    }
    Some(Shape {
        first: header.first().copied().unwrap_or(wide),
        header,
    })
}

/// Whether a row has a cell merged over several columns, but not over the whole table.
fn is_group(rows: &[Row], region: &Region, at: usize, merged: &[Merged]) -> bool {
    let Some(row) = rows.get(at) else {
        return false;
    };
    let width = region.columns.end() - region.columns.start() + 1;
    merged.iter().any(|it| {
        let spanned = it.columns.end() - it.columns.start() + 1;
        *it.rows.start() == row.number
            && spanned > 1
            && (spanned < width || inside(row, &region.columns).count() > 1)
            && region.columns.contains(it.columns.start())
    })
}

fn is_label_row(rows: &[Row], region: &Region, at: usize) -> bool {
    let Some(row) = rows.get(at) else {
        return false;
    };
    let mut n = 0;
    for cell in inside(row, &region.columns) {
        if !cell.is_text || !is_label(&cell.text) {
            return false;
        }
        n += 1;
    }
    n > 0
}

/// Whether this row names the columns of those below it.
fn is_header(rows: &[Row], region: &Region, at: usize) -> bool {
    if !is_label_row(rows, region, at) {
        return false;
    }
    let Some(row) = rows.get(at) else {
        return false;
    };
    let labels: Vec<&Cell> = inside(row, &region.columns).collect();
    let distinct: BTreeSet<String> = labels.iter().map(|cell| cell.text.to_lowercase()).collect();
    if distinct.len() * 10 < labels.len() * 8 {
        return false;
    }
    if known(rows, region, at) {
        return true;
    }
    // Numbers and dates below words.
    let below = rows
        .get(at + 1..region.rows.end.min(at + 60))
        .unwrap_or(&[]);
    let mut n_values = 0;
    let mut n_cells = 0;
    for row in below {
        for cell in inside(row, &region.columns) {
            n_cells += 1;
            n_values += usize::from(!cell.is_text || !is_label(&cell.text));
        }
    }
    n_cells > 0 && n_values * 5 > n_cells
}

/// Whether a third of a row's cells are words that columns of people's tables are called.
fn known(rows: &[Row], region: &Region, at: usize) -> bool {
    let Some(row) = rows.get(at) else {
        return false;
    };
    let (mut n, mut n_known) = (0, 0);
    for cell in inside(row, &region.columns) {
        n += 1;
        n_known += usize::from(is_known_label(&cell.text));
    }
    n_known * 3 >= n && n_known > 0
}

/// Whether a text could be a column's name.
fn is_label(text: &str) -> bool {
    let n_digits = text.bytes().filter(u8::is_ascii_digit).count();
    let n_letters = text.chars().filter(|ch| ch.is_alphabetic()).count();
    let is_sign = matches!(text.trim(), "#" | "%" | "n°" | "№");
    text.len() <= 80
        && (is_sign || n_letters > 0)
        && n_digits * 2 <= n_letters
        && !text.contains('@')
}

/// The columns' names: each column's cells in the header, joined, merged cells standing in each column they span.
fn names(rows: &[Row], region: &Region, header: &[usize], merged: &[Merged]) -> Vec<String> {
    let width = (region.columns.end() - region.columns.start() + 1) as usize;
    let mut names = vec![String::new(); width];
    for &at in header {
        let Some(row) = rows.get(at) else { continue };
        for cell in inside(row, &region.columns) {
            let spanned = merged
                .iter()
                .find(|it| it.rows.contains(&row.number) && *it.columns.start() == cell.column)
                .map_or(cell.column, |it| *it.columns.end());
            let text = cell.text.split_whitespace().collect::<Vec<_>>().join(" ");
            for column in cell.column..=spanned.min(*region.columns.end()) {
                if let Some(name) = names.get_mut((column - region.columns.start()) as usize)
                    && !name.ends_with(&text)
                {
                    if !name.is_empty() {
                        name.push(' ');
                    }
                    name.push_str(&text);
                }
            }
        }
    }
    names
}

/// Labels and values in two columns, as a form about one subject; `is_sure` asks for labels that can be nothing else.
fn form(rows: &[Row], region: &Region, sheet: &str, is_sure: bool) -> Option<Record> {
    let mut fields = Vec::new();
    let (mut n_known, mut n_colons) = (0, 0);
    let lines = rows.get(region.rows.clone())?;
    if lines.len() > 200 {
        return None;
    }
    let mut seen = BTreeSet::new();
    for row in lines {
        let cells: Vec<&Cell> = inside(row, &region.columns).collect();
        let [label, value] = cells.as_slice() else {
            // A label without a value is no reason to give up.
            if let [label] = cells.as_slice()
                && is_label(&label.text)
            {
                continue;
            }
            return None;
        };
        if !label.is_text || !is_label(&label.text) {
            return None;
        }
        let name = label.text.trim().trim_end_matches(':').trim().to_owned();
        let has_colon = label.text.trim().ends_with(':');
        n_colons += usize::from(has_colon);
        n_known += usize::from(has_colon || is_known_label(&name));
        if !seen.insert(name.to_lowercase()) {
            return None;
        }
        fields.push(Field {
            name,
            value: value.text.clone(),
            place: Locator::Cell {
                sheet: sheet.to_owned(),
                row: row.number,
                column: Locator::column_letters(value.column as usize),
            },
        });
    }
    let n = fields.len();
    let first_value = fields.first().map_or("", |field| &field.value);
    let is_form = if is_sure {
        n_colons * 2 >= n || (n_known * 3 >= n * 2 && !is_known_label(first_value))
    } else {
        n_known * 2 >= n
    };
    (n >= 2 && is_form).then(|| Record {
        kind: RecordKind::Form,
        name: format!("sheet {sheet}"),
        fields,
        subject: None,
    })
}
