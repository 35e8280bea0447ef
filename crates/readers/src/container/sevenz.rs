//! A 7z archive in, its files as members out.
//!
//! Locked archives are tried with the case's passwords; a wrong one shows when
//! the first locked file does not have its checksum. A broken block costs its
//! own files only.
//!
//! Format: through the `sevenz-rust2` crate.

use std::io::{self, Read, SeekFrom};

use sevenz_rust2::{Archive, ArchiveEntry, Block, BlockDecoder, EncoderMethod, Error, Password};
use whose_model::Cause;

use crate::{
    exhibit::{Body, Reading},
    fields::le64,
    source::ReadSeek,
};

/// Bytes that are unpacked to see whether a password is right.
const MAX_PROOF: u64 = 1 << 20;
/// Tries of a password, each of which takes half a million rounds.
const MAX_TRIES: usize = 50;

const BROKEN: &str = "the archive is broken; its members, or the rest of them, were not read";

/// A member's stream that remembers how it ended.
///
/// A decoder that failed must not be asked again: one of LZMA2 then gives
/// nothing for ever, and the library reads a member to its end on its own.
struct Watched<'s> {
    stream: &'s mut dyn Read,
    broke: bool,
}

impl<'s> Watched<'s> {
    fn new(stream: &'s mut dyn Read) -> Self {
        Self {
            stream,
            broke: false,
        }
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buffer).inspect_err(|error| {
            let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
            // A wrong checksum comes at the end of a member, from where the next begins.
            self.broke |= !matches!(cause, Some(Error::ChecksumVerificationFailed));
        })
    }
}

/// Reads a 7z archive.
pub(crate) fn read(file: &mut dyn ReadSeek, reading: &mut Reading<'_>) {
    if is_cut_off(file) {
        return reading.gap(
            Cause::Truncated,
            "the archive is cut off: its list of files stands at its end, which is missing",
        );
    }
    let mut words: Vec<&str> = vec![""];
    let bank = reading.passwords().iter().take(MAX_TRIES);
    words.extend(bank.map(|password| password.reveal().as_str()));
    let mut failed = None;
    for (index, word) in words.iter().enumerate() {
        let password = Password::new(word);
        let is_last = index + 1 == words.len();
        let _ = file.rewind();
        reading.pulse();
        let archive = match Archive::read(&mut &mut *file, &password) {
            Ok(archive) => archive,
            // The list of files itself is locked, or broken.
            Err(error) => {
                let is_locked = cause(&error).0 == Cause::Password || index > 0;
                failed = failed.or(Some(error));
                if is_locked {
                    continue;
                }
                break;
            }
        };
        let is_locked = archive.blocks.iter().any(is_locked);
        if is_locked && !is_last && !opens(&archive, file, &password) {
            continue;
        }
        return put(&archive, file, &password, reading);
    }
    if let Some(error) = failed {
        let (cause, detail) = cause(&error);
        reading.gap(cause, detail);
    }
}

/// Whether the list of files lies behind the end (7zFormat.txt, "SignatureHeader").
fn is_cut_off(file: &mut dyn ReadSeek) -> bool {
    let end = file.seek(SeekFrom::End(0)).unwrap_or(0);
    let mut head = [0; 32];
    if file.rewind().is_err() || file.read_exact(&mut head).is_err() {
        return false;
    }
    let list_end = le64(&head, 12)
        .saturating_add(le64(&head, 20))
        .saturating_add(32);
    // Above this it is no length but broken.
    list_end > end && list_end < 1 << 48
}

fn is_locked(block: &Block) -> bool {
    let mut coders = block.coders.iter();
    coders.any(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256)
}

/// Whether the password opens the first file of the first locked block.
fn opens(archive: &Archive, file: &mut dyn ReadSeek, password: &Password) -> bool {
    let Some(index) = archive.blocks.iter().position(is_locked) else {
        return true;
    };
    let mut is_right = false;
    let mut file = file;
    let decoder = BlockDecoder::new(1, index, archive, password, &mut file);
    let result = decoder.for_each_entries(&mut |entry: &ArchiveEntry, stream: &mut dyn Read| {
        if entry.size() == 0 {
            return Ok(true);
        }
        is_right = io::copy(&mut stream.take(MAX_PROOF), &mut io::sink()).is_ok();
        Ok(false)
    });
    result.is_ok() && is_right
}

