//! The bytes of a PDF in; out the same with those pictures blanked that ask for far more than they hold.
//!
//! Pages are drawn by a library that unpacks JBIG2 without a bound, so what
//! such pictures ask for is added up before it sees them. A blanked picture is
//! one that cannot be decoded, which the drawing tells, page by page. So that
//! nothing is overlooked, the pictures are found by the library's own parser.
//!
//! Format: ISO 32000-1, 7.4.7 (JBIG2Decode and its shared segments).

use std::collections::HashSet;

use hayro::hayro_syntax::{
    Filter, Pdf,
    object::{Array, Dict, Object, ObjectIdentifier, Stream},
};
use lopdf::{Object as Plain, dictionary};

use crate::picture::Embedded;

/// Bytes of one picture with what was packed around it taken off.
const MAX_PICTURE: usize = 256 << 20;

/// What became of a file's pictures.
pub(super) enum Bounded {
    /// All may be drawn.
    All,
    /// The file with some of them blanked.
    Without(Vec<u8>),
    /// Some may not, and their bytes are not to be found as they are: the file is locked with a password.
    Locked,
}

/// Looks at the pictures of a file.
pub(super) fn bound(pdf: &Pdf) -> Bounded {
    let mut together = Embedded::default();
    let mut shared = HashSet::new();
    let mut blanked: Option<Vec<u8>> = None;
    for object in pdf.objects() {
        let Object::Stream(stream) = object else {
            continue;
        };
        let filters = stream.filters();
        let Some(n_around) = filters.iter().position(|it| *it == Filter::Jbig2Decode) else {
            continue;
        };
        let (globals, id) = globals(&stream).unwrap_or_default();
        if shared.insert(id) {
            together.share(&globals);
        }
        let raw = stream.raw_data();
        let is_bounded = plain(&stream, &raw, n_around)
            .is_some_and(|bytes| together.is_bounded(&globals, &bytes));
        if is_bounded || raw.is_empty() {
            continue;
        }
        let bytes = pdf.data().as_ref();
        let mut places = memchr::memmem::find_iter(bytes, &*raw).peekable();
        if places.peek().is_none() {
            return Bounded::Locked;
        }
        let blanked = blanked.get_or_insert_with(|| bytes.to_vec());
        for at in places {
            blanked[at..at + raw.len()].fill(0);
        }
    }
    blanked.map_or(Bounded::All, Bounded::Without)
}

/// The segments that a picture shares with others, and the object that they are.
fn globals(stream: &Stream<'_>) -> Option<(Vec<u8>, Option<ObjectIdentifier>)> {
    let dict = stream.dict();
    let find = |key: &[u8]| {
        let one = dict.get::<Dict<'_>>(key);
        let many = dict.get::<Array<'_>>(key);
        let many = many.into_iter().flat_map(|it| it.iter::<Object<'_>>());
        let many = many.filter_map(Object::into_dict);
        one.into_iter()
            .chain(many)
            .find_map(|it| it.get::<Stream<'_>>(b"JBIG2Globals"))
    };
    let globals = find(b"DP").or_else(|| find(b"DecodeParms"))?;
    let bytes = globals.decoded_data().ok()?;
    Some((bytes.into_owned(), Some(globals.obj_id())))
}

/// A picture's bytes with what was packed around them taken off; `None` where that is done in an unknown way.
fn plain(stream: &Stream<'_>, raw: &[u8], n_around: usize) -> Option<Vec<u8>> {
    if n_around == 0 {
        return Some(raw.to_vec());
    }
    let filters = stream.filters();
    let names = filters[..n_around].iter().map(|filter| match filter {
        Filter::AsciiHexDecode => Some(Plain::from("ASCIIHexDecode")),
        Filter::Ascii85Decode => Some(Plain::from("ASCII85Decode")),
        Filter::FlateDecode => Some(Plain::from("FlateDecode")),
        Filter::LzwDecode => Some(Plain::from("LZWDecode")),
        Filter::RunLengthDecode => Some(Plain::from("RunLengthDecode")),
        _ => None,
    });
    let names: Vec<Plain> = names.collect::<Option<_>>()?;
    lopdf::Stream::new(dictionary! { "Filter" => names }, raw.to_vec())
        .decompressed_content_with_limit(MAX_PICTURE)
        .ok()
}
