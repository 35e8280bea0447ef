//! A JBIG2 file in, its pages out; what it asks for is added up before the decoder begins.
//!
//! The decoder has no bound of its own, and JBIG2 can ask for a day's work in a
//! few hundred bytes: regions and signs as large as a sheet, drawn any number
//! of times. So the heads of all segments are read first, and the signs are
//! sized in `signs.rs` and `codes.rs`. A file that asks for more than its bytes
//! and its pages account for is a gap, as is one whose signs are packed in a way
//! that hides their size (drawn out of other signs); no writer of whole files
//! that is in common use packs them so.
//!
//! Inside a PDF the decoder is called by the library that draws; what is asked
//! for is added up before (`Embedded`). There, some writers draw signs out of
//! others, and such pictures are left to the limit on silence.
//!
//! Format: ITU-T T.88, 7.2 (heads of segments), 7.4 (their data), annex D (files).

mod codes;
mod signs;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use whose_model::Cause;

use self::codes::{Coded, Codes};
use self::signs::{Known, Packed, Sizes};
use super::{DAMAGED, Frame, MAX_PIXELS, TOO_LARGE, Take, Trouble, check};
use crate::scan::Gray;

/// What a file begins with.
pub(super) const MARK: &[u8] = b"\x97JB2\r\n\x1a\n";

/// Dots of all pages of a file that are free, and for each of its bytes: a blank page has 35 million at 600 dots an inch,
/// in 150 bytes; a written one takes 60 thousand bytes.
const FREE_PAGES: u64 = 2 * MAX_PIXELS;
const PAGES_PER_BYTE: u64 = 2_000;
/// Dots of signs: a letter of 2,000 dots is packed in 30 bytes or more.
const FREE_SIGNS: u64 = 2 << 20;
const SIGNS_PER_BYTE: u64 = 500;
/// Dots of regions for each dot of the pages: text, drawings and two more layers.
const REGIONS: u64 = 4;
const FREE_REGIONS: u64 = 1 << 20;
/// Words of 32 dots that are copied when signs are drawn, each taken for as large as the largest: a letter has 80 words and
/// is drawn by one byte, a letterhead has 8,000.
const FREE_COPIES: u64 = 64 << 20;
const COPIES_PER_BYTE: u64 = 10_000;
/// Dictionaries that leave to others what they know of their dots; each takes 128 KiB to keep.
const MAX_KNOWN: usize = 64;
/// How many times that much the pictures of one PDF may ask for together: signs that 20 pages share are unpacked 20 times,
/// and are as many bytes as four pages.
const TOGETHER: u64 = 4;

const OUT_OF_PROPORTION: Trouble = (
    Cause::TooLarge,
    "a picture that asks for far more dots than its bytes and pages account for",
);
const HIDDEN: Trouble = (
    Cause::UnsupportedFormat,
    "a picture with signs packed in a way that hides their size; they are not drawn",
);
const UNUSUAL: Trouble = (
    Cause::UnsupportedFormat,
    "a picture whose signs are packed as no known program does it; they are not drawn",
);

/// Calls `take` for each page.
pub(super) fn frames(bytes: &[u8], take: &mut Take<'_>) {
    if let Err(trouble) = weigh(bytes) {
        take(Frame::lost(trouble));
        return;
    }
    let settings = hayro_jbig2::DecodeSettings::default();
    let Ok(document) = hayro_jbig2::File::new(bytes, &settings) else {
        take(Frame::lost(DAMAGED));
        return;
    };
    for page in document.pages() {
        let (width, height) = (page.width(), page.height());
        let result = check(u64::from(width), u64::from(height), 1).and_then(|()| {
            let (width, height) = (width as usize, height as usize);
            let mut dots = Dots(Vec::new(), width * height);
            page.decode(&mut dots).map_err(|_| DAMAGED)?;
            dots.0.resize(width * height, 255);
            Gray::new(width, height, dots.0).ok_or(DAMAGED)
        });
        let frame = match result {
            Ok(image) => Frame::whole(image),
            Err(trouble) => Frame::lost(trouble),
        };
        if !take(frame) {
            return;
        }
    }
}

/// Collects the dots of a page.
struct Dots(Vec<u8>, usize);

