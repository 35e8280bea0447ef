//! What a fuzzer begins with: small files of each format, and the words that its reader looks for.
//!
//! Files come from `corpus/` and, where `WHOSE_CORPORA` says it lies, from
//! other material. Few and small: a fuzzer with all of them spends its time
//! reading them again. A zero stands before each, by which the target knows a
//! whole file (`fuzz/src/read.rs`). What an earlier run learnt stays.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Target;

/// Bytes of the largest seed; where few are that small, as much of the beginning of larger ones.
const MAX_BYTES: usize = 12 << 10;
/// Seeds a target.
const MAX_SEEDS: usize = 150;
/// A target with fewer gets beginnings of larger files.
const FEW: usize = 12;
/// How far into a file its head is looked for: XML and JSON have things before it.
const HEAD_WITHIN: usize = 4 << 10;
/// Words a target, and the bytes of the longest.
const MAX_WORDS: usize = 400;
const MAX_WORD: usize = 32;

/// Where the seeds of a target lie, and what it has learnt.
pub(super) fn folder(place: &Path, name: &str) -> PathBuf {
    place.join("seeds").join(name)
}

/// Where the words of a target lie.
pub(super) fn words(place: &Path, name: &str) -> PathBuf {
    place.join("words").join(name)
}

/// Writes the seeds and words of each target.
pub(super) fn make(root: &Path, place: &Path, targets: &[&Target]) -> Result<()> {
    let mut files = Vec::new();
    walk(&root.join("corpus"), &mut files);
    if let Some(corpora) = std::env::var_os("WHOSE_CORPORA") {
        walk(Path::new(&corpora), &mut files);
    }
    files.sort();
    let read = |path: PathBuf| {
        let mut bytes = fs::read(&path).ok()?;
        let is_whole = bytes.len() <= MAX_BYTES;
        bytes.truncate(MAX_BYTES);
        Some((path, bytes, is_whole))
    };
    let files: Vec<_> = files.into_iter().filter_map(read).collect();
    let mut sources = Vec::new();
    walk(&root.join("crates/readers/src"), &mut sources);
    sources.sort();
    fs::create_dir_all(place.join("words"))?;
    for target in targets {
        let folder = folder(place, &target.name);
        fs::create_dir_all(&folder)?;
        for (at, bytes) in choose(target, &files).iter().enumerate() {
            fs::write(folder.join(format!("seed-{at}")), [&[0], *bytes].concat())?;
        }
        let found = words_of(&target.name, &sources);
        if !found.is_empty() {
            fs::write(words(place, &target.name), found)?;
        }
    }
    Ok(())
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&entry.path(), files),
            Ok(kind) if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
}

/// Those that hold the target's head, then those of its ending, then beginnings of larger ones; evenly over the material.
fn choose<'a>(target: &Target, files: &'a [(PathBuf, Vec<u8>, bool)]) -> Vec<&'a [u8]> {
    let Some(path) = &target.path else {
        return Vec::new();
    };
    let ending = Path::new(path).extension();
    // The head's last byte may be the end of a tag, which other files have later.
    let head = &target.head[..target.head.len().saturating_sub(1)];
    let has_head = |bytes: &[u8]| {
        let within = &bytes[..bytes.len().min(HEAD_WITHIN)];
        head.len() > 1
            && if head.is_ascii() {
                within.windows(head.len()).any(|window| window == head)
            } else {
                within.starts_with(head)
            }
    };
    let is_any = ending.is_none() && target.head.is_empty();
    let of_ending = |path: &Path| {
        path.extension()
            .is_some_and(|it| ending.is_some_and(|wanted| it.eq_ignore_ascii_case(wanted)))
    };
    let (mut by_head, mut by_ending, mut larger) = (Vec::new(), Vec::new(), Vec::new());
    for (path, bytes, is_whole) in files {
        let has_head = has_head(bytes);
        if !has_head && !is_any && !of_ending(path) {
            continue;
        }
        match (is_whole, has_head) {
            (false, _) => larger.push(bytes.as_slice()),
            (true, true) => by_head.push(bytes.as_slice()),
            (true, false) => by_ending.push(bytes.as_slice()),
        }
    }
    let mut seeds = evenly(&by_head, MAX_SEEDS);
    seeds.extend(evenly(&by_ending, MAX_SEEDS - seeds.len()));
    if seeds.len() < FEW {
        seeds.extend(evenly(&larger, FEW));
    }
    seeds
}

