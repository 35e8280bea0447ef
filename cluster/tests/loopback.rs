//! A scheduler and two executors as programs on loopback: the list is the one of a single machine, byte for byte.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may wait, and stop at the first surprise"
)]

use std::error::Error as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use whose_linkage::table::{Input, link, link_on};
use whose_linkage::{Model, Sequential, Wire};

const PROGRAM: &str = env!("CARGO_BIN_EXE_whose-cluster");

/// The `whose` that asks and reads: the one that `WHOSE` names, else the one built in the folder above.
fn whose() -> PathBuf {
    let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/debug/whose");
    let program = std::env::var_os("WHOSE").map_or_else(|| built.into(), PathBuf::from);
    assert!(
        program.is_file(),
        "there is no {}: build `whose`, or name it in the variable WHOSE",
        program.display()
    );
    program
}

/// Programs that end with the test.
struct Cluster {
    folder: tempfile::TempDir,
    port: u16,
    scheduler: Child,
    executors: Vec<Child>,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for program in self.executors.iter_mut().chain([&mut self.scheduler]) {
            program.kill().ok();
            program.wait().ok();
        }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn make_keys(out: &Path) {
    let status = Command::new(PROGRAM)
        .args([
            "keys",
            "--scheduler",
            "localhost",
            "--machine",
            "localhost",
            "--out",
        ])
        .arg(out)
        .status()
        .unwrap();
    assert!(status.success());
}

impl Cluster {
    fn start(n_executors: usize) -> Self {
        Self::start_with(n_executors, Path::new("/nowhere/whose"))
    }

