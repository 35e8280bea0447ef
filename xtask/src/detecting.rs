//! `cargo xtask bench detect [FOLDER...]`: how fast detection is, beside other programs on the same bytes in the same run.
//!
//! A folder is a kind of file (notes, CSV, mail); without one, `whose synth`
//! makes a pile with a fixed seed and its files are sorted by kind. Four tables:
//! each kind beside other programs; each class of element; inputs made to be
//! slow; programs that are not on this machine. On one core, times are of the
//! processor, for us and for the others: a busy machine changes them least.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::bench;

/// The patterns of what we look for, as a search would be given them; without lookups, check digits, labels of fields or subjects.
const PATTERNS: &[&str] = &[
    r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,24}",
    r"\(?[2-9][0-9]{2}\)?[ .-]?[2-9][0-9]{2}[ .-][0-9]{4}",
    r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}",
    r"[0-9]{3}-[0-9]{2}-[0-9]{4}",
    r"[0-9]{4}[ -]?[0-9]{3}[ -]?[0-9]{3}",
    r"[A-Z]{4} ?[0-9]{4} ?[0-9]{4}",
    r"([0-9]{4}[ -]?){3}[0-9]{1,7}",
    r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}",
    r"[ABCEGHJ-NPRSTVXY][0-9][A-Z] ?[0-9][A-Z][0-9]",
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}",
    r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}",
    r"(January|February|March|April|May|June|July|August|September|October|November|December|janvier|mars|avril|mai|juin|juillet|septembre|octobre|novembre) [0-9]{1,2},? [0-9]{4}",
    r"[0-9]{1,2} (January|February|March|April|May|June|July|August|September|October|November|December|janvier|mars|avril|mai|juin|juillet|septembre|octobre|novembre) [0-9]{4}",
    r"[0-9]{1,5} [A-Z][A-Za-z'-]+ (St|Street|Ave|Avenue|Rd|Road|Blvd|Drive|Crescent|Court|Lane)",
    r"(Mr|Mrs|Ms|Dr|Dre|Mme)\.? [A-Z][a-z]+",
    r"[A-Z][a-z]+ [A-Z][a-z]+",
    r"(MRN|HCN|NAM|RAMQ|SIN|NAS|SSN|Chart|Dossier|Passport|Policy)[ :#]*[A-Z0-9-]{4,}",
    r"(password|passwd|pwd|mot de passe|api_key|secret)[ :=]+[^ ]{4,}",
    r"[A-TV-Z][0-9][0-9A-B]\.[0-9A-Z]{1,4}",
    r"[0-9]{1,3}[ -]?(year|yr|y/o|ans)",
    r"[0-9]{2,3}/[0-9]{2,3}",
    r"[0-9]+([.,][0-9]+)? ?(mmol/L|umol/L|mg/dL|g/L|mg|kg|cm|lb)",
];

/// Endings of each kind of file in a made pile.
const KINDS: &[(&str, &[&str])] = &[
    ("notes", &["txt"]),
    ("csv", &["csv"]),
    ("hl7", &["hl7"]),
    ("fhir", &["json", "ndjson"]),
    ("mail", &["eml", "mbox"]),
    ("sql", &["sql"]),
];

/// People and seed of the made pile.
const PEOPLE: &str = "20000";
const SEED: &str = "11";
/// Slow programs get the first bytes of a kind, so many.
const SLICE: usize = 2_000_000;
const SMALL_SLICE: usize = 100_000;
/// Bytes that a search gets, the files of the kind again and again.
const SEARCHED: usize = 40_000_000;
/// An input made to be slow may take three times as long as notes.
const SLOWEST: f64 = 1.0 / 3.0;

/// Presidio's recognisers that are patterns, each over each file of the kind; names and places need its model.
const PRESIDIO: &str = r#"
import sys, time
from presidio_analyzer import PatternRecognizer
from presidio_analyzer.recognizer_registry import RecognizerRegistry
registry = RecognizerRegistry()
registry.load_predefined_recognizers(languages=["en"])
all = [r for r in registry.recognizers if isinstance(r, PatternRecognizer)]
text = open(sys.argv[1], encoding="utf-8", errors="replace").read()
parts = [text[i:i + 10000] for i in range(0, len(text), 10000)]
since = time.process_time()
for part in parts:
    for r in all:
        r.analyze(part, r.supported_entities, None)
