//! Presentations of 1997 to 2003 (ppt) in, their text out, slide by slide, with notes, comments, masters and what is embedded.
//!
//! PowerPoint appends what was changed; a directory says which version of each
//! slide counts. What earlier versions say beside that is still in the file,
//! and whoever stole it can read it: it is handed over apart.
//!
//! Formatting is not read. PowerPoint 95 is read for its readable text.
//!
//! Format: [MS-PPT] sections 2.1, 2.3 (persist objects), 2.4.14 (lists of slides), 2.9 (text), 2.10 (objects).

mod records;

use std::collections::{BTreeMap, HashSet};

use whose_model::{Cause, PassageKind};

use self::records::{Record, kind, record, records};
use crate::{
    crypt::{self, Legacy, legacy_gap},
    exhibit::{Body, Reading},
    ole::{
        self,
        bytes::{u32_at, utf16},
        compound::Compound,
        pictures, properties, strings,
    },
};

/// Containers in containers.
const MAX_DEPTH: u8 = 24;
/// Edits that are followed back.
const MAX_EDITS: usize = 10_000;
/// Objects of a directory.
const MAX_OBJECTS: usize = 1 << 20;
/// Marks the stream of a locked presentation ([MS-PPT] section 2.3.2).
const LOCKED: u32 = 0xF3D1_C4DF;

/// Reads a presentation.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(file) = Compound::open(bytes) else {
        strings::put("presentation", bytes, reading);
        return reading.gap(
            Cause::Corrupt,
            "the directory of its container cannot be read",
        );
    };
    if file.find(Compound::ROOT, "EncryptedPackage").is_some() {
        return crypt::read_package(bytes, reading);
    }
    // A file for PowerPoint 95 and 97 has the newer one inside.
    let root = file
        .find(Compound::ROOT, "PP97_DUALSTORAGE")
        .unwrap_or(Compound::ROOT);
    let Some(at) = file.find(root, "PowerPoint Document") else {
        return ole::read(bytes, reading);
    };
    properties::put(&file, root, reading);
    let mut stream = file.read(at);
    let user = file
        .find(root, "Current User")
        .map(|at| file.read(at))
        .unwrap_or_default();
    let mut show = Show::open(&stream, &user);
    if show.is_locked {
        let Some(clear) = unlock(&stream, &show, reading) else {
            return;
        };
        stream = clear;
        show.is_locked = false;
    }
    let was_locked = stream.len() != file.entry(at).map_or(0, |entry| entry.size as usize)
        || show.crypt.is_some();
    let n_said = show.put(&stream, reading);
    let n_earlier = earlier(&stream, &show, reading);
    if n_said + n_earlier == 0 && show.objects.is_empty() {
        let said = strings::put("presentation", &stream, reading);
        let detail = if said {
            "its slides cannot be found; only the readable text was taken"
        } else {
            "its slides cannot be found"
        };
        reading.gap(Cause::Corrupt, detail);
    }
    objects(&stream, &show, reading);
    if records::is_torn(&stream, 0) {
        reading.gap(
            Cause::Corrupt,
            "a part of the presentation is damaged; text in it may be missing",
        );
    }
    if let Some(at) = file.find(root, "Pictures") {
        if was_locked {
            reading.gap(
                Cause::UnsupportedFormat,
                "the pictures of a locked presentation are not read",
            );
        } else {
            pictures::put(&file.read(at), &mut 0, reading);
        }
    }
    file.tell(reading);
}

/// Where everything that counts stands in the stream.
#[derive(Default)]
struct Show {
    /// Places of objects by their number, the latest edit's.
    objects: BTreeMap<u32, u32>,
    document: Option<u32>,
    crypt: Option<u32>,
    is_locked: bool,
    /// Lines that were handed over.
    said: HashSet<u64>,
}

