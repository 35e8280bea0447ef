//! `cargo xtask fuzz`: every reader under bytes that nobody thought of, for so many minutes of the processor's time each.
//!
//! One executable holds all targets (`fuzz/`), built by the common toolchain
//! with libFuzzer's counters; a target is named by the environment. Seeds come
//! from the repository's own files and from other material (`seeds.rs`); what
//! was run, for how long and what was found is kept (`ledger.rs`). Time by the
//! clock says nothing on a machine that does other things too, so the
//! processor's time is what is counted and what is promised.

mod ledger;
mod seeds;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use ledger::{Ledger, Line};

/// What libFuzzer wants of the compiler: counters of edges and what is compared with what. All of it is stable.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Cllvm-args=-simplifycfg-branch-fold-threshold=0";

/// Bytes of the longest input.
const MAX_INPUT: u64 = 64 << 10;
/// Seconds by the clock after which an input counts as one without end; an input's processor time is asserted by the target itself.
const MAX_WAIT: u64 = 300;
/// A target that has found this many is left for the next.
const MAX_FINDINGS: u64 = 3;

const USAGE: &str = "usage: cargo xtask fuzz [--minutes N] [--jobs N] [--above] [TARGET...]";

/// What is to be run.
struct Wish {
    /// Of the processor's time, a target.
    minutes: f64,
    /// Targets at once.
    jobs: usize,
    /// Also what is no reader, which takes Typst to build.
    is_above: bool,
    /// In this order; none is all.
    targets: Vec<String>,
}

/// A line of the executable's own table.
struct Target {
    name: String,
    /// The file's name; none for what is no reader.
    path: Option<String>,
    /// What stands before the fuzzer's bytes.
    head: Vec<u8>,
    /// The fuzzer's bytes are its parts.
    is_container: bool,
}

/// Where a run keeps things.
struct Place {
    executable: PathBuf,
    /// Under the target folder: seeds with what was learnt, findings, logs.
    folder: PathBuf,
}

/// Builds the executable, runs each target for its minutes, writes the ledger's page.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    let wish = wish(arguments)?;
    let folder = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), PathBuf::from)
        .join("fuzz");
    let commit = crate::bench::commit(root)?;
    let place = Place {
        executable: build(root, &folder, &commit, wish.is_above)?,
        folder,
    };
    let table = table(&place.executable)?;
    let targets = choose(&table, &wish.targets)?;
    seeds::make(root, &place, &targets)?;
    let ledger = Mutex::new(Ledger::open(&place.folder, &commit)?);
    let queue = Mutex::new(targets.into_iter());
    std::thread::scope(|scope| {
        let jobs: Vec<_> = (0..wish.jobs)
            .map(|_| scope.spawn(|| work(&place, &queue, &ledger, wish.minutes)))
            .collect();
        jobs.into_iter()
            .try_for_each(|job| job.join().unwrap_or_else(|_| bail!("a job panicked")))
    })?;
    let ledger = ledger.into_inner().context("a job panicked")?;
    let page = root.join("bench/runs").join(crate::bench::name(root)?);
    fs::create_dir_all(&page)?;
    fs::write(page.join("fuzz.md"), ledger.page())?;
    match ledger.n_findings() {
        0 => Ok(()),
        n => bail!("{n} findings, each with its file above"),
    }
}

fn wish(arguments: &[String]) -> Result<Wish> {
    let mut wish = Wish {
        minutes: 10.0,
        jobs: 2,
        is_above: false,
        targets: Vec::new(),
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--minutes" => wish.minutes = rest.next().context(USAGE)?.parse()?,
            "--jobs" => wish.jobs = rest.next().context(USAGE)?.parse()?,
            "--above" => wish.is_above = true,
            flag if flag.starts_with('-') => bail!(USAGE),
            target => wish.targets.push(target.to_owned()),
        }
    }
    Ok(wish)
}

