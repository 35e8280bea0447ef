//! A locked ZIP member and a password in, its content out.
//!
//! The old lock (ZipCrypto) has one byte to tell a wrong password by, so a
//! password counts only when the checksum of the content holds. The AES lock has
//! two bytes and a seal; the checksum of AE-1, or the seal, decides.
//!
//! Formats: PKWARE APPNOTE 6.3.10, section 6.1; WinZip, "AES Encryption Information", AE-1 and AE-2.

use std::io::{self, Read};

use aes::{
    Aes128, Aes192, Aes256,
    cipher::{KeyIvInit, StreamCipher},
};
use ctr::Ctr128LE;
use flate2::Crc;
use sha1::Sha1;

/// Rounds of the derivation of a key.
const ROUNDS: u32 = 1000;
/// Bytes of the seal behind the content.
pub(super) const SEAL: u64 = 10;

/// How a member is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    /// ZipCrypto, with the bytes that a right password may show.
    Old { checks: [u8; 2] },
    /// AES with a key of so many bytes.
    Aes { key: usize },
}

impl Lock {
    /// Bytes before the content.
    pub(super) fn n_head(self) -> u64 {
        match self {
            Self::Old { .. } => 12,
            Self::Aes { key } => key as u64 / 2 + 2,
        }
    }

    /// Bytes behind the content.
    pub(super) fn n_tail(self) -> u64 {
        match self {
            Self::Old { .. } => 0,
            Self::Aes { .. } => SEAL,
        }
    }

    /// The key that a password makes, unless the bytes before the content say that it is wrong.
    pub(super) fn try_open(self, head: &[u8], password: &[u8]) -> Option<Key> {
        match self {
            Self::Old { checks } => {
                let mut keys = Old::new(password);
                let mut last = 0;
                for byte in head.get(..12)? {
                    last = keys.open(*byte);
                }
                checks.contains(&last).then_some(Key::Old(keys))
            }
            Self::Aes { key } => {
                let salt = head.get(..key / 2)?;
                let mut made = vec![0; key * 2 + 2];
                pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, ROUNDS, &mut made);
                if made.get(key * 2..) != head.get(key / 2..key / 2 + 2) {
                    return None;
                }
                // The counter begins at 1, its low byte first.
                let mut counter = [0; 16];
                counter[0] = 1;
                let key = &made[..key];
                Some(match key.len() {
                    16 => Key::Aes128(Box::new(Ctr128LE::new_from_slices(key, &counter).ok()?)),
                    24 => Key::Aes192(Box::new(Ctr128LE::new_from_slices(key, &counter).ok()?)),
                    _ => Key::Aes256(Box::new(Ctr128LE::new_from_slices(key, &counter).ok()?)),
                })
            }
        }
    }
}

/// A key at work.
#[derive(Clone)]
pub(super) enum Key {
    Old(Old),
    Aes128(Box<Ctr128LE<Aes128>>),
    Aes192(Box<Ctr128LE<Aes192>>),
    Aes256(Box<Ctr128LE<Aes256>>),
}

impl Key {
    fn open(&mut self, bytes: &mut [u8]) {
        match self {
            Self::Old(keys) => {
                for byte in bytes {
                    *byte = keys.open(*byte);
                }
            }
            Self::Aes128(cipher) => cipher.apply_keystream(bytes),
            Self::Aes192(cipher) => cipher.apply_keystream(bytes),
            Self::Aes256(cipher) => cipher.apply_keystream(bytes),
        }
    }
}

/// The three keys of ZipCrypto.
#[derive(Clone)]
pub(super) struct Old([u32; 3]);

impl Old {
    fn new(password: &[u8]) -> Self {
        let mut keys = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        for byte in password {
            keys.update(*byte);
        }
        keys
    }

    fn update(&mut self, byte: u8) {
        self.0[0] = crc_step(self.0[0], byte);
        self.0[1] = self.0[1]
            .wrapping_add(self.0[0] & 0xFF)
            .wrapping_mul(0x0808_8405)
            .wrapping_add(1);
        self.0[2] = crc_step(self.0[2], (self.0[1] >> 24) as u8);
    }

    fn open(&mut self, byte: u8) -> u8 {
        let temp = (self.0[2] & 0xFFFF) | 2;
        let byte = byte ^ (temp.wrapping_mul(temp ^ 1) >> 8) as u8;
        self.update(byte);
        byte
    }
}

/// One step of CRC-32 without its inversions.
fn crc_step(crc: u32, byte: u8) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut value = index as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 {
                    0xEDB8_8320 ^ (value >> 1)
                } else {
                    value >> 1
                };
                bit += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    TABLE[((crc ^ u32::from(byte)) & 0xFF) as usize] ^ (crc >> 8)
}

/// A locked stream, opened.
pub(super) struct Opened<R> {
    stream: R,
    key: Option<Key>,
}

impl<R> Opened<R> {
    /// Without a key, the stream as it is.
    pub(super) fn new(stream: R, key: Option<Key>) -> Self {
        Self { stream, key }
    }
}

impl<R: Read> Read for Opened<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.stream.read(out)?;
        if let Some(key) = &mut self.key {
            key.open(&mut out[..n]);
        }
        Ok(n)
    }
}

/// A password as programs may have written it: UTF-8, and Latin-1 when that differs.
pub(super) fn spellings(password: &str) -> Vec<Vec<u8>> {
    let mut spellings = vec![password.as_bytes().to_vec()];
    let latin: Option<Vec<u8>> = password
        .chars()
        .map(|ch| u8::try_from(u32::from(ch)).ok())
        .collect();
    spellings.extend(latin.filter(|latin| *latin != spellings[0]));
    spellings
}

/// Whether the content of a stream has this checksum and length.
pub(super) fn holds(stream: &mut dyn Read, crc: Option<u32>, n: u64) -> bool {
    let mut sum = Crc::new();
    let mut buffer = vec![0; 64 << 10];
    let mut n_read = 0;
    while n_read <= n {
        match stream.read(&mut buffer) {
            Ok(0) => return n_read == n && crc.is_none_or(|crc| sum.sum() == crc),
            Ok(more) => {
                sum.update(&buffer[..more]);
                n_read += more as u64;
            }
            Err(_) => return false,
        }
    }
    false
}
