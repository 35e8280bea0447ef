//! Locked bytes and a key in, unlocked bytes out: AES and Blowfish in the modes that office formats use.

use aes::cipher::{BlockDecrypt, BlockEncrypt, KeyInit, generic_array::GenericArray};

/// AES with a key of one of its three lengths.
pub(super) enum Aes {
    A128(Box<aes::Aes128>),
    A192(Box<aes::Aes192>),
    A256(Box<aes::Aes256>),
}

impl Aes {
    /// The cipher with this key; `None` for another length.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        Some(match key.len() {
            16 => Self::A128(Box::new(aes::Aes128::new_from_slice(key).ok()?)),
            24 => Self::A192(Box::new(aes::Aes192::new_from_slice(key).ok()?)),
            32 => Self::A256(Box::new(aes::Aes256::new_from_slice(key).ok()?)),
            _ => return None,
        })
    }

    fn decrypt(&self, block: &mut [u8; 16]) {
        let block = GenericArray::from_mut_slice(block);
        match self {
            Self::A128(aes) => aes.decrypt_block(block),
            Self::A192(aes) => aes.decrypt_block(block),
            Self::A256(aes) => aes.decrypt_block(block),
        }
    }

    fn encrypt(&self, block: &mut [u8; 16]) {
        let block = GenericArray::from_mut_slice(block);
        match self {
            Self::A128(aes) => aes.encrypt_block(block),
            Self::A192(aes) => aes.encrypt_block(block),
            Self::A256(aes) => aes.encrypt_block(block),
        }
    }

    /// Each block by itself; a rest that is no block is dropped.
    pub(super) fn ecb(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        let (blocks, rest) = out.as_chunks_mut::<16>();
        let n_rest = rest.len();
        for block in blocks {
            self.decrypt(block);
        }
        out.truncate(out.len() - n_rest);
        out
    }

    /// Each block with the one before it; a rest that is no block is dropped.
    pub(super) fn cbc(&self, start: &[u8; 16], bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        let (blocks, rest) = out.as_chunks_mut::<16>();
        let n_rest = rest.len();
        let mut before = *start;
        for block in blocks {
            let locked = *block;
            self.decrypt(block);
            for (byte, mask) in block.iter_mut().zip(before) {
                *byte ^= mask;
            }
            before = locked;
        }
        out.truncate(out.len() - n_rest);
        out
    }

    /// Each block masked with the one before it, locked once more.
    pub(super) fn cfb(&self, start: &[u8; 16], bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut mask = *start;
        for block in bytes.chunks(16) {
            self.encrypt(&mut mask);
            out.extend(block.iter().zip(mask).map(|(byte, mask)| byte ^ mask));
            mask[..block.len()].copy_from_slice(block);
        }
        out
    }
}

/// Blowfish with feedback of 64 bits; `None` for a key of a length it cannot have.
pub(super) fn blowfish_cfb(key: &[u8], start: &[u8; 8], bytes: &[u8]) -> Option<Vec<u8>> {
    let cipher: blowfish::Blowfish = blowfish::Blowfish::new_from_slice(key).ok()?;
    let mut out = Vec::with_capacity(bytes.len());
    let mut mask = *start;
    for block in bytes.chunks(8) {
        cipher.encrypt_block(GenericArray::from_mut_slice(&mut mask));
        out.extend(block.iter().zip(mask).map(|(byte, mask)| byte ^ mask));
        mask[..block.len()].copy_from_slice(block);
    }
    Some(out)
}

/// Base64 as XML has it, blanks passed over.
pub(super) fn base64(text: &str) -> Vec<u8> {
    let (mut bits, mut n_bits, mut out) = (0_u32, 0, Vec::new());
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            out.push((bits >> n_bits) as u8);
            bits &= (1 << n_bits) - 1;
        }
    }
    out
}

#[test]
fn base64_is_read_with_blanks() {
    assert_eq!(base64("SGVs\n bG8="), b"Hello");
}
