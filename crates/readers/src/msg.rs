//! An Outlook message (MSG) in; its record and bodies, its attachments and enclosed messages as members, out.
//!
//! A message is a storage of a compound file: properties of a fixed size in
//! one stream, each other property in a stream named by its number and type,
//! each recipient and attachment in a storage of its own.
//!
//! Format: [MS-OXMSG] 2.1 to 2.4; properties in `mapi`.

use whose_model::{Cause, Locator};

use crate::{
    exhibit::{Body, Imprint, Reading},
    mapi::{
        self, Item, Names, Props, Value, id,
        value::{first_field, fixed_len, kind},
    },
    ole::compound::Compound,
};

/// Recipients and attachments of one message.
const MAX_PARTS: usize = 100_000;

/// Reads a message file.
pub(crate) fn read(bytes: &[u8], reading: &mut Reading<'_>) {
    let Some(file) = Compound::open(bytes) else {
        reading.gap(Cause::Corrupt, "its table of contents cannot be read");
        return;
    };
    let top = children(&file, Compound::ROOT);
    let names = names(&file, &top);
    // The file has its own digests.
    message(&file, &top, 32, &names, reading, None);
    file.tell(reading);
}

/// The names of properties, which stand once, at the top.
fn names(file: &Compound<'_>, top: &[usize]) -> Names {
    let Some(storage) = find(file, top, "__nameid_version1.0") else {
        return Names::default();
    };
    let streams = children(file, storage);
    let of =
        |name| find(file, &streams, name).map_or_else(Vec::new, |stream| content(file, stream).0);
    Names::parse(
        &of("__substg1.0_00020102"),
        &of("__substg1.0_00030102"),
        &of("__substg1.0_00040102"),
    )
}

/// What stands in a storage, in the order of names.
fn children(file: &Compound<'_>, storage: usize) -> Vec<usize> {
    let mut parts: Vec<_> = file.children(storage).collect();
    parts.sort_by(|(a, one), (b, other)| {
        (one.name.len(), &one.name, a).cmp(&(other.name.len(), &other.name, b))
    });
    parts.into_iter().map(|(at, _)| at).collect()
}

/// How many bytes a stream says it has.
fn size(file: &Compound<'_>, stream: usize) -> u64 {
    file.entry(stream).map_or(0, |entry| entry.size)
}

/// A stream's bytes, and whether all of them came.
fn content(file: &Compound<'_>, stream: usize) -> (Vec<u8>, bool) {
    let bytes = file.read(stream);
    let is_whole = bytes.len() as u64 >= size(file, stream);
    (bytes, is_whole)
}

fn find(file: &Compound<'_>, among: &[usize], name: &str) -> Option<usize> {
    let is_it = |at: &&usize| {
        file.entry(**at)
            .is_some_and(|entry| entry.name.eq_ignore_ascii_case(name))
    };
    among.iter().find(is_it).copied()
}

fn name_of(file: &Compound<'_>, at: usize) -> String {
    file.entry(at)
        .map_or_else(String::new, |entry| entry.name.to_ascii_lowercase())
}

/// The number and type in the name of a property's stream, and the number of the value where there are several.
fn tag(name: &str) -> Option<(u16, u16, Option<u32>)> {
    let rest = name.strip_prefix("__substg1.0_")?;
    let id = u16::from_str_radix(rest.get(..4)?, 16).ok()?;
    let of = u16::from_str_radix(rest.get(4..8)?, 16).ok()?;
    let index = rest
        .get(9..)
        .and_then(|index| u32::from_str_radix(index, 16).ok());
    Some((id, of, index))
}

/// The properties among the streams of a storage.
fn props(
    file: &Compound<'_>,
    streams: &[usize],
    n_header: usize,
    names: &Names,
    is_attachment: bool,
    reading: &mut Reading<'_>,
) -> Props {
    let mut props = Props::default();
    let mut n_cut = 0;
    if let Some(stream) = find(file, streams, "__properties_version1.0") {
        let (bytes, _) = content(file, stream);
        for entry in bytes.get(n_header..).unwrap_or(&[]).chunks_exact(16) {
            let tag = first_field(entry);
            let (of, id) = (tag as u16, (tag >> 16) as u16);
            if fixed_len(of).is_some_and(|len| len <= 8)
                && let Some(value) = Value::parse(of, &entry[8..])
            {
                props.put(id, value, names);
            }
        }
    }
    let mut several: Option<(u16, Vec<Value>)> = None;
    for &stream in streams {
        let Some((id, of, index)) = tag(&name_of(file, stream)) else {
            continue;
        };
        let is_storage = file.entry(stream).is_none_or(|entry| entry.is_storage);
        if is_storage || (is_attachment && id == id::ATTACH_DATA) {
            continue;
        }
        if !reading.may_unpack(size(file, stream).min(1 << 30)) {
            break;
        }
        let (bytes, is_whole) = content(file, stream);
        n_cut += u32::from(!is_whole);
        if index.is_some() {
            let Some(value) = Value::parse(of & !kind::MANY, &bytes) else {
                continue;
            };
            match &mut several {
                Some((open, values)) if *open == id => values.push(value),
                _ => {
                    if let Some((id, values)) = several.replace((id, vec![value])) {
                        props.put(id, Value::Many(values), names);
                    }
                }
            }
        } else if of & kind::MANY != 0 {
            if let Some(values) = Value::parse_many(of & !kind::MANY, &bytes) {
                props.put(id, values, names);
            }
        } else if let Some(value) = Value::parse(of, &bytes) {
            props.put(id, value, names);
        }
    }
    if let Some((id, values)) = several {
        props.put(id, Value::Many(values), names);
    }
    if n_cut > 0 {
        reading.gap(
            Cause::Truncated,
            "a part of the message ends before it is complete; its beginning was read",
        );
    }
    props
}

