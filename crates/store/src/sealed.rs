//! Plain frames in, one sealed file out, and back: encrypted, in order, bound to its place.
//!
//! A sealed file is a magic, a salt, and frames. The file's key is derived from
//! the case key, the salt and the path in the case, so that a file moved to
//! another name or case does not open. Each frame is ChaCha20-Poly1305 under a
//! counter and a "this is the last" bit, as in the payload of age (STREAM), so
//! that a frame left out, moved or cut off is found. The last frame's number and
//! length stand again at the end of the file: a table's index is found from there.
//!
//! Format: `docs/spec/case-format.md`.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use chacha20poly1305::aead::AeadInPlace;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};

use crate::StoreError;
use crate::error::damaged;
use crate::keys::CaseKey;

/// Plain bytes of a frame of a stream.
pub(crate) const CHUNK: usize = 64 * 1024;
/// The most plain bytes a frame may hold; a row cannot be larger.
pub(crate) const MAX_FRAME: usize = 64 * 1024 * 1024;
const MAGIC: &[u8; 8] = b"whose-1\n";
const HEAD: u64 = 8 + 32;
const TAG: usize = 16;
/// The last frame's number (8 bytes) and length (4), little-endian.
const TRAILER: u64 = 12;
const RAW: u8 = 0;
const LZ4: u8 = 1;

/// Where a frame stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct FramePlace {
    /// Its number, from 0.
    pub(crate) n: u64,
    /// The offset of its length field.
    pub(crate) offset: u64,
    /// The length of its ciphertext.
    pub(crate) len: u32,
}

/// Writes frames; the file is whole only after `finish`.
pub(crate) struct SealedWriter<W> {
    out: W,
    cipher: ChaCha20Poly1305,
    digest: blake3::Hasher,
    n: u64,
    offset: u64,
}

impl<W: Write> SealedWriter<W> {
    /// Begins a file at this path of the case.
    pub(crate) fn new(mut out: W, key: &CaseKey, path: &str, salt: &[u8; 32]) -> io::Result<Self> {
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(salt);
        out.write_all(&head)?;
        let mut digest = blake3::Hasher::new();
        digest.update(&head);
        Ok(Self {
            out,
            cipher: ChaCha20Poly1305::new(&key.of_file(salt, path).into()),
            digest,
            n: 0,
            offset: HEAD,
        })
    }

    /// Writes a frame that is not the last.
    pub(crate) fn frame(&mut self, plain: &[u8]) -> io::Result<FramePlace> {
        self.put(plain, false)
    }

    /// Writes the last frame; returns the sink, the BLAKE3 digest and the length of the file.
    pub(crate) fn finish(mut self, plain: &[u8]) -> io::Result<(W, [u8; 32], u64)> {
        let place = self.put(plain, true)?;
        let trailer = trailer(place.n, place.len);
        self.out.write_all(&trailer)?;
        self.digest.update(&trailer);
        let len = self.offset + TRAILER;
        Ok((self.out, *self.digest.finalize().as_bytes(), len))
    }

    fn put(&mut self, plain: &[u8], last: bool) -> io::Result<FramePlace> {
        let mut frame = pack(plain)?;
        let failed = || io::Error::other("a frame could not be sealed");
        self.cipher
            .encrypt_in_place(&nonce(self.n, last), b"", &mut frame)
            .map_err(|_| failed())?;
        let len = u32::try_from(frame.len()).map_err(|_| failed())?;
        self.out.write_all(&len.to_le_bytes())?;
        self.out.write_all(&frame)?;
        self.digest.update(&len.to_le_bytes());
        self.digest.update(&frame);
        let place = FramePlace {
            n: self.n,
            offset: self.offset,
            len,
        };
        self.n += 1;
        self.offset += 4 + u64::from(len);
        Ok(place)
    }
}

fn trailer(n: u64, len: u32) -> [u8; TRAILER as usize] {
    let mut bytes = [0; TRAILER as usize];
    bytes[..8].copy_from_slice(&n.to_le_bytes());
    bytes[8..].copy_from_slice(&len.to_le_bytes());
    bytes
}

/// The plain bytes with a mark in front that says whether they are compressed.
fn pack(plain: &[u8]) -> io::Result<Vec<u8>> {
    if plain.len() > MAX_FRAME {
        return Err(io::Error::other("a frame is over its bound"));
    }
    let squeezed = lz4_flex::block::compress_prepend_size(plain);
    let (mark, body) = if squeezed.len() < plain.len() {
        (LZ4, squeezed.as_slice())
    } else {
        (RAW, plain)
    };
    let mut frame = Vec::with_capacity(body.len() + 1 + TAG);
    frame.push(mark);
    frame.extend_from_slice(body);
    Ok(frame)
}

fn unpack(frame: &[u8]) -> Result<Vec<u8>, Broken> {
    match frame.split_first() {
        Some((&RAW, plain)) => Ok(plain.to_vec()),
        Some((&LZ4, squeezed)) => {
            let size = squeezed.first_chunk().copied().ok_or(Broken::Frame)?;
            if u32::from_le_bytes(size) as usize > MAX_FRAME {
                return Err(Broken::Frame);
            }
            lz4_flex::block::decompress_size_prepended(squeezed).map_err(|_| Broken::Frame)
        }
        _ => Err(Broken::Frame),
    }
}

