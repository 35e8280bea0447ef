//! A member of a ZIP locked with a password. Format: PKWARE APPNOTE 6.3 chapter 6.1 (the old cipher); WinZip AE specification (AE-2).

use aes::{
    Aes256,
    cipher::{BlockEncrypt, KeyInit, generic_array::GenericArray},
};
use hmac::{Hmac, Mac};
use sha1::Sha1;

use crate::chance::Chance;

/// Which cipher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lock {
    /// AES-256 as WinZip has it.
    Aes,
    /// The first cipher of PKZIP.
    Old,
}

/// Packed bytes locked as AE-2 with AES-256: salt, verifier, bytes, seal.
pub(crate) fn aes(packed: &[u8], password: &str, chance: &mut Chance) -> Vec<u8> {
    let salt = chance.bytes(16);
    let mut keys = [0; 66];
    pbkdf2::pbkdf2_hmac::<Sha1>(password.as_bytes(), &salt, 1000, &mut keys);
    let (cipher_key, rest) = keys.split_at(32);
    let (seal_key, verifier) = rest.split_at(32);
    let cipher = Aes256::new(GenericArray::from_slice(cipher_key));
    let mut locked = packed.to_vec();
    // Counter mode: blocks are counted from 1, lowest byte first.
    for (i, chunk) in locked.chunks_mut(16).enumerate() {
        let mut block = GenericArray::from((i as u128 + 1).to_le_bytes());
        cipher.encrypt_block(&mut block);
        for (byte, key) in chunk.iter_mut().zip(block) {
            *byte ^= key;
        }
    }
    let mut out = salt;
    out.extend_from_slice(verifier);
    out.extend_from_slice(&locked);
    if let Ok(mut seal) = <Hmac<Sha1> as Mac>::new_from_slice(seal_key) {
        seal.update(&locked);
        out.extend_from_slice(&seal.finalize().into_bytes()[..10]);
    }
    out
}

/// What the directory says of a member locked by `aes`: its real method is behind it.
pub(crate) fn aes_extra(method: u16) -> Vec<u8> {
    let mut extra = Vec::new();
    // Header 0x9901 of 7 bytes: version AE-2, vendor "AE", strength 3 (256 bits), method.
    for value in [0x9901_u16, 7, 2] {
        extra.extend_from_slice(&value.to_le_bytes());
    }
    extra.extend_from_slice(b"AE\x03");
    extra.extend_from_slice(&method.to_le_bytes());
    extra
}

/// Packed bytes behind the old cipher, with its head of twelve bytes.
pub(crate) fn old(packed: &[u8], password: &str, crc: u32, chance: &mut Chance) -> Vec<u8> {
    let mut keys = [0x1234_5678_u32, 0x2345_6789, 0x3456_7890];
    for &byte in password.as_bytes() {
        update(&mut keys, byte);
    }
    let mut head = chance.bytes(11);
    head.push((crc >> 24) as u8);
    head.iter()
        .chain(packed)
        .map(|&byte| {
            let word = (keys[2] | 2) as u16;
            let key = (word.wrapping_mul(word ^ 1) >> 8) as u8;
            update(&mut keys, byte);
            byte ^ key
        })
        .collect()
}

fn update(keys: &mut [u32; 3], byte: u8) {
    keys[0] = crc_of(keys[0], byte);
    keys[1] = keys[1]
        .wrapping_add(keys[0] & 0xff)
        .wrapping_mul(134_775_813)
        .wrapping_add(1);
    keys[2] = crc_of(keys[2], (keys[1] >> 24) as u8);
}

/// One step of CRC-32.
fn crc_of(crc: u32, byte: u8) -> u32 {
    let mut crc = crc ^ u32::from(byte);
    for _ in 0..8 {
        crc = crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
    }
    crc
}
