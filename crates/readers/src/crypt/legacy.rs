//! How Office 97 to 2003 locks its streams and a password in, a key that unlocks them block by block out.
//!
//! Three ways: RC4 with a key of 40 bits, RC4 by CryptoAPI, and XOR with a key
//! that is as good as the password.
//!
//! Format: [MS-OFFCRYPTO] sections 2.3.5 to 2.3.7.

use md5::Md5;
use sha1::{Digest, Sha1};

use super::{standard::Standard, wide};
use crate::ole::bytes::{slice, u16_at};

const RC4: u32 = 0x6801;

/// A key that fits.
#[derive(Clone)]
pub(crate) enum Legacy {
    /// The first five bytes of the password's hash.
    Short([u8; 5]),
    /// The password's hash, and how many bytes of each block's hash are its key.
    CryptoApi([u8; 20], usize),
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum NoKey {
    /// No password of the case opens it.
    Password,
    /// A way of locking that is not known here.
    Unknown,
}

impl Legacy {
    /// The key for a header of a lock, from the first password that opens it.
    pub(crate) fn open(header: &[u8], candidates: &[String]) -> Result<Self, NoKey> {
        let major = u16_at(header, 0).ok_or(NoKey::Unknown)?;
        let minor = u16_at(header, 2).ok_or(NoKey::Unknown)?;
        match (major, minor) {
            (1, 1) => candidates
                .iter()
                .find_map(|password| short(slice(header, 4, 48), password))
                .ok_or(NoKey::Password),
            (2..=4, 2) => {
                let lock = Standard::parse(slice(header, 4, 1 << 16)).ok_or(NoKey::Unknown)?;
                if lock.algorithm != RC4 && lock.algorithm != 0 {
                    return Err(NoKey::Unknown);
                }
                candidates
                    .iter()
                    .find_map(|password| crypto_api(&lock, password))
                    .ok_or(NoKey::Password)
            }
            _ => Err(NoKey::Unknown),
        }
    }

    fn of_block(&self, block: u32) -> Rc4 {
        match self {
            Self::Short(key) => Rc4::new(
                &Md5::new()
                    .chain_update(key)
                    .chain_update(block.to_le_bytes())
                    .finalize(),
            ),
            Self::CryptoApi(hash, n) => {
                let state = Sha1::new()
                    .chain_update(hash)
                    .chain_update(block.to_le_bytes())
                    .finalize();
                let mut key = state[..(*n).min(20)].to_vec();
                if *n == 5 {
                    // A key of 40 bits is filled up.
                    key.resize(16, 0);
                }
                Rc4::new(&key)
            }
        }
    }

    /// Unlocks a stream that is locked in blocks of this size from its beginning.
    pub(crate) fn unlock(&self, bytes: &mut [u8], block_size: usize) {
        for (number, block) in bytes.chunks_mut(block_size.max(1)).enumerate() {
            self.of_block(number as u32).apply(block);
        }
    }

    /// Unlocks bytes that are a block of their own.
    pub(crate) fn unlock_block(&self, bytes: &mut [u8], number: u32) {
        self.of_block(number).apply(bytes);
    }
}

fn short(check: &[u8], password: &str) -> Option<Legacy> {
    let salt = check.get(..16)?;
    let first = Md5::digest(wide(password));
    let mut hasher = Md5::new();
    for _ in 0..16 {
        hasher.update(&first[..5]);
        hasher.update(salt);
    }
    let mut key = [0; 5];
    key.copy_from_slice(&hasher.finalize()[..5]);
    let key = Legacy::Short(key);
    let mut both = check.get(16..48)?.to_vec();
    key.unlock_block(&mut both, 0);
    (Md5::digest(&both[..16])[..] == both[16..]).then_some(key)
}

fn crypto_api(lock: &Standard, password: &str) -> Option<Legacy> {
    let hash = Sha1::new()
        .chain_update(&lock.salt)
        .chain_update(wide(password))
        .finalize();
    let key = Legacy::CryptoApi(hash.into(), lock.n_key);
    let mut both = [lock.verifier.as_slice(), lock.hash.get(..20)?].concat();
    key.unlock_block(&mut both, 0);
    (Sha1::digest(both.get(..16)?)[..] == *both.get(16..36)?).then_some(key)
}

/// The stream cipher RC4.
struct Rc4 {
    state: [u8; 256],
    i: u8,
    j: u8,
}

impl Rc4 {
    fn new(key: &[u8]) -> Self {
        let mut state = [0; 256];
        for (at, byte) in state.iter_mut().enumerate() {
            *byte = at as u8;
        }
        let mut j = 0_u8;
        for at in 0..256 {
            let of_key = key.get(at % key.len().max(1)).copied().unwrap_or(0);
            j = j.wrapping_add(state[at]).wrapping_add(of_key);
            state.swap(at, usize::from(j));
        }
        Self { state, i: 0, j: 0 }
    }

