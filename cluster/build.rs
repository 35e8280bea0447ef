//! A build's own mark: machines that would not compute the same bytes are told apart.
//!
//! Logarithms and powers of two come from the platform's library, so the
//! platform is part of the mark; so are the sources of the linkage.

#![allow(
    clippy::disallowed_methods,
    reason = "a build script is told by the environment"
)]

use std::path::Path;

fn main() {
    let mut mark: u64 = 0xcbf2_9ce4_8422_2325;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            // FNV-1a: a mark, not a seal.
            mark = (mark ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    add(std::env::var("TARGET").unwrap_or_default().as_bytes());
    for folder in ["../crates/linkage/src", "../crates/model/src", "src"] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = Vec::new();
        gather(Path::new(folder), &mut files);
        files.sort();
        for file in files {
            add(file.to_string_lossy().as_bytes());
            add(&std::fs::read(&file).unwrap_or_default());
        }
    }
    println!("cargo::rustc-env=WHOSE_BUILD={mark:016x}");
}

fn gather(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, files);
        } else {
            files.push(path);
        }
    }
}