impl Show {
    fn open(stream: &[u8], user: &[u8]) -> Self {
        let mut show = Self {
            is_locked: u32_at(user, 12) == Some(LOCKED),
            ..Self::default()
        };
        let mut at = u32_at(user, 16).unwrap_or(0);
        let mut seen = HashSet::new();
        if record(stream, at as usize).is_none_or(|record| record.kind != kind::USER_EDIT) {
            // Without that stream the last edit counts.
            let last = records(stream)
                .filter(|record| record.kind == kind::USER_EDIT)
                .last();
            at = last.map_or(u32::MAX, |record| record.at as u32);
        }
        while seen.insert(at) && seen.len() < MAX_EDITS {
            let Some(edit) = record(stream, at as usize).filter(|it| it.kind == kind::USER_EDIT)
            else {
                break;
            };
            if show.document.is_none() {
                show.document = u32_at(edit.body, 16);
                show.crypt = u32_at(edit.body, 28).filter(|&number| number != 0);
            }
            let directory = u32_at(edit.body, 12).unwrap_or(u32::MAX) as usize;
            if let Some(directory) = record(stream, directory).filter(|it| it.kind == kind::PERSIST)
            {
                show.add(directory.body);
            }
            at = u32_at(edit.body, 8).unwrap_or(0);
            if at == 0 {
                break;
            }
        }
        show
    }

    fn add(&mut self, directory: &[u8]) {
        let mut at = 0;
        while let Some(head) = u32_at(directory, at) {
            at += 4;
            for number in 0..head >> 20 {
                let Some(place) = u32_at(directory, at) else {
                    return;
                };
                at += 4;
                if self.objects.len() < MAX_OBJECTS {
                    self.objects
                        .entry((head & 0xF_FFFF) + number)
                        .or_insert(place);
                }
            }
        }
    }

    fn object<'s>(&self, number: u32, stream: &'s [u8]) -> Option<Record<'s>> {
        record(stream, *self.objects.get(&number)? as usize)
    }

    /// Hands over the text of the presentation; gives how many passages it had.
    fn put(&mut self, stream: &[u8], reading: &mut Reading<'_>) -> usize {
        let mut n = 0;
        let document = self.document.and_then(|number| self.object(number, stream));
        let document = document.filter(|it| it.kind == kind::DOCUMENT).or_else(|| {
            records(stream)
                .filter(|it| it.kind == kind::DOCUMENT)
                .last()
        });
        let mut done = HashSet::new();
        if let Some(document) = document {
            let mut lists: Vec<Record<'_>> = records(document.body)
                .filter(|record| record.kind == kind::LIST)
                .collect();
            // Slides, then notes, then masters.
            lists.sort_by_key(|list| {
                [0, 2, 1]
                    .get(usize::from(list.instance))
                    .copied()
                    .unwrap_or(3)
            });
            for list in lists {
                let (name, passage_kind) = match list.instance {
                    0 => ("slide", PassageKind::Body),
                    1 => ("master", PassageKind::Margin),
                    _ => ("notes", PassageKind::Comment),
                };
                for (index, entry) in entries(list.body).into_iter().enumerate() {
                    let mut text = String::new();
                    let mut comments = String::new();
                    let body = self.object(entry.number, stream);
                    let is_slide = |it: &Record<'_>| {
                        matches!(it.kind, kind::SLIDE | kind::NOTES | kind::MASTER)
                    };
                    let body = body.filter(is_slide);
                    let refers = body.is_some_and(|body| holds(body.body, kind::OUTLINE_REF, 0));
                    if !refers {
                        text.push_str(&entry.texts.join("\n"));
                        text.push('\n');
                    }
                    if let Some(body) = body {
                        done.insert(entry.number);
                        walk(body.body, &entry.texts, &mut text, &mut comments, 0);
                        if body.is_cut {
                            let place = whose_model::Locator::Part {
                                part: format!("{name} {}", index + 1),
                                start: 0,
                                end: 0,
                            };
                            reading.gap_at(
                                place,
                                Cause::Truncated,
                                "the rest of a slide is missing",
                            );
                        }
                    }
                    n += self.say(
                        &format!("{name} {}", index + 1),
                        &text,
                        passage_kind,
                        reading,
                    );
                    n += self.say(
                        &format!("comments on {name} {}", index + 1),
                        &comments,
                        PassageKind::Comment,
                        reading,
                    );
                }
            }
            let mut margins = String::new();
            let mut links = String::new();
            for record in records(document.body) {
                if record.kind == kind::HEADERS {
                    all_strings(record.body, &mut margins, 0);
                } else if record.is_container
                    && record.kind != kind::LIST
                    && holds(record.body, kind::LINK, 0)
                {
                    link_strings(record.body, &mut links, 0);
                }
            }
            n += self.say(
                "headers and footers",
                &margins,
                PassageKind::Margin,
                reading,
            );
            n += self.say("links", &links, PassageKind::Comment, reading);
        }
        // Slides that no list names.
        let rest: Vec<u32> = self
            .objects
            .keys()
            .copied()
            .filter(|number| !done.contains(number))
            .collect();
        for number in rest {
            let Some(body) = self.object(number, stream) else {
                continue;
            };
            if matches!(
                body.kind,
                kind::SLIDE | kind::NOTES | kind::MASTER | kind::HANDOUT
            ) {
                let (mut text, mut comments) = (String::new(), String::new());
                walk(body.body, &[], &mut text, &mut comments, 0);
                text.push_str(&comments);
                n += self.say(
                    &format!("object {number}"),
                    &text,
                    PassageKind::Margin,
                    reading,
                );
            }
        }
        n
    }

    fn say(
        &mut self,
        part: &str,
        text: &str,
        kind: PassageKind,
        reading: &mut Reading<'_>,
    ) -> usize {
        for line in text.lines() {
            self.said.insert(hash(line));
        }
        reading.part(part, text, kind);
        usize::from(!text.trim().is_empty())
    }
}

