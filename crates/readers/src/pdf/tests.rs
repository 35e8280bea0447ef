//! Pages as programs make them, and broken ones.

use lopdf::{Document, Object, Stream, dictionary};
use proptest::prelude::*;
use whose_model::{ExhibitPath, Limits, Locator, Origin, Segment};

use crate::{exhibit::read_as, testkit::Given};

fn given(bytes: &[u8]) -> Given {
    let mut given = Given::default();
    read_as(
        "pdf",
        bytes,
        &ExhibitPath("a.pdf".into()),
        &Limits::default(),
        &mut given,
    );
    given
}

/// A file with one page that draws this, its form filled in and a file attached.
fn file(content: &str) -> Vec<u8> {
    let mut doc = Document::with_version("1.5");
    let pages = doc.new_object_id();
    let font = doc.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding" });
    let picture = doc.add_object(Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => 64, "Height" => 48,
            "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
        },
        (0..64 * 48_u32)
            .map(|at| if (500..900).contains(&at) { 0 } else { 255 })
            .collect(),
    ));
    let content = doc.add_object(Stream::new(dictionary! {}, content.as_bytes().to_vec()));
    let page =
        doc.add_object(dictionary! { "Type" => "Page", "Parent" => pages, "Contents" => content });
    doc.objects.insert(
        pages,
        Object::Dictionary(dictionary! {
            "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1,
            "Resources" => dictionary! { "Font" => dictionary! { "F1" => font }, "XObject" => dictionary! { "I" => picture } },
        }),
    );
    let field = doc.add_object(dictionary! { "T" => Object::string_literal("dob"), "TU" => Object::string_literal("Date of birth"), "V" => Object::string_literal("1950-01-02"), "FT" => "Tx" });
    let attached = doc.add_object(Stream::new(dictionary! {}, b"attached".to_vec()));
    let spec = dictionary! { "F" => Object::string_literal("a.txt"), "EF" => dictionary! { "F" => attached } };
    let signed = doc.add_object(dictionary! { "T" => Object::string_literal("sig"), "FT" => "Sig", "V" => dictionary! { "Name" => Object::string_literal("Anne Roy"), "Reason" => Object::string_literal("consent") } });
    let root = doc.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => pages,
        "AcroForm" => dictionary! { "Fields" => vec![field.into(), signed.into()] },
        "Names" => dictionary! { "EmbeddedFiles" => dictionary! { "Names" => vec![Object::string_literal("a"), spec.into()] } },
    });
    doc.trailer.set("Root", root);
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_page_its_form_and_its_attachment_are_read() {
    let given = given(&file(
        "BT /F1 12 Tf 50 700 Td (Name:) Tj 60 0 Td (Anne Roy) Tj 200 0 Td [(M) -20 (RN 1) 30 (7)] TJ 0 -14 Td (n\\351e) Tj ET",
    ));
    assert_eq!(given.text(), "Name:\tAnne Roy\tMRN 17\nn\u{e9}e\nattached");
    let record = given.records().next().unwrap();
    assert_eq!(
        (
            record.fields[0].name.as_str(),
            record.fields[0].value.as_str()
        ),
        ("Date of birth", "1950-01-02")
    );
    let signed: Vec<_> = record.fields[1..]
        .iter()
        .map(|field| (field.name.as_str(), field.value.as_str()))
        .collect();
    assert_eq!(
        signed,
        [("signed by", "Anne Roy"), ("reason for signing", "consent")]
    );
    assert_eq!(given.ended.len(), 2);
    assert!(given.gaps.is_empty());
    let passage = given
        .segments
        .iter()
        .find_map(|(_, segment)| match segment {
            Segment::Passage(passage) => Some(passage),
            _ => None,
        });
    let place = passage.unwrap().locate(0..4);
    assert_eq!(
        place,
        Locator::Page {
            page: 1,
            start: 0,
            end: 4,
            area: None
        }
    );
}

