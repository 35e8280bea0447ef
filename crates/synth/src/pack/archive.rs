//! ZIP, TAR and GZIP files. Format: PKWARE APPNOTE 6.3; POSIX ustar; RFC 1952.

use std::io::{self, Write};

use flate2::{Compression, GzBuilder, write::DeflateEncoder};

use super::locked::{self, Lock};
use crate::chance::Chance;

/// 2026-08-03 02:14:00 as DOS writes it.
const DOS_TIME: u16 = (2 << 11) | (14 << 5);
const DOS_DATE: u16 = ((2026 - 1980) << 9) | (8 << 5) | 3;
/// The same as seconds of the Unix epoch.
const UNIX_TIME: u64 = 1_785_723_240;

/// Writes a ZIP archive in memory.
#[derive(Default)]
pub(crate) struct Zip {
    out: Vec<u8>,
    directory: Vec<u8>,
    n: u16,
    /// What the directory says besides of the member that is added next.
    extra: Vec<u8>,
}

impl Zip {
    /// Adds a member.
    pub(crate) fn add(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(content)?;
        let packed = encoder.finish()?;
        self.member(
            name,
            &packed,
            content.len(),
            crc32fast::hash(content),
            8,
            0x0800,
        );
        Ok(())
    }

    /// Adds a member that is locked with a password nobody has: random bytes behind the flag for encryption.
    pub(crate) fn add_locked(&mut self, name: &str, n_bytes: usize, chance: &mut Chance) {
        let noise = chance.bytes(n_bytes + 12);
        let crc = chance.next() as u32;
        self.member(name, &noise, n_bytes, crc, 0, 0x0801);
    }

    /// Adds a member that a password opens.
    pub(crate) fn add_behind(
        &mut self,
        name: &str,
        content: &[u8],
        (lock, password): (Lock, &str),
        chance: &mut Chance,
    ) -> io::Result<()> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
        encoder.write_all(content)?;
        let packed = encoder.finish()?;
        let crc = crc32fast::hash(content);
        match lock {
            // AE-2 keeps no checksum of the content, and its method is 99.
            Lock::Aes => {
                let bytes = locked::aes(&packed, password, chance);
                self.extra = locked::aes_extra(8);
                self.member(name, &bytes, content.len(), 0, 99, 0x0801);
            }
            Lock::Old => {
                let bytes = locked::old(&packed, password, crc, chance);
                self.member(name, &bytes, content.len(), crc, 8, 0x0801);
            }
        }
        Ok(())
    }

    fn member(
        &mut self,
        name: &str,
        packed: &[u8],
        size: usize,
        crc: u32,
        method: u16,
        flags: u16,
    ) {
        let offset = self.out.len() as u32;
        let extra = std::mem::take(&mut self.extra);
        let mut fields = Vec::new();
        for value in [20, flags, method, DOS_TIME, DOS_DATE] {
            fields.extend_from_slice(&value.to_le_bytes());
        }
        for value in [crc, packed.len() as u32, size as u32] {
            fields.extend_from_slice(&value.to_le_bytes());
        }
        fields.extend_from_slice(&(name.len() as u16).to_le_bytes());
        fields.extend_from_slice(&(extra.len() as u16).to_le_bytes());
        self.out.extend_from_slice(b"PK\x03\x04");
        self.out.extend_from_slice(&fields);
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(&extra);
        self.out.extend_from_slice(packed);
        self.directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        self.directory.extend_from_slice(&fields);
        self.directory.extend_from_slice(&[0; 10]);
        self.directory.extend_from_slice(&offset.to_le_bytes());
        self.directory.extend_from_slice(name.as_bytes());
        self.directory.extend_from_slice(&extra);
        self.n += 1;
    }

    /// The archive's bytes.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        let start = self.out.len() as u32;
        let size = self.directory.len() as u32;
        self.out.extend_from_slice(&self.directory);
        self.out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        self.out.extend_from_slice(&self.n.to_le_bytes());
        self.out.extend_from_slice(&self.n.to_le_bytes());
        self.out.extend_from_slice(&size.to_le_bytes());
        self.out.extend_from_slice(&start.to_le_bytes());
        self.out.extend_from_slice(&0_u16.to_le_bytes());
        self.out
    }
}

/// A TAR archive of the members, packed with GZIP.
pub(crate) fn tar_gz(members: &[(String, Vec<u8>)]) -> io::Result<Vec<u8>> {
    let mut tar = Vec::new();
    for (name, content) in members {
        let mut head = [0_u8; 512];
        put(&mut head, 0, name.as_bytes());
        put(&mut head, 100, b"0000644\0");
        put(&mut head, 108, b"0001750\0");
        put(&mut head, 116, b"0001750\0");
        put(
            &mut head,
            124,
            format!("{:011o}\0", content.len()).as_bytes(),
        );
        put(&mut head, 136, format!("{UNIX_TIME:011o}\0").as_bytes());
        put(&mut head, 148, b"        ");
        put(&mut head, 156, b"0");
        put(&mut head, 257, b"ustar\x0000");
        let sum: u32 = head.iter().map(|&byte| u32::from(byte)).sum();
        put(&mut head, 148, format!("{sum:06o}\0 ").as_bytes());
        tar.extend_from_slice(&head);
        tar.extend_from_slice(content);
        tar.resize(tar.len().div_ceil(512) * 512, 0);
    }
    tar.resize(tar.len() + 1024, 0);
    let mut encoder = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::new(6));
    encoder.write_all(&tar)?;
    encoder.finish()
}

fn put(head: &mut [u8; 512], at: usize, bytes: &[u8]) {
    if let Some(field) = head.get_mut(at..at + bytes.len()) {
        field.copy_from_slice(bytes);
    }
}
