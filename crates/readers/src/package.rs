//! An office file's zip in, its parts out: bounded, by name; pictures and embedded files become members.
//!
//! Shared by docx, pptx, xlsx, odt and their kin. Which part means what is said
//! in their own files.
//!
//! Format: ECMA-376 part 2 (open packaging); OASIS OpenDocument 1.3 part 2.

use std::io::{Cursor, Read};

use quick_xml::{Reader, events::Event};
use whose_model::{Cause, Field, Locator, Record, RecordKind};
use zip::ZipArchive;

use crate::{
    crypt::{self, Locks},
    exhibit::{Body, Reading},
};

/// Parts of one office file.
pub(crate) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    names: Vec<String>,
    /// Which parts are locked, each by itself (OpenDocument).
    locks: Locks,
}

impl<'b> Package<'b> {
    /// Opens the zip; notes the gap when it cannot be opened or would unpack to too much.
    pub(crate) fn open(bytes: &'b [u8], reading: &mut Reading<'_>) -> Option<Self> {
        if is_encrypted(bytes) {
            reading.gap(Cause::Password, "locked with a password");
            return None;
        }
        let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
            reading.gap(Cause::Corrupt, "the list of its parts cannot be read");
            return None;
        };
        let limits = reading.limits();
        let unpacked: u128 = (0..archive.len())
            .filter_map(|at| Some(u128::from(archive.by_index_raw(at).ok()?.size())))
            .sum();
        let most = u128::from(limits.max_expansion) * bytes.len() as u128;
        if archive.len() as u64 > limits.max_members
            || (unpacked > 10 << 20 && unpacked > most)
            || unpacked > u128::from(limits.max_unpacked_bytes)
        {
            reading.gap(Cause::TooLarge, "unpacks to more than allowed");
            return None;
        }
        let names = archive
            .file_names()
            .filter_map(|name| Some(name.ok()?.into_owned()))
            .collect();
        let locks = Locks::default();
        Some(Self {
            archive,
            names,
            locks,
        })
    }

    /// Looks for the password of an OpenDocument package; `false` when none opens it, and the gap is noted.
    pub(crate) fn unlock(&mut self, reading: &mut Reading<'_>) -> bool {
        let Some(manifest) = self.part("META-INF/manifest.xml", reading) else {
            return true;
        };
        if crypt::is_wholly_locked(&manifest) {
            reading.gap(
                Cause::UnsupportedFormat,
                "locked as a whole, a way of locking that is not known here",
            );
            return false;
        }
        let mut locks = Locks::parse(&manifest);
        // The smallest locked part tells quickest whether a password fits.
        let smallest = (0..self.archive.len())
            .filter_map(|at| {
                let entry = self.archive.by_index_raw(at).ok()?;
                let name = entry.name().ok()?.into_owned();
                (locks.has(&name) && entry.size() > 0).then(|| (entry.size(), name))
            })
            .min();
        let Some((_, name)) = smallest else {
            return true;
        };
        let Some(bytes) = self.part(&name, reading) else {
            return false;
        };
        let candidates = crypt::candidates(reading);
        if !locks.try_all(&name, &bytes, &candidates) {
            reading.gap(Cause::Password, "locked with a password");
            return false;
        }
        self.locks = locks;
        true
    }

    /// The parts' names, in the order of the file.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// A part's bytes; `None` when there is no such part, and the gap is noted when it cannot be read.
    pub(crate) fn part(&mut self, name: &str, reading: &mut Reading<'_>) -> Option<Vec<u8>> {
        let max = reading.limits().max_held_bytes;
        let place = || Locator::Part {
            part: name.to_owned(),
            start: 0,
            end: 0,
        };
        let entry = match self.archive.by_name(name) {
            Ok(entry) => entry,
            Err(zip::result::ZipError::FileNotFound) => return None,
            Err(zip::result::ZipError::UnsupportedArchive(detail))
                if detail == zip::result::ZipError::PASSWORD_REQUIRED =>
            {
                reading.gap_at(place(), Cause::Password, "a part is locked with a password");
                return None;
            }
            Err(_) => {
                reading.gap_at(place(), Cause::Corrupt, "a part cannot be read");
                return None;
            }
        };
        let mut bytes = Vec::new();
        let result = entry.take(max + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > max {
            reading.gap_at(place(), Cause::TooLarge, "a part larger than may be held");
            return None;
        }
        if result.is_err() {
            reading.gap_at(
                place(),
                Cause::Corrupt,
                "a part is damaged; its beginning was read",
            );
        }
        if self.locks.has(name) {
            let clear = self.locks.open(name, &bytes, max);
            if clear.is_none() {
                reading.gap_at(
                    place(),
                    Cause::Password,
                    "a part is locked with another password",
                );
            }
            return clear;
        }
        Some(bytes)
    }

    /// Reads pictures and embedded files as members of the exhibit.
    pub(crate) fn members(&mut self, is_member: fn(&str) -> bool, reading: &mut Reading<'_>) {
        let names: Vec<String> = self
            .names
            .iter()
            .filter(|name| is_member(name) && !name.ends_with('/'))
            .cloned()
            .collect();
        for name in names {
            if self.locks.has(&name) {
                let goes_on = match self.part(&name, reading) {
                    Some(clear) => reading.member(&name, Body::Memory(&clear)),
                    None => {
                        let detail = "an embedded file is locked";
                        reading.lost_member(&name, "unknown", Cause::Password, detail, None)
                    }
                };
                if !goes_on {
                    return;
                }
                continue;
            }
            let goes_on = match self.archive.by_name(&name) {
                Ok(mut entry) => reading.member(&name, Body::Unpacked(&mut entry)),
                Err(_) => {
                    let detail = "an embedded file cannot be read";
                    reading.lost_member(&name, "unknown", Cause::Corrupt, detail, None)
                }
            };
            if !goes_on {
                return;
            }
        }
    }

    /// Hands over title, author and the like as a form.
    pub(crate) fn properties(&mut self, part: &str, reading: &mut Reading<'_>) {
        let Some(bytes) = self.part(part, reading) else {
            return;
        };
        let mut fields = Vec::new();
        let mut name = String::new();
        let mut value = String::new();
        let said = [
            "title",
            "subject",
            "creator",
            "description",
            "keywords",
            "lastModifiedBy",
            "category",
            "company",
            "manager",
            "initial-creator",
            "keyword",
        ];
        events(&bytes, |event| match event {
            Xml::Start(start, _) => {
                name = start.to_owned();
                value.clear();
            }
            Xml::Text(text) => value.push_str(text),
            Xml::End(end) => {
                let is_said = said.iter().any(|it| it.eq_ignore_ascii_case(end));
                if name == end && is_said && !value.trim().is_empty() {
                    fields.push(Field {
                        name: std::mem::take(&mut name),
                        value: value.trim().to_owned(),
                        place: Locator::Part {
                            part: part.to_owned(),
                            start: 0,
                            end: 0,
                        },
                    });
                }
                value.clear();
            }
        });
        reading.record(Record {
            kind: RecordKind::Form,
            name: "document properties".to_owned(),
            fields,
            subject: None,
        });
    }
}