fn put(archive: &Archive, file: &mut dyn ReadSeek, password: &Password, reading: &mut Reading<'_>) {
    let n_files = archive.files.iter().filter(|entry| !entry.is_directory());
    reading.expects(n_files.count() as u64);
    let mut file = file;
    for (index, block) in archive.blocks.iter().enumerate() {
        let decoder = BlockDecoder::new(1, index, archive, password, &mut file);
        let names: Vec<(String, u64)> = decoder
            .entries()
            .iter()
            .filter(|entry| !entry.is_directory())
            .map(|entry| (entry.name().to_owned(), entry.size()))
            .collect();
        let mut n_done = 0;
        let mut may_go_on = true;
        let mut broke = false;
        let result = if is_locked(block) && password.is_empty() {
            Err(Error::PasswordRequired)
        } else {
            decoder.for_each_entries(&mut |entry: &ArchiveEntry, stream: &mut dyn Read| {
                if entry.is_directory() {
                    return Ok(true);
                }
                n_done += 1;
                if entry.size() > 0 || !reading.is_empty_too_many() {
                    let mut stream = Watched::new(stream);
                    may_go_on = reading.member(entry.name(), Body::Unpacked(&mut stream));
                    broke = stream.broke;
                }
                Ok(may_go_on && !broke)
            })
        };
        if !may_go_on {
            return;
        }
        let failed = match &result {
            Err(error) => Some(cause(error)),
            // The member itself has its gap; those behind it in the block went with it.
            // What a wrong password opens is broken, too.
            Ok(_) if broke && is_locked(block) => Some(cause(&Error::PasswordRequired)),
            Ok(_) if broke => Some((Cause::Corrupt, BROKEN)),
            Ok(_) => None,
        };
        if let Some((cause, detail)) = failed {
            if n_done == names.len() && (!broke || is_locked(block)) {
                reading.gap(cause, detail);
            }
            for (name, size) in names.into_iter().skip(n_done) {
                if !reading.lost_member(&name, "unknown", cause, detail, Some(size)) {
                    return;
                }
            }
        }
    }
    for (index, entry) in archive.files.iter().enumerate() {
        let is_in_block = archive.stream_map.file_block_index.get(index);
        if entry.is_directory() || !matches!(is_in_block, Some(None)) {
            continue;
        }
        if !reading.is_empty_too_many() && !reading.member(entry.name(), Body::Memory(&[])) {
            return;
        }
    }
}

fn cause(error: &Error) -> (Cause, &'static str) {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => {
            (Cause::Password, "the archive is locked with a password")
        }
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => {
            (Cause::Password, "the archive is locked with a password")
        }
        Error::UnsupportedCompressionMethod(_) | Error::UnsupportedVersion { .. } => (
            Cause::UnsupportedFormat,
            "packed by a method that is not known here",
        ),
        Error::MaxMemLimited { .. } => (
            Cause::OutOfMemory,
            "unpacking asks for more memory than allowed",
        ),
        Error::Io(error, _) if error.kind() == io::ErrorKind::UnexpectedEof => (
            Cause::Truncated,
            "lies in a part of the archive that is missing",
        ),
        _ => (Cause::Corrupt, BROKEN),
    }
}

#[cfg(test)]
mod tests {
    use whose_model::{Cause, Outcome};

    use crate::testkit::read_bytes;

    /// An archive of two files of five bytes in one block, packed as LZMA2 (7zFormat.txt).
    fn archive(packed: &[u8]) -> Vec<u8> {
        let mut list = vec![1, 4, 6, 0, 1, 9, packed.len() as u8, 0];
        list.extend([7, 11, 1, 0, 1, 0x21, 0x21, 1, 0, 12, 10, 0]);
        list.extend([8, 13, 2, 9, 5, 0, 0]);
        list.extend([5, 2, 17, 25, 0]);
        list.extend("a.txt\0b.txt\0".encode_utf16().flat_map(u16::to_le_bytes));
        list.extend([0, 0]);
        let mut start = Vec::new();
        start.extend((packed.len() as u64).to_le_bytes());
        start.extend((list.len() as u64).to_le_bytes());
        start.extend(crc32fast::hash(&list).to_le_bytes());
        let mut bytes = b"7z\xbc\xaf\x27\x1c\0\x04".to_vec();
        bytes.extend(crc32fast::hash(&start).to_le_bytes());
        bytes.extend(start);
        bytes.extend(packed);
        bytes.extend(list);
        bytes
    }

    #[test]
    fn files_packed_in_one_block_are_told_apart() {
        // One chunk as it is, with a new dictionary; then the end.
        let given = read_bytes("x.7z", &archive(b"\x01\x00\x09Anna\nBela\n\x00"));
        assert!(given.gaps.is_empty());
        assert_eq!(given.text(), "Anna\nBela\n");
    }

    #[test]
    fn a_decoder_that_failed_is_not_asked_again() {
        // A chunk with properties that no chunk has: 225 and above.
        let given = read_bytes("x.7z", &archive(b"\xe0\x00\x09\x00\x04\xffAnna\n\x00"));
        for member in ["x.7z/a.txt", "x.7z/b.txt"] {
            assert_ne!(given.outcome(member), Outcome::Read, "{member}");
            let gaps = given.gaps.iter().filter(|gap| gap.exhibit.0 == member);
            assert!(gaps.map(|gap| gap.cause).eq([Cause::Corrupt]), "{member}");
        }
    }
}