    /// With executors that read.
    fn start_with(n_executors: usize, whose: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_keys(&folder.path().join("keys"));
        std::fs::create_dir(folder.path().join("store")).unwrap();
        let port = free_port();
        let said = std::fs::File::create(folder.path().join("said")).unwrap();
        let scheduler = Command::new(PROGRAM)
            .args(["scheduler", "--name", "localhost", "--lost-after", "8"])
            .args(["--listen", &format!("127.0.0.1:{port}"), "--keys"])
            .arg(folder.path().join("keys/scheduler-localhost"))
            .stdout(said.try_clone().unwrap())
            .stderr(said.try_clone().unwrap())
            .spawn()
            .unwrap();
        let executors = (0..n_executors)
            .map(|n| {
                let work = folder.path().join(format!("work/{n}"));
                std::fs::create_dir_all(&work).unwrap();
                Command::new(PROGRAM)
                    .args(["executor", "--name", "localhost", "--threads", "1"])
                    .args(["--scheduler", &format!("localhost:{port}")])
                    .args(["--listen", &format!("127.0.0.1:{}", free_port())])
                    .arg("--keys")
                    .arg(folder.path().join("keys/localhost"))
                    .arg("--store")
                    .arg(folder.path().join("store"))
                    .arg("--work")
                    .arg(work)
                    .arg("--whose")
                    .arg(whose)
                    .stdout(said.try_clone().unwrap())
                    .stderr(said.try_clone().unwrap())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let cluster = Self {
            folder,
            port,
            scheduler,
            executors,
        };
        cluster.until_it_listens();
        cluster
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// A verb of `whose`, here and with `whose-cluster` on its path.
    fn whose(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(whose());
        let path = std::env::join_paths(
            Path::new(PROGRAM)
                .parent()
                .into_iter()
                .map(Path::to_owned)
                .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
        );
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("PATH", path.unwrap())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// The main job on `pile`, on this machine alone or on the cluster.
    fn run(&self, case: &str, on_cluster: bool) -> Command {
        let mut command = self.whose(&["run", case, "--evidence", "pile", "--no-register"]);
        if on_cluster {
            command
                .arg("--cluster")
                .arg(format!("https://localhost:{}", self.port))
                .arg("--keys")
                .arg(self.keys())
                .arg("--store")
                .arg(self.store());
        }
        command
    }

    /// The lists of a case, with what in them is masked elsewhere.
    fn lists(&self, case: &str) -> Vec<Vec<u8>> {
        let lists = [
            &["people", "--values"][..],
            &["exposures"],
            &["gaps"],
            &["exhibits"],
        ];
        let list = |arguments: &[&str]| {
            let said = self.whose(arguments).arg(case).output().unwrap();
            let why = String::from_utf8_lossy(&said.stderr).into_owned();
            assert!(said.status.success(), "{why}");
            assert!(said.stdout.iter().filter(|byte| **byte == b'\n').count() > 1);
            said.stdout
        };
        lists.into_iter().map(list).collect()
    }

    /// A made-up pile: tables, letters, an archive, a picture that is none, and files that are broken.
    fn pile(&self) {
        let pile = self.folder.path().join("pile");
        for n in 0..40 {
            let folder = pile.join(format!("{}", n % 5));
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(format!("patients {n}.csv")), made_up(300 + n)).unwrap();
            let letter = format!(
                "Rimouski, 2026-03-0{}\n\nDear Claire Tremblay,\n\nyour appointment for diabetes, date of birth 1961-04-1{}.\n",
                1 + n % 9,
                n % 10
            );
            std::fs::write(folder.join(format!("letter {n}.txt")), letter).unwrap();
            let broken: &[u8] = [&b"PK\x03\x04broken"[..], b"%PDF-1.7\nbroken"][n % 2];
            let name = ["scan.zip", "scan.pdf"][n % 2];
            std::fs::write(folder.join(format!("{n} {name}")), broken).unwrap();
        }
    }

    /// What `whose link --cluster` does: lends itself the hands of this program.
    fn link(&self, table: &Path, keys: &Path) -> JoinHandle<Result<Vec<u8>, String>> {
        let mut asking = Command::new(PROGRAM)
            .args(["hands", "--cluster"])
            .arg(format!("https://localhost:{}", self.port))
            .arg("--keys")
            .arg(keys)
            .arg("--store")
            .arg(self.store())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (asking.stdin.take().unwrap(), asking.stdout.take().unwrap());
        let table = table.to_owned();
        std::thread::spawn(move || {
            let mut out = Vec::new();
            let mut hands = Wire::new(from, to);
            let inputs = inputs(&table);
            let linked = link_on(inputs, Model::default(), &mut hands, &Sequential, &mut out);
            drop(hands);
            asking.wait().unwrap();
            match linked {
                Ok(_) => Ok(out),
                Err(error) => Err(error.source().unwrap_or(&error).to_string()),
            }
        })
    }

    fn table(&self, n: usize) -> PathBuf {
        let table = self.folder.path().join("records.csv");
        std::fs::write(&table, made_up(n)).unwrap();
        table
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys/localhost")
    }

    /// Where executors put what queries give back.
    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Asserts that much lies on shared storage and where executors work, and that none of it can be read.
    fn shows_none_of(&self, values: &[&[u8]]) {
        let mut n_looked_at = 0;
        for path in files(&self.store()).iter().chain(&files(&self.work())) {
            let bytes = std::fs::read(path).unwrap_or_default();
            n_looked_at += usize::from(!bytes.is_empty());
            for value in values {
                assert!(!bytes.windows(value.len()).any(|bytes| bytes == *value));
            }
        }
        assert!(n_looked_at > 12, "{n_looked_at}");
    }

    /// What the scheduler and the executors have written on their terminals.
    fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("said")).unwrap()
    }

    /// Waits until the scheduler answers.
    fn until_it_listens(&self) {
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(60), "no scheduler");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// How many results of a step are on shared storage.
    fn results(&self, step: &str) -> usize {
        let is_one = |path: &&PathBuf| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(step))
        };
        files(&self.store()).iter().filter(is_one).count()
    }

