//! Locked office files and the passwords of the case in, their content unlocked out, in memory.
//!
//! A password is tried by what the format itself keeps to check one; nothing
//! is guessed and nothing is written down. How often a password must be hashed
//! is said by the file, so the sum of that work is bounded.
//!
//! The ciphers are those of the RustCrypto crates; RC4, XOR and the modes that
//! chain blocks are a few lines each and stand here.
//!
//! Formats: [MS-OFFCRYPTO]; OpenDocument 1.3 part 2, chapter 4.

mod agile;
mod blocks;
mod legacy;
mod odf;
mod standard;

pub(crate) use legacy::{Legacy, NoKey, Obfuscation};
pub(crate) use odf::{Locks, is_wholly_locked};

use whose_model::Cause;

use crate::{
    exhibit::Reading,
    ole::{bytes::u16_at, compound::Compound},
};

/// Excel locks what is only protected against change with this, so that anyone can open it ([MS-OFFCRYPTO] section 2.4.2.3).
const EVERYONE_S: &str = "VelvetSweatshop";
/// Rounds of hashing that all passwords together may cost.
const MAX_ROUNDS: u64 = 60_000_000;
/// The most rounds that a file may ask for ([MS-OFFCRYPTO] section 2.3.4.10).
const MAX_ROUNDS_EACH: u64 = 10_000_000;

/// The passwords to try, the one that everyone has first.
pub(crate) fn candidates(reading: &Reading<'_>) -> Vec<String> {
    let mut candidates = vec![EVERYONE_S.to_owned()];
    candidates.extend(
        reading
            .passwords()
            .iter()
            .map(|password| password.reveal().clone()),
    );
    candidates
}

/// How many of the passwords may be tried when each costs so many rounds; at least one.
pub(crate) fn affordable(n_rounds: u64) -> usize {
    if n_rounds > MAX_ROUNDS_EACH {
        return 0;
    }
    usize::try_from(MAX_ROUNDS / n_rounds.max(1))
        .unwrap_or(usize::MAX)
        .max(1)
}

/// Unlocks an Office package and hands what was in it to its reader; notes the gap when no password opens it.
pub(crate) fn read_package(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(file) = Compound::open(bytes) else {
        return reading.gap(
            Cause::Corrupt,
            "the container of a locked document cannot be read",
        );
    };
    let (Some(info), Some(package)) = (
        file.stream("EncryptionInfo"),
        file.stream("EncryptedPackage"),
    ) else {
        return reading.gap(
            Cause::Password,
            "locked with a password or by rights management",
        );
    };
    let Some(unlocked) = unlock(&info, &package, reading) else {
        return;
    };
    crate::office::read(&unlocked, reading);
}

fn unlock(info: &[u8], package: &[u8], reading: &mut Reading<'_>) -> Option<Vec<u8>> {
    let candidates = candidates(reading);
    let unlocked = match (u16_at(info, 0)?, u16_at(info, 2)?) {
        (4, 4) => match agile::Agile::parse(info.get(8..)?) {
            Some(lock) => {
                let n = affordable(lock.n_rounds());
                candidates.iter().take(n).find_map(|password| {
                    reading.pulse();
                    lock.open(password, package)
                })
            }
            None => {
                reading.gap(Cause::Corrupt, "how it is locked cannot be read");
                return None;
            }
        },
        (2..=4, 2) => match standard::Standard::parse(info.get(4..)?) {
            Some(lock) => candidates.iter().find_map(|password| {
                reading.pulse();
                lock.open(password, package)
            }),
            None => {
                reading.gap(
                    Cause::UnsupportedFormat,
                    "locked by a method that is not known here",
                );
                return None;
            }
        },
        _ => {
            reading.gap(
                Cause::UnsupportedFormat,
                "locked by a method that is not known here",
            );
            return None;
        }
    };
    if unlocked.is_none() {
        reading.gap(Cause::Password, "locked with a password");
    }
    unlocked
}

/// Notes why streams of an old format stay locked.
pub(crate) fn legacy_gap(why: NoKey, reading: &mut Reading<'_>) {
    match why {
        NoKey::Password => reading.gap(Cause::Password, "locked with a password"),
        NoKey::Unknown => reading.gap(
            Cause::UnsupportedFormat,
            "locked by a method that is not known here",
        ),
    }
}

/// A password as the formats of Microsoft hash it.
fn wide(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
