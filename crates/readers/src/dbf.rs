//! A dBASE table in, its rows out; deleted rows come too and say so.
//!
//! Read forwards, whatever the header's count of rows says; rows that the file
//! has fewer of than it promises are a gap. The encoding is the one of the
//! language driver, else found from the bytes. Long texts stand in a file of
//! their own (`.dbt`, `.fpt`), which is read with the table when it lies beside
//! it; else a cell that points there shows the number of its block.
//!
//! Format: dBASE III+ to 7, FoxPro and Visual FoxPro table files ("Xbase File
//! Format Description", E. Bachmann; Visual FoxPro "Table File Structure").

mod memo;

use whose_model::{Cause, Locator};

use self::memo::Memo;
use crate::{
    encoding::{self, Charset},
    exhibit::Reading,
    source::Source,
    table::Table,
};

/// Bytes of a long text that is a cell; a longer one is a file of its own.
const MAX_CELL: usize = 256 << 10;

struct Field {
    name: String,
    kind: u8,
    len: usize,
}

/// Whether bytes begin a table: a known version, a day, and descriptions of fields that fill the header.
pub(crate) fn begins(head: &[u8]) -> bool {
    let Some((version, n_header, n_record)) = sizes(head) else {
        return false;
    };
    let is_version = matches!(
        version,
        0x02 | 0x03
            | 0x04
            | 0x05
            | 0x07
            | 0x30
            | 0x31
            | 0x32
            | 0x43
            | 0x63
            | 0x7B
            | 0x83
            | 0x8B
            | 0x8C
            | 0x8E
            | 0xCB
            | 0xF5
            | 0xFB
    );
    let is_day = matches!(head.get(2), Some(0..=12)) && matches!(head.get(3), Some(0..=31));
    let fields = fields(head, version);
    let n_in_fields: usize = fields.iter().map(|field| field.len).sum();
    is_version
        && is_day
        && !fields.is_empty()
        && n_header >= 33
        && n_in_fields < n_record + 1
        && n_in_fields + 1 >= n_record
        && fields.iter().all(|field| {
            field.kind.is_ascii_alphabetic() || matches!(field.kind, b'@' | b'+' | b'0')
        })
}

/// Whether a table begins that has long texts in another file.
pub(crate) fn has_long_texts(head: &[u8]) -> bool {
    let version = head.first().copied().unwrap_or(0);
    begins(head) && fields(head, version).iter().any(points_elsewhere)
}

/// Whether a field holds the number of a block of the other file.
fn points_elsewhere(field: &Field) -> bool {
    match field.kind {
        b'M' | b'G' | b'P' | b'W' => matches!(field.len, 4 | 10),
        b'B' => field.len == 10,
        _ => false,
    }
}

/// The number of a block; zero when there is none.
fn block(bytes: &[u8]) -> u64 {
    match bytes.as_array() {
        Some(number) => u64::from(u32::from_le_bytes(*number)),
        None => {
            let text = String::from_utf8_lossy(bytes);
            text.trim_matches(|ch: char| ch == '\0' || ch.is_whitespace())
                .parse()
                .unwrap_or(0)
        }
    }
}

fn is_fox(version: u8) -> bool {
    matches!(version, 0x30..=0x32 | 0xF5 | 0xFB)
}

fn sizes(head: &[u8]) -> Option<(u8, usize, usize)> {
    let word = |at: usize| {
        let bytes = head.get(at..)?.first_chunk()?;
        Some(usize::from(u16::from_le_bytes(*bytes)))
    };
    Some((*head.first()?, word(8)?, word(10)?))
}

fn fields(head: &[u8], version: u8) -> Vec<Field> {
    let is_seven = version & 7 == 4;
    let (start, size, n_name) = if is_seven { (68, 48, 32) } else { (32, 32, 11) };
    let mut fields = Vec::new();
    let mut at = start;
    while let Some(bytes) = head.get(at..at + size) {
        if bytes[0] == 0x0D {
            break;
        }
        let name = &bytes[..n_name];
        let name = &name[..name.iter().position(|byte| *byte == 0).unwrap_or(n_name)];
        let kind = bytes[n_name];
        let len = if is_seven { bytes[33] } else { bytes[16] };
        let more = if is_seven { bytes[34] } else { bytes[17] };
        // Clipper makes long text fields by using the count of decimals as the high byte.
        let is_long = kind == b'C' && more > 0;
        fields.push(Field {
            name: encoding::detect(name).decode(name).trim().to_owned(),
            kind,
            len: usize::from(len) + if is_long { usize::from(more) << 8 } else { 0 },
        });
        at += size;
    }
    fields
}

