//! The same tests on both stores. The PostgreSQL server is started here, on a socket of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::Timestamp;

use crate::{
    AsOf, Attribute, Bound, Entry, Event, Fact, IncidentId, Query, Register, RegisterError, Source,
    SourceId, SourceKind, Standing, Value,
};

/// A server that ends with the test.
struct Server {
    programs: PathBuf,
    folder: tempfile::TempDir,
}

impl Server {
    /// `None` when PostgreSQL is not installed, or will not run for this user.
    fn start() -> Option<Self> {
        let programs = ["17", "16", "15", "14"]
            .iter()
            .map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")))
            .find(|folder| folder.join("initdb").exists());
        let Some(programs) = programs else {
            eprintln!("skipped: PostgreSQL is not installed (Debian: postgresql)");
            return None;
        };
        let server = Self {
            programs,
            folder: tempfile::tempdir().unwrap(),
        };
        let data = server.folder.path().join("data");
        // PostgreSQL refuses to run as root; Debian's package brings a user for it.
        if is_root() {
            let status = Command::new("chown")
                .arg("postgres")
                .arg(server.folder.path())
                .status();
            if !status.is_ok_and(|status| status.success()) {
                eprintln!("skipped: no user to run PostgreSQL as");
                return None;
            }
        }
        let made = server
            .command("initdb")
            .args(["--no-sync", "-U", "whose", "-A", "trust", "-D"])
            .arg(&data)
            .status();
        assert!(made.is_ok_and(|status| status.success()), "initdb");
        let options = format!(
            "-c listen_addresses='' -c fsync=off -k {}",
            server.folder.path().display()
        );
        let started = server
            .command("pg_ctl")
            .args(["-w", "-o", &options, "-l"])
            .arg(server.folder.path().join("log"))
            .arg("-D")
            .arg(&data)
            .arg("start")
            .status();
        assert!(started.is_ok_and(|status| status.success()), "pg_ctl start");
        Some(server)
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        command
            .current_dir("/")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn url(&self) -> String {
        format!(
            "host={} user=whose dbname=postgres",
            self.folder.path().display()
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self
            .command("pg_ctl")
            .args(["-m", "immediate", "-D"])
            .arg(self.folder.path().join("data"))
            .arg("stop")
            .status();
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self")
        .is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn entry(second: i64, event: Event) -> Entry {
    Entry {
        at: at(second),
        by: "tester".into(),
        event,
    }
}

fn source(kind: SourceKind, published: &str) -> Event {
    Event::Sourced(Source {
        kind,
        title: "Rapport sur la clinique".into(),
        publisher: "Commissariat".into(),
        published: Some(published.parse().unwrap()),
        language: whose_model::Language::Fr,
        digest: String::new(),
        is_corrected: false,
    })
}

fn people(n: u64, source: u32) -> Fact {
    Fact::new(
        Attribute::People,
        Value::Count {
            n,
            bound: Bound::Exactly,
        },
        SourceId(source),
    )
}

/// Everything that must hold of a register, wherever it rests.
fn holds(mut open: impl FnMut(&[u8; 32]) -> Result<Register, RegisterError>) {
    let key = [7; 32];
    let (one, two) = (IncidentId::of("one"), IncidentId::of("two"));
    let mut register = open(&key).unwrap();
    register
        .append(
            one,
            vec![
                entry(
                    0,
                    Event::Opened {
                        name: "Clinique Émond".into(),
                    },
                ),
                entry(0, source(SourceKind::News, "2024-03-01")),
                entry(0, Event::Proposed(vec![people(100, 0)])),
            ],
        )
        .unwrap();
    register
        .append(
            two,
            vec![entry(
                1,
                Event::Opened {
                    name: "Hospital".into(),
                },
            )],
        )
        .unwrap();
    register
        .append(
            one,
            vec![
                entry(2, source(SourceKind::Regulator, "2024-06-01")),
                entry(2, Event::Stated(vec![people(120, 1)])),
                entry(
                    3,
                    Event::Judged {
                        facts: vec![crate::FactId(0)],
                        is_accepted: true,
                        why: String::new(),
                    },
                ),
            ],
        )
        .unwrap();
    drop(register);

    // It is there again, and two sources that disagree both stand.
    let mut register = open(&key).unwrap();
    let record = register.record(one, AsOf::default()).unwrap();
    assert_eq!(record.facts.len(), 2);
    assert!(
        record
            .facts
            .iter()
            .all(|held| held.standing == Standing::Accepted)
    );
    let conflicts = record.conflicts(false);
    assert_eq!(conflicts.len(), 1);
    assert_eq!(record.people(false), Some(120));
    assert!(
        conflicts[0].why.to_string().contains("regulator"),
        "{}",
        conflicts[0].why
    );

    // What the world knew in April, and what the register held at a moment.
    let april = AsOf {
        known: Some("2024-04-01".parse().unwrap()),
        recorded: None,
    };
    assert_eq!(
        register.record(one, april).unwrap().people(false),
        Some(100)
    );
    let early = AsOf {
        known: None,
        recorded: Some(at(1)),
    };
    let record = register.record(one, early).unwrap();
    assert_eq!(
        (record.people(false), record.people(true)),
        (None, Some(100))
    );

    // A person chooses, then a correction replaces without erasing.
    register
        .append(
            one,
            vec![entry(
                4,
                Event::Chosen {
                    fact: crate::FactId(0),
                    why: "recounted".into(),
                },
            )],
        )
        .unwrap();
    let record = register.record(one, AsOf::default()).unwrap();
    assert_eq!(record.people(false), Some(100));
    assert!(
        record.conflicts(false)[0]
            .why
            .to_string()
            .contains("recounted")
    );
    register
        .append(
            one,
            vec![
                entry(5, Event::Stated(vec![people(99, 1)])),
                entry(
                    5,
                    Event::Corrected {
                        fact: crate::FactId(0),
                        by: Some(crate::FactId(2)),
                        why: "typing error".into(),
                    },
                ),
            ],
        )
        .unwrap();
    let record = register.record(one, AsOf::default()).unwrap();
    assert_eq!(record.facts.len(), 3);
    assert!(matches!(
        record.facts[0].standing,
        Standing::Replaced { .. }
    ));

    // Words, with and without accents and whole; filters; what is rejected is no longer found.
    let found = |register: &mut Register, words: &str| {
        let query = Query {
            words: words.into(),
            ..Query::default()
        };
        register
            .search(&query)
            .unwrap()
            .iter()
            .map(|sketch| sketch.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&mut register, "emond"), ["Clinique Émond"]);
    assert_eq!(found(&mut register, "clin ÉMO"), ["Clinique Émond"]);
    assert_eq!(found(&mut register, "hosp"), ["Hospital"]);
    assert_eq!(found(&mut register, "emond hospital"), [""; 0]);
    assert_eq!(found(&mut register, "").len(), 2);
    assert_eq!(
        found(&mut register, "100"),
        [""; 0],
        "a replaced number is not found"
    );
    assert_eq!(found(&mut register, "120").len(), 1);
    let disputed = Query {
        disputed: true,
        ..Query::default()
    };
    assert_eq!(register.search(&disputed).unwrap().len(), 1);

    // The lists are made again from the entries alone.
    assert_eq!(register.rebuild().unwrap(), 2);
    assert_eq!(found(&mut register, "emond"), ["Clinique Émond"]);
    assert_eq!(register.search(&Query::default()).unwrap().len(), 2);

    // What fits two incidents means neither.
    let three = IncidentId::of("a second of that name");
    let opened = Event::Opened {
        name: "Émond, again".into(),
    };
    register.append(three, vec![entry(5, opened)]).unwrap();
    assert!(matches!(
        register.find("emond"),
        Err(RegisterError::Several(2, _))
    ));
    register
        .append(three, vec![entry(5, Event::Moved { into: one })])
        .unwrap();

    // Joined records are one; the other is no longer listed, and still there.
    register
        .append(two, vec![entry(6, Event::Moved { into: one })])
        .unwrap();
    assert_eq!(found(&mut register, "hospital"), [""; 0]);
    assert_eq!(register.search(&Query::default()).unwrap().len(), 1);
    assert!(register.record(two, AsOf::default()).is_ok());

    assert_eq!(register.find(&one.to_string()[..6]).unwrap(), one);
    assert_eq!(
        register.find("emond").unwrap(),
        one,
        "a word of its name is enough"
    );
    for nowhere in ["nothing", &IncidentId::of("three").to_string(), ""] {
        assert!(matches!(
            register.find(nowhere),
            Err(RegisterError::NoIncident(_))
        ));
    }
    assert!(matches!(
        register.record(IncidentId::of("three"), AsOf::default()),
        Err(RegisterError::NoIncident(_))
    ));
    drop(register);
    assert!(matches!(open(&[8; 32]), Err(RegisterError::WrongKey)));
}

#[test]
fn a_register_holds_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("register.db");
    holds(|key| Register::open(&file, key));
    assert_nothing_in_the_clear(folder.path());
}

fn assert_nothing_in_the_clear(folder: &Path) {
    let mut n_files = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        n_files += 1;
        for word in [
            "Clinique",
            "emond",
            "Commissariat",
            "Hospital",
            "tester",
            "people",
        ] {
            let is_there = bytes
                .windows(word.len())
                .any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
            assert!(!is_there, "{word} stands in the clear");
        }
    }
    assert!(n_files > 0);
}

#[test]
fn a_register_holds_on_a_server() {
    let Some(server) = Server::start() else {
        return;
    };
    holds(|key| Register::connect(&server.url(), key));
}

#[test]
fn a_server_elsewhere_is_not_spoken_to() {
    for url in [
        "postgres://user@db.example.org/base",
        "postgres://user@192.0.2.1/base",
        "host=localhost hostaddr=192.0.2.1 user=x",
        "not a url",
    ] {
        assert!(
            matches!(Register::connect(url, &[7; 32]), Err(RegisterError::Url)),
            "{url}"
        );
    }
}
