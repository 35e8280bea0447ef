//! What a picture file says of itself: camera and owner, place, description, comments.
//!
//! EXIF through kamadak-exif; XMP, IPTC and comments by hand, since each is a
//! run of labelled texts. Also which way up the camera was held.
//!
//! Sources: Exif 2.32 (CIPA DC-008); IPTC-IIM 4.2, record 2; XMP part 3
//! (ISO 16684-1); PNG, 11.3.3; ITU-T T.81, B.1.

use std::io::Cursor;

use exif::{In, Tag, Value};
use memchr::memmem;
use whose_model::{Field, Locator};

use crate::scan::Gray;

/// Longest text of one field.
const MAX_TEXT: usize = 64 << 10;
/// Fields of one picture.
const MAX_FIELDS: usize = 500;

/// What is known of a picture beside its dots.
#[derive(Default)]
pub(super) struct About {
    pub(super) fields: Vec<Field>,
    /// As EXIF counts it: 1 upright, 3 upside down, 6 and 8 on its sides; the others mirrored.
    pub(super) orientation: u8,
}

impl About {
    fn add(&mut self, name: &str, value: &str) {
        let value = value.trim_matches(|ch: char| ch == '\0' || ch.is_whitespace());
        let cut = value.floor_char_boundary(MAX_TEXT);
        let value: String = value[..cut]
            .chars()
            .filter(|ch| !ch.is_control() || *ch == '\n')
            .collect();
        let is_known = |field: &Field| field.name == name && field.value == value;
        if value.is_empty() || self.fields.len() >= MAX_FIELDS || self.fields.iter().any(is_known) {
            return;
        }
        self.fields.push(Field {
            place: Locator::Field {
                path: name.to_owned(),
            },
            name: name.to_owned(),
            value,
        });
    }
}

/// A picture as it was meant to be looked at.
pub(super) fn upright(image: Gray, orientation: u8) -> Gray {
    let turned = |image: Gray, quarters: u8| {
        if quarters == 0 {
            image
        } else {
            image.turned(quarters)
        }
    };
    match orientation {
        2 => image.mirrored(),
        3 => turned(image, 2),
        4 => turned(image, 2).mirrored(),
        5 => turned(image, 1).mirrored(),
        6 => turned(image, 1),
        7 => turned(image, 3).mirrored(),
        8 => turned(image, 3),
        _ => image,
    }
}

/// What a picture's file says of it.
pub(super) fn about(bytes: &[u8]) -> About {
    let mut about = About::default();
    from_exif(bytes, &mut about);
    if bytes.starts_with(b"\xff\xd8") {
        from_jpeg(bytes, &mut about);
    } else if bytes.starts_with(b"\x89PNG") {
        from_png(bytes, &mut about);
    } else if bytes.starts_with(b"GIF8") {
        from_gif(bytes, &mut about);
    }
    if let Some(packet) = xmp_packet(bytes) {
        for (name, value) in xmp(packet) {
            about.add(&name, &value);
        }
    }
    about
}

/// Tags that tell of people, places and times; what the lens did is of no use here.
const TOLD: &[(Tag, &str)] = &[
    (Tag::ImageDescription, "Description"),
    (Tag::Artist, "Artist"),
    (Tag::Copyright, "Copyright"),
    (Tag::CameraOwnerName, "Camera owner"),
    (Tag::DateTimeOriginal, "Taken on"),
    (Tag::DateTime, "Changed on"),
    (Tag::Make, "Camera maker"),
    (Tag::Model, "Camera model"),
    (Tag::BodySerialNumber, "Camera serial number"),
    (Tag::Software, "Software"),
    (Tag::UserComment, "User comment"),
    (Tag::ImageUniqueID, "Image id"),
    (Tag(exif::Context::Tiff, 0x9c9b), "Title"),
    (Tag(exif::Context::Tiff, 0x9c9c), "Comment"),
    (Tag(exif::Context::Tiff, 0x9c9d), "Author"),
    (Tag(exif::Context::Tiff, 0x9c9e), "Keywords"),
    (Tag(exif::Context::Tiff, 0x9c9f), "Subject"),
    (Tag(exif::Context::Tiff, 0x010d), "Document name"),
    (Tag(exif::Context::Tiff, 0x011d), "Page name"),
    (Tag(exif::Context::Tiff, 0x013c), "Host computer"),
];