    /// Waits until a result of a step is on shared storage.
    fn until(&self, step: &str) {
        let start = Instant::now();
        while self.results(step) == 0 {
            assert!(start.elapsed() < Duration::from_secs(900), "no {step}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

/// Records of made-up people, most of them several times, with slips.
fn made_up(n: usize) -> String {
    let mut state = 7_u64;
    let mut next = move |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let given = ["An", "Ber", "Clai", "Dan", "Ev", "Far", "Gra", "Hu"];
    let first = ["a", "ine", "ette", "iel", "id", "ard", "o", "ulie"];
    let family = ["Trem", "Gag", "Sing", "Nguy", "Smi", "Le", "Bou", "Mac"];
    let last = ["blay", "non", "h", "en", "th", "blanc", "chard", "donald"];
    let city = ["Rimouski", "Moncton", "Brandon", "Kelowna"];
    let mut text = String::from("id,given_name,surname,date_of_birth,phone,city\n");
    let mut record = 0;
    while record < n {
        let a = format!("{}{}", given[next(8)], first[next(8)]);
        let b = format!("{}{}", family[next(8)], last[next(8)]);
        let c = city[next(4)];
        let born = (1930 + next(80), 1 + next(12), 1 + next(28));
        let phone = 5_550_000 + next(9999);
        for _ in 0..1 + next(4) {
            let mut name = format!("{b}{}", ["", "-Ross", "e", "x"][next(4)]);
            if next(9) == 0 {
                name.remove(1 + next(2));
            }
            let day = if next(12) == 0 {
                String::new()
            } else {
                format!("{}-{:02}-{:02}", born.0, born.1, born.2)
            };
            text.push_str(&format!("{record},{a},{name},{day},418{phone},{c}\n"));
            record += 1;
        }
    }
    text
}

fn inputs(table: &Path) -> Vec<Input<'static>> {
    vec![Input {
        name: table.display().to_string(),
        bytes: Box::new(std::fs::File::open(table).unwrap()),
    }]
}

/// What one machine makes of a table.
fn on_one_machine(table: &Path) -> Vec<u8> {
    let mut out = Vec::new();
    link(inputs(table), Model::default(), &Sequential, &mut out).unwrap();
    out
}

#[test]
fn two_executors_give_the_list_of_one_machine_byte_for_byte_and_leave_nothing_behind() {
    let cluster = Cluster::start(2);
    let table = cluster.table(3_000);
    let linking = cluster.link(&table, &cluster.keys());
    // While it runs nothing readable lies on shared storage, nor where executors put what a query gives back.
    cluster.until("levels-");
    cluster.shows_none_of(&[&b"tremblay"[..], b"Tremblay", b"rimouski", b"418555"]);
    assert!(linking.join().unwrap().unwrap() == on_one_machine(&table));
    assert_eq!(files(&cluster.store()), Vec::<PathBuf>::new());
    // Nobody said anything, so no value either.
    assert_eq!(cluster.said(), "");
}

#[test]
fn the_list_is_the_same_when_an_executor_is_killed_in_the_middle() {
    let mut cluster = Cluster::start(2);
    let table = cluster.table(8_000);
    let linking = cluster.link(&table, &cluster.keys());
    cluster.until("weights-");
    // SIGKILL: it says no goodbye. Both have work: the step has eight parts, and each has one thread.
    cluster.executors[0].kill().unwrap();
    let n_done = cluster.results("weights-");
    assert!((1..8).contains(&n_done), "{n_done} of 8 parts");
    assert!(linking.join().unwrap().unwrap() == on_one_machine(&table));
    let killed = cluster.executors[0].try_wait().unwrap();
    assert!(killed.is_some_and(|status| !status.success()));
    assert!(cluster.executors[1].try_wait().unwrap().is_none());
}

#[test]
fn keys_of_another_cluster_and_no_keys_at_all_are_refused() {
    let cluster = Cluster::start(1);
    let table = cluster.table(50);
    let foreign = cluster.folder.path().join("foreign");
    make_keys(&foreign);
    let refused = cluster.link(&table, &foreign.join("localhost"));
    let said = refused.join().unwrap().unwrap_err();
    assert!(said.contains("keys of another cluster"), "{said}");

    // Somebody who speaks without TLS gets no answer in words.
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", cluster.port)).unwrap();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    std::io::Read::read_to_end(&mut stream, &mut answer).ok();
    // A TLS alert at most.
    assert!(
        answer.is_empty() || answer[0] == 21,
        "{} bytes",
        answer.len()
    );
}

#[test]
fn without_a_scheduler_the_answer_says_so_and_nothing_is_put_anywhere() {
    let mut cluster = Cluster::start(0);
    cluster.scheduler.kill().unwrap();
    cluster.scheduler.wait().unwrap();
    let linking = cluster.link(&cluster.table(50), &cluster.keys());
    let said = linking.join().unwrap().unwrap_err();
    assert!(
        said.contains("no scheduler at https://localhost:"),
        "{said}"
    );
    assert!(said.contains("check the address"), "{said}");
    assert_eq!(files(&cluster.store()), Vec::<PathBuf>::new());
}

#[test]
fn files_read_by_two_executors_give_the_lists_of_one_machine_also_when_one_is_killed_in_the_middle()
{
    let mut cluster = Cluster::start_with(2, &whose());
    cluster.pile();
    let alone = cluster.run("alone", false).output().unwrap();
    // 1: read, with gaps.
    assert_eq!(alone.status.code(), Some(1));
    let expected = cluster.lists("alone");

    let reading = cluster.run("whole", true).spawn().unwrap();
    cluster.until("scan-");
    cluster.shows_none_of(&[
        &b"tremblay"[..],
        b"Tremblay",
        b"Rimouski",
        b"418555",
        b"letter",
    ]);
    let said = reading.wait_with_output().unwrap();
    assert_eq!(said.status.code(), Some(1), "{}", text(&said.stderr));
    assert!(cluster.lists("whole") == expected);
    assert_eq!(files(&cluster.store()), Vec::<PathBuf>::new());

    let reading = cluster.run("lost", true).spawn().unwrap();
    cluster.until("scan-");
    // SIGKILL: it says no goodbye, and what it was reading is read by the other.
    cluster.executors[0].kill().unwrap();
    let n_done = cluster.results("scan-");
    assert!((1..64).contains(&n_done), "{n_done} of 64 parts");
    let said = reading.wait_with_output().unwrap();
    assert_eq!(said.status.code(), Some(1), "{}", text(&said.stderr));
    assert!(cluster.lists("lost") == expected);
    assert_eq!(files(&cluster.store()), Vec::<PathBuf>::new());
    assert!(cluster.executors[1].try_wait().unwrap().is_none());
}

#[test]
fn who_is_interrupted_in_the_middle_leaves_nothing_behind() {
    let cluster = Cluster::start_with(2, &whose());
    cluster.pile();
    for signal in ["-INT", "-TERM", "-KILL"] {
        let mut reading = cluster.run("case", true).spawn().unwrap();
        cluster.until("scan-");
        // As Ctrl-C does, to `whose-cluster eyes` as well, but for the last, which `whose` alone gets.
        let whose = reading.id().to_string();
        if signal != "-KILL" {
            let told = Command::new("pkill").args([signal, "-P", &whose]).status();
            assert!(told.unwrap().success());
        }
        Command::new("kill")
            .args([signal, &whose])
            .status()
            .unwrap();
        reading.wait().unwrap();
        let start = Instant::now();
        while !files(&cluster.store()).is_empty() {
            assert!(start.elapsed() < Duration::from_secs(60), "{signal}");
            std::thread::sleep(Duration::from_millis(50));
        }
        // What was still being worked is not put there later.
        std::thread::sleep(Duration::from_secs(5));
        assert_eq!(files(&cluster.store()), Vec::<PathBuf>::new(), "{signal}");
    }
}

#[test]
fn when_the_scheduler_dies_in_the_middle_it_is_said_and_nothing_is_left_behind() {
    let mut cluster = Cluster::start_with(1, &whose());
    cluster.pile();
    let reading = cluster.run("case", true).spawn().unwrap();
    cluster.until("scan-");
    cluster.scheduler.kill().unwrap();
    let said = reading.wait_with_output().unwrap();
    let why = text(&said.stderr);
    assert_eq!(said.status.code(), Some(2), "{why}");
    assert!(
        why.contains("the work on the cluster was not finished"),
        "{why}"
    );
    assert!(why.contains("check that the scheduler"), "{why}");
    assert_eq!(files(&cluster.store()), Vec::<PathBuf>::new());

    let mut cluster = Cluster::start(1);
    let linking = cluster.link(&cluster.table(8_000), &cluster.keys());
    cluster.until("weights-");
    cluster.scheduler.kill().unwrap();
    let why = linking.join().unwrap().unwrap_err();
    assert!(why.contains("check that the scheduler"), "{why}");
    assert_eq!(files(&cluster.store()), Vec::<PathBuf>::new());
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