    fn apply(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.i = self.i.wrapping_add(1);
            self.j = self.j.wrapping_add(self.state[usize::from(self.i)]);
            self.state.swap(usize::from(self.i), usize::from(self.j));
            let sum = self.state[usize::from(self.i)].wrapping_add(self.state[usize::from(self.j)]);
            *byte ^= self.state[usize::from(sum)];
        }
    }
}

/// A key of 16 bytes that text is masked with.
#[derive(Clone)]
pub(crate) struct Obfuscation([u8; 16]);

impl Obfuscation {
    /// The key of the first password with this verifier and key.
    pub(crate) fn open(key: u16, verifier: u16, candidates: &[String]) -> Option<Self> {
        candidates.iter().find_map(|password| {
            // One byte a character: the lower, unless it is zero.
            let bytes: Vec<u8> = password
                .encode_utf16()
                .map(|unit| {
                    if unit & 0xFF != 0 {
                        unit as u8
                    } else {
                        (unit >> 8) as u8
                    }
                })
                .take(15)
                .collect();
            (!bytes.is_empty() && verifier_of(&bytes) == verifier && key_of(&bytes) == key)
                .then(|| Self(mask(&bytes, key)))
        })
    }

    /// Unlocks the content of a record of Excel; `at` is where its content ends in the stream.
    pub(crate) fn unlock_record(&self, bytes: &mut [u8], at: usize) {
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = (*byte ^ self.0[(at + index) % 16]).rotate_left(3);
        }
    }

    /// Unlocks bytes of a stream of Word that begin at `at`; zeros were left as they were.
    pub(crate) fn unlock_stream(&self, bytes: &mut [u8], at: usize) {
        for (index, byte) in bytes.iter_mut().enumerate() {
            let clear = *byte ^ self.0[(at + index) % 16];
            if *byte != 0 && clear != 0 {
                *byte = clear;
            }
        }
    }
}

/// Section 2.3.7.1.
fn verifier_of(password: &[u8]) -> u16 {
    let mut verifier = 0_u16;
    let rotate = |verifier: u16| (verifier << 1 & 0x7FFF) | u16::from(verifier & 0x4000 != 0);
    for &byte in password.iter().rev() {
        verifier = rotate(verifier) ^ u16::from(byte);
    }
    rotate(verifier) ^ password.len() as u16 ^ 0xCE4B
}

/// Section 2.3.7.2: the key that a password gives.
fn key_of(password: &[u8]) -> u16 {
    const FIRST: [u16; 15] = [
        0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E, 0x1872, 0xE139, 0xD40F,
        0x84F9, 0x280C, 0xA96A, 0x4EC3,
    ];
    const MATRIX: [u16; 105] = [
        0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09, 0x7B61, 0xF6C2, 0xFDA5, 0xEB6B,
        0xC6F7, 0x9DCF, 0x2BBF, 0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0, 0x0375,
        0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40, 0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D,
        0xAA7A, 0x44D5, 0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A, 0xEB23, 0xC667,
        0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9, 0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68,
        0xF6D0, 0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC, 0x45A0, 0x8B40, 0x06A1,
        0x0D42, 0x1A84, 0x3508, 0x6A10, 0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168,
        0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C, 0x3730, 0x6E60, 0xDCC0, 0xA9A1,
        0x4363, 0x86C6, 0x1DAD, 0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC, 0x1021,
        0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4,
    ];
    let mut key = password
        .len()
        .checked_sub(1)
        .and_then(|at| FIRST.get(at))
        .copied()
        .unwrap_or(0);
    let mut bits = MATRIX.iter().rev();
    for &byte in password.iter().rev() {
        for bit in 0..7 {
            let mask = bits.next().copied().unwrap_or(0);
            if byte << bit & 0x40 != 0 {
                key ^= mask;
            }
        }
    }
    key
}

fn mask(password: &[u8], key: u16) -> [u8; 16] {
    const FILL: [u8; 15] = [
        0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80, 0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00,
    ];
    let halves = key.to_le_bytes();
    let mut mask = [0; 16];
    for (at, (byte, sign)) in mask
        .iter_mut()
        .zip(password.iter().chain(&FILL))
        .enumerate()
    {
        *byte = (sign ^ halves[at % 2]).rotate_right(1);
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rc4_is_the_published_cipher() {
        let mut bytes = *b"Plaintext";
        Rc4::new(b"Key").apply(&mut bytes);
        assert_eq!(
            bytes,
            [0xBB, 0xF3, 0x16, 0xE8, 0xD9, 0x40, 0xAF, 0x0A, 0xD3]
        );
    }

    #[test]
    fn the_verifier_of_a_password_is_that_of_the_specification() {
        // [MS-OFFCRYPTO] section 2.3.7.1 in LibreOffice's and Excel's form: "abcdefghij" gives FEF1.
        assert_eq!(verifier_of(b"abcdefghij"), 0xFEF1);
    }

    #[test]
    fn any_header_is_survived() {
        for n in 0..80 {
            for version in [[1, 0, 1, 0], [2, 0, 2, 0]] {
                let header = [&version[..], &vec![0xA5; n]].concat();
                assert!(Legacy::open(&header, &["x".to_owned()]).is_err());
            }
        }
    }
}