print(time.process_time() - since)
"#;

const DATAFOG: &str = r#"
import sys, time
from datafog.services.text_service import TextService
service = TextService(engine="regex")
text = open(sys.argv[1], encoding="utf-8", errors="replace").read()
parts = [text[i:i + 10000] for i in range(0, len(text), 10000)]
since = time.process_time()
for part in parts:
    service.annotate_text_sync(part)
print(time.process_time() - since)
"#;

pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    crate::need::packages(&[("rg", "ripgrep")])?;
    let home = std::env::temp_dir().join(format!("whose-detect-{}", std::process::id()));
    std::fs::create_dir_all(&home)?;
    let result = measure(root, arguments, &home);
    std::fs::remove_dir_all(&home).ok();
    result
}

fn measure(root: &Path, arguments: &[String], home: &Path) -> Result<()> {
    let folders: Vec<PathBuf> = if arguments.is_empty() {
        made(home)?
    } else {
        arguments.iter().map(PathBuf::from).collect()
    };
    crate::run(crate::cargo().args([
        "build",
        "--release",
        "--package",
        "whose-detectors",
        "--example",
        "throughput",
    ]))?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let ours = target.join("release/examples/throughput");
    let patterns = home.join("patterns");
    std::fs::write(&patterns, PATTERNS.join("\n"))?;

    let mut page = String::from(
        "# Detection, beside other programs on the same bytes\n\nMade by `cargo xtask bench detect`. MB/s of file bytes; on one core of processor time, on all cores by the clock.\n\n## By kind of file\n\n| kind | MB | mentions | ours, one core | all cores | a processor second of all cores | with reading | ripgrep counts lines | prints matches | bulk_extractor | Presidio, patterns | DataFog, patterns | Nosey Parker | ours : ripgrep |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut absent: BTreeMap<&str, String> = BTreeMap::new();
    let mut normal = 0.0;
    for folder in &folders {
        let our = lines_of(
            Command::new(&ours)
                .args(["speed", "--json", "--reading"])
                .arg(folder),
        )?;
        let our = our.first().context("no line of ours")?;
        let kind = our["kind"].as_str().unwrap_or_default();
        let one = our["mb_per_second_one_core"].as_f64().unwrap_or_default();
        if kind == "notes" {
            normal = one;
        }
        // One file, as it is best for the others.
        let whole = home.join("whole");
        let bytes = joined(folder, &whole)?;
        // A shell counts hundredths of seconds: a search needs more bytes than a small kind has.
        let long = home.join("long");
        let n_long = again(&whole, &long, bytes)?;
        let slice = |name: &str, most: usize| -> Result<(PathBuf, usize)> {
            let text = std::fs::read(&whole)?;
            let text = &text[..text.len().min(most)];
            let file = home.join(name);
            std::fs::write(&file, text)?;
            Ok((file, text.len()))
        };
        let search = |output: &str| {
            let mut command = Command::new("rg");
            command.args(["--no-config", "--no-unicode", "-a", "-j1", output, "-f"]);
            command.arg(&patterns).arg(&long);
            rate(n_long, processor_seconds(command))
        };
        let (counted, printed) = (search("-c"), search("-o"));
        let (medium, n_medium) = slice("medium", SLICE)?;
        let (small, n_small) = slice("small", SMALL_SLICE)?;
        let out = home.join("bulk");
        std::fs::remove_dir_all(&out).ok();
        let mut bulk = Command::new("bulk_extractor");
        bulk.args(["-q", "-j", "1", "-o"]).arg(&out).arg(&medium);
        let mut nosey = Command::new("noseyparker");
        let store = home.join("nosey");
        std::fs::remove_dir_all(&store).ok();
        nosey.args(["scan", "--quiet", "--jobs", "1", "--datastore"]);
        nosey.arg(&store).arg(&long);
        let mut cell = |name: &'static str, bytes: usize, seconds: Result<f64>| match seconds {
            Ok(seconds) => format!("{:.2}", rate(bytes, Ok(seconds)).unwrap_or_default()),
            Err(error) => {
                absent.insert(name, format!("{error:#}"));
                "-".to_owned()
            }
        };
        let others = [
            cell("bulk_extractor", n_medium, processor_seconds(bulk)),
            cell("Presidio", n_small, python_seconds(PRESIDIO, &small)),
            cell("DataFog", n_medium, python_seconds(DATAFOG, &medium)),
            cell("Nosey Parker", n_long, processor_seconds(nosey)),
        ];
        let number = |key: &str| our[key].as_f64().unwrap_or_default();
        let (counted, printed) = (counted?, printed?);
        let row = format!(
            "| {kind} | {:.1} | {} | {one:.1} | {:.1} | {:.1} | {:.1} | {counted:.1} | {:.1} | {} | {:.1} |\n",
            number("bytes") / 1e6,
            our["mentions"],
            number("mb_per_second_all_cores"),
            number("mb_per_processor_second_all_cores"),
            number("mb_per_second_with_reading"),
            printed,
            others.join(" | "),
            one / printed,
        );
        eprint!("{row}");
        page += &row;
    }
    page += "\nripgrep has the alternation of ";
    let _ = writeln!(
        page,
        "{} patterns (`xtask/src/detecting.rs`), without Unicode, in one file and the same files again until there are 40 MB; the last column is beside its printing; bulk_extractor and DataFog had the first {} MB of a kind, Presidio the first {} MB.",
        PATTERNS.len(),
        SLICE as f64 / 1e6,
        SMALL_SLICE as f64 / 1e6
    );
    for (name, why) in &absent {
        let _ = writeln!(page, "\n- {name} was not measured: {why}.");
    }

    page += "\n## By class of element\n\nProse with one element in every line of about 170 bytes, on one core.\n\n| class | MB/s | mentions | nanoseconds a line more than prose alone |\n|---|---|---|---|\n";
    let mut prose = None;
    for line in lines_of(Command::new(&ours).args(["classes", "--json"]))? {
        let rate = line["mb_per_second_one_core"].as_f64().unwrap_or_default();
        let prose = *prose.get_or_insert(rate);
        let more = (1.0 / rate - 1.0 / prose) * 1e3 * LINE;
        let row = format!(
            "| {} | {rate:.1} | {} | {more:.0} |\n",
            line["kind"].as_str().unwrap_or_default(),
            line["mentions"]
        );
        eprint!("{row}");
        page += &row;
    }

    page += "\n## Inputs made to be slow\n\nOn one core, 4 MB each; the last column is the share of the rate of notes.\n\n| input | MB/s | mentions | of the normal rate |\n|---|---|---|---|\n";
    let mut too_slow = Vec::new();
    for line in lines_of(Command::new(&ours).args(["worst", "--json"]))? {
        let rate = line["mb_per_second_one_core"].as_f64().unwrap_or_default();
        let kind = line["kind"].as_str().unwrap_or_default();
        let row = format!(
            "| {kind} | {rate:.1} | {} | {:.2} |\n",
            line["mentions"],
            rate / normal
        );
        eprint!("{row}");
        page += &row;
        if rate < normal * SLOWEST {
            too_slow.push(kind.to_owned());
        }
    }
    let _ = writeln!(
        page,
        "\n{}",
        if normal == 0.0 {
            "No folder is named `notes`, so there is no normal rate.".to_owned()
        } else if too_slow.is_empty() {
            "None is below a third of the normal rate.".to_owned()
        } else {
            format!("Below a third of the normal rate: {}.", too_slow.join(", "))
        }
    );
    let runs = root.join("bench/runs").join(bench::name(root)?);
    std::fs::create_dir_all(&runs)?;
    std::fs::write(runs.join("detect.md"), page)?;
    println!("kept in bench/runs");
    Ok(())
}

