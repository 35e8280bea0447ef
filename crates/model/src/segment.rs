//! `Segment`: what a reader makes of bytes. A `Passage` is text, a `Record` named fields, `Rows` a batch of a table.
//!
//! Stolen health data is mostly tables, and a table's meaning is decided once a
//! column, so rows travel in batches that keep all their text in one buffer.
//! Every character can be led back to its place through a `Locator`.

use std::{ops::Range, sync::Arc};

use crate::{Area, Locator};

/// A run of content with its place.
#[derive(Clone, Debug)]
pub enum Segment {
    /// Text; what it says must be tied to a person.
    Passage(Passage),
    /// Named fields about one subject.
    Record(Record),
    /// Rows of a table, each about one subject.
    Rows(Rows),
}

/// Which part of a document a passage is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PassageKind {
    /// Running text.
    #[default]
    Body,
    /// A letterhead or page header, footnote or footer.
    Margin,
    /// A file name, sheet name, title, document property.
    Title,
    /// A mail header's value.
    MailHeader,
    /// A comment, note or tracked change.
    Comment,
    /// Made out of a picture: letters may be wrong.
    Scan,
    /// Runs of letters found in bytes of no known format; next to each other by chance.
    Strings,
}

/// A run of text: a page, a paragraph, a mail body. At most `Limits::max_passage_bytes` long.
///
/// Passages with the same `document` number follow each other and are one
/// document (one letter, one mail): what was said of the subject at its top
/// holds further down.
#[derive(Clone)]
pub struct Passage {
    /// The text, UTF-8, lines separated by `\n`, table cells by `\t`.
    pub text: String,
    /// How a position in `text` leads back to the exhibit.
    pub origin: Origin,
    /// Which part of the document it is.
    pub kind: PassageKind,
    /// Which document within the exhibit, counted from 0 and never falling.
    pub document: u32,
    /// The key of the record whose subject the text is about, as `Record::subject`; `None` when the text must say it.
    pub subject: Option<String>,
}

impl std::fmt::Debug for Passage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Passage({} bytes, {:?}, document {})",
            self.text.len(),
            self.kind,
            self.document
        )
    }
}

impl Passage {
    /// The place of a range of `text` in the exhibit.
    pub fn locate(&self, range: Range<usize>) -> Locator {
        match &self.origin {
            Origin::Bytes { runs } => Locator::Bytes {
                start: offset(runs, range.start),
                end: offset_of_end(runs, range.end),
            },
            Origin::Page { page, base } => Locator::Page {
                page: *page,
                start: base + range.start as u32,
                end: base + range.end as u32,
                area: None,
            },
            Origin::Scan { page, base, words } => Locator::Page {
                page: *page,
                start: base + range.start as u32,
                end: base + range.end as u32,
                area: touched(words, &range)
                    .iter()
                    .map(|word| word.area)
                    .reduce(Area::with),
            },
            Origin::Part { part, base } => Locator::Part {
                part: part.clone(),
                start: base + range.start as u32,
                end: base + range.end as u32,
            },
        }
    }

    /// How sure it is that a range of `text` stands in the exhibit as it does here, from 0 to 1.
    ///
    /// Less than 1 only where the text was recognised in a picture: the least sure of its words counts.
    pub fn certainty(&self, range: Range<usize>) -> f32 {
        let Origin::Scan { words, .. } = &self.origin else {
            return 1.0;
        };
        let least = touched(words, &range)
            .iter()
            .map(|word| word.confidence)
            .min();
        f32::from(least.unwrap_or(100).min(100)) / 100.0
    }
}

/// The words that a range of the text touches.
fn touched<'w>(words: &'w [ScanWord], range: &Range<usize>) -> &'w [ScanWord] {
    let first = words.partition_point(|word| word.end as usize <= range.start);
    let last = words.partition_point(|word| (word.start as usize) < range.end);
    words.get(first..last).unwrap_or(&[])
}