fn hash(line: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    line.trim().hash(&mut hasher);
    hasher.finish()
}

/// A line of a list of slides.
struct Entry {
    number: u32,
    /// The texts of its outline.
    texts: Vec<String>,
}

fn entries(list: &[u8]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut is_open = false;
    for record in records(list) {
        match record.kind {
            kind::SLIDE_PERSIST => {
                is_open = false;
                entries.push(Entry {
                    number: u32_at(record.body, 0).unwrap_or(0),
                    texts: Vec::new(),
                });
            }
            // Each header begins a text, which may be empty.
            kind::TEXT_HEADER => {
                is_open = true;
                if let Some(entry) = entries.last_mut() {
                    entry.texts.push(String::new());
                }
            }
            kind::TEXT_WIDE | kind::TEXT_NARROW => {
                if let Some(entry) = entries.last_mut() {
                    if !std::mem::take(&mut is_open) {
                        entry.texts.push(String::new());
                    }
                    if let Some(text) = entry.texts.last_mut() {
                        text.push_str(&text_of(&record));
                    }
                }
            }
            _ => {}
        }
    }
    entries
}

fn text_of(record: &Record<'_>) -> String {
    let text = match record.kind {
        kind::TEXT_NARROW => record.body.iter().map(|&byte| char::from(byte)).collect(),
        _ => utf16(record.body),
    };
    text.replace(['\r', '\u{b}'], "\n").replace('\0', "")
}

fn holds(bytes: &[u8], kind: u16, depth: u8) -> bool {
    depth < MAX_DEPTH
        && records(bytes).any(|record| {
            record.kind == kind || record.is_container && holds(record.body, kind, depth + 1)
        })
}

/// Gathers the text of a slide; comments stand apart.
fn walk(bytes: &[u8], outline: &[String], text: &mut String, comments: &mut String, depth: u8) {
    if depth >= MAX_DEPTH {
        return;
    }
    for record in records(bytes) {
        match record.kind {
            kind::TEXT_WIDE | kind::TEXT_NARROW => {
                text.push_str(&text_of(&record));
                text.push('\n');
            }
            kind::OUTLINE_REF => {
                let index = u32_at(record.body, 0).unwrap_or(u32::MAX) as usize;
                if let Some(said) = outline.get(index) {
                    text.push_str(said);
                    text.push('\n');
                }
            }
            kind::COMMENT => all_strings(record.body, comments, depth),
            kind::HEADERS => all_strings(record.body, text, depth),
            _ if record.is_container || record.kind == kind::TAG_DATA => {
                walk(record.body, outline, text, comments, depth + 1);
            }
            _ => {}
        }
    }
}