/// Whether the file is Office's container for an encrypted package.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) && memchr::memmem::find(bytes, &name).is_some()
}

/// What an XML part says, names without their prefixes.
pub(crate) enum Xml<'e> {
    /// An element begins; its attributes by `attribute`.
    Start(&'e str, &'e quick_xml::events::BytesStart<'e>),
    /// An element ends, also at once after an empty one begins.
    End(&'e str),
    /// Text, entities undone.
    Text(&'e str),
}

/// Walks an XML part; what is not well formed ends the walk. Whether the end was reached.
pub(crate) fn events(bytes: &[u8], mut each: impl FnMut(Xml<'_>)) -> bool {
    let text = match crate::encoding::utf16(bytes) {
        Some(little) => crate::encoding::Charset::Utf16 { little }.decode(bytes),
        None => String::from_utf8_lossy(bytes),
    };
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => each(Xml::Start(start.local_name().as_ref(), &start)),
            Ok(Event::Empty(start)) => {
                each(Xml::Start(start.local_name().as_ref(), &start));
                each(Xml::End(start.local_name().as_ref()));
            }
            Ok(Event::End(end)) => each(Xml::End(end.local_name().as_ref())),
            Ok(Event::Text(text)) => each(Xml::Text(&text.xml10_content())),
            Ok(Event::CData(text)) => each(Xml::Text(&text.xml10_content())),
            Ok(Event::GeneralRef(entity)) => {
                if let Ok(Some(ch)) = entity.resolve_char_ref() {
                    each(Xml::Text(ch.encode_utf8(&mut [0; 4])));
                } else if let Some(text) = quick_xml::escape::resolve_predefined_entity(&entity) {
                    each(Xml::Text(text));
                }
            }
            Ok(Event::Eof) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

/// An attribute's value by its name without prefix.
pub(crate) fn attribute(start: &quick_xml::events::BytesStart<'_>, name: &str) -> Option<String> {
    start
        .attributes()
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .map(|attribute| {
            let value: &str = attribute.value.as_ref();
            match quick_xml::escape::unescape(value) {
                Ok(value) => value.into_owned(),
                Err(_) => value.to_owned(),
            }
        })
}