impl hayro_jbig2::Decoder for Dots {
    fn push_pixel(&mut self, black: bool) {
        if self.0.len() < self.1 {
            self.0.push(if black { 0 } else { 255 });
        }
    }
    fn push_pixel_chunk(&mut self, black: bool, chunk_count: u32) {
        let n = (chunk_count as usize * 8).min(self.1 - self.0.len());
        let dot = if black { 0 } else { 255 };
        self.0.resize(self.0.len() + n, dot);
    }
    fn next_line(&mut self) {}
}

/// Bytes taken from the front; `None` behind the end.
#[derive(Clone)]
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of so many bytes, high byte first.
    fn number(&mut self, n: usize) -> Option<u32> {
        let bytes = self.take(n)?.iter();
        Some(bytes.fold(0, |number, &byte| number << 8 | u32::from(byte)))
    }
}

const END_OF_FILE: u8 = 51;

/// A segment's head, and its data.
struct Segment<'a> {
    number: u32,
    kind: u8,
    page: u32,
    refers_to: Vec<u32>,
    /// `None` where it is not said.
    length: Option<usize>,
    data: &'a [u8],
}

/// Adds up what a file asks for.
fn weigh(bytes: &[u8]) -> Result<(), Trouble> {
    let mut segments = segments(bytes);
    // The decoder takes them in this order.
    segments.sort_by_key(|segment| segment.number);
    let mut scale = Scale::of(bytes.len());
    for segment in &segments {
        scale.put(segment)?;
    }
    scale.end()
}

/// Pictures inside another file, which share segments: what they ask for together.
#[derive(Default)]
pub(crate) struct Embedded {
    n_bytes: u64,
    signs: u64,
    copies: u64,
}

impl Embedded {
    /// Bytes that pictures share, which are unpacked for each of them anew.
    pub(crate) fn share(&mut self, globals: &[u8]) {
        self.n_bytes += globals.len() as u64;
    }

    /// Whether a picture is small enough to be drawn, beside all before it.
    pub(crate) fn is_bounded(&mut self, globals: &[u8], bytes: &[u8]) -> bool {
        let mut scale = Scale::of(globals.len() + bytes.len());
        for bytes in [globals, bytes] {
            let mut segments = in_turn(&mut Bytes(bytes));
            segments.sort_by_key(|segment| segment.number);
            for segment in &segments {
                if scale.put(segment).is_err_and(|trouble| trouble != HIDDEN) {
                    return false;
                }
            }
        }
        let n_bytes = self.n_bytes + bytes.len() as u64;
        let (signs, copies) = (self.signs + scale.signs, self.copies + scale.copies);
        let is_bounded = scale.end().is_ok()
            && signs <= TOGETHER * (FREE_SIGNS + SIGNS_PER_BYTE * n_bytes)
            && copies <= TOGETHER * (FREE_COPIES + COPIES_PER_BYTE * n_bytes);
        if is_bounded {
            (self.n_bytes, self.signs, self.copies) = (n_bytes, signs, copies);
        }
        is_bounded
    }
}

/// The segments, as far as they are whole: the decoder gets no further either.
fn segments(bytes: &[u8]) -> Vec<Segment<'_>> {
    let mut all = Vec::new();
    let mut rest = Bytes(bytes);
    let flags = rest.take(MARK.len()).and_then(|_| rest.number(1));
    let Some(flags) = flags else { return all };
    let is_in_turn = flags & 1 != 0;
    if flags & 2 == 0 && rest.number(4).is_none() {
        return all;
    }
    if is_in_turn {
        return in_turn(&mut rest);
    }
    // All heads stand in front of all data.
    while let Some(segment) = head(&mut rest) {
        let is_last = segment.kind == END_OF_FILE;
        all.push(segment);
        if is_last {
            break;
        }
    }
    let n = all.iter_mut().map_while(|it| it.fill(&mut rest)).count();
    all.truncate(n);
    all
}

/// Segments each of which has its data behind its head.
fn in_turn<'a>(rest: &mut Bytes<'a>) -> Vec<Segment<'a>> {
    let mut all = Vec::new();
    while let Some(mut segment) = head(rest) {
        if segment.fill(rest).is_none() {
            break;
        }
        let is_last = segment.kind == END_OF_FILE;
        all.push(segment);
        if is_last {
            break;
        }
    }
    all
}

