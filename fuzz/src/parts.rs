//! Containers whose parts are the fuzzer's: the container itself is put together anew around them, and is whole.
//!
//! Of changes to the bytes of an archive or a compound file, nearly all break
//! the container, and what reads the parts is not reached; those of the
//! container's own reader are other targets. The fuzzer's bytes are parts each
//! behind a line of its own, `%%` and its path.

use std::io::{Cursor, Read as _, Write as _};
use std::path::{Component, Path};

/// What the parts are put into.
#[derive(Clone, Copy)]
pub enum Container {
    /// A zip file, nothing packed.
    Zip,
    /// A compound file: folders and streams.
    Compound,
}

const MARK: &[u8] = b"\n%%";
/// Parts that are put into a container, at most.
const MAX_PARTS: usize = 48;
/// Bytes of a seed's part, at most: pictures and fonts would be most of it.
const MAX_PART: u64 = 12 << 10;
/// Bytes of a seed, at most.
const MAX_SEED: usize = 24 << 10;

/// The container of these parts; those that it cannot hold are left out.
pub(crate) fn put(container: Container, data: &[u8]) -> Vec<u8> {
    match container {
        Container::Zip => zip(data),
        Container::Compound => compound(data).unwrap_or_default(),
    }
}

/// The parts of a real file, as the fuzzer writes them; none if it is no such container.
pub fn take(container: Container, file: &[u8]) -> Vec<u8> {
    let mut parts = match container {
        Container::Zip => of_zip(file),
        Container::Compound => of_compound(file),
    }
    .unwrap_or_default();
    // The small ones first, so that as many as can be are whole.
    parts.sort_by_key(|(_, bytes)| bytes.len());
    let mut data = Vec::new();
    for (path, bytes) in parts {
        if data.len() + bytes.len() <= MAX_SEED {
            data.extend(MARK);
            data.extend(path.as_bytes());
            data.push(b'\n');
            data.extend(bytes);
        }
    }
    data
}

fn parts(data: &[u8]) -> impl Iterator<Item = (String, &[u8])> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let at = rest.windows(MARK.len()).position(|it| it == MARK)?;
        rest = &rest[at + MARK.len()..];
        let line = rest.iter().position(|&byte| byte == b'\n')?;
        let path = String::from_utf8_lossy(&rest[..line]).into_owned();
        let body = &rest[line + 1..];
        let end = body.windows(MARK.len()).position(|it| it == MARK);
        rest = &body[end.unwrap_or(body.len())..];
        Some((path, &body[..end.unwrap_or(body.len())]))
    })
    .take(MAX_PARTS)
}

fn zip(data: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (path, bytes) in parts(data) {
        if writer.start_file(path, stored).is_ok() {
            let _ = writer.write_all(bytes);
        }
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}

fn compound(data: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut file =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
    for (path, bytes) in parts(data) {
        let path = Path::new("/").join(path);
        if !path.components().all(is_name) {
            continue;
        }
        let folder = path.parent().unwrap_or(Path::new("/"));
        let stream = file
            .create_storage_all(folder)
            .and_then(|()| file.create_stream(&path));
        if let Ok(mut stream) = stream {
            stream.write_all(bytes)?;
        }
    }
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

/// Whether the library takes it for a name; it checks that late, and panics.
fn is_name(part: Component<'_>) -> bool {
    match part {
        Component::RootDir => true,
        Component::Normal(name) => name.to_str().is_some_and(|name| {
            name.encode_utf16().count() <= 31 && !name.contains(['/', '\\', ':', '!'])
        }),
        _ => false,
    }
}

type Parts = Vec<(String, Vec<u8>)>;

fn of_zip(file: &[u8]) -> Option<Parts> {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).ok()?;
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let Ok(mut member) = archive.by_index(at) else {
            continue;
        };
        let Ok(name) = member.name().map(std::borrow::Cow::into_owned) else {
            continue;
        };
        let mut bytes = Vec::new();
        if member.size() <= MAX_PART && member.read_to_end(&mut bytes).is_ok() {
            parts.push((name, bytes));
        }
    }
    Some(parts)
}

fn of_compound(file: &[u8]) -> Option<Parts> {
    let mut file = cfb::CompoundFile::open(Cursor::new(file)).ok()?;
    let entries: Vec<_> = file.walk().filter(cfb::Entry::is_stream).collect();
    let mut parts = Vec::new();
    for entry in entries {
        let mut bytes = Vec::new();
        let stream = file.open_stream(entry.path());
        if stream.is_ok_and(|it| it.take(MAX_PART).read_to_end(&mut bytes).is_ok()) {
            parts.push((entry.path().to_string_lossy().into_owned(), bytes));
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::{Container, put, take};

    #[test]
    fn names_that_cannot_be_are_left_out() {
        let data = b"\n%%a:b\n1\n%%../c\n2\n%%01234567890123456789012345678901\n3\n%%d\n4";
        let file = put(Container::Compound, data);
        assert_eq!(take(Container::Compound, &file), b"\n%%/d\n4");
    }

    #[test]
    fn parts_go_into_a_container_and_come_back() {
        let data = b"\n%%a/b.xml\n<b/>\n%%c\nsee";
        // A compound file's paths begin at its root; the smaller part comes first.
        for (container, back) in [
            (Container::Zip, &b"\n%%c\nsee\n%%a/b.xml\n<b/>"[..]),
            (Container::Compound, b"\n%%/c\nsee\n%%/a/b.xml\n<b/>"),
        ] {
            let file = put(container, data);
            assert_eq!(take(container, &file), back);
        }
    }
}
