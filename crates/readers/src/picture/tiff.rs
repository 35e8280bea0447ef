//! A TIFF in, its pages in shades of grey out.
//!
//! Whatever the samples are (dots of one bit as a fax sends them, greys, colours,
//! inks, a palette), grey is what recognition needs. A page that is cut off
//! keeps the strips before the cut.
//!
//! Format: TIFF Revision 6.0 (Adobe, 1992), through the tiff crate.

use std::io::Cursor;

use tiff::{
    ColorType,
    decoder::{Decoder, Limits},
    tags::Tag,
};
use whose_model::Cause;

use super::{CUT, DAMAGED, Frame, MAX_SAMPLES, Take, Trouble, check};
use crate::scan::Gray;

/// Calls `take` for each page.
pub(super) fn frames(bytes: &[u8], take: &mut Take<'_>) {
    let mut limits = Limits::default();
    limits.decoding_buffer_size = MAX_SAMPLES as usize;
    limits.intermediate_buffer_size = MAX_SAMPLES as usize;
    limits.ifd_value_size = 64 << 20;
    let Ok(decoder) = Decoder::new(Cursor::new(bytes)) else {
        take(Frame::lost(DAMAGED));
        return;
    };
    let mut decoder = decoder.with_limits(limits);
    loop {
        // The decoder may panic on a page; the pages before it are read by then.
        let frame = page(&mut decoder);
        if !take(frame) || !decoder.more_images() {
            return;
        }
        if decoder.next_image().is_err() {
            take(Frame::lost((
                Cause::Corrupt,
                "the directory of the next page of a picture is damaged",
            )));
            return;
        }
    }
}

fn page(decoder: &mut Decoder<Cursor<&[u8]>>) -> Frame {
    match try_page(decoder) {
        Ok(frame) => frame,
        Err(trouble) => Frame::lost(trouble),
    }
}

fn try_page(decoder: &mut Decoder<Cursor<&[u8]>>) -> Result<Frame, Trouble> {
    let unsupported = (
        Cause::UnsupportedFormat,
        "a picture whose way of keeping its dots is not known here",
    );
    let (width, height) = decoder.dimensions().map_err(|_| DAMAGED)?;
    check(u64::from(width), u64::from(height), 1)?;
    let color = decoder.colortype().map_err(|error| match error {
        tiff::TiffError::UnsupportedError(_) => unsupported,
        _ => DAMAGED,
    })?;
    let palette = match color {
        ColorType::Palette(_) => decoder.get_tag_u16_vec(Tag::ColorMap).ok(),
        _ => None,
    };
    let layout = decoder.image_buffer_layout().map_err(|_| DAMAGED)?;
    if layout.complete_len as u64 > MAX_SAMPLES {
        return Err(super::TOO_LARGE);
    }
    let bits = usize::from(color.bit_depth());
    // Unread dots are paper.
    let mut samples = vec![255; layout.len.max(layout.complete_len)];
    let result = decoder.read_image_bytes(&mut samples);
    if let Err(tiff::TiffError::UnsupportedError(_)) = result {
        return Err(unsupported);
    }
    if let Err(tiff::TiffError::LimitsExceeded) = result {
        return Err(super::TOO_LARGE);
    }
    let (width, height) = (width as usize, height as usize);
    // Planes that follow each other: the first will do.
    let n = if layout.planes > 1 {
        1
    } else {
        usize::from(color.num_samples())
    };
    let stride = layout
        .row_stride
        .map_or((width * n * bits).div_ceil(8), std::num::NonZeroUsize::get);
    let mut pixels = Vec::with_capacity(width * height);
    for row in samples.chunks_exact(stride).take(height) {
        line(row, width, n, bits, color, palette.as_deref(), &mut pixels);
    }
    let image = Gray::new(width, height, pixels).ok_or(DAMAGED)?;
    if result.is_ok() {
        return Ok(Frame::whole(image));
    }
    if image.is_blank() {
        return Err(DAMAGED);
    }
    Ok(Frame {
        image: Some(image),
        trouble: Some(CUT),
    })
}

/// Adds a row of pixels.
fn line(
    row: &[u8],
    width: usize,
    n: usize,
    bits: usize,
    color: ColorType,
    palette: Option<&[u16]>,
    out: &mut Vec<u8>,
) {
    let sample = |at: usize| -> u8 {
        match bits {
            1 | 2 | 4 => {
                let byte = row.get(at * bits / 8).copied().unwrap_or(255);
                let shift = 8 - bits - (at * bits) % 8;
                byte >> shift & ((1 << bits) - 1)
            }
            // Larger samples are in the order of this machine; their highest byte is enough.
            16 | 32 | 64 => {
                let size = bits / 8;
                let high = if cfg!(target_endian = "little") {
                    size - 1
                } else {
                    0
                };
                row.get(at * size + high).copied().unwrap_or(255)
            }
            _ => row.get(at).copied().unwrap_or(255),
        }
    };
    // Of the smaller samples the largest value is white.
    let full = |value: u8| match bits {
        1 => value * 255,
        2 => value * 85,
        4 => value * 17,
        _ => value,
    };
    let luma = |r: u8, g: u8, b: u8| {
        ((u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8) as u8
    };
    for x in 0..width {
        let at = x * n;
        let pixel = match color {
            _ if n == 1 && palette.is_none() => full(sample(at)),
            ColorType::Palette(_) => {
                let index = usize::from(sample(at));
                let map = palette.unwrap_or(&[]);
                let third = map.len() / 3;
                let part = |which: usize| {
                    map.get(which * third + index)
                        .map_or(255, |value| (value >> 8) as u8)
                };
                luma(part(0), part(1), part(2))
            }
            ColorType::CMYK(_) | ColorType::CMYKA(_) => {
                let light = |ink: u8, black: u8| {
                    (u32::from(255 - ink) * u32::from(255 - black) / 255) as u8
                };
                let black = sample(at + 3);
                luma(
                    light(sample(at), black),
                    light(sample(at + 1), black),
                    light(sample(at + 2), black),
                )
            }
            ColorType::RGB(_) | ColorType::RGBA(_) => {
                luma(full(sample(at)), full(sample(at + 1)), full(sample(at + 2)))
            }
            // Grey, lightness (YCbCr, Lab) or whatever comes first.
            _ => full(sample(at)),
        };
        out.push(pixel);
    }
}