/// As in age: eleven bytes of counter, one byte that says "last".
fn nonce(n: u64, last: bool) -> Nonce {
    let mut bytes = [0; 12];
    bytes[3..11].copy_from_slice(&n.to_be_bytes());
    bytes[11] = u8::from(last);
    bytes.into()
}

/// What is wrong with a sealed file.
#[derive(Debug)]
pub(crate) enum Broken {
    /// Not a sealed file.
    Head,
    /// A frame does not open: changed bytes, another key, name or case.
    Frame,
    /// It ends too early or goes on after its end.
    End,
    /// It could not be read.
    Io(io::Error),
}

impl Broken {
    /// The words for it.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Head => "it does not begin as a file of the case",
            Self::Frame => "it was changed, or is not the file of this name in this case",
            Self::End => "it was cut off or added to",
            Self::Io(_) => "it could not be read",
        }
    }

    /// As an error of the file at this path of the case.
    pub(crate) fn at(self, path: &str) -> StoreError {
        match self {
            Self::Io(source) => StoreError::Io {
                path: path.into(),
                source,
            },
            broken => damaged(path, broken.what()),
        }
    }

    /// As an error of a stream.
    pub(crate) fn into_io(self) -> io::Error {
        match self {
            Self::Io(error) => error,
            broken => io::Error::new(io::ErrorKind::InvalidData, broken.what()),
        }
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::End,
            _ => Self::Io(error),
        }
    }
}

/// Reads frames in order, or one by its place.
pub(crate) struct SealedReader {
    file: BufReader<File>,
    cipher: ChaCha20Poly1305,
    pub(crate) salt: [u8; 32],
    len: u64,
    offset: u64,
    n: u64,
    ended: bool,
}

impl SealedReader {
    /// Opens the file that stands at this path of the case.
    pub(crate) fn new(file: File, key: &CaseKey, path: &str) -> Result<Self, Broken> {
        let len = file.metadata()?.len();
        let mut file = BufReader::with_capacity(CHUNK, file);
        let mut head = [0; HEAD as usize];
        file.read_exact(&mut head)?;
        let (magic, rest) = head.split_at(MAGIC.len());
        let salt: [u8; 32] = rest.try_into().map_err(|_| Broken::Head)?;
        if magic != MAGIC {
            return Err(Broken::Head);
        }
        Ok(Self {
            file,
            cipher: ChaCha20Poly1305::new(&key.of_file(&salt, path).into()),
            salt,
            len,
            offset: HEAD,
            n: 0,
            ended: false,
        })
    }

    /// The next frame; `None` after the last.
    pub(crate) fn next_frame(&mut self) -> Result<Option<Vec<u8>>, Broken> {
        if self.ended {
            return Ok(None);
        }
        let (body_len, last) = self.measure(self.offset)?;
        let plain = self.open_body(self.n, body_len, last)?;
        if last {
            let mut tail = [0; TRAILER as usize];
            self.file.read_exact(&mut tail)?;
            if tail != trailer(self.n, body_len as u32) {
                return Err(Broken::End);
            }
        }
        self.offset += 4 + body_len as u64;
        self.n += 1;
        self.ended = last;
        Ok(Some(plain))
    }

    /// One frame by its place, which the index of a table gives.
    pub(crate) fn frame_at(&mut self, place: FramePlace) -> Result<Vec<u8>, Broken> {
        self.file.seek(SeekFrom::Start(place.offset))?;
        let (body_len, last) = self.measure(place.offset)?;
        if body_len != place.len as usize {
            return Err(Broken::Frame);
        }
        self.open_body(place.n, body_len, last)
    }

    /// The last frame, found from the end of the file.
    pub(crate) fn last_frame(&mut self) -> Result<Vec<u8>, Broken> {
        let end = self.len.checked_sub(TRAILER).ok_or(Broken::End)?;
        self.file.seek(SeekFrom::Start(end))?;
        let mut n = [0; 8];
        self.file.read_exact(&mut n)?;
        let mut len = [0; 4];
        self.file.read_exact(&mut len)?;
        let len = u32::from_le_bytes(len);
        let offset = end
            .checked_sub(4 + u64::from(len))
            .filter(|offset| *offset >= HEAD)
            .ok_or(Broken::End)?;
        self.frame_at(FramePlace {
            n: u64::from_le_bytes(n),
            offset,
            len,
        })
    }

    /// How many bytes the file has.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Reads a frame's length; it is the last when only the trailer follows.
    fn measure(&mut self, offset: u64) -> Result<(usize, bool), Broken> {
        let mut len = [0; 4];
        self.file.read_exact(&mut len)?;
        let body_len = u32::from_le_bytes(len) as usize;
        // Compression never makes a frame longer than its plain bytes and a mark.
        if !(1 + TAG..=MAX_FRAME + 1 + TAG).contains(&body_len) {
            return Err(Broken::Frame);
        }
        let end = offset + 4 + body_len as u64;
        if end + TRAILER > self.len {
            return Err(Broken::End);
        }
        Ok((body_len, end + TRAILER == self.len))
    }

    fn open_body(&mut self, n: u64, body_len: usize, last: bool) -> Result<Vec<u8>, Broken> {
        let mut frame = vec![0; body_len];
        self.file.read_exact(&mut frame)?;
        self.cipher
            .decrypt_in_place(&nonce(n, last), b"", &mut frame)
            .map_err(|_| Broken::Frame)?;
        unpack(&frame)
    }
}
