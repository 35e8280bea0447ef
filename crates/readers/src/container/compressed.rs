//! One compressed stream (gzip, bzip2, xz, lzma, zstd; several joined count as one) in, its content as a member out.
//!
//! The member's name is the file's without its last ending: `list.csv.gz` holds `list.csv`.
//!
//! Formats: RFC 1952, bzip2, the .xz file format 1.1, .lzma, RFC 8878.

use std::io::{self, BufReader, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use liblzma::{
    bufread::XzDecoder,
    stream::{CONCATENATED, Stream},
};

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
    reading.member(&name, Body::Unpacked(&mut stream));
}

fn inner_name(name: &str, ending: &str) -> String {
    let Some((stem, last)) = name.rsplit_once('.') else {
        return "content".to_owned();
    };
    let last = last.to_ascii_lowercase();
    let is_tar = matches!(
        last.as_str(),
        "tgz" | "tbz" | "tbz2" | "txz" | "tzst" | "tlz"
    );
    if stem.is_empty() {
        "content".to_owned()
    } else if is_tar {
        format!("{stem}.tar")
    } else if last == ending || matches!(last.as_str(), "gz" | "gzip" | "bz" | "bz2" | "zst" | "xz")
    {
        stem.to_owned()
    } else {
        "content".to_owned()
    }
}
