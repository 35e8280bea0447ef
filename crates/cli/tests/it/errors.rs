//! Bad input, each with a clear error, and nothing lost.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;

use crate::support::{Desk, Said};

#[test]
fn a_path_that_is_not_there_is_named() {
    let desk = Desk::new();
    desk.run(&["run", "case", "--evidence", "no such pile"])
        .is(2)
        .complains("no such pile");
    assert!(
        !desk.path("case").exists(),
        "no case is made for a pile that is not there"
    );
    desk.run(&["scan", "no such file"])
        .is(2)
        .complains("no such file");
    desk.run(&["people", "no such case"])
        .is(2)
        .complains("no case");
}

#[test]
fn wrong_use_is_code_64() {
    let desk = Desk::new();
    desk.run(&["run"]).is(64);
    desk.run(&["fly"]).is(64);
    desk.write("a.txt", "x");
    desk.run(&["scan", "a.txt", "--elements", "shoe-size"])
        .is(64)
        .complains("shoe-size");
    desk.run(&["id", "check", "no-such-kind", "1"])
        .is(64)
        .complains("no-such-kind");
}

#[test]
fn a_cluster_that_cannot_be_asked_is_said_and_leaves_no_list() {
    let desk = Desk::new();
    desk.write("people.csv", "id,given_name,surname\n1,Marie,Tremblay\n");
    let cluster = ["--cluster", "https://head:50050", "--store", "shared"];
    let link = |keys: &str| {
        let mut command = desk.whose(&["link", "people.csv", "--out", "list.csv"]);
        command.args(cluster).args(["--keys", keys]);
        // Only what the test puts here is found.
        command.env("PATH", desk.path("programs"));
        Said(command.output().unwrap())
    };
    let alone = ["link", "people.csv", "--out", "list.csv", "--cluster", "x"];
    let said = desk.run(&alone).is(64).err();
    assert!(
        said.contains("--keys") && said.contains("--store"),
        "{said}"
    );
    link("no keys").is(2).complains("no folder of keys no keys");
    desk.write("keys/machine.pem", "");
    link("keys").is(2).complains("neither beside");
    desk.write("programs/whose-cluster", "#!/bin/sh\nexit 3\n");
    let program = desk.path("programs/whose-cluster");
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).unwrap();
    link("keys").is(2).complains("not finished");
    assert!(!desk.path("list.csv").exists() && !desk.path("list.part").exists());
    let mut run = desk.whose(&["run", "case", "--evidence", "people.csv"]);
    run.args(cluster).args(["--keys", "no keys"]);
    Said(run.output().unwrap())
        .is(2)
        .complains("no folder of keys");
    assert!(!desk.path("case").exists());
}

#[test]
fn a_folder_that_may_not_be_read_is_a_gap() {
    let desk = Desk::new();
    desk.write("pile/open.txt", "Patient: Marie Tremblay, born 1980-02-03");
    desk.write("pile/closed/secret.txt", "x");
    let closed = desk.path("pile/closed");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Root may read everything; then there is nothing to test.
    let is_barred = std::fs::read_dir(&closed).is_err();
    let said = desk.run(&["run", "case", "--evidence", "pile"]);
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).unwrap();
    if is_barred {
        said.is(1);
        assert!(desk.run(&["gaps", "case"]).is(0).out().contains("closed"));
    }
}

#[test]
fn a_roster_without_names_is_refused_before_the_pile_is_read() {
    let desk = Desk::new();
    desk.write("pile/a.txt", "nothing");
    desk.write("roster.csv", "colour,size\nred,4\nblue,5\n");
    desk.run(&[
        "run",
        "case",
        "--evidence",
        "pile",
        "--roster",
        "roster.csv",
    ])
    .is(2)
    .complains("roster");
}

#[test]
fn a_discovery_before_the_incident_is_refused() {
    let desk = Desk::new();
    desk.breach(20);
    let text = std::fs::read_to_string(desk.path("breach/incident.toml")).unwrap();
    let moved: Vec<String> = text
        .lines()
        .map(|line| {
            if line.starts_with("discovered") {
                "discovered = 1999-01-01".to_owned()
            } else {
                line.to_owned()
            }
        })
        .collect();
    desk.write("bad.toml", moved.join("\n"));
    desk.run(&[
        "run",
        "case",
        "--evidence",
        "breach/evidence",
        "--incident",
        "bad.toml",
    ])
    .is(2)
    .complains("discovered");
    desk.write(
        "worse.toml",
        "name = \"x\"\nkind = \"theft\"\ndiscovered = yesterday\n",
    );
    desk.run(&[
        "run",
        "case",
        "--evidence",
        "breach/evidence",
        "--incident",
        "worse.toml",
    ])
    .is(2)
    .complains("line 3");
}

#[test]
fn a_wrong_passphrase_opens_nothing() {
    let desk = Desk::new();
    desk.write("pile/a.txt", "nothing");
    desk.write("right.txt", "correct horse battery staple\n");
    desk.write("wrong.txt", "incorrect horse\n");
    desk.run(&[
        "run",
        "case",
        "--evidence",
        "pile",
        "--passphrase-file",
        "right.txt",
    ])
    .is(0);
    desk.run(&["people", "case", "--passphrase-file", "wrong.txt"])
        .is(2)
        .complains("passphrase");
    desk.run(&["people", "case", "--passphrase-file", "right.txt"])
        .is(0);
    desk.run(&["people", "case"]).is(2).complains("passphrase");
}

#[test]
fn a_case_inside_the_evidence_is_refused() {
    let desk = Desk::new();
    desk.write("pile/a.txt", "nothing");
    desk.run(&["run", "pile/case", "--evidence", "pile"])
        .is(64)
        .complains("inside");
}

#[test]
fn a_second_run_on_the_same_case_at_once_is_told_who_holds_it() {
    let desk = Desk::new();
    desk.write("pile/a.csv", "given_name,family_name\nMarie,Tremblay\n");
    desk.run(&["run", "case", "--evidence", "pile"]).is(0);
    // The console holds the case for as long as it runs, so the second comes while the first is there.
    let mut first = desk
        .whose(&["serve", "case", "--port", "0"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let holder = first.id();
    let mut talk = BufReader::new(first.stderr.take().unwrap()).lines();
    let is_up = talk.any(|line| line.is_ok_and(|line| line.contains("http://127.0.0.1:")));
    let said = desk.run(&["run", "case", "--evidence", "pile"]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(is_up, "the console came up");
    said.is(2).complains(&format!("process {holder}"));
    // A holder that was killed blocks nobody.
    desk.run(&["run", "case", "--evidence", "pile"]).is(0);
    desk.run(&["verify", "case"]).is(0);
}
