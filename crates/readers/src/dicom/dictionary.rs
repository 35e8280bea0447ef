//! A tag in, its keyword and value representation out, as PS3.6 lists them.
//!
//! The list comes with the crate `dicom-dictionary-std`; private attributes and
//! those that no edition lists are named by their tag.
//!
//! Format: DICOM PS3.6, chapter 6; repeating groups (50xx, 60xx) in PS3.5, 7.6.

use dicom_core::{Tag, VR, dictionary::DataDictionary};
use dicom_dictionary_std::StandardDataDictionary;

use super::parse::Vr;

/// What is known of a tag.
pub(super) enum Known {
    Standard { keyword: &'static str, vr: Vr },
    Private,
    Unknown,
}

pub(super) fn look_up(tag: u32) -> Known {
    let (group, element) = ((tag >> 16) as u16, tag as u16);
    if group % 2 == 1 {
        return Known::Private;
    }
    match StandardDataDictionary.by_tag(Tag(group, element)) {
        Some(entry) => {
            let vr: VR = entry.vr.relaxed();
            let mut letters = [0; 2];
            letters.copy_from_slice(&vr.to_string().as_bytes()[..2]);
            Known::Standard {
                keyword: entry.alias,
                vr: letters,
            }
        }
        None => Known::Unknown,
    }
}

pub(super) fn is_known(tag: u32) -> bool {
    !matches!(look_up(tag), Known::Unknown)
}

/// The representation of an element that does not say it.
pub(super) fn vr_of(tag: u32) -> Vr {
    match look_up(tag) {
        Known::Standard { vr, .. } => vr,
        // The name of whoever defined a private block is a short text (PS3.5, 7.8.1).
        Known::Private if matches!(tag & 0xFFFF, 0x10..=0xFF) => *b"LO",
        _ => *b"UN",
    }
}

/// `PatientName`, or `(0029,1010)` for what no edition lists.
pub(super) fn name_of(tag: u32) -> String {
    match look_up(tag) {
        Known::Standard { keyword, .. } => keyword.to_owned(),
        _ => written(tag),
    }
}

/// `(0010,0020)`
pub(super) fn written(tag: u32) -> String {
    format!("({:04X},{:04X})", tag >> 16, tag & 0xFFFF)
}