/// A segment's head (7.2).
fn head<'a>(rest: &mut Bytes<'a>) -> Option<Segment<'a>> {
    let number = rest.number(4)?;
    let flags = rest.number(1)?;
    let mut n_refers = rest.clone().number(1)? >> 5;
    if n_refers == 7 {
        n_refers = rest.number(4)? & 0x1FFF_FFFF;
        rest.take((n_refers as usize + 1).div_ceil(8))?;
    } else {
        rest.take(1)?;
    }
    let width = match number {
        0..=256 => 1,
        257..=65_536 => 2,
        _ => 4,
    };
    let numbers = rest.take((n_refers as usize).checked_mul(width)?)?;
    let refers_to = numbers.chunks_exact(width);
    let refers_to = refers_to
        .filter_map(|bytes| Bytes(bytes).number(width))
        .collect();
    let page = rest.number(if flags & 0x40 != 0 { 4 } else { 1 })?;
    let length = rest.number(4)?;
    Some(Segment {
        number,
        kind: (flags & 0x3F) as u8,
        page,
        refers_to,
        length: (length != u32::MAX).then_some(length as usize),
        data: &[],
    })
}

impl<'a> Segment<'a> {
    /// Takes the data; where their length is not said, up to the mark that ends them (7.2.7).
    fn fill(&mut self, rest: &mut Bytes<'a>) -> Option<()> {
        let length = match self.length {
            Some(length) => length,
            None => {
                let flags = *rest.0.get(17)?;
                // The places of movable dots may hold the mark.
                let (mark, from) = match (flags & 1, flags >> 1 & 3, flags & 0x10) {
                    (1, ..) => ([0, 0], 18),
                    (_, 0, 0) => ([0xFF, 0xAC], 26),
                    (_, 0, _) => ([0xFF, 0xAC], 42),
                    _ => ([0xFF, 0xAC], 20),
                };
                from + memchr::memmem::find(rest.0.get(from..)?, &mark)? + 6
            }
        };
        self.data = rest.take(length)?;
        Some(())
    }
}

/// What was asked for so far.
#[derive(Default)]
struct Scale {
    n_bytes: u64,
    pages: HashMap<u32, Page>,
    /// Dots.
    regions: u64,
    signs: u64,
    /// Words of 32 dots.
    copies: u64,
    dictionaries: HashMap<u32, Dictionary>,
    /// What each dictionary of signs left of what it knew of their dots.
    known: HashMap<u32, Option<Known>>,
    tables: HashMap<u32, Codes>,
}

/// A page: its size, and where its lowest stripe ends.
#[derive(Default)]
struct Page {
    size: Option<(u32, u32)>,
    n_rows: u32,
}

impl Page {
    /// Its dots; where its height is not said, the stripes say it.
    fn dots(&self) -> u64 {
        match self.size {
            Some((width, u32::MAX)) => area(width, self.n_rows),
            Some((width, height)) => area(width, height),
            None => 0,
        }
    }
}

/// What a dictionary hands on.
#[derive(Clone, Copy, Default)]
struct Dictionary {
    n: u64,
    /// Dots of its largest sign.
    largest: u64,
}

impl Scale {
    fn of(n_bytes: usize) -> Self {
        Self {
            n_bytes: n_bytes as u64,
            ..Self::default()
        }
    }

    /// Holds the regions against the pages, and the pages against the bytes.
    fn end(&self) -> Result<(), Trouble> {
        let pages = self.pages.values();
        let pages = pages.fold(0, |sum: u64, page| sum.saturating_add(page.dots()));
        let allowed = FREE_PAGES + PAGES_PER_BYTE * self.n_bytes;
        if pages > allowed || self.regions > REGIONS * pages + FREE_REGIONS {
            return Err(OUT_OF_PROPORTION);
        }
        Ok(())
    }