#[test]
fn a_page_of_pictures_that_nobody_looked_at_is_a_gap() {
    let given = given(&file("q 500 0 0 700 0 0 cm /I Do Q"));
    assert_eq!(given.gaps.len(), 1);
    assert!(given.gaps[0].detail.contains("tesseract"));
}

#[test]
fn a_page_without_anything_on_it_is_none() {
    assert!(given(&file("")).gaps.is_empty());
}

#[test]
fn a_scanned_page_is_recognised_and_each_word_has_its_place() {
    let given = crate::testkit::read_seen("a.pdf", &file("q 612 0 0 792 0 0 cm /I Do Q"));
    let passages = given
        .segments
        .iter()
        .filter_map(|(_, segment)| match segment {
            Segment::Passage(passage) => Some(passage),
            _ => None,
        });
    let passage = passages.into_iter().next().unwrap();
    assert_eq!(passage.text, "Patient: Anne Roy\n");
    assert!((passage.certainty(9..13) - 0.91).abs() < 1e-3);
    assert!(matches!(
        passage.locate(9..13),
        Locator::Page { page: 1, start: 9, end: 13, area: Some(area) } if area.width > 0
    ));
    assert!(given.gaps.is_empty());
}

/// The file, its picture packed in this way.
fn with_picture(filter: &str, picture: &[u8], globals: Option<&[u8]>) -> Vec<u8> {
    let mut doc = Document::load_mem(&file("q 612 0 0 792 0 0 cm /I Do Q")).unwrap();
    let shared = globals.map(|it| doc.add_object(Stream::new(dictionary! {}, it.to_vec())));
    let is_picture = |object: &&mut Object| {
        object
            .as_stream()
            .is_ok_and(|it| it.dict.has(b"BitsPerComponent"))
    };
    let found = doc.objects.values_mut().find(is_picture).unwrap();
    let stream = found.as_stream_mut().unwrap();
    stream.set_content(picture.to_vec());
    stream.dict.set("Filter", Object::from(filter));
    stream.dict.set("BitsPerComponent", 1);
    if let Some(shared) = shared {
        stream
            .dict
            .set("DecodeParms", dictionary! { "JBIG2Globals" => shared });
    }
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_page_whose_picture_cannot_be_decoded_is_a_gap_and_not_empty() {
    for filter in ["JBIG2Decode", "DCTDecode", "JPXDecode"] {
        let given = crate::testkit::read_unseen("a.pdf", &with_picture(filter, b"none", None));
        let details: Vec<_> = given.gaps.iter().map(|gap| gap.detail.as_ref()).collect();
        assert_eq!(details, [LOST], "{filter}");
    }
}

/// A segment of JBIG2: its number, its kind, the numbers in it, and so many zeros.
fn segment(number: u32, kind: u8, numbers: &[u32], n_zeros: usize) -> Vec<u8> {
    let numbers: Vec<u8> = numbers.iter().flat_map(|it| it.to_be_bytes()).collect();
    let data = [numbers, vec![0; n_zeros]].concat();
    let head = [&number.to_be_bytes()[..], &[kind, 0, 1]].concat();
    [&head[..], &(data.len() as u32).to_be_bytes(), &data].concat()
}

/// A page of 4,096 dots.
fn blank() -> Vec<u8> {
    segment(1, 48, &[64, 64, 0, 0], 3)
}

/// A region of 100 million dots.
fn region() -> Vec<u8> {
    segment(0, 38, &[10_000, 10_000, 0, 0], 30)
}

const LOST: &str = "a picture on a page cannot be decoded, or is too large";

#[test]
fn a_picture_in_jbig2_is_drawn_if_it_asks_for_no_more_than_it_holds() {
    let given = crate::testkit::read_seen("a.pdf", &with_picture("JBIG2Decode", &blank(), None));
    assert!(given.gaps.is_empty(), "{:?}", given.gaps);
    let own = [blank(), region()].concat();
    // In the picture or in what pictures share.
    for (picture, globals) in [(&own, None), (&blank(), Some(&region()[..]))] {
        let bytes = with_picture("JBIG2Decode", picture, globals);
        let given = crate::testkit::read_seen("a.pdf", &bytes);
        let details: Vec<_> = given.gaps.iter().map(|gap| gap.detail.as_ref()).collect();
        assert_eq!(details, [LOST]);
    }
}

#[test]
fn a_picture_that_asks_for_too_much_costs_its_own_page_in_a_locked_file_too() {
    let own = [blank(), region()].concat();
    let mut doc = Document::load_mem(&with_picture("JBIG2Decode", &own, None)).unwrap();
    // A page behind it with a picture that may be drawn.
    let picture = doc.add_object(Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => 64, "Height" => 64,
            "ColorSpace" => "DeviceGray", "BitsPerComponent" => 1, "Filter" => "JBIG2Decode",
        },
        blank(),
    ));
    let draw = b"q 612 0 0 792 0 0 cm /J Do Q".to_vec();
    let content = doc.add_object(Stream::new(dictionary! {}, draw));
    let first = doc.page_iter().next().unwrap();
    let pages = doc.get_dictionary(first).unwrap().get(b"Parent").unwrap();
    let pages = pages.as_reference().unwrap();
    let page = doc.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "Resources" => dictionary! { "XObject" => dictionary! { "J" => picture } },
    });
    let pages = doc.get_dictionary_mut(pages).unwrap();
    pages.set("Kids", vec![first.into(), page.into()]);
    pages.set("Count", 2);
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    for bytes in [locked(&bytes, ""), bytes] {
        let given = crate::testkit::read_seen("a.pdf", &bytes);
        let page = |gap: &whose_model::Gap| match gap.place {
            Some(Locator::Page { page, .. }) => page,
            _ => 0,
        };
        let gaps: Vec<_> = given
            .gaps
            .iter()
            .map(|gap| (gap.detail.as_ref(), page(gap)))
            .collect();
        assert_eq!(gaps, [(LOST, 1)]);
    }
}

