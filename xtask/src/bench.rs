//! Whole-process runs with numbers: wall time, memory of the process tree, score; written to `bench/runs/`.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;

/// Runs `whose demo` on a fresh folder and keeps what it cost and scored.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    if let Some((what, rest)) = arguments.split_first() {
        match what.as_str() {
            "read" => return crate::reading::run(root, rest),
            "link" => return crate::linking::run(root, rest),
            "detect" => return crate::detecting::run(root, rest),
            _ => {}
        }
    }
    let people = match arguments {
        [] => "7293".to_owned(),
        [flag, people] if flag == "--people" => people.clone(),
        _ => bail!(
            "usage: cargo xtask bench [--people N | read CORPORA | detect [FOLDER...] | link CORPORA [N...]]"
        ),
    };
    let whose = crate::build_release()?;
    let folder = std::env::temp_dir().join(format!("whose-bench-{}", std::process::id()));
    let since = Instant::now();
    let mut child = Command::new(&whose)
        .args(["demo", "--json", "--people", &people, "--dir"])
        .arg(&folder)
        .stdout(Stdio::piped())
        .spawn()?;
    let peak = AtomicU64::new(0);
    let is_done = AtomicBool::new(false);
    let pid = child.id();
    let output = std::thread::scope(|scope| {
        scope.spawn(|| watch(pid, &peak, &is_done));
        let mut stdout = child.stdout.take().context("no output")?;
        let mut text = String::new();
        std::io::Read::read_to_string(&mut stdout, &mut text)?;
        let status = child.wait()?;
        is_done.store(true, Ordering::Relaxed);
        anyhow::Ok((status, text))
    });
    let (status, text) = output?;
    let wall = since.elapsed().as_secs_f64();
    std::fs::remove_dir_all(&folder).ok();
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("the demo ended with {status}");
    }
    let result: serde_json::Value = serde_json::from_str(&text).context("the demo's JSON")?;
    let (commit, cores) = (commit(root)?, cores());
    let run = json!({
        "command": format!("whose demo --people {people}"), "commit": commit, "cores": cores,
        "wall_seconds": wall, "peak_resident_bytes_of_the_process_tree": peak.load(Ordering::Relaxed), "demo": result,
    });
    let runs = root.join("bench/runs").join(name(root)?);
    std::fs::create_dir_all(&runs)?;
    let file = runs.join(format!("demo-{people}.json"));
    std::fs::write(&file, serde_json::to_string_pretty(&run)? + "\n")?;
    println!(
        "{people} people: {wall:.1} s, {:.0} MiB at most; kept in bench/runs",
        peak.load(Ordering::Relaxed) as f64 / f64::from(1 << 20)
    );
    Ok(())
}

pub(crate) fn commit(root: &Path) -> Result<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["rev-parse", "--short", "HEAD"])
        .output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, Into::into)
}

/// What a run is filed under.
pub(crate) fn name(root: &Path) -> Result<String> {
    Ok(format!("{}-{}-cores", commit(root)?, cores()))
}

/// Waits for a process; how it ended, and the largest resident size of its tree in bytes.
pub(crate) fn watched(mut child: Child) -> Result<(ExitStatus, u64)> {
    let peak = AtomicU64::new(0);
    let is_done = AtomicBool::new(false);
    let pid = child.id();
    let status = std::thread::scope(|scope| {
        scope.spawn(|| watch(pid, &peak, &is_done));
        let status = child.wait();
        is_done.store(true, Ordering::Relaxed);
        status
    })?;
    Ok((status, peak.load(Ordering::Relaxed)))
}

/// Looks at the resident size of the process and its children ten times a second.
fn watch(pid: u32, peak: &AtomicU64, is_done: &AtomicBool) {
    while !is_done.load(Ordering::Relaxed) {
        peak.fetch_max(tree(pid), Ordering::Relaxed);
        std::thread::park_timeout(Duration::from_millis(100));
    }
}

fn tree(pid: u32) -> u64 {
    let own = std::fs::read_to_string(format!("/proc/{pid}/status"))
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("VmRSS:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .map_or(0, |kilobytes| kilobytes * 1024);
    let mut children = 0;
    if let Ok(tasks) = std::fs::read_dir(format!("/proc/{pid}/task")) {
        for task in tasks.flatten() {
            let list = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            children += list
                .split_whitespace()
                .filter_map(|id| id.parse().ok())
                .map(tree)
                .sum::<u64>();
        }
    }
    own + children
}
