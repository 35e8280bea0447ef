//! A home folder of its own, a made-up breach, and the program to run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

    /// Runs the main job on the breach.
    pub(crate) fn run_case(&self, case: &str) -> Said {
        self.run(&[
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
            "--json",
        ])
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let file = self.path(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
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