/// Bytes of a line of the texts by class, about.
const LINE: f64 = 170.0;

/// A made pile, sorted by kind.
fn made(home: &Path) -> Result<Vec<PathBuf>> {
    let whose = crate::build_release()?;
    let pile = home.join("pile");
    crate::run(
        Command::new(whose)
            .args([
                "synth", "--quiet", "--people", PEOPLE, "--seed", SEED, "--out",
            ])
            .arg(&pile),
    )?;
    let mut folders = Vec::new();
    for (kind, endings) in KINDS {
        let folder = home.join(kind);
        std::fs::create_dir_all(&folder)?;
        for (n, file) in files(&pile.join("evidence"))?.iter().enumerate() {
            let ending = file.extension().and_then(|ending| ending.to_str());
            if ending.is_some_and(|ending| endings.contains(&ending)) {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                std::fs::rename(file, folder.join(format!("{n:06} {name}")))?;
            }
        }
        folders.push(folder);
    }
    std::fs::remove_dir_all(&pile)?;
    Ok(folders)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if folder.is_file() {
            all.push(folder);
            continue;
        }
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                all.push(entry.path());
            }
        }
    }
    all.sort();
    Ok(all)
}

/// Writes all files of a folder into one, and gives its size.
fn joined(folder: &Path, into: &Path) -> Result<usize> {
    let mut all = std::io::BufWriter::new(std::fs::File::create(into)?);
    let mut bytes = 0;
    for file in files(folder)? {
        let text = std::fs::read(file)?;
        bytes += text.len();
        std::io::Write::write_all(&mut all, &text)?;
    }
    Ok(bytes)
}

