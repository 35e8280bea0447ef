//! One compressed stream (gzip, bzip2, xz, lzma, zstd, lz4, snappy, brotli, compress, zlib; several joined count as one) in, its content as a member out.
//!
//! The member's name is the file's without its last ending: `list.csv.gz` holds `list.csv`.
//!
//! Formats: RFC 1952, bzip2, the .xz file format 1.1, .lzma, RFC 8878, LZ4 frame
//! format 1.6 (legacy frames too), Snappy framing format, RFC 7932, RFC 1950; `.Z` is in `lzw.rs`.

use std::io::{self, BufReader, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use liblzma::{
    bufread::XzDecoder,
    stream::{CONCATENATED, Stream},
};

use super::lzw::Lzw;
use crate::{
    exhibit::{Body, Reading},
    source::Source,
};

/// Memory that an xz or lzma dictionary may take.
const MAX_DICTIONARY: u64 = 192 << 20;

/// Reads gzip.
pub(crate) fn read_gzip(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let mut stream = MultiGzDecoder::new(&mut *source);
    put(&mut stream, "gz", reading);
}

/// Reads bzip2.
pub(crate) fn read_bzip2(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let mut stream = MultiBzDecoder::new(&mut *source);
    put(&mut stream, "bz2", reading);
}

/// Reads xz.
pub(crate) fn read_xz(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    match Stream::new_stream_decoder(MAX_DICTIONARY, CONCATENATED) {
        Ok(decoder) => put(
            &mut XzDecoder::new_stream(&mut *source, decoder),
            "xz",
            reading,
        ),
        Err(error) => put(&mut Broken(Some(error.into())), "xz", reading),
    }
}

/// Reads lzma.
pub(crate) fn read_lzma(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    match Stream::new_lzma_decoder(MAX_DICTIONARY) {
        Ok(decoder) => put(
            &mut XzDecoder::new_stream(&mut *source, decoder),
            "lzma",
            reading,
        ),
        Err(error) => put(&mut Broken(Some(error.into())), "lzma", reading),
    }
}

/// Reads zstd.
pub(crate) fn read_zstd(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    match zstd::stream::read::Decoder::with_buffer(&mut *source) {
        Ok(mut stream) => put(&mut stream, "zst", reading),
        Err(error) => put(&mut Broken(Some(error)), "zst", reading),
    }
}

/// Reads lz4.
pub(crate) fn read_lz4(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let stream = lz4_flex::frame::FrameDecoder::new(&mut *source);
    put(&mut Frames { stream, n: 0 }, "lz4", reading);
}

/// Frames that follow each other: a reader that stops after each is asked again until nothing comes.
struct Frames<R> {
    stream: R,
    /// Bytes since the last end of a frame.
    n: u64,
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.stream.read(out)?;
            if n > 0 || out.is_empty() || std::mem::take(&mut self.n) == 0 {
                self.n += n as u64;
                return Ok(n);
            }
        }
    }
}

/// Reads snappy's frames.
pub(crate) fn read_snappy(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    put(
        &mut snap::read::FrameDecoder::new(&mut *source),
        "sz",
        reading,
    );
}

/// Reads brotli, which has no mark: its ending names it.
pub(crate) fn read_brotli(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    let mut stream = brotli_decompressor::Decompressor::new(&mut *source, 64 << 10);
    put(&mut stream, "br", reading);
}

/// Reads what `compress` packed.
pub(crate) fn read_compress(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    put(&mut Lzw::new(&mut *source), "z", reading);
}

/// Reads a bare zlib stream.
pub(crate) fn read_zlib(source: &mut Source<'_>, reading: &mut Reading<'_>) {
    put(&mut ZlibDecoder::new(&mut *source), "zlib", reading);
}

/// A stream that could not be set up.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn put(stream: &mut dyn Read, ending: &str, reading: &mut Reading<'_>) {
    let name = inner_name(reading.path().file_name(), ending);
    // Decompressors give little at a time.
    let mut stream = BufReader::with_capacity(64 << 10, stream);
    reading.only_member(&name, Body::Unpacked(&mut stream));
}

fn inner_name(name: &str, ending: &str) -> String {
    let Some((stem, last)) = name.rsplit_once('.') else {
        return "content".to_owned();
    };
    let last = last.to_ascii_lowercase();
    let is_tar = matches!(
        last.as_str(),
        "tgz" | "tbz" | "tbz2" | "txz" | "tzst" | "tlz" | "taz"
    );
    if stem.is_empty() {
        "content".to_owned()
    } else if is_tar {
        format!("{stem}.tar")
    } else if last == ending
        || matches!(
            last.as_str(),
            "gz" | "gzip" | "bz" | "bz2" | "zst" | "xz" | "lz4" | "sz" | "br" | "z"
        )
    {
        stem.to_owned()
    } else {
        "content".to_owned()
    }
}
