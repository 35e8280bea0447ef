//! A picture file's bytes in, its frames in shades of grey out, by whichever decoder knows them.
//!
//! JPEG through zune-jpeg, PNG, GIF, BMP, WebP and PNM through image, TIFF in
//! `tiff.rs`, JBIG2 in `jbig2`, JPEG 2000 through hayro's decoder. Sizes are
//! checked before anything is allocated for them.

use std::io::Cursor;

use image::{AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat};
use whose_model::Cause;
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

use super::{CUT, DAMAGED, Frame, MAX_FRAMES, MAX_SAMPLES, Take, Trouble, check, jbig2, tiff};
use crate::scan::Gray;

/// Calls `take` for each frame.
pub(super) fn frames(bytes: &[u8], take: &mut Take<'_>) {
    let is = |mark: &[u8]| bytes.starts_with(mark);
    if is(b"\xff\xd8") {
        take(jpeg(bytes));
    } else if is(b"II*\0") || is(b"MM\0*") || is(b"II+\0") || is(b"MM\0+") {
        tiff::frames(bytes, take);
    } else if is(b"GIF8") {
        moving(bytes, take);
    } else if is(b"\0\0\0\x0cjP  ") || is(b"\xff\x4f\xff\x51") {
        take(jpeg2000(bytes));
    } else if is(jbig2::MARK) {
        jbig2::frames(bytes, take);
    } else {
        take(still(bytes));
    }
}

fn one(result: Result<Gray, Trouble>) -> Frame {
    match result {
        Ok(image) => Frame::whole(image),
        Err(trouble) => Frame::lost(trouble),
    }
}

/// A JPEG; of one that is cut off, the part above the cut.
fn jpeg(bytes: &[u8]) -> Frame {
    let options = DecoderOptions::default()
        .set_max_width(1 << 16)
        .set_max_height(1 << 16)
        .set_strict_mode(false);
    let mut head = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    if head.decode_headers().is_err() {
        return Frame::lost(DAMAGED);
    }
    let Some(info) = head.info() else {
        return Frame::lost(DAMAGED);
    };
    let (width, height) = (u64::from(info.width), u64::from(info.height));
    if let Err(trouble) = check(width, height, 4) {
        return Frame::lost(trouble);
    }
    // Inks are turned to light by the decoder; grey comes straight from the lightness that JPEG keeps.
    let (out, n) = match head.input_colorspace() {
        Some(ColorSpace::Luma | ColorSpace::YCbCr) => (ColorSpace::Luma, 1),
        Some(ColorSpace::CMYK | ColorSpace::YCCK | ColorSpace::RGB) => (ColorSpace::RGB, 3),
        _ => (ColorSpace::Luma, 1),
    };
    let options = options.jpeg_set_out_colorspace(out);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    let mut samples = vec![255; width * height * n];
    let is_whole = decoder.decode_into(&mut samples).is_ok();
    let image = Gray::from_samples(width, height, n, &samples);
    let is_seen = image
        .as_ref()
        .is_some_and(|image| is_whole || !image.is_blank());
    match image {
        Some(image) if is_whole => Frame::whole(image),
        Some(image) if is_seen => Frame {
            image: Some(image),
            trouble: Some(CUT),
        },
        _ => Frame::lost(DAMAGED),
    }
}

fn grey(image: &DynamicImage) -> Result<Gray, Trouble> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let grey = if image.color().has_alpha() {
        Gray::from_samples(width, height, 2, &image.to_luma_alpha8())
    } else {
        Gray::new(width, height, image.to_luma8().into_raw())
    };
    grey.ok_or(DAMAGED)
}

fn bounds() -> image::Limits {
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MAX_SAMPLES);
    limits.max_image_width = Some(1 << 16);
    limits.max_image_height = Some(1 << 16);
    limits
}

fn trouble(error: &image::ImageError) -> Trouble {
    match error {
        image::ImageError::Limits(_) => super::TOO_LARGE,
        image::ImageError::Unsupported(_) => (
            Cause::UnsupportedFormat,
            "a picture of a kind that is not decoded here",
        ),
        _ => DAMAGED,
    }
}

/// A picture with one frame that the image crate knows.
fn still(bytes: &[u8]) -> Frame {
    let Ok(format) = image::guess_format(bytes) else {
        return Frame::lost((
            Cause::UnsupportedFormat,
            "a picture of a kind that is not decoded here",
        ));
    };
    if format == ImageFormat::Png {
        return png(bytes);
    }
    let mut reader = image::ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(bounds());
    let decoded = reader.into_decoder().map_err(|error| trouble(&error));
    one(decoded.and_then(|decoder| {
        let (width, height) = decoder.dimensions();
        let n = u64::from(decoder.color_type().bytes_per_pixel());
        check(u64::from(width), u64::from(height), n)?;
        let image = DynamicImage::from_decoder(decoder).map_err(|error| trouble(&error))?;
        grey(&image)
    }))
}