    /// Adds what a segment asks for. One that ends too early asks for nothing: it is broken to the decoder too.
    fn put(&mut self, segment: &Segment<'_>) -> Result<(), Trouble> {
        let mut data = Bytes(segment.data);
        let done = match segment.kind {
            0 => self.signs(segment),
            4 | 6 | 7 => self.text(segment),
            16 => self.patterns(segment),
            20 | 22 | 23 => self.halftone(segment),
            36 | 38 | 39 | 40 | 42 | 43 => self.region(&mut data),
            48 | 50 => self.page(segment),
            53 => self.table(segment),
            _ => Some(Ok(())),
        };
        done.unwrap_or(Ok(()))?;
        let too_much = self.signs > self.signs_allowed()
            || self.copies > FREE_COPIES + COPIES_PER_BYTE * self.n_bytes;
        if too_much {
            Err(OUT_OF_PROPORTION)
        } else {
            Ok(())
        }
    }

    fn signs_allowed(&self) -> u64 {
        FREE_SIGNS + SIGNS_PER_BYTE * self.n_bytes
    }

    /// A page (7.4.8), or the end of one of its stripes (7.4.10).
    fn page(&mut self, segment: &Segment<'_>) -> Option<Result<(), Trouble>> {
        let mut data = Bytes(segment.data);
        let page = self.pages.entry(segment.page).or_default();
        if segment.kind == 50 {
            page.n_rows = page.n_rows.max(data.number(4)?.saturating_add(1));
        } else {
            let size = (data.number(4)?, data.number(4)?);
            page.size.get_or_insert(size);
        }
        Some(Ok(()))
    }

    /// A region's size, in front of every kind of region (7.4.1).
    fn region(&mut self, data: &mut Bytes<'_>) -> Option<Result<(), Trouble>> {
        let dots = area(data.number(4)?, data.number(4)?);
        data.take(9)?;
        self.regions = self.regions.saturating_add(dots);
        Some(if dots > MAX_PIXELS {
            Err(TOO_LARGE)
        } else {
            Ok(())
        })
    }

    /// What the dictionaries hand on that a segment refers to.
    fn referred(&mut self, segment: &Segment<'_>) -> Dictionary {
        let mut sum = Dictionary::default();
        for number in &segment.refers_to {
            if let Some(dictionary) = self.dictionaries.get(number) {
                sum.n += dictionary.n;
                sum.largest = sum.largest.max(dictionary.largest);
            }
        }
        // They are put into one list each time.
        self.copies = self.copies.saturating_add(sum.n);
        sum
    }

    /// A dictionary of signs (7.4.2).
    fn signs(&mut self, segment: &Segment<'_>) -> Option<Result<(), Trouble>> {
        let mut data = Bytes(segment.data);
        let flags = data.number(2)?;
        if flags & 2 != 0 {
            return Some(Err(HIDDEN));
        }
        let template = (flags >> 10 & 3) as u8;
        let mut known = if flags & 0x100 != 0 {
            // Of the last dictionary; where it left nothing, the decoder ends.
            let mut before = segment.refers_to.iter().rev();
            before.find_map(|number| self.known.get(number))?.clone()?
        } else {
            Known::of(template)
        };
        let is_coded = flags & 1 != 0;
        let movable = match (is_coded, template) {
            (true, _) => 0,
            (false, 0) => 8,
            (false, _) => 2,
        };
        let movable = data.take(movable)?.chunks_exact(2);
        let movable = movable.map(|at| (at[0] as i8, at[1] as i8)).collect();
        let n_handed_on = u64::from(data.number(4)?);
        let n_signs = data.number(4)?;
        let data = data.0;
        let allowed = self.signs_allowed().saturating_sub(self.signs);
        let sizes = if is_coded {
            self.coded(flags, &segment.refers_to, n_signs, data)?
                .sizes(allowed)
        } else {
            let packed = Packed {
                template,
                movable,
                n_signs,
                data,
            };
            packed.sizes(allowed, &mut known)
        };
        let Some(Sizes { dots, largest }) = sizes else {
            return Some(Err(OUT_OF_PROPORTION));
        };
        let is_left = flags & 0x200 != 0;
        if is_left && self.known.values().flatten().count() == MAX_KNOWN {
            return Some(Err(UNUSUAL));
        }
        self.known.insert(segment.number, is_left.then_some(known));
        // What is known of each surrounding is set up anew.
        self.signs = self.signs.saturating_add(dots + (1 << 16));
        let others = self.referred(segment);
        let largest = largest.max(others.largest);
        self.copies = self
            .copies
            .saturating_add(n_handed_on.saturating_mul(words(largest)));
        let known = self.dictionaries.insert(
            segment.number,
            Dictionary {
                n: n_handed_on,
                largest,
            },
        );
        // Two of one number: which of them is meant cannot be known.
        Some(if known.is_some() {
            Err(DAMAGED)
        } else {
            Ok(())
        })
    }

