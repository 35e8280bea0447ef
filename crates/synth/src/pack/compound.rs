//! A compound file with two streams: what a workbook behind a password looks like. Format: MS-CFB, MS-OFFCRYPTO.

use crate::chance::Chance;

const FREE: u32 = 0xffff_ffff;
const END: u32 = 0xffff_fffe;
const FAT: u32 = 0xffff_fffd;

/// A workbook locked with a password that nobody has.
pub(crate) fn locked_workbook(chance: &mut Chance) -> Vec<u8> {
    let encoded = |chance: &mut Chance, n| super::mime::base64(&chance.bytes(n));
    let mut info = vec![4, 0, 4, 0, 0x40, 0, 0, 0];
    let xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{}"/><dataIntegrity encryptedHmacKey="{}" encryptedHmacValue="{}"/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="100000" saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{}" encryptedVerifierHashInput="{}" encryptedVerifierHashValue="{}" encryptedKeyValue="{}"/></keyEncryptor></keyEncryptors></encryption>"#,
        encoded(chance, 16),
        encoded(chance, 64),
        encoded(chance, 64),
        encoded(chance, 16),
        encoded(chance, 16),
        encoded(chance, 64),
        encoded(chance, 32),
    );
    info.extend_from_slice(xml.as_bytes());
    // Streams of 4,096 bytes and more need no mini stream.
    info.resize(4096, b' ');
    let mut package = 8184_u64.to_le_bytes().to_vec();
    package.extend_from_slice(&chance.bytes(8184));
    write(&[("EncryptionInfo", info), ("EncryptedPackage", package)])
}

/// A compound file of streams of whole sectors of 512 bytes.
fn write(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    // Sector 0 is the table, sector 1 the directory, then the streams.
    let mut fat = vec![FAT, END];
    let mut starts = Vec::new();
    for (_, bytes) in streams {
        let n = bytes.len().div_ceil(512);
        starts.push(fat.len() as u32);
        for i in 0..n {
            fat.push(if i + 1 == n {
                END
            } else {
                fat.len() as u32 + 1
            });
        }
    }
    fat.resize(128, FREE);
    let mut out = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    out.extend_from_slice(&[0; 16]);
    for value in [0x3e_u16, 3, 0xfffe, 9, 6, 0, 0, 0] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    for value in [0, 1, 1, 0, 4096, END, 0, END, 0, 0] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.resize(512, 0xff);
    for entry in fat {
        out.extend_from_slice(&entry.to_le_bytes());
    }
    // `EncryptionInfo` is shorter than `EncryptedPackage`, so it is the left child.
    out.extend_from_slice(&entry("Root Entry", 5, [FREE, FREE, 2], END, 0));
    for (i, (name, bytes)) in streams.iter().enumerate() {
        let left = if i == 1 { 1 } else { FREE };
        out.extend_from_slice(&entry(
            name,
            2,
            [left, FREE, FREE],
            starts[i],
            bytes.len() as u64,
        ));
    }
    out.extend_from_slice(&entry("", 0, [FREE; 3], 0, 0));
    for (_, bytes) in streams {
        out.extend_from_slice(bytes);
        out.resize(out.len().div_ceil(512) * 512, 0);
    }
    out
}

fn entry(name: &str, kind: u8, [left, right, child]: [u32; 3], start: u32, size: u64) -> [u8; 128] {
    let mut entry = [0; 128];
    let mut at = 0;
    for unit in name.encode_utf16() {
        entry[at..at + 2].copy_from_slice(&unit.to_le_bytes());
        at += 2;
    }
    let n = if name.is_empty() { 0 } else { at as u16 + 2 };
    entry[64..66].copy_from_slice(&n.to_le_bytes());
    entry[66] = kind;
    entry[67] = 1;
    for (i, value) in [left, right, child].into_iter().enumerate() {
        entry[68 + i * 4..72 + i * 4].copy_from_slice(&value.to_le_bytes());
    }
    entry[116..120].copy_from_slice(&start.to_le_bytes());
    entry[120..128].copy_from_slice(&size.to_le_bytes());
    entry
}