/// The instrumented executable, under the name of its commit: a later build does not take it from under a run.
fn build(root: &Path, folder: &Path, commit: &str, is_above: bool) -> Result<PathBuf> {
    crate::need::build_tools()?;
    let lock = root.join("fuzz/Cargo.lock");
    if !lock.exists() {
        // The same guests as everywhere else; cargo adds the one more.
        fs::copy(root.join("Cargo.lock"), &lock)?;
    }
    let said = Command::new("rustc").arg("-vV").output()?.stdout;
    let said = String::from_utf8_lossy(&said).into_owned();
    let host = said
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc does not say its host")?;
    let mut cargo = crate::cargo();
    // With `--target` the flags are for the target alone, not for what runs while building.
    cargo
        .args(["build", "--release", "--bin", "all", "--target", host])
        .arg("--manifest-path")
        .arg(root.join("fuzz/Cargo.toml"))
        .arg("--target-dir")
        .arg(folder)
        .env("RUSTFLAGS", FLAGS);
    if is_above {
        cargo.args(["--features", "above"]);
    }
    crate::run(&mut cargo)?;
    let kept = folder.join(format!("all-{commit}"));
    // A running program's file cannot be written, but it can be replaced.
    fs::remove_file(&kept).ok();
    fs::copy(folder.join(host).join("release/all"), &kept)?;
    Ok(kept)
}

/// What the executable says it holds: a line for each target, its name, its file's name, its head in hexadecimal digits, and whether it is a container.
fn table(executable: &Path) -> Result<Vec<Target>> {
    let output = Command::new(executable)
        .env("WHOSE_FUZZ_DO", "list")
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    text.lines()
        .map(|line| {
            let mut parts = line.split('\t');
            let name = parts.next().unwrap_or_default().to_owned();
            let path = parts.next().filter(|it| !it.is_empty()).map(str::to_owned);
            let head = parts.next().unwrap_or_default();
            let head = (0..head.len() / 2)
                .map(|at| u8::from_str_radix(&head[2 * at..2 * at + 2], 16))
                .collect::<Result<_, _>>()?;
            let is_container = parts.next() == Some("container");
            Ok(Target {
                name,
                path,
                head,
                is_container,
            })
        })
        .collect()
}

fn choose<'a>(table: &'a [Target], names: &[String]) -> Result<Vec<&'a Target>> {
    if names.is_empty() {
        return Ok(table.iter().collect());
    }
    let find = |name: &String| {
        table
            .iter()
            .find(|target| target.name == *name)
            .with_context(|| format!("no target is called {name}"))
    };
    names.iter().map(find).collect()
}

/// One job: the next target until none is left.
fn work<'a>(
    place: &Place,
    queue: &Mutex<impl Iterator<Item = &'a Target>>,
    ledger: &Mutex<Ledger>,
    minutes: f64,
) -> Result<()> {
    loop {
        let next = queue.lock().ok().and_then(|mut queue| queue.next());
        let Some(target) = next else {
            return Ok(());
        };
        let line = fuzz(place, target, minutes * 60.0)?;
        println!("{line}");
        if let Ok(mut ledger) = ledger.lock() {
            ledger.add(line)?;
        }
    }
}

/// Runs one target until its seconds are up, again after each finding.
fn fuzz(place: &Place, target: &Target, seconds: f64) -> Result<Line> {
    let mut line = Line::of(&target.name);
    while line.seconds < seconds && line.n_findings < MAX_FINDINGS {
        let ended = start(place, target).and_then(|child| watch(child, seconds - line.seconds))?;
        let log = fs::read_to_string(log_of(place, target)).unwrap_or_default();
        line.seconds += ended.seconds;
        line.n_executions += stat(&log, "number_of_executed_units");
        line.n_edges = edges(&log).unwrap_or(line.n_edges);
        if let Some(finding) = finding(&log) {
            line.n_findings += 1;
            let file = keep(place, target, &finding)?;
            println!("finding in {}: {}", target.name, file.display());
        }
        if ended.was_interrupted || ended.was_killed {
            break;
        }
    }
    Ok(line)
}

fn log_of(place: &Place, target: &Target) -> PathBuf {
    place
        .folder
        .join("logs")
        .join(format!("{}.log", target.name))
}

