//! Notebook sections of OneNote (one) in, their text and the files dropped into them out.
//!
//! A section is a log of revisions. Its text stands in property sets as UTF-16
//! or, for ASCII, as single bytes; each run is taken where it lies, so earlier
//! revisions come too. Files stand behind a mark of their own.
//!
//! Format: [MS-ONESTORE] sections 2.3.1 (header), 2.6.13 (FileDataStoreObject).

use std::collections::HashSet;

use memchr::memmem;
use whose_model::{Cause, PassageKind};

use crate::{
    exhibit::{Body, Reading},
    ole::{
        bytes::{slice, u64_at},
        strings,
    },
};

/// How a section begins.
pub(crate) const MARK: &[u8] = b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3";
/// How a list of sections begins.
pub(crate) const LIST_MARK: &[u8] =
    b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f";
/// Stands before a file.
const FILE: &[u8] = b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac";

/// Reads a section.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let mut text = String::new();
    let mut said = HashSet::new();
    let mut files = Vec::new();
    let mut from = MARK.len();
    for at in memmem::find_iter(bytes, FILE) {
        let Some(len) = u64_at(bytes, at + 16) else {
            continue;
        };
        let Ok(len) = usize::try_from(len) else {
            continue;
        };
        let start = at + 36;
        let content = slice(bytes, start, len);
        if at < from || content.is_empty() {
            continue;
        }
        runs(slice(bytes, from, at - from), &mut said, &mut text);
        from = start + content.len();
        files.push(content);
    }
    runs(slice(bytes, from, bytes.len()), &mut said, &mut text);
    reading.part("section", &text, PassageKind::Strings);
    reading.gap(
        Cause::UnsupportedFormat,
        "its text was taken run by run, with earlier revisions, in no sure order",
    );
    for (index, content) in files.into_iter().enumerate() {
        if !reading.member(&format!("file-{}", index + 1), Body::Memory(content)) {
            return;
        }
    }
}

fn runs(bytes: &[u8], said: &mut HashSet<String>, text: &mut String) {
    for line in strings::of(bytes).lines() {
        if said.insert(line.to_owned()) {
            text.push_str(line);
            text.push('\n');
        }
    }
}

#[test]
fn text_and_a_dropped_file_come_apart() {
    let mut bytes = MARK.to_vec();
    bytes.extend([0; 16]);
    bytes.extend("Anne Roy".encode_utf16().flat_map(u16::to_le_bytes));
    bytes.extend([0; 4]);
    bytes.extend(FILE);
    bytes.extend(3_u64.to_le_bytes());
    bytes.extend([0; 12]);
    bytes.extend(b"Cyr");
    let given = crate::testkit::read_bytes("a.one", &bytes);
    assert_eq!(given.text(), "Anne Roy\nCyr");
    assert_eq!(given.end_of("a.one").format, "onenote");
}
