//! Pictures made here, whole, damaged and hostile; no program is lent, so nothing is recognised.

use proptest::prelude::*;
use whose_model::{Cause, ExhibitPath, Limits, Outcome};

use super::{about, about::upright as upright_of, decode};
use crate::{
    exhibit::read_as,
    scan::Gray,
    testkit::{Given, fields, read_bytes},
};

/// A picture with a dark bar in its upper half.
fn bar() -> image::GrayImage {
    image::GrayImage::from_fn(64, 48, |x, y| {
        image::Luma([if (8..56).contains(&x) && (8..16).contains(&y) {
            0
        } else {
            255
        }])
    })
}

fn encoded(format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = image::DynamicImage::ImageLuma8(bar()).to_rgb8();
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The frames of a file, and the troubles met.
fn decoded(bytes: &[u8]) -> (Vec<Gray>, usize) {
    let mut images = Vec::new();
    let mut n_troubles = 0;
    decode::frames(bytes, &mut |frame| {
        images.extend(frame.image);
        n_troubles += usize::from(frame.trouble.is_some());
        true
    });
    (images, n_troubles)
}

fn shows_the_bar(image: &Gray) -> bool {
    let at = |x: usize, y: usize| image.pixels[y * image.width + x];
    (image.width, image.height) == (64, 48)
        && at(30, 12) < 60
        && at(30, 30) > 200
        && at(2, 12) > 200
}

#[test]
fn every_kind_is_decoded_to_the_same_greys() {
    use image::ImageFormat::{Bmp, Gif, Png, Pnm, WebP};
    for format in [Png, Gif, Bmp, WebP, Pnm] {
        let (images, n_troubles) = decoded(&encoded(format));
        assert_eq!((images.len(), n_troubles), (1, 0), "{format:?}");
        assert!(shows_the_bar(&images[0]), "{format:?}");
    }
}

/// A TIFF of two pages, one bit a dot, white as zero and as one.
fn fax() -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    for page in 0..2_u32 {
        let n_tags = 8_u16;
        let at = bytes.len() as u32;
        let data = at + 2 + u32::from(n_tags) * 12 + 4;
        let next = if page == 0 { data + 48 * 8 } else { 0 };
        bytes.extend(n_tags.to_le_bytes());
        for (tag, kind, value) in [
            (256_u16, 3_u16, 64_u32),
            (257, 3, 48),
            (258, 3, 1),
            (259, 3, 1),
            (262, 3, page),
            (273, 4, data),
            (278, 3, 48),
            (279, 4, 48 * 8),
        ] {
            bytes.extend(tag.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
        bytes.extend(next.to_le_bytes());
        let ink = if page == 0 { 255_u8 } else { 0 };
        for y in 0..48 {
            for byte in 0..8 {
                let is_ink = (8..16).contains(&y) && (1..7).contains(&byte);
                bytes.push(if is_ink { ink } else { !ink });
            }
        }
    }
    bytes
}

#[test]
fn each_page_of_a_tiff_is_decoded_whichever_way_it_counts_white() {
    let (images, n_troubles) = decoded(&fax());
    assert_eq!((images.len(), n_troubles), (2, 0));
    assert!(images.iter().all(shows_the_bar));
}

#[test]
fn a_picture_that_nobody_looked_at_is_a_gap_and_never_clean() {
    let given = read_bytes("a.png", &encoded(image::ImageFormat::Png));
    assert_eq!(given.outcome("a.png"), Outcome::NotRead);
    assert_eq!(given.gaps[0].cause, Cause::UnsupportedFormat);
    assert!(given.gaps[0].detail.contains("tesseract"));
}

#[test]
fn a_blank_picture_says_that_there_is_no_text() {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = image::GrayImage::from_pixel(60, 60, image::Luma([250]));
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let given = read_bytes("a.png", &bytes.into_inner());
    assert_eq!(given.outcome("a.png"), Outcome::Read);
    assert_eq!(
        fields(&given, "picture properties"),
        [("text".to_owned(), "no text found in the picture".to_owned())]
    );
}

#[test]
fn what_a_picture_says_of_itself_is_a_record() {
    let mut png = encoded(image::ImageFormat::Png);
    let text = b"tEXtAuthor\0Anne Roy";
    let mut chunk = (text.len() as u32 - 4).to_be_bytes().to_vec();
    chunk.extend_from_slice(text);
    chunk.extend([0; 4]);
    png.splice(33..33, chunk);
    let about = about::about(&png);
    assert_eq!(about.fields[0].name, "Author");
    assert_eq!(about.fields[0].value, "Anne Roy");
    let packet =
        b"<x:xmpmeta><rdf:RDF><rdf:Description xmp:CreatorTool=\"a &amp; b\"><dc:creator><rdf:Seq>\
        <rdf:li>Roy</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>";
    let found = about::xmp(about::xmp_packet(packet).unwrap());
    let pairs: Vec<_> = found
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    assert_eq!(pairs, [("xmp:CreatorTool", "a & b"), ("dc:creator", "Roy")]);
}

#[test]
fn a_camera_held_upside_down_is_no_obstacle() {
    let image = Gray::new(2, 1, vec![0, 255]).unwrap();
    for (orientation, pixels) in [
        (1, [0, 255]),
        (2, [255, 0]),
        (3, [255, 0]),
        (4, [0, 255]),
        (6, [0, 255]),
        (8, [255, 0]),
    ] {
        assert_eq!(
            upright_of(image.clone(), orientation).pixels,
            pixels,
            "{orientation}"
        );
    }
}

fn given(bytes: &[u8]) -> Given {
    let mut given = Given::default();
    read_as(
        "png",
        bytes,
        &ExhibitPath("a".into()),
        &Limits::default(),
        &mut given,
    );
    given
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn no_damage_makes_it_crash(which in 0..6_usize, places in proptest::collection::vec((0..3000_usize, any::<u8>()), 1..6), cut in 8..4000_usize) {
        use image::ImageFormat::{Bmp, Gif, Png, Pnm, WebP};
        let mut bytes = match which {
            5 => fax(),
            n => encoded([Png, Gif, Bmp, WebP, Pnm][n]),
        };
        for (at, byte) in places {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        bytes.truncate(cut);
        let given = given(&bytes);
        prop_assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
        prop_assert_eq!(given.ended.len(), 1);
    }

    #[test]
    fn no_bytes_make_it_crash(which in 0..7_usize, bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let marks: [&[u8]; 7] = [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0\x08\0\0\0", b"\0\0\0\x0cjP  \r\n\x87\n", b"\x97JB2\r\n\x1a\n", b"BM"];
        let mut all = marks[which].to_vec();
        all.extend(bytes);
        let given = given(&all);
        prop_assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
        prop_assert_eq!(given.ended.len(), 1);
    }
}
