//! `Locator`: where in an exhibit something stands, so that a person can put a finger on it.

use serde::{Deserialize, Serialize};

/// A place in an exhibit. The JSON form is part of the contract of `whose scan`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Locator {
    /// Byte offsets in the file itself, for plain text.
    Bytes {
        /// First byte.
        start: u64,
        /// One past the last byte.
        end: u64,
    },
    /// A cell of a table or sheet.
    Cell {
        /// Sheet or table name; empty for a file that is one table.
        sheet: String,
        /// Row as the sheet numbers it; the first line of the file is 1.
        row: u64,
        /// Column letters: `A`, `AB`.
        column: String,
    },
    /// Text of a page.
    Page {
        /// Page, from 1.
        page: u32,
        /// Byte offset in the page's text (UTF-8).
        start: u32,
        /// One past the last byte.
        end: u32,
        /// Where on the page, when its text was recognised in a picture.
        area: Option<Area>,
    },
    /// Text of a named part: a mail body, a header, a document's body or footnotes.
    Part {
        /// The part's name: `body`, `text/plain`, `word/document.xml`, `header Subject`.
        part: String,
        /// Byte offset in the part's text (UTF-8).
        start: u32,
        /// One past the last byte.
        end: u32,
    },
    /// A named field: HL7 `PID-3.1`, a FHIR path, a DICOM tag, an SQL table, row and column.
    Field {
        /// The path.
        path: String,
    },
}

/// A rectangle of a page or picture, in thousandths of its width and height as it is shown.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Area {
    /// From the left edge.
    pub x: u16,
    /// From the top edge.
    pub y: u16,
    /// How wide.
    pub width: u16,
    /// How high.
    pub height: u16,
}

impl Area {
    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let end = |at: u16, size: u16| at.saturating_add(size);
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self {
            x,
            y,
            width: end(self.x, self.width).max(end(other.x, other.width)) - x,
            height: end(self.y, self.height).max(end(other.y, other.height)) - y,
        }
    }
}

impl Locator {
    /// The column letters of a column counted from 0.
    pub fn column_letters(index: usize) -> String {
        let mut letters = String::new();
        Self::write_column_letters(index, &mut letters);
        letters
    }

    /// The same over another text.
    pub fn write_column_letters(index: usize, letters: &mut String) {
        letters.clear();
        // It is asked for every cell that says something, and few tables are wider.
        if index < 26 {
            letters.push(char::from(b'A' + index as u8));
            return;
        }
        let mut rest = index + 1;
        while rest > 0 {
            rest -= 1;
            letters.insert(0, char::from(b'A' + (rest % 26) as u8));
            rest /= 26;
        }
    }

    /// Takes over another place; of one kind with this, its room is used again.
    pub fn copy_from(&mut self, other: &Self) {
        match (self, other) {
            (Self::Field { path }, Self::Field { path: from }) => path.clone_from(from),
            (
                Self::Cell { sheet, row, column },
                Self::Cell {
                    sheet: from_sheet,
                    row: from_row,
                    column: from_column,
                },
            ) => {
                sheet.clone_from(from_sheet);
                *row = *from_row;
                column.clone_from(from_column);
            }
            (place, other) => *place = other.clone(),
        }
    }

    /// The id of the kind, as in the contract: `bytes`, `cell`, `page`, `part`, `field`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Bytes { .. } => "bytes",
            Self::Cell { .. } => "cell",
            Self::Page { .. } => "page",
            Self::Part { .. } => "part",
            Self::Field { .. } => "field",
        }
    }
}

/// In words: `page 3, 120-131`; `sheet Patients, D17`.
impl std::fmt::Display for Locator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes { start, end } => write!(f, "bytes {start}-{end}"),
            Self::Cell { sheet, row, column } if sheet.is_empty() => {
                write!(f, "cell {column}{row}")
            }
            Self::Cell { sheet, row, column } => write!(f, "sheet {sheet}, cell {column}{row}"),
            Self::Page {
                page, start, end, ..
            } => write!(f, "page {page}, {start}-{end}"),
            Self::Part { part, start, end } => write!(f, "{part}, {start}-{end}"),
            Self::Field { path } => f.write_str(path),
        }
    }
}

#[test]
fn column_letters_are_those_of_a_spreadsheet() {
    for (index, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
        assert_eq!(Locator::column_letters(index), letters);
    }
}