fn from_exif(bytes: &[u8], about: &mut About) {
    let mut reader = exif::Reader::new();
    reader.continue_on_error(true);
    let read = reader.read_from_container(&mut Cursor::new(bytes));
    let read = match read {
        Ok(read) => read,
        Err(error) => match error.distill_partial_result(|_| {}) {
            Ok(read) => read,
            Err(_) => return,
        },
    };
    let first = |tag| read.get_field(tag, In::PRIMARY);
    about.orientation = first(Tag::Orientation)
        .and_then(|field| field.value.get_uint(0))
        .map_or(0, |value| value.min(9) as u8);
    for &(tag, name) in TOLD {
        if let Some(value) = first(tag).and_then(|field| said(tag, &field.value)) {
            about.add(name, &value);
        }
    }
    let degrees = |tag, reference, minus: u8| {
        let Value::Rational(parts) = &first(tag)?.value else {
            return None;
        };
        let part = |at: usize| parts.get(at).map_or(0.0, exif::Rational::to_f64);
        let value = part(0) + part(1) / 60.0 + part(2) / 3600.0;
        let sign = match first(reference).map(|field| &field.value) {
            Some(Value::Ascii(texts))
                if texts
                    .first()
                    .is_some_and(|text| text.first() == Some(&minus)) =>
            {
                -1.0
            }
            _ => 1.0,
        };
        value.is_finite().then_some(value * sign)
    };
    let latitude = degrees(Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S');
    let longitude = degrees(Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W');
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        about.add("GPS position", &format!("{latitude:.6}, {longitude:.6}"));
    }
}

fn said(tag: Tag, value: &Value) -> Option<String> {
    match value {
        Value::Ascii(texts) => {
            let texts: Vec<_> = texts.iter().map(|text| legible(text)).collect();
            Some(texts.join("; "))
        }
        // What Windows writes is UTF-16.
        Value::Byte(bytes) => Some(wide(bytes, true)),
        Value::Undefined(bytes, _) if tag == Tag::UserComment => {
            let (kind, text) = bytes.split_at_checked(8)?;
            Some(if kind.starts_with(b"UNICODE") {
                // The order of its bytes is not said: letters of the west have a zero first or second.
                wide(text, text.get(1) == Some(&0))
            } else {
                legible(text)
            })
        }
        _ => None,
    }
}

fn legible(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}

fn wide(bytes: &[u8], is_little: bool) -> String {
    let set = if is_little {
        encoding_rs::UTF_16LE
    } else {
        encoding_rs::UTF_16BE
    };
    set.decode_without_bom_handling(bytes).0.into_owned()
}

/// Comments and IPTC of a JPEG.
fn from_jpeg(bytes: &[u8], about: &mut About) {
    let mut at = 2;
    while let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4) {
        let len = usize::from(high) << 8 | usize::from(low);
        let body = bytes.get(at + 4..at + 2 + len).unwrap_or(&[]);
        match marker {
            0xfe => about.add("Comment", &legible(body)),
            0xed if body.starts_with(b"Photoshop 3.0\0") => iptc(body, about),
            // From here on there are dots only.
            0xda => return,
            _ => {}
        }
        at += 2 + len.max(2);
    }
}

/// Datasets of record 2 that tell of people, places and texts.
const IPTC: &[(u8, &str)] = &[
    (5, "Title"),
    (25, "Keywords"),
    (40, "Instructions"),
    (80, "Author"),
    (90, "City"),
    (92, "Location"),
    (95, "Province"),
    (101, "Country"),
    (105, "Headline"),
    (110, "Credit"),
    (116, "Copyright"),
    (118, "Contact"),
    (120, "Description"),
    (122, "Description writer"),
];

fn iptc(body: &[u8], about: &mut About) {
    // Datasets stand one after the other, each begun by a sign of its own.
    let mut rest = body;
    while let Some(at) = memmem::find(rest, b"\x1c\x02") {
        rest = rest.get(at + 2..).unwrap_or(&[]);
        let Some(&[dataset, high, low]) = rest.get(..3) else {
            return;
        };
        let len = usize::from(high) << 8 | usize::from(low);
        let Some(text) = rest.get(3..3 + len) else {
            continue;
        };
        if let Some((_, name)) = IPTC.iter().find(|(known, _)| *known == dataset) {
            about.add(name, &legible(text));
        }
        rest = rest.get(3 + len..).unwrap_or(&[]);
    }
}

/// Texts of a PNG.
fn from_png(bytes: &[u8], about: &mut About) {
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let len = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some(body) = bytes.get(at + 8..).and_then(|rest| rest.get(..len)) else {
            return;
        };
        let kind = &head[4..8];
        if matches!(kind, b"tEXt" | b"zTXt" | b"iTXt")
            && let Some(end) = memchr::memchr(0, body)
        {
            let name = legible(&body[..end]);
            let rest = &body[end + 1..];
            let text = match kind {
                b"tEXt" => Some(encoding_rs::WINDOWS_1252.decode(rest).0.into_owned()),
                b"zTXt" => inflated(rest.get(1..).unwrap_or(&[])),
                _ => international(rest),
            };
            if let Some(text) = text
                && !name.starts_with("XML:")
                && !name.starts_with("Raw profile")
            {
                about.add(&name, &text);
            }
        }
        at = at.saturating_add(12).saturating_add(len);
    }
}

