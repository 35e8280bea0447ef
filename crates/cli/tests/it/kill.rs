//! Killed at any moment, a run goes on and gives the same list; the same run twice gives the same bytes.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::Desk;

fn people(desk: &Desk, case: &str) -> String {
    desk.run(&["people", case, "--values", "--format", "csv"])
        .is(0)
        .out()
}

#[test]
fn a_run_killed_at_many_moments_gives_the_same_list_byte_for_byte() {
    let desk = Desk::new();
    desk.breach(40);
    let since = Instant::now();
    desk.run_case("whole").is(1);
    let whole = since.elapsed();
    let expected = people(&desk, "whole");
    assert!(expected.lines().count() > 20, "the breach has people");

    let n_kills = 8;
    for n in 1..=n_kills {
        let moment = whole.mul_f64(f64::from(n) / f64::from(n_kills + 1));
        let mut child = desk
            .whose(&[
                "run",
                "killed",
                "--evidence",
                "breach/evidence",
                "--roster",
                "breach/roster.csv",
                "--incident",
                "breach/incident.toml",
                "--as-of",
                "2026-11-21",
                "--quiet",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let since = Instant::now();
        while since.elapsed() < moment && child.try_wait().unwrap().is_none() {
            std::thread::park_timeout(Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    desk.run_case("killed").is(1);
    assert_eq!(people(&desk, "killed"), expected);
    for list in ["exposures", "gaps", "exhibits", "obligations"] {
        let of = |case: &str| desk.run(&[list, case]).is(0).out();
        assert_eq!(of("killed"), of("whole"), "{list}");
    }
    desk.run(&["verify", "killed"]).is(0);
}

#[test]
fn a_second_run_and_one_with_other_workers_give_the_same_bytes() {
    let desk = Desk::new();
    desk.breach(30);
    desk.run_case("one").is(1);
    let first = people(&desk, "one");
    desk.run_case("one").is(1);
    assert_eq!(people(&desk, "one"), first);
    desk.run(&[
        "run",
        "two",
        "--evidence",
        "breach/evidence",
        "--roster",
        "breach/roster.csv",
        "--incident",
        "breach/incident.toml",
        "--as-of",
        "2026-11-21",
        "--jobs",
        "1",
    ])
    .is(1);
    assert_eq!(people(&desk, "two"), first);
}

#[test]
fn ids_stay_when_evidence_is_added() {
    let desk = Desk::new();
    desk.write("pile/a.csv", "given_name,family_name,birth_date,health_card\nMarie,Tremblay,1980-02-03,6012345671\nAmir,Haddad,1975-11-30,9876543217\n");
    desk.run(&["run", "case", "--evidence", "pile"]);
    let before = people(&desk, "case");
    assert_eq!(before.lines().count(), 3, "{before}");
    desk.write("pile/0 earlier.csv", "given_name,family_name,birth_date,health_card\nMarie,Tremblay,1980-02-03,6012345671\nZoe,Okafor,1991-01-09,1122334459\n");
    desk.run(&["run", "case", "--evidence", "pile"]);
    let after = people(&desk, "case");
    assert_eq!(after.lines().count(), 4, "{after}");
    for line in before.lines().skip(1) {
        let id = line.split(',').next().unwrap();
        assert!(after.contains(id), "{id} is gone");
    }
}