/// Writes a file again and again into another until that has at least `SEARCHED` bytes, and gives its size.
fn again(whole: &Path, into: &Path, bytes: usize) -> Result<usize> {
    let text = std::fs::read(whole)?;
    let n = SEARCHED.div_ceil(bytes.max(1));
    let mut all = std::io::BufWriter::new(std::fs::File::create(into)?);
    for _ in 0..n {
        std::io::Write::write_all(&mut all, &text)?;
    }
    Ok(n * bytes)
}

/// Each line of a program's output as JSON.
fn lines_of(command: &mut Command) -> Result<Vec<Value>> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("the measuring program ended with {}", output.status);
    }
    String::from_utf8(output.stdout)?
        .lines()
        .map(|line| Ok(serde_json::from_str(line)?))
        .collect()
}

fn rate(bytes: usize, seconds: Result<f64>) -> Result<f64> {
    Ok(bytes as f64 / 1e6 / seconds?.max(0.001))
}

/// The least of three: processor seconds of a program and its children, as the shell counts them.
fn processor_seconds(command: Command) -> Result<f64> {
    let program = command.get_program().to_owned();
    let is_here = Command::new(&program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !is_here {
        bail!("it is not installed here, and there is no package of it");
    }
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let output = Command::new("sh")
            .args(["-c", "\"$@\" >/dev/null 2>&1; times", "sh"])
            .arg(&program)
            .args(command.get_args())
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let seconds: Option<f64> = text.lines().last().and_then(|line| {
            line.split_whitespace()
                .map(|part| {
                    let (minutes, seconds) = part.trim_end_matches('s').split_once('m')?;
                    Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
                })
                .sum()
        });
        best = best.min(seconds.context("the shell says no times")?);
    }
    Ok(best)
}

/// What a Python program says that it took; `WHOSE_BENCH_PYTHON` is the interpreter with its packages.
fn python_seconds(program: &str, file: &Path) -> Result<f64> {
    let python = std::env::var_os("WHOSE_BENCH_PYTHON").unwrap_or_else(|| "python3".into());
    let output = Command::new(python)
        .args(["-c", program])
        .arg(file)
        .stderr(Stdio::piped())
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines()
        .last()
        .and_then(|line| line.trim().parse().ok())
        .with_context(|| {
            let error = String::from_utf8_lossy(&output.stderr);
            error.lines().last().unwrap_or("it said nothing").to_owned()
        })
}