/// At most so many of them, at equal distances.
fn evenly<'a>(all: &[&'a [u8]], n: usize) -> Vec<&'a [u8]> {
    let n = n.min(all.len());
    (0..n).map(|at| all[at * all.len() / n]).collect()
}

/// What stands between quotation marks in the reader's own source, as libFuzzer's dictionary.
fn words_of(name: &str, sources: &[PathBuf]) -> String {
    let parts: Vec<&str> = name.split('_').collect();
    let is_of_it = |path: &&PathBuf| {
        path.iter()
            .filter_map(|part| Path::new(part).file_stem()?.to_str())
            .any(|stem| parts.contains(&stem))
    };
    let mut found = BTreeSet::new();
    for path in sources.iter().filter(is_of_it) {
        let text = fs::read_to_string(path).unwrap_or_default();
        for line in text.lines().filter(|line| !line.trim().starts_with("//")) {
            found.extend(literals(line));
        }
    }
    let found: Vec<_> = found.iter().map(Vec::as_slice).collect();
    let mut dictionary = String::new();
    for word in evenly(&found, MAX_WORDS) {
        dictionary.push('"');
        for byte in word {
            let _ = write!(dictionary, "\\x{byte:02x}");
        }
        dictionary.push_str("\"\n");
    }
    dictionary
}

/// The bytes of each string on a line of Rust, if they are not many.
fn literals(line: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut bytes = line.bytes();
    while bytes.any(|byte| byte == b'"') {
        let mut word = Vec::new();
        let mut is_closed = false;
        while let Some(byte) = bytes.next() {
            match byte {
                b'"' => {
                    is_closed = true;
                    break;
                }
                b'\\' => match bytes.next() {
                    Some(b'0') => word.push(0),
                    Some(b'n') => word.push(b'\n'),
                    Some(b'r') => word.push(b'\r'),
                    Some(b't') => word.push(b'\t'),
                    Some(b'x') => {
                        let digits = [bytes.next(), bytes.next()].map(Option::unwrap_or_default);
                        let digits = String::from_utf8_lossy(&digits).into_owned();
                        word.extend(u8::from_str_radix(&digits, 16));
                    }
                    Some(other) => word.push(other),
                    None => {}
                },
                _ => word.push(byte),
            }
        }
        if is_closed && (2..=MAX_WORD).contains(&word.len()) {
            found.push(word);
        }
    }
    found
}

#[test]
fn strings_of_a_line_are_words() {
    let line = r#"(b"\xd0\xcf\x11", "a\"b\n", "x", "not closed"#;
    assert_eq!(
        literals(line),
        [b"\xd0\xcf\x11".to_vec(), b"a\"b\n".to_vec()]
    );
}

#[test]
fn seeds_are_those_with_the_head_then_those_of_the_ending() {
    let file = |path: &str, bytes: &[u8], is_whole| (path.into(), bytes.to_vec(), is_whole);
    let files = [
        file("1.xml", b"<a/>", true),
        file("2.dat", b"<?xml?><Clinical x>", true),
        file("3.xml", b"<Clinical>", false),
        file("4.txt", b"no", true),
    ];
    let target = |name: &str, path: &str, head: &[u8]| Target {
        name: name.to_owned(),
        path: Some(path.to_owned()),
        head: head.to_vec(),
    };
    let seeds = choose(&target("cda", "a.xml", b"<Clinical>"), &files);
    assert_eq!(seeds, [&b"<?xml?><Clinical x>"[..], b"<a/>", b"<Clinical>"]);
    assert_eq!(choose(&target("any", "a", b""), &files).len(), 4);
    assert_eq!(evenly(&seeds, 2), [seeds[0], seeds[1]]);
}