    /// A dictionary packed by Huffman's codes, by the format's tables or by those of segments before (7.4.2.1.6).
    fn coded<'a>(
        &self,
        flags: u32,
        refers_to: &[u32],
        n_signs: u32,
        data: &'a [u8],
    ) -> Option<Coded<'a>> {
        let mut own = refers_to
            .iter()
            .filter(|number| !self.known.contains_key(number))
            .filter_map(|number| self.tables.get(number));
        let mut table = |which: u32, standard: [usize; 2]| match which {
            0 | 1 => Some(Codes::standard(standard[which as usize])),
            3 => own.next().cloned(),
            _ => None,
        };
        Some(Coded {
            heights: table(flags >> 2 & 3, [4, 5])?,
            widths: table(flags >> 4 & 3, [2, 3])?,
            lengths: table(3 * (flags >> 6 & 1), [1, 1])?,
            n_signs,
            data,
        })
    }

    /// A table of codes (7.4.13).
    fn table(&mut self, segment: &Segment<'_>) -> Option<Result<(), Trouble>> {
        let Some(codes) = Codes::read(segment.data)? else {
            return Some(Err(UNUSUAL));
        };
        // Two of one number: which of them is meant cannot be known.
        Some(match self.tables.insert(segment.number, codes) {
            Some(_) => Err(DAMAGED),
            None => Ok(()),
        })
    }

    /// A region of signs (7.4.3).
    fn text(&mut self, segment: &Segment<'_>) -> Option<Result<(), Trouble>> {
        let mut data = Bytes(segment.data);
        if let Err(trouble) = self.region(&mut data)? {
            return Some(Err(trouble));
        }
        let flags = data.number(2)?;
        // Each sign may be drawn anew, at any size.
        if flags & 2 != 0 {
            return Some(Err(HIDDEN));
        }
        if flags & 1 != 0 {
            data.take(2)?;
        }
        let n = u64::from(data.number(4)?);
        let signs = self.referred(segment);
        self.copies = self
            .copies
            .saturating_add(n.saturating_mul(words(signs.largest)));
        Some(Ok(()))
    }

    /// A dictionary of patterns (7.4.4), which lie beside one another in one picture.
    fn patterns(&mut self, segment: &Segment<'_>) -> Option<Result<(), Trouble>> {
        let mut data = Bytes(segment.data);
        data.take(1)?;
        let (width, height) = (data.number(1)?, data.number(1)?);
        let n = u64::from(data.number(4)?) + 1;
        let largest = area(width, height);
        self.signs = self.signs.saturating_add(n.saturating_mul(largest));
        let known = self
            .dictionaries
            .insert(segment.number, Dictionary { n, largest });
        Some(if known.is_some() {
            Err(DAMAGED)
        } else {
            Ok(())
        })
    }

    /// A region of patterns (7.4.5): a grid of greys, bit by bit, each of which is drawn as its pattern.
    fn halftone(&mut self, segment: &Segment<'_>) -> Option<Result<(), Trouble>> {
        let mut data = Bytes(segment.data);
        if let Err(trouble) = self.region(&mut data)? {
            return Some(Err(trouble));
        }
        data.take(1)?;
        let dots = area(data.number(4)?, data.number(4)?);
        let patterns = self.referred(segment);
        let n_bits = u64::from(patterns.n.max(2).next_power_of_two().ilog2());
        self.regions = self.regions.saturating_add(dots.saturating_mul(n_bits));
        let copies = dots.saturating_mul(words(patterns.largest));
        self.copies = self.copies.saturating_add(copies);
        Some(Ok(()))
    }
}

fn area(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height)
}

/// Words that a sign of so many dots takes to copy, and what it takes to find it.
fn words(dots: u64) -> u64 {
    16 + dots / 32
}
