//! Every byte is accounted for: the lists add up to the pile, and a run killed inside one large mailbox goes on inside it.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::{Desk, files, kill_when};

pub(crate) fn rows(desk: &Desk, list: &str, case: &str) -> Vec<Value> {
    let text = desk.run(&[list, case, "--format", "json"]).is(0).out();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn exhibits_and_gaps_add_up_to_the_pile() {
    let desk = Desk::new();
    desk.breach(60);
    desk.run_case("case").is(1);
    let pile = desk.path("breach/evidence");
    let exhibits = rows(&desk, "exhibits", "case");
    let text = |row: &Value, column: &str| row[column].as_str().unwrap_or("").to_owned();
    let number = |row: &Value, column: &str| row[column].as_u64().unwrap_or(0);
    let by_path: BTreeMap<String, &Value> = exhibits
        .iter()
        .map(|row| (text(row, "exhibit"), row))
        .collect();

    // Files and their bytes.
    let mut n_files = 0;
    for file in files(&pile) {
        let path = file.strip_prefix(&pile).unwrap().to_string_lossy();
        let row = by_path[path.as_ref()];
        assert_eq!(
            number(row, "bytes"),
            std::fs::metadata(&file).unwrap().len()
        );
        n_files += 1;
    }

    // What is inside them: each nested exhibit stands in a container that counts it.
    let mut inside: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    let mut n_nested = 0;
    for (path, row) in &by_path {
        let container = path
            .match_indices('/')
            .map(|(at, _)| &path[..at])
            .rfind(|folder| by_path.contains_key(*folder));
        let Some(container) = container else { continue };
        n_nested += 1;
        let counts = inside.entry(container.to_owned()).or_default();
        if text(row, "outcome") == "not-read" {
            counts.1 += 1;
        } else {
            counts.0 += 1;
        }
    }
    assert_eq!(n_files + n_nested, exhibits.len());
    assert!(n_nested > 3, "the breach has files in files");
    for (path, row) in &by_path {
        let (read, failed) = inside.get(path).copied().unwrap_or_default();
        assert_eq!(number(row, "members_read"), read, "{path}");
        assert_eq!(number(row, "members_failed"), failed, "{path}");
        if let Some(expected) = row["members_expected"].as_u64()
            && text(row, "outcome") == "read"
        {
            assert!(read + failed >= expected, "{path} lacks members");
        }
    }

    // No gap without its exhibit, and no exhibit that was not wholly read without its gap.
    let gaps = rows(&desk, "gaps", "case");
    for gap in &gaps {
        let row = by_path[&text(gap, "exhibit")];
        assert_ne!(text(row, "outcome"), "read", "{}", text(gap, "exhibit"));
    }
    for (path, row) in &by_path {
        if text(row, "outcome") != "read" {
            assert!(
                gaps.iter().any(|gap| text(gap, "exhibit") == *path),
                "{path} has no gap"
            );
        }
    }
}

/// A mailbox of many mails about people who do not exist.
pub(crate) fn mailbox(n: u32) -> String {
    let mut text = String::new();
    for mail in 0..n {
        let _ = write!(
            text,
            "From clinic@example.org Mon Jan  6 09:00:00 2025\nFrom: Clinic <clinic@example.org>\nTo: Lab <lab@example.org>\nSubject: results {mail}\nMessage-ID: <{mail}@example.org>\nDate: Mon, 6 Jan 2025 09:00:00 -0500\n\n"
        );
        // Contacts without a name are tied to nobody: much to keep, little to link.
        for line in 0..24 {
            let _ = writeln!(
                text,
                "phone: 514-555-{:04}, e-mail: z{mail}.{line}@example.org",
                (mail * 24 + line) % 10_000
            );
        }
        let day = 1 + mail % 28;
        if mail % 100 == 0 {
            let _ = writeln!(
                text,
                "\nPatient: Zoé Durand-{mail}, date of birth: 1970-03-{day:02}"
            );
        }
        text.push('\n');
    }
    text
}

pub(crate) fn parts(desk: &Desk, case: &str) -> usize {
    std::fs::read_dir(desk.path(case).join("vault/parts/said")).map_or(0, Iterator::count)
}

#[test]
fn a_run_killed_inside_one_large_mailbox_goes_on_inside_it() {
    let desk = Desk::new();
    desk.write("pile/box.mbox", mailbox(4000));
    let run = |case: &'static str| ["run", case, "--evidence", "pile", "--jobs", "1", "--quiet"];
    desk.run(&run("whole")).is(0);
    let n_whole = parts(&desk, "whole");
    assert!(
        n_whole >= 5,
        "too small a mailbox to be killed in: {n_whole}"
    );

    kill_when(desk.whose(&run("killed")), || {
        parts(&desk, "killed") >= n_whole / 2
    });
    let n_killed = parts(&desk, "killed");
    assert!(n_killed < n_whole, "it was done before it was killed");

    desk.run(&run("killed")).is(0);
    // What was on disk before was not read again.
    let n_both = parts(&desk, "killed");
    assert!(
        n_both <= n_whole + 2,
        "{n_killed} parts, then {n_both}, undisturbed {n_whole}"
    );
    desk.same_lists("killed", "whole");
}