/// How a position in a passage's text leads back to the exhibit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Plain text: runs `(offset in text, offset in file)`, each one byte for one byte until the next run.
    ///
    /// UTF-8 needs one run; a file in Latin-1 starts a run after each accented letter.
    Bytes {
        /// Sorted by offset in text; the first run begins at 0.
        runs: Vec<(u32, u64)>,
    },
    /// A page's text.
    Page {
        /// Page, from 1.
        page: u32,
        /// Where `text` begins within the page's text.
        base: u32,
    },
    /// Text recognised in a page's picture.
    Scan {
        /// Page of the document or picture, from 1.
        page: u32,
        /// Where `text` begins within the text recognised on the page.
        base: u32,
        /// The words, in the order of the text.
        words: Vec<ScanWord>,
    },
    /// A named part's text.
    Part {
        /// The part's name.
        part: String,
        /// Where `text` begins within the part's text.
        base: u32,
    },
}

/// A word that was recognised in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanWord {
    /// Where it begins in the passage's text.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// Where it stands on the page.
    pub area: Area,
    /// How sure its recognition is, from 0 to 100.
    pub confidence: u8,
}

fn offset(runs: &[(u32, u64)], at: usize) -> u64 {
    let index = runs.partition_point(|run| run.0 as usize <= at);
    let (text, file) = index
        .checked_sub(1)
        .and_then(|i| runs.get(i))
        .copied()
        .unwrap_or((0, 0));
    file + (at as u64 - u64::from(text))
}

/// The end of a range belongs to the run that holds its last character.
fn offset_of_end(runs: &[(u32, u64)], end: usize) -> u64 {
    if let Ok(index) = runs.binary_search_by_key(&end, |run| run.0 as usize) {
        return runs[index].1;
    }
    offset(runs, end)
}

/// What a record was in its own format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// An HL7 v2 segment; fields are named `PID-3.1`, repetitions `PID-3[2].1`.
    Hl7v2,
    /// A FHIR resource; fields are paths from the resource: `name[0].family`.
    Fhir,
    /// A JSON object of no known standard; fields are paths.
    Json,
    /// An XML element of no known standard, or C-CDA; fields are paths.
    Xml,
    /// A mail's header; fields are header names.
    Mail,
    /// A form: labels and values (AcroForm, a two-column table).
    Form,
    /// A contact or calendar card.
    Card,
    /// An image header.
    Image,
    /// A loop of an X12 transaction; fields are named in words, `member id`, else `CLM-05.1`.
    X12,
}

/// Named fields about one subject.
#[derive(Clone, Debug)]
pub struct Record {
    /// What it was in its own format.
    pub kind: RecordKind,
    /// The segment, resource type, object path: `PID`, `Patient`, `$.patients[]`.
    pub name: String,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// Records of one exhibit with the same key are about one subject: `message 17`, `Patient/123`.
    pub subject: Option<String>,
}

/// A named field and its value.
#[derive(Clone)]
pub struct Field {
    /// Its name or path.
    pub name: String,
    /// Its value as text, escapes undone.
    pub value: String,
    /// Where it stands.
    pub place: Locator,
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Field({}, {} bytes)", self.name, self.value.len())
    }
}

/// A table's name and columns, the same for all its batches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TableHead {
    /// Sheet or table; empty for a file that is one table.
    pub name: String,
    /// Counts the tables of one exhibit from 0: two tables on one sheet are two.
    pub index: u32,
    /// The columns; names are empty when the table has no header.
    pub columns: Vec<Column>,
    /// Whether rows and columns are numbered like a sheet's (`Cell`) or named (`Field`, for SQL).
    pub is_sheet: bool,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Column {
    /// As its header or definition names it; empty when it has none.
    pub name: String,
    /// Its position in the sheet, from 0 (a table may start in column D).
    pub index: u32,
    /// It is (part of) the primary key.
    pub is_key: bool,
    /// Table and column that it points to by a foreign key.
    pub references: Option<(String, String)>,
}

