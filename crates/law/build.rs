//! `law/` to one table of names and texts inside the program, so that a run needs no folder beside it.
//!
//! Each file is included by the compiler and watched, so an edit to a rule
//! rebuilds this crate and nothing else. Nothing is parsed here.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

fn main() -> io::Result<()> {
    // Asked when it runs, not when it is compiled: a cached script must not look where a checkout once was.
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .ok_or_else(|| io::Error::other("no CARGO_MANIFEST_DIR"))?;
    let law = Path::new(&here).join("../../law");
    println!("cargo:rerun-if-changed={}", law.display());
    let mut files = Vec::new();
    collect(&law, &mut files)?;
    files.sort();
    let mut table = String::from("pub(crate) static FILES: &[(&str, &str)] = &[\n");
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        let name = file
            .strip_prefix(&law)
            .map_err(io::Error::other)?
            .components()
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect::<Vec<_>>()
            .join("/");
        let path = file.canonicalize()?;
        let _ = writeln!(table, "    ({name:?}, include_str!({path:?})),");
    }
    table.push_str("];\n");
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("no OUT_DIR"))?;
    fs::write(Path::new(&out).join("embedded.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo:rerun-if-changed={}", path.display());
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ext| ext == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
