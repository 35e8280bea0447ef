//! A locked stream of Excel in, the same stream with the content of its records unlocked out.
//!
//! Ids and lengths are never locked, nor are a few records that a program
//! must read before it has the key.
//!
//! Format: [MS-XLS] section 2.2.10 (encryption), 2.4.117 (FilePass).

use super::records::{id, is_begin, record};
use crate::{
    crypt::{self, Legacy, NoKey, Obfuscation, legacy_gap},
    exhibit::Reading,
    ole::bytes::u16_at,
};

/// Size of the blocks that have a key of their own.
const BLOCK: usize = 1024;

/// The stream unlocked, or as it is when it is not locked; `None` when no password opens it, and the gap is noted.
pub(super) fn unlocked(stream: Vec<u8>, version: u8, reading: &mut Reading<'_>) -> Option<Vec<u8>> {
    let mut at = 0;
    let mut pass = None;
    for _ in 0..64 {
        let Some(found) = record(&stream, at) else {
            break;
        };
        if found.id == id::FILE_PASS {
            pass = Some(found);
            break;
        }
        if found.id == id::EOF {
            break;
        }
        at = found.at + found.body.len();
    }
    let Some(pass) = pass else {
        return Some(stream);
    };
    let candidates = crypt::candidates(reading);
    let body = pass.body;
    let is_xor = version < 8 || u16_at(body, 0) == Some(0);
    if is_xor {
        let start = if version < 8 { 0 } else { 2 };
        let found = u16_at(body, start)
            .zip(u16_at(body, start + 2))
            .and_then(|(key, verifier)| Obfuscation::open(key, verifier, &candidates));
        let Some(key) = found else {
            legacy_gap(NoKey::Password, reading);
            return None;
        };
        let mut clear = stream;
        for (start, end, n_clear) in contents(&clear) {
            if let Some(content) = clear.get_mut(start + n_clear..end) {
                key.unlock_record(content, end + n_clear);
            }
        }
        return Some(clear);
    }
    let key = match Legacy::open(body.get(2..).unwrap_or(&[]), &candidates) {
        Ok(key) => key,
        Err(why) => {
            legacy_gap(why, reading);
            return None;
        }
    };
    // The key runs over every byte of the stream, also over those that are not locked.
    let mut clear = stream.clone();
    key.unlock(&mut clear, BLOCK);
    let mut out = stream;
    for (start, end, n_clear) in contents(&out) {
        let from = (start + n_clear).min(end);
        if let (Some(to), Some(from)) = (out.get_mut(from..end), clear.get(from..end)) {
            to.copy_from_slice(from);
        }
    }
    Some(out)
}

/// Where the content of each record begins and ends, and how many of its bytes are never locked.
fn contents(stream: &[u8]) -> Vec<(usize, usize, usize)> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(found) = record(stream, at) {
        let end = found.at + found.body.len();
        let n_clear = match found.id {
            id::FILE_PASS | 0xE1 | 0x138 | 0x139 | 0x194 | 0x195 | 0x196 => found.body.len(),
            begin if is_begin(begin) => found.body.len(),
            id::SHEET => 4.min(found.body.len()),
            _ => 0,
        };
        all.push((found.at, end, n_clear));
        at = end;
    }
    all
}