/// Reads one message whose streams and storages these are.
fn message(
    file: &Compound<'_>,
    parts: &[usize],
    n_header: usize,
    names: &Names,
    reading: &mut Reading<'_>,
    imprint: Option<&mut Imprint>,
) {
    let mut item = Item {
        props: props(file, parts, n_header, names, false, reading),
        recipients: Vec::new(),
    };
    let mut attachments = Vec::new();
    for &part in parts.iter().take(MAX_PARTS) {
        let name = name_of(file, part);
        if name.starts_with("__recip_version1.0_") {
            let streams = children(file, part);
            let mut recipient = props(file, &streams, 8, names, false, reading);
            recipient.code_page = mapi::page_of(&item.props);
            item.recipients.push(recipient);
        } else if name.starts_with("__attach_version1.0_") {
            attachments.push(part);
        }
    }
    if parts.len() > MAX_PARTS {
        reading.gap(
            Cause::TooLarge,
            "more parts than allowed; the rest were not read",
        );
    }
    let mut unused = Imprint::new();
    mapi::put(&mut item, reading, imprint.unwrap_or(&mut unused));
    for (number, part) in attachments.into_iter().enumerate() {
        if !attachment(
            file,
            part,
            number + 1,
            names,
            mapi::page_of(&item.props),
            reading,
        ) {
            return;
        }
    }
}

/// Reads one attachment. `false` when no more members may be read.
fn attachment(
    file: &Compound<'_>,
    storage: usize,
    number: usize,
    names: &Names,
    page: Option<u32>,
    reading: &mut Reading<'_>,
) -> bool {
    let parts = children(file, storage);
    let mut props = props(file, &parts, 8, names, true, reading);
    props.code_page = page;
    let name = mapi::attachment_name(&props, number);
    if let Some(stream) = find(file, &parts, "__substg1.0_37010102") {
        if !reading.may_unpack(size(file, stream).min(1 << 30)) {
            return reading.member(&name, Body::Memory(&[]));
        }
        let (bytes, is_whole) = content(file, stream);
        if !is_whole {
            let place = Locator::Field {
                path: format!("attachment {number}"),
            };
            let detail = "an attachment ends before it is complete; its beginning was read";
            reading.gap_at(place, Cause::Truncated, detail);
        }
        return reading.member(&name, Body::Memory(&bytes));
    }
    if let Some(inner) = find(file, &parts, "__substg1.0_3701000d") {
        let parts = children(file, inner);
        let is_message = find(file, &parts, "__properties_version1.0").is_some();
        let name = if is_message {
            mapi::as_message(&name)
        } else {
            name
        };
        return reading.built(
            &name,
            if is_message { "msg" } else { "ole" },
            &mut |reading, imprint| {
                if is_message {
                    message(file, &parts, 24, names, reading, Some(imprint));
                } else {
                    object(file, &parts, reading, imprint);
                }
            },
        );
    }
    mapi::put_link(&props, number, reading);
    true
}

/// Reads the streams of an object of another program.
fn object(file: &Compound<'_>, parts: &[usize], reading: &mut Reading<'_>, imprint: &mut Imprint) {
    for &part in parts {
        let Some(entry) = file.entry(part) else {
            continue;
        };
        let name: String = entry.name.chars().filter(|ch| !ch.is_control()).collect();
        let goes_on = if entry.is_storage {
            let parts = children(file, part);
            reading.built(&name, "ole", &mut |reading, imprint| {
                object(file, &parts, reading, imprint);
            })
        } else if reading.may_unpack(size(file, part).min(1 << 30)) {
            let (bytes, _) = content(file, part);
            imprint.take(&bytes);
            reading.member(&name, Body::Memory(&bytes))
        } else {
            reading.member(&name, Body::Memory(&[]))
        };
        if !goes_on {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
