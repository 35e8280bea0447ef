//! What a workbook of Excel says for all its sheets: their names, the shared strings, formats, the way dates count.

use super::records::{Parts, Strings, id, record};
use crate::{
    encoding,
    ole::bytes::{u16_at, u32_at},
    sheet::value::Form,
};

/// Shared strings that are kept.
const MAX_STRINGS: usize = 8 << 20;
/// Bytes of them.
const MAX_STRING_BYTES: usize = 512 << 20;

/// A sheet as the workbook lists it.
pub(super) struct Listed {
    pub(super) name: String,
    /// Where it begins in the stream.
    pub(super) at: usize,
    pub(super) is_hidden: bool,
}

/// What holds for all sheets.
pub(super) struct Book {
    pub(super) strings: Strings,
    pub(super) is_1904: bool,
    pub(super) sheets: Vec<Listed>,
    pub(super) shared: Vec<String>,
    /// Shared strings were cut off.
    pub(super) is_cut: bool,
    formats: Vec<(u16, String)>,
    n_formats: u16,
    /// The number of its format, of each kind of cell.
    cells: Vec<u16>,
    forms: Vec<Form>,
    n_bytes: usize,
}

impl Book {
    /// Nothing is known yet; `version` is that of the first record.
    pub(super) fn new(version: u8) -> Self {
        Self {
            strings: Strings {
                version,
                page: encoding::encoding_of_page(1252),
            },
            is_1904: false,
            sheets: Vec::new(),
            shared: Vec::new(),
            is_cut: false,
            formats: Vec::new(),
            n_formats: 0,
            cells: Vec::new(),
            forms: Vec::new(),
            n_bytes: 0,
        }
    }

    /// Takes a record of the workbook.
    pub(super) fn take(
        &mut self,
        record_id: u16,
        body: &[u8],
        stream: &[u8],
        after: usize,
    ) -> Option<()> {
        match record_id {
            id::CODE_PAGE => {
                let page = match u16_at(body, 0)? {
                    0x8000 => 10_000,
                    0x8001 => 1252,
                    page => page,
                };
                self.strings.page = encoding::encoding_of_page(page);
            }
            id::DATE_1904 => self.is_1904 = u16_at(body, 0)? != 0,
            id::SHEET if self.strings.version >= 5 => {
                let (name, _) = self.strings.at(body, 6, false)?;
                let is_hidden = body.get(4)? & 3 != 0;
                self.sheets.push(Listed {
                    name,
                    at: u32_at(body, 0)? as usize,
                    is_hidden,
                });
            }
            id::STRINGS => self.read_shared(body, stream, after),
            0x1E | 0x41E => {
                let (number, at) = match (self.strings.version, record_id) {
                    (5.., _) => (u16_at(body, 0)?, 2),
                    (_, 0x41E) => (self.n_formats, 2),
                    _ => (self.n_formats, 0),
                };
                self.n_formats += 1;
                let (code, _) = self.strings.at(body, at, self.strings.version >= 8)?;
                self.formats.push((number, code));
            }
            id::XF => self.cells.push(u16_at(body, 2)?),
            0x243 | 0x443 => self.cells.push(u16::from(*body.get(1)?)),
            0x43 => self.cells.push(u16::from(*body.get(2)? & 0x3F)),
            _ => {}
        }
        Some(())
    }

    fn read_shared(&mut self, body: &[u8], stream: &[u8], after: usize) {
        let mut parts = vec![body.get(8..).unwrap_or(&[])];
        parts.extend(super::records::continued(stream, after));
        let n = u32_at(body, 4).unwrap_or(0) as usize;
        let mut reader = Parts::new(&parts);
        for _ in 0..n.min(MAX_STRINGS) {
            let Some(text) = reader.rich() else {
                self.is_cut = true;
                break;
            };
            self.n_bytes += text.len();
            if self.n_bytes > MAX_STRING_BYTES {
                self.is_cut = true;
                break;
            }
            self.shared.push(text);
        }
    }

    /// How values of a kind of cell are written.
    pub(super) fn form(&mut self, cell: u16) -> &Form {
        if self.forms.is_empty() {
            self.forms = self
                .cells
                .iter()
                .map(|number| {
                    let code = self.formats.iter().find(|format| format.0 == *number);
                    // The formats of the oldest versions have other numbers and always a code.
                    Form::of(*number, code.map(|format| format.1.as_str()), self.is_1904)
                })
                .collect();
            if self.forms.is_empty() {
                self.forms.push(Form::of(0, None, self.is_1904));
            }
        }
        self.forms.get(usize::from(cell)).unwrap_or(&self.forms[0])
    }

    /// How values are written under the format with this number, for Excel 2.
    pub(super) fn form_by_format(&self, number: u16) -> Form {
        let code = self.formats.iter().find(|format| format.0 == number);
        Form::of(number, code.map(|format| format.1.as_str()), self.is_1904)
    }
}

/// The version of Excel that a BOF record tells, from its id and content.
pub(super) fn version(stream: &[u8]) -> Option<u8> {
    let first = record(stream, 0)?;
    Some(match first.id {
        0x09 => 2,
        0x209 => 3,
        0x409 => 4,
        0x809 => match u16_at(first.body, 0)? {
            0x0600 => 8,
            0x0500 => 5,
            // A few programs write nonsense; two bytes decide nothing, the year does.
            _ if u16_at(first.body, 6).is_some_and(|year| year > 1995) => 8,
            _ => 5,
        },
        _ => return None,
    })
}
