//! Workbooks of Excel 2 to 2003 (xls) in, the tables on their sheets out, with notes, text boxes, links, pivot data and what is embedded.
//!
//! The stream is walked record by record; what a record promises about the
//! size of a sheet is not believed and allocates nothing. Hidden sheets, rows
//! and columns are read as any other and named apart. Formulas give the value
//! that was kept with them.
//!
//! Formats: [MS-XLS]; for Excel 2 to 5 the file format as published with the
//! Excel 97 developer's kit.

mod book;
mod lock;
mod pivot;
mod records;
mod sheet;
mod torn;

use whose_model::{Cause, PassageKind};

pub(super) use self::sheet::rk;
use self::{
    book::Book,
    records::{id, is_begin, record},
};
use super::Budget;
use crate::{
    crypt,
    exhibit::Reading,
    ole::{
        self,
        bytes::{f64_at, slice, u16_at},
        compound::Compound,
        objects, pictures, properties, strings, vba,
    },
};

/// Parts of a stream inside each other.
const MAX_DEPTH: u8 = 4;

/// Reads a workbook.
pub(crate) fn read_xls(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(file) = Compound::open(bytes) else {
        if book::version(bytes).is_some() {
            let budget = Budget::of(bytes);
            stream(bytes.to_vec(), &budget, reading);
            return;
        }
        return reading.gap(Cause::Corrupt, "the workbook cannot be read");
    };
    if file.find(Compound::ROOT, "EncryptedPackage").is_some() {
        return crypt::read_package(bytes, reading);
    }
    let found = ["Workbook", "Book", "WorkBook", "WORKBOOK"]
        .iter()
        .find_map(|name| file.stream(name));
    let Some(main) = found else {
        return ole::read(bytes, reading);
    };
    properties::put(&file, Compound::ROOT, reading);
    let budget = Budget::of(bytes);
    if !stream(main, &budget, reading) {
        return;
    }
    for pivots in ["_SX_DB_CUR", "_SX_DB"] {
        if let Some(storage) = file.find(Compound::ROOT, pivots) {
            for (at, entry) in file.children(storage) {
                pivot::put(&file.read(at), &entry.name, &budget, reading);
            }
        }
    }
    vba::put(&file, Compound::ROOT, reading);
    let mut copied = objects::Budget::of(bytes);
    for (at, entry) in file.children(Compound::ROOT) {
        let is_object = entry.name.starts_with("MBD") || entry.name.starts_with("LNK");
        if entry.is_storage
            && is_object
            && !objects::put(&file, at, &entry.name, &mut copied, reading)
        {
            break;
        }
    }
    file.tell(reading);
}

/// Reads the stream of a workbook; `false` when it stays locked.
fn stream(main: Vec<u8>, budget: &Budget, reading: &mut Reading<'_>) -> bool {
    let Some(version) = book::version(&main) else {
        let said = strings::put("workbook", &main, reading);
        reading.gap(
            Cause::Corrupt,
            if said {
                "the workbook does not begin as one; only its readable text was taken"
            } else {
                "the workbook does not begin as one"
            },
        );
        return true;
    };
    let (main, is_torn) = torn::mended(main, version);
    if is_torn {
        reading.gap(
            Cause::Corrupt,
            "a part of the workbook is damaged; what stands behind it was looked for",
        );
    }
    let Some(main) = lock::unlocked(main, version, reading) else {
        return false;
    };
    let mut book = Book::new(version);
    let mut walk = Walk::default();
    let mut at = 0;
    // What holds for all sheets comes first, but formats of Excel 2 to 4 stand in the sheet itself.
    let mut next = 0;
    let mut depth = 0_u32;
    while let Some(found) = record(&main, next) {
        next = found.at + found.body.len();
        if is_begin(found.id) {
            depth += 1;
            let is_sheet = !matches!(u16_at(found.body, 2), Some(5 | 0x100));
            if is_sheet && version >= 5 {
                break;
            }
        } else if found.id == id::EOF {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                break;
            }
        } else {
            book.take(found.id, found.body, &main, next);
            walk.take(&book, found.id, found.body, &main, next);
        }
    }
    if book.is_cut {
        reading.gap(
            Cause::Truncated,
            "the list of shared texts ends early; cells beyond it are empty",
        );
    }
    let mut sheets = sheet::Sheets::new(&mut book, budget);
    let mut n_pulse = 0;
    while let Some(found) = record(&main, at) {
        let end = found.at + found.body.len();
        if is_begin(found.id) {
            let kind = u16_at(found.body, 2).unwrap_or(0x10);
            let is_book = matches!(kind, 5 | 0x100);
            if !is_book {
                at = sheets.part(&main, at, kind, 0, reading);
                n_pulse += 1;
                if n_pulse % 64 == 0 {
                    reading.pulse();
                }
                continue;
            }
        } else if is_torn && sheet::is_cell(found.id) {
            // The head of its sheet is lost.
            at = sheets.part(&main, at, 0x10, 0, reading);
            continue;
        } else if found.id == id::SHEET_4 {
            sheets.next_name = sheets.name_of(slice(found.body, 4, 256));
        }
        at = end;
    }
    sheets.finish(reading);
    walk.finish(reading);
    true
}