/// The encoding of a language driver.
fn charset(driver: u8) -> Option<Charset> {
    let label = match driver {
        0x03 | 0x57 | 0x58 | 0x59 => "windows-1252",
        0x04 => "macintosh",
        0x26 | 0x65 => "ibm866",
        0x13 | 0x7B => "shift_jis",
        0x4D | 0x7A => "gbk",
        0x4E | 0x79 => "euc-kr",
        0x4F | 0x78 => "big5",
        0x50 | 0x7C => "windows-874",
        0x7D => "windows-1255",
        0x7E => "windows-1256",
        0xC8 => "windows-1250",
        0xC9 => "windows-1251",
        0xCA => "windows-1254",
        0xCB => "windows-1253",
        0xCC => "windows-1257",
        _ => return None,
    };
    Some(encoding::named(label))
}

/// Reads a table.
pub(crate) fn read(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let head = source.ahead(64 << 10);
    let Some((version, n_header, n_record)) = sizes(head) else {
        return reading.gap(Cause::Truncated, "the file ends inside its head");
    };
    let n_said = head
        .get(4..)
        .and_then(|bytes| bytes.first_chunk())
        .map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let fields = fields(head.get(..n_header).unwrap_or(head), version);
    if fields.is_empty() || n_record < 2 || n_header < 33 {
        return reading.gap(Cause::Corrupt, "the table's head is broken");
    }
    let driver = head.get(29).copied().unwrap_or(0);
    let is_dos = matches!(driver, 0x01 | 0x02 | 0x09..=0x25 | 0x37 | 0x6C);
    let rest = head.get(n_header.min(head.len())..).unwrap_or(&[]);
    let charset = charset(driver).unwrap_or_else(|| encoding::detect(rest));
    // Whether a row is deleted is said in a last column, when any is.
    let columns = fields.iter().map(|field| field.name.clone());
    let head = crate::table::head("", 0, columns.chain(["(deleted)".to_owned()]));
    let mut table = Table::new(head.clone());
    source.pass(n_header);
    let beside = reading.addition();
    let mut memo = beside.and_then(|file| Memo::open(file, is_fox(version)));
    let mut n_lost = 0_u64;
    let mut n = 0_u64;
    loop {
        let record = source.ahead(n_record);
        match record.first() {
            None | Some(0x1A) => break,
            _ if record.len() < n_record => {
                break;
            }
            _ => {}
        }
        let record = &record[..n_record];
        n += 1;
        let mut at = 1;
        let mut cells = Vec::with_capacity(fields.len() + 1);
        for (column, field) in fields.iter().enumerate() {
            let end = (at + field.len).min(record.len());
            let bytes = record.get(at..end).unwrap_or(&[]);
            at = end;
            if points_elsewhere(field)
                && let number @ 1.. = block(bytes)
            {
                let text = memo.as_mut().and_then(|memo| memo.text(number));
                n_lost += u64::from(text.is_none());
                cells.push(match text {
                    Some(text) if field.kind == b'M' && text.len() <= MAX_CELL => {
                        decoded(&text, charset, is_dos)
                    }
                    Some(bytes) => table.binary(column, &bytes),
                    None => format!("block {number}"),
                });
                continue;
            }
            cells.push(
                if matches!(field.kind, b'Q' | b'G' | b'P' | b'B') && field.len > 10 {
                    table.binary(column, bytes)
                } else {
                    value(field, bytes, version, charset, is_dos)
                },
            );
        }
        cells.push(if record[0] == b'*' {
            "deleted".to_owned()
        } else {
            String::new()
        });
        table.push(&cells, reading);
        source.pass(n_record);
    }
    table.flush(reading);
    if n_lost > 0 {
        reading.gap(
            Cause::Truncated,
            "long texts stand in another file (DBT, FPT), which is not beside it or does not have them: cells show the number of the block",
        );
    }
    if n < u64::from(n_said) {
        let place = Locator::Field {
            path: format!("row {}", n + 1),
        };
        reading.gap_at(
            place,
            Cause::Truncated,
            "the file has fewer rows than it says",
        );
    }
}

