//! A storage with an embedded object in, the object as a member of the exhibit out.
//!
//! A file that was dropped into a document comes out as it was; a document of
//! another program comes out as a compound file of its own.
//!
//! Format: [MS-OLEDS] section 2.3 (OLE 2.0 containers), 2.2.6 (Ole10Native).

use whose_model::Cause;

use super::{
    bytes::{slice, u16_at, u32_at},
    compound::Compound,
    rebuild::Builder,
};
use crate::exhibit::{Body, Reading};

/// How many bytes may be copied out of one file for its objects; storages may share their bytes.
pub(crate) struct Budget(u64);

impl Budget {
    /// Four times the file.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(bytes.len() as u64 * 4 + (1 << 16))
    }

    fn take(&mut self, n: usize) -> bool {
        let fits = self.0 >= n as u64;
        self.0 = self.0.saturating_sub(n as u64);
        fits
    }
}

/// Reads each object of a storage of objects as a member.
pub(crate) fn put_pool(
    file: &Compound<'_>,
    pool: usize,
    budget: &mut Budget,
    reading: &mut Reading<'_>,
) {
    for (at, entry) in file.children(pool) {
        if entry.is_storage && !put(file, at, &entry.name, budget, reading) {
            return;
        }
    }
}

/// Reads the object in a storage as a member; `false` when no more members may be read.
pub(crate) fn put(
    file: &Compound<'_>,
    storage: usize,
    name: &str,
    budget: &mut Budget,
    reading: &mut Reading<'_>,
) -> bool {
    let name = format!(
        "objects/{}",
        name.trim_start_matches(['_', '\u{1}', '\u{3}'])
    );
    if put_content(file, storage, &name, budget, reading) {
        return true;
    }
    if file
        .children(storage)
        .all(|(_, entry)| is_bookkeeping(&entry.name))
    {
        // A link or a control without content.
        return true;
    }
    let class = file.entry(storage).map_or([0; 16], |entry| entry.class);
    let mut builder = Builder::new(class);
    let before = budget.0;
    builder.copy(file, storage, 0, &mut budget.0);
    if budget.0 == 0 && before > 0 {
        reading.gap(
            Cause::TooLarge,
            "its embedded objects hold more bytes than the file; the rest were not read",
        );
        return false;
    }
    let bytes = builder.finish();
    reading.member(&format!("{name}.ole"), Body::Memory(&bytes))
}

fn is_bookkeeping(name: &str) -> bool {
    matches!(
        name,
        "\u{1}Ole"
            | "\u{1}CompObj"
            | "\u{3}ObjInfo"
            | "\u{3}LinkInfo"
            | "\u{3}OCXNAME"
            | "\u{3}PRINT"
            | "\u{3}OCXDATA"
            | "\u{2}OlePres000"
            | "\u{3}PIC"
            | "\u{3}META"
            | "\u{3}EPRINT"
    )
}

/// Reads the file that a storage wraps, when it wraps one; whether it does.
pub(crate) fn put_content(
    file: &Compound<'_>,
    storage: usize,
    name: &str,
    budget: &mut Budget,
    reading: &mut Reading<'_>,
) -> bool {
    if let Some(at) = file.find(storage, "\u{1}Ole10Native") {
        let stream = file.read(at);
        if !budget.take(stream.len()) {
            return false;
        }
        let (label, content) = native(&stream);
        let name = match label {
            Some(label) => format!("{name}/{label}"),
            None => format!("{name}.bin"),
        };
        reading.member(&name, Body::Memory(content));
        return true;
    }
    for (stream, ending) in [("Package", "zip"), ("EmbeddedOdf", "odf")] {
        if let Some(at) = file.find(storage, stream) {
            let content = file.read(at);
            if budget.take(content.len()) {
                reading.member(&format!("{name}.{ending}"), Body::Memory(&content));
                return true;
            }
        }
    }
    let known = [
        "WordDocument",
        "Workbook",
        "Book",
        "PowerPoint Document",
        "VisioDocument",
        "Quill",
    ];
    if let Some(at) = file.find(storage, "CONTENTS")
        && !known.iter().any(|it| file.find(storage, it).is_some())
    {
        let content = file.read(at);
        if is_a_file(&content) && budget.take(content.len()) {
            reading.member(&format!("{name}.bin"), Body::Memory(&content));
            return true;
        }
    }
    false
}

/// Whether content is a file in a format that is known, not a program's own state.
fn is_a_file(content: &[u8]) -> bool {
    [
        &b"%PDF"[..],
        b"PK\x03\x04",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"{\\rtf",
        b"BM",
        b"II*\0",
        b"MM\0*",
        super::compound::MARK,
    ]
    .iter()
    .any(|mark| content.starts_with(mark))
}

/// The name and content of a file dropped into a document.
pub(crate) fn native(stream: &[u8]) -> (Option<String>, &[u8]) {
    let whole = slice(stream, 4, u32_at(stream, 0).unwrap_or(0) as usize);
    let parsed = || {
        // Files dropped in carry a 2 here; other programs put their data at once.
        if u16_at(whole, 0)? != 2 {
            return None;
        }
        let mut at = 2;
        let label = c_string(whole, &mut at)?;
        let path = c_string(whole, &mut at)?;
        at += 4;
        let n_path = u32_at(whole, at)? as usize;
        at = at.checked_add(4)?.checked_add(n_path)?;
        let n = u32_at(whole, at)? as usize;
        let content = whole.get(at + 4..)?;
        let label = if label.is_empty() { path } else { label };
        let label = label.rsplit(['\\', '/']).next().unwrap_or("").to_owned();
        Some((
            Some(label).filter(|label| !label.is_empty()),
            &content[..content.len().min(n)],
        ))
    };
    parsed().unwrap_or((None, whole))
}

/// The object in the form of OLE 1, as RTF has it: the name of a dropped file, and its content ([MS-OLEDS] section 2.2.5).
pub(crate) fn ole1(data: &[u8]) -> Option<(Option<String>, &[u8])> {
    // The version is of no meaning; 2 stands for an embedded object.
    if u32_at(data, 4)? != 2 {
        return None;
    }
    let mut at = 8;
    let mut class = &data[..0];
    for index in 0..3 {
        let n = u32_at(data, at)? as usize;
        let name = data.get(at + 4..(at + 4).checked_add(n)?)?;
        if index == 0 {
            class = name;
        }
        at += 4 + n;
    }
    if class.starts_with(b"Package") {
        return Some(native(data.get(at..)?));
    }
    Some((None, slice(data, at + 4, u32_at(data, at)? as usize)))
}

fn c_string(bytes: &[u8], at: &mut usize) -> Option<String> {
    let rest = bytes.get(*at..)?;
    let end = memchr::memchr(0, &rest[..rest.len().min(1024)])?;
    *at += end + 1;
    Some(crate::encoding::of_code_page(1252, &rest[..end]))
}

#[test]
fn a_dropped_file_keeps_its_name() {
    let mut inner = vec![2, 0];
    inner.extend(b"list.csv\0C:\\list.csv\0\0\0\x03\0");
    inner.extend(2_u32.to_le_bytes());
    inner.extend(b"p\0");
    inner.extend(7_u32.to_le_bytes());
    inner.extend(b"id,name");
    let mut stream = (inner.len() as u32).to_le_bytes().to_vec();
    stream.extend(inner);
    assert_eq!(
        native(&stream),
        (Some("list.csv".to_owned()), &b"id,name"[..])
    );
}