/// A PNG; of one that is cut off, the rows above the cut.
pub(super) fn png(bytes: &[u8]) -> Frame {
    let decoded = image::codecs::png::PngDecoder::with_limits(Cursor::new(bytes), bounds());
    let decoder = match decoded {
        Ok(decoder) => decoder,
        Err(error) => return Frame::lost(trouble(&error)),
    };
    let (width, height) = decoder.dimensions();
    let color = decoder.color_type();
    let n = u64::from(color.bytes_per_pixel());
    if let Err(trouble) = check(u64::from(width), u64::from(height), n) {
        return Frame::lost(trouble);
    }
    let mut samples = vec![255; (u64::from(width) * u64::from(height) * n) as usize];
    let is_whole = decoder.read_image(&mut samples).is_ok();
    let (width, height) = (width as usize, height as usize);
    let n_channels = usize::from(color.channel_count());
    if color.bytes_per_pixel() as usize == 2 * n_channels {
        // Of two bytes a sample the higher one is kept.
        let high = usize::from(cfg!(target_endian = "little"));
        samples = samples.chunks_exact(2).map(|pair| pair[high]).collect();
    }
    match Gray::from_samples(width, height, n_channels, &samples) {
        Some(image) if is_whole => Frame::whole(image),
        Some(image) if !image.is_blank() => Frame {
            image: Some(image),
            trouble: Some(CUT),
        },
        _ => Frame::lost(DAMAGED),
    }
}

/// The frames of a GIF that differ from the one before.
fn moving(bytes: &[u8], take: &mut Take<'_>) {
    use image::codecs::gif::GifDecoder;
    let decoder = GifDecoder::new(Cursor::new(bytes)).and_then(|mut decoder| {
        decoder.set_limits(bounds())?;
        Ok(decoder)
    });
    let decoder = match decoder {
        Ok(decoder) => decoder,
        Err(error) => {
            take(Frame::lost(trouble(&error)));
            return;
        }
    };
    let (width, height) = decoder.dimensions();
    if let Err(trouble) = check(u64::from(width), u64::from(height), 4) {
        take(Frame::lost(trouble));
        return;
    }
    let mut before: Option<Gray> = None;
    for (n, frame) in decoder.into_frames().enumerate() {
        if n >= MAX_FRAMES {
            let detail = "more frames in a moving picture than are looked at";
            take(Frame::lost((Cause::TooLarge, detail)));
            return;
        }
        let frame = match frame {
            Ok(frame) => grey(&DynamicImage::ImageRgba8(frame.into_buffer())),
            Err(_) => {
                take(Frame::lost(DAMAGED));
                return;
            }
        };
        let frame = match frame {
            Ok(frame) => frame,
            Err(trouble) => {
                take(Frame::lost(trouble));
                return;
            }
        };
        let is_new = before.as_ref().is_none_or(|before| differ(before, &frame));
        if is_new {
            before = Some(frame.clone());
            if !take(Frame::whole(frame)) {
                return;
            }
        }
    }
}

/// Whether more than one pixel in a hundred is another.
fn differ(a: &Gray, b: &Gray) -> bool {
    let pairs = a.pixels.iter().zip(&b.pixels);
    let n = pairs.filter(|(a, b)| a.abs_diff(**b) > 40).count();
    n * 100 > a.pixels.len()
}

fn jpeg2000(bytes: &[u8]) -> Frame {
    let settings = hayro_jpeg2000::DecodeSettings::default();
    let Ok(picture) = hayro_jpeg2000::Image::new(bytes, &settings) else {
        return Frame::lost(DAMAGED);
    };
    let (width, height) = (u64::from(picture.width()), u64::from(picture.height()));
    // The decoder works on numbers of four bytes.
    if let Err(trouble) = check(width, height, 16) {
        return Frame::lost(trouble);
    }
    let mut context = hayro_jpeg2000::DecoderContext::default();
    let Ok(decoded) = picture.decode(&mut context) else {
        return Frame::lost(DAMAGED);
    };
    let n = decoded.components().len();
    if n == 0 {
        return Frame::lost(DAMAGED);
    }
    let samples = decoded.data_u8();
    // The first of more channels than are known is as good as any.
    let known = if n <= 4 { n } else { 1 };
    let samples: Vec<u8> = if n <= 4 {
        samples
    } else {
        samples
            .chunks_exact(n.max(1))
            .map(|pixel| pixel[0])
            .collect()
    };
    let image = Gray::from_samples(width as usize, height as usize, known, &samples);
    one(image.ok_or(DAMAGED))
}