fn all_strings(bytes: &[u8], out: &mut String, depth: u8) {
    for record in records(bytes) {
        if record.kind == kind::STRING {
            out.push_str(&text_of(&record));
            out.push('\n');
        } else if record.is_container && depth < MAX_DEPTH {
            all_strings(record.body, out, depth + 1);
        }
    }
}

fn link_strings(bytes: &[u8], out: &mut String, depth: u8) {
    for record in records(bytes) {
        if record.kind == kind::LINK {
            all_strings(record.body, out, depth);
        } else if record.is_container && depth < MAX_DEPTH {
            link_strings(record.body, out, depth + 1);
        }
    }
}

/// What earlier versions of slides say beside what counts now; gives how many passages.
fn earlier(stream: &[u8], show: &Show, reading: &mut Reading<'_>) -> usize {
    let current: HashSet<u32> = show.objects.values().copied().collect();
    let mut lines = String::new();
    let mut said = show.said.clone();
    for old in records(stream) {
        if current.contains(&(old.at as u32)) {
            continue;
        }
        let mut text = String::new();
        match old.kind {
            kind::SLIDE | kind::NOTES | kind::MASTER => {
                let mut comments = String::new();
                walk(old.body, &[], &mut text, &mut comments, 0);
                text.push_str(&comments);
            }
            kind::DOCUMENT => {
                for list in records(old.body).filter(|record| record.kind == kind::LIST) {
                    for entry in entries(list.body) {
                        text.push_str(&entry.texts.join("\n"));
                        text.push('\n');
                    }
                }
            }
            _ => continue,
        }
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            if said.insert(hash(line)) {
                lines.push_str(line);
                lines.push('\n');
            }
        }
    }
    reading.part("earlier versions", &lines, PassageKind::Comment);
    usize::from(!lines.is_empty())
}

/// Reads embedded objects as members.
fn objects(stream: &[u8], show: &Show, reading: &mut Reading<'_>) {
    for (number, place) in &show.objects {
        let Some(object) = record(stream, *place as usize).filter(|it| it.kind == kind::OBJECT)
        else {
            continue;
        };
        let name = format!("objects/{number}.ole");
        let goes_on = if object.instance == 1 {
            let packed = object.body.get(4..).unwrap_or(&[]);
            reading.member(
                &name,
                Body::Unpacked(&mut flate2::read::ZlibDecoder::new(packed)),
            )
        } else {
            reading.member(&name, Body::Memory(object.body))
        };
        if !goes_on {
            return;
        }
    }
}