/// Whether packed and how, language, name in that language, text.
fn international(rest: &[u8]) -> Option<String> {
    let is_packed = *rest.first()? == 1;
    let rest = rest.get(2..)?;
    let rest = rest.get(memchr::memchr(0, rest)? + 1..)?;
    let text = rest.get(memchr::memchr(0, rest)? + 1..)?;
    if is_packed {
        inflated(text)
    } else {
        Some(legible(text))
    }
}

fn inflated(bytes: &[u8]) -> Option<String> {
    use std::io::Read;
    let mut text = Vec::new();
    flate2::read::ZlibDecoder::new(bytes)
        .take(MAX_TEXT as u64)
        .read_to_end(&mut text)
        .ok()?;
    Some(legible(&text))
}

/// Comments of a GIF.
fn from_gif(bytes: &[u8], about: &mut About) {
    for at in memmem::find_iter(bytes, b"\x21\xfe").take(50) {
        let mut text = Vec::new();
        let mut rest = bytes.get(at + 2..).unwrap_or(&[]);
        while let Some((&len, after)) = rest.split_first()
            && len > 0
            && text.len() < MAX_TEXT
        {
            let Some((part, after)) = after.split_at_checked(usize::from(len)) else {
                break;
            };
            text.extend_from_slice(part);
            rest = after;
        }
        // The sign may stand in the dots by chance; a comment is legible.
        let is_text = text
            .iter()
            .all(|byte| *byte >= 0x20 || byte.is_ascii_whitespace());
        if is_text {
            about.add("Comment", &legible(&text));
        }
    }
}

/// The packet of XMP in a file, wherever it stands.
pub(crate) fn xmp_packet(bytes: &[u8]) -> Option<&[u8]> {
    let start = memmem::find(bytes, b"<x:xmpmeta").or_else(|| memmem::find(bytes, b"<rdf:RDF"))?;
    let rest = bytes.get(start..)?;
    let end = memmem::find(rest, b"</x:xmpmeta>").or_else(|| memmem::find(rest, b"</rdf:RDF>"))?;
    rest.get(..end.min(4 << 20) + 12)
}

/// Names and texts of the properties in a packet of XMP.
pub(crate) fn xmp(packet: &[u8]) -> Vec<(String, String)> {
    use quick_xml::events::Event;
    let packet = String::from_utf8_lossy(packet);
    let mut reader = quick_xml::Reader::from_str(&packet);
    reader.config_mut().check_end_names = false;
    let mut path: Vec<String> = Vec::new();
    let mut found = Vec::new();
    // The property is the nearest name that is not one of the frame's.
    let property = |path: &[String]| {
        path.iter()
            .rev()
            .find(|name| !name.starts_with("rdf:") && !name.starts_with("x:"))
            .cloned()
    };
    let is_told = |name: &str| {
        !name.starts_with("xmlns")
            && !name.starts_with("rdf:")
            && !name.starts_with("x:")
            && !name.starts_with("xml:")
    };
    let mut text = String::new();
    while found.len() < MAX_FIELDS {
        let event = match reader.read_event() {
            Ok(Event::Eof) | Err(_) => break,
            Ok(event) => event,
        };
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                text.clear();
                let name = tag.name().as_ref().to_owned();
                for attribute in tag.attributes().flatten() {
                    let key = attribute.key.as_ref().to_owned();
                    let raw: &str = &attribute.value;
                    let value = quick_xml::escape::unescape(raw).unwrap_or(raw.into());
                    if is_told(&key) && value.len() <= MAX_TEXT {
                        found.push((key, value.into_owned()));
                    }
                }
                if matches!(event, Event::Start(_)) {
                    if path.len() > 64 {
                        break;
                    }
                    path.push(name);
                }
            }
            Event::Text(part) => text.push_str(part),
            Event::GeneralRef(entity) => {
                let entity = format!("&{};", &**entity);
                text.push_str(&quick_xml::escape::unescape(&entity).unwrap_or_default());
            }
            Event::CData(part) => text.push_str(part),
            Event::End(_) => {
                if let Some(name) = property(&path)
                    && !text.trim().is_empty()
                {
                    found.push((name, text.trim().to_owned()));
                }
                text.clear();
                path.pop();
            }
            _ => {}
        }
    }
    found
}
