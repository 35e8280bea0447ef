//! Compound files (OLE): what the old Office formats, mail messages and embedded objects are kept in.
//!
//! `compound` opens one, `rebuild` writes one, `objects` hands out what is
//! embedded, `pictures` finds pictures, `vba` reads macros, `properties` title
//! and author. A compound file of a program that is not known here is read for
//! the texts that its streams hold.

pub(crate) mod bytes;
pub(crate) mod compound;
pub(crate) mod objects;
pub(crate) mod pictures;
pub(crate) mod properties;
pub(crate) mod rebuild;
pub(crate) mod strings;
pub(crate) mod vba;

use whose_model::Cause;

use self::compound::Compound;
use crate::{exhibit::Reading, formats};

/// Storages in storages that are looked into.
const MAX_DEPTH: u8 = 16;

/// Streams and storages that tell which program's file it is, with the format's id.
const TELLING: &[(&str, &str)] = &[
    ("EncryptedPackage", "encrypted-office"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("PP97_DUALSTORAGE", "ppt"),
    ("VisioDocument", "vsd"),
    ("Quill", "pub"),
    ("__properties_version1.0", "msg"),
];

/// Reads a compound file as what its directory shows, however far behind the directory stands.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(file) = Compound::open(bytes) else {
        return reading.gap(
            Cause::Corrupt,
            "the directory of its container cannot be read",
        );
    };
    for (name, id) in TELLING {
        if file.find(Compound::ROOT, name).is_some()
            && let Some(formats::How::Held(read)) = formats::by_id(id).map(|format| format.how)
        {
            return read(bytes, reading);
        }
    }
    read_unknown(bytes, reading);
}

/// Reads a compound file of no known program: properties, macros, embedded objects, and its streams' texts.
pub(crate) fn read_unknown(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(file) = Compound::open(bytes) else {
        return reading.gap(
            Cause::Corrupt,
            "the directory of its container cannot be read",
        );
    };
    properties::put(&file, Compound::ROOT, reading);
    vba::put(&file, Compound::ROOT, reading);
    file.tell(reading);
    let mut budget = objects::Budget::of(bytes);
    if objects::put_content(&file, Compound::ROOT, "object", &mut budget, reading) {
        return;
    }
    let n_said = streams(&file, Compound::ROOT, "", reading, 0);
    if n_said == 0 && !file.is_broken {
        reading.gap(
            Cause::UnsupportedFormat,
            "a container of a program that is not known here, without readable text",
        );
    } else {
        reading.gap(
            Cause::UnsupportedFormat,
            "a container of a program that is not known here; only the readable text in it was taken",
        );
    }
}

/// The readable text of every stream but those read otherwise; gives how many had any.
fn streams(
    file: &Compound<'_>,
    storage: usize,
    path: &str,
    reading: &mut Reading<'_>,
    depth: u8,
) -> u32 {
    let mut n_said = 0;
    for (at, entry) in file.children(storage) {
        let name = format!("{path}{}", entry.name.trim_start_matches(char::is_control));
        if entry.is_storage {
            if depth < MAX_DEPTH && !entry.name.eq_ignore_ascii_case("VBA") {
                n_said += streams(file, at, &format!("{name}/"), reading, depth + 1);
            }
            continue;
        }
        if entry.name.starts_with('\u{5}')
            || matches!(
                entry.name.as_str(),
                "\u{1}CompObj" | "\u{1}Ole" | "\u{3}ObjInfo"
            )
        {
            continue;
        }
        n_said += u32::from(strings::put(&name, &file.read(at), reading));
    }
    n_said
}
