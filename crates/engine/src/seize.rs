//! Seizing: paths in, one entry a file out, in the order of paths, each with both digests.
//!
//! Links are not followed and special files are not opened: they are listed
//! with the reason. A folder that cannot be read is listed too, because files
//! may be in it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::Digest as _;
use whose_model::{Digest, ExhibitPath};

/// One file of the pile, found but not yet read.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// Its name in the case.
    pub(crate) path: ExhibitPath,
    /// Where it is on this machine.
    pub(crate) place: PathBuf,
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// Why it cannot be opened, in one clause.
    pub(crate) refused: Option<String>,
}

/// Lists every file below the roots, in the order of paths.
///
/// # Errors
/// When a root itself does not exist: nothing may be silently left out.
pub(crate) fn walk(roots: &[PathBuf]) -> Result<Vec<Found>, (PathBuf, io::Error)> {
    let mut found = Vec::new();
    for root in roots {
        let meta = std::fs::metadata(root).map_err(|error| (root.clone(), error))?;
        if meta.is_dir() {
            std::fs::read_dir(root).map_err(|error| (root.clone(), error))?;
            let prefix = if roots.len() > 1 {
                spelled(root.file_name().unwrap_or(OsStr::new("")))
            } else {
                String::new()
            };
            walk_folder(root, &prefix, &mut found);
        } else {
            File::open(root).map_err(|error| (root.clone(), error))?;
            let name = if roots.len() > 1 {
                spelled(root.as_os_str())
            } else {
                spelled(root.file_name().unwrap_or(OsStr::new("")))
            };
            found.push(Found {
                path: ExhibitPath(name),
                place: root.clone(),
                bytes: meta.len(),
                refused: None,
            });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    // Two roots of one name must not make two exhibits of one path.
    let mut n_same = 1;
    for index in 1..found.len() {
        if found[index].path == found[index - n_same].path {
            found[index].path.0 = format!("{} ({})", found[index].path.0, n_same + 1);
            n_same += 1;
        } else {
            n_same = 1;
        }
    }
    Ok(found)
}

fn walk_folder(folder: &Path, prefix: &str, found: &mut Vec<Found>) {
    let refuse = |found: &mut Vec<Found>, path: String, place: &Path, why: String| {
        found.push(Found {
            path: ExhibitPath(path),
            place: place.to_owned(),
            bytes: 0,
            refused: Some(why),
        });
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            return refuse(
                found,
                format!("{prefix}/"),
                folder,
                format!("folder cannot be read: {}", error.kind()),
            );
        }
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                refuse(
                    found,
                    format!("{prefix}/"),
                    folder,
                    format!("folder cannot be read to its end: {}", error.kind()),
                );
                continue;
            }
        };
        let name = spelled(&entry.file_name());
        let path = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}/{name}")
        };
        let place = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk_folder(&place, &path, found),
            Ok(kind) if kind.is_file() => {
                let bytes = entry.metadata().map_or(0, |meta| meta.len());
                found.push(Found {
                    path: ExhibitPath(path),
                    place,
                    bytes,
                    refused: None,
                });
            }
            Ok(kind) if kind.is_symlink() => {
                refuse(found, path, &place, "a link, not followed".to_owned())
            }
            Ok(_) => refuse(
                found,
                path,
                &place,
                "not a file: a device, socket or pipe".to_owned(),
            ),
            Err(error) => refuse(
                found,
                path,
                &place,
                format!("cannot be looked at: {}", error.kind()),
            ),
        }
    }
}

/// A name as text; bytes that are no UTF-8 are spelled `\xE9`, so that two names stay two.
fn spelled(name: &OsStr) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut text = String::new();
    for chunk in name.as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
    }
    text
}

/// Both digests of a file's bytes, and how many there are.
///
/// # Errors
/// When the operating system will not give the bytes.
pub(crate) fn digest(
    mut file: impl Read,
    mut progress: impl FnMut(u64),
) -> io::Result<(Digest, u64)> {
    let mut blake = blake3::Hasher::new();
    let mut sha = sha2::Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    let mut n_bytes = 0;
    loop {
        let n = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let bytes = buffer.get(..n).unwrap_or(&[]);
        blake.update(bytes);
        sha.update(bytes);
        n_bytes += n as u64;
        progress(n as u64);
    }
    Ok((
        Digest {
            blake3: *blake.finalize().as_bytes(),
            sha256: sha.finalize().into(),
        },
        n_bytes,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_listed_and_links_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("b é")).unwrap();
        std::fs::write(dir.path().join("b é/x.txt"), "1").unwrap();
        std::fs::write(dir.path().join("a.txt"), "22").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("link")).unwrap();
        let found = walk(&[dir.path().to_owned()]).unwrap();
        let listed: Vec<_> = found
            .iter()
            .map(|f| (f.path.0.as_str(), f.bytes, f.refused.is_some()))
            .collect();
        assert_eq!(
            listed,
            [
                ("a.txt", 2, false),
                ("b é/x.txt", 1, false),
                ("link", 0, true)
            ]
        );
    }

    #[test]
    fn a_root_that_is_not_there_is_an_error() {
        assert!(walk(&[PathBuf::from("no such folder")]).is_err());
    }

    #[test]
    fn both_digests_are_those_of_the_bytes() {
        let (digest, n) = digest(&b"abc"[..], |_| {}).unwrap();
        assert_eq!(n, 3);
        assert!(digest.sha256_hex().starts_with("ba7816bf"));
        assert!(digest.blake3_hex().starts_with("6437b3ac"));
    }
}
