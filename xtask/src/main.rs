//! Every chore of this project: `cargo xtask demo | test | ci | tidy | bench | fuzz`.
//!
//! What a chore needs and the machine lacks is installed, and said.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a chore talks to a developer"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

mod alarms;
mod bench;
mod detecting;
mod edges;
mod fuzzing;
mod letters;
mod linking;
mod need;
mod reading;
mod score;
mod subjects;
mod tidy;

const USAGE: &str = "\
cargo xtask demo [ARGUMENTS OF `whose demo`]   builds `whose` and shows the whole way on a made-up breach
cargo xtask test [ARGUMENTS OF NEXTEST]        every test
cargo xtask ci                                 tests, format, clippy, docs, tidy, licences
cargo xtask tidy                               the rules that no compiler checks
cargo xtask bench [--people N]                 whole-process runs with numbers, into bench/runs/
cargo xtask bench read CORPORA                 reading beside other programs, into bench/runs/
cargo xtask bench detect [FOLDER...]           detection beside other programs, by kind, class and worst case, into bench/runs/
cargo xtask bench link CORPORA [N...]          linkage of N made-up records and of febrl beside Splink and recordlinkage
cargo xtask score detect CORPORA               precision and recall of detection on marked texts, false alarms on others
cargo xtask fuzz [--minutes N] [--jobs N] [--above] [TARGET...]  readers under made-up bytes, N processor minutes each, into bench/runs/
cargo xtask letters                            learns from the lexicons how names are spelled, into lexicons/letters.txt";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (verb, rest) = arguments
        .split_first()
        .map_or(("", &[][..]), |(verb, rest)| (verb.as_str(), rest));
    let result = match verb {
        "demo" => demo(rest),
        "test" => test(rest),
        "ci" => ci(),
        "tidy" => tidy::check(&root()),
        "bench" => bench::run(&root(), rest),
        "score" => score::run(&root(), rest),
        "fuzz" => fuzzing::run(&root(), rest),
        "letters" => letters::run(&root()),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(64);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's folder: cargo says it when it runs this, which a moved checkout cannot make untrue.
fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent()
        .map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

fn run(command: &mut Command) -> Result<()> {
    let shown = format!("{command:?}").replace('"', "");
    eprintln!("$ {shown}");
    let status = command
        .status()
        .with_context(|| format!("cannot start {shown}"))?;
    if !status.success() {
        bail!("{shown} ended with {status}");
    }
    Ok(())
}

/// Builds the release binary and gives its path.
fn build_release() -> Result<PathBuf> {
    need::build_tools()?;
    run(cargo().args(["build", "--release", "--package", "whose-cli"]))?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join("release/whose"))
}

/// Programs that reading processes have run for them.
const READING: &[(&str, &str)] = &[
    ("tesseract", "tesseract-ocr"),
    (
        "/usr/share/tesseract-ocr/5/tessdata/eng.traineddata",
        "tesseract-ocr-eng",
    ),
    (
        "/usr/share/tesseract-ocr/5/tessdata/fra.traineddata",
        "tesseract-ocr-fra",
    ),
    (
        "/usr/share/tesseract-ocr/5/tessdata/osd.traineddata",
        "tesseract-ocr-osd",
    ),
    ("bsdtar", "libarchive-tools"),
    ("heif-thumbnailer", "heif-thumbnailer"),
    ("mdb-export", "mdbtools"),
];

fn demo(arguments: &[String]) -> Result<()> {
    need::packages(READING)?;
    let whose = build_release()?;
    let mut command = Command::new(&whose);
    command.arg("demo").args(arguments);
    eprintln!("$ whose demo {}", arguments.join(" "));
    // Code 1 says that files of the pile could not be read, which the made-up breach has on purpose.
    match command.status()?.code() {
        Some(0 | 1) => Ok(()),
        code => bail!("the demo ended with {code:?}"),
    }
}

fn test(arguments: &[String]) -> Result<()> {
    need::build_tools()?;
    need::packages(&[
        ("chromium", "chromium"),
        ("pdftotext", "poppler-utils"),
        ("qpdf", "qpdf"),
        ("/usr/share/doc/postgresql", "postgresql"),
    ])?;
    need::packages(READING)?;
    need::cargo_tool("cargo-nextest", "cargo-nextest")?;
    run(cargo()
        .args(["nextest", "run", "--workspace"])
        .args(arguments))?;
    run(cargo().args(["test", "--workspace", "--doc", "--quiet"]))
}

fn ci() -> Result<()> {
    test(&[])?;
    run(cargo().args(["fmt", "--all", "--check"]))?;
    run(cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    run(cargo()
        .args(["doc", "--workspace", "--no-deps", "--quiet"])
        .env("RUSTDOCFLAGS", "-D warnings"))?;
    tidy::check(&root())?;
    need::cargo_tool("cargo-deny", "cargo-deny")?;
    // Advisories need a database from the network; they are checked where there is one.
    run(cargo().args(["deny", "check", "bans", "licenses", "sources"]))
}
