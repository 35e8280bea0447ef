//! A picture file in; the text that stands in it and what the file says of itself out, each frame a page.
//!
//! A frame that cannot be decoded costs that frame. A picture without any text
//! says so in a field of its record, so that it is seen to have been looked at.
//! What is shown is not described: no faces, no things.
//!
//! Formats: JPEG (ITU-T T.81), PNG (W3C), GIF89a, BMP, WebP, PNM, TIFF 6.0,
//! JPEG 2000 (ITU-T T.800), JBIG2 (ITU-T T.88), HEIF (ISO/IEC 23008-12).

mod about;
mod decode;
mod heic;
mod jbig2;
mod tiff;

pub(crate) use self::{
    about::{xmp, xmp_packet},
    jbig2::Embedded,
};

use std::panic::{AssertUnwindSafe, catch_unwind};

use whose_model::{Cause, Field, Locator, Record, RecordKind};

use crate::{
    exhibit::Reading,
    scan::{Gray, Scanner, Seen},
};

/// Pixels of one frame; a drawing of A0 at 300 dots an inch has 140 million.
const MAX_PIXELS: u64 = 160_000_000;
/// Bytes of one frame's samples.
const MAX_SAMPLES: u64 = 640 << 20;
/// Frames of one moving picture that are looked at.
const MAX_FRAMES: usize = 24;
/// Pages of one file.
const MAX_PAGES: u32 = 20_000;

/// Why a frame gives no picture.
type Trouble = (Cause, &'static str);

const TOO_LARGE: Trouble = (Cause::TooLarge, "a picture of more dots than are looked at");
const DAMAGED: Trouble = (Cause::Corrupt, "a picture whose dots cannot be decoded");
const CUT: Trouble = (
    Cause::Corrupt,
    "a picture of which only a part can be decoded; that part was looked at",
);

/// A frame, and what is wrong with it.
struct Frame {
    image: Option<Gray>,
    trouble: Option<Trouble>,
}

impl Frame {
    fn whole(image: Gray) -> Self {
        Self {
            image: Some(image),
            trouble: None,
        }
    }
    fn lost(trouble: Trouble) -> Self {
        Self {
            image: None,
            trouble: Some(trouble),
        }
    }
}

/// Frames come one by one, since a file may hold more than memory does. `false` asks for no more.
type Take<'t> = dyn FnMut(Frame) -> bool + 't;

/// Reads a picture.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let mut looker = Looker::new(bytes);
    let ended = catch_unwind(AssertUnwindSafe(|| {
        decode::frames(bytes, &mut |frame| looker.take(frame, reading));
    }));
    if ended.is_err() {
        // A decoder that gives up in disorder has met damage.
        let (cause, detail) = DAMAGED;
        reading.gap_at(place(looker.page + 1), cause, detail);
    } else if looker.page == 0 {
        let (cause, detail) = DAMAGED;
        reading.gap(cause, detail);
    }
    looker.end(reading);
}

/// Reads a HEIC or AVIF picture.
pub(crate) fn read_heic(bytes: &[u8], reading: &mut Reading<'_>) {
    let mut looker = Looker::new(bytes);
    // Whoever decodes it has turned it by what its own boxes say; EXIF repeats that.
    looker.about.orientation = 0;
    let mut take = |frame: Frame, reading: &mut Reading<'_>| looker.take(frame, reading);
    if let Err((cause, detail)) = heic::frames(bytes, reading, &mut take) {
        reading.gap(cause, detail);
    }
    looker.end(reading);
}

/// Looks at a picture's frames, and says what the file says of itself.
struct Looker {
    about: about::About,
    scanner: Scanner,
    page: u32,
    n_with_text: u32,
    n_without: u32,
}

impl Looker {
    fn new(bytes: &[u8]) -> Self {
        let about = catch_unwind(AssertUnwindSafe(|| about::about(bytes))).unwrap_or_default();
        Self {
            about,
            scanner: Scanner::default(),
            page: 0,
            n_with_text: 0,
            n_without: 0,
        }
    }

    /// Looks at a frame; `false` when no more are wanted.
    fn take(&mut self, frame: Frame, reading: &mut Reading<'_>) -> bool {
        self.page += 1;
        let page = self.page;
        if let Some((cause, detail)) = frame.trouble {
            reading.gap_at(place(page), cause, detail);
        }
        if let Some(image) = frame.image {
            let image = about::upright(image, self.about.orientation);
            match self.scanner.page(image, page, reading) {
                Seen::Text => self.n_with_text += 1,
                Seen::NoText => self.n_without += 1,
                Seen::Gap => {}
            }
        }
        reading.pulse();
        page < MAX_PAGES
    }

    /// Hands over what the file says of itself.
    fn end(self, reading: &mut Reading<'_>) {
        let mut fields = self.about.fields;
        if self.n_with_text == 0 && self.n_without > 0 {
            fields.push(Field {
                name: "text".to_owned(),
                value: "no text found in the picture".to_owned(),
                place: Locator::Field {
                    path: "text".to_owned(),
                },
            });
        }
        reading.record(Record {
            kind: RecordKind::Form,
            name: "picture properties".to_owned(),
            fields,
            subject: None,
        });
    }
}

fn place(page: u32) -> Locator {
    Locator::Page {
        page,
        start: 0,
        end: 0,
        area: None,
    }
}

/// Whether a picture of this size may be decoded, with so many bytes a dot.
fn check(width: u64, height: u64, bytes: u64) -> Result<(), Trouble> {
    let pixels = width.checked_mul(height).ok_or(TOO_LARGE)?;
    let samples = pixels.checked_mul(bytes).ok_or(TOO_LARGE)?;
    if pixels == 0 {
        return Err(DAMAGED);
    }
    if pixels > MAX_PIXELS || samples > MAX_SAMPLES {
        return Err(TOO_LARGE);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
