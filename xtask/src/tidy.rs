//! The rules that no compiler checks: heads of files, sizes of rooms, edges, words of the glossary, paths of machines.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Rooms larger than this are split, unless they are a table.
const MAX_LINES: usize = 800;

pub(crate) fn check(root: &Path) -> Result<()> {
    let mut found = crate::edges::check(root)?;
    let files = tracked(root)?;
    for file in &files {
        let Ok(text) = std::fs::read_to_string(root.join(file)) else {
            continue;
        };
        found.extend(check_file(file, &text));
    }
    found.extend(glossary(root, &files)?);
    for line in &found {
        println!("tidy: {line}");
    }
    if found.is_empty() {
        println!("tidy: {} files are in order", files.len());
        Ok(())
    } else {
        bail!("{} things are out of order", found.len())
    }
}

fn tracked(root: &Path) -> Result<Vec<PathBuf>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["ls-files", "-z"])
        .output()
        .context("git")?;
    Ok(output
        .stdout
        .split(|&byte| byte == 0)
        .filter(|name| !name.is_empty())
        .map(|name| PathBuf::from(String::from_utf8_lossy(name).into_owned()))
        .filter(|name| root.join(name).is_file())
        .collect())
}

fn check_file(file: &Path, text: &str) -> Vec<String> {
    let name = file.display();
    let mut found = Vec::new();
    if file.extension().is_some_and(|ending| ending == "rs") {
        // A shebang of lint attributes may not come before what the file is.
        if !text.starts_with("//!") && !text.starts_with("#![") {
            found.push(format!(
                "{name} does not begin with `//!`: what goes in, what comes out"
            ));
        }
        let n_lines = text.lines().count();
        if n_lines > MAX_LINES {
            found.push(format!("{name} has {n_lines} lines: split it"));
        }
    }
    // Spelled in two pieces, so that this file passes its own check.
    for path in [
        concat!("/", "root/"),
        concat!("/", "work/"),
        concat!("/", "home/"),
    ] {
        let is_text = file.extension().is_some_and(|ending| {
            ["rs", "toml", "md", "typ", "html", "css"]
                .iter()
                .any(|e| ending == *e)
        });
        if is_text && text.contains(path) {
            found.push(format!("{name} names a path of a machine: {path}"));
        }
    }
    found
}

/// Each code name in the glossary exists in the code.
fn glossary(root: &Path, files: &[PathBuf]) -> Result<Vec<String>> {
    let text =
        std::fs::read_to_string(root.join("docs/glossary.md")).context("docs/glossary.md")?;
    let mut code = String::new();
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|ending| ending == "rs"))
    {
        code.push_str(&std::fs::read_to_string(root.join(file)).unwrap_or_default());
    }
    let mut found = Vec::new();
    for line in text.lines().filter(|line| line.starts_with('|')) {
        let Some(cell) = line.trim_matches('|').split('|').nth(1) else {
            continue;
        };
        for name in cell.split('`').skip(1).step_by(2) {
            let name = name.trim_end_matches("<T>");
            if !code.contains(name) {
                found.push(format!(
                    "docs/glossary.md names `{name}`, which is not in the code"
                ));
            }
        }
    }
    Ok(found)
}

#[test]
fn a_file_without_a_head_or_with_a_machine_path_is_named() {
    assert_eq!(check_file(Path::new("a.rs"), "fn main() {}").len(), 1);
    assert_eq!(
        check_file(Path::new("a.md"), concat!("see /", "root/x")).len(),
        1
    );
    assert!(check_file(Path::new("a.rs"), "//! Reads a.\n").is_empty());
}
