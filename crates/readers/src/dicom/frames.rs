//! Every frame of a picture in, the text that is burned into it out, through the recognition of scans.
//!
//! Each frame is decoded and looked at for letter-like marks: three or more of
//! one size side by side. A frame is recognised when it has some and they are
//! not those of a frame that was recognised already; of a picture that says it
//! was captured from a screen, or that text is burned in, the first frame always
//! is. So a film whose text never changes costs one recognition, and a name that
//! shows in its middle only is found. Grain that looks like letters differs in
//! each frame: after a few frames, marks must stand in two frames running to count.
//! Overlays are looked at like frames.
//!
//! Format: DICOM PS3.3, C.7.6.1 (burned in annotation), C.8.6.1 (conversion type), C.9.2 (overlays).

use whose_model::{Cause, Locator};

use super::{
    PATIENT,
    marks::Marks,
    parse::{Element, bytes_of},
    pixels::{Picture, Shades, Unseen},
};
use crate::{
    exhibit::Reading,
    scan::{Gray, Scanner, Seen},
};

/// Frames of one file that are recognised.
const MAX_RECOGNISED: usize = 32;
/// Frames of one file after which marks must stand in two frames running.
const MAX_AT_ONCE: usize = 4;
/// Frames that are noted one by one when they cannot be decoded.
const MAX_NOTED: usize = 5;
/// Bytes of frames that may always be decoded, however small the file.
const MIN_DECODED: u64 = 256 << 20;

const BURNED_IN_ANNOTATION: u32 = 0x0028_0301;
const CONVERSION_TYPE: u32 = 0x0008_0064;

/// Looks at all frames and overlays of a data set.
pub(super) fn read(
    elements: &[Element<'_>],
    is_big: bool,
    n_bytes: usize,
    reading: &mut Reading<'_>,
) {
    reading.text_of(Some(PATIENT.to_owned()));
    let says = |tag, value: &[u8]| {
        bytes_of(elements, tag).is_some_and(|bytes| bytes.trim_ascii() == value)
    };
    let says_burned_in = says(BURNED_IN_ANNOTATION, b"YES");
    let is_captured = bytes_of(elements, CONVERSION_TYPE).is_some_and(|kind| !kind.is_empty());
    let mut viewer = Viewer {
        scanner: Scanner::default(),
        known: Vec::new(),
        last: None,
        n_recognised: 0,
        is_text_found: false,
        is_too_many: false,
    };
    let mut n_frames = 0;
    if let Some(picture) = Picture::of(elements, is_big) {
        n_frames = picture.n_frames();
        let is_suspect = says_burned_in || is_captured;
        viewer.frames(&picture, is_suspect, n_bytes, reading);
    }
    for (nth, overlay) in overlays(elements, is_big).enumerate() {
        viewer.look(overlay, n_frames + nth, false, reading);
    }
    if says_burned_in && n_frames > 0 && viewer.n_recognised > 0 && !viewer.is_text_found {
        reading.gap(
            Cause::UnreadableScan,
            "the file says that text is burned into its picture, and none was made out",
        );
    }
    if viewer.is_too_many {
        reading.gap(
            Cause::TooLarge,
            "letter-like marks differ in more frames than are recognised; the text of the others was not read",
        );
    }
    reading.text_of(None);
}

struct Viewer {
    scanner: Scanner,
    /// The marks of the frames that were recognised.
    known: Vec<Marks>,
    /// Those of the frame before.
    last: Option<Marks>,
    n_recognised: usize,
    is_text_found: bool,
    is_too_many: bool,
}

impl Viewer {
    fn frames(
        &mut self,
        picture: &Picture<'_, '_>,
        is_suspect: bool,
        n_bytes: usize,
        reading: &mut Reading<'_>,
    ) {
        let limits = reading.limits();
        let by_ratio = (n_bytes as u64).saturating_mul(limits.max_expansion);
        let max = limits.max_unpacked_bytes.min(by_ratio.max(MIN_DECODED));
        let (mut n_decoded, mut n_unseen) = (0_u64, 0);
        for index in 0..picture.n_frames() {
            if n_decoded > max {
                reading.gap(
                    Cause::TooLarge,
                    "the picture unpacks to more bytes than allowed; its other frames were not looked at",
                );
                return;
            }
            match picture.frame(index) {
                Ok(shades) => {
                    n_decoded += shades.pixels.len() as u64 + 4096;
                    self.look(shades, index, is_suspect && index == 0, reading);
                }
                Err(unseen) => {
                    n_decoded += 1 << 16;
                    n_unseen += 1;
                    if n_unseen <= MAX_NOTED {
                        note(unseen, index, reading);
                    }
                    if unseen == Unseen::Unsupported {
                        return;
                    }
                }
            }
            reading.pulse();
        }
        if n_unseen > MAX_NOTED {
            reading.gap(
                Cause::Corrupt,
                "more frames could not be decoded than are listed one by one",
            );
        }
    }

    fn look(&mut self, shades: Shades, index: usize, is_sure: bool, reading: &mut Reading<'_>) {
        let marks = Marks::of(&shades);
        let is_known = match &self.last {
            Some(last) if self.n_recognised >= MAX_AT_ONCE => self
                .known
                .iter()
                .any(|known| known.has_what_stays(&marks, last)),
            _ => self.known.iter().any(|known| known.is_like(&marks)),
        };
        let is_new = !marks.is_empty() && !is_known;
        self.last = Some(marks.clone());
        if !is_new && !is_sure {
            return;
        }
        if self.n_recognised >= MAX_RECOGNISED {
            self.is_too_many = true;
            return;
        }
        self.n_recognised += 1;
        self.known.push(marks);
        let page = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        let Some(image) = Gray::new(shades.width, shades.height, shades.pixels) else {
            return;
        };
        self.is_text_found |= self.scanner.page(image, page, reading) != Seen::NoText;
    }
}

fn note(unseen: Unseen, index: usize, reading: &mut Reading<'_>) {
    let (cause, detail) = match unseen {
        Unseen::Unsupported => (
            Cause::UnsupportedFormat,
            "a moving picture; text in its frames is not read",
        ),
        Unseen::Broken => (
            Cause::Corrupt,
            "a frame could not be decoded; text in it was not read",
        ),
        Unseen::TooLarge => (
            Cause::TooLarge,
            "a frame larger than is looked at; text in it was not read",
        ),
    };
    let path = format!("(7FE0,0010) frame {}", index + 1);
    reading.gap_at(Locator::Field { path }, cause, detail);
}

/// Overlay planes, black on white.
fn overlays<'e>(elements: &'e [Element<'_>], is_big: bool) -> impl Iterator<Item = Shades> + 'e {
    (0..16_u32).filter_map(move |nth| {
        let group = 0x6000_0000 + (nth << 17);
        let short = |element: u32| {
            let bytes = *bytes_of(elements, group | element)?.first_chunk::<2>()?;
            Some(usize::from(if is_big {
                u16::from_be_bytes(bytes)
            } else {
                u16::from_le_bytes(bytes)
            }))
        };
        let (height, width) = (short(0x10)?, short(0x11)?);
        let bits = bytes_of(elements, group | 0x3000)?;
        let n = width
            .checked_mul(height)
            .filter(|n| *n > 0 && n.div_ceil(8) <= bits.len())?;
        let pixels = (0..n)
            .map(|at| {
                if bits[at / 8] >> (at % 8) & 1 == 1 {
                    0
                } else {
                    255
                }
            })
            .collect();
        Some(Shades {
            width,
            height,
            pixels,
        })
    })
}