/// What the workbook says beside its sheets.
#[derive(Default)]
struct Walk {
    said_by: Vec<String>,
    names: String,
    external: String,
    pictures: Vec<u8>,
}

impl Walk {
    fn take(
        &mut self,
        book: &Book,
        record_id: u16,
        body: &[u8],
        main: &[u8],
        after: usize,
    ) -> Option<()> {
        match record_id {
            id::WRITE_ACCESS => {
                let (name, _) = book.strings.at(body, 0, book.strings.version >= 8)?;
                let name = name.trim().to_owned();
                if !name.is_empty() && name.chars().all(|ch| !ch.is_control()) {
                    self.said_by.push(name);
                }
            }
            0x18 | 0x218 if book.strings.version >= 5 => {
                let is_built_in = u16_at(body, 0)? & 0x20 != 0;
                if !is_built_in {
                    let n = usize::from(*body.get(3)?);
                    let (name, _) = book.strings.characters(body, 14, n)?;
                    self.names.push_str(&name);
                    self.names.push('\n');
                }
            }
            id::BOOK if body.len() > 4 => {
                let (path, mut at) = book.strings.at(body, 2, true)?;
                let path: String = path
                    .chars()
                    .map(|ch| if ch.is_control() { '/' } else { ch })
                    .collect();
                self.external.push_str(path.trim_start_matches('/'));
                self.external.push('\n');
                for _ in 0..u16_at(body, 0)? {
                    let (sheet, end) = book.strings.at(body, at, true)?;
                    self.external.push_str(&sheet);
                    self.external.push('\n');
                    at = end;
                }
            }
            id::CRN => {
                let (last, first) = (*body.first()?, *body.get(1)?);
                let mut at = 4;
                for _ in first..=last {
                    let value = match body.get(at)? {
                        2 => {
                            let (text, end) = book.strings.at(body, at + 1, true)?;
                            at = end;
                            text
                        }
                        1 => {
                            let value = super::value::number(f64_at(body, at + 1)?);
                            at += 9;
                            value
                        }
                        _ => {
                            at += 9;
                            String::new()
                        }
                    };
                    self.external.push_str(&value);
                    self.external.push('\t');
                }
                self.external.push('\n');
            }
            id::PICTURES => {
                self.pictures.extend_from_slice(body);
                for part in records::continued(main, after) {
                    self.pictures.extend_from_slice(part);
                }
            }
            _ => {}
        }
        Some(())
    }

    fn finish(self, reading: &mut Reading<'_>) {
        reading.part("last user", &self.said_by.join("\n"), PassageKind::Title);
        reading.part("defined names", &self.names, PassageKind::Title);
        reading.part(
            "external links and their values",
            &self.external,
            PassageKind::Comment,
        );
        pictures::put(&self.pictures, &mut 0, reading);
    }
}