fn value(field: &Field, bytes: &[u8], version: u8, charset: Charset, is_dos: bool) -> String {
    let low_first = || bytes.first_chunk().map(|it| i32::from_le_bytes(*it));
    let is_fox = is_fox(version);
    match field.kind {
        b'D' => {
            let text = String::from_utf8_lossy(bytes);
            match (text.get(..4), text.get(4..6), text.get(6..8)) {
                (Some(year), Some(month), Some(day)) if text.trim().len() == 8 => {
                    format!("{year}-{month}-{day}")
                }
                _ => text.trim().to_owned(),
            }
        }
        b'I' | b'+' if bytes.len() == 4 => low_first().map_or(String::new(), |it| {
            // dBASE 7 counts high byte first, with the sign turned.
            if is_fox {
                it.to_string()
            } else {
                (it.swap_bytes() ^ i32::MIN).to_string()
            }
        }),
        b'B' | b'O' if bytes.len() == 8 && is_fox => {
            let bits = bytes.first_chunk().map_or(0, |it| u64::from_le_bytes(*it));
            f64::from_bits(bits).to_string()
        }
        b'Y' if bytes.len() == 8 => {
            let cents = bytes.first_chunk().map_or(0, |it| i64::from_le_bytes(*it));
            let sign = if cents < 0 { "-" } else { "" };
            let cents = cents.unsigned_abs();
            format!("{sign}{}.{:04}", cents / 10_000, cents % 10_000)
        }
        b'T' | b'@' if bytes.len() == 8 => {
            let days = low_first().unwrap_or(0);
            let milliseconds = bytes
                .get(4..)
                .and_then(|rest| rest.first_chunk())
                .map_or(0, |it| i32::from_le_bytes(*it));
            julian(i64::from(days), i64::from(milliseconds))
        }
        // A block of the file of long texts.
        b'M' | b'G' | b'P' | b'W' if bytes.len() == 4 => {
            let block = low_first().unwrap_or(0);
            if block == 0 {
                String::new()
            } else {
                format!("block {block}")
            }
        }
        b'L' => match bytes.first() {
            Some(b'T' | b't' | b'Y' | b'y') => "true".to_owned(),
            Some(b'F' | b'f' | b'N' | b'n') => "false".to_owned(),
            _ => String::new(),
        },
        b'N' | b'F' => String::from_utf8_lossy(bytes)
            .trim_matches(|ch: char| ch == '\0' || ch.is_whitespace())
            .to_owned(),
        b'0' => String::new(),
        _ => {
            let bytes = bytes.trim_ascii();
            let bytes = &bytes[..bytes
                .iter()
                .rposition(|byte| *byte != 0)
                .map_or(0, |at| at + 1)];
            decoded(bytes, charset, is_dos)
        }
    }
}

fn decoded(bytes: &[u8], charset: Charset, is_dos: bool) -> String {
    let text = if is_dos && std::str::from_utf8(bytes).is_err() {
        crate::table::from_dos(bytes)
    } else {
        charset.decode(bytes).into_owned()
    };
    text.trim_end().to_owned()
}