/// The file, locked with a password.
fn locked(bytes: &[u8], password: &str) -> Vec<u8> {
    let mut doc = Document::load_mem(bytes).unwrap();
    let id = Object::string_literal("0123456789abcdef");
    doc.trailer.set("ID", vec![id.clone(), id]);
    let version = lopdf::EncryptionVersion::V2 {
        document: &doc,
        owner_password: "owner",
        user_password: password,
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    doc.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    doc.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_locked_file_opens_with_a_password_that_is_known() {
    let bytes = locked(&file("BT /F1 12 Tf 50 700 Td (Name) Tj ET"), "sesame");
    assert_eq!(given(&bytes).gaps[0].cause, whose_model::Cause::Password);
    let opened = crate::testkit::read_unlocked("a.pdf", &bytes, &["wrong", "sesame"]);
    assert!(opened.text().starts_with("Name\n"));
    assert!(opened.gaps.is_empty());
}

#[test]
fn text_turned_by_the_page_is_read_in_its_own_direction() {
    let given = given(&file(
        "BT /F1 12 Tf 0 1 -1 0 100 50 Tm (up) Tj 20 0 Td (wards) Tj ET",
    ));
    assert!(given.text().starts_with("up wards\n"));
}

#[test]
fn a_file_cut_off_anywhere_is_never_silent() {
    let bytes = file("BT /F1 12 Tf 50 700 Td (Name) Tj ET");
    for cut in (9..bytes.len() - 16).step_by(3) {
        let given = given(&bytes[..cut]);
        assert!(!given.gaps.is_empty(), "cut at {cut}");
    }
    assert!(given(&bytes).gaps.is_empty());
}

#[test]
fn a_page_whose_tree_is_lost_is_read_all_the_same() {
    let bytes = file("BT /F1 12 Tf 50 700 Td (Name) Tj ET");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    // The name is as long as the one it stands for, so that every place stays.
    let torn = text.replacen("/Kids", "/Kidz", 1);
    let given = given(torn.as_bytes());
    assert!(given.text().contains("Name"), "{:?}", given.gaps);
    assert!(!given.gaps.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_damage_makes_it_crash(at in 0..2000_usize, byte in any::<u8>(), cut in 0..2500_usize) {
        let mut bytes = file("BT /F1 12 Tf 50 700 Td (Name) Tj ET");
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(cut.max(8));
        let given = given(&bytes);
        prop_assert!(given.gaps.iter().all(|gap| gap.cause != whose_model::Cause::Crash));
        prop_assert_eq!(given.ended.last().map(|(path, _)| path.0.clone()), Some("a.pdf".to_owned()));
    }
}

/// The file, saved again with another page behind its end.
fn saved_again(bytes: &[u8], content: &str) -> Vec<u8> {
    let before = Document::load_mem(bytes).unwrap();
    let page = before.page_iter().next().unwrap();
    let content_id = before.get_page_contents(page)[0];
    let mut update = lopdf::IncrementalDocument::create_from(bytes.to_vec(), before);
    let stream = Stream::new(dictionary! {}, content.as_bytes().to_vec());
    update
        .new_document
        .objects
        .insert(content_id, stream.into());
    let mut after = Vec::new();
    update.save_to(&mut after).unwrap();
    after
}

#[test]
fn what_an_earlier_version_said_and_no_later_one_says_is_given() {
    let first =
        file("BT /F1 12 Tf 50 700 Td (Patient: Anne Roy) Tj 0 -40 Td (Visit of 3 May) Tj ET");
    let second = saved_again(
        &first,
        "BT /F1 12 Tf 50 650 Td (Visit of 3 May) Tj 0 -40 Td (Seen) Tj ET",
    );
    let third = saved_again(&second, "BT /F1 12 Tf 50 650 Td (Visit of 3  May) Tj ET");
    let given = given(&third);
    let text = given.text();
    assert_eq!(text.matches("Visit").count(), 1, "{text}");
    let parts: Vec<(&str, &str)> = given
        .segments
        .iter()
        .filter_map(|(_, segment)| match segment {
            Segment::Passage(passage) => Some(passage),
            _ => None,
        })
        .filter_map(|passage| match &passage.origin {
            Origin::Part { part, .. } if part.starts_with("earlier") => {
                Some((part.as_str(), passage.text.as_str()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        parts,
        [
            ("earlier version 2, page 1", "Seen"),
            ("earlier version 1, page 1", "Patient: Anne Roy")
        ]
    );
    assert!(given.gaps.is_empty());
}

#[test]
fn ends_that_are_none_are_no_versions() {
    let mut bytes = file("BT /F1 12 Tf 50 700 Td (%%EOF Anne %%EOF) Tj ET");
    let given_before = given(&bytes).text();
    bytes.splice(9..9, *b"%%EOF\n");
    assert_eq!(
        given(&bytes).text().matches("Anne").count(),
        given_before.matches("Anne").count()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_damage_to_a_file_of_several_versions_makes_it_crash(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), cut in any::<prop::sample::Index>()) {
        let first = file("BT /F1 12 Tf 50 700 Td (Anne) Tj ET");
        let second = saved_again(&first, "BT /F1 12 Tf 50 700 Td (Bo) Tj ET");
        let mut bytes = saved_again(&second, "BT /F1 12 Tf 50 700 Td (Cy) Tj ET");
        for (place, byte) in places {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        // One in two is cut off.
        let cut = cut.index(2 * bytes.len());
        bytes.truncate(cut.max(8));
        let given = given(&bytes);
        prop_assert!(given.gaps.iter().all(|gap| gap.cause != whose_model::Cause::Crash));
        prop_assert_eq!(given.ended.last().map(|(path, _)| path.0.clone()), Some("a.pdf".to_owned()));
    }
}
