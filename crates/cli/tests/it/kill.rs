//! Killed at any moment, a run goes on and gives the same list; the same run twice gives the same bytes.

use std::time::Instant;

use crate::support::{Desk, Said, kill_when};

#[test]
fn a_run_killed_at_many_moments_gives_the_same_list_byte_for_byte() {
    let desk = Desk::new();
    desk.breach(40);
    let since = Instant::now();
    desk.run_case("whole").is(1);
    let whole = since.elapsed();
    assert!(
        desk.people("whole").lines().count() > 20,
        "the breach has people"
    );

    let n_kills = 8;
    for n in 1..=n_kills {
        let moment = whole.mul_f64(f64::from(n) / f64::from(n_kills + 1));
        let since = Instant::now();
        kill_when(desk.case_command("killed", &["--quiet"]), || {
            since.elapsed() >= moment
        });
    }
    desk.run_case("killed").is(1);
    desk.same_lists("killed", "whole");
}

#[test]
fn a_second_run_and_one_with_other_workers_give_the_same_bytes() {
    let desk = Desk::new();
    desk.breach(30);
    desk.run_case("one").is(1);
    let first = desk.people("one");
    desk.run_case("one").is(1);
    assert_eq!(desk.people("one"), first);
    let two = desk.case_command("two", &["--jobs", "1"]).output();
    Said(two.unwrap()).is(1);
    assert_eq!(desk.people("two"), first);
}

#[test]
fn ids_stay_when_evidence_is_added() {
    let desk = Desk::new();
    desk.write("pile/a.csv", "given_name,family_name,birth_date,health_card\nMarie,Tremblay,1980-02-03,6012345671\nAmir,Haddad,1975-11-30,9876543217\n");
    desk.run(&["run", "case", "--evidence", "pile"]);
    let before = desk.people("case");
    assert_eq!(before.lines().count(), 3, "{before}");
    desk.write("pile/0 earlier.csv", "given_name,family_name,birth_date,health_card\nMarie,Tremblay,1980-02-03,6012345671\nZoe,Okafor,1991-01-09,1122334459\n");
    desk.run(&["run", "case", "--evidence", "pile"]);
    let after = desk.people("case");
    assert_eq!(after.lines().count(), 4, "{after}");
    for line in before.lines().skip(1) {
        let id = line.split(',').next().unwrap();
        assert!(after.contains(id), "{id} is gone");
    }
}
