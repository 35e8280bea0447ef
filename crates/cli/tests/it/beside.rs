//! Files that only make sense together: each is listed once, what is in them is read once, also after a kill.

use serde_json::Value;

use crate::accounting::{mailbox, parts, rows};
use crate::support::{Desk, files, kill_when};

fn text(row: &Value, column: &str) -> String {
    row[column].as_str().unwrap_or("").to_owned()
}

/// Cuts bytes into files `name.001`, `name.002`, ...
fn cut(desk: &Desk, name: &str, bytes: &[u8], n: usize) {
    for (index, piece) in bytes.chunks(bytes.len().div_ceil(n)).enumerate() {
        desk.write(&format!("{name}.{:03}", index + 1), piece);
    }
}

#[test]
fn a_mailbox_in_pieces_gives_what_it_gives_whole_and_the_lists_add_up() {
    let desk = Desk::new();
    let bytes = mailbox(300);
    desk.write("whole/box.mbox", &bytes);
    desk.run(&["run", "one", "--evidence", "whole"]).is(0);
    cut(&desk, "pile/a/box.mbox", bytes.as_bytes(), 3);
    cut(&desk, "pile/b/box.mbox", bytes.as_bytes(), 3);
    desk.write("pile/a/wards.csv", "ward,head\n1,Roy\n2,Cy\n");
    desk.run(&["run", "two", "--evidence", "pile"]).is(0);

    let names = |case: &str| {
        let said = desk.run(&["people", case, "--values", "--format", "json"]);
        let people: Vec<Value> = serde_json::from_str(&said.is(0).out()).unwrap();
        let mut names: Vec<String> = people
            .iter()
            .map(|row| text(row, "given") + &text(row, "family") + &text(row, "birth_date"))
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("two"), names("one"));
    assert!(!names("one").is_empty());

    let exhibits = rows(&desk, "exhibits", "two");
    let pile = desk.path("pile");
    for file in files(&pile) {
        let path = file
            .strip_prefix(&pile)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let here: Vec<&Value> = exhibits
            .iter()
            .filter(|row| text(row, "exhibit") == path)
            .collect();
        assert_eq!(here.len(), 1, "{path}");
        assert_eq!(text(here[0], "outcome"), "read", "{path}");
        assert_eq!(
            here[0]["bytes"].as_u64(),
            Some(std::fs::metadata(&file).unwrap().len())
        );
        let first = format!(
            "{}.001",
            path.trim_end_matches(".002").trim_end_matches(".003")
        );
        let is_later = path.ends_with(".002") || path.ends_with(".003");
        let part_of = if is_later { first } else { String::new() };
        assert_eq!(text(here[0], "part_of"), part_of, "{path}");
    }
    let joined = exhibits
        .iter()
        .find(|row| text(row, "exhibit") == "a/box.mbox.001/box.mbox")
        .expect("the whole is a member of the first");
    assert_eq!(joined["bytes"].as_u64(), Some(bytes.len() as u64));
    assert_eq!(joined["members_read"].as_u64(), Some(300));

    // The second folder brought nothing that the first had not.
    let copies = exhibits
        .iter()
        .filter(|row| !text(row, "copy_of").is_empty());
    assert!(copies.count() > 300);
}

#[test]
fn a_missing_piece_is_a_gap_with_its_name_and_coming_later_it_is_read() {
    let desk = Desk::new();
    let bytes = mailbox(300);
    cut(&desk, "pile/box.mbox", bytes.as_bytes(), 4);
    let third = desk.path("pile/box.mbox.003");
    let kept = std::fs::read(&third).unwrap();
    std::fs::remove_file(&third).unwrap();
    desk.run(&["run", "case", "--evidence", "pile"]).is(1);
    let gaps = rows(&desk, "gaps", "case");
    assert!(
        gaps.iter()
            .any(|gap| text(gap, "detail").contains("box.mbox.003 is missing")),
        "{gaps:?}"
    );
    // What comes after it was not read, and says so.
    let last = rows(&desk, "exhibits", "case")
        .into_iter()
        .find(|row| text(row, "exhibit").ends_with("box.mbox.004"))
        .unwrap();
    assert_ne!(text(&last, "outcome"), "read");
    std::fs::write(&third, kept).unwrap();
    desk.run(&["run", "case", "--evidence", "pile"]).is(0);
    assert!(rows(&desk, "gaps", "case").is_empty());
}

#[test]
fn a_run_killed_inside_a_mailbox_in_pieces_goes_on_inside_it() {
    let desk = Desk::new();
    cut(&desk, "pile/box.mbox", mailbox(4000).as_bytes(), 3);
    let run = |case: &'static str| ["run", case, "--evidence", "pile", "--jobs", "1", "--quiet"];
    desk.run(&run("whole")).is(0);
    let n_whole = parts(&desk, "whole");
    kill_when(desk.whose(&run("killed")), || {
        parts(&desk, "killed") >= n_whole / 2
    });
    assert!(parts(&desk, "killed") < n_whole);
    desk.run(&run("killed")).is(0);
    assert!(parts(&desk, "killed") <= n_whole + 2);
    desk.same_lists("killed", "whole");
}