fn start(place: &Place, target: &Target) -> Result<Child> {
    let findings = place.folder.join("findings").join(&target.name);
    fs::create_dir_all(&findings)?;
    let log = log_of(place, target);
    fs::create_dir_all(log.parent().context("no folder")?)?;
    let mut command = Command::new(&place.executable);
    command
        .env("WHOSE_FUZZ", &target.name)
        .arg(seeds::folder(&place.folder, &target.name))
        .arg(format!("-artifact_prefix={}/", findings.display()))
        .arg(format!("-max_len={MAX_INPUT}"))
        .arg(format!("-timeout={MAX_WAIT}"))
        // What is slow by the clock is no finding: the machine does other things too.
        .arg(format!("-report_slow_units={MAX_WAIT}"))
        .args(["-print_final_stats=1", "-rss_limit_mb=3072"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(log)?);
    let words = seeds::words(&place.folder, &target.name);
    if words.exists() {
        command.arg(format!("-dict={}", words.display()));
    }
    command.spawn().context("cannot start the fuzzer")
}

/// How one process of the fuzzer ended.
struct Ended {
    /// Of the processor's time.
    seconds: f64,
    /// Its time was up.
    was_interrupted: bool,
    /// Somebody else stopped it.
    was_killed: bool,
}

/// Waits until the process ends, or asks it to when its processor time is up.
fn watch(mut child: Child, seconds: f64) -> Result<Ended> {
    let mut ended = Ended {
        seconds: 0.0,
        was_interrupted: false,
        was_killed: false,
    };
    loop {
        ended.seconds = taken(child.id()).unwrap_or(ended.seconds);
        if let Some(status) = child.try_wait()? {
            // libFuzzer's own code for an interrupt is 72; a finding is another, a signal none.
            ended.was_killed = matches!(status.code(), Some(0 | 72) | None);
            return Ok(ended);
        }
        if ended.seconds >= seconds && !ended.was_interrupted {
            ended.was_interrupted = true;
            let id = child.id().to_string();
            Command::new("kill").args(["-INT", &id]).status()?;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// Seconds that the processor gave a process, of user and system together; none once it is gone.
fn taken(id: u32) -> Option<f64> {
    let said = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The program's name stands in brackets and may hold anything.
    let rest = said.rsplit_once(')')?.1;
    let mut ticks = rest.split_whitespace().skip(11);
    let user: f64 = ticks.next()?.parse().ok()?;
    let system: f64 = ticks.next()?.parse().ok()?;
    // Linux counts here in hundredths on every machine.
    Some((user + system) / 100.0).filter(|taken| *taken > 0.0)
}

/// A number of libFuzzer's last words.
fn stat(log: &str, name: &str) -> u64 {
    let start = format!("stat::{name}:");
    log.lines()
        .find_map(|line| line.strip_prefix(&start)?.trim().parse().ok())
        .unwrap_or(0)
}

/// Edges of the program that were reached, as the last line that tells them has it.
fn edges(log: &str) -> Option<u64> {
    let line = log.lines().rev().find(|line| line.contains(" cov: "))?;
    let after = line.split_once(" cov: ")?.1;
    after.split_whitespace().next()?.parse().ok()
}

/// The file that libFuzzer wrote of what it found.
fn finding(log: &str) -> Option<PathBuf> {
    log.lines()
        .find_map(|line| line.split_once("Test unit written to "))
        .map(|(_, path)| PathBuf::from(path.trim()))
}

/// Writes the file that the finding stands for, which every program can be given, beside it, and gives its place.
///
/// A seed that is itself a finding would be found again before anything else, and goes.
fn keep(place: &Place, target: &Target, finding: &Path) -> Result<PathBuf> {
    let bytes = fs::read(finding)?;
    for entry in fs::read_dir(seeds::folder(&place.folder, &target.name))? {
        let path = entry?.path();
        if fs::read(&path).is_ok_and(|seed| seed == bytes) {
            fs::remove_file(path)?;
        }
    }
    let mut name = finding.as_os_str().to_owned();
    name.push("-");
    name.push(target.path.as_deref().unwrap_or("a"));
    fs::write(&name, bytes)?;
    let file = PathBuf::from(name);
    // What cannot even be put together says so as it is.
    let turned = seeds::turn(place, target, "files", &format!("{}\n", file.display()));
    Ok(if turned.is_ok() {
        file
    } else {
        finding.to_owned()
    })
}

#[test]
fn what_the_fuzzer_says_is_understood() {
    let log = "#8\tREDUCE cov: 12 ft: 30 corp: 2/4b exec/s: 0\n\
        artifact_prefix='/t/'; Test unit written to /t/crash-0a\n\
        stat::number_of_executed_units: 4242\nstat::peak_rss_mb: 61\n";
    assert_eq!(stat(log, "number_of_executed_units"), 4242);
    assert_eq!(stat(log, "new_units_added"), 0);
    assert_eq!(edges(log), Some(12));
    assert_eq!(finding(log), Some(PathBuf::from("/t/crash-0a")));
    assert_eq!(finding("stat::peak_rss_mb: 61"), None);
}

#[test]
fn a_process_s_time_is_counted() {
    let since = taken(std::process::id()).unwrap_or(0.0);
    let mut sum = 0_u64;
    while taken(std::process::id()).unwrap_or(0.0) < since + 0.05 {
        sum = std::hint::black_box(sum.wrapping_add(1));
    }
    assert_eq!(taken(u32::MAX), None);
}
