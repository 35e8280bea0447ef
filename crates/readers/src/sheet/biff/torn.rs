//! The stream of a workbook in; out the same with its damaged parts passed over, and whether there are any.
//!
//! Records follow each other without marks, so a reader that meets zeros, or a
//! length that was overwritten, finds nothing more. The next place from which a
//! row of records reads well is looked for, and what stands before it becomes
//! records that nobody reads. Every place in the stream stays as it was, since
//! the list of sheets tells them.
//!
//! Format: [MS-XLS] 2.1.4 and 2.3 (numbers of records, and how long they are).

use super::records::{Record, id, is_begin, record};

/// Above the numbers of all records.
const MAX_ID: u16 = 0x1200;
/// Bytes of the record that tells the size of a sheet: Excel 2 gave it the number 0, and Excel 5 still writes it so at times.
const SIZES: [usize; 3] = [8, 10, 14];
/// Bytes of a record; what is longer goes on in another.
const MAX_LEN: usize = 8224;
/// Records in a row that tell that a place is the beginning of one.
const IN_A_ROW: usize = 8;
/// A record that nobody reads: the number is not given to any.
const UNUSED: u16 = 0x0FFF;

/// The record at a place, if it reads well.
fn good(stream: &[u8], at: usize) -> Option<Record<'_>> {
    let found = record(stream, at)?;
    let len = usize::from(u16::from_le_bytes([stream[at + 2], stream[at + 3]]));
    let is_known = match found.id {
        0 => SIZES.contains(&len),
        id => id < MAX_ID,
    };
    let is_good = is_known && len <= MAX_LEN && found.body.len() == len;
    is_good.then_some(found)
}

/// Whether records begin here.
fn begins(stream: &[u8], mut at: usize) -> bool {
    for _ in 0..IN_A_ROW {
        // Some writers put four zeros between records.
        let found = good(stream, at).or_else(|| {
            let is_filled = stream[at..].starts_with(&[0; 4]);
            good(stream, at + 4).filter(|_| is_filled)
        });
        let Some(found) = found else {
            return false;
        };
        at = found.at + found.body.len();
        if found.id == id::EOF && found.body.is_empty() && is_padding(&stream[at..]) {
            return true;
        }
    }
    true
}

/// Nothing but what fills the last sector.
fn is_padding(rest: &[u8]) -> bool {
    rest.iter().all(|byte| *byte == 0)
}

/// Passes over what is damaged in the stream of Excel 5 or later.
pub(super) fn mended(mut stream: Vec<u8>, version: u8) -> (Vec<u8>, bool) {
    let (mut at, mut depth, mut is_torn) = (0, 0_u32, false);
    while version >= 5 && at < stream.len() {
        if let Some(found) = good(&stream, at) {
            at = found.at + found.body.len();
            if is_begin(found.id) {
                depth += 1;
            } else if found.id == id::EOF {
                depth = depth.saturating_sub(1);
            }
            continue;
        }
        if depth == 0 && is_padding(&stream[at..]) {
            break;
        }
        if good(&stream, at + 4).is_some() && begins(&stream, at) {
            at += 4;
            continue;
        }
        is_torn = true;
        let next = (at + 4..stream.len()).find(|&next| begins(&stream, next));
        let next = next.unwrap_or(stream.len());
        blank(&mut stream, at, next);
        at = next;
    }
    (stream, is_torn)
}

/// Puts records that nobody reads in place of these bytes, of which there are four or more, or the last.
fn blank(stream: &mut [u8], from: usize, to: usize) {
    let mut at = from;
    while to - at >= 4 {
        let len = (to - at - 4).min(MAX_LEN);
        // No fewer than the head of another may be left.
        let len = if matches!(to - at - 4 - len, 1..4) {
            len - 4
        } else {
            len
        };
        stream[at..at + 2].copy_from_slice(&UNUSED.to_le_bytes());
        stream[at + 2..at + 4].copy_from_slice(&(len as u16).to_le_bytes());
        at += 4 + len;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(id: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = id.to_le_bytes().to_vec();
        bytes.extend((body.len() as u16).to_le_bytes());
        bytes.extend(body);
        bytes
    }

    /// A beginning, so many numbers, an end.
    fn stream(n: u16) -> Vec<u8> {
        let mut bytes = made(0x809, &[0, 6, 0x10, 0, 0, 0, 0, 0]);
        for row in 0..n {
            let mut body = row.to_le_bytes().to_vec();
            body.extend([0; 4]);
            body.extend(f64::from(row).to_le_bytes());
            bytes.extend(made(0x203, &body));
        }
        bytes.extend(made(id::EOF, &[]));
        bytes
    }

    /// Rows of the numbers that are read.
    fn rows(stream: &[u8]) -> Vec<u8> {
        let mut at = 0;
        let mut rows = Vec::new();
        while let Some(found) = record(stream, at) {
            at = found.at + found.body.len();
            if found.id == 0x203 && found.body.len() == 14 {
                rows.push(found.body[0]);
            }
        }
        rows
    }

    #[test]
    fn what_stands_behind_zeros_is_found() {
        let mut bytes = stream(100);
        let n = bytes.len();
        bytes[500..900].fill(0);
        let (mended, is_torn) = mended(bytes, 8);
        assert!(is_torn);
        assert_eq!(mended.len(), n);
        let rows = rows(&mended);
        // 400 bytes are 22 or 23 records of 18.
        assert!(rows.len() >= 100 - 24, "{}", rows.len());
        assert_eq!(rows.last(), Some(&99));
    }

    #[test]
    fn what_is_whole_stays_as_it_is() {
        let mut bytes = stream(100);
        assert_eq!(mended(bytes.clone(), 8), (bytes.clone(), false));
        bytes.extend([0; 300]);
        assert_eq!(mended(bytes.clone(), 8), (bytes.clone(), false));
        for n in [5, 3, 2] {
            bytes.splice(12 + n * 18..12 + n * 18, [0; 4]);
        }
        assert_eq!(mended(bytes.clone(), 8), (bytes.clone(), false));
        let mut sized = stream(100);
        sized.splice(12..12, made(0, &[0, 0, 14, 0, 0, 0, 2, 0, 0, 0]));
        assert_eq!(mended(sized.clone(), 5), (sized, false));
    }

    proptest! {
        #[test]
        fn any_damage_is_passed_over(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20), cut in any::<prop::sample::Index>()) {
            let mut bytes = stream(60);
            for (place, byte) in changes {
                let at = place.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.truncate(cut.index(bytes.len() + 1));
            let n = bytes.len();
            let (mended, _) = mended(bytes, 8);
            prop_assert_eq!(mended.len(), n);
            let (again, _) = super::mended(mended.clone(), 8);
            prop_assert_eq!(again.len(), n);
        }
    }
}