/// A batch of rows of one table.
#[derive(Clone)]
pub struct Rows {
    /// The table.
    pub head: Arc<TableHead>,
    /// Each row's number, as the sheet or file counts it (the first line is 1), or the row in an SQL table.
    pub numbers: Vec<u64>,
    /// All cells' text, one after the other, row by row.
    pub text: String,
    /// Where each cell ends in `text`; `numbers.len() * head.columns.len()` of them.
    pub ends: Vec<u32>,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Rows({} rows of {} columns)",
            self.numbers.len(),
            self.head.columns.len()
        )
    }
}

impl Rows {
    /// An empty batch.
    pub fn new(head: Arc<TableHead>) -> Self {
        Self {
            head,
            numbers: Vec::new(),
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// Adds a row: missing cells are empty, cells beyond the last column are joined to it by a space.
    pub fn push<S: AsRef<str>>(&mut self, number: u64, cells: impl IntoIterator<Item = S>) {
        let n_columns = self.head.columns.len();
        let mut n_cells = 0;
        for cell in cells {
            let cell = cell.as_ref();
            if n_cells < n_columns {
                self.text.push_str(cell);
                self.ends.push(self.text.len() as u32);
                n_cells += 1;
            } else if let Some(end) = self.ends.last_mut()
                && n_columns > 0
                && !cell.trim().is_empty()
            {
                self.text.push(' ');
                self.text.push_str(cell);
                *end = self.text.len() as u32;
            }
        }
        for _ in n_cells..n_columns {
            self.ends.push(self.text.len() as u32);
        }
        self.numbers.push(number);
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// A cell's text; empty when there is none.
    #[inline]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let index = row * self.head.columns.len() + column;
        let start = index
            .checked_sub(1)
            .and_then(|i| self.ends.get(i))
            .map_or(0, |&end| end as usize);
        self.ends
            .get(index)
            .and_then(|&end| self.text.get(start..end as usize))
            .unwrap_or("")
    }

    /// Where a cell stands.
    pub fn locate(&self, row: usize, column: usize) -> Locator {
        let mut path = String::new();
        self.write_path_of_row(row, &mut path);
        let mut place = Locator::Bytes { start: 0, end: 0 };
        self.locate_over(row, column, &path, &mut place);
        place
    }

    /// The same over a place that is no longer needed, its room used again; `path` is that of the row.
    pub fn locate_over(&self, row: usize, column: usize, path: &str, place: &mut Locator) {
        let name = &self.head.name;
        let Some(col) = self.head.columns.get(column) else {
            *place = Locator::Field { path: name.clone() };
            return;
        };
        if self.head.is_sheet {
            let number = self.numbers.get(row).copied().unwrap_or(0);
            if let Locator::Cell { sheet, row, column } = place {
                *row = number;
                if sheet != name {
                    sheet.clone_from(name);
                }
                Locator::write_column_letters(col.index as usize, column);
            } else {
                *place = Locator::Cell {
                    sheet: name.clone(),
                    row: number,
                    column: Locator::column_letters(col.index as usize),
                };
            }
        } else if let Locator::Field { path: over } = place {
            over.clear();
            over.push_str(path);
            over.push_str(&col.name);
        } else {
            *place = Locator::Field {
                path: [path, &col.name].concat(),
            };
        }
    }

    /// Writes what the paths of a row's cells begin with, `patients[17].`; nothing for a sheet's.
    pub fn write_path_of_row(&self, row: usize, path: &mut String) {
        path.clear();
        if !self.head.is_sheet {
            let number = self.numbers.get(row).copied().unwrap_or(0);
            write_path_of_row(&self.head.name, number, path);
        }
    }
}

/// Written without a formatter: it is asked for every row that says something.
fn write_path_of_row(table: &str, number: u64, path: &mut String) {
    let mut digits = [0_u8; 20];
    let mut rest = number;
    let mut from = digits.len();
    loop {
        from -= 1;
        digits[from] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    path.push_str(table);
    path.push('[');
    path.push_str(std::str::from_utf8(&digits[from..]).unwrap_or(""));
    path.push_str("].");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(n_columns: u32) -> Arc<TableHead> {
        let columns = (0..n_columns)
            .map(|index| Column {
                index,
                ..Column::default()
            })
            .collect();
        Arc::new(TableHead {
            name: String::new(),
            index: 0,
            columns,
            is_sheet: true,
        })
    }

    #[test]
    fn rows_of_any_width_keep_every_cell() {
        let mut rows = Rows::new(head(3));
        rows.push(2, ["a", "b", "c", "d"]);
        rows.push(3, ["e"]);
        assert_eq!(rows.cell(0, 2), "c d");
        assert_eq!(
            (rows.cell(1, 0), rows.cell(1, 1), rows.cell(1, 2)),
            ("e", "", "")
        );
        assert_eq!(
            rows.locate(1, 0),
            Locator::Cell {
                sheet: String::new(),
                row: 3,
                column: "A".into()
            }
        );
    }

    #[test]
    fn a_place_written_over_another_is_the_place() {
        let mut over = Locator::Bytes { start: 1, end: 2 };
        for is_sheet in [true, false, true] {
            for name in ["", "patients"] {
                let mut rows = Rows::new(Arc::new(TableHead {
                    name: name.into(),
                    is_sheet,
                    ..TableHead::clone(&head(30))
                }));
                rows.push(18_446_744_073_709_551_615, [""]);
                rows.push(0, [""]);
                for (row, column) in [(0, 0), (1, 29), (0, 27), (1, 30), (1, 1)] {
                    let mut path = "before".to_owned();
                    rows.write_path_of_row(row, &mut path);
                    rows.locate_over(row, column, &path, &mut over);
                    assert_eq!(over, rows.locate(row, column));
                }
            }
        }
    }

    #[test]
    fn a_recognised_word_leads_back_to_its_place_and_the_least_sure_counts() {
        let area = |x| Area {
            x,
            y: 10,
            width: 50,
            height: 20,
        };
        let word = |start, end, x, confidence| ScanWord {
            start,
            end,
            area: area(x),
            confidence,
        };
        let passage = Passage {
            text: "Anne Roy".into(),
            origin: Origin::Scan {
                page: 2,
                base: 7,
                words: vec![word(0, 4, 100, 96), word(5, 8, 160, 40)],
            },
            kind: PassageKind::Body,
            document: 0,
            subject: None,
        };
        let place = passage.locate(0..8);
        let both = Some(Area {
            width: 110,
            ..area(100)
        });
        assert!(
            matches!(place, Locator::Page { page: 2, start: 7, end: 15, area } if area == both)
        );
        assert!((passage.certainty(0..4) - 0.96).abs() < 1e-6);
        assert!((passage.certainty(0..8) - 0.4).abs() < 1e-6);
    }

    #[test]
    fn a_latin_1_text_leads_back_to_its_bytes() {
        // "né le 3": é is two bytes in the text and one in the file.
        let passage = Passage {
            text: "né le 3".into(),
            origin: Origin::Bytes {
                runs: vec![(0, 100), (3, 102)],
            },
            kind: PassageKind::Body,
            document: 0,
            subject: None,
        };
        assert_eq!(
            passage.locate(0..3),
            Locator::Bytes {
                start: 100,
                end: 102
            }
        );
        assert_eq!(
            passage.locate(7..8),
            Locator::Bytes {
                start: 106,
                end: 107
            }
        );
    }

    #[test]
    fn a_cell_of_an_sql_table_is_named_by_table_row_and_column() {
        for number in [0, 7, 10, u64::MAX] {
            let mut path = String::new();
            write_path_of_row("patients", number, &mut path);
            assert_eq!(path, format!("patients[{number}]."));
        }
    }
}