/// The stream with every object unlocked; notes the gap when no password opens it.
fn unlock(stream: &[u8], show: &Show, reading: &mut Reading<'_>) -> Option<Vec<u8>> {
    let number = show.crypt;
    let Some(header) = number
        .and_then(|number| show.object(number, stream))
        .filter(|it| it.kind == kind::CRYPT)
    else {
        reading.gap(Cause::Corrupt, "how it is locked cannot be read");
        return None;
    };
    let key = match Legacy::open(header.body, &crypt::candidates(reading)) {
        Ok(key) => key,
        Err(why) => {
            legacy_gap(why, reading);
            return None;
        }
    };
    let mut clear = stream.to_vec();
    let mut places: Vec<(u32, u32)> = show
        .objects
        .iter()
        .map(|(number, at)| (*at, *number))
        .collect();
    places.sort_unstable();
    for (index, &(at, id)) in places.iter().enumerate() {
        if Some(id) == number {
            continue;
        }
        // An object ends where the next begins, whatever its length says.
        let next = places
            .get(index + 1)
            .map_or(stream.len(), |next| next.0 as usize);
        let mut head = ole::bytes::slice(stream, at as usize, 8).to_vec();
        key.unlock_block(&mut head, id);
        let len = u32_at(&head, 4).unwrap_or(0) as usize;
        let end = (at as usize)
            .saturating_add(8)
            .saturating_add(len)
            .min(next.max(at as usize))
            .min(stream.len());
        if let Some(object) = clear.get_mut(at as usize..end) {
            key.unlock_block(object, id);
        }
    }
    Some(clear)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use whose_model::{Outcome, Segment};

    use super::*;
    use crate::{
        ole::rebuild::Builder,
        testkit::{Given, read_bytes},
    };

    fn made(kind: u16, instance: u16, is_container: bool, body: &[u8]) -> Vec<u8> {
        let first = instance << 4 | if is_container { 0xF } else { 0 };
        let mut out = first.to_le_bytes().to_vec();
        out.extend(kind.to_le_bytes());
        out.extend((body.len() as u32).to_le_bytes());
        out.extend(body);
        out
    }

    fn narrow(text: &str) -> Vec<u8> {
        made(kind::TEXT_NARROW, 0, false, text.as_bytes())
    }

    fn show() -> Vec<u8> {
        let mut persist = 2_u32.to_le_bytes().to_vec();
        persist.extend([0; 16]);
        let header = made(kind::TEXT_HEADER, 0, false, &[0; 4]);
        let list = [
            made(kind::SLIDE_PERSIST, 0, false, &persist),
            header,
            narrow("Ward 3"),
        ]
        .concat();
        let document = made(kind::DOCUMENT, 0, true, &made(kind::LIST, 0, true, &list));
        let old = made(kind::SLIDE, 0, true, &narrow("Old name"));
        let wide: Vec<u8> = "Léa Dvořák"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let said = made(kind::STRING, 1, false, &[b'O', 0, b'K', 0]);
        let slide = [
            made(kind::OUTLINE_REF, 0, false, &[0; 4]),
            made(kind::TEXT_WIDE, 0, false, &wide),
            made(
                kind::TAG_DATA,
                0,
                false,
                &made(kind::COMMENT, 0, true, &said),
            ),
        ];
        let slide = made(kind::SLIDE, 0, true, &slide.concat());
        let mut stream = [document.clone(), old].concat();
        let slide_at = stream.len() as u32;
        stream.extend(slide);
        let directory_at = stream.len() as u32;
        let mut directory = (2_u32 << 20 | 1).to_le_bytes().to_vec();
        directory.extend(0_u32.to_le_bytes());
        directory.extend(slide_at.to_le_bytes());
        stream.extend(made(kind::PERSIST, 0, false, &directory));
        let edit_at = stream.len() as u32;
        let mut edit = vec![0; 12];
        edit.extend(directory_at.to_le_bytes());
        edit.extend(1_u32.to_le_bytes());
        edit.extend([0; 8]);
        stream.extend(made(kind::USER_EDIT, 0, false, &edit));
        let mut user = vec![0; 16];
        user.extend(edit_at.to_le_bytes());
        let mut file = Builder::new([0; 16]);
        file.stream(0, "PowerPoint Document", &stream);
        file.stream(0, "Current User", &user);
        file.finish()
    }

    fn parts(given: &Given) -> Vec<String> {
        let passages = given
            .segments
            .iter()
            .filter_map(|(_, segment)| match segment {
                Segment::Passage(passage) => {
                    Some(format!("{:?} {}", passage.kind, passage.text.trim()))
                }
                _ => None,
            });
        passages.collect()
    }

    #[test]
    fn a_slide_comes_with_its_outline_comments_and_what_it_was() {
        let given = read_bytes("a.ppt", &show());
        assert_eq!(
            parts(&given),
            ["Body Ward 3\nLéa Dvořák", "Comment OK", "Comment Old name"]
        );
        assert_eq!(given.outcome("a.ppt"), Outcome::Read);
    }

    #[test]
    fn zeros_in_a_slide_are_told() {
        let mut bytes = show();
        let wide: Vec<u8> = "Léa".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let at = memchr::memmem::find(&bytes, &wide).unwrap();
        bytes[at - 8..at + 8].fill(0);
        let given = read_bytes("a.ppt", &bytes);
        assert_eq!(given.outcome("a.ppt"), Outcome::ReadWithGaps);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn a_changed_presentation_is_survived(changes in prop::collection::vec((0_usize..9000, any::<u8>()), 1..30), cut in 0_usize..5000) {
            let mut bytes = show();
            for (at, byte) in changes {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            bytes.truncate(bytes.len().min(cut + 600));
            let given = read_bytes("a.ppt", &bytes);
            assert!(given.gaps.iter().all(|gap| gap.cause != Cause::Crash));
        }
    }
}
