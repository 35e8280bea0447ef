//! Files that are read on other machines: the case is the one of a single machine, byte for byte.

use std::os::unix::fs::PermissionsExt;

use crate::accounting::parts;
use crate::support::{Desk, Said};

/// A program that reads on this machine what a cluster would, and works no linkage.
const CLUSTER: &str = r#"#!/bin/sh
if [ "$1" = eyes ]; then exec "$WHOSE" __abroad; fi
exit 3
"#;

fn run_abroad(desk: &Desk, program: &str) -> Said {
    desk.write("programs/whose-cluster", program);
    let place = desk.path("programs/whose-cluster");
    std::fs::set_permissions(place, std::fs::Permissions::from_mode(0o755)).unwrap();
    desk.write("keys/machine.pem", "");
    let path = format!(
        "{}:{}",
        desk.path("programs").display(),
        std::env::var("PATH").unwrap()
    );
    let cluster = ["--cluster", "https://head:50050", "--store", "shared"];
    let mut command = desk.case_command("abroad", &cluster);
    command
        .args(["--keys", "keys", "--jobs", "2"])
        .env("PATH", path)
        .env("WHOSE", env!("CARGO_BIN_EXE_whose"));
    Said(command.output().unwrap())
}

#[test]
fn what_is_read_elsewhere_is_kept_and_gives_the_lists_of_one_machine() {
    let desk = Desk::new();
    desk.breach(30);
    // Read here all the same: a set is read together.
    desk.write("breach/evidence/old.zip.001", "one");
    desk.write("breach/evidence/old.zip.002", "two");
    desk.run_case("here").is(1);

    run_abroad(&desk, "#!/bin/sh\nexit 3\n")
        .is(2)
        .complains("not finished");
    // Only sets were read, by this machine: a part of the case at most for each of its readers.
    assert!(parts(&desk, "abroad") <= 2);

    // Everything was read; then there was nobody to link.
    run_abroad(&desk, CLUSTER).is(2).complains("not finished");
    let n_parts = parts(&desk, "abroad");
    assert!(n_parts > 2, "{n_parts}");

    let said = desk.run_case("abroad").is(1);
    assert!(said.out().contains("n_individuals"), "{}", said.out());
    assert_eq!(parts(&desk, "abroad"), n_parts, "nothing was read again");
    desk.same_lists("abroad", "here");
}
