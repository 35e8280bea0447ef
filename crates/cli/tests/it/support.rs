//! A home folder of its own, a made-up breach, and the program to run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// One user on one machine.
pub(crate) struct Desk {
    pub(crate) dir: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            dir: TempDir::with_prefix("whose büro ").unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn whose(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_whose"));
        command
            .args(arguments)
            .current_dir(self.dir.path())
            .env("HOME", self.dir.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME")
            .env_remove("WHOSE_REGISTER")
            .env_remove("WHOSE_REGISTER_URL")
            .env_remove("WHOSE_PASSPHRASE");
        command
    }

    /// Runs a verb and gives what it said, whatever that was.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        Said(self.whose(arguments).output().unwrap())
    }

    /// Makes a breach in `breach/`.
    pub(crate) fn breach(&self, people: u32) {
        self.run(&[
            "synth",
            "--people",
            &people.to_string(),
            "--seed",
            "7",
            "--out",
            "breach",
        ])
        .is(0);
    }

    /// The main job on the breach, with more options.
    pub(crate) fn case_command(&self, case: &str, more: &[&str]) -> Command {
        let mut command = self.whose(&[
            "run",
            case,
            "--evidence",
            "breach/evidence",
            "--roster",
            "breach/roster.csv",
            "--incident",
            "breach/incident.toml",
            "--as-of",
            "2026-11-21",
        ]);
        command.args(more);
        command
    }

    /// Runs the main job on the breach.
    pub(crate) fn run_case(&self, case: &str) -> Said {
        Said(self.case_command(case, &["--json"]).output().unwrap())
    }

    /// The list of people of a case, unmasked.
    pub(crate) fn people(&self, case: &str) -> String {
        self.run(&["people", case, "--values", "--format", "csv"])
            .is(0)
            .out()
    }

    /// Asserts that two cases have the same lists, byte for byte, and that the first is whole.
    #[track_caller]
    pub(crate) fn same_lists(&self, one: &str, other: &str) {
        assert_eq!(self.people(one), self.people(other), "people");
        for list in ["exposures", "gaps", "exhibits"] {
            let of = |case: &str| self.run(&[list, case]).is(0).out();
            assert_eq!(of(one), of(other), "{list}");
        }
        // Without an incident's file there are no obligations, and both say so.
        let obligations = |case: &str| {
            let said = self.run(&["obligations", case]);
            (said.0.status.code(), said.out())
        };
        assert_eq!(obligations(one), obligations(other), "obligations");
        self.run(&["verify", one]).is(0);
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let file = self.path(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
}

/// Starts a program and kills it at the first moment at which `when` holds, if it runs that long.
pub(crate) fn kill_when(mut command: Command, when: impl Fn() -> bool) {
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !when() && child.try_wait().unwrap().is_none() {
        std::thread::park_timeout(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// What the program said.
pub(crate) struct Said(pub(crate) Output);

impl Said {
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// What it said to machines.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.0.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.out(), self.err()))
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn is(self, code: i32) -> Self {
        assert_eq!(
            self.0.status.code(),
            Some(code),
            "{}\n{}",
            self.out(),
            self.err()
        );
        self
    }

    /// Asserts an error that names `what` and a hint.
    #[track_caller]
    pub(crate) fn complains(self, what: &str) {
        let err = self.err();
        assert!(
            err.contains("error:") && err.contains("hint:") && err.contains(what),
            "{err}"
        );
    }
}

/// Every file below a folder.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path))
        } else {
            found.push(path)
        }
    }
    found.sort();
    found
}
