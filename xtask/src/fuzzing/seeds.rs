//! What a fuzzer begins with: small files of each format, and the words that its reader looks for.
//!
//! Files come from `corpus/`, from `fuzz/seeds/` for what is seldom that small,
//! and, where `WHOSE_CORPORA` says it lies, from other material. Few and small: a fuzzer with all of them spends its time
//! reading them again. The executable turns each file into what the target
//! takes for it. What an earlier run learnt stays.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::{Place, Target};

/// Bytes of the largest seed.
const MAX_BYTES: u64 = 12 << 10;
/// Where few are that small: bytes of the beginnings of larger ones. A mail store begins with 17 thousand that say little.
const MAX_BEGINNING: u64 = 40 << 10;
/// The same of a container that is taken apart, and put together of its smaller parts.
const MAX_CONTAINER: u64 = 400 << 10;
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

/// A file that may be a seed.
struct Candidate {
    path: PathBuf,
    /// Its first bytes.
    head: Vec<u8>,
    n_bytes: u64,
}

/// Writes the seeds and words of each target.
pub(super) fn make(root: &Path, place: &Place, targets: &[&Target]) -> Result<()> {
    let mut files = Vec::new();
    // Not what is hostile: it is made to cost much, and a fuzzer would do nothing else.
    walk(&root.join("corpus/made"), &mut files);
    if let Some(corpora) = std::env::var_os("WHOSE_CORPORA") {
        walk(Path::new(&corpora), &mut files);
    }
    files.sort();
    let files: Vec<_> = files.into_iter().filter_map(candidate).collect();
    let mut sources = Vec::new();
    walk(&root.join("crates/readers/src"), &mut sources);
    sources.sort();
    fs::create_dir_all(place.folder.join("words"))?;
    for target in targets {
        let folder = folder(&place.folder, &target.name);
        fs::create_dir_all(&folder)?;
        let mut list = String::new();
        let mut own = Vec::new();
        walk(&root.join("fuzz/seeds").join(&target.name), &mut own);
        own.sort();
        let chosen = choose(target, &files);
        let chosen = chosen.iter().map(|it| (&it.path, limit(target)));
        let own = own.iter().map(|path| (path, u64::MAX));
        for (at, (path, limit)) in own.chain(chosen).enumerate() {
            let seed = folder.join(format!("seed-{at}"));
            let mut bytes = Vec::new();
            fs::File::open(path)?
                .take(limit.max(MAX_BEGINNING))
                .read_to_end(&mut bytes)?;
            fs::write(&seed, bytes)?;
            let _ = writeln!(list, "{}", seed.display());
        }
        turn(place, target, "seeds", &list)?;
        let found = words_of(&target.name, &sources);
        if !found.is_empty() {
            fs::write(words(&place.folder, &target.name), found)?;
        }
    }
    Ok(())
}

/// Has the executable turn the files of this list into seeds, or findings into files.
pub(super) fn turn(place: &Place, target: &Target, wish: &str, list: &str) -> Result<()> {
    let mut child = Command::new(&place.executable)
        .env("WHOSE_FUZZ", &target.name)
        .env("WHOSE_FUZZ_DO", wish)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    child
        .stdin
        .take()
        .context("no input")?
        .write_all(list.as_bytes())?;
    if !child.wait()?.success() {
        bail!("{}: the {wish} could not be made", target.name);
    }
    Ok(())
}

/// Bytes that may become a seed of this target.
fn limit(target: &Target) -> u64 {
    if target.is_container {
        MAX_CONTAINER
    } else {
        MAX_BYTES
    }
}

fn candidate(path: PathBuf) -> Option<Candidate> {
    let n_bytes = fs::metadata(&path).ok()?.len();
    let mut head = Vec::new();
    let file = fs::File::open(&path).ok()?;
    file.take(HEAD_WITHIN as u64).read_to_end(&mut head).ok()?;
    Some(Candidate {
        path,
        head,
        n_bytes,
    })
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
fn choose<'a>(target: &Target, files: &'a [Candidate]) -> Vec<&'a Candidate> {
    let Some(path) = &target.path else {
        return Vec::new();
    };
    let ending = Path::new(path).extension();
    // The head's last byte may be the end of a tag, which other files have later.
    let head = &target.head[..target.head.len().saturating_sub(1)];
    let has_head = |bytes: &[u8]| {
        head.len() > 1
            && if head.is_ascii() {
                bytes.windows(head.len()).any(|window| window == head)
            } else {
                bytes.starts_with(head)
            }
    };
    let is_any = ending.is_none() && target.head.is_empty();
    let of_ending = |path: &Path| {
        path.extension()
            .is_some_and(|it| ending.is_some_and(|wanted| it.eq_ignore_ascii_case(wanted)))
    };
    let (mut by_head, mut by_ending, mut larger) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        let has_head = has_head(&file.head);
        if !has_head && !is_any && !of_ending(&file.path) {
            continue;
        }
        match (file.n_bytes <= limit(target), has_head) {
            (false, _) => larger.push(file),
            (true, true) => by_head.push(file),
            (true, false) => by_ending.push(file),
        }
    }
    let mut seeds = evenly(&by_head, MAX_SEEDS);
    seeds.extend(evenly(&by_ending, MAX_SEEDS - seeds.len()));
    // Half a container is none.
    if seeds.len() < FEW && !target.is_container {
        seeds.extend(evenly(&larger, FEW));
    }
    seeds
}

/// At most so many of them, at equal distances.
fn evenly<T: Copy>(all: &[T], n: usize) -> Vec<T> {
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
    let file = |path: &str, head: &[u8], n_bytes| Candidate {
        path: path.into(),
        head: head.to_vec(),
        n_bytes,
    };
    let files = [
        file("1.xml", b"<a/>", 4),
        file("2.dat", b"<?xml?><Clinical x>", 19),
        file("3.xml", b"<Clinical>", MAX_BYTES + 1),
        file("4.txt", b"no", 2),
    ];
    let names = |path: &str, head: &[u8]| -> Vec<String> {
        let target = Target {
            name: String::new(),
            path: Some(path.to_owned()),
            head: head.to_vec(),
            is_container: false,
        };
        let seeds = choose(&target, &files);
        seeds
            .iter()
            .map(|it| it.path.display().to_string())
            .collect()
    };
    assert_eq!(names("a.xml", b"<Clinical>"), ["2.dat", "1.xml", "3.xml"]);
    assert_eq!(names("a", b"").len(), 4);
    assert_eq!(evenly(&[1, 2, 3, 4], 2), [1, 3]);
}