/// A day counted as astronomers do, and milliseconds of it.
fn julian(day: i64, milliseconds: i64) -> String {
    let seconds = (milliseconds + 500) / 1000;
    let is_of_day = (0..86_400).contains(&seconds);
    // 1 January of year 1 is day 1,721,426.
    crate::table::moment(day - 1_721_426, if is_of_day { seconds } else { 0 }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use whose_model::{Cause, Segment};

    use crate::testkit::read_bytes;

    fn file(n_said: u8) -> Vec<u8> {
        let mut file = vec![3, 124, 1, 2, n_said, 0, 0, 0, 97, 0, 18, 0];
        file.resize(32, 0);
        file[29] = 0x57;
        for (name, kind, len) in [("NAME", b'C', 9), ("BORN", b'D', 8)] {
            let mut field = vec![0; 32];
            field[..4].copy_from_slice(name.as_bytes());
            field[11] = kind;
            field[16] = len;
            file.extend(field);
        }
        file.push(0x0D);
        file.extend_from_slice(b" Ren\xe9     19500102*Roy      19510304\x1a");
        file
    }

    #[test]
    fn rows_come_in_the_encoding_of_the_driver_and_deleted_ones_say_so() {
        let given = read_bytes("a.dbf", &file(2));
        let Segment::Rows(rows) = &given.segments[0].1 else {
            panic!("a table");
        };
        assert_eq!(rows.text, "René1950-01-02Roy1951-03-04deleted");
        assert!(given.gaps.is_empty());
        let given = read_bytes("a.dbf", &file(3));
        assert_eq!(given.gaps[0].cause, Cause::Truncated);
    }

    /// A table with one long text, and its file of long texts in each of three manners.
    fn with_memo(version: u8, pointer: &[u8], memo: &[u8]) -> crate::testkit::Given {
        use std::io::{Seek, Write};
        let n = pointer.len() as u8;
        let mut table = vec![version, 124, 1, 2, 1, 0, 0, 0, 65, 0, 1 + n, 0];
        table.resize(32, 0);
        let mut field = b"NOTE".to_vec();
        field.resize(32, 0);
        field[11] = b'M';
        field[16] = n;
        table.extend(field);
        table.push(0x0D);
        table.push(b' ');
        table.extend(pointer);
        let file = |bytes: &[u8]| {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(bytes).unwrap();
            file.rewind().unwrap();
            file
        };
        let beside = crate::Beside {
            kind: whose_model::SetKind::Memo,
            is_first: true,
            is_behind: false,
            whole: "a.dbf".into(),
            next: None,
            files: [&table[..], memo]
                .into_iter()
                .map(|bytes| crate::Neighbour {
                    name: String::new(),
                    file: Some(file(bytes)),
                })
                .collect(),
        };
        let mut given = crate::testkit::Given::default();
        crate::read(
            crate::Input::Beside(file(&table), beside),
            &whose_model::ExhibitPath("a.dbf".into()),
            &whose_model::Limits::default(),
            &mut given,
        );
        given
    }

    #[test]
    fn long_texts_beside_the_table_are_its_cells() {
        let mut fox = vec![0, 0, 0, 9, 0, 0, 0, 64];
        fox.resize(512, 0);
        fox.extend([0, 0, 0, 1, 0, 0, 0, 3]);
        fox.extend(b"Roy rest");
        let mut three = vec![0; 1024];
        three.extend(b"Roy\x1a\x1aold");
        let mut four = vec![0; 20];
        four.extend([0, 2]);
        four.resize(1024, 0);
        four.extend([0xFF, 0xFF, 8, 0, 11, 0, 0, 0]);
        four.extend(b"Royrest");
        for (version, pointer, memo) in [
            (0x30, &8_u32.to_le_bytes()[..], &fox),
            (0xF5, b"         8", &fox),
            (0x83, b"         2", &three),
            (0x8B, b"         2", &four),
        ] {
            let given = with_memo(version, pointer, memo);
            let Segment::Rows(rows) = &given.segments[0].1 else {
                panic!("a table");
            };
            assert_eq!(rows.text, "Roy", "{version:x}");
            assert!(given.gaps.is_empty());
        }
        let given = with_memo(0x30, &900_u32.to_le_bytes(), &fox);
        assert!(given.gaps[0].detail.contains("long texts"));
    }

    proptest! {
        #[test]
        fn any_long_texts_break_nothing(
            version in prop::sample::select(vec![0x30_u8, 0x83, 0x8B, 0xF5]),
            pointer in 0_u32..40,
            memo in prop::collection::vec(any::<u8>(), 1..2048),
        ) {
            let given = with_memo(version, &pointer.to_le_bytes(), &memo);
            prop_assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
        }

        #[test]
        fn a_changed_table_never_panics(
            changes in prop::collection::vec((0_usize..130, any::<u8>()), 0..20),
            len in 33_usize..134,
        ) {
            let mut file = file(2);
            for (at, byte) in changes {
                file[at] = byte;
            }
            file.truncate(len);
            let mut given = crate::testkit::Given::default();
            let path = whose_model::ExhibitPath("a.dbf".into());
            crate::exhibit::read_as("dbf", &file, &path, &whose_model::Limits::default(), &mut given);
            prop_assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
        }
    }
}
