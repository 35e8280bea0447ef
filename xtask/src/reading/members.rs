//! How many members an archive has, by bsdtar and by us; those on which the two differ are named.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::{files, spoken};

const ENDINGS: &[&str] = &[
    "zip", "tar", "tgz", "7z", "rar", "cab", "iso", "lha", "lzh", "cpio", "ar", "a", "deb", "rpm",
    "xar", "jar",
];

/// The table, as Markdown.
pub(super) fn table(corpora: &Path, folders: &[&str], look: &Path) -> Result<String> {
    let (mut n_same, mut n_more, mut n_fewer, mut n_silent) = (0, 0, 0, 0);
    let mut worst = String::new();
    for file in folders
        .iter()
        .flat_map(|folder| files(&corpora.join(folder)))
    {
        let is_archive = file
            .extension()
            .and_then(|ending| ending.to_str())
            .is_some_and(|ending| ENDINGS.contains(&ending.to_lowercase().as_str()));
        if !is_archive {
            continue;
        }
        let mut other = Command::new("bsdtar");
        other.arg("-tvf").arg(&file);
        let Some((said, _)) = spoken(&mut other)? else {
            n_silent += 1;
            continue;
        };
        // Folders are places, not files, and `//` is the list of the others' names.
        let is_file = |line: &&str| !line.starts_with('d') && !line.ends_with(" //");
        let its = said.lines().filter(is_file).count();
        let mut own = Command::new(look);
        own.arg(&file);
        let own = spoken(&mut own)?.unwrap_or_default().0;
        let name = file.to_string_lossy();
        // Members of members are not bsdtar's to see; a member's own line comes before its container's.
        let tops: std::collections::HashSet<&str> = own
            .lines()
            .filter_map(|line| {
                line.split('\t')
                    .next()?
                    .strip_prefix(name.as_ref())?
                    .strip_prefix('/')
            })
            .collect();
        let is_in = |path: &str, outer: &str| {
            path.strip_prefix(outer)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let direct = |of: &[&str]| -> Vec<String> {
            of.iter()
                .filter(|path| !of.iter().any(|outer| is_in(path, outer)))
                .map(|path| (*path).to_owned())
                .collect()
        };
        let tops: Vec<&str> = tops.into_iter().collect();
        let mut members = direct(&tops);
        // A packed tape is one stream with the members in it; bsdtar looks through.
        if let [stream] = members.as_slice() {
            let inner: Vec<&str> = tops
                .iter()
                .copied()
                .filter(|path| is_in(path, stream))
                .collect();
            if !inner.is_empty() {
                members = direct(&inner);
            }
        }
        let ours = members.len();
        match ours.cmp(&its) {
            std::cmp::Ordering::Equal => n_same += 1,
            std::cmp::Ordering::Greater => n_more += 1,
            std::cmp::Ordering::Less => {
                n_fewer += 1;
                let gaps: Vec<&str> = own
                    .lines()
                    .flat_map(|line| line.split('\t').filter(|part| part.starts_with('[')))
                    .take(2)
                    .collect();
                let _ = writeln!(
                    worst,
                    "| {} | {its} | {ours} | {} |",
                    file.strip_prefix(corpora)?.display(),
                    gaps.join(" ")
                );
            }
        }
    }
    let page = format!(
        "\n## Members of archives, beside bsdtar\n\nThe same number in {n_same} archives, more by us in {n_more}, fewer in {n_fewer}; bsdtar lists nothing of {n_silent} more.\n\n| where we list fewer | bsdtar | ours | our gaps |\n|---|---|---|---|\n{worst}"
    );
    eprint!("{page}");
    Ok(page)
}
